"""Assessments at five, six and seven: known to the authority school by school, published for areas alone."""

from collections.abc import Mapping

from pipelines.measures.vocabulary import UNITS, Measure, Polarity, Published, YearNote

TOPIC = "Reception to Year 2"
SOURCE_KEY = "assessments"

GROUPS_ASSESSED = ("all", "free_school_meals", "not_free_school_meals")
"""Groups of pupils for which the authority's file may hold a row."""

_PHASES = ("primary", "all-through")


def _not_held(what: str) -> YearNote:
    return YearNote(
        years=(2020, 2021),
        state="no tests",
        note=f"{what} in 2019/20 and 2020/21 because of the pandemic.",
    )


_NEW_PROFILE = YearNote(
    years=(2022, 2022),
    state="break",
    note="A new early years foundation stage profile from 2021/22: not comparable with the years before.",
)


ASSESSMENTS: dict[str, str] = {
    "good_level_of_development": "good_level_of_development",
    "phonics_year_1": "phonics_year_1",
    "key_stage_1": "key_stage_1_reading_writing_maths",
}
"""What the authority's file calls an assessment → key of the measure."""


def _assessed(
    assessment: str,
    label: str,
    definition: str,
    years: tuple[int, int | None],
    notes: tuple[YearNote, ...],
    areas: Mapping[str, str],
    *,
    headline: bool = False,
    verified: bool = True,
) -> Measure:
    return Measure(
        key=ASSESSMENTS[assessment],
        label=label,
        topic=TOPIC,
        definition=definition,
        origin=Published(
            source=SOURCE_KEY,
            columns={group: f"{assessment}, {group}: reached" for group in GROUPS_ASSESSED},
            cohort={group: f"{assessment}, {group}: pupils" for group in GROUPS_ASSESSED},
            areas=areas,
        ),
        unit=UNITS["percent"],
        polarity=Polarity.HIGH_IS_BETTER,
        years=years,
        axis=(0, 100),
        phases=_PHASES,
        notes=notes,
        headline=headline,
        verified=verified,
    )


MEASURES = (
    _assessed(
        "good_level_of_development",
        "Good level of development",
        "Share of children at the end of Reception with at least the expected level in the early learning goals of the "
        "prime areas, literacy and mathematics.",
        (2013, None),
        (_not_held("No early years profiles were collected"), _NEW_PROFILE),
        {
            "all": "FSP_NEW_GoodDev",
            "free_school_meals": "FSP_Gooddev_FSM",
            "not_free_school_meals": "FSP_Gooddev_FSM_Other",
        },
        headline=True,
    ),
    _assessed(
        "phonics_year_1",
        "Phonics check in Year 1",
        "Share of pupils in Year 1 who met the expected standard in the phonics screening check.",
        (2012, None),
        (
            _not_held("No phonics check was held"),
            YearNote(
                years=(2022, 2022),
                state="caution",
                note="The check of 2021/22 was the first after the pandemic: these pupils missed part of Reception.",
            ),
        ),
        {"all": "KS1P_all", "free_school_meals": "KS1P_FSM"},
    ),
    _assessed(
        "key_stage_1",
        "Reading, writing and maths at seven",
        "Share of pupils assessed by their teachers at the expected standard in all of reading, writing and maths at "
        "the end of key stage 1.",
        (2016, 2023),
        (
            _not_held("No key stage 1 assessments were held"),
            YearNote(
                years=(2018, 2018),
                state="caution",
                note="The framework for assessing writing changed in 2017/18.",
            ),
        ),
        {},
        verified=False,
    ),
)
