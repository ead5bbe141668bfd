"""Key stage 4 performance tables, final: results at sixteen for each school, authority and for England."""

from pipelines.sources.performance_tables import read_wide, rows_by_record_type
from pipelines.sources.publication import Calendar, Layout, Parsed, Recognised, Source

_IDENTITY = ("RECTYPE", "LEA", "ESTAB", "URN", "SCHNAME")


def parse(found: Recognised) -> Parsed:
    """Reads one table: RECTYPE 4 is the authority, 5 England's schools, 7 England's state-funded schools."""
    rows, rejects = rows_by_record_type(found, la="4", all_schools="5", state_funded="7")
    return read_wide(found, rows, rejects)


SOURCE = Source(
    key="key_stage_4",
    title="Key stage 4 performance",
    short_title="Key stage 4",
    publisher="Department for Education",
    landing_page="https://www.compare-school-performance.service.gov.uk/download-data",
    calendar=Calendar(month=2, day=5, years_after=1),
    updates="provisional in October after the exams, revised in February, final in April",
    order=21,
    layouts=(
        Layout(
            key="full width, Attainment 8",
            rank=9,
            trims=True,
            complete=(2017, 2019),
            columns=(
                *_IDENTITY,
                "TPUP",
                "BPUP",
                "GPUP",
                "ATT8SCR",
                "P8MEA",
                "P8CILOW",
                "P8CIUPP",
                "PTL2BASICS_94",
                "PTL2BASICS_95",
                "ATT8SCR_FSM6CLA1A",
                "ATT8SCR_NFSM6CLA1A",
                "PTEBACC_E_PTQ_EE",
            ),
        ),
        Layout(
            key="full width, Attainment 8 with A* to C",
            rank=9,
            trims=True,
            columns=(*_IDENTITY, "TPUP", "ATT8SCR", "P8MEA", "P8CILOW", "PTL2BASICS_LL_PTQ_EE", "PTAC5EM_PTQ_EE"),
            verified=False,
        ),
        *(
            Layout(
                key=f"full width, A* to C ({name})",
                rank=9,
                trims=True,
                columns=(*_IDENTITY, "TPUP", name, five),
                verified=False,
            )
            for name, five in (
                ("PTL2BASICS", "PTAC5EM"),
                ("PTL2BASICS_PTQ", "PTAC5EM_PTQ"),
                ("PTL2BASICS_PTQ_EE", "PTAC5EM_PTQ_EE"),
            )
        ),
        Layout(
            key="national extract, A* to C",
            rank=5,
            columns=(*_IDENTITY, "TPUP", "ATT8SCR", "ATT8SCR_BOYS", "P8MEA", "P8MEA_BOYS", "PTL2BASICS_LL_PTQ_EE"),
        ),
        Layout(
            key="national extract with cohorts, no limits",
            rank=5,
            columns=(*_IDENTITY, "TPUP", "ATT8SCR", "ATT8SCR_BOYS", "P8PUP", "P8MEA", "PTL2BASICS_94", "PTL2BASICS_95"),
        ),
        Layout(
            key="national extract with disadvantaged pupils",
            rank=5,
            columns=(*_IDENTITY, "TOWN", "PCODE", "TPUP", "KS2APS", "ATT8SCR", "P8MEA", "P8PUP", "EBACCAPS"),
        ),
        Layout(
            key="national extract, headline with limits",
            rank=4,
            columns=(*_IDENTITY, "TPUP", "ATT8SCR", "P8MEACOV", "P8MEA", "P8CILOW", "P8CIUPP", "PTL2BASICS_95"),
        ),
        Layout(
            key="national extract, headline attainment only",
            rank=3,
            columns=(*_IDENTITY, "ATT8SCR", "PTL2BASICS_95", "EBACCAPS", "PTEBACC_E_PTQ_EE"),
        ),
    ),
    parse=parse,
)
