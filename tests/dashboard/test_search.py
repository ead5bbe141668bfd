"""Search finds a school by name, URN, LAESTAB and postcode, however it is typed."""

import pytest
from fictional_build import CLOSED, NEW, OLD, SECONDARY, SMALL, TARROWBY

from dashboard.queries.schools import plain, search


@pytest.mark.parametrize(
    ("typed", "first", "way"),
    [
        ("900001", TARROWBY, "urn"),
        (" 900001 ", TARROWBY, "urn"),
        ("999/2002", SMALL, "laestab"),
        ("9992002", SMALL, "laestab"),
        ("4001", SECONDARY, "laestab"),
        ("tarrowby", TARROWBY, "name"),
        ("school tarrowby", TARROWBY, "name"),
        ("TARROWBY  Primary", TARROWBY, "name"),
        ("st osylds church of england", CLOSED, "name"),
        ("St. Osyld's CE", CLOSED, "name"),
        ("ex1 2ab", TARROWBY, "postcode"),
        ("EX12AB", TARROWBY, "postcode"),
        ("Tarowby Primary School", TARROWBY, "spelling"),
    ],
)
def test_found(reading, typed, first, way):
    urns, how = search(typed)
    assert urns[0] == first
    assert how == way


def test_an_open_school_stands_before_its_closed_predecessor(reading):
    assert search("copperbeck")[0] == (NEW, OLD)


def test_the_postcode_district_is_offered_when_no_school_has_the_postcode(reading):
    urns, how = search("EX1 9ZZ")
    assert how == "postcode area"
    assert {TARROWBY, SMALL} <= set(urns)


@pytest.mark.parametrize("typed", ["", "   ", "zzzzqqq", "123456", "%", "'; drop table mart.school; --"])
def test_nothing_is_found_without_fuss(reading, typed):
    assert search(typed) == ((), "nothing")


def test_names_are_compared_in_one_spelling():
    assert plain("St. Mary’s C of E & Co") == plain("saint marys Church of England and co")
