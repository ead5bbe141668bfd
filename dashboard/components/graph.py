"""The one way to put a chart on a page: no menu, no sharing, nothing fetched, described in words."""

from dash import dcc, html

CONFIG = {
    "displayModeBar": False,
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "scrollZoom": False,
    "doubleClick": False,
    "showTips": False,
    "topojsonURL": "/assets/",
}


def graph(figure: dict, words: str, *, title: str = "", note: str = "") -> html.Figure:
    """A chart in a figure: `title` and grey `note` above it, `words` as its text alternative."""
    return html.Figure(
        [
            html.P([title, html.Span(f" {note}" if note else "")], className="ct") if title else None,
            html.Div(
                dcc.Graph(
                    figure=figure,
                    config=CONFIG,
                    responsive=True,
                    style={"height": f"{figure['layout']['height']}px"},
                ),
                role="img",
                className="chart",
                **{"aria-label": words},
            ),
            _save_picture(title or words),
        ]
    )


def _save_picture(of: str) -> html.P:
    """Buttons that save the chart above them; a working page's lead to the version to share, where they save."""
    name = html.Span(f" of the chart: {of[:80]}", className="vh")
    return html.P(
        [
            html.Button(
                [f"Save as {kind.upper()}", name], type="button", **{"data-action": "picture", "data-kind": kind}
            )
            for kind in ("svg", "png")
        ],
        className="pictures",
    )
