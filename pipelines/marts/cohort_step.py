"""Cohorts of children followed from five to sixteen: each assessment of each cohort, and how far the children on free
school meals (from eleven: the disadvantaged) are behind other children in England at the same age.

A cohort is named by the summer in which it ends Year 6. Clusters (the proposed ones, where the authority has no list of
its own) are their members of today in every year, so that each step is about the same schools; children who moved are
in the figures of the school where they were assessed. `gap` is the group here less `national_value`: others in England
or, where no file at hand has them, all children (`compared_with`). A step without a figure has its `status` and
`reason`: no tests, not yet, not published, no data.
"""

from collections.abc import Iterator

import polars

from pipelines.marts import Query, complete
from pipelines.marts._results import OUR_RESULTS, as_numbers, sums
from pipelines.measures import MEASURES
from pipelines.measures.cohorts import STAGES, Stage, why_not_held
from pipelines.statistics import gaps
from pipelines.statistics.intervals import wilson

COLUMNS: dict[str, polars.DataType] = {
    "unit_kind": polars.String(),
    "unit": polars.String(),
    "unit_name": polars.String(),
    "cohort": polars.Int32(),
    "age": polars.Int32(),
    "year": polars.Int32(),
    "measure": polars.String(),
    "group": polars.String(),
    "value": polars.Float64(),
    "lower": polars.Float64(),
    "upper": polars.Float64(),
    "n": polars.Float64(),
    "count": polars.Float64(),
    "schools": polars.Int32(),
    "schools_without": polars.Int32(),
    "compared_with": polars.String(),
    "national_value": polars.Float64(),
    "gap": polars.Float64(),
    "gap_lower": polars.Float64(),
    "gap_upper": polars.Float64(),
    "status": polars.String(),
    "reason": polars.String(),
    "file_id": polars.Int32(),
    "row": polars.Int32(),
}

UNITS_WITH_MEMBERS = ("cluster", "proposed_cluster")
_KEYS = ["unit_kind", "unit", "unit_name", "cohort", "age"]

MEMBERS = """
select distinct 'cluster' as unit_kind, cluster_id as unit, cluster_name as unit_name, urn from mart.cluster_place
union
select distinct 'proposed_cluster', cluster_id, cluster_name, urn from mart.proposed_cluster_member
where cluster_id is not null and not exists (select 1 from mart.cluster_member)
"""

_AREAS = """
select unit_kind, unit, unit_name, year, measure, "group",
    -- a row that is printed without its number of pupils gives way to our own count of the same pupils
    case when n is null and own_n > 0 then own_value else value end as value,
    case when n is null and own_n > 0 then own_n else n end as n,
    case when n is null and own_n > 0 then round(own_value * own_n / 100) else count end as count,
    file_id, "row"
from mart.total
where unit_kind in ('authority', 'england') and span = 'year' and value is not null
  and measure in (select unnest($measures)) and "group" in (select unnest($groups))
"""

_BESIDE = """
select case o.entity_kind when 'country' then 'england' else 'authority' end as unit_kind,
    o.year::integer as year, o.measure as tool_measure, o.value, o.file::integer as file_id, o."row"::integer as "row"
from core.observation o
where o.measure in (select unnest($measures)) and o.value is not null
  and (o.entity = 'england_state_funded' or o.entity_kind = 'la' and o.entity = (select la_code from core.build))
"""

_BUILT = """
select b.la_code, coalesce(a.la_name, b.la_code) as la_name, year(b.built_at)::integer as year
from core.build b left join core.authority a using (la_code)
"""


def rows(query: Query) -> Iterator[polars.DataFrame]:
    """The table in one frame: every cohort of every unit that has a figure at any age, with all its steps."""
    areas = _areas(query)
    built = query(_BUILT).row(0, named=True)
    here = query(MEMBERS)
    parts = [_of_members(sums_of_members(query, here)), _of_areas(areas)]
    found = complete(polars.concat(parts, how="diagonal_relaxed"), COLUMNS)
    if found.is_empty():
        return
    held = found.drop("compared_with", "national_value")
    steps = _every_step(found).join(held, on=[*_KEYS, "year", "measure", "group"], how="left")
    yield _finished(steps.join(_nation(areas), on=["age", "year"], how="left"), built["year"])


def sums_of_members(query: Query, here: polars.DataFrame) -> polars.DataFrame:
    """The followed group's results in the schools of today's members: one row for each unit, stage, year and result.

    Returns:
        unit_kind, unit, unit_name, age, cohort, year, measure, group, observed_urn, n, total, low, high, is_used,
        is_nobody: a printed result once, whichever members it belongs to.
    """
    results = query(OUR_RESULTS)
    wanted = polars.DataFrame(
        [(stage.measure, stage.groups[0], stage.age, stage.after) for stage in STAGES],
        schema={"measure": polars.String, "group": polars.String, "age": polars.Int32, "after": polars.Int32},
        orient="row",
    )
    return (
        here.join(results.join(wanted, on=["measure", "group"]), on="urn")
        .with_columns(cohort=polars.col("year") - polars.col("after"))
        .sort("is_used", descending=True)
        .unique([*_KEYS, "observed_urn"], keep="first")
        .sort(*_KEYS, "observed_urn")
    )


def _of_members(one: polars.DataFrame) -> polars.DataFrame:
    used, nobody = polars.col("is_used"), polars.col("is_nobody")
    return (
        one.group_by(*_KEYS, "year", "measure", "group")
        .agg(
            *sums(),
            used.sum().cast(polars.Int32).alias("schools"),
            (~used & ~nobody).sum().cast(polars.Int32).alias("schools_without"),
        )
        .with_columns(value=100 * polars.col("total") / polars.col("n"), count=polars.col("total"))
    )


def _areas(query: Query) -> polars.DataFrame:
    """Figures of the authority and England at every stage: group is followed, other or all; with file and row."""
    measures = [stage.measure for stage in STAGES]
    groups = sorted({group for stage in STAGES for group in stage.groups} | {"all"})
    printed = query(_AREAS, {"measures": measures, "groups": groups})
    tool = {key: (stage, group) for stage in STAGES for group, key in stage.areas.items()}
    beside = query(_BESIDE, {"measures": list(tool)}).with_columns(
        measure=polars.col("tool_measure").replace_strict({key: stage.measure for key, (stage, _) in tool.items()}),
        group=polars.col("tool_measure").replace_strict({key: group for key, (_, group) in tool.items()}),
        n=polars.lit(None, polars.Float64),
        count=polars.lit(None, polars.Float64),
    )
    built = query(_BUILT).row(0, named=True)
    names = {"authority": (built["la_code"], built["la_name"]), "england": ("england", "England")}
    beside = beside.with_columns(
        unit=polars.col("unit_kind").replace_strict({kind: unit for kind, (unit, _) in names.items()}),
        unit_name=polars.col("unit_kind").replace_strict({kind: name for kind, (_, name) in names.items()}),
    ).drop("tool_measure")
    return _from_one_publication(printed, beside)


def _from_one_publication(printed: polars.DataFrame, beside: polars.DataFrame) -> polars.DataFrame:
    """Printed rows, and the tool's for a measure and year in which one of the sides that it prints is not printed.

    Both sides of a gap are taken from one publication: later revisions differ by a point.
    """
    sides = ["measure", "year", "unit_kind", "group"]
    lacking = beside.join(printed, on=sides, how="anti").select("measure", "year").unique()
    taken = beside.join(lacking, on=["measure", "year"], how="semi")
    return polars.concat([printed.join(taken, on=sides, how="anti"), taken], how="diagonal_relaxed")


def _of_areas(areas: polars.DataFrame) -> polars.DataFrame:
    found = [
        areas.filter((polars.col("measure") == stage.measure) & (polars.col("group") == stage.groups[0])).with_columns(
            age=polars.lit(stage.age, polars.Int32), cohort=(polars.col("year") - stage.after).cast(polars.Int32)
        )
        for stage in STAGES
    ]
    return polars.concat(found)


def _nation(areas: polars.DataFrame) -> polars.DataFrame:
    """What each stage and year is held against: England's others where known, else all children."""
    england = areas.filter(polars.col("unit_kind") == "england")
    found = []
    for stage in STAGES:
        for order, group in enumerate((stage.groups[1], "all")):
            found.append(
                england.filter((polars.col("measure") == stage.measure) & (polars.col("group") == group)).select(
                    polars.lit(stage.age, polars.Int32).alias("age"),
                    "year",
                    polars.lit(order).alias("order"),
                    polars.lit("all" if group == "all" else "other").alias("compared_with"),
                    polars.col("value").alias("national_value"),
                    polars.col("n").alias("national_n"),
                    polars.col("count").alias("national_count"),
                )
            )
    return polars.concat(found).sort("order").unique(["age", "year"], keep="first").drop("order")


def _every_step(found: polars.DataFrame) -> polars.DataFrame:
    """All five steps of every cohort that has one figure or more."""
    cohorts = found.filter(polars.col("value").is_not_null()).select(_KEYS[:4]).unique()
    steps = polars.DataFrame(
        [(stage.age, stage.after, stage.measure, stage.groups[0]) for stage in STAGES],
        schema={"age": polars.Int32, "after": polars.Int32, "measure": polars.String, "group": polars.String},
        orient="row",
    )
    return cohorts.join(steps, how="cross").with_columns(year=polars.col("cohort") + polars.col("after")).drop("after")


def _finished(steps: polars.DataFrame, built: int) -> polars.DataFrame:
    here = gaps.group(*(as_numbers(steps, name) for name in ("value", "n", "count")))
    nation = gaps.group(*(as_numbers(steps, f"national_{name}") for name in ("value", "n", "count")))
    lower, upper = (100 * limit for limit in wilson(here.count, here.n))
    difference = gaps.difference_from_nation(here, nation)
    computed = {
        "lower": lower,
        "upper": upper,
        "gap": difference.value,
        "gap_lower": difference.lower,
        "gap_upper": difference.upper,
    }
    steps = steps.with_columns(**{name: polars.Series(part).fill_nan(None) for name, part in computed.items()})
    why = polars.DataFrame(
        [(stage.age, year, *_missing(stage, year, built)) for stage in STAGES for year in steps["year"].unique()],
        schema={"age": polars.Int32, "year": polars.Int32, "status": polars.String, "why": polars.String},
        orient="row",
    )
    steps = steps.drop("status", "reason").join(why, on=["age", "year"], how="left")
    has_value, has_gap = polars.col("value").is_not_null(), polars.col("gap").is_not_null()
    hidden = ~has_value & (polars.col("schools_without") > 0) & (polars.col("status") == "no data")
    text = polars.concat_str(
        polars.when(hidden)
        .then(polars.lit("No school has a figure of the group together with its number of pupils."))
        .when(~has_value)
        .then("why"),
        polars.when(has_value & ~has_gap).then(polars.lit("No figure of England to hold it against.")),
        polars.when(has_value & (polars.col("schools_without") > 0)).then(
            polars.format("{} not in it: no figure with a number of pupils.", _schools(polars.col("schools_without")))
        ),
        separator=" ",
        ignore_nulls=True,
    )
    return (
        steps.with_columns(
            status=polars.when(has_value).then(polars.lit("reported")).otherwise("status"),
            reason=polars.when(text != "").then(text),
            **{name: polars.when(has_value).then(name).otherwise(None) for name in ("compared_with", "national_value")},
        )
        .select(list(COLUMNS))
        .sort(_KEYS)
    )


def _schools(number: polars.Expr) -> polars.Expr:
    return polars.when(number == 1).then(polars.lit("1 school is")).otherwise(polars.format("{} schools are", number))


def _missing(stage: Stage, year: int, built: int) -> tuple[str, str]:
    """Status and sentence of a stage in a year, should it have no figure."""
    measure = MEASURES[stage.measure]
    held = why_not_held(measure, year)
    if held:
        return "no tests", held
    if year > built:
        return "not yet", f"They take it in {year}."
    note = measure.note_for(year)
    if note and note.state == "not published":
        return "not published", note.note
    return "no data", f"No file at hand has figures of {year}."
