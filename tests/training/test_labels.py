"""The labels that ship with the code: well-formed, and nothing but ids and labels."""

from collections import Counter
from pathlib import Path

import pytest

import training
from training.dataset import load_dataset

FOLDER = Path(training.__file__).parent / "labels"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.tsv")), ids=lambda path: path.name)
def test_a_labels_file_loads_and_says_where_it_comes_from(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    head = {line[2:].partition(":")[0] for line in lines if line.startswith("#")}
    assert head == {"about", "date", "guide", "agreement", "licence"}
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    assert rows[0] == ["id", "verdict", "kind", "copied", "links", "confidence"]
    assert max(Counter(row[0] for row in rows).values()) == 1
    assert all(len(cell) <= 40 and " " not in cell for row in rows for cell in row)
    assert load_dataset([], [path]).report.unused_labels == len(rows) - 1
