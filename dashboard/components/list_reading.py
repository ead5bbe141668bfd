"""How to read the list of schools to talk to first: what the chance is, what it cannot see, and whose list it is."""

import polars as pl
from dash import html

from dashboard.components.page import section
from dashboard.components.words import day, listed, sentence


def how_to_read(runs: pl.DataFrame, la_name: str) -> html.Section:
    """What the chance means and cannot see, how it differs from DfE’s analysis, and whose list it is.

    `runs` are the rows of mart.risk_run.
    """
    about = runs.row(0, named=True)
    silent = listed([f"“{one}”" for one in about["themes_without_measure"] or []])
    models = [
        f"{sentence(row['model'])} schools: {row['candidate_label']}; {row['why_chosen']}."
        for row in runs.rows(named=True)
        if row["candidate_label"]
    ]
    return section(
        "how",
        "How to read this list",
        _opening(
            "What the chance means, and what it cannot see",
            html.P(
                "The chance is that the next graded inspection finds concern, worked out from what was published by "
                f"{day(about['as_of'])}. The list is ordered by the chance that an inspection comes within a year and "
                "finds it. Deprivation, special needs, language and size set what to expect; they never raise the "
                "chance."
            ),
            html.P(["It does not know: ", "; ".join(about["not_known"] or []), "."]),
            html.P(f"No figure at hand tells of {silent}.") if silent else None,
            html.Ul([html.Li(one) for one in models]),
            html.P(["How earlier lists did: ", html.A("is the list any good?", href="/record")]),
            is_open=True,
        ),
        _opening(
            "How this differs from DfE’s own risk analysis",
            html.P(
                "The Department for Education’s benchmarking service adds up points for finance, school and pupils, "
                "and educational performance; of 25.5 points its page gives 18 to finance and 2 to education. It is "
                "made for an authority’s maintained schools and finance officers, and it gives grades."
            ),
            html.P(
                "This list asks one question, whether an inspection will find concern, of academies too. It is tested "
                "against what inspections found, gives a chance with its interval in place of a grade, and puts what "
                "is not known under “Cannot tell”. Use both: they see different things. The Department’s page was "
                "read while it was being built; its points are not verified."
            ),
        ),
        html.P(
            "Advisers set a school’s category; this product never does. The list is for the authority’s advisers: "
            f"it is not part of what {la_name} shares or publishes."
        ),
    )


def _opening(title: str, *content: html.P | html.Ul | None, is_open: bool = False) -> html.Details:
    return html.Details(
        [html.Summary(title), html.Div([part for part in content if part is not None])],
        open=is_open,
        className="disc",
    )
