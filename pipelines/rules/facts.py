"""What rules are judged on, as frames: results of every English school, ours with their predecessors' results."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import polars

from pipelines.rules.limits import COUNTED, fit_sigma, pupils_counted
from pipelines.rules.vocabulary import Rule

Query = Callable[..., polars.DataFrame]

FACT: dict[str, polars.DataType] = {
    "urn": polars.Int32(),
    "year": polars.Int32(),
    "measure": polars.String(),
    "observed_urn": polars.Int32(),
    "via": polars.String(),
    "value": polars.Float64(),
    "why": polars.String(),
    "n": polars.Float64(),
    "lower": polars.Float64(),
    "upper": polars.Float64(),
    "file_id": polars.Int32(),
    "row": polars.Int32(),
}
"""One number of one school and year, or in `why` the reason that there is none."""

_RESULTS = """
with ours as (
    select urn from core.school where la_code = (select la_code from core.build)
), found as (
    select urn, urn as observed_urn, 'own' as via, year, measure, value, status, n, lower, upper, file_id, "row"
    from core.result
    where "group" = 'all' and measure in ({measures}) and urn not in (select urn from ours)
    union all
    select urn, observed_urn, via, year, measure, value, status, n, lower, upper, file_id, "row"
    from mart.school_observation
    where "group" = 'all' and measure in ({measures})
), reason as (
    select status, min(meaning) as meaning from core.symbol group by status
)
select f.urn::integer as urn, f.year::integer as year, f.measure, f.observed_urn::integer as observed_urn, f.via,
    f.value,
    case when f.value is null then coalesce(r.meaning, 'the school has no row in the file of that year') end as why,
    f.n, f.lower, f.upper, f.file_id::integer as file_id, f."row"::integer as "row"
from found f left join reason r using (status)
"""

SCHOOLS = """
with links as (
    select c.earlier_urn as urn, s.type, coalesce(s.open_date, c.established) as opened
    from core.succession c join core.school s on s.urn = c.urn
    where c.steps = 1
), succeeded as (
    select urn, min(opened) filter (type not ilike '%converter%') as replaced_on,
        bool_or(type ilike '%converter%') as has_converter,
        bool_and(coalesce(type ilike '%special%', false)) as by_special
    from links group by urn
)
select
    s.urn::integer as urn,
    coalesce(s.la_code = (select la_code from core.build), false) as is_ours,
    s.phase::varchar as phase,
    case
        when s.type ilike '%special%' or s.phase = 'special' or s.establishment_number like '7%' or x.by_special
            then 'special'
        when s.phase = 'alternative provision' or s.type ilike '%referral%' or s.type ilike '%alternative provision%'
            or (s.type is null and s.establishment_number like '11%') then 'alternative provision'
        when s.type_group ilike 'independent%' and s.type not ilike 'city technology%'
            or (s.type is null and regexp_matches(s.establishment_number, '^6[0-8]')) then 'independent'
        when s.phase = '16 plus' or s.establishment_number like '8%' then 'further education'
        when s.high_age <= 7 then 'infant'
    end as kind,
    -- the school year (its summer) in which it was replaced by an academy that is no converter, or closed
    case
        when not coalesce(x.has_converter, false) then
            year(coalesce(x.replaced_on, s.close_date))
            + (strftime(coalesce(x.replaced_on, s.close_date), '%m%d') > '0901')::integer
    end::integer as ended_year,
    (year(s.open_date) + (month(s.open_date) >= 9)::integer)::integer as first_year,
    (year(s.close_date) + (month(s.close_date) >= 9)::integer)::integer as last_year,
    s.status ilike 'closed%' as is_closed
from core.school s
left join succeeded x using (urn)
where s.status not ilike 'proposed%'
order by s.urn
"""
"""Every school with what decides whether a rule is about it.

Numbers of establishments tell schools whose type no register at hand gives: 7000s special, 6000s independent,
8000s colleges, 1100s pupil referral units (Department for Education, numbering of establishments).
"""


@dataclass
class Facts:
    """Facts by measure and year, the years in which England has any value, and σ of scores."""

    by: dict[tuple[str, int], polars.DataFrame] = field(default_factory=dict)
    reported: set[tuple[str, int]] = field(default_factory=set)
    sigma: dict[tuple[str, int], float] = field(default_factory=dict)

    def add(self, frame: polars.DataFrame) -> None:
        """Adds facts (columns of FACT)."""
        wanted = frame.select(polars.col(name).cast(kind) for name, kind in FACT.items())
        for (measure, year), part in wanted.partition_by(["measure", "year"], as_dict=True).items():
            part = part.drop("measure", "year")
            if (measure, year) in self.by:
                part = polars.concat([self.by[measure, year], part])
            part = part.sort("urn", polars.col("value").is_null(), "file_id", "row")
            self.by[measure, year] = part.unique("urn", keep="first", maintain_order=True)
            if part["value"].count():
                self.reported.add((measure, year))

    def of(self, measure: str, year: int) -> polars.DataFrame:
        """The facts of a measure and year; a frame without rows where there are none."""
        empty = polars.DataFrame(schema={name: kind for name, kind in FACT.items() if name not in ("measure", "year")})
        return self.by.get((measure, year), empty)

    def years_of(self, measures: Iterable[str]) -> list[int]:
        """The years in which any of the measures has a value."""
        wanted = set(measures)
        return sorted({year for measure, year in self.reported if measure in wanted})


def measures_of(rule: Rule) -> set[str]:
    """Everything a rule reads: its arms, the minimum cohort, the coverage, and what limits are computed from."""
    found: set[str] = set()
    for version in rule.versions:
        arms = {arm.measure: arm.limit for arm in rule.arms_in(version.years[0])}
        found |= {*arms, *version.coverage, *filter(None, (version.cohort,))}
        for measure in arms:
            if measure in COUNTED:
                found |= {COUNTED[measure].eligible, COUNTED[measure].coverage}
    return found


def load_results(query: Query, measures: set[str]) -> polars.DataFrame:
    """Results of all schools of England for these measures of the catalogue, one for each school and year."""
    names = ", ".join(f"'{name}'" for name in sorted(measures)) or "''"
    return query(_RESULTS.format(measures=names))


def with_sigma(facts: Facts) -> Facts:
    """The same facts with σ fitted for every score that has printed limits."""
    frames = []
    for (measure, year), frame in facts.by.items():
        model = COUNTED.get(measure)
        if model is None or not frame["lower"].count():
            continue
        extra = {
            name: facts.of(name, year).select("urn", polars.col("value").alias(name))
            for name in (model.eligible, model.coverage)
        }
        for other in extra.values():
            frame = frame.join(other, on="urn", how="left")
        counted = pupils_counted(model, polars.col("n"), polars.col(model.eligible), polars.col(model.coverage))
        frames.append(
            frame.select(
                polars.lit(measure).alias("measure"),
                polars.lit(year, polars.Int32).alias("year"),
                "lower",
                "upper",
                counted.alias("counted"),
            )
        )
    facts.sigma = fit_sigma(polars.concat(frames)) if frames else {}
    return facts
