"""Lookups, postcodes, boundaries and codes of authorities: what lies where, in degrees and in words."""

import json

import pytest

from pipelines.errors import SourceChanged, UnknownFile

SQUARE = [[[-2.0, 51.0], [-2.0, 51.1], [-1.9, 51.1], [-2.0, 51.0]]]


def boundaries(*features, **more) -> str:
    return json.dumps({"type": "FeatureCollection", "features": list(features), **more})


def feature(code: str, coordinates=SQUARE, **properties) -> dict:
    return {
        "type": "Feature",
        "properties": {"LSOA21CD": code, "LSOA21NM": f"Exemplar {code[-3:]}", **properties},
        "geometry": {"type": "Polygon", "coordinates": coordinates},
    }


def test_areas_split_and_merge_from_one_edition_to_the_next(read_text):
    read = read_text(
        "geography/lookups/lookup.csv",
        "lsoa11_code,lsoa21_code,change_code,ltla22_code\n"
        "E01999901,E01999911,U,E06999999\n"
        "E01999902,E01999912,S,E06999999\n"
        "E01999902,E01999913,S,E06999999\n"
        "E01999903,E01999914,M,E06999999\n"
        "E01999904,E01999914,M,E06999999\n"
        ",,,\n",
    )
    lookup = read.tables["area_lookup"]
    changes = lookup.filter(from_kind="lsoa11", to_kind="lsoa21").select("from_code", "to_code", "relation")
    assert changes.rows() == [
        ("E01999901", "E01999911", "unchanged"),
        ("E01999902", "E01999912", "split"),
        ("E01999902", "E01999913", "split"),
        ("E01999903", "E01999914", "merged"),
        ("E01999904", "E01999914", "merged"),
    ]
    assert lookup.filter(from_kind="lsoa21", to_kind="ltla22").height == 4
    assert read.tables["area"].filter(kind="lsoa21").height == 4
    assert read.reasons() == {"blank row": 1}


def test_the_names_of_the_open_geography_portal_are_read_too(read_text):
    read = read_text(
        "geography/lookups/portal.csv",
        "LSOA21CD,LSOA21NM,WD25CD,WD25NM,LAD25CD,LAD25NM,ObjectId\n"
        "E01999901,Exemplar 001A,E05999901,Northmere,E06999999,Exemplar,1\n",
    )
    assert read.found.edition.year == 2025
    assert read.rows("area_lookup", "from_kind", "to_kind", "relation") == [
        ("lsoa21", "ward25", "best fit"),
        ("lsoa21", "ltla25", "lies in"),
        ("ward25", "ltla25", "lies in"),
    ]
    assert ("ward25", "E05999901", "Northmere") in read.rows("area", "kind", "code", "name")


def test_postcodes_are_spelled_one_way(read_text):
    read = read_text(
        "geography/lookups/school_postcode_lsoa11_2022.csv",
        "Postcode,LSOA (code),MSOA (code),Easting,Northing\n"
        "ab12cd,E01999901,E02999901,400000,150000\n"
        "AB1 2CD,E01999901,E02999901,400000,150000\n"
        "AB1 3CD,,,0,0\n"
        "not one,E01999901,E02999901,1,1\n",
    )
    assert read.rows("postcode", "postcode", "lsoa11", "easting") == [
        ("AB1 2CD", "E01999901", 400_000),
        ("AB1 3CD", None, None),
    ]
    assert read.reasons() == {"row about no school or area we know": 1, "the same postcode again": 1}


def test_outlines_in_degrees(read_text):
    read = read_text("b.geojson", boundaries(feature("E01999901"), feature("E01999902")))
    assert read.rows("boundary", "row", "kind", "code", "name") == [
        (1, "lsoa21", "E01999901", "Exemplar 901"),
        (2, "lsoa21", "E01999902", "Exemplar 902"),
    ]
    assert json.loads(read.tables["boundary"]["geometry"][0])["coordinates"] == SQUARE


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (boundaries(feature("E01999901", [[[400000, 150000], [400000, 160000]]])), "British National Grid"),
        (boundaries(feature("E01999901", [[[51.0, -2.0], [51.1, -2.0]]])), "outside England"),
        (
            boundaries(feature("E01999901"), crs={"properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}),
            "not in WGS84",
        ),
        (boundaries(feature("E01999901"), feature("E01999901")), "stands twice"),
        (boundaries(feature("E01999901"), exceededTransferLimit=True), "stopped before the last area"),
        ('{"error": {"code": 400, "message": "Invalid URL"}}', "answered with an error: Invalid URL"),
    ],
)
def test_boundaries_that_cannot_be_believed(read_text, text, message):
    with pytest.raises(SourceChanged, match=message):
        read_text("b.geojson", text)


def test_other_json_is_unknown(read_text):
    with pytest.raises(UnknownFile):
        read_text("b.json", '{"rows": []}')


def test_parts_of_regions_belong_to_the_nine(read_text):
    read = read_text(
        "reference/2018-19/codes.csv",
        "LEA,LA Name,REGION,REGION NAME\n"
        "998,Neighbourshire,45,South West B\n"
        "997,Northmere,12,South and West Yorkshire\n"
        "996,Eastmere,10,North Yorkshire and The Humber\n"
        "995,Inmere,33,London North\n",
    )
    assert read.rows("local_authority", "la_code", "region") == [
        ("998", "South West"),
        ("997", "Yorkshire and the Humber"),
        ("996", "Yorkshire and the Humber"),
        ("995", "London"),
    ]
    with pytest.raises(SourceChanged, match="unknown region 'Atlantis A'"):
        read_text(
            "reference/2018-19/other.csv",
            "LEA,LA Name,REGION,REGION NAME\n998,Neighbourshire,99,Atlantis A\n",
        )


def test_the_real_geography(read_raw, keep_the_contract):
    lookup = read_raw("geography/lookups/lookup_lsoa11_lsoa21_england.csv").tables["area_lookup"]
    changes = lookup.filter(from_kind="lsoa11")["relation"].value_counts().sort("relation")
    assert dict(changes.rows()) == {"irregular": 9, "merged": 194, "split": 1_842, "unchanged": 31_810}
    assert lookup.filter(from_kind="lsoa21", to_kind="ltla22", to_code="E06000054").height == 307
    wards = read_raw("geography/lookups/wiltshire_lookup_lsoa21_ward24_ltla24.csv").tables["area"]
    assert wards.filter(kind="ward24").height == 98
    postcodes = read_raw("geography/lookups/school_postcode_lsoa11_2022.csv").tables["postcode"]
    assert postcodes.height == 19_440
    keep_the_contract("postcode", postcodes)
    for name, count in (("lsoa11", 285), ("lsoa21", 307), ("wards22", 98), ("utla21", 1)):
        outlines = read_raw(f"geography/boundaries/wiltshire_{name}.geojson").tables["boundary"]
        assert outlines.height == count
        keep_the_contract("boundary", outlines)
    codes = read_raw("reference/2018-19/la_and_region_codes_meta.csv").tables["local_authority"]
    assert codes.height == 151
    assert codes["region"].n_unique() == 9
    assert codes.filter(la_code="865")["region"].to_list() == ["South West"]
    keep_the_contract("local_authority", codes)
