"""Outlines of small areas, wards and authorities as GeoJSON in WGS84 (longitude, latitude)."""

import json
import re
from collections.abc import Iterator

import polars

from pipelines.errors import SourceChanged
from pipelines.sources.area_lookups import ATTRIBUTION
from pipelines.sources.long_table import reject_rows
from pipelines.sources.publication import Edition, Layout, Parsed, Recognised, Source
from pipelines.sources.reading import RawFile

_CODE = re.compile(r"^(LSOA|MSOA|WARD|WD|LTLA|LAD|UTLA|CTYUA)(\d\d)(?:_CODE|CD)$", re.IGNORECASE)
_FARTHEST = 1e9
_AREA = re.compile(r"^[A-Z]\d{8}$")
_KINDS = {
    "LSOA": "lsoa",
    "MSOA": "msoa",
    "WARD": "ward",
    "WD": "ward",
    "LTLA": "ltla",
    "LAD": "ltla",
    "UTLA": "utla",
    "CTYUA": "utla",
}
_WEST, _EAST, _SOUTH, _NORTH = -10.0, 3.0, 49.0, 56.5
"""A frame around England, Wales and the sea beside them, in degrees; National Grid metres are far outside."""


def edition(table: None, file: RawFile) -> Edition | None:
    """The year of the geography in the names of the properties; None for JSON that is no set of areas.

    Raises:
        SourceChanged: the map service answered with an error, or stopped before the last area.
    """
    document = file.document
    if "error" in document:
        message = _dictionary(document, "error").get("message", "")
        raise SourceChanged(
            f"the map service answered with an error: {str(message)[:80]}",
            where=file.name,
            next_step="fetch the boundaries again",
        )
    features = document.get("features")
    if document.get("type") != "FeatureCollection" or not isinstance(features, list) or not features:
        return None
    names = _names_in(features)
    if names is None:
        return None
    beside = _dictionary(document, "properties")
    if document.get("exceededTransferLimit") or beside.get("exceededTransferLimit"):
        raise SourceChanged(
            "the map service stopped before the last area",
            where=file.name,
            next_step="fetch the boundaries page by page",
        )
    return Edition(label=f"20{names[0][-2:]}", year=2000 + int(names[0][-2:]), release="final")


def _dictionary(holder: object, key: str) -> dict:
    """The dictionary under a key, or an empty one where there is none or something else."""
    value = holder.get(key) if isinstance(holder, dict) else None
    return value if isinstance(value, dict) else {}


def _names_in(features: list) -> tuple[str, str, str | None] | None:
    """Kind of area, property with its code, property with its name; from the first feature that has them."""
    return next((names for feature in features[:10] if (names := _names(feature))), None)


def _names(feature: object) -> tuple[str, str, str | None] | None:
    properties = _dictionary(feature, "properties")
    for name in properties:
        match = _CODE.match(name)
        if match:
            stem, year = match.group(1), match.group(2)
            labels = {f"{stem}{year}_name".lower(), f"{stem}{year}nm".lower()}
            label = next((other for other in properties if other.lower() in labels), None)
            return f"{_KINDS[stem.upper()]}{year}", name, label
    return None


def parse(found: Recognised) -> Parsed:
    """Reads one area per feature; `row` is the position of the feature, the first being 1.

    Raises:
        SourceChanged: the coordinates are not degrees in England and Wales, or an area stands twice.
    """
    document, where = found.file.document, found.file.name
    features = document["features"]
    kind, code, name = _names_in(features)
    _check_reference_system(document, where)
    rows, empty = [], []
    for position, feature in enumerate(features, start=1):
        properties, geometry = _dictionary(feature, "properties"), _dictionary(feature, "geometry")
        area = _text(properties.get(code)) or ""
        if not _AREA.match(area) or not _is_outline(geometry):
            empty.append((position, area))
            continue
        _check_degrees(geometry["coordinates"], where, position, area)
        label = _text(properties.get(name)) if name else None
        outline = {"type": geometry["type"], "coordinates": geometry["coordinates"]}
        rows.append((position, kind, area, label, json.dumps(outline, separators=(",", ":"))))
    columns = {
        "row": polars.UInt32,
        "kind": polars.String,
        "code": polars.String,
        "name": polars.String,
        "geometry": polars.String,
    }
    boundary = polars.DataFrame(rows, schema=columns, orient="row")
    twice = boundary.filter(polars.col("code").is_duplicated())
    if twice.height:
        raise SourceChanged(
            f"the area {twice['code'][0]} stands twice",
            where=f"{where}, features {', '.join(map(str, twice['row'].head(5)))}",
            next_step="fetch the boundaries again",
        )
    rejects = []
    if empty:
        left = polars.DataFrame(empty, schema={"row": polars.UInt32, "area": polars.String}, orient="row")
        rejects.append(reject_rows(left, code, polars.col("area"), "no code or no outline", "the area was not loaded"))
    return Parsed(
        tables={"boundary": boundary, "area": boundary.select("row", "kind", "code", "name")}, rejects=rejects
    )


def _text(value: object) -> str | None:
    """Text without white space at its ends and without halves of letters; None for anything else."""
    return value.encode(errors="replace").decode().strip() or None if isinstance(value, str) else None


def _is_outline(geometry: dict) -> bool:
    """Whether this is a polygon, or several, with rings of points of two numbers."""
    depth = {"Polygon": 1, "MultiPolygon": 2}.get(str(geometry.get("type")))
    rings = geometry.get("coordinates")
    if depth is None or not isinstance(rings, list) or not rings:
        return False
    if depth == 2:
        if not all(isinstance(polygon, list) and polygon for polygon in rings):
            return False
        rings = [ring for polygon in rings for ring in polygon]
    return all(isinstance(ring, list) and ring and all(map(_is_point, ring)) for ring in rings)


def _is_point(point: object) -> bool:
    return (
        isinstance(point, list)
        and len(point) in (2, 3)
        and all(isinstance(number, int | float) and not isinstance(number, bool) for number in point)
        and all(abs(number) < _FARTHEST for number in point)
    )


def _check_reference_system(document: dict, where: str) -> None:
    system = str(_dictionary(_dictionary(document, "crs"), "properties").get("name", ""))
    if system and not any(known in system for known in ("4326", "CRS84")):
        raise SourceChanged(
            f"the coordinates are in {system}, not in WGS84",
            where=where,
            next_step="fetch the boundaries with outSR=4326, or convert them to WGS84",
        )


def _check_degrees(coordinates: list, where: str, position: int, area: str) -> None:
    for east, north in _points(coordinates):
        if not (_WEST <= east <= _EAST and _SOUTH <= north <= _NORTH):
            grid = abs(east) > 180 or abs(north) > 90
            what = "British National Grid metres, not degrees" if grid else "outside England and Wales"
            raise SourceChanged(
                f"the coordinates ({east}, {north}) are {what}",
                where=f"{where}, feature {position} ({area})",
                next_step="fetch the boundaries with outSR=4326, or convert them to WGS84",
            )


def _points(coordinates: list) -> Iterator[tuple[float, float]]:
    """The points of an outline (`_is_outline`): of one polygon, or of several."""
    for part in coordinates:
        if isinstance(part[0][0], list):
            yield from _points(part)
        else:
            yield from ((point[0], point[1]) for point in part)


SOURCE = Source(
    key="boundaries",
    title="Boundaries of small areas, wards and authorities",
    publisher="Office for National Statistics",
    landing_page="https://geoportal.statistics.gov.uk/",
    family="any",
    attribution=ATTRIBUTION,
    edition=edition,
    order=20,
    updates="when boundaries change",
    layouts=(Layout(key="areas", columns=(), kind="geojson"),),
    parse=parse,
)
