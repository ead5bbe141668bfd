"""Dictionary of the Local Authority Interactive Tool: what each measure is, and which way is better."""

import polars

from pipelines.sources.local_authority_tool import measure_codes
from pipelines.sources.long_table import reject_rows
from pipelines.sources.publication import Edition, Layout, Parsed, Recognised, Source, date_in, year_in
from pipelines.sources.reading import RawFile, TextTable, left_out_of

_OPTIONAL = {
    "method": "Methodology",
    "supplier": "Data Owner (DO) /Supplier and Contact Details",
    "link": "Hyperlink(s)",
    "next_update": "Next Update",
    "no_quartile": "No_Quartile",
}
"""What the dictionary says of a measure beside what it is; an older edition may lack one of these."""

_POLARITIES = {"High": "high is better", "Low": "low is better"}
_YEARS = {
    "Financial Year": "Financial years.",
    "Calendar Year": "Calendar years.",
    "Academic Year": "",
    "Annual (end of Sept)": "At the end of September.",
    "Annual - January": "In January.",
}
_DAY_0 = polars.date(1899, 12, 30)
"""The day before day 1 of spreadsheets, as which the dictionary prints its dates."""


def edition(table: TextTable, file: RawFile) -> Edition:
    """The newest date of update in the dictionary (printed as a day number of spreadsheets)."""
    days = table.text(["Last Update"])["Last Update"].cast(polars.Int32, strict=False).max()
    date = date_in(file.name)
    year = date.year if date else year_in(file.name)
    if year is None and days and 30_000 < days < 80_000:
        date = polars.select(_DAY_0 + polars.duration(days=days)).item()
        year = date.year
    return Edition(label=f"dictionary, {date or year or 'no date'}", year=year or 2025, release="final")


def parse(found: Recognised) -> Parsed:
    """Reads the dictionary; a measure listed under several topics is taken from the first of them."""
    needed = ["Topic", "Measure", "Measure_short", "Polarity", "y_axis_name", "Description", "dps", "Year_Type"]
    there = {name: column for name, column in _OPTIONAL.items() if found.table.has(column)}
    text = found.table.text([*needed, "Last Update", *there.values()]).rename(
        {column: name for name, column in there.items()}
    )
    text = text.with_columns(polars.lit(None, polars.String).alias(name) for name in _OPTIONAL if name not in there)
    text = text.with_columns(polars.exclude("row").str.strip_chars().replace({"": None, "NA": None}))
    rejects = left_out_of(found.table)
    nameless = polars.col("Measure_short").is_null() | polars.col("Measure").is_null()
    bad = text.filter(nameless)
    if bad.height:
        rejects.append(reject_rows(bad, "Measure_short", polars.col("Topic"), "no name", "the entry was not loaded"))
    text = text.filter(~nameless)
    again = ~polars.col("Measure_short").is_first_distinct()
    repeated = text.filter(again)
    if repeated.height:
        rejects.append(
            reject_rows(
                repeated,
                "Measure_short",
                polars.concat_str("Measure_short", "Topic", separator=", ", ignore_nulls=True),
                "the same measure again under another topic",
                "the first entry is used",
            )
        )
    text = text.filter(~again)
    codes = measure_codes(text["Measure_short"], found.table.where)
    rows = text.join(codes, left_on="Measure_short", right_on="name", how="left", maintain_order="left")
    period = polars.col("Year_Type").replace_strict(_YEARS, default=None, return_dtype=polars.String)
    spaced = polars.col("Description").str.replace_all(r"\s+", " ")
    described = polars.concat_str(spaced, period, separator=" ", ignore_nulls=True).str.strip_chars()
    polarity = polars.col("Polarity").replace_strict(_POLARITIES, default="neither is better")
    next_day = _day("next_update").dt.to_string("%Y-%m-%d")
    return Parsed(
        tables={
            "indicator": rows.select(
                "row",
                "measure_code",
                "measure",
                polars.col("Measure").alias("label"),
                polars.col("Topic").str.replace("\\", " and ", literal=True).alias("topic"),
                described.alias("definition"),
                polars.col("y_axis_name").alias("unit"),
                polarity.alias("polarity"),
                polars.col("dps").cast(polars.Int16, strict=False).alias("decimals"),
                polars.col("Year_Type").alias("period"),
                polars.col("method").replace("-", None).str.replace_all(r"\s+", " "),
                polars.col("supplier").str.replace_all(r"\s+", " "),
                polars.col("link").str.extract(r"(https?://\S+)", 1),
                _day("Last Update").alias("updated"),
                polars.coalesce(next_day, "next_update").alias("next_update"),
                (polars.col("no_quartile").fill_null("") != "N").alias("has_quartile"),
            )
        },
        rejects=rejects,
    )


def _day(column: str) -> polars.Expr:
    """A day number of spreadsheets as a date; null for words such as "TBC"."""
    number = polars.col(column).cast(polars.Int32, strict=False)
    return polars.when(number.is_between(30_000, 80_000)).then(_DAY_0 + polars.duration(days=number))


SOURCE = Source(
    key="local_authority_tool_dictionary",
    title="Dictionary of the Local Authority Interactive Tool",
    publisher="Department for Education",
    landing_page="https://www.gov.uk/government/publications/local-authority-interactive-tool-lait",
    family="any",
    edition=edition,
    order=34,
    updates="with the tool",
    layouts=(
        Layout(
            key="dictionary",
            columns=(
                "Measure_code",
                "Topic",
                "Measure",
                "Measure_short",
                "Polarity",
                "y_axis_name",
                "Description",
                "Last Update",
                "dps",
                "Year_Type",
            ),
        ),
    ),
    parse=parse,
)
