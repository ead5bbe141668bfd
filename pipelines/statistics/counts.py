"""The number of pupils behind a rounded percentage of a cohort, and every number that would print the same."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

WHOLE_PERCENT = 1.0
"""Performance tables of schools print whole percents, later ones tenths (QUIRKS.md 2)."""

_SLACK = 1e-9
"""What floating point may add to a product that is whole."""


class Counts(NamedTuple):
    """Pupils behind a percentage: the nearest whole number, and the least and most that round to what is printed."""

    count: NDArray
    low: NDArray
    high: NDArray


def count_behind(percentage: ArrayLike, n: ArrayLike) -> NDArray:
    """The whole number nearest to percentage × n / 100; NaN where a number is missing, impossible, or n not positive.

    It is certain for up to 100 pupils where the percentage is whole, and within one for up to 300.
    """
    percentage, n = np.asarray(percentage, float), np.asarray(n, float)
    with np.errstate(invalid="ignore"):
        count = np.floor(percentage * n / 100 + 0.5)
        return np.where((percentage >= 0) & (percentage <= 100) & (n > 0), count, np.nan)


def counts_behind(percentage: ArrayLike, n: ArrayLike, step: float | ArrayLike = WHOLE_PERCENT) -> Counts:
    """How many of n pupils a printed percentage stands for.

    A percentage p printed in steps of s stands for every count c with |100 c / n - p| <= s / 2; halves are
    allowed on both sides, because publishers differ in how they round them. With whole percents and n <= 100
    two counts are at least one point apart, so that there is at most one: the count is exact.

    Args:
        percentage: 0 to 100, as printed.
        n: pupils the percentage is of.
        step: the step it is printed in, in points: 1 for 43%, 0.1 for 42.9%.

    Returns:
        count: the nearest whole number, as `count_behind`.
        low, high: the range; NaN too where no whole number of the n pupils gives the percentage, which says that
        the percentage is of other pupils than the n.
    """
    percentage, n, step = np.broadcast_arrays(
        np.asarray(percentage, float), np.asarray(n, float), np.asarray(step, float)
    )
    count = count_behind(percentage, n)
    possible = np.isfinite(count)
    percentage, n = np.where(possible, percentage, np.nan), np.where(possible, n, np.nan)
    with np.errstate(invalid="ignore"):
        low = np.maximum(np.ceil((percentage - step / 2) * n / 100 - _SLACK), 0)
        high = np.minimum(np.floor((percentage + step / 2) * n / 100 + _SLACK), np.floor(n))
        none = low > high
    return Counts(count, np.where(none, np.nan, low), np.where(none, np.nan, high))


def is_exact(counts: Counts) -> NDArray:
    """Where only one number of pupils would print the percentage."""
    return counts.low == counts.high
