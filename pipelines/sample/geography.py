"""The land of the sample: areas of 2011 and 2021, wards, community areas, their shapes and their
deprivation.
"""

from dataclasses import dataclass

import numpy as np

from pipelines.sample.files import generator

COLUMNS, ROWS = 20, 15
AREAS_WIDE, AREAS_HIGH = 4, 3
# An open piece of sea, so that no real place is drawn: longitude and latitude of the south-west corner, and
# size.
WEST, SOUTH, WIDTH, HEIGHT = -7.30, 50.10, 0.90, 0.46


@dataclass(frozen=True)
class Land:
    """Areas by position: codes, names, rings in longitude and latitude, population and deprivation.

    `deprivation` is a standard normal score, high where people are poor; `split`, `merged` and `irregular`
    say how the 2011 areas became those of 2021. Ward and community area are positions in their lists of
    names.
    """

    lsoa21: tuple[str, ...]
    lsoa21_name: tuple[str, ...]
    msoa: tuple[str, ...]
    rings21: tuple[np.ndarray, ...]
    centres: np.ndarray
    ward: np.ndarray
    ward_codes: tuple[str, ...]
    ward_rings: tuple[np.ndarray, ...]
    community_area: np.ndarray
    population: np.ndarray
    children: np.ndarray
    deprivation: np.ndarray
    lsoa11: tuple[str, ...]
    lsoa11_name: tuple[str, ...]
    rings11: tuple[np.ndarray, ...]
    lookup: tuple[tuple[int, int, str], ...]
    outline: np.ndarray


def make_land(seed: int) -> Land:
    """Return the land: a jittered lattice of 300 areas, 50 wards and 12 community areas."""
    rng = generator(seed, "land")
    corners, across, upward = _lattice(rng)

    def ring(column: int, row: int, wide: int, high: int) -> np.ndarray:
        """The outline of a block of cells, corner by corner with the bends of shared edges."""
        points = []
        for step in range(wide):
            points += [corners[column + step, row], across[column + step, row]]
        for step in range(high):
            points += [corners[column + wide, row + step], upward[column + wide, row + step]]
        for step in range(wide, 0, -1):
            points += [corners[column + step, row + high], across[column + step - 1, row + high]]
        for step in range(high, 0, -1):
            points += [corners[column, row + step], upward[column, row + step - 1]]
        return np.round(np.array([*points, points[0]]), 6)

    cells = [(column, row) for row in range(ROWS) for column in range(COLUMNS)]
    rings21 = tuple(ring(column, row, 1, 1) for column, row in cells)
    centres = np.array([shape[:-1].mean(axis=0) for shape in rings21])
    msoa_of = [(row // 3) * 5 + column // 4 for column, row in cells]
    letters = {}
    names = []
    for msoa in msoa_of:
        letters[msoa] = letters.get(msoa, -1) + 1
        names.append(f"Exemplar {msoa + 1:03d}{chr(65 + letters[msoa])}")
    ward = np.array([(row // 3) * (COLUMNS // 2) + column // 2 for column, row in cells])
    ward_rings = tuple(
        ring(2 * (number % (COLUMNS // 2)), 3 * (number // (COLUMNS // 2)), 2, 3)
        for number in range(COLUMNS // 2 * (ROWS // 3))
    )
    community_area = np.array([(row // 5) * AREAS_WIDE + column // 5 for column, row in cells])
    lsoa21 = tuple(f"E01{990001 + number:06d}" for number in range(len(cells)))
    codes11, names11, rings11, lookup = _areas_of_2011(lsoa21, names, rings21, ring, cells)
    return Land(
        lsoa21=lsoa21,
        lsoa21_name=tuple(names),
        msoa=tuple(f"E02{990001 + number:06d}" for number in msoa_of),
        rings21=rings21,
        centres=centres,
        ward=ward,
        ward_codes=tuple(f"E05{990001 + number:06d}" for number in range(len(ward_rings))),
        ward_rings=ward_rings,
        community_area=community_area,
        population=rng.integers(1250, 2300, len(cells)),
        children=rng.integers(200, 480, len(cells)),
        deprivation=_deprivation(rng, community_area),
        lsoa11=codes11,
        lsoa11_name=names11,
        rings11=rings11,
        lookup=lookup,
        outline=ring(0, 0, COLUMNS, ROWS),
    )


def _lattice(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Corners of the cells and the bend of every edge, in longitude and latitude."""
    column = np.linspace(0, 1, COLUMNS + 1)
    row = np.linspace(0, 1, ROWS + 1)
    x = WEST + WIDTH * (column + 0.02 * np.sin(4 * np.pi * column))[:, None] * np.ones(ROWS + 1)
    y = SOUTH + HEIGHT * np.ones(COLUMNS + 1)[:, None] * (row + 0.025 * np.sin(6 * np.pi * row))
    corners = np.stack([x, y], axis=-1)
    step = np.array([WIDTH / COLUMNS, HEIGHT / ROWS])
    corners = corners + rng.uniform(-0.22, 0.22, corners.shape) * step
    across = (corners[:-1] + corners[1:]) / 2 + rng.uniform(-0.1, 0.1, (COLUMNS, ROWS + 1, 2)) * step
    upward = (corners[:, :-1] + corners[:, 1:]) / 2 + rng.uniform(-0.1, 0.1, (COLUMNS + 1, ROWS, 2)) * step
    return corners, across, upward


def _deprivation(rng: np.random.Generator, community_area: np.ndarray) -> np.ndarray:
    """A town or two of each area is poorer than the country around it."""
    by_area = rng.normal(-0.3, 0.45, AREAS_WIDE * AREAS_HIGH)
    score = by_area[community_area] + rng.normal(0, 0.75, len(community_area))
    return np.clip(score, -2.4, 2.4)


def _areas_of_2011(lsoa21, names, rings21, ring, cells):
    """Ten splits, four merges and one irregular pair; all other areas are unchanged."""
    splits = {number: number + 1 for number in range(4, 244, 24)}
    merges = (30, 92, 154, 216)
    irregular = (110, 111)
    codes, labels, rings, lookup = [], [], [], []

    def add(code: str, label: str, shape: np.ndarray, targets: list[int], change: str) -> None:
        position = len(codes)
        codes.append(code)
        labels.append(label)
        rings.append(shape)
        lookup.extend((position, target, change) for target in targets)

    second = set(splits.values())
    for number, code in enumerate(lsoa21):
        column, row = cells[number]
        if number in second:
            continue
        if number in splits:
            shape = ring(column, row, 2, 1)
            add(f"E01{980001 + number:06d}", names[number], shape, [number, splits[number]], "S")
        elif number in merges:
            shape = rings21[number]
            lower = np.array([shape[0], shape[1], shape[2], shape[3], shape[7], shape[0]])
            upper = np.array([shape[7], shape[3], shape[4], shape[5], shape[6], shape[7]])
            add(f"E01{980001 + number:06d}", names[number], lower, [number], "M")
            add(f"E01{985001 + number:06d}", names[number] + " North", upper, [number], "M")
        elif number in irregular:
            add(f"E01{980001 + number:06d}", names[number], rings21[number], list(irregular), "X")
        else:
            add(code, names[number], rings21[number], [number], "U")
    return tuple(codes), tuple(labels), tuple(rings), tuple(lookup)


def british_grid(longitude: np.ndarray, latitude: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return easting and northing in metres (EPSG:27700) of WGS84 degrees, within about five metres.

    Ordnance Survey, A guide to coordinate systems in Great Britain: Helmert transformation, then the
    transverse Mercator projection on the Airy 1830 ellipsoid.
    """
    lon, lat = np.radians(longitude), np.radians(latitude)
    major, square = 6378137.0, 0.00669438
    nu = major / np.sqrt(1 - square * np.sin(lat) ** 2)
    x, y, z = nu * np.cos(lat) * np.cos(lon), nu * np.cos(lat) * np.sin(lon), nu * (1 - square) * np.sin(lat)
    scale = 1 + 20.4894e-6
    rx, ry, rz = np.radians(np.array([-0.1502, -0.2470, -0.8421]) / 3600)
    x, y, z = (
        -446.448 + x * scale - y * rz + z * ry,
        125.157 + x * rz + y * scale - z * rx,
        -542.06 - x * ry + y * rx + z * scale,
    )
    major, minor = 6377563.396, 6356256.909
    square = 1 - (minor / major) ** 2
    distance = np.hypot(x, y)
    lat = np.arctan2(z, distance * (1 - square))
    for _ in range(6):
        nu = major / np.sqrt(1 - square * np.sin(lat) ** 2)
        lat = np.arctan2(z + square * nu * np.sin(lat), distance)
    lon = np.arctan2(y, x)
    return _transverse_mercator(lon, lat, major, minor, square)


def _transverse_mercator(lon, lat, major, minor, square):
    scale, lat0, lon0 = 0.9996012717, np.radians(49.0), np.radians(-2.0)
    n = (major - minor) / (major + minor)
    nu = major * scale / np.sqrt(1 - square * np.sin(lat) ** 2)
    rho = major * scale * (1 - square) * (1 - square * np.sin(lat) ** 2) ** -1.5
    eta = nu / rho - 1
    less, more = lat - lat0, lat + lat0
    arc = (
        (1 + n + 1.25 * n**2 + 1.25 * n**3) * less
        - (3 * n + 3 * n**2 + 21 / 8 * n**3) * np.sin(less) * np.cos(more)
        + 15 / 8 * (n**2 + n**3) * np.sin(2 * less) * np.cos(2 * more)
        - 35 / 24 * n**3 * np.sin(3 * less) * np.cos(3 * more)
    ) * (minor * scale)
    tan2, cos, side = np.tan(lat) ** 2, np.cos(lat), lon - lon0
    northing = (
        arc
        - 100000
        + nu / 2 * np.sin(lat) * cos * side**2
        + nu / 24 * np.sin(lat) * cos**3 * (5 - tan2 + 9 * eta) * side**4
    )
    easting = 400000 + nu * cos * side + nu / 6 * cos**3 * (nu / rho - tan2) * side**3
    easting = easting + nu / 120 * cos**5 * (5 - 18 * tan2 + tan2**2 + 14 * eta) * side**5
    return easting, northing
