"""How far apart single pupils' scores lie, which school tables do not print: from published limits, or from changes."""

import numpy as np
from numpy.typing import NDArray

LEAST_RESULTS = 20
"""Results with limits below which no spread is worked out from them; our judgement."""

LEAST_CHANGES = 200
"""Changes from year to year below which no spread is worked out from them; our judgement."""

Z_95 = 1.96
"""What DfE multiplies a standard error with for its 95 % limits (RISK.md section 1 (c), confirmed by oracle O4)."""


def from_limits(lower: NDArray, upper: NDArray, n: NDArray) -> float:
    """Standard deviation of pupils that published limits rest on: the median of half width × √n / 1.96; else NaN."""
    with np.errstate(invalid="ignore"):
        spread = (upper - lower) / 2 * np.sqrt(n) / Z_95
    spread = spread[np.isfinite(spread) & (spread > 0)]
    return float(np.median(spread)) if len(spread) >= LEAST_RESULTS else np.nan


def variance_of_limits(lower: NDArray, upper: NDArray) -> NDArray:
    """Variance of a result's error by its published 95 % limits, (half width / 1.96)²; NaN where they say none."""
    variance = ((upper - lower) / 2 / Z_95) ** 2
    return np.where(variance > 0, variance, np.nan)


def from_changes(value: NDArray, n: NDArray, pairs: list[tuple[int, int]], cell: NDArray, cells: int) -> float:
    """Standard deviation of single pupils, from how much more the results of small cohorts change; NaN if they do not.

    The variance of a change between two years is what truly changed, and sd² × (1 / n + 1 / n of the year before): a
    straight line in the inverse cohorts, whose slope is estimated by weighted least squares.

    Args:
        value, n: schools × years.
        pairs: columns (later, earlier) of consecutive comparable years.
        cell: number of each row's kind of school; the mean change of each kind is taken out.
        cells: how many there are.
    """
    squares, inverse = [], []
    for later, earlier in pairs:
        with np.errstate(invalid="ignore", divide="ignore"):
            change = value[:, later] - value[:, earlier]
            x = 1 / n[:, later] + 1 / n[:, earlier]
        known = np.isfinite(change) & np.isfinite(x)
        number = np.bincount(cell[known], minlength=cells)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = np.bincount(cell[known], change[known], minlength=cells) / number
        squares.append((change[known] - mean[cell[known]]) ** 2)
        inverse.append(x[known])
    y, x = np.concatenate([[], *squares]), np.concatenate([[], *inverse])
    if len(y) < LEAST_CHANGES:
        return np.nan
    weight = 1 / (x + np.median(x)) ** 2
    slope = np.nan
    for _ in range(5):
        centre = np.average(x, weights=weight)
        spread = np.average((x - centre) ** 2, weights=weight)
        if spread <= 0:
            return np.nan
        slope = np.average((x - centre) * y, weights=weight) / spread
        level = max(np.average(y, weights=weight) - slope * centre, 0.0)
        if slope <= 0:
            return np.nan
        weight = 1 / (level + slope * x) ** 2
    return float(np.sqrt(slope))


def nearest_year(by_year: dict[int, float], year: int) -> tuple[float, int | None]:
    """The spread of a year, or of the nearest year that has one (the earlier of two), and which year that is."""
    known = {when: spread for when, spread in by_year.items() if np.isfinite(spread)}
    if not known:
        return np.nan, None
    nearest = min(known, key=lambda when: (abs(when - year), when))
    return known[nearest], nearest
