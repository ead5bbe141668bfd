"""The history of graded inspections: eras, words of their time, and rows that contradict each other."""

import datetime

import polars
import pytest

from pipelines.errors import SourceChanged
from pipelines.sources.inspections_scales import era_of

HEADER = "URN,Rating,Inspection Date\r\n"


def read_history(read_text, *rows):
    return read_text("ofsted/inspections/history.csv", HEADER + "".join(f"{row}\r\n" for row in rows))


@pytest.mark.parametrize(
    ("day", "era"),
    [
        ("2005-09-01", "2005-2012"),
        ("2012-08-31", "2005-2012"),
        ("2012-09-01", "2012-2019"),
        ("2019-08-31", "2012-2019"),
        ("2019-09-01", "2019-2024"),
        ("2024-08-31", "2019-2024"),
        ("2024-09-01", "no overall grade 2024-2025"),
        ("2025-11-09", "no overall grade 2024-2025"),
        ("2025-11-10", "report card 2025-"),
    ],
)
def test_an_era_begins_on_its_day(day, era):
    frame = polars.DataFrame({"date": [datetime.date.fromisoformat(day)]})
    assert frame.select(era_of(polars.col("date"))).item() == era


def test_grades_in_the_words_of_their_time(read_text):
    read = read_history(
        read_text,
        "900001,Outstanding,20180306",
        "900001,Satisfactory,20110914",
        "900002,Requires Improvement,20121001",
        "900003,Inadequate,20050913",
    )
    assert read.found.edition.label == "September 2005 to March 2018"
    assert read.rows("judgement_report", "observed_urn", "grade", "word", "step", "steps") == [
        (900001, "Outstanding", "Outstanding", 4, 4),
        (900001, "Satisfactory", "Satisfactory", 2, 4),
        (900002, "Requires Improvement", "Requires improvement", 2, 4),
        (900003, "Inadequate", "Inadequate", 1, 4),
    ]
    assert read.rows("inspection_report", "urn", "date", "era", "kind")[1] == (
        900001,
        datetime.date(2011, 9, 14),
        "2005-2012",
        "graded",
    )


def test_satisfactory_after_august_2012_is_grade_3_and_is_told(read_text):
    read = read_history(read_text, "900001,Satisfactory,20131204")
    told = ("Satisfactory", "Requires improvement", 2)
    assert read.rows("judgement_report", "grade", "word", "step") == [told]
    assert read.rejects.select("row", "column_name", "value").rows() == [(2, "Rating", "Satisfactory")]


def test_rows_that_cannot_be_believed(read_text):
    read = read_history(
        read_text,
        "900001,Good,20180306",
        "900001,Good,20180306",
        "900002,Good,20180306",
        "900002,Inadequate,20180306",
        "900003,Requires Improvement,20131204",
        "900003,Satisfactory,20131204",
        "900004,Splendid,20131204",
        "900005,Good,20131304",
        "900006,Good,20050831",
        "900007,Good,20240902",
        "12,Good,20131204",
        ",,",
    )
    assert read.rows("inspection_report", "urn", "row") == [(900001, 2), (900003, 6)]
    assert read.reasons() == {
        "a date before September 2005, when these scales began": 1,
        "a grade that is on no scale we know": 1,
        "an inspection without a date": 1,
        "an overall grade after 2 September 2024, when none was given": 1,
        "blank row": 1,
        "row about no school we know": 1,
        "the same inspection again": 2,
        "two grades for one school on one day": 2,
    }


def test_a_list_without_one_date_is_refused(read_text):
    with pytest.raises(SourceChanged, match="no cell of Inspection Date is a date"):
        read_history(read_text, "900001,Good,soon")


def test_the_real_history(read_raw, keep_the_contract):
    """60,134 rows: two stand twice, and one school has its grade 3 under two words on one day."""
    read = read_raw("ofsted/inspections-2005-2020/ofsted_ratings_2005-09_2020-02.csv")
    inspections, judgements = read.tables["inspection_report"], read.tables["judgement_report"]
    assert read.found.table.row_count == 60_134
    assert inspections.height == judgements.height == 60_134 - 3
    assert read.reasons() == {"the same inspection again": 3, "the word of an earlier scale": 46}
    assert dict(inspections["era"].value_counts().rows()) == {
        "2005-2012": 31_047,
        "2012-2019": 27_639,
        "2019-2024": 1_445,
    }
    words = dict(judgements["word"].value_counts().rows())
    assert words["Satisfactory"] == 9_845 - 47
    assert words["Requires improvement"] == 8_451 + 47 - 2
    assert inspections.filter(polars.struct("observed_urn", "date").is_duplicated()).height == 0
    assert judgements.filter(word="Satisfactory")["date"].max() < datetime.date(2012, 9, 1)
    keep_the_contract("inspection_report", inspections)
    keep_the_contract("judgement_report", judgements)
