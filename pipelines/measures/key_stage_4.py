"""Results at sixteen: GCSEs and equivalents at the end of key stage 4, and progress from key stage 2."""

from pipelines.measures.vocabulary import UNITS, Measure, Polarity, Published, YearNote

TOPIC = "Key stage 4"
_PHASES = ("secondary", "all-through", "special", "middle")
_SUFFIXES = {
    "all": "",
    "boys": "_BOYS",
    "girls": "_GIRLS",
    "prior_low": "_LO",
    "prior_middle": "_AV",
    "prior_high": "_HI",
    "disadvantaged": "_FSM6CLA1A",
    "other": "_NFSM6CLA1A",
    "eal": "_EAL",
    "non_mobile": "_NMOB",
}
_COHORT = {
    "all": "TPUP",
    "boys": "BPUP",
    "girls": "GPUP",
    "prior_low": "TPRIORLO",
    "prior_middle": "TPRIORAV",
    "prior_high": "TPRIORHI",
    "disadvantaged": "TFSM6CLA1A",
    "other": "TNOTFSM6CLA1A",
    "eal": "TEALGRP2",
    "non_mobile": "TNMOB",
}
_NO_EXAMS = YearNote(
    years=(2020, 2021),
    state="not comparable",
    note="Grades of 2019/20 and 2020/21 were set by schools because of the pandemic; they were not published "
    "for single schools and are not comparable.",
)
_ADAPTED = YearNote(
    years=(2022, 2022),
    state="caution",
    note="Exams of 2021/22 were adapted and grading was more generous than before: compare with care.",
)
_NINE_TO_ONE = YearNote(
    years=(2017, 2017),
    state="break",
    note="GCSEs in English and maths are graded 9 to 1 from 2016/17: points are not comparable with the years before.",
)
_MORE_NINE_TO_ONE = YearNote(
    years=(2018, 2018),
    state="caution",
    note="Most other subjects moved to grades 9 to 1 in 2017/18; the point scores changed with them.",
)
_NO_PROGRESS_8 = YearNote(
    years=(2025, 2026),
    state="not published",
    note="Progress 8 is not published for 2024/25 and 2025/26: these pupils had no key stage 2 tests. "
    "It returns with 2026/27.",
)
_EBACC_POINTS = YearNote(
    years=(2018, 2018),
    state="break",
    note="The English Baccalaureate headline became an average point score in 2017/18.",
)
_DISADVANTAGED_TO_2014 = {year: {"TFSM6CLA1A": "TFSMCLA", "TNOTFSM6CLA1A": "TNOTFSMCLA"} for year in range(2011, 2015)}
_MIDDLE_RENAMED = {year: {"EBACCAPS_AV": "EBACCAPS_MID"} for year in range(2022, 2031)}


def _by_group(stem: str, groups=tuple(_SUFFIXES), end: str = "") -> dict[str, str]:
    return {group: f"{stem}{_SUFFIXES[group]}{end}" for group in groups}


def _measure(key: str, label: str, definition: str, origin: Published, unit: str, axis, years, **others) -> Measure:
    return Measure(
        key=key,
        label=label,
        topic=TOPIC,
        definition=definition,
        origin=origin,
        unit=UNITS[unit],
        polarity=others.pop("polarity", Polarity.HIGH_IS_BETTER),
        years=years,
        axis=axis,
        phases=_PHASES,
        **others,
    )


def _attainment_8(key: str, label: str, stem: str, definition: str, axis, *, headline=False) -> Measure:
    groups = tuple(group for group in _SUFFIXES if stem == "ATT8SCR" or not group.startswith("prior_"))
    return _measure(
        key,
        label,
        definition,
        Published(
            source="key_stage_4",
            columns=_by_group(stem, groups),
            cohort={group: _COHORT[group] for group in groups},
            since={} if stem == "ATT8SCR" else dict.fromkeys(("boys", "girls", "eal", "non_mobile"), 2018),
        ),
        "attainment_8_score",
        axis,
        (2016, None),
        notes=(_NINE_TO_ONE, _MORE_NINE_TO_ONE, _NO_EXAMS, _ADAPTED),
        headline=headline,
    )


def _progress_8() -> Measure:
    return _measure(
        "progress_8",
        "Progress 8",
        "How many grades per subject better or worse pupils did over eight subjects than pupils with the same "
        "results at eleven nationally; 0 is the national average. From 2017/18 extreme scores of single pupils "
        "are capped.",
        Published(
            source="key_stage_4",
            columns=_by_group("P8MEA"),
            cohort=_by_group("P8PUP"),
            lower=_by_group("P8CILOW"),
            upper=_by_group("P8CIUPP"),
        ),
        "progress_8_score",
        (-2, 2),
        (2016, None),
        notes=(_NINE_TO_ONE, _MORE_NINE_TO_ONE, _NO_EXAMS, _ADAPTED, _NO_PROGRESS_8),
        headline=True,
    )


def _progress_8_element(key: str, label: str, stem: str) -> Measure:
    groups = ("all", "disadvantaged", "other")
    return _measure(
        key,
        label,
        f"{label}: as Progress 8, for this element alone.",
        Published(
            source="key_stage_4",
            columns=_by_group(stem, groups),
            cohort=_by_group("P8PUP", groups),
            lower={group: f"{stem}_CILOW{_SUFFIXES[group]}" for group in groups},
            upper={group: f"{stem}_CIUPP{_SUFFIXES[group]}" for group in groups},
        ),
        "progress_8_score",
        (-2, 2),
        (2016, None),
        notes=(_NINE_TO_ONE, _MORE_NINE_TO_ONE, _NO_EXAMS, _ADAPTED, _NO_PROGRESS_8),
    )


def _english_and_maths(grade: str, words: str, *, headline: bool) -> Measure:
    columns = {
        "all": f"PTL2BASICS_{grade}",
        "boys": f"PBL2BASICS_{grade}",
        "girls": f"PGL2BASICS_{grade}",
        "prior_low": f"PTBASICSLO_{grade}",
        "prior_middle": f"PTBASICSAV_{grade}",
        "prior_high": f"PTBASICSHI_{grade}",
        "disadvantaged": f"PTFSM6CLA1ABASICS_{grade}",
        "other": f"PTNOTFSM6CLA1ABASICS_{grade}",
        "eal": f"PTL2BASICSEAL_{grade}",
        "non_mobile": f"PTL2BASICSNMOB_{grade}",
    }
    lowest = grade[1]
    return _measure(
        f"english_maths_grade_{lowest}",
        f"English and maths at grade {lowest} or above",
        f"Share of pupils with grade {lowest} ({words}) or above in GCSE English and in GCSE maths.",
        Published(source="key_stage_4", columns=columns, cohort=dict(_COHORT)),
        "rate",
        (0, 100),
        (2017, None),
        notes=(_NO_EXAMS, _ADAPTED),
        headline=headline,
    )


def _ebacc(key: str, label: str, columns: dict[str, str], definition: str, years, notes=()) -> Measure:
    return _measure(
        key,
        label,
        definition,
        Published(
            source="key_stage_4",
            columns=columns,
            cohort={group: _COHORT[group] for group in columns},
        ),
        "rate",
        (0, 100),
        years,
        notes=(*notes, _NO_EXAMS, _ADAPTED),
    )


_A_STAR_TO_C_NAMES = {year: "PTL2BASICS" for year in range(2008, 2014)} | {
    2014: "PTL2BASICS_PTQ",
    2015: "PTL2BASICS_PTQ_EE",
    2016: "PTL2BASICS_LL_PTQ_EE",
}
_FIVE_A_STAR_TO_C_NAMES = {year: "PTAC5EM" for year in range(2008, 2014)} | {
    2014: "PTAC5EM_PTQ",
    2015: "PTAC5EM_PTQ_EE",
    2016: "PTAC5EM_PTQ_EE",
}
_WOLF = YearNote(
    years=(2014, 2014),
    state="break",
    note="Fewer qualifications count, and only a pupil's first entry, from 2013/14.",
)

MEASURES = (
    _attainment_8(
        "attainment_8",
        "Attainment 8",
        "ATT8SCR",
        "Average points of pupils over eight GCSE-level subjects, English and maths counted double.",
        (0, 90),
        headline=True,
    ),
    _attainment_8(
        "attainment_8_english",
        "Attainment 8: English",
        "ATT8SCRENG",
        "Average points in the English element of Attainment 8.",
        (0, 20),
    ),
    _attainment_8(
        "attainment_8_maths",
        "Attainment 8: maths",
        "ATT8SCRMAT",
        "Average points in the maths element of Attainment 8.",
        (0, 20),
    ),
    _attainment_8(
        "attainment_8_ebacc",
        "Attainment 8: English Baccalaureate subjects",
        "ATT8SCREBAC",
        "Average points in the three English Baccalaureate subjects of Attainment 8.",
        (0, 30),
    ),
    _attainment_8(
        "attainment_8_open",
        "Attainment 8: open subjects",
        "ATT8SCROPEN",
        "Average points in the three open subjects of Attainment 8.",
        (0, 30),
    ),
    _progress_8(),
    _progress_8_element("progress_8_english", "Progress 8: English", "P8MEAENG"),
    _progress_8_element("progress_8_maths", "Progress 8: maths", "P8MEAMAT"),
    _progress_8_element("progress_8_ebacc", "Progress 8: English Baccalaureate subjects", "P8MEAEBAC"),
    _progress_8_element("progress_8_open", "Progress 8: open subjects", "P8MEAOPEN"),
    _measure(
        "progress_8_coverage",
        "Share of pupils counted in Progress 8",
        "Share of pupils at the end of key stage 4 with results at eleven, who are counted in Progress 8.",
        Published(source="key_stage_4", columns={"all": "P8MEACOV"}, cohort={"all": "TPUP"}),
        "percent",
        (0, 100),
        (2016, None),
        polarity=Polarity.NEUTRAL,
        notes=(_NO_EXAMS, _NO_PROGRESS_8),
    ),
    _english_and_maths("94", "a standard pass", headline=False),
    _english_and_maths("95", "a strong pass", headline=True),
    _measure(
        "english_maths_a_star_to_c",
        "English and maths at A* to C",
        "Share of pupils with A* to C in GCSE English and in GCSE maths (to 2015/16).",
        Published(
            source="key_stage_4",
            columns={"all": "PTL2BASICS"},
            cohort={"all": "TPUP"},
            renames={year: {"PTL2BASICS": name} for year, name in _A_STAR_TO_C_NAMES.items()},
        ),
        "rate",
        (0, 100),
        (2008, 2016),
        notes=(_WOLF,),
    ),
    _measure(
        "five_a_star_to_c_with_english_maths",
        "Five or more A* to C with English and maths",
        "Share of pupils with five or more GCSEs or equivalents at A* to C, English and maths among them (to 2015/16).",
        Published(
            source="key_stage_4",
            columns={"all": "PTAC5EM"},
            cohort={"all": "TPUP"},
            renames={year: {"PTAC5EM": name} for year, name in _FIVE_A_STAR_TO_C_NAMES.items()},
        ),
        "rate",
        (0, 100),
        (2008, 2016),
        notes=(_WOLF,),
    ),
    _ebacc(
        "ebacc_entry",
        "Entered for the English Baccalaureate",
        {
            "all": "PTEBACC_E_PTQ_EE",
            "boys": "PBEBACC_E_PTQ_EE",
            "girls": "PGEBACC_E_PTQ_EE",
            "prior_low": "PTEBACC_ELO_PTQ_EE",
            "prior_middle": "PTEBACC_EAV_PTQ_EE",
            "prior_high": "PTEBACC_EHI_PTQ_EE",
            "disadvantaged": "PTEBACC_EFSM6CLA1A_PTQ_EE",
            "other": "PTEBACC_ENFSM6CLA1A_PTQ_EE",
            "eal": "PTEBACC_EEAL_PTQ_EE",
            "non_mobile": "PTEBACC_ENMOB_PTQ_EE",
        },
        "Share of pupils entered for English, maths, sciences, a language and history or geography.",
        (2015, None),
    ),
    _ebacc(
        "ebacc_grade_4",
        "English Baccalaureate at grade 4 or above",
        {
            "all": "PTEBACC_94",
            "boys": "PBEBACC_94",
            "girls": "PGEBACC_94",
            "prior_low": "PTEBACCLO_94",
            "prior_middle": "PTEBACCAV_94",
            "prior_high": "PTEBACCHI_94",
            "disadvantaged": "PTEBACC_94_FSM6CLA1A",
            "other": "PTEBACC_94_NFSM6CLA1A",
            "eal": "PTEBACCEAL_94",
            "non_mobile": "PTEBACCNMOB_94",
        },
        "Share of pupils with grade 4 (C before 2018) or above in all English Baccalaureate subjects.",
        (2018, None),
    ),
    _ebacc(
        "ebacc_grade_5",
        "English Baccalaureate at grade 5 or above",
        {
            "all": "PTEBACC_95",
            "boys": "PBEBACC_95",
            "girls": "PGEBACC_95",
            "prior_low": "PTEBACCLO_95",
            "prior_middle": "PTEBACCAV_95",
            "prior_high": "PTEBACCHI_95",
            "disadvantaged": "PTEBACC_95_FSM6CLA1A",
            "other": "PTEBACC_95_NFSM6CLA1A",
            "eal": "PTEBACCEAL_95",
            "non_mobile": "PTEBACCNMOB_95",
        },
        "Share of pupils with grade 5 or above in English and maths and 5 (C before 2018) or above in the other "
        "English Baccalaureate subjects.",
        (2017, None),
    ),
    _measure(
        "ebacc_points",
        "English Baccalaureate average points",
        "Average points per pupil over the five parts of the English Baccalaureate, a part not entered counting 0.",
        Published(
            source="key_stage_4",
            columns=_by_group("EBACCAPS"),
            cohort=dict(_COHORT),
            renames=_MIDDLE_RENAMED,
        ),
        "average_point_score",
        (0, 9),
        (2018, None),
        notes=(_EBACC_POINTS, _NO_EXAMS, _ADAPTED),
    ),
    _measure(
        "prior_attainment_at_sixteen",
        "Average results at eleven of pupils now sixteen",
        "Average key stage 2 point score of pupils at the end of key stage 4 (to 2018/19).",
        Published(source="key_stage_4", columns={"all": "KS2APS"}),
        "average_point_score",
        (15, 36),
        (2011, 2019),
        polarity=Polarity.NEUTRAL,
    ),
    _measure(
        "disadvantaged_share_key_stage_4",
        "Disadvantaged pupils at the end of key stage 4",
        "Share of pupils at the end of key stage 4 who are disadvantaged.",
        Published(source="key_stage_4", columns={"all": "PTFSM6CLA1A"}, cohort={"all": "TPUP"}),
        "percent",
        (0, 100),
        (2015, None),
        polarity=Polarity.NEUTRAL,
    ),
    _measure(
        "eal_share_key_stage_4",
        "English as an additional language at the end of key stage 4",
        "Share of pupils at the end of key stage 4 whose first language is not English.",
        Published(source="key_stage_4", columns={"all": "PTEALGRP2"}, cohort={"all": "TPUP"}),
        "percent",
        (0, 100),
        (2015, None),
        polarity=Polarity.NEUTRAL,
    ),
    _measure(
        "key_stage_4_pupils",
        "Pupils at the end of key stage 4",
        "Pupils on roll at the end of key stage 4.",
        Published(source="key_stage_4", columns=dict(_COHORT), renames=_DISADVANTAGED_TO_2014),
        "pupils",
        (0, 400),
        (2011, None),
        polarity=Polarity.NEUTRAL,
        minimum_cohort=0,
    ),
)
