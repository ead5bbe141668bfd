"""The school's page and its visit pack on the fictional build: reasons that add up, questions on numbers, one page."""

import re
from types import SimpleNamespace

import polars as pl
import pytest
from fictional_build import SILENT, SMALL, TARROWBY, URNS
from test_pages import text_of, walk

from dashboard import db
from dashboard.components import rule_history
from dashboard.components.authority_steps import ACADEMY, MAINTAINED, steps_for
from dashboard.components.in_context import in_context
from dashboard.components.known import Known
from dashboard.components.paper import Printed, as_pdf
from dashboard.components.questions import questions
from dashboard.components.rules import ever_below
from dashboard.components.school_head import actions
from dashboard.components.similar_schools import stands
from dashboard.components.standing import apportioned, standing_section
from dashboard.pages import school as page
from dashboard.queries import evidence, risk

PRINTED = Printed(
    product="School improvement",
    authority="Exemplar",
    snapshot="fictional-1",
    built="1 November 2026",
    policy="below 6 pupils hidden; 0% and 100% hidden below 11 pupils; hidden is never 0",
    licence="Contains public sector information licensed under the Open Government Licence v3.0. " * 3,
    sample_notice="Sample data: this authority is fictional. Nothing in it is real.",
)
LONG = "The Blessed Virgin Mary and All Holy Apostles Church of England Voluntary Aided Infant and Junior School of "


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


# -- why it stands where it does ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "total", "tenths"),
    [
        ([9.04, -3.04, 0.04], 6.0, [90, -30, 0]),  # 9.04 − 3.04 + 0.04 = 6.04, said as 6.0
        ([0.44, 0.44, 0.44], 1.3, [5, 4, 4]),  # each rounds to 0.4, and 1.2 is not 1.3
        ([], 0.0, []),
    ],
)
def test_points_are_rounded_so_that_they_add_up(parts, total, tenths):
    assert sum(apportioned(parts, total)) == round(10 * total)
    assert apportioned(parts, total) == tenths


def test_the_reasons_add_up_and_say_so_where_they_do_not(reading):
    row = risk.schools().filter(pl.col("urn") == TARROWBY).row(0, named=True) | {"usual": 0.09}
    lines = risk.reasons().head(3).rows(named=True)
    points = [9.07, 6.0, -2.97]  # 9.0 and these are 21.1
    lines = [line | {"points": one} for line, one in zip(lines, points, strict=True)]
    text = text_of(standing_section(row | {"probability": 0.211}, lines, [], {}, None))
    assert "Adds up: 9.0 + 9.1 + 6.0 − 3.0 = 21.1." in text
    assert "What raises it" in text
    assert "What protects" in text
    text = text_of(standing_section(row | {"probability": 0.31}, lines, [], {}, None))
    assert "Does not add up" in text
    assert "the chance is 31.0" in text


def test_who_cannot_be_told_is_not_said_to_be_safe():
    row = {"state": "cannot tell", "why": "too little is known: 6 of 14 figures known"}
    assert "not the same as safe" in text_of(standing_section(row, [], [], {}, None))


def test_no_chance_of_a_school_is_in_what_is_shared(store):
    with store.reading():
        assert "chance that the next graded inspection" in text_of(page.layout(str(TARROWBY)))
    with store.reading(shared=True):
        text = text_of(page.layout(str(TARROWBY)))
        assert not risk.may_be_shown()
    assert "chance that the next graded" not in text
    assert "Why this school stands" not in text


def test_a_reader_without_chances_gets_the_page_without_them(store):
    with db.reads_as(db.Reader(chances=False)), store.reading():
        assert "Why this school stands" not in text_of(page.layout(str(TARROWBY)))


# -- questions ---------------------------------------------------------------------------------------------------


def test_each_question_rests_on_a_number_of_the_page(reading):
    known = page._known(page._school(str(TARROWBY)))
    asked = questions(known)
    assert len(asked) >= 3
    assert all(re.search(r"\d", question.evidence) for question in asked)
    assert [question.weight for question in asked] == sorted((q.weight for q in asked), reverse=True)
    ids = {part.id for part in walk(page.layout(str(TARROWBY), show="all")) if getattr(part, "id", None)}
    assert {question.anchor for question in asked} <= ids


def test_where_nothing_is_known_no_question_is_made_up():
    school = {"pupils": None, "capacity": None, "register_date": None}
    assert questions(Known(school=school)) == []


# -- what can be done --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "is_academy", "status", "steps"),
    [
        ("Local authority maintained schools", False, "open", MAINTAINED),
        ("Academies", True, "open", ACADEMY),
        ("Independent schools", False, "open", ()),
        ("Local authority maintained schools", False, "closed", ()),
        (None, False, "open", ()),
    ],
)
def test_steps_of_law_are_those_of_the_kind_of_school(kind, is_academy, status, steps):
    school = {"type_group": kind, "type": "", "is_academy": is_academy, "status": status, "phase": "primary"}
    assert steps_for(school) == steps
    assert not is_academy or "notice" not in str(steps).lower()


def test_a_similar_school_is_better_only_where_intervals_do_not_overlap():
    own = {"mean": 50.0, "lower_90": 40.0, "upper_90": 60.0}
    at = [SimpleNamespace(low=61.0, high=80.0), SimpleNamespace(low=59.0, high=80.0), SimpleNamespace(low=20, high=39)]
    rows = [{"mean": 70.0, "lower_90": place.low, "upper_90": place.high} for place in at]
    assert [stands(row, own) for row in rows] == [1, 0, -1]
    assert stands(None, own) is None


def test_the_comparison_keeps_the_schools_already_chosen():
    href = [part.href for part in actions(900001, [900002, 900001], "/pack") if getattr(part, "href", "")][-1]
    assert href == "/compare?urns=900002,900001"
    seven = [part.href for part in actions(7, [1, 2, 3, 4, 5, 6], "/pack") if getattr(part, "href", "")][-1]
    assert seven == "/compare?urns=2,3,4,5,6,7"


# -- the visit pack ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("urn", URNS)
def test_the_pack_is_one_page_whatever_is_known(urn, store):
    with store.reading(shared=True):
        document = page.document("visit-pack", urn=str(urn))
    assert pages_of(as_pdf(document, PRINTED)) == 1


def test_the_pack_is_one_page_with_the_longest_words(store):
    with store.reading(shared=True):
        document = page.document("visit-pack", urn=str(TARROWBY))
    data = document.data | {
        "name": LONG + "Saint Bartholomew-under-Wychwood",
        "unknown": [f"{LONG}and its neighbours: no data."] * 4,
        "rules": [LONG[:70]] * 4,
        "why": [{"text": LONG, "is_better": False}] * 4,
        "short": LONG * 3,
    }
    assert pages_of(as_pdf(type(document)(**{**vars(document), "data": data}), PRINTED)) == 1


def test_the_pack_has_the_figures_of_the_page_to_share_and_no_chance(store):
    with store.reading(shared=True):
        data = page.document("visit-pack", urn=str(TARROWBY)).data
        text = text_of(page.layout(str(TARROWBY)))
    for question in data["questions"]:
        assert question["evidence"] in text
    assert data["numbers"][0]["here"] in text
    assert "chance that" not in str(data)
    assert "probability" not in str(data)


def test_a_school_without_figures_has_a_pack_that_says_so(store):
    with store.reading(shared=True):
        data = page.document("visit-pack", urn=str(SILENT)).data
    assert data["numbers"] == []
    assert "No published figure" in data["short"]


def test_the_pack_is_served(client):
    answer = client.get(f"/download/school/{SMALL}/visit-pack.pdf")
    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF-")
    assert client.get(f"/download/school/{SMALL}/other.pdf").status_code == 404


def test_a_year_below_a_rule_that_was_not_in_force_is_for_comparison_only():
    rule = {"rule": "key_stage_4_floor", "kind": "statutory", "title": "Floor standard", "first_year": 2016}
    outcome = {"rule": "key_stage_4_floor", "outcome": "below", "reason": "Progress 8 is below −0.5", "arms": []}
    years = [{**outcome, "year": 2018, "notional": False}, {**outcome, "year": 2024, "notional": True}]
    said = text_of(rule_history.years_in_words([rule], years))
    assert "2018, below: Progress 8" in said
    assert "2024, below, for comparison only: the rule was not in force: Progress 8" in said


def test_where_no_year_could_be_judged_nothing_is_said_of_being_below():
    rule = {"rule": "key_stage_2_floor", "kind": "statutory", "title": "Floor standard, key stage 2"}
    unknown = {"rule": "key_stage_2_floor", "year": 2016, "outcome": "cannot_be_judged", "notional": False}
    reached = {**unknown, "year": 2017, "outcome": "not_below"}
    assert ever_below([rule], [unknown]) == ["Floor standard, key stage 2: no year could be judged."]
    assert ever_below([rule], [unknown, reached]) == [
        "Floor standard, key stage 2: not below in any year that could be judged."
    ]


def test_a_newer_result_without_an_interval_is_not_left_for_an_older_one_with_it(reading):
    """Three tenths below its like in 2025 once read as “above”, after the interval of 2018."""
    newest = {
        "measure": "reading_writing_maths_expected", "year": 2025, "value": 35.0, "n": None, "expected": 59.8,
        "difference": -24.8, "lower": None, "upper": None, "reason": "no interval: the number of pupils is not printed",
        "factors": ["disadvantaged pupils"], "basis": "all schools", "r_squared": 0.3,
    }  # fmt: skip
    said = text_of(in_context([newest]))
    assert "Below schools with a like intake; chance cannot be told" in said
    assert "no interval: the number of pupils is not printed" in said
    for row in evidence.expected(TARROWBY).iter_rows(named=True):
        years = db.ask(
            "select max(year) as newest from mart.expected_result where unit_kind = 'school' and urn = ? "
            "and measure = ? and difference is not null",
            TARROWBY,
            row["measure"],
        )
        assert row["year"] == years.item()
