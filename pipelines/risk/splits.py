"""Rolling by school year: a model is trained on what was out before the year began, and tested on the year."""

import datetime

import numpy as np
import polars
from numpy.typing import NDArray

FIRST_TEST = 2017
"""The first school year tested, 2016/17: results at eleven on today's scale are out from December 2016."""

FIRST_LEARNT = 2015
"""The first school year forecast, to learn from its errors: nothing before FIRST_TEST is counted as tested."""

NOT_TESTED = (2021,)
"""School years with too few graded inspections to test: routine inspection stood still in the pandemic."""

WINDOW = 5
"""School years before the test year that a model is trained on, and as many more as it takes to have ENOUGH
inspections; our judgement, fixed before any test."""

ENOUGH = 300
"""Inspections that the window is not widened for; England has thousands, a single authority's files may have fewer."""

HALF_LIFE = 2.0
"""Years after which a training inspection counts half: what inspectors look at drifts; our judgement, fixed before any
test."""

LEAST_TRAINED, LEAST_TESTED = 60, 10
"""Fewer inspections make no model and no test; our judgement. England has hundreds of each; where there are as few as
this, the limits beside every number say what it is worth."""


def training(rows: polars.DataFrame, day: datetime.date) -> NDArray:
    """Positions of the inspections of the last WINDOW school years, or of ENOUGH, whose reports were out on a day."""
    year = rows["year"].to_numpy()
    current = day.year + (day.month >= 9)
    out = np.flatnonzero((rows["known_from"].to_numpy() <= np.datetime64(day)) & (year <= current))
    if not len(out):
        return out
    first = min(current - WINDOW, int(np.sort(year[out])[-min(ENOUGH, len(out))]))
    return out[year[out] >= first]


def weights(year: NDArray, tested: int) -> NDArray:
    """Weights of training rows by age, mean 1."""
    weight = 0.5 ** ((tested - 1 - year) / HALF_LIFE)
    return weight / weight.mean()
