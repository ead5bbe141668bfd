"""Tier 1 of the card: what it is, in short, and how good it was."""

from collections.abc import Iterator

from pipelines.risk import evaluate
from pipelines.risk.backtest import CONCERN, LIST_DRAWS, WITHIN_YEAR
from pipelines.risk.card.numbers import (
    ALL_GOOD,
    INSPECTED_GOOD,
    TO_FILL_IN,
    Numbers,
    Tables,
    compared,
    difference,
    label_of,
    said,
    school_year,
)

_SCALES = """\
**How to read the numbers.** *AUC*: how often a school where concern was found stood above one where it was not (0.5 is
a coin, 1 is perfect). *Recall at 20%*: share of the schools with concern that stood in the first fifth of England's
list; *precision*: share of that fifth with concern. *Brier skill*: how much nearer the probabilities came than saying
the tested schools' own share for each, which nobody knows beforehand; below 0 is worse than that. *Slope*: 1 when
probabilities are as far apart as they should be, below 1 too far, above 1 not far enough. *In the large*: 0 when as
many cases came as were said, above 0 when more came (log odds). Ranges in brackets are 95% intervals from {draws} draws
of whole authorities ({list_draws} for all schools); they do not hold the difference between one year and the next,
which is larger: see the years.
"""


_TIER_1 = """\
# Which schools to talk to first: the model card

A record in the form of the UK's Algorithmic Transparency Recording Standard (ATRS), with the headings that apply.
Numbers are generated from the tables `mart.risk_run`, `mart.risk_backtest` and `mart.risk_fairness` of a score; limits
are written by hand. All numbers are of England, whichever authority a build is for.

{made_from}

## Tier 1: in short

**Name.** Schools to talk to first.

**Description.** A local authority has few adviser days. For each open state-funded primary, middle, secondary and
all-through school the tool says, from published figures only, how likely it is that the next graded inspection finds
concern, and how likely it is that one comes within a year. The two multiplied order a list of whom to talk to first.
Beside it, and never merged with it, stand the rules that fire and the school's results with their intervals. An adviser
sets the category of a school; the tool never does.

**What it is not.** No judgement of a school, no league table, no measure of a head or a teacher. It is not to be
published, sent to the inspectorate, or used for appraisal, pay or admissions.

{in_short}

**Website and contact.** {to_fill_in}

{scales}
"""


def top(numbers: Numbers, tables: Tables) -> Iterator[str]:
    """Tier 1."""
    yield _TIER_1.format(
        made_from="\n".join(_made_from(tables)),
        in_short="\n".join(_in_short(numbers)).rstrip(),
        to_fill_in=TO_FILL_IN,
        scales=_SCALES.format(draws=evaluate.DRAWS, list_draws=LIST_DRAWS).rstrip(),
    )


def _made_from(tables: Tables) -> Iterator[str]:
    runs = tables["risk_run"].to_dicts() if "risk_run" in tables else []
    for row in runs[:1]:
        yield (
            f"Made from run `{row['run']}` (print of code and data `{row['code_version']}`): list of "
            f"{row['as_of']:%-d %B %Y}, learnt from outcomes that were out by {row['trained_until']:%-d %B %Y}. Files: "
            "section 6."
        )


def _in_short(numbers: Numbers) -> Iterator[str]:
    block, strict = (ALL_GOOD, WITHIN_YEAR), (INSPECTED_GOOD, CONCERN)
    for model in numbers.models:
        recall, area = (numbers.row(model, block, metric) for metric in ("recall_at_20", "auc"))
        inspected = numbers.row(model, strict, "auc")
        if recall is None or area is None or inspected is None:
            continue
        years = numbers.years(model, block)
        yield (
            f"**How good it was, {model} schools.** Among schools last found good or outstanding, the first fifth of "
            f"each September's list held {said('recall_at_20', recall)} of those where an inspection found concern "
            f"within the year (mean of {len(years)} years from {school_year(years[0])}; AUC {said('auc', area)}). "
            "Much of that is knowing whom inspectors visit next: among such schools that were inspected, AUC was "
            f"{said('auc', inspected)}."
        )
        yield ""
        yield from _against_one_column(numbers, model)
    if not numbers.models:
        yield "**How good it was.** No list of an earlier year could be tested with the files at hand."
        yield ""


def _against_one_column(numbers: Numbers, model: str) -> Iterator[str]:
    """The sentence that may not be left out: whether one column does as well."""
    for block in ((ALL_GOOD, WITHIN_YEAR), (INSPECTED_GOOD, CONCERN)):
        best = numbers.best_single(model, block)
        row = None if best is None else numbers.row(model, block, "auc", best)
        if row is None:
            continue
        verdict = compared(row)
        who = f"{label_of(best)}{' (Progress 8)' if (model, best) == ('secondary', 'results') else ''}"
        alone = numbers.row(model, (block[0], CONCERN), "auc", best) if block[1] == WITHIN_YEAR else None
        if alone is not None:
            who += f" multiplied by the same chance of an inspection (without that its AUC is {alone['value']:.2f})"
        where = f"in AUC on {block[0]}, *{block[1]}*: chosen less that column {difference('auc', row)}"
        yield {
            "beats": f"- It beats the best single column, {who}, {where}.",
            "is beaten by": f"- **It is beaten by one column, {who}**, {where}. Sorting by it would have done better.",
            "cannot be told from": f"- **It ties with one column, {who}**, {where}, an interval with 0 in it.",
        }.get(verdict, f"- Beside the best single column, {who}: {verdict}, {where}.")
    yield ""
