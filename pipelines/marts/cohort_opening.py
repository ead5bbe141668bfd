"""Where the gap of a cohort opens: by how much it changes between two ages, over up to three cohorts together.

Each row takes the newest three cohorts with key stage 2 (up to sixteen: with GCSE), and of these the ones that have
both assessments (`cohorts`). `change` is the gap at `to_age` less the gap at `from_age` (negative: it opens), with 95%
limits as of two sets of pupils; they are the same children, but nobody prints who of them reached both, so that the
limits are wider than need be. England is taken as fixed, in the mix of the same cohorts; `england_change` is what its
own gap does meanwhile. Limits are null where no number of pupils is printed. Only gaps to England's others are taken.
"""

from collections.abc import Iterator
from itertools import combinations

import polars

from pipelines.marts import Query
from pipelines.marts._results import as_numbers
from pipelines.measures.cohorts import COHORTS_POOLED, STAGES
from pipelines.statistics import gaps

COLUMNS: dict[str, polars.DataType] = {
    "unit_kind": polars.String(),
    "unit": polars.String(),
    "unit_name": polars.String(),
    "from_age": polars.Int32(),
    "to_age": polars.Int32(),
    "cohorts": polars.String(),
    "from_gap": polars.Float64(),
    "from_n": polars.Float64(),
    "to_gap": polars.Float64(),
    "to_n": polars.Float64(),
    "change": polars.Float64(),
    "lower": polars.Float64(),
    "upper": polars.Float64(),
    "england_change": polars.Float64(),
}

ELEVEN = 11
"""The age that ends the first part of a chain: a cohort is one of the newest when it has come so far."""

_UNIT = ["unit_kind", "unit", "unit_name"]

_STEPS = """
select unit_kind, unit, unit_name, cohort, age, value, n, count, national_value, gap
from mart.cohort_step
where gap is not null and compared_with = 'other'
"""


def rows(query: Query) -> Iterator[polars.DataFrame]:
    """The table, in one frame."""
    steps = query(_STEPS)
    england = steps.filter(polars.col("unit_kind") == "england").select("cohort", "age", england_gap=polars.col("gap"))
    steps = steps.join(england, on=["cohort", "age"], how="left")
    pairs = combinations([stage.age for stage in STAGES], 2)
    found = [_between(steps, first, last) for first, last in pairs]
    yield polars.concat(found).select(list(COLUMNS)).sort(*_UNIT, "from_age", "to_age")


def _between(steps: polars.DataFrame, first: int, last: int) -> polars.DataFrame:
    """The change from one age to another in every unit that has both in a cohort."""
    ends = steps.filter(polars.col("age") == max(last, ELEVEN))
    newest = ends.filter(polars.col("cohort").rank("ordinal", descending=True).over(_UNIT) <= COHORTS_POOLED)
    early, late = (
        steps.filter(polars.col("age") == age).join(newest, on=[*_UNIT, "cohort"], how="semi") for age in (first, last)
    )
    both = early.join(late, on=[*_UNIT, "cohort"], suffix="_late")
    pooled = both.group_by(_UNIT).agg(
        polars.col("cohort").sort().cast(polars.String).str.join(", ").alias("cohorts"),
        *_pooled("from", ""),
        *_pooled("to", "_late"),
        (polars.col("england_gap_late") - polars.col("england_gap")).mean().alias("england_change"),
    )
    sides = [
        gaps.group(*(as_numbers(pooled, f"{side}_{name}") for name in ("value", "n", "count")))
        for side in ("to", "from")
    ]
    moved = gaps.difference(*sides)
    nation = as_numbers(pooled, "to_nation") - as_numbers(pooled, "from_nation")
    change = (as_numbers(pooled, "to_gap") - as_numbers(pooled, "from_gap"), moved.lower - nation, moved.upper - nation)
    return pooled.with_columns(
        polars.lit(first, polars.Int32).alias("from_age"),
        polars.lit(last, polars.Int32).alias("to_age"),
        *(
            polars.Series(name, part).fill_nan(None)
            for name, part in zip(("change", "lower", "upper"), change, strict=True)
        ),
    )


def _pooled(side: str, end: str) -> list[polars.Expr]:
    """Value, pupils, those who reached it, England's figure and the gap over the cohorts, weighted by known pupils."""
    n, count = polars.col(f"n{end}"), polars.col(f"count{end}")
    known = n.count() == n.len()

    def mean(name: str) -> polars.Expr:
        value = polars.col(f"{name}{end}")
        return polars.when(known).then((value * n).sum() / n.sum()).otherwise(value.mean())

    return [
        polars.when(known).then(n.sum()).alias(f"{side}_n"),
        polars.when(known).then(count.sum()).alias(f"{side}_count"),
        mean("value").alias(f"{side}_value"),
        mean("national_value").alias(f"{side}_nation"),
        mean("gap").alias(f"{side}_gap"),
    ]
