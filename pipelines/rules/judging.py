"""Every rule over every year that the loaded files reach: what is read for which rule, and who gets a row."""

from collections.abc import Iterator

import polars

from pipelines import rules as registry
from pipelines.measures import MEASURES
from pipelines.rules.engine import OUTCOME, judge
from pipelines.rules.escalation import escalate
from pipelines.rules.facts import SCHOOLS, Facts, Query, load_results, measures_of, with_sigma
from pipelines.rules.inspection_state import latest_list, states
from pipelines.rules.own import ESCALATION, configured
from pipelines.rules.own_signals import signals
from pipelines.rules.vocabulary import BELOW, Citation, Rule

_TRIGGERS = """
select t.trigger, t.is_on, t.threshold, t.weight, t.measure, t.comparator::varchar as comparator, t.phase,
    t.minimum_cohort, t.from_year, t."row"::integer as "row"
from core."trigger" t join core.file f using (file)
qualify row_number() over (
    partition by t.trigger, t.measure order by f.edition_date desc nulls last, f.sha256, t."row"
) = 1
order by t."row", t.trigger
"""


_OWN_MEASURES = {"pupils_on_roll", "overall_absence", "persistent_absence_10", "persistent_absence_15", "attainment_8"}
"""What the authority's triggers read beside the measures that rules name."""


def rules_in_use(query: Query) -> tuple[tuple[Rule, ...], float, Citation]:
    """Every rule of this build: the declared ones, the authority's as its file has them, and what it proposes."""
    own, appearances, source = configured(query(_TRIGGERS).to_dicts())
    declared = tuple(rule for rule in registry.RULES.values() if rule.kind != "own")
    return (*declared, *own), appearances, source


def years_loaded(query: Query) -> tuple[list[int], int | None]:
    """School years of results, first to last without gaps, and the school year of the newest list of inspections."""
    measures = {name for rule in registry.RULES.values() for name in measures_of(rule)} | _OWN_MEASURES
    names = ", ".join(f"'{name}'" for name in sorted(measures & set(MEASURES)))
    found = query(f"select min(year) as first, max(year) as last from core.result where measure in ({names})").row(0)
    newest = latest_list(query)
    listed = None if newest is None else newest.year + (newest.month >= 9)
    return (list(range(found[0], found[1] + 1)) if found[0] is not None else []), listed


def outcomes(query: Query) -> Iterator[polars.DataFrame]:
    """OUTCOME frames, rule by rule and year by year.

    Our own schools have a row for every year of every rule that is about them. Other schools of England have one
    where they have results; for rules about inspections, where they meet the rule, and all of them in the last year.
    """
    rules, appearances, source = rules_in_use(query)
    schools = query(SCHOOLS)
    years, listed = years_loaded(query)
    if schools.is_empty():
        return
    rules = tuple(rule for rule in rules if rule.enabled)
    for kind in ("statutory", "proposed"):
        yield from _about_results([rule for rule in rules if rule.kind == kind], query, schools, years)
    yield from _about_inspections([rule for rule in rules if rule.kind == "inspection"], query, schools, listed)
    now = sorted({*years, *([listed] if listed and years else [])})
    own = tuple(rule for rule in rules if rule.kind == "own" and rule.key != ESCALATION)
    found = list(_about_our_own(own, query, schools, now))
    yield from found
    if any(rule.key == ESCALATION for rule in rules):
        every = polars.concat([frame for frame in found if frame.height]) if any(f.height for f in found) else None
        if every is not None:
            yield escalate(every, own, appearances, source)


def _about_results(
    rules: list[Rule], query: Query, schools: polars.DataFrame, years: list[int]
) -> Iterator[polars.DataFrame]:
    """Rules about results at eleven, then at sixteen: each set of measures is read once and let go."""
    groups: dict[frozenset[str], list[Rule]] = {}
    for rule in rules:
        key_stage = frozenset({"key_stage_2", "key_stage_4"} & {_source_of(name) for name in measures_of(rule)})
        groups.setdefault(key_stage, []).append(rule)
    for group in groups.values():
        needed = set().union(*(measures_of(rule) for rule in group)) & set(MEASURES)
        facts = Facts()
        facts.add(load_results(query, needed))
        with_sigma(facts)
        for rule in group:
            for year in years:
                yield judge(rule, year, facts, schools)


def _source_of(measure: str) -> str:
    return getattr(MEASURES[measure].origin, "source", "") if measure in MEASURES else ""


def _about_inspections(
    rules: list[Rule], query: Query, schools: polars.DataFrame, listed: int | None
) -> Iterator[polars.DataFrame]:
    if listed is None or not rules:
        return
    first = min(rule.in_force[0] for rule in rules)
    facts = Facts()
    facts.add(states(query, list(range(first, listed + 1))))
    ours = schools.filter("is_ours").select("urn")
    for rule in rules:
        for year in range(rule.in_force[0], min(rule.in_force[1] or listed, listed) + 1):
            found = judge(rule, year, facts, schools)
            if year < listed:
                is_ours = polars.col("urn").is_in(ours["urn"].implode())
                found = found.filter(is_ours | (polars.col("outcome") == BELOW))
            yield found


def _about_our_own(
    rules: tuple[Rule, ...], query: Query, schools: polars.DataFrame, years: list[int]
) -> Iterator[polars.DataFrame]:
    facts = Facts()
    for frame in signals(query, years):
        facts.add(frame)
    needed = set().union(*(measures_of(rule) for rule in rules)) & set(MEASURES) if rules else set()
    if needed:
        ours = schools.filter("is_ours").select("urn")
        facts.add(load_results(query, needed).join(ours, on="urn", how="semi"))
    for rule in rules:
        for year in years:
            yield judge(rule, year, facts, schools)


__all__ = ["OUTCOME", "outcomes", "rules_in_use", "years_loaded"]
