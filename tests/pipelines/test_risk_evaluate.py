"""Metrics on lists whose quality is known, weights, intervals over authorities, and splits that never look ahead."""

import datetime

import numpy as np
import polars as pl
import pytest
from sklearn.linear_model import LogisticRegression

from pipelines.risk import calibration, evaluate, splits
from pipelines.statistics import ranking

RANDOM = np.random.default_rng(7)
ROWS = 4_000
TRUE = RANDOM.beta(2, 6, ROWS)
CASES = (RANDOM.random(ROWS) < TRUE).astype(int)
AUTHORITY = RANDOM.integers(0, 60, ROWS)


ONES = np.ones((ROWS, 1))


def odds_of(probability):
    return np.log(probability / (1 - probability))


def of_odds(odds):
    return 1 / (1 + np.exp(-odds))


def test_true_probabilities_are_calibrated():
    slope, large = evaluate.calibration_line(CASES, TRUE, ONES)
    assert slope == pytest.approx(1, abs=0.15)
    assert large == pytest.approx(0, abs=0.1)
    assert evaluate.calibration_error(CASES, TRUE, ONES) < 0.03
    assert 0 < evaluate.brier_skill(CASES, TRUE, ONES) < 0.2


def test_probabilities_too_far_apart_have_a_slope_below_1():
    doubled = of_odds(2 * odds_of(TRUE))
    true_slope = evaluate.calibration_slope(CASES, TRUE, ONES)
    assert evaluate.calibration_slope(CASES, doubled, ONES) == pytest.approx(true_slope / 2, abs=1e-5)
    assert evaluate.calibration_in_the_large(CASES, np.clip(TRUE * 2, 0, 0.99), ONES) < -0.5


@pytest.mark.parametrize(("scale", "shift"), [(0.05, 4.0), (3.0, -2.0), (1.0, 0.0)])
def test_the_calibration_line_is_the_likeliest_for_the_weights(scale, shift):
    odds = np.clip(odds_of(TRUE) * scale + shift, -13, 13)
    weight = evaluate.draws_of(AUTHORITY, draws=3)
    slopes, larges = evaluate.calibration_line(CASES, of_odds(odds), weight)
    for slope, large, own in zip(slopes, larges, weight.T, strict=True):
        excess = own * (CASES - of_odds(odds + large))
        assert excess.sum() == pytest.approx(0, abs=1e-3)
        line = LogisticRegression(C=np.inf, tol=1e-8, max_iter=1000).fit(odds[:, None], CASES, own)
        assert slope == pytest.approx(line.coef_[0, 0], rel=1e-3)


def test_a_line_is_not_fitted_on_few_cases_nor_where_no_slope_is_the_best():
    few = np.zeros(200)
    few[:19] = 1
    rising = np.linspace(0.9, 0.1, 200)
    assert np.isnan(evaluate.calibration_line(few, rising, np.ones((200, 2)))).all()
    assert np.isnan(evaluate.calibration_line(1 - few, rising, np.ones((200, 2)))).all()
    few[:40] = 1
    assert np.isnan(evaluate.calibration_slope(few, rising, np.ones((200, 1))))
    same = np.full(200, 0.1)
    assert np.isnan(evaluate.calibration_slope(few, same, np.ones((200, 1))))
    assert evaluate.calibration_in_the_large(few, same, np.ones((200, 1))) == pytest.approx(
        odds_of(0.2) - odds_of(0.1), abs=1e-5
    )


def test_few_cases_are_counted_in_each_column():
    weight = np.ones((ROWS, 3))
    weight[:, 1] = np.where(CASES == 1, np.cumsum(CASES) <= 19, 1)
    slope, large = evaluate.calibration_line(CASES, TRUE, weight)
    assert np.isfinite(slope).tolist() == np.isfinite(large).tolist() == [True, False, True]


def test_a_slope_shared_by_years_is_found_whatever_their_levels():
    odds = np.log(TRUE / (1 - TRUE))
    half = ROWS // 2
    years = [(CASES[:half], 2 * odds[:half] + 0.7), (CASES[half:], 2 * odds[half:] - 3)]
    slope = calibration.shared_slope(years)
    assert slope == pytest.approx(0.5, abs=0.05)
    up = calibration.level(CASES, slope * 2 * odds)
    assert calibration.probability(2 * odds, (up, slope)).mean() == pytest.approx(CASES.mean(), abs=1e-9)
    assert calibration.shared_slope([]) == 1.0
    assert calibration.level(np.zeros(5), np.zeros(5)) == 0.0


@pytest.mark.parametrize("places", [1, 12])
@pytest.mark.parametrize("metric", evaluate.METRICS)
def test_a_weight_is_how_often_the_row_is_there(metric, places):
    random = np.random.default_rng(places)
    probability = np.clip(TRUE[:503].round(places), 0.01, 0.99)
    is_case = CASES[:503]
    weight = random.integers(0, 4, (503, 3)).astype(float)
    weight[:, 0] = 1
    found = evaluate.METRICS[metric](is_case, probability, weight)
    assert found.shape == (3,)
    for number, times in zip(found, weight.T.astype(int), strict=True):
        shuffled = random.permutation(np.repeat(np.arange(503), times))
        repeated = evaluate.METRICS[metric](is_case[shuffled], probability[shuffled], np.ones((len(shuffled), 1)))
        assert number == pytest.approx(repeated[0], abs=2e-6)


def test_ones_give_the_plain_numbers():
    found = {metric: of(CASES, TRUE, ONES) for metric, of in evaluate.METRICS.items()}
    assert found["auc"] == ranking.area_under_the_curve(CASES, TRUE)
    for share in (10, 20):
        assert found[f"recall_at_{share}"] == ranking.recall_at(CASES, TRUE, share / 100)
        assert found[f"precision_at_{share}"] == ranking.precision_at(CASES, TRUE, share / 100)
    assert found["brier_skill"] == pytest.approx(1 - np.mean((TRUE - CASES) ** 2) / np.var(CASES))
    groups = np.array_split(np.argsort(TRUE), evaluate.BINS)
    distance = np.mean([abs(TRUE[group].mean() - CASES[group].mean()) for group in groups])
    assert found["calibration_error"] == pytest.approx(distance)


def test_all_at_once_is_each_by_itself():
    weight = evaluate.draws_of(AUTHORITY, draws=5)
    found = evaluate.measure(CASES, TRUE, weight)
    assert set(found) == set(evaluate.METRICS)
    for metric, numbers in found.items():
        assert numbers.tolist() == evaluate.METRICS[metric](CASES, TRUE, weight).tolist()


def test_without_cases_or_schools_nothing_is_said():
    weight = np.stack([np.ones(50), np.zeros(50)], axis=1)
    found = evaluate.measure(np.zeros(50), TRUE[:50], weight)
    said = {metric for metric, numbers in found.items() if np.isfinite(numbers[0])}
    assert said == {"precision_at_10", "precision_at_20", "calibration_error"}
    assert all(np.isnan(numbers[1]) for numbers in found.values())


def test_shuffled_labels_have_an_area_of_one_half():
    shuffled = RANDOM.permutation(CASES)
    found = evaluate.interval(evaluate.METRICS["auc"](shuffled, TRUE, evaluate.draws_of(AUTHORITY)))
    assert found.value == pytest.approx(0.5, abs=0.03)
    assert found.lower < 0.5 < found.upper


def test_one_beats_another_only_when_the_interval_of_the_difference_leaves_out_0():
    weight = evaluate.draws_of(AUTHORITY)
    noisy = np.clip(TRUE + RANDOM.normal(0, 0.3, ROWS), 0, 1)
    true, other, again = (evaluate.METRICS["auc"](CASES, one, weight) for one in (TRUE, noisy, TRUE.copy()))
    better = evaluate.interval(true - other)
    assert 0 < better.lower < better.value < better.upper
    assert evaluate.interval(true - again) == evaluate.Interval(0, 0, 0)


def test_an_interval_needs_half_of_the_draws():
    numbers = np.concatenate([[5.0], np.arange(101.0)])
    assert evaluate.interval(numbers) == evaluate.Interval(5, 2.5, 97.5)
    numbers[1:51] = np.nan
    assert np.isfinite(evaluate.interval(numbers).lower)
    numbers[51] = np.inf
    assert np.isnan([evaluate.interval(numbers).lower, evaluate.interval(numbers).upper]).all()
    assert np.isnan(evaluate.interval(np.array([5.0])).lower)


def test_authorities_are_drawn_whole():
    authority = np.array(list("aabcccdefghij"))
    weight = evaluate.draws_of(authority, draws=50)
    assert weight.shape == (13, 51)
    assert (weight[:, 0] == 1).all()
    assert len(np.unique(weight, axis=1).T) > 40
    for code in np.unique(authority):
        assert (np.ptp(weight[authority == code], axis=0) == 0).all()
    first = np.unique(authority, return_index=True)[1]
    assert (weight[first].sum(axis=0) == len(first)).all()


def test_schools_are_drawn_where_there_are_few_authorities():
    authority = np.array(list("abcdefghi") * 5)
    weight = evaluate.draws_of(authority, draws=50)
    assert (weight.sum(axis=0) == 45).all()
    assert np.ptp(weight[authority == "a"], axis=0).max() > 0


def test_draws_are_the_same_for_the_same_rows():
    np.random.seed(1)
    once = evaluate.draws_of(AUTHORITY, draws=5)
    np.random.seed(2)
    assert (evaluate.draws_of(AUTHORITY, draws=5) == once).all()
    assert (evaluate.draws_of(AUTHORITY, draws=5, seed=1) != once).any()


def test_the_flagged_are_those_among_the_first():
    assert evaluate.flagged(np.array([0.9, 0.1, 0.5, 0.5]), 0.5).tolist() == [1, 0, 0.5, 0.5]
    assert evaluate.flagged(np.array([0.9, 0.1, 0.5, 0.5]), 0.1).tolist() == [1, 0, 0, 0]
    rounded = TRUE.round(1)
    flags = evaluate.flagged(rounded, 0.2)
    assert flags.sum() == pytest.approx(0.2 * ROWS)
    assert flags[CASES == 1].mean() == pytest.approx(ranking.recall_at(CASES, rounded, 0.2))


def test_training_is_strictly_before_the_test_year():
    days = pl.date_range(datetime.date(2011, 9, 2), datetime.date(2024, 7, 1), "3d", eager=True)
    rows = pl.DataFrame({"date": days}).with_columns(
        (pl.col("date").dt.year() + (pl.col("date").dt.month() >= 9)).alias("year"),
        (pl.col("date") + pl.duration(days=45)).alias("known_from"),
    )
    for year in (2017, 2020, 2024):
        begins = datetime.date(year - 1, 9, 1)
        train = splits.training(rows, begins)
        assert rows["known_from"].to_numpy()[train].max() <= np.datetime64(begins)
        learnt = rows["year"].to_numpy()[train]
        assert (learnt.min(), learnt.max()) == (year - splits.WINDOW, year - 1)
        assert splits.weights(learnt, year).mean() == pytest.approx(1)
