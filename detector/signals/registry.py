"""Finds every signal of this package and gives the feature schema that models are trained on."""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
from dataclasses import dataclass
from functools import cache

import detector.signals
from detector.errors import SignalError
from detector.page import Page
from detector.signals.base import Evidence, Feature, Signal
from detector.view import View

SCHEMA_VERSION = 3
"""Raised whenever a feature, or a term of the wording, changes its meaning under the same name."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Every signal's values for one page, in schema order, and all their evidence."""

    values: tuple[float, ...]
    evidence: tuple[Evidence, ...]


@cache
def all_signals() -> tuple[Signal, ...]:
    """Return every signal below ``detector.signals``, ordered by name."""
    found: dict[str, Signal] = {}
    for module in pkgutil.walk_packages(detector.signals.__path__, "detector.signals."):
        for item in vars(importlib.import_module(module.name)).values():
            if isinstance(item, Signal) and item.function.__module__ == module.name:
                if item.name in found:
                    raise SignalError(f"two signals are called {item.name}: rename one")
                found[item.name] = item
    return tuple(found[name] for name in sorted(found))


@cache
def all_features() -> tuple[Feature, ...]:
    """Return the feature schema: the features of every signal, in the order of ``Measured.values``."""
    features = tuple(feature for signal in all_signals() for feature in signal.features)
    names = [feature.name for feature in features]
    if len(set(names)) != len(names):
        raise SignalError(f"features declared twice: {sorted({n for n in names if names.count(n) > 1})}")
    return features


@cache
def schema_hash() -> str:
    """Return a digest of the schema's version and of every feature's name, unit and range."""
    lines = [f"{SCHEMA_VERSION}"] + [f"{f.name}\t{f.unit}\t{f.low}\t{f.high}" for f in all_features()]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def measure(page: Page) -> Measured:
    """Run every signal over a page."""
    return measure_view(View(page))


def measure_view(view: View) -> Measured:
    """Run every signal over a page whose derived forms the caller reads too."""
    values: list[float] = []
    evidence: list[Evidence] = []
    for signal in all_signals():
        measurement = signal.measure(view)
        values.extend(measurement.values.values())
        evidence.extend(measurement.evidence)
    return Measured(tuple(values), tuple(evidence))
