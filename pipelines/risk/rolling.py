"""Forecasts year by year, each from what was out before its year began: every candidate, its level and the choice.

Nothing is tuned on a year that it is tested on. A candidate's log odds are moved along a line fitted on the forecasts
that it made for the years before; which candidate a list comes from is chosen by how it did in the years before. Where
the files hold too few inspections for either, what all of England teaches is taken (`national`).
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pipelines.risk import calibration, evaluate, national, splits
from pipelines.risk.calibration import NO_LINE, Line
from pipelines.risk.models import CANDIDATES, Candidate, Fitted, log_odds
from pipelines.risk.question import era_on
from pipelines.risk.training import Evidence, fit_concern, fit_timing, inspected_by, tested_years

CHOSEN = "chosen"
"""Key of the forecasts of whichever candidate was chosen for a year."""

CRITERIA = ("recall_at_20", "brier_skill")
"""What the choice goes by: the simplest candidate within one standard error of the best in both (RISK.md section 3)."""

USUAL = "logistic"
"""The candidate that is taken where nothing could be tested before."""

LEAST_OF_LEVEL = 100
"""Outcomes that a level is set by, at least; our judgement."""


@dataclass
class Year:
    """One school year's forecasts, made on its first day.

    Attributes:
        year, begins: the school year and its first day.
        inspected, listed: positions of the rows tested.
        odds: candidate → log odds of the inspected rows; listed_odds of the listed ones, both before their line.
        timing_odds: log odds of an inspection, of the listed rows, before its line.
        lines: candidate → line; timing_line.
        chosen: key of the candidate that a list would have come from.
    """

    year: int
    begins: datetime.date
    inspected: NDArray
    listed: NDArray
    odds: dict[str, NDArray] = field(default_factory=dict)
    listed_odds: dict[str, NDArray] = field(default_factory=dict)
    timing_odds: NDArray | None = None
    lines: dict[str, Line] = field(default_factory=dict)
    timing_line: Line = NO_LINE
    chosen: str = ""

    def concern(self, key: str, *, listed: bool = False) -> NDArray:
        """Probability of concern when inspected, of the inspected or the listed rows."""
        odds = (self.listed_odds if listed else self.odds)[key]
        return calibration.probability(odds, self.lines[key])

    def inspection(self) -> NDArray:
        """Probability of a graded inspection within the year, of the listed rows; NaN where it was not fitted."""
        if self.timing_odds is None:
            return np.full(len(self.listed), np.nan)
        return calibration.probability(self.timing_odds, self.timing_line)

    def within_year(self, key: str) -> NDArray:
        """Probability that an inspection within the year finds concern: the product of the two."""
        return self.inspection() * self.concern(key, listed=True)


def roll(evidence: Evidence, candidates: Sequence[Candidate] = CANDIDATES) -> list[Year]:
    """All years, the first ones to learn from, each with what could be known at its beginning."""
    year_of = evidence.inspected["year"].to_numpy()
    list_year = evidence.listed["year"].to_numpy()
    years: list[Year] = []
    for tested in tested_years(evidence):
        begins = datetime.date(tested - 1, 9, 1)
        one = Year(tested, begins, np.flatnonzero(year_of == tested), np.flatnonzero(list_year == tested))
        for candidate in candidates:
            fitted = fit_concern(candidate, evidence, begins)
            if fitted is not None:
                one.odds[candidate.key] = log_odds(fitted, evidence.values[one.inspected])
                one.listed_odds[candidate.key] = log_odds(fitted, evidence.listed_values[one.listed])
                one.lines[candidate.key] = line_of(candidate.key, fitted, years, evidence, begins)
        learnt = (
            national.of(evidence.model, evidence.features, begins) if national.is_needed(evidence, begins) else None
        )
        if learnt is not None:
            one.odds[national.KEY] = log_odds(learnt[0], evidence.values[one.inspected])
            one.listed_odds[national.KEY] = log_odds(learnt[0], evidence.listed_values[one.listed])
            one.lines[national.KEY] = line_of(national.KEY, learnt[0], years, evidence, begins)
        if not one.odds:
            continue
        timing = fit_timing(evidence, begins)
        if timing is not None:
            one.timing_odds = log_odds(timing, evidence.listed_values[one.listed])
            one.timing_line = timing_line(timing, years, evidence, begins)
        shipped = [candidate for candidate in candidates if candidate.is_shipped]
        one.chosen = national.KEY if learnt is not None else choose(years, evidence, shipped, begins)
        years.append(one)
    return years


def line_of(key: str, fitted: Fitted, before: Sequence[Year], evidence: Evidence, day: datetime.date) -> Line:
    """Where a fitted candidate's log odds are moved: how far apart, from its forecasts of all earlier years; how high,
    from the outcomes of the latest year that were out.

    Shares of concern drift by tens of percentage points between years, so that the level of the last year says more
    than the mean of those that a model was trained on.
    """
    earlier = []
    for one in before:
        if key in one.odds:
            out = evidence.is_out(day)[one.inspected]
            earlier.append((evidence.is_concern[one.inspected[out]], one.odds[key][out]))
    slope = calibration.shared_slope(earlier)
    rows = latest_outcomes(evidence, day)
    odds = log_odds(fitted, evidence.values[rows])
    return calibration.level(evidence.is_concern[rows], slope * odds), slope


def latest_outcomes(evidence: Evidence, day: datetime.date) -> NDArray:
    """Positions of the inspected rows of the latest school year with LEAST_OF_LEVEL outcomes out on a day; of the
    newest era alone where it has as many."""
    train = splits.training(evidence.inspected, day)
    year = evidence.inspected["year"].to_numpy()[train]
    for one in sorted(set(year.tolist()), reverse=True):
        rows = train[year == one]
        if len(rows) >= LEAST_OF_LEVEL:
            era = evidence.inspected["era"].to_numpy()[rows]
            same = era == era_on(day)
            return rows[same] if same.sum() >= LEAST_OF_LEVEL else rows
    return train


def timing_line(fitted: Fitted, before: Sequence[Year], evidence: Evidence, day: datetime.date) -> Line:
    """The line of the chance of an inspection: as `line_of`, the level from the last list whose year has ended."""
    came = inspected_by(evidence, day)
    earlier = [(came[one.listed], one.timing_odds) for one in before if one.timing_odds is not None]
    slope = calibration.shared_slope(earlier)
    year = evidence.listed["year"].to_numpy()
    ended = year < day.year + (day.month >= 9)
    last = np.flatnonzero(ended & (year == max(one.year for one in before))) if before else np.flatnonzero(ended)
    odds = log_odds(fitted, evidence.listed_values[last])
    return calibration.level(came[last], slope * odds), slope


def choose(before: Sequence[Year], evidence: Evidence, candidates: Sequence[Candidate], day: datetime.date) -> str:
    """Key of the simplest candidate within one standard error of the best on each criterion, by the years before.

    Without a year before, USUAL.
    """
    keys = [one.key for one in sorted(candidates, key=lambda one: one.order)]
    tested = [
        one
        for one in before
        if all(key in one.odds for key in keys) and evidence.is_out(day)[one.inspected].sum() >= splits.LEAST_TESTED
    ]
    return simplest_of_the_best(keys, scores_of(tested, evidence, keys, day)) if tested else USUAL


def scores_of(
    years: Sequence[Year], evidence: Evidence, keys: Sequence[str], day: datetime.date
) -> dict[str, dict[str, NDArray]]:
    """Criterion → candidate → mean over years, first as it is and then of each draw of authorities.

    Args:
        day: only outcomes whose reports were out by then count.
    """
    authority = evidence.inspected["la_code"].to_numpy()
    found: dict[str, dict[str, list[NDArray]]] = {name: {key: [] for key in keys} for name in CRITERIA}
    for one in years:
        out = evidence.is_out(day)[one.inspected]
        rows = one.inspected[out]
        weight = evaluate.draws_of(authority[rows])
        for key in keys:
            for name in CRITERIA:
                of = evaluate.METRICS[name]
                found[name][key].append(of(evidence.is_concern[rows], one.concern(key)[out], weight))
    return {name: {key: np.mean(each, axis=0) for key, each in by_key.items()} for name, by_key in found.items()}


def simplest_of_the_best(keys: Sequence[str], scores: Mapping[str, Mapping[str, NDArray]]) -> str:
    """The first key that is within one standard error of the best on every criterion.

    Args:
        keys: the simplest first. scores: criterion → key → number and its draws; more is better.
    """
    for key in keys:
        good_enough = True
        for by_key in scores.values():
            best = max(keys, key=lambda one, by_key=by_key: by_key[one][0])
            behind = by_key[best] - by_key[key]
            good_enough &= bool(behind[0] <= np.nanstd(behind[1:]))
        if good_enough:
            return key
    first = next(iter(scores.values()))
    return max(keys, key=lambda one: first[one][0])


def ensemble_odds(fitted: Sequence[Fitted], values: NDArray) -> NDArray:
    """Rows × members: log odds that each member of an ensemble gives."""
    return np.column_stack([log_odds(one, values) for one in fitted])
