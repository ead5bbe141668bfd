"""The clusters of schools, agreed or proposed: on a map, as a list, how far apart, why, and beside what is expected."""

from collections.abc import Mapping

import polars as pl
from dash import html

from dashboard.components.downloads import Download, download_links
from dashboard.components.graph import graph
from dashboard.components.links import address, school_path
from dashboard.components.page import empty, head, ignored, notice, section, segments
from dashboard.components.tables import Column, table
from dashboard.components.words import count, missing_mark, school_year, sentence
from dashboard.figures.map import Area, Spot, cluster_map
from dashboard.pages import Page, PageNotFound
from dashboard.queries import build as build_queries
from dashboard.queries import clusters as cluster_queries
from pipelines.measures import MEASURES, Measure
from pipelines.measures.vocabulary import MINUS

PAGE = Page(path="/clusters", title="Clusters", order=3)
LISTS = {"agreed": "Agreed clusters", "proposed": "Proposed clusters"}
COMPARED = ("reading_writing_maths_expected", "attainment_8")
"""Results of clusters that are held against their intake here, each in its newest year with a pooled figure."""

_PRIMARY, _SECONDARY = ("primary", "middle"), ("secondary", "all-through")
_CELL = {
    "agreed": "The authority's own list, as it is today.",
    "proposed": "Made from where schools are; nobody has agreed to it.",
}


def layout(**query: str) -> list:
    """The page. Choices: list (agreed or proposed) and cluster; others are named and ignored."""
    which, unused = _which(query)
    members = _members(which)
    names = {row["cluster_id"]: row["cluster_name"] for row in _inside(members).rows(named=True)}
    chosen = query.get("cluster", "")
    if chosen and chosen not in names:
        unused.append(f"There is no cluster called “{chosen}” in this list.")
        chosen = ""
    kept = {"list": which if which != _first_list() else "", "cluster": chosen}
    summary = _summary(members)
    return [
        head("Clusters", _lede(which, summary, members)),
        ignored(unused, address("/clusters", kept)),
        _switch(which),
        _not_agreed(which),
        _map_and_list(which, members, summary, kept) if names else _nothing(which),
        _chosen(which, members, chosen, names) if chosen else _why(which, kept),
        _expected(which, kept),
        _outside(which, members),
        download_links("/clusters", "clusters", _inside(members).height, {"list": kept["list"]}) if names else None,
    ]


def _first_list() -> str:
    return "agreed" if cluster_queries.has_list() else "proposed"


def _which(query: Mapping[str, str]) -> tuple[str, list[str]]:
    unused = [
        f"“{key}={value}” means nothing on this page."
        for key, value in query.items()
        if value and key not in ("list", "cluster")
    ]
    asked = query.get("list", "")
    if asked and asked not in LISTS:
        unused.append(f"There is no list called “{asked}”.")
    if asked == "agreed" and not cluster_queries.has_list():
        unused.append("The authority has given no list of its clusters.")
        asked = ""
    return (asked if asked in LISTS else _first_list()), unused


def _members(which: str) -> pl.DataFrame:
    return cluster_queries.agreed() if which == "agreed" else cluster_queries.proposed()


def _inside(members: pl.DataFrame) -> pl.DataFrame:
    return members.filter(pl.col("cluster_id").is_not_null())


def _summary(members: pl.DataFrame) -> pl.DataFrame:
    """One row for each cluster: sizes by phase, pupils, distances."""
    is_member = pl.col("role") != "secondary"
    return (
        _inside(members)
        .group_by("cluster_id", "cluster_name", "number")
        .agg(
            pl.len().alias("schools"),
            pl.col("phase").is_in(_PRIMARY).sum().alias("primaries"),
            pl.col("phase").is_in(_SECONDARY).sum().alias("secondaries"),
            (~pl.col("phase").is_in([*_PRIMARY, *_SECONDARY])).sum().alias("others"),
            pl.col("pupils").sum().alias("pupils"),
            pl.col("pupils").null_count().alias("unknown"),
            pl.col("kilometres").filter(is_member).median().alias("median"),
            pl.col("kilometres").max().alias("farthest"),
        )
        .sort("number")
    )


def _lede(which: str, summary: pl.DataFrame, members: pl.DataFrame) -> str:
    name = build_queries.build()["la_name"]
    if which == "agreed":
        held = _inside(members)["urn"].n_unique()
        return f"{name} has {count(summary.height, 'cluster')}, with {count(held, 'open school')} in them today."
    said = "" if cluster_queries.has_list() else f"{name} has given no list of its clusters. "
    if summary.is_empty():
        return said + "None can be proposed, because no school has a known place."
    sizes = f"{summary['schools'].min()} to {summary['schools'].max()} schools"
    return f"{said}A proposal: {count(summary.height, 'cluster')} of {sizes}, each around its secondary schools."


def _switch(which: str) -> html.Div | None:
    if not cluster_queries.has_list():
        return None
    items = [
        (words, address("/clusters", list="" if key == _first_list() else key), key == which)
        for key, words in LISTS.items()
    ]
    return html.Div([segments("Which list", items), html.Span(_CELL[which], className="small mute")], className="acts")


def _not_agreed(which: str) -> html.Div | None:
    if which == "agreed":
        return None
    return notice(
        "Proposed, not agreed.",
        [
            "It is made from where schools are, and knows nothing of how they work together. To use it, save "
            "clusters.csv below, edit it with a spreadsheet, and put it among the authority’s own files: it is then "
            "the agreed list. Distances are estimates: the straight line times 1.4, as no road network is at hand.",
        ],
        kind="caution",
    )


def _nothing(which: str) -> html.Div:
    return empty(
        "No cluster to show",
        "No open school has a known place: the register with its coordinates, or a list of postcodes, is not at hand."
        if which == "proposed"
        else "No school of the authority’s list is open today.",
        ("See all schools", "/schools"),
    )


def _map_and_list(which: str, members: pl.DataFrame, summary: pl.DataFrame, kept: Mapping[str, str]) -> html.Section:
    numbers = dict(summary.select("cluster_id", "number").iter_rows())
    rings = [(row["eastings"], row["northings"]) for row in cluster_queries.outline().rows(named=True)]
    figure = cluster_map(_areas(members), rings, numbers.get(kept["cluster"], 0))
    words = (
        f"Map of {count(summary.height, 'cluster')}: every school is joined to the nearest secondary school of its "
        "cluster. The list beside it has the same clusters with their sizes and distances."
    )
    both = html.Div(
        [
            html.Article(
                [
                    html.Header(
                        html.Div(
                            [
                                html.H3("Each school and its nearest secondary school"),
                                html.P(f"{LISTS[which]}, open schools, numbered as in the list", className="sub"),
                            ]
                        )
                    ),
                    graph(figure, words),
                    html.P(
                        "Large marks are secondary schools; a line joins a school to the nearest one of its cluster. "
                        "Clusters beside each other have different marks. The list does all that the map does."
                        + ("" if rings else " No outline of the authority is at hand."),
                        className="foot",
                    ),
                ],
                className="measure",
            ),
            html.Article(
                [
                    html.Header(
                        html.Div(
                            [
                                html.H3("Sizes, phases and distances"),
                                html.P(
                                    "Choose a cluster to mark it on the map and to see its schools", className="sub"
                                ),
                            ]
                        )
                    ),
                    table(
                        summary.rows(named=True),
                        _columns(which, kept),
                        row_class=lambda row: "sel" if row["cluster_id"] == kept["cluster"] else "",
                        classes="dense",
                    ),
                    html.P(
                        "Kilometres from the nearest secondary school of the cluster, estimated by road: half of the "
                        "schools are nearer than the middle one.",
                        className="foot",
                    ),
                ],
                className="measure",
            ),
        ],
        className="grid gmap",
    )
    return section("map", "Map and list", both)


def _areas(members: pl.DataFrame) -> list[Area]:
    placed = members.filter(pl.col("easting").is_not_null() & pl.col("cluster_id").is_not_null())
    where = {row["urn"]: (row["easting"], row["northing"]) for row in placed.rows(named=True)}
    return [
        Area(
            number=group["number"][0],
            name=group["cluster_name"][0],
            shade=group["shade"][0],
            spots=[
                Spot(
                    name=row["name"],
                    easting=row["easting"],
                    northing=row["northing"],
                    is_hub=row["role"] == "secondary",
                    hub=where.get(row["nearest_secondary_urn"]),
                )
                for row in group.rows(named=True)
            ],
        )
        for group in placed.partition_by("cluster_id", maintain_order=True)
    ]


def _kilometres(value: float | None) -> str | html.Span:
    return f"{value:.1f}" if value is not None else missing_mark("not_applicable", short=True)


def _columns(which: str, kept: Mapping[str, str]) -> list[Column]:
    def link(row: Mapping):
        target = address("/clusters", {**kept, "cluster": row["cluster_id"]}, anchor="schools")
        return html.A([f"{row['number']}  ", row["cluster_name"].removesuffix(" cluster")], href=target)

    return [
        Column(title="Cluster", cell=link),
        Column(title="Schools", cell=lambda row: f"{row['schools']}", is_number=True),
        Column(title="Primary", cell=lambda row: f"{row['primaries']}", is_number=True, is_minor=True),
        Column(title="Secondary", cell=lambda row: f"{row['secondaries']}", is_number=True, is_minor=True),
        Column(title="Special, other", cell=lambda row: f"{row['others']}", is_number=True, is_minor=True),
        Column(title="Pupils", cell=_pupils, is_number=True, is_minor=True),
        Column(title="Middle, km", cell=lambda row: _kilometres(row["median"]), is_number=True),
        Column(title="Farthest, km", cell=lambda row: _kilometres(row["farthest"]), is_number=True),
    ]


def _pupils(row: Mapping) -> str | list | html.Span:
    if row["unknown"] == row["schools"]:
        return missing_mark("no_row", short=True)
    if row["unknown"]:
        return [f"{row['pupils']:,}", html.Div(f"{row['unknown']} not known", className="micro mute")]
    return f"{row['pupils']:,}"


def _chosen(which: str, members: pl.DataFrame, chosen: str, names: Mapping[str, str]) -> html.Section:
    rows = members.filter(pl.col("cluster_id") == chosen).rows(named=True)
    columns = [
        Column(title="School", cell=lambda row: html.A(row["name"], href=school_path(row["urn"])), width="30%"),
        Column(title="Phase", cell=lambda row: sentence(row["phase"] or "not known")),
        Column(
            title="Kilometres",
            cell=lambda row: _kilometres(row["kilometres"]) if not row["reason"] else sentence(row["reason"]),
            is_number=True,
        ),
        *([Column(title="Why", cell=lambda row: sentence(row["why"] or ""))] if which == "proposed" else []),
    ]
    why = None
    if which == "proposed":
        why = next((r["why"] for r in cluster_queries.proposal().rows(named=True) if r["cluster_id"] == chosen), None)
    return section("schools", names[chosen], table(rows, columns, is_stacked=True, classes="dense"), note=why)


def _why(which: str, kept: Mapping[str, str]) -> html.Section | None:
    if which == "agreed":
        return None
    rows = cluster_queries.proposal().rows(named=True)
    if not rows:
        return None
    return section(
        "why",
        "Why these clusters",
        html.P(
            "Each is built around a secondary school, or around several of one town, and holds 6 to 18 schools. "
            "Schools travel as little as they can, clusters are of like size, and each is in one piece: from any "
            "school, neighbours of the same cluster lead to its secondary school. Special schools join the nearest.",
            className="prose",
        ),
        table(
            rows,
            [
                Column(
                    title="Cluster",
                    cell=lambda row: html.A(
                        f"{row['number']}  {row['cluster_name']}",
                        href=address("/clusters", {**kept, "cluster": row["cluster_id"]}, anchor="schools"),
                    ),
                    width="26%",
                ),
                Column(title="Why", cell=lambda row: row["why"]),
            ],
            is_stacked=True,
            classes="dense",
        ),
    )


def _expected(which: str, kept: Mapping[str, str]) -> html.Section | None:
    frame = cluster_queries.expected("cluster" if which == "agreed" else "proposed_cluster")
    held = [found for key in COMPARED if (found := _newest(frame, key)) is not None]
    if not held:
        said = next((reason for reason in frame["reason"] if reason), "no result of schools is at hand")
        return section(
            "expected", "Results beside what their intake leads to expect", html.P(f"Cannot be said: {said}.")
        )
    return section(
        "expected",
        "Results beside what their intake leads to expect",
        *(_expected_table(found, kept) for found in held),
        note="Results of the members pooled, beside what schools with a like intake reach. In alphabetical order: an "
        "interval that holds 0 says that chance could have made the difference.",
    )


def _newest(frame: pl.DataFrame, measure: str) -> pl.DataFrame | None:
    known = frame.filter((pl.col("measure") == measure) & pl.col("difference").is_not_null())
    if known.is_empty():
        return None
    return frame.filter((pl.col("measure") == measure) & (pl.col("year") == known["year"].max())).sort("unit_name")


def _expected_table(found: pl.DataFrame, kept: Mapping[str, str]) -> html.Div:
    measure = MEASURES[found["measure"][0]]
    about = found.filter(pl.col("factors").is_not_null()).row(0, named=True)

    def number(key: str):
        def cell(row: Mapping):
            if row[key] is None:
                return html.Span("No data", className="miss", title=row["reason"] or "")
            return measure.format(row[key])

        return cell

    rows = table(
        found.rows(named=True),
        [
            Column(
                title="Cluster",
                cell=lambda row: html.A(
                    row["unit_name"].removesuffix(" cluster"),
                    href=address("/clusters", {**kept, "cluster": row["unit"]}, anchor="schools"),
                ),
            ),
            Column(title="Result", cell=number("value"), is_number=True),
            Column(title="Expected", cell=number("expected"), is_number=True),
            Column(title="Difference (90% interval)", cell=lambda row: _difference(measure, row), is_number=True),
            Column(
                title="Pupils", cell=lambda row: f"{row['n']:,.0f}" if row["n"] else "", is_number=True, is_minor=True
            ),
            Column(title="Schools", cell=lambda row: f"{row['members'] or 0}", is_number=True, is_minor=True),
            Column(title="Without", cell=lambda row: f"{row['members_without'] or 0}", is_number=True, is_minor=True),
        ],
        caption=f"{measure.label}, {school_year(about['year'])}",
        classes="dense",
    )
    said = (
        f"Expected from {', '.join(about['factors'])}: a regression over {about['schools']:,} schools "
        f"({about['basis']}), in which intake accounts for {about['r_squared']:.0%} of the differences. "
        "Not a value-added measure, and not a ranking."
    )
    return html.Div([rows, html.P(said, className="foot")])


def _difference(measure: Measure, row: Mapping) -> list | html.Span:
    if row["difference"] is None:
        return html.Span("No data", className="miss", title=row["reason"] or "")

    def signed(value: float) -> str:
        text = f"{abs(value):.{max(measure.unit.decimals, 1)}f}"
        return text if float(text) == 0 else f"{MINUS if value < 0 else '+'}{text}"

    limits = f"({signed(row['lower'])} to {signed(row['upper'])})" if row["lower"] is not None else ""
    return [signed(row["difference"]), " ", html.Span(limits, className="mute micro")]


def _outside(which: str, members: pl.DataFrame) -> html.Section | None:
    if which == "agreed":
        rows = cluster_queries.outside().with_columns(pl.lit("in no cluster of the list today").alias("reason"))
    else:
        rows = members.filter(pl.col("cluster_id").is_null())
    if rows.is_empty():
        return None
    return section(
        "outside",
        "Schools in no cluster",
        table(
            rows.rows(named=True),
            [
                Column(title="School", cell=lambda row: html.A(row["name"], href=school_path(row["urn"]))),
                Column(title="Phase", cell=lambda row: sentence(row["phase"] or "not known")),
                Column(title="Why", cell=lambda row: sentence(row["reason"] or "not known")),
            ],
            is_stacked=True,
            classes="dense",
        ),
        note=f"{sentence(count(rows.height, 'open state-funded school'))}. Not counted: independent schools, colleges.",
    )


def download(name: str, **query: str) -> Download:
    """The members in the layout of clusters.csv, with names to read it by. Raises PageNotFound for another name."""
    if name != "clusters":
        raise PageNotFound("There is no such table.")
    which, _ = _which(query)
    members = _inside(_members(which))
    frame = members.select(
        "cluster_id",
        "cluster_name",
        "urn",
        pl.lit("member").alias("role"),
        pl.lit("").alias("from_date"),
        pl.lit("").alias("to_date"),
        pl.col("name").alias("school_name"),
        "phase",
        pl.col("kilometres").round(1),
        pl.col("why").fill_null(""),
    )
    notes = [("What this is", f"{LISTS[which]}. {_CELL[which]}"), ("Distances", "straight line times 1.4, kilometres")]
    return Download(name="clusters", title=LISTS[which], frame=frame, notes=notes)
