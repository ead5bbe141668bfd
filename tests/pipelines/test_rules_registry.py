"""Every declared rule: its source, its years, its measures, and what of it is not yet confirmed."""

import pytest

from pipelines.measures import MEASURES
from pipelines.rules import RULES
from pipelines.rules.own import ESCALATION, OFSTED_CYCLE
from pipelines.rules.signals import SIGNALS
from pipelines.rules.vocabulary import COMPARATORS, EXCLUSIONS, KINDS, arms_of
from pipelines.tables import OWN_TRIGGERS, PHASES

ARMS = [
    pytest.param(rule, version, arm, id=f"{rule.key}-{version.years[0]}-{arm.measure}-{arm.limit}")
    for rule in RULES.values()
    for version in rule.versions
    for arm in arms_of(version.test)
]


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_says_what_it_is_for_whom_in_which_years_and_where_that_was_published(rule):
    assert rule.title
    assert rule.consequence.endswith(".")
    assert rule.kind in KINDS
    assert set(rule.phases) <= set(PHASES)
    assert set(rule.excluded) <= set(EXCLUSIONS)
    assert rule.source.title
    assert rule.source.date
    assert rule.versions or rule.unjudged or rule.key == ESCALATION
    first, last = rule.in_force
    assert last is None or rule.ended, "a rule that ended says so"
    for version in rule.versions:
        assert version.words
        assert version.source.title
        assert version.source.date
        assert not version.minimum_cohort or version.cohort
    if rule.kind != "own" and rule.versions:
        years = range(first, (last or first) + 1)
        assert all(any(version.holds_in(year) for version in rule.versions) for year in years)


@pytest.mark.parametrize(("rule", "version", "arm"), ARMS)
def test_every_threshold_names_its_source_and_a_number_that_exists(rule, version, arm):
    assert arm.source.title
    assert arm.source.date
    assert arm.comparator in COMPARATORS
    assert arm.measure in MEASURES or arm.measure in SIGNALS
    if arm.measure in MEASURES and rule.kind != "own":
        first, last = version.years
        assert MEASURES[arm.measure].exists_in(first)
        assert MEASURES[arm.measure].exists_in(last or first)
    if arm.source.title.startswith("General knowledge"):
        assert not arm.verified, "what was not read in a source is not verified"


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_published_counts_name_their_source(rule):
    for year, published in rule.published.items():
        assert published.below > 0, year
        assert published.source.title
        assert published.source.date
        assert published.verified or published.note or published.source.title.startswith("General knowledge")


def test_the_authoritys_triggers_are_those_that_its_file_may_name():
    own = {rule.key for rule in RULES.values() if rule.kind == "own"}
    assert own == set(OWN_TRIGGERS)


def test_what_is_not_confirmed_is_declared_so():
    """The rules and thresholds that await confirmation; remove a line only with the source that confirms it."""
    unverified = {
        (rule.key, version.years[0], arm.measure, arm.threshold)
        for rule in RULES.values()
        if rule.kind != "own"
        for version in rule.versions
        for arm in arms_of(version.test)
        if not arm.verified
    }
    assert unverified == {
        ("ks2_floor", 2011, "english_two_levels_progress", 87),
        ("ks2_floor", 2011, "maths_two_levels_progress", 86),
        ("ks2_floor", 2012, "english_two_levels_progress", 92),
        ("ks2_floor", 2012, "maths_two_levels_progress", 90),
        ("ks2_floor", 2015, "reading_two_levels_progress", 94),
        ("ks2_floor", 2015, "writing_two_levels_progress", 97),
        ("ks2_floor", 2015, "maths_two_levels_progress", 93),
        *(
            ("ks4_floor", year, f"expected_progress_{subject}", median)
            for year, medians in {
                2010: (72, 65),
                2011: (74, 66),
                2012: (70, 70),
                2013: (73, 73),
                2014: (74, 67),
                2015: (73, 68),
            }.items()
            for subject, median in zip(("english", "maths"), medians, strict=True)
        ),
        ("coasting_primary", 2015, "reading_two_levels_progress", 94),
        ("coasting_primary", 2015, "writing_two_levels_progress", 97),
        ("coasting_primary", 2015, "maths_two_levels_progress", 93),
        ("coasting_secondary", 2014, "expected_progress_english", 74),
        ("coasting_secondary", 2014, "expected_progress_maths", 67),
        ("coasting_secondary", 2015, "expected_progress_english", 73),
        ("coasting_secondary", 2015, "expected_progress_maths", 68),
        ("serious_weaknesses", 2012, "serious_weaknesses", 1),
        ("two_requires_improvement", 2022, "overall_effectiveness", 2),
    }
    assert {rule.key for rule in RULES.values() if rule.is_unverified()} == {
        *(key for key, *_ in unverified),
        "rise_low_attainment",
        *(set(OWN_TRIGGERS) - {"leadership_vacancy", "escalation"}),
    }


def test_the_rule_that_was_only_consulted_on_is_off():
    rule = RULES["rise_low_attainment"]
    assert not rule.enabled
    assert not rule.verified
    assert "thresholds were not found" in rule.unjudged


def test_how_often_schools_are_inspected_is_not_confirmed():
    (arm,) = arms_of(RULES["inspection_due"].versions[0].test)
    assert arm.source is OFSTED_CYCLE
    assert not arm.verified
