"""My schools: choose them once, by pasting a list or by ticking names, and carry them in the link to every page."""

from collections.abc import Mapping, Sequence
from itertools import groupby

import polars as pl
from dash import dcc, html

from dashboard.components.choices import are_mine, choose, urns_of
from dashboard.components.links import address, school_path
from dashboard.components.page import copy_link, head, section
from dashboard.components.tables import Column, table
from dashboard.components.words import count, sentence
from dashboard.pages import Page
from dashboard.queries import schools as school_queries

PAGE = Page(path="/my-schools", title="My schools", keeps=("mine",))
LONGEST_PASTE = 6_000
"""Characters of a pasted list: it travels in the address."""


def layout(**query: str) -> list:
    """The page. Choices: mine, the schools chosen so far; paste, a list of URNs or names to add to them."""
    # a pasted line may hold commas, so `paste` is taken as it comes
    chosen = choose(PAGE.path, query, {"mine": "", "paste": ""}, {"mine": are_mine, "paste": _is_short})
    named, unclear = school_queries.pasted(chosen["paste"]) if chosen["paste"] else ((), ())
    everyone = school_queries.schools().filter(~pl.col("status").fill_null("").str.starts_with("closed"))
    wanted = tuple(dict.fromkeys((*urns_of(chosen["mine"]), *named)))
    mine = everyone.filter(pl.col("urn").is_in(list(wanted)))
    gone = [urn for urn in wanted if urn not in set(everyone["urn"])]
    kept = ",".join(str(urn) for urn in mine["urn"])
    return [
        head("My schools", _lede(mine.height), actions=_actions(kept)),
        chosen.notice(),
        _unclear(unclear, gone, kept),
        section("chosen", "The schools you chose", _list(mine, kept)) if mine.height else None,
        section("paste", "Paste a list", _paste_form(kept), note="URNs or names, one on each line; they are added."),
        section("tick", "Or tick them", _tick_form(everyone, set(mine["urn"]))),
    ]


def _is_short(text: str) -> bool:
    return len(text) <= LONGEST_PASTE


def _lede(size: int) -> str:
    if not size:
        return (
            "Choose your schools once; lists and charts then show them. Nothing is kept on this site: the choice is in "
            "the link, so bookmark it."
        )
    return (
        f"You chose {count(size, 'school')}. The choice is in the link and goes with you from page to page: bookmark "
        "the list of schools to talk to first, and it opens with them."
    )


def _actions(kept: str) -> list:
    if not kept:
        return []
    return [copy_link(), html.A("Talk to first", href=address("/talk-first", mine=kept), className="btn primary")]


def _list(mine: pl.DataFrame, kept: str) -> html.Div:
    urns = urns_of(kept)

    def without(urn: int) -> str:
        return address(PAGE.path, mine=",".join(str(one) for one in urns if one != urn))

    columns = [
        Column(title="School", cell=lambda r: html.A(r["name"], href=school_path(r["urn"]), className="nm")),
        Column(title="URN", cell=lambda r: str(r["urn"]), is_number=True),
        Column(title="Phase", cell=lambda r: sentence(r["phase"] or ""), is_minor=True),
        Column(title="Cluster", cell=lambda r: r["clusters"] or html.Span("None", className="mute"), is_minor=True),
        Column(
            title="Take out",
            cell=lambda r: html.A(["Take out", html.Span(f" {r['name']}", className="vh")], href=without(r["urn"])),
        ),
    ]
    return html.Div(
        [
            table(mine.rows(named=True), columns),
            html.P(
                [
                    html.A("Talk to first", href=address("/talk-first", mine=kept)),
                    " · ",
                    html.A("All schools", href=address("/schools", mine=kept)),
                    " · ",
                    html.A("Choose none", href=PAGE.path),
                ],
                className="go",
            ),
        ]
    )


def _unclear(unclear: Sequence[tuple[str, tuple[int, ...]]], gone: Sequence[int], kept: str) -> html.Div | None:
    """What was pasted and is not one school, with the schools that it may mean."""
    if not unclear and not gone:
        return None
    lines = [html.Li([html.B(f"“{line[:80]}”"), ": ", *_candidates(urns, kept)]) for line, urns in unclear]
    lines += [html.Li([html.B(f"URN {urn}"), ": no open school of this authority"]) for urn in gone]
    return html.Div(
        [html.P(html.B(f"{sentence(count(len(lines), 'line'))} not added.")), html.Ul(lines)],
        className="notice caution",
        role="status",
    )


def _candidates(urns: Sequence[int], kept: str) -> list:
    if not urns:
        return ["no open school has this URN or these words in its name"]
    parts: list = ["which one? "]
    for urn in urns:
        added = ",".join(part for part in (kept, str(urn)) if part)
        parts += [html.A(f"Add {school_queries.school(urn)['name']}", href=address(PAGE.path, mine=added)), " "]
    return parts


def _hidden(kept: str) -> html.Div:
    return html.Div(dcc.Input(type="hidden", name="mine", value=kept, id="hidden-mine"), hidden=True)


def _paste_form(kept: str) -> html.Form:
    return html.Form(
        [
            html.Div(
                [
                    html.Label("URNs or names", htmlFor="field-paste"),
                    html.Textarea(id="field-paste", name="paste", rows=5, maxLength=LONGEST_PASTE, className="inp"),
                ],
                className="f long",
            ),
            _hidden(kept),
            html.Div(html.Button("Add these schools", type="submit", className="btn"), className="f act"),
        ],
        action=PAGE.path,
        method="get",
        className="filters paste",
    )


def _tick_form(everyone: pl.DataFrame, mine: set[int]) -> html.Form:
    """Boxes for every open school, by cluster where there are clusters and else by phase."""
    by = "clusters" if everyone["clusters"].fill_null("").ne("").any() else "phase"
    first = pl.col(by).fill_null("").str.split(", ").list.first()
    rows = everyone.with_columns(first.alias("heading")).sort(pl.col("heading") == "", "heading", "name")
    return html.Form(
        [
            *(
                _boxes(heading, list(schools), mine)
                for heading, schools in groupby(rows.rows(named=True), key=lambda r: r["heading"])
            ),
            html.P(html.Button("Choose the ticked schools", type="submit", className="btn primary")),
        ],
        action=PAGE.path,
        method="get",
        className="ticking",
    )


def _boxes(heading: str, rows: Sequence[Mapping], mine: set[int]) -> html.Details:
    ticked = [str(row["urn"]) for row in rows if row["urn"] in mine]
    options = [{"label": row["name"], "value": str(row["urn"])} for row in rows]
    said = f"{len(ticked)} of {len(rows)}"
    name = sentence(heading) or "In no cluster"
    return html.Details(
        [
            html.Summary([name, html.Span(f" · {said} ticked", className="mute")]),
            html.Div(
                dcc.Checklist(options=options, value=ticked, className="boxes", labelClassName="box"),
                role="group",
                **{"data-name": "mine", "aria-label": name},
            ),
        ],
        open=bool(ticked),
        className="disc",
    )
