"""Where the shared data lies, and what every accuracy benchmark reads from it."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from detector.page import Page, Source
from training.dataset import Dataset, Record, load_dataset
from training.fit import Material, prepare
from training.splits import group_ids, grouped_folds
from training.synthesis import load_articles

SEED = 20261123
REPOSITORY = Path(__file__).resolve().parents[1]
DATA = REPOSITORY.parent / "shared" / "data"
"""The labelled pages; they are not part of the repository."""

Floats = NDArray[np.float64]
Fold = tuple[NDArray[np.int64], NDArray[np.int64]]


@dataclass
class Corpus:
    """Labelled pages with the folds that every method is measured on."""

    data: Path
    dataset: Dataset
    counted: NDArray[np.bool_]  # records that figures are taken on; the others only train

    @classmethod
    def load(cls, data: Path, labels: tuple[Path, ...] = ()) -> Corpus:
        """Read the labelled pages; ``labels`` add pages of the unlabelled part to what is trained on."""
        labelled = load_dataset([data / "labelled.jsonl.gz"])
        if not labels:
            return cls(data, labelled, np.ones(len(labelled.records), dtype=bool))
        dataset = load_dataset([data / "labelled.jsonl.gz", data / "unlabelled.jsonl.gz"], labels)
        counted = {record.id for record in labelled.records}
        return cls(data, dataset, np.array([record.id in counted for record in dataset.records]))

    @cached_property
    def farm(self) -> NDArray[np.bool_]:
        """The label of each record."""
        return np.array([record.farm for record in self.dataset.records])

    @cached_property
    def sources(self) -> list[str]:
        """The source of each record."""
        return [record.source for record in self.dataset.records]

    @cached_property
    def groups(self) -> NDArray[np.int64]:
        """Hosts, joined where their pages share text."""
        return group_ids(self.dataset.records)

    @cached_property
    def folds(self) -> list[Fold]:
        """Five folds, no group in two of them."""
        return grouped_folds(self.farm, self.groups, seed=SEED)

    @cached_property
    def material(self) -> Material:
        """The measured records, with the same groups and folds, and synthetic pages to train on."""
        return prepare(self.dataset, SEED, load_articles(self.data / "copies" / "originals.jsonl.gz"))

    @cached_property
    def pages(self) -> list[Page]:
        """The parsed pages."""
        return [record.page() for record in self.dataset.records]

    @cached_property
    def texts(self) -> list[str]:
        """Each page's title and visible text."""
        return [
            f"{record.title}\n{page.text}" if record.title and page.source is Source.TEXT else page.text
            for record, page in zip(self.dataset.records, self.pages, strict=True)
        ]

    @property
    def digest(self) -> str:
        """A digest of every input, to which floors are pinned."""
        lines = sorted(f"{name}\t{sha}" for name, sha in self.dataset.hashes.items())
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def markup(record: Record) -> bytes:
    """Return the record's HTML as it came, empty where it came as text."""
    if record.html is None:
        inline = record.markup
        return inline if isinstance(inline, bytes) else inline.encode("utf-8", "replace")
    data = record.html.read_bytes()
    return gzip.decompress(data) if record.html.suffix == ".gz" else data
