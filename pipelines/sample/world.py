"""The sample's world in one place: land, schools, cohorts by year, and what the tables of each year are
drawn from.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from pipelines.sample import scenarios
from pipelines.sample.cohorts import Facts, Intake, draw_ks2, draw_ks4
from pipelines.sample.constants import (
    KS2_YEARS,
    KS4_YEARS,
    LA_NAMES,
    NATIONAL_KS2,
    NATIONAL_KS2_LEVELS,
    YEARS,
)
from pipelines.sample.files import generator
from pipelines.sample.geography import Land, make_land
from pipelines.sample.performance import Stage
from pipelines.sample.schools import NFTYPES, Life, School, Schools, make_schools

NATION_DRAWN = 16_000


@dataclass(frozen=True)
class World:
    """Everything that is true in the sample; publications show parts of it.

    `roll`, `year6` and `year11` count pupils by school and position of the year in YEARS; 0 where the
    school does not exist or has no such year group.
    """

    seed: int
    land: Land
    all_schools: Schools
    roll: np.ndarray
    year6: np.ndarray
    year11: np.ndarray

    @property
    def schools(self) -> tuple[School, ...]:
        """All schools of both authorities, by number."""
        return self.all_schools.schools

    @cached_property
    def by_urn(self) -> dict[int, tuple[School, Life]]:
        """School and establishment by URN."""
        return {life.urn: (school, life) for school in self.schools for life in school.lives}

    def intake(self, year: int) -> Intake:
        """What the pupils of each school are like in a year."""
        number = YEARS.index(year)
        column = {
            name: np.array([getattr(school, name) for school in self.schools], dtype=float)
            for name in ("disadvantaged", "eal", "sen_support", "sen_plan", "boys")
        }
        kinds = np.array([school.kind for school in self.schools])
        prior = np.where(kinds == "selective", 1.35, np.where(kinds == "special", -0.6, 0.0))
        prior = prior + np.array([school.starting_point for school in self.schools])
        prior = np.where(kinds == "independent", 0.9, prior) - 0.35 * (column["disadvantaged"] - 0.25)
        effect = np.array([school.effect[number] for school in self.schools])
        return Intake(**column, effect=effect, prior=prior)

    def ks2(self, year: int) -> Stage:
        """The Year 6 results of a summer."""
        fixed = {self.by_urn[wish.urn][0].number: wish for wish in scenarios.FIXED_KS2 if wish.year == year}
        cohort = self.year6[:, YEARS.index(year)]
        facts = draw_ks2(self.intake(year), cohort, year, generator(self.seed, "ks2", year), fixed)
        nation = draw_ks2(_nation(), np.array([NATION_DRAWN]), year, generator(self.seed, "nation ks2", year), luck=0)
        pupils = (NATIONAL_KS2.get(year) or NATIONAL_KS2_LEVELS[year])[3]
        return Stage(facts, nation, pupils / NATION_DRAWN)

    def ks4(self, year: int) -> Stage:
        """The Year 11 results of a summer."""
        cohort = self.year11[:, YEARS.index(year)]
        facts = draw_ks4(self.intake(year), cohort, year, generator(self.seed, "ks4", year))
        nation = draw_ks4(_nation(), np.array([NATION_DRAWN]), year, generator(self.seed, "nation ks4", year), luck=0)
        return Stage(facts, nation, 560_000 / NATION_DRAWN)


def _nation() -> Intake:
    one = np.ones(1)
    return Intake(0.30 * one, 0.20 * one, 0.145 * one, 0.035 * one, 0.51 * one, 0 * one, 0 * one)


def make_world(seed: int) -> World:
    """Return the world of a seed."""
    land = make_land(seed)
    schools = make_schools(seed, land)
    roll, year6, year11 = _rolls(seed, schools)
    return World(seed, land, schools, roll, year6, year11)


def _rolls(seed: int, schools: Schools) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = generator(seed, "rolls")
    shape = (len(schools.schools), len(YEARS))
    roll, year6, year11 = (np.zeros(shape, dtype=int) for _ in range(3))
    for school in schools.schools:
        for number, year in enumerate(YEARS):
            life = school.life(year)
            if life is None or not school.first <= year <= school.last:
                continue
            size = school.group * (1 + school.trend) ** (number - 7)
            groups = school.ages[1] - max(school.ages[0], 4) if school.kind != "nursery" else 2.6
            groups = min(groups, 5 + 1.1 * (school.ages[1] == 18)) if school.ages[0] == 11 else groups
            growing = min(1.0, (year - school.first + 2) / 7) if school.first > YEARS[0] else 1.0
            roll[school.number, number] = max(8, round(size * groups * growing + rng.normal(0, size * 0.12)))
            spread = 1.0 + 0.1 * np.sqrt(size)
            if school.has_ks2 and year >= school.results_from:
                share = 0.55 if school.kind == "special" else 1.0
                share = 0.28 if school.kind == "all-through" else share
                year6[school.number, number] = max(1, round(size * share + rng.normal(0, spread)))
            if school.has_ks4 and year >= school.results_from:
                year11[school.number, number] = max(3, round(size + rng.normal(0, spread)))
    for wish in scenarios.FIXED_KS2:
        owner = next(s for s in schools.schools if any(life.urn == wish.urn for life in s.lives))
        year6[owner.number, YEARS.index(wish.year)] = wish.pupils
    return roll, year6, year11


def roster(world: World, year: int, key_stage: int) -> tuple[pl.DataFrame, np.ndarray]:
    """Return the school rows of a performance table as text, and the position of each school.

    Schools stand in the order of authority, rectype and number, under the URN of 12 September; closed
    schools carry ICLOSE 1, converters the URN and name of their academy.
    """
    rows, position = [], []
    column = YEARS.index(year)
    rng = generator(world.seed, "roster", year, key_stage)
    for school in world.schools:
        in_stage = school.has_ks2 if key_stage == 2 else school.has_ks4
        life = school.life(year)
        if not in_stage or life is None or not school.first <= year <= school.last:
            continue
        if key_stage == 2 and school.kind == "all-through" and year < 2019:
            continue
        rows.append(_roster_row(world, school, life, year, column, int(rng.integers(10_000, 70_000))))
        position.append(school.number)
    frame = pl.DataFrame(rows, infer_schema_length=None).with_columns(position=pl.Series(position))
    frame = frame.sort(["lea", "rectype", "estab"], descending=[True, False, False])
    return frame.drop("position"), frame["position"].to_numpy()


def _roster_row(world: World, school: School, life: Life, year: int, column: int, alphabetical: int) -> dict:
    later = school.lives[-1] if school.lives[-1].urn != life.urn else None
    converted = later is not None and later.opened is not None and later.opened.year <= year
    closed = life.closed is not None and life.closed.year <= year and not converted
    boys = round(world.roll[school.number, column] * school.boys)
    nftype = NFTYPES[life.type]
    return {
        "rectype": "2" if school.kind == "special" else "1",
        "alphabetical": str(alphabetical),
        "lea": school.la_code,
        "estab": str(life.estab),
        "urn": str(life.urn),
        "name": life.name,
        "street": school.street,
        "blank": "",
        "town": school.place,
        "postcode": school.postcode,
        "telephone": f"01632960{school.number % 1000:03d}",
        "urn_after": str(later.urn) if converted else "0",
        "name_after": later.name if converted else "",
        "opened_after": later.opened.strftime("%d/%m/%Y") if converted else "",
        "nftype": nftype,
        "is_closed": "1" if closed else "0",
        "faith": school.faith,
        "ages": f"{school.ages[0]}-{school.ages[1]}",
        "confirmed": "R" if school.number % 9 == 4 else "",
        "zero": "0",
        "pupils": str(world.roll[school.number, column]),
        "boys": str(boys),
        "girls": str(world.roll[school.number, column] - boys),
        "group": str(world.year6[school.number, column] + (school.number % 4 == 0)),
        "admissions": "SEL" if school.selective else "NA" if school.kind == "special" else "COMP",
        "admissions_long": "SELECTIVE" if school.selective else "NA" if school.kind == "special" else "OTHER NON SEL",
        "gender": "MIXED" if 0.1 < school.boys < 0.9 else "BOYS" if school.boys >= 0.9 else "GIRLS",
        "is_new": year < school.results_from,
    }


def masks(world: World, position: np.ndarray) -> list[np.ndarray]:
    """Which schools of a table count in the total row of each authority: all but independent ones."""
    listed = np.zeros(len(world.schools), dtype=bool)
    listed[position] = True
    state = np.array([school.kind != "independent" for school in world.schools])
    la_codes = np.array([school.la_code for school in world.schools])
    return [listed & state & (la_codes == la_code) for la_code in LA_NAMES]


def stages(world: World, key_stage: int) -> dict[int, Stage]:
    """The results of every year in which there were any."""
    years = KS2_YEARS if key_stage == 2 else KS4_YEARS
    return {year: (world.ks2 if key_stage == 2 else world.ks4)(year) for year in years}


__all__ = ["Facts", "World", "make_world", "masks", "roster", "stages"]
