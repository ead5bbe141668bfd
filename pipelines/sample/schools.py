"""The schools of the sample: what each is truly like, what it was called in which years, and who followed
whom.
"""

from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from pipelines.sample import scenarios
from pipelines.sample.constants import NEIGHBOUR_LA_CODE, SAMPLE_LA_CODE, YEARS
from pipelines.sample.files import generator
from pipelines.sample.geography import Land
from pipelines.sample.names import SAINTS, STREETS, places

MAINTAINED = (
    "Community school",
    "Voluntary aided school",
    "Voluntary controlled school",
    "Foundation school",
)
ACADEMIES = ("Academy converter", "Academy sponsor led", "Free schools")
NFTYPES = {
    "Community school": "CY",
    "Voluntary aided school": "VA",
    "Voluntary controlled school": "VC",
    "Foundation school": "FD",
    "Academy converter": "ACC",
    "Academy sponsor led": "AC",
    "Free schools": "F",
    "University technical college": "FUTC",
    "Community special school": "CYS",
    "Academy special converter": "ACCS",
    "Other independent school": "IND",
    "Pupil referral unit": "PRU",
    "Academy alternative provision converter": "ACAP",
    "Local authority nursery school": "LANS",
}


@dataclass(frozen=True, kw_only=True)
class Life:
    """One registered establishment: the years a school stood under one URN."""

    urn: int
    estab: int
    name: str
    type: str
    opened: date | None
    closed: date | None = None
    why_closed: str = ""
    trust: int | None = None


@dataclass(frozen=True, kw_only=True)
class School:
    """One school over all its years, whatever its URN; shares are fractions, `group` is pupils in a year
    group.
    """

    number: int
    la_code: str
    kind: str
    phase: str
    ages: tuple[int, int]
    group: float
    trend: float
    place: str
    street: str
    postcode: str
    area: int
    longitude: float
    latitude: float
    disadvantaged: float
    eal: float
    sen_support: float
    sen_plan: float
    boys: float
    faith: str
    admissions: str
    selective: bool
    first: int
    last: int
    results_from: int
    effect: tuple[float, ...]
    attendance: float
    starting_point: float
    lives: tuple[Life, ...] = field(default=())

    @property
    def has_ks2(self) -> bool:
        """Whether the school has a Year 6."""
        return self.ages[0] <= 10 and self.ages[1] >= 11 and self.kind not in ("nursery", "independent", "pru")

    @property
    def has_ks4(self) -> bool:
        """Whether the school has a Year 11."""
        return self.ages[1] >= 16 and self.kind not in ("pru", "nursery")

    def life(self, year: int) -> Life | None:
        """The establishment whose URN carries the results of a summer: that of 12 September before."""
        day = date(year - 1, 9, 12)
        for life in self.lives:
            if (life.opened is None or life.opened <= day) and (life.closed is None or life.closed > day):
                return life
        return None


@dataclass(frozen=True)
class Link:
    """One row of the links file."""

    urn: int
    other: int
    name: str
    type: str
    day: date | None


@dataclass(frozen=True)
class Trust:
    """One multi-academy trust."""

    uid: int
    group_id: str
    name: str
    companies_house: str
    opened: date


@dataclass(frozen=True)
class Schools:
    """All schools of the sample with links and trusts."""

    schools: tuple[School, ...]
    links: tuple[Link, ...]
    trusts: tuple[Trust, ...]


def make_schools(seed: int, land: Land) -> Schools:
    """Return about 240 open schools of the authority, those closed since, and eleven of the neighbour."""
    rng = generator(seed, "schools")
    kinds = (
        ["primary"] * 152 + ["infant"] * 14 + ["junior"] * 14 + ["first"] * 3 + ["middle"]
        + ["secondary"] * 24 + ["selective"] * 2 + ["all-through", "utc"]
        + ["special"] * 8 + ["pru"] * 3 + ["independent"] * 4 + ["nursery"] * 6
    )  # fmt: skip
    names = places(len(kinds) + 40, rng)
    schools = []
    urn = 900000
    for number, kind in enumerate(kinds):
        urn = _next_urn(urn)
        schools.append(_draw(rng, land, number, kind, names[number], SAMPLE_LA_CODE, urn))
    links: list[Link] = []
    trusts = _trusts(names[len(kinds) + 20 :])
    schools = _convert(rng, schools, links, trusts)
    schools = _reorganise(rng, land, schools, links, names[len(kinds) :])
    for urn in scenarios.NEIGHBOUR_URNS:
        kind = "secondary" if urn % 5 == 0 else "primary"
        name = f"Nearby {names[len(kinds) + 8 + urn % 11]}"
        schools.append(_draw(rng, land, len(schools), kind, name, NEIGHBOUR_LA_CODE, urn))
    return Schools(tuple(schools), tuple(links), tuple(trusts))


def _next_urn(urn: int) -> int:
    return urn + 1 if urn + 1 != scenarios.CONVERTER_AFTER else urn + 2


AGES = {
    "primary": (4, 11),
    "infant": (4, 7),
    "junior": (7, 11),
    "first": (4, 9),
    "middle": (9, 13),
    "secondary": (11, 16),
    "selective": (11, 18),
    "all-through": (4, 18),
    "utc": (14, 19),
    "special": (4, 16),
    "pru": (5, 16),
    "independent": (11, 18),
    "nursery": (2, 5),
}
PHASES = {
    "primary": "Primary", "infant": "Primary", "junior": "Primary", "first": "Primary",
    "middle": "Middle deemed primary", "secondary": "Secondary", "selective": "Secondary",
    "all-through": "All-through", "utc": "Secondary", "special": "Not applicable", "pru": "Not applicable",
    "independent": "Not applicable", "nursery": "Nursery",
}  # fmt: skip


def _group_size(rng: np.random.Generator, kind: str, urn: int) -> float:
    if urn in scenarios.UNDER_SIXTY:
        return float(rng.uniform(6.3, 7.4))
    if kind == "primary":
        share = rng.random()
        if share < 0.22:
            return float(rng.uniform(10.5, 14))
        return float(rng.choice([15, 20, 28, 30, 30, 45, 58, 60, 60])) * 0.97
    if kind in ("infant", "junior"):
        return float(rng.choice([28, 30, 45, 58, 60, 88])) * 0.97
    sizes = {"first": 24, "middle": 70, "utc": 70, "special": 9.5, "pru": 7, "independent": 45, "nursery": 28}
    return float(sizes.get(kind, 0) or rng.choice([95, 120, 148, 150, 178, 180, 205, 230, 238]))


def _draw(rng: np.random.Generator, land: Land, number: int, kind: str, place: str, la_code: str, urn: int) -> School:
    """One school with its first establishment; conversions and mergers come later."""
    weight = land.population / land.population.sum()
    area = int(rng.choice(len(land.population), p=weight))
    poverty = land.deprivation[area] * 0.75 + rng.normal(0, 0.35)
    if kind == "selective":
        poverty = -1.8
    if kind in ("special", "pru"):
        poverty += 1.0
    disadvantaged = float(1 / (1 + np.exp(1.25 - 0.9 * poverty)))
    ages = AGES[kind]
    if kind == "secondary" and rng.random() < 0.6:
        ages = (11, 18)
    if kind == "primary" and rng.random() < 0.4:
        ages = (3, 11)
    faith = "Does not apply"
    drawn = rng.random()
    if kind in ("primary", "infant", "junior", "first") and drawn < 0.42:
        faith = "Church of England" if drawn < 0.36 else "Roman Catholic"
    if kind == "secondary" and drawn < 0.08:
        faith = "Roman Catholic"
    effect = [float(rng.normal(0, 0.95))]
    for _ in YEARS[1:]:
        effect.append(0.86 * effect[-1] + float(rng.normal(0, 0.48)))
    centre = land.centres[area] + rng.normal(0, 0.003, 2)
    digits = f"{area % 40 + 1} {area % 9 + 1}"
    letters = "ABDEFGHJLN"
    postcode = f"ZX{digits}{letters[number % 10]}{letters[number // 10 % 10]}"
    boys = {"selective": float(urn % 2), "special": 0.71, "pru": 0.66, "utc": 0.74}.get(kind, 0.51)
    school = School(
        number=number,
        la_code=la_code,
        kind=kind,
        phase=PHASES[kind],
        ages=ages,
        group=_group_size(rng, kind, urn),
        trend=float(rng.normal(0.0, 0.012)) if urn not in scenarios.UNDER_SIXTY else -0.012,
        place=place,
        street=STREETS[int(rng.integers(len(STREETS)))],
        postcode=postcode,
        area=area,
        longitude=float(centre[0]),
        latitude=float(centre[1]),
        disadvantaged=disadvantaged,
        eal=float(np.clip(rng.beta(1.1, 9) + 0.05 * poverty, 0, 0.7)),
        sen_support=0.55 if kind == "pru" else float(np.clip(rng.normal(0.145 + 0.02 * poverty, 0.04),
        0.02, 0.4)),
        sen_plan=1.0 if kind == "special" else float(np.clip(rng.normal(0.028, 0.012), 0, 0.1)),
        boys=boys,
        faith=faith,
        admissions=_admissions(kind),
        selective=kind == "selective",
        first=YEARS[0],
        last=YEARS[-1],
        results_from=YEARS[0],
        effect=tuple(effect),
        attendance=float(rng.normal(0, 1)),
        starting_point=float(rng.normal(0, 0.22)),
    )  # fmt: skip
    return replace(school, lives=(_first_life(rng, school, urn),))


def _admissions(kind: str) -> str:
    if PHASES[kind] != "Secondary":
        return "Not applicable"
    return "Selective" if kind == "selective" else "Non-selective"


def _first_life(rng: np.random.Generator, school: School, urn: int) -> Life:
    kind, faith = school.kind, school.faith
    estab = {"special": 7000, "pru": 1100, "independent": 6000, "nursery": 1000}.get(kind, 0)
    if kind in ("secondary", "selective", "all-through", "utc"):
        estab = 4000
    if not estab:
        estab = {"Church of England": 3000, "Roman Catholic": 3300}.get(faith, 2000)
    estab += urn - 900000
    if faith == "Church of England":
        type_ = "Voluntary controlled school" if rng.random() < 0.6 else "Voluntary aided school"
    elif faith == "Roman Catholic":
        type_ = "Voluntary aided school"
    else:
        type_ = {
            "special": "Community special school",
            "pru": "Pupil referral unit",
            "independent": "Other independent school",
            "nursery": "Local authority nursery school",
            "utc": "University technical college",
        }.get(kind, "Foundation school" if rng.random() < 0.15 else "Community school")
    opened = date(2014, 9, 1) if kind == "utc" else None
    return Life(urn=urn, estab=estab, name=_name(school, urn), type=type_, opened=opened)


def _name(school: School, urn: int) -> str:
    place, faith, kind = school.place, school.faith, school.kind
    middle = {"Church of England": "Church of England ", "Roman Catholic": "Catholic "}.get(faith, "")
    saint = f"St {SAINTS[urn % len(SAINTS)]}'s " if faith == "Roman Catholic" else ""
    ending = {
        "infant": "Infant School",
        "junior": "Junior School",
        "first": "First School",
        "middle": "Middle School",
        "secondary": "School" if urn % 3 else "Community College",
        "selective": "Grammar School for " + ("Boys" if school.boys > 0.5 else "Girls"),
        "all-through": "All-Through School",
        "utc": "University Technical College",
        "special": "Special School",
        "pru": "Centre for Alternative Provision",
        "independent": "House Independent School",
        "nursery": "Nursery School",
    }.get(kind, "Primary School")
    name = f"{saint}{place} {middle}{ending}"
    if urn == 900012:
        name = f"Café {place} Primary School"
    if urn == 900013:
        name = f"{place} Primary School – à la Rive"
    if urn == 900014:
        name = f"{place} 51° Primary School"
    return name


def _trusts(names: list[str]) -> list[Trust]:
    return [
        Trust(
            70001 + number,
            f"TR{90001 + number}",
            f"{name} {'Learning Trust' if number % 2 else 'Academies Partnership'}",
            f"9{9000001 + number}"[:8],
            date(2011 + number, 3, 1 + number),
        )
        for number, name in enumerate(names[:9])
    ]


def _convert(rng: np.random.Generator, schools: list[School], links: list[Link], trusts: list[Trust]) -> list[School]:
    """Academisation: the successor opens the day its predecessor closes, with a new URN."""
    fixed = {scenarios.CONVERTER_BEFORE: (scenarios.CONVERTER_AFTER, scenarios.CONVERSION_DATE, 0)}
    never = {
        scenarios.SMALL_COHORT, scenarios.FLOOR_HISTORY, scenarios.FOUR_DISADVANTAGED, scenarios.GRADED_2024,
        scenarios.REPORT_CARD_2026, scenarios.NOT_IN_ABSENCE, *scenarios.UNDER_SIXTY, scenarios.LOW_COVERAGE,
        scenarios.NO_CANDIDATES, scenarios.REDACTED, scenarios.DID_NOT_SUPPLY,
    }  # fmt: skip
    chance = {"secondary": 0.85, "selective": 1, "all-through": 1, "special": 0.4, "pru": 0.34}
    urn, after = 900400, []
    for school in schools:
        life = school.lives[0]
        drawn = rng.random() < chance.get(school.kind, 0.45)
        if school.kind in ("independent", "nursery"):
            drawn = False
        if life.urn == scenarios.TRUST_SCHOOL:
            # Born as an academy of a trust: a free school, so the scenario has one URN only.
            new = replace(life, type="Academy converter", opened=date(2012, 4, 1), trust=1)
            after.append(replace(school, lives=(new,)))
            continue
        if life.urn in fixed:
            new_urn, day, trust = fixed[life.urn]
        elif school.kind == "utc":
            after.append(replace(school, lives=(replace(life, trust=2),), first=2015, results_from=2016))
            continue
        elif not drawn or life.urn in never:
            after.append(school)
            continue
        else:
            urn += 1
            new_urn, trust = urn, int(rng.integers(len(trusts)))
            day = date(int(rng.integers(2011, 2026)), int(rng.choice([1, 4, 6, 9, 9, 9, 9, 9, 11])), 1)
        sponsored = school.effect[4] < -0.9 and life.urn not in fixed
        type_ = {
            "special": "Academy special converter",
            "pru": "Academy alternative provision converter",
        }.get(school.kind, "Academy sponsor led" if sponsored else "Academy converter")
        name = life.name if rng.random() < 0.6 else life.name.replace(" School", " Academy")
        why = "Academy Converter" if not sponsored else "For Academy"
        old = replace(life, closed=day, why_closed=why)
        new = replace(life, urn=new_urn, name=name, type=type_, opened=day, trust=trust)
        after.append(replace(school, lives=(old, new)))
        stated = None if rng.random() < 0.22 and life.urn not in fixed else day
        links.append(Link(old.urn, new.urn, new.name, "Successor", stated))
        if rng.random() < 0.93 or life.urn in fixed:
            links.append(Link(new.urn, old.urn, old.name, "Predecessor", stated))
    return after


def _reorganise(
    rng: np.random.Generator, land: Land, schools: list[School], links: list[Link], names: list[str]
) -> list[School]:
    """Two mergers of an infant with a junior school, one split, three closures, four new free schools."""
    after = list(schools)

    def add(kind: str, place: str, urn: int, **changes: object) -> School:
        school = _draw(rng, land, len(after), kind, place, SAMPLE_LA_CODE, urn)
        life = replace(school.lives[0], **changes.pop("life", {}))
        school = replace(school, lives=(life,), **changes)
        after.append(school)
        return school

    def close(school: School, day: date, why: str) -> None:
        lives = (*school.lives[:-1], replace(school.lives[-1], closed=day, why_closed=why))
        after[school.number] = replace(school, lives=lives, last=day.year)

    for merger, (day, place) in enumerate(((date(2016, 9, 1), names[0]), (date(2019, 1, 1), names[1]))):
        pair = []
        for kind in ("infant", "junior"):
            pair.append(add(kind, place, 900701 + 2 * merger + (kind == "junior"), group=30.0))
        merged = add(
            "primary", place, 900711 + merger, group=30.0, first=day.year + (day.month > 5),
            results_from=day.year + 1,
            life={"opened": day, "type": "Community school", "name": f"{place} Primary School – École"},
        )  # fmt: skip
        for school in pair:
            close(school, day, "Result of Amalgamation/Merger")
            links.append(
                Link(school.lives[0].urn, merged.lives[0].urn, merged.lives[0].name, "Successor - merged", day)
            )
            if merger == 0:
                links.append(
                    Link(
                        merged.lives[0].urn,
                        school.lives[0].urn,
                        school.lives[0].name,
                        "Predecessor - merged",
                        None,
                    )
                )
    whole = add("primary", names[2], 900721, group=58.0)
    day = date(2018, 9, 1)
    close(whole, day, "Other")
    for part, place in enumerate((names[3], names[4])):
        half = add(
            "primary", place, 900722 + part, group=29.0, first=2019, results_from=2019,
            life={"opened": day, "type": "Community school"},
        )  # fmt: skip
        links.append(Link(whole.lives[0].urn, half.lives[0].urn, half.lives[0].name, "Successor - Split School", day))
        links.append(
            Link(half.lives[0].urn, whole.lives[0].urn, whole.lives[0].name, "Predecessor - Split School", day)
        )
    for number, year in enumerate((2013, 2017, 2023)):
        close(add("primary", names[5 + number], 900731 + number, group=9.0), date(year, 8, 31), "Closure")
    for number, (kind, year) in enumerate(
        (("primary", 2014), ("secondary", 2016), ("primary", 2019), ("primary", 2022))
    ):
        add(
            kind, names[12 + number], 900741 + number, first=year,
            results_from=year + (7 if kind == "primary" else 5),
            life={"opened": date(year - 1, 9, 1), "type": "Free schools", "trust": number},
        )  # fmt: skip
    return after
