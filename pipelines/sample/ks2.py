"""Key stage 2 tables: every column of the year's layout, worked out from its name."""

import re

import numpy as np
import polars as pl

from pipelines.sample.cells import decimal, percent, whole, with_codes
from pipelines.sample.cohorts import PROGRESS_SD
from pipelines.sample.constants import LA_NAMES, NATIONAL_KS2, NATIONAL_KS2_LEVELS
from pipelines.sample.layouts import Layout
from pipelines.sample.performance import Table, interval, set_cells

GROUPS = {
    "": "all", "B": "B", "G": "G", "L": "L", "M": "M", "H": "H", "FSM6CLA1A": "FSM", "NOTFSM6CLA1A": "NOTFSM",
    "FSMCLA": "FSM", "NOTFSMCLA": "NOTFSM", "EAL": "EAL", "EALY": "EAL", "MOBN": "MOBN",
}  # fmt: skip
COUNTS = {
    "TELIG": "all", "BELIG": "B", "GELIG": "G", "TKS1GROUP_L": "L", "TKS1GROUP_M": "M", "TKS1GROUP_H": "H",
    "TKS1GROUP_NA": "NA", "TKS1EXP_L": "L", "TKS1EXP_M": "M", "TKS1EXP_H": "H", "TFSM6CLA1A": "FSM",
    "TNOTFSM6CLA1A": "NOTFSM", "TFSMCLA": "FSM", "TNOTFSMCLA": "NOTFSM", "TEALGRP1": "ENG", "TEALGRP2": "EAL",
    "TEALGRP3": "UNC", "TMOBN": "MOBN", "TSENELE": "PLAN", "TSENELK": "SUPPORT", "TSENELEK": "SEN",
    "TSENELSE": "PLAN", "TSENELAPK": "SUPPORT", "TSENELST": "PLAN", "TSENELSAP": "SUPPORT", "SENELN": "NOSEN",
    "SENELS": "SEN",
}  # fmt: skip
SHARES = {"PSENELSAPK": "SUPPORT", "PSENELN": "NOSEN", "PSENELS": "SEN", "PBELIG": "B", "PGELIG": "G"} | {
    "PKS1EXP_" + band: band for band in "LMH"
}
SUBJECTS = {"RWM": "rwm", "READ": "read", "GPS": "gps", "MAT": "mat", "WRITTA": "writ", "READTA": "read"} | {
    "MATTA": "mat", "SCITA": "sci", "ENGMAT": "engmat", "READWRITTAMAT": "rwm", "ENG": "eng", "SCI": "sci",
    "WRIT": "writ",
}  # fmt: skip
LEVELS = {"X": "exp", "AX": "high", "4B": "4b"}
PROGRESS = {"READ": "read", "WRIT": "writ", "MAT": "mat"}

STANDARD = re.compile(r"PT(RWM|READTA|READ|GPS|MATTA|MAT|WRITTA|SCITA)_(EXP|HIGH|AT|WTS|AD)(?:_(\w+))?$")
LEVEL = re.compile(r"P(T|B|G)(ENGMAT|READWRITTAMAT|READ|GPS|MAT|WRIT|ENG|SCI)(AXTA|XTA|AX|4B|AT|X)(?:_(\w+))?$")
TWO_LEVELS = re.compile(r"PT2(ENG|READ|WRITTA|MATH)(?:12)?(?:_(\w+))?$")
PROGRESSED = re.compile(
    r"(READ|WRIT|MAT)PROG(?:_(?!LOWER|UPPER|DESCR|UNADJ)(\w+?))?(_LOWER|_UPPER|_DESCR|_UNADJUSTED)?$"
)
AVERAGE = re.compile(r"(READ|GPS|MAT)_AVERAGE(?:_(\w+))?$")


def ks2_frame(table: Table, layout: Layout) -> pl.DataFrame:
    """Return the table as text, one column per published name."""
    identity = _identity(table)
    columns = []
    for name in layout.columns:
        series = identity.get(name)
        if series is None:
            series = _cell(table, name.upper())
        columns.append(series.alias(name))
    frame = pl.DataFrame(columns)
    frame = _national_rates(table, frame)
    return _stopped(table, frame, layout)


def _identity(table: Table) -> dict[str, pl.Series]:
    space = " "
    las, nations = len(table.authorities), table.nations
    spaces = [space] * las, [space] * nations
    texts = {name: table.with_totals(name, *spaces) for name in table.roster.columns if name != "is_new"}
    code = list(LA_NAMES)[:las]
    out = {
        "RECTYPE": table.with_totals("rectype", ["3"] * las, ["4", "5"][:nations]),
        "LEA": table.with_totals("lea", code, [space] * nations),
        "SCHNAME": table.with_totals("name", [LA_NAMES[text] for text in code], [space] * nations),
        "ADDRESS3": texts["blank"],
        "PCON_CODE": texts["blank"],
        "PCON_NAME": texts["town"],
        "TAB15": table.with_totals("zero", *spaces),
        "TAB1618": table.with_totals("zero", *spaces),
        "TPUPYEAR": table.with_totals("group", *spaces),
        "TOTPUPS": table.with_totals("pupils", *spaces),
    }
    pairs = {
        "ALPHAIND": "alphabetical", "ESTAB": "estab", "URN": "urn", "ADDRESS1": "street", "ADDRESS2": "blank",
        "TOWN": "town", "PCODE": "postcode", "TELNUM": "telephone", "URN_AC": "urn_after",
        "SCHNAME_AC": "name_after", "OPEN_AC": "opened_after", "NFTYPE": "nftype", "ICLOSE": "is_closed",
        "RELDENOM": "faith", "AGERANGE": "ages", "CONFEXAM": "confirmed",
    }  # fmt: skip
    return out | {published: texts[ours] for published, ours in pairs.items()}


def _cell(table: Table, name: str) -> pl.Series:
    """One column by its name in capitals; prior years carry a two-digit suffix."""
    back = 0
    found = re.search(r"_(1[0-9]|2[0-9])$", name)
    if found:
        back = table.year % 100 - int(found[1])
        name = name[: found.start()]
        if back not in table.years:
            return table.blank()
    if name.endswith("_3YR"):
        return _three_years(table, name.removesuffix("_3YR"))
    if name in COUNTS:
        return table.count(COUNTS[name], back)
    if name in SHARES:
        return table.share_of_pupils(SHARES[name], back)
    if name[0] == "P" and name[1:] in COUNTS:
        return table.share_of_pupils(COUNTS[name[1:]], back)
    if name[0] == "P" and "T" + name[1:] in COUNTS:
        return table.share_of_pupils(COUNTS["T" + name[1:]], back)
    for pattern, make in RULES:
        found = pattern.match(name)
        if found:
            return make(table, back, *found.groups())
    raise ValueError(f"no rule for the key stage 2 column {name!r} of {table.year}; add one to pipelines.sample.ks2")


def _standard(table: Table, back: int, subject: str, level: str, group: str | None) -> pl.Series:
    group = GROUPS[group or ""]
    if level == "AD":
        return table.share("gps_at", group, back)
    return table.share(f"{SUBJECTS[subject]}_{level.lower()}", group, back)


def _level(table: Table, back: int, sex: str, subject: str, level: str, group: str | None) -> pl.Series:
    group = {"T": GROUPS[group or ""], "B": "B", "G": "G"}[sex]
    level = level.removesuffix("TA") if level.endswith("XTA") else level
    measure = f"{SUBJECTS[subject]}_" + ("at" if level == "AT" else LEVELS[level])
    if measure == "sci_high":
        measure = "read_high"
    return table.share(measure, group, back)


def _two_levels(table: Table, back: int, subject: str, group: str | None) -> pl.Series:
    measure = {"ENG": "eng_two", "READ": "read_two", "WRITTA": "writ_two", "MATH": "mat_two"}[subject]
    return table.share(measure, GROUPS[group or ""], back)


def _gap(table: Table, back: int, what: str) -> pl.Series:
    """Disadvantaged pupils here minus other pupils in England, in percentage points or progress points."""
    group = "FSM"
    if what.endswith("PROG") or what.startswith("PR"):
        if table.year >= 2024:
            return table.blank()
        subject = {"PRREAD": "read", "PRWRIT": "writ", "PRMAT": "mat"}.get(what)
        if subject:
            return _points(table, subject + "_two", 90.0, back)
        mean, _, _ = interval(table, PROGRESS[what.removesuffix("PROG")] + "_progress", group, back, 6.0)
        return with_codes(table.code(group, back, "NA"), decimal(mean - 0.3, 1))
    level = {"RWM_HIGH": "high", "RWM4B": "4b"}.get(what, "exp")
    other = _national_other(table.year - back) if level == "exp" else {"high": 11.0, "4b": 72.0}[level]
    return _points(table, "rwm_" + level, other, back)


def _national_other(year: int) -> float:
    figures = NATIONAL_KS2.get(year) or NATIONAL_KS2_LEVELS.get(year)
    return float(figures[1]) if figures else 66.0


def _points(table: Table, measure: str, other: float, back: int) -> pl.Series:
    k, n = table.total(measure, "FSM", back), table.measured(measure, "FSM", back)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(n > 0, np.floor(k * 100 / n + 0.5), np.nan)
    return with_codes(table.code("FSM", back), whole(share - other))


def _progress(table: Table, back: int, subject: str, group: str | None, part: str | None) -> pl.Series:
    if table.year - back >= 2024 or table.year - back in (2020, 2021, 2022):
        return table.blank()
    group = GROUPS[group or ""]
    short = PROGRESS[subject]
    mean, low, high = interval(table, short + "_progress", group, back, PROGRESS_SD[short])
    n, all_n = table.measured(short + "_progress", group, back), table.n(group, back)
    if part == "_DESCR":
        band = np.select(
            [np.isnan(mean), (low > 0) & (mean > 2.8), low > 0, high >= 0, mean > -2.8],
            [np.nan, 1, 2, 3, 4],
            5.0,
        )
        text = whole(band)
    else:
        value = {"_LOWER": low, "_UPPER": high}.get(part, mean)
        text = decimal(value, 1, keep_zero=table.year <= 2017)
    thin = pl.Series((n < 0.5 * all_n) & (all_n > 5) & ~table.open_rows).replace_strict(
        {True: "LOWCOV", False: None}, return_dtype=pl.String
    )
    code = pl.select(pl.coalesce(table.code(group, back, "NA"), thin)).to_series()
    shown = with_codes(code, text)
    if back == 0 and table.nations:
        rows = pl.Series(np.arange(table.height) >= table.height - table.nations)
        shown = pl.select(pl.when(rows & pl.lit(group == "all")).then(pl.lit(" ")).otherwise(shown)).to_series()
    return shown


def _coverage(table: Table, back: int, subject: str) -> pl.Series:
    if table.year - back >= 2020 and table.year - back != 2023:
        return table.blank()
    measure = {"ENG": "eng_two", "WRITTA": "writ_two", "MATH": "mat_two"}.get(
        subject, PROGRESS.get(subject, "read") + "_progress"
    )
    n, all_n = table.measured(measure, "all", back), table.n("all", back)
    thin = pl.Series((n < 0.5 * all_n) & (all_n > 5) & ~table.open_rows).replace_strict(
        {True: "LOWCOV", False: None}, return_dtype=pl.String
    )
    code = pl.select(pl.coalesce(table.code("all", back), thin)).to_series()
    return with_codes(code, percent(n, all_n, "45%"))


def _three_years(table: Table, name: str) -> pl.Series:
    """Counts and sums of three published years together; years without tables are left out."""
    backs = [back for back in sorted(table.years) if table.years[back].schools is not None][:3]
    n = sum(table.n("all", back) for back in backs)
    if name == "TELIG":
        return whole(n)
    measure = {"PTRWM_EXP": "rwm_exp", "PTRWM_HIGH": "rwm_high", "READ_AVERAGE": "read_score"}.get(name, "mat_score")
    total = sum(table.total(measure, "all", back) for back in backs)
    known = sum(table.measured(measure, "all", back) for back in backs)
    hidden = pl.Series((n <= 5) & ~table.open_rows).replace_strict({True: "SUPP", False: None}, return_dtype=pl.String)
    if name.startswith("PT"):
        return with_codes(hidden, percent(total, known, "45%"))
    with np.errstate(divide="ignore", invalid="ignore"):
        return with_codes(hidden, whole(np.where(known > 0, total / known, np.nan)))


def _average_level(table: Table, back: int) -> pl.Series:
    n = table.n("all", back)
    with np.errstate(divide="ignore", invalid="ignore"):
        points = np.where(n > 0, table.total("points", "all", back) / n, np.nan)
    level = pl.Series(np.select([np.isnan(points), points < 26, points < 28, points < 30], [0, 1, 2, 3], 4))
    words = {0: None, 1: "4C", 2: "4B", 3: "4A", 4: "5C"}
    return with_codes(table.code("all", back), level.replace_strict(words, return_dtype=pl.String))


RULES = (
    (STANDARD, _standard),
    (TWO_LEVELS, _two_levels),
    (LEVEL, _level),
    (re.compile(r"DIFFN_(\w+)$"), _gap),
    (re.compile(r"GAPN_(RWMX|RWM4B|PRREAD|PRWRIT|PRMAT)_\w+$"), _gap),
    (PROGRESSED, _progress),
    (re.compile(r"(READ|WRIT|MAT)COV$"), _coverage),
    (re.compile(r"COV(ENG|READ|WRITTA|MATH)(?:12)?$"), _coverage),
    (AVERAGE, lambda table, back, subject, group: table.mean(
        subject.lower() + "_score", GROUPS[group or ""], back, places=0)),
    (re.compile(r"TKS1(?:AVERAGE|APS)$"), lambda table, back: table.mean("prior_points", "all", back)
        if table.year <= 2023 else table.blank()),
    (re.compile(r"TAPS$"), lambda table, back: table.mean("points", "all", back)),
    (re.compile(r"AVGLEVEL$"), _average_level),
)  # fmt: skip


def _national_rates(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """Put the published national figures into the national rows; what is not known stays as drawn."""
    levels = table.year <= 2015
    figures = (NATIONAL_KS2_LEVELS if levels else NATIONAL_KS2).get(table.year)
    if not table.nations or figures is None:
        return frame
    everyone, other, disadvantaged, n, n_other, n_disadvantaged = figures
    stem = "PTRWM_EXP" if not levels else "PTENGMATX" if table.year <= 2012 else "PTREADWRITTAMATX"
    known = {stem: f"{everyone}%", "TELIG": str(n)}
    for name in frame.columns:
        upper = name.upper()
        if upper in (f"{stem}_FSM6CLA1A", f"{stem}_FSMCLA"):
            known[name] = f"{disadvantaged}%"
        elif upper in (f"{stem}_NOTFSM6CLA1A", f"{stem}_NOTFSMCLA"):
            known[name] = f"{other}%"
        elif upper in ("TFSM6CLA1A", "TFSMCLA"):
            known[name] = str(n_disadvantaged)
        elif upper in ("TNOTFSM6CLA1A", "TNOTFSMCLA"):
            known[name] = str(n_other)
        elif upper.startswith(("DIFFN_RWM_EXP", "GAPN_RWMX")) and not upper.endswith(("_24", "_23")):
            known[name] = str(disadvantaged - other)
    rows = pl.int_range(pl.len()) >= table.height - table.nations
    for name, text in known.items():
        if name in frame.columns:
            frame = set_cells(frame, rows, [name], text)
    return frame


def _stopped(table: Table, frame: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """Hide what follows the cohort in hidden schools, and stop the rows of new schools."""
    measures = list(layout.columns[layout.columns.index("TOTPUPS") :])
    new = pl.Series([*table.roster["is_new"].to_list(), *[False] * (table.height - len(table.roster))])
    if not new.any():
        return frame
    frame = frame.with_columns(new.alias("__new"))
    frame = set_cells(frame, pl.col("__new"), measures, "")
    frame = set_cells(frame, pl.col("__new"), ["TOTPUPS"], "NEW")
    return frame.drop("__new")
