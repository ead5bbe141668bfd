"""One cluster: how far its disadvantaged pupils are behind, school by school, over the years, and beside others."""

from collections.abc import Mapping, Sequence

import polars as pl
from dash import html

from dashboard.components.choices import Choices, choose
from dashboard.components.cluster_everyone import everyone_block, line_of
from dashboard.components.cluster_gaps import (
    PEOPLE,
    SPANS,
    Beside,
    ClusterGaps,
    Member,
    Row,
    in_force,
    is_hidden,
    is_told,
    lede,
)
from dashboard.components.cluster_others import FAR, Example, others_block, settings_list, well_block
from dashboard.components.cluster_schools import ORDERS, hidden_notice, members_table, schools_block
from dashboard.components.cluster_three import three_gaps_block
from dashboard.components.cluster_time import time_block
from dashboard.components.cohort_chain import Chain, chain_download, where_the_gap_opens
from dashboard.components.discussion_pack import discussion_pack
from dashboard.components.downloads import Download
from dashboard.components.fields import choice, filter_form
from dashboard.components.links import address
from dashboard.components.page import empty, head, notice, section
from dashboard.components.paper import Document
from dashboard.components.words import count, listed, school_year, sentence
from dashboard.figures.by_year import Line, Point
from dashboard.pages import Page, PageNotFound
from dashboard.queries import build as build_queries
from dashboard.queries import catalogue
from dashboard.queries import clusters as cluster_queries
from dashboard.queries import cohort_chain as chain_queries
from dashboard.queries import results as result_queries
from pipelines.measures import MEASURES, Measure

PAGE = Page(path="/cluster/<cluster>", title="Cluster")
HEADLINES = ("reading_writing_maths_expected", "attainment_8")
"""Results of all pupils that are shown where no total of a group can be."""

BLOCKS = ("gaps", "schools", "chain", "time", "others", "well", *(f"everyone-{key}" for key in HEADLINES))
SUBJECTS = ("reading_expected", "writing_expected", "maths_expected")
OFFERED = tuple(key for key, measure in MEASURES.items() if measure.headline or key in SUBJECTS)
"""Measures whose gaps are offered, where the build has any: the headlines, and the three subjects at eleven."""

PLACES = {"authority": "authority", "statistical_neighbours": "neighbours", "england": "england"}
"""Kind of unit in mart.gap → the series that it is drawn as, in the one order."""

ROAD = 1.4
"""Straight lines times this are the estimate of a way by road, as for the proposed clusters (decision 12)."""

RECENT = 3
"""Years before the newest result beyond which nobody is offered as an example: heads and pupils have changed."""


def title(cluster: str, **query: str) -> str:
    """The cluster's name."""
    return _found(cluster)["cluster_name"]


def layout(cluster: str, **query: str) -> list:
    """The page. Choices: measure, group, years (year or pooled), without (a URN), order (gap or name), and views."""
    about = _found(cluster)
    held = _held(about)
    choices = _choices(about, held, query)
    if not held:
        return [*_top(about, choices, None), _nothing(about), _chain(about, choices)]
    found = gaps_of(about, choices)
    return [
        *_top(about, choices, found),
        _filters(about, held, found, choices),
        _gaps(about, found, choices),
        _everyone(about, choices) if found.row() is None and not found.left_out else None,
        _schools(found, choices),
        _chain(about, choices),
        html.Div([_time(about, found, choices), _members(about, found)], className="timeandmembers"),
        _well(about, found, choices),
        _others(about, found, choices),
        _settings(about),
    ]


def _found(cluster: str) -> dict:
    about = cluster_queries.find(cluster)
    if about is None:
        raise PageNotFound("There is no cluster of this name in the build.")
    return about


def _urns(about: Mapping) -> tuple[int, ...]:
    return tuple(cluster_queries.members(about["cluster_id"])["urn"])


def _all_gaps(about: Mapping) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The gaps of the cluster, and those of its schools, in every measure that is offered."""
    own = cluster_queries.gaps(about["unit_kind"], OFFERED).filter(pl.col("unit") == about["cluster_id"])
    return own, cluster_queries.gaps_of_schools(_urns(about), OFFERED)


def _held(about: Mapping) -> dict[str, list[str]]:
    """Measure → groups with a figure, or a hidden one, of the cluster or a school of it; both in the order of menus."""
    is_there = (
        pl.col("focus_value").is_not_null()
        | pl.col("national_gap").is_not_null()
        | pl.col("reason").str.starts_with("hidden")
    )
    pairs = {
        row
        for frame in _all_gaps(about)
        for row in frame.filter(is_there).select("measure", "focus_group").unique().iter_rows()
    }
    held = {key: [group for group in PEOPLE if (key, group) in pairs] for key in catalogue.measures() if key in OFFERED}
    return {key: groups for key, groups in held.items() if groups}


def _choices(about: Mapping, held: Mapping[str, Sequence[str]], query: Mapping[str, str]) -> Choices:
    first = next((key for key, groups in held.items() if "disadvantaged" in groups), next(iter(held), ""))
    asked = query.get("measure", "")
    groups = held.get(asked if asked in held else first, ())
    urns = {str(urn) for urn in _urns(about)}
    return choose(
        f"/cluster/{about['cluster_id']}",
        query,
        {"measure": first, "group": next(iter(groups), ""), "years": "pooled", "without": "", "order": "gap"},
        {
            "measure": tuple(held),
            "group": tuple(groups),
            "years": tuple(SPANS),
            "without": lambda value: value in urns,
            "order": tuple(ORDERS),
        },
        blocks=BLOCKS,
    )


def gaps_of(about: Mapping, choices: Choices) -> ClusterGaps:
    """What is known of the cluster's gaps for the measure and group chosen."""
    key, group = choices["measure"], choices["group"]
    own, schools = (_chosen(frame, key, group) for frame in _all_gaps(about))
    measure = catalogue.measure(key) or MEASURES[key]
    year = _newest([*own, *schools])
    members, without = _members_of(about, measure, group, year, schools)
    left = next((member for member in members if str(member.urn) == choices["without"]), None)
    has_pooled = any(is_told(row) for row in [*own, *schools] if row["span"] == "pooled" and row["year"] == year)
    is_proposed = about["unit_kind"] == "proposed_cluster"
    return ClusterGaps(
        name=about["cluster_name"],
        measure=measure,
        group=group,
        year=year,
        span=choices["years"] if has_pooled else "year",
        own=Beside(
            series="cluster",
            label=f"Proposed {about['cluster_name']}" if is_proposed else about["cluster_name"],
            rows=own,
        ),
        members=[member for member in members if member is not left],
        beside=_places(key, group),
        left_out=left,
        without=without,
    )


def _chosen(frame: pl.DataFrame, measure: str, group: str) -> list[dict]:
    return frame.filter((pl.col("measure") == measure) & (pl.col("focus_group") == group)).rows(named=True)


def _newest(rows: Sequence[Row]) -> int:
    """The newest year of which a figure is at hand, or is hidden; pooled rows may look back from a year without any."""

    def last(years: Sequence[int]) -> int:
        return max(years, default=0)

    single = [row for row in rows if row["span"] == "year"]
    told = last([row["year"] for row in single if is_told(row)])
    hidden = last([row["year"] for row in single if is_hidden(row) and row["focus_n"] is not None])
    return max(told, hidden) or last([row["year"] for row in rows if is_told(row) or is_hidden(row)])


def _members_of(
    about: Mapping, measure: Measure, group: str, year: int, schools: Sequence[Row]
) -> tuple[list[Member], int]:
    """The schools that have the measure, by name, and how many do not."""
    urns = _urns(about)
    rows = {(int(row["unit"]), row["span"]): row for row in schools if row["year"] == year}
    printed = {
        (row["urn"], row["group"]): row
        for row in cluster_queries.observed(urns, measure.key).filter(pl.col("year") == year).rows(named=True)
    }
    members, without = [], 0
    for school in cluster_queries.members(about["cluster_id"]).rows(named=True):
        urn = school["urn"]
        if school["phase"] not in measure.phases and not any(is_told(rows.get((urn, span))) for span in SPANS):
            without += 1
            continue
        own, everyone = printed.get((urn, group)), printed.get((urn, "all"))
        has_figure = is_told(rows.get((urn, "year")))
        members.append(
            Member(
                urn=urn,
                name=school["name"],
                year=rows.get((urn, "year")),
                pooled=rows.get((urn, "pooled")),
                status="" if has_figure else own["status"] if own is not None else "no_row",
                pupils=own["n"] if own is not None else None,
                everyone=everyone["n"] if everyone is not None else None,
            )
        )
    return members, without


def _places(measure: str, group: str) -> list[Beside]:
    name = build_queries.build()["la_name"]
    labels = {"authority": name, "statistical_neighbours": "Neighbours", "england": "England"}
    return [
        Beside(series=series, label=labels[kind], rows=_chosen(cluster_queries.gaps(kind, OFFERED), measure, group))
        for kind, series in PLACES.items()
    ]


def _top(about: Mapping, choices: Choices, found: ClusterGaps | None) -> list:
    is_proposed = about["unit_kind"] == "proposed_cluster"
    list_ = {"list": "proposed"} if is_proposed and cluster_queries.has_list() else {}
    name = about["cluster_name"]
    said = lede(found) if found else f"No gap between groups of pupils is published for a school of {name}."
    query = {key: value for key, value in choices.kept.items() if key not in (*BLOCKS, "view")}
    actions = [
        html.A(
            "Compare clusters",
            href=address("/clusters", list_, measure=query.get("measure", ""), anchor="side-by-side"),
            className="btn quiet",
        ),
        *(
            [
                html.A("Download page data", href=choices.address(view="download"), className="btn"),
                html.A(
                    "Discussion pack",
                    href=address(f"/download{choices.path}/discussion-pack.pdf", query),
                    className="btn primary",
                    download=True,
                ),
            ]
            if found
            else []
        ),
    ]
    return [
        head(
            name,
            said,
            crumb=[html.A("Clusters", href=address("/clusters", list_)), f" › {name.removesuffix(' cluster')}"],
            actions=actions,
        ),
        choices.notice(),
        notice(
            "Proposed, not agreed.",
            "This cluster is made from where schools are; its figures are those of today’s members in every year.",
            kind="caution",
        )
        if is_proposed
        else None,
    ]


def _nothing(about: Mapping) -> html.Div:
    return empty(
        "No gap to show",
        "No file at hand has a figure of a group of pupils for a school of this cluster. Its schools and their results "
        "for all pupils are in the list of schools.",
        ("See its schools", address("/clusters", cluster=about["cluster_id"], anchor="schools")),
    )


def _filters(about: Mapping, held: Mapping[str, Sequence[str]], found: ClusterGaps, choices: Choices) -> html.Div:
    known = catalogue.measures()
    schools = [*found.members, *([found.left_out] if found.left_out else [])]
    everybody = "All schools with this measure"
    options = [("", everybody), *((str(m.urn), f"All but {m.name}") for m in sorted(schools, key=lambda m: m.name))]
    kept = {key: value for key, value in choices.kept.items() if key in ("order", "view", *BLOCKS)}
    settings = cluster_queries.settings(about["cluster_id"]).height
    words = in_force(found, settings)
    changed = any(key in choices.kept for key in ("measure", "group", "years", "without"))
    return html.Div(
        [
            filter_form(
                choices.path,
                [
                    choice(
                        "measure",
                        "Measure",
                        [(key, known[key].label) for key in held if key in known],
                        choices["measure"],
                    ),
                    choice(
                        "group",
                        "Group",
                        [(group, PEOPLE[group].label) for group in held[choices["measure"]]],
                        choices["group"],
                    ),
                    choice("years", "Years", list(SPANS.items()), choices["years"]),
                    choice("without", "Members", options, choices["without"]),
                ],
                hidden=kept,
                button="Show",
            ),
            html.P(
                [
                    html.Span([html.B("In force: "), "; ".join(words)]),
                    html.A("Clear filters", href=choices.path) if changed else "",
                ],
                className="inforce",
                role="status",
            ),
        ]
    )


def _kept(choices: Choices) -> dict[str, str]:
    """What a download of the page must know."""
    return {key: choices.kept.get(key, "") for key in ("measure", "group", "years", "without")}


def _of_block(choices: Choices, key: str, first: str = "chart") -> dict:
    return {
        "view": choices.view(key, first),
        "view_address": choices.view_address(key),
        "path": choices.path,
        "kept": _kept(choices),
    }


def _origins(about: Mapping, found: ClusterGaps) -> list[dict]:
    """The rows that the newest figures were read from: the members', then those of authority and England."""
    names = {member.urn: member.name for member in found.members}
    printed = cluster_queries.observed(tuple(names), found.measure.key).filter(
        (pl.col("group") == found.group) & (pl.col("year") == found.year)
    )
    rows = [{**row, "name": names[row["urn"]]} for row in printed.rows(named=True)]
    for place in found.beside:
        row = place.row("year", found.year)
        if row is not None and row["path"]:
            rows.append({**row, "name": place.label})
    return rows


def _gaps(about: Mapping, found: ClusterGaps, choices: Choices) -> html.Section:
    return section(
        "gaps",
        "The three gaps",
        three_gaps_block(found, **_of_block(choices, "gaps"), origins=_origins(about, found)),
        hidden_notice(found),
    )


def _everyone(about: Mapping, choices: Choices) -> html.Section | None:
    """Results of all pupils, school by school, for the headline of each key stage that members have."""
    blocks = [block for key in HEADLINES if (block := _everyone_of(about, choices, key)) is not None]
    if not blocks:
        return None
    return section(
        "everyone",
        "What is known: all pupils",
        *blocks,
        note="Nobody can say here how a group of pupils does as a whole. These are the results of all pupils.",
    )


def _everyone_of(about: Mapping, choices: Choices, key: str) -> html.Article | None:
    names = dict(cluster_queries.members(about["cluster_id"]).select("urn", "name").iter_rows())
    printed = cluster_queries.observed(tuple(names), key).filter(pl.col("group") == "all")
    known = printed.filter(pl.col("value").is_not_null())
    if known.is_empty():
        return None
    year = known["year"].max()
    rows = [{**row, "name": names[row["urn"]]} for row in printed.filter(pl.col("year") == year).rows(named=True)]
    rows.sort(key=lambda row: row["name"])
    return everyone_block(
        catalogue.measure(key) or MEASURES[key],
        year,
        [(row["urn"], line_of(row["name"], row)) for row in rows],
        _beside_everyone(key, year),
        view=choices.view(f"everyone-{key}"),
        view_address=choices.view_address(f"everyone-{key}"),
        origins=rows,
    )


def _beside_everyone(key: str, year: int) -> list[Line]:
    """The authority and England, as far as the build has their figure of the year."""
    held = result_queries.comparisons("", (key,), ("all",)).filter(
        (pl.col("year") == year) & pl.col("value").is_not_null() & pl.col("kind").is_in(["authority", "england"])
    )
    labels = {"authority": build_queries.build()["la_name"], "england": "England"}
    points = {row["kind"]: Point(year=year, value=row["value"]) for row in held.rows(named=True)}
    return [Line(key=kind, label=labels[kind], points=[points[kind]]) for kind in labels if kind in points]


def _schools(found: ClusterGaps, choices: Choices) -> html.Section:
    return section(
        "schools",
        "School by school",
        schools_block(
            found,
            order=choices["order"],
            order_address=lambda order: choices.address(order=order if order != "gap" else "", anchor="schools"),
            **_of_block(choices, "schools"),
            origins=_origins({}, found),
        ),
    )


def chain_of(about: Mapping) -> Chain | None:
    """The cohorts of the cluster's schools; None in a build made before cohorts were followed."""
    if not chain_queries.is_followed():
        return None
    kind, unit = about["unit_kind"], about["cluster_id"]
    return Chain(
        name=about["cluster_name"].removesuffix(" cluster"),
        series="cluster",
        steps=chain_queries.steps(kind, unit).rows(named=True),
        openings=chain_queries.openings(kind, unit).rows(named=True),
        england=chain_queries.steps("england", "england").rows(named=True),
        has_own_file=chain_queries.has_own_file(),
    )


def _chain(about: Mapping, choices: Choices) -> html.Section | None:
    chain = chain_of(about)
    if chain is None:
        return None
    if chain.main() is not None:
        origins = chain_queries.origins_of_members(_urns(about)).rows(named=True)
        return where_the_gap_opens(chain, **_of_block(choices, "chain"), origins=origins)
    whole = authority_chain()
    return where_the_gap_opens(
        chain, **_of_block(choices, "chain"), origins=[row for row in whole.steps if row["path"]], instead=whole
    )


def authority_chain() -> Chain:
    """The cohorts of the whole authority, in a build that follows cohorts."""
    build = build_queries.build()
    return Chain(
        name=build["la_name"],
        series="authority",
        steps=chain_queries.steps("authority", build["la_code"]).rows(named=True),
        openings=chain_queries.openings("authority", build["la_code"]).rows(named=True),
        england=chain_queries.steps("england", "england").rows(named=True),
        has_own_file=chain_queries.has_own_file(),
    )


def _time(about: Mapping, found: ClusterGaps, choices: Choices) -> html.Section:
    states = {
        row["year"]: row["state"]
        for row in catalogue.years().filter(pl.col("measure") == found.measure.key).rows(named=True)
        if row["state"] and row["state"] != "break"
    }
    return section(
        "time",
        "Over time",
        time_block(found, _lines(about, found), states, **_of_block(choices, "time"), origins=_origins(about, found)),
    )


def _lines(about: Mapping, found: ClusterGaps) -> list[Beside]:
    """The members with their gaps of every year."""
    rows: dict[str, list[dict]] = {}
    for row in _chosen(_all_gaps(about)[1], found.measure.key, found.group):
        rows.setdefault(row["unit"], []).append(row)
    return [Beside(series="context", label=m.name, rows=rows.get(str(m.urn), [])) for m in found.members]


def _members(about: Mapping, found: ClusterGaps) -> html.Section:
    return section(
        "members",
        "Member schools",
        members_table(found),
        html.P(f"Without this measure: {count(found.without, 'school')} of the cluster.", className="foot")
        if found.without
        else None,
    )


def examples_of(about: Mapping, found: ClusterGaps) -> tuple[list[Example] | None, str]:
    """Schools near or alike that do well with the group, nearest first, and why there are none."""
    people = found.people.name
    held = cluster_queries.well_done(found.measure.key, found.group)
    if held is None:
        return None, "Nobody is offered here, because this build cannot make sure for your role that they need no help."
    newest = _newest_result()
    recent = held.filter(pl.col("year") >= newest - RECENT)
    if held.height and recent.is_empty():
        return None, (
            f"The newest figures that could show it are of {school_year(held['year'].max())}: too old to act on."
        )
    members = cluster_queries.members(about["cluster_id"])
    names = dict(members.select("urn", "name").iter_rows())
    like: dict[int, list[str]] = {}
    for urn, similar, _ in cluster_queries.similar_to(tuple(names)).iter_rows():
        like.setdefault(similar, []).append(names[urn])
    places = [
        (row["easting"], row["northing"])
        for row in members.rows(named=True)
        if row["easting"] is not None and row["phase"] in found.measure.phases
    ]
    examples = []
    for row in recent.rows(named=True):
        away = _kilometres(row, places)
        is_member = row["urn"] in names
        if is_member or like.get(row["urn"]) or (away is not None and away <= FAR):
            examples.append(Example(row=row, kilometres=away, like=like.get(row["urn"], []), is_member=is_member))
    examples.sort(key=lambda one: (not one.is_member, one.kilometres is None, one.kilometres or 0, one.row["name"]))
    return examples, (
        f"No school near or with a like intake can be shown to do better with {people} than England by more than "
        "chance. That is no judgement of any school: groups are small, and chance is wide."
    )


def _newest_result() -> int:
    return max(
        (row["year"] for row in build_queries.currency().rows(named=True) if row["year"] and row["weight"]), default=0
    )


def _kilometres(row: Mapping, places: Sequence[tuple[float, float]]) -> float | None:
    if row["easting"] is None or not places:
        return None
    ways = [((row["easting"] - east) ** 2 + (row["northing"] - north) ** 2) ** 0.5 for east, north in places]
    return ROAD * min(ways) / 1000


def _well(about: Mapping, found: ClusterGaps, choices: Choices) -> html.Section:
    examples, why = examples_of(about, found)
    return section(
        "well",
        "Who does well with children like ours",
        well_block(found, examples, why, **_of_block(choices, "well", "table")),
    )


def beside_others(about: Mapping, found: ClusterGaps) -> list[dict]:
    """The clusters of the list in the year and span shown, by name."""
    rows = _chosen(cluster_queries.gaps(about["unit_kind"], OFFERED), found.measure.key, found.group)
    return [row for row in rows if row["span"] == found.span and row["year"] == found.year]


def _others(about: Mapping, found: ClusterGaps, choices: Choices) -> html.Section | None:
    rows = beside_others(about, found)
    if len(rows) < 2:
        return None
    return section(
        "others",
        "Other clusters",
        others_block(
            found,
            rows,
            unit=about["cluster_id"],
            **_of_block(choices, "others"),
            origins=_origins(about, found),
        ),
    )


def _settings(about: Mapping) -> html.Section | None:
    rows = cluster_queries.settings(about["cluster_id"]).rows(named=True)
    if not rows:
        return None
    kinds = [row["kind"] or "other" for row in rows]
    said = listed([f"{kinds.count(kind)} {kind}" for kind in sorted(set(kinds))])
    return section(
        "settings",
        "Early years settings",
        settings_list(rows),
        note=f"{sentence(count(len(rows), 'setting'))} of the authority’s list: {said}. They publish no results.",
    )


def download(name: str, cluster: str, **query: str) -> Download:
    """A table of the page as a file. Raises PageNotFound for one that it has not."""
    about = _found(cluster)
    held = _held(about)
    if name == "chain" and (chain := chain_of(about)) is not None:
        return chain_download(chain, about["cluster_id"])
    if not held or name not in ("gaps", "schools", "time", "clusters", "well"):
        raise PageNotFound("There is no such table.")
    found = gaps_of(about, _choices(about, held, query))
    frame = _frame(name, about, found)
    return Download(
        name=f"{about['cluster_id']}-{name}",
        title=f"{found.name}: {found.measure.label}, {found.people.name}",
        frame=frame,
        notes=[
            ("In force", "; ".join(in_force(found, 0))),
            ("What it is", found.measure.definition),
            ("Gaps", "within_gap is others less the group; national_gap the group less England’s others; 95% limits"),
            *([("Withheld", found.why_no_total())] if found.left_out else []),
        ],
    )


def document(name: str, cluster: str, **query: str) -> Document:
    """The discussion pack. Raises PageNotFound for another name, or where there is no figure of a group."""
    about = _found(cluster)
    held = _held(about)
    if name != "discussion-pack" or not held:
        raise PageNotFound("There is no such paper.")
    found = gaps_of(about, _choices(about, held, query))
    examples, _ = examples_of(about, found)
    return discussion_pack(
        found,
        name=f"discussion-pack-{about['cluster_id']}",
        origins=_origins(about, found),
        settings=cluster_queries.settings(about["cluster_id"]).height,
        examples=[one.row["name"] for one in examples or () if not one.is_member],
        is_proposed=about["unit_kind"] == "proposed_cluster",
    )


_COLUMNS = (
    "unit_kind",
    "unit",
    "unit_name",
    "year",
    "span",
    "years",
    "measure",
    "focus_group",
    "other_group",
    "focus_value",
    "focus_n",
    "focus_count",
    "focus_lower",
    "focus_upper",
    "other_value",
    "other_n",
    "within_gap",
    "within_lower",
    "within_upper",
    "national_other",
    "national_gap",
    "national_lower",
    "national_upper",
    "schools",
    "schools_without",
    "reason",
)


def _frame(name: str, about: Mapping, found: ClusterGaps) -> pl.DataFrame:
    if name == "well":
        examples, _ = examples_of(about, found)
        rows = [
            {**one.row, "kilometres": one.kilometres, "like": ", ".join(one.like), "evidence": one.strength}
            for one in examples or ()
        ]
        return pl.DataFrame(rows, infer_schema_length=None).drop("easting", "northing", strict=False)
    own = [] if found.left_out else list(found.own.rows)
    places = [row for place in found.beside for row in place.rows]
    schools = [row for line in _lines(about, found) for row in line.rows]
    if name == "clusters":
        rows = [] if found.left_out else beside_others(about, found)
    elif name == "gaps":
        rows = [row for row in [*own, *places] if row["year"] == found.year]
    elif name == "schools":
        rows = [row for row in [*schools, *own] if row["year"] == found.year]
    else:
        rows = [row for row in [*own, *places, *schools] if row["span"] == "year"]
    frame = pl.DataFrame(rows, infer_schema_length=None)
    return frame.select(_COLUMNS) if rows else pl.DataFrame(schema=dict.fromkeys(_COLUMNS, pl.String))
