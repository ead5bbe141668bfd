"""How a cluster stands beside the others, who does well with children like its own, and its early years settings."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from dash import html

from dashboard.components.block import block, method
from dashboard.components.cluster_gaps import ClusterGaps, Row, is_told, when, with_limits
from dashboard.components.cluster_three import difference_range, foot, how
from dashboard.components.downloads import download_links
from dashboard.components.gaps import signed
from dashboard.components.links import address, school_path
from dashboard.components.rows import interval_rows
from dashboard.components.tables import Column, table
from dashboard.components.words import count, listed, school_year, sentence
from dashboard.figures.by_year import Line, Point
from pipelines.measures import Measure


def others_block(
    found: ClusterGaps,
    rows: Sequence[Row],
    *,
    unit: str,
    view: str,
    view_address: Callable[[str], str],
    path: str,
    kept: Mapping[str, str],
    origins: Sequence[Mapping],
) -> html.Article:
    """All clusters of the list by name, with this one marked; `rows` are those of the same year and span."""
    return block(
        "others",
        title=others_finding(found, rows, unit),
        name="Other clusters",
        sub=f"{found.measure.label}: {found.people.name} less {found.people.others} in England; by name",
        views={
            "chart": lambda: _others_chart(found, rows, unit),
            "table": lambda: _others_table(found, rows, unit),
            "download": lambda: download_links(path, "clusters", len(rows), kept),
            "how": lambda: how(found),
        },
        view=view,
        view_address=view_address,
        reason="By name, as no order of these gaps is sure: intervals that overlap cannot be told apart.",
        foot=foot(found, origins),
    )


def others_finding(found: ClusterGaps, rows: Sequence[Row], unit: str) -> str:
    """How many other clusters have an interval that overlaps with this one's, in at most ten words."""
    own = next((row for row in rows if row["unit"] == unit and row["national_lower"] is not None), None)
    if own is None or found.left_out:
        return "This cluster has no figure to set beside others"
    others = [row for row in rows if row["unit"] != unit and row["national_lower"] is not None]
    apart = sum(
        row["national_lower"] > own["national_upper"] or row["national_upper"] < own["national_lower"] for row in others
    )
    if not apart:
        return f"Cannot be told apart from the other {len(others)} clusters"
    return f"Differs by more than chance from {apart} of {len(others)} others"


def _others_chart(found: ClusterGaps, rows: Sequence[Row], unit: str) -> html.Figure | html.P:
    measure = found.measure
    pairs = []
    for row in rows:
        point = Point(
            year=row["year"],
            value=row["national_gap"],
            status="reported" if row["national_gap"] is not None else "hidden" if _is_hidden(row) else "not_available",
            lower=row["national_lower"],
            upper=row["national_upper"],
        )
        own = row["unit"] == unit and not found.left_out
        if row["unit"] == unit and found.left_out:
            continue
        name = row["unit_name"].removesuffix(" cluster")
        pairs.append((Line(key="cluster" if own else "context", label=name, points=[point]), point))
    if all(point.value is None for _, point in pairs):
        return html.P("No cluster’s gap can be shown here: small numbers could be worked out from each.")
    return html.Figure(
        interval_rows(
            measure,
            pairs,
            difference_range([point for _, point in pairs]),
            own="cluster",
            difference=lambda value: signed(measure, value),
        )
    )


def _is_hidden(row: Row) -> bool:
    return str(row["reason"] or "").startswith("hidden")


def _others_table(found: ClusterGaps, rows: Sequence[Row], unit: str) -> html.Table:
    measure = found.measure

    def gap(row: Row) -> object:
        if row["unit"] == unit and found.left_out:
            return html.Span("Withheld", className="miss")
        if not is_told(row):
            word = "Hidden: small number of pupils" if _is_hidden(row) else "No data"
            return html.Span(word, className="miss", title=row["reason"] or "")
        return with_limits(measure, row) or html.Span("No data", className="miss", title=row["reason"] or "")

    return table(
        rows,
        [
            Column(
                title="Cluster",
                cell=lambda row: html.A(
                    row["unit_name"].removesuffix(" cluster"),
                    href=address(f"/cluster/{row['unit']}", {"measure": measure.key}),
                ),
            ),
            Column(
                title=sentence(found.people.name),
                cell=lambda row: (
                    f"{row['focus_n']:,.0f}"
                    if (row["focus_n"] and row["unit"] != unit) or (row["focus_n"] and not found.left_out)
                    else ""
                ),
                is_number=True,
                is_minor=True,
            ),
            Column(title="Less others in England", cell=gap, is_number=True),
            Column(title="Years", cell=lambda row: when(row), is_minor=True),
        ],
        classes="dense",
        row_class=lambda row: "sel" if row["unit"] == unit else "",
    )


@dataclass(frozen=True, kw_only=True)
class Example:
    """A school whose pupils of the group do better than that group in England by more than chance.

    Attributes:
        row: columns of `queries.clusters.well_done`.
        kilometres: to the nearest member, estimated by road; None where a place is not known.
        like: members that it is among the 20 most similar schools of.
        is_member: whether it is in the cluster itself.
    """

    row: Mapping[str, object]
    kilometres: float | None
    like: Sequence[str]
    is_member: bool

    @property
    def strength(self) -> str:
        """How strong the evidence is, in words."""
        lower = self.row["lower"]
        return (
            "strong: all its pupils too, for its intake" if lower is not None and lower > 0 else "some: this group only"
        )


FAR = 30
"""Kilometres beyond which a school is offered only when its intake is alike (our choice)."""


def well_block(
    found: ClusterGaps,
    examples: Sequence[Example] | None,
    why_none: str,
    *,
    view: str,
    view_address: Callable[[str], str],
    path: str,
    kept: Mapping[str, str],
) -> html.Article:
    """Schools near or alike that do well with the group, with the strength of the evidence."""
    measure, people = found.measure, found.people
    shown = list(examples or ())
    year = shown[0].row["year"] if shown else found.year
    return block(
        "well",
        title=f"{sentence(count(len(shown), 'school'))} with evidence" if shown else "No school can be evidenced",
        name="Who does well with children like ours",
        sub=f"{measure.label}, {people.name}, to {school_year(year)}; intervals are 90%",
        views={
            "table": lambda: _examples(measure, shown) if shown else html.P(why_none, className="prose"),
            "download": lambda: download_links(path, "well", len(shown), kept) if shown else html.P(why_none),
            "how": lambda: method(
                {
                    "Who is looked at": "Open state-funded schools of the authority that are near (within "
                    f"{FAR} km by road, estimated) or alike in intake (among the 20 most similar of a member school). "
                    "Schools that may need help themselves are not offered.",
                    "Evidence": f"The best estimate for {people.name}, with its 90% interval, lies wholly above the "
                    "same pupils in England. Strong: the school’s results for all pupils are also above what its "
                    "intake leads to expect, by more than chance.",
                    "What it is not": "It does not say why. A small school can be here by luck, which is what the "
                    "interval is for. Ask before you visit.",
                    "Distance": "Straight line times 1.4, as no road network is at hand.",
                }
            ),
        },
        view=view,
        view_address=view_address,
        reason="A place to begin a conversation: nearest first, not best first." if shown else "",
    )


def _examples(measure: Measure, shown: Sequence[Example]) -> html.Table:
    def evidence(one: Example) -> list:
        row = one.row
        return [
            html.B(measure.format(row["mean"])),
            f" ({measure.format(row['lower_90'])} to {measure.format(row['upper_90'])}), England "
            f"{measure.format(row['england'])}",
        ]

    def expected(one: Example) -> object:
        row = one.row
        if row["difference"] is None:
            return html.Span("No data", className="miss")
        limits = (
            f" ({signed(measure, row['lower'])} to {signed(measure, row['upper'])})" if row["lower"] is not None else ""
        )
        return f"{signed(measure, row['difference'])}{limits}"

    def why(one: Example) -> str:
        parts = ["In this cluster"] if one.is_member else []
        parts += [f"intake like {listed(list(one.like[:2]))}"] if one.like else []
        parts += [f"{one.kilometres:.0f} km away"] if one.kilometres is not None and not one.is_member else []
        return sentence("; ".join(parts))

    return table(
        shown,
        [
            Column(
                title="School",
                cell=lambda one: html.A(one.row["name"], href=school_path(one.row["urn"])),
                width="24%",
            ),
            Column(title="Near or alike", cell=why),
            Column(title="Pupils", cell=lambda one: count(one.row["pooled_n"], "pupil") or "No data", is_number=True),
            Column(title="Best estimate", cell=evidence),
            Column(title="All, less expected", cell=expected),
            Column(title="Evidence", cell=lambda one: sentence(one.strength)),
        ],
        is_stacked=True,
        classes="dense tall",
    )


def settings_list(rows: Sequence[Mapping]) -> html.Ul:
    """Early years settings with kind and places."""
    return html.Ul(
        [
            html.Li(
                [
                    row["setting_name"],
                    html.Span(
                        f", {row['kind'] or 'kind not recorded'}"
                        + (f", {count(row['places'], 'place')}" if row["places"] is not None else ""),
                        className="mute",
                    ),
                ]
            )
            for row in rows
        ],
        className="settings",
    )
