"""Which files the figures of a block came from."""

import polars as pl
from dash import html

from dashboard.components.tables import Column, table
from dashboard.components.words import day, edition


def where(files: pl.DataFrame, note: str = "") -> list:
    """The files as a table, or the sentence that there are none; `note` says what was made of them."""
    if files.is_empty():
        return [html.P(note or "No file at hand has these figures.")]
    columns = [
        Column(title="Publication", cell=lambda row: row["source_title"]),
        Column(title="Edition", cell=lambda row: " ".join(p for p in (edition(row["edition"]), row["release"]) if p)),
        Column(title="Published", cell=lambda row: day(row["published"]) or "No data"),
        Column(title="File", cell=lambda row: row["path"]),
    ]
    return [html.P(note) if note else None, table(files.rows(named=True), columns, is_stacked=True, classes="dense")]
