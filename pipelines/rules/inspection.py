"""Rules that rest on inspections, each on the scale of its own era: none turns one scale into another."""

from pipelines.rules.vocabulary import All, Any, Arm, Citation, Not, PublishedCount, Rule, Version

FRAMEWORKS = Citation(title="Ofsted, school inspection frameworks", date="2005, 2012, 2019")
SUPPORT_2019 = Citation(
    title="Department for Education, school accountability from September 2019: one trigger for an offer of support",
    date="2019",
)
ACADEMIES_ACT = Citation(title="Education and Adoption Act 2016", date="2016")
MEMORY = Citation(title="General knowledge, not confirmed in a published source", date="undated")
RISE = Citation(title="Department for Education, schools eligible for RISE intervention", date="9 Sep 2025")
GUIDANCE = Citation(title="Department for Education, Support and intervention in schools", date="1 Nov 2024")
REPORT_CARD = Citation(title="NEU guide to report cards, and Ofsted's framework of November 2025", date="Nov 2025")
CONSULTATION = Citation(
    title="Department for Education, consultation on extending targeted RISE", date="23 Feb to 4 May 2026"
)
SCHOOLS = ("nursery", "primary", "middle", "secondary", "all-through", "special", "alternative provision")


def _is(
    measure: str, value: float, words: str, words_not: str, source: Citation, *, otherwise: bool | None = None, **others
) -> Arm:
    return Arm(
        measure=measure,
        comparator="==",
        threshold=value,
        words=words,
        words_not=words_not,
        source=source,
        otherwise=otherwise,
        **others,
    )


def _one(
    measure: str, value: float, words: str, words_not: str, source: Citation, years, sentence: str, **others
) -> tuple:
    verified = others.pop("verified", True)
    return (
        Version(
            years=years,
            test=_is(measure, value, words, words_not, source, verified=verified),
            words=sentence,
            source=source,
            verified=verified,
            **others,
        ),
    )


INSPECTED = "is_inspected"
"""The signal without which no judgement of an inspection can be missing for a good reason."""
NO_OVERALL_GRADE = (
    "State-funded schools get no overall grade from 2 September 2024; an older one stands until the next graded "
    "inspection and is never worked out from other judgements."
)
BEFORE = _is(
    "previous_below_good",
    1,
    "below good at the inspection before",
    "good or better at the inspection before",
    RISE,
)
STUCK_OVERALL = All(
    (
        _is(
            "overall_effectiveness",
            2,
            "judged requires improvement overall",
            "not judged requires improvement overall",
            RISE,
            otherwise=False,
        ),
        BEFORE,
    )
)
STUCK_NO_OVERALL = All(
    (
        Any(
            (
                _is(
                    "quality_of_education_without_overall",
                    2,
                    "quality of education requires improvement",
                    "quality of education does not require improvement",
                    RISE,
                    otherwise=False,
                ),
                _is(
                    "leadership_without_overall",
                    2,
                    "leadership and management requires improvement",
                    "leadership and management does not require improvement",
                    RISE,
                    otherwise=False,
                ),
            )
        ),
        Not(
            _is(
                "category_of_concern",
                1,
                "in a category of concern",
                "in no category of concern",
                RISE,
                otherwise=False,
            )
        ),
        BEFORE,
    )
)
STUCK_REPORT_CARD = All(
    (
        _is(
            "leadership_and_governance",
            2,
            "leadership and governance needs attention",
            "leadership and governance does not need attention",
            RISE,
            otherwise=False,
        ),
        BEFORE,
    )
)
STUCK_TO_2025 = Any((STUCK_OVERALL, STUCK_NO_OVERALL))
STUCK = Any((STUCK_OVERALL, STUCK_NO_OVERALL, STUCK_REPORT_CARD))
SIGNIFICANT_IMPROVEMENT = _is(
    "requires_significant_improvement",
    1,
    "requires significant improvement",
    "does not require significant improvement by its report card",
    REPORT_CARD,
    otherwise=False,
)
STUCK_WORDS = (
    "requires improvement now (without an overall grade: in quality of education or in leadership and management) and "
    "below good at the inspection before"
)
STUCK_COUNTS = {
    2025: PublishedCount(
        below=639,
        source=RISE,
        note="at 30 June 2025: 372 primary, 235 secondary, 21 special, 11 alternative provision; 657 at 28 February "
        "2025",
    )
}


def _stuck_versions() -> tuple[Version, ...]:
    return (
        Version(years=(2025, 2025), test=STUCK_TO_2025, words=STUCK_WORDS, source=RISE, needs=INSPECTED),
        Version(
            years=(2026, None),
            test=STUCK,
            words=f"{STUCK_WORDS}; with a report card: leadership and governance needs attention, and below good at "
            "the inspection before",
            source=RISE,
            needs=INSPECTED,
        ),
    )


RULES = (
    Rule(
        key="requires_improvement",
        title="Judged requires improvement",
        kind="inspection",
        phases=SCHOOLS,
        in_force=(2013, None),
        versions=_one(
            "overall_effectiveness",
            2,
            "judged requires improvement overall",
            "not judged requires improvement overall",
            SUPPORT_2019,
            (2013, None),
            "the overall grade that stands is requires improvement (before September 2012 that grade was satisfactory)",
            note=NO_OVERALL_GRADE,
        ),
        source=SUPPORT_2019,
        consequence="From 2019 an offer of support by the Department for Education; monitoring by Ofsted.",
    ),
    Rule(
        key="inadequate",
        title="Judged inadequate",
        kind="inspection",
        phases=SCHOOLS,
        in_force=(2006, None),
        versions=_one(
            "overall_effectiveness",
            1,
            "judged inadequate overall",
            "not judged inadequate overall",
            FRAMEWORKS,
            (2006, None),
            "the overall grade that stands is inadequate",
            note=NO_OVERALL_GRADE,
        ),
        source=ACADEMIES_ACT,
        consequence="From 2016 an academy order for a maintained school, a new trust for an academy.",
    ),
    Rule(
        key="serious_weaknesses",
        title="Serious weaknesses",
        kind="inspection",
        phases=SCHOOLS,
        in_force=(2012, 2025),
        ended="report cards have the category requires significant improvement instead",
        versions=_one(
            "serious_weaknesses",
            1,
            "in the category serious weaknesses",
            "not in the category serious weaknesses",
            MEMORY,
            (2012, 2025),
            "in the category serious weaknesses, which replaced notice to improve in January 2012",
            verified=False,
        ),
        source=FRAMEWORKS,
        consequence="Monitoring by Ofsted; an academy order or a new trust.",
    ),
    Rule(
        key="special_measures",
        title="Special measures",
        kind="inspection",
        phases=SCHOOLS,
        in_force=(2006, None),
        versions=_one(
            "special_measures",
            1,
            "in special measures",
            "not in special measures",
            REPORT_CARD,
            (2006, None),
            "in special measures; with a report card: leadership and governance needs urgent improvement, and so does "
            "another area or safeguarding is not met",
        ),
        source=GUIDANCE,
        consequence="Structural intervention by default: an academy order, or a new trust.",
    ),
    Rule(
        key="requires_significant_improvement",
        title="Requires significant improvement",
        kind="inspection",
        phases=SCHOOLS,
        in_force=(2026, None),
        versions=(
            Version(
                years=(2026, None),
                test=SIGNIFICANT_IMPROVEMENT,
                needs=INSPECTED,
                words="urgent improvement in an area other than leadership and governance, or safeguarding not met, or "
                "urgent improvement in leadership and governance alone; short of special measures",
                source=REPORT_CARD,
            ),
        ),
        source=REPORT_CARD,
        consequence="Until September 2026 normally structural intervention; from then targeted RISE for up to 18 "
        "months.",
    ),
    Rule(
        key="two_requires_improvement",
        title="Requires improvement twice or more",
        kind="inspection",
        phases=SCHOOLS,
        in_force=(2022, 2024),
        ended="orders on these grounds were dropped in 2024",
        versions=(
            Version(
                years=(2022, 2024),
                test=All(
                    (
                        _is(
                            "overall_effectiveness",
                            2,
                            "judged requires improvement overall",
                            "not judged requires improvement overall",
                            MEMORY,
                            verified=False,
                        ),
                        BEFORE,
                    )
                ),
                words="requires improvement now and below good at the inspection before",
                source=MEMORY,
                verified=False,
            ),
        ),
        source=MEMORY,
        verified=False,
        consequence="The Secretary of State could make an academy order (2022 to 2024).",
    ),
    Rule(
        key="stuck_school",
        title="Stuck school",
        kind="inspection",
        phases=SCHOOLS,
        in_force=(2025, None),
        versions=_stuck_versions(),
        source=RISE,
        published=STUCK_COUNTS,
        consequence="Targeted intervention by a RISE team from February 2025.",
    ),
    Rule(
        key="rise_eligible",
        title="Eligible for targeted RISE",
        kind="inspection",
        phases=SCHOOLS,
        in_force=(2025, None),
        versions=(
            *_stuck_versions()[:1],
            Version(years=(2026, 2026), test=STUCK, words=_stuck_versions()[1].words, source=RISE, needs=INSPECTED),
            Version(
                years=(2027, None),
                test=Any((STUCK, SIGNIFICANT_IMPROVEMENT)),
                words="a stuck school, or from September 2026 one that requires significant improvement",
                source=GUIDANCE,
                needs=INSPECTED,
            ),
        ),
        source=GUIDANCE,
        published=STUCK_COUNTS,
        consequence="A RISE adviser and a plan, for up to 18 months where it requires significant improvement.",
    ),
    Rule(
        key="rise_low_attainment",
        title="Eligible for targeted RISE by low attainment (consultation of 2026)",
        kind="inspection",
        phases=("primary", "secondary", "all-through", "middle"),
        in_force=(2027, None),
        versions=(),
        enabled=False,
        verified=False,
        unjudged="consulted on from 23 February to 4 May 2026; its outcome and thresholds were not found",
        source=CONSULTATION,
        consequence="None until it is decided; the authority can try a threshold of its own in triggers.csv.",
    ),
)
