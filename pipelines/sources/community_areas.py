"""The authority's own community areas: which small areas of 2021, or what share of them, lie in each."""

import polars

from pipelines.sources.clusters import own_file_edition, read_own_file, with_one_name, without
from pipelines.sources.publication import Layout, Parsed, Recognised, Source

_COLUMNS = (
    "community_area_id",
    "community_area_name",
    "lsoa21_code",
    "share",
    "from_date",
    "to_date",
)
_ROUNDING = 0.005
"""Shares of one small area may add to this much more than 1, because they are rounded."""


def parse(found: Recognised) -> Parsed:
    """Reads community areas; a blank share stays unknown (the area is then taken as a whole by no rule here).

    Small areas whose shares add to more than 1 at one time are kept and reported: they would count twice.
    """
    needed = ("community_area_id", "community_area_name", "lsoa21_code")
    rows, rejects = read_own_file(found, _COLUMNS, needed)
    code = polars.col("lsoa21_code").str.to_uppercase()
    rows = without(rows, ~code.str.contains(r"^[EW]01\d{6}$"), "lsoa21_code", "no code of a small area (LSOA)", rejects)
    share = polars.col("share").cast(polars.Float64, strict=False)
    wrong = polars.col("share").is_not_null() & ~share.is_between(0, 1).fill_null(False)
    rows = without(rows, wrong, "share", "a share is between 0 and 1", rejects)
    rows = with_one_name(rows, "community_area_id", "community_area_name", rejects)
    rows = rows.with_columns(code, share)
    again = ~polars.struct("community_area_id", "lsoa21_code", "from_date").is_first_distinct()
    rows = without(rows, again, "lsoa21_code", "the same small area again", rejects)
    current = rows.filter(polars.col("to_date").is_null())
    total = polars.col("share").sum().over("lsoa21_code")
    without(
        current,
        total > 1 + _ROUNDING,
        "lsoa21_code",
        "its shares add to more than 1",
        rejects,
        "loaded as it is; people there count twice",
    )
    return Parsed(tables={"community_area": rows}, rejects=rejects)


SOURCE = Source(
    key="community_areas",
    title="Community areas",
    publisher="The local authority",
    landing_page="docs/how-to/clusters-settings-community-areas.md",
    licence="the authority's own",
    attribution="",
    family="any",
    edition=own_file_edition,
    order=82,
    updates="when the authority changes its community areas",
    layouts=(Layout(key="community_areas.csv", columns=_COLUMNS),),
    parse=parse,
)
