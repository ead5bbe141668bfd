"""A map without tiles: an outline, schools in clusters, each joined to its secondary school, on the National Grid."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.figures.look import AXIS, INK, INK_2, layout

HEIGHT = 620
SCALE = 10_000
"""Length of the scale bar in metres."""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """How the schools of a cluster look; neighbouring clusters have different ones."""

    color: str
    symbol: str
    edge: str


MARKS = (
    Mark(color="#12436D", symbol="circle", edge="#FFFFFF"),
    Mark(color="#6BACE6", symbol="square", edge="#12436D"),
    Mark(color="#FFFFFF", symbol="diamond", edge="#12436D"),
    Mark(color="#2073BC", symbol="triangle-up", edge="#FFFFFF"),
    Mark(color="#D8DEE4", symbol="circle", edge="#44505C"),
    Mark(color="#44505C", symbol="square", edge="#FFFFFF"),
)
_CHOSEN = Mark(color="#801650", symbol="circle", edge="#FFFFFF")
_OTHERS = Mark(color="#BFBFBF", symbol="circle", edge="#757D85")


@dataclass(frozen=True, kw_only=True)
class Spot:
    """A school on the map, metres of the National Grid; `hub` is the place that it is joined to."""

    name: str
    easting: float
    northing: float
    is_hub: bool
    hub: tuple[float, float] | None


@dataclass(frozen=True, kw_only=True)
class Area:
    """A cluster on the map: its number and name, which of MARKS it has, and its schools."""

    number: int
    name: str
    shade: int
    spots: Sequence[Spot]


def cluster_map(
    areas: Sequence[Area], rings: Sequence[tuple[Sequence[float], Sequence[float]]], chosen: int = 0
) -> dict:
    """The figure: outline, lines, schools (hubs larger), the number of each cluster; the chosen one stands out.

    Args:
        rings: eastings and northings of each ring of the outline. chosen: number of a cluster, or 0.
    """
    data = [_line(x, y, AXIS, 1.4) for x, y in rings]
    for area in sorted(areas, key=lambda area: area.number == chosen):
        mark = MARKS[area.shade % len(MARKS)] if not chosen else _CHOSEN if area.number == chosen else _OTHERS
        data += _area(area, mark)
    figure = {"data": data, "layout": layout(height=HEIGHT, margin={"l": 4, "r": 4, "t": 4, "b": 4})}
    hidden = {"visible": False, "fixedrange": True}
    figure["layout"]["xaxis"] = {**hidden, "constrain": "domain"}
    figure["layout"]["yaxis"] = {**hidden, "scaleanchor": "x", "scaleratio": 1, "constrain": "domain"}
    figure["layout"]["annotations"] = _numbers(areas, chosen)
    _add_scale(figure, areas, rings)
    return figure


def _line(x: Sequence[float], y: Sequence[float], color: str, width: float) -> dict:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": list(x),
        "y": list(y),
        "line": {"color": color, "width": width},
        "hoverinfo": "skip",
    }


def _area(area: Area, mark: Mark) -> list[dict]:
    joined = [spot for spot in area.spots if spot.hub and not spot.is_hub]
    lines = _line(
        [value for spot in joined for value in (spot.easting, spot.hub[0], None)],
        [value for spot in joined for value in (spot.northing, spot.hub[1], None)],
        mark.color if mark.color not in ("#FFFFFF", "#D8DEE4") else mark.edge,
        1,
    )
    return [
        lines,
        *(
            {
                "type": "scatter",
                "mode": "markers",
                "x": [spot.easting for spot in spots],
                "y": [spot.northing for spot in spots],
                "marker": {
                    "size": size,
                    "color": mark.color,
                    "symbol": mark.symbol,
                    "line": {"color": mark.edge, "width": 1},
                },
                "text": [f"{spot.name}<br>{area.number} {area.name}" for spot in spots],
                "hoverinfo": "text",
            }
            for size, spots in (
                (7, [spot for spot in area.spots if not spot.is_hub]),
                (13, [spot for spot in area.spots if spot.is_hub]),
            )
            if spots
        ),
    ]


_WAYS = ((0, 1), (1, 0), (-1, 0), (0, -1), (0.8, 0.8), (-0.8, 0.8), (0.8, -0.8), (-0.8, -0.8))
"""Where a number may stand from its hub, the best first where all are as free."""


def _numbers(areas: Sequence[Area], chosen: int) -> list[dict]:
    """A number for each cluster beside its hub, on the side where other hubs and numbers are farthest."""
    held = [area for area in areas if area.spots]
    if not held:
        return []
    x = [spot.easting for area in held for spot in area.spots]
    y = [spot.northing for area in held for spot in area.spots]
    step = max(max(x) - min(x), max(y) - min(y)) / 28
    hubs = {area.number: _middle([spot for spot in area.spots if spot.is_hub] or area.spots) for area in held}
    taken: list[tuple[float, float]] = []
    labels = []
    for area in held:
        east, north = hubs[area.number]
        others = [*taken, *(place for number, place in hubs.items() if number != area.number)]

        def room(way: tuple[float, float], east=east, north=north, others=others) -> float:
            gaps = [(east + way[0] * step - e) ** 2 + (north + way[1] * step - n) ** 2 for e, n in others]
            return min(*gaps, (2 * step) ** 2, (2 * step) ** 2)

        way = max(_WAYS, key=room)
        taken.append((east + way[0] * step, north + way[1] * step))
        labels.append(_label(area, east, north, way, chosen))
    return labels


def _middle(spots: Sequence[Spot]) -> tuple[float, float]:
    return sum(spot.easting for spot in spots) / len(spots), sum(spot.northing for spot in spots) / len(spots)


def _label(area: Area, east: float, north: float, way: tuple[float, float], chosen: int) -> dict:
    return {
        "x": east,
        "y": north,
        "text": f"<b>{area.number}</b>",
        "showarrow": False,
        "xshift": 17 * way[0],
        "yshift": 15 * way[1],
        "bgcolor": "rgba(255,255,255,0.85)",
        "borderpad": 1,
        "font": {"size": 13, "color": _CHOSEN.color if area.number == chosen else INK},
    }


def _add_scale(figure: dict, areas: Sequence[Area], rings: Sequence[tuple[Sequence[float], Sequence[float]]]) -> None:
    """A bar of ten kilometres below the map; none where nothing is on the map."""
    x = [value for ring in rings for value in ring[0]] or [spot.easting for area in areas for spot in area.spots]
    y = [value for ring in rings for value in ring[1]] or [spot.northing for area in areas for spot in area.spots]
    if not x:
        return
    add_scale_bar(figure, min(x), min(y) - (max(y) - min(y)) * 0.04 - 500)


def add_scale_bar(figure: dict, left: float, low: float) -> None:
    """A bar of ten kilometres from a point of the map, metres of the National Grid, with its words."""
    figure["data"].append(_line([left, left + SCALE], [low, low], INK_2, 3))
    figure["layout"]["annotations"].append(
        {
            "x": left + SCALE,
            "y": low,
            "text": "10 km",
            "showarrow": False,
            "xanchor": "left",
            "xshift": 6,
            "font": {"size": 12, "color": INK_2},
        }
    )
