"""The areas of our authority: small areas (LSOA) of each census, wards, districts, the authority's community areas.

Each has the larger areas that it lies in, and its outline in National Grid metres where a file at hand has one. An
authority that is a district has the small areas of that code; any other has those of the districts where more than
half of the state-funded schools are its own. A small area that several wards or community areas share lies in the one
that has most of it. Community areas and districts are drawn from their small areas of 2021.
"""

import json
from collections.abc import Iterator

import numpy
import polars

from pipelines.marts import Query
from pipelines.statistics import national_grid, outlines

_COORDINATES = polars.List(polars.List(polars.Float64))
COLUMNS = {
    "kind": polars.String,
    "code": polars.String,
    "name": polars.String,
    "district_code": polars.String,
    "district": polars.String,
    "ward_code": polars.String,
    "ward": polars.String,
    "community_area_id": polars.String,
    "community_area": polars.String,
    "small_areas": polars.Int32,
    "easting": polars.Float64,
    "northing": polars.Float64,
    "eastings": _COORDINATES,
    "northings": _COORDINATES,
    "file_id": polars.Int32,
    "row": polars.Int32,
}

_SMALL = r"""
with built as (
    select b.la_code, a.gss_code, b.built_at::date as today
    from core.build b left join core.authority a using (la_code)
), lies_in as (
    select distinct from_kind as kind, from_code as code, to_code as district_code
    from core.area_lookup where from_kind in ('lsoa01', 'lsoa11', 'lsoa21') and to_kind like 'ltla%'
), school_district as (
    select distinct s.urn, s.la_code, l.district_code
    from core.school s join lies_in l on l.code = s.lsoa_code where s.is_state_funded
), district as (
    select gss_code as code from built where gss_code in (select district_code from lies_in)
    union
    select district_code from school_district
    where (select gss_code from built) not in (select district_code from lies_in)
    group by district_code having count(*) filter (la_code = (select la_code from built)) * 2 > count(*)
), ours_of_2011_on as (
    select l.* from lies_in l join district d on d.code = l.district_code where l.kind <> 'lsoa01'
), district_of_2001 as (
    -- districts had other codes then: those most of whose small areas live on under their code in ours
    select district_code as code from lies_in
    where kind = 'lsoa01'
    group by district_code
    having count(*) filter (code in (select code from ours_of_2011_on where kind = 'lsoa11')) * 2 > count(*)
), names as (
    select kind, code, max(name) as name from core.area group by kind, code
    union all
    select kind, code, max(name) from core.boundary where (kind, code) not in (select (kind, code) from core.area)
    group by kind, code
), became as (
    select from_code as lsoa11, to_code as lsoa21 from core.area_lookup
    where from_kind = 'lsoa11' and to_kind = 'lsoa21'
), district_name as (
    -- what all names of its small areas begin with: 'Exemplar 001A'
    select o.district_code as code, mode(regexp_replace(n.name, ' \d+[A-Z]$', '')) as name
    from ours_of_2011_on o join names n using (kind, code) group by o.district_code
), ours as (
    select distinct l.kind, l.code, l.district_code,
        case when l.kind = 'lsoa21' then l.code else min(b.lsoa21) over (partition by l.kind, l.code) end as lsoa21
    from (
        from ours_of_2011_on
        union all
        select l.* from lies_in l join district_of_2001 d on d.code = l.district_code where l.kind = 'lsoa01'
    ) l
    left join became b on l.kind = 'lsoa11' and b.lsoa11 = l.code
), in_ward as (
    select from_code as lsoa21, to_code as ward_code from core.area_lookup
    where from_kind = 'lsoa21' and to_kind like 'ward%'
    qualify row_number() over (partition by from_code order by to_kind desc, to_code) = 1
), in_community_area as (
    select lsoa21_code as lsoa21, community_area_id, community_area_name as community_area
    from core.community_area, built
    where coalesce(from_date, today) <= today and coalesce(to_date, today) >= today
    qualify row_number() over (
        partition by lsoa21_code order by coalesce(share, 1) desc, community_area_id
    ) = 1
)
select o.kind, o.code, coalesce(max(n.name), max(same.name)) as name,
    min(o.district_code) as district_code, max(d.name) as district, max(w.ward_code) as ward_code,
    max(wn.name) as ward, max(c.community_area_id) as community_area_id, max(c.community_area) as community_area,
    1 as small_areas
from ours o
left join names n on n.kind = o.kind and n.code = o.code
left join names same on o.kind = 'lsoa01' and same.kind = 'lsoa11' and same.code = o.code
left join district_name d on d.code = o.district_code
left join in_ward w using (lsoa21)
left join names wn on wn.kind like 'ward%' and wn.code = w.ward_code
left join in_community_area c using (lsoa21)
group by o.kind, o.code
order by o.kind, o.code
"""

_OUTLINES = r"""
select case when b.kind like 'ward%' then 'ward' else b.kind end as kind, b.code, b.geometry,
    b.file::integer as file_id, b."row"::integer as "row"
from core.boundary b join core.file f using (file)
where b.kind like 'lsoa%' or b.kind like 'ward%'
qualify row_number() over (
    partition by regexp_replace(b.kind, '^ward\d+$', 'ward'), b.code order by b.kind desc, f.sha256, b."row"
) = 1
order by 1, 2
"""

_LARGER = (("ward", "ward_code", "ward"), ("district", "district_code", "district"))
_OF_OUR_OWN = ("community_area", "community_area_id", "community_area")


def rows(query: Query) -> Iterator[polars.DataFrame]:
    """One frame for each kind of area; none for a kind that the files do not know."""
    small = query(_SMALL)
    drawn = {(row["kind"], row["code"]): row for row in query(_OUTLINES).rows(named=True)}
    shapes = {key: _rings(json.loads(row["geometry"])) for key, row in drawn.items()}
    for _, part in sorted(small.partition_by("kind", as_dict=True).items()):
        yield _outlined(part, shapes, drawn)
    newest = small.filter(polars.col("kind") == polars.col("kind").max())
    for kind, code, name in (*_LARGER, _OF_OUR_OWN):
        larger = _gathered(newest, kind, code, name)
        if larger.height:
            inside = {key: held["code"].to_list() for (key,), held in newest.partition_by(code, as_dict=True).items()}
            vintage = newest["kind"][0]
            for area, codes in inside.items():
                if (kind, area) not in shapes and all((vintage, one) in shapes for one in codes):
                    shapes[kind, area] = outlines.joined(ring for one in codes for ring in shapes[vintage, one])
            yield _outlined(larger, shapes, drawn)


def _gathered(small: polars.DataFrame, kind: str, code: str, name: str) -> polars.DataFrame:
    """Larger areas from the small areas in them, one row each; the larger ones that all of theirs lie in stay."""
    others = [column for column in COLUMNS if column in small.columns and column not in ("kind", "code", "name")]

    def common(column: str) -> polars.Expr:
        return polars.when(polars.col(column).n_unique() == 1).then(polars.col(column).first()).alias(column)

    return (
        small.drop_nulls(code)
        .group_by(polars.col(code).alias("of"), maintain_order=True)
        .agg(
            polars.col(name).first().alias("name"),
            polars.len().cast(polars.Int32).alias("small_areas"),
            *(common(column) for column in others if column != "small_areas"),
        )
        .with_columns(polars.lit(kind).alias("kind"), polars.col("of").alias("code"))
        .drop("of")
        .sort("code")
    )


def _outlined(areas: polars.DataFrame, shapes: dict, drawn: dict) -> polars.DataFrame:
    found = [shapes.get((row["kind"], row["code"]), []) for row in areas.rows(named=True)]
    middles = [outlines.middle(rings) if rings else (None, None) for rings in found]
    files = [drawn.get((row["kind"], row["code"]), {}) for row in areas.rows(named=True)]

    def place(rings: list, axis: int) -> list[list[float]] | None:
        return [[point[axis] for point in ring] for ring in rings] or None

    return areas.with_columns(
        polars.Series("easting", [x for x, _ in middles], polars.Float64),
        polars.Series("northing", [y for _, y in middles], polars.Float64),
        polars.Series("eastings", [place(rings, 0) for rings in found], _COORDINATES),
        polars.Series("northings", [place(rings, 1) for rings in found], _COORDINATES),
        polars.Series("file_id", [file.get("file_id") for file in files], polars.Int32),
        polars.Series("row", [file.get("row") for file in files], polars.Int32),
    )


def _rings(geometry: dict) -> list[outlines.Ring]:
    """The rings in whole metres, so that neighbours have the same points on the edge between them."""
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [_grid(ring) for polygon in polygons for ring in polygon]


def _grid(ring: list) -> outlines.Ring:
    points = numpy.array([point[:2] for point in ring], dtype=float)
    east, north = national_grid.from_degrees(points[:, 0], points[:, 1])
    return list(zip(east.round().tolist(), north.round().tolist(), strict=True))
