"""observe(): a wide published table becomes observations, each with a value or the reason it has none.

An observation's keys are small whole numbers here (they compress well and load fast); the view
`core.observation` spells them out. Schools are their URN; areas are numbered by rule, so that the same
area has the same number in every build, whatever the order of files.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy
import polars

from pipelines.measures import GROUP_CODES, MEASURE_CODES, MEASURES, UNITS, Measure, Published
from pipelines.symbols import CELL_ENDS, IMPOSSIBLE, REPORTED, SYMBOLS, symbols_of

if TYPE_CHECKING:
    from pipelines.sources.reading import TextTable

FACT_SCHEMA: dict[str, polars.DataType] = {
    "row": polars.UInt32(),
    "entity": polars.Int32(),
    "year": polars.UInt16(),
    "measure": polars.UInt32(),
    "group": polars.UInt8(),
    "value": polars.Float64(),
    "symbol": polars.UInt8(),
    "n": polars.Float64(),
    "lower": polars.Float64(),
    "upper": polars.Float64(),
}
REJECT_SCHEMA: dict[str, polars.DataType] = {
    "row": polars.UInt32(),
    "column_name": polars.String(),
    "value": polars.String(),
    "reason": polars.String(),
    "consequence": polars.String(),
}

# Numbers of areas: a school is its URN (6 digits); everything else is above 10,000,000.
LA_BASE = 10_000_000
REGION_BASE = 11_000_000
ENGLAND_ALL_SCHOOLS = 12_000_000
ENGLAND_STATE_FUNDED = 12_000_001
NEIGHBOURS_BASE = 13_000_000
LOCAL_BASE = 2_000_000_000
_GSS_BASE = {"E": 1_000_000_000, "W": 1_100_000_000}

REGIONS: dict[str, str] = {
    "North East": "E12000001",
    "North West": "E12000002",
    "Yorkshire and the Humber": "E12000003",
    "East Midlands": "E12000004",
    "West Midlands": "E12000005",
    "East of England": "E12000006",
    "London": "E12000007",
    "South East": "E12000008",
    "South West": "E12000009",
}
"""Regions of England and their codes (ONS register of geographic codes)."""


def normal_name(column: str) -> str:
    """A column name for matching: without byte-order mark, with single spaces, in capitals."""
    return " ".join(column.replace("\ufeff", "").replace("ï»¿", "").split()).upper()


def la_entity(la_code: polars.Expr) -> polars.Expr:
    """Number of a local authority from its three-digit code as text; null for anything else."""
    code = la_code.str.strip_chars().str.strip_suffix(".0")
    return polars.when(code.str.contains(r"^[0-9]{3}$")).then(code).cast(polars.Int32) + LA_BASE


def gss_entity(code: polars.Expr) -> polars.Expr:
    """Number of an area from its nine-character code (LSOA, MSOA, ward, region, country); else null."""
    letter = code.str.slice(0, 1).replace_strict(_GSS_BASE, default=None, return_dtype=polars.Int32)
    number = polars.when(code.str.contains(r"^[A-Z][0-9]{8}$")).then(code.str.slice(1))
    return letter + number.cast(polars.Int32)


def urn_number(text: polars.Expr) -> polars.Expr:
    """URN as a number; "900001.0" (from a spreadsheet) is accepted, anything else that is no URN is null."""
    cleaned = text.str.strip_chars().str.replace(r"\.0$", "")
    return polars.when(cleaned.str.contains(r"^[1-9]\d{5}$")).then(cleaned).otherwise(None).cast(polars.Int32)


@dataclass(frozen=True)
class Cell:
    """Where one measure of one group stands in a table."""

    measure: Measure
    group: str
    column: str
    cohort: str | None = None
    lower: str | None = None
    upper: str | None = None


@dataclass
class Observed:
    """What came of observing a table: frames to load, cells that were not believed, columns held back."""

    frames: Iterator[polars.DataFrame]
    rejects: list[polars.DataFrame] = field(default_factory=list)
    held_back: list[str] = field(default_factory=list)


def declared_cells(source: str, year: int) -> list[Cell]:
    """Every column the catalogue declares for a publication in a year, whether or not a file has it."""
    cells = []
    for measure in MEASURES.values():
        origin = measure.origin
        if not isinstance(origin, Published) or origin.source != source or not measure.exists_in(year):
            continue
        renames = origin.renames.get(year, {})

        def printed(columns: dict[str, str], group: str, renames: dict[str, str] = renames) -> str | None:
            column = columns.get(group)
            return renames.get(column, column) if column else None

        cells += [
            Cell(
                measure,
                group,
                renames.get(column, column),
                printed(origin.cohort, group),
                printed(origin.lower, group),
                printed(origin.upper, group),
            )
            for group, column in origin.columns.items()
            if year >= origin.since.get(group, 0)
        ]
    return cells


def cells_in(table: "TextTable", source: str, year: int) -> list[Cell]:
    """The declared cells whose column the table has; cohort and limits only where they are there too."""

    def kept(column: str | None) -> str | None:
        return column if column and normal_name(column) in table.positions else None

    return [
        Cell(cell.measure, cell.group, cell.column, kept(cell.cohort), kept(cell.lower), kept(cell.upper))
        for cell in declared_cells(source, year)
        if normal_name(cell.column) in table.positions
    ]


def observe(table: "TextTable", cells: Sequence[Cell], rows: polars.DataFrame, *, family: str) -> Observed:
    """Turns the cells of a wide table into observations.

    Args:
        table: the table as text.
        cells: which columns mean what.
        rows: `row` (UInt32), `entity` (Int32), `year` (UInt16): the rows to take and whom they are about.
        family: the publisher's set of symbols.

    Returns:
        Observed; its frames (FACT_SCHEMA) must be read to the end before rejects and held_back are full.
    """
    observed = Observed(frames=iter(()))
    observed.frames = _observe(table, cells, rows, family, observed)
    return observed


COLUMNS_AT_A_TIME = 300
"""Columns read in one pass over the text; bounds memory on very wide tables."""
CELLS_AT_A_TIME = 60
"""Measures handed on in one frame; bounds memory while loading."""


def _observe(table, cells, rows, family, observed) -> Iterator[polars.DataFrame]:
    keys = rows.select("row", "entity", "year")
    while cells:
        part, columns = [], []
        for cell in cells:
            wanted = [c for c in (cell.column, cell.cohort, cell.lower, cell.upper) if c]
            if part and len({*columns, *wanted}) > COLUMNS_AT_A_TIME:
                break
            part.append(cell)
            columns = list(dict.fromkeys([*columns, *wanted]))
        cells = cells[len(part) :]
        numbers, symbols = _read_cells(table, keys["row"], columns, part, family, observed)
        kept = [cell for cell in part if cell.column in symbols]
        for start in range(0, len(kept), CELLS_AT_A_TIME):
            yield polars.concat(
                [_facts(keys, cell, numbers, symbols) for cell in kept[start : start + CELLS_AT_A_TIME]],
                rechunk=False,
            )


def _facts(keys: polars.DataFrame, cell: Cell, numbers, symbols) -> polars.DataFrame:
    """One measure of one group for every row: the shape of FACT_SCHEMA."""
    factor = cell.measure.origin.factor
    value = numbers[cell.column]
    nothing = polars.lit(None, dtype=polars.Float64)
    return keys.select(
        "row",
        "entity",
        "year",
        polars.lit(MEASURE_CODES[cell.measure.key], dtype=polars.UInt32).alias("measure"),
        polars.lit(GROUP_CODES[cell.group], dtype=polars.UInt8).alias("group"),
        (value if factor == 1 else value * factor).alias("value"),
        symbols[cell.column].alias("symbol"),
        *[
            numbers.get(column, nothing).alias(name)
            for name, column in (("n", cell.cohort), ("lower", cell.lower), ("upper", cell.upper))
        ],
    )


def _read_cells(table, rows, columns, cells, family, observed):
    """Numbers and symbol codes of each column; a column with an unknown code is left out and said so.

    One pass over the text turns every cell into a number or a symbol; only the few cells that are neither
    are looked at again as text.
    """
    known = symbols_of(family)
    kind = polars.Enum(
        [symbol.text if known.get(symbol.text) == symbol.code else f"\x00{symbol.code}" for symbol in SYMBOLS]
    )
    percent = {cell.column for cell in cells if cell.measure.unit.percent_sign}
    limits = {cell.column: (cell.measure.unit, cell.measure.origin.factor) for cell in cells}
    beside = {cell.cohort: _COHORT for cell in cells if cell.cohort}
    beside |= {limit: cell.measure.unit for cell in cells for limit in (cell.lower, cell.upper) if limit}

    def number(column: str) -> polars.Expr:
        cleaned = polars.col(column).str.strip_suffix("%") if column in percent else polars.col(column)
        return cleaned.cast(polars.Float64, strict=False)

    parsed = (
        table.lazy(columns)
        .select(
            "row",
            *[number(column).alias(f"{column}\x1fnumber") for column in columns],
            *[
                polars.col(column)
                .cast(kind, strict=False)
                .to_physical()
                .cast(polars.UInt8)
                .alias(f"{column}\x1fsymbol")
                for column in columns
            ],
        )
        .collect(engine="in-memory")
    )
    if not parsed["row"].equals(rows):
        parsed = rows.to_frame("row").join(parsed, on="row", how="left", maintain_order="left")
    ends = table.ends_of(rows)
    numbers: dict[str, polars.Series] = {}
    symbols: dict[str, polars.Series] = {}
    for column in columns:
        value, symbol = parsed[f"{column}\x1fnumber"], parsed[f"{column}\x1fsymbol"]
        if not value.is_finite().all():
            value = polars.select(polars.when(value.is_finite()).then(value)).to_series()
        is_number = value.is_not_null()
        symbol = symbol.zip_with(~is_number, _REPORTED) if is_number.any() else symbol
        left = symbol.is_null().arg_true()
        unknown = left
        if left.len():
            again = table.text([column]).filter(polars.col("row").is_in(rows.gather(left).implode()))
            value, symbol, unknown = _settle(again[column], left, value, symbol, known, column in percent)
        if ends is not None:
            value, symbol = _where_rows_end(table, rows, column, value, symbol, ends, known)
        if column not in limits:
            numbers[column], _ = _within_the_possible(
                table, rows, column, value, symbol, beside[column], 1, observed, whole_column=False
            )
            continue
        if unknown.len():
            again = table.text([column]).filter(polars.col("row").is_in(rows.gather(unknown).implode()))
            observed.held_back.append(_unknown_codes(table.where, again, column))
            observed.rejects.append(_reject(again, column, "unknown code", "the column was not loaded"))
            continue
        value, symbol = _within_the_possible(table, rows, column, value, symbol, *limits[column], observed)
        if value is not None:
            numbers[column], symbols[column] = value, symbol
    return numbers, symbols


_COHORT = replace(UNITS["pupils"], low=0, high=100_000_000)
"""What a number of pupils or people beside a measure can be: not less than none, nor more than the country has."""

_REPORTED = polars.Series([REPORTED], dtype=polars.UInt8)


def _settle(text, left, value, symbol, known, is_percent):
    """Second look at the cells (`text`, at positions `left`) that are no plain number and no plain symbol.

    White space, thousands separators, a pound sign, and (in percentages only) a space before the sign are
    understood; everything else is unknown. Returns value, symbol, and the positions of unknown cells.
    """
    texts = text.fill_null("").str.strip_chars()
    if is_percent:
        texts = texts.str.strip_suffix("%").str.strip_chars()
    is_plain = texts.str.contains(r"^[-−]?£?\d{1,3}(,\d{3})+(\.\d+)?$") | texts.str.contains(r"^[-−]?£?\d+(\.\d+)?$")
    cleaned = texts.str.replace_all(r"[£,]", "").str.replace("−", "-")
    numbers = polars.select(polars.when(is_plain).then(cleaned)).to_series().cast(polars.Float64, strict=False)
    numbers = polars.select(polars.when(numbers.is_finite()).then(numbers)).to_series()
    codes = texts.replace_strict(list(known), list(known.values()), default=None, return_dtype=polars.UInt8)
    codes = polars.select(
        polars.when(numbers.is_not_null()).then(polars.lit(REPORTED, polars.UInt8)).otherwise(codes)
    ).to_series()
    return value.scatter(left, numbers), symbol.scatter(left, codes), left.filter(codes.is_null())


def _where_rows_end(table, rows, column, value, symbol, ends, known):
    """Cells beyond the end of a short row: NEW when the row stops with that code, else an absent cell."""
    position = table.positions[normal_name(column)]
    beyond = polars.Series(ends <= position)
    if not beyond.any():
        return value, symbol
    reason = numpy.full(len(ends), CELL_ENDS, dtype=numpy.uint8)
    for stop in _rows_that_stop_with_new(table, rows, ends):
        reason[stop] = known.get("NEW", CELL_ENDS)
    symbol = polars.select(polars.when(beyond).then(polars.Series(reason)).otherwise(symbol)).to_series()
    value = polars.select(polars.when(~beyond).then(value)).to_series()
    return value, symbol


def _rows_that_stop_with_new(table: "TextTable", rows: polars.Series, ends: numpy.ndarray) -> list[int]:
    cached = table.__dict__.get("_new_rows")
    if cached is None:
        short = numpy.flatnonzero(table.ends < len(table.header))
        new_rows = set()
        for end in sorted(set(table.ends[short].tolist())):
            if end < 1:
                continue
            last = table.header[end - 1]
            text = table.text([last]) if table.positions[normal_name(last)] == end - 1 else None
            if text is None:
                continue
            numbers = polars.Series("row", (short[table.ends[short] == end] + 2).astype("uint32"))
            stopped = text.filter(polars.col("row").is_in(numbers.implode()) & (polars.col(last) == "NEW"))
            new_rows.update(stopped["row"].to_list())
        cached = table.__dict__["_new_rows"] = new_rows
    if not cached:
        return []
    return [position for position, row in enumerate(rows.to_list()) if row in cached]


def _within_the_possible(table, rows, column, value, symbol, unit, factor, observed, whole_column=True):
    """Rejects values that the unit cannot have, and a percentage column printed as a share of one.

    Args:
        whole_column: whether the column is a measure of its own and may be held back.
    """
    low = None if unit.low is None else unit.low / factor
    high = None if unit.high is None else unit.high / factor
    smallest, largest = value.min(), value.max()
    if smallest is None:
        return value, symbol
    if whole_column and unit.percent_sign and factor == 1 and 0 < largest <= 1:
        between = value.filter((value > 0) & (value < 1)).len()
        if between >= 20:
            observed.held_back.append(
                f"the percentages are printed as shares of one (the largest is {largest}) · {table.where}, "
                f"column {column} · the column was not loaded: declare factor=100 for it in the catalogue"
            )
            return None, None
    if (low is None or smallest >= low) and (high is None or largest <= high):
        return value, symbol
    outside = (value < low).fill_null(False) if low is not None else value.is_null() & False
    if high is not None:
        outside = outside | (value > high).fill_null(False)
    at = outside.arg_true()
    cells = table.text([column]).filter(polars.col("row").is_in(rows.gather(at).implode()))
    observed.rejects.append(_reject(cells, column, f"impossible value for {unit.name}", "the cell has no value"))
    return value.scatter(at, None), symbol.scatter(at, IMPOSSIBLE)


def _reject(cells, column, reason, consequence) -> polars.DataFrame:
    return cells.select(
        "row",
        polars.lit(column).alias("column_name"),
        polars.col(column).str.slice(0, 200).alias("value"),
        polars.lit(reason).alias("reason"),
        polars.lit(consequence).alias("consequence"),
    )


def _unknown_codes(where: str, cells: polars.DataFrame, column: str) -> str:
    codes = cells[column].unique().sort().head(5).to_list()
    shown = ", ".join(repr(re.sub(r"\s+", " ", code or ""))[:40] for code in codes)
    numbers = ", ".join(map(str, cells["row"].head(5).to_list()))
    more = f" and {len(cells) - 5:,} more" if len(cells) > 5 else ""
    return (
        f"unknown code {shown} · {where}, column {column}, rows {numbers}{more} · the column was not loaded "
        "from this file: look the code up with the publisher and add it to pipelines/symbols.py"
    )
