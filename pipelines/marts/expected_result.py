"""Results beside what schools with a like intake reach in the same year: our schools, and clusters of them pooled.

A weighted regression over the state-funded mainstream schools of England on the intake at hand
(`pipelines.statistics.expected`); `basis` says so where the files hold fewer schools. A value that cannot be expected
has the reason.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy
import polars

from pipelines.marts import Query
from pipelines.measures import MEASURES
from pipelines.statistics import expected
from pipelines.statistics.estimated import PUPIL_SPREADS

COLUMNS = {
    "unit_kind": polars.String,
    "unit": polars.String,
    "unit_name": polars.String,
    "urn": polars.Int32,
    "year": polars.Int32,
    "measure": polars.String,
    "value": polars.Float64,
    "n": polars.Float64,
    "expected": polars.Float64,
    "difference": polars.Float64,
    "lower": polars.Float64,
    "upper": polars.Float64,
    "factors": polars.List(polars.String),
    "basis": polars.String,
    "schools": polars.Int32,
    "r_squared": polars.Float64,
    "members": polars.Int32,
    "members_without": polars.Int32,
    "reason": polars.String,
}

KNOWN_SPREAD = ("attainment_8", "progress_8")
"""Measures whose spread of pupils is declared; that of scaled scores is estimated from the schools at hand."""
NEAR = 3
"""Intake may be up to three years from the result, and is then named with its year: our judgement."""
AUTHORITIES = 100
"""Schools of so many authorities are England; with fewer the basis is named by its number of schools."""


@dataclass(frozen=True, kw_only=True)
class Factor:
    """One thing about an intake, with the measures that tell it, the best first."""

    label: str
    measures: tuple[str, ...]


_DISADVANTAGED, _EAL, _SEN, _PLAN = (
    "disadvantaged pupils",
    "English as an additional language",
    "SEN support",
    "education, health and care plans",
)
_AT_ELEVEN = (
    Factor(
        label=_DISADVANTAGED,
        measures=("disadvantaged_share_key_stage_2", "free_school_meals_ever_six", "free_school_meals_register"),
    ),
    Factor(label=_EAL, measures=("english_additional_language",)),
    Factor(label=_SEN, measures=("sen_support",)),
    Factor(label=_PLAN, measures=("ehc_plan",)),
)
_AT_SIXTEEN = (
    Factor(
        label="attainment at eleven",
        measures=("prior_attainment_scaled_score", "prior_attainment_at_sixteen"),
    ),
    Factor(
        label=_DISADVANTAGED,
        measures=(
            "disadvantaged_share_information",
            "disadvantaged_share_key_stage_4",
            "free_school_meals_ever_six",
            "free_school_meals_register",
        ),
    ),
    Factor(label=_EAL, measures=("eal_share_information", "eal_share_key_stage_4", "english_additional_language")),
    Factor(label=_SEN, measures=("sen_support_share_key_stage_4", "sen_support")),
    Factor(label=_PLAN, measures=("ehc_plan_share_key_stage_4", "ehc_plan")),
)
OUTCOMES: dict[str, tuple[Factor, ...]] = {
    "reading_writing_maths_expected": _AT_ELEVEN,
    "reading_writing_maths_higher": _AT_ELEVEN,
    "reading_scaled_score": _AT_ELEVEN,
    "maths_scaled_score": _AT_ELEVEN,
    "attainment_8": _AT_SIXTEEN,
    "english_maths_grade_4": _AT_SIXTEEN,
    "english_maths_grade_5": _AT_SIXTEEN,
    "progress_8": _AT_SIXTEEN,
}
"""The results that are held against an intake."""

_IS_MAINSTREAM = """s.phase in ('primary', 'middle', 'secondary', 'all-through') and s.is_state_funded
  and coalesce(s.type_group, '') not ilike '%special%' and coalesce(s.type, '') not ilike '%special%'"""

_RESULTS = f"""
select r.urn, r.year, list_position(?::varchar[], r.measure)::integer as which, r.value, r.n
from core.result r join core.school s using (urn)
where list_contains(?::varchar[], r.measure) and r."group" = 'all' and r.value is not null and {_IS_MAINSTREAM}
"""

_OURS = f"""
select o.urn, o.year, o.measure, o.value, o.n, o.status, s.name, {_IS_MAINSTREAM} as is_mainstream
from mart.school_observation o join core.school s using (urn)
where list_contains(?::varchar[], o.measure) and o."group" = 'all'
order by o.measure, o.year, o.urn
"""

_INTAKE = """
select urn, year, list_position(?::varchar[], measure)::integer as which, value
from core.result where list_contains(?::varchar[], measure) and "group" = 'all' and value is not null
"""

_MEMBERS = """
select 'cluster' as unit_kind, cluster_id as unit, min(cluster_name) as unit_name, urn,
    -- a member in May, when the tests are taken
    coalesce(year(min(from_date) - interval 4 month) + 1, 0) as first_year,
    coalesce(year(max(coalesce(to_date, date '9998-12-31')) - interval 4 month), 9999) as last_year
from mart.cluster_member group by cluster_id, urn, from_date, to_date
union all
select 'proposed_cluster', cluster_id, cluster_name, urn, 0, 9999
from mart.proposed_cluster_member where cluster_id is not null
"""


def rows(query: Query) -> Iterator[polars.DataFrame]:
    """The rows of `mart.expected_result`, two frames (schools, clusters) for each measure and year."""
    outcomes, facts = list(OUTCOMES), sorted({m for fs in OUTCOMES.values() for f in fs for m in f.measures})
    ours = query(_OURS, [outcomes])
    if ours.is_empty():
        return
    members = query(_MEMBERS)
    kept = _intake(query(_INTAKE, [facts, facts]), query("select urn, earlier_urn from core.succession"), facts)
    results = query(_RESULTS, [outcomes, outcomes]).join(query("select urn, la_code from core.school"), on="urn")
    england = results.partition_by("which", "year", as_dict=True)
    nothing = results.clear()
    for (measure, year), here in ours.partition_by("measure", "year", as_dict=True, maintain_order=True).items():
        held = england.get((outcomes.index(measure) + 1, year), nothing).sort("urn")
        judged, fitted = _judged(measure, year, held, here, OUTCOMES[measure], kept)
        yield judged
        yield _pooled(measure, year, judged, fitted, members)


def _intake(
    seen: polars.DataFrame, succession: polars.DataFrame, facts: list[str]
) -> dict[str, dict[int, polars.DataFrame]]:
    """Fact → year → (urn, value); a school without its own has its predecessor's, where it has but one with any.

    Of several predecessors (a merger) none is taken: schools are not averaged.
    """
    before = (
        succession.join(seen.rename({"urn": "earlier_urn"}), on="earlier_urn")
        .filter(polars.len().over("urn", "year", "which") == 1)
        .join(seen, on=["urn", "year", "which"], how="anti")
    )
    everyone = polars.concat([seen, before.select(seen.columns)])
    parts = everyone.partition_by("which", "year", as_dict=True, include_key=False)
    kept: dict[str, dict[int, polars.DataFrame]] = {fact: {} for fact in facts}
    for (which, year), part in parts.items():
        kept[facts[which - 1]][year] = part
    return kept


def _judged(
    measure: str,
    year: int,
    held: polars.DataFrame,
    here: polars.DataFrame,
    factors: tuple[Factor, ...],
    kept: dict[str, dict[int, polars.DataFrame]],
) -> tuple[polars.DataFrame, expected.Fit | None]:
    """Our schools with their expected values, the columns of their intake beside them, and the fit."""
    here = here.with_columns(
        polars.lit("school").alias("unit_kind"),
        polars.col("urn").cast(polars.String).alias("unit"),
        polars.col("name").alias("unit_name"),
        polars.lit(measure).alias("measure"),
    )
    chosen = _chosen(year, held, factors, kept)
    if not chosen or not any(label == _DISADVANTAGED for label, _, _ in chosen):
        said = f"no intake of schools is at hand within {NEAR} years"
        return here.with_columns(_reason(said)), None
    names = [label for label, _, _ in chosen]
    told = [label if at == year else f"{label} ({at - 1}/{at % 100:02d})" for label, _, at in chosen]
    for label, key, at in chosen:
        column = kept[key][at].select("urn", polars.col("value").alias(label))
        held = held.join(column, on="urn", how="left", maintain_order="left")
        here = here.join(column, on="urn", how="left", maintain_order="left")
    fitted = _fit(measure, held, names)
    if fitted is None:
        said = f"only {held.height} schools have this result and {len(names)} facts of intake: too few for a regression"
        return here.with_columns(_reason(said)), None
    here = here.with_columns(
        polars.Series("expected", _expected(measure, fitted, here, names), nan_to_null=True),
        polars.lit(told, dtype=polars.List(polars.String)).alias("factors"),
        polars.lit(_basis(held, fitted)).alias("basis"),
        polars.lit(fitted.schools).alias("schools"),
        polars.lit(fitted.r_squared).alias("r_squared"),
    ).with_columns((polars.col("value") - polars.col("expected")).alias("difference"))
    usable = numpy.flatnonzero(here.select(_IS_USABLE).to_series().to_numpy())
    half = numpy.full(here.height, numpy.nan)
    half[usable] = _half(measure, fitted, here[usable], names, numpy.eye(len(usable)))
    margin = polars.Series("half", half, nan_to_null=True)
    return here.with_columns(
        (polars.col("difference") - margin).alias("lower"), (polars.col("difference") + margin).alias("upper")
    ).with_columns(_reason()), fitted


_IS_USABLE = (
    polars.col("value").is_not_null() & polars.col("expected").is_not_null() & (polars.col("n").fill_null(0) > 0)
)
"""Whether a school can be given an interval and be pooled with others."""


def _reason(said: str | None = None) -> polars.Expr:
    """Why a school's row lacks its expected value or its interval; `said` where nobody has one."""
    status = polars.col("status").str.replace_all("_", " ")
    return (
        polars.when(polars.col("value").is_null())
        .then(polars.lit("no result: ") + status)
        .when(~polars.col("is_mainstream"))
        .then(polars.lit("only mainstream state-funded schools are held against others of like intake"))
        .when(polars.lit(said is not None) if said else polars.col("expected").is_null())
        .then(polars.lit(said or "its intake is not known"))
        .when(polars.lit(said is None) & ~(polars.col("n").fill_null(0) > 0))
        .then(polars.lit("no interval: the number of pupils is not printed"))
        .alias("reason")
    )


def _basis(held: polars.DataFrame, fitted: expected.Fit) -> str:
    is_england = held["la_code"].n_unique() >= AUTHORITIES
    return "England" if is_england else f"{fitted.schools} schools at hand, not England"


def _chosen(
    year: int, held: polars.DataFrame, factors: tuple[Factor, ...], kept: dict[str, dict[int, polars.DataFrame]]
) -> list[tuple[str, str, int]]:
    """(label, measure, its year) of each factor that at least half of the schools have near that year."""
    urns = held.select("urn")
    chosen = []
    for factor in factors:
        near = sorted(range(year - NEAR, year + NEAR + 1), key=lambda at: (abs(at - year), at))
        for at, key in ((at, key) for at in near for key in factor.measures):
            column = kept[key].get(at)
            if column is not None and 0 < held.height <= 2 * urns.join(column, on="urn", how="semi").height:
                chosen.append((factor.label, key, at))
                break
    return chosen


def _fit(measure: str, held: polars.DataFrame, names: list[str]) -> expected.Fit | None:
    """The regression over the schools with all factors; weighted where most cohorts are known."""
    complete = held.drop_nulls(names)
    known = complete.filter(polars.col("n").fill_null(0) > 0)
    is_weighted = known.height * 2 >= complete.height
    used = known if is_weighted else complete
    n = used["n"].to_numpy().astype(float) if is_weighted else None
    values = used["value"].to_numpy().astype(float)
    if MEASURES[measure].unit.percent_sign and len(values):
        at = numpy.average(values, weights=n)
        pupil = max(float(at * (100 - at)), 1.0) ** 0.5
    else:
        pupil = PUPIL_SPREADS.get(measure) if measure in KNOWN_SPREAD else None
    return expected.fit(values, used.select(names).to_numpy().astype(float), n, pupil)


def _expected(measure: str, fitted: expected.Fit, here: polars.DataFrame, names: list[str]) -> numpy.ndarray:
    unit = MEASURES[measure].unit
    wanted = numpy.clip(expected.expect(fitted, here.select(names).to_numpy().astype(float)), unit.low, unit.high)
    wanted[~here["is_mainstream"].to_numpy()] = numpy.nan
    return wanted


def _half(
    measure: str, fitted: expected.Fit, schools: polars.DataFrame, names: list[str], share: numpy.ndarray
) -> numpy.ndarray:
    """Half of the interval for units made of these schools; NaN where the spread of pupils is not known."""
    return expected.half_width(
        fitted,
        schools.select(names).to_numpy().astype(float),
        schools["expected"].to_numpy().astype(float),
        schools["n"].to_numpy().astype(float),
        is_share=MEASURES[measure].unit.percent_sign,
        share=share,
    )


def _pooled(
    measure: str, year: int, judged: polars.DataFrame, fitted: expected.Fit | None, members: polars.DataFrame
) -> polars.DataFrame:
    """Clusters: members' results and expected values pooled by pupils, with the interval of their difference."""
    then = members.filter((polars.col("first_year") <= year) & (polars.col("last_year") >= year))
    once = then.sort(then.columns).unique(["unit_kind", "unit", "urn"], keep="first", maintain_order=True)
    then = once.join(judged.select("urn"), on="urn", how="semi")
    key = ["unit_kind", "unit", "unit_name"]
    units = then.group_by(key).agg(polars.len().alias("all_members")).sort("unit_kind", "unit")
    units = units.with_columns(polars.lit(year).alias("year"), polars.lit(measure).alias("measure"))
    if fitted is None or units.is_empty():
        said = next((r for r in judged["reason"] if r and r.startswith(("no intake", "only"))), None) or "no result"
        return units.with_columns(polars.lit(said).alias("reason"), polars.col("all_members").alias("members_without"))
    usable = judged.filter(_IS_USABLE)
    told = judged["factors"][0].to_list()
    names = [label.split(" (")[0] for label in told]
    place = {urn: number for number, urn in enumerate(usable["urn"])}
    weights = numpy.zeros((units.height, usable.height))
    row_of = {unit: number for number, unit in enumerate(units.select("unit_kind", "unit").iter_rows())}
    n = usable["n"].to_numpy().astype(float)
    for kind, unit, urn in then.select("unit_kind", "unit", "urn").iter_rows():
        if urn in place:
            weights[row_of[kind, unit], place[urn]] = n[place[urn]]
    total = weights.sum(axis=1)
    share = weights / numpy.where(total > 0, total, numpy.nan)[:, None]
    nobody = numpy.where(total > 0, 0.0, numpy.nan)  # a sum over nobody is no 0
    value = share @ usable["value"].to_numpy().astype(float) + nobody
    wanted = share @ usable["expected"].to_numpy().astype(float) + nobody
    half = _half(measure, fitted, usable, names, share) + nobody
    used = (weights > 0).sum(axis=1)
    columns = {
        "value": value,
        "n": numpy.where(total > 0, total, numpy.nan),
        "expected": wanted,
        "difference": value - wanted,
        "lower": value - wanted - half,
        "upper": value - wanted + half,
    }
    return units.with_columns(
        [polars.Series(name, numbers, nan_to_null=True) for name, numbers in columns.items()]
        + [
            polars.lit(told, dtype=polars.List(polars.String)).alias("factors"),
            polars.lit(judged["basis"][0]).alias("basis"),
            polars.lit(fitted.schools).alias("schools"),
            polars.lit(fitted.r_squared).alias("r_squared"),
            polars.Series("members", used),
            (polars.col("all_members") - polars.Series(used)).alias("members_without"),
            polars.when(polars.Series(used) == 0).then(polars.lit(_why_nobody(judged))).alias("reason"),
        ]
    )


def _why_nobody(judged: polars.DataFrame) -> str:
    if judged.filter(polars.col("value").is_not_null() & (polars.col("n").fill_null(0) > 0)).is_empty():
        return "the number of pupils is not printed, so that members cannot be pooled"
    return "no member has a result, an expected value and a number of pupils"
