"""A proposal of clusters for an authority without a list of its own: which school would be in which, and why.

`pipelines.statistics.clusters` parts the open state-funded schools. A school without a known place is in no cluster
and has the reason. The proposal is always made, so that an officer can hold the agreed list against it.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy
import polars

from pipelines.marts import Query
from pipelines.statistics import clusters

COLUMNS = {
    "cluster_id": polars.String,
    "cluster_name": polars.String,
    "number": polars.Int32,
    "shade": polars.Int32,
    "urn": polars.Int32,
    "role": polars.String,
    "kilometres": polars.Float64,
    "nearest_secondary_urn": polars.Int32,
    "is_nearest": polars.Boolean,
    "placed_by": polars.String,
    "easting": polars.Float64,
    "northing": polars.Float64,
    "why": polars.String,
    "reason": polars.String,
}

KINDS = {
    "primary": "primary",
    "middle": "primary",
    "secondary": "secondary",
    "all-through": "secondary",
    "special": "attached",
    "nursery": "attached",
    "alternative provision": "attached",
}
_PARTS = {"North", "South", "East", "West", "Central", "Ward", "&"}
_ORDINALS = ("", "", "second ", "third ", "fourth ", "fifth ")

SCHOOLS = r"""
with sector as (
    select regexp_replace(postcode, '..$', '') as area, avg(easting) as easting, avg(northing) as northing
    from core.postcode group by 1
), district as (
    select split_part(postcode, ' ', 1) as area, avg(easting) as easting, avg(northing) as northing
    from core.postcode group by 1
)
select s.urn, s.name, s.phase, s.town, s.ward,
    coalesce(s.easting, p.easting, d.easting)::double as easting,
    coalesce(s.northing, p.northing, d.northing)::double as northing,
    case when c.easting is not null then 'register'
        when s.easting is not null then 'postcode'
        when p.easting is not null then 'the middle of postcodes ' || p.area
        when d.easting is not null then 'the middle of postcodes ' || d.area end as placed_by,
    s.postcode, c.is_state_funded
from mart.school s
join core.school c using (urn)
left join sector p on p.area = regexp_replace(s.postcode, '..$', '')
left join district d on d.area = split_part(s.postcode, ' ', 1)
where s.status ilike 'open%'
order by s.urn
"""
"""Our open schools with their places: that of the register, of the postcode, or the middle of postcodes near by."""


def rows(query: Query) -> Iterator[polars.DataFrame]:
    """The rows of `mart.proposed_cluster_member`: members cluster by cluster, then those without a place."""
    everyone = query(SCHOOLS).filter(polars.col("is_state_funded") & polars.col("phase").is_in(list(KINDS)))
    placed = everyone.filter(polars.col("placed_by").is_not_null())
    places = [
        clusters.School(urn=row["urn"], kind=KINDS[row["phase"]], easting=row["easting"], northing=row["northing"])
        for row in placed.rows(named=True)
    ]
    proposal = clusters.propose(places)
    yield from _members(proposal, {row["urn"]: row for row in placed.rows(named=True)})
    yield everyone.join(placed.select("urn"), on="urn", how="anti").with_columns(NO_PLACE)


NO_PLACE = (
    polars.when(polars.col("postcode").is_null())
    .then(polars.lit("no place known: neither coordinates nor a postcode are at hand"))
    .otherwise(polars.lit("no place known: its postcode is not in the list of postcodes at hand"))
    .alias("reason")
)


def _members(proposal: clusters.Proposal, about: dict[int, dict]) -> Iterator[polars.DataFrame]:
    names = _names(proposal, about)
    shades = clusters.shades(proposal.neighbours, [cluster.members for cluster in proposal.clusters])
    for number, place in enumerate(sorted(range(len(names)), key=lambda n: names[n]), start=1):
        members = [
            {
                "cluster_id": f"P{number:02d}",
                "cluster_name": f"{names[place]} cluster",
                "number": number,
                "shade": shades[place],
                "urn": proposal.schools[member].urn,
                **_about(proposal, place, member, about, names),
            }
            for member in proposal.clusters[place].members
        ]
        yield polars.DataFrame(members, infer_schema_length=None)


def _about(proposal: clusters.Proposal, place: int, member: int, about: dict[int, dict], names: Sequence[str]) -> dict:
    """Role, distance and reason of one member of the cluster at `place`."""
    cluster, school = proposal.clusters[place], proposal.schools[member]
    anchors = cluster.secondaries or (cluster.middle,)
    ways = clusters.kilometres([school, *(proposal.schools[a] for a in anchors)], range(1, len(anchors) + 1))[0]
    nearest = proposal.schools[anchors[int(ways.argmin())]]
    is_secondary = member in cluster.secondaries
    row = about[school.urn]
    return {
        "role": "secondary" if is_secondary else "attached" if school.kind == "attached" else "member",
        "kilometres": float(ways.min()),
        "nearest_secondary_urn": nearest.urn if cluster.secondaries else None,
        "is_nearest": bool(proposal.travel[member].argmin() == place),
        "placed_by": row["placed_by"],
        "easting": school.easting,
        "northing": school.northing,
        "why": _why(proposal, place, member, about, names)
        + ("" if row["placed_by"] in ("register", "postcode") else f"; placed in {row['placed_by']}"),
    }


def _why(proposal: clusters.Proposal, place: int, member: int, about: dict[int, dict], names: Sequence[str]) -> str:
    cluster, school = proposal.clusters[place], proposal.schools[member]

    def name(position: int) -> str:
        return about[proposal.schools[position].urn]["name"]

    if member in cluster.secondaries:
        holders = [n for n, other in enumerate(proposal.clusters) if member in other.secondaries]
        if len(holders) > 1:
            others = " and ".join(sorted(names[n] for n in holders if n != place))
            return f"shared with {others}: the only secondary school near more schools than one cluster holds"
        if member == cluster.middle:
            return "the cluster is built around it"
        way = clusters.kilometres((school, proposal.schools[cluster.middle]), [1])[0, 0]
        return f"secondary school of the same town as {name(cluster.middle)}, {way:.1f} km"
    if member == cluster.middle:
        return "the cluster is built around it: no secondary school stands nearer to so many"
    anchors = [c.secondaries if c.middle in c.secondaries else (c.middle,) for c in proposal.clusters]
    to = [min(group, key=lambda p: (_way(proposal, member, p), p)) for group in anchors]
    way = proposal.travel[member]
    rank = 1 + int((way < way[place]).sum())
    said = f"{name(to[place])} is the {_ORDINALS[min(rank, 5)]}nearest, {way[place]:.1f} km"
    if school.kind == "attached":
        said = f"attached, as a {about[school.urn]['phase']} school: {said}"
    if rank == 1:
        return said
    first = int(way.argmin())
    return f"{said}; {names[first]} ({way[first]:.1f} km) {_why_not(proposal, place, first)}"


def _way(proposal: clusters.Proposal, first: int, second: int) -> float:
    one, other = proposal.schools[first], proposal.schools[second]
    return round(float(numpy.hypot(one.easting - other.easting, one.northing - other.northing)), 3)


def _why_not(proposal: clusters.Proposal, place: int, nearest: int) -> str:
    if len(proposal.clusters[nearest].members) >= clusters.MOST:
        return f"is full with {clusters.MOST} schools"
    if len(proposal.clusters[place].members) <= clusters.FEWEST:
        return f"gives it up so that this cluster has {clusters.FEWEST} schools"
    return "is not taken, so that clusters are in one piece and of like size"


def _names(proposal: clusters.Proposal, about: dict[int, dict]) -> list[str]:
    """A name for each cluster: its town, its ward where several clusters have that town, else its middle school."""
    towns = [_town(proposal, cluster, about) for cluster in proposal.clusters]
    middles = [about[proposal.schools[cluster.middle].urn] for cluster in proposal.clusters]
    wards = [_community(middle["ward"]) for middle in middles]
    often = Counter(towns)
    names = [
        town if town and often[town] == 1 else ward or town or middle["name"]
        for town, ward, middle in zip(towns, wards, middles, strict=True)
    ]
    twice = {name for name, times in Counter(names).items() if times > 1}
    return [middle["name"] if name in twice else name for name, middle in zip(names, middles, strict=True)]


def _town(proposal: clusters.Proposal, cluster: clusters.Cluster, about: dict[int, dict]) -> str | None:
    """The town of the middle school, or of the member nearest to it that has one."""
    order = sorted(cluster.members, key=lambda member: (_way(proposal, member, cluster.middle), member))
    order = [cluster.middle, *order]
    return next((town for member in order if (town := about[proposal.schools[member].urn]["town"])), None)


def _community(ward: str | None) -> str | None:
    """A ward's name without the part of it: 'Westbury West' is Westbury."""
    words = (ward or "").split()
    while len(words) > 1 and words[-1] in _PARTS:
        words.pop()
    return " ".join(words) or None
