"""Results of small cohorts drawn towards what is usual for schools of their kind, with the earlier years' help.

A school's underlying result in a year is a draw around the mean of schools of its kind; what is published is that
plus the luck of the cohort. Shares follow a beta-binomial model, scores a normal one. Two years of a school are
alike but not equal: of what sets a school apart, `persistence` lasts. The best linear estimate from up to three
years is exact for normal scores; for shares its mean and its weight in pupils make the beta distribution that the
intervals come from (for a single year the conjugate posterior itself). Earlier years are so discounted by what was
measured, and more for a large school, whose own year says enough.

Shapes: `value`, `n`, … are arrays of schools × years; `cell` numbers the kind of school (phase and pupil group) of
each row, and every fit is made for each cell and year.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DEFAULT_PERSISTENCE = 0.85
"""Correlation of a school's underlying results of two years in a row where it cannot be measured: with it, earlier
years count 1, .85, .72 (RISK.md section 3, measured there on Progress 8 of 2017 to 2019)."""

MINIMUM_SCHOOLS = 10
"""Schools of a kind below which a prior is not fitted; our judgement."""

SCHOOLS_FOR_OWN_SPREAD = 30
"""Schools of a kind below which the spread between schools is taken from all its years; our judgement."""

MINIMUM_PAIRS = 100
"""Schools with two years below which persistence is not measured; our judgement."""

STRONGEST_PRIOR = 1000.0
"""A prior is never worth more pupils than this: schools are never fitted as all alike; our judgement."""


@dataclass(frozen=True)
class Prior:
    """What is usual for schools of a kind: arrays of cells × years; NaN where too few schools tell.

    Attributes:
        mean: mean of schools, in the unit of the values.
        between: variance of schools' underlying results around it.
        within: variance of a single pupil around their school's.
        schools: schools that it was fitted on.
    """

    mean: NDArray
    between: NDArray
    within: NDArray
    schools: NDArray


@dataclass(frozen=True)
class Persistence:
    """How alike a school's underlying results of two years are: `lasting` × `yearly` ^ years apart.

    `measured` is the number of pairs of results it rests on, 0 for the documented default.
    """

    lasting: float
    yearly: float
    measured: int

    def correlation(self, years_apart: float) -> float:
        """Correlation of underlying results so many years apart; 1 for the same year."""
        return 1.0 if years_apart == 0 else self.lasting * self.yearly**years_apart


@dataclass(frozen=True)
class Posterior:
    """What can be said of schools' underlying results in one year: arrays of schools, NaN where nothing can.

    Attributes:
        prior_mean: the usual for its kind of school.
        mean, deviation: mean and standard deviation of the underlying result.
        effective_n: pupils of this year that the results of all years used are worth.
        strength: pupils that the prior is worth.
        reliability: share of the mean that is the school's own results, effective_n / (effective_n + strength).
    """

    prior_mean: NDArray
    mean: NDArray
    deviation: NDArray
    effective_n: NDArray
    strength: NDArray
    reliability: NDArray

    def rows(self, which: NDArray) -> "Posterior":
        """The posterior of some of the schools."""
        return Posterior(**{name: numbers[which] for name, numbers in vars(self).items()})


DEFAULT = Persistence(lasting=1.0, yearly=DEFAULT_PERSISTENCE, measured=0)


def fit_shares(share: NDArray, n: NDArray, cell: NDArray, cells: int) -> Prior:
    """The beta-binomial prior of each cell and year, by weighted moments (Kleinman 1973).

    Args:
        share: 0 to 1, schools × years; NaN where there is none.
        n: pupils, the same shape.
        cell: number of each school's cell.
        cells: how many cells there are.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        known = np.isfinite(share) & (n > 0)
        weight = np.where(known, n / (n + 10.0), 0.0)
        value, size = np.where(known, share, 0.0), np.where(known, n, 1.0)
        schools = _sums(known.astype(float), cell, cells)
        pupils = _sums(np.where(known, n, 0.0), cell, cells)
        for _ in range(4):
            mean = _sums(weight * value, cell, cells) / _sums(weight, cell, cells)
            mean = np.clip(mean, 0.5 / pupils, 1 - 0.5 / pupils)  # nobody so far is not never
            bernoulli = mean * (1 - mean)
            squares = _sums(weight * (value - mean[cell]) ** 2, cell, cells) * schools / (schools - 1)
            luck = bernoulli * _sums(weight / size, cell, cells)
            between = (squares - luck) / _sums(weight * (1 - 1 / size), cell, cells)
            between = _steadied(between, schools, bernoulli / (STRONGEST_PRIOR + 1), 0.95 * bernoulli)
            noise = (bernoulli - between)[cell] / size
            weight = np.where(known, 1 / (between[cell] + noise), 0.0)
            weight = np.where(np.isfinite(weight), weight, 0.0)
        return _where_enough(Prior(mean, between, bernoulli - between, schools))


def fit_scores(score: NDArray, error_variance: NDArray, within: NDArray, cell: NDArray, cells: int) -> Prior:
    """The normal prior of each cell and year, by weighted moments (DerSimonian and Laird 1986, iterated).

    Args:
        score: schools × years; NaN where there is none.
        error_variance: variance of each score around the underlying one, the same shape.
        within: variance of single pupils: cells × years.
        cell: number of each school's cell.
        cells: how many cells there are.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        known = np.isfinite(score) & np.isfinite(error_variance)
        value, error = np.where(known, score, 0.0), np.where(known, error_variance, 1.0)
        schools = _sums(known.astype(float), cell, cells)
        weight = np.where(known, 1 / (error + np.median(error[known]) if known.any() else 1.0), 0.0)
        for _ in range(4):
            mean = _sums(weight * value, cell, cells) / _sums(weight, cell, cells)
            squares = _sums(weight * (value - mean[cell]) ** 2, cell, cells) * schools / (schools - 1)
            between = (squares - _sums(weight * error, cell, cells)) / _sums(weight, cell, cells)
            between = _steadied(between, schools, within / STRONGEST_PRIOR, np.inf)
            weight = np.where(known, 1 / (between[cell] + error), 0.0)
            weight = np.where(np.isfinite(weight), weight, 0.0)
        return _where_enough(Prior(mean, between, within, schools))


def fit_persistence(
    value: NDArray, error_variance: NDArray, prior: Prior, cell: NDArray, years: list[int], comparable: NDArray
) -> Persistence:
    """How much of what sets schools apart lasts, from the covariance of their results one and two years apart.

    Sampling errors of different cohorts are independent, so the covariance is that of the underlying results.

    Args:
        value, error_variance: schools × years.
        prior: fitted on the same.
        cell: number of each school's cell.
        years: the years of the columns.
        comparable: years × years, whether two of them may be compared (no break between them).
    """
    spread = np.sqrt(prior.between)
    with np.errstate(invalid="ignore", divide="ignore"):
        standard = (value - prior.mean[cell]) / spread[cell]
        weight = 1 / np.sqrt(1 + error_variance / prior.between[cell])
    measured: dict[int, tuple[float, int]] = {}
    for apart in (1, 2):
        products, weights, pairs = 0.0, 0.0, 0
        for later, year in enumerate(years):
            if year - apart not in years or not comparable[later, years.index(year - apart)]:
                continue
            earlier = years.index(year - apart)
            product = standard[:, later] * standard[:, earlier]
            both = weight[:, later] ** 2 * weight[:, earlier] ** 2
            usable = np.isfinite(product) & np.isfinite(both)
            products += float(np.sum(product[usable] * both[usable]))
            weights += float(np.sum(both[usable]))
            pairs += int(usable.sum())
        if pairs >= MINIMUM_PAIRS and weights > 0:
            measured[apart] = (float(np.clip(products / weights, 0.0, 0.999)), pairs)
    if 1 not in measured:
        return DEFAULT
    (one, pairs), (two, more) = measured[1], measured.get(2, (measured[1][0] ** 2, 0))
    yearly = float(np.clip(two / one, one, 0.999)) if one > 0 else 0.0
    return Persistence(lasting=min(1.0, one / yearly) if yearly > 0 else 0.0, yearly=yearly, measured=pairs + more)


def posterior(
    value: NDArray,
    error_variance: NDArray,
    prior: Prior,
    cell: NDArray,
    columns: list[int],
    years: list[int],
    persistence: Persistence,
) -> Posterior:
    """The best linear estimate of each school's underlying result in the year of the first of `columns`.

    Args:
        value, error_variance: schools × years; NaN where nothing is known.
        prior: of each cell and year.
        cell: number of each school's cell.
        columns: the year to be estimated, then the earlier years that may help.
        years: the years of the columns.
        persistence: how alike the years are.
    """
    spread = [np.nan_to_num(np.sqrt(prior.between[cell, column])) for column in columns]
    covariance = [
        [
            spread[i] * spread[j] * persistence.correlation(abs(years[columns[i]] - years[columns[j]]))
            for j in range(len(columns))
        ]
        for i in range(len(columns))
    ]
    deviation = [np.zeros(len(value)) for _ in columns]
    helped = np.zeros(len(value), dtype=bool)
    with np.errstate(invalid="ignore", divide="ignore"):
        for seen, column in enumerate(columns):
            surprise = value[:, column] - prior.mean[cell, column] - deviation[seen]
            gain = 1 / (covariance[seen][seen] + error_variance[:, column])
            usable = np.isfinite(surprise) & np.isfinite(gain)
            surprise, gain = np.where(usable, surprise, 0.0), np.where(usable, gain, 0.0)
            helped |= usable
            seen_row = list(covariance[seen])
            deviation = [deviation[i] + seen_row[i] * gain * surprise for i in range(len(columns))]
            covariance = [
                [covariance[i][j] - seen_row[i] * seen_row[j] * gain for j in range(len(columns))]
                for i in range(len(columns))
            ]
        now = columns[0]
        strength = prior.within[cell, now] / prior.between[cell, now]
        left = covariance[0][0] / prior.between[cell, now]
        effective_n = strength * (1 - left) / left
        none = ~helped | ~np.isfinite(left)
        hide = lambda numbers: np.where(none, np.nan, numbers)  # noqa: E731
        mean = prior.mean[cell, now]
        return Posterior(
            prior_mean=hide(mean),
            mean=hide(mean + deviation[0]),
            deviation=hide(np.sqrt(covariance[0][0])),
            effective_n=hide(effective_n),
            strength=hide(strength),
            reliability=hide(1 - left),
        )


def _sums(numbers: NDArray, cell: NDArray, cells: int) -> NDArray:
    """Column sums of the rows of each cell: cells × years."""
    return np.stack([np.bincount(cell, column, minlength=cells) for column in numbers.T], axis=1)


def _steadied(between: NDArray, schools: NDArray, least: NDArray, most: NDArray | float) -> NDArray:
    """The variance between schools, kept possible; a cell with few schools in a year takes that of all its years."""
    between = np.clip(between, least, most)
    counted = np.where(np.isfinite(between), schools, 0.0)
    over_years = np.sum(np.where(counted > 0, between, 0.0) * counted, axis=1) / np.sum(counted, axis=1)
    return np.where(schools >= SCHOOLS_FOR_OWN_SPREAD, between, over_years[:, None])


def _where_enough(prior: Prior) -> Prior:
    few = prior.schools < MINIMUM_SCHOOLS
    return Prior(
        mean=np.where(few, np.nan, prior.mean),
        between=np.where(few, np.nan, prior.between),
        within=np.where(few, np.nan, prior.within),
        schools=prior.schools,
    )
