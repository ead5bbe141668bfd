"""How good a list was: order, calibration and what to compare them with, with intervals over authorities.

A draw of authorities, whole and with replacement, is a column of how often each row counts. A metric gives one number
per column, the first for the schools as they are: two candidates are compared on the same draws by the interval of the
difference of their numbers, and one beats the other when that interval leaves out 0.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit

from pipelines.statistics import ranking

DRAWS = 200
"""Bootstrap draws."""

LEAST_AUTHORITIES = 10
"""Authorities below which schools are drawn instead; our judgement."""

BINS = 10
"""Equal groups of schools, in the order of their probability, for the expected calibration error."""

LEAST_CASES = 20
"""Cases, and others, below which no calibration line is fitted; our judgement."""

_NEAR = 1e-3
"""Newton's step in log odds after which a calibration line is done: about half its square is left, 5e-7."""

_STEPS = 100
"""Newton's steps after which a calibration line is given up."""


@dataclass(frozen=True)
class Interval:
    """A number with the 95 % interval of its draws; NaN where it cannot be said."""

    value: float
    lower: float
    upper: float


def draws_of(authority: NDArray, draws: int = DRAWS, seed: int = 0) -> NDArray:
    """How often each row counts in each draw: (rows, 1 + draws), the first column all ones.

    An authority's schools are inspected and taught alike, so authorities are drawn, whole, as many as there are and
    with replacement, where there are LEAST_AUTHORITIES or more of them; else each row is drawn by itself.

    Args:
        authority: (rows,), code of each row.
        draws: how many. seed: the same draws for the same rows.
    """
    codes, unit = np.unique(authority, return_inverse=True)
    units = len(codes)
    if units < LEAST_AUTHORITIES:
        units, unit = len(authority), np.arange(len(authority))
    random = np.random.default_rng(seed)
    times = np.ones((1 + draws, units))
    for draw in times[1:]:
        draw[:] = np.bincount(random.integers(0, max(units, 1), units), minlength=units)
    return np.take(times, unit, axis=1).T


def interval(numbers: NDArray) -> Interval:
    """The first number and the 2.5 and 97.5 % quantiles of the finite others; NaN when more than half are not finite.

    Args:
        numbers: (1 + draws,), of a metric, or of a difference or mean of metrics on the same draws.
    """
    drawn = numbers[1:]
    known = drawn[np.isfinite(drawn)]
    enough = len(known) > 0 and 2 * len(known) >= len(drawn)
    lower, upper = np.quantile(known, (0.025, 0.975)) if enough else (np.nan, np.nan)
    return Interval(float(numbers[0]), float(lower), float(upper))


_OF_THE_ORDER: dict[str, Callable[[ranking.Ranked], NDArray]] = {
    "auc": lambda ranked: ranked.area_under_the_curve(),
    "recall_at_10": lambda ranked: ranked.recall_at(0.1),
    "recall_at_20": lambda ranked: ranked.recall_at(0.2),
    "precision_at_10": lambda ranked: ranked.precision_at(0.1),
    "precision_at_20": lambda ranked: ranked.precision_at(0.2),
}


def _of_the_order(metric: str) -> Callable[[NDArray, NDArray, NDArray], NDArray]:
    return lambda is_case, probability, weight: _OF_THE_ORDER[metric](ranking.Ranked(is_case, probability, weight))


def brier_skill(is_case: NDArray, probability: NDArray, weight: NDArray) -> NDArray:
    """1 - Brier score / that of saying the tested schools' own share of cases for each: above 0 is better than that.

    The share is known only afterwards, so this is the stricter of the two usual references (Brier 1950; Murphy 1973).
    """
    terms = np.stack([is_case, (probability - is_case) ** 2, np.ones(len(is_case))])
    cases, missed, schools = _summed(terms, weight)
    with np.errstate(divide="ignore", invalid="ignore"):
        reference = cases * (schools - cases) / schools
        return np.where(reference > 0, 1 - missed / reference, np.nan)


def calibration_line(is_case: NDArray, probability: NDArray, weight: NDArray) -> tuple[NDArray, NDArray]:
    """Slope of the outcome on the log odds said, 1 when they are as far apart as they should be (Cox 1958), and the
    intercept with slope 1: calibration in the large, 0 when there are as many cases as were said.

    Returns:
        Slopes (columns,) and intercepts (columns,); NaN with fewer than LEAST_CASES cases or others, a slope also
        where all odds are the same or part the cases from the others, so that no slope is the best.
    """
    return calibration_slope(is_case, probability, weight), calibration_in_the_large(is_case, probability, weight)


def calibration_slope(is_case: NDArray, probability: NDArray, weight: NDArray) -> NDArray:
    """The slopes of `calibration_line`."""
    return _fitted(is_case, _odds(probability), weight, free=True)


def calibration_in_the_large(is_case: NDArray, probability: NDArray, weight: NDArray) -> NDArray:
    """The intercepts of `calibration_line`."""
    return _fitted(is_case, _odds(probability), weight, free=False)


def calibration_error(is_case: NDArray, probability: NDArray, weight: NDArray) -> NDArray:
    """Expected calibration error: mean distance of said and seen shares over BINS groups of schools.

    The groups follow the order of the probabilities and are of equal weight in each column; schools with the same
    probability on the limit of two groups belong to both, in proportion.
    """
    return _calibration_error(ranking.Ranked(is_case, probability, weight), probability)


def _calibration_error(ranked: ranking.Ranked, probability: NDArray) -> NDArray:
    schools = ranked.passed[:, -1]
    limits = schools[:, None] * np.arange(BINS + 1) / BINS
    said, seen = (ranked.among(one, limits) for one in (ranked.summed(probability), ranked.cases))
    missed = np.abs(np.diff(said - seen, axis=1)).sum(axis=1)
    return np.divide(missed, schools, out=np.full(len(schools), np.nan), where=schools > 0)


METRICS: dict[str, Callable[[NDArray, NDArray, NDArray], NDArray]] = {
    **{metric: _of_the_order(metric) for metric in _OF_THE_ORDER},
    "brier_skill": brier_skill,
    "calibration_slope": calibration_slope,
    "calibration_in_the_large": calibration_in_the_large,
    "calibration_error": calibration_error,
}
"""Metric → (is_case (rows,), probability (rows,), weight (rows, columns)) → one number per column, NaN where it cannot
be said. The order counts for the first five only, the level for the rest."""


def measure(is_case: NDArray, probability: NDArray, weight: NDArray) -> dict[str, NDArray]:
    """All METRICS at once, sorted once.

    Args:
        is_case: (rows,), 0 or 1. probability: (rows,).
        weight: (rows, columns), how often each row counts, of `draws_of`.

    Returns:
        Metric → (columns,).
    """
    ranked = ranking.Ranked(is_case, probability, weight)
    found = {metric: of(ranked) for metric, of in _OF_THE_ORDER.items()}
    error = _calibration_error(ranked, probability)
    del ranked
    slope, large = calibration_line(is_case, probability, weight)
    return found | {
        "brier_skill": brier_skill(is_case, probability, weight),
        "calibration_slope": slope,
        "calibration_in_the_large": large,
        "calibration_error": error,
    }


def flagged(probability: NDArray, share: float) -> NDArray:
    """How far each row stands among the first `share` of all: 1, 0, or what the tied on the limit have of the room.

    Args:
        probability: (rows,). share: above 0 to 1.

    Returns:
        (rows,), in all as many as there is room for; its mean over a group's cases is the recall in that group.
    """
    _, group, size = np.unique(-np.asarray(probability, float), return_inverse=True, return_counts=True)
    before = np.cumsum(size) - size
    return np.clip((ranking.room(len(group), share) - before) / size, 0, 1)[group]


def _odds(probability: NDArray) -> NDArray:
    return logit(np.clip(probability, 1e-6, 1 - 1e-6))


def _summed(terms: NDArray, weight: NDArray) -> NDArray:
    """Weighted sums, (terms,) or (terms, columns), of terms (terms, rows) for weights (rows,) or (rows, columns).

    By einsum and not by `@`, whose threads wait for each other on a busy machine.
    """
    if weight.ndim == 1:
        return np.einsum("ij,j->i", terms, weight)
    return np.stack([_summed(terms, column) for column in weight.T], axis=1)


def _fitted(is_case: NDArray, odds: NDArray, weight: NDArray, free: bool) -> NDArray:
    """The slope of each column (columns,), or with `free` false the intercept where the slope is 1; Newton's method.

    All columns start from the line of their mean, so that the first step of all needs their terms only once and one or
    two more each are enough.
    """
    found = np.full(weight.shape[1], np.nan)
    is_case = np.asarray(is_case, float)
    cases, schools = _summed(np.stack([is_case, np.ones(len(is_case))]), weight)
    enough = np.flatnonzero(np.minimum(cases, schools - cases) >= LEAST_CASES)
    if not len(enough):
        return found
    together = weight.mean(axis=1)
    if free:
        odds = odds - np.average(odds, weights=together)
    ends = float(odds.min()), float(odds.max())
    terms = np.empty((5 if free else 2, len(odds)))

    def followed(line: tuple[float, float], sums: NDArray, own: NDArray) -> tuple[float, float]:
        """From a line and the sums there to the best line for weights (rows,) of one's own."""
        for _ in range(_STEPS):
            up, turn, moved = _step(sums.tolist(), ends)
            line = line[0] + up, line[1] + turn
            if not moved > _NEAR:
                return line
            sums = _summed(_to_sum(is_case, odds, line, terms), own)
        return np.nan, np.nan

    begin = 0.0, 1.0
    start = followed(begin, _summed(_to_sum(is_case, odds, begin, terms), together), together)
    if np.isfinite(start).all():
        first = _summed(_to_sum(is_case, odds, start, terms), weight)
        for column in enough:
            found[column] = followed(start, first[:, column], weight[:, column])[1 if free else 0]
    return found


def _to_sum(is_case: NDArray, odds: NDArray, line: tuple[float, float], terms: NDArray) -> NDArray:
    """What is summed over rows for a Newton step from a line, written into `terms` (2 or 5, rows).

    The slope of the likelihood along the intercept and minus its curvature; with 5 also the slope along the line's
    slope, minus the mixed curvature and minus that along the line's slope.
    """
    said, curve = terms[:2]
    np.multiply(odds, -line[1], out=said)
    said -= line[0]
    np.exp(said, out=said)
    said += 1
    np.reciprocal(said, out=said)
    np.subtract(1, said, out=curve)
    curve *= said
    np.subtract(is_case, said, out=said)
    if len(terms) > 2:
        np.multiply(said, odds, out=terms[2])
        np.multiply(curve, odds, out=terms[3])
        np.multiply(terms[3], odds, out=terms[4])
    return terms


def _step(sums: list[float], ends: tuple[float, float]) -> tuple[float, float, float]:
    """Newton's step in intercept and slope and how far it moves a score at most; NaN where there is no one best line.

    It is cut to move no score by more than 1: so each makes the likelihood greater (Bach 2010, Self-concordant
    analysis for logistic regression).

    Args:
        sums: of the terms of `_to_sum`. ends: least and greatest odds.
    """
    up, curve, *of_slope = sums
    turn = 0.0
    if of_slope:
        up_odds, mixed, curve_odds = of_slope
        volume = curve * curve_odds - mixed**2
        if not volume > 1e-9 * curve * curve_odds:
            return np.nan, np.nan, np.nan
        up, turn = (curve_odds * up - mixed * up_odds) / volume, (curve * up_odds - mixed * up) / volume
    elif curve > 0:
        up /= curve
    else:
        return np.nan, np.nan, np.nan
    moved = max(abs(up + turn * end) for end in ends)
    cut = max(1.0, moved)
    return up / cut, turn / cut, moved
