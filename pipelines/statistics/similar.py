"""How alike two schools are: DfE's distance on its nine criteria, and an open one on the criteria at hand.

DfE's form is recovered from the distances that it publishes: the square root of the sum of squared
differences, each divided by a constant of its criterion. Smaller is more alike; 0 is the same on every criterion.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy
from scipy.spatial import cKDTree

DFE_SOURCE = "DfE similar schools lists (DFE-Digital/sap-sector), constants recovered from 1,445 published distances"


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """One thing that two schools are compared on.

    Attributes:
        key: its name in tables.
        label: its name in sentences.
        scale: what a difference is divided by, in the criterion's own unit.
        verified: False where the constant is a reading of published standard deviations and rounded weights.
    """

    key: str
    label: str
    scale: float
    verified: bool = True
    source: str = DFE_SOURCE


PRIMARY: tuple[Criterion, ...] = tuple(
    Criterion(key=key, label=label, scale=scale)
    for key, label, scale in (
        ("pupil_premium", "pupil premium share", 43.5706030739),
        ("higher_education", "young people going on to higher education near by (POLAR4)", 2.7760274620),
        ("stability", "pupils who stay (stability)", 34.5217297380),
        ("sen_support", "SEN support share", 21.3878608269),
        ("eal", "English as an additional language share", 100.2625287473),
        ("idaci", "income deprivation affecting children (IDACI)", 0.3565179345),
        ("ehc_plan", "education, health and care plan share", 14.6848325670),
        ("pupils", "number of pupils", 1287.6733983873),
        ("prior_attainment", "key stage 1 average", 0.3615829854),
    )
)
"""DfE's nine criteria for primary schools with their constants (RISK.md (f), largest error 4.4e-16)."""

_SECONDARY_SOURCE = (
    "national standard deviations of 3,262 secondary schools (DFE-Digital/sap-sector) and weights estimated from 43 "
    "published distances (largest error 0.023); read as shares of the squared distance"
)


def _secondary(key: str, label: str, deviation: float, weight: float) -> Criterion:
    return Criterion(key=key, label=label, scale=deviation / weight**0.5, verified=False, source=_SECONDARY_SOURCE)


SECONDARY: tuple[Criterion, ...] = (
    _secondary("prior_attainment", "key stage 2 reading and maths average", 2.54724, 0.48),
    _secondary("pupil_premium", "pupil premium share", 14.20985, 0.14),
    _secondary("higher_education", "young people going on to higher education near by (POLAR4)", 1.00183, 0.10),
    _secondary("sen_support", "SEN support share", 5.70462, 0.09),
    _secondary("stability", "pupils who stay (stability)", 6.82636, 0.07),
    _secondary("idaci", "income deprivation affecting children (IDACI)", 0.07773, 0.05),
    _secondary("ehc_plan", "education, health and care plan share", 1.96881, 0.04),
    _secondary("eal", "English as an additional language share", 18.06654, 0.02),
    _secondary("pupils", "number of pupils", 392.46604, 0.02),
)
"""The same for secondary schools, approximate: RISK.md (f) has the weights to two decimals only, so none is verified.

A weight is read as the share of the squared distance, as the primary constants imply (their squared shares of the
standard deviations add to about 1): scale = standard deviation / square root of the weight.
"""


def distance(first: numpy.ndarray, second: numpy.ndarray, scales: Sequence[float] | numpy.ndarray) -> numpy.ndarray:
    """sqrt(sum(((a − b) / s)²)) over the last axis (RISK.md (f)); NaN where a criterion of either is NaN.

    Args:
        first, second: values of the criteria, shapes (…, criteria) that broadcast.
        scales: (criteria,) in the units of the criteria.
    """
    difference = (numpy.asarray(first, dtype=float) - numpy.asarray(second, dtype=float)) / numpy.asarray(scales)
    return numpy.sqrt(numpy.sum(difference**2, axis=-1))


def open_scales(values: numpy.ndarray) -> numpy.ndarray:
    """The scales of the open variant: standard deviation × √criteria, so that distances are means over criteria.

    One national standard deviation on every criterion is a distance of 1, whatever their number. A criterion that is
    the same for every school has an infinite scale: it tells nobody apart.

    Args:
        values: (schools, criteria); NaN where not known.
    """
    deviations = numpy.nanstd(values, axis=0, ddof=1)
    deviations[~(deviations > 0)] = numpy.inf
    return deviations * numpy.sqrt(values.shape[1])


def nearest(
    anchors: numpy.ndarray, candidates: numpy.ndarray, scales: numpy.ndarray, count: int
) -> tuple[numpy.ndarray, numpy.ndarray]:
    """The `count` nearest candidates of each anchor, nearest first, ties in the order of the candidates.

    Args:
        anchors: (n, criteria) without NaN. candidates: (m, criteria) without NaN.

    Returns:
        positions among the candidates (n, k) and distances (n, k), with k = min(count, m). Whoever is among
        the candidates too finds itself at distance 0.
    """
    count = min(count, len(candidates))
    if count == 0 or len(anchors) == 0:
        return numpy.zeros((len(anchors), 0), dtype=int), numpy.zeros((len(anchors), 0))
    found, places = cKDTree(candidates / scales).query(anchors / scales, k=count)
    found, places = found.reshape(len(anchors), count), places.reshape(len(anchors), count)
    order = numpy.lexsort((places, numpy.round(found, 12)), axis=1)
    places = numpy.take_along_axis(places, order, axis=1)
    return places, distance(anchors[:, None, :], candidates[places], scales)


def share_nearer(distances: numpy.ndarray, usual: numpy.ndarray) -> numpy.ndarray:
    """Of other schools, the share whose neighbour in the same place is nearer: how far is far (0 to 1).

    Args:
        distances: (n, places). usual: (schools, places), the same for a sample of all schools.
    """
    ranked = numpy.sort(usual, axis=0)
    columns = [numpy.searchsorted(ranked[:, place], distances[:, place]) for place in range(distances.shape[1])]
    return numpy.stack(columns, axis=1) / max(len(usual), 1) if columns else numpy.zeros(distances.shape)


def scales_for(keys: Sequence[str], values: numpy.ndarray, dfe: Sequence[Criterion]) -> tuple[str, numpy.ndarray]:
    """Which distance can be taken on these criteria, and its scales in their order.

    DfE's own where every one of its criteria is there and verified; else the open variant.

    Args:
        keys: the criteria at hand. values: (schools, criteria) of all schools to choose from.

    Returns:
        'DfE' or 'open', and the scales (criteria,).
    """
    constants = {criterion.key: criterion.scale for criterion in dfe}
    if set(keys) == set(constants) and all(criterion.verified for criterion in dfe):
        return "DfE", numpy.array([constants[key] for key in keys])
    return "open", open_scales(values)
