"""The shape of host and path: length, digits, random letters, slug, listing pages, cheap suffixes."""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import cache

from detector.address import Address
from detector.lexicons import load_lexicon
from detector.signals.base import Family, Feature, Measurement, signal
from detector.view import View

_DATE = re.compile(r"/(?:19|20)\d\d[/-](?:0?[1-9]|1[0-2])(?:[/-]|$)")
_LISTING = re.compile(
    r"/(?:tags?|product-tag|category|categories|page|author|label|search|topics?|archives?|etiqueta|etiket|kategori\w*)(?:/|$)"
)
_MEMBER = re.compile(r"/(?:profile|user|users|member|members|forum|forums|topic|thread)(?:/|\.|$)")
_SHOP = re.compile(r"/(?:products?|produkt\w*|producto|shop|store|item|catalog\w*|collections|cart)(?:/|$)")
_PLACE = re.compile(
    r"/(?:locations?|cit(?:y|ies)|near-me|service-areas?|areas?|localidad|ville|in-[a-z]+|states?)(?:/|$)"
)
_SCRIPT_PAGE = re.compile(r"\.(?:php\d?|asp|aspx|jsp|cfm)(?:/|$)")
_PLAIN_PAGE = re.compile(r"\.s?html?$")
_QUERY_WORDS = re.compile(
    r"(?:^|[-_+/ ])(?:buy|cheap|cheapest|best|discount|for-sale|near-me|without-prescription|free-download"
    r"|coupon|how-to|what-is|top-\d+|\d+-best|vs|online|review|reviews|price|comprar|barato|acheter|kaufen|billig|günstig"
    r"|kupit|skachat|beli|murah|giá-rẻ|satin-al|ucuz|download|watch|apk|full|login|hack|code)(?=$|[-_+/ .])"
)
_SLUG_WORD = re.compile(r"[^\W_]+")
_MIXED = re.compile(r"(?=[a-z]*\d)(?=\d*[a-z])[a-z\d]{7,}")
_PHONE = re.compile(r"(?<!\d)(?:\+?\d[-]?){10,13}(?!\d)")
_CONSONANTS = re.compile(r"[bcdfghjklmnpqrstvwxz]{4,}")


@signal(
    Family.ADDRESS,
    Feature("host_length", "characters", 1, 63, "characters of the registrable domain's label"),
    Feature("host_digits", "share", 0, 1, "digits in the label"),
    Feature("host_hyphens", "hyphens", 0, 10, "hyphens in the label"),
    Feature("host_entropy", "bits a character", 0, 6, "letter entropy of the label"),
    Feature("host_vowels", "share", 0, 1, "vowels among the label's letters"),
    Feature("host_consonant_run", "characters", 0, 30, "longest run of four consonants or more"),
    Feature("subdomain_labels", "labels", 0, 6, "labels below the registrable domain, www not counted"),
    Feature("subdomain_random", "0/1", 0, 1, "a sub-domain of mixed letters and digits or without vowels"),
    Feature("cheap_suffix", "0/1", 0, 1, "a suffix with far more abuse than its share"),
    Feature("country_suffix", "0/1", 0, 1, "a country's suffix"),
)
def host_shape(view: View) -> Measurement:
    """Measure the host as a string of characters."""
    address = view.address
    if address is None or not address.suffix:
        return Measurement({})
    label = address.label
    letters = sum(map(str.isalpha, label))
    return Measurement(
        {
            "host_length": float(len(label)),
            "host_digits": sum(map(str.isdigit, label)) / len(label),
            "host_hyphens": float(label.count("-")),
            "host_entropy": _entropy(label),
            "host_vowels": sum(map(label.count, "aeiouy")) / letters if letters else 0.0,
            "host_consonant_run": float(max(map(len, _CONSONANTS.findall(label)), default=0)),
            "subdomain_labels": float(address.subdomain.count(".") + 1 if address.subdomain else 0),
            "subdomain_random": float(_is_random(address.subdomain)),
            "cheap_suffix": float(address.suffix.rpartition(".")[2] in _cheap()),
            "country_suffix": float(len(address.suffix.rpartition(".")[2]) == 2),
        }
    )


@signal(
    Family.ADDRESS,
    Feature("path_depth", "segments", 0, 15, "segments of the path"),
    Feature("path_length", "characters", 0, 400, "characters of the path, percent-decoded"),
    Feature("slug_words", "words", 0, 40, "words of the longest hyphenated segment"),
    Feature("slug_digits", "share", 0, 1, "digits among the path's characters"),
    Feature("slug_encoded", "share", 0, 1, "percent-encoded characters of the path"),
    Feature("slug_repeats", "share", 0, 1, "slug words that repeat an earlier one or a word of the host"),
    Feature("query_keys", "keys", 0, 20, "parameters of the query string"),
    Feature("phone_in_path", "0/1", 0, 1, "a telephone number in the path"),
)
def path_shape(view: View) -> Measurement:
    """Measure the path as a string of characters."""
    address = view.address
    if address is None:
        return Measurement({})
    path, raw = address.path, address.raw_path
    own = {segment.text for segment in address.segments if len(segment.text) > 3}
    distinct = set(address.slug)
    repeated = len(address.slug) - len(distinct) + len(distinct & own)
    return Measurement(
        {
            "path_depth": float(sum(map(bool, path.split("/")))),
            "path_length": float(len(path)),
            "slug_words": float(_slug_words(address)),
            "slug_digits": sum(map(str.isdigit, path)) / len(path) if path else 0.0,
            "slug_encoded": 3 * raw.count("%") / len(raw) if raw else 0.0,
            "slug_repeats": repeated / len(address.slug) if address.slug else 0.0,
            "query_keys": float(address.query.count("=")),
            "phone_in_path": float(bool(_PHONE.search(path))),
        }
    )


@signal(
    Family.ADDRESS,
    Feature("dated_path", "0/1", 0, 1, "year and month in the path, as news and blogs have it"),
    Feature("listing_path", "0/1", 0, 1, "a tag, category, author, search or numbered page"),
    Feature("member_path", "0/1", 0, 1, "a profile or forum page, where anyone may write"),
    Feature("shop_path", "0/1", 0, 1, "a product or catalogue page"),
    Feature("place_path", "0/1", 0, 1, "a page for one place among many"),
    Feature("script_path", "0/1", 0, 1, "the path ends in a server script"),
    Feature("static_path", "0/1", 0, 1, "the path ends in .html"),
    Feature(
        "raw_query_slug", "words", 0, 5, "words of search queries in the slug: buy, cheap, best, near me"
    ),
)
def path_kind(view: View) -> Measurement:
    """Tell what kind of page the path announces."""
    address = view.address
    if address is None:
        return Measurement({})
    path = "/" + address.path
    values = {
        "dated_path": float(bool(_DATE.search(path))),
        "listing_path": float(bool(_LISTING.search(path))),
        "member_path": float(bool(_MEMBER.search(path))),
        "shop_path": float(bool(_SHOP.search(path))),
        "place_path": float(bool(_PLACE.search(path))),
        "script_path": float(bool(_SCRIPT_PAGE.search(path))),
        "static_path": float(bool(_PLAIN_PAGE.search(path))),
        "raw_query_slug": float(len(_QUERY_WORDS.findall(path))),
    }
    return Measurement(values)


def _slug_words(address: Address) -> int:
    return max([len(_SLUG_WORD.findall(part)) for part in address.path.split("/")])


def _entropy(label: str) -> float:
    size = len(label)
    return -sum(count / size * math.log2(count / size) for count in Counter(label).values())


def _is_random(subdomain: str) -> bool:
    first = subdomain.partition(".")[0]
    if len(first) < 5:
        return False
    return bool(_MIXED.fullmatch(first)) or bool(_CONSONANTS.search(first) and not set("aeiou") & set(first))


@cache
def _cheap() -> frozenset[str]:
    return frozenset(entry.term for entry in load_lexicon("cheap_suffixes").entries)
