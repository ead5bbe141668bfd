"""What each school's result of a year says about the school: drawn towards what is usual for schools of its kind,
with the help of up to two earlier years, with 90 and 95 % intervals and a verdict beside England; or a reason.

All schools of England, the headline measures of every era, all, disadvantaged and other pupils. Predecessors'
results count for their successor (`via`). `value` and `n` are as published. `reason` stands where no interval can
be made. A cohort that is not printed with the result is taken from the number of pupils at the end of the key
stage where the year's files print that (`cohort_from`); a cohort that no file prints is never made up.
"""

from collections.abc import Callable, Iterator

import numpy as np
import polars

from pipelines.measures import MEASURES, Measure
from pipelines.statistics import estimation, pooled, sensitivity, spread, verdicts
from pipelines.statistics.cube import GROUPS, Cube, pupil_spreads, with_predecessors
from pipelines.statistics.estimated import ESTIMATED, Estimated

Query = Callable[..., polars.DataFrame]

SKIPPED_STATES = ("no tests", "not published", "not comparable")
"""States of the catalogue's notes whose years are passed over when years are pooled."""

AUTHORITIES_FOR_ENGLAND = 100
"""Authorities that a mean of schools must cover to stand for England, as in `mart.comparison`."""


COLUMNS: dict[str, polars.DataType] = {
    "urn": polars.Int32,
    "year": polars.Int32,
    "measure": polars.String,
    "group": polars.String,
    "via": polars.String,
    "value": polars.Float64,
    "status": polars.String,
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
    "effective_n": polars.Float64,
    "reliability": polars.Float64,
    "england": polars.Float64,
    "england_how": polars.String,
    "probability_below_england": polars.Float64,
    "each_pupil": polars.Float64,
    "pupils_short": polars.Float64,
    "verdict": polars.String,
    "reason": polars.String,
}

NO_COHORT = "no file prints the number of pupils: no interval can be made"
NO_PRIOR = "fewer than ten schools of its kind have results this year: nothing to draw it towards"
NO_SPREAD = "how far pupils' scores lie apart is not known: no interval can be made"

_FACTS = """
with code as (
    select measure_code as measure from core.measure_code where measure = $measure
), facts as (
    select f.entity as urn, f.year::integer as year, f."group", f.value, f.symbol, f.n, f.lower, f.upper,
        case c.release when 'final' then 0 when 'revised' then 1 else 2 end as release_order
    from core.fact f join code using (measure) join core.file c using (file)
    where f.entity < 1000000 and f."group" < $groups
), best as (
    select year, min(release_order) as release_order from facts group by year
)
select urn, year, "group", value, symbol, n, lower, upper
from facts join best using (year, release_order)
"""

_SCHOOLS = """
select urn, coalesce(la_code, '') as la_code,
    case when type_group ilike '%independent%' then 'independent'
        when phase in ('special', 'alternative provision') or type_group ilike '%special%' then 'special'
        else coalesce(phase::varchar, 'not applicable') end as kind
from core.school order by urn
"""

_ENGLAND = """
select measure, year, "group", value
from mart.comparison
where kind = 'england' and phase is null and how = 'published' and status = 'reported'
"""


def rows(query: Query) -> Iterator[polars.DataFrame]:
    """One frame for each measure."""
    schools = query(_SCHOOLS)
    links = query("select urn, earlier_urn from core.succession")
    meanings = query("select symbol, status, meaning from core.symbol order by symbol")
    england = query(_ENGLAND)
    for declared in ESTIMATED:
        facts = query(_FACTS, {"measure": declared.measure, "groups": len(GROUPS)})
        if facts.height and schools.height:
            cube = Cube.of(with_predecessors(facts, links), schools)
            del facts
            if cube.lacks_cohorts:
                cohorts = query(_FACTS, {"measure": declared.cohort, "groups": len(GROUPS)})
                cube.take_cohorts(with_predecessors(cohorts, links))
            yield from estimates(declared, cube, meanings, england.filter(polars.col("measure") == declared.measure))


def estimates(
    declared: Estimated, cube: Cube, meanings: polars.DataFrame, england: polars.DataFrame
) -> Iterator[polars.DataFrame]:
    """One frame for each year of a measure."""
    measure = MEASURES[declared.measure]
    skipped = skipped_years(measure)
    comparable = comparable_years(cube.years, measure, skipped)
    model = estimation.fit(results_of(cube, declared, measure, comparable, skipped), comparable)
    words = dict(zip(meanings["symbol"], meanings["meaning"]))
    statuses = dict(zip(meanings["symbol"], meanings["status"]))
    for column, year in enumerate(cube.years):
        yield estimates_of_year(declared, measure, cube, model, column, year, skipped, words, statuses, england)


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


def results_of(
    cube: Cube, declared: Estimated, measure: Measure, comparable: np.ndarray, skipped: dict[int, str]
) -> estimation.Results:
    """The cube as the model takes it: no years that are not comparable; scores with the variance of their error."""
    usable = np.array([year not in skipped for year in cube.years])
    value, n = np.where(usable, cube.value, np.nan), np.where(usable, cube.n, np.nan)
    within = error = None
    if not declared.is_share:
        within = pupil_spreads(cube, declared, comparable) ** 2
        printed = ((cube.upper - cube.lower) / 2 / spread.Z_95) ** 2
        printed[~(printed > 0)] = np.nan
        rounding = 10.0 ** (-2 * measure.unit.decimals) / 12
        has_own = np.isfinite(n) & ~(cube.cohort_taken & np.isfinite(printed))
        with np.errstate(invalid="ignore"):
            error = np.where(has_own, within / n, printed) + rounding
    return estimation.Results(
        years=cube.years,
        cell=cube.cell,
        cells=len(cube.kinds) * len(GROUPS),
        value=value,
        n=n,
        counts_for_prior=cube.via == 0,
        is_share=declared.is_share,
        error_variance=error,
        within=within,
    )


def england_of_year(
    cube: Cube, results: estimation.Results, column: int, year: int, published: polars.DataFrame
) -> tuple[np.ndarray, list[str | None]]:
    """England's value for each pupil group and how it was come by: published, else the schools' mean by pupils."""
    values, hows = np.full(len(GROUPS), np.nan), [None] * len(GROUPS)
    printed = {
        group: value
        for group, value in published.filter(polars.col("year") == year).select("group", "value").iter_rows()
    }
    independent = cube.kinds.index("independent") if "independent" in cube.kinds else -1
    counted = (cube.cell // len(GROUPS) != independent) & (cube.via[:, column] == 0)
    value, n = results.value[:, column], results.n[:, column]
    if results.within is not None:
        with np.errstate(invalid="ignore"):
            n = np.where(np.isfinite(n), n, results.within[column] / results.error_variance[:, column])
    for code, group in enumerate(GROUPS):
        mine = counted & (cube.group == code) & np.isfinite(value) & np.isfinite(n)
        if group in printed:
            values[code], hows[code] = printed[group], "published"
        elif len(np.unique(cube.la[mine])) >= AUTHORITIES_FOR_ENGLAND:
            values[code] = np.average(value[mine], weights=n[mine])
            hows[code] = "mean of schools weighted by pupils"
    return values, hows


def estimates_of_year(
    declared: Estimated,
    measure: Measure,
    cube: Cube,
    model: estimation.Model,
    column: int,
    year: int,
    skipped: dict[int, str],
    words: dict[int, str],
    statuses: dict[int, str],
    england: polars.DataFrame,
) -> polars.DataFrame:
    """The rows of one year, in the order of URN and pupil group."""
    results, share = model.results, declared.is_share
    scale = 100.0 if share else 1.0
    used = pooled.window(year, first=measure.years[0], skipped=skipped, breaks=measure.breaks())
    columns = (column, *(cube.years.index(one) for one in used[1:] if one in cube.years))
    at = np.flatnonzero(cube.present[:, column])
    picked = estimation.Model(
        estimation.Results(results.years, cube.cell[at], results.cells, *(None,) * 3, share),
        model.value[at],
        model.error_variance[at],
        model.prior,
        model.persistence,
    )
    known = np.isfinite(picked.value) & np.isfinite(picked.error_variance)
    symbol = cube.symbol[at, column]
    suppressed = np.isin(symbol, [code for code, status in statuses.items() if status == "suppressed"])
    speaks = (known[:, column] | suppressed) & (year not in skipped)
    posterior = estimation.posterior_of_year(picked, columns)
    speaks &= np.isfinite(posterior.mean)
    hide = lambda numbers: np.where(speaks, numbers, np.nan)  # noqa: E731
    lower_90, upper_90 = estimation.limits(posterior, share, 0.90)
    lower_95, upper_95 = estimation.limits(posterior, share, 0.95)
    of_england, how = england_of_year(cube, results, column, year, england)
    beside = of_england[cube.group[at]]
    below = estimation.probability_below(posterior, share, beside / scale)
    value, n = cube.value[at, column], cube.n[at, column]
    pool_columns = list(columns)
    if share:
        count = pooled.count_from_percent(results.value[at], results.n[at])
        _, pooled_n, pooled_value = pooled.pooled_share(count[:, pool_columns], results.n[at][:, pool_columns])
        each, short = sensitivity.points_of_one_pupil(n), sensitivity.pupils_short(count[:, column], n, beside)
    else:
        pooled_n, pooled_value = pooled.pooled_mean(results.value[at][:, pool_columns], results.n[at][:, pool_columns])
        each = short = np.full(len(at), np.nan)
    reason = reasons(value, n, known[:, column], speaks, symbol, model, cube.cell[at], column, words, skipped.get(year))
    verdict = verdicts.compare(hide(lower_95) * scale, hide(upper_95) * scale, posterior.effective_n, beside)
    numbers = {
        "value": value,
        "n": n,
        "pooled_value": hide(pooled_value),
        "pooled_n": hide(pooled_n),
        "prior_mean": hide(posterior.prior_mean) * scale,
        "mean": hide(posterior.mean) * scale,
        "deviation": hide(estimation.deviation_of(posterior, share)) * scale,
        "lower_90": hide(lower_90) * scale,
        "upper_90": hide(upper_90) * scale,
        "lower_95": hide(lower_95) * scale,
        "upper_95": hide(upper_95) * scale,
        "effective_n": hide(posterior.effective_n),
        "reliability": hide(posterior.reliability),
        "england": beside,
        "probability_below_england": hide(below),
        "each_pupil": each,
        "pupils_short": short,
    }
    return polars.DataFrame(
        {
            "urn": cube.urn[at],
            "year": np.full(len(at), year, np.int32),
            "measure": polars.Series([declared.measure]).new_from_index(0, len(at)),
            "group": _text(cube.group[at], GROUPS),
            "via": _text(cube.via[at, column], ("own", "predecessor")),
            "status": _text(symbol, [statuses.get(code) for code in range(max(statuses) + 1)]),
            "cohort_from": _text(
                np.where(np.isfinite(n), np.where(cube.cohort_taken[at, column], 2, 1), 0),
                (None, declared.measure, declared.cohort),
            ),
            "years": _years_text(known[:, pool_columns] & speaks[:, None], [cube.years[one] for one in pool_columns]),
            "england_how": _text(cube.group[at], how),
            "verdict": _text(verdict, verdicts.VERDICTS),
            "reason": reason,
        }
        | {name: polars.Series(numbers_of, nan_to_null=True).round(4) for name, numbers_of in numbers.items()}
    )


def reasons(
    value: np.ndarray,
    n: np.ndarray,
    known: np.ndarray,
    speaks: np.ndarray,
    symbol: np.ndarray,
    model: estimation.Model,
    cell: np.ndarray,
    column: int,
    words: dict[int, str],
    note: str | None,
) -> polars.Series:
    """Why a row has no interval: the first of what is missing; null where it has one."""
    meanings = [words.get(code) for code in range(max(words) + 1)]
    texts = [None, note, NO_COHORT, NO_SPREAD, NO_PRIOR, *meanings]
    few = model.prior.schools[cell, column] < 10
    code = np.select(
        [speaks, np.full(len(value), note is not None), ~np.isfinite(value), ~np.isfinite(n) & ~known, few],
        [0, 1, 5 + symbol.astype(np.int64), 2, 4],
        3,
    )
    return _text(code, texts)


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
