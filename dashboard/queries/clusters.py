"""Clusters: the agreed and the proposed ones, their members with places and reasons, and the authority's outline."""

import polars as pl

from dashboard.db import ask, remembered

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
