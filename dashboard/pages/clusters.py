"""The clusters of schools, agreed or proposed: side by side, on a map, as a list, and why they are as they are."""

from collections.abc import Mapping

import polars as pl
from dash import html

from dashboard.components.choices import Choices, choose
from dashboard.components.cluster_gaps import PEOPLE, SPANS, is_told
from dashboard.components.clusters_map import kilometres, map_and_list, summary
from dashboard.components.clusters_side import SORTS, Beside, Side, overlapping, overlaps, side_block
from dashboard.components.downloads import Download, download_links
from dashboard.components.fields import choice, filter_form
from dashboard.components.gaps import signed
from dashboard.components.links import address, school_path
from dashboard.components.page import empty, head, notice, section, segments
from dashboard.components.tables import Column, table
from dashboard.components.words import count, sentence
from dashboard.pages import Page, PageNotFound
from dashboard.queries import build as build_queries
from dashboard.queries import catalogue
from dashboard.queries import clusters as cluster_queries
from pipelines.measures import MEASURES

PAGE = Page(path="/clusters", title="Clusters", order=3)
LISTS = {"agreed": "Agreed clusters", "proposed": "Proposed clusters"}
KINDS = {"agreed": "cluster", "proposed": "proposed_cluster"}
OFFERED = tuple(key for key, measure in MEASURES.items() if measure.headline)
"""Measures that may be compared, where the build has a figure of a cluster: the headlines."""

_CELL = {
    "agreed": "The authority's own list, as it is today.",
    "proposed": "Made from where schools are; nobody has agreed to it.",
}


def layout(**query: str) -> list:
    """The page. Choices: list, measure, group, years, sort, cluster (marked on the map), and the view of the table."""
    choices = _choices(query)
    which, chosen = choices["list"], choices["cluster"]
    members = _members(which)
    names = dict(_inside(members).select("cluster_id", "cluster_name").unique().iter_rows())
    side = _side(choices)
    return [
        head("Clusters", _lede(which, members, side)),
        choices.notice(),
        _switch(which),
        _not_agreed(which),
        _side_by_side(side, choices) if side else None,
        map_and_list(members, _rings(), what=LISTS[which], kept=choices.kept) if names else _nothing(which),
        _chosen(which, members, chosen, names) if chosen else _why(which, choices),
        _outside(which, members),
        download_links("/clusters", "clusters", _inside(members).height, {"list": choices.kept.get("list", "")})
        if names
        else None,
    ]


def _choices(query: Mapping[str, str]) -> Choices:
    first = "agreed" if cluster_queries.has_list() else "proposed"
    lists = tuple(LISTS) if cluster_queries.has_list() else ("proposed",)
    asked = query.get("list", "")
    which = asked if asked in lists else first
    held = _held(which)
    measure = query.get("measure", "")
    groups = held.get(measure if measure in held else next(iter(held), ""), ())
    ids = set(_inside(_members(which))["cluster_id"])
    return choose(
        "/clusters",
        query,
        {
            "list": first,
            "measure": next(iter(held), ""),
            "group": next(iter(groups), "disadvantaged"),
            "years": "pooled",
            "sort": "name",
            "cluster": "",
        },
        {
            "list": lists,
            "measure": tuple(held),
            "group": tuple(groups),
            "years": tuple(SPANS),
            "sort": lambda value: value.lstrip("-") in SORTS,
            "cluster": tuple(ids),
        },
        blocks=("side",),
    )


def _held(which: str) -> dict[str, list[str]]:
    """Measure → groups with a gap of a cluster; a measure that has but results of all pupils is held too, last."""
    told = cluster_queries.gaps(KINDS[which], OFFERED).filter(
        pl.col("focus_value").is_not_null() | pl.col("reason").str.starts_with("hidden")
    )
    pairs = set(told.select("measure", "focus_group").unique().iter_rows())
    results = set(cluster_queries.expected(KINDS[which]).filter(pl.col("value").is_not_null())["measure"])
    offered = [key for key in catalogue.measures() if key in OFFERED]
    held = {key: [group for group in PEOPLE if (key, group) in pairs] for key in offered}
    with_gaps = {key: groups for key, groups in held.items() if groups}
    return with_gaps | {key: ["disadvantaged"] for key in offered if key in results and key not in with_gaps}


def _side(choices: Choices) -> Side | None:
    """The comparison for the choices; None where no figure of a cluster is known."""
    key, group, kind = choices["measure"], choices["group"], KINDS[choices["list"]]
    if not key:
        return None
    gaps = cluster_queries.gaps(kind, OFFERED).filter((pl.col("measure") == key) & (pl.col("focus_group") == group))
    rows = gaps.rows(named=True)
    single = [row["year"] for row in rows if row["span"] == "year" and (is_told(row) or _is_hidden(row))]
    gap_year = max(single, default=None)
    of_year = [row for row in rows if row["year"] == gap_year]
    has_pooled = any(row["span"] == "pooled" and (is_told(row) or _is_hidden(row)) for row in of_year)
    span = choices["years"] if has_pooled else "year"
    gap_of = {row["unit"]: row for row in of_year if row["span"] == span}
    expected = cluster_queries.expected(kind).filter(pl.col("measure") == key)
    known = expected.filter(pl.col("value").is_not_null())
    year = known["year"].max() if known.height else None
    expected_of = {row["unit"]: row for row in expected.filter(pl.col("year") == (year or 0)).rows(named=True)}
    units = _inside(_members(choices["list"])).select("cluster_id", "cluster_name").unique().sort("cluster_name")
    return Side(
        measure=catalogue.measure(key) or MEASURES[key],
        group=group,
        clusters=[
            Beside(unit=unit, name=name, expected=expected_of.get(unit), gap=gap_of.get(unit))
            for unit, name in units.iter_rows()
        ],
        expected_year=year,
        gap_year=gap_year,
        sort=choices["sort"],
    )


def _is_hidden(row: Mapping) -> bool:
    return str(row["reason"] or "").startswith("hidden")


def _members(which: str) -> pl.DataFrame:
    return cluster_queries.agreed() if which == "agreed" else cluster_queries.proposed()


def _inside(members: pl.DataFrame) -> pl.DataFrame:
    return members.filter(pl.col("cluster_id").is_not_null())


def _rings() -> list[tuple]:
    return [(row["eastings"], row["northings"]) for row in cluster_queries.outline().rows(named=True)]


def _lede(which: str, members: pl.DataFrame, side: Side | None) -> str:
    name = build_queries.build()["la_name"]
    sizes = summary(members)
    if which == "agreed":
        held = _inside(members)["urn"].n_unique()
        said = f"{name} has {count(sizes.height, 'cluster')}, with {count(held, 'open school')} in them today."
    elif sizes.is_empty():
        said = "None can be proposed, because no school has a known place."
    else:
        few, many = sizes["schools"].min(), sizes["schools"].max()
        said = f"A proposal: {count(sizes.height, 'cluster')} of {few} to {many} schools around secondary schools."
    if which == "proposed" and not cluster_queries.has_list():
        said = f"{name} has given no list of its clusters. {said}"
    return f"{said} {_widest(side)}".strip()


def _widest(side: Side | None) -> str:
    one = side.widest() if side else None
    if one is None:
        return ""
    _, others = overlapping(side)
    sure = f"; {overlaps(side)[0].lower()}{overlaps(side)[1:]}" if others else ""
    gap = one.gap["national_gap"]
    return (
        f"{sentence(PEOPLE[side.group].name)} are farthest behind in {one.short}, {signed(side.measure, gap)} "
        f"points{sure}."
    )


def _switch(which: str) -> html.Div | None:
    if not cluster_queries.has_list():
        return None
    items = [
        (words, address("/clusters", list="" if key == "agreed" else key), key == which) for key, words in LISTS.items()
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


def _side_by_side(side: Side, choices: Choices) -> html.Section:
    held = _held(choices["list"])
    known = catalogue.measures()
    form = filter_form(
        "/clusters",
        [
            choice(
                "measure",
                "Measure",
                [(key, known[key].label) for key in held if key in known],
                choices["measure"],
            ),
            choice(
                "group", "Group", [(group, PEOPLE[group].label) for group in held[choices["measure"]]], choices["group"]
            ),
            choice("years", "Years of the gaps", list(SPANS.items()), choices["years"]),
        ],
        hidden={
            key: value for key, value in choices.kept.items() if key in ("list", "cluster", "sort", "side", "view")
        },
        button="Show",
    )
    return section(
        "side-by-side",
        "Side by side",
        form,
        side_block(
            side,
            view=choices.view("side", "table"),
            view_address=choices.view_address("side"),
            sort_address=lambda word: choices.address(sort="" if word == "name" else word, anchor="m-side"),
            kept={key: choices.kept.get(key, "") for key in ("list", "measure", "group", "years")},
        ),
        note="All pupils beside what their intake leads to expect, and how far a group is behind; columns sort.",
    )


def _chosen(which: str, members: pl.DataFrame, chosen: str, names: Mapping[str, str]) -> html.Section:
    rows = members.filter(pl.col("cluster_id") == chosen).rows(named=True)
    columns = [
        Column(title="School", cell=lambda row: html.A(row["name"], href=school_path(row["urn"])), width="30%"),
        Column(title="Phase", cell=lambda row: sentence(row["phase"] or "not known")),
        Column(
            title="Kilometres",
            cell=lambda row: kilometres(row["kilometres"]) if not row["reason"] else sentence(row["reason"]),
            is_number=True,
        ),
        *([Column(title="Why", cell=lambda row: sentence(row["why"] or ""))] if which == "proposed" else []),
    ]
    why = None
    if which == "proposed":
        why = next((r["why"] for r in cluster_queries.proposal().rows(named=True) if r["cluster_id"] == chosen), None)
    return section(
        "schools",
        names[chosen],
        table(rows, columns, is_stacked=True, classes="dense"),
        html.P(html.A(f"Open {names[chosen]}: gaps, schools, years", href=f"/cluster/{chosen}")),
        note=why,
    )


def _why(which: str, choices: Choices) -> html.Section | None:
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
                        href=choices.address(cluster=row["cluster_id"], anchor="schools"),
                    ),
                    width="26%",
                ),
                Column(title="Why", cell=lambda row: row["why"]),
            ],
            is_stacked=True,
            classes="dense",
        ),
    )


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
    """The members in the layout of clusters.csv, or the comparison. Raises PageNotFound for another name."""
    choices = _choices(query)
    if name == "side-by-side":
        return _saved_side(_side(choices), choices)
    if name != "clusters":
        raise PageNotFound("There is no such table.")
    which = choices["list"]
    frame = _inside(_members(which)).select(
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


_GAP = (
    "focus_value",
    "focus_n",
    "within_gap",
    "within_lower",
    "within_upper",
    "national_gap",
    "national_lower",
    "national_upper",
)


def _saved_side(side: Side | None, choices: Choices) -> Download:
    if side is None:
        raise PageNotFound("No figure of a cluster is known.")
    rows = [
        {
            "cluster_id": one.unit,
            "cluster_name": one.name,
            "measure": side.measure.key,
            "result_year": side.expected_year,
            **{
                key: (one.expected or {}).get(key) for key in ("value", "n", "expected", "difference", "lower", "upper")
            },
            "group": side.group,
            "gap_years": (one.gap or {}).get("years"),
            **{key: (one.gap or {}).get(key) for key in _GAP},
            "reason": "; ".join(
                part for part in ((one.expected or {}).get("reason"), (one.gap or {}).get("reason")) if part
            ),
        }
        for one in side.ordered()
    ]
    return Download(
        name="clusters-side-by-side",
        title=f"Clusters side by side: {side.measure.label}, {PEOPLE[side.group].name}",
        frame=pl.DataFrame(rows, infer_schema_length=None),
        notes=[
            ("What this is", f"{LISTS[choices['list']]}. {_CELL[choices['list']]}"),
            (
                "Columns",
                "value, n, expected, difference: all pupils; the others: the group, 95% limits; minus is behind",
            ),
        ],
    )
