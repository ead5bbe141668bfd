"""Local Authority Interactive Tool (LAIT): some 430 figures about children for every authority, by year.

A label of a period becomes the year it ends in ("2016-17" and "2016/17" → 2017, "2014-16" → 2016); which
measures have financial, calendar or three-year periods is said in the tool's dictionary and in the indicator.
"(OT)" marks outturn, as against planned, spending.
"""

import polars

from pipelines.errors import SourceChanged
from pipelines.measures import MEASURE_CODES, MEASURES, UNITS, Published
from pipelines.observations import ENGLAND_STATE_FUNDED, REGIONS, gss_entity, la_entity
from pipelines.sources.authority_codes import region_named
from pipelines.sources.long_table import (
    dictionary_code,
    group_code,
    observations_of,
    read_column,
    reject_rows,
    snake_key,
)
from pipelines.sources.publication import Edition, Layout, Parsed, Recognised, Source
from pipelines.sources.reading import RawFile, TextTable, left_out_of

CODE_BASE = 1_000_000_000
"""Measures of the tool are numbered from here by a checksum of their key (its own codes are not unique)."""

PREFIX = "lait"
_COLUMNS = ("Short Desc", "Data item", "Years", "LA and Regions", "Values", "LA Number", "Region")
_REGION_CODES = {
    **{name.lower(): code for name, code in REGIONS.items()},
    "london (inner)": "E13000001",
    "london (outer)": "E13000002",
}
"""Regions, and the two parts of London that the tool lists beside them (ONS register of geographic codes)."""

_RELEASES = {"final": 0, "rev": 1, "revised": 1, "": 2, "ot": 2, "prov": 3, "provisional": 3}
"""Of two labels for one year the smaller number is kept: final before revised, plain and provisional."""


def year_of(label: polars.Expr) -> polars.Expr:
    """The year a label ends in, or null: "2016/17-18/19" → 2019, "2024 (Rev)" → 2024, "0" → null."""
    plain = label.str.replace(r"\s*\([^)]*\)\s*$", "").str.strip_chars()
    first = plain.str.extract(r"^((?:19|20)\d\d)", 1).cast(polars.Int32)
    last = plain.str.extract(r"[-/](\d{4}|\d{2})$", 1).cast(polars.Int32, strict=False)
    century = first // 100 * 100
    ending = polars.when(last > 999).then(last).otherwise(century + last)
    ending = polars.when(ending < first).then(ending + 100).otherwise(ending)
    known = plain.str.contains(r"^(?:19|20)\d\d(?:[-/](?:\d{4}|\d\d)){0,3}$")
    year = polars.coalesce(ending, first)
    return polars.when(known & (year - first <= 5)).then(year).cast(polars.UInt16)


def measure_codes(names: polars.Series, where: str) -> polars.DataFrame:
    """`name`, `measure` (key) and `measure_code` of each short name of the tool.

    Raises:
        SourceChanged: two names come to the same key or number.
    """
    distinct = names.unique().sort()
    keys = [snake_key(PREFIX, name) for name in distinct]
    codes = [dictionary_code(CODE_BASE, key) for key in keys]
    if len(set(codes)) < len(codes):
        twice = sorted({key for key, code in zip(keys, codes) if codes.count(code) > 1})
        raise SourceChanged(
            f"two measures of the tool get the same key or number: {', '.join(twice[:4])}",
            where=where,
            next_step="tell their names apart in pipelines/sources/local_authority_tool.py",
        )
    return polars.DataFrame(
        {"name": distinct, "measure": keys, "measure_code": codes},
        schema_overrides={"measure_code": polars.UInt32},
    )


def edition(table: TextTable, file: RawFile) -> Edition:
    """The last year for which the file has values."""
    labels = table.text(["Years"])["Years"].unique()
    year = labels.to_frame().select(year_of(polars.col("Years"))).to_series().max() or 0
    return Edition(label=f"values to {year}", year=year, release="final")


def parse(found: Recognised) -> Parsed:
    """Reads values of authorities, regions and England; "-" is the tool's sign for no value.

    Raises:
        SourceChanged: nothing can be read, or one label of a measure has two values for an area.
    """
    where = found.table.where
    text = found.table.text(list(_COLUMNS))
    text = text.with_columns(polars.exclude("row").str.strip_chars())
    measures = measure_codes(text["Short Desc"], where)
    labels = text["Years"].unique().to_frame().select("Years", year_of(polars.col("Years")).alias("year"))
    areas = text.select("LA and Regions", "LA Number").unique().with_columns(_entity().alias("entity"))
    rows = (
        text.join(measures.rename({"name": "Short Desc"}), on="Short Desc", how="left", maintain_order="left")
        .join(labels, on="Years", how="left", maintain_order="left")
        .join(areas, on=["LA and Regions", "LA Number"], how="left", maintain_order="left")
    )
    rejects = left_out_of(found.table)
    rows = _left_out(rows, "entity", "LA and Regions", "area that we do not know", rejects)
    rows = _left_out(rows, "year", "Years", "a period that cannot be read", rejects)
    if rows.is_empty():
        raise SourceChanged(
            "no row is about an area and a year that we know",
            where=f"{where}, columns LA and Regions, Years",
            next_step="fetch the file again; if it changed, declare that in local_authority_tool.py",
        )
    rows = _one_release(_once(rows, where, rejects), rejects)
    read = read_column(rows, "Values", family=found.source.family, unit=UNITS["number"], where=where, series="measure")
    rows = rows.with_columns(
        read.values.alias("value"),
        read.symbols.alias("symbol"),
        polars.lit(group_code("all"), polars.UInt8).alias("group"),
    ).filter(read.keep)
    numbered = rows.with_columns(polars.col("measure_code").alias("measure"))
    return Parsed(
        observations=(observations_of(numbered), observations_of(_of_the_catalogue(numbered))),
        tables={"indicator": _indicators(rows), "local_authority": _authorities(rows)},
        rejects=[*rejects, *read.rejects],
        held_back=read.held_back,
        notes=_several_years(rows),
    )


def _of_the_catalogue(rows: polars.DataFrame) -> polars.DataFrame:
    """The same figures once more, as those measures of the catalogue that name them for areas (`Published.areas`)."""
    named = [
        (short, MEASURE_CODES[measure.key], group_code(group))
        for measure in MEASURES.values()
        if isinstance(measure.origin, Published)
        for group, short in measure.origin.areas.items()
    ]
    schema = {"Short Desc": polars.String, "measure": polars.UInt32, "group": polars.UInt8}
    wanted = polars.DataFrame(named, schema=schema, orient="row").with_columns(_without_case("Short Desc"))
    return (
        rows.drop("measure", "group")
        .with_columns(_without_case("Short Desc"))
        .join(wanted, on="Short Desc", how="inner", maintain_order="left")
    )


def _without_case(column: str) -> polars.Expr:
    return polars.col(column).str.to_lowercase()


def _entity() -> polars.Expr:
    name, number = polars.col("LA and Regions"), polars.col("LA Number")
    region = name.str.to_lowercase().replace_strict(_REGION_CODES, default=None, return_dtype=polars.String)
    authority = number.str.contains(r"^[2-9]\d\d(\.0)?$")
    return (
        polars.when(name == "England")
        .then(polars.lit(ENGLAND_STATE_FUNDED, polars.Int32))
        .when(region.is_not_null())
        .then(gss_entity(region))
        .when(authority)
        .then(la_entity(number))
    )


def _left_out(rows, needed: str, column: str, reason: str, rejects: list) -> polars.DataFrame:
    bad = rows.filter(polars.col(needed).is_null())
    if bad.height:
        rejects.append(reject_rows(bad, column, polars.col(column), reason, "the row was not loaded"))
    return rows.drop_nulls(needed)


def _once(rows: polars.DataFrame, where: str, rejects: list) -> polars.DataFrame:
    """Leaves out rows that say the same again."""
    key = ["measure", "Years", "entity"]
    doubled = rows.filter(polars.struct(key).is_duplicated())
    if doubled.is_empty():
        return rows
    clash = doubled.unique([*key, "Values"]).filter(polars.struct(key).is_duplicated()).sort("row")
    if clash.height:
        raise SourceChanged(
            f"{clash['measure'][0]} of {clash['Years'][0]} has two values for {clash['LA and Regions'][0]}",
            where=f"{where}, rows {', '.join(map(str, clash['row'].head(2)))}",
            next_step="find out which is right and remove the other",
        )
    again = doubled.filter(~polars.struct(key).is_first_distinct())
    rejects.append(reject_rows(again, "", polars.col("measure"), "the same row again", "the first is kept"))
    return rows.join(again.select("row"), on="row", how="anti", maintain_order="left")


def _one_release(rows: polars.DataFrame, rejects: list) -> polars.DataFrame:
    """Where two labels of a measure name one year, keeps the later release and rejects the other."""
    key = ["measure", "year", "entity"]
    doubled = polars.struct(key).is_duplicated()
    if not rows.select(doubled.any()).item():
        return rows
    mark = polars.col("Years").str.extract(r"\(([^)]*)\)\s*$", 1).fill_null("").str.to_lowercase()
    order = mark.replace_strict(_RELEASES, default=9, return_dtype=polars.Int8)
    rows = rows.with_columns(order.alias("order"))
    first = polars.struct("order", "row").rank("ordinal").over(key) == 1
    superseded = rows.filter(~first)
    rejects.append(
        reject_rows(
            superseded,
            "Years",
            polars.concat_str("measure", "Years", separator=", "),
            "superseded by a later release in the same file",
            "the row was not loaded",
        )
    )
    return rows.filter(first)


def _indicators(rows: polars.DataFrame) -> polars.DataFrame:
    """A row for each measure with the name it has beside its values; the dictionary says the rest."""
    return (
        rows.group_by("measure", "measure_code", maintain_order=True)
        .agg(
            polars.col("row").min(),
            polars.col("Data item").replace("", None).drop_nulls().first().alias("item"),
            polars.col("Short Desc").first().alias("short"),
        )
        .select(
            "row",
            "measure_code",
            "measure",
            polars.coalesce("item", "short").alias("label"),
        )
    )


def _several_years(rows: polars.DataFrame) -> list[str]:
    """A note that names the measures whose figures count several years together."""
    starts = polars.col("Years").str.slice(0, 4).cast(polars.Int32, strict=False)
    several = rows.filter(polars.col("year").cast(polars.Int32) - starts > 1)
    names = several["Short Desc"].unique().sort().to_list()
    return [f"several years together, shown under the last: {', '.join(names)}"] if names else []


def _authorities(rows: polars.DataFrame) -> polars.DataFrame:
    named = polars.col("LA Number").str.strip_suffix(".0")
    return (
        rows.filter(polars.col("entity").is_between(10_000_000, 10_999_999))
        .group_by("entity")
        .agg(polars.col("row").min(), polars.col("LA Number", "LA and Regions", "Region").first())
        .sort("row")
        .select(
            "row",
            named.alias("la_code"),
            polars.col("LA and Regions").alias("la_name"),
            region_named(polars.col("Region")).alias("region"),
        )
    )


SOURCE = Source(
    key="local_authority_tool",
    title="Local Authority Interactive Tool",
    publisher="Department for Education",
    landing_page="https://www.gov.uk/government/publications/local-authority-interactive-tool-lait",
    family="local authority tool",
    edition=edition,
    order=35,
    updates="through the year, as each publication behind it comes out",
    layouts=(
        Layout(
            key="values",
            columns=_COLUMNS,
        ),
    ),
    parse=parse,
)
