"""Income, spending and balance of maintained schools by financial year (consistent financial reporting)."""

import polars

from pipelines.errors import SourceChanged
from pipelines.observations import cells_in, urn_number
from pipelines.sources.long_table import read_cells
from pipelines.sources.performance_tables import settle_rows
from pipelines.sources.publication import Calendar, Edition, Layout, Parsed, Recognised, Source
from pipelines.sources.reading import RawFile, TextTable


def edition(table: TextTable, file: RawFile) -> Edition:
    """The financial year that the table names by its last year ("2018" is April 2017 to March 2018).

    Raises:
        SourceChanged: no row names a year.
    """
    years = table.text(["Academic Year"])["Academic Year"].str.strip_chars().cast(polars.Int32, strict=False)
    last = years.max()
    if last is None or not 2000 <= last <= 2100:
        raise SourceChanged(
            "no row says which year it is about",
            where=f"{table.where}, column Academic Year",
            next_step="fetch the file again",
        )
    return Edition(
        label=f"{last - 1}-{last % 100:02d}",
        year=last,
        release="final",
        published=SOURCE.calendar.date(last),
    )


def parse(found: Recognised) -> Parsed:
    """Reads one row for each school; the year is that of the row."""
    text = found.table.text(["URN", "Academic Year"]).with_columns(polars.exclude("row").str.strip_chars())
    year = polars.col("Academic Year").str.strip_suffix(".0").cast(polars.UInt16, strict=False)
    dated = year.is_between(2000, 2100)
    rows, rejects = settle_rows(
        found,
        text.with_columns(
            polars.when(dated).then(urn_number(polars.col("URN"))).alias("entity"),
            year.fill_null(0).alias("year"),
        ),
    )
    parsed = read_cells(found, rows, rejects, cells_in(found.table, "school_finance", found.edition.year))
    parsed.tables["school_mention"] = rows.select("row", polars.col("entity").alias("urn"))
    return parsed


SOURCE = Source(
    key="school_finance",
    title="Income and spending of maintained schools",
    short_title="Finance",
    publisher="Department for Education",
    landing_page="https://financial-benchmarking-and-insights-tool.education.gov.uk/data-sources",
    family="finance",
    edition=edition,
    calendar=Calendar(month=1, day=31, years_after=1),
    order=60,
    updates="about ten months after the financial year ends",
    layouts=(
        Layout(
            key="income, spending and balance",
            columns=("URN", "Income", "Expenditure", "Balance", "Academic Year"),
        ),
    ),
    parse=parse,
)
