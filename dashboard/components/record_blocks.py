"""The blocks of the record: earlier lists beside simpler orderings, year by year, by chance said, by size of school."""

from collections.abc import Callable, Mapping, Sequence

import polars as pl
from dash import html

from dashboard.components.block import block, method
from dashboard.components.downloads import download_links
from dashboard.components.page import Content
from dashboard.components.shares import Share, share_rows, with_limits
from dashboard.components.tables import Column, table
from dashboard.components.words import count, school_year, sentence

CHOSEN = "chosen"
BASELINES = ("previous_grade", "results", "free_school_meals", "single_best", "points")
"""What officers can do without a model, and the simplest ones; the other candidates follow them in the table."""

PLAIN = {
    CHOSEN: "the list",
    "previous_grade": "the last inspection",
    "results": "the latest results",
    "free_school_meals": "free school meals",
    "single_best": "the single best figure",
    "points": "points for the worst quarter",
}
"""Candidate → how a reader would call the ordering."""

ERAS = ("overall grades", "no overall grade", "report cards")
"""Eras of inspection, in their order."""

FIRST_FIFTH = 0.2
SMALL = "100 pupils or fewer"
FEW = 11
"""Cases below which an interval of drawn authorities says too little."""

VERDICTS = {
    "wins": "It beats the list",
    "ties": "No difference beyond chance",
    "loses": "The list is better",
    "unknown": "The list itself",
}
METHOD = {
    "Recall": "Of the schools where concern was found, the share that stood in the first fifth (20%) of the list.",
    "Precision": "Of the schools in the first fifth, the share where concern was found within the year.",
    "AUC": "How often a school with concern stood above one without; 0.5 is a coin.",
    "Brier skill": "How much nearer the chances came than saying the tested schools’ own share for each.",
    "Not inspected": "A school that was not inspected counts as no concern found: nobody knows what an inspection "
    "would have said.",
    "Intervals": "95%: they draw whole authorities anew, or schools where there are fewer than ten authorities.",
}
"""What the words of the record mean."""


def label(row: Mapping) -> str:
    """How an ordering is called."""
    return PLAIN.get(row["candidate"], row["candidate_label"])


def verdict(row: Mapping) -> str:
    """Of a candidate beside the list: wins, loses or ties, by the paired interval."""
    if row["better_lower"] is None:
        return "unknown"
    return "loses" if row["better_lower"] > 0 else "wins" if row["better_upper"] < 0 else "ties"


def metric(frame: pl.DataFrame, name: str) -> dict[str, dict]:
    """Candidate → its row of one metric."""
    return {row["candidate"]: row for row in frame.filter(pl.col("metric") == name).rows(named=True)}


def order_of(recall: Mapping[str, Mapping]) -> list[str]:
    """The list first, then what officers use, then the other candidates."""
    first = [key for key in (CHOSEN, *BASELINES) if key in recall]
    return first + [key for key in recall if key not in first]


def share(row: Mapping | None, digits: int = 0) -> str:
    """A share of a row with its interval."""
    return with_limits(row["value"], row["lower"], row["upper"], digits) if row else "No data"


def number(row: Mapping | None) -> str:
    """A number with two decimals and its interval."""
    if row is None or row["value"] is None:
        return "No data"
    limits = "" if row["lower"] is None else f" ({row['lower']:.2f} to {row['upper']:.2f})"
    return f"{row['value']:.2f}{limits}".replace("-", "\u2212")


def saved(path: str, name: str, rows: int, query: Mapping[str, str]) -> list:
    """What the Download view of a block holds: all of it is of England, none of a school."""
    return [
        html.P("All candidates and measures of the test, not rounded."),
        download_links(path, name, rows, dict(query)),
    ]


def beside(
    tested: pl.DataFrame, *, of: str, view: str, view_address: Callable[[str], str], path: str, query: Mapping[str, str]
) -> html.Article:
    """The list beside simpler orderings: `tested` has one row for each candidate and metric, `of` says which lists."""
    recall, precision = metric(tested, "recall_at_20"), metric(tested, "precision_at_20")
    area, skill = metric(tested, "auc"), metric(tested, "brier_skill")
    order = order_of(recall)
    rivals = [key for key in BASELINES if key in recall]
    best = max(rivals, key=lambda key: recall[key]["value"], default="")
    said = verdict(recall[best]) if best else "unknown"
    title = {
        "wins": f"Ordering by {PLAIN.get(best, best)} found more than the list",
        "ties": f"Ordering by {PLAIN.get(best, best)} did as well as the list",
        "loses": "The list found more than every simpler ordering",
        "unknown": "What the list found",
    }[said]

    def chart() -> html.Div:
        rows = [
            Share(
                name=sentence(label(recall[key])),
                value=recall[key]["value"],
                lower=recall[key]["lower"],
                upper=recall[key]["upper"],
                is_focus=key == CHOSEN,
            )
            for key in (CHOSEN, *rivals)
        ]
        return share_rows(rows, guide=(FIRST_FIFTH, "what an order drawn by lot would find"))

    columns = [
        Column(title="Ordered by", cell=lambda key: sentence(label(recall[key]))),
        Column(title="Recall", cell=lambda key: share(recall[key]), is_number=True),
        Column(title="Precision", cell=lambda key: share(precision.get(key)), is_number=True),
        Column(title="AUC", cell=lambda key: number(area.get(key)), is_number=True, is_minor=True),
        Column(title="Brier skill", cell=lambda key: share(skill.get(key), 1), is_number=True, is_minor=True),
        Column(title="Beside the list", cell=lambda key: VERDICTS[verdict(recall[key])]),
    ]
    first = recall[CHOSEN]
    return block(
        "beside",
        title=title,
        name="The list beside simpler orderings",
        sub=f"Share of schools with concern that stood in the first fifth (recall), {of}, England.",
        views={
            "chart": chart,
            "table": lambda: table(order, columns, is_stacked=True),
            "download": lambda: saved(path, "record", tested.height, query),
            "how": lambda: method(METHOD),
            "where": lambda: method(
                {
                    "Where from": "mart.risk_backtest of this build: each list was made from what was "
                    "out on its day, and held against inspections of the year after."
                }
            ),
        },
        view=view,
        view_address=view_address,
        reason=[
            html.B(f"The first fifth held {share(first)} of the schools where an inspection found concern"),
            f", and concern was found at {share(precision.get(CHOSEN))} of the schools in it. ",
            _beside_words(recall, rivals),
        ],
        foot=f"{first['cases']:,} cases of concern among {first['schools']:,} schools in "
        f"{count(first['authorities'], 'authority', 'authorities')}. Every ordering is multiplied by the same chance "
        "of an inspection.",
    )


def _beside_words(recall: Mapping[str, Mapping], rivals: Sequence[str]) -> str:
    short = {"wins": "better", "ties": "no difference beyond chance", "loses": "worse", "unknown": "not compared"}
    said = [f"{PLAIN[key]}, {short[verdict(recall[key])]}" for key in rivals[:3]]
    return f"Beside the list: {'; '.join(said)}." if said else ""


def by_year(
    tested: pl.DataFrame,
    *,
    chosen_year: int | None,
    view: str,
    view_address: Callable[[str], str],
    path: str,
    query: Mapping,
) -> html.Article:
    """The list of each September, with what its first fifth held."""
    years: dict[int, dict[str, dict]] = {}
    for row in tested.rows(named=True):
        years.setdefault(row["year"], {})[row["metric"]] = row
    held = [(year, years[year]["recall_at_20"]["value"]) for year in sorted(years)]
    worst, best = min(held, key=lambda pair: pair[1]), max(held, key=lambda pair: pair[1])

    def chart() -> html.Div:
        rows = [
            Share(
                name=f"September {year - 1}",
                note=f"{metrics['recall_at_20']['cases']:,} with concern",
                value=metrics["recall_at_20"]["value"],
                lower=metrics["recall_at_20"]["lower"],
                upper=metrics["recall_at_20"]["upper"],
                is_focus=chosen_year in (None, year),
            )
            for year, metrics in sorted(years.items())
        ]
        return share_rows(rows, guide=(FIRST_FIFTH, "what an order drawn by lot would find"))

    columns = [
        Column(title="List of September", cell=lambda year: f"{year - 1}, for {school_year(year)}"),
        Column(title="Schools", cell=lambda year: f"{years[year]['auc']['schools']:,}", is_number=True, is_minor=True),
        Column(title="With concern", cell=lambda year: f"{years[year]['auc']['cases']:,}", is_number=True),
        Column(title="Recall", cell=lambda year: share(years[year]["recall_at_20"]), is_number=True),
        Column(title="Precision", cell=lambda year: share(years[year]["precision_at_20"]), is_number=True),
        Column(title="AUC", cell=lambda year: number(years[year]["auc"]), is_number=True, is_minor=True),
    ]
    title = (
        f"From {100 * worst[1]:.0f}% ({worst[0] - 1}) to {100 * best[1]:.0f}% ({best[0] - 1}), by year"
        if len(held) > 1
        else "One list could be tested"
    )
    return block(
        "years",
        title=title,
        name="Year by year",
        sub="Share of schools with concern that stood in the first fifth of each September’s list, England.",
        views={
            "chart": chart,
            "table": lambda: table(sorted(years), columns),
            "download": lambda: saved(path, "years", tested.height, query),
            "how": lambda: method(METHOD),
        },
        view=view,
        view_address=view_address,
        foot="Each list was made from what was out on 1 September. Years with too few inspections are left out.",
    )


def calibration(
    rows: Mapping[str, Mapping[str, Mapping]],
    *,
    view: str,
    view_address: Callable[[str], str],
    path: str,
    query: Mapping[str, str],
) -> html.Article:
    """Whether chances were what they said: what is held against what came → metric → row."""
    columns = [
        Column(title="What was said", cell=sentence),
        Column(title="Schools", cell=lambda key: f"{rows[key]['auc']['schools']:,}", is_number=True),
        Column(title="With concern", cell=lambda key: f"{rows[key]['auc']['cases']:,}", is_number=True),
        Column(title="Slope", cell=lambda key: number(rows[key].get("calibration_slope")), is_number=True),
        Column(
            title="In the large", cell=lambda key: number(rows[key].get("calibration_in_the_large")), is_number=True
        ),
        Column(title="Off by", cell=lambda key: share(rows[key].get("calibration_error"), 1), is_number=True),
        Column(title="In words", cell=lambda key: calibration_words(rows[key])),
    ]
    first = next(iter(rows))
    return block(
        "chances",
        title=calibration_title(rows[first]),
        name="Were the chances what they said?",
        sub="Chances of the list beside what came, England.",
        views={
            "table": lambda: table(list(rows), columns, is_stacked=True),
            "download": lambda: saved(path, "calibration", sum(len(metrics) for metrics in rows.values()), query),
            "how": lambda: method(
                {
                    "Slope": "1: as far apart as they should be; below, too far; above, not far enough.",
                    "In the large": "0: as many cases came as were said; above, more came (log odds).",
                    "Off by": "Schools in ten equal groups by their chance: how far what was said and what was seen "
                    "lie apart, in percentage points, on average over the groups.",
                    "No data": "Too few cases for a slope and a level.",
                }
            ),
        },
        view=view,
        view_address=view_address,
        foot="95% intervals over authorities.",
    )


def calibration_words(metrics: Mapping[str, Mapping]) -> str:
    """What slope and level say, each only where its interval leaves no doubt."""
    said = []
    large, slope = metrics.get("calibration_in_the_large"), metrics.get("calibration_slope")
    if large and large["lower"] is not None:
        said.append(
            "more came than were said"
            if large["lower"] > 0
            else "fewer came than were said"
            if large["upper"] < 0
            else "as many came as were said"
        )
    if slope and slope["lower"] is not None:
        said.append(
            "too far apart"
            if slope["upper"] < 1
            else "not far enough apart"
            if slope["lower"] > 1
            else "apart as they should be"
        )
    return sentence("; ".join(said)) if said else "Too few to say"


def calibration_title(metrics: Mapping[str, Mapping]) -> str:
    """The finding in at most ten words."""
    large = metrics.get("calibration_in_the_large")
    if not large or large["lower"] is None:
        error = metrics.get("calibration_error")
        if error and error["value"] is not None:
            return f"Said and seen differ by {100 * error['value']:.0f} points on average"
        return "Too few cases to hold the level against"
    if large["lower"] > 0:
        return "Concern was found more often than the list said"
    if large["upper"] < 0:
        return "Concern was found less often than the list said"
    return "Concern was found about as often as the list said"


def by_size(
    groups: Mapping[str, Mapping[str, Mapping]],
    *,
    view: str,
    view_address: Callable[[str], str],
    path: str,
    query: Mapping[str, str],
) -> html.Article:
    """Whether small schools were told as well as large ones: group of pupils on roll → metric → row."""
    shown = [name for name in groups if name != "not known"]

    def chart() -> html.Div:
        rows = [
            Share(
                name=sentence(name),
                note=f"{groups[name]['recall_at_20']['cases']:,} with concern",
                value=groups[name]["recall_at_20"]["value"],
                lower=groups[name]["recall_at_20"]["lower"],
                upper=groups[name]["recall_at_20"]["upper"],
                is_focus=name == SMALL,
            )
            for name in shown
        ]
        return share_rows(rows, guide=(FIRST_FIFTH, "what an order drawn by lot would find"))

    columns = [
        Column(title="Pupils on roll", cell=sentence),
        Column(title="Schools", cell=lambda g: f"{groups[g]['share_said']['schools']:,}", is_number=True),
        Column(title="Said", cell=lambda g: share(groups[g]["share_said"], 1), is_number=True),
        Column(title="Seen", cell=lambda g: share(groups[g]["share_with_concern"], 1), is_number=True),
        Column(title="Flagged without concern", cell=lambda g: share(groups[g]["false_positive_rate"]), is_number=True),
        Column(title="Recall", cell=lambda g: share(groups[g]["recall_at_20"]), is_number=True),
    ]
    return block(
        "fair",
        title=size_title(groups),
        name="Small schools beside large ones",
        sub="Share of schools with concern that stood in the first fifth, by pupils on roll, all years, England.",
        views={
            "chart": chart,
            "table": lambda: table(list(groups), columns, is_stacked=True),
            "download": lambda: saved(path, "size", sum(len(metrics) for metrics in groups.values()), query),
            "how": lambda: method(
                {
                    "Said, seen": "The mean chance of concern within a year, and the share where it was found.",
                    "Flagged without concern": "Of schools without concern, the share in the first tenth of the list.",
                    "Schools": "Schools times years.",
                }
            ),
        },
        view=view,
        view_address=view_address,
        reason=_size_reason(groups),
    )


def size_title(groups: Mapping[str, Mapping[str, Mapping]]) -> str:
    """Whether small schools with concern were found as often as others, by intervals that do not meet."""
    small = groups.get(SMALL, {}).get("recall_at_20")
    if not small or small["lower"] is None or small["cases"] < FEW:
        return "Too few small schools with concern to say"
    more, less = sizes_beside(groups)
    if more and not less:
        return "Small schools with concern were found less often"
    if less and not more:
        return "Small schools with concern were found more often"
    return "Small schools with concern: no difference beyond chance"


def sizes_beside(groups: Mapping[str, Mapping[str, Mapping]]) -> tuple[list[str], list[str]]:
    """The groups of larger schools whose recall is above that of small ones beyond chance, and those below it."""
    small = groups[SMALL]["recall_at_20"]
    known = {
        name: metrics["recall_at_20"]
        for name, metrics in groups.items()
        if name not in (SMALL, "not known") and metrics["recall_at_20"]["lower"] is not None
    }
    more = [name for name, row in known.items() if row["lower"] > small["upper"] and row["cases"] >= FEW]
    less = [name for name, row in known.items() if row["upper"] < small["lower"] and row["cases"] >= FEW]
    return more, less


def _size_reason(groups: Mapping[str, Mapping[str, Mapping]]) -> Content:
    small = groups.get(SMALL)
    if not small:
        return ""
    return [
        html.B(f"Schools with {SMALL}: {share(small['recall_at_20'])} of those with concern stood in the first fifth"),
        f" ({small['recall_at_20']['cases']:,} schools). Said {share(small['share_said'], 1)}, seen "
        f"{share(small['share_with_concern'], 1)}.",
    ]
