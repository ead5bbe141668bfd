"""The authority's headline measures against England's, newest year and the years before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl
from dash import html

from dashboard.components.findings import against
from dashboard.components.marks import spark_range, sparkline
from dashboard.components.results import KINDS
from dashboard.components.tables import Column, table
from dashboard.components.words import listed, missing_mark, school_year, sentence
from dashboard.figures.by_year import COUNTS, Line, Point
from pipelines.measures import Measure

PHASES = (None, "primary", "secondary")
"""Phases whose figures are shown; None: the measure is not published by phase."""

YEARS = 10
"""Years in a line."""


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


def standings(measures: Iterable[Measure], headlines: pl.DataFrame, authority: str) -> list[Standing]:
    """The headline measures that the authority has a figure of; `headlines` is a frame of `queries.results`."""
    frame = headlines.filter(pl.col("value").is_not_null())
    return [
        Standing(
            measure=measure,
            phase=phase,
            authority=_line("authority", authority, held),
            england=_line("england", "England", held),
        )
        for measure in measures
        if measure.headline and measure.unit.key not in COUNTS
        for phase in PHASES
        if not (held := frame.filter((pl.col("measure") == measure.key) & pl.col("phase").eq_missing(phase))).is_empty()
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


def newest_first(held: Sequence[Standing]) -> list[Standing]:
    """The measures by their newest year, newest first, else in the order given."""
    return sorted(held, key=lambda standing: -standing.year)


def made_from(held: Sequence[Standing]) -> str:
    """Which figures are no published ones but means of schools, in words."""
    means = []
    for standing in held:
        whose = [line.label for line in (standing.authority, standing.england) if _is_mean(line, standing)]
        if whose:
            means.append(f"{standing.label} ({listed(whose)})")
    return f"As published, but means of schools: {'; '.join(means)}." if means else "Figures are as published."


def _is_mean(line: Line, standing: Standing) -> bool:
    point = line.at(standing.year)
    return point is not None and point.value is not None and point.note != "published"


def standings_table(held: Sequence[Standing], authority: str) -> html.Table:
    """A row for each headline measure: both figures, how they stand, and the years."""

    def line(standing: Standing):
        measure, years = standing.measure, [p.year for p in standing.authority.points]
        years = list(range(max(years[0], years[-1] - YEARS + 1), years[-1] + 1))
        own = [point.value if (point := standing.authority.at(year)) else None for year in years]
        england = [point.value if (point := standing.england.at(year)) else None for year in years]
        said = ", ".join(measure.format(value) or "none" for value in own)
        return sparkline(own, england, spark_range(measure, [*own, *england]), f"{years[0]} to {years[-1]}: {said}")

    columns = [
        Column(title="Measure", cell=lambda s: s.label, width="30%"),
        Column(title="Year", cell=lambda s: school_year(s.year)),
        Column(title=authority, cell=lambda s: html.B(s.measure.format(s.rows[0][1].value)), is_number=True),
        Column(
            title="England",
            cell=lambda s: s.measure.format(s.rows[1][1].value) if s.rows[1][1] else missing_mark("no_file"),
            is_number=True,
        ),
        Column(title="Against England", cell=lambda s: sentence(_against(s)), is_minor=True),
        Column(title="By year", cell=line, is_minor=True),
    ]
    return table(held, columns)
