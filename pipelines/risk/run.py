"""From a build to the list: train and test on what was out, score a day, and make the tables that pages read."""

import datetime
import hashlib
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars

from pipelines.risk import backtest, fairness, listing, lists, move, national, outlook, scored, splits
from pipelines.risk.features import FEATURES, NOT_KNOWN, THEMES
from pipelines.risk.forecaster import Forecaster, fit
from pipelines.risk.matrix import Known
from pipelines.risk.outlook import Outlook
from pipelines.risk.question import ERAS, MODELS, era_on
from pipelines.risk.rolling import Year, roll
from pipelines.risk.scored import Scored
from pipelines.risk.tables import complete
from pipelines.risk.training import Evidence, gather
from pipelines.rules.facts import Query

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Trained:
    """Models in service from a day on, and how they did before.

    Attributes:
        until: outcomes out by this day were learnt from. fingerprint: of code and data. run: name of the folder.
        forecasters: model → forecaster, for those that could be trained. reasons: model → why not, for the others.
        outlooks: model → forecast of the second outcome.
        tables: name → frame of risk_backtest, risk_fairness, risk_past_list; empty without a backtest.
    """

    until: datetime.date
    fingerprint: str
    run: str
    forecasters: dict[str, Forecaster]
    outlooks: dict[str, Outlook]
    reasons: dict[str, str]
    tables: dict[str, polars.DataFrame]
    last_inspection: datetime.date


def default_day(query: Query) -> datetime.date:
    """The day that a build's list is of: when the newest of its files was published, or the day of the build."""
    newest = query("select max(edition_date)::date as day from core.file where status = 'ingested'")["day"][0]
    built = query("select built_at::date as day from core.build")["day"][0]
    return min(newest or built, built)


def fingerprint(query: Query) -> str:
    """Of the files of the build and the code of the models: a saved model serves only where both are the same."""
    files = query("select sha256 from core.file where status = 'ingested' order by all")["sha256"].to_list()
    package = Path(__file__).parent.parent
    code = [path.read_bytes() for kind in ("py", "sql", "json") for path in sorted(package.rglob(f"*.{kind}"))]
    return hashlib.sha256("".join(files).encode() + b"".join(code)).hexdigest()[:16]


def _nothing(what: str, done: int, of: int) -> None:
    """Tells nobody."""


def train(
    query: Query,
    until: datetime.date,
    *,
    tested: bool = True,
    progress: Progress = _nothing,
    known: Known | None = None,
) -> Trained:
    """Fits the models on all of England, with outcomes that were out by a day.

    Args:
        tested: also measures the lists of all earlier years (risk_backtest, risk_fairness, risk_past_list).
        known: of the same build, where it was read already.
    """
    known = known or Known(query)
    la_code = query("select la_code from core.build")["la_code"][0]
    forecasters, reasons, outlooks = {}, {}, {}
    parts: dict[str, list[polars.DataFrame]] = {"risk_backtest": [], "risk_fairness": [], "risk_past_list": []}
    for place, model in enumerate(MODELS):
        progress(f"learning from inspections of {model} schools", 2 * place, 2 * len(MODELS))
        evidence = gather(known, model, national.FIRST_LEARNT_FROM, lists.school_year(until), until)
        years = roll(evidence)
        forecaster = fit(known, evidence, years, until)
        low = outlook.outcomes(known, evidence, until)
        outlooks[model] = outlook.fit(evidence, low, lists.school_year(until) + 1)
        if forecaster is None:
            reasons[model] = _too_few(evidence, until)
        else:
            forecasters[model] = forecaster
        if tested:
            progress(f"testing the lists of earlier years, {model} schools", 2 * place + 1, 2 * len(MODELS))
            parts["risk_backtest"].append(backtest.measured(evidence, years, outlook.tested(evidence, low)))
            parts["risk_fairness"].append(fairness.measured(evidence, years, fairness.groups(known, evidence.listed)))
            parts["risk_past_list"].append(past_lists(evidence, years, la_code))
    print_of = fingerprint(query)
    return Trained(
        until=until,
        fingerprint=print_of,
        run=f"{until:%Y%m%d}-{la_code}-{print_of}",
        forecasters=forecasters,
        outlooks={model: one for model, one in outlooks.items() if one is not None},
        reasons=reasons,
        tables={name: complete(name, polars.concat(each)) for name, each in parts.items() if each},
        last_inspection=lists.last_observed(known),
    )


def _too_few(evidence: Evidence, until: datetime.date) -> str:
    count = int(evidence.is_out(until).sum())
    return (
        f"only {count} graded inspections of {evidence.model} schools are in the files; a model needs "
        f"{splits.LEAST_TRAINED}, and lists with schools that were and schools that were not inspected"
    )


def past_lists(evidence: Evidence, years: list[Year], la_code: str) -> polars.DataFrame:
    """The authority's schools on the lists of tested years, and what came of them."""
    frames = []
    for one in backtest.tested(years):
        if one.timing_odds is None:
            continue
        within = one.within_year(one.chosen)
        listed = evidence.listed[one.listed].with_columns(
            polars.Series("probability", one.concern(one.chosen, listed=True)),
            polars.Series("probability_of_inspection", one.inspection()),
            polars.Series("probability_within_year", within),
            polars.Series("share_before_in_england", np.searchsorted(np.sort(-within), -within) / max(len(within), 1)),
        )
        mine = listed.filter(polars.col("la_code") == la_code)
        frames.append(
            mine.with_columns(
                polars.col("probability_within_year").rank("min", descending=True).alias("rank"),
                polars.len().alias("ranked"),
                polars.lit(one.chosen).alias("candidate"),
                polars.col("is_wide").alias("found_concern"),
                polars.col("is_narrow").alias("found_serious_concern"),
            )
        )
    if not frames:
        return complete("risk_past_list", polars.DataFrame())
    return complete("risk_past_list", polars.concat(frames).sort("year", "rank", "urn"))


def scores_on(
    query: Query, trained: Trained, day: datetime.date, la_code: str | None, known: Known | None = None
) -> dict[str, Scored]:
    """Model → the scored schools open on a day, of one authority or of all."""
    known = known or Known(query)
    found = {}
    for model, forecaster in trained.forecasters.items():
        rows = lists.open_on(known, day, model)
        if la_code is not None:
            rows = rows.filter(polars.col("la_code") == la_code)
        if rows.height:
            found[model] = scored.score(forecaster, known, rows)
    return found


def tables(
    query: Query, trained: Trained, as_of: datetime.date, previous: Trained | None = None
) -> dict[str, polars.DataFrame]:
    """Every table of TABLES for the authority of a build.

    Args:
        previous: the models of the build before: the list that this one is compared with was made by them. Without,
            the list of the term before is made anew, as it was known then, by the same models.
    """
    known = Known(query)
    la_code = query("select la_code from core.build")["la_code"][0]
    now = scores_on(query, trained, as_of, la_code, known)
    before_day = previous.until if previous is not None and previous.until < as_of else lists.list_day_before(as_of)
    before = scores_on(query, previous or trained, before_day, la_code, known)
    frames = dict(trained.tables)
    frames["risk_run"] = complete(
        "risk_run", polars.DataFrame([_about(trained, model, as_of) for model in MODELS], infer_schema_length=None)
    )
    frames["school_risk"] = complete(
        "school_risk", listing.schools(known, trained.reasons, trained.outlooks, now, before, as_of, la_code)
    )
    is_first = polars.col("band") == "first"
    frames["not_offered"] = complete("not_offered", frames["school_risk"].filter(is_first).select("urn").sort("urn"))
    frames["school_risk_reason"] = complete("school_risk_reason", listing.reasons(query, known, now, as_of))
    moved = [row for model in now if model in before for row in move.moves(before[model], now[model], known)]
    frames["school_risk_move"] = complete("school_risk_move", polars.DataFrame(moved, infer_schema_length=None))
    for name in ("risk_backtest", "risk_fairness", "risk_past_list"):
        frames.setdefault(name, complete(name, polars.DataFrame()))
    return frames


def _about(trained: Trained, model: str, as_of: datetime.date) -> dict:
    era = era_on(as_of)
    about = {
        "run": trained.run,
        "model": model,
        "as_of": as_of,
        "trained_until": trained.until,
        "era": era,
        "not_known": list(NOT_KNOWN),
        "themes_without_measure": [one for one in THEMES if one not in {feature.theme for feature in FEATURES}],
        "code_version": trained.fingerprint,
        "reason": trained.reasons.get(model),
    }
    forecaster = trained.forecasters.get(model)
    if forecaster is None:
        return about | {"level_is_tested": False}
    table = trained.tables.get("risk_backtest")
    eras = set(table["span"]) if table is not None else set()
    note = (
        f"The last graded inspection in the files is of {trained.last_inspection:%-d %B %Y}."
        if era in eras
        else f"No inspection of the era since {_begins(era)} could be held against a forecast: the order of the list "
        "rests on earlier inspections, and its level is untested."
    )
    return about | {
        "level_is_tested": era in eras,
        "level_note": note,
        "candidate": forecaster.candidate,
        "candidate_label": forecaster.candidate_label,
        "why_chosen": forecaster.why_chosen,
        "inspections": forecaster.inspections,
        "concerns": forecaster.concerns,
        "first_year": forecaster.years[0],
        "last_year": forecaster.years[1],
        "drift": forecaster.drift,
        "churn": forecaster.churn,
        "churn_since": lists.list_day_before(forecaster.until),
        "limit_first": forecaster.limits["first"],
        "limit_next": forecaster.limits["next"],
        "schools_in_england": forecaster.schools,
    }


def _begins(era: str) -> str:
    return ERAS[era].split(":")[0].removeprefix("from ").split(" to ")[0]


def forecasts(query: Query, trained: Trained, as_of: datetime.date, la_code: str | None) -> polars.DataFrame:
    """The list of a day as rows to keep: one for each school that a model speaks for, with its reasons in words.

    Args:
        la_code: of one authority; all of England when None.
    """
    known = Known(query)
    frames = []
    for model, one in scores_on(query, trained, as_of, la_code, known).items():
        said = listing.of_model(model, one, None, trained.outlooks.get(model))
        rows = [{"urn": urn} | row for urn, row in said.items()]
        frame = polars.DataFrame(rows, infer_schema_length=None)
        frames.append(frame.with_columns(polars.Series("reasons", listing.in_words(one))))
    if not frames:
        return polars.DataFrame(schema=dict.fromkeys(FORECAST_COLUMNS, polars.String))
    told = polars.concat(frames, how="diagonal_relaxed").join(
        known.schools.select("urn", "name", "la_code", "phase"), on="urn", how="left"
    )
    lacking = [polars.lit(None).alias(name) for name in FORECAST_COLUMNS if name not in told.columns]
    return told.with_columns(lacking).select(FORECAST_COLUMNS).sort("model", "rank", "urn", nulls_last=True)


FORECAST_COLUMNS = (
    "urn",
    "name",
    "la_code",
    "phase",
    "model",
    "state",
    "band",
    "rank",
    "rank_lower",
    "rank_upper",
    "probability",
    "lower",
    "upper",
    "in_words",
    "probability_of_inspection",
    "probability_within_year",
    "known",
    "looked_for",
    "confidence",
    "why",
    "reasons",
)


def save(trained: Trained, folder: Path) -> None:
    """Writes everything that forecasts need into a folder; read back by `load`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "trained.pickle").write_bytes(pickle.dumps(trained))


def load(folder: Path) -> Trained:
    """What `save` wrote. Only folders that this program wrote may be read: a pickle can run code.

    Raises:
        OSError, pickle.UnpicklingError, AttributeError: it is not there, or was written by other code.
    """
    return pickle.loads((folder / "trained.pickle").read_bytes())
