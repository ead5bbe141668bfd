"""The authority's own list of early years settings: nurseries, pre-schools and childminders, by cluster."""

import polars

from pipelines.sources.clusters import own_file_edition, read_own_file, without
from pipelines.sources.postcodes import normal_postcode
from pipelines.sources.publication import Layout, Parsed, Recognised, Source

_COLUMNS = (
    "setting_id",
    "setting_name",
    "kind",
    "cluster_id",
    "postcode",
    "places",
    "from_date",
    "to_date",
)


def parse(found: Recognised) -> Parsed:
    """Reads settings; a postcode or number of places that cannot be read is left out, the setting stays."""
    rows, rejects = read_own_file(found, _COLUMNS, ("setting_id", "setting_name"))
    again = ~polars.struct("setting_id", "from_date").is_first_distinct()
    rows = without(rows, again, "setting_id", "the same setting again", rejects)
    number = polars.col("places").str.strip_suffix(".0").cast(polars.Int32, strict=False)
    places = polars.when(number >= 0).then(number)
    postcode = normal_postcode(polars.col("postcode"))
    for column, read in (("places", places), ("postcode", postcode)):
        unread = polars.col(column).is_not_null() & read.is_null()
        without(rows, unread, column, f"{column} cannot be read", rejects, "the cell was left blank")
    return Parsed(
        tables={"setting": rows.with_columns(places.alias("places"), postcode.alias("postcode"))},
        rejects=rejects,
    )


SOURCE = Source(
    key="settings_of_the_authority",
    title="Early years settings",
    publisher="The local authority",
    landing_page="docs/how-to/clusters-settings-community-areas.md",
    licence="the authority's own",
    attribution="",
    family="any",
    edition=own_file_edition,
    order=81,
    updates="when the authority changes its list",
    layouts=(Layout(key="settings.csv", columns=_COLUMNS),),
    parse=parse,
)
