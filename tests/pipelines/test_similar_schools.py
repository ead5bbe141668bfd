"""DfE's distance between schools to the digit, and the open variant's way with what is missing."""

import numpy
import pytest

from pipelines import warehouse
from pipelines.marts import similar_school
from pipelines.statistics import similar

ORDER = (
    "pupil_premium",
    "higher_education",
    "stability",
    "sen_support",
    "eal",
    "idaci",
    "ehc_plan",
    "pupils",
    "prior_attainment",
)
ANCHOR = (47.99733, 3.551846, 77.910238, 16.616677, 47.330534, 0.24683, 2.339532, 1667, 2.842543)
"""URN 100171 in RISK.md O6."""
NEIGHBOUR = (51.305575, 3.439754, 78.645066, 12.236287, 32.790838, 0.212817, 2.169982, 1659, 2.873351)
"""URN 135968, its nearest neighbour there."""


def test_the_published_distance_to_the_digit() -> None:
    assert tuple(criterion.key for criterion in similar.PRIMARY) == ORDER
    scales = [criterion.scale for criterion in similar.PRIMARY]
    assert similar.distance(ANCHOR, NEIGHBOUR, scales) == pytest.approx(0.29556328610658633, abs=5e-10)
    assert similar.distance(NEIGHBOUR, ANCHOR, scales) == similar.distance(ANCHOR, NEIGHBOUR, scales)
    assert similar.distance(ANCHOR, ANCHOR, scales) == 0


def test_the_other_published_distances() -> None:
    """URN 145140 and 135296, places 2 and 3 in RISK.md O6; their values as DfE publishes them beside the lists."""
    second = (44.460536, 2.836849, 76.222222, 16.514954, 31.59948, 0.239064, 2.860858, 1538, 2.886269)
    third = (40.912491, 3.500356, 87.314017, 12.012579, 61.383648, 0.286485, 4.339623, 1590, 2.798209)
    scales = [criterion.scale for criterion in similar.PRIMARY]
    assert similar.distance(ANCHOR, second, scales) == pytest.approx(0.3554611200697318, abs=1e-11)
    assert similar.distance(ANCHOR, third, scales) == pytest.approx(0.465300683454503, abs=1e-11)


def test_secondary_constants_are_declared_as_not_verified() -> None:
    assert not any(criterion.verified for criterion in similar.SECONDARY)
    assert all(criterion.verified for criterion in similar.PRIMARY)
    assert {c.key for c in similar.SECONDARY} == {c.key for c in similar.PRIMARY}
    # one standard deviation of prior attainment is the square root of its weight
    assert similar.distance([2.54724], [0.0], [similar.SECONDARY[0].scale]) == pytest.approx(0.48**0.5)


def test_an_open_distance_of_one_is_one_deviation_on_every_criterion() -> None:
    values = numpy.array([[0.0, 10.0], [2.0, 30.0], [4.0, 50.0]])  # deviations 2 and 20
    scales = similar.open_scales(values)
    assert similar.distance(values[0], values[1], scales) == pytest.approx(1.0)
    assert similar.distance(values[0], values[2], scales) == pytest.approx(2.0)


def test_a_criterion_that_tells_nobody_apart_counts_for_nothing() -> None:
    scales = similar.open_scales(numpy.array([[1.0, 7.0], [3.0, 7.0]]))
    assert numpy.isinf(scales[1])
    assert similar.distance([1.0, 7.0], [1.0, 9.0], scales) == 0


def test_the_published_constants_are_taken_only_where_all_nine_criteria_are() -> None:
    values = numpy.random.default_rng(1).normal(size=(30, 9))
    keys = [criterion.key for criterion in similar.PRIMARY]
    method, scales = similar.scales_for(keys, values, similar.PRIMARY)
    assert method == "DfE"
    assert list(scales) == [criterion.scale for criterion in similar.PRIMARY]
    assert similar.scales_for(keys[:8], values[:, :8], similar.PRIMARY)[0] == "open"
    assert similar.scales_for(keys, values, similar.SECONDARY)[0] == "open"


def test_nearest_gives_ties_in_the_order_of_the_candidates() -> None:
    candidates = numpy.array([[0.0], [2.0], [1.0], [-1.0], [5.0]])
    places, distances = similar.nearest(numpy.array([[0.0]]), candidates, numpy.array([2.0]), 4)
    assert places.tolist() == [[0, 2, 3, 1]]
    assert distances.tolist() == [[0.0, 0.5, 0.5, 1.0]]


def test_how_far_is_far() -> None:
    usual = numpy.array([[0.1, 0.2], [0.2, 0.3], [0.3, 0.4], [0.4, 0.5]])
    assert similar.share_nearer(numpy.array([[0.25, 0.6]]), usual).tolist() == [[0.5, 1.0]]


def test_what_is_missing_has_no_distance() -> None:
    assert numpy.isnan(similar.distance([1.0, numpy.nan], [1.0, 2.0], [1.0, 1.0]))


@pytest.fixture(scope="module")
def ask(real_build):
    connection = warehouse.open_build(real_build)
    yield lambda sql: connection.execute(sql).fetchall()
    connection.close()


def test_every_open_school_of_wiltshire_has_twenty_like_it_or_a_reason(ask) -> None:
    missing = ask(
        """select count(*) from mart.school s where s.status ilike 'open%'
        and not exists (select 1 from mart.similar_school m where m.urn = s.urn)"""
    )
    assert missing == [(0,)]
    counted = ask(
        "select urn, count(similar_urn), min(distance), any_value(reason) from mart.similar_school group by urn"
    )
    assert {found for _, found, _, _ in counted} == {0, similar_school.PLACES}
    assert all((found > 0) != bool(reason) for _, found, _, reason in counted)
    assert ask("select count(*) from mart.similar_school where urn = similar_urn") == [(0,)]


def test_wiltshires_schools_are_compared_on_what_is_at_hand_and_say_what_is_missing(ask) -> None:
    said = ask(
        """select year, method, list_sort(any_value(criteria)), len(any_value(missing)), schools
        from mart.similar_school where place = 1 group by all order by year, schools"""
    )
    (infant, primary, secondary) = said
    assert infant[:2] == (2019, "open")
    assert 1_000 < infant[4] < 2_500  # infant and first schools, which have no results at eleven
    assert primary[:2] == (2019, "open")  # the newest school census of the real files
    assert len(primary[2]) == 5
    assert primary[3] == 4
    assert primary[4] > 14_000
    assert secondary[:2] == (2024, "open")
    assert "key stage 2 average of pupils now sixteen" in secondary[2]
    assert secondary[4] > 3_000


def test_places_are_in_the_order_of_distance(ask) -> None:
    assert ask(
        """select count(*) from mart.similar_school a join mart.similar_school b
        on a.urn = b.urn and b.place = a.place + 1 where b.distance < a.distance - 1e-12"""
    ) == [(0,)]
