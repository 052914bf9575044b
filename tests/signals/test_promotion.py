"""Promotion: invented pages, the features they give, and the evidence a moderator would be shown."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.address import squeeze
from detector.page import Block, BlockKind, Link, Mention, Metadata, Page, Region, Source
from detector.signals.base import Evidence, Signal
from detector.signals.promotion.calls import calls, handles
from detector.signals.promotion.domain_list import domain_blocks, domain_list
from detector.signals.promotion.keywords import keyword_lists
from detector.signals.promotion.links import foreign_links
from detector.signals.promotion.mentions import mentions
from detector.signals.promotion.money import host_trades, money_address, money_words
from detector.signals.promotion.names import label, platforms, shorteners, sister_families
from detector.view import View

SIGNALS = (domain_list, mentions, calls, handles, keyword_lists, money_words, money_address, foreign_links)
DOMAIN = re.compile(r"\b(?:www\.)?[a-z0-9-]+(?:\.|\[\.\]| dot )(?:example|test)\b")

ARTICLE = "\n".join(
    f"Paragraph {number}: the harbour council met on Tuesday to hear what the ferry crews had to say about "
    "the winter timetable, and the chair promised an answer before the end of the month."
    for number in range(6)
)
PROMOTED = (
    "tealphone.example",
    "coprasatchel.example",
    "coachreferral.example",
    "lotusfood.example",
    "fernhill.test",
    "www.goldfx.example",
    "unlearning.example",
    "copra-sim.example",
    "goldfx.example",
    "coprafund.example",
    "coprasachel.example",
    "tealphoneonline.example",
)


def page_of(text: str, *, url: str = "", title: str = "", footer: str = "") -> Page:
    """Make a page whose lines are blocks; domains under .example and .test are its mentions."""
    whole = f"{text}\n{footer}" if footer else text
    blocks, start = [], 0
    for line in whole.split("\n"):
        region = Region.FOOTER if start > len(text) else Region.MAIN
        if line:
            blocks.append(Block(start, start + len(line), region, BlockKind.PARAGRAPH))
        start += len(line) + 1
    found = [mention_at(match) for match in DOMAIN.finditer(whole)]
    host = url.partition("//")[2].partition("/")[0]
    return Page(
        url=url,
        host=host,
        domain=host.removeprefix("www."),
        source=Source.TEXT,
        text=whole,
        blocks=tuple(blocks),
        mentions=tuple(found),
        metadata=Metadata(title=title),
    )


def mention_at(match: re.Match[str]) -> Mention:
    host = match.group().replace("[.]", ".").replace(" dot ", ".")
    domain = host.removeprefix("www.")
    return Mention(domain, host, match.start(), match.end(), False, host != match.group())


def value(signal: Signal, page: Page, name: str) -> float:
    return signal.measure(View(page)).values[f"promotion.{name}"]


def evidence(signal: Signal, page: Page) -> dict[str, Evidence]:
    return {item.code: item for item in signal.measure(View(page)).evidence}


def bulleted(names: Sequence[str], bullet: str) -> str:
    return "\n".join(f"{bullet}{name}" for name in names)


# --- blocks of domains -------------------------------------------------------------------------------------


@pytest.mark.parametrize("bullet", ["👉 ", "• ", "- ", "* ", "12. ", "✅", "https://", "Visit: https://"])
def test_a_promotional_footer_is_shown_whole_whatever_its_bullets(bullet: str) -> None:
    footer = "👇 Follow more 👇\n" + bulleted(PROMOTED, bullet)
    page = page_of(ARTICLE, url="https://fernhill.test/news/ferry", footer=footer)
    shown = evidence(domain_list, page)["promotion.domain_list"]
    assert shown.start == page.text.index("tealphone.example")
    assert shown.end == len(page.text)
    assert "12 mentions of 11 domains" in shown.message
    assert "fernhill.test" in shown.message
    assert (
        "coprasatchel.example / copra-sim.example / coprafund.example / coprasachel.example" in shown.message
    )
    assert "tealphone.example / tealphoneonline.example" in shown.message
    values = domain_list.measure(View(page)).values
    assert values["promotion.list_domains"] == 11
    assert values["promotion.list_mentions"] == 12
    assert values["promotion.list_own_site"] == 1
    assert values["promotion.list_twins"] == 1
    assert values["promotion.list_called"] == 1
    assert values["promotion.list_sisters"] == pytest.approx(6 / 11)
    assert values["promotion.list_place"] > 0.7


@pytest.mark.parametrize("separator", [" | ", ", ", " - ", " ", " • "])
def test_a_promotional_block_may_stand_in_one_line(separator: str) -> None:
    page = page_of(ARTICLE, url="https://fernhill.test/", footer=separator.join(PROMOTED))
    assert "promotion.domain_list" in evidence(domain_list, page)


def test_the_own_site_is_known_by_its_name_where_the_address_is_missing() -> None:
    page = page_of(f"Site icon Fernhill Test\n{ARTICLE}", footer=bulleted(PROMOTED, "👉 "))
    assert value(domain_list, page, "list_own_site") == 1
    assert "fernhill.test" in evidence(domain_list, page)["promotion.domain_list"].message


def test_no_address_and_no_name_leaves_the_own_site_unmeasured() -> None:
    page = page_of(ARTICLE, footer=bulleted(PROMOTED, "👉 "))
    assert math.isnan(value(domain_list, page, "list_own_site"))


AWESOME = "\n".join(
    f"- {name}: a well kept collection of worked examples for people who are new to the subject"
    for name in PROMOTED
)
PARTNERS = (
    "Our partners\nNorth Bakery northbakery.example\nHill Optics hilloptics.example\n"
    "Blue Cycle bluecycle.example\nOak Clinic oakclinic.example\nRiver Print riverprint.example\n"
    "Star Garage stargarage.example"
)
INDICATORS = "Indicators\n" + "\n".join(
    f"{name}[.]example" for name in ("updatesrv", "cdnfetch", "loginmail", "statspix", "dlhub", "panelgate")
)
LETTER = "\n\n".join(
    f"This week {name} tells how three teachers rebuilt their library after the flood and what it cost them."
    for name in (
        "papertrail.example",
        "oldmill.example",
        "quietbooks.example",
        "southpier.example",
        "lamp.example",
    )
)


@pytest.mark.parametrize(
    "text",
    [AWESOME, PARTNERS, INDICATORS, LETTER],
    ids=["awesome list", "partners", "indicators", "newsletter"],
)
def test_honest_lists_of_domains_are_not_shown(text: str) -> None:
    page = page_of(f"{ARTICLE}\n{text}", url="https://valley.test/links")
    assert "promotion.domain_list" not in evidence(domain_list, page)


def test_defanged_indicators_bear_no_mark() -> None:
    assert value(domain_list, page_of(f"{ARTICLE}\n{INDICATORS}"), "list_marks") == 0


def test_prose_between_mentions_parts_a_block() -> None:
    page = page_of(
        "a1.example b2.example\nand then nothing more was heard of them for years c3.example d4.example"
    )
    assert [block.domains for block in domain_blocks(page)] == [
        ("a1.example", "b2.example"),
        ("c3.example", "d4.example"),
    ]


def test_an_address_after_its_own_name_is_no_twin() -> None:
    page = page_of(ARTICLE, footer="oak.example (www.oak.example) elm.example (www.elm.example)")
    assert value(domain_list, page, "list_twins") == 0


@pytest.mark.parametrize(
    ("domains", "expected"),
    [
        (("tealpot.example", "tealpotonline.example"), [["tealpot.example", "tealpotonline.example"]]),
        (("mirtal.example", "mirtaal.example"), [["mirtal.example", "mirtaal.example"]]),
        (("oak.example", "oak.test"), [["oak.example", "oak.test"]]),
        (("my-shop.example", "myshop.example"), [["my-shop.example", "myshop.example"]]),
        (("eastbeachhotel.test", "bestbeachhotel.test"), [["eastbeachhotel.test", "bestbeachhotel.test"]]),
        (("onlinebank.example", "onlinezoo.example"), []),
        (("oak.example", "elm.example"), []),
    ],
)  # fmt: skip
def test_sister_names(domains: tuple[str, ...], expected: list[list[str]]) -> None:
    assert sister_families(domains) == expected


def test_labels_and_squeezed_names() -> None:
    assert label("ultra-oak.example") == "ultraoak"
    assert squeeze("Site icon Fernhill Help!") == "siteiconfernhillhelp"


# --- mentions ----------------------------------------------------------------------------------------------


def test_foreign_domains_are_counted_without_the_page_itself() -> None:
    text = f"{ARTICLE}\nSee oak.example and elm.example, oak.example again, or valley.test."
    page = page_of(text, url="https://valley.test/")
    assert value(mentions, page, "foreign_domains") == pytest.approx(math.log1p(2))
    assert value(mentions, page, "tail_domains") == 2
    assert value(mentions, page, "own_rate") == pytest.approx(1000 / len(text))
    assert value(mentions, page, "head_foreign") == 0


def test_addresses_in_parentheses_after_a_keyword() -> None:
    page = page_of(f"{ARTICLE} cheap tyres (https://oak.example/tyres) and seat covers (https://elm.example)")
    assert value(mentions, page, "parenthesised") == pytest.approx(2000 / len(page.text))


def test_disguised_domains_are_shown_and_defanged_ones_are_not() -> None:
    spam = page_of(f"{ARTICLE}\noak dot example, elm dot example, fir dot example")
    shown = evidence(mentions, spam)["promotion.disguised"]
    assert spam.text[shown.start : shown.end] == "oak dot example"
    assert value(mentions, page_of(f"{ARTICLE}\n{INDICATORS}"), "disguised") == 0


def test_shorteners_and_platforms_are_told_apart() -> None:
    assert "bit.ly" in shorteners()
    assert "youtu.be" not in shorteners()
    assert "facebook.com" in platforms()
    assert not shorteners() & platforms()


# --- trades ------------------------------------------------------------------------------------------------

CASINO = (
    "The best online casino gives free spins and a no deposit bonus. Play slot machines, roulette and "
    "blackjack, compare bookmakers, and read about sports betting."
)


@pytest.mark.parametrize(
    ("text", "trade"),
    [
        (CASINO, "gambling"),
        ("Situs slot gacor hari ini, judi online dan togel singapore dengan deposit pulsa. ", "gambling"),
        ("Лучшие игровые автоматы, ставки на спорт и бездепозитный бонус для новых игроков. ", "gambling"),
        ("オンラインカジノの入金不要ボーナスとフリースピンを比較します。バカラも人気です。", "gambling"),
        ("คาสิโนออนไลน์ สล็อตเว็บตรง บาคาร่า แทงบอลออนไลน์ เครดิตฟรี ", "gambling"),
        ("Canlı casino ve bahis siteleri için deneme bonusu veren siteler listesi burada. ", "gambling"),
        ("كازينو على الإنترنت مع دورات مجانية و مراهنات رياضية و روليت لكل اللاعبين ", "gambling"),
        ("ऑनलाइन कैसीनो और सट्टेबाजी के लिए तीन पत्ती खेलें और स्लॉट मशीन आज़माएँ ", "gambling"),
        ("国产精品无码在线观看，成人视频与午夜福利每天更新，欢迎收藏本页面。", "adult"),
        ("Istanbul escort, ankara escort ve izmir escort ilanları, elit escort bayanlar burada. ", "adult"),
        ("Buy viagra online without prescription: cheap viagra, generic cialis, kamagra, levitra. ", "trade"),
        ("Микрозаймы онлайн: займ на карту без отказа, кредит без справок за пять минут. ", "trade"),
        ("Write my essay for me: the essay writing service whose essay writers never sleep. ", "trade"),
        ("スーパーコピー時計とブランドコピーの専門店です。n級品のみ取り扱っております。", "trade"),
    ],
)  # fmt: skip
def test_trades_are_found_in_their_languages(text: str, trade: str) -> None:
    page = page_of(text * 4, url="https://valley-library.test/2024/a-page")
    assert value(money_words, page, f"{trade}_share") >= 0.1
    shown = evidence(money_words, page)["promotion.money_words"]
    assert shown.start is not None
    assert shown.end is not None
    assert shown.end - shown.start <= 400


ORDINARY = (
    "You bet the convoy kept its time slot; the loan of the painting was paid in full, and the drug trial "
    "ended well. The forum is open to amateurs, and the pharmacy by the school sells plasters and tea."
)


@pytest.mark.parametrize("text", [ARTICLE, ORDINARY])
def test_ordinary_words_show_nothing(text: str) -> None:
    page = page_of(text, url="https://valley.test/")
    assert not evidence(money_words, page)
    assert not evidence(money_address, page)
    assert value(money_words, page, "trades") == 0


def test_a_paragraph_appended_to_an_article_is_shown_with_its_span() -> None:
    page = page_of(f"{ARTICLE}\n{ARTICLE}\n{CASINO}", url="https://valley.test/news/ferry")
    shown = evidence(money_words, page)["promotion.foreign_tail"]
    assert page.text[shown.start : shown.end].startswith("online casino")
    assert page.text[shown.start : shown.end].endswith("sports betting")
    assert value(money_words, page, "trade_edges") == 1


def test_a_page_that_speaks_of_its_trade_from_the_start_has_no_foreign_tail() -> None:
    page = page_of(f"{CASINO}\n{ARTICLE}\n{CASINO}", url="https://valley.test/news")
    assert "promotion.foreign_tail" not in evidence(money_words, page)


def test_unrelated_trades_on_one_page_are_named() -> None:
    text = (
        f"{CASINO} Payday loans and bad credit loans. Buy viagra, cheap viagra. Guest posting, buy backlinks."
    )
    assert "4 unrelated trades" in evidence(money_words, page_of(text))["promotion.many_trades"].message


def test_an_address_may_name_a_trade_that_its_host_does_not() -> None:
    hacked = page_of(ARTICLE, url="https://valley.test/2024/pin-up-casino-free-spins/")
    assert value(money_address, hacked, "trade_path") == 2
    assert (
        "the host valley.test does not" in evidence(money_address, hacked)["promotion.money_address"].message
    )
    owned = page_of(CASINO, url="https://goldencasino.test/free-spins/")
    assert value(money_address, owned, "trade_host") == 1
    assert value(money_address, owned, "trade_foreign") == 0
    assert not evidence(money_address, owned)


def test_percent_encoded_addresses_are_read() -> None:
    page = page_of(ARTICLE, url="https://valley.test/%D0%BA%D0%B0%D0%B7%D0%B8%D0%BD%D0%BE-2024")
    assert value(money_address, page, "trade_path") == 1


def test_the_title_counts_and_the_first_line_stands_in_for_it() -> None:
    assert value(money_address, page_of(ARTICLE, title="Slot gacor maxwin"), "trade_title") == 2
    assert value(money_address, page_of(f"Free spins\n{ARTICLE}"), "trade_title") == 1


def test_without_an_address_nothing_is_said_about_it() -> None:
    values = money_address.measure(View(page_of(CASINO))).values
    assert all(
        math.isnan(values[f"promotion.{name}"]) for name in ("trade_path", "trade_host", "trade_foreign")
    )


def test_a_trade_that_the_menus_never_name_is_foreign() -> None:
    honest = "Home | Ferries | Timetable | Contact"
    assert value(money_address, page_of(CASINO, footer=honest), "trade_menu_foreign") == 1
    assert value(money_address, page_of(CASINO, footer="Casino games | Contact"), "trade_menu_foreign") == 0
    assert math.isnan(value(money_address, page_of(CASINO), "trade_menu_foreign"))


def test_hosts_carry_the_stems_of_trades() -> None:
    assert host_trades("www.goldencasino.test") == {"gambling"}
    assert "adult" in host_trades("cityescorts.test")
    assert host_trades("valley.test") == frozenset()


# --- keyword lines -----------------------------------------------------------------------------------------

TOWNS = ("Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Gorse", "Hazel", "Iris")


@pytest.mark.parametrize("delimiter", [" - ", " | ", ", ", "、", " • ", " / "])
def test_variants_of_one_query_in_a_line(delimiter: str) -> None:
    line = delimiter.join(f"{town} locksmith" for town in TOWNS)
    page = page_of(f"{ARTICLE}\n{line}")
    shown = evidence(keyword_lists, page)["promotion.keyword_list"]
    assert page.text[shown.start : shown.end] == line
    assert "9 key phrases" in shown.message
    assert "“locksmith”" in shown.message
    assert value(keyword_lists, page, "keyword_share") == pytest.approx(len(line) / len(page.text))


@pytest.mark.parametrize(
    "line",
    [
        "Home | News | Sport | Weather | Shop | Travel | Culture | Video | Audio | Archive | Contact",
        "He came, she said, when the rain stopped, the boats left, the birds returned, and the town slept, "
        "at last, under a quiet sky.",
    ],
)
def test_menus_and_prose_are_no_keyword_lists(line: str) -> None:
    page = page_of(f"{ARTICLE}\n{line}")
    assert not evidence(keyword_lists, page)
    assert value(keyword_lists, page, "keyword_share") == 0


# --- calls and handles -------------------------------------------------------------------------------------


def test_calls_are_counted_by_kind_and_disclosures_apart() -> None:
    text = f"{ARTICLE}\nClick here, visit our website and join our telegram. This post is sponsored."
    page = page_of(text)
    assert value(calls, page, "call_kinds") == 3
    assert value(calls, page, "calls") == pytest.approx(3000 / len(text))
    assert value(calls, page, "calls_last") == 1
    assert value(calls, page, "disclosures") == 1


@pytest.mark.parametrize(
    "contact",
    ["Telegram: @oakseller77", "t.me/oakseller", "WhatsApp +99 000 1234567", "微信：oak8888", "카톡 oak1234"],
)
def test_messenger_handles_are_counted(contact: str) -> None:
    page = page_of(f"{ARTICLE}\n{contact}")
    assert value(handles, page, "handles") == pytest.approx(1000 / len(page.text))


def test_a_messenger_without_a_handle_is_none() -> None:
    assert value(handles, page_of(f"{ARTICLE}\nShare on WhatsApp or Telegram with friends"), "handles") == 0


def test_a_number_that_heads_the_page_and_returns_is_shown() -> None:
    number = "+99 000-123-4567"
    page = page_of("\n".join([f"Washer repair Alder {number}", *[f"{ARTICLE} {number}"] * 4]))
    shown = evidence(handles, page)["promotion.repeated_number"]
    assert page.text[shown.start : shown.end] == number
    assert value(handles, page, "number_repeats") == 5


@pytest.mark.parametrize("title", ["Meeting of 12.05.2024 1400", "2019 2020 2021 2022", "Order 55"])
def test_dates_and_figures_are_no_numbers(title: str) -> None:
    assert value(handles, page_of(f"{title}\n{ARTICLE}"), "number_in_title") == 0


# --- links -------------------------------------------------------------------------------------------------


def linked(anchors: Sequence[tuple[str, str]], *, rel: str = "", region: Region = Region.MAIN) -> Page:
    """Make an HTML page: the article, then a sentence around each anchor."""
    text, links = ARTICLE, []
    for anchor, domain in anchors:
        text += " Some say that "
        links.append(
            Link(
                f"https://{domain}/",
                domain,
                domain,
                len(text),
                len(text) + len(anchor),
                region,
                frozenset({rel}),
            )
        )
        text += f"{anchor} helped them more than they would have thought at first."
    blocks = (Block(0, len(text), Region.MAIN, BlockKind.PARAGRAPH),)
    return Page("https://valley.test/", "valley.test", "valley.test", Source.HTML, text, blocks, tuple(links))


def test_keyword_anchors_of_spam_trades_are_shown_one_by_one() -> None:
    page = linked(
        [("online casino", "oak.example"), ("payday loans", "elm.example"), ("buy viagra", "fir.example")]
    )
    shown = foreign_links.measure(View(page)).evidence
    assert [page.text[item.start : item.end] for item in shown] == [
        "online casino",
        "payday loans",
        "buy viagra",
    ]
    assert {item.code for item in shown} == {"promotion.keyword_links"}
    assert value(foreign_links, page, "out_money") == 3
    assert value(foreign_links, page, "out_keyword") == 1


def test_anchors_that_name_their_site_are_no_keywords() -> None:
    page = linked(
        [("the oakwood trust", "oakwoodtrust.example"), ("Elm Society", "elms.example")], rel="nofollow"
    )
    assert value(foreign_links, page, "out_keyword") == 0
    assert value(foreign_links, page, "out_paid") == 1
    assert not evidence(foreign_links, page)


def test_a_text_has_no_links_to_measure() -> None:
    assert all(math.isnan(number) for number in foreign_links.measure(View(page_of(ARTICLE))).values.values())


# --- all of them -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("signal", SIGNALS, ids=lambda signal: signal.name)
@given(
    text=st.text(max_size=400),
    title=st.text(max_size=60),
    url=st.sampled_from(["", "https://a.test/%zz/казино"]),
)
@settings(max_examples=40)
def test_any_text_gives_values_in_range_and_spans_in_the_text(
    signal: Signal, text: str, title: str, url: str
) -> None:
    page = page_of(f"{ARTICLE[:200]}{text}", title=title, url=url)
    measured = signal.measure(View(page))
    assert repr(measured) == repr(signal.measure(View(page)))
    for feature in signal.features:
        number = measured.values[feature.name]
        assert math.isnan(number) or feature.low <= number <= feature.high
    for item in measured.evidence:
        if item.start is not None and item.end is not None:
            assert 0 <= item.start < item.end <= len(page.text)
            assert item.excerpt


@pytest.mark.parametrize("signal", SIGNALS, ids=lambda signal: signal.name)
def test_an_empty_page_is_measured_without_evidence(signal: Signal) -> None:
    assert not signal.measure(View(page_of(""))).evidence
