"""The inspection strip: one column for each framework, each judgement on its own scale, none converted."""

from collections.abc import Mapping, Sequence

from dash import html

from dashboard.components.page import section
from dashboard.components.words import day, sentence

ERAS: dict[str, tuple[str, str]] = {
    "2005-2012": ("Satisfactory was a grade", "September 2005 to August 2012 · four steps"),
    "2012-2019": ("Common inspection framework", "September 2012 to August 2019 · four steps"),
    "2019-2024": ("Education inspection framework", "September 2019 to August 2024 · four steps"),
    "no overall grade 2024-2025": ("No overall grade", "September 2024 to 9 November 2025 · four steps"),
    "report card 2025-": ("Report card", "from 10 November 2025 · five steps"),
}
"""Era as the store names it → its heading and its dates with the number of steps of its scale."""

AREAS = (
    "overall_effectiveness",
    "quality_of_education",
    "achievement_of_pupils",
    "quality_of_teaching",
    "inclusion",
    "curriculum_and_teaching",
    "achievement",
    "attendance_and_behaviour",
    "behaviour_and_attitudes",
    "personal_development",
    "personal_development_and_wellbeing",
    "leadership_and_management",
    "leadership_and_governance",
    "early_years",
    "sixth_form",
    "post_16",
)
"""Areas of judgement in the order of reports; others follow."""


def inspections_section(inspections: Sequence[Mapping], judgements: Mapping[str, Sequence[Mapping]]) -> html.Section:
    """The strip under its heading, or the sentence that there is no inspection."""
    if not inspections:
        return section("inspections", "Inspections", html.P("No inspection is in the files loaded: no data."))
    return section(
        "inspections",
        "Inspections",
        inspection_strip(inspections, judgements),
        note="Every framework keeps its own scale. One is never turned into another. Boxes further right are better.",
    )


def inspection_strip(inspections: Sequence[Mapping], judgements: Mapping[str, Sequence[Mapping]]) -> html.Div:
    """Columns for the eras from the first inspection on; an era without an inspection says so.

    `inspections` are rows of mart.inspection in date order; `judgements` are rows by inspection_id.
    """
    held = {row["era"] for row in inspections}
    order = list(ERAS) + sorted(held - set(ERAS))
    first = min((order.index(era) for era in held), default=0)
    return html.Div(
        [
            html.Div(
                [
                    html.H3(ERAS.get(era, (era, ""))[0]),
                    html.P(ERAS.get(era, (era, ""))[1], className="when"),
                    *(
                        [
                            _inspection(row, judgements.get(row["inspection_id"], ()))
                            for row in inspections
                            if row["era"] == era
                        ]
                        or [html.P("No inspection in these years.", className="micro mute")]
                    ),
                ]
            )
            for era in order[first:]
        ],
        className=f"era era{len(order) - first}",
    )


def _inspection(row: Mapping, judgements: Sequence[Mapping]) -> html.Div:
    facts = [
        f"Category: {row['category_of_concern']}" if row["category_of_concern"] else "",
        f"As URN {row['observed_urn']}, before it became this school" if row["via"] == "predecessor" else "",
    ]
    judged = [j for j in judgements if j["area"] != "safeguarding" and j["word"] != "Not applicable"]
    scales = [scale(j["area"].replace("_", " "), j["word"], j["step"], j["steps"]) for j in in_order(judged)]
    return html.Div(
        [
            html.B(f"{day(row['date']) or 'Date not known'}, {row['kind']}", className="d"),
            html.Div(row["outcome"]) if row["outcome"] else None,
            *scales,
            html.Div(["Safeguarding: ", html.B(row["safeguarding"].lower())], className="micro")
            if row["safeguarding"] not in (None, "Not applicable")
            else None,
            *(html.Div(fact, className="micro mute") for fact in facts if fact),
        ],
        className="insp",
    )


def in_order(judgements: Sequence[Mapping]) -> list[Mapping]:
    """Judgements as inspection reports print them: overall first, stages last."""
    place = {area: number for number, area in enumerate(AREAS)}
    return sorted(judgements, key=lambda row: place.get(row["area"], len(AREAS)))


def scale(area: str, word: str | None, step: int | None, steps: int | None) -> html.Div:
    """One judgement: its area, boxes with the reached step filled (worst first), and the word."""
    boxes = [html.I(className="on" if place == step else "") for place in range(1, (steps or 0) + 1)] if step else []
    return html.Div(
        [
            html.Span(sentence(area), className="lab"),
            html.Span(boxes, className="box", **{"aria-hidden": "true"}),
            html.Span(word or "Not judged", className="g"),
        ],
        className="scale",
    )
