"""Quantiles and probabilities of posterior distributions: normal for scores, beta for shares, fast for all England."""

from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import ndimage, special

_ANGLES, _SIZES = 401, 201
_SMALLEST, _LARGEST = 4.0, 4000.0


def beta_quantile(mean: ArrayLike, size: ArrayLike, probability: float) -> NDArray:
    """Quantile of the beta distribution with a mean and a size (a + b, in pupils); exact."""
    mean, size = np.asarray(mean, float), np.asarray(size, float)
    return special.betaincinv(mean * size, (1 - mean) * size, probability)


def beta_quantile_quickly(mean: NDArray, size: NDArray, probability: float) -> NDArray:
    """The same from a table, to within 0.00005 (tested), for millions of schools.

    What is tabulated is how many standard deviations the quantile lies from the mean, over the mean's angle and the
    logarithm of the size, interpolated in between. Distributions that lean on 0 or 1 are worked out exactly.
    """
    mean, size = np.asarray(mean, float), np.asarray(size, float)
    angle = np.arcsin(np.sqrt(np.clip(mean, 0, 1)))
    where = np.stack(
        [
            angle / (np.pi / 2) * (_ANGLES - 1),
            np.log(np.clip(size, _SMALLEST, _LARGEST) / _SMALLEST) / np.log(_LARGEST / _SMALLEST) * (_SIZES - 1),
        ]
    )
    steps = ndimage.map_coordinates(_table(probability), np.nan_to_num(where), order=1, mode="nearest")
    result = np.clip(mean + steps * np.sqrt(mean * (1 - mean) / (size + 1)), 0, 1)
    leaning = (mean * size < 2) | ((1 - mean) * size < 2) | (size < _SMALLEST) | (size > _LARGEST)
    result[leaning] = beta_quantile(mean[leaning], size[leaning], probability)
    return result


@cache
def _table(probability: float) -> NDArray:
    angle = np.linspace(0, np.pi / 2, _ANGLES)[:, None]
    size = np.exp(np.linspace(np.log(_SMALLEST), np.log(_LARGEST), _SIZES))[None, :]
    mean = np.clip(np.sin(angle) ** 2, 0.5 / size, 1 - 0.5 / size)
    steps = (beta_quantile(mean, size, probability) - mean) / np.sqrt(mean * (1 - mean) / (size + 1))
    return steps


def beta_probability_below(mean: NDArray, size: NDArray, limit: NDArray) -> NDArray:
    """Probability that a share with a beta distribution lies below a limit (all 0 to 1)."""
    return special.betainc(mean * size, (1 - mean) * size, limit)


def normal_quantile(mean: NDArray, deviation: NDArray, probability: float) -> NDArray:
    """Quantile of a normal distribution."""
    return mean + deviation * special.ndtri(probability)


def normal_probability_below(mean: NDArray, deviation: NDArray, limit: NDArray) -> NDArray:
    """Probability that a normally distributed result lies below a limit."""
    return special.ndtr((limit - mean) / deviation)
