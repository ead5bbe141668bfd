"""A second outcome, so that the list is not merely a forecast of inspectors: results far below like intakes next year.

The outcome: a year after a list, the result published since then, drawn towards the usual by its cohort and held beside
what schools of the same kind with a like intake reach, is in the lowest tenth of its kind (RISK.md section 1 (e)).
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.risk import evaluate, splits
from pipelines.risk.features import THEMES, Feature
from pipelines.risk.lists import HORIZON
from pipelines.risk.matrix import Known
from pipelines.risk.models import Fitted, fit_logistic, probability
from pipelines.risk.results import look_up
from pipelines.risk.training import Evidence

OUTCOME = "results a year later in the lowest tenth beside like intakes"
FORECAST = "low results next year"
MEASURES_OF = {"primary": "reading_writing_maths_expected", "secondary": "attainment_8"}
LOWEST = 0.1
YEARS_LEARNT = 5
"""Lists that it is learnt from; our judgement, fixed before any test."""

BASELINE, MODEL = "low_results_now", "low_results_model"
LABELS = {BASELINE: "the same result this year alone", MODEL: "logistic regression on all figures"}

Tested = dict[int, tuple[dict[str, NDArray], NDArray, NDArray]]


@dataclass(frozen=True)
class Outlook:
    """A fitted forecast of low results."""

    fitted: Fitted

    def probability(self, values: NDArray) -> NDArray:
        """Probability of each row."""
        return probability(self.fitted, values)


def outcomes(known: Known, evidence: Evidence, until: datetime.date) -> NDArray:
    """Of each listed row, 1 or 0: low results a year later; NaN where none were published in between, or by a day."""
    measure, found = MEASURES_OF[evidence.model], np.full(evidence.listed.height, np.nan)
    for (day,), part in evidence.listed.with_row_index("place").group_by("as_of", maintain_order=True):
        later = day + datetime.timedelta(days=HORIZON)
        before, after = (known.standing(measure, "all", one) for one in (day, later))
        if after is None or later > until or (before is not None and before.year >= after.year):
            continue
        urn, beside = known.beside_intake(measure, later)
        low, kind = np.full(len(urn), np.nan), known.kind(urn)
        for one in np.unique(kind):
            mine = (kind == one) & np.isfinite(beside)
            if mine.sum() >= 1 / LOWEST:
                low[mine] = beside[mine] <= np.quantile(beside[mine], LOWEST)
        found[part["place"].to_numpy()] = look_up(urn, low, part["urn"].to_numpy())
    return found


def fit(evidence: Evidence, outcome: NDArray, year: int, features: Sequence[str] | None = None) -> Outlook | None:
    """The forecast learnt from lists before a school year; None where too little came of them.

    Args:
        outcome: of `outcomes`. features: keys that it may look at; all that lists may when None.
    """
    years = evidence.listed["year"].to_numpy()
    train = np.flatnonzero(np.isfinite(outcome) & (years < year) & (years >= year - YEARS_LEARNT))
    is_case = outcome[train].astype(int)
    if is_case.sum() < splits.LEAST_TESTED or is_case.all():
        return None
    seen = np.array([_may_see(feature, features) for feature in evidence.features])
    values = np.where(seen, evidence.listed_values[train], np.nan)
    weight = splits.weights(years[train], year)
    return Outlook(fit_logistic(0.05)(evidence.features, values, is_case, weight))


def _may_see(feature: Feature, keys: Sequence[str] | None) -> bool:
    return feature.theme in THEMES and (keys is None or feature.key in keys)


def tested(evidence: Evidence, outcome: NDArray) -> Tested:
    """School year → (forecasts of all candidates, outcome, authority) of the listed rows whose outcome is known."""
    years, found = evidence.listed["year"].to_numpy(), {}
    authority = evidence.listed["la_code"].to_numpy()
    for year in sorted(set(years[np.isfinite(outcome)].tolist())):
        test = np.flatnonzero((years == year) & np.isfinite(outcome))
        fits = {BASELINE: fit(evidence, outcome, year, ("beside_intake",)), MODEL: fit(evidence, outcome, year)}
        if year < splits.FIRST_TEST or any(one is None or not one.fitted.used.any() for one in fits.values()):
            continue  # too early for the one or the other: a mean over other years for each would not compare
        said = {key: one.probability(evidence.listed_values[test]) for key, one in fits.items()}
        found[int(year)] = (said, outcome[test].astype(int), authority[test])
    return found


def numbers(found: Tested) -> dict[int, tuple[dict[str, dict[str, NDArray]], tuple[int, int, int]]]:
    """School year → (candidate → metric → number and draws, (schools, cases, authorities))."""
    told = {}
    for year, (said, is_case, authority) in found.items():
        weight = evaluate.draws_of(authority)
        measured = {key: evaluate.measure(is_case, p, weight) for key, p in said.items()}
        told[year] = (measured, (len(is_case), int(is_case.sum()), len(np.unique(authority))))
    return told
