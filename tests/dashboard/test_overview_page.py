"""The front page: which gap is named the widest, and which figures are means of schools."""

from test_pages import text_of

from dashboard.components import overview_tiles
from pipelines.measures import MEASURES


def gap(measure: str, name: str, value: float, *, year: int = 2025, n: float = 30, span: str = "year") -> dict:
    return {
        "measure": measure,
        "unit": name.lower(),
        "unit_kind": "cluster",
        "unit_name": name,
        "year": year,
        "years": "",
        "span": span,
        "focus_n": n,
        "national_gap": value,
        "national_lower": value - 6,
        "national_upper": value + 6,
    }


def test_a_gap_in_something_that_is_neither_better_nor_worse_is_never_the_widest():
    rows = [gap("apprenticeship_destination", "Hale", -40), gap("sustained_destination", "Marl", -9)]
    assert [row["unit_name"] for row in overview_tiles.widest(rows)] == ["Marl"]
    assert overview_tiles.widest(rows[:1]) == []


def test_the_first_measure_then_the_newest_year_then_pooled_years_go_first():
    key = "reading_writing_maths_expected"
    rows = [
        gap("attainment_8", "Hale", -60),
        gap(key, "Marl", -50, year=2019),
        gap(key, "Brack", -20),
        gap(key, "Otter", -22, span="pooled"),
        gap(key, "Few", -70, n=5, span="pooled"),
    ]
    assert [row["unit_name"] for row in overview_tiles.widest(rows)] == ["Otter"]


def test_an_old_gap_names_its_year_first():
    measure = MEASURES["sustained_destination"]
    rows = [gap(measure.key, "Hale cluster", -17, year=2017)]
    said = text_of(overview_tiles.gap(measure, rows, area="Exemplar", is_proposed=True, recent=2023))
    assert "In 2016/17, disadvantaged 16-year-olds in Hale were 17" in said
    assert "(11.0 to 23.0)" in said or "(11 to 23)" in said
    assert "Clusters are proposed, not agreed." in said
