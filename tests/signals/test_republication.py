"""Traces of another newsroom: credits, tails, captions, metadata and their compound, on invented pages."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.page import Page
from detector.signals.base import Family, Signal
from detector.signals.registry import all_signals
from detector.signals.republication.authorship import has_byline, has_date
from detector.signals.republication.captions import captions
from detector.signals.republication.credits import agencies, newsrooms
from detector.signals.republication.metadata import metadata
from detector.signals.republication.newsrooms import is_newsroom, reads_as_press, same_house
from detector.signals.republication.residue import foreign_residue
from detector.signals.republication.sources import sources
from detector.view import View

URL = "https://noodlecorner.example/minister"
STORY = (
    "The minister of fisheries of Ostania resigned after a vote in the lower house of four hours.\n\n"
    "“I have nothing to regret,” the minister said, adding that a successor would be named within a week.\n\n"
    "The opposition said the vote was overdue. According to the speaker, it opens again in May.\n\n"
)
LONG = STORY * 6
CUT = "In this pool photograph the minister of fisheries of Ostania leaves the lower house after…"
FULL = "In this pool photograph the minister of fisheries of Ostania leaves the lower house after the vote."
COPIED = (
    f"Site icon Noodle Corner\n\nMinister of Ostania Resigns\n\n{LONG}{CUT}\n{FULL}\n\n"
    f"MIRA TELLANDER/POOL/AFP via Getty Images\n\n{STORY}"
    "This article includes reporting from The Associated Press.\n"
)


def values(signal: Signal, text: str, url: str = URL) -> dict[str, float]:
    found = signal.measure(View(Page.from_text(text, url=url))).values
    return {name.removeprefix("republication."): value for name, value in found.items()}


def shown(signal: Signal, text: str, url: str = URL) -> dict[str, str]:
    page = Page.from_text(text, url=url)
    found = reversed(signal.measure(View(page)).evidence)
    return {e.code.removeprefix("republication."): page.text[e.start : e.end] for e in found}


@pytest.mark.parametrize(
    ("feature", "text", "expected", "span"),
    [
        (
            "photo_credits",
            f"{STORY}\nMIRA TELLANDER/POOL/AFP via Getty Images\n\n{STORY}",
            1,
            "MIRA TELLANDER/POOL/AFP via Getty Images",
        ),
        ("photo_credits", f"{STORY}\nФото: РИА Новости\n", 1, "Фото: РИА Новости"),
        ("datelines", f"PORT OSTA, Ostania (AP) — {STORY}", 1, "(AP)"),
        ("datelines", f"PORT OSTA (Reuters) - {STORY}", 1, "(Reuters)"),
        ("datelines", f"{STORY}The union of writers (AP) met. {STORY}", 0, None),
        (
            "reporting_credits",
            f"{STORY}This article includes reporting from The Associated Press.",
            1,
            "This article includes reporting from The Associated Press",
        ),
        ("reporting_credits", f"{STORY}Con información de Agencia EFE", 1, "Con información de Agencia EFE"),
        ("photo_credits", f"{STORY}\nGarden table, Getty Images\n", 0, None),
        ("photo_credits", f"{STORY}\nIndex of /pool/afp/lib\n", 0, None),
    ],
)
def test_agency_credits_with_their_spans(feature: str, text: str, expected: float, span: str | None) -> None:
    assert values(agencies, text)[feature] == expected
    code = {"photo_credits": "photo_credit", "datelines": "dateline", "reporting_credits": "reporting_credit"}
    assert shown(agencies, text).get(code[feature]) == span


def test_a_known_newsroom_may_carry_an_agency_and_a_stranger_is_marked() -> None:
    text = f"PORT OSTA (Reuters) - {STORY}"
    assert values(agencies, text)["stranger_credit"] == 1
    assert values(agencies, text, "https://www.straitstimes.com/a")["stranger_credit"] == 0
    assert shown(agencies, text, "https://www.straitstimes.com/a") == {}
    assert math.isnan(values(agencies, text, "")["stranger_credit"])


@pytest.mark.parametrize(
    ("feature", "text", "url", "expected"),
    [
        ("foreign_voice", f"{STORY}Subscribe to Newsweek for more.", URL, 1),
        ("foreign_voice", f"{STORY}Subscribe to Newsweek for more.", "https://www.newsweek.com/a", 0),
        ("told_newsroom", f"{STORY}She told CNN that it was over.", URL, 1),
        ("cited_newsroom", f"{STORY}Fuente: La Vanguardia", URL, 1),
        ("foreign_voice", f"{STORY}My uncle reads Newsweek in the barber's chair.", URL, 0),
        ("foreign_voice", f"{STORY}Sign up for the New York Post", "https://www.wsj.com/a", 0),  # one house
    ],
)
def test_the_voice_of_another_newsroom(feature: str, text: str, url: str, expected: float) -> None:
    assert values(newsrooms, text, url)[feature] == expected


def test_a_publishers_own_host_speaks_for_the_page() -> None:
    assert values(newsrooms, STORY, "https://www.lemonde.fr/a")["host_is_newsroom"] == 1
    assert values(newsrooms, STORY, "https://www.reuters.com/a")["host_is_newsroom"] == 1
    assert values(newsrooms, STORY)["host_is_newsroom"] == 0
    assert math.isnan(values(newsrooms, STORY, "")["host_is_newsroom"])


@pytest.mark.parametrize(
    ("feature", "tail", "span"),
    [
        (
            "source_tail",
            "Source: https://example.com/2024/05/minister-resigns/",
            "Source: https://example.com/2024/05/minister-resigns/",
        ),
        ("source_tail", "Quelle: www.example.org", "Quelle: www.example.org"),
        (
            "source_address",
            "https://example.com/2024/05/minister-resigns/",
            "https://example.com/2024/05/minister-resigns/",
        ),
        (
            "copy_tracker",
            "Read more: http://example.com/minister#ixzz4uQwErTyU",
            "Read more: http://example.com/minister#ixzz4uQwErTyU",
        ),
        (
            "foreign_feed_tail",
            "The post Minister Resigns appeared first on Harbour Gazette.",
            "The post Minister Resigns appeared first on Harbour Gazette.",
        ),
        ("foreign_feed_tail", "The post Minister Resigns appeared first on Noodle Corner.", None),
        ("foreign_feed_tail", "This article was first published in August 2014.", None),
        ("source_tail", "Source: https://noodlecorner.example/archive/2019", None),
        ("source_tail", "Follow us: https://facebook.com/noodlecorner", None),
        ("source_address", "Visit our shop at www.example.com today", None),
    ],
)
def test_tails_that_name_the_source(feature: str, tail: str, span: str | None) -> None:
    text = f"{LONG}{tail}"
    assert values(sources, text)[feature] == (span is not None)
    assert shown(sources, text).get(feature) == span


def test_a_caption_cut_and_given_again_in_full() -> None:
    text = f"{STORY}{CUT}\n{FULL}\n\n{STORY}"
    assert values(captions, text)["doubled_captions"] == 1
    assert shown(captions, text) == {"doubled_caption": f"{CUT}\n{FULL}"}


@pytest.mark.parametrize(
    "text",
    [
        f"{STORY}{CUT}\nRead more\n{STORY}",  # a teaser
        f"{STORY}{FULL}\n{FULL}\n",  # a line said twice
        f"{STORY}Well…\nWell… it rained.\n",  # too short to be a caption
    ],
)
def test_teasers_and_repeated_lines_are_no_doubled_captions(text: str) -> None:
    assert values(captions, text)["doubled_captions"] == 0


@pytest.mark.parametrize(
    ("text", "url", "byline", "date"),
    [
        (LONG, URL, False, False),
        (f"By Mira Tellander\n{LONG}", URL, True, False),
        (f"12 March 2024\n{LONG}", URL, False, True),
        (LONG, "https://noodlecorner.example/2024/03/minister", False, True),
        (f"Von Mira Tellander\n12.03.2024\n{LONG}", URL, True, True),
        (f"{LONG}The law of 12 March 2024 {STORY}", URL, False, False),  # a date in a sentence dates nothing
    ],
)
def test_bylines_and_dates_stand_on_lines_of_their_own(text: str, url: str, byline: bool, date: bool) -> None:
    view = View(Page.from_text(text, url=url))
    assert (has_byline(view), has_date(view)) == (byline, date)


def test_an_excerpt_is_not_blamed_for_a_missing_byline() -> None:
    excerpt = f"PORT OSTA (Reuters) - {STORY}"
    dated = f"12 March 2024\n{excerpt}"
    assert values(foreign_residue, excerpt)["foreign_residue"] == 1.0
    assert values(foreign_residue, dated)["foreign_residue"] == 1.0


HEAD = "<html><head>{}</head><body><p>" + STORY + "</p></body></html>"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (
            '<link rel="canonical" href="https://www.reuters.com/world/ostania">',
            {"canonical_elsewhere": 1, "canonical_newsroom": 1},
        ),
        (
            '<meta property="og:url" content="https://example.com/minister">',
            {"canonical_elsewhere": 1, "canonical_newsroom": 0},
        ),
        (
            '<link rel="canonical" href="https://www.noodlecorner.example/minister">',
            {"canonical_elsewhere": 0, "foreign_publisher": 0},
        ),
        (
            '<script type="application/ld+json">{"@type":"NewsArticle","publisher":{"@type":"Organization",'
            '"name":"Harbour Gazette"}}</script>',
            {"foreign_publisher": 1},
        ),
        (
            '<script type="application/ld+json">{"@type":"NewsArticle","publisher":{"@type":"Organization",'
            '"name":"Noodle Corner"}}</script>',
            {"foreign_publisher": 0},
        ),
    ],
)
def test_metadata_of_another_site(head: str, expected: dict[str, float]) -> None:
    page = Page.from_html(HEAD.replace("{}", head), url=URL)
    found = metadata.measure(View(page)).values
    assert {name: found[f"republication.{name}"] for name in expected} == expected


def test_metadata_is_missing_on_a_page_made_of_text() -> None:
    assert all(map(math.isnan, values(metadata, STORY).values()))


def test_copied_news_on_a_stranger_host_adds_up_and_is_shown() -> None:
    assert values(foreign_residue, COPIED)["foreign_residue"] == pytest.approx(1.0 + 1.5 + 1.0 + 1.5)
    page = Page.from_text(COPIED, url=URL)
    (found,) = foreign_residue.measure(View(page)).evidence
    assert found.code == "republication.foreign_residue"
    assert found.excerpt == "This article includes reporting from The Associated Press"
    assert "without byline, date, link to a source" in found.message


@pytest.mark.parametrize(
    ("text", "url"),
    [
        (COPIED, "https://www.seattletimes.com/minister"),  # a newsroom with its own contracts
        (COPIED, "https://library.ostania.edu/minister"),  # an institution's archive
        (COPIED + "Republished with permission of the author.\n", URL),  # a licence
        (COPIED + "See [the story](https://www.nytimes.com/ostania).\n", URL),  # a link to a newsroom
        (LONG, URL),  # no credit at all
        (f"{LONG}She told CNN that it was over.", URL),  # citing alone is no residue
    ],
)
def test_licence_link_or_newsroom_take_the_compound_back(text: str, url: str) -> None:
    assert values(foreign_residue, text, url)["foreign_residue"] == 0
    assert shown(foreign_residue, text, url) == {}


def test_canonical_to_the_source_takes_the_compound_back() -> None:
    paragraphs = "".join(f"<p>{line}</p>" for line in COPIED.split("\n") if line)
    bare = f"<html><head></head><body>{paragraphs}</body></html>"
    named = bare.replace("<head>", '<head><link rel="canonical" href="https://apnews.com/article/ostania">')
    for html, residue in ((bare, True), (named, False)):
        found = foreign_residue.measure(View(Page.from_html(html, url=URL))).values
        assert (found["republication.foreign_residue"] > 0) is residue


def test_a_local_papers_name_discounts_the_residue() -> None:
    stranger = values(foreign_residue, COPIED)["foreign_residue"]
    local = values(foreign_residue, COPIED, "https://ostaherald.example/minister")["foreign_residue"]
    assert 0 < local < stranger / 2


def test_the_compound_is_missing_without_an_address() -> None:
    assert math.isnan(values(foreign_residue, COPIED, "")["foreign_residue"])


def test_houses_and_names_of_the_press() -> None:
    assert same_house("bbc.co.uk", "bbc.com")
    assert same_house("freep.com", "usatoday.com")
    assert not same_house("nytimes.com", "wsj.com")
    assert is_newsroom("apnews.com")
    assert reads_as_press("www.ostaherald.example")
    assert not reads_as_press("noodlecorner.example")
    assert not reads_as_press("aliexpress.example")


@given(st.text(alphabet="ABC abc…./:\n“”(AP)—Source: http", max_size=400))
def test_any_text_is_measured_within_range(text: str) -> None:
    view = View(Page.from_text(text, url=URL))
    for signal in all_signals():
        if signal.family is Family.REPUBLICATION:
            found = signal.measure(view)
            assert all(math.isnan(v) or math.isfinite(v) for v in found.values.values())
            for item in found.evidence:
                assert item.start is None or 0 <= item.start < (item.end or 0) <= len(view.page.text)
