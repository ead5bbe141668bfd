"""The authority's own results at five, six and seven: how many pupils of each school were assessed, and reached."""

import polars

from pipelines.measures import GROUP_CODES, MEASURE_CODES, MEASURES
from pipelines.measures.early_assessments import ASSESSMENTS, GROUPS_ASSESSED, SOURCE_KEY
from pipelines.observations import ENGLAND_STATE_FUNDED, FACT_SCHEMA, urn_number
from pipelines.sources.clusters import without
from pipelines.sources.publication import Edition, Layout, Parsed, Recognised, Source
from pipelines.sources.reading import RawFile, TextTable, left_out_of
from pipelines.symbols import REPORTED, symbols_of

COLUMNS = ("urn", "year", "assessment", "group", "pupils", "reached")
_SYMBOLS = symbols_of("performance tables")
_HIDDEN = "SUPP"
"""What stands for numbers that the authority does not give."""


def school_year(cell: polars.Expr) -> polars.Expr:
    """The summer year of "2025", "2024/25", "2024-25" or "2024/2025"; null for anything else."""
    first = cell.str.extract(r"^(\d{4})[/-]", 1).cast(polars.Int32)
    last = cell.str.extract(r"^\d{4}[/-](?:\d\d)?(\d\d)$", 1).cast(polars.Int32)
    spelled = polars.when((first + 1) % 100 == last).then(first + 1)
    plain = polars.when(cell.str.contains(r"^\d{4}$")).then(cell).cast(polars.Int32)
    return polars.coalesce(plain, spelled)


def edition(table: TextTable, file: RawFile) -> Edition:
    """The latest year in the file."""
    years = table.text(["year"]).select(school_year(polars.col("year").str.strip_chars())).to_series()
    latest = years.filter(years.is_between(2000, 2100)).max()
    return Edition(label=f"with years to {latest}" if latest else "without years", year=latest or 2000, release="final")


def parse(found: Recognised) -> Parsed:
    """Reads results; a row that cannot be meant as it stands is rejected with the one thing that is wrong with it."""
    text = found.table.text(list(COLUMNS))
    text = text.with_columns(polars.exclude("row").str.strip_chars().replace("", None))
    rejects = left_out_of(found.table)
    rows = without(text, polars.all_horizontal(polars.exclude("row").is_null()), "", "blank row", rejects)
    for column in COLUMNS:
        rows = without(rows, polars.col(column).is_null(), column, f"{column} is blank", rejects)
    rows = _known(rows, rejects)
    rows = _counted(rows, rejects)
    rows = _believable(rows, rejects)
    return Parsed(observations=(_facts(rows),), rejects=rejects)


def _known(rows: polars.DataFrame, rejects: list) -> polars.DataFrame:
    """Rows of a school or England, a year in which the assessment was held, and a group; each by its number or key."""
    england = polars.col("urn").str.to_lowercase() == "england"
    entity = polars.when(england).then(polars.lit(ENGLAND_STATE_FUNDED, polars.Int32)).otherwise(
        urn_number(polars.col("urn"))
    )  # fmt: skip
    rows = rows.with_columns(entity=entity)
    rows = without(rows, polars.col("entity").is_null(), "urn", "no URN (six digits), nor England", rejects)
    rows = rows.with_columns(summer=school_year(polars.col("year")))
    rows = without(rows, polars.col("summer").is_null(), "year", "no school year: write 2025 or 2024/25", rejects)
    for column in ("assessment", "group"):
        rows = rows.with_columns(polars.col(column).str.to_lowercase().str.replace_all(r"[\s-]+", "_"))
    unknown = ~polars.col("assessment").is_in(list(ASSESSMENTS))
    rows = without(
        rows, unknown, "assessment", f"no assessment of this name: there are {', '.join(ASSESSMENTS)}", rejects
    )
    unknown = ~polars.col("group").is_in(GROUPS_ASSESSED)
    rows = without(rows, unknown, "group", f"no group of this name: there are {', '.join(GROUPS_ASSESSED)}", rejects)
    held = polars.any_horizontal(
        (polars.col("assessment") == name) & _was_held(polars.col("summer"), key) for name, key in ASSESSMENTS.items()
    )
    return without(rows, ~held, "year", "the assessment was not held in this year", rejects)


def _was_held(year: polars.Expr, key: str) -> polars.Expr:
    measure = MEASURES[key]
    first, last = measure.years
    held = year >= first if last is None else year.is_between(first, last)
    for note in measure.notes:
        if note.state == "no tests":
            held = held & ~year.is_between(*note.years)
    return held & (year <= 2100)


def _counted(rows: polars.DataFrame, rejects: list) -> polars.DataFrame:
    """Pupils and those who reached it as whole numbers, null where the authority hides them."""
    for column in ("pupils", "reached"):
        cell = polars.col(column).str.replace_all(",", "").str.replace(r"\.0+$", "")
        number = polars.when(cell.str.contains(r"^\d{1,7}$")).then(cell).cast(polars.Int64)
        hidden = polars.col(column).str.to_uppercase() == _HIDDEN
        reason = f"{column} is no whole number: write the pupils, not a percentage, or {_HIDDEN} where they are hidden"
        rows = without(rows, number.is_null() & ~hidden, column, reason, rejects)
        rows = rows.with_columns(number)
    return rows


def _believable(rows: polars.DataFrame, rejects: list) -> polars.DataFrame:
    """Rows whose numbers go together, each fact once; a group's are not more than those of all pupils beside it."""
    too_many = polars.col("reached") > polars.col("pupils")
    rows = without(rows, too_many.fill_null(False), "reached", "more reached it than there are pupils", rejects)
    key = ("entity", "summer", "assessment", "group")
    again = ~polars.struct(key).is_first_distinct()
    rows = without(rows, again, "group", "the same school, year, assessment and group again", rejects)
    everyone = rows.filter(polars.col("group") == "all").select(
        "entity", "summer", "assessment", all_pupils="pupils", all_reached="reached"
    )
    rows = rows.join(everyone, on=["entity", "summer", "assessment"], how="left", maintain_order="left")
    for column in ("pupils", "reached"):
        more = (polars.col(column) > polars.col(f"all_{column}")).fill_null(False)
        rows = without(rows, more, column, f"more {column} than in the row of all pupils", rejects)
    return rows


def _facts(rows: polars.DataFrame) -> polars.DataFrame:
    """Observations (FACT_SCHEMA): the percentage of the pupils, or the reason why there is none."""
    pupils, reached = polars.col("pupils"), polars.col("reached")
    counted = (pupils > 0).fill_null(False) & reached.is_not_null()
    symbol = (
        polars.when(counted).then(REPORTED).when((pupils == 0).fill_null(False)).then(_SYMBOLS["NE"])
        .otherwise(_SYMBOLS[_HIDDEN])
    )  # fmt: skip
    keys = {name: MEASURE_CODES[key] for name, key in ASSESSMENTS.items()}
    groups = {group: GROUP_CODES[group] for group in GROUPS_ASSESSED}
    nothing = polars.lit(None, polars.Float64)
    return rows.select(
        "row",
        "entity",
        year="summer",
        measure=polars.col("assessment").replace_strict(keys, return_dtype=polars.UInt32),
        group=polars.col("group").replace_strict(groups, return_dtype=polars.UInt8),
        value=polars.when(counted).then(100 * reached / pupils),
        symbol=symbol,
        n=pupils,
        lower=nothing,
        upper=nothing,
    ).select([polars.col(name).cast(kind) for name, kind in FACT_SCHEMA.items()])


SOURCE = Source(
    key=SOURCE_KEY,
    title="Assessments at five, six and seven",
    publisher="The local authority",
    landing_page="docs/how-to/add-early-assessments.md",
    licence="the authority's own",
    attribution="",
    family="performance tables",
    edition=edition,
    order=85,
    updates="when the authority has the results of a summer",
    layouts=(Layout(key="assessments.csv", columns=COLUMNS),),
    parse=parse,
)
