"""How good a list was: order, calibration and what to compare them with, with intervals over authorities.

An authority's schools are inspected and taught alike, so what is drawn anew for an interval is authorities, whole. Two
candidates are compared on the same draws; one beats the other when the interval of the difference leaves out 0.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, logit

from pipelines.statistics import ranking

DRAWS = 200
"""Bootstrap draws of authorities."""

BINS = 10
"""Equal groups of schools, in the order of their probability, for the expected calibration error."""

LEAST_CASES = 20
"""Cases below which no calibration line is fitted; our judgement."""


@dataclass(frozen=True)
class Interval:
    """A number with the 95 % interval of its draws; NaN where it cannot be said."""

    value: float
    lower: float
    upper: float


def recall_at_10(is_case: NDArray, probability: NDArray) -> float:
    """Share of the cases that stand among the first tenth."""
    return ranking.recall_at(is_case, probability, 0.1)


def recall_at_20(is_case: NDArray, probability: NDArray) -> float:
    """Share of the cases that stand among the first fifth."""
    return ranking.recall_at(is_case, probability, 0.2)


def precision_at_10(is_case: NDArray, probability: NDArray) -> float:
    """Share of cases among the first tenth."""
    return ranking.precision_at(is_case, probability, 0.1)


def precision_at_20(is_case: NDArray, probability: NDArray) -> float:
    """Share of cases among the first fifth."""
    return ranking.precision_at(is_case, probability, 0.2)


def brier_skill(is_case: NDArray, probability: NDArray) -> float:
    """1 - Brier score / that of saying the tested schools' own share of cases for each: above 0 is better than that.

    The share is known only afterwards, so this is the stricter of the two usual references (Brier 1950; Murphy 1973).
    """
    share = np.mean(is_case)
    reference = share * (1 - share)
    return float(1 - np.mean((probability - is_case) ** 2) / reference) if reference > 0 else float("nan")


def calibration_line(is_case: NDArray, probability: NDArray) -> tuple[float, float]:
    """Slope of the outcome on the log odds said, 1 when they are as far apart as they should be (Cox 1958), and the
    intercept with slope 1: calibration in the large, 0 when there are as many cases as were said."""
    if min(is_case.sum(), len(is_case) - is_case.sum()) < LEAST_CASES:
        return float("nan"), float("nan")
    odds = logit(np.clip(probability, 1e-6, 1 - 1e-6))

    def loss(line: NDArray, shape: Callable[[NDArray], NDArray]) -> float:
        score = shape(line)
        return float(np.sum(np.logaddexp(0, score) - is_case * score))

    both = minimize(loss, np.array([0.0, 1.0]), args=(lambda line: line[0] + line[1] * odds,), method="BFGS")
    large = minimize(loss, np.array([0.0]), args=(lambda line: line[0] + odds,), method="BFGS")
    return float(both.x[1]), float(large.x[0])


def calibration_slope(is_case: NDArray, probability: NDArray) -> float:
    """The slope of `calibration_line`."""
    return calibration_line(is_case, probability)[0]


def calibration_in_the_large(is_case: NDArray, probability: NDArray) -> float:
    """The intercept of `calibration_line`."""
    return calibration_line(is_case, probability)[1]


def calibration_error(is_case: NDArray, probability: NDArray) -> float:
    """Expected calibration error: mean distance of said and seen shares over BINS equal groups of schools."""
    order = np.argsort(probability, kind="stable")
    groups = np.array_split(order, min(BINS, len(order)))
    return float(
        sum(abs(probability[group].mean() - is_case[group].mean()) * len(group) for group in groups) / len(order)
    )


METRICS: dict[str, Callable[[NDArray, NDArray], float]] = {
    "auc": ranking.area_under_the_curve,
    "recall_at_10": recall_at_10,
    "recall_at_20": recall_at_20,
    "precision_at_10": precision_at_10,
    "precision_at_20": precision_at_20,
    "brier_skill": brier_skill,
    "calibration_slope": calibration_slope,
    "calibration_in_the_large": calibration_in_the_large,
    "calibration_error": calibration_error,
}
"""Metric → (is_case, probability) → number. The order counts for the first five only, the level for the rest."""


def draws_of(authority: NDArray, draws: int = DRAWS, seed: int = 0) -> list[NDArray]:
    """Positions of the rows of each draw: as many authorities as there are, drawn with replacement, whole.

    Args:
        authority: code of each row.
        draws: how many. seed: the same draws for the same rows.
    """
    random = np.random.default_rng(seed)
    codes, place = np.unique(authority, return_inverse=True)
    rows_of = np.split(np.argsort(place, kind="stable"), np.cumsum(np.bincount(place))[:-1])
    return [np.concatenate([rows_of[one] for one in random.integers(0, len(codes), len(codes))]) for _ in range(draws)]


def measured(
    metric: str, is_case: NDArray, probability: NDArray, draws: list[NDArray], beside: NDArray | None = None
) -> Interval:
    """A metric with its interval; with `beside`, how much more it is than that of other probabilities on each draw.

    Args:
        metric: of METRICS.
        is_case, probability: of each tested school.
        draws: of `draws_of`, the same for all that is compared.
        beside: probabilities of another candidate for the same schools.
    """
    of = METRICS[metric]

    def number(rows: NDArray | slice) -> float:
        found = of(is_case[rows], probability[rows])
        return found if beside is None else found - of(is_case[rows], beside[rows])

    drawn = np.array([number(rows) for rows in draws])
    known = drawn[np.isfinite(drawn)]
    lower, upper = np.quantile(known, (0.025, 0.975)) if len(known) > len(draws) / 2 else (np.nan, np.nan)
    return Interval(float(number(slice(None))), float(lower), float(upper))


def recalibrated(is_case: NDArray, odds: NDArray, weight: NDArray) -> tuple[float, float]:
    """Intercept and slope that make log odds fit outcomes not trained on, drawn towards 0 and 1 by a weak prior."""

    def loss(line: NDArray) -> float:
        score = line[0] + line[1] * odds
        prior = 0.5 * (line[0] ** 2 + ((line[1] - 1) / 0.5) ** 2)
        return float(np.sum(weight * (np.logaddexp(0, score) - is_case * score)) + prior)

    found = minimize(loss, np.array([0.0, 1.0]), method="BFGS").x
    return float(found[0]), float(found[1])


def calibrate(odds: NDArray, line: tuple[float, float]) -> NDArray:
    """Probabilities of log odds moved along a line of `recalibrated`."""
    return expit(line[0] + line[1] * odds)
