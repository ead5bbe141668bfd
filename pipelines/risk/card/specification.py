"""Section 4: what is asked, what is looked at, how it learns."""

from collections.abc import Iterator

import polars

from pipelines.measures import MEASURES
from pipelines.risk import forecaster, rolling, splits, training
from pipelines.risk.backtest import ALL, CONCERN, INSPECTED, WITHIN_YEAR
from pipelines.risk.card.numbers import Numbers, Tables, amount, difference, label_of, listed, school_year, table
from pipelines.risk.features import (
    AUDIT,
    FEATURES,
    THEMES,
    BesideIntake,
    Change,
    Feature,
    History,
    Latest,
    Level,
    Trend,
)
from pipelines.risk.question import ERAS, MODELS

_ASKED = """\
### 4 Technical specification

#### What is asked

Seen from a day: will the next graded inspection of the school find concern? What concern is depends on the
inspectorate's scale of the time; no scale is turned into another, and calibration is shown for each era apart.
"""
_LOOKED_AT = """\
An ungraded visit (a short inspection that left the grade as it was) is no outcome; a school that had only such a visit
counts as not inspected. Schools that became academies are followed under their new number.

#### What it looks at

Each figure as it was known on the day, never later. Results are drawn towards the usual of schools of their kind, the
more the fewer pupils stand behind them; figures are in standard deviations of schools of their kind, cut at four. In
boosted curves a missing figure has a branch of its own.
"""
_NEVER = """\
**Never used.** Ethnicity and religion, in no way. Deprivation, free school meals, SEN, English as an additional
language and size are no drivers: they say only what to expect of a school (*beside like intakes*). A comparison that no
list comes from has them as drivers ({audit}).
"""
_LEARNS = """\
#### How it learns

*Concern if inspected*: from the graded inspections of the {window} school years before, newer ones counting more (half
after {half_life:g} years). *Inspection within a year*: boosted curves on the last {lists} lists whose year has ended.
Both are sums of one contribution for each figure, without interactions, so that a reason holds whatever the other
figures are.

*Level.* How far apart the probabilities are is set by one slope over all years forecast before; how high they are, by
the latest school year whose outcomes were out (its newest era alone where that has {least} of them). Shares of concern
drift by tens of percentage points between years, so that the last year says more than the mean of the training years.
The interval of a probability holds how refits on draws of authorities differ and how far levels of earlier years were
off.
"""
_CHOICE = """\
*Choice.* For each year, from the years before alone: the simplest candidate within one standard error of the best in
both recall at 20% and Brier skill. No year is forecast with anything learnt from it or from after it.
"""
_JUDGEMENT = """\
Settings that are our judgement (window, half-life, lists learnt, coverage, bands) stand in the code with that remark.
*First* are the {first:.0f}% of England with the highest product, *next* those up to {next:.0f}%. [Decision
14](decisions/0014-two-parts-and-the-latest-level.md) says why it is made so.
"""


def specification(numbers: Numbers, tables: Tables) -> Iterator[str]:
    """Section 4: what is asked, looked at and learnt."""
    yield _ASKED
    yield from table(("era", "concern"), ERAS.items())
    yield _LOOKED_AT
    for theme in THEMES:
        mine = [feature for feature in FEATURES if feature.theme == theme]
        yield f"**{theme.capitalize()}.**" + ("" if mine else " No file at hand has a measure of it by school.")
        yield ""
        if mine:
            yield from table(("figure", "models", "where from", "worse", "when missing"), map(_feature, mine))
    yield _NEVER.format(audit=listed([one.label for one in AUDIT]))
    yield from _with_intake(numbers)
    yield _LEARNS.format(
        window=splits.WINDOW, half_life=splits.HALF_LIFE, lists=training.LISTS_LEARNT, least=rolling.LEAST_OF_LEVEL
    )
    yield from _levels(tables)
    yield _CHOICE
    yield from _chosen(tables)
    yield _JUDGEMENT.format(**{band: 100 * share for band, share in forecaster.BAND_SHARES.items()})


def _feature(feature: Feature) -> tuple[str, ...]:
    missing = {"usual": "the usual of its kind", "middle": "the middle of the schools learnt from"}[feature.missing]
    return (
        feature.label,
        "both" if set(feature.models) == set(MODELS) else listed(feature.models),
        _taken(feature),
        feature.worse or "either",
        missing + ("; not knowing it may speak" if feature.tells else ""),
    )


def _taken(feature: Feature) -> str:
    take = feature.take
    if isinstance(take, History):
        return "inspections known on the day, of schools before it too"
    measures = [f"[{MEASURES[one].label}](measures.md#{one})" for one in take.measures]
    named = (" or else " if getattr(take, "first", False) or isinstance(take, Latest) else ", ").join(measures)
    words = {
        Level: "level, drawn to the usual",
        Trend: "yearly change over up to three years",
        BesideIntake: "level less what like intakes reach",
        Latest: "latest figure",
        Change: "yearly change",
    }[type(take)]
    if isinstance(take, Level) and take.group != "all":
        words += f", {take.group} pupils"
    if isinstance(take, Latest):
        words += f", at most {take.oldest} years old"
    return f"{words}: {named}"


def _with_intake(numbers: Numbers) -> Iterator[str]:
    for model in numbers.models:
        found = []
        for block in ((INSPECTED, CONCERN), (ALL, WITHIN_YEAR)):
            row = numbers.row(model, block, "auc", "with_intake")
            if row is not None:
                found.append(
                    f"{block[1]}, AUC {amount('auc', row['value'])}, the chosen list better by {difference('auc', row)}"
                )
        if found:
            yield f"- With intake and size as drivers, {model}: {'; '.join(found)}."
    yield ""


def _levels(tables: Tables) -> Iterator[str]:
    for row in tables["risk_run"].to_dicts() if "risk_run" in tables else ():
        if row["candidate"] is None:
            yield f"- {row['model']}: no model ({row['reason']})."
            continue
        yield (
            f"- {row['model']}: {row['candidate_label']}; {row['inspections']:,} graded inspections "
            f"({school_year(row['first_year'])} to {school_year(row['last_year'])}), {row['concerns']:,} with "
            f"concern, were out; a year's level missed by {row['drift']:.2f} in log odds (root mean square)."
            + (f" {row['level_note']}" if row["level_note"] else "")
        )
    yield ""


def _chosen(tables: Tables) -> Iterator[str]:
    past = tables.get("risk_past_list")
    if past is None or past.is_empty():
        return
    for model in MODELS:
        years = past.filter(polars.col("model") == model).select("year", "candidate").unique().sort("year").rows()
        by_candidate: dict[str, list[str]] = {}
        for year, candidate in years:
            by_candidate.setdefault(candidate, []).append(school_year(year))
        if by_candidate:
            told = "; ".join(f"{label_of(key)} in {listed(found)}" for key, found in by_candidate.items())
            yield f"- Chosen for {model} schools: {told}."
    yield ""
