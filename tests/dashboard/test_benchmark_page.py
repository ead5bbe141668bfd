"""The authority beside others: words and figures of the pages against the arithmetic of the fictional build."""

import statistics

import pytest
from fictional_benchmark import ABSENT, DECAY, LOOKED_AFTER, ONCE, READY, VALUES
from test_pages import text_of, walk

from dashboard import db
from dashboard.components.authority import fitted, ordinal, topic_of
from dashboard.figures.by_year import Line, Point
from dashboard.pages import PageNotFound, benchmark
from dashboard.queries import catalogue


def hrefs(page) -> set[str]:
    return {part.href for part in walk(page) if getattr(part, "href", None)}


def cells(page, name: str) -> list[str]:
    rows = [part for part in walk(page) if type(part).__name__ == "Tr"]
    row = next(row for row in rows if text_of(row).startswith(name))
    return [text_of(cell) for cell in row.children]


def test_the_table_comes_first_with_areas_down_and_years_across(reading):
    page = benchmark.layout(indicator=READY)
    said = text_of(page)
    assert said.index("The figures") < said.index("Over the years, and") < said.index("About this indicator")
    assert cells(page, "Exemplar") == ["Exemplar", "64.0%", "No data", "66.0%", "70.0%"]
    held = [value for value in VALUES[READY][2025][1] if value is not None]
    assert cells(page, "Mean of statistical neighbours")[-1] == f"{statistics.mean(held):.1f}%" == "67.0%"
    assert cells(page, "South West")[-1] == "69.3%"
    assert cells(page, "England")[-1] == "68.3%"


def test_rank_ties_change_and_quarter_are_said(reading):
    said = text_of(benchmark.layout(indicator=READY))
    everybody = [70.0, *(value for value in VALUES[READY][2025][1] if value is not None)]
    assert sum(value > 70 for value in everybody) + 1 == 2
    assert everybody.count(70.0) == 2
    assert "Equal 2nd of 10; 2 share the value" in said
    assert "1 other in the files has none" in said
    assert "+4.0 points since 2023/24" in said
    assert "A, best quarter" in said
    assert "70.0% in 2024/25, 1.7 points above England" in said


def test_low_is_better_turns_rank_and_quarter_round(reading):
    said = text_of(benchmark.layout(indicator=ABSENT))
    assert "11th of 11" in said
    assert "D, worst quarter" in said
    assert "Below 10" not in said
    assert "Above 10 of its 10 neighbours" in said


def test_a_count_has_no_quarter_and_is_not_drawn_against_a_total(reading):
    said = text_of(benchmark.layout(indicator=LOOKED_AFTER))
    assert "None: neither end is better" in said
    assert "from the highest value" in said
    assert "England’s figure is a total" in said
    assert "470 in 2024-25, 6th of 11" in said


def test_a_year_that_is_missing_is_no_zero_and_the_change_names_its_year(reading):
    page = benchmark.layout(indicator=DECAY)
    said = text_of(page)
    assert "−5.0 points since 2022, the newest before" in said
    assert "Its published interval is 16.5% to 21.5%, all below England’s 23.4%: more than chance." in said
    assert "None: no other authority is in the files" in said
    assert "No statistical neighbour has a row in this file." in said


def test_one_year_is_drawn_as_points(reading):
    page = benchmark.layout(indicator=ONCE)
    assert "One year only" in text_of(page)
    figure = next(part.figure for part in walk(page) if type(part).__name__ == "Graph")
    assert all("markers" in trace["mode"] for trace in figure["data"] if trace["type"] == "scatter")


def test_what_the_publisher_says_stands_below(reading):
    page = benchmark.layout(indicator=READY)
    said = text_of(page)
    for text in ("Counted once a year.", "1 December 2025", "1 December 2026", "A department"):
        assert text in said
    assert "https://www.example.org/" in hrefs(page)


def test_where_we_differ_most_names_both_ends(reading):
    said = text_of(benchmark.layout())
    assert "Exemplar is in the best quarter of authorities on 2 and in the worst quarter on 1" in said
    assert "Good level of development" in said
    assert "11th of 11: 6.95% in 2024/25; England 6.50%" in said
    assert "Looked after, number" not in said


def test_topic_and_indicator_stay_in_step(reading):
    page = benchmark.layout(indicator=READY)
    topic = next(part for part in walk(page) if getattr(part, "id", "") == "field-topic")
    assert getattr(topic, "data-value") == "Foundation stage"
    other = benchmark.layout(indicator=READY, topic="Children looked after")
    assert "Children looked after: Exemplar beside others" in text_of(other)
    assert "means nothing" not in text_of(other)


def test_unknown_choices_are_named(reading):
    said = text_of(benchmark.layout(indicator="moon", topic="Moon", colour="red"))
    assert "There is no indicator called “moon”." in said
    assert "There is no topic called “Moon”." in said
    assert "“colour=red” means nothing" in said


def test_neighbours_stand_by_name_or_by_value_with_the_sentence(reading):
    by_name = text_of(benchmark.layout(indicator=READY))
    by_value = text_of(benchmark.layout(indicator=READY, order="value"))
    assert "In alphabetical order." in by_name
    assert "no league table" in by_value
    page = benchmark.layout(indicator=ABSENT, order="value")
    rows = [
        text_of(part)
        for part in walk(page)
        if type(part).__name__ == "Li" and "irow" in str(getattr(part, "className", ""))
    ]
    assert rows[0].startswith("Ashmere")  # the lowest, as low is better
    assert rows[10].startswith("Exemplar")


def test_what_is_saved_is_not_rounded_and_has_the_reasons(reading):
    saved = benchmark.download("figures", indicator=READY)
    ours = saved.frame.filter(saved.frame["is_ours"]).sort("year")
    assert ours["value"].to_list() == [64.0, None, 66.0, 70.0]
    assert ours["status"].to_list()[1] == "not_available"
    mean = saved.frame.filter((saved.frame["kind"] == "neighbours") & (saved.frame["year"] == 2025))
    assert mean["value"][0] == pytest.approx(603 / 9)
    assert mean["authorities"][0] == 9
    assert benchmark.download("authorities", indicator=READY).frame.height == 11
    assert benchmark.download("indicators").frame.height == len(VALUES)
    with pytest.raises(PageNotFound):
        benchmark.download("figures")


def test_a_build_made_before_these_tables_still_has_the_page(reading, monkeypatch):
    monkeypatch.setattr(db.Build, "tables", lambda self: frozenset())
    assert "No indicators are at hand" in text_of(benchmark.layout())
    with pytest.raises(PageNotFound):
        benchmark.download("indicators")


def test_an_axis_from_0_or_zoomed_holds_every_figure(reading):
    measure = catalogue.measures()[READY]
    drawn = [Line(key="school", label="Ours", points=[Point(year=2024, value=66.0), Point(year=2025, value=70.0)])]
    low, high = fitted(measure, drawn, from_zero=True).axis
    assert low == 0
    assert 70 < high <= 100
    low, high = fitted(measure, drawn, from_zero=False).axis
    assert 60 < low < 66
    assert 70 < high < 75


@pytest.mark.parametrize(
    ("number", "words"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (11, "11th"), (112, "112th"), (121, "121st")]
)
def test_places_in_words(number, words):
    assert ordinal(number) == words


def test_topics_are_spelled_once():
    assert topic_of("Key Stage 2") == "Key stage 2" == topic_of("Key stage 2")
    assert topic_of("Contextual\\Other") == "Contextual and other"
    assert topic_of("Children with SEN") == "Children with SEN"
