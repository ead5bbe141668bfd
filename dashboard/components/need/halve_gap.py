"""The calculator: close a part of a gap in so many years, in children, by cluster, held against chance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl
from dash import html

from dashboard.components.block import block, method
from dashboard.components.downloads import download_links
from dashboard.components.fields import choice, filter_form, number
from dashboard.components.graph import graph
from dashboard.components.need.facts import Need
from dashboard.components.need.halving import Unit, remainder, steps
from dashboard.components.need.where import where
from dashboard.components.page import notice
from dashboard.components.tables import Column, table
from dashboard.components.words import count, missing_mark, school_year, sentence
from dashboard.figures.bars import bars
from pipelines.measures import Measure

TO = {"national": "To other children in England", "within": "To other children here"}
PARTS = {"25": "A quarter", "50": "Half", "75": "Three quarters", "100": "All of it"}
PART_WORDS = {"25": "a quarter of the gap", "50": "half the gap", "75": "three quarters of the gap", "100": "the gap"}
MOST_YEARS = 15
MOST_CHILDREN = 20_000
BREAK_YEAR = 2027
"""School year 2026/27: all households on Universal Credit get free school meals from September 2026."""

MEALS = {
    "lait_fsm_new_ks2_rwm": "lait_nonfsm_new_ks2_rwm",
    "lait_fsp_gooddev_fsm": "lait_fsp_gooddev_fsm_other",
}
"""Published for authorities only: measure of children with free school meals → that of all others."""

KEY_STAGES = {"primary": "Key stage 2", "secondary": "Key stage 4"}
"""Phase → the topic of the results that its schools answer for."""

MEALS_WORDS = {
    "lait_fsm_new_ks2_rwm": "Reading, writing and maths at eleven: children with free school meals",
    "lait_fsp_gooddev_fsm": "Good level of development at five: children with free school meals",
}

MINUS = "\u2212"


@dataclass(frozen=True, kw_only=True)
class Goal:
    """What was asked and what it takes.

    Attributes:
        measure: None where no gap is at hand. year, years: the newest year of the figures, and those pooled.
        is_meals: whether it is about free school meals now, not disadvantage, for which no number of children is known.
        whole: the authority; None where its children are not known. parts: clusters; rest: what they leave out.
        rate, other: percent now, and of the other children.
    """

    measure: Measure | None
    year: int
    years: str
    part: float
    span: int
    first: int
    is_meals: bool
    whole: Unit | None
    parts: Sequence[Unit]
    rest: Unit | None
    rate: float | None
    other: float | None
    withheld: Sequence[str] = ()
    own_children: int = 0

    @property
    def last(self) -> int:
        """The year the part of the gap is closed in."""
        return self.first + self.span - 1

    @property
    def gap(self) -> float | None:
        """Points behind the other children."""
        return self.other - self.rate if self.rate is not None and self.other is not None else None


def subjects(gaps: pl.DataFrame, published: pl.DataFrame, measures: Mapping[str, Measure]) -> dict[str, str]:
    """Measure → its words, of every share whose gap the authority has, the newest and the fullest first."""
    found: list[tuple[int, int, str]] = []
    if gaps.height:
        own = gaps.filter((pl.col("unit_kind") == "authority") & pl.col("focus_value").is_not_null())
        for key, year in own.group_by("measure").agg(pl.col("year").max()).iter_rows():
            known = own.filter((pl.col("measure") == key) & pl.col("national_gap").is_not_null())
            if known.height and key in measures and measures[key].unit.percent_sign:
                found.append((-year, list(measures).index(key), key))
    newest = {(r["measure"], r["kind"]): r["year"] for r in published.rows(named=True)}
    for focus, other in MEALS.items():
        if focus in measures and (focus, "authority") in newest and (other, "england") in newest:
            found.append((-newest[focus, "authority"], len(measures), focus))
    return {key: _words(measures[key]) for _, _, key in sorted(found)}


def _words(measure: Measure) -> str:
    return MEALS_WORDS.get(measure.key, measure.label)


def goal(
    need: Need,
    gaps: pl.DataFrame,
    published: pl.DataFrame,
    measures: Mapping[str, Measure],
    now: int,
) -> Goal:
    """What the choices in force take; `now` is the year that the running school year ends in."""
    choices = need.choices
    span = min(max(int(choices["years"]), 1), MOST_YEARS)
    part = int(choices["part"]) / 100
    key = choices["goal"]
    if key in MEALS:
        return _meals(need, published, measures, key, part, span, now)
    rows = _rows(gaps, key)
    if not rows:
        return Goal(
            measure=None,
            year=0,
            years="",
            part=part,
            span=span,
            first=now,
            is_meals=False,
            whole=None,
            parts=(),
            rest=None,
            rate=None,
            other=None,
        )
    own = next(row for row in rows if row["unit_kind"] == "authority")
    other = own["national_other"] if choices["to"] == "national" else own["other_value"]
    first = max(own["year"] + 1, now)
    held = Goal(
        measure=measures[key], year=own["year"], years=own["years"], part=part, span=span, first=first, is_meals=False,
        whole=None, parts=(), rest=None, rate=own["focus_value"], other=other,
    )  # fmt: skip
    if other is None or not own["focus_n"]:
        return held
    whole = _unit(own, other, part)
    clusters = [row for row in rows if row["unit_kind"] != "authority"]
    counted = [row for row in clusters if row["focus_n"] and row["focus_value"] is not None]
    parts = [_unit(row, other, part) for row in counted if row["years"] == own["years"]]
    names = {unit.key for unit in parts}
    withheld = [_name(row["unit_name"]) for row in clusters if row["unit"] not in names]
    rest = remainder(whole, parts, "Schools in none of these, or whose figures are hidden") if parts else None
    return Goal(**{**vars(held), "whole": whole, "parts": parts, "rest": rest, "withheld": withheld})


def _rows(gaps: pl.DataFrame, key: str) -> list[dict]:
    """The authority's newest row and those of the clusters for the same year; pooled years where there are any."""
    if gaps.is_empty():
        return []
    mine = gaps.filter(pl.col("measure") == key)
    own = mine.filter((pl.col("unit_kind") == "authority") & pl.col("national_gap").is_not_null())
    if own.is_empty():
        return []
    newest = own.filter(pl.col("year") == own["year"].max()).sort("span")
    chosen = newest.row(0, named=True)
    same = mine.filter((pl.col("year") == chosen["year"]) & (pl.col("span") == chosen["span"]))
    return [chosen, *same.filter(pl.col("unit_kind") != "authority").sort("unit_name").rows(named=True)]


def _unit(row: Mapping, other: float, part: float) -> Unit:
    years = len(row["years"].split(",")) if row["years"] else 1
    reached = row["focus_count"] if row["focus_count"] is not None else row["focus_value"] * row["focus_n"] / 100
    return Unit(
        name=_name(row["unit_name"]),
        key=row["unit"],
        children=row["focus_n"] / years,
        reached=reached / years,
        other=other,
        part=part,
    )


def _name(name: str) -> str:
    return name.removesuffix(" cluster")


def _meals(need, published, measures, key, part, span, now) -> Goal:
    held = {(row["measure"], row["kind"]): row for row in published.rows(named=True)}
    own = held[key, "authority"]
    other = held.get((MEALS[key], "england" if need.choices["to"] == "national" else "authority"))
    children = min(int(need.choices["children"] or 0), MOST_CHILDREN)
    rate, target = own["value"], other["value"] if other else None
    whole = None
    if children and target is not None:
        whole = Unit(
            name=need.authority, key="", children=children, reached=rate * children / 100, other=target, part=part
        )
    return Goal(
        measure=measures[key], year=own["year"], years=str(own["year"]), part=part, span=span,
        first=max(own["year"] + 1, now), is_meals=True, whole=whole, parts=(), rest=None, rate=rate, other=target,
        own_children=children,
    )  # fmt: skip


def halve_form(need: Need, held: Goal, words: Mapping[str, str]) -> html.Form:
    """The calculator's inputs."""
    choices = need.choices
    mine = {"to", "goal", "part", "years", "children"}
    fields = [
        choice("to", "Gap to close", list(TO.items()), choices["to"]),
        choice("goal", "Measure", list(words.items()), choices["goal"]),
        choice("part", "By how much", list(PARTS.items()), choices["part"]),
        number("years", f"In how many years (1 to {MOST_YEARS})", held.span, low=1, high=MOST_YEARS),
    ]
    if held.is_meals:
        fields.append(
            number("children", "Such children a year (your count)", held.own_children or "", low=1, high=MOST_CHILDREN)
        )
    return filter_form(
        "/need",
        fields,
        hidden={key: value for key, value in choices.kept.items() if key not in mine},
        button="Work it out",
        name="Halve the gap",
    )


def halve_block(need: Need, held: Goal, files: pl.DataFrame) -> html.Article:
    """The answer."""
    choices = need.choices
    return block(
        "halve",
        title=_title(held),
        name="What it takes",
        sub=_sub(need, held),
        views={
            "chart": lambda: _answer(need, held),
            "table": lambda: [_by_cluster(need, held)],
            "download": lambda: [
                html.P("Every cluster and the authority, not rounded."),
                download_links("/need", "halve", len(held.parts) + 2, dict(choices.kept)),
            ],
            "how": lambda: _how(held),
            "where": lambda: where(files),
        },
        view=choices.view("halve"),
        view_address=choices.view_address("halve"),
        reason=_reason(held),
        foot=_foot(need, held),
    )


def _people(held: Goal) -> str:
    return "children with free school meals" if held.is_meals else "disadvantaged children"


def _title(held: Goal) -> str:
    if held.gap is None:
        return "No gap can be closed on paper from this build"
    if held.gap <= 0:
        return "There is no gap to close: they are level or ahead"
    if held.whole is None:
        more = held.part * held.gap
        return f"{more:.0f} more of each 100 such children by {held.last}"
    return f"{held.whole.more:.0f} more {_people(held)} a year by {held.last}"


def _sub(need: Need, held: Goal) -> str:
    if held.measure is None:
        return "No file at hand has the results of disadvantaged and other pupils of the same year."
    to = "other children in England" if need.choices["to"] == "national" else f"other children in {need.authority}"
    years = _years(held)
    base = f"{_words(held.measure)}. Starts from {years}: "
    if held.rate is None or held.other is None:
        return base + "one side of the gap is not known."
    counts = (
        f" ({held.whole.reached:,.0f} of {held.whole.children:,.0f} a year)" if held.whole and not held.is_meals else ""
    )
    return (
        f"{base}{held.measure.format(held.rate)} here{counts}, {held.measure.format(held.other)} {to}, gap "
        f"{abs(held.gap):.1f} points"
    )


def _years(held: Goal) -> str:
    years = [int(year) for year in held.years.split(",")] if held.years else [held.year]
    if len(years) == 1:
        return school_year(years[0])
    return f"{', '.join(school_year(year) for year in years)} pooled"


def _reason(held: Goal) -> list | str:
    if held.whole is None or held.gap is None or held.gap <= 0:
        return ""
    few = [unit.name for unit in held.parts if not unit.is_enough and unit.more > 0]
    if not held.parts and held.withheld:
        return "The figures of clusters are hidden here: a school’s small number could be worked out from them."
    if not held.parts:
        return "No cluster’s figures are at hand, so that it cannot be shared out among clusters."
    if not few:
        return "Every cluster has enough children for its part to be told from chance."
    return [
        html.B(f"{sentence(count(len(few), 'cluster has', 'clusters have'))} too few to plan on"),
        f" ({', '.join(few)}): from year to year chance alone moves their number as much as the goal would, or "
        "more. Plan them "
        "together with others.",
    ]


def _answer(need: Need, held: Goal) -> list:
    if held.gap is None or held.gap <= 0:
        return [html.P("Choose another measure or another gap.")]
    parts: list = []
    years = [held.first + index for index in range(held.span)]
    total = held.whole.more if held.whole else held.part * held.gap
    values = steps(total, held.span)
    unit = f"more {_people(held)} a year" if held.whole else "more of each 100 such children"
    if held.whole:
        is_theirs = KEY_STAGES.get(need.phase) == held.measure.topic and not need.choices["cluster"]
        schools = need.counted.height if is_theirs else 0
        parts.append(
            html.P(
                [
                    f"{held.whole.more:.0f} of about {held.whole.children:,.0f} a year in all of {need.authority}. ",
                    f"That is {held.whole.more / schools:.1f} a year in the average of these {schools} schools, and "
                    f"closes {PART_WORDS[need.choices['part']]} if the other children’s results stay where they are."
                    if schools
                    else "",
                ]
            )
        )
    else:
        parts.append(
            html.P(
                "How many such children there are each year no file at hand says: put in your own count, and it is "
                "worked out in children."
            )
        )
    spoken = "; ".join(f"{year} +{value:.0f}" for year, value in zip(years, values, strict=True))
    parts.append(
        graph(
            bars(
                [str(year) for year in years],
                values,
                [f"+{value:.0f}" for value in values],
                focus=[year == held.last for year in years],
            ),
            f"Equal yearly steps, {unit}: {spoken}.",
            title="In equal yearly steps",
            note=f"{unit}, by the year the school year ends",
        )
    )
    if held.last >= BREAK_YEAR:
        parts.append(
            notice(
                "Break from 2026/27.",
                "Free school meals widen to all households on Universal Credit. Figures before and after will not mean "
                "the same, so that this goal, set on the old meaning, must be restated on both.",
                kind="caution",
            )
        )
    if held.parts:
        parts.append(_by_cluster(need, held))
    return parts


def _rows_of(need: Need, held: Goal) -> list[Unit]:
    rows = sorted(held.parts, key=lambda unit: unit.name)
    return [*rows, *([held.rest] if held.rest else []), *([held.whole] if held.whole else [])]


def _by_cluster(need: Need, held: Goal) -> html.Table | html.P:
    rows = _rows_of(need, held)
    if not rows:
        return html.P("There is no number of children to show by cluster.")

    def is_part(unit: Unit) -> bool:
        return bool(unit.key) and unit is not held.whole

    def name(unit: Unit):
        return html.A(unit.name, href=f"/cluster/{unit.key}") if is_part(unit) else unit.name

    def ok(unit: Unit) -> bool:
        return unit.children > 0 and 0 <= unit.reached <= unit.children

    def enough(unit: Unit):
        if not ok(unit) or unit is held.rest:
            return ""
        if unit.more <= 0:
            return "Level or ahead: nothing to close"
        return "Yes" if unit.is_enough else [html.B("Too few"), ": chance moves it as much"]

    def more(unit: Unit) -> str:
        rounded = f"{abs(unit.more):.0f}"
        return html.B("0" if rounded == "0" else f"+{rounded}" if unit.more > 0 else f"{MINUS}{rounded}")

    columns = [
        Column(title="Cluster", cell=name),
        Column(
            title="Disadvantaged children a year",
            cell=lambda u: f"{u.children:,.0f}",
            is_number=True,
            is_minor=True,
        ),
        Column(
            title="At the standard now",
            cell=lambda u: held.measure.format(u.rate) if ok(u) else missing_mark("not_applicable", short=True),
            is_number=True,
            is_minor=True,
        ),
        Column(
            title="Behind the others",
            cell=lambda u: _points(-u.gap) if ok(u) else missing_mark("not_applicable", short=True),
            is_number=True,
        ),
        Column(title="More children a year", cell=more, is_number=True),
        Column(
            title="Moves by chance",
            cell=lambda u: f"±{u.by_chance:.0f}" if ok(u) else "",
            is_number=True,
            is_minor=True,
        ),
        Column(title="Enough to plan on?", cell=enough),
    ]
    kind = "cluster" if need.agreed else "proposed cluster"
    caption = [
        f"By {kind} ",
        html.Span(
            "if each closes the same part of its own gap to the same other children; rows add to "
            f"{need.authority} before rounding"
        ),
    ]
    return table(
        rows, columns, caption=caption, row_class=lambda u: "total" if u is held.whole else "", classes="halve"
    )


def _points(value: float) -> str:
    rounded = f"{abs(value):.0f}"
    return rounded if rounded == "0" else f"{MINUS if value < 0 else '+'}{rounded}"


def _foot(need: Need, held: Goal) -> str:
    parts = []
    asked = int(need.choices["years"])
    if asked != held.span:
        parts.append(f"{asked} years were asked; between 1 and {MOST_YEARS} can be planned.")
    if held.withheld:
        names = ", ".join(dict.fromkeys(held.withheld))
        parts.append(f"In no row of their own, as figures are hidden or of other years: {names}.")
    if held.is_meals:
        parts.append(
            "Children with free school meals at the time, published for authorities: not the disadvantaged "
            "group of the "
            "performance tables, and not by school."
        )
    elif held.first > held.year + 1:
        parts.append(f"The figures are of {school_year(held.year)}; the first step is the school year now running.")
    return " ".join(parts)


def _how(held: Goal) -> html.Dl:
    return method(
        {
            "More children a year": "Disadvantaged children a year × the gap in points / 100 × the part to "
            "close. Pooled "
            "years are divided by their number.",
            "By cluster": "Every cluster is held against the same other children, so that the rows add up to "
            "the authority. "
            "What clusters leave out (schools in none, figures that are hidden) stands in a row of its own.",
            "Moves by chance": "1.96 √(n p (1 − p)): how far the number of n children, each with chance p, "
            "moves from year to "
            "year, 95 years of 100. Where that is more than the goal, reaching it could not be told from luck.",
            "What is assumed": "The other children’s results stay where they are, and as many disadvantaged "
            "children come "
            "each year as now. Equal steps; the last is the whole.",
            "2026/27": "From September 2026 all households on Universal Credit get free school meals, while the pupil "
            "premium keeps the old test. (Department for Education, announced June 2025: not verified here.)",
        }
    )


def saved(need: Need, held: Goal) -> pl.DataFrame:
    """The rows as a table to save."""
    return pl.DataFrame(
        [
            {
                "unit": unit.name,
                "measure": held.measure.key if held.measure else None,
                "years": held.years,
                "disadvantaged_children_a_year": unit.children,
                "at_the_standard_a_year": unit.reached,
                "other_children_percent": unit.other,
                "part_of_gap": held.part,
                "more_children_a_year": unit.more,
                "moves_by_chance": unit.by_chance if unit.children > 0 and 0 <= unit.reached <= unit.children else None,
                "by_year": held.last,
            }
            for unit in _rows_of(need, held)
        ],
        schema={
            "unit": pl.String,
            "measure": pl.String,
            "years": pl.String,
            "disadvantaged_children_a_year": pl.Float64,
            "at_the_standard_a_year": pl.Float64,
            "other_children_percent": pl.Float64,
            "part_of_gap": pl.Float64,
            "more_children_a_year": pl.Float64,
            "moves_by_chance": pl.Float64,
            "by_year": pl.Int64,
        },
    )
