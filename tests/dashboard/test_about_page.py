"""About the data: what is loaded, who is missing in a file, each file's fingerprint, and a search for measures."""

import polars as pl
from fictional_build import TARROWBY
from test_pages import text_of, walk

from dashboard.pages import about, schools
from dashboard.queries import build as build_queries
from dashboard.queries import overview as overview_queries


def part(layout, name: str):
    return next(one for one in walk(layout) if getattr(one, "id", None) == name)


def test_every_file_has_its_anchor_fingerprint_and_date(reading):
    layout = about.layout()
    files = part(layout, "files")
    for row in build_queries.sources().filter(pl.col("status") == "ingested").rows(named=True):
        assert part(files, f"file-{row['file_id']}")
        assert row["path"] in text_of(files)
        assert (row["sha256"] or "") in text_of(files)
    assert "26 March 2020 (not verified)" in text_of(files)
    assert "11 December 2025 (not verified)" not in text_of(files)


def test_the_first_table_names_the_newest_edition_of_each_source(reading):
    loaded = part(about.layout(), "loaded")
    rows = [text_of(row) for row in next(one for one in walk(loaded) if type(one).__name__ == "Tbody").children]
    assert len(rows) == 4
    assert any(row.startswith("Key stage 22024/25 Revised") for row in rows)


def test_a_search_finds_measures_by_their_words(reading):
    found = part(about.layout(q="persistent absence"), "definitions")
    rows = [text_of(row) for row in next(one for one in walk(found) if type(one).__name__ == "Tbody").children]
    assert rows
    assert all("persistent" in row.lower() for row in rows)
    assert "No measure has these words" in text_of(about.layout(q="xyzzy"))


def test_a_school_missing_in_one_file_stays_in_every_list_and_is_named(reading, monkeypatch):
    row = {
        "urn": TARROWBY,
        "reason_kind": "missing_in_one_feed",
        "what": "Absence",
        "since": 2025,
        "detail": "no row of 2025",
        "name": "Tarrowby Primary School",
        "phase": "primary",
        "clusters": None,
        "is_independent": False,
    }
    monkeypatch.setattr(overview_queries, "silent", lambda: pl.DataFrame([row]))
    said = text_of(part(about.layout(), "completeness"))
    assert "Schools missing in a file: 1" in said
    assert "Tarrowby Primary School" in said
    assert "Absence: missing" in said
    assert about.download("missing-schools").frame.select("urn", "what").rows() == [(TARROWBY, "Absence")]
    held = next(r for r in walk(schools.layout(q=str(TARROWBY))) if type(r).__name__ == "Tbody")
    assert "Absence: missing" in text_of(held)
    assert "Tarrowby" in text_of(schools.layout(data="silent"))
    assert "Tarrowby" not in text_of(schools.layout(data="figures", q=str(TARROWBY)))
