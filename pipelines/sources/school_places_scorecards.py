"""School places scorecards: pupils, places, forecasts and preferences by authority and for England.

Shares are printed three ways in one file: as 0 to 1, as 0 to 100, and signed; the catalogue says which.
"""

import polars

from pipelines.observations import ENGLAND_STATE_FUNDED, cells_in, la_entity
from pipelines.sources.authority_codes import region_named
from pipelines.sources.local_authority_tool import year_of
from pipelines.sources.long_table import read_cells
from pipelines.sources.performance_tables import settle_rows
from pipelines.sources.publication import (
    Edition,
    Layout,
    Parsed,
    Recognised,
    Source,
    school_year_label,
    year_in,
)
from pipelines.sources.reading import RawFile, TextTable

_LABELS = ("programmer_friendly_names", "user_friendly_names")


def edition(table: TextTable, file: RawFile) -> Edition | None:
    """The last school year in the table; a table without years is of the year in its folder's name."""
    if table.has("Year"):
        years = table.text(["Year"]).select(year_of(polars.col("Year").str.strip_chars())).to_series()
        last = years.max()
        if last is not None:
            span = f"{school_year_label(years.min())} to {school_year_label(last)}"
            return Edition(label=span, year=last, release="final")
    year = year_in(file.name)
    return Edition(label=school_year_label(year), year=year, release="final") if year else None


def parse(found: Recognised) -> Parsed:
    """Reads authorities (LANumber) and England (LANumber 0); the list of labels has no figures."""
    if found.table.has(*_LABELS):
        return Parsed(notes=["names of the scorecards' columns: read, without figures"])
    dated = found.table.has("Year")
    coded = found.table.has("new_la_code")
    columns = ["LANumber", "LA_name", "Region"]
    columns += [name for name, there in (("Year", dated), ("new_la_code", coded)) if there]
    text = found.table.text(columns).with_columns(polars.exclude("row").str.strip_chars())
    number = polars.col("LANumber")
    year = year_of(polars.col("Year")) if dated else polars.lit(found.edition.year, polars.UInt16)
    rows, rejects = settle_rows(
        found,
        text.with_columns(
            polars.when(year.is_null())
            .then(None)
            .when((number == "0") & (polars.col("LA_name") == "England"))
            .then(polars.lit(ENGLAND_STATE_FUNDED, polars.Int32))
            .when(number.str.contains(r"^[2-9]\d\d$"))
            .then(la_entity(number))
            .alias("entity"),
            year.fill_null(0).alias("year"),
        ),
    )
    cells = cells_in(found.table, found.source.key, found.edition.year)
    parsed = read_cells(found, rows, rejects, cells)
    parsed.tables["local_authority"] = (
        rows.filter(polars.col("entity") != ENGLAND_STATE_FUNDED)
        .unique("LANumber", keep="first", maintain_order=True)
        .select(
            "row",
            number.alias("la_code"),
            polars.col("LA_name").alias("la_name"),
            region_named(polars.col("Region")).alias("region"),
            (polars.col("new_la_code") if coded else polars.lit(None, polars.String)).alias("gss_code"),
        )
    )
    return parsed


_ALWAYS = (
    "LANumber",
    "LA_name",
    "Region",
    "Pref_P_1_CY",
    "Pref_S_1_CY",
    "Pref_P_T3_CY",
    "Pref_S_T3_CY",
    "For_3_P",
    "For_1_P",
    "For_3_S",
    "For_1_S",
    "Quan_P_UP",
    "Quan_S_UP",
    "Quan_P_Su",
    "Quan_S_Su",
    "Quan_P_In",
    "Quan_S_In",
)
_PUPILS = ("geographic_level", "new_la_code", "PriNOR", "SecNOR", "PriCap", "SecCap")

SOURCE = Source(
    key="school_places_scorecards",
    title="Local authority school places scorecards",
    publisher="Department for Education",
    landing_page="https://explore-education-statistics.service.gov.uk/find-statistics/school-places-scorecards",
    family="school places",
    edition=edition,
    order=41,
    updates="once a year",
    layouts=(
        Layout(key="several years", rank=3, columns=("Year", *_ALWAYS, *_PUPILS)),
        Layout(key="one year, with pupils and places", rank=2, columns=(*_ALWAYS, *_PUPILS)),
        Layout(key="one year", rank=1, columns=_ALWAYS),
        Layout(key="labels of the columns", columns=_LABELS),
    ),
    parse=parse,
)
