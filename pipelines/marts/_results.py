"""Results of schools with the pupils behind them: what totals and gaps are made from."""

from collections.abc import Iterable

import numpy as np
import polars

from pipelines.marts import Query
from pipelines.measures import MEASURES, Measure
from pipelines.measures.gaps import years_to_pool
from pipelines.statistics import spread
from pipelines.statistics.estimated import PUPIL_SPREADS

SHARES = ("percent", "rate")
MEANS = ("scaled_score", "progress_score", "progress_8_score", "attainment_8_score", "average_point_score")
"""Units of measures that are shares of pupils, and of those that are means of pupils."""

WEIGHED_BY_ROLL = "absence"
"""The publication that prints no number of pupils: rates are weighted by the pupils on roll in that year's census."""

STATED_SPREAD = {measure: PUPIL_SPREADS[measure] for measure in ("attainment_8", "progress_8")}
"""Standard deviation of pupils where files print no limits."""

MEAN_PARTS = 10_000
"""Totals of means are whole numbers of these parts of the unit, so that they add up to the same in any order."""

POOLABLE: dict[str, Measure] = {
    key: measure
    for key, measure in MEASURES.items()
    if measure.unit.key in SHARES + MEANS and not key.endswith("_gap_to_other_pupils_nationally")
}
"""The measures that are shares or means of pupils, so that pupils of several schools or years add up."""

FACTS = f"""
with wanted as (
    select mc.measure_code as measure, m.measure as key, m.source = '{WEIGHED_BY_ROLL}' as by_roll,
        m.unit_key in {SHARES} and m.source <> '{WEIGHED_BY_ROLL}' as is_share
    from core.measure m join core.measure_code mc using (measure)
    where m.unit_key in {SHARES + MEANS} and not m.measure like '%_gap_to_other_pupils_nationally'
), roll as (
    -- the January census counts pupils for the rates of absence, which are printed without a number
    select f.entity, f.year, max(f.value) as pupils
    from core.fact f
    where f.measure = (select measure_code from core.measure_code where measure = 'pupils_on_roll')
      and f.symbol = 0 and f."group" = 0 and f.entity < 1000000 and f.value > 0
    group by all
), state_funded as (
    select urn, la_code from core.school where is_state_funded
), numbered as (
    select f.* exclude (measure, lower, upper), f.measure, f.n as pupils_printed
    from core.fact f
    where f.entity < 1000000 and f.measure in (select measure from wanted where not by_roll)
    union all
    select f.* exclude (measure, lower, upper), f.measure, r.pupils
    from core.fact f
    left join roll r on r.entity = f.entity and r.year = f.year
    where f.entity < 1000000 and f.measure in (select measure from wanted where by_roll)
), weighed as (
    select f.entity, f.year, f.measure, f."group", w.is_share, f.value, f.pupils_printed as n, f.symbol,
        f.symbol = 0 and coalesce(f.pupils_printed, 0) > 0 as is_used,
        f.symbol <> 0 and (coalesce(f.n, -1) = 0 or f.symbol in (
            select symbol from core.symbol where status in ('no_eligible_pupils', 'new_school'))) as is_nobody,
        f.symbol not in (
            select symbol from core.symbol where status in ('new_school', 'blank', 'not_available')) as says_something,
        case when f.value = round(f.value) then 0.5 else 0.05 end as half, f.file, f."row"
    from numbered f
    join core.best_file b on b.file = f.file and b.measure = f.measure and b.year = f.year
    join wanted w on w.measure = f.measure
), counted as (
    select *,
        case when is_used then n end as pupils,
        case when is_used and is_share then floor(value * n / 100 + 0.5)
            when is_used then round(value * n * {MEAN_PARTS}) end as total
    from weighed
), result as (
    select * exclude (n),
        case when is_used and is_share
            then greatest(least(total, ceil((value - half) * pupils / 100 - 1e-9)), 0) end as low,
        case when is_used and is_share
            then least(greatest(total, floor((value + half) * pupils / 100 + 1e-9)), pupils) end as high
    from counted
)
"""

OUR_RESULTS = (
    FACTS
    + """
, ours as (
    select urn from state_funded where la_code = (select la_code from core.build)
), whose as (
    select urn, urn as observed_urn, null::integer as last_year from ours
    union all
    select c.urn, c.earlier_urn, coalesce(year(c.established), 9999)
    from core.succession c join ours using (urn) join state_funded s on s.urn = c.earlier_urn
), stitched as (
    -- a predecessor's result counts until the change of number, and where the school's own row says nothing
    select w.urn, w.observed_urn, w.last_year is null as is_own, r.*
    from whose w join result r on r.entity = w.observed_urn
    where w.last_year is null or r.year <= w.last_year
    window one as (partition by w.urn, r.year, r.measure)
    qualify case
        when bool_or(is_own and r.says_something) over one then is_own
        when bool_or(not is_own) over one then not is_own
        else true end
)
select s.urn, s.observed_urn, s.year::integer as year, mc.measure, g."group", s.value, s.pupils as n, s.total, s.low,
    s.high, s.is_used, s.is_nobody, s.file::integer as file_id, s."row"::integer as "row",
    sy.meaning
from stitched s
join core.symbol sy on sy.symbol = s.symbol
join core.measure_code mc on mc.measure_code = s.measure
join core.group_code g on g.group_code = s."group"
union all
select o.urn, o.urn, o.year, o.measure, 'all', null, null, null, null, null, false, false, o.file_id, o."row",
    'the school has no row in the file of that year'
from mart.school_observation o
join ours using (urn)
join wanted w on w.key = o.measure
where o.status = 'no_row'
"""
)


_LIMITS = """
select r.measure, r.year, median((r.upper - r.lower) / 2 * sqrt(r.n)) as half
from core.result r
where r."group" = 'all' and r.n > 0 and r.upper > r.lower
group by all
order by all
"""


def is_share(measure: Measure) -> bool:
    """Whether the measure is a percentage of a number of pupils that is printed with it."""
    return measure.unit.key in SHARES and measure.origin.source != WEIGHED_BY_ROLL


def value_per_total(measure: Measure) -> float:
    """What `total` / n is multiplied by to give the value: pupils to percent, parts of the unit to the unit."""
    return 100.0 if is_share(measure) else 1 / MEAN_PARTS


def by_measure(frame: polars.DataFrame) -> dict[str, polars.DataFrame]:
    """Measure key → its rows."""
    return {key: part for (key,), part in frame.partition_by("measure", as_dict=True).items()}


def sums() -> list[polars.Expr]:
    """What adds up over schools or years (n, total, low, high); a sum of nothing is null, not 0."""
    return [
        polars.when(polars.col(name).count() > 0).then(polars.col(name).sum()).alias(name)
        for name in ("n", "total", "low", "high")
    ]


def windows(measure: Measure, groups: Iterable[str], years: Iterable[int]) -> polars.DataFrame:
    """Which years are pooled for which: group, year, result_year; a window of one year is left out."""
    pooled = [
        (group, year, result_year)
        for group in sorted(groups)
        for year in sorted(years)
        for window in (years_to_pool(measure, group, year),)
        for result_year in window
        if len(window) > 1
    ]
    schema = {"group": polars.String, "year": polars.Int32, "result_year": polars.Int32}
    return polars.DataFrame(pooled, schema=schema, orient="row")


def over_years(yearly: polars.DataFrame, keys: list[str]) -> polars.DataFrame:
    """Adds up the years of each span: sums of pupils, the most schools of any one year, and which years they are.

    Args:
        yearly: keys, group, result_year, n, total, low, high, schools, schools_without, reason.

    Returns:
        keys, group, the sums, schools, schools_without, years ('2023, 2024, 2025').
    """
    found = polars.col("result_year").filter(polars.col("n").is_not_null())
    return yearly.group_by(*keys, "group").agg(
        *sums(),
        polars.col("schools", "schools_without").max(),
        polars.col("reason").drop_nulls().sort().first(),
        found.sort().cast(polars.String).str.join(", ").alias("years"),
    )


def years_lacking(measure: Measure, frame: polars.DataFrame) -> polars.Series:
    """For each row (group, year, span, years): the years of its window that have no figure, '' when none."""
    wanted = windows(measure, frame["group"].unique().to_list(), frame["year"].unique().to_list())
    named = wanted.group_by("group", "year").agg(polars.col("result_year").sort().cast(polars.String).alias("wanted"))
    joined = frame.select("group", "year", "span", "years").join(
        named, on=["group", "year"], how="left", maintain_order="left"
    )
    lacking = polars.col("wanted").list.set_difference(polars.col("years").fill_null("").str.split(", "))
    text = polars.when(polars.col("span") == "pooled").then(lacking.list.sort().list.join(", "))
    return joined.select(text.fill_null("").alias("lacking"))["lacking"]


def pupil_spread(query: Query, results: dict[str, polars.DataFrame]) -> dict[str, dict[int, float]]:
    """Standard deviation of pupils, by measure and year, for every mean of which files or a source tell it.

    DfE's printed limits are mean ± 1.96 × sd / √n with one national standard deviation (RISK.md 1 (c)), so that every
    school's limits tell it. Measures without limits have a stated one, or one worked out from how much more the
    results of our small schools change from year to year (`statistics.spread`).
    """
    known: dict[str, dict[int, float]] = {}
    for measure, year, half in query(_LIMITS).iter_rows():
        known.setdefault(measure, {})[year] = half / spread.Z_95
    for key, measure in POOLABLE.items():
        if key not in known and key in results and not is_share(measure) and measure.unit.key in MEANS:
            stated = STATED_SPREAD.get(key) or _spread_from_changes(results[key], measure)
            known[key] = {max(results[key]["year"]): stated}
    return known


def _spread_from_changes(results: polars.DataFrame, measure: Measure) -> float:
    used = results.filter(polars.col("is_used") & (polars.col("group") == "all")).sort("urn", "year")
    once = used.unique(["urn", "year"], keep="none", maintain_order=True)
    wide = {
        name: once.pivot(on="year", index="urn", values=name, maintain_order=True, sort_columns=True).drop("urn")
        for name in ("value", "n")
        if once.height
    }
    if not wide:
        return np.nan
    years = [int(year) for year in wide["value"].columns]
    pairs = [
        (later, later - 1)
        for later in range(1, len(years))
        if years[later] - years[later - 1] == 1 and years[later] not in measure.breaks()
    ]
    value, n = (frame.to_numpy().astype(float) for frame in wide.values())
    return spread.from_changes(value, n, pairs, np.zeros(len(value), int), 1)


def spread_of(measure: Measure, years: Iterable[int], known: dict[str, dict[int, float]]) -> np.ndarray:
    """The standard deviation of pupils in each year: that year's, else the nearest year's; NaN where none is known."""
    if is_share(measure):
        return np.full(len(list(years)), np.nan)
    by_year = known.get(measure.key, {})
    nearest = {year: spread.nearest_year(by_year, year)[0] for year in set(years)}
    return np.array([nearest[year] for year in years], float)


def as_numbers(frame: polars.DataFrame, column: str) -> np.ndarray:
    """A column as floats, null as NaN."""
    return frame[column].cast(polars.Float64).fill_null(np.nan).to_numpy()
