"""Where need is: areas and their deprivation, disadvantaged children at schools and where they live, indicators."""

import polars as pl

from dashboard.db import ask, build, remembered

CONTRAST = "disadvantaged"


_AREAS = {
    **dict.fromkeys(("kind", "code", "name", "ward_code", "community_area_id", "district_code"), pl.String),
    "has_outline": pl.Boolean,
}
_DEPRIVATION = {
    **dict.fromkeys(("kind", "code", "name", "vintage", "index", "how"), pl.String),
    **dict.fromkeys(("edition", "rank", "decile", "small_areas", "most_deprived"), pl.Int32),
    **dict.fromkeys(("score", "people", "in_need", "people_most_deprived", "in_need_most_deprived"), pl.Float64),
}
"""What a build without these tables answers: no rows."""


def has_areas() -> bool:
    """Whether the build knows areas: one made before these tables were has none."""
    return {"area", "area_deprivation"} <= build().tables()


@remembered
def areas() -> pl.DataFrame:
    """Every area without its outline, with the larger ones that it lies in; has_outline says whether one is at hand."""
    if not has_areas():
        return pl.DataFrame(schema=_AREAS)
    return ask(
        """
        select * exclude (eastings, northings), eastings is not null as has_outline
        from mart.area order by kind, name, code
        """
    )


@remembered
def outlines(kind: str) -> pl.DataFrame:
    """Areas of a kind that have an outline: code, name, eastings and northings of each ring, in metres."""
    if not has_areas():
        return pl.DataFrame()
    return ask(
        "select code, name, eastings, northings, easting, northing from mart.area "
        "where kind = ? and eastings is not null order by code",
        kind,
    )


@remembered
def deprivation() -> pl.DataFrame:
    """Every area in every edition of the indices: the columns of mart.area_deprivation."""
    if not has_areas():
        return pl.DataFrame(schema=_DEPRIVATION)
    return ask("select * from mart.area_deprivation order by index, edition, kind, name, code")


NO_PLACES = """
    null::varchar as small_area, null::varchar as small_area_11, null::varchar as ward_code,
    null::varchar as community_area_id, null::varchar as district_code
"""

PLACED = """
    n.code as small_area, o.code as small_area_11, coalesce(w.code, n.ward_code) as ward_code,
    n.community_area_id, n.district_code
"""

_PLACES = """
    left join mart.area n on n.kind = 'lsoa21' and n.code = coalesce(s.lsoa21, s.lsoa11)
    left join mart.area o on o.kind = 'lsoa11' and o.code = s.lsoa11
    left join (
        select name, min(code) as code from mart.area where kind = 'ward' group by name having count(*) = 1
    ) w on w.name = s.ward
"""


@remembered
def schools() -> pl.DataFrame:
    """Open state-funded schools with the disadvantaged children that they teach, and the areas they stand in.

    Disadvantaged: free school meals at any time in the last six years, in the newest census that most schools have.
    Columns: urn, name, phase, ward, urban_rural, pupils, easting, northing, children, share (%), n, year, status,
    file_id, small_area, small_area_11, ward_code, community_area_id, district_code. `children` is the published
    count, else share × n, not rounded; null with its status where the school has none.
    """
    places, joins = (PLACED, _PLACES) if has_areas() else (NO_PLACES, "")
    return ask(
        f"""
        with newest as (
            select year from mart.school_observation
            where measure = 'free_school_meals_ever_six' and "group" = 'all' and value is not null
            group by year order by count(*) >= 0.5 * max(count(*)) over () desc, year desc limit 1
        ), held as (
            select r.urn, r.year, r.value as share, r.n, r.status, r.file_id,
                case when r.value is not null then coalesce(c.value, r.value * r.n / 100) end as children
            from mart.school_observation r join newest using (year)
            left join mart.school_observation c on c.urn = r.urn and c.year = r.year and c."group" = 'all'
                and c.measure = 'free_school_meals_ever_six_pupils'
            where r.measure = 'free_school_meals_ever_six' and r."group" = 'all'
        )
        select s.urn, s.name, s.phase, s.ward, s.urban_rural, s.pupils, s.easting, s.northing,
            h.children, h.share, h.n, coalesce(h.year, (select year from newest)) as year,
            coalesce(h.status, 'no_row') as status, h.file_id, {places}
        from mart.school s left join held h using (urn) {joins}
        where s.status ilike 'open%' and coalesce(s.type_group, '') not ilike '%independent%'
            and coalesce(s.type, '') not ilike '%independent%' and s.phase not in ('16 plus', 'not applicable')
        order by s.name, s.urn
        """
    )


@remembered
def members() -> pl.DataFrame:
    """Which school is in which cluster today, proposed where none are agreed: urn, cluster_id, cluster_name."""
    return ask(
        """
        select distinct urn, cluster_id, cluster_name from mart.cluster_member where to_date is null
        union all
        select urn, cluster_id, cluster_name from mart.proposed_cluster_member
        where cluster_id is not null and not exists (select 1 from mart.cluster_member)
        order by cluster_name, urn
        """
    )


@remembered
def agrees_on_clusters() -> bool:
    """Whether the clusters in use are the authority's own."""
    return ask("select exists (select 1 from mart.cluster_member) as has_list")["has_list"][0]


@remembered
def results() -> pl.DataFrame:
    """Results of open schools beside what their intake leads to expect: school rows of mart.expected_result."""
    return ask(
        """
        select e.*, s.name, s.phase, s.pupils from mart.expected_result e join mart.school s using (urn)
        where e.unit_kind = 'school' and s.status ilike 'open%' and e.value is not null
        order by e.measure, e.year, s.name, e.urn
        """
    )


@remembered
def estimates() -> pl.DataFrame:
    """What the newest result of each open school says about it, drawn towards the usual: urn, measure, year, mean."""
    if "estimate" not in build().tables():
        return pl.DataFrame(schema={"urn": pl.Int32, "measure": pl.String, "year": pl.Int32, "mean": pl.Float64})
    return ask(
        """
        select urn, measure, year, mean from mart.estimate
        where "group" = 'all' and mean is not null and urn in (select urn from mart.school)
        """
    )


@remembered
def gaps() -> pl.DataFrame:
    """Gaps of disadvantaged pupils of the authority and of the clusters in use: rows of mart.gap."""
    if "gap" not in build().tables():
        return pl.DataFrame()
    return ask(
        """
        select * from mart.gap
        where contrast = ? and (unit_kind = 'authority' or unit_kind = case
            when exists (select 1 from mart.cluster_member) then 'cluster' else 'proposed_cluster' end)
        order by measure, year, span, unit_kind, unit_name
        """,
        CONTRAST,
    )


@remembered
def area_results(kind: str) -> pl.DataFrame:
    """Results of the authority's areas of a kind, newest first: rows of mart.total for all pupils."""
    if "total" not in build().tables():
        return pl.DataFrame()
    return ask(
        """
        select * from mart.total where unit_kind = ? and "group" = 'all' and value is not null
        order by measure, unit_name, year desc, span
        """,
        kind,
    )


@remembered
def area_indicators() -> pl.DataFrame:
    """Indicators that are published below the authority, for our areas: rows of mart.area_indicator."""
    if "area_indicator" not in build().tables():
        return pl.DataFrame()
    return ask("select * from mart.area_indicator order by measure, kind, code, year desc")


@remembered
def published(measures: tuple[str, ...]) -> pl.DataFrame:
    """The newest figure of each measure for the authority and those around it: measure, kind, year, value, n, file_id.

    The mean of the statistical neighbours is that of mart.authority_indicator where mart.comparison has none.
    """
    neighbours = (
        """
            union all by name
            select measure, 'statistical neighbours' as kind, year, "group", value, n, file_id
            from mart.authority_indicator where kind = 'neighbours'
        """
        if "authority_indicator" in build().tables()
        else ""
    )
    return ask(
        f"""
        with held as (
            select measure, kind, year, "group", value, n, file_id from mart.comparison
            where (phase is null or phase in ('all', ''))
                and kind in ('authority', 'statistical neighbours', 'region', 'england')
            {neighbours}
        )
        select * from held
        where list_contains(?::varchar[], measure) and value is not null and "group" in ('all', 'persons', 'female')
        qualify row_number() over (partition by measure, kind order by year desc, "group", file_id) = 1
        order by measure, kind
        """,
        list(measures),
    )


@remembered
def files(ids: tuple[int, ...]) -> pl.DataFrame:
    """Files by number: what they are, their edition, when they came out, where they lie."""
    return ask(
        """
        select file_id, source_title, publisher, edition, release, published, path from mart.source_file
        where list_contains(?::integer[], file_id) order by source_title, edition, path
        """,
        list(ids),
    )


@remembered
def files_of(source: str) -> pl.DataFrame:
    """The files of a publication that were read, newest edition first."""
    return ask(
        """
        select file_id, source_title, publisher, edition, release, published, path from mart.source_file
        where source = ? and status = 'ingested' order by year desc, path
        """,
        source,
    )
