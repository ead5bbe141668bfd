"""What inspections had said of a school by a day: predecessors followed, nothing from later."""

import datetime

import polars as pl

from pipelines.risk import history

DAY = datetime.date


def inspection(urn: int, date: datetime.date, grade: int) -> dict:
    known = date + datetime.timedelta(days=45)
    return {
        "urn": urn,
        "date": date,
        "known_from": known,
        "grade": grade,
        "is_narrow": grade == 4,
        "is_wide": grade >= 3,
    }


INSPECTIONS = pl.DataFrame(
    [
        inspection(1, DAY(2010, 3, 1), 2),
        inspection(1, DAY(2014, 3, 1), 4),
        inspection(2, DAY(2018, 3, 1), 3),
    ],
    schema_overrides={"urn": pl.Int32},
)
LINKS = pl.DataFrame(
    {"urn": [2], "earlier_urn": [1], "established": [DAY(2015, 9, 1)]},
    schema_overrides={"urn": pl.Int32, "earlier_urn": pl.Int32},
)


def known(urn: int, day: datetime.date, inspections: pl.DataFrame = INSPECTIONS, links: pl.DataFrame = LINKS) -> dict:
    rows = pl.DataFrame({"urn": [urn], "as_of": [day]}, schema_overrides={"urn": pl.Int32})
    (found,) = history.history(rows, inspections, links).iter_rows(named=True)
    return found


def test_an_academy_has_the_inspections_of_the_school_it_was():
    found = known(2, DAY(2016, 9, 1))
    assert (found["inspections"], found["previous_grade"], found["inspected_under_earlier_number"]) == (2, 4, 1)
    assert (found["previous_concern"], found["previous_serious_concern"], found["concern_before_that"]) == (1, 1, 0)
    assert abs(found["years_since_concern"] - 2.5) < 0.01
    assert found["years_since_good"] is None
    # one of two with concern, drawn towards one in three by the weight of two: (1 + 2/3) / 4
    assert abs(found["share_with_concern"] - (1 + 2 / 3) / 4) < 1e-12


def test_its_own_inspection_comes_before_those_of_its_predecessor():
    found = known(2, DAY(2018, 9, 1))
    assert (found["inspections"], found["previous_grade"], found["inspected_under_earlier_number"]) == (3, 3, 0)
    assert (found["previous_serious_concern"], found["concern_before_that"]) == (0, 1)


def test_a_report_is_known_when_it_is_out_and_not_on_the_day_of_the_inspection():
    out = DAY(2018, 3, 1) + datetime.timedelta(days=45)
    assert known(2, out - datetime.timedelta(days=1))["inspections"] == 2
    assert known(2, out)["inspections"] == 3


def test_a_school_that_joins_later_is_no_predecessor_yet():
    assert known(2, DAY(2015, 8, 31))["inspections"] == 0
    later = LINKS.with_columns(pl.lit(DAY(2019, 1, 1)).alias("established"))
    assert known(2, DAY(2018, 9, 1), links=later)["inspections"] == 1


def test_no_inspection_is_no_number_of_years():
    found = known(3, DAY(2018, 9, 1))
    assert found["inspections"] == 0
    assert {name for name, value in found.items() if value is None} == set(history.COLUMNS) - {"inspections"}
