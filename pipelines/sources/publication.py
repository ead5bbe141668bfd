"""What a publication is: who publishes it, which layouts it comes in, when each edition came out."""

import datetime
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import polars

from pipelines.sources.reading import RawFile, TextTable, normal_name

OPEN_GOVERNMENT_LICENCE = "Open Government Licence v3.0"
PUBLIC_SECTOR = "Contains public sector information licensed under the Open Government Licence v3.0."


@dataclass(frozen=True, kw_only=True)
class Layout:
    """One shape in which a publication has been seen; its `columns` must all be there.

    Attributes:
        key: a few words that tell layouts apart ("full width", "headline extract").
        columns: the columns that make the layout what it is and that `parse` relies on.
        rank: among files with the same school, year and measure the higher rank is kept.
        complete: first and last year for which every column that the catalogue declares must be there,
            because whole headers of those years have been seen; in a full-width layout outside those
            years a missing column is listed instead.
        verified: False where the layout is known from code or documents only, not from a file.
        trims: whether the publisher cuts blank cells off the ends of rows; elsewhere a row with fewer cells
            than the header is not believed.
        repeated: columns that stand more than once by design, with other cells each time.
    """

    key: str
    columns: tuple[str, ...]
    rank: int = 0
    release: str = "final"
    kind: str = "delimited"
    complete: tuple[int, int] | None = None
    verified: bool = True
    trims: bool = False
    repeated: tuple[str, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """The columns by their normal names."""
        return frozenset(normal_name(column) for column in self.columns)


@dataclass(frozen=True, kw_only=True)
class Edition:
    """One issue of a publication.

    Attributes:
        label: as printed in provenance ("2018-19", "31 August 2025").
        year: the summer year of the school year it is about, or the year of an index or snapshot.
        release: provisional, revised or final.
        published: when it became known, from the publisher's calendar; `published_verified` says
            whether that date was read or is the calendar's usual date.
    """

    label: str
    year: int
    release: str
    published: datetime.date | None = None
    published_verified: bool = False


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """The publisher's usual date: `month` and `day`, so many years after the year it is about."""

    month: int
    day: int
    years_after: int = 0

    def date(self, year: int) -> datetime.date:
        """The date on which the edition about `year` is usually out."""
        return datetime.date(year + self.years_after, self.month, self.day)


@dataclass
class Parsed:
    """What one file said.

    Attributes:
        observations: frames in the shape of `core.fact` without its `file` column, one after another.
        tables: table name → rows for it (with a `row` column for provenance).
        rejects: cells and rows that were not believed: row, column_name, value, reason, consequence.
        held_back: columns stopped whole, each with the error that a reader sees.
        notes: what a reader of the build should know about the file although nothing is wrong.
    """

    observations: Iterable[polars.DataFrame] = ()
    tables: dict[str, polars.DataFrame] = field(default_factory=dict)
    rejects: list[polars.DataFrame] = field(default_factory=list)
    held_back: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Source:
    """One publication.

    Attributes:
        key: short name, the first part of the path in `data/raw` by custom (not by need).
        family: which symbols its cells may hold (`pipelines.symbols`).
        parse: reads one recognised table into what it says.
        edition: finds year and release from the table itself; None where only the folder can tell.
        calendar: when an edition usually comes out.
        order: its place among the publications, on pages and in documents.
        short_title: what the strip above every page calls it; blank for publications that stand behind others.
    """

    key: str
    title: str
    publisher: str
    landing_page: str
    layouts: tuple[Layout, ...]
    parse: Callable[["Recognised"], Parsed]
    family: str = "performance tables"
    licence: str = OPEN_GOVERNMENT_LICENCE
    attribution: str = PUBLIC_SECTOR
    calendar: Calendar | None = None
    edition: Callable[["TextTable", RawFile], Edition | None] | None = None
    order: int = 50
    short_title: str = ""
    updates: str = ""
    renames: Mapping[int, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Recognised:
    """A table of a file, with the publication, layout and edition that it was found to be."""

    file: RawFile
    table: TextTable | None
    source: Source
    layout: Layout
    edition: Edition


_SCHOOL_YEAR = re.compile(r"(?<!\d)(20\d\d)[-_/](\d\d)(?!\d)")
_ISO_DATE = re.compile(r"(?<!\d)(20\d\d)-(\d\d)-(\d\d)(?!\d)")
_MONTH = re.compile(r"(?<!\d)(20\d\d)-(0[1-9]|1[0-2])(?!\d)")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")


def school_year_in(text: str) -> int | None:
    """Summer year of the last school year written in a path or label ("2018-19" → 2019), or None."""
    found = [int(start) + 1 for start, end in _SCHOOL_YEAR.findall(text) if (int(start) + 1) % 100 == int(end)]
    return found[-1] if found else None


def date_in(text: str) -> datetime.date | None:
    """The last ISO date (or year and month, as its first day) written in a path, or None."""
    for year, month, day in reversed(_ISO_DATE.findall(text)):
        try:
            return datetime.date(int(year), int(month), int(day))
        except ValueError:
            continue
    months = _MONTH.findall(text)
    return datetime.date(int(months[-1][0]), int(months[-1][1]), 1) if months else None


def year_in(text: str) -> int | None:
    """The last plain year written in a path, or None."""
    found = _YEAR.findall(text)
    return int(found[-1]) if found else None


def school_year_label(year: int) -> str:
    """2019 → "2018-19"."""
    return f"{year - 1}-{year % 100:02d}"
