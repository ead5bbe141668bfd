"""A concentration curve: how much of a group is reached as places are given out, rule by rule."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.figures.look import AXIS, GRID, INK, layout

FOCUS, OTHER = "#12436D", "#59646F"
HEIGHT = 390
LOOKS = (
    ("square", "7px,3px"),
    ("diamond", "2px,3px"),
    ("triangle-up", "solid"),
    ("triangle-down", "9px,3px,2px,3px"),
    ("hexagon", "4px,2px"),
)
"""Shape and dash of the rules that are not chosen, in their order."""


@dataclass(frozen=True, kw_only=True)
class Curve:
    """One rule: its words, the share reached with 0, 1, 2 … places (0 to 100), whether it is chosen or by chance."""

    label: str
    shares: Sequence[float]
    is_chosen: bool = False
    is_random: bool = False


def look(curves: Sequence[Curve]) -> list[tuple[str, str, str, float]]:
    """Colour, shape, dash and width of each curve: the chosen one stands out, the others differ in dash and shape."""
    others = iter(LOOKS * 2)
    return [
        (FOCUS, "circle", "solid", 3)
        if curve.is_chosen
        else (OTHER, "", "1px,4px", 1.6)
        if curve.is_random
        else (OTHER, *next(others), 1.8)
        for curve in curves
    ]


def concentration(curves: Sequence[Curve], places: int, axis: str) -> dict:
    """The figure, with an upright line at the number of places and a mark on every curve there.

    Args:
        axis: what is counted along the axis ('Primary schools supported').
    """
    length = max((len(curve.shares) for curve in curves), default=1) - 1
    data = []
    for curve, (color, symbol, dash, width) in sorted(
        zip(curves, look(curves), strict=True), key=lambda pair: pair[0].is_chosen
    ):
        data.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": list(range(len(curve.shares))),
                "y": [round(share, 2) for share in curve.shares],
                "line": {"color": color, "dash": dash, "width": width},
                "name": curve.label,
                "hovertemplate": f"{curve.label}<br>%{{x}} schools reach %{{y:.0f}}%<extra></extra>",
            }
        )
        if symbol and places < len(curve.shares):
            data.append(
                {
                    "type": "scatter",
                    "mode": "markers",
                    "x": [places],
                    "y": [curve.shares[places]],
                    "marker": {
                        "symbol": symbol,
                        "size": 11,
                        "color": color if curve.is_chosen else "#FFFFFF",
                        "line": {"color": color, "width": 2},
                    },
                    "hoverinfo": "skip",
                }
            )
    figure = {"data": data, "layout": layout(height=HEIGHT, margin={"l": 46, "r": 14, "t": 26, "b": 46})}
    figure["layout"]["xaxis"] = {
        "title": {"text": axis, "standoff": 8},
        "range": [0, max(length, 1)],
        "fixedrange": True,
        "showgrid": False,
        "linecolor": AXIS,
        "nticks": 8,
    }
    figure["layout"]["yaxis"] = {
        "range": [0, 103],
        "tickvals": [0, 20, 40, 60, 80, 100],
        "ticktext": ["0", "20", "40", "60", "80", "100%"],
        "fixedrange": True,
        "gridcolor": GRID,
        "zerolinecolor": AXIS,
    }
    figure["layout"]["shapes"] = [
        {
            "type": "line",
            "x0": places,
            "x1": places,
            "y0": 0,
            "y1": 1,
            "yref": "paper",
            "line": {"color": INK, "width": 1.4},
        }
    ]
    is_right = places > length / 2
    figure["layout"]["annotations"] = [
        {
            "x": places,
            "y": 1,
            "yref": "paper",
            "yanchor": "bottom",
            "xanchor": "right" if is_right else "left",
            "text": f"<b>{places} school{'' if places == 1 else 's'}</b>",
            "showarrow": False,
            "font": {"size": 13, "color": INK},
        }
    ]
    return figure
