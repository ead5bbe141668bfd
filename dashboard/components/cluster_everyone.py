"""What is known of all pupils of a cluster's schools, where no figure of a group of pupils is."""

from collections.abc import Callable, Mapping, Sequence

from dash import html

from dashboard.components.block import block, method
from dashboard.components.cluster_three import where_from
from dashboard.components.links import school_path
from dashboard.components.rows import behind, interval_rows
from dashboard.components.tables import Column, table
from dashboard.components.words import count, missing_mark, school_year
from dashboard.figures.by_year import Line, Point, axis_range
from pipelines.measures import Measure


def everyone_block(
    measure: Measure,
    year: int,
    schools: Sequence[tuple[int, Line]],
    beside: Sequence[Line],
    *,
    view: str,
    view_address: Callable[[str], str],
    origins: Sequence[Mapping],
) -> html.Article:
    """Schools' results of all pupils by name, then authority and England; `schools` are (URN, its line)."""
    has_pupils = any(point.n is not None for _, line in schools if (point := line.at(year)))
    return block(
        f"everyone-{measure.key}",
        title=_finding(year, schools, beside),
        name=f"All pupils: {measure.label}",
        sub=f"{measure.label}, all pupils, {school_year(year)}; by name",
        views={
            "chart": lambda: _chart(measure, year, [line for _, line in schools], beside),
            "table": lambda: _table(measure, year, schools, beside),
            "how": lambda: method({"What it is": measure.definition, "Order": "By name: no order of results is sure."}),
            "where": lambda: where_from(origins),
        },
        view=view,
        view_address=view_address,
        reason=""
        if has_pupils
        else "No numbers of pupils are at hand for this year, so nobody can say what chance could do to a school.",
        foot="Not a gap: these are all pupils of the school, whoever they are.",
    )


def _finding(year: int, schools: Sequence[tuple[int, Line]], beside: Sequence[Line]) -> str:
    values = [point.value for _, line in schools if (point := line.at(year)) and point.value is not None]
    england = next((p.value for line in beside if line.key == "england" and (p := line.at(year)) and p.value), None)
    if england is None:
        return f"Results of {count(len(values), 'school')}"
    if len(values) == 1:
        return f"One school, {'below' if values[0] < england else 'not below'} England"
    return f"{sum(value >= england for value in values)} of {len(values)} schools at or above England"


def _chart(measure: Measure, year: int, schools: Sequence[Line], beside: Sequence[Line]) -> html.Figure:
    lines = [*schools, *beside]
    return html.Figure(interval_rows(measure, [(line, line.at(year)) for line in lines], axis_range(measure, lines)))


def _table(measure: Measure, year: int, schools: Sequence[tuple[int, Line]], beside: Sequence[Line]) -> html.Table:
    def value(row: tuple[int, Line]) -> object:
        point = row[1].at(year)
        if point is None or point.value is None:
            return missing_mark(point.status if point else "no_file", short=True)
        return [html.B(measure.format(point.value)), f" {behind(measure, row[1], point)}"]

    return table(
        [*schools, *((0, line) for line in beside)],
        [
            Column(
                title="School",
                cell=lambda row: html.A(row[1].label, href=school_path(row[0])) if row[0] else row[1].label,
            ),
            Column(title=f"All pupils, {school_year(year)}", cell=value, is_number=True),
        ],
        classes="dense narrow",
    )


def line_of(name: str, row: Mapping) -> Line:
    """One school's figure of all pupils, a row of `queries.clusters.observed`, as a line of one point."""
    point = Point(
        year=row["year"],
        value=row["value"],
        status=row["status"],
        n=row["n"],
        lower=row["lower"],
        upper=row["upper"],
    )
    return Line(key="school", label=name, points=[point])
