"""Coasting: three years in a row below a higher bar than the floor, results of 2016 to 2018."""

from pipelines.rules.key_stage_2_floor import insufficient_progress
from pipelines.rules.key_stage_4_floor import progress_8_below
from pipelines.rules.vocabulary import (
    EXCLUDED_AT_ELEVEN,
    EXCLUDED_AT_SIXTEEN,
    All,
    Arm,
    Citation,
    PublishedCount,
    Rule,
    Version,
)

REGULATIONS = Citation(
    title="The Coasting Schools (England) Regulations 2017, and the illustrative definition", date="2015 to 2017"
)
STATISTICS = Citation(
    title="Department for Education, key stage 2 and key stage 4 statistics, coasting schools", date="2016 to 2019"
)
MEMORY = Citation(title="General knowledge, not confirmed in a published source", date="undated")
OF_WHOM = "the source does not say of which phase; the number fits primaries alone"
ENDED = "coasting was last used on results of 2017/18 and ended in 2019"
PUBLISHED = {
    2016: PublishedCount(below=477, source=STATISTICS, verified=False, note=OF_WHOM),
    2017: PublishedCount(below=524, source=STATISTICS, verified=False, note=OF_WHOM),
    2018: PublishedCount(below=640, source=STATISTICS, verified=False, note=OF_WHOM),
}
CONSEQUENCE = "To 2019 the regional schools commissioner could ask for a plan, offer support, or make an academy order."


def _primary_levels(year: int, medians: tuple[float, float, float], *, verified: bool) -> Version:
    return Version(
        years=(year, year),
        test=All(
            (
                Arm(measure="reading_writing_maths_level_4", comparator="<", threshold=85, source=REGULATIONS),
                *(
                    Arm(
                        measure=f"{subject}_two_levels_progress",
                        comparator="<",
                        threshold=median,
                        source=MEMORY if not verified else REGULATIONS,
                        verified=verified,
                    )
                    for subject, median in zip(("reading", "writing", "maths"), medians, strict=True)
                ),
            )
        ),
        words="fewer than 85% of pupils at level 4 or above in reading, writing and maths, and two levels of progress "
        "below the median in all three",
        source=REGULATIONS,
        verified=verified,
        cohort="key_stage_2_pupils_in_level_years",
        minimum_cohort=11,
    )


def _secondary_five(year: int, medians: tuple[float, float]) -> Version:
    return Version(
        years=(year, year),
        test=All(
            (
                Arm(
                    measure="five_a_star_to_c_with_english_maths",
                    comparator="<",
                    threshold=60,
                    source=REGULATIONS,
                ),
                *(
                    Arm(
                        measure=f"expected_progress_{subject}",
                        comparator="<",
                        threshold=median,
                        source=MEMORY,
                        verified=False,
                    )
                    for subject, median in zip(("english", "maths"), medians, strict=True)
                ),
            )
        ),
        words="fewer than 60% of pupils with five A* to C with English and maths, and expected progress below the "
        "median in English and in maths",
        source=REGULATIONS,
        verified=False,
        cohort="key_stage_4_pupils",
        minimum_cohort=11,
    )


RULES = (
    Rule(
        key="coasting_primary",
        title="Coasting, primary",
        kind="statutory",
        phases=("primary", "middle", "all-through"),
        in_force=(2016, 2018),
        ended=ENDED,
        consecutive=3,
        versions=(
            _primary_levels(2014, (94, 96, 93), verified=True),
            _primary_levels(2015, (94, 97, 93), verified=False),
            Version(
                years=(2016, 2018),
                test=All(
                    (
                        Arm(
                            measure="reading_writing_maths_expected",
                            comparator="<",
                            threshold=85,
                            source=REGULATIONS,
                        ),
                        insufficient_progress(-2.5, -3.5, -2.5, REGULATIONS, significant=False),
                    )
                ),
                words="fewer than 85% of pupils at the expected standard in reading, writing and maths, and progress "
                "below −2.5 in reading, −3.5 in writing or −2.5 in maths",
                source=REGULATIONS,
                cohort="key_stage_2_pupils",
                minimum_cohort=11,
                coverage=tuple(f"{subject}_progress_coverage" for subject in ("reading", "writing", "maths")),
            ),
        ),
        excluded=EXCLUDED_AT_ELEVEN,
        is_notional_allowed=True,
        source=REGULATIONS,
        published=PUBLISHED,
        consequence=CONSEQUENCE,
    ),
    Rule(
        key="coasting_secondary",
        title="Coasting, secondary",
        kind="statutory",
        phases=("secondary", "all-through", "middle"),
        in_force=(2016, 2018),
        ended=ENDED,
        consecutive=3,
        versions=(
            _secondary_five(2014, (74, 67)),
            _secondary_five(2015, (73, 68)),
            progress_8_below(-0.25, REGULATIONS),
        ),
        excluded=EXCLUDED_AT_SIXTEEN,
        is_notional_allowed=True,
        source=REGULATIONS,
        consequence=CONSEQUENCE,
    ),
)
