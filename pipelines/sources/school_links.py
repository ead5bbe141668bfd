"""Links between schools in the register: which school came before, came after, or merged with which."""

import polars

from pipelines.observations import urn_number
from pipelines.sources.cells import read_dates, text_or_nothing, without_rejected
from pipelines.sources.publication import Layout, Parsed, Recognised, Source
from pipelines.sources.reading import left_out_of
from pipelines.sources.snapshots import snapshot_edition

_COLUMNS = ("URN", "LinkURN", "LinkName", "LinkType", "LinkEstablishedDate")


def parse(found: Recognised) -> Parsed:
    """Reads the links into `school_link`; pairs need not be symmetric, and many have no date."""
    rows = found.table.text(list(_COLUMNS)).with_columns(polars.exclude("row").str.strip_chars())
    parsed = Parsed(rejects=left_out_of(found.table))
    blank = polars.all_horizontal(polars.col(column) == "" for column in _COLUMNS)
    urn, linked = urn_number(polars.col("URN")), urn_number(polars.col("LinkURN"))
    kind = polars.col("LinkType")
    reason = (
        polars.when(blank).then(polars.lit("blank row"))
        .when(urn.is_null() | linked.is_null()).then(polars.lit("a link without two school numbers"))
        .when(urn == linked).then(polars.lit("a school linked to itself"))
        .when(kind == "").then(polars.lit("a link that does not say of which kind"))
        .when(~polars.struct(*_COLUMNS).is_first_distinct()).then(polars.lit("the same row again"))
    )  # fmt: skip
    rows = without_rejected(rows.with_columns(reason.alias("reason")), parsed.rejects)
    rows = read_dates(rows, ["LinkEstablishedDate"], parsed.rejects)
    parsed.tables["school_link"] = rows.select(
        "row",
        urn.alias("urn"),
        linked.alias("linked_urn"),
        text_or_nothing("LinkName").alias("linked_name"),
        kind.alias("link_type"),
        direction_of(kind).alias("direction"),
        polars.col("LinkEstablishedDate").alias("established"),
    )
    return parsed


def direction_of(link_type: polars.Expr) -> polars.Expr:
    """Whether the linked school is the predecessor or the successor, or the link says neither."""
    return (
        polars.when(link_type.str.starts_with("Predecessor"))
        .then(polars.lit("predecessor"))
        .when(link_type.str.starts_with("Successor"))
        .then(polars.lit("successor"))
        .otherwise(polars.lit("other"))
    )


SOURCE = Source(
    key="school_links",
    title="Links between schools",
    publisher="Department for Education",
    landing_page="https://get-information-schools.service.gov.uk/Downloads",
    family="register",
    edition=snapshot_edition,
    updates="every day; links are not always symmetric and a quarter has no date",
    order=2,
    layouts=(Layout(key="links", columns=_COLUMNS),),
    parse=parse,
)
