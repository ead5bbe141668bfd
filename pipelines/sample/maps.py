"""Deprivation, lookups, boundaries and postcodes of the sample's land, in the layouts of MHCLG and ONS."""

import json
from collections.abc import Iterable

import numpy as np
import polars as pl

from pipelines.sample.cells import decimal
from pipelines.sample.constants import LA_NAMES, NEIGHBOUR_LA_CODE, SAMPLE_LA_GSS_CODE, SAMPLE_LA_NAME
from pipelines.sample.files import Writer, generator
from pipelines.sample.geography import Land, british_grid
from pipelines.sample.names import places
from pipelines.sample.world import World

DOMAINS = ("Income", "Employment", "Education", "Health", "Crime", "Housing_and_Services", "Environment")
AREAS_IN_ENGLAND = {2010: 32482, 2015: 32844, 2019: 32844, 2025: 33755}
RANK, DECILE = "Rank (where 1 is most deprived)", "Decile (where 1 is most deprived 10% of LSOAs)"
INDICES = (
    ("Index of Multiple Deprivation (IMD)", "Score"),
    ("Income", "Score (rate)"),
    ("Employment", "Score (rate)"),
    ("Education, Skills and Training", "Score"),
    ("Health Deprivation and Disability", "Score"),
    ("Crime", "Score"),
    ("Barriers to Housing and Services", "Score"),
    ("Living Environment", "Score"),
    ("Income Deprivation Affecting Children Index (IDACI)", "Score (rate)"),
    ("Income Deprivation Affecting Older People (IDAOPI)", "Score (rate)"),
)


def write_maps(world: World, writer: Writer) -> None:
    """Write the indices of 2010, 2015, 2019 and 2025, the lookups and the boundaries."""
    indices = {year: _indices(world, year) for year in AREAS_IN_ENGLAND}
    _index_2010(world.land, indices[2010], writer)
    _index_2015(world.land, indices[2015], writer)
    _index_2019(world.land, indices[2019], writer)
    _index_2025(world.land, indices[2025], writer)
    _lookups(world, writer)
    _boundaries(world, writer)


def _share_of_normal(z: np.ndarray) -> np.ndarray:
    """Normal distribution function by the logistic approximation of Page (1977), good to 1e-4."""
    return 1 / (1 + np.exp(-np.sqrt(8 / np.pi) * (z + 0.044715 * z**3)))


def _indices(world: World, year: int) -> dict[str, np.ndarray]:
    """Standard scores of each index by area of the vintage of the year; 2010 and 2015 are a little
    different.
    """
    rng = generator(world.seed, "indices", year)
    land = world.land
    base = land.deprivation
    if year != 2025:
        target = np.zeros(len(land.lsoa11), dtype=int)
        for position, number, _ in reversed(land.lookup):
            target[position] = number
        base = base[target]
    drift = rng.normal(0, 0.12 + 0.01 * (2025 - year), len(base))
    out = {"imd": base + drift}
    for name in DOMAINS:
        weight = 0.35 if name in ("Housing_and_Services", "Environment") else 0.85
        out[name] = weight * base + np.sqrt(1 - weight**2) * rng.normal(0, 0.85, len(base))
    out["idaci"] = 0.93 * base + rng.normal(0, 0.28, len(base))
    out["idaopi"] = 0.8 * base + rng.normal(0, 0.4, len(base))
    return out


def _rank(z: np.ndarray, year: int) -> np.ndarray:
    """Ranks as they would stand among all areas of England, 1 = most deprived, none twice."""
    wanted = np.clip(np.floor((1 - _share_of_normal(z)) * AREAS_IN_ENGLAND[year]).astype(int) + 1, 1, None)
    order = np.argsort(wanted, kind="stable")
    ranks = wanted[order]
    for number in range(1, len(ranks)):
        ranks[number] = max(ranks[number], ranks[number - 1] + 1)
    out = np.empty_like(ranks)
    out[order] = ranks
    return out


def _decile(rank: np.ndarray, year: int) -> np.ndarray:
    return np.ceil(rank * 10 / AREAS_IN_ENGLAND[year]).astype(int)


def _score(z: np.ndarray) -> np.ndarray:
    """Scores like the published ones: skewed, about 2 to 90, high where deprivation is high."""
    return np.clip(np.exp(2.86 + 0.58 * z), 1.2, 92)


def _rate(z: np.ndarray) -> np.ndarray:
    return np.clip(np.exp(-2.05 + 0.62 * z), 0.005, 0.75)


def _text(values: Iterable) -> list[str]:
    return [str(value) for value in values]


def _index_2010(land: Land, z: dict, writer: Writer) -> None:
    rank = _rank(z["imd"], 2010)
    frame = pl.DataFrame(
        {
            "lsoa01_code": [code.replace("E01", "E01")[:3] + str(970001 + n) for n, code in enumerate(land.lsoa11)],
            "lad09_code": ["99XX"] * len(rank),
            "lad09_name": [SAMPLE_LA_NAME] * len(rank),
            "IMD_score": decimal(_score(z["imd"]), 6),
            "IMD_rank": _text(rank),
            "IMD_decile": _text(_decile(rank, 2010)),
        }
    )
    writer.frame("deprivation", "iod2010", "imd2010_lsoa01_england.csv", frame)


def _index_2015(land: Land, z: dict, writer: Writer) -> None:
    rank = _rank(z["imd"], 2015)
    frame = pl.DataFrame(
        {
            "lsoa11_code": land.lsoa11,
            "lsoa11_name": land.lsoa11_name,
            "lad13_code": [SAMPLE_LA_GSS_CODE] * len(rank),
            "lad13_name": [SAMPLE_LA_NAME] * len(rank),
            "IMD_score": decimal(_score(z["imd"]), 3),
            "IMD_rank": _text(rank),
            "IMD_decile": _text(_decile(rank, 2015)),
        }
    )
    writer.frame("deprivation", "iod2015", "imd2015_lsoa11_england.csv", frame)


def _file_7(codes: tuple, names: tuple, vintage: int, district: int, z: dict, year: int, land: Land) -> pl.DataFrame:
    """The file with everything: scores, ranks, deciles and populations of every index."""
    columns: dict[str, list[str] | pl.Series] = {
        f"LSOA code ({vintage})": list(codes),
        f"LSOA name ({vintage})": list(names),
        f"Local Authority District code ({district})": [SAMPLE_LA_GSS_CODE] * len(codes),
        f"Local Authority District name ({district})": [SAMPLE_LA_NAME] * len(codes),
    }
    keys = ("imd", *DOMAINS, "idaci", "idaopi")
    for key, (label, score) in zip(keys, INDICES, strict=True):
        value = _rate(z[key]) if "rate" in score else _score(z[key])
        if key in ("Health", "Crime"):
            value = z[key]
        rank = _rank(z[key], year)
        columns[f"{label} {score}"] = decimal(value, 3)
        columns[f"{label} {RANK}"] = _text(rank)
        columns[f"{label} {DECILE}"] = _text(_decile(rank, year))
    people = np.resize(land.population, len(codes))
    children = np.resize(land.children, len(codes))
    earlier = f": mid {2015 if year == 2019 else 2022}"
    columns[f"Total population{earlier}"] = _text(people)
    columns[f"Dependent Children aged 0-15{earlier}"] = _text(children)
    columns[f"Older population aged 60 and over{earlier}"] = _text(np.floor(people * 0.27).astype(int))
    columns[f"Working age population 18-59/64{earlier}"] = _text(np.floor(people * 0.52).astype(int))
    return pl.DataFrame(columns)


def _sheet(frame: pl.DataFrame, names: list[str]) -> list[list[object]]:
    """Header and rows of a sheet; ranks and deciles as numbers."""
    chosen = frame.select(names).with_columns(pl.col(name).cast(pl.Int64) for name in names[4:])
    return [list(names), *[list(row) for row in chosen.iter_rows()]]


def _index_2019(land: Land, z: dict, writer: Writer) -> None:
    frame = _file_7(land.lsoa11, land.lsoa11_name, 2011, 2019, z, 2019, land)
    head = frame.columns[:4]
    imd, idaci, idaopi = (INDICES[number][0] for number in (0, 8, 9))
    one = _sheet(frame, [*head, f"{imd} {RANK}", f"{imd} {DECILE}"])
    one[0][4:] = [f"{imd} Rank", f"{imd} Decile"]
    writer.workbook(
        "deprivation",
        "iod2019",
        "File_1_-_IMD2019_Index_of_Multiple_Deprivation.xlsx",
        {"Notes": [], "IMD2019": one},
    )
    three = [f"{label} {what}" for label in (imd, idaci, idaopi) for what in (RANK, DECILE)]
    writer.workbook(
        "deprivation",
        "iod2019",
        "File_3_-_IoD2019_Supplementary_Indices_-_IDACI_and_IDAOPI.xlsx",
        {"Notes": [], "IoD2019 IDACI & IDAOPI": _sheet(frame, [*head, *three])},
    )
    name = "File_7_-_All_IoD2019_Scores__Ranks__Deciles_and_Population_Denominators_3.csv"
    writer.frame("deprivation", "iod2019", name, frame, encoding="latin-1", line_end="\r\n")


def _index_2025(land: Land, z: dict, writer: Writer) -> None:
    frame = _file_7(land.lsoa21, land.lsoa21_name, 2021, 2024, z, 2025, land)
    imd = INDICES[0][0]
    one = _sheet(frame, [*frame.columns[:4], f"{imd} {RANK}", f"{imd} {DECILE}"])
    one[0][5] = one[0][5].replace("LSOAs)", "LSOA)")
    writer.workbook(
        "deprivation",
        "iod2025",
        "File_1_IoD2025_Index_of_Multiple_Deprivation.xlsx",
        {"Notes": [], "IMD25": one},
    )
    writer.frame(
        "deprivation", "iod2025", "File_7_IoD2025_All_Ranks_Scores_Deciles_Population_Denominators.csv",
        frame,
        line_end="\r\n",
    )  # fmt: skip
    rank = _rank(z["imd"], 2025)
    columns: dict[str, object] = {"lsoa21_code": land.lsoa21, "IMD_decile": _text(_decile(rank, 2025))}
    columns |= {f"{name}_decile": _text(_decile(_rank(z[name], 2025), 2025)) for name in DOMAINS}
    columns |= {"IMD_rank": _text(rank), "IMD_score": decimal(_score(z["imd"]), 3)}
    for name in DOMAINS:
        value = _rate(z[name]) if name in ("Income", "Employment") else _score(z[name])
        columns[f"{name}_score"] = decimal(z[name] if name in ("Health", "Crime") else value, 3)
    writer.frame("deprivation", "iod2025", "imd2025_england_lsoa21.csv", pl.DataFrame(columns))


def ward_names(world: World) -> list[str]:
    """Names of the fifty wards."""
    return [f"{name} Ward" for name in places(300, generator(world.seed, "wards"))[:50]]


def _lookups(world: World, writer: Writer) -> None:
    land = world.land
    rows = sorted((land.lsoa11[old], land.lsoa21[new], change, old, new) for old, new, change in land.lookup)
    england = [(old, new, change, SAMPLE_LA_GSS_CODE) for old, new, change, _, _ in rows]
    columns = ["lsoa11_code", "lsoa21_code", "change_code", "ltla22_code"]
    frame = pl.DataFrame(england, schema=columns, orient="row")
    writer.frame("geography", "lookups", "lookup_lsoa11_lsoa21_england.csv", frame)
    named = [
        (
            land.lsoa11_name[old],
            code11,
            change,
            land.lsoa21_name[new],
            code21,
            SAMPLE_LA_NAME,
            SAMPLE_LA_GSS_CODE,
        )
        for code11, code21, change, old, new in rows
    ]
    columns = [
        "lsoa11_name",
        "lsoa11_code",
        "change_code",
        "lsoa21_name",
        "lsoa21_code",
        "ltla22_name",
        "ltla22_code",
    ]
    frame = pl.DataFrame(named, schema=columns, orient="row")
    writer.frame("geography", "lookups", "exemplar_lookup_lsoa11_lsoa21_ltla22.csv", frame)
    wards = ward_names(world)
    named = [
        (name, code, wards[ward], land.ward_codes[ward], SAMPLE_LA_NAME, SAMPLE_LA_GSS_CODE)
        for name, code, ward in zip(land.lsoa21_name, land.lsoa21, land.ward, strict=True)
    ]
    columns = ["lsoa21_name", "lsoa21_code", "ward24_name", "ward24_code", "ltla24_name", "ltla24_code"]
    frame = pl.DataFrame(named, schema=columns, orient="row")
    writer.frame("geography", "lookups", "exemplar_lookup_lsoa21_ward24_ltla24.csv", frame)
    _postcodes(world, writer)


def _postcodes(world: World, writer: Writer) -> None:
    """Postcode of each school to its area of 2011, as in the register of May 2022."""
    land = world.land
    to_2011 = {new: land.lsoa11[old] for old, new, _ in reversed(land.lookup)}
    rows = {}
    for school in world.schools:
        if school.la_code not in LA_NAMES or school.la_code == NEIGHBOUR_LA_CODE:
            continue
        easting, northing = british_grid(np.array(school.longitude), np.array(school.latitude))
        where = (str(round(float(easting))), str(round(float(northing))))
        rows[school.postcode] = (school.postcode, to_2011[school.area], land.msoa[school.area], *where)
    columns = ["Postcode", "LSOA (code)", "MSOA (code)", "Easting", "Northing"]
    frame = pl.DataFrame([rows[code] for code in sorted(rows)], schema=columns, orient="row")
    writer.frame("geography", "lookups", "school_postcode_lsoa11_2022.csv", frame)


def _boundaries(world: World, writer: Writer) -> None:
    land = world.land
    wards = ward_names(world)
    shapes = {
        "exemplar_lsoa11.geojson": ("lsoa11", zip(land.lsoa11, land.lsoa11_name, land.rings11, strict=True)),
        "exemplar_lsoa21.geojson": ("lsoa21", zip(land.lsoa21, land.lsoa21_name, land.rings21, strict=True)),
        "exemplar_wards22.geojson": ("ward22", zip(land.ward_codes, wards, land.ward_rings, strict=True)),
        "exemplar_utla21.geojson": ("utla21", [(SAMPLE_LA_GSS_CODE, SAMPLE_LA_NAME, land.outline)]),
    }
    for name, (kind, features) in shapes.items():
        collection = {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {f"{kind}_code": code, f"{kind}_name": label},
                    "geometry": {"type": "MultiPolygon", "coordinates": [[ring.tolist()]]},
                }
                for code, label, ring in features
            ],
        }
        writer.text("geography", "boundaries", name, json.dumps(collection))
