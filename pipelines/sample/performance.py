"""What the tables of both key stages share: rows of schools and totals, and cells over groups of pupils."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from pipelines.sample.cells import codes, decimal, limit, percent, whole, with_codes
from pipelines.sample.cohorts import Facts


@dataclass(frozen=True)
class Stage:
    """The facts of one year: those of the schools, those of a synthetic nation, and pupils per simulated
    pupil.
    """

    schools: Facts
    nation: Facts | None = None
    scale: float = 1.0


@dataclass
class Table:
    """One table in the making.

    `roster` has a row of text per school row; `position` says which school of the facts it is;
    `authorities` are masks over the schools (one total row each); `nations` is how many national rows
    follow. `years` holds the Stage of this year under 0 and of earlier years under 1 and 2.
    """

    year: int
    roster: pl.DataFrame
    position: np.ndarray
    authorities: list[np.ndarray]
    nations: int
    years: dict[int, Stage]
    none: str = "NE"
    empty: str = ""
    style: str = "45%"
    _codes: dict = field(default_factory=dict)

    @property
    def height(self) -> int:
        """Number of rows, totals included."""
        return len(self.position) + len(self.authorities) + self.nations

    @property
    def open_rows(self) -> np.ndarray:
        """True for the rows that are never hidden: authorities and England."""
        rows = np.zeros(self.height, dtype=bool)
        rows[len(self.position) :] = True
        return rows

    def _rows(self, take: Callable[[Facts], np.ndarray], back: int) -> np.ndarray:
        stage = self.years[back]
        by_school = take(stage.schools)
        parts = [by_school[self.position]]
        parts.append(np.array([by_school[mask].sum() for mask in self.authorities], dtype=float))
        if self.nations:
            one = take(stage.nation)[0] * stage.scale if stage.nation is not None else np.nan
            parts.append(np.full(self.nations, one))
        return np.concatenate(parts)

    def n(self, group: str = "all", back: int = 0) -> np.ndarray:
        """Pupils of a group in every row."""
        return self._rows(lambda facts: facts.n(group), back)

    def total(self, measure: str, group: str = "all", back: int = 0) -> np.ndarray:
        """Sum of a measure over a group in every row."""
        return self._rows(lambda facts: facts.total(measure, group), back)

    def measured(self, measure: str, group: str = "all", back: int = 0) -> np.ndarray:
        """Pupils of a group who have the measure, in every row."""
        return self._rows(lambda facts: facts.measured(measure, group), back)

    def code(self, group: str, back: int = 0, empty: str | None = None) -> pl.Series:
        """Codes of the cells about a group; null where the number may stand."""
        empty = self.empty if empty is None else empty
        key = (group, back, empty)
        if key not in self._codes:
            self._codes[key] = codes(
                self.n("all", back),
                self.n(group, back),
                hidden=limit(self.year),
                none=self.none,
                empty=empty,
                open_rows=self.open_rows,
            )
        return self._codes[key]

    def count(self, group: str, back: int = 0) -> pl.Series:
        """Pupils of a group: hidden where the whole school is, but the number of all pupils never is."""
        if group == "all":
            return whole(self.n(group, back))
        return with_codes(self.code("all", back), whole(self.n(group, back)))

    def share_of_pupils(self, group: str, back: int = 0) -> pl.Series:
        """Pupils of a group as a percentage of all."""
        text = percent(self.n(group, back), self.n("all", back), self.style)
        return with_codes(self.code("all", back), text)

    def share(self, measure: str, group: str = "all", back: int = 0, style: str | None = None) -> pl.Series:
        """Percentage of a group's pupils who reach a measure."""
        text = percent(self.total(measure, group, back), self.measured(measure, group, back), style or self.style)
        return with_codes(self.code(group, back), text)

    def reached(self, measure: str, group: str = "all", back: int = 0) -> pl.Series:
        """Number of a group's pupils who reach a measure."""
        return with_codes(self.code(group, back), whole(self.total(measure, group, back)))

    def mean(self, measure: str, group: str = "all", back: int = 0, places: int = 1) -> pl.Series:
        """Mean of a measure over those of a group who have one."""
        total, n = self.total(measure, group, back), self.measured(measure, group, back)
        with np.errstate(divide="ignore", invalid="ignore"):
            value = np.where(n > 0, total / n, np.nan)
        text = whole(value) if places == 0 else decimal(value, places)
        return with_codes(self.code(group, back), text)

    def blank(self, text: str = "") -> pl.Series:
        """A column of one text in every row."""
        return pl.Series([text]).new_from_index(0, self.height)

    def with_totals(self, name: str, authority: list[str], nation: list[str]) -> pl.Series:
        """A roster column, followed by the texts of the total rows."""
        return pl.concat([self.roster[name], pl.Series([*authority, *nation], dtype=pl.String)])


def interval(
    table: Table, measure: str, group: str, back: int, spread: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean, lower and upper 95 % limit of a progress measure: plus or minus 1.96 national SDs over root n."""
    total, n = table.total(measure, group, back), table.measured(measure, group, back)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(n > 0, total / n, np.nan)
        half = 1.96 * spread / np.sqrt(n)
    return mean, mean - half, mean + half


def set_cells(frame: pl.DataFrame, row: pl.Expr, columns: list[str], text: str) -> pl.DataFrame:
    """Write one text into some columns of the rows that an expression picks."""
    return frame.with_columns(pl.when(row).then(pl.lit(text)).otherwise(pl.col(name)).alias(name) for name in columns)


def stop_after_new(lines: list[str]) -> list[str]:
    """Cut the row of a new school after NEW and trailing blanks off every row, as the publisher does."""
    cut = []
    for line in lines:
        stop = line.find(",NEW,")
        cut.append(line[: stop + 4] if stop >= 0 else line.rstrip(","))
    return cut
