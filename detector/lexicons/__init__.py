"""The word lists that signals read: one TSV file a lexicon, many languages, each with its source.

A file opens with ``# key: value`` lines (``about``, ``source``, ``date``, ``licence``), then holds
``term<TAB>category<TAB>language`` rows. Terms are matched in lower case, whole words where the script
writes spaces. Every lexicon, but those whose head says ``match: lookup`` (words that occur inside host
names, not in texts), goes into one Aho-Corasick automaton, so that a page is read once whatever
the number of terms (Aho & Corasick 1975).
"""

from __future__ import annotations

import datetime
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from detector.errors import LexiconError

HEAD = ("about", "source", "date", "licence")


@dataclass(frozen=True, slots=True)
class Entry:
    """A term of a lexicon, in lower case."""

    lexicon: str
    term: str
    category: str
    language: str  # ISO 639-1, or "*" for any


@dataclass(frozen=True, slots=True)
class Lexicon:
    """A word list with its provenance."""

    name: str
    about: str
    source: str
    date: datetime.date
    licence: str
    entries: tuple[Entry, ...]
    matched: bool  # in texts; False where the list is only looked up


@dataclass(frozen=True, slots=True)
class Hit:
    """A term found in a text; offsets count characters."""

    entry: Entry
    start: int
    end: int


def lexicon_names() -> tuple[str, ...]:
    """Return the name of every lexicon that ships."""
    return tuple(sorted(path.name.removesuffix(".tsv") for path in _folder() if path.name.endswith(".tsv")))


@cache
def load_lexicon(name: str) -> Lexicon:
    """Read and check a lexicon. Raises LexiconError naming file and line where its format is broken."""
    path = files(__package__) / f"{name}.tsv"
    head: dict[str, str] = {}
    entries: list[Entry] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("#"):
            key, _, value = line.lstrip("# ").partition(":")
            head.setdefault(key.strip(), value.strip())
        elif line.strip():
            entries.append(_entry(name, number, line))
    missing = [key for key in HEAD if not head.get(key)]
    if missing:
        raise LexiconError(f"lexicons/{name}.tsv: its head lacks {missing}: add '# key: value' lines")
    date = datetime.date.fromisoformat(head["date"])
    matched = head.get("match") != "lookup"
    return Lexicon(name, head["about"], head["source"], date, head["licence"], tuple(entries), matched)


def find_terms(lowered: str) -> dict[str, list[Hit]]:
    """Find every lexicon's terms in a lower-case text: hits by lexicon name, in order of appearance.

    Where terms of one lexicon start at the same place, the longest is kept.
    """
    automaton, entries = _automaton()
    hits: dict[str, list[Hit]] = defaultdict(list)
    for index, start, end in automaton.find_matches_as_indexes(lowered, overlapping=True):
        if _whole_word(lowered, start, end):
            for entry in entries[index]:
                hits[entry.lexicon].append(Hit(entry, start, end))
    return {name: _longest(found) for name, found in hits.items()}


def _folder() -> Iterator[Traversable]:
    return files(__package__).iterdir()


def _entry(name: str, number: int, line: str) -> Entry:
    cells = line.split("\t")
    if len(cells) != 3 or not all(cell.strip() for cell in cells):
        raise LexiconError(f"lexicons/{name}.tsv line {number}: expected term, category, language by tabs")
    term, category, language = (unicodedata.normalize("NFC", cell.strip()) for cell in cells)
    return Entry(name, term.lower(), category, language)


@cache
def _automaton() -> tuple[AhoCorasick, tuple[tuple[Entry, ...], ...]]:
    by_term: dict[str, list[Entry]] = defaultdict(list)
    for lexicon in map(load_lexicon, lexicon_names()):
        for entry in lexicon.entries if lexicon.matched else ():
            by_term[entry.term].append(entry)
    automaton = AhoCorasick(
        list(by_term), matchkind=MatchKind.Standard, implementation=Implementation.ContiguousNFA
    )
    return automaton, tuple(tuple(entries) for entries in by_term.values())


def _whole_word(text: str, start: int, end: int) -> bool:
    """Tell whether a match is not the inside of a longer word; scripts without spaces have no such border."""
    if start and _joins(text[start - 1], text[start]):
        return False
    return end == len(text) or not _joins(text[end - 1], text[end])


def _joins(left: str, right: str) -> bool:
    return left.isalnum() and right.isalnum() and left < "\u0e00" and right < "\u0e00"


def _longest(hits: list[Hit]) -> list[Hit]:
    """Drop hits that lie inside a longer one."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        if not kept or hit.end > kept[-1].end or hit.entry.term == kept[-1].entry.term:
            kept.append(hit)
    return kept
