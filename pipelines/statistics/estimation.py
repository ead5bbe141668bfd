"""Estimates of all schools for one measure: from cubes of published results to posteriors, year by year."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.statistics import distributions, shrinkage
from pipelines.statistics.counts import count_behind
from pipelines.statistics.shrinkage import Persistence, Posterior, Prior


@dataclass(frozen=True)
class Results:
    """Published results of one measure: arrays of rows (a school's pupil group) × years.

    Attributes:
        years: of the columns.
        cell: number of each row's kind of school and pupil group.
        cells: how many kinds there are.
        value: as published; NaN where there is none.
        n: pupils it rests on; NaN where not known.
        counts_for_prior: False where a predecessor's result stands for its successor, so that it counts once.
        error_variance: of scores, around the underlying result; not used for shares.
        within: of scores, variance of single pupils: cells × years; not used for shares.
        is_share: whether the value is a percentage of pupils.
    """

    years: list[int]
    cell: NDArray
    cells: int
    value: NDArray
    n: NDArray
    counts_for_prior: NDArray
    is_share: bool
    error_variance: NDArray | None = None
    within: NDArray | None = None


@dataclass(frozen=True)
class Model:
    """What was fitted on a measure's results, and the results as the fit takes them (shares 0 to 1)."""

    results: Results
    value: NDArray
    error_variance: NDArray
    prior: Prior
    persistence: Persistence


def fit(results: Results, comparable: NDArray) -> Model:
    """Fits the priors of each cell and year, and how much lasts of what sets schools apart.

    Args:
        results: of one measure.
        comparable: years × years, whether two years have the same definition.
    """
    if results.is_share:
        value = count_behind(results.value, results.n) / results.n
        own = np.where(results.counts_for_prior, value, np.nan)
        prior = shrinkage.fit_shares(own, results.n, results.cell, results.cells)
        error_variance = prior.within[results.cell] / results.n
    else:
        value, error_variance = results.value, results.error_variance
        own = np.where(results.counts_for_prior, value, np.nan)
        prior = shrinkage.fit_scores(own, error_variance, results.within, results.cell, results.cells)
    persistence = shrinkage.fit_persistence(value, error_variance, prior, results.cell, results.years, comparable)
    return Model(results, value, error_variance, prior, persistence)


def posterior_of_rows(model: Model, rows: NDArray, columns: list[int]) -> Posterior:
    """The posterior of some rows in the year of the first of `columns`, with the help of the others."""
    return shrinkage.posterior(
        model.value[rows],
        model.error_variance[rows],
        model.prior,
        model.results.cell[rows],
        columns,
        model.results.years,
        model.persistence,
    )


def limits(posterior: Posterior, is_share: bool, level: float) -> tuple[NDArray, NDArray]:
    """Lower and upper limit of the underlying result: equal-tailed, in the unit of the model (shares 0 to 1)."""
    tail = (1 - level) / 2
    if not is_share:
        return (
            distributions.normal_quantile(posterior.mean, posterior.deviation, tail),
            distributions.normal_quantile(posterior.mean, posterior.deviation, 1 - tail),
        )
    mean, size = beta_of(posterior)
    return (
        distributions.beta_quantile_quickly(mean, size, tail),
        distributions.beta_quantile_quickly(mean, size, 1 - tail),
    )


def probability_below(posterior: Posterior, is_share: bool, limit: NDArray) -> NDArray:
    """Probability that the underlying result lies below a limit, in the unit of the model."""
    if not is_share:
        return distributions.normal_probability_below(posterior.mean, posterior.deviation, limit)
    return distributions.beta_probability_below(*beta_of(posterior), limit)


def beta_of(posterior: Posterior) -> tuple[NDArray, NDArray]:
    """Mean and size (a + b, in pupils) of the beta distribution of a share: prior strength + effective pupils."""
    return np.clip(posterior.mean, 1e-6, 1 - 1e-6), posterior.strength + posterior.effective_n


def deviation_of(posterior: Posterior, is_share: bool) -> NDArray:
    """Standard deviation of the underlying result: of the beta distribution for shares."""
    if not is_share:
        return posterior.deviation
    mean, size = beta_of(posterior)
    return np.sqrt(mean * (1 - mean) / (size + 1))
