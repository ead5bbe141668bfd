"""Is the list any good? Earlier lists held against what came, beside the tables used today; misses and fairness."""

from collections.abc import Mapping

import polars as pl
from dash import html

from dashboard.components.links import address, school_path
from dashboard.components.page import empty, head, ignored, section, segments
from dashboard.components.tables import Column, table
from dashboard.components.words import count, school_year, sentence, short_day
from dashboard.pages import Page
from dashboard.queries import build as build_queries
from dashboard.queries import risk

PAGE = Page(path="/record", title="Is the list any good?", order=9, is_about_chances=True)
MODELS = {"primary": "Primary schools", "secondary": "Secondary schools"}
ALL, WITHIN_YEAR = "all schools", "concern within a year"
INSPECTED, CONCERN = "inspected schools", "concern if inspected"
CHOSEN = "chosen"
BASELINES = ("previous_grade", "results", "free_school_meals", "single_best", "points")
"""What officers can do without a model, and the simplest ones; the other candidates follow them in the table."""

ERAS = ("overall grades", "no overall grade", "report cards")
"""Eras of inspection, in their order."""

FIRST_FIFTH = 0.2
MISSED_SHOWN = 20


def layout(**query: str) -> list:
    """The page. Choice: model; others are named and ignored."""
    if not risk.may_be_shown():
        return [
            head("Is the list any good?", "The record of the list is for the authority's own use."),
            empty("Nothing to share", "Chances of schools and what became of them are left out of what is shared."),
        ]
    if not risk.has_list():
        return [
            head("Is the list any good?", "This build has not been scored yet."),
            empty(
                "There is no record yet",
                "Run `make score` once, which takes a minute or two, and load it again.",
            ),
        ]
    model = query.get("model") if query.get("model") in MODELS else "primary"
    unused = [f"“{key}={value}” means nothing here." for key, value in query.items() if value and value != model]
    switch = [(words, address(PAGE.path, model=key), key == model) for key, words in MODELS.items()]
    tested = risk.backtest(model, ALL, WITHIN_YEAR)
    return [
        head("Is the list any good?", _lede(tested, model)),
        ignored(unused, PAGE.path),
        segments("Schools", switch),
        *(_sections(tested, model) if tested.height else [_nothing_tested()]),
    ]


def _sections(tested: pl.DataFrame, model: str) -> list:
    return [_beside(tested), _by_year(tested), _chances(model), _missed(model), _fair(model), _meaning()]


def _nothing_tested() -> html.Div:
    return empty("No earlier list could be tested", "The files hold too few inspections of these schools.")


def _mean(frame: pl.DataFrame, metric: str) -> dict[str, dict]:
    rows = frame.filter((pl.col("metric") == metric) & (pl.col("span") == "mean"))
    return {row["candidate"]: row for row in rows.rows(named=True)}


def _lede(tested: pl.DataFrame, model: str) -> str:
    recall = _mean(tested, "recall_at_20")
    chosen = recall.get(CHOSEN)
    if chosen is None:
        return "No earlier list of these schools could be tested."
    years = tested.filter((pl.col("span") == "year") & (pl.col("candidate") == CHOSEN))["year"].n_unique()
    said = (
        f"In {count(years, 'year')} the first fifth of the {model} list held {_percent(chosen)} of the schools where "
        "an inspection found concern within the year. "
    )
    better = [recall[key]["candidate_label"] for key in BASELINES if key in recall and _verdict(recall[key]) == "wins"]
    level = [recall[key]["candidate_label"] for key in BASELINES if key in recall and _verdict(recall[key]) == "ties"]
    if better:
        return said + f"Ordering by {better[0]} would have held more."
    if level:
        return said + f"Ordering by {level[0]}, with the same chance of an inspection, would have done as well."
    return said + "No simpler ordering did as well."


def _verdict(row: Mapping) -> str:
    """Of a candidate beside the list: wins, loses or ties, by the paired interval."""
    if row["better_lower"] is None:
        return "unknown"
    return "loses" if row["better_lower"] > 0 else "wins" if row["better_upper"] < 0 else "ties"


def _percent(row: Mapping | None, *, digits: int = 0) -> str:
    """A share as a percentage with its interval."""
    if row is None or row["value"] is None:
        return "No data"
    value = f"{100 * row['value']:.{digits}f}%"
    limits = "" if row["lower"] is None else f" ({100 * row['lower']:.{digits}f} to {100 * row['upper']:.{digits}f})"
    return (value + limits).replace("-", "\u2212")


def _number(row: Mapping | None) -> str:
    """A number with two decimals and its interval."""
    if row is None or row["value"] is None:
        return "No data"
    limits = "" if row["lower"] is None else f" ({row['lower']:.2f} to {row['upper']:.2f})"
    return f"{row['value']:.2f}{limits}".replace("-", "\u2212")


def _beside(tested: pl.DataFrame) -> html.Section:
    recall, area = _mean(tested, "recall_at_20"), _mean(tested, "auc")
    precision, skill = _mean(tested, "precision_at_20"), _mean(tested, "brier_skill")
    order = [key for key in (CHOSEN, *BASELINES) if key in recall] + [
        key for key in recall if key not in (CHOSEN, *BASELINES)
    ]
    labels = {key: row["candidate_label"] for key, row in recall.items()} | {CHOSEN: "the list"}
    words = {
        "wins": "It beats the list",
        "ties": "No difference beyond chance",
        "loses": "The list is better",
        "unknown": "The list itself",
    }
    columns = [
        Column(title="Ordered by", cell=lambda key: sentence(labels[key])),
        Column(title="Recall", cell=lambda key: _percent(recall[key]), is_number=True),
        Column(title="Precision", cell=lambda key: _percent(precision.get(key)), is_number=True),
        Column(title="AUC", cell=lambda key: _number(area.get(key)), is_number=True, is_minor=True),
        Column(title="Brier skill", cell=lambda key: _percent(skill.get(key), digits=1), is_number=True, is_minor=True),
        Column(title="Beside the list", cell=lambda key: words[_verdict(recall[key])]),
    ]
    return section(
        "beside",
        "Beside what officers use today",
        table(order, columns, is_stacked=True),
        note="Recall and precision among the first fifth; mean of the tested years with 95% intervals. All are "
        "multiplied by the same chance of an inspection.",
    )


def _by_year(tested: pl.DataFrame) -> html.Section:
    mine = tested.filter((pl.col("candidate") == CHOSEN) & (pl.col("span") == "year"))
    by_year: dict[int, dict[str, dict]] = {}
    for row in mine.rows(named=True):
        by_year.setdefault(row["year"], {})[row["metric"]] = row
    columns = [
        Column(title="List of September", cell=lambda year: f"{year - 1}, for {school_year(year)}"),
        Column(
            title="Schools", cell=lambda year: f"{by_year[year]['auc']['schools']:,}", is_number=True, is_minor=True
        ),
        Column(title="With concern", cell=lambda year: f"{by_year[year]['auc']['cases']:,}", is_number=True),
        Column(title="Recall", cell=lambda year: _percent(by_year[year]["recall_at_20"]), is_number=True),
        Column(title="Precision", cell=lambda year: _percent(by_year[year]["precision_at_20"]), is_number=True),
        Column(title="AUC", cell=lambda year: _number(by_year[year]["auc"]), is_number=True, is_minor=True),
    ]
    return section(
        "years",
        "Year by year",
        table(sorted(by_year), columns),
        note="Each list was made from what was out on 1 September. Years with too few inspections are left out.",
    )


def _chances(model: str) -> html.Section | None:
    frame = risk.backtest(model, INSPECTED, CONCERN).filter(
        (pl.col("candidate") == CHOSEN) & ~pl.col("span").is_in(["year", "mean", "worst"])
    )
    eras: dict[str, dict[str, dict]] = {}
    for row in frame.rows(named=True):
        eras.setdefault(row["span"], {})[row["metric"]] = row
    if not eras:
        return None
    columns = [
        Column(title="Era of inspection", cell=sentence),
        Column(title="Inspected", cell=lambda era: f"{eras[era]['auc']['schools']:,}", is_number=True),
        Column(title="With concern", cell=lambda era: f"{eras[era]['auc']['cases']:,}", is_number=True),
        Column(title="Slope", cell=lambda era: _number(eras[era]["calibration_slope"]), is_number=True),
        Column(title="In the large", cell=lambda era: _number(eras[era]["calibration_in_the_large"]), is_number=True),
    ]
    return section(
        "chances",
        "Were the chances what they said?",
        table([era for era in ERAS if era in eras], columns, is_stacked=True),
        note="Slope 1: as far apart as they should be; below, too far; above, not far enough. In the large 0: as many "
        "cases as were said; above, more came.",
    )


def _missed(model: str) -> html.Section | None:
    past = risk.past_lists().filter((pl.col("model") == model) & pl.col("found_concern").fill_null(False))
    if past.is_empty():
        return None
    missed = past.filter(pl.col("share_before_in_england") >= FIRST_FIFTH).sort(
        "share_before_in_england", descending=True
    )
    columns = [
        Column(title="School", cell=_school),
        Column(title="List", cell=lambda r: f"September {r['year'] - 1}"),
        Column(title="Chance if inspected", cell=lambda r: f"{100 * r['probability']:.0f}%", is_number=True),
        Column(title="Of an inspection", cell=lambda r: f"{100 * r['probability_of_inspection']:.0f}%", is_number=True),
        Column(title="Place in the authority", cell=lambda r: f"{r['rank']} of {r['ranked']}", is_number=True),
        Column(title="Inspected", cell=lambda r: short_day(r["inspected"])),
    ]
    la_name = build_queries.build()["la_name"]
    shown = missed.head(MISSED_SHOWN)
    return section(
        "missed",
        f"Who was missed in {la_name}?",
        html.P(
            f"{sentence(count(missed.height, 'school'))} of {past.height} with concern stood beyond the first fifth of "
            f"England's list." + (f" The {MISSED_SHOWN} most surprising:" if missed.height > MISSED_SHOWN else "")
        ),
        table(shown.rows(named=True), columns, is_stacked=True) if shown.height else None,
        note="Schools where an inspection within the year found concern, all tested years.",
    )


def _school(row: Mapping) -> html.A | str:
    return html.A(row["name"], href=school_path(row["urn"])) if row["name"] else f"URN {row['urn']}"


def _fair(model: str) -> html.Section | None:
    frame = risk.fairness(model, "pupils on roll")
    groups: dict[str, dict[str, dict]] = {}
    for row in frame.rows(named=True):
        if row["metric"] != "false_positive_ratio":
            groups.setdefault(row["group"], {})[row["metric"]] = row
    if not groups:
        return None
    columns = [
        Column(title="Pupils on roll", cell=sentence),
        Column(title="Schools", cell=lambda g: f"{groups[g]['share_said']['schools']:,}", is_number=True),
        Column(title="Said", cell=lambda g: _percent(groups[g]["share_said"], digits=1), is_number=True),
        Column(title="Seen", cell=lambda g: _percent(groups[g]["share_with_concern"], digits=1), is_number=True),
        Column(
            title="Flagged without concern", cell=lambda g: _percent(groups[g]["false_positive_rate"]), is_number=True
        ),
        Column(title="Recall", cell=lambda g: _percent(groups[g]["recall_at_20"]), is_number=True),
    ]
    return section(
        "fair",
        "As right for small schools as for large ones?",
        table(list(groups), columns, is_stacked=True),
        note="All tested years; schools times years. Flagged: in the first tenth of England's list.",
    )


def _meaning() -> html.Section:
    return section(
        "words",
        "What the words mean",
        html.P(
            "Recall: of the schools where concern was found, the share that stood in the first fifth of the list. "
            "Precision: of the schools in the first fifth, the share where concern was found. AUC: how often a school "
            "with concern stood above one without; 0.5 is a coin. Brier skill: how much nearer the chances came than "
            "saying the tested schools' own share for each."
        ),
        html.P(
            "A school that was not inspected counts as no concern found: nobody knows what an inspection would have "
            "said. Intervals draw whole authorities anew, or schools where there are fewer than ten authorities."
        ),
    )
