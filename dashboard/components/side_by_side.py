"""Schools side by side: one measure of several schools in one year, and which of its differences are beyond chance."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from dash import html

from dashboard.components.gaps import signed
from dashboard.components.links import school_path
from dashboard.components.page import Content
from dashboard.components.rows import behind, left_of, marks_of, tick_text
from dashboard.components.tables import Column, table
from dashboard.components.words import missing_mark, school_year
from dashboard.figures.by_year import Line, Point, axis_range
from pipelines.measures import Measure

MOST_SAID = 6
"""Differences said in sentences; the table has the rest."""

LUCK = "By luck alone about one difference in 20 would."
"""What 95% intervals promise, said wherever several are looked at."""

APART = ("special", "alternative provision")
"""Phases whose results follow their intake: their schools are tested against one another only."""


@dataclass(frozen=True, kw_only=True)
class Beside:
    """One measure in one year: a point for each school in the order of choice, and England's for its phase.

    A school that the measure is not meant for has a point with the status `not_applicable`.
    """

    measure: Measure
    year: int
    points: Sequence[Point]
    england: Sequence[float | None]

    @property
    def scale(self) -> tuple[float, float]:
        """The axis that all schools share."""
        lines = [Line(key="school", label="", points=self.points)]
        extra = [Point(year=self.year, value=value) for value in self.england if value is not None]
        return axis_range(self.measure, [*lines, Line(key="england", label="", points=extra)])


@dataclass(frozen=True, kw_only=True)
class Difference:
    """The difference of two schools on a measure, `first` less `second`, with its 95% interval."""

    beside: Beside
    first: int
    second: int
    value: float
    lower: float
    upper: float

    @property
    def is_beyond_chance(self) -> bool:
        """Whether the interval leaves out no difference at all."""
        return self.lower > 0 or self.upper < 0


def beside(
    measure: Measure,
    rows: Sequence[Mapping[int, Mapping]],
    phases: Sequence[str],
    england: Sequence[Mapping[int, float]],
) -> Beside | None:
    """The measure in the newest year in which two of the schools have a figure, else one; None where none has.

    Args:
        rows: for each school year → its row of `results.observations`. phases: of each school.
        england: for each school year → England's value for its phase.
    """
    held = [{year for year, row in own.items() if row["value"] is not None} for own in rows]
    counted = {year: sum(year in years for years in held) for years in held for year in years}
    if not counted:
        return None
    enough = min(2, max(counted.values()))
    year = max(year for year, size in counted.items() if size >= enough)
    return Beside(
        measure=measure,
        year=year,
        points=[_point(measure, own.get(year), year, phase) for own, phase in zip(rows, phases)],
        england=[own.get(year) for own in england],
    )


def _point(measure: Measure, row: Mapping | None, year: int, phase: str) -> Point:
    if row is None:
        is_meant = not measure.phases or phase in measure.phases
        return Point(year=year, value=None, status="no_row" if is_meant else "not_applicable")
    return Point(
        year=year,
        value=row["value"],
        status=row["status"],
        n=row["n"],
        lower=row["lower"],
        upper=row["upper"],
        note=row["via"] if row["via"] != "own" else "",
    )


def differences(found: Sequence[Beside], phases: Sequence[str]) -> list[Difference]:
    """The differences of every two schools of a like kind with an interval and enough pupils.

    Their intervals come of the schools' own (method of variance estimates recovery: Zou and Donner 2008, Statistics
    in Medicine 27, which is Newcombe's for shares with Wilson limits).
    """
    made = []
    for one in found:
        fit = [place for place, point in enumerate(one.points) if _can_be_tested(one.measure, point)]
        made += [
            _difference(one, first, second)
            for first, second in combinations(fit, 2)
            if (phases[first] in APART) == (phases[second] in APART)
        ]
    return made


def _can_be_tested(measure: Measure, point: Point) -> bool:
    has_all = None not in (point.value, point.lower, point.upper)
    return has_all and (point.n is None or point.n >= measure.minimum_cohort)


def _difference(one: Beside, first: int, second: int) -> Difference:
    a, b = one.points[first], one.points[second]
    value = a.value - b.value
    return Difference(
        beside=one,
        first=first,
        second=second,
        value=value,
        lower=value - math.hypot(a.value - a.lower, b.upper - b.value),
        upper=value + math.hypot(a.upper - a.value, b.value - b.lower),
    )


def in_words(one: Difference, names: Sequence[str]) -> str:
    """A difference as a sentence: 'A is 21 points above B (5 to 37): Reading …, 2024/25'."""
    high, low = (one.first, one.second) if one.value > 0 else (one.second, one.first)
    measure, form = one.beside.measure, lambda number: signed(one.beside.measure, number).lstrip("+")
    limits = sorted((abs(one.lower), abs(one.upper)))
    unit = " points" if measure.unit.percent_sign or "score" in measure.unit.key else ""
    values = [measure.format(one.beside.points[place].value) for place in (high, low)]
    return (
        f"{names[high]} ({values[0]}) is {form(abs(one.value))}{unit} above {names[low]} ({values[1]}), "
        f"between {form(limits[0])} and {form(limits[1])}."
    )


def said(tested: Sequence[Difference], names: Sequence[str]) -> list[Content]:
    """Which differences are beyond chance, as a list, and how many luck alone would bring."""
    beyond = [one for one in tested if one.is_beyond_chance]
    if not tested:
        return [
            html.P(
                "No two of these schools have like results with intervals for the same year: no difference is tested."
            )
        ]
    if not beyond:
        return [html.P(f"{tally(tested)}.")]
    beyond = sorted(beyond, key=lambda one: -min(abs(one.lower), abs(one.upper)) / (one.beside.scale[1] or 1))
    items = [
        html.Li([html.B(f"{one.beside.measure.label}, {school_year(one.beside.year)}: "), in_words(one, names)])
        for one in beyond[:MOST_SAID]
    ]
    more = f" {len(beyond) - MOST_SAID} more are in the tables." if len(beyond) > MOST_SAID else ""
    return [
        html.Ul(items, className="plain"),
        html.P(
            f"{tally(tested)} (95%).{more} {LUCK}",
            className="reason",
        ),
    ]


def tally(tested: Sequence[Difference]) -> str:
    """How many of the differences tested are beyond chance, in few words."""
    beyond = sum(one.is_beyond_chance for one in tested)
    if len(tested) == 1:
        return f"The one difference that can be tested is {'' if beyond else 'not '}beyond chance"
    return f"{beyond or 'None'} of {len(tested)} differences tested beyond chance"


def rows_of_dots(found: Sequence[Beside], schools: Sequence[Mapping]) -> html.Table:
    """A row for each measure and a column for each school: dot, interval, England's line, and the figure in words."""

    def cell(place: int) -> Callable[[Beside], Content]:
        def drawn(one: Beside) -> Content:
            point, scale = one.points[place], one.scale
            if point.value is None:
                return _lacking(one, point, schools[place])
            line = Line(key="school", label=schools[place]["name"], points=())
            england = one.england[place]
            guide = (
                [html.I(className="guide eng", style={"left": left_of(england, scale)})] if england is not None else []
            )
            track = html.Span(
                [*guide, *marks_of(one.measure, line, point, scale)], className="track", **{"aria-hidden": "true"}
            )
            return [
                track,
                html.B(one.measure.format(point.value)),
                html.Span(f" {behind(one.measure, line, point)}", className="mute micro"),
                html.Span(" predecessor’s", className="mute micro") if point.note else "",
            ]

        return drawn

    def name(one: Beside) -> Content:
        low, high = (tick_text(one.measure, end) for end in one.scale)
        return [
            one.measure.label,
            html.Span(f"{school_year(one.year)}, {low} to {high}{_england_words(one)}", className="micro mute about"),
        ]

    return table(
        found,
        [
            Column(title="Measure", cell=name, width="20%"),
            *(Column(title=school["name"], cell=cell(place)) for place, school in enumerate(schools)),
        ],
        is_stacked=True,
        classes="dots",
    )


def _england_words(one: Beside) -> str:
    values = list(dict.fromkeys(one.measure.format(value) for value in one.england if value is not None))
    return f"; England {' or '.join(values)}" if values else ""


def _lacking(one: Beside, point: Point, school: Mapping) -> html.Span:
    if point.status == "not_applicable" and one.measure.phases and school["phase"] not in one.measure.phases:
        why = f"not meant for a school of the phase {school['phase']}"
        return html.Span("Not applicable", className="miss", title=why)
    return missing_mark(point.status, short=True)


def figures_table(found: Sequence[Beside], schools: Sequence[Mapping]) -> html.Table:
    """The same figures without pictures: value, pupils, interval, for each school, and England's."""

    def cell(place: int) -> Callable[[Beside], Content]:
        def shown(one: Beside) -> Content:
            point = one.points[place]
            if point.value is None:
                return _lacking(one, point, schools[place])
            limits = (
                f" ({one.measure.format(point.lower)} to {one.measure.format(point.upper)})"
                if point.lower is not None and point.upper is not None
                else ""
            )
            pupils = f", {point.n:,.0f} pupils" if point.n is not None else ""
            return [html.B(one.measure.format(point.value)), html.Span(f"{limits}{pupils}", className="mute micro")]

        return shown

    return table(
        found,
        [
            Column(title="Measure", cell=lambda one: one.measure.label, width="20%"),
            Column(title="Year", cell=lambda one: school_year(one.year)),
            *(Column(title=school["name"], cell=cell(place)) for place, school in enumerate(schools)),
            Column(title="England", cell=lambda one: _england_words(one).removeprefix("; England ") or "None"),
        ],
        is_stacked=True,
        classes="dense",
    )


def facts_table(
    schools: Sequence[Mapping], facts: Sequence[tuple[str, Sequence[Content]]], remove: Callable[[int], str]
) -> html.Table:
    """Facts down and schools across, with a link that takes a school out; each fact has a text for every school."""

    def cell(place: int) -> Callable[[tuple[str, Sequence[Content]]], Content]:
        return lambda row: row[1][place] if row[1][place] not in (None, "") else html.Span("No data", className="miss")

    def heading(school: Mapping) -> Content:
        return html.A(school["name"], href=school_path(school["urn"]), className="nm")

    def taken_out(school: Mapping) -> Content:
        return html.A(
            ["Remove", html.Span(f" {school['name']}", className="vh")], href=remove(school["urn"]), className="remove"
        )

    rows = [
        ("School", [heading(school) for school in schools]),
        *facts,
        ("In this comparison", [taken_out(school) for school in schools]),
    ]
    return table(
        rows,
        [
            Column(title="Fact", cell=lambda row: row[0], width="20%"),
            *(Column(title=school["name"], cell=cell(place)) for place, school in enumerate(schools)),
        ],
        is_stacked=True,
        classes="facts-across",
    )
