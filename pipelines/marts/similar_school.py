"""Each of our open mainstream schools with the 20 schools of England most like it, how far they are and on what.

The distance is `pipelines.statistics.similar`. A school that cannot be compared has one row with the reason.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy
import polars

from pipelines.marts import Query
from pipelines.statistics import similar

PLACES = 20
FEWEST_CRITERIA = 4
"""With fewer criteria "similar" would mean hardly more than "as large": our judgement, docs/decisions/0012."""
SAMPLE_EVERY = 8
"""Every eighth school of England, by URN, says how far its neighbours usually are."""

COLUMNS = {
    "urn": polars.Int32,
    "place": polars.Int32,
    "similar_urn": polars.Int32,
    "similar_name": polars.String,
    "similar_la_name": polars.String,
    "distance": polars.Float64,
    "share_nearer": polars.Float64,
    "kilometres": polars.Float64,
    "method": polars.String,
    "criteria": polars.List(polars.String),
    "stand_ins": polars.List(polars.String),
    "missing": polars.List(polars.String),
    "year": polars.Int32,
    "schools": polars.Int32,
    "reason": polars.String,
}


@dataclass(frozen=True, kw_only=True)
class AtHand:
    """Measures that can serve for a criterion, the best first: measure key → what it stands in for it as, or ''."""

    key: str
    label: str
    measures: dict[str, str]


_PRIMARY = (
    AtHand(
        key="pupils",
        label="number of pupils",
        measures={"pupils_on_roll": "", "pupils_on_roll_register": "pupils in the register"},
    ),
    AtHand(
        key="pupil_premium",
        label="disadvantaged pupils",
        measures={
            "free_school_meals_ever_six": "free school meals in the last six years, for the pupil premium",
            "disadvantaged_share_information": "disadvantaged pupils at sixteen, for the pupil premium",
            "disadvantaged_share_key_stage_2": "disadvantaged pupils at eleven, for the pupil premium",
            "disadvantaged_share_key_stage_4": "disadvantaged pupils at sixteen, for the pupil premium",
            "free_school_meals_register": "free school meals now (register), for the pupil premium",
        },
    ),
    AtHand(
        key="sen_support",
        label="SEN support",
        measures={"sen_support": "", "sen_support_share_key_stage_4": "SEN support of pupils at sixteen"},
    ),
    AtHand(
        key="ehc_plan",
        label="education, health and care plans",
        measures={"ehc_plan": "", "ehc_plan_share_key_stage_4": "plans of pupils at sixteen"},
    ),
    AtHand(
        key="eal",
        label="English as an additional language",
        measures={
            "english_additional_language": "",
            "eal_share_information": "additional language of pupils at sixteen",
            "eal_share_key_stage_4": "additional language of pupils at sixteen",
        },
    ),
    AtHand(
        key="idaci",
        label="income deprivation affecting children (IDACI)",
        measures={"idaci_score": "of the small area that the school stands in, for that of its pupils"},
    ),
    AtHand(key="prior_attainment", label="key stage 1 average", measures={}),
    AtHand(key="stability", label="pupils who stay", measures={}),
    AtHand(key="higher_education", label="going on to higher education near by (POLAR4)", measures={}),
)
_SECONDARY = (
    *_PRIMARY[:6],
    AtHand(
        key="prior_attainment",
        label="key stage 2 average of pupils now sixteen",
        measures={
            "prior_attainment_scaled_score": "",
            "prior_attainment_at_sixteen": "average point score at eleven, for the scaled score",
        },
    ),
    AtHand(
        key="stability",
        label="pupils who stay",
        measures={"non_mobile_share_key_stage_4": "pupils at sixteen who did not move, for all pupils who stay"},
    ),
    _PRIMARY[8],
)
_KINDS = {
    "primary": ("primary", _PRIMARY, similar.PRIMARY),
    "infant": ("infant", _PRIMARY, similar.PRIMARY),
    "middle": ("middle", _PRIMARY, similar.PRIMARY),
    "secondary": ("secondary", _SECONDARY, similar.SECONDARY),
    "all-through": ("secondary", _SECONDARY, similar.SECONDARY),
}
"""Phase → the kind it is compared within: all-through schools stand among the secondary schools, and infant and first
schools, which have no results at eleven, among themselves."""

_POOL = """
select urn, name, la_code, la_name, easting, northing, lsoa_code,
    case when phase = 'primary' and high_age < 11 then 'infant' else phase::varchar end as phase,
    la_code = (select la_code from core.build) as is_ours,
    is_independent,
    phase = 'special' or coalesce(type_group, '') ilike '%special%' or coalesce(type, '') ilike '%special%'
        as is_special
from core.school where status ilike 'open%' order by urn
"""

_AT_HAND = """
select year, measure, count(*) as schools from core.result
where "group" = 'all' and value is not null and list_contains(?::varchar[], measure)
group by year, measure
"""

_VALUES = """
with whose as (
    select urn, urn as observed, 0 as steps from core.school where status ilike 'open%'
    union all
    select c.urn, c.earlier_urn, c.steps from core.succession c join core.school s using (urn)
    where s.status ilike 'open%'
), seen as (
    select urn as observed, measure, value from core.result
    where "group" = 'all' and year = ? and value is not null and list_contains(?::varchar[], measure)
)
select w.urn, r.measure,
    -- of several predecessors (a merger) none is taken: schools are not averaged
    case when min(w.steps) = 0 then max(r.value) filter (w.steps = 0)
        when count(distinct r.observed) = 1 then max(r.value) end as value
from whose w join seen r using (observed)
group by w.urn, r.measure
"""

_DEPRIVATION = """
select entity as lsoa_code, arg_max(value, (year, file, "row")) as value from core.observation
where entity_kind = 'lsoa' and measure = 'idaci_score' and "group" = 'all' and value is not null
group by entity
"""


def rows(query: Query) -> Iterator[polars.DataFrame]:
    """The rows of `mart.similar_school`, a frame for each kind of school, then those that cannot be compared."""
    pool = query(_POOL).with_columns(
        polars.col("phase").replace_strict({p: kind for p, (kind, _, _) in _KINDS.items()}, default=None).alias("kind")
    )
    mainstream = pool.filter(
        ~polars.col("is_independent") & ~polars.col("is_special") & polars.col("kind").is_not_null()
    )
    measures = sorted({m for _, criteria, _ in _KINDS.values() for c in criteria for m in c.measures})
    counts = query(_AT_HAND, [measures])
    deprivation = query(_DEPRIVATION)
    done = []
    for kind, criteria, dfe in {k[0]: k for k in _KINDS.values()}.values():
        schools = mainstream.filter(polars.col("kind") == kind)
        if not schools["is_ours"].any():
            continue
        year, chosen = _year(counts, criteria, schools, query)
        if year is None:
            said = f"there is no year in which {FEWEST_CRITERIA} criteria are at hand"
            done.append(_with(schools.filter("is_ours").select("urn"), {}, reason=said))
            continue
        table = _table(query, schools, year, chosen, deprivation)
        yield from _matched(table, criteria, dfe, chosen, year)
    rest = pool.filter(polars.col("is_ours")).join(mainstream.select("urn"), on="urn", how="anti")
    reason = (
        polars.when("is_independent")
        .then(polars.lit("independent schools are not compared: the census does not ask them what it asks others"))
        .when("is_special")
        .then(polars.lit("special schools are not compared: DfE's distance is for mainstream schools"))
        .otherwise(polars.lit("schools of this phase are not compared: DfE's distance is for primary and secondary"))
    )
    done.append(rest.select("urn", reason.alias("reason")))
    yield from done


def _year(
    counts: polars.DataFrame, criteria: tuple[AtHand, ...], schools: polars.DataFrame, query: Query
) -> tuple[int | None, dict[str, str]]:
    """The newest year with enough criteria for half of our schools of the kind; criterion → measure of that year."""
    ours = schools.filter("is_ours")["urn"].to_list()
    held = query(
        """select year, measure, count(distinct urn) as ours from mart.school_observation
        where "group" = 'all' and value is not null and list_contains(?::int[], urn) group by all""",
        [ours],
    ).join(counts, on=["year", "measure"], how="left")
    for year in sorted(held["year"].unique(), reverse=True):
        enough = held.filter((polars.col("year") == year) & (polars.col("ours") * 2 >= len(ours)))
        known = set(enough.filter(polars.col("schools") > PLACES)["measure"])
        chosen = {c.key: m for c in criteria if (m := next((m for m in c.measures if m in known), None))}
        if len(chosen) >= FEWEST_CRITERIA:
            return year, chosen
    return None, {}


def _table(
    query: Query, schools: polars.DataFrame, year: int, chosen: dict[str, str], deprivation: polars.DataFrame
) -> polars.DataFrame:
    """The schools with a column for each criterion at hand."""
    values = query(_VALUES, [year, list(chosen.values())])
    for key, measure in chosen.items():
        column = values.filter(polars.col("measure") == measure).select("urn", polars.col("value").alias(key))
        schools = schools.join(column, on="urn", how="left")
    if not deprivation.is_empty():
        schools = schools.join(deprivation.rename({"value": "idaci"}), on="lsoa_code", how="left")
    return schools.sort("urn")


def _matched(
    table: polars.DataFrame,
    criteria: tuple[AtHand, ...],
    dfe: tuple[similar.Criterion, ...],
    chosen: dict[str, str],
    year: int,
) -> Iterator[polars.DataFrame]:
    """Rows for our schools, together where they lack the same criteria."""
    at_hand = [c for c in criteria if c.key in table.columns and table[c.key].count() * 2 >= table.height]
    keys = [c.key for c in at_hand]
    values = table.select(keys).to_numpy().astype(float)
    known = ~numpy.isnan(values)
    is_ours = table["is_ours"].to_numpy()
    for pattern in numpy.unique(known[is_ours], axis=0)[::-1]:
        anchors = numpy.flatnonzero(is_ours & (known == pattern).all(axis=1))
        used = [c for c, is_known in zip(at_hand, pattern, strict=True) if is_known]
        words = {
            "criteria": [c.label for c in used],
            "stand_ins": [s for c in used if (s := c.measures[chosen.get(c.key, "idaci_score")])],
            "missing": [c.label for c in criteria if c not in used],
            "year": year,
        }
        complete = numpy.flatnonzero(known[:, pattern].all(axis=1))
        if len(used) < FEWEST_CRITERIA or len(complete) <= 1:
            said = f"only {len(used)} of {len(criteria)} criteria are known of the school; {FEWEST_CRITERIA} are needed"
            if len(used) >= FEWEST_CRITERIA:
                said = "no other school of its phase is at hand"
            yield _with(table[anchors].select("urn"), words, reason=said)
            continue
        method, scales = similar.scales_for([c.key for c in used], values[complete][:, pattern], dfe)
        found = _neighbours(table, values[:, pattern], anchors, complete, scales)
        yield _with(found, words, method=method, schools=len(complete) - 1)


def _with(frame: polars.DataFrame, words: dict, **others: object) -> polars.DataFrame:
    return frame.with_columns([polars.lit(v, dtype=COLUMNS[k]).alias(k) for k, v in {**words, **others}.items()])


def _neighbours(
    table: polars.DataFrame, values: numpy.ndarray, anchors: numpy.ndarray, pool: numpy.ndarray, scales: numpy.ndarray
) -> polars.DataFrame:
    """The nearest of the pool for each anchor (positions in the table), itself left out."""
    places, distances = _others(values, anchors, pool, scales)
    _, usual = _others(values, pool[::SAMPLE_EVERY], pool, scales)
    share = similar.share_nearer(distances, usual)
    count = places.shape[1]
    first, second = table[numpy.repeat(anchors, count)], table[places.ravel()]
    apart = numpy.hypot(
        (first["easting"] - second["easting"]).cast(float).to_numpy(),
        (first["northing"] - second["northing"]).cast(float).to_numpy(),
    )
    return polars.DataFrame(
        {
            "urn": first["urn"],
            "place": numpy.tile(numpy.arange(1, count + 1), len(anchors)),
            "similar_urn": second["urn"],
            "similar_name": second["name"],
            "similar_la_name": second["la_name"],
            "distance": distances.ravel(),
            "share_nearer": share.ravel(),
            "kilometres": polars.Series(apart / 1000, nan_to_null=True),
        }
    )


def _others(
    values: numpy.ndarray, anchors: numpy.ndarray, pool: numpy.ndarray, scales: numpy.ndarray
) -> tuple[numpy.ndarray, numpy.ndarray]:
    """The PLACES nearest of the pool to each anchor, without the anchor itself: positions in the table, distances."""
    found, distances = similar.nearest(values[anchors], values[pool], scales, PLACES + 1)
    places = pool[found]
    is_itself = places == anchors[:, None]
    is_itself[~is_itself.any(axis=1), -1] = True  # as like as many others: the last goes instead
    shape = (len(anchors), places.shape[1] - 1)
    return places[~is_itself].reshape(shape), distances[~is_itself].reshape(shape)
