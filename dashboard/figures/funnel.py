"""The funnel: results against the number of pupils, with how far results of so many pupils fall by luck alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.figures.look import AXIS, GRID, INK, INK_2, layout
from pipelines.measures import Measure

OWN, OTHER, EDGE = "#12436D", "#BFBFBF", "#757D85"
INNER, OUTER = "#E8EDF2", "#F4F6F8"
HEIGHT = 400
LABEL_HEIGHT, LETTER = 17, 6.6
"""Pixels of a label's line and, about, of one of its letters: labels that would run into each other are left out."""

DOT = 5
"""Half the width of a mark, in pixels."""

WIDTH = 720
"""Pixels of the plot on a desktop screen, for which labels are placed."""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One school: how many pupils, its result, whether it is the reader's own, and its label where it has one."""

    name: str
    n: float
    value: float
    is_own: bool
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Limits at numbers of pupils, each as long as `n`, and England's value."""

    n: Sequence[float]
    centre: float
    lower_95: Sequence[float]
    upper_95: Sequence[float]
    lower_998: Sequence[float]
    upper_998: Sequence[float]


def funnel(measure: Measure, marks: Sequence[Mark], limits: Limits) -> dict:
    """The chart as a Plotly dictionary: limits first, then other schools, then the reader's own with their labels."""
    most = max(mark.n for mark in marks)
    end = next((n for n in limits.n if n >= most), limits.n[-1])
    kept = [place for place, n in enumerate(limits.n) if n <= end]
    low, high = axis(measure, [mark.value for mark in marks], limits, end)
    n = [limits.n[place] for place in kept]

    def line(name: str, **look: object) -> dict:
        values = getattr(limits, name)
        return {
            "type": "scatter",
            "mode": "lines",
            "x": n,
            "y": [min(max(values[place], low), high) for place in kept],
            "hoverinfo": "skip",
            **look,
        }

    outer = {"line": {"color": EDGE, "width": 1.3, "dash": "5px,3px"}}
    inner = {"line": {"color": INK_2, "width": 1.3}}
    labels = _placed(marks, (0, max(most, end) * 1.02), (low, high))
    return {
        "data": [
            line("upper_998", **outer),
            line("lower_998", fill="tonexty", fillcolor=OUTER, **outer),
            line("upper_95", **inner),
            line("lower_95", fill="tonexty", fillcolor=INNER, **inner),
            _points([mark for mark in marks if not mark.is_own], measure, labels, color=OTHER, edge=EDGE, size=9),
            _points([mark for mark in marks if mark.is_own], measure, labels, color=OWN, edge="#FFFFFF", size=11),
        ],
        "layout": {
            **layout(height=HEIGHT, margin={"l": 46, "r": 92, "t": 10, "b": 46}),
            "xaxis": {
                "title": {"text": "Pupils with a result", "font": {"size": 13, "color": INK_2}},
                "range": [0, max(most, end) * 1.02],
                "gridcolor": GRID,
                "zeroline": False,
                "fixedrange": True,
            },
            "yaxis": {
                "range": [low, high],
                "gridcolor": GRID,
                "zeroline": False,
                "ticksuffix": measure.unit.suffix if measure.unit.suffix == "%" else "",
                "fixedrange": True,
            },
            "shapes": [
                {
                    "type": "line",
                    "xref": "paper",
                    "x0": 0,
                    "x1": 1,
                    "y0": limits.centre,
                    "y1": limits.centre,
                    "line": {"color": INK, "width": 1.6},
                }
            ],
            "annotations": _ends(measure, limits, kept[-1], low, high),
            "hovermode": "closest",
        },
    }


def axis(measure: Measure, values: Sequence[float], limits: Limits, most: float) -> tuple[float, float]:
    """The vertical axis: every value and the 95% limits from 10 to `most` pupils, in tens, within the measure's own."""
    wide = [place for place, n in enumerate(limits.n) if 10 <= n <= most]
    held = [*values, *(limits.lower_95[place] for place in wide), *(limits.upper_95[place] for place in wide)]
    low, high = measure.axis
    return max(10 * (min(held) // 10), low), min(-(-max(held) // 10) * 10, high)


def _points(marks: Sequence[Mark], measure: Measure, labels: dict[str, str], *, color: str, edge: str, size: int):
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": [mark.n for mark in marks],
        "y": [mark.value for mark in marks],
        "text": [mark.label if mark.name in labels else "" for mark in marks],
        "textposition": [labels.get(mark.name, "top center") for mark in marks],
        "textfont": {"size": 13, "color": INK},
        "marker": {"size": size, "color": color, "line": {"color": edge, "width": 1}},
        "hovertext": [f"{mark.name}: {measure.format(mark.value)}, {mark.n:,.0f} pupils" for mark in marks],
        "hoverinfo": "text",
        "cliponaxis": False,
    }


def _placed(marks: Sequence[Mark], across: tuple[float, float], up: tuple[float, float]) -> dict[str, str]:
    """Name → position of its label, in the order of the marks; one that would cover a label or mark is left out."""

    def at(mark: Mark) -> tuple[float, float]:
        x = (mark.n - across[0]) / (across[1] - across[0]) * WIDTH
        return x, (up[1] - mark.value) / (up[1] - up[0]) * (HEIGHT - 56)

    dots = {mark.name: at(mark) for mark in marks}
    taken = [(x - DOT, y - DOT, x + DOT, y + DOT) for x, y in dots.values()]
    placed = {}
    for mark in marks:
        x, y = dots[mark.name]
        wide = len(mark.label) * LETTER
        for position, left in (("middle right", x + 2 * DOT), ("middle left", x - 2 * DOT - wide)):
            box = (left, y - LABEL_HEIGHT / 2, left + wide, y + LABEL_HEIGHT / 2)
            is_inside = box[0] >= 0 and box[2] <= WIDTH
            if mark.label and is_inside and not any(_touch(box, other) for other in taken):
                taken.append(box)
                placed[mark.name] = position
                break
    return placed


def _touch(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _ends(measure: Measure, limits: Limits, last: int, low: float, high: float) -> list[dict]:
    """Words at the right end of each line, spread so that none covers another."""
    lines = [
        (limits.upper_998[last], "99.8% limit"),
        (limits.upper_95[last], "95% limit"),
        (limits.centre, f"<b>England {measure.format(limits.centre)}</b>"),
        (limits.lower_95[last], "95% limit"),
        (limits.lower_998[last], "99.8% limit"),
    ]
    least = LABEL_HEIGHT / (HEIGHT - 56) * (high - low)
    middle = lines[2][0]
    places = [value for value, _ in lines]
    places[1] = max(places[1], middle + least)
    places[0] = max(places[0], places[1] + least)
    places[3] = min(places[3], middle - least)
    places[4] = min(places[4], places[3] - least)
    return [
        {
            "text": words,
            "x": 1,
            "xref": "paper",
            "xanchor": "left",
            "xshift": 6,
            "y": place,
            "yanchor": "middle",
            "showarrow": False,
            "font": {"size": 12, "color": INK if "England" in words else AXIS if "99.8" in words else INK_2},
        }
        for place, (_, words) in zip(places, lines, strict=True)
    ]
