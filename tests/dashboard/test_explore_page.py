"""Explore: every figure asked for has a row with a value or a reason, bounded, and the same in page and file."""

import polars as pl
import pytest
from fictional_build import SILENT, SMALL, TARROWBY
from test_pages import text_of, walk

from dashboard.components import grid
from dashboard.components.explored import COLUMNS, Who, complete, lines_to_draw
from dashboard.drawn import drawn
from dashboard.pages import PageNotFound, explore
from dashboard.queries import catalogue
from pipelines.measures import MEASURES

STANDARD = "reading_writing_maths_expected"
RWM = MEASURES[STANDARD]


def school(urn: int, phase: str = "primary") -> Who:
    return Who(key=str(urn), kind="school", name=f"School {urn}", series="school", urn=urn, phase=phase)


def found(*rows: tuple) -> pl.DataFrame:
    names = ("key", "measure", "group", "year", "value", "status", "n")
    return pl.DataFrame([dict(zip(names, row, strict=True)) for row in rows], infer_schema_length=None)


STATES = pl.DataFrame({"measure": [STANDARD], "year": [2020], "state": ["no tests"]})


def test_who_has_no_row_in_a_file_keeps_its_rows_with_the_reason():
    rows = complete(
        [school(1), school(2)],
        [RWM],
        ["all"],
        range(2019, 2021),
        found(("1", STANDARD, "all", 2019, 61.0, "reported", 31.0)),
        STATES,
    )
    assert rows.columns == list(COLUMNS)
    assert rows.select("urn", "year", "value", "shown", "status").rows() == [
        (1, 2019, 61.0, "61%", "reported"),
        (1, 2020, None, "Not applicable", "no tests"),
        (2, 2019, None, "No data", "no_row"),
        (2, 2020, None, "Not applicable", "no tests"),
    ]


def test_a_value_of_nought_is_a_value_and_a_hidden_one_is_none():
    rows = complete(
        [school(1)],
        [RWM],
        ["all", "boys"],
        [2019],
        found(("1", STANDARD, "all", 2019, 0.0, "reported", 31.0), ("1", STANDARD, "boys", 2019, None, "hidden", None)),
        STATES,
    )
    assert rows["shown"].to_list() == ["0%", "Hidden: small number of pupils"]


def test_schools_that_a_measure_is_not_about_and_groups_without_figures_have_no_rows():
    everyone = [school(1), school(2, phase="secondary")]
    held = found(("1", STANDARD, "all", 2019, 61.0, "reported", 31.0))
    rows = complete(everyone, [RWM], ["all", "boys"], [2019], held, STATES)
    assert rows.select("urn", "group").rows() == [(1, "all")]


def test_a_chart_draws_each_series_once_and_the_area_for_the_schools_phase():
    everyone = [
        school(1),
        school(2),
        *(
            Who(key=f"authority|{phase}", kind="authority", name=f"Exemplar {phase}", series="authority", phase=phase)
            for phase in ("middle", "primary")
        ),
        Who(key="england|", kind="england", name="England", series="england"),
    ]
    held = found(*((who.key, STANDARD, "all", 2019, 50.0 + i, "reported", 9.0) for i, who in enumerate(everyone)))
    rows = complete(everyone, [RWM], ["all"], [2019], held, STATES)
    drawn_lines = lines_to_draw(everyone, rows, RWM, "all")
    assert [line.label for line in drawn_lines] == ["School 1", "Exemplar primary", "England"]


def test_the_page_opens_with_figures(reading):
    said = text_of(explore.layout())
    assert "Exemplar" in said
    assert "England" in said
    assert "Nothing was found" not in said


def test_choices_in_the_address_are_taken_or_named(reading):
    layout = explore.layout(
        who=f"{TARROWBY},moon", measure=f"{STANDARD},nonsense", group="all,disadvantaged", view="table"
    )
    said = text_of(layout)
    assert "Tarrowby Primary School" in said
    assert "There is no who called “moon”." in said
    assert "There is no measure called “nonsense”." in said


def test_at_most_six_measures_and_three_groups(reading):
    keys = [key for key in catalogue.measures() if key in explore.explore_queries.measures()][:8]
    layout = explore.layout(measure=",".join(keys), group="all,disadvantaged,other,boys")
    assert "At most 6 of measure can be shown" in text_of(layout)
    assert "At most 3 of group can be shown" in text_of(layout)


def test_a_silent_school_stays_in_the_rows(reading):
    download = explore.download("rows", who=f"{SILENT},{TARROWBY}", measure="overall_absence")
    held = download.frame.filter(pl.col("urn") == SILENT)
    assert held.height == download.frame.filter(pl.col("urn") == TARROWBY).height > 0
    assert held["value"].null_count() == held.height
    assert held["why_missing"].null_count() == 0


def test_page_and_file_have_the_same_rows(reading):
    asked = {"who": f"{TARROWBY},{SMALL},england", "measure": STANDARD, "from": "2023", "to": "2025"}
    frame = explore.download("rows", **asked).frame
    table = next(part for part in walk(explore.layout(**asked, rows="table")) if type(part).__name__ == "Tbody")
    shown = [[text_of(cell) for cell in row.children] for row in table.children]
    assert [row[0] for row in shown] == frame["name"].to_list()
    assert [row[3] for row in shown] == frame["school_year"].to_list()
    assert all(row[4].startswith(word.split(" (")[0]) for row, word in zip(shown, frame["shown"], strict=True))


def test_too_much_at_once_is_refused_with_a_way_on(reading, monkeypatch):
    monkeypatch.setattr(explore, "SAVED", 100)
    assert "Take some schools, measures or years away" in text_of(explore.layout(who="schools"))
    with pytest.raises(PageNotFound, match="choose fewer"):
        explore.download("rows", who="schools")


def test_many_rows_come_as_a_grid_and_as_a_plain_table(reading):
    layout = explore.layout(who="schools", measure=STANDARD, rows="table")
    store = next(part for part in walk(layout) if type(part).__name__ == "Store")
    assert len(store.data["props"]["rowData"]) <= explore.SHOWN
    assert {column["field"] for column in store.data["props"]["columnDefs"]} <= set(store.data["props"]["rowData"][0])
    drawn(layout)
    plain = explore.layout(who="schools", measure=STANDARD, rows="table", plain="yes")
    rows = next(part for part in walk(plain) if type(part).__name__ == "Tbody").children
    assert len(rows) == explore.PLAIN
    assert not [part for part in walk(plain) if type(part).__name__ == "Store"]


def test_the_script_of_the_grid_is_in_no_page_but_there_for_who_asks(client):
    page = client.get("/explore").get_data(as_text=True)
    assert 'src="/_dash-component-suites/dash_ag_grid' not in page
    assert client.get(f"/_dash-component-suites/dash_ag_grid/{grid.SCRIPT}").status_code == 200
