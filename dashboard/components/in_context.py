"""Attainment in context: results beside what schools with a like intake reach, where no progress is published."""

from collections.abc import Mapping, Sequence

from dash import html

from dashboard.components.gaps import signed
from dashboard.components.tables import Column, table
from dashboard.components.words import listed, missing_mark, school_year
from pipelines.measures import MEASURES

ANCHOR = "in-context"


def in_context(rows: Sequence[Mapping]) -> html.Article | None:
    """The newest rows of mart.expected_result of a school that have a difference; None where there is none."""
    told = [row for row in rows if row["difference"] is not None and row["measure"] in MEASURES]
    if not told:
        return None
    first = told[0]
    columns = [
        Column(title="Measure", cell=lambda row: MEASURES[row["measure"]].label, width="34%"),
        Column(title="Year", cell=lambda row: school_year(row["year"])),
        Column(title="Here", cell=lambda row: html.B(_written(row, row["value"])), is_number=True),
        Column(
            title="Pupils", cell=lambda row: f"{row['n']:,.0f}" if row["n"] else missing_mark("no_file"), is_number=True
        ),
        Column(title="Like intake", cell=lambda row: _written(row, row["expected"]), is_number=True),
        Column(title="Difference (90%)", cell=_difference, is_number=True),
    ]
    return html.Article(
        [
            html.Header(
                html.Div(
                    [
                        html.H3(
                            [
                                html.Span("Attainment in context", className="of"),
                                html.Span(": ", className="vh"),
                                finding(first),
                            ]
                        ),
                        html.P("Results beside those of schools whose intake is alike, all pupils", className="sub"),
                    ]
                )
            ),
            table(told, columns, classes="dense", is_stacked=True),
            html.P(
                f"Like in {listed(first['factors'])}; {first['basis']}. This is no progress score: it does not follow "
                "pupils, and intake explains "
                f"{100 * first['r_squared']:.0f}% of the differences between schools.",
                className="foot",
            ),
        ],
        className="measure",
        id=ANCHOR,
    )


def finding(row: Mapping) -> str:
    """Where a result stands beside what is expected: by more than chance, within it, or without a word on chance."""
    if row["lower"] is None or row["upper"] is None:
        where = "Above" if row["difference"] > 0 else "Below" if row["difference"] < 0 else "Level with"
        return f"{where} schools with a like intake; chance cannot be told"
    if row["upper"] < 0:
        return "Below schools with a like intake by more than chance"
    if row["lower"] > 0:
        return "Above schools with a like intake by more than chance"
    return "As expected for its intake, within chance"


def _written(row: Mapping, value: float) -> str:
    return MEASURES[row["measure"]].format(value)


def _difference(row: Mapping) -> str | list:
    measure = MEASURES[row["measure"]]
    if row["lower"] is None or row["upper"] is None:
        return [signed(measure, row["difference"]), html.Div(row["reason"] or "no interval", className="micro mute")]
    return f"{signed(measure, row['difference'])} ({signed(measure, row['lower'])} to {signed(measure, row['upper'])})"
