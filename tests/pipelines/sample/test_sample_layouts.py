"""The sample's columns are the published ones where the header was seen, and it takes the real road."""

import csv

import pytest

from pipelines.sample.headers_inspections import COLUMNS_2020, COLUMNS_2025, COLUMNS_2026
from pipelines.sample.layouts import LAYOUTS, expand, layout
from pipelines.sources import identify
from pipelines.sources.reading import open_raw


def test_braces_stand_for_several_names():
    assert expand("A B{C,D}E {,P}F") == ("A", "BCE", "BDE", "F", "PF")


@pytest.mark.parametrize("key", sorted(LAYOUTS))
def test_no_layout_has_a_column_twice(key):
    columns = LAYOUTS[key].columns
    assert len(columns) == len({name.upper() for name in columns})


@pytest.mark.parametrize(("stage", "year"), [(s, y) for s in (2, 4) for y in (2017, 2018, 2019)])
def test_full_headers_are_the_published_ones(stage, year, shared_raw):
    path = shared_raw.parent / "headers" / f"ks{stage}-{year - 1}-{year % 100}.txt"
    assert layout(stage, year).columns == tuple(path.read_text(encoding="utf-8").split())


@pytest.mark.parametrize(("stage", "year"), [(2, 2025), (4, 2022), (4, 2025)])
def test_the_parts_of_a_header_that_were_seen_stand_in_order(stage, year, shared_raw):
    path = shared_raw.parent / "headers" / f"ks{stage}-{year - 1}-{year % 100}-partial.txt"
    columns = layout(stage, year).columns
    first, *rest = path.read_text(encoding="utf-8").split("\n... (")
    assert columns[: len(first.split())] == tuple(first.split())
    last = tuple(rest[0].split(")", 1)[1].split())
    assert columns[len(columns) - len(last) :] == last


def test_lists_of_inspections_have_the_published_columns(shared_raw):
    folder = shared_raw.parent / "headers"
    for columns, name in (
        (COLUMNS_2020, "ofsted-mi-2020-08-31.txt"),
        (COLUMNS_2025, "ofsted-mi-2025-08-31.txt"),
    ):
        assert list(columns) == (folder / name).read_text(encoding="utf-8").strip().split("\n")
    assert len(COLUMNS_2026) == 85


ALIKE = (
    "destinations/2018-19/*.csv", "ees-*/*/*.csv", "ks4-provisional/2018-19/*.csv", "census/2018-19/*.csv",
    "absence/20*-1[39]/*.csv", "finance/2017-18/*.csv", "jsna/*/[hil]*.csv", "deprivation/*/imd*.csv",
    "gias/2025-09/*.csv", "gias/2024-06-17/*.csv", "reference/*/*.csv", "ofsted/2*-08-31/*.csv",
)  # fmt: skip


@pytest.mark.parametrize("pattern", ALIKE)
def test_headers_of_other_files_are_those_of_the_real_files(pattern, sample, shared_raw):
    names = sample.names(pattern)
    assert names != []
    for name in names:
        with (shared_raw / name).open(encoding="utf-8-sig", errors="replace", newline="") as file:
            assert sample.header(name) == next(csv.reader(file)), name


def test_every_file_is_recognised_and_read(sample):
    problems = {}
    for name in sample.names("**/*.*"):
        if name == "manifest.toml":
            continue
        for found in identify(open_raw(sample.folder / name, name)):
            parsed = found.source.parse(found)
            rejected = sum(frame.height for frame in parsed.rejects)
            if rejected:
                problems[name.split("/")[0]] = problems.get(name.split("/")[0], 0) + rejected
    # The fifteen blank rows of Ofsted's list, and the Fingertips row that counts people again by a category.
    assert problems == {"ofsted": 15, "jsna": 1}
