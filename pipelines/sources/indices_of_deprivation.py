"""English Indices of Deprivation: scores, ranks and deciles of small areas, editions of 2010 to 2025.

Ranks and deciles count from the most deprived: a file in which decile 1 holds the largest ranks is refused.
The names of columns are matched by how they begin, because the publisher shortens them from file to file.
"""

import datetime
import re

import polars

from pipelines.errors import SourceChanged
from pipelines.measures import MEASURES
from pipelines.observations import Cell, gss_entity
from pipelines.sources.long_table import read_cells
from pipelines.sources.performance_tables import settle_rows
from pipelines.sources.publication import Edition, Layout, Parsed, Recognised, Source
from pipelines.sources.reading import RawFile, TextTable

_BEGINNINGS = (
    ("imd", r"INDEX OF MULTIPLE DEPRIVATION|IMD"),
    ("idaci", r"INCOME DEPRIVATION AFFECTING CHILDREN(?: INDEX)?|IDACI"),
    ("idaopi", r"INCOME DEPRIVATION AFFECTING OLDER PEOPLE(?: INDEX)?|IDAOPI"),
    ("income", r"INCOME(?: DOMAIN)?"),
    ("employment", r"EMPLOYMENT(?: DOMAIN)?"),
    ("education", r"EDUCATION(?:, SKILLS AND TRAINING)?(?: DOMAIN)?"),
    ("health", r"HEALTH(?: DEPRIVATION AND DISABILITY)?(?: DOMAIN)?"),
    ("crime", r"CRIME(?: DOMAIN)?"),
    ("housing", r"BARRIERS TO HOUSING AND SERVICES(?: DOMAIN)?|HOUSING AND SERVICES"),
    ("environment", r"(?:LIVING )?ENVIRONMENT(?: DOMAIN)?"),
)
_NAMES = tuple(
    (index, re.compile(rf"^(?:{beginning})(?: \([A-Z]+\))? (SCORE|RANK|DECILE)\b")) for index, beginning in _BEGINNINGS
)
_PEOPLE = (
    ("idaci", "DEPENDENT CHILDREN AGED 0-15"),
    ("idaopi", "OLDER POPULATION AGED 60"),
    ("imd", "TOTAL POPULATION"),
)
"""Index → how the column begins with the people it counts; a rate may only be averaged by them."""

_AREA_CODE = re.compile(r"^LSOA(\d\d)_CODE$|^LSOA CODE \(20(\d\d)\)$|^LSOA(\d\d)CD$")
_AREA_NAME = re.compile(r"^LSOA(\d\d)_NAME$|^LSOA NAME \(20(\d\d)\)$|^LSOA(\d\d)NM$")
_DISTRICT = re.compile(r"^LAD(\d\d)_CODE$|^LOCAL AUTHORITY DISTRICT CODE \(20(\d\d)\)$|^LAD(\d\d)CD$")

_PUBLISHED = {
    2010: (datetime.date(2011, 3, 31), False),
    2015: (datetime.date(2015, 9, 30), False),
    2019: (datetime.date(2019, 9, 30), False),
    2025: (datetime.date(2025, 10, 30), True),
}
"""Edition → when it came out; for 2010 to 2019 only the month is known, and its last day is taken."""

_EDITION_OF_DISTRICTS = {"09": 2010, "13": 2015, "15": 2015, "19": 2019, "24": 2025}
_EDITION_OF_AREAS = {"01": 2010, "21": 2025}


def _dated_column(table: TextTable, pattern: re.Pattern) -> tuple[str, str] | None:
    """(normal name of the column, its two-digit year) of the first column that fits, or None."""
    for name in table.positions:
        match = pattern.match(name)
        if match:
            return name, next(group for group in match.groups() if group)
    return None


def edition(table: TextTable, file: RawFile) -> Edition:
    """The edition, told by the year of the districts and of the small areas in the column names.

    Raises:
        SourceChanged: the years of areas and districts belong to no edition.
    """
    district, area = _dated_column(table, _DISTRICT), _dated_column(table, _AREA_CODE)
    year = _EDITION_OF_DISTRICTS.get(district[1]) if district else None
    year = year or (_EDITION_OF_AREAS.get(area[1]) if area else None)
    if year is None:
        raise SourceChanged(
            "these indices of deprivation name no edition that we know",
            where=f"{table.where}, row 1",
            next_step="declare the edition in pipelines/sources/indices_of_deprivation.py",
        )
    published, verified = _PUBLISHED[year]
    return Edition(label=str(year), year=year, release="final", published=published, published_verified=verified)


def columns_by_measure(table: TextTable) -> dict[str, str]:
    """Measure key → column, for every score, rank and decile of the table that the catalogue has."""
    found: dict[str, str] = {}
    for name in table.positions:
        spaced = name.replace("_", " ")
        for index, pattern in _NAMES:
            match = pattern.match(spaced)
            if match:
                key = f"{index}_{match.group(1).lower()}"
                if key in MEASURES:
                    found.setdefault(key, name)
                break
    return found


def _people(table: TextTable, measure: str) -> str | None:
    """The column with the number of people that a score counts, where the table has one."""
    beginning = next((begins for index, begins in _PEOPLE if measure == f"{index}_score"), None)
    return next((name for name in table.positions if beginning and name.startswith(beginning)), None)


def parse(found: Recognised) -> Parsed:
    """Reads one file: observations by small area, the areas' names, and the district each lies in."""
    table, year = found.table, found.edition.year
    area, vintage = _dated_column(table, _AREA_CODE)
    columns = columns_by_measure(table)
    _check_direction(found, area, columns)
    text = table.text([area]).with_columns(polars.col(area).str.strip_chars())
    rows = text.with_columns(
        gss_entity(polars.col(area)).alias("entity"), polars.lit(year, polars.UInt16).alias("year")
    )
    rows, rejects = settle_rows(found, rows)
    cells = [Cell(MEASURES[key], "all", column, _people(table, key)) for key, column in columns.items()]
    parsed = read_cells(found, rows, rejects, cells)
    parsed.tables = _areas(found, rows.select("row"), area, vintage)
    return parsed


def _areas(found: Recognised, rows: polars.DataFrame, area: str, vintage: str) -> dict[str, polars.DataFrame]:
    name, district = _dated_column(found.table, _AREA_NAME), _dated_column(found.table, _DISTRICT)
    columns = [area, *(column[0] for column in (name, district) if column)]
    text = rows.join(found.table.text(columns), on="row", how="left", maintain_order="left")
    text = text.with_columns(polars.exclude("row").str.strip_chars().replace("", None))
    kind = f"lsoa{vintage}"
    tables = {
        "area": text.select(
            "row",
            polars.lit(kind).alias("kind"),
            polars.col(area).alias("code"),
            (polars.col(name[0]) if name else polars.lit(None, polars.String)).alias("name"),
        )
    }
    if district:
        tables["area_lookup"] = text.select(
            "row",
            polars.lit(kind).alias("from_kind"),
            polars.col(area).alias("from_code"),
            polars.lit(f"ltla{district[1]}").alias("to_kind"),
            polars.col(district[0]).alias("to_code"),
            polars.lit("lies in").alias("relation"),
        ).drop_nulls("to_code")
    return tables


def _check_direction(found: Recognised, area: str, columns: dict[str, str]) -> None:
    """Refuses a file whose deciles or scores run against its ranks.

    Raises:
        SourceChanged: the lowest decile does not hold the smallest ranks, or the highest scores.
    """
    for index, _ in _BEGINNINGS:
        decile, rank, score = (columns.get(f"{index}_{what}") for what in ("decile", "rank", "score"))
        if not decile or not (rank or score):
            continue
        other, sign = (rank, 1) if rank else (score, -1)
        means = (
            found.table.text([decile, other])
            .select(
                polars.col(decile).cast(polars.Float64, strict=False).alias("decile"),
                (polars.col(other).cast(polars.Float64, strict=False) * sign).alias("order"),
            )
            .drop_nulls()
            .group_by("decile")
            .agg(polars.col("order").mean())
            .sort("decile")
        )
        if means.height > 1 and means["order"][0] > means["order"][-1]:
            raise SourceChanged(
                f"decile 1 is the least deprived here, against the publisher's order ({index})",
                where=f"{found.table.where}, columns {decile} and {other}",
                next_step="fetch the publisher's file again: rank 1 and decile 1 must be the most deprived",
            )


_LONG = ("Index of Multiple Deprivation (IMD)", "Income Deprivation Affecting Children Index (IDACI)")
_RANK, _DECILE = "Rank (where 1 is most deprived)", "Decile (where 1 is most deprived 10% of LSOAs)"
_DISTRICT_2019 = "Local Authority District code (2019)"
_DISTRICT_2024 = "Local Authority District code (2024)"

SOURCE = Source(
    key="indices_of_deprivation",
    title="English Indices of Deprivation",
    publisher="Ministry of Housing, Communities and Local Government",
    landing_page="https://www.gov.uk/government/collections/english-indices-of-deprivation",
    family="any",
    edition=edition,
    order=30,
    updates="every four to six years; the latest on 30 October 2025",
    layouts=(
        Layout(
            key="2025, every domain",
            rank=7,
            columns=("lsoa21_code", "IMD_score", "IMD_rank", "IMD_decile", "Income_score", "Income_decile"),
        ),
        Layout(
            key="2025 file 1",
            rank=8,
            columns=(
                "LSOA code (2021)",
                "LSOA name (2021)",
                _DISTRICT_2024,
                f"{_LONG[0]} {_RANK}",
            ),
        ),
        Layout(
            key="2025 file 7, everything",
            rank=9,
            columns=(
                "LSOA code (2021)",
                f"{_LONG[0]} Score",
                f"{_LONG[0]} {_RANK}",
                f"{_LONG[0]} {_DECILE}",
                f"{_LONG[1]} Score (rate)",
                f"{_LONG[1]} {_RANK}",
                f"{_LONG[1]} {_DECILE}",
            ),
            verified=False,
        ),
        Layout(
            key="2019 file 7, everything",
            rank=9,
            columns=(
                "LSOA code (2011)",
                _DISTRICT_2019,
                f"{_LONG[0]} Score",
                f"{_LONG[0]} {_RANK}",
                f"{_LONG[0]} {_DECILE}",
                f"{_LONG[1]} Score (rate)",
                f"{_LONG[1]} {_RANK}",
                f"{_LONG[1]} {_DECILE}",
            ),
            verified=False,
        ),
        Layout(
            key="2019 file 1",
            rank=7,
            columns=("LSOA code (2011)", _DISTRICT_2019, f"{_LONG[0]} Rank", f"{_LONG[0]} Decile"),
        ),
        Layout(
            key="2019 file 3, children and older people",
            rank=8,
            columns=(
                "LSOA code (2011)",
                _DISTRICT_2019,
                f"{_LONG[0]} {_RANK}",
                f"{_LONG[1]} {_RANK}",
                f"{_LONG[1]} {_DECILE}",
            ),
        ),
        Layout(
            key="2015 file 7, everything",
            rank=9,
            columns=(
                "LSOA code (2011)",
                "Local Authority District code (2013)",
                f"{_LONG[0]} Score",
                f"{_LONG[0]} {_RANK}",
                f"{_LONG[0]} {_DECILE}",
                f"{_LONG[1]} Score (rate)",
                f"{_LONG[1]} {_RANK}",
                f"{_LONG[1]} {_DECILE}",
            ),
            verified=False,
        ),
        Layout(
            key="2015, overall index",
            rank=6,
            columns=("lsoa11_code", "lad13_code", "IMD_score", "IMD_rank", "IMD_decile"),
        ),
        Layout(
            key="2010, overall index",
            rank=6,
            columns=("lsoa01_code", "lad09_code", "IMD_score", "IMD_rank", "IMD_decile"),
        ),
    ),
    parse=parse,
)
