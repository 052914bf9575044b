from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.parsing.domains import ascii_host, host_of, is_institution, registrable_domain, split_host


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.Example.COM/path", "www.example.com"),
        ("http://example.com:8080", "example.com"),
        ("http://user:pass@example.com/", "example.com"),
        ("http://user@evil.test@example.com/", "example.com"),
        ("http://example.com./", "example.com"),
        ("http://example.com?q=//other.test", "example.com"),
        ("http://example.com#//other.test", "example.com"),
        ("//example.com/x", "example.com"),
        ("http:\\\\example.com\\x", "example.com"),
        (" https://example.com ", "example.com"),
        ("https://münchen.example/", "xn--mnchen-3ya.example"),
        ("http://127.0.0.1:80/", "127.0.0.1"),
        ("http://[::1]:80/", "[::1]"),
        ("http://[::1", ""),
        ("//[", ""),
        ("http://", ""),
        ("http:///path", ""),
        ("http://a..example.com/", ""),
        ("http://exa mple.com/", ""),
        ("http://\ud800.com/", ""),
        ("http://" + "a" * 300 + ".com", ""),
        ("mailto:ada@example.com", ""),
        ("javascript://example.com", ""),
        ("data:text/html,//example.com", ""),
        ("/path//example.com", ""),
        ("example.com", ""),
        ("", ""),
    ],
)
def test_host_of_a_url(url: str, host: str) -> None:
    assert host_of(url) == host


@pytest.mark.parametrize(
    ("host", "split", "domain"),
    [
        ("www.example.com", ("www", "example", "com"), "example.com"),
        ("a.b.example.co.uk", ("a.b", "example", "co.uk"), "example.co.uk"),
        ("ada.blogspot.com", ("", "ada", "blogspot.com"), "ada.blogspot.com"),
        ("blogspot.com", ("", "blogspot", "com"), "blogspot.com"),
        ("www.ada.github.io", ("www", "ada", "github.io"), "ada.github.io"),
        ("xn--80aqgnez.xn--p1ai", ("", "xn--80aqgnez", "xn--p1ai"), "xn--80aqgnez.xn--p1ai"),
        ("pier.example", ("", "pier", "example"), "pier.example"),
        ("co.uk", ("", "co.uk", ""), ""),
        ("localhost", ("", "localhost", ""), ""),
        ("127.0.0.1", ("", "127.0.0.1", ""), ""),
        ("[::1]", ("", "[::1]", ""), ""),
        ("pier.zzzz", ("", "pier.zzzz", ""), ""),
        ("", ("", "", ""), ""),
    ],
)
def test_split_and_registrable_domain(host: str, split: tuple[str, str, str], domain: str) -> None:
    assert split_host(host) == split
    assert registrable_domain(host) == domain


@given(st.text(max_size=60) | st.text("htps:/.[]@#?\\ a0é中", max_size=30))
def test_any_url_has_a_clean_host_or_none(url: str) -> None:
    host = host_of(url)
    assert host == host.lower()
    assert host.isascii()
    assert host.startswith("[") or host == ascii_host(host)
    assert host.endswith(registrable_domain(host))


@pytest.mark.parametrize(
    ("host", "institution"),
    [
        *((host, True) for host in ("www.hillview.edu", "hillview.edu.au", "harbour.gov", "gov.uk", "x.int")),
        *((host, True) for host in ("x.int.ar", "x.gub.uy", "a.k12.us", "x.govt.nz", "x.sch.uk", "x.go.jp")),
        *((host, False) for host in ("search.go", "club.ac", "edu.example.org", "x.myedu", "go.example", "")),
    ],
)
def test_institutions_are_told_by_the_suffixes_kept_for_them(host: str, institution: bool) -> None:
    assert is_institution(host) is institution
