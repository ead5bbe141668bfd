"""Who is on the roll: the January school census."""

from pipelines.measures.vocabulary import UNITS, Measure, Polarity, Published

TOPIC = "Pupils"
_PHASES = ("nursery", "primary", "middle", "secondary", "all-through", "special", "alternative provision")


def _share(key: str, label: str, column: str, definition: str, years=(2011, None), cohort="NOR", **others) -> Measure:
    return Measure(
        key=key,
        label=label,
        topic=TOPIC,
        definition=definition,
        origin=Published(
            source="census",
            columns={"all": column},
            cohort={"all": cohort},
            renames=others.pop("renames", {}),
            factor=others.pop("factor", 1.0),
        ),
        unit=UNITS["rate"],
        polarity=Polarity.NEUTRAL,
        years=years,
        axis=others.pop("axis", (0, 100)),
        phases=_PHASES,
        **others,
    )


def _count(key: str, label: str, column: str, definition: str, years=(2011, None), **origin) -> Measure:
    return Measure(
        key=key,
        label=label,
        topic=TOPIC,
        definition=definition,
        origin=Published(source="census", columns={"all": column}, **origin),
        unit=UNITS["pupils"],
        polarity=Polarity.NEUTRAL,
        years=years,
        axis=(0, 2000),
        phases=_PHASES,
        minimum_cohort=0,
    )


MEASURES = (
    Measure(
        key="pupils_on_roll",
        label="Pupils on roll",
        topic=TOPIC,
        definition="Pupils on the school's roll in the January census.",
        origin=Published(source="census", columns={"all": "NOR", "girls": "NORG", "boys": "NORB"}),
        unit=UNITS["pupils"],
        polarity=Polarity.NEUTRAL,
        years=(2011, None),
        axis=(0, 2000),
        phases=_PHASES,
        minimum_cohort=0,
        headline=True,
    ),
    _share(
        "free_school_meals_ever_six",
        "Free school meals in the last six years",
        "PNUMFSMEVER",
        "Share of pupils eligible for free school meals at any time in the last six years (its denominator is "
        "pupils from reception to year 11).",
        headline=True,
    ),
    _count(
        "free_school_meals_pupils",
        "Pupils eligible for free school meals",
        "NUMFSM",
        "Pupils eligible for free school meals on census day.",
        years=(2019, None),
    ),
    _share(
        "free_school_meals",
        "Free school meals",
        "PNUMFSM",
        "Share of pupils eligible for free school meals on census day (printed to 2017/18; afterwards the "
        "pupils are printed).",
        years=(2011, 2018),
    ),
    _count(
        "free_school_meals_ever_six_pupils",
        "Pupils with free school meals in the last six years",
        "NUMFSMEVER",
        "Pupils eligible for free school meals at any time in the last six years.",
    ),
    _share(
        "sen_support",
        "SEN support",
        "PSENELK",
        "Share of pupils with special educational needs support and no education, health and care plan.",
        years=(2015, None),
        headline=True,
    ),
    _count("sen_support_pupils", "Pupils with SEN support", "TSENELK", "Pupils with SEN support.", (2015, None)),
    _share(
        "ehc_plan",
        "Education, health and care plan",
        "PSENELSE",
        "Share of pupils with an education, health and care plan or a statement of special educational needs.",
        headline=True,
    ),
    _count(
        "ehc_plan_pupils",
        "Pupils with an education, health and care plan",
        "TSENELSE",
        "Pupils with an education, health and care plan or a statement.",
    ),
    _share(
        "english_additional_language",
        "English as an additional language",
        "PNUMEAL",
        "Share of pupils whose first language is known or believed to be other than English.",
        headline=True,
    ),
    _count(
        "english_additional_language_pupils",
        "Pupils with English as an additional language",
        "NUMEAL",
        "Pupils whose first language is known or believed to be other than English.",
    ),
)
