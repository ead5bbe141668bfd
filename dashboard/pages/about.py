"""About the data: every source, edition and file, what was set aside, licences, every definition."""

from collections.abc import Mapping
from itertools import groupby

import polars as pl
from dash import html

from dashboard.components.downloads import Download, download_links
from dashboard.components.measure_block import BETTER
from dashboard.components.page import facts, head, rail, section
from dashboard.components.tables import Column, table
from dashboard.components.words import count, day, edition, listed, school_year, sentence
from dashboard.pages import Page, PageNotFound
from dashboard.queries import build as build_queries
from dashboard.queries import catalogue, evidence
from pipelines.measures.vocabulary import MINUS

PAGE = Page(path="/about", title="About the data", order=90, has_figures=False)


def layout(**query: str) -> list:
    """The page; it takes no choices."""
    build = build_queries.build()
    files = build_queries.sources()
    used, left = files.filter(pl.col("status") == "ingested"), files.filter(pl.col("status") != "ingested")
    parts = [
        ("This snapshot", "snapshot"),
        ("Sources", "files"),
        ("Not loaded", "left"),
        ("Set aside", "rejects"),
        ("Missing values", "missing"),
        ("Definitions", "definitions"),
        ("Not verified", "unverified"),
        ("Licences", "licences"),
    ]
    return [
        head(
            "About the data",
            f"{count(used['source'].n_unique(), 'source')} in {count(used.height, 'file')} make this snapshot. "
            f"{sentence(count(left.height, 'file was', 'files were'))} not loaded, and the reasons are below.",
        ),
        html.Div(
            [
                rail(parts),
                html.Div(
                    [
                        _snapshot(build, used),
                        _files(used),
                        _left(left),
                        _rejects(),
                        _missing(),
                        _definitions(),
                        _unverified(),
                        _licences(files),
                    ]
                ),
            ],
            className="withrail",
        ),
    ]


def _snapshot(build: Mapping, used: pl.DataFrame) -> html.Section:
    return section(
        "snapshot",
        "This snapshot",
        facts(
            [
                ("Snapshot", build["version"]),
                ("Built", day(build["built_at"])),
                ("Authority", f"{build['la_name']} ({build['la_code']})"),
                ("Region", build["region_name"]),
                ("Newest data", day(build["latest_data"])),
                ("Figures", f"{build['observations'] or 0:,}"),
                ("Code", build["code_version"]),
            ]
        ),
        html.P(build["notice"]) if build["notice"] else None,
    )


def _files(used: pl.DataFrame) -> html.Section:
    has_fetched = used["fetched"].null_count() < used.height
    columns = [
        Column(
            title="Edition",
            cell=lambda r: html.Span(
                [
                    edition(r["edition"]) or "No edition",
                    " ",
                    html.Span(sentence(r["release"]), className="tag state") if r["release"] else "",
                ],
                id=f"file-{r['file_id']}",
            ),
        ),
        Column(title="Published", cell=_published),
        *(
            [Column(title="Fetched", cell=lambda r: day(r["fetched"]) or html.Span("No data", className="miss"))]
            if has_fetched
            else []
        ),
        Column(title="File", cell=_file, width="32%"),
        Column(title="Rows", cell=lambda r: _number(r["rows"]), is_number=True),
        Column(title="Figures", cell=lambda r: _number(r["observations"]), is_number=True),
        Column(title="Set aside", cell=lambda r: _number(r["rejects"]), is_number=True),
    ]
    groups = []
    for name, rows in groupby(used.rows(named=True), key=lambda r: r["source_title"] or r["source"]):
        held = list(rows)
        first = held[0]
        page = html.A("publisher’s page", href=first["landing_page"], rel="noreferrer") if first["landing_page"] else ""
        groups.append(
            html.Article(
                [
                    html.H3(name),
                    html.P(
                        [
                            f"{first['publisher'] or 'Publisher not recorded'} · "
                            f"{first['licence'] or 'licence not recorded'} ",
                            page and "· ",
                            page,
                        ],
                        className="sub",
                    ),
                    table(held, columns, is_stacked=True, classes="dense"),
                ],
                className="measure",
            )
        )
    return section(
        "files",
        "Sources",
        *(groups or [html.P("No file was loaded.")]),
        download_links("/about", "files", used.height),
        note="Every file of this build, as published. A date that nobody has checked says so.",
    )


def _file(row: Mapping) -> list:
    remarks = list(row["notes"] or [])
    if row["held_back"]:
        remarks.append(f"columns that are never read: {listed(list(row['held_back']))}")
    details = [html.Summary("Notes"), html.Ul([html.Li(sentence(remark)) for remark in remarks])]
    return [
        html.Span(row["path"], className="path"),
        html.Details(details, className="disc micro") if remarks else None,
    ]


def _published(row: Mapping):
    if row["published"] is None:
        return html.Span("No data", className="miss")
    return day(row["published"]) + ("" if row["published_verified"] else " (not verified)")


def _number(value: int | None):
    return f"{value:,}" if value is not None else html.Span("No data", className="miss")


def _left(left: pl.DataFrame) -> html.Section:
    columns = [
        Column(title="File", cell=lambda r: html.Span(r["path"], className="path")),
        Column(title="Why it was not loaded", cell=lambda r: sentence(r["reason"] or "No reason recorded")),
    ]
    return section(
        "left",
        "Files that were not loaded",
        table(left.rows(named=True), columns, is_stacked=True, classes="dense")
        if left.height
        else html.P("None: every file that was found was loaded."),
        note="A file is never skipped in silence.",
    )


def _rejects() -> html.Section:
    rows = build_queries.reject_counts().rows(named=True)
    columns = [
        Column(title="Reason", cell=lambda r: sentence(r["reason"] or "No reason recorded")),
        Column(title="What was done", cell=lambda r: sentence(r["consequence"] or "")),
        Column(title="For example in", cell=lambda r: html.Span(r["example"], className="path")),
        Column(title="Files", cell=lambda r: f"{r['files']:,}", is_number=True),
        Column(title="Cells and rows", cell=lambda r: f"{r['rejects']:,}", is_number=True),
    ]
    total = sum(row["rejects"] for row in rows)
    return section(
        "rejects",
        "What was set aside",
        table(rows, columns, is_stacked=True, classes="dense") if rows else html.P("Nothing was set aside."),
        download_links("/about", "rejects", total) if rows else None,
        note=(
            "Cells and rows that could not be true or could not be read. Each is kept with its reason, "
            "and none became 0."
        ),
    )


def _missing() -> html.Section:
    words = [
        ("Suppressed (small numbers)", "The publisher hides the figure because few pupils are behind it."),
        (
            "Not published",
            "The figure exists, but the publisher does not print it for this school, group or year.",
        ),
        (
            "Not applicable",
            "There is nothing to count: no tests that year, no such pupils, or another kind of school.",
        ),
        ("Not yet released", "The figure is expected and has not come out."),
        (
            "No data",
            "The cell is empty or the school has no row in the file, and the publisher does not say why.",
        ),
    ]
    return section(
        "missing",
        "Missing values",
        html.Dl([part for term, text in words for part in (html.Dt(term), html.Dd(text))], className="method"),
        note="One of five words stands wherever there is no number. A missing figure is never 0.",
    )


def _definitions() -> html.Section:
    measures = catalogue.measures().values()
    spans = {row["measure"]: row for row in catalogue.definitions().rows(named=True)}
    topics: dict[str, list] = {}
    for measure in measures:
        topics.setdefault(measure.topic, []).append(measure)

    def years(measure) -> str:
        row = spans[measure.key]
        first = school_year(row["first_year"]) if row["first_year"] else "not known"
        return f"{first} to {school_year(row['last_year']) if row['last_year'] else 'now'}"

    columns = [
        Column(title="Measure", cell=lambda m: html.Span(m.label, id=f"measure-{m.key}"), width="26%"),
        Column(
            title="Definition",
            cell=lambda m: [
                m.definition,
                "" if m.verified else html.Span(" Not yet verified.", className="mute"),
            ],
        ),
        Column(
            title="Unit",
            cell=lambda m: [sentence(m.unit.name), html.Div(BETTER[m.polarity], className="micro mute")],
            width="17%",
        ),
        Column(title="Years", cell=years, width="14%"),
    ]
    return section(
        "definitions",
        "Definitions",
        *(
            html.Details(
                [
                    html.Summary(f"{topic}, {count(len(held), 'measure')}"),
                    table(held, columns, is_stacked=True, classes="dense"),
                ],
                className="disc",
                open=index == 0,
            )
            for index, (topic, held) in enumerate(topics.items())
        ),
        download_links("/about", "definitions", len(spans)),
        note="Made from the catalogue that the figures are made with.",
    )


def _unverified() -> html.Section:
    known = evidence.assumptions()
    rows = known.filter(~pl.col("verified"))
    columns = [
        Column(title="What", cell=lambda r: [html.B(sentence(r["kind"])), html.Br(), r["what"]], width="46%"),
        Column(title="Value", cell=lambda r: (r["value"] or "").replace("-", MINUS)),
        Column(title="Years", cell=lambda r: _years(r["first_year"], r["last_year"])),
        Column(title="Where it is from", cell=lambda r: r["source"] or ""),
    ]
    said = (
        f"{rows.height} of {known.height} thresholds, constants and definitions have not been confirmed in the "
        "publisher’s own words. Figures that rest on them say so."
    )
    return section(
        "unverified",
        "Not verified",
        html.P(said),
        html.Details(
            [
                html.Summary("What is not verified"),
                table(rows.rows(named=True), columns, is_stacked=True, classes="dense"),
            ]
        ),
        download_links("/about", "assumptions", known.height),
        note="Thresholds of rules, spreads of pupils and definitions, each with its source.",
    )


def _years(first: int | None, last: int | None) -> str:
    if first is None or first <= EVER:
        return "Every year"
    return str(first) if first == last else f"{first} to {last}" if last else f"From {first}"


EVER = 2000
"""The first year of rules without one."""


def _licences(files: pl.DataFrame) -> html.Section:
    held = (
        files.filter(pl.col("licence").is_not_null())
        .group_by("licence")
        .agg(pl.col("source_title").unique().sort())
        .sort("licence")
    )
    return section(
        "licences",
        "Licences and attribution",
        html.Dl(
            [
                part
                for row in held.rows(named=True)
                for part in (html.Dt(row["licence"]), html.Dd(", ".join(t for t in row["source_title"] if t)))
            ],
            className="method",
        ),
        html.Ul([html.Li(line) for line in build_queries.attributions()], className="plain"),
    )


def download(name: str, **query: str) -> Download:
    """The files, what was set aside, the definitions, or what figures rest on. Raises PageNotFound otherwise."""
    if name == "files":
        return Download(
            name="files", title="Files of this build", frame=build_queries.sources().drop("held_back", "notes")
        )
    if name == "rejects":
        return Download(name="rejects", title="Cells and rows set aside", frame=build_queries.rejects(1_000_000))
    if name == "definitions":
        return Download(name="definitions", title="Definitions", frame=catalogue.definitions())
    if name == "assumptions":
        title = "Thresholds, constants and definitions"
        return Download(name="assumptions", title=title, frame=evidence.assumptions())
    raise PageNotFound("There is no such table.")
