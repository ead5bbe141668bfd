"""What an interval allows to be said of a school beside England, in words."""

import numpy as np
from numpy.typing import NDArray

VERDICTS = (
    "below England",
    "above England",
    "not distinguishable from England",
    "too few pupils to say",
    "no figure for England to compare with",
    None,
)
"""Every verdict; the last, none at all, where there is no interval."""

LEAST_PUPILS = 11
"""Effective pupils below which nothing is said: more than ten pupils, as the floor standards asked of a cohort (RISK.md
section 3, DOMAIN.md 3.1)."""


def compare(lower_95: NDArray, upper_95: NDArray, effective_n: NDArray, england: NDArray) -> NDArray:
    """The place in VERDICTS of each school's verdict.

    Below and above only where the whole 95 % interval is, as DfE bands Progress 8 (RISK.md section 1 (c)).
    """
    with np.errstate(invalid="ignore"):
        return np.select(
            [
                ~np.isfinite(lower_95),
                effective_n < LEAST_PUPILS,
                ~np.isfinite(england),
                upper_95 < england,
                lower_95 > england,
            ],
            [5, 3, 4, 0, 1],
            2,
        )
