"""Outlines of areas that touch, and the middle of one: the arithmetic is in sight."""

from itertools import pairwise

import pytest

from pipelines.statistics.outlines import joined, middle

LEFT = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)]
RIGHT = [(1.0, 0.0), (2.0, 0.0), (2.0, 1.0), (1.0, 1.0), (1.0, 0.0)]
APART = [(5.0, 5.0), (6.0, 5.0), (6.0, 6.0), (5.0, 6.0), (5.0, 5.0)]


def test_the_edge_between_two_areas_is_gone_and_the_rest_stays():
    (ring,) = joined([LEFT, RIGHT])
    assert ring[0] == ring[-1]
    assert len(ring) == 7  # six edges of the two squares' eight, and the first point again
    edges = {frozenset(edge) for edge in pairwise(ring)}
    assert frozenset(((1.0, 0.0), (1.0, 1.0))) not in edges
    assert edges <= {frozenset(edge) for square in (LEFT, RIGHT) for edge in pairwise(square)}


def test_areas_apart_keep_an_outline_each():
    rings = joined([LEFT, APART])
    assert sorted(sorted(set(ring)) for ring in rings) == [sorted(set(LEFT)), sorted(set(APART))]
    assert [len(ring) for ring in rings] == [5, 5]


def test_neighbours_that_run_the_other_way_round_are_joined_too():
    rings = joined([LEFT, RIGHT[::-1]])
    drawn = [frozenset(edge) for ring in rings for edge in pairwise(ring)]
    assert frozenset(((1.0, 0.0), (1.0, 1.0))) not in drawn


def test_the_middle_is_the_centre_of_gravity_of_the_largest_ring():
    assert middle([LEFT]) == (0.5, 0.5)
    wide = [(10.0, 0.0), (14.0, 0.0), (14.0, 2.0), (10.0, 2.0), (10.0, 0.0)]
    assert middle([LEFT, wide]) == (12.0, 1.0)
    corner = [(0.0, 0.0), (2.0, 0.0), (2.0, 1.0), (1.0, 1.0), (1.0, 2.0), (0.0, 2.0), (0.0, 0.0)]
    # three unit squares with centres (.5, .5), (1.5, .5), (.5, 1.5)
    assert middle([corner]) == pytest.approx((2.5 / 3, 2.5 / 3))


def test_a_line_has_the_mean_of_its_points_for_a_middle():
    assert middle([[(0.0, 0.0), (2.0, 0.0)]]) == (1.0, 0.0)
