"""A synthetic England at full published width, for measuring speed only: nothing in it is true of any school.

Every school and authority is fictional. To have fifteen full years it also writes tables of 2019-20 to
2021-22 that never existed; those of 2019-20 and 2020-21 take the nearest published header.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from pipelines.sample.cohorts import Facts, Intake, draw_ks2, draw_ks4
from pipelines.sample.constants import SAMPLE_LA_CODE, SAMPLE_LA_NAME, SAMPLE_REGION_NAME
from pipelines.sample.files import Writer, edition_of, generator
from pipelines.sample.ks2 import ks2_frame
from pipelines.sample.ks4 import ks4_frame
from pipelines.sample.layouts import layout
from pipelines.sample.names import FIRST, LAST
from pipelines.sample.performance import Stage, Table
from pipelines.sample.pupils import absence_frame, census_frame

FIRST_URN = 910_001
AUTHORITIES = 150
PRIMARY, SECONDARY, SPECIAL = (
    0.70,
    0.185,
    0.04,
)  # shares of all schools; the rest are infant and nursery schools
NATION = 16_000


@dataclass(frozen=True)
class _Schools:
    """Columns of all schools: text for the tables, numbers for drawing pupils."""

    text: pl.DataFrame
    phase: np.ndarray
    group: np.ndarray
    roll: np.ndarray
    intake: Intake


def write_england(
    folder: Path,
    *,
    years: range = range(2011, 2026),
    schools: int = 24_000,
    seed: int = 865,
    progress: Callable[[str], None] | None = None,
) -> None:
    """Write register, KS2, KS4, census and absence of about `schools` fictional schools for each summer year.

    For the speed benchmark only: years in which no tests were taken or nothing was published by school
    (2020 to 2022) are invented like the others. The layout of folders is that of `write_sample`.
    """
    writer = Writer(Path(folder), progress)
    everyone = _draw_schools(seed, schools)
    _write_register(everyone, writer)
    known: dict[int, dict[int, Stage]] = {2: {}, 4: {}}
    for year in years:
        rng = generator(seed, "england", year)
        effect = 0.86 * everyone.intake.effect + rng.normal(0, 0.48, schools)
        everyone = replace(everyone, intake=replace(everyone.intake, effect=effect))
        for key_stage in (2, 4):
            known[key_stage] = {y: stage for y, stage in known[key_stage].items() if y >= year - 2}
            _write_stage(everyone, writer, known[key_stage], key_stage, year, rng)
        _write_pupils(everyone, writer, year, rng)
    writer.manifest(SAMPLE_LA_CODE, SAMPLE_LA_NAME)


def _draw_schools(seed: int, count: int) -> _Schools:
    rng = generator(seed, "england")
    number = np.arange(count)
    phase = np.select(
        [number < PRIMARY * count, number < (PRIMARY + SECONDARY) * count,
         number < (PRIMARY + SECONDARY + SPECIAL) * count], [0, 1, 2], 3,
    )  # fmt: skip
    phase = phase[rng.permutation(count)]
    sizes = np.array([15, 28, 30, 30, 45, 58, 60, 60, 88])
    large = np.array([95, 120, 150, 150, 180, 205, 230, 240])
    group = np.select(
        [phase == 1, phase == 2], [large[rng.integers(0, 8, count)], rng.integers(5, 20, count)],
        sizes[rng.integers(0, 9, count)],
    )  # fmt: skip
    years = np.array([7.0, 5.5, 10.0, 3.0])[phase]
    roll = np.maximum(12, np.round(group * years * rng.normal(0.95, 0.07, count))).astype(int)
    poverty = rng.normal(0, 0.8, count) + 0.8 * (phase == 2)
    disadvantaged = 1 / (1 + np.exp(1.25 - 0.9 * poverty))
    intake = Intake(
        disadvantaged=disadvantaged,
        eal=np.clip(rng.beta(0.8, 3.2, count), 0, 0.97),
        sen_support=np.clip(rng.normal(0.14, 0.04, count), 0.02, 0.4),
        sen_plan=np.where(phase == 2, 1.0, np.clip(rng.normal(0.03, 0.012, count), 0, 0.1)),
        boys=np.where(phase == 2, 0.71, 0.51),
        effect=rng.normal(0, 0.95, count),
        prior=np.where(phase == 2, -0.6, 0.0) - 0.35 * (disadvantaged - 0.25) + rng.normal(0, 0.22, count),
    )
    return _Schools(_texts(rng, count, phase, group, roll), phase, group, roll, intake)


def _texts(
    rng: np.random.Generator, count: int, phase: np.ndarray, group: np.ndarray, roll: np.ndarray
) -> pl.DataFrame:
    """Identity columns: authorities are 999 for the first schools and 500 to 649 for the others."""
    number = pl.Series(np.arange(count))
    first, last = pl.Series(FIRST), pl.Series(LAST)
    place = first.gather(number % len(FIRST)) + last.gather(number // len(FIRST) % len(LAST))
    ending = pl.Series(["Primary School", "Academy", "Special School", "Infant School"]).gather(phase)
    types = pl.Series(["CY", "ACC", "VC", "VA", "AC"]).gather(rng.integers(0, 5, count))
    special = pl.Series(["CYS", "ACCS"]).gather(rng.integers(0, 2, count))
    la_code = pl.Series(np.where(np.arange(count) < count // 100, 999, 500 + np.arange(count) % AUTHORITIES))
    lettered = pl.Series(list("ABDEFGHJLN"))
    postcode = "ZX" + (number % 89 + 1).cast(pl.String) + " " + (number % 9 + 1).cast(pl.String)
    boys = np.floor(roll * 0.51).astype(int)
    return pl.DataFrame(
        {
            "rectype": pl.Series(np.where(phase == 2, "2", "1")),
            "alphabetical": (number * 7 % 65536).cast(pl.String),
            "lea": la_code.cast(pl.String),
            "estab": (2000 + number % 6000).cast(pl.String),
            "urn": (FIRST_URN + number).cast(pl.String),
            "name": place + " " + ending + " " + (number // 560 + 1).cast(pl.String),
            "street": (number % 190 + 1).cast(pl.String) + " Sample Street",
            "blank": pl.Series([""]).new_from_index(0, count),
            "town": place,
            "postcode": postcode + lettered.gather(number % 10) + lettered.gather(number // 10 % 10),
            "telephone": "01632960" + (number % 1000).cast(pl.String).str.zfill(3),
            "urn_after": pl.Series(["0"]).new_from_index(0, count),
            "name_after": pl.Series([""]).new_from_index(0, count),
            "opened_after": pl.Series([""]).new_from_index(0, count),
            "nftype": pl.select(pl.when(pl.Series(phase == 2)).then(special).otherwise(types)).to_series(),
            "is_closed": pl.Series(["0"]).new_from_index(0, count),
            "faith": pl.Series(["Does not apply", "Church of England", "Does not apply"]).gather(number % 3),
            "ages": pl.Series(["4-11", "11-16", "4-16", "4-7"]).gather(phase),
            "confirmed": pl.Series([""]).new_from_index(0, count),
            "zero": pl.Series(["0"]).new_from_index(0, count),
            "pupils": pl.Series(roll).cast(pl.String),
            "boys": pl.Series(boys).cast(pl.String),
            "girls": pl.Series(roll - boys).cast(pl.String),
            "group": pl.Series(group).cast(pl.String),
            "admissions": pl.Series(np.where(phase == 2, "NA", "COMP")),
            "admissions_long": pl.Series(np.where(phase == 2, "NA", "OTHER NON SEL")),
            "gender": pl.Series(["MIXED"]).new_from_index(0, count),
            "is_new": pl.Series([False]).new_from_index(0, count),
        }
    )


def _write_stage(
    everyone: _Schools,
    writer: Writer,
    known: dict[int, Stage],
    key_stage: int,
    year: int,
    rng: np.random.Generator,
) -> None:
    """One table of one year; `known` gains the year, for the prior-year columns of the next two."""
    here = np.isin(everyone.phase, (0,) if key_stage == 2 else (1, 2))
    position = np.flatnonzero(here)
    intake = Intake(*(getattr(everyone.intake, name)[here] for name in Intake.__dataclass_fields__))
    cohort = np.maximum(1, np.round(everyone.group[here] * rng.normal(0.97, 0.08, len(position)))).astype(int)
    draw = draw_ks2 if key_stage == 2 else draw_ks4
    nation = draw(_nation(), np.array([NATION]), year, rng, luck=0.0)
    known[year] = Stage(draw(intake, cohort, year, rng), nation, float(cohort.sum()) / NATION)
    table = Table(
        year=year,
        roster=everyone.text[position],
        position=np.arange(len(position)),
        authorities=[],
        nations=2,
        years={year - y: stage for y, stage in known.items()},
        empty="" if key_stage == 2 else "NE",
        style=layout(key_stage, year).percentage,
    )
    frame = (ks2_frame if key_stage == 2 else ks4_frame)(table, layout(key_stage, year))
    shape = layout(key_stage, year)
    name = f"england_ks{key_stage}final.csv"
    writer.frame(f"ks{key_stage}", edition_of(year), name, frame, bom=shape.bom, line_end=shape.line_end)
    known[year] = replace(known[year], schools=_lighter(known[year].schools))


def _lighter(facts: Facts) -> Facts:
    """The facts without what the prior-year columns of later tables never ask for."""
    keep = {
        "rwm_exp",
        "rwm_high",
        "read_score",
        "mat_score",
        "att8",
        "ebacc_points",
        "ebacc_e",
        "ebacc_94",
        "ebacc_95",
    }
    keep |= {"five", "basics_94", "basics_95", "p8", "entries", "entries_gcse"}
    values = {name: value for name, value in facts.values.items() if name in keep or name.endswith("_progress")}
    return Facts(facts.size, facts.school, values, facts.groups)


def _nation() -> Intake:
    one = np.ones(1)
    return Intake(0.30 * one, 0.20 * one, 0.145 * one, 0.035 * one, 0.51 * one, 0 * one, 0 * one)


def _write_pupils(everyone: _Schools, writer: Writer, year: int, rng: np.random.Generator) -> None:
    text = everyone.text
    names = [
        "State-funded primary",
        "State-funded secondary",
        "State-funded special school",
        "State-funded primary",
    ]
    intake = everyone.intake
    common = {"urn": text["urn"].to_list(), "la": text["lea"].to_list(), "estab": text["estab"].to_list()}
    roll = np.maximum(10, np.round(everyone.roll * rng.normal(1, 0.03, len(text)))).astype(int)
    census = census_frame(
        **common,
        kind=[names[phase] for phase in everyone.phase],
        roll=roll,
        share={
            "boys": intake.boys, "disadvantaged": intake.disadvantaged, "eal": intake.eal,
            "sen_support": intake.sen_support, "sen_plan": intake.sen_plan,
        },
        rng=rng,
        year=year,
    )  # fmt: skip
    writer.frame("census", edition_of(year), "england_census.csv", census, bom=year <= 2019)
    absence = absence_frame(
        **common,
        phase=np.where(everyone.phase == 3, 0, everyone.phase),
        roll=roll,
        disadvantaged=intake.disadvantaged,
        own=rng.normal(0, 1, len(text)),
        new=np.zeros(len(text), dtype=bool),
        rng=rng,
        year=year,
    )
    writer.frame("absence", edition_of(year), "england_abs.csv", absence)


def _write_register(everyone: _Schools, writer: Writer) -> None:
    """The register of May 2022 in its published columns, and the light one of June 2024."""
    text, count = everyone.text, len(everyone.text)
    number = pl.Series(np.arange(count))

    def same(value: str) -> pl.Series:
        return pl.Series([value]).new_from_index(0, count)

    la_name = pl.Series([SAMPLE_LA_NAME if code == SAMPLE_LA_CODE else f"Sample {code}" for code in text["lea"]])
    phase = pl.Series(["Primary", "Secondary", "Not applicable", "Primary"]).gather(everyone.phase)
    types = pl.Series(["Community school", "Academy converter", "Community special school", "Community school"])
    meals = everyone.intake.disadvantaged * 0.85
    groups = pl.Series(["Local authority maintained schools", "Academies", "Special schools"])
    frame = pl.DataFrame(
        {
            "URN": text["urn"], "LA (code)": text["lea"], "LA (name)": la_name,
            "EstablishmentNumber": text["estab"],
            "EstablishmentName": text["name"], "TypeOfEstablishment (name)": types.gather(everyone.phase),
            "EstablishmentTypeGroup (name)": groups.gather(everyone.phase % 3),
            "EstablishmentStatus (name)": same("Open"),
            "OpenDate": same(""), "CloseDate": same(""), "PhaseOfEducation (name)": phase,
            "StatutoryLowAge": text["ages"].str.split("-").list.first(),
            "StatutoryHighAge": text["ages"].str.split("-").list.last(), "Gender (name)": same("Mixed"),
            "ReligiousCharacter (name)": text["faith"], "AdmissionsPolicy (name)": same("Not applicable"),
            "SchoolCapacity": pl.Series(np.ceil(everyone.roll / 15).astype(int) * 15).cast(pl.String),
            "NumberOfPupils": text["pupils"], "NumberOfBoys": text["boys"], "NumberOfGirls": text["girls"],
            "PercentageFSM": pl.Series(np.round(meals * 100, 1)).cast(pl.String),
            "FSM": pl.Series(np.floor(meals * everyone.roll).astype(int)).cast(pl.String),
            "OfstedLastInsp": same(""), "OfstedRating (name)": same(""), "Street": text["street"],
            "Town": text["town"],
            "Postcode": text["postcode"], "SchoolWebsite": same(""), "GOR (name)": same(SAMPLE_REGION_NAME),
            "DistrictAdministrative (name)": la_name, "AdministrativeWard (name)": same("Sample Ward"),
            "ParliamentaryConstituency (name)": same("Sample"),
            "UrbanRural (name)": same("(England/Wales) Urban city and town"),
            "GSSLACode (name)": "E0699" + text["lea"].str.zfill(4),
            "Easting": (20_000 + number * 37 % 60_000).cast(pl.String),
            "Northing": (20_000 + number * 53 % 60_000).cast(pl.String),
            "LSOA (name)": "Sample " + (number % 999).cast(pl.String),
            "LSOA (code)": "E01" + (900_000 + number % 30_000).cast(pl.String),
        }
    )  # fmt: skip
    writer.frame("gias", "2022-05", "edubasealldata_open_primary_secondary_2022-05.csv", frame, line_end="\r\n")
    light = frame.select(
        "URN",
        "LA (name)",
        "EstablishmentName",
        "PhaseOfEducation (name)",
        "Gender (name)",
        "EstablishmentStatus (name)",
    )
    writer.frame("gias", "2024-06-17", "edubasealldata_light_2024-06-17.csv", light, line_end="\r\n")
