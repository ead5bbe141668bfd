"""What the front page answers: the widest gap of a cluster, where most disadvantaged children are, who is silent."""

import polars as pl

from dashboard.db import ask, build, remembered

CONTRAST = "disadvantaged"


@remembered
def cluster_gaps() -> pl.DataFrame:
    """Gaps of disadvantaged pupils in the clusters in use that can be given: columns of mart.gap, widest first.

    Clusters in use are the agreed ones, and the proposed ones where the authority has given none.
    """
    return ask(
        """
        select * from mart.gap
        where contrast = ? and national_gap is not null and unit_kind = case
            when exists (select 1 from mart.cluster_member) then 'cluster' else 'proposed_cluster' end
        order by national_gap, unit_name
        """,
        CONTRAST,
    )


@remembered
def authority_gaps() -> pl.DataFrame:
    """Gaps that are published as such, of the authority and of England: measure, year, kind, value, how; newest first.

    They stand in for those of clusters where a build has none.
    """
    return ask(
        """
        select measure, year, kind, value, how from mart.comparison
        where "group" = ? and measure like '%gap%' and value is not null and kind in ('authority', 'england')
            and (phase is null or phase in ('all', ''))
        order by year desc, measure, kind
        """,
        CONTRAST,
    )


@remembered
def children_by_ward() -> pl.DataFrame:
    """Pupils who had free school meals in the last six years, by the ward of their school, most first.

    The columns are area, children, schools, without (schools that have no figure), year. Schools stand where they
    are: where their pupils live is another question, and another page's.
    """
    return ask(
        """
        with newest as (
            select year from mart.school_observation
            where measure = 'free_school_meals_ever_six' and "group" = 'all' and value is not null
            group by year order by count(*) >= 0.5 * max(count(*)) over () desc, year desc limit 1
        ), held as (
            -- the published count: the share is of fewer pupils than those on roll
            select r.urn, case when r.value is not null then coalesce(c.value, r.value * r.n / 100) end as children
            from mart.school_observation r join newest using (year)
            left join mart.school_observation c on c.urn = r.urn and c.year = r.year and c."group" = 'all'
                and c.measure = 'free_school_meals_ever_six_pupils'
            where r.measure = 'free_school_meals_ever_six' and r."group" = 'all'
        )
        select s.ward as area, round(sum(h.children))::bigint as children, count(*) as schools,
            (count(*) - count(h.children))::bigint as without, any_value(n.year) as year
        from mart.school s left join held h using (urn), newest n
        where s.status ilike 'open%' and s.ward is not null
        group by s.ward having count(h.children) > 0 order by children desc, area
        """
    )


@remembered
def silent() -> pl.DataFrame:
    """What is not known about open schools, a row for each school and reason: mart.silent_school, with names."""
    if "silent_school" not in build().tables():
        return ask(
            """
            select urn, 'why_silent' as reason_kind, why_silent as what, latest_year::integer as since,
                why_silent as detail, name, phase, clusters,
                coalesce(type_group, '') ilike '%independent%' as is_independent
            from mart.school where status ilike 'open%' and coalesce(why_silent, '') <> '' order by name, urn
            """
        )
    return ask(
        """
        select l.*, s.name, s.phase, s.clusters, coalesce(s.type_group, '') ilike '%independent%' as is_independent
        from mart.silent_school l join mart.school s using (urn)
        order by s.name, l.urn, l.reason_kind, l.what
        """
    )
