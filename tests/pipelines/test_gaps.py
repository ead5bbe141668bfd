"""Gaps: the published differences from national others, intervals, breaks, and the three gaps of the sample."""

import math
from pathlib import Path

import numpy as np
import polars
import pytest

from pipelines import warehouse
from pipelines.measures import MEASURES
from pipelines.measures.gaps import CONTRASTS, DEFINITION_BREAKS, breaks, years_to_pool
from pipelines.statistics import gaps

KEY_STAGE_2 = {
    # published difference: (the group's column, the national other's column, step of both, step of the difference)
    "DIFFN_RWM_EXP": ("PTRWM_EXP_FSM6CLA1A", "PTRWM_EXP_NOTFSM6CLA1A", 1.0, 1.0),
    "DIFFN_RWM_HIGH": ("PTRWM_HIGH_FSM6CLA1A", "PTRWM_HIGH_NOTFSM6CLA1A", 1.0, 1.0),
    "DIFFN_READPROG": ("READPROG_FSM6CLA1A", "READPROG_NOTFSM6CLA1A", 0.1, 0.1),
    "DIFFN_WRITPROG": ("WRITPROG_FSM6CLA1A", "WRITPROG_NOTFSM6CLA1A", 0.1, 0.1),
    "DIFFN_MATPROG": ("MATPROG_FSM6CLA1A", "MATPROG_NOTFSM6CLA1A", 0.1, 0.1),
}
KEY_STAGE_4 = {
    "DIFFN_ATT8": ("ATT8SCR_FSM6CLA1A", "ATT8SCR_NFSM6CLA1A", 0.1, 0.1),
    "DIFFN_P8MEA": ("P8MEA_FSM6CLA1A", "P8MEA_NFSM6CLA1A", 0.01, 0.01),
}
ENGLAND_STATE_FUNDED = {"ks2": "5", "ks4": "7"}
"""RECTYPE of England's state-funded schools (QUIRKS.md 3)."""


def read(path: Path) -> polars.DataFrame:
    """A published table as text, its columns in capitals; rows that stop early are filled with nulls."""
    table = polars.read_csv(path, infer_schema_length=0, truncate_ragged_lines=True)
    return table.rename({name: name.upper() for name in table.columns})


def number(column: str) -> polars.Expr:
    return polars.col(column).str.strip_chars().str.strip_suffix("%").cast(polars.Float64, strict=False)


def compared(path: Path) -> dict[str, tuple[int, float]]:
    """Published difference → (schools compared, largest difference between it and ours)."""
    table = read(path)
    stage = path.parent.parent.name[:3]
    national = table.filter(polars.col("RECTYPE") == ENGLAND_STATE_FUNDED[stage])
    assert national.height == 1
    found = {}
    for printed, (focus, other, *_) in (KEY_STAGE_2 if stage == "ks2" else KEY_STAGE_4).items():
        schools = (
            table.filter(polars.col("RECTYPE").is_in(["1", "2"]))
            .select(number(printed).alias("printed"), number(focus).alias("focus"))
            .drop_nulls()
        )
        (national_other,) = national.select(number(other)).to_series()
        ours = gaps.difference_from_nation(
            gaps.group(schools["focus"].to_numpy(), np.nan), gaps.group(np.full(schools.height, national_other), np.nan)
        )
        found[printed] = (schools.height, float(np.abs(ours.value - schools["printed"].to_numpy()).max()))
    return found


@pytest.mark.parametrize(
    ("edition", "file", "schools"),
    [
        ("ks2-full-width/2016-17", "850_ks2final.csv", (191, 191, 183, 184, 184)),
        ("ks2-full-width/2016-17", "936_ks2final.csv", (155, 155, 150, 152, 151)),
        ("ks2-full-width/2017-18", "850_ks2final.csv", (193, 193, 190, 190, 189)),
        ("ks2-full-width/2017-18", "936_ks2final.csv", (148, 148, 145, 147, 145)),
        ("ks2-full-width/2018-19", "850_ks2final.csv", (187, 187, 185, 186, 186)),
        ("ks4-full-width/2016-17", "850_ks4final.csv", (76, 76)),
        ("ks4-full-width/2016-17", "936_ks4final.csv", (58, 57)),
        ("ks4-full-width/2017-18", "850_ks4final.csv", (74, 74)),
        ("ks4-full-width/2017-18", "936_ks4final.csv", (57, 56)),
    ],
)
def test_published_differences_from_national_others_are_reproduced(
    shared_raw: Path, edition: str, file: str, schools: tuple[int, ...]
) -> None:
    """DIFFN is the school's disadvantaged pupils less England's other pupils, state-funded schools, each as printed.

    Rounding would allow half a step of each of three numbers; they agree to the last digit, so that DfE subtracts
    what it prints.
    """
    found = compared(shared_raw / edition / file)
    assert tuple(count for count, _ in found.values()) == schools
    columns = KEY_STAGE_2 | KEY_STAGE_4
    for printed, (_, largest) in found.items():
        print(f"{edition} {file} {printed}: largest difference {largest:.1e}")
        assert largest < 1e-9 < gaps.rounding_bound(columns[printed][2], columns[printed][2], columns[printed][3])


def test_the_differences_of_2024_lack_their_ingredients_but_are_possible(shared_raw: Path) -> None:
    """No file at hand prints Attainment 8 of disadvantaged pupils by school for 2023/24: 0 of 3,446 can be subtracted.

    What can be held against them: with x the score of England's other pupils, a school's disadvantaged pupils have
    x + DIFFN, and its other pupils what is left of all pupils' score. Pupil by pupil these must come back to x, and
    no school's other pupils can have a score that does not exist (0 to 90).
    """
    information = read(shared_raw / "ees-ks4" / "2023-24" / "ks4_school_info_2024.csv")
    results = read(shared_raw / "ks4" / "2023-24" / "england_ks4final.csv")
    assert "ATT8SCR_FSM6CLA1A" not in results.columns
    published = information.select(
        "SCHOOL_URN",
        printed=number("DIFFN_ATT8"),
        few=number("T_DISADVANTAGED"),
        others=number("T_NOT_DISADVANTAGED"),
    ).drop_nulls("printed")
    assert published.height == 3446
    both = published.join(
        results.select(SCHOOL_URN="URN", score=number("ATT8SCR"), pupils=number("TPUP")), on="SCHOOL_URN"
    ).drop_nulls()
    both = both.filter(polars.col("pupils") == polars.col("few") + polars.col("others"))
    few, others, score, printed = (both[name].to_numpy() for name in ("few", "others", "score", "printed"))
    assert len(few) > 3200

    def mean_of_others(x: float) -> float:
        return float(((few + others) * score - few * (x + printed)).sum() / others.sum())

    slope = mean_of_others(1.0) - mean_of_others(0.0)
    x = mean_of_others(0.0) / (1 - slope)
    print(f"{len(few)} schools; England's other pupils by their own arithmetic: {x:.2f}")
    assert abs(x - 50.3) < 0.5  # 50.3 in 2018/19 (RISK.md, oracle O2)
    left = ((few + others) * score - few * (x + printed)) / others
    assert left.min() > 0
    assert left.max() < 90


@pytest.fixture(scope="module")
def hampshire(shared_raw: Path, tmp_path_factory: pytest.TempPathFactory) -> warehouse.Connection:
    """A build of the full-width files alone, for Hampshire."""
    from pipelines.build import build
    from pipelines.settings import Settings

    raw = tmp_path_factory.mktemp("full-width")
    for folder in ("ks2-full-width", "ks4-full-width"):
        (raw / folder).symlink_to(shared_raw / folder)
    path = build(Settings(raw=raw, curated=tmp_path_factory.mktemp("hampshire"), la_code="850")).path
    with warehouse.open_build(path) as connection:
        yield connection


@pytest.mark.slow
@pytest.mark.parametrize(
    ("measure", "edition", "printed"),
    [
        ("reading_writing_maths_expected", "ks2-full-width/2016-17/850_ks2final.csv", "DIFFN_RWM_EXP"),
        ("maths_progress", "ks2-full-width/2018-19/850_ks2final.csv", "DIFFN_MATPROG"),
        ("attainment_8", "ks4-full-width/2017-18/850_ks4final.csv", "DIFFN_ATT8"),
        ("progress_8", "ks4-full-width/2016-17/850_ks4final.csv", "DIFFN_P8MEA"),
    ],
)
def test_the_table_of_gaps_has_the_published_differences(
    hampshire: warehouse.Connection, shared_raw: Path, measure: str, edition: str, printed: str
) -> None:
    year = 2000 + int(edition.split("/")[1][-2:])
    table = read(shared_raw / edition).filter(polars.col("RECTYPE").is_in(["1", "2"]))
    published = table.select("URN", printed=number(printed)).drop_nulls()
    ours = hampshire.sql(
        """select unit as "URN", national_gap, national_how from mart.gap
        where unit_kind = 'school' and span = 'year' and contrast = 'disadvantaged' and measure = $measure
        and year = $year and national_gap is not null""",
        params={"measure": measure, "year": year},
    ).pl()
    both = published.join(ours, on="URN", how="left")
    assert both.height > 50
    assert both["national_gap"].null_count() == 0
    assert (both["printed"] - both["national_gap"]).abs().max() < 1e-9
    assert both["national_how"].unique().to_list() == ["published"]


def test_differences_have_limits_of_the_right_kind() -> None:
    """Newcombe 1998, method 10: 56 of 70 less 48 of 80 is 20 points, 5.24 to 33.39."""
    first, second = gaps.group(80.0, 70, 56), gaps.group(60.0, 80, 48)
    found = gaps.difference(first, second)
    assert found.value == pytest.approx(20)
    assert (float(found.lower), float(found.upper)) == pytest.approx((5.24, 33.39), abs=0.005)
    means = gaps.difference(gaps.group(45.0, 100, sd=14.5), gaps.group(50.0, 400, sd=14.5))
    half = 1.959964 * math.hypot(14.5 / 10, 14.5 / 20)
    assert (float(means.lower), float(means.upper)) == pytest.approx((-5 - half, -5 + half))


def test_a_nation_without_a_number_of_pupils_is_taken_as_certain() -> None:
    here = gaps.group(50.0, 40, 20)
    counted = gaps.difference_from_nation(here, gaps.group(70.0, 450_000, 315_000))
    given = gaps.difference_from_nation(here, gaps.group(70.0, np.nan))
    assert counted.value == given.value == -20
    assert float(counted.lower) == pytest.approx(float(given.lower), abs=0.02)
    assert np.isnan(gaps.difference(here, gaps.group(70.0, np.nan)).lower)
    assert np.isnan(gaps.difference_from_nation(gaps.group(np.nan, 40), gaps.group(70.0, 9)).value)


def test_the_rest_is_everyone_less_the_group_and_never_of_fewer_than_six() -> None:
    """18 of 30 pupils less 5 of 10 are 13 of 20: 65%. Of 30 less 25 five are left, who are not shown."""
    left = gaps.rest(gaps.group([60.0, 60.0], [30, 30], [18, 18]), gaps.group([50.0, 60.0], [10, 25], [5, 15]))
    assert (left.value[0], left.n[0], left.count[0]) == (65.0, 20, 13)
    assert np.isnan(left.value[1])
    means = gaps.rest(gaps.group(46.0, 100, sd=14.5), gaps.group(50.0, 25, sd=14.5))
    assert means.value == pytest.approx((46 * 100 - 50 * 25) / 75)


def test_years_are_pooled_around_the_pandemic_and_never_across_a_break() -> None:
    expected = MEASURES["reading_writing_maths_expected"]
    assert years_to_pool(expected, "all", 2025) == (2023, 2024, 2025)
    assert years_to_pool(expected, "all", 2024) == (2019, 2023, 2024)
    assert years_to_pool(expected, "all", 2023) == (2018, 2019, 2023)
    assert years_to_pool(expected, "all", 2019) == (2018, 2019)  # writing changed in 2018
    assert years_to_pool(expected, "all", 2018) == (2018,)
    assert years_to_pool(expected, "all", 2017) == (2016, 2017)  # new tests in 2016
    assert years_to_pool(expected, "all", 2022) == ()  # not published by school
    attainment_8 = MEASURES["attainment_8"]
    assert years_to_pool(attainment_8, "all", 2019) == (2017, 2018, 2019)
    assert years_to_pool(attainment_8, "disadvantaged", 2019) == (2018, 2019)  # free school meals kept from 2018
    assert years_to_pool(attainment_8, "all", 2021) == ()


def test_definitions_of_disadvantage_break_where_they_changed() -> None:
    assert [one.year for one in DEFINITION_BREAKS] == [2012, 2018, 2027]
    assert [one.year for one in DEFINITION_BREAKS if not one.verified] == [2027]
    assert all(one.source for one in DEFINITION_BREAKS)
    attainment_8 = MEASURES["attainment_8"]
    assert {2012, 2018, 2027} <= set(breaks(attainment_8, "disadvantaged", "other"))
    assert 2018 not in breaks(attainment_8, "boys", "girls")


@pytest.fixture(scope="module")
def sample(sample_build: Path) -> warehouse.Connection:
    with warehouse.open_build(sample_build) as connection:
        yield connection


def test_the_three_gaps_of_a_cluster_stand_together(sample: warehouse.Connection) -> None:
    """C1: group, national other and within gap, each with pupils and limits; three years pooled beside the year."""
    found = sample.sql("""
        select unit, span, years, focus_value, focus_n, focus_lower, focus_upper, other_value, other_n, within_gap,
            within_lower, within_upper, national_other, national_gap, national_lower, national_upper
        from mart.gap where unit_kind = 'cluster' and year = 2025 and contrast = 'disadvantaged'
          and measure = 'reading_writing_maths_expected' and focus_value is not null and other_value is not null
    """).pl()
    clusters = found["unit"].n_unique()
    assert clusters >= 10
    assert set(found.filter(polars.col("span") == "pooled")["years"]) == {"2023, 2024, 2025"}
    assert found.filter(polars.col("span") == "pooled").height == clusters
    assert found.null_count().sum_horizontal().item() == 0
    for row in found.iter_rows(named=True):
        assert row["within_gap"] == pytest.approx(row["other_value"] - row["focus_value"])
        assert row["national_gap"] == pytest.approx(row["focus_value"] - row["national_other"])
        assert row["focus_lower"] <= row["focus_value"] <= row["focus_upper"]
        assert row["within_lower"] < row["within_gap"] < row["within_upper"]
        assert row["national_lower"] < row["national_gap"] < row["national_upper"]


def test_a_hidden_group_has_a_reason_and_no_gap(sample: warehouse.Connection) -> None:
    """C2: school 900003 has four disadvantaged pupils in 2025."""
    rows = sample.sql("""
        select focus_value, within_gap, national_gap, reason from mart.gap
        where unit = '900003' and year = 2025 and span = 'year' and contrast = 'disadvantaged'
          and measure = 'reading_writing_maths_expected'
    """).fetchall()
    assert len(rows) == 1
    assert rows[0][:3] == (None, None, None)
    assert rows[0][3].startswith("no figure of the group: hidden by the publisher")


def test_every_gap_that_is_missing_has_a_reason(sample: warehouse.Connection) -> None:
    (silent,) = sample.sql("""
        select count(*) from mart.gap
        where (focus_value is null or within_gap is null or national_gap is null) and reason is null
    """).fetchall()[0]
    assert silent == 0


def test_breaks_are_marked_with_their_reason(sample: warehouse.Connection) -> None:
    found = sample.sql("""
        select year, is_break, reason from mart.gap
        where unit = 'england' and span = 'year' and contrast = 'disadvantaged'
          and measure = 'reading_writing_maths_expected' order by year
    """).fetchall()
    assert [year for year, is_break, _ in found if is_break] == [2016, 2018]
    assert "transitional protection" in next(reason for year, _, reason in found if year == 2018)
    levels = sample.sql("""
        select distinct year from mart.gap where is_break and contrast = 'disadvantaged'
          and measure = 'english_maths_level_4'
    """).fetchall()
    assert levels == [(2012,)]


def test_every_contrast_that_files_print_is_there(sample: warehouse.Connection) -> None:
    found = {row[0] for row in sample.sql("select distinct contrast from mart.gap").fetchall()}
    assert (
        found
        == {"disadvantaged", "free school meals", "girls and boys", "eal"}
        <= {contrast.key for contrast in CONTRASTS}
    )


def test_england_of_the_sample_has_the_published_figures(sample: warehouse.Connection) -> None:
    """RISK.md, oracle O1: other and disadvantaged pupils at the expected standard, and the gap between them."""
    oracle = {
        2016: (60, 39, 399077, 186503),
        2017: (67, 47, 409836, 189272),
        2018: (70, 51, 428831, 190528),
        2019: (71, 51, 447286, 197294),
        2023: (66, 44, 467278, 203690),
        2024: (67, 46, 458311, 203281),
        2025: (69, 47, 443257, 207299),
    }
    found = sample.sql("""
        select year, other_value, focus_value, other_n, focus_n, within_gap, national_gap from mart.gap
        where unit = 'england' and span = 'year' and contrast = 'disadvantaged'
          and measure = 'reading_writing_maths_expected'
    """).fetchall()
    assert {row[0]: row[1:5] for row in found} == oracle
    assert all(within == other - focus == -national for _, other, focus, _, _, within, national in found)


def test_england_of_the_real_files_agrees_with_the_oracle(real_build: Path) -> None:
    """O1 again, from the England row of the full-width files; its pupils differ by edition (less than 0.3%)."""
    oracle = {2017: (67, 47, 409836, 189272), 2018: (70, 51, 428831, 190528), 2019: (71, 51, 447286, 197294)}
    with warehouse.open_build(real_build) as connection:
        found = connection.sql("""
            select year, other_value, focus_value, other_n, focus_n from mart.gap
            where unit = 'england' and span = 'year' and contrast = 'disadvantaged' and focus_value is not null
              and measure = 'reading_writing_maths_expected'
        """).fetchall()
    assert {row[0]: row[1:3] for row in found} == {year: values[:2] for year, values in oracle.items()}
    for year, _, _, other_n, focus_n in found:
        assert other_n == pytest.approx(oracle[year][2], rel=3e-3)
        assert focus_n == pytest.approx(oracle[year][3], rel=3e-3)


def test_published_gaps_stand_where_their_ingredients_do_not(real_build: Path) -> None:
    """Schools of 2023/24 have DIFFN_ATT8 but no score of their disadvantaged pupils."""
    with warehouse.open_build(real_build) as connection:
        found = connection.sql("""
            select count(*), count(focus_value), count(national_gap), bool_and(is_published), min(reason)
            from mart.gap where unit_kind = 'school' and year = 2024 and measure = 'attainment_8'
              and contrast = 'disadvantaged' and national_gap is not null
        """).fetchall()[0]
    assert found[0] == found[2] > 25
    assert found[1] == 0
    assert found[3]
    assert "the published one" in found[4]
