"""What the cohorts of a place say in sentences: between which ages the gap opens, and where nobody can follow."""

from collections.abc import Mapping, Sequence

from dashboard.components.gaps import signed
from dashboard.components.words import listed
from pipelines.measures import MEASURES
from pipelines.measures.cohorts import STAGES

Row = Mapping[str, object]
"""A row of mart.cohort_step or mart.cohort_opening."""

AGES = tuple(stage.age for stage in STAGES)
NAMED = {5: "five", 6: "six", 7: "seven", 11: "eleven", 16: "sixteen"}
POINTS = MEASURES["reading_writing_maths_expected"]
"""Every difference is written in whole points, as those at eleven are."""

KEY_STAGE_1 = MEASURES["key_stage_1_reading_writing_maths"]
PANDEMIC = next(
    tuple(range(note.years[0], note.years[1] + 1)) for note in KEY_STAGE_1.notes if note.state == "no tests"
)
"""The summers in which nobody was assessed at five, six, seven or eleven."""

AT_ELEVEN = 11


def amount(change: float) -> str:
    """Points without a sign: '13'."""
    return signed(POINTS, abs(change)).lstrip("+")


def points(row: Row) -> str:
    """A change with its limits, where there are any."""
    limits = (
        f" ({signed(POINTS, row['lower'])} to {signed(POINTS, row['upper'])})"
        if row["lower"] is not None and row["upper"] is not None
        else ""
    )
    return f"{signed(POINTS, row['change'])}{limits}"


def whole_of(openings: Sequence[Row]) -> Row | None:
    """The change up to eleven from the youngest age that has one."""
    known = [row for row in openings if row["to_age"] == AT_ELEVEN and row["change"] is not None]
    return min(known, key=lambda row: row["from_age"], default=None)


def stretch_of(openings: Sequence[Row]) -> Row | None:
    """The shortest stretch of ages up to eleven that opens by more than chance and makes up half of the whole."""
    whole = whole_of(openings)
    if whole is None or not _opens(whole):
        return None
    found = [
        row
        for row in openings
        if row["to_age"] <= AT_ELEVEN
        and row["from_age"] >= whole["from_age"]
        and _opens(row)
        and row["change"] <= whole["change"] / 2
        and (row["from_age"], row["to_age"]) != (whole["from_age"], whole["to_age"])
    ]
    return min(found, key=lambda row: (row["to_age"] - row["from_age"], row["change"]), default=None)


def _opens(row: Row) -> bool:
    return row["upper"] is not None and row["upper"] < 0


def finding(openings: Sequence[Row]) -> str:
    """Between which ages the gap opens, in at most ten words; only what is more than chance."""
    whole, stretch = whole_of(openings), stretch_of(openings)
    if stretch is not None:
        return f"Most of the gap opens between {NAMED[stretch['from_age']]} and {NAMED[stretch['to_age']]}"
    if whole is None:
        if any(row.get("status") == "hidden" for row in openings):
            return "Small numbers are hidden: where it opens is not shown"
        return "Too few ages to tell where the gap opens"
    if whole["upper"] is None:
        way = "wider" if whole["change"] < 0 else "narrower"
        return f"The gap is {way} at eleven than at {NAMED[whole['from_age']]}"
    if _opens(whole):
        return "The gap opens by eleven; exactly when cannot be told"
    if whole["lower"] > 0:
        return f"The gap narrows between {NAMED[whole['from_age']]} and eleven"
    return "It cannot be told that the gap opens or narrows"


def age_by_age(main: Mapping[int, Row], england: Mapping[int, Row], cohort: int) -> str:
    """A cohort's differences from England's others at each age, beside those of England's disadvantaged children."""
    known = [age for age in AGES if has_gap(main, age) and main[age]["compared_with"] == "other"]
    if not known:
        return ""
    first, *later = [f"{_behind(main[age]['gap'], is_first=age == known[0])} at {NAMED[age]}" for age in known]
    said = f"The Year 6 of {cohort} was {listed([first, *later])}"
    if all(has_gap(england, age) for age in known):
        said += f"; England’s disadvantaged children {listed([amount(england[age]['gap']) for age in known])}"
    return f"{said}."


def has_gap(steps: Mapping[int, Row], age: int) -> bool:
    """Whether a cohort has a difference from England at an age."""
    return age in steps and steps[age]["gap"] is not None


def _behind(gap: float, *, is_first: bool) -> str:
    """'6 points behind' at the first age, '8' at the others; what is not behind says so."""
    text = amount(gap)
    if text == "0":
        return "level"
    return f"{text} points {'behind' if gap < 0 else 'ahead'}" if is_first or gap > 0 else text


def together(openings: Sequence[Row]) -> tuple[str, str]:
    """What the newest cohorts together say, as the conclusion and what else belongs to it; empty where nothing."""
    whole, stretch = whole_of(openings), stretch_of(openings)
    if whole is None:
        return "", ""
    if whole["upper"] is None:
        return (
            f"Over the Year 6s of {_years(whole)} the gap {_moves(whole)} between {_ages(whole)}{_england(whole)}.",
            "Whether that is more than chance cannot be told: no numbers of children are printed.",
        )
    if stretch is None:
        is_clear = _opens(whole) or whole["lower"] > 0
        return (
            f"Over the Year 6s of {_years(whole)} together the gap {_moves(whole)} between {_ages(whole)} "
            f"{_limits(whole)}, {'more' if is_clear else 'no more'} than chance{_england(whole)}.",
            "No shorter stretch of ages can be named." if is_clear else "Where it opens cannot be told.",
        )
    before = [
        f"Between {_ages(row)} it {_moves(row)} {_limits(row)}: no more than chance."
        for row in openings
        if (row["from_age"], row["to_age"]) == (whole["from_age"], stretch["from_age"])
        and row["upper"] is not None
        and not _opens(row)
    ]
    return (
        f"Over the Year 6s of {_years(stretch)} together it {_moves(stretch)} between {_ages(stretch)} "
        f"{_limits(stretch)}, more than chance{_england(stretch)}.",
        " ".join(before),
    )


def _ages(row: Row) -> str:
    return f"{NAMED[row['from_age']]} and {NAMED[row['to_age']]}"


def _years(row: Row) -> str:
    return listed(str(row["cohorts"]).split(", "))


def _moves(row: Row) -> str:
    text = amount(row["change"])
    if text == "0":
        return "stays the same"
    noun = "point" if text == "1" else "points"
    return f"{_way(row)} by {text} {noun}"


def _way(row: Row) -> str:
    return "opens" if row["change"] < 0 else "narrows"


def _limits(row: Row) -> str:
    """The limits of a change in the sense of its verb: 'opens by 13 points (2 to 24)'."""
    sign = -1 if row["change"] < 0 else 1
    low, high = sorted(sign * row[end] for end in ("lower", "upper"))
    return f"({signed(POINTS, low).lstrip('+')} to {signed(POINTS, high).lstrip('+')})"


def _england(row: Row) -> str:
    change = row["england_change"]
    if change is None:
        return ""
    if (change < 0) == (row["change"] < 0):
        return f"; in England by {amount(change)}"
    return f"; in England it {'opens' if change < 0 else 'narrows'} by {amount(change)}"


def apart_note(main: Mapping[int, Row]) -> str:
    """Which ages of the main cohort are held against all children, for the line above the chart."""
    ages = [NAMED[age] for age in AGES if has_gap(main, age) and main[age]["compared_with"] == "all"]
    if not ages:
        return ""
    return f"Hollow, at {listed(ages)}: behind all children, for no file at hand has England’s others."


def not_followed(cohorts: Mapping[int, Mapping[int, Row]], drawn: Sequence[int], *, has_own: bool) -> str:
    """Where the cohorts drawn cannot be followed, and what to keep in mind."""
    lost: dict[int, list[int]] = {}
    for cohort in sorted(drawn):
        for age, row in sorted(cohorts[cohort].items()):
            if age < AT_ELEVEN and row["status"] == "no tests" and row["year"] in PANDEMIC:
                lost.setdefault(cohort, []).append(age)
    parts = []
    if lost:
        named = [f"the Year 6 of {cohort} at {listed([NAMED[age] for age in ages])}" for cohort, ages in lost.items()]
        parts.append(f"nothing was assessed in {listed([str(year) for year in PANDEMIC])} ({'; '.join(named)})")
    parts.append(f"key stage 1 ended in {KEY_STAGE_1.years[1]}")
    if not has_own:
        parts.append("key stage 1 by free school meals is in no file at hand")
    if any(row["status"] == "hidden" for cohort in drawn for row in cohorts[cohort].values()):
        parts.append("steps are hidden from which a school’s small number could be worked out")
    parts.append("the early years profile is new since 2022, and no cohort since has come to eleven")
    return (
        f"Cannot be followed: {'; '.join(parts)}. Children who moved are counted where they were assessed. At five, "
        "six and seven the group is free school meals, from eleven the disadvantaged, who are more."
    )
