"""The authority's own files: clusters of schools, early years settings and community areas; and its code
list.
"""

import numpy as np
import polars as pl

from pipelines.sample import scenarios
from pipelines.sample.constants import LA_NAMES, SAMPLE_LA_CODE, YEARS
from pipelines.sample.files import Writer, generator
from pipelines.sample.names import places
from pipelines.sample.world import World

CLUSTERS = 14
KINDS = ("nursery", "pre-school", "childminder", "children's centre")


def write_authority(world: World, writer: Writer) -> None:
    """Write clusters.csv, settings.csv and community_areas.csv: ISO dates, a blank end means current."""
    rng = generator(world.seed, "authority")
    names = area_names(world)
    cluster_of = _clusters(world, writer, rng, names)
    _settings(world, writer, rng, cluster_of)
    _community_areas(world, writer, names)


def area_names(world: World) -> list[str]:
    """Names of the twelve community areas."""
    return places(200, generator(world.seed, "areas"))[:12]


def _clusters(world: World, writer: Writer, rng: np.random.Generator, areas: list[str]) -> dict[int, str]:
    """Clusters by community area; the two largest areas have two. A few schools stand in two, some have
    left.
    """
    identifiers = [f"C{number + 1:02d}" for number in range(CLUSTERS)]
    names = [f"{area} cluster" for area in areas] + [
        f"{areas[0]} and {areas[1]} small schools",
        "Exemplar secondaries",
    ]
    rows, cluster_of, led = [], {}, set()
    for school in world.schools:
        life = school.lives[-1]
        if school.la_code != SAMPLE_LA_CODE or life.closed or school.kind in ("independent", "nursery", "pru"):
            continue
        number = int(world.land.community_area[school.area])
        secondary = school.phase == "Secondary"
        if life.urn == 900150:
            continue  # a school in no cluster
        role = "member"
        if number not in led and not secondary and life.urn > 900021:
            role = "lead"
            led.add(number)
        cluster_of[school.number] = identifiers[number]
        rows.append((identifiers[number], names[number], str(life.urn), role, "2023-09-01", ""))
        if secondary:
            rows.append(
                (
                    identifiers[13],
                    names[13],
                    str(life.urn),
                    "lead" if 13 not in led else "member",
                    "2024-09-01",
                    "",
                )
            )
            led.add(13)
        if life.urn in scenarios.UNDER_SIXTY:
            rows.append(
                (
                    identifiers[12],
                    names[12],
                    str(life.urn),
                    "lead" if 12 not in led else "member",
                    "2024-01-01",
                    "",
                )
            )
            led.add(12)
        if rng.random() < 0.06:
            other = (number + 1) % 12
            rows.append((identifiers[other], names[other], str(life.urn), "member", "2019-09-01", "2023-08-31"))
    columns = ["cluster_id", "cluster_name", "urn", "role", "from_date", "to_date"]
    frame = pl.DataFrame(sorted(rows), schema=columns, orient="row")
    writer.frame("authority", "", "clusters.csv", frame)
    return cluster_of


def _settings(world: World, writer: Writer, rng: np.random.Generator, cluster_of: dict[int, str]) -> None:
    primaries = [school for school in world.schools if school.number in cluster_of and school.phase == "Primary"]
    rows = []
    for number in range(96):
        near = primaries[int(rng.integers(len(primaries)))]
        kind = KINDS[int(rng.choice(4, p=[0.35, 0.35, 0.22, 0.08]))]
        label = {"childminder": f"Childminder {number + 1}"}.get(kind, f"{near.place} {kind.title()}")
        left = "2025-08-31" if number % 23 == 5 else ""
        places_ = int(rng.integers(3, 9)) if kind == "childminder" else int(rng.integers(16, 60))
        cluster = "" if number % 31 == 7 else cluster_of[near.number]
        rows.append((f"S{number + 1:03d}", label, kind, cluster, near.postcode, str(places_), "2021-09-01", left))
    columns = [
        "setting_id",
        "setting_name",
        "kind",
        "cluster_id",
        "postcode",
        "places",
        "from_date",
        "to_date",
    ]
    writer.frame("authority", "", "settings.csv", pl.DataFrame(rows, schema=columns, orient="row"))


def _community_areas(world: World, writer: Writer, names: list[str]) -> None:
    """Best fit of areas to community areas; six LSOAs are shared by two."""
    land = world.land
    shared = {24: (5, 0.6), 44: (5, 0.75), 129: (6, 0.5), 134: (7, 0.8), 214: (9, 0.55), 239: (10, 0.7)}
    rows = []
    for number, code in enumerate(land.lsoa21):
        area = int(land.community_area[number])
        other = (area + 1) % 12
        if number in shared:
            part = shared[number][1]
            rows.append((f"A{area + 1:02d}", names[area], code, f"{part:g}", "2021-04-01", ""))
            rows.append((f"A{other + 1:02d}", names[other], code, f"{round(1 - part, 2):g}", "2021-04-01", ""))
        else:
            rows.append((f"A{area + 1:02d}", names[area], code, "1", "2021-04-01", ""))
    columns = ["community_area_id", "community_area_name", "lsoa21_code", "share", "from_date", "to_date"]
    writer.frame("authority", "", "community_areas.csv", pl.DataFrame(rows, schema=columns, orient="row"))


def write_reference(writer: Writer) -> None:
    """Write the list of authority and region codes, with the two fictional authorities in it."""
    rows = [(code, name, "45", "South West B") for code, name in LA_NAMES.items()]
    frame = pl.DataFrame(rows, schema=["LEA", "LA Name", "REGION", "REGION NAME"], orient="row")
    writer.frame("reference", "2018-19", "la_and_region_codes_meta.csv", frame)


__all__ = ["YEARS", "area_names", "write_authority", "write_reference"]
