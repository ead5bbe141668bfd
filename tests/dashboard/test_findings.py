"""Findings in words agree with the figures they are made from, and say when there are too few pupils."""

from dashboard.components.findings import against, explanation, finding, hits
from dashboard.components.results import Result
from dashboard.figures.by_year import Line, Point
from pipelines.measures import MEASURES

STANDARD, PROGRESS = MEASURES["reading_writing_maths_expected"], MEASURES["progress_8"]


def result(measure, own, england=None, breaks=None) -> Result:
    lines = [Line(key="school", label="This school", points=own)]
    if england:
        lines.append(Line(key="england", label="England", points=england))
    return Result(
        measure=measure,
        group="all",
        lines=lines,
        years=range(2016, 2026),
        gaps={},
        states={},
        breaks=breaks or {},
        notes={},
        origins=(),
        how={},
    )


def test_a_difference_is_that_of_the_printed_numbers():
    assert against(STANDARD, 41.4, 61.6) == "21 points below England"  # printed as 41 and 62
    assert against(STANDARD, 62, 61) == "1 point above England"
    assert against(STANDARD, 61.6, 62.4) == "the same as England"
    assert against(PROGRESS, -0.31, 0.0) == "0.31 points below England"


def test_pupils_are_said_only_when_they_give_the_published_share():
    assert hits(STANDARD, Point(year=2025, value=41, n=27)) == 11  # 11 / 27 = 40.7
    assert hits(STANDARD, Point(year=2025, value=12, n=7)) is None  # 1 / 7 = 14.3, 12 cannot be
    assert hits(PROGRESS, Point(year=2023, value=0.4, n=27)) is None


def test_a_finding_against_england():
    said = finding(result(STANDARD, [Point(year=2025, value=41, n=27)], [Point(year=2025, value=62)]))
    assert said == "41% in 2024/25, 21 points below England"


def test_an_interval_decides_where_it_is_published():
    england = [Point(year=2023, value=0.0)]
    low = result(PROGRESS, [Point(year=2023, value=-0.6, lower=-0.9, upper=-0.3, n=150)], england)
    level = result(PROGRESS, [Point(year=2023, value=-0.2, lower=-0.5, upper=0.1, n=150)], england)
    assert finding(low).endswith("below England by more than chance")
    assert finding(level).endswith("not clearly different from England")


def test_few_pupils_are_not_compared():
    said = finding(result(STANDARD, [Point(year=2025, value=43, n=7)], [Point(year=2025, value=62)]))
    assert said == "43% in 2024/25, 3 of 7 pupils: too few to compare"


def test_what_is_missing_since_is_said():
    own = [Point(year=2023, value=50, n=20), Point(year=2025, value=None, status="suppressed")]
    assert finding(result(STANDARD, own)).endswith("; suppressed since")
    assert (
        finding(result(STANDARD, [Point(year=2025, value=None, status="suppressed")]))
        == "No figure: suppressed (small numbers)"
    )


def test_movement_never_reaches_over_a_break():
    own = [Point(year=year, value=value, n=30) for year, value in ((2016, 48), (2018, 61), (2024, 46), (2025, 41))]
    said = " ".join(explanation(result(STANDARD, own, breaks={2018: "new"})))
    assert "46% in 2023/24" in said
    assert "61% in 2017/18" in said
    assert "48%" not in said
