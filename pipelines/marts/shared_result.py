"""Our schools' figures as they may be printed, shared or saved: small numbers and what would give them away hidden.

The columns are those of `mart.school_observation`. Where a figure may not be shared its status is `hidden`, value, n
and limits are null and `reason` says why; everything else stands as published. Pages show `mart.school_observation`
on an adviser's own screen; print, share and save take this table (docs/decisions/0013).
"""

from collections.abc import Iterator

import polars as pl

from pipelines.marts import Query
from pipelines.measures import MEASURES, Measure
from pipelines.statistics.disclosure import REASON, Policy
from pipelines.statistics.disclosure_cells import ALL, CELLS, Verdict, judge

COLUMNS = {
    "urn": pl.Int32,
    "observed_urn": pl.Int32,
    "via": pl.String,
    "year": pl.Int32,
    "measure": pl.String,
    "group": pl.String,
    "value": pl.Float64,
    "n": pl.Float64,
    "lower": pl.Float64,
    "upper": pl.Float64,
    "status": pl.String,
    "reason": pl.String,
    "edition": pl.String,
    "release": pl.String,
    "file_id": pl.Int32,
    "row": pl.Int32,
}

FAMILIES = {
    "key_stage_2": "key stage 2",
    "key_stage_4": "key stage 4",
    "key_stage_4_school_information": "key stage 4",
    "key_stage_4_destinations": "destinations",
    "census": "census",
    "school_register": "register",
}
"""Source → whose pupils its figures are about: figures of one family are about the same pupils."""

OWN_PUPILS = frozenset(("assessments",))
"""Sources of which each measure is about pupils of its own year group, so that it is a family by itself."""

ABOUT_NO_PUPILS = frozenset(
    ("absence", "attendance_by_authority", "indices_of_deprivation", "school_finance", "school_places_scorecards")
)
"""Sources whose school figures count no group of pupils (rates of sessions, money, places, areas): never hidden."""

COUNTED = {
    "disadvantaged_share_key_stage_2": "disadvantaged",
    "disadvantaged_share_key_stage_4": "disadvantaged",
    "disadvantaged_share_information": "disadvantaged",
    "eal_share_key_stage_4": "eal",
    "eal_share_information": "eal",
    "ehc_plan_share_key_stage_4": "ehcp",
    "sen_support_share_key_stage_4": "sen_support",
    "non_mobile_share_key_stage_4": "non_mobile",
    "free_school_meals": "free_school_meals",
    "free_school_meals_pupils": "free_school_meals",
    "free_school_meals_register": "free_school_meals",
    "free_school_meals_ever_six": "free_school_meals_ever_six",
    "free_school_meals_ever_six_pupils": "free_school_meals_ever_six",
    "sen_support": "sen_support",
    "sen_support_pupils": "sen_support",
    "ehc_plan": "ehcp",
    "ehc_plan_pupils": "ehcp",
    "english_additional_language": "eal",
    "english_additional_language_pupils": "eal",
}
"""Measure of all pupils → the group of pupils that it counts: with the number of all pupils it tells that number."""

BETRAYING = ("reported", "suppressed", "small_percentage", "no_eligible_pupils", "not_applicable")
"""Statuses that tell something of a hidden number: they become `hidden` too."""


def rows(query: Query) -> Iterator[pl.DataFrame]:
    """The table, in frames of a few measures."""
    yield from _shared(query, verdict_of(query).hidden)


def policy_of(query: Query) -> Policy:
    """The thresholds of this build."""
    return Policy(**query("select smallest_shared as smallest, all_or_none_below from core.build").row(0, named=True))


def cells_of(query: Query) -> pl.DataFrame:
    """Every figure of our schools about counted pupils, as cells; a predecessor's once, under its own number."""
    observed = query(
        """
        select o.observed_urn::bigint as school, o.year, o.measure, o."group", any_value(o.value) as value,
            any_value(o.n) as n, any_value(o.status) as status,
            coalesce(bool_or(s.is_state_funded), false) as is_public
        from mart.school_observation o left join core.school s on s.urn = o.observed_urn
        where o.value is not null or o.n is not null or o.status in ('suppressed', 'no_eligible_pupils')
        group by all
        """
    )
    known = pl.DataFrame([_described(measure) for measure in MEASURES.values() if _family(measure)], orient="row")
    return observed.join(known, on="measure").select([pl.col(name).cast(kind) for name, kind in CELLS.items()])


def _family(measure: Measure) -> str | None:
    source = getattr(measure.origin, "source", "")
    return measure.key if source in OWN_PUPILS else FAMILIES.get(source)


def _described(measure: Measure) -> dict[str, str | None]:
    """What a measure's cells are: family, cohort, kind, the group that it counts, and the measures it adds up with."""
    family, origin = _family(measure), measure.origin
    cohort = origin.cohort.get(ALL) or (origin.columns.get(ALL) if measure.unit.key == "pupils" else None)
    counted = COUNTED.get(measure.key)
    if counted:
        kind, cohort = "count of", {"census": "NOR", "register": "NumberOfPupils"}.get(family, cohort)
    elif measure.unit.key == "pupils":
        kind = "count"
    else:
        kind = "share" if measure.unit.key in ("percent", "rate") else "mean"
    linked = family if family == "destinations" else measure.key
    return {
        "measure": measure.key,
        "family": family,
        "cohort": cohort or "",
        "kind": kind,
        "counts": counted,
        "linked": "pupils" if counted and measure.unit.key == "pupils" else linked,
    }


def _shared(query: Query, hidden: pl.DataFrame) -> Iterator[pl.DataFrame]:
    keys = hidden.rename({"school": "observed_urn"}).with_columns(
        pl.col("observed_urn").cast(pl.Int32), pl.lit(True).alias("is_hidden")
    )
    measures = query("select measure from mart.school_observation group by measure order by measure")["measure"]
    for first in range(0, len(measures), 20):
        names = measures[first : first + 20].to_list()
        frame = query(
            "select * from mart.school_observation where list_contains(?::varchar[], measure)",
            [names],
        )
        frame = frame.join(keys, on=["observed_urn", "year", "measure", "group"], how="left", maintain_order="left")
        tells = pl.col("n").is_not_null() | pl.col("status").is_in(BETRAYING)
        is_hidden = pl.col("is_hidden").fill_null(False) & tells
        yield frame.with_columns(
            *(pl.when(~is_hidden).then(name).alias(name) for name in ("value", "n", "lower", "upper")),
            pl.when(is_hidden).then(pl.lit("hidden")).otherwise("status").alias("status"),
            pl.when(is_hidden).then(pl.lit(REASON)).alias("reason"),
        ).select(list(COLUMNS))


def verdict_of(query: Query) -> Verdict:
    """The verdict on this build's cells, for the tables of totals."""
    return judge(cells_of(query), policy_of(query))
