"""What a candidate must not do to the build that is served: lose a file, a column, or many of a file's rows."""

import hashlib
from pathlib import Path

from pipelines import warehouse
from pipelines.errors import BuildRefused
from pipelines.settings import Settings

LARGEST_SHRINKAGE = 0.1
"""Share of a file's rows that may go between two builds before a person must agree to it."""


def raw_identity(raw: Path) -> str:
    """A fingerprint of which raw folder was read, so that builds of other folders are not compared."""
    return hashlib.sha256(str(raw.resolve()).encode()).hexdigest()[:12]


def refuse_to_harm(candidate: warehouse.Candidate, files: list, settings: Settings) -> None:
    """Compares the candidate with the live build of the same folder and authority.

    Raises:
        BuildRefused: a file that is live is still there but can no longer be read, a column of a live file
            had to be held back, or a live file lost more than a tenth of its rows.
    """
    live = warehouse.current_build(settings.curated)
    if live is None or settings.accept_loss:
        return
    try:
        with warehouse.open_build(live) as connection:
            same = connection.execute(
                "select count(*) from core.build where raw_identity = ? and la_code = ?",
                [raw_identity(settings.raw), settings.la_code],
            ).fetchone()[0]
            was = {
                path: (rows, held)
                for path, rows, held in connection.execute(
                    "select path, rows, held_back from core.file where status = 'ingested'"
                ).fetchall()
            }
    except warehouse.Error:
        return
    if not same:
        return
    for report in files:
        if report.path not in was:
            continue
        rows, held = was[report.path]
        if report.status != "ingested" and report.kind_of_problem != "copy":
            loss = f"{report.path} is served now but can no longer be read: {report.reason}"
        elif set(report.held_back) - set(held):
            loss = f"a column that is served now would be lost: {report.held_back[0]}"
        elif report.rows < rows * (1 - LARGEST_SHRINKAGE):
            loss = f"{report.path} had {rows:,} rows and now has {report.rows:,}: it may be cut off"
        else:
            continue
        raise BuildRefused(
            loss,
            where="the build that is served is unchanged",
            next_step="mend or remove the file, or build with ACCEPT_LOSS=1 if the loss is meant",
        )
