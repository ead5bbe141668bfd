"""Trusts and federations: both layouts, unknown dates, children's centres left out with a reason."""

import datetime

import pytest

from pipelines.errors import SourceChanged

GROUPS = (
    "Group UID,Group ID,Group Name,Companies House Number,Group Type (code),Group Type,Closed Date,Open date,"
    "Incorporated on (open date),Group Status (code),Group Status,Head of Group First Name\n"
)
MEMBERS = (
    "URN,Group UID,Group ID,Group Name,Companies House Number,Group Type (code),Group Type,Closed Date,"
    "Open date,Incorporated on (open date),Group Status (code),Group Status,Joined date,EstablishmentName\n"
)
BROOK_TRUST = "9001,TR09001,Brook Trust,0,6,Multi-academy trust,,1900-01-01,2012-08-01,OPEN,Open"


def test_groups(read_text):
    read = read_text(
        "gias/2022-03/groups.csv",
        GROUPS
        + f"{BROOK_TRUST},Ada\n"
        + "9002,,Hill Federation,,1,Federation,31-08-2020,01-09-2011,,CLOSED,Closed,Ada\n"
        + "9003,,Vale Centres,,8,Children's Centres Group,,,,OPEN,Open,Ada\n"
        + ",,,,,,,,,,,\n",
    )
    assert read.rows("school_group", "group_uid", "name", "kind", "status", "open_date", "close_date") == [
        ("9001", "Brook Trust", "Multi-academy trust", "open", None, None),
        (
            "9002",
            "Hill Federation",
            "Federation",
            "closed",
            datetime.date(2011, 9, 1),
            datetime.date(2020, 8, 31),
        ),
    ]
    assert read.reasons() == {"a group of children's centres, not of schools": 1, "blank row": 1}
    assert "Ada" not in read.tables["school_group"].write_csv() + read.rejects.write_csv()


def test_members(read_text):
    read = read_text(
        "gias/2022-03/group_links.csv",
        MEMBERS
        + f"900001,{BROOK_TRUST},2013-04-01,Brook Lane Primary School\n"
        + f"900002,{BROOK_TRUST},1900-01-01,Hill School\n"
        + f"20040,{BROOK_TRUST},2013-04-01,Not A School\n",
    )
    assert read.rows("school_group_member", "group_uid", "urn", "name", "kind", "joined") == [
        ("9001", 900001, "Brook Lane Primary School", "Multi-academy trust", datetime.date(2013, 4, 1)),
        ("9001", 900002, "Hill School", "Multi-academy trust", None),
    ]
    assert read.reasons() == {"row about no school we know": 1}


def test_members_without_the_day_of_joining_are_not_taken_for_groups(read_text):
    with pytest.raises(SourceChanged, match="Joined date"):
        read_text(
            "gias/2022-03/group_links.csv",
            MEMBERS.replace("Joined date", "Join") + f"900001,{BROOK_TRUST},2013-04-01,Brook Lane\n",
        )


def test_a_group_twice_with_different_cells_stops_the_file(read_text):
    renamed = BROOK_TRUST.replace("Brook", "Hill")
    with pytest.raises(SourceChanged, match="9001 stands more than once"):
        read_text("gias/2022-03/groups.csv", f"{GROUPS}{BROOK_TRUST},\n{renamed},\n")


def test_the_real_groups_and_members(read_raw, keep_the_contract):
    groups = read_raw("gias/2022-03/groups_wiltshire_and_neighbours.csv")
    assert groups.tables["school_group"].height == 856 - 65 - 7
    assert groups.tables["school_group"].filter(kind="Multi-academy trust").height == 279
    keep_the_contract("school_group", groups.tables["school_group"])

    members = read_raw("gias/2022-03/group_links_wiltshire_and_neighbours.csv")
    assert members.tables["school_group_member"].height == 2_741 - 228 - 18
    known = set(groups.tables["school_group"]["group_uid"])
    assert set(members.tables["school_group_member"]["group_uid"]) <= known
    keep_the_contract("school_group_member", members.tables["school_group_member"])
