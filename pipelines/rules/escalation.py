"""Escalation: a school that appears on several of the authority's triggers in one year, with the list of them."""

import polars

from pipelines.rules.engine import ARM, OUTCOME
from pipelines.rules.own import ESCALATION
from pipelines.rules.vocabulary import BELOW, CANNOT_BE_JUDGED, NOT_BELOW, Citation, Rule


def escalate(
    outcomes: polars.DataFrame, rules: tuple[Rule, ...], appearances: float, source: Citation
) -> polars.DataFrame:
    """One row for each school and year that a trigger was asked about (columns of OUTCOME).

    A school is below when the triggers it meets weigh at least `appearances`, not below when it could not reach that
    even if every trigger that cannot be judged were met, else it cannot be judged. The arms are the triggers.

    Args:
        outcomes: outcomes of the authority's triggers that are on.
        rules: those triggers, for their titles and weights.
    """
    if outcomes.is_empty():
        return polars.DataFrame(schema=OUTCOME)
    weights = {rule.key: rule.weight for rule in rules}
    titles = {rule.key: rule.title for rule in rules}
    asked = outcomes.with_columns(
        polars.col("rule").replace_strict(weights, return_dtype=polars.Float64).alias("weight"),
        polars.col("rule").replace_strict(titles, return_dtype=polars.String).alias("title"),
        (polars.col("outcome") == BELOW).alias("is met"),
        (polars.col("outcome") == CANNOT_BE_JUDGED).alias("is unknown"),
    ).sort("urn", "year", "rule")
    asked = asked.with_columns(_arm(source).alias("arm"))
    found = asked.group_by("urn", "year", maintain_order=True).agg(
        polars.col("weight").filter("is met").sum().alias("met"),
        polars.col("weight").filter("is unknown").sum().alias("unknown"),
        polars.col("title").filter("is met").str.join("; ").alias("met titles"),
        polars.col("title").filter("is unknown").str.join("; ").alias("unknown titles"),
        polars.col("arm").alias("arms"),
    )
    surely, perhaps = polars.col("met") >= appearances, polars.col("met") + polars.col("unknown") >= appearances
    outcome = (
        polars.when(surely)
        .then(polars.lit(BELOW))
        .when(perhaps)
        .then(polars.lit(CANNOT_BE_JUDGED))
        .otherwise(polars.lit(NOT_BELOW))
    )
    listed = (
        polars.when(polars.col("met") > 0)
        .then(polars.format(": {}", polars.col("met titles")))
        .otherwise(polars.lit(""))
    )
    said = polars.format(f"{{}} (from {appearances:g} on a school is escalated){{}}", _short("met"), listed)
    missing = polars.when(polars.col("unknown") > 0).then(
        polars.format("{}; cannot be judged: {}", said, polars.col("unknown titles"))
    )
    return found.select(
        polars.col("urn").cast(polars.Int32),
        polars.col("year").cast(polars.Int32),
        polars.lit(ESCALATION).alias("rule"),
        outcome.alias("outcome"),
        polars.coalesce(missing, said).alias("reason"),
        polars.lit(False).alias("notional"),
        polars.col("urn").cast(polars.Int32).alias("observed_urn"),
        polars.lit("own").alias("via"),
        *(polars.lit(None, OUTCOME[name]).alias(name) for name in ("pupils", "pupils_short", "pupils_to_spare")),
        polars.col("arms").cast(OUTCOME["arms"]),
    )


def _short(name: str) -> polars.Expr:
    """A number without a needless .0."""
    return polars.col(name).cast(polars.String).str.replace(r"\.0$", "")


def _arm(source: Citation) -> polars.Expr:
    """One trigger as an arm: its weight counts where it is met."""
    values = {
        "label": polars.col("title"),
        "measure": polars.col("rule"),
        "year": polars.col("year"),
        "limit": polars.lit("value"),
        "value": polars.when("is met").then(polars.col("weight")).when(~polars.col("is unknown")).then(0.0),
        "met": polars.when(~polars.col("is unknown")).then(polars.col("is met")),
        "why": polars.when("is unknown").then(polars.col("reason")),
        "source": polars.lit(str(source)),
        "verified": polars.lit(True),
    }
    return polars.struct(values.get(name, polars.lit(None)).cast(kind).alias(name) for name, kind in ARM.items())
