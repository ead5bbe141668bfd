"""Schools to talk to first: who is first and why, who cannot be told, and nothing of it in what is shared."""

import duckdb
import pytest
from fictional_build import write_build
from test_pages import text_of, walk

from dashboard.db import Store
from dashboard.pages import talk_first


def test_the_first_stands_first_with_chance_reasons_coverage_and_place(reading):
    said = text_of(talk_first.layout())
    assert "1 school of 4 is in the first tenth of England's list" in said
    assert "Most of it comes from attainment" in said
    for words in ("About 1 in 3", "between 1 in 6 and 1 in 2", "Inspection within a year: about 1 in 2"):
        assert words in said
    assert "Place: 1 to 2 of 4" in said
    assert "13 of 14 figures known" in said
    assert "+9 points" in said
    assert "\u22123 points" in said
    assert "Up 2 places since 1 September 2026" in said
    assert "Attendance: 2 places up" in said


def test_bands_stand_in_the_order_of_their_meaning(reading):
    headings = [text_of(part) for part in walk(talk_first.layout()) if type(part).__name__ == "H2"]
    assert headings[:5] == ["Talk to first", "Talk to next", "Later", "Cannot tell", "Rules only"]


def test_what_is_not_known_and_not_tested_is_said(reading):
    said = text_of(talk_first.layout())
    assert "The level is untested in the present era." in said
    assert "complaints and safeguarding concerns" in said
    assert "No figure at hand tells of “people”" in said
    assert "Too little is known: 6 of 14 figures known" in said


def test_a_chance_strip_says_its_numbers(reading):
    strips = [part.alt for part in walk(talk_first.layout()) if type(part).__name__ == "Img"]
    assert "31%, between 16% and 50%; usual 9%; the line ends at 50%" in strips


def test_unknown_choices_are_named(reading):
    said = text_of(talk_first.layout(order="moon", phase="x", colour="red"))
    assert "no order called “moon”" in said
    assert "no phase called “x”" in said
    assert "“colour=red” means nothing" in said


def test_order_by_the_chance_if_inspected_is_kept_in_the_link(reading):
    page = talk_first.layout(order="inspected")
    assert "Clear filters" in text_of(page)


def test_nothing_of_it_is_in_what_is_shared(curated):
    with Store(curated).reading(shared=True):
        said = text_of(talk_first.layout())
    assert "Nothing to share" in said
    assert "1 in 3" not in said


@pytest.mark.parametrize("choices", [{}, {"order": "inspected"}])
def test_a_build_without_a_list_says_what_to_do(tmp_path, choices):
    path = write_build(tmp_path / "curated")
    with duckdb.connect(str(path)) as connection:
        connection.execute("drop table mart.school_risk")
    with Store(tmp_path / "curated").reading():
        assert "make score" in text_of(talk_first.layout(**choices))
