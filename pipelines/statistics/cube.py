"""Results of one measure as arrays: a row for each school's pupil group, a column for each year."""

import numpy as np
import polars
from numpy.typing import NDArray

from pipelines.statistics import spread
from pipelines.statistics.estimated import Estimated

GROUPS = ("all", "disadvantaged", "other")
"""Pupil groups; their codes in `core.fact` are their positions."""


def with_predecessors(facts: polars.DataFrame, links: polars.DataFrame) -> polars.DataFrame:
    """The facts, and under each successor its predecessor's where it has none of its own: with `via` (0 own, 1 not).

    Where several predecessors have a result, none counts: schools are not averaged. Facts of several releases
    (`release_order`) are taken release by release.
    """
    keys = [key for key in ("urn", "year", "group", "release_order") if key in facts.columns]
    reported = facts.filter(polars.col("symbol") == 0)
    of_successors = reported.join(links, on="urn", how="semi")
    earlier = (
        reported.rename({"urn": "earlier_urn"})
        .join(links, on="earlier_urn")
        .join(of_successors, on=keys, how="anti")
        .filter(polars.col("earlier_urn").n_unique().over(keys) == 1)
        .unique(keys, keep="first", maintain_order=True)
        .select(*facts.columns, polars.lit(1, polars.Int8).alias("via"))
    )
    own = facts.join(earlier, on=keys, how="anti") if earlier.height else facts
    return polars.concat([own.with_columns(polars.lit(0, polars.Int8).alias("via")), earlier])


NOT_ORDINARY = ("special", "independent")
"""Kinds of schools whose pupils' scores are not spread as in ordinary state schools."""


def _line(facts: polars.DataFrame) -> NDArray:
    """URN and pupil group of each fact as one number, in the order of both."""
    return facts["urn"].to_numpy().astype(np.int64) * len(GROUPS) + facts["group"].to_numpy()


class Cube:
    """Results of a measure as arrays of rows (a school's pupil group) × years."""

    def __init__(self, years: list[int], row_urn: NDArray, row_group: NDArray, kinds: list[str]) -> None:
        self.years, self.urn, self.group, self.kinds = years, row_urn, row_group, kinds
        own = row_urn.astype(np.int64) * len(GROUPS) + row_group
        self._row_of = np.full(own.max(initial=-1) + 1, -1)
        self._row_of[own] = np.arange(len(own))
        shape = (len(row_urn), len(years))
        self.value, self.n, self.lower, self.upper = (np.full(shape, np.nan) for _ in range(4))
        self.symbol, self.via = np.zeros(shape, np.uint8), np.zeros(shape, np.int8)
        self.present, self.cohort_taken = np.zeros(shape, bool), np.zeros(shape, bool)
        self.cell = np.zeros(len(row_urn), np.int64)
        self.la = np.zeros(len(row_urn), np.int64)

    @classmethod
    def of(cls, facts: polars.DataFrame, schools: polars.DataFrame) -> "Cube":
        """The cube of facts with `via`; rows in the order of URN and pupil group."""
        kinds = sorted(schools["kind"].unique())
        urn, group = np.divmod(np.unique(_line(facts)), len(GROUPS))
        lines = polars.DataFrame({"urn": polars.Series(urn, dtype=facts.schema["urn"])})
        about = lines.join(schools, on="urn", how="left", maintain_order="left")
        years = sorted(facts["year"].unique())
        cube = cls(years, lines["urn"].to_numpy(), group, kinds)
        kind = about["kind"].replace_strict(kinds, range(len(kinds)), default=0, return_dtype=polars.Int64).to_numpy()
        cube.cell = kind * len(GROUPS) + cube.group
        cube.la = about["la_code"].fill_null("").cast(polars.Categorical).to_physical().to_numpy().astype(np.int64)
        row, column = cube.places(facts)
        for name in ("value", "n", "lower", "upper"):
            getattr(cube, name)[row, column] = facts[name].to_numpy()
        cube.symbol[row, column] = facts["symbol"].to_numpy()
        cube.via[row, column] = facts["via"].to_numpy()
        cube.present[row, column] = True
        cube.value[cube.symbol != 0] = np.nan
        cube.n[~(cube.n > 0)] = np.nan
        return cube

    def places(self, facts: polars.DataFrame) -> tuple[NDArray, NDArray]:
        """Row and column of each fact; every fact's URN, group and year must be in the cube."""
        return self._row_of[_line(facts)], np.searchsorted(self.years, facts["year"].to_numpy())

    def until(self, column: int) -> "Cube":
        """The cube as it was before the years after a column were known."""
        cube = Cube(self.years[: column + 1], self.urn, self.group, self.kinds)
        cube.cell, cube.la = self.cell, self.la
        for name in ("value", "n", "lower", "upper", "symbol", "via", "present", "cohort_taken"):
            setattr(cube, name, getattr(self, name)[:, : column + 1])
        return cube

    @property
    def lacks_cohorts(self) -> bool:
        """Whether some result is printed without its number of pupils."""
        return bool((np.isfinite(self.value) & ~np.isfinite(self.n)).any())

    def take_cohorts(self, cohorts: polars.DataFrame) -> None:
        """Fills in the number of pupils that another measure of the same year prints, where a result has none."""
        missing = np.isfinite(self.value) & ~np.isfinite(self.n)
        known = polars.DataFrame({"urn": self.urn, "group": self.group.astype(np.uint8)})
        counted = cohorts.filter(
            polars.col("symbol") == 0, polars.col("year").is_in(self.years), polars.col("value") > 0
        ).join(known, on=["urn", "group"], how="semi")
        row, column = self.places(counted)
        pupils = np.full(self.n.shape, np.nan)
        pupils[row, column] = counted["value"].to_numpy()
        self.cohort_taken = missing & np.isfinite(pupils)
        self.n = np.where(self.cohort_taken, pupils, self.n)


def pupil_spreads(cube: Cube, declared: Estimated, comparable: NDArray) -> NDArray:
    """Standard deviation of pupils' scores, cells × years: from the data, of the nearest year, or as declared.

    A declared one holds for ordinary state schools: how far scores lie apart in special and independent schools, where
    many pupils score nothing, is not known.
    """
    cells = len(cube.kinds) * len(GROUPS)
    usual = np.nan if declared.declared_spread is None else declared.declared_spread
    if declared.spread_from == "limits":
        own_n = np.where(cube.cohort_taken, np.nan, cube.n)
        found = {
            year: spread.from_limits(cube.lower[:, column], cube.upper[:, column], own_n[:, column])
            for column, year in enumerate(cube.years)
        }
        nearest = [spread.nearest_year(found, year)[0] for year in cube.years]
        return np.tile([one if np.isfinite(one) else usual for one in nearest], (cells, 1))
    if declared.spread_from == "changes" and "primary" in cube.kinds:
        usual = _from_changes(cube, cube.kinds.index("primary"), comparable)
    by_kind = [np.nan if kind in NOT_ORDINARY and declared.spread_from == "declared" else usual for kind in cube.kinds]
    return np.tile(np.repeat(by_kind, len(GROUPS))[:, None], (1, len(cube.years)))


def _from_changes(cube: Cube, kind: int, comparable: NDArray) -> float:
    """The spread that the changes of a kind of school show, all pupils; NaN where they show none.

    A new definition moves all schools of a kind, which is taken out: changes across a break count.
    """
    mine = cube.cell == kind * len(GROUPS)
    pairs = [
        (later, later - 1)
        for later in range(1, len(cube.years))
        if comparable[later, later]
        and comparable[later - 1, later - 1]
        and cube.years[later] - cube.years[later - 1] == 1
    ]
    return spread.from_changes(cube.value[mine], cube.n[mine], pairs, np.zeros(mine.sum(), np.int64), 1)
