"""Where a number stands: the file, its row, its fingerprint and its state, wherever a number is said."""

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from dash import html

from dashboard.components.page import section
from dashboard.components.tables import Column, table
from dashboard.components.words import day, edition, missing

SHORT = 12
"""Digits of a fingerprint that are shown at first; the whole is a click away."""


def row_link(files: Mapping[int, Mapping], file_id: int | None, row: int | None) -> html.A | None:
    """'row 108 of england_ks2final.csv' as a link to the file; None where no file is known."""
    file = files.get(file_id) if file_id is not None else None
    if file is None:
        return None
    where = f"row {row:,} of " if row else ""
    return html.A(f"{where}{PurePosixPath(file['path']).name}", href=f"/about#file-{file_id}", className="from")


def issue(file: Mapping) -> str:
    """A file's publication, edition and state: 'Key stage 2 2024/25, final'."""
    title = file.get("short_title") or file["source_title"]
    named = " ".join(part for part in (title, edition(file["edition"])) if part)
    return ", ".join(part for part in (named, file["release"]) if part)


def fingerprint(sha256: str | None) -> html.Details | html.Span:
    """The SHA-256 of a file: its first digits, and the whole on request."""
    if not sha256:
        return html.Span(missing("no_file").word, className="miss")
    return html.Details(
        [html.Summary(f"{sha256[:SHORT]}…"), html.Code(sha256, className="path")], className="fingerprint"
    )


def sources_section(files: Sequence[Mapping]) -> html.Section:
    """The publications that a school's figures and inspections come from; rows of `queries.results.files_of`."""
    sources: dict[str, list[Mapping]] = {}
    for row in files:
        sources.setdefault(row["source_title"], []).append(row)

    def editions(held: Sequence[Mapping]) -> list:
        return [
            part
            for place, row in enumerate(held)
            for part in (", " if place else "", html.A(edition(row["edition"]), href=f"/about#file-{row['file_id']}"))
        ]

    def published(held: Sequence[Mapping]):
        newest = max((r for r in held if r["published"]), key=lambda r: r["published"], default=None)
        if newest is None:
            return html.Span(missing("no_file").word, className="miss")
        return day(newest["published"]) + ("" if newest["published_verified"] else " (not verified)")

    columns = [
        Column(title="What", cell=lambda held: held[0]["source_title"], width="30%"),
        Column(title="Publisher", cell=lambda held: held[0]["publisher"] or ""),
        Column(title="Editions", cell=editions, width="30%"),
        Column(title="Newest published", cell=published),
        Column(title="Figures", cell=lambda held: f"{sum(r['figures'] for r in held):,.0f}", is_number=True),
    ]
    return section(
        "sources",
        "Where this came from",
        table(list(sources.values()), columns, is_stacked=True, classes="dense")
        if files
        else html.P("No file holds a figure for this school."),
        note="Choose “Where from” on a measure to see the file, the row and the fingerprint of each figure.",
    )
