"""Results against deprivation: a point for each school, median lines, four quadrants named in words, a fitted line."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.figures.look import AXIS, GRID, INK, INK_2, layout

HEIGHT = 430
FOCUS, REST = "#12436D", "#BFBFBF"
LARGEST = 26
"""Diameter of the largest point in px; a point's area is its pupils."""


@dataclass(frozen=True, kw_only=True)
class Spot:
    """A school: how deprived (x), its result (y), pupils, and whether it is marked as better or lower than expected."""

    name: str
    x: float
    y: float
    pupils: float
    words: str
    mark: str = ""


@dataclass(frozen=True, kw_only=True)
class Fit:
    """A straight line through the points, and the medians that part them."""

    intercept: float
    slope: float
    median_x: float
    median_y: float


def fitted(spots: Sequence[Spot]) -> Fit | None:
    """The least-squares line of the points, each weighted by its pupils; None with fewer than five or no spread."""
    if len(spots) < 5:
        return None
    weight = sum(spot.pupils for spot in spots)
    mean_x = sum(spot.pupils * spot.x for spot in spots) / weight
    mean_y = sum(spot.pupils * spot.y for spot in spots) / weight
    spread = sum(spot.pupils * (spot.x - mean_x) ** 2 for spot in spots)
    if not spread:
        return None
    slope = sum(spot.pupils * (spot.x - mean_x) * (spot.y - mean_y) for spot in spots) / spread
    return Fit(
        intercept=mean_y - slope * mean_x,
        slope=slope,
        median_x=_median([spot.x for spot in spots]),
        median_y=_median([spot.y for spot in spots]),
    )


def _median(values: Sequence[float]) -> float:
    held = sorted(values)
    middle = len(held) // 2
    return held[middle] if len(held) % 2 else (held[middle - 1] + held[middle]) / 2


def quadrant(
    spots: Sequence[Spot],
    fit: Fit,
    *,
    x_title: str,
    y_title: str,
    x_range: tuple[float, float],
    y_range: tuple[float, float],
    higher: str,
    lower: str,
    ticks: tuple[str, str] = ("%", "%"),
) -> dict:
    """The figure. `higher` and `lower` name the halves above and below the median ('higher results')."""
    most = max(spot.pupils for spot in spots)
    data = [
        _points([s for s in spots if not s.mark], most, "circle", REST, AXIS),
        _points([s for s in spots if s.mark == "lower"], most, "circle", FOCUS, "#FFFFFF"),
        _points([s for s in spots if s.mark == "better"], most, "square", "#FFFFFF", FOCUS, 2.2),
        {
            "type": "scatter",
            "mode": "lines",
            "x": list(x_range),
            "y": [fit.intercept + fit.slope * x for x in x_range],
            "line": {"color": INK_2, "width": 1.2},
            "hoverinfo": "skip",
        },
    ]
    figure = {
        "data": [trace for trace in data if trace["x"]],
        "layout": layout(height=HEIGHT, margin={"l": 50, "r": 12, "t": 14, "b": 48}),
    }
    figure["layout"]["hovermode"] = "closest"
    figure["layout"]["xaxis"] = _axis(x_title, x_range, ticks[0]) | {"showgrid": False}
    figure["layout"]["yaxis"] = _axis(y_title, y_range, ticks[1])
    dashed = {"color": INK, "width": 1.2, "dash": "dash"}
    figure["layout"]["shapes"] = [
        {"type": "line", "x0": fit.median_x, "x1": fit.median_x, "y0": 0, "y1": 1, "yref": "paper", "line": dashed},
        {"type": "line", "y0": fit.median_y, "y1": fit.median_y, "x0": 0, "x1": 1, "xref": "paper", "line": dashed},
    ]
    figure["layout"]["annotations"] = [
        *_corners(higher, lower),
        *_labels([spot for spot in spots if spot.mark], x_range, y_range),
    ]
    return figure


def _points(spots: Sequence[Spot], most: float, symbol: str, fill: str, edge: str, width: float = 1) -> dict:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [spot.x for spot in spots],
        "y": [spot.y for spot in spots],
        "marker": {
            "symbol": symbol,
            "color": fill,
            "size": [max(6, LARGEST * (spot.pupils / most) ** 0.5) for spot in spots],
            "line": {"color": edge, "width": width},
            "opacity": 1,
        },
        "text": [spot.words for spot in spots],
        "hoverinfo": "text",
    }


def _axis(title: str, ends: tuple[float, float], suffix: str) -> dict:
    return {
        "title": {"text": title, "standoff": 8},
        "range": list(ends),
        "fixedrange": True,
        "gridcolor": GRID,
        "zeroline": False,
        "linecolor": AXIS,
        "ticksuffix": suffix,
        "nticks": 7,
    }


def _corners(higher: str, lower: str) -> list[dict]:
    places = ((0, 1, f"Less deprived,<br>{higher}"), (1, 1, f"More deprived,<br>{higher}"))
    places += ((0, 0, f"Less deprived,<br>{lower}"), (1, 0, f"More deprived,<br>{lower}"))
    return [
        {
            "x": x,
            "y": y,
            "xref": "paper",
            "yref": "paper",
            "xanchor": "right" if x else "left",
            "yanchor": "top" if y else "bottom",
            "align": "right" if x else "left",
            "text": f"<b>{text}</b>",
            "showarrow": False,
            "bgcolor": "rgba(255,255,255,0.8)",
            "font": {"size": 12, "color": INK_2},
        }
        for x, y, text in places
    ]


LINE = 16
"""Height of a line of text in px: labels stand at least so far apart."""


def _labels(spots: Sequence[Spot], x_range: tuple[float, float], y_range: tuple[float, float]) -> list[dict]:
    """Names beside their points, moved up where one would stand on another."""
    per_px = (y_range[1] - y_range[0]) / (HEIGHT - 62)
    labels, taken = [], []
    for spot in sorted(spots, key=lambda spot: spot.y):
        label, at = _label(spot, x_range), spot.y
        while any(abs(at - other) < LINE * per_px for other in taken):
            at += LINE * per_px / 2
        taken.append(at)
        label["yshift"] = round((at - spot.y) / per_px)
        labels.append(label)
    return labels


def _label(spot: Spot, x_range: tuple[float, float]) -> dict:
    is_right = spot.x > x_range[0] + 0.72 * (x_range[1] - x_range[0])
    return {
        "x": spot.x,
        "y": spot.y,
        "text": spot.name,
        "showarrow": False,
        "xanchor": "right" if is_right else "left",
        "xshift": -14 if is_right else 14,
        "font": {"size": 12, "color": FOCUS},
        "bgcolor": "rgba(255,255,255,0.75)",
    }
