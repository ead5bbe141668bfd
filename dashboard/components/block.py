"""The block that every figure, map and table stands in: its finding, its views, what to conclude, its source."""

from collections.abc import Callable, Mapping

from dash import html

from dashboard.components.page import Content, tabs

VIEWS = {"chart": "Chart", "table": "Table", "download": "Download", "how": "How", "where": "Where from"}
"""The views of a block: word in the address → word on the page."""


def block(
    key: str,
    *,
    title: Content,
    name: str,
    sub: Content,
    views: Mapping[str, Callable[[], Content]],
    view: str,
    view_address: Callable[[str], str],
    reason: Content = "",
    foot: Content = "",
    words: Mapping[str, str] | None = None,
) -> html.Article:
    """One block in one of its views.

    Args:
        key: short name of the block: its anchor is `m-<key>`, and `<key>=<view>` in the address chooses its view.
        title: the finding, in at most ten words.
        name: what the block is about, for readers of the links alone ('Gap by school').
        sub: measure, group, place, period.
        views: view → function that makes its content; only what is asked is made. Each key is one of VIEWS.
        view: the view asked; one that this block has not is taken as its first.
        view_address: view → the address that shows it.
        reason: what to conclude, in a sentence or two; shown under every view.
        foot: source, edition, state, remarks on the scale.
        words: view → its word where that is not the one of VIEWS ('List').
    """
    shown = view if view in views else next(iter(views))
    content = views[shown]()
    parts = list(content) if isinstance(content, list | tuple) else [content]
    named = {**VIEWS, **(words or {})}
    return html.Article(
        [
            html.Header(
                [
                    html.Div([html.H3(title), html.P(sub, className="sub")]),
                    tabs(name, ((named[one], view_address(one), one == shown) for one in VIEWS if one in views)),
                ]
            ),
            *(part for part in parts if part is not None),
            html.P(reason, className="reason") if reason else None,
            html.P(foot, className="foot") if foot else None,
        ],
        className="measure",
        id=f"m-{key}",
    )


def method(pairs: Mapping[str, Content]) -> html.Dl:
    """How a figure is made, as terms with their texts; a term without a text is left out."""
    return html.Dl(
        [part for term, text in pairs.items() if text for part in (html.Dt(term), html.Dd(text))], className="method"
    )
