from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.page import Page
from detector.parsing.encoding import to_utf8, transcode

RUSSIAN = "Мэр города открыл новый причал, и на праздник пришли все жители нашего посёлка."
GERMAN = "Das Mädchen aß süße Äpfel über den Dächern der schönen Stadt."
JAPANESE = "新しい桟橋が今日開かれ、町の人々が集まりました。とても賑やかな一日でした。"


def meta(charset: str) -> bytes:
    return f'<html><head><meta charset="{charset}">'.encode()


@pytest.mark.parametrize(
    ("data", "content_type", "text", "encoding"),
    [
        pytest.param(GERMAN.encode(), "", GERMAN, "utf-8", id="utf-8 undeclared"),
        pytest.param(
            GERMAN.encode(), "text/html; charset=iso-8859-1", GERMAN, "utf-8", id="utf-8 misdeclared"
        ),
        pytest.param(codecs.BOM_UTF8 + GERMAN.encode(), "", GERMAN, "utf-8", id="utf-8 mark"),
        pytest.param(GERMAN.encode("utf-16"), "", GERMAN, "utf-16-le", id="utf-16 mark"),
        pytest.param(
            codecs.BOM_UTF16_BE + GERMAN.encode("utf-16-be"), "", GERMAN, "utf-16-be", id="big-endian"
        ),
        pytest.param(GERMAN.encode("utf-16-le"), "", GERMAN, "utf-16-le", id="utf-16 without a mark"),
        pytest.param(GERMAN.encode("utf-16-be"), "", GERMAN, "utf-16-be", id="utf-16-be without a mark"),
        pytest.param(GERMAN.encode("latin-1"), "text/html;charset=iso-8859-1", GERMAN, "cp1252", id="header"),
        pytest.param(
            "5 €".encode("cp1252"), "text/html; charset=latin1", "5 €", "cp1252", id="latin1 is cp1252"
        ),
        pytest.param(RUSSIAN.encode("koi8-r"), "", RUSSIAN, "koi8-r", id="sniffed koi8-r"),
        pytest.param(RUSSIAN.encode("cp1251"), "", RUSSIAN, "cp1251", id="sniffed cp1251"),
        pytest.param(
            RUSSIAN.encode("cp1251"), "text/html; charset=utf-8", RUSSIAN, "cp1251", id="wrong header"
        ),
        pytest.param(
            RUSSIAN.encode("cp1251"), "text/html; charset=bogus", RUSSIAN, "cp1251", id="unknown label"
        ),
        pytest.param(JAPANESE.encode("shift_jis"), "", JAPANESE, "shift_jis", id="sniffed shift_jis"),
        pytest.param(
            JAPANESE.encode("iso2022_jp"),
            "text/html; charset=iso-2022-jp",
            JAPANESE,
            "iso2022_jp",
            id="iso-2022-jp",
        ),
        pytest.param(
            GERMAN.encode()[:-1] + b"\xc3", "", GERMAN[:-1] + "\ufffd", "utf-8", id="cut in a character"
        ),
        pytest.param(b"", "", "", "utf-8", id="empty"),
    ],
)
def test_encodings(data: bytes, content_type: str, text: str, encoding: str) -> None:
    decoded, name = transcode(data, content_type)
    assert (decoded.decode(), name) == (text, encoding)


@pytest.mark.parametrize(
    "head",
    [
        b'<meta charset="koi8-r">',
        b"<META CHARSET=KOI8-R>",
        b"<meta http-equiv=Content-Type content='text/html; charset = koi8-r'>",
        b"<title>" + b"x" * 2_000 + b"</title><meta charset='koi8-r'>",
        b'<?xml version="1.0"?><meta charset=koi8-r>',
    ],
)
def test_declaration_in_the_page(head: bytes) -> None:
    page = Page.from_html(head + b"<p>" + "мир".encode("koi8-r"))
    assert (page.text, page.encoding) == ("мир", "koi8-r")


def test_header_comes_before_the_page() -> None:
    page = Page.from_html(
        meta("koi8-r") + b"<p>" + RUSSIAN.encode("cp1251"), content_type="x; charset=cp1251"
    )
    assert (page.text, page.encoding) == (RUSSIAN, "cp1251")


def test_page_that_claims_a_wide_encoding_in_narrow_bytes_is_not_believed() -> None:
    page = Page.from_html(meta("utf-16") + b"<p>" + GERMAN.encode("cp1252"))
    assert page.text == GERMAN


def test_lone_surrogates_become_replacement_characters() -> None:
    assert to_utf8("a\ud800b😀").decode() == "a\ufffdb😀"
    assert Page.from_html("<p>a\udfffb").text == "a\ufffdb"


@given(st.binary(max_size=300), st.text(max_size=30))
def test_any_bytes_are_transcoded(data: bytes, content_type: str) -> None:
    decoded, name = transcode(data, content_type)
    decoded.decode()  # is UTF-8
    assert codecs.lookup(name)


@given(st.text(max_size=300))
def test_utf_8_round_trips(text: str) -> None:
    if not text.startswith("\ufeff") and "\x00" not in text and "\x1b" not in text:
        assert transcode(text.encode(errors="ignore"))[0].decode() == text.encode(errors="ignore").decode()
