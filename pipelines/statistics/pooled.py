"""Years put together: which years count, and shares from pooled numerators and denominators."""

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

SPAN = 3
"""Years in a pool: the sector's habit (DOMAIN.md 3.12)."""


def window(year: int, *, first: int, skipped: Collection[int] = (), breaks: Collection[int] = ()) -> tuple[int, ...]:
    """The years to be pooled for a year, newest first: up to SPAN years that had results, none before a break.

    Args:
        year: the newest; if it is itself skipped there is no window.
        first: the first year the measure was defined.
        skipped: years without comparable results (no tests, not published, not comparable); they are passed over,
            and do not count among the three.
        breaks: years that cannot be compared with those before.
    """
    if year in skipped:
        return ()
    years = []
    for candidate in range(year, first - 1, -1):
        if candidate not in skipped:
            years.append(candidate)
        if candidate in breaks or len(years) == SPAN:
            break
    return tuple(years)


def describe_years(years: Collection[int]) -> str:
    """Years as text, oldest first: '2019, 2022, 2023'."""
    return ", ".join(str(year) for year in sorted(years))


def pooled_share(count: NDArray, n: NDArray) -> tuple[NDArray, NDArray, NDArray]:
    """Pooled count, pupils and percentage of each row: all counts over all pupils, not a mean of percentages."""
    known = np.isfinite(count) & np.isfinite(n)
    pupils = np.where(known, n, 0.0).sum(axis=1)
    reached = np.where(known, count, 0.0).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(pupils > 0, reached, np.nan), np.where(pupils > 0, pupils, np.nan), 100 * reached / pupils


def pooled_mean(mean: NDArray, n: NDArray) -> tuple[NDArray, NDArray]:
    """Pooled pupils and mean of each row, every pupil counted once."""
    known = np.isfinite(mean) & np.isfinite(n)
    pupils = np.where(known, n, 0.0).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(pupils > 0, pupils, np.nan), np.where(known, mean * n, 0.0).sum(axis=1) / pupils
