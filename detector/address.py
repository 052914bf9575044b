"""What a page's URL says in words: the host's label cut into words, the slug's words, the shape of the path.

A host name is cut by a unigram dictionary and least cost (dynamic programming, as in Norvig 2009, "Natural
Language Corpus Data", with word lengths in place of counts): ``bestgardenguide`` -> best, garden, guide.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from detector.lexicons import load_lexicon
from detector.parsing.domains import MAX_LABEL, split_host

MAX_WORD = 20
SURE_WORD = 4
"""Letters from which a word is believed although what stands beside it is unknown."""
MAX_PATH = 2_000

_CHUNKS = re.compile(r"[a-z]+|[0-9]+")
_SLUG_WORD = re.compile(r"[^\W_]+")
_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")
_EXTENSION = re.compile(r"\.(?:html?|php\d?|aspx?|jsp|shtml|cfm|xml|pdf|amp)(?=/|$)")
_CYRILLIC = dict(
    zip(
        "абвгдезийклмнопрстуфхыэіїєґј",
        "abvgdeziyklmnoprstufhyeiiegj",
        strict=True,
    )
) | {
    "ё": "e",
    "ж": "zh",
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "щ": "shch",
    "ю": "yu",
    "я": "ya",
    "ь": "",
    "ъ": "",
}
_GREEK = dict(zip("αβγδεζηικλμνξοπρσςτυφω", "abgdeziiklmnxoprsstyfo", strict=True)) | {"θ": "th", "χ": "ch"}
_FOLD = str.maketrans(_CYRILLIC | _GREEK | {"ı": "i", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae"})
_FOLDED = re.compile("[" + "".join(map(chr, _FOLD)) + "]")


class Segment(NamedTuple):
    """A piece of a host's label; ``topics`` is empty where the piece is no known word."""

    text: str
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Address:
    """A URL taken apart. What is percent-decoded is in lower case."""

    host: str
    subdomain: str
    label: str  # the registrable domain without its suffix
    suffix: str
    path: str  # percent-decoded
    raw_path: str  # as written, like the query
    query: str
    segments: tuple[Segment, ...]
    sub_segments: tuple[Segment, ...]
    slug: tuple[str, ...]  # words of path and query, in order


def parse_address(url: str, host: str) -> Address:
    """Take a URL apart; ``host`` is its host as the page has it."""
    subdomain, label, suffix = split_host(host)
    subdomain = f"{subdomain}.".removeprefix("www.").rstrip(".")
    raw_path, _, query = url.partition("//")[2].partition("/")[2].partition("#")[0][:MAX_PATH].partition("?")
    path, words = _decode_percents(raw_path), _decode_percents(query.replace("+", " "))
    slug = tuple(_SLUG_WORD.findall(f"{_EXTENSION.sub('', path)} {words}"))
    segments, sub_segments = cut(_decode(label)), cut(_decode(subdomain))
    return Address(host, subdomain, label, suffix, path, raw_path, query, segments, sub_segments, slug)


@lru_cache(maxsize=16_384)
def cut(label: str) -> tuple[Segment, ...]:
    """Cut a label into known words and unknown rests, least cost first."""
    segments: list[Segment] = []
    for chunk in _CHUNKS.findall(fold(label)[:MAX_LABEL]):
        segments.extend(_cut_chunk(chunk))
    return tuple(segments)


def fold(text: str) -> str:
    """Return text in lower case without marks, Cyrillic and Greek in Latin letters."""
    if text.isascii():
        return text.lower()
    lowered = text.lower()
    if _FOLDED.search(lowered):  # translate is slow on text that needs none of it
        lowered = lowered.translate(_FOLD)
    spelled = unicodedata.normalize("NFKD", lowered)
    return spelled.encode("ascii", "ignore").decode("ascii")


def squeeze(text: str) -> str:
    """Return the letters and digits of a text in lower case, nothing between them, as hosts write names."""
    return _NOT_ALPHANUMERIC.sub("", text.lower())


@cache
def vocabulary() -> Mapping[str, tuple[str, ...]]:
    """Return what each word of a host name may be about: ``host_words``, and topic terms in Latin."""
    words: dict[str, tuple[str, ...]] = {}
    for entry in load_lexicon("host_words").entries:
        words[entry.term] = (*words.get(entry.term, ()), entry.category)
    for entry in load_lexicon("topics").entries:
        term = fold(entry.term)
        if len(term) > SURE_WORD and term.isalpha() and entry.term.isalpha() and term not in words:
            words[term] = (entry.category,)
    return words


def _decode_percents(text: str) -> str:
    """Return a part of a URL as it reads, in lower case (capitals may be percent-encoded too)."""
    return unicodedata.normalize("NFC", unquote(text)).lower().replace("\x00", "")


def _decode(labels: str) -> str:
    """Return a host's labels as they read: one that is no good punycode, as it is."""
    return ".".join(map(_decode_label, labels.split("."))) if "xn--" in labels else labels


def _decode_label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label.encode("ascii").decode("idna")
    except UnicodeError:
        return label


def _cut_chunk(chunk: str) -> list[Segment]:
    known = vocabulary()
    size = len(chunk)
    best: list[tuple[float, int, bool]] = [(0.0, 0, False)]  # cost up to here, start of the piece, is a word
    for end in range(1, size + 1):
        cost, _, after_word = best[end - 1]
        choice = (cost + (3.0 if after_word or end == 1 else 1.0), end - 1, False)
        for start in [start for start in range(max(0, end - MAX_WORD), end) if chunk[start:end] in known]:
            word = (best[start][0] + (1.0 if end - start >= SURE_WORD else 2.2), start, True)
            choice = min(choice, word)
        best.append(choice)
    pieces = _trace(chunk, best)
    whole = all(is_word for _, is_word in pieces)
    return [
        Segment(text, known.get(text, ()) if is_word and (whole or len(text) >= SURE_WORD) else ())
        for text, is_word in pieces
    ]


def _trace(chunk: str, best: list[tuple[float, int, bool]]) -> list[tuple[str, bool]]:
    pieces: list[tuple[str, bool]] = []
    end = len(chunk)
    while end:
        _, start, is_word = best[end]
        if pieces and not is_word and not pieces[-1][1]:
            pieces[-1] = (chunk[start:end] + pieces[-1][0], False)
        else:
            pieces.append((chunk[start:end], is_word))
        end = start
    return pieces[::-1]
