"""LAYOUTS: which columns each table has in which year, and how sure we are of them.

`evidence` is 'published' where the whole header was seen, 'partly seen' where the ends were, and 'public
code' where the names come from programs that read the tables (stefaniemeliss/DfE_data and others) and from
COLUMNS notes.
"""

import re
from dataclasses import dataclass
from functools import cache

from pipelines.sample import headers_ks2, headers_ks4


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The columns of one table in one year, with the publisher's habits of that year."""

    key_stage: int
    year: int
    columns: tuple[str, ...]
    evidence: str
    percentage: str
    bom: bool
    line_end: str = "\r\n"


def expand(text: str) -> tuple[str, ...]:
    """Return the names of a text in which 'A{B,C}D' stands for 'ABD ACD'."""
    names: list[str] = []
    for token in text.split():
        if "{" not in token:
            names.append(token)
            continue
        before, rest = token.split("{", 1)
        middle, after = rest.split("}", 1)
        names += [before + part + after for part in middle.split(",")]
    return tuple(names)


IDENTITY_TO_2018 = """RECTYPE ALPHAIND LEA ESTAB URN SCHNAME ADDRESS{1,2,3} TOWN PCODE TELNUM
{URN,SCHNAME,OPEN}_AC NFTYPE ICLOSE RELDENOM AGERANGE CONFEXAM TAB1{5,618} TOTPUPS TPUPYEAR"""
KS2_COHORT_LEVELS = """{T,B,G,PB,PG}ELIG TKS1APS {T,P}KS1EXP_L {T,P}KS1EXP_M {T,P}KS1EXP_H {DIS}
{,P}TEALGRP2 {,P}TMOBN {,P}SENELS"""
GROUPS_OF_LEVELS = "{L,M,H,EALY,FSMCLA,NOTFSMCLA}"
KS2_2011 = f"""{IDENTITY_TO_2018} {KS2_COHORT_LEVELS} PTENG{{X,AX,AT}} PTMAT{{X,AX,AT}}
PTREAD{{X,AX}} PTWRIT{{X,AX}} PTSCI{{X,AX}}
PTENGMAT{{X,AX}} PTENGMATX_{{L,M,H}} PTENGMATAX_{{L,M,H}} TAPS AVGLEVEL
PT2ENG12 COVENG12 PT2MATH12
COVMATH12 PT2ENG12_{{B,G,L,M,H}} PT2MATH12_{{B,G,L,M,H}}"""
KS2_2012 = f"""{IDENTITY_TO_2018} {KS2_COHORT_LEVELS} PTENG{{X,AX,AT}} PTMAT{{X,AX,AT}} PTREAD{{X,AX}}
PTWRIT{{XTA,AXTA}} PTSCIXTA PTENGMAT{{X,AX}} PBENGMAT{{X,AX}} PGENGMAT{{X,AX}} PTENGMATX_{GROUPS_OF_LEVELS}
PTENGMATAX_{GROUPS_OF_LEVELS} TAPS AVGLEVEL PT2ENG12 COVENG12 PT2MATH12 COVMATH12
PT2ENG12_{{B,G,L,M,H,EALY,FSMCLA,NOTFSMCLA}} PT2MATH12_{{B,G,L,M,H,EALY,FSMCLA,NOTFSMCLA}}"""
KS2_2013 = f"""{IDENTITY_TO_2018} {KS2_COHORT_LEVELS} PTREADWRITTAMAT{{X,4B,AX}} PBREADWRITTAMAT{{X,4B,AX}}
PGREADWRITTAMAT{{X,4B,AX}} PTREADWRITTAMATX_{GROUPS_OF_LEVELS} PTREADWRITTAMAT4B_{GROUPS_OF_LEVELS}
PTREADWRITTAMATAX_{GROUPS_OF_LEVELS} GAPN_{{RWMX,RWM4B}}_FSMCLA PTREAD{{X,4B,AX,AT}} PTMAT{{X,4B,AX,AT}}
PTWRIT{{XTA,AXTA}} PTGPS{{X,4B,AX,AT}} PTSCIXTA PTREADX_{{L,M,H,FSMCLA,NOTFSMCLA}}
PTMATX_{{L,M,H,FSMCLA,NOTFSMCLA}} PTWRITXTA_{{L,M,H,FSMCLA,NOTFSMCLA}} TAPS AVGLEVEL PT2READ COVREAD PT2WRITTA
COVWRITTA PT2MATH COVMATH PT2READ_{{B,G,L,M,H,EALY,FSMCLA,NOTFSMCLA}}
PT2WRITTA_{{B,G,L,M,H,EALY,FSMCLA,NOTFSMCLA}} PT2MATH_{{B,G,L,M,H,EALY,FSMCLA,NOTFSMCLA}}
GAPN_{{PRREAD,PRWRIT,PRMAT}}_FSMCLA"""


def _ks2_levels(year: int) -> tuple[str, ...]:
    text = {2011: KS2_2011, 2012: KS2_2012}.get(year, KS2_2013)
    text = text.replace("{DIS}", "{T,PT,TNOT,PTNOT}FSMCLA")
    names = list(expand(text))
    if year >= 2015:
        names = [name.replace("FSMCLA", "FSM6CLA1A") for name in names]
    if year == 2013:
        names = [{"PT2READ": "PT2READ12", "PT2WRITTA": "PT2WRITTA12", "PT2MATH": "PT2MATH12"}.get(n, n) for n in names]
    return tuple(names)


def _shift_years(names: tuple[str, ...], moves: dict[str, str]) -> tuple[str, ...]:
    """Rename the two-digit years of prior-year columns."""
    pattern = re.compile(r"_(" + "|".join(moves) + r")(?=_|$)")
    return tuple(pattern.sub(lambda found: "_" + moves[found[1]], name) for name in names)


def _ks2_columns(year: int) -> tuple[tuple[str, ...], str]:
    if year <= 2015:
        return _ks2_levels(year), "public code"
    published = {
        2017: headers_ks2.FINAL_2016_17,
        2018: headers_ks2.FINAL_2017_18,
        2019: headers_ks2.FINAL_2018_19,
    }
    if year in published:
        return expand(published[year]), "published"
    if year == 2016:
        return tuple(n for n in expand(headers_ks2.FINAL_2016_17) if not n.endswith("_16")), "public code"
    of_2019 = expand(headers_ks2.FINAL_2018_19)
    if year < 2023:
        return of_2019, "nearest header"
    middle = of_2019[of_2019.index("READPROG_B") : of_2019.index("TEALGRP1")]
    names = expand(headers_ks2.FIRST_2024_25) + middle + expand(headers_ks2.LAST_2024_25)
    if year == 2025:
        return names, "partly seen"
    moves = {"24": str((year - 1) % 100), "23": str((year - 2) % 100)}
    return _shift_years(names, moves), "nearest header"


KS4_RENAMES_2016 = {
    "PTL2BASICS_94": "PTL2BASICS_LL_PTQ_EE",
    "PTEBACC_94": "PTEBACC_PTQ_EE",
    "PT5EM_94": "PTAC5EM_PTQ_EE",
}
KS4_2015_EXTRA = (
    "PT24ENGPRG",
    "PT24ENGPRGCOV",
    "PT24MATHPRG",
    "PT24MATHPRGCOV",
    "PTAC5EMFSM6CLA1A",
    "PTAC5EMNOTFSM6CLA1A",
)


def _ks4_before_2017(year: int) -> tuple[str, ...]:
    """The table of 2016-17 without its new measures, under the names of the year."""
    prior = re.compile(r"(?<![A-Z0-9])?(_1[4-6](_|$)|AC5EM1[4-6])")
    names = [n for n in expand(headers_ks4.FINAL_2016_17) if not prior.search(n)]
    names = [KS4_RENAMES_2016.get(name, name) for name in names]
    names = [name for name in names if not re.search(r"_9[45]", name)]
    if year <= 2015:
        names = [n for n in names if not re.match(r"(TOT)?ATT8|T?P8|AVG(EBAC|OPEN)FILL|DIFFN_|ADMPOL_2017", n)]
        names = [name.replace("_LL_PTQ_EE", "_PTQ_EE") for name in names]
        names += [name + "_PTQ_EE" for name in KS4_2015_EXTRA]
    if year <= 2014:
        names = [n.replace("NOTFSM6CLA1A", "NOTFSMCLA").replace("NFSM6CLA1A", "NFSM") for n in names]
        names = [n.replace("FSM6CLA1A", "FSMCLA") for n in names]
        ending = "_PTQ" if year == 2014 else ""
        names = [name.replace("_PTQ_EE", ending) for name in names]
    return tuple(names)


def _ks4_columns(year: int) -> tuple[tuple[str, ...], str]:
    published = {
        2017: headers_ks4.FINAL_2016_17,
        2018: headers_ks4.FINAL_2017_18,
        2019: headers_ks4.FINAL_2018_19,
    }
    if year in published:
        return expand(published[year]), "published"
    if year < 2017:
        return _ks4_before_2017(year), "public code"
    of_2019 = expand(headers_ks4.FINAL_2018_19)
    rest = of_2019[of_2019.index("TOTEBACCAPS") :]
    rest = tuple(name.replace("EBACCAPS_AV", "EBACCAPS_MID") for name in rest if not re.match(r"EBACCAPS.*_18$", name))
    if year < 2025:
        names = expand(headers_ks4.FIRST_2021_22) + rest
        return _shift_years(names, {"17": str((year - 2) % 100), "18": str((year - 1) % 100)}), "partly seen"
    first, last = expand(headers_ks4.FIRST_2024_25), expand(headers_ks4.LAST_2024_25)
    seen = {*first, *last}
    middle = tuple(n for n in rest if n not in seen and not re.search(r"_1[78](_|$)|_AV_PTQ|TAVENT_[EG]", n))
    return first + middle + last, "partly seen"


@cache
def layout(key_stage: int, year: int) -> Layout:
    """Return the layout of the key stage 2 or 4 table of a year; years without tables get the nearest
    header.
    """
    names, evidence = (_ks2_columns if key_stage == 2 else _ks4_columns)(year)
    return Layout(
        key_stage=key_stage,
        year=year,
        columns=names,
        evidence=evidence,
        percentage="57.10%" if key_stage == 4 and year == 2025 else "45%",
        bom=year < 2022,
    )


LAYOUTS = {(stage, year): layout(stage, year) for stage in (2, 4) for year in range(2011, 2026)}
