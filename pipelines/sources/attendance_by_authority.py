"""Pupil attendance in the daily registers: authorities, regions and England, by kind of school.

Levels and kinds of school are mixed in one file: each row goes to its own area and group, so that nothing is
counted twice; rows for single weeks are left out.
"""

import polars

from pipelines.errors import SourceChanged
from pipelines.observations import (
    ENGLAND_STATE_FUNDED,
    Cell,
    cells_in,
    gss_entity,
    la_entity,
)
from pipelines.sources.authority_codes import region_named
from pipelines.sources.long_table import read_groups, reject_many
from pipelines.sources.performance_tables import settle_rows
from pipelines.sources.publication import Edition, Layout, Parsed, Recognised, Source
from pipelines.sources.reading import RawFile, TextTable

_GROUPS = {
    "Total": "all",
    "Primary": "in_primary_schools",
    "Secondary": "in_secondary_schools",
    "Special": "in_special_schools",
}
_PARTS_OF_A_YEAR = ("Autumn term", "Spring term", "Summer term", "Autumn and spring term")
_WHOLE = ("Academic year", "Year to date", *_PARTS_OF_A_YEAR)


def _year(period: polars.Expr) -> polars.Expr:
    """Summer year of "202425"; null where it is no school year."""
    start = period.str.slice(0, 4).cast(polars.Int32, strict=False)
    end = period.str.slice(4).cast(polars.Int32, strict=False)
    known = period.str.contains(r"^20[0-9]{4}$") & ((start + 1) % 100 == end)
    return polars.when(known).then(start + 1).cast(polars.UInt16)


def edition(table: TextTable, file: RawFile) -> Edition:
    """The last school year of the table, and which part of it."""
    periods = table.text(["time_period", "time_identifier"])
    year = periods.select(_year(polars.col("time_period").str.strip_chars()).max()).item()
    if year is None:
        raise SourceChanged(
            "no row says which school year it is about",
            where=f"{table.where}, column time_period",
            next_step="fetch the file again; school years are printed as 202425",
        )
    part = periods["time_identifier"].str.strip_chars().mode().sort().first() or ""
    whole = "year to date" if part in ("Academic year", "Year to date") else part.lower()
    return Edition(label=f"{year - 1}-{year % 100:02d}, {whole}", year=year, release="provisional")


def parse(found: Recognised) -> Parsed:
    """Reads percentages of sessions and pupils; "Total" is the group of all pupils."""
    kind = "education_phase" if found.table.has("education_phase") else "school_type"
    columns = [
        "time_period",
        "time_identifier",
        "geographic_level",
        "region_code",
        "old_la_code",
        kind,
        "new_la_code",
        "la_name",
        "region_name",
    ]
    text = found.table.text(columns).with_columns(polars.exclude("row").str.strip_chars())
    rejects = []
    weekly = ~polars.col("time_identifier").is_in(_WHOLE) & (polars.col("time_identifier") != "")
    if text.select(weekly.any()).item():
        weeks = text.filter(weekly)
        rejects.append(reject_many(weeks, "time_identifier", "part of a term", "the rows were not loaded"))
        text = text.filter(~weekly)
    rows = text.with_columns(
        polars.when(polars.col(kind).is_in(list(_GROUPS)) & _year(polars.col("time_period")).is_not_null())
        .then(_entity())
        .alias("entity"),
        _year(polars.col("time_period")).fill_null(0).alias("year"),
    )
    others = ~polars.col(kind).is_in(list(_GROUPS))
    groups, first = [], True
    cells = cells_in(found.table, found.source.key, found.edition.year)
    for name, group in [*_GROUPS.items(), (None, None)]:
        part = rows.filter(polars.col(kind) == name if name else others)
        if part.is_empty():
            continue
        settled, bad = settle_rows(found, part, first=first)
        first = False
        rejects += bad
        of_group = [Cell(c.measure, c.group, c.column, c.cohort) for c in cells if c.group == group]
        if of_group:
            groups.append((of_group, settled))
    parsed = read_groups(found, groups, rejects)
    parsed.tables["local_authority"] = _authorities(rows)
    return parsed


def _entity() -> polars.Expr:
    level = polars.col("geographic_level")
    return (
        polars.when(level == "National")
        .then(polars.lit(ENGLAND_STATE_FUNDED, polars.Int32))
        .when(level == "Regional")
        .then(gss_entity(polars.col("region_code")))
        .when(level == "Local authority")
        .then(la_entity(polars.col("old_la_code")))
    )


def _authorities(rows: polars.DataFrame) -> polars.DataFrame:
    return (
        rows.filter(polars.col("geographic_level") == "Local authority")
        .unique("old_la_code", keep="first", maintain_order=True)
        .select(
            "row",
            polars.col("old_la_code").alias("la_code"),
            polars.col("la_name"),
            region_named(polars.col("region_name")).alias("region"),
            polars.col("new_la_code").alias("gss_code"),
        )
    )


_COLUMNS = (
    "time_period",
    "time_identifier",
    "geographic_level",
    "region_code",
    "region_name",
    "new_la_code",
    "old_la_code",
    "la_name",
    "enrolments",
    "attendance_perc",
    "overall_absence_perc",
    "authorised_absence_perc",
    "unauthorised_absence_perc",
    "pa_perc",
)

SOURCE = Source(
    key="attendance_by_authority",
    title="Pupil attendance in schools",
    publisher="Department for Education",
    landing_page="https://explore-education-statistics.service.gov.uk/find-statistics/pupil-attendance-in-schools",
    family="statistics service",
    edition=edition,
    order=40,
    updates="every two weeks in term time",
    layouts=(
        Layout(key="by education phase", rank=2, columns=(*_COLUMNS, "education_phase")),
        Layout(key="by school type", rank=1, columns=(*_COLUMNS, "school_type")),
    ),
    parse=parse,
)
