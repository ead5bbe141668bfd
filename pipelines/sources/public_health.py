"""Public health indicators (Fingertips): values for areas by sex and age, with limits and numbers of people.

Only whole populations are loaded: rows for a deprivation decile, an ethnic group and so on would count
people again. An indicator published for several ages becomes one measure for each age.
"""

import polars

from pipelines.errors import SourceChanged
from pipelines.measures import UNITS
from pipelines.observations import ENGLAND_ALL_SCHOOLS, gss_entity
from pipelines.sources.local_authority_tool import year_of
from pipelines.sources.long_table import (
    dictionary_code,
    group_code,
    observations_of,
    read_column,
    reject_many,
    reject_rows,
    snake_key,
)
from pipelines.sources.public_health_dictionary import CODE_BASE, indicator_key
from pipelines.sources.publication import Edition, Layout, Parsed, Recognised, Source
from pipelines.sources.reading import RawFile, TextTable, left_out_of, normal_name

_BY_AGE_BASE = 2_000_000_000
_EXTRACT = {
    "indicator": "IndicatorId",
    "area": "AreaCode",
    "sex": "Sex",
    "age": "Age",
    "category": "CategoryType",
    "period": "Year",
    "value": "Value",
    "lower": "LowerCI",
    "upper": "UpperCI",
    "count": "Count",
    "denominator": "Denominator",
}
_SERVICE = {
    "indicator": "Indicator ID",
    "name": "Indicator Name",
    "area": "Area Code",
    "area_name": "Area Name",
    "area_type": "Area Type",
    "sex": "Sex",
    "age": "Age",
    "category": "Category Type",
    "period": "Time period",
    "value": "Value",
    "lower": "Lower CI 95.0 limit",
    "upper": "Upper CI 95.0 limit",
    "count": "Count",
    "denominator": "Denominator",
}
_GROUPS = {"Persons": "persons", "Male": "male", "Female": "female"}
_KEY = ["measure", "entity", "year", "group"]
_EVERY_AGE = "All ages"


def _columns(table: TextTable) -> dict[str, str]:
    return _SERVICE if normal_name("Indicator Name") in table.positions else _EXTRACT


def edition(table: TextTable, file: RawFile) -> Edition:
    """The last period for which the file has values."""
    column = _columns(table)["period"]
    year = table.text([column]).select(_year(polars.col(column)).max()).item() or 0
    return Edition(label=f"values to {year}", year=year, release="final")


def _year(period: polars.Expr) -> polars.Expr:
    """The year a period ends in: "2022/23" → 2023, "2020/21 - 22/23" → 2023, "2023 Q1" → null."""
    return year_of(period.str.replace_all(r"\s*-\s*", "-").str.strip_chars())


def parse(found: Recognised) -> Parsed:
    """Reads the values; areas are numbered by their nine-character codes, England as the country.

    Raises:
        SourceChanged: nothing can be read.
    """
    columns, where = _columns(found.table), found.table.where
    text = found.table.text(list(columns.values())).rename({old: new for new, old in columns.items()})
    text = text.with_columns(polars.exclude("row").str.strip_chars().replace("", None))
    text = text.with_columns(polars.col("age").fill_null(_EVERY_AGE))
    if "name" not in text.columns:
        text = text.with_columns(polars.lit(None, polars.String).alias("name"))
    rejects = left_out_of(found.table)
    whole = polars.col("category").is_null()
    parts = text.filter(~whole)
    if parts.height:
        rejects.append(
            reject_many(parts, columns["category"], "people counted again by a category", "the rows were not loaded")
        )
    rows = _known(_measured(text.filter(whole)), columns, rejects)
    if rows.is_empty():
        raise SourceChanged(
            "no row is about an indicator, area and year that we know",
            where=f"{where}, columns {columns['indicator']}, {columns['area']}, {columns['period']}",
            next_step="fetch the file again, or declare what changed in pipelines/sources/public_health.py",
        )
    rows = _unambiguous(rows, columns, rejects)
    read = read_column(rows, "value", family=found.source.family, unit=UNITS["number"], where=where, series="measure")
    facts = rows.with_columns(
        read.values.alias("value"),
        read.symbols.alias("symbol"),
        polars.col("measure_code").alias("measure"),
        polars.col("group").replace_strict(
            {group: group_code(group) for group in _GROUPS.values()}, return_dtype=polars.UInt8
        ),
    ).filter(read.keep)
    return Parsed(
        observations=(observations_of(facts, n="denominator", lower="lower", upper="upper"),),
        tables={"indicator": _indicators(rows)},
        rejects=[*rejects, *read.rejects],
        held_back=read.held_back,
    )


def _measured(rows: polars.DataFrame) -> polars.DataFrame:
    """Adds `measure` and `measure_code`: the indicator's, or its own for each age where it has several."""
    ages = (
        rows.group_by("indicator")
        .agg(polars.col("age").drop_nulls().unique().sort())
        .with_columns((polars.col("age").list.len() > 1).alias("several"))
        .explode("age")
    )
    pairs = ages.with_columns(indicator_key(polars.col("indicator")).alias("measure"))
    keys, codes = [], []
    for number, age, several, measure in pairs.select("indicator", "age", "several", "measure").iter_rows():
        by_age = several and age != _EVERY_AGE
        key = snake_key(measure, age) if by_age else measure
        keys.append(key)
        plain = CODE_BASE + int(number) if (number or "").isdigit() else None
        codes.append(dictionary_code(_BY_AGE_BASE, key) if by_age else plain)
    pairs = pairs.with_columns(
        polars.Series("measure", keys, dtype=polars.String),
        polars.Series("measure_code", codes, dtype=polars.UInt32),
    ).drop("several")
    return rows.join(pairs, on=["indicator", "age"], how="left", nulls_equal=True, maintain_order="left")


def _known(rows: polars.DataFrame, columns: dict[str, str], rejects: list) -> polars.DataFrame:
    """Adds `entity`, `year` and `group`, and rejects rows for which one of them is not known."""
    england = polars.lit(ENGLAND_ALL_SCHOOLS, polars.Int32)
    area = polars.col("area")
    rows = rows.with_columns(
        polars.when(area == "E92000001").then(england).otherwise(gss_entity(area)).alias("entity"),
        _year(polars.col("period")).alias("year"),
        polars.col("sex").replace_strict(_GROUPS, default=None, return_dtype=polars.String).alias("group"),
    )
    for needed, column, reason in (
        ("measure_code", "indicator", "no number of an indicator"),
        ("entity", "area", "an area without a nine-character code"),
        ("year", "period", "a period that is no year"),
        ("group", "sex", "people of another sex than persons, male and female"),
    ):
        bad = rows.filter(polars.col(needed).is_null())
        if bad.height:
            rejects.append(reject_rows(bad, columns[column], polars.col(column), reason, "the row was not loaded"))
            rows = rows.drop_nulls(needed)
    return rows


def _unambiguous(rows: polars.DataFrame, columns: dict[str, str], rejects: list) -> polars.DataFrame:
    """Rejects rows that give one area, year and sex several values (quarters whose name is not printed).

    A row that only says again what another says is left out, and the other is kept.
    """
    said = polars.struct(*_KEY, "value", "lower", "upper", "denominator")
    again = rows.filter(~said.is_first_distinct())
    if again.height:
        rejects.append(
            reject_rows(again, columns["value"], polars.col("value"), "the same row again", "the first is kept")
        )
        rows = rows.filter(said.is_first_distinct())
    several = polars.struct(_KEY).is_duplicated()
    alike = rows.filter(several)
    if alike.height == 0:
        return rows
    rejects.append(
        reject_rows(
            alike,
            columns["value"],
            polars.concat_str("indicator", "area", "period", "value", separator=", ", ignore_nulls=True),
            "several values for the same area, year and sex",
            "none of them was loaded",
        )
    )
    return rows.filter(~several)


def _indicators(rows: polars.DataFrame) -> polars.DataFrame:
    by_age = polars.col("measure").str.contains(r"^fingertips_\d+_")
    named = polars.coalesce("name", polars.concat_str(polars.lit("Indicator "), polars.col("indicator")))
    return (
        rows.group_by("measure", "measure_code", maintain_order=True)
        .agg(polars.col("row").min(), polars.col("indicator", "name", "age").first())
        .select(
            "row",
            "measure_code",
            "measure",
            polars.when(by_age)
            .then(polars.concat_str(named, polars.lit(", aged "), polars.col("age")))
            .otherwise(named)
            .alias("label"),
            polars.when(by_age)
            .then(polars.concat_str(polars.lit("Part of "), indicator_key(polars.col("indicator")), polars.lit(".")))
            .alias("definition"),
        )
    )


SOURCE = Source(
    key="public_health",
    title="Public health indicators (Fingertips)",
    publisher="Office for Health Improvement and Disparities",
    landing_page="https://fingertips.phe.org.uk/",
    family="any",
    edition=edition,
    order=45,
    updates="through the year; each indicator once a year or every three months",
    layouts=(
        Layout(
            key="extract without names",
            columns=tuple(_EXTRACT.values()),
        ),
        Layout(
            key="from the service",
            columns=tuple(_SERVICE.values()),
            rank=1,
            verified=False,
        ),
    ),
    parse=parse,
)
