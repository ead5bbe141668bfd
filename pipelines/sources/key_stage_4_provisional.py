"""Key stage 4 performance, provisional: the October release, with fewer columns, later overtaken by final."""

from dataclasses import replace

from pipelines.sources.key_stage_4 import SOURCE as FINAL
from pipelines.sources.performance_tables import read_wide, rows_by_record_type
from pipelines.sources.publication import Calendar, Layout, Parsed, Recognised


def parse(found: Recognised) -> Parsed:
    """Reads one table; its measures are those of the final release, marked provisional."""
    rows, rejects = rows_by_record_type(found, la="4", all_schools="5", state_funded="7")
    return read_wide(found, rows, rejects, catalogue=FINAL.key)


SOURCE = replace(
    FINAL,
    key="key_stage_4_provisional",
    title="Key stage 4 performance, provisional",
    short_title="",
    calendar=Calendar(month=10, day=20),
    updates="October after the exams",
    order=22,
    layouts=(
        Layout(
            key="provisional, 25 columns",
            rank=6,
            trims=True,
            release="provisional",
            columns=(
                "RECTYPE",
                "LEA",
                "ESTAB",
                "URN",
                "SCHNAME",
                "ICLOSE",
                "NFTYPE",
                "TPUP",
                "ATT8SCR",
                "P8PUP",
                "TP8ADJ",
                "P8MEA",
                "P8CILOW",
                "P8CIUPP",
                "P8MEA_ORIG",
                "PTL2BASICS_94",
                "PTL2BASICS_95",
                "EBACCAPS",
                "P8_BANDING",
            ),
        ),
    ),
    parse=parse,
)
