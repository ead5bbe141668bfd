"""Single cells of a table as text, whole numbers and dates; what cannot be read becomes a reject."""

import datetime

import polars

NOTHING = ("", "NULL", "Not recorded")
"""What registers and inspection lists print where they know nothing."""

UNKNOWN_DATES = tuple(datetime.date(*day) for day in ((1900, 1, 1), (1899, 12, 30), (1899, 12, 31)))
"""Dates that stand for "unknown": the register's own, and day nought and one of two spreadsheets."""

POSSIBLE_DATES = (datetime.date(1200, 1, 1), datetime.date(2199, 12, 31))
"""From before the oldest school to after any plan; a date outside is a misprint."""

_FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%Y%m%d")


def reject(rows: polars.DataFrame, column: str, reason: str, consequence: str) -> polars.DataFrame:
    """Rejects for these rows.

    Args:
        rows: `row` and, where a cell is to blame, that cell under the name of its column.
        column: the column to blame, or "" for the whole row (then the first text cells are shown).
    """
    if column in rows.columns:
        value = polars.col(column)
    else:
        cells = [name for name, kind in rows.schema.items() if kind == polars.String][:5]
        value = polars.concat_str(cells, separator=",", ignore_nulls=True) if cells else polars.lit("")
    return rows.select(
        "row",
        polars.lit(column).alias("column_name"),
        value.cast(polars.String).fill_null("").str.slice(0, 200).alias("value"),
        polars.lit(reason).alias("reason"),
        polars.lit(consequence).alias("consequence"),
    )


def without_rejected(rows: polars.DataFrame, rejects: list[polars.DataFrame]) -> polars.DataFrame:
    """Rows whose column `reason` is null, without it; the others go to the rejects with their reason."""
    bad = rows.filter(polars.col("reason").is_not_null())
    for (why,), part in bad.group_by("reason", maintain_order=True):
        rejects.append(reject(part.drop("reason"), "", why, "the row was not loaded"))
    return rows.filter(polars.col("reason").is_null()).drop("reason")


def text_or_nothing(column: str) -> polars.Expr:
    """The cell without white space at its ends; null where the publisher knows nothing."""
    cell = polars.col(column).str.strip_chars()
    return polars.when(~cell.is_in(NOTHING)).then(cell).alias(column)


def as_date(text: polars.Expr) -> polars.Expr:
    """A date from text in any of the forms 2019-06-30, 30/06/2019, 30-06-2019, 20190630; else null."""
    day = text.str.strip_chars().str.replace(r"[ T]00:00:00(\.0+)?$", "")
    return polars.coalesce([day.str.to_date(form, strict=False) for form in _FORMATS])


def read_dates(frame: polars.DataFrame, columns: list[str], rejects: list[polars.DataFrame]) -> polars.DataFrame:
    """These columns as dates: null where unknown, and a reject where a cell is no date."""
    dates = frame.select(as_date(polars.col(column)).alias(column) for column in columns)
    for column in columns:
        broken = frame.filter(
            dates[column].is_null(), ~polars.col(column).fill_null("").str.strip_chars().is_in(NOTHING)
        )
        if broken.height:
            rejects.append(reject(broken.select("row", column), column, "not a date", "the date is unknown"))
        wild = frame.filter(~dates[column].is_between(*POSSIBLE_DATES))
        if wild.height:
            rejects.append(reject(wild.select("row", column), column, "an impossible date", "the date is unknown"))
    known = (
        polars.when(~polars.col(column).is_in(UNKNOWN_DATES), polars.col(column).is_between(*POSSIBLE_DATES))
        .then(polars.col(column))
        .alias(column)
        for column in columns
    )
    return frame.with_columns(dates.select(known))


def read_whole_numbers(
    frame: polars.DataFrame, limits: dict[str, tuple[int, int]], rejects: list[polars.DataFrame]
) -> polars.DataFrame:
    """These columns as whole numbers within their limits: null where blank, a reject where impossible."""
    numbers = frame.select(
        polars.col(column).str.strip_chars().str.replace_all(",", "").str.replace(r"\.0+$", "")
        .cast(polars.Int32, strict=False)
        for column in limits
    )  # fmt: skip
    for column, (low, high) in limits.items():
        possible = numbers[column].is_between(low, high).fill_null(False)
        broken = frame.filter(~possible, ~polars.col(column).fill_null("").str.strip_chars().is_in(NOTHING))
        if broken.height:
            reason = f"not a whole number from {low} to {high:,}"
            rejects.append(reject(broken.select("row", column), column, reason, "the cell has no value"))
    return frame.with_columns(
        numbers.select(
            polars.when(polars.col(column).is_between(low, high)).then(polars.col(column)).alias(column)
            for column, (low, high) in limits.items()
        )
    )
