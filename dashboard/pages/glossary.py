"""The glossary: every word that pages use in a special sense, each defined in one place."""

from dash import html

from dashboard.components.fields import filter_form, text
from dashboard.components.inspection_strip import ERAS
from dashboard.components.page import empty, head, rail, section
from dashboard.components.terms import TERMS, TOPICS
from dashboard.components.words import MEANINGS, count, sentence
from dashboard.pages import Page
from dashboard.queries import catalogue
from pipelines.measures import UNITS
from pipelines.measures.vocabulary import MINUS

PAGE = Page(path="/glossary", title="Glossary", has_figures=False)

MANY = 1_000_000
"""Units with larger numbers have no limit worth knowing."""

Entry = tuple[str, str, str]
"""Anchor, word, definition."""


def layout(**query: str) -> list:
    """The page. Choices: q, words that an entry must have."""
    asked = query.get("q", "").strip()
    held = {title: _matching(entries, asked) for title, entries in _entries().items()}
    found = {title: entries for title, entries in held.items() if entries}
    number = sum(len(entries) for entries in found.values())
    parts = [(title, _anchor(title)) for title in found]
    return [
        head("Glossary", "What the words on these pages mean. Each is defined here and nowhere else."),
        filter_form(PAGE.path, [text("q", "Find a word", asked, "interval, cluster, suppressed")], button="Find"),
        html.P(
            [
                html.Span([html.B(count(number, "entry", "entries")), f" with “{asked}”" if asked else ""]),
                html.A("Show all", href=PAGE.path) if asked else "",
            ],
            className="inforce",
            role="status",
        ),
        html.Div(
            [rail(parts), html.Div([_section(title, entries) for title, entries in found.items()])],
            className="withrail",
        )
        if found
        else empty(
            "No entry has that word",
            "What a measure means is on the page about methods.",
            ("Search the measures", f"/about?q={asked}#definitions"),
        ),
    ]


def _entries() -> dict[str, list[Entry]]:
    """Title of a section → its entries, from the catalogue, the words for missing, the eras and the terms."""
    groups = catalogue.groups().rows(named=True)
    return {
        **{topic: [(t.key, t.label, t.definition) for t in TERMS if t.topic == topic] for topic in TOPICS},
        "Where there is no number": [
            (f"missing-{word.split(' (')[0].lower().replace(' ', '-')}", word, meaning)
            for word, meaning in MEANINGS.items()
        ],
        "Groups of pupils": [(f"group-{g['group']}", g["label"], f"{sentence(g['definition'])}.") for g in groups],
        "Units": [
            (f"unit-{unit.key}", sentence(unit.name), _unit(unit))
            for unit in UNITS.values()
            if unit.low is not None and unit.high < MANY
        ],
        "Frameworks of inspection": [
            (f"era-{key.rstrip('-').replace(' ', '-')}", *words) for key, words in ERAS.items()
        ],
    }


def _unit(unit) -> str:
    low = f"{unit.low:,.0f}".replace("-", MINUS)
    return f"Possible from {low} to {unit.high:,.0f}, shown with {count(unit.decimals, 'decimal')}."


def _matching(entries: list[Entry], asked: str) -> list[Entry]:
    words = asked.lower().split()
    return [entry for entry in entries if all(word in f"{entry[1]} {entry[2]}".lower() for word in words)]


def _anchor(title: str) -> str:
    return "section-" + "".join(c if c.isalnum() else "-" for c in title.lower())


def _section(title: str, entries: list[Entry]) -> html.Section:
    return section(
        _anchor(title),
        title,
        html.Dl(
            [part for key, word, text_ in entries for part in (html.Dt(word, id=key), html.Dd(text_))],
            className="method",
        ),
    )
