"""Rules for choosing schools, the order in which each takes them, and how many disadvantaged children each reaches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

RULES = {
    "share": "School disadvantage %",
    "number": "Number of disadvantaged children",
    "area": "Deprivation of the school’s area",
    "clusters": "Whole clusters in turn",
    "chance": "The talk-first list",
    "own": "Your own weights",
}
"""Rule → its words, in the order of the page."""

WEIGHTS = {
    "w_share": "share",
    "w_number": "number",
    "w_area": "area",
    "w_results": "results",
}
"""Weight in the address → the position that it weighs."""

HIGHEST_WEIGHT = 5


@dataclass(frozen=True, kw_only=True)
class School:
    """A school that could be chosen.

    Attributes:
        children: disadvantaged pupils; pupils: those they are of; share: in %.
        area_rank: national rank of its small area, 1 the most deprived. result: of the outcome chosen.
        chance: what the talk-first list orders by; None where the school is not on it or it may not be shown.
    """

    urn: int
    name: str
    children: float
    pupils: float
    share: float
    cluster: str = ""
    decile: int | None = None
    area_rank: int | None = None
    result: float | None = None
    chance: float | None = None


def orders(
    schools: Sequence[School], weights: Mapping[str, float], *, has_chances: bool, low_is_need: bool = True
) -> dict[str, list[School]]:
    """Rule → the schools in the order in which it takes them; only rules that can be followed with these facts.

    Ties go to the school with more disadvantaged children, then by name. Schools that a rule says nothing of come last.
    """
    found = {
        "share": _by(schools, lambda school: -school.share),
        "number": _by(schools, lambda school: -school.children),
    }
    if any(school.area_rank is not None for school in schools):
        found["area"] = _by(schools, lambda school: school.area_rank)
    if any(school.cluster for school in schools):
        found["clusters"] = by_cluster(schools)
    if has_chances and any(school.chance is not None for school in schools):
        found["chance"] = _by(schools, lambda school: None if school.chance is None else -school.chance)
    if any(weights.values()):
        index = own_index(schools, weights, low_is_need=low_is_need)
        found["own"] = _by(schools, lambda school: -index[school.urn])
    return {rule: found[rule] for rule in RULES if rule in found}


def _by(schools: Sequence[School], key) -> list[School]:
    return sorted(schools, key=lambda s: (key(s) is None, key(s) or 0, -s.children, s.name, s.urn))


def by_cluster(schools: Sequence[School]) -> list[School]:
    """Clusters from the highest share of disadvantaged pupils down, the largest number first within each."""
    children: dict[str, float] = {}
    pupils: dict[str, float] = {}
    for school in schools:
        children[school.cluster] = children.get(school.cluster, 0) + school.children
        pupils[school.cluster] = pupils.get(school.cluster, 0) + school.pupils

    def share(name: str) -> float:
        return children[name] / pupils[name] if pupils[name] else 0

    return sorted(schools, key=lambda s: (not s.cluster, -share(s.cluster), s.cluster, -s.children, s.name, s.urn))


def own_index(schools: Sequence[School], weights: Mapping[str, float], *, low_is_need: bool = True) -> dict[int, float]:
    """URN → weighted mean of the school's positions, each 0 (least need) to 1 (most); only what is known counts."""
    values = {
        "share": {s.urn: s.share for s in schools},
        "number": {s.urn: s.children for s in schools},
        "area": {s.urn: -s.area_rank for s in schools if s.area_rank is not None},
        "results": {s.urn: -s.result if low_is_need else s.result for s in schools if s.result is not None},
    }
    places = {fact: _positions(held) for fact, held in values.items()}
    found = {}
    for school in schools:
        known = [
            (weights[weight], places[fact][school.urn])
            for weight, fact in WEIGHTS.items()
            if weights.get(weight) and school.urn in places[fact]
        ]
        total = sum(weight for weight, _ in known)
        found[school.urn] = sum(weight * place for weight, place in known) / total if total else 0.0
    return found


def _positions(values: Mapping[int, float]) -> dict[int, float]:
    """Key → the share of the others that have less, ties counted half."""
    if len(values) < 2:
        return dict.fromkeys(values, 0.5)
    ordered = sorted(values.values())
    first = {value: index for index, value in reversed(list(enumerate(ordered)))}
    last = {value: index for index, value in enumerate(ordered)}
    return {key: (first[value] + last[value]) / 2 / (len(ordered) - 1) for key, value in values.items()}


def reached(order: Sequence[School]) -> list[float]:
    """The share of all disadvantaged children, in %, in the first 0, 1, 2 … schools of an order."""
    total = sum(school.children for school in order)
    shares, sofar = [0.0], 0.0
    for school in order:
        sofar += school.children
        shares.append(100 * sofar / total if total else 0.0)
    return shares


def by_chance(count: int) -> list[float]:
    """What as many schools drawn at random reach on average: the same share of children as of schools."""
    return [100 * places / count for places in range(count + 1)] if count else [0.0]


def places_of(order: Sequence[School]) -> dict[int, int]:
    """URN → place in an order, from 1."""
    return {school.urn: place for place, school in enumerate(order, start=1)}


def overlap(one: Sequence[School], other: Sequence[School], places: int) -> int:
    """How many of the first schools of two orders are the same."""
    return len({s.urn for s in one[:places]} & {s.urn for s in other[:places]})
