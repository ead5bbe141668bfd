"""Measures as this build knows them: the catalogue, and those that a publisher's dictionary declares."""

import polars as pl

from dashboard.db import ask, remembered
from pipelines.measures import GROUPS, MEASURES, Derived, Measure, Polarity, Unit

TOPICS_FIRST = ("Key stage 2", "Key stage 4", "Attendance", "Pupils", "Key stage 4 context", "Destinations")
"""Topics in the order of reading; those not named follow in the catalogue's order."""


@remembered
def measures() -> dict[str, Measure]:
    """Every measure of this build by key, in the catalogue's order, dictionary-declared ones after them.

    A measure that is not in the catalogue takes its words, unit and axis from mart.measure.
    """
    rows = ask("select * from mart.measure order by position, label").rows(named=True)
    found = {row["measure"]: row for row in rows}
    known = {key: measure for key, measure in MEASURES.items() if key in found}
    everything = known | {key: _declared(row) for key, row in found.items() if key not in known}
    topics = list(dict.fromkeys([*TOPICS_FIRST, *(measure.topic for measure in everything.values())]))
    return dict(sorted(everything.items(), key=lambda item: topics.index(item[1].topic)))


def _declared(row: dict) -> Measure:
    decimals = 1 if row["decimals"] is None else row["decimals"]
    is_percent = "per cent" in (row["unit"] or "") or "%" in (row["unit"] or "")
    polarity = next((p for p in Polarity if row["polarity"] in (p.value, p.name)), Polarity.NEUTRAL)
    return Measure(
        key=row["measure"],
        label=row["label"],
        topic=row["topic"],
        definition=row["definition"] or row["label"],
        origin=Derived(formula=row["source"] or "", inputs=()),
        unit=Unit(
            key=row["unit_key"],
            name=row["unit"] or "number",
            decimals=decimals,
            low=None,
            high=None,
            suffix="%" if is_percent else "",
            percent_sign=is_percent,
        ),
        polarity=polarity,
        years=(row["first_year"] or 0, row["last_year"]),
        axis=(row["axis_low"] if row["axis_low"] is not None else 0, row["axis_high"] or 100),
        minimum_cohort=row["minimum_cohort"] or 0,
        verified=bool(row["verified"]),
    )


@remembered
def measure(key: str) -> Measure | None:
    """One measure, or None when this build has no such key."""
    return measures().get(key)


@remembered
def definitions() -> pl.DataFrame:
    """The rows of mart.measure, in the order of the catalogue."""
    return ask("select * exclude (phases) from mart.measure order by position, label")


@remembered
def groups() -> pl.DataFrame:
    """Groups of pupils with their definitions, in the catalogue's order: group, label, definition."""
    order = {key: place for place, key in enumerate(GROUPS)}
    held = ask('select "group", label, definition from mart.pupil_group')
    return held.sort(pl.col("group").replace_strict(order, default=len(order)), "label")


@remembered
def years() -> pl.DataFrame:
    """Why a measure has nothing in a year, where its series breaks: measure, year, state, note, is_break.

    School years that end after the year of the build are left out: nothing can have come of them.
    """
    return ask(
        """
        select measure, year, is_break,
            case when state = 'not yet released' and year < year(built_at) then 'not at hand' else state end as state,
            case when state in ('not at hand', 'not yet released') and not is_break then null else note end as note
        from mart.measure_year, mart.build
        where year <= year(built_at)
        order by measure, year
        """
    )
