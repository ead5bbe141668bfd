"""Results of schools as they were known on a day: drawn towards the usual of their kind by the size of the cohort.

Each publication of a measure opens a new state of knowledge, and nothing in a state comes from a later publication:
the priors, the persistence and the schools' results are fitted on what was out by then.
"""

import bisect
import datetime
from collections.abc import Callable, Iterable
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

_FACTS = """
select f.entity::integer as urn, f.year::integer as year, f."group", f.value, f.symbol, f.n, f.lower, f.upper,
    c.release_order, c.edition_date as known_from, c.layout_rank, f.file, f."row"
from core.fact f join core.file c using (file)
where f.entity < 1000000
  and f.measure = (select measure_code from core.measure_code where measure = $measure)
"""
"""Windows and sums are made of it in memory, where they cost a tenth of the time."""

SCHOOLS = "select urn, coalesce(la_code, '') as la_code, kind from core.school order by urn"
LINKS = "select urn, earlier_urn from core.predecessor order by all"


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


@dataclass(frozen=True)
class Facts:
    """What files say of England's schools about one measure.

    Attributes:
        frame: urn, year, group, value, symbol, n, lower, upper, release_order, via: one row for each release of a
            year; successors have their predecessors' (via 1) where they have none of their own.
        out: year, release_order, known_from: the releases that are no excerpt, in the order of publication.
    """

    frame: polars.DataFrame
    out: polars.DataFrame

    @classmethod
    def read(cls, query: Query, measure: str, links: polars.DataFrame) -> "Facts":
        """The facts of a measure of the catalogue, about all, disadvantaged and other pupils; `links` are LINKS."""
        said = query(_FACTS, {"measure": measure})
        frame = said.filter(polars.col("group") < len(GROUPS))
        key = ["urn", "year", "group", "release_order"]
        twice = frame.select(key).is_duplicated()
        if twice.any():  # the fullest file's word, as far as it has one
            best = frame.filter(twice).sort("symbol", -polars.col("layout_rank").cast(polars.Int32), "file", "row")
            frame = polars.concat([frame.filter(~twice), best.unique(key, keep="first")])
        told = with_predecessors(frame.drop("known_from", "layout_rank", "file", "row"), links)
        return cls(told, _releases(said))

    def of_releases(self, best: polars.DataFrame, groups: int) -> polars.DataFrame:
        """The facts of some releases (year, release_order) about the first pupil groups."""
        mine = self.frame if groups == len(GROUPS) else self.frame.filter(polars.col("group") < groups)
        return mine.join(best, on=["year", "release_order"], how="semi").drop("release_order")


def _releases(said: polars.DataFrame) -> polars.DataFrame:
    """Year, release_order and known_from of the releases that are no excerpt, in the order of publication."""
    files = (
        said.filter(polars.col("symbol") == 0, polars.col("known_from").is_not_null())
        .group_by("file", "year", "release_order", "known_from")
        .agg(polars.col("urn").n_unique().alias("schools"))
    )
    return (
        files.group_by("year", "release_order")
        .agg(polars.col("known_from").max(), polars.col("schools").sum())
        .filter(polars.col("schools") >= LEAST_SHARE * polars.col("schools").max())
        .sort("known_from", "year", "release_order")
        .drop("schools")
    )


class Publications:
    """What was published of a measure; what was known on a day is fitted when it is asked for."""

    def __init__(self, measure: str, facts: Callable[[str], Facts], schools: polars.DataFrame) -> None:
        """Takes the facts of one of the estimated measures, and of its cohort where it needs them.

        Args:
            facts: gives those of a measure. schools: SCHOOLS.
        """
        self._declared = next(one for one in ESTIMATED if one.measure == measure)
        self._facts_of, self._schools = facts, schools
        self._facts = facts(measure)
        self.known_from: list[datetime.date] = self._facts.out["known_from"].unique().sort().to_list()
        self._states: dict[datetime.date, dict[str, Standing]] = {}

    def standing(self, group: str, day: datetime.date) -> Standing | None:
        """What was known of a pupil group on a day; None before the first publication that says anything of it."""
        for known_from in reversed(self.known_from[: bisect.bisect_right(self.known_from, day)]):
            if known_from not in self._states:
                self._states[known_from] = self._state(known_from)
            if group in self._states[known_from]:
                return self._states[known_from][group]
        return None

    def _state(self, day: datetime.date) -> dict[str, Standing]:
        """Pupil group → what was known of it after the publications of a day and before."""
        groups = len(GROUPS) if self._declared.by_group else 1
        out = self._facts.out.filter(polars.col("known_from") <= day)
        best = out.group_by("year").agg(polars.col("release_order").min())
        cube = Cube.of(self._facts.of_releases(best, groups), self._schools)
        if cube.lacks_cohorts:
            cube.take_cohorts(self._facts_of(self._declared.cohort).of_releases(best, groups))
        _take_usual_cohorts(cube)
        return _standings(self._declared, cube, GROUPS[:groups], day)


def _take_usual_cohorts(cube: Cube) -> None:
    """Where no file prints how many pupils, a result weighs as much as the school's usual cohort, else its kind's."""
    own = np.ma.median(np.ma.masked_invalid(cube.n), axis=1).filled(np.nan)
    for cell in np.unique(cube.cell):
        mine = cube.cell == cell
        known = own[mine & np.isfinite(own)]
        own[mine & np.isnan(own)] = np.median(known) if known.size else np.nan
    cube.n = np.where(np.isfinite(cube.value) & ~np.isfinite(cube.n), own[:, None], cube.n)


def _standings(
    declared: Estimated, cube: Cube, groups: Iterable[str], known_from: datetime.date
) -> dict[str, Standing]:
    """Pupil group → its standing in the last year of the cube; groups of which nothing can be said are left out."""
    measure = MEASURES[declared.measure]
    era = [sum(start <= year for start in measure.breaks()) for year in cube.years]
    comparable = np.array([[one == other for other in era] for one in era])
    within = error = None
    if not declared.is_share:
        within = pupil_spreads(cube, declared, comparable) ** 2
        printed = spread.variance_of_limits(cube.lower, cube.upper)
        with np.errstate(invalid="ignore"):
            error = np.where(np.isfinite(cube.n), within[cube.cell] / cube.n, printed)
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
    found = {
        group: _standing(model, cube, np.flatnonzero(cube.group == code), known_from)
        for code, group in enumerate(groups)
    }
    return {group: one for group, one in found.items() if one is not None}


def _standing(model: estimation.Model, cube: Cube, rows: NDArray, known_from: datetime.date) -> Standing | None:
    """The standing of some rows of the cube; None where nothing can be said of any."""
    last = len(cube.years) - 1
    columns = [c for c in range(last, -1, -1) if cube.years[last] - cube.years[c] < YEARS_OF_A_TREND]
    with np.errstate(invalid="ignore", divide="ignore"):
        posterior = estimation.posterior_of_rows(model, rows, columns)
        between = np.sqrt(model.prior.between[cube.cell[rows], last])
        scale = 100.0 if model.results.is_share else 1.0
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
