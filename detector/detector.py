"""The detector: pages in, verdicts out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from detector.explain import explain, insufficient_reason, insufficient_verdict
from detector.model import Model, load_model
from detector.page import Page
from detector.signals.registry import measure_view
from detector.verdict import Verdict
from detector.view import View

SHIPPED = Path(__file__).resolve().parent.parent / "models" / "shipped"
"""The model that comes with the distribution."""

_BATCH = 64


class Detector:
    """Scores pages with one model. Thread-safe: nothing changes after construction."""

    def __init__(self, model: Model, manifest: dict[str, Any]) -> None:
        self.model = model
        self.manifest = manifest
        self.model_id = str(manifest["model_id"])

    @classmethod
    def load(cls, folder: Path = SHIPPED) -> Detector:
        """Load a verified model. Raises ModelError where it is missing, altered or does not fit."""
        return cls(*load_model(folder))

    def score(self, page: Page) -> Verdict:
        """Return a page's verdict; the same page always gives the same verdict."""
        return self.score_views([View(page)])[0]

    def score_many(self, pages: Iterable[Page]) -> Iterator[Verdict]:
        """Yield a verdict for each page, in order, holding a few dozen pages at a time."""
        pages = iter(pages)
        while batch := list(islice(pages, _BATCH)):
            yield from self.score_views([View(page) for page in batch])

    def score_views(self, views: Sequence[View]) -> list[Verdict]:
        """Return verdicts for one batch of pages whose derived forms the caller reads too."""
        measured = [measure_view(view) for view in views]
        pages = [view.page for view in views]
        rows = np.array([self.model.row(page, m.values) for page, m in zip(pages, measured, strict=True)])
        parts = self.model.contributions(rows)
        verdicts = []
        for page, found, row, part in zip(pages, measured, rows, parts, strict=True):
            if reason := insufficient_reason(page):
                verdicts.append(insufficient_verdict(page, reason, self.model_id))
            else:
                verdicts.append(explain(page, row, part, found.evidence, self.model, self.model_id))
        return verdicts
