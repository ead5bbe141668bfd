"""The words that the catalogue is written in: units, polarity, pupil groups, origins, and Measure itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

MINUS = "−"


class Polarity(StrEnum):
    """Which way is better, or that neither is."""

    HIGH_IS_BETTER = "high is better"
    LOW_IS_BETTER = "low is better"
    NEUTRAL = "neither is better"


@dataclass(frozen=True, kw_only=True)
class Unit:
    """How a number is written and which numbers are possible.

    `low` and `high` are the limits of the possible, not of the usual: a published value outside them is
    kept as a reject. `signed` puts + before a positive number.
    """

    key: str
    name: str
    decimals: int
    low: float | None
    high: float | None
    prefix: str = ""
    suffix: str = ""
    signed: bool = False
    percent_sign: bool = False


UNITS: dict[str, Unit] = {
    unit.key: unit
    for unit in (
        Unit(key="percent", name="per cent", decimals=0, low=0, high=100, suffix="%", percent_sign=True),
        Unit(key="rate", name="per cent, one decimal", decimals=1, low=0, high=100, suffix="%", percent_sign=True),
        Unit(key="points", name="percentage points", decimals=0, low=-100, high=100, signed=True),
        Unit(key="scaled_score", name="scaled score, 80 to 120", decimals=0, low=80, high=120),
        Unit(key="prior_scaled_score", name="scaled score, lower below the tests", decimals=1, low=50, high=120),
        Unit(key="progress_score", name="progress score", decimals=1, low=-40, high=40, signed=True),
        Unit(key="progress_8_score", name="grades per subject", decimals=2, low=-9, high=9, signed=True),
        Unit(key="attainment_8_score", name="points over eight subjects", decimals=1, low=0, high=100),
        Unit(key="average_point_score", name="average points per subject", decimals=2, low=0, high=70),
        Unit(key="pupils", name="pupils", decimals=0, low=0, high=25_000_000),
        Unit(key="pounds", name="pounds", decimals=0, low=-1e12, high=1e12, prefix="£"),
        Unit(key="share_of_income", name="per cent of income", decimals=1, low=-1000, high=1000, suffix="%"),
        Unit(key="deprivation_score", name="deprivation score", decimals=1, low=-10, high=100),
        Unit(key="proportion", name="share of people, 0 to 1", decimals=3, low=0, high=1),
        Unit(key="rank", name="rank, 1 is most deprived", decimals=0, low=1, high=40_000),
        Unit(key="decile", name="decile, 1 is most deprived", decimals=0, low=1, high=10),
        Unit(key="band", name="band, 1 is best", decimals=0, low=1, high=5),
        Unit(key="schools", name="schools", decimals=0, low=0, high=100_000),
        Unit(key="number", name="number", decimals=2, low=None, high=None),
    )
}


@dataclass(frozen=True, kw_only=True)
class Group:
    """A group of pupils as the publishers count it."""

    key: str
    label: str
    definition: str


GROUPS: dict[str, Group] = {
    group.key: group
    for group in (
        Group(key="all", label="All pupils", definition="every pupil the measure counts"),
        Group(
            key="disadvantaged",
            label="Disadvantaged pupils",
            definition="eligible for free school meals in the last six years, looked after, or left care "
            "(2010/11: free school meals now, or looked after)",
        ),
        Group(key="other", label="Other pupils", definition="not known to be disadvantaged"),
        Group(key="boys", label="Boys", definition="as recorded in the school census"),
        Group(key="girls", label="Girls", definition="as recorded in the school census"),
        Group(key="prior_low", label="Low prior attainment", definition="low attainment at the key stage before"),
        Group(
            key="prior_middle",
            label="Middle prior attainment",
            definition="middle attainment at the key stage before",
        ),
        Group(key="prior_high", label="High prior attainment", definition="high attainment at the key stage before"),
        Group(
            key="eal",
            label="English as an additional language",
            definition="first language known or believed to be other than English",
        ),
        Group(
            key="english_first_language",
            label="English first language",
            definition="first language known or believed to be English",
        ),
        Group(
            key="non_mobile",
            label="Pupils who did not move",
            definition="on the school's roll throughout the last two years of the key stage",
        ),
        Group(key="sen_support", label="SEN support", definition="special educational needs support"),
        Group(
            key="ehcp",
            label="Education, health and care plan",
            definition="an education, health and care plan, or a statement before 2014/15",
        ),
        Group(key="free_school_meals", label="Free school meals", definition="eligible for free school meals now"),
        Group(
            key="not_free_school_meals",
            label="Not on free school meals",
            definition="not known to be eligible for free school meals now",
        ),
        Group(
            key="in_primary_schools",
            label="In primary schools",
            definition="pupils of state-funded primary schools (area totals only)",
        ),
        Group(
            key="in_secondary_schools",
            label="In secondary schools",
            definition="pupils of state-funded secondary schools (area totals only)",
        ),
        Group(
            key="in_special_schools",
            label="In special schools",
            definition="pupils of special schools (area totals only)",
        ),
        Group(key="persons", label="All people", definition="every resident the indicator counts"),
        Group(key="male", label="Males", definition="male residents"),
        Group(key="female", label="Females", definition="female residents"),
    )
}


@dataclass(frozen=True, kw_only=True)
class Published:
    """A measure that a publication prints: which of its columns, for which group.

    Attributes:
        source: key of the publication in `pipelines.sources`.
        columns: pupil group → column as published (matched without regard to case).
        cohort: pupil group → column with the number of pupils the value rests on.
        lower, upper: pupil group → columns with the published 95% limits.
        renames: year → {column as declared: column as printed that year}.
        since: pupil group → first year in which its column is printed, where later than the measure.
        factor: what the printed number is multiplied by (100 for a share printed as 0.04).
        areas: pupil group → short name in the Local Authority Interactive Tool that prints the figure of authorities,
            regions and England, where the publication has schools only.
    """

    source: str
    columns: Mapping[str, str]
    cohort: Mapping[str, str] = field(default_factory=dict)
    lower: Mapping[str, str] = field(default_factory=dict)
    upper: Mapping[str, str] = field(default_factory=dict)
    renames: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    since: Mapping[str, int] = field(default_factory=dict)
    factor: float = 1.0
    areas: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Derived:
    """A measure made from measures; `formula` in words, `inputs` are measure keys."""

    formula: str
    inputs: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class YearNote:
    """What a reader must know about a measure in some years.

    Attributes:
        years: first and last year (summer years) the note holds for.
        state: `break` (not comparable with the years before), `caution` (comparable with care),
            `no tests`, `not published` or `not comparable`.
        note: the sentence shown to readers.
    """

    years: tuple[int, int]
    state: str
    note: str


@dataclass(frozen=True, kw_only=True)
class Measure:
    """What one number means.

    Attributes:
        key: the spelled-out name used in every table and link.
        years: first and last summer year for which the measure was defined (last None: still is).
        axis: the fixed range of a chart's axis, in the measure's unit.
        minimum_cohort: below this many pupils a value is drawn hollow and never ranked.
        notes: caveats and breaks by year, shown wherever those years are shown.
        phases: the phases of school that have it.
        verified: False while the definition or a threshold awaits confirmation; shown as unverified.
    """

    key: str
    label: str
    topic: str
    definition: str
    origin: Published | Derived
    unit: Unit
    polarity: Polarity
    years: tuple[int, int | None]
    axis: tuple[float, float]
    phases: tuple[str, ...] = ()
    minimum_cohort: int = 11
    notes: tuple[YearNote, ...] = ()
    verified: bool = True
    headline: bool = False

    @property
    def is_compared_by_phase(self) -> bool:
        """Whether schools of all phases have it, so that like must be compared with like."""
        return {"primary", "secondary"} <= set(self.phases)

    def exists_in(self, year: int) -> bool:
        """Whether the measure was defined in the school year that ends in `year`."""
        first, last = self.years
        return first <= year and (last is None or year <= last)

    def note_for(self, year: int) -> YearNote | None:
        """The first note that holds in `year`, or None."""
        return next((note for note in self.notes if note.years[0] <= year <= note.years[1]), None)

    def breaks(self) -> dict[int, str]:
        """Year → why it cannot be compared with the year before."""
        return {note.years[0]: note.note for note in self.notes if note.state == "break"}

    def format(self, value: float | None) -> str:
        """The value as text, with sign and unit; halves go up as publishers round them.

        An absent value is an empty string, never 0.
        """
        if value is None or value != value:
            return ""
        rounded = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-self.unit.decimals), ROUND_HALF_UP)
        sign = MINUS if rounded < 0 else "+" if self.unit.signed and rounded > 0 else ""
        return f"{sign}{self.unit.prefix}{abs(rounded):,.{self.unit.decimals}f}{self.unit.suffix}"
