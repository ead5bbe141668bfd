"""Questions to ask on a visit, by rule: each rests on a number of this school; without a number none is asked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dash import html

from dashboard.components.findings import movement
from dashboard.components.gaps import signed
from dashboard.components.known import SMALL, Gap, Known, late
from dashboard.components.page import section
from dashboard.components.results import Result
from dashboard.components.rules import arm_words
from dashboard.components.saying import came_from, figure, in_year, together
from dashboard.components.school_summary import inspection_in_words, standing_beside_england, weak_areas
from dashboard.components.words import count, day, inside, listed, school_year, sentence

SHOWN = 6
SUBJECTS = (("reading", "reading_expected"), ("writing", "writing_expected"), ("maths", "maths_expected"))
PROGRESS = ("reading_progress", "writing_progress", "maths_progress", "progress_8")
FAR = {"overall_absence": 1.0, "persistent_absence_10": 3.0}
"""Points above England from which absence leads the questions. Our judgement: these rates count every pupil, so no
interval says what is more than chance."""
LONG_AGO = 5
"""Years since the last graded inspection from which it is asked about."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question.

    Attributes:
        text: what to ask, as an adviser would.
        evidence: the number that it rests on, with pupils, interval and year.
        source: the publication of that number.
        anchor: the part of the page where it stands.
        weight: its place among the questions, the largest first: our judgement of what matters most on a visit.
    """

    text: str
    evidence: str
    source: str
    anchor: str
    weight: int


def questions(known: Known, most: int = SHOWN) -> list[Question]:
    """The questions that the figures of a school raise, the weightiest first, at most one on each part of the page."""
    asked = [question for rule in RULES for question in rule(known)]
    asked.sort(key=lambda question: -question.weight)
    first = {question.anchor: question for question in reversed(asked)}
    return [question for question in asked if first[question.anchor] is question][:most]


def questions_section(asked: Sequence[Question], where: Callable[[str], str]) -> html.Section:
    """The questions with their numbers; `where` is anchor → the address that shows the number's file and row."""
    if not asked:
        nothing = "No figure of this school is known that a question could rest on, so none is made up here."
        return section("questions", "Questions to ask on the visit", html.P(nothing))
    lines = [
        html.Li(
            [
                html.P(question.text),
                html.Span(
                    [
                        f"{question.evidence} ",
                        html.A(question.source or "See where it stands", href=where(question.anchor), className="from"),
                    ]
                ),
            ]
        )
        for question in asked
    ]
    return section(
        "questions",
        "Questions to ask on the visit",
        html.Ol(lines, className="q"),
        note="Made by rule from the figures below. The figures raise the question; they do not answer it.",
    )


def _headline(known: Known) -> list[Question]:
    result = known.headline
    if result is None:
        return []
    latest, measure = result.school.latest(), result.measure
    verdict, when = standing_beside_england(known, result), school_year(latest.year)
    evidence = f"{measure.label}: {in_year(result, latest)}."
    pooled = together(measure, known.estimate(result))
    evidence += f" {sentence(pooled)}." if pooled else ""
    is_at_eleven = measure.key == "reading_writing_maths_expected"
    if known.is_special:
        text, weight = "What progress do pupils make from where they start, and what shows it?", 45
    elif latest.n is not None and latest.n < SMALL:
        who = f"Who are the {count(latest.n, 'pupil')} of {when}"
        text, weight = f"{who}, and what does the school’s own assessment say of each?", 60
    elif "below" in verdict:
        short = (
            "were just short of the standard, and in which subject" if is_at_eleven else "did less well than expected"
        )
        text, weight = f"Which pupils {short} in {when}?", 85
    elif "above" in verdict:
        text, weight = f"What lies behind the results of {when}, and which school could learn from it?", 30
    elif not verdict and _is_below(result):
        text, weight = f"In which subjects are results furthest below England’s in {when}, and for which pupils?", 72
    else:
        text, weight = f"What would have lifted more pupils in {when}, and is it in place now?", 40
    return [_of(result, latest.year, text, evidence, weight)]


def _is_below(result: Result) -> bool:
    latest = result.school.latest()
    england = result.england.at(latest.year) if result.england and latest else None
    return england is not None and england.value is not None and latest.value < england.value


def _of(result: Result, year: int, text: str, evidence: str, weight: int) -> Question:
    return Question(
        text=text,
        evidence=evidence,
        source=came_from(result, year),
        anchor=f"m-{result.measure.key}",
        weight=weight,
    )


def _subjects(known: Known) -> list[Question]:
    """The weakest subject beside England, where it trails the strongest by more than two pupils."""
    behind = []
    for name, key in SUBJECTS:
        result = known.result(key)
        latest = result.school.latest() if result else None
        england = result.england.at(latest.year) if latest and result.england else None
        if latest and latest.n and england and england.value is not None:
            behind.append((latest.value - england.value, name, result, latest))
    if len(behind) < 2:
        return []
    (worst, name, result, latest), (best, *_rest) = min(behind, key=lambda one: one[0]), max(behind, key=lambda o: o[0])
    if worst >= 0 or (best - worst) * latest.n / 100 <= 2 or any(one[3].year != latest.year for one in behind):
        return []
    said = "; ".join(f"{one[1]} {figure(one[2].measure, one[3])}" for one in behind)
    text = f"Why is {name} behind the other subjects, and what is different in how it is taught?"
    england = result.measure.format(latest.value - worst)
    evidence = f"{sentence(said)}, in {school_year(latest.year)}; England, {name}: {england}."
    return [_of(result, latest.year, text, evidence, 50)]


def _absence(known: Known) -> list[Question]:
    asked = []
    for key, far in FAR.items():
        result = known.result(key)
        latest = result.school.latest() if result else None
        if latest is None:
            continue
        england = result.england.at(latest.year) if result.england else None
        more = latest.value - england.value if england and england.value is not None else 0
        text = "Which pupils miss most school, and what has been tried for each of them?"
        if more >= far:
            text = "Why do pupils here miss more school than elsewhere, and which pupils are they?"
        evidence = f"{result.measure.label}: {in_year(result, latest)}. {movement(result)}".strip()
        weight = 70 if more >= far else 25
        if known.is_out_of_date(latest.year):
            text, weight = "How is attendance now, and for which pupils is it worst?", 18
            evidence += " Nothing newer is in the files."
        asked.append((more / far, _of(result, latest.year, text, evidence, weight)))
    return [max(asked, key=lambda one: one[0])[1]] if asked else []


def _gaps(known: Known) -> list[Question]:
    return [] if known.is_special else [question for gap in known.gaps for question in _gap(known, gap)]


def _gap(known: Known, gap: Gap) -> list[Question]:
    row, measure = gap.own, gap.measure
    if row["national_gap"] is None or row["national_lower"] is None or row["national_upper"] is None:
        return []
    years = listed([school_year(int(year)) for year in (row["years"] or str(row["year"])).split(", ")])
    file = known.files.get(row["file_id"])
    limits = f"{signed(measure, row['national_lower'])} to {signed(measure, row['national_upper'])}"
    evidence = (
        f"Disadvantaged pupils, {inside(measure.label)}: {measure.format(row['focus_value'])}, "
        f"{count(row['focus_n'], 'pupil')}, {years}; {signed(measure, row['national_gap'])} points ({limits}) beside "
        "others in England."
    )
    if row["national_upper"] < 0:
        text, weight = "What keeps disadvantaged pupils here behind others, and which of them are on track now?", 75
    else:
        text, weight = "How does the school know what works for its disadvantaged pupils, when they are so few?", 35
    source = ", ".join(p for p in ((file or {}).get("short_title"), (file or {}).get("release")) if p)
    return [Question(text=text, evidence=evidence, source=source, anchor=f"gap-{measure.key}", weight=weight)]


def _progress(known: Known) -> list[Question]:
    asked = []
    for key in PROGRESS:
        result = known.result(key)
        latest = result.school.latest() if result else None
        if latest is None:
            continue
        since = [(year, note) for year, _, note in late(result) if note]
        evidence = f"{result.measure.label}: {figure(result.measure, latest)}, in {school_year(latest.year)}."
        if since:
            evidence += f" {since[-1][1]}"
        if latest.upper is not None and latest.upper < 0:
            subject = result.measure.label.removeprefix("Progress in ")
            text = f"What was done about progress in {subject}, and what shows that it worked?"
            asked.append(_of(result, latest.year, text, evidence, 65 if not since else 45))
        elif since:
            text = "How does the school follow the progress of each pupil, when none is published?"
            asked.append(_of(result, latest.year, text, evidence, 28))
    return sorted(asked, key=lambda question: -question.weight)[:1]


def _inspection(known: Known) -> list[Question]:
    if not known.inspections:
        return []
    row = known.inspections[-1]
    judged = known.judgements.get(row["inspection_id"], ())
    weak = [judgement["area"] for judgement in weak_areas(judged)]
    overall = (row["overall_word"] or "").lower()
    file = known.files.get(row["file_id"])
    source = ", ".join(p for p in ((file or {}).get("short_title"), (file or {}).get("edition")) if p)
    found = sentence(inspection_in_words(row, judged))
    evidence = f"{day(row['date'])}, {row['kind']}: {found[0].lower()}{found[1:]}"

    def asked(text: str, weight: int) -> list[Question]:
        return [Question(text=text, evidence=evidence, source=source, anchor="inspections", weight=weight)]

    if weak and overall not in ("good", "outstanding"):
        return asked(f"What has moved in {listed(weak[:3])} since the inspection, and what shows it?", 90)
    if overall in ("requires improvement", "inadequate", "satisfactory"):
        return asked(f"What has moved since the school was judged {overall}, and what shows it?", 90)
    newest = known.school.get("register_date") or row["date"]
    years = (newest - row["date"]).days / 365.25 if row["date"] else 0
    if years >= LONG_AGO:
        return asked("What would an inspector find today that was not there at the last inspection?", 22)
    return asked("What did the last inspection ask for, and what has come of it?", 20)


ASKED_OF_RULES = {
    "attainment_falling": ("What changed between the year groups whose results fell, and is it over?", 80),
    "gap_widening": ("What has changed for disadvantaged pupils while others did better?", 78),
    "roll_falling": ("How will the school plan its classes and staff for fewer pupils?", 56),
    "in_year_deficit": ("What brings spending back to income, and by when?", 55),
    "leadership_vacancy": ("Who leads what until the post is filled, and what waits for it?", 82),
}
"""Rule → what is asked where it is met, and the question's weight."""


def _rules(known: Known) -> list[Question]:
    _, met = known.met()
    asked = []
    for rule, row in met:
        if rule["rule"] not in ASKED_OF_RULES:
            continue
        text, weight = ASKED_OF_RULES[rule["rule"]]
        arms = [arm for arm in row["arms"] or [] if arm["met"] and arm["value"] is not None]
        evidence = " ".join(arm_words(arm) for arm in arms[:2]) or f"{sentence(row['reason'] or rule['words'])}."
        source = f"Rule “{rule['title']}”, {school_year(row['year'])}"
        asked.append(Question(text=text, evidence=evidence, source=source, anchor="rules", weight=weight))
    return sorted(asked, key=lambda question: -question.weight)[:1]


INTAKE = (
    ("free_school_meals_ever_six", "How well do the pupils with free school meals do, and how is that followed?"),
    ("free_school_meals_register", "How well do the pupils with free school meals do, and how is that followed?"),
    ("sen_support", "How well do the pupils with SEN support do, and how is that followed?"),
)
"""Shares of the intake, the first that has a figure is asked about: for schools of which little else is known."""


def _intake(known: Known) -> list[Question]:
    for key, text in INTAKE:
        result = known.result(key)
        latest = result.school.latest() if result else None
        if latest is not None:
            evidence = f"{result.measure.label}: {in_year(result, latest)}."
            if known.is_out_of_date(latest.year):
                evidence += " Nothing newer is in the files."
            return [_of(result, latest.year, text, evidence, 12)]
    return []


EMPTY_PLACES = 0.85
"""Below this share of its places filled, a school is asked how it plans: our judgement."""


def _places(known: Known) -> list[Question]:
    school = known.school
    if not school.get("pupils") or not school.get("capacity") or school["pupils"] >= EMPTY_PLACES * school["capacity"]:
        return []
    share = 100 * school["pupils"] / school["capacity"]
    return [
        Question(
            text="What does the forecast of pupils say, and how are classes and staff planned for it?",
            evidence=f"{school['pupils']:,} pupils in {school['capacity']:,} places ({share:.0f}%), by the register.",
            source=f"School register, {day(school['register_date'])}" if school.get("register_date") else "",
            anchor="sources",
            weight=14,
        )
    ]


RULES: Sequence[Callable[[Known], list[Question]]] = (
    _headline,
    _subjects,
    _absence,
    _gaps,
    _progress,
    _inspection,
    _rules,
    _intake,
    _places,
)
