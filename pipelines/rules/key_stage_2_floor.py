"""The floor standard at key stage 2, results of 2010 to 2018, and what it asked in each of those years."""

from pipelines.rules.vocabulary import (
    EXCLUDED_AT_ELEVEN,
    All,
    Any,
    Arm,
    AtLeast,
    Citation,
    PublishedCount,
    Rule,
    Test,
    Version,
)

TES = Citation(title="Tes, report on the primary performance tables", date="21 Dec 2012")
GOV_2011 = Citation(title="Department for Education, primary performance tables (gov.uk)", date="Dec 2011")
ANAPOLY = Citation(
    title="Department for Education, floor standards for primary schools, as reported by Anapoly", date="2013"
)
INFOTAP = Citation(title="Infotap, floor standards by year", date="2014")
INFOTAP_2015 = Citation(title="Infotap, floor standards 2015 (fs_15)", date="2015")
RSASSESSMENT = Citation(title="RS Assessment, the primary floor standard", date="2016")
DATALAB = Citation(title="FFT Education Datalab, primary floor standard", date="Dec 2017")
TES_2018 = Citation(title="Tes, report on the primary performance tables", date="Dec 2018")
MEMORY = Citation(title="General knowledge, not confirmed in a published source", date="undated")
SIGNIFICANCE = Citation(
    title="Department for Education, primary school accountability: significantly below average is an upper 95% "
    "limit below 0",
    date="2016",
)

WITHOUT_PROGRESS = "fewer than 55% of pupils at level 4 or above in English and maths"
BOYCOTT = (
    "About a quarter of schools boycotted the tests of 2009/10 (BBC guide to the tables): a missing result of that "
    "year need not be a hidden one."
)


def _share(measure: str, threshold: float, source: Citation, *, verified: bool = True) -> Arm:
    return Arm(measure=measure, comparator="<", threshold=threshold, source=source, verified=verified)


def _version(years: tuple[int, int], test: Test, words: str, source: Citation, **others) -> Version:
    scaled = years[0] >= 2016
    return Version(
        years=years,
        test=test,
        words=words,
        source=source,
        cohort="key_stage_2_pupils" if scaled else "key_stage_2_pupils_in_level_years",
        minimum_cohort=11,
        coverage=tuple(f"{subject}_progress_coverage" for subject in ("reading", "writing", "maths")) if scaled else (),
        **others,
    )


def _english_and_maths(
    year: int, share: float, medians: tuple[float, float], source: Citation, medians_source: Citation
) -> Version:
    """To 2011/12: the share in English and maths, and two levels of progress below both medians."""
    english, maths = medians
    return _version(
        (year, year),
        All(
            (
                _share("english_maths_level_4", share, source),
                _share("english_two_levels_progress", english, medians_source, verified=False),
                _share("maths_two_levels_progress", maths, medians_source, verified=False),
            )
        ),
        f"fewer than {share:g}% of pupils at level 4 or above in English and maths, and below the median in two "
        f"levels of progress in English ({english:g}%) and in maths ({maths:g}%)",
        source,
        verified=False,
    )


def _three_subjects(
    year: int, share: float, medians: tuple[float, float, float], source: Citation, *, verified: bool
) -> Version:
    """2012/13 to 2014/15: the share in reading, writing and maths, and progress below all three medians."""
    subjects = dict(zip(("reading", "writing", "maths"), medians, strict=True))
    return _version(
        (year, year),
        All(
            (
                _share("reading_writing_maths_level_4", share, source),
                *(
                    _share(f"{subject}_two_levels_progress", median, source, verified=verified)
                    for subject, median in subjects.items()
                ),
            )
        ),
        f"fewer than {share:g}% of pupils at level 4 or above in reading, writing and maths, and below the median in "
        f"two levels of progress in reading ({medians[0]:g}%), in writing ({medians[1]:g}%) and in maths "
        f"({medians[2]:g}%)",
        source,
        verified=verified,
    )


def insufficient_progress(reading: float, writing: float, maths: float, source: Citation, *, significant: bool) -> Test:
    """Any subject's progress below its threshold; a single one must also be significantly below average."""
    low = {
        subject: Arm(measure=f"{subject}_progress", comparator="<", threshold=threshold, source=source)
        for subject, threshold in (("reading", reading), ("writing", writing), ("maths", maths))
    }
    if not significant:
        return Any(tuple(low.values()))
    alone = tuple(
        All(
            (
                arm,
                Arm(measure=arm.measure, comparator="<", threshold=0, limit="upper", source=SIGNIFICANCE),
            )
        )
        for arm in low.values()
    )
    return Any((AtLeast(2, tuple(low.values())), *alone))


SCALED = _version(
    (2016, 2018),
    All(
        (
            _share("reading_writing_maths_expected", 65, RSASSESSMENT),
            insufficient_progress(-5, -7, -5, RSASSESSMENT, significant=True),
        )
    ),
    "fewer than 65% of pupils at the expected standard in reading, writing and maths, and progress below −5 in "
    "reading, −7 in writing or −5 in maths (where only one of them is, it must also be significantly below average)",
    RSASSESSMENT,
    note="In 2015/16 no school was to be acted upon for writing alone; the published count is of all schools below.",
)

RULES = (
    Rule(
        key="ks2_floor",
        title="Floor standard, key stage 2",
        kind="statutory",
        phases=("primary", "middle", "all-through"),
        in_force=(2010, 2018),
        ended="the rule was last used on results of 2017/18 and ended in 2019",
        versions=(
            _version(
                (2010, 2010),
                _share("english_maths_level_4", 55, TES),
                WITHOUT_PROGRESS,
                TES,
                note=BOYCOTT,
            ),
            _english_and_maths(2011, 60, (87, 86), GOV_2011, MEMORY),
            _english_and_maths(2012, 60, (92, 90), TES, MEMORY),
            _three_subjects(2013, 60, (91, 95, 92), ANAPOLY, verified=True),
            _three_subjects(2014, 65, (94, 96, 93), INFOTAP, verified=True),
            _three_subjects(2015, 65, (94, 97, 93), INFOTAP_2015, verified=False),
            SCALED,
        ),
        excluded=EXCLUDED_AT_ELEVEN,
        is_notional_allowed=True,
        source=TES,
        published={
            2011: PublishedCount(below=1310, source=GOV_2011),
            2012: PublishedCount(below=476, source=TES, note="45 more had closed since"),
            2014: PublishedCount(below=768, source=MEMORY, verified=False),
            2016: PublishedCount(below=665, source=TES),
            2017: PublishedCount(below=511, of=13_633, source=DATALAB),
            2018: PublishedCount(below=364, source=TES_2018),
        },
        consequence="To 2019 the Department for Education could intervene: a warning notice, an academy order, or a "
        "new sponsor.",
    ),
)
