"""The longest time that a page can take to be parsed, over pages made to stall a parser.

    python -m benchmarks.hostile [--json]

Each kind of page is built in several sizes, because a limit that holds at 5 MB may let a smaller page
through that is as slow. Counted is processor time, which other programs disturb least. Exit codes: 0 all
answered in time, 1 some took longer than the limit.
"""

from __future__ import annotations

import gzip
import itertools
import json
import random
import sys
import time
from collections.abc import Callable

from detector.page import Page

LIMIT = 1.0
"""Seconds a page, whatever its content."""
SIZES = (20_000, 42_000, 100_000, 170_000, 400_000, 1_000_000, 2_000_000, 5_000_000)

CONTROLS = bytes(code for code in range(1, 32) if code not in b"\t\n\f\r")
"""Characters that a name may be made of."""

Content = bytes | str
Builder = Callable[[int], Content]


def repeat(unit: bytes, before: bytes = b"", after: bytes = b"") -> Builder:
    """Build pages of one unit, again and again."""
    return lambda size: before + unit * (size // len(unit)) + after


def halves(first: bytes, second: bytes) -> Builder:
    """Build pages of one unit in the first half (by number), another in the second."""
    return lambda size: (
        first * (size // (len(first) + len(second))) + second * (size // (len(first) + len(second)))
    )


def numbered(template: bytes, before: bytes = b"", after: bytes = b"") -> Builder:
    """Build pages of a unit that holds its number, so that no two are alike."""

    def build(size: int) -> bytes:
        units: list[bytes] = []
        left = size
        for number in itertools.count():
            unit = template.replace(b"#", b"%x" % number)
            left -= len(unit)
            if left < 0:
                return before + b"".join(units) + after
            units.append(unit)
        raise AssertionError

    return build


def noise(size: int) -> bytes:
    """Build random bytes."""
    return random.Random(1).randbytes(size)


def soup(size: int) -> bytes:
    """Build a random mixture of tags, quotes and text."""
    parts = (
        b"<b> </b> <p> </p> <table> <td> </table> <select> <option> <a_href= \" ' > < = <!-- --> <script>"
        b" </script> <svg> </svg> <title> &amp; &#x41; \x00 \xff text <form> <li> <body_a=b> </html>"
    ).split()
    return b"".join(random.Random(2).choices(parts, k=size // 5)).replace(b"_", b" ")[:size]


BUILDERS: dict[str, Builder] = {
    "one text node": repeat(b"x"),
    "words": repeat(b"word "),
    "white space": repeat(b" \n\t", b"<p>x", b"y"),
    "spaces in pre": repeat(b" \n", b"<pre>x"),
    "lines": repeat(b"a\n"),
    "non-breaking spaces": repeat("\u00a0x".encode()),
    "attributes on one element": numbered(b" x#", b"<p", b">text"),
    "attributes on one element, quoted": numbered(b' x#="v"', b"<p", b">text"),
    "attributes with > in quotes": numbered(b' x# y#=">"', b"<p", b">text"),
    "attributes with tags in quotes": numbered(b" x# y#=\"</p><p title='a'>\"", b"<p", b">text"),
    "attributes with tags in single quotes": numbered(b" x# y#='</p><p title=\"a\">'", b"<p", b">text"),
    "attributes without spaces": numbered(b'x#="v"', b"<p ", b">text"),
    "attribute names with quotes": lambda size: b"".join(
        b'<p a%x"b%x>' % divmod(number, 400) for number in range(size // 12)
    ),
    "attribute names behind quotes": numbered(b"<p a='1'b#='2'c#='3'd#>"),
    "attribute names of control characters": lambda size: (
        b"<p>text " * 1_000
        + b"<p "
        + b" ".join(map(bytes, itertools.islice(itertools.product(CONTROLS, repeat=4), size // 5)))
        + b">"
    ),
    "attribute names of quotes": lambda size: (
        b"<p "
        + b" ".join(map(bytes, itertools.islice(itertools.product(b"\"'", repeat=18), size // 19)))
        + b">text"
    ),
    "attributes behind a vertical tab": numbered(b" x#", b'<p y=\v"', b'">text'),
    "attributes in attributes": repeat(b"<a b='<a c=\"'x "),
    "tags in tag names": repeat(b"<a<a"),
    "tags before white space": lambda size: (
        numbered(b" a#", b"<p", b">text")(size // 4) + b"<a" * (size // 1_000) + b" " * (size * 3 // 4) + b">"
    ),
    "attributes on an end tag": numbered(b" x#", b"</p", b">text"),
    "attributes on many elements": numbered(b"<p a# b# c# d# e# f# g# h#>"),
    "attributes on body, one each": numbered(b"<body x#>"),
    "attributes on html, one each": numbered(b"<html x#>"),
    "attributes never closed": numbered(b" x#", b"<p"),
    "nested div": repeat(b"<div>"),
    "nested div, closed": halves(b"<div>", b"</div>"),
    "nested span, wrong end tags": halves(b"<span>", b"</p>"),
    "nested span, unknown end tags": halves(b"<span>", b"</x>"),
    "nested span, end of body": halves(b"<span>", b"</body>"),
    "nested lists": repeat(b"<ul><li>"),
    "nested tables": repeat(b"<table><tr><td>"),
    "nested tables, text in between": repeat(b"<table>x<tr>y<td>z"),
    "nested select": repeat(b"<select><option>"),
    "nested form": repeat(b"<form><div>"),
    "nested svg": repeat(b"<svg><g>"),
    "nested svg with html": repeat(b"<svg><foreignObject><p>"),
    "nested math": repeat(b"<math><mi><p>"),
    "nested template": repeat(b"<template>"),
    "nested in a template": repeat(b"<div>", b"<template>"),
    "nested object": repeat(b"<object><a href=x>"),
    "nested button": repeat(b"<button>"),
    "nested heading": repeat(b"<h1><h2>"),
    "nested dl": repeat(b"<dl><dt><dd>"),
    "nested in noscript": repeat(b"<noscript>'<em><dialog>"),
    "nested unknown": repeat(b"<x-y>"),
    "nested ruby": repeat(b"<ruby><rt><rp>"),
    "nested hidden": repeat(b"<div hidden>x"),
    "nested hidden inline": repeat(b"<span style='display:none'>x"),
    "hidden in a row": repeat(b"<p hidden>x</p>"),
    "b": repeat(b"<b>"),
    "b with id": numbered(b"<b id=#>x"),
    "b in p": numbered(b"<p><b id=#>x"),
    "B in P, upper case": numbered(b"<P><B id=#>x"),
    "font in li": numbered(b"<li><font id=#>x"),
    "i in div, closed by div": numbered(b"<div><i id=#>x</div>"),
    "i in div, end tags in comments": numbered(b"<div><i id=#><!--</i>-->x</div>"),
    "formatting, then blocks": lambda size: numbered(b"<i id=#>")(size // 2) + repeat(b"<p>x")(size // 2),
    "few formatting, many blocks": lambda size: (
        numbered(b"<i id=#>")(min(size // 2, 3_000)) + repeat(b"<p>x")(size)
    ),
    "formatting end tags through blocks": halves(b"<b><p>", b"</b>x"),
    "adoption agency": repeat(b"<b><p></b>x</p>"),
    "adoption agency, nested": lambda size: (
        b"<b>" * 8 + repeat(b"<div>")(size // 2) + repeat(b"</b>")(size // 2)
    ),
    "a in p": numbered(b"<p><a id=#>x"),
    "a in td": numbered(b"<table><td><a id=#>x"),
    "nobr in p": numbered(b"<p><nobr id=#>x"),
    "formatting in table": numbered(b"<table><b id=#>x"),
    "formatting in select": numbered(b"<select><b id=#><p>x</select>"),
    "marquee": numbered(b"<marquee><b id=#><p>x"),
    "links": numbered(b"<a href=/#>x</a>"),
    "links to many hosts": numbered(b"<a href=http://h#.com/>x</a>"),
    "links to many subdomains": numbered(b"<a href=http://a.b.h#.co.uk/>h#.com</a>"),
    "links without text": numbered(b"<a href=//h#.net></a>"),
    "links to foreign hosts": numbered("<a href=http://ä#.com/>ä#.com</a>".encode()),
    "links to long foreign hosts": numbered(
        b"<a href=http://%b#.%b.com/>x</a>" % ("äöü".encode() * 18, "äöü".encode() * 18)
    ),
    "images of foreign hosts": numbered("<img src=http://ä#.com/>".encode()),
    "links that can't be parsed": numbered(b"<a href='http://[::#'>x</a><a href='//['>y</a>"),
    "hidden links": numbered(b"<a hidden href=http://h#.com>x</a>"),
    "links never closed": numbered(b"<a href=/#>x"),
    "one link, never closed": repeat(b"<p>x", b"<a href=x>"),
    "long hrefs": lambda size: b"<a href='/" + b"../" * (size // 3) + b"'>x</a>",
    "base, again and again": numbered(b"<base href=http://h#.com/><a href=x>y</a>"),
    "images": numbered(b"<img src=//h#.com/x.png alt='a b'>"),
    "scripts": numbered(b"<script src=//h#.com/x.js></script>"),
    "frames": numbered(b"<iframe src=//h#.com></iframe>"),
    "meta": numbered(b"<meta name=description content='x #'>"),
    "titles": numbered(b"<title>x #</title>"),
    "styles": numbered(b"<p style='width:#px;left:#px'>x"),
    "classes": numbered(b"<div class='nav#-menu side#bar'>x</div>"),
    "one long class": lambda size: b"<div class='" + b"footer-" * (size // 7) + b"'>x",
    "one long style": lambda size: b"<div style='" + b"left:-1" * (size // 7) + b"'>x",
    "roles": numbered(b"<div role=r#>x</div>"),
    "line breaks": repeat(b"x<br>"),
    "comments": repeat(b"<!-->"),
    "one comment": repeat(b"-", b"<!--"),
    "one comment, never closed": repeat(b"--x", b"text<!--"),
    "tags in a comment": repeat(b"<b>", b"<!--", b"-->x"),
    "script never closed": repeat(b"<b>", b"text<script>"),
    "script with its end in comments": repeat(b"<!--<script></script>", b"<script>"),
    "style never closed": repeat(b"<b>", b"text<style>"),
    "textarea never closed": repeat(b"<b>", b"text<textarea>"),
    "plaintext": repeat(b"<b>", b"<plaintext>"),
    "quote never closed": repeat(b"x y ", b"<a href='"),
    "quotes never closed": repeat(b'<a href="'),
    "quotes of both kinds": repeat(b"<a b='<a c=\""),
    "unquoted values with tags": repeat(b"<a/b=<a/c="),
    "cdata": repeat(b"<![CDATA[x", b"<svg>"),
    "doctypes": repeat(b"<!doctype html>"),
    "processing instructions": repeat(b"<?x ?>"),
    "less-than signs": repeat(b"<"),
    "greater-than signs": repeat(b">"),
    "less-than and letter": repeat(b"<a"),
    "end tags": repeat(b"</p>"),
    "end tags of br": repeat(b"</br>"),
    "empty end tags": repeat(b"</>"),
    "ampersands": repeat(b"&"),
    "entities": repeat(b"&notin;"),
    "numeric entities": repeat(b"&#x1F600;"),
    "long entity": repeat(b"9", b"&#"),
    "null bytes": repeat(b"\0"),
    "null bytes in tags": repeat(b"<b\0a>x"),
    "form feeds": repeat(b"<p\f>x\f"),
    "carriage returns": repeat(b"<p>\r\n"),
    "dots": repeat(b"."),
    "dots and letters": repeat(b"a."),
    "dashes": repeat(b"a-"),
    "domains": numbered(b"h#.com "),
    "domains in words": numbered(b"h#.com,www.h#.net;"),
    "domains of mixed direction": numbered("אa#.com ".encode()),
    "unknown suffixes": numbered(b"h#.zzz# "),
    "mail addresses": numbered(b"a.b.c@h#.com "),
    "paths": numbered(b"/h#.com/x.com/"),
    "dots spelt out": numbered(b"h# dot com [.] "),
    "brackets": repeat(b"[ ( [.] (dot"),
    "zero-width": repeat("a\u200b.\u200bcom ".encode()),
    "zero-width only": repeat("\u200b".encode()),
    "full-width dots": repeat("x\uff0ecom。".encode()),
    "punycode": numbered(b"xn--#.xn--p1ai "),
    "www": repeat(b"www."),
    "http": repeat(b"http://"),
    "JSON-LD, nested": lambda size: b"<script type=application/ld+json>" + b"[" * size + b"</script>",
    "JSON-LD, nested objects": repeat(b'{"a":', b"<script type=application/ld+json>"),
    "JSON-LD, wide": lambda size: (
        b"<script type=application/ld+json>["
        + b'{"@type":"Thing","name":"x"},' * (size // 28)
        + b"1]</script>"
    ),
    "JSON-LD, many": repeat(b'<script type=application/ld+json>{"@type":"Thing"}</script>'),
    "owner marks": numbered(b"<script>UA-1234#-1 G-ABCDEFGH ca-pub-123456789#</script>"),
    "owner mark prefixes": repeat(b"UA-ca-pub-GTM-", b"<script>", b"</script>"),
    "noise": noise,
    "noise in base 64": lambda size: noise(size // 2).hex().encode(),
    "gzip bytes": lambda size: gzip.compress(noise(size)),
    "zip bytes": lambda size: b"PK\x03\x04" + noise(size),
    "PDF": lambda size: b"%PDF-1.7\n" + noise(size),
    "UTF-16": lambda size: ("<p>text " * (size // 16)).encode("utf-16"),
    "UTF-16 without a mark": lambda size: ("<p>text " * (size // 16)).encode("utf-16-le"),
    "broken UTF-8": repeat(b"<p>\xc3\x28\xff "),
    "windows-1251": lambda size: ("<p>текст " * (size // 9)).encode("windows-1251"),
    "wrong charset": lambda size: b"<meta charset=shift_jis>" + "<p>größe ".encode() * (size // 11),
    "unknown charset": lambda size: b"<meta charset=zzz>" + b"<p>gr\xf6\xdfe " * (size // 9),
    "lone surrogates": lambda size: "<p>\ud800x\udfff" * (size // 6),
    "wide characters": lambda size: "<p>😀𝕏" * (size // 5),
    "soup": soup,
}


def slowest(build: Builder) -> tuple[float, int, str]:
    """Return the longest time in seconds, the size it took, and what was cut from that page."""
    worst = (0.0, 0, "")
    for size in SIZES:
        content = build(size)
        started = time.process_time()
        page = Page.from_html(content, url="https://www.example.org/a/b")
        worst = max(worst, (time.process_time() - started, size, " ".join(page.cuts)))
    return worst


def main() -> int:
    """Time every kind of page, print the table, slowest first, and return the exit code."""
    Page.from_html(b"<p>warm-up of caches and imports: example.com</p>")
    rows = sorted(((*slowest(build), name) for name, build in BUILDERS.items()), reverse=True)
    if "--json" in sys.argv:
        print(json.dumps([dict(zip(("seconds", "size", "cuts", "page"), row, strict=True)) for row in rows]))
    else:
        print(f"{'seconds':>8} {'size':>9}  page")
        for seconds, size, cuts, name in rows:
            print(f"{seconds:8.3f} {size:9,}  {name}{f' (cut: {cuts})' if cuts else ''}")
    return int(rows[0][0] > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
