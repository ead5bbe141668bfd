"""What the figures of a school or area amount to: estimates, gaps, rules by year, similar schools."""

import polars as pl

from dashboard.db import ask, remembered


@remembered
def estimates(urn: int) -> pl.DataFrame:
    """The estimates of a school's results, with the columns of mart.estimate, oldest year first."""
    return ask('select * from mart.estimate where urn = ? order by measure, "group", year', urn)


@remembered
def gaps(unit_kind: str, unit: str) -> pl.DataFrame:
    """The gaps of one school, cluster or area, with the columns of mart.gap, oldest year first."""
    return ask(
        "select * from mart.gap where unit_kind = ? and unit = ? order by measure, contrast, span, year",
        unit_kind,
        unit,
    )


@remembered
def rules() -> pl.DataFrame:
    """Every rule with its words, years and sources: the columns of mart.rule."""
    return ask("select * from mart.rule")


@remembered
def outcomes(urn: int) -> pl.DataFrame:
    """What each rule says of a school in each year, with the columns of mart.rule_outcome."""
    return ask("select * from mart.rule_outcome where urn = ? order by rule, year", urn)


@remembered
def similar_schools(urn: int) -> pl.DataFrame:
    """The schools most like one, nearest first, with the columns of mart.similar_school."""
    return ask("select * from mart.similar_school where urn = ? order by place", urn)


@remembered
def assumptions() -> pl.DataFrame:
    """Every threshold, constant and definition with its source, unverified ones first: mart.assumption."""
    return ask("select * from mart.assumption order by verified, kind, what, first_year")
