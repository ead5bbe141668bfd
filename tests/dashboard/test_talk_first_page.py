"""Schools to talk to first: who is first and why, who cannot be told, and nothing of it in what is shared."""

import duckdb
import pytest
from fictional_build import write_build
from test_pages import text_of, walk

from dashboard.db import Store
from dashboard.pages import talk_first


def test_the_first_stands_first_with_chance_reasons_coverage_and_place(reading):
    said = text_of(talk_first.layout())
    assert "1 of the 6 schools is in the first tenth of England’s list" in said
    assert "the largest reason is attainment" in said
    for words in ("About 1 in 3", "between 1 in 6 and 1 in 2", "Inspection within a year: about 1 in 2"):
        assert words in said
    assert "Place: 1 to 2 of 4" in said
    assert "13 of 14 figures known" in said
    assert "+9 points" in said
    assert "\u22123 points" in said


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


def test_a_move_is_told_by_causes_that_sum_to_it_and_what_is_not_real_is_marked(reading):
    moved = next(part for part in walk(talk_first.layout()) if getattr(part, "className", "") == "micro moved")
    rows = [[text_of(cell) for cell in row.children] for row in walk(moved) if type(row).__name__ == "Tr"][1:]
    assert text_of(moved).startswith("Up 3 places since 1 September 2026")
    assert rows == [
        ["Attendance", "+2", "A change in the school’s figures"],
        ["Results", "+1", "A change in the school’s figures"],
        ["Definitions changed", "+1", "Not real: a definition changed, the school did not"],
        ["Other schools moved", "\u22121", "No change of this school: others moved past it, or fell behind"],
        ["The whole move", "+3", ""],
    ]


def test_my_schools_and_filters_are_named_and_can_be_cleared(reading):
    said = text_of(talk_first.layout(mine="900001,123456", inspection="grade-below"))
    assert "my schools (2)" in said
    assert "1 school of your choice is not in the list. URN 123456." in said
    assert "Clear filters" in said


def test_a_filter_that_leaves_nobody_says_what_to_change(reading):
    assert "No school fits these filters" in text_of(talk_first.layout(type="other", rule="absence"))


def test_the_last_inspection_groups_by_framework_and_never_ranks_across(reading):
    page = talk_first.layout(order="inspection")
    headings = [text_of(part) for part in walk(page) if type(part).__name__ == "H2"]
    assert headings[0] in ("Report card", "No overall grade", "Education inspection framework")
    assert "none is turned into another" in text_of(page)


def test_the_funnel_counts_who_is_outside_and_how_many_by_chance(reading):
    said = text_of(talk_first.layout())
    assert "1 school is below the lower 95% limit, where chance alone would put one or none of 1." in said
    assert "below 95%" in said


def test_weights_move_schools_and_are_kept_apart_from_the_chance(reading):
    assert "Change weights" in text_of(talk_first.layout())
    said = text_of(talk_first.layout(own="yes", w_absence="0"))
    assert "These points are not the chance" in said
    assert "0 of the first 1 stay among the first; 0 come in and 1 go out." in said


@pytest.mark.parametrize("weight", ["11", "-1", "many", "nan"])
def test_a_weight_out_of_bounds_is_refused(reading, weight):
    assert "A weight is a number from 0 to 10" in text_of(talk_first.layout(w_absence=weight))


def test_what_is_shared_has_the_schools_by_name_and_nothing_of_their_chances(curated):
    with Store(curated).reading(shared=True):
        said = text_of(talk_first.layout(mine="900001,900002"))
        saved = talk_first.download("list", mine="900001,900002")
    assert "Working list of schools" in said
    assert saved.frame.height == 2
    for word in ("1 in 3", "Talk to first", "31%", "Place:"):
        assert word not in said
    assert not {"probability", "band", "rank", "in_words"} & set(saved.frame.columns)


@pytest.mark.parametrize("choices", [{}, {"order": "inspected"}])
def test_a_build_without_a_list_says_what_to_do(tmp_path, choices):
    path = write_build(tmp_path / "curated")
    with duckdb.connect(str(path)) as connection:
        connection.execute("drop table mart.school_risk")
    with Store(tmp_path / "curated").reading():
        assert "make score" in text_of(talk_first.layout(**choices))
