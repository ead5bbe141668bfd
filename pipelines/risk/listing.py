"""The list as rows: every school of an authority with its chances or the reason why it has none, and the reasons."""

import datetime
from collections.abc import Mapping

import numpy as np
import polars
from scipy.special import expit

from pipelines.risk import explain, scored
from pipelines.risk.features import LINES, Line
from pipelines.risk.forecaster import Forecaster
from pipelines.risk.matrix import Known
from pipelines.risk.outlook import Outlook
from pipelines.risk.question import RULES_ONLY, SPECIAL
from pipelines.risk.scored import CANNOT_TELL, LISTED, Scored
from pipelines.risk.scored import RULES_ONLY as RULES_ONLY_STATE
from pipelines.rules.facts import Query

REASONS_IN_WORDS = 3
"""Lines of reasons that a row of the list names."""


def schools(
    known: Known,
    why_not: Mapping[str, str],
    outlooks: Mapping[str, Outlook],
    now: dict[str, Scored],
    before: dict[str, Scored],
    as_of: datetime.date,
    la_code: str,
) -> polars.DataFrame:
    """A row for each open school of the authority, whatever can be said of it.

    Args:
        why_not: model → why there is none. outlooks: model → forecast of the second outcome.
        now, before: the schools scored now, and on the list before.
    """
    everyone = known.schools.filter(
        polars.col("la_code") == la_code,
        polars.col("status") != "closed",
        polars.col("open_date").is_null() | (polars.col("open_date") <= as_of),
    ).sort("urn")
    said: dict[int, dict] = {}
    for model, one in now.items():
        said |= of_model(model, one, before.get(model), outlooks.get(model))
    rows = []
    for urn, model, phase, kind, state_funded in everyone.select(
        "urn", "model", "phase", "kind", "is_state_funded"
    ).iter_rows():
        row = {"urn": urn, "as_of": as_of}
        rows.append(row | (said.get(urn) or _without(model, phase, kind, state_funded, why_not)))
    return polars.DataFrame(rows, infer_schema_length=None)


def _without(model: str | None, phase: str | None, kind: str, state_funded: bool, why_not: Mapping[str, str]) -> dict:
    """State and reason of a school that no model speaks for."""
    if not state_funded:
        return {"state": RULES_ONLY_STATE, "why": "an independent school: inspected by other rules"}
    if phase in RULES_ONLY or kind == SPECIAL:
        what = SPECIAL if kind == SPECIAL else phase
        return {"state": RULES_ONLY_STATE, "why": f"no model for {what} schools: the rules alone speak"}
    if model is None:
        return {"state": RULES_ONLY_STATE, "why": f"no model for schools of phase {phase or 'not known'}"}
    why = why_not.get(model, "the register does not say of what type it is, or since when it is open")
    return {"state": CANNOT_TELL, "model": model, "why": why}


def of_model(model: str, one: Scored, before: Scored | None, ahead: Outlook | None) -> dict[int, dict]:
    """URN → what is said of each school that a model scored."""
    earlier = {}
    if before is not None:
        for row, urn in enumerate(before.rows["urn"].to_list()):
            earlier[urn] = (
                before.rows["as_of"][row],
                int(before.rank[row]),
                float(before.probability[row]),
                before.band(row),
            )
    change = explain.smallest_change(one.forecaster, one.values, one.within, one.inspection)
    england = np.searchsorted(one.forecaster.within_year, one.within) / (len(one.forecaster.within_year) - 1)
    low = None if ahead is None else ahead.probability(one.values)
    found = {}
    for row, urn in enumerate(one.rows["urn"].to_list()):
        level, why = scored.confidence(one, row)
        common = {
            "model": model,
            "known": int(one.known[row]),
            "looked_for": one.looked_for,
            "coverage": float(one.known[row] / max(one.looked_for, 1)),
            "confidence": level,
            "confidence_why": why,
        }
        if not one.is_listed[row]:
            found[urn] = common | {"state": CANNOT_TELL, "why": f"too little is known: {why}"}
            continue
        probability, lower, upper = (float(each[row]) for each in (one.probability, one.lower, one.upper))
        was = earlier.get(urn)
        found[urn] = common | {
            "state": LISTED,
            "band": one.band(row),
            "probability": probability,
            "lower": lower,
            "upper": upper,
            "in_words": explain.chance_between(probability, lower, upper),
            "usual": float(expit(one.forecaster.intercept)),
            "probability_of_inspection": float(one.inspection[row]),
            "inspection_in_words": explain.chance(float(one.inspection[row])),
            "probability_within_year": float(one.within[row]),
            "rank": int(one.rank[row]),
            "rank_lower": int(one.rank_lower[row]),
            "rank_upper": int(one.rank_upper[row]),
            "rank_if_inspected": int(one.rank_if_inspected[row]),
            "ranked": int(one.is_listed.sum()),
            "england_share": float(np.clip(1 - england[row], 0, 1)),
            "score": float(one.score[row]),
            "intercept": one.forecaster.intercept,
            "smallest_change": change[row],
            "probability_low_results": None if low is None else float(low[row]),
            "before_as_of": was[0] if was else None,
            "rank_before": was[1] if was and was[1] else None,
            "probability_before": was[2] if was and was[1] else None,
            "band_before": was[3] if was and was[1] else None,
        }
    return found


def reasons(query: Query, known: Known, now: dict[str, Scored], as_of: datetime.date) -> polars.DataFrame:
    """A row for each scored school and each line of reasons, the strongest first."""
    rows = []
    for one in now.values():
        urns = one.rows["urn"].to_list()
        lines = _lines(one.forecaster)
        figures = explain.Figures(query, known, urns, one.forecaster.features, as_of)
        added = one.forecaster.contributions(one.values)
        by_line = np.column_stack([added[:, places].sum(axis=1) for _, places in lines])
        worth = explain.worth(one.forecaster.intercept, one.score)
        better = explain.share_better(one.forecaster, one.values)
        is_known = scored.known_figures(one.forecaster, one.values)
        looked = scored.looked_for(one.forecaster)
        for row, urn in enumerate(urns):
            order = np.argsort(-np.abs(by_line[row]), kind="stable")
            lowering = [place for place in order if by_line[row, place] < -explain.LEAST_CONTRIBUTION]
            for position, place in enumerate(order, start=1):
                line, places = lines[place]
                features = [one.forecaster.features[each] for each in places]
                found = [figures.of(feature, urn) for feature in features]
                shares = [float(better[row, each]) for each in places]
                values = [float(one.values[row, each]) for each in places]
                lead = next((each for each, value in enumerate(values) if np.isfinite(value)), 0)
                contribution = float(by_line[row, place])
                rows.append(
                    found[lead]
                    | {
                        "urn": urn,
                        "place": position,
                        "line": line.key,
                        "label": line.label,
                        "theme": features[0].theme,
                        "features": [feature.key for feature in features],
                        "known": int(is_known[row, places].sum()),
                        "looked_for": int(looked[places].sum()),
                        "contribution": contribution,
                        "points": 100 * contribution * float(worth[row]),
                        "direction": _direction(contribution),
                        "is_protective": place in lowering[: explain.PROTECTIVE],
                        "sentence": explain.line_sentence(features, values, shares, found, int(looked[places].sum())),
                        "share_better": shares[lead] if np.isfinite(shares[lead]) else None,
                    }
                )
    return polars.DataFrame(rows, infer_schema_length=None)


def _lines(forecaster: Forecaster) -> list[tuple[Line, list[int]]]:
    """The lines of a model's features with their columns, in the order in which a line's features speak for it."""
    place_of = {feature.key: place for place, feature in enumerate(forecaster.features)}
    told = [(line, [place_of[key] for key in line.features if key in place_of]) for line in LINES]
    return [(line, places) for line, places in told if places]


def _direction(added: float) -> str:
    if abs(added) < explain.LEAST_CONTRIBUTION:
        return "neither"
    return "raises" if added > 0 else "lowers"


def in_words(one: Scored) -> list[str]:
    """The strongest reasons of each school, in short: which lines raise the chance and which lower it."""
    lines = _lines(one.forecaster)
    added = one.forecaster.contributions(one.values)
    by_line = np.column_stack([added[:, places].sum(axis=1) for _, places in lines])
    words = []
    for row in by_line:
        order = np.argsort(-np.abs(row), kind="stable")[:REASONS_IN_WORDS]
        words.append("; ".join(f"{lines[place][0].label} {_direction(float(row[place]))} it" for place in order))
    return words
