"""Authorities beside one another: means of neighbours, totals marked, ranks with ties, quarters, runs and moves."""

from pathlib import Path

import duckdb
import pytest

from pipelines import marts

HERE = Path(marts.__file__).parent
CORE = """
create schema core; create schema mart;
create table core.build as select '201' as la_code;
create table core.authority as
    select code as la_code, 'A' || code as la_name, 'South West' as region
    from (select unnest(['201', '202', '203', '204', '205', '206', '207', '208', '209']) as code);
create table core.region_code as select 'South West' as region, 'E12000009' as code;
create table core.file as select 1 as file, 2024 as year, 'old' as sha256, 'final' as release, 0 as release_order
    union all select 2, 2025, 'new', 'final', 0;
create table core.statistical_neighbour(la_code text, neighbour_la_code text, "position" int, file int);
insert into core.statistical_neighbour values
    ('201', '209', 1, 1),  -- an older list that is not used
    ('201', '202', 1, 2), ('201', '203', 2, 2), ('201', '204', 3, 2), ('202', '205', 1, 2);
create table core.entity(entity_code int, entity_kind text, entity text);
create table core.fact(file int, "row" int, entity int, year int, measure int, "group" int, value double, symbol int,
    n double, lower double, upper double);
create table core.symbol as select 0 as symbol, 'reported' as status union all select 1, 'suppressed';
create table core.group_code as select 0 as group_code, 'all' as "group";
create table core.measure_code as select 5 as measure_code, 'of_the_catalogue' as measure;
create table core.indicator_code as select 90000 as measure_code, 'declared' as measure;
insert into core.entity select 10000200 + i, 'la', (200 + i)::text from range(1, 10) as numbers(i);
insert into core.entity values (1006000002, 'la', '202'), (1007000001, 'la', 'E07000001'),
    (1012000009, 'region', 'E12000009'), (1012000001, 'region', 'E12000001'),
    (12000001, 'country', 'england_state_funded');
"""
"""Authorities 201 (ours) to 209, one of them also under its geographic code, and a district that is none."""


@pytest.fixture
def build():
    with duckdb.connect() as connection:
        connection.execute(CORE)
        yield connection


def put(build, entity: int, value: float | None, *, measure: int = 90000, year: int = 2025) -> None:
    build.execute(
        "insert into core.fact values (2, 1, ?, ?, ?, 0, ?, ?, null, null, null)",
        [entity, year, measure, value, 0 if value is not None else 1],
    )


def made(build, name: str, sql: str):
    build.execute(f"create or replace table mart.{name} as {(HERE / f'{name}.sql').read_text()}")
    return build.execute(sql).fetchall()


def test_the_mean_is_of_the_newest_lists_neighbours_each_once_without_us(build):
    for entity, value in ((10000201, 90.0), (10000202, 10.0), (10000203, 20.0), (10000204, None), (10000209, 70.0)):
        put(build, entity, value)
    put(build, 1006000002, 10.0)  # the second again, under its geographic code
    put(build, 1007000001, 55.0)  # a district: no authority
    rows = made(
        build,
        "authority_indicator",
        "select kind, area, value, authorities from mart.authority_indicator order by kind, area",
    )
    assert [(area, value) for kind, area, value, _ in rows if kind == "authority"] == [
        ("201", 90.0),
        ("202", 10.0),
        ("203", 20.0),
        ("204", None),
        ("209", 70.0),
    ]
    assert [(value, size) for kind, _, value, size in rows if kind == "neighbours"] == [(15.0, 2)]


def test_too_few_neighbours_have_no_mean(build):
    for entity, value in ((10000201, 90.0), (10000202, 10.0), (10000203, None), (10000204, None)):
        put(build, entity, value)
    sql = "select value, status, authorities from mart.authority_indicator where kind = 'neighbours'"
    assert made(build, "authority_indicator", sql) == [(None, "not_available", 1)]


def test_only_our_region_is_kept_and_totals_are_marked(build):
    for place in range(1, 10):
        put(build, 10000200 + place, float(place))
    put(build, 1012000009, 9.2)
    put(build, 1012000001, 3.0)
    put(build, 12000001, 45.0)
    sql = "select kind, value, is_total from mart.authority_indicator where kind in ('region', 'england') order by kind"
    assert made(build, "authority_indicator", sql) == [("england", 45.0, True), ("region", 9.2, False)]


def test_what_is_published_of_others_only_is_left_out(build):
    put(build, 10000202, 5.0)
    assert made(build, "authority_indicator", "select * from mart.authority_indicator") == []


def test_a_measure_of_the_catalogue_needs_eight_authorities(build):
    for place in range(1, 8):
        put(build, 10000200 + place, float(place), measure=5)
    assert made(build, "authority_indicator", "select * from mart.authority_indicator") == []
    put(build, 10000208, 8.0, measure=5)
    assert (
        len(made(build, "authority_indicator", "select * from mart.authority_indicator where kind = 'authority'")) == 8
    )


def ranked(
    build, years: dict[int, list[float | None]], polarity: str = "high is better", has_quartile: bool | None = None
):
    """Ranks where the first value of each year is ours."""
    build.execute(
        'create table mart.authority_indicator(measure text, "group" text, year int, kind text, area text, '
        "is_ours boolean, value double, status text)"
    )
    build.execute("create table mart.measure(measure text, polarity text, has_quartile boolean)")
    build.execute("insert into mart.measure values ('m', ?, ?)", [polarity, has_quartile])
    for year, values in years.items():
        for place, value in enumerate(values):
            status = "reported" if value is not None else "suppressed"
            build.execute(
                "insert into mart.authority_indicator values ('m', 'all', ?, 'authority', ?, ?, ?, ?)",
                [year, str(place), place == 0, value, status],
            )
    made(build, "authority_rank", "select 1")
    found = build.execute("select * from mart.authority_rank order by year")
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def test_ties_share_the_better_rank_and_the_missing_have_none(build):
    (row,) = ranked(build, {2025: [5.0, 7.0, 5.0, 3.0, None]})
    assert (row["rank"], row["sharing"], row["among"], row["without"]) == (2, 2, 4, 1)


@pytest.mark.parametrize(("polarity", "rank"), [("high is better", 2), ("low is better", 3), ("neither is better", 2)])
def test_polarity_turns_the_rank(build, polarity, rank):
    (row,) = ranked(build, {2025: [5.0, 7.0, 4.0, 3.0]}, polarity)
    assert row["rank"] == rank


def test_no_value_no_rank(build):
    (row,) = ranked(build, {2025: [None, 7.0, 4.0]})
    assert (row["rank"], row["sharing"], row["quarter"], row["among"], row["status"]) == (
        None,
        None,
        None,
        2,
        "suppressed",
    )


@pytest.mark.parametrize(
    ("ours", "polarity", "quarter"),
    [
        (7.0, "high is better", "A"),  # 1 to 9 and ours: the bound of the best quarter is 7
        (6.0, "high is better", "B"),
        (4.0, "high is better", "C"),
        (1.0, "high is better", "D"),
        (1.0, "low is better", "A"),
        (9.0, "low is better", "D"),
        (9.0, "neither is better", None),
    ],
)
def test_quarters_follow_the_values_and_the_better_end(build, ours, polarity, quarter):
    (row,) = ranked(build, {2025: [ours, *(float(n) for n in range(1, 10))]}, polarity)
    assert row["quarter"] == quarter


def test_no_quarter_where_the_publisher_gives_none_or_below_eight(build):
    (row,) = ranked(build, {2025: [float(n) for n in range(9)]}, has_quartile=False)
    assert row["quarter"] is None
    build.execute("drop table mart.measure; drop table mart.authority_indicator")
    (row,) = ranked(build, {2025: [float(n) for n in range(7)]})
    assert row["quarter"] is None


def test_a_run_in_a_quarter_passes_over_years_without_a_figure(build):
    others = [float(n) for n in range(1, 10)]
    rows = ranked(build, {2021: [9.0, *others], 2022: [0.0, *others], 2023: [None, *others], 2024: [0.5, *others]})
    assert [row["quarter"] for row in rows] == ["A", "D", None, "D"]
    assert [row["quarter_since"] for row in rows] == [2021, 2022, None, 2022]
    assert [row["quarter_years"] for row in rows] == [1, 1, None, 2]


def test_a_move_is_held_against_the_moves_of_the_others(build):
    (_, row) = ranked(build, {2024: [1.0, 2.0, 3.0, 4.0], 2025: [4.0, 1.0, 2.0, 3.0]})
    assert row["moved"] == pytest.approx(4 / 4 - 1 / 4)  # from the last place of four to the first
    assert row["moved_beyond"] == 1.0  # the others each went down one place
    build.execute("drop table mart.measure; drop table mart.authority_indicator")
    (_, row) = ranked(build, {2024: [1.0, 2.0, 3.0, 4.0], 2026: [4.0, 1.0, 2.0, 3.0]})
    assert row["moved"] is None, "the year before is missing"
