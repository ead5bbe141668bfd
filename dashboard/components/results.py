"""One measure of one school against its comparators over the years, shaped from the frames of the queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from dashboard.components.words import listed, missing, school_year, sentence
from dashboard.figures.by_year import COUNTS, Line, Point
from pipelines.measures import Measure

KINDS: dict[str, str] = {
    "similar schools": "similar",
    "cluster": "cluster",
    "same phase in authority": "authority",
    "authority": "authority",
    "region": "region",
    "statistical neighbours": "neighbours",
    "england": "england",
}
"""Kind of comparison → the series that it is drawn as; same phase and authority share one colour."""

Row = Mapping[str, Any]
"""One row of a frame by the names of its columns."""

ORDER = (
    "similar schools",
    "cluster",
    "same phase in authority",
    "authority",
    "statistical neighbours",
    "region",
    "england",
)


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where the figure of one year stands: its edition, file, row and fingerprint; `via` names a predecessor."""

    year: int
    source: str
    edition: str
    release: str
    published: date | None
    path: str
    row: int | None
    via: str
    file_id: int | None = None
    sha256: str = ""
    published_verified: bool = True


@dataclass(frozen=True, kw_only=True)
class Result:
    """One measure and pupil group: the school's line first, then comparators in the one order.

    Attributes:
        years: from the first year with any figure to the last that could have one.
        gaps: year without a figure of the school → the state or status that says why.
        states: year → why nobody has a figure: 'no tests', 'not yet released' …
        breaks: year → why it is not comparable with the years before.
        notes: year → what a reader must know of it.
        how: label of a comparator → how its figures came about.
    """

    measure: Measure
    group: str
    lines: Sequence[Line]
    years: Sequence[int]
    gaps: Mapping[int, str]
    states: Mapping[int, str]
    breaks: Mapping[int, str]
    notes: Mapping[int, str]
    origins: Sequence[Origin]
    how: Mapping[str, str]

    @property
    def school(self) -> Line:
        """The school's own line."""
        return self.lines[0]

    @property
    def england(self) -> Line | None:
        """England's line, or None."""
        return next((line for line in self.lines if line.key == "england"), None)

    @property
    def drawn(self) -> list[Line]:
        """At most four lines for a chart: school, similar schools or else neighbours or region, authority, England."""
        last_of = {line.key: line for line in self.lines if line.key != "cluster"}
        if "similar" in last_of:
            last_of.pop("neighbours", None)
        if "neighbours" in last_of or "similar" in last_of:
            last_of.pop("region", None)
        return list(last_of.values())


def results(
    measures: Iterable[Measure],
    observed: pl.DataFrame,
    compared: pl.DataFrame,
    year_notes: pl.DataFrame,
    *,
    group: str,
    labels: Mapping[str, str],
) -> list[Result]:
    """Results for the measures that the school has any row of, in the order given.

    `observed` and `compared` are frames of `queries.results`; `year_notes` of `queries.catalogue.years`;
    `labels` names each kind of comparison for this school ('England', 'Primary schools in Exemplar' …).
    """
    of_group = pl.col("group") == group
    own, others = _by_measure(observed.filter(of_group)), _by_measure(compared.filter(of_group))
    notes = _by_measure(year_notes)
    return [
        _result(measure, group, own[measure.key], others.get(measure.key, []), notes.get(measure.key, []), labels)
        for measure in measures
        if measure.key in own
    ]


def _by_measure(frame: pl.DataFrame) -> dict[str, list[Row]]:
    """Measure → its rows by year; as rows, for a page has dozens of measures with a few rows each."""
    found: dict[str, list[Row]] = {}
    for row in frame.sort("year", maintain_order=True).iter_rows(named=True):
        found.setdefault(row["measure"], []).append(row)
    return found


def _result(
    measure: Measure,
    group: str,
    own: Sequence[Row],
    others: Sequence[Row],
    notes: Sequence[Row],
    labels: Mapping[str, str],
) -> Result:
    states = {m["year"]: m["state"] for m in notes if m["state"] not in ("published", "break", "caution")}
    lines = [Line(key="school", label="This school", short="School", points=_points(own, states))]
    how: dict[str, str] = {}
    for kind in ORDER:
        rows = [row for row in others if row["kind"] == kind]
        if measure.unit.key in COUNTS:
            rows = [row for row in rows if row["how"] != "published"]  # a total of an area compares with no school
        if all(row["value"] is None for row in rows):
            continue
        label = labels.get(kind, sentence(kind))
        lines.append(Line(key=KINDS[kind], label=label, short=labels.get(f"{kind} short", label), points=_points(rows)))
        how[label] = listed(sorted({row["how"] for row in rows if row["how"]}))
    lines = _once(lines)
    valued = {p.year for line in lines for p in line.points if p.value is not None}
    own_valued = {p.year for p in lines[0].points if p.value is not None}
    first = min(valued or {p.year for p in lines[0].points})
    last = max({p.year for line in lines for p in line.points} | {y for y in states if states[y] == "not yet released"})
    return Result(
        measure=measure,
        group=group,
        lines=lines,
        years=range(first, last + 1),
        gaps={
            year: states.get(year) or _status(lines[0].at(year))
            for year in range(first, last + 1)
            if year not in own_valued
        },
        states=states,
        breaks={m["year"]: m["note"] or "not comparable with the years before" for m in notes if m["is_break"]},
        notes={m["year"]: m["note"] for m in notes if m["note"]},
        origins=_origins(own),
        how=how,
    )


def _once(lines: list[Line]) -> list[Line]:
    """The lines without the authority's own where it is that of the school's phase again."""
    own = [line for line in lines if line.key == "authority"]
    if len(own) == 2 and [(p.year, p.value) for p in own[0].points] == [(p.year, p.value) for p in own[1].points]:
        return [line for line in lines if line is not own[1]]
    return lines


def _status(point: Point | None) -> str:
    return point.status if point else "no_file"


def saved_rows(result: Result, school: Mapping) -> list[dict]:
    """Every year of every line as rows of a file, not rounded, each with its reason where there is no value."""
    origins = {origin.year: origin for origin in result.origins}
    return [
        {
            "urn": school["urn"] if line.key == "school" else None,
            "compared_with": school["name"] if line.key == "school" else line.label,
            "year": point.year,
            "school_year": school_year(point.year),
            "measure": result.measure.key,
            "group": result.group,
            "value": point.value,
            "status": point.status,
            "missing": "" if point.value is not None else missing(point.status).word,
            "pupils": point.n,
            "lower": point.lower,
            "upper": point.upper,
            "edition": origin.edition if origin else "",
            "file": origin.path if origin else "",
            "row": origin.row if origin else None,
            "sha256": origin.sha256 if origin else "",
        }
        for line in result.lines
        for point in line.points
        for origin in [origins.get(point.year) if line.key == "school" else None]
    ]


EMPTY = ("blank", "not_available", "no_row")
"""A cell that is merely empty: where a year's state says why nobody has a figure, that is the reason."""


def _points(rows: Sequence[Row], states: Mapping[int, str] | None = None) -> list[Point]:
    """One point for each year, the last row of a year where there are several."""
    states = states or {}
    return [
        Point(
            year=row["year"],
            value=row["value"],
            status=_said(row["status"] or "not_available", states.get(row["year"], "")),
            n=row["n"],
            lower=row.get("lower"),
            upper=row.get("upper"),
            note=row.get("via") or "",
        )
        for row in {row["year"]: row for row in rows}.values()
    ]


def _said(status: str, state: str) -> str:
    return state if state and status in EMPTY else status


def _origins(own: Sequence[Row]) -> list[Origin]:
    return [
        Origin(
            year=row["year"],
            source=row["source_title"] or "",
            edition=row["edition"] or row["file_edition"] or "",
            release=row["release"] or "",
            published=row["published"],
            path=row["path"] or "",
            row=row["row"],
            via=f"predecessor, URN {row['observed_urn']}" if row["via"] == "predecessor" else "",
            file_id=row["file_id"],
            sha256=row.get("sha256") or "",
            published_verified=row.get("published_verified") is not False,
        )
        for row in reversed(own)
    ]
