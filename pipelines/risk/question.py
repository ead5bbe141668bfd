"""What is asked: will the next graded inspection of a school find concern, seen from a given day?

One row for each graded inspection (or report card), with what it found by the rules of its own era. Nothing here turns
one scale into another: each era has its own statement of concern (RISK.md section 1 (e)).
"""

import datetime

import polars

from pipelines.rules.facts import Query
from pipelines.rules.inspection_state import load_inspections, school_year_of

AS_OF_DAYS: tuple[tuple[int, int], ...] = ((9, 1), (1, 1), (4, 1))
"""Month and day of the three lists of a school year: the first day of each term's list (RISK.md section 3)."""

REPORT_DAYS, REPORT_DAYS_SERIOUS = 45, 100
"""Days from an inspection to its report where the report's date is not printed, the second where it found serious
concern: such reports are moderated first. About what nine in ten of the printed dates are within, our judgement."""

ERAS: dict[str, str] = {
    "overall grades": "to 31 August 2024: grade 3 or 4 overall, or a category of concern",
    "no overall grade": "2 September 2024 to 9 November 2025: requires improvement or worse in quality of education or "
    "in leadership and management, a category of concern, or safeguarding not effective",
    "report cards": "from 10 November 2025: leadership and governance needs attention or worse, any urgent "
    "improvement, or safeguarding not met",
}
"""Era → what counts as concern (wide) in it. Sources: DfE, schools eligible for RISE intervention (its equivalence
rule); RISK.md section 1 (e)."""

MODELS: dict[str, tuple[str, ...]] = {
    "primary": ("primary", "middle"),
    "secondary": ("secondary", "all-through"),
}
"""Model → phases of the register that it speaks for."""

RULES_ONLY = ("special", "alternative provision", "nursery", "16 plus")
"""Phases for which no result in the files says what an inspection will find: the rules alone speak."""

SPECIAL = "special"
"""Kind of school for which no model speaks, whatever phase the register gives it."""

_REQUIRES_IMPROVEMENT, _INADEQUATE, _NOT_EFFECTIVE = 2, 1, 1
"""Steps of the judgements, counted from the worst."""

_PUBLISHED = """
select observed_urn::integer as urn, date, max(published) as published from core.inspection
where kind <> 'ungraded' group by all
"""


ERA_BEGINS = (datetime.date(2024, 9, 2), datetime.date(2025, 11, 10))
"""First days of the second and the third era (Ofsted: end of overall grades; start of report cards)."""


def era_on(day: datetime.date) -> str:
    """The era that inspections of a day fall in; a list counts for the era that its school year begins in."""
    return list(ERAS)[sum(day >= begins - datetime.timedelta(days=1) for begins in ERA_BEGINS)]


def model_of(phase: polars.Expr, kind: polars.Expr) -> polars.Expr:
    """The model that speaks for a school of a phase and kind; null where none does, as for all special schools."""
    expression = polars.lit(None, polars.String)
    for model, phases in MODELS.items():
        expression = polars.when(phase.is_in(phases) & (kind != SPECIAL)).then(polars.lit(model)).otherwise(expression)
    return expression


def as_of_dates(year: int) -> list[datetime.date]:
    """The days of the lists of a school year (named by its summer), in their order."""
    return sorted(datetime.date(year - (month >= 9), month, day) for month, day in AS_OF_DAYS)


def list_before(date: polars.Expr) -> polars.Expr:
    """The day of the last list before an inspection: what was known on that day may speak about it."""
    year = date.dt.year()
    return (
        polars.when(date.dt.month() >= 9)
        .then(polars.date(year, 9, 1))
        .when(date.dt.month() >= 4)
        .then(polars.date(year, 4, 1))
        .otherwise(polars.date(year, 1, 1))
    )


def inspections(query: Query) -> polars.DataFrame:
    """Every graded inspection of every school, under the number of the school inspected.

    Returns:
        urn, date, known_from (when its report was out), era, year (of the school year), grade (1 outstanding to 4
        inadequate, null without an overall grade), is_narrow, is_wide (null where the list does not say).
    """
    found = load_inspections(query).filter(
        polars.col("kind") != "ungraded", polars.col("urn") == polars.col("observed_urn")
    )
    published = query(_PUBLISHED).with_columns(polars.col("date", "published").cast(polars.Date))
    return (
        with_concern(found)
        .join(published, on=["urn", "date"], how="left")
        .select(
            "urn",
            "date",
            polars.coalesce(
                polars.when(polars.col("published") >= polars.col("date")).then("published"),
                polars.when("is_narrow")
                .then(polars.col("date") + datetime.timedelta(days=REPORT_DAYS_SERIOUS))
                .otherwise(polars.col("date") + datetime.timedelta(days=REPORT_DAYS)),
            ).alias("known_from"),
            "era",
            school_year_of(polars.col("date")).alias("year"),
            (5 - polars.col("overall")).alias("grade"),
            "is_narrow",
            "is_wide",
        )
        .unique(["urn", "date"], keep="first", maintain_order=True)
        .sort("urn", "date")
    )


def visits(query: Query) -> polars.DataFrame:
    """Every inspection of any kind, ungraded ones among them: urn, date."""
    return query("select observed_urn::integer as urn, date from core.inspection order by all").with_columns(
        polars.col("date").cast(polars.Date)
    )


def with_concern(judged: polars.DataFrame) -> polars.DataFrame:
    """Judged inspections with era, is_narrow (serious concern) and is_wide, each by the rules of its era."""
    card = polars.col("kind") == "report card"
    overall, quality, leadership = polars.col("overall"), polars.col("quality"), polars.col("leadership")
    in_category = polars.col("category").is_not_null()
    unsafe = _at_most(polars.col("safeguarding"), _NOT_EFFECTIVE)
    by_grade = overall.is_not_null()
    leaders = polars.col("governance")
    urgent = _at_most(leaders, _INADEQUATE) | (polars.col("other_urgent") > 0).fill_null(False)
    inadequate = _at_most(quality, _INADEQUATE) | _at_most(leadership, _INADEQUATE)
    improvement = _at_most(quality, _REQUIRES_IMPROVEMENT) | _at_most(leadership, _REQUIRES_IMPROVEMENT)
    is_known = (
        polars.when(card)
        .then(leaders.is_not_null())
        .otherwise(by_grade | quality.is_not_null() | leadership.is_not_null())
    )
    narrow = (
        polars.when(card)
        .then(urgent | unsafe)
        .when(by_grade)
        .then(_at_most(overall, _INADEQUATE) | in_category)
        .otherwise(in_category | unsafe | inadequate)
    )
    wide = (
        polars.when(card)
        .then(_at_most(leaders, _REQUIRES_IMPROVEMENT) | narrow)
        .when(by_grade)
        .then(_at_most(overall, _REQUIRES_IMPROVEMENT) | narrow)
        .otherwise(improvement | narrow)
    )
    overall_grades, no_overall_grade, report_cards = (polars.lit(name) for name in ERAS)
    era = polars.when(card).then(report_cards).when(by_grade).then(overall_grades).otherwise(no_overall_grade)
    return judged.with_columns(
        era.alias("era"),
        polars.when(is_known).then(narrow).alias("is_narrow"),
        polars.when(is_known).then(wide).alias("is_wide"),
    )


def _at_most(step: polars.Expr, limit: int) -> polars.Expr:
    """Whether a judgement is known and no better than a step."""
    return (step <= limit).fill_null(False)
