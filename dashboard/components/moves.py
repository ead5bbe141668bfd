"""Why a school stands elsewhere than on the list before: places by cause, and which causes are no change of it."""

from collections.abc import Mapping, Sequence

from dash import html

from dashboard.components.tables import Column, table
from dashboard.components.words import count, day, sentence

NOT_OF_THE_SCHOOL = {
    "other schools moved": "No change of this school: others moved past it, or fell behind",
    "when an inspection is due": "No change of its figures: the inspection calendar moved on",
    "definitions changed": "Not real: a definition changed, the school did not",
    "the model was fitted anew": "Not real: the model was fitted anew, the school did not change",
}
"""Cause → why it is no change of the school."""


def why_it_moved(row: Mapping, moves: Sequence[Mapping]) -> html.Details | html.Div | None:
    """Places since the list before, opened into a table of causes that sum to them.

    `row` is one of mart.school_risk, `moves` its rows of mart.school_risk_move. None where the place is the same.
    """
    if row["rank_before"] is None or row["rank_before"] == row["rank"]:
        return None
    by = row["rank_before"] - row["rank"]
    title = f"{'Up' if by > 0 else 'Down'} {count(abs(by), 'place')} since {day(row['before_as_of'])}"
    told = [move for move in moves if move["places"]]
    if not told:
        return html.Div(title, className="micro")
    total = {"cause": "The whole move", "places": by, "kind": ""}
    columns = [
        Column(title="Cause", cell=lambda r: sentence(r["cause"])),
        Column(title="Places", cell=lambda r: signed(r["places"]), is_number=True),
        Column(title="Is it real?", cell=lambda r: r["kind"]),
    ]
    rows = [*({"cause": m["cause"], "places": m["places"], "kind": kind(m)} for m in told), total]
    return html.Details(
        [
            html.Summary([html.B(title), ": why?"]),
            table(rows, columns, classes="dense", row_class=lambda r: "total" if r is total else ""),
        ],
        className="micro moved",
    )


def kind(move: Mapping) -> str:
    """Whether a cause is a change of the school, in words."""
    if move["cause"] in NOT_OF_THE_SCHOOL:
        return NOT_OF_THE_SCHOOL[move["cause"]]
    return "A change in the school’s figures" if move["is_real"] else "Not real: no change of the school"


def signed(places: int) -> str:
    """Places up with +, down with −."""
    return f"+{places}" if places > 0 else f"\u2212{-places}" if places < 0 else "0"
