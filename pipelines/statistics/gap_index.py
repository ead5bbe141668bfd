"""The disadvantage gap index: by how much one group outranks another, from 0 (no gap) to ±10 (wholly apart).

DfE's index for England is 20 × (mean rank of others − mean rank of disadvantaged) / pupils, with mid-ranks for ties,
which is 10 × Somers' D (the formula was not seen in DfE's own text, so it stands as unverified). DfE publishes it for
England only: an index of a school, a cluster or an authority is ours, and is to be named so, with LOCAL_NAME.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, special

from pipelines.statistics.intervals import z_value

LOCAL_NAME = "gap index (our calculation, by DfE's formula; DfE publishes England's only)"
"""What an index is called that DfE did not publish."""

LARGE = 20
"""Pupils in each group from which DeLong's variance is relied on; our judgement."""

VERIFIED = False
"""Whether the formula was read in DfE's own text; it was inferred, and passes O3's check on seven published years."""


@dataclass(frozen=True)
class GapIndex:
    """A gap index with its limits; positive where the others do better.

    Attributes:
        index, lower, upper: from −10 to 10; NaN where a group has no pupil.
        others, disadvantaged: pupils in each group.
    """

    index: float
    lower: float
    upper: float
    others: int
    disadvantaged: int

    def in_words(self) -> str:
        """The index as a chance: how often a pupil of one group outranks one of the other."""
        chance = round(100 * (0.5 + self.index / 20))
        return f"of 100 pairs of another and a disadvantaged pupil, the other has the better result in {chance}"


def from_scores(others: ArrayLike, disadvantaged: ArrayLike, level: float = 0.95) -> GapIndex:
    """The index of two groups of pupils from a score for each pupil; NaN scores are left out."""
    others, disadvantaged = _known(others), _known(disadvantaged)
    scores = np.unique(np.concatenate([others, disadvantaged]))
    places = [np.searchsorted(scores, group) for group in (others, disadvantaged)]
    counted = [np.bincount(place, minlength=len(scores)) for place in places]
    return from_counts(*counted, level)


def from_counts(others: ArrayLike, disadvantaged: ArrayLike, level: float = 0.95) -> GapIndex:
    """The index from how many pupils of each group have each score, lowest score first.

    Limits after DeLong, DeLong and Clarke-Pearson (1988) where both groups have LARGE pupils: the variance of each
    pupil's share of pupils outranked. Below, after Newcombe (2006, his method 5), which does not shrink to nothing
    where a few pupils happen to be wholly apart.
    """
    others, disadvantaged = np.asarray(others, float), np.asarray(disadvantaged, float)
    m, n = float(others.sum()), float(disadvantaged.sum())
    if not m or not n:
        return GapIndex(np.nan, np.nan, np.nan, int(m), int(n))
    beaten = (np.cumsum(disadvantaged) - disadvantaged / 2) / n
    beaten_by = 1 - (np.cumsum(others) - others / 2) / m
    area = float(np.sum(others * beaten) / m)
    variance = _variance(beaten, others, area) / m + _variance(beaten_by, disadvantaged, area) / n
    if min(m, n) >= LARGE and variance > 0:
        half = z_value(level) * np.sqrt(variance)
        lower, upper = max(area - half, 0.0), min(area + half, 1.0)
    else:
        lower, upper = _newcombe(area, m, n, z_value(level))
    return GapIndex(*(float(20 * (one - 0.5)) for one in (area, lower, upper)), int(m), int(n))


def separation_of_index(index: ArrayLike) -> NDArray:
    """How many standard deviations lie between two normal groups with a gap index: √2 Φ⁻¹(½ + index / 20)."""
    return np.sqrt(2) * special.ndtri(0.5 + np.asarray(index, float) / 20)


def separation_of_shares(share_others: ArrayLike, share_disadvantaged: ArrayLike) -> NDArray:
    """The same from the shares (0 to 1) of two groups that reach a standard: Φ⁻¹(others) − Φ⁻¹(disadvantaged)."""
    return special.ndtri(np.asarray(share_others, float)) - special.ndtri(np.asarray(share_disadvantaged, float))


def _variance(placement: NDArray, pupils: NDArray, mean: float) -> float:
    n = pupils.sum()
    return float(np.sum(pupils * (placement - mean) ** 2) / (n - 1)) if n > 1 else np.nan


def _newcombe(area: float, m: float, n: float, z: float) -> tuple[float, float]:
    """The areas whose own standard error puts the observed one z standard errors away."""
    more = (m + n) / 2 - 1

    def distance(true: float) -> float:
        variance = true * (1 - true) * (1 + more * (1 - true) / (2 - true) + more * true / (1 + true)) / (m * n)
        return (area - true) ** 2 - z**2 * variance

    lower = optimize.brentq(distance, 0.0, area * (1 - 1e-12)) if area > 0 else 0.0
    upper = optimize.brentq(distance, area + (1 - area) * 1e-12, 1.0) if area < 1 else 1.0
    return lower, upper


def _known(scores: ArrayLike) -> NDArray:
    scores = np.asarray(scores, float)
    return scores[np.isfinite(scores)]
