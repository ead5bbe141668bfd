"""The outline of our authority for maps: one row for each ring, its points in National Grid metres."""

import json
from collections.abc import Iterator

import numpy
import polars

from pipelines.marts import Query
from pipelines.statistics import national_grid

COLUMNS = {
    "kind": polars.String,
    "code": polars.String,
    "name": polars.String,
    "ring": polars.Int32,
    "eastings": polars.List(polars.Float64),
    "northings": polars.List(polars.Float64),
    "file_id": polars.Int32,
    "row": polars.Int32,
}

_OUTLINES = """
select b.kind, b.code, b.name, b.geometry, b.file::integer as file_id, b."row"::integer as "row"
from core.boundary b join core.file f using (file)
where (b.kind like 'utla%' or b.kind like 'ltla%')
  and b.code in (select gss_code from core.authority where la_code = (select la_code from core.build))
-- the newest outline; of one year that of the upper tier
qualify row_number() over (order by right(b.kind, 2) desc, b.kind desc, f.sha256, b."row") = 1
"""


def rows(query: Query) -> Iterator[polars.DataFrame]:
    """The rows of `mart.boundary`: none where no outline is at hand."""
    for outline in query(_OUTLINES).rows(named=True):
        parts = [
            {**{key: outline[key] for key in ("kind", "code", "name", "file_id", "row")}, "ring": number, **_grid(ring)}
            for number, ring in enumerate(_rings(json.loads(outline["geometry"])), start=1)
        ]
        yield polars.DataFrame(parts)


def _rings(geometry: dict) -> list[list]:
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [ring for polygon in polygons for ring in polygon]


def _grid(ring: list) -> dict[str, list[float]]:
    points = numpy.array([point[:2] for point in ring], dtype=float)
    east, north = national_grid.from_degrees(points[:, 0], points[:, 1])
    return {"eastings": east.round(1).tolist(), "northings": north.round(1).tolist()}
