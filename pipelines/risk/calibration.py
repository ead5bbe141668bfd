"""Log odds that are moved until they fit what came: how far apart they are, and how high."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import expit

Line = tuple[float, float]
"""Intercept and slope."""

NO_LINE: Line = (0.0, 1.0)

SLOPE_PRIOR = 0.5
"""Standard deviation of slopes around 1 before any forecast was seen; our judgement."""


LEAST_SLOPE = 0.05
"""No slope is smaller: forecasts keep their order."""

STEPS, CLOSE = 50, 1e-8
"""Newton's method ends after so many steps, or when no number moves by more."""


def shared_slope(years: Sequence[tuple[NDArray, NDArray]]) -> float:
    """The slope that fits the forecasts of several years, each with a level of its own; 1 without any.

    Found by Newton's method.

    Args:
        years: outcomes (0 or 1) and log odds, neither of them trained on.
    """
    years = [(outcome, odds) for outcome, odds in years if len(outcome) and 0 < outcome.mean() < 1]
    if not years:
        return 1.0

    line = np.zeros(1 + len(years))
    line[0] = 1.0
    for _ in range(STEPS):
        turn, bend = np.zeros(len(line)), np.zeros((len(line), len(line)))
        turn[0], bend[0, 0] = (line[0] - 1) / SLOPE_PRIOR**2, 1 / SLOPE_PRIOR**2
        for place, (outcome, odds) in enumerate(years, start=1):
            said = expit(line[place] + line[0] * odds)
            missed, certain = said - outcome, said * (1 - said)
            turn[0] += missed @ odds
            turn[place] = missed.sum()
            bend[0, 0] += certain @ odds**2
            bend[0, place] = bend[place, 0] = certain @ odds
            bend[place, place] = certain.sum() + 1e-6
        step = np.linalg.solve(bend, turn)
        line -= np.clip(step, -1, 1)
        if np.abs(step).max() < CLOSE:
            break
    return float(max(line[0], LEAST_SLOPE))


def level(outcome: NDArray, odds: NDArray) -> float:
    """The intercept with which log odds say as many cases as there were; 0 where none or all were."""
    if not len(outcome) or not 0 < outcome.mean() < 1:
        return 0.0
    return float(brentq(lambda up: expit(up + odds).mean() - outcome.mean(), -30, 30))


def probability(odds: NDArray, line: Line) -> NDArray:
    """Probabilities of log odds moved along a line."""
    return expit(line[0] + line[1] * odds)
