from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.page import BlockKind, CutReason, Page, Region, Source
from tests.parsing.test_html import check

STORY = "The old pier was opened again on Monday by the mayor, who cut a red ribbon and then went home early."
SHORTER = "Nobody had expected so many visitors at that hour."
MENU = ["• Home", "• Tides", "• Boats", "• Contact"]


def layout(page: Page) -> list[tuple[str, str, str]]:
    return [(page.text[b.start : b.end], b.region.value, b.kind.value) for b in page.blocks]


def test_lines_become_blocks_with_regions_and_kinds() -> None:
    page = Page.from_text(
        "\n".join(
            [
                "Harbour Gazette",
                *MENU,
                "",
                "New pier opens",
                STORY,
                "",
                "- one\n- two",
                SHORTER,
                "© 2025 Gazette",
                "Privacy",
            ]
        ),
        url="https://www.example.org/story",
    )
    assert layout(page) == [
        ("Harbour Gazette", "header", "other"),
        ("Home", "nav", "list_item"),
        ("Tides", "nav", "list_item"),
        ("Boats", "nav", "list_item"),
        ("Contact", "nav", "list_item"),
        ("New pier opens", "main", "heading"),
        (STORY, "main", "paragraph"),
        ("one", "main", "list_item"),
        ("two", "main", "list_item"),
        (SHORTER, "main", "paragraph"),
        ("© 2025 Gazette", "footer", "other"),
        ("Privacy", "footer", "other"),
    ]
    assert (page.source, page.domain, page.links) == (Source.TEXT, "example.org", ())
    assert page.blocks[5].level == 1


def test_flattened_line_breaks_are_found_again() -> None:
    text = f"Harbour Gazette   {'   '.join(MENU)}  New pier opens  {STORY}   {SHORTER}"
    page = Page.from_text(text)
    assert [line for line, _, _ in layout(page)] == [
        *("Harbour Gazette", "Home", "Tides", "Boats", "Contact", "New pier opens", STORY, SHORTER)
    ]
    assert {b.region for b in page.blocks[1:5]} == {Region.NAV}


def test_spaces_within_lines_are_no_borders_where_there_are_line_breaks() -> None:
    page = Page.from_text(f"Two  spaces  after  words.\n{STORY}\n{SHORTER}\n")
    assert len(page.blocks) == 3


@pytest.mark.parametrize("bullet", "•▪◦*-–—·")
def test_bullets_mark_list_items_and_are_no_text(bullet: str) -> None:
    page = Page.from_text(f"{STORY}\n{bullet} salt\n  {bullet} rope")
    assert [line for line, _, kind in layout(page) if kind == "list_item"] == ["salt", "rope"]


@pytest.mark.parametrize(
    ("line", "kind", "level"),
    [
        ("## Tides", BlockKind.HEADING, 2),
        ("1. Untie the boat", BlockKind.LIST_ITEM, 0),
        ("(2) Untie the boat", BlockKind.LIST_ITEM, 0),
        ("2025. The year of the pier", BlockKind.OTHER, 0),
        ("-5 degrees", BlockKind.OTHER, 0),
        (STORY, BlockKind.PARAGRAPH, 0),
        (SHORTER, BlockKind.PARAGRAPH, 0),
        ("Tides and boats", BlockKind.OTHER, 0),
    ],
)
def test_kinds_of_lines(line: str, kind: BlockKind, level: int) -> None:
    [block] = Page.from_text(line).blocks
    assert (block.kind, block.level) == (kind, level)


def test_short_line_above_a_paragraph_is_its_heading() -> None:
    page = Page.from_text(f"New pier opens\n{STORY}\nWho came\n{STORY}\nIt rained.\n{STORY}")
    assert [(b.kind, b.level) for b in page.blocks][::2] == [
        (BlockKind.HEADING, 1),
        (BlockKind.HEADING, 2),
        (BlockKind.OTHER, 0),
    ]


@pytest.mark.parametrize(
    "tail",
    [
        ["© Harbour Gazette"],
        ["Copyright 2025 Harbour Gazette, all texts and pictures, unless a source is named beside them."],
        ["Follow us", "👉 pier.example.com", "👉 boats.example.net"],
        ["More of ours:", "pier.example.com", "https://boats.example.net/"],
        ["Impressum", "Datenschutz"],
        ["Links", "• Home", "• Tides", "• Boats"],
    ],
)
def test_tails_of_pages(tail: list[str]) -> None:
    page = Page.from_text("\n".join([STORY, SHORTER, *tail]))
    assert [b.region for b in page.blocks] == [Region.MAIN] * 2 + [Region.FOOTER] * len(tail)


@pytest.mark.parametrize(
    "text",
    [
        f"{STORY}\nThank you for reading",
        f"{STORY}\n• one\n• two",
        f"Harbour Gazette\nMonday\n{STORY}",
        f"• one\n• two\n{STORY}",
        "word",
    ],
)
def test_when_in_doubt_it_is_the_body(text: str) -> None:
    assert {b.region for b in Page.from_text(text).blocks} == {Region.MAIN}


def test_promotional_list_of_domains_ends_up_in_the_foot() -> None:
    domains = [
        "bdboats.example.com",
        "pierfx.test",
        "www.pierfx.test",
        "ultra-tide.example.net",
        "saltfood.test",
    ]
    page = Page.from_text(
        "\n".join([STORY, SHORTER, "👇Follow more 👇", *(f"👉 {d}" for d in domains), "Exit mobile version"])
    )
    assert [page.text[m.start : m.end] for m in page.mentions] == domains
    assert len({m.domain for m in page.mentions}) == 4
    foot = [b for b in page.blocks if b.region is Region.FOOTER]
    assert len(foot) == 7
    assert all(foot[0].start <= m.start for m in page.mentions)


def test_title_is_the_given_one_or_none() -> None:
    assert Page.from_text("x", title=" New \n pier ").metadata.title == "New pier"
    assert Page.from_text(f"New pier\n{STORY}").metadata.title == ""


def test_markdown_links_are_linked_mentions() -> None:
    page = Page.from_text("See [the pier](https://pier.example.com/a) and boats.example.net.")
    assert [(m.domain, m.linked) for m in page.mentions] == [("example.com", True), ("example.net", False)]


@pytest.mark.parametrize(
    ("content", "cuts"),
    [
        ("", (CutReason.EMPTY,)),
        (b"%PDF-1.4", (CutReason.NOT_TEXT,)),
        ("\0" * 100, (CutReason.NOT_TEXT,)),
        ("word " * 100_000, (CutReason.TEXT,)),
        ("x" * 400_000, ()),
        ("x" * 400_000 + " \n", ()),
        ("x" * 399_999 + "\ny", (CutReason.TEXT,)),
        ("x" * 400_000 + "\ny", (CutReason.TEXT,)),
        ("x" * 5_000_001, (CutReason.BYTES, CutReason.TEXT)),
    ],
)
def test_cuts(content: bytes | str, cuts: tuple[CutReason, ...]) -> None:
    page = Page.from_text(content)
    assert page.cuts == cuts
    assert len(page.text) <= 400_000


def test_bytes_are_decoded() -> None:
    assert Page.from_text("größer".encode()).text == "größer"


BEGINNINGS = [
    "BZh",
    "BZh9",
    "GIF87a",
    "GIF89",
    "GIF89a",
    "ID3",
    "OggS",
    "PK",
    "RIFF",
    "Rar!",
    "fLaC",
    "wOF2",
    "wOFF",
]


@given(st.sampled_from(BEGINNINGS), st.text(alphabet=string.printable[:96], max_size=100))
def test_a_text_may_begin_with_the_word_that_files_of_other_formats_begin_with(word: str, rest: str) -> None:
    assert Page.from_text((word + rest).encode()) == Page.from_text(word + rest)


LINE = st.sampled_from(
    ["• a", "# b", STORY, "  ", "example.com", "© x", "a  b", "\t", "1. c", "word", "\u2028", "\r"]
)


@given(st.lists(LINE, max_size=30).map("\n".join) | st.text(max_size=300) | st.binary(max_size=300))
def test_any_text_gives_a_page_whose_parts_fit(content: bytes | str) -> None:
    check(Page.from_text(content, url="https://example.org/"))
