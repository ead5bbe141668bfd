"""What inspections had said of a school by a day, those of the schools it came from among them."""

import polars

from pipelines.rules.facts import Query

USUAL_SHARE, WEIGHT = 1 / 3, 2.0
"""A school's share of inspections with concern is drawn towards one in three by the weight of two inspections: the
share of England's graded inspections since 2005 is about that; the weight is our judgement."""

DAYS_OF_A_YEAR = 365.25

_LINKS = """
select c.urn::integer as urn, c.earlier_urn::integer as earlier_urn,
    coalesce(c.established, s.open_date, date '1900-01-01') as established
from core.succession c join core.school s on s.urn = c.urn
"""

COLUMNS = {
    "inspections": polars.Float64,
    "previous_grade": polars.Float64,
    "previous_concern": polars.Float64,
    "previous_serious_concern": polars.Float64,
    "concern_before_that": polars.Float64,
    "share_with_concern": polars.Float64,
    "years_since_outstanding": polars.Float64,
    "years_since_good": polars.Float64,
    "years_since_concern": polars.Float64,
    "inspected_under_earlier_number": polars.Float64,
}
"""`inspections` is how many graded ones are known, 0 where none; the rest is null then. `previous_grade` is 1
(outstanding) to 4 (inadequate), null without an overall grade. Years since the last graded inspection stand in one of
three columns, by what it found: the next one comes soonest after concern, and latest, if at all, after outstanding."""


def links(query: Query) -> polars.DataFrame:
    """Which school came before which, and from which day on: urn, earlier_urn, established."""
    return query(_LINKS).with_columns(polars.col("established").cast(polars.Date))


def history(rows: polars.DataFrame, inspections: polars.DataFrame, links: polars.DataFrame) -> polars.DataFrame:
    """What was known of each row's school on its day.

    Args:
        rows: urn, as_of. inspections: of `question.inspections`. links: of `links`.

    Returns:
        COLUMNS, one row for each of `rows`, in their order.
    """
    asked = rows.select("urn", "as_of").with_row_index("place")
    own = asked.with_columns(polars.col("urn").alias("observed_urn"), polars.lit(0).alias("steps"))
    earlier = (
        asked.join(links, on="urn")
        .filter(polars.col("established") <= polars.col("as_of"))
        .select("place", "urn", "as_of", polars.col("earlier_urn").alias("observed_urn"), polars.lit(1).alias("steps"))
    )
    seen = (
        polars.concat([own, earlier])
        .join(inspections.rename({"urn": "observed_urn"}), on="observed_urn")
        .filter(polars.col("known_from") <= polars.col("as_of"))
        .sort("place", "date", "steps", "observed_urn", descending=[False, False, True, False])
        .unique(["place", "date"], keep="last", maintain_order=True)
    )
    wide = polars.col("is_wide").cast(polars.Float64)
    without_concern = polars.col("previous_concern") == 0
    outstanding = (polars.col("previous_grade") == 1).fill_null(False)
    told = seen.group_by("place", maintain_order=True).agg(
        polars.len().cast(polars.Float64).alias("inspections"),
        polars.col("grade").last().cast(polars.Float64).alias("previous_grade"),
        wide.last().alias("previous_concern"),
        polars.col("is_narrow").last().cast(polars.Float64).alias("previous_serious_concern"),
        polars.when(polars.len() > 1).then(wide.slice(-2, 1).first()).alias("concern_before_that"),
        ((wide.sum() + USUAL_SHARE * WEIGHT) / (wide.count() + WEIGHT)).alias("share_with_concern"),
        ((polars.col("as_of").last() - polars.col("date").last()).dt.total_days() / DAYS_OF_A_YEAR).alias(
            "years_since"
        ),
        polars.col("steps").last().cast(polars.Float64).alias("inspected_under_earlier_number"),
    )
    return (
        asked.join(told, on="place", how="left", maintain_order="left")
        .with_columns(
            polars.col("inspections").fill_null(0.0),
            polars.when(without_concern & outstanding).then("years_since").alias("years_since_outstanding"),
            polars.when(without_concern & ~outstanding).then("years_since").alias("years_since_good"),
            polars.when(polars.col("previous_concern") == 1).then("years_since").alias("years_since_concern"),
        )
        .select(polars.col(name).cast(kind) for name, kind in COLUMNS.items())
    )
