"""Explore and download: any schools and areas, measures, pupil groups and years, as chart, table and files."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl
from dash import Dash, html

from dashboard.components import explored_table, grid
from dashboard.components.block import block, method
from dashboard.components.choices import Choices, choose, whole
from dashboard.components.downloads import Download, download_links
from dashboard.components.explored import MOST_CHARTS, Who, complete, is_about, lines_to_draw
from dashboard.components.fields import choice, filter_form
from dashboard.components.graph import graph
from dashboard.components.measure_block import BETTER
from dashboard.components.page import empty, head, notice
from dashboard.components.words import count, listed, missing, school_year, sentence
from dashboard.figures.by_year import Line, by_year
from dashboard.pages import Page, PageNotFound
from dashboard.queries import build as build_queries
from dashboard.queries import catalogue
from dashboard.queries import explore as explore_queries
from dashboard.queries import schools as school_queries
from pipelines.measures import GROUPS, Measure

PAGE = Page(path="/explore", title="Explore", order=8, keeps=("mine",))

MOST_MEASURES, MOST_GROUPS = 6, 3
PLAIN, SHOWN, SAVED = 60, 1_000, 150_000
"""Rows in a plain table, on the page, and in a file, at most."""
WORKBOOK = 20_000
"""Rows in an Excel file at most; more are offered as CSV and Parquet."""
SPAN = 10
"""School years shown where none are chosen."""

AREAS = {
    "authority": ("authority", "authority"),
    "neighbours": ("statistical neighbours", "neighbours"),
    "region": ("region", "region"),
    "england": ("england", "england"),
}
"""Word in the address → kind in mart.comparison, series."""
FIRST = "authority,neighbours,england"
FIRST_MEASURES = ("reading_writing_maths_expected", "attainment_8")


@dataclass(frozen=True, kw_only=True)
class Selection:
    """What is explored, in the order chosen."""

    everyone: Sequence[Who]
    measures: Sequence[Measure]
    groups: Sequence[str]
    years: Sequence[int]
    rows: pl.DataFrame


def layout(**query: str) -> list:
    """The page. Choices: who, measure, group (each with commas between), from, to, mine, plain, page, views."""
    chosen = _chosen(query)
    too_many = _size(chosen) > SAVED
    selection = None if too_many else _selection(chosen)
    return [
        head("Explore and download", _lede(selection) if selection else "Too much at once: choose fewer."),
        chosen.notice(),
        _form(chosen),
        _in_force(chosen),
        notice(
            f"That is about {_size(chosen):,} rows.",
            f"At most {SAVED:,} are made at once. Take some schools, measures or years away.",
            kind="caution",
        )
        if too_many
        else None,
        html.H2("Figures", className="vh") if selection else None,
        _shown(chosen, selection) if selection else None,
    ]


def callbacks(app: Dash) -> None:
    """The grid is filled by the browser."""
    grid.callbacks(app)


def _chosen(query: Mapping[str, str]) -> Choices:
    measures, schools = catalogue.measures(), school_queries.schools()
    held = explore_queries.measures()
    kept, dropped, urns = dict(query), [], set(schools["urn"])
    known = {
        "who": _is_who,
        "measure": lambda key: key in measures and key in held,
        "group": lambda key: key in GROUPS,
        "mine": lambda text: whole(text) in urns,
    }
    most = {"measure": MOST_MEASURES, "group": MOST_GROUPS}
    for key, is_known in known.items():
        asked = list(dict.fromkeys(part.strip() for part in query.get(key, "").split(",") if part.strip()))
        found = [part for part in asked if is_known(part)]
        dropped += [f"There is no {key} called “{part[:60]}”." for part in asked if part not in found][:3]
        if len(found) > most.get(key, len(found)):
            dropped.append(f"At most {most[key]} of {key} can be shown: the first {most[key]} are.")
        kept[key] = ",".join(found[: most.get(key)])
    first = next((key for key in FIRST_MEASURES if key in held), next(iter(sorted(held)), ""))
    defaults = {"who": "" if kept["mine"] else FIRST, "measure": first, "group": "all"}
    years = {str(year) for year in range(1990, 2101)}
    made = choose(
        PAGE.path,
        kept,
        defaults,
        {
            "who": lambda _: True,
            "measure": lambda _: True,
            "group": lambda _: True,
            "mine": lambda _: True,
            "from": years,
            "to": years,
            "plain": ("yes",),
            "page": lambda text: 0 < (whole(text) or 0) < 100_000,
        },
        blocks=("rows",),
    )
    return Choices(path=made.path, values=made.values, kept=made.kept, unused=(*made.unused, *dropped))


def _several(chosen: Choices, key: str) -> list[str]:
    return [part for part in chosen[key].split(",") if part]


def _is_who(word: str) -> bool:
    kind, _, name = word.partition(":")
    if kind == "in":
        return name in set(school_queries.clusters()["cluster_id"])
    if kind == "cluster":
        return name in set(explore_queries.clusters()["unit"])
    if kind == "phase":
        return name in set(school_queries.schools()["phase"].drop_nulls())
    return (
        word in AREAS
        or word in ("schools", "clusters")
        or (whole(word) is not None and bool(school_queries.school(whole(word))))
    )


def _open_schools() -> pl.DataFrame:
    frame = school_queries.schools()
    return frame.filter(~pl.col("status").fill_null("").str.starts_with("closed"))


def _schools_of(word: str) -> pl.DataFrame:
    """The schools that a word in the address stands for; none for an area."""
    kind, _, name = word.partition(":")
    if word == "schools":
        return _open_schools()
    if kind == "phase":
        return _open_schools().filter(pl.col("phase") == name)
    if kind == "in":
        return _open_schools().filter(pl.col("urn").is_in(list(school_queries.members(name))))
    everyone = school_queries.schools()
    return everyone.filter(pl.col("urn") == whole(word)) if whole(word) is not None else everyone.clear()


def _schools(chosen: Choices) -> list[Who]:
    words = [*_several(chosen, "who"), *_several(chosen, "mine")]
    rows = pl.concat([school_queries.schools().clear(), *map(_schools_of, words)]).unique("urn", maintain_order=True)
    return [
        Who(
            key=str(row["urn"]),
            kind="school",
            name=row["name"] or f"URN {row['urn']}",
            series="school",
            urn=row["urn"],
            phase=row["phase"],
        )
        for row in rows.rows(named=True)
    ]


def _clusters(chosen: Choices) -> list[Who]:
    words = _several(chosen, "who")
    return [
        Who(key=f"{row['kind']}|{row['unit']}", kind=_kind(row["kind"]), name=row["name"], series="cluster")
        for row in explore_queries.clusters().rows(named=True)
        if "clusters" in words or f"cluster:{row['unit']}" in words
    ]


def _kind(kind: str) -> str:
    return kind.replace("_", " ")


def _area_names() -> dict[str, str]:
    build = build_queries.build()
    return {
        "authority": build["la_name"],
        "statistical neighbours": f"Statistical neighbours of {build['la_name']}",
        "region": build["region_name"] or "Region",
        "england": "England",
    }


def _size(chosen: Choices) -> int:
    first, last = _span(chosen)
    several = len(_schools(chosen)) + len(_several(chosen, "who"))
    return several * len(_several(chosen, "measure")) * len(_several(chosen, "group")) * (last - first + 1)


def _span(chosen: Choices) -> tuple[int, int]:
    """The first and last year shown: as chosen, else the newest with a figure and the nine years before it."""
    known = explore_queries.years(tuple(_several(chosen, "measure"))) or (build_queries.build()["built_at"].year,)
    last = int(chosen["to"] or known[-1])
    first = int(chosen["from"] or max(min(last, known[-1]) - SPAN + 1, known[0]))
    return (first, last) if first <= last else (last, first)


def _selection(chosen: Choices) -> Selection:
    keys, groups = tuple(_several(chosen, "measure")), tuple(_several(chosen, "group"))
    first, last = _span(chosen)
    asked = (keys, groups, first, last)
    schools, clusters = _schools(chosen), _clusters(chosen)
    kinds = [AREAS[word] for word in AREAS if word in _several(chosen, "who")]
    found = explore_queries.of_areas(tuple(kind for kind, _ in kinds), *asked)
    held = [
        explore_queries.of_schools(tuple(who.urn for who in schools), *asked).select(
            pl.col("urn").cast(pl.String).alias("key"), pl.all().exclude("urn", "observed_urn")
        ),
        found.with_columns(pl.concat_str("kind", pl.lit("|"), pl.col("phase").fill_null("")).alias("key")),
    ]
    if clusters:
        totals = explore_queries.of_clusters(tuple(who.key.partition("|")[2] for who in clusters), *asked)
        held.append(totals.with_columns(pl.concat_str("kind", pl.lit("|"), "unit").alias("key")))
    measures = [catalogue.measures()[key] for key in keys]
    everyone = [*schools, *clusters, *_areas(kinds, found)]
    years = range(first, last + 1)
    rows = complete(everyone, measures, groups, years, pl.concat(held, how="diagonal_relaxed"), catalogue.years())
    return Selection(everyone=everyone, measures=measures, groups=groups, years=years, rows=rows)


def _areas(kinds: Sequence[tuple[str, str]], found: pl.DataFrame) -> Iterator[Who]:
    """Each area, and again for the schools of each phase for which it has figures of their own."""
    names = _area_names()
    for kind, series in kinds:
        phases = sorted(set(found.filter(pl.col("kind") == kind)["phase"].drop_nulls()))
        for phase in (None, *phases):
            name = f"{names[kind]}, {phase} schools" if phase else names[kind]
            yield Who(key=f"{kind}|{phase or ''}", kind=kind, name=name, series=series, phase=phase)


def _lede(selection: Selection) -> str:
    rows = selection.rows
    schools = sum(who.urn is not None for who in selection.everyone)
    without = rows["value"].null_count()
    areas = sum(who.urn is None and who.phase is None for who in selection.everyone)
    said = [
        count(schools, "school") if schools else "",
        count(areas, "area") if areas else "",
        count(len(selection.measures), "measure"),
        count(len(selection.years), "school year"),
    ]
    if rows.is_empty():
        return "Nothing was found for these choices."
    return (
        f"{listed([part for part in said if part])}: {count(rows.height, 'row')}. "
        + (f"{sentence(count(without, 'row'))} {'has' if without == 1 else 'have'} no number, and " if without else "")
        + ("each says why." if without else "Each has a number.")
    )


def _form(chosen: Choices) -> html.Form:
    measures = catalogue.measures()
    held = explore_queries.measures()
    topics: dict[str, list[tuple[str, str]]] = {}
    taken = _several(chosen, "measure")
    for key, measure in measures.items():
        if key in held and key not in taken:
            topics.setdefault(measure.topic, []).append((key, measure.label))
    known, shown = explore_queries.groups(tuple(taken)), _several(chosen, "group")
    groups = [(key, group.label) for key, group in GROUPS.items() if key in known and key not in shown]
    years = [(str(year), school_year(year)) for year in reversed(explore_queries.years(tuple(taken)))]
    first, last = _span(chosen)
    hidden = {key: chosen[key] for key in ("who", "measure", "group", "mine") if chosen[key]}
    return filter_form(
        PAGE.path,
        [
            choice("who", "Add a school or area", {"": [("", "Choose")], **_who_options()}, ""),
            choice("measure", "Add a measure", {"": [("", "Choose")], **topics}, "")
            if len(taken) < MOST_MEASURES
            else _full("Add a measure", MOST_MEASURES),
            choice("group", "Add a group of pupils", [("", "Choose" if groups else "No other"), *groups], "")
            if len(shown) < MOST_GROUPS
            else _full("Add a group of pupils", MOST_GROUPS),
            choice("from", "From", _with(years, first), str(first)),
            choice("to", "To", _with(years, last), str(last)),
        ],
        hidden=hidden,
        button="Add and show",
    )


def _with(years: Sequence[tuple[str, str]], year: int) -> list[tuple[str, str]]:
    held = dict(years) | {str(year): school_year(year)}
    return sorted(held.items(), reverse=True)


def _full(label: str, most: int) -> html.Div:
    return html.Div([html.Span(label, className="lab"), html.Span(f"{most} at most", className="mute")], className="f")


def _who_options() -> dict[str, list[tuple[str, str]]]:
    names = _area_names()
    phases = sorted(set(_open_schools()["phase"].drop_nulls()))
    clusters = explore_queries.clusters().rows(named=True)
    agreed = school_queries.clusters().rows(named=True)
    return {
        "Areas": [(word, names[kind]) for word, (kind, _) in AREAS.items()],
        "Schools": [
            ("schools", "Every open school"),
            *((f"phase:{phase}", f"Every {phase} school") for phase in phases),
        ],
        **({"Schools of a cluster": [(f"in:{c['cluster_id']}", c["cluster_name"]) for c in agreed]} if agreed else {}),
        **(
            {"Clusters": [("clusters", "Every cluster"), *((f"cluster:{c['unit']}", c["name"]) for c in clusters)]}
            if clusters
            else {}
        ),
        "One school": [(str(row["urn"]), row["name"] or str(row["urn"])) for row in _open_schools().rows(named=True)],
    }


def _words(key: str, word: str) -> str:
    if key == "measure":
        return catalogue.measures()[word].label
    if key == "group":
        return GROUPS[word].label
    if whole(word) is not None:
        return (school_queries.school(whole(word)) or {}).get("name") or word
    said = {value: words for held in _who_options().values() for value, words in held}
    return f"Schools of {said[word]}" if word.startswith("in:") else said.get(word, word)


def _in_force(chosen: Choices) -> html.Div:
    """What is chosen, each with a link that takes it away."""
    first, last = _span(chosen)
    mine = len(_several(chosen, "mine"))
    return html.Div(
        html.Ul(
            [
                _taken(chosen, "Schools and areas", "who"),
                html.Li([html.B("My schools: "), _removable(count(mine, "school"), chosen.address(mine=""))])
                if mine
                else None,
                _taken(chosen, "Measures", "measure"),
                _taken(chosen, "Pupils", "group"),
                html.Li([html.B("Years: "), f"{school_year(first)} to {school_year(last)}"]),
                html.Li(html.A("Start again", href=PAGE.path)) if chosen.kept else None,
            ],
            className="chosen",
        ),
        className="inforce",
        role="status",
    )


def _taken(chosen: Choices, title: str, key: str) -> html.Li | None:
    words = _several(chosen, key)
    if not words:
        return None
    may_go = len(words) > 1 or (key == "who" and chosen["mine"])
    without = {word: ",".join(other for other in words if other != word) for word in words}
    return html.Li(
        [
            html.B(f"{title}: "),
            *(
                _removable(_words(key, word), chosen.address(**{key: without[word], "page": ""}) if may_go else "")
                for word in words
            ),
        ]
    )


def _removable(words: str, href: str) -> html.Span:
    link = html.A(["remove", html.Span(f" {words}", className="vh")], href=href) if href else ""
    return html.Span([words, link], className="taken")


def _shown(chosen: Choices, selection: Selection):
    if selection.rows.height:
        return _block(chosen, selection)
    return empty(
        "Nothing to show",
        "These schools and areas have none of these measures in these years. Add another school, area or measure.",
        ("Start again", PAGE.path),
    )


def _block(chosen: Choices, selection: Selection) -> html.Article:
    rows = selection.rows
    newest, title = max(selection.years), _finding(selection)
    names = [measure.label for measure in selection.measures]
    return block(
        "rows",
        title=title,
        name="Figures chosen",
        sub=f"{listed(names)}; {school_year(min(selection.years))} to {school_year(newest)}",
        views={
            "chart": lambda: _chart(selection),
            "table": lambda: _table(chosen, rows),
            "download": lambda: _download(chosen, rows),
            "how": lambda: _how(selection),
            "where": lambda: explored_table.files(rows),
        },
        view=chosen.view("rows"),
        view_address=chosen.view_address("rows"),
        reason=_left_out(selection),
        foot=_foot(rows),
    )


def _finding(selection: Selection) -> str:
    """The newest figure of the only school or the first area, beside England's of the same year or that of the last."""
    measure, group = selection.measures[0], selection.groups[0]
    schools = sum(who.urn is not None for who in selection.everyone)
    lines = lines_to_draw(selection.everyone, selection.rows, measure, group)
    lines = [line for line in lines if schools == 1 or line.key != "school"]
    if not lines:
        return f"Figures of {count(schools, 'school')}" if schools else "No figure of these"
    own = lines[0].latest()
    beside = next((line for line in reversed(lines[1:]) if (p := line.at(own.year)) and p.value is not None), None)
    said = f"{lines[0].label}: {measure.format(own.value)} in {school_year(own.year)}"
    return f"{said}; {beside.label}: {measure.format(beside.at(own.year).value)}" if beside else said


def _chart(selection: Selection) -> list:
    group = selection.groups[0]
    years = list(selection.years)
    notes = {key: frame for (key,), frame in catalogue.years().group_by("measure")}
    charts, drawn = [], []
    for measure in selection.measures[:MOST_CHARTS]:
        lines = lines_to_draw(selection.everyone, selection.rows, measure, group)
        if not lines:
            charts.append(html.P(f"{measure.label}: no figure of these schools, areas and years."))
            continue
        drawn += lines
        marked = notes.get(measure.key)
        held = marked.rows(named=True) if marked is not None else []
        states = {row["year"]: row["state"] for row in held}
        breaks = {row["year"]: row["note"] or "not comparable with the years before" for row in held if row["is_break"]}
        valued = {p.year for line in lines for p in line.points if p.value is not None}
        gaps = {year: _brief(states.get(year, "no_file")) for year in years if year not in valued}
        words = "; ".join(
            f"{line.label}: "
            + ", ".join(f"{p.year} {measure.format(p.value)}" for p in line.points if p.value is not None)
            for line in lines
        )
        note = "; ".join(f"{school_year(year)}: {why}" for year, why in gaps.items())
        charts.append(
            graph(
                by_year(measure, lines, years, gaps, breaks),
                f"{measure.label}. {words}.",
                title=measure.label,
                note=note,
            )
        )
    named = {line.short: line.label for line in drawn if line.short != line.label}
    said = (
        f"{'; '.join(label if label.startswith(words) else f'{words}: {label}' for words, label in named.items())}. "
        f"At most four lines, three measures and one group of pupils ({GROUPS[group].label.lower()}) are drawn: the "
        "first school, the first cluster, areas. The table has all."
    )
    return [
        html.Div(charts, className="grid g2" if len(charts) > 1 else ""),
        html.P(said, className="micro mute"),
    ]


def _table(chosen: Choices, rows: pl.DataFrame) -> list:
    is_shared = build_queries.hides_small_numbers()
    if rows.height > PLAIN and not is_shared and chosen["plain"] != "yes":
        return [
            _capped(chosen, rows, SHOWN),
            grid.grid(
                "Figures chosen, in a grid to sort and filter",
                explored_table.grid_rows(rows.head(SHOWN), catalogue.measures()),
                explored_table.GRID,
            ),
            html.P(html.A("Show as a plain table", href=chosen.address(plain="yes", rows="table")), className="go"),
        ]
    last = max(1, -(-rows.height // PLAIN))
    page = min(int(chosen["page"] or 1), last)
    shown = rows.slice((page - 1) * PLAIN, PLAIN)
    return [
        explored_table.plain(shown, catalogue.measures()),
        html.P(
            [
                f"Rows {(page - 1) * PLAIN + 1:,} to {(page - 1) * PLAIN + shown.height:,} of {rows.height:,}. ",
                html.A("Rows before", href=chosen.address(page=page - 1 if page > 2 else "")) if page > 1 else "",
                " " if page > 1 else "",
                html.A("Rows after", href=chosen.address(page=page + 1)) if page < last else "",
            ],
            className="go",
        )
        if last > 1
        else None,
        html.P(html.A("Show as a grid to sort and filter", href=chosen.address(plain="", page="")), className="go")
        if rows.height > PLAIN and not is_shared
        else None,
    ]


def _capped(chosen: Choices, rows: pl.DataFrame, most: int) -> html.P | None:
    if rows.height <= most:
        return None
    return html.P(
        [
            f"The first {most:,} of {rows.height:,} rows. ",
            html.A("Save all of them", href=chosen.address(rows="download")),
            ", or choose less.",
        ]
    )


def _brief(state: str) -> str:
    return state if state in ("no tests", "not comparable") else missing(state).short.lower()


def _spoken(line: Line, measure: Measure) -> str:
    return ", ".join(f"{p.year} {measure.format(p.value)}" for p in line.points if p.value is not None)


def _download(chosen: Choices, rows: pl.DataFrame) -> list:
    formats = ("csv", "xlsx", "parquet") if rows.height <= WORKBOOK else ("csv", "parquet")
    kept = {key: value for key, value in chosen.kept.items() if key not in ("rows", "plain", "page", "view")}
    return [
        html.P(
            "Every row, not rounded, each with its reason where there is no number, and with file and row. "
            "Small numbers of pupils are hidden in what is saved."
        ),
        download_links(PAGE.path, "rows", rows.height, kept, formats=formats),
        html.P(f"More than {WORKBOOK:,} rows do not make a good workbook: take CSV or Parquet.", className="micro mute")
        if rows.height > WORKBOOK
        else None,
    ]


def _how(selection: Selection) -> html.Dl:
    return method(
        {
            measure.label: [
                f"{measure.definition} {BETTER[measure.polarity]} ",
                html.A("Years and breaks", href=f"/methods#measure-{measure.key}"),
            ]
            for measure in selection.measures
        }
    )


def _left_out(selection: Selection) -> str:
    """Which of the schools and groups chosen a measure is not about, so that none goes without a word."""
    said = []
    for measure in selection.measures:
        has_group = set(selection.rows.filter(pl.col("measure") == measure.key)["group"])
        without = [GROUPS[group].label.lower() for group in selection.groups if group not in has_group]
        if without:
            said.append(f"{measure.label} has no figures of {listed(without, 'or')}.")
        held = set(selection.rows.filter(pl.col("measure") == measure.key)["urn"].drop_nulls())
        left = [who for who in selection.everyone if who.urn and who.urn not in held and not is_about(measure, who)]
        if left:
            said.append(f"{measure.label} is about {listed(measure.phases)} schools: {len(left)} others are left out.")
    return " ".join(said)


def _foot(rows: pl.DataFrame) -> str:
    sources = listed(sorted(set(rows["source"].drop_nulls())))
    return (f"Source: {sources}. " if sources else "") + "Figures with intervals that overlap are not told apart."


def download(name: str, **query: str) -> Download:
    """Every row of the choices in force. Raises PageNotFound for another name or too many rows."""
    chosen = _chosen(query)
    if name != "rows" or _size(chosen) > SAVED:
        raise PageNotFound("There is no such table, or it is too large: choose fewer schools, measures or years.")
    selection = _selection(chosen)
    first, last = _span(chosen)
    notes = [
        ("Schools and areas", listed([_words("who", word) for word in _several(chosen, "who")]) or "my schools"),
        ("Measures", listed([f"{m.label}: {m.definition}" for m in selection.measures])),
        ("Groups of pupils", listed([_words("group", word) for word in selection.groups])),
        ("School years", f"{school_year(first)} to {school_year(last)}; year is the second of the two"),
        ("Missing", "value is empty where status is not reported; shown has the word, why_missing the reason"),
        *((("Left out", said),) if (said := _left_out(selection)) else ()),
    ]
    return Download(name="figures", title="Figures of schools and areas", frame=selection.rows, notes=notes)
