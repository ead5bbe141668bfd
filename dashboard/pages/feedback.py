"""Feedback: whom to tell, and what to send with it so that the same page and figures can be found again."""

from dash import html

from dashboard.components.links import address
from dashboard.components.page import head, section
from dashboard.pages import Page
from dashboard.queries import build as build_queries
from dashboard.settings import feedback

PAGE = Page(path="/feedback", title="Feedback", has_figures=False)
LONGEST = 400
"""Characters of a page's address that are taken along."""


def layout(**query: str) -> list:
    """The page. Choices: page, the address on this site that the feedback is about."""
    page = query.get("page", "")
    page = page if page.startswith("/") and not page.startswith("//") and len(page) <= LONGEST else ""
    build = build_queries.build()
    lines = [
        f"Page: {page or '(which page it is about)'}",
        f"Snapshot: {build['version']}",
        f"Authority: {build['la_name']}",
        "What I was trying to do: ",
        "What I expected: ",
        "What I saw: ",
    ]
    return [
        head("Feedback", "Say what is wrong, missing or hard to follow. Nothing is sent from this page by itself."),
        section("who", "Whom to tell", _who(lines)),
        section(
            "what",
            "What to send along",
            html.Pre("\n".join(lines), className="paste", tabIndex=0, **{"aria-label": "Text to copy"}),
            note="Copy these lines: with the page and the snapshot the same figures can be found again.",
        ),
        section(
            "not",
            "What not to send",
            html.P("No names of pupils or staff, and nothing about a child. A school and a figure are enough."),
        ),
        html.P(html.A("Back to the page", href=page), className="go") if page else None,
    ]


def _who(lines: list[str]) -> html.P:
    told = feedback()
    if not told:
        return html.P(
            "Tell the team that runs this dashboard in your authority; your service desk knows whom. A figure that is "
            "wrong in the published file itself is best told to its publisher too."
        )
    if "@" in told and " " not in told:
        mail = address(f"mailto:{told}", subject="School improvement dashboard", body="\n".join(lines)).replace(
            "+", "%20"
        )
        return html.P(["Write to ", html.A(told, href=mail), ". The lines below are put into the message for you."])
    return html.P(told)
