"""The accessibility statement."""

from dash import html

from dashboard.components.page import head, section
from dashboard.pages import Page

PAGE = Page(path="/accessibility", title="Accessibility statement", has_figures=False)


def layout(**query: str) -> list:
    """The page; it takes no choices."""
    return [
        head(
            "Accessibility statement",
            "Everything here can be done with a keyboard, read by a screen reader, enlarged to 400% "
            "and printed in grey.",
        ),
        section(
            "can",
            "What you can do",
            html.Ul(
                [
                    html.Li("Go past the header with “Skip to main content”, the first link of every page."),
                    html.Li("Read every chart as a table: choose “Table” beside it."),
                    html.Li("Save the figures of each page as CSV, or as Excel with a cover sheet."),
                    html.Li(
                        "Enlarge text to 400%, or use a screen 320 pixels wide, without scrolling "
                        "sideways; a table of many years scrolls inside its own region."
                    ),
                    html.Li("Use the pages in forced colours and without motion. No meaning is in colour alone."),
                ],
                className="plain",
            ),
        ),
        section(
            "status",
            "How accessible it is",
            html.P(
                "The pages are built to the Web Content Accessibility Guidelines 2.2 at level AA. "
                "Each page is checked by "
                "axe at desktop and phone width and at 320 pixels, and the ways through search, filters and tables by "
                "keyboard, every time the code changes."
            ),
            html.P(
                "What automatic checks cannot see, such as a test with people who use screen "
                "readers, has not been done yet."
            ),
        ),
        section(
            "limits",
            "Known limits",
            html.Ul(
                [
                    html.Li(
                        "Points of a chart cannot be reached by keyboard one by one. The table of "
                        "the measure has the same figures."
                    ),
                    html.Li(
                        "On Explore, more than 60 rows come as a grid that scrolls sideways within its own region. "
                        "“Show as a plain table” has the same rows without it."
                    ),
                    html.Li("The pages need JavaScript."),
                ],
                className="plain",
            ),
        ),
        section(
            "tell",
            "If something does not work for you",
            html.P(
                [
                    html.A("Tell us", href="/feedback?page=/accessibility"),
                    ", with the address of the page and what you were trying to do. The regulations are the Public "
                    "Sector Bodies (Websites and Mobile Applications) (No. 2) Accessibility Regulations 2018; the "
                    "Equality and Human Rights Commission enforces them.",
                ]
            ),
        ),
    ]
