"""One figure said whole: value, what it rests on, its interval, its year, and what it is compared with."""

from collections.abc import Mapping

from dashboard.components.findings import hits
from dashboard.components.results import Result
from dashboard.components.words import count, edition, school_year
from dashboard.figures.by_year import Point
from pipelines.measures import Measure


def rests_on(measure: Measure, point: Point) -> str:
    """The pupils behind a value: '11 of 27 pupils', '27 pupils', or nothing where none are printed."""
    number = hits(measure, point)
    if number is not None:
        return f"{number:,} of {count(point.n, 'pupil')}"
    return count(point.n, "pupil") if point.n else ""


def interval(measure: Measure, lower: float | None, upper: float | None) -> str:
    """'25% to 59%', or nothing where no limits are known."""
    if lower is None or upper is None:
        return ""
    return f"{measure.format(lower)} to {measure.format(upper)}"


def figure(measure: Measure, point: Point) -> str:
    """'41%, 11 of 27 pupils (25% to 59%)'."""
    limits = interval(measure, point.lower, point.upper)
    said = ", ".join(part for part in (measure.format(point.value), rests_on(measure, point)) if part)
    return f"{said} ({limits})" if limits else said


COMPARED = (("similar", "similar schools"), ("cluster", "its cluster"), ("england", "England"))


def beside(result: Result, year: int, keys: tuple[str, ...] = ("similar", "england")) -> str:
    """'similar schools 57%, England 62%' for a year, of those comparators that have a figure."""
    said = []
    for key, words in COMPARED:
        line = next((line for line in result.lines if line.key == key), None)
        point = line.at(year) if line is not None and key in keys else None
        if point is not None and point.value is not None:
            said.append(f"{words} {result.measure.format(point.value)}")
    return ", ".join(said)


def in_year(result: Result, point: Point) -> str:
    """'41%, 11 of 27 pupils (25% to 59%), in 2024/25; similar schools 57%, England 62%'."""
    compared = beside(result, point.year)
    value = figure(result.measure, point)
    said = f"{value}{',' if ',' in value or '(' in value else ''} in {school_year(point.year)}"
    return f"{said}; {compared}" if compared else said


def came_from(result: Result, year: int) -> str:
    """The publication of a year's figure with its state: 'Key stage 2 2024/25, final'."""
    origin = next((origin for origin in result.origins if origin.year == year and origin.path), None)
    if origin is None:
        return ""
    named = " ".join(part for part in (origin.source, edition(origin.edition)) if part)
    return ", ".join(part for part in (named, origin.release) if part)


def together(measure: Measure, estimate: Mapping | None) -> str:
    """Several years of a share as one count: '12 of 24 (50%) over 2022/23 to 2024/25'; nothing where there is one."""
    if estimate is None or not estimate["pooled_n"] or estimate["pooled_value"] is None:
        return ""
    years = [int(year) for year in (estimate["years"] or "").split(", ") if year]
    if len(years) < 2 or not measure.unit.percent_sign:
        return ""
    number = round(estimate["pooled_value"] * estimate["pooled_n"] / 100)
    share = measure.format(estimate["pooled_value"])
    when = f"{len(years)} years together ({years[0]} to {years[-1]})"
    return f"{when} {number:,} of {estimate['pooled_n']:,.0f} ({share})"
