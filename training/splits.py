"""Splits that keep everything of one host, and every copy of one text, on the same side.

A page and its near-copy in both training and test data would measure memory, not judgement.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from sklearn.model_selection import StratifiedGroupKFold

from detector.errors import DatasetError
from detector.hashing import mixed
from training.dataset import Record

SHINGLE = 32
"""Letters and digits in a shingle: about seven English words, and of use in scripts without spaces too."""
KEEP_ONE_IN = 4
"""Shingles are sampled by hash (Broder 1997, "On the resemblance and containment of documents", mod m)."""
MIN_SHINGLES = 8
"""Sampled shingles below which a text (about 60 letters) is too short to call its likeness a copy."""
NEAR_DUPLICATE = 0.5
"""Share of the shorter text's shingles that the longer one contains, from which both are one text."""

_BLOCK = 256  # rows of the pair matrix in memory at once
_SPACE = re.compile(r"[\W_]+")


def group_ids(records: Sequence[Record]) -> NDArray[np.int64]:
    """Return a group number a record: one group a registrable domain, joined where pages share their text.

    Domains follow the public suffix list with its private part, so accounts on blog platforms stand apart.
    Groups are numbered in order of first appearance.
    """
    pairs = near_duplicates([record.content() for record in records])
    first: dict[str, int] = {}
    same_host = [(first.setdefault(r.domain, i), i) for i, r in enumerate(records) if r.domain]
    edges = np.array([*same_host, *pairs], dtype=np.int64).reshape(-1, 2)
    n = len(records)
    graph = sparse.coo_array((np.ones(len(edges), dtype=bool), (edges[:, 0], edges[:, 1])), shape=(n, n))
    labels = connected_components(graph, directed=False)[1]
    _, first_seen, inverse = np.unique(labels, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first_seen))[inverse].astype(np.int64)


def near_duplicates(texts: Sequence[str]) -> list[tuple[int, int]]:
    """Return the index pairs ``i < j`` of texts of which one contains NEAR_DUPLICATE of the other.

    Containment is exact over sampled shingles: no pair is missed by chance as with banded MinHash. Time grows
    with the number of pairs that share a shingle.
    """
    sampled = [_shingles(text) for text in texts]
    sizes = np.array([len(hashes) for hashes in sampled])
    keep = sizes >= MIN_SHINGLES
    sampled = [hashes if kept else hashes[:0] for hashes, kept in zip(sampled, keep, strict=True)]
    if not keep.any():
        return []
    flat, owner = np.concatenate(sampled), np.repeat(np.arange(len(texts)), sizes * keep)
    _, column, times = np.unique(flat, return_inverse=True, return_counts=True)
    shared = times[column] > 1
    shape = (len(texts), len(times))
    matrix = sparse.csr_array(
        (np.ones(shared.sum(), dtype=np.int32), (owner[shared], column[shared])), shape=shape
    )
    pairs: list[tuple[int, int]] = []
    for start in range(0, len(texts), _BLOCK):
        common = (matrix[start : start + _BLOCK] @ matrix.T).tocoo()
        left, right = common.row + start, common.col
        close = (left < right) & (common.data >= NEAR_DUPLICATE * np.minimum(sizes[left], sizes[right]))
        pairs.extend(zip(left[close].tolist(), right[close].tolist(), strict=True))
    return sorted(pairs)


def grouped_folds(
    farm: NDArray[np.bool_], groups: NDArray[np.int64], n: int = 5, seed: int = 20261123
) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Return ``n`` pairs of training and test indices; no group is in both, farms are spread evenly.

    Raises DatasetError where farms or legitimate pages come from fewer than ``n`` groups.
    """
    fewest = min(len(np.unique(groups[farm])), len(np.unique(groups[~farm])))
    if fewest < n:
        raise DatasetError(f"only {fewest} hosts have farms (or legitimate pages): label {n} or more")
    folds = StratifiedGroupKFold(n_splits=n, shuffle=True, random_state=seed)
    return [(np.asarray(a), np.asarray(b)) for a, b in folds.split(np.zeros(len(farm)), farm, groups)]


def _shingles(text: str) -> NDArray[np.uint64]:
    """Return the sorted distinct hashes of a text's sampled shingles, case, spaces and punctuation apart."""
    letters = _SPACE.sub("", text.casefold()).encode("utf-32-le", "replace")
    hashes = mixed(np.frombuffer(letters, dtype="<u4").astype(np.uint64))
    width = 1
    while width < SHINGLE and len(hashes) > width:
        hashes = mixed(hashes[:-width] * np.uint64(3) + hashes[width:])
        width *= 2
    if width < SHINGLE:
        return np.empty(0, dtype=np.uint64)
    return np.unique(hashes[hashes % np.uint64(KEEP_ONE_IN) == 0])
