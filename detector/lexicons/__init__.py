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
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import NamedTuple

import numpy as np
from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from detector.characters import UNSPACED, code_points
from detector.errors import LexiconError

HEAD = ("about", "source", "date", "licence")
MAX_MATCHES = 50_000
"""Matches that are looked at in one text: far more than any page holds that is not made of terms."""


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


class Hit(NamedTuple):
    """A term found in a text; offsets count characters. A named tuple, since pages hold hundreds."""

    entry: Entry
    start: int
    end: int


@cache
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

    A term that lies inside a longer one of the same lexicon is left out. No more than MAX_MATCHES are looked
    at, by where they end.
    """
    automaton, meanings = _automaton()
    marked, inside = _mark(lowered)
    matches = automaton.find_matches_as_indexes(marked, overlapping=True)[:MAX_MATCHES]
    found = [(s, -e, index) for index, s, e in matches if not (inside[s] or inside[e])]
    found.sort()  # of those that start at one place, the longest first
    hits: dict[str, list[Hit]] = {name: [] for name in lexicon_names()}
    ends = dict.fromkeys(hits, 0)  # where each lexicon's last hit ends
    for start, minus_end, index in found:
        for lexicon, entry in meanings[index]:
            if ends[lexicon] < -minus_end or hits[lexicon][-1][1:] == (start, -minus_end):
                ends[lexicon] = -minus_end
                hits[lexicon].append(_hit(Hit, (entry, start, -minus_end)))
    return hits


def _folder() -> Iterator[Traversable]:
    return files(__package__).iterdir()


def _entry(name: str, number: int, line: str) -> Entry:
    cells = line.split("\t")
    if len(cells) != 3 or not all(cell.strip() for cell in cells):
        raise LexiconError(f"lexicons/{name}.tsv line {number}: expected term, category, language by tabs")
    term, category, language = (unicodedata.normalize("NFC", cell.strip()) for cell in cells)
    return Entry(name, term.lower(), category, language)


@cache
def _automaton() -> tuple[AhoCorasick, tuple[tuple[tuple[str, Entry], ...], ...]]:
    """Return the automaton, and for each of its terms the entries, each with its lexicon's name."""
    by_term: dict[str, list[tuple[str, Entry]]] = {}
    for lexicon in map(load_lexicon, lexicon_names()):
        for entry in lexicon.entries if lexicon.matched else ():
            by_term.setdefault(entry.term, []).append((lexicon.name, entry))
    terms, _ = _mark("\n".join(by_term))
    automaton = AhoCorasick(
        terms.split("\n"), matchkind=MatchKind.Standard, implementation=Implementation.ContiguousNFA
    )
    return automaton, tuple(map(tuple, by_term.values()))


def _mark(lowered: str) -> tuple[str, bytes]:
    """Return the text with a capital where a word begins with a to z, and which places lie inside words.

    A place is between two characters, both ends included. Terms are marked alike, so that the automaton goes
    no way in the middle of a word. Scripts without spaces have no borders of words: see UNSPACED.
    """
    codes = code_points(lowered)
    letters = _SPACED.take(codes, mode="clip")
    inside = np.zeros(len(lowered) + 1, dtype=np.bool_)
    np.logical_and(letters[:-1], letters[1:], out=inside[1:-1])
    marked = codes - _TO_CAPITAL.take(codes, mode="clip") * ~inside[:-1]
    return marked.tobytes().decode("utf-32-le", "surrogatepass"), inside.tobytes()


_hit = tuple.__new__  # a named tuple's own call takes twice the time
_SPACED = np.array([chr(code).isalnum() for code in range(ord(UNSPACED))] + [False])
"""Whether a character is a letter or digit of a script that writes spaces between words."""
_TO_CAPITAL = np.array([32 * ("a" <= chr(code) <= "z") for code in range(129)], dtype=np.uint32)
"""What is taken from the code of a small letter from a to z to make it a capital."""
