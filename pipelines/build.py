"""The whole pipeline on one screen: find the files, read them, settle what they say, check it, serve it."""

import datetime
import hashlib
import os
import queue
import threading
import tomllib
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import NoneType

import polars

from pipelines import derive, guard, warehouse
from pipelines.errors import BuildRefused, DamagedFile, PipelineError, UnknownFile
from pipelines.settings import Settings
from pipelines.sources import identify
from pipelines.sources.publication import date_in
from pipelines.sources.reading import RawFile, open_raw

MANIFEST = "manifest.toml"
IGNORED = (".gitkeep", ".DS_Store", MANIFEST)


@dataclass
class FileReport:
    """What became of one file: `status` is `ingested` or `not ingested`, with the reason."""

    file: int
    path: str
    sha256: str
    bytes: int
    encoding: str = ""
    source: str = ""
    layout: str = ""
    layout_rank: int = 0
    edition: str = ""
    year: int | None = None
    release: str = ""
    published: datetime.date | None = None
    published_verified: bool = False
    edition_date: datetime.date | None = None
    fetched: datetime.date | None = None
    origin: str = "dropped by hand"
    rows: int = 0
    columns: int = 0
    observations: int = 0
    first_year: int | None = None
    last_year: int | None = None
    rejects: int = 0
    status: str = "not ingested"
    kind_of_problem: str = ""
    reason: str = ""
    held_back: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass
class BuildResult:
    """A finished build: where it is, what was read, and what a person should look at."""

    path: Path
    version: str
    files: list[FileReport]
    observations: int
    rejects: int


Progress = Callable[[str, int, int], None]


def build(settings: Settings, progress: Progress = lambda what, done, of: None) -> BuildResult:
    """Builds from the raw folder and puts the result in service.

    Raises:
        PipelineError: nothing could be read, or the candidate would harm what is served; the live build
            is then as it was.
    """
    manifest = read_manifest(settings.raw)
    files = survey(settings.raw, manifest)
    version = version_of(files, settings.la_code)
    with warehouse.building(settings.curated) as candidate:
        load(candidate, settings.raw, files, progress)
        refuse_when_nothing_was_read(files, settings.raw)
        progress("settling schools, inspections and areas", 0, 0)
        derive.write_files(candidate, files)
        derive.write_build(candidate, settings, manifest, version)
        derive.settle(candidate)
        progress("preparing tables for the pages", 0, 0)
        derive.write_catalogue(candidate)
        derive.write_marts(candidate, live=warehouse.current_build(settings.curated))
        guard.refuse_to_harm(candidate, files, settings)
        totals = (
            candidate.query("select count(*) as n from core.fact"),
            candidate.query("select count(*) as n from core.reject"),
        )
        path = warehouse.publish(candidate, settings.curated, version)
    return BuildResult(path, version, files, totals[0]["n"][0], totals[1]["n"][0])


def read_manifest(raw: Path) -> dict:
    """The manifest beside the raw files, or an empty one; it may say when a file was fetched and from where.

    Raises:
        PipelineError: the manifest is there but cannot be read.
    """
    path = raw / MANIFEST
    if not path.is_file():
        return {}
    try:
        manifest = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise PipelineError(
            "the manifest cannot be read", where=f"{path}: {error}", next_step="mend it or remove it"
        ) from error
    entries = manifest.get("file", [])
    wrong = [name for name in ("la_name", "la_code", "notice") if not isinstance(manifest.get(name, ""), str)]
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        wrong.append("file (write each as [[file]])")
    elif not all(
        isinstance(entry.get("path", ""), str)
        and isinstance(entry.get("origin", ""), str)
        and type(entry.get("fetched")) in (datetime.date, NoneType)
        for entry in entries
    ):
        wrong.append("path, origin (text) or fetched (a date without quotation marks)")
    if wrong:
        raise PipelineError(
            "the manifest says something of another kind than it should",
            where=f"{path}: {', '.join(wrong)}",
            next_step="mend it or remove it",
        )
    return manifest


def raw_files(raw: Path) -> list[Path]:
    """Every file below the raw folder, linked folders included, but for those that are no publication."""
    found, seen = [], set()
    for folder, inner, names in os.walk(raw, followlinks=True):
        seen.add(os.path.realpath(folder))
        inner[:] = [name for name in inner if os.path.realpath(os.path.join(folder, name)) not in seen]
        found += [Path(folder) / name for name in names]
    return sorted(path for path in found if path.is_file() and path.name not in IGNORED)


def survey(raw: Path, manifest: dict) -> list[FileReport]:
    """Every file below the raw folder with its fingerprint, in an order that does not depend on names."""
    fetched = {entry.get("path"): entry for entry in manifest.get("file", [])}
    reports = []
    for path in raw_files(raw):
        name = path.relative_to(raw).as_posix()
        spelled = os.fsencode(name).decode(errors="backslashreplace")
        fault = "" if spelled == name else f"the name of the file is not UTF-8 · {spelled} · rename it"
        try:
            data = path.read_bytes()
        except OSError as error:
            data, fault = b"", f"the file cannot be read ({error.strerror}) · {spelled} · check its permissions"
        entry = fetched.get(name, {})
        reports.append(
            FileReport(
                file=0,
                path=spelled,
                sha256=hashlib.sha256(data).hexdigest(),
                bytes=len(data),
                fetched=entry.get("fetched"),
                origin=entry.get("origin", "dropped by hand"),
                kind_of_problem="error" if fault else "",
                reason=fault,
            )
        )
    reports.sort(key=lambda report: (report.sha256, report.path))
    for number, report in enumerate(reports, start=1):
        report.file = number
    return reports


def version_of(files: list[FileReport], la_code: str) -> str:
    """Snapshot id: when, for whom, and a fingerprint of every input byte."""
    inputs = hashlib.sha256("".join(report.sha256 for report in files).encode()).hexdigest()
    now = datetime.datetime.now(datetime.UTC)
    return f"{now:%Y%m%d-%H%M%S}-{la_code}-{inputs[:8]}"


def load(candidate: warehouse.Candidate, raw: Path, files: list[FileReport], progress: Progress) -> None:
    """Reads every file into the candidate; a file that cannot be read is reported and stops nobody else."""
    seen: dict[str, str] = {}
    for number, report in enumerate(files):
        progress(report.path, number, len(files))
        if report.kind_of_problem:
            continue
        if report.sha256 in seen:
            report.kind_of_problem, report.reason = "copy", f"the same bytes as {seen[report.sha256]}"
            continue
        seen[report.sha256] = report.path
        try:
            load_file(candidate, open_raw(raw / report.path, report.path), report)
        except UnknownFile as problem:
            report.kind_of_problem, report.reason = "unknown", str(problem)
        except PipelineError as problem:
            withdraw(candidate, report)
            report.kind_of_problem, report.reason = "error", str(problem)
        except _UNFORESEEN as problem:
            withdraw(candidate, report)
            report.kind_of_problem, report.reason = "error", str(_unforeseen(problem, report))
    progress("files read", len(files), len(files))


_UNFORESEEN = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
    polars.exceptions.PanicException,
    polars.exceptions.PolarsError,
    warehouse.DataError,
)
"""What a reader that did not foresee a damage may raise; no file may keep the others from being served."""


def _unforeseen(problem: BaseException, report: FileReport) -> DamagedFile:
    """The error for a damage that no reader foresaw; where it arose is said for whoever mends the reader."""
    frames = traceback.extract_tb(problem.__traceback__)
    ours = [frame for frame in frames if "pipelines" in Path(frame.filename).parts] or frames
    at = f"{Path(ours[-1].filename).name}, line {ours[-1].lineno}" if ours else "unknown"
    words = " ".join(str(problem).split())[:160]
    return DamagedFile(
        "the file is damaged in a way that its reader did not foresee",
        where=f"{report.path} ({type(problem).__name__} in {at}: {words})",
        next_step="fetch the file again; if it is as published, its reader in pipelines/sources must learn to read it",
    )


def load_file(candidate: warehouse.Candidate, raw_file: RawFile, report: FileReport) -> None:
    """Loads all that one file says.

    Raises:
        UnknownFile, DamagedFile, SourceChanged: as its reader says.
    """
    report.encoding = raw_file.encoding or raw_file.kind
    for found in identify(raw_file):
        report.source, report.layout, report.layout_rank = found.source.key, found.layout.key, found.layout.rank
        report.edition, report.year, report.release = found.edition.label, found.edition.year, found.edition.release
        report.published, report.published_verified = found.edition.published, found.edition.published_verified
        report.edition_date = date_in(report.path) or found.edition.published
        if found.table is not None:
            report.rows += found.table.row_count
            report.columns = max(report.columns, len(found.table.header))
        parsed = found.source.parse(found)
        for frame in ahead(iter(parsed.observations)):
            report.observations += candidate.append_facts(report.file, frame)
            years = frame["year"].min(), frame["year"].max()
            report.first_year = min(filter(None, (report.first_year, years[0])), default=None)
            report.last_year = max(filter(None, (report.last_year, years[1])), default=None)
        for table, frame in parsed.tables.items():
            candidate.write(table, frame, report.file)
        for frame in parsed.rejects:
            report.rejects += candidate.reject(report.file, frame)
        report.held_back += list(parsed.held_back)
        report.notes += parsed.notes
    report.status = "ingested"
    report.reason = "; ".join(report.held_back)
    report.kind_of_problem = "column held back" if report.held_back else ""


def withdraw(candidate: warehouse.Candidate, report: FileReport) -> None:
    """Takes back whatever a file had brought before it turned out to be unreadable."""
    for table in ("fact", "reject", *warehouse.TABLES):
        candidate.run(f"delete from core.{table} where file = {report.file}")
    report.observations = report.rejects = report.rows = 0
    report.first_year = report.last_year = None
    report.status = "not ingested"


def ahead(frames: Iterator[polars.DataFrame]) -> Iterator[polars.DataFrame]:
    """The same frames, the next one read in another thread while this one is being stored."""
    waiting: queue.Queue = queue.Queue(maxsize=1)
    stop = threading.Event()

    def put(item) -> None:
        while not stop.is_set():
            try:
                return waiting.put(item, timeout=0.1)
            except queue.Full:
                continue

    def read() -> None:
        try:
            for frame in frames:
                put((frame, None))
            put((None, None))
        except BaseException as error:
            put((None, error))

    threading.Thread(target=read, daemon=True).start()
    try:
        while True:
            frame, error = waiting.get()
            if error is not None:
                raise error
            if frame is None:
                return
            yield frame
    finally:
        stop.set()


def refuse_when_nothing_was_read(files: list[FileReport], raw: Path) -> None:
    """Stops a build of nothing.

    Raises:
        BuildRefused: no file of the raw folder could be read.
    """
    if any(report.status == "ingested" for report in files):
        return
    first = next((report.reason for report in files if report.kind_of_problem == "error"), "")
    first = first or next((report.reason for report in files), "the folder is empty")
    raise BuildRefused(
        f"none of the {len(files)} files could be read: {first}",
        where=f"RAW={raw}",
        next_step="put published files there (docs/sources.md lists them)",
    )


def with_sample(settings: Settings, write: Callable[[Path], None]) -> Settings:
    """Settings that read the fictional sample when the raw folder holds nothing.

    Args:
        write: writes the sample into an empty folder.
    """
    if raw_files(settings.raw):
        return settings
    folder = settings.curated / "sample"
    if not (folder / MANIFEST).is_file():
        write(folder)
    manifest = read_manifest(folder)
    return replace(settings, raw=folder, la_code=str(manifest.get("la_code", settings.la_code)))
