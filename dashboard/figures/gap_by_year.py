"""Gaps over the years: a cluster thick, its schools thin and grey, authority, neighbours and England dashed."""

from collections.abc import Callable, Mapping, Sequence

from dashboard.figures.by_year import (
    LABEL_GAP,
    Line,
    Point,
    break_line,
    break_words,
    hatching,
    runs_of,
    spread,
    year_axis,
)
from dashboard.figures.look import AXIS, GRID, INK_2, SERIES, layout

HEIGHT = 380
TOP, BOTTOM = 34, 30
LONGEST = 18
"""Letters of a name at the end of a line, at most, so that a phone has room for the lines."""

MEMBER, MEMBER_WIDTH, OWN_WIDTH, OTHER_WIDTH = "#A9B2BB", 1.6, 3.2, 2.2


def gap_by_year(
    lines: Sequence[Line],
    members: Sequence[Line],
    years: Sequence[int],
    gaps: Mapping[int, str],
    breaks: Mapping[int, str],
    write: Callable[[float], str],
) -> dict:
    """The figure as a dictionary: differences over the years, 0 being level.

    Args:
        lines: the cluster first, then the places beside it; named at their right ends.
        members: schools, drawn without names; hover says whose a line is.
        gaps: year without a figure of anybody here → short reason; hatched.
        breaks: year → what changed. No line crosses a gap or a break.
        write: a difference as text.
    """
    low, high = _range([*lines, *members])
    traces = [hatching(gaps, years, low, high)] if gaps else []
    for line in members:
        traces += _runs(line, years, breaks, gaps, write, is_member=True)
    for line in reversed(lines):
        traces += _runs(line, years, breaks, gaps, write, is_member=False)
    widest = max((len(line.short or line.label) for line in lines), default=0)
    figure = layout(height=HEIGHT, margin={"l": 40, "r": 60 + 7 * min(widest, LONGEST), "t": TOP, "b": BOTTOM})
    figure["xaxis"] = year_axis(years)
    marks = _marks(low, high)
    figure["yaxis"] = {
        "range": [low, high],
        "gridcolor": GRID,
        "zeroline": True,
        "zerolinecolor": AXIS,
        "tickvals": marks,
        "ticktext": ["level" if mark == 0 else write(mark) for mark in marks],
        "fixedrange": True,
    }
    figure["shapes"] = [break_line(year) for year in breaks if years[0] < year <= years[-1]]
    figure["annotations"] = [*break_words(breaks, years), *_ends(lines, low, high, years, write)]
    return {"data": traces, "layout": figure}


def _range(lines: Sequence[Line]) -> tuple[float, float]:
    values = [p.value for line in lines for p in line.points if p.value is not None] or [0]
    low, high = min(0, *values), max(0, *values)
    room = max(high - low, 1) * 0.08
    return low - room, high + room


def _marks(low: float, high: float) -> list[float]:
    step = next(step for step in (0.25, 0.5, 1, 2, 5, 10, 20, 50, 100, 1000) if (high - low) / step <= 7)
    first = -int(-low // step) * step if low < 0 else 0
    count = int((high - first) // step) + 1
    return [round(first + step * place, 6) for place in range(count)]


def _runs(
    line: Line,
    years: Sequence[int],
    breaks: Mapping[int, str],
    gaps: Mapping[int, str],
    write: Callable[[float], str],
    *,
    is_member: bool,
) -> list[dict]:
    look = SERIES[line.key]
    runs = runs_of(line, years, gaps, breaks)
    is_own = line.key == "cluster"
    color = MEMBER if is_member else look.color
    return [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "x": [p.year for p in run],
            "y": [p.value for p in run],
            "line": {
                "color": color,
                "width": MEMBER_WIDTH if is_member else OWN_WIDTH if is_own else OTHER_WIDTH,
                "dash": "solid" if is_member else look.dash,
            },
            "marker": {
                "symbol": "circle" if is_member else look.symbol,
                "size": 5 if is_member else 10 if is_own else 8,
                "color": color,
                "line": {"color": color, "width": 5 if look.symbol == "line-ns" and not is_member else 0},
            },
            "hovertext": [f"{line.label}, {p.year - 1}/{p.year % 100:02d}: {_said(p, write)}" for p in run],
            "hoverinfo": "text",
        }
        for run in runs
        if run
    ]


def _said(point: Point, write: Callable[[float], str]) -> str:
    if point.lower is None or point.upper is None:
        return write(point.value)
    return f"{write(point.value)} ({write(point.lower)} to {write(point.upper)})"


def _ends(
    lines: Sequence[Line], low: float, high: float, years: Sequence[int], write: Callable[[float], str]
) -> list[dict]:
    ends = sorted(
        ((line, point) for line in lines if (point := line.latest())), key=lambda pair: pair[1].value, reverse=True
    )
    plot = HEIGHT - TOP - BOTTOM
    newest = max((p.year for _, p in ends), default=0)
    places = spread([(high - p.value) / (high - low) * plot for _, p in ends], LABEL_GAP, plot)
    return [
        {
            "x": years[-1] + 0.6,
            "xanchor": "left",
            "xshift": 6,
            "y": high - place / plot * (high - low),
            "text": _end(line, point, newest, write),
            "showarrow": False,
            "align": "left",
            "font": {"size": 13, "color": SERIES[line.key].text if line.key != "region" else INK_2},
        }
        for (line, point), place in zip(ends, places)
    ]


def _end(line: Line, point: Point, newest: int, write: Callable[[float], str]) -> str:
    name = line.short or line.label
    words = f"{write(point.value)} {name if len(name) <= LONGEST else name[: LONGEST - 1] + '…'}"
    words += "" if point.year == newest else f" ’{point.year % 100:02d}"
    return f"<b>{words}</b>" if line.key == "cluster" else words
