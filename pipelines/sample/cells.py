"""Cells as the publishers write them: rounding, percent signs, and codes where no number may stand."""

import numpy as np
import polars as pl

HIDDEN = 5  # groups of five pupils or fewer are not published (ten or fewer until the 2010 tables)


def limit(year: int) -> int:
    """Return the largest group that is hidden in the tables of a year."""
    return 10 if year <= 2010 else HIDDEN


def codes(
    school_n: np.ndarray, group_n: np.ndarray, *, hidden: int, none: str, empty: str, open_rows: np.ndarray
) -> pl.Series:
    """Return the code of each row, or null where the number is published.

    `none` stands where the school has no pupils, `empty` where the group has none; rows in `open_rows`
    (authority and national totals) are never hidden.
    """
    choice = np.full(len(school_n), 255, dtype=np.uint8)
    choice[group_n == 0] = 2
    choice[(group_n > 0) & (group_n <= hidden)] = 1
    choice[(school_n > 0) & (school_n <= hidden)] = 1
    choice[school_n == 0] = 0
    choice[open_rows] = 255
    return pl.Series(choice).replace_strict({0: none, 1: "SUPP", 2: empty}, default=None, return_dtype=pl.String)


def whole(value: np.ndarray) -> pl.Series:
    """Text of whole numbers, halves upwards; NaN becomes null."""
    return pl.Series(np.floor(value + 0.5)).fill_nan(None).cast(pl.Int64).cast(pl.String)


def decimal(value: np.ndarray, places: int, *, keep_zero: bool = False) -> pl.Series:
    """Text with at most `places` decimals; '10.0' is published as '10' unless `keep_zero`."""
    scale = 10.0**places
    rounded = np.floor(np.asarray(value) * scale + 0.5) / scale + 0.0
    text = pl.Series(rounded).fill_nan(None).cast(pl.String)
    return text if keep_zero else text.str.strip_suffix(".0")


def percent(k: np.ndarray, n: np.ndarray, style: str) -> pl.Series:
    """Text of k out of n: style '45%', '67.4%', '57.10%', bare '49.5' or fraction '0.004'; null where n is
    0.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(n > 0, k * 100.0 / n, np.nan)
    if style == "45%":
        return whole(share) + "%"
    if style == "67.4%":
        return decimal(share, 1, keep_zero=True) + "%"
    if style == "57.10%":
        return decimal(share, 1, keep_zero=True) + "0%"
    if style == "49.5":
        return decimal(share, 1)
    if style == "0.004":
        return decimal(share / 100, 3)
    raise ValueError(f"unknown style of percentage {style!r}")


def with_codes(code: pl.Series, text: pl.Series) -> pl.Series:
    """The code where there is one, else the text, else blank."""
    return pl.select(pl.coalesce(code, text, pl.lit("")).alias("cell")).to_series()
