"""Opens a published file of any kind as tables of text, and refuses bytes that are not what they seem.

Nothing is interpreted here: cells stay text, columns keep their published order, and every row keeps the
number it has in the file (the header is row 1), so that any number can be traced back to its row.
"""

import hashlib
import io
import json
import re
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy
import polars

from pipelines.errors import DamagedFile
from pipelines.observations import REJECT_SCHEMA, normal_name

LARGEST_CELL = 1_000_000
"""Characters in one cell above which a file is taken to be damaged (an unclosed quotation mark)."""

LARGEST_WORKBOOK = 500_000_000
"""Bytes of a workbook, once unpacked, above which it is not opened."""
LARGEST_PADDING = 100_000_000
"""Cells that rows may lack against their header, all together, above which a file is not read."""
LARGEST_SHEET = 20_000_000
"""Cells of a sheet, from the first to the last, above which it is not opened."""

_COMMA, _QUOTE, _NEWLINE = 44, 34, 10
_SIGNATURES = (
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x7fELF", "a program"),
    (b"\x89PNG", "a picture"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
)


@dataclass(frozen=True)
class TextTable:
    """One table of text cells with the row numbers of its file.

    Attributes:
        header: column names as published, cleaned of white space at the ends.
        where: what to call the place in messages (`ks2/2018-19/england_ks2final.csv`, with the sheet).
        ends: for each row the number of cells it has, or None where every row is complete.
        too_long: for each row whether it has more cells than the header, or None where none has.
        short: row number → bytes of the rows with fewer cells than the header, blank ones left out.
        trims: whether the publisher cut blank cells off the ends of rows: no row ends with a blank one.
        left_out: rows that are not believed, with the reason; they are not among the cells.
        unfinished: row, column and text of a last cell that may be cut off; it is blank among the cells.
    """

    where: str
    header: tuple[str, ...]
    row_count: int
    _text: "_Cells"
    ends: numpy.ndarray | None = None
    too_long: numpy.ndarray | None = None
    short: dict[int, bytes] = field(default_factory=dict)
    trims: bool = False
    left_out: tuple[tuple[int, str], ...] = ()
    unfinished: tuple[int, str, str] | None = None

    @cached_property
    def positions(self) -> dict[str, int]:
        """Normal name → position of the column (the first, where a name stands twice)."""
        found: dict[str, int] = {}
        for position, name in enumerate(self.header):
            found.setdefault(normal_name(name), position)
        return found

    @cached_property
    def doubled(self) -> list[str]:
        """Names that stand more than once in the header."""
        times = Counter(normal_name(name) for name in self.header)
        return sorted(name for name, count in times.items() if name and count > 1)

    def has(self, *columns: str) -> bool:
        """Whether all these columns are there, whatever their case."""
        return all(normal_name(column) in self.positions for column in columns)

    def lazy(self, columns: list[str] | None = None) -> polars.LazyFrame:
        """The cells of some columns as text, under the names asked for, with `row` (UInt32) first.

        Rows with more cells than the header are left out (`too_long` has them), for it cannot be known
        which cell is the extra one; so are the rows in `left_out`.
        """
        wanted = list(self.header) if columns is None else columns
        frame = self._text.lazy([self.positions[normal_name(column)] for column in wanted], wanted)
        return self._believed(frame)

    def _believed(self, frame: polars.LazyFrame) -> polars.LazyFrame:
        rows = [row for row, _ in self.left_out]
        if self.too_long is not None:
            rows += (numpy.flatnonzero(self.too_long) + 2).tolist()
        return frame.filter(~polars.col("row").is_in(rows)) if rows else frame

    def text(self, columns: list[str] | None = None) -> polars.DataFrame:
        """The same as `lazy`, read into memory in the order of the file."""
        return self.lazy(columns).collect(engine="in-memory")

    def at(self, positions: list[int], names: list[str]) -> polars.DataFrame:
        """The cells of some columns by position, for tables whose header has the same name twice."""
        return self._believed(self._text.lazy(positions, names)).collect(engine="in-memory")

    def every_cell(self, rows: int | None = None) -> polars.DataFrame:
        """All cells of the first so many rows (of all, if not said), as `row`, `0`, `1`, … by position."""
        positions = range(len(self.header))
        frame = self._believed(self._text.lazy(list(positions), [str(position) for position in positions]))
        return (frame if rows is None else frame.head(rows)).collect(engine="in-memory")

    def ends_of(self, rows: polars.Series) -> numpy.ndarray | None:
        """Number of cells of each of these rows, or None where every row of the table is complete."""
        return None if self.ends is None else self.ends[rows.to_numpy() - 2]


class _Cells:
    """Where the text of a table comes from: delimited bytes, or a frame already in memory."""

    def __init__(
        self,
        *,
        data: bytes | None = None,
        frame: polars.DataFrame | None = None,
        width: int = 0,
        above: int = 0,
    ) -> None:
        self.data, self.frame, self.width, self.above = data, frame, width, above

    def lazy(self, positions: list[int], names: list[str]) -> polars.LazyFrame:
        if self.frame is not None:
            return self.frame.lazy().select(
                (polars.int_range(self.frame.height, dtype=polars.UInt32) + self.above + 2).alias("row"),
                *[polars.nth(position).alias(name) for position, name in zip(positions, names)],
            )
        plain = [f"c{position}" for position in range(self.width)]
        if not self.data:
            nothing = {"row": polars.UInt32, **dict.fromkeys(names, polars.String)}
            return polars.LazyFrame(schema=nothing)
        return polars.scan_csv(
            self.data,
            has_header=False,
            schema={name: polars.String for name in plain},
            empty_string_is_null=False,
            row_index_name="row",
            row_index_offset=2,
        ).select(
            polars.col("row").cast(polars.UInt32),
            *[polars.col(f"c{p}").alias(name) for p, name in zip(positions, names)],
        )


@dataclass(frozen=True)
class RawFile:
    """One file as published: its bytes, their fingerprint, and the tables found in it."""

    path: Path
    name: str
    size: int
    sha256: str
    kind: str
    encoding: str
    tables: tuple[TextTable, ...] = ()
    document: dict = field(default_factory=dict)


def open_raw(path: Path, name: str) -> RawFile:
    """Opens one file.

    Args:
        path: where the bytes are.
        name: how messages and provenance call it (its path below the raw folder).

    Raises:
        DamagedFile: empty, cut off, a web page, an archive, binary, or not decodable.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DamagedFile(
            f"the file cannot be read ({error.strerror})", where=name, next_step="check its permissions"
        ) from error
    sha256 = hashlib.sha256(data).hexdigest()
    kind = _kind(data, name)
    facts = {"path": path, "name": name, "size": len(data), "sha256": sha256, "kind": kind}
    if kind == "workbook":
        return RawFile(**facts, encoding="", tables=_workbook(data, name))
    if kind == "parquet":
        return RawFile(**facts, encoding="", tables=(_parquet(data, name),))
    text, encoding = _decode(data, name)
    if kind == "geojson":
        return RawFile(**facts, encoding=encoding, document=_geojson(text, name))
    return RawFile(**facts, encoding=encoding, tables=(_delimited(text, name),))


def _kind(data: bytes, name: str) -> str:
    again = "fetch the file again, or export it as CSV in UTF-8"
    head = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not data.strip():
        raise DamagedFile("the file is empty", where=name, next_step=again)
    if head[:1] == b"<":
        raise DamagedFile("this is a web page or XML, not a table", where=name, next_step=again)
    for signature, what in _SIGNATURES:
        if data.startswith(signature):
            raise DamagedFile(f"this is {what}, not a table", where=name, next_step=again)
    if data.startswith(b"PK"):
        if b"xl/workbook" in data or b"xl/worksheets" in data:
            return "workbook"
        raise DamagedFile("this is a ZIP archive, not a table", where=name, next_step="unpack it first")
    if data.startswith(b"PAR1"):
        return "parquet"
    if head[:1] == b"{":
        return "geojson"
    return "delimited"


def _decode(data: bytes, name: str) -> tuple[bytes, str]:
    """UTF-8 bytes of a text file and the encoding it came in: UTF-8, UTF-16 by its mark, else Windows-1252."""
    try:
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return data.decode("utf-16").encode(), "utf-16"
        if b"\x00" in data:
            raise DamagedFile(
                "the file holds binary data",
                where=f"{name}, byte {data.index(0) + 1}",
                next_step="fetch the file again, or export it as CSV in UTF-8",
            )
        if data[:3] == b"\xef\xbb\xbf":
            data[3:].decode("utf-8")
            return data[3:], "utf-8 with mark"
        try:
            data.decode("ascii")
            return data, "ascii"
        except UnicodeDecodeError:
            data.decode("utf-8")
            return data, "utf-8"
    except UnicodeDecodeError:
        pass
    controls = sum(byte < 9 or 13 < byte < 32 for byte in data[:65536])
    if controls > 16:
        raise DamagedFile(
            "the file holds binary data",
            where=name,
            next_step="fetch the file again, or export it as CSV in UTF-8",
        )
    try:
        return data.decode("cp1252").encode(), "windows-1252"
    except UnicodeDecodeError as error:
        raise DamagedFile(
            "the text is neither UTF-8 nor Windows-1252",
            where=f"{name}, byte {error.start + 1}",
            next_step="open it in its own program and save it as CSV in UTF-8",
        ) from error


def _delimited(data: bytes, name: str) -> TextTable:
    """A comma-separated table: counts the cells of every row before any of them is believed."""
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    ended = data.endswith(b"\n")
    if not ended:
        data += b"\n"
    octets = numpy.frombuffer(data, dtype=numpy.uint8)
    newline, comma = octets == _NEWLINE, octets == _COMMA
    if b'"' in data:
        quoted = numpy.bitwise_xor.accumulate((octets == _QUOTE).view(numpy.uint8)).view(bool)
        newline &= ~quoted
        comma &= ~quoted
        _check_quotation_marks(octets, newline, bool(quoted[-1]), name)
    ends_at = numpy.flatnonzero(newline)
    starts_at = numpy.concatenate(([0], ends_at[:-1] + 1))
    if int((ends_at - starts_at).max()) > 40 * LARGEST_CELL:
        raise DamagedFile("a row is far too long", where=name, next_step="fetch the file again")
    cells = numpy.add.reduceat(comma.view(numpy.uint8), starts_at, dtype=numpy.uint32).astype(numpy.int64) + 1
    blank = ends_at == starts_at
    cells[blank] = 0
    header = _header(data[: int(ends_at[0])], name)
    width = len(header)
    if width < 2:
        raise DamagedFile(
            "there is no table here: the first line has fewer than two columns",
            where=f"{name}, row 1",
            next_step="keep the publisher's header as the first line, with commas between columns",
        )
    if not ended:
        _check_the_end(data, int(starts_at[-1]), int(cells[-1]), width, len(cells), name)
    body = cells[1:]
    rows, short = _rectangle(data, starts_at[1:], ends_at[1:], body, comma, width, name)
    unfinished = None
    if not ended and len(body):
        rows, unfinished = _without_last_cell(rows, data, int(starts_at[-1]), comma, header, body)
    too_long = body > width
    return TextTable(
        where=name,
        header=header,
        row_count=len(body),
        _text=_Cells(data=rows, width=width),
        ends=body if (body < width).any() else None,
        too_long=too_long if too_long.any() else None,
        short=short,
        trims=not (comma[ends_at[1:] - 1] & ~blank[1:]).any(),
        left_out=_header_again(data, starts_at, ends_at),
        unfinished=unfinished,
    )


def _header_again(data: bytes, starts: numpy.ndarray, ends: numpy.ndarray) -> tuple[tuple[int, str], ...]:
    """Rows that repeat the header, where files were put one after another."""
    header, found = data[: int(ends[0]) + 1], []
    at = data.find(b"\n" + header)
    while at >= 0:
        row = int(numpy.searchsorted(starts, at + 1))
        if row < len(starts) and starts[row] == at + 1:
            found.append((row + 1, "the header again"))
        at = data.find(b"\n" + header, at + len(header))
    return tuple(found)


def _check_quotation_marks(octets: numpy.ndarray, newline: numpy.ndarray, is_open: bool, name: str) -> None:
    """A quotation mark may stand around a cell, and twice inside one that has them around it; nowhere else.

    Anything else is read in different ways by different programs, each of which finds other cells.
    """
    marks = numpy.flatnonzero(octets == _QUOTE)
    opening, closing = marks[0::2], marks[1::2]
    edges = (_COMMA, _NEWLINE, _QUOTE)
    wrong = opening[~numpy.isin(octets[opening - 1], edges) & (opening > 0)]
    wrong = numpy.concatenate((wrong, closing[~numpy.isin(octets[closing + 1], edges)]))
    if len(wrong):
        raise DamagedFile(
            "a quotation mark stands inside a cell",
            where=f"{name}, row {int(newline[: wrong.min()].sum()) + 1}",
            next_step="write it twice and put the cell in quotation marks, or remove it",
        )
    if is_open:
        raise DamagedFile(
            "a quotation mark is opened and never closed",
            where=f"{name}, row {int(newline.sum()) + 1}",
            next_step="the file may be cut off: fetch it again",
        )


def _rectangle(data, starts, ends, body, comma, width: int, name: str) -> tuple[bytes, dict[int, bytes]]:
    """The rows without the header, each with as many cells as the header; and the bytes of the short ones."""
    if not len(body):
        return b"", {}
    missing = int(numpy.clip(width - body, 0, None).sum())
    if missing > LARGEST_PADDING + len(data):
        raise DamagedFile(
            f"the rows have far fewer cells than the header, which has {width:,}",
            where=f"{name}, row 1",
            next_step="fetch the file again",
        )
    parts, short, at = [], {}, int(starts[0])
    for position in numpy.flatnonzero(body != width).tolist():
        start, end, cells = int(starts[position]), int(ends[position]), int(body[position])
        if cells > width:
            keep = start + int(numpy.flatnonzero(comma[start:end])[width - 1])
            parts.append(data[at:keep])
        else:
            parts += [data[at:end], b"," * (width - max(cells, 1))]
            if cells:
                short[position + 2] = data[start:end]
        at = end
    return b"".join([*parts, data[at:]]) if parts else data[at:], short


def _without_last_cell(rows: bytes, data: bytes, start: int, comma, header, body) -> tuple:
    """Blanks the very last cell where no line end says that it is whole: "4" may be what is left of "45%".

    A cell in quotation marks is whole when they are closed.
    """
    last = data[start:-1]
    before = numpy.flatnonzero(comma[start:])
    text = last[int(before[-1]) + 1 :] if len(before) else last
    if text.startswith(b'"') and text.count(b'"') == 2 and text.endswith(b'"'):
        return rows, None
    cells = int(body[-1])
    padding = len(header) - cells
    if 0 < cells <= len(header):
        rows = rows[: len(rows) - 1 - padding - len(text)] + b"," * padding + b"\n"
        body[-1] = cells - 1
    if not text or cells > len(header):
        return rows, None
    return rows, (len(body) + 1, header[cells - 1], text.decode(errors="replace")[:200])


def left_out_of(table: TextTable) -> list[polars.DataFrame]:
    """Rejects (row, column_name, value, reason, consequence) for what a table holds but does not show."""
    lost = list(table.left_out)
    if table.too_long is not None:
        lost += [(row, "more cells than the header") for row in (numpy.flatnonzero(table.too_long) + 2).tolist()]
    found = [(row, "", "", reason, "the row was not loaded") for row, reason in sorted(lost)]
    if table.unfinished:
        row, column, text = table.unfinished
        reason = "the file ends here without a line end: the cell may be cut off"
        found.append((row, column, text, reason, "the cell was not loaded"))
    return [polars.DataFrame(found, schema=REJECT_SCHEMA, orient="row")] if found else []


def _header(line: bytes, name: str) -> tuple[str, ...]:
    import csv

    try:
        return tuple(cell.strip() for cell in next(csv.reader(io.StringIO(line.decode()))))
    except (csv.Error, StopIteration) as error:
        raise DamagedFile(
            "the header cannot be read",
            where=f"{name}, row 1",
            next_step="keep the publisher's header as the first line",
        ) from error


def _check_the_end(data: bytes, start: int, cells: int, width: int, row: int, name: str) -> None:
    """A last row without a line end is whole only if it is complete, or the England row of a download.

    The school performance downloads of one authority really do end that way (QUIRKS 4), so the missing
    line end alone proves nothing; a school's row that stops early without one is a file cut off.
    """
    if cells >= width:
        return
    first = data[start : start + 40].split(b",")[0].strip(b'" ')
    if row > 2 and first in (b"4", b"5", b"7", b"NAT") and cells >= 0.9 * width:
        return
    raise DamagedFile(
        f"the file is cut off: its last row has {cells} of {width} cells and no line end",
        where=f"{name}, row {row}",
        next_step="fetch the file again",
    )


def _workbook(data: bytes, name: str) -> tuple[TextTable, ...]:
    import fastexcel

    _check_the_archive(data, name)
    try:
        book = fastexcel.read_excel(data)
        sheets = {
            sheet: book.load_sheet(sheet, header_row=None, dtypes="string").to_polars() for sheet in book.sheet_names
        }
    except Exception as error:  # fastexcel raises its own family for each way a workbook can be broken
        raise DamagedFile(
            f"the workbook cannot be opened ({type(error).__name__})",
            where=name,
            next_step="fetch it again, or save the sheet as CSV in UTF-8",
        ) from error
    tables = []
    for sheet, frame in sheets.items():
        if frame.height < 2 or frame.width < 2:
            continue
        for above in _headers_of(frame):
            header = tuple((cell or "").strip() for cell in frame.row(above))
            body = frame.slice(above + 1).with_columns(polars.all().fill_null(""))
            tables.append(
                TextTable(
                    where=f"{name}, sheet {sheet}",
                    header=header,
                    row_count=body.height,
                    _text=_Cells(frame=body, above=above),
                )
            )
    if not tables:
        raise DamagedFile("the workbook has no sheet with a table", where=name, next_step="check the file")
    return tuple(tables)


def _check_the_archive(data: bytes, name: str) -> None:
    """Refuses a workbook whose parts are damaged, or which would fill the memory when it is opened.

    A reader of workbooks makes room for every cell up to the last one, so that one cell with a wild address in
    a small file asks for all the memory there is.
    """
    again = "fetch it again, or save the sheet as CSV in UTF-8"
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
            if size > LARGEST_WORKBOOK:
                raise DamagedFile(
                    f"the workbook grows to {size:,} bytes when it is opened", where=name, next_step=again
                )
            broken = archive.testzip()
            if broken:
                raise DamagedFile("the workbook is damaged", where=f"{name}, part {broken}", next_step=again)
            for part in archive.namelist():
                if part.startswith("xl/worksheets/") and part.endswith(".xml"):
                    _check_addresses(archive.read(part), f"{name}, part {part}", again)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise DamagedFile(f"the workbook is cut off or damaged ({error})"[:200], where=name, next_step=again) from error


def _check_addresses(sheet: bytes, where: str, again: str) -> None:
    addresses = set(re.findall(rb'<c [^>]*?\br="([A-Z]*)\d*"', sheet))
    rows = {int(row) for row in set(re.findall(rb'<(?:row|c) [^>]*?\br="[A-Z]*(\d{1,9})\d*"', sheet))}
    width = max((_column_number(letters) for letters in addresses), default=0)
    if width > 16_384 or max(rows, default=0) > 1_048_576 or width * max(rows, default=0) > LARGEST_SHEET:
        raise DamagedFile("a cell stands far outside the table", where=where, next_step=again)


def _column_number(letters: bytes) -> int:
    """B → 2, AA → 27."""
    number = 0
    for letter in letters[:6]:
        number = number * 26 + letter - 64
    return number


def _headers_of(frame: polars.DataFrame) -> list[int]:
    """Rows of a sheet that may be its header: the first, and any of the next nine that is all words.

    Publishers put titles and running numbers above the header; which row it is shows when a layout matches.
    """
    found = [0]
    for row in range(1, min(10, frame.height - 1)):
        cells = [cell.strip() for cell in frame.row(row) if cell and cell.strip()]
        if len(cells) >= 3 and not any(cell.replace(".", "").replace("-", "").isdigit() for cell in cells):
            found.append(row)
    return found


def _parquet(data: bytes, name: str) -> TextTable:
    try:
        frame = polars.read_parquet(io.BytesIO(data))
        body = frame.select(polars.all().cast(polars.String).fill_null(""))
    except (polars.exceptions.PolarsError, polars.exceptions.PanicException, OSError, ValueError) as error:
        raise DamagedFile(
            "the Parquet file is damaged, or a column of it holds no text or numbers",
            where=name,
            next_step="fetch the file again",
        ) from error
    return TextTable(where=name, header=tuple(frame.columns), row_count=body.height, _text=_Cells(frame=body))


def _geojson(data: bytes, name: str) -> dict:
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:  # ValueError: broken, or a number of thousands of digits
        raise DamagedFile(
            "the JSON is cut off or broken", where=f"{name}, {error}"[:200], next_step="fetch the file again"
        ) from error
    if not isinstance(document, dict) or not document:
        raise DamagedFile("this JSON is not a set of boundaries", where=name, next_step="fetch GeoJSON")
    return document
