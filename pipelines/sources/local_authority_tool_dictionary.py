"""Dictionary of the Local Authority Interactive Tool: what each measure is, and which way is better."""

import polars

from pipelines.sources.local_authority_tool import measure_codes
from pipelines.sources.long_table import reject_rows
from pipelines.sources.publication import Edition, Layout, Parsed, Recognised, Source, date_in, year_in
from pipelines.sources.reading import RawFile, TextTable, left_out_of

_POLARITIES = {"High": "high is better", "Low": "low is better"}
_YEARS = {
    "Financial Year": "Financial years.",
    "Calendar Year": "Calendar years.",
    "Academic Year": "",
    "Annual (end of Sept)": "At the end of September.",
    "Annual - January": "In January.",
}


def edition(table: TextTable, file: RawFile) -> Edition:
    """The newest date of update in the dictionary (printed as a day number of spreadsheets)."""
    days = table.text(["Last Update"])["Last Update"].cast(polars.Int32, strict=False).max()
    date = date_in(file.name)
    year = date.year if date else year_in(file.name)
    if year is None and days and 30_000 < days < 80_000:
        date = polars.select(polars.date(1899, 12, 30) + polars.duration(days=days)).item()
        year = date.year
    return Edition(label=f"dictionary, {date or year or 'no date'}", year=year or 2025, release="final")


def parse(found: Recognised) -> Parsed:
    """Reads the dictionary; a measure listed under several topics is taken from the first of them."""
    text = found.table.text(
        ["Topic", "Measure", "Measure_short", "Polarity", "y_axis_name", "Description", "dps", "Year_Type"]
    ).with_columns(polars.exclude("row").str.strip_chars().replace({"": None, "NA": None}))
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
    return Parsed(
        tables={
            "indicator": rows.select(
                "row",
                "measure_code",
                "measure",
                polars.col("Measure").alias("label"),
                polars.col("Topic").str.replace(r"\\", " and ", literal=True).alias("topic"),
                described.alias("definition"),
                polars.col("y_axis_name").alias("unit"),
                polarity.alias("polarity"),
                polars.col("dps").cast(polars.Int16, strict=False).alias("decimals"),
            )
        },
        rejects=rejects,
    )


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
