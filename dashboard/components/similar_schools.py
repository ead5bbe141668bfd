"""The schools most like one by intake, and which of them do better in the headline measure."""

from collections.abc import Mapping, Sequence

from dash import html

from dashboard.components.links import school_path
from dashboard.components.page import section
from dashboard.components.tables import Column, table
from dashboard.components.words import listed, missing_mark, school_year, sentence
from pipelines.measures import Measure

SHOWN = 10
METHODS = {"open": "Distance by open data", "DfE": "Distance by DfE’s method"}


def similar_section(
    rows: Sequence[Mapping],
    measure: Measure | None,
    estimates: Mapping[int, Mapping],
    own: Mapping | None,
    ours: Mapping[int, str],
) -> html.Section:
    """The nearest schools with their best estimates.

    Args:
        rows: rows of mart.similar_school, nearest first.
        measure: the headline measure of the school, if it has one.
        estimates: URN → row of mart.estimate of that measure and the year of `own`.
        own: the school's own row.
        ours: URN → name of the authority's schools, which have pages here.
    """
    found = [row for row in rows if row["similar_urn"] is not None]
    if not found:
        reason = rows[0]["reason"] if rows and rows[0]["reason"] else "no data on the intake of this school"
        return section("similar", "Similar schools", html.P(sentence(reason) + "."))
    shown = found[:SHOWN]
    has_results = measure is not None and own is not None and own["mean"] is not None
    columns = [
        Column(title="School", cell=lambda r: _name(r, ours)),
        Column(title="Authority", cell=lambda r: r["similar_la_name"] or missing_mark("no_file")),
        *(_result_columns(measure, estimates, own) if has_results else []),
        Column(title="Distance", cell=lambda r: f"{r['distance']:.2f}", is_number=True),
        Column(
            title="Kilometres",
            cell=lambda r: f"{r['kilometres']:,.0f}" if r["kilometres"] is not None else missing_mark("no_file"),
            is_number=True,
        ),
    ]
    return section(
        "similar",
        "Similar schools",
        html.P(_better(shown, measure, estimates, own)) if has_results else None,
        table(shown, columns, is_stacked=True, classes="dense"),
        html.P(_how(found[0], measure, own if has_results else None), className="foot"),
        note="The ten nearest by intake, not by results.",
    )


def _name(row: Mapping, ours: Mapping[int, str]) -> html.A | str:
    urn = row["similar_urn"]
    return html.A(row["similar_name"], href=school_path(urn)) if urn in ours else row["similar_name"]


def _result_columns(measure: Measure, estimates: Mapping[int, Mapping], own: Mapping) -> list[Column]:
    def result(row: Mapping):
        estimate = estimates.get(row["similar_urn"])
        if estimate is None or estimate["mean"] is None:
            return missing_mark("no_file")
        return [html.B(measure.format(estimate["mean"])), html.Span(_limits(measure, estimate), className="mute")]

    def verdict(row: Mapping) -> str:
        return VERDICTS[stands(estimates.get(row["similar_urn"]), own)]

    return [
        Column(title="Best estimate (9 in 10)", cell=result, is_number=True),
        Column(title="Better?", cell=verdict),
    ]


VERDICTS = {1: "Yes, by more than chance", 0: "Within chance", -1: "No", None: "Not known"}


def stands(estimate: Mapping | None, own: Mapping) -> int | None:
    """1 where a school is better than `own` by more than chance, 0 where their intervals overlap, -1 where worse."""
    if estimate is None or estimate["mean"] is None:
        return None
    if estimate["lower_90"] > own["upper_90"]:
        return 1
    return -1 if estimate["upper_90"] < own["lower_90"] else 0


def _limits(measure: Measure, estimate: Mapping) -> str:
    return f" ({measure.format(estimate['lower_90'])} to {measure.format(estimate['upper_90'])})"


def _better(rows: Sequence[Mapping], measure: Measure, estimates: Mapping[int, Mapping], own: Mapping) -> str:
    places = [(row["similar_name"], stands(estimates.get(row["similar_urn"]), own)) for row in rows]
    better = [name for name, place in places if place == 1]
    known = sum(place is not None for _, place in places)
    here = f"here {measure.format(own['mean'])}{_limits(measure, own)}"
    what = f"{measure.label}, {school_year(own['year'])}: {here}."
    if not known:
        return f"{what} None of these schools has a figure that may be shown here."
    if not better:
        return f"{what} None of the {known} with a figure is better by more than chance."
    return f"{what} Better by more than chance: {listed(better)}, of {known} with a figure."


def _how(first: Mapping, measure: Measure | None, own: Mapping | None) -> str:
    compared = (
        f"Compared on {listed(first['criteria'])}, {school_year(first['year'])}. "
        + (f"Not known: {listed(first['missing'])}. " if first["missing"] else "")
        + f"{METHODS.get(first['method'], sentence(first['method']))}; 0 would be alike in everything."
    )
    if own is None:
        return compared
    return (
        f"{compared} A best estimate draws each year towards what is usual, with up to two years before: two schools "
        "differ by more than chance where their 9 in 10 intervals do not overlap."
    )
