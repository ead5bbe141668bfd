"""Pages of paper: tagged, titled, the same from the same figures, and served only by pages that offer them."""

import re
import zlib

import pytest

from dashboard import pages
from dashboard.components import paper
from dashboard.components.paper import Document, Printed, as_pdf

PRINTED = Printed(
    product="School improvement",
    authority="Exemplar",
    snapshot="fictional-1",
    built="1 November 2026",
    policy="below 6 pupils hidden",
    licence="Open Government Licence v3.0.",
    sample_notice="Sample data: this authority is fictional. Nothing in it is real.",
)
TEMPLATE = """#import "base.typ": *
#show: paper
= #data.heading
#part("Numbers")[#ruled((1fr, auto), (left, right), ("Measure", "Here"), data.rows.map(row => (
  [#row.name], [#row.value #dot-row(row.value, row.lower, row.upper, row.england, 0, 100)],
)))]
#blank #tick-box
"""
ROWS = [
    {"name": "Reading", "value": 41, "lower": 25, "upper": 59, "england": 62},
    {"name": "Maths", "value": None, "lower": None, "upper": None, "england": None},
]


@pytest.fixture
def templates(tmp_path, monkeypatch):
    (tmp_path / "base.typ").write_bytes((paper.TEMPLATES / "base.typ").read_bytes())
    (tmp_path / "one.typ").write_text(TEMPLATE, encoding="utf-8")
    monkeypatch.setattr(paper, "TEMPLATES", tmp_path)


SIGNS = (b"/MarkInfo", b"/StructTreeRoot", b"/Lang", b"pdfuaid:part", b"Visit pack: Tarrowby")


def one(**data) -> Document:
    data = {"heading": "Tarrowby", "rows": ROWS, **data}
    return Document(name="one", title="Visit pack: Tarrowby", template="one", data=data, marking="Adviser copy.")


def test_a_page_of_paper_is_tagged_and_titled(templates):
    found = as_pdf(one(), PRINTED)
    assert found.startswith(b"%PDF-")
    packed = b"".join(_unpacked(part) for part in re.findall(rb"stream\r?\n(.*?)endstream", found, re.S))
    whole = found + packed
    missing = [sign for sign in SIGNS if sign not in whole]
    assert missing == []


def _unpacked(part: bytes) -> bytes:
    try:
        return zlib.decompress(part.strip(b"\r\n"))
    except zlib.error:
        return part


def test_the_same_figures_make_the_same_page(templates):
    def without_day(found: bytes) -> bytes:
        return re.sub(rb"D:\d{14}[^)]*|\d{4}-\d\d-\d\dT[\d:+Z-]+|xmpMM:\w+>[^<]*<|/ID\s*\[[^]]*\]", b"", found)

    assert without_day(as_pdf(one(), PRINTED)) == without_day(as_pdf(one(), PRINTED))
    assert without_day(as_pdf(one(heading="Other"), PRINTED)) != without_day(as_pdf(one(), PRINTED))


def test_text_of_a_school_is_text_not_markup(templates):
    as_pdf(one(heading='#panic("x") *a* $ _ \\ "quoted" <b>'), PRINTED)


def test_only_pages_that_offer_one_have_one(client):
    assert client.get("/download/schools/anything.pdf").status_code == 404
    assert client.get("/download/nowhere/visit-pack.pdf").status_code == 404


def test_a_document_is_served_with_its_snapshot_in_the_name(templates, client, monkeypatch):
    module, _ = pages.find("/about")
    monkeypatch.setattr(module, "document", lambda name, **query: one(), raising=False)
    answer = client.get("/download/about/one.pdf")
    assert answer.status_code == 200
    assert answer.content_type == "application/pdf"
    assert "one-fictional-1.pdf" in answer.headers["Content-Disposition"]
