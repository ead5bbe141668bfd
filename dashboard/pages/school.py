"""One school: who it is, why it stands where it does, what to ask, every measure over time, and where it came from."""

from collections.abc import Callable, Mapping
from datetime import date

import polars as pl
from dash import html

from dashboard.components.authority_steps import authority_steps
from dashboard.components.choices import Choices, choose, whole
from dashboard.components.downloads import Download
from dashboard.components.gaps import gap_block
from dashboard.components.inspection_strip import inspections_section
from dashboard.components.known import HEADLINES, Gap, Known
from dashboard.components.links import address, school_path
from dashboard.components.not_known import not_known_section
from dashboard.components.page import contents, head, rail, section
from dashboard.components.paper import Document
from dashboard.components.provenance import sources_section
from dashboard.components.questions import questions, questions_section
from dashboard.components.results import Result, results, saved_rows
from dashboard.components.rule_history import OTHERS, rules_section
from dashboard.components.school_head import actions, elsewhere, school_facts, standing_notices
from dashboard.components.school_links import before_and_after
from dashboard.components.school_summary import summary_section
from dashboard.components.similar_schools import similar_section
from dashboard.components.standing import standing_section
from dashboard.components.topics import topic_sections, what_is_open
from dashboard.components.visit_pack import visit_pack
from dashboard.components.words import listed, missing, school_year, sentence
from dashboard.pages import Page, PageNotFound
from dashboard.queries import build as build_queries
from dashboard.queries import catalogue, evidence, inspections, risk
from dashboard.queries import results as result_queries
from dashboard.queries import schools as school_queries
from pipelines.measures import GROUPS

PAGE = Page(path="/school/<urn>", title="School")

LABEL_ROOM = 12
"""Letters that a place may have to label its line in a chart."""

PHASE_WORDS = {
    "nursery": "nursery schools",
    "primary": "primary schools",
    "secondary": "secondary schools",
    "middle": "middle schools",
    "special": "special schools",
    "all-through": "all-through schools",
    "alternative provision": "alternative provision",
    "16 plus": "16 plus colleges",
}
DEFAULTS = {"view": "chart", "show": "headlines", "group": "all", "numbers": ""}
PACK = "visit-pack"


def title(urn: str, **query: str) -> str:
    """The school's name. Raises PageNotFound when the authority has no such URN."""
    return _school(urn)["name"]


def layout(urn: str, **query: str) -> list:
    """The page. Choices: `group` of pupils, `show` headlines or all measures, `view` of every block or of one."""
    school = _school(urn)
    choices = _choices(school["urn"], query)
    known = _known(school, choices["group"])
    chance = _chance(school["urn"])
    is_listed = chance is not None and chance["state"] == "listed"
    sections = [
        summary_section(known, chance if is_listed else None),
        _standing(chance, known) if risk.may_be_shown() else None,
        questions_section(questions(known), _where(choices)),
        rules_section(known, choices),
        *_measures(known, choices),
        _disadvantaged(known),
        inspections_section(known.inspections, known.judgements),
        _similar(known),
        authority_steps(school),
        before_and_after(known.links, school_queries.memberships(school["urn"]).rows(named=True)),
        not_known_section(known),
        sources_section(result_queries.files_of(school["urn"]).rows(named=True)),
    ]
    shown = [part for part in sections if part is not None]
    return [
        head(
            school["name"],
            crumb=[html.A("All schools", href="/schools"), f" › {school['name']}"],
            actions=actions(school["urn"], _compared(query), f"/download{choices.path}/{PACK}.pdf"),
        ),
        school_facts(school, _clusters(school["urn"])),
        choices.notice(),
        *standing_notices(school, known.links),
        html.Div(
            [
                rail(contents(shown), elsewhere(school["urn"], is_sample=build_queries.build()["is_sample"])),
                html.Div(shown),
            ],
            className="withrail school",
        ),
    ]


def download(name: str, urn: str, group: str = "all", **query: str) -> Download:
    """Every year of a measure, with its comparators. Raises PageNotFound for an unknown measure."""
    school = _school(urn)
    result = next((r for r in school_results(school["urn"], group) if r.measure.key == name), None)
    if result is None:
        raise PageNotFound("There is no such table.")
    return Download(
        name=f"{school['urn']}-{name}",
        title=f"{result.measure.label}: {school['name']}",
        frame=pl.DataFrame(saved_rows(result, school), infer_schema_length=None),
        notes=[
            ("What it is", result.measure.definition),
            ("Unit", result.measure.unit.name),
            ("Pupils", GROUPS[group].label if group in GROUPS else group),
            ("Missing values", "An empty value has its reason in the columns status and missing; it is never 0."),
            *((f"Note for {school_year(year)}", text) for year, text in sorted(result.notes.items())),
            ("Taken", f"{date.today():%d %B %Y}"),
        ],
    )


def document(name: str, urn: str, **query: str) -> Document:
    """The visit pack, one page of paper. Raises PageNotFound for any other name."""
    school = _school(urn)
    if name != PACK:
        raise PageNotFound("There is no such paper.")
    build = build_queries.build()
    return visit_pack(_known(school), la_name=build["la_name"], made=build["built_at"])


def _school(urn: str) -> dict:
    number = whole(urn)
    found = school_queries.school(number) if number is not None else None
    if found is None:
        raise PageNotFound(f"No school of {build_queries.build()['la_name']} has the URN {urn}.")
    return found


def _choices(urn: int, query: Mapping[str, str]) -> Choices:
    return choose(
        school_path(urn),
        {key: value for key, value in query.items() if key != "urns"},
        DEFAULTS,
        {
            "group": ["all", *(key for key, _ in _groups(urn))],
            "show": ["headlines", "all"],
            "numbers": [OTHERS, *evidence.rules()["rule"]],
        },
        blocks=tuple(catalogue.measures()),
    )


def _compared(query: Mapping[str, str]) -> list[int]:
    return [urn for text in query.get("urns", "").split(",") if (urn := whole(text)) is not None]


def _where(choices: Choices) -> Callable[[str], str]:
    """Anchor → the address that shows it, a measure's block with the file and row of each figure."""

    def place(anchor: str) -> str:
        is_block = anchor.startswith("m-")
        return choices.address(anchor=anchor, **{anchor[2:]: "where"}) if is_block else f"#{anchor}"

    return place


def _known(school: Mapping, group: str = "all") -> Known:
    urn = school["urn"]
    judged: dict[str, list] = {}
    for row in inspections.judgements(urn).rows(named=True):
        judged.setdefault(row["inspection_id"], []).append(row)
    newest = evidence.estimates(urn).filter((pl.col("group") == group) & pl.col("value").is_not_null()).sort("year")
    return Known(
        school=school,
        results=school_results(urn, group),
        estimates={row["measure"]: row for row in newest.iter_rows(named=True)},
        expected={row["measure"]: row for row in evidence.expected(urn).iter_rows(named=True)},
        gaps=_gaps(urn),
        inspections=inspections.inspections(urn).rows(named=True),
        judgements=judged,
        rules=evidence.rules().rows(named=True),
        outcomes=evidence.outcomes(urn).rows(named=True),
        files=build_queries.files(),
        links=school_queries.links(urn).rows(named=True),
    )


def school_results(urn: int, group: str = "all") -> list[Result]:
    """Every measure of a school for a pupil group, in the catalogue's order, topic by topic."""
    school, build = school_queries.school(urn), build_queries.build()
    observed = result_queries.observations(urn)
    held = set(observed["measure"])
    measures = [measure for key, measure in catalogue.measures().items() if key in held]
    phase = PHASE_WORDS.get(school["phase"], school["phase"])
    cluster = school_queries.cluster_in_use(urn)
    labels = {
        "similar schools": "Similar schools, median",
        "similar schools short": "Similar",
        "cluster": cluster["unit_name"] if cluster else "",
        "same phase in authority": f"{sentence(phase)}, {build['la_name']}",
        "same phase in authority short": _short(build["la_name"], "Authority"),
        "authority": build["la_name"],
        "authority short": _short(build["la_name"], "Authority"),
        "region": build["region_name"] or "Region",
        "region short": _short(build["region_name"], "Region"),
        "statistical neighbours": "Statistical neighbours",
        "statistical neighbours short": "Neighbours",
        "england": "England",
    }
    compared = result_queries.comparisons(school["phase"], tuple(measure.key for measure in measures), (group,))
    frames = [evidence.similar_results(urn), _cluster_results(cluster, measures), compared]
    beside = (
        pl.concat([frame for frame in frames if frame.height], how="diagonal_relaxed") if compared.height else compared
    )
    return results(measures, observed, beside, catalogue.years(), group=group, labels=labels)


OF_ONE_PHASE = ("Key stage 2", "Key stage 4")
"""Topics of which a cluster's figure means the same as a school's: others mix primary and secondary pupils."""


def _cluster_results(cluster: Mapping | None, measures: list) -> pl.DataFrame:
    if cluster is None:
        return pl.DataFrame()
    keys = [measure.key for measure in measures if measure.topic in OF_ONE_PHASE]
    return result_queries.cluster_totals(cluster["unit_kind"], cluster["unit"]).filter(pl.col("measure").is_in(keys))


def _short(name: str | None, otherwise: str) -> str:
    return name if name and len(name) <= LABEL_ROOM else otherwise


def _clusters(urn: int) -> list[tuple[str, str]] | None:
    if not school_queries.clusters().height:
        return None
    now = school_queries.memberships(urn).filter(pl.col("to_date").is_null())
    return [(row["cluster_name"], address("/schools", cluster=row["cluster_id"])) for row in now.rows(named=True)]


def _groups(urn: int) -> list[tuple[str, str]]:
    held = set(result_queries.observations(urn)["group"])
    return [(key, group.label) for key, group in GROUPS.items() if key in held]


def _group_figures(urn: int) -> dict[str, list[tuple[str, str]]]:
    known = catalogue.measures()
    newest = (
        result_queries.observations(urn).sort("year").unique(["measure", "group"], keep="last", maintain_order=True)
    )
    figures: dict[str, dict[str, str]] = {}
    for row in newest.filter(pl.col("measure").is_in(list(known))).iter_rows(named=True):
        said = known[row["measure"]].format(row["value"]) or missing(row["status"]).word
        pupils = f" ({row['n']:,.0f} pupils)" if row["n"] is not None and row["value"] is not None else ""
        figures.setdefault(row["measure"], {})[row["group"]] = f"{said}{pupils}, {school_year(row['year'])}"
    return {
        key: [(GROUPS[group].label, said[group]) for group in GROUPS if group in said] for key, said in figures.items()
    }


def _measures(known: Known, choices: Choices) -> list:
    build, urn = build_queries.build(), known.school["urn"]
    if not known.results and choices["group"] == "all":
        return []
    made = f"Program version {build['code_version']}, snapshot {build['version']}."
    return [
        html.Div(what_is_open(choices, _groups(urn)), className="choices"),
        *topic_sections(known, choices, _group_figures(urn), made),
    ]


def _chance(urn: int) -> dict | None:
    if not risk.may_be_shown() or not risk.has_list():
        return None
    found = risk.schools().filter(pl.col("urn") == urn)
    return found.row(0, named=True) if found.height else None


def _standing(chance: Mapping | None, known: Known) -> html.Section | None:
    if not risk.has_list():
        return None
    urn = known.school["urn"]
    model = chance["model"] if chance is not None else None
    of_model = [row for row in risk.runs().rows(named=True) if row["model"] == model]
    return standing_section(
        chance,
        risk.reasons().filter(pl.col("urn") == urn).rows(named=True),
        risk.moves().filter(pl.col("urn") == urn).rows(named=True),
        known.files,
        of_model[0] if of_model else None,
    )


def _gaps(urn: int) -> list[Gap]:
    own = evidence.gaps("school", str(urn)).filter(pl.col("contrast") == "disadvantaged")
    return [gap for measure in HEADLINES if (gap := _gap(own, measure)) is not None]


def _gap(own: pl.DataFrame, key: str) -> Gap | None:
    of_measure = own.filter((pl.col("measure") == key) & pl.col("focus_value").is_not_null()).sort("year")
    newest = of_measure.filter(pl.col("span") == "year").tail(1)
    if newest.is_empty():
        return None
    year, build = newest["year"][0], build_queries.build()
    rows = [("school", f"This school, {school_year(year)}", newest.row(0, named=True))]
    pooled = of_measure.filter((pl.col("span") == "pooled") & (pl.col("year") == year))
    if pooled.height and pooled["years"][0] != newest["years"][0]:
        together = listed(pooled["years"][0].split(", "))
        rows.insert(0, ("school", f"This school, {together}", pooled.row(0, named=True)))
    same = (
        (pl.col("measure") == key)
        & (pl.col("contrast") == "disadvantaged")
        & (pl.col("span") == "year")
        & (pl.col("year") == year)
        & pl.col("focus_value").is_not_null()
    )
    for kind, unit, label in (("authority", build["la_code"], build["la_name"]), ("england", "england", "England")):
        found = evidence.gaps(kind, unit).filter(same)
        if found.height:
            rows.append((kind, f"{label}, {school_year(year)}", found.row(0, named=True)))
    is_later = (pl.col("measure") == key) & (pl.col("span") == "year") & (pl.col("year") > year)
    later = own.filter(is_later & pl.col("reason").is_not_null()).sort("year")
    since = [f"{school_year(row['year'])}: {row['reason']}." for row in later.iter_rows(named=True)]
    return Gap(measure=catalogue.measures()[key], rows=rows, since=since)


def _disadvantaged(known: Known) -> html.Section | None:
    if not known.gaps:
        return None
    blocks = [
        gap_block(
            gap.measure, gap.rows, here="here", anchor=f"gap-{gap.measure.key}", since=gap.since, files=known.files
        )
        for gap in known.gaps
    ]
    note = "Three gaps, read together: a small gap in the school can mean that everyone is low."
    return section("disadvantaged", "Disadvantaged pupils", *blocks, note=note)


def _similar(known: Known) -> html.Section:
    rows = evidence.similar_schools(known.school["urn"]).rows(named=True)
    headline = known.headline
    own = known.estimate(headline) if headline else None
    urns = tuple(row["similar_urn"] for row in rows if row["similar_urn"] is not None)
    found = evidence.estimates_of(urns, own["measure"], own["year"]) if own is not None and urns else pl.DataFrame()
    return similar_section(
        rows,
        headline.measure if headline else None,
        {row["urn"]: row for row in found.iter_rows(named=True)},
        own,
        dict(school_queries.schools().select("urn", "name").iter_rows()),
    )
