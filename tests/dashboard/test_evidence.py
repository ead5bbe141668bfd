"""Rules by year, how sure a figure is, the three gaps: what the components say of one row."""

import pytest

from dashboard.components.certainty import sentences
from dashboard.components.choices import choose
from dashboard.components.gaps import finding, remarks, three_gaps
from dashboard.components.known import Known
from dashboard.components.rule_history import rules_section
from dashboard.components.rules import arm_words, rules_by_year, word
from pipelines.measures import MEASURES

STANDARD = MEASURES["reading_writing_maths_expected"]
SMALL = {
    "value": 43.0, "n": 7.0, "years": "2023, 2024, 2025", "pooled_value": 50.0, "pooled_n": 24.0, "mean": 54.2,
    "lower_90": 38.2, "upper_90": 69.9, "england": 62.0, "verdict": "not distinguishable from England",
    "reason": None,
}  # fmt: skip
ARM = {
    "label": "progress in maths", "measure": "maths_progress", "year": 2016, "limit": "value", "value": -5.4,
    "comparator": "<", "threshold": -5.0, "lower": -8.0, "upper": -2.8, "limit_from": "computed", "n": 22.0,
    "met": True, "why": None, "verified": True,
}  # fmt: skip
GAP = {
    "year": 2025, "years": "2025", "focus_value": 30.0, "focus_n": 10.0, "focus_lower": 10.8, "focus_upper": 60.3,
    "other_value": 47.0, "within_gap": 17.0, "within_lower": -20.0, "within_upper": 46.0, "national_other": 69.0,
    "national_gap": -39.0, "national_lower": -58.0, "national_upper": -9.0, "is_break": False, "reason": None,
}  # fmt: skip


def text_of(component) -> str:
    children = getattr(component, "children", component)
    if isinstance(children, list | tuple):
        return " ".join(text_of(child) for child in children if child is not None)
    return children if isinstance(children, str) else text_of(children) if children is not None else ""


def test_s4_three_of_seven_is_said_with_its_years_and_not_told_apart_from_england():
    assert sentences(STANDARD, SMALL) == [
        "2022/23, 2023/24 and 2024/25 together: 12 of 24 (50%).",
        "Best estimate 54%, and 9 in 10 that it lies between 38% and 70%: not distinguishable from England (62%).",
    ]


def test_no_estimate_says_why():
    row = dict.fromkeys(SMALL) | {"reason": "the file prints no number of pupils"}
    assert sentences(STANDARD, row) == ["No estimate: the file prints no number of pupils."]


def test_an_arm_shows_number_limits_and_threshold():
    assert arm_words(ARM) == (
        "Progress in maths, 2015/16: −5.4 (−8.0 to −2.8; limits computed), 22 pupils; rule: below −5.0: met."
    )
    assert arm_words(ARM | {"value": None, "why": "not published", "met": None}) == (
        "Progress in maths, 2015/16: not published."
    )
    assert arm_words(ARM | {"verified": False}).endswith("(threshold not verified): met.")


@pytest.mark.parametrize(
    ("kind", "outcome", "said"),
    [("statutory", "below", "Below"), ("own", "below", "Met"), ("own", "cannot_be_judged", "Not judged")],
)
def test_a_floor_is_fallen_below_and_a_trigger_met(kind, outcome, said):
    assert word({"kind": kind}, outcome) == said


def test_a_year_out_of_force_is_marked_and_a_year_that_cannot_be_judged_is_no_pass():
    rule = {"rule": "floor", "title": "Floor", "kind": "statutory", "first_year": 2016, "last_year": 2018}
    outcomes = [
        {"rule": "floor", "year": year, "outcome": outcome, "notional": notional, "reason": reason, "arms": []}
        for year, outcome, notional, reason in (
            (2018, "below", False, "below"),
            (2019, "not_below", True, "not below"),
            (2020, "cannot_be_judged", True, "no tests"),
        )
    ]
    said = text_of(rules_by_year([rule], outcomes)[1])
    assert "Below" in said
    assert "Not below*" in said
    assert "Not judged" in said
    rule |= {"verified": True, "source": "DfE", "enabled": True}
    known = Known(school={}, rules=[rule], outcomes=outcomes)
    asked = choose("/school/1", {"numbers": "floor"}, {"numbers": ""}, {"numbers": ["floor"]})
    assert "No tests." in text_of(rules_section(known, asked))
    unasked = choose("/school/1", {}, {"numbers": ""}, {"numbers": ["floor"]})
    assert "No tests." not in text_of(rules_section(known, unasked))


def test_the_three_gaps_have_one_sign_behind_is_minus():
    said = text_of(three_gaps(STANDARD, GAP, here="here"))
    assert "30% (11% to 60%)" in said
    assert "−17 (−46 to +20)" in said  # the others here less the disadvantaged is +17: behind is −17
    assert "−39 (−58 to −9)" in said
    assert finding(GAP) == "behind others in England by more than chance"
    assert finding(GAP | {"national_upper": 4.0}) == "too few pupils to tell apart from others in England"
    assert any("not comparable" in text for text in remarks(GAP | {"is_break": True}))
