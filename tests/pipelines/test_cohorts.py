"""Cohorts from five to sixteen: the sample's cluster that loses in key stage 2, and steps that nobody could take."""

import csv
from pathlib import Path

import pytest

from pipelines import warehouse
from pipelines.marts.cohort_opening import _between
from pipelines.measures import MEASURES
from pipelines.measures.cohorts import STAGES, why_not_held
from pipelines.sample import scenarios


@pytest.fixture(scope="module")
def query(sample_build: Path):
    with warehouse.open_build(sample_build) as connection:
        yield lambda sql: connection.sql(sql).pl()


def steps(query, unit: str, cohort: int, table: str = "cohort_step") -> dict[int, dict]:
    """Age → the step of a unit's cohort."""
    rows = query(f"select * from mart.{table} where unit = '{unit}' and cohort = {cohort}").rows(named=True)
    return {row["age"]: row for row in rows}


def test_every_stage_is_a_measure_of_the_catalogue_with_its_groups():
    for stage in STAGES:
        assert set(stage.groups) <= set(MEASURES[stage.measure].origin.columns)
    assert [stage.year(2024) for stage in STAGES] == [2018, 2019, 2020, 2024, 2029]


@pytest.mark.parametrize(
    ("measure", "year", "why"),
    [
        ("good_level_of_development", 2020, "because of the pandemic"),
        ("good_level_of_development", 2012, "first held in 2013"),
        ("key_stage_1_reading_writing_maths", 2024, "last held in 2023"),
        ("english_maths_grade_5", 2021, "not comparable"),
        ("good_level_of_development", 2022, ""),
    ],
)
def test_why_a_stage_was_not_held(measure, year, why):
    assert why in why_not_held(MEASURES[measure], year)
    assert bool(why_not_held(MEASURES[measure], year)) is bool(why)


def test_c3_the_cluster_s_cohort_is_6_8_and_17_points_behind(query, sample_raw):
    found = steps(query, scenarios.LOSS_CLUSTER, 2024)
    assert {age: round(found[age]["gap"]) for age in (5, 6, 11)} == {5: -6, 6: -8, 11: -17}
    assert (found[5]["count"], found[5]["n"]) == (51, 75)
    rows = list(csv.DictReader((sample_raw / "authority" / "assessments.csv").open()))
    (england,) = (
        100 * int(row["reached"]) / int(row["pupils"])
        for row in rows
        if (row["urn"], row["year"], row["assessment"], row["group"])
        == ("England", "2018", "good_level_of_development", "not_free_school_meals")
    )
    assert found[5]["gap"] == pytest.approx(100 * 51 / 75 - england)
    assert found[11]["gap"] == pytest.approx(100 * found[11]["count"] / found[11]["n"] - found[11]["national_value"])


def test_a_step_that_nobody_took_says_why(query):
    found = steps(query, scenarios.LOSS_CLUSTER, 2024)
    assert found[7]["status"] == "no tests"
    assert "pandemic" in found[7]["reason"]
    assert (found[16]["status"], found[16]["reason"]) == ("not yet", "They take it in 2029.")
    assert [found[age]["value"] for age in (7, 16)] == [None, None]


def test_the_gap_opens_between_six_and_eleven_by_more_than_chance(query):
    rows = query(f"select * from mart.cohort_opening where unit = '{scenarios.LOSS_CLUSTER}'").rows(named=True)
    found = {(row["from_age"], row["to_age"]): row for row in rows}
    late, early = found[6, 11], found[5, 6]
    assert late["cohorts"] == early["cohorts"] == "2023, 2024"
    assert late["upper"] < 0 < early["upper"]
    both = [steps(query, scenarios.LOSS_CLUSTER, cohort) for cohort in (2023, 2024)]

    def pooled(age: int) -> float:
        return sum(one[age]["gap"] * one[age]["n"] for one in both) / sum(one[age]["n"] for one in both)

    assert late["change"] == pytest.approx(pooled(11) - pooled(6))
    assert found[5, 11]["cohorts"] == "2023, 2024, 2025"


def test_without_numbers_of_pupils_a_change_has_no_limits():
    import polars

    row = {"unit_kind": "authority", "unit": "999", "unit_name": "Exemplar", "cohort": 2024, "n": None, "count": None}
    frame = polars.DataFrame(
        [
            row | {"age": 5, "value": 50.0, "national_value": 74.0, "gap": -24.0, "england_gap": -17.0},
            row | {"age": 11, "value": 38.0, "national_value": 68.0, "gap": -30.0, "england_gap": -22.0},
        ],
        schema_overrides={"n": polars.Float64, "count": polars.Float64},
    )
    (found,) = _between(frame, 5, 11).rows(named=True)
    assert (found["change"], found["england_change"], found["lower"], found["upper"]) == (-6.0, -5.0, None, None)


def test_what_is_shared_of_a_step_names_its_schools_or_hides_everything(query):
    rows = query("select * from mart.shared_cohort_step where unit_kind = 'cluster'")
    hidden = rows.filter(status="hidden")
    assert hidden.height > 0
    assert hidden.select("value", "n", "count", "gap", "gap_lower", "schools", "members").null_count().row(0) == (
        (hidden.height,) * 7
    )
    shown = rows.filter(status="reported")
    assert shown.height > 0
    assert shown["members"].null_count() == 0
    changes = query("select * from mart.shared_cohort_opening where status = 'hidden'")
    assert changes.height > 0
    assert changes.select("change", "from_n", "to_n").null_count().row(0) == (changes.height,) * 3


def test_a_step_with_one_small_school_left_out_is_not_shared_beside_a_total_with_it(query):
    """The set of schools of each shared step is one whose sum the policy allows, given every shared total."""
    twice = query(
        """
        select s.unit, s.age, s.cohort from mart.shared_cohort_step s
        join mart.shared_total t on t.year = s.year and t.measure = s.measure and t."group" = s."group"
            and len(list_filter(s.members, lambda urn: not list_contains(t.members, urn))) = 0
            and len(t.members) - len(s.members) = 1
        join mart.shared_result r on r.year = s.year and r.measure = s.measure and r."group" = s."group"
            and r.status = 'hidden' and list_contains(t.members, r.observed_urn)
            and not list_contains(s.members, r.observed_urn)
        """
    )
    assert twice.height == 0
