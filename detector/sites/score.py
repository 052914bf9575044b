"""A site's score from its pages' scores, with an interval that is wide where there are few."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit, stdtrit

PRIOR_PAGES = 4
PRIOR_SPREAD = 1.5
"""How much the log-odds of one site's pages differ (standard deviation), before any is seen, and how many
pages that belief is worth."""

_LIMIT = 1e-9  # scores are kept this far from 0 and 1, so that their log-odds are finite


@dataclass(frozen=True, slots=True)
class SiteScore:
    """The probability that a typical page of the site is a farm's, with a 95 % interval."""

    score: float
    low: float
    high: float
    deciles: tuple[float, ...]  # the nine deciles of the pages' scores
    log_odds: float  # of ``score``


def site_score(scores: Sequence[float]) -> SiteScore:
    """Score a site by the deciles of its pages' scores (one score or more, each in 0..1).

    The centre is the mean of the nine deciles in log-odds, which a few odd pages hardly move. The interval is
    the posterior of a normal mean whose variance has a scaled inverse chi-squared prior (Gelman et al. 2013,
    "Bayesian Data Analysis", section 3.2): Student's t, wide for one page and narrow for twenty.
    """
    values = logit(np.clip(np.sort(np.asarray(scores, dtype=float)), _LIMIT, 1 - _LIMIT))
    deciles = np.quantile(values, np.arange(1, 10) / 10)
    centre = float(deciles.mean())
    freedom = PRIOR_PAGES + len(values) - 1
    squares = PRIOR_PAGES * PRIOR_SPREAD**2 + float(((values - values.mean()) ** 2).sum())
    reach = float(stdtrit(freedom, 0.975)) * math.sqrt(squares / freedom / len(values))
    low, middle, high = (float(expit(value)) for value in (centre - reach, centre, centre + reach))
    return SiteScore(middle, low, high, tuple(map(float, expit(deciles))), centre)
