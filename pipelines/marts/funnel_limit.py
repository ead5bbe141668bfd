"""Funnel limits for our pages: around England's value, how far results of n pupils fall by luck alone (95 and 99.8 %).

For each estimated measure, year and pupil group, on a grid of cohorts from 5 to 400 pupils. Limits are exact
binomial for shares of small cohorts. The `…_widened` columns are widened by the overdispersion of England's schools of
ordinary kinds (not special, not independent), which is above 1 where schools differ by more than luck.
"""

from collections.abc import Iterator

import numpy as np
import polars

from pipelines.marts import Query
from pipelines.measures import MEASURES
from pipelines.statistics import funnel
from pipelines.statistics.estimated import ESTIMATED, Estimated

GRID = (*range(5, 31), *range(32, 61, 2), *range(65, 121, 5), *range(130, 401, 10))
"""Cohorts at which limits are given: every pupil where pages show single ones, then coarser."""

COLUMNS: dict[str, polars.DataType] = {
    "measure": polars.String,
    "year": polars.Int32,
    "group": polars.String,
    "n": polars.Int32,
    "centre": polars.Float64,
    "lower_95": polars.Float64,
    "upper_95": polars.Float64,
    "lower_998": polars.Float64,
    "upper_998": polars.Float64,
    "lower_95_widened": polars.Float64,
    "upper_95_widened": polars.Float64,
    "lower_998_widened": polars.Float64,
    "upper_998_widened": polars.Float64,
    "overdispersion": polars.Float64,
    "schools": polars.Int32,
}

_RESULTS = """
select e.year, e."group", e.value, e.n, e.england, e.pupil_deviation
from mart.estimate e
join core.school s using (urn)
where e.measure = $measure and e.n > 0 and e.value is not null and e.england is not null and not e.from_predecessor
  and s.phase in ('primary', 'secondary', 'middle', 'all-through')
  and s.is_state_funded and coalesce(s.type_group, '') not ilike '%special%'
order by e.year, e."group", e.urn
"""


def rows(query: Query) -> Iterator[polars.DataFrame]:
    """One frame for each measure, year and pupil group that has a figure for England."""
    for declared in ESTIMATED:
        results = query(_RESULTS, {"measure": declared.measure})
        for (year, group), schools in results.group_by("year", "group", maintain_order=True):
            yield limits(schools, declared).with_columns(
                polars.lit(declared.measure).alias("measure"),
                polars.lit(year, polars.Int32).alias("year"),
                polars.lit(group).alias("group"),
            )


def limits(schools: polars.DataFrame, declared: Estimated) -> polars.DataFrame:
    """The limits on the grid, from the schools' value, n, england and, for scores, pupil_deviation."""
    is_share, unit = declared.is_share, MEASURES[declared.measure].unit
    scale = 100.0 if is_share else 1.0
    centre, n = schools["england"][0] / scale, np.array(GRID, float)
    value, pupils = schools["value"].to_numpy() / scale, schools["n"].to_numpy()
    deviation = np.sqrt(centre * (1 - centre)) if is_share else schools["pupil_deviation"][0]
    widening = funnel.overdispersion((value - centre) / (deviation / np.sqrt(pupils)))

    def both(level: float, factor: float) -> tuple[np.ndarray, np.ndarray]:
        if is_share:
            return funnel.share_limits(centre, n, level, factor)
        return funnel.mean_limits(centre, deviation, n, level, factor)

    columns = {"n": polars.Series(GRID, dtype=polars.Int32)}
    for level, name in zip(funnel.LEVELS, ("95", "998")):
        for factor, ending in ((1.0, ""), (widening, "_widened")):
            lower, upper = both(level, factor)
            columns[f"lower_{name}{ending}"] = np.round(np.clip(lower * scale, unit.low, unit.high), 3)
            columns[f"upper_{name}{ending}"] = np.round(np.clip(upper * scale, unit.low, unit.high), 3)
    return polars.DataFrame(columns).with_columns(
        polars.lit(centre * scale).round(3).alias("centre"),
        polars.lit(widening).round(3).alias("overdispersion"),
        polars.lit(schools.height, polars.Int32).alias("schools"),
    )
