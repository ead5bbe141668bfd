"""Small cuts of published files, and the ways in which a file can arrive damaged; every way is seeded."""

import csv
import gzip
import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

import polars

QUIRKY = re.compile(rb"SUPP|NEW|LOWCOV|\bNE\b|\bNP\b|\bRE\b|NULL|,z,|,c,|\"|[\x80-\xff]")
"""What the rows have that are taken first: codes, quotation marks, letters that are not ASCII."""


@dataclass(frozen=True)
class Mutation:
    """One way to damage a file.

    Attributes:
        kinds: to which kinds of file it can happen (delimited, workbook, parquet, geojson).
        change: bytes and a random source → other bytes, or None where the file has nothing to damage so.
        compared: `all` (every number and text that is loaded stands in the whole file), `all but repeats` (where
            the first of two rows is kept by design and the other reported), `all but shifts` (a lost cell that
            cannot be told from a trimmed end is counted apart), `numbers` (texts may be other), `possible
            numbers` (numbers without a limit may be other too), or `nothing` (the damage cannot be seen in the
            bytes: only the ways to end are tested).
        times: how many seeds.
    """

    name: str
    kinds: tuple[str, ...]
    change: Callable[[bytes, Random], bytes | None]
    compared: str = "all"
    times: int = 1


# --- small cuts of files -----------------------------------------------------------------------------------


def cut_of(path: Path, rows: int = 36) -> bytes:
    """The bytes of a small file like this one: its header, first, last, short and quirky rows.

    Line ends, encoding and the missing line end of the last row stay as they are. Workbooks, Parquet files and
    boundaries are returned whole where they are small, else with their first areas only.
    """
    data = path.read_bytes()
    if data[:2] == b"PK":
        return data if len(data) < 60_000 else small_workbook(data)
    if data[:4] == b"PAR1":
        frame = polars.read_parquet(io.BytesIO(data))
        if frame.height > 2000:
            frame = polars.concat([frame.head(400), frame.tail(400)])
        return parquet_of(frame)
    if data.lstrip()[:1] == b"{":
        document = json.loads(data)
        document["features"] = document["features"][:6]
        return json.dumps(document).encode()
    lines = data.splitlines(keepends=True) if b'"' not in data else _records(data)
    header, body = lines[0], lines[1:]
    if len(body) <= rows:
        return data
    width = header.count(b",")
    short = [position for position, line in enumerate(body) if line.count(b",") < width][:4]
    quirky = [position for position, line in enumerate(body) if QUIRKY.search(line)][:10]
    ends = [*range(8), *range(len(body) - 8, len(body))]
    chosen = sorted({*ends, *short, *quirky})
    more = [position for position in range(0, len(body), max(1, len(body) // rows)) if position not in chosen]
    chosen = sorted({*chosen, *more[: max(0, rows - len(chosen))]})
    return header + b"".join(body[position] for position in chosen)


def _records(data: bytes) -> list[bytes]:
    """Lines, joined where a line end stands in quotation marks."""
    records, waiting = [], b""
    for line in data.splitlines(keepends=True) if b"\x85" not in data else re.findall(rb"[^\n]*\n|[^\n]+$", data):
        waiting += line
        if waiting.count(b'"') % 2 == 0:
            records.append(waiting)
            waiting = b""
    return records + ([waiting] if waiting else [])


def small_workbook(data: bytes, rows: int = 40) -> bytes:
    """The first rows of every sheet of a workbook."""
    import fastexcel
    import xlsxwriter

    book = fastexcel.read_excel(data)
    target = io.BytesIO()
    written = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_numbers": False})
    for name in book.sheet_names:
        sheet = written.add_worksheet(name[:31])
        frame = book.load_sheet(name, header_row=None, dtypes="string").to_polars().head(rows)
        for position, row in enumerate(frame.iter_rows()):
            for column, cell in enumerate(row):
                if cell is None:
                    continue
                if position and re.fullmatch(r"-?\d+(\.\d+)?", cell):
                    sheet.write_number(position, column, float(cell))
                else:
                    sheet.write_string(position, column, cell)
    written.close()
    return target.getvalue()


def parquet_of(frame: polars.DataFrame) -> bytes:
    """A frame as the bytes of a Parquet file."""
    target = io.BytesIO()
    frame.write_parquet(target)
    return target.getvalue()


# --- a delimited file taken apart and put together again ---------------------------------------------------


@dataclass
class Taken:
    """A delimited file as rows of cells with what is needed to write it as it was."""

    rows: list[list[str]]
    encoding: str
    line_end: str
    ends: bool

    def bytes(self, **options) -> bytes:
        target = io.StringIO()
        csv.writer(target, lineterminator=self.line_end, **options).writerows(self.rows)
        text = target.getvalue()
        text = text if self.ends else text[: -len(self.line_end)]
        try:
            return text.encode(self.encoding)
        except UnicodeEncodeError:
            return text.encode()


def taken(data: bytes) -> Taken:
    """Takes a delimited file apart."""
    try:
        encoding = "utf-8-sig" if data[:3] == b"\xef\xbb\xbf" else "utf-8"
        text = data.decode(encoding)
    except UnicodeDecodeError:
        encoding, text = "cp1252", data.decode("cp1252")
    line_end = "\r\n" if "\r\n" in text else "\n"
    return Taken(list(csv.reader(io.StringIO(text, newline=""))), encoding, line_end, text.endswith("\n"))


def _cells(change: Callable[[list[list[str]], Random], bool | None]) -> Callable[[bytes, Random], bytes | None]:
    """A mutation of the rows of a file; `change` alters them in place and returns False where it cannot."""

    def changed(data: bytes, random: Random) -> bytes | None:
        file = taken(data)
        if len(file.rows) < 2 or change(file.rows, random) is False:
            return None
        return file.bytes()

    return changed


def is_number(cell: str) -> bool:
    """Whether a cell prints a plain number or a percentage."""
    return re.fullmatch(r"-?\d+(\.\d+)?%?", cell) is not None


def _number_cells(rows: list[list[str]]) -> list[tuple[int, int]]:
    """Cells with numbers, outside columns that hold six-digit school numbers or codes in their names."""
    keys = re.compile(
        r"URN|ESTAB|LEA|CODE|RECTYPE|NUMBER$|INSPECTION NUMBER|PERIOD|YEAR|\bLA\b|PCODE|UID|ID$|DATE|TELNUM", re.I
    )
    width = len(rows[0])
    return [
        (line, column)
        for line, row in enumerate(rows[1:], start=1)
        for column, cell in enumerate(row[:width])
        if is_number(cell) and not keys.search(rows[0][column])
    ]


def _put(texts: tuple[str, ...]) -> Callable[[bytes, Random], bytes | None]:
    """Writes one of these texts into a cell that held a number."""

    def change(rows: list[list[str]], random: Random) -> bool:
        cells = _number_cells(rows)
        if not cells:
            return False
        line, column = random.choice(cells)
        rows[line][column] = random.choice(texts)
        return True

    return _cells(change)


# --- the ways -----------------------------------------------------------------------------------------------


def _cut_anywhere(data: bytes, random: Random) -> bytes:
    return data[: random.randrange(1, len(data))]


def _cut_in_the_last_row(data: bytes, random: Random) -> bytes:
    body = data.rstrip(b"\r\n")
    start = body.rfind(b"\n") + 1
    return body[: random.randrange(start, len(body)) + 1]


def _cut_in_the_last_cell(data: bytes, random: Random) -> bytes | None:
    lines = [line for line in data.splitlines() if line.strip()]
    ends = [i for i, line in enumerate(lines[1:], 1) if re.search(rb"[^,\"]{2,}$", line)]
    if not ends:
        return None
    at = random.choice(ends)
    last = lines[at]
    cell = len(last) - last.rfind(b",") - 1
    return b"\n".join([*lines[:at], last[: -random.randrange(1, cell)]])


def _cut_at_a_row(data: bytes, random: Random) -> bytes | None:
    file = taken(data)
    if len(file.rows) < 4:
        return None
    del file.rows[random.randrange(2, len(file.rows)) :]
    file.ends = True
    return file.bytes()


def _cut_after_header(data: bytes, random: Random) -> bytes:
    file = taken(data)
    del file.rows[1:]
    file.ends = random.random() < 0.5
    return file.bytes()


def _page(data: bytes, random: Random) -> bytes:
    inner = random.choice([b"", data[:500]])
    start = random.choice(
        [b"<!DOCTYPE html><html>", b"\n\n  <html lang='en'>", b"\xef\xbb\xbf<?xml version='1.0'?><Error>"]
    )
    return start + b"<body><h1>Sorry, there is a problem with the service</h1>" + inner + b"</body></html>"


def _zip_of(data: bytes, random: Random) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("england_ks2final.csv", data)
    return target.getvalue()


def _binary(data: bytes, random: Random) -> bytes:
    kind = random.choice([b"", b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"\xd0\xcf\x11\xe0", b"PK\x03\x04", b"PAR1", b"{"])
    return kind + random.randbytes(random.randrange(20, 3000))


def _empty(data: bytes, random: Random) -> bytes:
    return random.choice(
        [b"", b"\n", b"\r\n\r\n", b"   ", b"\xef\xbb\xbf", b"\xef\xbb\xbf\r\n", b"\xff\xfe", b",", b",,,\n"]
    )


def _null_bytes(data: bytes, random: Random) -> bytes:
    at = random.randrange(len(data))
    return data[:at] + b"\x00" * random.randrange(1, 600) + data[at:]


def _other_line_ends(data: bytes, random: Random) -> bytes:
    plain = data.replace(b"\r\n", b"\n")
    return plain.replace(b"\n", random.choice([b"\r", b"\r\n", b"\n"]))


def _mixed_line_ends(data: bytes, random: Random) -> bytes:
    lines = data.replace(b"\r\n", b"\n").split(b"\n")
    return b"".join(line + random.choice([b"\n", b"\r\n", b"\r"]) for line in lines[:-1]) + lines[-1]


def _blank_lines(data: bytes, random: Random) -> bytes:
    file = taken(data)
    for _ in range(random.randrange(1, 5)):
        file.rows.insert(random.randrange(1, len(file.rows) + 1), random.choice([[], [""] * len(file.rows[0])]))
    return file.bytes()


def _as(*encodings: str) -> Callable[[bytes, Random], bytes | None]:
    def change(data: bytes, random: Random) -> bytes | None:
        file = taken(data)
        text = Taken(file.rows, "utf-8", file.line_end, file.ends).bytes().decode()
        return text.encode(random.choice(encodings), errors="replace")

    return change


def _letters(encoding: str) -> Callable[[bytes, Random], bytes | None]:
    """Puts letters that are not ASCII into a name and writes the file in another encoding."""

    def change(data: bytes, random: Random) -> bytes | None:
        file = taken(data)
        names = [i for i, name in enumerate(file.rows[0]) if re.search("NAME", name, re.I)]
        if not names or len(file.rows) < 3:
            return None
        row = file.rows[random.randrange(1, len(file.rows))]
        if len(row) <= names[0]:
            return None
        row[names[0]] = "École Sainte-Thérèse – ‘Noël’ £"
        text = Taken(file.rows, "utf-8", file.line_end, file.ends).bytes().decode()
        return text.encode(encoding, errors="replace")

    return change


def _broken_letters(data: bytes, random: Random) -> bytes:
    at = random.randrange(len(data))
    return (
        data[:at]
        + random.choice([b"\xff", b"\xc3", b"\x81\x8d", b"\xe2\x80", b"\xf5\x80", b"\xed\xa0\x80"])
        + data[at:]
    )


def _drop_column(rows, random):
    column = random.randrange(len(rows[0]))
    for row in rows:
        if len(row) > column:
            del row[column]


def _rename_column(rows, random):
    column = random.randrange(len(rows[0]))
    name = rows[0][column]
    rows[0][column] = random.choice(
        [name + "X", name[:-1], name[::-1], "row", "entity", "year", "", name.replace("A", "4") + "_", f"{name} (name)"]
    )


def _respell_header(rows, random):
    how = random.choice([str.lower, str.upper, lambda name: f"  {name} ", lambda name: name.replace(" ", "  ")])
    rows[0][:] = [how(name) for name in rows[0]]


def _double_column(same: bool):
    def change(rows, random):
        column, place = random.randrange(len(rows[0])), random.randrange(len(rows[0]) + 1)
        name = rows[0][column]
        for number, row in enumerate(rows):
            if len(row) > column:
                other = (
                    row[column]
                    if same or number == 0
                    else rows[number - 1][column]
                    if len(rows[number - 1]) > column
                    else ""
                )
                row.insert(min(place, len(row)), name if number == 0 else other)

    return change


def _reorder_columns(rows, random):
    width = len(rows[0])
    if any(len(row) != width for row in rows):
        for row in rows:
            row += [""] * (width - len(row))
    order = list(range(width))
    random.shuffle(order)
    for row in rows:
        row[:] = [row[column] for column in order]


def _extra_column(rows, random):
    place = random.randrange(len(rows[0]) + 1)
    for number, row in enumerate(rows):
        if len(row) >= place:
            row.insert(place, random.choice(["", "x1", "NOTES"]) if number == 0 else "7")


def _shuffle_rows(rows, random):
    body = rows[1:]
    random.shuffle(body)
    rows[1:] = body


def _drop_rows(rows, random):
    for _ in range(random.randrange(1, 6)):
        if len(rows) > 3:
            del rows[random.randrange(1, len(rows))]


def _double_rows(rows, random):
    for _ in range(random.randrange(1, 4)):
        rows.insert(random.randrange(1, len(rows) + 1), list(rows[random.randrange(1, len(rows))]))


def _double_rows_changed(rows, random):
    cells = _number_cells(rows)
    if not cells:
        return False
    line, column = random.choice(cells)
    other = list(rows[line])
    other[column] = "11%" if other[column].endswith("%") else "11"
    if other == rows[line]:
        return False
    rows.insert(random.randrange(1, len(rows) + 1), other)
    return True


def _file_twice(data: bytes, random: Random) -> bytes:
    return data + (b"" if data.endswith(b"\n") else b"\n") + data


def _header_again(rows, random):
    rows.insert(random.randrange(1, len(rows) + 1), list(rows[0]))


def _no_header(data: bytes, random: Random) -> bytes:
    file = taken(data)
    del file.rows[0]
    return file.bytes()


def _title_above(rows, random):
    for text in random.choice([["Table 1"], ["Notes", "Source: the publisher"]]):
        rows.insert(0, [text])


def _cells_cut_off(rows, random):
    for _ in range(random.randrange(1, 4)):
        row = rows[random.randrange(1, len(rows))]
        del row[random.randrange(len(row) + 1) :]


def _cell_taken_out(rows, random):
    lines = [row for row in rows[1:] if len(row) == len(rows[0])]
    if not lines:
        return False
    row = random.choice(lines)
    del row[random.randrange(len(row))]
    return True


def _cell_put_in(rows, random):
    row = rows[random.randrange(1, len(rows))]
    row.insert(random.randrange(len(row) + 1), random.choice(["", "0", "12", "SUPP", "a, b"]))


def _lost_quotation_marks(data: bytes, random: Random) -> bytes | None:
    return data.replace(b'"', b"") if b'"' in data else None


def _stray_quotation_mark(data: bytes, random: Random) -> bytes:
    for _ in range(random.randrange(1, 3)):
        at = random.randrange(len(data))
        data = data[:at] + b'"' + data[at:]
    return data


def _quoted_words(rows, random):
    names = [i for i, name in enumerate(rows[0]) if re.search("NAME", name, re.I)]
    if not names:
        return False
    row = rows[random.randrange(1, len(rows))]
    if len(row) <= names[0]:
        return False
    row[names[0]] = random.choice(['The "Old, New" School', 'A\nschool,\n"twice"', '"', '""', ",,,,"])
    return True


def _all_quoted(data: bytes, random: Random) -> bytes:
    return taken(data).bytes(quoting=csv.QUOTE_ALL)


def _other_separator(data: bytes, random: Random) -> bytes:
    return taken(data).bytes(delimiter=random.choice([";", "\t", "|"]))


def _decimal_commas(rows, random):
    for row in rows[1:]:
        row[:] = [re.sub(r"^(-?\d+)\.(\d+)(%?)$", r"\1,\2\3", cell) for cell in row]


def _spaces(rows, random):
    for line, column in _number_cells(rows)[::7]:
        rows[line][column] = random.choice([" {}", "{} ", "\t{}", "\u00a0{}", "  {}  "]).format(rows[line][column])


def _thousands(rows, random):
    for line, column in _number_cells(rows):
        cell = rows[line][column]
        if cell.isdigit() and len(cell) > 3:
            rows[line][column] = f"{int(cell):,}"


def _huge_cell(rows, random):
    row = rows[random.randrange(1, len(rows))]
    if not row:
        return False
    row[random.randrange(len(row))] = random.choice(["x", "9", "é ", '"']) * 1_200_000
    return True


def _huge_number(rows, random):
    cells = _number_cells(rows)
    if not cells:
        return False
    line, column = random.choice(cells)
    rows[line][column] = random.choice(["9" * 10_000, "-" + "1" * 400 + ".5", "1" + "0" * 400, "1e400", "-1e999"])
    return True


def _wide_header(data: bytes, random: Random) -> bytes:
    file = taken(data)
    extra = random.choice(["X", "", "COLUMN {}"])
    file.rows[0] += [extra.format(number) for number in range(20_000)]
    return file.bytes()


def _bad_keys(rows, random):
    columns = [i for i, name in enumerate(rows[0]) if re.search(r"^\W*URN|LA CODE|LEA$|CODE$|^LA$|UID", name, re.I)]
    if not columns:
        return False
    for _ in range(3):
        row = rows[random.randrange(1, len(rows))]
        column = random.choice(columns)
        if len(row) > column:
            row[column] = random.choice(
                ["", "abc", "1234567", "12345", "-10000", "1.13E+05", "=1+1", "９９９９９９", "NULL", "1 00 000", "0"]
            )
    return True


def _bad_dates(rows, random):
    columns = [i for i, name in enumerate(rows[0]) if re.search("date|year|period", name, re.I)]
    if not columns:
        return False
    for _ in range(3):
        row = rows[random.randrange(1, len(rows))]
        column = random.choice(columns)
        if len(row) > column:
            row[column] = random.choice(
                [
                    "31/02/2019",
                    "0000-00-00",
                    "2019-13-45",
                    "99/99/9999",
                    "yesterday",
                    "12345678901234567890",
                    "01/01/0001",
                    "=NOW()",
                    "1e9",
                    "-1",
                    "",
                ]
            )
    return True


def _formula_in_names(rows, random):
    names = [i for i, name in enumerate(rows[0]) if re.search("NAME", name, re.I)]
    if not names:
        return False
    row = rows[random.randrange(1, len(rows))]
    if len(row) <= names[0]:
        return False
    row[names[0]] = random.choice(FORMULAS)
    return True


FORMULAS = ('=HYPERLINK("http://example.invalid","x")', "+1+1", "-1+1", "@SUM(1,1)", "=cmd|' /C calc'!A0", "\t=1+1")
UNKNOWN_CODES = (
    "QQQ",
    "#REF!",
    "#N/A",
    "n/a?",
    "TRUE",
    "01-Feb",
    "12,34",
    "5 to 10",
    "<5",
    "1.2.3",
    "=1+1",
    "+",
    "–",
    "1/2",
    "٣٤",
    "inf",
    "nan",
    "-inf",
)
IMPOSSIBLE = ("-987654321987654", "987654321987654", "-987654321%", "1e200")

DELIMITED, WORKBOOK, PARQUET, GEOJSON = ("delimited",), ("workbook",), ("parquet",), ("geojson",)
EVERY = (*DELIMITED, *WORKBOOK, *PARQUET, *GEOJSON)


# --- workbooks, Parquet files, boundaries -------------------------------------------------------------------


def _flip_bytes(data: bytes, random: Random) -> bytes:
    damaged = bytearray(data)
    for _ in range(random.randrange(1, 40)):
        damaged[random.randrange(len(damaged))] = random.randrange(256)
    return bytes(damaged)


def rezipped(change: Callable[[str, bytes, Random], bytes | None]) -> Callable[[bytes, Random], bytes]:
    """A mutation of the parts of a workbook; `change` gives each part anew, or None to leave it out."""

    def changed(data: bytes, random: Random) -> bytes:
        target = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
            for name in old.namelist():
                content = change(name, old.read(name), random)
                if content is not None:
                    new.writestr(name, content)
        return target.getvalue()

    return changed


def _lost_part(name: str, content: bytes, random: Random) -> bytes | None:
    return None if random.random() < 0.3 else content


def _broken_xml(name: str, content: bytes, random: Random) -> bytes:
    return content[: len(content) // 2] if name.startswith("xl/") and random.random() < 0.5 else content


def _wild_cells(name: str, content: bytes, random: Random) -> bytes:
    """Cells far outside the sheet, and shared texts that are not there."""
    if "worksheets/" not in name:
        return content
    wild = random.choice([b'r="XFD1048576"', b'r="A1048576"', b'r="ZZZZ99"', b'r=""'])
    content = re.sub(rb'r="C3"', wild, content, count=1)
    return re.sub(rb"<v>3</v>", random.choice([b"<v>99999999</v>", b"<v>-1</v>", b"<v></v>"]), content, count=1)


def zip_bomb(data: bytes, random: Random, size: int = 600_000_000) -> bytes:
    """A workbook of a few kilobytes with a sheet that grows to `size` bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if "worksheets/sheet1" not in name:
                new.writestr(name, old.read(name))
                continue
            with new.open(name, "w", force_zip64=True) as sheet:
                sheet.write(old.read(name).split(b"<sheetData")[0] + b"<sheetData>")
                part = b" " * 10_000_000
                for _ in range(size // len(part)):
                    sheet.write(part)
                sheet.write(b"</sheetData></worksheet>")
    return target.getvalue()


def _parquet(change: Callable[[polars.DataFrame, Random], polars.DataFrame]) -> Callable[[bytes, Random], bytes]:
    def changed(data: bytes, random: Random) -> bytes:
        return parquet_of(change(polars.read_parquet(io.BytesIO(data)), random))

    return changed


def _other_types(frame: polars.DataFrame, random: Random) -> polars.DataFrame:
    column = random.choice(frame.columns)
    kind = random.choice(
        [
            polars.lit(None).alias(column),
            polars.lit(b"\x00\xff").alias(column),
            polars.lit(True).alias(column),
            polars.lit([1, 2]).alias(column),
            polars.struct(polars.lit(1).alias("a")).alias(column),
            polars.lit(polars.Series([1]).cast(polars.Date)[0]).alias(column),
            polars.lit("Köln").cast(polars.Categorical).alias(column),
        ]
    )
    return frame.with_columns(kind)


def _document(change: Callable[[dict, Random], object]) -> Callable[[bytes, Random], bytes]:
    def changed(data: bytes, random: Random) -> bytes:
        document = json.loads(data)
        other = change(document, random)
        return json.dumps(document if other is None else other).encode()

    return changed


def _strange_feature(document: dict, random: Random) -> None:
    feature = random.choice(document["features"])
    strange = random.choice(
        [None, [], {}, "x", 7, -1e308, True, [[None]], ["a", "b"], {"a": {"b": []}}, "\ud800", [[[[0]]]]]
    )
    where = random.choice(["feature", "properties", "geometry", "type", "coordinates", "property"])
    if where == "feature":
        document["features"][random.randrange(len(document["features"]))] = strange
    elif where in ("properties", "geometry"):
        feature[where] = strange
    elif where in ("type", "coordinates"):
        feature["geometry"][where] = strange
    else:
        feature["properties"][random.choice(list(feature["properties"]))] = strange


def _strange_document(document: dict, random: Random) -> object:
    return random.choice(
        [
            {"type": "FeatureCollection", "features": []},
            {"type": "FeatureCollection", "features": {}},
            {"type": "FeatureCollection", "features": [None]},
            {"type": "FeatureCollection", "features": ["x"]},
            {"type": "FeatureCollection", "features": "x"},
            {"type": "Topology", "objects": {}},
            {"error": {"code": 400, "message": "Invalid URL"}},
            {"error": "x"},
            {},
            {**document, "crs": "x"},
            {**document, "properties": "x"},
            {**document, "exceededTransferLimit": True},
            {**document, "features": [*document["features"], document["features"][0]]},
        ]
    )


def _metres(document: dict, random: Random) -> None:
    for feature in document["features"]:
        feature["geometry"] = {
            "type": "Polygon",
            "coordinates": [[[400000.0, 160000.0], [400100.0, 160000.0], [400000.0, 160100.0]]],
        }


def _strange_json(data: bytes, random: Random) -> bytes:
    return random.choice(
        [
            b'{"a":' * 900 + b"1" + b"}" * 900,
            b'{"a":' * 200_000,
            b'{"type":"FeatureCollection","features":[' + b"[" * 100_000,
            b'{"a":' + b"9" * 10_000 + b"}",
            re.sub(rb"-?\d+\.\d+", b"NaN", data, count=1),
            re.sub(rb"-?\d+\.\d+", b"1e999", data, count=1),
            re.sub(rb"-?\d+\.\d+", b"9" * 5000, data, count=1),
            data.replace(b"[[", b"[" * 800, 1).replace(b"]]", b"]" * 800, 1),
            data + data,
            data[:-1],
        ]
    )


MUTATIONS: tuple[Mutation, ...] = (
    Mutation("cut anywhere", EVERY, _cut_anywhere, times=3),
    Mutation("cut in the last row", DELIMITED, _cut_in_the_last_row, times=2),
    Mutation("cut in a last cell", DELIMITED, _cut_in_the_last_cell, times=2),
    Mutation("cut between rows", DELIMITED, _cut_at_a_row),
    Mutation("header only", DELIMITED, _cut_after_header),
    Mutation("empty", EVERY, _empty),
    Mutation("a web page", EVERY, _page),
    Mutation("a ZIP archive", EVERY, _zip_of),
    Mutation("a gzip archive", EVERY, lambda data, random: gzip.compress(data)),
    Mutation("binary", EVERY, _binary),
    Mutation("null bytes", DELIMITED, _null_bytes),
    Mutation("other line ends", DELIMITED, _other_line_ends),
    Mutation("mixed line ends", DELIMITED, _mixed_line_ends),
    Mutation("blank lines", DELIMITED, _blank_lines),
    Mutation("UTF-16", DELIMITED, _as("utf-16", "utf-16-le", "utf-16-be", "utf-32")),
    Mutation("UTF-8 with a mark", DELIMITED, _as("utf-8-sig")),
    Mutation("other encodings", DELIMITED, _as("latin-1", "cp500", "utf-7", "mac-roman"), "numbers"),
    Mutation("letters in Windows-1252", DELIMITED, _letters("cp1252"), "numbers"),
    Mutation("letters in UTF-16", DELIMITED, _letters("utf-16"), "numbers"),
    Mutation("broken letters", DELIMITED, _broken_letters, "nothing"),
    Mutation("a column missing", DELIMITED, _cells(_drop_column)),
    Mutation("a column renamed", DELIMITED, _cells(_rename_column)),
    Mutation("a header respelled", DELIMITED, _cells(_respell_header)),
    Mutation("a column twice, alike", DELIMITED, _cells(_double_column(True))),
    Mutation("a column twice, unlike", DELIMITED, _cells(_double_column(False)), times=2),
    Mutation("columns reordered", DELIMITED, _cells(_reorder_columns)),
    Mutation("a column more", DELIMITED, _cells(_extra_column)),
    Mutation("rows shuffled", DELIMITED, _cells(_shuffle_rows)),
    Mutation("rows missing", DELIMITED, _cells(_drop_rows)),
    Mutation("rows twice, alike", DELIMITED, _cells(_double_rows)),
    Mutation("rows twice, unlike", DELIMITED, _cells(_double_rows_changed), "all but repeats"),
    Mutation("the file twice", DELIMITED, _file_twice),
    Mutation("the header again", DELIMITED, _cells(_header_again)),
    Mutation("no header", DELIMITED, _no_header),
    Mutation("a title above", DELIMITED, _cells(_title_above)),
    Mutation("rows that stop early", DELIMITED, _cells(_cells_cut_off)),
    Mutation("a cell taken out", DELIMITED, _cells(_cell_taken_out), "all but shifts", times=2),
    Mutation("a cell put in", DELIMITED, _cells(_cell_put_in), "all but shifts"),
    Mutation("quotation marks lost", DELIMITED, _lost_quotation_marks, "numbers"),
    Mutation("stray quotation marks", DELIMITED, _stray_quotation_mark, "numbers"),
    Mutation("quotation marks in names", DELIMITED, _cells(_quoted_words), "numbers"),
    Mutation("every cell quoted", DELIMITED, _all_quoted),
    Mutation("another separator", DELIMITED, _other_separator),
    Mutation("decimal commas", DELIMITED, _cells(_decimal_commas)),
    Mutation("spaces around numbers", DELIMITED, _cells(_spaces)),
    Mutation("thousands separators", DELIMITED, _cells(_thousands), "numbers"),
    Mutation("a huge cell", DELIMITED, _cells(_huge_cell), "numbers"),
    Mutation("a huge number", DELIMITED, _cells(_huge_number), "possible numbers"),
    Mutation("20,000 columns more", DELIMITED, _wide_header),
    Mutation("unknown codes", DELIMITED, _put(UNKNOWN_CODES), "numbers"),
    Mutation("impossible values", DELIMITED, _put(IMPOSSIBLE), "possible numbers"),
    Mutation("keys that are none", DELIMITED, _cells(_bad_keys), "numbers"),
    Mutation("dates that are none", DELIMITED, _cells(_bad_dates), "numbers"),
    Mutation("formulas in names", DELIMITED, _cells(_formula_in_names), "numbers"),
    Mutation("bytes changed", (*WORKBOOK, *PARQUET, *GEOJSON), _flip_bytes, "nothing", times=8),
    Mutation("parts of a workbook lost", WORKBOOK, rezipped(_lost_part), times=4),
    Mutation("sheets cut off", WORKBOOK, rezipped(_broken_xml), times=4),
    Mutation("cells outside the sheet", WORKBOOK, rezipped(_wild_cells), "nothing", times=3),
    Mutation(
        "a column of a Parquet file missing",
        PARQUET,
        _parquet(lambda frame, random: frame.drop(random.choice(frame.columns))),
        times=3,
    ),
    Mutation("other kinds of column", PARQUET, _parquet(_other_types), "nothing", times=8),
    Mutation("no rows", PARQUET, _parquet(lambda frame, random: frame.clear())),
    Mutation("strange features", GEOJSON, _document(_strange_feature), "numbers", times=14),
    Mutation("a strange document", GEOJSON, _document(_strange_document), times=8),
    Mutation("metres for degrees", GEOJSON, _document(_metres)),
    Mutation("strange JSON", GEOJSON, _strange_json, "numbers", times=10),
)
"""Every way that is tried on every file of its kind."""
