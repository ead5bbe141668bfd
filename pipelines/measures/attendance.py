"""Absence from school, by school, over a whole school year."""

from pipelines.measures.vocabulary import UNITS, Measure, Polarity, Published, YearNote

TOPIC = "Attendance"
_PHASES = ("primary", "middle", "secondary", "all-through", "special", "alternative provision")
_PANDEMIC = (
    YearNote(
        years=(2020, 2020),
        state="not published",
        note="Absence in 2019/20 was not published: schools closed to most pupils in March 2020.",
    ),
    YearNote(
        years=(2021, 2021),
        state="caution",
        note="In 2020/21 pupils who could not attend because of the pandemic are not counted as absent.",
    ),
)

MEASURES = (
    Measure(
        key="overall_absence",
        label="Overall absence",
        topic=TOPIC,
        definition="Sessions missed, authorised or not, as a share of possible sessions.",
        origin=Published(source="absence", columns={"all": "PERCTOT"}),
        unit=UNITS["rate"],
        polarity=Polarity.LOW_IS_BETTER,
        years=(2007, None),
        axis=(0, 15),
        phases=_PHASES,
        minimum_cohort=0,
        notes=_PANDEMIC,
        headline=True,
    ),
    Measure(
        key="persistent_absence_15",
        label="Persistent absence (15% definition)",
        topic=TOPIC,
        definition="Share of pupils who missed 15% or more of sessions (definition used to 2014/15).",
        origin=Published(source="absence", columns={"all": "PPERSABS15"}),
        unit=UNITS["rate"],
        polarity=Polarity.LOW_IS_BETTER,
        years=(2011, 2015),
        axis=(0, 30),
        phases=_PHASES,
        minimum_cohort=0,
    ),
    Measure(
        key="persistent_absence_10",
        label="Persistent absence",
        topic=TOPIC,
        definition="Share of pupils who missed 10% or more of their own possible sessions (definition from 2015/16).",
        origin=Published(source="absence", columns={"all": "PPERSABS10"}),
        unit=UNITS["rate"],
        polarity=Polarity.LOW_IS_BETTER,
        years=(2016, None),
        axis=(0, 50),
        phases=_PHASES,
        minimum_cohort=0,
        notes=_PANDEMIC,
        headline=True,
    ),
)
