"""What the school performance tables share: whom a row is about, and how a wide table is read."""

import difflib
from dataclasses import replace

import polars

from pipelines.errors import SourceChanged
from pipelines.observations import (
    ENGLAND_ALL_SCHOOLS,
    ENGLAND_STATE_FUNDED,
    cells_in,
    declared_cells,
    la_entity,
    observe,
    urn_number,
)
from pipelines.sources.publication import Parsed, Recognised
from pipelines.sources.reading import left_out_of

MAINSTREAM_AND_SPECIAL = ("1", "2")

SCHOOL_TYPES: dict[str, tuple[str, str]] = {
    "CY": ("Community school", "Local authority maintained schools"),
    "VA": ("Voluntary aided school", "Local authority maintained schools"),
    "VC": ("Voluntary controlled school", "Local authority maintained schools"),
    "FD": ("Foundation school", "Local authority maintained schools"),
    "CYS": ("Community special school", "Special schools"),
    "FDS": ("Foundation special school", "Special schools"),
    "NMSS": ("Non-maintained special school", "Special schools"),
    "AC": ("Academy sponsor led", "Academies"),
    "ACC": ("Academy converter", "Academies"),
    "ACS": ("Academy special sponsor led", "Academies"),
    "ACCS": ("Academy special converter", "Academies"),
    "CTC": ("City technology college", "Academies"),
    "F": ("Free schools", "Free Schools"),
    "FS": ("Free schools special", "Free Schools"),
    "IND": ("Other independent school", "Independent schools"),
    "INDSPEC": ("Other independent special school", "Independent schools"),
}
"""NFTYPE as printed → type and group of type (labels of the key stage 2 table of 2018-19; abbreviations list)."""


def rows_by_record_type(found: Recognised, *, la: str, all_schools: str, state_funded: str) -> tuple:
    """Whom each row of a performance table is about, by RECTYPE, which differs by key stage (QUIRKS 3).

    Args:
        la, all_schools, state_funded: the record types of the authority row and of the two England rows.

    Returns:
        rows (`row`, `entity`, `year`, `urn`, `la_code`, `name`) and rejects.

    Raises:
        SourceChanged: a school stands twice with different cells.
    """
    columns = ["RECTYPE", "LEA", "ESTAB", "URN", "SCHNAME"]
    if found.table.has("NFTYPE"):
        columns.append("NFTYPE")
    frame = found.table.text(columns).with_columns(polars.exclude("row").str.strip_chars())
    record = polars.col("RECTYPE")
    entity = (
        polars.when(record.is_in(MAINSTREAM_AND_SPECIAL))
        .then(urn_number(polars.col("URN")))
        .when(record == la)
        .then(la_entity(polars.col("LEA")))
        .when(record == all_schools)
        .then(polars.lit(ENGLAND_ALL_SCHOOLS, polars.Int32))
        .when(record == state_funded)
        .then(polars.lit(ENGLAND_STATE_FUNDED, polars.Int32))
    )
    rows = frame.with_columns(entity.alias("entity"), polars.lit(found.edition.year, polars.UInt16).alias("year"))
    return settle_rows(found, rows)


def settle_rows(
    found: Recognised, rows: polars.DataFrame, *, key: tuple[str, ...] = ("entity", "year"), first: bool = True
) -> tuple[polars.DataFrame, list[polars.DataFrame]]:
    """Takes out blank rows, rows about nobody we know, and rows that say the same twice.

    Args:
        first: False when other rows of the table have been settled before, so that what the table itself
            leaves out is not reported again.

    Returns:
        the rows to read, and what was rejected, row by row with the reason.

    Raises:
        SourceChanged: two rows about the same school differ, so that neither can be believed.
    """
    cells = [name for name, kind in rows.schema.items() if kind == polars.String]
    blank = polars.all_horizontal([polars.col(name).fill_null("") == "" for name in cells])
    shown = polars.concat_str([polars.col(name) for name in cells[:5]], separator=",", ignore_nulls=True)

    def rejected(which: polars.DataFrame, reason: str) -> polars.DataFrame:
        return which.select(
            "row",
            polars.lit("").alias("column_name"),
            shown.str.slice(0, 200).alias("value"),
            polars.lit(reason).alias("reason"),
            polars.lit("the row was not loaded").alias("consequence"),
        )

    empty = rows.filter(blank)
    no_one = polars.any_horizontal(polars.col("entity", "year").is_null())
    unknown = rows.filter(~blank & no_one)
    rows = rows.filter(~no_one)
    doubled = rows.filter(polars.struct(key).is_duplicated())
    rejects = [
        rejected(frame, reason)
        for frame, reason in ((empty, "blank row"), (unknown, "row about no school or area we know"))
        if frame.height
    ]
    if doubled.height:
        full = found.table.every_cell().filter(polars.col("row").is_in(doubled["row"].implode()))
        compared = full.join(doubled.select("row", *(polars.col(name).alias(f"key {name}") for name in key)), on="row")
        distinct = compared.unique(subset=[c for c in compared.columns if c != "row"])
        named = [f"key {name}" for name in key]
        clash = distinct.filter(polars.struct(named).is_duplicated()).sort("row")
        if clash.height:
            entity = clash["key entity"][0]
            pair = clash.filter(polars.col("key entity") == entity)["row"].to_list()
            raise SourceChanged(
                f"{entity} stands more than once with different results",
                where=f"{found.table.where}, rows {', '.join(map(str, pair[:5]))}",
                next_step="find out which row is right and remove the other from the file",
            )
        again = doubled.filter(~polars.struct(key).is_first_distinct())
        rejects.append(rejected(again, "the same row again"))
        rows = rows.join(again.select("row"), on="row", how="anti", maintain_order="left")
    if first:
        rejects += left_out_of(found.table)
    return rows, rejects


def area_groups() -> dict[str, str]:
    """ESTAB of a total row → the group of pupils it is about."""
    return {"PRI": "in_primary_schools", "SEC": "in_secondary_schools", "SPE": "in_special_schools"}


def parse_with_totals_by_phase(found: Recognised) -> Parsed:
    """Reads a table of schools (LA, ESTAB, URN) whose totals stand by phase of school.

    ESTAB = PRI, SEC or SPE is a total: of England where the URN or the authority is printed as NAT, else of
    the authority (QUIRKS 3).
    """
    frame = found.table.text(["URN", "LA", "ESTAB"]).with_columns(polars.exclude("row").str.strip_chars())
    is_total = polars.col("ESTAB").is_in(list(area_groups()))
    entity = (
        polars.when(~is_total)
        .then(urn_number(polars.col("URN")))
        .when((polars.col("URN") == "NAT") | (polars.col("LA") == "NAT"))
        .then(polars.lit(ENGLAND_STATE_FUNDED, polars.Int32))
        .otherwise(la_entity(polars.col("LA")))
    )
    rows = frame.with_columns(
        entity.alias("entity"),
        polars.lit(found.edition.year, polars.UInt16).alias("year"),
        polars.when(is_total).then(polars.col("ESTAB")).alias("area_group"),
    )
    rows, rejects = settle_rows(found, rows, key=("entity", "year", "area_group"))
    mentions = rows.filter(polars.col("area_group").is_null()).select(
        "row",
        polars.col("entity").alias("urn"),
        polars.col("LA").alias("la_code"),
        polars.col("ESTAB").alias("establishment_number"),
    )
    return read_with_area_groups(found, rows, rejects, mentions)


def read_with_area_groups(
    found: Recognised, rows: polars.DataFrame, rejects: list[polars.DataFrame], mentions: polars.DataFrame
) -> Parsed:
    """Observes a table whose totals stand by phase of school: school rows as they are, totals as groups."""
    cells = cells_in(found.table, found.source.key, found.edition.year)
    schools = observe(found.table, cells, rows.filter(polars.col("area_group").is_null()), family=found.source.family)
    parts = [schools]
    for code, group in area_groups().items():
        of_group = rows.filter(polars.col("area_group") == code)
        if of_group.height:
            whole = [replace(cell, group=group) for cell in cells if cell.group == "all"]
            parts.append(observe(found.table, whole, of_group, family=found.source.family))
    parsed = Parsed(
        observations=(frame for part in parts for frame in part.frames),
        rejects=_Joined(rejects, *(part.rejects for part in parts)),
        held_back=_Joined([], *(part.held_back for part in parts)),
    )
    parsed.tables["school_mention"] = mentions.filter(polars.col("urn").is_not_null())
    return parsed


def schools_named(rows: polars.DataFrame) -> polars.DataFrame:
    """The schools a performance table names: `row`, `urn`, `la_code`, `establishment_number`, `name`, type."""
    kind = polars.col("NFTYPE") if "NFTYPE" in rows.columns else polars.lit(None, dtype=polars.String)

    def typed(position: int) -> polars.Expr:
        names = {code: names[position] for code, names in SCHOOL_TYPES.items()}
        return kind.replace_strict(names, default=None, return_dtype=polars.String)

    return (
        rows.filter(polars.col("entity") < 1_000_000)
        .select(
            typed(0).alias("type"),
            typed(1).alias("type_group"),
            "row",
            polars.col("entity").alias("urn"),
            polars.col("LEA").alias("la_code"),
            polars.col("ESTAB").alias("establishment_number"),
            polars.col("SCHNAME").alias("name"),
        )
        .with_columns(polars.exclude("row", "urn").replace("", None))
    )


def read_wide(
    found: Recognised, rows: polars.DataFrame, rejects: list[polars.DataFrame], *, catalogue: str | None = None
) -> Parsed:
    """Observes every declared column of a wide table for these rows.

    Args:
        catalogue: key of the publication under which the catalogue declares the columns, where it is
            another one (a provisional release prints the columns of the final one).
    """
    source, year = catalogue or found.source.key, found.edition.year
    notes = _missing_columns(found, source, year)
    observed = observe(found.table, cells_in(found.table, source, year), rows, family=found.source.family)
    parsed = Parsed(
        observations=observed.frames,
        rejects=_Joined(rejects, observed.rejects),
        held_back=observed.held_back,
        notes=notes,
    )
    parsed.tables["school_mention"] = schools_named(rows)
    return parsed


def _missing_columns(found: Recognised, source: str, year: int) -> list[str]:
    """Columns that the catalogue declares for a full-width table and that it lacks."""
    first, last = found.layout.complete or (0, -1)
    if not found.layout.key.startswith("full width"):
        return []
    missing = sorted({cell.column for cell in declared_cells(source, year) if not found.table.has(cell.column)})
    if not missing:
        return []
    names = sorted(found.table.positions)
    hints = [
        f"{name} (nearest here: {near[0]})" if (near := difflib.get_close_matches(name, names, n=1)) else name
        for name in missing[:8]
    ]
    more = f" and {len(missing) - 8} more" if len(missing) > 8 else ""
    what = f"the {found.source.title} table of {found.edition.label} lacks {', '.join(hints)}{more}"
    if first <= year <= last:
        raise SourceChanged(
            what,
            where=f"{found.table.where}, row 1",
            next_step="fetch the file again; if the publisher renamed a column, declare it in the catalogue",
        )
    return [f"{what}: not loaded, not guessed"]


class _Joined(list):
    """Rejects known before the cells are read, followed by those that reading them brings."""

    def __init__(self, first: list, *later: list) -> None:
        super().__init__(first)
        self._later = later

    def __iter__(self):
        yield from super().__iter__()
        for more in self._later:
            yield from more
