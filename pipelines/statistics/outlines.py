"""Outlines of areas on a plane: the outline of several that touch, and the middle of one."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

Point = tuple[float, float]
Ring = list[Point]
"""Points in order, the first again at the end."""


def joined(rings: Iterable[Sequence[Point]]) -> list[Ring]:
    """The outline of areas that share their edges: what is left when every edge that two of them have is gone.

    An edge that neighbours draw through different points stays, twice: then the line between them shows.
    """
    edges = [frozenset(edge) for ring in rings for edge in pairwise(ring) if edge[0] != edge[1]]
    drawn = Counter(edges)
    beside: dict[Point, list[Point]] = defaultdict(list)
    for one, other in (sorted(edge) for edge in dict.fromkeys(edges) if drawn[edge] == 1):
        beside[one].append(other)
        beside[other].append(one)
    return list(_chains(beside))


def _chains(beside: dict[Point, list[Point]]) -> Iterator[Ring]:
    """The edges as rings; each edge is used once, in either direction, whichever way the areas were drawn."""
    for start in list(beside):
        while beside[start]:
            ring, here = [start], start
            while beside[here]:
                onward = min(beside[here])
                beside[here].remove(onward)
                beside[onward].remove(here)
                ring.append(onward)
                here = onward
            yield ring if here == start else [*ring, start]


def middle(rings: Sequence[Sequence[Point]]) -> Point:
    """The centre of gravity of the largest ring; the mean of its points where it has no inside.

    The formula is the usual one for polygons (shoelace).
    """
    parts = [_moments(ring) for ring in rings]
    area, east, north = max(parts, key=lambda part: abs(part[0]))
    if area:
        return east / (3 * area), north / (3 * area)
    points = rings[0]
    return sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)


def _moments(ring: Sequence[Point]) -> tuple[float, float, float]:
    """Twice the area, signed, and three times it times the centre; around the first point, to keep the digits."""
    x0, y0 = ring[0]
    area = east = north = 0.0
    for (x1, y1), (x2, y2) in pairwise(ring):
        cross = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
        area += cross
        east += cross * (x1 + x2 - 2 * x0)
        north += cross * (y1 + y2 - 2 * y0)
    return area, east + 3 * area * x0, north + 3 * area * y0
