"""Is the list any good? Earlier lists held against what came, beside the tables used today; misses and fairness."""

from collections.abc import Mapping

import polars as pl
from dash import html

from dashboard.components.choices import Choices, are_mine, choose, urns_of
from dashboard.components.downloads import Download
from dashboard.components.fields import choice, filter_form
from dashboard.components.links import school_path
from dashboard.components.page import copy_link, empty, head, section, segments
from dashboard.components.record_blocks import (
    BASELINES,
    CHOSEN,
    ERAS,
    FIRST_FIFTH,
    METHOD,
    PLAIN,
    beside,
    by_size,
    by_year,
    calibration,
    metric,
    share,
    verdict,
)
from dashboard.components.tables import Column, table
from dashboard.components.words import count, school_year, short_day
from dashboard.pages import Page, PageNotFound
from dashboard.queries import build as build_queries
from dashboard.queries import risk

PAGE = Page(path="/record", title="Is the list any good?", order=9, keeps=("mine",), is_about_chances=True)
MODELS = {"primary": "Primary schools", "secondary": "Secondary schools"}
ALL, WITHIN_YEAR = "all schools", "concern within a year"
INSPECTED, CONCERN = "inspected schools", "concern if inspected"
BLOCKS = ("beside", "years", "chances", "fair")
MISSED_SHOWN = 20
LOCAL_FIRST = 20
"""Places at the head of the authority's own list that are counted: about what a team can visit in a term."""


def layout(**query: str) -> list:
    """The page. Choices: model, list (the year after its September), mine, and the view of each block."""
    if not risk.has_list():
        return [
            head("Is the list any good?", "This build has not been scored yet."),
            empty(
                "There is no record yet",
                "Run `make score` once, which takes a minute or two, and load it again.",
            ),
        ]
    chosen = _chosen(query)
    model = chosen["model"]
    switch = [(words, chosen.address(model=key, list=""), key == model) for key, words in MODELS.items()]
    every = risk.backtest(model, ALL, WITHIN_YEAR)
    asked = _of_list(every, chosen)
    return [
        head("Is the list any good?", _lede(asked, chosen), actions=[copy_link()]),
        chosen.notice(),
        segments("Schools", switch),
        *(_sections(every, asked, chosen) if asked.height else [_nothing_tested()]),
    ]


def _chosen(query: Mapping[str, str]) -> Choices:
    model = query.get("model") if query.get("model") in MODELS else "primary"
    return choose(
        PAGE.path,
        query,
        {"model": "primary", "list": "", "mine": ""},
        {"model": MODELS, "list": [str(year) for year in _years(model)], "mine": are_mine},
        blocks=BLOCKS,
    )


def _years(model: str) -> list[int]:
    """The school years after the Septembers whose lists could be tested, the newest first."""
    tested = risk.backtest(model, ALL, WITHIN_YEAR).filter(pl.col("span") == "year")
    return sorted(set(tested["year"].drop_nulls()), reverse=True)


def _of_list(every: pl.DataFrame, chosen: Choices) -> pl.DataFrame:
    """The rows of the list asked for, or of the mean of all tested lists."""
    if chosen["list"]:
        return every.filter((pl.col("span") == "year") & (pl.col("year") == int(chosen["list"])))
    return every.filter(pl.col("span") == "mean")


def _sections(every: pl.DataFrame, asked: pl.DataFrame, chosen: Choices) -> list:
    yearly = every.filter((pl.col("candidate") == CHOSEN) & (pl.col("span") == "year"))
    year = int(chosen["list"]) if chosen["list"] else None

    def common(key: str) -> dict:
        return {
            "view": chosen.view(key),
            "view_address": chosen.view_address(key),
            "path": PAGE.path,
            "query": {name: chosen.kept[name] for name in ("model", "list") if name in chosen.kept},
        }

    of = f"the list of September {year - 1}" if year else f"mean of {count(yearly['year'].n_unique(), 'list')}"
    said = _calibration_rows(asked, chosen)
    groups = _by_metric(risk.fairness(chosen["model"], "pupils on roll"), "group")
    groups = {name: rows for name, rows in groups.items() if "share_said" in rows and "recall_at_20" in rows}
    return [
        _form(chosen),
        section("beside", "Beside what officers use today", beside(asked, of=of, **common("beside"))),
        section("years", "Year by year", by_year(yearly, chosen_year=year, **common("years")))
        if yearly.height
        else None,
        section("chances", "Were the chances what they said?", calibration(said, **common("chances")))
        if said
        else None,
        _missed(chosen) if risk.may_be_shown() else None,
        section("fair", "As right for small schools as for large ones?", by_size(groups, **common("fair")))
        if groups
        else None,
        _meaning(),
    ]


def _form(chosen: Choices) -> html.Form:
    lists = [(str(year), f"September {year - 1}, for {school_year(year)}") for year in _years(chosen["model"])]
    field = choice("list", "Which list?", [("", "All tested lists together"), *lists], chosen["list"])
    hidden = {key: value for key, value in chosen.kept.items() if key != "list"}
    return html.Div(filter_form(PAGE.path, [field], hidden=hidden, button="Show this list"), className="narrow")


def _nothing_tested() -> html.Div:
    return empty("No earlier list could be tested", "The files hold too few inspections of these schools.")


def _lede(asked: pl.DataFrame, chosen: Choices) -> str:
    """How good it was; where a simpler ordering did better, that comes first."""
    recall, precision = metric(asked, "recall_at_20"), metric(asked, "precision_at_20")
    first = recall.get(CHOSEN)
    if first is None:
        return "No earlier list of these schools could be tested."
    model, which = chosen["model"], chosen["list"]
    if which:
        of = f"The first fifth of the {model} list of September {int(which) - 1}"
    else:
        years = len(_years(model))
        of = f"In {count(years, 'year')} the first fifth of the {model} list"
    said = f"{of} held {share(first)} of the schools where an inspection found concern within the year"
    if precision.get(CHOSEN):
        said += f"; concern was found at {share(precision[CHOSEN])} of the schools in it"
    found = {
        name: [key for key in BASELINES if key in recall and verdict(recall[key]) == name] for name in ("wins", "ties")
    }
    if found["wins"]:
        best = max(found["wins"], key=lambda key: recall[key]["value"])
        return f"Ordering by {PLAIN[best]} would have found more ({share(recall[best])}). {said}."
    if found["ties"]:
        return f"{said}. Ordering by {PLAIN[found['ties'][0]]}, with the same chance of an inspection, did as well."
    return f"{said}. No simpler ordering did as well."


def _by_metric(frame: pl.DataFrame, by: str) -> dict[str, dict[str, dict]]:
    found: dict[str, dict[str, dict]] = {}
    for row in frame.rows(named=True):
        found.setdefault(row[by], {})[row["metric"]] = row
    return found


def _calibration_rows(asked: pl.DataFrame, chosen: Choices) -> dict[str, dict[str, dict]]:
    """What was said → its metrics: concern within a year, then concern if inspected by era or in the year asked."""
    wanted = {"auc", "calibration_slope", "calibration_in_the_large", "calibration_error"}
    mine = asked.filter((pl.col("candidate") == CHOSEN) & pl.col("metric").is_in(list(wanted)))
    within = {row["metric"]: row for row in mine.rows(named=True)}
    found = {"concern within a year": within} if "calibration_error" in within else {}
    inspected = risk.backtest(chosen["model"], INSPECTED, CONCERN).filter(
        (pl.col("candidate") == CHOSEN) & pl.col("metric").is_in(list(wanted))
    )
    if chosen["list"]:
        rows = inspected.filter((pl.col("span") == "year") & (pl.col("year") == int(chosen["list"])))
        eras = {"concern if inspected": {row["metric"]: row for row in rows.rows(named=True)}}
    else:
        by_era = _by_metric(inspected.filter(pl.col("span").is_in(ERAS)), "span")
        eras = {f"concern if inspected, {era}": by_era[era] for era in ERAS if era in by_era}
    return found | {name: rows for name, rows in eras.items() if "auc" in rows}


def _missed(chosen: Choices) -> html.Section | None:
    past = risk.past_lists().filter(pl.col("model") == chosen["model"])
    if chosen["list"]:
        past = past.filter(pl.col("year") == int(chosen["list"]))
    if chosen["mine"]:
        past = past.filter(pl.col("urn").is_in(list(urns_of(chosen["mine"]))))
    found = past.filter(pl.col("found_concern").fill_null(False))
    if found.is_empty():
        return None
    missed = found.filter(pl.col("share_before_in_england") >= FIRST_FIFTH).sort(
        "share_before_in_england", descending=True
    )
    columns = [
        Column(title="School", cell=_school),
        Column(title="List", cell=lambda r: html.Span(f"September {r['year'] - 1}", className="nowrap")),
        Column(title="Chance if inspected", cell=lambda r: f"{100 * r['probability']:.0f}%", is_number=True),
        Column(title="Of an inspection", cell=lambda r: f"{100 * r['probability_of_inspection']:.0f}%", is_number=True),
        Column(title="Place in the authority", cell=lambda r: f"{r['rank']} of {r['ranked']}", is_number=True),
        Column(title="Inspected", cell=lambda r: short_day(r["inspected"])),
    ]
    shown = missed.head(MISSED_SHOWN)
    whose = "your schools" if chosen["mine"] else build_queries.build()["la_name"]
    return section(
        "missed",
        f"Who was missed in {whose}?" if not chosen["mine"] else "Who was missed among your schools?",
        html.P(
            f"{missed.height or 'None'} of {count(found.height, 'school')} with concern stood beyond the first fifth "
            "of England’s list." + (f" The {MISSED_SHOWN} most surprising:" if missed.height > MISSED_SHOWN else "")
        ),
        html.P(_locally(past)) if not chosen["mine"] else None,
        table(shown.rows(named=True), columns, is_stacked=True) if shown.height else None,
        html.P("Names and chances of schools are in nothing that is saved, printed or shared.", className="foot"),
        note="Schools where an inspection within the year found concern.",
    )


def _locally(past: pl.DataFrame) -> str:
    """What the head of the authority's own lists held, beside what places drawn by lot would hold."""
    cases = past.group_by("year").agg(
        pl.col("found_concern").fill_null(False).sum().alias("cases"), pl.len().alias("schools")
    )
    head_of = past.filter(pl.col("rank") <= LOCAL_FIRST)
    held = head_of["found_concern"].fill_null(False).sum()
    total = cases["cases"].sum()
    by_lot = sum(row["cases"] * min(LOCAL_FIRST / row["schools"], 1) for row in cases.rows(named=True))
    lists = count(cases.height, "list")
    return (
        f"The first {LOCAL_FIRST} places of the authority’s own {'list' if cases.height == 1 else lists} held {held} "
        f"of {total}; {LOCAL_FIRST} drawn by lot would have held about {by_lot:.0f}. So few cases are no proof."
    )


def _school(row: Mapping) -> html.A | str:
    return html.A(row["name"], href=school_path(row["urn"])) if row["name"] else f"URN {row['urn']}"


def _meaning() -> html.Section:
    return section(
        "words",
        "What the words mean",
        html.Dl([part for term, text in METHOD.items() for part in (html.Dt(term), html.Dd(text))], className="method"),
    )


def download(name: str, **query: str) -> Download:
    """The test of earlier lists over all schools: record, years, calibration or size. None names a school.

    Raises PageNotFound for another name.
    """
    chosen = _chosen(query)
    every = risk.backtest(chosen["model"], ALL, WITHIN_YEAR) if risk.has_list() else pl.DataFrame()
    if not every.height:
        raise PageNotFound("No list was tested.")
    frames = {
        "record": lambda: _of_list(every, chosen),
        "years": lambda: every.filter((pl.col("candidate") == CHOSEN) & (pl.col("span") == "year")),
        "calibration": lambda: pl.DataFrame(
            [
                {"what_was_said": said, **row}
                for said, rows in _calibration_rows(_of_list(every, chosen), chosen).items()
                for row in rows.values()
            ],
            infer_schema_length=None,
        ),
        "size": lambda: risk.fairness(chosen["model"], "pupils on roll"),
    }
    if name not in frames:
        raise PageNotFound("There is no such table.")
    which = f"September {int(chosen['list']) - 1}" if chosen["list"] else "all tested lists"
    return Download(
        name=f"record-{name}",
        title=f"Is the list any good? {MODELS[chosen['model']]}: {name}",
        frame=frames[name](),
        notes=[("List", which), ("Schools", MODELS[chosen["model"]]), *METHOD.items()],
    )
