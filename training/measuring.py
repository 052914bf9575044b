"""Labelled records to numbers: every view of every page measured once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from detector.page import Page, Source
from detector.signals.registry import measure
from detector.wording import Bag, Slot, bags
from training.dataset import Record
from training.wordings import term_matrix

CUT = 1_000
"""Characters that a truncated view keeps, as the shortest crawl extracts do."""

Item = TypeVar("Item")
Progress = Callable[[Sequence[Item]], Iterable[Item]]
"""Wraps a sequence to show progress while it is read."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Measured views of records, a row a view; a record's first view is the page as it is."""

    records: tuple[Record, ...]
    owner: NDArray[np.int64]  # the record that a row is a view of
    original: NDArray[np.int64]  # for each record, the row of the page as it is
    values: NDArray[np.float64]  # (rows, features), NaN where missing
    wording: dict[Slot, sparse.csr_array]

    @property
    def farm(self) -> NDArray[np.bool_]:
        """The label of each record."""
        return np.array([record.farm for record in self.records])


def views(page: Page) -> Iterator[Page]:
    """Yield a page as it is, as plain text, and cut short.

    Training on all of them keeps the model from reading the format of a collection (markup, length,
    cut-off), which is confounded with its labels.
    """
    yield page
    if page.source is Source.HTML:
        yield _as_text(page, page.text)
    if len(page.text) > 1.5 * CUT:
        yield _as_text(page, page.text[:CUT])


def measure_records(records: Sequence[Record], progress: Progress[Record] = iter) -> Measured:
    """Measure all views of labelled pages. Takes a few milliseconds a page."""
    owner, values = [], []
    found: dict[Slot, list[Bag]] = {slot: [] for slot in Slot}
    for index, record in enumerate(progress(records)):
        for page in views(record.page()):
            owner.append(index)
            values.append(measure(page).values)
            for slot, bag in bags(page).items():
                found[slot].append(bag)
    owners = np.array(owner)
    wording = {slot: term_matrix(every) for slot, every in found.items()}
    original = np.searchsorted(owners, np.arange(len(records)))
    return Measured(tuple(records), owners, original, np.array(values), wording)


def _as_text(page: Page, text: str) -> Page:
    made = Page.from_text(text, url=page.url, title=page.metadata.title)
    return replace(made, listings=page.listings)
