"""Reads tables with one value per row, and numbers the measures that a publisher's dictionary declares."""

import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import polars

from pipelines.measures import GROUP_CODES, Unit
from pipelines.observations import (
    FACT_SCHEMA,
    REJECT_SCHEMA,
    Cell,
    observe,
)
from pipelines.sources.publication import Parsed, Recognised
from pipelines.symbols import IMPOSSIBLE, REPORTED, symbols_of


@dataclass
class ColumnRead:
    """One column of text as numbers: `values`, `symbols`, and `keep`, False where a series is held back."""

    values: polars.Series
    symbols: polars.Series
    keep: polars.Series
    rejects: list[polars.DataFrame] = field(default_factory=list)
    held_back: list[str] = field(default_factory=list)


def read_column(
    frame: polars.DataFrame, column: str, *, family: str, unit: Unit, where: str, series: str
) -> ColumnRead:
    """Turns one text column of a long table into numbers or the publisher's reasons for having none.

    Args:
        frame: `row` (UInt32), `column` and `series` as text.
        column: the name of the column with the values.
        family: the publisher's set of symbols.
        unit: what numbers are possible.
        where: the file, for messages.
        series: the name of the column that says which measure a row belongs to; one unknown code holds back
            that measure in this file, and no other.
    """
    known = symbols_of(family)
    text = polars.col(column).fill_null("").str.strip_chars()
    if unit.percent_sign:
        text = text.str.strip_suffix("%").str.strip_chars()
    plain = text.str.contains(r"^[-−]?£?\d{1,3}(,\d{3})*(\.\d+)?$")
    spelled = polars.when(plain).then(text.str.replace_all(r"[£,]", "").str.replace("−", "-")).otherwise(text)
    number = spelled.cast(polars.Float64, strict=False)
    number = polars.when(number.is_finite()).then(number)
    possible = number.is_null() | number.is_between(
        float("-inf") if unit.low is None else unit.low, float("inf") if unit.high is None else unit.high
    )
    code = text.replace_strict(list(known), list(known.values()), default=None, return_dtype=polars.UInt8)
    parsed = frame.select(
        polars.when(possible).then(number).alias("value"),
        polars.when(~possible)
        .then(polars.lit(IMPOSSIBLE, polars.UInt8))
        .when(number.is_not_null())
        .then(polars.lit(REPORTED, polars.UInt8))
        .otherwise(code)
        .alias("symbol"),
    )
    keep = polars.repeat(True, frame.height, dtype=polars.Boolean, eager=True)
    read = ColumnRead(parsed["value"], parsed["symbol"], keep)
    impossible = frame.filter(parsed["symbol"] == IMPOSSIBLE)
    if impossible.height:
        reason = f"impossible value for {unit.name}"
        read.rejects.append(reject_rows(impossible, column, polars.col(column), reason, "the cell has no value"))
    bad = frame.filter(parsed["symbol"].is_null())
    if bad.height:
        held = bad[series].unique().sort().to_list()
        read.keep = ~frame[series].is_in(held)
        read.rejects.append(reject_rows(bad, column, polars.col(column), "unknown code", "the measure was held back"))
        for name in held[:20]:
            of = bad.filter(polars.col(series) == name)
            codes = ", ".join(repr(code)[:40] for code in of[column].unique().sort().head(5))
            rows = ", ".join(map(str, of["row"].head(5)))
            read.held_back.append(
                f"unknown code {codes} · {where}, column {column}, {name}, rows {rows} · the measure was not "
                "loaded from this file: add the code to pipelines/symbols.py if the publisher explains it, "
                "or correct the cell in pipelines/corrections.toml"
            )
    return read


def reject_rows(
    frame: polars.DataFrame, column: str, value: polars.Expr, reason: str | polars.Expr, consequence: str
) -> polars.DataFrame:
    """Rejects (REJECT_SCHEMA) for these rows of a frame that has `row`."""
    return frame.select(
        "row",
        polars.lit(column).alias("column_name"),
        value.cast(polars.String).fill_null("").str.slice(0, 200).alias("value"),
        (polars.lit(reason) if isinstance(reason, str) else reason).alias("reason"),
        polars.lit(consequence).alias("consequence"),
    )


def reject_many(frame: polars.DataFrame, column: str, reason: str, consequence: str) -> polars.DataFrame:
    """One reject for many rows left out for one reason: the first row's number, and how many there are."""
    return polars.DataFrame(
        {
            "row": [frame["row"].min()],
            "column_name": [column],
            "value": [f"{frame.height:,} rows"],
            "reason": [reason],
            "consequence": [consequence],
        },
        schema=REJECT_SCHEMA,
    )


def observations_of(
    frame: polars.DataFrame, *, n: str | None = None, lower: str | None = None, upper: str | None = None
) -> polars.DataFrame:
    """Facts (FACT_SCHEMA) from `row`, `entity`, `year`, `measure`, `group`, `value`, `symbol`.

    Args:
        n, lower, upper: names of text columns with the cohort and the published limits.
    """

    def optional(column: str | None) -> polars.Expr:
        if not column:
            return polars.lit(None, polars.Float64)
        number = polars.col(column).cast(polars.Float64, strict=False)
        return polars.when(number.is_finite()).then(number)

    return frame.with_columns(
        polars.when(optional(n) >= 0).then(optional(n)).alias("n"),
        optional(lower).alias("lower"),
        optional(upper).alias("upper"),
    ).select([polars.col(name).cast(kind) for name, kind in FACT_SCHEMA.items()])


def read_cells(
    found: Recognised,
    rows: polars.DataFrame,
    rejects: list[polars.DataFrame],
    cells: Sequence[Cell],
) -> Parsed:
    """Observes these cells of a wide table that is not about schools alone; mentions no schools."""
    parsed = Parsed(rejects=rejects)
    parsed.observations = _observing(found, [(cells, rows)], parsed)
    return parsed


def read_groups(
    found: Recognised,
    groups: Sequence[tuple[Sequence[Cell], polars.DataFrame]],
    rejects: list[polars.DataFrame],
) -> Parsed:
    """Observes several sets of rows of one table, each with its own cells (for each kind of school)."""
    parsed = Parsed(rejects=rejects)
    parsed.observations = _observing(found, groups, parsed)
    return parsed


def _observing(found: Recognised, groups, parsed: Parsed) -> Iterator[polars.DataFrame]:
    """Frames of observations; what reading them brings to light joins the rejects of `parsed` at the end."""
    for cells, rows in groups:
        observed = observe(found.table, cells, rows, family=found.source.family)
        yield from observed.frames
        parsed.rejects.extend(observed.rejects)
        parsed.held_back.extend(observed.held_back)


def group_code(group: str) -> int:
    """Code of a group of people in `core.fact`."""
    return GROUP_CODES[group]


def snake_key(prefix: str, name: str) -> str:
    """The key of a dictionary's measure: ("lait", "% of LAC Adopted") → `lait_percent_of_lac_adopted`."""
    spelled = name
    for sign, word in (("%", " percent "), ("&", " and "), ("<", " under "), ("+", " plus ")):
        spelled = spelled.replace(sign, word)
    return f"{prefix}_{re.sub(r'[^a-z0-9]+', '_', spelled.lower()).strip('_')}"


def dictionary_code(base: int, key: str) -> int:
    """Number of a dictionary's measure: `base` + a checksum of its key, so the same in every build."""
    return base + zlib.crc32(key.encode()) % 1_000_000_000
