"""Whether lists were as right for one kind of school as for another: by phase, size, deprivation, place and type."""

from collections.abc import Iterator, Sequence

import numpy as np
import polars
from numpy.typing import NDArray

from pipelines.risk import evaluate
from pipelines.risk.backtest import tested
from pipelines.risk.matrix import Known
from pipelines.risk.rolling import Year
from pipelines.risk.training import Evidence, concern_found

COLUMNS: dict[str, polars.DataType] = {
    "model": polars.String(),
    "split": polars.String(),
    "group": polars.String(),
    "position": polars.Int32(),
    "metric": polars.String(),
    "value": polars.Float64(),
    "lower": polars.Float64(),
    "upper": polars.Float64(),
    "schools": polars.Int32(),
    "cases": polars.Int32(),
}
"""One row for each model, way to split the schools, group and metric, over all tested years. Limits are of 95 %."""

SIZES = ((100, "100 pupils or fewer"), (210, "101 to 210"), (420, "211 to 420"), (10**6, "more than 420"))
"""Bands of pupils on roll (RISK.md section 0, finding 4)."""

QUARTERS = ("most deprived quarter", "second quarter", "third quarter", "least deprived quarter")
NOT_KNOWN = "not known"
FLAGGED, RECALLED = 0.1, 0.2
"""Shares of England's list that count as flagged, for false positives and for recall (RISK.md section 3)."""

LEAST_CASES = 10
"""Schools with concern in a group below which two groups are not compared; our judgement."""

OLDEST_ROLL, OLDEST_DEPRIVATION = 6, 12
"""Years after which a number of pupils, or an index of deprivation, is no longer used to tell groups apart."""


def groups(known: Known, rows: polars.DataFrame) -> dict[str, list[str]]:
    """Split → the group of each row, by what was known on its day.

    Args:
        rows: urn, as_of.
    """
    size, quarter = np.full(rows.height, NOT_KNOWN, object), np.full(rows.height, NOT_KNOWN, object)
    for (day,), part in rows.with_row_index("place").group_by("as_of", maintain_order=True):
        place = part["place"].to_numpy()
        pupils = _latest(known, part, "pupils_on_roll", day, OLDEST_ROLL)
        for limit, label in reversed(SIZES):
            size[place[pupils <= limit]] = label
        rank = _latest(known, part, "imd_rank", day, OLDEST_DEPRIVATION)
        if np.isfinite(rank).sum() >= len(QUARTERS):
            limits = np.nanquantile(rank, (0.25, 0.5, 0.75))
            found = np.isfinite(rank)
            quarter[place[found]] = np.array(QUARTERS, object)[np.searchsorted(limits, rank[found])]
    about = rows.select("urn").join(known.schools, on="urn", how="left", maintain_order="left")
    rural = polars.col("urban_rural").str.to_lowercase()
    told = about.select(
        polars.when(rural.str.contains("rural"))
        .then(polars.lit("rural"))
        .when(rural.str.contains("urban"))
        .then(polars.lit("urban"))
        .alias("place"),
        polars.when(polars.col("type_group").str.strip_chars() != "").then("type_group").alias("type"),
        "phase",
    ).fill_null(NOT_KNOWN)
    return {
        "pupils on roll": size.tolist(),
        "deprivation of the neighbourhood": quarter.tolist(),
        "urban or rural": told["place"].to_list(),
        "type": told["type"].to_list(),
        "phase": told["phase"].to_list(),
    }


def _latest(known: Known, part: polars.DataFrame, measure: str, day, oldest: int) -> NDArray:
    found = known.dated(measure).latest(day, oldest).select("urn", "value")
    return part.select("urn").join(found, on="urn", how="left", maintain_order="left")["value"].to_numpy().astype(float)


def measured(evidence: Evidence, years: Sequence[Year], group_of: dict[str, list[str]]) -> polars.DataFrame:
    """COLUMNS for one model: the lists of all tested years, as they were chosen and ordered then.

    Args:
        group_of: of `groups`, for the listed rows.
    """
    years = [one for one in tested(years) if one.timing_odds is not None]
    if not years:
        return polars.DataFrame(schema=COLUMNS)
    rows = np.concatenate([one.listed for one in years])
    said = [one.within_year(one.chosen) for one in years]
    flagged = np.concatenate([evaluate.flagged(p, FLAGGED) for p in said])
    first = np.concatenate([evaluate.flagged(p, RECALLED) for p in said])
    is_case = concern_found(evidence)[rows]
    weight = evaluate.draws_of(evidence.listed["la_code"].to_numpy()[rows])
    found = list(_rows(np.concatenate(said), flagged, first, is_case, weight, rows, group_of))
    return polars.DataFrame([{"model": evidence.model} | row for row in found], schema=COLUMNS)


def _rows(said, flagged, first, is_case, weight, rows, group_of) -> Iterator[dict]:
    for split, all_groups in group_of.items():
        mine = np.array(all_groups, object)[rows]
        false_positive = {}
        for position, group in enumerate(_in_order(set(mine.tolist()))):
            at = mine == group
            numbers = _numbers(said[at], flagged[at], first[at], is_case[at], weight[at])
            if is_case[at].sum() >= LEAST_CASES:
                false_positive[group] = numbers["false_positive_rate"]
            sizes = {"schools": int(at.sum()), "cases": int(is_case[at].sum())}
            for metric, number in numbers.items():
                yield {"split": split, "group": group, "position": position, "metric": metric} | _said(number) | sizes
        ends = [false_positive.get(label) for _, label in (SIZES[0], SIZES[-1])]
        if split == "pupils on roll" and all(one is not None for one in ends):
            with np.errstate(divide="ignore", invalid="ignore"):
                ratio = ends[0] / ends[1]
            about = {"split": split, "group": "smallest beside largest", "position": len(set(mine.tolist()))}
            yield (
                about
                | {"metric": "false_positive_ratio", "schools": len(said), "cases": int(is_case.sum())}
                | _said(ratio)
            )


def _numbers(said, flagged, first, is_case, weight) -> dict[str, NDArray]:
    total = weight.sum(axis=0)
    cases, others = is_case @ weight, (1 - is_case) @ weight
    with np.errstate(divide="ignore", invalid="ignore"):
        rate, mean = cases / total, (said @ weight) / total
        return {
            "share_with_concern": rate,
            "share_said": mean,
            "said_less_seen": mean - rate,
            "share_flagged": (flagged @ weight) / total,
            "false_positive_rate": ((flagged * (1 - is_case)) @ weight) / others,
            "recall_at_20": ((first * is_case) @ weight) / cases,
        }


def _said(number: NDArray) -> dict:
    found = evaluate.interval(number)
    return {
        name: float(one) if np.isfinite(one) else None
        for name, one in (("value", found.value), ("lower", found.lower), ("upper", found.upper))
    }


def _in_order(found: set[str]) -> list[str]:
    declared = [label for _, label in SIZES] + list(QUARTERS)
    return sorted(found, key=lambda one: (one == NOT_KNOWN, declared.index(one) if one in declared else -1, one))
