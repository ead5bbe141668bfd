"""About the data: what is loaded and what comes next, every file, who is missing, what was set aside, every measure."""

from collections.abc import Mapping
from itertools import groupby

import polars as pl
from dash import html

from dashboard.components.downloads import Download, download_links
from dashboard.components.fields import filter_form, text
from dashboard.components.links import address, school_path
from dashboard.components.measure_block import BETTER
from dashboard.components.page import facts, head, ignored, rail, section
from dashboard.components.tables import Column, table
from dashboard.components.words import count, day, edition, listed, school_year, sentence
from dashboard.pages import Page, PageNotFound
from dashboard.queries import build as build_queries
from dashboard.queries import catalogue, evidence
from dashboard.queries import overview as overview_queries
from pipelines.measures import Measure

PAGE = Page(path="/about", title="About the data", order=90, has_figures=False)
MOST_MEASURES, LONGEST = 25, 220
"""Measures listed at once, and letters of a definition among them; the whole of it is on the page about methods."""
PARTS = (
    ("What is loaded", "loaded"),
    ("Schools missing in a file", "completeness"),
    ("Every file", "files"),
    ("Not loaded", "left"),
    ("Set aside", "rejects"),
    ("Find a measure", "definitions"),
    ("Not verified", "unverified"),
    ("Licences", "licences"),
)


def layout(**query: str) -> list:
    """The page. Choices: q, words that a measure must have; others are named and ignored."""
    build = build_queries.build()
    files = build_queries.sources()
    used, left = files.filter(pl.col("status") == "ingested"), files.filter(pl.col("status") != "ingested")
    missing = _missing_rows()
    unused = [
        f"“{key}={value[:60]}” means nothing on this page." for key, value in query.items() if value and key != "q"
    ]
    asked = query.get("q", "").strip()
    return [
        head("About the data", _lede(used, left, missing)),
        ignored(unused, address(PAGE.path, q=asked)),
        html.Div(
            [
                rail(PARTS),
                html.Div(
                    [
                        _loaded(build, used),
                        _completeness(missing),
                        _files(used),
                        _left(left),
                        _rejects(),
                        _definitions(asked),
                        _unverified(),
                        _licences(files),
                    ]
                ),
            ],
            className="withrail",
        ),
    ]


def _lede(used: pl.DataFrame, left: pl.DataFrame, missing: list[Mapping]) -> str:
    schools = len({row["urn"] for row in missing})
    gone = count(left.height, "file was", "files were")
    whom = "it" if schools == 1 else "them"
    away = f"{count(schools, 'school is', 'schools are')} missing in a file that should have {whom}"
    return (
        f"{count(used['source'].n_unique(), 'source')} in {count(used.height, 'file')} make this snapshot. "
        f"{sentence(gone)} not loaded, and {away}: each is below, with the reason."
    )


def _loaded(build: Mapping, used: pl.DataFrame) -> html.Section:
    first = used.sort("year", "edition", descending=True, nulls_last=True).unique("source", maintain_order=True)
    counted = used.group_by("source").agg(pl.len().alias("files"), pl.col("observations").sum().alias("figures"))
    weights = build_queries.currency().select("source", "weight")
    rows = (
        first.drop("observations")
        .join(counted, on="source")
        .join(weights, on="source", how="left")
        .sort("weight", "figures", "source", descending=[True, True, False], nulls_last=True)
        .rows(named=True)
    )
    columns = [
        Column(
            title="Source",
            cell=lambda r: html.A(r["source_title"] or r["source"], href=f"#source-{r['source']}"),
            width="30%",
        ),
        Column(title="Newest edition", cell=lambda r: [edition(r["edition"]) or "No edition", " ", _state(r)]),
        Column(title="Published", cell=_published),
        Column(title="Next", cell=lambda r: _next(r["updates"]), width="26%"),
        Column(title="Files", cell=lambda r: f"{r['files']:,}", is_number=True),
    ]
    return section(
        "loaded",
        "What is loaded, and what comes next",
        table(rows, columns, is_stacked=True, classes="dense"),
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
        html.P(html.A("What changed since the build before", href="/whats-new"), className="go"),
        note="The newest edition of each source. What nobody has checked says so; what comes next is the usual time.",
    )


def _state(row: Mapping):
    return html.Span(sentence(row["release"]), className="tag state") if row["release"] else ""


def _next(updates: str | None):
    first, _, _ = (updates or "").partition(";")
    return sentence(first) if first else html.Span("Not known", className="miss")


def _missing_rows() -> list[Mapping]:
    silent = overview_queries.silent()
    if not {"reason_kind", "since"} <= set(silent.columns):
        return []
    missing = silent.filter(pl.col("reason_kind").str.starts_with("missing"))
    return missing.sort("what", "name", "urn").rows(named=True)


def _completeness(rows: list[Mapping]) -> html.Section:
    title, note = (
        "Schools missing in a file",
        "A school that a file leaves out stays in every list and says what is missing.",
    )
    if not rows:
        return section(
            "completeness",
            title,
            html.P("None: every open school is in every newest file that should have it."),
            note=note,
        )
    counted: dict[str, int] = {}
    for row in rows:
        counted[row["what"]] = counted.get(row["what"], 0) + 1
    columns = [
        Column(
            title="School", cell=lambda r: html.A(r["name"] or str(r["urn"]), href=school_path(r["urn"])), width="34%"
        ),
        Column(title="URN", cell=lambda r: str(r["urn"])),
        Column(title="What is missing", cell=lambda r: html.Span(f"{r['what']}: missing", className="miss")),
        Column(title="School year", cell=lambda r: school_year(r["since"]) if r["since"] else "Not known"),
        Column(title="Phase", cell=lambda r: sentence(r["phase"] or "not known")),
    ]
    shown = table(rows, columns, is_stacked=True, classes="dense")
    said = listed([f"{number} in {what}" for what, number in counted.items()])
    return section(
        "completeness",
        f"{title}: {len({row['urn'] for row in rows})}",
        html.P(f"Schools without a row in the newest edition: {said}."),
        shown if len(rows) <= 12 else html.Details([html.Summary("Which schools"), shown]),
        download_links(PAGE.path, "missing-schools", len(rows)),
        note=note,
    )


def _files(used: pl.DataFrame) -> html.Section:
    groups = []
    ordered = used.rows(named=True)
    for source, rows in groupby(ordered, key=lambda r: r["source"]):
        held = list(rows)
        first = held[0]
        page = (
            html.A("publisher’s page", href=first["landing_page"], rel="noreferrer")
            if (first["landing_page"] or "").startswith("http")
            else ""
        )
        said = f"{first['publisher'] or 'Publisher not recorded'} · {first['licence'] or 'licence not recorded'} "
        groups.append(
            html.Details(
                [
                    html.Summary(
                        f"{first['source_title'] or source}, {count(len(held), 'file')}", id=f"source-{source}"
                    ),
                    html.P([said, page and "· ", page], className="small mute"),
                    table(held, _file_columns(), is_stacked=True, classes="dense"),
                ],
                className="disc",
            )
        )
    return section(
        "files",
        "Every file",
        *(groups or [html.P("No file was loaded.")]),
        download_links(PAGE.path, "files", used.height),
        note="As published, never edited: edition, state, date, fingerprint (SHA-256), rows, figures taken from it.",
    )


def _file_columns() -> list[Column]:
    return [
        Column(
            title="Edition",
            cell=lambda r: html.Span(
                [edition(r["edition"]) or "No edition", " ", _state(r)], id=f"file-{r['file_id']}"
            ),
        ),
        Column(title="Published", cell=lambda r: [_published(r), *_fetched(r)]),
        Column(title="File and fingerprint", cell=_file, width="36%"),
        Column(title="Rows", cell=lambda r: _number(r["rows"]), is_number=True),
        Column(title="Figures", cell=lambda r: _number(r["observations"]), is_number=True),
        Column(title="Set aside", cell=lambda r: _number(r["rejects"]), is_number=True),
    ]


def _fetched(row: Mapping) -> list:
    return [html.Div(f"fetched {day(row['fetched'])}", className="micro mute")] if row["fetched"] else []


def _file(row: Mapping) -> list:
    remarks = list(row["notes"] or [])
    if row["held_back"]:
        remarks.append(f"columns that are never read: {listed(list(row['held_back']))}")
    details = [html.Summary("Notes"), html.Ul([html.Li(sentence(remark)) for remark in remarks])]
    return [
        html.Span(row["path"], className="path"),
        html.Div(row["sha256"], className="hash") if row["sha256"] else None,
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
        download_links(PAGE.path, "rejects", total) if rows else None,
        note=(
            "Cells and rows that could not be true or could not be read. Each is kept with its reason, "
            "and none became 0."
        ),
    )


def _definitions(asked: str) -> html.Section:
    measures = catalogue.measures()
    words = asked.lower().split()
    found = [m for m in measures.values() if _has(m, words)] if words else [m for m in measures.values() if m.headline]
    columns = [
        Column(title="Measure", cell=lambda m: html.A(m.label, href=f"/methods#measure-{m.key}"), width="26%"),
        Column(title="Definition", cell=_definition),
        Column(
            title="Unit",
            cell=lambda m: [sentence(m.unit.name), html.Div(BETTER[m.polarity], className="micro mute")],
            width="18%",
        ),
        Column(title="Figures", cell=lambda m: html.A("Explore", href=address("/explore", measure=m.key)), width="10%"),
    ]
    shown = found[:MOST_MEASURES]
    said = (
        f"{sentence(count(len(found), 'measure'))} with “{asked}”"
        + (f"; the first {MOST_MEASURES} are shown." if len(found) > len(shown) else ".")
        if words
        else f"The {len(found)} headline measures; search among all {len(measures):,}."
    )
    return section(
        "definitions",
        "Find a measure",
        filter_form(
            PAGE.path, [text("q", "Words in its name or definition", asked, "absence, progress")], button="Find"
        ),
        html.P(
            [html.Span(said), html.A("Show the headline measures", href=f"{PAGE.path}#definitions") if words else ""],
            className="inforce",
            role="status",
        ),
        table(shown, columns, is_stacked=True, classes="dense") if shown else html.P("No measure has these words."),
        download_links(PAGE.path, "definitions", len(measures)),
        note="Made from the catalogue that the figures are made with; a name leads to years, breaks and groups.",
    )


def _has(measure: Measure, words: list[str]) -> bool:
    said = f"{measure.label} {measure.topic} {measure.definition} {measure.key}".lower()
    return all(word in said for word in words)


def _definition(measure: Measure) -> list:
    return [
        measure.definition if len(measure.definition) <= LONGEST else measure.definition[:LONGEST].rstrip() + "…",
        html.Div(measure.topic, className="micro mute"),
        "" if measure.verified else html.Div("Not yet verified.", className="micro mute"),
    ]


def _unverified() -> html.Section:
    known = evidence.assumptions()
    dates = build_queries.sources().filter(
        pl.col("published").is_not_null() & ~pl.col("published_verified").fill_null(False)
    )
    return section(
        "unverified",
        "Not verified",
        html.P(
            f"{(~known['verified']).sum()} of {known.height} thresholds, constants and definitions, and the "
            f"publication dates of {count(dates.height, 'file')}, have not been confirmed in the publisher’s own "
            "words. Figures that rest on them say so."
        ),
        html.P(html.A("Each of them, with its source", href="/methods#thresholds"), className="go"),
        download_links("/methods", "assumptions", known.height),
    )


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
    """Files, schools missing in one, what was set aside, measures. Raises PageNotFound otherwise."""
    if name == "files":
        return Download(
            name="files", title="Files of this build", frame=build_queries.sources().drop("held_back", "notes")
        )
    if name == "missing-schools":
        columns = ("urn", "name", "phase", "what", "since", "detail")
        rows = [{column: row[column] for column in columns} for row in _missing_rows()]
        schema = {"urn": pl.Int64, "since": pl.Int64, **{c: pl.String for c in columns if c not in ("urn", "since")}}
        frame = pl.DataFrame(rows, schema={column: schema[column] for column in columns})
        return Download(
            name="missing-schools", title="Schools without a row in a file that should have one", frame=frame
        )
    if name == "rejects":
        return Download(name="rejects", title="Cells and rows set aside", frame=build_queries.rejects(1_000_000))
    if name == "definitions":
        return Download(name="definitions", title="Definitions", frame=catalogue.definitions())
    raise PageNotFound("There is no such table.")
