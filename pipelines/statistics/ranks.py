"""Where a school may stand among others: intervals of ranks from draws of everybody's underlying result."""

import zlib

import numpy as np
from numpy.typing import NDArray

DRAWS = 1000
"""Draws: enough for limits that stand still to about two places among three hundred schools."""

SEED = 2005
"""The draws are the same for the same schools and results, in every build."""


def draws(mean: NDArray, deviation: NDArray, *, is_share: bool, about: str) -> NDArray:
    """Draws of the underlying result of each school: DRAWS × schools.

    Args:
        mean, deviation: of each school's posterior; shares from 0 to 1.
        is_share: whether the posterior is a beta distribution, else a normal one.
        about: what is ranked (measure, year, group): it has draws of its own, whatever else is drawn before.
    """
    generator = np.random.default_rng([SEED, zlib.crc32(about.encode())])
    if not is_share:
        return generator.normal(mean, deviation, size=(DRAWS, len(mean)))
    centre = np.clip(mean, 1e-6, 1 - 1e-6)
    size = np.maximum(centre * (1 - centre) / np.maximum(deviation, 1e-9) ** 2 - 1, 1e-6)
    return generator.beta(centre * size, (1 - centre) * size, size=(DRAWS, len(mean)))


def rank_intervals(drawn: NDArray, *, high_is_better: bool, level: float) -> tuple[NDArray, NDArray, NDArray]:
    """Best rank, middle rank and worst rank of each school, 1 for the best: quantiles of its ranks over the draws."""
    order = np.argsort(-drawn if high_is_better else drawn, axis=1, kind="stable")
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.arange(1, drawn.shape[1] + 1)[None, :], axis=1)
    tail = (1 - level) / 2
    best, middle, worst = np.quantile(rank, [tail, 0.5, 1 - tail], axis=0, method="inverted_cdf")
    return best, middle, worst
