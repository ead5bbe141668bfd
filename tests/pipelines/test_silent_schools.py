"""What is not known about our schools: one row for each school and reason, counted for the front page."""

from pathlib import Path

import pytest

from pipelines import warehouse
from pipelines.sample.scenarios import NOT_IN_ABSENCE


@pytest.fixture(scope="module")
def sample(sample_build: Path) -> warehouse.Connection:
    with warehouse.open_build(sample_build) as connection:
        yield connection


def test_a_school_missing_in_one_file_is_named_with_the_file(sample: warehouse.Connection) -> None:
    """D9: school 900007 is in every file of 2024/25 except absence; it alone, and it stays in every list."""
    found = sample.sql("""
        select urn, what, since from mart.silent_school where reason_kind = 'missing_in_one_feed'
    """).fetchall()
    assert found == [(NOT_IN_ABSENCE, "Absence", 2025)]
    (listed,) = sample.sql(f"select count(*) from mart.school where urn = {NOT_IN_ABSENCE}").fetchall()[0]
    assert listed == 1


def test_every_open_school_outside_the_clusters_is_named(sample: warehouse.Connection) -> None:
    """T6: state-funded schools that are in none of the authority's clusters today."""
    named = {
        row[0] for row in sample.sql("select urn from mart.silent_school where reason_kind = 'no_cluster'").fetchall()
    }
    without = {
        row[0]
        for row in sample.sql("""
            select urn from mart.school where status ilike 'open%' and clusters is null
              and type_group not ilike '%independent%'
        """).fetchall()
    }
    assert named == without
    assert named


def test_schools_without_inspection_are_named(sample: warehouse.Connection) -> None:
    found = sample.sql("""
        select count(*), count(*) filter (s.last_inspected is null and s.status ilike 'open%')
        from mart.silent_school q join mart.school s using (urn) where reason_kind = 'no_inspection'
    """).fetchall()[0]
    assert found[0] == found[1] > 0


def test_groups_that_were_never_seen_are_named(sample: warehouse.Connection) -> None:
    """Schools whose disadvantaged pupils were too few in every year they were counted."""
    (named, contradicted) = sample.sql("""
        select count(distinct q.urn), count(o.urn)
        from mart.silent_school q
        left join mart.school_observation o on o.urn = q.urn and o."group" = 'disadvantaged' and o.status = 'reported'
          and o.measure = 'reading_writing_maths_expected' and contains(q.what, 'at the expected standard')
        where q.reason_kind = 'disadvantaged_always_suppressed'
    """).fetchall()[0]
    assert named > 10
    assert contradicted == 0


def test_each_school_and_reason_stands_once_and_every_school_is_open(sample: warehouse.Connection) -> None:
    (rows, keys, closed, unsaid) = sample.sql("""
        select count(*), count(distinct (q.urn, q.reason_kind, q.what)), count(*) filter (s.status not ilike 'open%'),
            count(*) filter (q.detail is null or q.what is null)
        from mart.silent_school q left join mart.school s using (urn)
    """).fetchall()[0]
    assert rows == keys > 0
    assert (closed, unsaid) == (0, 0)


def test_real_schools_with_nothing_but_old_results_are_named(real_build: Path) -> None:
    """Files of 2019/20 to 2022/23 are not at hand: a school whose newest figure is older than three years is silent."""
    with warehouse.open_build(real_build) as connection:
        (named, wrong) = connection.sql("""
            select count(*), count(*) filter (since >= 2022) from mart.silent_school
            where reason_kind = 'only_old_results'
        """).fetchall()[0]
        kinds = {row[0] for row in connection.sql("select distinct reason_kind from mart.silent_school").fetchall()}
    assert named > 0
    assert wrong == 0
    assert {"no_usable_measure", "no_inspection_for_long", "missing_in_several_feeds"} <= kinds
    assert "no_cluster" not in kinds  # no list of clusters is at hand, so that none can be outside one
