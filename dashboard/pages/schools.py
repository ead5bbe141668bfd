"""All schools: search by name, URN, LAESTAB or postcode, filter, sort, page through, and save the list."""

from collections.abc import Mapping

import polars as pl
from dash import html

from dashboard.components import overview_news
from dashboard.components.choices import are_mine, urns_of, whole
from dashboard.components.downloads import Download, download_links
from dashboard.components.fields import choice, filter_form, text
from dashboard.components.links import address, compare_path, school_path
from dashboard.components.page import copy_link, empty, head, ignored, notice
from dashboard.components.tables import Column, table
from dashboard.components.words import count, laestab, listed, sentence
from dashboard.pages import Page, PageNotFound
from dashboard.queries import build as build_queries
from dashboard.queries import inspections
from dashboard.queries import overview as overview_queries
from dashboard.queries import schools as school_queries

PAGE = Page(path="/schools", title="All schools", order=7, keeps=("mine", "phase", "cluster", "urns"))
PAGE_SIZE = 50
SORTS = {
    "name": "name",
    "phase": "phase",
    "type": "type",
    "cluster": "clusters",
    "pupils": "pupils",
    "urn": "urn",
    "inspected": "date",
}
"""Word in the address → column that the list is sorted by."""

DEFAULTS = {"status": "open", "sort": "name", "page": "1"}
STATUSES = {
    "open": "Open",
    "closed": "Closed",
    "proposed": "Proposed to open or close",
    "any": "Open and closed",
}
DATA = {"silent": "With gaps", "figures": "Without gaps"}
WAYS = {
    "urn": "with that URN",
    "laestab": "with that LAESTAB",
    "postcode": "with that postcode",
    "postcode area": "in the same postcode district; none has that postcode",
    "name": "with those words in the name",
    "spelling": "with a similar name; none has those words",
}


def layout(**query: str) -> list:
    """The page. Choices: q, mine, phase, type, cluster, status, data, sort, page; others are named and ignored.

    `urns` are the schools being compared: the links that add one more carry them.
    """
    chosen, unused = _chosen(query)
    found, how = _found(chosen)
    kept = {key: value for key, value in chosen.items() if value and value != DEFAULTS.get(key)}
    last = max(1, -(-found.height // PAGE_SIZE))
    number = min(int(chosen["page"]), last)
    shown = found.slice((number - 1) * PAGE_SIZE, PAGE_SIZE)
    everything = school_queries.schools()
    return [
        head("All schools", _lede(everything), actions=[copy_link()]),
        ignored(unused, address("/schools", kept)),
        _form(everything, chosen),
        _in_force(chosen, kept, found.height, how),
        _comparing(chosen["urns"]),
        *_list(shown, chosen, kept, number, last, found.height),
        download_links("/schools", "schools", found.height, {k: v for k, v in kept.items() if k != "page"})
        if found.height
        else None,
    ]


def _chosen(query: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    frame = school_queries.schools()
    clusters = school_queries.clusters()
    allowed = {
        "phase": set(frame["phase"].drop_nulls()),
        "type": set(frame["type"].drop_nulls()),
        "cluster": {*clusters["cluster_id"], "none"},
        "status": set(STATUSES),
        "data": set(DATA),
        "sort": {*SORTS, *(f"-{word}" for word in SORTS)},
    }
    chosen = {"q": "", "mine": "", "phase": "", "type": "", "cluster": "", "data": "", "urns": "", **DEFAULTS}
    unused = []
    for key, value in query.items():
        is_page = key == "page" and 0 < (whole(value) or 0) < 10_000
        is_mine = key in ("mine", "urns") and are_mine(value)
        if key == "q" or value in allowed.get(key, ()) or is_page or is_mine:
            chosen[key] = value.strip()
        elif value:
            unused.append(
                f"There is no {key} called “{value}”."
                if key in allowed
                else f"“{key}={value}” means nothing on this page."
            )
    return chosen, unused


def _found(chosen: Mapping[str, str]) -> tuple[pl.DataFrame, str]:
    frame = school_queries.schools().join(inspections.latest(), on="urn", how="left")
    how = ""
    if chosen["q"]:
        urns, how = school_queries.search(chosen["q"])
        frame = frame.filter(pl.col("urn").is_in(list(urns)))
    if chosen["mine"]:
        frame = frame.filter(pl.col("urn").is_in(list(urns_of(chosen["mine"]))))
    for key in ("phase", "type"):
        if chosen[key]:
            frame = frame.filter(pl.col(key) == chosen[key])
    if chosen["cluster"] == "none":
        frame = frame.filter(pl.col("clusters").fill_null("") == "")
    elif chosen["cluster"]:
        frame = frame.filter(pl.col("urn").is_in(list(school_queries.members(chosen["cluster"]))))
    is_closed = pl.col("status").fill_null("").str.starts_with("closed")
    if chosen["status"] == "open":
        frame = frame.filter(~is_closed)
    elif chosen["status"] == "closed":
        frame = frame.filter(is_closed)
    elif chosen["status"] == "proposed":
        frame = frame.filter(pl.col("status").str.contains("proposed"))
    silent = _silent()
    frame = frame.with_columns(
        pl.coalesce(
            pl.col("urn").replace_strict(list(silent), list(silent.values()), default=None, return_dtype=pl.String),
            "why_silent",
        ).alias("silent")
    )
    if chosen["data"]:
        is_silent = pl.col("urn").is_in(list(silent))
        frame = frame.filter(is_silent if chosen["data"] == "silent" else ~is_silent)
    word = chosen["sort"]
    column = SORTS[word.lstrip("-")]
    key = pl.col(column).str.to_lowercase() if frame.schema[column] == pl.String else pl.col(column)
    return frame.sort(key, pl.col("name"), descending=[word.startswith("-"), False], nulls_last=True), how


def _silent() -> dict[int, str]:
    """URN → what is not known of an open school, in the words of the ledger on the front page."""
    return {row["urn"]: row["why"] for row in overview_news.ledger(overview_queries.silent().rows(named=True))}


def _lede(frame: pl.DataFrame) -> str:
    is_open = (~frame["status"].fill_null("").str.starts_with("closed")).sum()
    return (
        f"{count(is_open, 'open school')} and {frame.height - is_open:,} closed in "
        f"{build_queries.build()['la_name']}. "
        "Every school in the register is here, whatever is missing about it."
    )


def _form(frame: pl.DataFrame, chosen: Mapping[str, str]) -> html.Form:
    def options(values) -> list[tuple[str, str]]:
        return [("", "All"), *((value, sentence(value)) for value in sorted(set(values)))]

    clusters = [(row["cluster_id"], row["cluster_name"]) for row in school_queries.clusters().rows(named=True)]
    return filter_form(
        "/schools",
        [
            text("q", "Name, URN, LAESTAB or postcode", chosen["q"]),
            choice("phase", "Phase", options(frame["phase"].drop_nulls()), chosen["phase"]),
            choice("type", "Type", options(frame["type"].drop_nulls()), chosen["type"]),
            *(
                [
                    choice(
                        "cluster",
                        "Cluster",
                        [("", "All"), *clusters, ("none", "In no cluster")],
                        chosen["cluster"],
                    )
                ]
                if clusters
                else []
            ),
            choice("status", "Status", list(STATUSES.items()), chosen["status"]),
            choice("data", "Figures", [("", "All"), *DATA.items()], chosen["data"]),
        ],
        hidden={key: chosen[key] for key in ("sort", "mine", "urns") if chosen[key] not in ("", "name")},
        button="Show schools",
    )


def _in_force(chosen: Mapping[str, str], kept: Mapping[str, str], size: int, how: str) -> html.P:
    names = {row["cluster_id"]: row["cluster_name"] for row in school_queries.clusters().rows(named=True)}
    force = [
        f"“{chosen['q']}”" if chosen["q"] else "",
        f"my schools ({len(urns_of(chosen['mine']))})" if chosen["mine"] else "",
        chosen["phase"],
        chosen["type"],
        {**names, "none": "in no cluster"}.get(chosen["cluster"], ""),
        STATUSES[chosen["status"]].lower(),
        DATA.get(chosen["data"], "").lower(),
    ]
    words = [
        html.Span([html.B("In force: "), ", ".join(part for part in force if part)]),
        html.Span([html.B(count(size, "school")), " " + WAYS[how] if how in WAYS else ""]),
    ]
    return html.P(
        [
            *words,
            html.A("Clear filters", href=address("/schools", urns=chosen["urns"])) if {*kept} - {"urns"} else "",
            html.A(
                "Change my schools" if chosen["mine"] else "Choose my schools",
                href=address("/my-schools", mine=chosen["mine"]),
            ),
        ],
        className="inforce",
        role="status",
    )


def _list(
    shown: pl.DataFrame, chosen: Mapping[str, str], kept: Mapping[str, str], number: int, last: int, size: int
) -> list:
    if not size:
        wider = address("/schools", kept, status="any", page="")
        closed = (
            [
                notice(
                    "Only open schools are shown.",
                    [html.A("Look among closed schools too", href=wider)],
                    kind="quiet",
                )
            ]
            if chosen["status"] == "open"
            else []
        )
        return [
            *closed,
            empty(
                "No school matches these choices",
                "Change the search or a filter, or clear them all.",
                ("Clear filters", "/schools"),
            ),
        ]
    columns = [
        Column(title="School", cell=_name, sort="name", width="28%"),
        Column(title="Phase", cell=lambda r: sentence(r["phase"] or "not known"), sort="phase"),
        Column(title="Type", cell=lambda r: r["type"] or "Not known", sort="type"),
        *(
            [Column(title="Cluster", cell=lambda r: r["clusters"] or "None", sort="cluster")]
            if school_queries.clusters().height
            else []
        ),
        Column(title="Last inspection", cell=_inspected, sort="inspected"),
        Column(title="URN, LAESTAB", cell=lambda r: f"{r['urn']}, {laestab(r['laestab'])}", sort="urn"),
        Column(
            title="Pupils",
            cell=lambda r: f"{r['pupils']:,}" if r["pupils"] is not None else html.Span("No data", className="miss"),
            sort="pupils",
            is_number=True,
        ),
        Column(title="Compare", cell=lambda row: _compare(row, chosen["urns"])),
    ]
    return [
        table(
            shown.rows(named=True),
            columns,
            is_stacked=True,
            sorted_by=chosen["sort"],
            sort_address=lambda word: address("/schools", kept, sort=word, page=""),
            classes="schools",
        ),
        _paging(kept, number, last),
    ]


def _name(row: Mapping) -> list:
    remarks = [
        f"{row['status']}" if row["status"] != "open" else "",
        row.get("status_note") or "",
        row["silent"] or "",
        "not in the register" if not row["in_register"] else "",
    ]
    said = listed([remark for remark in remarks if remark])
    return [
        html.A(row["name"] or f"URN {row['urn']}", href=school_path(row["urn"]), className="nm"),
        html.Div(sentence(said), className="micro mute") if said else "",
    ]


def _compare(row: Mapping, compared: str) -> html.A:
    """The link that adds a school to those being compared, or leads to them where it is one."""
    urns = urns_of(compared)
    is_in = row["urn"] in urns
    name = html.Span(f" {row['name']}{'' if is_in else ' to the comparison'}", className="vh")
    return html.A(["Compared" if is_in else "Add", name], href=compare_path(urns, row["urn"]))


def _comparing(compared: str) -> html.P | None:
    """Which schools are being compared, with the way back to them."""
    urns = urns_of(compared)
    names = [school["name"] for urn in urns if (school := school_queries.school(urn))]
    if not names:
        return None
    way = html.A("See them side by side", href=compare_path(urns))
    return html.P([html.Span([html.B("Comparing: "), listed(names), "."]), way], className="inforce")


def _inspected(row: Mapping):
    if row["date"] is None:
        return html.Span("No data", className="miss")
    said = row["outcome"] or row["overall_word"] or row["kind"]
    said = "No overall grade" if said == "Not judged" else sentence(said)
    return [f"{row['date']:%b %Y}", html.Div(said, className="micro mute")]


def _paging(kept: Mapping[str, str], number: int, last: int) -> html.Nav | None:
    if last == 1:
        return None

    def link(target: int, words: str, is_current: bool = False):
        attributes = {"aria-current": "page"} if is_current else {}
        return html.Li(html.A(words, href=address("/schools", kept, page="" if target == 1 else target), **attributes))

    return html.Nav(
        html.Ul(
            [
                *([link(number - 1, "Previous")] if number > 1 else []),
                *(link(page, str(page), page == number) for page in range(1, last + 1)),
                *([link(number + 1, "Next")] if number < last else []),
            ]
        ),
        className="paging",
        **{"aria-label": f"Pages of the list, {number} of {last}"},
    )


def download(name: str, **query: str) -> Download:
    """The list for the choices in force, every column. Raises PageNotFound for another name."""
    if name != "schools":
        raise PageNotFound("There is no such table.")
    chosen, _ = _chosen(query)
    found, _ = _found(chosen)
    force = [f"{key}: {value}" for key, value in chosen.items() if value and key not in ("sort", "page", "urns")]
    return Download(name="schools", title="Schools", frame=found, notes=[("Filters in force", listed(force) or "none")])
