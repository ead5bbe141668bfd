"""Rows with fewer cells than the header: which of them may be believed, and which lost a cell on the way.

Downloads of one authority's performance tables have the blank cells at the ends of rows cut off, and the rows
of new schools stop after NEW (QUIRKS of the files of 2016-17 to 2018-19: every short row ends with a cell that
is not blank, and so does every whole one). In any other file a short row has lost a cell or its end, and it
cannot be known which: all that follows might stand under the wrong header. Nor can it in a row of such a download
that lost a cell from a stretch of cells of one kind; most that lost one show it, because percentages then stand
under headers of other numbers.
"""

import csv
import dataclasses
import io
import re

import polars

from pipelines.sources.reading import TextTable

_ROWS_COMPARED = 400
_FEWEST_NUMBERS = 5
_NUMBER = re.compile(r"^-?\d{1,15}(\.\d{1,15})?(%?)$")

FEWER = "fewer cells than the header: it cannot be known which are missing"
SHIFTED = "fewer cells than the header, and numbers stand where the other rows have none like them"


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
    try:
        return next(csv.reader(io.StringIO(line.decode(errors="replace"), newline="")), [])
    except csv.Error:  # a cell of more than 131,072 characters
        return [""]


def _shifted(table: TextTable, short: dict[int, list[str]]) -> list[int]:
    """Rows in which numbers stand under headers where the whole rows of schools have none like them."""
    if not short:
        return []
    whole = table.every_cell(_ROWS_COMPARED).filter(~polars.col("row").is_in(list(table.short)))
    kinds = [_kind_of(whole[str(position)]) for position in range(len(table.header))]
    return [row for row, cells in short.items() if any(_is_odd(cell, kind) for cell, kind in zip(cells, kinds))]


@dataclasses.dataclass(frozen=True)
class _Kind:
    """What the numbers of a column look like: how many percentages, and how many other numbers."""

    percent: int
    plain: int


def _kind_of(column: polars.Series) -> _Kind:
    numbers = column.filter(column.str.contains(_NUMBER.pattern))
    percent = int(numbers.str.ends_with("%").sum())
    return _Kind(percent, numbers.len() - percent)


def _is_odd(cell: str, kind: _Kind) -> bool:
    """A percentage among other numbers, or a number among percentages (0 has no sign at times)."""
    match = _NUMBER.match(cell)
    if not match or kind.percent + kind.plain < _FEWEST_NUMBERS:
        return False
    return kind.percent == 0 if match.group(2) else kind.plain == 0 and float(cell) != 0
