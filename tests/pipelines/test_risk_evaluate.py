"""Metrics on lists whose quality is known, intervals over authorities, and splits that never look ahead."""

import datetime

import numpy as np
import polars as pl
import pytest

from pipelines.risk import evaluate, splits

RANDOM = np.random.default_rng(7)
ROWS = 4_000
TRUE = RANDOM.beta(2, 6, ROWS)
CASES = (RANDOM.random(ROWS) < TRUE).astype(int)
AUTHORITY = RANDOM.integers(0, 60, ROWS)


def test_true_probabilities_are_calibrated():
    slope, large = evaluate.calibration_line(CASES, TRUE)
    assert slope == pytest.approx(1, abs=0.15)
    assert large == pytest.approx(0, abs=0.1)
    assert evaluate.calibration_error(CASES, TRUE) < 0.03
    assert 0 < evaluate.brier_skill(CASES, TRUE) < 0.2


def test_probabilities_too_far_apart_have_a_slope_below_1():
    odds = np.log(TRUE / (1 - TRUE))
    assert evaluate.calibration_slope(CASES, 1 / (1 + np.exp(-2 * odds))) == pytest.approx(
        evaluate.calibration_slope(CASES, TRUE) / 2, abs=0.01
    )
    assert evaluate.calibration_in_the_large(CASES, np.clip(TRUE * 2, 0, 0.99)) < -0.5


def test_a_line_is_not_fitted_on_few_cases():
    few = np.zeros(200)
    few[:5] = 1
    assert np.isnan(evaluate.calibration_slope(few, np.full(200, 0.1)))


def test_recalibration_mends_what_is_too_far_apart():
    odds = np.log(TRUE / (1 - TRUE)) * 2 + 0.7
    intercept, slope = evaluate.recalibrated(CASES, odds, np.ones(ROWS))
    assert slope == pytest.approx(0.5, abs=0.08)
    mended = evaluate.calibrate(odds, (intercept, slope))
    assert evaluate.calibration_line(CASES, mended) == pytest.approx((1, 0), abs=0.02)


def test_shuffled_labels_have_an_area_of_one_half():
    draws = evaluate.draws_of(AUTHORITY)
    shuffled = RANDOM.permutation(CASES)
    found = evaluate.measured("auc", shuffled, TRUE, draws)
    assert found.value == pytest.approx(0.5, abs=0.03)
    assert found.lower < 0.5 < found.upper


def test_one_beats_another_only_when_the_interval_of_the_difference_leaves_out_0():
    draws = evaluate.draws_of(AUTHORITY)
    noisy = np.clip(TRUE + RANDOM.normal(0, 0.3, ROWS), 0, 1)
    better = evaluate.measured("auc", CASES, TRUE, draws, beside=noisy)
    assert 0 < better.lower < better.value < better.upper
    same = evaluate.measured("auc", CASES, TRUE, draws, beside=TRUE)
    assert (same.lower, same.value, same.upper) == (0, 0, 0)


def test_authorities_are_drawn_whole():
    authority = np.array(["a", "a", "b", "c", "c", "c"])
    for rows in evaluate.draws_of(authority, draws=50):
        drawn, times = np.unique(rows, return_counts=True)
        by_row = dict(zip(drawn.tolist(), times.tolist(), strict=True))
        for code in "abc":
            mine = np.flatnonzero(authority == code).tolist()
            assert len({by_row.get(row, 0) for row in mine}) == 1


def test_training_is_strictly_before_the_test_year():
    days = pl.date_range(datetime.date(2011, 9, 2), datetime.date(2024, 7, 1), "3d", eager=True)
    rows = pl.DataFrame({"date": days}).with_columns(
        (pl.col("date").dt.year() + (pl.col("date").dt.month() >= 9)).alias("year"),
        (pl.col("date") + pl.duration(days=45)).alias("known_from"),
    )
    found = list(splits.splits(rows))
    assert [split.year for split in found] == [2017, 2018, 2019, 2020, 2022, 2023, 2024]
    for split in found:
        assert rows["known_from"].to_numpy()[split.train].max() <= np.datetime64(split.begins)
        assert rows["date"].to_numpy()[split.test].min() >= np.datetime64(split.begins)
        assert split.weight.mean() == pytest.approx(1)
        assert rows["year"].to_numpy()[split.train].min() == split.year - splits.WINDOW
