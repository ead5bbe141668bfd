"""What a person sees while a build runs, and the table at its end."""

import contextlib
import sys
from collections import Counter
from collections.abc import Iterator

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

_console = Console(stderr=True, width=None if sys.stderr.isatty() else 160)


@contextlib.contextmanager
def progress() -> Iterator:
    """A progress bar; yields the function that the build calls with (what, done, of)."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=_console, transient=True) as bar:
        task = bar.add_task("reading", total=None)

        def show(what: str, done: int, of: int) -> None:
            bar.update(task, description=escape(what[-60:]), completed=done, total=of or None)

        yield show


def summary(result) -> None:
    """The table at the end: publications, files not read and why, and where the build is."""
    table = Table(title=f"Build {result.version}", title_justify="left")
    for name in ("publication", "edition", "file", "rows", "observations", "rejects"):
        table.add_column(
            name, justify="right" if name in ("rows", "observations", "rejects") else "left", overflow="fold"
        )
    ingested = sorted((f for f in result.files if f.status == "ingested"), key=lambda f: (f.source, f.edition, f.path))
    for file in ingested:
        table.add_row(
            file.source,
            escape(f"{file.edition} {file.release}"),
            escape(file.path),
            f"{file.rows:,}",
            f"{file.observations:,}",
            f"{file.rejects:,}",
        )
    _console.print(table)
    for file in ingested:
        for held in file.held_back:
            _console.print(f"[bold]Column not loaded:[/bold] {escape(held)}", highlight=False)
        for note in file.notes:
            _console.print(f"Note: {escape(note)}", highlight=False)
    left_out = sorted((f for f in result.files if f.status != "ingested"), key=lambda f: f.path)
    if left_out:
        table = Table(title="Files not read", title_justify="left")
        table.add_column("file", overflow="fold")
        table.add_column("why", overflow="fold")
        for file in left_out:
            table.add_row(escape(file.path), escape(file.reason))
        _console.print(table)
    kinds = Counter(f.kind_of_problem for f in result.files if f.kind_of_problem)
    _console.print(
        f"{len(ingested)} files read, {len(left_out)} not read, {result.observations:,} observations, "
        f"{result.rejects:,} rejects kept with their reasons"
        + (f" ({', '.join(f'{n} {kind}' for kind, n in sorted(kinds.items()))})" if kinds else "")
    )
    _console.print(f"Now served: {escape(str(result.path))}", soft_wrap=True)
