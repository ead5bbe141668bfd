"""Funnel limits: how far from a centre results of so many pupils fall by luck alone, 95 and 99.8 % of the time.

After Spiegelhalter (2005, Statistics in Medicine 24): exact binomial limits for small
cohorts, normal ones for large, both widened where schools differ among themselves by more than luck.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special, stats

from pipelines.statistics.intervals import Limits, z_value

LEVELS = (0.95, 0.998)
"""Inner and outer limits: about two and three standard errors (Spiegelhalter 2005)."""

EXACT_UP_TO = 200
"""Pupils up to which limits of shares are exact binomial; beyond, normal ones differ by less than a point."""

WINSORISED = 0.1
"""Share of schools at each end that is drawn in before overdispersion is measured (Spiegelhalter 2005)."""


def share_limits(centre: ArrayLike, n: ArrayLike, level: float, overdispersion: float = 1.0) -> Limits:
    """Limits of a share of n pupils around a centre (0 to 1): exact binomial for small n, else normal.

    Overdispersion φ widens the distances from the centre by √φ; limits stay between 0 and 1.
    """
    centre, n = np.broadcast_arrays(np.asarray(centre, float), np.asarray(n, float))
    exact_lower, exact_upper = exact_binomial_limits(centre, n, level)
    with np.errstate(invalid="ignore", divide="ignore"):
        half = z_value(level) * np.sqrt(centre * (1 - centre) / np.where(n > 0, n, np.nan))
    small = n <= EXACT_UP_TO
    below = np.where(small, centre - exact_lower, half) * np.sqrt(overdispersion)
    above = np.where(small, exact_upper - centre, half) * np.sqrt(overdispersion)
    return np.maximum(centre - below, 0.0), np.minimum(centre + above, 1.0)


def exact_binomial_limits(centre: ArrayLike, n: ArrayLike, level: float) -> Limits:
    """Shares between which a cohort of n falls by luck: quantiles of the binomial distribution over n."""
    tail = (1 - level) / 2
    n = np.where(np.asarray(n, float) > 0, n, np.nan)
    with np.errstate(invalid="ignore"):
        return stats.binom.ppf(tail, n, centre) / n, stats.binom.ppf(1 - tail, n, centre) / n


def normal_share_limits(centre: ArrayLike, n: ArrayLike, level: float) -> Limits:
    """Normal limits of a share: centre ± z √(p (1 − p) / n)."""
    centre, n = np.asarray(centre, float), np.asarray(n, float)
    half = z_value(level) * np.sqrt(centre * (1 - centre) / n)
    return centre - half, centre + half


def mean_limits(centre: ArrayLike, sd: ArrayLike, n: ArrayLike, level: float, overdispersion: float = 1.0) -> Limits:
    """Limits of a mean score of n pupils with a standard deviation around a centre."""
    n = np.asarray(n, float)
    half = z_value(level) * np.asarray(sd, float) / np.sqrt(np.where(n > 0, n, np.nan)) * np.sqrt(overdispersion)
    return np.asarray(centre, float) - half, np.asarray(centre, float) + half


def count_limits(expected: ArrayLike, level: float) -> Limits:
    """Limits of a count around an expected one: the exact Poisson limits of a count as large as expected.

    Public health funnels are drawn so (RISK.md oracle O5, met to within its own search's tolerance, 3 in 10 million).
    """
    expected = np.asarray(expected, float)
    tail = (1 - level) / 2
    with np.errstate(invalid="ignore"):
        lower = np.where(expected > 0, special.gammaincinv(np.maximum(expected, 1e-12), tail), 0.0)
        upper = special.gammaincinv(expected + 1, 1 - tail)
    return np.where(np.isnan(expected), np.nan, lower), upper


def overdispersion_of_shares(share: NDArray, n: NDArray, centre: float) -> float:
    """Overdispersion of shares (0 to 1), from their distances to the centre in standard errors."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return overdispersion((share - centre) / np.sqrt(centre * (1 - centre) / n))


def overdispersion(z: NDArray) -> float:
    """The factor φ by which squared distances exceed 1 after winsorising; never below 1, NaN without schools."""
    z = z[np.isfinite(z)]
    if not len(z):
        return np.nan
    low, high = np.quantile(z, [WINSORISED, 1 - WINSORISED])
    return float(max(1.0, np.mean(np.clip(z, low, high) ** 2)))
