"""The publications we read, one module each; every module with a SOURCE is one.

`identify()` finds out what a file is from its header, never from its name or place; only the year, where
the table itself does not say it, is read from the folder.
"""

import difflib

import polars

from pipelines.errors import PipelineError, SourceChanged, UnknownFile
from pipelines.measures.registry import collect
from pipelines.sources.publication import (
    Edition,
    Layout,
    Recognised,
    Source,
    school_year_in,
    school_year_label,
)
from pipelines.sources.reading import RawFile, TextTable, normal_name
from pipelines.sources.short_rows import without_doubtful_rows

SOURCES: dict[str, Source] = collect(__name__, "SOURCES", "SOURCE")
"""Every publication by its key."""


def identify(file: RawFile) -> list[Recognised]:
    """What this file is: one entry for each of its tables that is a publication we read.

    Raises:
        SourceChanged: nearly a publication that we read, but columns it needs are missing or doubled.
        UnknownFile: none of our publications.
    """
    if file.document:
        return _identify_document(file)
    found, problems = [], []
    for table in file.tables:
        try:
            found.append(_identify_table(file, table))
        except PipelineError as problem:
            problems.append(problem)
    if found:
        return found
    raise next((p for p in problems if isinstance(p, SourceChanged)), problems[0])


def _identify_table(file: RawFile, table: TextTable) -> Recognised:
    names = set(table.positions)
    matches = [
        ((layout.rank, len(layout.names)), source, layout)
        for source in SOURCES.values()
        for layout in source.layouts
        if layout.kind == "delimited" and layout.names <= names
    ]
    if not matches:
        raise _nearest(table, names)
    _, source, layout = max(matches, key=lambda match: match[0])
    _refuse_what_is_nearly_more(table, names, layout)
    table = without_doubtful_rows(table, trims=layout.trims)
    _refuse_two_answers(table, layout)
    return Recognised(file, table, source, layout, _edition(file, table, source, layout))


_NEARLY = 0.85


def _refuse_what_is_nearly_more(table: TextTable, names: set[str], layout: Layout) -> None:
    """A fuller publication that lost a column must not be taken for a smaller one whose columns it has.

    Layouts of one rank and source are those of other years; a provisional release has the final one's columns.

    Raises:
        SourceChanged: the table has nearly all columns of another layout, and more of them than this one needs.
    """
    nearly = [
        other
        for source in SOURCES.values()
        for other in source.layouts
        if other.kind == "delimited"
        and other.release != "provisional"
        and not other.names <= names
        and (other.rank > layout.rank or (layout not in source.layouts and other.rank == layout.rank))
        and len(other.names & names) >= max(_NEARLY * len(other.names), len(layout.names) + 1)
    ]
    if nearly:
        raise _nearest(table, names, among=nearly)


_MOST_COPIES = 40
"""Columns of one name that are compared with each other; more are refused unread."""


def _refuse_two_answers(table: TextTable, layout: Layout) -> None:
    """A header may stand twice only over the same cells, or where the layout has it twice by design.

    Raises:
        SourceChanged: two columns have one name and different cells.
    """
    for name in table.doubled:
        if name in layout.repeated:
            continue
        positions = [position for position, column in enumerate(table.header) if normal_name(column) == name]
        if len(positions) > _MOST_COPIES:
            raise SourceChanged(
                f"the column {name} stands {len(positions):,} times",
                where=f"{table.where}, row 1",
                next_step="fetch the file again",
            )
        cells = table.at(positions, [str(position) for position in positions])
        first = polars.col(str(positions[0]))
        unlike = cells.filter(polars.any_horizontal(first != polars.col(str(p)) for p in positions[1:]))
        if unlike.height:
            raise SourceChanged(
                f"the column {name} stands twice with different cells",
                where=f"{table.where}, row {unlike['row'][0]}, columns {positions[0] + 1} and {positions[1] + 1}",
                next_step="remove the one that is not the publisher's",
            )


def _identify_document(file: RawFile) -> list[Recognised]:
    for source in SOURCES.values():
        for layout in source.layouts:
            if layout.kind == "geojson":
                edition = source.edition(None, file) if source.edition else None
                if edition:
                    return [Recognised(file, None, source, layout, edition)]
    raise UnknownFile(
        "this JSON is no set of boundaries that we know", where=file.name, next_step="see docs/sources.md"
    )


def _edition(file: RawFile, table: TextTable, source: Source, layout: Layout) -> Edition:
    edition = source.edition(table, file) if source.edition else None
    if edition is None:
        year = school_year_in(file.name)
        if year is None:
            raise SourceChanged(
                f"this is {source.title}, but nothing says of which year",
                where=file.name,
                next_step=f"put it in a folder that does, such as {source.key}/2018-19/",
            )
        edition = Edition(label=school_year_label(year), year=year, release=layout.release)
    if edition.published is None and source.calendar:
        edition = Edition(
            label=edition.label,
            year=edition.year,
            release=edition.release,
            published=source.calendar.date(edition.year),
        )
    return edition


def _nearest(table: TextTable, names: set[str], among: list[Layout] | None = None) -> PipelineError:
    """The error for a header that matches nothing (or something less): what it is nearly, what is missing."""
    best_share, best = 0.0, None
    names = {name for name in names if name}
    for source in SOURCES.values():
        for layout in source.layouts:
            if layout.kind != "delimited" or (among is not None and layout not in among):
                continue
            share = len(layout.names & names) / len(layout.names)
            if share > best_share:
                best_share, best = share, (source, layout)
    if best is None or best_share < 0.6:
        shown = ", ".join(table.header[:4])[:120]
        return UnknownFile(
            "not a publication that we read",
            where=f"{table.where}, row 1: {shown}",
            next_step="docs/sources.md lists what is read and docs/how-to/add-a-source.md how to add one",
        )
    source, layout = best
    missing = sorted(column for column in layout.columns if normal_name(column) not in names)
    hints = []
    for name in missing[:5]:
        near = difflib.get_close_matches(normal_name(name), sorted(names)[:2000], n=1, cutoff=0.6)
        hints.append(f"{name} (nearest here: {near[0]})" if near else name)
    more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
    return SourceChanged(
        f"this looks like {source.title} ({layout.key}) but lacks {', '.join(hints)}{more}",
        where=f"{table.where}, row 1",
        next_step=f"if the publisher renamed it, declare that in pipelines/sources/{source.key}.py; "
        "else fetch the file again",
    )
