"""The top of a school's page: who it is, whether it still is, what can be done here, where else to look."""

from collections.abc import Mapping, Sequence

from dash import html
from dash.development.base_component import Component

from dashboard.components.links import MOST_COMPARED, compare_path, school_path
from dashboard.components.page import facts, notice
from dashboard.components.words import count, day, laestab, sentence


def actions(urn: int, compared: Sequence[int], pack: str) -> list[Component]:
    """The visit pack first, then print, then the comparison with the schools already chosen."""
    urns = [*(one for one in compared if one != urn), urn][-MOST_COMPARED:]
    return [
        html.A("Visit pack (PDF)", href=pack, className="btn primary", download=True),
        html.Button("Print this page", className="btn quiet", type="button", **{"data-action": "print"}),
        html.A(
            "Add to comparison",
            href=compare_path(urns),
            className="btn quiet",
        ),
    ]


def school_facts(school: Mapping, clusters: Sequence[tuple[str, str]] | None) -> html.Dl:
    """Facts of a school; `clusters` are (name, address) of those it is in, None where the authority has none."""
    pupils = count(school["pupils"], "pupil") if school["pupils"] is not None else None
    if pupils and school["capacity"]:
        pupils = f"{school['pupils']:,} of {school['capacity']:,} places"
    ages = (
        f"{school['low_age']} to {school['high_age']}"
        if school["low_age"] is not None and school["high_age"] is not None
        else None
    )
    pairs = [
        ("Phase and type", kind(school)),
        ("Status", sentence("; ".join(part for part in (school["status"], school.get("status_note")) if part))),
        *([("Cluster", _linked(clusters) or "None")] if clusters is not None else []),
        ("Ages", ages),
        ("Pupils", pupils),
        ("Trust or federation", school["trust"] or school["federation"] or "None"),
        ("Town, postcode", ", ".join(part for part in (school["town"], school["postcode"]) if part)),
        ("URN, LAESTAB", f"{school['urn']}, {laestab(school['laestab'])}"),
    ]
    return facts(pairs)


def kind(school: Mapping) -> str:
    """Phase and type in words: 'Primary, community school'."""
    return sentence(", ".join(part for part in (school["phase"], (school["type"] or "").lower()) if part))


def _linked(names: Sequence[tuple[str, str]]) -> list:
    return [
        part for place, (name, href) in enumerate(names) for part in (", " if place else "", html.A(name, href=href))
    ]


def standing_notices(school: Mapping, links: Sequence[Mapping]) -> list[html.Div]:
    """What a reader must know first: closed, not in the register, without figures."""
    after = [row for row in links if row["direction"] == "successor"]
    said = []
    if (school["status"] or "").startswith("closed"):
        when = f" on {day(school['close_date'])}" if school["close_date"] else ""
        said.append(notice(f"This school closed{when}.", ["It goes on as ", *_named(after), "."] if after else ""))
    if not school["in_register"]:
        said.append(
            notice("Not in the school register.", "It is known from other published files only.", kind="caution")
        )
    if school["why_silent"]:
        said.append(notice(sentence(school["why_silent"]) + ".", kind="caution"))
    return said


def _named(links: Sequence[Mapping]) -> list:
    parts = []
    for row in links:
        name = f"{row['linked_name'] or 'a school'} ({row['linked_urn']})"
        parts += [html.A(name, href=school_path(row["linked_urn"])) if row["is_ours"] else name, ", "]
    return parts[:-1]


def elsewhere(urn: int, *, is_sample: bool) -> list[tuple[str, str]]:
    """Links to the school in the register, at Ofsted and at the Department; none for a fictional one."""
    if is_sample:
        return []
    return [
        (
            "School register entry",
            f"https://get-information-schools.service.gov.uk/Establishments/Establishment/Details/{urn}",
        ),
        ("Ofsted reports", f"https://reports.ofsted.gov.uk/provider/21/{urn}"),
        ("DfE school profile", f"https://www.find-school-performance-data.service.gov.uk/school/{urn}"),
    ]
