"""Saved tables: nothing that a spreadsheet would run, nothing rounded, a cover sheet that explains."""

import csv
import io
import re
import zipfile
from pathlib import Path

import duckdb
import fastexcel
import polars as pl
import pytest
from fictional_build import INJECTION, SMALL, TARROWBY, write_build

import dashboard
from dashboard.app import create_app, page_to_show
from dashboard.components.downloads import Download, as_csv, as_xlsx, guarded
from dashboard.db import SHARED_NAMES, Store
from dashboard.queries.results import observations

FORMULAS = [
    *("=1+1", "+1", "-1+1", "@sum(a1)", "\t=1", "\r=1", "\n=1", "\r\n=1", " =1+1", "   @a", "\u00a0=1", "\u3000=1"),
    *("\ufeff=1", "\u200b=1", "\u202e=1", "\x00=1", "\x1f=1", "\u2028=1", "＝1+1", "＋1", "－1", "＠a", " ＝1"),
    *("|calc", "%0a=1", "=cmd|' /C calc'!A0", '=HYPERLINK("//x")', "=", "-", "+44 1234", "-5"),
]
"""Beginnings that spreadsheets run, or once ran, as formulas, macros or programs."""


@pytest.mark.parametrize("text", FORMULAS)
def test_formulas_are_guarded(text):
    frame = pl.DataFrame({"a": [text], text: ["b"]})
    safe = guarded(frame)
    assert safe["a"].item() == f"'{text}"
    assert safe.columns == ["a", f"'{text}"]
    assert guarded(safe).equals(safe)


def test_no_cell_and_no_heading_of_a_saved_file_runs():
    """In the file itself: no cell of the workbook is a formula or a link, no field of the CSV begins as one."""
    frame = pl.DataFrame({"plain": FORMULAS, "=1+1": FORMULAS, "@sum": [1.5] * len(FORMULAS)})
    about = [(text, text) for text in FORMULAS if text.isprintable()]
    download = Download(name="x", title="=1+1", frame=frame, notes=about)
    with zipfile.ZipFile(io.BytesIO(as_xlsx(download, about))) as book:
        for name in book.namelist():
            text = book.read(name).decode("utf-8")
            assert "<f>" not in text, name
            assert "<hyperlink" not in text, name
            assert not re.search("externalLink|ddeLink|oleLink|vbaProject", name), name
    rows = list(csv.reader(io.StringIO(as_csv(download).decode("utf-8-sig"))))
    begins = re.compile(r"^[\s\x00-\x1f\u00a0\u200b\u202e\u2028\u3000\ufeff]*[=+\-@|%＝＋－＠]")
    assert len(rows) == len(FORMULAS) + 1
    assert [field for row in rows for field in row if begins.match(field)] == []


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


def test_parquet_keeps_values_and_kinds_and_names_the_snapshot(client):
    answer = client.get("/download/schools/schools.parquet?status=any")
    assert answer.content_type == "application/vnd.apache.parquet"
    frame = pl.read_parquet(io.BytesIO(answer.data))
    assert frame.schema["urn"].is_integer()
    assert frame["snapshot"].unique().to_list() == ["fictional-1"]
    assert "below" in frame["small_numbers"][0]
    text = pl.read_csv(client.get("/download/schools/schools.csv?status=any").data, infer_schema_length=None)
    assert frame.height == text.height


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


# -- what is shared ----------------------------------------------------------------------------------------------

PUBLIC_TABLES = {
    "gap_index": "England, from published rows",
    "funnel_limit": "England's limits by size of cohort",
    "reject": "cells as printed that were set aside",
    "similar_result": "medians of ten or more published figures",
    "proposed_cluster": "pupils on roll of whole clusters",
    "assumption": "thresholds and definitions: no pupils",
    "authority_indicator": "authorities and larger areas, as published with the publishers' own hiding",
    "authority_rank": "places of authorities among authorities",
    "area_indicator": "means of indicators that are published for middle areas",
    "area_deprivation": "residents, from rates that the ministry publishes for every small area: no pupils",
}
"""Tables with numbers of pupils that may be shared as they are, and why."""


@pytest.fixture(scope="module")
def sample_client(sample_curated):
    return create_app(sample_curated).server.test_client()


def rows_of(answer) -> pl.DataFrame:
    assert answer.status_code == 200
    return pl.read_csv(answer.data, infer_schema_length=None)


def test_every_table_with_numbers_of_pupils_has_one_to_share(sample_build):
    columns = ("value", "n", "pupils", "count", "mean", "best", "focus_n", "arms")
    with duckdb.connect(str(sample_build), read_only=True) as connection:
        tables = {
            name
            for (name,) in connection.execute(
                "select distinct table_name from information_schema.columns where table_schema = 'mart' "
                "and list_contains(?, column_name)",
                [list(columns)],
            ).fetchall()
        }
    lacking = {
        name
        for name in tables
        if not name.startswith("shared_") and SHARED_NAMES.get(name, f"shared_{name}") not in tables
    }
    assert lacking - set(PUBLIC_TABLES) == set()


def test_a_table_to_share_has_every_column_of_its_original(sample_build):
    """Queries are answered from it without knowing, so it must have what they ask for."""
    with duckdb.connect(str(sample_build), read_only=True) as connection:
        found = connection.execute(
            "select table_name, list(column_name) from information_schema.columns "
            "where table_schema = 'mart' group by table_name"
        ).fetchall()
    columns = {name: set(names) for name, names in found}
    for name, own in columns.items():
        shared = SHARED_NAMES.get(name, f"shared_{name}")
        if shared in columns:
            assert own <= columns[shared], f"{shared} lacks {own - columns[shared]}"


def test_scenario_c2_in_saved_tables(sample_client):
    own = rows_of(
        sample_client.get("/download/school/900003/reading_writing_maths_expected.csv?group=disadvantaged")
    ).filter((pl.col("urn") == 900003) & (pl.col("year") == 2025))
    assert own["status"].item() == "hidden"
    assert own["missing"].item() == "Hidden: small number of pupils"
    assert own["value"].item() is None
    assert own["pupils"].item() is None
    share = rows_of(sample_client.get("/download/school/900003/disadvantaged_share_key_stage_2.csv"))
    assert share.filter((pl.col("urn") == 900003) & (pl.col("year") == 2025))["status"].item() == "hidden"
    everybody = rows_of(sample_client.get("/download/school/900003/reading_writing_maths_expected.csv"))
    assert everybody.filter((pl.col("urn") == 900003) & (pl.col("year") == 2025))["value"].item() == 63


def test_a_saved_table_names_snapshot_and_policy(client):
    frame = rows_of(client.get(f"/download/school/{TARROWBY}/reading_writing_maths_expected.csv"))
    assert set(frame["snapshot"]) == {"fictional-1"}
    assert frame["small_numbers"][0].startswith("below 6 pupils hidden")
    answer = client.get(f"/download/school/{TARROWBY}/reading_writing_maths_expected.xlsx")
    cover = pl.read_excel(io.BytesIO(answer.data), sheet_name="Cover", has_header=False)
    assert any("fewer than 6 pupils" in str(cell) for row in cover.rows() for cell in row)


def text_of(part) -> str:
    if isinstance(part, list | tuple):
        return " ".join(text_of(one) for one in part)
    children = getattr(part, "children", None)
    words = " ".join(str(getattr(part, name, None) or "") for name in ("alt", "title", "figure"))
    return f"{words} {part if isinstance(part, str | int | float) else text_of(children) if children else ''}"


def test_the_version_to_share_hides_and_the_working_page_shows(sample_curated):
    """C7: what is printed leaves out small numbers, in charts too; the adviser's own screen is as published."""
    store = Store(sample_curated)
    search = "?view=table&group=other"
    _, working = page_to_show(store, "/school/900003", search)
    _, shared = page_to_show(store, "/school/900003", f"{search}&share=yes")
    shown, safe = text_of(working), text_of(shared)
    assert "61%" in shown  # the other 23 pupils of 2025: with all 27 they would tell the four
    assert "Hidden" not in shown
    assert "Hidden" in safe
    assert "To print and share" in safe
    with store.reading(shared=True):
        own = observations(900003).filter((pl.col("year") == 2025) & (pl.col("group") == "other"))
    assert own["value"].null_count() == own.height > 5


def test_the_working_page_is_not_for_paper(sample_curated):
    _, content = page_to_show(Store(sample_curated), "/school/900003", "")
    assert content[0].className == "print-guard"  # the style sheet prints nothing that follows it
    css = (Path(dashboard.__file__).parent / "assets" / "parts.css").read_text()
    assert ".print-guard ~ *{display:none!important}" in css


def test_a_build_without_a_policy_shares_nothing(tmp_path):
    path = write_build(tmp_path)
    with duckdb.connect(str(path)) as connection:
        connection.execute("drop table mart.disclosure_policy")
    application = create_app(tmp_path)
    answer = application.server.test_client().get("/download/schools/schools.csv")
    assert answer.status_code == 404
    _, content = page_to_show(application.store, "/schools", "?share=yes")
    assert "nothing of it may be shared" in text_of(content)
