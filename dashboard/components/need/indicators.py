"""What else is known about an area: health, early years, absence, with period and geography; never a cause."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import polars as pl
from dash import html

from dashboard.components.block import block, method
from dashboard.components.downloads import download_links
from dashboard.components.need.facts import LEVELS, Need
from dashboard.components.need.where import where
from dashboard.components.tables import Column, table
from dashboard.components.words import listed, missing_mark, school_year
from pipelines.measures import Measure

SUBJECTS = (
    ("Children of service families", ()),
    ("Self-harm: hospital admissions, ages 10 to 24", ("fingertips_90813",)),
    ("Good level of development at five", ("fingertips_90631", "lait_fsp_new_gooddev")),
    ("Severe absence", ("lait_totsevperabnew",)),
    ("Persistent absence", ("lait_totperabnew", "persistent_absence_10")),
    ("Children in low-income families", ("fingertips_93700", "lait_childpov", "fingertips_93701")),
    ("Overweight or obese at ten", ("fingertips_93107", "lait_excessyr6", "fingertips_92033")),
    ("Not in education, employment or training at 16 and 17", ("fingertips_93203", "lait_16_17_not_known_neet")),
    ("Low birth weight", ("lait_low_birth_weight_babies",)),
    ("Conceptions under 18", ("lait_under18concep", "fingertips_20401")),
    ("Hospital admissions for alcohol, under 18", ("fingertips_92904",)),
    ("Tooth decay at five", ("fingertips_93441",)),
)
"""Subject → the measures that speak of it, the best first: one that the build has is taken."""

WHO = {
    "Children in low-income families": "children in low-income families",
    "Overweight or obese at ten": "children overweight at ten",
    "Good level of development at five": "children at a good level of development at five",
}
"""Subject → whom it counts, after 'more' or 'fewer'."""

Z = 1.959964

OUTCOMES = ("reading_writing_maths_expected", "attainment_8", "overall_absence")
"""Results that stand beside the indicators."""

EVERY = tuple(measure for _, measures in SUBJECTS for measure in measures) + OUTCOMES


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A value, the year that its period ends in, and what area it is of."""

    value: float
    year: int
    geography: str
    n: float | None = None
    lower: float | None = None
    upper: float | None = None


@dataclass(frozen=True, kw_only=True)
class Line:
    """One subject: its measure, and the figure of the area, of the authority, its neighbours and England."""

    subject: str
    measure: Measure | None
    here: Figure | None
    authority: Figure | None
    neighbours: Figure | None
    england: Figure | None
    is_outcome: bool = False


def lines(
    need: Need,
    measures: Mapping[str, Measure],
    published: pl.DataFrame,
    below: pl.DataFrame,
    results: pl.DataFrame,
) -> list[Line]:
    """Every subject with what the build has of it.

    Args:
        published: mart.comparison, the newest of each measure and kind. below: mart.area_indicator.
        results: mart.total of the areas shown.
    """
    held: dict[tuple[str, str], Mapping] = {(r["measure"], r["kind"]): r for r in published.rows(named=True)}
    found = []
    for subject, candidates in SUBJECTS:
        key = next((k for k in candidates if (k, "authority") in held or _below(below, need, k)), None)
        key = key or next((k for k in candidates if (k, "england") in held), None)
        found.append(_line(need, subject, key, measures, held, _below(below, need, key) if key else None))
    for key in OUTCOMES:
        here = _result(results, need, key)
        if (key, "authority") in held or here:
            subject = measures[key].label if key in measures else key
            found.append(_line(need, subject, key, measures, held, here, is_outcome=True))
    return found


def _line(need, subject, key, measures, held, here, *, is_outcome: bool = False) -> Line:
    def figure(kind: str, geography: str) -> Figure | None:
        row = held.get((key, kind))
        if row is None:
            return None
        return Figure(value=row["value"], year=row["year"], n=row["n"], geography=geography)

    return Line(
        subject=subject,
        measure=measures.get(key) if key else None,
        here=here,
        authority=figure("authority", need.authority),
        neighbours=figure("statistical neighbours", "statistical neighbours"),
        england=figure("england", "England"),
        is_outcome=is_outcome,
    )


def _below(below: pl.DataFrame, need: Need, key: str | None) -> Figure | None:
    if below.is_empty() or not need.chosen or not key:
        return None
    rows = below.filter(
        (pl.col("measure") == key) & (pl.col("kind") == need.kind) & (pl.col("code") == need.chosen)
    ).sort("year", descending=True)
    if rows.is_empty():
        return None
    row = rows.row(0, named=True)
    return Figure(
        value=row["value"],
        year=row["year"],
        n=row["n"],
        geography=f"mean of the {row['middle_areas']} MSOAs it touches",
    )


def _result(results: pl.DataFrame, need: Need, key: str) -> Figure | None:
    if results.is_empty() or not need.chosen:
        return None
    rows = results.filter((pl.col("unit") == need.chosen) & (pl.col("measure") == key) & (pl.col("span") == "year"))
    if rows.is_empty():
        return None
    row = rows.sort("year", descending=True).row(0, named=True)
    return Figure(
        value=row["value"],
        year=row["year"],
        n=row["n"],
        lower=row["lower"],
        upper=row["upper"],
        geography=f"{row['schools']} schools in it",
    )


def indicators_block(need: Need, found: Sequence[Line], files: pl.DataFrame) -> html.Article:
    """The block: one table, indicators first, results beside them."""
    choices = need.choices
    one = LEVELS[need.level][0] if need.level else "area"
    name = need.names.get(need.chosen, "")
    local = [line for line in found if line.here is not None]
    return block(
        "indicators",
        title=_title(need, found, name),
        name="What else is known",
        sub=f"{name + ', ' if name else ''}{need.authority} and England; the newest figure of each, with the year that "
        "its period ends in and the area that it is of",
        words={"chart": "List"},
        views={
            "chart": lambda: _list(need, found, name),
            "download": lambda: [
                html.P("Every subject, not rounded, with the reason where there is no figure."),
                download_links("/need", "indicators", len(found), dict(choices.kept)),
            ],
            "how": _how,
            "where": lambda: where(files),
        },
        view=choices.view("indicators"),
        view_address=choices.view_address("indicators"),
        reason=_reason(need, found, name, one, local),
        foot="These stand beside results. They are not shown to cause them, and nothing is correlated: there "
        "are too few "
        "areas, and the indicators are of other children, years and places.",
    )


def is_clear(line: Line) -> bool:
    """Whether a share of the area's people differs from the authority's by more than chance, 95 of 100 times.

    1.96 √(p (1 − p) / n) around the area's share of n people; a figure without a number of people is never clear.
    """
    if line.here is None or line.authority is None or line.measure is None or not line.here.n:
        return False
    if not line.measure.unit.percent_sign or not 0 <= line.here.value <= 100:
        return False
    half = Z * sqrt(line.here.value * (100 - line.here.value) / line.here.n)
    return abs(line.here.value - line.authority.value) > half


def _also(found: Sequence[Line]) -> list[tuple[str, Line]]:
    """The indicators of the area that clearly differ from the authority's: 'more children in …' with the line."""
    return [
        (f"{'more' if line.here.value > line.authority.value else 'fewer'} {WHO.get(line.subject, line.subject)}", line)
        for line in found
        if not line.is_outcome and is_clear(line)
    ]


def _title(need: Need, found: Sequence[Line], name: str) -> str:
    also = _also(found)
    if name and also:
        return f"{name} also has {also[0][0]}"
    return f"What else is known about {name or need.authority}"


def _reason(need: Need, found: Sequence[Line], name: str, one: str, local: Sequence[Line]) -> list | str:
    if not name:
        return (
            f"Choose an area in the list above to see what is known about it; without one, {need.authority} is shown."
            if need.level
            else ""
        )
    said = [
        f"{words} ({line.measure.format(line.here.value)}, {need.authority} "
        f"{line.measure.format(line.authority.value)}; to {line.here.year})"
        for words, line in _also(found)
    ]
    if said:
        return [html.B(f"{name} also has "), listed(said), "."]
    if any(not line.is_outcome for line in local):
        return f"Nothing that is published for {name} is clearly different from {need.authority}."
    return (
        "No finer geography is at hand: the indicators in these files are published for authorities, not for a "
        f"{one}. {need.authority} stands for {name}, and may hide how it differs."
    )


def _list(need: Need, found: Sequence[Line], name: str) -> list:
    def cell(figure: Figure | None, line: Line, *, is_local: bool = False):
        if figure is None or line.measure is None:
            return missing_mark("not_published" if is_local and line.measure else "no_file", short=True)
        limits = (
            f" ({line.measure.format(figure.lower)} to {line.measure.format(figure.upper)})"
            if figure.lower is not None and figure.upper is not None
            else ""
        )
        return [
            html.B(line.measure.format(figure.value)),
            html.Span(limits, className="mute"),
            html.Div(_period(figure, line, is_local=is_local), className="micro mute"),
        ]

    columns = [
        Column(
            title="Subject",
            cell=lambda line: [
                line.subject,
                html.Div(_measure_words(line), className="micro mute"),
            ],
            width="34%",
        )
    ]
    if name:
        columns.append(Column(title=name, cell=lambda line: cell(line.here, line, is_local=True)))
    columns.append(Column(title=need.authority, cell=lambda line: cell(line.authority, line)))
    if any(line.neighbours for line in found):
        columns.append(Column(title="Statistical neighbours", cell=lambda line: cell(line.neighbours, line)))
    columns.append(Column(title="England", cell=lambda line: cell(line.england, line)))
    before, beside = [line for line in found if not line.is_outcome], [line for line in found if line.is_outcome]
    return [
        table(before, columns, is_stacked=True, classes="dense indicators"),
        table(beside, columns, is_stacked=True, classes="dense indicators", caption="Results, beside them")
        if beside
        else None,
    ]


def _measure_words(line: Line) -> str:
    """The measure's own label where it says more than the subject, and its unit where its figures do not show it."""
    if line.measure is None:
        return ""
    label = "" if line.measure.label == line.subject else line.measure.label
    unit = "" if line.measure.unit.percent_sign or line.is_outcome else line.measure.unit.name
    return "; ".join(part for part in (label, unit) if part)


def _period(figure: Figure, line: Line, *, is_local: bool) -> str:
    year = school_year(figure.year) if line.is_outcome else f"to {figure.year}"
    return f"{year}; {figure.geography}" if is_local else year


def _how() -> html.Dl:
    return method(
        {
            "Which figures": "One measure for each subject: the first that the build has, in the order of "
            "preference of the page. “No data” means that no file at hand has it.",
            "Periods": "Public health periods overlap (three years together): two of them are not two points.",
            "Areas": "Figures of middle areas (MSOA) are averaged over those that an area touches, by the "
            "people counted "
            "and by how many of their small areas lie in it. Everything else is published for authorities only.",
            "Beside, not because": "An area that also has more of something is not shown to have its results from it.",
        }
    )


def saved(need: Need, found: Sequence[Line]) -> pl.DataFrame:
    """The lines as a table to save."""

    def parts(prefix: str, figure: Figure | None) -> dict:
        return {
            f"{prefix}_value": figure.value if figure else None,
            f"{prefix}_year": figure.year if figure else None,
        }

    return pl.DataFrame(
        [
            {
                "area": need.names.get(need.chosen, need.authority),
                "subject": line.subject,
                "measure": line.measure.key if line.measure else None,
                "label": line.measure.label if line.measure else None,
                **parts("area", line.here),
                "area_geography": line.here.geography if line.here else None,
                **parts("authority", line.authority),
                **parts("england", line.england),
                "status": "reported" if line.here or line.authority else "no file",
            }
            for line in found
        ],
        infer_schema_length=None,
    )
