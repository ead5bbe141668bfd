"""Is the list any good?: a baseline that wins is named first, misses are named, and nothing of it is shared."""

from fictional_build import write_build
from test_pages import text_of, walk

from dashboard.db import Store
from dashboard.pages import record


def test_a_baseline_that_wins_is_in_the_first_sentences(reading):
    said = text_of(record.layout())
    assert "the first fifth of the primary list held 60% (40 to 80)" in said
    assert "Ordering by free school meals would have held more." in said


def test_every_candidate_has_its_verdict(reading):
    rows = [text_of(part) for part in walk(record.layout()) if type(part).__name__ == "Tr"]
    verdict = {name: next(row for row in rows if row.startswith(name)) for name in ("Previous", "Results", "Free")}
    assert "The list is better" in verdict["Previous"]
    assert "No difference beyond chance" in verdict["Results"]
    assert "It beats the list" in verdict["Free"]


def test_who_was_missed_is_named(reading):
    said = text_of(record.layout())
    assert "1 school of 2 with concern stood beyond the first fifth" in said.replace("One", "1")
    assert "5 of 6" in said
    assert "5 Mar 2024" in said


def test_a_model_that_could_not_be_tested_says_so(reading):
    assert "No earlier list could be tested" in text_of(record.layout(model="secondary"))


def test_unknown_choices_are_named(reading):
    assert "“model=moon” means nothing here" in text_of(record.layout(model="moon"))


def test_nothing_of_it_is_in_what_is_shared(curated):
    with Store(curated).reading(shared=True):
        assert "Nothing to share" in text_of(record.layout())


def test_a_build_without_a_list_says_what_to_do(tmp_path):
    import duckdb

    path = write_build(tmp_path / "curated")
    with duckdb.connect(str(path)) as connection:
        connection.execute("drop table mart.school_risk")
    with Store(tmp_path / "curated").reading():
        assert "make score" in text_of(record.layout())
