"""The models in service and in shadow. A promoted folder is picked up while requests go on.

A request takes the model that is current when it begins, and ends with it; the next one takes the new model.
A folder that can't be used is refused, and what was in service stays.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from api.drift import Drift
from api.metrics import Metrics
from detector import Detector, Page
from detector.errors import ModelError
from detector.model import MANIFEST_FILE
from detector.reference import Reference

log = logging.getLogger("chaffinch.reload")

_WARM_UP = "A page that is scored once before a model goes into service, so that nobody waits for it. " * 5


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model in use."""

    detector: Detector
    at: datetime
    drift: Drift


@dataclass(slots=True)
class Slot:
    """A place for one model, filled from a folder and filled anew when the folder changes."""

    folder: Path
    role: str  # service or shadow
    metrics: Metrics
    current: Loaded | None = None
    problem: str = ""
    _stamp: tuple[int, ...] = field(default=())

    @property
    def model_id(self) -> str | None:
        """Id of the model in use."""
        return self.current.detector.model_id if self.current else None

    def refresh(self) -> None:
        """Load the folder's model where it is another than the current one. Never raises for a bad folder."""
        stamp = _stamp(self.folder)
        if stamp == self._stamp and self.current:
            self.problem = ""  # of a folder that was here in between
            return
        try:
            detector = Detector.load(self.folder)
            reference = Reference.read(detector.manifest)
        except ModelError as error:
            self._refuse(str(error))
            return
        self._stamp, self.problem = stamp, ""
        if detector.model_id != self.model_id:
            detector.score(Page.from_text(_WARM_UP, url="https://example.org/warm-up"))
            self._take(Loaded(detector, datetime.now(UTC), Drift(reference)))

    def _take(self, loaded: Loaded) -> None:
        if self.current:
            self.metrics.model.labels(self.current.detector.model_id, self.role).set(0)
        self.current = loaded
        self.metrics.model.labels(loaded.detector.model_id, self.role).set(1)
        self.metrics.reloads.labels("taken").inc()
        log.info("model taken into use", extra={"model": loaded.detector.model_id, "role": self.role})

    def _refuse(self, problem: str) -> None:
        if problem != self.problem:
            self.problem = problem
            self.metrics.reloads.labels("refused").inc()
            log.error("model refused", extra={"problem": problem, "role": self.role})


def _stamp(folder: Path) -> tuple[int, ...]:
    """Return what changes when a folder's manifest is replaced; a promotion swaps the whole folder."""
    try:
        found = (folder / MANIFEST_FILE).stat()
    except OSError:
        return ()
    return found.st_ino, found.st_mtime_ns, found.st_size
