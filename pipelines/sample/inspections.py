"""Inspections of the sample's schools, and the four lists in which Ofsted published them."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import polars as pl

from pipelines.sample import scenarios
from pipelines.sample.constants import LA_NAMES, SAMPLE_REGION_NAME, YEARS
from pipelines.sample.files import Writer, generator
from pipelines.sample.headers_inspections import COLUMNS_2020, COLUMNS_2025, COLUMNS_2026, IDACI
from pipelines.sample.schools import Life, School
from pipelines.sample.world import World

NO_OVERALL_FROM = date(2024, 9, 2)
REPORT_CARDS_FROM = date(2025, 11, 10)
LAST_DAY = date(2026, 3, 31)
AREAS = (
    "Inclusion", "Curriculum and teaching", "Achievement", "Attendance and behaviour",
    "Personal development and wellbeing", "Leadership and governance",
)  # fmt: skip
STEPS = ("Urgent improvement", "Needs attention", "Expected standard", "Strong standard", "Exceptional")
WORDS = {1: "Outstanding", 2: "Good", 3: "Requires Improvement", 4: "Inadequate"}
TYPES = {
    "Community school": "Community School", "Voluntary aided school": "Voluntary Aided School",
    "Voluntary controlled school": "Voluntary Controlled School", "Foundation school": "Foundation School",
    "Academy converter": "Academy Converter", "Academy sponsor led": "Academy Sponsor Led",
    "Free schools": "Free School", "University technical college": "University Technical College",
    "Community special school": "Community Special School",
    "Academy special converter": "Academy Special Converter", "Pupil referral unit": "Pupil Referral Unit",
    "Academy alternative provision converter": "Academy Alternative Provision Converter",
    "Local authority nursery school": "LA Nursery School",
    "Other independent school": "Other Independent School",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Inspection:
    """One inspection: `overall` is None where none was given; areas of the report card only from November
    2025.
    """

    number: str
    day: date
    published: date
    life: Life
    kind: str
    overall: int | None = None
    quality: int = 9
    behaviour: int = 9
    development: int = 9
    leadership: int = 9
    safe: str = "9"
    early_years: int = 9
    sixth_form: int = 9
    concern: str = ""
    outcome: str = ""
    card: tuple[str, ...] = ()


def inspections(world: World) -> dict[int, list[Inspection]]:
    """Return the inspections of every state school in order of day, by number of the school."""
    found = {}
    for school in world.schools:
        if school.kind != "independent":
            rng = generator(world.seed, "inspections", school.number)
            found[school.number] = _fixed(school, _history(school, rng))
    return found


def _life_on(school: School, day: date) -> Life | None:
    for life in school.lives:
        if (life.opened is None or life.opened <= day) and (life.closed is None or life.closed > day):
            return life
    return None


def _history(school: School, rng: np.random.Generator) -> list[Inspection]:
    day = date(2005, 9, 5) + timedelta(days=int(rng.integers(0, 1300)))
    opened = school.lives[0].opened
    if opened and opened > day:
        day = opened + timedelta(days=int(rng.integers(450, 1000)))
    found: list[Inspection] = []
    while day <= LAST_DAY:
        day = _term_day(day)
        life = _life_on(school, day)
        if life is None:
            break
        last = next((item for item in reversed(found) if item.kind == "graded"), None)
        ungraded = (
            last is not None
            and last.overall in (1, 2)
            and date(2015, 9, 1) <= day < REPORT_CARDS_FROM
            and rng.random() < 0.6
        )
        inspection = _inspect(school, life, day, rng, "ungraded" if ungraded else "graded", last)
        found.append(inspection)
        years = {1: 6.5, 2: 4.2, 3: 2.3, 4: 1.6, None: 3.4}[inspection.overall or (last.overall if last else None)]
        day += timedelta(days=int(365 * max(0.8, years + rng.normal(0, 0.45))))
    return found


def _term_day(day: date) -> date:
    """A Tuesday in term, and none between March 2020 and April 2021."""
    if date(2020, 3, 17) <= day <= date(2021, 4, 30):
        day = date(2021, 5, 4) + (day - date(2020, 3, 17)) / 2
    if day.month in (8,) or (day.month == 7 and day.day > 12):
        day = date(day.year, 9, 14) + timedelta(days=day.day)
    if (day.month == 12 and day.day > 10) or (day.month == 1 and day.day < 8):
        day += timedelta(days=32)
    return day + timedelta(days=(1 - day.weekday()) % 7)


def _inspect(
    school: School, life: Life, day: date, rng: np.random.Generator, kind: str, last: Inspection | None
) -> Inspection:
    position = min(max(day.year - YEARS[0], 0), len(YEARS) - 1)
    easier = 0.1 * np.clip(day.year - 2012, 0, 8) / 8
    latent = 0.62 * school.effect[position] + easier + rng.normal(0, 0.55)
    number = (
        f"ITS{300000 + life.urn % 100000 + day.year % 10}"
        if day.year < 2015
        else f"{10000000 + life.urn % 1000 * 97 + (day - date(2015, 1, 1)).days}"
    )
    inspection = Inspection(
        number=number,
        day=day,
        published=day + timedelta(days=int(rng.integers(22, 58))),
        life=life,
        kind=kind,
    )
    if kind == "ungraded":
        return replace(inspection, outcome=_outcome(latent, day, last))
    if day >= REPORT_CARDS_FROM:
        card = tuple(
            STEPS[int(np.clip(np.digitize(latent + rng.normal(0, 0.45), (-1.9, -1.0, 0.35, 1.75)), 0, 4))]
            for _ in AREAS
        )
        return replace(inspection, kind="card", card=card, safe="Met", concern=_card_concern(card, True))
    grade = int(np.select([latent > 1.1, latent > -0.6, latent > -1.3], [1, 2, 3], 4))
    return _grades(inspection, school, grade, day, rng)


def _grades(inspection: Inspection, school: School, grade: int, day: date, rng: np.random.Generator) -> Inspection:
    parts = {}
    if day >= date(2019, 9, 1):
        for name in ("quality", "behaviour", "development"):
            parts[name] = grade if name == "quality" else max(1, min(4, grade - int(rng.random() < 0.25)))
    stage = school.ages[0] <= 5 and day >= date(2014, 9, 1)
    early = (0 if school.number % 37 == 5 else grade) if stage else 8 if school.ages[0] <= 5 else 9
    return replace(
        inspection,
        overall=None if day >= NO_OVERALL_FROM else grade,
        leadership=max(1, min(4, grade - int(rng.random() < 0.12))),
        safe="9" if day < date(2015, 9, 1) else "No" if grade == 4 and rng.random() < 0.5 else "Yes",
        early_years=early,
        sixth_form=grade if school.ages[1] >= 18 else 9,
        concern="" if grade < 4 else ("SM" if rng.random() < 0.6 else "SWK"),
        **parts,
    )


def _outcome(latent: float, day: date, last: Inspection | None) -> str:
    if day >= NO_OVERALL_FROM:
        return (
            "Improved significantly"
            if latent > 1.0
            else ("Standards maintained" if latent > -0.8 else "Some aspects not as strong")
        )
    word = WORDS[last.overall] if last and last.overall else "Good"
    if latent > 1.1 and word == "Good":
        return "School remains Good (Improving) - S5 Next"
    return f"School remains {word}" + (" (Concerns) - S5 Next" if latent < -0.8 else "")


def _card_concern(card: tuple[str, ...], safe: bool) -> str:
    """Special measures if leadership and another area are urgent; significant improvement if one is."""
    urgent = [area for area, step in zip(AREAS, card, strict=True) if step == STEPS[0]]
    if not urgent and safe:
        return ""
    return "SM" if AREAS[5] in urgent and (len(urgent) > 1 or not safe) else "RSI"


def _fixed(school: School, found: list[Inspection]) -> list[Inspection]:
    """The inspections of the scenarios replace what was drawn from their first day on."""
    urn = school.lives[0].urn
    life = school.lives[-1]

    def one(day: date, **what: object) -> Inspection:
        number = f"{10300000 + urn % 1000 * 10 + day.year % 10}"
        return Inspection(number=number, day=day, published=day + timedelta(days=40), life=life, **what)

    good = {"quality": 2, "behaviour": 2, "development": 2, "leadership": 2, "safe": "Yes", "early_years": 2}
    weak = {"quality": 3, "behaviour": 2, "development": 2, "leadership": 3, "safe": "Yes", "early_years": 2}
    if urn == scenarios.GRADED_2024:
        found = [item for item in found if item.day < date(2019, 1, 1)]
        return [*found, one(date(2024, 5, 14), kind="graded", overall=2, **good)]
    if urn == scenarios.REPORT_CARD_2026:
        found = [item for item in found if item.day < date(2019, 1, 1)]
        card = (STEPS[2],) * 5 + (STEPS[1],)
        return [
            *found,
            one(date(2023, 3, 7), kind="graded", overall=3, **weak),
            one(date(2026, 2, 10), kind="card", card=card, safe="Met"),
        ]
    if urn == scenarios.CONVERTER_BEFORE:
        found = [item for item in found if item.day < date(2019, 1, 1)]
        before = replace(one(date(2022, 6, 14), kind="graded", overall=2, **good), life=school.lives[0])
        return [*found, before]
    return found


def write_inspections(world: World, writer: Writer) -> None:
    """Write the history to February 2020 and the lists of August 2020, August 2025 and March 2026."""
    found = inspections(world)
    _history_file(found, writer)
    _list_2020(world, found, writer)
    _list_2025(world, found, writer)
    _list_2026(world, found, writer)


def _history_file(found: dict[int, list[Inspection]], writer: Writer) -> None:
    rows = []
    for items in found.values():
        for item in items:
            if item.overall is None or item.day > date(2020, 2, 28):
                continue
            word = "Satisfactory" if item.overall == 3 and item.day < date(2012, 9, 1) else WORDS[item.overall]
            rows.append((str(item.life.urn), word, item.day.strftime("%Y%m%d")))
    frame = pl.DataFrame(
        sorted(rows, key=lambda row: (row[0], -int(row[2]))),
        orient="row",
        schema=["URN", "Rating", "Inspection Date"],
    )
    writer.frame("ofsted", "inspections-2005-2020", "ofsted_ratings_2005-09_2020-02.csv", frame, line_end="\r\n")


def _text(value: date | str | None, written: str = "", missing: str = "") -> str:
    """A day as that list writes days, or a text; `missing` where there is none."""
    if value is None:
        return missing
    return value.strftime(written) if isinstance(value, date) else value


def _head(world: World, school: School, life: Life, day: date, written: str, missing: str) -> dict[str, str]:
    """The columns about the school itself that all three lists share."""
    phase = {"special": "Special", "pru": "PRU", "nursery": "Nursery"}.get(
        school.kind, "Primary" if school.phase in ("Primary", "Middle deemed primary") else "Secondary"
    )
    trust = world.all_schools.trusts[life.trust] if life.trust is not None else None
    poor = int(np.clip(np.digitize(world.land.deprivation[school.area], (-0.85, -0.3, 0.25, 0.85)) + 1, 1, 5))
    roll = world.roll[school.number, min(max(day.year - YEARS[0], 0), len(YEARS) - 1)]
    opened = life.opened or (date(1900, 1, 1) if school.number % 61 == 7 else None)
    sixth = "Has a sixth form" if school.ages[1] >= 18 else "Does not have a sixth form"
    return {
        "link": f"http://www.ofsted.gov.uk/inspection-reports/find-inspection-report/provider/ELS/{life.urn}",
        "URN": str(life.urn),
        "LAESTAB": f"{school.la_code}{life.estab}",
        "School name": life.name,
        "Ofsted phase": phase,
        "Type of education": TYPES[life.type],
        "School open date": opened.strftime(written) if opened else missing,
        "Admissions policy": school.admissions,
        "Sixth form": sixth if phase in ("Primary", "Secondary") else "Not applicable",
        "Designated religious character": school.faith,
        "Religious ethos": "Does not apply",
        "Faith grouping": "Non-faith" if school.faith == "Does not apply" else "Christian",
        "Ofsted region": SAMPLE_REGION_NAME,
        "Region": SAMPLE_REGION_NAME,
        "Local authority": LA_NAMES[school.la_code],
        "Parliamentary constituency": f"Exemplar {'North' if school.latitude > 50.33 else 'South'}",
        "Postcode": school.postcode,
        "Multi-academy trust UID": str(trust.uid) if trust else missing,
        "Multi-academy trust name": trust.name if trust else missing,
        "Academy sponsor UID": missing,
        "Academy sponsor name": missing,
        "idaci": str(poor),
        "Total number of pupils": str(roll) if roll else missing,
        "Statutory lowest age": str(school.ages[0]),
        "Statutory highest age": str(school.ages[1]),
    }


def _whose(item: Inspection | None, school: School, life: Life, words: tuple[str, str], missing: str = "") -> dict:
    """Whose inspection it was: the columns that follow an academy back to its predecessor."""
    relate, at = words
    names = [relate, f"URN at time of {at}", f"LAESTAB at time of {at}"]
    names += [f"School name at time of {at}", f"School type at time of {at}"]
    if item is None:
        return dict.fromkeys(names, missing)
    same = "Yes" if item.life.urn == life.urn else "No"
    laestab = f"{school.la_code}{item.life.estab}"
    return dict(zip(names, (same, str(item.life.urn), laestab, item.life.name, TYPES[item.life.type]), strict=True))


JUDGEMENTS = (
    ("quality", "Quality of education"),
    ("behaviour", "Behaviour and attitudes"),
    ("development", "Personal development"),
    ("leadership", "Effectiveness of leadership and management"),
    ("safe", "Safeguarding is effective?"),
    ("early_years", "Early years provision (where applicable)"),
    ("sixth_form", "Sixth form provision (where applicable)"),
)


def _judged(item: Inspection | None, prefix: str = "", missing: str = "") -> dict[str, str]:
    out = {}
    for name, words in JUDGEMENTS:
        label = prefix + (words[0].lower() + words[1:] if prefix else words)
        out[label] = missing if item is None else str(getattr(item, name))
    return out


def _split(items: list[Inspection], until: date) -> tuple[list[Inspection], Inspection | None, int]:
    """Graded inspections by day, the latest ungraded one since the last graded, and how many there were."""
    seen = [item for item in items if item.published <= until]
    graded = [item for item in seen if item.kind == "graded"]
    since = [item for item in seen if item.kind == "ungraded" and (not graded or item.day > graded[-1].day)]
    return graded, (since[-1] if since else None), len(since)


def _kind_of_s5(items: list[Inspection], school: School) -> str:
    if len(items) > 1 and items[-2].overall == 3:
        return "Requires Improvement S5 Reinspection Visit 1"
    if len(items) > 1 and items[-1].life.urn != items[-2].life.urn:
        return "Academy First Section 5"
    return "Exempt School Inspection" if school.number % 29 == 3 else "S5 Inspection"


def _open_schools(world: World, day: date) -> list[tuple[School, Life]]:
    found = [
        (school, life)
        for school in world.schools
        if school.kind != "independent" and (life := _life_on(school, day)) is not None
    ]
    return sorted(found, key=lambda pair: pair[1].urn)


def _list_2020(world: World, found: dict[int, list[Inspection]], writer: Writer) -> None:
    day, written = date(2020, 8, 31), "%Y-%m-%d"
    rows = []
    for school, life in _open_schools(world, day):
        graded, ungraded, number = _split(found[school.number], day)
        number_of_ungraded = _text(ungraded and ungraded.number)
        last = graded[-1] if graded else None
        before = graded[-2] if len(graded) > 1 else None
        row = _head(world, school, life, day, written, "")
        row = {"Web link": "Ofsted School Webpage", **row, IDACI: row["idaci"]}
        row |= {
            "Latest section 8 inspection number since last full inspection": number_of_ungraded,
            **_whose(ungraded, school, life, (
                "Does the section 8 inspection relate to the URN of the current school?",
                "the section 8 inspection")),
            "Number of section 8 inspections since the last full inspection": str(number or ""),
            "Date of latest section 8 inspection": _text(ungraded and ungraded.day, written),
            "Section 8 inspection publication date": _text(ungraded and ungraded.published, written),
            "Did the latest section 8 inspection convert to a full inspection?": "No" if ungraded else "",
            "Section 8 inspection overall outcome": _text(ungraded and ungraded.outcome),
            "Number of other section 8 inspections since last full inspection": "",
            **_latest(last, graded, school, life, written, "full"),
            "Inspection end date": _text(last and last.day + timedelta(days=1), written),
            "Overall effectiveness": str(last.overall) if last else "",
            "Category of concern": last.concern if last else "",
            **_judged(last),
            **_previous(before, school, life, written, "full"),
            "Previous inspection end date": _text(before and before.day + timedelta(days=1), written),
        }  # fmt: skip
        rows.append({name: row.get(_renamed(name), row.get(name, "")) for name in COLUMNS_2020})
    writer.frame("ofsted", "2020-08-31", "ofsted_mi_state_funded_2020-08-31.csv", pl.DataFrame(rows))


def _renamed(name: str) -> str:
    """The two lists say 'the latest section 8 inspection' for name and type only; the values are the same."""
    return name.replace("at time of the latest section 8", "at time of the section 8").replace(
        "at time of the latest ungraded", "at time of the ungraded"
    )


def _latest(
    last: Inspection | None, graded: list[Inspection], school: School, life: Life, written: str, word: str
) -> dict[str, str]:
    kind = _kind_of_s5(graded, school) if last else ""
    deemed = bool(last) and last.number.endswith("7") and last.day >= date(2015, 9, 1)
    return {
        f"Inspection number of latest {word} inspection": last.number if last else "",
        "Inspection type": "Maintained Academy and School Short inspection" if deemed else kind,
        "Inspection type grouping": "Section 8 conversion" if deemed else kind,
        "Event type grouping": "Schools – Section 8 conversion" if deemed else "Schools - S5" if last else "",
        "Inspection start date": last.day.strftime(written) if last else "",
        "Publication date": last.published.strftime(written) if last else "",
        **_whose(last, school, life, (
            f"Does the latest {word} inspection relate to the URN of the current school?",
            f"latest {word} inspection")),
    }  # fmt: skip


def _previous(before: Inspection | None, school: School, life: Life, written: str, word: str) -> dict[str, str]:
    number = "Previous full inspection number" if word == "full" else "Previous inspection number"
    overall = "" if before is None else "Not judged" if before.overall is None else str(before.overall)
    return {
        number: before.number if before else "",
        "Previous inspection start date": before.day.strftime(written) if before else "",
        "Previous publication date": before.published.strftime(written) if before else "",
        **_whose(before, school, life, (
            f"Does the previous {word} inspection relate to the URN of the current school?",
            f"previous {word} inspection")),
        f"Previous {word} inspection overall effectiveness": overall,
        "Previous category of concern": before.concern if before else "",
        **_judged(before, "Previous "),
    }  # fmt: skip


def _list_2025(world: World, found: dict[int, list[Inspection]], writer: Writer) -> None:
    """Windows-1252, dates with slashes, fifteen blank rows at the end."""
    day, written = date(2025, 8, 31), "%d/%m/%Y"
    rows = []
    for school, life in _open_schools(world, day):
        graded, ungraded, number = _split(found[school.number], day)
        number_of_ungraded = _text(ungraded and ungraded.number)
        last = graded[-1] if graded else None
        before = graded[-2] if len(graded) > 1 else None
        row = _head(world, school, life, day, written, "")
        row = {"Web Link (opens in new window)": row["link"], **row, IDACI: row["idaci"]}
        row |= {
            "Number of warning notices issued in 2024/25 academic year": "1" if life.urn == 900187 else "",
            "Latest ungraded inspection number since last graded inspection": number_of_ungraded,
            **_whose(ungraded, school, life, (
                "Does the ungraded inspection relate to the URN of the current school?",
                "the ungraded inspection")),
            "Number of ungraded inspections since the last graded inspection": str(number or ""),
            "Date of latest ungraded inspection": _text(ungraded and ungraded.day, written),
            "Ungraded inspection publication date": _text(ungraded and ungraded.published, written),
            "Did the latest ungraded inspection convert to a graded inspection?": "No" if ungraded else "",
            "Ungraded inspection overall outcome": _text(ungraded and ungraded.outcome),
            "Number of monitoring and urgent inspections since last graded inspection":
                "1" if last and last.concern else "",
            **_latest(last, graded, school, life, written, "graded"),
            "Current school type used for chart C6": _chart_type(last, life),
            "Overall effectiveness": "" if last is None else str(last.overall or "Not judged"),
            "Category of concern": last.concern if last else "",
            **_judged(last),
            **_previous(before, school, life, written, "graded"),
        }  # fmt: skip
        rows.append({name: row.get(_renamed(name), row.get(name, "")) for name in COLUMNS_2025})
    writer.frame(
        "ofsted", "2025-08-31", "state_funded_schools_inspections_and_outcomes_as_at_31_Aug_2025.csv",
        pl.DataFrame(rows), encoding="cp1252", line_end="\r\n", trailer=["," * (len(COLUMNS_2025) - 1)] * 15,
    )  # fmt: skip


def _chart_type(last: Inspection | None, life: Life) -> str:
    if last is None or last.life.urn != life.urn:
        return "Not inspected in current form"
    return {"Academy converter": "Academy converter", "Academy sponsor led": "Academy sponsor led"}.get(
        life.type, "Free school" if life.type == "Free schools" else "Maintained school"
    )


def _list_2026(world: World, found: dict[int, list[Inspection]], writer: Writer) -> None:
    """The list of the report-card era: 85 columns, NULL for what is missing, two spaces in one heading."""
    written, null = "%d/%m/%Y", "NULL"
    rows = []
    for school, life in _open_schools(world, LAST_DAY):
        items = [item for item in found[school.number] if item.day <= LAST_DAY]
        card = next((item for item in reversed(items) if item.kind == "card"), None)
        graded = [item for item in items if item.kind == "graded" and item.day >= date(2019, 9, 1)]
        last = graded[-1] if graded else None
        later = [item for item in items if item.kind == "ungraded" and (not graded or item.day > graded[-1].day)]
        ungraded = later[-1] if later else None
        row = _head(world, school, life, LAST_DAY, written, null)
        row = {"Web Link (opens in new window)": row["link"], **row, IDACI: row["idaci"]}
        row |= _card_cells(card, school, life, written, null)
        row |= _oeif_cells(last, school, life, written, null)
        row |= {
            "Latest ungraded inspection number": ungraded.number if ungraded else null,
            "Date of latest ungraded inspection": _text(ungraded and ungraded.day, written, null),
            "Ungraded inspection publication date": _text(ungraded and ungraded.published, written, null),
            **_whose(ungraded, school, life, (
                "Does the ungraded inspection relate to the URN of the current school?",
                "the ungraded inspection"),
                null),
            "Ungraded inspection overall outcome": ungraded.outcome if ungraded else null,
            "Most recent category of concern": (card or last).concern if card or last else null,
        }  # fmt: skip
        rows.append({name: row[name] for name in COLUMNS_2026})
    writer.frame(
        "ofsted", "2026-03-31",
        "Management_information_-_state-funded_schools_-_latest_inspections_as_at_31_Mar_2026.csv",
        pl.DataFrame(rows), encoding="cp1252",
    )  # fmt: skip


def _card_cells(card: Inspection | None, school: School, life: Life, written: str, null: str) -> dict[str, str]:
    day = card.day.strftime(written) if card else null
    cells = {
        "Inspection number of latest full inspection": card.number if card else null,
        "Inspection type": "S5 Inspection" if card else null,
        "Inspection type grouping": "S5 Inspection" if card else null,
        "Event type grouping": "Schools - S5" if card else null,
        "Inspection start date": day,
        "Publication date": card.published.strftime(written) if card else null,
        **_whose(card, school, life, (
            "Does the latest full inspection relate to the URN of the current school?",
            "latest full inspection"), null),
        "Category of concern": card.concern if card else null,
        "Safeguarding standards": card.safe if card else null,
        "Early years (where applicable)":
            null if not card else card.card[2] if school.ages[0] <= 5 else "Not applicable",
        "Post-16 provision (where applicable)":
            null if not card else card.card[2] if school.ages[1] >= 18 else "Not applicable",
    }  # fmt: skip
    for number, area in enumerate(AREAS):
        cells[area] = card.card[number] if card else null
        cells[f"{area} - date of grade"] = day
    for area in ("Safeguarding standards", "Early years", "Post-16 provision"):
        cells[f"{area} - date of grade"] = day
    return cells


def _oeif_cells(last: Inspection | None, school: School, life: Life, written: str, null: str) -> dict[str, str]:
    ending = "of latest OEIF graded inspection"
    overall = null if last is None else str(last.overall or "Not judged")
    judged = _judged(last, "Latest OEIF ", null)
    judged["Latest OEIF  safeguarding is effective?"] = judged.pop("Latest OEIF safeguarding is effective?")
    return {
        f"Inspection number {ending}": last.number if last else null,
        f"Inspection type {ending}": "S5 Inspection" if last else null,
        f"Inspection type grouping {ending}": "S5 Inspection" if last else null,
        f"Event type grouping {ending}": "Schools - S5" if last else null,
        f"Inspection start date {ending}": last.day.strftime(written) if last else null,
        f"Publication date {ending}": last.published.strftime(written) if last else null,
        **_whose(last, school, life, (
            "Does the latest OEIF graded inspection relate to the URN of the current school?",
            "latest OEIF graded inspection"), null),
        "Latest OEIF category of concern": last.concern if last else null,
        "Latest OEIF overall effectiveness": overall,
        **judged,
    }  # fmt: skip
