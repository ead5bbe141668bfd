"""Up to six schools side by side, in the order of choice: facts, measures with intervals, differences beyond chance."""

from collections.abc import Mapping, Sequence

import polars as pl
from dash import html

from dashboard.components import last_inspection
from dashboard.components.block import block, method
from dashboard.components.choices import Choices, are_mine, choose, urns_of
from dashboard.components.downloads import Download, download_links
from dashboard.components.fields import choice, filter_form, text
from dashboard.components.links import COMPARE, MOST_COMPARED, address, compare_path, school_path
from dashboard.components.marks import series_mark
from dashboard.components.measure_block import BETTER
from dashboard.components.page import copy_link, empty, head, notice, section, segments
from dashboard.components.side_by_side import (
    Beside,
    Difference,
    beside,
    differences,
    facts_table,
    figures_table,
    rows_of_dots,
    said,
    tally,
)
from dashboard.components.tables import Column, table
from dashboard.components.words import count, listed, school_year, sentence
from dashboard.pages import Page, PageNotFound
from dashboard.queries import build as build_queries
from dashboard.queries import catalogue, evidence, inspections
from dashboard.queries import results as result_queries
from dashboard.queries import schools as school_queries
from pipelines.measures import GROUPS

PAGE = Page(path=COMPARE, title="Compare schools", order=6, keeps=("urns", "mine"))

DEFAULTS = {"group": "all", "show": "headlines"}
SHOWS = {"headlines": "Headline measures", "all": "Every measure"}
MOST_FOUND = 12
"""Schools offered where a search finds several."""

DISADVANTAGED = "free_school_meals_ever_six"
TOPICS = ("Key stage 2", "Key stage 4", "Attendance", "Pupils", "Destinations", "Key stage 4 context", "Finance")
"""Topics of single schools in the order of reading."""


def layout(**query: str) -> list:
    """The page. Choices: urns, add (a name or URN), group, show, views; others are named and ignored."""
    schools, notes = _schools(query)
    offered, more = _added(query.get("add", ""), schools)
    schools, notes = [*schools, *offered][:MOST_COMPARED], [*notes, *more]
    urns = [school["urn"] for school in schools]
    chosen = _chosen(query, urns)
    return [
        html.Div(
            [
                head(_title(schools), _lede(schools), actions=[copy_link(), _print()] if schools else []),
                chosen.notice(),
                *(notice(lead, said, kind="quiet") for lead, said in notes),
                _add(chosen, urns, query.get("add", "") if not offered else ""),
                _matches(query.get("add", ""), urns, chosen) if not offered else None,
                *(_compared(schools, chosen) if schools else _empty(query.get("mine", ""))),
            ],
            className="comparison",
        )
    ]


def _print() -> html.Button:
    return html.Button("Print this page", className="btn quiet", type="button", **{"data-action": "print"})


def _schools(query: Mapping[str, str]) -> tuple[list[dict], list[tuple[str, str]]]:
    """The schools that the address names, in its order, and what was left out of it as (lead, text)."""
    parts = [part.strip() for part in query.get("urns", "").split(",") if part.strip()]
    asked = urns_of(",".join(part for part in parts if are_mine(part)))
    strange = [part for part in parts if not are_mine(part)]
    found = [school for urn in asked if (school := school_queries.school(urn))]
    known = {school["urn"] for school in found}
    unknown = [*strange, *(str(urn) for urn in asked if urn not in known)]
    notes = []
    if unknown:
        name = build_queries.build()["la_name"]
        notes.append((f"No school of {name} has the URN {listed(unknown[:6], 'or')}.", "It was left out."))
    if len(found) > MOST_COMPARED:
        left = listed([school["name"] for school in found[MOST_COMPARED:]])
        notes.append((f"The first {MOST_COMPARED} are shown.", f"More cannot be read side by side. Left out: {left}."))
    return found[:MOST_COMPARED], notes


def _added(asked: str, schools: Sequence[dict]) -> tuple[list[dict], list[tuple[str, str]]]:
    """The one school that a search finds, to be added; none where it finds several or nothing."""
    if not asked.strip():
        return [], []
    here = {school["urn"] for school in schools}
    urns, _ = school_queries.search(asked)
    exact = [urn for urn in urns if school_queries.school(urn)["name"].lower() == asked.strip().lower()]
    urns = exact if len(exact) == 1 else urns
    if len(urns) != 1:
        return [], []
    school = school_queries.school(urns[0])
    if school["urn"] in here:
        return [], [(f"{school['name']} is already here.", "")]
    if len(schools) >= MOST_COMPARED:
        return [], [(f"{school['name']} was not added.", _full())]
    return [school], []


def _full() -> str:
    return f"{MOST_COMPARED} schools are the most that can be read side by side. Remove one to add another."


def _chosen(query: Mapping[str, str], urns: Sequence[int]) -> Choices:
    kept = {"urns": ",".join(map(str, urns)), "mine": query.get("mine", "")}
    asked = {key: value for key, value in query.items() if key not in ("urns", "add", "mine")}
    allowed = {
        "group": [key for key, _ in _groups(urns)],
        "show": SHOWS,
        "urns": lambda value: True,
        "mine": lambda value: True,
    }
    return choose(PAGE.path, {**asked, **kept}, DEFAULTS, allowed, blocks=[_slug(topic) for topic in TOPICS])


def _slug(topic: str) -> str:
    return topic.lower().replace(" ", "_")


def _groups(urns: Sequence[int]) -> list[tuple[str, str]]:
    held = {group for urn in urns for group in result_queries.observations(urn)["group"]} | {"all"}
    return [(key, group.label) for key, group in GROUPS.items() if key in held]


def _title(schools: Sequence[Mapping]) -> str:
    return "Compare schools" if len(schools) < 2 else f"{len(schools)} schools side by side"


def _lede(schools: Sequence[Mapping]) -> str:
    if not schools:
        return f"Put up to {MOST_COMPARED} schools side by side, with the same measures, years and intervals."
    if len(schools) == 1:
        return f"{schools[0]['name']} is here. Add another school to compare it with."
    return f"{listed([school['name'] for school in schools])}, in the order in which they were chosen."


def _add(chosen: Choices, urns: Sequence[int], asked: str) -> html.Form | html.P:
    if len(urns) >= MOST_COMPARED:
        return html.P(_full(), className="inforce", role="status")
    return filter_form(
        PAGE.path,
        [text("add", "Add a school by name or URN", asked, "School name or URN")],
        hidden=dict(chosen.kept),
        button="Add school",
    )


def _matches(asked: str, urns: Sequence[int], chosen: Choices) -> html.Div | None:
    """What a search found where it is not one school: links that add each, or that nothing was found."""
    if not asked.strip() or len(urns) >= MOST_COMPARED:
        return None
    found, how = school_queries.search(asked)
    offered = [urn for urn in found if urn not in urns]
    if not found:
        return notice(f"No school matches “{asked[:60]}”.", "Try fewer letters of its name, or its URN.", kind="quiet")
    if not offered:
        return None
    kept = {key: value for key, value in chosen.kept.items() if key != "urns"}
    rows = [school_queries.school(urn) for urn in offered[:MOST_FOUND]]
    more = f" The first {MOST_FOUND} are shown; add letters to narrow it." if len(offered) > MOST_FOUND else ""
    lead = "No name has those words; these are close." if how == "spelling" else ""
    return html.Div(
        [
            html.P(f"{lead} {count(len(offered), 'school')} found for “{asked[:60]}”.{more}".strip(), role="status"),
            _offer(rows, urns, kept),
        ],
        className="found",
    )


def _offer(rows: Sequence[Mapping], urns: Sequence[int], kept: Mapping[str, str]) -> html.Table:
    return table(
        rows,
        [
            Column(title="School", cell=lambda row: html.A(row["name"], href=school_path(row["urn"]))),
            Column(title="Phase", cell=lambda row: sentence(row["phase"] or "not known")),
            Column(title="Status", cell=lambda row: sentence(row["status"] or "not known")),
            Column(title="URN", cell=lambda row: str(row["urn"])),
            Column(
                title="Compare",
                cell=lambda row: html.A(
                    ["Add", html.Span(f" {row['name']} to the comparison", className="vh")],
                    href=compare_path(urns, row["urn"], **kept),
                ),
            ),
        ],
        is_stacked=True,
        classes="dense",
    )


def _empty(mine: str) -> list:
    """The page without a school: my schools where they are named, else a way to find some."""
    urns = [urn for urn in urns_of(mine) if school_queries.school(urn)][:MOST_COMPARED]
    if urns:
        many = count(len(urns), "school")
        mine_link = (f"Compare the first {many} of mine", compare_path(urns, mine=mine))
        return [
            empty("No school is chosen yet", "Type a name or URN above, or begin with your own schools.", mine_link)
        ]
    words = "Type a name or URN above, or choose “Add” beside a school in the list of all schools."
    return [
        empty("No school is chosen yet", words, ("See all schools", "/schools")),
        html.P(html.A("Or choose my schools first", href=address("/my-schools")), className="foot"),
    ]


def _like(school: Mapping, urns: Sequence[int]) -> html.Section | None:
    """Schools of this authority most like the only one here, each with a link that adds it."""
    rows = [row for row in evidence.similar_schools(school["urn"]).rows(named=True) if row["similar_urn"]]
    known = [found for row in rows if (found := school_queries.school(row["similar_urn"]))][:MOST_COMPARED]
    if not rows:
        return None
    return section(
        "like",
        f"Schools most like {school['name']}",
        _offer(known, urns, {})
        if known
        else html.P("The schools most like it are other authorities’; those of this one can be added by name."),
        note="By intake, size and place, nearest first; results play no part.",
    )


def _compared(schools: Sequence[dict], chosen: Choices) -> list:
    found = side_by_side(schools, chosen["group"], chosen["show"] == "all")
    names = [school["name"] for school in schools]
    tested = differences(found, [school["phase"] for school in schools])
    urns = [school["urn"] for school in schools]

    def without(urn: int) -> str:
        kept = {key: value for key, value in chosen.kept.items() if key != "urns"}
        return compare_path((one for one in urns if one != urn), **kept)

    parts = [section("facts", "The schools", facts_table(schools, _facts(schools), without))]
    if len(schools) == 1:
        parts.append(_like(schools[0], urns))
    else:
        parts.append(
            section(
                "beyond",
                "Which differences are beyond chance?",
                *said(tested, names),
                note=f"{GROUPS[chosen['group']].label}; results that have intervals, of at least as many pupils as "
                "each measure asks for.",
            )
        )
    topics = list(dict.fromkeys(one.measure.topic for one in found))
    return [
        *parts,
        section("measures", "The same measures side by side", _choices(urns, chosen), _legend()),
        *(
            _topic(topic, [one for one in found if one.measure.topic == topic], schools, tested, chosen)
            for topic in sorted(topics, key=lambda topic: TOPICS.index(topic) if topic in TOPICS else len(TOPICS))
        ),
        None
        if found
        else empty(
            "Nothing to put side by side",
            f"None of these schools has a figure for {GROUPS[chosen['group']].label.lower()}.",
            ("Show all pupils", chosen.address(group="")),
        ),
    ]


def _choices(urns: Sequence[int], chosen: Choices) -> html.Div:
    hidden = {key: value for key, value in chosen.kept.items() if key != "group"}
    shows = segments(
        "Measures", ((words, chosen.address(show=key), key == chosen["show"]) for key, words in SHOWS.items())
    )
    return html.Div(
        [
            shows,
            filter_form(
                PAGE.path,
                [choice("group", "Group of pupils", _groups(urns), chosen["group"])],
                hidden=hidden,
                button="Show group",
            ),
        ],
        className="choices across",
    )


def _legend() -> html.P:
    return html.P(
        [
            html.Span([series_mark("school"), "the school, bar: 95% interval"], className="series"),
            html.Span([series_mark("school", hollow=True), "too few pupils to compare"], className="series"),
            html.Span([series_mark("england"), "dashed line: England, schools of its phase"], className="series"),
        ],
        className="serieskey",
    )


def side_by_side(schools: Sequence[Mapping], group: str, is_everything: bool) -> list[Beside]:
    """Every measure that one of the schools has a figure of, in the catalogue's order."""
    held = [_by_measure(school["urn"], group) for school in schools]
    keys = tuple(
        key
        for key, measure in catalogue.measures().items()
        if any(key in own for own in held) and (measure.headline or is_everything)
    )
    phases = [school["phase"] for school in schools]
    england = [_england(phase, keys, group) for phase in phases]
    known = catalogue.measures()
    made = (
        beside(known[key], [own.get(key, {}) for own in held], phases, [own.get(key, {}) for own in england])
        for key in keys
    )
    return [one for one in made if one is not None]


def _by_measure(urn: int, group: str) -> dict[str, dict[int, dict]]:
    found: dict[str, dict[int, dict]] = {}
    for row in result_queries.observations(urn).filter(pl.col("group") == group).iter_rows(named=True):
        found.setdefault(row["measure"], {})[row["year"]] = row
    return found


def _england(phase: str, measures: tuple[str, ...], group: str) -> dict[str, dict[int, float]]:
    found: dict[str, dict[int, float]] = {}
    compared = result_queries.comparisons(phase, measures, (group,)).filter(
        (pl.col("kind") == "england") & pl.col("value").is_not_null()
    )
    for row in compared.iter_rows(named=True):
        found.setdefault(row["measure"], {})[row["year"]] = row["value"]
    return found


def _facts(schools: Sequence[dict]) -> list[tuple[str, list]]:
    return [
        ("Phase", [sentence(school["phase"] or "") for school in schools]),
        ("Type", [school["type"] or "" for school in schools]),
        ("Status", [sentence(school["status"] or "") for school in schools]),
        ("Pupils", [f"{school['pupils']:,}" if school["pupils"] is not None else "" for school in schools]),
        ("Free school meals in six years", [_disadvantaged(school["urn"]) for school in schools]),
        ("Cluster", [school["clusters"] or "None" for school in schools]),
        ("Trust", [school["trust"] or "None" for school in schools]),
        ("Last inspection, on its own scale", [_inspected(school["urn"]) for school in schools]),
    ]


def _disadvantaged(urn: int) -> str:
    rows = _by_measure(urn, "all").get(DISADVANTAGED, {})
    valued = [row for row in rows.values() if row["value"] is not None]
    if not valued:
        return ""
    newest = max(valued, key=lambda row: row["year"])
    return f"{catalogue.measures()[DISADVANTAGED].format(newest['value'])}, {school_year(newest['year'])}"


def _inspected(urn: int) -> html.Div:
    """The latest inspection in the words of its own framework."""
    rows = inspections.inspections(urn).drop_nulls("date").rows(named=True)
    if not rows:
        return last_inspection.cell(None, ())
    judged = inspections.judgements(urn).filter(pl.col("inspection_id") == rows[-1]["inspection_id"])
    return last_inspection.cell(rows[-1], judged.rows(named=True))


def _topic(
    topic: str, found: Sequence[Beside], schools: Sequence[Mapping], tested: Sequence[Difference], chosen: Choices
) -> html.Section:
    key, mine = _slug(topic), [one for one in tested if one.beside.measure.topic == topic]
    years = sorted({school_year(one.year) for one in found})
    most = max(sum(point.value is not None for point in one.points) for one in found)
    if mine:
        title = tally(mine)
    elif len(schools) == 1:
        title = f"{listed(years)}: add a school to compare"
    elif most < 2:
        title = "Only one of these schools has such figures"
    else:
        title = "Without intervals: no difference is tested"
    return section(
        f"topic-{key}",
        topic,
        block(
            key,
            title=title,
            name=topic,
            sub=f"{GROUPS[chosen['group']].label}, {listed(years)}; schools in the order of choice",
            views={
                "chart": lambda: rows_of_dots(found, schools),
                "table": lambda: figures_table(found, schools),
                "download": lambda: download_links(
                    PAGE.path, "comparison", len(_saved(schools, chosen)), dict(chosen.kept)
                ),
                "how": lambda: _how(found),
                "where": lambda: _where(found, schools, chosen["group"]),
            },
            view=chosen.view(key),
            view_address=chosen.view_address(key),
            foot="Each measure has one axis for all schools. The year is the newest in which two have a figure.",
        ),
    )


def _how(found: Sequence[Beside]) -> html.Dl:
    return method(
        {
            "Beyond chance": "The 95% interval of a difference, made of the two schools’ own, does not hold 0. Schools "
            "with fewer pupils than a measure asks for are not tested, nor special schools against others.",
            "England": "The published figure for schools of its phase, or the mean of the schools in the files.",
            **{one.measure.label: f"{one.measure.definition} {BETTER[one.measure.polarity]}" for one in found},
        }
    )


def _where(found: Sequence[Beside], schools: Sequence[Mapping], group: str) -> html.Table:
    rows = []
    for school in schools:
        held = _by_measure(school["urn"], group)
        rows += [(school, one, row) for one in found if (row := held.get(one.measure.key, {}).get(one.year))]
    return table(
        rows,
        [
            Column(title="School", cell=lambda row: row[0]["name"]),
            Column(title="Measure", cell=lambda row: f"{row[1].measure.label}, {school_year(row[1].year)}"),
            Column(title="Publication", cell=lambda row: row[2]["source_title"] or "No file"),
            Column(
                title="File and row",
                cell=lambda row: [
                    html.Span(row[2]["path"] or "no file", className="path"),
                    f", row {row[2]['row']}" if row[2]["row"] else "",
                ],
            ),
        ],
        is_stacked=True,
        classes="dense",
    )


def download(name: str, **query: str) -> Download:
    """The figures side by side, a row for each school and measure.

    Raises PageNotFound for another name, or where no school is named.
    """
    schools, _ = _schools(query)
    if name != "comparison" or not schools:
        raise PageNotFound("There is no such table.")
    chosen = _chosen(query, [school["urn"] for school in schools])
    return Download(
        name="comparison",
        title=f"{listed([school['name'] for school in schools])} side by side",
        frame=_saved(schools, chosen),
        notes=[
            ("Group of pupils", GROUPS[chosen["group"]].label),
            ("Measures", SHOWS[chosen["show"]]),
            ("Order", "As chosen. It is no ranking."),
            ("Year", "Of each measure the newest in which two of the schools have a figure."),
            ("Values", "Not rounded. Where there is no value, the status says why."),
        ],
    )


def _saved(schools: Sequence[Mapping], chosen: Choices) -> pl.DataFrame:
    rows = [
        {
            "urn": school["urn"],
            "school": school["name"],
            "phase": school["phase"],
            "topic": one.measure.topic,
            "measure": one.measure.key,
            "label": one.measure.label,
            "group": chosen["group"],
            "year": one.year,
            "value": one.points[place].value,
            "status": one.points[place].status,
            "n": one.points[place].n,
            "lower": one.points[place].lower,
            "upper": one.points[place].upper,
            "england": one.england[place],
        }
        for one in side_by_side(schools, chosen["group"], chosen["show"] == "all")
        for place, school in enumerate(schools)
    ]
    return pl.DataFrame(rows, infer_schema_length=None)
