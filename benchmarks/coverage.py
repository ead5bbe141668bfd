"""Whether the shrunken values keep their promises: coverage of their intervals, and their error a year later.

`CURATED=… python -m benchmarks.coverage` prints two tables. Coverage: schools are drawn anew from priors and cohorts
fitted on the build in service, cohorts of pupils are drawn from them, rounded as publishers round, and everything is
fitted again as the build does; the nominal 90 % intervals should hold the true value 88 to 92 times in 100, in every
band of cohort size. Next year: on the real series, with only what was known then, how far each figure of a school lies
from the result of the year after.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from scipy import special

from pipelines import warehouse
from pipelines.marts import estimate
from pipelines.settings import read_settings
from pipelines.statistics import estimation, pooled
from pipelines.statistics.cube import Cube
from pipelines.statistics.estimated import ESTIMATED, Estimated
from pipelines.statistics.shrinkage import Persistence

LEVEL = 0.90
BANDS = ((1, 10), (11, 20), (21, 30), (31, 60), (61, 10_000))
"""Cohort sizes from … to."""

SEED = 1996
SCHOOLS_DRAWN = 120_000
ENOUGH = 1_000
"""Schools drawn in a band below which no coverage is shown: its standard error is then above one point."""

MEASURES_SIMULATED = ("reading_writing_maths_expected", "reading_progress", "attainment_8", "progress_8")
MEASURES_FOLLOWED = (
    "reading_writing_maths_expected",
    "reading_progress",
    "writing_progress",
    "maths_progress",
    "attainment_8",
    "progress_8",
    "english_maths_grade_5",
)


@dataclass(frozen=True)
class World:
    """Schools to be drawn: one kind, three years.

    Attributes:
        n: pupils, schools × years.
        mean, between, within: of the prior in each year, as `shrinkage.Prior` has them for one cell.
        persistence: how alike the years of a school are.
        is_share, decimals: what is published, and to how many decimals (of the percentage).
        sudden: share of schools that become another school between two years.
    """

    n: NDArray
    mean: NDArray
    between: NDArray
    within: NDArray
    persistence: Persistence
    is_share: bool
    decimals: int
    sudden: float = 0.0


def draw(world: World, generator: np.random.Generator) -> tuple[NDArray, NDArray]:
    """True and published results of the schools of a world: schools × years, shares as percentages."""
    schools, years = world.n.shape
    standard = np.empty((schools, years))
    lasting = generator.normal(size=schools)
    for year in range(years):
        if year:
            kept = world.persistence.yearly
            lasting = kept * lasting + np.sqrt(1 - kept**2) * generator.normal(size=schools)
            lasting = np.where(generator.random(schools) < world.sudden, generator.normal(size=schools), lasting)
        own = generator.normal(size=schools)
        standard[:, year] = np.sqrt(world.persistence.lasting) * lasting + np.sqrt(1 - world.persistence.lasting) * own
    if not world.is_share:
        true = world.mean + np.sqrt(world.between) * standard
        return true, np.round(
            true + generator.normal(size=true.shape) * np.sqrt(world.within / world.n), world.decimals
        )
    size = world.within / world.between
    true = special.betaincinv(world.mean * size, (1 - world.mean) * size, special.ndtr(standard))
    return 100 * true, np.round(100 * generator.binomial(world.n.astype(int), true) / world.n, world.decimals)


def covered(world: World, generator: np.random.Generator) -> NDArray:
    """For each school: whether the 90 % interval of the last year, fitted from scratch, holds the true value."""
    true, published = draw(world, generator)
    schools, years = world.n.shape
    error = within = None
    if not world.is_share:
        within = world.within
        error = within / world.n + 10.0 ** (-2 * world.decimals) / 12
    results = estimation.Results(
        years=list(range(years)),
        cell=np.zeros(schools, np.int64),
        cells=1,
        value=published,
        n=world.n,
        counts_for_prior=np.ones(world.n.shape, bool),
        is_share=world.is_share,
        error_variance=error,
        within=within,
    )
    model = estimation.fit(results, np.ones((years, years), bool))
    posterior = estimation.posterior_of_rows(model, np.arange(schools), list(range(years))[::-1])
    lower, upper = estimation.limits(posterior, world.is_share, LEVEL)
    last = true[:, -1] / (100 if world.is_share else 1)
    return (lower <= last) & (last <= upper)


def by_band(n: NDArray, hit: NDArray) -> dict[str, tuple[float, int]]:
    """Share of hits and number, overall and for each band of cohort size that has schools."""
    table = {"all": (float(hit.mean()), len(hit))}
    for low, high in BANDS:
        mine = (n >= low) & (n <= high)
        if mine.any():
            table[f"{low} to {high}" if high < 10_000 else f"{low} and more"] = (
                float(hit[mine].mean()),
                int(mine.sum()),
            )
    return table


def coverage(world: World, runs: int, seed: int = SEED) -> dict[str, tuple[float, int]]:
    """Coverage over so many drawn Englands, overall and by band."""
    generator = np.random.default_rng(seed)
    hits = np.concatenate([covered(world, generator) for _ in range(runs)])
    return by_band(np.tile(world.n[:, -1], runs), hits)


def harder(world: World) -> dict[str, World]:
    """The fitted world, and worlds in which earlier years mislead."""
    changed = vars(world)
    return {
        "as fitted": world,
        "drift: three tenths lost a year": World(**changed | {"persistence": Persistence(1.0, 0.7, 0)}),
        "drift: half lost a year": World(**changed | {"persistence": Persistence(1.0, 0.5, 0)}),
        "cohorts differ: a quarter lasts no year": World(**changed | {"persistence": Persistence(0.75, 0.95, 0)}),
        "one school in ten changes suddenly": World(**changed | {"sudden": 0.1}),
    }


def fitted_world(asked: estimate.Asked, cube: Cube) -> World | None:
    """The world of the kind of school with most results in three years in a row, all pupils, as the build fits it."""
    model = estimate.fitted(asked, cube)
    best: tuple[int, World | None] = (100, None)
    for column in range(2, len(cube.years)):
        columns = [column - 2, column - 1, column]
        if cube.years[column] - cube.years[column - 2] != 2:
            continue
        cell = int(np.argmax(np.nan_to_num(model.prior.schools[:, columns]).min(axis=1)))
        known = (cube.n[:, columns] > 0) & np.isfinite(cube.value[:, columns])
        mine = (cube.cell == cell) & known.all(axis=1) & (cube.via[:, column] == 0)
        if mine.sum() > best[0] and np.isfinite(model.prior.within[cell, columns]).all():
            world = World(
                n=cube.n[mine][:, columns],
                mean=model.prior.mean[cell, columns],
                between=model.prior.between[cell, columns],
                within=model.prior.within[cell, columns],
                persistence=model.persistence,
                is_share=asked.declared.is_share,
                decimals=asked.measure.unit.decimals,
            )
            best = (int(mine.sum()), world)
    return best[1]


@dataclass(frozen=True)
class NextYear:
    """How far this year's figures of schools lie from next year's result: root mean squares, in the measure's unit.

    `raw_as_printed` and `shrunken_as_printed` take out the change of level alone, not that of the spread.
    """

    year: int
    schools: int
    raw: float
    pooled: float
    shrunken: float
    raw_as_printed: float
    shrunken_as_printed: float
    bands: dict[str, tuple[float, float, int]]


def next_year(asked: estimate.Asked, cube: Cube) -> list[NextYear]:
    """Errors of raw, pooled and shrunken values, for every year that the next one follows (all pupils).

    Only what was known in the year is used. What happened to all schools of a kind is nobody's error: the change of
    their mean and of their spread (new grades widened Attainment 8 in 2017 and 2018) is taken out of all three alike.
    """
    found = []
    for column in range(len(cube.years) - 1):
        if cube.years[column + 1] - cube.years[column] != 1 or cube.years[column] in asked.skipped:
            continue
        then = cube.until(column)
        model = estimate.fitted(asked, then)
        columns = estimate.columns_used(asked, then, column)
        everyone = np.arange(len(cube.urn))
        shrunken = estimation.posterior_of_rows(model, everyone, columns).mean * asked.scale
        raw, following = cube.value[:, column], cube.value[:, column + 1]
        values = np.where(np.isfinite(model.error_variance), model.results.value, np.nan)[:, columns]
        _, pooled_value = pooled.pooled_mean(values - centre(values, cube), model.results.n[:, columns])
        pooled_value = pooled_value + centre(values, cube)[:, 0]
        mine = (cube.group == 0) & (cube.via[:, column + 1] == 0) & (cube.via[:, column] == 0)
        mine &= np.isfinite(shrunken) & np.isfinite(raw) & np.isfinite(following) & np.isfinite(pooled_value)
        if mine.sum() < 100:
            continue
        wider = spread_of_kinds(following, cube.cell, mine) / spread_of_kinds(raw, cube.cell, mine)
        around = centre(values, cube)[:, 0]
        errors = [
            kind_wise(following - around - wider * (value - around), cube.cell, mine)
            for value in (raw, pooled_value, shrunken)
        ]
        plainly = [kind_wise(following - value, cube.cell, mine) for value in (raw, shrunken)]
        n = cube.n[mine, column]
        bands = {}
        for low, high in BANDS:
            band = (n >= low) & (n <= high)
            if band.any():
                bands[f"{low} to {high}" if high < 10_000 else f"{low} and more"] = (
                    rms(errors[0][band]),
                    rms(errors[2][band]),
                    int(band.sum()),
                )
        found.append(NextYear(cube.years[column], int(mine.sum()), *(rms(error) for error in errors + plainly), bands))
    return found


def centre(values: NDArray, cube: Cube) -> NDArray:
    """The mean of each kind of school in each year, for each row."""
    known = np.isfinite(values)
    cells = int(cube.cell.max()) + 1
    total = np.stack([np.bincount(cube.cell, np.where(k, v, 0.0), cells) for v, k in zip(values.T, known.T)], 1)
    number = np.stack([np.bincount(cube.cell, k.astype(float), cells) for k in known.T], 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return (total / number)[cube.cell]


def kind_wise(error: NDArray, cell: NDArray, mine: NDArray) -> NDArray:
    """Errors less their mean over each kind of school: the change of everyone is nobody's error."""
    error, cell = error[mine], cell[mine]
    number = np.bincount(cell)
    return error - (np.bincount(cell, error) / np.maximum(number, 1))[cell]


def spread_of_kinds(value: NDArray, cell: NDArray, mine: NDArray) -> NDArray:
    """Standard deviation of some results over each kind of school, for each row; 1 where nobody differs."""
    value = np.where(mine, value, 0.0)
    number = np.bincount(cell[mine], minlength=cell.max() + 1)[cell]
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.bincount(cell, value)[cell] / number
        squares = np.bincount(cell, np.where(mine, (value - mean) ** 2, 0.0))[cell]
        return np.where((number >= 3) & (squares > 0), np.sqrt(squares / number), 1.0)


def rms(error: NDArray) -> float:
    """Root mean square."""
    return float(np.sqrt(np.mean(error**2)))


def main() -> None:
    """Prints both tables for the build in service."""
    build = warehouse.current_build(read_settings().curated)
    if build is None:
        raise SystemExit("there is no build in service")
    connection = warehouse.open_build(build)

    def query(sql: str, parameters: dict | None = None):
        return connection.sql(sql, params=parameters or None).pl()

    console = Console(width=170)
    worlds, followed = {}, {}
    for declared in ESTIMATED:
        if declared.measure in {*MEASURES_SIMULATED, *MEASURES_FOLLOWED}:
            asked, cube = asked_and_cube(query, declared)
            if cube is None:
                continue
            if declared.measure in MEASURES_SIMULATED:
                worlds[declared.measure] = fitted_world(asked, cube)
            if declared.measure in MEASURES_FOLLOWED:
                followed[declared.measure] = next_year(asked, cube)
    console.print(coverage_table(worlds))
    console.print(next_year_table(followed))


def asked_and_cube(query: estimate.Query, declared: Estimated) -> tuple[estimate.Asked, Cube | None]:
    """A measure's declaration and its results in a build."""
    schools, links = query(estimate.SCHOOLS), query(estimate.LINKS)
    return estimate.asked_of(declared, {}, {}), estimate.read_cube(query, declared, schools, links)


def coverage_table(worlds: dict[str, World | None]) -> Table:
    """Coverage of nominal 90 % intervals, in per cent."""
    bands = ["all", *(f"{low} to {high}" if high < 10_000 else f"{low} and more" for low, high in BANDS)]
    table = Table(title="Coverage of nominal 90 % intervals, % (schools drawn)", title_justify="left")
    for name in ("measure", "world", *bands):
        table.add_column(name, justify="left" if name in ("measure", "world") else "right")
    for measure, world in worlds.items():
        if world is None:
            continue
        for name, variant in harder(world).items():
            runs = max(1, SCHOOLS_DRAWN // len(world.n))
            found = coverage(variant, runs)
            cells = [shown(*found[band]) if band in found else "" for band in bands]
            table.add_row(measure, name, *cells)
    return table


def shown(hits: float, number: int) -> str:
    """A coverage and on how many schools, or that they are too few to tell 88 from 92."""
    return f"{100 * hits:.1f} ({number:,})" if number >= ENOUGH else f"few ({number:,})"


def next_year_table(followed: dict[str, list[NextYear]]) -> Table:
    """Root mean squared differences to the next year's result."""
    title = "Error a year later, root mean square, all pupils (by cohort: raw → shrunken; as printed: with the spread)"
    table = Table(title=title, title_justify="left")
    bands = [f"{low} to {high}" if high < 10_000 else f"{low} and more" for low, high in BANDS]
    for name in ("measure", "years", "schools", "raw", "pooled", "shrunken", "as printed", *bands):
        table.add_column(name, justify="left" if name in ("measure", "years") else "right")
    for measure, years in followed.items():
        for one in years:
            cells = [f"{one.bands[b][0]:.2f} → {one.bands[b][1]:.2f}" if b in one.bands else "" for b in bands]
            table.add_row(
                measure,
                f"{one.year} → {one.year + 1}",
                f"{one.schools:,}",
                f"{one.raw:.3f}",
                f"{one.pooled:.3f}",
                f"{one.shrunken:.3f}",
                f"{one.raw_as_printed:.3f} → {one.shrunken_as_printed:.3f}",
                *cells,
            )
    return table


if __name__ == "__main__":
    main()
