"""Everything that a build says of one school, gathered once for its page and its visit pack."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from dashboard.components.results import Result
from dashboard.components.words import missing
from dashboard.figures.by_year import Event
from pipelines.measures import Measure, Polarity

HEADLINES = ("reading_writing_maths_expected", "attainment_8")
"""The measure that leads each key stage: the first that a school has a figure of is its headline."""

OLD = 2
"""Years after which a figure says little of the school of today: our judgement."""

SMALL = 11
"""Fewer pupils than this are too few for a flag: docs/decisions/0009."""


@dataclass(frozen=True, kw_only=True)
class Gap:
    """The gap of disadvantaged pupils in one measure.

    Attributes:
        rows: (series key, label, row of mart.gap), the school's own newest row first.
        since: why later years have no figure.
    """

    measure: Measure
    rows: Sequence[tuple[str, str, Mapping]]
    since: Sequence[str] = ()

    @property
    def own(self) -> Mapping:
        """The school's row: pooled years where there are any."""
        return self.rows[0][2]


@dataclass(frozen=True, kw_only=True)
class Known:
    """One school as the tables of `mart` tell it; rows are mappings by column.

    Attributes:
        results: its measures for the chosen group of pupils, topic by topic.
        estimates: measure → its newest row of mart.estimate for that group.
        expected: measure → its newest row of mart.expected_result.
        judgements: inspection_id → its judgements.
        files: file_id → its row of mart.source_file.
    """

    school: Mapping
    results: Sequence[Result] = ()
    estimates: Mapping[str, Mapping] = field(default_factory=dict)
    expected: Mapping[str, Mapping] = field(default_factory=dict)
    gaps: Sequence[Gap] = ()
    inspections: Sequence[Mapping] = ()
    judgements: Mapping[str, Sequence[Mapping]] = field(default_factory=dict)
    rules: Sequence[Mapping] = ()
    outcomes: Sequence[Mapping] = ()
    files: Mapping[int, Mapping] = field(default_factory=dict)
    links: Sequence[Mapping] = ()

    def result(self, key: str) -> Result | None:
        """The result of a measure, where the school has any row of it."""
        return next((result for result in self.results if result.measure.key == key), None)

    @property
    def headline(self) -> Result | None:
        """The result that leads: the first of HEADLINES with a figure, else any headline with one."""
        first = [self.result(key) for key in HEADLINES]
        others = [r for r in self.results if r.measure.headline and r.measure.polarity is Polarity.HIGH_IS_BETTER]
        return next((r for r in [*first, *others] if r is not None and r.school.latest() is not None), None)

    @property
    def newest_year(self) -> int | None:
        """The newest year of any leading measure for which one way is better: what is far older is out of date."""
        return max((latest.year for result in self.leading() if (latest := result.school.latest())), default=None)

    @property
    def is_special(self) -> bool:
        """Whether its pupils are not to be held against those of all schools in England."""
        return self.school.get("phase") in ("special", "alternative provision")

    def leading(self) -> list[Result]:
        """The headline measures for which one way is better."""
        return [r for r in self.results if r.measure.headline and r.measure.polarity is not Polarity.NEUTRAL]

    def is_out_of_date(self, year: int) -> bool:
        """Whether a figure of a year is more than OLD years older than the newest."""
        return self.newest_year is not None and year < self.newest_year - OLD

    def estimate(self, result: Result) -> Mapping | None:
        """The estimate of a result's newest figure; None where it is of an earlier year or there is none."""
        estimate, latest = self.estimates.get(result.measure.key), result.school.latest()
        return estimate if estimate is not None and latest is not None and estimate["year"] == latest.year else None

    def met(self) -> tuple[int | None, list[tuple[Mapping, Mapping]]]:
        """The newest year in which most rules in force could be judged, and (rule, outcome) of those met in it."""
        in_force = [row for row in self.outcomes if not row["notional"] and row["outcome"] != "cannot_be_judged"]
        judged: dict[int, int] = {}
        for row in in_force:
            judged[row["year"]] = judged.get(row["year"], 0) + 1
        newest = max((year for year, number in judged.items() if 2 * number >= max(judged.values())), default=None)
        rules = {rule["rule"]: rule for rule in self.rules if rule["enabled"]}
        return newest, [
            (rules[row["rule"]], row)
            for row in in_force
            if row["year"] == newest and row["outcome"] == "below" and row["rule"] in rules
        ]

    def events(self) -> list[Event]:
        """What happened to the school between its years: it became an academy, it was inspected."""
        became = [
            Event(day=link["established"], words=f"before: URN {link['linked_urn']}", is_break=True)
            for link in self.links
            if link["direction"] == "predecessor" and isinstance(link["established"], date)
        ]
        inspected = [
            Event(day=row["date"], words=f"Inspection, {row['kind']}")
            for row in self.inspections
            if row["date"] is not None
        ]
        return [*became, *inspected]


def late(result: Result) -> list[tuple[int, str, str]]:
    """Years after the newest figure without one: (year, the word for it, the note that says why)."""
    latest = result.school.latest()
    first = latest.year if latest else min(result.years) - 1
    return [
        (year, missing(status).word, result.notes.get(year, "") if year in result.states else "")
        for year, status in sorted(result.gaps.items())
        if year > first
    ]
