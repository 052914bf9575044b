from __future__ import annotations

import math
import random
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import logit

from detector.errors import InputError
from detector.model import Thresholds
from detector.scan.output import Output, OutputFormat
from detector.scan.rows import Row
from detector.sites.names import site_of
from detector.sites.report import SITE_SCHEMA, common_blocks, site_row
from detector.sites.run import roll_up
from detector.sites.score import site_score
from detector.sites.state import SAMPLE_PAGES, KeySample, SiteState, parse_day

THRESHOLDS = Thresholds(farm=0.9, review=0.5)


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.example.org/a/b", "example.org"),
        ("https://news.example.co.uk/a", "example.co.uk"),
        ("https://anna.blogspot.com/2026/05/a.html", "anna.blogspot.com"),
        ("https://anna.wordpress.com/about", "anna.wordpress.com"),
        ("https://shop.anna.wordpress.com/", "anna.wordpress.com"),
        ("https://wordpress.com/support", "wordpress.com"),
        ("https://medium.com/@Anna/a-story-1234", "medium.com/@Anna"),
        ("https://sites.google.com/view/anna/home", "sites.google.com/view/anna"),
        ("https://sites.google.com/view", "google.com"),
        ("https://t.me/anna?x=1", "t.me/anna"),
        ("https://www.t.me/", "t.me"),
        ("https://t.me/s/anna", "t.me/s/anna"),
        ("https://www.youtube.com/@Anna/videos", "youtube.com/@Anna"),
        ("https://www.youtube.com/channel/abc/about", "youtube.com/channel/abc"),
        ("https://www.youtube.com/CHANNEL/aBc", "youtube.com/CHANNEL/aBc"),
        ("https://www.youtube.com/channel", "youtube.com"),
        ("https://t.me/caf%c3%a9", "t.me/caf%C3%A9"),
        ("https://www.youtube.com/watch?v=abc", "youtube.com"),
        ("https://www.example.edu/~anna/cv.html", "example.edu/~anna"),
        ("https://192.0.2.7/a", "192.0.2.7"),
        ("http://[::1", ""),
        ("no address", ""),
        ("", ""),
    ],
)
def test_a_page_is_judged_with_its_site_or_account(url: str, site: str) -> None:
    assert site_of(url) == site


@given(st.text(max_size=200))
def test_any_text_as_address_gives_a_site_or_none(url: str) -> None:
    assert site_of("https://" + url) == site_of("https://" + url)


def row(number: int = 0, **values: Any) -> Row:
    """A scan's row with the columns that sites are made of."""
    standard: Row = {
        "source": "crawl.warc.gz",
        "position": number,
        "url": f"https://example.org/{number}",
        "site": "example.org",
        "domain": "example.org",
        "published": "",
        "language": "en",
        "topic": "food",
        "label": "ok",
        "score": 0.2,
        "base": -1.0,
        "families": [("wording", float(logit(0.2)) + 1.0)],
        "promoted": [],
        "republished": False,
        "sources": [],
        "owner_marks": [],
        "edges": [],
        "error": None,
    }
    return {**standard, **values}


def scored(number: int, score: float, label: str) -> Row:
    return row(number, score=score, label=label, families=[("wording", float(logit(score)) + 1.0)])


def site(rows: list[Row]) -> dict[str, Any]:
    state = SiteState("example.org")
    for item in rows:
        state.add(item)
    return site_row(state, THRESHOLDS)


def test_few_pages_give_a_wide_interval_and_many_a_narrow_one() -> None:
    one, five, twenty = (site_score([0.97] * count) for count in (1, 5, 20))
    assert one.score == pytest.approx(0.97) == pytest.approx(twenty.score)
    widths = [logit(found.high) - logit(found.low) for found in (one, five, twenty)]
    assert widths == sorted(widths, reverse=True)
    assert one.low < 0.5 < 0.9 < twenty.low


def test_a_few_odd_pages_hardly_move_a_site() -> None:
    assert site_score([0.05] * 18 + [0.9999] * 2).score < 0.2
    assert site_score([0.95] * 18 + [0.0001] * 2).score > 0.8


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_scores_lie_in_their_interval_and_do_not_depend_on_order(scores: list[float]) -> None:
    found = site_score(scores)
    assert 0 <= found.low <= found.score <= found.high <= 1
    assert list(found.deciles) == sorted(found.deciles)
    assert site_score(scores[::-1]) == found


@pytest.mark.parametrize(
    ("scores", "label"),
    [
        ([0.97], "review"),
        ([0.9999], "review"),  # one page convicts no site, however high its score
        ([0.9999] * 2, "farm"),
        ([0.97] * 12, "farm"),
        ([0.97] * 2 + [0.05] * 10, "ok"),
        ([0.6] * 12, "review"),
        ([0.1] * 12, "ok"),
        ([], "insufficient"),
    ],
)
def test_labels_ask_for_a_score_and_for_certainty(scores: list[float], label: str) -> None:
    rows = [scored(number, score, "farm" if score > 0.9 else "ok") for number, score in enumerate(scores)]
    rows.append(row(99, score=None, label="insufficient"))
    assert site(rows)["label"] == label


def test_families_and_distribution_add_up_to_the_site_s_log_odds() -> None:
    found = site([scored(number, 0.1 + 0.08 * number, "ok") for number in range(10)])
    assert sum(value for _, value in found["families"]) == pytest.approx(logit(found["score"]))


def test_a_site_says_what_its_pages_have_in_common() -> None:
    rows = [
        row(
            number,
            label="farm" if number < 6 else "ok",
            score=0.95 if number < 6 else 0.3,
            promoted=["casino.example", f"only{number}.example"],
            republished=number < 4,
            sources=["gazette.example"] if number < 4 else [],
            owner_marks=["adsense:ca-pub-1"],
            language="en" if number % 2 else "de",
            topic="food" if number % 2 else "",
            published=f"2026-05-0{number + 1}T08:00:00+02:00",
            edges=["The menu of the site", f"Page {number} of the site", "All rights reserved by no one"],
        )
        for number in range(8)
    ]
    found = site([*rows, row(9, error="truncated"), row(10, label="insufficient", score=None)])
    assert (found["pages"], found["farm"], found["insufficient"], found["errors"]) == (9, 6, 1, 1)
    assert found["share_flagged"] == 6 / 8
    assert found["share_republished"] == 4 / 8
    assert found["sources"] == [{"name": "gazette.example", "pages": 4}]
    assert found["promoted"][0] == {"name": "casino.example", "pages": 8}
    assert found["promoted_domains"] == 9
    assert found["owner_marks"] == [{"name": "adsense:ca-pub-1", "pages": 8}]
    assert found["common_blocks"] == ["The menu of the site", "All rights reserved by no one"]
    assert found["language_spread"] == pytest.approx(2.0, abs=0.1)
    assert found["topic_spread"] == 1.0
    assert (found["first_published"], found["last_published"]) == (date(2026, 5, 1), date(2026, 5, 8))
    assert found["pages_a_day"] == 1.0
    assert "of 8 scored pages, 6 labelled farm and 0 review" in found["why"]
    assert "50% of the pages show signs of copying, most often from gazette.example" in found["why"]
    assert "promotes 9 domains, most often casino.example" in found["why"]


def test_two_pages_have_no_common_blocks_yet() -> None:
    state = SiteState("example.org")
    for number in range(2):
        state.add(row(number, edges=["The same footer on both"]))
    assert common_blocks(state.sample) == []


@given(st.integers(0, 2**32), st.integers(1, 6))
def test_neither_order_nor_splitting_changes_a_site(seed: int, pieces: int) -> None:
    chance = random.Random(seed)
    rows = [
        row(
            number,
            score=chance.random(),
            promoted=[f"d{chance.randrange(900)}.example" for _ in range(9)],
            edges=[f"block {chance.randrange(3)}"],
            published=f"2026-0{chance.randint(1, 9)}-11",
            label=chance.choice(["ok", "farm"]),
        )
        for number in range(70)
    ]
    whole = site(rows)
    chance.shuffle(rows)
    states = [SiteState("example.org") for _ in range(pieces)]
    for item in rows:
        chance.choice(states).add(item)
    for other in states[1:]:
        states[0].merge(other)
    assert site_row(states[0], THRESHOLDS) == whole
    assert len(states[0].sample) == SAMPLE_PAGES


def test_a_key_sample_counts_exactly_and_estimates_how_many_there_are() -> None:
    sample = KeySample(200)
    for _ in range(3):
        sample.add(f"d{number}.example" for number in range(20_000))
    assert sample.distinct == pytest.approx(20_000, rel=0.25)
    assert {count for _, count in sample.top(200)} == {3}
    assert len(sample.counts) == 200


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-05-01", date(2026, 5, 1)),
        ("2026-05-01T10:00:00Z", date(2026, 5, 1)),
        ("1 May", None),
        ("", None),
    ],
)
def test_days_are_read_from_iso_dates_alone(text: str, day: date | None) -> None:
    assert parse_day(text) == day


@pytest.mark.parametrize("format_", list(OutputFormat))
def test_a_scan_of_either_format_rolls_up_to_the_same_table(tmp_path: Path, format_: OutputFormat) -> None:
    rows = [
        complete(row(number, url=f"https://a{number % 3}.example/{number}", site=f"a{number % 3}.example"))
        for number in range(30)
    ]
    output = Output(tmp_path, format_)
    output.prepare()
    output.commit("00000-000000", rows[:14])
    output.commit("00000-000001", [*rows[14:], complete(row(31, site="", error="malformed"))])
    summary = roll_up([tmp_path], tmp_path / "sites.parquet", THRESHOLDS)
    table = pq.read_table(tmp_path / "sites.parquet")
    assert table.schema.equals(SITE_SCHEMA)
    assert table["site"].to_pylist() == ["a0.example", "a1.example", "a2.example"]
    assert table["pages"].to_pylist() == [10, 10, 10]
    assert all(math.isclose(score, 0.2) for score in table["score"].to_pylist())
    assert (summary.rows, summary.placeless, summary.sites) == (31, 1, 3)


def complete(item: Row) -> Row:
    """Fill up the columns that sites don't look at."""
    from detector.scan.rows import SCHEMA

    return {**dict.fromkeys(SCHEMA.names), **item, "verdict": None}


def test_a_folder_without_a_scan_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no parts"):
        roll_up([tmp_path], tmp_path / "sites.parquet", THRESHOLDS)


def test_an_unfinished_scan_is_refused(tmp_path: Path) -> None:
    output = Output(tmp_path, OutputFormat.JSONL)
    output.prepare()
    output.commit("00000-000000", [complete(row(1))])
    (tmp_path / "_scan.json").write_text("{}")
    with pytest.raises(InputError, match="not finished"):
        roll_up([tmp_path], tmp_path / "sites.parquet", THRESHOLDS)
    (tmp_path / "_SUCCESS").touch()
    assert roll_up([tmp_path], tmp_path / "sites.parquet", THRESHOLDS).rows == 1
    with pytest.raises(InputError, match="given twice"):
        roll_up([tmp_path, tmp_path / "." / ""], tmp_path / "sites.parquet", THRESHOLDS)


@pytest.mark.parametrize(
    ("name", "data"), [("part-0.parquet", b"torn"), ("part-0.jsonl", b'{"site": '), ("part-0.jsonl", b"{}")]
)
def test_a_file_that_is_no_part_is_refused_by_name(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError, match=name):
        roll_up([tmp_path], tmp_path / "sites.parquet", THRESHOLDS)
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("out", ["missing/sites.parquet", "folder"])
def test_a_table_that_cannot_be_written_is_refused(tmp_path: Path, out: str) -> None:
    (tmp_path / "folder").mkdir()
    output = Output(tmp_path, OutputFormat.PARQUET)
    output.prepare()
    output.commit("00000-000000", [complete(row(1))])
    with pytest.raises(InputError, match="cannot be written"):
        roll_up([tmp_path], tmp_path / out, THRESHOLDS)
