"""The size of schools as the register of schools states it."""

from pipelines.measures.vocabulary import UNITS, Measure, Polarity, Published, YearNote

PHASES = (
    "nursery",
    "primary",
    "middle",
    "secondary",
    "all-through",
    "special",
    "alternative provision",
    "16 plus",
)
TOPIC = "Pupils and places"

_CENSUS_NOT_REFRESHED = YearNote(
    years=(2025, 2099),
    state="caution",
    note="The register may no longer take its pupil numbers from the newest school census.",
)

MEASURES = (
    Measure(
        key="school_capacity",
        label="School capacity",
        topic=TOPIC,
        definition="Pupils the school can hold, as the register of schools states it.",
        origin=Published(source="school_register", columns={"all": "SchoolCapacity"}),
        unit=UNITS["pupils"],
        polarity=Polarity.NEUTRAL,
        years=(2003, None),
        phases=PHASES,
        axis=(0, 2000),
        minimum_cohort=0,
    ),
    Measure(
        key="pupils_on_roll_register",
        label="Pupils on roll (register)",
        topic=TOPIC,
        definition="Pupils at the school at the last census that the register of schools has taken in.",
        origin=Published(source="school_register", columns={"all": "NumberOfPupils"}),
        unit=UNITS["pupils"],
        polarity=Polarity.NEUTRAL,
        years=(2003, None),
        phases=PHASES,
        axis=(0, 2000),
        minimum_cohort=0,
        notes=(_CENSUS_NOT_REFRESHED,),
    ),
    Measure(
        key="free_school_meals_register",
        label="Free school meals (register)",
        topic=TOPIC,
        definition="Share of pupils known to be eligible for free school meals at the last census that the "
        "register of schools has taken in.",
        origin=Published(
            source="school_register",
            columns={"all": "PercentageFSM"},
            cohort={"all": "NumberOfPupils"},
        ),
        unit=UNITS["rate"],
        polarity=Polarity.NEUTRAL,
        years=(2003, None),
        phases=PHASES,
        axis=(0, 100),
        notes=(_CENSUS_NOT_REFRESHED,),
    ),
)
