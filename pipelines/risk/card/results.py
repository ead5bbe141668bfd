"""Section 5: how good the lists of earlier years were, and the annex with every candidate in every year."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipelines.risk import outlook, splits
from pipelines.risk.backtest import ALL, CONCERN, GOOD, INSPECTED, WITHIN_YEAR
from pipelines.risk.card.numbers import (
    ALL_GOOD,
    BLOCKS,
    COMPARED,
    INSPECTED_GOOD,
    METRICS,
    WILD_SLOPE,
    Block,
    Numbers,
    amount,
    compared,
    difference,
    label_of,
    said,
    school_year,
    short,
    table,
)
from pipelines.risk.question import ERAS
from pipelines.risk.rolling import CHOSEN

_TESTED = """\
Each 1 September from {first} the list was made from what was out by then, and held against the year after it.
{not_tested}*Inspected schools* are tested on the list before their inspection. *All schools* are everyone on the list,
where not inspected counts as no concern found. *Good or outstanding* are those whose last graded inspection known on
the day found no concern.

#### Marks and aims

Pass marks and aims were set before the models were made. The mark is on all good or outstanding schools, as the figures
that it came from. Two stricter readings stand below it: without the help of knowing when inspectors come, and on
inspected schools only. *Not beyond doubt*: the 95% interval holds numbers on the other side.
"""
_BEATS = """\
#### Does it beat what an officer could do without it?

On the same schools and the same draws of authorities, mean of the years. *Beats* is said only where the interval of the
difference leaves out 0. By how much stands in the tables below, in AUC or in percentage points.
"""
_NOT_TESTED = "No list of an earlier year could be tested with the files at hand.\n"


def results(numbers: Numbers) -> Iterator[str]:
    """Section 5: marks, tables, eras, caps, what was measured before, the second outcome."""
    yield "### 5 How good the lists of earlier years were\n"
    if not numbers.models:
        yield _NOT_TESTED
        return
    left_out = "".join(f"{school_year(year)} is not tested: inspection stood still. " for year in splits.NOT_TESTED)
    yield _TESTED.format(first=school_year(splits.FIRST_TEST), not_tested=left_out)
    yield from marks_table(numbers)
    yield from _marks_in_words(numbers)
    yield _BEATS
    yield from table(
        ("model", "population, forecast", "in", "the chosen list beats", "is beaten by", "cannot be told from"),
        _verdicts(numbers),
    )
    yield from _timing_alone(numbers)
    for model in numbers.models:
        for block in BLOCKS:
            yield from _block(numbers, model, block)
    yield from _eras(numbers)
    yield from _caps(numbers)
    yield from _beside(numbers)
    yield from _second(numbers)


@dataclass(frozen=True)
class _Limit:
    """Where a mark is reached: from `low` to `high`."""

    words: str
    low: float = float("-inf")
    high: float = float("inf")

    def verdict(self, value: float | None, lower: float | None, upper: float | None, *, strict: bool = False) -> str:
        if value is None:
            return "not measured"
        reached = self.low <= value <= self.high and not (strict and value == self.low)
        doubt = any(limit is not None and (self.low <= limit <= self.high) != reached for limit in (lower, upper))
        return ("reached" if reached else "**not reached**") + (", not beyond doubt" if doubt else "")


READINGS: tuple[tuple[Block, str], ...] = (
    ((ALL_GOOD, WITHIN_YEAR), "the mark"),
    ((ALL_GOOD, CONCERN), "ordered by the chance of concern alone"),
    ((INSPECTED_GOOD, CONCERN), "inspected schools only"),
)


def marks(numbers: Numbers) -> Iterator[tuple[str, Block | str, str, str, Mapping | None, _Limit, _Limit]]:
    """Mark, population and forecast, metric, model, row, pass mark, aim."""
    area = {
        "primary": (_Limit("at least 0.73", 0.73), _Limit("at least 0.77", 0.77)),
        "secondary": (_Limit("see the next line"), _Limit("at least 0.75", 0.75)),
    }
    recall = (_Limit("at least 47%", 0.47), _Limit("at least 58%", 0.58))
    brier = (_Limit("at least 5%", 0.05), _Limit("at least 8%", 0.08))
    for block, reading in READINGS:
        for model in numbers.models:
            yield f"{model}: AUC ({reading})", block, "auc", model, numbers.row(model, block, "auc"), *area[model]
            best = numbers.best_single(model, block)
            if model == "secondary" and best is not None:
                row = numbers.row(model, block, "auc", best)
                words = f"{model}: AUC ahead of its best single column, {label_of(best)} ({reading})"
                yield words, block, "ahead", model, row, _Limit("above 0", 0.0), _Limit("")
            row = numbers.row(model, block, "recall_at_20")
            yield f"{model}: recall at 20% ({reading})", block, "recall_at_20", model, row, *recall
            row = numbers.row(model, block, "brier_skill")
            if row is not None:
                yield f"{model}: Brier skill ({reading})", block, "brier_skill", model, row, *brier
    slope = (_Limit("0.85 to 1.15", 0.85, 1.15), _Limit("0.9 to 1.1", 0.9, 1.1))
    for model in numbers.models:
        for era in ERAS:
            row = numbers.row(model, (INSPECTED, CONCERN), "calibration_slope", span=era)
            where = (INSPECTED, f"{CONCERN}, years of the era together")
            yield f"{model}: slope, era *{era}*", where, "calibration_slope", model, row, *slope


def marks_table(numbers: Numbers) -> list[str]:
    """The marks with what was measured and whether they were reached, as a Markdown table."""
    return table(("mark", "measured on", "measured", "pass mark", "", "aim", ""), _marks(numbers))


def _marks(numbers: Numbers) -> Iterator[tuple[str, ...]]:
    for words, block, metric, _, row, needed, aim in marks(numbers):
        value, lower, upper, shown = _of_mark(metric, row)
        where = f"{block[0]}; *{block[1]}*"
        strict = metric == "ahead"
        yield (
            words,
            where,
            shown,
            needed.words,
            needed.verdict(value, lower, upper, strict=strict) if needed.low > float("-inf") else "",
            aim.words,
            aim.verdict(value, lower, upper) if aim.words else "",
        )
    yield from _ratio_marks(numbers)


def _of_mark(metric: str, row: Mapping | None) -> tuple[float | None, float | None, float | None, str]:
    if row is None:
        return None, None, None, "no outcome to measure it on"
    if metric == "ahead":
        return row["chosen_is_better_by"], row["better_lower"], row["better_upper"], difference("auc", row)
    return row["value"], row["lower"], row["upper"], said(metric, row, digits=1)


def _ratio_marks(numbers: Numbers) -> Iterator[tuple[str, ...]]:
    needed, aim = _Limit("at most 2.5", high=2.5), _Limit("at most 2.0", high=2.0)
    for model in numbers.models:
        row = numbers.ratio(model)
        value, lower, upper = (None if row is None else row[name] for name in ("value", "lower", "upper"))
        yield (
            f"{model}: false positives, smallest beside largest schools",
            f"{ALL}; first tenth by *{WITHIN_YEAR}*, all years, schools whose roll is known",
            "no outcome to measure it on" if row is None else said("ratio", row),
            needed.words,
            needed.verdict(value, lower, upper),
            aim.words,
            aim.verdict(value, lower, upper),
        )


def _marks_in_words(numbers: Numbers) -> Iterator[str]:
    rows = list(_marks(numbers))
    stricter = tuple(f"({reading})" for _, reading in READINGS[1:])
    missed = [row[0] for row in rows if "**not reached**" in row[4]]
    for words, found in (
        ("Pass marks not reached", [one for one in missed if not one.endswith(stricter)]),
        ("Not reached on the stricter readings", [one for one in missed if one.endswith(stricter)]),
        ("Not measured", [row[0] for row in rows if row[4] == "not measured"]),
    ):
        yield f"- **{words}:** {'; '.join(found) if found else 'none'}."
    yield ""


def _verdicts(numbers: Numbers) -> Iterator[tuple[str, ...]]:
    for model in numbers.models:
        for block in BLOCKS[:-1]:
            for metric in COMPARED:
                found: dict[str, list[str]] = {}
                for key in numbers.candidates(model, block)[1:]:
                    row = numbers.row(model, block, metric, key)
                    found.setdefault(compared(row), []).append(short(key))
                told = [found.get(verdict) for verdict in ("beats", "is beaten by", "cannot be told from")]
                if any(told):
                    yield (
                        model,
                        f"{block[0]}; *{block[1]}*",
                        METRICS[metric],
                        *(", ".join(words) if words else "–" for words in told),
                    )


def _timing_alone(numbers: Numbers) -> Iterator[str]:
    for model in numbers.models:
        alone = numbers.row(model, (INSPECTED_GOOD, CONCERN), "auc", "free_school_meals")
        within = numbers.row(model, (ALL_GOOD, WITHIN_YEAR), "auc", "free_school_meals")
        ours = numbers.row(model, (ALL_GOOD, WITHIN_YEAR), "auc")
        if alone is None or within is None or ours is None:
            continue
        yield (
            f"- How much the chance of an inspection carries, {model}: free school meals alone, which tell little of "
            f"concern (AUC {amount('auc', alone['value'])} among inspected good or outstanding schools), reach "
            f"{amount('auc', within['value'])} once multiplied by it; the chosen list reaches "
            f"{amount('auc', ours['value'])}."
        )
    yield ""


def _block(numbers: Numbers, model: str, block: Block) -> Iterator[str]:
    """The chosen list by year, and the candidates' means."""
    metrics = [metric for metric in METRICS if numbers.row(model, block, metric) is not None]
    if not metrics:
        return
    yield f"#### {model.capitalize()} schools: {block[0]}, {block[1]}"
    yield ""
    rows = []
    for year in numbers.years(model, block):
        of = {metric: numbers.row(model, block, metric, span="year", year=year) for metric in metrics}
        first = next((row for row in of.values() if row is not None), None)
        if first is not None:
            sizes = (f"{first['schools']:,}", f"{first['cases']:,}", first["authorities"])
            rows.append((school_year(year), *sizes, *(said(metric, row) for metric, row in of.items())))
    mean = {metric: numbers.row(model, block, metric) for metric in metrics}
    rows.append(("**mean**", "", "", "", *(said(metric, row) for metric, row in mean.items())))
    worst = {metric: numbers.row(model, block, metric, span="worst") for metric in metrics}
    rows.append(
        (
            "**worst**",
            "",
            "",
            "",
            *(
                "–" if row is None else f"{amount(metric, row['value'])} in {school_year(row['year'])}"
                for metric, row in worst.items()
            ),
        )
    )
    header = ("year", "schools", "cases", "authorities", *(METRICS[metric] for metric in metrics))
    yield from table(header, rows)
    candidates = numbers.candidates(model, block)
    if len(candidates) < 2:
        return
    yield "Means over the years, one line for each candidate:"
    yield ""
    compare = [metric for metric in COMPARED if metric in metrics]
    yield from table(
        ("candidate", *(METRICS[one] for one in metrics), *(f"chosen better by, {METRICS[one]}" for one in compare)),
        (
            (
                short(key),
                *(said(metric, numbers.row(model, block, metric, key)) for metric in metrics),
                *(difference(metric, numbers.row(model, block, metric, key)) for metric in compare),
            )
            for key in candidates
        ),
    )
    slopes = [numbers.value(model, block, "calibration_slope", key) for key in candidates]
    if any(slope is not None and abs(slope) > WILD_SLOPE for slope in slopes):
        yield "A mean slope far beyond 1 comes of years in which that candidate said nearly the same of every school."
        yield ""


def _eras(numbers: Numbers) -> Iterator[str]:
    yield from ("#### Eras", "", f"The chosen list, {INSPECTED}, years of an era taken together:", "")
    rows, silent = [], []
    for model in numbers.models:
        for era in ERAS:
            of = {metric: numbers.row(model, (INSPECTED, CONCERN), metric, span=era) for metric in METRICS}
            first = of["auc"]
            if first is None:
                silent.append(f"{model}, *{era}*")
                continue
            sizes = (f"{first['schools']:,}", f"{first['cases']:,}")
            rows.append((model, era, *sizes, *(said(metric, row) for metric, row in of.items())))
    yield from table(("model", "era", "schools", "cases", *METRICS.values()), rows)
    yield (
        "A slope of several years together is also flattened by levels that were off from year to year: beside it "
        "stands the mean of single years above."
    )
    yield ""
    if silent:
        yield f"**No outcome at hand:** {'; '.join(silent)}. Order and level are untested there."
        yield ""


_CAP = """\
#### The cap on recall

The first tenth of a list cannot hold more cases than it has schools: recall at 10% is at most 0.10 divided by the share
of cases. Where half of the inspected are cases, a perfect list has a recall at 20% of 40%. Numbers of inspected schools
and of all schools are therefore not comparable, nor are ours and those of studies with another share.
"""


def _caps(numbers: Numbers) -> Iterator[str]:
    yield _CAP
    rows = []
    for model in numbers.models:
        for block in BLOCKS[:4]:
            rates = [rate for rate in numbers.rates(model, block) if rate]
            if not rates:
                continue
            caps = [sum(min(1, share / rate) for rate in rates) / len(rates) for share in (0.1, 0.2)]
            reached = [numbers.value(model, block, metric) for metric in ("recall_at_10", "recall_at_20")]
            rows.append(
                (
                    model,
                    f"{block[0]}; *{block[1]}*",
                    f"{100 * sum(rates) / len(rates):.1f}%",
                    *(
                        "–" if one is None else f"{100 * one:.0f}% of at most {100 * cap:.0f}%"
                        for one, cap in zip(reached, caps, strict=True)
                    ),
                )
            )
    yield from table(("model", "population, forecast", "share of cases", "recall at 10%", "recall at 20%"), rows)


MEASURED_BEFORE: tuple[tuple[str, bool, str, str, tuple[float, float, float]], ...] = (
    ("secondary", True, "Progress 8 alone", "results", (0.715, 0.296, 0.451)),
    ("secondary", True, "blend of models", CHOSEN, (0.713, 0.289, 0.462)),
    ("secondary", False, "models with the grade before", CHOSEN, (0.778, 0.331, 0.540)),
    ("primary", True, "mean progress alone", "results", (0.642, 0.224, 0.352)),
    ("primary", True, "blend of models and the grade before", CHOSEN, (0.731, 0.272, 0.460)),
)
"""RISK.md section 2: model, whether good or outstanding only, method, our candidate, AUC, recall at 10 and 20 %."""


_BEFORE = """\
#### Beside what was measured before

Before this was built, public files were used to measure what honest forecasts reach (RISK.md section 2). Each cell: AUC
/ recall at 10% / recall at 20%.
"""


_DIFFERENCES = """\
The same words stand for different things:

- *Their population*: schools rated good or outstanding at one date (August or December 2020) that still had the same
  number in April 2024. Academies with a new number are missing (7% of secondary schools, 13% of primary schools), and
  with them the worst cases. *Ours*: every open school of each 1 September, followed to its successor.
- *Their outcome*: requires improvement as the standing grade about three and a half years later, without the dates of
  inspections; a school never inspected counts as no concern. *Ours*: what the first graded inspection within a year of
  each list found, by its real date.
- Over three and a half years more schools are visited, so that when inspectors come matters less; over one year it
  matters a great deal. Our higher numbers on *concern within a year* are owed to that as much as to the models: compare
  also the two columns to the right of it.
- *Theirs* is one window, tested across authorities; *ours* are single years, each forecast from the years before.
- Brier skill there was 5% (secondary) and 3% (primary), the slope 0.99 (secondary), on their share of cases (7.1% and
  4.8%).
- The figures that BIT published in 2017 (65% of schools in the riskiest tenth, 85% in the riskiest fifth) are not said
  to be forward in time, nor of schools last found good or outstanding: they cannot stand beside any of these.
"""


def _beside(numbers: Numbers) -> Iterator[str]:
    yield _BEFORE
    rows = []
    for model, is_good, method, candidate, figures in MEASURED_BEFORE:
        blocks = (
            ((ALL_GOOD, WITHIN_YEAR), (ALL_GOOD, CONCERN), (INSPECTED_GOOD, CONCERN))
            if is_good
            else ((ALL, WITHIN_YEAR), (ALL, CONCERN), (INSPECTED, CONCERN))
        )
        ours = (
            [numbers.value(model, block, metric, candidate) for metric in ("auc", "recall_at_10", "recall_at_20")]
            for block in blocks
        )
        who = GOOD if is_good else "all that were rated"
        rows.append((f"{model}, {who}", method, _triple(figures), short(candidate), *map(_triple, ours)))
    yield from table(
        (
            "schools",
            "measured before: method",
            "measured before",
            "ours: candidate",
            f"ours: all, {WITHIN_YEAR}",
            f"ours: all, ordered by {CONCERN}",
            "ours: inspected only",
        ),
        rows,
    )
    yield _DIFFERENCES


def _triple(numbers: Sequence[float | None]) -> str:
    if any(one is None for one in numbers):
        return "–"
    return f"{numbers[0]:.3f} / {100 * numbers[1]:.0f}% / {100 * numbers[2]:.0f}%"


_SECOND = """\
#### A second outcome, which is not the inspectorate's

{outcome}: primary schools by the expected standard, secondary schools by Attainment 8, as published between the list
and a year after it. It never orders the list. Such a result pools earlier years, so that part of it is known
beforehand; years without a new publication have no outcome.
"""


def _second(numbers: Numbers) -> Iterator[str]:
    """The forecast of low results, beside the same result of this year."""
    block = (ALL, outlook.FORECAST)
    metrics = ("auc", "recall_at_20", "brier_skill", "calibration_slope", "calibration_in_the_large")
    rows = []
    for model in numbers.models:
        for key in numbers.candidates(model, block):
            years = numbers.years(model, block, key)
            spans = [*((school_year(year), "year", year) for year in years), ("**mean**", "mean", None)]
            for name, span, year in spans:
                of = {metric: numbers.row(model, block, metric, key, span, year) for metric in metrics}
                first = of["auc"] or {"schools": 0, "cases": 0}
                sizes = (f"{first['schools']:,}", f"{first['cases']:,}") if year else ("", "")
                rows.append((model, label_of(key), name, *sizes, *(said(metric, row) for metric, row in of.items())))
    if rows:
        yield _SECOND.format(outcome=outlook.OUTCOME.capitalize())
        yield from table(("model", "by", "year", "schools", "cases", *(METRICS[one] for one in metrics)), rows)


def annex(numbers: Numbers) -> Iterator[str]:
    """Every candidate in every year."""
    if not numbers.models:
        return
    yield from (
        "## Annex: every candidate in every year",
        "",
        "In brackets by how much the chosen list is better, with its 95% interval; a star where that leaves out 0. The "
        "other numbers are in `mart.risk_backtest`.",
        "",
    )
    for model in numbers.models:
        for block in BLOCKS[:-1]:
            years = numbers.years(model, block)
            for metric in ("auc", "recall_at_20"):
                if not years:
                    continue
                yield f"**{model.capitalize()}: {block[0]}, {block[1]}: {METRICS[metric]}**"
                yield ""
                yield from table(
                    ("candidate", *map(school_year, years)),
                    (
                        (
                            short(key),
                            *(
                                _in_annex(metric, numbers.row(model, block, metric, key, span="year", year=year))
                                for year in years
                            ),
                        )
                        for key in numbers.candidates(model, block)
                    ),
                )


def _in_annex(metric: str, row: Mapping | None) -> str:
    if row is None:
        return "–"
    if row["chosen_is_better_by"] is None:
        return said(metric, row)
    star = "\\*" if compared(row) in ("beats", "is beaten by") else ""
    return f"{amount(metric, row['value'])} ({difference(metric, row).replace(' (', ': ').rstrip(')')}){star}"
