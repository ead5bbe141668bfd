"""What the authority can do about a school, by law and by agreement: words alone, different for an academy."""

from collections.abc import Mapping, Sequence

from dash import html

from dashboard.components.page import section

GUIDANCE = "Statutory guidance “Support and intervention in schools”, in force from 1 November 2024"

MAINTAINED = (
    ("Support", "Adviser days, and a link to a school that does better: the authority arranges both."),
    ("Talk", "Raise the evidence with the headteacher and the chair of governors, and agree what is seen by when."),
    ("Warning notice", "Give the governors a warning notice, with what must change and by which day."),
    (
        "After a notice that is not met, or a judgement of inadequate",
        "Require the governors to make arrangements, appoint more governors, suspend the delegated budget, or with the "
        "Secretary of State’s consent put an interim executive board in their place.",
    ),
)
ACADEMY = (
    ("Raise it with the trust", "The trust runs the school: bring the evidence to its chief executive."),
    (
        "Raise it with DfE’s regional group",
        "Where the trust does not act. Only the Secretary of State can intervene in an academy.",
    ),
    ("Support", "An adviser’s days, or a link to another school, by agreement: the trust decides."),
)
"""Steps as (lead, text): DOMAIN, what an authority may do by type of school."""


def authority_steps(school: Mapping) -> html.Section | None:
    """The steps for an open school; None for one that is closed, independent or of an unknown type."""
    steps = steps_for(school)
    if not steps:
        return None
    trust = f" Its trust: {school['trust']}." if school["is_academy"] and school["trust"] else ""
    note = "This school is an academy." if school["is_academy"] else "The authority maintains this school."
    return section(
        "steps",
        "What the authority can do",
        html.Ol([html.Li([html.B(f"{lead}. "), text]) for lead, text in steps], className="plain steps-of-law"),
        html.P(
            f"{GUIDANCE}. A summary, not advice about this school: read the guidance before any step.", className="foot"
        ),
        note=f"{note}{trust} The figures on this page are the same for both kinds.",
    )


def steps_for(school: Mapping) -> Sequence[tuple[str, str]]:
    """The steps, or none where the authority has no part."""
    kind = " ".join((school["type_group"] or "", school["type"] or "")).lower()
    is_other = not kind.strip() or "independent" in kind or school["phase"] == "16 plus"
    if not (school["status"] or "").startswith("open") or (is_other and not school["is_academy"]):
        return ()
    return ACADEMY if school["is_academy"] else MAINTAINED
