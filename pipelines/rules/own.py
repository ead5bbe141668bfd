"""The authority's own triggers: what they are, what they ask where no file says otherwise, and how a file changes them.

After the triggers that English authorities publish (Gloucestershire's eligibility for intervention, and others).
The thresholds below are this program's defaults and are shown as unconfirmed until a triggers.csv sets them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from pipelines.measures import MEASURES
from pipelines.rules.signals import label_of, write_number
from pipelines.rules.vocabulary import NOT_MAINSTREAM, All, Arm, Citation, Rule, Test, Version

GLOUCESTERSHIRE = Citation(title="Gloucestershire County Council, eligibility for intervention", date="undated")
STAGES = Citation(title="Staged escalation of schools causing concern, as published by an authority", date="undated")
DEFAULT = Citation(title="Default of this program, to be set in triggers.csv", date="2026")
OFSTED_CYCLE = Citation(title="Ofsted, school inspection handbook: how often schools are inspected", date="2024")

MAINSTREAM = ("primary", "middle", "secondary", "all-through")
EVERY = ("nursery", *MAINSTREAM, "special", "alternative provision")
ESCALATION = "escalation"
ALWAYS = (2000, None)


def _arm(measure: str, comparator: str, threshold: float, source: Citation, **others) -> Arm:
    return Arm(measure=measure, comparator=comparator, threshold=threshold, source=source, **others)


def _rule(key: str, title: str, phases: tuple[str, ...], test: Test, words: str, **others) -> Rule:
    return Rule(
        key=key,
        title=title,
        kind="own",
        phases=phases,
        in_force=(None, None),
        versions=(Version(years=ALWAYS, test=test, words=words, source=others.get("source", GLOUCESTERSHIRE)),),
        source=others.pop("source", GLOUCESTERSHIRE),
        consequence=others.pop("consequence", "Counts as one appearance; three make the school a case for escalation."),
        only_ours=True,
        **others,
    )


RULES = (
    _rule(
        "attainment_falling",
        "Attainment falling for three years",
        MAINSTREAM,
        All(
            (
                _arm("attainment_falls", ">=", 2, DEFAULT),
                _arm("attainment_change", "<", 0, DEFAULT, verified=False),
                _arm("attainment_change", "<", 0, DEFAULT, limit="upper"),
            )
        ),
        "the main attainment measure was lower in each of the last two years than in the year before, and the fall "
        "over both is more than chance (the 90% interval of the difference of the shrunken values is below 0)",
    ),
    _rule(
        "gap_widening",
        "Gap of disadvantaged pupils widening",
        MAINSTREAM,
        All(
            (
                _arm("gap_change", ">", 0, DEFAULT, verified=False),
                _arm("gap_change", ">", 0, DEFAULT, limit="lower"),
            )
        ),
        "the gap between disadvantaged and other pupils of the school is wider than two years before, by more than "
        "chance (90% interval, shrunken values)",
    ),
    _rule(
        "below_similar_schools",
        "Below similar schools",
        MAINSTREAM,
        _arm("below_similar_schools", ">=", 0.9, DEFAULT, verified=False),
        "the probability that the school's true attainment is below the mean of its similar schools is at least the "
        "threshold",
    ),
    _rule(
        "roll_falling",
        "Roll falling",
        EVERY,
        _arm("roll_change", "<=", -10, DEFAULT, verified=False),
        "the number of pupils fell by at least the threshold over three years",
    ),
    _rule(
        "in_year_deficit",
        "In-year deficit",
        EVERY,
        _arm("balance_share_of_income", "<", 0, DEFAULT, verified=False),
        "spending was more than income in the financial year, by more than the threshold as a share of income "
        "(reserves are in no file that is read)",
    ),
    _rule(
        "absence",
        "Absence among the highest",
        EVERY,
        _arm("absence_centile", ">", 90, DEFAULT, verified=False),
        "overall absence is above that centile of schools of its phase in England",
    ),
    _rule(
        "persistent_absence",
        "Persistent absence among the highest",
        EVERY,
        _arm("persistent_absence_centile", ">", 90, DEFAULT, verified=False),
        "persistent absence is above that centile of schools of its phase in England",
    ),
    _rule(
        "suspensions",
        "Suspensions high",
        EVERY,
        _arm("suspension_rate", ">", 20, DEFAULT, verified=False),
        "suspensions for each 100 pupils are above the threshold",
    ),
    _rule(
        "inspection_due",
        "Inspection due",
        EVERY,
        _arm("months_until_inspection_due", "<=", 8, OFSTED_CYCLE, verified=False),
        "the next inspection is due within two terms (8 months), by how often Ofsted inspects schools of its last "
        "grade",
        verified=False,
    ),
    _rule(
        "leadership_vacancy",
        "Leadership vacancy",
        EVERY,
        _arm(
            "leadership_vacancy",
            ">=",
            1,
            GLOUCESTERSHIRE,
            words="a leadership vacancy or interim leadership, as supplied",
            words_not="no leadership vacancy in the list supplied",
        ),
        "the authority's school_circumstances.csv names a vacancy, acting or interim leadership or governance in "
        "the year",
    ),
    Rule(
        key=ESCALATION,
        title="Escalation: three or more triggers",
        kind="own",
        phases=EVERY,
        in_force=(None, None),
        versions=(),
        source=STAGES,
        only_ours=True,
        consequence="Stage 2: a formal visit, agreed actions and a date of review.",
    ),
)

APPEARANCES = 3.0
"""Appearances that make a case for escalation: a school surfacing three or more times moves to stage 2 (STAGES)."""


def configured(rows: Iterable[Mapping]) -> tuple[tuple[Rule, ...], float, Citation]:
    """The authority's rules as its file has them: thresholds, weights, what is off, and what it proposes.

    Args:
        rows: rows of `core.trigger` (`trigger`, `is_on`, `threshold`, `weight`, `measure` …), in the file's order.

    Returns:
        the rules, the appearances that escalate, and where that number is from.
    """
    by_key = {rule.key: rule for rule in RULES}
    appearances, source = APPEARANCES, STAGES
    proposals: dict[str, list[Mapping]] = {}
    for row in rows:
        cited = Citation(title="The authority's triggers.csv", date=f"row {row['row']}")
        if row["measure"] is not None:
            proposals.setdefault(row["trigger"], []).append(row)
            continue
        if row["trigger"] == ESCALATION and row["threshold"] is not None:
            appearances, source = float(row["threshold"]), cited
        by_key[row["trigger"]] = _changed(by_key[row["trigger"]], row, cited)
    proposed = tuple(_proposed(key, conditions) for key, conditions in proposals.items())
    return (*by_key.values(), *proposed), appearances, source


def _changed(rule: Rule, row: Mapping, cited: Citation) -> Rule:
    """A rule with the file's threshold on the first of its arms that awaits one, its weight, and on or off."""
    weight = rule.weight if row["weight"] is None else float(row["weight"])
    rule = replace(rule, enabled=bool(row["is_on"]), weight=weight)
    if row["threshold"] is None or not rule.versions:
        return rule

    def set_threshold(test: Test) -> Test:
        if isinstance(test, Arm):
            own = test.limit == "value" and not test.verified
            return replace(test, threshold=float(row["threshold"]), source=cited, verified=True) if own else test
        return replace(test, parts=tuple(set_threshold(part) for part in test.parts))

    version = rule.versions[0]
    return replace(rule, verified=True, versions=(replace(version, test=set_threshold(version.test), source=cited),))


def _proposed(key: str, conditions: list[Mapping]) -> Rule:
    """A rule that the authority tries out: every condition of the same name must hold."""
    cited = Citation(title="Proposed in the authority's triggers.csv", date=f"row {conditions[0]['row']}")
    arms = tuple(
        _arm(row["measure"], row["comparator"], float(row["threshold"]), cited, verified=False) for row in conditions
    )
    measure = MEASURES[conditions[0]["measure"]]
    phases = tuple({row["phase"].lower(): None for row in conditions if row["phase"]}) or measure.phases
    minimum = max((row["minimum_cohort"] or 0 for row in conditions), default=0)
    cohort = {"Key stage 2": "key_stage_2_pupils", "Key stage 4": "key_stage_4_pupils"}.get(measure.topic)
    words = " and ".join(
        f"{label_of(arm.measure)} {arm.comparator} {write_number(arm.measure, arm.threshold)}" for arm in arms
    )
    first = min((row["from_year"] for row in conditions if row["from_year"]), default=None)
    return Rule(
        key=f"proposed_{key}",
        title=f"Proposed: {key.replace('_', ' ')}",
        kind="proposed",
        phases=phases,
        in_force=(first, None),
        versions=(
            Version(
                years=(first or ALWAYS[0], None),
                test=arms[0] if len(arms) == 1 else All(arms),
                words=words,
                source=cited,
                verified=False,
                cohort=cohort if minimum else None,
                minimum_cohort=minimum,
            ),
        ),
        source=cited,
        verified=False,
        enabled=all(row["is_on"] for row in conditions),
        is_notional_allowed=True,
        excluded=(*NOT_MAINSTREAM, "further education"),
        consequence="None: it shows who would be in and who would be out.",
    )
