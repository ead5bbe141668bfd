"""The tables that a score adds to a build, for the pages: descriptions and columns."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars

from pipelines.risk import backtest, fairness

TEXT, NUMBER, WHOLE, DAY, YES = polars.String(), polars.Float64(), polars.Int32(), polars.Date(), polars.Boolean()


@dataclass(frozen=True)
class Table:
    """What a table is about, and its columns (name → Polars type)."""

    description: str
    columns: Mapping[str, polars.DataType]


TABLES: dict[str, Table] = {
    "risk_run": Table(
        "One row for each model about the score itself: from what and until when it was trained, which candidate was "
        "chosen and why, and what its level could not be held against. `churn` is the share of the first fifth of "
        "England's list on the day `churn_since`, by the same model, that is no longer in it.",
        {
            "run": TEXT,
            "model": TEXT,
            "as_of": DAY,
            "trained_until": DAY,
            "era": TEXT,
            "level_is_tested": YES,
            "level_note": TEXT,
            "candidate": TEXT,
            "candidate_label": TEXT,
            "why_chosen": TEXT,
            "inspections": WHOLE,
            "concerns": WHOLE,
            "first_year": WHOLE,
            "last_year": WHOLE,
            "drift": NUMBER,
            "churn": NUMBER,
            "churn_since": DAY,
            "limit_first": NUMBER,
            "limit_next": NUMBER,
            "schools_in_england": WHOLE,
            "not_known": polars.List(polars.String()),
            "themes_without_measure": polars.List(polars.String()),
            "code_version": TEXT,
            "reason": TEXT,
        },
    ),
    "school_risk": Table(
        "One row for each open school of the authority: on the list, in *cannot tell* or in *rules only*. "
        "`probability` is of concern at the next graded inspection; `probability_within_year` orders the list. Limits "
        "are of 90 %, ranks of 80 %.",
        {
            "urn": WHOLE,
            "as_of": DAY,
            "state": TEXT,
            "why": TEXT,
            "model": TEXT,
            "band": TEXT,
            "probability": NUMBER,
            "lower": NUMBER,
            "upper": NUMBER,
            "in_words": TEXT,
            "usual": NUMBER,
            "probability_of_inspection": NUMBER,
            "inspection_in_words": TEXT,
            "probability_within_year": NUMBER,
            "rank": WHOLE,
            "rank_lower": WHOLE,
            "rank_upper": WHOLE,
            "rank_if_inspected": WHOLE,
            "ranked": WHOLE,
            "england_share": NUMBER,
            "known": WHOLE,
            "looked_for": WHOLE,
            "coverage": NUMBER,
            "confidence": TEXT,
            "confidence_why": TEXT,
            "score": NUMBER,
            "intercept": NUMBER,
            "smallest_change": TEXT,
            "rank_before": WHOLE,
            "before_as_of": DAY,
            "probability_before": NUMBER,
            "band_before": TEXT,
            "probability_low_results": NUMBER,
        },
    ),
    "school_risk_reason": Table(
        "What each line of reasons adds to a school's score (log odds, beside the mean of England's schools), with the "
        "figure that speaks for it: the contributions and the intercept sum to the score. `features` are what the line "
        "is made of, `share_better` is the share of England's schools with a better figure. `points` are percentage "
        "points: they sum from `usual`, the chance of a school like the mean of England's, to the school's own.",
        {
            "urn": WHOLE,
            "place": WHOLE,
            "line": TEXT,
            "label": TEXT,
            "theme": TEXT,
            "features": polars.List(polars.String()),
            "known": WHOLE,
            "looked_for": WHOLE,
            "contribution": NUMBER,
            "points": NUMBER,
            "direction": TEXT,
            "is_protective": YES,
            "sentence": TEXT,
            "share_better": NUMBER,
            "measure": TEXT,
            "year": WHOLE,
            "value": NUMBER,
            "n": NUMBER,
            "england": NUMBER,
            "similar_median": NUMBER,
            "similar_schools": WHOLE,
            "known_from": DAY,
            "file_id": WHOLE,
            "row": WHOLE,
        },
    ),
    "school_risk_move": Table(
        "Why a school stands elsewhere than on the list before: places for each theme whose figures changed, for the "
        "other schools' movement, and for what is no change of the school (definitions, a model fitted anew); they sum "
        "to the whole move.",
        {
            "urn": WHOLE,
            "place": WHOLE,
            "cause": TEXT,
            "is_real": YES,
            "places": WHOLE,
            "log_odds": NUMBER,
            "words": TEXT,
        },
    ),
    "not_offered": Table(
        "Schools that pages offer to nobody as an example or a partner, as they may need help themselves: those in the "
        "first band. Pages leave them out for every role alike and never list them, so that nobody can tell why a "
        "school is not there.",
        {"urn": WHOLE},
    ),
    "risk_backtest": Table(
        "How good the lists of earlier years were, for every candidate, with 95 % limits over authorities.",
        backtest.COLUMNS,
    ),
    "risk_fairness": Table(
        "Whether the lists of earlier years were as right for one kind of school as for another.", fairness.COLUMNS
    ),
    "risk_past_list": Table(
        "The lists of earlier years for the authority's schools, as they would have been made on the first day of the "
        "school year, and what came.",
        {
            "urn": WHOLE,
            "year": WHOLE,
            "as_of": DAY,
            "model": TEXT,
            "candidate": TEXT,
            "probability": NUMBER,
            "probability_of_inspection": NUMBER,
            "probability_within_year": NUMBER,
            "rank": WHOLE,
            "ranked": WHOLE,
            "share_before_in_england": NUMBER,
            "inspected": DAY,
            "found_concern": YES,
            "found_serious_concern": YES,
        },
    ),
}
"""Name → table, in the order they are described. Probabilities and shares are 0 to 1."""


def complete(name: str, frame: polars.DataFrame) -> polars.DataFrame:
    """The frame with exactly the columns of a table, null where it lacks them."""
    if not frame.width:
        return polars.DataFrame(schema=dict(TABLES[name].columns))
    return frame.select(
        (polars.col(column) if column in frame.columns else polars.lit(None)).cast(kind).alias(column)
        for column, kind in TABLES[name].columns.items()
    )
