"""The shipped model on pages written for the purpose: golden verdicts, and what every verdict keeps."""

import json
import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit

from detector import Detector, Label, Page, Verdict
from detector.explain import explain
from detector.model import Calibration, Thresholds

EXAMPLE = Path(__file__).parent.parent / "docs" / "examples" / "republished-page.txt"

SYNDICATED = """
<html lang="en"><head><title>Strait reopens to ferries - Arlen Valley Courier</title>
<link rel="canonical" href="https://wire.example.org/strait-reopens">
<meta property="og:site_name" content="Arlen Valley Courier"><meta name="author" content="Jo Marsh"></head>
<body><header><a href="/">Arlen Valley Courier</a></header>
<nav><a href="/local">Local</a> <a href="/sport">Sport</a> <a href="/weather">Weather</a></nav>
<main><h1>Strait reopens to ferries</h1><p>By JO MARSH, Associated Press</p><p>March 4, 2025</p>
<p>PORT ARLEN (AP) — The strait between Port Arlen and the islands reopened to ferries on Tuesday after a
storm had closed it for three days, the harbour authority said.</p>
<p>“We moved 4,100 people before noon,” said Lena Fors, who runs the terminal. Two ferries still wait for
repairs at the yard in Velm, and a third will return on Friday, she said.</p>
<p>The storm broke 40 metres of the north quay. Repairs will cost about 3 million crowns, by a first estimate,
and the council will meet on Thursday to decide who pays.</p></main>
<footer><p>© 2025 Arlen Valley Courier, 12 Quay Street, Port Arlen. Call 555-0143.</p>
<a href="/about">About us</a> <a href="/contact">Contact</a>
<a href="/privacy">Privacy</a></footer></body></html>
"""
DIRECTORY = """
<html lang="en"><head><title>Woodworking links - Velm Woodturners' Club</title></head><body>
<header>Velm Woodturners' Club</header><main><h1>Links we like</h1>
<p>Our members keep this list by hand. Tell us when a link is dead:
we meet on Tuesdays at 7 pm in the mill.</p>
<ul><li><a href="https://lathes.example/">Lathe restorers</a>: manuals for machines built before 1960</li>
<li><a href="https://timber-yard.example/">The timber yard</a>: dry oak and ash, small amounts</li>
<li><a href="https://turning-forum.example/">Turning forum</a>: friendly to beginners</li>
<li><a href="https://tool-museum.example/">Tool museum</a>: open at weekends, tea room</li>
<li><a href="https://sharpening.example/">Sharpening notes</a>: how Erik grinds his gouges</li></ul>
<p>Last looked through by Erik Holm in January 2025.</p></main>
<footer>Velm Woodturners' Club, The Old Mill, Velm</footer></body></html>
"""


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector.load()


@pytest.fixture(scope="module")
def farm(detector: Detector) -> tuple[Page, Verdict]:
    page = Page.from_text(EXAMPLE.read_bytes(), url="https://harbourdeals.example/ferry-terminal")
    return page, detector.score(page)


def _seen(page: Page, verdict: Verdict) -> Iterator[tuple[str, str]]:
    for item in verdict.evidence:
        if item.start is not None and item.end is not None:
            yield item.code, page.text[item.start : item.end]


def test_a_republished_page_is_a_farm_with_every_reason_on_its_place(farm: tuple[Page, Verdict]) -> None:
    page, verdict = farm
    assert verdict.label is Label.FARM
    seen = list(_seen(page, verdict))
    blocks = [text for code, text in seen if code == "promotion.domain_list"]
    assert len(blocks) == 1
    assert blocks[0].startswith("harbourdeals.example")
    assert blocks[0].endswith("arlenfoodbox.example")
    texts = [text for _, text in seen]
    assert "Site icon Harbour Deals" in texts
    assert "Exit mobile version" in texts
    assert any("The Associated Press" in text for text in texts)
    assert any("AFP via Getty Images" in text for text in texts)
    assert any("a second…" in text and "debate of eleven hours" in text for text in texts)


@pytest.mark.parametrize(
    ("html", "url"),
    [
        (SYNDICATED, "https://www.arlenvalleycourier.example/2025/03/strait-reopens"),
        (DIRECTORY, "https://www.velmwoodturners.example/links.html"),
    ],
    ids=["syndicated story", "link directory"],
)
def test_honest_pages_that_look_alike_are_not_farms(detector: Detector, html: str, url: str) -> None:
    assert detector.score(Page.from_html(html, url=url)).label is Label.OK


def test_contributions_add_up_to_the_score(farm: tuple[Page, Verdict]) -> None:
    _, verdict = farm
    assert verdict.score is not None
    total = verdict.base + math.fsum(item.log_odds for item in verdict.contributions)
    assert total == pytest.approx(float(logit(verdict.score)), abs=1e-6)
    assert verdict.base + sum(verdict.families.values()) == pytest.approx(total, abs=1e-6)


def test_without_the_flip_set_the_label_is_another(detector: Detector, farm: tuple[Page, Verdict]) -> None:
    _, verdict = farm
    parts = {item.feature: item.log_odds for item in verdict.contributions}
    assert verdict.flip
    left = verdict.base + sum(part for name, part in parts.items() if name not in verdict.flip)
    assert expit(left) < detector.model.thresholds.farm
    one_fewer = left + min(parts[name] for name in verdict.flip)
    assert expit(one_fewer) >= detector.model.thresholds.farm


def test_evidence_comes_heaviest_first(farm: tuple[Page, Verdict]) -> None:
    weights = [item.weight for item in farm[1].evidence]
    assert weights == sorted(weights, reverse=True)


@pytest.mark.parametrize(
    ("parts", "label", "flip"),
    [
        ((1.0, 0.9, -0.3, 0.2), Label.REVIEW, {"c"}),  # a farm without what speaks against it
        ((2.0, -0.2, -0.2, -0.1), Label.REVIEW, {"a"}),
        ((3.0, 0.4, -0.9, 0.0), Label.FARM, {"a"}),
        ((-2.0, -1.5, 0.9, 0.0), Label.OK, {"a", "b"}),
        ((0.1, 0.0, -0.1, 0.0), Label.REVIEW, set()),
    ],
)
def test_the_flip_set_is_the_smallest_whatever_its_features_speak_for(
    detector: Detector, parts: tuple[float, ...], label: Label, flip: set[str]
) -> None:
    model = replace(
        detector.model,
        columns=("a", "b", "c", "d"),
        calibration=Calibration(0.0, 0.3),
        thresholds=Thresholds(0.9, 0.5),
    )
    verdict = explain(Page.from_text(""), np.zeros(4), np.array(parts), (), model, "invented")
    assert (verdict.label, set(verdict.flip)) == (label, flip)


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (Page.from_text(""), "empty"),
        (Page.from_html(b""), "empty"),
        (Page.from_text("Hello there."), "too_short"),
        (Page.from_text("12 345 678 90 " * 200 + "\nHello there."), "too_short"),
        (Page.from_html(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj"), "not_text"),
    ],
    ids=["no text", "no bytes", "a greeting", "a greeting below figures", "a PDF"],
)
def test_what_nobody_could_judge_is_insufficient_with_its_reason(
    detector: Detector, page: Page, reason: str
) -> None:
    verdict = detector.score(page)
    assert (verdict.label, verdict.reason, verdict.score) == (Label.INSUFFICIENT, reason, None)


def test_a_story_below_a_long_table_of_figures_is_judged(detector: Detector) -> None:
    page = Page.from_text("12 345 678 90 " * 200 + "\nThe ferry between the two islands sails again. " * 4)
    assert detector.score(page).label is not Label.INSUFFICIENT


def test_a_page_scored_alone_or_among_others_gives_the_same_bytes(detector: Detector) -> None:
    pages = [
        Page.from_text(EXAMPLE.read_bytes(), url="https://harbourdeals.example/ferry-terminal"),
        Page.from_html(SYNDICATED, url="https://www.arlenvalleycourier.example/2025/03/strait-reopens"),
        Page.from_text("short"),
        Page.from_html(DIRECTORY),
    ] * 40
    together = [verdict.to_json() for verdict in detector.score_many(pages)]
    assert together[:4] == [detector.score(page).to_json() for page in pages[:4]]
    assert together == together[:4] * 40
    assert json.loads(together[0])["label"] == "farm"


@given(st.binary(max_size=500), st.text(max_size=40))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_get_a_verdict(detector: Detector, data: bytes, url: str) -> None:
    verdict = detector.score(Page.from_html(data, url=url))
    assert verdict.score is None or 0 <= verdict.score <= 1
    json.loads(verdict.to_json())
