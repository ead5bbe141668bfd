"""Between which places each of our schools stands among our schools of its phase, for each estimated measure and year:
the middle nine tenths of its ranks over 1,000 draws of everybody's underlying result.

All pupils only: groups within schools are too small to be ranked. Only schools whose estimate rests on at least eleven
pupils (`mart.estimate.effective_n`) are ranked, and only where three or more can be. `among` is how many they are. A
predecessor's result is ranked under its successor, and once.
"""

from collections.abc import Iterator

import numpy as np
import polars

from pipelines.marts import Query
from pipelines.measures import MEASURES, Polarity
from pipelines.statistics import ranks
from pipelines.statistics.estimated import ESTIMATED
from pipelines.statistics.verdicts import LEAST_PUPILS

LEVEL = 0.90
"""The share of draws that the interval of ranks holds."""

FEWEST_RANKED = 3
"""Schools below which no ranks are given; our judgement."""

COLUMNS: dict[str, polars.DataType] = {
    "urn": polars.Int32,
    "year": polars.Int32,
    "measure": polars.String,
    "group": polars.String,
    "phase": polars.String,
    "best": polars.Int32,
    "middle": polars.Int32,
    "worst": polars.Int32,
    "among": polars.Int32,
}

_OURS = """
with ours as (
    select e.urn, e.year, e.measure, e."group", e.from_predecessor, s.phase::varchar as phase, e.mean, e.deviation
    from mart.estimate e
    join core.school s using (urn)
    join core.build b using (la_code)
    where e.effective_n >= $least and e.mean is not null and s.phase <> 'not applicable' and e."group" = 'all'
)
select o.urn, o.year, o.measure, o."group", o.phase, o.mean, o.deviation
from ours o
where not exists (  -- a result that stands under the successor is ranked there, and once
    select 1 from ours later join core.succession c on c.urn = later.urn
    where c.earlier_urn = o.urn and later.from_predecessor
      and later.year = o.year and later.measure = o.measure and later."group" = o."group"
)
order by o.measure, o.year, o."group", o.phase, o.urn
"""


def rows(query: Query) -> Iterator[polars.DataFrame]:
    """One frame for all measures."""
    ours = query(_OURS, {"least": LEAST_PUPILS})
    shares = {declared.measure: declared.is_share for declared in ESTIMATED}
    for (measure, year, group, phase), peers in ours.group_by("measure", "year", "group", "phase", maintain_order=True):
        if peers.height < FEWEST_RANKED:
            continue
        scale = 100.0 if shares[measure] else 1.0
        drawn = ranks.draws(
            peers["mean"].to_numpy() / scale,
            peers["deviation"].to_numpy() / scale,
            is_share=shares[measure],
            about=f"{measure} {year} {group} {phase}",
        )
        best, middle, worst = ranks.rank_intervals(
            drawn, high_is_better=MEASURES[measure].polarity is Polarity.HIGH_IS_BETTER, level=LEVEL
        )
        yield peers.select("urn", "year", "measure", "group", "phase").with_columns(
            polars.Series("best", best.astype(np.int32)),
            polars.Series("middle", middle.astype(np.int32)),
            polars.Series("worst", worst.astype(np.int32)),
            polars.lit(peers.height, polars.Int32).alias("among"),
        )
