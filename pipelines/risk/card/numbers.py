"""Numbers of the tables as the card says them: rows, intervals, verdicts, Markdown tables."""

from collections.abc import Iterable, Mapping, Sequence

import polars

from pipelines.risk.backtest import ALL, CONCERN, GOOD, INSPECTED, INSPECTION, LABELS, WITHIN_YEAR
from pipelines.risk.models import CANDIDATES
from pipelines.risk.question import MODELS
from pipelines.risk.rolling import CHOSEN

Tables = Mapping[str, polars.DataFrame]
Block = tuple[str, str]

ALL_GOOD, INSPECTED_GOOD = f"{ALL}, {GOOD}", f"{INSPECTED}, {GOOD}"
BLOCKS: tuple[Block, ...] = (
    (ALL, WITHIN_YEAR),
    (ALL_GOOD, WITHIN_YEAR),
    (INSPECTED, CONCERN),
    (INSPECTED_GOOD, CONCERN),
    (ALL, CONCERN),
    (ALL_GOOD, CONCERN),
    (ALL, INSPECTION),
)
"""Population and forecast of each table of results."""

METRICS: dict[str, str] = {
    "auc": "AUC",
    "recall_at_10": "recall at 10%",
    "recall_at_20": "recall at 20%",
    "precision_at_10": "precision at 10%",
    "precision_at_20": "precision at 20%",
    "brier_skill": "Brier skill",
    "calibration_slope": "slope",
    "calibration_in_the_large": "in the large",
}
COMPARED = ("auc", "recall_at_20", "brier_skill")
SINGLE = ("results", "single_best", "free_school_meals")
"""Candidates that are one column: the best of them is what officers could sort by without a model."""

SHORT = {
    CHOSEN: "chosen",
    "results": "results alone",
    "previous_grade": "last inspection",
    "single_best": "single best",
    "points": "points",
    "logistic": "logistic",
    "additive": "boosted",
    "free_school_meals": "free meals alone",
    "with_intake": "with intake",
}
"""Candidate → its name in tables."""

TO_FILL_IN = "*For the authority to fill in.*"
WILD_SLOPE = 5.0
"""Slopes beyond this are of forecasts that hardly differ between schools; our judgement."""


class Numbers:
    """The rows of risk_backtest, by what they are of, and the ratios of risk_fairness."""

    def __init__(self, tables: Tables) -> None:
        self.frame = tables["risk_backtest"]
        self._fair = tables["risk_fairness"]
        self._rows = {
            (
                *(row[name] for name in ("model", "population", "forecast", "candidate", "span", "metric")),
                row["year"] if row["span"] == "year" else None,
            ): row
            for row in self.frame.iter_rows(named=True)
        }

    @property
    def models(self) -> list[str]:
        """Models that were tested, in their order."""
        there = set(self.frame["model"])
        return [model for model in MODELS if model in there]

    def row(
        self,
        model: str,
        block: Block,
        metric: str,
        candidate: str = CHOSEN,
        span: str = "mean",
        year: int | None = None,
    ) -> dict | None:
        """One row; None where there is none or nothing could be said."""
        found = self._rows.get((model, *block, candidate, span, metric, year))
        return found if found is not None and found["value"] is not None else None

    def value(self, *of, **others) -> float | None:
        """The value of one row."""
        found = self.row(*of, **others)
        return None if found is None else found["value"]

    def years(self, model: str, block: Block, of: str = CHOSEN) -> list[int]:
        """Tested years."""
        return sorted(
            {
                year
                for (one, population, forecast, candidate, span, _, year) in self._rows
                if (one, population, forecast, candidate, span) == (model, *block, of, "year")
            }
        )

    def candidates(self, model: str, block: Block) -> list[str]:
        """Candidates of a block, the chosen first, then the simplest first."""
        there = {key[3] for key in self._rows if key[:3] == (model, *block)}
        declared = (CHOSEN, *(one.key for one in CANDIDATES))
        return [*(key for key in declared if key in there), *sorted(there.difference(declared))]

    def best_single(self, model: str, block: Block) -> str | None:
        """The one column with the greatest mean AUC."""
        found = {key: self.value(model, block, "auc", key) for key in SINGLE}
        known = {key: value for key, value in found.items() if value is not None}
        return max(known, key=known.__getitem__) if known else None

    def ratio(self, model: str) -> dict | None:
        """False positives of the smallest beside the largest schools; None where they cannot be said."""
        found = self._fair.filter(polars.col("model") == model, polars.col("metric") == "false_positive_ratio")
        return next((row for row in found.iter_rows(named=True) if row["value"] is not None), None)

    def rates(self, model: str, block: Block) -> list[float]:
        """Share of cases of each tested year."""
        rows = [self.row(model, block, "auc", span="year", year=year) for year in self.years(model, block)]
        return [row["cases"] / row["schools"] for row in rows if row is not None and row["schools"]]


def said(metric: str, row: Mapping | None, digits: int = 0) -> str:
    """A number with its limits, as the tables show it."""
    if row is None:
        return "–"
    value, lower, upper = (row[name] for name in ("value", "lower", "upper"))
    shown = amount(metric, value, digits)
    if lower is None or upper is None:
        return shown
    limits = (amount(metric, limit, digits).removesuffix("%") for limit in (lower, upper))
    return f"{shown} ({' to '.join(limits)})"


def amount(metric: str, value: float, digits: int = 0) -> str:
    """A number of a metric as text."""
    if metric == "auc":
        return f"{value:.3f}"
    if metric == "brier_skill":
        return minus(f"{100 * value:.1f}%")
    if metric.startswith(("recall", "precision")):
        return f"{100 * value:.{digits}f}%"
    if metric == "calibration_in_the_large":
        return minus(f"{value:+.2f}")
    return minus(f"{value:.2f}")


def minus(text: str) -> str:
    """A text with minus signs for hyphens."""
    return text.replace("-", "−")


def difference(metric: str, row: Mapping | None) -> str:
    """By how much the chosen list is better, with limits; a digit more where one would read as 0 and is not."""
    if row is None or row["chosen_is_better_by"] is None:
        return "–"
    scale, digits = (1, 3) if metric == "auc" else (100, 1)
    values = [
        scale * row[name] for name in ("chosen_is_better_by", "better_lower", "better_upper") if row[name] is not None
    ]
    digits += any(0 < abs(value) < 0.5 / 10**digits for value in values[1:])
    shown = [minus(f"{value:+.{digits}f}") for value in values]
    return shown[0] if len(shown) < 3 else f"{shown[0]} ({shown[1]} to {shown[2]})"


def compared(row: Mapping | None) -> str:
    """What may be said of the chosen list beside another: it 'beats' only where the interval leaves out 0."""
    if row is None or row["better_lower"] is None or row["better_upper"] is None:
        return "not compared"
    if row["better_lower"] == row["better_upper"] == row["chosen_is_better_by"] == 0:
        return "the same"
    if row["better_lower"] > 0:
        return "beats"
    return "is beaten by" if row["better_upper"] < 0 else "cannot be told from"


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """Lines of a Markdown table."""

    def line(cells: Sequence[object]) -> str:
        shown = [str("" if cell is None else cell).replace("|", "\\|") for cell in cells]
        return f"| {' | '.join(shown)} |"

    return [line(header), line(["---"] * len(header)), *(line(row) for row in rows), ""]


def school_year(year: int) -> str:
    """A school year by its summer: 2019 is '2018/19'."""
    return f"{year - 1}/{year % 100:02d}"


def listed(words: Sequence[str]) -> str:
    """'a', 'a and b', 'a, b and c'."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def label_of(candidate: str) -> str:
    """The label of a candidate without its remark."""
    return LABELS.get(candidate, candidate).split(" (only")[0]


def short(candidate: str) -> str:
    """The short name of a candidate, in italics."""
    return f"*{SHORT[candidate]}*" if candidate in SHORT else label_of(candidate)
