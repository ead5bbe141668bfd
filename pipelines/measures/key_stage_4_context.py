"""Who the sixteen-year-olds of a school are, and DfE's band of their progress (statistics service)."""

from pipelines.measures.vocabulary import UNITS, Measure, Polarity, Published

TOPIC = "Key stage 4 context"
_PHASES = ("secondary", "all-through", "special", "middle")


def _share(key: str, label: str, column: str, definition: str) -> Measure:
    return Measure(
        key=key,
        label=label,
        topic=TOPIC,
        definition=definition,
        origin=Published(source="key_stage_4_school_information", columns={"all": column}, cohort={"all": "t_pupils"}),
        unit=UNITS["rate"],
        polarity=Polarity.NEUTRAL,
        years=(2023, None),
        axis=(0, 100),
        phases=_PHASES,
    )


MEASURES = (
    Measure(
        key="key_stage_4_information_pupils",
        label="Pupils at the end of key stage 4 (school information)",
        topic=TOPIC,
        definition="Pupils at the end of key stage 4 as printed with the school information.",
        origin=Published(
            source="key_stage_4_school_information",
            columns={
                "all": "t_pupils",
                "boys": "t_boys",
                "girls": "t_girls",
                "prior_low": "t_prior_lo",
                "prior_middle": "t_prior_av",
                "prior_high": "t_prior_hi",
                "disadvantaged": "t_disadvantaged",
                "other": "t_not_disadvantaged",
                "eal": "t_language_not_english",
                "english_first_language": "t_language_english",
                "non_mobile": "t_not_mobile",
                "ehcp": "t_sen_with_ehcp",
                "sen_support": "t_sen_no_ehcp",
            },
        ),
        unit=UNITS["pupils"],
        polarity=Polarity.NEUTRAL,
        years=(2023, None),
        axis=(0, 400),
        phases=_PHASES,
        minimum_cohort=0,
    ),
    Measure(
        key="prior_attainment_scaled_score",
        label="Average scaled score at eleven of pupils now sixteen",
        topic=TOPIC,
        definition="Average key stage 2 scaled score of pupils at the end of key stage 4.",
        origin=Published(
            source="key_stage_4_school_information",
            columns={"all": "avg_ks2_scaledscore"},
            cohort={"all": "t_pupils"},
        ),
        unit=UNITS["prior_scaled_score"],
        polarity=Polarity.NEUTRAL,
        years=(2023, None),
        axis=(80, 120),
        phases=_PHASES,
    ),
    _share(
        "disadvantaged_share_information",
        "Disadvantaged pupils (school information)",
        "pt_disadvantaged",
        "Share of pupils at the end of key stage 4 who are disadvantaged.",
    ),
    _share(
        "eal_share_information",
        "English as an additional language (school information)",
        "pt_language_not_english",
        "Share of pupils at the end of key stage 4 whose first language is not English.",
    ),
    _share(
        "ehc_plan_share_key_stage_4",
        "Education, health and care plan at the end of key stage 4",
        "pt_sen_with_ehcp",
        "Share of pupils at the end of key stage 4 with an education, health and care plan.",
    ),
    _share(
        "sen_support_share_key_stage_4",
        "SEN support at the end of key stage 4",
        "pt_sen_no_ehcp",
        "Share of pupils at the end of key stage 4 with special educational needs support.",
    ),
    _share(
        "non_mobile_share_key_stage_4",
        "Pupils who did not move in the last two years",
        "pt_not_mobile",
        "Share of pupils on the school's roll throughout the last two years of key stage 4.",
    ),
    Measure(
        key="attainment_8_gap_to_other_pupils_nationally",
        label="Attainment 8: disadvantaged here less other pupils nationally",
        topic=TOPIC,
        definition="Attainment 8 of the school's disadvantaged pupils less that of other pupils in England.",
        origin=Published(source="key_stage_4_school_information", columns={"disadvantaged": "diffn_att8"}),
        unit=UNITS["number"],
        polarity=Polarity.HIGH_IS_BETTER,
        years=(2023, None),
        axis=(-40, 20),
        phases=_PHASES,
    ),
    Measure(
        key="progress_8_gap_to_other_pupils_nationally",
        label="Progress 8: disadvantaged here less other pupils nationally",
        topic=TOPIC,
        definition="Progress 8 of the school's disadvantaged pupils less that of other pupils in England.",
        origin=Published(source="key_stage_4_school_information", columns={"disadvantaged": "diffn_p8mea"}),
        unit=UNITS["progress_8_score"],
        polarity=Polarity.HIGH_IS_BETTER,
        years=(2023, 2024),
        axis=(-3, 2),
        phases=_PHASES,
    ),
)
