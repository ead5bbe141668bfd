"""Who was on a list of a day, and what inspections found within the year after it; who was not observed."""

import datetime

import polars

from pipelines.risk.matrix import Known
from pipelines.risk.question import AS_OF_DAYS, MODELS

HORIZON = 365
"""Days after a list within which an inspection counts for it: one year."""

LEAST_OBSERVED, LEAST_SCHOOLS = 0.03, 10
"""An authority is observed in a school year when the files hold inspections of so large a share of its schools in it.
The lists of the year 2025 at hand cover some authorities only: the others' schools are not observed, which is not the
same as no concern. Fewer schools than LEAST_SCHOOLS cannot tell. Both are our judgement; in England about one school in
five is visited in an ordinary year, and a stray row of a moved school is far below one in thirty."""

SHORTEST_BETWEEN_LISTS = 30
"""Days before a list within which another list is no 'list before'."""


def school_year(day: datetime.date) -> int:
    """The school year that a day is in, named by its summer."""
    return day.year + (day.month >= 9)


def open_on(known: Known, day: datetime.date, model: str | None = None) -> polars.DataFrame:
    """State-funded schools open on a day that a model speaks for.

    A school that is closed without a known day is on no list, nor is one that is only proposed, nor one of which the
    register does not say the type (mostly independent ones): they would count as never inspected.

    Returns:
        urn, la_code, model, as_of; sorted by urn.
    """
    replaced = known.links.group_by("earlier_urn").agg(polars.col("established").min().alias("replaced"))
    closed = polars.col("status") == "closed"
    end = polars.coalesce("close_date", polars.when(closed).then("replaced"))
    wanted = list(MODELS) if model is None else [model]
    return (
        known.schools.join(replaced, left_on="urn", right_on="earlier_urn", how="left")
        .filter(
            polars.col("model").is_in(wanted),
            polars.col("is_state_funded"),
            closed | (polars.col("type").is_not_null() & polars.col("status").str.starts_with("open")),
            polars.col("open_date").is_null() | (polars.col("open_date") <= day),
            ~closed | end.is_not_null(),
            end.is_null() | (end > day),
        )
        .select("urn", "la_code", "model", polars.lit(day).alias("as_of"))
        .sort("urn")
    )


def outcomes(rows: polars.DataFrame, known: Known, days: int = HORIZON) -> polars.DataFrame:
    """What the first graded inspection within the year after each row's day found, under whatever number.

    Args:
        rows: urn, as_of.
        days: how long after the list an inspection counts.

    Returns:
        the rows with inspected (date, null where none), known_from (when its report was out), is_wide, is_narrow, era.
    """
    found = known.inspections.filter(polars.col("is_wide").is_not_null())
    place = rows.select("urn", "as_of").with_row_index("place")
    later = (
        place.join(known.links, left_on="urn", right_on="earlier_urn")
        .filter(polars.col("established") > polars.col("as_of"))
        .select("place", "as_of", polars.col("urn_right").alias("urn"))
    )
    seen = (
        polars.concat([place.select("place", "as_of", "urn"), later])
        .join(found, on="urn")
        .filter(
            polars.col("date") > polars.col("as_of"),
            polars.col("date") <= polars.col("as_of") + datetime.timedelta(days=days),
        )
        .sort("place", "date", "urn")
        .unique("place", keep="first", maintain_order=True)
        .select("place", polars.col("date").alias("inspected"), "known_from", "is_wide", "is_narrow", "era")
    )
    return rows.with_row_index("place").join(seen, on="place", how="left", maintain_order="left").drop("place")


def observed(known: Known, year: int) -> list[str]:
    """Codes of the authorities whose inspections of a school year the files hold; see LEAST_OBSERVED."""
    begins, ends = datetime.date(year - 1, 9, 1), datetime.date(year, 8, 31)
    schools = open_on(known, begins).group_by("la_code").agg(polars.len().alias("schools"))
    visited = (
        known.visits.filter(polars.col("date").is_between(begins, ends))
        .join(known.schools.select("urn", "la_code"), on="urn")
        .group_by("la_code")
        .agg(polars.col("urn").n_unique().alias("visited"))
    )
    return sorted(
        schools.filter(polars.col("schools") >= LEAST_SCHOOLS)
        .join(visited, on="la_code")
        .filter(polars.col("visited") >= LEAST_OBSERVED * polars.col("schools"))["la_code"]
    )


def last_observed(known: Known) -> datetime.date:
    """The day of the last inspection that the files hold: what came after is not known."""
    return known.visits["date"].max() or datetime.date(1900, 1, 1)


def list_day_before(as_of: datetime.date) -> datetime.date:
    """The day of the last term's list that is at least a month before a day."""
    days = [datetime.date(year, month, day) for year in (as_of.year - 1, as_of.year) for month, day in AS_OF_DAYS]
    latest = as_of - datetime.timedelta(days=SHORTEST_BETWEEN_LISTS)
    return max(one for one in days if one <= latest)
