"""Reads which search-spam policies there are, and what of Chaffinch serves each of them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("search_policies.toml")


class Sight(StrEnum):
    """How much of a breach one page can show."""

    PAGE = "page"
    PART = "part"
    TRACES = "traces"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy, with what serves it."""

    name: str  # Google's
    seen_in: Sight
    unseen: str  # what signals can't see, and why
    bing: str = ""  # the nearest names elsewhere, "" where none is known for sure
    yandex: str = ""
    seen: str = ""  # what signals look for
    kinds: tuple[str, ...] = ()  # labelled kinds of farm that come nearest
    signals: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()  # codes
    features: tuple[str, ...] = ()  # of the signals above, those that tell most


@cache
def policies() -> tuple[Policy, ...]:
    """Return every policy. Raises TypeError on a field that Policy lacks, ValueError on an unknown sight."""
    return tuple(_policy(entry) for entry in tomllib.loads(FILE.read_text("utf-8"))["policy"])


def _policy(entry: dict[str, Any]) -> Policy:
    fields: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else " ".join(value.split())
        for name, value in entry.items()
    }
    return Policy(**fields | {"seen_in": Sight(entry["seen_in"])})
