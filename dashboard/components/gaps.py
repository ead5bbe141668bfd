"""The three gap figures together: disadvantaged pupils here, behind others here, behind others in England."""

from collections.abc import Mapping, Sequence

from dash import html

from dashboard.components.provenance import row_link
from dashboard.components.rows import interval_rows
from dashboard.components.words import count, listed, school_year, sentence
from dashboard.figures.by_year import Line, Point, axis_range
from pipelines.measures import Measure
from pipelines.measures.vocabulary import MINUS


def gap_block(
    measure: Measure,
    rows: Sequence[tuple[str, str, Mapping]],
    *,
    here: str,
    anchor: str,
    since: Sequence[str] = (),
    files: Mapping[int, Mapping] | None = None,
) -> html.Article:
    """The figures of disadvantaged pupils as rows with intervals, and the three gaps in words.

    Args:
        rows: (series key, label, row of mart.gap), the unit's own newest row first.
        here: what the unit is called in a sentence ('here').
        since: why later years have no figure.
        files: file_id → row of mart.source_file, so that each figure's row can be told.
    """
    own = rows[0][2]
    shown = [
        (
            Line(key=key, label=label, points=[point]),
            point,
        )
        for key, label, row in rows
        for point in [
            Point(
                year=row["year"],
                value=row["focus_value"],
                status="reported" if row["focus_value"] is not None else "not_available",
                n=row["focus_n"],
                lower=row["focus_lower"],
                upper=row["focus_upper"],
            )
        ]
    ]
    scale = axis_range(measure, [line for line, _ in shown])
    return html.Article(
        [
            html.Header(
                html.Div(
                    [
                        html.H3(
                            [
                                html.Span(measure.label, className="of"),
                                html.Span(": ", className="vh"),
                                sentence(finding(own)),
                            ]
                        ),
                        html.P("Disadvantaged pupils; bars are 95% intervals", className="sub"),
                    ]
                )
            ),
            html.Div(
                [
                    html.Figure(interval_rows(measure, shown, scale)),
                    html.Div([three_gaps(measure, own, here=here)]),
                ],
                className="grid g2",
            ),
            html.P(" ".join([*remarks(own), *since]), className="foot"),
            _where(measure, rows, files or {}),
        ],
        className="measure",
        id=anchor,
    )


def _where(
    measure: Measure, rows: Sequence[tuple[str, str, Mapping]], files: Mapping[int, Mapping]
) -> html.Details | None:
    told = [
        html.Li([f"{label}: {measure.format(row['focus_value'])}, ", link])
        for _, label, row in rows
        if (link := row_link(files, row["file_id"], row["row"])) is not None
    ]
    if not told:
        return None
    pooled = "Pooled years are counted from the rows of their years, England’s others as published."
    return html.Details(
        [html.Summary("Where from"), html.Ul(told, className="plain"), html.P(pooled, className="foot")]
    )


def finding(row: Mapping) -> str:
    """The newest gap in few words: whether pupils are behind others in England by more than chance."""
    if row["national_gap"] is None:
        return row["reason"] or "no gap can be given"
    if row["national_lower"] is None or row["national_upper"] is None:
        return "behind others in England" if row["national_gap"] < 0 else "not behind others in England"
    if row["national_upper"] < 0:
        return "behind others in England by more than chance"
    if row["national_lower"] > 0:
        return "ahead of others in England by more than chance"
    return "too few pupils to tell apart from others in England"


def three_gaps(measure: Measure, row: Mapping, *, here: str) -> html.Dl:
    """Disadvantaged here, minus others here, minus others in England; with intervals where there are any."""
    lower, upper = row["within_lower"], row["within_upper"]
    within = _gap(measure, _less(row["within_gap"]), _less(upper), _less(lower))
    others_here = measure.format(row["other_value"])
    others_england = measure.format(row["national_other"])
    pairs = [
        (f"Disadvantaged, {here}", _figure(measure, row["focus_value"], row["focus_lower"], row["focus_upper"])),
        (f"Less others, {here}" + (f", {others_here}" if others_here else ""), within),
        (
            "Less others, England" + (f", {others_england}" if others_england else ""),
            _gap(measure, row["national_gap"], row["national_lower"], row["national_upper"]),
        ),
    ]
    reason = row["reason"] or "not published"
    return html.Dl(
        [
            html.Div([html.Dt(label), html.Dd(text or html.Span(reason, className="miss"))], className="gapline")
            for label, text in pairs
        ],
        className="gaplines",
    )


def remarks(row: Mapping) -> list[str]:
    """What a reader must know of a gap: its years, its pupils, a break."""
    years = [int(year) for year in (row["years"] or str(row["year"])).split(", ")]
    said = [f"The three gaps: {listed([school_year(year) for year in years])}."]
    if row["focus_n"] is not None:
        said.append(f"{count(row['focus_n'], 'disadvantaged pupil')}.")
    said.append("A minus means behind. England’s others are taken as fixed.")
    if row["is_break"]:
        said.append("The group or the measure changed in this year: not comparable with the years before.")
    return said


def _less(value: float | None) -> float | None:
    return None if value is None else -value


def _figure(measure: Measure, value: float | None, lower: float | None, upper: float | None) -> str:
    if value is None:
        return ""
    limits = f" ({measure.format(lower)} to {measure.format(upper)})" if lower is not None and upper is not None else ""
    return f"{measure.format(value)}{limits}"


def _gap(measure: Measure, value: float | None, lower: float | None, upper: float | None) -> str:
    if value is None:
        return ""
    limits = (
        f" ({signed(measure, lower)} to {signed(measure, upper)})" if lower is not None and upper is not None else ""
    )
    return f"{signed(measure, value)}{limits}"


def signed(measure: Measure, value: float) -> str:
    """A difference in the measure's unit: points for shares, with its sign."""
    amount = measure.format(abs(value)).removesuffix(measure.unit.suffix).lstrip("+")
    sign = "" if float(amount.replace(",", "")) == 0 else MINUS if value < 0 else "+"
    return f"{sign}{amount}"
