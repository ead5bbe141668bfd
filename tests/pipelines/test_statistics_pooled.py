"""Pooled years and what single pupils weigh: DOMAIN.md 3.12 and scenario S4 in figures."""

import numpy as np
import pytest

from pipelines.statistics import pooled, sensitivity
from pipelines.statistics.counts import count_behind


@pytest.mark.parametrize(("percent", "n", "count"), [(43, 7, 3), (50, 8, 4), (56, 9, 5), (0, 12, 0), (100, 3, 3)])
def test_count_is_recovered_from_the_printed_percentage(percent, n, count):
    assert float(count_behind(percent, n)) == count


def test_every_count_of_up_to_100_pupils_is_recovered_from_whole_percentages():
    for n in range(1, 101):
        counts = np.arange(n + 1)
        printed = np.floor(100 * counts / n + 0.5)
        assert (count_behind(printed, np.full(n + 1, n)) == counts).all()


def test_missing_is_never_nought():
    assert np.isnan(count_behind([np.nan, 40.0, 40.0, 140.0], [7.0, np.nan, 0.0, 7.0])).all()
    count, n, share = pooled.pooled_share(np.array([[np.nan, np.nan]]), np.array([[7.0, np.nan]]))
    assert np.isnan([count, n, share]).all()


def test_three_years_of_the_small_school_are_12_of_24():
    """S4: 5 of 9, 4 of 8, 3 of 7."""
    n = np.array([[7.0, 8.0, 9.0]])
    count, pupils, share = pooled.pooled_share(count_behind([[43.0, 50.0, 56.0]], n), n)
    assert (count.item(), pupils.item(), share.item()) == (12, 24, 50)


def test_pooled_is_not_the_mean_of_percentages():
    _, _, share = pooled.pooled_share(np.array([[1.0, 30.0]]), np.array([[2.0, 40.0]]))
    assert share.item() == pytest.approx(100 * 31 / 42)
    pupils, mean = pooled.pooled_mean(np.array([[2.0, -1.0, np.nan]]), np.array([[10.0, 30.0, 5.0]]))
    assert (pupils.item(), mean.item()) == (40, -0.25)


NO_KEY_STAGE_2 = {2020, 2021, 2022}


@pytest.mark.parametrize(
    ("year", "years"),
    [
        (2025, (2025, 2024, 2023)),
        (2024, (2024, 2023, 2019)),
        (2023, (2023, 2019, 2018)),
        (2019, (2019, 2018)),
        (2018, (2018,)),
        (2017, (2017, 2016)),
        (2016, (2016,)),
        (2021, ()),
    ],
)
def test_years_without_tests_are_skipped_and_breaks_not_crossed(year, years):
    """Reading, writing and maths by school: no results 2020 to 2022, new writing in 2018, new tests in 2016."""
    assert pooled.window(year, first=2016, skipped=NO_KEY_STAGE_2, breaks={2016, 2018}) == years


def test_years_in_words_are_oldest_first():
    assert pooled.describe_years(pooled.window(2023, first=2016, skipped={2020, 2021}, breaks={2018})) == (
        "2019, 2022, 2023"
    )


@pytest.mark.parametrize(("n", "points"), [(6, 16.7), (7, 14.3), (10, 10.0), (30, 3.3)])
def test_points_of_one_pupil(n, points):
    assert float(sensitivity.points_of_one_pupil(n)) == pytest.approx(points, abs=0.05)


@pytest.mark.parametrize(
    ("count", "n", "threshold", "short", "above"),
    [(3, 7, 62, 2, 0), (13, 20, 65, 0, 0), (12, 20, 65, 1, 0), (14, 20, 65, 0, 1), (0, 5, 62, 4, 0), (5, 5, 0, 0, 5)],
)
def test_pupils_that_would_change_it(count, n, threshold, short, above):
    assert float(sensitivity.pupils_short(count, n, threshold)) == short
    assert float(sensitivity.pupils_above(count, n, threshold)) == above
    if short:
        assert 100 * (count + short) / n >= threshold > 100 * (count + short - 1) / n


def test_sentences():
    assert sensitivity.in_words(3, 7, 62, "England's 62%") == (
        "3 of 7; each pupil is 14 points; 2 more pupils would have brought it to England's 62%"
    )
    assert sensitivity.in_words(14, 20, 65, "the floor of 65%") == (
        "14 of 20; each pupil is 5 points; 1 fewer pupil would have left it at or above the floor of 65%"
    )
    assert sensitivity.in_words(13, 20, 65, "the floor of 65%") == (
        "13 of 20; each pupil is 5 points; one pupil fewer would have left it below the floor of 65%"
    )
