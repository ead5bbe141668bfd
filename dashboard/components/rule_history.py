"""Rules by year as a section: was the school ever below, why in which year, and each number behind it."""

from collections.abc import Mapping, Sequence

from dash import html

from dashboard.components.choices import Choices
from dashboard.components.known import Known
from dashboard.components.page import section
from dashboard.components.provenance import row_link
from dashboard.components.rules import arm_words, ever_below, rules_by_year, word
from dashboard.components.tables import Column, table
from dashboard.components.words import listed, school_year, sentence

NEWEST = 3
"""Years whose numbers stand on the page for triggers and inspections; standards show all of theirs."""


OTHERS = "others"
"""What stands in the address for the numbers of all rules that are no standards."""


def rules_section(known: Known, choices: Choices) -> html.Section:
    """The answer in a sentence for each standard, the tables, the years that need a word, and the numbers.

    The numbers of a floor standard are always there; those of other rules are made where `numbers` in the address
    names the rule, as a page of a thousand numbers that nobody asked for is slow.
    """
    judged = {row["rule"] for row in known.outcomes}
    rules = sorted((rule for rule in known.rules if rule["rule"] in judged), key=lambda rule: rule["first_year"] or 0)
    if not known.outcomes:
        nothing = "No rule could be asked of this school in the years at hand: no data."
        return section("rules", "Rules by year", html.P(nothing))
    standards, others = rules_by_year([r for r in rules if r["kind"] == "statutory"], known.outcomes), _others(rules)
    return section(
        "rules",
        "Rules by year",
        *(html.P(text) for text in ever_below(rules, known.outcomes)),
        *standards,
        years_in_words(rules, known.outcomes),
        *_numbers_of_standards(rules, known, choices),
        *rules_by_year(others, known.outcomes),
        _numbers_of_others(others, known, choices),
        note="Each year uses the rule in force that year. Years are those of the summer tests.",
    )


def _is_floor(rule: Mapping) -> bool:
    return rule["kind"] == "statutory" and rule["rule"].endswith("_floor")


def _others(rules: Sequence[Mapping]) -> list[Mapping]:
    return [rule for rule in rules if rule["kind"] != "statutory"]


def years_in_words(rules: Sequence[Mapping], outcomes: Sequence[Mapping]) -> html.Ul | None:
    """Why, for the years of a floor standard: below, saved by one arm, or not judged."""
    lines = []
    for rule in rules:
        if not _is_floor(rule):
            continue
        found: dict[tuple[str, str], list[int]] = {}
        for row in outcomes:
            if row["rule"] == rule["rule"] and _needs_a_word(rule, row):
                said = word(rule, row["outcome"]).lower()
                if row["notional"] and row["outcome"] == "below":
                    said += ", for comparison only: the rule was not in force"
                found.setdefault((said, row["reason"]), []).append(row["year"])
        lines += [
            html.Li([html.B(f"{rule['title']}, {listed([str(y) for y in years])}, {said}: "), f"{sentence(reason)}."])
            for (said, reason), years in found.items()
        ]
    return html.Ul(lines, className="plain years-in-words") if lines else None


def _needs_a_word(rule: Mapping, row: Mapping) -> bool:
    if not row["reason"]:
        return False
    if row["outcome"] == "below":
        return True
    if row["outcome"] == "cannot_be_judged":
        return rule["first_year"] is None or row["year"] >= rule["first_year"]
    return not row["notional"] and any(arm["met"] for arm in (row["arms"] or [])[:1])


def _numbers_of_standards(rules: Sequence[Mapping], known: Known, choices: Choices) -> list[html.Details | html.P]:
    """One list for each standard, its years in order."""
    named = {rule["rule"]: rule for rule in rules}
    return [
        _list(
            f"{rule['title']}: every year with each number",
            sorted((row for row in known.outcomes if row["rule"] == rule["rule"]), key=lambda row: row["year"]),
            named,
            known.files,
            choices=choices,
            name=rule["rule"],
        )
        for rule in rules
        if rule["kind"] == "statutory"
    ]


def _numbers_of_others(rules: Sequence[Mapping], known: Known, choices: Choices) -> html.Details | html.P | None:
    """One list for the newest years of the rules that are no standards."""
    newest = max(row["year"] for row in known.outcomes)
    order = [rule["rule"] for rule in rules]
    rows = [row for row in known.outcomes if row["rule"] in order and row["year"] > newest - NEWEST]
    rows.sort(key=lambda row: (-row["year"], order.index(row["rule"])))
    named = {rule["rule"]: rule for rule in rules}
    if not rows:
        return None
    title = f"Other rules: {NEWEST} years with each number"
    return _list(title, rows, named, known.files, choices=choices, name=OTHERS)


def _list(
    title: str,
    rows: Sequence[Mapping],
    rules: Mapping[str, Mapping],
    files: Mapping[int, Mapping],
    *,
    choices: Choices,
    name: str,
) -> html.Details | html.P:
    is_asked = choices["numbers"] == name
    if not is_asked and not all(_is_floor(rules[row["rule"]]) for row in rows):
        return html.P(html.A(title, href=choices.address(anchor="rules", numbers=name)), className="numbers")
    is_one = len({row["rule"] for row in rows}) == 1
    columns = [
        Column(title="Year", cell=lambda row: school_year(row["year"]), width="9%"),
        *([] if is_one else [Column(title="Rule", cell=lambda row: rules[row["rule"]]["title"], width="20%")]),
        Column(title="Outcome", cell=lambda row: _outcome(rules[row["rule"]], row), width="16%"),
        Column(title="Numbers, each with its file and row", cell=lambda row: _arms(row, files)),
    ]
    rule = rules[rows[0]["rule"]] if is_one else None
    return html.Details(
        [
            html.Summary(title),
            table(rows, columns, is_stacked=True, classes="dense"),
            html.P(_version(rule), className="foot") if rule else None,
        ],
        open=is_asked,
    )


def _version(rule: Mapping) -> str:
    first, last = rule["first_year"], rule["last_year"]
    force = f"In force for results of {first} to {last}. " if first and last else ""
    checked = "" if rule["verified"] else " One of its thresholds is not verified."
    return f"{force}Rule “{rule['rule']}”: {rule['source']}.{checked}"


def _outcome(rule: Mapping, row: Mapping) -> list:
    said: list = [html.B(word(rule, row["outcome"]))]
    if row["notional"]:
        said.append(html.Span(" rule not in force that year", className="mute micro"))
    return said


def _arms(row: Mapping, files: Mapping[int, Mapping]) -> list:
    arms = []
    for arm in row["arms"] or []:
        link = row_link(files, arm["file_id"], arm["row"])
        arms.append(html.Li([arm_words(arm), *([" ", link] if link else [])]))
    parts: list = [html.Ul(arms, className="plain")] if arms else []
    if row["reason"]:
        parts.insert(0, html.P(sentence(row["reason"]) + ".", className="small"))
    return parts
