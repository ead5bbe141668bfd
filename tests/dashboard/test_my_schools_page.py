"""My schools: a pasted list becomes URNs, what is unclear is asked, and the choice travels in links."""

from test_pages import text_of, walk

from dashboard.components.choices import are_mine, urns_of
from dashboard.pages import my_schools


def links_of(page) -> list[str]:
    return [part.href for part in walk(page) if type(part).__name__ == "A" and hasattr(part, "href")]


def test_urns_and_names_are_taken_from_a_pasted_list(reading):
    page = my_schools.layout(paste="900001 Tarrowby\nMerrowdene Primary School")
    assert "You chose 2 schools" in text_of(page)
    assert any(href.startswith("/talk-first?mine=") and "900001" in href for href in links_of(page))


def test_a_line_that_names_none_is_shown_and_not_added(reading):
    said = text_of(my_schools.layout(mine="900001", paste="zzzz zzzz"))
    assert "1 line not added" in said
    assert "“zzzz zzzz”" in said
    assert "You chose 1 school" in said


def test_a_school_can_be_taken_out_again(reading):
    page = my_schools.layout(mine="900001,900002")
    assert "/my-schools?mine=900002" in links_of(page)


def test_what_is_no_list_of_urns_is_named(reading):
    assert "There is no mine called “moon”" in text_of(my_schools.layout(mine="moon"))


def test_a_choice_is_read_the_same_way_everywhere():
    assert are_mine("900001,900002")
    assert not are_mine("900001,")
    assert urns_of("900002,900001,900002") == (900002, 900001)
