"""Why a school stands where it does, in words that a reader can check: reasons, figures, what would move it."""

import datetime
import math
from collections.abc import Iterable, Sequence

import numpy as np
import polars
from numpy.typing import NDArray
from scipy.special import expit, logit

from pipelines.measures import MEASURES
from pipelines.risk.features import Change, Feature, History, Latest, Level
from pipelines.risk.forecaster import PERCENTILES, Forecaster
from pipelines.risk.matrix import Known
from pipelines.risk.question import MODELS
from pipelines.rules.facts import Query

LEAST_CONTRIBUTION = 0.01
"""Log odds below which a figure neither raises nor lowers the chance: less than a quarter of a percentage point."""

PROTECTIVE = 2
"""How many of the strongest lines that lower the chance are always shown (RISK.md section 3)."""

UNLIKELY = 1 / 50
"""Probabilities below it are said as 'less than 1 in 50'."""

GRADES = {1: "outstanding", 2: "good", 3: "requires improvement", 4: "inadequate"}

_FIGURES = """
select f.entity::integer as urn, m.measure, f.year::integer as year, f.value, f.n, c.edition_date as known_from,
    f.file::integer as file_id, f."row"::integer as "row"
from core.fact f join core.file c using (file) join core.measure_code m on m.measure_code = f.measure
where f.symbol = 0 and f."group" = $group_code and c.edition_date <= $day
  and list_contains($measures::varchar[], m.measure) and list_contains($urns::integer[], f.entity)
qualify row_number() over (
    partition by f.entity, m.measure, f.year
    order by c.release_order, c.layout_rank desc, f.file, f."row"
) = 1
"""

_ENGLAND = """
select measure, year::integer as year, coalesce(phase, '') as phase, any_value(value) as england
from mart.comparison
where kind = 'england' and "group" = $group and value is not null and list_contains($measures::varchar[], measure)
group by all
"""

_SIMILAR = """
select s.urn::integer as urn, s.similar_urn::integer as similar_urn
from mart.similar_school s where s.similar_urn is not null and list_contains($urns::integer[], s.urn::integer)
"""


def chance(probability: float) -> str:
    """A probability as people say it: 'about 1 in 8', 'about 3 in 5', 'less than 1 in 50'."""
    if not probability >= UNLIKELY:
        return "less than 1 in 50"
    if probability <= 0.35:
        return f"about 1 in {round(1 / probability)}"
    if probability > 0.95:
        return "more than 19 in 20"
    tops = [(abs(top / of - probability), of, top) for of in (2, 3, 4, 5, 10) for top in range(1, of)]
    _, of, top = min(tops)
    return f"about {top} in {of}"


def chance_between(probability: float, lower: float, upper: float) -> str:
    """A probability with its interval in words: 'about 1 in 8, between 1 in 14 and 1 in 5'."""
    ends = [chance(one).removeprefix("about ") for one in (lower, upper)]
    said = chance(probability)
    return said if ends[0] == ends[1] else f"{said}, between {ends[0]} and {ends[1]}"


def worth(intercept: float, score: NDArray) -> NDArray:
    """What one log odds is worth in probability on the way from the usual school to each school's score.

    The same for every line of a school, so that their points sum from the usual chance to the school's own.
    """
    way = score - intercept
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = (expit(score) - expit(intercept)) / way
    return np.where(np.abs(way) < 1e-6, expit(intercept) * (1 - expit(intercept)), mean)


def measures_of(feature: Feature) -> tuple[str, ...]:
    """The measures that a feature rests on; none for what inspections said."""
    return () if isinstance(feature.take, History) else feature.take.measures


def group_of(feature: Feature) -> str:
    """The group of pupils that its figures are of."""
    return feature.take.group if isinstance(feature.take, Level) else "all"


class Figures:
    """The published figures behind features, for some schools, as they were out on a day."""

    def __init__(
        self, query: Query, known: Known, urns: Sequence[int], features: Iterable[Feature], day: datetime.date
    ) -> None:
        features = [feature for feature in features if measures_of(feature)]
        self._own: dict[tuple[str, str, int], dict] = {}
        self._similar: dict[tuple[str, str, int, int], tuple[float, int]] = {}
        self._england: dict[tuple[str, str, int, str], float] = {}
        self._phase = dict(known.schools.select("urn", "phase").iter_rows())
        earlier = known.links.filter(polars.col("urn").is_in(urns), polars.col("established") <= day)
        similar = query(_SIMILAR, {"urns": list(urns)})
        wanted = sorted({*urns, *earlier["earlier_urn"], *similar["similar_urn"]})
        for group in sorted({group_of(feature) for feature in features}):
            measures = sorted(
                {one for feature in features if group_of(feature) == group for one in measures_of(feature)}
            )
            code = query('select group_code from core.group_code where "group" = $group', {"group": group})[0, 0]
            asked = {"group_code": code, "day": day, "measures": measures, "urns": wanted}
            found = query(_FIGURES, asked).with_columns(polars.col("known_from").cast(polars.Date))
            self._take_own(group, found, urns, earlier)
            self._take_similar(group, found, similar)
            for measure, year, phase, value in query(_ENGLAND, {"group": group, "measures": measures}).iter_rows():
                self._england[group, measure, year, phase] = value

    def _take_own(self, group: str, found: polars.DataFrame, urns: Sequence[int], earlier: polars.DataFrame) -> None:
        before = (
            found.rename({"urn": "earlier_urn"})
            .join(earlier.select("urn", "earlier_urn"), on="earlier_urn")
            .join(found, on=["urn", "measure", "year"], how="anti")
            .filter(polars.col("earlier_urn").n_unique().over("urn", "measure", "year") == 1)
            .select(found.columns)
        )
        own = polars.concat([found.filter(polars.col("urn").is_in(list(urns))), before])
        for row in own.sort("year").iter_rows(named=True):
            self._own[group, row["measure"], row["urn"]] = row

    def _take_similar(self, group: str, found: polars.DataFrame, similar: polars.DataFrame) -> None:
        told = (
            similar.join(found, left_on="similar_urn", right_on="urn")
            .group_by("urn", "measure", "year")
            .agg(polars.col("value").median(), polars.len())
        )
        for urn, measure, year, value, count in told.iter_rows():
            self._similar[group, measure, urn, year] = (value, count)

    def of(self, feature: Feature, urn: int) -> dict:
        """The figure behind a feature of a school with what stands beside it; {} where there is none."""
        group = group_of(feature)
        for measure in measures_of(feature):
            row = self._own.get((group, measure, urn))
            if row is not None:
                phase = {"middle": "primary", "all-through": "secondary"}.get(
                    self._phase.get(urn), self._phase.get(urn)
                )
                england = [self._england.get((group, measure, row["year"], one)) for one in (phase, "")]
                median, count = self._similar.get((group, measure, urn, row["year"]), (None, None))
                return row | {
                    "england": next((one for one in england if one is not None), None),
                    "similar_median": median,
                    "similar_schools": count,
                }
        return {}


def share_better(forecaster: Forecaster, values: NDArray) -> NDArray:
    """Of each figure, the share of England's schools of the model whose figure is better; NaN where it cannot be said.

    Args:
        values: rows × features.
    """
    share = np.full(values.shape, np.nan)
    for place, feature in enumerate(forecaster.features):
        limits = forecaster.percentiles[:, place]
        if feature.worse is None or not np.isfinite(limits).all():
            continue
        known = np.isfinite(values[:, place])
        below = (
            np.searchsorted(limits, values[known, place], "left")
            + np.searchsorted(limits, values[known, place], "right")
        ) / 2
        lower = np.clip((below - 0.5) / (len(PERCENTILES) - 1), 0, 1)
        share[known, place] = 1 - lower if feature.worse == "low" else lower
    return share


def line_sentence(
    features: Sequence[Feature],
    values: Sequence[float],
    better: Sequence[float],
    figures: Sequence[dict],
    looked_for: int,
) -> str:
    """What one line of reasons rests on: the first figure that is known, or what inspections said.

    Args:
        looked_for: how many of the features some school in England has.
    """
    if isinstance(features[0].take, History):
        told = {feature.take.column: value for feature, value in zip(features, values, strict=True)}
        return _of_inspections(told)
    for feature, value, share, figure in zip(features, values, better, figures, strict=True):
        if math.isfinite(value):
            return sentence(feature, share, figure)
    return f"{_capital(features[0].label)}: {'not known' if looked_for else 'no recent figures in the files'}"


def sentence(feature: Feature, better: float, figure: dict) -> str:
    """The figure with its year, pupils, England and similar schools, and where it stands among schools of its kind."""
    stands = _standing(better, grew=isinstance(feature.take, Change)) if math.isfinite(better) else ""
    if figure and isinstance(feature.take, Level | Latest):
        return _printed(figure, group_of(feature)) + (f"; {stands}" if stands else "")
    until = f" (to {_school_year(figure['year'])})" if figure else ""
    return f"{_capital(feature.label)}{until}: {stands or 'known'}"


def _school_year(year: int) -> str:
    return f"{year - 1}/{year % 100:02d}"


def _printed(figure: dict, group: str) -> str:
    measure = MEASURES[figure["measure"]]
    year, whose = _school_year(figure["year"]), "" if group == "all" else f" of {group} pupils"
    pupils = f", {figure['n']:.0f} pupils" if figure["n"] else ""
    beside = [
        f"{who} {measure.format(figure[key])}"
        for who, key in (("England", "england"), ("similar schools", "similar_median"))
        if figure.get(key) is not None
    ]
    return f"{measure.label}{whose} {measure.format(figure['value'])} ({year}{pupils})" + (
        f"; {', '.join(beside)}" if beside else ""
    )


def _standing(better: float, *, grew: bool = False) -> str:
    """How many schools of its kind do better, or grew more, in 100."""
    count = round(100 * better)
    if count >= 50:
        return f"{min(count, 99)} in 100 schools of its kind {'grew more' if grew else 'do better'}"
    return f"{'grew more' if grew else 'better'} than {min(100 - count, 99)} in 100 schools of its kind"


def _of_inspections(told: dict[str, float]) -> str:
    """The last inspection and how long ago, or what the earlier ones said."""
    known = {column: value for column, value in told.items() if math.isfinite(value)}
    if not known:
        return "No graded inspection is known"
    if "share_with_concern" in told:
        said = f"About {round(100 * known['share_with_concern'])} in 100 of its inspections found concern"
        before = {1.0: "; the one before the last found it", 0.0: "; the one before the last did not"}
        return said + before.get(known.get("concern_before_that"), "")
    years = next((value for column, value in known.items() if column.startswith("years_since")), None)
    found = GRADES.get(int(known["previous_grade"])) if "previous_grade" in known else None
    found = found or ("concern" if known.get("previous_concern") else "no concern")
    when = "" if years is None else ", less than a year ago" if years < 1 else f", {years:.1f} years ago"
    return f"Last graded inspection: {found}{when}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def smallest_change(forecaster: Forecaster, values: NDArray, within: NDArray, inspection: NDArray) -> list[str | None]:
    """Of each school in a band, the one figure that would take it out of the band with the smallest step.

    What inspections said is no figure that a school can change. A figure is moved along England's schools; where no
    place among the best 98 in 100 is enough, no single figure would do.
    """
    limits = sorted(forecaster.limits.values(), reverse=True)
    found: list[str | None] = []
    contributions = forecaster.contributions(values)
    score = forecaster.intercept + contributions.sum(axis=1)
    movable = [
        place
        for place, feature in enumerate(forecaster.features)
        if forecaster.used[place] and feature.worse is not None and not isinstance(feature.take, History)
    ]
    grids = {place: _grid(forecaster, place) for place in movable}
    better = share_better(forecaster, values)
    for row in range(len(values)):
        limit = next((one for one in limits if within[row] >= one), None)
        if limit is None:
            found.append(None)
            continue
        target = limit / inspection[row] if inspection[row] > 0 else 1.0
        needed = score[row] - float(logit(np.clip(target, 1e-6, 1 - 1e-6)))
        steps = [
            _step(place, grids[place], contributions[row, place] - needed, better[row, place])
            for place in movable
            if math.isfinite(better[row, place])
        ]
        steps = [one for one in steps if one is not None]
        if not steps:
            found.append("no single figure would take it out of this band")
            continue
        _, place, reached = min(steps)
        feature, now = forecaster.features[place], round(100 * better[row, place])
        found.append(
            f"{feature.label}: with {round(100 * reached)} instead of {now} in 100 schools doing better it would leave "
            "this band"
        )
    return found


def _grid(forecaster: Forecaster, place: int) -> tuple[NDArray, NDArray]:
    """Shares of England's schools that do better, ascending from the worst place, and the contribution there."""
    limits = forecaster.percentiles[:, place]
    if not np.isfinite(limits).all():
        return np.zeros(0), np.zeros(0)
    rows = np.full((len(limits), len(forecaster.features)), np.nan)
    rows[:, place] = limits
    share = PERCENTILES / 100
    share = 1 - share if forecaster.features[place].worse == "low" else share
    return share, forecaster.contributions(rows)[:, place]


def _step(place: int, grid: tuple[NDArray, NDArray], most: float, now: float) -> tuple[float, int, float] | None:
    share, contribution = grid
    enough = (contribution <= most) & (share < now) & (share >= 0.02)
    if not enough.any():
        return None
    reached = float(share[enough].max())
    return now - reached, place, reached


def model_speaks_for(phase: str | None) -> str | None:
    """The model of a phase, None where the rules alone speak."""
    return next((model for model, phases in MODELS.items() if phase in phases), None)
