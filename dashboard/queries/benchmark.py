"""The authority beside others: indicators, where it ranks, its region, its statistical neighbours and England."""

import polars as pl

from dashboard.db import ask, build, remembered


def has_indicators() -> bool:
    """Whether the build has the tables of this page; one made before them has not."""
    return {"authority_indicator", "authority_rank"} <= build().tables()


@remembered
def newest() -> pl.DataFrame:
    """The newest figure of our authority for each indicator that it has one of, and where that stands.

    Columns of mart.authority_rank, then before, before_rank and before_among (of the year before, where it has a
    figure), england, neighbours (their mean, of `of_neighbours` with a value), is_count (England's figure is a total),
    years (with a figure of ours).
    """
    return ask(
        """
        with ours as (
            select * from mart.authority_rank where value is not null
        ), other as (
            select measure, "group", year, any_value(value) filter (kind = 'england') as england,
                any_value(value) filter (kind = 'neighbours') as neighbours,
                max(authorities) as of_neighbours
            from mart.authority_indicator where kind in ('england', 'neighbours') group by all
        ), counting as (
            select measure, "group", bool_or(is_total) as is_count from mart.authority_indicator group by all
        )
        select o.*, b.value as before, b.rank as before_rank, b.among as before_among,
            t.england, t.neighbours, t.of_neighbours, c.is_count,
            count(*) over (partition by o.measure, o."group") as years
        from ours o
        left join ours b on b.measure = o.measure and b."group" = o."group" and b.year = o.year - 1
        left join other t on t.measure = o.measure and t."group" = o."group" and t.year = o.year
        left join counting c on c.measure = o.measure and c."group" = o."group"
        qualify row_number() over (partition by o.measure, o."group" order by o.year desc) = 1
        order by o.measure, o."group"
        """
    )


@remembered
def figures(measure: str, group: str) -> pl.DataFrame:
    """An indicator by year: rows of mart.authority_indicator for us, our region, our neighbours' mean, England."""
    return ask(
        """
        select * from mart.authority_indicator
        where measure = ? and "group" = ? and (is_ours or kind <> 'authority') order by kind, year
        """,
        measure,
        group,
    )


@remembered
def ranks(measure: str, group: str) -> pl.DataFrame:
    """Where our authority stands on an indicator, by year: rows of mart.authority_rank."""
    return ask('select * from mart.authority_rank where measure = ? and "group" = ? order by year', measure, group)


@remembered
def authorities(measure: str, group: str, year: int) -> pl.DataFrame:
    """Every authority's row of an indicator in one year, by name: rows of mart.authority_indicator."""
    return ask(
        """
        select * from mart.authority_indicator
        where measure = ? and "group" = ? and year = ? and kind = 'authority' order by area_name, area
        """,
        measure,
        group,
        year,
    )


@remembered
def neighbours() -> pl.DataFrame:
    """Our statistical neighbours, nearest first: area, area_name, neighbour."""
    return ask(
        """
        select area, any_value(area_name) as area_name, any_value(neighbour) as neighbour
        from mart.authority_indicator where neighbour is not null and not is_ours group by area order by neighbour
        """
    )


@remembered
def about(measure: str) -> dict:
    """What the publisher says of an indicator: a row of mart.measure; an older build has fewer columns."""
    return ask("select * exclude (phases) from mart.measure where measure = ?", measure).row(0, named=True)


@remembered
def files(measure: str, group: str) -> pl.DataFrame:
    """The files that our authority's figures of an indicator come from, newest first, with the years in each."""
    return ask(
        """
        select f.*, min(i.year) as first_year, max(i.year) as last_year
        from mart.authority_indicator i join mart.source_file f using (file_id)
        where i.measure = ? and i."group" = ? and i.is_ours
        group by all order by max(i.year) desc, f.path
        """,
        measure,
        group,
    )
