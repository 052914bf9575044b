"""The accuracy gate: floors hold on the data that they are pinned to, and can't be lowered unnoticed."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import orjson
import pytest
from typer.testing import CliRunner

from benchmarks import accuracy
from benchmarks.baselines.byte_grams import hashed
from benchmarks.baselines.corpus_filters import dropped_by
from benchmarks.baselines.domain_lists import LISTS, read_lists
from benchmarks.shared import DATA, Corpus
from benchmarks.webspam_uk2007 import align, read_arff
from training.metrics import auc_by_group, evaluate_scores, within_source_auc

FARM = np.array([True, False] * 40)
GROUPS = np.arange(80)


@cache
def result(quality: float, name: str = "ours") -> accuracy.Result:
    """A method whose AUC grows with ``quality``, from chance at 0 to perfect at 1."""
    noise = np.random.default_rng(1).random(80)
    score = quality * FARM + (1 - quality) * noise
    metrics = evaluate_scores(FARM, score, GROUPS)
    by_host = auc_by_group(FARM, score, GROUPS)
    return accuracy.Result(name, 0.1, metrics, by_host, within_source_auc(FARM, score, GROUPS, ["a"] * 80))


def test_a_method_passes_its_own_floors() -> None:
    measured = [result(0.4)]
    assert accuracy.shortfalls(accuracy.pinned({}, "d", measured), "d", measured) == []


def test_a_worse_method_is_named_with_figure_and_floor() -> None:
    floors = accuracy.pinned({}, "d", [result(0.9)])
    wrong = accuracy.shortfalls(floors, "d", [result(0.1)])
    assert wrong
    assert wrong[0].startswith("ours: roc_auc is 0.")


def test_floors_of_other_data_do_not_count() -> None:
    floors = accuracy.pinned({}, "d", [result(0.4)])
    assert "measure and pin anew" in accuracy.shortfalls(floors, "e", [result(0.9)])[0]


def test_pinning_never_lowers_a_floor_on_the_same_data() -> None:
    high = accuracy.pinned({}, "d", [result(0.9)])
    assert accuracy.pinned(high, "d", [result(0.1)]) == high
    assert accuracy.pinned(high, "e", [result(0.1)]) != high


def test_pinning_one_method_keeps_the_floors_of_others() -> None:
    first = accuracy.pinned({}, "d", [result(0.5, "a")])
    both = accuracy.pinned(first, "d", [result(0.5, "b")])
    assert set(both["methods"]) == {"a", "b"}


def test_unknown_method_is_a_usage_error() -> None:
    import typer

    app = typer.Typer()
    app.command()(accuracy.main)
    assert CliRunner().invoke(app, ["--only", "nonesuch"]).exit_code == 2


def test_ours_stays_above_its_floors() -> None:
    if not (DATA / "labelled.jsonl.gz").exists():
        pytest.skip("the labelled pages are not in this checkout: ../shared/data is absent")
    floors = orjson.loads(accuracy.FLOORS.read_bytes())
    corpus = Corpus.load(DATA)
    assert accuracy.shortfalls(floors, corpus.digest, [accuracy.measure(accuracy.OURS, corpus)]) == []


PROSE = """The ferry to Ambleford leaves at seven and comes back when the tide has turned.
Nobody in the village would say why her boat had been painted green last winter.
In March, Hana bought two hens that refuse to lay eggs with any regularity.
Our old printer jams whenever it is asked for more than eleven pages of text.
They have moved the market to Thursday, to the annoyance of every baker we know.
A bridge which was to be finished by May is still missing its eastern railing.
You can borrow the long ladder from Karim if you bring him bread and salt.
Rain fell for nine days, and that was the end of our plans for the orchard."""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (PROSE, set()),
        ("", {"GopherQuality", "GopherRepetition", "C4Quality", "FineWebQuality"}),
        ("word " * 10, {"GopherQuality", "GopherRepetition", "C4Quality", "FineWebQuality"}),
        (PROSE + "\nRead this line again." * 30, {"GopherRepetition", "FineWebQuality"}),
        (PROSE + "\nfunction f() { return 1; }.", {"C4Quality"}),
        ("# # " + PROSE.replace(" the ", " # # # # # "), {"GopherQuality"}),
    ],
)
def test_corpus_filters_drop_what_they_were_made_for(text: str, expected: set[str]) -> None:
    pytest.importorskip("datatrove", reason="needs the bench extra")
    pytest.importorskip("spacy", reason="needs the bench extra")
    assert {name.removesuffix("Filter") for name in dropped_by(text)} == expected


def test_byte_grams_are_distinct_and_stop_at_the_limit() -> None:
    assert len(hashed(b"abcabcabc")) == 3
    assert len(hashed(b"abc")) == 0
    assert np.array_equal(hashed(b"x" * 35_000 + b"tail"), hashed(b"x" * 35_000))


def test_lists_leave_out_background_and_www(tmp_path: Path) -> None:
    for name in LISTS:
        (tmp_path / f"{name}.tsv").write_text("host\tlabel\n")
    rows = "host\tlabel\nwww.Farm.example\tcopycat\nnews.example\tbackground-news\n"
    (tmp_path / "quenhus.tsv").write_text(rows)
    assert read_lists(tmp_path) == {"farm.example"}


def test_arff_reads_numbers_classes_and_unknowns(tmp_path: Path) -> None:
    path = tmp_path / "a.arff"
    path.write_text(
        "@relation r\n@ATTRIBUTE x NUMERIC\n@attribute class {spam,nonspam}\n@data\n1.5,spam\n?,nonspam\n"
    )
    numbers, classes = read_arff(path)
    assert classes == ["spam", "nonspam"]
    assert numbers[0, 0] == 1.5
    assert np.isnan(numbers[1, 0])


def test_rows_find_their_hosts_where_some_hosts_are_missing() -> None:
    rng = np.random.default_rng(5)
    hosts, spam = rng.random((400, 6)) < 0.5, rng.random(400) < 0.1
    kept = np.sort(rng.permutation(400)[:370])
    assigned = align(hosts[kept], spam[kept], hosts, spam)
    assert np.array_equal(spam[assigned], spam[kept])
    assert (assigned == kept).mean() > 0.95
