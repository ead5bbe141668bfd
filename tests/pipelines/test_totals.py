"""Totals of clusters, areas and authorities: pooled counts, members in their years, nobody twice, no noughts."""

from datetime import date
from pathlib import Path

import duckdb
import polars
import pytest

from pipelines import warehouse
from pipelines.marts import _results, total
from pipelines.measures import MEASURES

EXPECTED = MEASURES["reading_writing_maths_expected"]


def result(urn: int, year: int, passed: int | None, n: int, *, observed: int | None = None, group="all") -> dict:
    """A school's result as the build reads it: passed of n pupils, or hidden."""
    is_used = passed is not None
    pupils, count = (float(n), float(passed)) if is_used else (None, None)
    return {
        "urn": urn,
        "observed_urn": observed or urn,
        "year": year,
        "measure": EXPECTED.key,
        "group": group,
        "value": round(100 * passed / n) if is_used else None,
        "n": pupils,
        "total": count,
        "low": count,
        "high": count,
        "is_used": is_used,
        "is_nobody": n == 0,
    }


def results(*rows: dict) -> polars.DataFrame:
    floats = dict.fromkeys(("value", "n", "total", "low", "high"), polars.Float64)
    return polars.DataFrame(rows, schema_overrides={"year": polars.Int32, **floats})


def members(*urns: int, since: date | None = None, until: date | None = None) -> polars.DataFrame:
    rows = [("cluster", "C1", "One", urn, since, until) for urn in urns]
    schema = {"unit_kind": str, "unit": str, "unit_name": str, "urn": int, "from_date": date, "to_date": date}
    return polars.DataFrame(rows, schema=schema, orient="row")


def totals(found: polars.DataFrame, members_by_year: polars.DataFrame) -> dict[tuple, dict]:
    """(span, year, group) → the total's row."""
    frame = total.finished(total.totals_of_members(found, members_by_year, EXPECTED), EXPECTED, {})
    return {(row["span"], row["year"], row["group"]): row for row in frame.iter_rows(named=True)}


def test_totals_are_of_counts_not_of_averages() -> None:
    """3 of 7 and 27 of 30 are 30 of 37: 81%. The average of the averages would be 66%."""
    found = results(result(1, 2025, 3, 7), result(2, 2025, 27, 30))
    row = totals(found, total.memberships(members(1, 2), [2025]))["year", 2025, "all"]
    assert (row["count"], row["n"], row["schools"], row["how"]) == (30, 37, 2, "pooled counts")
    assert row["value"] == pytest.approx(100 * 30 / 37)
    assert row["lower"] < row["value"] < row["upper"]


def test_a_hidden_member_is_said_and_not_nought() -> None:
    found = results(result(1, 2025, 3, 7), result(2, 2025, None, 4))
    row = totals(found, total.memberships(members(1, 2), [2025]))["year", 2025, "all"]
    assert (row["count"], row["n"], row["schools"], row["schools_without"]) == (3, 7, 1, 1)
    assert "1 school is not in it" in row["reason"]


def test_when_all_are_hidden_there_is_a_reason_and_no_value() -> None:
    found = results(result(1, 2025, None, 4), result(2, 2025, None, 5))
    row = totals(found, total.memberships(members(1, 2), [2025]))["year", 2025, "all"]
    assert row["value"] is row["n"] is row["count"] is None
    assert row["schools_without"] == 2
    assert row["reason"].startswith("no school has a figure")


def test_a_school_without_figures_of_a_group_lacks_them() -> None:
    """School 2 stands in the file, but only with all its pupils."""
    found = results(result(1, 2025, 20, 30), result(1, 2025, 4, 10, group="disadvantaged"), result(2, 2025, 27, 30))
    row = totals(found, total.memberships(members(1, 2), [2025]))["year", 2025, "disadvantaged"]
    assert (row["schools"], row["schools_without"]) == (1, 1)


def test_a_converter_is_counted_once_whichever_of_its_numbers_are_members() -> None:
    """D4: 101 became 202 in September 2024; its 2024 result stands under both, and is one result."""
    found = results(result(101, 2024, 13, 16), result(202, 2024, 13, 16, observed=101), result(202, 2025, 9, 13))
    for urns in ((101, 202), (202,)):
        rows = totals(found, total.memberships(members(*urns), [2024, 2025]))
        assert (rows["year", 2024, "all"]["count"], rows["year", 2024, "all"]["n"]) == (13, 16)
        assert (rows["pooled", 2025, "all"]["count"], rows["pooled", 2025, "all"]["n"]) == (22, 29)
        assert rows["pooled", 2025, "all"]["schools"] == 1


def test_membership_is_that_of_the_summer_and_pooling_follows_the_members_of_the_year() -> None:
    """A member from September 2023 counts from 2024 on; the pooled row of 2024 has its earlier years too."""
    found = results(*(result(1, year, year - 2010, 30) for year in (2023, 2024, 2025)))
    since = total.memberships(members(1, since=date(2023, 9, 1)), [2023, 2024, 2025])
    assert since["year"].sort().to_list() == [2024, 2025]
    rows = totals(found, since)
    assert ("year", 2023, "all") not in rows
    assert rows["pooled", 2025, "all"]["years"] == "2023, 2024, 2025"
    assert rows["pooled", 2025, "all"]["count"] == 13 + 14 + 15
    until = total.memberships(members(1, until=date(2024, 4, 1)), [2023, 2024, 2025])
    assert until["year"].to_list() == [2023]


def test_pooled_rows_say_which_years_they_lack() -> None:
    found = results(result(1, 2023, 10, 20), result(1, 2025, 12, 20))
    row = totals(found, total.memberships(members(1), [2023, 2024, 2025]))["pooled", 2025, "all"]
    assert row["years"] == "2023, 2025"
    assert row["reason"] == "without 2024"
    assert row["value"] == pytest.approx(55)


def test_the_spread_of_scores_comes_from_printed_limits() -> None:
    """Limits of ±2.4 for 25 pupils: a standard deviation of 2.4 × 5 / 1.96 = 6.12."""

    def query(sql: str, parameters=None) -> polars.DataFrame:
        return polars.DataFrame({"measure": ["reading_progress"], "year": [2019], "half": [2.4 * 5]})

    known = _results.pupil_spread(query, {})
    assert known["reading_progress"][2019] == pytest.approx(6.122, abs=5e-4)
    spread = _results.spread_of(MEASURES["reading_progress"], [2018, 2019], known)
    assert spread.tolist() == pytest.approx([6.122, 6.122], abs=5e-4)


@pytest.fixture(scope="module")
def sample(sample_build: Path) -> warehouse.Connection:
    with warehouse.open_build(sample_build) as connection:
        yield connection


def test_a_cluster_of_the_sample_adds_up_to_its_schools(sample: warehouse.Connection) -> None:
    """Two ways to the same count: the table, and each member's own rows added up."""
    added = sample.sql("""
        with member as (
            select distinct cluster_id, urn from mart.cluster_member
            where coalesce(from_date, date '1900-01-01') <= date '2025-05-31'
              and coalesce(to_date, date '9999-12-31') >= date '2025-05-31'
        )
        select m.cluster_id as unit, o."group", sum(floor(o.value * o.n / 100 + 0.5)) as count, sum(o.n) as n,
            count(*)::integer as schools
        from member m join mart.school_observation o using (urn)
        where o.measure = 'reading_writing_maths_expected' and o.year = 2025 and o.status = 'reported' and o.n > 0
        group by all order by all
    """).pl()
    table = sample.sql("""
        select unit, "group", count, n, schools from mart.total
        where unit_kind = 'cluster' and year = 2025 and span = 'year' and value is not null
          and measure = 'reading_writing_maths_expected' order by all
    """).pl()
    assert added.height > 80
    assert added.equals(table)


def test_a_converter_of_the_sample_is_in_its_cluster_under_both_numbers_once(sample: warehouse.Connection) -> None:
    """D4: school 900202 was 900101 until September 2024; cluster and authority have its pupils of 2024 once."""
    (pupils, rows) = sample.sql("""
        select sum(n), count(*) from mart.school_observation
        where urn in (900101, 900202) and year = 2024 and measure = 'reading_writing_maths_expected'
          and "group" = 'all'
    """).fetchall()[0]
    assert (pupils, rows) == (32, 2)  # 16 pupils, under either number
    (own_n,) = sample.sql("""
        select own_n from mart.total where unit_kind = 'authority' and year = 2024 and span = 'year'
          and measure = 'reading_writing_maths_expected' and "group" = 'all'
    """).fetchall()[0]
    (printed,) = sample.sql("""
        select sum(r.n) from core.result r join core.school s using (urn)
        where s.la_code = (select la_code from core.build) and r.year = 2024 and r.status = 'reported' and r.n > 0
          and s.type_group not ilike '%independent%' and r.measure = 'reading_writing_maths_expected'
          and r."group" = 'all'
    """).fetchall()[0]
    assert own_n == printed


def test_published_rows_stand_first_with_their_file(sample: warehouse.Connection) -> None:
    """D7: an authority's printed row is the total; its schools add up to nearly as many pupils, never more."""
    found = sample.sql("""
        select value, n, own_value, own_n, how, file_id, "row" from mart.total
        where unit_kind = 'authority' and span = 'year' and "group" = 'all' and year >= 2016
          and measure = 'reading_writing_maths_expected'
    """).pl()
    assert found.height == 7
    assert set(found["how"]) == {"published"}
    assert found.null_count().sum_horizontal().item() == 0
    assert (found["own_n"] <= found["n"]).all()
    assert (found["own_n"] > 0.97 * found["n"]).all()
    assert (found["own_value"] - found["value"]).abs().max() < 1.5  # half a point of rounding, hidden schools


def test_an_excerpt_is_no_region_and_no_england(sample: warehouse.Connection) -> None:
    """The sample has the schools of one authority and some of a neighbour: their mean is nobody's region.

    What a publisher prints of the region stands as printed.
    """
    found = sample.sql("""
        select unit_kind, count(value), count(*), count(reason) from mart.total
        where unit_kind in ('region', 'statistical_neighbours') and how is distinct from 'published'
        group by 1 order by 1
    """).fetchall()
    assert [kind for kind, *_ in found] == ["region", "statistical_neighbours"]
    assert all(values == 0 and rows == reasons > 0 for _, values, rows, reasons in found)


def test_every_total_has_a_value_or_a_reason(sample: warehouse.Connection) -> None:
    (silent, out_of_range, doubled) = sample.sql("""
        select count(*) filter (value is null and reason is null),
            count(*) filter (count_low > count or count > count_high or count > n),
            count(*) - count(distinct (unit_kind, unit, year, span, measure, "group"))
        from mart.total
    """).fetchall()[0]
    assert (silent, out_of_range, doubled) == (0, 0, 0)


def test_community_areas_say_that_they_go_by_the_schools_place(sample: warehouse.Connection) -> None:
    (areas, unsaid) = sample.sql("""
        select count(distinct unit), count(*) filter (not contains(reason, 'by the place of the school'))
        from mart.total where unit_kind = 'community_area'
    """).fetchall()[0]
    assert areas == 12
    assert unsaid == 0


def test_absence_is_weighted_by_pupils_on_roll(sample: warehouse.Connection) -> None:
    """No number of pupils is printed with absence: the roll of the year's census stands in, and it is said."""
    rows = sample.sql("""
        select value, n, lower, how, reason from mart.total
        where unit_kind = 'cluster' and year = 2025 and span = 'year' and measure = 'overall_absence'
    """).fetchall()
    assert len(rows) >= 10
    for value, n, lower, how, reason in rows:
        assert 2 < value < 12
        assert n > 300
        assert lower is None
        assert (how, "weighted by pupils on roll" in reason) == ("pooled means", True)


def test_england_of_the_real_files_is_pooled_near_the_published_row(real_build: Path) -> None:
    """RISK.md, oracle O1: 61% in 2017, 64% in 2018; and 53% in 2016, where only schools are at hand."""
    with warehouse.open_build(real_build) as connection:
        found = {
            year: (value, n, how)
            for year, value, n, how in connection.sql("""
                select year, value, n, how from mart.total
                where unit_kind = 'england' and span = 'year' and "group" = 'all' and year <= 2019
                  and measure = 'reading_writing_maths_expected'
            """).fetchall()
        }
    assert {year: value for year, (value, _, how) in found.items() if how == "published"} == {
        2017: 61,
        2018: 64,
        2019: 65,
    }
    value, n, how = found[2016]
    assert how == "pooled counts"
    assert value == pytest.approx(53, abs=1)
    assert 0.98 * 585_580 < n < 585_580  # pupils of hidden schools are not in it


LISTS = """
create schema core; create schema mart;
create table core.build as select timestamp '2026-11-01' as built_at;
create table core.community_area(lsoa21_code text, community_area_id text, community_area_name text, share double,
    from_date date, to_date date);
create table mart.school(urn int, lsoa21 text, lsoa11 text);
create table mart.cluster_member(cluster_id text, cluster_name text, urn int, from_date date, to_date date);
create table mart.proposed_cluster_member as select * from (values
    ('P01', 'Hale', 1), ('P01', 'Hale', 2), (null, null, 3)) t(cluster_id, cluster_name, urn);
"""


def test_proposed_clusters_have_totals_where_there_is_no_list() -> None:
    with duckdb.connect() as connection:
        connection.execute(LISTS)
        units = [row[:4] for row in connection.execute(total._MEMBERS + " order by all").fetchall()]
        assert units == [("proposed_cluster", "P01", "Hale", 1), ("proposed_cluster", "P01", "Hale", 2)]
        connection.execute("insert into mart.cluster_member values ('C1', 'One', 2, null, null)")
        units = [row[:4] for row in connection.execute(total._MEMBERS + " order by all").fetchall()]
        assert units == [("cluster", "C1", "One", 2)]
