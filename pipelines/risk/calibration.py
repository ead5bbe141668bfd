"""Log odds that are moved until they fit what came: how far apart they are, and how high."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq, minimize
from scipy.special import expit

Line = tuple[float, float]
"""Intercept and slope."""

NO_LINE: Line = (0.0, 1.0)

SLOPE_PRIOR = 0.5
"""Standard deviation of slopes around 1 before any forecast was seen; our judgement."""


def shared_slope(years: Sequence[tuple[NDArray, NDArray]]) -> float:
    """The slope that fits the forecasts of several years, each with a level of its own; 1 without any.

    Args:
        years: outcomes (0 or 1) and log odds, neither of them trained on.
    """
    years = [(outcome, odds) for outcome, odds in years if len(outcome) and 0 < outcome.mean() < 1]
    if not years:
        return 1.0

    def loss(line: NDArray) -> tuple[float, NDArray]:
        slope, total = line[0], 0.5 * ((line[0] - 1) / SLOPE_PRIOR) ** 2
        turn = np.zeros(len(line))
        turn[0] = (slope - 1) / SLOPE_PRIOR**2
        for place, (outcome, odds) in enumerate(years, start=1):
            score = line[place] + slope * odds
            total += float(np.sum(np.logaddexp(0, score) - outcome * score))
            missed = expit(score) - outcome
            turn[0] += missed @ odds
            turn[place] = missed.sum()
        return total, turn

    found = minimize(loss, np.concatenate([[1.0], np.zeros(len(years))]), jac=True, method="BFGS").x
    return float(max(found[0], 0.05))


def level(outcome: NDArray, odds: NDArray) -> float:
    """The intercept with which log odds say as many cases as there were; 0 where none or all were."""
    if not len(outcome) or not 0 < outcome.mean() < 1:
        return 0.0
    return float(brentq(lambda up: expit(up + odds).mean() - outcome.mean(), -30, 30))


def probability(odds: NDArray, line: Line) -> NDArray:
    """Probabilities of log odds moved along a line."""
    return expit(line[0] + line[1] * odds)
