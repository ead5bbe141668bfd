"""The year-by-year figure: gaps and breaks are never crossed, labels never overlap, axes stay fixed."""

import itertools

import plotly.graph_objects as go

from dashboard.figures.by_year import Line, Point, axis_range, by_year, spread
from pipelines.measures import MEASURES

MEASURE = MEASURES["reading_writing_maths_expected"]
SCHOOL = Line(
    key="school",
    label="This school",
    short="School",
    points=[
        Point(year=2016, value=48, n=27),
        Point(year=2017, value=52, n=27),
        Point(year=2018, value=61, n=9),
        Point(year=2019, value=60, n=30),
        Point(year=2022, value=None, status="not_published"),
        Point(year=2023, value=52, n=29, lower=34, upper=69),
    ],
)
ENGLAND = Line(key="england", label="England", points=[Point(year=y, value=60 + y % 5) for y in range(2016, 2024)])
FIGURE = by_year(
    MEASURE,
    [SCHOOL, ENGLAND],
    range(2016, 2024),
    {2020: "no tests", 2021: "no tests", 2022: "not published"},
    {2018: "new writing"},
)


def lines_of(figure: dict) -> list[list[int]]:
    return [list(trace["x"]) for trace in figure["data"] if trace.get("mode") == "lines+markers"]


def test_the_figure_is_valid():
    go.Figure(FIGURE)


def test_no_line_crosses_a_gap_or_a_break():
    for years in lines_of(FIGURE):
        assert not {2017, 2018} <= set(years)
        assert not (min(years) < 2020 < max(years))


def test_a_small_cohort_is_hollow_and_an_interval_is_drawn():
    colors = [
        color for trace in FIGURE["data"] if trace.get("mode") == "lines+markers" for color in trace["marker"]["color"]
    ]
    assert colors.count("#FFFFFF") == 1
    (interval,) = [trace for trace in FIGURE["data"] if "error_y" in trace]
    assert interval["error_y"]["array"] == [17]
    assert interval["error_y"]["arrayminus"] == [18]


def test_the_axis_is_the_measures_and_widens_only_when_it_must():
    assert axis_range(MEASURE, [SCHOOL]) == (0, 100)
    progress = MEASURES["progress_8"]
    low, high = axis_range(progress, [Line(key="school", label="x", points=[Point(year=2019, value=-2.6)])])
    assert low < -2.6
    assert high == progress.axis[1]


def test_labels_are_spread_and_stay_inside():
    places = spread([10, 12, 13, 250], 17, 254)
    assert all(after - before >= 17 for before, after in itertools.pairwise(places))
    assert max(places) <= 254
    assert spread([250, 252], 17, 254) == [237, 254]


def test_at_most_four_lines_are_drawn():
    many = [
        Line(key=key, label=key, points=[Point(year=2019, value=50)])
        for key in ("school", "similar", "cluster", "authority", "england")
    ]
    assert len(lines_of(by_year(MEASURE, many, range(2019, 2020), {}, {}))) == 4
