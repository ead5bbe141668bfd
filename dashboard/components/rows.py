"""Interval rows: a row for each comparator on a shared axis, in plain elements so that it prints."""

import re
from collections.abc import Callable, Sequence

from dash import html

from dashboard.components.findings import hits
from dashboard.components.marks import series_mark
from dashboard.components.words import missing_mark
from dashboard.figures.by_year import Line, Point
from dashboard.figures.look import LOOKS
from pipelines.measures import Measure


def interval_rows(
    measure: Measure,
    rows: Sequence[tuple[Line, Point | None]],
    scale: tuple[float, float],
    *,
    most_ticks: int = 5,
    own: str = "school",
    difference: Callable[[float], str] | None = None,
) -> html.Div:
    """Rows of (comparator, its point or None) from `scale[0]` to `scale[1]`, England as a dashed line.

    A value that rests on fewer pupils than the measure's minimum cohort has a hollow mark.

    Args:
        own: the series of the unit that the page is about; its rows are bold and say their pupils.
        difference: how a value is written where the rows are differences; 0 is then named 'level'.
    """
    england = next((p for line, p in rows if line.key == "england" and p and p.value is not None), None)
    ticks = ticks_of(scale, most_ticks)
    guides = [
        html.I(className="guide level" if difference and tick == 0 else "guide", style={"left": left_of(tick, scale)})
        for tick in ticks
    ]
    if england and not difference:
        guides.append(html.I(className="guide eng", style={"left": left_of(england.value, scale)}))
    axis = html.Div(
        html.Div(
            [html.Span(_tick(measure, tick, difference), style={"left": left_of(tick, scale)}) for tick in ticks],
            className="track axis many" if len(ticks) > 3 else "track axis",
        ),
        className="irow ticks-row",
        **{"aria-hidden": "true"},
    )
    write = difference or measure.format
    return html.Div(
        [axis, html.Ul([_row(measure, line, point, scale, guides, own, write) for line, point in rows])],
        className="irows",
    )


def _tick(measure: Measure, value: float, difference: Callable[[float], str] | None) -> str:
    if difference is None:
        return tick_text(measure, value)
    return "level" if value == 0 else difference(value)


def _row(
    measure: Measure,
    line: Line,
    point: Point | None,
    scale: tuple[float, float],
    guides: list,
    own: str,
    write: Callable[[float], str],
) -> html.Li:
    said = missing_mark(point.status if point else "no_file", short=True)
    if point and point.value is not None:
        said = [
            html.B(write(point.value)),
            html.Span(f" {behind(measure, line, point, own=own, write=write)}", className="mute"),
        ]
    return html.Li(
        [
            html.Span(line.label, className="name"),
            html.Span(
                [*guides, *marks_of(measure, line, point, scale, own=own)], className="track", **{"aria-hidden": "true"}
            ),
            html.Span(said, className="said"),
        ],
        className="irow" + (" own" if line.key == own else ""),
    )


def marks_of(
    measure: Measure, line: Line, point: Point | None, scale: tuple[float, float], *, own: str = "school"
) -> list:
    """The interval and the dot of a point on a track from `scale[0]` to `scale[1]`; nothing where it has no value."""
    if point is None or point.value is None:
        return []
    marks = []
    if point.lower is not None and point.upper is not None:
        left, right = _share(point.lower, scale), _share(point.upper, scale)
        tint = LOOKS[line.key].tint
        marks.append(
            html.I(
                className="interval",
                style={"left": f"{left:.2f}%", "width": f"{right - left:.2f}%", "background": tint},
            )
        )
    is_hollow = line.key == own and point.n is not None and point.n < measure.minimum_cohort
    dot = html.Span(
        series_mark(line.key, hollow=is_hollow), className="dot", style={"left": left_of(point.value, scale)}
    )
    return [*marks, dot]


def behind(
    measure: Measure, line: Line, point: Point, *, own: str = "school", write: Callable[[float], str] | None = None
) -> str:
    """What a value rests on: '11 of 27' for a share of pupils, '27 pupils', or its published interval."""
    write = write or measure.format
    limits = (
        f"({write(point.lower)} to {write(point.upper)})" if point.lower is not None and point.upper is not None else ""
    )
    if point.n is None or line.key != own:
        return limits
    number = hits(measure, point)
    if number is not None:
        return f"{number:,} of {point.n:,.0f} {limits}".strip()
    return f"{point.n:,.0f} pupils {limits}".strip()


def _share(value: float, scale: tuple[float, float]) -> float:
    low, high = scale
    return 100 * min(max((value - low) / (high - low), 0), 1) if high > low else 50


def left_of(value: float, scale: tuple[float, float]) -> str:
    """How far from the left end of a track a value stands, in per cent."""
    return f"{_share(value, scale):.2f}%"


def tick_text(measure: Measure, value: float) -> str:
    """A value on an axis: as the measure writes it, without decimals that are all 0."""
    return re.sub(r"\.0+(?=\D|$)", "", measure.format(value))


def ticks_of(scale: tuple[float, float], most: int) -> list[float]:
    """Round values from one end of a scale to the other, about `most` of them."""
    low, high = scale
    width = high - low
    step = next(
        (s for s in (0.25, 0.5, 1, 2, 2.5, 5, 10, 20, 25, 50, 100, 250, 500, 1000, 5000, 10000) if width / s <= most),
        width / 4,
    )
    first = -(-low // step) * step
    return [first + step * i for i in range(int((high - first) // step) + 1)]
