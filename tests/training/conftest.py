"""Models small enough to make in every test."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from detector.forest import Forest
from detector.model import Calibration, Model, Thresholds, save_model
from detector.signals.registry import all_features


@pytest.fixture(scope="session")
def make_model() -> Callable[[Path, float], str]:
    """Return a function that saves a model which gives every page the log-odds ``base``, and its card."""

    def make(folder: Path, base: float) -> str:
        none = np.zeros(1, dtype=np.int32)
        leaf = Forest(none - 1, np.zeros(1), none, none, np.zeros(1, bool), np.zeros(1), none, 0, base)
        columns = tuple(feature.name for feature in all_features())
        model = Model(columns, leaf, {}, {}, Calibration(1.0, 0.0), Thresholds(0.9, 0.5))
        model_id = save_model(model, folder, {"data_hashes": {"seen.jsonl": "ab" * 32}})
        (folder / "CARD.md").write_text(f"# {model_id}\n")
        return model_id

    return make
