"""Inspections of a school and its predecessors, each with its judgements on its own scale."""

import polars as pl

from dashboard.db import ask, remembered


@remembered
def inspections(urn: int) -> pl.DataFrame:
    """A school's inspections, oldest first, with the columns of mart.inspection."""
    return ask("select * from mart.inspection where urn = ? order by date nulls last, inspection_id", urn)


@remembered
def judgements(urn: int) -> pl.DataFrame:
    """The judgements of a school's inspections: inspection_id, area, grade, word, step, steps."""
    return ask(
        """
        select j.* from mart.judgement j join mart.inspection i using (inspection_id)
        where i.urn = ? order by i.date, j.inspection_id, j.area
        """,
        urn,
    )


@remembered
def latest() -> pl.DataFrame:
    """The latest inspection of each school: urn, date, kind, era, overall_word, outcome."""
    return ask(
        """
        select urn, date, kind, era, overall_word, outcome from mart.inspection
        qualify row_number() over (partition by urn order by date desc nulls last) = 1
        """
    )


@remembered
def last_of_each() -> pl.DataFrame:
    """The last inspection of each of our schools, with the columns of mart.inspection."""
    return ask(
        """
        select * from mart.inspection
        qualify row_number() over (partition by urn order by date desc nulls last, inspection_id) = 1
        order by urn
        """
    )


@remembered
def judgements_of_last() -> pl.DataFrame:
    """The judgements of those inspections: urn, area, grade, word, step, steps."""
    return ask(
        """
        with last as (
            select urn, inspection_id from mart.inspection
            qualify row_number() over (partition by urn order by date desc nulls last, inspection_id) = 1
        )
        select l.urn, j.area, j.grade, j.word, j.step, j.steps
        from last l join mart.judgement j using (inspection_id) order by l.urn, j.area
        """
    )
