"""Where an authority differs most: the far ends by topic, what moved, and every indicator of a topic in a table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dash import html

from dashboard.components.authority import QUARTERS, Indicator, ordinal, rank_words
from dashboard.components.page import Content
from dashboard.components.tables import Column, table
from dashboard.components.words import count, sentence

MOST = 5
"""Sentences in each list, one from a topic: related indicators move together."""

FEWEST_TO_MOVE = 50
"""Authorities below which places moved are not told: a few places are then a large share."""

MOVED_BEYOND = 0.9
"""Share of the other authorities whose place must have moved by less: where all move much, much is little."""

SORTS: dict[str, Callable[[Indicator], tuple]] = {
    "name": lambda one: (one.label.lower(),),
    "rank": lambda one: (one.place is None, one.place or 0, one.label.lower()),
    "moved": lambda one: (one.moved is None, -(one.moved or 0), one.label.lower()),
}
"""Word in the address → the order of indicators: by name, the best end first, the furthest up first."""


@dataclass(frozen=True, kw_only=True)
class Topic:
    """A topic with its indicators that can be placed, and how many it has in all."""

    name: str
    placed: Sequence[Indicator]
    size: int

    def of(self, quarter: str) -> int:
        """How many of them are in a quarter."""
        return sum(one.row["quarter"] == quarter for one in self.placed)


def topics(indicators: Sequence[Indicator]) -> list[Topic]:
    """Topics in the order of the indicators."""
    names = dict.fromkeys(one.topic for one in indicators)
    grouped = {name: [one for one in indicators if one.topic == name] for name in names}
    return [
        Topic(name=name, placed=[one for one in held if one.row["quarter"]], size=len(held))
        for name, held in grouped.items()
    ]


def comparable(indicators: Sequence[Indicator], since: int) -> list[Indicator]:
    """Those that can be set side by side: a better end, a quarter, no count of everybody, a figure not older."""
    return [one for one in indicators if one.row["quarter"] and not one.row["is_count"] and one.row["year"] >= since]


def furthest(indicators: Sequence[Indicator], quarter: str) -> list[Indicator]:
    """The indicators nearest the end of a quarter that they were in before as well, one of a topic, nearest first.

    Where none stayed in the quarter, those that are in it for the first time.
    """
    held = [one for one in indicators if one.row["quarter"] == quarter]
    held = [one for one in held if one.row["quarter_years"] > 1] or held
    held.sort(key=lambda one: (one.place if quarter == "A" else -one.place, one.key))
    return _one_of_each(held)


def moved_most(indicators: Sequence[Indicator]) -> list[Indicator]:
    """The indicators whose place moved by more than that of nearly every other authority, one of a topic."""
    held = [
        one
        for one in indicators
        if one.moved and one.row["among"] >= FEWEST_TO_MOVE and one.row["moved_beyond"] >= MOVED_BEYOND
    ]
    held.sort(key=lambda one: (-one.row["moved_beyond"], -abs(one.moved), one.key))
    return _one_of_each(held)


def _one_of_each(indicators: Sequence[Indicator]) -> list[Indicator]:
    first: dict[str, Indicator] = {}
    for one in indicators:
        first.setdefault(one.topic, one)
    return list(first.values())[:MOST]


def differences(
    ahead: Sequence[Indicator],
    behind: Sequence[Indicator],
    moved: Sequence[Indicator],
    link: Callable[[Indicator], str],
) -> html.Div:
    """Three lists of sentences: nearest the best end, nearest the worst end, moved furthest in rank."""
    return html.Div(
        [
            _list("Nearest the best end", ahead, link, _stands, "No indicator is in the best quarter."),
            _list("Nearest the worst end", behind, link, _stands, "No indicator is in the worst quarter."),
            _list("Moved most in a year", moved, link, _moved, "No place moved by more than nine in ten others’ did."),
        ],
        className="grid g3 ends",
    )


def _list(title: str, held: Sequence[Indicator], link, said: Callable[[Indicator], str], none: str) -> html.Div:
    items = [
        html.Li(
            [
                html.A(one.label, href=link(one)),
                html.Span(one.topic, className="topic"),
                html.Span(said(one), className="said"),
            ]
        )
        for one in held
    ]
    return html.Div([html.H4(title), html.Ul(items) if items else html.P(none, className="mute")])


def _stands(one: Indicator) -> str:
    row = one.row
    england = f"; England {one.measure.format(row['england'])}" if row["england"] is not None else ""
    since = f"; {QUARTERS[row['quarter']]} since {one.year(row['quarter_since'])}" if row["quarter_years"] > 1 else ""
    return f"{sentence(rank_words(row))}: {one.value} in {one.newest}{england}{since}"


def _moved(one: Indicator) -> str:
    row = one.row
    way = "Up" if one.moved > 0 else "Down"
    before = f"{ordinal(row['before_rank'])} of {row['before_among']:,}"
    return (
        f"{way} from {before} to {rank_words(row)}: {one.measure.format(row['before'])} in "
        f"{one.year(row['year'] - 1)}, {one.value} in {one.newest}"
    )


def topics_table(found: Sequence[Topic], link: Callable[[Topic], str]) -> html.Table:
    """Topics with a strip of their quarters, and the numbers in words."""

    def numbers(quarter: str) -> Callable[[Topic], Content]:
        return lambda topic: str(topic.of(quarter)) if topic.placed else html.Span("None", className="mute")

    return table(
        found,
        [
            Column(title="Topic", cell=lambda topic: html.A(topic.name, href=link(topic)), width="30%"),
            Column(title="A best quarter to D worst", cell=_strip, is_minor=True, width="30%"),
            *(Column(title=f"{key}, {QUARTERS[key].split()[0]}", cell=numbers(key), is_number=True) for key in "ABCD"),
            Column(
                title="Without a quarter", cell=lambda t: str(t.size - len(t.placed)), is_number=True, is_minor=True
            ),
        ],
        classes="topics",
    )


def _strip(topic: Topic) -> Content:
    if not topic.placed:
        return html.Span("No quarter can be given", className="mute micro")
    parts = [(key, topic.of(key)) for key in "ABCD"]
    return html.Div(
        [html.I(className=f"q{key}", style={"flex": f"{size} 1 0"}) for key, size in parts if size],
        className="quarters",
        **{"aria-hidden": "true"},
    )


def indicators_table(
    held: Sequence[Indicator], link: Callable[[Indicator], str], sorted_by: str, sort_address: Callable[[str], str]
) -> html.Table:
    """Every indicator given: newest figure, neighbours' mean, England, rank, quarter, places moved."""

    def other(name: str) -> Callable[[Indicator], Content]:
        def said(one: Indicator) -> Content:
            if name == "england" and one.row["is_count"]:
                return html.Span("Total", className="miss", title="England’s figure counts everybody")
            value = one.row[name]
            return one.measure.format(value) if value is not None else html.Span("No data", className="miss")

        return said

    ordered = sorted(held, key=SORTS[sorted_by.lstrip("-")], reverse=sorted_by.startswith("-"))
    return table(
        ordered,
        [
            Column(title="Indicator", cell=lambda one: html.A(one.label, href=link(one)), sort="name", width="38%"),
            Column(
                title="Ours",
                cell=lambda one: [html.B(one.value), html.Span(f" {one.newest}", className="mute micro")],
                is_number=True,
            ),
            Column(title="Neighbours", cell=other("neighbours"), is_number=True, is_minor=True),
            Column(title="England", cell=other("england"), is_number=True, is_minor=True),
            Column(title="Rank", cell=lambda one: sentence(rank_words(one.row)) or "None", is_number=True, sort="rank"),
            Column(title="Quarter", cell=lambda one: one.row["quarter"] or _none(one), is_number=True),
            Column(title="Places moved in a year", cell=_places, is_number=True, is_minor=True, sort="moved"),
        ],
        sorted_by=sorted_by,
        sort_address=sort_address,
        classes="indicators",
    )


def _none(one: Indicator) -> html.Span:
    why = "neither end is better" if one.place is None else "none given"
    return html.Span("None", className="miss", title=why)


def _places(one: Indicator) -> Content:
    if one.moved is None or one.row["before_rank"] is None:
        return html.Span("None", className="miss", title="no rank of the year before, or neither end is better")
    moved = one.row["before_rank"] - one.row["rank"]
    return f"{'up' if moved > 0 else 'down'} {count(abs(moved), 'place')}" if moved else "same place"
