"""Every publication: is it declared whole, and is each of its layouts recognised as itself and nothing else?"""

import importlib
import json
import re

import pytest

from pipelines.errors import PipelineError, SourceChanged, UnknownFile
from pipelines.sources import SOURCES, identify
from pipelines.sources.publication import Calendar, Layout, Source, school_year_label
from pipelines.sources.reading import open_raw
from pipelines.symbols import SYMBOLS

EVERY = pytest.mark.parametrize("source", SOURCES.values(), ids=list(SOURCES))
LAYOUTS = [
    pytest.param(source, layout, id=f"{source.key}: {layout.key}")
    for source in SOURCES.values()
    for layout in source.layouts
    if layout.kind == "delimited"
]
OF_THE_AUTHORITY = {
    "assessments",
    "clusters",
    "community_areas",
    "school_circumstances",
    "settings_of_the_authority",
    "triggers",
}
FOLDER = "folder/2018-19/as-at-2019-08-31"
"""A folder that says a school year and a day, for publications that take one of them from it."""


@EVERY
def test_a_source_says_what_it_is(source: Source) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", source.key)
    assert source.title
    assert source.title == source.title.strip()
    assert source.publisher
    assert source.licence
    assert source.layouts


@EVERY
def test_a_source_says_where_it_comes_from(source: Source) -> None:
    if source.key in OF_THE_AUTHORITY:
        assert source.landing_page.startswith("docs/how-to/")
        assert "Open Government" not in source.licence
    else:
        assert source.landing_page.startswith("https://")
        assert source.attribution.endswith("."), "the line that the licence asks for"


@EVERY
def test_a_source_has_a_module_of_its_name_with_a_sentence(source: Source) -> None:
    module = importlib.import_module(f"pipelines.sources.{source.key}")
    assert module.__doc__
    assert source.parse.__module__.startswith("pipelines.sources.")


@EVERY
def test_a_source_says_when_it_comes_out(source: Source) -> None:
    assert source.updates or source.calendar
    if source.calendar:
        assert isinstance(source.calendar, Calendar)
        assert source.calendar.date(2019).year in (2019, 2020, 2021)


@EVERY
def test_layouts_are_told_apart(source: Source) -> None:
    keys = [layout.key for layout in source.layouts]
    assert len(set(keys)) == len(keys)
    for layout in source.layouts:
        assert layout.release in ("provisional", "revised", "final")
        assert layout.kind in ("delimited", "geojson")
        if layout.kind == "delimited":
            assert len(layout.names) >= 2
            assert len(layout.names) == len(layout.columns), "a column is named twice"
        if layout.complete:
            assert layout.verified, "whole headers have been seen, so the layout has"


def test_families_of_symbols_are_used_or_general() -> None:
    families = {symbol.family for symbol in SYMBOLS} - {"any"}
    assert families <= {source.family for source in SOURCES.values()}


def header_only(tmp_path, columns: list[str], name: str = f"{FOLDER}/table.csv", last: str = ""):
    """A file that has these columns and two rows of blanks but for the very last cell."""
    path = tmp_path / "table.csv"
    line = ",".join('"' + column.replace('"', '""') + '"' for column in columns)
    blank = "," * (len(columns) - 1)
    path.write_text(f"{line}\n{blank}\n{blank}{last}\n", encoding="utf-8")
    return open_raw(path, name)


def recognised(tmp_path, columns: list[str]) -> tuple[str, str]:
    """Source and layout that a header is taken for; where only its edition is in doubt, the edition is given."""
    file = header_only(tmp_path, columns)
    names = set(file.tables[0].positions)
    fitting = [
        ((layout.rank, len(layout.names)), source.key, layout.key)
        for source in SOURCES.values()
        for layout in source.layouts
        if layout.kind == "delimited" and layout.names <= names
    ]
    best = max(fitting)[0]
    assert [place for place, *_ in fitting].count(best) == 1, f"these cannot be told apart: {fitting}"
    try:
        (found,) = identify(file)
    except SourceChanged as problem:
        if "looks like" in problem.what:
            raise
        # a table without rows cannot say of which year it is: its layout was settled before that was asked
        _, source, layout = max(fitting)
        return source, layout
    return found.source.key, found.layout.key


@pytest.mark.parametrize(("source", "layout"), LAYOUTS)
def test_a_header_of_a_layout_is_that_layout(tmp_path, source: Source, layout: Layout) -> None:
    assert recognised(tmp_path, list(layout.columns)) == (source.key, layout.key)


@pytest.mark.parametrize(("source", "layout"), LAYOUTS)
def test_order_case_and_further_columns_do_not_matter(tmp_path, source: Source, layout: Layout) -> None:
    columns = ["FURTHER", *(column.lower() for column in reversed(layout.columns)), "MORE"]
    assert recognised(tmp_path, columns) == (source.key, layout.key)


@pytest.mark.parametrize(("source", "layout"), LAYOUTS)
def test_no_layout_swallows_that_of_another_source(source: Source, layout: Layout) -> None:
    """Where another publication needs only columns that this one has too, this one must have the higher rank."""
    mine = (layout.rank, len(layout.names))
    for other in SOURCES.values():
        if other.key == source.key:
            continue
        for theirs in other.layouts:
            if theirs.kind == "delimited" and theirs.names <= layout.names:
                assert (theirs.rank, len(theirs.names)) < mine, f"{other.key}: {theirs.key}"


@pytest.mark.parametrize(("source", "layout"), [p for p in LAYOUTS if len(p.values[1].names) >= 8])
def test_a_missing_column_is_named(tmp_path, source: Source, layout: Layout) -> None:
    """Without its last column a header is another layout, or an error that names the column and what is near."""
    *kept, lost = layout.columns
    file = header_only(tmp_path, [*kept, lost + "2"])
    names = set(file.tables[0].positions)
    if any(other.names <= names for one in SOURCES.values() for other in one.layouts if other.columns):
        assert not layout.names <= names
        return
    with pytest.raises(SourceChanged, match=r"this looks like .* lacks ") as caught:
        identify(file)
    assert caught.value.where.endswith("row 1")
    assert caught.value.next_step


def test_a_header_of_nobody_is_unknown(tmp_path) -> None:
    with pytest.raises(UnknownFile, match=r"not a publication that we read .* row 1: Colour, Weight"):
        identify(header_only(tmp_path, ["Colour", "Weight", "Taste"]))


def test_a_doubled_column_is_refused_unless_both_say_the_same(tmp_path) -> None:
    layout = SOURCES["absence"].layouts[0]
    doubled = [*layout.columns, layout.columns[-1]]
    assert len(identify(header_only(tmp_path, doubled))) == 1
    with pytest.raises(SourceChanged, match="stands twice with different cells"):
        identify(header_only(tmp_path, doubled, last="4.5"))


def test_a_table_that_does_not_say_its_year_needs_a_folder_that_does(tmp_path) -> None:
    layout = SOURCES["absence"].layouts[0]
    columns = list(layout.columns)
    (found,) = identify(header_only(tmp_path, columns, "absence/2018-19/any name.csv"))
    assert (found.edition.year, found.edition.label) == (2019, school_year_label(2019))
    with pytest.raises(SourceChanged, match="nothing says of which year"):
        identify(header_only(tmp_path, columns, "absence/table.csv"))


def test_json_that_is_no_boundary_is_unknown(tmp_path) -> None:
    path = tmp_path / "some.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": []}))
    with pytest.raises(PipelineError):
        identify(open_raw(path, path.name))
