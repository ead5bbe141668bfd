"""Ofsted's list of state-funded schools: the latest and previous inspections of each and what they found."""

import dataclasses
import datetime

import polars

from pipelines.observations import urn_number
from pipelines.sources.cells import as_date, reject, text_or_nothing
from pipelines.sources.inspections_layouts import BLOCKS, LAYOUTS, Block
from pipelines.sources.inspections_scales import (
    CATEGORIES_OF_CONCERN,
    FIRST_DAY,
    NO_OVERALL_GRADE_FROM,
    REPORT_CARDS_FROM,
    era_of,
    on_scale,
    scale_of,
)
from pipelines.sources.inspections_schools import register_entries
from pipelines.sources.performance_tables import settle_rows
from pipelines.sources.publication import Edition, Parsed, Recognised, Source
from pipelines.sources.reading import RawFile, TextTable
from pipelines.sources.snapshots import snapshot_edition

_EARLIEST = datetime.date(1990, 1, 1)
_LAST_REPORTS = datetime.timedelta(days=62)
"""A report that is out later than this after the day of its list is a misprint."""
_REGRADED = "Grade changed after the inspection"


def parse(found: Recognised) -> Parsed:
    """Reads each inspection that a school's row tells of into `inspection_report` and `judgement_report`.

    An ungraded inspection that became a graded one has that one's number and is told once, as graded.
    What the list says of the school itself goes to `register_entry`.
    """
    rows = found.table.text(["URN", "LAESTAB", "School name"]).with_columns(
        urn_number(polars.col("URN")).alias("entity"),
        polars.lit(found.edition.year, polars.UInt16).alias("year"),
    )
    rows, rejects = settle_rows(found, rows)
    parsed = Parsed(rejects=rejects)
    rows = rows.select("row", polars.col("entity").alias("urn"))
    inspections, judgements = [], []
    for block in BLOCKS[found.layout.key]:
        told = _inspections(found, block, rows, parsed)
        areas = [area for area, column in block.areas.items() if found.table.has(column)]
        judged = [_judgements(found, block, area, told, parsed) for area in areas]
        inspections += [told.select(_INSPECTION), _regraded(told, judged)]
        judgements += [frame.select(_JUDGEMENT) for frame in judged]
    parsed.tables["inspection_report"] = polars.concat(inspections).sort("row", maintain_order=True)
    parsed.tables["judgement_report"] = polars.concat(judgements).sort("row", maintain_order=True)
    parsed.tables["register_entry"] = register_entries(found, rows, parsed)
    return parsed


_INSPECTION = (
    "row",
    "urn",
    "observed_urn",
    "date",
    "published",
    "era",
    "kind",
    "inspection_number",
    "event",
    "outcome",
    "category_of_concern",
)
_JUDGEMENT = ("row", "observed_urn", "date", "kind", "area", "grade", "word", "step", "steps")


def _inspections(found: Recognised, block: Block, rows: polars.DataFrame, parsed: Parsed) -> polars.DataFrame:
    """The inspections of one block of columns, one for each row that has one (_INSPECTION columns)."""
    cells = {
        name: column
        for name, column in dataclasses.asdict(block).items()
        if name in _CELLS and column and found.table.has(column)
    }
    text = found.table.text(list(dict.fromkeys(cells.values())))
    frame = rows.join(
        text.select("row", *[text_or_nothing(column).alias(name) for name, column in cells.items()]),
        on="row",
        how="left",
        maintain_order="left",
    ).with_columns(polars.lit(None, polars.String).alias(name) for name in _CELLS if name not in cells)
    frame = frame.filter(polars.any_horizontal(polars.col("observed", "date_text", "number").is_not_null()))
    same_school = polars.col("same_school").str.to_lowercase() == "yes"
    date, published = polars.col("date"), polars.col("published")
    frame = frame.with_columns(
        as_date(polars.col("date_text")).alias("date"),
        as_date(polars.col("published_text")).alias("published"),
        polars.coalesce(urn_number(polars.col("observed")), polars.when(same_school).then(polars.col("urn"))).alias(
            "observed_urn"
        ),
    )
    latest = found.edition.published
    reason = (
        polars.when(polars.col("date_text").is_null()).then(polars.lit("an inspection without a date"))
        .when(date.is_null()).then(polars.lit("not a date"))
        .when((date < _EARLIEST) | (date > latest)).then(polars.lit("an impossible date"))
        .when(date < FIRST_DAY).then(polars.lit("a date before September 2005, when these scales began"))
        .when(polars.col("observed_urn").is_null())
        .then(polars.lit("an inspection that does not say which school it was of"))
    )  # fmt: skip
    rejected = frame.with_columns(reason.alias("reason")).filter(polars.col("reason").is_not_null())
    for (why,), part in rejected.group_by("reason", maintain_order=True):
        shown = part.select("row", polars.col("date_text").alias(block.date_text))
        parsed.rejects.append(reject(shown, block.date_text, why, "the inspection was not loaded"))
    frame = frame.filter(reason.is_null())
    again = frame.filter(polars.col("number") == polars.col("became"))
    if again.height:
        shown = again.select("row", polars.col("number").alias(block.number))
        why = "the same inspection as the graded one in this row"
        parsed.rejects.append(reject(shown, block.number, why, "told once, as graded"))
    frame = frame.filter((polars.col("number") != polars.col("became")).fill_null(True))
    unlikely = frame.filter(
        (published < date) | (published > latest)
        | (published.is_null() & polars.col("published_text").is_not_null())
    )  # fmt: skip
    if unlikely.height:
        shown = unlikely.select("row", polars.col("published_text").alias(block.published_text))
        why = "a report out before its inspection, after this list, or on no day"
        parsed.rejects.append(reject(shown, block.published_text, why, "the day of the report is unknown"))
    concern = polars.col("concern").str.to_lowercase().replace_strict(CATEGORIES_OF_CONCERN, default=None)
    frame = frame.with_columns(
        polars.when(published.is_between(date, latest)).then(published).alias("published"),
        era_of(date).alias("era"),
        _kind(block, date).alias("kind"),
        polars.col("number").alias("inspection_number"),
        concern.cast(polars.String).alias("category_of_concern"),
    )
    unknown = frame.filter(polars.col("category_of_concern").is_null() & polars.col("concern").is_not_null())
    if unknown.height:
        shown = unknown.select("row", polars.col("concern").alias(block.concern))
        parsed.rejects.append(reject(shown, block.concern, "unknown category", "the cell has no value"))
    return frame


_CELLS = (
    "observed",
    "same_school",
    "date_text",
    "published_text",
    "number",
    "became",
    "event",
    "outcome",
    "concern",
)


def _kind(block: Block, date: polars.Expr) -> polars.Expr:
    """Report cards are from 10 November 2025 on; an earlier inspection in their columns was a graded one."""
    if block.kind != "report card":
        return polars.lit(block.kind)
    return polars.when(date < REPORT_CARDS_FROM).then(polars.lit("graded")).otherwise(polars.lit(block.kind))


def _judgements(found: Recognised, block: Block, area: str, told: polars.DataFrame, parsed: Parsed) -> polars.DataFrame:
    """What the inspections of a block said on one area (_JUDGEMENT columns and `urn`, `regraded`)."""
    column = block.areas[area]
    scale = scale_of(area, block.kind)
    date = polars.col("date")
    dated = f"{column} - date of grade"
    has_day = found.table.has(dated)
    graded_on = as_date(polars.col(dated)) if has_day else polars.lit(None, polars.Date)
    text = found.table.text([column, dated] if has_day else [column]).select(
        "row", text_or_nothing(column).str.strip_suffix(".0").alias("grade"), graded_on.alias("graded_on")
    )
    word, step = on_scale(scale, polars.col("grade"), date)
    frame = (
        told.select("row", "urn", "observed_urn", "date", "published", "kind")
        .join(text, on="row", how="left", maintain_order="left")
        .with_columns(word.alias("word"), step.alias("step"))
    )
    late = (
        polars.lit(area == "overall_effectiveness") & (date >= NO_OVERALL_GRADE_FROM) & polars.col("step").is_not_null()
    )
    given = polars.col("grade").is_not_null()
    for broken, reason in (
        (given & polars.col("word").is_null(), "a grade that is on no scale we know"),
        (late, "an overall grade after 2 September 2024, when none was given"),
        (~given & polars.lit(block.kind == "graded"), "no judgement given"),
    ):
        bad = frame.filter(broken).select("row", polars.col("grade").alias(column))
        if bad.height:
            parsed.rejects.append(reject(bad, column, reason, "the judgement was not loaded"))
        if bad.height and reason.startswith("a grade that"):
            parsed.held_back.append(_unknown_grades(found, column, bad))
    after = polars.coalesce("published", polars.col("date") + polars.duration(days=90))
    regraded = (polars.col("graded_on") > after) & (polars.col("graded_on") <= found.edition.published)
    return frame.filter(polars.col("word").is_not_null() & ~late).select(
        "row",
        "urn",
        "observed_urn",
        polars.when(regraded).then("graded_on").otherwise("date").alias("date"),
        "kind",
        polars.lit(area).alias("area"),
        "grade",
        "word",
        "step",
        polars.lit(scale.steps, polars.Int8).alias("steps"),
        regraded.fill_null(False).alias("regraded"),
    )


def _unknown_grades(found: Recognised, column: str, bad: polars.DataFrame) -> str:
    grades = ", ".join(repr(grade)[:40] for grade in bad[column].unique().sort().head(5).to_list())
    rows = ", ".join(map(str, bad["row"].head(5).to_list()))
    return (
        f"unknown grade {grades} · {found.table.where}, column {column}, rows {rows} · these judgements were "
        "not loaded: add the grade to pipelines/sources/inspections_scales.py if Ofsted explains it, or "
        "correct the cells in pipelines/corrections.toml"
    )


def _regraded(told: polars.DataFrame, judged: list[polars.DataFrame]) -> polars.DataFrame:
    """The later visits at which an area of a report card got another grade, as events of their own."""
    visits = [frame.filter("regraded").select("row", "urn", "observed_urn", "date", "kind") for frame in judged]
    if not visits:
        return told.clear().select(_INSPECTION)
    return (
        polars.concat(visits)
        .unique(maintain_order=True)
        .with_columns(
            era_of(polars.col("date")).alias("era"),
            polars.lit(_REGRADED).alias("event"),
            polars.lit(None, polars.Date).alias("published"),
            *[
                polars.lit(None, polars.String).alias(name)
                for name in ("inspection_number", "outcome", "category_of_concern")
            ],
        )
        .select(_INSPECTION)
    )


def _edition(table: TextTable, file: RawFile) -> Edition:
    """The day the list shows, and when it was known.

    A list is usually out by the middle of the month after (unverified), but never before the newest report
    in it: the list of 31 August 2025 has reports of up to 29 September.
    """
    edition = snapshot_edition(table, file)
    next_month = edition.published.replace(day=28) + datetime.timedelta(days=5)
    columns = [name for name in table.positions if name.endswith("PUBLICATION DATE")]
    reports = table.text(columns).select(as_date(polars.col(column)).alias(column) for column in columns)
    days = [reports[column].filter(reports[column] <= edition.published + _LAST_REPORTS).max() for column in columns]
    published = max(next_month.replace(day=15), edition.published, *(day for day in days if day))
    return dataclasses.replace(edition, published=published)


SOURCE = Source(
    key="inspections_management_information",
    title="State-funded schools: inspections and outcomes",
    short_title="Ofsted",
    publisher="Ofsted",
    landing_page="https://www.gov.uk/government/statistical-data-sets/"
    "monthly-management-information-ofsteds-school-inspections-outcomes",
    family="inspections",
    edition=_edition,
    updates="every month; a list shows each school's latest and previous inspection only, and the copy of "
    "31 August 2025 covers a listed set of authorities (58 of 153): no national figure may be made of it",
    order=32,
    layouts=LAYOUTS,
    parse=parse,
)
