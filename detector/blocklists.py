"""Block lists out and in: flagged sites as lists for blockers and name servers, and a look-up in such lists.

Every entry keeps its reason, its date and the list it came from. Reading never fails on a line: what a list
says that is no plain domain (regular expressions, element filters) is counted as not understood.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from hashlib import blake2b
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from detector.errors import ListError
from detector.parsing.domains import ascii_host, registrable_domain
from detector.verdict import Label

MAX_LINE = 4_096
"""Characters of a list's line that are read."""


class ListFormat(StrEnum):
    """The forms of block lists."""

    UBLACKLIST = "ublacklist"  # hides results of search engines
    UBLOCK = "ublock"  # uBlock Origin and other Adblock-style blockers
    HOSTS = "hosts"  # /etc/hosts, Pi-hole
    RPZ = "rpz"  # response policy zone of a name server
    DOMAINS = "domains"  # one a line


@dataclass(frozen=True, slots=True)
class Entry:
    """A site on a list: a domain, or a domain and the path of an account."""

    site: str
    reason: str = ""
    added: date | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """What a list says of a host."""

    domain: str  # the listed one: the host itself, or a domain above it
    source: str  # name of the list
    added: date | None  # to the list; where the entry says nothing, the date of the list

    def age(self, today: date) -> int | None:
        """Return the listing's age in days, None where nothing is known of it."""
        return (today - self.added).days if self.added else None


@dataclass(frozen=True, slots=True)
class ReadList:
    """A list as it was read."""

    source: str
    entries: tuple[Entry, ...]
    unknown: int  # lines that were not understood


def flagged_sites(
    table: Path, labels: Sequence[Label] = (Label.FARM,), today: date | None = None
) -> list[Entry]:
    """Return the entries for the sites of a table (see ``chaffinch sites``) that have one of these labels.

    Raises ListError where the file is no such table.
    """
    day = today or datetime.now(UTC).date()
    columns = ["site", "label", "score", "low", "high", "farm", "review", "ok"]
    try:
        rows = pq.read_table(table, columns=columns).to_pylist()
    except (OSError, pa.ArrowInvalid, KeyError) as error:
        raise ListError(f"{table}: no table of sites ({error}): give what 'chaffinch sites' wrote") from error
    return [Entry(row["site"], _reason(row), day) for row in rows if row["label"] in labels]


def export(
    entries: Iterable[Entry], format_: ListFormat, title: str, today: date | None = None
) -> tuple[str, int]:
    """Return a list's text, and how many entries this form can't express (accounts need paths)."""
    day = today or datetime.now(UTC).date()
    ordered = sorted(entries, key=lambda entry: entry.site)
    fitting = [entry for entry in ordered if "/" not in entry.site or format_ in _WITH_PATHS]
    head, rule, remark = _WRITERS[format_]
    lines = list(head(_one_line(title), day))
    for entry in fitting:
        lines.append(f"{remark} {_remark_on(entry)}")
        lines += rule(entry.site)
    return "\n".join(lines) + "\n", len(ordered) - len(fitting)


def read_list(path: Path, source: str = "") -> ReadList:
    """Read a block list of any of these forms, which may be mixed; ``source`` defaults to the file's name.

    An entry's date is that of its own remark, else that of the list's head. Raises ListError where the file
    can't be read.
    """
    try:
        with path.open(encoding="utf-8", errors="replace") as stream:
            return _read(stream, source or path.name)
    except OSError as error:
        raise ListError(f"{path}: cannot be read ({error.strerror})") from error


class Reputation:
    """Looks hosts up in block lists: sorted 64-bit hashes, 14 bytes an entry, for millions to stay in memory.

    Two of a million domains share a hash with a probability of 3e-8; a wrong hit of a host that is on no list
    of a million has one of 5e-14.
    """

    def __init__(self, lists: Iterable[ReadList]) -> None:
        self.sources: list[str] = []
        hashes, origins, days = array("Q"), array("H"), array("I")
        for index, listed in enumerate(lists):
            self.sources.append(listed.source)
            for entry in listed.entries:
                hashes.append(_hash(entry.site))
                origins.append(index)
                days.append(entry.added.toordinal() if entry.added else 0)
        order = np.argsort(np.frombuffer(hashes, np.uint64), kind="stable")
        self._hashes = np.frombuffer(hashes, np.uint64)[order]
        self._origins = np.frombuffer(origins, np.uint16)[order]
        self._days = np.frombuffer(days, np.uint32)[order]

    def __len__(self) -> int:
        return len(self._hashes)

    def lookup(self, host: str) -> tuple[Listing, ...]:
        """Return what the lists say of a host and of the domains above it, the host's own first."""
        return tuple(listing for name in _names_above(host) for listing in self._listings(name))

    def _listings(self, name: str) -> Iterator[Listing]:
        wanted = np.uint64(_hash(name))
        start = int(np.searchsorted(self._hashes, wanted, side="left"))
        while start < len(self._hashes) and self._hashes[start] == wanted:
            day = int(self._days[start])
            source = self.sources[int(self._origins[start])]
            yield Listing(name, source, date.fromordinal(day) if day else None)
            start += 1


_WITH_PATHS = {ListFormat.UBLACKLIST, ListFormat.UBLOCK, ListFormat.DOMAINS}
_DATE = re.compile(r"(?<!\d)(20\d\d)(-?)([01]\d)\2([0-3]\d)")  # also as the serial of a zone begins
_HOST = r"([\w-]+(?:\.[\w-]+)+)"
_RULES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\*://(?:\*\.)?{_HOST}(/[^*\s]+)?/\*$",  # uBlacklist
        rf"\|\|{_HOST}(/[^*^$\s|]+)?[\^*]?(?:\$[\w,~=-]*)?$",  # uBlock Origin
        rf"(?:0\.0\.0\.0|127\.0\.0\.1|::1?)\s+{_HOST}()$",  # hosts
        rf"(?:\*\.)?{_HOST}\.?(?:\s+\d+)?(?:\s+IN)?\s+CNAME\s+\.()$",  # RPZ
        rf"{_HOST}(/[^\s*]+)?$",  # plain
    )
)
_HREF = re.compile(rf"\[href[*^$]?=[\"'](?:https?://|//|\.)?{_HOST}(/[^*\s\"']*)?[\"']\]")
_INLINE = re.compile(r"\s[#;]")
_ZONE_STARTS = ("$", "@ ", "@\t", "@IN")


def _reason(row: dict[str, object]) -> str:
    scored = sum(int(str(row[name])) for name in ("farm", "review", "ok"))
    return (
        f"content farm, site score {row['score']:.2f} ({row['low']:.2f} to {row['high']:.2f}), "
        f"{row['farm']} of {scored} pages flagged"
    )


def _ublacklist_head(title: str, day: date) -> list[str]:
    return ["---", f"name: {title}", f"description: made by Chaffinch on {day}", "---"]


def _ublock_head(title: str, day: date) -> list[str]:
    return [f"! Title: {title}", f"! Last modified: {day}", "! Expires: 7 days"]


def _remark_head(title: str, day: date) -> list[str]:
    return [f"# {title}", f"# Last modified: {day}"]


def _rpz_head(title: str, day: date) -> list[str]:
    serial = f"{day:%Y%m%d}01"
    return [
        f"; {title}",
        f"; Last modified: {day}",
        "$TTL 3600",
        f"@ IN SOA localhost. hostmaster.localhost. {serial} 3600 600 604800 3600",
        "@ IN NS localhost.",
    ]


_Head = Callable[[str, date], list[str]]
_Rule = Callable[[str], list[str]]
_WRITERS: dict[ListFormat, tuple[_Head, _Rule, str]] = {
    ListFormat.UBLACKLIST: (_ublacklist_head, lambda site: [_match_pattern(site)], "#"),
    ListFormat.UBLOCK: (_ublock_head, lambda site: [f"||{site}^$document"], "!"),
    ListFormat.HOSTS: (_remark_head, lambda site: [f"0.0.0.0 {site}", f"0.0.0.0 www.{site}"], "#"),
    ListFormat.RPZ: (_rpz_head, lambda site: [f"{site} CNAME .", f"*.{site} CNAME ."], ";"),
    ListFormat.DOMAINS: (_remark_head, lambda site: [site], "#"),
}


def _match_pattern(site: str) -> str:
    return f"*://{site}/*" if "/" in site else f"*://*.{site}/*"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _remark_on(entry: Entry) -> str:
    return f"{entry.site}: {_one_line(entry.reason)}" + (f" ({entry.added})" if entry.added else "")


def _read(lines: Iterable[str], source: str) -> ReadList:
    entries: dict[str, Entry] = {}
    unknown = 0
    list_date: date | None = None
    remark = ""
    in_head = False
    for raw in lines:
        rule, note = _split(raw[:MAX_LINE].strip())
        in_head ^= rule == "---"
        if in_head or not rule or rule == "---" or rule.startswith(_ZONE_STARTS):
            list_date = list_date or (None if entries else _date(rule + note))
            remark = note or remark
        elif site := _site(rule):
            about = remark.removeprefix(f"{site}: ") if remark.startswith(f"{site}: ") else note
            when = _date(about)
            reason = about.removesuffix(f"({when})").strip()
            entries.setdefault(site, Entry(site, reason, when or list_date))
        else:
            unknown += 1
    return ReadList(source, tuple(entries.values()), unknown)


def _split(line: str) -> tuple[str, str]:
    """Split a line into its rule and its remark."""
    if line.startswith(("!", ";", "[")) or (line.startswith("#") and not line.startswith("##")):
        return "", line.lstrip("!;#[ ")
    if found := _INLINE.search(line):
        return line[: found.start()], line[found.end() :].strip()
    return line, ""


def _site(rule: str) -> str:
    """Return the site that a rule blocks, ``""`` where it is no plain domain."""
    if "##" in rule:
        found = _HREF.search(rule)
    else:
        found = next((match for pattern in _RULES if (match := pattern.match(rule))), None)
    if not found:
        return ""
    host = ascii_host(found[1].removeprefix("www."))
    if not registrable_domain(host):
        return ""
    return host + (found[2] or "").rstrip("/")


def _date(text: str) -> date | None:
    if found := _DATE.search(text):
        try:
            return date(int(found[1]), int(found[3]), int(found[4]))
        except ValueError:
            return None
    return None


def _names_above(host: str) -> list[str]:
    """Return a host and the domains above it, down to its registrable domain."""
    name = ascii_host(host).removeprefix("www.")
    names = [name] if name else []
    domain = registrable_domain(name)
    while domain and name != domain and "." in name:
        name = name.partition(".")[2]
        names.append(name)
    return names


def _hash(name: str) -> int:
    return int.from_bytes(blake2b(name.encode("utf-8", "replace"), digest_size=8).digest())
