"""What an element hands down to its content: region, kind of block, heading level."""

from __future__ import annotations

from typing import final

from detector.page import BlockKind, Region
from detector.parsing.elements import KINDS, MAIN, REGIONS

KEPT_KINDS = {BlockKind.LIST_ITEM, BlockKind.CAPTION, BlockKind.FORM, BlockKind.HEADING}
"""A paragraph inside one of these stays what it is in."""
LOOSE_KINDS = {BlockKind.OTHER, BlockKind.TABLE_CELL}

Key = int | tuple[int, Region | None, Region | None]
"""An element's tag, with the regions that its role and its names speak of where they do."""


@final
class Context(dict[Key, "Context"]):
    """The state of an element's content, and a map from the elements in it to the state of theirs.

    Contexts are shared by all pages: pages differ in how they mix the same few hundred of them. They are
    told apart by identity, because hashing enum members is a Python call each.
    """

    __slots__ = ("guessed", "inside_body", "kind", "level", "loose", "main", "region")

    def __init__(
        self, region: Region, kind: BlockKind, level: int, inside_body: bool = False, guessed: bool = False
    ) -> None:
        super().__init__()
        self.region = region
        self.kind = kind
        self.level = level
        self.inside_body = inside_body  # below <main> or <article>, where <header> is not the page's
        self.guessed = guessed  # the region is told by class or id alone
        self.main = region is Region.MAIN  # class and id names may tell another region
        self.loose = kind in LOOSE_KINDS  # what the text is depends on its length

    def __missing__(self, key: Key) -> Context:
        tag, role, named = (key, None, None) if isinstance(key, int) else key
        state = self._below(tag, role, named)
        found = self[key] = _CONTEXTS.setdefault(state, Context(*state))
        return found

    def _below(self, tag: int, role: Region | None, named: Region | None) -> _State:
        kind, level = KINDS.get(tag, (self.kind, self.level))
        if kind is BlockKind.PARAGRAPH and self.kind in KEPT_KINDS:
            kind, level = self.kind, self.level
        told = role or REGIONS.get(tag)
        inside_body = self.inside_body or told is Region.MAIN
        if told is Region.MAIN and tag == MAIN and self.guessed:
            return Region.MAIN, kind, level, inside_body, False
        if told is not None and self._may_become(told):
            return told, kind, level, inside_body, False
        if told is None and named is not None and self._may_become(named):
            return named, kind, level, inside_body, True
        return self.region, kind, level, inside_body, self.guessed

    def _may_become(self, told: Region) -> bool:
        if self.main:
            return told is not Region.HEADER or not self.inside_body
        return self.region is Region.HEADER and told not in (Region.HEADER, Region.MAIN)


_State = tuple[Region, BlockKind, int, bool, bool]
_CONTEXTS: dict[_State, Context] = {}

ROOT = Context(Region.MAIN, BlockKind.OTHER, 0)
