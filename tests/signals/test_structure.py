"""How a page is built: menus, furniture, links and markup of invented pages."""

from __future__ import annotations

import math

import pytest

from detector.page import Page
from detector.signals.base import Family, Measurement
from detector.signals.registry import all_signals
from detector.view import View

SCRIPT = '<script src="https://{}/x.js"></script>'
SIGNALS = [signal for signal in all_signals() if signal.family is Family.STRUCTURE]
BODY = (
    "<p>" + "The paragraph says something about the weather of the week, and about little else. " * 6 + "</p>"
)


def measure(page: Page) -> Measurement:
    view = View(page)
    found = [signal.measure(view) for signal in SIGNALS]
    values = {name: value for one in found for name, value in one.values.items()}
    return Measurement(values, tuple(item for one in found for item in one.evidence))


def of_menu(labels: list[str], body: str = BODY) -> Page:
    items = "".join(f'<li><a href="/{number}">{label}</a></li>' for number, label in enumerate(labels))
    return Page.from_html(
        f"<html><body><nav><ul>{items}</ul></nav><main>{body}</main></body></html>", "https://a.example/p"
    )


MILL = [
    "Home",
    "Business",
    "Technology",
    "Health",
    "Travel",
    "Home Improvement",
    "Fashion",
    "Write for us",
    "Guest post",
]
NEWSPAPER = [
    "Home",
    "Politics",
    "World",
    "Business",
    "Opinion",
    "Obituaries",
    "Travel",
    "Health",
    "About us",
    "Contact us",
]
MILLS = [
    MILL,
    ["Inicio", "Negocios", "Tecnología", "Salud", "Viajes", "Hogar", "Moda", "Escribe para nosotros"],
    ["Strona główna", "Biznes", "Technologia", "Zdrowie", "Podróże", "Budownictwo", "Moda", "Wpis gościnny"],
    [
        "Главная",
        "Бизнес",
        "Технологии",
        "Здоровье",
        "Путешествия",
        "Строительство",
        "Мода",
        "Разместить статью",
    ],
]


@pytest.mark.parametrize("labels", MILLS)
def test_catch_all_menu_that_sells_places_is_shown(labels: list[str]) -> None:
    page = of_menu(labels)
    found = measure(page)
    assert found.values["structure.menu_topics"] >= 5
    assert found.values["structure.mill_menu"] >= 5
    item = next(item for item in found.evidence if item.code == "structure.catch_all_menu")
    assert page.text[item.start : item.end] == labels[1]


def test_newspaper_menu_is_no_mill() -> None:
    found = measure(of_menu(NEWSPAPER))
    assert found.values["structure.mill_menu"] == 0
    assert found.values["structure.news_sections"] > 1
    assert found.evidence == ()


def test_topics_in_running_text_are_no_menu() -> None:
    body = (
        "<p>"
        + "We write on business and technology, on health and fashion, on travel and home improvement. " * 6
        + "</p>"
    )
    assert measure(of_menu(["Home"], body)).values["structure.menu_topics"] == 0


def test_unattended_blog_is_shown() -> None:
    page = of_menu(
        ["Home", "Sample Page"], BODY + "<p>August 7, 2024 by admin in <a href='/c'>Uncategorized</a></p>"
    )
    found = measure(page)
    assert found.values["structure.default_cms"] > 1
    item = next(item for item in found.evidence if item.code == "structure.default_cms")
    assert page.text[item.start : item.end].lower() in {"sample page", "by admin", "uncategorized"}


FURNITURE = [
    (
        "About us | Contact us | Privacy policy | Registered office: 1 High Street, company number 0123",
        "owner_kinds",
        4,
        4,
    ),
    (
        "Impressum | Datenschutz | Über uns | Kontaktformular | Öffnungszeiten | Warenkorb | Versand",
        "owner_kinds",
        3,
        4,
    ),
    ("会社概要 お問い合わせ プライバシーポリシー 特定商取引法に基づく表記", "owner_kinds", 3, 4),
    ("Add to basket, checkout, shipping policy, returns, gift cards, opening hours", "service_kinds", 2, 6),
    ("Click here for more", "owner_kinds", 0, 0),
]


@pytest.mark.parametrize(("text", "feature", "low", "high"), FURNITURE)
def test_furniture_of_an_owned_site_is_counted(text: str, feature: str, low: float, high: float) -> None:
    found = measure(of_menu(["Start"], BODY + f"<p>{text}</p>"))
    assert low <= found.values[f"structure.{feature}"] <= high


def test_full_page_without_owner_is_told_from_fragment() -> None:
    labels = [f"Entry {number}" for number in range(20)]
    assert measure(of_menu(labels)).values["structure.ownerless"] == 1
    assert measure(of_menu([*labels, "Contact us"])).values["structure.ownerless"] == 0
    assert math.isnan(measure(of_menu(["Entry"])).values["structure.ownerless"])


def test_links_hidden_parts_and_markup_are_measured() -> None:
    outside = "".join(f'<a href="https://s{n}.example.com/">cheap boots</a> ' for n in range(6))
    hidden = '<div style="display:none">' + '<a href="https://example.net/x">pills</a> ' * 30 + "</div>"
    html = f"""<html lang="en"><head><title>T</title><meta http-equiv="refresh" content="0; url=https://example.net/">
    <script src="https://pagead2.googlesyndication.com/x.js"></script></head><body>{BODY}<p>{outside}</p>{hidden}</body></html>"""
    found = measure(Page.from_html(html, "https://a.example/p"))
    assert found.values["structure.outside_links"] > 0.9
    assert found.values["structure.repeated_anchor"] > 0.5
    assert found.values["structure.hidden_links"] == pytest.approx(math.log1p(30))
    assert found.values["structure.ad_hosts"] == 1
    assert [item.code for item in found.evidence] == ["structure.refresh"]


def test_markup_features_are_missing_for_text_alone() -> None:
    page = Page.from_text("The paragraph says something about the weather of the week. " * 8)
    values = measure(page).values
    markup = [feature.name for signal in SIGNALS for feature in signal.features if feature.markup_only]
    assert len(markup) > 10
    assert all(math.isnan(values[name]) for name in markup)


@pytest.mark.parametrize("html", ["", "<html></html>", '<a href="https://example.com/">x</a>' * 20_000])
def test_empty_and_hostile_pages_are_measured(html: str) -> None:
    values = measure(Page.from_html(html, "https://a.example/")).values
    assert all(math.isnan(value) or math.isfinite(value) for value in values.values())


@pytest.mark.parametrize(
    ("hosts", "networks"),
    [
        (["contextual.media.net", "an.yandex.ru", "static.criteo.net", "dynamic.criteo.com"], 3),
        (["cdn.multimedia.net", "metrican.yandex.ru", "media.net.example.org", "criteo.example.org"], 0),
    ],
)
def test_advertising_networks_are_told_by_whole_names(hosts: list[str], networks: int) -> None:
    page = Page.from_html("".join(map(SCRIPT.format, hosts)) + BODY, "https://a.example/p")
    assert measure(page).values["structure.ad_hosts"] == networks


def test_images_of_a_site_whose_name_ends_alike_are_not_the_pages_own() -> None:
    hosts = ["img.example.org", "www.example.org", "cdn.notexample.org", "192.0.2.7"]
    images = "".join(f'<img src="https://{host}/i.png">' for host in hosts)
    page = Page.from_html(images + BODY, "https://example.org/p")
    assert measure(page).values["structure.outside_images"] == 0.5
