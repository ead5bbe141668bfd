"""Why a school stands elsewhere than on the list before: each cause in places, and whether it is a change at all."""

import datetime
from collections.abc import Iterator

import numpy as np
import polars
from numpy.typing import NDArray
from scipy.special import expit

from pipelines.measures import MEASURES
from pipelines.risk.explain import measures_of
from pipelines.risk.features import THEMES, Change, Feature, Latest
from pipelines.risk.forecaster import Forecaster
from pipelines.risk.matrix import Known
from pipelines.risk.scored import Scored

TIMING, DEFINITION, REFIT, OTHERS = (
    "when an inspection is due",
    "definitions changed",
    "the model was fitted anew",
    "other schools moved",
)
LEAST_MOVED = 0.05
"""Log odds below which a cause that moved no place is not told."""

NOT_REAL = (DEFINITION, REFIT)
"""Causes that are no change of any school."""


def moves(before: Scored, now: Scored, known: Known) -> Iterator[dict]:
    """A row for each school on both lists and each cause: urn, place, cause, is_real, places, log_odds, words.

    The figures change first, theme by theme, then what is no change of the school; each step is counted in places
    among the schools of the list before. What is left is how the other schools moved. The steps sum to the move.
    """
    old_place = {urn: row for row, urn in enumerate(before.rows["urn"].to_list()) if before.is_listed[row]}
    both = [
        (old_place[urn], row)
        for row, urn in enumerate(now.rows["urn"].to_list())
        if now.is_listed[row] and urn in old_place
    ]
    if not both:
        return
    old, new = (np.array(rows) for rows in zip(*both, strict=True))
    steps = list(_steps(before, now, known, old, new))
    chances = [expit(score) * when for _, score, when in steps]
    others_before = before.within[before.is_listed]
    places = [_place(others_before, chance, before.within[old]) for chance in chances]
    for row, urn in enumerate(now.rows["urn"].to_numpy()[new]):
        total = int(before.rank[old[row]] - now.rank[new[row]])
        found = []
        for step in range(1, len(steps)):
            risen = int(places[step - 1][row] - places[step][row])
            found.append((steps[step][0], risen, _odds(chances[step][row]) - _odds(chances[step - 1][row])))
        found.append((OTHERS, total - sum(risen for _, risen, _ in found), 0.0))
        for place, (cause, risen, odds) in enumerate(found, start=1):
            if risen or abs(odds) >= LEAST_MOVED:
                yield {
                    "urn": int(urn),
                    "place": place,
                    "cause": cause,
                    "is_real": cause not in NOT_REAL,
                    "places": risen,
                    "log_odds": float(odds),
                    "words": _words(cause, risen),
                }


def _steps(
    before: Scored, now: Scored, known: Known, old: NDArray, new: NDArray
) -> Iterator[tuple[str, NDArray, NDArray]]:
    """Cause, score and chance of an inspection after each step, the first being the list before."""
    was, model = before.values[old].copy(), before.forecaster
    target = now.values[new]
    score, when = model.score(was), model.inspection(was)
    yield "", score, when
    redefined = _redefined(model, known, before, now)
    for theme in THEMES:
        columns = [
            place for place, feature in enumerate(model.features) if feature.theme == theme and place not in redefined
        ]
        was[:, columns] = target[:, columns]
        score = model.score(was)
        yield theme, score, when
    after = was.copy()
    columns = sorted(redefined)
    after[:, columns] = target[:, columns]
    yield TIMING, score, model.inspection(after)
    yield DEFINITION, model.score(after), model.inspection(after)
    yield REFIT, now.score[new], now.inspection[new]


def _redefined(forecaster: Forecaster, known: Known, before: Scored, now: Scored) -> set[int]:
    """Features whose figures are of years between which their measure was defined anew."""
    days = [one.rows["as_of"][0] for one in (before, now)]
    found = set()
    for place, feature in enumerate(forecaster.features):
        first, last = (_year_of(feature, known, day) for day in days)
        breaks = {year for measure in measures_of(feature) for year in MEASURES[measure].breaks()}
        if first is not None and last is not None and any(first < year <= last for year in breaks):
            found.add(place)
    return found


def _year_of(feature: Feature, known: Known, day: datetime.date) -> int | None:
    """The year of the newest figures behind a feature on a day; None where there are none, and of inspections."""
    years: list[int] = []
    for measure in measures_of(feature):
        if isinstance(feature.take, Latest | Change):
            latest = known.dated(measure).frame.filter(polars.col("known_from") <= day)["year"].max()
            years += [] if latest is None else [latest]
        else:
            standing = known.standing(measure, "all", day)
            years += [] if standing is None else [standing.year]
    return max(years, default=None)


def _place(others: NDArray, chance: NDArray, own: NDArray) -> NDArray:
    """The place of each school with a changed chance among the others of the list before, itself left out."""
    ahead = (others[None, :] > chance[:, None]).sum(axis=1)
    return ahead - (own > chance) + 1


def _odds(chance: float) -> float:
    chance = float(np.clip(chance, 1e-9, 1 - 1e-9))
    return float(np.log(chance / (1 - chance)))


def _words(cause: str, risen: int) -> str:
    count = abs(risen)
    places = f"{count} {'place' if count == 1 else 'places'}"
    direction = "up" if risen > 0 else "down"
    if not risen:
        return f"{cause}: no place"
    note = " (not a change of the school)" if cause in NOT_REAL else ""
    return f"{cause}: {places} {direction}{note}"
