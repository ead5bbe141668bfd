"""How sure a figure is, in sentences: what it rests on, what the years together say, and what would change it."""

from collections.abc import Mapping, Sequence

from dash import html

from dashboard.components.words import count, listed, school_year
from pipelines.measures import Measure


def certainty(measure: Measure, estimate: Mapping | None) -> html.P | None:
    """A paragraph for the newest estimate of a measure, a row of mart.estimate; None where there is none."""
    if estimate is None:
        return None
    said = sentences(measure, estimate)
    return html.P([html.B("How sure are we? "), " ".join(said)], className="reason") if said else None


def sentences(measure: Measure, estimate: Mapping) -> Sequence[str]:
    """The sentences for a row of mart.estimate."""
    if estimate["mean"] is None:
        return [f"No estimate: {estimate['reason']}."] if estimate["reason"] else []
    return [text for text in (_pooled(measure, estimate), _best(measure, estimate)) if text]


def _pooled(measure: Measure, estimate: Mapping) -> str:
    years = [int(year) for year in (estimate["years"] or "").split(", ") if year]
    if len(years) < 2 or not estimate["pooled_n"] or estimate["pooled_value"] is None:
        return ""
    when = listed([school_year(year) for year in years])
    if measure.unit.percent_sign:
        hits = round(estimate["pooled_value"] * estimate["pooled_n"] / 100)
        share = measure.format(estimate["pooled_value"])
        return f"{when} together: {hits:,.0f} of {estimate['pooled_n']:,.0f} ({share})."
    return f"{when} together: {measure.format(estimate['pooled_value'])}, {count(estimate['pooled_n'], 'pupil')}."


def _best(measure: Measure, estimate: Mapping) -> str:
    low, high = measure.format(estimate["lower_90"]), measure.format(estimate["upper_90"])
    england = f" ({measure.format(estimate['england'])})" if estimate["england"] is not None else ""
    return (
        f"Best estimate {measure.format(estimate['mean'])}, and 9 in 10 that it lies between {low} and {high}: "
        f"{estimate['verdict']}{england}."
    )
