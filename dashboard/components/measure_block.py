"""The measure block: title, views as links, and the figure, table, files, method or sources of one result."""

from collections.abc import Callable, Sequence

from dash import html

from dashboard.components.block import block, method
from dashboard.components.downloads import download_links
from dashboard.components.findings import explanation, finding
from dashboard.components.graph import graph
from dashboard.components.marks import series_mark, spark_range, sparkline
from dashboard.components.provenance import fingerprint
from dashboard.components.results import Result
from dashboard.components.rows import interval_rows, tick_text
from dashboard.components.tables import Column, table
from dashboard.components.words import day, edition, missing, missing_mark, school_year, sentence, spans
from dashboard.figures.by_year import Event, Line, axis_range, by_year, within
from pipelines.measures import GROUPS, Derived, Polarity, Published

BETTER = {
    Polarity.HIGH_IS_BETTER: "Higher is better.",
    Polarity.LOW_IS_BETTER: "Lower is better.",
    Polarity.NEUTRAL: "Neither higher nor lower is better.",
}


def measure_block(
    result: Result,
    *,
    view: str,
    view_address: Callable[[str], str],
    path: str,
    groups: Sequence[tuple[str, str]] = (),
    events: Sequence[Event] = (),
    made: str = "",
) -> html.Article:
    """One result in one of its VIEWS.

    `view_address` gives the address of each view; `path` is the page's, for downloads; `groups` are rows of
    (pupil group, figure in words) for the table view; `events` are marked among the years; `made` says which
    version of the program worked out what is not printed.
    """
    measure = result.measure
    group = GROUPS[result.group].label if result.group in GROUPS else result.group

    def tabled() -> list:
        return [*_table(result), _groups(groups) if len(groups) > 1 else None]

    def saved() -> list:
        return [
            html.P("Every year, this school and its comparators, not rounded, with the reason where there is none."),
            download_links(path, measure.key, _size(result), {"group": result.group if result.group != "all" else ""}),
        ]

    return block(
        measure.key,
        title=[html.Span(measure.label, className="of"), html.Span(" : ", className="vh"), sentence(finding(result))],
        name=measure.label,
        sub=[
            f"{sentence(measure.unit.name.split(',')[0])}, {group[0].lower()}{group[1:]}, ",
            _span(result),
            "" if measure.verified else " · definition not yet verified",
        ],
        views={
            "chart": lambda: _chart(result, events),
            "table": tabled,
            "download": saved,
            "how": lambda: _how(result),
            "where": lambda: _where(result, made),
        },
        view=view,
        view_address=view_address,
        foot=_foot(result),
    )


def _span(result: Result) -> str:
    first, last = school_year(result.years[0]), school_year(result.years[-1])
    return first if first == last else f"{first} to {last}"


def _size(result: Result) -> int:
    return sum(len(line.points) for line in result.lines)


def _chart(result: Result, events: Sequence[Event]) -> list:
    measure, latest = result.measure, result.school.latest()
    if latest is None:
        words = [
            f"{school_year(p.year)}: {missing(p.status).word.lower()}, {missing(p.status).detail}"
            for p in result.school.points
        ]
        return [html.Ul([html.Li(text) for text in words[-6:]], className="plain")]
    shown = [(line, line.at(latest.year)) for line in result.lines]
    scale = axis_range(
        measure,
        [Line(key=line.key, label=line.label, points=[p]) for line, p in shown if p and p.value is not None],
    )
    newest = html.Figure(
        [
            html.P(["Latest year ", html.Span(school_year(latest.year))], className="ct"),
            interval_rows(measure, shown, scale),
        ]
    )
    said = " ".join(explanation(result))
    if len(result.years) == 1:
        only = f"Only {school_year(latest.year)} is in this build, so there is no line to draw. {said}"
        return [html.Div([newest, html.P(only, className="reason")], className="grid g2")]
    gaps = {year: _brief(status) for year, status in result.gaps.items()}
    words = " ".join(f"{line.label}: {_spoken(line, result)}." for line in result.drawn)
    by_years = graph(
        by_year(measure, result.drawn, result.years, gaps, result.breaks, events),
        f"{measure.label} by year. {words} {_happened(events, result)}".strip(),
        title="Year by year",
        note="; ".join(part for part in (_shaded(result), _key_of(events, result)) if part),
    )
    return [html.Div([newest, by_years], className="grid g2"), html.P(said, className="reason") if said else None]


def _shaded(result: Result) -> str:
    reasons: dict[str, list[int]] = {}
    for year, reason in result.gaps.items():
        reasons.setdefault(_brief(reason), []).append(year)
    return "; ".join(f"{spans(years)} {reason}" for reason, years in reasons.items())


def _happened(events: Sequence[Event], result: Result) -> str:
    return " ".join(f"{event.words}, {day(event.day)}." for event in within(events, result.years))


def _key_of(events: Sequence[Event], result: Result) -> str:
    is_marked = any(not event.is_break for event in within(events, result.years))
    return "△ inspection" if is_marked else ""


def _brief(status: str) -> str:
    return status if status in ("no tests", "not comparable") else missing(status).short.lower()


def _spoken(line: Line, result: Result) -> str:
    return ", ".join(
        f"{p.year} {result.measure.format(p.value) if p.value is not None else missing(p.status).short.lower()}"
        for p in line.points
    )


def _table(result: Result) -> list:
    measure = result.measure
    years = list(result.years)
    minor = set(years[:-3])

    def cell(line: Line, year: int):
        point = line.at(year)
        if point and point.value is not None:
            limits = (
                html.Span(
                    f" ({measure.format(point.lower)}–{measure.format(point.upper)})",
                    className="mute micro nowrap limits",
                )
                if point.lower is not None and point.upper is not None
                else ""
            )
            return [measure.format(point.value), limits]
        status = point.status if point else "no_file"
        if line.key == "school":
            status = result.gaps.get(year, status)
        elif status == "no_file":
            status = result.states.get(year, status)
        if status == "no tests":
            return html.Span("No tests", className="miss", title=result.notes.get(year, ""))
        return missing_mark(status, short=True)

    columns = [
        Column(
            title="Compared with",
            cell=lambda line: html.Span([series_mark(line.key), html.Span(line.label)], className="series"),
        ),
        *(
            Column(
                title=school_year(year),
                cell=lambda line, year=year: cell(line, year),
                is_number=True,
                is_minor=year in minor,
            )
            for year in years
        ),
    ]
    grid = table(
        result.lines,
        columns,
        row_class=lambda line: "sel" if line.key == "school" else "",
        classes="years dense",
    )
    return [
        html.Div(
            grid,
            className="scroll",
            role="region",
            tabIndex=0,
            **{"aria-label": f"{measure.label} by year, scrolls sideways"},
        ),
        html.P(" ".join(explanation(result)), className="reason"),
    ]


def _groups(groups: Sequence[tuple[str, str]]) -> html.Table:
    return table(
        groups,
        [
            Column(title="Group of pupils", cell=lambda row: row[0]),
            Column(title="Newest figure", cell=lambda row: row[1], is_number=True),
        ],
        caption="This school by group of pupils",
        classes="dense narrow",
    )


def _how(result: Result) -> list:
    measure = result.measure
    if isinstance(measure.origin, Published):
        column = measure.origin.columns.get(result.group) or next(iter(measure.origin.columns.values()), "")
        made = f"As published, column {column}."
    elif isinstance(measure.origin, Derived) and measure.origin.formula:
        made = f"Worked out: {measure.origin.formula}"
    else:
        made = "As published."
    pairs = [
        ("What it is", measure.definition),
        ("Unit", f"{sentence(measure.unit.name)}. {BETTER[measure.polarity]}"),
        ("How it is made", made),
        (
            "Group of pupils",
            f"{GROUPS[result.group].label}: {GROUPS[result.group].definition}."
            if result.group in GROUPS
            else result.group,
        ),
        (
            "Small numbers",
            f"Below {measure.minimum_cohort} pupils a figure is hollow and never ranked."
            if measure.minimum_cohort
            else "",
        ),
        ("Comparators", " ".join(f"{label}: {how}." for label, how in result.how.items() if how)),
        ("Checked", "" if measure.verified else "The definition or a threshold has not been confirmed yet."),
        ("More", html.A("Years, breaks and groups of this measure", href=f"/methods#measure-{measure.key}")),
    ]
    return [
        method(dict(pairs)),
        html.Ul(
            [html.Li([html.B(school_year(year)), " ", note]) for year, note in sorted(result.notes.items())],
            className="plain",
        )
        if result.notes
        else None,
    ]


def _where(result: Result, made: str) -> list:
    columns = [
        Column(title="School year", cell=lambda o: school_year(o.year)),
        Column(
            title="Publication",
            cell=lambda o: " ".join(part for part in (o.source, edition(o.edition)) if part) or "No file",
        ),
        Column(title="Release", cell=lambda o: sentence(o.release) if o.release else ""),
        Column(
            title="Published",
            cell=lambda o: (
                day(o.published) + ("" if o.published_verified else " (not verified)")
                if o.published
                else html.Span("No data", className="miss")
            ),
        ),
        Column(
            title="File and row",
            cell=lambda o: [
                html.A(o.path, href=f"/about#file-{o.file_id}", className="path")
                if o.path
                else html.Span("no file", className="path"),
                f", row {o.row}" if o.row else "",
            ],
        ),
        Column(title="Fingerprint (SHA-256)", cell=lambda o: fingerprint(o.sha256)),
        Column(title="Of", cell=lambda o: sentence(o.via) if o.via else "This school"),
    ]
    checked = "its definition was confirmed" if result.measure.verified else "its definition is not confirmed yet"
    version = f"Measure “{result.measure.key}” of the catalogue; {checked}. {made}".strip()
    return [table(result.origins, columns, is_stacked=True, classes="dense"), html.P(version, className="foot")]


def _foot(result: Result) -> list:
    newest = next((o for o in result.origins if o.path), None)
    source = (
        f"Source: {newest.source} {edition(newest.edition)}{f', {newest.release}' if newest.release else ''}."
        if newest
        else ""
    )
    low, high = axis_range(result.measure, result.lines)
    notes = [f"{school_year(year)}: {note}" for year, note in sorted(result.breaks.items()) if year in result.years]
    axis = f"Axis {tick_text(result.measure, low)} to {tick_text(result.measure, high)}."
    return [" ".join(part for part in (source, axis, *notes) if part)]


def more_measures(results: Sequence[Result], open_address: Callable[[str], str]):
    """The rest of a topic, a row each: newest figure, authority, England, and the years as a line."""

    def newest(key: str) -> Callable[[Result], object]:
        def said(result: Result):
            latest = result.school.latest()
            if latest is None:
                points = result.school.points
                return missing_mark(points[-1].status if points else "no_file", short=True) if key == "school" else ""
            point = next((p for line in result.drawn if line.key == key and (p := line.at(latest.year))), None)
            if point is None or point.value is None:
                return missing_mark(point.status if point else "no_file", short=True)
            value = result.measure.format(point.value)
            return [html.B(value), html.Span(f" {latest.year}", className="mute micro")] if key == "school" else value

        return said

    def line(result: Result):
        years = list(result.years)[-10:]
        own = [(p.value if (p := result.school.at(y)) else None) for y in years]
        england = [(p.value if result.england and (p := result.england.at(y)) else None) for y in years]
        spoken = ", ".join(result.measure.format(v) if v is not None else "none" for v in own)
        return sparkline(
            own,
            england,
            spark_range(result.measure, [*own, *england]),
            f"{years[0]} to {years[-1]}: {spoken}",
        )

    rows = table(
        results,
        [
            Column(
                title="Measure",
                cell=lambda r: html.A(r.measure.label, href=open_address(r.measure.key)),
                width="42%",
            ),
            Column(title="This school", cell=newest("school"), is_number=True),
            Column(title="Authority", cell=newest("authority"), is_number=True),
            Column(title="England", cell=newest("england"), is_number=True),
            Column(title="Last ten years", cell=line, is_minor=True),
        ],
        classes="more",
    )
    name = f"Measures of {results[0].measure.topic.lower()}, scrolls sideways"
    return html.Div(rows, className="scroll", role="region", tabIndex=0, **{"aria-label": name})
