"""What is new: publications, measures and schools that differ from the build before, and how the list moved."""

import re
from collections.abc import Mapping, Sequence

from dash import html

from dashboard.components import overview_news
from dashboard.components.downloads import Download, download_links
from dashboard.components.links import school_path
from dashboard.components.page import head, rail, section
from dashboard.components.tables import Column, table
from dashboard.components.words import count, day, listed, sentence
from dashboard.pages import Page, PageNotFound
from dashboard.queries import build as build_queries
from dashboard.queries import risk
from dashboard.queries import schools as school_queries

PAGE = Page(path="/whats-new", title="What is new")

KINDS = {
    "publication": ("Publications", "publication"),
    "figures": ("Figures", "publication with other figures"),
    "measure": ("Measures", "measure"),
    "school": ("Schools", "school"),
}
"""Kind of difference in mart.build_change → title of its section, its noun."""

BETWEEN_BANDS = (overview_news.MOVED["rose"], overview_news.MOVED["fell"])


def layout(**query: str) -> list:
    """The page; it takes no choices."""
    build = build_queries.build()
    changes = build_queries.changes().rows(named=True)
    held = {kind: [row for row in changes if row["kind"] == kind] for kind in KINDS}
    differing = {kind: rows for kind, rows in held.items() if rows}
    parts = [("Schools on the list", "list"), *((KINDS[kind][0], kind) for kind in differing)]
    return [
        head("What is new", _lede(build, held)),
        html.Div(
            [
                rail(parts if differing else [*parts, ("The build", "build")]),
                html.Div(
                    [
                        _moves(),
                        *(_section(kind, rows) for kind, rows in differing.items()),
                        _nothing(build) if not differing else None,
                        download_links(PAGE.path, "changes", len(changes)) if changes else None,
                    ]
                ),
            ],
            className="withrail",
        ),
    ]


def _nothing(build: Mapping) -> html.Section:
    said = (
        "The same publications with the same figures, the same measures, and the same schools with the same status."
        if build["compared_with"]
        else "Publications, measures and schools will be compared with this build when the next one is made."
    )
    return section("build", "Publications, measures and schools", html.P(said))


def _lede(build: Mapping, held: Mapping[str, Sequence[Mapping]]) -> str:
    if not build["compared_with"]:
        return (
            f"This is the first build, of {day(build['built_at'])}: its files and schools have nothing to be compared "
            "with. The next build will say here what it changed."
        )
    counted = [count(len(rows), KINDS[kind][1], _many(KINDS[kind][1])) for kind, rows in held.items() if rows]
    said = f"{sentence(listed(counted))} differ" if counted else "Nothing differs"
    return f"{said} from the build before. This one is of {day(build['built_at'])}; that was {build['compared_with']}."


def _many(noun: str) -> str:
    first, _, rest = noun.partition(" ")
    return f"{first}s {rest}".strip()


def _moves() -> html.Section:
    title, note = "Schools on the list", "A move counts as real only when new evidence about the school caused it."
    if not risk.may_be_shown():
        return section(
            "list", title, html.P("Who moved on the list is for the authority’s advisers: it is in nothing shared.")
        )
    if not risk.has_list():
        return section("list", title, html.P("This build has no list yet: run “make score” once."))
    schools = risk.schools().rows(named=True)
    before = next((row["before_as_of"] for row in schools if row["before_as_of"]), None)
    as_of = next((row["as_of"] for row in schools if row["as_of"]), None)
    if before is None:
        return section("list", title, html.P("There is no list before this one to compare with."))
    moved = overview_news.moves(schools, risk.moves().rows(named=True))
    bands = sum(len(row["urns"]) for row in moved if row["what"] in BETWEEN_BANDS)
    ranked = sum(row["rank"] is not None for row in schools)
    return section(
        "list",
        f"{title}: {count(bands, 'school')} changed band",
        overview_news.changes_table(moved) if moved else html.P("No school moved far."),
        note=f"The list of {day(as_of)} against that of {day(before)}; {ranked:,} schools are on it. {note}",
    )


def _section(kind: str, rows: Sequence[Mapping]) -> html.Section:
    columns = [
        Column(title="What", cell=_named, width="44%"),
        Column(title="Before", cell=lambda row: row["before"] or "Not there"),
        Column(title="Now", cell=lambda row: row["after"] or "Not there"),
        Column(title="What happened", cell=_happened),
    ]
    shown = table(rows, columns, is_stacked=True, classes="dense")
    return section(kind, f"{KINDS[kind][0]}: {count(len(rows), 'change')}", shown)


def _urn(row: Mapping) -> int | None:
    found = re.search(r"\(URN (\d+)\)$", row["what"] or "") if row["kind"] == "school" else None
    return int(found[1]) if found else None


def _named(row: Mapping):
    urn = _urn(row)
    if urn is None or school_queries.school(urn) is None:
        return row["what"]
    return html.A(row["what"], href=school_path(urn))


def _happened(row: Mapping) -> str:
    urn, before, after = _urn(row), row["before"] or "", row["after"] or ""
    if urn is None:
        return sentence(row["note"] or "changed")
    links = school_queries.links(urn).rows(named=True)
    came_from = [link for link in links if link["direction"] == "predecessor"]
    became = [link for link in links if link["direction"] == "successor"]
    if after.startswith("closed") and not before.startswith("closed"):
        return f"Closed; now {listed([_other(link) for link in became])}" if became else "Closed"
    if after.startswith("open") and not before.startswith("open"):
        return f"Opened; before it {listed([_other(link) for link in came_from])}" if came_from else "Opened"
    return sentence(row["note"] or "status changed")


def _other(link: Mapping) -> str:
    return f"{link['linked_name'] or 'a school'} (URN {link['linked_urn']})"


def download(name: str, **query: str) -> Download:
    """Every difference from the build before. Raises PageNotFound for another name."""
    if name != "changes":
        raise PageNotFound("There is no such table.")
    return Download(name="changes", title="What changed since the build before", frame=build_queries.changes())
