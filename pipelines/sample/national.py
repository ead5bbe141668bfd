"""Publications by authority of the Explore Education Statistics family, destinations, and school
information.
"""

import re

import numpy as np
import polars as pl

from pipelines.sample import headers_england, headers_ks4, scenarios
from pipelines.sample.cells import percent, whole, with_codes
from pipelines.sample.constants import (
    NEIGHBOUR_LA_CODE,
    NEIGHBOUR_LA_GSS_CODE,
    NEIGHBOUR_LA_NAME,
    SAMPLE_LA_CODE,
    SAMPLE_LA_GSS_CODE,
    SAMPLE_LA_NAME,
    SAMPLE_REGION_CODE,
    SAMPLE_REGION_NAME,
    YEARS,
)
from pipelines.sample.files import Writer, generator
from pipelines.sample.layouts import expand
from pipelines.sample.performance import interval
from pipelines.sample.register import GROUPS
from pipelines.sample.tables import table
from pipelines.sample.world import World, roster

LEVELS = (
    ("Local authority", SAMPLE_REGION_CODE, SAMPLE_REGION_NAME, SAMPLE_LA_GSS_CODE, SAMPLE_LA_NAME,
    SAMPLE_LA_CODE, 1.0),
    ("Local authority", SAMPLE_REGION_CODE, SAMPLE_REGION_NAME, NEIGHBOUR_LA_GSS_CODE, NEIGHBOUR_LA_NAME,
     NEIGHBOUR_LA_CODE, 0.05),
    ("Regional", SAMPLE_REGION_CODE, SAMPLE_REGION_NAME, "", "", "", 9.5),
    ("National", "", "", "", "", "", 105.0),
)  # fmt: skip


STATISTICS_CODES = ("z", "x", "u", "low", ":", "..", "~", "k")


def write_national(world: World, writer: Writer) -> None:
    """Write attendance, scorecards, destinations and KS4 school information."""
    _attendance(world, writer)
    _scorecards(world, writer)
    _destinations(world, writer)
    _school_information(world, writer)


def _attendance(world: World, writer: Writer) -> None:
    """Authority, region and nation in one file; school counts are means over days, hence fractions."""
    columns = expand(headers_england.ATTENDANCE_AUTUMN)
    rows = []
    phases = {
        "Primary": ("primary", 5.0, 12.9),
        "Secondary": ("secondary", 8.4, 23.1),
        "Special": ("special", 12.6, 35.5),
    }
    for level, region, region_name, gss, name, old, scale in LEVELS:
        for phase in ("Primary", "Secondary", "Special", "Total"):
            if scale < 0.1 and phase == "Special":
                continue
            rng = generator(world.seed, "attendance", level, name, phase)
            rate, persistent = phases[phase][1:] if phase != "Total" else (6.4, 17.8)
            rows.append(
                _attendance_row(world, columns, rng, phase, rate, persistent, scale)
                | {
                    "academic_year": "202425", "time_period": "202425", "time_identifier": "Autumn term",
                    "geographic_level": level, "country_code": "E92000001", "country_name": "England",
                    "region_code": region, "region_name": region_name, "new_la_code": gss, "la_name": name,
                    "old_la_code": old or "NA", "school_type": phase,
                }
            )  # fmt: skip
    frame = pl.DataFrame(rows).select(columns)
    writer.frame("ees-attendance", "2024-25", "EES_aut_data.csv", frame, quote="always")
    later = expand(headers_england.ATTENDANCE_YEAR_TO_DATE)
    frame = frame.rename({"school_type": "education_phase"}).with_columns(
        pl.lit("202526").alias("time_period"), pl.lit("Academic year").alias("time_identifier")
    )
    hidden = (pl.col("la_name") == NEIGHBOUR_LA_NAME) & (pl.col("education_phase") == "Total")
    counted = [name for name in later if name.startswith("reason_") or name.endswith("_perc")]
    frame = frame.with_columns(
        pl.when(hidden).then(pl.lit("c")).otherwise(pl.col(name)).alias(name) for name in counted
    )
    frame = _with_every_code(frame)
    writer.frame("ees-attendance", "2025-26", "EES_ytd_data.csv", frame.select(later), quote="always")


def _with_every_code(frame: pl.DataFrame) -> pl.DataFrame:
    """One row of the neighbour in which every code of the statistics service stands once."""
    row = (pl.col("la_name") == NEIGHBOUR_LA_NAME) & (pl.col("education_phase") == "Secondary")
    places = (
        "illness",
        "appointments",
        "unauth_hol",
        "unauth_oth",
        "auth_religious",
        "auth_study",
        "auth_mob",
        "auth_other",
    )
    return frame.with_columns(
        pl.when(row).then(pl.lit(code)).otherwise(pl.col(f"{name}_perc")).alias(f"{name}_perc")
        for name, code in zip(places, STATISTICS_CODES, strict=True)
    )


def _attendance_row(
    world: World,
    columns: tuple,
    rng: np.random.Generator,
    phase: str,
    rate: float,
    persistent: float,
    scale: float,
) -> dict[str, str]:
    pupils = {"Primary": 40000, "Secondary": 26000, "Special": 900, "Total": 66900}[phase] * scale
    schools = {"Primary": 190, "Secondary": 29, "Special": 8, "Total": 227}[phase] * scale
    possible = int(pupils * 133)
    overall = int(possible * rate * rng.uniform(0.93, 1.07) / 100)
    authorised = int(overall * rng.uniform(0.6, 0.72))
    reasons = [name for name in columns if name.startswith("reason_")]
    row = {name: str(int(overall * rng.uniform(0.001, 0.02))) for name in reasons}
    row["reason_i_authorised_illness"] = str(int(authorised * 0.72))
    row["reason_o_other_unauthorised"] = str(int((overall - authorised) * 0.5))
    row["reason_present"] = str(possible - overall)
    counts = {
        "num_schools": schools * 0.9871, "enrolments": pupils * 0.9913, "total_num_schools": round(schools),
        "total_enrolments": round(pupils), "possible_sessions": possible, "overall_absence": overall,
        "authorised_absence": authorised, "unauthorised_absence": overall - authorised,
        "present_sessions": possible - overall, "overall_attendance": possible - overall,
        "approved_educational_activity": int(possible * 0.006), "late_sessions": int(possible * 0.017),
        "attendance_perc": 100 * (possible - overall) / possible,
        "overall_absence_perc": 100 * overall / possible,
        "authorised_absence_perc": 100 * authorised / possible,
        "unauthorised_absence_perc": 100 * (overall - authorised) / possible,
        "pa_perc": persistent * rng.uniform(0.95, 1.05),
    }  # fmt: skip
    row |= {
        name: repr(round(float(value), 10)) if isinstance(value, float) else str(value)
        for name, value in counts.items()
    }
    for name in columns:
        if name.endswith("_perc") and name not in row:
            row[name] = repr(round(float(rng.uniform(0.001, 0.6)), 10))
    return {name: row.get(name, "") for name in columns}


def _scorecards(world: World, writer: Writer) -> None:
    """School places scorecards: bare fractions, pupils by quality of their school, z and LOW."""
    files = {
        "2023": ("scorecards_data_2023.csv", headers_england.SCORECARD_2023, ("",)),
        "2024": ("scorecards_data_2024.csv", headers_england.SCORECARD_2024, ("",)),
        "2025": (
            "scorecard_data_2025_2023.csv",
            headers_england.SCORECARD_2025,
            ("2022/23", "2023/24", "2024/25"),
        ),
    }
    for edition, (name, header, periods) in files.items():
        columns = expand(header)
        rows = []
        for period in periods:
            for level, region, region_name, gss, la_name, old, scale in LEVELS:
                if level == "Regional" or (edition == "2023" and scale < 0.1):
                    continue
                rng = generator(world.seed, "scorecard", edition, period, la_name)
                row = {column: _scorecard_cell(world, column, rng, scale) for column in columns}
                row |= {
                    "Year": period, "geographic_level": level, "country_code": "E92000001",
                    "country_name": "England",
                    "region_code": region, "Region": region_name or "England", "LANumber": old or "0",
                    "new_la_code": gss, "LA_name": la_name or "England",
                }  # fmt: skip
                rows.append({column: row[column] for column in columns})
        writer.frame("ees-scorecards", edition, name, pl.DataFrame(rows))
    used = [column for column in expand(headers_england.SCORECARD_2025) if "_" in column and column[0].isupper()]
    names = pl.DataFrame(
        {
            "programmer_friendly_names": used,
            "user_friendly_names": [column.replace("_", " ") for column in used],
        }
    )
    writer.frame("ees-scorecards", "2025", "metadata.csv", names, bom=True)


def _scorecard_cell(world: World, name: str, rng: np.random.Generator, scale: float) -> str:
    primary = "_P" in name or name.startswith(("Pri", "PRI", "pri", "KS2"))
    pupils = (40000 if primary else 26000) * scale
    if name.startswith("Pref_"):
        first = rng.uniform(90, 96) if primary else rng.uniform(83, 91)
        share = {"1": first, "2": (100 - first) * 0.6, "3": (100 - first) * 0.2, "T3": min(first + 5, 99)}
        return f"{share.get(name.split('_')[2], 1.0):.1f}"
    if re.match(r"For_|.*_gro$|Quan_._Su|NoR_", name):
        return "LOW" if scale < 0.1 and name.startswith("For_3") else f"{rng.normal(0.01, 0.03):.9f}"
    if re.match(r"Quan_._UP", name):
        return f"{rng.uniform(6, 14):.9f}"
    if re.match(r"Quan_", name):
        return str(int(pupils * rng.uniform(0, 0.02)))
    if re.match(r"(Qual_|KS4_|KS2).*(Prop|ranks)", name):
        return "z" if "ranks" in name or rng.random() < 0.2 else f"{rng.uniform(0.2, 0.95):.9f}"
    if re.match(r"Qual_|KS4_|KS2", name):
        share = {"1": 0.1, "2": 0.72, "3": 0.12, "4": 0.02, "0": 0.04}.get(
            name.split("_")[2] if name.count("_") > 1 else "", 0.2
        )
        return str(int(pupils * share * rng.uniform(0.7, 1.3)))
    if name.startswith(("Cost", "CPP", "Funding")):
        return f"{rng.uniform(1e6, 3e7):.2f}"
    return str(int(pupils * rng.uniform(0.9, 1.2)))


def _destinations(world: World, writer: Writer) -> None:
    """KS4 destinations: numbers and percentages, groups of ten or fewer hidden, SP for small percentages."""
    columns = expand(headers_ks4.DESTINATIONS_2018_19)
    rows, position = roster(world, 2019, 4)
    year11 = world.year11[:, YEARS.index(2017)]
    rng = generator(world.seed, "destinations")
    records = []
    for row, number in zip(rows.iter_rows(named=True), position, strict=True):
        cohort = int(year11[number])
        if row["nftype"] == "IND":
            continue
        poor = int(rng.binomial(cohort, world.schools[number].disadvantaged))
        record = {"RECTYPE": row["rectype"], "LEA": row["lea"], "ESTAB": row["estab"], "URN": row["urn"]}
        record |= {"ICLOSE": row["is_closed"], "SCHNAME": row["name"], "NFTYPE": row["nftype"]}
        records.append(record | _destination_counts(rng, cohort, poor, world.schools[number].disadvantaged))
    _one_small_percentage(max(records, key=lambda record: record["COHORT"]))
    for la_code in (SAMPLE_LA_CODE, None):
        mine = [record for record in records if la_code is None or record["LEA"] == la_code]
        scale = 1 if la_code else 105
        total = {
            name: scale * sum(record[name] for record in mine) for name in mine[0] if isinstance(mine[0][name], int)
        }
        records.append({"RECTYPE": "LA" if la_code else "NAT", "LEA": la_code or "", **total})
    frame = _destination_frame(records, columns)
    writer.frame("destinations", "2018-19", "england_ks4-pupdest.csv", frame, bom=True)


DESTINATIONS = ("FE", "SCH_6TH", "SIXTH_COL", "OTHER_EDU")


def _destination_counts(rng: np.random.Generator, cohort: int, poor: int, need: float) -> dict[str, int]:
    out = {}
    for suffix, size in (("_DIS", poor), ("_NONDIS", cohort - poor)):
        lost = 0.03 + 0.1 * need + (0.05 if suffix == "_DIS" else 0)
        shares = np.array([0.35, 0.38, 0.115, 0.015, 0.043, 0.03, lost, 0.009])
        drawn = rng.multinomial(size, shares / shares.sum())
        part = dict(
            zip(
                (*DESTINATIONS, "APPREN", "EMPLOYMENT", "NOT_SUSTAINED", "UNKNOWN"),
                map(int, drawn),
                strict=True,
            )
        )
        part["EDUCATION"] = sum(part[name] for name in DESTINATIONS)
        part["OVERALL_DEST"] = part["EDUCATION"] + part["APPREN"] + part["EMPLOYMENT"]
        out |= {"COHORT" + suffix: size} | {name + suffix: value for name, value in part.items()}
    for name in [key.removesuffix("_NONDIS") for key in out if key.endswith("_NONDIS")]:
        out[name] = out[name + "_DIS"] + out[name + "_NONDIS"]
    return out


def _one_small_percentage(record: dict) -> None:
    """Leave one pupil of the largest school in other education, so that its percentage is published as SP."""
    for group, left in (("_DIS", 0), ("_NONDIS", 1)):
        record["FE" + group] += record["OTHER_EDU" + group] - left
        record["OTHER_EDU" + group] = left
    record["FE"] += record["OTHER_EDU"] - 1
    record["OTHER_EDU"] = 1


def _destination_frame(records: list[dict], columns: tuple[str, ...]) -> pl.DataFrame:
    numbers = {
        name: np.array([record.get(name, 0) for record in records], dtype=float)
        for name in records[0]
        if isinstance(records[0][name], int)
    }
    total = np.array([record["RECTYPE"] in ("LA", "NAT") for record in records])
    out = []
    for name in columns:
        if name in ("RECTYPE", "LEA", "ESTAB", "URN", "ICLOSE", "SCHNAME", "NFTYPE"):
            out.append(pl.Series(name, [record.get(name, "") for record in records]))
            continue
        if re.search(r"_1[78]$", name):
            out.append(pl.Series(name, ["NA" if number % 3 == 0 else "SUPP" for number in range(len(records))]))
            continue
        group = "_NONDIS" if name.endswith("_NONDIS") else "_DIS" if name.endswith("_DIS") else ""
        stem = name.removesuffix(group) if group else name
        size = numbers["COHORT" + group]
        hidden = pl.Series((size <= 10) & ~total & (stem != "COHORT")).replace_strict(
            {True: "SUPP", False: None}, return_dtype=pl.String
        )
        if stem.endswith("PER"):
            value = numbers[stem.removesuffix("PER") + group]
            share = value / np.maximum(size, 1)
            small = pl.Series((share > 0) & (share < 0.005)).replace_strict(
                {True: "SP", False: None}, return_dtype=pl.String
            )
            code = pl.select(pl.coalesce(hidden, small)).to_series()
            out.append(with_codes(code, percent(value, size, "45%")).alias(name))
        else:
            out.append(with_codes(hidden, whole(numbers[name])).alias(name))
    return pl.DataFrame(out)


def _school_information(world: World, writer: Writer) -> None:
    """KS4 information by school of 2023-24: everything quoted, z for not applicable, c for five or fewer."""
    year = 2024
    stage = {year: world.ks4(year)}
    info = table(world, stage, year, 4)
    info.authorities, info.nations = [], 0
    rows = info.roster
    columns = expand(headers_ks4.EES_INFORMATION_2023_24)
    groups = {
        "t_pupils": "all", "t_boys": "BOYS", "t_girls": "GIRLS", "t_prior_lo": "LO", "t_prior_av": "AV",
        "t_prior_hi": "HI", "t_disadvantaged": "FSM", "t_not_disadvantaged": "NOTFSM",
        "t_language_not_english": "EAL", "t_language_english": "ENG", "t_language_unknown": "UNC",
        "t_not_mobile": "NMOB", "t_sen_with_ehcp": "PLAN", "t_sen": "SEN", "t_sen_no_ehcp": "SUPPORT",
    }  # fmt: skip
    n = info.n("all")
    hidden = pl.Series((n <= 5).tolist()).replace_strict({True: "c", False: None}, return_dtype=pl.String)
    att, _, _ = interval(info, "att8", "FSM", 0, 1)
    p8, _, _ = interval(info, "p8", "FSM", 0, 1)
    mean, low, high = interval(info, "p8", "all", 0, 1.27)
    few = info.n("FSM") <= 5
    bands = np.select(
        [(low > 0) & (mean >= 0.5), low > 0, (high < 0) & (mean < -0.5), high < 0],
        ["Well above average", "Above average", "Well below average", "Below average"],
        "Average",
    )
    fixed = {
        "time_period": "202324", "time_identifier": "Academic year", "geographic_level": "School",
        "country_code": "E92000001", "country_name": "England", "version": "Final", "pcon_code": "z",
        "contflag": "0", "feeder": "0",
    }  # fmt: skip
    ours = rows["lea"] == SAMPLE_LA_CODE
    lives = {str(urn): life for urn, (_, life) in world.by_urn.items()}
    cells = {name: pl.Series([text] * len(rows)) for name, text in fixed.items()}
    cells |= {
        "school_laestab": rows["lea"] + rows["estab"],
        "school_urn": rows["urn"],
        "school_name": rows["name"],
        "old_la_code": rows["lea"],
        "new_la_code": pl.Series([SAMPLE_LA_GSS_CODE if mine else NEIGHBOUR_LA_GSS_CODE for mine in ours]),
        "la_name": pl.Series([SAMPLE_LA_NAME if mine else NEIGHBOUR_LA_NAME for mine in ours]),
        "establishment_type_group": pl.Series([GROUPS[lives[urn].type] for urn in rows["urn"]]),
        "full_address": rows["street"] + ", " + rows["town"] + ", " + rows["postcode"],
        "telnum": rows["telephone"],
        "pcon_name": rows["town"],
        "iclose": rows["is_closed"],
        "reldenom": rows["faith"],
        "admpol_pt": rows["admissions_long"],
        "egender": rows["gender"].str.to_titlecase(),
        "agerange": rows["ages"].str.replace("-", " to "),
        "t_allks_pupils": rows["pupils"], "t_allks_boys": rows["boys"], "t_allks_girls": rows["girls"],
        "avg_ks2_scaledscore": info.mean("prior_score", "all", 0, 0).replace({"SUPP": "c", "NE": "z"}),
        "diffn_att8": pl.Series(["c" if hide else f"{value - 50.0:.1f}" for hide, value in zip(few, att,
        strict=True)]),
        "diffn_p8mea": pl.Series(["c" if hide else f"{value - 0.16:.2f}" for hide, value in zip(few, p8,
        strict=True)]),
        "p8_banding": pl.Series(["z" if size <= 5 else band for size, band in zip(n, bands, strict=True)]),
    }  # fmt: skip
    for name, group in groups.items():
        cells[name] = with_codes(hidden, whole(info.n(group)))
        cells["p" + name] = with_codes(hidden, percent(info.n(group), n, "49.5"))
    frame = pl.DataFrame([cells[name].alias(name) for name in columns])
    independent = rows["nftype"] == "IND"
    after = [name for name in columns if re.match(r"p?t_(prior|dis|not_|lang|sen)|avg|diffn|p8_", name)]
    frame = frame.with_columns(independent.alias("__independent"))
    frame = frame.with_columns(
        pl.when(pl.col("__independent")).then(pl.lit("z")).otherwise(pl.col(name)).alias(name) for name in after
    ).drop("__independent")
    unknown = pl.col("school_urn") == str(scenarios.EXAM_BOARD_DELAY)
    frame = frame.with_columns(pl.when(unknown).then(pl.lit("u")).otherwise(pl.col("p8_banding")).alias("p8_banding"))
    writer.frame("ees-ks4", "2023-24", "ks4_school_info_2024.csv", frame, quote="always", line_end="\r\n")
