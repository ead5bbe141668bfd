"""Areas of need: where disadvantaged children are, which schools to choose, what closing the gap takes, in children."""

from collections.abc import Callable, Mapping
from datetime import datetime

import polars as pl
from dash import html

from dashboard.components.choices import choose
from dashboard.components.cohort_chain import chain_download, where_the_gap_opens
from dashboard.components.downloads import Download
from dashboard.components.fields import choice, filter_form
from dashboard.components.need import areas as area_parts
from dashboard.components.need import children as child_parts
from dashboard.components.need import halve_gap, indicators, quadrant_block, targeting_block
from dashboard.components.need.facts import IN_SHORT, INDICES, LEVELS, Need, editions, levels
from dashboard.components.need.targeting import HIGHEST_WEIGHT, RULES, WEIGHTS
from dashboard.components.page import empty, head, notice, section
from dashboard.components.words import count, sentence
from dashboard.pages import Page, PageNotFound
from dashboard.pages.cluster import authority_chain
from dashboard.queries import build as build_queries
from dashboard.queries import catalogue, risk
from dashboard.queries import cohort_chain as chain_queries
from dashboard.queries import need as need_queries

PAGE = Page(path="/need", title="Areas of need", order=4, keeps=("phase", "cluster"))
BLOCKS = ("areas", "children", "indicators", "curve", "shortlist", "quadrant", "halve", "chain")
SORTS = ("children", "share", "need", "name", "result")
OUTCOMES = (
    "reading_writing_maths_expected",
    "reading_expected",
    "writing_expected",
    "maths_expected",
    "reading_scaled_score",
    "maths_scaled_score",
    "attainment_8",
    "english_maths_grade_5",
    "english_maths_grade_4",
    "progress_8",
)
"""Results that can be held against deprivation, where the build has them for the schools chosen."""


def layout(**query: str) -> list:
    """The page; its choices are those of `_choices`."""
    need = _need(query)
    if need.everyone.is_empty():
        return [
            head(PAGE.title, "No open state-funded school fits these choices."),
            need.choices.notice(),
            _form(need),
            empty("No school to show", "Choose another phase or cluster.", ("Clear filters", PAGE.path)),
        ]
    targeting = _targeting(need)
    held = child_parts.held_by_most_deprived(child_parts.deciles(need))
    return [
        head(PAGE.title, _lede(need, targeting)),
        need.choices.notice(),
        _form(need),
        _in_force(need),
        _age_of_census(need),
        *_areas(need),
        section(
            "where",
            "Are they where the deprived areas are?",
            child_parts.children_block(need, _files(need)),
            note="Counted by children, not by areas: an area counts once however many children it has.",
        ),
        section(
            "beside",
            "What else is known about the area",
            _indicators(need),
            note="Health, early years and absence beside results. Also, never because.",
        ),
        section(
            "targeting",
            "Which rule reaches most disadvantaged children?",
            targeting_block.targeting_form(need, targeting),
            targeting_block.curve_block(need, targeting, held, _files(need)),
            targeting_block.shortlist_block(need, targeting, _files(need)),
            targeting_block.weights_block(need, targeting),
            note=f"Ways to choose {need.phase_schools} for a programme with {count(targeting.places, 'place')}.",
        ),
        _quadrant(need),
        _halve(need),
        _cohorts(need),
        section(
            "silent",
            "Schools that no figure speaks for",
            html.P(
                [
                    "A school without figures is in no list above. The ledger of silent schools, each with a "
                    "place for an "
                    "owner and a date, is on the ",
                    html.A("overview", href="/#silent"),
                    ".",
                ]
            ),
        ),
    ]


def _cohorts(need: Need) -> html.Section | None:
    """Where the gap of the whole authority opens, in a build that follows cohorts; a cluster's is on its own page."""
    if need.choices["cluster"] or not chain_queries.is_followed():
        return None
    chain = authority_chain()
    return where_the_gap_opens(
        chain,
        view=need.choices.view("chain"),
        view_address=need.choices.view_address("chain"),
        path=PAGE.path,
        kept={},
        origins=[row for row in chain.steps if row["path"]],
    )


def _need(query: Mapping[str, str]) -> Need:
    """The page's facts under the choices in the address."""
    deprivation, areas = need_queries.deprivation(), need_queries.areas()
    choices, (index, edition), level = _choices(query, areas, deprivation)
    schools = need_queries.schools()
    if choices["phase"] != "all":
        schools = schools.filter(pl.col("phase") == choices["phase"])
    members = need_queries.members()
    if choices["cluster"]:
        inside = members.filter(pl.col("cluster_id") == choices["cluster"])["urn"]
        schools = schools.filter(pl.col("urn").is_in(inside.to_list()))
        members = members.filter(pl.col("cluster_id") == choices["cluster"])
    return Need(
        authority=build_queries.build()["la_name"],
        choices=choices,
        areas=areas,
        deprivation=deprivation,
        everyone=schools,
        members=members,
        agreed=need_queries.agrees_on_clusters(),
        index=index,
        edition=edition,
        level=level,
        chosen=_area(choices["area"], level, areas)[1] if choices["area"] else "",
    )


def _choices(query: Mapping[str, str], areas: pl.DataFrame, deprivation: pl.DataFrame):
    """The choices in force, the index with its edition, and the kind of area shown."""
    known_levels, known_editions = levels(areas), editions(deprivation)
    indices = [f"{index}-{edition}" for index, edition in known_editions]
    phases = need_queries.schools()["phase"].unique().drop_nulls().to_list()
    phase = "primary" if "primary" in phases else "all"
    asked = query.get("phase") if query.get("phase") in phases or query.get("phase") == "all" else phase
    outcomes = _outcomes(asked)
    subjects = _subjects()
    level = known_levels[0] if known_levels else ""
    found = query.get("level") if query.get("level") in known_levels else level
    if areas.height and query.get("area"):
        found = _area(query["area"], found, areas)[0] or found
    defaults = {
        "phase": phase,
        "cluster": "",
        "index": indices[0] if indices else "",
        "level": level,
        "outcome": outcomes[0] if outcomes else "",
        "area": "",
        "sort": "-children",
        "places": "",
        "rule": "share",
        "against": "intake",
        **dict.fromkeys(WEIGHTS, "1"),
        "w_results": "0",
        "to": "national",
        "goal": next((key for key in subjects if _is_of(key, asked)), next(iter(subjects), "")),
        "part": "50",
        "years": "5",
        "children": "",
        "view": "",
    }
    choices = choose(
        PAGE.path,
        {**query, "level": found} if areas.height and query.get("area") else query,
        defaults,
        {
            "phase": [*phases, "all"],
            "cluster": set(need_queries.members()["cluster_id"]),
            "index": indices,
            "level": known_levels,
            "outcome": outcomes,
            "area": lambda text: bool(_area(text, found, areas)[1]),
            "sort": [word for one in SORTS for word in (one, f"-{one}")],
            "places": _is_number,
            "rule": list(RULES),
            "against": list(quadrant_block.AGAINST),
            **{weight: [str(step) for step in range(HIGHEST_WEIGHT + 1)] for weight in WEIGHTS},
            "to": list(halve_gap.TO),
            "goal": list(subjects),
            "part": list(halve_gap.PARTS),
            "years": _is_number,
            "children": _is_number,
        },
        blocks=BLOCKS,
    )
    index, _, edition = choices["index"].partition("-")
    return choices, (index, int(edition or 0)), choices["level"]


def _is_of(measure: str, phase: str) -> bool:
    """Whether a measure is of the key stage that schools of a phase answer for."""
    return catalogue.measures()[measure].topic == halve_gap.KEY_STAGES.get(phase)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 6


def _area(text: str, level: str, areas: pl.DataFrame) -> tuple[str, str]:
    """Kind of area and code that a code or name means, of the areas shown if it is one of them."""
    if areas.is_empty() or not text:
        return "", ""
    held = areas.filter((pl.col("code") == text) | (pl.col("name") == text))
    order = [level, *LEVELS]
    for kind in order:
        one = held.filter(pl.col("kind").str.starts_with("lsoa") if kind == "small" else pl.col("kind") == kind)
        if one.height:
            return kind, one["code"][-1]
    return "", ""


def _outcomes(phase: str) -> list[str]:
    rows = need_queries.results()
    if phase != "all":
        rows = rows.filter(pl.col("phase") == phase)
    newest = dict(rows.group_by("measure").agg(pl.col("year").max()).iter_rows())
    latest = max(newest.values(), default=0)
    return [key for key in OUTCOMES if newest.get(key, 0) >= latest - 3 and key in newest]


def _published() -> pl.DataFrame:
    keys = (*indicators.EVERY, *halve_gap.MEALS, *halve_gap.MEALS.values())
    return need_queries.published(tuple(dict.fromkeys(keys)))


def _subjects() -> dict[str, str]:
    return halve_gap.subjects(need_queries.gaps(), _published(), catalogue.measures())


def _lede(need: Need, held: targeting_block.Targeting) -> str:
    total = need.counted["children"].sum()
    who = f"{sentence(need.phase_schools)} in {need.authority}"
    if not total:
        return f"{who}: how many disadvantaged children they teach is not known in this build."
    said = f"{who} teach {total:,.0f} disadvantaged children. "
    areas = [row for row in area_parts.rows(need) if row.children] if need.level else []
    if areas:
        first = max(areas, key=lambda row: row.children)
        elsewhere = 100 - child_parts.whole(100 * first.children / total)
        said += f"{first.name} has most, {first.children:,.0f}; {elsewhere}% learn elsewhere. "
    return said + targeting_block.in_short(held)


def _form(need: Need) -> html.Form:
    choices = need.choices
    phases = sorted(need_queries.schools()["phase"].unique().drop_nulls())
    clusters = need_queries.members().unique("cluster_id", maintain_order=True)
    outcomes = {key: catalogue.measures()[key].label for key in _outcomes(choices["phase"])}
    fields = []
    if need.index:
        indices = [
            (f"{index}-{year}", f"{INDICES[index]} {year} ({IN_SHORT[index]})")
            for index, year in editions(need.deprivation)
        ]
        fields.append(choice("index", "Measure of need", indices, choices["index"]))
    if need.level:
        shown = [(level, sentence(LEVELS[level][1])) for level in levels(need.areas)]
        fields.append(choice("level", "Areas shown", shown, choices["level"]))
    fields.append(
        choice("phase", "Phase", [*((p, sentence(p)) for p in phases), ("all", "All phases")], choices["phase"])
    )
    if clusters.height:
        words = [("", "All"), *clusters.select("cluster_id", "cluster_name").iter_rows()]
        fields.append(choice("cluster", "Cluster" if need.agreed else "Proposed cluster", words, choices["cluster"]))
    if outcomes:
        fields.append(choice("outcome", "Outcome", list(outcomes.items()), choices["outcome"]))
    mine = {"index", "level", "phase", "cluster", "outcome", "area"}
    return filter_form(
        PAGE.path,
        fields,
        hidden={key: value for key, value in choices.kept.items() if key not in mine},
        button="Show",
        name="Filters",
    )


def _in_force(need: Need) -> html.P:
    names = dict(need.members.select("cluster_id", "cluster_name").iter_rows())
    parts = [
        need.phase or "all phases",
        names.get(need.choices["cluster"], ""),
        need.index_name,
        f"children counted in {need.census}" if need.census else "",
    ]
    return html.P(
        [
            html.Span([html.B("In force: "), ", ".join(part for part in parts if part)]),
            html.Span(html.B(count(need.schools.height, "school"))),
            html.A("Clear filters", href=PAGE.path) if need.choices.kept else "",
        ],
        className="inforce",
        role="status",
    )


def _age_of_census(need: Need) -> html.Div | None:
    """The caution where the newest census at hand is more than two years old."""
    years = need.everyone["year"].drop_nulls()
    if not len(years) or years[0] >= build_queries.build()["built_at"].year - 2:
        return None
    return notice(
        f"The children were counted in {need.census}.",
        "No newer school census is at hand. Their number and the schools they are at will have changed since.",
        kind="caution",
    )


def _areas(need: Need) -> list:
    if not need.level or not need.index:
        return [
            empty(
                "No areas in this build",
                "Neither small areas nor their deprivation are in the files at hand for this authority, so that "
                "there is no "
                "map and no list of areas. What follows counts schools.",
            )
        ]
    rows = area_parts.rows(need, _results_of_areas(need))
    larger = need_queries.outlines(need.level) if need.level != "small" else pl.DataFrame()
    listed = area_parts.area_list(need, rows, outcome=_outcome(need), files=_files(need))
    shown = area_parts.map_or_reason(need, need_queries.outlines(need.vintage), larger, rows)
    has_map = need_queries.outlines(need.vintage).height
    return [
        html.H2("Where need is, area by area", className="vh"),
        html.Div([shown, listed], className="grid gmap" if has_map else "grid", id="areas"),
    ]


def _outcome(need: Need):
    return catalogue.measure(need.choices["outcome"]) if need.choices["outcome"] else None


def _results_of_areas(need: Need) -> list[Mapping]:
    held = need_queries.area_results(need.level)
    if held.is_empty():
        return []
    mine = held.filter((pl.col("measure") == need.choices["outcome"]) & (pl.col("span") == "pooled"))
    return mine.filter(pl.col("year") == mine["year"].max()).rows(named=True) if mine.height else []


def _files(need: Need) -> pl.DataFrame:
    used = need.everyone["file_id"].drop_nulls().unique().to_list()
    indices = need_queries.files_of("indices_of_deprivation")
    mine = indices.filter(pl.col("edition").str.starts_with(str(need.edition))) if indices.height else indices
    return pl.concat([need_queries.files(tuple(sorted(used))), mine])


def _lines(need: Need) -> list[indicators.Line]:
    return indicators.lines(
        need,
        catalogue.measures(),
        _published(),
        need_queries.area_indicators(),
        need_queries.area_results(need.level) if need.level else pl.DataFrame(),
    )


def _indicators(need: Need) -> html.Article:
    lines = _lines(need)
    keys = tuple(line.measure.key for line in lines if line.measure)
    used = _published().filter(pl.col("measure").is_in(keys))["file_id"].drop_nulls().unique().to_list()
    return indicators.indicators_block(need, lines, need_queries.files(tuple(sorted(used))))


def _targeting(need: Need) -> targeting_block.Targeting:
    chances = None
    if risk.may_be_shown() and risk.has_list():
        chances = dict(risk.schools().select("urn", "probability_within_year").drop_nulls().iter_rows())
    outcome = _outcome(need)
    results = {}
    if outcome is not None:
        rows = need_queries.results().filter(pl.col("measure") == outcome.key)
        newest = rows.filter(pl.col("year") == rows["year"].max()) if rows.height else rows
        results = dict(newest.select("urn", "value").iter_rows())
    return targeting_block.targeting(need, results=results, chances=chances, outcome=outcome)


def _quadrant_results(need: Need) -> quadrant_block.Results:
    return quadrant_block.results(need, _outcome(need), need_queries.results(), need_queries.estimates())


def _quadrant(need: Need) -> html.Section:
    held = _quadrant_results(need)
    form = filter_form(
        PAGE.path,
        [choice("against", "Deprivation by", _against(need), need.choices["against"])],
        hidden={key: value for key, value in need.choices.kept.items() if key != "against"},
        button="Show",
        name="Results against deprivation",
    )
    return section(
        "results",
        "Results against deprivation",
        form,
        html.Div(
            [quadrant_block.quadrant_block(need, held, _files(need)), quadrant_block.expected_block(need, held)],
            className="grid g64",
        ),
        note="Median lines make four groups. The line shows what is usual for a school’s intake here.",
    )


def _against(need: Need) -> list[tuple[str, str]]:
    return [(key, sentence(words)) for key, words in quadrant_block.AGAINST.items()]


def _goal(need: Need) -> halve_gap.Goal:
    return halve_gap.goal(
        need, need_queries.gaps(), _published(), catalogue.measures(), _running(build_queries.build()["built_at"])
    )


def _running(moment: datetime) -> int:
    """The year that the school year of a day ends in."""
    return moment.year + (moment.month >= 9)


def _halve(need: Need) -> html.Section:
    held = _goal(need)
    files = need_queries.files_of("key_stage_2" if not held.is_meals else "local_authority_tool")
    return section(
        "halve",
        "Halve the gap",
        html.Div(
            [
                halve_gap.halve_form(need, held, _subjects()) if held.measure else None,
                halve_gap.halve_block(need, held, files),
            ],
            className="calc",
        ),
        note="What it would take, in children.",
    )


def download(name: str, **query: str) -> Download:
    """The table of one of the blocks. Raises PageNotFound for any other name."""
    if name == "chain" and chain_queries.is_followed():
        return chain_download(authority_chain(), "need")
    need = _need(query)
    tables: dict[str, tuple[str, Callable[[], pl.DataFrame]]] = {
        "areas": ("Areas of need", lambda: area_parts.saved(need, area_parts.rows(need) if need.level else [])),
        "children": ("Disadvantaged children by decile", lambda: child_parts.saved(need)),
        "indicators": ("What else is known", lambda: indicators.saved(need, _lines(need))),
        "curve": ("Children reached by each rule", lambda: targeting_block.saved_curve(_targeting(need))),
        "shortlist": ("Schools by every rule", lambda: targeting_block.saved_shortlist(need, _targeting(need))),
        "quadrant": ("Results against deprivation", lambda: quadrant_block.saved(_quadrant_results(need))),
        "halve": ("What closing the gap takes", lambda: halve_gap.saved(need, _goal(need))),
    }
    if name not in tables:
        raise PageNotFound("There is no such table.")
    title, rows = tables[name]
    notes = [
        ("In force", f"{need.phase or 'all phases'}; {need.index_name}; {need.census}"),
        ("Choices", "; ".join(f"{key} {value}" for key, value in need.choices.kept.items()) or "none"),
        ("Sources", "School census; English Indices of Deprivation; performance tables; public health indicators"),
    ]
    return Download(name=f"need-{name}", title=f"{title}: {need.authority}", frame=rows(), notes=notes)
