"""Areas of the fictional authority: four square small areas in two community areas, their schools and children."""

import duckdb

SCHEMA = """
create table mart.area(kind text, code text, name text, district_code text, district text, ward_code text, ward text,
    community_area_id text, community_area text, small_areas int, easting double, northing double,
    eastings double[][], northings double[][], file_id int, "row" int);
create table mart.area_deprivation(kind text, code text, name text, edition int, vintage text, "index" text,
    score double, rank int, decile int, people double, in_need double, small_areas int, most_deprived int,
    people_most_deprived double, in_need_most_deprived double, how text);
create table mart.area_indicator(kind text, code text, name text, measure text, year int, "group" text, value double,
    n double, middle_areas int, how text);
"""

SIDE = 4_500
"""Metres of a small area's side."""

SMALL_AREAS = (
    # code, name, community area, column and row, IDACI rate, rank, decile, children
    ("E01000001", "Exemplar 001A", "A1", 0, 0, 0.40, 2_000, 1, 300),
    ("E01000002", "Exemplar 001B", "A1", 0, 1, 0.30, 6_000, 2, 200),
    ("E01000003", "Exemplar 002A", "A2", 1, 0, 0.12, 18_000, 6, 250),
    ("E01000004", "Exemplar 002B", "A2", 1, 1, 0.08, 25_000, 8, 250),
)
COMMUNITY_AREAS = {"A1": "Kingfold", "A2": "Sandry"}


def write_areas(connection: duckdb.DuckDBPyConnection) -> None:
    """Adds the areas and what is known of them, puts every open primary into a small area, and counts its children."""
    connection.execute(SCHEMA)
    for code, name, area, column, row, score, rank, decile, children in SMALL_AREAS:
        east, north = _square(column, row, 1)
        connection.execute(
            "insert into mart.area by name select 'lsoa21' as kind, ? as code, ? as name, ? as community_area_id, "
            "? as community_area, 1 as small_areas, ? as easting, ? as northing, ? as eastings, ? as northings",
            [code, name, area, COMMUNITY_AREAS[area], east[0] + SIDE / 2, north[0] + SIDE / 2, [east], [north]],
        )
        _deprivation(connection, "lsoa21", code, name, score, rank, decile, children, [(score, decile, children)])
    for column, (code, name) in enumerate(COMMUNITY_AREAS.items()):
        east, north = _square(column, 0, 2)
        connection.execute(
            "insert into mart.area by name select 'community_area' as kind, ? as code, ? as name, "
            "? as community_area_id, 2 as small_areas, ? as easting, ? as northing, ? as eastings, ? as northings",
            [code, name, code, east[0] + SIDE / 2, north[0] + SIDE, [east], [north]],
        )
        inside = [(one[5], one[7], one[8]) for one in SMALL_AREAS if one[2] == code]
        people = sum(children for _, _, children in inside)
        score = sum(rate * children for rate, _, children in inside) / people
        _deprivation(connection, "community_area", code, name, score, None, None, people, inside)
    connection.execute(
        "insert into mart.area_indicator values ('community_area', 'A1', 'Kingfold', 'indicator_1', 2025, 'persons', "
        "21.4, 900, 2, 'mean of the MSOAs it touches')"
    )
    _children(connection)


def _square(column: int, row: int, high: int) -> tuple[list[float], list[float]]:
    west, south = 399_000.0 + SIDE * column, 149_000.0 + SIDE * row
    east, north = west + SIDE, south + SIDE * high
    return [west, east, east, west, west], [south, south, north, north, south]


def _deprivation(connection, kind, code, name, score, rank, decile, people, inside) -> None:
    deep = [(rate, children) for rate, tenth, children in inside if tenth <= 3]
    connection.execute(
        "insert into mart.area_deprivation values (?, ?, ?, 2025, 'lsoa21', 'idaci', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            kind,
            code,
            name,
            score,
            rank,
            decile,
            people,
            score * people,
            len(inside),
            len(deep),
            sum(children for _, children in deep),
            sum(rate * children for rate, children in deep),
            "published" if rank else "mean of small areas weighted by children aged 0 to 15",
        ],
    )


def _children(connection: duckdb.DuckDBPyConnection) -> None:
    """Each open primary in turn into a small area, with 10% to 35% of its pupils disadvantaged, 900001 with 60%."""
    primaries = connection.execute(
        "select urn, pupils from mart.school where phase = 'primary' and status = 'open' order by urn"
    ).fetchall()
    for place, (urn, pupils) in enumerate(primaries):
        code = SMALL_AREAS[place % len(SMALL_AREAS)][0]
        connection.execute("update mart.school set lsoa21 = ? where urn = ?", [code, urn])
        share = 60.0 if urn == 900001 else 10.0 + 5 * (place % 6)
        connection.execute(
            "insert into mart.school_observation by name select ? as urn, ? as observed_urn, 'own' as via, "
            "2025 as year, 'free_school_meals_ever_six' as measure, 'all' as \"group\", ? as value, "
            "'reported' as status, ?::double as n, 1 as file_id",
            [urn, urn, share, pupils],
        )
