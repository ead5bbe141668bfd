"""The authority's own files: clusters, settings and community areas, and the templates that explain them."""

import datetime
from pathlib import Path

import pytest

from pipelines.measures import GROUP_CODES, MEASURE_CODES
from pipelines.measures.early_assessments import ASSESSMENTS as ASSESSMENT_KEYS
from pipelines.measures.early_assessments import GROUPS_ASSESSED
from pipelines.observations import ENGLAND_STATE_FUNDED
from pipelines.symbols import SYMBOLS

CLUSTERS = "cluster_id,cluster_name,urn,role,from_date,to_date\n"
SETTINGS = "setting_id,setting_name,kind,cluster_id,postcode,places,from_date,to_date\n"
AREAS = "community_area_id,community_area_name,lsoa21_code,share,from_date,to_date\n"
TEMPLATES = Path(__file__).resolve().parents[3] / "docs" / "how-to" / "templates"


def test_a_school_may_be_in_several_clusters_but_once_in_each_at_a_time(read_text, keep_the_contract):
    read = read_text(
        "authority/clusters.csv",
        CLUSTERS
        + "C01,Oakvale,900001,Lead,2023-09-01,2024-08-31\n"
        + "C01,Oakvale,900001,member,01/09/2024,\n"
        + "C02,Riverside,900001,member,,\n"
        + "C01,Oakvale,900001,member,2025-01-01,\n",
    )
    assert read.rows("cluster_member", "cluster_id", "urn", "role", "from_date", "to_date") == [
        ("C01", 900001, "lead", datetime.date(2023, 9, 1), datetime.date(2024, 8, 31)),
        ("C01", 900001, "member", datetime.date(2024, 9, 1), None),
        ("C02", 900001, "member", None, None),
    ]
    assert read.reasons() == {"already a member of this cluster at that time": 1}
    keep_the_contract("cluster_member", read.tables["cluster_member"])


def test_rows_that_cannot_be_used_are_kept_with_their_reason(read_text):
    read = read_text(
        "authority/clusters.csv",
        CLUSTERS
        + "C01,Oakvale,900001,member,2023-09-01,\n"
        + "C01,Oakvael,900002,member,2023-09-01,\n"
        + "C01,Oakvale,9000,member,2023-09-01,\n"
        + "C01,Oakvale,900003,member,next year,\n"
        + "C01,Oakvale,900004,member,2024-09-01,2023-09-01\n"
        + ",Oakvale,900005,member,2023-09-01,\n"
        + ",,,,,\n",
    )
    assert read.rows("cluster_member", "urn", "cluster_name") == [(900001, "Oakvale"), (900002, "Oakvale")]
    assert read.reasons() == {
        "another name for the same cluster_id": 1,
        "blank row": 1,
        "cluster_id is blank": 1,
        "ends before it begins": 1,
        "no URN (six digits)": 1,
        "no date that can be read": 1,
    }


def test_a_setting_stays_when_its_postcode_or_places_cannot_be_read(read_text, keep_the_contract):
    read = read_text(
        "authority/settings.csv",
        SETTINGS
        + "S001,Acorn,nursery,C01,zz11zz,40,2021-09-01,\n"
        + "S002,Pebbles,pre-school,,nowhere,many,,\n"
        + "S003,Childminder 3,childminder,,,,,\n"
        + "S001,Acorn again,nursery,C01,ZZ1 1ZZ,41,2021-09-01,\n",
    )
    assert read.rows("setting", "setting_id", "postcode", "places") == [
        ("S001", "ZZ1 1ZZ", 40),
        ("S002", None, None),
        ("S003", None, None),
    ]
    assert read.reasons() == {
        "places cannot be read": 1,
        "postcode cannot be read": 1,
        "the same setting again": 1,
    }
    keep_the_contract("setting", read.tables["setting"])


def test_shares_of_a_small_area(read_text, keep_the_contract):
    read = read_text(
        "authority/community_areas.csv",
        AREAS
        + "A01,Northmere,E01999901,1,2021-04-01,\n"
        + "A01,Northmere,E01999902,0.6,2021-04-01,\n"
        + "A02,Southmere,E01999902,0.6,2021-04-01,\n"
        + "A02,Southmere,E01999903,60,2021-04-01,\n"
        + "A02,Southmere,E01999904,,2021-04-01,\n"
        + "A02,Southmere,Mere 001A,1,2021-04-01,\n",
    )
    assert read.rows("community_area", "community_area_id", "lsoa21_code", "share") == [
        ("A01", "E01999901", 1.0),
        ("A01", "E01999902", 0.6),
        ("A02", "E01999902", 0.6),
        ("A02", "E01999904", None),
    ]
    assert read.reasons() == {
        "a share is between 0 and 1": 1,
        "its shares add to more than 1": 2,
        "no code of a small area (LSOA)": 1,
    }
    keep_the_contract("community_area", read.tables["community_area"])


ASSESSMENTS = "urn,year,assessment,group,pupils,reached\n"


def assessed(read) -> list[tuple]:
    """Row, entity, year, measure, group, value, printed reason, pupils of each observation."""
    measures = {code: key for key, code in MEASURE_CODES.items()}
    groups = {code: key for key, code in GROUP_CODES.items()}
    status = {symbol.code: symbol.status for symbol in SYMBOLS}
    return [
        (row, entity, year, measures[measure], groups[group], value, status[symbol], n)
        for row, entity, year, measure, group, value, symbol, n, _, _ in read.observations.rows()
    ]


def test_assessments_are_percentages_of_the_pupils_counted(read_text):
    read = read_text(
        "authority/assessments.csv",
        ASSESSMENTS
        + "900001,2024/25,Good level of development,all,28,21\n"
        + "900001,2025,phonics-year-1,free_school_meals,0,0\n"
        + "900002,2018-19,key_stage_1,not_free_school_meals,SUPP,SUPP\n"
        + 'England,2019,phonics_year_1,all,"640,000",524800\n',
    )
    assert assessed(read) == [
        (2, 900001, 2025, "good_level_of_development", "all", 75.0, "reported", 28),
        (3, 900001, 2025, "phonics_year_1", "free_school_meals", None, "no_eligible_pupils", 0),
        (4, 900002, 2019, "key_stage_1_reading_writing_maths", "not_free_school_meals", None, "suppressed", None),
        (5, ENGLAND_STATE_FUNDED, 2019, "phonics_year_1", "all", 82.0, "reported", 640_000),
    ]
    assert read.rejects.is_empty()
    assert read.found.edition.label == "with years to 2025"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("9000,2025,phonics_year_1,all,28,21", "no URN (six digits), nor England"),
        ("900001,24/25,phonics_year_1,all,28,21", "no school year: write 2025 or 2024/25"),
        ("900001,2024/26,phonics_year_1,all,28,21", "no school year: write 2025 or 2024/25"),
        ("900001,2021,phonics_year_1,all,28,21", "the assessment was not held in this year"),
        ("900001,2024,key_stage_1,all,28,21", "the assessment was not held in this year"),
        ("900001,2012,good_level_of_development,all,28,21", "the assessment was not held in this year"),
        (
            "900001,2025,times_tables,all,28,21",
            "no assessment of this name: there are good_level_of_development, phonics_year_1, key_stage_1",
        ),
        (
            "900001,2025,phonics_year_1,girls,28,21",
            "no group of this name: there are all, free_school_meals, not_free_school_meals",
        ),
        ("900001,2025,phonics_year_1,all,,21", "pupils is blank"),
        ("900001,2025,phonics_year_1,all,28,", "reached is blank"),
        (
            "900001,2025,phonics_year_1,all,28,75%",
            "reached is no whole number: write the pupils, not a percentage, or SUPP where they are hidden",
        ),
        (
            "900001,2025,phonics_year_1,all,-28,0",
            "pupils is no whole number: write the pupils, not a percentage, or SUPP where they are hidden",
        ),
        ("900001,2025,phonics_year_1,all,21,28", "more reached it than there are pupils"),
        (",,,,,", "blank row"),
    ],
)
def test_an_assessment_that_cannot_be_meant_has_one_clear_reason(read_text, row, reason):
    good = "900002,2025,phonics_year_1,all,30,24\n"
    read = read_text("authority/assessments.csv", ASSESSMENTS + row + "\n" + good)
    assert read.reasons() == {reason: 1}
    assert [one[:3] for one in assessed(read)] == [(3, 900002, 2025)]


def test_an_assessment_twice_and_a_group_larger_than_all_are_left_out(read_text):
    read = read_text(
        "authority/assessments.csv",
        ASSESSMENTS
        + "900001,2025,phonics_year_1,all,28,21\n"
        + "900001,2025,phonics_year_1,all,28,22\n"
        + "900001,2025,phonics_year_1,free_school_meals,29,20\n"
        + "900001,2025,phonics_year_1,not_free_school_meals,27,22\n",
    )
    assert read.reasons() == {
        "the same school, year, assessment and group again": 1,
        "more pupils than in the row of all pupils": 1,
        "more reached than in the row of all pupils": 1,
    }
    assert [one[0] for one in assessed(read)] == [2]


def test_the_template_of_assessments_is_read_whole(read_text):
    text = (TEMPLATES / "assessments.csv").read_text(encoding="utf-8")
    read = read_text("authority/assessments.csv", text)
    assert read.observations.height == 5
    assert read.rejects.is_empty()
    explained = (TEMPLATES.parent / "add-early-assessments.md").read_text(encoding="utf-8")
    words = [*text.splitlines()[0].split(","), *ASSESSMENT_KEYS, *GROUPS_ASSESSED]
    assert [word for word in words if f"`{word}`" not in explained] == []


@pytest.mark.parametrize(
    ("name", "table", "rows"),
    [("clusters", "cluster_member", 5), ("settings", "setting", 3), ("community_areas", "community_area", 4)],
)
def test_the_templates_are_read_whole(read_text, name, table, rows):
    text = (TEMPLATES / f"{name}.csv").read_text(encoding="utf-8")
    read = read_text(f"authority/{name}.csv", text)
    assert read.tables[table].height == rows
    assert read.rejects.is_empty()
    explained = (TEMPLATES.parent / "clusters-settings-community-areas.md").read_text(encoding="utf-8")
    assert [column for column in text.splitlines()[0].split(",") if f"`{column}`" not in explained] == []
