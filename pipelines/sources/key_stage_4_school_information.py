"""Key stage 4 school information of the statistics service: intake of the year group, in its long layout."""

import polars

from pipelines.observations import ENGLAND_STATE_FUNDED, la_entity, urn_number
from pipelines.sources.performance_tables import read_wide, settle_rows
from pipelines.sources.publication import Calendar, Edition, Layout, Parsed, Recognised, Source


def edition(table, _file) -> Edition | None:
    """Year and release as the table says them (time_period 202324, version Final)."""
    facts = table.text(["time_period", "version"])
    latest = facts["time_period"].str.strip_chars().unique().sort().to_list()
    period = latest[-1] if latest else ""
    if len(period) != 6 or not period.isdigit():
        return None
    year = int(period[:4]) + 1
    releases = {text.strip().lower() for text in facts["version"].unique().to_list()}
    release = next((name for name in ("final", "revised", "provisional") if name in releases), "final")
    return Edition(label=f"{year - 1}-{year % 100:02d}", year=year, release=release)


def parse(found: Recognised) -> Parsed:
    """Reads school rows; rows of authorities and England, where a release has them, become area rows."""
    columns = ["time_period", "geographic_level", "old_la_code", "school_laestab", "school_urn", "school_name"]
    frame = found.table.text(columns).with_columns(polars.exclude("row").str.strip_chars())
    level = polars.col("geographic_level")
    entity = (
        polars.when(level == "School")
        .then(urn_number(polars.col("school_urn")))
        .when(level == "Local authority")
        .then(la_entity(polars.col("old_la_code")))
        .when(level == "National")
        .then(polars.lit(ENGLAND_STATE_FUNDED, polars.Int32))
    )
    rows = frame.with_columns(
        entity.alias("entity"),
        polars.when(polars.col("time_period").str.contains(r"^20\d\d[0-9]{2}$"))
        .then(polars.col("time_period").str.slice(0, 4).cast(polars.UInt16, strict=False) + 1)
        .alias("year"),
    )
    rows, rejects = settle_rows(found, rows)
    named = rows.with_columns(
        polars.col("old_la_code").alias("LEA"),
        polars.col("school_laestab").str.slice(3).alias("ESTAB"),
        polars.col("school_name").alias("SCHNAME"),
    )
    return read_wide(found, named, rejects)


SOURCE = Source(
    key="key_stage_4_school_information",
    title="Key stage 4 school information",
    publisher="Department for Education",
    landing_page="https://explore-education-statistics.service.gov.uk/find-statistics/key-stage-4-performance",
    calendar=Calendar(month=2, day=5, years_after=1),
    family="statistics service",
    edition=edition,
    order=24,
    layouts=(
        Layout(
            key="2023/24",
            columns=(
                "time_period",
                "geographic_level",
                "school_laestab",
                "school_urn",
                "school_name",
                "old_la_code",
                "version",
                "t_pupils",
                "avg_ks2_scaledscore",
                "t_disadvantaged",
                "pt_disadvantaged",
                "t_sen_with_ehcp",
                "diffn_att8",
                "diffn_p8mea",
                "p8_banding",
            ),
        ),
    ),
    parse=parse,
)
