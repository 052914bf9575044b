from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.page import CutReason, Mention, Page
from detector.parsing.domains import ascii_host
from detector.parsing.mentions import MAX_FOREIGN, MAX_MENTIONS, find_mentions


def found(text: str) -> list[tuple[str, str]]:
    """Return each mention as written, with its registrable domain."""
    return [(text[m.start : m.end], m.domain) for m in find_mentions(text)[0]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see example.com now", [("example.com", "example.com")]),
        ("www.Example.com", [("www.Example.com", "example.com")]),
        ("https://a.b.example.co.uk:8080/x?u=other.example.net", [("a.b.example.co.uk", "example.co.uk")]),
        ('(pier.test) "boat.test".', [("pier.test", "pier.test"), ("boat.test", "boat.test")]),
        ("👉 pier.example👉boats.test", [("pier.example", "pier.example"), ("boats.test", "boats.test")]),
        ("my.blogspot.com", [("my.blogspot.com", "my.blogspot.com")]),
        ("访问example.com获取", [("example.com", "example.com")]),
        ("münchen-pier.de", [("münchen-pier.de", "xn--mnchen-pier-thb.de")]),
        ("xn--mnchen-pier-thb.de", [("xn--mnchen-pier-thb.de", "xn--mnchen-pier-thb.de")]),
        ("причал.рф", [("причал.рф", "xn--80apknf7b.xn--p1ai")]),
        ("ultra-tide.com", [("ultra-tide.com", "ultra-tide.com")]),
        ("-pier.jp-", [("pier.jp", "pier.jp")]),
        ("PIER.COM Pier.Com", [("PIER.COM", "pier.com"), ("Pier.Com", "pier.com")]),
        ("www.163.com", [("www.163.com", "163.com")]),
        ("http://readme.md/", [("readme.md", "readme.md")]),
        ("pier.example,boat.test;", [("pier.example", "pier.example"), ("boat.test", "boat.test")]),
        ("example.com/page.html and more", [("example.com", "example.com")]),
        ("example.com's", [("example.com", "example.com")]),
        ("about.me", [("about.me", "about.me")]),
        ("t.me/pier", [("t.me", "t.me")]),
    ],
)
def test_plain(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected
    assert not any(m.obfuscated or m.linked for m in find_mentions(text)[0])


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("go to pier[.]example now", "pier[.]example"),
        ("pier[.]boats[.]example", "pier[.]boats[.]example"),
        ("hxxp://pier[.]example/x", "pier[.]example"),
        ("pier(dot)com", "pier(dot)com"),
        ("pier [dot] com", "pier [dot] com"),
        ("visit pier dot com today", "pier dot com"),
        ("Pier DOT net", "Pier DOT net"),
        ("pier . com", "pier . com"),
        ("pier．com", "pier．com"),
        ("pier。com", "pier。com"),
        ("pier｡com", "pier｡com"),
        ("pi\u200ber.c\u200bom", "pi\u200ber.c\u200bom"),
        ("pier\u2060.com", "pier\u2060.com"),
        ("pi\u00ader.com", "pi\u00ader.com"),
        ("pier\u200b．\u200bcom", "pier\u200b．\u200bcom"),
    ],
)
def test_disguised(text: str, written: str) -> None:
    [mention] = find_mentions(text)[0]
    assert text[mention.start : mention.end] == written
    assert mention.obfuscated
    assert mention.host.startswith("pier.")


@pytest.mark.parametrize(
    "text",
    [
        "node.js index.html readme.md main.py install.sh lib.rs clip.mov notes.zip Calc.app",
        "the end.The next",
        "the end.it was late",
        "He came home.In the night",
        "done.IT was",
        "U.S.A. and the U.S. e.g. this, i.e. that, a.m. or p.m.",
        "a B.Com and a Ph.D",
        "version 2.0.1 costs 3.14",
        "Pier Co.Ltd",
        "P.O.BOX 12",
        "write to ada.quay@example.com or info@example.org",
        "ada [at] example [dot] com",
        "ada at example dot com",
        "window.name=3 print.me(x) list.sort",
        "a polka dot dress",
        "wait...com .com foo..com",
        "http://localhost/ http://127.0.0.1/ 10.0.0.1",
        "/path/example.com",
        "file_name.info",
        "中文.中文",
        "3.at 10.am",
        "com",
        ".",
        "",
    ],
)
def test_what_only_looks_like_a_domain(text: str) -> None:
    assert found(text) == []


def test_text_of_a_link_is_a_linked_mention() -> None:
    page = Page.from_html("<p><a href='https://www.example.com/x'>example.com</a> and example.net</p>")
    assert [(m.domain, m.linked) for m in page.mentions] == [("example.com", True), ("example.net", False)]


def test_markdown_target_is_a_linked_mention() -> None:
    assert [(m.host, m.linked) for m in find_mentions("[example.org](http://example.com)")[0]] == [
        ("example.org", False),
        ("example.com", True),
    ]


def test_there_is_an_end_to_mentions() -> None:
    many = "example.com " * (MAX_MENTIONS + 5)
    assert len(find_mentions(many)[0]) == MAX_MENTIONS
    assert Page.from_text(many).cuts == (CutReason.LINKS,)
    assert CutReason.LINKS in Page.from_html(f"<p>{many}").cuts
    assert Page.from_text("example.com " * 5).cuts == ()
    assert Page.from_text("example.com " * MAX_MENTIONS).cuts == ()


def test_hosts_that_are_not_looked_at_are_said() -> None:
    few, many = ("".join(f"б{n}.example " for n in range(count)) for count in (MAX_FOREIGN, MAX_FOREIGN + 1))
    assert find_mentions(few)[1] == []
    assert find_mentions(f"{many} a.example")[1] == [CutReason.LINKS]


def rebuild(text: str, mention: Mention) -> str:
    """Undo the disguise of a mention as written."""
    written = "".join(
        c for c in text[mention.start : mention.end] if c not in "\u00ad\u200b\u200c\u200d\u2060\ufeff"
    )
    for dot in ("[.]", "(.)", "．", "。", "｡"):
        written = written.replace(dot, ".")
    return ascii_host(written.replace(" ", "").lower().replace("[dot]", ".").replace("(dot)", "."))


PIECES = st.sampled_from(
    [
        *"abc.-/@:([])\u200b．。 \n",
        "example",
        "com",
        "net",
        "co.uk",
        "www.",
        "http://",
        "[.]",
        "(dot)",
        "é",
        "中",
        "рф",
        "9",
    ]
)


@settings(max_examples=500)
@given(st.lists(PIECES, max_size=25).map("".join))
def test_mentions_are_in_order_and_read_as_their_host(text: str) -> None:
    end = 0
    for mention in find_mentions(text)[0]:
        assert end <= mention.start < mention.end <= len(text)
        end = mention.end
        assert mention.host == mention.domain or mention.host.endswith("." + mention.domain)
        assert rebuild(text, mention) == mention.host


@settings(max_examples=200)
@given(st.text(max_size=200))
def test_any_text_can_be_searched(text: str) -> None:
    for mention in find_mentions(text)[0]:
        assert mention.domain
        assert 0 <= mention.start < mention.end <= len(text)
