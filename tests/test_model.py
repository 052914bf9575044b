import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import joblib
import numpy as np
import pytest

from detector.errors import ModelError
from detector.model import MANIFEST_FILE, MODEL_FILE, cap_families, load_model
from tests.crawl import save_small_model

Damage = Callable[[Path], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save_small_model(tmp_path / "model")
    return tmp_path / "model"


def test_a_saved_model_loads_as_it_was(folder: Path) -> None:
    model, manifest = load_model(folder)
    assert manifest["model_id"].startswith("chaffinch-")
    assert model.thresholds.farm == manifest["thresholds"]["farm"]


def test_saving_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    save_small_model(tmp_path / "a")
    save_small_model(tmp_path / "b")
    for name in (MODEL_FILE, MANIFEST_FILE):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def _alter_model(folder: Path) -> None:
    data = bytearray((folder / MODEL_FILE).read_bytes())
    data[len(data) // 2] ^= 1
    (folder / MODEL_FILE).write_bytes(data)


def _plant_object(folder: Path) -> None:
    joblib.dump({"not": "a model"}, folder / MODEL_FILE)
    _edit(folder, sha256=hashlib.sha256((folder / MODEL_FILE).read_bytes()).hexdigest())


def _write_what_no_version_reads(folder: Path) -> None:
    (folder / MODEL_FILE).write_bytes(b"cdetector.model\nGone\n.")
    _edit(folder, sha256=hashlib.sha256((folder / MODEL_FILE).read_bytes()).hexdigest())


def _edit(folder: Path, **changes: object) -> None:
    manifest = json.loads((folder / MANIFEST_FILE).read_text())
    (folder / MANIFEST_FILE).write_text(json.dumps({**manifest, **changes}))


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (_alter_model, "is not the file its manifest describes"),
        (lambda folder: (folder / MODEL_FILE).unlink(), "no readable model.joblib"),
        (lambda folder: (folder / MANIFEST_FILE).unlink(), "no readable manifest.json"),
        (lambda folder: (folder / MANIFEST_FILE).write_text("{"), "no readable manifest.json"),
        (lambda folder: (folder / MANIFEST_FILE).write_text("[]"), "names no model"),
        (lambda folder: (folder / MANIFEST_FILE).write_text("{}"), "names no model"),
        (_write_what_no_version_reads, "can't be read"),
        (lambda folder: _edit(folder, schema_hash="0" * 16), "another feature schema"),
        (lambda folder: _edit(folder, libraries={"joblib": "1.0", "numpy": "0.1"}), "written with numpy 0.1"),
        (_plant_object, "holds a dict, not a model"),
    ],
)
def test_a_model_that_does_not_fit_is_refused(folder: Path, damage: Damage, message: str) -> None:
    damage(folder)
    with pytest.raises(ModelError, match=message):
        load_model(folder)


def test_an_altered_file_is_never_unpickled(folder: Path, tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return Path.touch, (tmp_path / "sprung",)  # type: ignore[return-value]

    joblib.dump(Trap(), folder / MODEL_FILE)
    with pytest.raises(ModelError):
        load_model(folder)
    assert not (tmp_path / "sprung").exists()


def test_a_family_is_capped_and_the_others_are_left_alone() -> None:
    parts = np.array([[3.0, 1.0, 2.0], [0.5, -0.25, -9.0]])
    capped = cap_families(
        parts, ("promotion.a", "promotion.b", "quality.c"), {"promotion": 2.0, "quality": 3.0}
    )
    assert capped == pytest.approx(np.array([[1.5, 0.5, 2.0], [0.5, -0.25, -3.0]]))


def test_a_cap_that_binds_gives_the_same_bytes_for_one_row_and_for_many() -> None:
    columns = tuple(f"quality.f{i}" for i in range(90)) + tuple(f"address.f{i}" for i in range(37))
    parts = np.random.default_rng(4).normal(size=(64, len(columns)))
    caps = {"quality": 0.5, "address": 0.25}
    together = cap_families(parts, columns, caps)
    alone = np.vstack([cap_families(parts[i : i + 1], columns, caps) for i in range(len(parts))])
    assert together.tobytes() == alone.tobytes()
