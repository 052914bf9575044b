"""Signals of the address on pages invented for them: what is measured, told, and left alone."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import pytest

from detector.page import Listing, Page
from detector.signals.base import Measurement
from detector.signals.registry import all_signals
from detector.view import View

SIGNALS = [signal for signal in all_signals() if signal.family == "address"]

GAMBLING = (
    "Our review of the top online casino explains how slot machines work. New players receive free spins "
    "and a welcome bonus, then try roulette, blackjack and poker. The jackpot grows with every wager."
)
GARDEN = (
    "Prune the plants in spring, feed the soil with compost and sow the seeds in rows. A garden with "
    "flowers and a lawn needs mulch before summer, and the greenhouse protects the harvest when frost "
    "comes early in the autumn months."
)
ADULT = "Porn videos with a busty milf and hot pornstars, hardcore sex and live sex for free every day."
MENU = "• Home\n• Flowers\n• Lawn\n• Garden tools\n• Greenhouse\n• Compost\n"


def measure(text: str, url: str = "", title: str = "") -> Measurement:
    return measure_page(Page.from_text(text, url=url, title=title))


def measure_page(page: Page) -> Measurement:
    view = View(page)
    found = [signal.measure(view) for signal in SIGNALS]
    values = {name.removeprefix("address."): value for part in found for name, value in part.values.items()}
    return Measurement(values, tuple(item for part in found for item in part.evidence))


def codes(found: Measurement) -> set[str]:
    return {item.code for item in found.evidence}


@pytest.mark.parametrize(
    ("text", "url", "code"),
    [
        (GAMBLING, "https://stmarychurch.example.org/x/", "address.planted_topic"),
        (GAMBLING, "https://www.rosegardenclub.com/news/slots/", "address.planted_topic"),
        (GAMBLING, "https://www.gardenflowers.com/", "address.host_topic"),
        (GAMBLING, "https://staff.hillview.edu.au/blog/", "address.institution"),
        (ADULT, "https://www.gardenflowers.com/", "address.planted_topic"),
    ],
)
def test_planted_text_is_told(text: str, url: str, code: str) -> None:
    assert code in codes(measure(text, url))


@pytest.mark.parametrize(
    ("text", "url"),
    [
        (GAMBLING, "https://www.royalcasino.com/bonus/"),
        (GAMBLING, ""),
        (GARDEN, "https://www.rosegardenclub.com/spring/"),
        (GARDEN, "https://www.gardenflowers.edu/"),
        (ADULT, "https://www.qwvideo.com/"),
        (
            "The council fined a casino near the school. " + GARDEN,
            "https://www.valleytimes.com/2024/05/casino-fine/",
        ),
        ("", "https://www.rosegardenclub.com/"),
    ],
)
def test_fitting_text_is_left_alone(text: str, url: str) -> None:
    assert codes(measure(text, url)) == set()


def test_planted_evidence_points_at_the_words() -> None:
    found = measure(GAMBLING, "https://www.gardenflowers.com/")
    planted = [item for item in found.evidence if item.code == "address.planted_topic"]
    assert [item.excerpt for item in planted] == ["online casino", "slot machines", "free spins"]
    assert [GAMBLING[item.start : item.end] for item in planted] == [item.excerpt for item in planted]
    assert all(item.features == ("address.vice_off_host",) for item in planted)


@pytest.mark.parametrize(
    ("text", "url", "feature", "low", "high"),
    [
        (GAMBLING, "https://www.gardenflowers.com/", "vice_against_host", 2.0, 5.0),
        (GAMBLING, "https://www.qxvkz.com/", "vice_against_host", 0.0, 0.0),
        (GAMBLING, "https://www.qxvkz.com/", "vice_off_host", 2.0, 5.0),
        (GAMBLING, "https://www.royalcasino.com/", "vice_off_host", 0.0, 0.0),
        (GARDEN, "https://www.rosegarden.com/best-online-casino/", "vice_in_slug", 1.0, 1.0),
        (GARDEN, "https://www.royalcasino.com/best-online-casino/", "vice_in_slug", 0.0, 0.0),
        (GARDEN, "https://a.example.org/%D0%9A%D0%B0%D0%B7%D0%B8%D0%BD%D0%BE", "vice_in_slug", 1.0, 1.0),
        (MENU + "\n" + GAMBLING, "", "vice_off_menu", 2.0, 5.0),
        (MENU + "\n" + GARDEN, "", "menu_body_fit", 0.9, 1.0),
        (MENU + "\n" + GAMBLING, "", "menu_body_fit", 0.0, 0.05),
        (GARDEN, "https://www.gardenflowers.com/", "host_body_fit", 0.9, 1.0),
        (GAMBLING, "https://www.gardenflowers.com/", "host_body_fit", 0.0, 0.0),
        (GARDEN, "https://www.bestgardenguide.com/", "keyword_host", 1.0, 1.0),
        (GARDEN, "https://www.qxvkz.com/", "keyword_host", 0.0, 0.0),
        (GARDEN, "https://www.bestgardenguide.com/", "host_known", 1.0, 1.0),
        (GARDEN, "https://www.gardenflowers.top/", "cheap_suffix", 1.0, 1.0),
        (GARDEN, "https://www.gardenflowers.com/", "cheap_suffix", 0.0, 0.0),
        (GARDEN, "https://4x9k2q7.gardenflowers.com/", "subdomain_random", 1.0, 1.0),
        (GARDEN, "https://members.gardenflowers.com/", "subdomain_random", 0.0, 0.0),
        (GARDEN, "https://a.example.org/2024/05/rose/", "dated_path", 1.0, 1.0),
        (GARDEN, "https://a.example.org/tag/rose/", "listing_path", 1.0, 1.0),
        (GARDEN, "https://a.example.org/buy-roses-online-cheap", "raw_query_slug", 2.0, 3.0),
        (GARDEN, "https://a.example.org/%D1%81%D0%B0%D0%B4", "slug_native", 1.0, 1.0),
        (GARDEN, "https://a.example.org/call-5551234567-now", "phone_in_path", 1.0, 1.0),
    ],
)
def test_features_of_the_address(text: str, url: str, feature: str, low: float, high: float) -> None:
    assert low <= measure(text, url).values[feature] <= high


@pytest.mark.parametrize(
    ("text", "feature", "value"),
    [
        ("Acme Widgets\n" + GARDEN, "brand_named", 1.0),
        ("Visit acmewidgets.com for more. " + GARDEN, "brand_named", 0.0),
        ("Visit acmewidgets.com for more. " + GARDEN, "brand_as_domain", 1.0),
        (GARDEN + "\n© 2024 Acme Widgets", "owner_is_host", 1.0),
        (GARDEN + "\n© 2024 Somebody Else Limited, all rights", "owner_foreign", 1.0),
        (GARDEN + "\nWrite to info@acmewidgets.com", "own_email", 1.0),
        (GARDEN + "\nWrite to info@acmewidgets.com", "unowned", 0.0),
        (GARDEN, "unowned", 1.0),
    ],
)
def test_who_signs_the_page(text: str, feature: str, value: float) -> None:
    assert measure(text, "https://www.acmewidgets.com/p").values[feature] == value


def test_a_brand_is_found_across_alphabets() -> None:
    text = "Чайник\n" + "Мы продаём посуду и технику для дома, звоните нам каждый день с утра. " * 4
    assert measure(text, "https://chaynik.com/").values["brand_in_head"] == 1.0


def test_text_in_a_foreign_language_about_gambling_clashes_with_the_country() -> None:
    text = "Онлайн казино предлагает игровые автоматы, фриспины и ставки на спорт каждому игроку. " * 4
    found = measure(text, "https://www.qxvkz.hu/")
    assert found.values["vice_and_clash"] == 1.0
    assert "address.language" in codes(found)
    assert measure(text, "https://www.qxvkz.ru/").values["vice_and_clash"] == 0.0


def test_without_an_address_nothing_is_said_about_it() -> None:
    values = measure(GARDEN).values
    unknown = (
        "host_length",
        "path_depth",
        "host_known",
        "brand_named",
        "own_email",
        "vice_off_host",
        "host_body_fit",
    )
    assert all(math.isnan(values[name]) for name in unknown)
    assert not math.isnan(values["vice_weight"])


@pytest.mark.parametrize(
    ("text", "url"),
    [
        (
            "casino bet slot garden " * 15_000,
            "https://" + "a" * 63 + ".example.org/" + "-".join(["casino"] * 3_000),
        ),
        ("x" * 400_000, "https://" + "bet" * 21 + ".com/" + "%D1%81" * 5_000),
        ("© " * 50_000 + "@a.b" * 20_000, "https://xn--80ak6aa92e.com/?" + "a=b&" * 5_000),
        ("word\n" * 60_000, "https://[::1]/a"),
        ("word", "https://1.2.3.4/"),
    ],
)
def test_hostile_pages_are_measured_within_range(text: str, url: str) -> None:
    values = measure(text, url).values
    limits = {feature.name.removeprefix("address."): feature for s in SIGNALS for feature in s.features}
    assert all(math.isnan(v) or limits[k].low <= v <= limits[k].high for k, v in values.items())


def test_pages_with_many_links_are_measured() -> None:
    links = "".join(f"<a href='https://facebook.com/acmewidgets{n}'>casino {n}</a>\n" for n in range(20_000))
    view = View(Page.from_html(f"<body><p>{GARDEN}</p>{links}</body>", url="https://acmewidgets.com/"))
    values = {name: value for signal in SIGNALS for name, value in signal.measure(view).values.items()}
    assert values["address.own_profile"] == 1.0


FARMS = Listing("blog.farm.example", "farms.txt", date(2026, 3, 1))
HOSTS = Listing("farm.example", "hosts.txt", None)


def listed(*listings: Listing) -> Measurement:
    return measure_page(replace(Page.from_text(GARDEN, url="https://blog.farm.example/"), listings=listings))


def test_a_listing_names_list_site_and_date() -> None:
    found = listed(FARMS, replace(FARMS, site="farm.example"), HOSTS)
    assert found.values["listed"] == 2  # a list that names two of its domains is one list
    assert [(item.message, item.start, item.features) for item in found.evidence] == [
        ("the block list farms.txt names blog.farm.example, since 2026-03-01", None, ("address.listed",)),
        ("the block list hosts.txt names farm.example, without a date", None, ("address.listed",)),
    ]


def test_two_lists_of_one_name_are_counted_both() -> None:
    assert listed(FARMS, FARMS).values["listed"] == 2


def test_many_lists_are_counted_and_five_are_told() -> None:
    found = listed(*(replace(FARMS, source=f"{number}.txt") for number in range(30)))
    assert (found.values["listed"], len(found.evidence)) == (20, 5)


def test_a_page_that_no_list_names_differs_from_one_that_was_not_looked_up() -> None:
    assert (listed().values["listed"], listed().evidence) == (0, ())
    assert math.isnan(measure(GARDEN, "https://blog.farm.example/").values["listed"])
