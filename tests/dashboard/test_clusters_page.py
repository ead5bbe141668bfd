"""The page of clusters: which list it shows, what it says of the proposal, and the map's figure."""

import pytest
from fictional_build import SILENT
from test_pages import text_of, walk

from dashboard.figures.map import Area, Spot, cluster_map
from dashboard.pages import PageNotFound, clusters


def test_the_agreed_list_comes_first_and_the_proposal_is_a_link_away(reading):
    page = clusters.layout()
    said = text_of(page)
    assert "Exemplar has 3 clusters" in said
    assert "Proposed, not agreed" not in said
    assert "/clusters?list=proposed" in {getattr(part, "href", None) for part in walk(page)}


def test_the_proposal_says_that_nobody_has_agreed_to_it(reading):
    said = text_of(clusters.layout(list="proposed"))
    assert "Proposed, not agreed." in said
    assert "straight line times 1.4" in said
    assert "no place known" in said.lower()


def test_a_cluster_chosen_shows_its_schools_and_why(reading):
    said = text_of(clusters.layout(list="proposed", cluster="P01"))
    assert "Haleworth School is the nearest" in said
    assert "Around Haleworth School." in said


def test_unknown_choices_are_named(reading):
    said = text_of(clusters.layout(list="moon", cluster="X9", colour="red"))
    assert "no list called “moon”" in said
    assert "no cluster called “X9”" in said
    assert "“colour=red” means nothing" in said


def test_what_is_not_known_is_no_zero(reading):
    said = text_of(clusters.layout())
    assert "+3 (−3 to +8)" in said
    rows = [text_of(part) for part in walk(clusters.layout()) if type(part).__name__ == "Tr"]
    greywether = next(row for row in rows if row.startswith("Greywether") and "No data" in row)
    assert greywether.count("No data") == 5  # all pupils, their difference, the group, both gaps


def test_the_file_to_save_has_the_layout_of_the_agreed_list(reading):
    saved = clusters.download("clusters", list="proposed")
    assert saved.frame.columns[:6] == ["cluster_id", "cluster_name", "urn", "role", "from_date", "to_date"]
    assert SILENT not in saved.frame["urn"]  # it has no place, and stands on the page with the reason
    with pytest.raises(PageNotFound):
        clusters.download("moon")


def spot(east: float, north: float, hub: tuple[float, float] | None, is_hub: bool = False) -> Spot:
    return Spot(name="School", easting=east, northing=north, is_hub=is_hub, hub=hub)


def test_the_map_joins_schools_to_their_hub_and_marks_the_chosen_cluster():
    near = [spot(0, 0, (0, 0), is_hub=True), spot(3, 4, (0, 0))]
    areas = [Area(number=1, name="A", shade=0, spots=near), Area(number=2, name="B", shade=1, spots=[spot(9, 9, None)])]
    figure = cluster_map(areas, [([0, 10, 10], [0, 0, 10])], chosen=2)
    lines = [trace["x"] for trace in figure["data"] if trace["mode"] == "lines"]
    assert [3, 0, None] in lines
    assert figure["layout"]["yaxis"]["scaleanchor"] == "x"
    colors = {note["text"]: note["font"]["color"] for note in figure["layout"]["annotations"]}
    assert colors["<b>2</b>"] == "#801650"
    assert colors["<b>1</b>"] != "#801650"


def test_clusters_beside_each_other_differ_in_shape_too():
    spots = [spot(0, 0, None)]
    areas = [Area(number=n, name=str(n), shade=n, spots=spots) for n in range(4)]
    symbols = [trace["marker"]["symbol"] for trace in cluster_map(areas, [])["data"] if trace["mode"] == "markers"]
    assert len(set(symbols)) == 4


def test_a_map_of_nothing_is_no_error():
    assert cluster_map([], [])["layout"]["annotations"] == []
