"""Block lists out and in: flagged sites as lists for blockers and name servers, and a look-up in such lists.

Every entry keeps its reason, its date and the list it came from. Reading never fails on a line: what a list
says that is no plain domain (regular expressions, element filters) is counted as not understood.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from detector.errors import ListError
from detector.page import Listing, Page
from detector.parsing.domains import ascii_host, registrable_domain
from detector.parsing.paths import path_of, segments
from detector.sites.names import is_platform
from detector.verdict import Label

MAX_LINE = 4_096
"""Characters of a list's line that are read."""
MAX_DEPTH = 8
"""Segments of a path that an entry may name."""


class ListFormat(StrEnum):
    """The forms of block lists."""

    UBLACKLIST = "ublacklist"  # hides results of search engines
    UBLOCK = "ublock"  # uBlock Origin and other Adblock-style blockers
    HOSTS = "hosts"  # /etc/hosts, Pi-hole
    RPZ = "rpz"  # response policy zone of a name server
    DOMAINS = "domains"  # one a line


@dataclass(frozen=True, slots=True)
class Entry:
    """A site on a list, as normal_site writes it: a domain, or the path of an account on one."""

    site: str
    reason: str = ""
    added: date | None = None


class ListFile:
    """A block list on disk in any of these forms, which may be mixed: iterate over its entries.

    Each iteration reads the file anew, an entry at a time; one that is named twice is given twice. An entry's
    date is that of its own remark, else that of the list's head. Iterating raises ListError where the file
    can't be read.
    """

    def __init__(self, path: Path, source: str = "") -> None:
        self.path = path
        self.source = source or path.name
        self.unknown = 0  # lines of the latest reading that were not understood

    def __iter__(self) -> Iterator[Entry]:
        self.unknown = 0
        try:
            with self.path.open(encoding="utf-8-sig", errors="replace") as stream:
                yield from self._entries(stream)
        except OSError as error:
            raise ListError(f"{self.path}: cannot be read ({error.strerror})") from error

    def _entries(self, lines: Iterable[str]) -> Iterator[Entry]:
        list_date: date | None = None
        remark = ""
        in_head = begun = False
        for raw in lines:
            rule, note = _split(raw[:MAX_LINE].strip())
            in_head ^= rule == "---"
            if in_head or not rule or rule == "---" or rule.startswith(_ZONE_STARTS):
                list_date = list_date or (None if begun else _date(rule + note))
                remark = note or remark
            elif site := _site(rule):
                begun = True
                about = remark.removeprefix(f"{site}: ") if remark.startswith(f"{site}: ") else note
                reason, added = _dated(about)
                yield Entry(site, reason, added or list_date)
            else:
                self.unknown += 1


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
        why = str(error).partition("\n")[0]  # Arrow goes on with the whole schema
        raise ListError(f"{table}: no table of sites ({why}): give what 'chaffinch sites' wrote") from error
    return [Entry(row["site"], _reason(row), day) for row in rows if row["label"] in labels]


def export(
    entries: Iterable[Entry], format_: ListFormat, title: str, today: date | None = None
) -> tuple[str, int]:
    """Return a list's text, and how many entries are left out: this form can't name them without others.

    Accounts need paths, IP addresses are no domains, and to list a platform is to list all its accounts.
    """
    day = today or datetime.now(UTC).date()
    ordered = sorted(entries, key=lambda entry: entry.site)
    fitting = [entry for entry in ordered if _can_name(format_, entry.site)]
    head, rule, remark = _WRITERS[format_]
    lines = list(head(_one_line(title), day))
    for entry in fitting:
        lines.append(f"{remark} {_remark_on(entry)}")
        lines += rule(entry.site)
    return "\n".join(lines) + "\n", len(ordered) - len(fitting)


def normal_site(text: str) -> str:
    """Return the one form of a site: host without ``www.``, then path, percent-encoded; ``""`` for none.

    A path with a query, or deeper than MAX_DEPTH, could match no address and gives none.
    """
    host, _, path = text.strip().partition("/")
    name = ascii_host(host).removeprefix("www.")
    if not path:
        return name if registrable_domain(name) else ""
    parts = segments(path, MAX_DEPTH + 1)
    if len(parts) > MAX_DEPTH or "?" in path or "#" in path or not registrable_domain(name):
        return ""
    return "/".join([name, *parts])


def sites_above(host: str, url: str = "") -> Iterator[str]:
    """Yield the sites that an address belongs to: its host and each domain above it, each with its path."""
    name = ascii_host(host).removeprefix("www.")
    parts = segments(path_of(url), MAX_DEPTH)
    domain = registrable_domain(name)
    while name:
        yield name
        for depth in range(1, len(parts) + 1):
            yield f"{name}/{'/'.join(parts[:depth])}"
        if not domain or name == domain:
            return
        name = name.partition(".")[2]


class Reputation:
    """Looks addresses up in block lists: sorted 64-bit hashes, for millions to stay in memory.

    An entry takes 9 bytes where its lists have up to 256 dates between them, 10 beyond. Two of a million
    entries share a hash with a probability of 3e-8; a wrong hit of a site that is on no list of a million has
    one of 5e-14.
    """

    def __init__(self, lists: Iterable[ListFile]) -> None:
        numbers: dict[tuple[int, date | None], int] = {}  # of a list by its place: names may be alike
        hashes, origins = array("Q"), array("I")
        self._names: list[str] = []
        for place, listed in enumerate(lists):
            self._names.append(listed.source)
            for entry in listed:
                origin = (place, entry.added)
                if origin not in numbers:
                    numbers[origin] = len(numbers)
                hashes.append(_hash(entry.site))
                origins.append(numbers[origin])
        self._origins = list(numbers)
        width = np.min_scalar_type(max(len(numbers) - 1, 0))
        self._hashes, self._numbers = _sorted(
            np.frombuffer(hashes, np.uint64), np.frombuffer(origins, np.uint32).astype(width)
        )
        self._ordered = self._hashes.data  # a single value is searched for in a tenth of numpy's time

    def __len__(self) -> int:
        return len(self._hashes)

    def count(self, place: int) -> int:
        """Return how many entries a list has, given its place among the lists (from 0)."""
        mine = [number for number, (listed, _) in enumerate(self._origins) if listed == place]
        return int(np.isin(self._numbers, mine).sum())

    @property
    def nbytes(self) -> int:
        """Bytes that the entries take in memory."""
        return self._hashes.nbytes + self._numbers.nbytes

    def lookup(self, host: str, url: str = "") -> tuple[Listing, ...]:
        """Return what the lists say of an address, its host's own entries first, once for each list and site.

        Without ``url``, entries that name a path don't match.
        """
        return tuple(listing for site in sites_above(host, url) for listing in self._listings(site))

    def with_listings(self, page: Page) -> Page:
        """Return a page with what the lists say of its address; one without an address stays as it is."""
        return replace(page, listings=self.lookup(page.host, page.url)) if page.host else page

    def _listings(self, site: str) -> Iterator[Listing]:
        wanted = _hash(site)
        place = bisect_left(self._ordered, wanted)
        said = set()
        while place < len(self._ordered) and self._ordered[place] == wanted:
            listed, added = self._origins[int(self._numbers[place])]
            if listed not in said:
                yield Listing(site, self._names[listed], added)
            said.add(listed)
            place += 1


def load_lists(lists: Iterable[Path]) -> Reputation | None:
    """Read block lists, None where there are none. Raises ListError where one can't be read."""
    files = [ListFile(path) for path in lists]
    return Reputation(files) if files else None


_OF_NAMES = {ListFormat.HOSTS, ListFormat.RPZ}
_DATE = re.compile(r"(?<!\d)(20\d\d)(-?)([01]\d)\2([0-3]\d)")  # also as the serial of a zone begins
_ADDED = re.compile(rf"\({_DATE.pattern}\)$")
_HOST = r"([\w-]+(?:\.[\w-]+)+)"
_RULES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_HOST}(/[^\s*]+)?$",  # plain, the most of long lists
        rf"\*://(?:\*\.)?{_HOST}(/[^*\s]+?)?(?:/\*)?$",  # uBlacklist
        rf"\|\|{_HOST}(/[^*^$\s|]+)?[\^*]?(?:\$[\w,~=-]*)?$",  # uBlock Origin
        rf"(?:0\.0\.0\.0|127\.0\.0\.1|::1?)\s+{_HOST}()$",  # hosts
        rf"(?:\*\.)?{_HOST}\.?(?:\s+\d+)?(?:\s+IN)?\s+CNAME\s+\.()$",  # RPZ
    )
)
_HREF = re.compile(rf"\[href[*^$]?=[\"'](?:https?://|//|\.)?{_HOST}(/[^*\s\"']*)?[\"']\]")
_INLINE = re.compile(r"\s[#;]")
_ZONE_STARTS = ("$", "@ ", "@\t", "@IN")


def _reason(row: dict[str, object]) -> str:
    if row["score"] is None:
        return f"labelled {row['label']}"
    scored = sum(int(str(row[name])) for name in ("farm", "review", "ok"))
    called = "content farm" if row["label"] == Label.FARM else f"labelled {row['label']}"
    return (
        f"{called}, site score {row['score']:.2f} ({row['low']:.2f} to {row['high']:.2f}), "
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
    ListFormat.UBLACKLIST: (_ublacklist_head, lambda site: _match_patterns(site), "#"),
    ListFormat.UBLOCK: (_ublock_head, lambda site: [f"||{site}^$document"], "!"),
    ListFormat.HOSTS: (_remark_head, lambda site: [f"0.0.0.0 {site}", f"0.0.0.0 www.{site}"], "#"),
    ListFormat.RPZ: (_rpz_head, lambda site: [f"{site} CNAME .", f"*.{site} CNAME ."], ";"),
    ListFormat.DOMAINS: (_remark_head, lambda site: [site], "#"),
}


def _can_name(format_: ListFormat, site: str) -> bool:
    if format_ in _OF_NAMES and ("/" in site or not registrable_domain(site)):
        return False
    return not is_platform(site)


def _match_patterns(site: str) -> list[str]:
    """Match a site's pages, on ``www.`` and ``m.`` too; the page of an account itself ends in no slash."""
    below = f"*://*.{site}/*"
    return [f"*://*.{site}", below] if "/" in site else [below]


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _remark_on(entry: Entry) -> str:
    return f"{entry.site}: {_one_line(entry.reason)}" + (f" ({entry.added})" if entry.added else "")


def _split(line: str) -> tuple[str, str]:
    """Split a line into its rule and its remark."""
    if line.startswith(("!", ";", "[")) or (line.startswith("#") and not line.startswith("##")):
        return "", line.lstrip("!;#[ ")
    if found := _INLINE.search(line):
        return line[: found.start()], line[found.end() :].strip()
    return line, ""


def _site(rule: str) -> str:
    """Return the site that a rule blocks, ``""`` where it is no plain one."""
    if "##" in rule:
        found = _HREF.search(rule)
    else:
        found = next((match for pattern in _RULES if (match := pattern.match(rule))), None)
    return normal_site(found[1] + (found[2] or "")) if found else ""


def _dated(remark: str) -> tuple[str, date | None]:
    """Return a remark's reason and date: the one it ends with, as written here, else any that it names."""
    if (found := _ADDED.search(remark)) and (added := _date(found[0])):
        return remark[: found.start()].strip(), added
    return remark.strip(), _date(remark)


def _date(text: str) -> date | None:
    if found := _DATE.search(text):
        try:
            return date(int(found[1]), int(found[3]), int(found[4]))
        except ValueError:
            return None
    return None


def _sorted(
    hashes: NDArray[np.uint64], numbers: NDArray[np.unsignedinteger[Any]]
) -> tuple[NDArray[np.uint64], NDArray[np.unsignedinteger[Any]]]:
    """Sort entries by hash, the earlier first where two are alike, and drop repeated ones."""
    order = np.argsort(hashes, kind="stable")
    hashes, numbers = hashes[order], numbers[order]
    again = np.zeros(len(hashes), dtype=np.bool_)
    again[1:] = (hashes[1:] == hashes[:-1]) & (numbers[1:] == numbers[:-1])
    return (hashes[~again], numbers[~again]) if again.any() else (hashes, numbers)


def _hash(name: str) -> int:
    return int.from_bytes(blake2b(name.encode("utf-8", "replace"), digest_size=8).digest())
