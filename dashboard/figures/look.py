"""How every chart looks: colours, marks and dashes of the comparators, type, grid, and the shared layout."""

from dataclasses import dataclass

INK, INK_2, GRID, AXIS = "#16202B", "#44505C", "#E2E7EC", "#757D85"
FONT = '"Inter Subset", Inter, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif'


@dataclass(frozen=True, kw_only=True)
class Series:
    """How one comparator looks on every page: mark, text shade, interval tint, shape, dash, width, edge of the mark."""

    key: str
    color: str
    text: str
    tint: str
    symbol: str
    dash: str
    width: float = 2
    edge: str = "#FFFFFF"


SERIES: dict[str, Series] = {
    series.key: series
    for series in (
        Series(
            key="school",
            color="#12436D",
            text="#12436D",
            tint="#9DB8D1",
            symbol="circle",
            dash="solid",
            width=3,
        ),
        Series(key="similar", color="#28A197", text="#17695F", tint="#A9D9D5", symbol="square", dash="7px,3px"),
        Series(key="cluster", color="#801650", text="#801650", tint="#CBA0B8", symbol="diamond", dash="solid"),
        Series(
            key="authority",
            color="#F46A25",
            text="#A8400B",
            tint="#FAC3A8",
            symbol="triangle-up",
            dash="3px,3px",
        ),
        Series(
            key="neighbours",
            color="#A285D1",
            text="#6A48A5",
            tint="#DACEEE",
            symbol="triangle-down",
            dash="1px,3px",
        ),
        Series(key="region", color="#757D85", text="#59646F", tint="#D8DEE4", symbol="hexagon", dash="12px,3px"),
        Series(
            key="england",
            color="#3D3D3D",
            text="#3D3D3D",
            tint="#B9B9B9",
            symbol="line-ns",
            dash="9px,3px,2px,3px",
        ),
        Series(key="context", color="#757D85", text="#44505C", tint="#D8DEE4", symbol="circle", dash="solid"),
    )
}
"""Comparators in the one order used everywhere; a region stands in grey between neighbours and England.

`context` is no comparator: it is whatever stands around a chosen one, such as the other clusters."""

PEER = Series(key="peer", color="#BFBFBF", text=INK_2, tint="#D8DEE4", symbol="circle", dash="solid", edge=AXIS)
"""One of many beside the one in focus, which is drawn as the school is: the grey of the focus pair."""

LOOKS: dict[str, Series] = {**SERIES, PEER.key: PEER}
"""Everything that a row or a mark can be drawn as."""


def layout(*, height: int, margin: dict[str, int]) -> dict:
    """A layout without frame, legend or moving parts, in the type of the pages; px for all sizes."""
    return {
        "height": height,
        "margin": {**margin, "pad": 0},
        "font": {"family": FONT, "size": 12, "color": INK_2},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "showlegend": False,
        "hoverlabel": {
            "bgcolor": "#FFFFFF",
            "bordercolor": AXIS,
            "font": {"family": FONT, "size": 13, "color": INK},
        },
        "dragmode": False,
        "bargap": 0,
    }
