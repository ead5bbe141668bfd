"""What each school's result of a year says about the school: drawn towards what is usual for schools of its kind,
with the help of up to two earlier years, with 90 and 95 % intervals and a verdict beside England; or a reason.

All schools of England, the headline measures of every era, all, disadvantaged and other pupils. Predecessors'
results count for their successor
(`from_predecessor`). `value` and `n` are as published. `reason` stands where no interval can
be made. A cohort that is not printed with the result is taken from the number of pupils at the end of the key
stage where the year's files print that (`cohort_from`); a cohort that no file prints is never made up.
`pupil_deviation` is the standard deviation of single pupils' scores that the intervals of scores rest on.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars

from pipelines.marts import Query
from pipelines.measures import MEASURES, Measure
from pipelines.statistics import estimation, pooled, sensitivity, shrinkage, spread, verdicts
from pipelines.statistics.cube import GROUPS, Cube, pupil_spreads, with_predecessors
from pipelines.statistics.estimated import ESTIMATED, Estimated
from pipelines.statistics.shrinkage import Posterior

SKIPPED_STATES = ("no tests", "not published", "not comparable")
"""States of the catalogue's notes whose years are passed over when years are pooled."""

AUTHORITIES_FOR_ENGLAND = 100
"""Authorities that a mean of schools must cover to stand for England, as in `mart.comparison`."""


COLUMNS: dict[str, polars.DataType] = {
    "urn": polars.Int32,
    "year": polars.Int32,
    "measure": polars.String,
    "group": polars.String,
    "from_predecessor": polars.Boolean,
    "value": polars.Float64,
    "n": polars.Float64,
    "cohort_from": polars.String,
    "years": polars.String,
    "pooled_value": polars.Float64,
    "pooled_n": polars.Float64,
    "prior_mean": polars.Float64,
    "mean": polars.Float64,
    "deviation": polars.Float64,
    "lower_90": polars.Float64,
    "upper_90": polars.Float64,
    "lower_95": polars.Float64,
    "upper_95": polars.Float64,
    "pupil_deviation": polars.Float64,
    "effective_n": polars.Float64,
    "reliability": polars.Float64,
    "england": polars.Float64,
    "england_is_published": polars.Boolean,
    "probability_below_england": polars.Float64,
    "each_pupil": polars.Float64,
    "pupils_short": polars.Float64,
    "verdict": polars.String,
    "reason": polars.String,
}

SHARE_DECIMALS, SCORE_DECIMALS = 2, 3
"""Decimals kept of percentages and of scores: far finer than any page shows."""

NO_COHORT = "no file prints the number of pupils: no interval can be made"
NO_PRIOR = "fewer than ten schools of its kind have results this year: nothing to draw it towards"
NO_SPREAD = "how far pupils' scores lie apart is not known: no interval can be made"

_FACTS = """
select f.entity as urn, f.year::integer as year, f."group", f.value, f.symbol, f.n, f.lower, f.upper
from core.fact f join core.best_file b using (file, measure, year)
where f.entity < 1000000 and f."group" < $groups
  and f.measure = (select measure_code from core.measure_code where measure = $measure)
"""

SCHOOLS = "select urn, coalesce(la_code, '') as la_code, kind from core.school order by urn"
"""Every school of England: authority and kind."""

LINKS = "select urn, earlier_urn from core.predecessor order by all"
"""Which school came before which."""

_ENGLAND = """
select measure, year, "group", value
from mart.comparison
where kind = 'england' and phase is null and how = 'published' and status = 'reported'
"""


def rows(query: Query) -> Iterator[polars.DataFrame]:
    """One frame for each measure and year."""
    schools, links = query(SCHOOLS), query(LINKS)
    symbols = {symbol: words for symbol, *words in query("select symbol, status, meaning from core.symbol").iter_rows()}
    england = {
        key: {(year, group): value for _, year, group, value in published.iter_rows()}
        for (key,), published in query(_ENGLAND).partition_by("measure", as_dict=True).items()
    }
    for declared in ESTIMATED:
        cube = read_cube(query, declared, schools, links)
        if cube is not None:
            yield from estimates(asked_of(declared, symbols, england.get(declared.measure, {})), cube)


def read_cube(query: Query, declared: Estimated, schools: polars.DataFrame, links: polars.DataFrame) -> Cube | None:
    """All England's results of a measure, successors with their predecessors'; None where no file has any."""
    groups = len(GROUPS) if declared.by_group else 1
    facts = query(_FACTS, {"measure": declared.measure, "groups": groups})
    if not facts.height or not schools.height:
        return None
    cube = Cube.of(with_predecessors(facts, links), schools)
    del facts
    if cube.lacks_cohorts:
        cohorts = query(_FACTS, {"measure": declared.cohort, "groups": groups})
        cube.take_cohorts(with_predecessors(cohorts, links))
    return cube


def asked_of(
    declared: Estimated, symbols: dict[int, tuple[str, str]], england: dict[tuple[int, str], float]
) -> "Asked":
    """What the catalogue says of a measure, with what the build says of symbols and of England."""
    measure = MEASURES[declared.measure]
    return Asked(declared, measure, skipped_years(measure), symbols, england)


@dataclass(frozen=True)
class Asked:
    """What the estimates of one measure need beside its results.

    Attributes:
        declared, measure: its entries among the estimated measures and in the catalogue.
        skipped: years without comparable results, and the note that says why.
        symbols: why a cell has no number: status and meaning by symbol.
        england: published figures of England: year and pupil group → value.
    """

    declared: Estimated
    measure: Measure
    skipped: dict[int, str]
    symbols: dict[int, tuple[str, str]]
    england: dict[tuple[int, str], float]

    @property
    def scale(self) -> float:
        """What a result of the model is multiplied by: shares are percentages in the table."""
        return 100.0 if self.declared.is_share else 1.0


def estimates(asked: Asked, cube: Cube) -> Iterator[polars.DataFrame]:
    """One frame for each year of a measure."""
    model = fitted(asked, cube)
    for column in range(len(cube.years)):
        yield estimates_of_year(asked, cube, model, column)


def fitted(asked: Asked, cube: Cube) -> estimation.Model:
    """The model of a measure, fitted on the cube."""
    comparable = comparable_years(cube.years, asked.measure, asked.skipped)
    return estimation.fit(results_of(asked, cube, comparable), comparable)


def columns_used(asked: Asked, cube: Cube, column: int) -> list[int]:
    """The columns of the years that speak for the year of a column: itself first."""
    used = pooled.window(
        cube.years[column], first=asked.measure.years[0], skipped=asked.skipped, breaks=asked.measure.breaks()
    )
    return [column, *(cube.years.index(year) for year in used[1:] if year in cube.years)]


def skipped_years(measure: Measure) -> dict[int, str]:
    """Years without comparable results, and the note that says why."""
    return {
        year: note.note
        for note in reversed(measure.notes)
        if note.state in SKIPPED_STATES
        for year in range(note.years[0], note.years[1] + 1)
    }


def comparable_years(years: list[int], measure: Measure, skipped: dict[int, str]) -> np.ndarray:
    """Years × years: whether two of them have results of the same definition."""
    era = {year: sum(start <= year for start in measure.breaks()) for year in years}
    return np.array([[era[a] == era[b] and a not in skipped and b not in skipped for b in years] for a in years])


def results_of(asked: Asked, cube: Cube, comparable: np.ndarray) -> estimation.Results:
    """The cube as the model takes it: no years that are not comparable; scores with the variance of their error."""
    usable = np.array([year not in asked.skipped for year in cube.years])
    value, n = np.where(usable, cube.value, np.nan), np.where(usable, cube.n, np.nan)
    within = error = None
    if not asked.declared.is_share:
        within = pupil_spreads(cube, asked.declared, comparable) ** 2
        printed = spread.variance_of_limits(cube.lower, cube.upper)
        rounding = 10.0 ** (-2 * asked.measure.unit.decimals) / 12
        has_own = np.isfinite(n) & ~(cube.cohort_taken & np.isfinite(printed))
        with np.errstate(invalid="ignore"):
            error = np.where(has_own, within[cube.cell] / n, printed) + rounding
    return estimation.Results(
        years=cube.years,
        cell=cube.cell,
        cells=len(cube.kinds) * len(GROUPS),
        value=value,
        n=n,
        counts_for_prior=cube.via == 0,
        is_share=asked.declared.is_share,
        error_variance=error,
        within=within,
    )


def england_of_year(
    asked: Asked, cube: Cube, results: estimation.Results, column: int
) -> tuple[np.ndarray, np.ndarray]:
    """England's value for each pupil group, published or else the schools' mean by pupils; and whether published."""
    values, is_published = np.full(len(GROUPS), np.nan), np.zeros(len(GROUPS), bool)
    independent = cube.kinds.index("independent") if "independent" in cube.kinds else -1
    counted = (cube.cell // len(GROUPS) != independent) & (cube.via[:, column] == 0)
    value, n = results.value[:, column], results.n[:, column]
    if results.within is not None:  # pupils that a published interval stands for
        with np.errstate(invalid="ignore"):
            n = np.where(np.isfinite(n), n, results.within[cube.cell, column] / results.error_variance[:, column])
    for code, group in enumerate(GROUPS):
        mine = counted & (cube.group == code) & np.isfinite(value) & np.isfinite(n)
        is_published[code] = (cube.years[column], group) in asked.england
        if is_published[code]:
            values[code] = asked.england[cube.years[column], group]
        elif len(np.unique(cube.la[mine])) >= AUTHORITIES_FOR_ENGLAND:
            values[code] = np.average(value[mine], weights=n[mine])
    return values, is_published


def estimates_of_year(asked: Asked, cube: Cube, model: estimation.Model, column: int) -> polars.DataFrame:
    """The rows of one year: those with an interval, then those with a reason."""
    present = np.flatnonzero(cube.present[:, column])
    known = np.isfinite(model.error_variance[present, column]) & np.isfinite(model.value[present, column])
    hidden = [symbol for symbol, (status, _) in asked.symbols.items() if status == "suppressed"]
    asks = (known | np.isin(cube.symbol[present, column], hidden)) & (cube.years[column] not in asked.skipped)
    columns = columns_used(asked, cube, column)
    posterior = estimation.posterior_of_rows(model, present[asks], columns)
    speaks = np.isfinite(posterior.mean)
    with_interval = present[asks][speaks]
    silent = np.setdiff1d(present, with_interval, assume_unique=True)
    frames = [
        about(asked, cube, with_interval, column).hstack(
            said(asked, cube, model, with_interval, columns, posterior.rows(speaks))
        ),
        about(asked, cube, silent, column).with_columns(reasons(asked, cube, model, silent, column)),
    ]
    return polars.concat(frames, how="diagonal")


def about(asked: Asked, cube: Cube, at: np.ndarray, column: int) -> polars.DataFrame:
    """Whom and what each row is about: as published."""
    taken = cube.cohort_taken[at, column]
    return polars.DataFrame(
        {
            "urn": cube.urn[at],
            "year": np.full(len(at), cube.years[column], np.int32),
            "measure": polars.Series([asked.declared.measure]).new_from_index(0, len(at)),
            "group": _text(cube.group[at], GROUPS),
            "from_predecessor": cube.via[at, column] == 1,
            "value": polars.Series(cube.value[at, column], nan_to_null=True),
            "n": polars.Series(cube.n[at, column], nan_to_null=True),
            "cohort_from": _text(taken, (None, asked.declared.cohort)),
        }
    )


def said(
    asked: Asked, cube: Cube, model: estimation.Model, at: np.ndarray, columns: list[int], posterior: Posterior
) -> polars.DataFrame:
    """What the posterior of each row says, beside England."""
    share, scale = asked.declared.is_share, asked.scale
    values, is_published = england_of_year(asked, cube, model.results, columns[0])
    england = values[cube.group[at]]
    lower_95, upper_95 = estimation.limits(posterior, share, 0.95)
    lower_90, upper_90 = estimation.limits(posterior, share, 0.90)
    numbers = {
        "prior_mean": posterior.prior_mean * scale,
        "mean": posterior.mean * scale,
        "deviation": estimation.deviation_of(posterior, share) * scale,
        "lower_90": lower_90 * scale,
        "upper_90": upper_90 * scale,
        "lower_95": lower_95 * scale,
        "upper_95": upper_95 * scale,
        "effective_n": posterior.effective_n,
        "reliability": posterior.reliability,
        "england": england,
        "probability_below_england": estimation.probability_below(posterior, share, england / scale),
        **of_pupils(asked, model, at, columns, england),
    }
    if model.results.within is not None:
        numbers["pupil_deviation"] = np.sqrt(model.results.within[cube.cell[at], columns[0]])
    verdict = verdicts.compare(lower_95 * scale, upper_95 * scale, posterior.effective_n, england)
    used = np.isfinite(model.value[at][:, columns]) & np.isfinite(model.error_variance[at][:, columns])
    decimals = {"reliability": 3, "probability_below_england": 3, "pupil_deviation": 3}
    usual = SHARE_DECIMALS if share else SCORE_DECIMALS
    return polars.DataFrame(
        {
            "years": _years_text(used, [cube.years[one] for one in columns]),
            "england_is_published": polars.Series(is_published[cube.group[at]]).set(
                polars.Series(np.isnan(england)), None
            ),
            "verdict": _text(verdict, verdicts.VERDICTS),
        }
        | {
            name: polars.Series(np.round(number, decimals.get(name, usual)), nan_to_null=True)
            for name, number in numbers.items()
        }
    )


def of_pupils(
    asked: Asked, model: estimation.Model, at: np.ndarray, columns: list[int], england: np.ndarray
) -> dict[str, np.ndarray]:
    """Results pooled over the years, what one pupil weighs, and how many more would have reached England's share."""
    n = model.results.n[at][:, columns]
    if not asked.declared.is_share:
        pooled_n, pooled_value = pooled.pooled_mean(model.results.value[at][:, columns], n)
        return {"pooled_value": pooled_value, "pooled_n": pooled_n}
    count = model.value[at][:, columns] * n
    _, pooled_n, pooled_value = pooled.pooled_share(count, n)
    return {
        "pooled_value": pooled_value,
        "pooled_n": pooled_n,
        "each_pupil": sensitivity.points_of_one_pupil(n[:, 0]),
        "pupils_short": sensitivity.pupils_short(np.round(count[:, 0]), n[:, 0], england),
    }


def reasons(asked: Asked, cube: Cube, model: estimation.Model, at: np.ndarray, column: int) -> polars.Series:
    """Why a row has no interval: the first of what is missing."""
    note = asked.skipped.get(cube.years[column])
    meanings = [asked.symbols.get(code, (None, None))[1] for code in range(max(asked.symbols) + 1)]
    nothing, no_error = np.isnan(cube.value[at, column]), np.isnan(model.error_variance[at, column])
    few = model.prior.schools[cube.cell[at], column] < shrinkage.MINIMUM_SCHOOLS
    code = np.select(
        [np.full(len(at), note is not None), nothing, np.isnan(cube.n[at, column]) & no_error, few],
        [0, 4 + cube.symbol[at, column].astype(np.int64), 1, 2],
        3,
    )
    return _text(code, [note, NO_COHORT, NO_PRIOR, NO_SPREAD, *meanings]).alias("reason")


def _text(code: np.ndarray, texts: object) -> polars.Series:
    """Texts by their number."""
    return polars.Series(list(texts), dtype=polars.String).gather(polars.Series(code.astype(np.uint32)))


def _years_text(used: np.ndarray, years: list[int]) -> polars.Series:
    """Which of the years were used, as text; null where none was."""
    combination = used @ (1 << np.arange(len(years)))
    texts = [
        pooled.describe_years([year for bit, year in enumerate(years) if number >> bit & 1]) or None
        for number in range(1 << len(years))
    ]
    return _text(combination, texts)
