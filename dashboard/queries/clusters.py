"""Clusters: the agreed and the proposed ones, their members with places and reasons, and the authority's outline."""

import polars as pl

from dashboard.db import ask, build, reader, remembered

_MEMBERS = """
select p.*, s.name, s.phase, s.pupils
from mart.{table} p join mart.school s using (urn)
order by p.number nulls last, p.role <> 'secondary', p.kilometres nulls last, s.name, p.urn
"""


@remembered
def has_list() -> bool:
    """Whether the authority has given a list of its clusters."""
    return ask("select exists (select 1 from mart.cluster_member) as has_list")["has_list"][0]


@remembered
def agreed() -> pl.DataFrame:
    """Members of the authority's own clusters today, with their places: columns of `proposed`."""
    return ask(_MEMBERS.format(table="cluster_place"))


@remembered
def proposed() -> pl.DataFrame:
    """Members of the proposed clusters, and schools in none with the reason: cluster, place, distance, why."""
    return ask(_MEMBERS.format(table="proposed_cluster_member"))


@remembered
def proposal() -> pl.DataFrame:
    """The proposed clusters, one row each, with why they are as they are."""
    return ask("select * from mart.proposed_cluster order by number")


@remembered
def outside() -> pl.DataFrame:
    """Open state-funded schools that are in no agreed cluster today: urn, name, phase."""
    return ask(
        """
        select s.urn, s.name, s.phase from mart.school s
        where s.status ilike 'open%' and coalesce(s.type_group, '') not ilike '%independent%'
          and s.phase not in ('16 plus', 'not applicable')
          and s.urn not in (select urn from mart.cluster_place)
        order by s.name, s.urn
        """
    )


@remembered
def outline() -> pl.DataFrame:
    """The authority's outline: one row for each ring, eastings and northings in metres."""
    return ask("select ring, eastings, northings from mart.boundary order by ring")


@remembered
def expected(unit_kind: str) -> pl.DataFrame:
    """Results of clusters beside what their intake leads to expect; `unit_kind` is cluster or proposed_cluster."""
    return ask("select * from mart.expected_result where unit_kind = ? order by measure, year, unit", unit_kind)


@remembered
def unit_kind() -> str:
    """The kind of unit of the clusters in use: the agreed ones, or the proposed ones where there is no list."""
    return "cluster" if has_list() else "proposed_cluster"


@remembered
def find(cluster_id: str) -> dict | None:
    """A cluster of either list: unit_kind, cluster_id, cluster_name, or None. Those of the agreed list go first."""
    for kind, frame in (("cluster", agreed()), ("proposed_cluster", proposed())):
        found = frame.filter(pl.col("cluster_id") == cluster_id)
        if found.height:
            return {"unit_kind": kind, **found.select("cluster_id", "cluster_name").row(0, named=True)}
    return None


@remembered
def members(cluster_id: str) -> pl.DataFrame:
    """A cluster's schools of today, by name: columns of `agreed`."""
    found = find(cluster_id)
    frame = agreed() if found and found["unit_kind"] == "cluster" else proposed()
    return frame.filter(pl.col("cluster_id") == cluster_id).sort("name", "urn")


@remembered
def settings(cluster_id: str) -> pl.DataFrame:
    """Early years settings that belong to a cluster today, by name, with the columns of mart.setting."""
    return ask(
        """
        select s.* from mart.setting s, mart.build b
        where s.cluster_id = ? and coalesce(s.to_date >= b.built_at::date, true) order by s.setting_name
        """,
        cluster_id,
    )


@remembered
def gaps(kind: str, measures: tuple[str, ...]) -> pl.DataFrame:
    """Gaps of all units of a kind (cluster, authority, england …), oldest first, with the columns of mart.gap."""
    return ask(
        """
        select g.*, f.source_title, f.edition, f.release, f.path
        from mart.gap g left join mart.source_file f using (file_id)
        where g.unit_kind = ? and list_contains(?::varchar[], g.measure)
        order by g.measure, g.focus_group, g.unit_name, g.unit, g.span, g.year
        """,
        kind,
        list(measures),
    )


@remembered
def gaps_of_schools(urns: tuple[int, ...], measures: tuple[str, ...]) -> pl.DataFrame:
    """Gaps of schools, oldest first, with the columns of mart.gap and of the file that each comes from."""
    return ask(
        """
        select g.*, f.source_title, f.edition, f.release, f.path
        from mart.gap g left join mart.source_file f using (file_id)
        where g.unit_kind = 'school' and list_contains(?::varchar[], g.unit) and list_contains(?::varchar[], g.measure)
        order by g.measure, g.focus_group, g.unit_name, g.unit, g.span, g.year
        """,
        [str(urn) for urn in urns],
        list(measures),
    )


@remembered
def observed(urns: tuple[int, ...], measure: str) -> pl.DataFrame:
    """What schools' files print of a measure: urn, year, group, value, n, status, lower, upper, and the file."""
    return ask(
        """
        select o.urn, o.year, o."group", o.value, o.n, o.status, coalesce(o.lower, i.lower) as lower,
            coalesce(o.upper, i.upper) as upper, o.edition, o.release, f.source_title, f.path, o."row"
        from mart.school_observation o
        left join mart.source_file f on f.file_id = o.file_id
        left join mart.school_interval i
            on i.urn = o.urn and i.year = o.year and i.measure = o.measure and i."group" = o."group"
        where list_contains(?::integer[], o.urn) and o.measure = ? order by o.urn, o.year, o."group"
        """,
        list(urns),
        measure,
    )


@remembered
def well_done(measure: str, group: str) -> pl.DataFrame | None:
    """Open state-funded schools whose pupils of a group do better than that group in England, by more than chance.

    Of the newest year that has estimates: urn, name, phase, clusters, place, mart.estimate's mean, limits of 90 % and
    England, and the difference from what the intake leads to expect. A school that stands in the first band of the
    list of schools to talk to first is not among them, and nothing says that it was left out. None where that cannot
    be made sure of for this reader.
    """
    tables = build().tables()
    if "not_offered" in tables:
        apart = "select urn from mart.not_offered"
    elif "school_risk" not in tables:
        apart = "select 0 as urn where false"
    elif reader().chances:
        apart = "select urn from mart.school_risk where band = 'first'"
    else:
        return None
    return ask(
        f"""
        with newest as (
            select max(year) as year from mart.estimate
            where measure = ? and "group" = ? and mean is not null and urn in (select urn from mart.school)
        )
        select s.urn, s.name, s.phase, s.clusters, p.easting, p.northing, e.year, e.years, e.pooled_value, e.pooled_n,
            e.mean, e.lower_90, e.upper_90, e.england, x.difference, x.lower, x.upper
        from mart.school s
        join mart.estimate e on e.urn = s.urn and e.measure = ? and e."group" = ?
        join newest on newest.year = e.year
        left join mart.expected_result x
            on x.unit_kind = 'school' and x.urn = s.urn and x.measure = e.measure and x.year = e.year
        left join mart.proposed_cluster_member p on p.urn = s.urn
        where s.status ilike 'open%' and coalesce(s.type_group, '') not ilike '%independent%'
            and e.lower_90 > e.england and s.urn not in ({apart})
        order by s.name, s.urn
        """,
        measure,
        group,
        measure,
        group,
    )


@remembered
def similar_to(urns: tuple[int, ...]) -> pl.DataFrame:
    """Which schools of the authority are among the 20 most like each of these: urn, similar_urn, place."""
    return ask(
        """
        select urn, similar_urn, place from mart.similar_school
        where list_contains(?::integer[], urn) and similar_urn in (select urn from mart.school)
        order by similar_urn, place
        """,
        list(urns),
    )
