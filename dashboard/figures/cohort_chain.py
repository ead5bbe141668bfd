"""Cohorts growing up: points behind other children in England at five, six, seven, eleven and sixteen, level at top."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from dashboard.figures.by_year import LABEL_GAP, spread
from dashboard.figures.look import AXIS, GRID, INK_2, SERIES, layout

HEIGHT = 400
TOP, BOTTOM = 30, 44
HOLLOW_BELOW = 11
"""Pupils below which a mark is hollow, as in every chart."""

OLDEST = 16
"""The last age: lines that come so far have their names under their end, so that they fit a phone."""

ROOM_AT_RIGHT = {OLDEST: 0.8}
ROOM_FOR_NAMES = 5.2
"""Years that the axis goes on after the last age, for the names of the lines."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One age of a cohort: the difference from England, or None; `is_like` says that it is from the same comparator."""

    age: int
    gap: float | None
    lower: float | None = None
    upper: float | None = None
    n: float | None = None
    is_like: bool = True


@dataclass(frozen=True, kw_only=True)
class Cohort:
    """One cohort's steps in the order of ages, drawn as `series` says.

    Attributes:
        label: what stands at its end ('Year 6 in 2024').
        role: `main` (thick, with intervals), `other` (thin), `older` (dashed) or `england`.
    """

    series: str
    label: str
    role: str
    steps: Sequence[Step]

    def known(self) -> list[Step]:
        """The steps with a difference from England's others."""
        return [step for step in self.steps if step.gap is not None and step.is_like]


_WIDTH = {"main": 3.2, "other": 1.8, "older": 2.0, "england": 2.0}
_DASH = {"main": "solid", "other": "solid", "older": "7px,4px"}
_ACROSS = "2px,4px"
"""How a line goes over an age at which nobody was assessed."""


def cohort_chain(cohorts: Sequence[Cohort], ages: Sequence[int], write: Callable[[float], str]) -> dict:
    """The figure as a dictionary.

    Args:
        cohorts: the main one first; at most five are read well.
        ages: every age of the axis, also those that nobody here reached.
        write: a difference as text.
    """
    low, high = _range(cohorts)
    traces = [_intervals(cohort) for cohort in cohorts if cohort.role == "main"]
    for cohort in reversed(cohorts):
        traces += _lines(cohort, ages)
        traces.append(_marks(cohort, write))
        traces += _apart(cohort, write)
    last = max((step.age for cohort in cohorts for step in cohort.known()), default=ages[-1])
    right = last + ROOM_AT_RIGHT.get(last, ROOM_FOR_NAMES)
    figure = layout(height=HEIGHT, margin={"l": 40, "r": 10, "t": TOP, "b": BOTTOM})
    figure["xaxis"] = {
        "range": [ages[0] - 0.6, right],
        "tickvals": [age for age in ages if age <= last],
        "ticktext": [str(age) for age in ages if age <= last],
        "title": {"text": "Age at the end of the school year", "font": {"size": 12}, "standoff": 6},
        "showgrid": True,
        "gridcolor": GRID,
        "zeroline": False,
        "tickangle": 0,
        "fixedrange": True,
    }
    ticks = [mark for mark in range(-100, 101, 10) if low <= mark <= high]
    figure["yaxis"] = {
        "range": [low, high],
        "tickvals": ticks,
        "ticktext": ["0" if mark == 0 else write(mark) for mark in ticks],
        "gridcolor": GRID,
        "zeroline": True,
        "zerolinecolor": AXIS,
        "zerolinewidth": 1.5,
        "fixedrange": True,
    }
    figure["annotations"] = [_level(right), *_ends(cohorts, low, high, write)]
    return {"data": traces, "layout": figure}


def _range(cohorts: Sequence[Cohort]) -> tuple[float, float]:
    values = [step.gap for cohort in cohorts for step in cohort.steps if step.gap is not None]
    values += [
        limit
        for cohort in cohorts
        if cohort.role == "main"
        for step in cohort.steps
        for limit in (step.lower, step.upper)
        if limit is not None
    ]
    low, high = min([-20, *values]), max([0, *values])
    return low - 4, high + 3


def _level(right: float) -> dict:
    return {
        "x": right,
        "xanchor": "right",
        "y": 0,
        "yanchor": "bottom",
        "text": "Level with other children in England",
        "showarrow": False,
        "font": {"size": 12, "color": INK_2},
    }


def _intervals(cohort: Cohort) -> dict:
    steps = [step for step in cohort.known() if step.lower is not None and step.upper is not None]
    tint = SERIES[cohort.series].tint
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [step.age for step in steps],
        "y": [step.gap for step in steps],
        "marker": {"size": 1, "color": tint},
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [step.upper - step.gap for step in steps],
            "arrayminus": [step.gap - step.lower for step in steps],
            "thickness": 6,
            "width": 0,
            "color": tint,
        },
        "hoverinfo": "skip",
    }


def _lines(cohort: Cohort, ages: Sequence[int]) -> list[dict]:
    """A piece between each two known ages: dotted where an age between them has no figure."""
    look, known = SERIES[cohort.series], cohort.known()
    order = {age: place for place, age in enumerate(ages)}
    pieces = []
    for start, end in pairwise(known):
        is_next = order[end.age] - order[start.age] == 1
        dash = look.dash if cohort.role == "england" else _DASH[cohort.role] if is_next else _ACROSS
        pieces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": [start.age, end.age],
                "y": [start.gap, end.gap],
                "line": {"color": look.color, "width": _WIDTH[cohort.role], "dash": dash},
                "hoverinfo": "skip",
            }
        )
    return pieces


def _marks(cohort: Cohort, write: Callable[[float], str]) -> dict:
    look, known = SERIES[cohort.series], cohort.known()
    is_line = look.symbol == "line-ns"
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [step.age for step in known],
        "y": [step.gap for step in known],
        "marker": {
            "symbol": look.symbol,
            "size": 11 if cohort.role == "main" else 8,
            "color": ["#FFFFFF" if step.n is not None and step.n < HOLLOW_BELOW else look.color for step in known],
            "line": {"color": look.color, "width": 4 if is_line else 2},
        },
        "hovertext": [_said(cohort, step, write) for step in known],
        "hoverinfo": "text",
    }


def _apart(cohort: Cohort, write: Callable[[float], str]) -> list[dict]:
    """Hollow marks that no line joins: differences from all children, which are smaller than those from others."""
    look = SERIES[cohort.series]
    steps = [step for step in cohort.steps if step.gap is not None and not step.is_like]
    if not steps or cohort.role != "main":
        return []
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "x": [step.age for step in steps],
            "y": [step.gap for step in steps],
            "marker": {
                "symbol": f"{look.symbol}-open",
                "size": 11,
                "color": look.color,
                "line": {"color": look.color, "width": 2},
            },
            "hovertext": [f"{_said(cohort, step, write)}, from all children" for step in steps],
            "hoverinfo": "text",
        }
    ]


def _said(cohort: Cohort, step: Step, write: Callable[[float], str]) -> str:
    limits = f" ({write(step.lower)} to {write(step.upper)})" if step.lower is not None else ""
    pupils = f", {step.n:,.0f} children" if step.n is not None else ""
    return f"{cohort.label}, at {step.age}: {write(step.gap)}{limits}{pupils}"


_BESIDE = {"xanchor": "left", "xshift": 10}


def _ends(cohorts: Sequence[Cohort], low: float, high: float, write: Callable[[float], str]) -> list[dict]:
    """The name of each line at its right end, those that end at one age spread apart."""
    plot = HEIGHT - TOP - BOTTOM
    ends: Mapping[int, list[tuple[Cohort, Step]]] = {}
    for cohort in cohorts:
        if known := cohort.known():
            ends.setdefault(known[-1].age, []).append((cohort, known[-1]))
    labels = []
    for age, here in ends.items():
        here.sort(key=lambda pair: pair[1].gap, reverse=True)
        wanted = [(high - step.gap) / (high - low) * plot for _, step in here]
        for (cohort, step), place in zip(here, spread(wanted, LABEL_GAP, plot), strict=True):
            words = f"{write(step.gap)} {cohort.label}"
            labels.append(
                {
                    "x": age,
                    **(
                        {"xanchor": "right", "xshift": 8, "yshift": -16}
                        if age == OLDEST
                        else {"xanchor": "left", "xshift": 10}
                    ),
                    "y": high - place / plot * (high - low),
                    "text": f"<b>{words}</b>" if cohort.role == "main" else words,
                    "showarrow": False,
                    "align": "left",
                    "bgcolor": "rgba(255,255,255,0.85)",
                    "font": {"size": 13, "color": SERIES[cohort.series].text},
                }
            )
    return labels
