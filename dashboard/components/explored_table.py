"""Rows of figures as a plain table, as rows of a grid, and by the files that they stand in."""

from collections.abc import Mapping

import polars as pl
from dash import html

from dashboard.components.explored import place
from dashboard.components.grid import GridColumn
from dashboard.components.links import school_path
from dashboard.components.tables import Column, table
from dashboard.components.words import missing_mark, sentence
from pipelines.measures import Measure


def plain(rows: pl.DataFrame, measures: Mapping[str, Measure]) -> html.Table:
    """Rows of `explored.complete` as a table whose cells lead to the school and to the file."""
    columns = [
        Column(title="School or area", cell=_who, width="24%"),
        Column(title="Measure", cell=lambda r: r["measure_name"]),
        Column(title="Pupils", cell=lambda r: r["group_name"]),
        Column(title="Year", cell=lambda r: r["school_year"]),
        Column(title="Figure", cell=lambda r: _figure(r, measures[r["measure"]]), is_number=True),
        Column(title="Number behind it", cell=lambda r: f"{r['n']:,.0f}" if r["n"] is not None else "", is_number=True),
        Column(title="Where from", cell=_origin),
    ]
    return table(rows.rows(named=True), columns, is_stacked=True, classes="dense explored")


def _who(row: Mapping):
    return html.A(row["name"], href=school_path(row["urn"])) if row["urn"] else row["name"]


def _figure(row: Mapping, measure: Measure):
    if row["value"] is None:
        return missing_mark(row["status"], short=True)
    if row["lower"] is None or row["upper"] is None:
        return html.B(row["shown"])
    limits = f" ({measure.format(row['lower'])} to {measure.format(row['upper'])})"
    return [html.B(row["shown"]), html.Span(limits, className="mute micro nowrap")]


def _origin(row: Mapping):
    said = place(row)
    return html.A(said, href=f"/about#file-{row['file_id']}") if row["file_id"] else said


GRID = (
    GridColumn(field="name", title="School or area", width=235),
    GridColumn(field="phase", title="Phase", width=95),
    GridColumn(field="measure", title="Measure", width=250),
    GridColumn(field="group", title="Pupils", width=110),
    GridColumn(field="year", title="Year", width=92),
    GridColumn(field="shown", title="Figure", width=130, sort="value", is_number=True),
    GridColumn(field="limits", title="Interval", width=112, is_number=True),
    GridColumn(field="behind", title="Number", width=92, sort="n", is_number=True),
    GridColumn(field="place", title="Where from", width=230),
)
"""Columns of the grid."""


def grid_rows(rows: pl.DataFrame, measures: Mapping[str, Measure]) -> list[dict]:
    """Rows of `explored.complete` with the fields of GRID, and the numbers that they are sorted by."""

    def limits(row: Mapping) -> str:
        held = [measures[row["measure"]].format(row[side]) for side in ("lower", "upper") if row[side] is not None]
        return " to ".join(held) if len(held) == 2 else ""

    return [
        {
            "name": row["name"],
            "phase": sentence(row["phase"] or ""),
            "measure": row["measure_name"],
            "group": row["group_name"],
            "year": row["school_year"],
            "shown": row["shown"],
            "value": row["value"],
            "limits": limits(row),
            "behind": f"{row['n']:,.0f}" if row["n"] is not None else "",
            "n": row["n"],
            "place": place(row),
        }
        for row in rows.rows(named=True)
    ]


def files(rows: pl.DataFrame) -> html.Table:
    """The files that the figures among the rows stand in, with how many stand in each."""
    used = (
        rows.filter(pl.col("value").is_not_null())
        .group_by("source", "edition", "release", "file", "file_id", "how")
        .agg(pl.len().alias("figures"))
        .sort("source", "edition", "file", "how", descending=[False, True, False, False], nulls_last=True)
    )
    columns = [
        Column(title="Publication", cell=lambda r: _origin({**r, "row": None}), width="34%"),
        Column(title="State", cell=lambda r: sentence(r["release"] or "")),
        Column(title="File", cell=lambda r: html.Span(r["file"] or "Worked out from several", className="path")),
        Column(title="Figures", cell=lambda r: f"{r['figures']:,}", is_number=True),
    ]
    return table(used.rows(named=True), columns, is_stacked=True, classes="dense")
