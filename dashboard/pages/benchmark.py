"""The authority beside others: where it differs most, and each indicator with rank, neighbours, region and England."""

from collections.abc import Mapping, Sequence

import polars as pl
from dash import html

from dashboard.components.authority import (
    READING_ORDER,
    Indicator,
    about_rows,
    finding,
    lines,
    topic_of,
    years_table,
)
from dashboard.components.authority_blocks import (
    AXES,
    ORDERS,
    files_table,
    neighbours_block,
    series_block,
    summary,
)
from dashboard.components.authority_differences import (
    SORTS,
    Topic,
    comparable,
    differences,
    furthest,
    indicators_table,
    moved_most,
    topics,
    topics_table,
)
from dashboard.components.block import block, method
from dashboard.components.choices import Choices, choose
from dashboard.components.downloads import Download, download_links
from dashboard.components.fields import choice, filter_form
from dashboard.components.measure_block import BETTER
from dashboard.components.page import copy_link, empty, head, notice, section
from dashboard.components.words import count, listed
from dashboard.pages import Page, PageNotFound
from dashboard.queries import benchmark, catalogue
from dashboard.queries import build as build_queries

PAGE = Page(path="/benchmark", title="Benchmark", order=5)

BLOCKS = ("differ", "topics", "list", "series", "neighbours")
DEFAULTS = {"order": "name", "axis": "fit", "sort": "name"}
RECENT = 3
"""Years behind the newest figure of all up to which indicators are set side by side."""

LABEL_ROOM = 14
"""Letters that an area may have to label its line in a chart."""


def layout(**query: str) -> list:
    """The page. Choices: topic, indicator, order, axis, sort, the view of each block; others are named and ignored."""
    everything = indicators()
    if not everything:
        return _nothing()
    chosen, shown = _chosen(everything, query)
    if shown:
        content = _one(shown, chosen)
    else:
        content = _topic(everything, chosen) if chosen["topic"] else _all(everything, chosen)
    top = [
        head(
            _title(chosen, shown),
            _lede(everything, chosen, shown),
            crumb=_crumb(chosen, shown),
            actions=[
                copy_link(),
                html.Button("Print this page", className="btn quiet", type="button", **{"data-action": "print"}),
            ],
        ),
        chosen.notice(),
        _form(everything, chosen),
    ]
    return [html.Div([*top, *content], className="benchmark")]


def _nothing() -> list:
    if not benchmark.has_indicators():
        why = "This build was made before indicators of authorities were kept. Run `make build`, then load it again."
    else:
        why = (
            "Put the values and the dictionary of the Local Authority Interactive Tool into the raw folder, and build."
        )
    return [
        head("How the authority compares", "No figure of this authority beside others is at hand."),
        empty("No indicators are at hand", why, ("See what is loaded", "/about")),
    ]


def indicators() -> list[Indicator]:
    """Every indicator that our authority has a figure of, topic by topic in the order of reading."""
    if not benchmark.has_indicators():
        return []
    known = catalogue.measures()
    periods = _periods()
    found = [
        Indicator(measure=known[row["measure"]], group=row["group"], row=row, period=periods.get(row["measure"], ""))
        for row in benchmark.newest().rows(named=True)
        if row["measure"] in known
    ]
    order = list(dict.fromkeys([*READING_ORDER, *(topic_of(measure.topic) for measure in known.values())]))
    return sorted(found, key=lambda one: (order.index(one.topic), one.label.lower(), one.key))


def _periods() -> dict[str, str]:
    """Measure → its kind of year; the catalogue's are school years, an older build does not say."""
    rows = catalogue.definitions()
    if "period" not in rows.columns:
        return {}
    return {
        row["measure"]: "Academic Year" if row["in_catalogue"] else row["period"] or ""
        for row in rows.select("measure", "in_catalogue", "period").rows(named=True)
    }


def _chosen(everything: Sequence[Indicator], query: Mapping[str, str]) -> tuple[Choices, Indicator | None]:
    """The choices, and the indicator asked for; one that is not of the topic asked gives way to the topic."""
    by_key = {one.key: one for one in everything}
    allowed = {
        "topic": _topic_names(everything),
        "indicator": by_key,
        "order": ORDERS,
        "axis": AXES,
        "sort": [*SORTS, *(f"-{word}" for word in SORTS)],
    }
    shown, topic = by_key.get(query.get("indicator", "")), query.get("topic", "")
    if shown and topic in allowed["topic"] and shown.topic != topic:
        query, shown = {**query, "indicator": ""}, None
    elif shown:
        query = {**query, "topic": shown.topic}
    return choose(PAGE.path, query, DEFAULTS, allowed, blocks=BLOCKS), shown


def _topic_names(everything: Sequence[Indicator]) -> list[str]:
    return list(dict.fromkeys(one.topic for one in everything))


def _name() -> str:
    return build_queries.build()["la_name"]


def _title(chosen: Choices, shown: Indicator | None) -> str:
    if shown:
        return shown.label
    return f"{chosen['topic']}: {_name()} beside others" if chosen["topic"] else f"Where does {_name()} differ most?"


def _crumb(chosen: Choices, shown: Indicator | None) -> list:
    if not chosen["topic"]:
        return []
    start = [html.A("Benchmark", href=PAGE.path), " › "]
    if not shown:
        return [*start, chosen["topic"]]
    return [*start, html.A(chosen["topic"], href=chosen.address(indicator="")), f" › {shown.label}"]


def _lede(everything: Sequence[Indicator], chosen: Choices, shown: Indicator | None) -> str:
    if shown:
        return f"{_name()}: {finding(shown)}. {BETTER[shown.measure.polarity]}"
    held = [one for one in everything if not chosen["topic"] or one.topic == chosen["topic"]]
    placed = comparable(held, _since(everything))
    if not placed:
        return f"{count(len(held), 'indicator')} of {_name()} beside others; none that can be placed in a quarter."
    most = max(one.row["among"] for one in placed)
    return (
        f"Of {count(len(placed), 'indicator')} with a better end, {_name()} is in the best quarter of authorities on "
        f"{_in(placed, 'A')} and in the worst quarter on {_in(placed, 'D')}. It is compared with up to "
        f"{most - 1:,} other authorities."
    )


def _in(placed: Sequence[Indicator], quarter: str) -> int:
    return sum(one.row["quarter"] == quarter for one in placed)


def _since(everything: Sequence[Indicator]) -> int:
    return max(one.row["year"] for one in everything) - RECENT


def _form(everything: Sequence[Indicator], chosen: Choices) -> html.Form:
    held = [one for one in everything if one.topic == chosen["topic"]]
    first = f"All {len(held)} of this topic" if held else "Choose a topic first"
    topics_offered = [("", "All topics"), *((name, name) for name in _topic_names(everything))]
    return filter_form(
        PAGE.path,
        [
            choice("topic", "Topic", topics_offered, chosen["topic"]),
            choice(
                "indicator", "Indicator", [("", first), *((one.key, one.label) for one in held)], chosen["indicator"]
            ),
        ],
        button="Show",
    )


def _all(everything: Sequence[Indicator], chosen: Choices) -> list:
    since = _since(everything)
    placed = comparable(everything, since)
    left = len(everything) - len(placed)

    def link(one: Indicator) -> str:
        return chosen.address(topic=one.topic, indicator=one.key)

    far = block(
        "differ",
        title=f"Best quarter on {_in(placed, 'A')} indicators, worst quarter on {_in(placed, 'D')}",
        name="Where we differ most",
        sub=f"{_name()}, newest figure of each indicator since {since}; at most one of a topic in each list",
        views={
            "chart": lambda: differences(furthest(placed, "A"), furthest(placed, "D"), moved_most(placed), link),
            "table": lambda: indicators_table(placed, link, chosen["sort"], lambda word: chosen.address(sort=word)),
            "download": lambda: download_links(PAGE.path, "indicators", len(everything)),
            "how": lambda: method(_how_placed(since)),
            "where": _sources,
        },
        words={"chart": "Lists"},
        view=chosen.view("differ"),
        view_address=chosen.view_address("differ"),
        reason="An end, or a long way moved, is where to look first, and no judgement. Most publishers give no "
        "interval: between close values part of a rank is chance.",
        foot=f"{count(left, 'indicator')} of {len(everything):,} not placed here: no better end, a count that follows "
        f"the size of an authority, or a figure from before {since}. They are in their topics.",
    )
    by_topic = _recent(everything, since)
    quarters = block(
        "topics",
        title=_topics_title(by_topic),
        name="Quarters by topic",
        sub=f"Indicators of {_name()} in each quarter of authorities, newest figures since {since}",
        views={
            "table": lambda: topics_table(by_topic, lambda topic: chosen.address(topic=topic.name)),
            "download": lambda: download_links(PAGE.path, "indicators", len(everything)),
            "how": lambda: method(_how_placed(since)),
        },
        view=chosen.view("topics", "table"),
        view_address=chosen.view_address("topics"),
        reason="Indicators of a topic often count the same children in other ways: three in the worst quarter may be "
        "one finding.",
    )
    return [section("differ", "The far ends", far), section("topics", "By topic", quarters), _not_here(everything)]


def _recent(everything: Sequence[Indicator], since: int) -> list[Topic]:
    keys = {one.key for one in comparable(everything, since)}
    return [
        Topic(name=topic.name, placed=[one for one in topic.placed if one.key in keys], size=topic.size)
        for topic in topics(everything)
    ]


def _topics_title(found: Sequence[Topic]) -> str:
    worst = max(found, key=lambda topic: (topic.of("D"), -len(topic.placed)))
    if not worst.of("D"):
        return "No topic has an indicator in the worst quarter"
    return f"Most often in the worst quarter: {worst.name}, {worst.of('D')} of {len(worst.placed)}"


def _how_placed(since: int) -> dict[str, str]:
    return {
        "Rank": "1 is the better end by the indicator’s polarity; authorities with equal values share the better rank. "
        "Only authorities with a value are ranked.",
        "Quarter": "A is the best quarter of the authorities’ values, D the worst; a value on the bound is in the "
        "better one. None where neither end is better, where the publisher gives none, or below 8 authorities.",
        "Nearest an end": "By rank as a share of the authorities ranked, among those in the same quarter in the figure "
        "before as well.",
        "Moved most": "The place as a share of all places moved by more, since the year before, than that of nine "
        "in ten other authorities; with at least 50 authorities.",
        "Not placed": "Neither end is better, England’s figure is a total and so follows size, or nothing since "
        f"{since}.",
    }


BEHIND = (
    "local_authority_tool",
    "local_authority_tool_dictionary",
    "public_health",
    "public_health_dictionary",
    "statistical_neighbours",
    "attendance_by_authority",
    "school_places_scorecards",
)
"""Publications behind most indicators; each indicator names its own."""


def _sources() -> html.Table:
    is_read = pl.col("source").is_in(BEHIND) & (pl.col("status") == "ingested")
    return files_table(build_queries.sources().filter(is_read).rows(named=True))


def _not_here(everything: Sequence[Indicator]) -> html.P | None:
    known, ours = catalogue.measures(), {one.measure.key for one in everything}
    declared = catalogue.definitions().filter(~pl.col("in_catalogue"))["measure"].to_list()
    lacking = [key for key in declared if key in known and key not in ours]
    if not lacking:
        return None
    names = listed(sorted({topic_of(known[key].topic).lower() for key in lacking}))
    return html.P(
        f"{count(len(lacking), 'indicator')} in the files {'has' if len(lacking) == 1 else 'have'} no figure of "
        f"{_name()}, so there is nothing to compare ({names}).",
        className="foot",
    )


def _topic(everything: Sequence[Indicator], chosen: Choices) -> list:
    held = [one for one in everything if one.topic == chosen["topic"]]
    placed = comparable(held, _since(everything))
    title = (
        f"Best quarter on {_in(placed, 'A')}, worst quarter on {_in(placed, 'D')}, of {len(placed)}"
        if placed
        else f"{count(len(held), 'indicator').capitalize()}, none to be placed in a quarter"
    )
    listing = block(
        "list",
        title=title,
        name=chosen["topic"],
        sub=f"{_name()}, newest figure of each, beside the mean of its statistical neighbours and England",
        views={
            "table": lambda: indicators_table(
                held,
                lambda one: chosen.address(indicator=one.key),
                chosen["sort"],
                lambda word: chosen.address(sort=word),
            ),
            "download": lambda: download_links(PAGE.path, "indicators", len(held), {"topic": chosen["topic"]}),
            "how": lambda: method(_how_placed(_since(everything))),
            "where": _sources,
        },
        view=chosen.view("list", "table"),
        view_address=chosen.view_address("list"),
        reason="Choose an indicator to see its years, its neighbours and how it is made. Between close values part of "
        "a rank is chance.",
    )
    return [section("list", "Every indicator of the topic", listing)]


def _one(shown: Indicator, chosen: Choices) -> list:
    frame = benchmark.figures(shown.measure.key, shown.group)
    drawn = lines(frame, _labels())
    points = [p for line in drawn for p in line.points]
    years = range(min(p.year for p in points if p.value is not None), max(p.year for p in points) + 1)
    files = benchmark.files(shown.measure.key, shown.group).rows(named=True)
    everywhere = benchmark.authorities(shown.measure.key, shown.group, shown.row["year"])
    beside = everywhere.filter(pl.col("is_ours") | pl.col("neighbour").is_not_null()).rows(named=True)
    others = [line for line in drawn if line.key in ("neighbours", "" if shown.row["is_count"] else "england")]
    return [
        section("figures", "The figures", years_table(shown, drawn, years), *summary(shown, drawn[0])),
        section(
            "beside",
            "Over the years, and beside its statistical neighbours",
            html.Div(
                [
                    series_block(shown, chosen, drawn, years, files, frame.height),
                    neighbours_block(shown, chosen, beside, others, files, everywhere.height)
                    if len(beside) > 1
                    else _no_neighbours(),
                ],
                className="grid g2 pair",
            ),
        ),
        section(
            "about",
            "About this indicator",
            method(dict(about_rows(benchmark.about(shown.measure.key), files[0] if files else None))),
        ),
    ]


def _labels() -> dict[str, tuple[str, str]]:
    """Kind of area → its name, and a short one for the end of a line."""

    def short(name: str, otherwise: str) -> str:
        return name if len(name) <= LABEL_ROOM else otherwise

    region = build_queries.build()["region_name"] or "Region"
    return {
        "authority": (_name(), short(_name(), "Ours")),
        "neighbours": ("Mean of statistical neighbours", "Neighbours"),
        "region": (region, short(region, "Region")),
        "england": ("England", "England"),
    }


def _no_neighbours() -> html.Div:
    if benchmark.neighbours().is_empty():
        return notice("No list of statistical neighbours is at hand.", "It comes with the tool.", kind="quiet")
    text = "It holds this authority and larger areas only."
    return notice("No statistical neighbour has a row in this file.", text, kind="quiet")


def download(name: str, **query: str) -> Download:
    """`indicators`: the newest figure of each; `figures`: one by year; `authorities`: all of them in its newest year.

    Raises PageNotFound for another name, or where no indicator is named.
    """
    everything = indicators()
    if not everything:
        raise PageNotFound("There is no such table.")
    chosen, shown = _chosen(everything, query)
    if name == "indicators":
        held = [one for one in everything if not chosen["topic"] or one.topic == chosen["topic"]]
        rows = [{"topic": one.topic, "indicator": one.label, **one.row} for one in held]
        return Download(
            name="indicators",
            title=f"Newest figures of {_name()} and where they stand",
            frame=pl.DataFrame(rows, infer_schema_length=None),
            notes=[("Topic", chosen["topic"] or "all"), *NOTES],
        )
    if shown is None or name not in ("figures", "authorities"):
        raise PageNotFound("There is no such table.")
    key, group = shown.measure.key, shown.group
    frame = benchmark.figures(key, group) if name == "figures" else benchmark.authorities(key, group, shown.row["year"])
    about = [(term, text) for term, text in about_rows(benchmark.about(key), None) if isinstance(text, str) and text]
    return Download(
        name=f"{name}-{shown.key}".replace(".", "-"),
        title=f"{shown.label}: {_name()} beside others",
        frame=frame,
        notes=[("Indicator", shown.label), *about, *NOTES],
    )


NOTES = (
    ("Values", "Not rounded. Where there is no value, the status says why."),
    ("Rank", "1 is the better end, or the highest value where neither is; ties share the better rank."),
    (
        "Quarter",
        "A best to D worst; empty where neither end is better, the publisher gives none, or below 8 authorities.",
    ),
)
