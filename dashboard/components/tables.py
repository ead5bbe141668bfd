"""Tables: hairlines, numbers to the right, sorting by links, words as labelled blocks on a phone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from dash import html

from dashboard.components.page import Content


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: its heading, what it shows of a row, and how it behaves.

    Attributes:
        cell: row → content of the cell.
        is_number: right-aligned.
        is_minor: left out on a phone.
        sort: the word in the address that sorts by this column; empty when it cannot be sorted.
        width: CSS width, if any.
    """

    title: str
    cell: Callable[[Any], Content]
    is_number: bool = False
    is_minor: bool = False
    sort: str = ""
    width: str = ""

    @property
    def classes(self) -> str:
        """The CSS classes of its cells."""
        return " ".join(name for name, is_on in (("r", self.is_number), ("lo", self.is_minor)) if is_on)


def table(
    rows: Sequence[Any],
    columns: Sequence[Column],
    *,
    caption: Content | None = None,
    is_stacked: bool = False,
    sorted_by: str = "",
    sort_address: Callable[[str], str] | None = None,
    row_class: Callable[[Any], str] | None = None,
    classes: str = "",
) -> html.Table:
    """Rows under column heads; the first column heads its row.

    `sorted_by` is the word of the sorted column, with '-' before it when descending; `sort_address` gives the
    address that sorts by a word. A stacked table becomes labelled blocks on a phone and keeps its roles.
    """
    return html.Table(
        [
            html.Caption(caption) if caption else None,
            html.Thead(
                html.Tr(
                    [_heading(c, sorted_by, sort_address, is_stacked) for c in columns],
                    **_role("row", is_stacked),
                ),
                **_role("rowgroup", is_stacked),
            ),
            html.Tbody(
                [
                    html.Tr(
                        [_cell(column, row, index, is_stacked) for index, column in enumerate(columns)],
                        className=row_class(row) if row_class else "",
                        **_role("row", is_stacked),
                    )
                    for row in rows
                ],
                **_role("rowgroup", is_stacked),
            ),
        ],
        className=" ".join(
            part for part in ("stack" if is_stacked else "keep", "sortable" if sort_address else "", classes) if part
        ),
        **_role("table", is_stacked),
    )


def _role(name: str, is_stacked: bool) -> dict[str, str]:
    return {"role": name} if is_stacked else {}


def _heading(column: Column, sorted_by: str, sort_address: Callable[[str], str] | None, is_stacked: bool) -> html.Th:
    attributes = {"scope": "col", "className": column.classes, **_role("columnheader", is_stacked)}
    if column.width:
        attributes["style"] = {"width": column.width}
    if not (column.sort and sort_address):
        return html.Th(column.title, **attributes)
    is_sorted, is_descending = sorted_by.lstrip("-") == column.sort, sorted_by.startswith("-")
    if is_sorted:
        attributes["aria-sort"] = "descending" if is_descending else "ascending"
    arrow = (" ↓" if is_descending else " ↑") if is_sorted else ""
    target = column.sort if not is_sorted or is_descending else f"-{column.sort}"
    return html.Th(
        html.A(
            [column.title, html.Span(arrow, **{"aria-hidden": "true"})],
            href=sort_address(target),
            className="sortbtn",
        ),
        **attributes,
    )


def _cell(column: Column, row: Any, index: int, is_stacked: bool) -> html.Th | html.Td:
    content = column.cell(row)
    if index == 0:
        return html.Th(content, scope="row", className=column.classes, **_role("rowheader", is_stacked))
    label = {"data-l": column.title} if is_stacked else {}
    return html.Td(content, className=column.classes, **label, **_role("cell", is_stacked))
