"""The answer for one page: a calibrated score, a label, and every reason for it in log-odds."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, NamedTuple

import orjson

from detector.signals.base import Evidence


class Label(StrEnum):
    """What a moderator is told; thresholds come with the model."""

    FARM = "farm"
    REVIEW = "review"
    OK = "ok"
    INSUFFICIENT = "insufficient"


class Contribution(NamedTuple):
    """What one feature adds to a page's log-odds of being a farm. A named tuple: a page has hundreds."""

    feature: str
    family: str
    value: float | None  # None where the page did not allow to measure it
    log_odds: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """A page's verdict. ``base + sum(c.log_odds for c in contributions) == logit(score)`` to 1e-6."""

    url: str
    label: Label
    score: float | None  # calibrated probability of being a farm; None where the label is INSUFFICIENT
    reason: str  # why the label is INSUFFICIENT, else ""
    base: float  # log-odds of a page with no evidence either way
    families: dict[str, float]  # log-odds a family, largest first
    contributions: tuple[Contribution, ...]  # non-zero ones, largest magnitude first
    evidence: tuple[Evidence, ...]  # heaviest first
    flip: tuple[str, ...]  # the fewest features whose removal changes the label
    cuts: tuple[str, ...]  # what was left out of the input (page.CutReason)
    model: str  # id of the model

    def to_dict(self) -> dict[str, Any]:
        """Return the verdict as plain values, the form that every interface serves."""
        return asdict(self) | {"contributions": tuple([c._asdict() for c in self.contributions])}

    def to_json(self) -> bytes:
        """Return the one JSON form of a verdict, the same bytes from every interface."""
        # the same bytes as of to_dict(), several times as fast, as nothing but the contributions is copied
        plain = {name: getattr(self, name) for name in self.__slots__}
        plain["contributions"] = [
            {"feature": feature, "family": family, "value": value, "log_odds": part}
            for feature, family, value, part in self.contributions
        ]
        return orjson.dumps(plain)
