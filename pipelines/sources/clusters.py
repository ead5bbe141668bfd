"""The authority's own clusters of schools: which school belonged to which, from when to when."""

from collections.abc import Sequence

import polars

from pipelines.observations import urn_number
from pipelines.sources.long_table import reject_rows
from pipelines.sources.publication import Edition, Layout, Parsed, Recognised, Source
from pipelines.sources.reading import RawFile, TextTable, left_out_of

NOT_LOADED = "the row was not loaded"
_FIRST_YEAR = 1900
"""A date before is a misprint: no cluster is so old."""
_DATE_FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d %H:%M:%S")


def read_own_file(
    found: Recognised, columns: Sequence[str], needed: Sequence[str]
) -> tuple[polars.DataFrame, list[polars.DataFrame]]:
    """The usable rows of one of the authority's own files, with its dates read, and the rejects.

    Args:
        columns: the columns to read, `from_date` and `to_date` among them (2023-09-01 or 01/09/2023).
        needed: the columns that must not be blank.

    Returns:
        rows (blank cells null, dates as dates) and rejects (REJECT_SCHEMA frames).
    """
    text = found.table.text(list(columns))
    text = text.with_columns(polars.exclude("row").str.strip_chars().replace("", None))
    blank = polars.all_horizontal(polars.exclude("row").is_null())
    rejects = left_out_of(found.table)
    rows = without(text, blank, "", "blank row", rejects)
    for column in needed:
        rows = without(rows, polars.col(column).is_null(), column, f"{column} is blank", rejects)
    for column in ("from_date", "to_date"):
        date = polars.coalesce(polars.col(column).str.to_date(form, strict=False) for form in _DATE_FORMATS)
        date = polars.when(date.dt.year() >= _FIRST_YEAR).then(date)
        unread = polars.col(column).is_not_null() & date.is_null()
        rows = without(rows, unread, column, "no date that can be read", rejects)
        rows = rows.with_columns(date)
    backwards = (polars.col("to_date") < polars.col("from_date")).fill_null(False)
    return without(rows, backwards, "to_date", "ends before it begins", rejects), rejects


def without(
    rows: polars.DataFrame,
    which: polars.Expr,
    column: str,
    reason: str,
    rejects: list,
    consequence: str = NOT_LOADED,
) -> polars.DataFrame:
    """The rows for which `which` is false; the others are added to `rejects` with the reason."""
    bad = rows.filter(which)
    if bad.height:
        shown = polars.col(column) if column else polars.concat_str(polars.exclude("row"), ignore_nulls=True)
        rejects.append(reject_rows(bad, column, shown, reason, consequence))
    return rows.filter(~which)


def with_one_name(rows: polars.DataFrame, key: str, name: str, rejects: list) -> polars.DataFrame:
    """Gives every row of a key the name in its first row; other names are rejected and said so."""
    first = polars.col(name).first().over(key)
    other = rows.filter(polars.col(name) != first)
    if other.height:
        rejects.append(
            reject_rows(other, name, polars.col(name), f"another name for the same {key}", "the first name is used")
        )
    return rows.with_columns(first)


def own_file_edition(table: TextTable, file: RawFile) -> Edition:
    """The year of the latest date in the file; its label is that date."""
    cells = table.text(["from_date", "to_date"])
    text = polars.concat([cells["from_date"], cells["to_date"]]).str.strip_chars()
    dates = [text.str.to_date(form, strict=False).max() for form in _DATE_FORMATS]
    latest = max((date for date in dates if date), default=None)
    return Edition(
        label=f"with dates to {latest}" if latest else "without dates",
        year=latest.year if latest else 2000,
        release="final",
    )


def parse(found: Recognised) -> Parsed:
    """Reads memberships; one that overlaps another of the same school and cluster is rejected."""
    rows, rejects = read_own_file(
        found,
        ("cluster_id", "cluster_name", "urn", "role", "from_date", "to_date"),
        ("cluster_id", "cluster_name", "urn"),
    )
    rows = without(rows, urn_number(polars.col("urn")).is_null(), "urn", "no URN (six digits)", rejects)
    rows = with_one_name(rows, "cluster_id", "cluster_name", rejects)
    rows = rows.with_columns(urn_number(polars.col("urn")), polars.col("role").str.to_lowercase())
    ordered = rows.sort("cluster_id", "urn", polars.col("from_date"), "row", nulls_last=False)
    ends = polars.col("to_date").fill_null(polars.date(9999, 12, 31)).shift(1).over("cluster_id", "urn")
    overlaps = polars.col("from_date").fill_null(polars.date(1, 1, 1)) <= ends
    rows = without(ordered, overlaps.fill_null(False), "urn", "already a member of this cluster at that time", rejects)
    return Parsed(tables={"cluster_member": rows.sort("row")}, rejects=rejects)


SOURCE = Source(
    key="clusters",
    title="Clusters of schools",
    publisher="The local authority",
    landing_page="docs/how-to/clusters-settings-community-areas.md",
    licence="the authority's own",
    attribution="",
    family="any",
    edition=own_file_edition,
    order=80,
    updates="when the authority changes its clusters",
    layouts=(
        Layout(
            key="clusters.csv",
            columns=("cluster_id", "cluster_name", "urn", "role", "from_date", "to_date"),
        ),
    ),
    parse=parse,
)
