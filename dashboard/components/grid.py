"""A grid for many rows, which its reader sorts and filters: its script comes only where one is shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import dash_ag_grid
from dash import ClientsideFunction, Dash, Input, Output, dcc, html
from dash.fingerprint import build_fingerprint

SCRIPT = "dash_ag_grid.min.js"
HEIGHT, PAGE_ROWS = 640, 100
THEME = (
    "themeQuartz.withParams({fontFamily: 'inherit', fontSize: 14, foregroundColor: '#16202B', accentColor: '#12436D', "
    "borderColor: '#D8DEE4', headerBackgroundColor: '#FFFFFF', headerTextColor: '#44505C', wrapperBorderRadius: 0, "
    "borderRadius: 3, inputBorder: '1px solid #6A7580', cellHorizontalPadding: 12})"
)
"""The grid in the look of every table: tokens of dashboard.css."""

for _script in dash_ag_grid.AgGrid._js_dist:
    if _script.get("relative_package_path") == SCRIPT:
        _script["dynamic"] = True  # served to who asks for it, and in no page's list of scripts


@dataclass(frozen=True, kw_only=True)
class GridColumn:
    """One column: the field of its rows, its heading, its width in px, and the field that sorts it, if another."""

    field: str
    title: str
    width: int = 140
    sort: str = ""
    is_number: bool = False


def grid(name: str, rows: Sequence[Mapping], columns: Sequence[GridColumn]) -> html.Div:
    """A place for a grid of rows, filled by the browser once its script is there; `name` says what it shows."""
    return html.Div(
        [
            dcc.Store(
                id="grid-asked",
                data={
                    "script": "/_dash-component-suites/dash_ag_grid/"
                    + build_fingerprint(SCRIPT, dash_ag_grid.__version__, 1),
                    "props": _props(rows, columns),
                },
            ),
            html.Div(
                html.P("Loading the grid…", role="status"),
                id="grid-place",
                style={"height": f"{HEIGHT}px"},
            ),
        ],
        className="grid-of-rows",
        role="region",
        **{"aria-label": name},
    )


def _props(rows: Sequence[Mapping], columns: Sequence[GridColumn]) -> dict:
    return {
        "id": "grid-of-rows",
        "rowData": list(rows),
        "columnDefs": [_definition(column) for column in columns],
        "defaultColDef": {"sortable": True, "resizable": True, "filter": True, "floatingFilter": True},
        "dashGridOptions": {
            "pagination": True,
            "paginationPageSize": PAGE_ROWS,
            "paginationPageSizeSelector": False,
            "ensureDomOrder": True,
            "enableCellTextSelection": True,
            "suppressColumnVirtualisation": True,
            "animateRows": False,
            "rowHeight": 36,
            "theme": {"function": THEME},
        },
        "style": {"height": f"{HEIGHT}px", "width": "100%"},
    }


def _definition(column: GridColumn) -> dict:
    asked = {"field": column.field, "headerName": column.title, "width": column.width}
    if column.sort:
        asked["comparator"] = {"function": f"sortedBy('{column.sort}')(nodeA, nodeB, isDescending)"}
    if column.is_number:
        asked["type"] = "rightAligned"
    return asked


def callbacks(app: Dash) -> None:
    """Let the browser fill the places of grids; a page that shows one calls it from its own `callbacks`."""
    app.clientside_callback(
        ClientsideFunction("grid", "fill"), Output("grid-place", "children"), Input("grid-asked", "data")
    )
