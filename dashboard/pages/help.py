"""Help: one screen for each kind of reader, how to read the pages, keyboard, print and share, and who decides."""

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html

from dashboard.components.block import method
from dashboard.components.page import head, rail, section
from dashboard.components.terms import TERMS
from dashboard.components.words import MEANINGS, listed
from dashboard.pages import Page, PageNotFound, find

PAGE = Page(path="/help", title="Help", has_figures=False)
THINGS = 3


@dataclass(frozen=True)
class Thing:
    """Something that a reader can do here: the words of the link, its address, how it goes on."""

    words: str
    href: str
    then: str


READERS: tuple[tuple[str, str, tuple[Thing, ...]], ...] = (
    (
        "adviser",
        "School improvement adviser",
        (
            Thing(
                "See which schools to talk to first",
                "/talk-first",
                "Choose phase or cluster; each school has its chance, its reasons and what is not known.",
            ),
            Thing(
                "Read one school before you ring it",
                "/schools",
                "Find it by name or URN; its page opens with what to know, then results, gaps, rules and inspections.",
            ),
            Thing(
                "Print a page for a visit",
                "/schools",
                "Open the school and choose “Visit pack” or “Print this page”: small numbers are left out on paper.",
            ),
        ),
    ),
    (
        "lead",
        "Cluster lead",
        (
            Thing(
                "See where the gap is widest",
                "/clusters",
                "Open your cluster: disadvantaged pupils beside other pupils in England, with intervals.",
            ),
            Thing(
                "Compare schools",
                "/compare",
                "Up to six side by side, measure by measure; the address keeps your choice.",
            ),
            Thing(
                "Take figures to a meeting",
                "/explore",
                "Choose schools, measures and years, then save Excel: it has a cover sheet and no small numbers.",
            ),
        ),
    ),
    (
        "strategy",
        "Strategy team",
        (
            Thing("See where most disadvantaged children are", "/need", "By area, as a map and as a list."),
            Thing(
                "Set the authority beside its neighbours",
                "/benchmark",
                "Each indicator with rank, quartile and its neighbours’ figures.",
            ),
            Thing(
                "Ask whether the list was any good",
                "/record",
                "Every list of earlier years against what inspectors then found, and against simpler lists.",
            ),
            Thing("Set the authority beside England", "/#headlines", "The newest figure of each headline measure."),
        ),
    ),
    (
        "data",
        "Data manager",
        (
            Thing(
                "See what is loaded, and what is not",
                "/about#files",
                "Each file with edition, date, fingerprint and rows; files left out come with the reason.",
            ),
            Thing(
                "Find schools that are missing in a file",
                "/about#completeness",
                "They stay in every list and say so; the table can be saved.",
            ),
            Thing("See what changed with this build", "/whats-new", "Publications, measures and schools, one by one."),
        ),
    ),
)
"""Anchor, name and things to do of each kind of reader; of things whose page is there the first three are shown."""

TO_READ = ("interval", "band", "within-gap", "national-gap", "pooled")
"""Terms that everybody needs, as the glossary defines them."""


def layout(**query: str) -> list:
    """The page; it takes no choices."""
    parts = [
        *((name, anchor) for anchor, name, _ in READERS),
        ("How to read", "read"),
        ("Keyboard", "keyboard"),
        ("Print and share", "share"),
        ("Who decides", "decides"),
    ]
    return [
        head("Help", "Three things that you can do here, for each kind of reader; then how to read what you find."),
        html.Div(
            [
                rail(parts),
                html.Div(
                    [
                        *(section(anchor, name, _things(things)) for anchor, name, things in READERS),
                        section("read", "How to read a figure", _reading()),
                        section("keyboard", "By keyboard", _keyboard()),
                        section("share", "Print and share", _sharing()),
                        section("decides", "Who decides", _deciding()),
                    ]
                ),
            ],
            className="withrail",
        ),
    ]


def _is_there(href: str) -> bool:
    try:
        find(href.partition("#")[0])
    except PageNotFound:
        return False
    return True


def _things(things: Sequence[Thing]) -> html.Ol:
    held = [thing for thing in things if _is_there(thing.href)][:THINGS]
    return html.Ol(
        [html.Li([html.P(html.A(thing.words, href=thing.href)), html.Span(thing.then)]) for thing in held],
        className="q",
    )


def _reading() -> list:
    terms = {term.key: term for term in TERMS}
    words = listed([f"“{word}”" for word in MEANINGS], "or")
    return html.Div(
        [
            method({terms[key].label: terms[key].definition for key in TO_READ}),
            method(
                {
                    "No number": [
                        f"One of five words stands there: {words}. ",
                        html.A("What each means", href="/glossary#section-where-there-is-no-number"),
                        ". It is never 0.",
                    ]
                }
            ),
            html.P(
                [html.A("All words", href="/glossary"), html.A("How each figure is made", href="/methods")],
                className="go",
            ),
        ]
    )


def _keyboard() -> html.Dl:
    return method(
        {
            "Tab": "Goes to the next link, field or button; the first is “Skip to main content”.",
            "Enter": "Follows a link, opens a fold, or sends a choice.",
            "Space": "Opens a fold or a list of choices.",
            "Arrows": "Move within a list of choices, or scroll a table that has the focus.",
            "Table": "Every chart has a view “Table” with the same figures, which a screen reader reads.",
        }
    )


def _sharing() -> html.Dl:
    return method(
        {
            "Send a view": "Copy the address of the page: it has every choice in it, and opens the same for a "
            "colleague.",
            "Print": "Choose “Print this page”. Paper shows the version to share, without small numbers and chances.",
            "Save": "“Download” of each block saves CSV or Excel; “Save as SVG” or “PNG” saves a chart with its "
            "source.",
            "Quote": "Give the snapshot at the foot of the page: the same snapshot always has the same figures.",
        }
    )


def _deciding() -> html.P:
    return html.P(
        [
            html.B("Advisers judge a school; this product never does. "),
            "A chance, a band or a rule says when to look and what to ask. What is written down about a school, and "
            "what is done, people decide who know it. If a figure is wrong, ",
            html.A("say so", href="/feedback?page=/help"),
            ".",
        ]
    )
