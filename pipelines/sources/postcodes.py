"""Postcodes: which small area each lies in, and where on the map (British National Grid, metres)."""

import polars

from pipelines.sources.area_lookups import ATTRIBUTION
from pipelines.sources.long_table import reject_rows
from pipelines.sources.performance_tables import settle_rows
from pipelines.sources.publication import Edition, Layout, Parsed, Recognised, Source, date_in, year_in
from pipelines.sources.reading import RawFile, TextTable

_COLUMNS = {
    "postcode": ("POSTCODE", "PCDS"),
    "lsoa11": ("LSOA (CODE)", "LSOA11CD", "LSOA11"),
    "msoa11": ("MSOA (CODE)", "MSOA11CD", "MSOA11"),
    "easting": ("EASTING", "OSEAST1M"),
    "northing": ("NORTHING", "OSNRTH1M"),
}


def edition(table: TextTable, file: RawFile) -> Edition:
    """The year in the name of the file or its folder; the table does not say."""
    date = date_in(file.name)
    year = date.year if date else year_in(file.name) or 2022
    return Edition(label=str(date or year), year=year, release="final", published=date)


def normal_postcode(text: polars.Expr) -> polars.Expr:
    """Postcode in capitals with one space before its last three characters; null where it cannot be one."""
    plain = text.str.to_uppercase().str.replace_all(r"[^A-Z0-9]", "")
    spaced = polars.concat_str(plain.str.head(-3), polars.lit(" "), plain.str.tail(3))
    return polars.when(spaced.str.contains(r"^[A-Z]{1,2}\d[A-Z0-9]? \d[A-Z]{2}$")).then(spaced)


def parse(found: Recognised) -> Parsed:
    """Reads postcodes; a postcode printed twice is kept once, and a place of 0, 0 is no place."""
    picked = {
        name: next((column for column in columns if column in found.table.positions), None)
        for name, columns in _COLUMNS.items()
    }
    text = found.table.text([column for column in picked.values() if column])
    text = text.rename({column: name for name, column in picked.items() if column})
    text = text.with_columns(polars.exclude("row").str.strip_chars())
    rows, rejects = settle_rows(
        found,
        text.with_columns(
            polars.when(normal_postcode(polars.col("postcode")).is_not_null())
            .then(polars.col("row").cast(polars.Int32))
            .alias("entity"),
            polars.lit(found.edition.year, polars.UInt16).alias("year"),
        ),
    )
    rows = rows.with_columns(
        normal_postcode(polars.col("postcode")).alias("postcode"),
        *[
            (polars.col(name).replace("", None) if picked[name] else polars.lit(None)).alias(name)
            for name in ("lsoa11", "msoa11")
        ],
        *[_metres(name, picked[name]) for name in ("easting", "northing")],
    )
    again = rows.filter(~polars.col("postcode").is_first_distinct())
    if again.height:
        rejects.append(
            reject_rows(again, "", polars.col("postcode"), "the same postcode again", "the first row is kept")
        )
    rows = rows.filter(polars.col("postcode").is_first_distinct())
    return Parsed(
        tables={"postcode": rows.select("row", "postcode", "lsoa11", "msoa11", "easting", "northing")},
        rejects=rejects,
    )


def _metres(name: str, column: str | None) -> polars.Expr:
    if not column:
        return polars.lit(None, polars.Int32).alias(name)
    number = polars.col(name).cast(polars.Float64, strict=False).cast(polars.Int32, strict=False)
    return polars.when(number > 0).then(number).alias(name)


SOURCE = Source(
    key="postcodes",
    title="Postcodes of schools",
    publisher="Department for Education",
    landing_page="https://get-information-schools.service.gov.uk/Downloads",
    family="any",
    attribution=f"{ATTRIBUTION} Contains Royal Mail data © Royal Mail copyright and database right.",
    edition=edition,
    order=20,
    updates="with the register; only postcodes that have a school",
    layouts=(
        Layout(
            key="from the register",
            columns=("Postcode", "LSOA (code)", "MSOA (code)", "Easting", "Northing"),
        ),
        Layout(
            key="postcode directory",
            columns=("pcds", "lsoa11", "msoa11", "oseast1m", "osnrth1m"),
            verified=False,
        ),
    ),
    parse=parse,
)
