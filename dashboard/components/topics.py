"""A school's measures topic by topic: the leading ones as blocks, the rest as rows that open."""

from collections.abc import Mapping, Sequence

from dash import html

from dashboard.components.block import VIEWS
from dashboard.components.certainty import certainty
from dashboard.components.choices import Choices
from dashboard.components.fields import choice, filter_form, switch
from dashboard.components.in_context import ANCHOR, in_context
from dashboard.components.known import Known, late
from dashboard.components.measure_block import measure_block, more_measures
from dashboard.components.page import section, segments
from dashboard.components.results import Result
from dashboard.components.words import count
from pipelines.measures import Polarity

Figures = Mapping[str, Sequence[tuple[str, str]]]
"""Measure → (group of pupils, its newest figure in words)."""


def what_is_open(choices: Choices, groups: Sequence[tuple[str, str]]) -> html.Form:
    """The reader's choices for all blocks together: group of pupils, which measures, chart or table."""
    views = [
        (f"{VIEWS[view]}s", choices.address(view="" if view == "chart" else view), choices["view"] == view)
        for view in ("chart", "table")
    ]
    shown = [("headlines", "Headline measures open"), ("all", "Every measure open")]
    return filter_form(
        choices.path,
        [
            choice("group", "Pupils", groups, choices["group"]),
            choice("show", "Measures", shown, choices["show"]),
            switch("Every measure as", segments("Every measure as", views)),
        ],
        hidden={key: value for key, value in choices.kept.items() if key not in ("group", "show")},
        button="Show",
    )


def topic_sections(known: Known, choices: Choices, groups: Figures, made: str) -> list[html.Section]:
    """A section for each topic; attainment in context stands with the topic of the headline measure."""
    topics = list(dict.fromkeys(result.measure.topic for result in known.results))
    lead = known.headline.measure.topic if known.headline else ""
    context = in_context(list(known.expected.values())) if choices["group"] == "all" else None
    return [
        _topic(
            topic,
            f"topic-{index}",
            [result for result in known.results if result.measure.topic == topic],
            known,
            choices,
            groups,
            made,
            context if topic == lead else None,
        )
        for index, topic in enumerate(topics)
    ]


def is_open(result: Result, choices: Choices) -> bool:
    """Whether a measure is a block: asked for, or a headline for which one way is better."""
    is_leading = result.measure.headline and result.measure.polarity is not Polarity.NEUTRAL
    return choices["show"] == "all" or is_leading or result.measure.key in choices.values


def _topic(
    topic: str,
    anchor: str,
    found: Sequence[Result],
    known: Known,
    choices: Choices,
    groups: Figures,
    made: str,
    context: html.Article | None,
) -> html.Section:
    opened = [result for result in found if is_open(result, choices)]
    rest = [result for result in found if not is_open(result, choices)]
    blocks = [part for result in opened for part in _block(result, known, choices, groups, made, context)]
    name = f"{topic[0].lower()}{topic[1:]}"
    return section(
        anchor,
        topic,
        *blocks,
        context,
        html.Div(
            [
                html.H3(f"Other measures of {name}") if opened else None,
                more_measures(rest, lambda key: choices.address(anchor=f"m-{key}", **{key: "chart"})),
            ],
            className="rest",
        )
        if rest
        else None,
        note=count(len(found), "measure") + ". Choose a measure to open its years, comparators and sources."
        if rest
        else None,
    )


def _block(
    result: Result, known: Known, choices: Choices, groups: Figures, made: str, context: html.Article | None
) -> list:
    key = result.measure.key
    estimate = known.estimate(result)
    return [
        part
        for part in (
            measure_block(
                result,
                view=choices.view(key),
                view_address=choices.view_address(key),
                path=choices.path,
                groups=groups.get(key, ()),
                events=known.events(),
                made=made,
            ),
            certainty(result.measure, estimate) if estimate is not None else None,
            _instead(result) if context is not None else None,
        )
        if part is not None
    ]


def _instead(result: Result) -> html.P | None:
    """Where progress is missing for a reason that has a note, the way to attainment in context."""
    if "progress" not in result.measure.key or not any(note for _, _, note in late(result)):
        return None
    return html.P(["Until it returns: ", html.A("attainment in context", href=f"#{ANCHOR}"), "."], className="reason")
