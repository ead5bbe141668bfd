"""Figures said in words, by rule: the finding of a measure, and the sentences under its chart."""

from dashboard.components.results import Result
from dashboard.components.words import count, listed, missing, school_year
from dashboard.figures.by_year import Point
from pipelines.measures import Measure

SMALL = 60
"""Up to this many pupils, what one pupil is worth is said."""


def hits(measure: Measure, point: Point) -> int | None:
    """The number of pupils behind a share of pupils, where one whole number gives the published share."""
    is_share = measure.unit.percent_sign and measure.definition.startswith("Share of pupils")
    if not is_share or not point.n or point.value is None:
        return None
    number = round(point.value * point.n / 100)
    return number if abs(100 * number / point.n - point.value) <= 0.51 else None


def against(measure: Measure, value: float, england: float) -> str:
    """How a value stands against England's, as both are printed: '3 points above England'."""
    decimals = measure.unit.decimals
    gap = round(round(value, decimals) - round(england, decimals), decimals)
    if gap == 0:
        return "the same as England"
    amount = measure.format(abs(gap)).removesuffix(measure.unit.suffix).lstrip("+")
    unit = ""
    if measure.unit.percent_sign or "score" in measure.unit.key:
        unit = " point" if amount == "1" else " points"
    return f"{amount}{unit} {'above' if gap > 0 else 'below'} England"


def finding(result: Result) -> str:
    """The finding of a measure in few words: its newest figure, and where that stands against England's."""
    latest = result.school.latest()
    if latest is None:
        reasons = sorted({missing(point.status).word.lower() for point in result.school.points})
        return f"No figure: {listed(reasons, 'or')}" if reasons else "No figure"
    later = [p for p in result.school.points if p.year > latest.year]
    since = f"; {missing(later[-1].status).short.lower()} since" if later else ""
    return f"{_newest(result, latest)}{since}"


def _newest(result: Result, latest: Point) -> str:
    measure, when = result.measure, school_year(latest.year)
    england = result.england.at(latest.year) if result.england else None
    value = f"{measure.format(latest.value)} in {when}"
    if latest.n is not None and latest.n < measure.minimum_cohort:
        number = hits(measure, latest)
        pupils = f"{number} of {latest.n:,.0f} pupils" if number is not None else count(latest.n, "pupil")
        return f"{value}, {pupils}: too few to compare"
    if england is None or england.value is None or not (measure.unit.percent_sign or "score" in measure.unit.key):
        return value
    if latest.lower is not None and latest.upper is not None:
        if latest.upper < england.value:
            return f"{value}, below England by more than chance"
        if latest.lower > england.value:
            return f"{value}, above England by more than chance"
        return f"{value}, not clearly different from England"
    return f"{value}, {against(measure, latest.value, england.value)}"


def explanation(result: Result) -> list[str]:
    """Sentences under a chart: what the newest figure rests on, how it moved, what is missing since."""
    latest = result.school.latest()
    if latest is None:
        return []
    return [
        said for said in (_pupils(result, latest), movement(result), _since(result, latest), *_remarks(result)) if said
    ]


def _pupils(result: Result, latest: Point) -> str:
    measure, number = result.measure, hits(result.measure, latest)
    if number is None:
        return ""
    said = f"{measure.format(latest.value)} is {number:,} of {latest.n:,.0f} pupils"
    england = result.england.at(latest.year) if result.england else None
    if latest.n > SMALL:
        return f"{said}."
    worth = count(round(100 / latest.n), "point")
    if england is None or england.value is None:
        return f"{said}: each pupil is about {worth}."
    same = round(england.value * latest.n / 100)
    if same == number:
        return f"{said}: each pupil is about {worth}, so it is level with England\u2019s share."
    return f"{said}: each pupil is about {worth}. England\u2019s share would be {same:,} of {latest.n:,.0f}."


def movement(result: Result) -> str:
    """How the measure came to its newest figure: the year before, and the first since the last break."""
    series = [p for p in result.school.points if p.value is not None]
    if not series:
        return ""
    since = max((year for year in result.breaks if year <= series[-1].year), default=0)
    earlier = [p for p in series[:-1] if p.year >= since]
    if not earlier:
        return ""
    shown = [earlier[-1]] if len(earlier) == 1 else [earlier[-1], earlier[0]]
    return f"It was {' and '.join(f'{result.measure.format(p.value)} in {school_year(p.year)}' for p in shown)}."


def _since(result: Result, latest: Point) -> str:
    later = [p for p in result.school.points if p.value is None and p.year > latest.year]
    if not later:
        return ""
    year, reason = later[-1].year, missing(later[-1].status)
    if year in result.states and result.notes.get(year):
        return f"{school_year(year)}: {reason.word.lower()}. {result.notes[year]}"
    return f"{school_year(year)}: {reason.word.lower()}, {reason.detail}."


def _remarks(result: Result) -> list[str]:
    measure, points = result.measure, [p for p in result.school.points if p.value is not None]
    joined = [p.year for p in points if p.note == "predecessor"]
    said = []
    if any(p.n is not None and p.n < measure.minimum_cohort for p in points):
        said.append(f"A hollow mark rests on fewer than {measure.minimum_cohort} pupils.")
    if joined:
        via = next((origin.via for origin in result.origins if origin.year == joined[-1] and "URN" in origin.via), "")
        number = f" ({via[via.index('URN') :]})" if via else ""
        said.append(f"Figures to {school_year(joined[-1])} are its predecessor\u2019s{number}.")
    return said
