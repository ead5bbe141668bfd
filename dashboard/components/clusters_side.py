"""Clusters side by side: what all pupils reach, what their intake leads to expect, and the gap of a group."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from dash import html

from dashboard.components.block import block, method
from dashboard.components.cluster_gaps import PEOPLE, Row, figure, is_hidden, when, with_limits
from dashboard.components.cluster_three import difference_range
from dashboard.components.downloads import download_links
from dashboard.components.gaps import signed
from dashboard.components.links import address
from dashboard.components.rows import interval_rows
from dashboard.components.tables import Column, table
from dashboard.components.words import count, school_year, sentence
from dashboard.figures.by_year import Line, Point
from pipelines.measures import Measure

SORTS = ("name", "result", "expected", "within", "gap")
FEW = 11
"""A gap of fewer pupils is put in no order and is never named the widest: chance alone makes it wide."""


@dataclass(frozen=True, kw_only=True)
class Beside:
    """One cluster in the comparison: its row of mart.expected_result and its row of mart.gap, as far as it has them."""

    unit: str
    name: str
    expected: Mapping | None
    gap: Row | None

    @property
    def short(self) -> str:
        """Its name without the word cluster."""
        return self.name.removesuffix(" cluster")

    def ranked(self, key: str) -> float | None:
        """A figure of its gap, where it rests on enough pupils to be put in an order."""
        return self.gap[key] if self.gap and (self.gap["focus_n"] or 0) >= FEW else None


@dataclass(frozen=True, kw_only=True)
class Side:
    """The comparison: clusters by name, for a measure, a group of pupils, and the years of either figure."""

    measure: Measure
    group: str
    clusters: Sequence[Beside]
    expected_year: int | None
    gap_year: int | None
    sort: str

    def ordered(self) -> list[Beside]:
        """The clusters in the order asked; those without the figure, or with few pupils, stand last."""
        key = self.sort.lstrip("-")
        reads = {
            "result": lambda one: (one.expected or {}).get("value"),
            "expected": lambda one: (one.expected or {}).get("difference"),
            "within": lambda one: None if (gap := one.ranked("within_gap")) is None else -gap,
            "gap": lambda one: one.ranked("national_gap"),
        }
        by_name = sorted(self.clusters, key=lambda one: one.short, reverse=self.sort == "-name")
        if key not in reads:
            return by_name
        known = [one for one in by_name if reads[key](one) is not None]
        known.sort(key=reads[key], reverse=self.sort.startswith("-"))
        return [*known, *(one for one in by_name if one not in known)]

    def widest(self) -> Beside | None:
        """The cluster farthest behind England's others; None where no gap is known of enough pupils."""
        known = [one for one in self.clusters if one.ranked("national_gap") is not None]
        return min(known, key=lambda one: one.gap["national_gap"], default=None)


def side_block(
    side: Side,
    *,
    view: str,
    view_address: Callable[[str], str],
    sort_address: Callable[[str], str],
    kept: Mapping[str, str],
) -> html.Article:
    """The comparison as rows with intervals, as a table that sorts, and as a file."""
    return block(
        "side",
        title=finding(side),
        name="Clusters side by side",
        sub=f"{side.measure.label}; {PEOPLE[side.group].name}; {_order(side)}",
        views={
            "chart": lambda: _chart(side),
            "table": lambda: _table(side, sort_address),
            "download": lambda: download_links("/clusters", "side-by-side", len(side.clusters), kept),
            "how": lambda: _how(side),
        },
        view=view,
        view_address=view_address,
        reason=_reason(side),
        foot=_foot(side),
    )


def _order(side: Side) -> str:
    key = side.sort.lstrip("-")
    words = {
        "result": "by result",
        "expected": "by difference from what is expected",
        "within": "by gap within the cluster",
        "gap": "widest gap first" if side.sort == "gap" else "narrowest gap first",
    }
    return words.get(key, "by name")


def finding(side: Side) -> str:
    """Which cluster is farthest behind, and whether that is sure, in few words."""
    widest = side.widest()
    if widest is None:
        told = sum(one.expected is not None and one.expected["value"] is not None for one in side.clusters)
        return f"Results of {count(told, 'cluster')}; no gap can be given" if told else "No figure of a cluster"
    behind = signed(side.measure, widest.gap["national_gap"])
    return f"{widest.short} has the widest gap, {behind} points"


def overlapping(side: Side) -> tuple[int, int]:
    """Of the clusters with an interval besides the one with the widest gap: how many overlap with it, of how many."""
    widest = side.widest()
    others = [
        one
        for one in side.clusters
        if widest is not None and one is not widest and one.gap and one.gap["national_lower"] is not None
    ]
    if widest is None or widest.gap["national_upper"] is None:
        return 0, len(others)
    return sum(one.gap["national_lower"] <= widest.gap["national_upper"] for one in others), len(others)


def _reason(side: Side) -> str:
    overlap, others = overlapping(side)
    if not others:
        return ""
    if overlap == 0:
        return "Its interval stands apart from all others; the others overlap among themselves, so no order is sure."
    return f"{overlaps(side)}, so another cluster may well be farther behind: this is no league table."


def overlaps(side: Side) -> str:
    """How many other intervals overlap with that of the widest gap, in words."""
    overlap, others = overlapping(side)
    if overlap == others > 1:
        return f"All {others} other intervals overlap with it"
    return f"{overlap} of {count(others, 'other interval')} overlap{'s' if overlap == 1 else ''} with it"


def _foot(side: Side) -> str:
    years = []
    if side.gap_year:
        row = next((one.gap for one in side.clusters if one.gap), None)
        years.append(f"Gaps: {when(row) if row else school_year(side.gap_year)}.")
    if side.expected_year:
        years.append(f"All pupils: {school_year(side.expected_year)}.")
    return " ".join([*years, "A minus means behind. Gaps have 95% intervals, differences from what is expected 90%."])


def _chart(side: Side) -> html.Figure | html.P:
    measure, widest = side.measure, side.widest()
    pairs = []
    for one in side.ordered():
        row = one.gap
        value = row["national_gap"] if row else None
        point = Point(
            year=side.gap_year or 0,
            value=value,
            status="reported" if value is not None else "hidden" if row and is_hidden(row) else "not_available",
            lower=row["national_lower"] if row else None,
            upper=row["national_upper"] if row else None,
        )
        pairs.append((Line(key="school" if one is widest else "context", label=one.short, points=[point]), point))
    if all(point.value is None and point.status != "hidden" for _, point in pairs):
        return html.P("No gap of a cluster can be given for this measure and group. The table has what is known.")
    scale = difference_range([point for _, point in pairs])
    return html.Figure(interval_rows(measure, pairs, scale, difference=lambda value: signed(measure, value)))


def _table(side: Side, sort_address: Callable[[str], str]) -> html.Table:
    measure, people = side.measure, PEOPLE[side.group]

    def of_gap(write: Callable[[Row], str]) -> Callable[[Beside], object]:
        def cell(one: Beside) -> object:
            text = write(one.gap) if one.gap else ""
            if text:
                return text
            word = "Hidden: small number of pupils" if one.gap and is_hidden(one.gap) else "No data"
            return html.Span(word, className="miss", title=(one.gap or {}).get("reason") or "")

        return cell

    def of_result(write: Callable[[Mapping], str]) -> Callable[[Beside], object]:
        def cell(one: Beside) -> object:
            text = write(one.expected) if one.expected else ""
            return text or html.Span("No data", className="miss", title=(one.expected or {}).get("reason") or "")

        return cell

    result_year = f", {school_year(side.expected_year)}" if side.expected_year else ""
    columns = [
        Column(
            title="Cluster",
            cell=lambda one: html.A(one.short, href=address(f"/cluster/{one.unit}", {"measure": measure.key})),
            sort="name",
        ),
        Column(
            title=f"All pupils{result_year}",
            cell=of_result(lambda r: _result(measure, r)),
            is_number=True,
            is_minor=True,
            sort="result",
        ),
        Column(
            title="Less expected for the intake",
            cell=of_result(lambda r: _difference(measure, r)),
            is_number=True,
            sort="expected",
        ),
        Column(title=sentence(people.name), cell=of_gap(lambda r: figure(measure, r)), is_number=True, is_minor=True),
        Column(
            title="Less others here",
            cell=of_gap(lambda r: with_limits(measure, r, "within")),
            is_number=True,
            is_minor=True,
            sort="within",
        ),
        Column(
            title="Less others in England", cell=of_gap(lambda r: with_limits(measure, r)), is_number=True, sort="gap"
        ),
    ]
    return table(
        side.ordered(),
        columns,
        classes="dense",
        sorted_by=side.sort,
        sort_address=sort_address,
    )


def _result(measure: Measure, row: Mapping) -> str:
    if row["value"] is None:
        return ""
    return f"{measure.format(row['value'])} of {row['n']:,.0f}" if row["n"] else measure.format(row["value"])


def _difference(measure: Measure, row: Mapping) -> str:
    if row["difference"] is None:
        return ""
    value = signed(measure, row["difference"])
    if row["lower"] is None:
        return value
    return f"{value} ({signed(measure, row['lower'])} to {signed(measure, row['upper'])})"


def _how(side: Side) -> html.Dl:
    about = next((one.expected for one in side.clusters if one.expected and one.expected["factors"] is not None), None)
    expected = ""
    if about is not None:
        expected = (
            f"From {', '.join(about['factors'])}: a regression over {about['schools']:,} schools ({about['basis']}), "
            f"in which intake accounts for {about['r_squared']:.0%} of the differences. Results of the members pooled, "
            "less what schools with a like intake reach. Not a value-added measure, and not a ranking."
        )
    return method(
        {
            "What it is": side.measure.definition,
            "Expected": expected,
            "Gaps": "Pupils of the members added up, never an average of schools; up to three years together. "
            "England’s others are taken as fixed.",
            "Order": "By name unless you choose another; intervals that overlap cannot be told apart.",
        }
    )
