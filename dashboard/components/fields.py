"""Forms that put a reader's choices into the address: labelled selects and text fields, one button."""

from collections.abc import Mapping, Sequence

from dash import dcc, html
from dash.development.base_component import Component

Options = Sequence[tuple[str, str]]
"""What a select offers: (value, words)."""


def choice(name: str, label: str, options: Options | Mapping[str, Options], value: str) -> html.Div:
    """A labelled select; options are (value, words), or such options under the heading of each of their groups."""
    grouped = options if isinstance(options, Mapping) else {"": options}
    return html.Div(
        [
            html.Label(label, htmlFor=f"field-{name}"),
            html.Select(
                [
                    part
                    for heading, held in grouped.items()
                    for part in (
                        [html.Optgroup(_options(held, value), label=heading)] if heading else _options(held, value)
                    )
                ],
                id=f"field-{name}",
                name=name,
                **{"data-value": value},
            ),
        ],
        className="f",
    )


def _options(options: Options, value: str) -> list[html.Option]:
    return [
        html.Option(words, value=key, **({"selected": "selected"} if key == value else {})) for key, words in options
    ]


def switch(label: str, control: Component) -> html.Div:
    """A labelled place in a form for a switch of links."""
    return html.Div([html.Span(label, className="lab"), control], className="f act")


def text(name: str, label: str, value: str, hint: str = "") -> html.Div:
    """A labelled search field."""
    return html.Div(
        [
            html.Label(label, htmlFor=f"field-{name}"),
            dcc.Input(
                id=f"field-{name}",
                name=name,
                value=value,
                type="search",
                placeholder=hint,
                autoComplete="off",
                className="field",
            ),
        ],
        className="f long",
    )


def number(name: str, label: str, value: int | float | str, *, low: float, high: float) -> html.Div:
    """A labelled field for a whole number between two bounds."""
    return html.Div(
        [
            html.Label(label, htmlFor=f"field-{name}"),
            dcc.Input(
                id=f"field-{name}",
                name=name,
                value=value,
                type="number",
                min=low,
                max=high,
                step=1,
                inputMode="numeric",
                className="field",
            ),
        ],
        className="f",
    )


def filter_form(
    action: str,
    fields: Sequence[html.Div],
    *,
    hidden: Mapping[str, str] | None = None,
    button: str = "Apply",
    name: str = "",
):
    """A form whose fields become the query of `action`; `hidden` values go along.

    `name` tells the forms of one page apart, for the page and for those who hear it read.
    """
    return html.Form(
        [
            *fields,
            html.Div(
                [
                    dcc.Input(type="hidden", name=key, value=value, id="-".join(("hidden", *name.lower().split(), key)))
                    for key, value in (hidden or {}).items()
                ],
                hidden=True,
            ),
            html.Div(
                [
                    html.Span("\u00a0", className="lab", **{"aria-hidden": "true"}),
                    html.Button(button, type="submit", className="btn"),
                ],
                className="f act",
            ),
        ],
        action=action,
        method="get",
        className="filters",
        **({"aria-label": name} if name else {}),
    )
