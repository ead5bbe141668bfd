"""Where Ofsted's lists keep what: a layout is a few blocks of columns, one for each inspection of a row."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipelines.sources.publication import Layout


@dataclass(frozen=True, kw_only=True)
class Block:
    """The columns of a row that tell of one inspection.

    Attributes:
        kind: graded, ungraded or report card.
        observed: the school inspected then; `same_school` says whether it is the school of the row.
        became: the column with the number of the graded inspection that this one may turn out to be.
        areas: area judged → its column.
    """

    kind: str
    observed: str
    same_school: str
    date_text: str
    published_text: str
    number: str
    became: str | None = None
    event: str | None = None
    outcome: str | None = None
    concern: str | None = None
    areas: Mapping[str, str] = field(default_factory=dict)


_GRADED_AREAS = {
    "quality_of_education": "Quality of education",
    "behaviour_and_attitudes": "Behaviour and attitudes",
    "personal_development": "Personal development",
    "leadership_and_management": "Effectiveness of leadership and management",
    "early_years": "Early years provision (where applicable)",
    "sixth_form": "Sixth form provision (where applicable)",
    "safeguarding": "Safeguarding is effective?",
    # In lists to August 2019 only (the common inspection framework of 2015).
    "outcomes_for_pupils": "Outcomes for children and learners",
    "teaching_learning_and_assessment": "Quality of teaching, learning and assessment",
    "personal_development_behaviour_and_welfare": "Personal development, behaviour and welfare",
}
_REPORT_CARD_AREAS = {
    "inclusion": "Inclusion",
    "curriculum_and_teaching": "Curriculum and teaching",
    "achievement": "Achievement",
    "attendance_and_behaviour": "Attendance and behaviour",
    "personal_development_and_wellbeing": "Personal development and wellbeing",
    "leadership_and_governance": "Leadership and governance",
    "early_years": "Early years (where applicable)",
    "post_16": "Post-16 provision (where applicable)",
    "safeguarding": "Safeguarding standards",
}


def _after(prefix: str, areas: Mapping[str, str]) -> dict[str, str]:
    """Columns named with a word before them: "Quality of education" → "Previous quality of education"."""
    return {area: f"{prefix} {column[0].lower()}{column[1:]}" for area, column in areas.items()}


def _three(graded: str, ungraded: str, previous_number: str) -> tuple[Block, ...]:
    """Latest graded, previous graded and latest ungraded inspection, in the words of a list."""
    number = f"Inspection number of latest {graded} inspection"
    return (
        Block(
            kind="graded",
            observed=f"URN at time of latest {graded} inspection",
            same_school=f"Does the latest {graded} inspection relate to the URN of the current school?",
            date_text="Inspection start date",
            published_text="Publication date",
            number=number,
            event="Inspection type",
            concern="Category of concern",
            areas={"overall_effectiveness": "Overall effectiveness", **_GRADED_AREAS},
        ),
        Block(
            kind="graded",
            observed=f"URN at time of previous {graded} inspection",
            same_school=f"Does the previous {graded} inspection relate to the URN of the current school?",
            date_text="Previous inspection start date",
            published_text="Previous publication date",
            number=previous_number,
            concern="Previous category of concern",
            areas={
                "overall_effectiveness": f"Previous {graded} inspection overall effectiveness",
                **_after("Previous", _GRADED_AREAS),
            },
        ),
        Block(
            kind="ungraded",
            observed=f"URN at time of the {ungraded} inspection",
            same_school=f"Does the {ungraded} inspection relate to the URN of the current school?",
            date_text=f"Date of latest {ungraded} inspection",
            published_text=f"{ungraded[0].upper()}{ungraded[1:]} inspection publication date",
            number=f"Latest {ungraded} inspection number since last {graded} inspection",
            became=number,
            outcome=f"{ungraded[0].upper()}{ungraded[1:]} inspection overall outcome",
        ),
    )


_OEIF = "latest OEIF graded inspection"
BLOCKS: dict[str, tuple[Block, ...]] = {
    "full and section 8 inspections": _three("full", "section 8", "Previous full inspection number"),
    "graded and ungraded inspections": _three("graded", "ungraded", "Previous inspection number"),
    "report cards": (
        Block(
            kind="report card",
            observed="URN at time of latest full inspection",
            same_school="Does the latest full inspection relate to the URN of the current school?",
            date_text="Inspection start date",
            published_text="Publication date",
            number="Inspection number of latest full inspection",
            became=f"Inspection number of {_OEIF}",
            event="Inspection type",
            concern="Category of concern",
            areas=_REPORT_CARD_AREAS,
        ),
        Block(
            kind="graded",
            observed=f"URN at time of {_OEIF}",
            same_school=f"Does the {_OEIF} relate to the URN of the current school?",
            date_text=f"Inspection start date of {_OEIF}",
            published_text=f"Publication date of {_OEIF}",
            number=f"Inspection number of {_OEIF}",
            event=f"Inspection type of {_OEIF}",
            concern="Latest OEIF category of concern",
            areas=_after("Latest OEIF", {"overall_effectiveness": "Overall effectiveness", **_GRADED_AREAS}),
        ),
        Block(
            kind="ungraded",
            observed="URN at time of the ungraded inspection",
            same_school="Does the ungraded inspection relate to the URN of the current school?",
            date_text="Date of latest ungraded inspection",
            published_text="Ungraded inspection publication date",
            number="Latest ungraded inspection number",
            became=f"Inspection number of {_OEIF}",
            outcome="Ungraded inspection overall outcome",
        ),
    ),
}
"""Layout → its blocks of columns."""

_NEEDED = ("URN", "LAESTAB", "School name", "Ofsted phase", "Type of education", "Local authority")


def _needed(blocks: tuple[Block, ...], *areas: str) -> tuple[str, ...]:
    """What a list must have: its schools, whom and when each inspection was of, and the main judgements."""
    columns = [column for block in blocks for column in (block.observed, block.date_text)]
    judged = [block.areas[area] for block in blocks for area in areas if area in block.areas]
    outcomes = [block.outcome for block in blocks if block.outcome]
    return tuple(dict.fromkeys((*_NEEDED, *columns, *judged, *outcomes)))


_MAIN = ("overall_effectiveness", "quality_of_education", "leadership_and_management", "safeguarding")
LAYOUTS: tuple[Layout, ...] = (
    Layout(
        key="report cards",
        rank=3,
        columns=_needed(BLOCKS["report cards"], *_MAIN, *_REPORT_CARD_AREAS),
        verified=False,
    ),
    Layout(
        key="graded and ungraded inspections",
        rank=2,
        columns=_needed(BLOCKS["graded and ungraded inspections"], *_MAIN),
    ),
    Layout(
        key="full and section 8 inspections",
        rank=1,
        columns=_needed(BLOCKS["full and section 8 inspections"], *_MAIN),
    ),
)
