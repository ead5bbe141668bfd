"""The page about areas of need: who is reached by which rule, what a goal takes in children, what is said of areas."""

import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from dash import html
from test_pages import text_of, walk

from dashboard.components.need.children import deciles, held_by_most_deprived, whole
from dashboard.components.need.halving import Unit, remainder, steps
from dashboard.components.need.indicators import Figure, Line, is_clear
from dashboard.components.need.quadrant_block import short_name
from dashboard.components.need.targeting import School, by_chance, orders, overlap, own_index, reached
from dashboard.db import Store
from dashboard.figures.area_map import STEPS, Label, Shape, area_map
from dashboard.figures.quadrant import Spot, fitted
from dashboard.pages import PageNotFound, need, overview
from pipelines.measures import MEASURES

SMALL = School(urn=1, name="Small", children=30, pupils=50, share=60, cluster="A", area_rank=9_000)
LARGE = School(urn=2, name="Large", children=90, pupils=300, share=30, cluster="B", area_rank=20_000, chance=0.4)
POOR = School(urn=3, name="Poor", children=40, pupils=200, share=20, cluster="A", area_rank=500, chance=0.1)
CALM = School(urn=4, name="Calm", children=40, pupils=400, share=10, cluster="B", area_rank=None)
EVERYONE = (SMALL, LARGE, POOR, CALM)
"""200 disadvantaged children; cluster A has 70 of 250 pupils (28%), B 130 of 700 (19%)."""


def names(order) -> list[str]:
    return [school.name for school in order]


def test_each_rule_takes_schools_in_its_own_order():
    found = orders(EVERYONE, {"w_share": 0}, has_chances=True)
    assert names(found["share"]) == ["Small", "Large", "Poor", "Calm"]
    assert names(found["number"]) == ["Large", "Calm", "Poor", "Small"]
    assert names(found["area"]) == ["Poor", "Small", "Large", "Calm"]  # what is not known comes last
    assert names(found["clusters"]) == ["Poor", "Small", "Large", "Calm"]
    assert names(found["chance"])[:2] == ["Large", "Poor"]
    assert "own" not in found
    assert "chance" not in orders(EVERYONE, {}, has_chances=False)


def test_the_share_reached_is_the_children_of_the_schools_chosen():
    assert reached(orders(EVERYONE, {}, has_chances=False)["share"]) == [0, 15, 60, 80, 100]
    assert by_chance(4) == [0, 25, 50, 75, 100]
    one, other = (orders(EVERYONE, {}, has_chances=False)[rule] for rule in ("share", "area"))
    assert overlap(one, other, 2) == 1
    assert overlap(one, other, 3) == 3


def test_own_weights_are_means_of_positions_of_what_is_known():
    index = own_index(EVERYONE, {"w_share": 1, "w_area": 1})
    assert index[1] == pytest.approx((1 + 0.5) / 2)  # highest share, second of three areas
    assert index[3] == pytest.approx((1 / 3 + 1) / 2)
    assert index[4] == 0  # lowest share; its area is not known and does not count


def test_halving_every_clusters_gap_adds_up_to_the_authority():
    """The clusters of the design: 588 of 1,467 children over three years, England's others at 67.3%."""
    counts = {"Brackwater": (112, 321), "Greywether": (91, 228), "Elsewhere": (385, 918)}
    parts = [
        Unit(name=name, key=name, children=n / 3, reached=reached / 3, other=67.3, part=0.5)
        for name, (reached, n) in counts.items()
    ]
    authority = Unit(name="Exemplar", key="", children=489, reached=196, other=67.3, part=0.5)
    assert sum(unit.more for unit in parts) == pytest.approx(authority.more)
    assert authority.more == pytest.approx(0.5 * (0.673 * 489 - 196))
    assert round(authority.more) == 67
    assert [round(step) for step in steps(authority.more, 5)] == [13, 27, 40, 53, 67]
    assert remainder(authority, parts, "rest") is None
    assert round(parts[0].more) == 17
    assert round(parts[0].by_chance) == 10  # 1.96 √(107 × 0.349 × 0.651)


def test_a_cluster_whose_goal_is_less_than_chance_has_too_few():
    few = Unit(name="Highlynch", key="h", children=43, reached=43 * 0.45, other=67.3, part=0.5)
    enough = Unit(name="Varnholt", key="v", children=163, reached=163 * 0.40, other=67.3, part=0.5)
    assert (round(few.more), round(few.by_chance), few.is_enough) == (5, 6, False)
    assert enough.is_enough


def test_what_clusters_leave_out_stands_in_a_row_of_its_own():
    authority = Unit(name="Exemplar", key="", children=100, reached=40, other=70, part=0.5)
    part = Unit(name="A", key="a", children=60, reached=30, other=70, part=0.5)
    rest = remainder(authority, [part], "The rest")
    assert (rest.children, rest.reached) == (40, 10)
    assert part.more + rest.more == pytest.approx(authority.more)


def test_the_fitted_line_goes_through_points_on_a_line_whatever_their_size():
    fit = fitted([Spot(name="", x=x, y=80 - 0.5 * x, pupils=p, words="") for x, p in zip(range(6), (5, 9, 1, 4, 4, 7))])
    assert (fit.intercept, fit.slope) == pytest.approx((80, -0.5))
    assert (fit.median_x, fit.median_y) == pytest.approx((2.5, 78.75))
    assert fitted([Spot(name="", x=1, y=1, pupils=1, words="")] * 9) is None


def test_names_on_a_chart_are_short():
    assert short_name("St Kenelm’s Church of England Primary School") == "St Kenelm’s"
    assert short_name("Haleworth School") == "Haleworth"
    assert short_name("The Academy of Arts") == "The Academy of Arts"


def test_the_map_draws_each_step_once_and_rings_the_chosen_area():
    square = [([0, 1, 1, 0, 0], [0, 0, 1, 1, 0])]
    shapes = [Shape(rings=square, step=step, middle=(0.5, 0.5), words="") for step in (0, 4, 4)]
    labels = [Label(name="Kingfold", rings=square, middle=(0.5, 0.5), is_chosen=True)]
    figure = area_map(shapes, labels, [(0.5, 0.5, "Tarrowby")])
    fills = [trace["fillcolor"] for trace in figure["data"] if "fillcolor" in trace]
    assert fills == [STEPS[0], STEPS[4]]
    two = next(trace for trace in figure["data"] if trace.get("fillcolor") == STEPS[4])
    assert two["x"].count(None) == 1  # two outlines in one trace
    assert figure["layout"]["annotations"][0]["text"] == "<b>Kingfold</b>"


def test_the_three_most_deprived_deciles_are_counted_by_children(reading):
    held = held_by_most_deprived(deciles(need._need({})))
    assert held.of_areas == 50  # two of four small areas
    # IDACI: 0.40 × 300 + 0.30 × 200 of those and 0.12 × 250 + 0.08 × 250
    assert held.of_residents == pytest.approx(100 * 180 / 230)
    said = text_of(need.layout())
    inside = whole(held.of_children)
    assert f"hold {inside}% of the disadvantaged children: {100 - inside}% learn outside them" in said
    assert "they hold 78% of the children in families with low incomes: 22% live outside them" in said


def test_an_area_chosen_by_code_or_name_is_marked_in_map_and_list(reading):
    for asked in ("A1", "Kingfold"):
        page = need.layout(area=asked)
        said = text_of(page)
        assert "Kingfold: " in said
        row = next(part for part in walk(page) if isinstance(part, html.Tr) and getattr(part, "className", "") == "sel")
        assert text_of(row).startswith("Kingfold (marked on the map)")
    assert "no area called “Atlantis”" in text_of(need.layout(area="Atlantis"))


def test_the_list_is_by_number_and_can_be_by_share(reading):
    def first(**query):
        found = [
            part for part in walk(need.layout(**query)) if getattr(part, "className", "") == "keep sortable areas dense"
        ]
        return [text_of(row.children[0]) for row in found[0].children[2].children]

    assert first() != first(sort="children")
    assert set(first(sort="-share")) == {"Kingfold", "Sandry"}
    assert first(level="small", sort="name")[0] == "Exemplar 001A"


def test_places_and_years_are_kept_within_bounds(reading):
    many = text_of(need.layout(places="9999"))
    assert "9999 places were asked; between 1 and" in many
    assert "There is no places called" not in many
    assert "no places called “-3”" in text_of(need.layout(places="-3"))


def test_every_choice_of_weights_can_be_followed(reading):
    said = text_of(need.layout(rule="own", w_share="0", w_number="5", w_area="0"))
    assert "Your own weighting reaches" in said
    without = text_of(need.layout(rule="own", w_share="0", w_number="0", w_area="0"))
    assert "Your own weighting" not in without


def test_chances_are_in_nothing_that_is_shared(store: Store):
    with store.reading():
        assert "The talk-first list" in text_of(need.layout())
    with store.reading(shared=True):
        said = text_of(need.layout(rule="chance"))
        assert "Place: the talk-first list" not in said
        assert "it is in nothing that is shared" in said
        saved = need.download("shortlist").frame
        assert not [name for name in saved.columns if "chance" in name or "band" in name or "talk" in name]
        assert (
            saved.filter(saved["status"] != "reported")["place_share"].null_count()
            == saved.filter(saved["status"] != "reported").height
        )


def test_every_block_can_be_saved_and_nothing_else(reading):
    for name in need.BLOCKS:
        saved = need.download(name)
        assert saved.name == f"need-{name}"
    with pytest.raises(PageNotFound):
        need.download("children-by-name")


def test_what_stands_beside_results_is_never_called_a_cause(reading):
    said = text_of(need.layout(area="A1")).lower()
    assert "also" in said
    assert "not shown to cause" in said
    for phrase in ("because of deprivation", "due to", "caused by"):
        assert phrase not in said


def test_an_area_has_more_of_something_only_where_that_is_more_than_chance(reading):
    def line(value: float, n: float | None) -> Line:
        def figure(value: float, n: float | None) -> Figure:
            return Figure(value=value, year=2025, geography="", n=n)

        measure = MEASURES["persistent_absence_10"]
        return Line(
            subject="Persistent absence",
            measure=measure,
            here=figure(value, n),
            authority=figure(19.1, None),
            neighbours=None,
            england=None,
        )

    # 20.1% of 7,560: ± 0.90 points; 19.6% of 7,419: ± 0.90 points
    assert is_clear(line(20.1, 7_560))
    assert not is_clear(line(19.6, 7_419))
    assert not is_clear(line(40.0, None))


@pytest.mark.slow
def test_the_front_pages_need_leads_to_the_ward_with_the_same_number(scored_curated):
    with Store(scored_curated).reading():
        tile = next(
            part
            for part in walk(overview.layout())
            if getattr(part, "className", "") == "tile" and "Greatest need" in text_of(part)
        )
        link = next(part for part in walk(tile) if isinstance(part, html.A))
        children = re.search(r"teach ([\d,]+) disadvantaged children", text_of(tile))[1]
        query = dict(parse_qsl(urlsplit(link.href).query))
        row = next(
            part
            for part in walk(need.layout(**query))
            if isinstance(part, html.Tr) and getattr(part, "className", "") == "sel"
        )
        assert text_of(row.children[1]) == children


@pytest.mark.slow
def test_the_goal_is_of_the_key_stage_of_the_phase_and_shared_out_among_its_schools_only(scored_curated):
    with Store(scored_curated).reading():
        primary, secondary = (need._goal(need._need({"phase": phase})) for phase in ("primary", "secondary"))
        assert (primary.measure.topic, secondary.measure.topic) == ("Key stage 2", "Key stage 4")
        crossed = text_of(need.layout(phase="secondary", goal=primary.measure.key))
        assert "a year in the average of these" not in crossed
        assert "a year in the average of these" in text_of(need.layout(phase="primary"))
