"""The way in: the authority against England, silent schools, what changed, how fresh it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl
from dash import html

from dashboard.components.downloads import Download
from dashboard.components.findings import against
from dashboard.components.links import address, school_path
from dashboard.components.marks import spark_range, sparkline
from dashboard.components.page import head, section
from dashboard.components.results import KINDS
from dashboard.components.rows import interval_rows
from dashboard.components.tables import Column, table
from dashboard.components.words import count, day, edition, missing_mark, school_year, sentence, short_day
from dashboard.figures.by_year import COUNTS, Line, Point, axis_range
from dashboard.pages import Page, PageNotFound
from dashboard.queries import build as build_queries
from dashboard.queries import catalogue
from dashboard.queries import results as result_queries
from dashboard.queries import schools as school_queries
from pipelines.measures import Measure

PAGE = Page(path="/", title="Overview", order=1)
SILENT_SHOWN, SOURCES_SHOWN = 12, 12
PHASES = (None, "primary", "secondary")
"""Phases whose figures the overview shows; None: the measure is not published by phase."""

RECENT = 3
"""Figures of this many school years count as recent; older ones are in the table, not at the top."""


def layout(**query: str) -> list:
    """The page; it takes no choices."""
    build = build_queries.build()
    schools = school_queries.schools()
    open_schools = schools.filter(~pl.col("status").fill_null("").str.starts_with("closed"))
    silent = open_schools.filter(pl.col("why_silent").fill_null("") != "")
    standings = _standings(build)
    return [
        head("Overview", _lede(build, open_schools, silent)),
        _tiles(build, standings, open_schools, silent),
        _headlines(build, standings),
        _silent(silent),
        _changes(build),
        _phases(open_schools),
        _freshness(build),
    ]


def _lede(build: Mapping, open_schools: pl.DataFrame, silent: pl.DataFrame) -> str:
    clusters = school_queries.clusters().height
    said = f"{count(open_schools.height, 'open school')} in {build['la_name']}"
    said += f", in {count(clusters, 'cluster')}. " if clusters else ". "
    if silent.is_empty():
        return said + "None of them lacks recent figures or an inspection."
    have = "has" if silent.height == 1 else "have"
    return f"{said}{sentence(count(silent.height, 'school'))} {have} something missing, and no school is left out."


def _phases(open_schools: pl.DataFrame) -> html.Div:
    counted = (
        open_schools.group_by("phase")
        .agg(
            pl.len().alias("schools"),
            pl.col("pupils").sum().alias("pupils"),
            pl.col("pupils").null_count().alias("unknown"),
            pl.col("is_academy").sum().alias("academies"),
        )
        .sort("schools", descending=True)
    )
    rows = counted.rows(named=True)
    return section(
        "phases",
        "Schools by phase",
        table(
            rows,
            [
                Column(
                    title="Phase",
                    cell=lambda r: html.A(
                        sentence(r["phase"] or "not known"), href=address("/schools", phase=r["phase"])
                    ),
                ),
                Column(title="Open schools", cell=lambda r: f"{r['schools']:,}", is_number=True),
                Column(
                    title="Of them academies",
                    cell=lambda r: f"{r['academies']:,}" if r["academies"] is not None else "",
                    is_number=True,
                ),
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


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One headline measure of the authority over the years, against England's of the same phase."""

    measure: Measure
    phase: str | None
    authority: Line
    england: Line

    @property
    def label(self) -> str:
        """The measure, with the phase of school where it is published by phase."""
        return f"{self.measure.label}, {self.phase} schools" if self.phase else self.measure.label

    @property
    def year(self) -> int:
        """The authority's newest year."""
        return self.authority.latest().year

    @property
    def rows(self) -> list[tuple[Line, Point | None]]:
        """Both lines at that year."""
        return [(self.authority, self.authority.latest()), (self.england, self.england.at(self.year))]


def _standings(build: Mapping) -> list[Standing]:
    frame = result_queries.headlines().filter(pl.col("value").is_not_null())
    return [
        Standing(
            measure=measure,
            phase=phase,
            authority=_line("authority", build["la_name"], held),
            england=_line("england", "England", held),
        )
        for key, measure in catalogue.measures().items()
        if measure.headline and measure.unit.key not in COUNTS
        for phase in PHASES
        if not (held := frame.filter((pl.col("measure") == key) & pl.col("phase").eq_missing(phase))).is_empty()
        if "authority" in held["kind"].to_list()
    ]


def _line(kind: str, label: str, frame: pl.DataFrame) -> Line:
    rows = frame.filter(pl.col("kind") == kind).sort("year").unique("year", keep="first", maintain_order=True)
    points = [
        Point(year=r["year"], value=r["value"], status=r["status"], n=r["n"], note=r["how"] or "")
        for r in rows.iter_rows(named=True)
    ]
    return Line(key=KINDS[kind], label=label, points=points)


def _against(standing: Standing) -> str:
    own, england = (point for _, point in standing.rows)
    if england is None:
        return "no figure for England that year"
    return against(standing.measure, own.value, england.value)


def _made_from(standing: Standing) -> str:
    """Whether the two figures were published or are means of schools, in words."""
    (own, point), (_, england) = standing.rows
    if england is None or england.note == point.note:
        return "both figures as published" if point.note == "published" else f"both: {point.note}"
    return f"{own.label}: {point.note}; England: {england.note}"


def _tiles(build: Mapping, standings: Sequence[Standing], open_schools: pl.DataFrame, silent: pl.DataFrame) -> html.Div:
    recent = [s for s in standings if s.year > build["built_at"].year - RECENT]
    first = list({standing.measure.topic: standing for standing in reversed(recent)}.values())[::-1][:2]
    return html.Div([*(_tile(standing) for standing in first), _silent_tile(open_schools, silent)], className="tiles")


def _tile(standing: Standing) -> html.Div:
    measure, own = standing.measure, standing.authority.latest()
    scale = axis_range(measure, [standing.authority, standing.england])
    return html.Div(
        [
            html.H2(measure.topic),
            html.P(f"{standing.label}: {measure.format(own.value)}, {_against(standing)}.", className="say"),
            interval_rows(measure, standing.rows, scale, most_ticks=2),
            html.P(
                f"All pupils, {school_year(own.year)}, the newest year in this build. "
                f"{sentence(_made_from(standing))}.",
                className="foot",
            ),
        ],
        className="tile",
    )


def _silent_tile(open_schools: pl.DataFrame, silent: pl.DataFrame) -> html.Div:
    reasons = silent.group_by("why_silent").len().sort("len", "why_silent", descending=[True, False])
    said = f"{silent.height} of {count(open_schools.height, 'open school')} lack recent figures or an inspection."
    return html.Div(
        [
            html.H2("No school left behind"),
            html.P(said if silent.height else "Every open school has recent figures.", className="say"),
            html.Ul(
                [
                    html.Li([html.Span(sentence(row["why_silent"])), html.B(f"{row['len']:,}")])
                    for row in reasons.iter_rows(named=True)
                ],
                className="compact one",
            ),
            html.P(html.A("Which schools, and why", href="/#silent"), className="go"),
        ],
        className="tile",
    )


def _headlines(build: Mapping, standings: Sequence[Standing]) -> html.Section:
    def line(standing: Standing):
        measure, years = standing.measure, [p.year for p in standing.authority.points]
        years = list(range(max(years[0], years[-1] - 9), years[-1] + 1))
        own = [point.value if (point := standing.authority.at(year)) else None for year in years]
        england = [point.value if (point := standing.england.at(year)) else None for year in years]
        said = ", ".join(measure.format(value) or "none" for value in own)
        return sparkline(own, england, spark_range(measure, [*own, *england]), f"{years[0]} to {years[-1]}: {said}")

    columns = [
        Column(title="Measure", cell=lambda s: s.label, width="30%"),
        Column(title="Year", cell=lambda s: school_year(s.year)),
        Column(
            title=build["la_name"],
            cell=lambda s: html.B(s.measure.format(s.rows[0][1].value)),
            is_number=True,
        ),
        Column(
            title="England",
            cell=lambda s: s.measure.format(s.rows[1][1].value) if s.rows[1][1] else missing_mark("no_file"),
            is_number=True,
        ),
        Column(title="Against England", cell=lambda s: sentence(_against(s)), is_minor=True),
        Column(title="Made from", cell=lambda s: sentence(_made_from(s)), is_minor=True),
        Column(title="By year", cell=line, is_minor=True),
    ]
    return section(
        "headlines",
        f"{build['la_name']} and England",
        table(standings, columns)
        if standings
        else html.P("No headline figure of the authority is in this build: no data."),
        note=(
            "The newest year of each headline measure; dotted: England. Which schools need attention is "
            "not judged here."
        ),
    )


def _silent(silent: pl.DataFrame) -> html.Section:
    rows = silent.sort("name").head(SILENT_SHOWN).rows(named=True)
    columns = [
        Column(title="School", cell=lambda r: html.A(r["name"], href=school_path(r["urn"]))),
        Column(title="Phase", cell=lambda r: sentence(r["phase"] or "")),
        Column(title="What is missing", cell=lambda r: sentence(r["why_silent"])),
        Column(title="Cluster", cell=lambda r: r["clusters"] or "None"),
    ]
    more = (
        html.P(
            html.A(f"All {silent.height} schools with something missing", href="/schools?data=silent"), className="go"
        )
        if silent.height > SILENT_SHOWN
        else None
    )
    return section(
        "silent",
        f"{sentence(count(silent.height, 'school'))} with something missing",
        table(rows, columns, is_stacked=True)
        if rows
        else html.P("None: every open school has recent figures and an inspection."),
        more,
        note="Open schools without recent figures or without an inspection in the files loaded.",
    )


def _changes(build: Mapping) -> html.Section:
    rows = build_queries.changes().rows(named=True)
    columns = [
        Column(
            title="What",
            cell=lambda r: [html.B(sentence(r["what"] or "")), html.Span(f" {r['kind']}", className="mute")],
        ),
        Column(title="Before", cell=lambda r: r["before"] or "None", is_number=True),
        Column(title="Now", cell=lambda r: r["after"] or "None", is_number=True),
        Column(title="Note", cell=lambda r: r["note"] or ""),
    ]
    return section(
        "changes",
        "What changed since the last build",
        table(rows, columns, is_stacked=True)
        if rows
        else html.P(
            "Nothing: the same publications, and the same schools with the same status."
            if build["compared_with"]
            else "This is the first build, so there is nothing to compare it with."
        ),
        note=f"Build {build['version']} of {day(build['built_at'])}"
        + (f", against build {build['compared_with']}." if build["compared_with"] else "."),
    )


def _freshness(build: Mapping) -> html.Section:
    held = build_queries.currency().filter(pl.col("weight") > 0)

    def step(row: Mapping) -> html.Li:
        state = html.Span(sentence(row["release"]), className="tag state") if row["release"] else ""
        published = short_day(row["published"])
        is_old = row["year"] is not None and row["year"] <= build["built_at"].year - RECENT
        return html.Li(
            [
                html.B(row["source_title"]),
                html.Span([edition(row["edition"]), " ", state]),
                html.Span(f"Published {published}" if published else "Publication date: no data", className="when"),
            ],
            className="old" if is_old else "",
        )

    return section(
        "fresh",
        "How fresh the data are",
        html.Ol([step(row) for row in held.head(SOURCES_SHOWN).iter_rows(named=True)], className="steps"),
        html.P(html.A("Every source and file, and those not loaded", href="/about"), className="go"),
        note="The newest edition of each source of school figures. A dashed line: more than two school years old.",
    )


def download(name: str, **query: str) -> Download:
    """The changes since the last build. Raises PageNotFound for any other name."""
    if name != "changes":
        raise PageNotFound("There is no such table.")
    return Download(name="changes", title="What changed since the last build", frame=build_queries.changes())
