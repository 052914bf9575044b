"""Promotion and rollback: only whole, fitting models go into service, whenever the process dies."""

import os
import sys
from pathlib import Path

import pytest

from detector.errors import ModelError
from detector.model import load_model
from training.promote import previous_of, promote, rollback

KILLED = 9


def in_service(folder: Path) -> str:
    manifest = load_model(folder)[1]
    assert (folder / "CARD.md").read_text() == f"# {manifest['model_id']}\n"
    return manifest["model_id"]


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "models" / "shipped"


@pytest.fixture
def models(tmp_path: Path, make_model) -> list[Path]:
    folders = [tmp_path / name for name in ("a", "b", "c")]
    for base, folder in enumerate(folders):
        make_model(folder, float(base))
    return folders


def test_promote_then_promote_then_roll_back(models: list[Path], target: Path) -> None:
    ids = [in_service(folder) for folder in models]
    for folder in models[1:]:
        (folder / "report.html").write_text(f"of {folder.name}")
        (folder / "ledger.jsonl").write_text("stays behind")
    assert promote(models[0], target) == ids[0] == in_service(target)
    assert not previous_of(target).exists()
    assert not (target / "report.html").exists()
    assert promote(models[1], target) == ids[1] == in_service(target)
    assert promote(models[2], target) == ids[2] == in_service(target)
    assert in_service(previous_of(target)) == ids[1]
    assert (target / "report.html").read_text() == "of c"
    assert rollback(target) == ids[1] == in_service(target)
    assert (target / "report.html").read_text() == "of b"
    assert rollback(target) == ids[2] == in_service(target)
    assert sorted(p.name for p in target.parent.iterdir()) == ["shipped", "shipped.previous"]
    assert sorted(p.name for p in target.iterdir()) == [
        "CARD.md",
        "manifest.json",
        "model.joblib",
        "report.html",
    ]
    assert [in_service(folder) for folder in models] == ids


def test_an_altered_candidate_changes_nothing(make_model, models: list[Path], target: Path) -> None:
    promote(models[0], target)
    with (models[1] / "model.joblib").open("ab") as file:
        file.write(b"x")
    with pytest.raises(ModelError, match="manifest"):
        promote(models[1], target)
    (models[2] / "manifest.json").unlink()
    with pytest.raises(ModelError, match=r"manifest\.json"):
        promote(models[2], target)
    make_model(models[1], 7.0)
    (models[1] / "CARD.md").unlink()
    with pytest.raises(ModelError, match=r"CARD\.md"):
        promote(models[1], target)
    assert in_service(target) == in_service(models[0])
    assert [p.name for p in target.parent.iterdir()] == ["shipped"]


def test_what_makes_no_sense_is_refused(models: list[Path], target: Path) -> None:
    with pytest.raises(ModelError, match="none to go back to"):
        rollback(target)
    promote(models[0], target)
    with pytest.raises(ModelError, match="in service already"):
        promote(models[0], target)
    with pytest.raises(ModelError, match="none to go back to"):
        rollback(target)


def test_a_target_that_is_a_link_keeps_pointing_at_what_is_in_service(
    models: list[Path], target: Path
) -> None:
    promote(models[0], target)
    link = target.with_name("current")
    link.symlink_to(target)
    for model in (models[1], models[2], models[0]):
        promote(model, link)
        assert link.is_symlink()
        assert in_service(target) == in_service(model)
    rollback(link)
    assert in_service(link) == in_service(models[2])


def test_a_target_that_is_a_file_is_refused(models: list[Path], target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("notes")
    with pytest.raises(ModelError, match="is a file"):
        promote(models[0], target)
    assert target.read_text() == "notes"


def test_a_previous_model_that_was_altered_is_not_put_back(models: list[Path], target: Path) -> None:
    promote(models[0], target)
    promote(models[1], target)
    (previous_of(target) / "model.joblib").write_bytes(b"")
    with pytest.raises(ModelError, match="manifest"):
        rollback(target)
    assert in_service(target) == in_service(models[1])


def dies_at(step: int, action, *arguments) -> bool:
    """Run an action in a process that is killed at its n-th call to the system; tell whether it was."""
    child = os.fork()
    if not child:
        seen = 0

        def count(event: str, _: object) -> None:
            nonlocal seen
            if event.startswith(("os.", "shutil.", "open", "ctypes.dlsym")):
                seen += 1
                if seen == step:
                    os._exit(KILLED)

        sys.addaudithook(count)
        action(*arguments)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == KILLED


def test_a_promotion_killed_anywhere_leaves_a_whole_model_and_can_be_finished(tmp_path, models) -> None:
    old, last, new = (in_service(folder) for folder in models)
    outcomes, step, killed = set(), 0, True
    while killed:
        step += 1
        target = tmp_path / f"kill-{step}" / "shipped"
        promote(models[0], target)
        promote(models[1], target)
        killed = dies_at(step, promote, models[2], target)
        found = in_service(target)
        outcomes.add(found)
        assert found in (last, new)
        if found == last:
            assert in_service(previous_of(target)) == old
            promote(models[2], target)
        assert rollback(target) == last
        assert in_service(previous_of(target)) == new
        assert sorted(p.name for p in target.parent.iterdir()) == ["shipped", "shipped.previous"]
    assert outcomes == {last, new}
    assert step > 20


def test_a_rollback_killed_anywhere_leaves_a_whole_model(tmp_path, models) -> None:
    old, new = (in_service(folder) for folder in models[:2])
    step, killed = 0, True
    while killed:
        step += 1
        target = tmp_path / f"kill-{step}" / "shipped"
        promote(models[0], target)
        promote(models[1], target)
        killed = dies_at(step, rollback, target)
        assert {in_service(target), in_service(previous_of(target))} == {old, new}
    assert step > 4
