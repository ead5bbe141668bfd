"""How good an order is: RISK.md oracle O10, ties, and what has no answer."""

import itertools

import numpy as np
import pytest

from pipelines.statistics.ranking import Ranked, area_under_the_curve, most_recall_at, precision_at, recall_at

LABELS = [1, 0, 1, 0, 0, 0, 0, 0, 1, 0]
SCORES = list(range(10, 0, -1))


def test_o10_ten_schools_three_cases():
    assert precision_at(LABELS, SCORES, 0.2) == 0.5
    assert recall_at(LABELS, SCORES, 0.2) == pytest.approx(1 / 3)
    assert area_under_the_curve(LABELS, SCORES) == pytest.approx(14 / 21)
    assert most_recall_at(LABELS, 0.2) == pytest.approx(0.2 / 0.3)
    assert most_recall_at(LABELS, 0.5) == 1


def test_ties_are_averaged_over_every_order_of_the_tied():
    labels, scores = [1, 0, 1, 0, 1, 0], [5, 3, 3, 3, 1, 1]
    orders = [
        [0, *middle, *last] for middle in itertools.permutations([1, 2, 3]) for last in itertools.permutations([4, 5])
    ]
    hits = np.mean([sum(labels[one] for one in order[:3]) for order in orders])
    assert precision_at(labels, scores, 0.5) == pytest.approx(hits / 3)
    assert recall_at(labels, scores, 0.5) == pytest.approx(hits / 3)
    wins = np.mean(
        [
            sum(order.index(case) < order.index(other) for case in (0, 2, 4) for other in (1, 3, 5)) / 9
            for order in orders
        ]
    )
    assert area_under_the_curve(labels, scores) == pytest.approx(wins)


def test_one_score_for_all_is_chance():
    assert area_under_the_curve([1, 0, 0, 0], [2, 2, 2, 2]) == 0.5
    assert recall_at([1, 0, 0, 0], [2, 2, 2, 2], 0.25) == 0.25


def test_without_cases_there_is_no_number():
    assert np.isnan(recall_at([0, 0], [1, 2], 0.5))
    assert np.isnan(area_under_the_curve([0, 0], [1, 2]))
    assert np.isnan(area_under_the_curve([1, 1], [1, 2]))
    assert np.isnan(precision_at([], [], 0.2))
    assert np.isnan(most_recall_at([0, 0], 0.2))


def test_a_share_outside_0_to_1_is_refused():
    with pytest.raises(ValueError, match="a share of schools"):
        precision_at(LABELS, SCORES, 20)


def test_a_weight_is_how_often_a_school_is_there():
    labels, scores = np.array([1, 0, 1, 0, 1, 0, 0]), np.array([5, 5, 4, 3, 3, 3, 1])
    weight = np.array([[1, 1, 1, 1, 1, 1, 1], [0, 3, 1, 2, 0, 1, 1], [2, 0, 0, 1, 5, 1, 4]]).T
    ranked = Ranked(labels, scores, weight)
    for column, times in enumerate(weight.T):
        rows = np.repeat(np.arange(7), times)
        for share in (0.01, 0.2, 0.5, 1):
            assert ranked.precision_at(share)[column] == pytest.approx(precision_at(labels[rows], scores[rows], share))
            assert ranked.recall_at(share)[column] == pytest.approx(recall_at(labels[rows], scores[rows], share))
        assert ranked.area_under_the_curve()[column] == area_under_the_curve(labels[rows], scores[rows])


def test_part_of_a_school_stands_among_the_first():
    assert recall_at([0, 1, 1, 0], [4, 3, 2, 1], 0.375) == 0.25
    assert precision_at([0, 1, 1, 0], [4, 3, 2, 1], 0.375) == pytest.approx(1 / 3)
    assert precision_at([1, 0, 0], [3, 2, 1], 0.01) == 1
