"""What schools with a like intake reach: a weighted regression over schools, and how far one school is from it.

The value of a school = intake · coefficients + what is the school's own (spread τ) + chance of its cohort (σ²/n).
The difference from the expected value has a 90 % interval of two parts: chance of the cohort, and the error of the
regression. τ is no part of it: it is what the difference is meant to show. An adjusted result is not a verdict either
(Leckie and Goldstein 2019: publish adjusted beside unadjusted).
"""

from dataclasses import dataclass

import numpy
from scipy.optimize import nnls
from scipy.special import ndtri

LEVEL = 0.90
SCHOOLS_PER_FACTOR = 20
"""Fewer schools for each factor make no regression: twice the usual rule of ten, our judgement."""


@dataclass(frozen=True, kw_only=True)
class Fit:
    """A regression of results on intake.

    Attributes:
        coefficients: constant first, then the factors in their order. covariance: of the coefficients.
        r_squared: share of the (weighted) differences between schools that intake accounts for.
        schools: how many it rests on. between: τ. pupil: σ of one pupil's result, NaN where cohorts are not known.
    """

    coefficients: numpy.ndarray
    covariance: numpy.ndarray
    r_squared: float
    schools: int
    between: float
    pupil: float


def fit(
    values: numpy.ndarray, intake: numpy.ndarray, n: numpy.ndarray | None, pupil: float | None = None
) -> Fit | None:
    """The regression, or None with fewer than SCHOOLS_PER_FACTOR schools for each factor.

    Args:
        values: (schools,) results. intake: (schools, factors). n: (schools,) pupils behind each, None if not known.
            No NaN in any.
        pupil: σ where it is known; else it is estimated from how differences narrow as cohorts grow, which is
            sound where there are many small cohorts.
    """
    if len(values) < SCHOOLS_PER_FACTOR * intake.shape[1] or not numpy.ptp(values) > 0:
        return None
    design = numpy.column_stack([numpy.ones(len(values)), intake])
    model = _weighted_least_squares(values, design, numpy.ones(len(values)) if n is None else n)
    between, spread = float(numpy.sqrt(max(model.mean_square, 0))), float("nan")
    if n is not None:
        for _ in range(2):
            left = model.residuals
            between, spread = _spread(left, n) if pupil is None else _between(left, n, pupil)
            model = _weighted_least_squares(values, design, 1 / (between**2 + spread**2 / n))
    return Fit(
        coefficients=model.coefficients,
        covariance=model.covariance,
        r_squared=model.r_squared,
        schools=len(values),
        between=between,
        pupil=spread,
    )


@dataclass(frozen=True, kw_only=True)
class _Line:
    coefficients: numpy.ndarray
    covariance: numpy.ndarray
    residuals: numpy.ndarray
    mean_square: float
    r_squared: float


def _weighted_least_squares(values: numpy.ndarray, design: numpy.ndarray, weights: numpy.ndarray) -> _Line:
    """Weighted least squares; tests hold it against statsmodels, which takes seconds to load in every build."""
    root = numpy.sqrt(weights)
    q, r = numpy.linalg.qr(design * root[:, None])
    inverse = numpy.linalg.pinv(r)
    coefficients = inverse @ (q.T @ (values * root))
    residuals = values - design @ coefficients
    within = float(weights @ residuals**2)
    around = float(weights @ (values - numpy.average(values, weights=weights)) ** 2)
    mean_square = within / (len(values) - design.shape[1])
    return _Line(
        coefficients=coefficients,
        covariance=mean_square * inverse @ inverse.T,
        residuals=residuals,
        mean_square=mean_square,
        r_squared=1 - within / around,
    )


def _spread(residuals: numpy.ndarray, n: numpy.ndarray) -> tuple[float, float]:
    """τ and σ such that the squares of residuals are τ² + σ²/n, by least squares without negative parts."""
    weight = n / n.mean()
    squares = _tamed(residuals)
    basis, small = numpy.linalg.qr(numpy.stack([weight, weight / n], axis=1))
    (between, pupil), _ = nnls(small, basis.T @ (weight * squares))
    if between + pupil == 0:
        between = float(squares.mean()) or 1.0
    return float(numpy.sqrt(between)), float(numpy.sqrt(pupil))


def _between(residuals: numpy.ndarray, n: numpy.ndarray, pupil: float) -> tuple[float, float]:
    """τ where σ is known: what is left of the squares of residuals, by moments, and σ."""
    left = numpy.average(_tamed(residuals) - pupil**2 / n, weights=n)
    return float(numpy.sqrt(max(left, 1e-6 * pupil**2))), pupil


def _tamed(residuals: numpy.ndarray) -> numpy.ndarray:
    """Squares, none above what 99 in 100 are below: a few odd schools must not set the spread of all."""
    squares = residuals**2
    return numpy.minimum(squares, numpy.quantile(squares, 0.99))


def expect(fitted: Fit, intake: numpy.ndarray) -> numpy.ndarray:
    """The expected value for each row of intake, NaN where a factor is."""
    return fitted.coefficients[0] + intake @ fitted.coefficients[1:]


def half_width(
    fitted: Fit,
    intake: numpy.ndarray,
    expected: numpy.ndarray,
    n: numpy.ndarray,
    *,
    is_share: bool,
    share: numpy.ndarray,
) -> numpy.ndarray:
    """Half the interval of the difference of one school, or of schools pooled; NaN where a cohort is not known.

    The chance of a share (0 to 100) is the binomial one at its expected value, kept from 1 to 99; that of a score is
    σ²/n. Chance is taken as if pupils were drawn from many like them, and schools apart from each other.

    Args:
        intake, expected, n: of the schools, (schools, factors), (schools,), (schools,).
        share: (units, schools) the part of each school in each unit, rows that add to 1; the identity for schools.
    """
    if is_share:
        at = numpy.clip(expected, 1, 99)
        chance = at * (100 - at) / n
    else:
        chance = fitted.pupil**2 / n
    design = numpy.column_stack([numpy.ones(len(intake)), intake])
    mixed = share @ design
    error = numpy.einsum("ij,jk,ik->i", mixed, fitted.covariance, mixed)
    return ndtri((1 + LEVEL) / 2) * numpy.sqrt((share**2) @ chance + error)
