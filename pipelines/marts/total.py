"""Results of clusters, community areas, the authority, its neighbours, its region and England, by year and pooled.

The published row of an authority, a region or England stands where there is one; everything else is made from the
schools' counts (never an average of averages): pupils who reached the standard, of pupils counted. A school whose
figure is hidden or is printed without its number of pupils is in `schools_without`, never counted as nought. A
school that changed its number is counted once, under the number its result was printed for. Pooled rows add up to
three years with results (`years`), never across a break; for a cluster those of the schools that are members then.
Proposed clusters have totals where the authority has given no list of its own; their members are those of today.
"""

from collections.abc import Iterator

import polars

from pipelines.marts import Query, complete
from pipelines.marts._results import (
    FACTS,
    MEAN_PARTS,
    OUR_RESULTS,
    POOLABLE,
    WEIGHED_BY_ROLL,
    as_numbers,
    by_measure,
    is_share,
    over_years,
    pupil_spread,
    spread_of,
    sums,
    value_per_total,
    windows,
    years_lacking,
)
from pipelines.measures import Measure
from pipelines.statistics.intervals import mean_limits, wilson

COLUMNS: dict[str, polars.DataType] = {
    "unit_kind": polars.String(),
    "unit": polars.String(),
    "unit_name": polars.String(),
    "year": polars.Int32(),
    "span": polars.String(),
    "years": polars.String(),
    "measure": polars.String(),
    "group": polars.String(),
    "value": polars.Float64(),
    "lower": polars.Float64(),
    "upper": polars.Float64(),
    "n": polars.Float64(),
    "count": polars.Float64(),
    "count_low": polars.Float64(),
    "count_high": polars.Float64(),
    "sd": polars.Float64(),
    "schools": polars.Int32(),
    "schools_without": polars.Int32(),
    "how": polars.String(),
    "own_value": polars.Float64(),
    "own_n": polars.Float64(),
    "reason": polars.String(),
    "file_id": polars.Int32(),
    "row": polars.Int32(),
}

MEMBERSHIP_DAY = (5, 31)
"""A school is a member in a school year when it is one on 31 May, when tests and exams are sat (our choice)."""

REGION_SHARE, ENGLAND_AUTHORITIES = 2 / 3, 100
"""How many of its authorities make a region, or the neighbours of an authority, and how many England (decision 7)."""

_LARGE_UNITS = (
    FACTS
    + """
, built as (
    select b.la_code, a.region, a.la_name from core.build b left join core.authority a using (la_code)
), by_authority as (
    select s.la_code, r.year, r.measure, r."group",
        count(*) as mentioned, count(*) filter (r.is_used) as schools, count(*) filter (r.is_nobody) as nobody,
        sum(r.pupils) as n, sum(r.total) as total
    from result r join state_funded s on s.urn = r.entity
    group by s.la_code, r.year, r.measure, r."group"
), scoped as (
    -- a school that stands in the file, but without figures for the group, lacks them
    select *, greatest(max(mentioned) over (partition by la_code, year, measure) - schools - nobody, 0) as without
    from by_authority
), neighbours as (
    select distinct neighbour_la_code as la_code from core.statistical_neighbour
    where la_code = (select la_code from built)
), levels as (
    select 'authority' as unit_kind, 0 as needed, scoped.* from scoped where la_code = (select la_code from built)
    union all
    select 'statistical_neighbours', (select count(*) from neighbours) * $share, scoped.*
    from scoped where la_code in (select la_code from neighbours)
    union all
    select 'region', (select count(*) from core.authority where region = (select region from built)) * $share, scoped.*
    from scoped where la_code in (select la_code from core.authority where region = (select region from built))
    union all
    select 'england', $england, scoped.* from scoped
)
select l.unit_kind, l.year::integer as year, mc.measure, g."group",
    count(*) filter (l.schools > 0) as authorities, max(l.needed) as needed,
    sum(l.schools)::integer as schools, sum(l.without)::integer as schools_without,
    sum(l.n)::double as n, sum(l.total)::double as total
from levels l
join core.measure_code mc on mc.measure_code = l.measure
join core.group_code g on g.group_code = l."group"
group by l.unit_kind, l.year, mc.measure, g."group"
"""
)

_MEMBERS = """
select distinct 'cluster' as unit_kind, cluster_id as unit, cluster_name as unit_name, urn, from_date, to_date
from mart.cluster_member
union all
-- without a list of the authority's own, the proposed clusters stand in for it
select 'proposed_cluster', cluster_id, cluster_name, urn, null, null
from mart.proposed_cluster_member
where cluster_id is not null and not exists (select 1 from mart.cluster_member)
union all
select 'community_area', c.community_area_id, c.community_area_name, s.urn, null, null
from mart.school s
join (
    -- the area that holds most of the school's small area, as it is now
    select lsoa21_code, community_area_id, community_area_name
    from core.community_area, core.build
    where coalesce(from_date, built_at::date) <= built_at::date and coalesce(to_date, built_at::date) >= built_at::date
    qualify row_number() over (
        partition by lsoa21_code order by coalesce(share, 1) desc, community_area_id
    ) = 1
) c on c.lsoa21_code = coalesce(s.lsoa21, s.lsoa11)
"""

_PUBLISHED = """
select kind as unit_kind, year, measure,
    case when phase is null then "group" else 'in_' || phase || '_schools' end as "group",
    value, n, file_id, "row"
from mart.comparison
where how = 'published' and status = 'reported' and kind in ('authority', 'region', 'england')
"""

_NAMES = """
select b.la_code, coalesce(a.la_name, b.la_code) as la_name, coalesce(a.region, 'region not known') as region
from core.build b left join core.authority a using (la_code)
"""


def rows(query: Query) -> Iterator[polars.DataFrame]:
    """One frame for each measure: the totals of every unit, by year and pooled."""
    results = by_measure(query(OUR_RESULTS))
    large = by_measure(query(_LARGE_UNITS, {"share": REGION_SHARE, "england": ENGLAND_AUTHORITIES}))
    published = by_measure(query(_PUBLISHED))
    years = sorted({year for frame in results.values() for year in frame["year"].unique()})
    members = memberships(query(_MEMBERS), years)
    spread = pupil_spread(query, results)
    names = _names_of_large_units(query(_NAMES))
    for key, measure in POOLABLE.items():
        parts = []
        if key in results and members.height:
            parts.append(totals_of_members(results[key], members, measure))
        if key in large or key in published:
            parts.append(totals_of_large_units(large.get(key), published.get(key), measure).join(names, on="unit_kind"))
        if parts:
            yield finished(polars.concat(parts, how="diagonal_relaxed"), measure, spread)


def _names_of_large_units(built: polars.DataFrame) -> polars.DataFrame:
    la_code, la_name, region = built.row(0) if built.height else ("", "", "")
    return polars.DataFrame(
        {
            "unit_kind": ["authority", "statistical_neighbours", "region", "england"],
            "unit": [la_code, la_code, region, "england"],
            "unit_name": [la_name, f"Statistical neighbours of {la_name}", region, "England"],
        }
    )


def memberships(members: polars.DataFrame, years: list[int]) -> polars.DataFrame:
    """Who was a member in which school year.

    Args:
        members: unit_kind, unit, unit_name, urn, from_date, to_date (null: always).

    Returns:
        one row for each unit, year and member: unit_kind, unit, unit_name, year, urn.
    """
    day = polars.date(polars.col("year"), *MEMBERSHIP_DAY)
    began = polars.col("from_date").is_null() | (polars.col("from_date") <= day)
    goes_on = polars.col("to_date").is_null() | (polars.col("to_date") >= day)
    return (
        members.join(polars.DataFrame({"year": years}, schema={"year": polars.Int32}), how="cross")
        .filter(began & goes_on)
        .select("unit_kind", "unit", "unit_name", "year", "urn")
        .unique()
    )


def totals_of_members(results: polars.DataFrame, members: polars.DataFrame, measure: Measure) -> polars.DataFrame:
    """Totals of clusters and community areas: each printed result once, whichever members it belongs to."""
    window = windows(measure, results["group"].unique(), results["year"].unique())
    by_year = members.join(results, on=["urn", "year"]).with_columns(
        polars.col("year").alias("result_year"), polars.lit("year").alias("span")
    )
    pooled = (
        members.join(window, on="year")
        .join(results.rename({"year": "result_year"}), on=["urn", "result_year", "group"])
        .with_columns(polars.lit("pooled").alias("span"))
    )
    unit = ["unit_kind", "unit", "unit_name", "span", "year"]
    result = [*unit, "group", "result_year", "observed_urn"]
    once = (
        polars.concat([by_year, pooled], how="diagonal").sort("is_used", descending=True).unique(result, keep="first")
    )
    yearly = once.group_by(*unit, "group", "result_year").agg(
        polars.len().cast(polars.Int32).alias("mentioned"),
        polars.col("is_used").sum().cast(polars.Int32).alias("schools"),
        polars.col("is_nobody").sum().cast(polars.Int32).alias("nobody"),
        *sums(),
    )
    in_file = polars.col("mentioned").max().over(*unit, "result_year")
    lacking = in_file - polars.col("schools") - polars.col("nobody")
    yearly = yearly.with_columns(lacking.clip(lower_bound=0).alias("schools_without"))
    yearly = yearly.with_columns(polars.lit(None, polars.String).alias("reason"))
    return over_years(yearly, unit).with_columns(polars.lit(_how(measure)).alias("how"))


def _how(measure: Measure) -> str:
    return "pooled counts" if is_share(measure) else "pooled means"


_NUMBERS = {
    "n": polars.Float64,
    "total": polars.Float64,
    "low": polars.Float64,
    "high": polars.Float64,
    "schools": polars.Int32,
    "schools_without": polars.Int32,
    "reason": polars.String,
}


def totals_of_large_units(
    summed: polars.DataFrame | None, published: polars.DataFrame | None, measure: Measure
) -> polars.DataFrame:
    """Totals of the authority, its neighbours, its region and England: the published row first, else from schools."""
    keys = ["unit_kind", "year", "group"]
    parts = []
    if summed is not None:
        own = _of_enough(summed).with_columns(polars.lit(_how(measure)).alias("how"))
        parts.append(own if published is None else own.join(published, on=keys, how="anti"))
    if published is not None:
        printed = _printed(published, measure)
        if summed is not None:
            beside = own.filter(polars.col("n").is_not_null()).select(
                *keys, "schools", "schools_without", own_total=polars.col("total"), own_n=polars.col("n")
            )
            printed = printed.join(beside, on=keys, how="left")
        parts.append(printed)
    by_year = complete(polars.concat(parts, how="diagonal_relaxed"), _NUMBERS).with_columns(
        polars.col("year").cast(polars.String).alias("years"), polars.lit("year").alias("span")
    )
    window = windows(measure, by_year["group"].unique(), by_year["year"].unique())
    is_printed = polars.col("how") == "published"
    yearly = by_year.select(
        "unit_kind",
        "group",
        "n",
        "total",
        "low",
        "high",
        polars.when(~is_printed).then(polars.col("schools", "schools_without")),
        polars.when(is_printed).then(polars.lit("from published rows")).otherwise(polars.col("reason")).alias("reason"),
        result_year=polars.col("year"),
    )
    pooled = over_years(window.join(yearly, on=["result_year", "group"]), ["unit_kind", "year"])
    pooled = pooled.with_columns(polars.lit("pooled").alias("span"), polars.lit(_how(measure)).alias("how"))
    return polars.concat([by_year, pooled], how="diagonal_relaxed")


def _of_enough(summed: polars.DataFrame) -> polars.DataFrame:
    """Sums over schools, withheld with a reason where the files hold too few of the authorities."""
    enough = polars.col("authorities") >= polars.col("needed")
    verb = polars.when(polars.col("authorities") == 1).then(polars.lit("is")).otherwise(polars.lit("are"))
    few = polars.format("only {} of the authorities {} in the files", polars.col("authorities"), verb)
    return summed.with_columns(
        *(polars.when(enough).then(polars.col(name)).alias(name) for name in ("n", "total")),
        polars.when(~enough).then(few).alias("reason"),
    ).drop("measure", "authorities", "needed")


def _printed(published: polars.DataFrame, measure: Measure) -> polars.DataFrame:
    """Published rows: the value as printed, and the pupils behind it as far as its rounding tells."""
    n, value = polars.col("n"), polars.col("value")
    if not is_share(measure):
        frame = published.with_columns((value * n * MEAN_PARTS).round().alias("total"))
    else:
        half = polars.when(value == value.round(0)).then(0.5).otherwise(0.05)
        frame = published.with_columns(
            (value * n / 100 + 0.5).floor().alias("total"),
            ((value - half) * n / 100).ceil().clip(lower_bound=0).alias("low"),
            polars.min_horizontal(((value + half) * n / 100).floor(), n).alias("high"),
        )
    return frame.drop("measure").with_columns(polars.lit("published").alias("how"))


def finished(frame: polars.DataFrame, measure: Measure, spread: dict[str, dict[int, float]]) -> polars.DataFrame:
    """The totals of one measure with value, 95% limits, the range of the count, and the reason where one is due."""
    frame = complete(frame, {**COLUMNS, "own_total": polars.Float64, "own_n": polars.Float64})
    share = is_share(measure)
    factor = value_per_total(measure)
    frame = frame.with_columns(
        value=polars.coalesce("value", factor * polars.col("total") / polars.col("n")),
        own_value=factor * polars.col("own_total") / polars.col("own_n"),
        measure=polars.lit(measure.key),
        sd=polars.Series(spread_of(measure, frame["year"], spread)).fill_nan(None),
        lacking=years_lacking(measure, frame),
    )
    n = as_numbers(frame, "n")
    if share:
        lower, upper = (100 * limit for limit in wilson(as_numbers(frame, "total"), n))
        counts = {"count": "total", "count_low": "low", "count_high": "high"}
        frame = frame.with_columns(polars.col(name).alias(to) for to, name in counts.items())
    else:
        lower, upper = mean_limits(as_numbers(frame, "value"), as_numbers(frame, "sd"), n)
    return (
        frame.with_columns(
            lower=polars.Series(lower).fill_nan(None),
            upper=polars.Series(upper).fill_nan(None),
            reason=_reason(measure),
        )
        .select(list(COLUMNS))
        .sort("unit_kind", "unit", "group", "span", "year")
    )


def _reason(measure: Measure) -> polars.Expr:
    """Why there is no value, or what a value of ours leaves out; null when there is nothing to say."""
    value, without = polars.col("value"), polars.col("schools_without").fill_null(0)
    own = (polars.col("how") != "published").fill_null(True)
    none = value.is_null() & polars.col("reason").is_null()
    of_absence = measure.origin.source == WEIGHED_BY_ROLL
    no_number = "no school has a figure together with a number of pupils"
    said = {
        "before": polars.col("reason"),
        "hidden": polars.when(none & (without > 0)).then(polars.lit(no_number)),
        "nobody": polars.when(none & (without == 0)).then(polars.lit("no pupils of this group")),
        "without": polars.when(own & value.is_not_null() & (without > 0)).then(
            polars.when(without == 1)
            .then(polars.lit("1 school is not in it, because it has no figure with a number of pupils"))
            .otherwise(
                polars.format("{} schools are not in it, because they have no figure with a number of pupils", without)
            )
        ),
        "years": polars.when(polars.col("lacking") != "").then(polars.format("without {}", polars.col("lacking"))),
        "place": polars.when(polars.col("unit_kind") == "community_area").then(
            polars.lit("by the place of the school, not where pupils live")
        ),
        "roll": polars.when(own & value.is_not_null() & polars.lit(of_absence)).then(
            polars.lit("weighted by pupils on roll")
        ),
    }
    text = polars.concat_str(list(said.values()), separator="; ", ignore_nulls=True)
    return polars.when(text != "").then(text)
