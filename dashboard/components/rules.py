"""Rules by year: which rule a school met in which year, and the numbers behind every judgement."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby

from dash import html

from dashboard.components.words import count, listed, school_year, sentence
from pipelines.measures import MEASURES
from pipelines.measures.vocabulary import MINUS

MOST_YEARS = 15
"""Years that fit a table; the newest are shown, and every year stands among the numbers."""

WIDE, LONG = 5, 100
"""A reason that spans so many years and has no more letters is written in the table; others stand below it."""

KINDS = {
    "statutory": "Floor and coasting standards",
    "inspection": "Tests that rest on inspections",
    "own": "The authority’s own triggers",
    "proposed": "Proposed rules, not in force",
}
"""Kinds of rule in the order shown, each a table of its own."""

WORDS = {"below": "Met", "not_below": "Not met"}
STANDARD_WORDS = {"below": "Below", "not_below": "Not below"}
"""Outcome → its word: a trigger is met, a standard fallen below."""

COMPARED = {"<": "below", "<=": "at or below", ">": "above", ">=": "at or above", "==": "is"}


def word(rule: Mapping, outcome: str) -> str:
    """An outcome in a word: Below, Not below, Met, Not met, or Not judged."""
    return (STANDARD_WORDS if rule["kind"] == "statutory" else WORDS).get(outcome, "Not judged")


def ever_below(rules: Sequence[Mapping], outcomes: Sequence[Mapping]) -> list[str]:
    """In which years a standard was not reached, and which triggers are met in the newest year that has any."""
    below: dict[str, list[int]] = {}
    for row in outcomes:
        if row["outcome"] == "below" and not row["notional"]:
            below.setdefault(row["rule"], []).append(row["year"])
    titles = {rule["rule"]: f"{rule['title'][0].lower()}{rule['title'][1:]}" for rule in rules}
    known = {row["rule"] for row in outcomes if row["outcome"] in WORDS and not row["notional"]}
    of_kind = {kind: [r["rule"] for r in rules if r["kind"] == kind] for kind in ("statutory", "inspection", "own")}
    said = [
        f"{sentence(titles[rule])}: below in {listed([str(year) for year in sorted(below[rule])])}."
        if rule in below
        else f"{sentence(titles[rule])}: "
        + ("not below in any year that could be judged." if rule in known else "no year could be judged.")
        for rule in of_kind["statutory"]
    ]
    others = (*of_kind["inspection"], *of_kind["own"])
    judged = Counter(row["year"] for row in outcomes if row["rule"] in others and row["outcome"] in WORDS)
    latest = max(
        (year for year, rules_judged in judged.items() if 2 * rules_judged >= max(judged.values())), default=None
    )
    if latest is not None:
        met = [titles[rule] for rule in others if latest in below.get(rule, ())]
        said.append(
            f"{school_year(latest)}, other rules: {listed(met) + ' met' if met else 'none met'}, "
            f"{judged[latest]} of {len(others)} could be judged."
        )
    return said


def rules_by_year(rules: Sequence[Mapping], outcomes: Sequence[Mapping]) -> list:
    """A table for each kind of rule: a row for each rule, a column for each year in which any could be judged."""
    found = {(row["rule"], row["year"]): row for row in outcomes}
    parts: list = []
    for kind, title in KINDS.items():
        of_kind = [rule for rule in rules if rule["kind"] == kind]
        keys = {rule["rule"] for rule in of_kind}
        judged = [row["year"] for row in outcomes if row["rule"] in keys and row["outcome"] in WORDS]
        known = [row["year"] for row in outcomes if row["rule"] in keys]
        if not known:
            continue
        last = max(known)
        years = range(max(min(judged or known), last - MOST_YEARS + 1), last + 1)
        parts += [html.H3(title, className="ruleskind"), _by_year(title, of_kind, found, years)]
    if any(row["notional"] and row["outcome"] in WORDS for row in outcomes):
        parts.append(html.P("* The rule was not in force in that year: for comparison only.", className="foot"))
    return parts


def _by_year(title: str, rules: Sequence[Mapping], found: Mapping, years: Sequence[int]) -> html.Div:
    return html.Div(
        html.Table(
            [
                html.Thead(html.Tr([html.Th("Rule", scope="col"), *(html.Th(str(y), scope="col") for y in years)])),
                html.Tbody(
                    [html.Tr([html.Th(rule["title"], scope="row"), *_cells(rule, found, years)]) for rule in rules]
                ),
            ],
            className="ruleyr",
        ),
        className="scroll",
        role="region",
        tabIndex=0,
        **{"aria-label": f"{title} by year, scrolls sideways"},
    )


def _cells(rule: Mapping, found: Mapping, years: Sequence[int]) -> list[html.Td]:
    cells = []
    for (shown, look), run in groupby(years, key=lambda year: _shown(rule, year, found.get((rule["rule"], year)))):
        span = len(list(run))
        if look == "na":
            is_written = shown in BRIEF or (span >= WIDE and len(shown) <= LONG)
            said = sentence(shown) if is_written else _in_short(shown)
            cells.append(html.Td(said, className="na", colSpan=span, title=sentence(shown)))
        else:
            cells += [html.Td(shown, className=look) for _ in range(span)]
    return cells


BRIEF = ("no rule", "no data")

IN_SHORT = (
    ("tests were held", "No tests"),
    ("were not published for single schools", "Not published"),
    ("No progress was published", "No progress published"),
    ("below the minimum of", "Too few pupils"),
)
"""Part of a reason → the words for it in a narrow cell; the reason itself stands below the table."""


def _in_short(reason: str) -> str:
    return next((words for part, words in IN_SHORT if part in reason), "Not judged")


def _shown(rule: Mapping, year: int, outcome: Mapping | None) -> tuple[str, str]:
    if outcome is None:
        first, last = rule["first_year"], rule["last_year"]
        is_in_force = (first is None or first <= year) and (last is None or year <= last)
        return ("no data" if is_in_force else "no rule"), "na"
    if outcome["outcome"] not in WORDS:
        return outcome["reason"], "na"
    look = "yes" if outcome["outcome"] == "below" else "no"
    return word(rule, outcome["outcome"]) + ("*" if outcome["notional"] else ""), look


def arm_words(arm: Mapping) -> str:
    """One arm in words: 'Progress in maths −5.4 (−8.0 to −2.8), rule below −5: met'."""
    measure = MEASURES.get(arm["measure"])
    label = arm["label"] or (measure.label if measure else sentence(str(arm["measure"]).replace("_", " ")))
    when = f", {school_year(arm['year'])}" if arm["year"] else ""

    def written(value: float) -> str:
        return measure.format(value) if measure else f"{round(value, 2 if abs(value) < 1 else 1):g}".replace("-", MINUS)

    met = {True: "met", False: "not met", None: "not known"}[arm["met"]]
    unverified = "" if arm["verified"] else " (threshold not verified)"
    if arm["value"] is None:
        return f"{sentence(label)}{when}: {arm['why'] or 'no figure'}."
    if arm["comparator"] == "==":
        return f"{sentence(label)}: {met}{unverified}."
    said = written(arm["value"])
    if arm["lower"] is not None and arm["upper"] is not None:
        how = "; limits computed" if arm["limit_from"] == "computed" else ""
        said += f" ({written(arm['lower'])} to {written(arm['upper'])}{how})"
    if arm["n"] is not None:
        said += f", {count(arm['n'], 'pupil')}"
    if arm["threshold"] is None:
        return f"{sentence(label)}{when}: {said}: {met}."
    rule = f"{COMPARED.get(arm['comparator'], arm['comparator'])} {written(arm['threshold'])}"
    if arm["limit"] != "value":
        rule = f"{arm['limit']} 95% limit {rule}"
    return f"{sentence(label)}{when}: {said}; rule: {rule}{unverified}: {met}."
