"""A build of the sample authority: the scenarios that the pipeline must get right, by their ids."""

import hashlib

import polars
import pytest

from pipelines import checks, warehouse
from pipelines.__main__ import main
from pipelines.observations import declared_cells
from pipelines.sample import NEIGHBOUR_LA_CODE, SAMPLE_LA_CODE, scenarios
from pipelines.sources.reading import open_raw


@pytest.fixture(scope="module")
def ask(sample_build):
    connection = warehouse.open_build(sample_build)
    yield lambda sql, *parameters: connection.execute(sql, list(parameters)).fetchall()
    connection.close()


OBSERVED = """select value, status, n, via, observed_urn from mart.school_observation
    where urn = ? and year = ? and measure = ? and "group" = ?"""


def test_every_file_of_the_sample_is_read(ask):
    assert ask("select path, reason from core.file where status <> 'ingested'") == []
    assert ask("select path, held_back from core.file where len(held_back) > 0") == []


def test_every_status_and_most_printed_codes_stand_somewhere(ask):
    found = {status for (status,) in ask("select distinct status from core.observation")}
    assert {
        "reported",
        "suppressed",
        "no_eligible_pupils",
        "not_published",
        "not_applicable",
        "low_coverage",
        "small_percentage",
        "under_revision",
        "new_school",
        "not_available",
        "blank",
    } <= found


def test_s4_seven_pupils_43_per_cent_with_their_number(ask):
    rows = ask(OBSERVED, scenarios.SMALL_COHORT, 2025, "reading_writing_maths_expected", "all")
    assert rows == [(43.0, "reported", 7.0, "own", scenarios.SMALL_COHORT)]
    three_years = ask(
        """select sum(n), sum(round(value * n / 100)) from mart.school_observation where urn = ?
        and measure = 'reading_writing_maths_expected' and "group" = 'all' and year between 2023 and 2025""",
        scenarios.SMALL_COHORT,
    )
    assert three_years == [(24.0, 12.0)]


def test_c2_four_disadvantaged_pupils_stay_hidden(ask):
    rows = ask(OBSERVED, scenarios.FOUR_DISADVANTAGED, 2025, "reading_writing_maths_expected", "disadvantaged")
    assert [(value, status) for value, status, *_ in rows] == [(None, "suppressed")]


def test_d4_a_converter_has_its_history_stitched_and_marked_and_nothing_counted_twice(ask):
    before, after = scenarios.CONVERTER_BEFORE, scenarios.CONVERTER_AFTER
    old = ask(OBSERVED, after, 2019, "reading_writing_maths_expected", "all")
    assert [(status, via, observed) for _, status, _, via, observed in old] == [("reported", "predecessor", before)]
    new = ask(OBSERVED, after, 2025, "reading_writing_maths_expected", "all")
    assert [(via, observed) for _, _, _, via, observed in new] == [("own", after)]
    assert ask("select urn from mart.school where urn in (?, ?) order by urn", before, after) == [(before,), (after,)]
    linked = ask("select direction, linked_urn from mart.school_link where urn = ?", after)
    assert ("predecessor", before) in linked
    counted = ask(
        """select count(*) from core.fact f where f.entity in (?, ?) and f.year = 2019 and f.symbol = 0
        and f.measure = (select measure_code from core.measure_code where measure = 'reading_writing_maths_expected')
        and f."group" = 0""",
        before,
        after,
    )
    assert counted == [(1,)]


def test_d7_published_totals_equal_the_sums_of_schools(sample_build):
    connection = warehouse.open_build(sample_build)
    rows = checks.reconcile(connection)
    connection.close()
    sums = rows.filter((rows["how"] == "sum") & (rows["entity"] == SAMPLE_LA_CODE))
    assert sums.height > 100
    assert sums["verdict"].unique().to_list() == ["agrees"]


def test_d8_a_number_leads_back_to_file_fingerprint_row_and_cell(ask, sample_raw):
    ((value, file, row),) = ask(
        """select value, file_id, "row" from mart.school_observation where urn = ? and year = 2025
        and measure = 'reading_writing_maths_expected' and "group" = 'all'""",
        scenarios.SMALL_COHORT,
    )
    ((path, sha256, release),) = ask("select path, sha256, release from mart.source_file where file_id = ?", file)
    data = (sample_raw / path).read_bytes()
    assert hashlib.sha256(data).hexdigest() == sha256
    assert release == "final"
    (table,) = open_raw(sample_raw / path, path).tables
    column = next(
        cell.column
        for cell in declared_cells("key_stage_2", 2025)
        if cell.measure.key == "reading_writing_maths_expected" and cell.group == "all"
    )
    cells = table.text(["URN", column]).filter(polars.col("row") == row)
    assert cells["URN"].to_list() == [str(scenarios.SMALL_COHORT)]
    assert float(cells[column][0].strip("%")) == value


def test_d9_a_school_missing_from_the_absence_file_stays_in_every_list_and_says_so(ask):
    urn = scenarios.NOT_IN_ABSENCE
    assert ask("select count(*) from mart.school where urn = ?", urn) == [(1,)]
    rows = ask(OBSERVED, urn, 2025, "overall_absence", "all")
    assert [(value, status) for value, status, *_ in rows] == [(None, "no_row")]
    attained = ask(OBSERVED, urn, 2025, "reading_writing_maths_expected", "all")
    assert [status for _, status, *_ in attained] == ["reported"]


def test_d10_schools_of_another_authority_are_kept_for_comparison_and_never_shown_as_ours(ask):
    ours = "select count(*) from mart.school where urn between ? and ?"
    first, last = min(scenarios.NEIGHBOUR_URNS), max(scenarios.NEIGHBOUR_URNS)
    assert ask(ours, first, last) == [(0,)]
    ((kept, authorities),) = ask(
        "select count(*), count(distinct la_code) from core.school where urn between ? and ?", first, last
    )
    assert kept >= 8
    assert authorities == 1
    assert ask("select distinct la_code from core.school where urn between ? and ?", first, last) == [
        (NEIGHBOUR_LA_CODE,)
    ]
    assert ask("select count(*) from mart.school_observation where observed_urn between ? and ?", first, last) == [(0,)]


def test_every_school_of_the_register_is_in_the_list_whatever_is_missing(ask):
    registered = ask(
        """select count(distinct urn) from core.register_entry where la_code = ?""",
        SAMPLE_LA_CODE,
    )
    listed = ask("select count(*) from mart.school where in_register")
    assert listed == registered


def test_years_without_tests_say_so_and_hold_no_value(ask):
    years = dict(
        ask("select year, state from mart.measure_year where measure = 'reading_writing_maths_expected' order by year")
    )
    assert years[2020] == years[2021] == "no tests"
    assert years[2022] == "not published"
    assert years[2025] == "published"
    held = ask(
        """select count(*) from mart.school_observation where measure = 'reading_writing_maths_expected'
        and year in (2020, 2021) and value is not null"""
    )
    assert held == [(0,)]
    progress = dict(ask("select year, state from mart.measure_year where measure = 'reading_progress'"))
    assert progress[2024] == progress[2025] == "not published"


def test_s6_progress_of_2025_is_a_reason_and_never_a_zero(ask):
    rows = ask(
        """select distinct value, status from mart.school_observation
        where measure = 'reading_progress' and year = 2025 and "group" = 'all'"""
    )
    assert {value for value, _ in rows} == {None}
    assert {status for _, status in rows} <= {"blank", "no_row", "new_school", "suppressed"}


def test_names_of_head_teachers_are_nowhere_in_the_build(ask, sample_raw):
    register = next(path for path in sample_raw.glob("gias/*/*.csv") if b"HeadLastName" in path.read_bytes()[:8000])
    (table,) = open_raw(register, register.name).tables
    names = {name for name in table.text(["HeadLastName"])["HeadLastName"].to_list() if name}
    assert names, "the sample prints names of heads, so that this test has something to look for"
    columns = ask(
        """select schema_name, table_name, column_name from duckdb_columns()
        where data_type = 'VARCHAR' and not internal"""
    )
    for schema, table_name, column in columns:
        if table_name in ("boundary", "observation"):
            continue
        found = ask(
            f'select distinct "{column}" from {schema}."{table_name}" where "{column}" in (select unnest(?))',
            sorted(names),
        )
        assert found == [], (schema, table_name, column)


def test_the_newest_word_of_the_register_counts(ask):
    statuses = dict(ask("select status, count(*) from mart.school group by status"))
    assert statuses["open"] > 200
    assert statuses["closed"] > 50
    assert ask("select count(*) from mart.school where is_academy and type is null") == [(0,)]


def test_one_release_is_the_best_of_a_measure_and_year(ask):
    assert ask("select measure, year from core.best_file group by all having count(distinct release) > 1") == []
    schools = "from core.fact f join core.file c using (file) where f.entity < 1000000"
    assert ask("select distinct measure, year from core.best_file order by all") == ask(
        f"select distinct f.measure, f.year {schools} order by all"
    )
    beaten = f"select c.release {schools} and f.measure = b.measure and f.year = b.year and c.release = 'final'"
    assert ask(f"select * from core.best_file b where b.release <> 'final' and exists ({beaten})") == []


def test_releases_are_believed_in_their_order(ask):
    found = dict(ask("select distinct release, release_order from core.file where status = 'ingested'"))
    assert found.items() <= {"final": 0, "revised": 1, "provisional": 2}.items()
    assert {"final", "provisional"} <= set(found)


def test_a_school_is_followed_through_the_numbers_that_some_file_names(ask):
    known = ask("select urn, earlier_urn from core.succession where urn in (select urn from core.school) order by all")
    assert known
    assert ask("select urn, earlier_urn from core.predecessor order by all") == known


def test_every_school_is_of_one_kind(ask):
    found = set(ask("select distinct kind, is_independent, phase = 'special' from core.school"))
    assert {kind for kind, is_independent, _ in found if is_independent} == {"independent"}
    assert {kind for kind, is_independent, is_special in found if is_special and not is_independent} == {"special"}
    assert {"primary", "secondary"} <= {kind for kind, _, _ in found}


def test_state_funded_are_all_but_independent_schools_and_those_of_unknown_phase(ask):
    found = ask("select type_group, is_independent, is_state_funded, count(*) from core.school group by all")
    assert {group for group, is_independent, _, _ in found if is_independent} == {"Independent schools"}
    assert all(is_state_funded is not is_independent for _, is_independent, is_state_funded, _ in found)


def test_derived_measures_are_made_from_the_cells_of_their_own_row(sample_build):
    """Income less spending as a share of income: 100 × balance ÷ income; where one is missing, its reason."""
    with warehouse.open_build(sample_build) as connection:
        rows = connection.execute(
            """select s.value, s.status, b.value, b.status, i.value, i.status
            from core.observation s
            join core.observation b using (file, "row", entity, year)
            join core.observation i using (file, "row", entity, year)
            where s.measure = 'balance_share_of_income' and b.measure = 'balance' and i.measure = 'income'"""
        ).fetchall()
    assert len(rows) > 1000
    for share, status, balance, balance_status, income, income_status in rows:
        if balance_status == income_status == "reported":
            assert status == "reported"
            assert share == pytest.approx(100 * balance / income)
        else:
            assert share is None
            assert status in (balance_status, income_status)


def test_the_sql_command_prints_lists_and_structs_too(sample_build, monkeypatch, capsys):
    """A column of lists stopped the command before: CSV has no cells within cells."""
    monkeypatch.setenv("CURATED", str(sample_build.parent))
    assert main(["sql", "select [1, 2] as years, {'a': 'ä'} as arm, null::int[] as none"]) == 0
    assert capsys.readouterr().out == 'years,arm,none\n"[1, 2]","{""a"": ""ä""}",\n'
