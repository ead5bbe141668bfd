"""The list of schools to talk to first, its reasons, and how good earlier lists were."""

import polars as pl

from dashboard.db import ask, build, remembered, shows_chances


def has_list() -> bool:
    """Whether the build was scored: the tables of `make score` are there."""
    return "school_risk" in build().tables()


def may_be_shown() -> bool:
    """Whether this request may show it: no chance and no band of a school is in what is shared."""
    return shows_chances()


@remembered
def schools() -> pl.DataFrame:
    """Every open school of the authority: the columns of mart.school_risk, its name, phase, type, pupils, clusters."""
    return ask(
        """
        select r.*, s.name, s.phase, s.type, s.type_group, s.is_academy, s.pupils, s.clusters
        from mart.school_risk r join mart.school s using (urn) order by s.name, urn
        """
    )


@remembered
def reasons() -> pl.DataFrame:
    """The lines of reasons of every scored school, the strongest first: mart.school_risk_reason."""
    return ask("select * from mart.school_risk_reason order by urn, place")


@remembered
def moves() -> pl.DataFrame:
    """Why schools stand elsewhere than on the list before: mart.school_risk_move."""
    return ask("select * from mart.school_risk_move order by urn, place")


@remembered
def runs() -> pl.DataFrame:
    """About the score itself, a row for each model: mart.risk_run."""
    return ask("select * from mart.risk_run order by model")


@remembered
def rules_judged() -> pl.DataFrame:
    """What each rule in use says of our open schools now, in the order of the rules.

    One row for each school and rule that was asked in the last two years: urn, rule, title, kind, weight, source,
    year, outcome and reason. Where figures of the newest year are not out yet, the year before speaks; what rests on
    inspections is said of the newest year only, whose framework may not be that of the year before.
    """
    return ask(
        """
        select o.urn, o.rule, r.title, r.kind, r.weight, r.source, o.year, o.outcome, o.reason
        from mart.rule_outcome o join mart.rule r using (rule) join mart.school s on s.urn = o.urn
        where r.enabled and not o.notional and o.year >= (select max(year) from mart.rule_outcome) - 1
            and coalesce(s.status, '') not like 'closed%'
            and coalesce(r.last_year, 9999) >= (select max(year) from mart.rule_outcome)
        qualify row_number() over (
            partition by o.urn, o.rule
            order by r.kind <> 'inspection' and o.outcome = 'cannot_be_judged', o.year desc
        ) = 1
        order by o.urn, r.position
        """
    )


def rules_met() -> pl.DataFrame:
    """Those of `rules_judged` that a school meets."""
    return rules_judged().filter(pl.col("outcome") == "below")


@remembered
def backtest(model: str, population: str, forecast: str) -> pl.DataFrame:
    """How good earlier lists of a model were on a population: rows of mart.risk_backtest."""
    return ask(
        "select * from mart.risk_backtest where model = ? and population = ? and forecast = ? order by year nulls last",
        model,
        population,
        forecast,
    )


@remembered
def fairness(model: str, split: str) -> pl.DataFrame:
    """Whether earlier lists were as right for one kind of school as for another: rows of mart.risk_fairness."""
    return ask("select * from mart.risk_fairness where model = ? and split = ? order by position, metric", model, split)


@remembered
def past_lists() -> pl.DataFrame:
    """The authority's schools on the lists of earlier years, and what came, with their names: mart.risk_past_list."""
    return ask(
        """
        select p.*, s.name from mart.risk_past_list p left join mart.school s using (urn)
        order by p.year, p.share_before_in_england, p.urn
        """
    )
