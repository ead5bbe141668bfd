"""The list of schools to talk to first: models are trained or taken again, and their scores join the build in service.

`score` adds the tables of `pipelines/risk/tables.py` to the build in service. `forecast` makes the list of any past
day, as it was known then, and publishes nothing. What was trained is kept in `<CURATED>/risk/<run>/`.
"""

import contextlib
import datetime
import json
import os
import secrets
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import polars
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pipelines import warehouse
from pipelines.errors import PipelineError
from pipelines.risk import card, national, run, splits, training
from pipelines.risk.card import sources
from pipelines.risk.matrix import Known
from pipelines.risk.tables import TABLES
from pipelines.settings import Settings

FOLDER = "risk"
KEEP_RUNS = 5
"""Trained models that stay: so many that made a list in service, and so many that `forecast` trained."""

LEAST_OF_ENGLAND = 15_000
"""Schools with inspections below which the files at hand are not all of England's; our judgement."""

ALL = "all"
"""What stands for every authority where a code is asked for."""

FIRST_LIST = datetime.date(splits.FIRST_LEARNT - training.LISTS_LEARNT - 1, 9, 1)
"""The day of the first list that models learn from: by then nothing has come of any."""

CARD = "card.md"
_ABOUT = "about.json"
_UNFINISHED = "saving-"
_ABANDONED = 24 * 3600
"""Seconds after which a model that is still being saved belongs to a command that was killed."""

_FORMULA = r"^[=+@\-\t\r]"
_console = Console(stderr=True, width=None if sys.stderr.isatty() else 160)

Progress = Callable[[str, int, int], None]


def _nothing(what: str, done: int, of: int) -> None:
    """Tells nobody."""


@dataclass(frozen=True)
class Build:
    """The build that is asked: its file, its authority, and when it was made."""

    path: Path
    la_code: str
    built_at: datetime.datetime


@dataclass(frozen=True)
class Kept:
    """What stands beside a saved model, so that only one that fits is read.

    Attributes:
        fingerprint: of the code and files it was made from. until: outcomes that were out by this day were learnt from.
        tested: whether the lists of earlier years were measured too, as the tables of a build need.
        used: when it was saved, or last made a list that was put in service.
        lists: (day of the list, when the build was made) of each list that it put in service, as texts that sort.
    """

    run: str
    fingerprint: str
    until: str
    la_code: str
    tested: bool
    used: str
    lists: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Scored:
    """What a person is told when a list is in service.

    Attributes:
        states: state → number of schools. models: rows of `mart.risk_run`. model: folder of the saved model.
        was_kept: whether the model had been trained before. note: what else to know.
    """

    path: Path
    day: datetime.date
    states: dict[str, int]
    models: list[dict]
    model: Path
    was_kept: bool
    seconds: float
    note: str


@dataclass(frozen=True)
class Forecast:
    """The list of a day, ready to be written; `notes` are what else to know."""

    rows: polars.DataFrame
    notes: list[str]


def score(settings: Settings, progress: Progress = _nothing, copy_of_card: Path | None = None) -> Scored:
    """Scores the schools of the build in service and puts a build with the scores in its place.

    The model card is written beside the saved model.

    Args:
        copy_of_card: where to write the card too.

    Raises:
        PipelineError: there is no build, it lacks what is read, or a table is not as declared (a fault of the program).
        BuildRefused: another build came in the meantime or is going on, or disk or memory are used up.
    """
    began = time.monotonic()
    with _asking(settings.curated) as (build, query):
        day = run.default_day(query)
        trained, was_kept = _trained(query, build, day, settings.curated, progress, tested=True)
        progress("scoring the schools", 0, 0)
        frames, note = _tables(query, trained, day, _previous(settings.curated, build, day, trained.run))
        about = sources.about_build(query)
    if not was_kept:
        _keep(settings.curated, trained, build, tested=True)
    for path in (settings.curated / FOLDER / trained.run / CARD, copy_of_card):
        if path is not None and trained.forecasters:
            card.write(frames, path, about)
    progress("putting the list in service", 0, 0)
    with warehouse.extending(settings.curated, of=build.path) as candidate:
        for name, frame in frames.items():
            candidate.replace(f"mart.{name}", frame)
        path = warehouse.republish(candidate, settings.curated)
    _note_list(settings.curated, trained.run, day, build)
    return Scored(
        path=path,
        day=day,
        states=dict(frames["school_risk"]["state"].value_counts().sort("state").rows()),
        models=frames["risk_run"].to_dicts(),
        model=settings.curated / FOLDER / trained.run,
        was_kept=was_kept,
        seconds=time.monotonic() - began,
        note=note,
    )


def forecast(
    settings: Settings,
    as_of: datetime.date,
    la_code: str | None = None,
    train_until: datetime.date | None = None,
    progress: Progress = _nothing,
) -> Forecast:
    """The list of a day as it was known then, by models that learnt from what was known by another; publishes nothing.

    Args:
        la_code: of an authority, or ALL; the build's own when None.
        train_until: last day of the outcomes that are learnt from; the day of the list when None.

    Raises:
        PipelineError: nothing was known on such a day, the training would look ahead, or no such authority is known.
    """
    until = train_until or as_of
    with _asking(settings.curated) as (build, query):
        _refuse_days(query, build, as_of, until)
        _refuse_authority(query, build, la_code or build.la_code)
        trained, was_kept = _trained(query, build, until, settings.curated, progress, tested=False)
        if not trained.forecasters:
            raise PipelineError(
                "no list can be made: " + "; ".join(trained.reasons.values()),
                where=f"outcomes known by {until}",
                next_step="give a later day, or add lists of inspections (docs/sources.md) and build again",
            )
        progress("scoring the schools", 0, 0)
        rows = run.forecasts(query, trained, as_of, None if la_code == ALL else la_code or build.la_code)
    notes = [f"No list of {model} schools: {reason}" for model, reason in trained.reasons.items()]
    if rows.is_empty():
        notes.append(f"No school that a model speaks for was open on {as_of}")
    if not was_kept:
        try:
            _keep(settings.curated, trained, build, tested=False)
        except PipelineError as problem:  # the list is made: not keeping the model costs time only
            notes.append(str(problem))
    return Forecast(rows, notes)


def learn(settings: Settings) -> Path:
    """Writes anew what all of England's inspections teach, from the build in service; for who maintains the program.

    Raises:
        PipelineError: the build holds too few inspections to be all of England's.
    """
    with _asking(settings.curated) as (build, query):
        if query("select count(distinct observed_urn) as n from core.inspection")["n"][0] < LEAST_OF_ENGLAND:
            raise PipelineError(
                "the build does not hold the inspections of all of England",
                where=str(build.path),
                next_step="build from the national lists of inspections and results",
            )
        national.write(national.learn(Known(query), run.default_day(query)))
    return national.PATH


def day_of(text: str, option: str) -> datetime.date:
    """The day that a text says.

    Raises:
        PipelineError: it is no day.
    """
    try:
        return datetime.datetime.strptime(text.strip(), "%Y-%m-%d").date()
    except ValueError as error:
        raise PipelineError(
            f"{text!r} is not a day", where=option, next_step="write year, month and day, such as 2018-09-01"
        ) from error


def refuse_target(out: Path) -> None:
    """Says before the work begins that a file cannot be written where it is wanted.

    Raises:
        PipelineError: its folder is not there or may not be written, or it is a folder itself.
    """
    if out.is_dir() or not out.parent.is_dir() or not os.access(out if out.exists() else out.parent, os.W_OK):
        raise PipelineError(
            "the file cannot be written there", where=f"--out {out}", next_step="name a file in a folder that is there"
        )


def write_csv(rows: polars.DataFrame, out: Path | None) -> None:
    """Writes a list to a file, or prints it; no cell can run as a formula in a spreadsheet.

    Raises:
        PipelineError: the file cannot be written.
    """
    texts = polars.col(polars.String)
    harmless = polars.when(texts.str.contains(_FORMULA)).then(polars.lit("'") + texts).otherwise(texts)
    written = rows.with_columns(harmless.name.keep()).write_csv()
    if out is None:
        print(written, end="")
        return
    try:
        out.write_text(written, encoding="utf-8", newline="")
    except OSError as error:
        raise PipelineError(
            f"the list could not be written ({error.strerror})",
            where=f"--out {out}",
            next_step="name another file, or free disk space",
        ) from error


def checked(frames: Mapping[str, polars.DataFrame]) -> dict[str, polars.DataFrame]:
    """The frames, in the order in which their tables are declared.

    Raises:
        PipelineError: they are not the tables that are declared, or one has other columns or types.
    """
    wrong = [f"mart.{name} is not declared" for name in frames if name not in TABLES]
    for name, table in TABLES.items():
        if name not in frames:
            wrong.append(f"mart.{name} is missing")
            continue
        declared, made = dict(table.columns), dict(frames[name].schema)
        wrong += [f"mart.{name}.{column} is missing" for column in declared if column not in made]
        wrong += [f"mart.{name}.{column} is not declared" for column in made if column not in declared]
        wrong += [
            f"mart.{name}.{column} is {made[column]}, not {kind}"
            for column, kind in declared.items()
            if column in made and made[column] != kind
        ]
        if not wrong and list(declared) != list(made):
            wrong.append(f"the columns of mart.{name} stand in another order")
    if wrong:
        raise PipelineError(
            f"a table of the forecasts is not as declared: {'; '.join(wrong[:5])}",
            where="pipelines/risk/tables.py; what is served is unchanged",
            next_step="this is a fault of the program: report what is printed",
        )
    return {name: frames[name] for name in TABLES}


@contextlib.contextmanager
def _asking(curated: Path) -> Iterator[tuple[Build, warehouse.Query]]:
    """The build in service and questions to it.

    Raises:
        PipelineError: there is none, it is damaged, or it lacks tables or columns that are asked.
    """
    path = warehouse.current_build(curated)
    if path is None:
        raise PipelineError("there is no build yet", where=str(curated), next_step="run `make build` first")
    try:
        with warehouse.reading(path) as query:
            about = query("select la_code, built_at from core.build").row(0, named=True)
            yield Build(path, **about), query
    except warehouse.Error as error:
        raise PipelineError(
            "the build in service does not hold what forecasts are made from",
            where=f"{path}: {str(error).splitlines()[0][:200]}",
            next_step="run `make build` and try again",
        ) from error


def _refuse_days(query: warehouse.Query, build: Build, as_of: datetime.date, until: datetime.date) -> None:
    first = query("select min(date)::date as first from core.inspection")["first"][0]
    if first is None:
        raise PipelineError(
            "the build holds no inspections to learn from",
            where=str(build.path),
            next_step="add lists of inspections (docs/sources.md) and run `make build`",
        )
    built = build.built_at.date()
    if as_of > built:
        raise PipelineError(
            f"nothing can be known of {as_of} yet",
            where=f"--as-of; the build in service was made on {built}",
            next_step=f"give a day up to {built}, or build with newer files",
        )
    if until > as_of:
        raise PipelineError(
            f"outcomes known by {until} were not known on {as_of}: learning from them would look ahead",
            where="--train-until",
            next_step=f"give a day up to {as_of}",
        )
    for option, day in (("--as-of", as_of), ("--train-until", until)):
        if day <= first:
            raise PipelineError(
                f"no inspection was known on {day}",
                where=f"{option}; the first in the files is of {first}",
                next_step="give a day some years later",
            )
    if until <= FIRST_LIST:
        raise PipelineError(
            f"nothing can be learnt from what was known by {until}",
            where=f"--train-until, or else --as-of; the first list that models learn from is of {FIRST_LIST}",
            next_step="give a day some years later",
        )


def _refuse_authority(query: warehouse.Query, build: Build, la_code: str) -> None:
    known = set(query("select distinct la_code from core.school where la_code is not null")["la_code"])
    if la_code != ALL and la_code not in known:
        raise PipelineError(
            f"{la_code!r} is no authority with schools in the build",
            where=f"--la; {len(known)} authorities are known, the build's own is {build.la_code}",
            next_step="give a three-digit code that DfE uses, such as 865 for Wiltshire, or all",
        )


def _trained(
    query: warehouse.Query, build: Build, until: datetime.date, curated: Path, progress: Progress, *, tested: bool
) -> tuple[run.Trained, bool]:
    """Models that learnt until a day, saved by the same code from the same files or new; whether they were saved."""
    fingerprint = run.fingerprint(query)
    for kept in _kept(curated):
        fits = (kept.fingerprint, kept.until, kept.la_code) == (fingerprint, until.isoformat(), build.la_code)
        if fits and (kept.tested or not tested):
            trained = _loaded(curated, kept)
            if trained is not None and (trained.fingerprint, trained.until) == (fingerprint, until):
                return trained, True
    return run.train(query, until, tested=tested, progress=progress), False


def _previous(curated: Path, build: Build, day: datetime.date, name: str) -> run.Trained | None:
    """The models of the newest earlier list of the same authority; a score made anew is no earlier list."""
    now = (day.isoformat(), build.built_at.isoformat())
    earlier = [
        (max(one for one in kept.lists if one < now), kept)
        for kept in _kept(curated)
        if kept.run != name and kept.la_code == build.la_code and any(one < now for one in kept.lists)
    ]
    for _, kept in sorted(earlier, key=lambda one: one[0], reverse=True):
        trained = _loaded(curated, kept)
        if trained is not None:
            return trained
    return None


def _tables(
    query: warehouse.Query, trained: run.Trained, day: datetime.date, previous: run.Trained | None
) -> tuple[dict[str, polars.DataFrame], str]:
    """The tables of a list, and a note where it could not be compared with the list before."""
    if previous is None:
        return checked(run.tables(query, trained, day, None)), ""
    try:
        return checked(run.tables(query, trained, day, previous)), ""
    except Exception as fault:  # models saved by other code may be of another shape
        frames = checked(run.tables(query, trained, day, None))
        words = " ".join(str(fault).split())[:160]
        return frames, f"not compared with the list put in service before ({type(fault).__name__}: {words})"


def _kept(curated: Path) -> list[Kept]:
    """What stands beside each saved model, the last used first; a folder that does not say what it is has none."""
    found = []
    for about in (curated / FOLDER).glob(f"*/{_ABOUT}"):
        with contextlib.suppress(OSError, ValueError, TypeError):
            said = json.loads(about.read_text(encoding="utf-8"))
            kept = Kept(**said | {"lists": tuple((day, built) for day, built in said["lists"])})
            if kept.run == about.parent.name and not kept.run.startswith(_UNFINISHED):
                found.append(kept)
    return sorted(found, key=lambda kept: (kept.used, kept.run), reverse=True)


def _loaded(curated: Path, kept: Kept) -> run.Trained | None:
    """A saved model; None where it is damaged or of another shape, for then it is trained again."""
    try:
        return run.load(curated / FOLDER / kept.run)
    except Exception:  # reading back what other code wrote can fail in any way
        return None


def _keep(curated: Path, trained: run.Trained, build: Build, *, tested: bool) -> None:
    """Saves models whole or not at all.

    Raises:
        PipelineError: the folder cannot be written.
    """
    folder = curated / FOLDER
    saving = folder / f"{_UNFINISHED}{secrets.token_hex(4)}"
    lists = next((kept.lists for kept in _kept(curated) if kept.run == trained.run), ())
    about = Kept(trained.run, trained.fingerprint, trained.until.isoformat(), build.la_code, tested, _now(), lists)
    try:
        saving.mkdir(parents=True)
        run.save(trained, saving)
        _write_about(saving, about)
        with contextlib.suppress(FileNotFoundError):
            os.replace(folder / trained.run, folder / f"{saving.name}-before")
        os.replace(saving, folder / trained.run)
    except OSError as error:
        raise PipelineError(
            f"the trained model could not be saved ({error.strerror})",
            where=str(folder),
            next_step="free disk space, or make the folder one that this user may write",
        ) from error
    finally:
        for left in folder.glob(f"{saving.name}*"):
            shutil.rmtree(left, ignore_errors=True)
    _forget_old_models(curated)


def _note_list(curated: Path, name: str, day: datetime.date, build: Build) -> None:
    """Notes that a model's list is in service; a list that cannot be noted is not compared with later."""
    for kept in _kept(curated):
        if kept.run == name:
            lists = sorted({*kept.lists, (day.isoformat(), build.built_at.isoformat())})
            with contextlib.suppress(OSError):  # the list is in service already
                _write_about(curated / FOLDER / name, replace(kept, used=_now(), lists=tuple(lists)))
    _forget_old_models(curated)


def _write_about(folder: Path, kept: Kept) -> None:
    temporary = folder / f"{_ABOUT}.{secrets.token_hex(4)}"
    temporary.write_text(json.dumps(asdict(kept), indent=1), encoding="utf-8")
    os.replace(temporary, folder / _ABOUT)


def _forget_old_models(curated: Path) -> None:
    folder, kept = curated / FOLDER, _kept(curated)
    in_service = [one for one in kept if one.lists]
    others = [one for one in kept if not one.lists]
    for old in [*in_service[KEEP_RUNS:], *others[KEEP_RUNS:]]:
        shutil.rmtree(folder / old.run, ignore_errors=True)
    for left in folder.glob(f"{_UNFINISHED}*"):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > _ABANDONED:
                shutil.rmtree(left, ignore_errors=True)


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat()


def summary(scored: Scored) -> None:
    """What is shown at the end: what the models learnt from, how many schools are in which state, and where it is."""
    table = Table(title=f"Schools to talk to first, as of {scored.day:%-d %B %Y}", title_justify="left")
    for name in ("schools", "model", "inspections", "with concern", "school years"):
        table.add_column(name, overflow="fold")
    models = [model for model in scored.models if model["candidate"] is not None]
    for model in models:
        years = f"{model['first_year']} to {model['last_year']}"
        counts = (f"{model['inspections']:,}", f"{model['concerns']:,}")
        table.add_row(model["model"], escape(model["candidate_label"]), *counts, years)
    if models:
        _console.print(table)
    for model in scored.models:
        if model["candidate"] is None:
            _say(f"No list of {model['model']} schools: {model['reason']}")
    if not models:
        _say("Every school is in `cannot tell` or `rules only`: the rules alone speak")
    _say("Schools: " + (", ".join(f"{count:,} {state}" for state, count in scored.states.items()) or "none"))
    if scored.note:
        _say(f"Note: {scored.note}")
    how = "a model trained before" if scored.was_kept else "a model trained now"
    _say(f"It took {scored.seconds:.0f} s with {how}, kept in {scored.model}")
    _say(f"Now served: {scored.path}")


def _say(text: str) -> None:
    _console.print(escape(text), highlight=False, soft_wrap=True)
