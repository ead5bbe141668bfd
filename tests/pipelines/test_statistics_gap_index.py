"""The gap index: RISK.md oracle O3, its toy and its check against published shares, and the limits."""

import numpy as np
import pytest
from scipy import special

from pipelines.statistics import gap_index


@pytest.mark.parametrize(
    ("others", "disadvantaged", "index"),
    [([5, 4, 3], [4, 2], 5.0), ([5, 4], [1, 2], 10.0), ([1, 2, 3], [1, 2, 3], 0.0), ([4, 2], [5, 4, 3], -5.0)],
)
def test_the_toy(others, disadvantaged, index):
    found = gap_index.from_scores(others, disadvantaged)
    assert found.index == pytest.approx(index)
    assert found.lower <= index <= found.upper
    assert found.upper - found.lower > 1, "a handful of pupils is never certain"


def test_index_is_the_difference_of_mean_ranks():
    """20 × (mean rank of others − mean rank of disadvantaged) / pupils, mid-ranks for ties: O3's formula."""
    from scipy.stats import rankdata, somersd

    generator = np.random.default_rng(3)
    others, disadvantaged = generator.integers(0, 9, 60), generator.integers(0, 7, 25)
    ranks = rankdata(np.concatenate([others, disadvantaged]))
    by_ranks = 20 * (ranks[:60].mean() - ranks[60:].mean()) / 85
    group = np.repeat([1, 0], [60, 25])
    by_somers = 10 * somersd(group, np.concatenate([others, disadvantaged])).statistic
    found = gap_index.from_scores(others, disadvantaged)
    assert (found.index, found.index) == pytest.approx((by_ranks, by_somers))


def test_counts_by_score_say_the_same_as_scores():
    scores = gap_index.from_scores([100, 100, 103, 110, np.nan], [95, 100])
    counts = gap_index.from_counts([0, 2, 1, 1], [1, 1, 0, 0])
    assert (counts.index, counts.lower, counts.upper) == (scores.index, scores.lower, scores.upper)
    assert (counts.others, counts.disadvantaged) == (4, 2)


PUBLISHED = (
    ("KS4 2019", 3.70, 49.9, 24.7, 0.681, 0.681),
    ("KS4 2023", 3.94, 52.4, 25.2, 0.729, 0.728),
    ("KS4 2024", 3.93, 53.1, 25.8, 0.727, 0.727),
    ("KS4 2025", 3.92, 53.1, 25.8, 0.725, 0.727),
    ("KS2 2019", 2.913, 71, 51, 0.528, 0.528),
    ("KS2 2022", 3.228, 66, 43, 0.589, 0.589),
)
"""England: index (O3), shares of others and of disadvantaged (O2 grade 5+, O1 expected), both separations (O3)."""


@pytest.mark.parametrize(("where", "index", "others", "disadvantaged", "by_index", "by_shares"), PUBLISHED)
def test_published_index_and_published_shares_agree(where, index, others, disadvantaged, by_index, by_shares):
    assert round(float(gap_index.separation_of_index(index)), 3) == by_index
    assert round(float(gap_index.separation_of_shares(others / 100, disadvantaged / 100)), 3) == by_shares
    assert by_index == pytest.approx(by_shares, abs=0.0021)


@pytest.mark.parametrize(("others", "disadvantaged"), [(10, 6), (60, 25), (400, 150)])
def test_limits_hold_the_truth(others, disadvantaged):
    generator, truth = np.random.default_rng(4), 20 * float(special.ndtr(0.6 / np.sqrt(2))) - 10
    assert gap_index.separation_of_index(truth) == pytest.approx(0.6, abs=1e-9)
    held = 0
    for _ in range(800):
        found = gap_index.from_scores(
            np.round(9 * generator.normal(0.6, 1, others)), np.round(9 * generator.normal(0, 1, disadvantaged))
        )
        held += found.lower <= truth <= found.upper
    assert 0.92 < held / 800 < 0.98


def test_nobody_to_compare_gives_no_index():
    found = gap_index.from_scores([101, 105], [])
    assert np.isnan([found.index, found.lower, found.upper]).all()
    assert found.disadvantaged == 0


def test_in_words_and_named_as_ours():
    assert "the other has the better result in 70" in gap_index.from_counts([0, 0, 40], [16, 0, 24]).in_words()
    assert "our calculation" in gap_index.LOCAL_NAME
    assert not gap_index.VERIFIED
