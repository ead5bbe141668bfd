"""The assessments by which a cohort of children is followed from five to sixteen, and how its years are counted."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipelines.measures.vocabulary import Measure


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One assessment in the life of a cohort.

    Attributes:
        age: how old the children are at its end.
        name: what it is called on an axis.
        measure: key of its measure.
        after: years from the summer in which the cohort ends Year 6.
        groups: the group that is followed, and the others it is held against.
        areas: pupil group → measure of the Local Authority Interactive Tool, taken where nothing else prints the
            figure of the authority or of England.
    """

    age: int
    name: str
    measure: str
    after: int
    groups: tuple[str, str]
    areas: Mapping[str, str] = field(default_factory=dict)

    def year(self, cohort: int) -> int:
        """The summer in which a cohort, named by the summer of its Year 6, sits this."""
        return cohort + self.after


_MEALS = ("free_school_meals", "not_free_school_meals")
_DISADVANTAGED = ("disadvantaged", "other")

STAGES: tuple[Stage, ...] = (
    Stage(
        age=5,
        name="Good level of development",
        measure="good_level_of_development",
        after=-6,
        groups=_MEALS,
    ),
    Stage(age=6, name="Phonics check", measure="phonics_year_1", after=-5, groups=_MEALS),
    Stage(age=7, name="Key stage 1", measure="key_stage_1_reading_writing_maths", after=-4, groups=_MEALS),
    Stage(
        age=11,
        name="Key stage 2",
        measure="reading_writing_maths_expected",
        after=0,
        groups=_DISADVANTAGED,
        areas={"disadvantaged": "lait_dap_new_ks2_rwm", "other": "lait_nondap_new_ks2_rwm"},
    ),
    Stage(
        age=16,
        name="GCSE English and maths, grade 5",
        measure="english_maths_grade_5",
        after=5,
        groups=_DISADVANTAGED,
    ),
)
"""From the end of Reception to the end of Year 11, in the order of ages."""

COHORTS_POOLED = 3
"""How many cohorts are taken together to tell where a gap opens: the sector's habit for small schools."""


def why_not_held(measure: Measure, year: int) -> str:
    """Why an assessment gave no result in a year that anybody could have: its sentence, or empty when it was held."""
    first, last = measure.years
    if year < first:
        return f"{measure.label}: first held in {first}."
    if last is not None and year > last:
        return f"{measure.label}: last held in {last}."
    note = measure.note_for(year)
    return note.note if note and note.state in ("no tests", "not comparable") else ""
