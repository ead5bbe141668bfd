"""Schools to talk to first: bands with chances, coverage and reasons; rules beside them; who cannot be told."""

from collections.abc import Mapping

import polars as pl
from dash import html

from dashboard.components.fields import choice, filter_form
from dashboard.components.links import address, school_path
from dashboard.components.marks import chance_strip
from dashboard.components.page import empty, head, ignored, notice, section
from dashboard.components.tables import Column, table
from dashboard.components.words import count, day, listed, sentence
from dashboard.pages import Page
from dashboard.queries import build as build_queries
from dashboard.queries import risk
from dashboard.queries import schools as school_queries

PAGE = Page(path="/talk-first", title="Talk to first", order=2, is_about_chances=True)
BANDS = {
    "first": (
        "Talk to first",
        "b1",
        "in the first tenth of England's list",
    ),
    "next": ("Talk to next", "b2", "in the second tenth of England's list"),
    "later": ("Later", "b3", "in the other four fifths of England's list"),
}
"""Band → its words, the class of its tag, and what it means."""

ORDERS = {"year": "Concern within a year", "inspected": "Concern if inspected"}
SHOWN_REASONS = 3
DEFAULTS = {"phase": "", "cluster": "", "order": "year"}


def layout(**query: str) -> list:
    """The page. Choices: phase, cluster, order; others are named and ignored."""
    if not risk.may_be_shown():
        return [
            head("Schools to talk to first", "This list is for the authority's advisers. It is not in what is shared."),
            empty("Nothing to share", "Chances and bands of schools are left out of every version to share."),
        ]
    if not risk.has_list():
        return [
            head("Schools to talk to first", "This build has not been scored yet."),
            empty(
                "There is no list yet", "Run `make score` once, which takes a minute or two, and load this page again."
            ),
        ]
    chosen, unused = _chosen(query)
    everyone = risk.schools()
    mine = _filtered(everyone, chosen)
    listed_schools = mine.filter(pl.col("state") == "listed")
    kept = {key: value for key, value in chosen.items() if value != DEFAULTS[key]}
    return [
        head("Schools to talk to first", _lede(listed_schools)),
        ignored(unused, address(PAGE.path, kept)),
        _form(everyone, chosen),
        _in_force(chosen, kept, mine),
        *_caution(),
        *(_band(band, listed_schools, chosen) for band in BANDS),
        _places(),
        _apart(mine),
        _disagreements(listed_schools),
        _how_to_read(),
    ]


def _chosen(query: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    allowed = {
        "phase": set(risk.schools()["phase"].drop_nulls()),
        "cluster": set(school_queries.clusters()["cluster_id"]),
        "order": set(ORDERS),
    }
    chosen, unused = dict(DEFAULTS), []
    for key, value in query.items():
        if value in allowed.get(key, ()):
            chosen[key] = value
        elif value:
            unused.append(
                f"There is no {key} called “{value}”." if key in allowed else f"“{key}={value}” means nothing here."
            )
    return chosen, unused


def _filtered(frame: pl.DataFrame, chosen: Mapping[str, str]) -> pl.DataFrame:
    if chosen["phase"]:
        frame = frame.filter(pl.col("phase") == chosen["phase"])
    if chosen["cluster"]:
        frame = frame.filter(pl.col("urn").is_in(list(school_queries.members(chosen["cluster"]))))
    by = "probability_within_year" if chosen["order"] == "year" else "probability"
    return frame.sort(by, "name", descending=[True, False], nulls_last=True)


def _lede(listed_schools: pl.DataFrame) -> str:
    first = listed_schools.filter(pl.col("band") == "first")
    if listed_schools.is_empty():
        return "None of these schools has a chance that could be worked out."
    if first.is_empty():
        return f"None of these {count(listed_schools.height, 'school')} is in the first tenth of England's list."
    top = first.row(0, named=True)
    reason = _reasons_of(top["urn"]).filter(pl.col("contribution") > 0)
    because = f" Most of it comes from {reason.row(0, named=True)['label']}." if reason.height else ""
    return (
        f"{sentence(count(first.height, 'school'))} of {listed_schools.height} "
        f"{'is' if first.height == 1 else 'are'} in the first tenth of England's list. At {top['name']} the next "
        f"graded inspection would find concern with a chance of {top['in_words'].split(',')[0]}.{because}"
    )


def _form(frame: pl.DataFrame, chosen: Mapping[str, str]) -> html.Form:
    phases = [("", "All"), *((one, sentence(one)) for one in sorted(set(frame["phase"].drop_nulls())))]
    clusters = [(row["cluster_id"], row["cluster_name"]) for row in school_queries.clusters().rows(named=True)]
    fields = [choice("phase", "Phase", phases, chosen["phase"])]
    if clusters:
        fields.append(choice("cluster", "Cluster", [("", "All"), *clusters], chosen["cluster"]))
    fields.append(choice("order", "Order by the chance of", list(ORDERS.items()), chosen["order"]))
    return filter_form(PAGE.path, fields, button="Show schools")


def _in_force(chosen: Mapping[str, str], kept: Mapping[str, str], mine: pl.DataFrame) -> html.P:
    names = {row["cluster_id"]: row["cluster_name"] for row in school_queries.clusters().rows(named=True)}
    force = [
        chosen["phase"] or "all phases",
        names.get(chosen["cluster"], "all clusters" if names else ""),
        f"as known on {day(mine['as_of'].max())}" if mine.height else "",
    ]
    states = dict(mine["state"].value_counts().iter_rows())
    counts = [
        f"{states.get('listed', 0)} with a chance",
        f"{states.get('cannot tell', 0)} cannot be told",
        f"{states.get('rules only', 0)} by rules only",
    ]
    return html.P(
        [
            html.Span([html.B("In force: "), ", ".join(part for part in force if part)]),
            html.Span([html.B(count(mine.height, "school")), f": {listed(counts)}"]),
            html.A("Clear filters", href=PAGE.path) if kept else "",
        ],
        className="inforce",
        role="status",
    )


def _caution() -> list:
    said = {
        row["level_note"] for row in risk.runs().rows(named=True) if row["level_note"] and not row["level_is_tested"]
    }
    return [notice("The level is untested in the present era.", text, kind="caution") for text in sorted(said)]


def _band(band: str, listed_schools: pl.DataFrame, chosen: Mapping[str, str]) -> html.Section | None:
    rows = listed_schools.filter(pl.col("band") == band)
    if rows.is_empty():
        return None
    title, tag, meaning = BANDS[band]
    heading = html.Div(
        [
            html.H2(title, id=f"band-{band}"),
            html.Span(count(rows.height, "school"), className=f"tag {tag}"),
            html.Span(sentence(meaning), className="mute"),
        ],
        className="bandhead",
    )
    body = _compact(rows) if band == "later" else _full(rows)
    return html.Section([heading, body], **{"aria-labelledby": f"band-{band}"})


def _full(rows: pl.DataFrame) -> html.Table:
    columns = [
        Column(title="School", cell=_school, width="21%"),
        Column(title="Chance of concern if inspected", cell=_chance, width="23%"),
        Column(title="Main reasons, and the strongest the other way (points)", cell=_why),
        Column(title="Rules met", cell=_rules, width="17%"),
    ]
    return table(rows.rows(named=True), columns, is_stacked=True, classes="list")


def _compact(rows: pl.DataFrame) -> html.Ul:
    return html.Ul(
        [
            html.Li(
                [
                    html.A(row["name"], href=school_path(row["urn"])),
                    html.Span(row["in_words"].split(",")[0].removeprefix("about "), className="mute"),
                ]
            )
            for row in rows.rows(named=True)
        ],
        className="compact",
    )


def _school(row: Mapping) -> list:
    about = [row["type"] or row["phase"], row["clusters"]]
    return [
        html.A(row["name"], href=school_path(row["urn"]), className="nm"),
        html.Div(", ".join(part for part in about if part), className="micro mute"),
        html.Div(
            " · ".join(part for part in (count(row["pupils"], "pupil"), f"URN {row['urn']}") if part),
            className="micro mute",
        ),
        _moved(row),
    ]


def _moved(row: Mapping) -> html.Details | None:
    if row["rank_before"] is None or row["rank_before"] == row["rank"]:
        return None
    by = row["rank_before"] - row["rank"]
    words = risk.moves().filter(pl.col("urn") == row["urn"])["words"].to_list()
    title = f"{'Up' if by > 0 else 'Down'} {count(abs(by), 'place')} since {day(row['before_as_of'])}"
    if not words:
        return html.Div(title, className="micro")
    return html.Details(
        [html.Summary(title), html.Ul([html.Li(sentence(word)) for word in words], className="micro")],
        className="micro",
    )


def _chance(row: Mapping) -> list:
    said, _, between = row["in_words"].partition(", ")
    ranks = row["rank_lower"], row["rank_upper"]
    place = f"{ranks[0]} to {ranks[1]}" if ranks[0] != ranks[1] else str(ranks[0])
    return [
        html.Div([html.Span(sentence(said), className="chance"), html.Small(f" {100 * row['probability']:.0f}%")]),
        html.Div(between, className="small mute"),
        chance_strip(row["probability"], row["lower"], row["upper"], row["usual"]),
        html.Div(f"Inspection within a year: {row['inspection_in_words']}", className="small"),
        html.Div(f"Place: {place} of {row['ranked']}", className="small mute"),
        html.Div(f"Known: {row['confidence_why']}; {row['confidence']} confidence", className="micro mute"),
    ]


def _reasons_of(urn: int) -> pl.DataFrame:
    return risk.reasons().filter(pl.col("urn") == urn)


def _why(row: Mapping) -> html.Ul:
    reasons = _reasons_of(row["urn"])
    raising = reasons.filter(pl.col("direction") == "raises").head(SHOWN_REASONS)
    protecting = reasons.filter("is_protective").head(1)
    lines = [*raising.rows(named=True), *protecting.rows(named=True)]
    if not lines:
        return html.Span("Like the mean of England's schools in all that is known", className="mute")
    return html.Ul([_line(line) for line in lines], className="why")


def _line(line: Mapping) -> html.Li:
    points = round(line["points"])
    shown = f"+{points}" if points > 0 else f"\u2212{abs(points)}" if points < 0 else "0"
    return html.Li(
        [
            html.Span(
                [shown, html.Span(" points", className="vh")], className="pts" if line["points"] > 0 else "pts dn"
            ),
            html.Span([html.B(sentence(line["label"])), " ", line["sentence"]]),
        ]
    )


def _rules(row: Mapping) -> html.Ul:
    met = risk.rules_met().filter(pl.col("urn") == row["urn"])["title"].to_list()
    if not met:
        return html.Ul([html.Li("None met", className="none")], className="ticks")
    return html.Ul([html.Li(title) for title in met], className="ticks")


def _places() -> html.P:
    return html.P(
        [
            "Places are ranges because the intervals overlap: no school is simply first. Points are percentage points "
            "from the chance of a school like the mean of England's, the upright line, to the school's own. ",
            html.A("Is the list any good?", href="/record"),
        ],
        className="foot",
    )


def _apart(mine: pl.DataFrame) -> html.Div:
    def block(state: str, title: str, tag: str, meaning: str) -> html.Section | None:
        rows = mine.filter(pl.col("state") == state).sort("name")
        if rows.is_empty():
            return None
        columns = [
            Column(title="School", cell=lambda r: html.A(r["name"], href=school_path(r["urn"]), className="nm")),
            Column(title="Why", cell=lambda r: sentence(r["why"])),
            Column(title="Rules met", cell=_rules),
        ]
        anchor = f"band-{tag}"
        return html.Section(
            [
                html.Div(
                    [
                        html.H2(title, id=anchor),
                        html.Span(count(rows.height, "school"), className=f"tag {tag}"),
                        html.Span(meaning, className="mute"),
                    ],
                    className="bandhead",
                ),
                table(rows.rows(named=True), columns, is_stacked=True),
            ],
            **{"aria-labelledby": anchor},
        )

    blocks = [
        block("cannot tell", "Cannot tell", "ct", "Too little is known for a chance: not safe, not known"),
        block("rules only", "Rules only", "ro", "No model speaks for these schools"),
    ]
    return html.Div([one for one in blocks if one is not None])


def _disagreements(listed_schools: pl.DataFrame) -> html.Section | None:
    met = risk.rules_met().group_by("urn").agg(pl.col("title"), pl.len().alias("rules"))
    both = listed_schools.join(met, on="urn", how="left").with_columns(pl.col("rules").fill_null(0))
    none_met = both.filter((pl.col("band") == "first") & (pl.col("rules") == 0))
    many_met = both.filter((pl.col("band") == "later") & (pl.col("rules") >= 3)).sort("rules", descending=True)
    rows = [
        *({"check": "No rule fires: what do the figures behind the chance show?"} | row for row in none_met.to_dicts()),
        *(
            {"check": "Rules fire, the chance is low: what does the model not see?"} | row
            for row in many_met.to_dicts()
        ),
    ]
    if not rows:
        return None
    columns = [
        Column(title="School", cell=lambda r: html.A(r["name"], href=school_path(r["urn"]), className="nm")),
        Column(title="Chance if inspected", cell=lambda r: sentence(r["in_words"].split(",")[0])),
        Column(title="Rules met", cell=_rules),
        Column(title="What to check", cell=lambda r: r["check"]),
    ]
    return section(
        "disagree",
        "Where rules and chance disagree",
        table(rows, columns, is_stacked=True),
        note="Look at these by hand: one of the two is missing something.",
    )


def _how_to_read() -> html.Section:
    runs = risk.runs()
    about = runs.row(0, named=True)
    silent = listed([f"“{one}”" for one in about["themes_without_measure"] or []])
    models = [
        f"{sentence(row['model'])} schools: {row['candidate_label']}; {row['why_chosen']}."
        for row in runs.rows(named=True)
        if row["candidate_label"]
    ]
    return section(
        "how",
        "How to read this list",
        html.P(
            "The chance is that the next graded inspection finds concern, worked out from what was published by "
            f"{day(about['as_of'])}. The list is ordered by the chance that an inspection comes within a year and "
            "finds it. Deprivation, special needs, language and size set what to expect; they never raise the chance."
        ),
        html.P(["It does not know: ", listed(list(about["not_known"] or [])), "."]),
        html.P(f"No figure at hand tells of {silent}.") if silent else None,
        html.Ul([html.Li(one) for one in models]),
        html.P(
            "Advisers set a school's category; this product never does. The list is for the authority's advisers: "
            f"it is not part of what {build_queries.build()['la_name']} shares or publishes."
        ),
    )
