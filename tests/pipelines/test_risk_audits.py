"""Audits of the risk models on the real national files: nothing learnt from noise, from later, or of what is barred."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from pipelines import warehouse
from pipelines.risk import evaluate, features, lists, models, rolling, training
from pipelines.risk.matrix import Known, matrix
from pipelines.risk.training import Evidence

pytestmark = pytest.mark.slow

BY_KEY = {candidate.key: candidate for candidate in models.CANDIDATES}
SHIPPED = [candidate for candidate in models.CANDIDATES if candidate.is_shipped]
LOGISTIC, WITH_INTAKE = BY_KEY["logistic"], BY_KEY["with_intake"]
HISTORY = {feature.key for feature in features.FEATURES if isinstance(feature.take, features.History)}
INTAKE = {feature.key for feature in features.AUDIT}
ONE_DAY = datetime.timedelta(days=1)

BEGINS = datetime.date(2018, 9, 1)
"""The day that single models are fitted on; they are tested on the school year that begins then."""

TWO_YEARS = [BEGINS.replace(year=2017), BEGINS]

MODELS = ("primary", "secondary")
GATHERED = {"primary": (2015, 2023), "secondary": (2013, 2023)}
"""School years of the evidence: primary schools are four times as many, so that fewer years are enough."""

SHUFFLES, DRAWS_OF_EACH = 25, 20
"""One shuffle may by chance point the right way or the wrong one; together they do not."""


@pytest.fixture(scope="module")
def query(real_build):
    with warehouse.open_build(real_build) as connection:
        yield lambda sql, parameters=None: connection.sql(sql, params=parameters or None).pl()


@pytest.fixture(scope="module")
def known(query) -> Known:
    return Known(query)


@pytest.fixture(scope="module")
def evidence(known) -> dict[str, Evidence]:
    return {model: training.gather(known, model, *years) for model, years in GATHERED.items()}


@pytest.fixture(scope="module")
def fitted(evidence) -> dict[str, models.Fitted]:
    return {model: training.fit_concern(LOGISTIC, of, BEGINS) for model, of in evidence.items()}


def in_year(of: Evidence, day: datetime.date = BEGINS) -> NDArray:
    """Positions of the inspected rows of the school year that begins on a day."""
    return np.flatnonzero(of.inspected["year"].to_numpy() == lists.school_year(day))


def area(of: Evidence, rows: NDArray, fitted: models.Fitted, draws: int = evaluate.DRAWS, seed: int = 0) -> NDArray:
    """AUC of some inspected rows, as they are and in each draw of authorities."""
    odds = models.log_odds(fitted, of.values[rows])
    weight = evaluate.draws_of(of.inspected["la_code"].to_numpy()[rows], draws, seed)
    return evaluate.METRICS["auc"](of.is_concern[rows], odds, weight)


def until(of: Evidence, last: int) -> Evidence:
    """The evidence up to a school year, which counts."""
    inspected, listed = (frame["year"].to_numpy() <= last for frame in (of.inspected, of.listed))
    return replace(
        of,
        inspected=of.inspected.filter(inspected),
        values=of.values[inspected],
        listed=of.listed.filter(listed),
        listed_values=of.listed_values[listed],
    )


def with_outcomes(of: Evidence, is_wide: NDArray) -> Evidence:
    return replace(of, inspected=of.inspected.with_columns(pl.Series("is_wide", is_wide.astype(bool))))


def pooled(numbers: Sequence[NDArray]) -> evaluate.Interval:
    """The mean of several AUCs, and the interval over authorities and over the several."""
    mean = np.mean([one[0] for one in numbers])
    return evaluate.interval(np.concatenate([[mean], *(one[1:] for one in numbers)]))


def said(found: evaluate.Interval) -> str:
    return f"{found.value:.3f} ({found.lower:.3f} to {found.upper:.3f})"


# 1. Shuffled outcomes teach nothing.


@pytest.mark.parametrize("model", MODELS)
def test_a_model_of_shuffled_outcomes_knows_nothing(evidence, fitted, model):
    """Shuffled over all years: shuffled within years, it would still learn which years had more concern."""
    of = evidence[model]
    rows = in_year(of)
    real = evaluate.interval(area(of, rows, fitted[model]))
    print(f"\n{model}: AUC of real outcomes {said(real)}", end="")
    assert real.lower > 0.55
    on_real, on_shuffled = [], []
    for seed in range(SHUFFLES):
        noise = with_outcomes(of, np.random.default_rng(seed).permutation(of.is_concern))
        taught = training.fit_concern(LOGISTIC, noise, BEGINS)
        on_real.append(area(of, rows, taught, DRAWS_OF_EACH, seed))
        on_shuffled.append(area(noise, rows, taught, DRAWS_OF_EACH, seed))
    for what, numbers in (("real", on_real), ("shuffled", on_shuffled)):
        found = pooled(numbers)
        print(f"; taught shuffled ones, tested on {what} {said(found)}", end="")
        assert found.lower < 0.5 < found.upper
        assert abs(found.value - 0.5) < 0.05


# 2. What is known a year later gives the outcome away: a leak would be seen.


@pytest.mark.parametrize("model", MODELS)
def test_features_of_a_year_later_raise_the_score(known, evidence, model):
    """The inspection's own report does, by far, and so do results that come out after it."""
    of = until(evidence[model], lists.school_year(BEGINS))
    late_values = matrix(known, of.inspected.with_columns(pl.col("as_of").dt.offset_by("1y")), of.features)
    is_history = np.array([feature.key in HISTORY for feature in of.features])
    for what, seen in (("all features", np.full(len(is_history), True)), ("all but inspections", ~is_history)):
        of_each = []
        for values in (of.values, late_values):
            held = replace(of, values=np.where(seen, values, np.nan))
            areas = [area(held, in_year(of, day), training.fit_concern(LOGISTIC, held, day)) for day in TWO_YEARS]
            of_each.append(np.mean(areas, axis=0))
        rise = evaluate.interval(of_each[1] - of_each[0])
        auc = f"AUC {of_each[0][0]:.3f}, a year later {of_each[1][0]:.3f}"
        print(f"\n{model}, {what}: {auc}, rise {said(rise)}", end="")
        assert rise.lower > 0


# 3. What is published a day later changes nothing.


@pytest.mark.parametrize(
    ("model", "candidate"),
    [*(("secondary", one) for one in SHIPPED), ("primary", LOGISTIC)],
    ids=lambda one: getattr(one, "key", one),
)
def test_an_outcome_that_is_out_a_day_later_teaches_nothing(evidence, model, candidate):
    of = evidence[model]
    out = of.inspected["known_from"].to_numpy()
    days = np.unique(out[out <= np.datetime64(BEGINS)])
    day = days[-1].item()  # the last day before the year on which a report came out
    this_day, later = out == np.datetime64(day), out > np.datetime64(day)
    assert this_day.any()
    assert later.sum() > 500

    def odds(flipped: NDArray, day: datetime.date) -> NDArray:
        taught = training.fit_concern(candidate, with_outcomes(of, of.is_concern ^ flipped), day)
        return models.log_odds(taught, of.values)

    as_it_was = odds(np.zeros(len(out), bool), day)
    np.testing.assert_array_equal(odds(later, day), as_it_was)
    assert not np.array_equal(odds(this_day, day), as_it_was)
    the_day_before = odds(np.zeros(len(out), bool), day - ONE_DAY)
    np.testing.assert_array_equal(odds(this_day | later, day - ONE_DAY), the_day_before)


def with_nonsense_from(query: Callable, day: datetime.date) -> Callable:
    """The build with nonsense in all figures published from a day on, and a further year of figures on that day."""
    far_off = 77.0

    def changed(sql, parameters=None):
        frame = query(sql, parameters)
        if not {"urn", "year", "value", "known_from"} <= set(frame.columns):
            return frame
        is_out = pl.col("known_from").cast(pl.Date) < day
        nonsense = pl.when(is_out).then("value").otherwise(far_off).alias("value")
        last = frame.filter(is_out).filter(pl.col("year") == pl.col("year").max())
        dated = pl.lit(day).cast(frame.schema["known_from"]).alias("known_from")
        added = last.with_columns(pl.col("year") + 1, pl.lit(far_off).alias("value"), dated)
        return pl.concat([frame.with_columns(nonsense), added.select(frame.columns)])

    return changed


def inspections_with_nonsense_from(known: Known, day: datetime.date) -> pl.DataFrame:
    """Every report that comes out from a day on says the opposite; on that day each school gets a further one."""
    is_out = pl.col("known_from") < day
    opposite = [pl.when(is_out).then(name).otherwise(~pl.col(name)).alias(name) for name in ("is_wide", "is_narrow")]
    grade = pl.when(is_out).then("grade").otherwise(5 - pl.col("grade")).alias("grade")
    real = known.inspections.with_columns(*opposite, grade)
    added = known.schools.select(
        "urn",
        pl.lit(day - datetime.timedelta(days=60)).alias("date"),
        pl.lit(day).alias("known_from"),
        pl.lit("overall grades").alias("era"),
        pl.lit(lists.school_year(day)).alias("year"),
        pl.lit(4).alias("grade"),
        pl.lit(True).alias("is_narrow"),
        pl.lit(True).alias("is_wide"),
    )
    added = added.select(pl.col(name).cast(kind) for name, kind in real.schema.items())
    return pl.concat([real, added]).sort("urn", "date")


@pytest.mark.parametrize(
    ("model", "day"),
    [
        ("primary", datetime.date(2017, 12, 14)),  # the next day results at eleven come out,
        ("secondary", datetime.date(2018, 2, 4)),  # and those at sixteen,
        ("secondary", datetime.date(2022, 8, 31)),  # and nothing but what is made up here
    ],
)
def test_a_record_that_is_out_a_day_later_changes_no_number(query, known, model, day):
    changed = Known(with_nonsense_from(query, day + ONE_DAY))
    changed.inspections = inspections_with_nonsense_from(known, day + ONE_DAY)
    rows = lists.open_on(known, day, model)
    wanted = (*features.features_of(model), *features.AUDIT)
    first, second = (matrix(one, rows, wanted) for one in (known, changed))
    assert np.isfinite(first).any(axis=0).sum() > len(wanted) / 2
    np.testing.assert_array_equal(first, second)
    # and the trap is one: the next day it is seen, in the results too
    rows = rows.with_columns(pl.col("as_of") + ONE_DAY)
    first, second = (matrix(one, rows, wanted) for one in (known, changed))
    moved = {
        feature.key
        for feature, before, after in zip(wanted, first.T, second.T, strict=True)
        if not np.array_equal(before, after, equal_nan=True)
    }
    assert {"previous_concern", "previous_serious", "share_with_concern"} <= moved
    assert len(moved - HISTORY) >= 3


# 4. No authority is learnt by heart.


@pytest.mark.parametrize("model", MODELS)
def test_authorities_that_a_model_was_not_trained_on_are_ordered_as_well(evidence, fitted, model):
    of = evidence[model]
    authority = of.inspected["la_code"].to_numpy()
    codes = np.unique(authority)
    for seed in range(3):
        drawn = np.random.default_rng(seed).permutation(codes)[: len(codes) // 2]
        in_half = np.isin(authority, drawn)
        for trained in (in_half, ~in_half):
            half = training.fit_concern(LOGISTIC, of, BEGINS, times=trained.astype(float))
            others = in_year(of)[~trained[in_year(of)]]
            less = evaluate.interval(area(of, others, fitted[model]) - area(of, others, half))
            print(f"\n{model}, authorities held out: {len(others)} schools, AUC lower by {said(less)}", end="")
            assert abs(less.value) < 0.03


# 5. What a model may not see moves no list.


def test_no_list_comes_from_a_model_that_sees_intake():
    assert not WITH_INTAKE.is_shipped
    assert INTAKE.isdisjoint(feature.key for feature in features.FEATURES)
    for candidate in SHIPPED:
        assert not any(candidate.sees(feature) for feature in features.AUDIT)
    assert all(WITH_INTAKE.sees(feature) for feature in features.AUDIT)


SINCE_INTAKE_IS_OUT = [datetime.date(year, 9, 1) for year in (2021, 2022)]
"""The files at hand have free school meals and SEN by school from June 2019 on."""


@pytest.mark.parametrize("model", MODELS)
def test_intake_moves_no_shipped_probability(evidence, model):
    of, day = evidence[model], SINCE_INTAKE_IS_OUT[-1]
    is_intake = np.array([feature.key in INTAKE for feature in of.features])
    rows = of.values[in_year(of, day)]
    assert np.isfinite(rows[:, is_intake]).mean() > 0.5
    random = np.random.default_rng(0)
    others = [
        np.where(is_intake, np.nan, rows),
        np.where(is_intake, random.normal(size=rows.shape), rows),
    ]
    taught_others = replace(of, values=np.where(is_intake, random.normal(size=of.values.shape), of.values))
    for candidate in (*SHIPPED, WITH_INTAKE):
        taught = training.fit_concern(candidate, of, day)
        again = training.fit_concern(candidate, taught_others, day)
        probability = models.probability(taught, rows)
        moved = [not np.array_equal(models.probability(taught, one), probability) for one in others]
        moved.append(not np.array_equal(models.probability(again, rows), probability))
        moved.append(bool(taught.contributions(rows)[:, is_intake].any()))
        assert moved == [candidate is WITH_INTAKE] * 4, candidate.key


@pytest.mark.parametrize("model", MODELS)
def test_what_intake_would_add_is_told(evidence, model):
    """No judgement on it: which way it goes is for the model card to say."""
    of, differences = evidence[model], []
    for day in SINCE_INTAKE_IS_OUT:
        without, having = (training.fit_concern(one, of, day) for one in (LOGISTIC, WITH_INTAKE))
        differences.append(area(of, in_year(of, day), having) - area(of, in_year(of, day), without))
    found = evaluate.interval(np.mean(differences, axis=0))
    print(f"\n{model}: AUC with intake and size higher by {said(found)}", end="")
    assert found.lower <= found.value <= found.upper
    assert np.ptp(differences) > 0


# 6. What was not observed is not the same as no concern.


def test_authorities_that_the_last_list_leaves_out_are_not_observed(known, evidence):
    for year in range(2017, 2021):
        assert len(lists.observed(known, year)) > 140
    for year in range(2022, 2026):
        seen = lists.observed(known, year)
        assert 50 <= len(seen) <= 70
        assert "865" in seen
    assert lists.observed(known, lists.last_observed(known).year + 1) == []
    for of in evidence.values():
        for year in range(2022, GATHERED[of.model][1] + 1):
            listed = of.listed.filter(pl.col("year") == year)
            assert listed.height > 500
            assert set(listed["la_code"]) <= set(lists.observed(known, year))


def test_a_school_closed_on_an_unknown_day_is_on_no_list(known):
    """Nor is one on a list from the day on that it ended or another took its place."""
    ends = known.links.group_by("earlier_urn").agg(pl.col("established").min())
    closed = known.schools.filter(pl.col("status") == "closed", pl.col("close_date").is_null())
    unknown = closed.join(ends, left_on="urn", right_on="earlier_urn", how="anti")
    replaced = closed.join(ends, left_on="urn", right_on="earlier_urn")
    assert unknown.filter(pl.col("model").is_not_null(), pl.col("is_state_funded")).height > 500
    for year in (2012, 2018, 2024):
        day = datetime.date(year, 9, 1)
        listed = set(lists.open_on(known, day)["urn"])
        assert listed.isdisjoint(unknown["urn"])
        assert listed.isdisjoint(replaced.filter(pl.col("established") <= day)["urn"])
        assert listed.isdisjoint(known.schools.filter(pl.col("close_date") <= day)["urn"])


def test_a_school_that_does_not_exist_yet_is_on_no_list(known):
    """Numbers are given out in their order: one far above all that were open then was given out later."""
    day = datetime.date(2017, 9, 1)
    listed = lists.open_on(known, day).join(known.schools.select("urn", "status", "open_date"), on="urn")
    highest = listed.filter(pl.col("open_date").is_not_null())["urn"].max()
    assert listed.filter(pl.col("status") == "proposed to open").height == 0
    assert listed.filter(pl.col("urn") > highest).height < 0.005 * listed.height


# 7. The forecasts of a year are what they were on its first day.


ROLLED = [BY_KEY["results"], BY_KEY["previous_grade"], WITH_INTAKE]


@pytest.fixture(scope="module")
def rolled(evidence) -> Evidence:
    return until(evidence["secondary"], lists.school_year(BEGINS))


def told_otherwise_from(of: Evidence, day: datetime.date) -> Evidence:
    """All outcomes that come out after a day the other way round, and other schools inspected."""
    late = pl.col("known_from") > day
    turned = pl.when(late).then(~pl.col("is_wide")).otherwise("is_wide").alias("is_wide")
    never = pl.when(late).then(None).when(pl.col("year") == lists.school_year(day)).then(pl.lit(day + ONE_DAY))
    known_from = never.otherwise("known_from").alias("known_from")
    return replace(of, inspected=of.inspected.with_columns(turned), listed=of.listed.with_columns(turned, known_from))


def test_nothing_that_is_out_later_changes_forecasts_of_a_year_or_the_choice(rolled, monkeypatch):
    compared, simplest = [], rolling.simplest_of_the_best

    def seen(keys, scores):
        compared.append(scores)
        return simplest(keys, scores)

    monkeypatch.setattr(rolling, "simplest_of_the_best", seen)
    found = []
    for of in (rolled, told_otherwise_from(rolled, BEGINS)):
        found.append((rolling.roll(of, ROLLED)[-1], compared[-1]))
    (year, scores), (other, other_scores) = found
    assert year.begins == other.begins == BEGINS
    assert (other.lines, other.timing_line, other.chosen) == (year.lines, year.timing_line, year.chosen)
    np.testing.assert_array_equal(other.timing_odds, year.timing_odds)
    for key in year.odds:
        np.testing.assert_array_equal(other.odds[key], year.odds[key])
        np.testing.assert_array_equal(other.listed_odds[key], year.listed_odds[key])
    for criterion, by_key in scores.items():
        for key, numbers in by_key.items():
            np.testing.assert_array_equal(other_scores[criterion][key], numbers)


def test_a_candidate_that_is_not_shipped_is_never_chosen(rolled, monkeypatch):
    """It would be if it might: here it is the best by far."""
    monkeypatch.setattr(rolling, "fit_timing", lambda evidence, day: None)
    assert WITH_INTAKE.key not in {one.chosen for one in rolling.roll(rolled, ROLLED)}
    if_it_might = [*ROLLED[:-1], replace(WITH_INTAKE, is_shipped=True)]
    assert WITH_INTAKE.key in {one.chosen for one in rolling.roll(rolled, if_it_might)}
