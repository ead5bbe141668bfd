"""Dumbbells: a group and the others of each school on one axis, in plain elements that print and fit a phone."""

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html

from dashboard.components.page import Content
from dashboard.components.rows import tick_text, ticks_of
from pipelines.measures import Measure


@dataclass(frozen=True, kw_only=True)
class Dumbbell:
    """One row: two figures, what stands at its right end, or words in place of both.

    Attributes:
        name: the school, as text or a link.
        note: what the figures rest on, in grey beside the name: '35 and 50'.
        focus, other: the figures of the group and of the others; None where there is none.
        is_small: whether the group is so small that its mark is hollow.
        gap, limits: the gap and its interval in words.
        words: what is said in place of the marks.
        is_total: whether it is the cluster itself.
    """

    name: Content
    note: str = ""
    focus: float | None = None
    other: float | None = None
    is_small: bool = False
    gap: str = ""
    limits: str = ""
    words: str = ""
    is_total: bool = False


def dumbbells(
    measure: Measure, rows: Sequence[Dumbbell], nation: float | None, *, nation_words: str, gap_title: str
) -> html.Div:
    """Rows of dumbbells on the measure's axis; `nation` is the figure of England's others, a dashed line."""
    scale = _scale(measure, rows, nation)
    ticks = ticks_of(scale, 6)
    guides = [html.I(className="guide", style={"left": _left(tick, scale)}) for tick in ticks]
    if nation is not None:
        guides.append(html.I(className="guide eng", style={"left": _left(nation, scale)}))
    axis = html.Div(
        [
            html.Span("School", className="name"),
            html.Span(
                [html.Span(tick_text(measure, tick), style={"left": _left(tick, scale)}) for tick in ticks],
                className="track axis",
            ),
            html.Span(gap_title, className="said"),
        ],
        className="dumb ends",
        **{"aria-hidden": "true"},
    )
    over = (
        html.P(html.Span(nation_words, style={"left": _left(nation, scale)}), className="dumb-nation")
        if nation is not None
        else None
    )
    return html.Div([over, axis, html.Ul([_row(measure, row, scale, guides) for row in rows])], className="dumbs")


def _row(measure: Measure, row: Dumbbell, scale: tuple[float, float], guides: list) -> html.Li:
    marks = list(guides)
    both = [value for value in (row.focus, row.other) if value is not None]
    if len(both) == 2:
        left, right = (_share(value, scale) for value in sorted(both))
        marks.append(html.I(className="bar", style={"left": f"{left:.2f}%", "width": f"{right - left:.2f}%"}))
    is_left = row.focus is not None and (row.other is None or row.focus <= row.other)
    for value, kind, is_before in ((row.other, "other", not is_left), (row.focus, "focus", is_left)):
        if value is None:
            continue
        marks.append(
            html.I(className=f"at {kind}{' small' if row.is_small else ''}", style={"left": _left(value, scale)})
        )
        side = {"right": f"{100 - _share(value, scale):.2f}%"} if is_before else {"left": _left(value, scale)}
        text = tick_text(measure, value).removesuffix(measure.unit.suffix)
        marks.append(html.B(text, className=f"val {kind} {'before' if is_before else 'after'}", style=side))
    said = [html.B(row.gap), html.Span(f" {row.limits}", className="mute")] if row.gap else ""
    return html.Li(
        [
            html.Span([row.name, html.Span(f" {row.note}", className="mute") if row.note else ""], className="name"),
            html.Span([*marks, html.Span(row.words, className="words") if row.words else ""], className="track"),
            html.Span(said, className="said"),
        ],
        className="dumb total" if row.is_total else "dumb",
    )


def _scale(measure: Measure, rows: Sequence[Dumbbell], nation: float | None) -> tuple[float, float]:
    low, high = measure.axis
    known = [value for row in rows for value in (row.focus, row.other) if value is not None]
    known += [nation] if nation is not None else []
    return min([low, *known]), max([high, *known])


def _share(value: float, scale: tuple[float, float]) -> float:
    low, high = scale
    return 100 * min(max((value - low) / (high - low), 0), 1) if high > low else 50


def _left(value: float, scale: tuple[float, float]) -> str:
    return f"{_share(value, scale):.2f}%"
