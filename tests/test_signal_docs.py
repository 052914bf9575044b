"""docs/signals.md and docs/policies.md name what the code has today; rates are counted as they say."""

from __future__ import annotations

import ast
import math
import re
from functools import cache
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from benchmarks import policy_table, signal_table
from benchmarks.evidence_codes import CODES
from benchmarks.search_policies import Policy, policies
from benchmarks.shared import REPOSITORY
from benchmarks.signal_rates import Measurements, evidence_signs, feature_signs, lift_within
from detector.labelling import Kind
from detector.page import Page
from detector.signals.registry import all_features, all_signals, measure

FEATURES = {feature.name: feature for feature in all_features()}
SIGNALS = {signal.name: signal for signal in all_signals()}
STORY = (
    "The town council of Altwick voted on Tuesday to repair the old harbour wall before the winter storms. "
    "Two engineers measured the damage in spring and counted forty loose stones along the northern pier.\n"
)


def stale(document: Path, command: str, what: str) -> str:
    return f"{what}: docs/{document.name} is stale, run {command}"


@cache
def lines(name: str) -> tuple[Path, frozenset[str]]:
    path = REPOSITORY / "docs" / name
    return path, frozenset(path.read_text("utf-8").splitlines())


def documented(name: str) -> dict[str, str]:
    """Return the rows of a document's tables by the name in their first cell."""
    return {match[1]: line for line in lines(name)[1] if (match := re.match(r"\| `([a-z_.0-9]+)` \|", line))}


def starts(name: str, cells: tuple[str, ...]) -> bool:
    start = signal_table.row(cells)
    return any(line.startswith(start) for line in lines(name)[1])


def test_every_feature_stands_with_unit_range_and_meaning() -> None:
    wrong = [f.name for f in FEATURES.values() if not starts("signals.md", signal_table.feature_cells(f))]
    assert not wrong, stale(lines("signals.md")[0], signal_table.COMMAND, str(wrong))


def test_every_signal_stands_with_what_it_measures_and_serves() -> None:
    wrong = [s.name for s in SIGNALS.values() if not starts("signals.md", signal_table.signal_cells(s))]
    assert not wrong, stale(lines("signals.md")[0], signal_table.COMMAND, str(wrong))


def test_every_code_stands_with_what_it_says() -> None:
    wrong = [code for code in CODES if not starts("signals.md", signal_table.code_cells(code))]
    assert not wrong, stale(lines("signals.md")[0], signal_table.COMMAND, str(wrong))


def test_nothing_stands_that_is_gone() -> None:
    gone = sorted(documented("signals.md").keys() - FEATURES.keys() - SIGNALS.keys() - CODES.keys())
    assert not gone, stale(lines("signals.md")[0], signal_table.COMMAND, str(gone))


@pytest.mark.parametrize("policy", policies(), ids=lambda policy: policy.name)
def test_every_policy_stands_with_what_it_names(policy: Policy) -> None:
    path, found = lines("policies.md")
    wanted = {f"## {policy.name}", f"Cannot see: {policy.unseen}"}
    if policy.seen:
        wanted.add(f"Sees: {policy.seen}")
    assert wanted <= found, stale(path, policy_table.COMMAND, policy.name)
    text = path.read_text("utf-8").partition(f"\n## {policy.name}\n")[2].partition("\n## ")[0]
    missing = [n for n in (*policy.signals, *policy.evidence, *policy.features) if f"`{n}`" not in text]
    assert not missing, stale(path, policy_table.COMMAND, str(missing))


@pytest.mark.parametrize("policy", policies(), ids=lambda policy: policy.name)
def test_a_policy_names_only_what_there_is(policy: Policy) -> None:
    assert set(policy.signals) <= SIGNALS.keys()
    assert set(policy.evidence) <= CODES.keys()
    served = {feature.name for name in policy.signals for feature in SIGNALS[name].features}
    assert set(policy.features) <= served
    assert set(policy.kinds) <= set(get_args(Kind))
    assert bool(policy.seen) == bool(policy.signals)
    assert policy.unseen


# --- codes of evidence -------------------------------------------------------------------------------------

URL = "https://altwick.example/a"
HEAD = (
    '<html><head><link rel="canonical" href="https://ambleford.test/a"><script type="application/ld+json">'
    '{"@type": "NewsArticle", "publisher": {"name": "Ambleford Post", "url": "https://ambleford.test"}}'
    f"</script></head><body><p>{STORY}</p></body></html>"
)
MENU = "".join(
    f'<li><a href="/{n}">{label}</a></li>'
    for n, label in enumerate(
        ("Business", "Health", "Travel", "Technology", "Fashion", "Casino", "Write for us", "Guest post")
    )
)
SPECIMENS = {
    "residue": Page.from_text(
        "Site icon Altwick Help\nLorem ipsum dolor sit amet\nPosted by admin\n[vc_row full]\n"
        f"Plumbers in {{city}} {{offer|provide|give}} repairs, as an AI language model knows.\n{STORY}",
        url=URL,
    ),
    "furniture": Page.from_text(
        "This domain is for sale. Very useful advice, keep up the good work, i have bookmarked it.\n" + STORY,
        url=URL,
    ),
    "characters": Page.from_text(
        f"{STORY}groÃŸen schÃ¶n fÃ¼r Ã–sterreich\nGet yоur frее bоnus tоday frоm оur bеst саsinо\n"
        "<div> text </div> <div> text </div> <span> text </span>\n安(an)全(quan)提(ti)示(shi)下(xia)载(zai)",
        url=URL,
    ),
    "filler": Page.from_text(
        "In today's fast-paced world, in today's digital age, in today's digital world. When it comes to "
        "whether you're a, when it comes down to. Counterfeit consciousness, profound learning, man-made "
        "consciousness. Plumber near me, near you, in your area. An honest review, unbiased review, in-depth "
        "review. Essay writing service, custom essay, custom essays. Great post, nice post, awesome post. "
        "Find the best, find cheap, find great deals. {city}",
        url=URL,
    ),
    "credits": Page.from_text(
        f"LONDON (Reuters) - {STORY}Photo: AFP via Getty Images\nSource: The New York Times\n"
        "This article includes reporting from The Associated Press.\n"
        "Subscribe to The New York Times for more.\n",
        url=URL,
    ),
    "sources": Page.from_text(
        f"{STORY * 4}Read more: http://ambleford.test/a#ixzz1abcDEFgh\n"
        "The post Harbour wall first appeared on Ambleford Post.\n"
        "Source: https://ambleford.test/news/harbour-wall",
        url=URL,
    ),
    "metadata": Page.from_html(HEAD, url=URL),
    "menu": Page.from_html(
        f"<nav><ul>{MENU}</ul></nav><main><p>{STORY * 4}</p>"
        "<p>August 7, 2024 by admin in <a href='/c'>Uncategorized</a></p></main>",
        url=URL,
    ),
    "example": Page.from_text(
        (REPOSITORY / "docs/examples/republished-page.txt").read_text("utf-8"), url=URL
    ),
}


@cache
def shown() -> frozenset[str]:
    """Return the codes that the specimens give."""
    return frozenset(item.code for page in SPECIMENS.values() for item in measure(page).evidence)


@cache
def written() -> frozenset[str]:
    """Return the codes that stand whole in the source of a signal."""
    calls = (
        node
        for path in (REPOSITORY / "detector/signals").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Evidence"
    )
    codes = (call.args[0] for call in calls if call.args)
    return frozenset(str(code.value) for code in codes if isinstance(code, ast.Constant))


def test_every_code_that_signals_give_is_listed() -> None:
    missing = sorted((shown() | written()) - CODES.keys())
    assert not missing, f"add {missing} to benchmarks/evidence_codes.py and run {signal_table.COMMAND}"


def test_every_listed_code_is_given_somewhere() -> None:
    gone = sorted(CODES.keys() - shown() - written())
    assert not gone, f"no signal gives {gone}: drop them from benchmarks/evidence_codes.py"


# --- rates -------------------------------------------------------------------------------------------------


def measured_from(columns: dict[str, list[float]], farm: list[bool]) -> Measurements:
    """Make measurements of a few features; all the others are missing."""
    values = np.full((len(farm), len(FEATURES)), np.nan)
    for name, column in columns.items():
        values[:, list(FEATURES).index(name)] = column
    none = np.zeros((len(farm), len(CODES)), dtype=bool)
    size = len(farm)
    blank = ("",) * size
    return Measurements("d", np.array(farm), blank, ("a",) * size, np.ones(size, dtype=bool), values, none)


@pytest.mark.parametrize(
    ("name", "farms", "legit", "rule", "farm_rate", "legit_rate"),
    [
        ("address.cheap_suffix", [1, 1, 0, 0], [1] * 5 + [0] * 5, "> 0", 0.5, 0.5),  # 0/1: whatever its share
        ("promotion.trades", [3, 0, 2, 1], [0] * 10, "> 0", 0.75, 0),  # mostly zero
        ("quality.sentence_length", [99, 5, 5, 99], list(range(1, 12)), "> 10", 0.5, 1 / 11),  # upper end
        ("quality.sentence_length", [1, 1, 1, 5], list(range(1, 12)), "< 2", 0.75, 1 / 11),  # lower end
        ("address.topic_focus", [1, 1, 1, 0.2], [1, 1] + [0.1 * n for n in range(1, 9)], "= 1", 0.75, 0.2),
        ("structure.owner_kinds", [0, 0, 0, 1], [0] * 3 + [2] * 7, "= 0", 0.75, 0.3),  # limit below
    ],
)
def test_a_feature_hits_at_the_end_where_farms_are(
    name: str, farms: list[float], legit: list[float], rule: str, farm_rate: float, legit_rate: float
) -> None:
    labels = [True] * len(farms) + [False] * len(legit)
    sign = feature_signs(measured_from({name: [*farms, *legit]}, labels))[name]
    assert sign.rule == rule
    assert sign.hits.farm.value == pytest.approx(farm_rate)
    assert sign.hits.legit.value == pytest.approx(legit_rate)


def test_missing_values_are_neither_hits_nor_counted() -> None:
    column = [1.0, math.nan, 0.0, math.nan]
    sign = feature_signs(measured_from({"address.cheap_suffix": column}, [True, True, False, False]))
    found = sign["address.cheap_suffix"]
    assert (found.hits.farm.n, found.hits.legit.n, found.hits.missing) == (1, 1, 0.5)
    assert found.hit.tolist() == [True, False, False, False]


def test_lift_within_gives_no_credit_for_telling_collections_apart() -> None:
    # Collection a is nearly all farms and all hit, b nearly all legitimate and never hit: lift without sense.
    farm = np.array([True] * 9 + [False] + [True] + [False] * 9)
    hit = np.array([True] * 10 + [False] * 10)
    known = np.ones(20, dtype=bool)
    assert lift_within(hit, known, farm, ["a"] * 10 + ["b"] * 10) == pytest.approx(1.0)
    assert lift_within(hit, known, farm, ["a"] * 20) == pytest.approx(9.0)
    assert lift_within(farm, known, farm, ["a"] * 20) == math.inf
    assert math.isnan(lift_within(hit, known, farm, [str(n) for n in range(20)]))


def test_documents_are_the_same_text_each_time_and_survive_empty_columns() -> None:
    measured = measured_from({"address.cheap_suffix": [1.0, 0.0, 0.0]}, [True, False, False])
    assert signal_table.render(measured) == signal_table.render(measured)
    assert policy_table.render(measured).count("\n## ") == len(policies()) + 1
    assert set(evidence_signs(measured)) == CODES.keys()
