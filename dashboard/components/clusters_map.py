"""Clusters on a map and in a list beside it: their schools, sizes and distances."""

from collections.abc import Mapping, Sequence

import polars as pl
from dash import html

from dashboard.components.graph import graph
from dashboard.components.links import address
from dashboard.components.page import section
from dashboard.components.tables import Column, table
from dashboard.components.words import count, missing_mark
from dashboard.figures.map import Area, Spot, cluster_map

_PRIMARY, _SECONDARY = ("primary", "middle"), ("secondary", "all-through")


def summary(members: pl.DataFrame) -> pl.DataFrame:
    """One row for each cluster: sizes by phase, pupils, distances; `members` as the queries of clusters give them."""
    is_member = pl.col("role") != "secondary"
    return (
        members.filter(pl.col("cluster_id").is_not_null())
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


def map_and_list(
    members: pl.DataFrame,
    rings: Sequence[tuple[Sequence[float], Sequence[float]]],
    *,
    what: str,
    kept: Mapping[str, str],
) -> html.Section:
    """The map with its list.

    Args:
        rings: eastings and northings of each ring of the authority's outline.
        what: what the list is ('Agreed clusters').
        kept: the page's choices; `cluster` is marked on the map.
    """
    found = summary(members)
    chosen = kept.get("cluster", "")
    numbers = dict(found.select("cluster_id", "number").iter_rows())
    figure = cluster_map(areas(members), rings, numbers.get(chosen, 0))
    words = (
        f"Map of {count(found.height, 'cluster')}: every school is joined to the nearest secondary school of its "
        "cluster. The list beside it has the same clusters with their sizes and distances."
    )
    both = html.Div(
        [
            _article(
                "Each school and its nearest secondary school",
                f"{what}, open schools, numbered as in the list",
                graph(figure, words),
                "Large marks are secondary schools; a line joins a school to the nearest one of its cluster. Clusters "
                "beside each other have different marks. The list does all that the map does."
                + ("" if rings else " No outline of the authority is at hand."),
            ),
            _article(
                "Sizes, phases and distances",
                "A name leads to its cluster; a number marks it on the map and lists its schools",
                table(
                    found.rows(named=True),
                    _columns(kept),
                    row_class=lambda row: "sel" if row["cluster_id"] == chosen else "",
                    classes="dense",
                ),
                "Kilometres from the nearest secondary school of the cluster, estimated by road: half of the schools "
                "are nearer than the middle one.",
            ),
        ],
        className="grid gmap",
    )
    return section("map", "Map and list", both)


def _article(title: str, sub: str, content, foot: str) -> html.Article:
    return html.Article(
        [
            html.Header(html.Div([html.H3(title), html.P(sub, className="sub")])),
            content,
            html.P(foot, className="foot"),
        ],
        className="measure",
    )


def areas(members: pl.DataFrame) -> list[Area]:
    """The clusters as the map draws them, schools without a known place left out."""
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


def kilometres(value: float | None) -> str | html.Span:
    """A distance with one decimal, or why there is none."""
    return f"{value:.1f}" if value is not None else missing_mark("not_applicable", short=True)


def _columns(kept: Mapping[str, str]) -> list[Column]:
    def named(row: Mapping) -> list:
        target = address("/clusters", {**kept, "cluster": row["cluster_id"]}, anchor="schools")
        name = row["cluster_name"].removesuffix(" cluster")
        mark = html.A(
            [f"{row['number']}", html.Span(f": mark {name} on the map", className="vh")], href=target, className="clnum"
        )
        return [mark, html.A(name, href=f"/cluster/{row['cluster_id']}")]

    return [
        Column(title="Cluster", cell=named),
        Column(title="Schools", cell=lambda row: f"{row['schools']}", is_number=True),
        Column(title="Primary", cell=lambda row: f"{row['primaries']}", is_number=True, is_minor=True),
        Column(title="Secondary", cell=lambda row: f"{row['secondaries']}", is_number=True, is_minor=True),
        Column(title="Special, other", cell=lambda row: f"{row['others']}", is_number=True, is_minor=True),
        Column(title="Pupils", cell=_pupils, is_number=True, is_minor=True),
        Column(title="Middle, km", cell=lambda row: kilometres(row["median"]), is_number=True),
        Column(title="Farthest, km", cell=lambda row: kilometres(row["farthest"]), is_number=True),
    ]


def _pupils(row: Mapping) -> str | list | html.Span:
    if row["unknown"] == row["schools"]:
        return missing_mark("no_row", short=True)
    if row["unknown"]:
        return [f"{row['pupils']:,}", html.Div(f"{row['unknown']} not known", className="micro mute")]
    return f"{row['pupils']:,}"
