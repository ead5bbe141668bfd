"""The words that rules are written in: arms, how they combine, versions by year, and Rule itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

BELOW, NOT_BELOW, CANNOT_BE_JUDGED = "below", "not_below", "cannot_be_judged"
OUTCOMES = (BELOW, NOT_BELOW, CANNOT_BE_JUDGED)

COMPARATORS = {"<": "below", "<=": "at or below", ">": "above", ">=": "at or above", "==": "is"}
"""Comparator → the words for it; each has an opposite in `NOT_MET`."""
NOT_MET = {"<": "not below", "<=": "above", ">": "not above", ">=": "below", "==": "is not"}

KINDS = ("statutory", "inspection", "own", "proposed")
EXCLUSIONS = {
    "special": "special schools are not held to this rule",
    "alternative provision": "pupil referral units and alternative provision are not held to this rule",
    "independent": "independent schools are not held to this rule",
    "further education": "colleges are not held to this rule",
    "infant": "an infant school has no pupils at the end of the key stage",
    "closed": "closed in the school year, or replaced by an academy that is no converter",
}
"""Kind of school that a rule may leave out → the reason in plain words."""
NOT_MAINSTREAM = ("special", "alternative provision", "independent")
EXCLUDED_AT_ELEVEN = (*NOT_MAINSTREAM, "infant", "closed")
EXCLUDED_AT_SIXTEEN = (*NOT_MAINSTREAM, "further education", "closed")
"""Whom the statutory rules about key stage 2 and key stage 4 leave out."""


@dataclass(frozen=True, kw_only=True)
class Citation:
    """Where a rule or threshold was published: title and date as text (2016, Dec 2017, 9 Sep 2025)."""

    title: str
    date: str

    def __str__(self) -> str:
        return f"{self.title}, {self.date}"


@dataclass(frozen=True, kw_only=True)
class Arm:
    """One comparison: a number of a school beside a threshold.

    Attributes:
        measure: key of the catalogue or of `SIGNALS` in `pipelines.rules.signals`.
        comparator: one of COMPARATORS; the arm is met when the number stands so to the threshold.
        threshold: in the measure's unit.
        source: where the threshold was published.
        limit: `value`, or `upper` or `lower` for the 95% limit of the value.
        earlier: how many years before the year judged the number is of.
        otherwise: what a missing number means; None (the rule) is unknown, False is not met.
        words, words_not: what is said instead of number and threshold, where they would not be understood.
        verified: False while the threshold awaits confirmation.
    """

    measure: str
    comparator: str
    threshold: float
    source: Citation
    group: str = "all"
    limit: str = "value"
    earlier: int = 0
    otherwise: bool | None = None
    words: str = ""
    words_not: str = ""
    verified: bool = True


@dataclass(frozen=True)
class All:
    """True when every part is."""

    parts: tuple["Test", ...]


@dataclass(frozen=True)
class Any:
    """True when at least one part is."""

    parts: tuple["Test", ...]


@dataclass(frozen=True)
class AtLeast:
    """True when at least `count` parts are."""

    count: int
    parts: tuple["Test", ...]


@dataclass(frozen=True)
class Not:
    """True when its part is not."""

    part: "Test"


Test = Arm | All | Any | AtLeast | Not


def arms_of(test: Test) -> Iterator[Arm]:
    """Every arm of a test in the order written, each once."""
    seen: set[Arm] = set()

    def walk(part: Test) -> Iterator[Arm]:
        if isinstance(part, Arm):
            if part not in seen:
                seen.add(part)
                yield part
        elif isinstance(part, Not):
            yield from walk(part.part)
        else:
            for inner in part.parts:
                yield from walk(inner)

    return walk(test)


@dataclass(frozen=True, kw_only=True)
class Version:
    """What a rule asked in some years.

    Attributes:
        years: first and last summer year of results (None: still).
        test: a school is below when it is true.
        words: the rule of these years in one sentence.
        cohort: measure with the number of pupils of the minimum cohort; null where no minimum is asked.
        minimum_cohort: fewer pupils than this and the school is not judged.
        coverage: measures whose share, where the file has it, must reach `minimum_coverage` per cent; a score
            that is printed has that coverage, for below it the publisher prints LOWCOV instead.
        needs: a signal without which nobody is judged, whatever the arms say.
        note: what a reader must know about these years.
    """

    years: tuple[int, int | None]
    test: Test
    words: str
    source: Citation
    verified: bool = True
    cohort: str | None = None
    minimum_cohort: int = 0
    coverage: tuple[str, ...] = ()
    minimum_coverage: float = 50.0
    needs: str | None = None
    note: str = ""

    def holds_in(self, year: int) -> bool:
        """Whether this is the version for results of `year`."""
        first, last = self.years
        return first <= year and (last is None or year <= last)


@dataclass(frozen=True, kw_only=True)
class PublishedCount:
    """How many schools were below, as published; what the count left out is in `note`."""

    below: int
    source: Citation
    of: int | None = None
    verified: bool = True
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule that decided, or decides, something about a school.

    Attributes:
        key: name in tables and links.
        kind: statutory, inspection, own (the authority's) or proposed (from the authority's file).
        phases: phases of school that it is about.
        in_force: first and last summer year it was used (None: still).
        ended: words for why it is not used after its last year.
        versions: what it asked, year by year; together they cover `in_force` and may say more (`consecutive`).
        consecutive: years in a row that must all be below for the school to be below.
        excluded: keys of EXCLUSIONS.
        is_notional_allowed: whether it may be applied, watermarked, to years in which it was not in force.
        enabled: False for a rule that is known of but not decided, or switched off by the authority.
        consequence: what follows for a school that is below.
        weight: how many appearances it counts for in the authority's escalation.
        unjudged: why it judges nobody, where no threshold was published or no file feeds it.
        only_ours: whether it is judged for the authority's own schools alone.
    """

    key: str
    title: str
    kind: str
    phases: tuple[str, ...]
    in_force: tuple[int | None, int | None]
    versions: tuple[Version, ...]
    consequence: str
    source: Citation
    ended: str = ""
    consecutive: int = 1
    excluded: tuple[str, ...] = ()
    is_notional_allowed: bool = False
    enabled: bool = True
    verified: bool = True
    published: Mapping[int, PublishedCount] = field(default_factory=dict)
    weight: float = 1.0
    unjudged: str = ""
    only_ours: bool = False

    def is_in_force(self, year: int) -> bool:
        """Whether the rule was used on results of `year`."""
        first, last = self.in_force
        return (first is None or first <= year) and (last is None or year <= last)

    def version_for(self, year: int) -> Version | None:
        """The version of `year`; before the first the first, after the last the last (both notional)."""
        if not self.versions:
            return None
        for version in self.versions:
            if version.holds_in(year):
                return version
        return self.versions[0] if year < self.versions[0].years[0] else self.versions[-1]

    def arms_in(self, year: int) -> tuple[Arm, ...]:
        """The arms that judging `year` needs, those of the years before it included, nearest year first."""
        found = []
        for earlier in range(self.consecutive):
            version = self.version_for(year - earlier)
            if version is not None:
                found += list(arms_of(version.test))
        return tuple(found)

    def is_unverified(self) -> bool:
        """Whether anything in the rule awaits confirmation."""
        return not self.verified or any(
            not version.verified or any(not arm.verified for arm in arms_of(version.test)) for version in self.versions
        )
