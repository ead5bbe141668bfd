"""The list of the fictional authority: three bands, a school that cannot be told, one that only rules speak for."""

from collections.abc import Sequence
from datetime import date

import duckdb
import polars as pl

from pipelines.risk.tables import TABLES, complete

DAY, BEFORE = date(2026, 11, 1), date(2026, 9, 1)
CHANCES = (("first", 0.31, 0.5), ("next", 0.22, 0.4), ("later", 0.08, 0.1), ("later", 0.05, 0.1))

CANDIDATES = {"chosen": 0.6, "previous_grade": 0.5, "results": 0.59, "free_school_meals": 0.7}
"""Candidate → its recall; one beats the list, one ties, one is worse."""

MOVES = (
    ("attendance", True, 2),
    ("results", True, 1),
    ("definitions changed", False, 1),
    ("other schools moved", True, -1),
)
"""Why the first school rose by three places: cause, is it a change of the school, places."""

FAIR = ("share_said", "share_with_concern", "false_positive_rate", "recall_at_20")


def write_risk(connection: duckdb.DuckDBPyConnection, urns: Sequence[int]) -> None:
    """Adds the tables that `make score` adds."""
    for name, rows in _tables(urns).items():
        frame = complete(name, pl.DataFrame(rows, infer_schema_length=None) if rows else pl.DataFrame())
        connection.register("incoming", frame)
        connection.execute(f"create table mart.{name} as select * from incoming")
        connection.unregister("incoming")


def _tables(urns: Sequence[int]) -> dict[str, list[dict]]:
    listed = [_listed(urn, place, *chance) for place, (urn, chance) in enumerate(zip(urns, CHANCES, strict=False), 1)]
    told = {"as_of": DAY, "known": 6, "looked_for": 14, "coverage": 6 / 14}
    cannot = {"urn": urns[4], "state": "cannot tell", "why": "too little is known: 6 of 14 figures known"} | told
    rules = {"urn": urns[5], "as_of": DAY, "state": "rules only", "why": "no model for special schools"}
    reasons = [line for row in listed for line in _lines(row["urn"])]
    past = [_past(urn, place) for place, urn in enumerate(urns[:6])]
    return {name: [] for name in TABLES} | {
        "risk_backtest": [row for key in CANDIDATES for row in _tested(key)],
        "risk_fairness": [_group(metric) for metric in FAIR],
        "risk_past_list": past,
        "risk_run": [_run()],
        "school_risk": [*listed, cannot, rules],
        "school_risk_reason": reasons,
        "school_risk_move": [
            {"urn": urns[0], "place": place, "cause": cause, "is_real": is_real, "places": places, "words": cause}
            for place, (cause, is_real, places) in enumerate(MOVES, 1)
        ],
    }


def _listed(urn: int, place: int, band: str, chance: float, inspection: float) -> dict:
    low, high = round(2 / chance), round(1 / chance / 1.6)
    return {
        "urn": urn,
        "as_of": DAY,
        "state": "listed",
        "model": "primary",
        "band": band,
        "probability": chance,
        "lower": chance / 2,
        "upper": chance * 1.6,
        "in_words": f"about 1 in {round(1 / chance)}, between 1 in {low} and 1 in {high}",
        "usual": 0.09,
        "probability_of_inspection": inspection,
        "inspection_in_words": f"about 1 in {round(1 / inspection)}",
        "probability_within_year": chance * inspection,
        "rank": place,
        "rank_lower": max(1, place - 1),
        "rank_upper": place + 1,
        "rank_if_inspected": place,
        "ranked": len(CHANCES),
        "known": 13,
        "looked_for": 14,
        "coverage": 13 / 14,
        "confidence": "high",
        "confidence_why": "13 of 14 figures known, results 1 year old, 27 pupils",
        "rank_before": 4 if place == 1 else place,
        "before_as_of": BEFORE,
    }


def _lines(urn: int) -> list[dict]:
    lines = (
        ("attainment", "results", 9.0, "Reading, writing and maths at the expected standard 41% (2024/25, 27 pupils)"),
        ("absence", "attendance", 6.0, "Overall absence 7.4% (2024/25); England 5.2%"),
        ("the last inspection", "inspection history", -3.0, "Last graded inspection: good, 4.0 years ago"),
    )
    return [
        {
            "urn": urn,
            "place": place,
            "line": label,
            "label": label,
            "theme": theme,
            "contribution": points / 10,
            "points": points,
            "direction": "raises" if points > 0 else "lowers",
            "is_protective": points < 0,
            "sentence": sentence,
        }
        for place, (label, theme, points, sentence) in enumerate(lines, 1)
    ]


def _run() -> dict:
    return {
        "run": "20261101-999-fictional",
        "model": "primary",
        "as_of": DAY,
        "trained_until": DAY,
        "era": "report cards",
        "level_is_tested": False,
        "level_note": "No inspection of the era since 10 November 2025 could be held against a forecast.",
        "candidate": "logistic",
        "candidate_label": "logistic regression",
        "why_chosen": "the simplest within one standard error of the best",
        "not_known": ["complaints and safeguarding concerns"],
        "themes_without_measure": ["people"],
    }


def _tested(candidate: str) -> list[dict]:
    behind = CANDIDATES["chosen"] - CANDIDATES[candidate]
    common = {
        "model": "primary",
        "candidate": candidate,
        "candidate_label": candidate.replace("_", " "),
        "schools": 60,
        "cases": 6,
        "authorities": 1,
    }
    paired = {
        "chosen_is_better_by": behind,
        "better_lower": behind - 0.05,
        "better_upper": behind + 0.05,
    }
    listed = {"population": "all schools", "forecast": "concern within a year"}
    rows = []
    for metric in ("recall_at_20", "precision_at_20", "auc", "brier_skill"):
        value = {"value": CANDIDATES[candidate], "lower": 0.4, "upper": 0.8, "metric": metric}
        said = common | listed | value | ({} if candidate == "chosen" else paired)
        rows += [said | {"span": "mean"}, said | {"span": "year", "year": 2024}]
    if candidate == "chosen":
        inspected = {"population": "inspected schools", "forecast": "concern if inspected", "span": "overall grades"}
        for metric in ("auc", "calibration_slope", "calibration_in_the_large"):
            rows.append(common | inspected | {"metric": metric, "value": 0.7, "lower": 0.6, "upper": 0.8})
    return rows


def _group(metric: str) -> dict:
    return {
        "model": "primary",
        "split": "pupils on roll",
        "group": "100 pupils or fewer",
        "position": 0,
        "metric": metric,
        "value": 0.08,
        "lower": 0.05,
        "upper": 0.1,
        "schools": 20,
        "cases": 2,
    }


def _past(urn: int, place: int) -> dict:
    return {
        "urn": urn,
        "year": 2024,
        "as_of": date(2023, 9, 1),
        "model": "primary",
        "candidate": "logistic",
        "probability": 0.2,
        "probability_of_inspection": 0.3,
        "probability_within_year": 0.06,
        "rank": place + 1,
        "ranked": 6,
        "share_before_in_england": place / 6,
        "inspected": date(2024, 3, 5),
        "found_concern": place in (0, 4),
        "found_serious_concern": False,
    }
