"""The last three years of a school's main results as small lines with their end values printed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dash import html

from dashboard.components.marks import sparkline
from dashboard.components.words import missing_mark, school_year
from pipelines.measures import Measure

YEARS = 3
HEADLINES = {
    "primary": "reading_writing_maths_expected",
    "middle": "reading_writing_maths_expected",
    "secondary": "attainment_8",
    "all-through": "attainment_8",
}
"""Phase → its main attainment measure."""

ABSENCE = "overall_absence"
SHORT = {"reading_writing_maths_expected": "RWM", "attainment_8": "Att.\u00a08", ABSENCE: "absence"}
"""Names as they fit beside a line of 78 px."""


@dataclass(frozen=True, kw_only=True)
class Recent:
    """A measure's last years for all schools of a phase: one scale, so that lines can be compared.

    Attributes:
        years: the last YEARS school years with figures, none from before a break of the measure.
        england: England's value in those years, None where there is none.
        scale: the lowest and highest value of the phase's schools in them.
        values: URN → value by year.
        statuses: URN → why there is no value in the newest year in which the school has a row.
    """

    measure: Measure
    years: Sequence[int]
    england: Sequence[float | None]
    scale: tuple[float, float]
    values: Mapping[int, Mapping[int, float]]
    statuses: Mapping[int, str]


def recent_of(measure: Measure, rows: Sequence[Mapping], england: Mapping[int, float]) -> Recent | None:
    """The last years of a measure from rows of (urn, year, value, status); None where no school has a value."""
    held = [row["year"] for row in rows if row["value"] is not None]
    if not held:
        return None
    newest = max(held)
    first = max([newest - YEARS + 1, *(year for year in measure.breaks() if year <= newest)])
    values: dict[int, dict[int, float]] = {}
    statuses: dict[int, str] = {}
    for row in rows:
        if row["value"] is None:
            statuses[row["urn"]] = row["status"]
        elif row["year"] >= first:
            values.setdefault(row["urn"], {})[row["year"]] = row["value"]
    drawn = [value for by_year in values.values() for value in by_year.values()]
    years = range(first, newest + 1)
    return Recent(
        measure=measure,
        years=years,
        england=[england.get(year) for year in years],
        scale=(min(drawn), max(drawn)),
        values=values,
        statuses=statuses,
    )


def sparklines(urn: int, recents: Sequence[Recent | None]) -> html.Div:
    """A line for each measure with its end value, and its year where it is not the newest; or why there is none."""
    held = [one for one in recents if one is not None]
    newest = max((one.years[-1] for one in held), default=0)
    return html.Div([_line(urn, one, newest) for one in held], className="spk")


def _line(urn: int, recent: Recent, newest_of_all: int) -> html.Div:
    measure, known = recent.measure, recent.values.get(urn, {})
    name = SHORT.get(measure.key, measure.label)
    if not known:
        word = missing_mark(recent.statuses.get(urn, "no_row"), short=True)
        return html.Div([word, html.Span(f" {name}")])
    newest = max(known)
    said = ", ".join(measure.format(known[year]) for year in sorted(known))
    years = [school_year(year) for year in sorted(known)]
    words = f"{measure.label}: {said} ({years[0]}{f' to {years[-1]}' if len(years) > 1 else ''})"
    return html.Div(
        [
            sparkline([known.get(year) for year in recent.years], recent.england, recent.scale, words),
            html.Span(
                [
                    html.B(measure.format(known[newest])),
                    f" {name}",
                    "" if newest == newest_of_all else f" {school_year(newest)}",
                ]
            ),
        ]
    )
