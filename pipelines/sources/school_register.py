"""The register of schools (Get Information about Schools): who, where, what kind, how big, open or closed.

Names of head teachers stand in the full download; their columns are never read.
"""

import dataclasses
import datetime
from itertools import chain

import numpy
import polars

from pipelines.observations import Cell, cells_in, observe, urn_number
from pipelines.sources.cells import as_date, read_dates, read_whole_numbers, reject, text_or_nothing
from pipelines.sources.performance_tables import settle_rows
from pipelines.sources.publication import (
    Edition,
    Layout,
    Parsed,
    Recognised,
    Source,
    school_year_in,
    school_year_label,
)
from pipelines.sources.reading import RawFile, TextTable, normal_name
from pipelines.sources.snapshots import school_year_of, snapshot_edition

_REGISTER_COLUMNS = {
    "URN": "urn",
    "LA (code)": "la_code",
    "LA (name)": "la_name",
    "EstablishmentNumber": "establishment_number",
    "EstablishmentName": "name",
    "PhaseOfEducation (name)": "published_phase",
    "TypeOfEstablishment (name)": "type",
    "EstablishmentTypeGroup (name)": "type_group",
    "EstablishmentStatus (name)": "status",
    "OpenDate": "open_date",
    "CloseDate": "close_date",
    "StatutoryLowAge": "low_age",
    "StatutoryHighAge": "high_age",
    "Gender (name)": "gender",
    "ReligiousCharacter (name)": "religious_character",
    "AdmissionsPolicy (name)": "admissions_policy",
    "SchoolCapacity": "capacity",
    "NumberOfPupils": "pupils",
    "Street": "street",
    "Town": "town",
    "Postcode": "postcode",
    "GOR (name)": "region",
    "DistrictAdministrative (name)": "district",
    "AdministrativeWard (name)": "ward",
    "UrbanRural (name)": "urban_rural",
    "GSSLACode (name)": "la_gss_code",
    "Easting": "easting",
    "Northing": "northing",
    "LSOA (code)": "lsoa_code",
    "Trusts (name)": "trust",
    "Federations (name)": "federation",
}
_SPINE_COLUMNS = {
    "URN": "urn",
    "LA": "la_code",
    "ESTAB": "establishment_number",
    "SCHNAME": "name",
    "NFTYPE": "type",
    "MINORGROUP": "type_group",
    "ICLOSE": "status",
    "OPENDATE": "open_date",
    "CLOSEDATE": "close_date",
    "AGEL": "low_age",
    "AGEH": "high_age",
    "GENDER": "gender",
    "RELDENOM": "religious_character",
    "ADMPOL": "admissions_policy",
    "STREET": "street",
    "TOWN": "town",
    "POSTCODE": "postcode",
    "ISPRIMARY": "is_primary",
    "ISSECONDARY": "is_secondary",
    "ISPOST16": "is_post16",
}
_NUMBERS = {
    "low_age": (0, 30),
    "high_age": (0, 99),
    "capacity": (0, 20_000),
    "pupils": (0, 20_000),
    "easting": (0, 700_000),
    "northing": (0, 1_300_000),
}
_STATUSES = {
    "open": "open",
    "closed": "closed",
    "proposed to open": "proposed to open",
    "open, but proposed to close": "open, but proposed to close",
    "0": "open",
    "1": "closed",
}
"""Status as published → status; the spine of the performance tables prints ICLOSE as 0 or 1."""

_PHASES = {
    "nursery": "nursery",
    "primary": "primary",
    "middle deemed primary": "middle",
    "middle deemed secondary": "middle",
    "secondary": "secondary",
    "all-through": "all-through",
    "all through": "all-through",
    "16 plus": "16 plus",
}


def phase_of(published: polars.Expr, kind: polars.Expr, low: polars.Expr, high: polars.Expr) -> polars.Expr:
    """Phase of a school from the published phase, its type and, where there is no phase, its ages.

    The register prints "Not applicable" for special schools, alternative provision and independent schools.
    The type tells the first two; for the rest the ages do, by a rule of our own that follows the key stages.
    Null where neither is in the table, so that an edition that knows more is not overruled.
    """
    kind, phase = kind.str.to_lowercase(), published.str.to_lowercase()
    by_ages = (
        polars.when(low >= 16).then(polars.lit("16 plus"))
        .when(high <= 5).then(polars.lit("nursery"))
        .when((low >= 8) & (low <= 10) & high.is_between(12, 14)).then(polars.lit("middle"))
        .when((low <= 7) & (high <= 13)).then(polars.lit("primary"))
        .when((low <= 7) & (high >= 15)).then(polars.lit("all-through"))
        .when((low >= 8) & (high >= 15)).then(polars.lit("secondary"))
    )  # fmt: skip
    return (
        polars.when(kind.str.contains("post 16|further education|sixth form")).then(polars.lit("16 plus"))
        .when(kind.str.contains("special")).then(polars.lit("special"))
        .when(kind.str.contains("pupil referral|alternative provision"))
        .then(polars.lit("alternative provision"))
        .when(phase.is_in(list(_PHASES))).then(phase.replace_strict(_PHASES, default=None))
        .when(kind.str.contains("nursery school")).then(polars.lit("nursery"))
        .when(kind.is_not_null() & low.is_not_null() & high.is_not_null()).then(by_ages)
        .when(kind.is_not_null() & (phase == "not applicable")).then(polars.lit("not applicable"))
    )  # fmt: skip


def parse(found: Recognised) -> Parsed:
    """Reads an edition of the register into `register_entry`, with capacity and roll as observations."""
    found = _with_spilled_rows(found)
    spine = found.layout.key == _SPINE
    wanted = {
        column: name
        for column, name in (_SPINE_COLUMNS if spine else _REGISTER_COLUMNS).items()
        if found.table.has(column)
    }
    rows = found.table.text(list(wanted)).with_columns(
        urn_number(polars.col("URN")).alias("entity"),
        polars.lit(found.edition.year, polars.UInt16).alias("year"),
    )
    rows, rejects = settle_rows(found, rows)
    parsed = Parsed(rejects=rejects)
    rows = rows.rename(wanted).with_columns(polars.col("entity").alias("urn"))
    dates = [name for name in ("open_date", "close_date") if name in rows.columns]
    texts = [name for name in wanted.values() if name not in ("urn", *dates, *_NUMBERS)]
    rows = rows.with_columns(text_or_nothing(name) for name in texts)
    rows = read_dates(rows, dates, rejects) if dates else rows
    limits = {name: limit for name, limit in _NUMBERS.items() if name in rows.columns}
    rows = read_whole_numbers(rows, limits, rejects) if limits else rows
    rows = _with_known_names(_with_known_codes(rows, rejects), rejects)
    parsed.tables["register_entry"] = _with_phase(rows, spine).select(
        "row", *[name for name in wanted.values() if name in _ENTRY], "phase"
    )
    if found.layout.key in _WITH_SIZES:
        parsed.observations = _sizes(found, rows, parsed)
    return parsed


def _with_spilled_rows(found: Recognised) -> Recognised:
    """A search download with its longer rows made readable.

    Linked establishments, its last column, is a list whose commas make further cells (69 of 1,096 rows in a
    download of 2022), so all cells before it stand where they should. A row whose status and number of free
    school meals are not in their places has its extra cell elsewhere and stays out.
    """
    table = found.table
    if table.too_long is None or table.positions.get(normal_name(_SPILLS)) != len(table.header) - 1:
        return found
    whole = dataclasses.replace(table, too_long=None)
    columns = ["EstablishmentStatus (name)", *(["FSM"] if table.has("FSM") else ["PercentageFSM"])]
    status, meals = (polars.col(column).str.strip_chars() for column in columns)
    in_place = status.str.to_lowercase().is_in(list(_STATUSES)) & meals.str.contains(r"^[\d.]*$")
    shifted = whole.text(columns).filter(~in_place)["row"].to_numpy() - 2
    still = numpy.zeros_like(table.too_long)
    still[shifted] = table.too_long[shifted]
    return dataclasses.replace(found, table=dataclasses.replace(table, too_long=still if still.any() else None))


_ENTRY = (set(_REGISTER_COLUMNS.values()) | set(_SPINE_COLUMNS.values())) - {
    "published_phase",
    "is_primary",
    "is_secondary",
    "is_post16",
}


def _with_known_codes(rows: polars.DataFrame, rejects: list[polars.DataFrame]) -> polars.DataFrame:
    """Status in our words and authority codes of three digits; other cells are rejected and left empty."""
    known = {"status": polars.col("status").str.to_lowercase().replace_strict(_STATUSES, default=None)}
    if "la_code" in rows.columns:
        code = polars.col("la_code").str.strip_suffix(".0")
        known["la_code"] = polars.when(code.str.contains(r"^\d{3}$")).then(code)
    if "postcode" in rows.columns:
        rows = rows.with_columns(polars.col("postcode").str.to_uppercase())
    for column, expression in known.items():
        read = rows.select(expression.alias(column))[column]
        broken = rows.filter(read.is_null() & rows[column].is_not_null())
        if broken.height:
            rejects.append(reject(broken.select("row", column), column, "not a value we know", "the cell has no value"))
        rows = rows.with_columns(read)
    return rows


def _with_known_names(rows: polars.DataFrame, rejects: list[polars.DataFrame]) -> polars.DataFrame:
    nameless = rows.filter(polars.col("name").is_null())
    if nameless.height:
        shown = nameless.select("row", polars.col("urn").cast(polars.String))
        rejects.append(reject(shown, "", "a school without a name", "the row was not loaded"))
    return rows.filter(polars.col("name").is_not_null())


def _with_phase(rows: polars.DataFrame, spine: bool) -> polars.DataFrame:
    if not spine:
        kinds = {"published_phase": polars.String, "type": polars.String}
        cells = [
            polars.col(name) if name in rows.columns else polars.lit(None, kinds.get(name, polars.Int32))
            for name in ("published_phase", "type", "low_age", "high_age")
        ]
        return rows.with_columns(phase_of(*cells).alias("phase"))
    stages = ("primary", "secondary", "post16")
    primary, secondary, post16 = (polars.col(f"is_{stage}") == "1" for stage in stages)
    published = (
        polars.when(primary & secondary).then(polars.lit("all-through"))
        .when(primary).then(polars.lit("primary"))
        .when(secondary).then(polars.lit("secondary"))
        .when(post16).then(polars.lit("16 plus"))
    )  # fmt: skip
    ages = polars.col("low_age"), polars.col("high_age")
    return rows.with_columns(phase_of(published, polars.col("type_group"), *ages).alias("phase"))


def _sizes(found: Recognised, rows: polars.DataFrame, parsed: Parsed):
    """Capacity of the edition's school year; pupils and their meals of the school year of the census day.

    A closed school, and one not yet open, has no size to state. A school without a census day has the one
    that most schools have.
    """
    day = found.edition.published
    rows = rows.filter(~polars.col("status").is_in(["closed", "proposed to open"]).fill_null(False))
    cells = cells_in(found.table, found.source.key, found.edition.year)
    capacity = [cell for cell in cells if cell.column == "SchoolCapacity"]
    counted = [cell for cell in cells if cell.column != "SchoolCapacity"]
    whom = rows.select("row", polars.col("urn").alias("entity")).with_columns(
        polars.lit(school_year_of(day), polars.UInt16).alias("year")
    )
    frames = [_observed(found, capacity, whom, parsed)]
    if found.table.has("CensusDate"):
        census = as_date(polars.col("CensusDate"))
        years = found.table.text(["CensusDate"]).select(
            "row", (census.dt.year() + (census.dt.month() >= 9)).cast(polars.UInt16).alias("counted")
        )
        whom = whom.join(years, on="row", how="left", maintain_order="left")
        usual = whom["counted"].drop_nulls().mode().sort(descending=True).first()
        whom = whom.with_columns(polars.coalesce("counted", polars.lit(usual), "year").alias("year"))
    frames.append(_observed(found, counted, whom, parsed))
    return chain.from_iterable(frames)


def _observed(found: Recognised, cells: list[Cell], whom: polars.DataFrame, parsed: Parsed):
    observed = observe(found.table, cells, whom, family=found.source.family)
    observed.rejects, observed.held_back = parsed.rejects, parsed.held_back
    return observed.frames


def _edition(table: TextTable, file: RawFile) -> Edition:
    """A register shows a day; the spine of the performance tables belongs to a school year."""
    year = school_year_in(file.name)
    if table.has("SCHNAME") and year:
        # The tables of a school year are final in the January after its results (unverified for each year).
        published = datetime.date(year + 1, 1, 31)
        return Edition(label=school_year_label(year), year=year, release="final", published=published)
    return snapshot_edition(table, file)


_SPINE = "spine of the performance tables"
_FULL = "every field"
_SEARCH = "search download"
_SPILLS = "Linked establishments"
_WITH_SIZES = (_FULL, _SEARCH)
_FULL_LAYOUT = Layout(
    key=_FULL,
    rank=5,
    columns=(
        "URN",
        "LA (code)",
        "LA (name)",
        "EstablishmentNumber",
        "EstablishmentName",
        "TypeOfEstablishment (name)",
        "EstablishmentTypeGroup (name)",
        "EstablishmentStatus (name)",
        "OpenDate",
        "CloseDate",
        "PhaseOfEducation (name)",
        "StatutoryLowAge",
        "StatutoryHighAge",
        "Gender (name)",
        "SchoolCapacity",
        "NumberOfPupils",
        "PercentageFSM",
        "Postcode",
    ),
)

SOURCE = Source(
    key="school_register",
    title="Register of schools",
    short_title="Register",
    publisher="Department for Education",
    landing_page="https://get-information-schools.service.gov.uk/Downloads",
    family="register",
    edition=_edition,
    updates="every day; the light register has open and closed schools with authorities by name only, the "
    "edition of May 2022 open primary and secondary schools only",
    order=40,
    layouts=(
        _FULL_LAYOUT,
        dataclasses.replace(_FULL_LAYOUT, key=_SEARCH, columns=(*_FULL_LAYOUT.columns, _SPILLS)),
        Layout(
            key="light",
            rank=1,
            columns=(
                "URN",
                "LA (name)",
                "EstablishmentName",
                "PhaseOfEducation (name)",
                "Gender (name)",
                "EstablishmentStatus (name)",
            ),
        ),
        Layout(
            key=_SPINE,
            rank=0,
            columns=("URN", "LA", "ESTAB", "SCHNAME", "ICLOSE", "NFTYPE", "MINORGROUP", "AGEL", "AGEH"),
            verified=False,
        ),
    ),
    parse=parse,
)
