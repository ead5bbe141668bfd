"""Key stage 4 destinations: where the leavers of two summers before the tables stayed for two terms."""

import polars

from pipelines.observations import ENGLAND_STATE_FUNDED, la_entity, urn_number
from pipelines.sources.performance_tables import read_wide, settle_rows
from pipelines.sources.publication import (
    Calendar,
    Edition,
    Layout,
    Parsed,
    Recognised,
    Source,
    school_year_in,
    school_year_label,
)

YEARS_BEHIND = 2
"""The tables of 2018-19 are about the leavers of 2016-17 (QUIRKS 6: a release year is not the cohort year)."""


def edition(_table, file) -> Edition | None:
    """The edition is named after the tables; the year is the leavers'."""
    year = school_year_in(file.name)
    if year is None:
        return None
    return Edition(label=school_year_label(year), year=year - YEARS_BEHIND, release="final")


def parse(found: Recognised) -> Parsed:
    """Reads one table: RECTYPE 1 and 2 are schools, LA and NAT totals."""
    frame = found.table.text(["RECTYPE", "LEA", "ESTAB", "URN", "SCHNAME"])
    frame = frame.with_columns(polars.exclude("row").str.strip_chars())
    entity = (
        polars.when(polars.col("RECTYPE").is_in(["1", "2"]))
        .then(urn_number(polars.col("URN")))
        .when(polars.col("RECTYPE") == "LA")
        .then(la_entity(polars.col("LEA")))
        .when(polars.col("RECTYPE") == "NAT")
        .then(polars.lit(ENGLAND_STATE_FUNDED, polars.Int32))
    )
    rows = frame.with_columns(entity.alias("entity"), polars.lit(found.edition.year, polars.UInt16).alias("year"))
    rows, rejects = settle_rows(found, rows)
    return read_wide(found, rows, rejects)


SOURCE = Source(
    key="key_stage_4_destinations",
    title="Key stage 4 destination measures",
    publisher="Department for Education",
    landing_page="https://www.compare-school-performance.service.gov.uk/download-data",
    calendar=Calendar(month=10, day=20, years_after=2),
    updates="about two years after the pupils left",
    edition=edition,
    order=23,
    layouts=(
        Layout(
            key="leavers, disadvantaged and other",
            columns=(
                "RECTYPE",
                "LEA",
                "ESTAB",
                "URN",
                "SCHNAME",
                "COHORT",
                "OVERALL_DESTPER",
                "APPRENPER",
                "EMPLOYMENTPER",
                "EDUCATIONPER",
                "NOT_SUSTAINEDPER",
                "UNKNOWNPER",
                "COHORT_DIS",
                "OVERALL_DESTPER_DIS",
                "COHORT_NONDIS",
                "OVERALL_DESTPER_NONDIS",
            ),
        ),
    ),
    parse=parse,
)
