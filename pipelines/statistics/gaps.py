"""Differences between groups of pupils: in the same place, against the nation, and how far rounding may move them."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipelines.statistics.intervals import difference_of_means, difference_of_shares


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
    """The first group less the second, two different sets of pupils.

    Percentages have Newcombe's limits (from counts), means normal limits (from the spread of pupils). Where the
    second group's number of pupils is not known its value is taken as given, as a national figure nearly is; where
    the first group's is not, there are no limits. The difference itself is of the values as they are published.
    """
    value = first.value - second.value
    known_n = np.where(second.n > 0, second.n, np.inf)
    shares = difference_of_shares(first.count, first.n, *_countable(second))
    means = difference_of_means(first.value, first.sd, first.n, second.value, _or_zero(second.sd), known_n)
    is_share = ~np.isnan(first.count)
    lower = np.where(is_share, 100 * shares[1], means[1])
    upper = np.where(is_share, 100 * shares[2], means[2])
    missing = np.isnan(value)
    return Difference(value, np.where(missing, np.nan, lower), np.where(missing, np.nan, upper))


def _countable(second: Group) -> tuple[NDArray, NDArray]:
    """Count and cohort of a comparator; one of unknown size counts as the whole nation would (a million pupils)."""
    n = np.where(second.n > 0, second.n, 1e6)
    with np.errstate(invalid="ignore"):
        count = np.where(np.isnan(second.count), second.value * n / 100, second.count)
    return count, n


def _or_zero(spread: NDArray) -> NDArray:
    return np.where(np.isnan(spread), 0.0, spread)


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
