"""Schools side by side: who is in, what is tested against chance, and what is never compared."""

import math

import polars as pl
import pytest
from fictional_build import SECONDARY, SILENT, SMALL, TARROWBY
from test_pages import text_of, walk

from dashboard.components.links import compare_path
from dashboard.components.side_by_side import beside, differences, in_words
from dashboard.pages import PageNotFound, compare, schools
from pipelines.measures import MEASURES

STANDARD = MEASURES["reading_writing_maths_expected"]
BRACKCOMBE = 910000
SIX = f"{TARROWBY},{SMALL},{SECONDARY},{BRACKCOMBE},910001,910002"


def hrefs(page) -> set[str]:
    return {part.href for part in walk(page) if getattr(part, "href", None)}


def rows_of(page, start: str) -> list[list[str]]:
    found = [part for part in walk(page) if type(part).__name__ == "Tr" and text_of(part).startswith(start)]
    return [[text_of(cell) for cell in row.children] for row in found]


def test_an_empty_comparison_has_ways_forward(reading):
    page = compare.layout()
    assert "No school is chosen yet" in text_of(page)
    assert "/schools" in hrefs(page)
    mine = compare.layout(mine=f"{TARROWBY},{SMALL}")
    assert any(href.startswith(f"/compare?urns={TARROWBY},{SMALL}") for href in hrefs(mine))


def test_one_school_offers_those_of_the_authority_most_like_it(reading, monkeypatch):
    assert "other authorities’" in text_of(compare.layout(urns=str(TARROWBY)))
    like = pl.DataFrame({"similar_urn": [900011, BRACKCOMBE, SMALL]})
    monkeypatch.setattr(compare.evidence, "similar_schools", lambda urn: like)
    page = compare.layout(urns=str(TARROWBY))
    assert "Schools most like Tarrowby Primary School" in text_of(page)
    assert {f"/compare?urns={TARROWBY},{BRACKCOMBE}", f"/compare?urns={TARROWBY},{SMALL}"} <= hrefs(page)


def test_schools_stand_in_the_order_of_choice(reading):
    assert rows_of(compare.layout(urns=f"{SMALL},{TARROWBY}"), "School")[0][1:] == [
        "Wraxmoor Primary School",
        "Tarrowby Primary School",
    ]
    assert rows_of(compare.layout(urns=f"{TARROWBY},{SMALL}"), "School")[0][1] == "Tarrowby Primary School"


def test_a_name_adds_its_school_and_a_word_of_many_offers_them(reading):
    one = compare.layout(urns=str(TARROWBY), add="haleworth school")
    assert "2 schools side by side" in text_of(one)
    assert "Haleworth School" in text_of(one)
    many = compare.layout(urns=str(TARROWBY), add="brack")
    assert "schools found for “brack”" in text_of(many)
    assert f"/compare?urns={TARROWBY},{BRACKCOMBE}" in hrefs(many)
    assert "No school matches “zzzzqq”" in text_of(compare.layout(urns=str(TARROWBY), add="zzzzqq"))
    assert "is already here" in text_of(compare.layout(urns=str(TARROWBY), add=str(TARROWBY)))


def test_removing_is_a_link_that_leaves_the_others(reading):
    page = compare.layout(urns=f"{TARROWBY},{SMALL},{SECONDARY}", group="disadvantaged")
    assert f"/compare?urns={TARROWBY},{SECONDARY}&group=disadvantaged" in hrefs(page)


def test_six_is_the_most_and_says_so(reading):
    page = compare.layout(urns=SIX)
    assert "6 schools are the most that can be read side by side" in text_of(page)
    assert not [part for part in walk(page) if getattr(part, "name", "") == "add"]
    more = text_of(compare.layout(urns=f"{SIX},910003"))
    assert "The first 6 are shown." in more
    assert "was not added" in text_of(compare.layout(urns=SIX, add="910003"))


def test_unknown_urns_and_choices_are_named_and_ignored(reading):
    said = text_of(compare.layout(urns=f"{TARROWBY},123456,abc", colour="red", group="moon"))
    assert "No school of Exemplar has the URN abc or 123456." in said
    assert "There is no group called “moon”." in said
    assert "“colour=red” means nothing" in said
    assert "Tarrowby Primary School is here" in said


def test_a_phase_that_has_no_such_results_says_not_applicable(reading):
    page = compare.layout(urns=f"{TARROWBY},{SECONDARY}")
    row = rows_of(page, STANDARD.label)[0]
    assert row[1].startswith("41% 11 of 27")
    assert row[2] == "Not applicable"


def test_a_small_cohort_is_hollow_and_a_school_without_figures_says_why(reading):
    page = compare.layout(urns=f"{TARROWBY},{SMALL},{SILENT}")
    row = next(part for part in walk(page) if type(part).__name__ == "Tr" and text_of(part).startswith(STANDARD.label))
    marks = [part.src for part in walk(row.children[2]) if type(part).__name__ == "Img"]
    assert "2023" not in text_of(row.children[0])  # the year is printed as a school year
    assert "2022/23" in text_of(row.children[0])  # Wraxmoor's later figures are suppressed
    assert any("fill='%23fff'" in src or "fill=%22%23fff%22" in src for src in marks)
    assert text_of(row.children[3]) in ("No data", "Not applicable")


def row(value, n, lower=None, upper=None) -> dict:
    return {"value": value, "status": "reported", "n": n, "lower": lower, "upper": upper, "via": "own"}


def test_a_difference_is_beyond_chance_when_its_own_interval_leaves_out_nought():
    one = beside(
        STANDARD,
        [{2025: row(60.0, 60.0, 47.4, 71.4)}, {2025: row(35.0, 60.0, 24.2, 47.6)}, {2025: row(58.0, 60.0, 45.4, 69.6)}],
        ["primary"] * 3,
        [{}, {}, {}],
    )
    first, second, third = differences([one], ["primary"] * 3)
    assert first.lower == pytest.approx(25 - math.hypot(60 - 47.4, 47.6 - 35))
    assert first.upper == pytest.approx(25 + math.hypot(71.4 - 60, 35 - 24.2))
    assert [first.is_beyond_chance, second.is_beyond_chance, third.is_beyond_chance] == [True, False, True]
    assert in_words(first, ["A", "B", "C"]) == "A (60%) is 25 points above B (35%), between 7 and 41."
    assert in_words(third, ["A", "B", "C"]).startswith("C (58%) is 23 points above B (35%)")


def test_few_pupils_no_interval_and_special_schools_are_not_tested_against_others():
    held = [{2025: row(60.0, 60.0, 47.4, 71.4)}, {2025: row(10.0, 8.0, 2.0, 47.0)}, {2025: row(10.0, 60.0)}]
    assert differences([beside(STANDARD, held, ["primary"] * 3, [{}] * 3)], ["primary"] * 3) == []
    pair = [{2025: row(60.0, 60.0, 47.4, 71.4)}, {2025: row(5.0, 60.0, 1.7, 13.7)}]
    one = beside(STANDARD, pair, ["primary", "special"], [{}] * 2)
    assert differences([one], ["primary", "special"]) == []
    assert len(differences([one], ["primary", "primary"])) == 1


def test_the_year_is_the_newest_that_two_schools_share():
    one = beside(
        STANDARD, [{2025: row(50.0, 30.0)}, {2024: row(40.0, 30.0)}, {2024: row(45.0, 30.0)}], ["primary"] * 3, [{}] * 3
    )
    assert one.year == 2024
    assert [point.value for point in one.points] == [None, 40.0, 45.0]
    assert beside(STANDARD, [{}, {}], ["primary"] * 2, [{}] * 2) is None


def test_what_is_saved_has_a_row_for_each_school_and_measure(reading):
    saved = compare.download("comparison", urns=f"{TARROWBY},{SECONDARY}")
    own = saved.frame.filter((saved.frame["measure"] == STANDARD.key) & (saved.frame["urn"] == TARROWBY)).row(
        0, named=True
    )
    assert (own["value"], own["n"], own["england"]) == (41.0, 27.0, 62.0)
    other = saved.frame.filter((saved.frame["measure"] == STANDARD.key) & (saved.frame["urn"] == SECONDARY))
    assert other["status"][0] == "not_applicable"
    with pytest.raises(PageNotFound):
        compare.download("comparison")


def test_the_list_of_schools_adds_and_carries_the_comparison(reading):
    page = schools.layout(urns=str(TARROWBY), q="wraxmoor")
    assert f"/compare?urns={TARROWBY},{SMALL}" in hrefs(page)
    assert "Comparing: Tarrowby Primary School." in text_of(page)
    assert "means nothing" not in text_of(page)
    assert any("urns=" in href and "sort=" in href for href in hrefs(page))


def test_addresses_of_comparisons():
    assert compare_path() == "/compare"
    assert compare_path([1, 2], 3) == "/compare?urns=1,2,3"
    assert compare_path([1, 2], 2) == "/compare?urns=1,2"
