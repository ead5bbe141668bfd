"""Indicators of the fictional authority beside ten fictional neighbours, its region and England."""

from datetime import date
from pathlib import Path

import duckdb

SCHEMA = """
create table mart.authority_indicator(measure text, "group" text, year int, kind text, area text, area_name text,
    is_ours boolean, neighbour int, is_total boolean, value double, status text, n double, lower double, upper double,
    authorities bigint, release text, file_id int, "row" int);
"""
RANK = Path(__file__).parents[2] / "pipelines" / "marts" / "authority_rank.sql"
"""The ranks are made of these figures by the table's own file, as in a build."""

READY, ABSENT, LOOKED_AFTER, DECAY, ONCE = "lait_ready", "lait_absent", "lait_looked_after", "fingertips_1", "lait_once"
"""High is better with a year missing and ties; low is better, falling back; a count; one with intervals, ours and
England's only; and one of a single year."""

NEIGHBOURS = (
    "Ashmere",
    "Birchwold",
    "Cressing",
    "Dunholt",
    "Ellbury",
    "Fenmoor",
    "Garholm",
    "Hexby",
    "Iverton",
    "Joyford",
)

MEASURES = """
lait_ready | Good level of development | Foundation Stage | % of children | high is better | Academic Year | 1
lait_absent | Overall absence | All Pupil Absence & Exclusions | % half days missed | low is better | Academic Year | 2
lait_looked_after | Looked after, number | Children Looked After | Number | neither is better | Financial Year | 0
fingertips_1 | Children with tooth decay | Public health | per cent | low is better | | 1
lait_once | Young people in work | Economic Factors | % of young people | high is better | Calendar Year | 1
"""

VALUES: dict[str, dict[int, tuple[float | None, list[float | None], float]]] = {
    READY: {
        2022: (64.0, [60.0, 61, 62, 63, 64, 65, 66, 67, 68, 69], 65.2),
        2023: (None, [61.0, 62, 63, 64, 65, 66, 67, 68, 69, 70], 67.2),
        2024: (66.0, [62.0, 63, 64, 65, 66, 67, 68, 69, 70, 71], 67.7),
        2025: (70.0, [63.0, 64, 65, 66, 67, 68, 69, 70, 71, None], 68.3),
    },
    ABSENT: {
        2024: (6.5, [6.0, 6.1, 6.2, 6.3, 6.4, 6.6, 6.7, 6.8, 6.9, 7.0], 6.6),
        2025: (6.95, [6.0, 6.1, 6.2, 6.3, 6.4, 6.5, 6.6, 6.7, 6.8, 6.9], 6.5),
    },
    LOOKED_AFTER: {
        2024: (450.0, [300.0, 350, 400, 420, 440, 460, 480, 500, 520, 600], 83_000.0),
        2025: (470.0, [310.0, 340, 410, 430, 450, 480, 490, 510, 530, 610], 81_770.0),
    },
    DECAY: {2022: (24.0, [], 23.7), 2024: (19.0, [], 23.4)},
    ONCE: {2024: (80.0, [70.0, 71, 72, 73, 74, 75, 76, 77, 78, 79], 75.0)},
}
"""Measure → year → ours, the neighbours' in their order, England's. The region has England's and one more."""


def write_benchmark(connection: duckdb.DuckDBPyConnection) -> None:
    """Writes the indicators, their words, and where the authority stands."""
    connection.execute(SCHEMA)
    for place, line in enumerate(MEASURES.strip().splitlines()):
        key, label, topic, unit, polarity, period, decimals = (cell.strip() or None for cell in line.split("|"))
        connection.execute(
            "insert into mart.measure (measure, label, topic, definition, unit, unit_key, polarity, source, verified, "
            "headline, position, in_catalogue, decimals, period, method, supplier, link, updated, next_update) "
            "values (?, ?, ?, ?, ?, 'number', ?, 'local_authority_tool', true, false, ?, false, ?, ?, ?, ?, ?, ?, ?)",
            [
                *(key, label, topic, f"{label}, as counted.", unit, polarity, 100_010 + place, int(decimals), period),
                *("Counted once a year.", "A department", "https://www.example.org/", date(2025, 12, 1), "2026-12-01"),
            ],
        )
    for measure, years in VALUES.items():
        for year, (ours, others, england) in years.items():
            _year(connection, measure, year, ours, others, england)
    connection.execute(f"create table mart.authority_rank as {RANK.read_text(encoding='utf-8')}")


def _year(connection, measure: str, year: int, ours: float | None, others: list, england: float) -> None:
    def add(kind: str, area: str, name: str, value: float | None, **rest: object) -> None:
        row = {
            **{"measure": measure, "group": "all", "year": year, "kind": kind, "area": area, "area_name": name},
            **{"is_ours": False, "is_total": False, "value": value, "file_id": 5 if kind == "authority" else None},
            **{"status": "reported" if value is not None else "not_available"},
            **rest,
        }
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" * len(row))
        connection.execute(f"insert into mart.authority_indicator ({names}) values ({marks})", list(row.values()))

    limits = {"lower": ours - 2.5, "upper": ours + 2.5} if measure == DECAY and ours is not None else {}
    is_total = england > 1000
    add("authority", "999", "Exemplar", ours, is_ours=True, row=12, **limits)
    for place, (name, value) in enumerate(zip(NEIGHBOURS, others), start=1):
        add("authority", str(980 + place), name, value, neighbour=place, row=12 + place)
    held = [value for value in others if value is not None]
    if others:
        add("neighbours", "999", "Statistical neighbours", sum(held) / len(held), authorities=len(held))
    add("region", "E12000009", "South West", england + 1, is_total=is_total)
    add("england", "England", "England", england, is_total=is_total)
