"""Is a low result more than chance? Results of schools beside funnel limits: who is outside, and how many by luck."""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import polars as pl
from dash import html

from dashboard.components.block import block, method
from dashboard.components.downloads import Download, download_links
from dashboard.components.graph import graph
from dashboard.components.links import school_path
from dashboard.components.tables import Column, table
from dashboard.components.words import count, listed, school_year, sentence
from dashboard.figures.funnel import Limits, Mark, axis, funnel
from pipelines.measures import Measure

ENOUGH = 0.5
"""A year is shown when at least this share of the schools with a result have a number of pupils beside it."""

BY_LUCK = {"below 95%": 0.025, "below 99.8%": 0.001}
"""Share of schools that luck alone puts below a limit; exact binomial limits put no more there."""

BELOW_998, BELOW_95, ABOVE_95, ABOVE_998 = "below 99.8%", "below 95%", "above 95%", "above 99.8%"
LONGEST_LABEL = 24
_DROPPED = (" Church of England", " CofE", " Catholic", " Primary", " Junior", " Academy", " School", " Community")


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One school in the funnel: its result, pupils, the limits for so many pupils, and on which side it is."""

    urn: int
    name: str
    value: float
    n: float
    lower_95: float
    lower_998: float
    side: str
    is_own: bool


@dataclass(frozen=True, kw_only=True)
class Funnel:
    """A year's results of the schools of a phase beside the limits.

    Attributes:
        without: schools with a row but no result with a number of pupils: not published, suppressed or hidden.
        later: the newer years that have results but too few numbers of pupils.
    """

    measure: Measure
    year: int
    limits: Limits
    standings: Sequence[Standing]
    without: int
    later: Sequence[int]
    overdispersion: float


def funnel_of(
    measure: Measure, results: Sequence[Mapping], limits: Sequence[Mapping], own: Callable[[int], bool]
) -> Funnel | None:
    """The newest year for which enough schools have a number of pupils; None where there is none.

    `results` are rows of (urn, name, year, value, n), newest year first; `limits` are rows of mart.funnel_limit,
    by year and number of pupils; `own` says whether a school is among those chosen.
    """
    by_year = {year: list(rows) for year, rows in groupby(limits, key=lambda row: row["year"])}
    later = []
    for year, rows in groupby(results, key=lambda row: row["year"]):
        schools = list(rows)
        valued = [row for row in schools if row["value"] is not None]
        told = [row for row in valued if row["n"]]
        if year not in by_year or not told or len(told) < ENOUGH * len(valued):
            later += [year] if valued else []
            continue
        curve = _limits(by_year[year])
        return Funnel(
            measure=measure,
            year=year,
            limits=curve,
            standings=[_standing(row, curve, own(row["urn"])) for row in told],
            without=len(schools) - len(told),
            later=later,
            overdispersion=by_year[year][0]["overdispersion"],
        )
    return None


def _limits(rows: Sequence[Mapping]) -> Limits:
    named = ("lower_95", "upper_95", "lower_998", "upper_998")
    return Limits(
        n=[row["n"] for row in rows],
        centre=rows[0]["centre"],
        **{name: [row[name] for row in rows] for name in named},
    )


def at(limits: Limits, name: str, n: float) -> float:
    """A limit for n pupils: between two numbers of the table on the straight line, beyond its ends the end's."""
    values, grid = getattr(limits, name), limits.n
    place = bisect_right(grid, n)
    if place in (0, len(grid)):
        return values[max(place - 1, 0)]
    before, after = grid[place - 1], grid[place]
    share = (n - before) / (after - before)
    return values[place - 1] + share * (values[place] - values[place - 1])


def _standing(row: Mapping, limits: Limits, is_own: bool) -> Standing:
    value, n = row["value"], row["n"]
    lower_95, lower_998 = at(limits, "lower_95", n), at(limits, "lower_998", n)
    if value < lower_998:
        side = BELOW_998
    elif value < lower_95:
        side = BELOW_95
    elif value > at(limits, "upper_998", n):
        side = ABOVE_998
    elif value > at(limits, "upper_95", n):
        side = ABOVE_95
    else:
        side = ""
    return Standing(
        urn=row["urn"],
        name=row["name"],
        value=value,
        n=n,
        lower_95=lower_95,
        lower_998=lower_998,
        side=side,
        is_own=is_own,
    )


def below(found: Funnel) -> list[Standing]:
    """Schools below the 95% limit: below 99.8% first, then by how far they are below."""
    outside = [one for one in found.standings if one.side in (BELOW_998, BELOW_95)]
    return sorted(outside, key=lambda one: (one.side == BELOW_95, one.value - one.lower_95))


def funnel_block(
    found: Funnel,
    *,
    view: str,
    view_address: Callable[[str], str],
    path: str,
    query: Mapping[str, str],
    whose: str,
    phase_word: str,
) -> html.Article:
    """The block: `whose` schools are drawn dark ('your schools'), all where it is empty; `query` goes to downloads."""
    low = below(found)
    far = sum(one.side == BELOW_998 for one in low)
    size = len(found.standings)
    title = (
        f"In {school_year(found.year)}, {far or 'none'} of {size} {phase_word} "
        f"{'was' if far in (0, 1) else 'were'} below the 99.8% limit"
        if found.later
        else f"{far or 'None'} of {size} {phase_word} {'is' if far in (0, 1) else 'are'} below the 99.8% limit"
    )
    dark = f" Dark: {whose}." if whose else ""
    measure = found.measure
    return block(
        "funnel",
        title=title,
        name="Funnel of results",
        sub=f"{measure.label}, all pupils, {school_year(found.year)}.{dark}",
        views={
            "chart": lambda: html.Div([_chart(found, phase_word), _beside(found, low)], className="funnelgrid"),
            "table": lambda: _table(found),
            "download": lambda: [
                html.P("Every school with its result, pupils and limits, not rounded; small numbers are hidden."),
                download_links(path, "funnel", size, dict(query)),
            ],
            "how": lambda: _how(found),
            "where": lambda: _where(found),
        },
        view=view,
        view_address=view_address,
        reason=_reason(found, low, far, whose),
        foot=_foot(found),
    )


def _short(name: str) -> str:
    """A school's name as it fits beside a point."""
    for part in _DROPPED:
        name = name.replace(part, "")
    words = name.replace(",", "").split()
    while len(" ".join(words)) > LONGEST_LABEL and len(words) > 1:
        words.pop()
    return " ".join(words)


def _chart(found: Funnel, phase_word: str) -> html.Figure:
    outside = [one for one in below(found) if one.side == BELOW_998]
    outside += [one for one in below(found) if one.side == BELOW_95]
    outside += [one for one in found.standings if one.side in (ABOVE_998, ABOVE_95)]
    labelled = {one.urn: _short(one.name) for one in outside}
    # marks in the order in which labels take their places: the lowest first
    order = [one.urn for one in outside]
    marks = [
        Mark(
            name=one.name,
            n=one.n,
            value=one.value,
            is_own=one.is_own,
            label=labelled.get(one.urn, ""),
        )
        for one in sorted(found.standings, key=lambda s: order.index(s.urn) if s.urn in labelled else len(order))
    ]
    low = listed([one.name for one in below(found)][:8])
    words = (
        f"{found.measure.label} by number of pupils, {len(marks)} {phase_word}. England "
        f"{found.measure.format(found.limits.centre)}. Below the 95% limit: {low or 'none'}."
    )
    return graph(funnel(found.measure, marks, found.limits), words)


def _beside(found: Funnel, low: Sequence[Standing]) -> html.Div:
    shown = 8
    above = [one.side for one in found.standings if one.side in (ABOVE_95, ABOVE_998)]
    more = f" {len(low) - shown} more are under Table." if len(low) > shown else ""
    return html.Div(
        [
            table(
                low[:shown],
                _columns(found),
                caption=["Below the limits ", html.Span("furthest below first")],
                classes="dense",
            )
            if low
            else html.P("No school is below the 95% limit."),
            html.P(
                f"Above: {count(len(above), 'school')} over the 95% limit, {above.count(ABOVE_998)} of them over "
                f"99.8%.{more}",
                className="micro mute",
            ),
        ]
    )


def _columns(found: Funnel) -> list[Column]:
    return [
        Column(title="School", cell=lambda one: html.A(one.name, href=school_path(one.urn))),
        Column(title="Result", cell=lambda one: found.measure.format(one.value), is_number=True),
        Column(title="Pupils", cell=lambda one: f"{one.n:,.0f}", is_number=True),
        Column(title="Limit", cell=lambda one: one.side or "within"),
    ]


def _table(found: Funnel) -> html.Div:
    order = {BELOW_998: 0, BELOW_95: 1, ABOVE_998: 2, ABOVE_95: 3}
    rows = sorted(found.standings, key=lambda one: (order.get(one.side, 4), one.value, one.name))
    columns = [
        *_columns(found),
        Column(
            title="95% of such results by luck are above",
            cell=lambda one: found.measure.format(one.lower_95),
            is_number=True,
            is_minor=True,
        ),
        Column(title="Yours", cell=lambda one: "yes" if one.is_own else "", is_minor=True),
    ]
    return html.Div(table(rows, columns, classes="dense"), className="scroll")


def _reason(found: Funnel, low: Sequence[Standing], far: int, whose: str) -> list:
    size = len(found.standings)
    own = [one for one in found.standings if one.is_own]
    own_low = [one for one in low if one.is_own]
    by_luck = BY_LUCK[BELOW_95] * size
    expected = f"about {by_luck:.0f}" if by_luck >= 1.5 else "one or none"
    parts: list = [
        html.B(
            f"{sentence(count(len(low), 'school'))} {'is' if len(low) == 1 else 'are'} below the lower 95% limit, "
            f"where chance alone would put {expected} of {size}."
        ),
        f" {far} of them {'is' if far == 1 else 'are'} below 99.8%, where chance alone would put one in 1,000.",
    ]
    if low:
        parts.append(" Outside is more than luck; intakes differ too, so it is not yet why.")
    if whose and len(own) < size:
        said = f"{len(own_low)} of {len(own)} below the 95% limit" if own else "none is among them"
        parts.append(f" Of {whose}: {said}.")
    return parts


def _foot(found: Funnel) -> str:
    later = (
        f" {listed([school_year(year) for year in sorted(found.later)])} "
        f"{'has' if len(found.later) == 1 else 'have'} results but no numbers of pupils, so no limits."
        if found.later
        else ""
    )
    without = (
        f"{sentence(count(found.without, 'school'))} without a result and its number of pupils "
        f"{'is' if found.without == 1 else 'are'} not drawn."
        if found.without
        else ""
    )
    return (
        f"Limits around England’s {found.measure.format(found.limits.centre)}, {school_year(found.year)}. "
        f"{without}{later} " + ("The vertical axis is shortened." if _is_shortened(found) else "")
    )


def _is_shortened(found: Funnel) -> bool:
    values = [one.value for one in found.standings]
    return axis(found.measure, values, found.limits, max(one.n for one in found.standings)) != found.measure.axis


def _how(found: Funnel) -> html.Dl:
    widened = (
        f"Schools of England differ {found.overdispersion:.1f} times as much as luck alone would make them (variance), "
        "because intakes and teaching differ too: being outside says that it is not luck, not why."
    )
    return method(
        {
            "What is drawn": f"{found.measure.label}: {found.measure.definition}",
            "Limits": "Around England’s value, for each number of pupils: 95% and 99.8% of results would fall inside "
            "if every pupil of England had the same chance. Exact binomial for small shares (Spiegelhalter 2005).",
            "By chance alone": "2.5 schools of 100 fall below the 95% limits and 1 of 1,000 below the 99.8% limits.",
            "What it does not say": widened,
            "Between numbers of pupils": "Limits are worked out for every number to 30 and then in steps; between "
            "steps they lie on the straight line.",
        }
    )


def _where(found: Funnel) -> html.Dl:
    return method(
        {
            "Results": f"{found.measure.label}, {school_year(found.year)}, as published; a school’s own page names the "
            "file and row of each.",
            "Limits": "mart.funnel_limit of this build, from mart.estimate.",
            "England": found.measure.format(found.limits.centre),
        }
    )


def download_of(found: Funnel, notes: Sequence[tuple[str, str]]) -> Download:
    """Every school of the funnel as a table to save."""
    return Download(
        name="funnel",
        title=f"{found.measure.label}, {school_year(found.year)}: schools beside funnel limits",
        frame=pl.DataFrame(
            [
                {
                    "urn": one.urn,
                    "name": one.name,
                    "year": found.year,
                    "measure": found.measure.key,
                    "value": one.value,
                    "pupils": one.n,
                    "england": found.limits.centre,
                    "lower_95": one.lower_95,
                    "lower_998": one.lower_998,
                    "side": one.side or "within",
                }
                for one in found.standings
            ]
        ),
        notes=notes,
    )
