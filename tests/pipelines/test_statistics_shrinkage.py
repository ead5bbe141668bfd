"""Shrinkage: the conjugate posterior, what is fitted, how earlier years are discounted, and coverage by simulation."""

import numpy as np
import pytest
from scipy import stats

from benchmarks.coverage import World, coverage, harder
from pipelines.statistics import distributions, estimation, shrinkage, spread
from pipelines.statistics.shrinkage import DEFAULT, Persistence, Prior

ONE = np.zeros(1, np.int64)


def _prior(mean: float, between: float, within: float, years: int) -> Prior:
    return Prior(*(np.full((1, years), number) for number in (mean, between, within, 500.0)))


def _posterior(prior: Prior, value: list[float], n: list[float], persistence: Persistence = DEFAULT):
    """Newest year first."""
    error = prior.within / np.array([n], float)
    years = [2025 - place for place in range(len(n))]
    return shrinkage.posterior(np.array([value]), error, prior, ONE, list(range(len(n))), years, persistence)


def test_one_year_of_a_share_is_the_conjugate_posterior():
    """Beta(6.2, 3.8) and 3 of 7: Beta(9.2, 7.8)."""
    within = 0.62 * 0.38 * 10 / 11
    posterior = _posterior(_prior(0.62, 0.62 * 0.38 / 11, within, 1), [3 / 7], [7.0])
    mean, size = estimation.beta_of(posterior)
    assert (mean.item() * size.item(), (1 - mean.item()) * size.item()) == pytest.approx((9.2, 7.8))
    assert posterior.effective_n.item() == pytest.approx(7)
    assert posterior.reliability.item() == pytest.approx(7 / 17)
    lower, upper = estimation.limits(posterior, True, 0.90)
    assert (lower.item(), upper.item()) == pytest.approx(stats.beta.interval(0.90, 9.2, 7.8), abs=5e-5)


@pytest.mark.parametrize(
    ("n", "reading", "writing", "maths"),
    [(8, 0.46, 0.41, 0.53), (15, 0.62, 0.56, 0.68), (30, 0.76, 0.72, 0.81), (60, 0.87, 0.84, 0.90)],
)
def test_reliability_of_progress_by_cohort(n, reading, writing, maths):
    """RISK.md section 2: sigma 6.2, 5.9, 5.6 and tau 2.03, 1.72, 2.12."""
    for sigma, tau, expected in ((6.2, 2.03, reading), (5.9, 1.72, writing), (5.6, 2.12, maths)):
        posterior = _posterior(_prior(0.0, tau**2, sigma**2, 1), [-3.0], [float(n)])
        assert posterior.reliability.item() == pytest.approx(expected, abs=0.006)
        assert posterior.mean.item() == pytest.approx(-3.0 * posterior.reliability.item())
        assert posterior.effective_n.item() == pytest.approx(n)


def test_default_weights_of_earlier_years():
    """RISK.md section 3: 1, .85, .72; so little does an endlessly large cohort of each year tell of this one."""
    assert [round(DEFAULT.correlation(apart), 2) for apart in (0, 1, 2)] == [1.0, 0.85, 0.72]


def test_earlier_years_help_a_small_school_and_hardly_a_large_one():
    prior = _prior(0.62, 0.0214, 0.2142, 3)
    small, large = _posterior(prior, [0.4] * 3, [8.0] * 3), _posterior(prior, [0.4] * 3, [200.0] * 3)
    assert 14 < small.effective_n.item() < 24, "more than this year's 8, less than the 24 of three years"
    assert 200 < large.effective_n.item() < 240
    alone = _posterior(prior, [0.4], [8.0])
    assert small.mean.item() < alone.mean.item(), "three poor years say more than one"
    assert small.deviation.item() < alone.deviation.item()


def test_years_that_say_nothing_leave_the_posterior_alone():
    prior = _prior(0.62, 0.0214, 0.2142, 3)
    gap = _posterior(prior, [0.4, np.nan, np.nan], [8.0, 8.0, np.nan])
    alone = _posterior(prior, [0.4], [8.0])
    assert gap.mean.item() == pytest.approx(alone.mean.item())
    forgotten = _posterior(prior, [0.4, 0.9, 0.9], [8.0] * 3, Persistence(0.0, 0.0, 1))
    assert forgotten.mean.item() == pytest.approx(alone.mean.item())
    nothing = _posterior(prior, [np.nan] * 3, [np.nan] * 3)
    assert np.isnan([nothing.mean.item(), nothing.deviation.item(), nothing.effective_n.item()]).all()


def test_the_prior_that_made_the_schools_is_found_again():
    generator = np.random.default_rng(7)
    n = generator.integers(6, 90, (6000, 1)).astype(float)
    share = generator.binomial(n.astype(int), generator.beta(6.2, 3.8, n.shape)) / n
    prior = shrinkage.fit_shares(share, n, np.zeros(6000, np.int64), 1)
    assert prior.mean.item() == pytest.approx(0.62, abs=0.006)
    assert (prior.within / prior.between).item() == pytest.approx(10, rel=0.08)
    scores = generator.normal(0.3, 2.0, n.shape) + generator.normal(size=n.shape) * 6.2 / np.sqrt(n)
    prior = shrinkage.fit_scores(scores, 6.2**2 / n, np.array([[6.2**2]]), np.zeros(6000, np.int64), 1)
    assert (prior.mean.item(), np.sqrt(prior.between.item())) == pytest.approx((0.3, 2.0), abs=0.08)


def test_few_schools_are_no_prior_and_nobody_so_far_is_not_never():
    few = shrinkage.fit_shares(np.full((9, 1), 0.5), np.full((9, 1), 20.0), np.zeros(9, np.int64), 1)
    assert np.isnan(few.mean.item())
    none = shrinkage.fit_shares(np.zeros((40, 1)), np.full((40, 1), 10.0), np.zeros(40, np.int64), 1)
    assert 0 < none.mean.item() < 0.01


def test_what_lasts_is_measured_from_the_schools():
    generator = np.random.default_rng(8)
    lasting, years = generator.normal(size=4000), []
    for _ in range(3):
        lasting = 0.9 * lasting + np.sqrt(1 - 0.81) * generator.normal(size=4000)
        years.append(2 * (np.sqrt(0.8) * lasting + np.sqrt(0.2) * generator.normal(size=4000)))
    n = np.full((4000, 3), 30.0)
    score = np.stack(years, 1) + generator.normal(size=n.shape) * 6 / np.sqrt(n)
    cell, error = np.zeros(4000, np.int64), 36 / n
    prior = shrinkage.fit_scores(score, error, np.full((1, 3), 36.0), cell, 1)
    found = shrinkage.fit_persistence(score, error, prior, cell, [2017, 2018, 2019], np.ones((3, 3), bool))
    assert found.correlation(1) == pytest.approx(0.72, abs=0.04)
    assert found.correlation(2) == pytest.approx(0.65, abs=0.04)
    broken = shrinkage.fit_persistence(score, error, prior, cell, [2017, 2018, 2019], np.eye(3, dtype=bool))
    assert broken == DEFAULT, "across a break nothing is measured"


def test_spread_of_pupils_from_published_limits_and_from_changes():
    generator = np.random.default_rng(9)
    n = generator.integers(8, 90, (9000, 2)).astype(float)
    true = generator.normal(0, 2, 9000)[:, None] + generator.normal(0, 0.7, (9000, 2))
    score = true + generator.normal(size=n.shape) * 6.2 / np.sqrt(n)
    half = 1.96 * 6.2 / np.sqrt(n[:, 0])
    found = spread.from_limits(np.round(score[:, 0] - half, 1), np.round(score[:, 0] + half, 1), n[:, 0])
    assert found == pytest.approx(6.2, abs=0.03)
    assert spread.from_changes(score, n, [(1, 0)], np.zeros(9000, np.int64), 1) == pytest.approx(6.2, abs=0.25)
    assert np.isnan(spread.from_limits(np.full(19, -1.0), np.ones(19), np.full(19, 30.0)))
    variance = spread.variance_of_limits(np.array([-1.96, 0.5, np.nan]), np.array([1.96, 0.5, 2.0]))
    np.testing.assert_allclose(variance, [1.0, np.nan, np.nan])
    assert spread.nearest_year({2017: 6.3, 2019: np.nan, 2022: 6.1}, 2020) == (6.1, 2022)


@pytest.mark.parametrize("probability", [0.025, 0.05, 0.95, 0.975])
def test_quick_quantiles_are_the_exact_ones(probability):
    generator = np.random.default_rng(10)
    mean, size = generator.uniform(0.002, 0.998, 40_000), np.exp(generator.uniform(np.log(2), np.log(6000), 40_000))
    quick = distributions.beta_quantile_quickly(mean, size, probability)
    assert np.abs(quick - distributions.beta_quantile(mean, size, probability)).max() < 5e-5


def _world(is_share: bool) -> World:
    """Primary schools as England's: 6 to 90 pupils, priors and persistence near those fitted on 2016 to 2018."""
    size = np.random.default_rng(11).choice([7, 9, 13, 16, 19, 24, 28, 30, 30, 45, 58, 60, 75, 90], 5000)
    n = np.maximum(5, size[:, None] + np.random.default_rng(12).integers(-3, 4, (5000, 3))).astype(float)
    mean, between, within = (0.62, 0.0175, 0.218) if is_share else (0.1, 4.4, 38.0)
    return World(
        n=n,
        mean=np.full(3, mean),
        between=np.full(3, between),
        within=np.full(3, within),
        persistence=Persistence(0.95, 0.85, 1),
        is_share=is_share,
        decimals=0 if is_share else 1,
    )


@pytest.mark.parametrize("is_share", [True, False])
@pytest.mark.parametrize("kind", list(harder(_world(True))))
def test_nominal_90_per_cent_intervals_hold_the_truth_88_to_92_times_in_100(is_share, kind):
    """Overall and in every band of cohort size; the harder worlds drift, differ or change suddenly."""
    found = coverage(harder(_world(is_share))[kind], runs=12)
    assert set(found) == {"all", "1 to 10", "11 to 20", "21 to 30", "31 to 60", "61 and more"}
    for band, (share, schools) in found.items():
        assert schools >= 8000, "the standard error of a band is then a third of a point"
        assert 0.88 <= share <= 0.92, f"{band}: {share:.3f} of {schools}"


def test_undiscounted_pooling_would_be_caught():
    """The check above has teeth: taken at face value, three drifting years are too sure of themselves."""
    from benchmarks import coverage as measured

    world = harder(_world(False))["drift: half lost a year"]
    generator = np.random.default_rng(13)
    true, published = measured.draw(world, generator)
    pupils = world.n.sum(axis=1)
    mean, error = (published * world.n).sum(axis=1) / pupils, world.within[0] / pupils
    gain = world.between[0] / (world.between[0] + error)
    centre, half = world.mean[0] + gain * (mean - world.mean[0]), 1.645 * np.sqrt(gain * error)
    assert np.mean(np.abs(true[:, -1] - centre) <= half) < 0.75
