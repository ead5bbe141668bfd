"""Files of the sample: repeatable random numbers, encodings and line ends, and the manifest."""

import hashlib
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import polars as pl
import xlsxwriter

FETCHED = "2026-11-12"


def generator(seed: int, *topic: object) -> np.random.Generator:
    """Return the random number generator of one topic, the same in every process for the same seed."""
    words = [zlib.crc32(str(part).encode()) for part in topic]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *words])))


@dataclass(frozen=True)
class Written:
    """One file that was written: its path inside the folder, its source and its edition."""

    path: str
    source: str
    edition: str


class Writer:
    """Writes files below one folder, remembers them, and ends with the manifest."""

    def __init__(self, folder: Path, progress: Callable[[str], None] | None = None) -> None:
        self.folder = Path(folder)
        self.written: list[Written] = []
        self._progress = progress

    def path(self, source: str, edition: str, name: str) -> Path:
        """Return the place of a file and remember it; the folders are made."""
        relative = f"{source}/{edition}/{name}" if edition else f"{source}/{name}"
        target = self.folder / relative
        target.parent.mkdir(parents=True, exist_ok=True)
        self.written.append(Written(relative, source, edition or "current"))
        if self._progress is not None:
            self._progress(relative)
        return target

    def frame(
        self,
        source: str,
        edition: str,
        name: str,
        frame: pl.DataFrame,
        *,
        encoding: str = "utf-8",
        bom: bool = False,
        line_end: str = "\n",
        quote: str = "necessary",
        ragged: Callable[[list[str]], list[str]] | None = None,
        trailer: Iterable[str] = (),
    ) -> Path:
        """Write a frame of text as CSV.

        `ragged` receives the lines (header first, without line ends) and gives them back cut as the publisher
        cuts them; `trailer` lines are added at the end. Raises UnicodeEncodeError if the encoding lacks a
        letter.
        """
        target = self.path(source, edition, name)
        extra = list(trailer)
        if quote == "necessary":
            # An empty text would be written as two quotation marks; publishers leave the field empty.
            frame = frame.with_columns(pl.col(pl.String).replace("", None))
        if ragged is None and not extra and encoding == "utf-8":
            frame.write_csv(target, include_bom=bom, line_terminator=line_end, quote_style=quote)
            return target
        text = frame.write_csv(line_terminator="\n", quote_style=quote)
        lines = text.split("\n")[:-1]
        if ragged is not None:
            lines = ragged(lines)
        data = line_end.join([*lines, *extra]) + line_end
        target.write_bytes((b"\xef\xbb\xbf" if bom else b"") + data.encode(encoding))
        return target

    def text(self, source: str, edition: str, name: str, text: str) -> Path:
        """Write text as it is, UTF-8 with line feeds."""
        target = self.path(source, edition, name)
        target.write_bytes(text.encode())
        return target

    def workbook(self, source: str, edition: str, name: str, sheets: dict[str, Sequence[Sequence[object]]]) -> Path:
        """Write an XLSX workbook, one list of rows per sheet, with a fixed creation date."""
        target = self.path(source, edition, name)
        book = xlsxwriter.Workbook(str(target), {"in_memory": True})
        book.set_properties({"created": datetime(2026, 11, 12), "author": "Sample"})
        for sheet, rows in sheets.items():
            page = book.add_worksheet(sheet)
            for position, row in enumerate(rows):
                page.write_row(position, 0, row)
        book.close()
        return target

    def manifest(self, la_code: str, la_name: str) -> Path:
        """Write manifest.toml: the notice, then one [[file]] per file in path order."""
        lines = [
            "sample = true",
            f'la_code = "{la_code}"',
            f'la_name = "{la_name}"',
            'notice = "Sample data: this authority is fictional."',
        ]
        for entry in sorted(self.written, key=lambda item: item.path):
            digest = hashlib.sha256((self.folder / entry.path).read_bytes()).hexdigest()
            lines += [
                "",
                "[[file]]",
                f'path = "{entry.path}"',
                f'source = "{entry.source}"',
                f'edition = "{entry.edition}"',
                f'sha256 = "{digest}"',
                f"fetched = {FETCHED}",
                'origin = "sample"',
            ]
        target = self.folder / "manifest.toml"
        target.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
        return target


def edition_of(year: int) -> str:
    """Return the folder of a school year: 2017 is '2016-17'."""
    return f"{year - 1}-{year % 100:02d}"
