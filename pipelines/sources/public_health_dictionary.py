"""Dictionary of public health indicators (Fingertips): names, kinds of value, and which way is better."""

import polars

from pipelines.errors import SourceChanged
from pipelines.sources.long_table import reject_rows
from pipelines.sources.publication import Edition, Layout, Parsed, Recognised, Source, year_in
from pipelines.sources.reading import RawFile, TextTable, left_out_of

CODE_BASE = 2_000_000
"""Fingertips indicator 90631 is measure 2,090,631."""

_POLARITIES = {"High is good": "high is better", "Low is good": "low is better"}
_UNITS = {
    "Proportion": "per cent",
    "Crude rate": "crude rate",
    "Directly standardised rate": "rate, standardised by age",
    "Indirectly standardised rate": "rate, standardised by age",
    "Indirectly standardised ratio": "ratio, standardised by age",
    "Indirectly standardised proportion": "per cent, standardised by age",
    "Life expectancy": "years",
    "Count": "number",
    "Score": "score",
}
_PERIODS = {
    "Financial": "Financial years.",
    "Financial multi-year": "Several financial years together.",
    "Financial year end point": "At the end of the financial year.",
    "Academic": "School years.",
    "Calendar": "Calendar years.",
}


def indicator_key(number: polars.Expr) -> polars.Expr:
    """Measure key of an indicator's number as text: "90631" → "fingertips_90631"."""
    return polars.concat_str(polars.lit("fingertips_"), number)


def edition(table: TextTable, file: RawFile) -> Edition:
    """The year in the name of the file or its folder; the table does not say."""
    year = year_in(file.name)
    return Edition(label=str(year) if year else "dictionary", year=year or 2024, release="final")


def parse(found: Recognised) -> Parsed:
    """Reads the dictionary.

    Raises:
        SourceChanged: an indicator has two names.
    """
    columns = ["IndicatorID", "Polarity", "ValueType", "IndicatorName", "PeriodType", "Frequency"]
    text = found.table.text(columns).with_columns(polars.exclude("row").str.strip_chars().replace("", None))
    number = polars.col("IndicatorID").cast(polars.UInt32, strict=False)
    usable = number.is_between(1, 999_999).fill_null(False) & polars.col("IndicatorName").is_not_null()
    bad = text.filter(~usable)
    rejects = left_out_of(found.table)
    if bad.height:
        shown = polars.col("IndicatorID")
        rejects.append(reject_rows(bad, "IndicatorID", shown, "no number or no name", "the entry was not loaded"))
    rows = text.filter(usable)
    twice = rows.filter(polars.col("IndicatorID").is_duplicated())
    if twice.height:
        raise SourceChanged(
            f"indicator {twice['IndicatorID'][0]} stands twice",
            where=f"{found.table.where}, rows {', '.join(map(str, twice['row'].head(5)))}",
            next_step="remove the one that is not the publisher's",
        )
    period = polars.col("PeriodType").replace_strict(_PERIODS, default=None, return_dtype=polars.String)
    return Parsed(
        tables={
            "indicator": rows.select(
                "row",
                (number + CODE_BASE).alias("measure_code"),
                indicator_key(polars.col("IndicatorID")).alias("measure"),
                polars.col("IndicatorName").alias("label"),
                polars.lit("Public health").alias("topic"),
                polars.concat_str(polars.col("IndicatorName"), polars.lit(". "), period.fill_null(""))
                .str.strip_chars()
                .alias("definition"),
                polars.col("ValueType").replace(_UNITS).alias("unit"),
                polars.col("Polarity")
                .replace_strict(_POLARITIES, default="neither is better", return_dtype=polars.String)
                .alias("polarity"),
            )
        },
        rejects=rejects,
    )


SOURCE = Source(
    key="public_health_dictionary",
    title="Dictionary of public health indicators",
    publisher="Office for Health Improvement and Disparities",
    landing_page="https://fingertips.phe.org.uk/",
    family="any",
    edition=edition,
    order=44,
    updates="with the indicators",
    layouts=(
        Layout(
            key="indicators",
            columns=("IndicatorID", "Polarity", "ValueType", "IndicatorName", "PeriodType", "Frequency"),
        ),
    ),
    parse=parse,
)
