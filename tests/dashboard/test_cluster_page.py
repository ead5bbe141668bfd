"""The page of a cluster: what it says of gaps, whom it ranks, what it withholds, and what its pack prints."""

import pytest
from fictional_build import TARROWBY
from test_pages import text_of, walk

from dashboard.components.cluster_gaps import Beside, ClusterGaps, Member, finding, lede
from dashboard.components.cluster_schools import hidden_notice, in_order, schools_block
from dashboard.components.cluster_three import rows_of, three_gaps_block
from dashboard.components.cluster_time import finding as time_finding
from dashboard.components.clusters_side import Beside as Compared
from dashboard.components.clusters_side import Side, overlaps
from dashboard.components.discussion_pack import discussion_pack
from dashboard.components.paper import Printed, as_pdf
from dashboard.figures.by_year import Line, Point
from dashboard.figures.gap_by_year import gap_by_year
from dashboard.pages import PageNotFound, cluster
from pipelines.measures import MEASURES

STANDARD = MEASURES["reading_writing_maths_expected"]


def row(unit: str, year: int = 2025, span: str = "year", **figures) -> dict:
    """A row of mart.gap: 10 of 20 disadvantaged pupils, 12 of 20 others, 69% of England's others."""
    return {
        "unit_kind": "school",
        "unit": unit,
        "unit_name": unit,
        "year": year,
        "span": span,
        "years": str(year),
        "focus_value": 50.0,
        "focus_n": 20.0,
        "focus_count": 10.0,
        "focus_lower": 30.0,
        "focus_upper": 70.0,
        "other_value": 60.0,
        "other_n": 20.0,
        "within_gap": 10.0,
        "within_lower": -19.0,
        "within_upper": 37.0,
        "national_other": 69.0,
        "national_gap": -19.0,
        "national_lower": -39.0,
        "national_upper": 1.0,
        "schools_without": 1,
        "is_break": False,
        "reason": None,
        **figures,
    }


def member(urn: int, name: str, **figures) -> Member:
    return Member(urn=urn, name=name, year=row(str(urn), **figures), pooled=None)


HIDDEN = Member(urn=3, name="Lorrelham", year=None, pooled=None, status="suppressed", pupils=4)


def gaps(*members: Member, left_out: Member | None = None, own: list | None = None) -> ClusterGaps:
    return ClusterGaps(
        name="Brackwater cluster",
        measure=STANDARD,
        group="disadvantaged",
        year=2025,
        span="year",
        own=Beside(series="cluster", label="Brackwater", rows=own if own is not None else [row("C1")]),
        members=members,
        beside=[Beside(series="england", label="England", rows=[row("england", national_gap=-22.0)])],
        left_out=left_out,
    )


CHOSEN = {"view": "chart", "view_address": lambda view: view, "path": "/cluster/C1", "kept": {}, "origins": []}


def test_the_lede_answers_in_two_sentences():
    found = gaps(member(1, "Able", national_lower=-39.0, national_upper=-2.0), member(2, "Bell"))
    assert lede(found) == (
        "Disadvantaged pupils here are 19 points behind other pupils in England (between 39 points behind and 1 ahead) "
        "in reading, writing and maths at the expected standard, 2024/25. In 1 of 2 schools with a figure they are "
        "behind by more than chance; most intervals overlap."
    )
    assert finding(found) == "Not clearly different from others in England"


def test_each_gap_has_its_pupils_and_its_interval():
    said = text_of(three_gaps_block(gaps(member(1, "Able")), **CHOSEN))
    for words in ("50% 10 of 20 (30% to 70%)", "−10 (−37 to +19)", "−19 (−39 to +1)", "England, 2024/25", "−22"):
        assert words in said


def test_too_few_pupils_are_never_ranked():
    """5 pupils and the widest gap of all: after those that may be ranked, before those without a figure."""
    small = member(1, "Able", focus_n=5.0, national_gap=-60.0)
    found = gaps(HIDDEN, small, member(2, "Bell"), member(4, "Cole", national_gap=-25.0))
    assert [one.name for one in in_order(found, "gap")] == ["Cole", "Bell", "Able", "Lorrelham"]
    assert [one.name for one in in_order(found, "name")] == ["Able", "Bell", "Cole", "Lorrelham"]


def test_a_hidden_school_says_so_and_is_never_0():
    block = schools_block(gaps(HIDDEN, member(2, "Bell")), order="gap", order_address=str, **CHOSEN)
    hidden = next(text_of(part) for part in walk(block) if type(part).__name__ == "Li" and "Lorrelham" in text_of(part))
    assert hidden == "LorrelhamSuppressed (small numbers): 4 pupils"
    assert "Lorrelham (4 pupils)" in text_of(hidden_notice(gaps(HIDDEN)))


def test_leaving_a_school_out_withholds_the_total_with_the_reason():
    found = gaps(member(2, "Bell"), left_out=HIDDEN)
    assert found.row() is None
    assert all(shown is None for series, _, shown in rows_of(found) if series == "cluster")
    said = text_of(three_gaps_block(found, **CHOSEN)) + lede(found) + text_of(hidden_notice(found))
    assert "Withheld" in said
    assert "it would tell the result of the 4 pupils hidden there" in said
    assert "10 of 20" not in text_of(three_gaps_block(found, **CHOSEN))


def test_a_small_move_is_no_change():
    before = row("C1", year=2024, national_gap=-22.0, national_lower=-40.0, national_upper=-4.0)
    assert time_finding(gaps(own=[before, row("C1")])) == "No clear change since 2023/24"
    wide = {"national_gap": -60.0, "national_lower": -62.0, "national_upper": -58.0}
    sure = {"national_lower": -21.0, "national_upper": -17.0}
    assert time_finding(gaps(own=[{**before, **wide}, row("C1", **sure)])) == "The gap is narrower than in 2023/24"


def test_no_line_crosses_a_break_or_a_year_without_figures():
    years = [2019, 2020, 2021, 2023, 2024]
    points = [Point(year=year, value=-20.0) for year in (2019, 2021, 2023, 2024)]
    line = Line(key="cluster", label="Brackwater", points=points)
    drawn = gap_by_year([line], [line], years, {2020: "no tests"}, {2024: "a new definition"}, str)["data"]
    runs = [trace["x"] for trace in drawn if trace["type"] == "scatter"]
    assert runs == [[2019], [2021, 2023], [2024]] * 2


def compared(name: str, gap: float | None, **figures) -> Compared:
    found = (
        None if gap is None else row(name, national_gap=gap, national_lower=gap - 4, national_upper=gap + 4, **figures)
    )
    return Compared(unit=name, name=f"{name} cluster", expected=None, gap=found)


def side(sort: str) -> Side:
    clusters = [
        compared("Able", -18),
        compared("Bell", None),
        compared("Cole", -24),
        compared("Dale", -30, focus_n=6.0),
    ]
    return Side(
        measure=STANDARD, group="disadvantaged", clusters=clusters, expected_year=None, gap_year=2025, sort=sort
    )


def test_clusters_stand_by_name_unless_asked_and_those_without_a_figure_last():
    assert [one.short for one in side("name").ordered()] == ["Able", "Bell", "Cole", "Dale"]
    assert [one.short for one in side("gap").ordered()] == ["Cole", "Able", "Bell", "Dale"]
    assert [one.short for one in side("-gap").ordered()] == ["Able", "Cole", "Bell", "Dale"]


def test_the_widest_gap_is_of_enough_pupils_and_says_how_many_overlap():
    assert side("name").widest().short == "Cole"
    assert overlaps(side("name")) == "All 2 other intervals overlap with it"


def test_the_pack_can_be_printed_whatever_is_known():
    printed = Printed(product="P", authority="A", snapshot="1", built="today", policy="p", licence="l")
    for found in (gaps(HIDDEN, member(2, "Bell")), gaps(own=[]), gaps(member(2, "Bell"), left_out=HIDDEN)):
        document = discussion_pack(found, name="p", origins=[], settings=0, examples=["Dale"], is_proposed=True)
        assert as_pdf(document, printed).startswith(b"%PDF-")


# ----- on the fictional build


def test_a_cluster_has_a_page_and_another_name_has_none(reading):
    said = text_of(cluster.layout("brackwater"))
    assert "Brackwater" in said
    assert "Tarrowby Primary School" in said
    assert "Suppressed" in said or "No data" in said
    for words in ("P01", "nowhere"):
        if words == "nowhere":
            with pytest.raises(PageNotFound):
                cluster.layout(words)
        else:
            assert "Proposed, not agreed." in text_of(cluster.layout(words))


def test_choices_that_mean_nothing_are_named(reading):
    said = text_of(cluster.layout("brackwater", measure="moon", without="1", years="never"))
    for words in ("no measure called “moon”", "no without called “1”", "no years called “never”"):
        assert words in said


def test_a_download_lacks_the_total_when_a_school_is_left_out(reading):
    whole = cluster.download("schools", "brackwater").frame
    less = cluster.download("schools", "brackwater", without=str(TARROWBY)).frame
    assert str(TARROWBY) in whole["unit"]
    assert not {"brackwater", str(TARROWBY)} & set(less["unit"])
    with pytest.raises(PageNotFound):
        cluster.download("moon", "brackwater")
    with pytest.raises(PageNotFound):
        cluster.document("moon", "brackwater")
