"""How good an order is: precision and recall among the first, and the area under the ROC curve; ties are averaged.

Schools with the same score have no order among themselves: what is counted is the mean over all orders of the tied.
A school may count more or less often than once, as in a bootstrap draw: `Ranked` counts any number of such columns of
weights in one sorted order; the plain functions are the column in which each school counts once.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray


class Ranked:
    """Schools from the highest score down, under each column of weights.

    Each method gives one number per column, NaN where it cannot be said.
    """

    def __init__(self, labels: ArrayLike, scores: ArrayLike, weight: ArrayLike | None = None) -> None:
        """Sort once.

        Args:
            labels: (rows,), 1 for a case, 0 for none. scores: (rows,), the higher, the earlier.
            weight: (rows, columns), how many schools each row counts for, at least 0; without it one column of ones.
        """
        labels, scores = np.asarray(labels, float), np.asarray(scores, float)
        self._weight = np.ones((len(labels), 1)) if weight is None else np.asarray(weight)
        self._order = np.argsort(-scores, kind="stable")
        ordered = scores[self._order]
        self._last_of_tied = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True)[: len(ordered)])
        self.passed = self.summed()
        """(columns, 1 + groups of tied): schools down to each group's end, from 0 to all."""
        self.cases = self.summed(labels)
        """(columns, 1 + groups of tied): cases among them."""

    def summed(self, amount: NDArray | None = None) -> NDArray:
        """(columns, 1 + groups of tied): the weighted sum of (rows,) amounts, 1 if none, down to each group's end."""
        found = np.zeros((self._weight.shape[1], 1 + len(self._last_of_tied)))
        ordered = None if amount is None else np.asarray(amount, float)[self._order]
        for sums, column in zip(found, self._weight.T, strict=True):
            each = column[self._order]
            down = np.cumsum(each if ordered is None else each * ordered, dtype=float)
            sums[1:] = down if len(down) == len(self._last_of_tied) else down[self._last_of_tied]
        return found

    def among(self, summed: NDArray, limits: NDArray) -> NDArray:
        """(columns, limits): what of `summed` falls to the first so many schools; the tied share the room equally.

        Args:
            summed: of `summed`. limits: (columns, limits), numbers of schools.
        """
        columns = zip(limits, self.passed, summed, strict=True)
        return np.array([np.interp(limit, passed, amount) for limit, passed, amount in columns])

    def precision_at(self, share: float) -> NDArray:
        """Share of the first `share` of schools that are cases; NaN without schools."""
        first = room(self.passed[:, -1], share)
        return _ratio(self.among(self.cases, first[:, None])[:, 0], first)

    def recall_at(self, share: float) -> NDArray:
        """Share of all cases that stand among the first `share` of schools; NaN without cases."""
        first = room(self.passed[:, -1], share)
        return _ratio(self.among(self.cases, first[:, None])[:, 0], self.cases[:, -1])

    def area_under_the_curve(self) -> NDArray:
        """Chance that a case stands before one that is none, a tie counting one half (Mann and Whitney 1947).

        The area under cases against schools passed is that under the ROC curve, not yet divided by cases x others,
        and half the square of the cases: the trapezium of a tied group is what counts its pairs one half.
        """
        cases, others = self.cases[:, -1], self.passed[:, -1] - self.cases[:, -1]
        columns = zip(self.cases, self.passed, strict=True)
        area = np.array([np.trapezoid(*column) for column in columns])
        return _ratio(area - cases**2 / 2, cases * others)


def room(schools: ArrayLike, share: float) -> NDArray:
    """How many stand among the first `share` of so many schools: not rounded, but at least one where there is one."""
    if not 0 < share <= 1:
        raise ValueError(f"a share of schools is above 0 and at most 1, not {share}")
    return np.minimum(np.maximum(share * np.asarray(schools, float), 1), schools)


def precision_at(labels: ArrayLike, scores: ArrayLike, share: float) -> float:
    """Share of the first `share` of schools that are cases; NaN without schools.

    Args:
        labels: 1 for a case, 0 for none. scores: the higher, the earlier. share: 0 to 1; `room` says how many schools.
    """
    return float(Ranked(labels, scores).precision_at(share)[0])


def recall_at(labels: ArrayLike, scores: ArrayLike, share: float) -> float:
    """Share of all cases that stand among the first `share` of schools; NaN without cases."""
    return float(Ranked(labels, scores).recall_at(share)[0])


def most_recall_at(labels: ArrayLike, share: float) -> float:
    """The most that recall can be: min(1, share / base rate), but for the one school at least; NaN without cases."""
    labels = np.asarray(labels, float)
    cases = labels.sum()
    return float(min(1.0, room(len(labels), share) / cases)) if cases else float("nan")


def area_under_the_curve(labels: ArrayLike, scores: ArrayLike) -> float:
    """Chance that a case stands before one that is none, a tie counting one half (Mann and Whitney 1947)."""
    return float(Ranked(labels, scores).area_under_the_curve()[0])


def _ratio(part: NDArray, whole: NDArray) -> NDArray:
    return np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0)
