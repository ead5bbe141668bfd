"""Results at eleven: tests and teacher assessment at the end of key stage 2, and progress from key stage 1."""

from pipelines.measures.vocabulary import UNITS, Measure, Polarity, Published, YearNote

TOPIC = "Key stage 2"
_SUFFIXES = {
    "all": "",
    "boys": "_B",
    "girls": "_G",
    "prior_low": "_L",
    "prior_middle": "_M",
    "prior_high": "_H",
    "disadvantaged": "_FSM6CLA1A",
    "other": "_NotFSM6CLA1A",
    "eal": "_EAL",
    "non_mobile": "_MOBN",
}
_COHORT = {
    "all": "TELIG",
    "boys": "BELIG",
    "girls": "GELIG",
    "prior_low": "TKS1GROUP_L",
    "prior_middle": "TKS1GROUP_M",
    "prior_high": "TKS1GROUP_H",
    "disadvantaged": "TFSM6CLA1A",
    "other": "TNotFSM6CLA1A",
    "eal": "TEALGRP2",
    "non_mobile": "TMOBN",
}
_EVERY_GROUP = tuple(_SUFFIXES)
_SOME_GROUPS = ("all", "prior_low", "prior_middle", "prior_high", "disadvantaged", "other")
_PHASES = ("primary", "all-through", "special", "middle")

_NO_TESTS = YearNote(
    years=(2020, 2021),
    state="no tests",
    note="No key stage 2 tests were held in 2019/20 and 2020/21 because of the pandemic.",
)
_NOT_BY_SCHOOL = YearNote(
    years=(2022, 2022),
    state="not published",
    note="Results of 2021/22 were not published for single schools.",
)
_NEW_CURRICULUM = YearNote(
    years=(2016, 2016),
    state="break",
    note="New curriculum, new tests and scaled scores from 2015/16: not comparable with levels.",
)
_NEW_WRITING = YearNote(
    years=(2018, 2018),
    state="break",
    note="The framework for assessing writing changed in 2017/18: measures with writing are not "
    "comparable with 2015/16 and 2016/17.",
)
_NO_PROGRESS = YearNote(
    years=(2024, 2025),
    state="not published",
    note="No progress was published for 2023/24 and 2024/25: these pupils had no key stage 1 tests. "
    "It returns with 2025/26.",
)


def _by_group(stem: str, groups: tuple[str, ...] = _EVERY_GROUP, end: str = "") -> dict[str, str]:
    return {group: f"{stem}{_SUFFIXES[group]}{end}" for group in groups}


def _standard(
    key: str, label: str, stem: str, definition: str, *, groups=_EVERY_GROUP, notes=(), headline: bool = False
) -> Measure:
    return Measure(
        key=key,
        label=label,
        topic=TOPIC,
        definition=definition,
        origin=Published(
            source="key_stage_2",
            columns=_by_group(stem, groups),
            cohort={group: _COHORT[group] for group in groups},
        ),
        unit=UNITS["percent"],
        polarity=Polarity.HIGH_IS_BETTER,
        years=(2016, None),
        axis=(0, 100),
        phases=_PHASES,
        notes=(_NEW_CURRICULUM, *notes, _NO_TESTS, _NOT_BY_SCHOOL),
        headline=headline,
    )


def _scaled(key: str, subject: str, stem: str) -> Measure:
    return Measure(
        key=key,
        label=f"Average scaled score in {subject}",
        topic=TOPIC,
        definition=f"Mean scaled score of pupils in the {subject} test; 100 is the expected standard.",
        origin=Published(source="key_stage_2", columns=_by_group(stem), cohort=dict(_COHORT)),
        unit=UNITS["scaled_score"],
        polarity=Polarity.HIGH_IS_BETTER,
        years=(2016, None),
        axis=(80, 120),
        phases=_PHASES,
        notes=(_NEW_CURRICULUM, _NO_TESTS, _NOT_BY_SCHOOL),
    )


def _progress(key: str, subject: str, stem: str, notes=()) -> Measure:
    return Measure(
        key=key,
        label=f"Progress in {subject}",
        topic=TOPIC,
        definition=f"How much further pupils got in {subject} between seven and eleven than pupils with the "
        "same starting point nationally; 0 is the national average.",
        origin=Published(
            source="key_stage_2",
            columns=_by_group(stem),
            cohort=dict(_COHORT),
            lower=_by_group(stem, end="_LOWER"),
            upper=_by_group(stem, end="_UPPER"),
        ),
        unit=UNITS["progress_score"],
        polarity=Polarity.HIGH_IS_BETTER,
        years=(2016, None),
        axis=(-10, 10),
        phases=_PHASES,
        notes=(_NEW_CURRICULUM, *notes, _NO_TESTS, _NOT_BY_SCHOOL, _NO_PROGRESS),
    )


_LEVEL_COHORT = {
    "all": "TELIG",
    "boys": "BELIG",
    "girls": "GELIG",
    "prior_low": "TKS1EXP_L",
    "prior_middle": "TKS1EXP_M",
    "prior_high": "TKS1EXP_H",
    "disadvantaged": "TFSMCLA",
    "other": "TNOTFSMCLA",
    "eal": "TEALGRP2",
}
_SINCE_2012 = dict.fromkeys(("disadvantaged", "other", "eal"), 2012)
_LEVEL_SUFFIXES = {
    "prior_low": "_L",
    "prior_middle": "_M",
    "prior_high": "_H",
    "disadvantaged": "_FSMCLA",
    "other": "_NOTFSMCLA",
    "eal": "_EALY",
}


def _level(
    key: str,
    label: str,
    definition: str,
    columns: dict[str, str],
    years: tuple[int, int],
    *,
    notes=(),
    by_year=None,
    since=None,
) -> Measure:
    """A measure of national curriculum levels; the columns' names are known from public code, not from files."""
    cohort = {group: _LEVEL_COHORT[group] for group in columns}
    renames = {year: dict(names) for year, names in (by_year or {}).items()}
    for year in range(years[0], years[1] + 1):
        printed = renames.setdefault(year, {})
        for name in (*columns.values(), *cohort.values()):
            new = printed.get(name, name)
            if year >= 2015:
                new = new.replace("FSMCLA", "FSM6CLA1A")
            if new != name:
                printed[name] = new
    return Measure(
        key=key,
        label=label,
        topic=TOPIC,
        definition=definition,
        origin=Published(
            source="key_stage_2",
            columns=columns,
            cohort=cohort,
            renames=renames,
            since=since or {},
        ),
        unit=UNITS["percent"],
        polarity=Polarity.HIGH_IS_BETTER,
        years=years,
        axis=(0, 100),
        phases=_PHASES,
        notes=notes,
        verified=False,
    )


def _levels_reached(name: str) -> dict[str, str]:
    """Columns of a share of pupils at a level: boys and girls by the second letter, others by ending."""
    return {
        "all": f"PT{name}",
        "boys": f"PB{name}",
        "girls": f"PG{name}",
        **{group: f"PT{name}{end}" for group, end in _LEVEL_SUFFIXES.items()},
    }


def _two_levels(stem: str) -> dict[str, str]:
    return {
        "all": stem,
        "boys": f"{stem}_B",
        "girls": f"{stem}_G",
        **{group: f"{stem}{end}" for group, end in _LEVEL_SUFFIXES.items()},
    }


def _with_12(stem: str, years: tuple[int, ...]) -> dict[int, dict[str, str]]:
    """To 2012/13 the headline of two levels of progress ended in 12 (key stage 1 to 2)."""
    columns = _two_levels(stem).values()
    return {
        year: {name: name.replace(stem, f"{stem}12") for name in columns if year < 2013 or name == stem}
        for year in years
    }


_DISADVANTAGE_WIDENED = YearNote(
    years=(2012, 2012),
    state="break",
    note="Disadvantaged counted free school meals now until 2010/11 and the last six years from 2011/12.",
)

MEASURES = (
    _standard(
        "reading_writing_maths_expected",
        "Reading, writing and maths at the expected standard",
        "PTRWM_EXP",
        "Share of pupils at the end of key stage 2 who reached the expected standard in the reading test, the "
        "maths test and the teacher assessment of writing.",
        notes=(_NEW_WRITING,),
        headline=True,
    ),
    _standard(
        "reading_writing_maths_higher",
        "Reading, writing and maths at the higher standard",
        "PTRWM_HIGH",
        "Share of pupils with a scaled score of 110 or more in reading and in maths who were working at "
        "greater depth in writing.",
        notes=(_NEW_WRITING,),
        headline=True,
    ),
    _progress("reading_progress", "reading", "READPROG"),
    _progress("writing_progress", "writing", "WRITPROG", notes=(_NEW_WRITING,)),
    _progress("maths_progress", "maths", "MATPROG"),
    _standard(
        "reading_expected",
        "Reading at the expected standard",
        "PTREAD_EXP",
        "Share of pupils with a scaled score of 100 or more in the reading test.",
        groups=_SOME_GROUPS,
    ),
    _standard(
        "reading_higher",
        "Reading at the higher standard",
        "PTREAD_HIGH",
        "Share of pupils with a scaled score of 110 or more in the reading test.",
        groups=_SOME_GROUPS,
    ),
    _standard(
        "writing_expected",
        "Writing at the expected standard",
        "PTWRITTA_EXP",
        "Share of pupils whom their teachers assessed at the expected standard in writing or above.",
        groups=_SOME_GROUPS,
        notes=(_NEW_WRITING,),
    ),
    _standard(
        "writing_higher",
        "Writing at greater depth",
        "PTWRITTA_HIGH",
        "Share of pupils whom their teachers assessed as working at greater depth in writing.",
        groups=_SOME_GROUPS,
        notes=(_NEW_WRITING,),
    ),
    _standard(
        "maths_expected",
        "Maths at the expected standard",
        "PTMAT_EXP",
        "Share of pupils with a scaled score of 100 or more in the maths test.",
        groups=_SOME_GROUPS,
    ),
    _standard(
        "maths_higher",
        "Maths at the higher standard",
        "PTMAT_HIGH",
        "Share of pupils with a scaled score of 110 or more in the maths test.",
        groups=_SOME_GROUPS,
    ),
    _standard(
        "grammar_expected",
        "Grammar, punctuation and spelling at the expected standard",
        "PTGPS_EXP",
        "Share of pupils with a scaled score of 100 or more in the grammar, punctuation and spelling test.",
        groups=_SOME_GROUPS,
    ),
    _standard(
        "grammar_higher",
        "Grammar, punctuation and spelling at the higher standard",
        "PTGPS_HIGH",
        "Share of pupils with a scaled score of 110 or more in the grammar, punctuation and spelling test.",
        groups=_SOME_GROUPS,
    ),
    _standard(
        "science_expected",
        "Science at the expected standard",
        "PTSCITA_EXP",
        "Share of pupils whom their teachers assessed at the expected standard in science.",
        groups=("all",),
    ),
    _scaled("reading_scaled_score", "reading", "READ_AVERAGE"),
    _scaled("maths_scaled_score", "maths", "MAT_AVERAGE"),
    _scaled("grammar_scaled_score", "grammar, punctuation and spelling", "GPS_AVERAGE"),
    Measure(
        key="key_stage_2_pupils",
        label="Pupils at the end of key stage 2",
        topic=TOPIC,
        definition="Pupils eligible for assessment at the end of key stage 2.",
        origin=Published(source="key_stage_2", columns=dict(_COHORT)),
        unit=UNITS["pupils"],
        polarity=Polarity.NEUTRAL,
        years=(2016, None),
        axis=(0, 150),
        phases=_PHASES,
        minimum_cohort=0,
        notes=(_NO_TESTS, _NOT_BY_SCHOOL),
    ),
    Measure(
        key="key_stage_2_pupils_in_level_years",
        label="Pupils at the end of key stage 2 (to 2014/15)",
        topic=TOPIC,
        definition="Pupils eligible for assessment at the end of key stage 2, in the years of national "
        "curriculum levels.",
        origin=Published(
            source="key_stage_2",
            columns={"all": "TELIG", "boys": "BELIG", "girls": "GELIG"},
        ),
        unit=UNITS["pupils"],
        polarity=Polarity.NEUTRAL,
        years=(2008, 2015),
        axis=(0, 150),
        phases=_PHASES,
        minimum_cohort=0,
    ),
    _level(
        "english_maths_level_4",
        "English and maths at level 4 or above",
        "Share of pupils at level 4 or above in both the English and the maths tests (to 2011/12).",
        _levels_reached("ENGMATX"),
        (2008, 2012),
        notes=(_DISADVANTAGE_WIDENED,),
        since=_SINCE_2012 | dict.fromkeys(("boys", "girls"), 2012),
    ),
    _level(
        "reading_writing_maths_level_4",
        "Reading, writing and maths at level 4 or above",
        "Share of pupils at level 4 or above in the reading and maths tests and in the teacher assessment of "
        "writing (2012/13 to 2014/15).",
        _levels_reached("READWRITTAMATX"),
        (2013, 2015),
    ),
    _level(
        "reading_writing_maths_level_5",
        "Reading, writing and maths at level 5 or above",
        "Share of pupils at level 5 or above in the reading and maths tests and in the teacher assessment of "
        "writing (2012/13 to 2014/15).",
        _levels_reached("READWRITTAMATAX"),
        (2013, 2015),
    ),
    _level(
        "english_two_levels_progress",
        "Two levels of progress in English",
        "Share of pupils who made at least two levels of progress in English from key stage 1.",
        _two_levels("PT2ENG"),
        (2008, 2012),
        by_year=_with_12("PT2ENG", (2008, 2009, 2010, 2011, 2012)),
        since=_SINCE_2012,
    ),
    _level(
        "reading_two_levels_progress",
        "Two levels of progress in reading",
        "Share of pupils who made at least two levels of progress in reading from key stage 1.",
        _two_levels("PT2READ"),
        (2013, 2015),
        by_year=_with_12("PT2READ", (2013,)),
    ),
    _level(
        "writing_two_levels_progress",
        "Two levels of progress in writing",
        "Share of pupils who made at least two levels of progress in writing from key stage 1.",
        _two_levels("PT2WRITTA"),
        (2013, 2015),
        by_year=_with_12("PT2WRITTA", (2013,)),
    ),
    _level(
        "maths_two_levels_progress",
        "Two levels of progress in maths",
        "Share of pupils who made at least two levels of progress in maths from key stage 1.",
        _two_levels("PT2MATH"),
        (2008, 2015),
        by_year=_with_12("PT2MATH", (2008, 2009, 2010, 2011, 2012, 2013)),
        since=_SINCE_2012,
    ),
    Measure(
        key="disadvantaged_share_key_stage_2",
        label="Disadvantaged pupils at the end of key stage 2",
        topic=TOPIC,
        definition="Share of pupils at the end of key stage 2 who are disadvantaged.",
        origin=Published(source="key_stage_2", columns={"all": "PTFSM6CLA1A"}, cohort={"all": "TELIG"}),
        unit=UNITS["percent"],
        polarity=Polarity.NEUTRAL,
        years=(2016, None),
        axis=(0, 100),
        phases=_PHASES,
        notes=(_NO_TESTS, _NOT_BY_SCHOOL),
    ),
    *(
        Measure(
            key=f"{subject}_progress_coverage",
            label=f"Share of pupils counted in progress in {subject}",
            topic=TOPIC,
            definition=f"Share of pupils at the end of key stage 2 with results at seven, who are counted in "
            f"progress in {subject}.",
            origin=Published(source="key_stage_2", columns={"all": column}, cohort={"all": "TELIG"}),
            unit=UNITS["percent"],
            polarity=Polarity.NEUTRAL,
            years=(2016, None),
            axis=(0, 100),
            phases=_PHASES,
            notes=(_NO_TESTS, _NOT_BY_SCHOOL, _NO_PROGRESS),
        )
        for subject, column in (("reading", "READCOV"), ("writing", "WRITCOV"), ("maths", "MATCOV"))
    ),
)
