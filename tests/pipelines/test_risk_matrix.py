"""The numbers that the models see: known on their day, drawn in by cohort, and deaf to everything from later."""

import datetime

import numpy as np
import polars as pl
import pytest

from pipelines import warehouse
from pipelines.measures import MEASURES
from pipelines.risk import features, matrix, question, results
from pipelines.rules.inspection_state import school_year_of

DAY = datetime.date(2024, 1, 1)
"""Results of the summer of 2023 are out, those of 2024 are not."""

FORBIDDEN = ("ethnic", "religio", "faith", "denominat")


def asker(build):
    connection = warehouse.open_build(build)
    return lambda sql, parameters=None: connection.sql(sql, params=parameters or None).pl()


def from_later_on(query, day: datetime.date):
    """The build with everything that was published after a day replaced by nonsense."""

    def changed(sql, parameters=None):
        frame = query(sql, parameters)
        names = set(frame.columns)
        if "known_from" in names and "value" in names:
            late = pl.col("known_from").cast(pl.Date) > day
        elif "overall" in names:
            late = pl.col("date").cast(pl.Date) > day
            steps = [
                pl.when(late).then(5 - pl.col(name)).otherwise(name).alias(name) for name in ("overall", "quality")
            ]
            return frame.with_columns(steps)
        else:
            return frame
        return frame.with_columns(pl.when(late).then(99.0).otherwise("value").alias("value"))

    return changed


def rows_of(known: matrix.Known, day: datetime.date, model: str) -> pl.DataFrame:
    return known.schools.filter(pl.col("model") == model).select("urn", pl.lit(day).alias("as_of"))


@pytest.mark.parametrize("model", list(question.MODELS))
def test_nothing_published_later_changes_a_number(sample_build, model):
    query = asker(sample_build)
    before, after = matrix.Known(query), matrix.Known(from_later_on(query, DAY))
    wanted = (*features.features_of(model), *features.AUDIT)
    rows = rows_of(before, DAY, model)
    first, second = (matrix.matrix(known, rows, wanted) for known in (before, after))
    assert np.isfinite(first).any(axis=0).sum() > len(wanted) / 2
    np.testing.assert_array_equal(first, second)
    # and the trap is one: two years later the nonsense is seen
    late = rows_of(before, DAY.replace(year=2026), model)
    assert not np.array_equal(*(matrix.matrix(known, late, wanted) for known in (before, after)), equal_nan=True)


def test_a_result_is_known_from_its_day_of_publication(sample_build):
    known = matrix.Known(asker(sample_build))
    first, second = known.publications("reading_progress").known_from[:2]
    assert known.standing("reading_progress", "all", first - datetime.timedelta(days=1)) is None
    assert known.standing("reading_progress", "all", second - datetime.timedelta(days=1)).known_from == first
    assert known.standing("reading_progress", "all", second).known_from == second


def test_small_cohorts_are_drawn_towards_the_usual(sample_build):
    query = asker(sample_build)
    known = matrix.Known(query)
    standing = known.standing("reading_writing_maths_expected", "all", DAY)
    seen = np.isfinite(standing.level) & np.isfinite(standing.n)
    small, large = seen & (standing.n <= 15), seen & (standing.n >= 45)
    assert small.sum() > 10 < large.sum()
    assert standing.error[small].mean() > standing.error[large].mean() + 0.1
    assert np.abs(standing.level[seen]).max() < 6


def test_a_successor_has_the_results_of_the_school_it_was(sample_build):
    query = asker(sample_build)
    links = query(results.LINKS)
    known = matrix.Known(query)
    standing = known.standing("reading_progress", "all", DAY)
    own, earlier = (standing.of("level", links[name].to_numpy()) for name in ("urn", "earlier_urn"))
    both = np.isfinite(own) & np.isfinite(earlier)
    assert (own[both] == earlier[both]).any()


def test_no_feature_is_about_ethnicity_or_religion_and_context_drives_no_list():
    for feature in (*features.FEATURES, *features.AUDIT):
        measures = getattr(feature.take, "measures", ())
        for text in (feature.key, feature.label, *measures):
            assert not any(word in text.lower() for word in FORBIDDEN)
        assert all(measure in MEASURES for measure in measures)
        assert feature.worse in ("low", "high", None)
        assert feature.missing in ("usual", "middle")
    context = {measure for feature in features.AUDIT for measure in feature.take.measures}
    used = {m for f in features.FEATURES for m in getattr(f.take, "measures", ())}
    assert not context & used
    assert {f.theme for f in features.FEATURES} <= set(features.THEMES)
    for model in question.MODELS:
        keys = [feature.key for feature in features.features_of(model)]
        assert len(keys) == len(set(keys))


def test_school_years_end_in_summer():
    dates = pl.DataFrame({"date": [datetime.date(2017, 8, 31), datetime.date(2017, 9, 1)]})
    assert dates.select(school_year_of(pl.col("date")))["date"].to_list() == [2017, 2018]
