"""One file for each table that pages read, SQL or Python; the name of the file is the name of the table.

A table that SQL cannot make is a module with `COLUMNS` (name → Polars type), and `rows(query)`, which asks
the build with SQL and yields frames with these columns; one that a frame lacks is null. Its docstring describes the
table.
"""

from collections.abc import Callable, Mapping

import polars

Query = Callable[..., polars.DataFrame]
"""Asks the build: SQL, and its parameters where it has any; answers with a frame."""


def complete(frame: polars.DataFrame, columns: Mapping[str, polars.DataType]) -> polars.DataFrame:
    """The frame with every one of the columns (name → Polars type), null where it lacks them."""
    lacking = [polars.lit(None, kind).alias(name) for name, kind in columns.items() if name not in frame.columns]
    return frame.with_columns(lacking)
