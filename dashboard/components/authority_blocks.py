"""The blocks of one indicator of an authority: its summary, its years, its statistical neighbours."""

from collections.abc import Mapping, Sequence

from dash import html

from dashboard.components.authority import (
    Indicator,
    among_words,
    certainty_words,
    change_words,
    finding,
    fitted,
    ordinal,
    point,
    quarter_words,
    rank_words,
    spoken,
    spread_words,
    years_table,
)
from dashboard.components.block import block, method
from dashboard.components.choices import Choices
from dashboard.components.downloads import download_links
from dashboard.components.findings import against
from dashboard.components.graph import graph
from dashboard.components.marks import series_mark
from dashboard.components.measure_block import BETTER
from dashboard.components.page import Content, facts, segments
from dashboard.components.rows import interval_rows, tick_text
from dashboard.components.tables import Column, table
from dashboard.components.words import day, edition, listed, missing, sentence, spans
from dashboard.figures.by_year import Line, by_year
from pipelines.measures import Polarity

ORDERS = {"name": "By name", "value": "By value"}
AXES = {"fit": "Zoomed to the figures", "zero": "From 0"}


def summary(shown: Indicator, own: Line) -> list[Content]:
    """The newest figure, its change, rank and quarter as facts, and what is known of chance in sentences."""
    row, alone = shown.row, shown.row["among"] < 2
    ranked = sentence(rank_words(row))
    if row["sharing"] > 1:
        ranked += f"; {row['sharing']} share the value"
    if shown.measure.polarity is Polarity.NEUTRAL:
        ranked += ", from the highest value"
    nobody = "None: no other authority is in the files"
    later = [p for p in own.points if p.value is None and p.year > row["year"]]
    said = [
        "" if alone else f"{sentence(among_words(row))}.",
        spread_words(shown),
        certainty_words(shown, own.at(row["year"])),
        "It counts, so larger authorities have more; England’s figure is a total." if row["is_count"] else "",
        f"{shown.year(later[-1].year)}: {missing(later[-1].status).word.lower()}." if later else "",
    ]
    return [
        facts(
            [
                ("Newest figure", f"{shown.value}, {shown.newest}"),
                ("Change from the year before", change_words(shown, own.points)),
                ("Rank", nobody if alone else ranked),
                ("Quarter", nobody if alone else quarter_words(shown)),
                ("Better end", BETTER[shown.measure.polarity].rstrip(".")),
            ]
        ),
        html.P(" ".join(text for text in said if text), className="reason"),
    ]


def series_block(
    shown: Indicator, chosen: Choices, drawn: Sequence[Line], years: Sequence[int], files: Sequence[Mapping], rows: int
) -> html.Article:
    """The years as lines: the authority in focus, its neighbours' mean, its region, England.

    Args:
        drawn: the authority's line first. files: rows of `benchmark.files`. rows: of the table to save.
    """
    own = drawn[0]
    compared = [line for line in drawn if not (shown.row["is_count"] and line.key in ("england", "region"))]
    from_zero = chosen["axis"] == "zero"
    measure = fitted(shown.measure, compared, from_zero=from_zero)
    low, high = (tick_text(measure, end) for end in measure.axis)
    gaps = {
        year: missing(held.status if (held := own.at(year)) else "no_file").short.lower()
        for year in years
        if not (held := own.at(year)) or held.value is None
    }

    def chart() -> list:
        picture = graph(
            by_year(measure, compared, years, gaps, shown.measure.breaks()),
            f"{shown.label} by year. {spoken(shown, compared)}",
            title="Year by year",
            note=f"shaded: no figure of {own.label}, {spans(list(gaps))}" if gaps else "",
        )
        return [html.Div([_key(compared), _switch("Axis", "axis", AXES, chosen)], className="axisline"), picture]

    return block(
        "series",
        title=_then_and_now(shown, drawn),
        name=shown.label,
        sub=f"{sentence(shown.measure.unit.name)}, {listed([line.label for line in compared])}, "
        f"{shown.year(years[0])} to {shown.year(years[-1])}",
        views={
            "chart": chart,
            "table": lambda: years_table(shown, drawn, years),
            "download": lambda: [
                html.P("Every year and area, not rounded, with the reason where there is no value."),
                download_links(chosen.path, "figures", rows, {"indicator": shown.key}),
            ],
            "how": lambda: _how(shown),
            "where": lambda: files_table(files),
        },
        view=chosen.view("series"),
        view_address=chosen.view_address("series"),
        reason=_movement(shown, own),
        foot=f"{_source(files)} Axis {low} to {high}"
        + ("." if from_zero or measure.axis[0] == 0 else ", not from 0: differences look larger.")
        + (" England and the region count everybody there and are not drawn." if len(compared) < len(drawn) else ""),
    )


def _then_and_now(shown: Indicator, drawn: Sequence[Line]) -> str:
    """How it stands against England now and in the first year of both; its rank where England's is a total."""
    england = next((line for line in drawn if line.key == "england"), None)
    if shown.row["is_count"] or shown.row["england"] is None or england is None:
        return sentence(finding(shown))
    now = f"{sentence(against(shown.measure, shown.row['value'], shown.row['england']))} in {shown.newest}"
    for own in drawn[0].points:
        other = england.at(own.year)
        if own.year < shown.row["year"] and None not in (own.value, other.value if other else None):
            return f"{now}; {against(shown.measure, own.value, other.value)} in {shown.year(own.year)}"
    return now


def _key(drawn: Sequence[Line]) -> html.P:
    return html.P(
        [html.Span([series_mark(line.key), line.label], className="series") for line in drawn], className="serieskey"
    )


def _switch(label: str, key: str, words: Mapping[str, str], chosen: Choices) -> html.Div:
    return segments(label, ((said, chosen.address(**{key: one}), one == chosen[key]) for one, said in words.items()))


def _how(shown: Indicator) -> html.Dl:
    breaks = shown.measure.breaks()
    return method(
        {
            "What it is": shown.measure.definition,
            "Better end": BETTER[shown.measure.polarity],
            "Years": "A year is the one in which its period ends.",
            "Statistical neighbours": "The plain mean of those of the ten with a value; at least half must have one.",
            "Region and England": "As published.",
            "Breaks": " ".join(f"{year}: {note}" for year, note in breaks.items())
            or "The publisher marks none for this indicator.",
        }
    )


def _movement(shown: Indicator, own: Line) -> str:
    valued = [p for p in own.points if p.value is not None]
    if len(valued) == 1:
        return "One year only, so there is a point for each area and no line."
    first = f"{own.label}: {shown.measure.format(valued[0].value)} in {shown.year(valued[0].year)}, "
    return f"{first}{shown.value} in {shown.newest}. {change_words(shown, own.points)}."


def _source(files: Sequence[Mapping]) -> str:
    if not files:
        return ""
    return f"Source: {files[0]['source_title']} {edition(files[0]['edition'])}, {files[0]['publisher']}."


def neighbours_block(
    shown: Indicator,
    chosen: Choices,
    rows: Sequence[Mapping],
    others: Sequence[Line],
    files: Sequence[Mapping],
    authorities: int,
) -> html.Article:
    """The authority among its statistical neighbours in its newest year, by name or by value.

    Args:
        rows: theirs and ours of `benchmark.authorities`, by name. others: the lines of the mean and of England.
        authorities: rows of the table to save.
    """
    own = next(row for row in rows if row["is_ours"])
    by_value, low_first = chosen["order"] == "value", shown.measure.polarity is Polarity.LOW_IS_BETTER
    if by_value:
        valued = [row for row in rows if row["value"] is not None]
        rows = sorted(valued, key=lambda row: row["value"], reverse=not low_first) + [
            row for row in rows if row["value"] is None
        ]
    entries = [
        (Line(key="school" if row["is_ours"] else "peer", label=row["area_name"] or row["area"], points=()), point(row))
        for row in rows
    ]
    entries += [(line, held) for line in others if (held := line.at(shown.row["year"]))]
    measure = fitted(
        shown.measure,
        [Line(key=line.key, label=line.label, points=[held]) for line, held in entries],
        from_zero=chosen["axis"] == "zero",
    )
    return block(
        "neighbours",
        title=_beside(shown, rows),
        name=f"{shown.label}, neighbours",
        sub=f"{sentence(shown.measure.unit.name)}, {shown.newest}, {own['area_name']} and its statistical neighbours"
        + ("; dashed: England" if any(line.key == "england" for line in others) else ""),
        views={
            "chart": lambda: [
                html.Div(_switch("Order", "order", ORDERS, chosen), className="axisline"),
                interval_rows(measure, entries, measure.axis),
            ],
            "table": lambda: _neighbours_table(shown, rows),
            "download": lambda: [
                html.P("Every authority in the files in this year, not rounded."),
                download_links(chosen.path, "authorities", authorities, {"indicator": shown.key}),
            ],
            "how": lambda: method(
                {
                    "Who they are": "The ten authorities most like this one by the model of the National Foundation "
                    "for Educational Research, as the Department for Education lists them.",
                    "Mean": "Plain, of those with a value, without this authority.",
                }
            ),
            "where": lambda: files_table(files),
        },
        view=chosen.view("neighbours"),
        view_address=chosen.view_address("neighbours"),
        reason="In order of value. Neighbours that stand close may change places by chance: this is no league table."
        if by_value
        else "In alphabetical order.",
        foot=_source(files),
    )


def _beside(shown: Indicator, rows: Sequence[Mapping]) -> str:
    """How many neighbours it is above, level with and below, as values are printed."""
    own = next(row["value"] for row in rows if row["is_ours"])
    others = [row["value"] for row in rows if not row["is_ours"] and row["value"] is not None]
    if own is None or not others:
        return "No neighbour has a figure for this year"
    form = shown.measure.format
    level = sum(form(value) == form(own) for value in others)
    above = sum(form(value) != form(own) and value < own for value in others)
    parts = (("above", above), ("level with", level), ("below", len(others) - above - level))
    said = [f"{word} {number}" for word, number in parts if number]
    said[0] += f" of its {len(others)} neighbours"
    return sentence(listed(said))


def _neighbours_table(shown: Indicator, rows: Sequence[Mapping]) -> html.Table:
    form = shown.measure.format

    def value(row: Mapping) -> Content:
        if row["value"] is None:
            return html.Span(missing(row["status"]).word, className="miss")
        has_limits = row["lower"] is not None and row["upper"] is not None
        return form(row["value"]) + (f" ({form(row['lower'])}–{form(row['upper'])})" if has_limits else "")

    def likeness(row: Mapping) -> str:
        return "This authority" if row["is_ours"] else f"{ordinal(row['neighbour'])} most like it"

    return table(
        rows,
        [
            Column(title="Authority", cell=lambda row: row["area_name"] or row["area"]),
            Column(title="Code", cell=lambda row: row["area"], is_minor=True),
            Column(title="Likeness", cell=likeness),
            Column(title=shown.newest, cell=value, is_number=True),
        ],
        row_class=lambda row: "sel" if row["is_ours"] else "",
        classes="dense",
    )


def files_table(rows: Sequence[Mapping]) -> html.Table:
    """Files that figures come from: rows of mart.source_file."""
    return table(
        rows,
        [
            Column(title="Publication", cell=lambda row: row["source_title"]),
            Column(title="Publisher", cell=lambda row: row["publisher"] or "No data"),
            Column(title="Edition", cell=lambda row: edition(row["edition"]) or "No data"),
            Column(title="File", cell=lambda row: html.Span(row["path"], className="path")),
            Column(title="Fetched", cell=lambda row: day(row["fetched"]) or html.Span("No data", className="miss")),
        ],
        is_stacked=True,
        classes="dense",
    )
