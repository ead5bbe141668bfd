"""The register of schools: every layout, phases, dates, statuses, and no names of people."""

import datetime

import polars
import pytest

from pipelines.errors import SourceChanged
from pipelines.measures import MEASURE_CODES
from pipelines.sources.school_register import phase_of

FULL = (
    "URN,LA (code),LA (name),EstablishmentNumber,EstablishmentName,TypeOfEstablishment (name),"
    "EstablishmentTypeGroup (name),EstablishmentStatus (name),OpenDate,CloseDate,PhaseOfEducation (name),"
    "StatutoryLowAge,StatutoryHighAge,Gender (name),ReligiousCharacter (name),AdmissionsPolicy (name),"
    "SchoolCapacity,CensusDate,NumberOfPupils,PercentageFSM,Street,Town,Postcode,HeadTitle (name),"
    "HeadFirstName,HeadLastName,Easting,Northing,LSOA (code)"
)
PRIMARY = (
    "900001,999,Fictionshire,2001,Brook Lane Primary School,Community school,"
    "Local authority maintained schools,Open,,,Primary,4,11,Mixed,"
    "Does not apply,Not applicable,210,20-01-2022,198,12.5,Brook Lane,Invented,"
    "zz1 1aa,Mrs,Ada,Fictional,400000,160000,E01000001"
)
SPECIAL = (
    "900002,999,Fictionshire,7001,St Thomas à Becket School,Academy special converter,Academies,"
    '"Open, but proposed to close",01-09-2012,31-08-2026,Not applicable,3,19,Mixed,None,Not applicable,'
    "90,20-01-2022,88,45.0,High Street,Invented,ZZ1 2AA,Mr,Max,Fictional,400100,160100,E01000002"
)


def read_full(read_text, *rows, name="gias/2022-05-25/edubasealldata20220525.csv", encoding="cp1252"):
    return read_text(name, "\r\n".join([FULL, *rows]) + "\r\n", encoding)


def test_the_published_file_with_its_own_dates_and_letters(read_text):
    read = read_full(read_text, PRIMARY, SPECIAL)
    assert read.found.source.key == "school_register"
    assert (read.found.edition.label, read.found.edition.year) == ("25 May 2022", 2022)
    assert read.rows("register_entry", "urn", "name", "phase", "status", "open_date", "close_date") == [
        (900001, "Brook Lane Primary School", "primary", "open", None, None),
        (
            900002,
            "St Thomas à Becket School",
            "special",
            "open, but proposed to close",
            datetime.date(2012, 9, 1),
            datetime.date(2026, 8, 31),
        ),
    ]
    assert read.tables["register_entry"]["postcode"].to_list() == ["ZZ1 1AA", "ZZ1 2AA"]
    assert read.rejects.height == 0


def test_no_name_of_a_head_teacher_is_read(read_text):
    read = read_full(read_text, PRIMARY, PRIMARY, "notaurn" + SPECIAL[6:])
    assert read.reasons() == {"row about no school or area we know": 1, "the same row again": 1}
    kept = read.tables["register_entry"].write_csv() + read.rejects.write_csv()
    assert "Ada" not in kept
    assert "Max" not in kept


def test_capacity_belongs_to_the_edition_and_pupils_to_the_census(read_text):
    """On 10 October 2025 the school year is 2025/26, and the last census was in January 2025."""
    row = PRIMARY.replace("20-01-2022", "16-01-2025")
    read = read_full(read_text, row, name="gias/2025-10-10/edubasealldata20251010.csv")
    facts = {code: key for key, code in MEASURE_CODES.items()}
    told = {
        facts[measure]: (year, value, n)
        for measure, year, value, n in read.observations.select("measure", "year", "value", "n").rows()
    }
    assert told == {
        "school_capacity": (2026, 210, None),
        "pupils_on_roll_register": (2025, 198, None),
        "free_school_meals_register": (2025, 12.5, 198),
    }


def test_a_blank_number_stays_unknown_and_never_becomes_nought(read_text):
    read = read_full(read_text, PRIMARY.replace(",210,20-01-2022,198,12.5,", ",,,,,"))
    assert read.rows("register_entry", "capacity", "pupils") == [(None, None)]
    assert read.observations["value"].to_list() == [None, None, None]


def test_unknown_dates_and_impossible_cells(read_text):
    row = (
        PRIMARY.replace("Open,,,", "Open,01-01-1900,31-31-2020,").replace(",4,11,", ",44,11,").replace(",999,", ",99,")
    )
    read = read_full(read_text, row)
    assert read.rows("register_entry", "open_date", "close_date", "low_age", "la_code") == [(None,) * 4]
    assert read.reasons() == {
        "not a date": 1,
        "not a value we know": 1,
        "not a whole number from 0 to 30": 1,
    }


def test_two_rows_of_one_school_that_differ_stop_the_file(read_text):
    with pytest.raises(SourceChanged, match="900001 stands more than once"):
        read_full(read_text, PRIMARY, PRIMARY.replace("Brook Lane Primary", "Brook Road Primary"))


def test_the_light_register_knows_authorities_by_name_and_no_types(read_text):
    read = read_text(
        "gias/2024-06-17/light.csv",
        "URN,LA (name),EstablishmentName,PhaseOfEducation (name),Gender (name),EstablishmentStatus (name)\n"
        "900001,Fictionshire,Brook Lane Primary School,Primary,Mixed,Open\n"
        "900002,Pre-LGR 2019 Fictionshire,Hill Special School,Not applicable,,Closed\n",
    )
    assert read.found.layout.key == "light"
    assert read.rows("register_entry", "urn", "la_name", "phase", "gender", "status") == [
        (900001, "Fictionshire", "primary", "Mixed", "open"),
        (900002, "Pre-LGR 2019 Fictionshire", None, None, "closed"),
    ]


def test_a_search_download_may_spill_at_its_end_but_nowhere_else(read_text):
    shifted = PRIMARY.replace("900001", "900003").replace("Lane Primary", "Lane, Primary")
    read = read_text(
        "gias/2022-04-20/results.csv",
        f"{FULL},Linked establishments\n{PRIMARY},900003\n{SPECIAL},900004,900005\n{shifted},900006\n",
    )
    assert read.found.layout.key == "search download"
    assert read.rows("register_entry", "urn", "lsoa_code") == [(900001, "E01000001"), (900002, "E01000002")]
    assert read.observations["value"].to_list() == [210, 90, 198, 88, 12.5, 45]
    assert read.rejects.select("row", "reason").rows() == [(4, "more cells than the header")]


def test_a_closed_school_states_no_size(read_text):
    read = read_full(read_text, PRIMARY.replace(",Open,", ",Closed,"), SPECIAL)
    assert set(read.observations["entity"]) == {900002}


def test_the_spine_of_the_performance_tables(read_text):
    read = read_text(
        "spine/2017-18/england_spine.csv",
        "URN,LA,ESTAB,LAESTAB,SCHNAME,STREET,TOWN,POSTCODE,ICLOSE,OPENDATE,CLOSEDATE,MINORGROUP,NFTYPE,"
        "ISPRIMARY,ISSECONDARY,ISPOST16,AGEL,AGEH,GENDER,RELDENOM,ADMPOL\n"
        "900001,999,2001,9992001,Brook Lane Primary School,Brook Lane,Invented,ZZ1 1AA,0,,,Maintained school,"
        "CY,1,0,0,4,11,Mixed,Does not apply,\n"
        "900006,999,4001,9994001,Old School,Mill Road,Invented,ZZ1 3AA,1,,31/08/2018,Maintained school,CY,"
        "1,1,0,4,16,Mixed,Does not apply,Non-selective\n"
        "900007,999,7002,9997002,Hill School,Mill Road,Invented,ZZ1 3AB,0,,,Special school,CYS,"
        "0,1,0,11,16,Mixed,,\n",
    )
    assert read.found.edition.label == "2017-18"
    assert read.rows("register_entry", "urn", "status", "phase", "close_date") == [
        (900001, "open", "primary", None),
        (900006, "closed", "all-through", datetime.date(2018, 8, 31)),
        (900007, "open", "special", None),
    ]


@pytest.mark.parametrize(
    ("published", "kind", "low", "high", "phase"),
    [
        ("Primary", "Community school", 4, 11, "primary"),
        ("Middle deemed secondary", "Academy converter", 9, 13, "middle"),
        ("Middle deemed primary", "Academy converter", 8, 12, "middle"),
        ("Not applicable", "Community special school", 3, 19, "special"),
        ("Secondary", "Free schools special", 11, 16, "special"),
        ("Not applicable", "Pupil referral unit", 11, 16, "alternative provision"),
        ("Not applicable", "Academy alternative provision converter", 5, 16, "alternative provision"),
        ("16 plus", "Free schools 16 to 19", 16, 19, "16 plus"),
        ("Not applicable", "Special post 16 institution", 16, 25, "16 plus"),
        ("Nursery", "Local authority nursery school", 2, 5, "nursery"),
        ("Not applicable", "Other independent school", 3, 13, "primary"),
        ("Not applicable", "Other independent school", 11, 18, "secondary"),
        ("Not applicable", "Other independent school", 3, 18, "all-through"),
        ("Not applicable", "Other independent school", 9, 13, "middle"),
        ("Not applicable", "Higher education institutions", None, None, "not applicable"),
        ("Not applicable", None, None, None, None),
    ],
)
def test_phase_from_phase_type_and_ages(published, kind, low, high, phase):
    frame = polars.DataFrame(
        {"published": [published], "kind": [kind], "low": [low], "high": [high]},
        schema={"published": polars.String, "kind": polars.String, "low": polars.Int32, "high": polars.Int32},
    )
    columns = (polars.col(name) for name in ("published", "kind", "low", "high"))
    assert frame.select(phase_of(*columns)).item() == phase


def test_a_list_of_no_known_day_is_refused(read_text):
    with pytest.raises(SourceChanged, match="nothing says of which day"):
        read_full(read_text, PRIMARY, name="gias/latest/edubasealldata.csv")


def test_the_real_register_of_may_2022(read_raw, keep_the_contract):
    read = read_raw("gias/2022-05/edubasealldata_open_primary_secondary_2022-05.csv")
    entries = read.tables["register_entry"]
    assert entries.height == 20_188
    assert entries.filter(la_code="865").height == 231
    assert dict(entries["phase"].value_counts().rows()) == {
        "primary": 16_775,
        "secondary": 3_151,
        "all-through": 158,
        "middle": 97 + 7,
    }
    assert entries["open_date"].null_count() == 9_733 + 160
    assert entries["open_date"].min() > datetime.date(1900, 1, 1)
    assert read.rejects.height == 0
    assert read.observations.filter(polars.col("value").is_not_null()).height == 20_085 + 19_631 + 19_624
    keep_the_contract("register_entry", entries)


def test_the_real_light_register_of_june_2024(read_raw, keep_the_contract):
    read = read_raw("gias/2024-06-17/edubasealldata_light_2024-06-17.csv")
    entries = read.tables["register_entry"]
    assert entries.height == 48_025
    assert entries.filter(la_name="Wiltshire").height == 569
    assert entries.filter(polars.col("la_name").str.starts_with("Pre-LGR")).height > 0
    assert dict(entries["status"].value_counts().rows()) == {
        "open": 24_986,
        "closed": 22_843,
        "open, but proposed to close": 108,
        "proposed to open": 88,
    }
    keep_the_contract("register_entry", entries)
