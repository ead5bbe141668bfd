"""The discussion pack of a cluster: the figures of its page as they may be shared, and questions for its heads."""

from collections.abc import Mapping, Sequence

from dashboard.components.cluster_gaps import (
    ClusterGaps,
    Row,
    amount,
    figure,
    in_force,
    is_hidden,
    lede,
    spread,
    way,
    when,
    with_limits,
)
from dashboard.components.cluster_schools import in_order, nation_of
from dashboard.components.cluster_three import foot, reading, rows_of
from dashboard.components.cluster_time import finding as time_finding
from dashboard.components.cluster_time import said_in_years
from dashboard.components.paper import Document
from dashboard.components.words import count, listed, missing, sentence

LONG = 19
"""With more schools the figures need more than the first page, and the questions follow them on the second."""

MARKING = "For the cluster’s heads: small numbers are hidden, and no forecast about any school is in it."


def discussion_pack(
    found: ClusterGaps,
    *,
    name: str,
    origins: Sequence[Mapping],
    settings: int,
    examples: Sequence[str],
    is_proposed: bool,
) -> Document:
    """The pack of a cluster. Make it where only what may be shared can be read.

    Args:
        name: the file's name without its ending.
        examples: schools that do well with the group, in words; at most three are printed.
    """
    measure, people = found.measure, found.people
    low, high = measure.axis
    data = {
        "name": found.name,
        "subject": f"{measure.label}: {people.name}",
        "lede": lede(found),
        "in_force": "; ".join(in_force(found, settings)),
        "proposed": is_proposed,
        "heads": [
            "Who and when",
            sentence(people.name),
            "",
            f"Less {people.others} here",
            f"Less {people.others} in England",
        ],
        "gaps": [_gap_row(found, series, label, row) for series, label, row in rows_of(found)],
        "reading": reading(found),
        "school_heads": [
            "School",
            "Pupils",
            sentence(people.name),
            "",
            sentence(people.others),
            f"Less {people.others} in England",
        ],
        "schools": [
            _school_row(found, member.name, member.row(found.span), member.why_not())
            for member in in_order(found, "name")
        ],
        "nation": _nation(found),
        "nation_value": nation_of(found),
        "low": low,
        "high": high,
        "time": [
            f"{time_finding(found)}.",
            *([f"{said_in_years(found)}."] if said_in_years(found) else []),
            *_beside(found),
        ],
        "questions": questions(found, examples),
        "hidden": hidden(found),
        "source": foot(found, origins),
        "is_long": len(found.members) > LONG,
    }
    return Document(
        name=name,
        title=f"Discussion pack: {found.name}",
        template="discussion-pack",
        data=data,
        marking=MARKING,
    )


def _nation(found: ClusterGaps) -> str:
    nation, england = nation_of(found), found.place("england")
    if nation is None:
        return ""
    row = england.row(found.span, found.year) if england else None
    period = f", {when(row)}" if row is not None else ""
    return f"{found.people.others} in England{period}: {found.measure.format(nation)}"


def _beside(found: ClusterGaps) -> list[str]:
    """The authority's and England's gap in their first and newest year since the last break, in words."""
    said = []
    for place in found.beside:
        rows = sorted(
            (r for r in place.rows if r["span"] == "year" and r["national_gap"] is not None), key=lambda r: r["year"]
        )
        rows = rows[max((i for i, row in enumerate(rows) if row["is_break"]), default=0) :]
        if len(rows) > 1:
            first, last = rows[0], rows[-1]
            gaps = [with_limits(found.measure, row, is_short=True) for row in (first, last)]
            said.append(f"{place.label}: {gaps[0]} in {when(first)}, {gaps[1]} in {when(last)}.")
    return said


def _gap_row(found: ClusterGaps, series: str, label: str, row: Row | None) -> dict:
    measure = found.measure
    gone = "Withheld" if found.left_out else "Hidden" if row and is_hidden(row) else missing("no_row").word
    is_own, is_england = series == "cluster", series == "england"
    told = row if row is not None and row["focus_value"] is not None else None
    return {
        "label": f"{found.short}, {label}" if is_own else label,
        "own": is_own,
        "focus": (figure(measure, told) if is_own else measure.format(told["focus_value"])) if told else gone,
        "within": (with_limits(measure, row, "within", is_short=is_england) if row else "") or gone,
        "national": (with_limits(measure, row, is_short=is_england) if row else "") or gone,
        "value": told["focus_value"] if told else None,
        "lower": told["focus_lower"] if told and not is_england else None,
        "upper": told["focus_upper"] if told and not is_england else None,
    }


def _school_row(found: ClusterGaps, name: str, row: Row | None, why_not: str) -> dict:
    measure = found.measure
    if row is None:
        return {"name": name, "words": why_not}
    both = [row[key] for key in ("focus_n", "other_n")]
    return {
        "name": name,
        "words": "" if row["focus_value"] is not None else "Only the gap is published",
        "pupils": " and ".join(f"{n:,.0f}" for n in both if n),
        "focus": measure.format(row["focus_value"]),
        "other": measure.format(row["other_value"]),
        "gap": with_limits(measure, row),
        "value": row["focus_value"],
        "lower": row["focus_lower"],
        "upper": row["focus_upper"],
        "small": bool(row["focus_n"] and row["focus_n"] < measure.minimum_cohort),
    }


def questions(found: ClusterGaps, examples: Sequence[str]) -> list[dict]:
    """Questions for the heads, each with the figure that it comes from; none claims a cause."""
    measure, people, row = found.measure, found.people, found.row()
    asked = []
    if row is not None and row["national_gap"] is not None:
        asked.append(
            {
                "ask": f"What do we each do for {people.name} that we would show the others?",
                "figure": f"Together: {amount(measure, row['national_gap'])} {way(row['national_gap'])} "
                f"{people.others} in England, {with_limits(measure, row)}.",
            }
        )
    told, behind, ahead = spread(found)
    if told > 1:
        asked.append(
            {
                "ask": "Where is the gap clear enough to act on, and where would one more year of figures tell more?",
                "figure": f"{behind} of {told} schools with a figure are behind by more than chance, {ahead} ahead.",
            }
        )
    if row is not None and row["other_value"] is not None and row["national_other"] is not None:
        lower = row["other_value"] < row["national_other"]
        asked.append(
            {
                "ask": f"Is this about {people.name} only, or about everybody?",
                "figure": f"{sentence(people.others)} here reach {measure.format(row['other_value'])}, in England "
                f"{measure.format(row['national_other'])}{': they are lower here too' if lower else ''}.",
            }
        )
    gone = sum(member.is_hidden for member in found.members)
    if gone:
        asked.append(
            {
                "ask": "How do schools with few such pupils know how they do, when no table can show it?",
                "figure": f"{sentence(count(gone, 'school'))} of {len(found.members)} cannot be shown here.",
            }
        )
    if examples:
        asked.append(
            {"ask": "Whom will we visit, and what will we look at?", "figure": f"{listed(list(examples)[:3])}."}
        )
    if not asked:
        asked.append(
            {
                "ask": f"What do our own records say of {people.name}, as no published figure does?",
                "figure": f"No gap of {people.name} in the cluster can be shared.",
            }
        )
    return asked


def hidden(found: ClusterGaps) -> list[str]:
    """What is hidden and why, in sentences; never who has how few."""
    names = [member.name for member in found.members if member.is_hidden]
    said = []
    if names:
        verb = "is" if len(names) == 1 else "are"
        said.append(
            f"The newest year of {listed(names)} {verb} hidden: few pupils, or a figure that would give few away."
        )
    if found.left_out or found.row() is None:
        text = found.why_no_total()
        said.append(f"The cluster’s total: {text if text.endswith('.') else text + '.'}")
    return said or ["Nothing on this paper had to be hidden."]
