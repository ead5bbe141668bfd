"""The three gaps of a cluster, side by side: its pupils, behind others here, behind others in England."""

from collections.abc import Callable, Mapping, Sequence

from dash import html

from dashboard.components.block import block, method
from dashboard.components.cluster_gaps import (
    Beside,
    ClusterGaps,
    Row,
    figure,
    finding,
    is_hidden,
    is_told,
    when,
    with_limits,
    years_of,
)
from dashboard.components.downloads import download_links
from dashboard.components.gaps import signed
from dashboard.components.rows import interval_rows
from dashboard.components.tables import Column, table
from dashboard.components.words import edition, listed, missing_mark, school_year, sentence, spans
from dashboard.figures.by_year import Line, Point, axis_range

Shown = Sequence[tuple[str, str, Row | None]]
"""(series, label, row): the rows of each of the three figures."""


def three_gaps_block(
    found: ClusterGaps,
    *,
    view: str,
    view_address: Callable[[str], str],
    path: str,
    kept: Mapping[str, str],
    origins: Sequence[Mapping],
) -> html.Article:
    """The three figures as rows with intervals, as a table, as files, how they are made and where they come from."""
    shown = rows_of(found)
    return block(
        "gaps",
        title=sentence(finding(found)),
        name="The three gaps",
        sub=f"{found.measure.label}, {found.people.name}, {found.short}; bars are 95% intervals",
        views={
            "chart": lambda: _chart(found, shown),
            "table": lambda: gaps_table(found, shown),
            "download": lambda: download_links(path, "gaps", len(shown), kept),
            "how": lambda: how(found),
            "where": lambda: where_from(origins),
        },
        view=view,
        view_address=view_address,
        reason=reading(found),
        foot=foot(found, origins),
    )


def rows_of(found: ClusterGaps) -> Shown:
    """The cluster's newest year and its pooled years, then authority and England in the newest year."""
    rows: list[tuple[str, str, Row | None]] = [("cluster", school_year(found.year), _own(found, "year"))]
    pooled = _own(found, "pooled")
    if pooled is None or not is_told(pooled) or len(years_of(pooled)) > 1:
        label = f"{spans(years_of(pooled))} together" if pooled and years_of(pooled) else "Three years together"
        rows.append(("cluster", label, pooled))
    for place in found.beside:
        if place.series in ("authority", "england") and (row := _newest(place, found.year)):
            rows.append((place.series, f"{place.label}, {school_year(found.year)}", row))
    return rows


def _own(found: ClusterGaps, span: str) -> Row | None:
    if found.left_out:
        return None
    return next((r for r in found.own.rows if r["span"] == span and r["year"] == found.year), None)


def _newest(place: Beside, year: int) -> Row | None:
    return place.row("year", year)


def _chart(found: ClusterGaps, shown: Shown) -> html.Div | None:
    measure, people = found.measure, found.people
    if not found.left_out and not any(is_told(row) or (row and is_hidden(row)) for _, _, row in shown):
        return None
    own = found.row("year") or found.row("pooled")
    others = _others_here(found)
    england = next((row for series, _, row in shown if series == "england" and row), None) or own
    nation = measure.format(england["national_other"]) if england and england["national_other"] is not None else ""
    parts = [
        (f"{sentence(people.name)} here", "what they reach, and how many of how many", _values(found, shown)),
        (
            f"Less {people.others} here" if found.group != "disadvantaged" else "Behind others in this cluster",
            others,
            _differences(found, shown, "within"),
        ),
        (
            f"Less {people.others} in England" if found.group != "disadvantaged" else "Behind others in England",
            f"{people.others} in England: {nation}" if nation else "no figure of the others in England at hand",
            _differences(found, shown, "national"),
        ),
    ]
    return html.Div(
        [
            html.Div([html.H4(title), html.P(sub, className="sub"), html.Figure(figure_)])
            for title, sub, figure_ in parts
        ],
        className="grid g3 gaps3",
    )


def _others_here(found: ClusterGaps) -> str:
    told = [
        f"{found.measure.format(row['other_value'])}{_pupils(row)} {when(row).removesuffix(' together')}"
        for span in ("year", "pooled")
        if (row := found.row(span)) and row["other_value"] is not None
    ]
    return f"{found.people.others} here: {'; '.join(dict.fromkeys(told))}" if told else "no figure of the others here"


def _pupils(row: Row) -> str:
    return f" of {row['other_n']:,.0f}" if row["other_n"] else ""


def _status(row: Row | None, left_out: bool) -> str:
    if left_out:
        return "withheld"
    return "hidden" if row is not None and is_hidden(row) else "not_available"


def _values(found: ClusterGaps, shown: Shown) -> html.Div:
    measure, rows = found.measure, []
    for series, label, row in shown:
        value = row["focus_value"] if row is not None else None
        point = Point(
            year=row["year"] if row is not None else 0,
            value=value,
            status="reported" if value is not None else _status(row, found.left_out is not None),
            n=row["focus_n"] if row is not None else None,
            lower=row["focus_lower"] if row is not None and series != "england" else None,
            upper=row["focus_upper"] if row is not None and series != "england" else None,
        )
        rows.append((Line(key=series, label=label, points=[point]), point))
    return interval_rows(measure, rows, axis_range(measure, [line for line, _ in rows]), own="cluster")


def _differences(found: ClusterGaps, shown: Shown, key: str) -> html.Div:
    measure = found.measure
    sign = -1 if key == "within" else 1
    rows = []
    for series, label, row in shown:
        value = row[f"{key}_gap"] if row is not None else None
        limits = sorted(
            sign * row[f"{key}_{end}"]
            for end in ("lower", "upper")
            if row is not None and row[f"{key}_{end}"] is not None
        )
        has_limits = len(limits) == 2 and series != "england"
        point = Point(
            year=row["year"] if row is not None else 0,
            value=None if value is None else sign * value,
            status="reported" if value is not None else _status(row, found.left_out is not None),
            lower=limits[0] if has_limits else None,
            upper=limits[1] if has_limits else None,
        )
        rows.append((Line(key=series, label=label, points=[point]), point))
    return interval_rows(
        measure,
        rows,
        difference_range([point for _, point in rows]),
        most_ticks=3,
        own="cluster",
        difference=lambda value: signed(measure, value),
    )


def difference_range(points: Sequence[Point | None]) -> tuple[float, float]:
    """An axis for differences that holds 0 and every limit, with a little room."""
    numbers = [n for p in points if p for n in (p.value, p.lower, p.upper) if n is not None]
    low, high = min([0, *numbers]), max([0, *numbers])
    room = max(high - low, 0.2) * 0.08
    return low - room, high + room


def reading(found: ClusterGaps) -> str:
    """What to conclude of the three together."""
    if found.left_out:
        return ""
    if found.row() is None:
        return f"No total for the cluster: {found.why_no_total()}.{_last_total(found)}"
    row = found.row()
    text = "Read them together: a small gap within the cluster can mean that everyone is low."
    if row["schools_without"]:
        noun = "school is" if row["schools_without"] == 1 else "schools are"
        text += (
            f" {row['schools_without']:,} {noun} not in the total: no figure with a number of pupils is printed there."
        )
    return text


def _last_total(found: ClusterGaps) -> str:
    """The newest year in which the cluster had a total, where it has none now."""
    earlier = [row for row in found.own.rows if row["span"] == "year" and row["focus_value"] is not None]
    if not earlier:
        return ""
    row = max(earlier, key=lambda row: row["year"])
    gap = with_limits(found.measure, row)
    less = f", less others in England {gap}" if gap else "; no figure of the others in England is at hand"
    return f" The newest total is of {when(row)}: {figure(found.measure, row)}{less}."


def foot(found: ClusterGaps, origins: Sequence[Mapping]) -> str:
    """Source, edition and state, then what a minus means."""
    named = dict.fromkeys(
        " ".join(part for part in (o["source_title"], edition(o["edition"]), o["release"]) if part)
        for o in origins
        if o["source_title"] and o["year"] == found.year
    )
    source = f"Source: {listed(list(named))}. " if named else ""
    return f"{source}A minus means behind. England’s others are taken as fixed."


def gaps_table(found: ClusterGaps, shown: Shown) -> html.Table:
    """The same rows as a table."""
    measure = found.measure

    def cell(write: Callable[[Row], str]) -> Callable[[tuple], object]:
        def content(shown_row: tuple) -> object:
            row = shown_row[2]
            text = write(row) if row is not None else ""
            text = text.partition(" (")[0] if shown_row[0] == "england" else text
            return text or missing_mark(_status(row, found.left_out is not None))

        return content

    return table(
        shown,
        [
            Column(
                title="Who and when", cell=lambda row: f"{found.short}, {row[1]}" if row[0] == "cluster" else row[1]
            ),
            Column(title=sentence(found.people.name), cell=cell(lambda r: figure(measure, r)), is_number=True),
            Column(
                title=f"{sentence(found.people.others)} here",
                cell=cell(lambda r: figure(measure, r, "other")),
                is_number=True,
            ),
            Column(title="Less others here", cell=cell(lambda r: with_limits(measure, r, "within")), is_number=True),
            Column(title="Others in England", cell=cell(lambda r: measure.format(r["national_other"])), is_number=True),
            Column(title="Less others in England", cell=cell(lambda r: with_limits(measure, r)), is_number=True),
        ],
        is_stacked=True,
        classes="dense tall",
    )


def how(found: ClusterGaps) -> html.Dl:
    """How the gaps are made."""
    measure, people = found.measure, found.people
    is_share = measure.unit.percent_sign
    return method(
        {
            "What it is": measure.definition,
            "Totals": "Pupils of the member schools are added up, and those who reached the standard; never an average "
            "of schools. A school whose figure is hidden or printed without its pupils is not in it, and is counted."
            if is_share
            else "Means of the member schools weighted by their pupils. A school whose figure is hidden or printed "
            "without its pupils is not in it, and is counted.",
            "Within the cluster": f"{sentence(people.name)} less {people.others} of the same schools.",
            "England": f"{sentence(people.name)} here less {people.others} in England, as DfE does (DIFFN).",
            "Intervals": "95%: Wilson’s for shares, Newcombe’s for differences of shares; for means from the spread of "
            "pupils. England’s figure is taken as fixed.",
            "Years together": "Up to three years with results, never across a break; the years are named.",
            "Small numbers": f"Below {measure.minimum_cohort} pupils a mark is hollow.",
            "Members": "Who is a member on 31 May of the year."
            if not found.own.label.startswith("Proposed")
            else "Today’s members of the proposed cluster, for all years.",
        }
    )


def where_from(origins: Sequence[Mapping]) -> html.Table | html.P:
    """The files and rows that the figures were read from."""
    if not origins:
        return html.P("No file holds a figure of this group here.")
    return table(
        origins,
        [
            Column(title="Whose", cell=lambda o: o["name"]),
            Column(title="School year", cell=lambda o: school_year(o["year"])),
            Column(title="Publication", cell=lambda o: f"{o['source_title'] or 'No file'} {edition(o['edition'])}"),
            Column(title="Release", cell=lambda o: sentence(o["release"] or "")),
            Column(
                title="File and row",
                cell=lambda o: [
                    html.Span(o["path"] or "no file", className="path"),
                    f", row {o['row']}" if o["row"] else "",
                ],
            ),
        ],
        is_stacked=True,
        classes="dense tall",
    )
