"""Steps of cohorts as they may be printed, shared or saved: mart.cohort_step, where a cluster's step from which a
school's small number could be worked out has the status `hidden` and no number. `members` names the schools in a shared
step, so that the next build remembers what is known. The authority's own counts follow mart.shared_total: where they
are withheld there, a step keeps what is printed of it, without numbers of children and limits.
"""

from collections.abc import Iterator

import polars

from pipelines.marts import Query, cohort_step
from pipelines.marts.shared_result import verdict_of
from pipelines.marts.shared_total import learn_earlier, members_of, refusals
from pipelines.statistics.disclosure import REASON_TOTAL

COLUMNS = {**cohort_step.COLUMNS, "members": polars.List(polars.Int32)}

_FIGURES = ("value", "lower", "upper", "n", "count", "schools", "schools_without", "gap", "gap_lower", "gap_upper")
_STEP = ["unit_kind", "unit", "year", "measure", "group"]
_COUNTED = ("lower", "upper", "n", "count", "gap_lower", "gap_upper")

_AUTHORITY = """
select unit_kind, unit, year, measure, "group", status as total_status, value as printed,
    coalesce(n, own_n) is null as is_uncounted
from mart.shared_total where unit_kind = 'authority' and span = 'year'
"""


def rows(query: Query) -> Iterator[polars.DataFrame]:
    """The table in one frame; judged after the totals of mart.shared_total, which go first where both cannot stand."""
    steps = query("select * from mart.cohort_step")
    used = cohort_step.sums_of_members(query, query(cohort_step.MEMBERS)).filter("is_used")
    verdict = verdict_of(query)
    learn_earlier(query, verdict)
    refusals(members_of(query), verdict)
    sums = used.select(*_STEP, "observed_urn", result_year=polars.col("year"), is_pooled=polars.lit(False))
    refused = refusals(sums, verdict).select(*_STEP, "refused")
    held = used.group_by(_STEP).agg(polars.col("observed_urn").cast(polars.Int32).sort().alias("members"))
    steps = steps.join(refused, on=_STEP, how="left").join(query(_AUTHORITY), on=_STEP, how="left")
    joined = _without_withheld_counts(steps).join(held, on=_STEP, how="left")
    is_hidden = polars.col("refused").is_not_null() & polars.col("value").is_not_null()
    yield joined.with_columns(
        *(polars.when(~is_hidden).then(name).alias(name) for name in _FIGURES),
        polars.when(is_hidden).then(polars.lit("hidden")).otherwise("status").alias("status"),
        polars.when(is_hidden).then("refused").otherwise("reason").alias("reason"),
        polars.when(~is_hidden).then("members").alias("members"),
    ).select([polars.col(name).cast(kind) for name, kind in COLUMNS.items()])


def _without_withheld_counts(steps: polars.DataFrame) -> polars.DataFrame:
    """The authority's steps as printed where our own count of them is withheld; refused where nothing is printed."""
    withheld = (polars.col("n").is_not_null() & polars.col("is_uncounted")).fill_null(False)
    is_printed = withheld & (polars.col("total_status") == "reported")
    return steps.with_columns(
        polars.when(withheld & ~is_printed).then(polars.lit(REASON_TOTAL)).otherwise("refused").alias("refused"),
        polars.when(is_printed).then("printed").otherwise("value").alias("value"),
        polars.when(is_printed)
        .then(polars.col("printed") - polars.col("national_value"))
        .otherwise("gap")
        .alias("gap"),
        *(polars.when(~is_printed).then(name).alias(name) for name in _COUNTED),
    )
