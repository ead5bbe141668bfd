"""What Ofsted's list says of the schools themselves, as entries of the register.

It tells the type of special schools and pupil referral units, which the light register does not, and holds
schools that are open on its day: of those of August 2025 none was closed in the register of June 2024.
"""

import polars

from pipelines.sources.cells import read_dates, read_whole_numbers, reject, text_or_nothing
from pipelines.sources.publication import Parsed, Recognised

_COLUMNS = {
    "School name": "name",
    "Type of education": "type",
    "School open date": "open_date",
    "Statutory lowest age": "low_age",
    "Statutory highest age": "high_age",
    "Designated religious character": "religious_character",
    "Total number of pupils": "pupils",
    "Postcode": "postcode",
    "Region": "region",
    "Multi-academy trust name": "trust",
}
_MADE = ("la_code", "establishment_number", "type_group", "status", "phase")
_NUMBERS = {"low_age": (0, 30), "high_age": (0, 99), "pupils": (0, 20_000)}
_REGISTER_TYPES = {
    "La nursery school": "Local authority nursery school",
    "Free school": "Free schools",
    "Free school special": "Free schools special",
    "Free school - alternative provision": "Free schools alternative provision",
    "Studio school": "Studio schools",
}
"""Types in Ofsted's words → in the register's, which are otherwise the same but for capitals."""
_TYPE_GROUPS = (
    ("Academy", "Academies"),
    ("Free schools|Studio schools|University technical college", "Free Schools"),
    ("City technology college", "Independent schools"),
    ("special", "Special schools"),
    ("Community|Voluntary|Foundation|nursery|Pupil referral", "Local authority maintained schools"),
)
"""What a type's name holds → its group in the register; the first that fits."""


def register_entries(found: Recognised, rows: polars.DataFrame, parsed: Parsed) -> polars.DataFrame:
    """Register entries from the list's own columns.

    Authorities are taken by code, since Ofsted spells some of their names otherwise than the register does.

    Args:
        rows: `row` and `urn` of the rows to take.
    """
    wanted = {column: name for column, name in _COLUMNS.items() if found.table.has(column)}
    text = found.table.text(["LAESTAB", "Local authority", "Ofsted phase", *wanted]).rename(wanted)
    frame = rows.join(text, on="row", how="left", maintain_order="left")
    texts = [name for name in wanted.values() if name not in ("open_date", *_NUMBERS)]
    frame = frame.with_columns(text_or_nothing(name) for name in texts)
    if "open_date" in frame.columns:
        frame = read_dates(frame, ["open_date"], parsed.rejects)
    numbers = {name: limits for name, limits in _NUMBERS.items() if name in frame.columns}
    frame = read_whole_numbers(frame, numbers, parsed.rejects) if numbers else frame
    kind = polars.col("type")
    kind = kind.str.slice(0, 1).str.to_uppercase() + kind.str.slice(1).str.to_lowercase()
    frame = _with_la_code(frame, parsed).with_columns(kind.replace(_REGISTER_TYPES).alias("type"))
    return frame.with_columns(
        _type_group().alias("type_group"),
        polars.lit("open").alias("status"),
        _phase(frame).alias("phase"),
        *([polars.col("postcode").str.to_uppercase()] if "postcode" in frame.columns else []),
    ).select("row", "urn", *_MADE, *wanted.values())


def _with_la_code(frame: polars.DataFrame, parsed: Parsed) -> polars.DataFrame:
    """Authority and establishment number from LAESTAB, unless its code is not that of the authority named.

    The code of an authority is the one that most of the schools with its name have.
    """
    number = polars.col("LAESTAB").str.strip_chars().str.strip_suffix(".0")
    code = polars.when(number.str.contains(r"^\d{7}$")).then(number.str.slice(0, 3))
    named = polars.col("Local authority").str.strip_chars()
    frame = frame.with_columns(code.alias("la_code"), named.alias("named"))
    usual = frame.group_by("named").agg(polars.col("la_code").drop_nulls().mode().sort().first().alias("usual"))
    frame = frame.join(usual, on="named", how="left", maintain_order="left")
    own = (polars.col("la_code") == polars.col("usual")).fill_null(False)
    other = frame.filter(~own)
    if other.height:
        reason = "a number that is not of the authority in this row"
        parsed.rejects.append(reject(other, "LAESTAB", reason, "the authority is left to the register"))
    return frame.with_columns(
        polars.when(own).then(polars.col("la_code")).alias("la_code"),
        polars.when(own).then(number.str.slice(3)).alias("establishment_number"),
    )


def _type_group() -> polars.Expr:
    found = polars.lit(None, polars.String)
    for pattern, group in reversed(_TYPE_GROUPS):
        found = polars.when(polars.col("type").str.contains(pattern)).then(polars.lit(group)).otherwise(found)
    return found


def _phase(frame: polars.DataFrame) -> polars.Expr:
    """Phase in the register's words.

    Ofsted counts all-through and most middle schools as secondary and some middle schools as primary; the
    ages tell them apart, and without ages a secondary school's phase is left to the register.
    """
    phase = polars.col("Ofsted phase").str.strip_chars().str.to_lowercase()
    ages = {"low_age", "high_age"} <= set(frame.columns)
    unknown = polars.lit(None, polars.Int32)
    low, high = (polars.col("low_age"), polars.col("high_age")) if ages else (unknown, unknown)
    middle = (low >= 8) & (low <= 10) & high.is_between(12, 14)
    return (
        polars.when(phase == "nursery").then(polars.lit("nursery"))
        .when(phase == "special").then(polars.lit("special"))
        .when(phase == "pru").then(polars.lit("alternative provision"))
        .when(phase.is_in(["primary", "secondary"]) & middle).then(polars.lit("middle"))
        .when(phase == "primary").then(polars.lit("primary"))
        .when((phase == "secondary") & (low <= 7)).then(polars.lit("all-through"))
        .when((phase == "secondary") & low.is_not_null()).then(polars.lit("secondary"))
    )  # fmt: skip
