"""A map without tiles: small areas in five steps, outlines of larger ones, schools as dots, on the National Grid."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.figures.look import AXIS, INK, layout
from dashboard.figures.map import add_scale_bar

STEPS = ("#E3EDF7", "#A9CDEE", "#6BACE6", "#2073BC", "#12436D")
"""Five steps from the least to the most; each darker than the one before, also on a grey printer."""

UNKNOWN = "#FFFFFF"
CHOSEN = "#801650"
WIDTH, LOW, HIGH = 560, 300, 620
"""The map is drawn this wide, and so high that the land fills it: px."""

MANY = 120
"""From so many schools on, their dots are smaller."""

Rings = Sequence[tuple[Sequence[float], Sequence[float]]]
"""Eastings and northings of each ring, metres of the National Grid."""


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A small area: its outline, its step (0 to 4, None where not known), where its words appear, and the words."""

    rings: Rings
    step: int | None
    middle: tuple[float, float]
    words: str


@dataclass(frozen=True, kw_only=True)
class Label:
    """A name on the map, and the outline of the area that has it."""

    name: str
    rings: Rings
    middle: tuple[float, float]
    is_chosen: bool
    is_named: bool = True


def area_map(shapes: Sequence[Shape], larger: Sequence[Label], schools: Sequence[tuple[float, float, str]]) -> dict:
    """The figure: cells by step, ink outlines of larger areas, the chosen one ringed, schools as white dots.

    Args:
        schools: easting, northing and words of each.
    """
    data = [_cells([s for s in shapes if s.step == step], STEPS[step]) for step in range(len(STEPS))]
    data.append(_cells([s for s in shapes if s.step is None], UNKNOWN))
    data.append(_lines([label for label in larger if not label.is_chosen], INK, 1.4))
    chosen = [label for label in larger if label.is_chosen]
    data += [_lines(chosen, "#FFFFFF", 6.5), _lines(chosen, CHOSEN, 3.5)]
    data.append(_words(shapes))
    data.append(_dots(schools))
    figure = {"data": [trace for trace in data if trace["x"]]}
    figure["layout"] = layout(height=_height(shapes), margin={"l": 2, "r": 2, "t": 2, "b": 2})
    hidden = {"visible": False, "fixedrange": True}
    figure["layout"]["hovermode"] = "closest"
    figure["layout"]["hoverdistance"] = 40
    figure["layout"]["xaxis"] = {**hidden, "constrain": "domain"}
    figure["layout"]["yaxis"] = {**hidden, "scaleanchor": "x", "scaleratio": 1, "constrain": "domain"}
    figure["layout"]["annotations"] = [_name(label) for label in larger if label.is_named or label.is_chosen]
    x = [value for shape in shapes for ring in shape.rings for value in ring[0]]
    y = [value for shape in shapes for ring in shape.rings for value in ring[1]]
    if x:
        add_scale_bar(figure, min(x), min(y) - (max(y) - min(y)) * 0.04)
    return figure


def _height(shapes: Sequence[Shape]) -> int:
    x = [value for shape in shapes for ring in shape.rings for value in ring[0]]
    y = [value for shape in shapes for ring in shape.rings for value in ring[1]]
    if not x or max(x) == min(x):
        return LOW
    return round(min(max(WIDTH * 1.06 * (max(y) - min(y)) / (max(x) - min(x)), LOW), HIGH))


def _path(parts: Sequence[Rings], axis: int) -> list[float | None]:
    """The points of all rings in one list, None between them, so that one trace draws many outlines."""
    return [value for rings in parts for ring in rings for value in (*ring[axis], None)][:-1]


def _cells(shapes: Sequence[Shape], color: str) -> dict:
    parts = [shape.rings for shape in shapes]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": _path(parts, 0),
        "y": _path(parts, 1),
        "fill": "toself",
        "fillcolor": color,
        "line": {"color": "#FFFFFF" if color != UNKNOWN else AXIS, "width": 0.8},
        "hoverinfo": "skip",
    }


def _lines(labels: Sequence[Label], color: str, width: float) -> dict:
    parts = [label.rings for label in labels]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": _path(parts, 0),
        "y": _path(parts, 1),
        "line": {"color": color, "width": width},
        "hoverinfo": "skip",
    }


def _words(shapes: Sequence[Shape]) -> dict:
    """What is said of an area when the pointer is near its middle; nothing is drawn."""
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [shape.middle[0] for shape in shapes],
        "y": [shape.middle[1] for shape in shapes],
        "marker": {"size": 14, "opacity": 0, "color": INK},
        "text": [shape.words for shape in shapes],
        "hoverinfo": "text",
    }


def _dots(schools: Sequence[tuple[float, float, str]]) -> dict:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [school[0] for school in schools],
        "y": [school[1] for school in schools],
        "marker": {"size": 6 if len(schools) < MANY else 4.5, "color": "#FFFFFF", "line": {"color": INK, "width": 0.9}},
        "text": [school[2] for school in schools],
        "hoverinfo": "text",
    }


def _name(label: Label) -> dict:
    return {
        "x": label.middle[0],
        "y": label.middle[1],
        "text": f"<b>{label.name}</b>" if label.is_chosen else label.name,
        "showarrow": False,
        "bgcolor": "rgba(255,255,255,0.9)",
        "borderpad": 2,
        "font": {"size": 12, "color": CHOSEN if label.is_chosen else INK},
    }
