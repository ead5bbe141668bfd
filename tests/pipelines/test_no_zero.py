"""No code, blank or missing row has become a zero, and no school of the register is missing from the list.

Every fact whose value is 0 is traced back to its cell in the file. Nothing here names a source: a source that is
added is walked as well.
"""

import math
import re
from pathlib import Path

import polars
import pytest

from pipelines import warehouse
from pipelines.measures import GROUP_CODES, MEASURE_CODES, MEASURES, Published
from pipelines.observations import declared_cells, normal_name
from pipelines.sources import SOURCES, identify
from pipelines.sources.reading import TextTable, open_raw
from pipelines.symbols import REPORTED, SYMBOLS

ZERO = r"^\s*[-−+]?£?0*\.?0+(?:[eE][-+]?\d+)?\s*%?\s*$"
"""A cell that prints a zero: 0, 0%, 0.0, 0.00, -0.0, £0, 00."""

TABLES_ONLY = {
    "area_lookups",
    "authority_codes",
    "boundaries",
    "clusters",
    "community_areas",
    "inspections",
    "inspections_management_information",
    "key_stage_4_destinations",
    "local_authority_tool_dictionary",
    "postcodes",
    "public_health_dictionary",
    "school_circumstances",
    "school_groups",
    "school_links",
    "settings_of_the_authority",
    "statistical_neighbours",
    "triggers",
}


def facts_of(build: Path) -> polars.DataFrame:
    """Every fact with the file that it came from: path, source, row, year, measure, group, value, symbol."""
    with warehouse.open_build(build) as connection:
        return connection.sql(
            """select c.path, c.source, f."row", f.entity, f.year, f.measure, f."group", f.value, f.symbol
            from core.fact f join core.file c using (file)"""
        ).pl()


def table_of(raw: Path, path: str, source: str) -> TextTable:
    """The table of a file that a source reads."""
    return next(found.table for found in identify(open_raw(raw / path, path)) if found.source.key == source)


def columns_of(source: str, year: int, table: TextTable) -> dict[tuple[int, int], str]:
    """(measure, group) → the column that the catalogue declares for it, of those the table has."""
    keys = [source, *([FINAL[source]] if source in FINAL else [])]
    return {
        (MEASURE_CODES[cell.measure.key], GROUP_CODES[cell.group]): cell.column
        for key in keys
        for cell in declared_cells(key, year)
        if normal_name(cell.column) in table.positions
    }


FINAL = {"key_stage_4_provisional": "key_stage_4"}
"""A provisional release prints the columns of the final one."""


def cells_that_print_no_zero(raw: Path, path: str, source: str, zeros: polars.DataFrame) -> list[tuple]:
    """Facts of one file with value 0 whose cell does not print a zero."""
    table = table_of(raw, path, source)
    wrong = []
    for (year,), of_year in zeros.group_by("year", maintain_order=True):
        columns = columns_of(source, year, table)
        for (measure, group), part in of_year.group_by("measure", "group", maintain_order=True):
            rows = part["row"].unique()
            column = columns.get((measure, group))
            if column is not None:
                texts = table.text([column]).filter(polars.col("row").is_in(rows.implode()))
                bad = texts.filter(~polars.col(column).fill_null("").str.contains(ZERO))
            else:  # one value per row, or cells that depend on the kind of school: any cell of the row
                texts = table.every_cell().filter(polars.col("row").is_in(rows.implode()))
                bad = texts.filter(~polars.any_horizontal(polars.exclude("row").fill_null("").str.contains(ZERO)))
            assert texts.height == rows.len(), f"{path}: facts of rows that the table does not show"
            wrong += [(path, measure, group, *row) for row in bad.head(3).iter_rows()]
    return wrong


def trace(raw: Path, build: Path) -> tuple[int, set[str]]:
    """Traces every zero of a build; returns how many, and the sources that brought facts."""
    facts = facts_of(build)
    assert facts.filter(polars.col("value").is_null() != (polars.col("symbol") != REPORTED)).is_empty()
    zeros = facts.filter((polars.col("value") == 0) & (polars.col("symbol") == REPORTED))
    wrong = []
    for (path, source), part in zeros.group_by("path", "source", maintain_order=True):
        wrong += cells_that_print_no_zero(raw, path, source, part)
    assert wrong == []
    return zeros.height, set(facts["source"].unique())


def test_no_zero_of_the_sample_comes_of_anything_but_a_printed_zero(sample_raw, sample_build):
    traced, sources = trace(sample_raw, sample_build)
    assert traced > 1000
    with_facts = {measure.origin.source for measure in MEASURES.values() if isinstance(measure.origin, Published)}
    assert with_facts - {"inspections"} <= sources | TABLES_ONLY, "a source with measures brought no fact"
    assert set(SOURCES) - sources <= TABLES_ONLY, "a source that the sample does not show, or that brings no facts"


def test_no_zero_of_the_real_files_comes_of_anything_but_a_printed_zero(shared_raw, real_build):
    traced, _ = trace(shared_raw, real_build)
    assert traced > 10_000


@pytest.mark.parametrize("source", sorted(SOURCES))
def test_no_code_of_a_family_is_a_number(source):
    """A code that could be read as a number would become one."""
    family = SOURCES[source].family
    for symbol in SYMBOLS:
        if symbol.family not in ("any", family) or symbol.code == REPORTED or family == "inspections":
            continue
        number = re.fullmatch(r"[-+]?\d+(\.\d+)?", symbol.text)
        assert number is None, f"{symbol.text!r} of {symbol.family}"
        try:
            assert not math.isfinite(float(symbol.text))
        except ValueError:
            continue


def test_every_blank_and_every_code_of_the_sample_kept_its_reason(sample_raw, sample_build):
    """From the other side: declared cells that print no number have a fact without a value."""
    facts = facts_of(sample_build).filter(polars.col("entity") < 1_000_000)
    walked = 0
    for (path, source, year), part in facts.group_by("path", "source", "year", maintain_order=True):
        table = table_of(sample_raw, path, source)
        columns = columns_of(source, year, table)
        named = polars.DataFrame(
            [(measure, group, column) for (measure, group), column in columns.items()],
            schema={"measure": polars.UInt32, "group": polars.UInt8, "column": polars.String},
            orient="row",
        )
        declared = part.join(named, on=["measure", "group"])
        if declared.is_empty():
            continue
        cells = table.text(list(dict.fromkeys(columns.values()))).unpivot(
            index="row", variable_name="column", value_name="text"
        )
        silent = declared.join(cells, on=["row", "column"]).filter(
            ~polars.col("text").fill_null("").str.contains(r"\d")
        )
        walked += silent.height
        assert silent.filter(polars.col("value").is_not_null()).is_empty()
    assert walked > 1000


@pytest.mark.parametrize("which", ["sample", "real"])
def test_every_school_of_the_register_is_in_the_list(which, request):
    build = request.getfixturevalue(f"{which}_build")
    with warehouse.open_build(build) as connection:
        ours = connection.execute(
            """select count(*), count(*) filter (urn not in (select urn from mart.school)) from core.school
            where in_register and la_code = (select la_code from core.build)"""
        ).fetchall()[0]
        printed = connection.execute(
            """select count(distinct urn), count(distinct urn) filter (urn not in (select urn from core.school))
            from core.register_entry"""
        ).fetchall()[0]
    assert ours[0] > 20
    assert ours[1] == 0
    assert printed[0] >= ours[0]
    assert printed[1] == 0


@pytest.mark.parametrize("missing", ["ks2", "ks4", "census", "absence", "ofsted", "deprivation"])
def test_every_school_is_listed_whatever_is_missing(missing, sample_raw, sample_build, tmp_path):
    """Without any one publication the list of schools is the same."""
    from pipelines.build import build
    from pipelines.sample import SAMPLE_LA_CODE
    from pipelines.settings import Settings

    raw = tmp_path / "raw"
    raw.mkdir()
    for folder in ("gias", "reference", "ks2", "ks4", "census", "absence", "ofsted", "deprivation"):
        if folder == missing:
            continue
        years = sorted((sample_raw / folder).iterdir())
        chosen = years if folder in ("gias", "reference", "ofsted") else years[-1:]
        (raw / folder).mkdir()
        for year in chosen:
            (raw / folder / year.name).symlink_to(year, target_is_directory=True)
    result = build(Settings(raw=raw, curated=tmp_path / "curated", la_code=SAMPLE_LA_CODE))
    listed = "select urn from mart.school where urn in (select urn from core.school where in_register) order by urn"
    registered = """select urn from core.school where la_code = (select la_code from core.build)
        and urn in (select urn from core.register_entry) order by urn"""
    with warehouse.open_build(result.path) as connection:
        here = [urn for (urn,) in connection.execute(listed).fetchall()]
        assert here == [urn for (urn,) in connection.execute(registered).fetchall()]
    if missing != "ofsted":  # inspection lists are register editions as well
        with warehouse.open_build(sample_build) as connection:
            assert here == [urn for (urn,) in connection.execute(listed).fetchall()]
