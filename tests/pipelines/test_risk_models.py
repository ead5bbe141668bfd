"""Candidates on made-up rows whose truth is known: they find it, add up exactly, and bend only the declared way."""

import numpy as np
import pytest

from pipelines.risk import features, models
from pipelines.statistics.ranking import area_under_the_curve

COLUMNS = features.features_of("primary")
BY_KEY = {feature.key: place for place, feature in enumerate(COLUMNS)}
ROWS = 2_000


@pytest.fixture(scope="module")
def made_up() -> tuple[np.ndarray, np.ndarray]:
    """Concern depends on progress (log odds -1 for each standard deviation) and on the last grade (+0.5 a grade)."""
    random = np.random.default_rng(865)
    values = random.normal(size=(ROWS, len(COLUMNS)))
    values[:, BY_KEY["previous_grade"]] = random.integers(1, 5, ROWS)
    odds = -1.5 - values[:, BY_KEY["progress"]] + 0.5 * values[:, BY_KEY["previous_grade"]]
    is_case = random.random(ROWS) < 1 / (1 + np.exp(-odds))
    values[random.random(values.shape) < 0.15] = np.nan
    values[:, BY_KEY["score_trend"]] = np.nan  # not published yet
    return values, is_case.astype(int)


@pytest.mark.parametrize("candidate", models.CANDIDATES, ids=lambda one: one.key)
def test_contributions_add_up_to_the_score(made_up, candidate):
    values, is_case = made_up
    fitted = candidate.fit(COLUMNS, values, is_case, np.ones(ROWS))
    found = fitted.contributions(values)
    assert found.shape == values.shape
    odds = models.log_odds(fitted, values)
    assert np.abs(fitted.intercept + found.sum(axis=1) - odds).max() < 1e-9
    if isinstance(fitted, models.Additive):  # what the trees themselves say
        assert np.abs(fitted.model.decision_function(values[:, fitted.used]) - odds).max() < 1e-9
    assert not found[:, BY_KEY["score_trend"]].any()
    # a point for each of 22 figures, 20 of them chance, tells little: still more than nothing
    assert area_under_the_curve(is_case, odds) > (0.51 if candidate.key == "points" else 0.58)
    assert models.probability(fitted, values).mean() == pytest.approx(is_case.mean(), abs=0.01)


def test_the_single_best_is_the_one_that_tells_most(made_up):
    values, is_case = made_up
    fitted = models.fit_single_best(COLUMNS, values, is_case, np.ones(ROWS))
    assert set(np.flatnonzero(np.abs(fitted.contributions(values)).sum(axis=0))) == {BY_KEY["progress"]}


def test_the_logistic_regression_finds_the_truth(made_up):
    values, is_case = made_up
    fitted = models.fit_logistic(10.0)(COLUMNS, values, is_case, np.ones(ROWS))
    row = np.full((2, len(COLUMNS)), np.nan)
    row[:, BY_KEY["progress"]] = (0.0, 1.0)
    step = np.diff(fitted.contributions(row)[:, BY_KEY["progress"]])[0]
    assert step == pytest.approx(-1.0, abs=0.2)


def test_curves_go_one_way_only(made_up):
    values, is_case = made_up
    fitted = models.fit_additive(0.06, 150)(COLUMNS, values, is_case, np.ones(ROWS))
    grid = np.linspace(-3, 3, 61)
    for place, feature in enumerate(COLUMNS):
        rows = np.full((len(grid), len(COLUMNS)), np.nan)
        rows[:, place] = grid
        steps = np.diff(fitted.contributions(rows)[:, place])
        if feature.worse == "low":
            assert (steps <= 1e-12).all()
        if feature.worse == "high":
            assert (steps >= -1e-12).all()


def test_a_row_of_which_nothing_is_known_is_no_better_than_the_usual(made_up):
    values, is_case = made_up
    nothing = np.full((1, len(COLUMNS)), np.nan)
    for candidate in models.CANDIDATES:
        (found,) = models.probability(candidate.fit(COLUMNS, values, is_case, np.ones(ROWS)), nothing)
        assert 0.02 < found < 0.98


def test_where_nothing_is_known_all_schools_have_the_same_chance():
    values, is_case = np.full((50, len(COLUMNS)), np.nan), np.arange(50) % 5 == 0
    fitted = models.fit_additive(0.06, 150)(COLUMNS, values, is_case.astype(int), np.ones(50))
    assert not fitted.used.any()
    assert models.probability(fitted, values) == pytest.approx(0.2)


def test_a_figure_that_few_have_does_not_grow_when_all_have_it():
    """Its scale is that of the schools that have it, not of all."""
    random = np.random.default_rng(7)
    values = np.zeros((4_000, len(COLUMNS)))
    values[:] = np.nan
    place = BY_KEY["progress"]
    values[:120, place] = random.normal(size=120)
    encoded = models.Encoded.learn(COLUMNS, values)
    assert encoded.scale[place] == pytest.approx(np.nanstd(values[:, place]))
