"""Cohorts of the fictional authority: Brackwater's chain, a cluster without one, the authority's and England's own."""

import duckdb

SCHEMA = """
create table mart.cohort_step(unit_kind text, unit text, unit_name text, cohort int, age int, year int, measure text,
    "group" text, value double, lower double, upper double, n double, count double, schools int, schools_without int,
    compared_with text, national_value double, gap double, gap_lower double, gap_upper double, status text,
    reason text, file_id int, "row" int);
create table mart.cohort_opening(unit_kind text, unit text, unit_name text, from_age int, to_age int, cohorts text,
    from_gap double, from_n double, to_gap double, to_n double, change double, lower double, upper double,
    england_change double);
"""

STAGES = {
    5: ("good_level_of_development", "free_school_meals", -6),
    6: ("phonics_year_1", "free_school_meals", -5),
    7: ("key_stage_1_reading_writing_maths", "free_school_meals", -4),
    11: ("reading_writing_maths_expected", "disadvantaged", 0),
    16: ("english_maths_grade_5", "disadvantaged", 5),
}
OTHERS = {5: 73.0, 6: 84.0, 7: 69.0, 11: 67.0, 16: 53.0}
CLUSTER, ENGLAND = ("cluster", "brackwater", "Brackwater"), ("england", "england", "England")
AUTHORITY = ("authority", "999", "Exemplar")
GAPS = {
    (*CLUSTER, 2023): {5: -14, 6: -13, 7: -17, 11: -30},
    (*CLUSTER, 2025): {5: -15, 11: -35},
    (*CLUSTER, 2019): {11: -33, 16: -33},
    (*ENGLAND, 2023): {5: -17, 6: -14, 7: -18, 11: -22},
    (*AUTHORITY, 2023): {5: -20, 6: -16, 11: -28},
}
"""(unit, cohort) → age → points behind others in England."""

MARGIN, CHILDREN = 9.0, 100

OPENINGS = (
    (*CLUSTER, 5, 6, "2023", -14, 100, -13, 100, 1, -8, 10, 3),
    (*CLUSTER, 5, 11, "2023, 2025", -14.5, 200, -32.5, 200, -18, -26, -10, -5),
    (*CLUSTER, 7, 11, "2023", -17, 100, -30, 100, -13, -24, -2, -4),
    (*AUTHORITY, 5, 11, "2023", -20, None, -28, None, -8, None, None, -5),
)


def write_cohorts(connection: duckdb.DuckDBPyConnection) -> None:
    """Adds mart.cohort_step and mart.cohort_opening."""
    connection.execute(SCHEMA)
    for (kind, unit, name, cohort), gaps in GAPS.items():
        for age, (measure, group, after) in STAGES.items():
            step = _step(kind, age, cohort + after, gaps.get(age))
            row = (kind, unit, name, cohort, age, cohort + after, measure, group, *step)
            connection.execute(f"insert into mart.cohort_step values ({', '.join('?' * len(row))})", row)
    for row in OPENINGS:
        connection.execute(f"insert into mart.cohort_opening values ({', '.join('?' * len(row))})", row)


def _step(kind: str, age: int, year: int, gap: float | None) -> tuple:
    if gap is None:
        status = ("no tests", "Nobody was assessed.") if year in (2020, 2021) else ("no data", "No file at hand.")
        status = ("not yet", f"They take it in {year}.") if year > 2026 else status
        return (*[None] * 12, *status, None, None)
    is_counted = kind == "cluster"
    margin, n = (MARGIN, CHILDREN) if is_counted else (None, None)
    value, beside = OTHERS[age] + gap, "all" if kind == "authority" and age == 6 else "other"
    limits = (value - MARGIN, value + MARGIN) if margin else (None, None)
    gap_limits = (gap - MARGIN, gap + MARGIN) if margin else (None, None)
    counted = (n, value * n / 100 if n else None, 4 if is_counted else None, 1 if is_counted and age == 11 else 0)
    file_id = None if is_counted else 1
    return (value, *limits, *counted, beside, OTHERS[age], gap, *gap_limits, "reported", None, file_id, None)
