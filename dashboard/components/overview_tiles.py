"""The three tiles of the front page: who needs attention, the widest gap, the greatest need."""

from collections.abc import Mapping, Sequence

from dash import html

from dashboard.components.gaps import signed
from dashboard.components.links import address, school_path
from dashboard.components.page import Content
from dashboard.components.words import count, listed, school_year, sentence
from pipelines.measures import Measure

TENTHS = 10
SHOWN = 6
"""Clusters and areas in a tile."""

ROWS, HEIGHT, COLUMN = 14, 152, 36
"""Marks in a column, its height and its width in px, at most: marks grow smaller so that all schools fit."""

FEW = 11
"""A gap of fewer disadvantaged pupils is not named the widest: chance alone makes it wide."""

CHILDREN = {
    "reading_writing_maths_expected": ("Disadvantaged 11-year-olds", ""),
    "attainment_8": ("Disadvantaged 16-year-olds", ""),
    "english_maths_grade_5": ("Disadvantaged 16-year-olds", " at grade 5 in English and maths"),
    "english_maths_grade_4": ("Disadvantaged 16-year-olds", " at grade 4 in English and maths"),
    "sustained_destination": ("Disadvantaged 16-year-olds", " in staying in education or work"),
}
"""Measures whose gap may be named, the first at hand goes before the others: of whom it is, and in what."""


def tile(title: str, say: Content, *parts: Content | None, foot: Content = "", go: Sequence[tuple[str, str]] = ()):
    """One tile: a grey title, the answer as a sentence, a small chart, what it rests on, and where it leads."""
    links = [link for words, href in go for link in (html.A(words, href=href), " ")]
    return html.Section(
        [
            html.H2(title),
            html.P(say, className="say"),
            html.Div([part for part in parts if part is not None]),
            html.Div([html.P(foot, className="foot"), html.P(links, className="go") if links else None]),
        ],
        className="tile",
    )


def attention(schools: Sequence[Mapping], top: Mapping | None, reasons: Sequence[str]) -> html.Section:
    """How many schools stand in the first tenths of England's list, which is first, and why.

    `schools` are rows of mart.school_risk; `top` is the one at the head, `reasons` what raises its chance most.
    """
    told = [row for row in schools if row["state"] == "listed"]
    first = [row for row in told if row["band"] == "first"]
    following = [row for row in told if row["band"] == "next"]
    apart = [
        f"{sum(row['state'] == state for row in schools)} {words}"
        for state, words in (("cannot tell", "cannot be told"), ("rules only", "are judged by rules only"))
        if any(row["state"] == state for row in schools)
    ]
    said = (
        f"{sentence(count(len(first), 'school'))} {'is' if len(first) == 1 else 'are'} in the first tenth of "
        f"England’s list for concern at inspection; {len(following) or 'none'} in the second."
    )
    foot: list = [f"{listed([count(len(told), 'school') + ' with a chance', *apart])}. "]
    if top is not None:
        because = f", mainly for {listed(reasons)}" if reasons else ""
        foot += ["First: ", html.A(top["name"], href=school_path(top["urn"])), f"{because}. Places overlap."]
    return tile(
        "Who needs attention",
        said,
        tenths(_by_tenth(told)) if told else None,
        foot=foot,
        go=[("Schools to talk to first", "/talk-first")],
    )


def _by_tenth(told: Sequence[Mapping]) -> list[int]:
    """Schools in each tenth of England's list; the bands say who is in the first two."""
    place = {"first": 0, "next": 1}
    counted = [0] * TENTHS
    for row in told:
        later = min(max(int((row["england_share"] or 0) * TENTHS), 2), TENTHS - 1)
        counted[place.get(row["band"], later)] += 1
    return counted


def tenths(counted: Sequence[int]) -> html.Figure:
    """A mark for each school in its tenth of England's list, with the height of an even spread."""
    usual = sum(counted) / len(counted)
    across = min(max(-(-max(counted) // ROWS), 1), 4)
    most = -(-max(max(counted), usual) // across)
    dot = min(9, HEIGHT // most - 2, COLUMN // across - 2)
    columns = [
        html.Div(
            [
                html.Span(f"{number}", className="n"),
                html.Div([html.I() for _ in range(number)], className="dots"),
            ],
            className=f"col{' first' if place == 0 else ' next' if place == 1 else ''}",
        )
        for place, number in enumerate(counted)
    ]
    words = f"Schools in each tenth of England’s list, first to last: {', '.join(f'{number}' for number in counted)}"
    scale = {"--across": across, "--most": most, "--usual": usual / across, "--dot": f"{dot:.0f}px"}
    return html.Figure(
        [
            html.Div(
                [html.I(className="usual"), html.Span(f"evenly spread: {usual:.0f}", className="usualword"), *columns],
                className="tenths",
                style=scale,
                role="img",
                **{"aria-label": f"{words}. Evenly spread: {usual:.0f}."},
            ),
            html.Div(
                [html.Span("First tenth"), html.Span(f"dashed: {usual:.0f} in each"), html.Span("Last tenth")],
                className="tenthsaxis",
                **{"aria-hidden": "true"},
            ),
        ]
    )


def widest(rows: Sequence[Mapping]) -> list[Mapping]:
    """The gaps to be shown: of the first of CHILDREN at hand, its newest year, pooled before single, widest first."""
    keys = list(CHILDREN)
    held = [row for row in rows if (row["focus_n"] or 0) >= FEW and row["measure"] in keys]
    if not held:
        return []

    def rank(row: Mapping) -> tuple:
        return keys.index(row["measure"]), -row["year"], row["span"] != "pooled"

    best = min(rank(row) for row in held)
    return sorted((row for row in held if rank(row) == best), key=lambda row: (row["national_gap"], row["unit_name"]))


def gap(measure: Measure, rows: Sequence[Mapping], *, area: str, is_proposed: bool, recent: int) -> html.Section:
    """The cluster with the widest gap, with its interval and the clusters after it; `rows` are `widest`'s.

    A gap of a year before `recent` names its year first.
    """
    first = rows[0]
    who, subject = CHILDREN[measure.key]
    is_old = first["year"] < recent
    who = f"In {school_year(first['year'])}, {who[0].lower()}{who[1:]}" if is_old else who
    name = first["unit_name"].removesuffix(" cluster")
    interval = _interval(measure, first)
    said = (
        f"{who} in {name} {'were' if is_old else 'are'} "
        f"{measure.format(abs(first['national_gap'])).removesuffix('%')} points behind other children in England"
        f"{subject}{interval}."
        if first["national_gap"] < 0
        else f"In no cluster of {area} are disadvantaged pupils behind other children in England."
    )
    years = [int(year) for year in (first["years"] or str(first["year"])).split(", ")]
    overlapping = sum(_overlap(first, row) for row in rows[1:])
    foot = (
        f"{measure.label}, {school_year(years[0])}"
        + (f" to {school_year(years[-1])} together" if len(years) > 1 else "")
        + f". Bars are 95% intervals; {overlapping or 'none'} of the other {len(rows) - 1} "
        f"overlap{'s' if overlapping == 1 else ''} it."
        + (f" The widest {SHOWN} of {count(len(rows), 'cluster')}." if len(rows) > SHOWN else "")
        + (" Clusters are proposed, not agreed." if is_proposed else "")
    )
    return tile(
        "Widest gap",
        said,
        _gap_rows(measure, rows[:SHOWN]),
        foot=foot,
        go=[(f"{name} cluster", f"/cluster/{first['unit']}"), ("All clusters", "/clusters")],
    )


def _overlap(first: Mapping, other: Mapping) -> bool:
    if None in (first["national_upper"], other["national_lower"]):
        return True
    return other["national_lower"] <= first["national_upper"]


def _interval(measure: Measure, row: Mapping) -> str:
    if row["national_lower"] is None or row["national_upper"] is None:
        return ""
    ends = [measure.format(abs(end)).removesuffix("%") for end in (row["national_upper"], row["national_lower"])]
    is_behind = row["national_upper"] < 0
    return (
        f" ({ends[0]} to {ends[1]})"
        if is_behind
        else f" ({signed(measure, row['national_lower'])} to {signed(measure, row['national_upper'])})"
    )


def _gap_rows(measure: Measure, rows: Sequence[Mapping]) -> html.Figure:
    ends = [
        row[key] for row in rows for key in ("national_lower", "national_upper", "national_gap") if row[key] is not None
    ]
    low, high = min(ends), max([0.0, *ends])

    def left(value: float) -> float:
        return 100 * (value - low) / (high - low)

    def marks(row: Mapping) -> list:
        parts = [html.I(className="level", style={"left": f"{left(0):.1f}%"})]
        if row["national_lower"] is not None and row["national_upper"] is not None:
            start, end = left(row["national_lower"]), left(row["national_upper"])
            parts.append(html.I(className="span", style={"left": f"{start:.1f}%", "width": f"{end - start:.1f}%"}))
        return [*parts, html.I(className="at", style={"left": f"{left(row['national_gap']):.1f}%"})]

    def spoken(row: Mapping) -> str:
        if row["national_lower"] is None or row["national_upper"] is None:
            return " points"
        return f" points, {signed(measure, row['national_lower'])} to {signed(measure, row['national_upper'])}"

    head = html.Div(
        [html.Span("behind England’s others"), html.Span("level", style={"left": f"{left(0):.1f}%"})],
        className="gaphead",
        **{"aria-hidden": "true"},
    )
    items = [
        html.Li(
            [
                html.A(row["unit_name"].removesuffix(" cluster"), href=f"/cluster/{row['unit']}", className="who"),
                html.Span(marks(row), className="track", **{"aria-hidden": "true"}),
                html.Span(
                    [signed(measure, row["national_gap"]), html.Span(spoken(row), className="vh")], className="n"
                ),
            ],
            className="own" if index == 0 else "",
        )
        for index, row in enumerate(rows)
    ]
    return html.Figure([head, html.Ul(items, className="minirows gaprows")])


def no_cluster_gap(
    measure: Measure | None, published: Mapping[str, Mapping], *, area: str, reason: str
) -> html.Section:
    """The widest gap where no cluster's can be worked out: the authority's own as published, and why no more."""
    own, england = published.get("authority"), published.get("england")
    if measure is None or own is None:
        return tile(
            "Widest gap", "No gap between disadvantaged and other pupils can be given.", foot=reason, go=GAPS_GO
        )
    subject = measure.label.split(":")[0]
    behind = signed(measure, abs(own["value"])).lstrip("+")
    way = "behind" if own["value"] < 0 else "ahead of"
    said = f"Disadvantaged pupils in {area} are {behind} points {way} other pupils in England in {subject}."
    rows = [(area, own), *([("England", england)] if england else [])]
    most = max(abs(row["value"]) for _, row in rows) or 1
    items = [
        html.Li(
            [
                html.Span(name, className="who"),
                html.Span(
                    html.I(className="bar", style={"width": f"{100 * abs(row['value']) / most:.1f}%"}),
                    className="track",
                    **{"aria-hidden": "true"},
                ),
                html.Span(signed(measure, row["value"]), className="n"),
            ],
            className="own" if index == 0 else "",
        )
        for index, (name, row) in enumerate(rows)
    ]
    foot = f"{school_year(own['year'])}, {own['how']}. {reason}"
    return tile("Widest gap", said, html.Figure(html.Ul(items, className="minirows")), foot=foot, go=GAPS_GO)


GAPS_GO = [("Clusters", "/clusters")]


def need(areas: Sequence[Mapping], *, said: str, foot: str, area_address) -> html.Section:
    """Where most disadvantaged children are; `areas` have area, children and key, most first."""
    most = max((row["children"] for row in areas), default=0) or 1
    items = [
        html.Li(
            [
                html.A(row["area"], href=area_address(row), className="who"),
                html.Span(
                    html.I(className="bar", style={"width": f"{100 * row['children'] / most:.1f}%"}),
                    className="track",
                    **{"aria-hidden": "true"},
                ),
                html.Span([f"{row['children']:,}", html.Span(" children", className="vh")], className="n"),
            ],
            className="own" if index == 0 else "",
        )
        for index, row in enumerate(areas[:SHOWN])
    ]
    first = areas[0]["area"] if areas else ""
    return tile(
        "Greatest need",
        said,
        html.Figure(html.Ul(items, className="minirows")) if items else None,
        foot=foot,
        go=([(first, area_address(areas[0]))] if areas else []) + [("Areas of need", address("/need"))],
    )
