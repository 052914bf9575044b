"""Block lists out: flagged sites as lists for blockers and name servers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from detector.blocklists.entries import Entry
from detector.errors import ListError
from detector.parsing.domains import registrable_domain
from detector.sites.names import is_platform
from detector.verdict import Label


class ListFormat(StrEnum):
    """The forms of block lists."""

    UBLACKLIST = "ublacklist"  # hides results of search engines
    UBLOCK = "ublock"  # uBlock Origin and other Adblock-style blockers
    HOSTS = "hosts"  # /etc/hosts, Pi-hole
    RPZ = "rpz"  # response policy zone of a name server
    DOMAINS = "domains"  # one a line


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


_OF_NAMES = {ListFormat.HOSTS, ListFormat.RPZ}


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
