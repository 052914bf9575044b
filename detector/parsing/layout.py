"""Guesses from the layout of lines alone what each is: menu, head, body or foot. When in doubt, body."""

from __future__ import annotations

import re
from collections.abc import Sequence

from detector.page import BlockKind, Region

MAX_MENU_ITEM = 60
"""Characters of the longest menu entry."""
MIN_MENU = 3
"""List items in a row from which they are a menu, not a list of the body."""

FOOTER_CUE = re.compile(
    r"©|\(c\) ?\d{4}|\bcopyright\b|\ball rights reserved\b|\bprivacy\b|\bterms (?:of|and|&)|\bcontact\b"
    r"|\bimpressum\b|\bdatenschutz\b|\bimprint\b|\bcookies?\b|\bpowered by\b|\bderechos reservados\b"
    r"|\bmentions légales\b|\bprivacidad\b|\bcontacto\b|\bkontakt\b|\bfollow (?:us|more)\b|\bsite ?map\b",
    re.IGNORECASE,
)
ADDRESS_LINE = re.compile(r"\W{0,8}(?:https?://)?(?:[\w-]{1,63}\.){1,5}[a-z]{2,24}/?\W{0,4}", re.IGNORECASE)
"""A line that is nothing but a domain or a URL, with a bullet or an emoji."""


def infer_regions(lines: Sequence[tuple[str, BlockKind]]) -> list[Region]:
    """Return the region of each line of a page, in reading order."""
    regions = [Region.MAIN] * len(lines)
    body = [index for index, (_, kind) in enumerate(lines) if kind is BlockKind.PARAGRAPH]
    if body:
        _mark_head(lines, regions, body[0])
    _mark_foot(lines, regions, body[-1] + 1 if body else len(lines) // 2)
    return regions


def _mark_head(lines: Sequence[tuple[str, BlockKind]], regions: list[Region], body: int) -> None:
    while body and lines[body - 1][1] is BlockKind.HEADING:  # a title belongs to the text below it
        body -= 1
    menu = [index for index in range(body) if _is_menu_item(*lines[index])]
    if len(menu) < MIN_MENU:
        return
    for index in range(menu[-1] + 1):
        regions[index] = Region.HEADER
    for index in menu:
        regions[index] = Region.NAV


def _mark_foot(lines: Sequence[tuple[str, BlockKind]], regions: list[Region], tail: int) -> None:
    last = len(lines)
    while tail and _is_notice(lines[tail - 1][0]):  # a copyright line may be as long as a paragraph
        tail -= 1
    cue = next((index for index in range(tail, last) if _is_cue(lines, index)), last)
    if (
        tail < cue < last
        and lines[cue - 1][1] is not BlockKind.LIST_ITEM
        and len(lines[cue - 1][0]) < MAX_MENU_ITEM
    ):
        cue -= 1  # the heading of a list
    for index in range(cue, last):
        regions[index] = Region.FOOTER


def _is_cue(lines: Sequence[tuple[str, BlockKind]], index: int) -> bool:
    text = lines[index][0][:400]
    if FOOTER_CUE.search(text) or ADDRESS_LINE.fullmatch(text):
        return True
    run = lines[index : index + MIN_MENU]
    return len(run) == MIN_MENU and all(_is_menu_item(*line) for line in run)


def _is_menu_item(text: str, kind: BlockKind) -> bool:
    return kind is BlockKind.LIST_ITEM and len(text) <= MAX_MENU_ITEM


def _is_notice(text: str) -> bool:
    return text.lstrip()[:1] == "©" or text[:9].lower() == "copyright"
