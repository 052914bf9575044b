"""Puts a model in service, and takes it back, in one step that a kill can't cut in two.

The candidate is copied beside the target and flushed to disk; then the two folders swap names in a single
system call (Linux ``renameat2`` with RENAME_EXCHANGE), so the target is at every moment the whole old or the
whole new model. What was replaced is kept as ``<target>.previous``. The copy's name carries the candidate's
id: a later call sees by it whether a killed one had already swapped, and finishes or discards its work.
"""

from __future__ import annotations

import ctypes
import os
import shutil
from pathlib import Path

from detector.errors import ModelError
from detector.model import MANIFEST_FILE, MODEL_FILE, load_model, read_manifest

CARD_FILE = "CARD.md"
REPORT_FILE = "report.html"
"""Shown by the console; a model goes into service without it where training wrote none."""
FILES = (MODEL_FILE, MANIFEST_FILE, CARD_FILE, REPORT_FILE)
"""What goes into service; a candidate's other files (its data) stay behind."""

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


def promote(candidate: Path, target: Path) -> str:
    """Put a candidate in service as ``target``; return its model id. A link stays one: its folder is swapped.

    Raises ModelError where the candidate is altered, incomplete or does not fit this version, where it is in
    service already, where the target is a file, or where the file system can't swap folders. The target is
    then unchanged.
    """
    target = target.resolve()
    if target.is_file():
        raise ModelError(f"{target}: is a file, not the folder of a model: give another target")
    _finish_interrupted(target)
    model_id = _verified_id(candidate)
    if target.exists() and _id_or_none(target) == model_id:
        raise ModelError(f"{candidate}: {model_id} is in service already at {target}: nothing to promote")
    if not (candidate / CARD_FILE).is_file():
        raise ModelError(
            f"{candidate}: no {CARD_FILE}: a model goes into service with its card, so write one"
        )
    copy = _incoming(target, model_id)
    copy.mkdir(parents=True)
    for name in FILES:
        if (candidate / name).is_file():
            shutil.copyfile(candidate / name, copy / name)
    _flush(*copy.iterdir(), copy)
    _verified_id(copy)
    if target.exists():
        _swap(copy, target)
        _finish_interrupted(target)
    else:
        copy.rename(target)
    _flush(target.parent)
    return model_id


def rollback(target: Path) -> str:
    """Put the previous model back in service, keep the present one as previous; return the id in service.

    Raises ModelError where there is no previous model, or where it can't be used.
    """
    target = target.resolve()
    _finish_interrupted(target)
    previous = previous_of(target)
    if not previous.is_dir():
        raise ModelError(f"{target}: no model was replaced here, so there is none to go back to")
    model_id = _verified_id(previous)
    _swap(previous, target)
    _flush(target.parent)
    return model_id


def previous_of(target: Path) -> Path:
    """Return the folder that keeps the model which ``target`` replaced."""
    return target.with_name(f"{target.name}.previous")


def _incoming(target: Path, model_id: str) -> Path:
    return target.with_name(f"{target.name}.incoming-{model_id}")


def _finish_interrupted(target: Path) -> None:
    """Keep what an incoming folder holds if it is the model that was swapped out; else discard it."""
    for folder in sorted(target.parent.glob(f"{target.name}.incoming-*")):
        held = _id_or_none(folder)
        if held is None or folder == _incoming(target, held):
            shutil.rmtree(folder)
        else:
            previous = previous_of(target)
            if previous.exists():
                shutil.rmtree(previous)
            folder.rename(previous)


def _verified_id(folder: Path) -> str:
    _, manifest = load_model(folder)
    return str(manifest["model_id"])


def _id_or_none(folder: Path) -> str | None:
    try:
        return str(read_manifest(folder)["model_id"])
    except ModelError:
        return None


def _swap(one: Path, other: Path) -> None:
    """Exchange two folders' names atomically."""
    library = ctypes.CDLL(None, use_errno=True)
    if not hasattr(library, "renameat2"):
        raise ModelError(f"{other}: this system can't swap two folders in one step: promote on Linux")
    code = library.renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE)
    if code:
        reason = os.strerror(ctypes.get_errno())
        raise ModelError(
            f"{other}: its file system can't swap two folders ({reason}): keep models on another"
        )


def _flush(*paths: Path) -> None:
    """Write files and folders through to disk, so that a power cut can't leave a model hollow."""
    for path in paths:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
