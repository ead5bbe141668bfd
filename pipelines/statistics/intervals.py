"""Confidence limits of shares, counts, means and their differences.

Everything works on numbers and on numpy arrays alike, and a NaN, or a cohort of nobody, gives NaN: never a
limit that nothing stands behind. Shares are 0 to 1.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

Limits = tuple[NDArray, NDArray]
"""Lower and upper limit."""

PROGRESS_8_SIGMA = 1.416
"""Standard deviation of pupils' Progress 8 when a year's files do not tell it: the middle of [1.401, 1.431], the only
values that agree with four rows of limits that DfE published for 2022/23 (RISK.md, oracle O4)."""


def z_value(level: float) -> float:
    """The normal quantile of a two-sided interval: 1.96 for 0.95.

    Raises:
        ValueError: the level is not between 0 and 1.
    """
    if not 0 < level < 1:
        raise ValueError(f"a level is between 0 and 1, not {level}")
    return float(special.ndtri(0.5 + level / 2))


def wilson(count: ArrayLike, n: ArrayLike, level: float = 0.95) -> Limits:
    """Wilson score limits of the share count / n (Wilson 1927); counts need not be whole.

    (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n). Tests hold it against statsmodels, whose import alone takes
    longer than all limits of a build.
    """
    z = z_value(level)
    count, n = _proportion(count, n)
    with np.errstate(invalid="ignore"):
        share, worth = count / n, z * z / n
        middle = (share + worth / 2) / (1 + worth)
        half = z * np.sqrt(share * (1 - share) / n + worth / (4 * n)) / (1 + worth)
    lower = np.where(count == 0, 0.0, middle - half)
    upper = np.where(count == n, 1.0, middle + half)
    return lower, upper


def exact_binomial(count: ArrayLike, n: ArrayLike, level: float = 0.95) -> Limits:
    """Exact binomial limits of the share count / n (Clopper and Pearson 1934): quantiles of a beta distribution."""
    z_value(level)
    count, n = _proportion(count, n)
    tail = (1 - level) / 2
    with np.errstate(invalid="ignore"):
        lower = special.betaincinv(count, n - count + 1, tail)
        upper = special.betaincinv(count + 1, n - count, 1 - tail)
        lower = np.where(count == 0, 0.0, lower)
        upper = np.where(count == n, 1.0, upper)
    nobody = np.isnan(count) | np.isnan(n)
    return np.where(nobody, np.nan, lower), np.where(nobody, np.nan, upper)


def byar(count: ArrayLike, level: float = 0.95) -> Limits:
    """Byar's limits of a Poisson count (Breslow and Day 1987, as in PHStatsMethods, RISK.md oracle O5)."""
    z = z_value(level)
    count = np.asarray(count, float)
    count = np.where(count < 0, np.nan, count)
    with np.errstate(divide="ignore", invalid="ignore"):
        lower = count * (1 - 1 / (9 * count) - z / (3 * np.sqrt(count))) ** 3
        above = count + 1
        upper = above * (1 - 1 / (9 * above) + z / (3 * np.sqrt(above))) ** 3
    return np.where(count == 0, 0.0, lower), upper


def mean_limits(mean: ArrayLike, sd: ArrayLike, n: ArrayLike, level: float = 0.95) -> Limits:
    """Normal limits of a mean of n pupils whose standard deviation is known: mean ± z × sd / √n."""
    mean, error = np.asarray(mean, float), standard_error(sd, n)
    half = z_value(level) * error
    return mean - half, mean + half


def progress_8_limits(
    score: ArrayLike, n: ArrayLike, sigma: float | ArrayLike = PROGRESS_8_SIGMA, level: float = 0.95
) -> Limits:
    """DfE's limits of a Progress 8 score: one national standard deviation of pupils for all schools of a year."""
    return mean_limits(score, sigma, n, level)


def difference_of_shares(
    count_1: ArrayLike, n_1: ArrayLike, count_2: ArrayLike, n_2: ArrayLike, level: float = 0.95
) -> tuple[NDArray, NDArray, NDArray]:
    """Share 1 minus share 2 of two different sets of pupils, with Newcombe's limits (1998, his method 10)."""
    count_1, n_1 = _proportion(count_1, n_1)
    count_2, n_2 = _proportion(count_2, n_2)
    lower_1, upper_1 = wilson(count_1, n_1, level)
    lower_2, upper_2 = wilson(count_2, n_2, level)
    with np.errstate(invalid="ignore", divide="ignore"):
        share_1, share_2 = count_1 / n_1, count_2 / n_2
    difference = share_1 - share_2
    lower = difference - np.hypot(share_1 - lower_1, upper_2 - share_2)
    upper = difference + np.hypot(upper_1 - share_1, share_2 - lower_2)
    return difference, lower, upper


def difference_of_means(
    mean_1: ArrayLike,
    sd_1: ArrayLike,
    n_1: ArrayLike,
    mean_2: ArrayLike,
    sd_2: ArrayLike,
    n_2: ArrayLike,
    level: float = 0.95,
) -> tuple[NDArray, NDArray, NDArray]:
    """Mean 1 minus mean 2 of two different sets of pupils, with normal limits from both standard errors."""
    difference = np.asarray(mean_1, float) - np.asarray(mean_2, float)
    half = z_value(level) * np.hypot(standard_error(sd_1, n_1), standard_error(sd_2, n_2))
    return difference, difference - half, difference + half


def standard_error(sd: ArrayLike, n: ArrayLike) -> NDArray:
    """Standard deviation of pupils / √n; NaN where there are no pupils."""
    n = np.asarray(n, float)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(sd, float) / np.sqrt(np.where(n > 0, n, np.nan))


def _proportion(count: ArrayLike, n: ArrayLike) -> tuple[NDArray, NDArray]:
    """Count and cohort of one shape, NaN in both where they cannot be a share."""
    count, n = np.broadcast_arrays(np.asarray(count, float), np.asarray(n, float))
    with np.errstate(invalid="ignore"):
        possible = (n > 0) & (count >= 0) & (count <= n)
    return np.where(possible, count, np.nan), np.where(possible, n, np.nan)
