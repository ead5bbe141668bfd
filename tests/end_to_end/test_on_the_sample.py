"""The pages on a build of the sample authority: the two packages meet, and the scenarios can be read."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from fictional_build import example_of

from dashboard import pages
from dashboard.app import create_app, view
from dashboard.db import Build, Store, ask

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    raw, curated = tmp_path_factory.mktemp("raw"), tmp_path_factory.mktemp("curated")
    settings = {key: value for key, value in os.environ.items() if key not in ("RAW", "CURATED", "LA_CODE")}
    subprocess.run(
        [sys.executable, "-m", "pipelines", "build"],
        env={**settings, "RAW": str(raw), "CURATED": str(curated)},
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return curated


@pytest.fixture
def reading(folder: Path) -> Iterator[Build]:
    with Store(folder).reading() as build:
        yield build


def text_of(part) -> str:
    if isinstance(part, list | tuple):
        return "".join(text_of(child) for child in part)
    if hasattr(part, "children"):
        return text_of(part.children)
    return "" if part is None or hasattr(part, "to_plotly_json") else str(part)


def test_every_school_has_a_page(reading):
    urns = ask("select urn from mart.school order by hash(urn) limit 60")["urn"]
    assert len(urns) == 60
    for urn in urns:
        title, layout = view(f"/school/{urn}", "?show=all")
        assert title != "Page not found"
        assert str(urn) in text_of(layout)


@pytest.mark.parametrize("module", pages.modules(), ids=lambda module: module.__name__.split(".")[-1])
def test_every_page_reads_the_store_as_it_is_built(module, reading):
    assert view(example_of(module.PAGE.path, urn=900001, cluster="C01"), "")[0] != "Page not found"


def test_a_small_cohort_is_not_compared(reading):
    assert "43% in 2024/25, 3 of 7 pupils: too few to compare" in text_of(view("/school/900001", "")[1])


def test_a_converters_years_go_on(reading):
    text = text_of(view("/school/900202", "")[1])
    assert "its predecessor’s" in text
    assert "It goes on as" in text_of(view("/school/900101", "")[1])


def test_a_report_card_keeps_its_own_scale(reading):
    text = text_of(view("/school/900005", "")[1])
    assert "needs attention in leadership and governance" in text
    assert "Requires improvement" in text


def test_hidden_groups_are_suppressed(reading):
    text = text_of(view("/school/900003", "?group=disadvantaged&view=table")[1])
    assert "Suppressed" in text


def test_the_other_authority_is_not_ours(reading):
    assert ask("select count(*) from mart.school where la_code <> '999'").item() == 0
    assert view("/school/900951", "")[0] == "Page not found"


def test_the_sample_says_that_it_is_one(folder):
    client = create_app(folder).server.test_client()
    answer = client.get("/download/schools/schools.csv?status=any")
    frame = pl.read_csv(answer.data, infer_schema_length=None)
    with Store(folder).reading():
        assert frame.height == ask("select count(*) from mart.school").item()
