"""Absence by school over a school year, with rows for authorities and England by phase of school."""

import polars

from pipelines.observations import ENGLAND_STATE_FUNDED, la_entity, urn_number
from pipelines.sources.performance_tables import area_groups, read_with_area_groups, settle_rows
from pipelines.sources.publication import Calendar, Layout, Parsed, Recognised, Source


def parse(found: Recognised) -> Parsed:
    """Reads one table. LA = NAT is England; ESTAB = PRI, SEC or SPE is a total by phase of school."""
    frame = found.table.text(["LA", "ESTAB", "URN"]).with_columns(polars.exclude("row").str.strip_chars())
    is_area = polars.col("ESTAB").is_in(list(area_groups()))
    entity = (
        polars.when(~is_area)
        .then(urn_number(polars.col("URN")))
        .when(polars.col("LA") == "NAT")
        .then(polars.lit(ENGLAND_STATE_FUNDED, polars.Int32))
        .otherwise(la_entity(polars.col("LA")))
    )
    rows = frame.with_columns(
        entity.alias("entity"),
        polars.lit(found.edition.year, polars.UInt16).alias("year"),
        polars.when(is_area).then(polars.col("ESTAB")).alias("area_group"),
    )
    rows, rejects = settle_rows(found, rows, key=("entity", "year", "area_group"))
    mentions = rows.filter(polars.col("area_group").is_null()).select(
        "row",
        polars.col("entity").alias("urn"),
        polars.col("LA").alias("la_code"),
        polars.col("ESTAB").alias("establishment_number"),
    )
    return read_with_area_groups(found, rows, rejects, mentions)


SOURCE = Source(
    key="absence",
    title="Pupil absence in schools",
    publisher="Department for Education",
    landing_page="https://explore-education-statistics.service.gov.uk/find-statistics/pupil-absence-in-schools-in-england",
    calendar=Calendar(month=3, day=25, years_after=1),
    updates="the March after the school year",
    order=31,
    layouts=(
        Layout(key="10% definition", columns=("LA", "ESTAB", "URN", "PERCTOT", "PPERSABS10")),
        Layout(key="15% definition", columns=("LA", "ESTAB", "URN", "PERCTOT", "PPERSABS15")),
    ),
    parse=parse,
)
