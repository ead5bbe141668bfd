"""Schools to talk to first: bands with chances, coverage and reasons; rules beside them; who cannot be told."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl
from dash import html

from dashboard.components import own_points, priority_list
from dashboard.components.choices import Choices, are_mine, choose, urns_of
from dashboard.components.downloads import Download, download_links
from dashboard.components.fields import choice, filter_form
from dashboard.components.funnel import Funnel, download_of, funnel_block, funnel_of
from dashboard.components.last_inspection import STATES, state_of
from dashboard.components.links import address
from dashboard.components.list_reading import how_to_read
from dashboard.components.page import copy_link, empty, head, notice, section, segments
from dashboard.components.priority_groups import by_band, by_framework
from dashboard.components.priority_list import Entry
from dashboard.components.recent import ABSENCE, HEADLINES, YEARS, Recent, recent_of
from dashboard.components.words import count, day, listed, sentence
from dashboard.pages import Page, PageNotFound
from dashboard.queries import build as build_queries
from dashboard.queries import evidence, inspections, results, risk
from dashboard.queries import schools as school_queries
from pipelines.measures import MEASURES

PAGE = Page(
    path="/talk-first",
    title="Talk to first",
    order=2,
    keeps=("mine", "phase", "cluster"),
    is_about_chances=True,
)
TITLE = "Schools to talk to first"
ORDERS = {
    "year": "Chance within a year",
    "inspected": "Chance if inspected",
    "inspection": "Last inspection",
}
KINDS = {
    "academy": "Academies and free schools",
    "maintained": "Maintained by the authority",
    "other": "Others",
}
"""Kind of school in the address → words."""

MAINTAINED = ("Local authority maintained schools", "Special schools")
LEVELS = {
    "primary": ("Primary schools", "primaries", ("primary", "middle")),
    "secondary": ("Secondary schools", "secondaries", ("secondary", "all-through")),
}
"""Level of the funnel → its words, how its schools are called, and their phases."""

FILTERS = ("mine", "phase", "cluster", "type", "inspection", "rule")
DEFAULTS = {**dict.fromkeys(FILTERS, ""), "order": "year", "later": "", "level": "", "own": ""}
MANY_RULES = 3
DISAGREEMENTS = 10
"""Disagreements shown before the rest is folded."""


def layout(**query: str) -> list:
    """The page. Choices: mine, phase, cluster, type, inspection, rule, order, later, level, own, w_<rule>, views."""
    if risk.may_be_shown() and not risk.has_list():
        return [
            head(TITLE, "This build has not been scored yet."),
            empty(
                "There is no list yet", "Run `make score` once, which takes a minute or two, and load this page again."
            ),
        ]
    chosen = _chosen(query)
    entries = _filtered(_entries(), chosen)
    return _working(chosen, entries) if risk.may_be_shown() else _shared(chosen, entries)


def _working(chosen: Choices, entries: Sequence[Entry]) -> list:
    told = [entry for entry in entries if entry.row["state"] == "listed"]
    return [
        head(TITLE, _lede(entries, told, chosen), actions=_actions(told, chosen)),
        chosen.notice(),
        _not_found(chosen),
        _form(chosen),
        _in_force(chosen, entries),
        *_caution(),
        *_groups(entries, chosen),
        _places() if told else None,
        _saving(chosen, entries),
        _disagreements(told),
        _funnel(chosen, entries),
        _points(chosen, entries),
        how_to_read(risk.runs(), build_queries.build()["la_name"]),
    ]


def _shared(chosen: Choices, entries: Sequence[Entry]) -> list:
    """What may be printed and shared: the same schools by name, without chances, bands and places."""
    by_name = sorted(entries, key=lambda entry: (entry.row["name"], entry.row["urn"]))
    return [
        head(
            "Working list of schools",
            "The schools chosen by name, with their last inspection, the rules that they meet and what to check. "
            "Chances, bands and places of schools are left out of every version to share.",
        ),
        chosen.notice(),
        _in_force(chosen, entries),
        priority_list.to_share(by_name) if by_name else _nothing_chosen(),
        _saving(chosen, entries),
        _funnel(chosen, entries),
    ]


def _weights_now() -> dict[str, str]:
    """The choice of each rule's weight with the authority's own: `w_<rule>` → text."""
    rules = own_points.weighed(risk.rules_judged().rows(named=True))
    return {f"{own_points.PREFIX}{rule['rule']}": own_points.written(rule["weight"]) for rule in rules}


def _chosen(query: Mapping[str, str]) -> Choices:
    frame, weights = _open_schools(), _weights_now()
    wrong = {key: value for key, value in query.items() if key in weights and not own_points.is_weight(value)}
    chosen = choose(
        PAGE.path,
        {key: value for key, value in query.items() if key not in wrong},
        {**DEFAULTS, **weights},
        {
            "mine": are_mine,
            "phase": set(frame["phase"].drop_nulls()),
            "cluster": set(school_queries.clusters()["cluster_id"]),
            "type": KINDS,
            "inspection": STATES,
            "rule": set(risk.rules_met()["rule"]),
            "order": ORDERS,
            "later": ("full",),
            "level": LEVELS,
            "own": ("yes",),
            **dict.fromkeys(weights, own_points.is_weight),
        },
        blocks=("funnel",),
    )
    said = tuple(
        f"A weight is a number from 0 to 10: “{value[:20]}” was not used." for value in wrong.values() if value
    )
    return replace(chosen, unused=(*chosen.unused, *said))


def _open_schools() -> pl.DataFrame:
    """The schools of the list, or, where chances may not be shown, the open schools without them."""
    if risk.may_be_shown():
        return risk.schools()
    frame = school_queries.schools()
    return frame.filter(~pl.col("status").fill_null("").str.starts_with("closed"))


def _grouped(frame: pl.DataFrame) -> dict[int, list[dict]]:
    found: dict[int, list[dict]] = {}
    for row in frame.rows(named=True):
        found.setdefault(row["urn"], []).append(row)
    return found


def _entries() -> list[Entry]:
    """Every school with all that its row says."""
    met, judged = _grouped(risk.rules_met()), _grouped(inspections.judgements_of_last())
    inspected = {row["urn"]: row for row in inspections.last_of_each().rows(named=True)}
    is_shown = risk.may_be_shown()
    reasons, moves = (_grouped(risk.reasons()), _grouped(risk.moves())) if is_shown else ({}, {})
    recents = _recents() if is_shown else {}
    return [
        Entry(
            row=row,
            reasons=reasons.get(row["urn"], ()),
            moves=moves.get(row["urn"], ()),
            met=met.get(row["urn"], ()),
            inspection=inspected.get(row["urn"]),
            judgements=judged.get(row["urn"], ()),
            recents=recents.get(row["phase"], ()),
        )
        for row in _open_schools().rows(named=True)
    ]


def _recents() -> dict[str, list[Recent | None]]:
    """Phase → the last years of its main attainment measure and of absence, all its schools together."""
    keys = tuple(sorted({*HEADLINES.values(), ABSENCE}))
    phases = {row["urn"]: row["phase"] for row in _open_schools().rows(named=True)}
    rows = results.recent(keys, YEARS).rows(named=True)
    found: dict[str, list[Recent | None]] = {}
    for phase in set(phases.values()):
        wanted = [HEADLINES[phase], ABSENCE] if phase in HEADLINES else [ABSENCE]
        england = results.comparisons(phase or "", tuple(wanted), ("all",)).filter(pl.col("kind") == "england")
        found[phase] = [
            recent_of(
                MEASURES[key],
                [row for row in rows if row["measure"] == key and phases.get(row["urn"]) == phase],
                dict(england.filter(pl.col("measure") == key).select("year", "value").iter_rows()),
            )
            for key in wanted
        ]
    return found


def _filtered(entries: Sequence[Entry], chosen: Choices) -> list[Entry]:
    mine = set(urns_of(chosen["mine"]))
    members = set(school_queries.members(chosen["cluster"])) if chosen["cluster"] else set()

    def is_wanted(entry: Entry) -> bool:
        row = entry.row
        return (
            (not mine or row["urn"] in mine)
            and (not members or row["urn"] in members)
            and chosen["phase"] in ("", row["phase"])
            and chosen["type"] in ("", _kind(row))
            and chosen["inspection"] in ("", state_of(entry.inspection, entry.judgements))
            and (not chosen["rule"] or chosen["rule"] in {one["rule"] for one in entry.met})
        )

    by = "probability" if chosen["order"] == "inspected" else "probability_within_year"
    return sorted(filter(is_wanted, entries), key=lambda e: (-(e.row.get(by) or 0), e.row["name"], e.row["urn"]))


def _kind(row: Mapping) -> str:
    if row["is_academy"]:
        return "academy"
    return "maintained" if row["type_group"] in MAINTAINED else "other"


def _whose(chosen: Choices) -> str:
    """What the schools chosen are called in a sentence; empty where nothing is chosen."""
    if chosen["mine"]:
        return "your schools"
    return "the schools chosen" if any(chosen[key] for key in FILTERS) else ""


def _lede(entries: Sequence[Entry], told: Sequence[Entry], chosen: Choices) -> str:
    """Who, how many, and why."""
    first = [entry for entry in told if entry.row["band"] == "first"]
    whose = "your " if chosen["mine"] else ""
    if not entries:
        return "No school fits these filters."
    if not told:
        return f"None of {whose or 'these '}{count(len(entries), 'school')} has a chance that could be worked out."
    of = f"of {whose or 'the '}{count(len(entries), 'school')}"
    if not first:
        return f"None {of} is in the first tenth of England’s list."
    top = first[0]
    largest = [lines[0]["label"] for entry in first if (lines := _raising(entry))]
    said = f"{len(first)} {of} {'is' if len(first) == 1 else 'are'} in the first tenth of England’s list"
    if largest and len(first) > 1:
        label, times = Counter(largest).most_common(1)[0]
        said += f", most often for {label} ({times} of {len(first)})" if times > 1 else ""
    because = f"; the largest reason is {_raising(top)[0]['label']}" if _raising(top) else ""
    return (
        f"{said}. First is {top.row['name']}: {top.row['in_words'].split(',')[0]} that its next graded inspection "
        f"finds concern{because}."
    )


def _raising(entry: Entry) -> list[Mapping]:
    return [line for line in entry.reasons if line["direction"] == "raises"]


def _actions(told: Sequence[Entry], chosen: Choices) -> list:
    return [
        copy_link(),
        html.A(
            "Download list",
            href=address(f"/download{PAGE.path}/list.xlsx", chosen.kept),
            className="btn",
            download=True,
        ),
        _visit_pack(told[0]) if told else None,
    ]


def _visit_pack(entry: Entry) -> html.A | None:
    href = f"/download/school/{entry.row['urn']}/visit-pack.pdf"
    words = ["Visit pack of the first", html.Span(f": {entry.row['name']}", className="vh")]
    return html.A(words, href=href, className="btn primary", download=True)


def _not_found(chosen: Choices) -> html.Div | None:
    """The chosen schools that the list does not have."""
    gone = [urn for urn in urns_of(chosen["mine"]) if urn not in set(_open_schools()["urn"])]
    if not gone:
        return None
    said = []
    for urn in gone:
        school = school_queries.school(urn)
        said.append(
            f"{school['name']} (URN {urn}, {school['status'] or 'status not known'})" if school else f"URN {urn}"
        )
    lead = f"{sentence(count(len(gone), 'school'))} of your choice {'is' if len(gone) == 1 else 'are'} not in the list."
    change = html.A("Change my schools", href=address("/my-schools", mine=chosen["mine"]))
    return notice(lead, [f"{listed(said)}. ", change], kind="quiet")


def _form(chosen: Choices) -> html.Form:
    frame, clusters = _open_schools(), school_queries.clusters().rows(named=True)
    phases = [("", "All phases"), *((one, sentence(one)) for one in sorted(set(frame["phase"].drop_nulls())))]
    states = Counter(state_of(entry.inspection, entry.judgements) for entry in _entries())
    met = risk.rules_met().unique(["urn", "rule"]).group_by("rule", "title", maintain_order=True).len()
    rules = [(rule, f"{title} ({number})") for rule, title, number in met.sort("title").iter_rows()]
    size = len(urns_of(chosen["mine"]))
    mine = [(chosen["mine"], f"My schools ({size})"), ("", "All schools")]
    fields = [
        choice("mine", "Schools", mine, chosen["mine"]) if size else _choose_mine(),
        choice("phase", "Phase", phases, chosen["phase"]),
        choice(
            "cluster",
            "Cluster",
            [("", "All clusters"), *((row["cluster_id"], row["cluster_name"]) for row in clusters)],
            chosen["cluster"],
        )
        if clusters
        else None,
        choice("type", "Type", [("", "All types"), *KINDS.items()], chosen["type"]),
        choice(
            "inspection",
            "Last inspection",
            [("", "Any"), *((key, f"{words} ({states[key]})") for key, words in STATES.items() if states[key])],
            chosen["inspection"],
        ),
        choice("rule", "Rule met", [("", "Any or none"), *rules], chosen["rule"]),
        choice("order", "Order by", list(ORDERS.items()), chosen["order"]),
    ]
    asked = {*FILTERS, "order"}
    hidden = {key: value for key, value in chosen.kept.items() if key not in asked}
    return filter_form(PAGE.path, [field for field in fields if field], hidden=hidden, button="Show schools")


def _choose_mine() -> html.Div:
    return html.Div(
        [
            html.Span("Schools", className="lab"),
            html.A("Choose my schools", href="/my-schools", className="btn quiet"),
        ],
        className="f act",
    )


def _force(chosen: Choices) -> list[str]:
    """The filters in force, in words."""
    names = {row["cluster_id"]: row["cluster_name"] for row in school_queries.clusters().rows(named=True)}
    titles = dict(risk.rules_met().select("rule", "title").iter_rows())
    return [
        part
        for part in (
            f"my schools ({len(urns_of(chosen['mine']))})" if chosen["mine"] else "",
            chosen["phase"] or "all phases",
            names.get(chosen["cluster"], "all clusters" if names else ""),
            KINDS.get(chosen["type"], "all types").lower(),
            STATES.get(chosen["inspection"], "").lower(),
            f"meets “{titles[chosen['rule']]}”" if chosen["rule"] else "",
        )
        if part
    ]


def _in_force(chosen: Choices, entries: Sequence[Entry]) -> html.P:
    force = _force(chosen)
    counts: list[str] = []
    if risk.may_be_shown():
        force.append(f"ordered by {ORDERS[chosen['order']][0].lower()}{ORDERS[chosen['order']][1:]}")
        force.append(f"as known on {day(risk.schools()['as_of'].max())}")
        states = Counter(entry.row["state"] for entry in entries)
        counts = [
            f"{states['listed']} with a chance",
            f"{states['cannot tell']} cannot be told",
            f"{states['rules only']} by rules only",
        ]
    is_filtered = any(key in chosen.kept for key in (*FILTERS, "order"))
    change = html.A("Change my schools", href=address("/my-schools", mine=chosen["mine"])) if chosen["mine"] else ""
    return html.P(
        [
            html.Span([html.B("In force: "), ", ".join(force)]),
            html.Span([html.B(count(len(entries), "school")), f": {listed(counts)}" if counts else ""]),
            html.A("Clear filters", href=PAGE.path) if is_filtered else "",
            change,
        ],
        className="inforce",
        role="status",
    )


def _caution() -> list:
    said = {
        row["level_note"] for row in risk.runs().rows(named=True) if row["level_note"] and not row["level_is_tested"]
    }
    return [notice("The level is untested in the present era.", text, kind="caution") for text in sorted(said)]


def _nothing_chosen() -> html.Div:
    return empty(
        "No school fits these filters",
        "Change the type, the last inspection or the rule, or clear all of them.",
        ("Clear filters", PAGE.path),
    )


def _groups(entries: Sequence[Entry], chosen: Choices) -> list:
    if not entries:
        return [_nothing_chosen()]
    if chosen["order"] == "inspection":
        return by_framework(entries)
    is_short = chosen["later"] != "full"
    return by_band(entries, is_short=is_short, switch=_later_switch(chosen, is_short))


def _later_switch(chosen: Choices, is_short: bool) -> html.P:
    words = "Show reasons, inspections and rules of these too" if is_short else "Show these as a short list"
    href = chosen.address(later="full" if is_short else "")
    return html.P(html.A(words, href=href, id="later"), className="go")


def _places() -> html.P:
    return html.P(
        [
            "Places are ranges because the intervals overlap: no school is simply first. Points are percentage points "
            "from the chance of a school like the mean of England’s, the upright line, to the school’s own. Lines of "
            "the last years are on one scale for each phase; England is dotted. ",
            html.A("Is the list any good?", href="/record"),
        ],
        className="foot",
    )


def _saving(chosen: Choices, entries: Sequence[Entry]) -> html.Div | None:
    if not entries:
        return None
    kept = {key: value for key, value in chosen.kept.items() if key in FILTERS}
    print_it = html.Button("Print the working list", type="button", className="btn", **{"data-action": "print"})
    links = download_links(PAGE.path, "list", len(entries), kept)
    links.children = [*links.children, print_it if risk.may_be_shown() else None]
    return html.Div(
        [
            links,
            html.P(
                "What is saved and printed has schools by name with their last inspection, the rules that they meet "
                "and what to check. Chances, bands and places stay on this page.",
                className="foot",
            ),
        ],
        id="save",
    )


def _disagreements(told: Sequence[Entry]) -> html.Section | None:
    no_rule = [e for e in told if e.row["band"] == "first" and not e.met]
    many = [e for e in told if e.row["band"] == "later" and len(e.met) >= MANY_RULES]
    rows = [
        *((e, "No rule is met: what do the figures behind the chance show?") for e in no_rule),
        *((e, _late(e.row)) for e in sorted(many, key=lambda e: -len(e.met))),
    ]
    if not rows:
        return None
    return section(
        "disagree",
        "Where rules and chance disagree",
        priority_list.disagreements(rows[:DISAGREEMENTS]),
        html.Details(
            [
                html.Summary(f"{len(rows) - DISAGREEMENTS} more"),
                html.Div(priority_list.disagreements(rows[DISAGREEMENTS:])),
            ],
            className="disc",
        )
        if len(rows) > DISAGREEMENTS
        else None,
        note="Look at these by hand: one of the two is missing something.",
    )


def _late(row: Mapping) -> str:
    """What to check of a school that meets rules and stands late in the list."""
    if row["probability"] > row["usual"]:
        return (
            f"Rules are met and the chance is above usual; it stands late because an inspection within a year is "
            f"{row['inspection_in_words']} only"
        )
    return "Rules are met, the chance is not above usual: what does the model not see?"


def _level(chosen: Choices, entries: Sequence[Entry]) -> str:
    """The level asked for, else that of most of the schools chosen."""
    if chosen["level"]:
        return chosen["level"]
    of = {phase: level for level, (_, _, phases) in LEVELS.items() for phase in phases}
    levels = Counter(of[entry.row["phase"]] for entry in entries if entry.row["phase"] in of)
    return max(LEVELS, key=lambda level: levels[level])


def _funnel_of(chosen: Choices, entries: Sequence[Entry], level: str) -> Funnel | None:
    phases = LEVELS[level][2]
    measure = MEASURES[HEADLINES[phases[0]]]
    own = {entry.row["urn"] for entry in entries}
    return funnel_of(
        measure,
        evidence.results_with_cohorts(measure.key, phases).rows(named=True),
        evidence.funnel_limits(measure.key).rows(named=True),
        lambda urn: urn in own,
    )


def _funnel(chosen: Choices, entries: Sequence[Entry]) -> html.Section:
    level = _level(chosen, entries)
    found = _funnel_of(chosen, entries, level)
    switch = [(words, chosen.address(level=key, anchor="funnel"), key == level) for key, (words, *_) in LEVELS.items()]
    kept = {key: value for key, value in chosen.kept.items() if key in FILTERS} | {"level": level}
    return section(
        "funnel",
        "Is a low result more than chance?",
        segments("Schools in the funnel", switch),
        funnel_block(
            found,
            view=chosen.view("funnel"),
            view_address=chosen.view_address("funnel"),
            path=PAGE.path,
            query=kept,
            whose=_whose(chosen),
            phase_word=LEVELS[level][1],
        )
        if found
        else html.P(
            "No file at hand prints results of these schools with their numbers of pupils: no limits are drawn."
        ),
        note="Small schools swing widely. Only points outside the funnel are unlikely to be chance alone.",
    )


def _points_found(chosen: Choices, entries: Sequence[Entry]) -> tuple[list[Mapping], dict[str, float], list]:
    judged = risk.rules_judged().rows(named=True)
    rules = own_points.weighed(judged)
    weights = {rule["rule"]: rule["weight"] for rule in rules}
    tried = {rule: float(chosen[f"{own_points.PREFIX}{rule}"]) for rule in weights}
    names = {entry.row["urn"]: entry.row["name"] for entry in entries}
    return rules, tried, own_points.places(judged, names, weights, tried)


def _points(chosen: Choices, entries: Sequence[Entry]) -> html.Section | None:
    rules, tried, found = _points_found(chosen, entries)
    if not rules or not found:
        return None
    plain = {key: value for key, value in chosen.kept.items() if not key.startswith(own_points.PREFIX) and key != "own"}
    is_tried = bool(chosen["own"]) or len(plain) != len(chosen.kept)
    content = own_points.panel(
        rules,
        found,
        tried,
        is_open=bool(chosen["own"]),
        action=PAGE.path,
        hidden=plain,
        open_address=chosen.address(own="yes", anchor="points"),
        reset_address=address(PAGE.path, plain, anchor="points"),
    )
    return section(
        "points",
        "Points for the rules, with weights to try",
        html.Details(
            [html.Summary("Try other weights for the points"), html.Div(content)], open=is_tried, className="disc"
        ),
        note="Who would stand first if each rule counted more or less: for a discussion, not a forecast.",
    )


def download(name: str, **query: str) -> Download:
    """The working list, the funnel or the points of the choices in force, without chances, bands and places.

    Raises PageNotFound for another name.
    """
    chosen = _chosen(query)
    entries = sorted(_filtered(_entries(), chosen), key=lambda entry: (entry.row["name"], entry.row["urn"]))
    notes = [
        ("Filters in force", listed(_force(chosen))),
        ("Sources", "Ofsted inspections, results, absence and the register, as named on the page About the data"),
        ("Left out", "Chances, bands and places of schools: they are in nothing that is saved, printed or shared"),
    ]
    if name == "list":
        return Download(
            name="schools-to-talk-to",
            title="Working list of schools: last inspection, rules met, what to check",
            frame=priority_list.saved(entries),
            notes=notes,
        )
    if name == "funnel":
        found = _funnel_of(chosen, entries, chosen["level"] or "primary")
        if found is not None:
            return download_of(found, notes)
    raise PageNotFound("There is no such table.")
