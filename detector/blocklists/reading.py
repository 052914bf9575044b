"""Block lists in: files of any form to entries.

Every entry keeps its reason and its date. Reading never fails on a line: what a list says that is no plain
domain (regular expressions, element filters) is counted as not understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from detector.blocklists.entries import Entry, normal_site
from detector.errors import ListError

MAX_LINE = 4_096
"""Characters of a list's line that are read."""

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


class ListFile:
    """A block list on disk in any form of ListFormat, which may be mixed: iterate over its entries.

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
    """Return a remark's reason and date: the one it ends with, as we write it, else any that it names."""
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
