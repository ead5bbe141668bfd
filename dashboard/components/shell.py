"""What stands around every page: skip link, header, search, navigation, banners, data strip, footer."""

from collections.abc import Iterable

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components import marks, page
from dashboard.components.links import address

PRODUCT = "School improvement"
SEARCH_HINT = "School name, URN or postcode"


def frame() -> html.Div:
    """The page without its content: an address fills `content`, `authority`, `nav`, `strip`, `footer`."""
    return html.Div(
        [
            dcc.Location(id="address", refresh="callback-nav"),
            dcc.Store(id="page"),
            html.A("Skip to main content", href="#main", className="skip"),
            html.Header(
                [
                    html.Div(
                        html.Div(
                            [
                                html.A(
                                    [marks.logo(), PRODUCT, html.Span(id="authority")],
                                    href="/",
                                    className="brand",
                                ),
                                html.Form(
                                    [
                                        html.Label(
                                            "Find a school by name, URN, LAESTAB or postcode",
                                            htmlFor="find",
                                            className="vh",
                                        ),
                                        dcc.Input(
                                            id="find",
                                            name="q",
                                            type="search",
                                            placeholder=SEARCH_HINT,
                                            autoComplete="off",
                                            spellCheck="false",
                                        ),
                                        html.Button("Find school", type="submit"),
                                    ],
                                    action="/find",
                                    method="get",
                                    role="search",
                                    className="find",
                                ),
                            ],
                            className="wrap",
                        ),
                        className="top",
                    ),
                    html.Nav(id="nav", **{"aria-label": "Main"}),
                ]
            ),
            html.Div(id="strip"),
            html.Main(
                html.Div(html.P("Loading…", role="status"), className="wrap", id="content"),
                id="main",
                tabIndex=-1,
            ),
            html.Div(id="loading", role="status", className="vh"),
            html.Div(id="footer"),
        ]
    )


def navigation(items: Iterable[tuple[str, str, bool]]) -> html.Details:
    """The pages in their order: (title, address, is it the current one); folded on a phone."""
    return html.Details(
        [
            html.Summary("Menu", className="wrap"),
            html.Ul(
                [
                    html.Li(html.A(title, href=href, **({"aria-current": "page"} if is_current else {})))
                    for title, href, is_current in items
                ],
                className="wrap",
            ),
        ],
        className="nav",
    )


def strip(*, is_sample: bool, notice: str | None, sources: Iterable[tuple[str, str]], snapshot: str) -> list[Component]:
    """The banner of a sample, and the line of what is loaded: (source, edition and state)."""
    lead, _, rest = (notice or "Sample data: this authority is fictional.").partition(". ")
    sample = html.Div(
        html.Div([html.B(lead.rstrip(".") + "."), " ", rest], className="wrap"),
        className="sample",
        role="region",
        **{"aria-label": "Sample data notice"},
    )
    line = html.Div(
        html.Div(
            [
                *(
                    html.Span([html.B(source), f" {edition}"], className="more" if index else "")
                    for index, (source, edition) in enumerate(sources)
                ),
                html.Span(
                    [
                        "Snapshot ",
                        html.B(snapshot),
                        " · ",
                        html.A("what is new", href="/whats-new"),
                    ],
                    className="snap",
                ),
            ],
            className="wrap",
        ),
        className="currency-line",
        role="region",
        **{"aria-label": "Data in use"},
    )
    return [*([sample] if is_sample else []), line]


FOOTER = (
    ("Help", "/help"),
    ("About the data", "/about"),
    ("Glossary", "/glossary"),
    ("Methods", "/methods"),
    ("Accessibility statement", "/accessibility"),
)


def footer(version: str, attributions: Iterable[str], *, here: str = "/") -> html.Footer:
    """Links, the licence line and the snapshot, which also print; feedback takes the page it is about along."""
    feedback = address("/feedback", page="" if here.startswith("/feedback") else here)
    return html.Footer(
        html.Div(
            [
                html.Ul([html.Li(html.A(words, href=href)) for words, href in (*FOOTER, ("Feedback", feedback))]),
                html.P(" ".join(attributions)),
                html.P(f"Snapshot {version}. Advisers judge a school; this product never does."),
            ],
            className="wrap",
        ),
        className="site",
    )


def not_found(what: str = "") -> list[Component]:
    """The page for an address that leads nowhere."""
    return [
        page.head(
            "Page not found",
            [
                what or "There is no page at this address.",
                " Check the address, or find a school by name or URN above.",
            ],
        ),
        html.P(
            [
                html.A("Go to the overview", href="/", className="btn"),
                " ",
                html.A("See all schools", href="/schools", className="btn quiet"),
            ]
        ),
    ]


def not_allowed(why: str) -> list[Component]:
    """The page for a reader whose role may not see what the address names."""
    return [
        page.head("Not for your role", [why, " If you need it for your work, ask who runs this site."]),
        html.P(html.A("Go to the overview", href="/", className="btn")),
    ]


def failed(reference: str) -> list[Component]:
    """The page for a fault of ours; the reference finds the fault in the server's log."""
    return [
        page.head(
            "Something went wrong",
            "This page could not be made. The fault is ours and has been logged; the other pages still work.",
        ),
        html.P(
            [
                "Try again in a minute. If it happens again, give your support desk this reference: ",
                html.B(reference),
                ".",
            ]
        ),
        html.P(html.A("Go to the overview", href="/", className="btn")),
    ]


def no_build(reason: str) -> list[Component]:
    """The page before the first build."""
    return [page.head("No data has been built yet", reason)]
