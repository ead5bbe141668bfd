"""The January school census by school, with rows for authorities and England by phase of school."""

import polars

from pipelines.observations import ENGLAND_STATE_FUNDED, la_entity, urn_number
from pipelines.sources.performance_tables import area_groups, read_with_area_groups, settle_rows
from pipelines.sources.publication import Calendar, Layout, Parsed, Recognised, Source


def parse(found: Recognised) -> Parsed:
    """Reads one table. URN = NAT is England; a blank URN with ESTAB = PRI, SEC or SPE is an authority."""
    frame = found.table.text(["URN", "LA", "ESTAB"]).with_columns(polars.exclude("row").str.strip_chars())
    is_area = polars.col("ESTAB").is_in(list(area_groups()))
    entity = (
        polars.when(~is_area)
        .then(urn_number(polars.col("URN")))
        .when((polars.col("URN") == "NAT") | (polars.col("LA") == "NAT"))
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
    key="census",
    title="Schools, pupils and their characteristics",
    publisher="Department for Education",
    landing_page="https://explore-education-statistics.service.gov.uk/find-statistics/school-pupils-and-their-characteristics",
    calendar=Calendar(month=6, day=15),
    updates="June, from the census of January",
    order=30,
    layouts=(
        Layout(
            key="with free school meals as pupils",
            columns=("URN", "LA", "ESTAB", "NOR", "TSENELSE", "TSENELK", "NUMEAL", "NUMFSM", "NUMFSMEVER", "PNUMFSMEVER"),
        ),
        Layout(
            key="with free school meals as a share",
            columns=("URN", "LA", "ESTAB", "NOR", "TSENELSE", "TSENELK", "NUMEAL", "PNUMFSM", "NUMFSMEVER", "PNUMFSMEVER"),
        ),
        Layout(
            key="before the SEN reform",
            columns=("URN", "LA", "ESTAB", "NOR", "NUMEAL", "NUMFSMEVER", "PNUMFSMEVER"),
            verified=False,
        ),
        Layout(
            key="to 2013/14",
            columns=("URN", "LA", "ESTAB", "TOTPUPSENDN", "TSENA", "TOTSENST"),
            verified=False,
        ),
    ),
    parse=parse,
)
