"""A model in service: the chosen candidate with its ensemble, its level, and what England's schools look like to it."""

import datetime
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars
from numpy.typing import NDArray
from scipy.special import expit, logit

from pipelines.risk import calibration, evaluate, lists, national
from pipelines.risk.backtest import tested
from pipelines.risk.calibration import Line
from pipelines.risk.features import Feature
from pipelines.risk.matrix import Known, matrix
from pipelines.risk.models import CANDIDATES, Candidate, Fitted, log_odds
from pipelines.risk.rolling import Year, choose, line_of, timing_line
from pipelines.risk.training import Evidence, fit_concern, fit_timing

BAND_SHARES = {"first": 0.1, "next": 0.2}
"""Band → share of England's list up to which it reaches: talk to first, talk to next; the others later. The backtest
says what became of such schools."""

USUAL_DRIFT = 0.5
"""Standard deviation of a year's level (log odds) around the forecast where fewer than three years tell it; ours."""

Z_90 = 1.6448536269514722
PERCENTILES = np.arange(101)


@dataclass(frozen=True)
class Forecaster:
    """Everything that forecasts need beside the figures of the schools asked.

    Attributes:
        features: columns of the matrix. candidate, candidate_label: which one was chosen.
        line, timing_line: calibration of the two parts. members: the candidate refitted on draws of authorities.
        drift: how far a year's level lay from its forecast, root mean square in log odds.
        mean: mean contributions of England's schools, on the line's scale.
        percentiles: of England's figures, 101 × features. within_year: percentiles of England's probabilities, and
            limits the lowest of each band.
        churn: share of the first fifth of the list of the term before, by the same model, that is no longer in it.
        inspections, concerns, years: what it was trained on.
    """

    model: str
    until: datetime.date
    features: tuple[Feature, ...]
    candidate: str
    candidate_label: str
    fitted: Fitted
    line: Line
    members: tuple[Fitted, ...]
    drift: float
    timing: Fitted
    timing_line: Line
    why_chosen: str
    mean: NDArray
    percentiles: NDArray
    within_year: NDArray
    limits: dict[str, float]
    churn: float
    schools: int
    inspections: int
    concerns: int
    years: tuple[int, int]

    @property
    def used(self) -> NDArray:
        """Which features the candidate looks at."""
        return self.fitted.used

    @property
    def intercept(self) -> float:
        """Log odds of a school that is in all like the mean of England's."""
        return self.line[0] + self.line[1] * self.fitted.intercept + float(self.mean.sum())

    def contributions(self, values: NDArray) -> NDArray:
        """Rows × features: what each adds to `intercept`; they sum to the score."""
        return self.line[1] * self.fitted.contributions(values) - self.mean

    def score(self, values: NDArray) -> NDArray:
        """Log odds of concern at the next graded inspection."""
        return self.intercept + self.contributions(values).sum(axis=1)

    def inspection(self, values: NDArray) -> NDArray:
        """Probability of a graded inspection within a year."""
        return calibration.probability(log_odds(self.timing, values), self.timing_line)

    def member_scores(self, values: NDArray) -> NDArray:
        """Rows × members: the score by each refit."""
        return np.column_stack([self.line[0] + self.line[1] * log_odds(one, values) for one in self.members])

    def interval(self, values: NDArray) -> tuple[NDArray, NDArray]:
        """Limits of 90 % of the probability of concern: how refits differ, and how levels of years have drifted."""
        score = self.score(values)
        spread = np.sqrt(self.member_scores(values).var(axis=1) + self.drift**2)
        return expit(score - Z_90 * spread), expit(score + Z_90 * spread)


def fit(known: Known, evidence: Evidence, years: Sequence[Year], until: datetime.date) -> Forecaster | None:
    """The model in service from a day on; None where too little was out to train one.

    Args:
        years: of `rolling.roll`, those that had begun by the day.
        until: outcomes whose reports were out by this day count.
    """
    timing = fit_timing(evidence, until)
    learnt = _learnt(evidence, years, until)
    if learnt is None or timing is None:
        return None
    chosen, label, why, fitted, members = learnt
    line = line_of(chosen, fitted, years, evidence, until)
    when = timing_line(timing, years, evidence, until)
    out = evidence.inspected.filter(polars.col("known_from") <= until)
    rows = lists.open_on(known, until, evidence.model)
    values = matrix(known, rows, evidence.features)
    contributions = line[1] * fitted.contributions(values)

    def both(of: NDArray) -> NDArray:
        concern = calibration.probability(log_odds(fitted, of), line)
        return concern * calibration.probability(log_odds(timing, of), when)

    within = both(values)
    earlier = lists.open_on(known, lists.list_day_before(until), evidence.model)
    within_earlier = both(matrix(known, earlier, evidence.features))
    with warnings.catch_warnings(action="ignore", category=RuntimeWarning):  # a figure that no school has yet
        percentiles = np.nanpercentile(values, PERCENTILES, axis=0)
    return Forecaster(
        model=evidence.model,
        until=until,
        features=evidence.features,
        candidate=chosen,
        candidate_label=label,
        fitted=fitted,
        line=line,
        members=members,
        drift=_drift(years, evidence, until),
        timing=timing,
        timing_line=when,
        why_chosen=why,
        mean=contributions.mean(axis=0),
        percentiles=percentiles,
        within_year=np.percentile(within, PERCENTILES),
        limits={band: float(np.quantile(within, 1 - share)) for band, share in BAND_SHARES.items()},
        churn=_churn(earlier["urn"].to_numpy(), within_earlier, rows["urn"].to_numpy(), within),
        schools=rows.height,
        inspections=out.height,
        concerns=int(out["is_wide"].sum()),
        years=(int(out["year"].min()), int(out["year"].max())),
    )


def _churn(urn_before: NDArray, before: NDArray, urn: NDArray, now: NDArray) -> float:
    """Share of the first fifth before, of schools on both lists, that is not in the first fifth now."""
    _, at_before, at_now = np.intersect1d(urn_before, urn, return_indices=True)
    if not len(at_now):
        return float("nan")
    first, still = (evaluate.flagged(one, 0.2) for one in (before[at_before], now[at_now]))
    return float((first * (1 - still)).sum() / first.sum())


def _learnt(
    evidence: Evidence, years: Sequence[Year], until: datetime.date
) -> tuple[str, str, str, Fitted, tuple[Fitted, ...]] | None:
    """Key, label and reason of the candidate, its fit and its refits."""
    if national.is_needed(evidence, until):
        found = national.of(evidence.model, evidence.features, until)
        why = "too few inspections are in the files to learn from: the coefficients are those of all of England"
        return (national.KEY, national.LABEL, why, found[0], found[1] or found[:1]) if found else None
    shipped = [one for one in CANDIDATES if one.is_shipped]
    chosen = choose(years, evidence, shipped, until)
    candidate = next(one for one in shipped if one.key == chosen)
    fitted = fit_concern(candidate, evidence, until)
    if fitted is None:
        return None
    return chosen, candidate.label, _why(years, chosen), fitted, _members(candidate, evidence, until)


def _members(candidate: Candidate, evidence: Evidence, until: datetime.date) -> tuple[Fitted, ...]:
    times = evaluate.draws_of(evidence.inspected["la_code"].to_numpy(), draws=candidate.members)
    found = [fit_concern(candidate, evidence, until, times[:, one]) for one in range(1, times.shape[1])]
    return tuple(one for one in found if one is not None)


def _drift(years: Sequence[Year], evidence: Evidence, until: datetime.date) -> float:
    missed = []
    for one in tested(years):
        out = evidence.is_out(until)[one.inspected]
        said, came = one.concern(one.chosen)[out], evidence.is_concern[one.inspected[out]]
        if 0 < came.mean() < 1:
            missed.append(calibration.level(came, logit(np.clip(said, 1e-6, 1 - 1e-6))))
    return float(np.sqrt(np.mean(np.square(missed)))) if len(missed) >= 3 else USUAL_DRIFT


def _why(years: Sequence[Year], chosen: str) -> str:
    count = len([one for one in years if chosen in one.odds])
    if not count:
        return "no year could be tested before: the usual choice"
    return (
        f"the simplest within one standard error of the best in recall at 20 % and Brier skill, over {count} "
        f"{'year' if count == 1 else 'years'} forecast before"
    )
