"""Rows of shares with their intervals on one axis, one of them in focus, in plain elements so that they print."""

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html

from dashboard.components.rows import ticks_of

FOCUS, CONTEXT = "dot focus", "dot context"


@dataclass(frozen=True, kw_only=True)
class Share:
    """One row: its name, a share from 0 to 1 with limits, None where it is not known, and whether it is in focus."""

    name: str
    value: float | None
    lower: float | None = None
    upper: float | None = None
    is_focus: bool = False
    note: str = ""


def percent(value: float, digits: int = 0) -> str:
    """A share as a percentage with a true minus."""
    return f"{100 * value:.{digits}f}%".replace("-", "\u2212")


def with_limits(value: float | None, lower: float | None, upper: float | None, digits: int = 0) -> str:
    """A share with its interval: '63% (61 to 65)'."""
    if value is None:
        return "No data"
    limits = "" if lower is None or upper is None else f" ({100 * lower:.{digits}f} to {100 * upper:.{digits}f})"
    return f"{percent(value, digits)}{limits}".replace("-", "\u2212")


def share_rows(rows: Sequence[Share], *, end: float = 1.0, guide: tuple[float, str] | None = None) -> html.Div:
    """The rows from 0 to `end`; `guide` is a share marked through all of them with its words."""

    def left(share: float) -> str:
        return f"{100 * min(max(share / end, 0), 1):.2f}%"

    ticks = [tick / 100 for tick in ticks_of((0, 100 * end), 5)]
    lines = [html.I(className="guide", style={"left": left(tick)}) for tick in ticks]
    if guide:
        lines.append(html.I(className="guide eng", style={"left": left(guide[0])}))
    axis = html.Div(
        html.Div(
            [html.Span(percent(tick), style={"left": left(tick)}) for tick in ticks],
            className="track axis many" if len(ticks) > 3 else "track axis",
        ),
        className="irow ticks-row",
        **{"aria-hidden": "true"},
    )
    return html.Div(
        [axis, html.Ul([_row(row, lines, left) for row in rows]), _words(guide)],
        className="irows shares",
    )


def _words(guide: tuple[float, str] | None) -> html.P | None:
    return html.P(f"Dashed: {guide[1]}, {percent(guide[0])}.", className="foot") if guide else None


def _row(row: Share, lines: list, left) -> html.Li:
    marks = list(lines)
    if row.value is not None:
        if row.lower is not None and row.upper is not None:
            width = {"left": left(row.lower), "right": f"calc(100% - {left(row.upper)})"}
            marks.append(html.I(className="interval", style=width))
        marks.append(html.Span(className=FOCUS if row.is_focus else CONTEXT, style={"left": left(row.value)}))
    value, _, limits = with_limits(row.value, row.lower, row.upper).partition(" (")
    said = [html.B(value), html.Span(f" ({limits}" if limits else "", className="mute")]
    return html.Li(
        [
            html.Span(
                [row.name, html.Span(row.note, className="mute micro")] if row.note else row.name, className="name"
            ),
            html.Span(marks, className="track", **{"aria-hidden": "true"}),
            html.Span(said, className="said"),
        ],
        className="irow own" if row.is_focus else "irow",
    )
