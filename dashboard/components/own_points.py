"""Points for the rules that a school meets, with weights that a reader may try; never mixed with the chance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dash import dcc, html

from dashboard.components.links import school_path
from dashboard.components.moves import signed
from dashboard.components.tables import Column, table

FIRST = 10
LEAST, MOST, STEP = 0.0, 10.0, 0.5
"""Bounds and step of a weight."""

PREFIX = "w_"
"""Before a rule's key in the address: the weight tried for it."""

NOT_WEIGHED = ("escalation",)
"""Rules that are themselves sums of others."""

SHOWN = 40
"""Schools in the table of those that are among the first before or after."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A school's points and places, before and with other weights; places are shared by schools with equal points."""

    urn: int
    name: str
    before: float
    after: float
    place_before: tuple[int, int]
    place_after: tuple[int, int]
    unknown: int

    @property
    def moved(self) -> int:
        """Places up: from the first place that its points share before to that after."""
        return self.place_before[0] - self.place_after[0]


def is_weight(text: str) -> bool:
    """Whether a text is a weight within the bounds."""
    try:
        return LEAST <= float(text) <= MOST
    except ValueError:
        return False


def written(weight: float) -> str:
    """A weight without a needless .0."""
    return f"{weight:g}"


def weighed(judged: Sequence[Mapping]) -> list[Mapping]:
    """A row for each rule that can have a weight, in their order: rule, title, weight, met and asked, in schools."""
    found: dict[str, dict] = {}
    for row in judged:
        if row["kind"] == "proposed" or row["rule"] in NOT_WEIGHED:
            continue
        rule = found.setdefault(
            row["rule"],
            {"rule": row["rule"], "title": row["title"], "weight": row["weight"] or 0.0, "met": 0, "asked": 0},
        )
        rule["met"] += row["outcome"] == "below"
        rule["asked"] += row["outcome"] != "cannot_be_judged"
    return [rule for rule in found.values() if rule["asked"]]


def places(
    judged: Sequence[Mapping], names: Mapping[int, str], weights: Mapping[str, float], others: Mapping[str, float]
) -> list[Place]:
    """Every school with its points under `weights` and under `others`, the highest under `others` first."""
    before, after, unknown = ({urn: 0 for urn in names} for _ in range(3))
    for row in judged:
        urn, rule = row["urn"], row["rule"]
        if urn not in names or rule not in weights:
            continue
        if row["outcome"] == "below":
            before[urn] += weights[rule]
            after[urn] += others[rule]
        unknown[urn] += row["outcome"] == "cannot_be_judged"
    was, now = _places(before), _places(after)
    found = [
        Place(
            urn=urn,
            name=names[urn],
            before=before[urn],
            after=after[urn],
            place_before=was[before[urn]],
            place_after=now[after[urn]],
            unknown=unknown[urn],
        )
        for urn in names
    ]
    return sorted(found, key=lambda one: (-one.after, -one.before, one.name))


def _places(points: Mapping[int, float]) -> dict[float, tuple[int, int]]:
    """Points → the first and last place that schools with so many points share."""
    ordered = sorted(points.values(), reverse=True)
    return {value: (ordered.index(value) + 1, len(ordered) - ordered[::-1].index(value)) for value in set(ordered)}


def first_of(found: Sequence[Place], *, is_after: bool) -> set[int]:
    """URNs of the schools that stand among the first FIRST, all that share the last of those places included."""
    return {
        one.urn
        for one in found
        if (one.place_after if is_after else one.place_before)[0] <= FIRST
        and (one.after if is_after else one.before) > 0
    }


def stay_in_words(found: Sequence[Place]) -> str:
    """How many of the first ones stay, who comes and who goes."""
    before, after = first_of(found, is_after=False), first_of(found, is_after=True)
    stay = len(before & after)
    shared = f" ({len(before)} schools share the first {FIRST} places)" if len(before) > FIRST else ""
    return (
        f"{stay} of the first {len(before)}{shared} stay among the first; {len(after - before)} come in and "
        f"{len(before - after)} go out."
    )


def panel(
    rules: Sequence[Mapping],
    found: Sequence[Place],
    tried: Mapping[str, float],
    *,
    is_open: bool,
    action: str,
    hidden: Mapping[str, str],
    open_address: str,
    reset_address: str,
) -> list:
    """The weights, to read or, when `is_open`, to change; and what moves where they were changed."""
    is_changed = any(tried[rule["rule"]] != rule["weight"] for rule in rules)
    parts: list = [
        html.P(
            [
                html.B("These points are not the chance. "),
                "They count the rules that a school meets, each with a weight, as an authority’s own list of triggers "
                "does. The weights are judgement: nothing here was learnt from inspections, and nothing here changes "
                "the list above. A rule that cannot be judged counts 0.",
            ]
        )
    ]
    if is_open:
        parts.append(_form(rules, tried, action, hidden))
    else:
        parts.append(_weights(rules, tried, is_changed))
    parts.append(
        html.P(
            [
                html.A("Change weights", href=open_address, className="btn") if not is_open else None,
                " ",
                html.A("Back to the authority’s weights", href=reset_address, className="btn quiet")
                if is_changed or is_open
                else None,
            ],
            className="acts saves",
        )
    )
    return [*parts, *(_moved(found) if is_changed else _standing(found))]


def _weights(rules: Sequence[Mapping], tried: Mapping[str, float], is_changed: bool) -> html.Table:
    columns = [
        Column(title="Rule", cell=lambda r: r["title"]),
        Column(title="Schools that meet it", cell=lambda r: f"{r['met']} of {r['asked']}", is_number=True),
        Column(title="The authority’s weight", cell=lambda r: written(r["weight"]), is_number=True),
    ]
    if is_changed:
        columns.append(Column(title="Tried", cell=lambda r: written(tried[r["rule"]]), is_number=True))
    return table(rules, columns, classes="dense weights")


def _form(rules: Sequence[Mapping], tried: Mapping[str, float], action: str, hidden: Mapping[str, str]) -> html.Form:
    def field(rule: Mapping) -> html.Div:
        key = f"{PREFIX}{rule['rule']}"
        return html.Div(
            [
                html.Label(
                    [rule["title"], html.Span(f" {rule['met']} of {rule['asked']} schools", className="mute")],
                    htmlFor=f"field-{key}",
                ),
                dcc.Input(
                    id=f"field-{key}",
                    name=key,
                    type="number",
                    value=tried[rule["rule"]],
                    min=LEAST,
                    max=MOST,
                    step=STEP,
                    required=True,
                    className="field",
                ),
            ],
            className="f",
        )

    return html.Form(
        [
            *(field(rule) for rule in rules),
            html.Div(
                [
                    dcc.Input(type="hidden", name=key, value=value, id=f"points-{key}")
                    for key, value in {**hidden, "own": "yes"}.items()
                ],
                hidden=True,
            ),
            html.Div(html.Button("See who moves", type="submit", className="btn primary"), className="f act"),
        ],
        action=action,
        method="get",
        className="filters weighing",
        **{"aria-label": f"Weights from {written(LEAST)} to {written(MOST)}"},
    )


def _standing(found: Sequence[Place]) -> list:
    top = [one for one in found if one.after > 0][:FIRST]
    return [html.H3("Most points"), table(top, _columns())] if top else [html.P("No rule is met.")]


def _moved(found: Sequence[Place]) -> list:
    before, after = first_of(found, is_after=False), first_of(found, is_after=True)
    kinds = {
        one.urn: "Stays" if one.urn in before & after else "Comes in" if one.urn in after else "Goes out"
        for one in found
        if one.urn in before | after
    }
    shown = [one for one in found if one.urn in kinds]
    up, down = (sum(is_so(one.moved) for one in found) for is_so in (lambda m: m > 0, lambda m: m < 0))
    more = f" The table has {SHOWN} of {len(shown)}." if len(shown) > SHOWN else ""
    said = f"Of all {len(found)}, {up or 'none'} {'moves' if up == 1 else 'move'} up and {down or 'none'} down.{more}"
    columns = [
        *_columns(),
        Column(title="Points tried", cell=lambda one: written(one.after), is_number=True),
        Column(title="Place tried", cell=lambda one: _range(one.place_after), is_number=True, is_minor=True),
        Column(title="Moved", cell=lambda one: signed(one.moved), is_number=True),
        Column(title="Among the first", cell=lambda one: kinds[one.urn], is_minor=True),
    ]
    return [
        html.H3("With these weights"),
        html.P([html.B(stay_in_words(found)), " ", said], role="status"),
        table(shown[:SHOWN], columns) if shown else html.P("No school has a point."),
    ]


def _columns() -> list[Column]:
    return [
        Column(title="School", cell=lambda one: html.A(one.name, href=school_path(one.urn))),
        Column(title="Rules that cannot be judged", cell=lambda one: str(one.unknown), is_number=True, is_minor=True),
        Column(title="Points", cell=lambda one: written(one.before), is_number=True),
        Column(title="Place", cell=lambda one: _range(one.place_before), is_number=True, is_minor=True),
    ]


def _range(place: tuple[int, int]) -> str:
    return f"{place[0]} to {place[1]}" if place[0] != place[1] else str(place[0])
