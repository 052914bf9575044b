"""What a document says of itself: title, meta elements, JSON-LD and the marks of whoever earns from it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import orjson

from detector.page import CutReason, MarkKind, Metadata, OwnerMark

MAX_VALUE = 2_000
"""Characters kept of one metadata value."""
MAX_JSON = 300_000
"""Characters of JSON-LD that are read, over all its scripts."""
MAX_JSON_NODES = 2_000
MAX_MARKS = 100

META_FIELDS = {
    "description": "description",
    "og:description": "description",
    "keywords": "keywords",
    "generator": "generator",
    "robots": "robots",
    "refresh": "refresh",
    "og:site_name": "site_name",
    "application-name": "site_name",
    "og:url": "og_url",
    "og:type": "og_type",
    "og:title": "title",
    "author": "author",
    "article:author": "author",
    "article:published_time": "published",
    "date": "published",
}
"""Meta names to fields of Metadata; the first that a page gives stands."""

MARKS = (
    ("ca-pub-", MarkKind.ADSENSE, re.compile(r"ca-pub-\d{10,20}")),
    ("UA-", MarkKind.ANALYTICS, re.compile(r"UA-(?<![\w-]UA-)\d{4,10}-\d{1,4}(?!\d)")),
    ("G-", MarkKind.ANALYTICS, re.compile(r"G-(?<![\w-]G-)[A-Z0-9]{8,12}(?![\w-])")),
    ("GTM-", MarkKind.TAG_MANAGER, re.compile(r"GTM-(?<![\w-]GTM-)[A-Z0-9]{4,9}(?![\w-])")),
)
AFFILIATE = re.compile(
    r"[?&](?:tag=([\w-]{3,40}-2\d)|(?:awinaffid|affid|aff_id|affiliate_?id)=([\w-]{2,40}))(?![\w-])"
)
"""Parameters of a link that say whom a sale is credited to (Amazon's tags end in a number of the shop)."""


class Head:
    """Collects metadata and marks, in document order."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.publishers: dict[str, None] = {}
        self.publisher_urls: dict[str, None] = {}
        self.schema_types: dict[str, None] = {}
        self.marks: dict[OwnerMark, None] = {}
        self.titled = False
        self.json_left = MAX_JSON
        self.cuts: dict[CutReason, None] = {}

    def add(self, name: str, value: str | None) -> None:
        """Keep the first non-empty value of a field."""
        if value and name not in self.values:
            value = " ".join(value[: 2 * MAX_VALUE].split())[:MAX_VALUE]
            if value:
                self.values[name] = value

    def add_title(self, text: str) -> None:
        """Read a ``<title>``: the first one stands, and before ``og:title``."""
        if not self.titled and text.strip():
            self.titled = True
            self.values.pop("title", None)
            self.add("title", text)

    def add_meta(self, attributes: Mapping[str, str | None]) -> None:
        """Read a ``<meta>``."""
        name = attributes.get("name") or attributes.get("property") or attributes.get("http-equiv")
        if name and (field := META_FIELDS.get(name.strip().lower())):
            self.add(field, attributes.get("content"))

    def add_json(self, text: str) -> None:
        """Read a script of JSON-LD; a broken one is ignored."""
        self.json_left -= len(text)
        if self.json_left < 0:
            self.cuts[CutReason.METADATA] = None
            return
        try:
            self._walk_json(orjson.loads(text))
        except (orjson.JSONDecodeError, UnicodeEncodeError):
            return

    def add_marks(self, text: str) -> None:
        """Look for advertising and analytics ids in a script or an attribute."""
        for needle, kind, pattern in MARKS:
            if needle in text:
                for value in pattern.findall(text):
                    self.add_mark(kind, value)

    def add_affiliate(self, url: str) -> None:
        """Look for an affiliate's tag in a link."""
        if found := AFFILIATE.search(url):
            self.add_mark(MarkKind.AFFILIATE, found[1] or found[2])

    def add_mark(self, kind: MarkKind, value: str) -> None:
        """Keep a mark, unless there are too many to be told apart."""
        if len(self.marks) < MAX_MARKS:
            self.marks[OwnerMark(kind, value)] = None

    def metadata(self) -> Metadata:
        """Return what was read."""
        return Metadata(
            **self.values,
            publishers=tuple(self.publishers),
            publisher_urls=tuple(self.publisher_urls),
            schema_types=tuple(self.schema_types),
        )

    def _walk_json(self, root: Any) -> None:
        pending = [root]
        for _ in range(MAX_JSON_NODES):
            if not pending:
                return
            node = pending.pop()
            if isinstance(node, list):
                pending.extend(reversed(node[:MAX_JSON_NODES]))
            elif isinstance(node, dict):
                self._read_thing(node)
                pending.extend(value for value in reversed(node.values()) if isinstance(value, dict | list))

    def _read_thing(self, thing: dict[str, Any]) -> None:
        for name in _strings(thing.get("@type")):
            self.schema_types[name] = None
        for publisher in _things(thing.get("publisher")):
            for name in _strings(publisher.get("name")):
                self.publishers[name] = None
            for url in _strings(publisher.get("url")):
                self.publisher_urls[url] = None
        for author in _things(thing.get("author")):
            for name in _strings(author.get("name")):
                self.add("author", name)
        for date in _strings(thing.get("datePublished")):
            self.add("published", date)


def _strings(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [item.strip()[:MAX_VALUE] for item in values[:20] if isinstance(item, str) and item.strip()]


def _things(value: Any) -> list[dict[str, Any]]:
    """Return JSON-LD things; a bare name stands for a thing of that name."""
    values = value if isinstance(value, list) else [value]
    things = [{"name": item} if isinstance(item, str) else item for item in values[:20]]
    return [item for item in things if isinstance(item, dict)]
