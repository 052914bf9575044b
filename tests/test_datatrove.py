"""The datatrove block, in a real pipeline; skipped where datatrove (extra [datatrove]) is absent."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from detector.detector import Detector
from detector.forest import LEAF, Forest
from detector.model import Calibration, Model, Thresholds, save_model
from detector.page import Page
from detector.signals.registry import all_features
from detector.verdict import Label
from tests.crawl import page_html, page_url, save_small_model

pytest.importorskip("datatrove", reason="datatrove is not installed: pip install '.[datatrove]'")

from datatrove.data import Document
from datatrove.executor import LocalPipelineExecutor

from detector.datatrove import ChaffinchFilter


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    save_small_model(folder)
    return folder


def documents(count: int) -> list[Document]:
    return [
        Document(
            text="", id=str(number), metadata={"url": page_url(number), "html": page_html(number).decode()}
        )
        for number in range(count)
    ]


def test_documents_get_the_detector_s_verdict_and_farms_are_dropped(model: Path) -> None:
    block = ChaffinchFilter(drop=[Label.FARM, Label.REVIEW], model=model)
    kept = list(block.run(iter(documents(30))))
    detector = Detector.load(model)
    verdicts = [detector.score(Page.from_html(page_html(n).decode(), url=page_url(n))) for n in range(30)]
    expected = [v.score for v in verdicts if v.label is Label.OK]
    assert [d.metadata["chaffinch"]["score"] for d in kept] == expected
    assert 0 < len(kept) < 30
    dropped = block.stats["dropped_review"].total + block.stats["dropped_farm"].total
    assert dropped == 30 - len(kept)


def test_it_runs_in_a_pipeline_on_text_and_only_annotates_where_told(tmp_path: Path, model: Path) -> None:
    text = " ".join(["The harbour council met in winter and spoke about the ferry."] * 8)
    seen: list[Document] = []

    def collect(data, rank: int = 0, world_size: int = 1):  # type: ignore[no-untyped-def]
        for doc in data:
            seen.append(doc)
            yield doc

    pipeline = [[Document(text=text, id="a")], ChaffinchFilter(drop=(), model=model), collect]
    LocalPipelineExecutor(pipeline=pipeline, logging_dir=str(tmp_path)).run()
    (doc,) = seen
    assert set(doc.metadata["chaffinch"]) == {"score", "label", "reason", "model"}
    assert doc.metadata["chaffinch"]["label"] != "insufficient"


def test_metadata_that_is_no_markup_is_left_aside(model: Path) -> None:
    odd = Document(text="Too short.", id="a", metadata={"html": {"body": "<p>text"}})
    (kept,) = ChaffinchFilter(model=model).run(iter([odd]))
    assert kept.metadata["chaffinch"]["label"] == "insufficient"


def test_block_lists_are_heard(tmp_path: Path) -> None:
    """By a model that looks at nothing else."""
    (tmp_path / "farms.txt").write_text("# Last modified: 2026-03-01\nsite0.example.com\n")
    columns = tuple(feature.name for feature in all_features())
    forest = Forest(
        feature=np.array([columns.index("address.listed"), LEAF, LEAF], dtype=np.int32),
        threshold=np.array([0.5, 0.0, 0.0]),
        left=np.array([1, 1, 2], dtype=np.int32),
        right=np.array([2, 1, 2], dtype=np.int32),
        missing_left=np.ones(3, dtype=bool),
        value=np.array([0.0, -2.0, 2.0]),
        roots=np.zeros(1, dtype=np.int32),
        depth=1,
        base=0.0,
    )
    model = Model(columns, forest, {}, {}, Calibration(1.0, 0.0), Thresholds(0.8, 0.5))
    save_model(model, tmp_path / "model", {})
    block = ChaffinchFilter(model=tmp_path / "model", lists=[tmp_path / "farms.txt"])
    kept = [document.id for document in block.run(iter(documents(10)))]
    assert kept == [str(number) for number in range(5, 10)]
