"""A proposal of clusters: the schools of an authority parted around its secondary schools, 6 to 18 in each.

The parting is a mixed-integer programme: least travel, clusters of like size, and every school reaches the middle of
its cluster over schools of the same cluster (Zoltners and Sinha 1983, sales territories). There is no road network at
hand: travel is the straight line times DETOUR. The same schools give the same clusters, in whatever order they come.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, lil_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import Delaunay, QhullError, cKDTree

FEWEST, MOST = 6, 18
"""Schools in a cluster, at least and at most (docs/decisions/0012)."""
DETOUR = 1.4
"""Road kilometres for each kilometre of straight line in England (Ballou, Rahardja and Sakai 2002: 1.40).

Not verified against the paper. It scales every distance alike, so it changes what is printed and not who is where.
"""
SAME_TOWN = 4.0
"""Secondary schools no farther apart than this, in kilometres of straight line, count as of one town: our judgement."""
CHOICES = (5, 10, 1000)
"""A school may go to one of the clusters nearest to it; to more of them where the limits of size cannot be kept."""
UNEVEN = 1.0
"""Kilometres of travel that one school's distance from the mean size of a cluster is worth: our judgement."""
REPAIRS = 8
"""How often a cluster beyond the limits is parted in two, or joined with the nearest, before it is left so."""
OUT_OF_BOUNDS = 1000.0
"""Kilometres for each school too many or too few: so that there is a proposal even where the limits cannot be kept."""


@dataclass(frozen=True, kw_only=True)
class School:
    """A school with a place: coordinates in metres of the National Grid.

    Attributes:
        kind: 'secondary' (or all-through) makes a cluster; 'primary' (or middle) joins one in one piece with the
            others; 'attached' (special, nursery, alternative provision) joins the cluster nearest with room.
    """

    urn: int
    kind: str
    easting: float
    northing: float


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """One proposed cluster: positions in the list of schools sorted by URN.

    Attributes:
        middle: the school that it is built around. secondaries: its secondary schools, the nearest to the middle first.
        members: everyone, those with `shared` secondaries included.
        shared: whether its secondary school is the middle of another cluster too.
    """

    middle: int
    secondaries: tuple[int, ...]
    members: tuple[int, ...]
    shared: bool


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """Clusters, and how far everyone is from each.

    Attributes:
        schools: the schools sorted by URN.
        travel: (schools, clusters) kilometres to the nearest secondary school of the cluster, DETOUR included.
        neighbours: (schools, schools) adjacency of mainstream schools.
        is_optimal: whether the programme was solved to its end; else every school is with its nearest.
    """

    schools: tuple[School, ...]
    clusters: tuple[Cluster, ...]
    travel: numpy.ndarray
    neighbours: csr_array
    is_optimal: bool


def propose(schools: Sequence[School]) -> Proposal:
    """Clusters for the schools of an authority.

    Every school is in exactly one cluster, but for a secondary school that is the only one for more schools than a
    cluster holds: it is shared. Where there is no secondary school, clusters have primary schools in their middle.
    """
    schools = tuple(sorted(schools, key=lambda school: school.urn))
    points = numpy.array([(s.easting, s.northing) for s in schools], dtype=float).reshape(-1, 2) / 1000
    is_attached = numpy.array([school.kind == "attached" for school in schools], dtype=bool)
    seeds = _seeds(schools, points, is_attached)
    if not seeds:
        nobody = csr_array((len(schools), len(schools)))
        nowhere = numpy.zeros((len(schools), 0))
        return Proposal(schools=schools, clusters=(), travel=nowhere, neighbours=nobody, is_optimal=True)
    neighbours = gabriel(points, ~is_attached)
    travel, chosen, is_optimal = _parted(points, neighbours, seeds, is_attached)
    for _ in range(REPAIRS):
        mended = _mended(points, seeds, chosen, is_attached)
        if mended is None:
            break
        seeds = mended
        travel, chosen, is_optimal = _parted(points, neighbours, seeds, is_attached)
    clusters = tuple(
        Cluster(
            middle=seed.middle,
            secondaries=seed.secondaries,
            members=tuple(sorted({*numpy.flatnonzero(chosen == number).tolist(), *seed.secondaries})),
            shared=seed.shared,
        )
        for number, seed in enumerate(seeds)
    )
    return Proposal(schools=schools, clusters=clusters, travel=travel, neighbours=neighbours, is_optimal=is_optimal)


@dataclass(frozen=True, kw_only=True)
class _Seed:
    """What a cluster grows around: positions. `anchors` are what travel is measured to."""

    middle: int
    secondaries: tuple[int, ...]
    anchors: tuple[int, ...]
    shared: bool = False


def kilometres(schools: Sequence[School], middles: Sequence[int]) -> numpy.ndarray:
    """Estimated kilometres by road from every school to some of them (positions), (schools, middles)."""
    points = numpy.array([(s.easting, s.northing) for s in schools], dtype=float).reshape(-1, 2) / 1000
    return DETOUR * _apart(points, points[list(middles)])


def _parted(
    points: numpy.ndarray, neighbours: csr_array, seeds: Sequence[_Seed], is_attached: numpy.ndarray
) -> tuple[numpy.ndarray, numpy.ndarray, bool]:
    """Travel to each cluster, the cluster of each school, and whether the programme was solved."""
    links = _with_towns(neighbours, points, seeds)
    travel = DETOUR * numpy.stack([_apart(points, points[list(seed.anchors)]).min(axis=1) for seed in seeds], axis=1)
    reach = numpy.stack([dijkstra(links, indices=seed.middle, directed=False) for seed in seeds], axis=1)
    return travel, *_assign(travel, reach, links, seeds, is_attached)


def _mended(
    points: numpy.ndarray, seeds: list[_Seed], chosen: numpy.ndarray, is_attached: numpy.ndarray
) -> list[_Seed] | None:
    """The seeds with one cluster beyond the limits parted in two or joined with the nearest; None if none is beyond."""
    sizes = numpy.bincount(chosen, minlength=len(seeds)) + [len(set(s.secondaries) - set(s.anchors)) for s in seeds]
    largest, least = int(sizes.argmax()), int(sizes.argmin())
    if sizes[largest] > MOST:
        is_fixed = numpy.zeros(len(points), dtype=bool)
        is_fixed[[p for seed in seeds for p in (*seed.secondaries, seed.middle)]] = True
        near = numpy.flatnonzero((chosen == largest) & ~is_attached & ~is_fixed)
        return _divided(points, seeds, [largest], near) if len(near) >= 2 else None
    if sizes[least] < FEWEST and len(seeds) > 1:
        gaps = [_apart(points[[*seeds[least].anchors]], points[[*seed.anchors]]).min() for seed in seeds]
        others = [n for n in range(len(seeds)) if n != least and sizes[n] + sizes[least] <= MOST]
        if others:
            nearest = min(others, key=lambda n: (round(float(gaps[n]), 9), n))
            return _joined(points, seeds, *sorted((nearest, least)))
    return None


def _joined(points: numpy.ndarray, seeds: list[_Seed], first: int, second: int) -> list[_Seed]:
    """The seeds with two of them as one."""
    both = seeds[first], seeds[second]
    anchors = tuple(sorted({anchor for seed in both for anchor in seed.anchors}))
    secondaries = tuple(sorted({secondary for seed in both for secondary in seed.secondaries}))
    whole = _Seed(middle=_middle(points, anchors), secondaries=secondaries, anchors=anchors)
    return [whole if n == first else seed for n, seed in enumerate(seeds) if n != second]


def _apart(first: numpy.ndarray, second: numpy.ndarray) -> numpy.ndarray:
    """Kilometres of straight line, (n, m)."""
    return numpy.hypot(first[:, None, 0] - second[None, :, 0], first[:, None, 1] - second[None, :, 1])


def _seeds(schools: Sequence[School], points: numpy.ndarray, is_attached: numpy.ndarray) -> list[_Seed]:
    secondaries = [position for position, school in enumerate(schools) if school.kind == "secondary"]
    others = numpy.array([p for p, school in enumerate(schools) if school.kind != "secondary"], dtype=int)
    if not secondaries:
        return _medoids(points, numpy.flatnonzero(~is_attached))
    groups = _grouped(points, secondaries, others)
    seeds = [_Seed(middle=_middle(points, group), secondaries=tuple(group), anchors=tuple(group)) for group in groups]
    return _split(points, seeds, others, len(schools))


def _natural(points: numpy.ndarray, groups: Sequence[Sequence[int]], others: numpy.ndarray) -> list[numpy.ndarray]:
    """For each group of secondary schools the others that have their nearest one in it."""
    if not len(others):
        return [others] * len(groups)
    apart = numpy.stack([_apart(points[others], points[list(group)]).min(axis=1) for group in groups], axis=1)
    nearest = apart.argmin(axis=1)
    return [others[nearest == number] for number in range(len(groups))]


def _grouped(points: numpy.ndarray, secondaries: list[int], others: numpy.ndarray) -> list[list[int]]:
    """Secondary schools of one town together as long as they and the schools nearest to them fit into a cluster.

    Then, while there are too many groups to have FEWEST schools each, the two nearest.
    """
    groups = [[position] for position in secondaries]
    sizes = [1 + len(natural) for natural in _natural(points, groups, others)]
    while len(groups) > 1:
        gaps = numpy.array([[_apart(points[a], points[b]).min() for b in groups] for a in groups])
        is_forced = len(groups) * FEWEST > len(secondaries) + len(others)
        pairs = sorted(
            (gaps[a, b], a, b)
            for a in range(len(groups))
            for b in range(a + 1, len(groups))
            if is_forced or (gaps[a, b] <= SAME_TOWN and sizes[a] + sizes[b] <= MOST)
        )
        if not pairs:
            break
        _, first, second = pairs[0]
        groups[first] = sorted(groups[first] + groups.pop(second))
        sizes[first] += sizes.pop(second)
    return groups


def _middle(points: numpy.ndarray, group: Sequence[int]) -> int:
    """The one of the group with the least way to the others."""
    return group[int(_apart(points[list(group)], points[list(group)]).sum(axis=1).round(9).argmin())]


def _split(points: numpy.ndarray, seeds: list[_Seed], others: numpy.ndarray, everyone: int) -> list[_Seed]:
    """Further clusters, which share a secondary school, where one is the nearest of too many schools.

    From MOST + FEWEST schools what is too many fills a cluster of its own; below, neighbours take it.
    """
    natural = _natural(points, [seed.anchors for seed in seeds], others)
    sizes = [len(near) + len(seed.secondaries) for near, seed in zip(natural, seeds, strict=True)]
    parts = [1 if size < MOST + FEWEST else -(-size // (MOST - 1)) for size in sizes]
    while sum(parts) * MOST < everyone + sum(part - 1 for part in parts):
        free = [n for n in range(len(seeds)) if len(natural[n]) > parts[n]]
        if not free:
            break
        parts[max(free, key=lambda n: (sizes[n] / parts[n], -n))] += 1
    for number, wanted in enumerate(parts):
        held = [number]
        for _ in range(wanted - 1):
            seeds = _divided(points, seeds, held, natural[number])
            held.append(len(seeds) - 1)
    return seeds


def _divided(points: numpy.ndarray, seeds: list[_Seed], held: Sequence[int], near: numpy.ndarray) -> list[_Seed]:
    """The seeds with one more, which shares a secondary school with the first of `held`.

    Its middle is the one of the schools `near` that shortens their ways most, beside the middles of `held`.
    """
    whole = seeds[held[0]]
    anchors = [anchor for number in held for anchor in seeds[number].anchors]
    stays = _apart(points[near], points[anchors]).min(axis=1)
    total = numpy.minimum(stays[:, None], _apart(points[near], points[near])).sum(axis=0)
    new = int(near[total.round(9).argmin()])
    far = {s: round(float(numpy.hypot(*(points[s] - points[new]))), 9) for s in whole.secondaries}
    guest = (min(far, key=lambda s: (far[s], s)),) if far else ()
    rest = [replace(seed, shared=seed.shared or bool(guest)) if n == held[0] else seed for n, seed in enumerate(seeds)]
    return [*rest, _Seed(middle=new, secondaries=guest, anchors=(new,), shared=bool(guest))]


def _medoids(points: numpy.ndarray, schools: numpy.ndarray) -> list[_Seed]:
    """Middles among the schools themselves: one for each dozen, every next where it shortens the ways most."""
    wanted = max(1, round(len(schools) / ((FEWEST + MOST) / 2))) if len(schools) else 0
    middles: list[int] = []
    nearest = numpy.full(len(schools), numpy.inf)
    apart = _apart(points[schools], points[schools])
    for _ in range(wanted):
        total = numpy.minimum(nearest[:, None], apart).sum(axis=0)
        middles.append(int(total.round(9).argmin()))
        nearest = numpy.minimum(nearest, apart[:, middles[-1]])
    return [_Seed(middle=int(schools[m]), secondaries=(), anchors=(int(schools[m]),)) for m in sorted(set(middles))]


def neighbours_of(schools: Sequence[School]) -> csr_array:
    """Which mainstream schools are beside each other (`gabriel`), kilometres of straight line."""
    points = numpy.array([(s.easting, s.northing) for s in schools], dtype=float).reshape(-1, 2) / 1000
    return gabriel(points, numpy.array([school.kind != "attached" for school in schools], dtype=bool))


def gabriel(points: numpy.ndarray, is_node: numpy.ndarray) -> csr_array:
    """Neighbours: no other school lies in the circle that has the two at its ends (Gabriel and Sokal 1969).

    Args:
        points: (n, 2). is_node: (n,) who can be a neighbour at all.

    Returns:
        (n, n) symmetric distances, schools at one place joined by a hair's breadth.
    """
    nodes = numpy.flatnonzero(is_node)
    sites, site_of = numpy.unique(points[nodes].round(6), axis=0, return_inverse=True)
    graph = lil_array((len(points), len(points)))
    at_site = [nodes[site_of.ravel() == site] for site in range(len(sites))]
    for first, second in _gabriel_pairs(sites):
        apart = float(numpy.hypot(*(sites[first] - sites[second])))
        for a in at_site[first]:
            for b in at_site[second]:
                graph[a, b] = graph[b, a] = apart
    for together in at_site:
        for a in together:
            for b in together[together > a]:
                graph[a, b] = graph[b, a] = 1e-6
    return csr_array(graph)


def _gabriel_pairs(sites: numpy.ndarray) -> numpy.ndarray:
    if len(sites) < 2:
        return numpy.zeros((0, 2), dtype=int)
    try:
        corners = Delaunay(sites).simplices
        pairs = numpy.vstack([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]])
        pairs = numpy.unique(numpy.sort(pairs, axis=1), axis=0)
    except QhullError:  # two or three schools, or all in one line
        pairs = numpy.stack(numpy.triu_indices(len(sites), 1), axis=1)
    middles = (sites[pairs[:, 0]] + sites[pairs[:, 1]]) / 2
    radii = numpy.hypot(*(sites[pairs[:, 0]] - sites[pairs[:, 1]]).T) / 2
    nearest, _ = cKDTree(sites).query(middles)
    return pairs[nearest >= radii - 1e-9]


def _with_towns(neighbours: csr_array, points: numpy.ndarray, seeds: Sequence[_Seed]) -> csr_array:
    """The neighbours, and the secondary schools of one cluster joined to its middle: they are its town."""
    graph = lil_array(neighbours)
    for seed in seeds:
        for other in seed.secondaries:
            if other != seed.middle and not seed.shared:
                apart = max(float(numpy.hypot(*(points[seed.middle] - points[other]))), 1e-6)
                graph[seed.middle, other] = graph[other, seed.middle] = apart
    return csr_array(graph)


def _assign(
    travel: numpy.ndarray, reach: numpy.ndarray, links: csr_array, seeds: Sequence[_Seed], is_attached: numpy.ndarray
) -> tuple[numpy.ndarray, bool]:
    """The cluster of each school, and whether the programme was solved.

    Args:
        travel: (schools, clusters) what a choice costs. reach: the same along neighbours, for being in one piece.
    """
    fixed = _fixed(seeds, len(travel))
    order = numpy.where(is_attached[:, None], travel, reach)
    nearest = numpy.argsort(order, axis=1, kind="stable")
    chosen, is_optimal = numpy.where(fixed >= 0, fixed, nearest[:, 0]), False
    for most in CHOICES:
        columns = _columns(fixed, nearest[:, :most], order)
        answer = _solve(travel, reach, links, seeds, columns, is_attached | (fixed >= 0))
        if answer is not None:
            for (school, cluster), place in columns.items():
                if answer[place] > 0.5:
                    chosen[school] = cluster
            is_optimal = True
            if answer[len(columns) + 2 * len(seeds) :].sum() < 0.5 or most >= len(seeds):
                break
    return chosen, is_optimal


def _columns(fixed: numpy.ndarray, nearest: numpy.ndarray, order: numpy.ndarray) -> dict[tuple[int, int], int]:
    """The choices (school, cluster) of the programme with their places."""
    choices = sorted(
        (school, int(cluster))
        for school in range(len(fixed))
        for cluster in ([fixed[school]] if fixed[school] >= 0 else nearest[school])
        if numpy.isfinite(order[school, cluster])
    )
    return {choice: place for place, choice in enumerate(choices)}


def _fixed(seeds: Sequence[_Seed], count: int) -> numpy.ndarray:
    """The cluster of those who have no choice, −1 for the others; a shared secondary belongs to its own."""
    fixed = numpy.full(count, -1)
    for number, seed in reversed(list(enumerate(seeds))):
        fixed[[*seed.anchors, seed.middle]] = number
    return fixed


def _solve(
    travel: numpy.ndarray,
    reach: numpy.ndarray,
    links: csr_array,
    seeds: Sequence[_Seed],
    columns: dict[tuple[int, int], int],
    is_free_of_piece: numpy.ndarray,
) -> numpy.ndarray | None:
    """The solved programme's columns, or None.

    Columns: one for each choice, then for each cluster: above and below the mean size, above MOST, below FEWEST.
    """
    count, base = len(seeds), len(columns)
    width = base + 4 * count
    cost = numpy.zeros(width)
    for (school, cluster), place in columns.items():
        cost[place] = travel[school, cluster]
    cost[base : base + 2 * count] = UNEVEN
    cost[base + 2 * count :] = OUT_OF_BOUNDS
    rows: list[dict[int, float]] = []
    lows, highs = [], []

    def require(row: dict[int, float], low: float, high: float) -> None:
        rows.append(row)
        lows.append(low)
        highs.append(high)

    by_school: dict[int, list[int]] = {}
    by_cluster: dict[int, list[int]] = {number: [] for number in range(count)}
    for (school, cluster), place in columns.items():
        by_school.setdefault(school, []).append(place)
        by_cluster[cluster].append(place)
    for places in by_school.values():
        require(dict.fromkeys(places, 1.0), 1, 1)
    guests = [len(set(seed.secondaries) - set(seed.anchors)) for seed in seeds]
    mean = (len(travel) + sum(guests)) / count
    for number, places in by_cluster.items():
        size = dict.fromkeys(places, 1.0)
        above, below, over, under = (base + kind * count + number for kind in range(4))
        require({**size, above: -1.0, below: 1.0}, mean - guests[number], mean - guests[number])
        require({**size, over: -1.0}, -numpy.inf, MOST - guests[number])
        require({**size, under: 1.0}, FEWEST - guests[number], numpy.inf)
    for (school, cluster), place in columns.items():
        if is_free_of_piece[school]:
            continue
        beside = links.indices[links.indptr[school] : links.indptr[school + 1]]
        nearer = [
            columns[other, cluster]
            for other in beside
            if reach[other, cluster] < reach[school, cluster] and (other, cluster) in columns
        ]
        require({place: 1.0, **dict.fromkeys(nearer, -1.0)}, -numpy.inf, 0)
    matrix = lil_array((len(rows), width))
    for number, row in enumerate(rows):
        for place, factor in row.items():
            matrix[number, place] = factor
    whole = numpy.concatenate([numpy.ones(base), numpy.zeros(4 * count)])
    upper = numpy.concatenate([numpy.ones(base), numpy.full(4 * count, numpy.inf)])
    found = milp(
        cost,
        integrality=whole,
        bounds=Bounds(0, upper),
        constraints=LinearConstraint(csr_array(matrix), lows, highs),
        options={"node_limit": 5000, "mip_rel_gap": 1e-4},
    )
    return found.x


def shades(neighbours: csr_array, clusters: Sequence[Sequence[int]]) -> list[int]:
    """A number for each cluster, from 0, other than those of the clusters beside it; mostly four numbers do.

    Args:
        neighbours: (schools, schools) who is beside whom. clusters: positions of the members of each.
    """
    cluster_of = numpy.full(neighbours.shape[0], -1)
    for number, members in enumerate(clusters):
        cluster_of[[*members]] = number
    first, second = neighbours.nonzero()
    pairs = set(zip(cluster_of[first].tolist(), cluster_of[second].tolist(), strict=True))
    given: list[int] = []
    for number in range(len(clusters)):
        taken = {given[other] for other in range(number) if (number, other) in pairs or (other, number) in pairs}
        given.append(next(shade for shade in range(len(given) + 1) if shade not in taken))
    return given
