"""The model: measured features and hashed wording in, log-odds out. Loaded only when verified."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import orjson
from numpy.typing import NDArray

from detector.errors import ModelError
from detector.forest import Forest
from detector.page import Page
from detector.signals import registry
from detector.wording import Slot, Wording, bags

MODEL_FILE = "model.joblib"
MANIFEST_FILE = "manifest.json"
LIBRARIES = ("joblib", "numpy")
"""What a model file is read with: their major versions must be those it was written with."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The probabilities from which a page is labelled."""

    farm: float
    review: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Platt (1999) scaling of the forest's log-odds: linear, so that contributions still add up."""

    slope: float
    intercept: float


@dataclass(frozen=True, slots=True)
class Model:
    """A trained model. Columns are the schema's features, then a column for each wording slot."""

    columns: tuple[str, ...]
    forest: Forest
    wordings: dict[Slot, Wording]
    caps: dict[str, float]  # the most that a family may add or take, in the forest's log-odds
    calibration: Calibration
    thresholds: Thresholds

    @property
    def base(self) -> float:
        """Log-odds of a page about which nothing is known."""
        return self.calibration.slope * self.forest.base + self.calibration.intercept

    def row(self, page: Page, values: tuple[float, ...]) -> NDArray[np.float64]:
        """Return a page's row: its measured values and the log-odds of its wording."""
        found = bags(page)
        wording = [learnt.log_odds(found[slot]) for slot, learnt in self.wordings.items()]
        return np.array([*values, *wording])

    def contributions(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return calibrated log-odds of shape (n, columns); with ``base`` they sum to each row's log-odds."""
        return self.calibration.slope * cap_families(self.forest.contributions(rows), self.columns, self.caps)


def wording_column(slot: Slot) -> str:
    """Return the name of a wording slot's column."""
    return f"wording.{slot}"


def family_of(column: str) -> str:
    """Return the family that a column belongs to."""
    return column.partition(".")[0]


@cache
def families_of(columns: tuple[str, ...]) -> tuple[str, ...]:
    """Return the family of each column."""
    return tuple(family_of(column) for column in columns)


def cap_families(
    parts: NDArray[np.float64], columns: tuple[str, ...], caps: dict[str, float]
) -> NDArray[np.float64]:
    """Scale parts of shape (n, columns) so that each family's sum stays within plus or minus its cap."""
    capped = parts.copy()
    for family, mine in _columns_by_family(columns).items():
        cap = caps.get(family, np.inf)
        # Taken rows are one after the other in memory: summed in the same order, however many they are.
        totals = np.abs(parts.take(mine, axis=1).sum(axis=1))
        if (totals > cap).any():
            capped[:, mine] *= (cap / np.maximum(totals, cap))[:, None]
    return capped


@cache
def _columns_by_family(columns: tuple[str, ...]) -> dict[str, NDArray[np.int64]]:
    families = np.array(families_of(columns))
    return {str(family): np.flatnonzero(families == family) for family in np.unique(families)}


def save_model(model: Model, folder: Path, manifest: dict[str, Any]) -> str:
    """Write a model and its manifest into a folder; return the model's id.

    The id, the file's sha256, the feature schema and library versions are added to the manifest.
    """
    folder.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    joblib.dump(model, buffer, compress=("xz", 3), protocol=5)
    data = buffer.getvalue()
    digest = hashlib.sha256(data).hexdigest()
    model_id = f"chaffinch-{digest[:12]}"
    complete = {
        "model_id": model_id,
        "sha256": digest,
        "schema_hash": registry.schema_hash(),
        "schema": [feature.name for feature in registry.all_features()],
        "libraries": {name: version(name) for name in (*LIBRARIES, "scikit-learn", "chaffinch")},
        "thresholds": {"farm": model.thresholds.farm, "review": model.thresholds.review},
        **manifest,
    }
    (folder / MODEL_FILE).write_bytes(data)
    (folder / MANIFEST_FILE).write_bytes(orjson.dumps(complete, option=orjson.OPT_INDENT_2))
    return model_id


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read a model's manifest. Raises ModelError where the folder holds none, or one that names no model."""
    try:
        manifest = orjson.loads((folder / MANIFEST_FILE).read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise ModelError(
            f"{folder}: no readable {MANIFEST_FILE} ({error}): train or promote a model"
        ) from error
    if not isinstance(manifest, dict) or "model_id" not in manifest:
        raise ModelError(f"{folder}: {MANIFEST_FILE} names no model: restore or retrain it")
    return manifest


def read_thresholds(folder: Path) -> Thresholds:
    """Read a model's thresholds. Raises ModelError where its manifest gives none."""
    try:
        return Thresholds(**read_manifest(folder)["thresholds"])
    except (KeyError, TypeError) as error:
        raise ModelError(f"{folder}: {MANIFEST_FILE} gives no thresholds: restore or retrain it") from error


def load_model(folder: Path) -> tuple[Model, dict[str, Any]]:
    """Load a model and its manifest.

    Nothing of the model file is interpreted before its sha256 is verified. Raises ModelError where a file
    is missing or altered, or where schema or library versions do not fit.
    """
    manifest = read_manifest(folder)
    try:
        data = (folder / MODEL_FILE).read_bytes()
    except OSError as error:
        raise ModelError(f"{folder}: no readable {MODEL_FILE} ({error}): train or promote a model") from error
    if hashlib.sha256(data).hexdigest() != manifest.get("sha256"):
        raise ModelError(
            f"{folder}: {MODEL_FILE} is not the file its manifest describes: restore or retrain it"
        )
    _check_fit(folder, manifest)
    try:
        model = joblib.load(io.BytesIO(data))
    except Exception as error:  # whatever a pickle of another version of this package raises
        raise ModelError(
            f"{folder}: {MODEL_FILE} can't be read ({type(error).__name__}: {error}): retrain it"
        ) from error
    if not isinstance(model, Model):
        raise ModelError(f"{folder}: {MODEL_FILE} holds a {type(model).__name__}, not a model: retrain it")
    return model, manifest


def _check_fit(folder: Path, manifest: dict[str, Any]) -> None:
    if manifest.get("schema_hash") != registry.schema_hash():
        raise ModelError(f"{folder}: made for another feature schema: retrain it with this version")
    for name in LIBRARIES:
        written = str(manifest.get("libraries", {}).get(name, "none"))
        if written.split(".")[0] != version(name).split(".")[0]:
            raise ModelError(f"{folder}: written with {name} {written}, here is {version(name)}: retrain it")
