"""The visit pack: one page of paper for the adviser, of the same figures and questions as the school's page."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from dashboard.components.gaps import finding as gap_finding
from dashboard.components.gaps import signed
from dashboard.components.known import SMALL, Gap, Known
from dashboard.components.not_known import NEVER, not_known
from dashboard.components.paper import Document
from dashboard.components.questions import questions
from dashboard.components.results import Result
from dashboard.components.saying import interval, rests_on, together
from dashboard.components.school_head import kind
from dashboard.components.school_summary import inspection_in_words, standing_beside_england
from dashboard.components.words import count, day, edition, missing, school_year, sentence
from dashboard.figures.by_year import Point, axis_range
from pipelines.measures import Measure, Polarity

MOST_NUMBERS, MOST_QUESTIONS, MOST_REASONS, MOST_RULES, MOST_UNKNOWN = 8, 3, 4, 4, 4
"""What fits one page: the rest stands on the school's page."""

LONGEST = 150
"""Letters of a line of what is not known."""

FIRST = (
    "reading_writing_maths_expected",
    "reading_expected",
    "writing_expected",
    "maths_expected",
    "attainment_8",
    "progress_8",
    "english_maths_grade_5",
    "overall_absence",
    "persistent_absence_10",
)
"""Measures to have in mind, in the order of the page; a school that has few of them shows its other headlines."""

SHORT = {
    "reading_writing_maths_expected": "Reading, writing and maths",
    "reading_expected": "Reading",
    "writing_expected": "Writing",
    "maths_expected": "Maths",
    "reading_writing_maths_higher": "Higher standard in all three",
    "english_maths_grade_5": "English and maths, grade 5",
}
"""Measure → its name where a line is narrow; a note below the numbers says what is counted."""

HIDDEN = "hidden"

MARKING = "For the conversation; the adviser decides."


def visit_pack(known: Known, *, la_name: str, made: datetime | date) -> Document:
    """The document for one school. What it holds is what may be shared: `known` must be read under that rule."""
    school = known.school
    return Document(
        name=f"{school['urn']}-visit-pack",
        title=f"Visit pack: {school['name']}",
        template="visit-pack",
        data=pack(known, la_name=la_name, made=made),
        marking=MARKING,
    )


def pack(known: Known, *, la_name: str, made: datetime | date) -> dict[str, object]:
    """What the template prints: text and numbers alone."""
    school = known.school
    newest, met = known.met()
    asked, numbers = questions(known, MOST_QUESTIONS), _numbers(known)
    unknown = [line for line in not_known(known) if line != NEVER]
    return {
        "name": school["name"],
        "about": _about(known),
        "known_on": day(made),
        "authority": la_name,
        "short": _short(known),
        "numbers": numbers,
        "note": _note(numbers),
        "questions": [{"text": one.text, "evidence": one.evidence, "source": one.source} for one in asked],
        "why": _why(known)[:MOST_REASONS],
        "rules_year": school_year(newest) if newest else "",
        "rules": [rule["title"] for rule, _ in met][:MOST_RULES],
        "rules_more": max(len(met) - MOST_RULES, 0),
        "unknown": [_cut(line) for line in unknown[: MOST_UNKNOWN - 1]] + [NEVER],
        "unknown_more": max(len(unknown) - MOST_UNKNOWN + 1, 0),
        "sources": _sources(known),
    }


def _about(known: Known) -> str:
    school = known.school
    parts = [
        kind(school),
        school["trust"] or school["federation"] or "",
        f"URN {school['urn']}",
        count(school["pupils"], "pupil") if school["pupils"] is not None else "",
    ]
    return " · ".join(part for part in parts if part)


def _short(known: Known) -> str:
    """Headline result, attendance and last inspection, in a sentence each."""
    said = []
    result = known.headline
    if result is not None:
        latest, verdict = result.school.latest(), standing_beside_england(known, result)
        pupils = rests_on(result.measure, latest)
        limits = interval(result.measure, latest.lower, latest.upper)
        england = _at(result, "england", latest.year)
        about = ", ".join(part for part in (pupils, limits, f"England {england}" if england else "") if part)
        line = f"{result.measure.label} {result.measure.format(latest.value)} in {school_year(latest.year)} ({about})"
        pooled = together(result.measure, known.estimate(result))
        line += f"; {pooled}" if pooled else ""
        said.append(f"{line}: {verdict}." if verdict else f"{line}.")
    if known.inspections:
        row = known.inspections[-1]
        found = inspection_in_words(row, known.judgements.get(row["inspection_id"], ()))
        said.append(f"Last inspection {day(row['date'])}: {found}")
    if not said:
        return f"{sentence(known.school['why_silent'] or 'no published figure was found for this school')}."
    return " ".join(said)


def _at(result: Result, key: str, year: int) -> str:
    point = next((p for line in result.drawn if line.key == key and (p := line.at(year))), None)
    return result.measure.format(point.value) if point is not None and point.value is not None else ""


def _value(result: Result, key: str, year: int) -> float | None:
    point = next((p for line in result.drawn if line.key == key and (p := line.at(year))), None)
    return point.value if point is not None else None


def _numbers(known: Known) -> list[dict]:
    found = [known.result(key) for key in FIRST]
    others = [
        result
        for result in known.results
        if result.measure.key not in FIRST
        and result.measure.headline
        and result.measure.polarity is not Polarity.NEUTRAL
    ]
    newest = known.headline.school.latest().year if known.headline else None
    rows: list[dict] = []
    for result in [*found, *others]:
        if result is None or result.school.latest() is None:
            continue
        rows.append(_number(result, newest))
        if known.headline is result:
            rows += [row for row in (_together(known, result), *map(_of_gap, known.gaps[:1])) if row is not None]
    return rows[:MOST_NUMBERS]


def _number(result: Result, newest: int | None) -> dict:
    """A measure in the year of the headline, even where its figure is hidden there; else in its own newest year."""
    measure = result.measure
    of_newest = result.school.at(newest) if newest else None
    point = of_newest if of_newest is not None and of_newest.status == HIDDEN else result.school.latest()
    low, high = axis_range(measure, result.lines)
    is_hidden = point.value is None
    return {
        "name": SHORT.get(measure.key, measure.label),
        "year": school_year(point.year),
        "here": missing(point.status).word.split(":")[0] if is_hidden else measure.format(point.value),
        "pupils": rests_on(measure, point).removesuffix(" pupils").removesuffix(" pupil") if not is_hidden else "",
        "interval": "" if is_hidden else interval(measure, point.lower, point.upper) or _whole(measure, point),
        "similar": _at(result, "similar", point.year),
        "authority": _at(result, "authority", point.year),
        "national": _at(result, "england", point.year),
        "value": point.value,
        "lower": point.lower,
        "upper": point.upper,
        "england": _value(result, "england", point.year),
        "low": low,
        "high": high,
        "hollow": bool(point.n is not None and point.n < measure.minimum_cohort),
        "inset": False,
    }


def _whole(measure: Measure, point: Point) -> str:
    """'all pupils' for a rate of the whole school, which needs no interval; nothing where one is merely not known."""
    return "all pupils" if measure.unit.percent_sign and not rests_on(measure, point) else ""


def _together(known: Known, result: Result) -> dict | None:
    """The best estimate, which several years together speak for, with its own interval."""
    estimate, measure = known.estimate(result), result.measure
    if not together(measure, estimate):
        return None
    years = [int(year) for year in estimate["years"].split(", ")]
    number = round(estimate["pooled_value"] * estimate["pooled_n"] / 100)
    return _blank(measure) | {
        "name": "best estimate, 9 in 10",
        "year": f"{years[0]} to {years[-1] % 100:02d}",
        "here": measure.format(estimate["mean"]),
        "pupils": f"{number:,} of {estimate['pooled_n']:,.0f}",
        "interval": interval(measure, estimate["lower_90"], estimate["upper_90"]),
        "value": estimate["mean"],
        "lower": estimate["lower_90"],
        "upper": estimate["upper_90"],
        "england": estimate["england"],
        "national": measure.format(estimate["england"]) if estimate["england"] is not None else "",
    }


def _note(rows: Sequence[Mapping]) -> str:
    """What a reader of the numbers must know."""
    said = []
    if any(row["name"] in SHORT.values() and row["name"][0] in "RWM" for row in rows):
        said.append("Reading, writing and maths: share of pupils at the expected standard.")
    if any(row["inset"] for row in rows):
        said.append("The best estimate draws each year towards what is usual for its kind.")
    if any(row["hollow"] for row in rows):
        said.append(f"Hollow: fewer than {SMALL} pupils.")
    return " ".join(said)


def _of_gap(gap: Gap) -> dict | None:
    row, measure = gap.own, gap.measure
    if row["focus_value"] is None:
        return None
    england = next((other for key, _, other in gap.rows if key == "england"), None)
    authority = next((other for key, _, other in gap.rows if key == "authority"), None)
    years = [int(year) for year in (row["years"] or str(row["year"])).split(", ")]
    return _blank(measure) | {
        "name": "disadvantaged pupils",
        "year": school_year(years[0]) if len(years) == 1 else f"{years[0]} to {years[-1] % 100:02d}",
        "here": measure.format(row["focus_value"]),
        "pupils": f"{row['focus_n']:,.0f}" if row["focus_n"] is not None else "",
        "interval": interval(measure, row["focus_lower"], row["focus_upper"]),
        "authority": measure.format(authority["focus_value"]) if authority else "",
        "national": measure.format(england["focus_value"]) if england else "",
        "value": row["focus_value"],
        "lower": row["focus_lower"],
        "upper": row["focus_upper"],
        "england": england["focus_value"] if england else None,
        "hollow": bool(row["focus_n"] is not None and row["focus_n"] < SMALL),
    }


def _blank(measure: Measure) -> dict:
    low, high = measure.axis
    return {
        "similar": "",
        "authority": "",
        "national": "",
        "low": low,
        "high": high,
        "hollow": False,
        "inset": True,
    }


def _why(known: Known) -> list[dict]:
    """Facts that stand out, without chances: measures, then the gap, then the intake; each beside what it is like."""
    said: list[dict] = []
    for result in known.results:
        if not (result.measure.headline and result.measure.polarity is not Polarity.NEUTRAL):
            continue
        verdict = standing_beside_england(known, result)
        if result.school.latest() is not None and "by more than chance" in verdict:
            is_better = ("above" in verdict) is (result.measure.polarity is Polarity.HIGH_IS_BETTER)
            said.append({"text": f"{result.measure.label}: {verdict}", "is_better": is_better})
    for gap in known.gaps:
        if "by more than chance" in gap_finding(gap.own):
            is_better = gap.own["national_gap"] > 0
            points = signed(gap.measure, gap.own["national_gap"])
            said.append({"text": f"Disadvantaged pupils: {gap_finding(gap.own)} ({points})", "is_better": is_better})
    for row in known.expected.values():
        if row["lower"] is not None and (row["lower"] > 0 or row["upper"] < 0):
            is_better = row["lower"] > 0
            where = "above" if is_better else "below"
            label = f"{_label(known, row['measure'])}, {school_year(row['year'])}"
            said.append(
                {"text": f"{label}: {where} schools with a like intake, by more than chance", "is_better": is_better}
            )
    return sorted(said, key=lambda line: line["is_better"])


def _label(known: Known, key: str) -> str:
    result = known.result(key)
    return result.measure.label if result else key


def _cut(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    first = text.split(". ")[0]
    return f"{first.rstrip('.')}." if len(first) <= LONGEST else f"{first[: LONGEST - 1].rsplit(' ', 1)[0]} …"


def _sources(known: Known) -> str:
    newest: dict[str, Mapping] = {}
    used: Sequence[Result] = [result for key in FIRST if (result := known.result(key)) and result.school.latest()]
    for result in used:
        year = result.school.latest().year
        origin = next((origin for origin in result.origins if origin.year == year and origin.path), None)
        if origin is not None and origin.source not in newest:
            newest[origin.source] = {"edition": edition(origin.edition), "release": origin.release}
    named = [f"{source} {row['edition']}, {row['release']}" for source, row in newest.items()]
    return "; ".join(named)
