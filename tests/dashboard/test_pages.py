"""Every page, those not yet written included, declares itself and makes a layout that can be drawn."""

import itertools
import json
from importlib.metadata import version

import plotly.graph_objects as go
import pytest
from dash.development.base_component import Component
from fictional_build import CLOSED, EXAMPLES, NEW, OLD, SECONDARY, SILENT, SMALL, TARROWBY, URNS

from dashboard import pages
from dashboard.app import view
from dashboard.components.graph import CONFIG
from dashboard.pages import PageNotFound


def walk(part):
    if isinstance(part, Component):
        yield part
        part = getattr(part, "children", None)
    if isinstance(part, list | tuple):
        for child in part:
            yield from walk(child)
    elif isinstance(part, Component):
        yield from walk(part)


def text_of(part) -> str:
    if part is None:
        return ""
    if isinstance(part, Component):
        return text_of(getattr(part, "children", None))
    if isinstance(part, list | tuple):
        return "".join(text_of(child) for child in part)
    return str(part)


def parts_of(module) -> dict[str, str]:
    return {name: EXAMPLES[name] for name in EXAMPLES if f"<{name}>" in module.PAGE.path}


every_page = pytest.mark.parametrize("module", pages.modules(), ids=lambda module: module.__name__.split(".")[-1])


@every_page
def test_a_page_declares_itself(module, reading):
    assert module.__doc__.endswith(".")
    assert module.PAGE.path.startswith("/")
    assert pages.title(module, parts_of(module))


@every_page
def test_a_layout_has_one_h1_and_can_be_sent(module, reading):
    layout = module.layout(**parts_of(module))
    kinds = [type(part).__name__ for part in walk(layout)]
    assert kinds.count("H1") == 1
    json.dumps(layout, default=lambda part: part.to_plotly_json())


@every_page
def test_a_choice_that_means_nothing_never_breaks_a_page(module, reading):
    layout = module.layout(**parts_of(module), nonsense="1", sort="'; drop table", page="-3", phase="moon")
    assert "No data" not in text_of(layout)[:60]


@every_page
def test_headings_never_skip_a_level(module, reading):
    levels = [
        int(type(p).__name__[1])
        for p in walk(module.layout(**parts_of(module)))
        if type(p).__name__ in ("H1", "H2", "H3", "H4")
    ]
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


@every_page
def test_ids_are_unique(module, reading):
    found = [part.id for part in walk(module.layout(**parts_of(module))) if getattr(part, "id", None)]
    assert len(found) == len(set(found))


def test_paths_and_orders_are_unique():
    paths = [module.PAGE.path for module in pages.modules()]
    orders = [module.PAGE.order for module in pages.modules() if module.PAGE.order is not None]
    assert len(paths) == len(set(paths))
    assert len(orders) == len(set(orders))


def graphs(layout):
    return [part for part in walk(layout) if type(part).__name__ == "Graph"]


@pytest.mark.parametrize("urn", [TARROWBY, SMALL, NEW, SECONDARY])
def test_every_figure_of_a_school_is_valid_and_offers_no_menu(urn, reading):
    from dashboard.pages import school

    found = graphs(school.layout(str(urn), show="all"))
    assert found
    for graph in found:
        go.Figure(graph.figure)
        assert graph.config == CONFIG
        assert graph.config["displayModeBar"] is False
        assert graph.config["showSendToCloud"] is False


@pytest.mark.parametrize("urn", URNS)
@pytest.mark.parametrize(
    "choice",
    [{}, {"view": "table"}, {"show": "all", "view": "where"}, {"group": "disadvantaged", "view": "how"}],
)
def test_every_school_has_a_page_whatever_is_missing(urn, choice, reading):
    title, layout = view(f"/school/{urn}", "?" + "&".join(f"{k}={v}" for k, v in choice.items()))
    assert title != "Page not found"
    assert str(urn) in text_of(layout)


def test_a_silent_school_says_why(reading):
    _, layout = view(f"/school/{SILENT}", "")
    assert "No published figure at hand" in text_of(layout)


def test_every_school_is_in_the_list(reading):
    from dashboard.pages import schools

    shown = []
    for number in ("1", "2", "3"):
        shown += [
            part.href
            for part in walk(schools.layout(status="any", page=number))
            if getattr(part, "className", "") == "nm"
        ]
    assert {f"/school/{urn}" for urn in URNS} <= set(shown)
    assert len(set(shown)) == len(URNS) + 60


def test_a_missing_value_sorts_last_both_ways(reading):
    from dashboard.pages import schools

    for order in ("pupils", "-pupils"):
        rows = [
            part.href
            for part in walk(schools.layout(q="winnowdale", status="any", sort=order))
            if getattr(part, "className", "") == "nm"
        ]
        assert rows == [f"/school/{SILENT}"]


def test_unknown_parts_of_a_link_are_named_and_ignored(reading):
    text = text_of(view(f"/school/{TARROWBY}", "?view=hologram&group=wizards")[1])
    assert "2 parts of the link were not used" in text
    text = text_of(view("/schools", "?phase=moon")[1])
    assert "There is no phase called “moon”" in text


def test_suppressed_is_said_and_never_0(reading):
    text = text_of(view(f"/school/{SMALL}", "?view=table")[1])
    assert "Suppressed" in text
    text = text_of(view(f"/school/{SMALL}", "")[1])
    assert "suppressed since" in text


def test_a_predecessors_years_are_joined_and_marked(reading):
    text = text_of(view(f"/school/{NEW}", "")[1])
    assert "predecessor’s" in text
    assert "Copperbeck Primary School" in text
    assert "It goes on as Copperbeck Primary Academy" in text_of(view(f"/school/{OLD}", "")[1])


def test_inspections_keep_their_scales(reading):
    text = text_of(view(f"/school/{TARROWBY}", "")[1])
    for words in (
        "Common inspection framework",
        "No overall grade",
        "Report card",
        "Needs attention",
        "Requires improvement",
    ):
        assert words in text


def test_an_unknown_urn_is_not_found(reading):
    for path in ("/school/1", "/school/abc", "/school/123456789012", "/nothing"):
        title, layout = view(path, "")
        assert title == "Page not found"
        assert "Page not found" in text_of(layout)
    from dashboard.pages import school

    with pytest.raises(PageNotFound):
        school.layout("1")


def test_closed_schools_are_shown_as_closed(reading):
    assert "This school closed on 31 August 2015" in text_of(view(f"/school/{CLOSED}", "")[1])


def test_the_versions_that_the_assets_were_chosen_for():
    assert version("plotly").startswith("7.1")
    assert version("dash").startswith("4.4")
