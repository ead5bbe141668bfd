"""Rows with fewer cells than the header: which of them may be believed, and which lost a cell on the way.

Downloads of one authority's performance tables have the blank cells at the ends of rows cut off, and the rows
of new schools stop after NEW (QUIRKS of the files of 2016-17 to 2018-19: every short row ends with a cell that
is not blank, and so does every whole one). In any other file a short row has lost a cell or its end, and it
cannot be known which: all that follows might stand under the wrong header.
"""

import csv
import dataclasses
import re

import polars

from pipelines.sources.reading import TextTable

_ROWS_COMPARED = 400
_FEWEST_NUMBERS = 5
_FEWEST_WHOLE_NUMBERS = 20
_NUMBER = re.compile(r"^-?\d+(\.\d+)?(%?)$")

FEWER = "fewer cells than the header: it cannot be known which are missing"
SHIFTED = "fewer cells than the header, and percentages stand where the other rows have none, or the reverse"


def without_doubtful_rows(table: TextTable, *, trims: bool) -> TextTable:
    """The table without the short rows that cannot be believed; they are in its `left_out`.

    Args:
        trims: whether this is a layout whose publisher cuts blank cells off the ends of rows.
    """
    short = {row: _cells(line) for row, line in table.short.items()}
    if table.unfinished and table.unfinished[0] in short:
        short[table.unfinished[0]].pop()
    if not trims:
        lost = [(row, FEWER) for row in short]
    else:
        tailed = {row: cells for row, cells in short.items() if cells and cells[-1].strip() != "NEW"}
        lost = [(row, FEWER) for row, cells in tailed.items() if not table.trims or cells[-1] == ""]
        lost += [(row, SHIFTED) for row in _shifted(table, tailed)]
    if not lost:
        return table
    return dataclasses.replace(table, left_out=tuple(sorted({**dict(table.left_out), **dict(lost)}.items())))


def _cells(line: bytes) -> list[str]:
    return next(csv.reader([line.decode(errors="replace")]), [])


def _shifted(table: TextTable, short: dict[int, list[str]]) -> list[int]:
    """Rows in which percent signs stand under other headers than in the whole rows."""
    if not short:
        return []
    whole = table.every_cell(_ROWS_COMPARED).filter(~polars.col("row").is_in(list(table.short)))
    kinds = [_kinds_of(whole[str(position)]) for position in range(len(table.header))]
    return [row for row, cells in short.items() if any(_is_odd(cell, kind) for cell, kind in zip(cells, kinds))]


def _kinds_of(column: polars.Series) -> tuple[int, int, int]:
    """How many percentages, numbers without a sign, and numbers with decimals a column has."""
    numbers = column.filter(column.str.contains(_NUMBER.pattern))
    percent = numbers.str.ends_with("%").sum()
    return percent, numbers.len() - percent, (numbers.str.contains(".", literal=True)).sum()


def _is_odd(cell: str, kinds: tuple[int, int, int]) -> bool:
    match = _NUMBER.match(cell)
    percent, plain, decimal = kinds
    if not match or percent + plain < _FEWEST_NUMBERS:
        return False
    if match.group(2):
        return percent == 0
    return plain == 0 or bool(match.group(1) and decimal == 0 and plain >= _FEWEST_WHOLE_NUMBERS)
