"""Published lists of bad hosts, used as moderators use them: the page's host is listed or it isn't."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.shared import Corpus, Floats

LISTS = (
    "analytics-ds",
    "degentweb",
    "disinfo-laundromat",
    "laylavish",
    "matomo",
    "nela-ps",
    "no-cmyk",
    "quenhus",
    "seq23",
)
"""Every list but the one that some of the labelled pages were collected with."""
BACKGROUND = ("background-news", "concern:Wikipedia Fake News", "concern:Intel/Suspected")
"""Labels that don't accuse a host of being a farm."""


def domain_lists(corpus: Corpus) -> Floats:
    """Return 1 where a list holds the page's host or registrable domain, else 0. Nothing is learnt."""
    listed = read_lists(corpus.data / "hosts")
    return np.array([float(bool({page.host, page.domain} & listed)) for page in corpus.pages])


def read_lists(folder: Path) -> set[str]:
    """Return the hosts of all LISTS."""
    hosts: set[str] = set()
    for name in LISTS:
        for line in (folder / f"{name}.tsv").read_text("utf-8").splitlines()[1:]:
            host, _, label = line.partition("\t")
            if label not in BACKGROUND:
                hosts.add(host.strip().lower().removeprefix("www."))
    return hosts - {""}
