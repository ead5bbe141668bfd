"""Values in words: school years, dates, counts, and the five words for what is missing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from dash import html

SUPPRESSED = "Suppressed (small numbers)"
NOT_PUBLISHED = "Not published"
NOT_APPLICABLE = "Not applicable"
NOT_YET_RELEASED = "Not yet released"
NO_DATA = "No data"


MEANINGS = {
    SUPPRESSED: "The publisher hides the figure because few pupils are behind it.",
    NOT_PUBLISHED: "The figure exists, but the publisher does not print it for this school, group or year.",
    NOT_APPLICABLE: "There is nothing to count: no tests that year, no such pupils, or another kind of school.",
    NOT_YET_RELEASED: "The figure is expected and has not come out.",
    NO_DATA: "The cell is empty, the school has no row in the file, or no file of the year has been loaded.",
}
"""The five words for what is missing, and what each says."""


@dataclass(frozen=True, kw_only=True)
class Missing:
    """Why there is no number: one of the five words, and the published reason behind it."""

    word: str
    detail: str

    @property
    def short(self) -> str:
        """The word as it fits a narrow cell."""
        return self.word.split(" (")[0]


MISSING: dict[str, Missing] = {
    "suppressed": Missing(word=SUPPRESSED, detail="hidden by the publisher because few pupils are behind it"),
    "hidden": Missing(
        word="Hidden: small number of pupils",
        detail="hidden in what is printed and shared: a small number of pupils, or a figure that would give one away",
    ),
    "withheld": Missing(word="Withheld", detail="a total that would give a school’s small number away"),
    "small_percentage": Missing(word=SUPPRESSED, detail="above 0 and below 0.5%, so the publisher prints no number"),
    "no_eligible_pupils": Missing(word=NOT_APPLICABLE, detail="no pupils or entries to count"),
    "not_applicable": Missing(word=NOT_APPLICABLE, detail="the publisher says that it does not apply here"),
    "new_school": Missing(word=NOT_APPLICABLE, detail="a new school, without results yet"),
    "not_published": Missing(word=NOT_PUBLISHED, detail="the publisher does not print it"),
    "low_coverage": Missing(word=NOT_PUBLISHED, detail="it covers fewer than half of the pupils"),
    "under_revision": Missing(word=NOT_PUBLISHED, detail="withheld or being revised by the publisher"),
    "did_not_supply": Missing(word=NO_DATA, detail="the school or authority did not supply it"),
    "not_available": Missing(word=NO_DATA, detail="marked as not available by the publisher"),
    "blank": Missing(word=NO_DATA, detail="the cell is empty in the published file"),
    "impossible": Missing(word=NO_DATA, detail="the published value is impossible and was set aside"),
    "false_zero": Missing(word=NOT_APPLICABLE, detail="published as 0 although it does not apply here"),
    "not_yet_released": Missing(word=NOT_YET_RELEASED, detail="the release is still to come"),
    "no_row": Missing(word=NO_DATA, detail="the school has no row in the published file"),
    "no_file": Missing(word=NO_DATA, detail="no file for this year has been loaded"),
    "not at hand": Missing(word=NO_DATA, detail="no file for this year has been loaded"),
    "no tests": Missing(word=NOT_APPLICABLE, detail="no tests or examinations took place"),
    "not published": Missing(word=NOT_PUBLISHED, detail="not published for single schools"),
    "not yet released": Missing(word=NOT_YET_RELEASED, detail="the release is still to come"),
    "not comparable": Missing(word=NOT_APPLICABLE, detail="not comparable with other years"),
}
"""Every status of an observation, and every state of a measure's year, that is not a number."""


def missing(status: str) -> Missing:
    """The word and the reason for a status; one that is new to the dashboard still gets words."""
    return MISSING.get(status) or Missing(word=NO_DATA, detail=status.replace("_", " "))


def missing_mark(status: str, *, short: bool = False) -> html.Span:
    """The missing word with its dotted underline, and the reason as a title for those who hover."""
    reason = missing(status)
    return html.Span(reason.short if short else reason.word, className="miss", title=reason.detail)


def school_year(year: int) -> str:
    """The school year that ends in `year`: 2025 is '2024/25'."""
    return f"{year - 1}/{year % 100:02d}"


def edition(text: str | None) -> str:
    """An edition as it is read: '2024-25' is '2024/25', everything else stays."""
    return re.sub(r"^(\d{4})-(\d{2})$", r"\1/\2", text or "")


def day(value: date | datetime | str | None) -> str:
    """A date as '12 November 2026', or an empty string."""
    if value is None:
        return ""
    if isinstance(value, str):
        value = date.fromisoformat(value[:10])
    return f"{value.day} {value:%B %Y}"


def short_day(value: date | datetime | None) -> str:
    """A date as '12 Nov 2026', or an empty string."""
    return f"{value.day} {value:%b %Y}" if value else ""


def count(number: int | float | None, one: str, many: str | None = None) -> str:
    """A number with its noun: '1 school', '2 schools', 'no schools'; empty when it is not known."""
    if number is None:
        return ""
    noun = one if number == 1 else many or one + "s"
    return f"no {noun}" if number == 0 else f"{number:,.0f} {noun}"


def listed(items: Sequence[str], joint: str = "and") -> str:
    """'a', 'a and b', 'a, b and c'."""
    items = list(items)
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {joint} {items[-1]}"


def spans(years: Sequence[int]) -> str:
    """Years with runs joined: 2020, 2021, 2023 is '2020 to 2021, 2023'."""
    runs: list[list[int]] = []
    for year in sorted(years):
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs)


def sentence(text: str) -> str:
    """The text with a capital first letter, the rest untouched."""
    return text[:1].upper() + text[1:]


NAMES = ("English", "Attainment 8", "Progress 8", "SEN", "IDACI", "DfE", "Ofsted")
"""Words that keep their capital inside a sentence."""


def inside(text: str) -> str:
    """The text as it stands inside a sentence: a small first letter, unless it begins with a name."""
    return text if text.startswith(NAMES) else text[:1].lower() + text[1:]


def laestab(value: str | None) -> str:
    """'9992001' as '999/2001'."""
    digits = (value or "").replace("/", "")
    return f"{digits[:3]}/{digits[3:]}" if len(digits) == 7 else value or ""
