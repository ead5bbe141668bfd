"""The model card: its sections, its numbers from the tables alone, and what may not be left out."""

import datetime
import re
from pathlib import Path

import polars as pl
import pytest

from pipelines.risk import backtest, card, fairness, outlook
from pipelines.risk.card import numbers, results, sources
from pipelines.risk.features import AUDIT, FEATURES, NOT_KNOWN, THEMES
from pipelines.risk.models import CANDIDATES
from pipelines.risk.question import ERAS
from pipelines.risk.tables import TABLES, complete

DOCS = Path(__file__).resolve().parents[2] / "docs"
MODELS, YEARS = ("primary", "secondary"), (2017, 2018, 2025)
KEYS = ("chosen", *(one.key for one in CANDIDATES))
WITHIN_GOOD = (numbers.ALL_GOOD, backtest.WITHIN_YEAR)
INSPECTED_GOOD = (numbers.INSPECTED_GOOD, backtest.CONCERN)
FIRST_VALUE = {"auc": 0.7, "recall_at_20": 0.45, "brier_skill": 0.06, "calibration_slope": 1.0}


def backtest_row(model, block, candidate, metric, span, year, value, better=0.02) -> dict:
    is_compared = candidate != "chosen" and metric in backtest.HIGHER_IS_BETTER
    return {
        "model": model,
        "outcome": "made up",
        "population": block[0],
        "forecast": block[1],
        "candidate": candidate,
        "candidate_label": backtest.LABELS[candidate],
        "year": year,
        "span": span,
        "metric": metric,
        "value": value,
        "lower": value - 0.01,
        "upper": value + 0.01,
        "chosen_is_better_by": better if is_compared else None,
        "better_lower": better - 0.01 if is_compared else None,
        "better_upper": better + 0.01 if is_compared else None,
        "schools": 1000,
        "cases": 50,
        "authorities": 150 if year is None or year < 2020 else 58,
    }


@pytest.fixture(scope="module")
def tables() -> dict[str, pl.DataFrame]:
    rows = []
    for model in MODELS:
        for block in numbers.BLOCKS:
            keys = KEYS if block[1] != backtest.INSPECTION else ("chosen",)
            order_only = block[1] == backtest.CONCERN and block[0].startswith(backtest.ALL)
            metrics = [one for one in numbers.METRICS if not order_only or one in backtest.OF_THE_ORDER]
            for place, key in enumerate(keys):
                for metric in metrics:
                    value = FIRST_VALUE.get(metric, 0.3) - 0.003 * place
                    rows += [backtest_row(model, block, key, metric, "year", year, value) for year in YEARS]
                    rows.append(backtest_row(model, block, key, metric, "mean", None, value))
                    rows.append(backtest_row(model, block, key, metric, "worst", 2017, value))
        for key in outlook.LABELS:
            block = (backtest.ALL, outlook.FORECAST)
            for metric in numbers.METRICS:
                value = FIRST_VALUE.get(metric, 0.3)
                rows.append(backtest_row(model, block, key, metric, "year", 2018, value))
                rows.append(backtest_row(model, block, key, metric, "mean", None, value))
        for era in list(ERAS)[:2]:
            for metric in numbers.METRICS:
                value = FIRST_VALUE.get(metric, 0.3)
                block = (backtest.INSPECTED, backtest.CONCERN)
                rows.append(backtest_row(model, block, "chosen", metric, era, None, value))
    groups = []
    for model in MODELS:
        about = {"model": model, "split": "pupils on roll", "lower": 0.01, "upper": 3.0, "schools": 90, "cases": 9}
        for position, (_, group) in enumerate(fairness.SIZES):
            for metric in ("share_with_concern", "said_less_seen", "false_positive_rate", "recall_at_20"):
                groups.append(about | {"group": group, "position": position, "metric": metric, "value": 0.04})
        ratio = {"group": "smallest beside largest", "position": 9, "metric": "false_positive_ratio", "value": 2.8}
        groups.append(about | ratio)
    day = datetime.date(2026, 2, 5)
    run = {"run": "a-run", "code_version": "a-print", "as_of": day, "trained_until": day, "candidate": "logistic"}
    run |= {"candidate_label": "logistic regression", "inspections": 9000, "concerns": 3000, "drift": 0.4}
    run |= {"first_year": 2010, "last_year": 2025, "level_note": "A note."}
    return {
        "risk_backtest": pl.DataFrame(rows, schema=backtest.COLUMNS),
        "risk_fairness": pl.DataFrame(groups, schema=fairness.COLUMNS),
        "risk_run": complete("risk_run", pl.DataFrame([run | {"model": model} for model in MODELS])),
    }


def section(text: str, heading: str) -> str:
    """From a heading to the next one."""
    return re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#+ |\Z)", text, flags=re.MULTILINE | re.DOTALL).group(1)


def changed(tables: dict, row: dict, by: float = 0.123, *columns: str) -> dict:
    """The tables with some numbers of one row of risk_backtest changed."""
    same = pl.lit(True)
    for name in ("model", "population", "forecast", "candidate", "span", "metric"):
        same &= pl.col(name) == row[name]
    frame = tables["risk_backtest"].with_columns(
        pl.when(same).then(pl.col(name) + by).otherwise(pl.col(name)).alias(name) for name in columns or ("value",)
    )
    return tables | {"risk_backtest": frame}


@pytest.mark.parametrize(
    "heading",
    [
        "Tier 1: in short",
        "1 Owner and responsibility",
        "2 Description and rationale",
        "3 Decision making and human oversight",
        "4 Technical specification",
        "5 How good the lists of earlier years were",
        "Marks and aims",
        "Eras",
        "The cap on recall",
        "Beside what was measured before",
        "A second outcome, which is not the inspectorate's",
        "As right for one kind of school as for another?",
        "6 Data used to develop it",
        "Operational data",
        "7 Risks, mitigations and impact assessments",
        "Risks and mitigations",
        "Known limits",
        "What was tried",
        "Impact assessments",
    ],
)
def test_the_card_has_every_section_and_so_has_the_kept_page(tables, heading: str) -> None:
    assert section(card.render(tables), heading) is not None
    assert section((DOCS / "risk.md").read_text(encoding="utf-8"), heading) is not None


def test_what_is_declared_is_told(tables) -> None:
    text = card.render(tables)
    for said in [*ERAS.values(), *THEMES[:-1], *(one.label for one in (*FEATURES, *AUDIT)), *NOT_KNOWN]:
        assert said in text or said.capitalize() in text
    assert "people* is empty" in text
    assert numbers.TO_FILL_IN in section(text, "1 Owner and responsibility")


def test_a_mark_that_is_missed_is_said_to_be(tables) -> None:
    marks = section(card.render(tables), "Marks and aims").splitlines()
    line = {row.split("|")[1].strip(): row for row in marks if row.startswith("| ")}
    assert "| **not reached** |" in line["primary: AUC (the mark)"]
    assert "| **not reached** |" in line["primary: recall at 20% (the mark)"]
    assert "| at least 5% | reached, not beyond doubt |" in line["primary: Brier skill (the mark)"]
    assert "| **not reached**, not beyond doubt |" in line["primary: false positives, smallest beside largest schools"]
    assert "not measured" in line["secondary: slope, era *report cards*"]
    missed = next(row for row in marks if row.startswith("- **Pass marks not reached:**"))
    assert "primary: AUC (the mark)" in missed
    assert "Brier skill (the mark)" not in missed


def test_every_number_of_the_marks_comes_from_the_tables(tables) -> None:
    found = numbers.Numbers(tables)
    before, text = results.marks_table(found), card.render(tables)
    assert "\n".join(before) in text
    seen = 0
    for _, _, metric, _, row, _, _ in results.marks(found):
        columns = ("chosen_is_better_by", "better_lower") if metric == "ahead" else ("value", "lower")
        for column in columns if row is not None else ():
            assert results.marks_table(numbers.Numbers(changed(tables, row, 0.123, column))) != before
            seen += 1
    assert seen >= 30
    ratio = pl.when(pl.col("metric") == "false_positive_ratio").then(pl.col("value") - 1).otherwise("value")
    other = tables | {"risk_fairness": tables["risk_fairness"].with_columns(ratio.alias("value"))}
    assert results.marks_table(numbers.Numbers(other)) != before


def test_without_outcomes_no_mark_has_a_number(tables) -> None:
    names = ["value", "lower", "upper", "chosen_is_better_by", "better_lower", "better_upper"]
    empty = {name: tables[name].with_columns(pl.lit(None, pl.Float64).alias("value")) for name in ("risk_fairness",)}
    empty["risk_backtest"] = tables["risk_backtest"].with_columns(pl.lit(None, pl.Float64).alias(one) for one in names)
    rows = [line for line in section(card.render(tables | empty), "Marks and aims").splitlines() if line[:2] == "| "]
    assert len(rows) > 10
    assert all("no outcome to measure it on" in row for row in rows if not row.startswith(("| mark", "| ---")))


@pytest.mark.parametrize(
    ("better", "words"),
    [
        (0.02, "It beats the best single column"),
        (0.0, "It ties with one column"),
        (-0.02, "It is beaten by one column"),
    ],
)
def test_a_column_that_does_as_well_is_named_at_the_top(tables, better: float, words: str) -> None:
    found = numbers.Numbers(tables)
    for block in (WITHIN_GOOD, INSPECTED_GOOD):
        row = found.row("secondary", block, "auc", "results")
        columns = ("chosen_is_better_by", "better_lower", "better_upper")
        tables = changed(tables, row, better - 0.02, *columns)
    top = section(card.render(tables), "Tier 1: in short").split("secondary schools.**")[1]
    assert top.count(words) == 2
    assert "the latest results alone (Progress 8)" in top


def test_beats_is_said_only_where_the_interval_leaves_out_0() -> None:
    def verdict(value, lower, upper) -> str:
        return numbers.compared({"chosen_is_better_by": value, "better_lower": lower, "better_upper": upper})

    assert verdict(0.02, 0.001, 0.04) == "beats"
    assert verdict(0.02, -0.001, 0.04) == "cannot be told from"
    assert verdict(-0.02, -0.04, -0.001) == "is beaten by"
    assert verdict(0.0, 0.0, 0.0) == "the same"
    assert verdict(0.02, None, None) == "not compared"


def test_a_limit_that_is_not_0_does_not_read_as_0() -> None:
    row = {"chosen_is_better_by": -0.005, "better_lower": -0.012, "better_upper": -0.0002}
    assert numbers.difference("auc", row) == "−0.0050 (−0.0120 to −0.0002)"


def test_authorities_that_are_not_observed_are_told(tables) -> None:
    told = section(card.render(tables), "6 Data used to develop it")
    assert "Outcomes of 58 authorities only are at hand for 2024/25, beside up to 150 before" in told


def test_the_files_that_it_was_made_from_are_told(tables, tmp_path) -> None:
    file = ("Results", 2, "2016-17", "2017-18", datetime.date(2018, 12, 15), 1)
    about = sources.About("a-build", "1.2.3", datetime.date(2026, 11, 24), (file,))
    path = card.write(tables, tmp_path / "risk.md", about)
    text = path.read_text(encoding="utf-8")
    assert text == card.render(tables, about)
    assert "`a-run`" in text
    assert "Build `a-build` of 24 November 2026, code 1.2.3" in text
    assert "| Results | 2 | 2016-17 to 2017-18 | 15 December 2018 |" in text
    assert "confirmed for 1 of 2" in text


def test_a_card_of_a_build_without_any_test_says_so() -> None:
    text = card.render({name: complete(name, pl.DataFrame()) for name in TABLES})
    assert "No list of an earlier year could be tested" in section(text, "5 How good the lists of earlier years were")
    assert "Annex" not in text


def test_the_kept_page_says_what_it_was_made_from() -> None:
    text = (DOCS / "risk.md").read_text(encoding="utf-8")
    assert text.startswith(card.HEADER)
    assert re.search(r"^Made from run `\S+`", text, flags=re.MULTILINE)
    assert re.search(r"^Build `\S+` of \d+ \w+ \d{4}", text, flags=re.MULTILINE)
    for year in ("2016/17", "2024/25"):
        assert f"| {year} | " in text
