"""The scales on which schools have been judged, era by era; no scale is ever turned into another.

Dates and words follow Ofsted's school inspection frameworks of 2005, 2012, 2019, 2024 and 2025; the codes 9,
8 and 0 follow the notes to its management information.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

import polars

FIRST_DAY = datetime.date(2005, 9, 1)
"""Start of the first era; earlier inspections used other scales and are in no list that we read."""
REQUIRES_IMPROVEMENT_FROM = datetime.date(2012, 9, 1)
"""From this day grade 3 reads "Requires improvement"; before it read "Satisfactory"."""
NO_OVERALL_GRADE_FROM = datetime.date(2024, 9, 2)
"""From this day state-funded schools get no grade for overall effectiveness, and none may be derived."""
REPORT_CARDS_FROM = datetime.date(2025, 11, 10)

_ERAS = (
    (REQUIRES_IMPROVEMENT_FROM, "2005-2012"),
    (datetime.date(2019, 9, 1), "2012-2019"),
    (datetime.date(2024, 9, 1), "2019-2024"),
    (REPORT_CARDS_FROM, "no overall grade 2024-2025"),
)
_LAST_ERA = "report card 2025-"
NOT_JUDGED, NOT_APPLICABLE = "Not judged", "Not applicable"


def era_of(date: polars.Expr) -> polars.Expr:
    """The era that an inspection belongs to, by the day it began."""
    era = polars.lit(_LAST_ERA)
    for end, name in reversed(_ERAS):
        era = polars.when(date < end).then(polars.lit(name)).otherwise(era)
    return era


@dataclass(frozen=True, kw_only=True)
class Scale:
    """One scale: what may be printed (in small letters), the word it stands for, and its step, 1 worst."""

    steps: int
    words: Mapping[str, tuple[str, int | None]]


_NO_GRADE: dict[str, tuple[str, int | None]] = {
    "9": (NOT_APPLICABLE, None),
    "8": (NOT_APPLICABLE, None),
    "0": (NOT_JUDGED, None),
    "not judged": (NOT_JUDGED, None),
    "not applicable": (NOT_APPLICABLE, None),
}
FOUR_POINTS = Scale(
    steps=4,
    words={
        "1": ("Outstanding", 4),
        "2": ("Good", 3),
        "3": ("Requires improvement", 2),
        "4": ("Inadequate", 1),
        "outstanding": ("Outstanding", 4),
        "good": ("Good", 3),
        "satisfactory": ("Requires improvement", 2),
        "requires improvement": ("Requires improvement", 2),
        "inadequate": ("Inadequate", 1),
        **_NO_GRADE,
    },
)
REPORT_CARD = Scale(
    steps=5,
    words={
        "exceptional": ("Exceptional", 5),
        "strong standard": ("Strong standard", 4),
        "expected standard": ("Expected standard", 3),
        "needs attention": ("Needs attention", 2),
        "urgent improvement": ("Urgent improvement", 1),
        "not judged": (NOT_JUDGED, None),
        "not applicable": (NOT_APPLICABLE, None),
    },
)
SAFEGUARDING = Scale(
    steps=2,
    words={"yes": ("Effective", 2), "no": ("Not effective", 1), **_NO_GRADE},
)
SAFEGUARDING_STANDARDS = Scale(
    steps=2,
    words={
        "met": ("Met", 2),
        "not met": ("Not met", 1),
        "not judged": (NOT_JUDGED, None),
        "not applicable": (NOT_APPLICABLE, None),
    },
)

CATEGORIES_OF_CONCERN = {
    "sm": "Special measures",
    "special measures": "Special measures",
    "swk": "Serious weaknesses",
    "serious weaknesses": "Serious weaknesses",
    "nti": "Notice to improve",
    "notice to improve": "Notice to improve",
    "rsi": "Requires significant improvement",
    "requires significant improvement": "Requires significant improvement",
}
"""Category as printed, in small letters → spelled out."""


def scale_of(area: str, kind: str) -> Scale:
    """The scale on which an area was judged in an inspection of a kind."""
    if area == "safeguarding":
        return SAFEGUARDING_STANDARDS if kind == "report card" else SAFEGUARDING
    return REPORT_CARD if kind == "report card" else FOUR_POINTS


def on_scale(scale: Scale, grade: polars.Expr, date: polars.Expr) -> tuple[polars.Expr, polars.Expr]:
    """Word and step of a printed grade; both null where the scale has no such grade.

    The word is that of its time: grade 3 reads "Satisfactory" until August 2012.
    """
    printed = grade.str.to_lowercase()
    word = printed.replace_strict(
        {text: word for text, (word, _) in scale.words.items()}, default=None, return_dtype=polars.String
    )
    step = printed.replace_strict(
        {text: step for text, (_, step) in scale.words.items()}, default=None, return_dtype=polars.Int8
    )
    if scale is FOUR_POINTS:
        earlier = (date < REQUIRES_IMPROVEMENT_FROM) & (step == 2)
        word = polars.when(earlier).then(polars.lit("Satisfactory")).otherwise(word)
    return word, step
