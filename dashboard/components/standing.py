"""Why a school stands where it does: the usual chance, what raises and what protects, and the school's own."""

from collections.abc import Mapping, Sequence

from dash import html

from dashboard.components.marks import chance_strip
from dashboard.components.page import notice, section
from dashboard.components.provenance import issue, row_link
from dashboard.components.tables import Column, table
from dashboard.components.words import count, day, sentence
from pipelines.measures.vocabulary import MINUS

TITLE = "Why this school stands where it does"
ENDS = (20, 40, 60, 80, 100)
"""Where the scale of the bars may end, in percentage points: each divides into four."""


def standing_section(
    row: Mapping | None,
    reasons: Sequence[Mapping],
    moves: Sequence[Mapping],
    files: Mapping[int, Mapping],
    run: Mapping | None,
) -> html.Section:
    """The section for a row of mart.school_risk with its reasons and moves; `run` is the row of its model."""
    if row is None:
        return section("standing", TITLE, html.P("This school is not among those of the list: only open schools are."))
    if row["state"] != "listed":
        said = {"cannot tell": "Cannot tell.", "rules only": "Rules only."}.get(row["state"], "")
        why = sentence(row["why"] or "too little is known")
        return section("standing", TITLE, notice(said, f"{why}. That is not the same as safe: it is not known."), _go())
    return section(
        "standing",
        TITLE,
        _chance(row),
        _waterfall(row, reasons, files),
        _moved(row, moves),
        _most(row),
        _untested(run),
        _go(),
        note="Points are percentage points of the chance that the next graded inspection finds concern.",
    )


def in_short(row: Mapping) -> list:
    """The chance in a sentence, for the summary."""
    said, _, between = row["in_words"].partition(", ")
    return [
        "The chance that the next graded inspection finds concern is ",
        html.B(said),
        f", {between}; usual is {percent(row['usual'])}.",
    ]


def percent(share: float) -> str:
    """A chance between 0 and 1 as a whole percentage."""
    return f"{100 * share:.0f}%"


def _chance(row: Mapping) -> html.Div:
    said, _, between = row["in_words"].partition(", ")
    first, last = row["rank_lower"], row["rank_upper"]
    place = f"{first} to {last}" if first != last else str(first)
    return html.Div(
        [
            html.P(
                [html.Span(sentence(said), className="chance"), html.Small(f" {percent(row['probability'])}")],
                className="said",
            ),
            html.P(f"{sentence(between)}. The upright line is the usual chance, {percent(row['usual'])}."),
            chance_strip(row["probability"], row["lower"], row["upper"], row["usual"]),
            html.P(
                f"Known: {row['confidence_why']}; {row['confidence']} confidence. An inspection within a year: "
                f"{row['inspection_in_words']}. Place on the list: {place} of {row['ranked']}, by the chance of both "
                f"together, as known on {day(row['as_of'])}.",
                className="small",
            ),
        ],
        className="standing",
    )


def apportioned(parts: Sequence[float], total: float) -> list[int]:
    """Parts in tenths that add up to `total` in tenths: those nearest to the next tenth are rounded up first."""
    tenths = [10 * part for part in parts]
    whole = [int(part // 1) for part in tenths]
    short = round(10 * total) - sum(whole)
    order = sorted(range(len(parts)), key=lambda place: whole[place] - tenths[place])
    for place in order[: max(short, 0)]:
        whole[place] += 1
    return whole


def _waterfall(row: Mapping, reasons: Sequence[Mapping], files: Mapping[int, Mapping]) -> html.Div:
    usual, own = round(1000 * row["usual"]), round(1000 * row["probability"])
    lines = list(reasons)
    points = apportioned([line["points"] for line in lines], (own - usual) / 10)
    told = sorted(zip(points, lines, strict=True), key=lambda pair: -pair[0])
    raising = [pair for pair in told if pair[0] > 0]
    protecting = [pair for pair in reversed(told) if pair[0] < 0]
    silent = [line for tenths, line in told if tenths == 0]
    place, cumulative = usual, [usual]
    for tenths, _ in (*raising, *protecting):
        place += tenths
        cumulative.append(place)
    end = next((end for end in ENDS if max(cumulative) <= 10 * end), ENDS[-1])

    def bar(start: int, stop: int, look: str) -> html.Div:
        left, right = sorted((max(start, 0), max(stop, 0)))
        style = {"left": f"{left / end / 10 * 100:.2f}%", "width": f"{(right - left) / end / 10 * 100:.2f}%"}
        return html.Div(html.I(className=look, style=style), className="bar", **{"aria-hidden": "true"})

    rows: list = [
        _row(
            "Usual for such a school", "Before anything of this school is known", bar(0, usual, "base"), _tenths(usual)
        )
    ]
    at = usual
    for title, group, look in (
        ("What raises it", raising, "up"),
        ("What protects", protecting, "dn"),
    ):
        if group:
            heading = html.Th(title, colSpan=4, scope="rowgroup", role="rowheader")
            rows.append(html.Tr(heading, className="grp", role="row"))
        for tenths, line in group:
            evidence = _evidence(line, files)
            rows.append(_row(sentence(line["label"]), evidence, bar(at, at + tenths, look), _signed(tenths)))
            at += tenths
    words = f"{sentence(row['in_words'])}"
    rows.append(_row("This school", words, bar(0, own, "sum"), f"{_tenths(own)}%", is_total=True))
    return html.Div(
        [
            html.Table(
                [_head(end), html.Tbody(rows, role="rowgroup")],
                className="reasons stack",
                role="table",
            ),
            html.P(_sum(usual, raising, protecting, own, silent), className="foot"),
        ]
    )


def _head(end: int) -> html.Thead:
    steps = [
        html.Span(f"{end * part // 4}{'%' if part == 4 else ''}", style={"left": f"{25 * part}%"}) for part in range(5)
    ]
    titles = [
        html.Th("Reason", scope="col", role="columnheader", style={"width": "19%"}),
        html.Th("Evidence, comparison, source", scope="col", role="columnheader", style={"width": "43%"}),
        html.Th(
            ["Chance of concern", html.Div(steps, className="barax", **{"aria-hidden": "true"})],
            scope="col",
            role="columnheader",
            className="bars",
            style={"width": "29%"},
        ),
        html.Th("Points", scope="col", role="columnheader", className="r"),
    ]
    return html.Thead(html.Tr(titles, role="row"), role="rowgroup")


def _row(title: str, evidence: object, bar: html.Div, points: str, *, is_total: bool = False) -> html.Tr:
    return html.Tr(
        [
            html.Th(title, scope="row", role="rowheader", className="th"),
            html.Td(evidence, role="cell", className="wide small"),
            html.Td(bar, role="cell", className="wide bars"),
            html.Td(html.B(points), role="cell", className="r", **{"data-l": "Chance" if is_total else "Points"}),
        ],
        role="row",
        className="total" if is_total else "",
    )


def _evidence(line: Mapping, files: Mapping[int, Mapping]) -> list:
    first, *others = line["sentence"].split("; ")
    file, link = files.get(line["file_id"]), row_link(files, line["file_id"], line["row"])
    known = f", known from {day(line['known_from'])}" if line["known_from"] else ""
    came: list = []
    if file is not None and link is not None:
        came = [html.Br(), html.Span([f"{issue(file)}{known}: ", link], className="micro mute")]
    elif line["theme"] == "inspection history":
        came = [html.Br(), html.Span(html.A("Inspections", href="#inspections"), className="micro mute")]
    return [
        html.B(first, className="value"),
        *([html.Br(), html.Span(sentence("; ".join(others)), className="micro mute")] if others else []),
        *came,
    ]


def _tenths(value: int) -> str:
    return f"{value / 10:.1f}".replace("-", MINUS)


def _signed(tenths: int) -> str:
    return f"{'+' if tenths > 0 else MINUS}{abs(tenths) / 10:.1f}"


def _sum(
    usual: int,
    raising: Sequence[tuple[int, Mapping]],
    protecting: Sequence[tuple[int, Mapping]],
    own: int,
    silent: Sequence[Mapping],
) -> str:
    terms = [f" {'+' if tenths > 0 else MINUS} {abs(tenths) / 10:.1f}" for tenths, _ in (*raising, *protecting)]
    nothing = (
        f" {sentence(count(len(silent), 'more reason'))} of less than 0.05 points: "
        f"{', '.join(line['label'] for line in silent)}."
        if silent
        else ""
    )
    total = usual + sum(tenths for tenths, _ in (*raising, *protecting))
    said = f"{_tenths(usual)}{''.join(terms)} = {_tenths(total)}"
    if total != own:
        return f"Does not add up: {said}, and the chance is {_tenths(own)}. Report this to who runs the site.{nothing}"
    return f"Adds up: {said}.{nothing}"


def _moved(row: Mapping, moves: Sequence[Mapping]) -> html.Div | None:
    if row["before_as_of"] is None or row["rank_before"] is None:
        return None
    by, since = row["rank_before"] - row["rank"], day(row["before_as_of"])
    if not moves:
        still = "It stands where it stood" if by == 0 else f"It moved {count(abs(by), 'place')}"
        return html.P(f"{still} on the list of {since}.", className="reason")
    title = (
        f"Since the list of {since} it went {'up' if by > 0 else 'down'} {count(abs(by), 'place')}"
        if by
        else f"It stands where it stood on the list of {since}, and this is why"
    )
    columns = [
        Column(title="Why", cell=lambda move: sentence(move["cause"])),
        Column(title="Places", cell=lambda move: _places(move["places"]), is_number=True),
        Column(
            title="Remark", cell=lambda move: "" if move["is_real"] else html.B("Not real: the school did not change")
        ),
    ]
    total = sum(move["places"] for move in moves)
    check = "" if total == by else f" These add up to {_places(total)}, the move is {_places(by)}."
    return html.Div(
        [
            html.H3(title, className="moved"),
            table(moves, columns, classes="dense narrow"),
            html.P(f"In places of {row['ranked']}; + is up, towards the head of the list.{check}", className="foot"),
        ]
    )


def _places(number: int) -> str:
    return "0" if number == 0 else f"{'+' if number > 0 else MINUS}{abs(number)}"


def _most(row: Mapping) -> html.P | None:
    if not row["smallest_change"]:
        return None
    return html.P([html.B("What would change it most: "), f"{row['smallest_change']}."], className="reason")


def _untested(run: Mapping | None) -> html.Div | None:
    if run is None or run["level_is_tested"] or not run["level_note"]:
        return None
    return notice("The level is untested in the present era.", run["level_note"], kind="caution")


def _go() -> html.P:
    return html.P(
        [
            html.A("Schools to talk to first", href="/talk-first"),
            " · ",
            html.A("Is the list any good?", href="/record"),
        ],
        className="go",
    )
