"""The catalogue, entry by entry: keys, groups, units, axes, years, origins; and how a number becomes text."""

import math
import re

import pytest

from pipelines.measures import (
    GROUP_CODES,
    GROUPS,
    MEASURE_CODES,
    MEASURES,
    UNITS,
    Derived,
    Measure,
    Polarity,
    Published,
    Unit,
    YearNote,
)
from pipelines.sources import SOURCES
from pipelines.tables import PHASES

EVERY = pytest.mark.parametrize("measure", MEASURES.values(), ids=list(MEASURES))
STATES = {"break", "caution", "no tests", "not published", "not comparable"}
FIRST_YEAR, STILL = 1990, 2099
ABBREVIATIONS = {"abbr", "pct", "avg", "num", "perc", "pt", "att8", "p8", "fsm", "ks2", "ks4", "rwm", "gps", "pa"}


@EVERY
def test_a_key_is_spelled_out(measure: Measure) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", measure.key)
    assert not set(measure.key.split("_")) & ABBREVIATIONS


@EVERY
def test_words_are_there_and_end(measure: Measure) -> None:
    assert measure.label
    assert measure.label == measure.label.strip()
    assert measure.topic
    assert measure.definition.endswith("."), "a definition is a sentence"
    for note in measure.notes:
        assert note.note.endswith("."), note


@EVERY
def test_unit_and_polarity_are_of_the_vocabulary(measure: Measure) -> None:
    assert isinstance(measure.polarity, Polarity)
    assert isinstance(measure.unit, Unit)
    if measure.unit.key in UNITS:
        assert measure.unit is UNITS[measure.unit.key]


def test_a_unit_of_a_topic_s_own_is_one_unit() -> None:
    """A module may have a unit that only its measures need; its key still means one thing."""
    by_key: dict[str, set[Unit]] = {}
    for measure in MEASURES.values():
        by_key.setdefault(measure.unit.key, set()).add(measure.unit)
    assert {key: units for key, units in by_key.items() if len(units) > 1} == {}


@EVERY
def test_the_axis_lies_within_the_possible(measure: Measure) -> None:
    low, high = measure.axis
    assert low < high
    assert measure.unit.low is None or low >= measure.unit.low
    assert measure.unit.high is None or high <= measure.unit.high


@EVERY
def test_years_make_sense(measure: Measure) -> None:
    first, last = measure.years
    assert FIRST_YEAR <= first < STILL
    assert last is None or first <= last
    assert measure.exists_in(first)
    assert not measure.exists_in(first - 1)
    assert last is None or not measure.exists_in(last + 1)


@EVERY
def test_notes_are_about_years_of_the_measure(measure: Measure) -> None:
    first, last = measure.years
    for note in measure.notes:
        assert note.state in STATES, note
        assert note.years[0] <= note.years[1], note
        assert note.years[1] >= first, f"{note} is about years before the measure began"
        assert last is None or note.years[0] <= last, f"{note} is about years after the measure ended"


@EVERY
def test_phases_and_cohort_are_known(measure: Measure) -> None:
    assert set(measure.phases) <= set(PHASES)
    assert measure.minimum_cohort >= 0


@EVERY
def test_the_origin_refers_to_what_is_there(measure: Measure) -> None:
    origin = measure.origin
    if isinstance(origin, Derived):
        assert origin.formula
        assert origin.inputs
        assert set(origin.inputs) <= set(MEASURES)
        return
    assert isinstance(origin, Published)
    assert origin.source in SOURCES
    assert origin.columns
    for columns in (origin.columns, origin.cohort, origin.lower, origin.upper, origin.since):
        assert set(columns) <= set(GROUPS)
    assert set(origin.lower) == set(origin.upper), "limits come in pairs"
    for columns in (origin.cohort, origin.lower, origin.since):
        assert set(columns) <= set(origin.columns), "there is no value for that group"
    declared = {*origin.columns.values(), *origin.cohort.values(), *origin.lower.values(), *origin.upper.values()}
    for renamed in origin.renames.values():
        assert set(renamed) <= declared, "a rename is of a declared column"
    assert origin.factor > 0


def test_no_column_is_two_measures_in_a_year() -> None:
    """One printed column means one thing: a publication, a column and a year belong to one measure and group.

    Only totals by phase of school share a column: there the row says which phase.
    """
    by_phase = {"in_primary_schools", "in_secondary_schools", "in_special_schools"}
    meanings: dict[tuple[str, str, int], set[tuple[str, str]]] = {}
    for measure in MEASURES.values():
        origin = measure.origin
        if not isinstance(origin, Published):
            continue
        first, last = measure.years
        for year in range(first, (last or 2030) + 1):
            for group, column in origin.columns.items():
                group = "all" if group in by_phase else group
                printed = origin.renames.get(year, {}).get(column, column).upper()
                meanings.setdefault((origin.source, printed, year), set()).add((measure.key, group))
    doubled = {where: found for where, found in meanings.items() if len(found) > 1}
    assert not doubled


def test_every_group_is_explained_and_has_a_code() -> None:
    for key, group in GROUPS.items():
        assert key == group.key
        assert group.label
        assert group.definition
    assert GROUP_CODES["all"] == 0, "the marts' SQL relies on it"
    assert sorted(GROUP_CODES.values()) == list(range(len(GROUPS)))


def test_units_hold_their_own_limits() -> None:
    for key, unit in UNITS.items():
        assert key == unit.key
        assert unit.decimals >= 0
        assert unit.low is None or unit.high is None or unit.low < unit.high
        if unit.percent_sign:
            assert (unit.low, unit.high, unit.suffix) == (0, 100, "%")


def test_codes_are_small_and_stay_below_declared_indicators() -> None:
    assert sorted(MEASURE_CODES.values()) == list(range(1, len(MEASURES) + 1))
    assert max(MEASURE_CODES.values()) < 10_000


def of_unit(unit: str) -> Measure:
    """A measure that has nothing but a unit."""
    return Measure(
        key="example",
        label="Example",
        topic="Example",
        definition="An example.",
        origin=Derived(formula="none", inputs=()),
        unit=UNITS[unit],
        polarity=Polarity.NEUTRAL,
        years=(2016, 2019),
        axis=(0, 1),
        notes=(
            YearNote(years=(2016, 2016), state="break", note="New tests."),
            YearNote(years=(2016, 2018), state="caution", note="With care."),
        ),
    )


@pytest.mark.parametrize(
    ("unit", "value", "text"),
    [
        ("percent", None, ""),
        ("percent", math.nan, ""),
        ("percent", 0, "0%"),
        ("percent", 61.4, "61%"),
        ("percent", 100.0, "100%"),
        ("rate", 4.26, "4.3%"),
        ("rate", 10, "10.0%"),
        ("progress_score", 2.31, "+2.3"),
        ("progress_score", -2.31, "−2.3"),
        ("progress_score", 0, "0.0"),
        ("progress_score", -0.04, "0.0"),
        ("progress_score", 0.04, "0.0"),
        ("progress_8_score", -0.5, "−0.50"),
        ("progress_8_score", 0.006, "+0.01"),
        ("points", 17, "+17"),
        ("points", -17.4, "−17"),
        ("scaled_score", 104.6, "105"),
        ("pupils", 1234, "1,234"),
        ("pounds", 45421, "£45,421"),
        ("pounds", -7331, "−£7,331"),
        ("share_of_income", -3.26, "−3.3%"),
        ("decile", 1, "1"),
    ],
)
def test_a_number_becomes_text(unit: str, value: float | None, text: str) -> None:
    assert of_unit(unit).format(value) == text


def test_a_note_is_found_by_year_and_the_first_one_wins() -> None:
    example = of_unit("percent")
    assert example.note_for(2016).state == "break"
    assert example.note_for(2017).state == "caution"
    assert example.note_for(2019) is None
    assert example.breaks() == {2016: "New tests."}
