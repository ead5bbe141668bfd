"""What the figures of a school or area amount to: estimates, gaps, rules by year, similar schools."""

import polars as pl

from dashboard.db import ask, build, remembered


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
def estimates_of(urns: tuple[int, ...], measure: str, year: int) -> pl.DataFrame:
    """The estimates of a measure and year of several schools of England, all pupils."""
    return ask(
        """
        select * from mart.estimate
        where list_contains(?::integer[], urn) and measure = ? and year = ? and "group" = 'all'
        """,
        list(urns),
        measure,
        year,
    )


@remembered
def similar_results(urn: int) -> pl.DataFrame:
    """Medians of a school's similar schools with the columns of a comparison; empty where a build has none."""
    if "similar_result" not in build().tables():
        return ask("select * from mart.comparison where false")
    return ask(
        """
        select 'similar schools' as kind, year, measure, "group", value, 'reported' as status, schools,
            'median of ' || schools || ' of the twenty schools most like this one, under their present numbers' as how
        from mart.similar_result where urn = ? order by measure, year
        """,
        urn,
    )


@remembered
def expected(urn: int) -> pl.DataFrame:
    """A school's newest result in each measure beside what its intake leads to expect, with an interval or a reason."""
    return ask(
        """
        select * from mart.expected_result
        where unit_kind = 'school' and urn = ? and difference is not null
        qualify row_number() over (partition by measure order by year desc) = 1
        order by year desc, measure not in ('reading_writing_maths_expected', 'attainment_8'), measure
        """,
        urn,
    )


@remembered
def assumptions() -> pl.DataFrame:
    """Every threshold, constant and definition with its source, unverified ones first: mart.assumption."""
    return ask("select * from mart.assumption order by verified, kind, what, first_year")


@remembered
def funnel_limits(measure: str) -> pl.DataFrame:
    """Limits of a measure for all pupils by year and number of pupils: mart.funnel_limit; empty without the table."""
    if "funnel_limit" not in build().tables():
        return pl.DataFrame()
    return ask(
        """select * from mart.funnel_limit where measure = ? and "group" = 'all' order by year, n""",
        measure,
    )


@remembered
def results_with_cohorts(measure: str, phases: tuple[str, ...]) -> pl.DataFrame:
    """Results of our open state-funded schools of these phases for all pupils, the newest year first.

    Columns urn, name, year, value, n, england, from_predecessor, reason. `value` or `n` is missing where no file
    prints it or, in what is shared, where it is hidden.
    """
    return ask(
        """
        select e.urn, s.name, e.year, e.value, e.n, e.england, e.from_predecessor, e.reason
        from mart.estimate e join mart.school s using (urn)
        where e.measure = ? and e."group" = 'all' and list_contains(?::varchar[], s.phase)
            and coalesce(s.status, '') not like 'closed%' and coalesce(s.type_group, '') not ilike '%independent%'
        order by e.year desc, s.name, e.urn
        """,
        measure,
        list(phases),
    )
