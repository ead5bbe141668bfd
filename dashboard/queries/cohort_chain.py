"""Cohorts from five to sixteen: the steps of a cluster, the authority or England, where the gap opens, the files."""

import polars as pl

from dashboard.db import ask, build, remembered
from pipelines.measures.cohorts import STAGES
from pipelines.measures.early_assessments import SOURCE_KEY


@remembered
def is_followed() -> bool:
    """Whether the build follows cohorts at all; one made before they were does not."""
    return {"cohort_step", "cohort_opening"} <= build().tables()


@remembered
def has_own_file() -> bool:
    """Whether the authority has given its own results at five, six and seven."""
    return ask(
        "select exists (select 1 from mart.source_file where source = ? and status = 'ingested') as has_one", SOURCE_KEY
    )["has_one"][0]


@remembered
def steps(unit_kind: str, unit: str) -> pl.DataFrame:
    """Every step of every cohort of a unit, oldest cohort first, with the file of a printed row."""
    return ask(
        """
        select s.unit_kind, s.unit, s.unit_name, s.cohort, s.age, s.year, s.measure, s."group", s.value, s.lower,
            s.upper, s.n, s.count, s.schools, s.schools_without, s.compared_with, s.national_value, s.gap, s.gap_lower,
            s.gap_upper, s.status, s.reason, f.source_title, f.edition, f.release, f.path, s."row"
        from mart.cohort_step s left join mart.source_file f using (file_id)
        where s.unit_kind = ? and s.unit = ? order by s.cohort, s.age
        """,
        unit_kind,
        unit,
    )


@remembered
def openings(unit_kind: str, unit: str) -> pl.DataFrame:
    """The changes of a unit's gap between two ages, with the columns of mart.cohort_opening."""
    return ask(
        "select * from mart.cohort_opening where unit_kind = ? and unit = ? order by from_age, to_age", unit_kind, unit
    )


@remembered
def origins_of_members(urns: tuple[int, ...]) -> pl.DataFrame:
    """The files that hold the steps of these schools: measure, year, schools, and the file, oldest year first."""
    return ask(
        """
        select o.measure, o.year, count(distinct o.urn) as schools, f.source_title, f.edition, f.release, f.path
        from mart.school_observation o left join mart.source_file f using (file_id)
        where list_contains(?::integer[], o.urn) and o.value is not null
            and list_contains(?::varchar[], o.measure || '/' || o."group")
        group by all order by o.year, o.measure, f.path
        """,
        list(urns),
        [f"{stage.measure}/{stage.groups[0]}" for stage in STAGES],
    )
