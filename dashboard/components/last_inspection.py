"""The last inspection of a school in words, on the scale of its own framework; none is turned into another."""

from collections.abc import Mapping, Sequence

from dash import html

from dashboard.components.inspection_strip import ERAS, in_order
from dashboard.components.words import listed, sentence, short_day

REPORT_CARD, NO_OVERALL = "report card 2025-", "no overall grade 2024-2025"
BELOW = 2
"""The upper of the steps below good (four steps) and below the expected standard (five steps)."""

STATES = {
    "card-below": "Report card, an area below the expected standard",
    "card-at": "Report card, no area below the expected standard",
    "areas-below": "No overall grade, an area below good",
    "areas-at": "No overall grade, every area good or better",
    "grade-below": "Overall grade below good",
    "grade-at": "Overall grade good or outstanding",
    "ungraded": "Ungraded visit, the grade before it stands",
    "none": "No inspection in the files",
}
"""What the last inspection found, each on the scale of its framework: word in the address → words."""

NEWEST_FIRST = tuple(reversed(ERAS))
"""Frameworks, the newest first: the order in which a list by last inspection is grouped."""


def state_of(inspection: Mapping | None, judgements: Sequence[Mapping]) -> str:
    """The key of STATES for a row of mart.inspection and its judgements."""
    if inspection is None:
        return "none"
    if inspection["kind"] == "ungraded":
        return "ungraded"
    steps = [row["step"] for row in _judged(judgements) if row["step"] is not None]
    is_below = bool(steps) and min(steps) <= BELOW
    if inspection["era"] == REPORT_CARD:
        unsafe = any(row["area"] == "safeguarding" and row["word"] == "Not met" for row in judgements)
        return "card-below" if is_below or unsafe else "card-at"
    if inspection["era"] == NO_OVERALL:
        return "areas-below" if is_below or inspection["category_of_concern"] else "areas-at"
    return "grade-at" if inspection["overall_word"] in ("Good", "Outstanding") else "grade-below"


def finding(inspection: Mapping | None, judgements: Sequence[Mapping]) -> str:
    """What it found in its own words: 'Good', or 'Needs attention: leadership and governance; elsewhere …'."""
    if inspection is None:
        return STATES["none"]
    category = f"; {inspection['category_of_concern'].lower()}" if inspection["category_of_concern"] else ""
    if inspection["kind"] == "ungraded":
        return sentence(f"{inspection['outcome'] or 'ungraded visit'}{category}")
    if inspection["overall_word"] and inspection["overall_word"] != "Not judged":
        return f"{inspection['overall_word']} overall{category}"
    return f"{_by_area(_judged(judgements))}{category}"


def _judged(judgements: Sequence[Mapping]) -> list[Mapping]:
    unsaid = (None, "Not applicable", "Not judged")
    return [row for row in judgements if row["area"] != "safeguarding" and row["word"] not in unsaid]


def _by_area(judged: Sequence[Mapping]) -> str:
    """Words from the lowest step up, each with its areas; the commonest of the rest is 'elsewhere'."""
    if not judged:
        return "No judgement in the files"
    areas: dict[str, list[str]] = {}
    for row in sorted(in_order(judged), key=lambda r: r["step"] or 0):
        areas.setdefault(row["word"], []).append(row["area"].replace("_", " "))
    first, *others = areas
    if not others:
        return f"{first} in every area"
    common = max(others, key=lambda word: len(areas[word]))
    named = [f"{word}: {listed(areas[word])}" for word in areas if word != common]
    return f"{'; '.join(named)}; elsewhere {common.lower()}"


def framework(era: str | None) -> tuple[str, str]:
    """The heading of a framework and its dates with the number of steps of its scale."""
    return ERAS.get(era or "", (era or STATES["none"], ""))


def cell(inspection: Mapping | None, judgements: Sequence[Mapping]) -> html.Div:
    """Date, framework and finding, for a cell of a table."""
    if inspection is None:
        return html.Div(html.Span("No data", className="miss"), className="small")
    kind = "Ungraded visit" if inspection["kind"] == "ungraded" else framework(inspection["era"])[0]
    return html.Div(
        [
            html.B(short_day(inspection["date"]) or "Date not known"),
            html.Div(kind, className="mute"),
            html.Div(finding(inspection, judgements)),
        ],
        className="small",
    )
