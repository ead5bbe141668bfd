"""What the front page says of change and of silence: who moved on the list and why, what is new, who has gone quiet."""

from collections import Counter
from collections.abc import Mapping, Sequence

from dash import html

from dashboard.components.links import address, school_path
from dashboard.components.tables import Column, table
from dashboard.components.words import count, listed, sentence

FAR = 5
"""Places that a school must move on the list to be named."""

OTHERS = "other schools moved"
"""The cause of a move that is not the school's own."""

BANDS = ("first", "next", "later")
MOVED = {
    "rose": "Rose a band",
    "fell": "Fell a band",
    "up": f"Moved up {FAR} places or more, same band",
    "down": f"Moved down {FAR} places or more, same band",
}

SILENCE = {
    "no_usable_measure": "No usable figure",
    "only_old_results": "Only old figures",
    "always_suppressed": "Results always hidden",
    "no_inspection": "No inspection at hand",
    "no_inspection_for_long": "Not inspected for six years",
    "missing_in_several_feeds": "Missing from several files",
    "missing_in_one_feed": "Missing from one file",
    "no_cluster": "In no cluster",
    "no_community_area": "In no community area",
    "new_without_history": "New, without history",
    "disadvantaged_always_suppressed": "Disadvantaged pupils’ results always hidden",
    "why_silent": "Figures or inspection missing",
}
"""Reason of mart.silent_school → its words, the gravest first."""

PARTLY = ("disadvantaged_always_suppressed",)
"""Reasons that leave a school heard: its results for all pupils are known."""


def moves(schools: Sequence[Mapping], causes: Sequence[Mapping]) -> list[dict]:
    """How schools moved since the list before: what, why, real or not, and the schools, for each kind of move."""
    main: dict[int, Mapping] = {}
    for row in causes:
        if row["urn"] not in main or abs(row["places"] or 0) > abs(main[row["urn"]]["places"] or 0):
            main[row["urn"]] = row
    found: dict[tuple[str, bool], list[tuple[int, str]]] = {}
    for row in schools:
        how = _how(row)
        if how:
            cause = main.get(row["urn"])
            words = cause["cause"] if cause else "no single cause"
            is_real = bool(cause and cause["is_real"] and cause["cause"] != OTHERS)
            found.setdefault((how, is_real), []).append((row["urn"], words))
    order = list(MOVED)
    return [
        {
            "what": MOVED[how],
            "why": sentence(
                "; ".join(f"{words} ({number})" for words, number in Counter(w for _, w in held).most_common())
            ),
            "real": "Yes" if is_real else "No, nothing new about these schools",
            "urns": [urn for urn, _ in held],
        }
        for (how, is_real), held in sorted(found.items(), key=lambda item: (order.index(item[0][0]), not item[0][1]))
    ]


def _how(row: Mapping) -> str:
    if row["rank_before"] is None or row["rank"] is None:
        return ""
    band, before = row["band"], row.get("band_before") or row["band"]
    if band != before:
        return "rose" if BANDS.index(band) < BANDS.index(before) else "fell"
    by = row["rank_before"] - row["rank"]
    return "" if abs(by) < FAR else "up" if by > 0 else "down"


def news(changes: Sequence[Mapping]) -> list[dict]:
    """What differs from the build before, a row for each kind of difference: mart.build_change in few lines."""
    kinds: dict[tuple[str, str], list[Mapping]] = {}
    for row in changes:
        note = row["note"] or ("status changed" if row["before"] and row["after"] else "changed")
        kinds.setdefault((row["kind"] or "", note), []).append(row)
    return [
        {
            "what": f"{sentence(kind)}: {note}",
            "why": listed([_named(row) for row in held[:3]]) + (f" and {len(held) - 3} more" if len(held) > 3 else ""),
            "real": "",
            "number": len(held),
        }
        for (kind, note), held in kinds.items()
    ]


def _named(row: Mapping) -> str:
    if row["before"] and row["after"]:
        return f"{row['what']} ({row['before']}, now {row['after']})"
    return row["what"] or ""


def changes_table(rows: Sequence[Mapping]) -> html.Table:
    """Rows of `moves` and `news` as one table; the number of schools leads to them."""

    def number(row: Mapping):
        if "urns" not in row:
            return f"{row['number']:,}"
        href = address("/talk-first", mine=",".join(str(urn) for urn in row["urns"]))
        return html.A([f"{len(row['urns']):,}", html.Span(f" schools: {row['what']}", className="vh")], href=href)

    columns = [
        Column(title="What changed", cell=lambda row: html.B(row["what"]), width="30%"),
        Column(title="Why, or which", cell=lambda row: row["why"]),
        Column(title="Real change?", cell=lambda row: row["real"] or "Yes", width="14%"),
        Column(title="How many", cell=number, is_number=True),
    ]
    return table(rows, columns, is_stacked=True)


def ledger(rows: Sequence[Mapping]) -> list[dict]:
    """One row for each silent school from rows of mart.silent_school, the gravest first, independent schools last."""
    order = list(SILENCE)

    def place(kind: str) -> int:
        return order.index(kind) if kind in order else len(order)

    schools: dict[int, list[Mapping]] = {}
    for row in rows:
        schools.setdefault(row["urn"], []).append(row)
    found = []
    for urn, held in schools.items():
        held = sorted(held, key=lambda row: place(row["reason_kind"]))
        since = [row["since"] for row in held if row["since"]]
        found.append(
            {
                "urn": urn,
                "name": held[0]["name"] or f"URN {urn}",
                "phase": held[0]["phase"] or "",
                "clusters": held[0]["clusters"] or "",
                "kinds": [row["reason_kind"] for row in held],
                "why": "; ".join(_why(row) for row in held),
                "since": min(since) if since else None,
                "is_independent": held[0]["is_independent"],
                "is_partly": all(row["reason_kind"] in PARTLY for row in held),
            }
        )
    return sorted(
        found,
        key=lambda row: (
            row["is_partly"],
            row["is_independent"],
            place(row["kinds"][0]),
            -len(row["kinds"]),
            row["name"],
        ),
    )


def _why(row: Mapping) -> str:
    words = SILENCE.get(row["reason_kind"], sentence(row["reason_kind"].replace("_", " ")))
    if row["reason_kind"].startswith("missing_in"):
        return f"{row['what']}: missing"
    return words


def reasons(schools: Sequence[Mapping]) -> html.Ul:
    """How many schools there are for each reason, the gravest first."""
    counted = Counter(kind for row in schools for kind in dict.fromkeys(row["kinds"]))
    order = [*(kind for kind in SILENCE if kind in counted), *(kind for kind in counted if kind not in SILENCE)]
    return html.Ul(
        [
            html.Li([html.Span(SILENCE.get(kind, sentence(kind.replace("_", " ")))), html.B(f"{counted[kind]:,}")])
            for kind in order
        ],
        className="compact",
    )


def silent_table(schools: Sequence[Mapping]) -> html.Table:
    """The ledger; on paper it has two columns to write an owner and a date in."""
    columns = [
        Column(title="School", cell=lambda row: html.A(row["name"], href=school_path(row["urn"])), width="26%"),
        Column(title="Why it is silent", cell=lambda row: row["why"]),
        Column(title="Since", cell=lambda row: str(row["since"] or "Not known")),
        Column(title="Cluster", cell=lambda row: row["clusters"] or "None"),
        Column(title="Owner", cell=lambda row: ""),
        Column(title="Act by", cell=lambda row: ""),
    ]
    return table(schools, columns, is_stacked=True, classes="silent")


def in_short(schools: Sequence[Mapping]) -> str:
    """How many schools are silent, in a few words for the lede."""
    silent = [row for row in schools if not row["is_partly"]]
    if not silent:
        return "No school has gone quiet."
    return f"{sentence(count(len(silent), 'school'))} {'has' if len(silent) == 1 else 'have'} gone quiet."
