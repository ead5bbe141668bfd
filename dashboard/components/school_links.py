"""What came before a school and after it, and the clusters that it was in."""

from collections.abc import Mapping, Sequence

from dash import html

from dashboard.components.links import school_path
from dashboard.components.page import section
from dashboard.components.tables import Column, table
from dashboard.components.words import day, missing_mark, sentence


def before_and_after(links: Sequence[Mapping], memberships: Sequence[Mapping]) -> html.Section:
    """Rows of `queries.schools.links` and `memberships` as two tables."""
    columns = [
        Column(
            title="School",
            cell=lambda r: (
                html.A(r["linked_name"] or f"URN {r['linked_urn']}", href=school_path(r["linked_urn"]))
                if r["is_ours"]
                else r["linked_name"] or f"URN {r['linked_urn']}"
            ),
        ),
        Column(title="URN", cell=lambda r: str(r["linked_urn"])),
        Column(title="Is its", cell=lambda r: sentence(r["direction"])),
        Column(title="How", cell=lambda r: r["link_type"] or ""),
        Column(title="Since", cell=lambda r: day(r["established"]) or missing_mark("no_file")),
    ]
    member = [
        Column(title="Cluster", cell=lambda r: r["cluster_name"]),
        Column(title="Role", cell=lambda r: sentence(r["role"] or "member")),
        Column(title="From", cell=lambda r: day(r["from_date"]) or "Not recorded"),
        Column(title="To", cell=lambda r: day(r["to_date"]) or "Now"),
    ]
    return section(
        "links",
        "Before and after",
        table(links, columns, is_stacked=True)
        if links
        else html.P("The register links this school to no predecessor and no successor."),
        table(memberships, member, is_stacked=True, caption="Clusters") if memberships else None,
        note="Figures of a predecessor are joined to this school’s years and marked." if links else None,
    )
