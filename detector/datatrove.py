"""A block for datatrove pipelines (extra ``[datatrove]``): annotates documents and drops farm pages."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from datatrove.data import Document
from datatrove.pipeline.filters.base_filter import BaseFilter

from detector.blocklists.reputation import Reputation, load_lists
from detector.detector import SHIPPED, Detector
from detector.page import Page
from detector.scan.pool import load_detector
from detector.scan.scoring import MAX_BATCH
from detector.verdict import Label, Verdict


class ChaffinchFilter(BaseFilter):  # type: ignore[misc]
    """Drops documents that are labelled as content farms, with the label as reason.

    Each document's ``metadata["chaffinch"]`` gets the verdict: ``score``, ``label``, ``reason``, ``model``.
    The page is taken from ``metadata["html"]`` where a document has it (a reader's raw page tells far more),
    else from its text; its address from ``metadata["url"]``, which is looked up in the block ``lists``. With
    ``drop=()`` the block only annotates.
    """

    name = "Chaffinch"
    _requires_dependencies = ("datatrove",)

    def __init__(
        self,
        drop: Iterable[Label] = (Label.FARM,),
        model: Path = SHIPPED,
        exclusion_writer: Any = None,
        batch_size: int = MAX_BATCH,
        lists: Iterable[Path] = (),
    ) -> None:
        super().__init__(exclusion_writer, batch_size)
        self.drop = frozenset(drop)
        self.model = model
        self.lists = tuple(lists)
        self._tools: tuple[Detector, Reputation | None] | None = None

    def filter(self, doc: Document) -> bool | tuple[bool, str]:
        """Annotate a document; tell whether it is kept, else why not."""
        return self.filter_batch([doc])[0]

    def filter_batch(self, batch: list[Document]) -> list[bool | tuple[bool, str]]:
        """Annotate documents; tell for each whether it is kept, else why not."""
        if self._tools is None:  # in the process that works, not in the one that plans
            self._tools = load_detector(self.model), load_lists(self.lists)
        detector, reputation = self._tools
        pages = [_page(doc) if reputation is None else reputation.with_listings(_page(doc)) for doc in batch]
        verdicts = list(detector.score_many(pages))
        for doc, verdict in zip(batch, verdicts, strict=True):
            doc.metadata["chaffinch"] = _annotation(verdict)
        return [True if v.label not in self.drop else (False, str(v.label)) for v in verdicts]


def _page(doc: Document) -> Page:
    url = str(doc.metadata.get("url") or "")
    html = doc.metadata.get("html")
    if html and isinstance(html, str | bytes):
        return Page.from_html(html, url=url)
    return Page.from_text(doc.text, url=url)


def _annotation(verdict: Verdict) -> dict[str, Any]:
    return {
        "score": verdict.score,
        "label": str(verdict.label),
        "reason": verdict.reason,
        "model": verdict.model,
    }
