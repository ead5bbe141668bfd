"""Confidence limits: published figures (RISK.md oracles O4 and O5), and what may not happen."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from pipelines.statistics.intervals import (
    PROGRESS_8_SIGMA,
    byar,
    difference_of_means,
    difference_of_shares,
    exact_binomial,
    mean_limits,
    progress_8_limits,
    wilson,
)


@pytest.mark.parametrize(
    ("count", "n", "level", "side", "published"),
    [
        (20, 360, 0.95, 0, 0.036248204600072345),
        (30, 400, 0.95, 1, 0.10504770626130437),
        (550, 2400, 0.998, 0, 0.20375892211705743),
        (76, 238, 0.998, 1, 0.418131030603369),
    ],
)
def test_wilson_as_public_health_england_publishes(count, n, level, side, published):
    assert wilson(count, n, level)[side] == pytest.approx(published, rel=1e-12)


def test_wilson_as_statsmodels_computes_it():
    n = np.repeat([1, 2, 7, 30, 210, 5000], 4)
    count = n * np.tile([0, 0.25, 0.5, 1], 6)
    for level in (0.9, 0.95, 0.998):
        theirs = proportion_confint(count, n, alpha=1 - level, method="wilson")
        np.testing.assert_allclose(wilson(count, n, level), theirs, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(
    ("count", "level", "published"), [(100, 0.95, 81.36210549052788), (200, 0.998, 159.11703750323326)]
)
def test_byar_as_public_health_england_publishes(count, level, published):
    assert byar(count, level)[0] == pytest.approx(published, rel=1e-12)


PROGRESS_8_2023 = (
    (148_768, -84_562.989, -0.57, -0.58, -0.56),
    (2_133, 2_294.551, 1.08, 1.02, 1.14),
    (10_198, 5_076.64, 0.50, 0.47, 0.53),
    (24_860, 10_779.17, 0.43, 0.42, 0.45),
)
"""2022/23, state-funded: pupils, sum of scores, score and limits as DfE printed them (RISK.md oracle O4)."""


@pytest.mark.parametrize("sigma", [1.402, PROGRESS_8_SIGMA, 1.430])
@pytest.mark.parametrize(("n", "total", "score", "lower", "upper"), PROGRESS_8_2023)
def test_progress_8_limits_as_published(n, total, score, lower, upper, sigma):
    limits = progress_8_limits(total / n, n, sigma)
    assert round(total / n, 2) == score
    assert (round(float(limits[0]), 2), round(float(limits[1]), 2)) == (lower, upper)


@pytest.mark.parametrize("sigma", [1.400, 1.432])
def test_other_sigmas_do_not_give_the_published_limits(sigma):
    missed = [
        row
        for row in PROGRESS_8_2023
        if tuple(round(float(limit), 2) for limit in progress_8_limits(row[1] / row[0], row[0], sigma)) != row[3:]
    ]
    assert missed


def test_exact_limits_are_scipys():
    for count, n in [(0, 7), (3, 7), (7, 7), (12, 24)]:
        interval = stats.binomtest(count, n).proportion_ci(0.9, method="exact")
        lower, upper = exact_binomial(count, n, 0.9)
        assert (float(lower), float(upper)) == pytest.approx((interval.low, interval.high), abs=1e-12)


def test_newcombe_is_statsmodels_and_his_own_table():
    """Newcombe (1998), his first example: 56 of 70 against 48 of 80, 0.0524 to 0.3339."""
    difference, lower, upper = difference_of_shares(56, 70, 48, 80)
    assert (float(difference), round(float(lower), 4), round(float(upper), 4)) == (pytest.approx(0.2), 0.0524, 0.3339)
    assert (lower, upper) == pytest.approx(confint_proportions_2indep(56, 70, 48, 80, method="newcomb", compare="diff"))


def test_difference_of_means_adds_both_variances():
    difference, lower, upper = difference_of_means(1.0, 6.2, 30, -0.5, 6.2, 60)
    assert (float(difference), float(upper - lower)) == (
        1.5,
        pytest.approx(2 * 1.959964 * 6.2 * np.sqrt(1 / 30 + 1 / 60)),
    )


@pytest.mark.parametrize(
    "limits",
    [
        wilson([np.nan, 3, 0, 8], [7, np.nan, 0, 7]),
        exact_binomial([np.nan, 3, 0, 8], [7, np.nan, 0, 7]),
        byar([np.nan, np.nan, np.nan, -1]),
        mean_limits([np.nan, 1, 1, 1], [6, np.nan, 6, 6], [10, 10, 0, np.nan]),
        difference_of_shares([np.nan, 3, 0, 8], [7, np.nan, 0, 7], 3, 7)[1:],
        difference_of_means([np.nan, 1, 1, 1], [6, np.nan, 6, 6], [10, 10, 0, np.nan], 0, 6, 10)[1:],
    ],
)
def test_nothing_known_gives_no_limits(limits):
    assert np.isnan(limits).all()


@pytest.mark.parametrize("level", [0, 1, 95])
def test_a_level_is_a_probability(level):
    with pytest.raises(ValueError, match="level"):
        exact_binomial(3, 7, level)


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.sampled_from((0.9, 0.95)))
def test_limits_hold_the_share_and_stay_possible(pair, level):
    count, n = pair
    for limits in (wilson(count, n, level), exact_binomial(count, n, level)):
        lower, upper = map(float, limits)
        assert -1e-12 <= lower <= count / n + 1e-12
        assert count / n - 1e-12 <= upper <= 1 + 1e-12
    difference, lower, upper = difference_of_shares(count, n, n - count, n, level)
    assert -1 - 1e-9 <= lower <= difference + 1e-12
    assert difference - 1e-12 <= upper <= 1 + 1e-9
