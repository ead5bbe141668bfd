"""Saved tables: nothing that a spreadsheet would run, nothing rounded, a cover sheet that explains."""

import io

import fastexcel
import polars as pl
import pytest
from fictional_build import INJECTION, SMALL, TARROWBY

from dashboard.components.downloads import Download, as_csv, as_xlsx, guarded


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1+1", "@sum(a1)", "\t=1", "\r=1"])
def test_formulas_are_guarded(text):
    assert guarded(pl.DataFrame({"a": [text]}))["a"].item() == f"'{text}"


def test_numbers_and_plain_text_stay():
    frame = pl.DataFrame({"number": [-1.25, None], "text": ["−5 to 3", None]})
    assert guarded(frame).equals(frame)


def test_a_name_that_is_a_formula_is_guarded_in_the_list(client):
    text = client.get("/download/schools/schools.csv?q=merrowdene").data.decode("utf-8-sig")
    assert str(INJECTION) in text
    assert "'=Merrowdene" in text
    assert ",=Merrowdene" not in text


def test_a_measure_as_csv_has_every_year_with_its_reason(client):
    answer = client.get(f"/download/school/{SMALL}/reading_writing_maths_expected.csv")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    frame = pl.read_csv(answer.data, encoding="utf8-lossy")
    own = frame.filter(pl.col("urn") == SMALL)
    hidden = own.filter(pl.col("year") == 2025)
    assert hidden["value"].item() is None
    assert hidden["status"].item() == "suppressed"
    assert hidden["missing"].item() == "Suppressed (small numbers)"
    assert set(frame["compared_with"]) >= {"England", "Exemplar", "South West"}


def test_a_workbook_has_a_cover_and_data(client):
    answer = client.get(f"/download/school/{TARROWBY}/reading_writing_maths_expected.xlsx?group=disadvantaged")
    book = fastexcel.read_excel(answer.data)
    assert book.sheet_names == ["Cover", "Data"]
    cover = pl.read_excel(io.BytesIO(answer.data), sheet_name="Cover", has_header=False)
    words = " ".join(str(cell) for cell in cover.rows() for cell in cell)
    for part in ("Disadvantaged pupils", "Snapshot", "fictional-1", "Open Government Licence"):
        assert part in words


def test_a_workbook_holds_text_not_formulas():
    download = Download(name="x", title="=1+1", frame=pl.DataFrame({"a": ["=1+1", "https://example.org"]}))
    sheet = fastexcel.read_excel(as_xlsx(download)).load_sheet("Data").to_polars()
    assert sheet["a"].to_list() == ["'=1+1", "https://example.org"]
    assert b"'=1+1" in as_csv(download)


@pytest.mark.parametrize(
    "path",
    [
        "/download/nothing.csv",
        "/download/school/1/x.csv",
        f"/download/school/{TARROWBY}/x.csv",
        "/download/schools/schools.exe",
        "/download/accessibility/x.csv",
    ],
)
def test_what_is_not_there_is_not_found(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("name", ["files", "rejects", "definitions"])
def test_about_the_data_can_be_saved(client, name):
    assert client.get(f"/download/about/{name}.xlsx").status_code == 200
