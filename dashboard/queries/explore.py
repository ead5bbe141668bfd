"""Figures of schools and areas for any measures, pupil groups and years, each with the file and row it stands in."""

import polars as pl

from dashboard.db import ask, build, is_shared, remembered


@remembered
def measures() -> frozenset[str]:
    """The measures of which some school or area has a figure."""
    found = ask(
        """
        select measure from mart.school_observation where value is not null
        union select measure from mart.comparison where value is not null
        """
    )
    return frozenset(found["measure"])


@remembered
def groups(measures: tuple[str, ...]) -> frozenset[str]:
    """The pupil groups of which these measures have a figure."""
    found = ask(
        """
        select "group" from mart.school_observation where list_contains(?::varchar[], measure) and value is not null
        union select "group" from mart.comparison where list_contains(?::varchar[], measure) and value is not null
        """,
        list(measures),
        list(measures),
    )
    return frozenset(found["group"])


@remembered
def years(measures: tuple[str, ...]) -> tuple[int, ...]:
    """The years of which these measures have a figure, in order."""
    found = ask(
        """
        select distinct year::integer as year from (
            select year from mart.school_observation where list_contains(?::varchar[], measure) and value is not null
            union all
            select year from mart.comparison where list_contains(?::varchar[], measure) and value is not null
        ) order by year
        """,
        list(measures),
        list(measures),
    )
    return tuple(found["year"])


@remembered
def of_schools(
    urns: tuple[int, ...], measures: tuple[str, ...], groups: tuple[str, ...], first: int, last: int
) -> pl.DataFrame:
    """Every observation of some schools and their predecessors: columns of `mart.school_observation`, and of its file.

    Where the publisher prints no interval of a share, it is that of mart.school_interval.
    """
    return ask(
        """
        select o.urn, o.observed_urn, o.via, o.year::integer as year, o.measure, o."group", o.value, o.status, o.n,
            coalesce(o.lower, i.lower) as lower, coalesce(o.upper, i.upper) as upper, o.release,
            f.edition, f.source_title as source, f.path as file, o.file_id, o.row
        from mart.school_observation o
        left join mart.school_interval i
            on i.urn = o.urn and i.year = o.year and i.measure = o.measure and i."group" = o."group"
        left join mart.source_file f on f.file_id = o.file_id
        where list_contains(?::integer[], o.urn) and list_contains(?::varchar[], o.measure)
            and list_contains(?::varchar[], o."group") and o.year between ? and ?
        order by o.urn, o.measure, o."group", o.year
        """,
        list(urns),
        list(measures),
        list(groups),
        first,
        last,
    )


@remembered
def of_areas(
    kinds: tuple[str, ...], measures: tuple[str, ...], groups: tuple[str, ...], first: int, last: int
) -> pl.DataFrame:
    """Figures of areas by kind ('authority', 'england' …), phase of school and year: mart.comparison, with its file."""
    return ask(
        """
        select c.kind, c.kind as unit, nullif(nullif(c.phase, ''), 'all') as phase, c.year::integer as year, c.measure,
            c."group", c.value, c.status, c.n, c.how, c.schools::integer as schools, c.release,
            f.edition, f.source_title as source, f.path as file, c.file_id, c.row
        from mart.comparison c left join mart.source_file f on f.file_id = c.file_id
        where list_contains(?::varchar[], c.kind) and list_contains(?::varchar[], c.measure)
            and list_contains(?::varchar[], c."group") and c.year between ? and ?
        order by c.kind, c.phase, c.measure, c."group", c.year
        """,
        list(kinds),
        list(measures),
        list(groups),
        first,
        last,
    )


@remembered
def clusters() -> pl.DataFrame:
    """Clusters that have totals, the agreed ones or else those proposed: kind, unit, name."""
    if "total" not in build().tables():
        return pl.DataFrame(schema={"kind": pl.String, "unit": pl.String, "name": pl.String})
    return ask(
        """
        select distinct unit_kind as kind, unit, unit_name as name from mart.total
        where unit_kind in ('cluster', 'proposed_cluster') and (unit_kind = 'cluster'
            or not exists (select 1 from mart.total where unit_kind = 'cluster'))
        order by name, unit
        """
    )


@remembered
def of_clusters(
    units: tuple[str, ...], measures: tuple[str, ...], groups: tuple[str, ...], first: int, last: int
) -> pl.DataFrame:
    """Figures of clusters by year, from the pupils of their schools added up: mart.total, with why there is none."""
    hidden = "t.status = 'hidden'" if is_shared() else "false"
    return ask(
        f"""
        select t.unit_kind as kind, t.unit, null::varchar as phase, t.year::integer as year, t.measure, t."group",
            t.value, t.n, t.lower, t.upper,
            case when {hidden} then 'withheld' when t.value is null then 'no figure' else 'reported' end as status,
            concat_ws('; ', t.how, t.reason) as how, t.schools::integer as schools, f.edition,
            f.source_title as source, f.path as file, t.file_id, t.row
        from mart.total t left join mart.source_file f on f.file_id = t.file_id
        where t.span = 'year' and list_contains(?::varchar[], t.unit) and list_contains(?::varchar[], t.measure)
            and t.unit_kind in ('cluster', 'proposed_cluster')
            and list_contains(?::varchar[], t."group") and t.year between ? and ?
        order by t.unit, t.measure, t."group", t.year
        """,
        list(units),
        list(measures),
        list(groups),
        first,
        last,
    )
