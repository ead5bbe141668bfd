"""Indicators of an authority in words and rows: years, rank and quarter, lines, and what its publisher says of one."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl
from dash import html

from dashboard.components.findings import against
from dashboard.components.gaps import signed
from dashboard.components.marks import series_mark
from dashboard.components.page import Content
from dashboard.components.tables import Column, table
from dashboard.components.words import count, day, missing, missing_mark, school_year
from dashboard.figures.by_year import Line, Point
from pipelines.measures import GROUPS, Measure, Polarity

EVERYBODY = ("all", "persons")
"""Groups that need no mention: everybody whom the indicator counts."""

READING_ORDER = (
    "Early years",
    "Foundation stage",
    "Key stage 1 and phonics",
    "Key stage 2",
    "Key stage 4",
    "Key stage 5",
    "Attainment by age 19",
    "Further and higher education",
    "Attendance",
    "All pupil absence and exclusions",
    "Children with SEN",
)
"""Topics by age, then being at school; all others follow as the files have them."""

QUARTERS = {"A": "best quarter", "B": "second quarter", "C": "third quarter", "D": "worst quarter"}

DRAWN_AS = {"authority": "school", "neighbours": "neighbours", "region": "region", "england": "england"}
"""Kind of area → how it is drawn; the authority is in focus here, as a school is on its page."""


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """A measure of one group of people with the authority's newest figure and rank: a row of `benchmark.newest`.

    `period` is the kind of year as the publisher calls it ('Financial Year'), empty where it is not known.
    """

    measure: Measure
    group: str
    row: Mapping
    period: str = ""

    @property
    def key(self) -> str:
        """Its word in the address."""
        return self.measure.key if self.group in EVERYBODY else f"{self.measure.key}.{self.group}"

    @property
    def label(self) -> str:
        """Its name, with the group where that is not everybody."""
        if self.group in EVERYBODY or self.group not in GROUPS:
            return self.measure.label
        return f"{self.measure.label}, {GROUPS[self.group].label.lower()}"

    @property
    def topic(self) -> str:
        """Its topic, spelled once: publishers differ in capitals."""
        return topic_of(self.measure.topic)

    def year(self, year: int) -> str:
        """A year as this indicator counts it: '2024/25', '2024-25' for financial years, '2025' for others."""
        if self.period == "Academic Year":
            return school_year(year)
        return f"{year - 1}-{year % 100:02d}" if self.period == "Financial Year" else str(year)

    @property
    def newest(self) -> str:
        """The year of the newest figure."""
        return self.year(self.row["year"])

    @property
    def value(self) -> str:
        """The newest figure as text."""
        return self.measure.format(self.row["value"])

    @property
    def place(self) -> float | None:
        """Where it stands as a share, 0 at the best end and 1 at the worst; None where neither end is better."""
        if self.measure.polarity is Polarity.NEUTRAL or self.row["among"] < 2:
            return None
        middle = self.row["rank"] + (self.row["sharing"] - 1) / 2
        return (middle - 1) / (self.row["among"] - 1)

    @property
    def moved(self) -> float | None:
        """How far it moved since the year before, as a share of all places; above 0 towards the better end."""
        return None if self.measure.polarity is Polarity.NEUTRAL else self.row["moved"]


def topic_of(text: str) -> str:
    """A topic as it is shown: a sentence's capitals, key stages and SEN as they are written."""
    words = text.replace("\\", " and ").replace("&", "and").split(" ")
    kept = [word if word.isupper() else word.lower() for word in words]
    plain = " ".join(kept)
    return plain[:1].upper() + plain[1:]


def ordinal(number: int) -> str:
    """'1st', '2nd', '3rd', '11th'."""
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{ending}"


def rank_words(row: Mapping) -> str:
    """A row of mart.authority_rank as '12th of 151', ties said: 'equal 12th of 151'."""
    if row["rank"] is None:
        return ""
    return f"{'equal ' if row['sharing'] > 1 else ''}{ordinal(row['rank'])} of {row['among']:,}"


def quarter_words(indicator: Indicator) -> str:
    """The quarter with its meaning, or why there is none."""
    row = indicator.row
    if row["quarter"]:
        return f"{row['quarter']}, {QUARTERS[row['quarter']]}"
    if indicator.measure.polarity is Polarity.NEUTRAL:
        return "None: neither end is better"
    return "None: too few authorities" if row["among"] < 8 else "None: the publisher gives no quarters here"


def change_words(indicator: Indicator, points: Sequence[Point]) -> str:
    """The change from the year before as both are printed, or from the newest earlier figure, named."""
    valued = [point for point in points if point.value is not None]
    if len(valued) < 2:
        return "No earlier figure"
    last, earlier = valued[-1], valued[-2]
    decimals = indicator.measure.unit.decimals
    change = round(round(last.value, decimals) - round(earlier.value, decimals), decimals)
    said = signed(indicator.measure, change)
    unit = " points" if indicator.measure.unit.percent_sign else ""
    since = f" since {indicator.year(earlier.year)}"
    gap = "" if earlier.year == last.year - 1 else ", the newest before"
    return f"{said}{unit}{since}{gap}" if change else f"No change{since}{gap}"


def finding(indicator: Indicator) -> str:
    """The newest figure, where it stands against England's, and its rank."""
    row, parts = indicator.row, [f"{indicator.value} in {indicator.newest}"]
    if row["england"] is not None and not row["is_count"]:
        parts.append(against(indicator.measure, row["value"], row["england"]))
    if row["among"] > 1:
        parts.append(rank_words(row))
    return ", ".join(parts)


def lines(frame: pl.DataFrame, labels: Mapping[str, tuple[str, str]]) -> list[Line]:
    """The authority, its neighbours' mean, its region and England, in that order, those that have any row.

    Args:
        frame: of `benchmark.figures`. labels: kind of area → (name, short name for the end of a line).
    """
    found = []
    for kind, (label, short) in labels.items():
        rows = frame.filter(pl.col("kind") == kind).rows(named=True)
        if any(row["value"] is not None for row in rows):
            found.append(Line(key=DRAWN_AS[kind], label=label, short=short, points=[point(row) for row in rows]))
    return found


def point(row: Mapping) -> Point:
    """A row of mart.authority_indicator as a point with its published interval."""
    return Point(
        year=row["year"],
        value=row["value"],
        status=row["status"],
        lower=row["lower"],
        upper=row["upper"],
        note=f"{row['authorities']} authorities" if row["authorities"] else "",
    )


def fitted(measure: Measure, drawn: Sequence[Line], *, from_zero: bool) -> Measure:
    """The measure with an axis that fits what is drawn: from 0, or zoomed to the figures."""
    held = [n for line in drawn for p in line.points for n in (p.value, p.lower, p.upper) if n is not None]
    if not held:
        return measure
    low, high = min(held), max(held)
    if from_zero:
        low, high = min(low, 0), max(high, 0)
    room = (high - low) * (0.08 if from_zero else 0.15) or abs(high) * 0.1 or 1
    step = 10 ** math.floor(math.log10(room)) if room else 1
    top = math.ceil((high + room) / step) * step if high else 0
    bottom = math.floor((low - room) / step) * step if low < 0 or not from_zero else 0
    if measure.unit.percent_sign and high <= 100:
        top = min(top, 100)
    if low >= 0:
        bottom = max(bottom, 0)
    return replace(measure, axis=(bottom, top))


def years_table(indicator: Indicator, shown: Sequence[Line], years: Sequence[int]) -> html.Div:
    """Areas down, years across, each a value or the reason; it scrolls in its own region where it is wide."""

    def cell(line: Line, year: int) -> Content:
        found = line.at(year)
        if found is None or found.value is None:
            return missing_mark(found.status if found else "no_file", short=True)
        if found.lower is None or found.upper is None:
            return indicator.measure.format(found.value)
        form = indicator.measure.format
        limits = html.Span(
            f" ({form(found.lower)}–{form(found.upper)})",
            className="mute micro nowrap limits",
        )
        return [form(found.value), limits]

    has_limits = any(p.lower is not None for line in shown for p in line.points)
    columns = [
        Column(
            title="Area",
            cell=lambda line: html.Span([series_mark(line.key), html.Span(line.label)], className="series"),
        ),
        *(
            Column(
                title=indicator.year(year),
                cell=lambda line, year=year: cell(line, year),
                is_number=True,
                is_minor=year in years[: -2 if has_limits else -3],
            )
            for year in years
        ),
    ]
    grid = table(shown, columns, row_class=lambda line: "sel" if line.key == "school" else "", classes="years dense")
    return html.Div(
        grid,
        className="scroll",
        role="region",
        tabIndex=0,
        **{"aria-label": f"{indicator.label} by year, scrolls sideways"},
    )


def spoken(indicator: Indicator, drawn: Sequence[Line]) -> str:
    """The lines of a chart in words, as its text alternative."""
    return " ".join(
        f"{line.label}: "
        + ", ".join(
            f"{p.year} {indicator.measure.format(p.value) if p.value is not None else missing(p.status).short.lower()}"
            for p in line.points
        )
        + "."
        for line in drawn
    )


def spread_words(indicator: Indicator) -> str:
    """Between which values the middle half of the authorities lie."""
    row, form = indicator.row, indicator.measure.format
    if row["among"] < 8:
        return ""
    low, high = form(row["lower_quarter"]), form(row["upper_quarter"])
    return f"Half of the {row['among']:,} authorities lie between {low} and {high}."


def certainty_words(indicator: Indicator, own: Point | None) -> str:
    """What is known of chance: the published interval against England, or that none is published."""
    england = indicator.row["england"]
    if own is None or own.lower is None or own.upper is None:
        return "No interval is published with it: part of a difference or of a change can be chance."
    form = indicator.measure.format
    limits = f"{form(own.lower)} to {form(own.upper)}"
    if england is None:
        return f"Its published interval is {limits}."
    where = (
        f"all below England’s {form(england)}: more than chance"
        if own.upper < england
        else f"all above England’s {form(england)}: more than chance"
        if own.lower > england
        else f"around England’s {form(england)}: not clearly different"
    )
    return f"Its published interval is {limits}, {where}."


def about_rows(about: Mapping, source: Mapping | None) -> list[tuple[str, Content]]:
    """What the publisher says of an indicator, as (term, text): method, updates, link, and the file at hand."""
    link = about.get("link") or (source or {}).get("landing_page")
    following = about.get("next_update") or ""
    if following[:4].isdigit():
        following = day(following)
    return [
        ("Description", about["definition"] or about["label"]),
        ("Method", about.get("method") or "The publisher says nothing of the method."),
        ("Unit", about["unit"] or "number"),
        ("Kind of year", about.get("period") or ""),
        ("Supplied by", about.get("supplier") or (source or {}).get("publisher") or ""),
        ("Last update", day(about.get("updated")) or "Not said by the publisher"),
        ("Next update", following or "Not said by the publisher"),
        ("Publication", html.A(link, href=link, rel="noreferrer") if link else "No link is published"),
    ]


def among_words(row: Mapping) -> str:
    """How many authorities are in, and how many in the files have no figure."""
    without = f"; {count(row['without'], 'other')} in the files {'has' if row['without'] == 1 else 'have'} none"
    return f"{count(row['among'], 'authority', 'authorities')} with a figure{without if row['without'] else ''}"
