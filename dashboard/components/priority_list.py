"""The list of schools to talk to first: rows with chance, reasons, last years, last inspection and rules met."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl
from dash import html

from dashboard.components import last_inspection
from dashboard.components.links import school_path
from dashboard.components.marks import chance_strip
from dashboard.components.moves import why_it_moved
from dashboard.components.page import Content
from dashboard.components.recent import Recent, sparklines
from dashboard.components.tables import Column, table
from dashboard.components.words import count, school_year, sentence

BANDS = {
    "first": ("Talk to first", "b1", "in the first tenth of England’s list"),
    "next": ("Talk to next", "b2", "in the second tenth of England’s list"),
    "later": ("Later", "b3", "in the other four fifths of England’s list"),
}
"""Band → its words, the class of its tag, and what it means."""

APART = {
    "cannot tell": ("Cannot tell", "ct", "Too little is known for a chance: not safe, not known"),
    "rules only": ("Rules only", "ro", "No model speaks for these schools"),
}
"""State without a chance → its words, the class of its tag, and what it means."""

SHOWN_REASONS = 3
MARKS = {"stuck_school": "Meets stuck-school test"}
"""Rules that are known by another name than their title."""

_DAY = re.compile(r"\b\d{1,2} [A-Z][a-z]{2} \d{4}$")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One school of the list with all that its row says.

    Attributes:
        row: its row of mart.school_risk with name, phase, type, clusters and pupils.
        reasons, moves: its rows of mart.school_risk_reason and mart.school_risk_move.
        met: the rules that it meets: rule, title, source, year, reason.
        inspection, judgements: its last inspection, None if there is none, and what was judged in it.
        recents: the last years of the results of its phase, all schools together.
    """

    row: Mapping
    reasons: Sequence[Mapping] = ()
    moves: Sequence[Mapping] = ()
    met: Sequence[Mapping] = ()
    inspection: Mapping | None = None
    judgements: Sequence[Mapping] = ()
    recents: Sequence[Recent | None] = ()


def heading(title: str, tag: str, size: int, meaning: str, anchor: str) -> html.Div:
    """The head of a group: its name, how many schools, what it means."""
    return html.Div(
        [
            html.H2(title, id=anchor),
            html.Span(count(size, "school"), className=f"tag {tag}"),
            html.Span(sentence(meaning), className="mute"),
        ],
        className="bandhead",
    )


def group(anchor: str, head: html.Div, *parts: Content | None) -> html.Section:
    """A group of the list under its head."""
    return html.Section([head, *(part for part in parts if part is not None)], **{"aria-labelledby": anchor})


def full(entries: Sequence[Entry], *, has_band: bool = False) -> html.Table:
    """Rows with everything; with `has_band` each says its band, where the list is not grouped by bands."""
    columns = [
        Column(title="School", cell=lambda e: _school(e, has_band), width="17%"),
        Column(title="Chance of concern if inspected", cell=_chance, width="21%"),
        Column(title="Main reasons, and the strongest the other way (points)", cell=_why),
        Column(title="Last three years", cell=lambda e: sparklines(e.row["urn"], e.recents), width="14%"),
        Column(title="Last inspection and rules met", cell=_inspected, width="18%"),
    ]
    return table(entries, columns, is_stacked=True, classes="list")


def compact(entries: Sequence[Entry]) -> html.Ul:
    """Names with their chances, in columns."""
    return html.Ul(
        [
            html.Li(
                [
                    html.A(entry.row["name"], href=school_path(entry.row["urn"])),
                    html.Span(entry.row["in_words"].split(",")[0].removeprefix("about "), className="mute"),
                ]
            )
            for entry in entries
        ],
        className="compact",
    )


def apart(entries: Sequence[Entry]) -> html.Table:
    """Schools without a chance: why there is none, their last inspection, and the rules that they meet."""
    columns = [
        Column(title="School", cell=lambda e: name(e.row), width="26%"),
        Column(title="Why", cell=lambda e: sentence(e.row["why"] or "")),
        Column(title="Last inspection", cell=lambda e: last_inspection.cell(e.inspection, e.judgements), width="26%"),
        Column(title="Rules met", cell=lambda e: rules(e.met), width="22%"),
    ]
    return table(entries, columns, is_stacked=True)


def disagreements(rows: Sequence[tuple[Entry, str]]) -> html.Table:
    """Schools where rules and chance disagree, each with what to check."""
    columns = [
        Column(title="School", cell=lambda r: name(r[0].row)),
        Column(title="Chance if inspected", cell=lambda r: sentence(r[0].row["in_words"].split(",")[0])),
        Column(title="Rules met", cell=lambda r: rules(r[0].met)),
        Column(title="What to check", cell=lambda r: r[1]),
    ]
    return table(rows, columns, is_stacked=True)


def to_share(entries: Sequence[Entry]) -> html.Table:
    """The working list without chances, bands or places: last inspection, rules met, what to check."""
    columns = [
        Column(title="School", cell=lambda e: [name(e.row), _about(e.row)], width="26%"),
        Column(title="Last inspection", cell=lambda e: last_inspection.cell(e.inspection, e.judgements), width="24%"),
        Column(title="Rules met", cell=lambda e: rules(e.met), width="20%"),
        Column(title="What to check", cell=lambda e: checks(e.met)),
    ]
    return table(entries, columns, is_stacked=True)


def name(row: Mapping) -> html.A:
    """A school's name, which leads to its page."""
    return html.A(row["name"], href=school_path(row["urn"]), className="nm")


def rule_words(met: Mapping) -> tuple[str, str]:
    """What a rule that is met is called, the year for which it was judged, and the rule's own day if it has one."""
    published = _DAY.search(met["source"] or "")
    dated = f"; rule of {published[0]}" if published else ""
    return MARKS.get(met["rule"], met["title"]), f"{school_year(met['year'])}{dated}"


def rules(met: Sequence[Mapping]) -> html.Ul:
    """The rules that a school meets, as ticks with words."""
    if not met:
        return html.Ul([html.Li("None met", className="none")], className="ticks")
    said = [rule_words(one) for one in met]
    return html.Ul(
        [html.Li([title, html.Span(f" ({when})", className="mute micro")]) for title, when in said], className="ticks"
    )


def checks(met: Sequence[Mapping]) -> html.Ul | str:
    """What stands behind the rules that a school meets: the figures to look at."""
    told = [sentence(one["reason"]) for one in met if one["reason"]]
    if not told:
        return "No rule is met"
    return html.Ul([html.Li(text) for text in told], className="checks")


def _about(row: Mapping) -> html.Div:
    said = [row["type"] or row["phase"], row["clusters"]]
    number = [count(row["pupils"], "pupil"), f"URN {row['urn']}"]
    return html.Div(
        [
            html.Div(", ".join(part for part in said if part)),
            html.Div(" · ".join(part for part in number if part)),
        ],
        className="micro mute",
    )


def _school(entry: Entry, has_band: bool) -> list:
    row = entry.row
    title, tag, _ = BANDS.get(row["band"]) or APART.get(row["state"], ("", "", ""))
    return [
        name(row),
        _about(row),
        html.Div(html.Span(title, className=f"tag state {tag}")) if has_band and title else None,
        why_it_moved(row, entry.moves),
    ]


def _chance(entry: Entry) -> list | html.Div:
    row = entry.row
    if row["probability"] is None:
        return html.Div([html.B(APART[row["state"]][0]), html.Div(sentence(row["why"] or ""))], className="small")
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


def _why(entry: Entry) -> html.Ul | html.Span:
    if entry.row["probability"] is None:
        return html.Span("No points without a chance", className="mute")
    raising = [line for line in entry.reasons if line["direction"] == "raises"][:SHOWN_REASONS]
    protecting = [line for line in entry.reasons if line["is_protective"]][:1]
    if not raising and not protecting:
        return html.Span("Like the mean of England’s schools in all that is known", className="mute")
    return html.Ul([_line(line) for line in (*raising, *protecting)], className="why")


def _line(line: Mapping) -> html.Li:
    amount = f"{abs(line['points']):.0f}" if abs(line["points"]) >= 0.5 else f"{abs(line['points']):.1f}"
    shown = amount if float(amount) == 0 else f"+{amount}" if line["points"] > 0 else f"\u2212{amount}"
    return html.Li(
        [
            html.Span(
                [shown, html.Span(" points", className="vh")], className="pts" if line["points"] > 0 else "pts dn"
            ),
            html.Span([html.B(sentence(line["label"])), " ", line["sentence"]]),
        ]
    )


def _inspected(entry: Entry) -> list:
    return [last_inspection.cell(entry.inspection, entry.judgements), rules(entry.met)]


_SAVED = {
    "urn": pl.Int64,
    "name": pl.String,
    "phase": pl.String,
    "type": pl.String,
    "clusters": pl.String,
    "last_inspected": pl.Date,
    "framework": pl.String,
    "found": pl.String,
    "rules_met": pl.String,
    "what_to_check": pl.String,
}


def saved(entries: Sequence[Entry]) -> pl.DataFrame:
    """The working list as a table to save: without chances, bands and places."""
    return pl.DataFrame([_saved(entry) for entry in entries], schema=_SAVED)


def _saved(entry: Entry) -> dict:
    row, inspection = entry.row, entry.inspection
    return {
        **{key: row[key] for key in ("urn", "name", "phase", "type", "clusters")},
        "last_inspected": inspection["date"] if inspection else None,
        "framework": last_inspection.framework(inspection["era"])[0] if inspection else None,
        "found": last_inspection.finding(inspection, entry.judgements),
        "rules_met": "; ".join(f"{title} ({when})" for title, when in map(rule_words, entry.met)),
        "what_to_check": "; ".join(one["reason"] for one in entry.met if one["reason"]),
    }
