"""Template residue, theme furniture and repeated blocks, on invented pages."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.page import Page
from detector.signals.base import Family, Measurement
from detector.signals.boilerplate.furniture import furniture, furniture_language
from detector.signals.boilerplate.repeats import repeats
from detector.signals.boilerplate.residue import defaults, mobile_switcher, raw_markup, slots
from detector.signals.quality.characters import oddities
from detector.signals.registry import all_signals
from detector.view import View

STORY = (
    "The town council of Altwick voted on Tuesday to repair the old harbour wall before the winter storms. "
    "Two engineers measured the damage in spring and counted forty loose stones along the northern pier.\n"
)
SPANISH = (
    "El ayuntamiento de Valdemora aprobó el martes la reparación del viejo muelle antes de las tormentas de "
    "invierno, y dos ingenieros midieron los daños durante la primavera junto al faro del norte. "
)
GERMAN_LABELS = "Zum Inhalt springen\nNeueste Beiträge\nSchreibe einen Kommentar\n"


def measured(signal_, text: str, url: str = "https://altwick.example/a") -> Measurement:  # type: ignore[no-untyped-def]
    return signal_.measure(View(Page.from_text(text, url=url)))


def evidence_text(signal_, text: str) -> dict[str, str]:  # type: ignore[no-untyped-def]
    page = Page.from_text(text, url="https://altwick.example/a")
    return {e.code: page.text[e.start : e.end] for e in reversed(signal_.measure(View(page)).evidence)}


@pytest.mark.parametrize(
    ("text", "labels", "spans"),
    [
        (
            f"Site icon Altwick Help\n{STORY}Exit mobile version",
            2,
            ["Site icon Altwick Help", "Exit mobile version"],
        ),
        (f"{STORY}Salir de la versión móvil", 1, ["Salir de la versión móvil"]),
        (f"{STORY}モバイルバージョンを終了", 1, ["モバイルバージョンを終了"]),
        (f"{STORY}We moved to a mobile version of the map.", 0, []),
        (STORY, 0, []),
    ],
)
def test_mobile_switcher_labels_are_pointed_at(text: str, labels: int, spans: list[str]) -> None:
    page = Page.from_text(text, url="https://altwick.example/a")
    found = mobile_switcher.measure(View(page))
    assert found.values["boilerplate.mobile_switcher"] == labels
    assert [page.text[e.start : e.end] for e in found.evidence] == spans


@pytest.mark.parametrize(
    ("feature", "text", "count", "span"),
    [
        ("unfilled_slots", f"Plumbers in {{city}} are cheap. {STORY}", 1, "{city}"),
        ("unfilled_slots", f"Buy %keyword% now and {{{{brand_name}}}} too. {STORY}", 2, "%keyword%"),
        ("spintax", f"We {{offer|provide|give}} repairs. {STORY}", 1, "{offer|provide|give}"),
        ("shortcodes", f'[vc_row full_width="yes"]{STORY}', 1, "[vc_row"),
        (
            "shortcodes",
            f"[caption id=attachment_7 width=300]{STORY}",
            1,
            "[caption id=attachment_7 width=300]",
        ),
        ("unfilled_slots", f"The set {{1, 2}} has two elements. {STORY}", 0, ""),
        ("spintax", f"Run cat words | sort, or use {{ a() || b() }}. {STORY}", 0, ""),
        ("shortcodes", f"See [submit_crate] in the notes [1]. {STORY}", 0, ""),
    ],
)
def test_slots_and_codes_left_in_the_text(feature: str, text: str, count: int, span: str) -> None:
    assert measured(slots, text).values[f"boilerplate.{feature}"] == count
    shown = evidence_text(slots, text).get(f"boilerplate.{feature}", "")
    assert shown.startswith(span) if span else shown == ""


@pytest.mark.parametrize(
    ("feature", "text", "expected"),
    [
        ("demo_text", f"Lorem ipsum dolor sit amet\n{STORY}", 2),
        ("default_settings", f"{STORY}Uncategorized\nProudly powered by WordPress", 2),
        ("default_author", f"Harbour repairs\nMarch 3, 2025 admin\n{STORY}", 1),
        ("default_author", f"Harbour repairs\nPosted by admin\n{STORY}", 1),
        ("default_author", f"The hospital's admin office opens at nine. {STORY}", 0),
        ("autoblog_marks", f"{STORY}As an AI language model I have no opinion.", 1),
        ("demo_text", STORY, 0),
        ("residue_kinds", f"Uncategorized\nLorem ipsum dolor sit amet\n{STORY}{{keyword}}", 3),
        ("residue_kinds", STORY, 0),
    ],
)
def test_defaults_never_changed(feature: str, text: str, expected: float) -> None:
    assert measured(defaults, text).values[f"boilerplate.{feature}"] == expected


def test_a_single_demo_phrase_is_no_evidence_and_two_are() -> None:
    assert evidence_text(defaults, f"Hello world!\n{STORY}") == {}
    assert evidence_text(defaults, f"Lorem ipsum dolor sit amet\n{STORY}") == {
        "boilerplate.demo_text": "Lorem ipsum"
    }


def test_scattered_random_tags_are_shown_and_a_lesson_on_markup_is_not() -> None:
    decoys = '<big id="xk3fa"></big><del id="p09qa"></del><tt id="zzk21"></tt>'
    assert evidence_text(raw_markup, decoys + STORY)["boilerplate.raw_markup"].endswith('<tt id="zzk21">')
    assert evidence_text(raw_markup, f"Write <p> before and </p> after a paragraph. {STORY}") == {}
    assert measured(raw_markup, STORY).values["boilerplate.raw_tags"] == 0


def test_tags_in_markdown_source_say_nothing() -> None:
    links = "".join(f"- [Tool {n}](https://tool-{n}.example) does one thing\n" for n in range(4))
    shown = '<p align="center"><img src="logo.png"></p>\n' + STORY
    assert measured(raw_markup, shown).values["boilerplate.raw_tags"] > 0
    assert math.isnan(measured(raw_markup, shown + links).values["boilerplate.raw_tags"])
    assert measured(oddities, shown + links).values["quality.tag_text"] == 0


def test_furniture_counts_by_kind_and_short_pages_are_not_measured() -> None:
    text = f"Skip to content\n{STORY}Share on Facebook\nLeave a comment\nRelated posts\nAdvertisement"
    values = measured(furniture, text).values
    assert values["boilerplate.furniture_kinds"] == 5
    assert values["boilerplate.advertising_labels"] == 1
    assert measured(furniture, f"{STORY}This domain is for sale").values["boilerplate.parked_phrases"] == 1
    assert math.isnan(measured(furniture, "Skip to content").values["boilerplate.furniture_density"])


@pytest.mark.parametrize(
    ("text", "clash", "english"),
    [
        (GERMAN_LABELS + SPANISH * 2, 1, 0),
        (GERMAN_LABELS + STORY * 2, 1, 0),
        ("Skip to content\nLeave a comment\n" + SPANISH * 2, 0, 1),
        ("Saltar al contenido\nDeja un comentario\n" + SPANISH * 2, 0, 0),
        ("Zum Inhalt springen\n" + STORY * 2, 0, 0),
    ],
)
def test_theme_labels_of_another_language_clash_with_the_text(text: str, clash: int, english: int) -> None:
    values = measured(furniture_language, text).values
    assert values["boilerplate.furniture_clash"] == clash
    assert values["boilerplate.english_furniture"] == english


def test_language_is_missing_without_labels() -> None:
    assert math.isnan(measured(furniture_language, STORY).values["boilerplate.furniture_clash"])


def test_repeated_blocks_are_measured_and_the_second_standing_is_shown() -> None:
    block = "The harbour master keeps the keys of the old crane and lends them to nobody at all."
    text = f"{block}\nA short line\n{block}"
    page = Page.from_text(text, url="https://altwick.example/a")
    found = repeats.measure(View(page))
    assert found.values["boilerplate.repeated_share"] == pytest.approx(len(block) / (2 * len(block) + 12))
    assert [(e.start, e.end) for e in found.evidence] == [(text.rfind(block), len(text))]
    assert measured(repeats, STORY + "One\nTwo\nThree").values["boilerplate.repeated_share"] == 0


@given(st.text(alphabet="{}|[]<>&;%$_/= abc\n", max_size=400))
def test_brackets_of_any_kind_are_measured_within_range(text: str) -> None:
    view = View(Page.from_text(text, url="https://altwick.example/a"))
    for signal_ in all_signals():
        if signal_.family is Family.BOILERPLATE:
            found = signal_.measure(view)
            assert all(math.isnan(v) or math.isfinite(v) for v in found.values.values())
            for item in found.evidence:
                assert item.start is None or 0 <= item.start < (item.end or 0) <= len(view.page.text)
