"""The authority's own clusters as they are today, on the map: where each member is and how far from its secondary.

The columns are those of `mart.proposed_cluster_member`, so that the agreed list and the proposal can be compared.
"""

from collections.abc import Iterator

import polars

from pipelines.marts import Query
from pipelines.marts.proposed_cluster_member import COLUMNS, KINDS, NO_PLACE, SCHOOLS
from pipelines.statistics import clusters

__all__ = ["COLUMNS", "rows"]

_MEMBERS = """
with built as (select built_at::date as today from core.build)
select distinct m.cluster_id, m.cluster_name, m.urn
from mart.cluster_member m, built
where coalesce(m.from_date, today) <= today and coalesce(m.to_date, today) >= today
order by m.cluster_id, m.urn
"""


def rows(query: Query) -> Iterator[polars.DataFrame]:
    """The rows of `mart.cluster_place`: none where the authority has given no list. Closed schools are left out."""
    schools = query(SCHOOLS)
    listed = query(_MEMBERS).join(schools, on="urn", how="inner", maintain_order="left")
    if listed.is_empty():
        return
    placed = schools.filter(polars.col("placed_by").is_not_null() & polars.col("urn").is_in(listed["urn"].implode()))
    places = [
        clusters.School(
            urn=row["urn"], kind=KINDS.get(row["phase"], "attached"), easting=row["easting"], northing=row["northing"]
        )
        for row in placed.sort("urn").rows(named=True)
    ]
    position = {school.urn: place for place, school in enumerate(places)}
    groups = listed.partition_by("cluster_id", maintain_order=True)
    groups.sort(key=lambda group: (group["cluster_name"][0], group["cluster_id"][0]))
    members = [[position[urn] for urn in group["urn"] if urn in position] for group in groups]
    neighbours = clusters.neighbours_of(places)
    shades = clusters.shades(neighbours, members)
    for number, (group, inside) in enumerate(zip(groups, members, strict=True), start=1):
        about = polars.DataFrame(
            _distances(places, inside),
            schema={"urn": polars.Int32, "kilometres": polars.Float64, "nearest_secondary_urn": polars.Int32},
            orient="row",
        )
        role = (
            polars.when(polars.col("phase").is_in([p for p, kind in KINDS.items() if kind == "secondary"]))
            .then(polars.lit("secondary"))
            .when(polars.col("phase").is_in([p for p, kind in KINDS.items() if kind == "primary"]))
            .then(polars.lit("member"))
            .otherwise(polars.lit("attached"))
        )
        yield group.join(about, on="urn", how="left", maintain_order="left").with_columns(
            polars.lit(number).alias("number"),
            polars.lit(shades[number - 1]).alias("shade"),
            role.alias("role"),
            polars.when(polars.col("placed_by").is_null()).then(NO_PLACE).alias("reason"),
        )


def _distances(places: list[clusters.School], inside: list[int]) -> list[tuple]:
    """(URN, kilometres, URN of the nearest secondary school) of the members of one cluster that have a place."""
    secondaries = [member for member in inside if places[member].kind == "secondary"]
    if not secondaries:
        return []
    ways = clusters.kilometres(places, secondaries)[inside]
    return [
        (places[member].urn, float(way.min()), places[secondaries[int(way.argmin())]].urn)
        for member, way in zip(inside, ways, strict=True)
    ]
