"""Links between schools: directions, missing dates, and rows that are not links."""

import datetime

import pytest

HEADER = '"URN","LinkURN","LinkName","LinkType","LinkEstablishedDate"\r\n'


def read_links(read_text, *rows):
    return read_text("gias/2025-04-22/links.csv", HEADER + "".join(f"{row}\r\n" for row in rows), "cp1252")


def test_a_converter_has_a_predecessor_and_was_one(read_text):
    read = read_links(
        read_text,
        '"900001","900002","Brook Lane Academy","Successor","01-09-2019"',
        '"900002","900001","St Thomas à Becket School","Predecessor","01-09-2019"',
    )
    assert read.found.edition.label == "22 April 2025"
    assert read.rows("school_link", "urn", "linked_urn", "linked_name", "direction", "established") == [
        (900001, 900002, "Brook Lane Academy", "successor", datetime.date(2019, 9, 1)),
        (900002, 900001, "St Thomas à Becket School", "predecessor", datetime.date(2019, 9, 1)),
    ]


@pytest.mark.parametrize(
    ("link_type", "direction"),
    [
        ("Predecessor - amalgamated", "predecessor"),
        ("Successor - Split School", "successor"),
        ("Result of Amalgamation", "other"),
        ("Merged - change in age range", "other"),
        ("Sixth Form Centre Link", "other"),
    ],
)
def test_direction_is_what_the_text_says(read_text, link_type, direction):
    read = read_links(read_text, f'"900001","900002","Name","{link_type}",""')
    assert read.rows("school_link", "link_type", "direction", "established") == [(link_type, direction, None)]


def test_what_is_not_a_link_is_kept_with_its_reason(read_text):
    read = read_links(
        read_text,
        '"900001","900002","Name","Successor","01-09-2019"',
        '"900001","900002","Name","Successor","01-09-2019"',
        '"900001","900001","Name","Successor",""',
        '"900001","12","Name","Successor",""',
        '"900001","900003","Name","",""',
        '"","","","",""',
        '"900004","900005","Name","Predecessor","99-99-2019"',
    )
    assert read.rows("school_link", "urn", "linked_urn", "established") == [
        (900001, 900002, datetime.date(2019, 9, 1)),
        (900004, 900005, None),
    ]
    assert read.reasons() == {
        "a link that does not say of which kind": 1,
        "a link without two school numbers": 1,
        "a school linked to itself": 1,
        "blank row": 1,
        "not a date": 1,
        "the same row again": 1,
    }


def test_the_real_links(read_raw, keep_the_contract):
    read = read_raw("gias/2025-04-22/links_edubasealldata20250422.csv")
    links = read.tables["school_link"]
    assert links.height == 33_801
    assert links["established"].null_count() == 8_253
    assert links["link_type"].n_unique() == 17
    assert links.filter(link_type="Successor").height == 16_451
    assert links.filter(link_type="Predecessor").height == 16_264
    keep_the_contract("school_link", links)

    newer = read_raw("gias/2025-09/links_edubasealldata.csv")
    assert newer.tables["school_link"].height == 34_565
    assert newer.found.edition.label == "September 2025"
    assert newer.rejects.height == 0
