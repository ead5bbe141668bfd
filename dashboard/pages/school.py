"""One school: who it is, every measure over time, its inspections, and where that came from."""

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl
from dash import html

from dashboard.components.block import VIEWS
from dashboard.components.certainty import certainty
from dashboard.components.downloads import Download
from dashboard.components.fields import choice, filter_form, switch
from dashboard.components.findings import finding, movement
from dashboard.components.gaps import gap_block
from dashboard.components.inspection_strip import inspection_strip
from dashboard.components.links import address, school_path
from dashboard.components.measure_block import measure_block, more_measures
from dashboard.components.page import facts, head, ignored, notice, rail, section, segments
from dashboard.components.results import Result, results
from dashboard.components.rules import ever_below, numbers_behind, rules_by_year
from dashboard.components.tables import Column, table
from dashboard.components.words import count, day, edition, laestab, listed, missing, school_year, sentence
from dashboard.pages import Page, PageNotFound
from dashboard.queries import build as build_queries
from dashboard.queries import catalogue, evidence, inspections
from dashboard.queries import results as result_queries
from dashboard.queries import schools as school_queries
from pipelines.measures import GROUPS, Polarity

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


def title(urn: str, **query: str) -> str:
    """The school's name. Raises PageNotFound when the authority has no such URN."""
    return _school(urn)["name"]


def _school(urn: str) -> dict:
    found = school_queries.school(int(urn)) if urn.isdigit() and len(urn) < 10 else None
    if found is None:
        raise PageNotFound(f"No school of {build_queries.build()['la_name']} has the URN {urn}.")
    return found


def layout(urn: str, view: str = "chart", show: str = "headlines", group: str = "all", **blocks: str) -> list:
    """The page. `view` is for every block, a measure's key for one of them; `show` is headlines or all."""
    school = _school(urn)
    path = school_path(school["urn"])
    query = {"view": view, "show": show, "group": group, **blocks}
    chosen, unused = _chosen(school, query)
    kept = {key: value for key, value in chosen.items() if value != DEFAULTS.get(key)}
    found = school_results(school["urn"], chosen["group"])
    groups = _group_figures(school["urn"])
    topics = list(dict.fromkeys(result.measure.topic for result in found))
    anchors = {topic: f"topic-{index}" for index, topic in enumerate(topics)}
    disadvantaged = _disadvantaged(school)
    parts = [
        ("Summary", "summary"),
        ("Rules by year", "rules"),
        *((topic, anchors[topic]) for topic in topics),
        *([("Disadvantaged pupils", "disadvantaged")] if disadvantaged else []),
        ("Inspections", "inspections"),
        ("Similar schools", "similar"),
        ("Before and after", "links"),
        ("What we do not know", "unknown"),
        ("Where this came from", "sources"),
    ]
    return [
        head(
            school["name"],
            crumb=[html.A("All schools", href="/schools"), f" › {school['name']}"],
            actions=[html.Button("Print this page", className="btn quiet", type="button", **{"data-action": "print"})],
        ),
        _facts(school),
        ignored(unused, address(path, kept)),
        *_standing(school),
        html.Div(
            [
                rail(parts, _elsewhere(school)),
                html.Div(
                    [
                        section(
                            "summary",
                            "Summary",
                            html.Div([html.P(s) for s in summary(school, found)], className="summary"),
                        ),
                        _rules(school),
                        html.Div(_choices(path, school["urn"], chosen, kept), className="choices")
                        if found or chosen["group"] != "all"
                        else None,
                        *(
                            _topic(
                                topic,
                                anchors[topic],
                                [r for r in found if r.measure.topic == topic],
                                path,
                                chosen,
                                kept,
                                groups,
                                _estimates(school["urn"], chosen["group"]),
                            )
                            for topic in topics
                        ),
                        disadvantaged,
                        _inspections(school["urn"]),
                        _similar(school["urn"]),
                        _links(school["urn"]),
                        _unknown(school, found),
                        _sources(school["urn"]),
                    ]
                ),
            ],
            className="withrail",
        ),
    ]


DEFAULTS = {"view": "chart", "show": "headlines", "group": "all"}


def _chosen(school: Mapping, query: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    groups = ["all", *(key for key, _ in _groups(school["urn"]))]
    known = catalogue.measures()
    chosen, unused = dict(DEFAULTS), []
    allowed = {"view": list(VIEWS), "show": ["headlines", "all"], "group": groups}
    for key, value in query.items():
        if value in allowed.get(key, []) or (key in known and value in VIEWS):
            chosen[key] = value
        elif DEFAULTS.get(key) != value:
            unused.append(f"“{key}={value}” means nothing on this page.")
    return chosen, unused


def _groups(urn: int) -> list[tuple[str, str]]:
    held = set(result_queries.observations(urn)["group"])
    return [(key, group.label) for key, group in GROUPS.items() if key in held]


def school_results(urn: int, group: str = "all") -> list[Result]:
    """Every measure of a school for a pupil group, in the catalogue's order, topic by topic."""
    school, build = school_queries.school(urn), build_queries.build()
    observed = result_queries.observations(urn)
    measures = [m for key, m in catalogue.measures().items() if key in set(observed["measure"])]
    phase = PHASE_WORDS.get(school["phase"], school["phase"])
    labels = {
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
    compared = result_queries.comparisons(school["phase"], tuple(m.key for m in measures), (group,))
    return results(measures, observed, compared, catalogue.years(), group=group, labels=labels)


def _joined(links: Sequence) -> list:
    return [part for place, link in enumerate(links) for part in (", " if place else "", link)]


def _short(name: str | None, otherwise: str) -> str:
    return name if name and len(name) <= LABEL_ROOM else otherwise


def _facts(school: Mapping) -> html.Dl:
    has_clusters = school_queries.clusters().height > 0
    clusters = school_queries.memberships(school["urn"]).filter(pl.col("to_date").is_null())
    names = [
        html.A(row["cluster_name"], href=address("/schools", cluster=row["cluster_id"]))
        for row in clusters.rows(named=True)
    ]
    pupils = count(school["pupils"], "pupil") if school["pupils"] is not None else None
    if pupils and school["capacity"]:
        pupils = f"{school['pupils']:,} of {school['capacity']:,} places"
    ages = (
        f"{school['low_age']} to {school['high_age']}"
        if school["low_age"] is not None and school["high_age"] is not None
        else None
    )
    kind = sentence(", ".join(part for part in (school["phase"], (school["type"] or "").lower()) if part))
    pairs = [
        ("Phase and type", kind),
        ("Status", sentence("; ".join(part for part in (school["status"], school.get("status_note")) if part))),
        *([("Cluster", _joined(names) or "None")] if has_clusters else []),
        ("Ages", ages),
        ("Pupils", pupils),
        ("Trust or federation", school["trust"] or school["federation"] or "None"),
        ("Town, postcode", ", ".join(part for part in (school["town"], school["postcode"]) if part)),
        ("URN, LAESTAB", f"{school['urn']}, {laestab(school['laestab'])}"),
    ]
    return facts(pairs)


def _standing(school: Mapping) -> list:
    links = school_queries.links(school["urn"])
    after = links.filter(pl.col("direction") == "successor")
    said = []
    if (school["status"] or "").startswith("closed"):
        when = f" on {day(school['close_date'])}" if school["close_date"] else ""
        said.append(
            notice(f"This school closed{when}.", ["It goes on as ", *_named(after), "."] if after.height else "")
        )
    if not school["in_register"]:
        said.append(
            notice("Not in the school register.", "It is known from other published files only.", kind="caution")
        )
    if school["why_silent"]:
        said.append(notice(sentence(school["why_silent"]) + ".", kind="caution"))
    return said


def _named(links: pl.DataFrame) -> list:
    parts = []
    for row in links.rows(named=True):
        name = f"{row['linked_name'] or 'a school'} ({row['linked_urn']})"
        parts += [html.A(name, href=school_path(row["linked_urn"])) if row["is_ours"] else name, ", "]
    return parts[:-1]


def summary(school: Mapping, found: Sequence[Result]) -> list:
    """A few sentences by rule: headline results, attendance, the latest inspection, what is missing."""
    said = []
    for topic in dict.fromkeys(r.measure.topic for r in found if r.measure.polarity is not Polarity.NEUTRAL):
        result = next((r for r in found if r.measure.topic == topic and r.measure.headline), None)
        if result and len(said) < 3:
            said.append([html.B(f"{result.measure.label}: "), f"{finding(result)}. ", movement(result)])
    if not any(result.school.latest() for result in found):
        said.append(sentence(school["why_silent"] or "no published figure was found for this school") + ".")
    said.append(_last_inspection(school["urn"]))
    return [part for part in said if part]


def _last_inspection(urn: int) -> list | str:
    rows = inspections.inspections(urn)
    if rows.is_empty():
        return "No inspection is in the files loaded."
    row = rows.row(-1, named=True)
    lead = html.B(f"Last inspection, {day(row['date']) or 'date not known'} ({row['kind']}): ")
    judged = inspections.judgements(urn).filter(pl.col("inspection_id") == row["inspection_id"]).rows(named=True)
    judged = [j for j in judged if j["area"] not in ("overall_effectiveness", "safeguarding")]
    judged = [{**j, "area": j["area"].replace("_", " ")} for j in judged if j["word"] != "Not applicable"]
    weak = [j for j in judged if j["step"] is not None and j["step"] <= 2]
    if row["overall_word"] and row["overall_word"] != "Not judged":
        said = f"{row['overall_word'].lower()} overall."
    elif row["outcome"]:
        said = f"{row['outcome'][0].lower()}{row['outcome'][1:]}."
    elif weak:
        words = dict.fromkeys(j["word"] for j in weak)
        said = "; ".join(
            f"{word.lower()} in {listed([j['area'].lower() for j in weak if j['word'] == word])}" for word in words
        )
        said += f", of {count(len(judged), 'area')} judged."
    elif judged:
        words = list(dict.fromkeys(j["word"].lower() for j in judged if j["word"]))
        said = f"{listed(words)} in {count(len(judged), 'area')}."
    else:
        said = "no judgement is in the file."
    return [lead, said]


def _choices(path: str, urn: int, chosen: Mapping[str, str], kept: Mapping[str, str]) -> html.Form:
    whole = {key: value for key, value in kept.items() if key in ("group", "show")}
    views = [
        (
            f"{VIEWS[view]}s",
            address(path, whole, view="" if view == "chart" else view),
            chosen["view"] == view,
        )
        for view in ("chart", "table")
    ]
    return filter_form(
        path,
        [
            choice("group", "Pupils", _groups(urn), chosen["group"]),
            choice(
                "show",
                "Measures",
                [("headlines", "Headline measures open"), ("all", "Every measure open")],
                chosen["show"],
            ),
            switch("Every measure as", segments("Every measure as", views)),
        ],
        hidden={key: value for key, value in kept.items() if key not in ("group", "show")},
        button="Show",
    )


def _topic(
    topic: str,
    anchor: str,
    found: Sequence[Result],
    path: str,
    chosen: Mapping[str, str],
    kept: Mapping[str, str],
    groups: Mapping[str, list],
    estimates: Mapping[str, Mapping],
) -> html.Section:
    opened = [r for r in found if chosen["show"] == "all" or _is_open(r) or r.measure.key in chosen]
    rest = [r for r in found if r not in opened]

    def block(result: Result):
        key = result.measure.key
        return measure_block(
            result,
            view=chosen.get(key, chosen["view"]),
            view_address=lambda view: address(path, kept, **{key: view}),
            path=path,
            groups=groups.get(key, ()),
        )

    def sure(result: Result):
        estimate = estimates.get(result.measure.key)
        latest = result.school.latest()
        is_of_latest = latest is not None and estimate is not None and estimate["year"] == latest.year
        return certainty(result.measure, estimate) if is_of_latest else None

    return section(
        anchor,
        topic,
        *(part for result in opened for part in (block(result), sure(result)) if part),
        html.Div(
            [
                html.H3(f"Other measures of {topic[0].lower()}{topic[1:]}") if opened else None,
                more_measures(rest, lambda key: address(path, kept, anchor=f"m-{key}", **{key: "chart"})),
            ],
            className="rest",
        )
        if rest
        else None,
        note=count(len(found), "measure") + ". Choose a measure to open its years, comparators and sources."
        if rest
        else None,
    )


def _is_open(result: Result) -> bool:
    """Whether a measure is open without asking: a headline for which one way is better."""
    return result.measure.headline and result.measure.polarity is not Polarity.NEUTRAL


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


def _inspections(urn: int) -> html.Section:
    rows = inspections.inspections(urn).rows(named=True)
    judged: dict[str, list] = {}
    for row in inspections.judgements(urn).rows(named=True):
        judged.setdefault(row["inspection_id"], []).append(row)
    return section(
        "inspections",
        "Inspections",
        inspection_strip(rows, judged) if rows else html.P("No inspection is in the files loaded: no data."),
        note=(
            "Every framework keeps its own scale. One is never turned into another. Fuller boxes to the "
            "right are better."
        )
        if rows
        else None,
    )


def _estimates(urn: int, group: str) -> dict[str, dict]:
    """Measure → its newest estimate for a pupil group, a row of mart.estimate."""
    rows = evidence.estimates(urn).filter((pl.col("group") == group) & pl.col("value").is_not_null())
    return {row["measure"]: row for row in rows.sort("year").iter_rows(named=True)}


GAP_MEASURES = ("reading_writing_maths_expected", "attainment_8")
"""Whose gaps are shown: the headline of each key stage."""


def _disadvantaged(school: Mapping) -> html.Section | None:
    own = evidence.gaps("school", str(school["urn"])).filter(pl.col("contrast") == "disadvantaged")
    blocks = [block for measure in GAP_MEASURES if (block := _gap(school, own, measure)) is not None]
    if not blocks:
        return None
    return section(
        "disadvantaged",
        "Disadvantaged pupils",
        *blocks,
        note="Three gaps, read together: a small gap in the school can mean that everyone is low.",
    )


def _gap(school: Mapping, own: pl.DataFrame, key: str) -> html.Article | None:
    of_measure = own.filter((pl.col("measure") == key) & pl.col("focus_value").is_not_null()).sort("year")
    newest = of_measure.filter(pl.col("span") == "year").tail(1)
    if newest.is_empty():
        return None
    year = newest["year"][0]
    pooled = of_measure.filter((pl.col("span") == "pooled") & (pl.col("year") == year))
    build = build_queries.build()
    rows = [("school", f"This school, {school_year(year)}", newest.row(0, named=True))]
    if pooled.height and pooled["years"][0] != newest["years"][0]:
        years = pooled["years"][0].split(", ")
        rows.insert(0, ("school", f"This school, {listed(years)}", pooled.row(0, named=True)))
    for kind, unit, series, label in (
        ("authority", build["la_code"], "authority", build["la_name"]),
        ("england", "england", "england", "England"),
    ):
        found = evidence.gaps(kind, unit).filter(
            (pl.col("measure") == key)
            & (pl.col("contrast") == "disadvantaged")
            & (pl.col("span") == "year")
            & (pl.col("year") == year)
            & pl.col("focus_value").is_not_null()
        )
        if found.height:
            rows.append((series, f"{label}, {school_year(year)}", found.row(0, named=True)))
    later = own.filter(
        (pl.col("measure") == key)
        & (pl.col("span") == "year")
        & (pl.col("year") > year)
        & pl.col("reason").is_not_null()
    )
    since = [f"{school_year(row['year'])}: {row['reason']}." for row in later.sort("year").iter_rows(named=True)]
    return gap_block(catalogue.measures()[key], rows, here="here", anchor=f"gap-{key}", since=since)


def _rules(school: Mapping) -> html.Section:
    outcomes = evidence.outcomes(school["urn"]).rows(named=True)
    judged = {row["rule"] for row in outcomes}
    rules = [row for row in evidence.rules().rows(named=True) if row["rule"] in judged]
    rules.sort(key=lambda row: row["first_year"] or 0)
    if not outcomes:
        return section(
            "rules", "Rules by year", html.P("No rule could be asked of this school in the years at hand: no data.")
        )
    return section(
        "rules",
        "Rules by year",
        *(html.P(text) for text in ever_below(rules, outcomes)),
        *rules_by_year(rules, outcomes),
        numbers_behind(rules, outcomes),
        note="Each year uses the rule in force that year. Years are those of the summer tests.",
    )


def _similar(urn: int) -> html.Section:
    rows = evidence.similar_schools(urn).rows(named=True)
    found = [row for row in rows if row["similar_urn"] is not None]
    if not found:
        reason = rows[0]["reason"] if rows and rows[0]["reason"] else "no data on the intake of this school"
        return section("similar", "Similar schools", html.P(sentence(reason) + "."))
    first = found[0]
    columns = [
        Column(title="School", cell=lambda r: r["similar_name"]),
        Column(title="Authority", cell=lambda r: r["similar_la_name"] or html.Span("No data", className="miss")),
        Column(title="Distance", cell=lambda r: f"{r['distance']:.2f}", is_number=True),
        Column(
            title="Kilometres",
            cell=lambda r: (
                f"{r['kilometres']:,.0f}" if r["kilometres"] is not None else html.Span("No data", className="miss")
            ),
            is_number=True,
        ),
    ]
    return section(
        "similar",
        "Similar schools",
        table(found[:10], columns, is_stacked=True, classes="dense"),
        html.P(
            f"Compared on {listed(first['criteria'])}, {school_year(first['year'])}. "
            + (f"Not known: {listed(first['missing'])}. " if first["missing"] else "")
            + f"{sentence(first['method'])}; 0 would be alike in everything.",
            className="foot",
        ),
        note="The ten nearest by intake, not by results.",
    )


def _links(urn: int) -> html.Section:
    rows = school_queries.links(urn).rows(named=True)
    past = school_queries.memberships(urn).rows(named=True)
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
        Column(title="Since", cell=lambda r: day(r["established"]) or html.Span("No data", className="miss")),
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
        table(rows, columns, is_stacked=True)
        if rows
        else html.P("The register links this school to no predecessor and no successor."),
        table(past, member, is_stacked=True, caption="Clusters") if past else None,
        note="Figures of a predecessor are joined to this school’s years and marked." if rows else None,
    )


def _unknown(school: Mapping, found: Sequence[Result]) -> html.Section:
    said = []
    nothing = [r for r in found if r.school.latest() is None]
    reasons: dict[str, list[str]] = {}
    for result in nothing:
        reasons.setdefault(missing(result.school.points[-1].status).word, []).append(result.measure.label)
    said += [f"{word}: {listed(labels)}." for word, labels in reasons.items()]
    late: dict[tuple[int, str], list[str]] = {}
    for result in found:
        latest = result.school.latest()
        for point in result.school.points:
            if latest and point.value is None and point.year > latest.year:
                late.setdefault((point.year, missing(point.status).word), []).append(result.measure.label)
    said += [
        f"{school_year(year)}, {word[0].lower()}{word[1:]}: "
        f"{listed(labels[:4]) if len(labels) <= 4 else f'{len(labels)} measures'}."
        for (year, word), labels in sorted(late.items(), reverse=True)
    ]
    if school["pupils"] is None:
        said.append("Pupils on roll: no data.")
    said.append("Complaints, safeguarding, a change of headteacher: not in published data.")
    return section("unknown", "What we do not know", html.Ul([html.Li(text) for text in said], className="plain"))


def _sources(urn: int) -> html.Section:
    files = result_queries.files_of(urn).rows(named=True)
    sources: dict[str, list[dict]] = {}
    for row in files:
        sources.setdefault(row["source_title"], []).append(row)

    def editions(held: list[dict]) -> list:
        return [
            part
            for place, row in enumerate(held)
            for part in (", " if place else "", html.A(edition(row["edition"]), href=f"/about#file-{row['file_id']}"))
        ]

    def published(held: list[dict]):
        newest = max((r for r in held if r["published"]), key=lambda r: r["published"], default=None)
        if newest is None:
            return html.Span("No data", className="miss")
        return day(newest["published"]) + ("" if newest["published_verified"] else " (not verified)")

    columns = [
        Column(title="What", cell=lambda held: held[0]["source_title"], width="30%"),
        Column(title="Publisher", cell=lambda held: held[0]["publisher"] or ""),
        Column(title="Editions", cell=editions, width="30%"),
        Column(title="Newest published", cell=published),
        Column(title="Figures", cell=lambda held: f"{sum(r['figures'] for r in held):,.0f}", is_number=True),
    ]
    return section(
        "sources",
        "Where this came from",
        table(list(sources.values()), columns, is_stacked=True, classes="dense")
        if files
        else html.P("No file holds a figure for this school."),
        note="Choose “Where from” on a measure to see the file and the row of each figure.",
    )


def _elsewhere(school: Mapping) -> list[tuple[str, str]]:
    urn = school["urn"]
    if build_queries.build()["is_sample"]:
        return []
    return [
        (
            "School register entry",
            f"https://get-information-schools.service.gov.uk/Establishments/Establishment/Details/{urn}",
        ),
        ("Ofsted reports", f"https://reports.ofsted.gov.uk/provider/21/{urn}"),
        ("DfE school profile", f"https://www.find-school-performance-data.service.gov.uk/school/{urn}"),
    ]


def download(name: str, urn: str, group: str = "all", **query: str) -> Download:
    """Every year of a measure, with its comparators. Raises PageNotFound for an unknown measure."""
    school = _school(urn)
    result = next((r for r in school_results(school["urn"], group) if r.measure.key == name), None)
    if result is None:
        raise PageNotFound("There is no such table.")
    origins = {o.year: o for o in result.origins}
    rows = [
        {
            "urn": school["urn"] if line.key == "school" else None,
            "compared_with": school["name"] if line.key == "school" else line.label,
            "year": point.year,
            "school_year": school_year(point.year),
            "measure": result.measure.key,
            "group": group,
            "value": point.value,
            "status": point.status,
            "missing": "" if point.value is not None else missing(point.status).word,
            "pupils": point.n,
            "lower": point.lower,
            "upper": point.upper,
            "edition": origins[point.year].edition if line.key == "school" and point.year in origins else "",
            "file": origins[point.year].path if line.key == "school" and point.year in origins else "",
        }
        for line in result.lines
        for point in line.points
    ]
    return Download(
        name=f"{school['urn']}-{name}",
        title=f"{result.measure.label}: {school['name']}",
        frame=pl.DataFrame(rows, infer_schema_length=None),
        notes=[
            ("What it is", result.measure.definition),
            ("Unit", result.measure.unit.name),
            ("Pupils", GROUPS[group].label if group in GROUPS else group),
            (
                "Missing values",
                "An empty value has its reason in the columns status and missing; it is never 0.",
            ),
            *((f"Note for {school_year(year)}", text) for year, text in sorted(result.notes.items())),
            ("Taken", f"{date.today():%d %B %Y}"),
        ],
    )
