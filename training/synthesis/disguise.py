"""The ways in which a domain is written so that simple filters miss it."""

from __future__ import annotations

import random
from collections.abc import Callable


def plain(host: str) -> str:
    """Return the host as it is."""
    return host


def bracketed(host: str) -> str:
    """Return ``a[.]b``, the spelling that security reports use too."""
    return host.replace(".", "[.]")


def spelled(host: str) -> str:
    """Return ``a dot b``."""
    return host.replace(".", " dot ")


def full_width(host: str) -> str:
    """Return the host with full-width dots."""
    return host.replace(".", "．")


def zero_width(host: str) -> str:
    """Return the host with a zero-width space in its midst."""
    middle = len(host) // 2
    return f"{host[:middle]}\u200b{host[middle:]}"


def with_www(host: str) -> str:
    """Return the host under ``www.``."""
    return f"www.{host}"


def draw_disguise(rng: random.Random) -> Callable[[str], str]:
    """Return a spelling; three in four are plain."""
    if rng.random() < 0.75:
        return plain
    return rng.choice((bracketed, spelled, full_width, zero_width, with_www))
