"""The number of pupils behind a rounded percentage: exact for a hundred pupils or fewer."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.statistics.counts import counts_behind, is_exact


def test_small_cohorts_give_their_count_exactly() -> None:
    """Scenario S4: 43% of 7 pupils are 3; 12 of 24 are 50%."""
    counts = counts_behind([43, 50, 0, 100, 33], [7, 24, 11, 6, 3])
    assert counts.count.tolist() == [3, 12, 0, 6, 1]
    assert is_exact(counts).all()


def test_large_cohorts_give_a_range() -> None:
    """61% of 250 pupils: 60.5% to 61.5% are 151.25 to 153.75, so 152 or 153."""
    counts = counts_behind(61, 250)
    assert (float(counts.count), float(counts.low), float(counts.high)) == (153, 152, 153)
    tenths = counts_behind(61.2, 250, step=0.1)
    assert (float(tenths.low), float(tenths.high)) == (153, 153)


@given(st.integers(1, 100), st.data())
def test_every_count_of_a_hundred_or_fewer_is_recovered(n: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(0, n))
    printed = math.floor(100 * count / n + 0.5)
    counts = counts_behind(printed, n)
    assert counts.count == count
    assert counts.low == count == counts.high


@given(st.integers(1, 5000), st.data(), st.sampled_from([1.0, 0.1]))
def test_the_range_always_holds_the_true_count(n: int, data: st.DataObject, step: float) -> None:
    count = data.draw(st.integers(0, n))
    printed = round(100 * count / n / step) * step
    counts = counts_behind(printed, n, step=step)
    assert counts.low <= count <= counts.high
    assert counts.low <= counts.count <= counts.high


def test_a_percentage_of_other_pupils_has_no_range() -> None:
    """No number of 7 pupils rounds to 50%: the percentage is of other pupils than these."""
    counts = counts_behind(50, 7)
    assert counts.count == 4
    assert np.isnan(counts.low)
    assert not is_exact(counts)


@pytest.mark.parametrize(("percentage", "n"), [(np.nan, 10), (50, np.nan), (50, 0), (101, 10), (-1, 10)])
def test_what_is_missing_or_impossible_gives_nothing(percentage: float, n: float) -> None:
    assert all(np.isnan(part) for part in counts_behind(percentage, n))
