"""Confidence limits of scores that a file prints without them: computed from the spread that others show.

Both the key stage 2 progress scores and Progress 8 have limits of score ± 1.96 × σ ÷ √n, with one national σ for
each year (Department for Education, Progress 8 school performance measure, 2016; primary school accountability,
2016). Where a file prints no limits, σ is fitted from the limits that other schools' rows print for the same
measure and year, or the nearest year that has any.
"""

from dataclasses import dataclass

import polars

from pipelines.statistics.spread import Z_95, nearest_year

FEWEST_SCHOOLS = 5
"""Fewer published limits of a year than this do not fit a σ: our own caution."""


@dataclass(frozen=True, kw_only=True)
class Counted:
    """How many pupils a score counts.

    Attributes:
        is_exact: whether the cohort in the score's own row is those counted (else those eligible).
        eligible: measure with the pupils eligible, where the row has no cohort.
        coverage: measure with the share of the eligible who are counted.
    """

    is_exact: bool
    eligible: str
    coverage: str


COUNTED: dict[str, Counted] = {
    **{
        f"{subject}_progress": Counted(
            is_exact=False, eligible="key_stage_2_pupils", coverage=f"{subject}_progress_coverage"
        )
        for subject in ("reading", "writing", "maths")
    },
    "progress_8": Counted(is_exact=True, eligible="key_stage_4_pupils", coverage="progress_8_coverage"),
}
"""Scores whose limits can be computed."""


def pupils_counted(model: Counted, n: polars.Expr, eligible: polars.Expr, coverage: polars.Expr) -> polars.Expr:
    """How many pupils a score counts, null where it can only be bounded."""
    of = polars.coalesce(n, eligible)
    by_coverage = (of * coverage / 100).round(0)
    return polars.coalesce(n, by_coverage) if model.is_exact else by_coverage


def fit_sigma(limits: polars.DataFrame) -> dict[tuple[str, int], float]:
    """σ of each measure and year from printed limits: the median of half the width × √n ÷ 1.96.

    Args:
        limits: `measure`, `year`, `lower`, `upper`, `counted`, one row for each school.
    """
    fitted = (
        limits.filter(polars.col("counted") > 0, polars.col("upper") > polars.col("lower"))
        .with_columns(
            ((polars.col("upper") - polars.col("lower")) / 2 * polars.col("counted").sqrt() / Z_95).alias("sigma")
        )
        .group_by("measure", "year")
        .agg(polars.col("sigma").median(), polars.len().alias("schools"))
        .filter(polars.col("schools") >= FEWEST_SCHOOLS)
    )
    return {(measure, year): sigma for measure, year, sigma, _ in fitted.iter_rows()}


def sigma_for(fitted: dict[tuple[str, int], float], measure: str, year: int) -> tuple[float, int] | None:
    """σ of the year, or of the nearest year that has one (the earlier of two as near), with that year."""
    sigma, nearest = nearest_year({known: sigma for (name, known), sigma in fitted.items() if name == measure}, year)
    return None if nearest is None else (sigma, nearest)
