"""Section 5, last part: as right for one kind of school as for another?"""

from collections.abc import Iterator, Mapping, Sequence

import polars

from pipelines.risk import fairness
from pipelines.risk.backtest import WITHIN_YEAR
from pipelines.risk.card.numbers import Tables, minus, said, table
from pipelines.risk.card.results import _NOT_TESTED
from pipelines.risk.question import MODELS

_FAIRNESS = """\
All tested years together, all schools, list ordered by *{forecast}*. *Said less seen*: mean probability less share with
concern, in percentage points. *False positives*: of schools without concern found, how many in a hundred stood in
England's first {flagged:.0f}%. True shares differ between groups, so equal rates are not the goal; bounded ratios are.
A false positive here costs a conversation, not a grade.
"""


def fairness_of(tables: Tables) -> Iterator[str]:
    """Whether lists were as right for one kind of school as for another."""
    yield "#### As right for one kind of school as for another?\n"
    frame = tables["risk_fairness"]
    if frame.is_empty():
        yield _NOT_TESTED
        return
    yield _FAIRNESS.format(forecast=WITHIN_YEAR, flagged=100 * fairness.FLAGGED)
    for model in [model for model in MODELS if model in set(frame["model"])]:
        mine = frame.filter(polars.col("model") == model)
        yield f"**{model.capitalize()} schools.**\n"
        yield from _fair_sentences(mine)
        for split in mine["split"].unique(maintain_order=True):
            yield from table(
                (split, "schools", "cases", "with concern", "said less seen", "false positives", "recall at 20%"),
                (_group(part) for _, part in _groups(mine, split)),
            )


def _groups(frame: polars.DataFrame, split: str) -> list[tuple[str, dict[str, dict]]]:
    mine = frame.filter(polars.col("split") == split, polars.col("metric") != "false_positive_ratio")
    found: dict[str, dict[str, dict]] = {}
    for row in mine.sort("position").iter_rows(named=True):
        found.setdefault(row["group"], {})[row["metric"]] = row
    return list(found.items())


def _group(part: Mapping[str, dict]) -> tuple[str, ...]:
    first = next(iter(part.values()))
    rate = part.get("share_with_concern", {}).get("value")

    def points(metric: str) -> str:
        row = part.get(metric)
        if row is None or row["value"] is None:
            return "–"
        sign = "+" if metric == "said_less_seen" else ""
        shown = [None if row[name] is None else f"{100 * row[name]:{sign}.1f}" for name in ("value", "lower", "upper")]
        if None in shown[1:]:
            return minus(shown[0])
        return minus(f"{shown[0]} ({shown[1]} to {shown[2]})")

    return (
        first["group"],
        f"{first['schools']:,}",
        f"{first['cases']:,}",
        "–" if rate is None else f"{100 * rate:.1f}%",
        points("said_less_seen"),
        points("false_positive_rate"),
        points("recall_at_20"),
    )


def _fair_sentences(frame: polars.DataFrame) -> Iterator[str]:
    sizes = dict(_groups(frame, "pupils on roll"))
    ratio = frame.filter(polars.col("metric") == "false_positive_ratio").to_dicts()
    if ratio and ratio[0]["value"] is not None:
        small = next(iter(sizes.get(fairness.SIZES[0][1], {}).values()), None)
        basis = f" The smallest band holds {small['schools']:,} schools and {small['cases']:,} cases" if small else ""
        unknown = next(iter(sizes.get(fairness.NOT_KNOWN, {}).values()), None)
        share = f"; of {100 * unknown['schools'] / ratio[0]['schools']:.0f}% the roll is not known." if unknown else "."
        yield f"- False positives of the smallest beside the largest schools: {said('ratio', ratio[0])}.{basis}{share}"
    for split, first, last in (
        ("deprivation of the neighbourhood", fairness.QUARTERS[0], fairness.QUARTERS[-1]),
        ("urban or rural", "urban", "rural"),
    ):
        groups = dict(_groups(frame, split))
        pair = [groups.get(one, {}).get("false_positive_rate", {}).get("value") for one in (first, last)]
        recall = [groups.get(one, {}).get("recall_at_20", {}).get("value") for one in (first, last)]
        rate = [groups.get(one, {}).get("share_with_concern", {}).get("value") for one in (first, last)]
        if all(pair) and all(recall) and all(rate):
            yield (
                f"- {first.capitalize()} beside {last}: concern {100 * rate[0]:.1f}% beside {100 * rate[1]:.1f}%, "
                f"false positives {100 * pair[0]:.1f}% beside {100 * pair[1]:.1f}% ({pair[0] / pair[1]:.1f} times), "
                f"recall at 20% {100 * recall[0]:.0f}% beside {100 * recall[1]:.0f}%. "
                + _burden(pair, recall, first, last)
            )
    off = []
    for split in frame["split"].unique(maintain_order=True):
        for group, part in _groups(frame, split):
            row = part.get("said_less_seen")
            if row is None or row["value"] is None or group == fairness.NOT_KNOWN:
                continue
            if abs(row["value"]) > 0.02:
                apart = minus(f"{100 * row['value']:+.1f}")
                off.append(f"{group} ({apart} points, {row['schools']:,} schools)")
    yield (
        "- Said and seen are more than 2 points apart for: " + ", ".join(off) + "."
        if off
        else "- In no group are said and seen more than 2 points apart."
    )
    special = dict(_groups(frame, "type")).get("Special schools")
    if special:
        count = next(iter(special.values()))["schools"]
        yield (
            f"- {count:,} rows are of special schools that the register lists under an ordinary phase: the model was "
            "not made for them."
        )
    yield ""


def _burden(pair: Sequence[float], recall: Sequence[float], first: str, last: str) -> str:
    missed, visited = (last, first) if recall[0] > recall[1] else (first, last)
    same = (pair[0] > pair[1]) == (recall[0] > recall[1])
    if same:
        return f"The {visited} are listed more often without need; concern in the {missed} is missed more often."
    return f"Concern in the {missed} is missed more often."
