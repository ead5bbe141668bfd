"""What single pupils weigh: points for each, how many more would reach a mark, and the sentence that says so."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def points_of_one_pupil(n: ArrayLike) -> NDArray:
    """Percentage points that one pupil makes in a cohort of n: 100 / n."""
    n = np.asarray(n, float)
    return 100 / np.where(n > 0, n, np.nan)


def pupils_short(count: ArrayLike, n: ArrayLike, threshold: ArrayLike) -> NDArray:
    """How many more pupils would have brought a share to a threshold in per cent; 0 where it is there already."""
    count, n = np.asarray(count, float), np.asarray(n, float)
    needed = np.ceil(np.asarray(threshold, float) / 100 * n - 1e-9)
    return np.maximum(needed - count, 0) + np.where(n > 0, 0, np.nan)


def pupils_above(count: ArrayLike, n: ArrayLike, threshold: ArrayLike) -> NDArray:
    """How many pupils fewer would still have kept a share at or above a threshold in per cent; 0 where it is below."""
    count, n = np.asarray(count, float), np.asarray(n, float)
    needed = np.ceil(np.asarray(threshold, float) / 100 * n - 1e-9)
    return np.maximum(count - needed, 0) + np.where(n > 0, 0, np.nan)


def in_words(count: int, n: int, threshold: float, mark: str) -> str:
    """The sentence under a small cohort's figure.

    Args:
        count: pupils who reached the standard, of `n`.
        threshold: per cent, for example England's.
        mark: what the threshold is called: "England's 62%".

    Returns:
        for example "3 of 7; each pupil is 14 points; 2 more pupils would have brought it to England's 62%".
    """
    points = float(points_of_one_pupil(n))
    weight = (
        f"{count:.0f} of {n:.0f}; each pupil is {points:.0f} points" if points >= 1.5 else f"{count:.0f} of {n:.0f}"
    )
    short = int(pupils_short(count, n, threshold))
    if short:
        return f"{weight}; {_pupils(short, 'more ')} would have brought it to {mark}"
    spare = int(pupils_above(count, n, threshold))
    if spare:
        return f"{weight}; {_pupils(spare, 'fewer ')} would have left it at or above {mark}"
    return f"{weight}; one pupil fewer would have left it below {mark}"


def _pupils(number: int, more: str) -> str:
    return f"1 {more}pupil" if number == 1 else f"{number} {more}pupils"
