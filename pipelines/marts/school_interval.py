"""The 95% interval of results of our schools that are shares of pupils, where the files print the number of pupils:
Wilson's limits, for shares whose publisher prints none. Shares of an intake have none: every pupil is counted.
"""

from collections.abc import Iterator

import polars

from pipelines.marts import Query
from pipelines.measures import MEASURES, Polarity, Published
from pipelines.statistics.counts import counts_behind
from pipelines.statistics.intervals import wilson

COLUMNS = {
    "urn": polars.Int32,
    "year": polars.Int32,
    "measure": polars.String,
    "group": polars.String,
    "lower": polars.Float64,
    "upper": polars.Float64,
}

SHARES = [
    key
    for key, measure in MEASURES.items()
    if measure.unit.percent_sign
    and measure.definition.startswith("Share of pupils")
    and measure.polarity is not Polarity.NEUTRAL
    and isinstance(measure.origin, Published)
    and measure.origin.source in ("key_stage_2", "key_stage_4")
]

_PRINTED = """
select urn, year, measure, "group", value, n from mart.school_observation
where status = 'reported' and n > 0 and lower is null and list_contains(?::varchar[], measure)
order by urn, measure, "group", year
"""


def rows(query: Query) -> Iterator[polars.DataFrame]:
    """One frame: limits in per cent, of the count behind the printed percentage."""
    found = query(_PRINTED, [SHARES])
    n = found["n"].to_numpy()
    lower, upper = wilson(counts_behind(found["value"].to_numpy(), n).count, n)
    yield found.select(
        "urn",
        "year",
        "measure",
        "group",
        polars.Series("lower", 100 * lower).fill_nan(None),
        polars.Series("upper", 100 * upper).fill_nan(None),
    ).drop_nulls("lower")
