"""Rows of figures for any schools and areas: every figure asked for has a row, with a value or the reason for none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from dashboard.components.words import edition, missing, school_year, sentence
from dashboard.figures.by_year import Line, Point
from pipelines.measures import GROUPS, Measure

COLUMNS = {
    "kind": pl.String,
    "name": pl.String,
    "urn": pl.Int64,
    "phase": pl.String,
    "measure": pl.String,
    "measure_name": pl.String,
    "group": pl.String,
    "group_name": pl.String,
    "year": pl.Int64,
    "school_year": pl.String,
    "value": pl.Float64,
    "unit": pl.String,
    "shown": pl.String,
    "status": pl.String,
    "why_missing": pl.String,
    "n": pl.Float64,
    "lower": pl.Float64,
    "upper": pl.Float64,
    "how": pl.String,
    "release": pl.String,
    "edition": pl.String,
    "source": pl.String,
    "file": pl.String,
    "row": pl.Int64,
    "file_id": pl.Int64,
}
"""Columns of the rows, as they are saved: `shown` is the value as pages write it, or the word for what is missing."""

FOUND = {
    **{name: pl.Float64 for name in ("value", "n", "lower", "upper")},
    **{name: pl.String for name in ("status", "how", "release", "edition", "source", "file")},
    **{name: pl.Int64 for name in ("row", "file_id")},
}
"""Columns that a query finds; those that it lacks are null."""


@dataclass(frozen=True, kw_only=True)
class Who:
    """A school or an area: the key of its rows in the frame found, and how it is named and drawn.

    Attributes:
        series: its series in every chart (school, cluster, authority, neighbours, region, england).
        phase: of a school, its phase; of an area, the phase of schools that a row is about.
    """

    key: str
    kind: str
    name: str
    series: str
    urn: int | None = None
    phase: str | None = None


def complete(
    everyone: Sequence[Who],
    measures: Sequence[Measure],
    groups: Sequence[str],
    years: Sequence[int],
    found: pl.DataFrame,
    states: pl.DataFrame,
) -> pl.DataFrame:
    """A row for everyone, each measure, group and year: what was found, or the reason why there is nothing.

    A group but the first that nobody has a figure of has no rows. A school of a phase that a measure is not about has
    rows only where some were found, and so has an area for schools of one phase; an area without any says so.

    Args:
        found: `key`, `measure`, `group`, `year` and some of FOUND; one row at most for each of them.
        states: measure, year, state of `queries.catalogue.years`.
    """
    held = {
        (row["key"], row["measure"], row["group"], row["year"]): row
        for row in found.sort("key", "measure", "group", "year").rows(named=True)
    }
    has_rows = {(row["key"], row["measure"]) for row in held.values()}
    has_group = {(row["measure"], row["group"]) for row in held.values()}
    why = {(row["measure"], row["year"]): row["state"] for row in states.rows(named=True)}
    rows = [
        _row(who, measure, group, year, held.get((who.key, measure.key, group, year)), why)
        for measure in measures
        for group in groups
        if group == groups[0] or (measure.key, group) in has_group
        for who in everyone
        if (who.key, measure.key) in has_rows
        or (is_about(measure, who) if who.urn else not who.phase and not _any_phase(who, everyone, measure, has_rows))
        for year in years
        if measure.exists_in(year)
    ]
    return pl.DataFrame(rows, schema=COLUMNS)


def is_about(measure: Measure, school: Who) -> bool:
    """Whether a measure is about a school's phase."""
    return not measure.phases or not school.phase or school.phase in measure.phases


def _any_phase(area: Who, everyone: Sequence[Who], measure: Measure, has_rows: set[tuple[str, str]]) -> bool:
    return any((who.key, measure.key) in has_rows for who in everyone if who.kind == area.kind and who.phase)


def _row(who: Who, measure: Measure, group: str, year: int, found: Mapping | None, why: Mapping) -> dict:
    row = {name: (found or {}).get(name) for name in FOUND}
    state = why.get((measure.key, year), "published")
    if not row["status"]:
        row["status"] = "no_row" if state == "published" else state
    reason = missing(row["status"]) if row["value"] is None else None
    return {
        **row,
        "kind": who.kind,
        "name": who.name,
        "urn": who.urn,
        "phase": who.phase,
        "measure": measure.key,
        "measure_name": measure.label,
        "group": group,
        "group_name": GROUPS[group].label if group in GROUPS else group,
        "year": year,
        "school_year": school_year(year),
        "unit": measure.unit.name,
        "shown": measure.format(row["value"]) if reason is None else reason.word,
        "why_missing": reason.detail if reason else None,
    }


MOST_LINES = 4
MOST_CHARTS = 3
PHASES_FIRST = ("", "primary", "secondary")
"""Phases whose schools stand for an area in a chart, before others, where no school is chosen."""

SHORT = {
    "school": "School",
    "cluster": "Cluster",
    "authority": "Authority",
    "neighbours": "Neighbours",
    "region": "Region",
    "england": "England",
}
"""Series → its name at the end of a line."""


def lines_to_draw(everyone: Sequence[Who], rows: pl.DataFrame, measure: Measure, group: str) -> list[Line]:
    """At most four lines of one measure and group: the first of each series that has a figure, in the one order.

    Of an area with figures by phase of school, the first school's phase goes before the others.
    """
    of_measure = rows.filter((pl.col("measure") == measure.key) & (pl.col("group") == group))
    phase = next((who.phase for who in everyone if who.urn), None)
    order = [phase or "", *PHASES_FIRST]
    drawn: dict[str, Line] = {}
    for who in sorted(everyone, key=lambda who: _place(order, who)):
        own = of_measure.filter((pl.col("name") == who.name) & (pl.col("kind") == who.kind))
        own = own.filter(pl.col("phase").eq_missing(who.phase)).filter(pl.col("urn").eq_missing(who.urn))
        if who.series in drawn or own["value"].null_count() == own.height:
            continue
        drawn[who.series] = Line(key=who.series, label=who.name, short=SHORT[who.series], points=_points(own))
    if len(drawn) > MOST_LINES:
        drawn.pop("region", None)
    return [drawn[series] for series in SHORT if series in drawn][:MOST_LINES]


def _place(order: Sequence[str], who: Who) -> int:
    phase = who.phase or ""
    return order.index(phase) if who.urn is None and phase in order else 0 if who.urn else len(order)


def _points(rows: pl.DataFrame) -> list[Point]:
    return [
        Point(
            year=row["year"],
            value=row["value"],
            status=row["status"],
            n=row["n"],
            lower=row["lower"],
            upper=row["upper"],
        )
        for row in rows.sort("year").rows(named=True)
    ]


def place(row: Mapping) -> str:
    """Where a row's figure stands in a file: 'Key stage 2 2024/25, row 17', or how it was worked out."""
    source = " ".join(part for part in (row["source"], edition(row["edition"])) if part)
    if not source:
        return sentence(row["how"] or "") or "No file"
    return source + (f", row {row['row']:,}" if row["row"] else "")
