"""The English Indices of Deprivation: how deprived each small area is, compared with every other in England.

Years are editions (2010, 2015, 2019, 2025). The column names are those of the 2019 and 2025 "File 7"; other
files of the same editions are matched by how the names begin (`pipelines.sources.indices_of_deprivation`).
"""

from pipelines.measures.vocabulary import UNITS, Measure, Polarity, Published, YearNote

TOPIC = "Deprivation"
SOURCE_KEY = "indices_of_deprivation"

_RANK = "Rank (where 1 is most deprived)"
_DECILE = "Decile (where 1 is most deprived 10% of LSOAs)"

_RELATIVE = (
    YearNote(
        years=(2015, 2015),
        state="break",
        note="Ranks and deciles are relative: a move between editions is not a change in deprivation. The "
        "areas are those of 2011 from this edition on, those of 2001 before.",
    ),
    YearNote(
        years=(2019, 2019),
        state="break",
        note="Ranks and deciles are relative: a move since 2015 is not a change in deprivation.",
    ),
    YearNote(
        years=(2025, 2025),
        state="break",
        note="New edition on the areas of 2021, with new indicators; more families count as income deprived. "
        "Not comparable with 2019.",
    ),
)
_NOT_AVERAGED = " Ranks and deciles may not be averaged over areas."
_ABOUT = {
    "imd": (
        "Index of Multiple Deprivation (IMD)",
        "the Index of Multiple Deprivation, which joins seven domains",
    ),
    "income": ("Income", "the income domain: people in families with low incomes"),
    "employment": ("Employment", "the employment domain: people of working age shut out of work"),
    "education": ("Education, Skills and Training", "the education, skills and training domain"),
    "health": ("Health Deprivation and Disability", "the health and disability domain"),
    "crime": ("Crime", "the crime domain"),
    "housing": (
        "Barriers to Housing and Services",
        "the domain of barriers to housing and services, high in the countryside because of distances",
    ),
    "environment": ("Living Environment", "the living environment domain"),
    "idaci": (
        "Income Deprivation Affecting Children Index (IDACI)",
        "income deprivation affecting children (share of children aged 0 to 15 in income-deprived families)",
    ),
    "idaopi": (
        "Income Deprivation Affecting Older People (IDAOPI)",
        "income deprivation affecting older people (share of people aged 60 and over in such families)",
    ),
}
_LABELS = {
    "imd": "Index of Multiple Deprivation",
    "income": "Income deprivation",
    "employment": "Employment deprivation",
    "education": "Education deprivation",
    "health": "Health deprivation",
    "crime": "Crime deprivation",
    "housing": "Barriers to housing and services",
    "environment": "Living environment deprivation",
    "idaci": "Income deprivation affecting children (IDACI)",
    "idaopi": "Income deprivation affecting older people (IDAOPI)",
}
_RATES = ("income", "employment", "idaci", "idaopi")
"""Scores of these are shares of people; the others are scores without a unit."""

_FIRST_EDITION = {"imd": 2010}
_AXES = {"imd": (0, 100), "education": (0, 100), "housing": (0, 80), "environment": (0, 100)}


def _score(index: str) -> Measure:
    name, about = _ABOUT[index]
    rate = index in _RATES
    return Measure(
        key=f"{index}_score",
        label=f"{_LABELS[index]}: {'rate' if rate else 'score'}",
        topic=TOPIC,
        definition=f"Score of {about}; higher is more deprived.",
        origin=Published(
            source=SOURCE_KEY,
            columns={"all": f"{name} {'Score (rate)' if rate else 'Score'}"},
        ),
        unit=UNITS["proportion" if rate else "deprivation_score"],
        polarity=Polarity.NEUTRAL,
        years=(_FIRST_EDITION.get(index, 2015), None),
        axis=(0, 1) if rate else _AXES.get(index, (-4, 4)),
        minimum_cohort=0,
        notes=_RELATIVE,
    )


def _rank(index: str) -> Measure:
    name, about = _ABOUT[index]
    return Measure(
        key=f"{index}_rank",
        label=f"{_LABELS[index]}: rank in England",
        topic=TOPIC,
        definition=f"Rank by {about}, of all small areas of England; 1 is the most deprived.{_NOT_AVERAGED}",
        origin=Published(source=SOURCE_KEY, columns={"all": f"{name} {_RANK}"}),
        unit=UNITS["rank"],
        polarity=Polarity.NEUTRAL,
        years=(_FIRST_EDITION.get(index, 2015), None),
        axis=(1, 33_755),
        minimum_cohort=0,
        notes=_RELATIVE,
    )


def _decile(index: str) -> Measure:
    name, about = _ABOUT[index]
    return Measure(
        key=f"{index}_decile",
        label=f"{_LABELS[index]}: decile in England",
        topic=TOPIC,
        definition=f"Tenth of England's small areas by {about}; 1 is the most deprived tenth.{_NOT_AVERAGED}",
        origin=Published(source=SOURCE_KEY, columns={"all": f"{name} {_DECILE}"}),
        unit=UNITS["decile"],
        polarity=Polarity.NEUTRAL,
        years=(_FIRST_EDITION.get(index, 2015), None),
        axis=(1, 10),
        minimum_cohort=0,
        notes=_RELATIVE,
    )


MEASURES = (
    *(make(index) for index in ("imd", "idaci", "idaopi") for make in (_score, _rank, _decile)),
    *(
        make(index)
        for index in ("income", "employment", "education", "health", "crime", "housing", "environment")
        for make in (_score, _decile)
    ),
)
