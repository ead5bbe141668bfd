"""The authority's own file of assessments at five, six and seven: every school's counts, and England's beside them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from pipelines.sample import scenarios
from pipelines.sample.constants import NATIONAL_EARLY, SAMPLE_LA_CODE, YEARS
from pipelines.sample.files import Writer, generator
from pipelines.sample.schools import Life, School
from pipelines.sample.world import World

AFTER_YEAR_6 = {"good_level_of_development": -6, "phonics_year_1": -5, "key_stage_1": -4}
"""Assessment → years from the summer in which the children end Year 6."""

ON_FREE_MEALS = 0.8
"""Children on free school meals at five for each who is disadvantaged at eleven: the six years are not yet full."""

ENGLAND_PUPILS = 640_000
ENGLAND_ON_FREE_MEALS = {2019: 0.14, 2025: 0.24}
"""Share of England's children on free school meals until that year: plausible, not taken from a publication."""


@dataclass(frozen=True)
class Counts:
    """One school's children of one assessment and year: on free school meals and not, and who of them reached it."""

    urn: int
    year: int
    assessment: str
    pupils: tuple[int, int]
    reached: tuple[int, int]


def write_assessments(world: World, writer: Writer) -> None:
    """Write assessments.csv: three groups for each school, year and assessment; England's rows say so."""
    rows = [*_england(), *(row for counts in early_counts(world) for row in _rows(str(counts.urn), counts))]
    columns = ["urn", "year", "assessment", "group", "pupils", "reached"]
    writer.frame("authority", "", "assessments.csv", pl.DataFrame(rows, schema=columns, orient="row"))


def early_counts(world: World) -> list[Counts]:
    """The children of every state-funded mainstream school with a Reception class, by assessment and year."""
    rng = generator(world.seed, "assessments")
    schools = [school for school in world.schools if has_reception(school)]
    lead = rng.normal(0, 3.5, int(world.land.community_area.max()) + 1)
    areas = [_area(world, school) for school in schools]
    found = []
    for cohort in range(YEARS[0] + 6, YEARS[-1] + 7):
        sizes = [_size(world, school, cohort) for school in schools]
        meals = [
            int(rng.binomial(size, min(0.9, ON_FREE_MEALS * school.disadvantaged)))
            for size, school in zip(sizes, schools, strict=True)
        ]
        fixed = next((one for one in scenarios.LOSS_AT_ELEVEN if one.cohort == cohort), None)
        ours = [number for number, school in enumerate(schools) if in_the_loss_area(world, school, cohort)]
        if fixed:
            share_out(meals, sizes, ours, fixed.pupils, rng)
        for assessment, after in AFTER_YEAR_6.items():
            year = cohort + after
            if year not in NATIONAL_EARLY[assessment]:
                continue
            reached = [
                _reached(rng, (meals[n], sizes[n] - meals[n]), school, year, _rates(assessment, year, areas[n], lead))
                for n, school in enumerate(schools)
            ]
            if fixed and assessment in fixed.reached:
                drawn = rng.multivariate_hypergeometric([meals[n] for n in ours], fixed.reached[assessment])
                for number, count in zip(ours, drawn, strict=True):
                    reached[number] = (int(count), reached[number][1])
            for number, school in enumerate(schools):
                life = life_in_summer(school, year)
                if life is not None and sizes[number] and school.first <= year <= school.last:
                    pupils = (meals[number], sizes[number] - meals[number])
                    found.append(Counts(life.urn, year, assessment, pupils, reached[number]))
    return sorted(found, key=lambda counts: (counts.urn, counts.assessment, counts.year))


def has_reception(school: School) -> bool:
    """Whether the school of the authority has children of five."""
    kinds = ("independent", "nursery", "pru", "special")
    return school.la_code == SAMPLE_LA_CODE and school.ages[0] <= 5 and school.kind not in kinds


def life_in_summer(school: School, year: int) -> Life | None:
    """The establishment in which the children are assessed: the authority writes down the URN of that day."""
    day = date(year, 5, 31)
    found = (
        life for life in school.lives if (life.opened or day) <= day and (life.closed is None or life.closed > day)
    )
    return next(found, None)


def in_the_loss_area(world: World, school: School, cohort: int) -> bool:
    """Whether the school is one whose children of a cohort are fixed: a member of the cluster throughout."""
    there = _area(world, school) == scenarios.LOSS_AREA and school.lives[-1].closed is None
    years = [cohort + after for after in AFTER_YEAR_6.values()]
    return there and school.first <= min(years) and all(life_in_summer(school, year) for year in years)


def share_out(meals: list[int], sizes: list[int], where: list[int], total: int, rng: np.random.Generator) -> None:
    """Makes the children on free school meals of these schools `total`, as their drawn numbers lie; in place."""
    weight = np.array([meals[number] + 0.5 for number in where])
    counts = np.floor(total * weight / weight.sum()).astype(int)
    for place in np.argsort(counts - total * weight / weight.sum(), kind="stable")[: total - counts.sum()]:
        counts[place] += 1
    for number, count in zip(where, counts, strict=True):
        meals[number] = min(int(count), sizes[number])


def _area(world: World, school: School) -> int:
    return int(world.land.community_area[school.area])


def _size(world: World, school: School, cohort: int) -> int:
    """Children of a cohort: those of its Year 6 where that is known, else what the school's year groups are like."""
    if cohort in YEARS and school.has_ks2:
        return int(world.year6[school.number, YEARS.index(cohort)])
    return max(3, round(school.group * (1 + school.trend) ** (cohort - 6 - YEARS[7])))


def _rates(assessment: str, year: int, area: int, lead: np.ndarray) -> tuple[float, float]:
    """Per cent of both groups in an area: England's, moved by the place; where the loss is late they start close by."""
    meals, others = NATIONAL_EARLY[assessment][year]
    if area == scenarios.LOSS_AREA:
        return others - scenarios.LOSS_BEFORE, others
    return meals + lead[area], others + lead[area]


def _reached(
    rng: np.random.Generator, pupils: tuple[int, int], school: School, year: int, rates: tuple[float, float]
) -> tuple[int, int]:
    """Who reached it of both groups, moved by what the school is like."""
    effect = school.effect[YEARS.index(year)] if year in YEARS else 0.0
    chances = [float(np.clip((rate + 3 * effect) / 100, 0.02, 0.98)) for rate in rates]
    return int(rng.binomial(pupils[0], chances[0])), int(rng.binomial(pupils[1], chances[1]))


def _rows(urn: str, counts: Counts) -> Iterator[tuple[str, ...]]:
    meals, others = zip(counts.pupils, counts.reached, strict=True)
    everyone = (sum(counts.pupils), sum(counts.reached))
    for group, (pupils, reached) in (
        ("all", everyone),
        ("free_school_meals", meals),
        ("not_free_school_meals", others),
    ):
        yield urn, str(counts.year), counts.assessment, group, str(pupils), str(reached)


def _england() -> Iterator[tuple[str, ...]]:
    for assessment, rates in NATIONAL_EARLY.items():
        for year, (meals, others) in rates.items():
            share = next(share for until, share in ENGLAND_ON_FREE_MEALS.items() if year <= until)
            pupils = (round(ENGLAND_PUPILS * share), ENGLAND_PUPILS - round(ENGLAND_PUPILS * share))
            reached = (round(pupils[0] * meals / 100), round(pupils[1] * others / 100))
            yield from _rows("England", Counts(0, year, assessment, pupils, reached))
