"""Schools scored on a day: chances, ranks, bands and how much is known of each."""

import datetime
from dataclasses import dataclass

import numpy as np
import polars
from numpy.typing import NDArray
from scipy.special import expit

from pipelines.risk.features import THEMES, History, Level, Trend
from pipelines.risk.forecaster import Forecaster
from pipelines.risk.matrix import Known, matrix

LEAST_COVERAGE = 0.5
"""A school of which no more than this share of what the model looks at is known is in *cannot tell* (SCENARIOS S1)."""

HIGH_COVERAGE, HIGH_AGE, HIGH_PUPILS = 0.8, 2, 30
LOW_COVERAGE, LOW_AGE, LOW_PUPILS = 0.6, 4, 11
"""Confidence in the figures is high with as much known, as young and of as many pupils, low with as little; ours."""

LISTED, CANNOT_TELL, RULES_ONLY = "listed", "cannot tell", "rules only"
RANK_QUANTILES = (0.1, 0.9)


@dataclass(frozen=True)
class Scored:
    """Schools of one model, in the order of `rows`.

    Attributes:
        rows: urn, la_code, model, as_of. values: rows × features.
        score: log odds of concern if inspected. probability, lower, upper, inspection, within: 0 to 1.
        is_listed: whether the school is ranked. rank, rank_lower, rank_upper, rank_if_inspected: among the listed,
            1 the first; 0 for the others.
        known, looked_for: how many of the model's figures are known, and how many there are.
        age, pupils: years since the latest results, and how many pupils they are of; NaN where not known.
    """

    forecaster: Forecaster
    rows: polars.DataFrame
    values: NDArray
    score: NDArray
    probability: NDArray
    lower: NDArray
    upper: NDArray
    inspection: NDArray
    within: NDArray
    is_listed: NDArray
    rank: NDArray
    rank_lower: NDArray
    rank_upper: NDArray
    rank_if_inspected: NDArray
    known: NDArray
    looked_for: int
    age: NDArray
    pupils: NDArray

    def band(self, row: int) -> str:
        """first, next or later."""
        limits = self.forecaster.limits
        return next((band for band, limit in limits.items() if self.within[row] >= limit), "later")


def score(forecaster: Forecaster, known: Known, rows: polars.DataFrame) -> Scored:
    """Scores schools that a model speaks for, ranked among themselves.

    Args:
        rows: urn, la_code, model, as_of; one day.
    """
    values = matrix(known, rows, forecaster.features)
    said = forecaster.score(values)
    chance, when = expit(said), forecaster.inspection(values)
    lower, upper = forecaster.interval(values)
    is_known = known_figures(forecaster, values)
    looked = int(looked_for(forecaster).sum())
    has_results = is_known[:, [feature.theme == THEMES[0] for feature in forecaster.features]].any(axis=1)
    is_listed = (is_known.sum(axis=1) > LEAST_COVERAGE * looked) & has_results
    members = expit(forecaster.member_scores(values)) * when[:, None]
    ranks = np.column_stack([_rank(members[:, one], is_listed) for one in range(members.shape[1])])
    age, pupils = _results_of(forecaster, known, rows)
    return Scored(
        forecaster=forecaster,
        rows=rows,
        values=values,
        score=said,
        probability=chance,
        lower=lower,
        upper=upper,
        inspection=when,
        within=chance * when,
        is_listed=is_listed,
        rank=_rank(chance * when, is_listed),
        rank_lower=np.floor(np.quantile(ranks, RANK_QUANTILES[0], axis=1)).astype(int),
        rank_upper=np.ceil(np.quantile(ranks, RANK_QUANTILES[1], axis=1)).astype(int),
        rank_if_inspected=_rank(chance, is_listed),
        known=is_known.sum(axis=1),
        looked_for=looked,
        age=age,
        pupils=pupils,
    )


def known_figures(forecaster: Forecaster, values: NDArray) -> NDArray:
    """Rows × features: which of the figures that may speak are known: those declared that some school in England has.

    Of a school with an inspection, all that inspections say is known: years since concern have no number where none
    was found, which is no gap.
    """
    features = forecaster.features
    of_inspections = np.array([isinstance(feature.take, History) for feature in features])
    inspected = np.isfinite(values[:, of_inspections]).any(axis=1)
    found = np.where(of_inspections, inspected[:, None], np.isfinite(values))
    return found & looked_for(forecaster)


def looked_for(forecaster: Forecaster) -> NDArray:
    """Which features are declared to speak, and published for some school in England."""
    published = np.isfinite(forecaster.percentiles).all(axis=0)
    return published & np.array([feature.theme in THEMES for feature in forecaster.features])


def _rank(chance: NDArray, is_listed: NDArray) -> NDArray:
    """1 for the greatest chance among the listed, equal ones sharing the first place of theirs; 0 for the others."""
    listed = np.sort(chance[is_listed])[::-1]
    rank = np.searchsorted(-listed, -chance, "left") + 1
    return np.where(is_listed, rank, 0)


def _results_of(forecaster: Forecaster, known: Known, rows: polars.DataFrame) -> tuple[NDArray, NDArray]:
    """Years since each school's latest results, and the pupils they are of; NaN where not known."""
    urn = rows["urn"].to_numpy()
    age, pupils = np.full(len(urn), np.nan), np.full(len(urn), np.nan)
    if not rows.height:
        return age, pupils
    day: datetime.date = rows["as_of"][0]
    for feature in forecaster.features:
        if not isinstance(feature.take, Level) or isinstance(feature.take, Trend) or feature.take.group != "all":
            continue
        for measure in feature.take.measures:
            standing = known.standing(measure, "all", day)
            if standing is None:
                continue
            has = np.isfinite(standing.of("value", urn))
            newer = has & ~(age <= day.year - standing.year)
            age[newer] = day.year - standing.year
            pupils[newer] = standing.of("n", urn)[newer]
    return age, pupils


def confidence(scored: Scored, row: int) -> tuple[str, str]:
    """How sure the figures themselves are, high, medium or low, and why in words."""
    share = scored.known[row] / max(scored.looked_for, 1)
    age, pupils = scored.age[row], scored.pupils[row]
    words = [f"{scored.known[row]} of {scored.looked_for} figures known"]
    if np.isfinite(age):
        years = int(age)
        words.append(f"results {years} {'year' if years == 1 else 'years'} old" if years else "results of this year")
    if np.isfinite(pupils):
        words.append(f"{pupils:.0f} pupils")
    if share >= HIGH_COVERAGE and age <= HIGH_AGE and not pupils < HIGH_PUPILS:
        level = "high"
    elif share < LOW_COVERAGE or not age <= LOW_AGE or pupils < LOW_PUPILS:
        level = "low"
    else:
        level = "medium"
    return level, ", ".join(words)
