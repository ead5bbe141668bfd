"""The way in: who needs attention, the widest gap, the greatest need, what changed, who is silent, how fresh it is."""

from collections.abc import Mapping, Sequence

import polars as pl
from dash import html

from dashboard.components import overview_england, overview_news, overview_tiles
from dashboard.components.downloads import Download, download_links
from dashboard.components.links import address
from dashboard.components.page import head, section
from dashboard.components.tables import Column, table
from dashboard.components.words import count, day, edition, listed, missing_mark, sentence, short_day
from dashboard.pages import Page, PageNotFound
from dashboard.queries import build as build_queries
from dashboard.queries import catalogue, risk
from dashboard.queries import clusters as cluster_queries
from dashboard.queries import need as need_queries
from dashboard.queries import overview as overview_queries
from dashboard.queries import results as result_queries
from dashboard.queries import schools as school_queries

PAGE = Page(path="/", title="Overview", order=1)
SILENT_SHOWN, STANDINGS_SHOWN, SOURCES_SHOWN, REASONS = 8, 8, 12, 3
RECENT = 3
"""Figures of this many school years count as recent."""


def layout(**query: str) -> list:
    """The page; it takes no choices."""
    build = build_queries.build()
    schools = school_queries.schools()
    open_schools = schools.filter(~pl.col("status").fill_null("").str.starts_with("closed"))
    silent = overview_news.ledger(overview_queries.silent().rows(named=True))
    gaps = overview_tiles.widest(overview_queries.cluster_gaps().rows(named=True))
    return [
        head("Overview", _lede(build, open_schools, gaps, silent)),
        html.Div([_attention(), _gap(build, gaps), _need(build)], className="tiles"),
        _changes(build),
        _silent(silent),
        _headlines(build),
        _phases(open_schools),
        _freshness(build),
    ]


def _listed() -> list[Mapping]:
    """The schools of the list, or none where this request may not show it or the build has none."""
    if not risk.may_be_shown() or not risk.has_list():
        return []
    return risk.schools().rows(named=True)


def _lede(build: Mapping, open_schools: pl.DataFrame, gaps: Sequence[Mapping], silent: Sequence[Mapping]) -> str:
    agreed, proposed = school_queries.clusters().height, cluster_queries.proposal().height
    clusters = count(agreed, "cluster") if agreed else count(proposed, "proposed cluster") if proposed else ""
    said = f"{count(open_schools.height, 'open school')} in {build['la_name']}" + (
        f", in {clusters}. " if clusters else ". "
    )
    first = [row for row in _listed() if row["band"] == "first"]
    parts = [f"{sentence(count(len(first), 'school'))} to talk to first"] if first else []
    if gaps and gaps[0]["national_gap"] < 0:
        name = gaps[0]["unit_name"].removesuffix(" cluster")
        parts.append(f"{name} has the widest gap" if parts else f"{name} has the widest gap of the clusters")
    return said + (f"{listed(parts)}. " if parts else "") + overview_news.in_short(silent)


def _attention() -> html.Section:
    title = "Who needs attention"
    if not risk.may_be_shown():
        said = "Who to talk to first is for the authority’s advisers: it is in nothing that is shared."
        return overview_tiles.tile(title, said, go=[("What rules say, school by school", "/schools")])
    if not risk.has_list():
        said = "This build has no list yet: run “make score” once."
        return overview_tiles.tile(title, said, go=[("All schools", "/schools")])
    everyone = risk.schools()
    told = everyone.filter((pl.col("state") == "listed") & (pl.col("band") == "first"))
    told = told.sort("probability_within_year", "name", descending=[True, False])
    top, why = None, []
    if told.height:
        top = told.row(0, named=True)
        raising = risk.reasons().filter((pl.col("urn") == top["urn"]) & (pl.col("direction") == "raises"))
        why = raising["label"].to_list()[:REASONS]
    return overview_tiles.attention(everyone.rows(named=True), top, why)


def _gap(build: Mapping, gaps: Sequence[Mapping]) -> html.Section:
    if gaps:
        is_proposed = gaps[0]["unit_kind"] != "cluster"
        measure = catalogue.measures()[gaps[0]["measure"]]
        recent = build["built_at"].year - RECENT
        return overview_tiles.gap(measure, gaps, area=build["la_name"], is_proposed=is_proposed, recent=recent)
    held = overview_queries.authority_gaps().filter(pl.col("kind") == "authority")
    reason = "No cluster’s gap can be worked out: the files at hand have no figures of both groups by school."
    if held.is_empty():
        return overview_tiles.no_cluster_gap(None, {}, area=build["la_name"], reason=reason)
    newest = held.row(0, named=True)
    same = overview_queries.authority_gaps().filter(
        (pl.col("measure") == newest["measure"]) & (pl.col("year") == newest["year"])
    )
    published = {row["kind"]: row for row in same.rows(named=True)}
    measure = catalogue.measures().get(newest["measure"])
    return overview_tiles.no_cluster_gap(measure, published, area=build["la_name"], reason=reason)


def _need(build: Mapping) -> html.Section:
    wards = overview_queries.children_by_ward()
    if wards.is_empty():
        return overview_tiles.need(
            [],
            said="Where disadvantaged children go to school cannot be said from this build.",
            foot="No school has a ward and a figure of free school meals.",
            area_address=lambda row: "/need",
        )
    total, year = wards["children"].sum(), wards["year"][0]
    first = wards.row(0, named=True)
    said = (
        f"Schools in {first['area']} teach {first['children']:,} disadvantaged children: "
        f"{_share(first['children'], total)} of the {total:,} in {build['la_name']}."
    )
    without = wards["without"].sum()
    foot = (
        f"By the ward of their school, free school meals in the last six years, January {year}. "
        f"{min(overview_tiles.SHOWN, wards.height)} of {wards.height} wards shown."
        + (f" {sentence(count(without, 'school has', 'schools have'))} no figure." if without else "")
    )
    return overview_tiles.need(
        wards.rows(named=True), said=said, foot=foot, area_address=lambda row: _area_address(row["area"])
    )


def _area_address(ward: str) -> str:
    """The areas of need, all phases as in the tile, with the ward chosen where a file says what lies in it."""
    held = need_queries.areas()
    known = not held.filter((pl.col("kind") == "ward") & (pl.col("name") == ward)).is_empty()
    return address("/need", phase="all", level="ward" if known else "", area=ward if known else "")


def _share(part: int, whole: int) -> str:
    """'1 in 5' for a fifth and more, '8%' for less."""
    share = part / whole if whole else 0
    return f"1 in {round(1 / share)}" if share >= 0.15 else f"{100 * share:.0f}%"


def _changes(build: Mapping) -> html.Section:
    found = overview_news.news(build_queries.changes().rows(named=True))
    moved, since = [], ""
    if schools := _listed():
        moved = overview_news.moves(schools, risk.moves().rows(named=True))
        before = next((row["before_as_of"] for row in schools if row["before_as_of"]), None)
        as_of = next((row["as_of"] for row in schools if row["as_of"]), None)
        since = f" The list of {day(as_of)} against that of {day(before)}." if before else ""
    compared = build["compared_with"]
    note = (
        f"Build of {day(build['built_at'])}" + (f" against build {compared}." if compared else ", the first.") + since
    )
    rows = [*moved, *found]
    nothing = (
        "Nothing: the same publications, and the same schools with the same status."
        if compared
        else "This is the first build, so there is nothing to compare it with."
    )
    return section(
        "changes",
        "What changed since the last build",
        overview_news.changes_table(rows) if rows else html.P(nothing),
        html.P(nothing, className="foot") if rows and not found else None,
        html.P(html.A("Everything that is new", href="/whats-new"), className="go"),
        note=note + " A change counts as real only when new evidence about the school caused it.",
    )


def _silent(silent: Sequence[Mapping]) -> html.Section:
    gone = [row for row in silent if not row["is_partly"]]
    if not silent:
        return section(
            "silent", "No school left behind", html.P("None is silent: every open school has recent figures.")
        )
    partly = len(silent) - len(gone)
    independent = sum(row["is_independent"] for row in gone)
    shown = (gone or list(silent))[:SILENT_SHOWN]
    return section(
        "silent",
        f"No school left behind: {count(len(gone), 'silent school')}",
        overview_news.reasons(silent),
        overview_news.silent_table(shown),
        html.P(
            html.A(f"All {count(len(silent), 'school')} in the ledger", href="/schools?data=silent"), className="go"
        ),
        download_links("/", "silent-schools", len(silent)),
        note="Open schools of which something is not known"
        + (f"; {count(partly, 'more school')} only for disadvantaged pupils" if partly else "")
        + (f"; {independent} of them independent" if independent else "")
        + ". The saved list has columns for an owner and a date. Visits are not in published data.",
    )


def _headlines(build: Mapping) -> html.Section:
    held = overview_england.standings(catalogue.measures().values(), result_queries.headlines(), build["la_name"])
    shown = overview_england.newest_first(held)[:STANDINGS_SHOWN]
    return section(
        "headlines",
        f"{build['la_name']} and England",
        overview_england.standings_table(shown, build["la_name"])
        if shown
        else html.P("No headline figure of the authority is in this build: no data."),
        html.P(overview_england.made_from(shown), className="foot") if shown else None,
        html.P(html.A("Every measure, beside neighbours and region", href="/benchmark"), className="go"),
        note=f"All pupils, the newest year of {len(shown)} of {len(held)} headline measures; dotted: England.",
    )


def _phases(open_schools: pl.DataFrame) -> html.Div:
    counted = (
        open_schools.group_by("phase")
        .agg(
            pl.len().alias("schools"),
            pl.col("pupils").sum().alias("pupils"),
            pl.col("pupils").null_count().alias("unknown"),
            pl.col("is_academy").sum().alias("academies"),
        )
        .sort("schools", "phase", descending=[True, False])
    )
    columns = [
        Column(
            title="Phase",
            cell=lambda r: html.A(_phase(r["phase"]), href=address("/schools", phase=r["phase"])),
        ),
        Column(title="Open schools", cell=lambda r: f"{r['schools']:,}", is_number=True),
        Column(
            title="Of them academies",
            cell=lambda r: f"{r['academies']:,}" if r["academies"] is not None else "",
            is_number=True,
        ),
        Column(title="Pupils on roll", cell=lambda r: _pupils(r), is_number=True),
    ]
    return section(
        "phases",
        "Schools by phase",
        table(counted.rows(named=True), columns),
        note="Every school in the register is counted, whatever is missing about it.",
    )


def _phase(phase: str | None) -> str:
    return "No phase in the register" if phase in (None, "not applicable") else sentence(phase)


def _pupils(row: Mapping) -> str | html.Span:
    if row["unknown"] == row["schools"]:
        return missing_mark("no_row")
    known = f"{row['pupils']:,}"
    return f"{known} ({row['unknown']} not known)" if row["unknown"] else known


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
    """The silent schools, with columns for an owner and a date, or the changes. Raises PageNotFound otherwise."""
    if name == "changes":
        return Download(name="changes", title="What changed since the last build", frame=build_queries.changes())
    if name != "silent-schools":
        raise PageNotFound("There is no such table.")
    order = [row["urn"] for row in overview_news.ledger(overview_queries.silent().rows(named=True))]
    frame = (
        overview_queries.silent()
        .sort(pl.col("urn").replace_strict(order, range(len(order))), "reason_kind", "what")
        .select("urn", "name", "phase", "clusters", "reason_kind", "what", "since", "detail")
        .with_columns(pl.lit("").alias("owner"), pl.lit("").alias("act_by"), pl.lit("").alias("what_was_done"))
    )
    notes = [("To fill in", "owner, act_by and what_was_done are empty: each school needs a name and a date")]
    return Download(name="silent-schools", title="Silent schools: what is not known", frame=frame, notes=notes)
