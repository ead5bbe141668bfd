"""What a candidate must not do to the build that is served: lose a file, a column, or many of a file's rows."""

import hashlib
import re
from pathlib import Path

import polars

from pipelines import warehouse
from pipelines.errors import BuildRefused
from pipelines.settings import Settings

LARGEST_SHRINKAGE = 0.1
"""Share of a file's rows, or of a column's values, that may go between two builds before a person must agree."""
FEW = 20
"""So many values may always go from a column that keeps some: schools close, and small numbers are suppressed."""

_HELD_COLUMN = re.compile(r"column ([^,·]+)")
_VALUES = """
    select c.path, coalesce(m.measure, i.measure) || ' of ' || f.year as what, count(*) as n
    from core.fact f join core.file c using (file)
    left join core.measure_code m on m.measure_code = f.measure
    left join core.indicator_code i on i.measure_code = f.measure
    where f.symbol = 0 group by all"""


def raw_identity(raw: Path) -> str:
    """A fingerprint of which raw folder was read, so that builds of other folders are not compared."""
    return hashlib.sha256(str(raw.resolve()).encode()).hexdigest()[:12]


def refuse_to_harm(candidate: warehouse.Candidate, files: list, settings: Settings) -> None:
    """Compares the candidate with the live build of the same folder and authority.

    Files that were taken out of the folder are taken as meant.

    Raises:
        BuildRefused: a file that is live is still there but can no longer be read, a column of a live file
            had to be held back or lost its values, or a live file lost more than a tenth of its rows.
    """
    live = warehouse.current_build(settings.curated)
    if live is None or settings.accept_loss:
        return
    try:
        with warehouse.open_build(live) as connection:
            same = connection.execute(
                "select count(*) from core.build where raw_identity = ? and la_code = ?",
                [raw_identity(settings.raw), settings.la_code],
            ).fetchall()[0][0]
            was = {
                path: (rows, held, sha256)
                for path, rows, held, sha256 in connection.execute(
                    "select path, rows, held_back, sha256 from core.file where status = 'ingested'"
                ).fetchall()
            }
            before = _values_of(connection)
    except warehouse.Error:  # what is served cannot be read, or is of another shape: there is nothing to lose
        return
    if not same:
        return
    changed = [report.path for report in files if report.path in was and report.sha256 != was[report.path][2]]
    loss = _lost_file(files, was) or _lost_values(before, _values_of(candidate.connection), changed)
    if loss:
        raise BuildRefused(
            loss,
            where="the build that is served is unchanged",
            next_step="mend or remove the file, or build with ACCEPT_LOSS=1 if the loss is meant",
        )


def _lost_file(files: list, was: dict) -> str:
    """The first loss that the reports on files show, or nothing."""
    for report in files:
        if report.path not in was:
            continue
        rows, held, _ = was[report.path]
        if report.status != "ingested" and report.kind_of_problem != "copy":
            return f"{report.path} is served now but can no longer be read: {report.reason}"
        known = {_column(text) for text in held}
        new = [text for text in report.held_back if _column(text) not in known]
        if new:
            return f"a column that is served now would be lost: {new[0]}"
        if report.kind_of_problem != "copy" and report.rows < rows * (1 - LARGEST_SHRINKAGE):
            return f"{report.path} had {rows:,} rows and now has {report.rows:,}: it may be cut off"
    return ""


def _column(held_back: str) -> str:
    """The column that a message is about, so that the same column held back again is no new loss."""
    match = _HELD_COLUMN.search(held_back)
    return match.group(1) if match else held_back


def _lost_values(before: polars.DataFrame, after: polars.DataFrame, changed: list[str]) -> str:
    """The largest loss of values, of measures or of columns of the other tables, or nothing.

    What the candidate has from any file counts: a fuller file may have taken the place of another.

    Args:
        before, after: `path`, `what`, `n` of the live build and of the candidate.
        changed: files that are live and whose bytes are no longer the same; what came from unchanged files
            alone can differ only because the program reads it differently now, and that is meant.
    """
    there = before.filter(polars.col("path").is_in(changed).any().over("what"))
    after = after.group_by("what").agg(polars.col("n").sum().alias("now"))
    compared = (
        there.with_columns(polars.col("n").sum().over("what").alias("before"))
        .join(after, on="what", how="left")
        .with_columns(polars.col("now").fill_null(0))
        .with_columns((polars.col("before") - polars.col("now")).alias("lost"))
        .filter(
            (polars.col("now") == 0)
            | ((polars.col("lost") > FEW) & (polars.col("lost") > LARGEST_SHRINKAGE * polars.col("before")))
        )
        .sort("lost", "n", "what", "path", descending=[True, True, False, False])
    )
    if compared.is_empty():
        return ""
    first = compared.row(0, named=True)
    values = f"{first['before']:,} values and now has {first['now']:,}"
    return f"{first['what']} had {values}; they came from {first['path']}"


def _values_of(connection: warehouse.Connection) -> polars.DataFrame:
    """`path`, `what`, `n`: values of each measure and year, and of each column of the other tables, by file."""
    frames = [connection.sql(_VALUES).pl()]
    for table in warehouse.TABLES:
        there = connection.execute(
            "select column_name from duckdb_columns() where schema_name = 'core' and table_name = ?", [table]
        ).fetchall()
        columns = [name for (name,) in there if name not in ("row", "file")]
        if columns:
            counts = ", ".join(f'count(t."{name}") as "{name}"' for name in columns)
            sql = f"select c.path, {counts} from core.{table} t join core.file c using (file) group by all"
            counted = connection.sql(sql).pl()
            frames.append(
                counted.unpivot(index="path", variable_name="what", value_name="n").with_columns(
                    polars.concat_str(polars.lit(f"{table}."), "what").alias("what")
                )
            )
    values = polars.concat([frame.select("path", "what", polars.col("n").cast(polars.Int64)) for frame in frames])
    return values.filter(polars.col("n") > 0)
