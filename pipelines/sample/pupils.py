"""Publications about all pupils of a school: census, absence and money."""

import numpy as np
import polars as pl

from pipelines.sample import scenarios
from pipelines.sample.cells import decimal, percent, whole
from pipelines.sample.constants import ABSENCE_YEARS, NEIGHBOUR_LA_CODE, SAMPLE_LA_CODE, YEARS
from pipelines.sample.files import Writer, edition_of, generator
from pipelines.sample.schools import MAINTAINED
from pipelines.sample.world import World

CENSUS_TO_2018 = [
    "URN",
    "LA",
    "ESTAB",
    "NOR",
    "NORG",
    "NORB",
    "PNORG",
    "PNORB",
    "TSENELSE",
    "PSENELSE",
    "TSENELK",
    "PSENELK",
    "NUMEAL",
    "NUMENGFL",
    "NUMUNCFL",
    "PNUMEAL",
    "PNUMENGFL",
    "PNUMUNCFL",
    "PNUMFSM",
    "NUMFSMEVER",
    "PNUMFSMEVER",
]
CENSUS_2019 = [
    "URN",
    "LA",
    "ESTAB",
    "SCHOOLTYPE",
    "NOR",
    "NORG",
    "NORB",
    "PNORG",
    "PNORB",
    "TSENELSE",
    "PSENELSE",
    "TSENELK",
    "PSENELK",
    "NUMEAL",
    "NUMENGFL",
    "NUMUNCFL",
    "PNUMEAL",
    "PNUMENGFL",
    "PNUMUNCFL",
    "NUMFSM",
    "NUMFSMEVER",
    "PNUMFSMEVER",
]
CENSUS_2025 = [*CENSUS_2019[:20], "NUMFSMEVER", "NORFSMEVER", "PNUMFSMEVER"]
CENSUS_TO_2014 = [
    "URN",
    "LA",
    "ESTAB",
    "TOTPUPSENDN",
    "TSENA",
    "PSENA",
    "TOTSENAP",
    "PTOTSENAP",
    "TOTSENST",
    "PTOTSENST",
    "NUMEAL",
    "NUMENGFL",
    "NUMUNCFL",
    "PNUMEAL",
    "PNUMENGFL",
    "PNUMUNCFL",
    "NUMFSM",
    "PNUMFSM",
    "NUMFSMEVER",
    "PNUMFSMEVER",
]
SCHOOL_TYPES = {
    "special": "State-funded special school",
    "pru": "State-funded AP school",
    "independent": "Independent school",
    "nursery": "State-funded nursery",
}
# Mean absence in per cent and share of persistent absentees, England: primary, secondary, special, by year.
# Those of 2012-13 and 2018-19 and of 2023-24 are published; the others are plausible.
ABSENCE = {
    2011: ((5.0, 3.9), (6.5, 8.4), (9.7, 15.5)), 2012: ((4.4, 3.1), (5.9, 7.4), (9.6, 15.5)),
    2013: ((4.8, 3.6), (5.8, 6.5), (9.7, 15.9)), 2014: ((3.9, 2.8), (5.2, 5.8), (9.0, 14.7)),
    2015: ((4.0, 2.7), (5.3, 5.4), (9.4, 15.0)), 2016: ((4.0, 8.2), (5.2, 13.1), (9.1, 26.9)),
    2017: ((4.0, 8.3), (5.4, 13.5), (9.7, 28.5)), 2018: ((4.2, 8.7), (5.5, 13.9), (10.2, 29.6)),
    2019: ((4.0, 8.2), (5.5, 13.7), (10.1, 28.8)), 2022: ((6.3, 17.7), (9.0, 27.7), (13.1, 40.4)),
    2023: ((5.9, 16.2), (9.0, 26.5), (13.0, 38.6)), 2024: ((5.5, 14.6), (8.9, 25.6), (13.0, 37.2)),
    2025: ((5.2, 13.3), (8.6, 23.9), (12.9, 36.4)),
}  # fmt: skip


def write_pupils(world: World, writer: Writer) -> None:
    """Write census, absence and finance of every year in which they exist."""
    for year in YEARS:
        frame = census_frame(**_census_facts(world, year), year=year)
        writer.frame(
            "census", edition_of(year), "england_census.csv", frame, bom=year <= 2019,
            ragged=_urn_as_number if year == 2013 else None,
        )  # fmt: skip
    for year in ABSENCE_YEARS:
        writer.frame(
            "absence", edition_of(year), "england_abs.csv", absence_frame(**_absence_facts(world, year),
            year=year),
            bom=year == 2019, line_end="\r\n" if year >= 2022 else "\n",
        )  # fmt: skip
    for year in range(2014, 2026):
        _finance(world, writer, year)


def _present(world: World, year: int) -> list:
    """Schools on roll in January of a year, with the establishment of that year."""
    column = YEARS.index(year)
    found = []
    for school in world.schools:
        life = school.life(year)
        if life is not None and world.roll[school.number, column] > 0:
            found.append((school, life))
    return sorted(found, key=lambda pair: (pair[0].la_code != SAMPLE_LA_CODE, pair[1].urn))


def _census_facts(world: World, year: int) -> dict:
    rng = generator(world.seed, "census", year)
    found = _present(world, year)
    roll = np.array([world.roll[school.number, YEARS.index(year)] for school, _ in found])
    share = {
        name: np.array([getattr(school, name) for school, _ in found])
        for name in ("boys", "disadvantaged", "eal", "sen_support", "sen_plan")
    }
    return {
        "urn": [str(life.urn) for _, life in found],
        "la": [school.la_code for school, _ in found],
        "estab": [str(life.estab) for _, life in found],
        "kind": [_school_type(school.kind, school.phase) for school, _ in found],
        "roll": roll,
        "share": share,
        "rng": rng,
    }


def _school_type(kind: str, phase: str) -> str:
    if kind in SCHOOL_TYPES:
        return SCHOOL_TYPES[kind]
    return "State-funded primary" if phase in ("Primary", "Middle deemed primary") else "State-funded secondary"


def census_frame(
    *,
    urn: list,
    la: list,
    estab: list,
    kind: list,
    roll: np.ndarray,
    share: dict,
    rng: np.random.Generator,
    year: int,
) -> pl.DataFrame:
    """Return one census table as text: school rows, then the national rows by phase."""
    boys = rng.binomial(roll, share["boys"])
    plan = rng.binomial(roll, share["sen_plan"])
    support = rng.binomial(roll - plan, np.clip(share["sen_support"], 0, 1))
    unclassified = rng.binomial(roll, 0.004)
    eal = rng.binomial(roll - unclassified, share["eal"])
    ever = rng.binomial(roll, share["disadvantaged"])
    meals = rng.binomial(ever, 0.68 if year < 2019 else 0.85)
    counted = roll - rng.binomial(roll, 0.03)
    kinds = np.array(kind)
    sums = {"roll": roll, "boys": boys, "plan": plan, "support": support, "unc": unclassified, "eal": eal}
    sums |= {"ever": np.minimum(ever, counted), "meals": meals, "counted": counted}
    groups = [
        ("PRI", "State-funded primary"),
        ("SEC", "State-funded secondary"),
        ("SPE", "State-funded special school"),
    ]
    totals = {name: np.array([value[kinds == k].sum() for _, k in groups]) for name, value in sums.items()}
    every = {name: np.concatenate([value, totals[name] * 105]).astype(float) for name, value in sums.items()}
    style = "49.5" if year < 2025 else "57.10%"
    n = every["roll"]
    rest = n - every["eal"] - every["unc"]
    base = every["counted"] if year >= 2019 else n
    cells = {
        "URN": pl.Series([*urn, *["NAT"] * 3]),
        "LA": pl.Series([*la, *[""] * 3]),
        "ESTAB": pl.Series([*estab, *[code for code, _ in groups]]),
        "SCHOOLTYPE": pl.Series([*kind, *[name for _, name in groups]]),
        "NOR": whole(n), "NORG": whole(n - every["boys"]), "NORB": whole(every["boys"]),
        "PNORG": percent(n - every["boys"], n, style), "PNORB": percent(every["boys"], n, style),
        "TSENELSE": whole(every["plan"]), "PSENELSE": percent(every["plan"], n, style),
        "TSENELK": whole(every["support"]), "PSENELK": percent(every["support"], n, style),
        "NUMEAL": whole(every["eal"]), "NUMENGFL": whole(rest), "NUMUNCFL": whole(every["unc"]),
        "PNUMEAL": percent(every["eal"], n, style), "PNUMENGFL": percent(rest, n, style),
        "PNUMUNCFL": percent(every["unc"], n, "0.004" if year >= 2025 else style),
        "NUMFSM": whole(every["meals"]), "PNUMFSM": percent(every["meals"], n, style),
        "NUMFSMEVER": whole(every["ever"]), "NORFSMEVER": whole(base),
        "PNUMFSMEVER": percent(every["ever"], base, style),
    }  # fmt: skip
    cells |= {"TOTPUPSENDN": cells["NOR"], "TOTSENST": cells["TSENELSE"], "PTOTSENST": cells["PSENELSE"]}
    action = np.floor(every["support"] * 0.62)
    cells |= {"TSENA": whole(action), "PSENA": percent(action, n, style)}
    cells |= {
        "TOTSENAP": whole(every["support"] - action),
        "PTOTSENAP": percent(every["support"] - action, n, style),
    }
    columns = CENSUS_TO_2014 if year <= 2014 else CENSUS_TO_2018 if year <= 2018 else CENSUS_2019
    columns = CENSUS_2025 if year >= 2025 else columns
    frame = pl.DataFrame([cells[name].alias(name) for name in columns])
    return _independent_census(frame, [*kind, "", "", ""], year)


def _independent_census(frame: pl.DataFrame, kind: list[str], year: int) -> pl.DataFrame:
    """Independent schools: language and meals are NA, in 2024-25 blank with a false 0.00% for meals."""
    rows = pl.Series(kind) == "Independent school"
    frame = frame.with_columns(rows.alias("__row"))
    language = [name for name in frame.columns if "EAL" in name or "ENGFL" in name or "UNCFL" in name]
    meals = [name for name in frame.columns if "FSM" in name]
    changes = dict.fromkeys(language, "" if year >= 2025 else "NA") | dict.fromkeys(meals, "NA")
    if year >= 2025:
        changes["PNUMFSMEVER"] = "0.00%"
    frame = frame.with_columns(
        pl.when(pl.col("__row")).then(pl.lit(text)).otherwise(pl.col(name)).alias(name)
        for name, text in changes.items()
    )
    return frame.drop("__row")


def _urn_as_number(lines: list[str]) -> list[str]:
    """One file whose URNs went through a number column: '900001.0'."""
    return [lines[0], *[line.replace(",", ".0,", 1) if line[0].isdigit() else line for line in lines[1:]]]


def _absence_facts(world: World, year: int) -> dict:
    rng = generator(world.seed, "absence", year)
    found = [
        (school, life)
        for school, life in _present(world, year)
        if school.kind not in ("independent", "nursery") and not (life.urn == scenarios.NOT_IN_ABSENCE and year == 2025)
    ]
    return {
        "urn": [str(life.urn) for _, life in found],
        "la": [school.la_code for school, _ in found],
        "estab": [str(life.estab) for _, life in found],
        "phase": np.array([_phase_number(school.kind, school.phase) for school, _ in found]),
        "roll": np.array([world.roll[school.number, YEARS.index(year)] for school, _ in found]),
        "disadvantaged": np.array([school.disadvantaged for school, _ in found]),
        "own": np.array([school.attendance for school, _ in found]),
        "new": np.array([year < school.first + 1 and school.first > YEARS[0] for school, _ in found]),
        "rng": rng,
    }


def _phase_number(kind: str, phase: str) -> int:
    if kind in ("special", "pru"):
        return 2
    return 0 if phase in ("Primary", "Middle deemed primary") else 1


def absence_frame(
    *,
    urn: list,
    la: list,
    estab: list,
    phase: np.ndarray,
    roll: np.ndarray,
    disadvantaged: np.ndarray,
    own: np.ndarray,
    new: np.ndarray,
    rng: np.random.Generator,
    year: int,
) -> pl.DataFrame:
    """Return one absence table as text: school rows, then authority and national rows by phase.

    The threshold of persistent absence is 15 % to 2014-15 and 10 % since: two measures with two column names.
    """
    means = np.array(ABSENCE.get(year, ABSENCE[2019]))
    shape = means[phase]
    pull = 1 + 0.85 * (disadvantaged - 0.26) + 0.09 * own + rng.normal(0, 0.06, len(roll))
    overall = np.clip(shape[:, 0] * pull, 0.8, 35)
    chance = np.clip(shape[:, 1] / 100 * np.clip(pull, 0.3, None) ** 2.4, 0.002, 0.9)
    persistent = rng.binomial(np.maximum(roll, 1), chance)
    hidden = (roll <= 10) | new
    text = {
        "PERCTOT": decimal(overall, 1),
        "PA": percent(persistent.astype(float), roll.astype(float), "49.5"),
    }
    cells = {name: _hide(series, hidden, year) for name, series in text.items()}
    rows = [
        ("NAT", code, "", *(f"{value:g}" for value in means[number]))
        for number, code in enumerate(("PRI", "SEC", "SPE"))
    ]
    las = []
    for la_code in dict.fromkeys(la):
        mine = np.array(la) == la_code
        if year < 2022 or not mine.any():
            continue
        for number, code in enumerate(("PRI", "SEC", "SPE")):
            some = mine & (phase == number)
            if some.any():
                both = (
                    np.average(overall[some], weights=roll[some]),
                    persistent[some].sum() * 100 / roll[some].sum(),
                )
                las.append((la_code, code, "", *(f"{value:.1f}".removesuffix(".0") for value in both)))
    names = ["LA", "ESTAB", "URN", "PERCTOT", "PPERSABS15" if year <= 2015 else "PPERSABS10"]
    body = pl.DataFrame([la, estab, urn, cells["PERCTOT"], cells["PA"]], schema=names)
    return pl.concat([body, pl.DataFrame([*las, *rows], schema=dict.fromkeys(names, pl.String), orient="row")])


def _hide(series: pl.Series, hidden: np.ndarray, year: int) -> pl.Series:
    code = "SUPP" if year != 2022 else "NA"
    return pl.select(pl.when(pl.Series(hidden)).then(pl.lit(code)).otherwise(series)).to_series()


def _finance(world: World, writer: Writer, year: int) -> None:
    """Income, spending and balance of maintained schools; 2018-19 has thousands separators and codes."""
    rng = generator(world.seed, "finance", year)
    found = [
        (school, life)
        for school, life in _present(world, year)
        if life.type
        in (*MAINTAINED, "Community special school", "Pupil referral unit", "Local authority nursery school")
        and school.la_code != NEIGHBOUR_LA_CODE
    ]
    found.sort(key=lambda pair: pair[1].urn)
    roll = np.array([world.roll[school.number, YEARS.index(year)] for school, _ in found])
    each = np.array([{"special": 21000, "pru": 19000}.get(school.kind, 4300) for school, _ in found])
    poor = np.array([school.disadvantaged for school, _ in found])
    income = (95_000 + roll * each * (1 + 0.35 * poor) * 1.024 ** (year - 2014)) * rng.normal(1, 0.02, len(roll))
    spending = income * rng.normal(1.002, 0.035, len(roll))
    income, spending = np.round(income, 2), np.round(spending, 2)
    written = "{:,.2f}" if year == 2019 else "{:.2f}"
    rows = []
    for (_, life), got, spent in zip(found, income, spending, strict=True):
        cells = [written.format(value) for value in (got, spent, round(got - spent, 2))]
        if year == 2019 and life.urn == scenarios.DID_NOT_SUPPLY:
            cells = ["DNS"] * 3
        if year == 2019 and life.urn == scenarios.UNDER_SIXTY[2]:
            cells = ["SUPP!"] * 3
        rows.append([str(life.urn), *cells, str(year)])
    names = ["URN", "Income", "Expenditure", "Balance", "Academic Year"]
    frame = pl.DataFrame(rows, schema=names, orient="row")
    writer.frame("finance", edition_of(year), f"financials_{year}.csv", frame, line_end="\r\n")
