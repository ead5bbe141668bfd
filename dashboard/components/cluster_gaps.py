"""The gaps of a cluster for one measure and group: its own, its schools', and those of the places beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard.components.gaps import signed
from dashboard.components.words import count, listed, missing, school_year, sentence
from pipelines.measures import Measure

Row = Mapping[str, object]
"""A row of mart.gap."""


@dataclass(frozen=True, kw_only=True)
class People:
    """A group of pupils that is set against others: its words in a menu, in a sentence, and those of the others."""

    label: str
    name: str
    others: str


PEOPLE: dict[str, People] = {
    "disadvantaged": People(label="Disadvantaged pupils", name="disadvantaged pupils", others="other pupils"),
    "free_school_meals": People(
        label="Free school meals", name="children on free school meals", others="other children"
    ),
    "sen_support": People(label="SEN support", name="pupils with SEN support", others="all other pupils"),
    "ehcp": People(
        label="Education, health and care plan",
        name="pupils with an education, health and care plan",
        others="all other pupils",
    ),
    "eal": People(
        label="English as an additional language",
        name="pupils with English as an additional language",
        others="all other pupils",
    ),
    "boys": People(label="Boys beside girls", name="boys", others="girls"),
}
"""Focus group of mart.gap → its words, in the order of the menu."""

SPANS = {"pooled": "Up to three years together", "year": "Newest year alone"}
HIDDEN = "a school’s small number could be worked out from it"


@dataclass(frozen=True, kw_only=True)
class Member:
    """A school of the cluster that has the measure.

    Attributes:
        year, pooled: its rows of mart.gap for the newest year, alone and with the years before; None without one.
        status: why it has no figure in the newest year, as mart.school_observation says; empty where it has one.
        pupils: the group's pupils in that year, where they are known although the figure is hidden.
        everyone: all pupils of that year, where they are known.
    """

    urn: int
    name: str
    year: Row | None
    pooled: Row | None
    status: str = ""
    pupils: float | None = None
    everyone: float | None = None

    def row(self, span: str) -> Row | None:
        """Its row for a span, where that says anything: a figure of the group, or a published gap."""
        row = self.pooled if span == "pooled" else self.year
        return row if is_told(row) else None

    @property
    def is_hidden(self) -> bool:
        """Whether its figure of the newest year is hidden for small numbers, by the publisher or by us."""
        return self.status in ("suppressed", "hidden")

    def why_not(self) -> str:
        """Why it has no figure, in words: 'Suppressed (small numbers): 4 pupils'."""
        word = missing(self.status or "no_row").word
        return f"{word}: {count(self.pupils, 'pupil')}" if self.is_hidden and self.pupils else word


@dataclass(frozen=True, kw_only=True)
class Beside:
    """A place that the cluster stands beside, drawn as `series`: its rows of every year, by span."""

    series: str
    label: str
    rows: Sequence[Row]

    def row(self, span: str, year: int) -> Row | None:
        """Its row of a span and year, if that says anything."""
        return next((r for r in self.rows if r["span"] == span and r["year"] == year and is_told(r)), None)


@dataclass(frozen=True, kw_only=True)
class ClusterGaps:
    """The gaps of a cluster for one measure and group.

    Attributes:
        year: the newest year with a figure, of the cluster or of a school of it.
        span: 'year' or 'pooled': which of its rows the page is about.
        own: the cluster's rows of every year.
        members: the schools that have the measure, less the one left out.
        left_out: the school that the reader left out, whose pupils a total would give away.
        without: schools of the cluster that do not have the measure.
        beside: authority, neighbours, England, in the one order.
    """

    name: str
    measure: Measure
    group: str
    year: int
    span: str
    own: Beside
    members: Sequence[Member]
    beside: Sequence[Beside]
    left_out: Member | None = None
    without: int = 0

    @property
    def people(self) -> People:
        """The words for the group."""
        return PEOPLE[self.group]

    @property
    def short(self) -> str:
        """The cluster's name without the word cluster."""
        return self.name.removesuffix(" cluster")

    def row(self, span: str = "") -> Row | None:
        """The cluster's row of the newest year; None where it says nothing, or where a school is left out."""
        return None if self.left_out else self.own.row(span or self.span, self.year)

    def place(self, series: str) -> Beside | None:
        """One of the places beside it."""
        return next((place for place in self.beside if place.series == series), None)

    def why_no_total(self, span: str = "") -> str:
        """Why the cluster itself has no figure, as the end of a sentence."""
        if self.left_out:
            return f"{self.left_out.name} is left out. {withheld(self)}"
        found = next((r for r in self.own.rows if r["span"] == (span or self.span) and r["year"] == self.year), None)
        if found is not None and is_hidden(found):
            return f"hidden, as {HIDDEN}"
        if found is not None and found["reason"]:
            return str(found["reason"]).split("; ")[0].removeprefix("no figure of the group: ")
        return "no school has a figure together with a number of pupils"


def is_told(row: Row | None) -> bool:
    """Whether a row has a figure of the group, or a gap."""
    return row is not None and (row["focus_value"] is not None or row["national_gap"] is not None)


def is_hidden(row: Row) -> bool:
    """Whether a row is hidden in what may be shared."""
    return not is_told(row) and str(row["reason"] or "").startswith("hidden")


def withheld(found: ClusterGaps) -> str:
    """Why a total over all schools but one is not given."""
    school = found.left_out
    if school.is_hidden:
        pupils = count(school.pupils, "pupil") if school.pupils else "few pupils"
        return (
            f"The total is withheld too: with the cluster’s own total it would tell the result of the {pupils} hidden "
            "there."
        )
    return (
        "The total is withheld: totals are made for whole clusters, so that no school’s pupils can be told by taking "
        "one total from another."
    )


def years_of(row: Row) -> list[int]:
    """The years that a row rests on."""
    return [int(year) for year in (row["years"] or str(row["year"])).split(", ") if year]


def when(row: Row) -> str:
    """The school years of a row in words: '2022/23 to 2024/25 together'."""
    years = years_of(row)
    if len(years) == 1:
        return school_year(years[0])
    is_run = years[-1] - years[0] == len(years) - 1
    told = f"{school_year(years[0])} to {school_year(years[-1])}" if is_run else listed([school_year(y) for y in years])
    return f"{told} together"


def with_limits(measure: Measure, row: Row, key: str = "national", *, is_short: bool = False) -> str:
    """A gap with its 95% interval: '−32 (−37 to −27)'; `within` is turned so that a minus means behind."""
    sign = -1 if key == "within" else 1
    value, limits = row[f"{key}_gap"], [row[f"{key}_lower"], row[f"{key}_upper"]]
    if value is None:
        return ""
    if None in limits or is_short:
        return signed(measure, sign * value)
    low, high = sorted(sign * limit for limit in limits)
    return f"{signed(measure, sign * value)} ({signed(measure, low)} to {signed(measure, high)})"


def figure(measure: Measure, row: Row, side: str = "focus") -> str:
    """The group's figure with what it rests on: '35% 112 of 321 (30 to 40)'."""
    value, pupils = row[f"{side}_value"], row[f"{side}_n"]
    if value is None:
        return ""
    parts = [measure.format(value)]
    counted = row.get("focus_count") if side == "focus" else None
    if counted is not None and pupils:
        parts.append(f"{counted:,.0f} of {pupils:,.0f}")
    elif pupils:
        parts.append(count(pupils, "pupil"))
    told = ", ".join(parts) if counted is None else " ".join(parts)
    if side == "focus" and row["focus_lower"] is not None:
        told += f" ({bare(measure, row['focus_lower'])} to {bare(measure, row['focus_upper'])})"
    return told


def bare(measure: Measure, value: float) -> str:
    """A value without its unit."""
    return measure.format(value).removesuffix(measure.unit.suffix)


def amount(measure: Measure, gap: float) -> str:
    """The size of a gap in words: '20 points', '1 point'."""
    size = signed(measure, abs(gap)).lstrip("+")
    return f"{size} point{'' if size == '1' else 's'}"


def way(gap: float) -> str:
    """Whether a gap is behind or ahead."""
    return "behind" if gap < 0 else "ahead of"


def finding(found: ClusterGaps) -> str:
    """The title of the three gaps, in at most ten words."""
    row = found.row()
    if row is None or row["national_gap"] is None:
        return f"No total for {found.short}" if row is None else "No national figure to hold it against"
    lower, upper = row["national_lower"], row["national_upper"]
    others = "others" if found.group == "disadvantaged" else found.people.others.removeprefix("all ")
    if lower is not None and lower <= 0 <= upper:
        return f"Not clearly different from {others} in England"
    return f"{amount(found.measure, row['national_gap'])} {way(row['national_gap'])} {others} in England"


def spread(found: ClusterGaps) -> tuple[int, int, int]:
    """Schools with a gap to others in England; of these behind, and ahead, by more than chance."""
    rows = [row for member in found.members if (row := member.row(found.span)) and row["national_gap"] is not None]
    behind = sum(row["national_upper"] is not None and row["national_upper"] < 0 for row in rows)
    ahead = sum(row["national_lower"] is not None and row["national_lower"] > 0 for row in rows)
    return len(rows), behind, ahead


def lede(found: ClusterGaps) -> str:
    """The page's answer in two sentences."""
    return f"{_first(found)} {_second(found)}".strip()


def _first(found: ClusterGaps) -> str:
    measure, people, row = found.measure, found.people, found.row()
    subject = measure.label[0].lower() + measure.label[1:] if measure.unit.percent_sign else measure.label
    if row is None and found.left_out:
        return f"{found.left_out.name} is left out. {withheld(found)}"
    if row is None:
        return f"No total can be given for {people.name} ({subject}, {school_year(found.year)}): {_end(found)}"
    if row["national_gap"] is None:
        return (
            f"{sentence(people.name)} here reached {measure.format(row['focus_value'])} in {subject}, {when(row)}; "
            f"{people.others} in England of these years are not at hand."
        )
    return (
        f"{sentence(people.name)} here are {amount(measure, row['national_gap'])} {way(row['national_gap'])} "
        f"{people.others} in England{_between(measure, row)} in {subject}, {when(row)}."
    )


def _between(measure: Measure, row: Row) -> str:
    """The interval of a gap beside its size: without signs where both ends are on one side."""
    lower, upper = row["national_lower"], row["national_upper"]
    if lower is None or upper is None:
        return ""
    if lower < 0 < upper:
        return f" (between {amount(measure, lower)} behind and {signed(measure, upper).lstrip('+')} ahead)"
    near, far = sorted((abs(lower), abs(upper)))
    return f" (between {signed(measure, near).lstrip('+')} and {signed(measure, far).lstrip('+')})"


def _end(found: ClusterGaps) -> str:
    text = found.why_no_total()
    return text if text.endswith(".") else f"{text}."


def _second(found: ClusterGaps) -> str:
    told, behind, ahead = spread(found)
    if not told:
        return "No school of it has a gap that can be given." if found.row() is not None else ""
    pairs = [(m.name, row) for m in found.members if (row := m.row(found.span)) and row["national_gap"] is not None]
    if told == 1:
        name, row = pairs[0]
        return f"{name} alone has a gap that can be given: {with_limits(found.measure, row)} points."
    rows = [row for _, row in pairs]
    if all(row["national_lower"] is None for row in rows):
        least, most = (f(row["national_gap"] for row in rows) for f in (max, min))
        return (
            f"In the {told} schools with a published gap it runs from {signed(found.measure, most)} to "
            f"{signed(found.measure, least)}; without numbers of pupils nobody can say what chance could do."
        )
    said = f"In {behind} of {told} schools with a figure they are" if behind else f"In none of {told} schools are they"
    said += f" behind by more than chance{f', in {ahead} ahead' if ahead else ''}"
    return f"{said}; most intervals overlap."


def in_force(found: ClusterGaps, settings: int) -> list[str]:
    """What the page is about, in words, for the line below the choices."""
    everybody = len(found.members) + found.without + (1 if found.left_out else 0)
    left = [f"{found.without} without this measure"] if found.without else []
    left += [f"{found.left_out.name} left out"] if found.left_out else []
    schools = f"{len(found.members)} of {count(everybody, 'school')}" + (f" ({listed(left)})" if left else "")
    row = found.row()
    years = when(row) if row is not None else f"to {school_year(found.year)}"
    parts = [schools, *([count(settings, "setting")] if settings else []), found.people.name, years]
    hidden = sum(member.is_hidden for member in found.members)
    return [*parts, *([f"{count(hidden, 'school')} hidden for small numbers"] if hidden else [])]
