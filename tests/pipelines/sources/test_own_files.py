"""The authority's own files: clusters, settings and community areas, and the templates that explain them."""

import datetime
from pathlib import Path

import pytest

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
