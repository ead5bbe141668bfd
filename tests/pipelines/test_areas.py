"""Areas of the sample, how deprived they are in each edition, and the indicators that are published below it."""

from itertools import pairwise
from pathlib import Path

import pytest

from pipelines import warehouse


@pytest.fixture(scope="module")
def sample(sample_build: Path) -> warehouse.Connection:
    with warehouse.open_build(sample_build) as connection:
        yield connection


def test_every_area_has_an_outline_and_lies_in_larger_ones(sample: warehouse.Connection) -> None:
    found = sample.sql("""
        select kind, count(*), count(eastings), count(ward), count(community_area)
        from mart.area group by kind order by 1
    """).fetchall()
    assert found == [
        ("community_area", 12, 12, 0, 12),
        ("district", 1, 1, 0, 0),
        ("lsoa11", 294, 294, 294, 294),
        ("lsoa21", 300, 300, 300, 300),
        ("ward", 50, 50, 50, 24),  # a ward that two community areas share lies in neither
    ]


def test_the_district_drawn_from_its_small_areas_is_the_authority(sample: warehouse.Connection) -> None:
    """The outline that is left of 300 small areas has the extent of the authority's own file."""
    drawn, published = (
        sample.sql(query).fetchall()[0]
        for query in (
            "select list_min(flatten(eastings)), list_max(flatten(northings)) from mart.area where kind = 'district'",
            "select min(list_min(eastings)), max(list_max(northings)) from mart.boundary",
        )
    )
    assert drawn == pytest.approx(published, abs=1)


def test_children_in_need_add_up_whatever_areas_are_shown(sample: warehouse.Connection) -> None:
    found = sample.sql("""
        select edition, kind, sum(in_need), sum(small_areas), sum(most_deprived) from mart.area_deprivation
        where index = 'idaci' group by edition, kind order by edition
    """).fetchall()
    for edition in (2019, 2025):
        rows = [row[2:] for row in found if row[0] == edition]
        assert len(rows) == 5
        for row in rows:
            assert row == pytest.approx(rows[0])


def test_a_larger_area_is_the_mean_of_its_small_areas_weighted_by_children(sample: warehouse.Connection) -> None:
    (area, score) = sample.sql("""
        select code, score from mart.area_deprivation
        where index = 'idaci' and edition = 2025 and kind = 'community_area' order by code limit 1
    """).fetchall()[0]
    parts = sample.sql(f"""
        select value, n from core.observation join mart.area a on a.kind = 'lsoa21' and a.code = entity
        where measure = 'idaci_score' and year = 2025 and a.community_area_id = '{area}'
    """).fetchall()
    assert len(parts) > 20
    assert score == pytest.approx(sum(rate * n for rate, n in parts) / sum(n for _, n in parts))


def test_ranks_and_deciles_are_never_averaged_and_1_is_the_most_deprived(sample: warehouse.Connection) -> None:
    (averaged,) = sample.sql("""
        select count(*) from mart.area_deprivation
        where kind not like 'lsoa%' and (rank is not null or decile is not null)
    """).fetchall()[0]
    assert averaged == 0
    means = sample.sql("""
        select avg(score) from mart.area_deprivation
        where kind = 'lsoa21' and index = 'imd' group by decile order by decile
    """).fetchall()
    assert all(first > second for (first,), (second,) in pairwise(means))


def test_an_edition_stands_on_the_small_areas_of_its_own_census(sample: warehouse.Connection) -> None:
    found = sample.sql("""
        select distinct edition, vintage, (select count(*) from mart.area where kind = vintage)
            = count(*) filter (kind = vintage) as is_whole
        from mart.area_deprivation where index = 'imd' group by edition, vintage order by edition
    """).fetchall()
    assert found == [(2015, "lsoa11", True), (2019, "lsoa11", True), (2025, "lsoa21", True)]


def test_without_numbers_of_people_each_small_area_counts_once_and_it_says_so(sample: warehouse.Connection) -> None:
    found = sample.sql("""
        select distinct how, people is null from mart.area_deprivation where edition = 2015 and kind = 'ward'
    """).fetchall()
    assert found == [("mean of small areas, each counted once: no file has the number of people", True)]


def test_an_indicator_of_an_area_lies_between_those_of_the_middle_areas(sample: warehouse.Connection) -> None:
    outside = sample.sql("""
        select count(*) filter (i.value not between m.low and m.high), count(*)
        from mart.area_indicator i join (
            select measure, year, min(value) as low, max(value) as high from core.observation
            where entity_kind = 'msoa' group by measure, year
        ) m using (measure, year)
        where i.kind = 'community_area'
    """).fetchall()[0]
    assert outside[0] == 0
    assert outside[1] == 12 * 2 * 3  # areas, indicators, years
    people = sample.sql("""
        select sum(n) from mart.area_indicator
        where kind = 'community_area' and year = 2025 and measure = 'fingertips_93700'
        union all
        select sum(n) from core.observation
        where entity_kind = 'msoa' and year = 2025 and measure = 'fingertips_93700'
    """).fetchall()
    assert people[0][0] == pytest.approx(people[1][0])


@pytest.mark.slow
def test_the_real_authority_has_all_of_its_wards(real_build: Path) -> None:
    """Wiltshire is a district of its own: all of its 98 wards have small areas and an outline."""
    with warehouse.open_build(real_build) as connection:
        found = connection.sql("""
            select kind, count(*), count(eastings) from mart.area
            where kind in ('ward', 'lsoa21') group by kind order by 1
        """).fetchall()
    assert found == [("lsoa21", 307, 307), ("ward", 98, 98)]
