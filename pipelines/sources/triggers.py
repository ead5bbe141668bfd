"""The authority's own triggers as an officer edits them: which are on, at what threshold, with what weight."""

import polars

from pipelines.measures import MEASURES
from pipelines.sources.clusters import without
from pipelines.sources.publication import Edition, Layout, Parsed, Recognised, Source
from pipelines.sources.reading import RawFile, TextTable, left_out_of
from pipelines.tables import OWN_TRIGGERS

_NEEDED = ("trigger", "on", "threshold", "weight", "note")
_PROPOSED = ("measure", "comparator", "phase", "minimum_cohort", "from_year")
_YES, _NO = ("yes", "y", "true", "on", "1"), ("no", "n", "false", "off", "0")
_COMPARATORS = ("<", "<=", ">", ">=")
_NUMBERS = ("threshold", "weight", "minimum_cohort", "from_year")
_IN_PER_CENT = tuple(name for name, (unit, _, _) in OWN_TRIGGERS.items() if unit.startswith("per cent"))


def edition(table: TextTable, file: RawFile) -> Edition:
    """The file has no year: it says what holds now."""
    return Edition(label="as supplied", year=2000, release="final")


def parse(found: Recognised) -> Parsed:
    """Reads triggers; a row that cannot be meant as it stands is rejected, and its trigger keeps its default.

    A trigger that is none of ours is one that the authority proposes: it needs a measure of the catalogue and a
    comparator, and may have a phase, a smallest cohort and a first year of results.
    """
    here = [name for name in _PROPOSED if found.table.has(name)]
    text = found.table.text([*_NEEDED, *here])
    text = text.with_columns(polars.exclude("row").str.strip_chars().replace("", None))
    text = text.with_columns(polars.lit(None, polars.String).alias(name) for name in _PROPOSED if name not in here)
    rejects = left_out_of(found.table)
    blank = polars.all_horizontal(polars.exclude("row").is_null())
    rows = without(text, blank, "", "blank row", rejects)
    rows = without(rows, polars.col("trigger").is_null(), "trigger", "trigger is blank", rejects)
    rows = rows.with_columns(
        polars.col("trigger").str.to_lowercase().str.replace_all(r"[\s-]+", "_"),
        polars.col("on").str.to_lowercase().fill_null("yes"),
        polars.col("measure").str.to_lowercase(),
        polars.col("comparator").replace({"below": "<", "above": ">", "at most": "<=", "at least": ">="}),
    )
    rows = _without_unknown(rows, rejects)
    rows = _with_numbers(rows, rejects)
    rows = _without_impossible(rows, rejects)
    again = ~polars.struct("trigger", "measure").is_first_distinct()
    rows = without(rows, again, "trigger", "the same trigger again: the first row is used", rejects)
    rows = rows.with_columns(polars.col("on").is_in(_YES).alias("is_on"))
    return Parsed(tables={"trigger": rows.drop("on")}, rejects=rejects)


def _without_unknown(rows: polars.DataFrame, rejects: list) -> polars.DataFrame:
    known = polars.col("trigger").is_in(list(OWN_TRIGGERS))
    rows = without(
        rows,
        ~known & polars.col("measure").is_null(),
        "trigger",
        f"no trigger of this name: there are {', '.join(OWN_TRIGGERS)}; a new one needs a measure",
        rejects,
    )
    known = polars.col("trigger").is_in(list(OWN_TRIGGERS))
    rows = without(
        rows, known & polars.col("measure").is_not_null(), "measure", "the measure of this trigger is fixed", rejects
    )
    measure = polars.col("measure")
    rows = without(
        rows, measure.is_not_null() & ~measure.is_in(list(MEASURES)), "measure", "no measure of the catalogue", rejects
    )
    wrong = measure.is_not_null() & ~polars.col("comparator").is_in(_COMPARATORS).fill_null(False)
    rows = without(rows, wrong, "comparator", "a new trigger needs one of <, <=, >, >=", rejects)
    return without(rows, ~polars.col("on").is_in([*_YES, *_NO]), "on", "neither yes nor no", rejects)


def _with_numbers(rows: polars.DataFrame, rejects: list) -> polars.DataFrame:
    for column in _NUMBERS:
        number = polars.col(column).str.replace("−", "-").str.replace(r"\s*%$", "").cast(polars.Float64, strict=False)
        unread = polars.col(column).is_not_null() & ~number.is_finite().fill_null(False)
        rows = without(rows, unread, column, f"{column} is not a number", rejects)
        rows = rows.with_columns(number)
    new = polars.col("measure").is_not_null()
    return without(
        rows, new & polars.col("threshold").is_null(), "threshold", "a new trigger needs a threshold", rejects
    )


def _without_impossible(rows: polars.DataFrame, rejects: list) -> polars.DataFrame:
    """A threshold outside its unit; and in per cent one between -1 and 1, which was meant as a share of one."""
    threshold = polars.col("threshold")
    percent_measures = [key for key, measure in MEASURES.items() if measure.unit.percent_sign]
    in_per_cent = polars.col("trigger").is_in(_IN_PER_CENT) | polars.col("measure").is_in(percent_measures).fill_null(
        False
    )
    as_share = in_per_cent & (threshold.abs() < 1) & (threshold != 0)
    rows = without(
        rows, as_share.fill_null(False), "threshold", "thresholds are per cent: write 5 for 5%, not 0.05", rejects
    )
    for name, (unit, low, high) in OWN_TRIGGERS.items():
        outside = (polars.col("trigger") == name) & ~threshold.is_between(low, high)
        reason = f"the threshold of {name} is {unit}, from {low:g} to {high:g}"
        rows = without(rows, outside.fill_null(False), "threshold", reason, rejects)
    for name in rows["measure"].drop_nulls().unique().sort():
        unit = MEASURES[name].unit
        low = unit.low if unit.low is not None else -float("inf")
        high = unit.high if unit.high is not None else float("inf")
        outside = (polars.col("measure") == name) & ~threshold.is_between(low, high)
        reason = f"the threshold of {name} is {unit.name}, from {low:g} to {high:g}"
        rows = without(rows, outside.fill_null(False), "threshold", reason, rejects)
    negative = (polars.col("weight") < 0).fill_null(False)
    return without(rows, negative, "weight", "a weight is 0 or more", rejects)


SOURCE = Source(
    key="triggers",
    title="The authority's own triggers",
    publisher="The local authority",
    landing_page="docs/how-to/change-the-triggers.md",
    licence="the authority's own",
    attribution="",
    family="any",
    edition=edition,
    order=83,
    updates="when the authority changes what it acts upon",
    layouts=(Layout(key="triggers.csv", columns=_NEEDED),),
    parse=parse,
)
