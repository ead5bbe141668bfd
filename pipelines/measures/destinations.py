"""Where pupils went after sixteen: sustained education, apprenticeship or employment."""

from pipelines.measures.vocabulary import UNITS, Measure, Polarity, Published

TOPIC = "Destinations"
_SUFFIXES = {"all": "", "disadvantaged": "_DIS", "other": "_NONDIS"}

_DESTINATIONS = (
    (
        "sustained_destination",
        "Stayed in education or employment after sixteen",
        "OVERALL_DESTPER",
        "Share of pupils who left key stage 4 and stayed in education, an apprenticeship or employment for at "
        "least two terms in the year after.",
        Polarity.HIGH_IS_BETTER,
    ),
    (
        "education_destination",
        "Stayed in education after sixteen",
        "EDUCATIONPER",
        "Share of leavers who stayed in education for at least two terms in the year after.",
        Polarity.NEUTRAL,
    ),
    (
        "apprenticeship_destination",
        "Apprenticeship after sixteen",
        "APPRENPER",
        "Share of leavers in an apprenticeship for at least two terms in the year after.",
        Polarity.NEUTRAL,
    ),
    (
        "employment_destination",
        "Employment after sixteen",
        "EMPLOYMENTPER",
        "Share of leavers in employment for at least two terms in the year after.",
        Polarity.NEUTRAL,
    ),
    (
        "not_sustained_destination",
        "Did not stay in education or employment after sixteen",
        "NOT_SUSTAINEDPER",
        "Share of leavers whose education or employment was not sustained for two terms.",
        Polarity.LOW_IS_BETTER,
    ),
    (
        "unknown_destination",
        "Destination after sixteen not known",
        "UNKNOWNPER",
        "Share of leavers whose destination was not captured.",
        Polarity.LOW_IS_BETTER,
    ),
)

MEASURES = tuple(
    Measure(
        key=key,
        label=label,
        topic=TOPIC,
        definition=definition,
        origin=Published(
            source="key_stage_4_destinations",
            columns={group: f"{stem}{end}" for group, end in _SUFFIXES.items()},
            cohort={group: f"COHORT{end}" for group, end in _SUFFIXES.items()},
        ),
        unit=UNITS["percent"],
        polarity=polarity,
        years=(2011, None),
        axis=(0, 100),
        phases=("secondary", "all-through", "special", "middle", "alternative provision"),
    )
    for key, label, stem, definition, polarity in _DESTINATIONS
)
