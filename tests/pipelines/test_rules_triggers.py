"""The authority's triggers.csv and school_circumstances.csv: what is read, what is refused in which words."""

from pathlib import Path

import pytest

from pipelines.rules.own import RULES, configured
from pipelines.rules.vocabulary import arms_of

HEADER = "trigger,on,threshold,weight,note\n"
PROPOSED = "trigger,on,threshold,weight,note,measure,comparator,phase,minimum_cohort,from_year\n"
TEMPLATES = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "templates"


def rules_of(read) -> dict:
    rules, _, _ = configured(read.tables["trigger"].sort("row").to_dicts())
    return {rule.key: rule for rule in rules}


def test_a_threshold_of_the_file_replaces_the_default_and_is_then_confirmed(read_text, keep_the_contract):
    read = read_text("authority/triggers.csv", HEADER + "Roll falling,yes,-8 %,2,\nabsence,no,,,\n")
    keep_the_contract("trigger", read.tables["trigger"])
    assert read.reasons() == {}
    rules = rules_of(read)
    (arm,) = arms_of(rules["roll_falling"].versions[0].test)
    assert (arm.threshold, arm.verified, rules["roll_falling"].weight) == (-8.0, True, 2.0)
    assert str(arm.source) == "The authority's triggers.csv, row 2"
    assert not rules["absence"].enabled
    default = next(rule for rule in RULES if rule.key == "persistent_absence")
    assert rules["persistent_absence"] == default


def test_rows_that_cannot_be_meant_keep_their_reason_and_the_default_holds(read_text):
    read = read_text(
        "authority/triggers.csv",
        HEADER
        + "fluffiness,yes,3,,\n"
        + "absence,yes,ninety,,\n"
        + "roll_falling,yes,-0.1,,ten per cent\n"
        + "persistent_absence,yes,5,,\n"
        + "inspection_due,perhaps,8,,\n"
        + "in_year_deficit,yes,-3,-1,\n"
        + "escalation,yes,3,,\nescalation,yes,4,,\n"
        + ",,,,\n",
    )
    reasons = read.reasons()
    assert reasons.pop("thresholds are per cent: write 5 for 5%, not 0.05") == 1
    assert reasons.pop("threshold is not a number") == 1
    assert reasons.pop("neither yes nor no") == 1
    assert reasons.pop("a weight is 0 or more") == 1
    assert reasons.pop("the same trigger again: the first row is used") == 1
    assert reasons.pop("blank row") == 1
    assert reasons.pop("the threshold of persistent_absence is a centile from 50 to 100, from 50 to 100") == 1
    ((unknown, count),) = reasons.items()
    assert count == 1
    assert unknown.startswith("no trigger of this name: there are attainment_falling")
    assert [row["trigger"] for row in read.tables["trigger"].to_dicts()] == ["escalation"]


def test_a_new_trigger_is_a_rule_that_is_tried_out(read_text):
    read = read_text(
        "authority/triggers.csv",
        PROPOSED
        + "low attainment,yes,45,,,reading_writing_maths_expected,<,primary,11,2025\n"
        + "low attainment,yes,90,,,overall_absence,>,primary,,\n"
        + "odd,yes,5,,,shoe_size,<,,,\n"
        + "other,yes,5,,,attainment_8,about,,,\n"
        + "third,yes,,,,attainment_8,<,,,\n",
    )
    assert read.reasons() == {
        "no measure of the catalogue": 1,
        "a new trigger needs one of <, <=, >, >=": 1,
        "a new trigger needs a threshold": 1,
    }
    rule = rules_of(read)["proposed_low_attainment"]
    assert (rule.kind, rule.phases, rule.in_force, rule.verified) == ("proposed", ("primary",), (2025, None), False)
    assert [(arm.measure, arm.comparator, arm.threshold) for arm in rule.arms_in(2025)] == [
        ("reading_writing_maths_expected", "<", 45.0),
        ("overall_absence", ">", 90.0),
    ]
    assert rule.versions[0].minimum_cohort == 11


def test_a_circumstance_that_names_a_person_is_not_loaded(read_text, keep_the_contract):
    read = read_text(
        "authority/school_circumstances.csv",
        "urn,circumstance,from_date,to_date,note\n"
        "900001,Headteacher vacancy,2025-09-01,,since the autumn\n"
        "900002,acting headteacher,01/09/2024,2025-04-30,Mrs Example covers\n"
        "900003,interim governance,soon,,\n"
        "9000,vacancy,,,\n",
    )
    assert read.rows("school_circumstance", "urn", "circumstance") == [(900001, "headteacher vacancy")]
    assert read.reasons() == {
        "names a person: write the role only": 1,
        "no date that can be read": 1,
        "no URN (six digits)": 1,
    }
    keep_the_contract("school_circumstance", read.tables["school_circumstance"])


@pytest.mark.parametrize("name", ["triggers.csv", "school_circumstances.csv"])
def test_the_template_can_be_read_without_a_complaint(read_text, name):
    read = read_text(f"authority/{name}", (TEMPLATES / name).read_text())
    assert read.reasons() == {}
    (table,) = read.tables.values()
    assert table.height >= 3
