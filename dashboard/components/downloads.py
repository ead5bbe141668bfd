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
    "parquet": "application/vnd.apache.parquet",
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


FORMULA = r"^[\s\p{C}\p{Z}]*[=+\-@|%＝＋－＠｜％]"
"""How text begins that some spreadsheet runs: a sign that starts a formula or names a program, whatever unseen
signs stand before it, and the wide forms of these signs that East Asian editions read alike."""


def guarded(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with an apostrophe before any text, names of columns too, that a spreadsheet would run as a formula."""
    frame = frame.rename({name: f"'{name}" for name in frame.columns if pl.Series([name]).str.contains(FORMULA)[0]})
    return frame.with_columns(
        pl.when(pl.col(name).str.contains(FORMULA))
        .then(pl.concat_str(pl.lit("'"), pl.col(name)))
        .otherwise(pl.col(name))
        .alias(name)
        for name, kind in frame.schema.items()
        if kind == pl.String
    )


def as_csv(download: Download, snapshot: str = "", policy: str = "") -> bytes:
    """The rows as CSV in UTF-8 with a byte order mark, which spreadsheets need to show accents.

    A file of rows has no cover: the snapshot and the disclosure policy stand beside every row.
    """
    frame = _labelled(download.frame, snapshot, policy)
    return "\ufeff".encode() + guarded(frame).write_csv().encode()


def as_parquet(download: Download, snapshot: str = "", policy: str = "") -> bytes:
    """The rows as Parquet, for analysts: values and kinds as they are, snapshot and policy beside every row."""
    target = io.BytesIO()
    _labelled(download.frame, snapshot, policy).write_parquet(target)
    return target.getvalue()


def _labelled(frame: pl.DataFrame, snapshot: str, policy: str) -> pl.DataFrame:
    beside = {"snapshot": snapshot, "small_numbers": policy}
    return frame.with_columns(pl.lit(text).alias(name) for name, text in beside.items() if text)


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


def policy_note(smallest: int, all_or_none_below: int) -> str:
    """The disclosure policy as the note of a saved or printed figure."""
    return (
        f"Figures about fewer than {smallest} pupils, or about all but fewer than {smallest}, are hidden together with "
        f"their percentages and the numbers of pupils behind them, and so are 0% and 100% of fewer than "
        f"{all_or_none_below} pupils. What would give a hidden figure away is hidden or withheld too. A hidden figure "
        "has the status “hidden” and is never 0."
    )


def policy_in_short(smallest: int, all_or_none_below: int) -> str:
    """The disclosure policy as one cell beside a row."""
    return f"below {smallest} pupils hidden; 0% and 100% hidden below {all_or_none_below} pupils; hidden is never 0"


def share_banner(policy: str, snapshot: str, back: str | None) -> html.Div:
    """The head of the version to print and share: what is hidden, which snapshot, and the way back if there is one."""
    return html.Div(
        [
            html.P([html.B("To print and share. "), policy, f" Snapshot {snapshot}."]),
            html.P(
                [
                    html.Button("Print", className="btn", type="button", **{"data-action": "print"}),
                    " ",
                    html.A("Back to the working page", href=back, className="btn quiet") if back else None,
                ],
                className="acts",
            ),
        ],
        className="notice quiet shared",
    )


def print_guard(share: str) -> html.Div:
    """What prints instead of a working page, which shows small numbers: a line that says where to print from."""
    return html.Div(
        html.P(
            [
                html.B("This page shows small numbers and is not for paper. "),
                "Choose “Print this page”, or ",
                html.A("open the version to print and share", href=share),
                ": small numbers are hidden there.",
            ]
        ),
        className="print-guard",
    )


LINK_WORDS = {"csv": "CSV, {}", "xlsx": "Excel, {} and a cover sheet", "parquet": "Parquet, {}"}
"""Format → the words of its link, with the number of rows."""


def download_links(
    path: str,
    download: str,
    rows: int,
    query: dict[str, object] | None = None,
    *,
    formats: Sequence[str] = ("csv", "xlsx"),
) -> html.Div:
    """Links that save a page's table: `path` is the page's, `rows` the table's size, `formats` of FORMATS."""
    base = f"/download{path.rstrip('/')}/{download}"
    size = f"{rows:,} row{'' if rows == 1 else 's'}"
    return html.Div(
        [
            html.A(LINK_WORDS[kind].format(size), href=address(f"{base}.{kind}", query), className="btn", download=True)
            for kind in formats
        ],
        className="acts saves",
    )
