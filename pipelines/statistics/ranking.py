"""How good an order is: precision and recall among the first, and the area under the ROC curve; ties are averaged.

Schools with the same score have no order among themselves: what is counted is the mean over all orders of the tied.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def precision_at(labels: ArrayLike, scores: ArrayLike, share: float) -> float:
    """Share of the first `share` of schools that are cases; NaN without schools.

    Args:
        labels: 1 for a case, 0 for none. scores: the higher, the earlier. share: 0 to 1; the number of schools is
            rounded to a whole one, at least 1.
    """
    hits, first, _ = _among_the_first(labels, scores, share)
    return hits / first if first else float("nan")


def recall_at(labels: ArrayLike, scores: ArrayLike, share: float) -> float:
    """Share of all cases that stand among the first `share` of schools; NaN without cases."""
    hits, _, cases = _among_the_first(labels, scores, share)
    return hits / cases if cases else float("nan")


def most_recall_at(labels: ArrayLike, share: float) -> float:
    """The most that recall can be: min(1, share / base rate) but for whole schools; NaN without cases."""
    labels = np.asarray(labels, float)
    cases = labels.sum()
    return float(min(1.0, _first(len(labels), share) / cases)) if cases else float("nan")


def area_under_the_curve(labels: ArrayLike, scores: ArrayLike) -> float:
    """Chance that a case stands before one that is none, a tie counting one half (Mann and Whitney 1947)."""
    labels, scores = np.asarray(labels, bool), np.asarray(scores, float)
    cases, others = labels.sum(), (~labels).sum()
    if not cases or not others:
        return float("nan")
    return float((_mid_ranks(scores)[labels].sum() - cases * (cases + 1) / 2) / (cases * others))


def _mid_ranks(values: NDArray) -> NDArray:
    """Ranks from 1, the lowest first; tied values share the mean of theirs."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2)[places]


def _among_the_first(labels: ArrayLike, scores: ArrayLike, share: float) -> tuple[float, int, float]:
    """Cases among the first, averaged over orders of the tied; how many are first; how many cases there are."""
    labels, scores = np.asarray(labels, float), np.asarray(scores, float)
    first = _first(len(labels), share)
    if not first:
        return 0.0, 0, 0.0
    limit = np.sort(scores)[::-1][first - 1]
    before, tied = scores > limit, scores == limit
    room = first - before.sum()
    return float(labels[before].sum() + room * labels[tied].mean()), first, float(labels.sum())


def _first(schools: int, share: float) -> int:
    if not 0 < share <= 1:
        raise ValueError(f"a share of schools is above 0 and at most 1, not {share}")
    return max(1, int(share * schools + 0.5)) if schools else 0
