"""What inspections say of a school at the end of each school year, as facts that rules can compare.

Each inspection speaks on the scale of its own era. A school that has a report card has no overall grade, and one
that was graded without an overall grade has none either: none is ever worked out from other judgements.
"""

import datetime

import polars

from pipelines.rules.facts import FACT, Query

_INSPECTIONS = """
with listed as (
    -- in whose row a list tells of it, and the schools that came after the school inspected
    select i.inspection_id, unnest(i.urns) as urn from core.inspection i
    union
    select i.inspection_id, i.observed_urn from core.inspection i
    union
    select i.inspection_id, c.urn from core.inspection i join core.succession c on c.earlier_urn = i.observed_urn
), judged as (
    select inspection_id,
        max(step) filter (area = 'overall_effectiveness') as overall,
        max(step) filter (area = 'quality_of_education') as quality,
        max(step) filter (area = 'leadership_and_management') as leadership,
        max(step) filter (area = 'leadership_and_governance') as governance,
        max(step) filter (area = 'safeguarding') as safeguarding,
        count(*) filter (step = 1 and area not in ('leadership_and_governance', 'safeguarding')) as other_urgent
    from core.judgement group by inspection_id
)
select l.urn::integer as urn, i.observed_urn::integer as observed_urn, i.date, i.kind, i.era, i.outcome,
    i.category_of_concern as category, j.overall, j.quality, j.leadership, j.governance, j.safeguarding,
    j.other_urgent, i.file::integer as file_id, i."row"::integer as "row"
from listed l join core.inspection i using (inspection_id) left join judged j using (inspection_id)
order by l.urn, i.date, i.inspection_id
"""
_NAMED_UNTIL = """
select urn::integer as urn, max(listed_on) as named_until
from (
    select r.urn, coalesce(f.edition_date, r.date) as listed_on
    from core.inspection_report r join core.file f using (file)
    where f.source <> 'inspections'
    union all
    select urn, date from core.inspection_report
)
group by urn
"""
_SIGNALS = (
    "is_inspected",
    "overall_effectiveness",
    "quality_of_education_without_overall",
    "leadership_without_overall",
    "leadership_and_governance",
    "previous_below_good",
    "category_of_concern",
    "special_measures",
    "serious_weaknesses",
    "requires_significant_improvement",
)
_REQUIRES_IMPROVEMENT = 2
_URGENT, _NOT_MET = 1, 1


def school_year_of(date: polars.Expr) -> polars.Expr:
    """The summer of the school year in which a day lies: from 1 September the next."""
    return date.dt.year() + (date.dt.month() >= 9).cast(polars.Int32)


def load_inspections(query: Query) -> polars.DataFrame:
    """Every inspection of every school, those of the schools it came from among them, oldest first."""
    found = query(_INSPECTIONS)
    return found.with_columns(polars.col("date").cast(polars.Date), *(_steps(name) for name in _JUDGED))


_JUDGED = ("overall", "quality", "leadership", "governance", "safeguarding", "other_urgent")


def _steps(name: str) -> polars.Expr:
    return polars.col(name).cast(polars.Int32)


def latest_list(query: Query) -> datetime.date | None:
    """The day of the newest list of inspections that was loaded."""
    found = query(_NAMED_UNTIL)["named_until"].cast(polars.Date)
    return found.max() if len(found) else None


def states(query: Query, years: list[int]) -> polars.DataFrame:
    """FACT rows of every signal about inspections, for each school and school year in which a list names it.

    A year is judged on what was inspected by its last day (31 August), or by the day of the newest list that names
    the school where that is earlier in the same school year.
    """
    inspections = load_inspections(query)
    named = query(_NAMED_UNTIL).with_columns(polars.col("named_until").cast(polars.Date))
    if inspections.is_empty() or not years:
        return polars.DataFrame(schema=FACT)
    full = with_previous(inspections.filter(polars.col("kind") != "ungraded"))
    known = full.with_columns(school_year_of(polars.col("date")).alias("since"))
    # the last full inspection of each school year stands until the next
    known = known.unique(["urn", "since"], keep="last", maintain_order=True).sort("urn", "since")
    until = named.select("urn", school_year_of(polars.col("named_until")).alias("until"))
    grid = (
        until.join(polars.DataFrame({"year": years}, schema={"year": polars.Int32}), how="cross")
        .filter(polars.col("year") <= polars.col("until"))
        .sort("urn", "year")
    )
    first = known.group_by("urn").agg(polars.col("since").min().alias("first_since"))
    grid = grid.join(first, on="urn").filter(polars.col("year") >= polars.col("first_since")).sort("year")
    standing = grid.join_asof(
        known.sort("since"), left_on="year", right_on="since", by="urn", strategy="backward", check_sortedness=False
    )
    return _as_facts(with_signals(standing).sort("urn", "year"))


def with_previous(full: polars.DataFrame) -> polars.DataFrame:
    """Each full inspection with the judgements of the one before it (`previous …`), whichever its framework."""
    names = ("overall", "quality", "leadership", "governance", "category", "kind", "date")
    return full.sort("urn", "date", maintain_order=True).with_columns(
        polars.col(name).shift(1).over("urn").alias(f"previous {name}") for name in names
    )


def with_signals(standing: polars.DataFrame) -> polars.DataFrame:
    """The signals of each row: numbers, or null where its framework has no such judgement.

    Report cards (categories as NEU's guide and Ofsted's framework of November 2025 have them): special measures where
    leadership and governance is urgent improvement and another area is too, or safeguarding is not met; requires
    significant improvement where any area is, or safeguarding is not met, short of that.
    """
    card = polars.col("kind") == "report card"
    no_overall = (polars.col("kind") == "graded") & polars.col("overall").is_null()
    leadership_urgent = (polars.col("governance") == _URGENT).fill_null(False)
    other_urgent = (polars.col("other_urgent") > 0).fill_null(False)
    unsafe = (polars.col("safeguarding") == _NOT_MET).fill_null(False)
    card_special = leadership_urgent & (other_urgent | unsafe)
    card_significant = (leadership_urgent | other_urgent | unsafe) & ~card_special
    category = polars.col("category")
    unnamed = category.is_null() & (polars.col("overall") == 1).fill_null(False)
    in_category = polars.when(card).then(card_special | card_significant).when(~unnamed).then(category.is_not_null())
    return standing.with_columns(
        polars.lit(1).alias("is_inspected"),
        polars.col("overall").alias("overall_effectiveness"),
        polars.when(no_overall).then("quality").alias("quality_of_education_without_overall"),
        polars.when(no_overall).then("leadership").alias("leadership_without_overall"),
        polars.when(card).then("governance").alias("leadership_and_governance"),
        previous_below_good().cast(polars.Int32).alias("previous_below_good"),
        in_category.cast(polars.Int32).alias("category_of_concern"),
        polars.when(card).then(card_special)
        .when(~unnamed).then((category == "Special measures").fill_null(False))
        .cast(polars.Int32).alias("special_measures"),
        polars.when(~card & ~unnamed).then((category == "Serious weaknesses").fill_null(False))
        .cast(polars.Int32).alias("serious_weaknesses"),
        polars.when(card).then(card_significant).cast(polars.Int32).alias("requires_significant_improvement"),
    )  # fmt: skip


def previous_below_good() -> polars.Expr:
    """Whether the inspection before was below good, by the equivalence that the Department for Education uses.

    Overall requires improvement, satisfactory or inadequate; without an overall grade, quality of education or
    leadership and management below good; with a report card, leadership and governance below the expected standard
    (Department for Education, schools eligible for RISE intervention, 9 Sep 2025).
    """
    worst = polars.min_horizontal("previous quality", "previous leadership")
    return (
        polars.when(polars.col("previous kind") == "report card")
        .then(polars.col("previous governance") <= _REQUIRES_IMPROVEMENT)
        .when(polars.col("previous overall").is_not_null())
        .then(polars.col("previous overall") <= _REQUIRES_IMPROVEMENT)
        .otherwise(worst <= _REQUIRES_IMPROVEMENT)
    )


_WHY = {
    "overall_effectiveness": {
        "report card": "the last inspection has a report card, which has no overall grade",
        "graded": "the last graded inspection gave no overall grade (none is given from 2 September 2024)",
    },
    "special_measures": {"graded": "judged inadequate, but the list does not say in which category"},
    "serious_weaknesses": {
        "report card": "report cards have no such category",
        "graded": "judged inadequate, but the list does not say in which category",
    },
}


def _as_facts(found: polars.DataFrame) -> polars.DataFrame:
    """One row for each school, year and signal."""
    via = (
        polars.when(polars.col("observed_urn") == polars.col("urn"))
        .then(polars.lit("own"))
        .otherwise(polars.lit("predecessor"))
    )
    parts = []
    for signal in _SIGNALS:
        why = polars.lit(None, polars.String)
        for kind, words in _WHY.get(signal, {}).items():
            why = polars.when(polars.col("kind") == kind).then(polars.lit(words)).otherwise(why)
        parts.append(
            found.select(
                "urn",
                "year",
                polars.lit(signal).alias("measure"),
                "observed_urn",
                via.alias("via"),
                polars.col(signal).cast(polars.Float64).alias("value"),
                polars.when(polars.col(signal).is_null()).then(why).alias("why"),
                *(polars.lit(None, FACT[name]).alias(name) for name in ("n", "lower", "upper")),
                "file_id",
                "row",
            )
        )
    return polars.concat(parts).select(polars.col(name).cast(kind) for name, kind in FACT.items())
