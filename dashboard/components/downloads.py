"""Tables as files: CSV guarded against formulas, Excel with a cover sheet, and the links to them."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl
import xlsxwriter
from dash import html

from dashboard.components.links import address

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, kw_only=True)
class Download:
    """A table that a page offers as a file, with what its reader must know.

    Attributes:
        name: the file's name without its ending; letters, digits, '-' and '_'.
        title: one line that says what the rows are.
        frame: the rows, values not rounded; column names as they appear in the file.
        notes: (term, text) pairs for the cover sheet: filters in force, sources, licence, what is missing.
    """

    name: str
    title: str
    frame: pl.DataFrame
    notes: Sequence[tuple[str, str]] = ()


def guarded(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with an apostrophe before any text that a spreadsheet would run as a formula."""
    starts = r"^[=+\-@\t\r]"
    return frame.with_columns(
        pl.when(pl.col(name).str.contains(starts))
        .then(pl.concat_str(pl.lit("'"), pl.col(name)))
        .otherwise(pl.col(name))
        .alias(name)
        for name, kind in frame.schema.items()
        if kind == pl.String
    )


def as_csv(download: Download) -> bytes:
    """The rows as CSV in UTF-8 with a byte order mark, which spreadsheets need to show accents."""
    return "\ufeff".encode() + guarded(download.frame).write_csv().encode()


def as_xlsx(download: Download, about: Sequence[tuple[str, str]] = ()) -> bytes:
    """A workbook: a cover sheet with title, notes and `about`, then the rows under a frozen header row."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        cover = book.add_worksheet("Cover")
        bold = book.add_format({"bold": True, "font_size": 14})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        term = book.add_format({"bold": True, "valign": "top"})
        cover.set_column(0, 0, 24)
        cover.set_column(1, 1, 100)
        cover.write_string(0, 0, download.title, bold)
        for row, (name, text) in enumerate([*download.notes, *about], start=2):
            cover.write_string(row, 0, name, term)
            cover.write_string(row, 1, text, wrapped)
        guarded(download.frame).write_excel(
            book, worksheet="Data", table_name="data", freeze_panes=(1, 0), autofit=True, float_precision=6
        )
        book.worksheets()[0].activate()
    return target.getvalue()


def download_links(path: str, download: str, rows: int, query: dict[str, object] | None = None) -> html.Div:
    """Two links that save a page's table: `path` is the page's, `rows` the table's size."""
    base = f"/download{path.rstrip('/')}/{download}"
    size = f"{rows:,} row{'' if rows == 1 else 's'}"
    return html.Div(
        [
            html.A(f"CSV, {size}", href=address(f"{base}.csv", query), className="btn", download=True),
            html.A(
                f"Excel, {size} and a cover sheet",
                href=address(f"{base}.xlsx", query),
                className="btn",
                download=True,
            ),
        ],
        className="acts saves",
    )
