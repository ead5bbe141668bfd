"""The codes of local authorities and the region that each lies in, as the performance tables use them."""

import polars

from pipelines.errors import SourceChanged
from pipelines.observations import la_entity
from pipelines.sources.performance_tables import settle_rows
from pipelines.sources.publication import Layout, Parsed, Recognised, Source

_REGION_BEGINNINGS = (
    ("North East", "North East"),
    ("North West", "North West"),
    ("North Yorkshire", "Yorkshire and the Humber"),
    ("South and West Yorkshire", "Yorkshire and the Humber"),
    ("Yorkshire", "Yorkshire and the Humber"),
    ("East Midlands", "East Midlands"),
    ("West Midlands", "West Midlands"),
    ("East of England", "East of England"),
    ("London", "London"),
    ("Inner London", "London"),
    ("Outer London", "London"),
    ("South East", "South East"),
    ("South West", "South West"),
)
"""How names of regions and of their parts ("South West B", "London North") begin, and the region meant."""


def region_named(text: polars.Expr) -> polars.Expr:
    """The region of England that a printed name means, or null: "South West B" → "South West"."""
    spelled = text.str.to_lowercase()
    return polars.coalesce(
        polars.when(spelled.str.starts_with(beginning.lower())).then(polars.lit(region))
        for beginning, region in _REGION_BEGINNINGS
    )


def parse(found: Recognised) -> Parsed:
    """Reads the codes.

    Raises:
        SourceChanged: a region is none that we know.
    """
    text = found.table.text(["LEA", "LA Name", "REGION NAME"])
    text = text.with_columns(polars.exclude("row").str.strip_chars())
    rows, rejects = settle_rows(
        found,
        text.with_columns(
            la_entity(polars.col("LEA")).alias("entity"),
            polars.lit(found.edition.year, polars.UInt16).alias("year"),
        ),
    )
    rows = rows.select(
        "row",
        polars.col("LEA").alias("la_code"),
        polars.col("LA Name").alias("la_name"),
        region_named(polars.col("REGION NAME")).alias("region"),
        "REGION NAME",
    )
    strange = rows.filter(polars.col("region").is_null())
    if strange.height:
        raise SourceChanged(
            f"unknown region {strange['REGION NAME'][0]!r}",
            where=f"{found.table.where}, row {strange['row'][0]}, column REGION NAME",
            next_step="declare it in pipelines/sources/authority_codes.py",
        )
    return Parsed(tables={"local_authority": rows.drop("REGION NAME")}, rejects=rejects)


SOURCE = Source(
    key="authority_codes",
    title="Codes of local authorities and regions",
    publisher="Department for Education",
    landing_page="https://www.compare-school-performance.service.gov.uk/download-data",
    family="any",
    order=5,
    updates="with the performance tables, each year",
    layouts=(Layout(key="codes and regions", columns=("LEA", "LA Name", "REGION", "REGION NAME")),),
    parse=parse,
)
