"""What is compared: ways to turn measured pages into a model, and the weights that training pages get."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detector.model import Calibration, Model, Thresholds, cap_families, wording_column
from detector.signals.registry import all_features
from detector.wording import Slot, Wording
from training.dataset import Record
from training.learners import BinnedLogistic, Boosting, Learner
from training.measuring import Measured
from training.wordings import fit_wording, out_of_fold_log_odds, wording_log_odds

LOW_CONFIDENCE = 0.6
"""Weight of a page that its annotators were unsure about, where a sure one weighs 1."""
SYNTHETIC_WEIGHT = 0.5
"""Weight of a synthetic page: enough to teach what is rare, too little to outweigh what is real."""
MAX_GROUP = 2.0
"""The most pages that a group (a host, or near-copies across hosts) may weigh, however many it has."""
MAX_BALANCE = 2.0
"""The most that balancing a source may raise or lower a page's weight."""
CAPS = {
    "promotion": 4.0,
    "boilerplate": 1.5,
    "republication": 3.0,
    "quality": 3.0,
    "structure": 2.0,
    "address": 3.0,
    "wording": 3.0,
}
"""The most log-odds that a family may add or take: no family convicts alone, residue least of all."""


SYNTHETIC = "synthetic"
"""Source of pages that were made, not found; no figure counts them among real pages."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A way to fit that is compared with others."""

    learner: Learner
    wording: bool  # whether hashed wording is stacked on the signals

    @property
    def name(self) -> str:
        """Name in reports."""
        return f"{self.learner.name}{' + wording' if self.wording else ''}"


CANDIDATES = (
    Candidate(BinnedLogistic("binned logistic"), wording=False),
    Candidate(BinnedLogistic("binned logistic"), wording=True),
    Candidate(Boosting("boosting"), wording=False),
    Candidate(Boosting("boosting"), wording=True),
)


def row_weights(
    measured: Measured, records: NDArray[np.int64], groups: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return a weight for every row, zero for those of other records.

    All views of a page together weigh 1 (LOW_CONFIDENCE where its label is unsure), less where its group has
    many pages: what is learnt is to hold for other hosts, not for the pages of one. Farms weigh the same
    share in every source: a source's name, and with it its format, then tells nothing of the label.
    """
    page = np.zeros(len(measured.records))
    page[records] = np.array([_trust(measured.records[record]) for record in records])
    size = np.bincount(groups[records])[groups[records]]
    real = np.array([measured.records[record].source != SYNTHETIC for record in records])
    page[records] *= np.where(real, np.minimum(1.0, MAX_GROUP / size), 1.0)
    farm = measured.farm
    source = np.array([record.source for record in measured.records])
    overall = page[farm].sum() / page.sum()
    for name in np.unique(source[records]):
        inside = source == name
        share = page[inside & farm].sum() / page[inside].sum()
        for side, wanted, actual in ((farm, overall, share), (~farm, 1 - overall, 1 - share)):
            factor = wanted / actual if actual else 1.0
            page[inside & side] *= np.clip(factor, 1 / MAX_BALANCE, MAX_BALANCE)
    seen = np.bincount(measured.owner, minlength=len(page))
    return page[measured.owner] / seen[measured.owner]


@dataclass(frozen=True, slots=True)
class TrainingRows:
    """The rows of a training set, with the wording learnt on it: what every candidate starts from."""

    numbers: NDArray[np.int64]  # of the measured rows that these are
    values: NDArray[np.float64]  # (rows, features)
    farm: NDArray[np.bool_]
    weight: NDArray[np.float64]
    wordings: dict[Slot, Wording]  # learnt on all rows, to score other pages with
    out_of_fold: NDArray[np.float64]  # (rows, slots): each row's wording, learnt on other groups


def training_rows(
    measured: Measured, records: NDArray[np.int64], groups: NDArray[np.int64], seed: int
) -> TrainingRows:
    """Gather the rows of some records and learn their wording."""
    weight = row_weights(measured, records, groups)
    mine = np.flatnonzero(weight)
    farm, group, weight = measured.farm[measured.owner[mine]], groups[measured.owner[mine]], weight[mine]
    kinds = np.array([_kind(record) for record in measured.records])[measured.owner[mine]]
    matrices = {slot: measured.wording[slot][mine] for slot in Slot}
    return TrainingRows(
        numbers=mine,
        values=measured.values[mine],
        farm=farm,
        weight=weight,
        wordings={slot: fit_wording(matrix, farm, kinds, weight) for slot, matrix in matrices.items()},
        out_of_fold=np.column_stack(
            [out_of_fold_log_odds(matrix, farm, kinds, weight, group, seed) for matrix in matrices.values()]
        ),
    )


def fit_candidate(candidate: Candidate, rows: TrainingRows, columns: NDArray[np.int64], seed: int) -> Model:
    """Fit a candidate that looks at the feature ``columns`` only; calibration is left to do."""
    names = tuple(all_features()[column].name for column in columns)
    parts, wordings = [rows.values[:, columns]], {}
    if candidate.wording:
        parts.append(rows.out_of_fold)
        wordings = rows.wordings
        names += tuple(wording_column(slot) for slot in wordings)
    forest = candidate.learner.fit(np.hstack(parts), rows.farm, rows.weight, seed, len(wordings))
    return Model(names, forest, wordings, CAPS, Calibration(1.0, 0.0), Thresholds(1.0, 1.0))


def split_log_odds(
    model: Model, measured: Measured, records: NDArray[np.int64], columns: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the log-odds that each column of a model adds for records as they are: (records, columns)."""
    rows = measured.original[records]
    parts = [measured.values[np.ix_(rows, columns)]]
    parts += [
        wording_log_odds(w, measured.wording[slot][rows])[:, None] for slot, w in model.wordings.items()
    ]
    return cap_families(model.forest.contributions(np.hstack(parts)), model.columns, model.caps)


def _trust(record: Record) -> float:
    if record.source == SYNTHETIC:
        return SYNTHETIC_WEIGHT
    return 1.0 if record.confidence == "high" else LOW_CONFIDENCE


def _kind(record: Record) -> str:
    """Return what sort of farm or legitimate page a record is; synthetic pages are one kind a side."""
    return SYNTHETIC if record.source == SYNTHETIC else record.kind
