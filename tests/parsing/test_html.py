from __future__ import annotations

import bz2
import gzip
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.errors import PageError
from detector.page import Block, BlockKind, CutReason, Image, MarkKind, OwnerMark, Page, Region, Source
from detector.parsing.limits import MAX_LINKS

URL = "https://www.example.org/news/story"

PAGE = """<!doctype html>
<html lang="en-GB"><head>
<title> Harbour &amp; Coast  Gazette </title>
<meta name="description" content="What happens at the harbour">
<meta name="generator" content="Quill 3">
<meta property="og:site_name" content="Harbour Gazette">
<meta property="og:type" content="article">
<meta http-equiv="refresh" content="300">
<link rel="canonical" href="https://www.example.org/news/story">
</head><body class="no-sidebar nav-fixed">
<header><a href="/"><img src="//img.example.net/logo.png" alt="The Gazette"></a></header>
<nav><ul><li><a href="/news">News</a></li><li><a href="/tides">Tides</a></li></ul></nav>
<main>
 <h1>New   pier
   opens</h1>
 <p>The <b>old</b> pier was closed <a rel="nofollow noopener" href="https://pier.example.com/why"> for
 years </a>, they said.<br>It opens today.</p>
 <figure><img src="/pier.jpg" alt="A pier"><figcaption>The pier at dawn</figcaption></figure>
 <table><tr><td>Length</td><td>40 m</td></tr></table>
</main>
<aside>Also read</aside>
<div id="site-footer">© Harbour Gazette</div>
</body></html>"""


def texts(page: Page, region: Region | None = None) -> list[str]:
    return [page.text[b.start : b.end] for b in page.blocks if region in (None, b.region)]


def only_block(html: str) -> Block:
    [block] = Page.from_html(html).blocks
    return block


def test_text_is_what_a_reader_sees_a_block_a_line() -> None:
    page = Page.from_html(PAGE, url=URL)
    assert page.text.split("\n") == [
        "News",
        "Tides",
        "New pier opens",
        "The old pier was closed for years , they said.",
        "It opens today.",
        "The pier at dawn",
        "Length",
        "40 m",
        "Also read",
        "© Harbour Gazette",
    ]
    assert texts(page) == page.text.split("\n")
    assert (page.source, page.encoding, page.cuts) == (Source.HTML, "utf-8", ())


def test_blocks_carry_region_kind_and_level() -> None:
    page = Page.from_html(PAGE, url=URL)
    assert [(b.region, b.kind, b.level) for b in page.blocks] == [
        (Region.NAV, BlockKind.LIST_ITEM, 0),
        (Region.NAV, BlockKind.LIST_ITEM, 0),
        (Region.MAIN, BlockKind.HEADING, 1),
        (Region.MAIN, BlockKind.PARAGRAPH, 0),
        (Region.MAIN, BlockKind.PARAGRAPH, 0),
        (Region.MAIN, BlockKind.CAPTION, 0),
        (Region.MAIN, BlockKind.TABLE_CELL, 0),
        (Region.MAIN, BlockKind.TABLE_CELL, 0),
        (Region.ASIDE, BlockKind.OTHER, 0),
        (Region.FOOTER, BlockKind.OTHER, 0),
    ]


def test_links_span_their_text_without_the_space_around() -> None:
    page = Page.from_html(PAGE, url=URL)
    assert [
        (link.url, page.text[link.start : link.end], link.internal, link.region) for link in page.links
    ] == [
        ("https://www.example.org/", "", True, Region.HEADER),
        ("https://www.example.org/news", "News", True, Region.NAV),
        ("https://www.example.org/tides", "Tides", True, Region.NAV),
        ("https://pier.example.com/why", "for years", False, Region.MAIN),
    ]
    outward = page.links[-1]
    assert (outward.host, outward.domain, outward.rel) == (
        "pier.example.com",
        "example.com",
        {"nofollow", "noopener"},
    )


def test_metadata_and_images() -> None:
    page = Page.from_html(PAGE, url=URL)
    metadata = page.metadata
    assert metadata.title == "Harbour & Coast Gazette"
    assert metadata.description == "What happens at the harbour"
    assert (metadata.language, metadata.generator, metadata.site_name) == (
        "en-GB",
        "Quill 3",
        "Harbour Gazette",
    )
    assert (metadata.og_type, metadata.refresh, metadata.canonical) == ("article", "300", URL)
    assert [(image.host, image.alt) for image in page.images] == [
        ("img.example.net", "The Gazette"),
        ("www.example.org", "A pier"),
    ]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>a <b>b</b>c</p>", ["a bc"]),
        ("<p>a<b> b </b> c</p>", ["a b c"]),
        ("<a href=x>a</a> <a href=y>b</a>", ["a b"]),
        ("<a href=x>a</a><a href=y>b</a>", ["ab"]),
        ("<div>a<div>b</div>c</div>", ["a", "b", "c"]),
        ("<ul><li>a<ul><li>b</ul><li>c</ul>", ["a", "b", "c"]),
        ("a<br>b<hr>c", ["a", "b", "c"]),
        ("<pre>a  b\n\nc</pre>", ["a b", "c"]),
        ("<p>a&nbsp;\u3000b</p>", ["a b"]),
        ("<p>a<!-- x -->b</p>", ["ab"]),
        ("<p>a<script>x</script><style>y</style><template>z</template><noscript>n</noscript>b</p>", ["ab"]),
        ("<p>a<svg><title>x</title><text>y</text></svg>b</p>", ["ab"]),
        ("<select><option>a</select><textarea>b</textarea><iframe>c</iframe>d", ["d"]),
        ("<p>a<p>b", ["a", "b"]),
        ("<table><tr><th>a<td>b<caption>c</table>", ["a", "b", "c"]),
        ("<h2>a</h2>b", ["a", "b"]),
        ("<dl><dt>a<dd>b</dl>", ["a", "b"]),
        ("<p><span>a\n</span>\t<span>b</span></p>", ["a b"]),
        ("<my-box>a</my-box><my-box>b</my-box>", ["ab"]),
        ("", []),
        ("<p> \n </p>", []),
    ],
)
def test_lines(html: str, expected: list[str]) -> None:
    page = Page.from_html(html)
    assert texts(page) == expected
    assert page.text == "\n".join(expected)


@pytest.mark.parametrize(
    ("html", "kind", "level"),
    [
        ("<h3>x</h3>", BlockKind.HEADING, 3),
        ("<h1><p>x</p></h1>", BlockKind.HEADING, 1),
        ("<li><p>x</p></li>", BlockKind.LIST_ITEM, 0),
        ("<li><h4>x</h4></li>", BlockKind.HEADING, 4),
        ("<blockquote>x</blockquote>", BlockKind.PARAGRAPH, 0),
        ("<label>x</label>", BlockKind.FORM, 0),
        ("<button>x</button>", BlockKind.FORM, 0),
        ("<div>x</div>", BlockKind.OTHER, 0),
        (f"<div>{'word ' * 30}</div>", BlockKind.PARAGRAPH, 0),
        (f"<table><td>{'word ' * 30}</table>", BlockKind.PARAGRAPH, 0),
        (f"<li>{'word ' * 30}</li>", BlockKind.LIST_ITEM, 0),
    ],
)
def test_kinds(html: str, kind: BlockKind, level: int) -> None:
    block = only_block(html)
    assert (block.kind, block.level) == (kind, level)


@pytest.mark.parametrize(
    ("html", "region"),
    [
        ("<header>x</header>", Region.HEADER),
        ("<header><nav>x</nav></header>", Region.NAV),
        ("<footer><nav>x</nav></footer>", Region.FOOTER),
        ("<footer><main>x</main></footer>", Region.FOOTER),
        ("<article><header>x</header></article>", Region.MAIN),
        ("<article><aside>x</aside></article>", Region.ASIDE),
        ("<article><footer>x</footer></article>", Region.FOOTER),
        ("<div role=banner>x</div>", Region.HEADER),
        ("<div role=navigation>x</div>", Region.NAV),
        ("<div role=contentinfo>x</div>", Region.FOOTER),
        ("<div role=complementary>x</div>", Region.ASIDE),
        ("<div class=site-footer>x</div>", Region.FOOTER),
        ("<div id=pageFooter>x</div>", Region.FOOTER),
        ("<div class='top_menu'>x</div>", Region.NAV),
        ("<ul class=breadcrumbs><li>x</ul>", Region.NAV),
        ("<div id=sidebar-wrapper>x</div>", Region.ASIDE),
        ("<div class=related-posts>x</div>", Region.ASIDE),
        ("<div class=entry-header>x</div>", Region.MAIN),
        ("<div class=article-footer>x</div>", Region.MAIN),
        ("<div class=content-sidebar-wrap>x</div>", Region.MAIN),
        ("<div class='elementor-widget'>x</div>", Region.MAIN),
        ("<div class=sidebar><main>x</main></div>", Region.MAIN),
        ("<aside><main>x</main></aside>", Region.ASIDE),
        ("<body class='has-sidebar footer-dark'><p>x", Region.MAIN),
        ("<p class=footnote>x", Region.MAIN),
        ("<div class=menuhin>x</div>", Region.MAIN),
    ],
)
def test_regions(html: str, region: Region) -> None:
    page = Page.from_html(f"{html}<footer>a foot, so that regions are not inferred</footer>")
    assert page.blocks[0].region is region


def test_name_that_holds_the_whole_body_is_not_believed() -> None:
    body = "".join(f"<p>Paragraph {n} of the story about the pier.</p>" for n in range(40))
    page = Page.from_html(
        f"<div class='menu-left'>{body}<div class=sidebar>More</div></div><footer>End</footer>"
    )
    assert {b.region for b in page.blocks[:40]} == {Region.MAIN}
    assert [b.region for b in page.blocks[40:]] == [Region.ASIDE, Region.FOOTER]


def test_long_comments_below_a_body_stay_aside() -> None:
    body = "".join(f"<p>Paragraph {n} of the story about the pier.</p>" for n in range(20))
    page = Page.from_html(f"<article>{body}</article><div id=comments>{body}</div>")
    assert texts(page, Region.MAIN) == texts(page, Region.ASIDE)


def test_regions_of_a_page_without_any_are_inferred_from_its_layout() -> None:
    menu = "".join(f"<a href=/{n}>Item {n}</a><br>" for n in range(5))
    page = Page.from_html(
        f"{menu}<b>Pier opens</b><p>The pier was opened today by the mayor, who had a cold and left early on."
        "<p>Copyright the Gazette<br><a href=/terms>Terms of use</a>"
    )
    assert texts(page, Region.NAV) == [f"Item {n}" for n in range(5)]
    assert texts(page, Region.FOOTER) == ["Copyright the Gazette", "Terms of use"]
    assert [link.region for link in page.links] == [Region.NAV] * 5 + [Region.FOOTER]


@pytest.mark.parametrize(
    "attribute",
    [
        "hidden",
        'style="display:none"',
        'style="DISPLAY : None !important"',
        'style="visibility: hidden"',
        'style="font-size:0"',
        'style="font-size: 0.0px;"',
        'style="position:absolute; left:-9999px"',
        'style="text-indent: -5000em"',
        'style="margin-left:-10000px"',
    ],
)
@pytest.mark.parametrize("tag", ["div", "span"])
def test_hidden_text_is_kept_apart(attribute: str, tag: str) -> None:
    page = Page.from_html(
        f"<p>seen</p><{tag} {attribute}>cheap <i>pills</i><script>no</script> "
        f"<a href=http://pills.example.com>here</a></{tag}><p>seen too</p>"
    )
    assert texts(page) == ["seen", "seen too"]
    assert (page.hidden, page.hidden_links) == ("cheap pills here", 1)
    assert [(link.domain, link.start == link.end) for link in page.links] == [("example.com", True)]


def test_hidden_link() -> None:
    page = Page.from_html("<p>seen <a hidden href=http://pills.example.com>pills</a></p>")
    assert (page.text, page.hidden, page.hidden_links, len(page.links)) == ("seen", "pills", 1, 1)


@pytest.mark.parametrize(
    "attribute",
    [
        "aria-hidden=true",
        'style="display:block"',
        'style="font-size:0.9em"',
        'style="font-size:05px"',
        'style="left:-10px"',
        'style="opacity:0"',
        "class=hidden",
        'hidden id="S:1"',
    ],
)
def test_what_only_looks_hidden_is_seen(attribute: str) -> None:
    page = Page.from_html(f"<div {attribute}>text</div>")
    assert (page.text, page.hidden) == ("text", "")


@pytest.mark.parametrize(
    ("base", "href", "url", "internal"),
    [
        (URL, "other", "https://www.example.org/news/other", True),
        (URL, "../up", "https://www.example.org/up", True),
        (URL, "./x/../y", "https://www.example.org/news/y", True),
        (URL, "a/.hidden", "https://www.example.org/news/a/.hidden", True),
        ("https://www.example.org", "page", "https://www.example.org/page", True),
        ("https://www.example.org?x=/y", "page", "https://www.example.org/page", True),
        ("https://www.example.org/a?x=/y", "page", "https://www.example.org/page", True),
        (URL, "?q=1", "https://www.example.org/news/story?q=1", True),
        (URL, "#top", URL + "#top", True),
        (URL, "//example.com/x", "https://example.com/x", False),
        (URL, "HTTPS://Blog.Example.ORG/x", "HTTPS://Blog.Example.ORG/x", True),
        (URL, "  https://example.com ", "https://example.com", False),
        (URL, "mailto:a@example.org", "mailto:a@example.org", False),
        (URL, "javascript:void(0)", "javascript:void(0)", False),
        (URL, "http://[::1", "http://[::1", False),
        (URL, "//[", "https://[", False),
        (URL, "http://127.0.0.1/x", "http://127.0.0.1/x", False),
        (URL, "", URL, True),
        ("", "/rooted", "/rooted", True),
        ("", "page.html", "page.html", True),
        ("", "https://example.com/", "https://example.com/", False),
        ("http://127.0.0.1:8000/a", "/b", "http://127.0.0.1:8000/b", True),
    ],
)
def test_links_are_resolved(base: str, href: str, url: str, internal: bool) -> None:
    [link] = Page.from_html(f"<a href='{href}'>x</a>", url=base).links
    assert (link.url, link.internal) == (url, internal)


def test_base_element_changes_where_links_lead_but_not_whose_page_it_is() -> None:
    page = Page.from_html("<base href='https://mirror.example.net/a/'><a href=b>x</a>", url=URL)
    assert (page.links[0].url, page.links[0].internal) == ("https://mirror.example.net/a/b", False)
    assert page.domain == "example.org"


def test_link_over_several_blocks_spans_them() -> None:
    page = Page.from_html("<p>a</p><a href=/x><h2>b</h2><p>c</p></a><p>d</p>")
    assert page.text[page.links[0].start : page.links[0].end] == "b\nc"


def test_json_ld_gives_publisher_author_date_and_types() -> None:
    page = Page.from_html(
        '<script type="application/ld+json">{"@graph": [{"@type": ["NewsArticle"], "publisher": {"@type":'
        '"Organization", "name": "Harbour Gazette", "url": "https://www.example.org"}, "author": [{"name":'
        '"Ada Quay"}], "datePublished": "2025-04-01"}, {"@type": "WebSite", "publisher": "Other Ltd"}]}'
        '</script><script type="application/ld+json">{broken</script>'
    )
    metadata = page.metadata
    assert metadata.publishers == ("Harbour Gazette", "Other Ltd")
    assert metadata.publisher_urls == ("https://www.example.org",)
    assert (metadata.author, metadata.published) == ("Ada Quay", "2025-04-01")
    assert metadata.schema_types == ("NewsArticle", "Organization", "WebSite")


def test_too_much_json_ld_is_cut_and_said() -> None:
    thing = '{"@type": "Thing", "name": "' + "x" * 1_000 + '"}'
    page = Page.from_html(f'<script type="application/ld+json">[{",".join([thing] * 400)}]</script>')
    assert page.cuts == (CutReason.METADATA,)


def test_owner_marks_are_found_in_scripts_sources_and_slots() -> None:
    page = Page.from_html(
        '<script async src="https://tags.example.net/gtag/js?id=G-ABCD123456"></script>'
        "<script>ga('create', 'UA-123456-7'); load('GTM-ABC123'); x = 'AUA-123456-7';</script>"
        '<ins class="adsbygoogle" data-ad-client="ca-pub-1234567890123456"></ins>'
        '<a href="https://shop.example.com/dp/1?ref=x&tag=harbour-21">x</a><p>UA-999999-9 in the text</p>'
    )
    assert set(page.owner_marks) == {
        OwnerMark(MarkKind.ANALYTICS, "G-ABCD123456"),
        OwnerMark(MarkKind.ANALYTICS, "UA-123456-7"),
        OwnerMark(MarkKind.TAG_MANAGER, "GTM-ABC123"),
        OwnerMark(MarkKind.ADSENSE, "ca-pub-1234567890123456"),
        OwnerMark(MarkKind.AFFILIATE, "harbour-21"),
    }


def test_hosts_of_scripts_and_frames_one_entry_an_element() -> None:
    page = Page.from_html(
        "<script src=https://ads.example.com/a.js></script><script src=/own.js></script>"
        "<iframe src=//ads.example.com/b></iframe>",
        url=URL,
    )
    assert page.script_hosts == ("ads.example.com", "www.example.org", "ads.example.com")


@pytest.mark.parametrize(
    ("source", "host"),
    [
        ("/a.png", "www.example.org"),
        ("a.png?from=//img.example.net", "www.example.org"),
        ("//img.example.net/a.png", "img.example.net"),
        ("https://img.example.net/a.png", "img.example.net"),
        ("data:image/png;base64,//8=", ""),
        ("http://[", ""),
    ],
)
def test_hosts_of_images(source: str, host: str) -> None:
    page = Page.from_html(f"<img src='{source}' alt=' a  pier '>", url=URL)
    assert page.images == (Image(host, "a pier"),)


def test_title_element_stands_before_the_shared_title() -> None:
    html = "<meta property='og:title' content='Shared'>{}<svg><title>Icon</title></svg>"
    assert Page.from_html(html.format("<title>Real</title>")).metadata.title == "Real"
    assert Page.from_html(html.format("")).metadata.title == "Shared"


def test_noscript_is_read_where_scripts_make_the_page() -> None:
    story = "<p>The pier was opened today by the mayor.</p>" * 10
    page = Page.from_html(f"<div id=app></div><noscript><main>{story}</main></noscript>")
    assert len(page.blocks) == 10
    page = Page.from_html(f"<DIV ID=app></DIV><NOSCRIPT>{story}</NoScript>")
    assert len(page.blocks) == 10
    page = Page.from_html(f"<main>{story}</main><noscript>{story}</noscript>")
    assert len(page.blocks) == 10


def test_text_beyond_the_budget_is_cut_at_the_end_and_said() -> None:
    page = Page.from_html("<p>" + "word " * 90_000 + "</p><p>after</p>")
    assert len(page.text) <= 400_000
    assert page.text.endswith("word")
    assert page.cuts == (CutReason.TEXT,)


def test_hidden_text_beyond_the_budget_is_cut_and_said() -> None:
    page = Page.from_html("<div hidden>" + "<p>" + "word " * 30_000 + "</div>seen")
    assert len(page.hidden) <= 100_000
    assert (page.text, page.cuts) == ("seen", (CutReason.TEXT,))


@pytest.mark.parametrize(("words", "cuts"), [(10_000, ()), (10_001, (CutReason.TEXT,))])
def test_hidden_text_in_many_elements_keeps_to_the_budget(words: int, cuts: tuple[CutReason, ...]) -> None:
    page = Page.from_html("<div hidden>" + "<p>ninewords" * words + "</div>seen")
    assert (len(page.hidden), page.cuts) == (99_999, cuts)


def test_links_beyond_the_budget_are_cut_and_said() -> None:
    page = Page.from_html("<a href=/x>x</a>" * (MAX_LINKS + 10))
    assert len(page.links) == MAX_LINKS
    assert CutReason.LINKS in page.cuts


@pytest.mark.parametrize("element", ["<img src=/x>", "<script src=/x></script>", "<embed src=/x>"])
def test_images_and_scripts_beyond_the_budget_are_cut_and_said(element: str) -> None:
    page = Page.from_html(element * (MAX_LINKS + 1), url=URL)
    assert len(page.images) + len(page.script_hosts) == MAX_LINKS
    assert CutReason.LINKS in page.cuts
    assert Page.from_html(element * MAX_LINKS, url=URL).cuts == ()


@pytest.mark.parametrize(
    ("content", "cut"),
    [
        (b"", CutReason.EMPTY),
        ("", CutReason.EMPTY),
        (b" \n\t", CutReason.EMPTY),
        (b"%PDF-1.7 text", CutReason.NOT_TEXT),
        (b"PK\x03\x04archive", CutReason.NOT_TEXT),
        (b"\x89PNG\r\n\x1a\nimage", CutReason.NOT_TEXT),
        (b"GIF89a\x20\x03\x58\x02\xf7\x00\x00image", CutReason.NOT_TEXT),
        (b"RIFF\x24\x40\x01\x00WAVEfmt sound", CutReason.NOT_TEXT),
        (b"OggS\x00\x02sound", CutReason.NOT_TEXT),
        (b"ID3\x04\x00\x00\x00\x00\x0f\x76TSSEsound", CutReason.NOT_TEXT),
        (b"fLaC\x00\x00\x00\x22\x10\x00sound", CutReason.NOT_TEXT),
        (b"wOFF\x00\x01\x00\x00\x00\x00font", CutReason.NOT_TEXT),
        (b"wOF2OTTO\x00\x00\x4a\x7cfont", CutReason.NOT_TEXT),
        (b"Rar!\x1a\x07\x01\x00archive", CutReason.NOT_TEXT),
        (bz2.compress(b"<p>text"), CutReason.NOT_TEXT),
        (gzip.compress(b"<p>text", mtime=0), CutReason.NOT_TEXT),
        (b"\x00" * 1_000, CutReason.NOT_TEXT),
        (bytes(range(256)) * 40, CutReason.NOT_TEXT),
        ("\x01\x02text" * 100, CutReason.NOT_TEXT),
    ],
)
def test_what_is_no_text_gives_an_empty_page_that_says_so(content: bytes | str, cut: CutReason) -> None:
    page = Page.from_html(content, url=URL)
    assert (page.text, page.blocks, page.links, page.cuts) == ("", (), (), (cut,))
    assert page.domain == "example.org"


@pytest.mark.parametrize("make", [Page.from_html, Page.from_text])
@pytest.mark.parametrize("content", [None, 7, ["<p>"], {"html": "<p>"}])
def test_what_is_neither_bytes_nor_text_is_refused(make: Callable[[Any], Page], content: object) -> None:
    with pytest.raises(PageError, match=f"not of {type(content).__name__}"):
        make(content)


def check(page: Page) -> None:
    """Assert what holds of every page."""
    end = 0
    for block in page.blocks:
        assert end <= block.start < block.end
        end = block.end + 1
        line = page.text[block.start : block.end]
        assert line == " ".join(line.split())
    assert "\n".join(page.text[b.start : b.end] for b in page.blocks) == page.text
    for link in page.links:
        assert 0 <= link.start <= link.end <= len(page.text)
        shown = page.text[link.start : link.end]
        assert shown == shown.strip()
    for mention in page.mentions:
        assert 0 <= mention.start < mention.end <= len(page.text)
        assert mention.host.endswith(mention.domain)
    page.text.encode()


PIECES = st.sampled_from(
    [
        *(
            "<p>",
            "</p>",
            "<b>",
            "</b>",
            "<a href=/x>",
            "<a href='http://h.example.com'>",
            "</a>",
            "<ul><li>",
            "</ul>",
        ),
        *(
            "<table><td>",
            "</table>",
            "<div hidden>",
            "<div class=menu>",
            "</div>",
            "<main>",
            "</main>",
            "<footer>",
        ),
        *(
            "<pre>",
            "</pre>",
            "<br>",
            "<!--",
            "-->",
            "<script>",
            "</script>",
            "<svg>",
            "</svg>",
            "<title>",
            "</title>",
        ),
        *(
            "<select>",
            "<template>",
            "<noscript>",
            "&amp;",
            "&nbsp;",
            "\n",
            " ",
            "word",
            "example.com",
            "\ud800",
            "\0",
        ),
        *(
            "<",
            ">",
            '"',
            "'",
            "=",
            "é",
            "中文",
            "\u200b",
            "<frameset>",
            "<base href='//['>",
            "<img alt=x src=//y>",
        ),
    ]
)


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=60), st.sampled_from(["", URL, "http://[::1", "not a url"]))
def test_any_markup_gives_a_page_whose_parts_fit(pieces: list[str], url: str) -> None:
    check(Page.from_html("".join(pieces), url=url))


@settings(max_examples=200)
@given(st.binary(max_size=400) | st.text(max_size=400), st.text(max_size=20), st.text(max_size=20))
def test_any_input_gives_a_page(content: bytes | str, url: str, content_type: str) -> None:
    check(Page.from_html(content, url=url, content_type=content_type))
