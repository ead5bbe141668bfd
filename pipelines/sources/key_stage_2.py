"""Key stage 2 performance tables: results at eleven, one row for each school, authority and for England."""

from pipelines.sources.performance_tables import read_wide, rows_by_record_type
from pipelines.sources.publication import Calendar, Layout, Parsed, Recognised, Source

_IDENTITY = ("RECTYPE", "LEA", "ESTAB", "URN", "SCHNAME")


def parse(found: Recognised) -> Parsed:
    """Reads one table: RECTYPE 3 is the authority, 4 England's schools, 5 England's state-funded schools."""
    rows, rejects = rows_by_record_type(found, la="3", all_schools="4", state_funded="5")
    return read_wide(found, rows, rejects)


SOURCE = Source(
    key="key_stage_2",
    title="Key stage 2 performance",
    short_title="Key stage 2",
    publisher="Department for Education",
    landing_page="https://www.compare-school-performance.service.gov.uk/download-data",
    calendar=Calendar(month=12, day=15),
    updates="revised in December after the tests, final the April after",
    order=20,
    layouts=(
        Layout(
            key="full width, scaled scores",
            rank=9,
            trims=True,
            complete=(2017, 2019),
            columns=(
                *_IDENTITY,
                "TELIG",
                "BELIG",
                "GELIG",
                "TFSM6CLA1A",
                "PTRWM_EXP",
                "PTRWM_HIGH",
                "READPROG",
                "READPROG_LOWER",
                "READPROG_UPPER",
                "WRITPROG",
                "MATPROG",
                "PTREAD_EXP",
                "PTMAT_EXP",
                "PTWRITTA_EXP",
                "READ_AVERAGE",
                "MAT_AVERAGE",
                "PTRWM_EXP_FSM6CLA1A",
                "PTRWM_EXP_NotFSM6CLA1A",
            ),
        ),
        Layout(
            key="full width, levels, reading and writing apart",
            rank=9,
            trims=True,
            columns=(*_IDENTITY, "TELIG", "PTREADWRITTAMATX", "COVREAD", "COVWRITTA"),
            verified=False,
        ),
        Layout(
            key="full width, levels, English as one subject",
            rank=9,
            trims=True,
            columns=(*_IDENTITY, "TELIG", "PTENGMATX", "PT2ENG12", "PT2MATH12"),
            verified=False,
        ),
        Layout(
            key="national extract with cohort, no limits",
            rank=5,
            columns=(*_IDENTITY, "TELIG", "PTRWM_EXP", "PTRWM_HIGH", "READPROG", "WRITPROG", "MATPROG", "PTGPS_EXP"),
        ),
        Layout(
            key="national extract, progress only",
            rank=4,
            columns=(*_IDENTITY, "TOWN", "PCODE", "READPROG", "READPROG_DESCR", "WRITPROG", "MATPROG"),
        ),
        Layout(
            key="national extract, headline attainment only",
            rank=3,
            columns=(*_IDENTITY, "PTRWM_EXP", "PTRWM_HIGH", "READ_AVERAGE", "GPS_AVERAGE", "MAT_AVERAGE"),
        ),
    ),
    parse=parse,
)
