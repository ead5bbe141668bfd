"""Figures of one school over the years, and the figures that they are compared with."""

import polars as pl

from dashboard.db import ask, build, remembered


@remembered
def observations(urn: int) -> pl.DataFrame:
    """Every observation of a school and its predecessors, by measure, group and year, with its file.

    The columns are those of mart.school_observation, then source_title, file_edition, path, published,
    published_verified, sha256. Where the publisher prints no interval of a share, it is that of mart.school_interval.
    """
    return ask(
        """
        select o.* replace (coalesce(o.lower, i.lower) as lower, coalesce(o.upper, i.upper) as upper),
            f.source_title, f.edition as file_edition, f.path, f.published, f.published_verified, f.sha256
        from mart.school_observation o
        left join mart.school_interval i
            on i.urn = o.urn and i.year = o.year and i.measure = o.measure and i."group" = o."group"
        left join mart.source_file f on f.file_id = o.file_id
        where o.urn = ? order by o.measure, o."group", o.year
        """,
        urn,
    )


@remembered
def comparisons(phase: str, measures: tuple[str, ...], groups: tuple[str, ...]) -> pl.DataFrame:
    """Comparison figures for measures and pupil groups, with the columns of mart.comparison.

    Where a comparison is published for several phases, the school's phase goes before all phases.
    """
    return ask(
        """
        select * exclude (place) from (
            select *, row_number() over (
                partition by kind, measure, "group", year
                order by (phase = ?) desc, (phase is null or phase in ('all', '')) desc, phase
            ) as place
            from mart.comparison
            where list_contains(?::varchar[], measure) and list_contains(?::varchar[], "group")
                and (phase = ? or phase is null or phase in ('all', ''))
        )
        where place = 1 order by measure, "group", kind, year
        """,
        phase,
        list(measures),
        list(groups),
        phase,
    )


@remembered
def cluster_totals(unit_kind: str, unit: str) -> pl.DataFrame:
    """The results of a cluster, agreed or proposed, by single years: columns of a comparison, and their intervals."""
    if "total" not in build().tables():
        return ask("select * from mart.comparison where false")
    return ask(
        """
        select 'cluster' as kind, unit_name as area, year, measure, "group", value,
            case when value is null then 'not_available' else 'reported' end as status, schools, n, lower, upper,
            'pupils of ' || schools || ' of its schools together' as how
        from mart.total where unit_kind = ? and unit = ? and span = 'year' order by measure, "group", year
        """,
        unit_kind,
        unit,
    )


@remembered
def headlines(phase: str | None = None) -> pl.DataFrame:
    """The authority's and England's figures for all pupils, with the columns of mart.comparison."""
    return ask(
        """
        select kind, area, phase, year, measure, "group", value, status, schools, n, how
        from mart.comparison
        where kind in ('authority', 'england') and "group" = 'all'
        order by measure, phase, kind, year
        """
    )


@remembered
def files_of(urn: int) -> pl.DataFrame:
    """The files that a school's figures and inspections come from, with how many came from each."""
    return ask(
        """
        with used as (
            select file_id, count(*) as figures from mart.school_observation
            where urn = ? and file_id is not null group by file_id
            union all
            select file_id, count(*) from mart.inspection
            where urn = ? and file_id is not null group by file_id
        )
        select f.file_id, f.source_title, f.publisher, f.edition, f.release, f.published,
            f.published_verified, f.fetched, f.path, f.landing_page, sum(u.figures) as figures
        from used u join mart.source_file f using (file_id)
        group by all order by f.source_title, f.edition desc
        """,
        urn,
        urn,
    )


@remembered
def recent(measures: tuple[str, ...], years: int) -> pl.DataFrame:
    """All our schools' results of all pupils in the last years for which each measure has any.

    Columns urn, measure, year, value, status, n; `years` school years of each measure, the newest with a value last.
    """
    return ask(
        """
        with newest as (
            select measure, max(year) as newest from mart.school_observation
            where value is not null and "group" = 'all' and list_contains(?::varchar[], measure) group by measure
        )
        select o.urn, o.measure, o.year, o.value, o.status, o.n
        from mart.school_observation o join newest using (measure)
        where o."group" = 'all' and o.year between newest - ? + 1 and newest
        order by o.measure, o.urn, o.year
        """,
        list(measures),
        years,
    )
