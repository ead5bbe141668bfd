"""Which rule reaches most disadvantaged children: the curve, the shortlist, and what changes with other weights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl
from dash import html

from dashboard.components.block import block, method
from dashboard.components.downloads import download_links
from dashboard.components.fields import choice, filter_form, number
from dashboard.components.graph import graph
from dashboard.components.links import school_path
from dashboard.components.need.children import Held, sentence_of_deciles, whole
from dashboard.components.need.facts import Need
from dashboard.components.need.targeting import (
    HIGHEST_WEIGHT,
    RULES,
    WEIGHTS,
    School,
    by_chance,
    orders,
    overlap,
    places_of,
    reached,
)
from dashboard.components.need.where import where
from dashboard.components.tables import Column, table
from dashboard.components.words import count, listed, missing_mark, sentence
from dashboard.figures.concentration import Curve, concentration, look
from pipelines.measures import Measure, Polarity

WEIGHT_WORDS = {
    "w_share": "Weight of disadvantage %",
    "w_number": "Weight of the number",
    "w_area": "Weight of the area",
    "w_results": "Weight of low results",
}
RANDOM = "Drawn at random"
SHOWN = 12


@dataclass(frozen=True, kw_only=True)
class Targeting:
    """The rules followed with the places at hand.

    Attributes:
        places: how many schools can be chosen. asked: what the reader asked where that was out of bounds, else 0.
        rule: the rule chosen. found: rule → schools in its order. weights: of the reader's own rule.
        may_show_chances: whether the talk-first list is one of the rules.
    """

    places: int
    asked: int
    rule: str
    found: Mapping[str, list[School]]
    weights: Mapping[str, int]
    outcome: Measure | None
    low_is_need: bool
    may_show_chances: bool

    @property
    def schools(self) -> list[School]:
        """Every school, in the order of the rule chosen."""
        return self.found.get(self.rule, [])

    def share(self, rule: str) -> float:
        """What a rule reaches with the places, in %."""
        return reached(self.found[rule])[self.places]


def targeting(
    need: Need,
    *,
    results: Mapping[int, float],
    chances: Mapping[int, float] | None,
    outcome: Measure | None,
) -> Targeting:
    """The rules under the choices in force; `chances` is None where they may not be shown."""
    schools = [
        School(
            urn=row["urn"],
            name=row["name"],
            children=row["children"],
            pupils=row["n"] or 0.0,
            share=row["share"],
            cluster=row["cluster_name"] or "",
            decile=row["decile"],
            area_rank=row["area_rank"],
            result=results.get(row["urn"]),
            chance=(chances or {}).get(row["urn"]),
        )
        for row in need.counted.rows(named=True)
    ]
    weights = {weight: int(need.choices[weight] or 0) for weight in WEIGHTS}
    low_is_need = outcome is None or outcome.polarity is not Polarity.LOW_IS_BETTER
    found = orders(schools, weights, has_chances=chances is not None, low_is_need=low_is_need)
    asked = int(need.choices["places"] or 0)
    places = min(max(asked or round(len(schools) / 4), 1), len(schools)) if schools else 0
    rule = need.choices["rule"] if need.choices["rule"] in found else next(iter(found), "share")
    return Targeting(
        places=places,
        asked=asked if asked and asked != places else 0,
        rule=rule,
        found=found,
        weights=weights,
        outcome=outcome,
        low_is_need=low_is_need,
        may_show_chances=chances is not None,
    )


def in_short(held: Targeting) -> str:
    """What the plainest rules reach with the places, in a sentence."""
    words = {
        "number": "if by the number of such children",
        "share": "if by their share",
        "area": "if by the school’s area",
    }
    said = [f"{whole(held.share(rule))}% {words[rule]}" for rule in words if rule in held.found]
    return f"With {count(held.places, 'place')}, choosing schools reaches {listed(said)}." if said else ""


def targeting_form(need: Need, held: Targeting) -> html.Form:
    """Places, the rule to follow and the reader's own weights."""
    steps = [(str(weight), str(weight)) for weight in range(HIGHEST_WEIGHT + 1)]
    mine = {"places", "rule", *WEIGHTS}
    return filter_form(
        "/need",
        [
            number(
                "places", f"Places, of {len(held.schools)} schools", held.places, low=1, high=len(held.schools) or 1
            ),
            choice("rule", "Shortlist by", [(rule, RULES[rule]) for rule in held.found], held.rule),
            *(choice(w, WEIGHT_WORDS[w], steps, str(held.weights[w])) for w in WEIGHTS),
        ],
        hidden={key: value for key, value in need.choices.kept.items() if key not in mine},
        button="Choose schools",
        name="Targeting",
    )


def curves(held: Targeting) -> list[Curve]:
    """Every rule's curve, and the one of chance."""
    found = [
        Curve(label=RULES[rule], shares=reached(order), is_chosen=rule == held.rule)
        for rule, order in held.found.items()
    ]
    return [*found, Curve(label=RANDOM, shares=by_chance(len(held.schools)), is_random=True)]


def curve_block(need: Need, held: Targeting, deciles: Held, files: pl.DataFrame) -> html.Article:
    """The block of the curve."""
    choices = need.choices
    if not held.schools:
        title = "No rule can be tried: no school has a number"
    else:
        title = f"{_short(held.rule)} reaches {whole(held.share(held.rule))}% of disadvantaged children"
    return block(
        "curve",
        title=title,
        name="Children reached by each rule",
        sub=f"Share of the disadvantaged children at {need.phase_schools} in the schools chosen, most in need first; "
        f"{need.census or 'no census at hand'}; {count(held.places, 'place')} of {len(held.schools)} schools",
        views={
            "chart": lambda: _chart(need, held),
            "table": lambda: [_reached_table(held)],
            "download": lambda: [
                html.P("What each rule reaches with 0, 1, 2 … places, not rounded. Without the talk-first list."),
                download_links("/need", "curve", len(held.schools) + 1, dict(choices.kept)),
            ],
            "how": lambda: how(held),
            "where": lambda: where(files),
        },
        view=choices.view("curve"),
        view_address=choices.view_address("curve"),
        reason=[*sentence_of_deciles(need, deciles), *_chance_note(held)],
        foot=_left_out(need, held),
    )


def _short(rule: str) -> str:
    return {
        "share": "Choosing by school intake",
        "number": "Choosing by number",
        "area": "Choosing by area",
        "clusters": "Choosing whole clusters",
        "chance": "The talk-first list",
        "own": "Your own weighting",
    }[rule]


def _chance_note(held: Targeting) -> list:
    if "chance" not in held.found:
        return []
    return [f" The talk-first list is meant for another question and reaches {whole(held.share('chance'))}%."]


def _left_out(need: Need, held: Targeting) -> str:
    parts = []
    if held.asked:
        parts.append(f"{held.asked} places were asked; between 1 and {len(held.schools)} can be given.")
    if need.without:
        parts.append(
            f"{sentence(count(need.without, 'school has', 'schools have'))} no number of disadvantaged children and "
            "cannot be placed by any rule."
        )
    if "chance" not in held.found:
        parts.append(
            "The talk-first list is not among the rules here: it is in nothing that is shared, or not in this build."
        )
    return " ".join(parts)


def _chart(need: Need, held: Targeting) -> list:
    if not held.schools:
        return [html.P("No school of this choice has a number of disadvantaged children: choose another phase.")]
    found = curves(held)
    spoken = "; ".join(f"{curve.label} {whole(curve.shares[held.places])}%" for curve in found)
    axis = f"{sentence(need.phase_schools)} supported"
    figure = concentration(found, held.places, axis)
    return [
        html.Div(
            [
                graph(figure, f"Children reached with {count(held.places, 'school')}: {spoken}."),
                _legend(held, found),
            ],
            className="curve",
        )
    ]


def _legend(held: Targeting, found: Sequence[Curve]) -> html.Div:
    marks = {"circle": "●", "square": "□", "diamond": "◇", "triangle-up": "△", "triangle-down": "▽", "hexagon": "⬡"}
    lines = {"solid": "solid", "7px,3px": "dashed", "2px,3px": "dotted", "1px,4px": "dotted"}
    items = [
        html.Li(
            [
                html.Span(marks.get(symbol, "···"), className="sym", **{"aria-hidden": "true"}),
                html.B(f"{whole(curve.shares[held.places])}%"),
                html.Span([curve.label, html.Span(f", line {lines.get(dash, 'dashed')}", className="vh")]),
            ],
            className="own" if curve.is_chosen else "",
        )
        for curve, (_, symbol, dash, _) in sorted(
            zip(found, look(found), strict=True), key=lambda pair: -pair[0].shares[held.places]
        )
    ]
    return html.Div(
        [html.P(f"Reached with {count(held.places, 'school')}", className="ct"), html.Ul(items, className="reached")]
    )


def _reached_table(held: Targeting) -> html.Table:
    steps = sorted({held.places, *(round(len(held.schools) * part) for part in (0.1, 0.25, 0.5, 0.75))} - {0})
    columns = [Column(title="Rule", cell=lambda curve: html.B(curve.label) if curve.is_chosen else curve.label)]
    columns += [
        Column(
            title=f"{step} schools" + (" (your places)" if step == held.places else ""),
            cell=lambda curve, step=step: f"{whole(curve.shares[step])}%",
            is_number=True,
            is_minor=step != held.places and step != steps[-1],
        )
        for step in steps
    ]
    return table(curves(held), columns, classes="dense")


def how(held: Targeting) -> html.Dl:
    """How the rules are made."""
    return method(
        {
            "Children reached": "Disadvantaged pupils of the schools chosen, of those of all schools whose number is "
            "known. Every pupil of a chosen school counts as reached; that is the most a programme can do.",
            "Rules": "School disadvantage %: highest share first. Number: most children first. Area: the most deprived "
            "small area first, deciles in order and ranks within them. Whole clusters: the cluster with the highest "
            "share first, in it the school with most children. Ties go to the school with more children.",
            "Your own weights": "The weighted mean of a school’s positions among these schools (0 to 1) by "
            "disadvantage "
            "%, number, area and low results"
            + (f" ({held.outcome.label})" if held.outcome else "")
            + ". What is not known of a school does not count for or against it.",
            "At random": "The mean of many draws: as large a share of the children as of the schools.",
        }
    )


def shortlist_block(need: Need, held: Targeting, files: pl.DataFrame) -> html.Article:
    """The schools that the rule chosen takes, their places under every rule, and what other weights would change."""
    choices = need.choices
    same = _steady(held)
    return block(
        "shortlist",
        title=f"{sentence(count(len(same), 'school is', 'schools are'))} on every rule’s shortlist"
        if held.schools
        else "There is no shortlist",
        name="Shortlist",
        sub=f"The {count(held.places, 'school')} that “{RULES[held.rule]}” takes, with the place of each under "
        "every rule",
        words={"chart": "Shortlist", "table": "All of it"},
        views={
            "chart": lambda: _first_of(need, held),
            "table": lambda: [_shortlist(held, held.places)] if held.schools else [html.P("No school has a number.")],
            "download": lambda: [
                html.P(
                    "Every school with its place under all rules. Without chances: they are in nothing that is saved."
                ),
                download_links("/need", "shortlist", len(held.schools), dict(choices.kept)),
            ],
            "how": lambda: how(held),
            "where": lambda: where(files),
        },
        view=choices.view("shortlist"),
        view_address=choices.view_address("shortlist"),
        reason=_steady_words(held),
        foot="A shortlist is not a judgement of a school, and places are not grades: schools near the line are alike.",
    )


def _steady(held: Targeting) -> set[int]:
    sets = [{s.urn for s in order[: held.places]} for rule, order in held.found.items() if rule != "chance"]
    return set.intersection(*sets) if sets else set()


def _steady_words(held: Targeting) -> str:
    if not held.schools or len(held.found) < 2:
        return ""
    others = [rule for rule in held.found if rule != held.rule]
    said = [f"{overlap(held.schools, held.found[rule], held.places)} with “{RULES[rule]}”" for rule in others]
    return f"Of the {held.places} schools, this shortlist shares {listed(said)}."


def _first_of(need: Need, held: Targeting) -> list:
    if not held.schools:
        return [html.P("No school has a number.")]
    if held.places <= SHOWN + 3:
        return [_shortlist(held, held.places)]
    href = need.choices.address(shortlist="table")
    return [_shortlist(held, SHOWN), html.P(html.A(f"All {held.places} schools", href=href), className="go")]


def _shortlist(held: Targeting, shown: int) -> html.Div:
    places = {rule: places_of(order) for rule, order in held.found.items()}
    columns = [
        Column(title="School", cell=lambda s: html.A(s.name, href=school_path(s.urn))),
        Column(title="Cluster", cell=lambda s: s.cluster or "None", is_minor=True),
        Column(title="Disadvantaged children", cell=lambda s: f"{s.children:,.0f}", is_number=True),
        Column(title="Share", cell=lambda s: f"{s.share:.0f}%", is_number=True),
        Column(
            title="Decile of its area",
            cell=lambda s: str(s.decile) if s.decile else missing_mark("no_file", short=True),
            is_number=True,
            is_minor=True,
        ),
        *(
            Column(
                title=f"Place: {RULES[rule][0].lower()}{RULES[rule][1:]}",
                cell=lambda s, rule=rule: _place(s, rule, places),
                is_number=True,
                is_minor=True,
            )
            for rule in held.found
        ),
    ]
    return html.Div(
        table(held.schools[:shown], columns, classes="dense"),
        className="scroll",
        tabIndex=0,
        role="region",
        **{"aria-label": "Shortlist"},
    )


def _place(school: School, rule: str, places: Mapping[str, Mapping[int, int]]) -> str | html.Span:
    unplaced = (rule == "chance" and school.chance is None) or (rule == "area" and school.area_rank is None)
    return missing_mark("no_row", short=True) if unplaced else str(places[rule][school.urn])


def weights_block(need: Need, held: Targeting) -> html.Article | None:
    """What other weights would change in the reader's own shortlist; None where every weight is 0."""
    if "own" not in held.found:
        return None
    rows = _changes(held)
    least = min((row[1] for row in rows if not row[0].startswith("Instead")), default=held.places)
    return html.Article(
        [
            html.Header(
                html.Div(
                    [
                        html.H3(f"If one weight changes, at least {least} of {held.places} schools stay"),
                        html.P(
                            "Your own weights; a shortlist that moves much is a choice more than a finding",
                            className="sub",
                        ),
                    ]
                )
            ),
            _changes_table(held, rows),
        ],
        className="measure",
        id="m-weights",
    )


def _changes(held: Targeting) -> list[tuple[str, int, int]]:
    """(what changes, how many of the reader's own shortlist stay, children reached in %)."""
    rows = []
    mine = held.found.get("own")
    for weight, words in WEIGHT_WORDS.items():
        if mine is None or not held.weights[weight]:
            continue
        for change, factor in (("left out", 0), ("doubled", 2)):
            weights = {**held.weights, weight: held.weights[weight] * factor}
            if not any(weights.values()):
                continue
            other = orders(mine, weights, has_chances=False, low_is_need=held.low_is_need)["own"]
            rows.append((f"{words}: {change}", overlap(mine, other, held.places), whole(reached(other)[held.places])))
    for rule, order in held.found.items():
        if rule != "own" and mine is not None:
            rows.append((f"Instead: {RULES[rule]}", overlap(mine, order, held.places), whole(held.share(rule))))
    return rows


def _changes_table(held: Targeting, rows: Sequence[tuple[str, int, int]]) -> html.Table:
    columns = [
        Column(title="If", cell=lambda row: row[0]),
        Column(title=f"Same schools, of {held.places}", cell=lambda row: str(row[1]), is_number=True),
        Column(title="Children reached", cell=lambda row: f"{row[2]}%", is_number=True),
    ]
    return table(rows, columns, classes="dense")


def saved_curve(held: Targeting) -> pl.DataFrame:
    """What each rule reaches with every number of places, without the talk-first list."""
    columns = {"places": list(range(len(held.schools) + 1))}
    columns |= {f"reached_{rule}": reached(order) for rule, order in held.found.items() if rule != "chance"}
    columns["reached_at_random"] = by_chance(len(held.schools))
    return pl.DataFrame(columns)


def saved_shortlist(need: Need, held: Targeting) -> pl.DataFrame:
    """Every school with its place under all rules but the talk-first list; those without a number have no place."""
    places = {rule: places_of(order) for rule, order in held.found.items() if rule != "chance"}
    facts = {school.urn: school for school in held.schools}
    rows = []
    for row in need.schools.rows(named=True):
        school = facts.get(row["urn"])
        rows.append(
            {
                "urn": row["urn"],
                "name": row["name"],
                "phase": row["phase"],
                "cluster": row["cluster_name"],
                "disadvantaged_children": row["children"],
                "share": row["share"],
                "decile_of_its_area": row["decile"],
                "status": row["status"],
                "on_the_shortlist": bool(school and places[held.rule][row["urn"]] <= held.places)
                if held.rule in places
                else None,
                **{f"place_{rule}": places[rule].get(row["urn"]) for rule in places},
            }
        )
    return pl.DataFrame(rows, infer_schema_length=None)
