"""Key stage 4 tables: every column of the year's layout, worked out from its name."""

import re

import numpy as np
import polars as pl

from pipelines.sample.cells import decimal, percent, whole, with_codes
from pipelines.sample.cohorts import P8_SD
from pipelines.sample.constants import (
    LA_NAMES,
    NATIONAL_ATTAINMENT_8,
    NATIONAL_KS4_ROWS,
    NATIONAL_KS4_STANDARD,
    NATIONAL_KS4_STRONG,
)
from pipelines.sample.layouts import Layout
from pipelines.sample.performance import Table, interval, set_cells

GROUPS = {
    "": "all", "FSM6CLA1A": "FSM", "NFSM6CLA1A": "NOTFSM", "NOTFSM6CLA1A": "NOTFSM", "FSMCLA": "FSM",
    "NOTFSMCLA": "NOTFSM", "FSM": "FSM", "NFSM": "NOTFSM", "NOTFSM": "NOTFSM", "LO": "LO", "AV": "AV",
    "MID": "AV", "HI": "HI", "EAL": "EAL", "GIRLS": "GIRLS", "BOYS": "BOYS", "NMOB": "NMOB", "B": "BOYS",
    "G": "GIRLS", "T": "all",
}  # fmt: skip
GROUP = r"(FSM6CLA1A|NFSM6CLA1A|NOTFSM6CLA1A|NOTFSMCLA|FSMCLA|NOTFSM|NFSM|FSM|LO|AV|MID|HI|EAL|GIRLS|BOYS|NMOB)"
COUNTS = {
    "TPUP": "all", "BPUP": "BOYS", "GPUP": "GIRLS", "TPRIORLO": "LO", "TPRIORAV": "AV", "TPRIORHI": "HI",
    "TFSM6CLA1A": "FSM", "TNOTFSM6CLA1A": "NOTFSM", "TFSMCLA": "FSM", "TNOTFSMCLA": "NOTFSM",
    "TEALGRP1": "ENG",
    "TEALGRP2": "EAL", "TEALGRP3": "UNC", "TNMOB": "NMOB", "SENSE4": "PLAN", "SENAPK4": "SUPPORT",
    "SEN_ALL": "SEN",
    "SENE4": "PLAN", "SENK4": "SUPPORT", "SEN_ALL4": "SEN",
}  # fmt: skip
P8_YEARS = range(2016, 2025)
SHORT = {"ENG": "eng", "MAT": "mat", "2SCI": "2sci", "HUM": "hum", "LAN": "lan", "SCI": "2sci"}


def ks4_frame(table: Table, layout: Layout) -> pl.DataFrame:
    """Return the table as text, one column per published name."""
    identity = _identity(table)
    columns = []
    for name in layout.columns:
        series = identity.get(name)
        columns.append((_cell(table, name.upper()) if series is None else series).alias(name))
    frame = pl.DataFrame(columns)
    frame = _national_rates(table, frame)
    frame = _independents(table, frame)
    return _stopped(table, frame, layout)


def _identity(table: Table) -> dict[str, pl.Series]:
    las, nations = len(table.authorities), table.nations
    blanks = [""] * las, [""] * nations
    texts = {name: table.with_totals(name, *blanks) for name in table.roster.columns if name != "is_new"}
    code = list(LA_NAMES)[:las]
    pairs = {
        "ALPHAIND": "alphabetical", "ESTAB": "estab", "URN": "urn", "SCHNAME_AC": "name_after",
        "ADDRESS1": "street",
        "ADDRESS2": "blank", "ADDRESS3": "blank", "TOWN": "town", "PCODE": "postcode", "TELNUM": "telephone",
        "PCON_CODE": "blank", "PCON_NAME": "town", "CONTFLAG": "zero", "ICLOSE": "is_closed",
        "NFTYPE": "nftype",
        "RELDENOM": "faith", "ADMPOL": "admissions", "ADMPOL_2017": "admissions_long",
        "ADMPOL_PT": "admissions_long", "EGENDER": "gender", "FEEDER": "zero", "TABKS2": "zero",
        "TAB1618": "zero",
        "AGERANGE": "ages", "CONFEXAM": "confirmed", "TOTPUPS": "pupils", "NUMBOYS": "boys",
        "NUMGIRLS": "girls",
    }  # fmt: skip
    return {published: texts[ours] for published, ours in pairs.items()} | {
        "RECTYPE": table.with_totals("rectype", ["4"] * las, ["5", "7"][:nations]),
        "LEA": table.with_totals("lea", code, [""] * nations),
        "SCHNAME": texts["name"],
    }


def _cell(table: Table, name: str) -> pl.Series:
    """One column by its name in capitals, without its prior year and the suffixes of the entry rules."""
    back = 0
    found = re.search(r"_PREV(2?)$", name)
    if found:
        back, name = (2 if found[1] else 1), name[: found.start()]
    found = re.search(r"_(1[4-9]|2[0-4])(?=_|$)", name) or re.search(r"(?<=AC5EM)(1[4-9])", name)
    if found:
        back = table.year % 100 - int(found[1])
        name = name[: found.start()] + name[found.end() :]
    name = re.sub(r"_PTQ(_EE)?$", "", name)
    if back not in table.years:
        return table.blank()
    if name in COUNTS:
        return table.count(COUNTS[name], back)
    if name[0] == "P" and name[1:] in COUNTS:
        return table.share_of_pupils(COUNTS[name[1:]], back)
    if name[0] == "P" and "T" + name[1:] in COUNTS:
        return table.share_of_pupils(COUNTS["T" + name[1:]], back)
    for pattern, make in RULES:
        found = pattern.match(name)
        if found:
            return make(table, back, *found.groups())
    raise ValueError(f"no rule for the key stage 4 column {name!r} of {table.year}; add one to pipelines.sample.ks4")


def _no_p8(table: Table, back: int) -> pl.Series | None:
    """NA in every school row of a year without Progress 8, blank in the prior-year columns."""
    if table.year - back in P8_YEARS:
        return None
    return table.blank("NA" if back == 0 else "")


def _p8(table: Table, back: int, part: str, subject: str | None, limit: str | None, group: str | None) -> pl.Series:
    """Progress 8 with its limits: P8MEA, P8CILOW_LO, P8MEAENG_CIUPP, P8MEA_FSM6CLA1A_ORIG."""
    absent = _no_p8(table, back)
    if absent is not None:
        return absent
    original = False
    if group and group.endswith("_ORIG"):
        original, group = True, group.removesuffix("_ORIG")
    if group == "ORIG":
        original, group = True, None
    measure = "p8" + ((subject or "").lower() or ("orig" if original else ""))
    code_group = GROUPS[group or ""]
    mean, low, high = interval(table, measure, code_group, back, P8_SD)
    which = {"CILOW": low, "CIUPP": high}.get(part) if part != "MEA" else {"CILOW": low, "CIUPP": high}.get(limit, mean)
    n, everyone = table.measured(measure, code_group, back), table.n(code_group, back)
    code = pl.select(pl.coalesce(table.code(code_group, back), _thin(table, n, everyone))).to_series()
    shown = with_codes(code, decimal(which, 2))
    return _blank_nation(table, shown) if part != "MEA" or limit else shown


def _thin(table: Table, n: np.ndarray, everyone: np.ndarray) -> pl.Series:
    """LOWCOV where fewer than half of the pupils count, SUPP where five or fewer do."""
    few = np.where((n < 0.5 * everyone) & (everyone > 5), 1, np.where((n > 0) & (n <= 5), 2, 0))
    few[table.open_rows] = 0
    return pl.Series(few).replace_strict({0: None, 1: "LOWCOV", 2: "SUPP"}, return_dtype=pl.String)


def _blank_nation(table: Table, shown: pl.Series) -> pl.Series:
    if not table.nations:
        return shown
    rows = pl.Series(np.arange(table.height) >= table.height - table.nations)
    return pl.select(pl.when(rows).then(pl.lit("")).otherwise(shown)).to_series()


def _p8_pupils(table: Table, back: int, what: str, group: str | None) -> pl.Series:
    absent = _no_p8(table, back)
    if absent is not None:
        return absent
    measure = "p8" if what == "P8PUP" else "p8adj"
    chosen = GROUPS[group or ""]
    number = table.measured(measure, chosen, back) if what == "P8PUP" else table.total(measure, chosen, back)
    return with_codes(table.code(chosen, back), whole(number))


def _p8_coverage(table: Table, back: int) -> pl.Series:
    absent = _no_p8(table, back)
    if absent is not None:
        return absent
    return with_codes(table.code("all", back), percent(table.measured("p8", "all", back), table.n("all", back), "45%"))


def _banding(table: Table, back: int) -> pl.Series:
    absent = _no_p8(table, back)
    if absent is not None:
        return absent
    mean, low, high = interval(table, "p8", "all", back, P8_SD)
    band = np.select(
        [np.isnan(mean), (low > 0) & (mean >= 0.5), low > 0, (high < 0) & (mean < -0.5), high < 0],
        [np.nan, 1, 2, 5, 4],
        3.0,
    )
    n, everyone = table.measured("p8", "all", back), table.n("all", back)
    code = pl.select(pl.coalesce(table.code("all", back), _thin(table, n, everyone))).to_series()
    return _blank_nation(table, with_codes(code, whole(band)))


def _attainment(table: Table, back: int, subject: str | None, group: str | None) -> pl.Series:
    return table.mean("att8" + (subject or "").lower(), GROUPS[group or ""], back)


def _attainment_total(table: Table, back: int, subject: str | None) -> pl.Series:
    value = table.total("att8" + (subject or "").lower(), "all", back)
    return with_codes(table.code("all", back), decimal(value, 1))


def _share(measure: str, group: str | None = None):
    """A rule for a percentage; the group comes from the name unless it is given."""

    def make(table: Table, back: int, *found: str | None) -> pl.Series:
        chosen = group or GROUPS[next((text for text in found if text in GROUPS and text), "")]
        return table.share(measure, chosen, back)

    return make


def _basics(table: Table, back: int, count: str, group: str, grade: str | None) -> pl.Series:
    measure = "basics_" + (grade or "94")
    return (table.share if count else table.reached)(measure, GROUPS[group], back)


def _basics_of(table: Table, back: int, sex: str, group: str | None, grade: str | None) -> pl.Series:
    return table.share("basics_" + (grade or "94"), GROUPS[group or sex], back)


def _ebacc(table: Table, back: int, percentage: str | None, sex: str, group: str | None, part: str) -> pl.Series:
    chosen = GROUPS[group or sex]
    measure = "ebacc_" + {"E": "e", "": "94", None: "94"}.get(part, part)
    return (table.share if percentage else table.reached)(measure, chosen, back)


def _subject(table: Table, back: int, percentage: str, subject: str, part: str | None) -> pl.Series:
    """Entries and passes in one subject of the EBacc; passes are a share of those who entered."""
    short = SHORT[subject]
    part = {"AG": "91", None: "94"}.get(part, part)
    k = table.total(f"{short}_{'e' if part == 'E' else part}", "all", back)
    if not percentage:
        return with_codes(table.code("all", back), whole(k))
    n = table.n("all", back) if part == "E" else table.total(short + "_e", "all", back)
    return with_codes(table.code("all", back), percent(k, n, table.style))


def _value_added(table: Table, back: int, subject: str, what: str, group: str | None) -> pl.Series:
    if table.year == 2025:
        return table.blank("NA")
    measure, chosen = SHORT[subject] + "_va", GROUPS[group or ""]
    mean, low, high = interval(table, measure, chosen, back, 1.1)
    n = table.measured(measure, chosen, back)
    if what == "PUP":
        return with_codes(table.code(chosen, back), whole(n))
    if what == "COV":
        entered = table.total(SHORT[subject] + "_e", chosen, back)
        return with_codes(table.code(chosen, back), percent(n, entered, "45%"))
    code = pl.select(pl.coalesce(table.code(chosen, back), _thin(table, n, n))).to_series()
    return with_codes(code, decimal({"LOW": low, "UPP": high}.get(what, mean), 2))


def _prior_points(table: Table, back: int, scale: str) -> pl.Series:
    if table.year == 2025:
        return table.blank("NA")
    return table.mean(
        "prior_points" if scale == "APS" else "prior_score", "all", back, places=1 if scale == "APS" else 0
    )


def _gap(table: Table, back: int, what: str) -> pl.Series:
    """Disadvantaged pupils here minus other pupils in England."""
    if what == "P8MEA":
        absent = _no_p8(table, back)
        if absent is not None:
            return absent
        mean, _, _ = interval(table, "p8", "FSM", back, P8_SD)
        return with_codes(table.code("FSM", back), decimal(mean - 0.13, 2))
    mean, _, _ = interval(table, "att8", "FSM", back, 1)
    return with_codes(table.code("FSM", back), decimal(mean - 50.3, 1))


def _two_levels(table: Table, back: int, subject: str, coverage: str | None) -> pl.Series:
    """Expected progress in English and maths (to 2014-15): read off the progress of the element."""
    measure = {"ENG": "p8eng_expected", "MATH": "p8mat_expected"}[subject]
    if coverage:
        n = table.measured(measure, "all", back)
        return with_codes(table.code("all", back), percent(n, table.n("all", back), "45%"))
    return table.share(measure, "all", back)


def _mean_of(measure: str, places: int = 1):
    def make(table: Table, back: int, group: str | None = None) -> pl.Series:
        return table.mean(measure, GROUPS[group or ""], back, places)

    return make


RULES = (
    (re.compile(rf"ATT8SCR(OPENNG|OPENG|ENG|MAT|EBAC|OPEN)?(?:_{GROUP})?$"), _attainment),
    (re.compile(r"TOTATT8(OPENNG|OPENG|ENG|MAT|EBAC|OPEN)?$"), _attainment_total),
    (re.compile(rf"(P8PUP|TP8ADJ)(?:_{GROUP})?$"), _p8_pupils),
    (re.compile(r"P8MEACOV$"), _p8_coverage),
    (re.compile(r"P8(MEA)(ENG|MAT|EBAC|OPEN)?(?:_(CILOW|CIUPP))?(?:_(\w+))?$"), _p8),
    (re.compile(r"P8(CILOW|CIUPP)()()(?:_(\w+))?$"), _p8),
    (re.compile(r"P8_BANDING$"), _banding),
    (re.compile(r"PT(NOTFSM6CLA1A|FSM6CLA1A|NOTFSM|FSM)BASICS(?:_(94|95))?$"),
     lambda table, back, group, grade: _basics(table, back, "P", group, grade)),
    (re.compile(r"(P?)TBASICS(LO|AV|HI|MID)(?:_(94|95))?$"), _basics),
    (re.compile(r"P([TBG])L2BASICS(EAL|NMOB)?(?:_LL)?(?:_(94|95))?$"), _basics_of),
    (re.compile(rf"EBACCAPS(?:_{GROUP})?$"), lambda table, back, group: table.mean(
        "ebacc_points", GROUPS[group or ""], back, 2)),
    (re.compile(r"TOTEBACCAPS$"), lambda table, back: with_codes(
        table.code("all", back), decimal(table.total("ebacc_points", "all", back), 2))),
    (re.compile(rf"(P?)(T|B|G)EBACC_E{GROUP}?$"), lambda table, back, p, sex, group: _ebacc(
        table, back, p, sex, group, "E")),
    (re.compile(rf"(P)(T|B|G)EBACC{GROUP}?(?:_(94|95))?$"), _ebacc),
    (re.compile(rf"(P)(T|B|G)EBACC_(94|95)_{GROUP}$"), lambda table, back, p, sex, part, group: _ebacc(
        table, back, p, sex, group, part)),
    (re.compile(rf"(P)(T)EBACC_{GROUP}$"), lambda table, back, p, sex, group: _ebacc(
        table, back, p, sex, group, "")),
    (re.compile(r"(P?)(T)EBACC(91)$"), lambda table, back, p, sex, part: _ebacc(table, back, p, sex, None,
    part)),
    (re.compile(r"(P?)TEBAC(ENG|MAT|2SCI|HUM|LAN)_?(E|94|95|91|AG)?$"), _subject),
    (re.compile(rf"(SCI|HUM|LAN)VA(PUP|COV|MEA|LOW|UPP)(?:_{GROUP})?$"), _value_added),
    (re.compile(rf"(?:PTAC5EM|AC5EM|PT5EM_94){GROUP}?$"), _share("five")),
    (re.compile(r"PTANYQ$"), _share("any", "all")),
    (re.compile(r"PTMULTILAN_E$"), _share("languages", "all")),
    (re.compile(r"PTTRIPLESCI_E$"), _share("three_sciences", "all")),
    (re.compile(rf"TAVENT_E(?:_3NG)?_?{GROUP}?$"), _mean_of("entries")),
    (re.compile(rf"TAVENT_G{GROUP}?$"), _mean_of("entries_gcse")),
    (re.compile(r"AVGEBACFILL$"), _mean_of("fill_ebac")),
    (re.compile(r"AVGOPENFILL$"), _mean_of("fill_open")),
    (re.compile(r"DIFFN_(ATT8|P8MEA)$"), _gap),
    (re.compile(r"KS2A(PS|SS)$"), lambda table, back, scale: _prior_points(table, back, "A" + scale)),
    (re.compile(r"PT24(ENG|MATH)PRG(COV)?$"), _two_levels),
    (re.compile(r"[TP]T?OTENT_E_(TOTAL|COVID_IMPACTED)$"), lambda table, back, what: with_codes(
        table.code("all", back),
        whole(table.total("entries", "all", back)) if what == "TOTAL" else pl.Series(["0"] * table.height))),
    (re.compile(r"TTOTENT_E_\w+$"), lambda table, back: table.blank("0")),
)  # fmt: skip


def _national_rates(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """Put the published national figures into the national rows; what is not known stays as drawn."""
    if not table.nations:
        return frame
    rows = pl.int_range(pl.len()) >= table.height - table.nations
    known: dict[str, str] = {}
    strong = NATIONAL_KS4_STRONG.get(table.year)
    if strong:
        everyone, other, disadvantaged, n, n_other, n_disadvantaged = strong
        mark = "0%" if table.style == "57.10%" else "%"
        known |= {
            "PTL2BASICS_95": f"{everyone}{mark}",
            "PTFSM6CLA1ABASICS_95": f"{disadvantaged}{mark}",
            "PTNOTFSM6CLA1ABASICS_95": f"{other}{mark}",
            "TPUP": str(n),
            "TFSM6CLA1A": str(n_disadvantaged),
            "TNOTFSM6CLA1A": str(n_other),
        }
    if table.year in NATIONAL_ATTAINMENT_8:
        low, high = NATIONAL_ATTAINMENT_8[table.year]
        known |= {"ATT8SCR_FSM6CLA1A": str(low), "ATT8SCR_NFSM6CLA1A": str(high)}
    if table.year in NATIONAL_KS4_STANDARD:
        low, high = NATIONAL_KS4_STANDARD[table.year]
        known |= {"PTFSM6CLA1ABASICS_94": f"{low}%", "PTNOTFSM6CLA1ABASICS_94": f"{high}%"}
    if table.year in P8_YEARS:
        known |= {"P8MEA": "-0.03" if table.year < 2022 else "-0.02"}
    for name, text in known.items():
        if name in frame.columns:
            frame = set_cells(frame, rows, [name], text)
    for kind in ("5", "7"):
        for name, text in NATIONAL_KS4_ROWS.get((table.year, kind), {}).items():
            if name in frame.columns:
                frame = set_cells(frame, rows & (pl.col("RECTYPE") == kind), [name], text)
    return frame


def _independents(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """Independent schools: progress, disadvantage and prior attainment are NP, English and maths a false
    zero.
    """
    rows = pl.Series([*(table.roster["nftype"] == "IND").to_list(), *[False] * (table.height - len(table.roster))])
    if not rows.any():
        return frame
    text = "NA" if table.year == 2025 else "NP"
    hidden = [
        name
        for name in frame.columns
        if re.search(r"P8|FSM|PRIOR|KS2A|NMOB|EAL|VA(MEA|LOW|UPP|COV|PUP)|_LO|_AV|_HI|SEN", name)
        and name not in ("P8_BANDING_",)
    ]
    zero = [name for name in frame.columns if name in ("PTL2BASICS_95", "PTL2BASICS_94")]
    frame = frame.with_columns(rows.alias("__independent"))
    frame = set_cells(frame, pl.col("__independent"), hidden, text)
    frame = set_cells(frame, pl.col("__independent"), zero, "0.00%" if table.year == 2025 else "0%")
    return frame.drop("__independent")


def _stopped(table: Table, frame: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    measures = list(layout.columns[layout.columns.index("TOTPUPS") :])
    new = pl.Series([*table.roster["is_new"].to_list(), *[False] * (table.height - len(table.roster))])
    if not new.any():
        return frame
    frame = frame.with_columns(new.alias("__new"))
    frame = set_cells(frame, pl.col("__new"), measures, "")
    frame = set_cells(frame, pl.col("__new"), ["TOTPUPS"], "NEW")
    return frame.drop("__new")
