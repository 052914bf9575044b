"""The one shape of every signal: it measures a page and returns named values with checkable evidence.

A signal is a function decorated with :func:`signal`. Its module is found by ``signals.registry``; nothing
else has to be told about it: schema, training, documentation and console read the registry.

    @signal(
        Family.PROMOTION,
        Feature("block_domains", "domains", 0, 50, "registrable domains in the largest promotional block"),
    )
    def domain_list(view: View) -> Measurement:
        ...
        return Measurement({"block_domains": 11.0}, (Evidence(...),))
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from detector.errors import SignalError
from detector.view import View

MISSING = math.nan
"""The value of a feature that this page does not allow to measure (no URL, no markup, too short)."""


class Family(StrEnum):
    """The families of signals; a family's total contribution is capped."""

    PROMOTION = "promotion"
    BOILERPLATE = "boilerplate"
    REPUBLICATION = "republication"
    QUALITY = "quality"
    STRUCTURE = "structure"
    ADDRESS = "address"
    WORDING = "wording"


@dataclass(frozen=True, slots=True)
class Feature:
    """One number that a signal gives: finite and within ``low..high``, or ``MISSING``."""

    name: str  # full name "family.name" once the signal is registered
    unit: str  # "count", "share", "characters", "0/1", "cosine", …
    low: float
    high: float
    meaning: str
    markup_only: bool = False  # can be measured on HTML alone: MISSING on a page made from text


@dataclass(frozen=True, slots=True)
class Evidence:
    """A reason that a moderator can check on the page."""

    code: str  # "family.what_was_seen", stable across versions
    message: str  # one plain sentence, figures included
    start: int | None = None  # characters in Page.text; None where the evidence is not in the text
    end: int | None = None
    excerpt: str = ""
    features: tuple[str, ...] = ()  # the features (short names of the same signal) that it stands for
    weight: float = 0.0  # log-odds of those features on this page; set by the model, not by the signal


@dataclass(frozen=True, slots=True)
class Measurement:
    """What a signal found: a value for each of its features (absent ones are MISSING), and evidence."""

    values: Mapping[str, float]
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Signal:
    """A named measurement in a family."""

    name: str
    family: Family
    by_name: Mapping[str, Feature]  # by the names that the function gives, without the family
    function: Callable[[View], Measurement]
    meaning: str

    @property
    def features(self) -> tuple[Feature, ...]:
        """The features in the order of their declaration."""
        return tuple(self.by_name.values())

    def measure(self, view: View) -> Measurement:
        """Measure a page.

        Returns values keyed by full feature name, clipped to each range, and evidence whose
        ``features`` are full names. Raises SignalError where the function gives an undeclared feature.
        """
        found = self.function(view)
        given = found.values
        values: dict[str, float] = {}
        for short, feature in self.by_name.items():
            value = float(given.get(short, MISSING))
            if not feature.low <= value <= feature.high:
                value = MISSING if math.isnan(value) else min(max(value, feature.low), feature.high)
            values[feature.name] = value
        if not given.keys() <= self.by_name.keys():
            undeclared = sorted(given.keys() - self.by_name.keys())
            raise SignalError(f"signal {self.name} gives {undeclared}: declare them in its @signal line")
        evidence = [
            replace(item, features=tuple(f"{self.family}.{name}" for name in item.features))
            for item in found.evidence
        ]
        return Measurement(values, tuple(evidence))


def signal(family: Family, *features: Feature) -> Callable[[Callable[[View], Measurement]], Signal]:
    """Turn a function from a page's view to a measurement into a registered signal."""

    def wrap(function: Callable[[View], Measurement]) -> Signal:
        named = {feature.name: replace(feature, name=f"{family}.{feature.name}") for feature in features}
        if len(named) != len(features):
            raise SignalError(f"signal {family}.{function.__name__} declares a feature twice: rename one")
        meaning = (function.__doc__ or "").strip().split("\n")[0]
        return Signal(f"{family}.{function.__name__}", family, named, function, meaning)

    return wrap
