"""Funnel limits: RISK.md oracle O5 and the table of its section 2, and overdispersion."""

import numpy as np
import pytest

from pipelines.statistics import funnel


@pytest.mark.parametrize(
    ("n", "lower", "upper", "standard_error"),
    [(8, 25, 88, 17.2), (15, 40, 87, 12.5), (24, 42, 79, 9.9), (30, 43, 80, 8.9), (60, 50, 73, 6.3)],
)
def test_exact_limits_of_cohorts_of_62_per_cent(n, lower, upper, standard_error):
    """RISK.md section 2: reading, writing and maths, 62 % nationally."""
    limits = funnel.exact_binomial_limits(0.62, n, 0.95)
    assert tuple(round(100 * float(limit)) for limit in limits) == (lower, upper)
    assert 100 * np.sqrt(0.62 * 0.38 / n) == pytest.approx(standard_error, abs=0.05)
    assert tuple(round(100 * float(limit)) for limit in funnel.share_limits(0.62, n, 0.95)) == (lower, upper)


@pytest.mark.parametrize(
    ("expected", "level", "side", "published"),
    [(200, 0.95, 0, 173.24086241121654), (500, 0.998, 1, 573.0274767209943)],
)
def test_poisson_funnel_as_public_health_england_publishes(expected, level, side, published):
    """Its own figures come from a search that stops within three in ten million of the exact limit."""
    assert funnel.count_limits(expected, level)[side] == pytest.approx(published, rel=3e-7)


def test_proportion_funnel_as_public_health_england_publishes():
    assert 100 * funnel.normal_share_limits(0.9, 100_000, 0.95)[0] == pytest.approx(89.81406149030842, rel=1e-12)
    assert 1000 * funnel.normal_share_limits(0.85, 300_000, 0.998)[1] == pytest.approx(852.0145849882799, rel=1e-12)
    assert 100 * funnel.share_limits(0.9, 100_000, 0.95)[0] == pytest.approx(89.81406149030842, rel=1e-12)


def test_luck_alone_is_not_overdispersed_and_true_differences_are():
    generator = np.random.default_rng(1)
    n = np.full(4000, 40.0)
    alike = generator.binomial(40, 0.62, 4000) / 40
    unlike = generator.binomial(40, np.clip(generator.normal(0.62, 0.12, 4000), 0, 1)) / 40
    assert funnel.overdispersion_of_shares(alike, n, 0.62) == 1.0
    assert 1.8 < funnel.overdispersion_of_shares(unlike, n, 0.62) < 3.0


def test_wild_schools_do_not_widen_the_funnel():
    z = np.concatenate([np.random.default_rng(2).normal(0, 1.5, 1000), np.full(20, 40.0)])
    assert funnel.overdispersion(z) < 2.5 < np.mean(z**2)


def test_overdispersion_widens_from_the_centre_and_stops_at_the_possible():
    lower, upper = funnel.share_limits(0.62, 30, 0.95)
    wider_lower, wider_upper = funnel.share_limits(0.62, 30, 0.95, 4.0)
    assert float(0.62 - wider_lower) == pytest.approx(2 * float(0.62 - lower))
    assert float(wider_upper) == pytest.approx(min(1.0, 0.62 + 2 * float(upper - 0.62)))
    assert funnel.share_limits(0.95, 6, 0.998, 9.0)[1] == 1.0


def test_limits_of_means_narrow_with_the_root_of_n():
    lower, upper = funnel.mean_limits(0.0, 6.2, np.array([25.0, 100.0, 0.0]), 0.95)
    assert upper[:2] == pytest.approx([1.959964 * 6.2 / 5, 1.959964 * 6.2 / 10], rel=1e-6)
    assert np.isnan([lower[2], upper[2]]).all()
