"""The sample authority's build under attack: nothing that it shares tells a hidden count, and planted leaks are found.

Everything shared of a measure goes into one linear programme: every school, cluster, community area, phase and year,
by every measure about the same pupils, with the authority's sums. FULL_ATTACK=1 asks about every school as every
head; without it, about some schools as some heads.
"""

import os
from dataclasses import replace

import polars as pl
import pytest
from disclosure_attack import Row, World, attack, world_of_build

from pipelines import warehouse
from pipelines.marts import shared_result, shared_total

DISADVANTAGE, SEX = ("disadvantaged", "other"), ("boys", "girls")
PRIOR, MOBILITY = ("prior_low", "prior_middle", "prior_high"), ("non_mobile",)
FIRST_LANGUAGE = ("eal",)
FULL = os.environ.get("FULL_ATTACK") == "1"
EVERY = 1 if FULL else 12
"""Of the schools with something hidden, every how manieth is asked about."""

HEADS = 1_000 if FULL else 2
SCENARIO_C2 = 900003
"""Four disadvantaged pupils in 2025."""


@pytest.fixture(scope="module")
def query(sample_build):
    with warehouse.open_build(sample_build) as connection:
        yield lambda sql, parameters=None: connection.sql(sql, params=parameters or None).pl()


@pytest.fixture(scope="module")
def cells(query) -> pl.DataFrame:
    return shared_result.cells_of(query)


@pytest.fixture(scope="module")
def disadvantage(query, cells) -> World:
    return world_of_build(query, "reading_writing_maths_expected", [2025], DISADVANTAGE, cells)


@pytest.mark.parametrize(
    ("measure", "years", "partition"),
    [
        ("reading_writing_maths_expected", [2025], DISADVANTAGE),
        ("reading_writing_maths_higher", [2025], SEX),
        ("maths_expected", [2019], PRIOR),
        ("reading_writing_maths_expected", [2024], MOBILITY),
        ("english_maths_grade_4", [2024], DISADVANTAGE),
        ("english_maths_grade_5", [2017], FIRST_LANGUAGE),
        ("apprenticeship_destination", [2017], DISADVANTAGE),
        ("ebacc_grade_5", [2025], PRIOR),
        ("unknown_destination", [2017], DISADVANTAGE),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(str(part) for part in value),
)
def test_nothing_shared_narrows_a_hidden_count(query, cells, measure, years, partition):
    world = world_of_build(query, measure, years, partition, cells)
    schools = sorted({count[1] for count in world.hidden()})
    assert schools, "nothing is hidden, so nothing is tried"
    asked = schools[::EVERY]
    for head in (None, *schools[:: max(1, len(schools) // HEADS)][:HEADS]):
        found = attack(world, insider=head, schools=asked, groups=("all", *partition[:2]))
        assert not found, found[:3]


def lone(world: World) -> list[int]:
    """Schools whose disadvantaged pupils are few and hidden, the school of the scenario first."""
    few = [s for kind, s, year, group in world.hidden() if (kind, year, group) == ("n", 2025, "disadvantaged")]
    few = [s for s in few if 1 <= world.true["n", s, 2025, "disadvantaged"] <= 5]
    assert SCENARIO_C2 in few
    return [SCENARIO_C2, *(s for s in few if s != SCENARIO_C2)]


def counts(schools: list[int], kind: str = "n", group: str = "disadvantaged", year: int = 2025) -> list:
    return [(kind, school, year, group) for school in schools]


def found_at(world: World, school: int, insider: int | None = None) -> bool:
    return bool(attack(world, insider=insider, schools=[school], groups=["disadvantaged"]))


def test_the_attack_finds_a_lone_hidden_number_in_a_total(disadvantage):
    shown = [c[1] for c in disadvantage.shown if c[0] == "n" and c[3] == "disadvantaged"][:6]
    leak = disadvantage.with_sum(counts([*shown, SCENARIO_C2]), "cluster")
    assert found_at(leak, SCENARIO_C2)
    assert not found_at(disadvantage, SCENARIO_C2)


def test_the_attack_finds_a_complement_that_is_shown(disadvantage):
    assert found_at(disadvantage.showing(("n", SCENARIO_C2, 2025, "other")), SCENARIO_C2)


def test_the_attack_finds_a_pooled_figure_less_its_other_years(query, cells):
    world = world_of_build(query, "reading_writing_maths_expected", [2024, 2025], DISADVANTAGE, cells)
    school = min(s for s in lone(world) if ("n", s, 2024, "disadvantaged") in world.shown)
    leak = world.with_sum(
        [("n", school, 2024, "disadvantaged"), ("n", school, 2025, "disadvantaged")], "two years pooled"
    )
    assert found_at(leak, school)
    assert not found_at(world, school)


def test_the_attack_finds_two_clusters_that_differ_by_one_school(disadvantage):
    school, *others = lone(disadvantage)
    leak = disadvantage.with_sum(counts(others[:8]), "one").with_sum(counts([school, *others[:8]]), "the other")
    assert found_at(leak, school)


def test_the_attack_finds_an_earlier_export_of_other_members(disadvantage):
    """A cluster lost one school between two builds: its total of today, and the one saved before."""
    hidden = {s for s in lone(disadvantage)}
    row = next(
        row
        for row in disadvantage.sums
        if {c[0] for c in row.factors} == {"n"}
        and {c[3] for c in row.factors} == {"other"}
        and 3 < len(hidden & {c[1] for c in row.factors}) < 30
    )
    school = min(hidden & {c[1] for c in row.factors})
    before = [count for count in row.factors if count[1] != school]
    assert found_at(disadvantage.with_sum(before, "saved before"), school)


def test_the_attack_finds_a_percentage_of_a_hidden_number(disadvantage):
    n, x = counts([SCENARIO_C2])[0], counts([SCENARIO_C2], "x")[0]
    share = disadvantage.true[x] / disadvantage.true[n]
    leak = replace(disadvantage, sums=[*disadvantage.sums, Row({x: 1.0, n: -share}, 0, 0, "percentage")])
    assert found_at(leak, SCENARIO_C2)


def test_the_attack_finds_a_total_of_two_hidden_schools_when_one_head_asks(disadvantage):
    one, two, *_ = lone(disadvantage)
    leak = disadvantage.with_sum(counts([one, two]), "two schools")
    assert found_at(leak, one, insider=two)


# -- scenario C2 -------------------------------------------------------------------------------------------------


def test_four_pupils_are_hidden_with_everything_that_tells_them(query):
    found = query(
        """select measure, "group", value, n, status from mart.shared_result where urn = 900003 and year = 2025
        and ("group" in ('disadvantaged', 'other') or measure like 'disadvantaged_share%')
        and measure in ('reading_writing_maths_expected', 'key_stage_2_pupils', 'disadvantaged_share_key_stage_2')"""
    )
    assert found.height == 5
    assert set(found["status"]) == {"hidden"}
    assert found["value"].null_count() == found["n"].null_count() == 5
    whole = query(
        """select value, n from mart.shared_result where urn = 900003 and year = 2025 and "group" = 'all'
        and measure = 'reading_writing_maths_expected'"""
    )
    assert whole.row(0) == (63.0, 27.0)


def test_a_cluster_and_all_of_it_but_that_school_are_never_both_shared(query):
    verdict = shared_result.verdict_of(query)
    members = shared_total.members_of(query).filter((pl.col("year") == 2025) & (pl.col("result_year") == 2025))
    tried = 0
    for (kind, _, measure, group), frame in members.partition_by(
        "unit_kind", "unit", "measure", "group", as_dict=True
    ).items():
        schools = frozenset(frame["observed_urn"])
        if SCENARIO_C2 not in schools or group not in ("other", "disadvantaged") or kind != "cluster":
            continue
        tried += 1
        if not verdict.refuses(measure, 2025, group, schools):
            verdict.learn(measure, 2025, group, schools)
            assert verdict.refuses(measure, 2025, group, schools - {SCENARIO_C2})
    assert tried > 5


def test_an_earlier_total_of_other_members_stops_todays(query):
    """What an earlier build shared is known: a total that differs from it by one hidden school is withheld."""
    shared = query(
        """select measure, year, "group", members from mart.shared_total
        where unit_kind = 'cluster' and span = 'year' and status = 'reported' and "group" = 'other' and year = 2025"""
    )
    hidden = shared_result.verdict_of(query).hidden
    for measure, year, group, members in shared.iter_rows():
        of_row = hidden.filter(
            (pl.col("measure") == measure)
            & (pl.col("year") == year)
            & (pl.col("group") == group)
            & pl.col("school").is_in(members)
        )["school"].to_list()
        if len(of_row) < 4:
            continue
        verdict = shared_result.verdict_of(query)
        assert not verdict.refuses(measure, year, group, frozenset(members))
        verdict.learn(measure, year, group, frozenset(members) - {min(of_row)})
        assert verdict.refuses(measure, year, group, frozenset(members))
        return
    pytest.fail("no shared total of the sample has four hidden schools")


def test_totals_are_made_of_the_members_that_were_judged(query):
    """The pupils of a shared total are those of the schools that the verdict was about."""
    members = shared_total.members_of(query).filter(~pl.col("is_pooled") & (pl.col("unit_kind") == "cluster"))
    results = query(shared_total.OUR_RESULTS).filter("is_used").unique(["observed_urn", "year", "measure", "group"])
    summed = (
        members.join(
            results.select("observed_urn", pl.col("year").alias("result_year"), "measure", "group", "n"),
            on=["observed_urn", "result_year", "measure", "group"],
        )
        .group_by("unit", "year", "measure", "group")
        .agg(pl.col("n").sum().alias("summed"))
    )
    totals = query(
        """select unit, year, measure, "group", n from mart.total
        where unit_kind = 'cluster' and span = 'year' and n is not null"""
    )
    both = totals.join(summed, on=["unit", "year", "measure", "group"], how="left")
    assert both.height > 1000
    assert both.filter((pl.col("n") - pl.col("summed")).abs().fill_null(1) > 1e-6).is_empty()
