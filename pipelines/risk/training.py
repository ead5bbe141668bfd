"""The evidence that models learn from: inspected schools, whole lists of earlier years, and what came of both."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars
from numpy.typing import NDArray

from pipelines.risk import lists, splits
from pipelines.risk.features import AUDIT, Feature, features_of
from pipelines.risk.matrix import Known, matrix
from pipelines.risk.models import TIMING, Candidate, Fitted
from pipelines.risk.question import list_before

LISTS_LEARNT = 3
"""Lists (school years) that the chance of an inspection is learnt from: it follows the inspectorate's rules, which
change; our judgement, fixed before any test."""

TIMING_HALF_LIFE = 1.0
"""Years after which a list counts half in it; our judgement, fixed before any test."""


@dataclass(frozen=True)
class Evidence:
    """Rows and what was known of them, for one model.

    Attributes:
        features: columns of the matrices, those that only comparisons see last.
        inspected: a row for each graded inspection: urn, la_code, as_of (the list before it), date, known_from, year,
            era, is_wide, is_narrow.
        values: inspected × features, as known on the day of the list.
        listed: a row for each school on the first list of a school year whose authority is observed then: urn,
            la_code, as_of, year, inspected, known_from, is_wide, is_narrow.
        listed_values: listed × features.
    """

    model: str
    features: tuple[Feature, ...]
    inspected: polars.DataFrame
    values: NDArray
    listed: polars.DataFrame
    listed_values: NDArray

    @property
    def is_concern(self) -> NDArray:
        """Of each inspected row, 0 or 1: concern in the wide sense."""
        return self.inspected["is_wide"].to_numpy().astype(int)

    def is_out(self, day: datetime.date) -> NDArray:
        """Of each inspected row, whether its report was out on a day."""
        return self.inspected["known_from"].to_numpy() <= np.datetime64(day)


def gather(known: Known, model: str, first: int, last: int, until: datetime.date | None = None) -> Evidence:
    """All evidence of a model between two school years, both counted.

    Args:
        first, last: school years of inspections; lists begin LISTS_LEARNT years before the first that is tested.
        until: inspections whose reports came out later are left out, and lists whose year had not ended; none when
            None.
    """
    features = (*features_of(model), *AUDIT)
    inspected = (
        known.inspections.filter(polars.col("is_wide").is_not_null(), polars.col("year").is_between(first, last))
        .join(known.schools.select("urn", "la_code", "model", "is_state_funded"), on="urn")
        .filter(polars.col("model") == model, polars.col("is_state_funded"))
        .with_columns(list_before(polars.col("date")).alias("as_of"))
        .filter(polars.col("as_of") < polars.col("date"))
        .sort("date", "urn")
    )
    if until is not None:
        inspected = inspected.filter(polars.col("known_from") <= until)
        last = min(last, lists.school_year(until) - 1)
    begins = max(first, splits.FIRST_LEARNT - LISTS_LEARNT)
    parts = [lists.outcomes(lists.open_on(known, datetime.date(begins - 1, 9, 1), model).clear(), known)]
    parts[0] = parts[0].with_columns(polars.lit(begins).alias("year"))
    for year in range(begins, last + 1):
        seen = lists.observed(known, year)
        rows = lists.open_on(known, datetime.date(year - 1, 9, 1), model).filter(polars.col("la_code").is_in(seen))
        parts.append(lists.outcomes(rows, known).with_columns(polars.lit(year).alias("year")))
    listed = polars.concat(parts)
    return Evidence(
        model, features, inspected, matrix(known, inspected, features), listed, matrix(known, listed, features)
    )


def fit_concern(
    candidate: Candidate, evidence: Evidence, day: datetime.date, times: NDArray | None = None
) -> Fitted | None:
    """Chance of concern when inspected, from what was out on a day; None where too few inspections were.

    Args:
        times: how often each inspected row counts, for an ensemble; once when None.
    """
    train = splits.training(evidence.inspected, day)
    if len(train) < splits.LEAST_TRAINED:
        return None
    current = lists.school_year(day)
    weight = splits.weights(evidence.inspected["year"].to_numpy()[train], current)
    is_case = evidence.is_concern[train]
    if times is not None:
        weight = weight * times[train]
        drawn = weight > 0
        train, is_case, weight = train[drawn], is_case[drawn], weight[drawn]
    if len(np.unique(is_case)) < 2:
        return None
    return candidate.fitted(evidence.features, evidence.values[train], is_case, weight)


def fit_timing(evidence: Evidence, day: datetime.date) -> Fitted | None:
    """Chance of a graded inspection within a year of a list, from the lists whose year had ended on a day."""
    year = evidence.listed["year"].to_numpy()
    current = lists.school_year(day)
    ended = year < current
    recent = np.unique(year[ended])[-LISTS_LEARNT:]
    train = np.flatnonzero(ended & np.isin(year, recent))
    came = inspected_by(evidence, day)[train]
    if len(train) < splits.LEAST_TRAINED or len(np.unique(came)) < 2:
        return None
    weight = 0.5 ** ((current - 1 - year[train]) / TIMING_HALF_LIFE)
    return TIMING.fitted(evidence.features, evidence.listed_values[train], came, weight / weight.mean())


def inspected_by(evidence: Evidence, day: datetime.date | None = None) -> NDArray:
    """Of each listed row, 0 or 1: a graded inspection within its year, its report out by a day (ever when None)."""
    known_from = evidence.listed["known_from"]
    came = known_from.is_not_null() if day is None else (known_from <= day).fill_null(False)
    return came.to_numpy().astype(int)


def concern_found(evidence: Evidence) -> NDArray:
    """Of each listed row, 0 or 1: a graded inspection within its year found concern."""
    return evidence.listed["is_wide"].fill_null(False).to_numpy().astype(int)


def tested_years(evidence: Evidence) -> Sequence[int]:
    """School years that are rolled through: ended ones with enough inspections, learning years first."""
    year, count = np.unique(evidence.inspected["year"].to_numpy(), return_counts=True)
    listed = set(evidence.listed["year"].unique())
    return [
        int(one)
        for one, n in zip(year, count, strict=True)
        if one >= splits.FIRST_LEARNT and one in listed and one not in splits.NOT_TESTED and n >= splits.LEAST_TESTED
    ]
