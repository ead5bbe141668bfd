"""The year-by-year chart: lines with intervals, hatched years without figures, breaks named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from dashboard.figures.look import AXIS, GRID, INK, SERIES, layout
from pipelines.measures import Measure

HEIGHT = 318
COUNTS = ("pupils", "pounds", "schools")
"""Units that are counts: their size is the school's, so no axis fits every school."""
LABEL_GAP = 17
MOST_TICKS = 5
"""Years named on the axis at most, so that they stand apart on a phone."""


@dataclass(frozen=True, kw_only=True)
class Point:
    """One figure of one year: a value, or the reason there is none; limits and pupils where published."""

    year: int
    value: float | None
    status: str = "reported"
    n: float | None = None
    lower: float | None = None
    upper: float | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One comparator over the years, under a label, drawn as `key` in SERIES says."""

    key: str
    label: str
    points: Sequence[Point]
    short: str = ""

    def at(self, year: int) -> Point | None:
        """The point of a year, or None."""
        return next((point for point in self.points if point.year == year), None)

    def latest(self) -> Point | None:
        """The newest point with a value, or None."""
        return max((p for p in self.points if p.value is not None), key=lambda p: p.year, default=None)


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened to the school: an inspection, or (`is_break`) a new number as another school."""

    day: date
    words: str
    is_break: bool = False

    @property
    def place(self) -> float:
        """Where it stands among school years, each drawn at its June: 1 September 2024 is 2024.25."""
        return self.day.year + (self.day.month - 6) / 12 + (self.day.day - 1) / 365


def by_year(
    measure: Measure,
    lines: Sequence[Line],
    years: Sequence[int],
    gaps: Mapping[int, str],
    breaks: Mapping[int, str],
    events: Sequence[Event] = (),
) -> dict:
    """The figure as a dictionary: `lines` over `years`, at most four of them drawn.

    `gaps` is year → short reason, for years hatched; `breaks` is year → what changed, drawn as a dotted
    line before that year. No line crosses a gap or a break. Events stand where they fall among the years.
    """
    low, high = axis_range(measure, lines)
    drawn = list(lines)[:4]
    traces = [hatching(gaps, years, low, high)] if gaps else []
    traces += [
        _interval(line) for line in drawn if any(p.lower is not None and p.upper is not None for p in line.points)
    ]
    for line in reversed(drawn):
        traces += _runs(line, measure, years, gaps, breaks)
    seen = within(events, years)
    traces += _marks([event for event in seen if not event.is_break], low, high)
    figure_layout = layout(height=HEIGHT, margin={"l": 44, "r": 130, "t": 34, "b": 30})
    figure_layout["xaxis"] = year_axis(years)
    figure_layout["yaxis"] = {
        "range": [low, high],
        "gridcolor": GRID,
        "zeroline": low < 0 < high,
        "zerolinecolor": AXIS,
        "ticksuffix": "%" if measure.unit.percent_sign else "",
        "nticks": 6,
        "fixedrange": True,
        "separatethousands": True,
    }
    figure_layout["shapes"] = [
        *(break_line(year) for year in breaks if years[0] < year <= years[-1]),
        *(_upright(event.place, dash="solid") for event in seen if event.is_break),
    ]
    figure_layout["annotations"] = [
        *break_words(breaks, years),
        *(_event_words(event, years) for event in seen if event.is_break),
        *_end_labels(measure, drawn, low, high, years),
    ]
    return {"data": traces, "layout": figure_layout}


def axis_range(measure: Measure, lines: Sequence[Line]) -> tuple[float, float]:
    """The measure's fixed axis, widened only for figures outside it; counts begin at 0 and fit what is drawn."""
    low, high = measure.axis
    known = [p.value for line in lines for p in line.points if p.value is not None]
    if measure.unit.key in COUNTS and known and min(known) >= 0:
        return 0, max(known) * 1.15 or 1
    numbers = [n for line in lines for p in line.points for n in (p.value, p.lower, p.upper) if n is not None]
    least, most = min([low, *numbers]), max([high, *numbers])
    room = (most - least) * 0.04
    return (least - room if least < low else low, most + room if most > high else high)


def year_axis(years: Sequence[int]) -> dict:
    """The horizontal axis of a chart by year."""
    return {
        "range": [years[0] - 0.6, years[-1] + 0.6],
        "tickvals": ticks_of(years),
        "ticktext": [str(year) for year in ticks_of(years)],
        "showgrid": False,
        "zeroline": False,
        "showline": True,
        "linecolor": AXIS,
        "tickangle": 0,
        "fixedrange": True,
    }


def ticks_of(years: Sequence[int]) -> list[int]:
    """The years that an axis names, the newest among them."""
    every = -(-len(years) // MOST_TICKS)
    return [year for year in years if (years[-1] - year) % every == 0]


def hatching(gaps: Mapping[int, str], years: Sequence[int], low: float, high: float) -> dict:
    """The trace that hatches the years without figures, from `low` to `high` of the axis."""
    hatched = [year for year in years if year in gaps]
    return {
        "type": "bar",
        "x": hatched,
        "y": [high - low] * len(hatched),
        "base": low,
        "width": 1,
        "marker": {
            "color": "#F7F8F9",
            "line": {"width": 0},
            "pattern": {"shape": "/", "fgcolor": "#DDE2E7", "bgcolor": "#F7F8F9", "size": 7, "solidity": 0.3},
        },
        "hovertext": [gaps[year] for year in hatched],
        "hoverinfo": "text",
    }


def _interval(line: Line) -> dict:
    points = [p for p in line.points if p.lower is not None and p.upper is not None and p.value is not None]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [p.year for p in points],
        "y": [p.value for p in points],
        "marker": {"size": 1, "color": SERIES[line.key].tint, "opacity": 1},
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [p.upper - p.value for p in points],
            "arrayminus": [p.value - p.lower for p in points],
            "thickness": 6,
            "width": 0,
            "color": SERIES[line.key].tint,
        },
        "hoverinfo": "skip",
    }


def runs_of(line: Line, years: Sequence[int], gaps: Mapping[int, str], breaks: Mapping[int, str]) -> list[list[Point]]:
    """The points of a line in runs that may be joined: never across a break, a gap or a year without a figure."""
    points = {p.year: p for p in line.points if p.value is not None}
    runs: list[list[Point]] = [[]]
    for year in years:
        if year in breaks or year in gaps or year not in points:
            runs.append([])
        if year in points:
            runs[-1].append(points[year])
    return runs


def _runs(
    line: Line, measure: Measure, years: Sequence[int], gaps: Mapping[int, str], breaks: Mapping[int, str]
) -> list[dict]:
    look = SERIES[line.key]
    runs = runs_of(line, years, gaps, breaks)
    return [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "x": [p.year for p in run],
            "y": [p.value for p in run],
            "line": {"color": look.color, "width": look.width, "dash": look.dash},
            "marker": {
                "symbol": look.symbol,
                "size": 9 if line.key == "school" else 7,
                "color": [
                    "#FFFFFF"
                    if line.key == "school" and p.n is not None and p.n < measure.minimum_cohort
                    else look.color
                    for p in run
                ],
                "line": {
                    "color": look.color,
                    "width": 5 if look.symbol == "line-ns" else 2 if line.key == "school" else 0,
                },
            },
            "hovertext": [
                f"{line.label}, {p.year - 1}/{p.year % 100:02d}: {measure.format(p.value)}"
                + (
                    f" ({measure.format(p.lower)} to {measure.format(p.upper)})"
                    if p.lower is not None and p.upper is not None
                    else ""
                )
                + (f", {p.n:,.0f} pupils" if p.n is not None and line.key == "school" else "")
                for p in run
            ],
            "hoverinfo": "text",
        }
        for run in runs
        if run
    ]


def within(events: Sequence[Event], years: Sequence[int]) -> list[Event]:
    """The events that fall between the first and the last of the years drawn."""
    return [event for event in events if years[0] - 0.5 <= event.place <= years[-1] + 0.5]


def _marks(events: Sequence[Event], low: float, high: float) -> list[dict]:
    if not events:
        return []
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "x": [event.place for event in events],
            "y": [low + 0.02 * (high - low)] * len(events),
            "marker": {"symbol": "triangle-up", "size": 9, "color": "#FFFFFF", "line": {"color": INK, "width": 1.4}},
            "hovertext": [f"{event.words}, {event.day:%B %Y}" for event in events],
            "hoverinfo": "text",
        }
    ]


def _event_words(event: Event, years: Sequence[int]) -> dict:
    is_early = event.place < years[0] + 0.4 * (years[-1] - years[0])
    return {
        "x": event.place,
        "y": 1,
        "yref": "paper",
        "yanchor": "top",
        "xanchor": "left" if is_early else "right",
        "text": event.words,
        "showarrow": False,
        "font": {"size": 12},
        "bgcolor": "#FFFFFF",
    }


def break_line(year: int) -> dict:
    """The dotted line before a year that cannot be compared with those before it."""
    return _upright(year - 0.5, dash="dot")


def _upright(place: float, *, dash: str) -> dict:
    return {
        "type": "line",
        "x0": place,
        "x1": place,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "line": {"color": INK, "width": 1.2, "dash": dash},
        "layer": "below",
    }


def break_words(breaks: Mapping[int, str], years: Sequence[int]) -> list[dict]:
    """The words above those lines."""
    shown = sorted(year for year in breaks if years[0] < year <= years[-1])
    return [
        {
            "x": year - 0.5,
            "y": 1,
            "yref": "paper",
            "yanchor": "bottom",
            "xanchor": "center",
            "text": f"break, {year}",
            "showarrow": False,
            "font": {"size": 12},
            "hovertext": breaks[year],
        }
        for year in shown
    ]


def _end_labels(measure: Measure, lines: Sequence[Line], low: float, high: float, years: Sequence[int]) -> list[dict]:
    ends = [(line, line.latest()) for line in lines]
    ends = sorted(((line, p) for line, p in ends if p), key=lambda pair: pair[1].value, reverse=True)
    plot = HEIGHT - 34 - 30
    newest = max((p.year for _, p in ends), default=0)
    wanted = [(high - p.value) / (high - low) * plot for _, p in ends]
    return [
        {
            "x": years[-1] + 0.6,
            "xanchor": "left",
            "xshift": 6,
            "y": high - place / plot * (high - low),
            "text": _end_words(line, measure.format(point.value), point.year, newest),
            "showarrow": False,
            "align": "left",
            "font": {"size": 13, "color": SERIES[line.key].text},
        }
        for (line, point), place in zip(ends, spread(wanted, LABEL_GAP, plot))
    ]


def _end_words(line: Line, value: str, year: int, newest: int) -> str:
    words = f"{line.short or line.label} {value}" + ("" if year == newest else f" ’{year % 100:02d}")
    return f"<b>{words}</b>" if line.key == "school" else words


def spread(places: Sequence[float], gap: float, limit: float) -> list[float]:
    """Positions moved as little as needed so that neighbours are `gap` apart and none lies past `limit`.

    `places` must be in rising order.
    """
    moved: list[float] = []
    for place in places:
        moved.append(max(place, moved[-1] + gap) if moved else max(place, 0))
    for index in range(len(moved) - 1, -1, -1):
        ceiling = limit if index == len(moved) - 1 else moved[index + 1] - gap
        moved[index] = min(moved[index], ceiling)
    return moved
