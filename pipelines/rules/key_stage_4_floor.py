"""The floor standard at key stage 4, results of 2008 to 2018: National Challenge, five A* to C, Progress 8."""

from pipelines.measures.vocabulary import MINUS
from pipelines.rules.vocabulary import EXCLUDED_AT_SIXTEEN, All, Arm, Citation, PublishedCount, Rule, Version

NATIONAL_CHALLENGE = Citation(title="Department for Children, Schools and Families, National Challenge", date="2008")
GOV_2011 = Citation(title="Department for Education, secondary performance tables (gov.uk)", date="Jan 2011")
TABLES = Citation(
    title="Department for Education, secondary performance tables, technical guidance", date="2012 to 2015"
)
QUESTION = Citation(title="Parliamentary question on schools below the floor", date="25 Jan 2016")
PROGRESS_8 = Citation(title="Department for Education, Progress 8 school performance measure", date="2016")
SFR_2017 = Citation(
    title="Department for Education, revised GCSE and equivalent results (SFR 03/2017)", date="Jan 2017"
)
SFR_2018 = Citation(
    title="Department for Education, revised GCSE and equivalent results (SFR 01/2018)", date="Jan 2018"
)
MEMORY = Citation(title="General knowledge, not confirmed in a published source", date="undated")
FIVE = "five_a_star_to_c_with_english_maths"
NO_PROGRESS_MEASURE = (
    "Progress in English and in maths of these years is in no file that the catalogue reads, so a school under the "
    "share cannot be judged."
)


def _five(
    years: tuple[int, int], share: float, medians: tuple[float, float] | None, source: Citation, **others
) -> Version:
    """A share with five A* to C; from 2009/10 also expected progress below both medians."""
    arms = [Arm(measure=FIVE, comparator="<", threshold=share, source=source)]
    words = f"fewer than {share:g}% of pupils with five A* to C with English and maths"
    if medians is not None:
        arms += [
            Arm(
                measure=f"expected_progress_{subject}",
                comparator="<",
                threshold=median,
                source=MEMORY,
                verified=False,
            )
            for subject, median in zip(("english", "maths"), medians, strict=True)
        ]
        words += (
            f", and below the median in expected progress in English ({medians[0]:g}%) and in maths ({medians[1]:g}%)"
        )
    return Version(
        years=years,
        test=All(tuple(arms)),
        words=words,
        source=source,
        verified=medians is None,
        cohort="key_stage_4_pupils",
        minimum_cohort=11,
        note=NO_PROGRESS_MEASURE if medians else "",
        **others,
    )


def progress_8_below(threshold: float, source: Citation) -> Version:
    """From 2015/16: Progress 8 below the threshold, and significantly below average."""
    return Version(
        years=(2016, 2018),
        test=All(
            (
                Arm(measure="progress_8", comparator="<", threshold=threshold, source=source),
                Arm(measure="progress_8", comparator="<", threshold=0, limit="upper", source=source),
            )
        ),
        words=f"Progress 8 below {threshold:g} and its upper 95% limit below 0".replace("-", MINUS),
        source=source,
        cohort="key_stage_4_pupils",
        minimum_cohort=6,
        coverage=("progress_8_coverage",),
    )


RULES = (
    Rule(
        key="ks4_floor",
        title="Floor standard, key stage 4",
        kind="statutory",
        phases=("secondary", "all-through", "middle"),
        in_force=(2008, 2018),
        ended="the rule was last used on results of 2017/18 and ended in 2019",
        versions=(
            _five((2008, 2009), 30, None, NATIONAL_CHALLENGE),
            _five((2010, 2010), 35, (72, 65), GOV_2011),
            _five((2011, 2011), 35, (74, 66), GOV_2011),
            _five((2012, 2012), 40, (70, 70), TABLES),
            _five((2013, 2013), 40, (73, 73), TABLES),
            _five((2014, 2014), 40, (74, 67), TABLES),
            _five((2015, 2015), 40, (73, 68), QUESTION),
            progress_8_below(-0.5, PROGRESS_8),
        ),
        excluded=EXCLUDED_AT_SIXTEEN,
        is_notional_allowed=True,
        source=PROGRESS_8,
        published={
            2008: PublishedCount(below=638, source=NATIONAL_CHALLENGE, note="on results of 2007"),
            2010: PublishedCount(below=216, source=GOV_2011),
            2012: PublishedCount(below=195, source=TABLES),
            2013: PublishedCount(below=154, source=TABLES),
            2014: PublishedCount(below=330, source=TABLES),
            2015: PublishedCount(
                below=312, source=QUESTION, note="schools that chose Progress 8 a year early were judged on it"
            ),
            2016: PublishedCount(below=282, source=SFR_2017),
            2017: PublishedCount(below=365, source=SFR_2018),
        },
        consequence="To 2019 the Department for Education could intervene: a warning notice, an academy order, or a "
        "new sponsor.",
    ),
)
