"""A site's row: what its pages have in common, its score, and the reasons in words."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from detector.model import Thresholds
from detector.sites.score import SiteScore, site_score
from detector.sites.state import EDGE_PAGES, KeySample, SampledPage, SiteState
from detector.verdict import Label

SCHEMA_VERSION = 1
"""Raised whenever a column changes its meaning or type."""

DISTRIBUTION = "distribution"
"""What the deciles' mean adds to the plain mean of the pages' log-odds, so that the families still add up."""

MIN_CONVICTING = 2
"""Scored pages without which a site is not labelled ``farm``: one may be hacked, or somebody else's."""

MIN_COMMON = 3
"""Pages, of the EDGE_PAGES compared, that a block must stand on to be the site's and not a page's."""

_MOST = 10
_COUNTED = pa.list_(pa.struct([("name", pa.string()), ("pages", pa.int64())]))
SITE_SCHEMA = pa.schema(
    [
        ("site", pa.string()),
        ("domain", pa.string()),
        ("label", pa.string()),
        ("score", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("why", pa.list_(pa.string())),
        ("deciles", pa.list_(pa.float64())),
        ("families", pa.map_(pa.string(), pa.float64())),
        ("pages", pa.int64()),
        ("farm", pa.int64()),
        ("review", pa.int64()),
        ("ok", pa.int64()),
        ("insufficient", pa.int64()),
        ("errors", pa.int64()),
        ("share_flagged", pa.float64()),
        ("share_republished", pa.float64()),
        ("sources", _COUNTED),
        ("promoted", _COUNTED),
        ("promoted_domains", pa.int64()),
        ("common_blocks", pa.list_(pa.string())),
        ("topics", _COUNTED),
        ("topic_spread", pa.float64()),
        ("languages", _COUNTED),
        ("language_spread", pa.float64()),
        ("first_published", pa.date32()),
        ("last_published", pa.date32()),
        ("pages_a_day", pa.float64()),
        ("owner_marks", _COUNTED),
    ],
    metadata={"chaffinch.sites": str(SCHEMA_VERSION)},
)


def site_row(state: SiteState, thresholds: Thresholds) -> dict[str, Any]:
    """Return a site's row. Where no page could be scored, score and interval are None."""
    pages = sum(state.labels.values())
    scored = pages - state.labels[Label.INSUFFICIENT]
    found = site_score([page.score for page in state.sample]) if state.sample else None
    row = {
        "site": state.site,
        "domain": state.domain,
        "label": site_label(found, len(state.sample), thresholds),
        "score": found.score if found else None,
        "low": found.low if found else None,
        "high": found.high if found else None,
        "deciles": list(found.deciles) if found else [],
        "families": mean_families(state.sample, found.log_odds) if found else [],
        "pages": pages,
        **{str(label): state.labels[label] for label in Label},
        "errors": state.errors,
        "share_flagged": state.labels[Label.FARM] / scored if scored else None,
        "share_republished": state.republished / scored if scored else None,
        "sources": _counted(state.sources),
        "promoted": _counted(state.promoted),
        "promoted_domains": state.promoted.distinct,
        "common_blocks": common_blocks(state.sample),
        "topics": _counted(state.topics),
        "topic_spread": spread(state.topics.values()),
        "languages": _counted(state.languages),
        "language_spread": spread(state.languages.values()),
        "first_published": state.first,
        "last_published": state.last,
        "pages_a_day": _pages_a_day(state),
        "owner_marks": _counted(state.owner_marks),
    }
    return {**row, "why": reasons(row, len(state.sample))}


def site_label(found: SiteScore | None, pages: int, thresholds: Thresholds) -> Label:
    """Label a site of so many scored pages.

    ``farm`` asks for its score, for MIN_CONVICTING pages, and for the interval's low end to reach ``review``.
    """
    if found is None:
        return Label.INSUFFICIENT
    certain = pages >= MIN_CONVICTING and found.low >= thresholds.review
    if found.score >= thresholds.farm and certain:
        return Label.FARM
    return Label.REVIEW if found.score >= thresholds.review else Label.OK


def mean_families(sample: list[SampledPage], log_odds: float) -> list[tuple[str, float]]:
    """Return what adds up to the site's log-odds: ``base``, each family's mean, and DISTRIBUTION."""
    total: dict[str, float] = {}
    for page in sample:
        for family, value in (("base", page.base), *page.families):
            total[family] = total.get(family, 0.0) + value / len(sample)
    total[DISTRIBUTION] = log_odds - sum(total.values())
    return sorted(total.items(), key=lambda item: (-abs(item[1]), item[0]))


def common_blocks(sample: list[SampledPage]) -> list[str]:
    """Return the blocks that most of the compared pages begin or end with: header and footer of the site."""
    compared = [page.edges for page in sample[:EDGE_PAGES]]
    counts = Counter(block for edges in compared for block in dict.fromkeys(edges))
    return [block for block, count in counts.items() if count >= MIN_COMMON]


def spread(counts: Iterable[int]) -> float | None:
    """Return the effective number of kinds (1 where all are the same): e to the power of the entropy.

    None without any. Hill (1973), "Diversity and evenness", the number of order 1.
    """
    ordered = sorted(counts)  # the sum's last digit must not depend on the order of rows
    total = sum(ordered)
    if not total:
        return None
    return math.exp(-sum(count / total * math.log(count / total) for count in ordered))


def reasons(row: dict[str, Any], sampled: int) -> list[str]:
    """Say in plain words what the score rests on, weightiest first."""
    if row["score"] is None:
        return ["no page of the site could be scored"]
    scored = row["farm"] + row["review"] + row["ok"]
    said = [f"of {scored} scored page{_s(scored)}, {row['farm']} labelled farm and {row['review']} review"]
    if sampled > 1:
        said.append(
            f"the middle of {sampled} sampled pages scores {row['deciles'][4]:.2f}, "
            f"the lowest tenth {row['deciles'][0]:.2f}, the highest {row['deciles'][8]:.2f}"
        )
    said += [
        f"{family} {'adds' if value > 0 else 'takes'} {abs(value):.2f} log-odds on average"
        for family, value in row["families"]
        if family not in ("base", DISTRIBUTION) and abs(value) >= 0.3
    ]
    if row["share_republished"]:
        said.append(
            f"{row['share_republished']:.0%} of the pages show signs of copying{_from(row['sources'])}"
        )
    if row["promoted_domains"]:
        count = row["promoted_domains"]
        said.append(f"promotes {count} domain{_s(count)}, most often {row['promoted'][0]['name']}")
    if sampled < MIN_CONVICTING:
        said.append("only 1 page scored: the interval is wide, and one page convicts no site")
    elif sampled < 5:
        said.append(f"only {sampled} pages scored: the interval is wide")
    return said


def _s(count: int) -> str:
    return "" if count == 1 else "s"


def _from(sources: list[dict[str, Any]]) -> str:
    return f", most often from {sources[0]['name']}" if sources else ""


def _counted(counts: KeySample | Counter[str]) -> list[dict[str, Any]]:
    top = (
        counts.top(_MOST)
        if isinstance(counts, KeySample)
        else sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:_MOST]
    )
    return [{"name": name, "pages": count} for name, count in top]


def _pages_a_day(state: SiteState) -> float | None:
    if not state.first or not state.last:
        return None
    return state.dated / ((state.last - state.first).days + 1)
