"""The lists of earlier years held against what came: every candidate, every year, with intervals over authorities."""

from collections.abc import Iterator, Sequence

import numpy as np
import polars
from numpy.typing import NDArray

from pipelines.risk import evaluate, national, outlook, splits
from pipelines.risk.models import CANDIDATES
from pipelines.risk.question import ERAS
from pipelines.risk.rolling import CHOSEN, Year
from pipelines.risk.training import Evidence, concern_found, inspected_by

COLUMNS: dict[str, polars.DataType] = {
    "model": polars.String(),
    "outcome": polars.String(),
    "population": polars.String(),
    "forecast": polars.String(),
    "candidate": polars.String(),
    "candidate_label": polars.String(),
    "year": polars.Int32(),
    "span": polars.String(),
    "metric": polars.String(),
    "value": polars.Float64(),
    "lower": polars.Float64(),
    "upper": polars.Float64(),
    "chosen_is_better_by": polars.Float64(),
    "better_lower": polars.Float64(),
    "better_upper": polars.Float64(),
    "schools": polars.Int32(),
    "cases": polars.Int32(),
    "authorities": polars.Int32(),
}
"""One row for each model, population, forecast, candidate, year and metric. `span` is 'year', 'mean' or 'worst' of the
tested years, or the name of an era, whose years are taken together. Limits are of 95 %."""

CONCERN, WITHIN_YEAR, INSPECTION = "concern if inspected", "concern within a year", "inspection within a year"
"""The forecasts: the first is what a page shows, the second is what orders the list, the third is a part of it."""

INSPECTED, ALL = "inspected schools", "all schools"
GOOD = "good or outstanding"
"""Populations: those whose last graded inspection known on the day found no concern are told apart."""

HIGHER_IS_BETTER = ("auc", "recall_at_10", "recall_at_20", "precision_at_10", "precision_at_20", "brier_skill")

OF_THE_ORDER = ("auc", "recall_at_10", "recall_at_20", "precision_at_10", "precision_at_20")
"""Metrics that say something where the forecast is of another thing than the outcome."""

LIST_DRAWS = 100
"""Draws for whole lists of England, which are long: half as many as for the inspected."""

Numbers = dict[str, NDArray]


def tested(years: Sequence[Year]) -> list[Year]:
    """The years that count: the ones before were learnt from."""
    return [one for one in years if one.year >= splits.FIRST_TEST]


def measured(evidence: Evidence, years: Sequence[Year], low_results: outlook.Tested) -> polars.DataFrame:
    """COLUMNS for one model: years, their mean and the worst, and eras taken together.

    Args:
        low_results: of `outlook.tested`, the forecasts of the second outcome.
    """
    rows = []
    for population, forecast, by_year in _blocks(evidence, tested(years)):
        about = {"model": evidence.model, "outcome": _OUTCOME[forecast], "population": population, "forecast": forecast}
        rows += [about | row for row in _rows(by_year)]
    rows += list(_eras(evidence, tested(years)))
    if low_results:
        second = {
            "model": evidence.model,
            "outcome": outlook.OUTCOME,
            "population": ALL,
            "forecast": outlook.FORECAST,
        }
        rows += [second | row for row in _rows(outlook.numbers(low_results))]
    return polars.DataFrame(rows, schema=COLUMNS)


_OUTCOME = {
    CONCERN: "the inspection found concern",
    WITHIN_YEAR: "an inspection within a year of the list found concern",
    INSPECTION: "there was a graded inspection within a year of the list",
}


def _blocks(
    evidence: Evidence, years: Sequence[Year]
) -> Iterator[tuple[str, str, dict[int, tuple[dict[str, Numbers], tuple[int, int, int]]]]]:
    """Population and forecast, and for each year the numbers of all candidates with (schools, cases, authorities)."""
    without_concern, listed_without = without_earlier_concern(evidence)
    found, came = concern_found(evidence), inspected_by(evidence)
    authority = evidence.inspected["la_code"].to_numpy()
    listed_authority = evidence.listed["la_code"].to_numpy()

    def block(rows_of, outcome, code, forecasts, metrics, draws) -> dict:
        by_year = {}
        for one in years:
            mask = rows_of(one)
            said = forecasts(one)
            if not mask.any() or not said:
                continue
            is_case, codes = outcome(one)[mask], code(one)[mask]
            weight = evaluate.draws_of(codes, draws)
            numbers = {
                key: {name: of for name, of in evaluate.measure(is_case, p[mask], weight).items() if name in metrics}
                for key, p in said.items()
            }
            if one.chosen in numbers:
                numbers[CHOSEN] = numbers[one.chosen]
            by_year[one.year] = (numbers, (len(is_case), int(is_case.sum()), len(np.unique(codes))))
        return by_year

    everything = tuple(evaluate.METRICS)

    def all_inspected(one: Year) -> NDArray:
        return np.ones(len(one.inspected), bool)

    def all_listed(one: Year) -> NDArray:
        return np.ones(len(one.listed), bool)

    for population, rows_of in (
        (INSPECTED, all_inspected),
        (f"{INSPECTED}, {GOOD}", lambda one: without_concern[one.inspected]),
    ):
        yield (
            population,
            CONCERN,
            block(
                rows_of,
                lambda one: evidence.is_concern[one.inspected],
                lambda one: authority[one.inspected],
                lambda one: {key: one.concern(key) for key in one.odds},
                everything,
                evaluate.DRAWS,
            ),
        )
    for population, rows_of in (
        (ALL, all_listed),
        (f"{ALL}, {GOOD}", lambda one: listed_without[one.listed]),
    ):
        for forecast, said, metrics in (
            (CONCERN, lambda one: {key: one.concern(key, listed=True) for key in one.odds}, OF_THE_ORDER),
            (
                WITHIN_YEAR,
                lambda one: {key: one.within_year(key) for key in one.odds if one.timing_odds is not None},
                everything,
            ),
        ):
            yield (
                population,
                forecast,
                block(
                    rows_of,
                    lambda one: found[one.listed],
                    lambda one: listed_authority[one.listed],
                    said,
                    metrics,
                    LIST_DRAWS,
                ),
            )
    yield (
        ALL,
        INSPECTION,
        block(
            all_listed,
            lambda one: came[one.listed],
            lambda one: listed_authority[one.listed],
            lambda one: {CHOSEN: one.inspection()} if one.timing_odds is not None else {},
            everything,
            LIST_DRAWS,
        ),
    )


def without_earlier_concern(evidence: Evidence) -> tuple[NDArray, NDArray]:
    """Of each inspected and each listed row, whether the last graded inspection known on the day found no concern."""
    place = [feature.key for feature in evidence.features].index("previous_concern")
    return evidence.values[:, place] == 0, evidence.listed_values[:, place] == 0


def _rows(by_year: dict[int, tuple[dict[str, Numbers], tuple[int, int, int]]]) -> Iterator[dict]:
    keys = sorted({key for numbers, _ in by_year.values() for key in numbers}, key=_order)
    for key in keys:
        years = [year for year, (numbers, _) in by_year.items() if key in numbers]
        for metric in by_year[years[0]][0][key]:
            mine = [by_year[year][0][key][metric] for year in years]
            best = [by_year[year][0].get(CHOSEN, {}).get(metric) for year in years]
            for year, number, chosen in zip(years, mine, best, strict=True):
                yield _row(key, metric, number, chosen, by_year[year][1], year=year, span="year")
            sizes = np.sum([by_year[year][1] for year in years], axis=0)
            sizes[2] = max(by_year[year][1][2] for year in years)
            yield _row(key, metric, _mean(mine), _mean(best), sizes, year=None, span="mean")
            worst = _worst(metric, [number[0] for number in mine])
            if worst is not None:
                yield _row(
                    key, metric, mine[worst], best[worst], by_year[years[worst]][1], year=years[worst], span="worst"
                )


def _mean(numbers: Sequence[NDArray | None]) -> NDArray | None:
    """The mean over the years that have a number, draw by draw."""
    known = [one for one in numbers if one is not None and np.isfinite(one[0])]
    return np.mean(known, axis=0) if known else (numbers[0] if numbers else None)


def _worst(metric: str, numbers: Sequence[float]) -> int | None:
    distance = {"calibration_slope": 1.0, "calibration_in_the_large": 0.0, "calibration_error": 0.0}
    badness = [-one if metric in HIGHER_IS_BETTER else abs(one - distance[metric]) for one in numbers]
    return int(np.nanargmax(badness)) if np.isfinite(badness).any() else None


def _row(key: str, metric: str, number: NDArray, chosen: NDArray | None, sizes: Sequence[int], **about) -> dict:
    said = evaluate.interval(number)
    better = None
    if chosen is not None and key != CHOSEN and metric in HIGHER_IS_BETTER:
        better = evaluate.interval(chosen - number)
    schools, cases, authorities = (int(size) for size in sizes)
    return about | {
        "candidate": key,
        "candidate_label": LABELS[key],
        "metric": metric,
        "value": _known(said.value),
        "lower": _known(said.lower),
        "upper": _known(said.upper),
        "chosen_is_better_by": _known(better.value) if better else None,
        "better_lower": _known(better.lower) if better else None,
        "better_upper": _known(better.upper) if better else None,
        "schools": schools,
        "cases": cases,
        "authorities": authorities,
    }


def _known(number: float) -> float | None:
    return float(number) if np.isfinite(number) else None


LABELS = {one.key: one.label for one in CANDIDATES} | {
    CHOSEN: "as chosen before each year",
    national.KEY: national.LABEL,
    **outlook.LABELS,
}


def _order(key: str) -> tuple[bool, int]:
    return key != CHOSEN, next((one.order for one in CANDIDATES if one.key == key), 0)


def _eras(evidence: Evidence, years: Sequence[Year]) -> Iterator[dict]:
    """Calibration of the chosen forecasts of inspected schools, the years of an era taken together."""
    era = evidence.inspected["era"].to_numpy()
    for name in ERAS:
        said, rows = [], []
        for one in years:
            mine = era[one.inspected] == name
            if one.chosen in one.odds:
                said.append(one.concern(one.chosen)[mine])
                rows.append(one.inspected[mine])
        rows = np.concatenate(rows) if rows else np.zeros(0, int)
        if len(rows) < splits.LEAST_TESTED:
            continue
        is_case, codes = evidence.is_concern[rows], evidence.inspected["la_code"].to_numpy()[rows]
        numbers = evaluate.measure(is_case, np.concatenate(said), evaluate.draws_of(codes))
        sizes = (len(rows), int(is_case.sum()), len(np.unique(codes)))
        about = {
            "model": evidence.model,
            "outcome": _OUTCOME[CONCERN],
            "population": INSPECTED,
            "forecast": CONCERN,
            "year": None,
            "span": name,
        }
        for metric, number in numbers.items():
            yield about | _row(CHOSEN, metric, number, None, sizes)
