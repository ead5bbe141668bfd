"""Publications that show one day (the register, inspection lists): which day, from folder or file name."""

import calendar
import datetime
import re

from pipelines.errors import SourceChanged
from pipelines.sources.publication import Edition, date_in
from pipelines.sources.reading import RawFile, TextTable

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WHOLE_DATES = (
    re.compile(r"(?<!\d)(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)"),
    re.compile(r"(?<!\d)(?P<year>20\d\d)(?P<month>\d\d)(?P<day>\d\d)(?!\d)"),
    re.compile(r"(?<!\d)(?P<day>\d{1,2})[ _-](?P<month>[A-Za-z]{3,9})[ _-](?P<year>20\d\d)(?!\d)"),
)


def whole_date_in(name: str) -> datetime.date | None:
    """The last whole day written in a path: 2024-06-17, 20250422 or 31_Aug_2025; else None."""
    found = []
    for pattern in _WHOLE_DATES:
        for match in pattern.finditer(name):
            month = match["month"][:3].lower()
            number = _MONTHS.index(month) + 1 if month in _MONTHS else month
            try:
                day = datetime.date(int(match["year"]), int(number), int(match["day"]))
            except ValueError:
                continue
            found.append((match.start(), day))
    return max(found)[1] if found else None


def snapshot_date(name: str) -> datetime.date | None:
    """The day a path speaks of; the first day of the month where only a month is written; else None."""
    return whole_date_in(name) or date_in(name)


def school_year_of(day: datetime.date) -> int:
    """Summer year of the school year a day lies in; the school year begins on 1 September."""
    return day.year + (day.month >= 9)


def snapshot_edition(table: TextTable, file: RawFile) -> Edition:
    """Edition of a snapshot: labelled by its day or month, and known from that day or the end of that month.

    Raises:
        SourceChanged: neither folder nor file name says of which day it is.
    """
    day = snapshot_date(file.name)
    if day is None:
        raise SourceChanged(
            "nothing says of which day this list is",
            where=table.where,
            next_step="put it in a folder named for the day, such as 2025-08-31",
        )
    label = f"{day.day} {day:%B %Y}"
    if whole_date_in(file.name) is None:
        label, day = f"{day:%B %Y}", day.replace(day=calendar.monthrange(day.year, day.month)[1])
    return Edition(label=label, year=day.year, release="final", published=day)
