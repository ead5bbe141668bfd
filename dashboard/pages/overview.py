"""The way in: how the authority stands against England, which schools are silent, what changed, how fresh it is."""

from collections.abc import Mapping, Sequence

import polars as pl
from dash import html

from dashboard.components.downloads import Download
from dashboard.components.links import address, school_path
from dashboard.components.page import head, section
from dashboard.components.results import KINDS
from dashboard.components.rows import interval_rows
from dashboard.components.tables import Column, table
from dashboard.components.words import count, day, listed, missing_mark, school_year, sentence, short_day
from dashboard.figures.by_year import Line, Point, axis_range
from dashboard.pages import Page, PageNotFound
from dashboard.queries import build as build_queries
from dashboard.queries import catalogue
from dashboard.queries import results as result_queries
from dashboard.queries import schools as school_queries

PAGE = Page(path="/", title="Overview", order=1)
SILENT_SHOWN = 12


def layout(**query: str) -> list:
    """The page; it takes no choices."""
    build = build_queries.build()
    schools = school_queries.schools()
    open_schools = schools.filter(pl.col("status") != "closed")
    silent = open_schools.filter(pl.col("why_silent").is_not_null() & (pl.col("why_silent") != ""))
    return [
        head("Overview", _lede(build, open_schools, silent)),
        _phases(open_schools),
        _headlines(build),
        _silent(silent),
        _changes(build),
        _freshness(),
    ]


def _lede(build: Mapping, open_schools: pl.DataFrame, silent: pl.DataFrame) -> str:
    clusters = school_queries.clusters().height
    said = f"{count(open_schools.height, 'open school')} in {build['la_name']}"
    said += f" and {count(clusters, 'cluster')}. " if clusters else ". "
    return said + (
        f"{sentence(count(silent.height, 'school has', 'schools have'))} no recent figures: they are listed, not dropped."
        if silent.height
        else "Every open school has recent figures."
    )


def _phases(open_schools: pl.DataFrame) -> html.Div:
    counted = open_schools.group_by("phase").agg(
        pl.len().alias("schools"), pl.col("pupils").sum().alias("pupils"), pl.col("pupils").null_count().alias("unknown"),
        pl.col("is_academy").sum().alias("academies"),
    ).sort("schools", descending=True)
    rows = counted.rows(named=True)
    return section(
        "phases",
        "Schools by phase",
        table(
            rows,
            [
                Column(title="Phase", cell=lambda r: html.A(sentence(r["phase"] or "not known"), href=address("/schools", phase=r["phase"]))),
                Column(title="Open schools", cell=lambda r: f"{r['schools']:,}", is_number=True),
                Column(title="Of them academies", cell=lambda r: f"{r['academies']:,}" if r["academies"] is not None else "", is_number=True),
                Column(title="Pupils on roll", cell=lambda r: _pupils(r), is_number=True),
            ],
        ),
        note="Every school in the register is counted, whatever is missing about it.",
    )


def _pupils(row: Mapping) -> str | html.Span:
    if row["unknown"] == row["schools"]:
        return missing_mark("no_row")
    known = f"{row['pupils']:,}"
    return f"{known} ({row['unknown']} not known)" if row["unknown"] else known


def _headlines(build: Mapping) -> html.Section:
    measures = catalogue.measures()
    frame = result_queries.headlines().filter(pl.col("value").is_not_null())
    blocks = []
    for key, measure in measures.items():
        if not measure.headline:
            continue
        own = frame.filter(pl.col("measure") == key)
        latest = own.filter(pl.col("kind") == "authority")["year"].max()
        if latest is None:
            continue
        blocks.append((measure, latest, _lines(own.filter(pl.col("year") == latest), build)))
    items = [_headline(*block) for block in blocks]
    return section(
        "headlines",
        f"{build['la_name']} and England",
        html.Div(items, className="grid g2") if items else html.P("No headline figure of the authority is in this build: no data."),
        note="The newest published year of each headline measure. Which schools need attention is not judged here.",
    )


def _lines(frame: pl.DataFrame, build: Mapping) -> list[Line]:
    lines = []
    for kind, label in (("authority", build["la_name"]), ("england", "England")):
        row = next(iter(frame.filter(pl.col("kind") == kind).sort("phase", nulls_last=False).iter_rows(named=True)), None)
        if row:
            point = Point(year=row["year"], value=row["value"], status=row["status"], n=row["n"])
            lines.append(Line(key=KINDS[kind], label=label, points=[point]))
    return lines


def _headline(measure, year: int, lines: Sequence[Line]) -> html.Article:
    values = {line.key: line.points[0].value for line in lines}
    if "england" in values and "authority" in values:
        gap = round(values["authority"], measure.unit.decimals) - round(values["england"], measure.unit.decimals)
        words = measure.format(abs(gap)).replace("%", "").replace("+", "")
        unit = " points" if measure.unit.percent_sign or "score" in measure.unit.key else ""
        said = "The same as England" if round(gap, measure.unit.decimals) == 0 else f"{words}{unit} {'above' if gap > 0 else 'below'} England"
    else:
        said = measure.format(values.get("authority")) or "No figure for England to compare with"
    return html.Article(
        [
            html.H3([html.Span(measure.label, className="of"), html.Span(": ", className="vh"), said]),
            html.P(f"{sentence(measure.unit.name)}, all pupils, {school_year(year)}", className="sub"),
            interval_rows(measure, [(line, line.points[0]) for line in lines], axis_range(measure, lines)),
        ],
        className="measure",
    )


def _silent(silent: pl.DataFrame) -> html.Section:
    rows = silent.sort("name").head(SILENT_SHOWN).rows(named=True)
    columns = [
        Column(title="School", cell=lambda r: html.A(r["name"], href=school_path(r["urn"]))),
        Column(title="Phase", cell=lambda r: sentence(r["phase"] or "")),
        Column(title="Why it is silent", cell=lambda r: sentence(r["why_silent"])),
        Column(title="Cluster", cell=lambda r: r["clusters"] or "None"),
    ]
    more = html.P(html.A(f"All {silent.height} silent schools", href="/schools?data=silent"), className="go") if silent.height > SILENT_SHOWN else None
    return section(
        "silent",
        f"No school left behind: {count(silent.height, 'silent school')}",
        table(rows, columns, is_stacked=True) if rows else html.P("None: every open school has a recent figure."),
        more,
        note="Open schools without a recent figure, and why.",
    )


def _changes(build: Mapping) -> html.Section:
    rows = build_queries.changes().rows(named=True)
    columns = [
        Column(title="What", cell=lambda r: [html.B(sentence(r["what"] or "")), html.Span(f" {r['kind']}", className="mute")]),
        Column(title="Before", cell=lambda r: r["before"] or "None", is_number=True),
        Column(title="Now", cell=lambda r: r["after"] or "None", is_number=True),
        Column(title="Note", cell=lambda r: r["note"] or ""),
    ]
    return section(
        "changes",
        "What changed since the last build",
        table(rows, columns, is_stacked=True) if rows else html.P("This is the first build, so there is nothing to compare it with."),
        note=f"Build {build['version']} of {day(build['built_at'])}.",
    )


def _freshness() -> html.Section:
    steps = [
        html.Li(
            [
                html.B(row["source_title"]),
                html.Span([row["edition"] or "", " ", html.Span(sentence(row["release"]), className="tag state") if row["release"] else ""]),
                html.Span(f"Published {short_day(row['published'])}" if row["published"] else "Publication date: no data", className="when"),
            ]
        )
        for row in build_queries.currency().iter_rows(named=True)
    ]
    return section(
        "fresh",
        "How fresh the data are",
        html.Ol(steps, className="steps"),
        html.P(html.A("Every file, and those not loaded", href="/about"), className="go"),
        note="The newest edition of each source in this build. Every figure keeps its own date.",
    )


def download(name: str, **query: str) -> Download:
    """The changes since the last build. Raises PageNotFound for any other name."""
    if name != "changes":
        raise PageNotFound("There is no such table.")
    return Download(name="changes", title="What changed since the last build", frame=build_queries.changes())
