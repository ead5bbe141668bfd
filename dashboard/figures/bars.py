"""Upright bars with their values above: few, in order, one or the last of them in the focus colour."""

from collections.abc import Sequence

from dashboard.figures.look import AXIS, INK, INK_2, layout

FOCUS, CONTEXT = "#12436D", "#BFBFBF"


def bars(
    labels: Sequence[str],
    values: Sequence[float],
    texts: Sequence[str],
    *,
    focus: Sequence[bool],
    axis: str = "",
    height: int = 240,
    hatched: Sequence[bool] = (),
) -> dict:
    """The figure; `focus` says which bars stand out, `hatched` which are drawn with lines."""
    figure = {
        "data": [
            {
                "type": "bar",
                "x": list(labels),
                "y": list(values),
                "text": list(texts),
                "textposition": "outside",
                "textfont": {"size": 13, "color": INK},
                "cliponaxis": False,
                "width": 0.86,
                "marker": {
                    "color": [FOCUS if one else CONTEXT for one in focus],
                    "line": {"color": AXIS, "width": 1},
                    "pattern": {"shape": ["/" if one else "" for one in hatched or [False] * len(labels)]},
                },
                "hovertemplate": "%{x}: %{text}<extra></extra>",
            }
        ],
        "layout": layout(height=height, margin={"l": 6, "r": 6, "t": 28, "b": 46 if axis else 30}),
    }
    figure["layout"]["xaxis"] = {
        "type": "category",
        "fixedrange": True,
        "linecolor": AXIS,
        "tickfont": {"size": 12, "color": INK_2},
        "title": {"text": axis, "standoff": 8},
    }
    figure["layout"]["yaxis"] = {
        "visible": False,
        "fixedrange": True,
        "zerolinecolor": AXIS,
        "range": [min(0, *values) * 1.1 if values else 0, max([1, *values]) * 1.12],
    }
    return figure
