"""The answer in ten seconds: headline result, attendance, gap, last inspection, rules met, chance, what is missing."""

from collections.abc import Mapping, Sequence

from dash import html

from dashboard.components.findings import hits, movement
from dashboard.components.gaps import finding as gap_finding
from dashboard.components.gaps import signed
from dashboard.components.known import SMALL, Gap, Known
from dashboard.components.not_known import not_known
from dashboard.components.page import Content, section
from dashboard.components.results import Result
from dashboard.components.saying import in_year, interval, rests_on, together
from dashboard.components.standing import in_short
from dashboard.components.words import count, day, inside, listed, school_year, sentence
from dashboard.figures.by_year import Point

ATTENDANCE = ("overall_absence", "persistent_absence_10")
"""Measures of attendance, the first that has a figure is said."""


def summary_section(known: Known, chance: Mapping | None) -> html.Section:
    """The summary; `chance` is the school's row of mart.school_risk where it is listed and may be shown."""
    said = [html.P(part) for part in summary(known, chance)]
    return section("summary", "Summary", html.Div(said, className="summary"))


def summary(known: Known, chance: Mapping | None = None) -> list[Content]:
    """A few sentences by rule, each of them left out where nothing is known of it."""
    parts = [
        _headline(known),
        _attendance(known),
        *(_gap(gap) for gap in known.gaps[:1] if not known.is_special),
        last_inspection(known.inspections, known.judgements),
        _rules(known),
        in_short(chance) if chance is not None else "",
        _unknown(known),
    ]
    if not any(result.school.latest() for result in known.results):
        why = known.school["why_silent"] or "no published figure was found for this school"
        parts.insert(0, f"{sentence(why)}.")
    return [part for part in parts if part]


def standing_beside_england(known: Known, result: Result) -> str:
    """A figure beside England in words: of the estimate where there is one, else of the published interval."""
    latest, estimate = result.school.latest(), known.estimate(result)
    if estimate is not None and estimate["mean"] is not None and estimate["verdict"]:
        return estimate["verdict"]
    england = result.england.at(latest.year) if result.england and latest else None
    if latest is None or latest.lower is None or latest.upper is None or england is None or england.value is None:
        return ""
    if latest.upper < england.value:
        return "below England by more than chance"
    return "above England by more than chance" if latest.lower > england.value else "not distinguishable from England"


def _headline(known: Known) -> Content:
    result = known.headline
    if result is None:
        return ""
    latest = result.school.latest()
    said = [html.B(f"{result.measure.label}: "), f"{in_year(result, latest)}"]
    verdict = standing_beside_england(known, result)
    pooled = together(result.measure, known.estimate(result))
    said.append(f": {verdict}." if verdict and not pooled else ".")
    if pooled:
        said.append(f" {sentence(pooled)}: {verdict}." if verdict else f" {sentence(pooled)}.")
    return [*said, _small(known, result, latest)]


def _small(known: Known, result: Result, latest: Point) -> str:
    if not latest.n or latest.n >= SMALL:
        return ""
    alone = count(latest.n, "pupil")
    worth = f" Each pupil is {100 / latest.n:.0f} points." if hits(result.measure, latest) is not None else ""
    _, met = known.met()
    flags = [rule["title"] for rule, row in met if _rests_on_few(row, result.measure.key)]
    if flags:
        return f"{worth} Met on these {alone}: {listed(flags)}."
    return f"{worth} No flag is raised from {alone} alone."


def _rests_on_few(row: Mapping, measure: str) -> bool:
    return any(arm["met"] and arm["measure"] == measure and (arm["n"] or SMALL) < SMALL for arm in row["arms"] or [])


def _attendance(known: Known) -> Content:
    found = [result for key in ATTENDANCE if (result := known.result(key)) and result.school.latest()]
    if not found:
        return ""
    result = found[0]
    return [html.B(f"{result.measure.label}: "), f"{in_year(result, result.school.latest())}. ", movement(result)]


def _gap(gap: Gap) -> Content:
    row, measure = gap.own, gap.measure
    if row["national_gap"] is None:
        return ""
    point = Point(
        year=row["year"],
        value=row["focus_value"],
        n=row["focus_n"],
        lower=row["focus_lower"],
        upper=row["focus_upper"],
    )
    number = rests_on(measure, point)
    limits = (
        f" ({signed(measure, row['national_lower'])} to {signed(measure, row['national_upper'])})"
        if row["national_lower"] is not None and row["national_upper"] is not None
        else ""
    )
    years = listed([school_year(int(year)) for year in (row["years"] or str(row["year"])).split(", ")])
    reached = ", ".join(part for part in (measure.format(row["focus_value"]), number) if part)
    own = interval(measure, row["focus_lower"], row["focus_upper"])
    return [
        html.B("Disadvantaged pupils: "),
        f"{reached}{f' ({own})' if own else ''}, in {years}; {signed(measure, row['national_gap'])}{limits} points "
        f"beside others in England: {gap_finding(row)}.",
    ]


def last_inspection(inspections: Sequence[Mapping], judgements: Mapping[str, Sequence[Mapping]]) -> Content:
    """The last inspection with its judgements in words, each in those of its own scale."""
    if not inspections:
        return "No inspection is in the files loaded."
    row = inspections[-1]
    lead = html.B(f"Last inspection, {day(row['date']) or 'date not known'} ({row['kind']}): ")
    return [lead, inspection_in_words(row, judgements.get(row["inspection_id"], ()))]


NOT_AREAS = ("overall_effectiveness", "safeguarding")


def areas(judgements: Sequence[Mapping]) -> list[Mapping]:
    """The areas judged, with their names as words; overall and safeguarding are no areas."""
    return [
        {**j, "area": j["area"].replace("_", " ")}
        for j in judgements
        if j["area"] not in NOT_AREAS and j["word"] != "Not applicable"
    ]


def weak_areas(judgements: Sequence[Mapping]) -> list[Mapping]:
    """Areas on the lowest two steps of their scale."""
    return [j for j in areas(judgements) if j["step"] is not None and j["step"] <= 2]


def inspection_in_words(row: Mapping, judgements: Sequence[Mapping]) -> str:
    """What an inspection found: its overall word, else its outcome, else its weakest areas."""
    judged, weak = areas(judgements), weak_areas(judgements)
    if row["overall_word"] and row["overall_word"] != "Not judged":
        return f"{row['overall_word'].lower()} overall."
    if row["outcome"]:
        return f"{row['outcome'][0].lower()}{row['outcome'][1:]}."
    if weak:
        words = dict.fromkeys(j["word"] for j in weak)
        said = "; ".join(
            f"{word.lower()} in {listed([j['area'].lower() for j in weak if j['word'] == word])}" for word in words
        )
        return f"{said}, of {count(len(judged), 'area')} judged."
    if judged:
        words = list(dict.fromkeys(j["word"].lower() for j in judged if j["word"]))
        return f"{listed(words)} in {count(len(judged), 'area')}."
    return "no judgement is in the file."


def _rules(known: Known) -> Content:
    newest, met = known.met()
    if newest is None:
        return ""
    titles = [inside(rule["title"]) for rule, _ in met]
    return [html.B(f"Rules met in {school_year(newest)}: "), f"{listed(titles) or 'none'}."]


def _unknown(known: Known) -> Content:
    first = not_known(known)[0]
    more = html.A("All that is not known", href="#unknown")
    return [html.B("Not known: "), f"{first} ", more, "."]
