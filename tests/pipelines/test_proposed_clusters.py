"""Proposed clusters: limits of size, one piece, the reason for each school, and the same answer every time."""

import csv
import math
import random
from collections import Counter

import numpy
import polars
import pytest
from scipy.sparse.csgraph import connected_components

from pipelines import warehouse
from pipelines.__main__ import main
from pipelines.marts import complete, proposed_cluster_member
from pipelines.sources import identify
from pipelines.sources.reading import open_raw
from pipelines.statistics import clusters, national_grid


def school(urn: int, kind: str, x: float, y: float) -> clusters.School:
    """A school `x` kilometres east and `y` north of a corner."""
    return clusters.School(urn=urn, kind=kind, easting=400_000 + 1000 * x, northing=150_000 + 1000 * y)


def county(seed: int, primaries: int, secondaries: int, size: float = 40) -> list[clusters.School]:
    chance = random.Random(seed)
    kinds = ["primary"] * primaries + ["secondary"] * secondaries + ["attached"] * 3
    return [school(900_001 + i, kind, chance.uniform(0, size), chance.uniform(0, size)) for i, kind in enumerate(kinds)]


def members_of(proposal: clusters.Proposal) -> list[set[int]]:
    return [{proposal.schools[m].urn for m in cluster.members} for cluster in proposal.clusters]


def test_every_school_is_in_one_cluster_around_a_secondary_school():
    proposal = clusters.propose(county(1, primaries=90, secondaries=9))
    assert proposal.is_optimal
    counted = Counter(urn for members in members_of(proposal) for urn in members)
    assert set(counted) == {s.urn for s in proposal.schools}
    shared = {urn for urn, times in counted.items() if times > 1}
    assert all(s.kind == "secondary" for s in proposal.schools if s.urn in shared)
    for cluster in proposal.clusters:
        assert clusters.FEWEST <= len(cluster.members) <= clusters.MOST
        assert cluster.secondaries
        assert any(proposal.schools[m].kind == "primary" for m in cluster.members)


@pytest.mark.parametrize("seed", range(6))
def test_clusters_are_in_one_piece(seed):
    proposal = clusters.propose(county(seed, primaries=70, secondaries=8))
    for cluster in proposal.clusters:
        if cluster.shared or len(cluster.secondaries) > 1:
            continue
        inside = [m for m in cluster.members if proposal.schools[m].kind != "attached"]
        pieces, _ = connected_components(proposal.neighbours[inside][:, inside], directed=False)
        assert pieces == 1


def test_the_order_of_rows_changes_nothing():
    schools = county(2, primaries=80, secondaries=8)
    first = clusters.propose(schools)
    random.Random(7).shuffle(schools)
    again = clusters.propose(schools)
    assert members_of(first) == members_of(again)
    assert [c.middle for c in first.clusters] == [c.middle for c in again.clusters]


def test_secondary_schools_of_one_town_are_one_cluster():
    town = [school(900_001, "secondary", 0, 0), school(900_002, "secondary", 1.5, 0)]
    far = [school(900_003, "secondary", 20, 0)]
    around = [school(900_100 + i, "primary", i % 3, 1 + i // 3) for i in range(6)]
    around += [school(900_200 + i, "primary", 20 + i % 3, 1 + i // 3) for i in range(6)]
    proposal = clusters.propose(town + far + around)
    assert sorted(map(len, members_of(proposal))) == [7, 8]
    assert {900_001, 900_002} <= next(m for m in members_of(proposal) if 900_001 in m)


def test_a_secondary_school_with_thirty_primary_schools_is_shared():
    schools = [school(900_001, "secondary", 0, 0)]
    schools += [school(900_100 + i, "primary", i % 6, i // 6) for i in range(30)]
    proposal = clusters.propose(schools)
    assert len(proposal.clusters) == 2
    assert all(900_001 in members for members in members_of(proposal))
    assert all(clusters.FEWEST <= len(members) <= clusters.MOST for members in members_of(proposal))
    assert all(cluster.shared for cluster in proposal.clusters)


def test_a_small_cluster_takes_the_nearest_of_its_neighbour():
    """Three primary schools stand by the one secondary school, nine by the other: 6 is the least."""
    schools = [school(900_001, "secondary", 0, 0), school(900_002, "secondary", 20, 0)]
    schools += [school(900_101 + i, "primary", 0, 1 + i) for i in range(3)]
    schools += [school(900_201 + i, "primary", 11 + i, 0.5) for i in range(9)]
    first, second = clusters.propose(schools).clusters
    assert [len(first.members), len(second.members)] == [6, 8]
    listed = sorted(schools, key=lambda s: s.urn)
    assert {900_201, 900_202} <= {listed[m].urn for m in first.members}


def test_an_island_of_few_schools_joins_the_nearest():
    mainland = [school(900_001, "secondary", 0, 0), *(school(900_100 + i, "primary", i, 1) for i in range(8))]
    island = [school(900_002, "secondary", 300, 0), school(900_200, "primary", 300, 1)]
    proposal = clusters.propose(mainland + island)
    assert {s.urn for s in proposal.schools} == set().union(*members_of(proposal))
    assert all(len(members) >= clusters.FEWEST for members in members_of(proposal))


@pytest.mark.parametrize(
    ("schools", "sizes"),
    [
        ([], []),
        ([school(900_001, "secondary", 0, 0)], [1]),
        ([school(900_001, "attached", 0, 0)], []),
        ([school(900_001 + i, "primary", i, 0) for i in range(4)], [4]),  # no secondary school, all in one line
        ([school(900_001 + i, "primary", 0, 0) for i in range(13)], [13]),  # all on one site
    ],
)
def test_odd_authorities(schools, sizes):
    assert [len(cluster.members) for cluster in clusters.propose(schools).clusters] == sizes


def test_kilometres_are_the_straight_line_times_the_detour():
    way = clusters.kilometres([school(1, "primary", 0, 0), school(2, "secondary", 3, 4)], [1])
    assert way[:, 0] == pytest.approx([5 * clusters.DETOUR, 0])


def test_neighbours_have_nobody_in_the_circle_between_them():
    """The corners of a square and its middle: the middle stands in the circle of every diagonal."""
    points = numpy.array([[0, 0], [2, 0], [0, 2], [2, 2], [1, 1]], dtype=float)
    beside = clusters.gabriel(points, numpy.ones(5, dtype=bool)).toarray() > 0
    assert not beside[0, 3]
    assert not beside[1, 2]
    assert beside[4].tolist() == [True, True, True, True, False]


def test_clusters_beside_each_other_have_different_shades():
    proposal = clusters.propose(county(3, primaries=90, secondaries=9))
    members = [cluster.members for cluster in proposal.clusters]
    shades = clusters.shades(proposal.neighbours, members)
    cluster_of = {m: n for n, group in enumerate(members) for m in group}
    for first, second in zip(*proposal.neighbours.nonzero(), strict=True):
        one, other = cluster_of[first], cluster_of[second]
        assert one == other or shades[one] != shades[other]


def test_degrees_become_the_national_grid():
    """Ordnance Survey's worked example (A guide to coordinate systems in Great Britain, annex C)."""

    def degrees(whole: int, minutes: int, seconds: float) -> float:
        return math.radians(whole + minutes / 60 + seconds / 3600)

    east, north = national_grid.project(degrees(52, 39, 27.2531), degrees(1, 43, 4.5177))
    assert (east, north) == (pytest.approx(651_409.903, abs=0.001), pytest.approx(313_177.270, abs=0.001))


@pytest.fixture(scope="module")
def ask(real_build):
    connection = warehouse.open_build(real_build)
    yield lambda sql, parameters=None: connection.sql(sql, params=parameters or None).pl()
    connection.close()


def test_wiltshire_has_a_complete_proposal(ask):
    summary = ask("select * from mart.proposed_cluster")
    for claim in ("is_complete", "is_within_limits", "is_in_use"):
        assert summary[claim].all()
    assert summary["schools"].min() >= 6
    assert summary["schools"].max() <= 18
    everyone = ask("select count(*) as n from mart.proposed_cluster_member")["n"][0]
    assert everyone == summary["schools"].sum() == 234  # every open state-funded school; nobody is without a place
    assert (
        ask("select count(*) as n from mart.proposed_cluster_member where why is null and reason is null")["n"][0] == 0
    )


def test_shuffled_rows_give_wiltshire_the_same_clusters(ask):
    def shuffled(sql: str, parameters: list | None = None) -> polars.DataFrame:
        return ask(sql, parameters).sample(fraction=1, shuffle=True, seed=5)

    kept = ask("select cluster_id, urn, why from mart.proposed_cluster_member order by all")
    kinds = {name: proposed_cluster_member.COLUMNS[name] for name in ("cluster_id", "urn", "why")}
    found = [complete(frame, kinds) for frame in proposed_cluster_member.rows(shuffled)]
    again = polars.concat([frame.select(list(kinds)).cast(kinds) for frame in found])
    assert again.sort("cluster_id", "urn", "why", nulls_last=True).equals(kept)


def test_the_outline_of_wiltshire_holds_its_schools(ask):
    ring = ask("select eastings, northings from mart.boundary order by ring").row(0)
    placed = ask("select easting, northing from mart.proposed_cluster_member where easting is not null")
    for points, column in zip(ring, ("easting", "northing"), strict=True):
        assert min(points) - 500 < placed[column].min()
        assert placed[column].max() < max(points) + 500


def test_the_agreed_clusters_of_the_sample_are_placed(sample_build):
    with warehouse.open_build(sample_build) as connection:
        listed, placed = (
            connection.execute(f"select count(distinct cluster_id) from mart.{table}").fetchone()[0]
            for table in ("cluster_member where to_date is null", "cluster_place")
        )
        used = connection.execute("select bool_or(is_in_use) from mart.proposed_cluster").fetchone()[0]
    assert placed == listed > 0
    assert used is False


def test_the_file_to_edit_can_be_read_back(sample_curated, tmp_path, capsys):
    target = tmp_path / "clusters.csv"
    assert main(["clusters", "--curated", str(sample_curated), "--raw", str(tmp_path), "--out", str(target)]) == 0
    with target.open(encoding="utf-8") as file:
        written = list(csv.DictReader(file))
    (found,) = identify(open_raw(target, "authority/clusters.csv"))
    parsed = found.source.parse(found)
    assert found.source.key == "clusters"
    assert parsed.tables["cluster_member"].height == len(written) > 200
    assert sum(frame.height for frame in parsed.rejects) == 0
    assert main(["clusters", "--curated", str(sample_curated), "--raw", str(tmp_path), "--out", str(target)]) == 1
    assert "may be the agreed list" in capsys.readouterr().err
