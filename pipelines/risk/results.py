"""Results of schools as they were known on a day: drawn towards the usual of their kind by the size of the cohort.

Each publication of a measure opens a new state of knowledge, and nothing in a state comes from a later publication:
the priors, the persistence and the schools' results are fitted on what was out by then.
"""

import bisect
import datetime
from dataclasses import dataclass

import numpy as np
import polars
from numpy.typing import NDArray

from pipelines.measures import MEASURES
from pipelines.rules.facts import Query
from pipelines.statistics import estimation, spread
from pipelines.statistics.cube import GROUPS, Cube, pupil_spreads, with_predecessors
from pipelines.statistics.estimated import ESTIMATED, Estimated

LEAST_SHARE = 0.2
"""A publication with fewer schools than this share of the fullest one is an excerpt, which opens no state; our
judgement."""

YEARS_OF_A_TREND = 3
"""A trend is the slope over so many years at most, as in the rule 'falling three years'."""

RELEASE_ORDER = "case release when 'final' then 0 when 'revised' then 1 else 2 end"

_PUBLISHED = f"""
select f.year::integer as year, {RELEASE_ORDER} as release_order, max(c.edition_date) as known_from,
    sum(f.schools)::integer as schools
from (select file, year, count(distinct entity) as schools from core.fact
      where entity < 1000000 and symbol = 0
        and measure = (select measure_code from core.measure_code where measure = $measure) group by all) f
join core.file c using (file)
where c.edition_date is not null
group by f.year, release_order
qualify sum(f.schools) >= {LEAST_SHARE} * max(sum(f.schools)) over ()
order by known_from, year
"""

_FACTS = f"""
select f.entity::integer as urn, f.year::integer as year, f."group", f.value, f.symbol, f.n, f.lower, f.upper,
    {RELEASE_ORDER} as release_order
from core.fact f join core.file c using (file)
where f.entity < 1000000 and f."group" < $groups
  and f.measure = (select measure_code from core.measure_code where measure = $measure)
qualify row_number() over (
    partition by f.entity, f.year, f."group", {RELEASE_ORDER} order by f.symbol, c.layout_rank desc, f.file, f."row"
) = 1
order by all
"""

SCHOOLS = """
select urn::integer as urn, coalesce(la_code, '') as la_code,
    case when is_independent then 'independent'
        when phase in ('special', 'alternative provision') or type_group ilike '%special%' then 'special'
        else coalesce(phase::varchar, 'not applicable') end as kind
from core.school order by urn
"""

LINKS = """select urn::integer as urn, earlier_urn::integer as earlier_urn from core.succession
where urn in (select urn from core.school) order by all"""


@dataclass(frozen=True)
class Standing:
    """What was known of a measure from one day on: arrays of schools, NaN where nothing is.

    Attributes:
        known_from: the day. year: the latest school year that results are of.
        urn: numbers of the schools, ascending.
        level: underlying result, in standard deviations of schools of its kind from their mean.
        error: standard deviation of `level`.
        mean: underlying result in the unit of the measure. value, n: as published in `year`.
        usual: mean of schools of its kind in `year`.
        trend: yearly change of `level`, drawn towards 0 by its error. years: results that it rests on.
    """

    known_from: datetime.date
    year: int
    urn: NDArray
    level: NDArray
    error: NDArray
    mean: NDArray
    value: NDArray
    n: NDArray
    usual: NDArray
    trend: NDArray
    years: NDArray

    def of(self, name: str, urn: NDArray) -> NDArray:
        """One of the arrays for some schools, NaN where the school is not among them."""
        return look_up(self.urn, getattr(self, name), urn)


def look_up(urn: NDArray, values: NDArray, wanted: NDArray) -> NDArray:
    """The values of some schools, NaN where there is none; `urn` ascends."""
    if not len(urn):
        return np.full(len(wanted), np.nan)
    place = np.minimum(np.searchsorted(urn, wanted), len(urn) - 1)
    return np.where(urn[place] == wanted, values[place], np.nan)


class Publications:
    """What was published of a measure, read once; what was known on a day is fitted when it is asked for."""

    def __init__(self, query: Query, measure: str, schools: polars.DataFrame, links: polars.DataFrame) -> None:
        """Reads the publications and the facts of one of the estimated measures.

        Args:
            schools: SCHOOLS. links: LINKS.
        """
        self._declared = next(one for one in ESTIMATED if one.measure == measure)
        self._schools, self._links = schools, links
        groups = len(GROUPS) if self._declared.by_group else 1
        self._groups = GROUPS[:groups]
        self._facts = query(_FACTS, {"measure": measure, "groups": groups})
        self._published = query(_PUBLISHED, {"measure": measure})
        self._cohorts = query(_FACTS, {"measure": self._declared.cohort, "groups": groups})
        known_from = self._published["known_from"].unique().sort().to_list()
        self.known_from: list[datetime.date] = known_from if self._facts.height else []
        self._states: dict[datetime.date, dict[str, Standing]] = {}

    def standing(self, group: str, day: datetime.date) -> Standing | None:
        """What was known of a pupil group on a day; None before the first publication that says anything of it."""
        for known_from in reversed(self.known_from[: bisect.bisect_right(self.known_from, day)]):
            if known_from not in self._states:
                self._states[known_from] = self._state(known_from)
            if group in self._states[known_from]:
                return self._states[known_from][group]
        return None

    def _state(self, known_from: datetime.date) -> dict[str, Standing]:
        """Pupil group → its standing after the publications of a day and before."""
        out = self._published.filter(polars.col("known_from") <= known_from)
        cube = Cube.of(with_predecessors(_as_published(self._facts, out), self._links), self._schools)
        if cube.lacks_cohorts:
            cube.take_cohorts(with_predecessors(_as_published(self._cohorts, out), self._links))
        _take_usual_cohorts(cube)
        found = {group: _standing(self._declared, cube, code, known_from) for code, group in enumerate(self._groups)}
        return {group: one for group, one in found.items() if one is not None}


def _as_published(facts: polars.DataFrame, out: polars.DataFrame) -> polars.DataFrame:
    """The facts of the best release of each year that is out."""
    best = out.group_by("year").agg(polars.col("release_order").min())
    return facts.join(best, on=["year", "release_order"], how="semi").drop("release_order")


def _take_usual_cohorts(cube: Cube) -> None:
    """Where no file prints how many pupils, a result weighs as much as the school's usual cohort, else its kind's."""
    own = np.ma.median(np.ma.masked_invalid(cube.n), axis=1).filled(np.nan)
    for cell in np.unique(cube.cell):
        mine = cube.cell == cell
        known = own[mine & np.isfinite(own)]
        own[mine & np.isnan(own)] = np.median(known) if known.size else np.nan
    cube.n = np.where(np.isfinite(cube.value) & ~np.isfinite(cube.n), own[:, None], cube.n)


def _standing(declared: Estimated, cube: Cube, group: int, known_from: datetime.date) -> Standing | None:
    measure = MEASURES[declared.measure]
    era = [sum(start <= year for start in measure.breaks()) for year in cube.years]
    comparable = np.array([[one == other for other in era] for one in era])
    within = error = None
    if not declared.is_share:
        within = pupil_spreads(cube, declared, comparable) ** 2
        printed = ((cube.upper - cube.lower) / 2 / spread.Z_95) ** 2
        printed[~(printed > 0)] = np.nan
        with np.errstate(invalid="ignore"):
            error = np.where(np.isfinite(cube.n), within[cube.cell] / cube.n, printed)
    rows = np.flatnonzero(cube.group == group)
    results = estimation.Results(
        years=cube.years,
        cell=cube.cell,
        cells=len(cube.kinds) * len(GROUPS),
        value=cube.value,
        n=cube.n,
        counts_for_prior=cube.via == 0,
        is_share=declared.is_share,
        error_variance=error,
        within=within,
    )
    model = estimation.fit(results, comparable)
    last = len(cube.years) - 1
    columns = [c for c in range(last, -1, -1) if cube.years[last] - cube.years[c] < YEARS_OF_A_TREND]
    with np.errstate(invalid="ignore", divide="ignore"):
        posterior = estimation.posterior_of_rows(model, rows, columns)
        between = np.sqrt(model.prior.between[cube.cell[rows], last])
        scale = 100.0 if declared.is_share else 1.0
        level = (posterior.mean - posterior.prior_mean) / between
        slope, slope_error, years = _slope(model, cube, rows, columns)
    if not np.isfinite(level).any():
        return None
    return Standing(
        known_from=known_from,
        year=cube.years[last],
        urn=cube.urn[rows],
        level=level,
        error=posterior.deviation / between,
        mean=posterior.mean * scale,
        value=cube.value[rows, last],
        n=cube.n[rows, last],
        usual=posterior.prior_mean * scale,
        trend=_drawn_to_zero(slope, slope_error),
        years=years,
    )


def _slope(model: estimation.Model, cube: Cube, rows: NDArray, columns: list[int]) -> tuple[NDArray, NDArray, NDArray]:
    """Weighted least squares slope of the standardised results over the years, with its error; NaN below two years."""
    cell = cube.cell[rows]
    spread_of = np.sqrt(model.prior.between[cell][:, columns])
    standard = (model.value[rows][:, columns] - model.prior.mean[cell][:, columns]) / spread_of
    variance = model.error_variance[rows][:, columns] / spread_of**2
    known = np.isfinite(standard) & np.isfinite(variance) & (variance > 0)
    weight = np.where(known, 1 / np.where(known, variance, 1.0), 0.0)
    year = np.array([cube.years[c] for c in columns], float)
    value = np.where(known, standard, 0.0)
    total = weight.sum(axis=1)
    middle = (weight * year).sum(axis=1) / total
    mean = (weight * value).sum(axis=1) / total
    apart = year - middle[:, None]
    squares = (weight * apart**2).sum(axis=1)
    slope = (weight * apart * (value - mean[:, None])).sum(axis=1) / squares
    enough = known.sum(axis=1) >= 2
    error = np.sqrt(1 / squares)
    return np.where(enough, slope, np.nan), np.where(enough, error, np.nan), known.sum(axis=1).astype(float)


def _drawn_to_zero(slope: NDArray, error: NDArray) -> NDArray:
    """Slopes drawn towards no trend: what is left of their variance when that of their errors is taken out."""
    known = np.isfinite(slope) & np.isfinite(error)
    if known.sum() < 2:
        return slope
    weight = 1 / error[known] ** 2
    between = (np.sum(weight * slope[known] ** 2) - known.sum()) / weight.sum()
    between = max(between, 1e-4)
    return slope * between / (between + error**2)
