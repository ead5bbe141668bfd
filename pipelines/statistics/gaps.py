"""Differences between groups of pupils: in the same place, against the nation, and how far rounding may move them."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipelines.statistics.intervals import difference_of_means, difference_of_shares, mean_limits, wilson


class Difference(NamedTuple):
    """A difference with its limits, in the unit of the measure."""

    value: NDArray
    lower: NDArray
    upper: NDArray


class Group(NamedTuple):
    """The result of one group of pupils, arrays of one length.

    Attributes:
        value: percentage or mean.
        n: pupils it rests on; NaN where not known.
        count: pupils who reached the standard, for percentages; NaN for means.
        sd: standard deviation of pupils, for means; NaN for percentages.
    """

    value: NDArray
    n: NDArray
    count: NDArray
    sd: NDArray


def group(value: ArrayLike, n: ArrayLike, count: ArrayLike = np.nan, sd: ArrayLike = np.nan) -> Group:
    """A group's result with every part as an array of one length."""
    return Group(*np.broadcast_arrays(*(np.asarray(part, float) for part in (value, n, count, sd))))


def difference(first: Group, second: Group, level: float = 0.95) -> Difference:
    """The first group less the second, two different sets of pupils: the published values' difference, with limits.

    Percentages have Newcombe's limits (from counts), means normal limits (from the spread of pupils); there are none
    where a number of pupils, or the spread, is not known.
    """
    shares = difference_of_shares(first.count, first.n, second.count, second.n, level)
    means = difference_of_means(first.value, first.sd, first.n, second.value, second.sd, second.n, level)
    return _one_of(first.value - second.value, first, shares[1:], means[1:])


def difference_from_nation(here: Group, national: Group, level: float = 0.95) -> Difference:
    """A group here less a group of the whole nation (DfE's DIFFN with here the disadvantaged; negative is behind).

    Where the nation's number of pupils is not known its value is taken as certain, which it nearly is.
    """
    known = difference(here, national, level)
    wilson_lower, wilson_upper = wilson(here.count, here.n, level)
    mean_lower, mean_upper = mean_limits(here.value, here.sd, here.n, level)
    shares = (wilson_lower - national.value / 100, wilson_upper - national.value / 100)
    means = (mean_lower - national.value, mean_upper - national.value)
    given = _one_of(known.value, here, shares, means)
    counted = national.n > 0
    return Difference(
        known.value, np.where(counted, known.lower, given.lower), np.where(counted, known.upper, given.upper)
    )


def _one_of(value: NDArray, first: Group, shares: tuple, means: tuple) -> Difference:
    """Limits of shares (0 to 1) where the first group is counted, else those of means."""
    is_share = ~np.isnan(first.count)
    lower, upper = (np.where(is_share, 100 * share, mean) for share, mean in zip(shares, means, strict=True))
    missing = np.isnan(value)
    return Difference(value, np.where(missing, np.nan, lower), np.where(missing, np.nan, upper))


def rest(everyone: Group, some: Group, smallest: int = 6) -> Group:
    """All pupils less a group of them: the pupils for whom no figure is printed.

    A figure of fewer than `smallest` pupils is not worked out: publishers hide those (DOMAIN.md 3.11: groups of
    five or fewer), and so their subtraction is not shown either.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        n = everyone.n - some.n
        n = np.where(n >= smallest, n, np.nan)
        count = np.clip(everyone.count - some.count, 0, n)
        mean = (everyone.value * everyone.n - some.value * some.n) / n
        value = np.where(np.isnan(everyone.count), mean, 100 * count / n)
    return Group(value, n, np.where(np.isnan(value), np.nan, count), everyone.sd)


def rounding_bound(*steps: float) -> float:
    """How far a published difference may be from ours when each number is rounded to its step: half of each."""
    return sum(steps) / 2
