"""Which groups of pupils are set against each other, where a series breaks, and which years may be pooled."""

from dataclasses import dataclass

from pipelines.measures.vocabulary import Measure

REST = "rest"
"""The other side of a contrast when files print no figure for it: all pupils less the group."""

YEARS_POOLED = 3
"""The sector's habit for small schools (DOMAIN.md 3.12)."""

_WITHOUT_RESULTS = ("no tests", "not published", "not comparable")


@dataclass(frozen=True, kw_only=True)
class Contrast:
    """Two groups of pupils set against each other.

    Attributes:
        key: `disadvantaged`, `free school meals`, `girls and boys`, `sen`, `eal`.
        focus: the group the contrast is about.
        other: the group it is held against, or REST.
    """

    key: str
    focus: str
    other: str
    label: str


CONTRASTS: tuple[Contrast, ...] = (
    Contrast(key="disadvantaged", focus="disadvantaged", other="other", label="Disadvantaged and other pupils"),
    Contrast(
        key="free school meals",
        focus="free_school_meals",
        other="not_free_school_meals",
        label="Children on free school meals and others",
    ),
    Contrast(key="girls and boys", focus="boys", other="girls", label="Boys and girls"),
    Contrast(key="sen", focus="sen_support", other=REST, label="SEN support and other pupils"),
    Contrast(key="sen", focus="ehcp", other=REST, label="Education, health and care plan and other pupils"),
    Contrast(key="eal", focus="eal", other=REST, label="English as an additional language and other pupils"),
)
"""What `mart.gap` sets against each other, wherever the files print the groups."""


@dataclass(frozen=True, kw_only=True)
class DefinitionBreak:
    """The year from which a group of pupils is counted in another way."""

    year: int
    groups: tuple[str, ...]
    note: str
    source: str
    verified: bool = True


DEFINITION_BREAKS: tuple[DefinitionBreak, ...] = (
    DefinitionBreak(
        year=2012,
        groups=("disadvantaged", "other"),
        note="Disadvantaged counted free school meals now until 2010/11 (19% of pupils) and the last six years from "
        "2011/12 (29% or more).",
        source="DOMAIN.md 3.7, read in FFT Education Datalab",
    ),
    DefinitionBreak(
        year=2018,
        groups=("disadvantaged", "other", "free_school_meals", "not_free_school_meals"),
        note="Pupils keep free school meals once they have them from April 2018 (transitional protection): both "
        "groups, disadvantaged and on free school meals, grow and are less poor than before.",
        source="DOMAIN.md 3.7, read in FFT Education Datalab",
    ),
    DefinitionBreak(
        year=2027,
        groups=("disadvantaged", "other", "free_school_meals", "not_free_school_meals"),
        note="All households on Universal Credit have free school meals from September 2026, while the pupil premium "
        "keeps its income test: what disadvantaged counts in 2026/27 has not been announced.",
        source="DOMAIN.md 3.7: an expectation, no published rule",
        verified=False,
    ),
)
"""Breaks in the definition of groups, beside the breaks of measures in the catalogue."""


def breaks(measure: Measure, *groups: str) -> dict[int, str]:
    """Year → why results of that year cannot be compared with those before, for a measure and groups of pupils."""
    found = measure.breaks()
    for one in DEFINITION_BREAKS:
        if set(groups) & set(one.groups):
            found[one.year] = " ".join(filter(None, (found.get(one.year), one.note)))
    return found


def years_to_pool(measure: Measure, group: str, year: int, most: int = YEARS_POOLED) -> tuple[int, ...]:
    """The years pooled for a year: it and those before with results of schools, at most three, back to the last break.

    Years without tests or without results by school (2020, 2021; 2022 at key stage 2) are skipped, so that the window
    reaches further back; a break of the measure or of the group ends it. Empty when the year itself has no results.
    """
    without = {
        skipped
        for note in measure.notes
        if note.state in _WITHOUT_RESULTS
        for skipped in range(note.years[0], note.years[1] + 1)
    }
    if year in without:
        return ()
    first = max((one for one in breaks(measure, group) if one <= year), default=measure.years[0])
    window = [one for one in range(max(first, measure.years[0]), year + 1) if one not in without]
    return tuple(window[-most:])
