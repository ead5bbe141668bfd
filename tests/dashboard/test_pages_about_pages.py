"""Glossary, methods, help, feedback and what is new: made from declarations, with links that lead somewhere."""

from pathlib import Path

import pytest
from test_pages import text_of, walk

from dashboard import pages
from dashboard.app import view
from dashboard.components.terms import TERMS, TOPICS
from dashboard.components.words import MEANINGS, MISSING, SUPPRESSED
from dashboard.queries import catalogue
from pipelines.measures import MEASURES


def ids(layout) -> set[str]:
    return {part.id for part in walk(layout) if getattr(part, "id", None)}


def hrefs(layout) -> list[str]:
    return [part.href for part in walk(layout) if getattr(part, "href", None)]


def test_a_term_is_defined_once_and_has_a_topic():
    assert len({term.key for term in TERMS}) == len(TERMS)
    assert len({term.label for term in TERMS}) == len(TERMS)
    assert {term.topic for term in TERMS} == set(TOPICS)


def test_terms_name_modules_that_exist():
    from pipelines import statistics

    held = {path.stem for path in Path(statistics.__file__).parent.glob("*.py")}
    assert {module for term in TERMS for module in term.modules} <= held


def test_every_word_for_what_is_missing_has_a_meaning():
    of_what_is_shared = {"hidden", "withheld"}
    assert {reason.word for key, reason in MISSING.items() if key not in of_what_is_shared} == set(MEANINGS)
    assert SUPPRESSED in MEANINGS


def test_the_glossary_finds_words(reading):
    from dashboard.pages import glossary

    assert "interval" in ids(glossary.layout())
    found = glossary.layout(q="funnel")
    assert "funnel" in ids(found)
    assert "urn" not in ids(found)
    assert "No entry has that word" in text_of(glossary.layout(q="xyzzy"))


def test_methods_has_an_anchor_for_every_measure_and_rule(reading):
    from dashboard.pages import methods
    from dashboard.queries import evidence

    found = ids(methods.layout())
    assert {f"measure-{key}" for key in catalogue.measures()} <= found
    assert {f"rule-{key}" for key in evidence.rules()["rule"]} <= found
    said = text_of(methods.layout())
    assert MEASURES["reading_writing_maths_expected"].definition in said
    assert all(note.note in said for note in MEASURES["progress_8"].notes)


@pytest.mark.parametrize("name", ["help", "methods", "glossary", "feedback", "whats_new"])
def test_links_of_these_pages_lead_to_pages(name, reading):
    module = next(module for module in pages.modules() if module.__name__.endswith(f".{name}"))
    for href in hrefs(module.layout()):
        path = href.partition("#")[0].partition("?")[0]
        if path.startswith("/") and not path.startswith("/download"):
            title, _ = view(path, "")
            assert title != "Page not found", href


def test_help_offers_things_to_every_reader(reading):
    from dashboard.pages import help as page

    for anchor, _, things in page.READERS:
        held = next(part for part in walk(page.layout()) if getattr(part, "id", "") == anchor)
        assert 1 <= len([href for href in hrefs(held)]) <= page.THINGS <= len(things)


def test_feedback_names_the_page_and_the_snapshot(reading, monkeypatch):
    from dashboard.pages import feedback

    monkeypatch.delenv("FEEDBACK", raising=False)
    said = text_of(feedback.layout(page="/school/900001?view=table"))
    assert "Page: /school/900001?view=table" in said
    assert "Snapshot: fictional-1" in said
    assert "service desk" in said
    monkeypatch.setenv("FEEDBACK", "mailto:schools@exemplar.example")
    mail = next(href for href in hrefs(feedback.layout(page="/")) if href.startswith("mailto:"))
    assert mail.startswith("mailto:schools@exemplar.example?subject=School%20improvement")
    monkeypatch.setenv("FEEDBACK", "Ring extension 4100.")
    assert "Ring extension 4100." in text_of(feedback.layout())


@pytest.mark.parametrize(
    "page", ["//elsewhere.example", "https://elsewhere.example", "javascript:alert(1)", "/" + "x" * 999]
)
def test_feedback_takes_no_address_of_another_site_along(page, reading):
    from dashboard.pages import feedback

    assert page not in text_of(feedback.layout(page=page))
    assert page not in hrefs(feedback.layout(page=page))


def test_what_is_new_says_what_differs(reading):
    from dashboard.pages import whats_new

    said = text_of(whats_new.layout())
    assert "Key stage 2" in said
    assert "1,204" in said
    assert "1,310" in said
