"""Methods: what each measure means, what each rule asks, how figures are worked out, and what all of it rests on."""

import re
from collections.abc import Mapping, Sequence

import polars as pl
from dash import html

from dashboard.components.block import method
from dashboard.components.downloads import Download, download_links
from dashboard.components.measure_block import BETTER
from dashboard.components.page import head, rail, section
from dashboard.components.tables import Column, table
from dashboard.components.terms import TERMS, TOPICS
from dashboard.components.words import count, day, listed, school_year, sentence
from dashboard.pages import Page, PageNotFound
from dashboard.queries import build as build_queries
from dashboard.queries import catalogue, evidence, risk
from pipelines.measures import GROUPS, MEASURES, Derived, Measure
from pipelines.measures.vocabulary import MINUS

PAGE = Page(path="/methods", title="Methods", has_figures=False)
EVER = 2000
"""The first year of rules and definitions without one."""


def layout(**query: str) -> list:
    """The page; it takes no choices."""
    measures, rules = catalogue.measures(), evidence.rules()
    known = evidence.assumptions()
    parts = [
        ("Measures", "measures"),
        ("Rules", "rules"),
        ("Statistics", "statistics"),
        ("The list", "list"),
        ("Thresholds", "thresholds"),
    ]
    return [
        head(
            "Methods",
            f"{count(len(measures), 'measure')}, {count(rules.height, 'rule')}, and how figures are worked out. "
            "Written from the same declarations that the figures are made with.",
        ),
        html.Div(
            [
                rail(parts),
                html.Div(
                    [_measures(measures.values()), _rules(rules, known), _statistics(), _list(), _thresholds(known)],
                ),
            ],
            className="withrail",
        ),
    ]


def _measures(measures: Sequence[Measure]) -> html.Section:
    ours: dict[str, list[Measure]] = {}
    theirs: dict[str, list[Measure]] = {}
    for measure in measures:
        (ours if measure.key in MEASURES else theirs).setdefault(measure.topic, []).append(measure)
    return section(
        "measures",
        "Measures",
        *(_fold(topic, held, [part for measure in held for part in _measure(measure)]) for topic, held in ours.items()),
        html.H3("As the publisher’s own dictionary declares them", className="ruleskind") if theirs else None,
        *(_fold(topic, held, _dictionary(held)) for topic, held in theirs.items()),
        download_links(PAGE.path, "measures", len(list(measures))),
        note="Definition, unit, which way is better, smallest cohort, years and what changed in them.",
    )


def _fold(topic: str, held: Sequence[Measure], content) -> html.Details:
    return html.Details([html.Summary(f"{topic}, {count(len(held), 'measure')}"), html.Div(content)], className="disc")


def _measure(measure: Measure) -> list:
    origin = measure.origin
    groups = [GROUPS[key].label for key in getattr(origin, "columns", {}) if key in GROUPS]
    made = f"Worked out: {origin.formula}." if isinstance(origin, Derived) and origin.formula else "As published."
    low, high = measure.axis
    return [
        html.H3(measure.label, id=f"measure-{measure.key}"),
        method(
            {
                "What it is": [
                    measure.definition,
                    "" if measure.verified else html.B(" Not yet verified in a published file."),
                ],
                "How it is made": made,
                "Unit": f"{sentence(measure.unit.name)}. {BETTER[measure.polarity]} Charts from {low:g} to {high:g}.",
                "Smallest cohort": f"Below {measure.minimum_cohort} pupils it is drawn hollow and never ranked."
                if measure.minimum_cohort
                else "",
                "Groups": listed(groups) + "." if len(groups) > 1 else "",
                "Schools": sentence(listed(measure.phases)) + "." if measure.phases else "",
                "Years": _years(*measure.years) + ".",
                "What changed": [
                    html.Div([html.B(_years(*note.years)), f" ({note.state}): {note.note}"]) for note in measure.notes
                ],
                "Name in files": html.Span(measure.key, className="path"),
            }
        ),
    ]


def _dictionary(held: Sequence[Measure]) -> html.Table:
    columns = [
        Column(title="Measure", cell=lambda m: html.Span(m.label, id=f"measure-{m.key}"), width="34%"),
        Column(title="Definition", cell=lambda m: m.definition),
        Column(title="Unit", cell=lambda m: sentence(m.unit.name), width="18%"),
    ]
    return table(held, columns, is_stacked=True, classes="dense")


def _rules(rules: pl.DataFrame, known: pl.DataFrame) -> html.Section:
    kinds = {
        "statutory": "Of the government",
        "inspection": "From inspections",
        "own": "The authority’s own triggers",
        "proposed": "Proposed",
    }
    rows = rules.sort("position").rows(named=True)
    return section(
        "rules",
        "Rules",
        *(
            part
            for kind, words in kinds.items()
            if (held := [row for row in rows if row["kind"] == kind])
            for part in (html.H3(words, className="ruleskind"), *(_rule(row, known) for row in held))
        ),
        note="A rule is met, not met, or cannot be judged and says why. Outside its years it is notional.",
    )


def _rule(row: Mapping, known: pl.DataFrame) -> html.Details:
    of_rule = known.filter((pl.col("kind") == "rule") & pl.col("what").str.starts_with(f"{row['title']}: "))
    thresholds = [
        html.Div(
            [
                html.B(sentence(_years(t["first_year"], t["last_year"]))),
                f": {t['what'].removeprefix(row['title'] + ': ')} {t['value'].replace('-', MINUS)}",
                "" if t["verified"] else " (not verified)",
            ]
        )
        for t in of_rule.sort("first_year", "what").rows(named=True)
    ]
    state = ("" if row["enabled"] else " · off") + ("" if row["verified"] else " · not verified")
    ended = f": {row['ended']}." if row["ended"] else "."
    return html.Details(
        [
            html.Summary([row["title"], html.Span(state, className="mute")], id=f"rule-{row['rule']}"),
            method(
                {
                    "What it asks": sentence(row["words"] or row["unjudged"] or "") + ".",
                    "For": sentence(listed(row["phases"])) + ".",
                    "In force": sentence(_years(row["first_year"], row["last_year"])) + ended,
                    "What follows": row["consequence"] or "",
                    "Thresholds": thresholds,
                    "Source": row["source"] or "",
                }
            ),
        ],
        className="disc",
    )


def _statistics() -> html.Section:
    held = {row["part"]: row for row in build_queries.methods().rows(named=True)}
    terms = [term for topic in TOPICS for term in TERMS if term.topic == topic and term.modules]
    return section(
        "statistics",
        "Statistics",
        html.Dl(
            [
                part
                for term in terms
                for part in (
                    html.Dt(term.label, id=f"statistics-{term.key}"),
                    html.Dd([term.definition, _in_code([held[m] for m in term.modules if m in held])]),
                )
            ],
            className="method",
        ),
        note="First in plain words, then as the program’s own module says it, with its constants.",
    )


def _in_code(rows: Sequence[Mapping]) -> html.Details | None:
    if not rows:
        return None
    return html.Details(
        [
            html.Summary("Exactly"),
            *(
                html.P(
                    [
                        html.B(f"{row['part']}: "),
                        re.sub(r"[`*]", "", f"{row['first']} {row['more']}"),
                        f" Constants: {listed(row['constants'])}." if row["constants"] else "",
                    ],
                    className="small",
                )
                for row in rows
            ),
        ],
        className="micro",
    )


def _list() -> html.Section:
    if not risk.has_list():
        return section(
            "list", "The list of schools to talk to", html.P("This build has no list: run “make score” once.")
        )
    terms = {term.key: term for term in TERMS}
    return section(
        "list",
        "The list of schools to talk to",
        method({terms[key].label: terms[key].definition for key in ("chance", "band", "cannot-tell", "reason")}),
        *(part for row in risk.runs().rows(named=True) for part in _run(row)),
        html.P(html.A("How good earlier lists were", href="/record"), className="go"),
        note="What the chance is, what it was learnt from, and what it does not know. No school is named here.",
    )


def _run(row: Mapping) -> list:
    return [
        html.H3(f"{sentence(row['model'])} schools"),
        method(
            {
                "As known on": day(row["as_of"]),
                "Learnt from": f"{row['inspections']:,} inspections of {row['first_year']} to {row['last_year']}, of "
                f"which {row['concerns']:,} found concern."
                if row["inspections"]
                else row["reason"] or "",
                "Model": f"{sentence(row['candidate_label'])}: {row['why_chosen']}." if row["candidate_label"] else "",
                "Level": row["level_note"] or "",
                "Bands": f"A chance within a year of {100 * row['limit_first']:.1f}% or more is in the first tenth "
                f"of England’s list, of {100 * row['limit_next']:.1f}% or more in the second."
                if row["limit_first"]
                else "",
                "Not known to it": sentence("; ".join(row["not_known"] or [])) + ".",
            }
        ),
    ]


def _thresholds(known: pl.DataFrame) -> html.Section:
    columns = [
        Column(title="What", cell=lambda r: r["what"], width="46%"),
        Column(title="Value", cell=lambda r: (r["value"] or "").replace("-", MINUS)),
        Column(title="Years", cell=lambda r: _years(r["first_year"], r["last_year"])),
        Column(title="Where it is from", cell=lambda r: r["source"] or ""),
        Column(title="Verified", cell=lambda r: "Yes" if r["verified"] else html.B("No")),
    ]
    folds = []
    for (kind,), held in known.group_by("kind", maintain_order=True):
        doubtful = (~held["verified"]).sum()
        said = f"{sentence(kind)}, {held.height}" + (f", of them {doubtful} not verified" if doubtful else "")
        folds.append(
            html.Details(
                [html.Summary(said), table(held.rows(named=True), columns, is_stacked=True, classes="dense")],
                className="disc",
            )
        )
    doubtful = (~known["verified"]).sum()
    return section(
        "thresholds",
        "Thresholds and definitions",
        html.P(
            f"{doubtful} of {known.height} have not been confirmed in the publisher’s own words. Figures that rest "
            "on them say so."
        ),
        *folds,
        download_links(PAGE.path, "assumptions", known.height),
        note="Every number and definition that figures rest on, with its source, and whether that was confirmed.",
    )


def _years(first: int | None, last: int | None) -> str:
    if first is None or first <= EVER:
        return "every year" if last is None or last > 2090 else f"to {school_year(last)}"
    if last is None or last > 2090:
        return f"from {school_year(first)}"
    return school_year(first) if first == last else f"{school_year(first)} to {school_year(last)}"


def download(name: str, **query: str) -> Download:
    """The measures, or the thresholds. Raises PageNotFound otherwise."""
    if name == "measures":
        return Download(name="measures", title="Measures and their definitions", frame=catalogue.definitions())
    if name == "assumptions":
        title = "Thresholds, constants and definitions"
        return Download(name="assumptions", title=title, frame=evidence.assumptions())
    raise PageNotFound("There is no such table.")
