"""Lookups between small areas, wards and authorities: which area became, or lies in, which other."""

import re

import polars

from pipelines.sources.performance_tables import settle_rows
from pipelines.sources.publication import Edition, Layout, Parsed, Recognised, Source
from pipelines.sources.reading import RawFile, TextTable

_CODE = re.compile(r"^(LSOA|MSOA|WARD|WD|LTLA|LAD|UTLA)(\d\d)(?:_CODE|CD)$")
_KINDS = {
    "LSOA": "lsoa",
    "MSOA": "msoa",
    "WARD": "ward",
    "WD": "ward",
    "LTLA": "ltla",
    "LAD": "ltla",
    "UTLA": "utla",
}
_CHANGE_COLUMNS = ("CHANGE_CODE", "CHGIND")
CHANGES = {"U": "unchanged", "S": "split", "M": "merged", "X": "irregular"}
"""Change codes of the 2011 to 2021 lookup (Office for National Statistics) and the words we keep."""

ATTRIBUTION = (
    "Source: Office for National Statistics licensed under the Open Government Licence v3.0. "
    "Contains OS data © Crown copyright and database right."
)


def kinds_of(table: TextTable) -> dict[str, tuple[str, str | None]]:
    """Kind of area (`lsoa21`, `ward24`, `ltla22`) → its column of codes and, where there is one, of names."""
    found = {}
    for column in table.positions:
        match = _CODE.match(column)
        if match:
            stem, year = match.groups()
            names = (f"{stem}{year}_NAME", f"{stem}{year}NM")
            name = next((name for name in names if name in table.positions), None)
            found[f"{_KINDS[stem]}{year}"] = (column, name)
    return found


def edition(table: TextTable, file: RawFile) -> Edition:
    """The newest of the geographies that the table joins."""
    year = max((2000 + int(kind[-2:]) for kind in kinds_of(table)), default=2021)
    return Edition(label=str(year), year=year, release="final")


def parse(found: Recognised) -> Parsed:
    """Reads one lookup: every area with its name, how small areas changed, and what lies in what.

    An area that stands in several rows (because another of its row was split) is listed once. Small areas
    are fitted to wards as well as they can be ("best fit"); they lie wholly in an authority ("lies in").
    """
    table = found.table
    kinds = kinds_of(table)
    change = next((column for column in _CHANGE_COLUMNS if column in table.positions), None)
    columns = [column for pair in kinds.values() for column in pair if column]
    text = table.text(columns + ([change] if change else []))
    text = text.with_columns(polars.exclude("row").str.strip_chars().replace("", None))
    rows, rejects = settle_rows(
        found,
        text.with_columns(
            polars.when(polars.all_horizontal([polars.col(code).is_not_null() for code, _ in kinds.values()]))
            .then(polars.col("row").cast(polars.Int32))
            .alias("entity"),
            polars.lit(found.edition.year, polars.UInt16).alias("year"),
        ),
    )
    areas = [
        rows.select(
            "row",
            polars.lit(kind).alias("kind"),
            polars.col(code).alias("code"),
            (polars.col(name) if name else polars.lit(None, polars.String)).alias("name"),
        ).unique("code", keep="first", maintain_order=True)
        for kind, (code, name) in kinds.items()
    ]
    small = sorted(kind for kind in kinds if kind.startswith("lsoa"))
    lookups = []
    if len(small) == 2:
        relation = polars.col(change).replace_strict(CHANGES, default=None) if change else polars.lit(None)
        lookups.append(_lookup(rows, kinds, small[0], small[1], relation))
    wards = [kind for kind in kinds if kind.startswith("ward")]
    larger = [kind for kind in kinds if kind.startswith(("msoa", "ward", "ltla", "utla"))]
    for kind in larger if small else ():
        relation = polars.lit("best fit" if kind.startswith("ward") else "lies in")
        lookups.append(_lookup(rows, kinds, small[-1], kind, relation))
    lookups += [
        _lookup(rows, kinds, ward, kind, polars.lit("lies in"))
        for ward in wards
        for kind in kinds
        if kind.startswith(("ltla", "utla"))
    ]
    return Parsed(
        tables={"area": polars.concat(areas), "area_lookup": polars.concat(lookups)},
        rejects=rejects,
    )


def _lookup(rows, kinds, from_kind: str, to_kind: str, relation: polars.Expr) -> polars.DataFrame:
    return rows.select(
        "row",
        polars.lit(from_kind).alias("from_kind"),
        polars.col(kinds[from_kind][0]).alias("from_code"),
        polars.lit(to_kind).alias("to_kind"),
        polars.col(kinds[to_kind][0]).alias("to_code"),
        relation.cast(polars.String).alias("relation"),
    ).unique(("from_code", "to_code"), keep="first", maintain_order=True)


SOURCE = Source(
    key="area_lookups",
    title="Lookups between small areas, wards and authorities",
    publisher="Office for National Statistics",
    landing_page="https://geoportal.statistics.gov.uk/",
    family="any",
    attribution=ATTRIBUTION,
    edition=edition,
    order=20,
    updates="when boundaries change; wards and authorities each year",
    layouts=(
        Layout(
            key="small areas 2011 to 2021",
            rank=5,
            columns=("lsoa11_code", "lsoa21_code", "change_code", "ltla22_code"),
        ),
        Layout(
            key="small areas 2021 to wards 2024",
            rank=5,
            columns=("lsoa21_code", "ward24_code", "ltla24_code"),
        ),
        Layout(
            key="small areas 2011 to 2021, open geography portal",
            rank=6,
            columns=("LSOA11CD", "LSOA21CD", "CHGIND", "LAD22CD"),
            verified=False,
        ),
        Layout(
            key="small areas 2021 to wards 2025, open geography portal",
            rank=6,
            columns=("LSOA21CD", "WD25CD", "LAD25CD"),
            verified=False,
        ),
        Layout(
            key="small areas 2021 to wards 2024, open geography portal",
            rank=6,
            columns=("LSOA21CD", "WD24CD", "LAD24CD"),
            verified=False,
        ),
    ),
    parse=parse,
)
