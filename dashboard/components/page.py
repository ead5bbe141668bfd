"""The pieces that every page is made of: head, sections, notices, tabs, facts, empty states."""

from collections.abc import Iterable, Sequence

from dash import html
from dash.development.base_component import Component

Content = str | int | float | Component | Sequence["str | Component"]


def head(
    title: str,
    lede: Content | None = None,
    *,
    crumb: Sequence[Content] = (),
    actions: Sequence[Component] = (),
):
    """The top of a page: where it is, its title, its answer in two sentences, and at most three actions."""
    return html.Div(
        [
            html.P(list(crumb), className="crumb") if crumb else None,
            html.Div(
                [
                    html.Div([html.H1(title), html.P(lede, className="lede") if lede else None]),
                    html.Div(list(actions), className="acts") if actions else None,
                ],
                className="head",
            ),
        ]
    )


def copy_link() -> html.Span:
    """The button that copies the address of the view, with a place where it says whether that worked."""
    return html.Span(
        [
            html.Button("Copy link to this view", type="button", className="btn", **{"data-action": "copy"}),
            html.Span(role="status", className="said"),
        ],
        className="copylink",
    )


def section(anchor: str, title: str, *children: Content | None, note: Content | None = None) -> html.Section:
    """A section under an ink rule: heading, one line of grey text, content."""
    return html.Section(
        [
            html.H2(title, id=f"{anchor}-title"),
            html.P(note, className="note") if note else None,
            *(c for c in children if c is not None),
        ],
        id=anchor,
        className="sec",
        **{"aria-labelledby": f"{anchor}-title"},
    )


def facts(pairs: Iterable[tuple[str, Content | None]]) -> html.Dl:
    """Terms with their values in a row; a pair without a value says 'No data'."""
    return html.Dl(
        [
            html.Div(
                [
                    html.Dt(term),
                    html.Dd(value if value not in (None, "") else html.Span("No data", className="miss")),
                ]
            )
            for term, value in pairs
        ],
        className="facts",
    )


def notice(lead: str, text: Content = "", *, kind: str = "info") -> html.Div:
    """A message that begins with the fact in bold; kind is info, caution or quiet."""
    rest = list(text) if isinstance(text, list | tuple) else [text]
    return html.Div(html.P([html.B(lead), " ", *rest]), className="notice" + ("" if kind == "info" else f" {kind}"))


def ignored(parts: Sequence[str], clear: str) -> html.Div | None:
    """The quiet notice for parts of a link that mean nothing here; None when there are none."""
    if not parts:
        return None
    lead = "One part of the link was not used." if len(parts) == 1 else f"{len(parts)} parts of the link were not used."
    return notice(
        lead,
        [" ".join(parts), " ", html.A("Clear it" if len(parts) == 1 else "Clear them", href=clear)],
        kind="quiet",
    )


def empty(title: str, text: str, action: tuple[str, str] | None = None) -> html.Div:
    """The box for a choice with nothing in it: what happened, what to change, and one way on."""
    return html.Div(
        [
            html.H2(title),
            html.P(text),
            html.A(action[0], href=action[1], className="btn") if action else None,
        ],
        className="state",
    )


def tabs(name: str, items: Iterable[tuple[str, str, bool]]) -> html.Ul:
    """Views of one block as links: (word, address, is it the current one)."""
    return html.Ul(
        [
            html.Li(
                html.A(
                    [word, html.Span(f": {name}", className="vh")],
                    href=href,
                    **({"aria-current": "true"} if is_current else {}),
                )
            )
            for word, href, is_current in items
        ],
        className="tabs",
        **{"aria-label": f"Views of {name}"},
    )


def segments(label: str, items: Iterable[tuple[str, str, bool]]) -> html.Div:
    """A switch of links, one of them current: (word, address, is it the current one)."""
    return html.Div(
        [
            html.A(word, href=href, **({"aria-current": "true"} if is_current else {}))
            for word, href, is_current in items
        ],
        className="seg",
        role="group",
        **{"aria-label": label},
    )


def contents(sections: Iterable[Component]) -> list[tuple[str, str]]:
    """Titles and anchors of what `section` made, as `rail` lists them; anything else is left out."""
    return [(part.children[0].children, part.id) for part in sections if isinstance(part, html.Section)]


def rail(items: Iterable[tuple[str, str]], elsewhere: Iterable[tuple[str, str]] = ()) -> html.Nav:
    """The list of a long page's sections: (title, anchor), and links that leave the dashboard."""
    elsewhere = list(elsewhere)
    return html.Nav(
        [
            html.H2("On this page"),
            html.Ol([html.Li(html.A(title, href=f"#{anchor}")) for title, anchor in items]),
            *(
                [
                    html.H2("Elsewhere"),
                    html.P(
                        [html.A(title, href=href, rel="noreferrer") for title, href in elsewhere],
                        className="small",
                    ),
                ]
                if elsewhere
                else []
            ),
        ],
        className="rail",
        **{"aria-label": "On this page"},
    )
