"""Every graded inspection from September 2005 to February 2020: school, day, overall effectiveness."""

import polars

from pipelines.errors import SourceChanged
from pipelines.observations import urn_number
from pipelines.sources.cells import as_date, reject, without_rejected
from pipelines.sources.inspections_scales import (
    FIRST_DAY,
    FOUR_POINTS,
    NO_OVERALL_GRADE_FROM,
    REQUIRES_IMPROVEMENT_FROM,
    era_of,
    on_scale,
)
from pipelines.sources.publication import Edition, Layout, Parsed, Recognised, Source
from pipelines.sources.reading import RawFile, TextTable, left_out_of

_COLUMNS = ("URN", "Rating", "Inspection Date")
_AREA = "overall_effectiveness"


def parse(found: Recognised) -> Parsed:
    """Reads the list into `inspection_report` and `judgement_report` (overall effectiveness only).

    A school inspected twice on one day with the same grade is told once; with two grades, not at all.
    """
    parsed = Parsed(rejects=left_out_of(found.table))
    date, grade = as_date(polars.col("Inspection Date")), polars.col("Rating")
    word, step = on_scale(FOUR_POINTS, grade, polars.col("date"))
    rows = (
        found.table.text(list(_COLUMNS))
        .with_columns(polars.exclude("row").str.strip_chars())
        .with_columns(urn_number(polars.col("URN")).alias("urn"), date.alias("date"))
        .with_columns(word.alias("word"), step.alias("step"))
    )
    rows = without_rejected(rows.with_columns(_what_is_wrong(found).alias("reason")), parsed.rejects)
    rows = _once_a_day(rows, parsed.rejects)
    renamed = rows.filter(polars.col("date") >= REQUIRES_IMPROVEMENT_FROM, grade.str.to_lowercase() == "satisfactory")
    if renamed.height:
        parsed.rejects.append(
            reject(
                renamed.select("row", "Rating"),
                "Rating",
                "the word of an earlier scale",
                "kept as grade 3, which at that time read Requires improvement",
            )
        )
    parsed.tables["inspection_report"] = rows.select(
        "row",
        "urn",
        polars.col("urn").alias("observed_urn"),
        "date",
        era_of(polars.col("date")).alias("era"),
        polars.lit("graded").alias("kind"),
    )
    parsed.tables["judgement_report"] = rows.select(
        "row",
        polars.col("urn").alias("observed_urn"),
        "date",
        polars.lit("graded").alias("kind"),
        polars.lit(_AREA).alias("area"),
        grade.alias("grade"),
        "word",
        "step",
        polars.lit(FOUR_POINTS.steps, polars.Int8).alias("steps"),
    )
    return parsed


def _what_is_wrong(found: Recognised) -> polars.Expr:
    date = polars.col("date")
    blank = polars.all_horizontal(polars.col(column) == "" for column in _COLUMNS)
    return (
        polars.when(blank).then(polars.lit("blank row"))
        .when(polars.col("urn").is_null()).then(polars.lit("row about no school we know"))
        .when(date.is_null()).then(polars.lit("an inspection without a date"))
        .when(date < FIRST_DAY).then(polars.lit("a date before September 2005, when these scales began"))
        .when(date >= NO_OVERALL_GRADE_FROM)
        .then(polars.lit("an overall grade after 2 September 2024, when none was given"))
        .when(polars.col("word").is_null()).then(polars.lit("a grade that is on no scale we know"))
    )  # fmt: skip


def _once_a_day(rows: polars.DataFrame, rejects: list[polars.DataFrame]) -> polars.DataFrame:
    """One row for a school and day; rows whose grades contradict each other are all rejected."""
    day = ("urn", "date")
    first_word = polars.col("Rating").str.to_lowercase() == polars.col("word").str.to_lowercase()
    rows = rows.sort("urn", "date", ~first_word, "row")
    contradicted = polars.col("step").n_unique().over(day) > 1
    reason = (
        polars.when(contradicted).then(polars.lit("two grades for one school on one day"))
        .when(~polars.struct(*day).is_first_distinct()).then(polars.lit("the same inspection again"))
    )  # fmt: skip
    return without_rejected(rows.with_columns(reason.alias("reason")), rejects).sort("row")


def _edition(table: TextTable, file: RawFile) -> Edition:
    """The list names its own span: its first and last inspection."""
    days = table.text(["Inspection Date"]).select(as_date(polars.col("Inspection Date"))).to_series()
    first, last = days.min(), days.max()
    if first is None:
        raise SourceChanged(
            "no cell of Inspection Date is a date",
            where=file.name,
            next_step="write dates as 20190630, 2019-06-30 or 30/06/2019",
        )
    return Edition(label=f"{first:%B %Y} to {last:%B %Y}", year=last.year, release="final")


SOURCE = Source(
    key="inspections",
    title="Graded inspections, September 2005 to February 2020",
    publisher="Ofsted",
    landing_page="https://reports.ofsted.gov.uk/",
    family="inspections",
    edition=_edition,
    updates="compiled once from the reports site and not continued; the management information goes on",
    order=11,
    layouts=(Layout(key="school, grade, day", columns=_COLUMNS),),
    parse=parse,
)
