"""Is the list any good?: a baseline that wins is named first, misses are named, and nothing of it is shared."""

from fictional_build import write_build
from test_pages import text_of, walk

from dashboard.db import Store
from dashboard.pages import record


def test_a_baseline_that_wins_is_in_the_first_sentences(reading):
    said = text_of(record.layout())
    answer = next(text_of(part) for part in walk(record.layout()) if getattr(part, "className", "") == "lede")
    assert answer.startswith("Ordering by free school meals would have found more (70% (40 to 80)).")
    assert "the first fifth of the primary list held 60% (40 to 80)" in said
    assert "concern was found at 60% (40 to 80) of the schools in it" in said


def test_every_candidate_has_its_verdict(reading):
    rows = [text_of(part) for part in walk(record.layout(beside="table")) if type(part).__name__ == "Tr"]
    names = ("The last inspection", "The latest results", "Free school meals")
    verdict = [next(row for row in rows if row.startswith(name)) for name in names]
    assert "The list is better" in verdict[0]
    assert "No difference beyond chance" in verdict[1]
    assert "It beats the list" in verdict[2]


def test_who_was_missed_is_named(reading):
    said = text_of(record.layout())
    assert "1 of 2 schools with concern stood beyond the first fifth" in said
    assert "5 of 6" in said
    assert "5 Mar 2024" in said


def test_a_model_that_could_not_be_tested_says_so(reading):
    assert "No earlier list could be tested" in text_of(record.layout(model="secondary"))


def test_unknown_choices_are_named(reading):
    assert "There is no model called “moon”" in text_of(record.layout(model="moon"))
    assert "There is no list called “1999”" in text_of(record.layout(list="1999"))


def test_one_list_can_be_asked_for(reading):
    said = text_of(record.layout(list="2024"))
    assert "The first fifth of the primary list of September 2023 held 60% (40 to 80)" in said
    assert "the list of September 2023" in said


def test_a_small_group_with_few_cases_is_not_called_different(reading):
    assert "Too few small schools with concern to say" in text_of(record.layout())


def test_what_is_shared_tells_of_all_schools_and_names_none(curated):
    with Store(curated).reading(shared=True):
        said = text_of(record.layout())
        saved = [record.download(name) for name in ("record", "years", "calibration", "size")]
    assert "held 60% (40 to 80)" in said
    assert "Who was missed" not in said
    for table in saved:
        assert table.frame.height
        assert not {"urn", "name"} & set(table.frame.columns)


def test_a_build_without_a_list_says_what_to_do(tmp_path):
    import duckdb

    path = write_build(tmp_path / "curated")
    with duckdb.connect(str(path)) as connection:
        connection.execute("drop table mart.school_risk")
    with Store(tmp_path / "curated").reading():
        assert "make score" in text_of(record.layout())
