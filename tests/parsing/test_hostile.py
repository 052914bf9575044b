"""Pages made to stall or break a parser: each gives a page that is whole in itself. benchmarks/hostile.py
times the same pages, and larger ones."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.hostile import BUILDERS, Builder
from detector.page import CutReason, Page
from detector.parsing.limits import MAX_BYTES, screen, screen_markup
from detector.parsing.rewrite import (
    MAX_ATTRIBUTES,
    MAX_DEPTH,
    MAX_ELEMENTS,
    MAX_TAGS,
    rewrite,
)
from detector.parsing.tree import parse_tree
from tests.parsing.test_html import PAGE, check

SIZE = 60_000
DEEPEST = 2 * MAX_DEPTH + 5
"""Levels of a page written anew: a parser adds html, head, body, and <tbody> and <tr> to tables."""


@pytest.mark.parametrize("build", BUILDERS.values(), ids=BUILDERS)
def test_hostile_page_is_read(build: Builder) -> None:
    page = Page.from_html(build(SIZE), url="https://www.example.org/a/b")
    check(page)
    assert page.domain == "example.org"


@pytest.mark.parametrize("build", BUILDERS.values(), ids=BUILDERS)
def test_hostile_text_is_read(build: Builder) -> None:
    check(Page.from_text(build(SIZE // 4)))


@pytest.mark.parametrize(
    ("name", "size", "cut"),
    [
        ("attributes on one element", 200_000, CutReason.ATTRIBUTES),
        ("attributes with > in quotes", 400_000, CutReason.ATTRIBUTES),
        ("attributes with tags in quotes", 900_000, CutReason.ATTRIBUTES),
        ("attributes with tags in single quotes", 900_000, CutReason.ATTRIBUTES),
        ("attributes without spaces", 300_000, CutReason.ATTRIBUTES),
        ("attribute names of control characters", 200_000, CutReason.ATTRIBUTES),
        ("attribute names of quotes", 400_000, CutReason.ATTRIBUTES),
        ("attributes behind a vertical tab", 200_000, CutReason.ATTRIBUTES),
        ("nested div", 200_000, CutReason.DEPTH),
        ("nested span, unknown end tags", 400_000, CutReason.DEPTH),
        ("b in p", 1_000_000, CutReason.DEPTH),
        ("end tags", 2_000_000, CutReason.ELEMENTS),
        ("links", 2_000_000, CutReason.LINKS),
        ("words", 1_000_000, CutReason.TEXT),
        ("gzip bytes", 10_000, CutReason.NOT_TEXT),
        ("noise", 10_000, CutReason.NOT_TEXT),
        ("JSON-LD, wide", 500_000, CutReason.METADATA),
        ("one text node", 5_000_001, CutReason.BYTES),
    ],
)
def test_what_is_left_out_is_said(name: str, size: int, cut: CutReason) -> None:
    assert cut in Page.from_html(BUILDERS[name](size)).cuts


def test_ordinary_page_is_parsed_as_it_is() -> None:
    assert screen_markup(PAGE.encode() * 50) == (PAGE.encode() * 50, [])


def test_page_of_many_attributes_is_parsed_as_it_is() -> None:
    html = b"<p class='a b c d' id=e>x > y</p>" * 12_000
    assert screen_markup(html) == (html, [])


def test_page_whose_depth_a_template_hides_is_written_anew() -> None:
    html, _ = screen_markup(BUILDERS["nested in a template"](100_000))
    assert b"<template" not in html


def test_hosts_beyond_ascii_are_read_up_to_a_limit() -> None:
    numbers = [*range(1_200), 0]
    page = Page.from_html("".join(f"<a href=http://ä{number}.example/>x</a>" for number in numbers))
    hosts = [link.host for link in page.links]
    assert all(host.startswith("xn--") for host in hosts[:1_000])
    assert hosts[1_000:] == [""] * 200 + [hosts[0]]
    assert page.cuts == (CutReason.LINKS,)


def test_names_that_no_host_can_have_hide_no_others() -> None:
    page = Page.from_text("".join(f"אa{number}.com " for number in range(2_100)) + "example.com")
    assert [mention.host for mention in page.mentions] == ["example.com"]


def test_text_of_many_formatting_elements_stays_in_line() -> None:
    page = Page.from_html(
        "<p>a<b id=1>b</b><i>c</i><font>d</font> " * 1_000 + "<form>f</form><footer>g</footer>"
    )
    assert page.text.split("\n") == ["abcd"] * 1_000 + ["f", "g"]
    assert page.cuts == ()


def seen(html: bytes) -> list[str]:
    return Page.from_html(html).text.split("\n")


@pytest.mark.parametrize(
    "html",
    [
        b"<p>one<p>two<ul><li>a<li>b</ul><table><tr><td>c<td>d<tr><td>e</table>",
        b"<div class=menu>m</div><a href='x>y' title=\"a<b\">l</a>1 < 2 &lt; 3<br>z",
        b"<title>t<b></title><script>if (a<b) '</p>'</script>x<!-- <p>no --><!-->y<style>p{}</style>z",
        b"<dl><dt>a<dd>b<dt>c</dl><select><option>no</select><b><i>d</b>e</i><img src=x alt=y>",
        b"</p></div>x<p>y</span></p><div>z",
        PAGE.encode(),
    ],
)
def test_page_written_anew_reads_the_same(html: bytes) -> None:
    anew, cuts = rewrite(html)
    assert seen(anew) == seen(html)
    assert cuts == []
    before, after = Page.from_html(html), Page.from_html(anew)
    assert [link.url for link in after.links] == [link.url for link in before.links]
    assert [block.region for block in after.blocks] == [block.region for block in before.blocks]
    assert after.metadata == before.metadata


def depth(html: bytes) -> int:
    deepest, open_nodes = 0, [parse_tree(html).root]
    depths = [1]
    while open_nodes:
        node, level = open_nodes.pop(), depths.pop()
        deepest = max(deepest, level)
        for child in node.iter() if node is not None else ():
            open_nodes.append(child)
            depths.append(level + 1)
    return deepest


TAGS = st.sampled_from(
    [
        *(
            b"<p>",
            b"</p>",
            b"<b>",
            b"</b>",
            b"<i id=1>",
            b"</i>",
            b"<div>",
            b"</div>",
            b"<a href=x>",
            b"</a>",
            b"<li>",
        ),
        *(
            b"<table>",
            b"<tr>",
            b"<td>",
            b"</table>",
            b"<select>",
            b"<svg>",
            b"</svg>",
            b"<script>",
            b"</script>",
        ),
        *(
            b"<title>",
            b"</title>",
            b"<!--",
            b"-->",
            b"<!",
            b"</",
            b"<",
            b">",
            b'"',
            b"'",
            b"=",
            b" ",
            b"text",
            b"/",
        ),
        *(
            b"<p a='",
            b'<p a="',
            b"<body x=1>",
            b"<html y=2>",
            b"<template>",
            b"<frameset>",
            b"<plaintext>",
            b"<x y",
        ),
    ]
)


@settings(max_examples=300)
@given(st.lists(TAGS, max_size=40).map(b"".join), st.integers(1, 30))
def test_page_written_anew_is_read_as_written(html: bytes, times: int) -> None:
    anew, _ = rewrite(html * times)
    check(Page.from_html(anew))
    names = re.findall(rb"<([a-z][a-z0-9-]*)", anew)
    assert len(names) <= MAX_ELEMENTS
    assert anew.count(b"<") == len(names) + len(re.findall(rb"</[a-z]", anew))
    assert depth(anew) <= DEEPEST


@pytest.mark.parametrize("build", BUILDERS.values(), ids=BUILDERS)
def test_page_written_anew_keeps_its_limits(build: Builder) -> None:
    content = build(SIZE)
    anew, _ = rewrite(content if isinstance(content, bytes) else content.encode(errors="replace"))
    assert anew.count(b"<") <= 2 * MAX_TAGS
    tags = re.findall(rb"""<[a-z][^<>"]*(?:"[^"]*"[^<>"]*)*>""", anew)
    assert all(tag.count(b'="') <= MAX_ATTRIBUTES for tag in tags)
    assert depth(anew) <= DEEPEST


def test_text_is_cut_by_its_bytes_and_between_characters() -> None:
    data, _, cuts = screen("a" + "\u6587" * (MAX_BYTES // 3 + 1))
    assert cuts == [CutReason.BYTES]
    assert MAX_BYTES - 3 < len(data) <= MAX_BYTES
    assert data.decode().strip("\u6587") == "a"
