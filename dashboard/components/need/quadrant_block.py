"""Results against deprivation: who does better than schools with a like intake, and who does not; not a ranking."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl
from dash import html

from dashboard.components.block import block, method
from dashboard.components.downloads import download_links
from dashboard.components.gaps import signed
from dashboard.components.graph import graph
from dashboard.components.links import address, school_path
from dashboard.components.need.facts import Need
from dashboard.components.need.where import where
from dashboard.components.tables import Column, table
from dashboard.components.words import count, listed, missing_mark, school_year, sentence
from dashboard.figures.by_year import COUNTS
from dashboard.figures.quadrant import Fit, Spot, fitted, quadrant
from pipelines.measures import Measure, Polarity

AGAINST = {"intake": "disadvantaged pupils, % of the school", "area": "deprivation of the school’s area"}
LISTED, NAMED = 12, 4
LONGEST_NAME = 26


@dataclass(frozen=True, kw_only=True)
class Point:
    """A school: deprivation (x), result (y), what is expected of its intake, and the difference with its interval."""

    urn: int
    name: str
    cluster: str
    x: float
    value: float
    n: float | None
    pupils: float
    expected: float | None
    difference: float | None
    lower: float | None
    upper: float | None
    mean: float | None

    @property
    def is_clear(self) -> bool:
        """Whether the interval of the difference leaves zero out."""
        return self.lower is not None and self.upper is not None and (self.lower > 0 or self.upper < 0)


@dataclass(frozen=True, kw_only=True)
class Results:
    """One measure in one year. `points` have a result and a deprivation; `left_out` counts schools without."""

    measure: Measure | None
    year: int
    points: Sequence[Point]
    left_out: int
    factors: str
    basis: str
    fit: Fit | None

    @property
    def is_high_better(self) -> bool:
        """Whether more of the measure is better."""
        return self.measure is None or self.measure.polarity is not Polarity.LOW_IS_BETTER

    def better(self) -> list[Point]:
        """More deprived schools whose result is better than expected, those clear of chance first, then by size."""
        return self._side(1)

    def lower(self) -> list[Point]:
        """More deprived schools whose result is worse than expected."""
        return self._side(-1)

    def _side(self, sign: int) -> list[Point]:
        if not self.fit:
            return []
        way = sign if self.is_high_better else -sign
        held = [
            p for p in self.points if p.x >= self.fit.median_x and p.difference is not None and way * p.difference > 0
        ]
        return sorted(held, key=lambda p: (not p.is_clear, -way * p.difference, p.name))


def results(need: Need, outcome: Measure | None, rows: pl.DataFrame, means: pl.DataFrame) -> Results:
    """The newest year of the outcome that at least half as many schools have as in the fullest of its last three."""
    empty = Results(measure=outcome, year=0, points=(), left_out=need.schools.height, factors="", basis="", fit=None)
    if outcome is None or rows.is_empty():
        return empty
    mine = rows.filter((pl.col("measure") == outcome.key) & pl.col("urn").is_in(need.schools["urn"].to_list()))
    if mine.is_empty():
        return empty
    year = mine["year"].max()
    held = mine.filter(pl.col("year") == year)
    schools = {row["urn"]: row for row in need.schools.rows(named=True)}
    drawn = {
        r["urn"]: r["mean"]
        for r in means.filter((pl.col("measure") == outcome.key) & (pl.col("year") == year)).rows(named=True)
    }
    against = need.choices["against"]
    points = []
    for row in held.rows(named=True):
        school = schools[row["urn"]]
        x = school["share"] if against == "intake" else _tenth(school)
        if x is None:
            continue
        points.append(_point(row, school, x, drawn.get(row["urn"])))
    spots = [Spot(name=p.name, x=p.x, y=p.value, pupils=p.pupils, words="") for p in points]
    first = held.filter(pl.col("expected").is_not_null())
    return Results(
        measure=outcome,
        year=year,
        points=points,
        left_out=need.schools.height - len(points),
        factors=listed(first["factors"][0].to_list()) if first.height else "",
        basis=first["basis"][0] if first.height else "",
        fit=fitted(spots),
    )


def _tenth(school: Mapping) -> float | None:
    """How deprived a school's area is, more to the right: 10 for the most deprived tenth, 1 for the least."""
    return 11 - school["decile"] if school["decile"] is not None else None


def _point(row: Mapping, school: Mapping, x: float, mean: float | None) -> Point:
    return Point(
        urn=row["urn"],
        name=row["name"],
        cluster=school["cluster_name"] or "",
        x=x,
        value=row["value"],
        n=row["n"],
        pupils=row["n"] or row["pupils"] or school["n"] or 20,
        expected=row["expected"],
        difference=row["difference"],
        lower=row["lower"],
        upper=row["upper"],
        mean=mean,
    )


def quadrant_block(need: Need, held: Results, files: pl.DataFrame) -> html.Article:
    """The block of the chart."""
    choices = need.choices
    has_n = any(p.n for p in held.points)
    label = held.measure.label if held.measure else "No outcome"
    return block(
        "quadrant",
        title=_title(held),
        name="Results against deprivation",
        sub=f"{label}, {school_year(held.year) if held.year else 'no year'}, against {AGAINST[choices['against']]}; "
        f"{count(len(held.points), 'school')}; area of a mark: "
        f"{'pupils counted' if has_n else 'pupils on roll, as no file prints how many were counted'}",
        views={
            "chart": lambda: _chart(need, held),
            "table": lambda: [_table(held, sorted(held.points, key=lambda p: -p.x))],
            "download": lambda: [
                html.P("Every school of the chart, not rounded."),
                download_links("/need", "quadrant", len(held.points), dict(choices.kept)),
            ],
            "how": lambda: _how(held),
            "where": lambda: where(files),
        },
        view=choices.view("quadrant"),
        view_address=choices.view_address("quadrant"),
        reason=_reason(held),
        foot=(
            f"{sentence(count(held.left_out, 'school has', 'schools have'))} no such result or no figure of "
            "deprivation. "
            if held.left_out
            else ""
        )
        + "The axes fit these schools. Not a ranking: intervals overlap.",
    )


def _title(held: Results) -> str:
    clear = [p for p in held.better() if p.is_clear]
    if not held.fit:
        return "Too few schools have results to compare here"
    if len(clear) == 1:
        return f"{clear[0].name} does clearly better than its intake suggests"
    if clear:
        return f"{sentence(count(len(clear), 'more deprived school'))} clearly do better than expected"
    if held.better() and not any(p.lower is not None for p in held.points):
        return f"{sentence(count(len(held.better()), 'more deprived school'))} stand above what is expected"
    return "No more deprived school is clearly better than expected"


def _reason(held: Results) -> list | str:
    if not held.fit or held.measure is None:
        return "A line needs at least five schools with a result and a figure of deprivation."
    per_ten = abs(held.fit.slope * 10)
    amount = signed(held.measure, per_ten).lstrip("+")
    amount += " points" if held.measure.unit.percent_sign else ""
    way = "lower" if held.fit.slope < 0 else "higher"
    unknown = not any(p.lower is not None for p in held.points)
    lead = f"For each ten points more deprivation the usual result here is {amount} {way}. "
    return [
        lead if max(p.x for p in held.points) > 10 else "",
        html.B("Better than expected does not mean better teaching: "),
        "intake is only what is published of it"
        + (", and without the number of pupils no interval can be given." if unknown else "."),
    ]


def _chart(need: Need, held: Results) -> list:
    if not held.fit or held.measure is None:
        return [html.P("There is nothing to draw: choose another phase or outcome.")]
    measure = held.measure
    marked = {p.urn: "better" for p in held.better()[:NAMED]} | {p.urn: "lower" for p in held.lower()[:NAMED]}
    spots = [
        Spot(
            name=short_name(p.name),
            x=p.x,
            y=p.value,
            pupils=p.pupils,
            mark=marked.get(p.urn, ""),
            words=f"<b>{p.name}</b><br>{measure.format(p.value)}"
            + (f" of {p.n:,.0f}" if p.n else "")
            + (f", expected {measure.format(p.expected)}" if p.expected is not None else ""),
        )
        for p in held.points
    ]
    is_intake = need.choices["against"] == "intake"
    top = max(p.x for p in held.points)
    y_range = _scale(measure, [p.value for p in held.points])
    x_range = (0, 10 * (top // 10 + 1)) if is_intake else (0.5, 10.5)
    words = ("higher results", "lower results") if held.is_high_better else ("higher (worse)", "lower (better)")
    figure = quadrant(
        spots,
        held.fit,
        x_title="Disadvantaged pupils, % of the school" if is_intake else "Tenth of England, 10 = most deprived",
        y_title="",
        x_range=x_range,
        y_range=y_range,
        higher=words[0],
        lower=words[1],
        ticks=("%" if is_intake else "", measure.unit.suffix),
    )
    spoken = (
        f"{len(spots)} schools, results against deprivation. Medians: {held.fit.median_x:.0f} and "
        f"{measure.format(held.fit.median_y)}."
    )
    return [
        graph(figure, spoken),
        html.P(
            "Open squares: more deprived, better than expected. Dark circles: more deprived, below what is "
            "expected. Thin "
            "line: usual here; dashed: medians.",
            className="foot",
        ),
    ]


_KINDS = re.compile(
    r"( (Voluntary \w+|Church of England|C of E|CofE|CE|Catholic|Roman Catholic|RC|Community|Primary|Junior|Infants?|"
    r"Nursery|and|Academy|School|VA|VC|Controlled|Aided))+$"
)


def short_name(name: str) -> str:
    """A school's name as it stands on a chart: without what it is at its end."""
    kept = re.split(r" [-–(]|, ", name)[0]
    kept = _KINDS.sub("", kept) or kept
    return kept if len(kept) <= LONGEST_NAME else kept[: LONGEST_NAME - 1].rstrip() + "…"


def _scale(measure: Measure, values: Sequence[float]) -> tuple[float, float]:
    """The part of the measure's axis that the results fill, with room for the names of the quadrants."""
    low, high = min(values), max(values)
    room = max((high - low) * 0.16, 1e-6)
    if measure.unit.key in COUNTS:
        return max(low - room, 0), high + room
    least, most = measure.axis
    return max(low - room, min(least, low)), min(high + room, max(most, high + room))


def expected_block(need: Need, held: Results) -> html.Article:
    """The list beside the chart: more deprived schools, better than expected, and the names of those below."""
    better = held.better()
    lower = held.lower()
    body: list = [
        html.Header(
            html.Div(
                [
                    html.H3("More deprived, better than expected"),
                    html.P(
                        f"Clear of chance first. Expected from {held.factors or 'nothing at hand'}"
                        + (f"; schools of {held.basis}" if held.basis else ""),
                        className="sub",
                    ),
                ]
            )
        )
    ]
    if better:
        body.append(_table(held, better[:LISTED], is_short=True))
        body.append(html.P(_how_sure(better), className="foot"))
    else:
        body.append(
            html.P("No more deprived school has a result above what is expected, or none is known.", className="foot")
        )
    clear_below = [p for p in lower if p.is_clear]
    if lower:
        href = address("/schools", phase=need.phase) if need.phase else "/schools"
        body.append(
            html.P(
                [
                    f"{sentence(count(len(lower), 'more deprived school is', 'more deprived schools are'))} "
                    "below what is "
                    f"expected, {len(clear_below) or 'none'} of them clear of chance"
                    + (": " + listed([p.name for p in clear_below[:5]]) if clear_below else "")
                    + ". ",
                    html.A("All schools", href=href),
                ],
                className="reason",
            )
        )
    return html.Article(body, className="measure", id="m-expected")


def _how_sure(better: Sequence[Point]) -> str:
    clear = [p.name for p in better if p.is_clear]
    more = f" {len(better) - LISTED} more are in the table of the chart." if len(better) > LISTED else ""
    if clear:
        keeps = "keeps its interval" if len(clear) == 1 else "keep their intervals"
        return f"{len(clear)} of {len(better)} {keeps} clear of zero; the others could be chance.{more}"
    if any(p.lower is not None for p in better):
        return f"None has an interval clear of zero: these could all be chance.{more}"
    return f"No interval can be given, so that any of these could be chance.{more}"


def _table(held: Results, points: Sequence[Point], *, is_short: bool = False) -> html.Table:
    measure = held.measure
    has_mean = not is_short and any(p.mean is not None for p in points)

    def value(p: Point) -> list:
        return [measure.format(p.value), html.Span(f" of {p.n:,.0f}" if p.n else "", className="mute")]

    def difference(p: Point):
        if p.difference is None:
            return missing_mark("no_file", short=True)
        limits = f" ({signed(measure, p.lower)} to {signed(measure, p.upper)})" if p.lower is not None else ""
        return [html.B(signed(measure, p.difference)), html.Span(limits, className="mute")]

    def known(number: float | None):
        return measure.format(number) if number is not None else missing_mark("no_file", short=True)

    columns = [
        Column(title="School", cell=lambda p: html.A(p.name, href=school_path(p.urn))),
        Column(title="Result", cell=value, is_number=True),
        Column(title="Expected", cell=lambda p: known(p.expected), is_number=True, is_minor=True),
        Column(title="Better by (90%)", cell=difference, is_number=True),
    ]
    if has_mean:
        columns.insert(2, Column(title="Drawn to usual", cell=lambda p: known(p.mean), is_number=True, is_minor=True))
    return table(points, columns, classes="dense")


def _how(held: Results) -> html.Dl:
    return method(
        {
            "Result": held.measure.definition if held.measure else "",
            "Usual here": "The straight line through these schools, each weighted by its pupils.",
            "Expected": f"What schools with a like intake ({held.factors}) reach in the same year; {held.basis}."
            if held.factors
            else "Not known: no file has the intake of enough schools.",
            "Better by": "Result less expected, with a 90% interval where the number of pupils is printed. Not "
            "a value-added "
            "measure and not a judgement of teaching.",
            "Drawn to usual": "The result drawn towards what is usual for schools of its kind: the fewer its "
            "pupils, the "
            "farther. A small school’s single year says little about it.",
            "Medians": "Half of these schools are on each side of a dashed line; the four corners are named by it.",
        }
    )


def saved(held: Results) -> pl.DataFrame:
    """The chart's schools as a table to save."""
    return pl.DataFrame(
        [
            {
                "urn": p.urn,
                "name": p.name,
                "cluster": p.cluster,
                "measure": held.measure.key,
                "year": held.year,
                "deprivation": p.x,
                "value": p.value,
                "n": p.n,
                "expected": p.expected,
                "difference": p.difference,
                "lower_90": p.lower,
                "upper_90": p.upper,
                "drawn_to_usual": p.mean,
            }
            for p in held.points
        ],
        infer_schema_length=None,
    )
