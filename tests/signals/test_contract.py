"""What every signal must keep, whatever it measures."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.errors import SignalError
from detector.page import Page
from detector.signals.base import Evidence, Family, Feature, Measurement, Signal, signal
from detector.signals.registry import all_features, all_signals, measure
from detector.view import View

ARTICLE = (
    "Council opens library\n"
    "The council of Port Arlen opened a library on Monday, after four years of work.\n"
    "“We waited long for this,” said Maren Okafor, who leads the reading circle. It holds 40,000 books.\n"
    "Follow more:\n👉 arlen-sim.example\n👉 arlensim.test\n👉 www.forexarlen.example\n"
)
PAGES = {
    "empty": Page.from_text(""),
    "one word": Page.from_text("Hello"),
    "article": Page.from_text(ARTICLE, url="https://news.port-arlen.example/2025/03/library"),
    "no address": Page.from_text(ARTICLE),
    "one endless line": Page.from_text("word " * 60_000),
    "no spaces": Page.from_text("図書館" * 30_000),
    "many short lines": Page.from_text("a.example | b.test\n" * 8_000),
    "zero width": Page.from_text("a\u200bb\u200d\u2060c\ufeff " * 5_000),
    "markup": Page.from_html(
        "<title>Library</title><nav><a href=/>Home</a></nav><p>" + ARTICLE + "</p>", url="https://x.example/"
    ),
    "odd address": Page.from_html("<p>Text</p>", url="http://[::1/%zz?\x00#"),
}


@pytest.mark.parametrize("found", all_signals(), ids=lambda found: found.name)
@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES.keys())
def test_a_signal_measures_any_page_within_its_schema(found: Signal, page: Page) -> None:
    measurement = found.measure(View(page))
    assert list(measurement.values) == [feature.name for feature in found.features]
    for feature in found.features:
        value = measurement.values[feature.name]
        assert math.isnan(value) or feature.low <= value <= feature.high, feature.name
    for item in measurement.evidence:
        _check_evidence(found, item, page)
    again = found.measure(View(page))
    assert repr(again) == repr(measurement)


def _check_evidence(found: Signal, item: Evidence, page: Page) -> None:
    assert item.code.startswith(f"{found.family}."), item.code
    assert item.message
    assert set(item.features) <= {feature.name for feature in found.features}
    assert (item.start is None) == (item.end is None)
    if item.start is not None and item.end is not None:
        assert 0 <= item.start < item.end <= len(page.text), item.code


@given(st.text(max_size=400), st.text(max_size=60))
@settings(max_examples=40)
def test_no_text_and_no_address_breaks_a_signal(text: str, url: str) -> None:
    for page in (Page.from_text(text, url=url), Page.from_html(text, url=url)):
        values = measure(page).values
        assert len(values) == len(all_features())
        assert not any(math.isinf(value) for value in values)


def test_every_feature_says_what_it_means() -> None:
    for feature in all_features():
        assert feature.low < feature.high, feature.name
        assert feature.unit, feature.name
        assert len(feature.meaning) > 10, feature.name


def test_markup_features_are_missing_on_plain_text() -> None:
    values = dict(zip((f.name for f in all_features()), measure(PAGES["article"]).values, strict=True))
    told = [f.name for f in all_features() if f.markup_only and not math.isnan(values[f.name])]
    assert told == []


def test_a_signal_that_gives_an_undeclared_feature_is_refused() -> None:
    @signal(Family.QUALITY, Feature("known", "count", 0, 1, "what it declares"))
    def careless(view: View) -> Measurement:
        """Give more than it declares."""
        return Measurement({"known": 1.0, "unknown": 2.0})

    with pytest.raises(SignalError, match=r"quality\.careless gives \['unknown'\]"):
        careless.measure(View(PAGES["empty"]))


def test_values_beyond_a_feature_range_are_clipped() -> None:
    @signal(Family.QUALITY, Feature("share", "share", 0, 1, "a share of something"))
    def eager(view: View) -> Measurement:
        """Give too much."""
        return Measurement({"share": 7.0})

    assert eager.measure(View(PAGES["empty"])).values == {"quality.share": 1.0}
