"""The only writer of DuckDB: a candidate build, its contracts, and the swap that puts it in service.

A build is one immutable file; the pointer file `current` names the one being served and is replaced in a
single step. A build that fails or is killed leaves a `building-…` file that the next build removes.
"""

import contextlib
import datetime
import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import polars

from pipelines.errors import BuildRefused, PipelineError, SettingsError
from pipelines.measures import GROUP_CODES, GROUPS, MEASURE_CODES, MEASURES
from pipelines.observations import REJECT_SCHEMA
from pipelines.symbols import STATUS_BY_KEY, SYMBOLS
from pipelines.tables import TABLES

Connection = duckdb.DuckDBPyConnection
Error = duckdb.Error
DataError = duckdb.DataError
"""What the modules above may know of DuckDB: its connection and its errors."""

Query = Callable[..., polars.DataFrame]
"""A question to a build, and its parameters if it has any → the answer."""

POINTER = "current"
KEEP_BUILDS = 5
"""Older builds that stay beside the one in service, so that they can be served again."""

MEMORY_LIMIT = "600MB"
"""What DuckDB may hold while building; the rest of a gigabyte is for the file being read."""

GRACE = 1.0
"""Seconds that a build replaced by its own copy stays: whoever read the pointer just before is still opening it."""

_THERE = "select count(*) as n from duckdb_tables() where schema_name = ? and table_name = ?"
_STAMP = "%Y%m%d-%H%M%S"
_READ_ONLY = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "enable_external_access": "false",
}


class Candidate:
    """A build in the making: one DuckDB file that nobody serves yet.

    Attributes:
        copy_of: the build that it began as a copy of, if it did.
        replaced: the tables of that build that are others by now.
    """

    def __init__(self, path: Path, copy_of: Path | None = None) -> None:
        self.path, self.copy_of = path, copy_of
        self.replaced: set[str] = set()
        self.connection = duckdb.connect(
            str(path),
            config={
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                "memory_limit": MEMORY_LIMIT,
                "preserve_insertion_order": "false",
                "temp_directory": str(path.with_suffix(".spill")),
            },
        )

    def lay_out(self) -> None:
        """Makes the tables that reading fills, and the codes that they use."""
        self.run("create schema core; create schema mart")
        self.run(
            'create table core.fact (file usmallint, "row" uinteger, entity integer, year usmallint, '
            'measure uinteger, "group" utinyint, value double, symbol utinyint, n double, lower double, upper double)'
        )
        self.run(
            'create table core.reject (file usmallint, "row" uinteger, table_name varchar, column_name varchar, '
            "value varchar, reason varchar, consequence varchar)"
        )
        self.add("core.symbol", _symbols())
        self.add("core.measure_code", _measure_codes())
        self.add("core.group_code", _group_codes())
        for name, contract in TABLES.items():
            self.add(f"core.{name}", contract.create_empty())

    def run(self, sql: str, parameters: list | None = None) -> None:
        """Runs one or more statements for their effect."""
        self.connection.execute(sql, parameters or [])

    def query(self, sql: str, parameters: list | None = None) -> polars.DataFrame:
        """The answer to a question, as a frame."""
        return self.connection.sql(sql, params=parameters or None).pl()

    def add(self, table: str, frame: polars.DataFrame) -> None:
        """Creates a table from a frame."""
        self.connection.register("incoming", frame)
        self.run(f"create table {table} as select * from incoming")
        self.connection.unregister("incoming")

    def replace(self, table: str, frame: polars.DataFrame) -> None:
        """Creates a table from a frame, in the place of the one that has its name; one that is equal stays."""
        if self.query(_THERE, table.split("."))["n"][0]:
            if self._is_equal(table, frame):
                return
            self.run(f"drop table {table}")
            self.replaced.add(table)
        self.add(table, frame)

    def _is_equal(self, table: str, frame: polars.DataFrame) -> bool:
        """Whether a table has the columns, types and rows of a frame, in whatever order the rows stand."""
        self.connection.register("incoming", frame)
        try:
            if not self.query(f"describe {table}").equals(self.query("describe incoming")):
                return False
            sides = ((table, "incoming"), ("incoming", table))
            only_in = [f"(from (from {one} except all from {other}) select count(*))" for one, other in sides]
            return not self.query(f"select {' + '.join(only_in)} as n")["n"][0]
        finally:
            self.connection.unregister("incoming")

    def append(self, table: str, frame: polars.DataFrame) -> None:
        """Appends a frame with the table's own columns to a table."""
        self.connection.register("incoming", frame)
        self.run(f"insert into {table} by name select * from incoming")
        self.connection.unregister("incoming")

    def append_facts(self, file: int, frame: polars.DataFrame) -> int:
        """Appends observations (FACT_SCHEMA) of one file; returns how many."""
        self.connection.register("incoming", frame)
        self.run(f"insert into core.fact select {int(file)}::usmallint, * from incoming")
        self.connection.unregister("incoming")
        return frame.height

    def write(self, table: str, frame: polars.DataFrame, file: int) -> int:
        """Writes the rows of a frame that keep the table's contract; the others become rejects.

        Returns:
            number of rows written.
        """
        contract = TABLES[table]
        wanted = contract.create_empty().schema
        complete = frame.with_columns(polars.lit(file, dtype=polars.UInt16).alias("file")).select(
            [
                polars.col(name).cast(kind, strict=False)
                if name in frame.columns or name == "file"
                else polars.lit(None, dtype=kind).alias(name)
                for name, kind in wanted.items()
            ]
        )
        good, failure = contract.filter(complete)
        bad = failure.invalid()
        if bad.height:
            details = failure.details()
            rules = [name for name in details.columns if name not in bad.columns]
            broken = polars.concat_str(
                [
                    polars.when(polars.col(rule).cast(polars.String) == "invalid").then(polars.lit(f"{rule} "))
                    for rule in rules
                ],
                ignore_nulls=True,
            )
            shown = polars.concat_str(
                [polars.col(c).cast(polars.String) for c in bad.columns[2:6]], separator=", ", ignore_nulls=True
            )
            self.reject(
                file,
                details.select(
                    polars.col("row").cast(polars.UInt32),
                    polars.lit("").alias("column_name"),
                    shown.str.slice(0, 200).alias("value"),
                    (polars.lit("breaks the contract: ") + broken.str.strip_chars()).alias("reason"),
                    polars.lit("the row was not loaded").alias("consequence"),
                ),
                table,
            )
        self.connection.register("incoming", good)
        self.run(f"insert into core.{table} select * from incoming")
        self.connection.unregister("incoming")
        return good.height

    def reject(self, file: int, frame: polars.DataFrame, table: str = "observation") -> int:
        """Keeps rejected rows and cells with their reasons; returns how many."""
        tidy = frame.select([polars.col(name).cast(kind) for name, kind in REJECT_SCHEMA.items()])
        self.connection.register("incoming", tidy)
        self.run(
            f'insert into core.reject select {int(file)}::usmallint, "row", ?, column_name, value, reason, '
            "consequence from incoming",
            [table],
        )
        self.connection.unregister("incoming")
        return tidy.height

    def finish(self) -> None:
        """Writes everything to the file and lets go of it."""
        self.run("checkpoint")
        self.connection.close()

    def close(self) -> None:
        """Lets go of the file."""
        with contextlib.suppress(Error):
            self.connection.close()


def _symbols() -> polars.DataFrame:
    return polars.DataFrame(
        {
            "symbol": polars.Series([symbol.code for symbol in SYMBOLS], dtype=polars.UInt8),
            "printed": [symbol.text for symbol in SYMBOLS],
            "status": [symbol.status for symbol in SYMBOLS],
            "word": [STATUS_BY_KEY[symbol.status].word for symbol in SYMBOLS],
            "meaning": [STATUS_BY_KEY[symbol.status].meaning for symbol in SYMBOLS],
        }
    )


def _measure_codes() -> polars.DataFrame:
    return polars.DataFrame(
        {
            "measure_code": polars.Series([MEASURE_CODES[key] for key in MEASURES], dtype=polars.UInt32),
            "measure": list(MEASURES),
        }
    )


def _group_codes() -> polars.DataFrame:
    return polars.DataFrame(
        {
            "group_code": polars.Series([GROUP_CODES[key] for key in GROUPS], dtype=polars.UInt8),
            "group": list(GROUPS),
            "label": [group.label for group in GROUPS.values()],
        }
    )


@contextlib.contextmanager
def building(curated: Path) -> Iterator[Candidate]:
    """A candidate build; what earlier builds left unfinished is removed first.

    Raises:
        SettingsError: the folder of builds cannot be written.
        BuildRefused: another build is going on in the same folder, or disk or memory are used up.
    """
    with _alone(curated) as path, contextlib.closing(Candidate(path)) as candidate:
        candidate.lay_out()
        yield candidate


@contextlib.contextmanager
def extending(curated: Path, of: Path | None = None) -> Iterator[Candidate]:
    """A candidate that begins as a copy of the build in service, for tables to be added and `republish`.

    Args:
        of: the build that the tables were made from.

    Raises:
        PipelineError: there is no build.
        SettingsError: the folder of builds cannot be written.
        BuildRefused: another build than `of` is in service by now, another is going on, or disk or memory are used up.
    """
    with _alone(curated) as path:
        served = current_build(curated)
        if served is None:
            raise PipelineError("there is no build yet", where=str(curated), next_step="run `make build` first")
        if of is not None and served != of:
            raise BuildRefused(
                "another build was put in service in the meantime",
                where=f"{served}; it is unchanged",
                next_step="run the same command again",
            )
        shutil.copyfile(served, path)
        with contextlib.closing(Candidate(path, copy_of=served)) as candidate:
            yield candidate


@contextlib.contextmanager
def _alone(curated: Path) -> Iterator[Path]:
    """A name for a file in the making, while nobody else makes one; nothing of it or of earlier ones stays."""
    try:
        curated.mkdir(parents=True, exist_ok=True)
        lock = open(curated / ".lock", "w")  # noqa: SIM115 (closed by the `with` below)
    except OSError as error:
        raise SettingsError(
            f"the folder of builds cannot be written ({error.strerror})",
            where=f"CURATED={curated}",
            next_step="name a folder that this user may write",
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise BuildRefused(
                "another build is going on", where=str(curated), next_step="wait until it has ended"
            ) from error
        for left in curated.glob("building-*"):
            _remove(left)
        try:
            yield curated / f"building-{secrets.token_hex(4)}.duckdb"
        except (duckdb.IOException, duckdb.OutOfMemoryException, OSError) as error:
            raise BuildRefused(
                f"the build could not be written: {str(error).splitlines()[0][:200]}",
                where=f"{curated}; what is served is unchanged",
                next_step="free disk space or memory and run the same command again",
            ) from error
        finally:
            for left in curated.glob("building-*"):
                _remove(left)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def publish(candidate: Candidate, curated: Path, version: str) -> Path:
    """Puts a finished candidate in service: one rename, one replaced pointer, both on disk before it returns."""
    path = _put_in_service(candidate, curated, version)
    _forget_old_builds(curated, path)
    return path


def republish(candidate: Candidate, curated: Path) -> Path:
    """Puts a copy with more tables in service, as a build of its own: with a later version, made from the same inputs.

    The build that it was copied from is removed, so that it does not take the place of an older one: all that it
    says stands in the copy. It stays where one of its tables was replaced.
    """
    version = _next_version(candidate, curated)
    for table in ("core.build", "mart.build"):
        candidate.run(f"update {table} set version = ?", [version])
    path = _put_in_service(candidate, curated, version)
    if candidate.copy_of is not None and not candidate.replaced:
        time.sleep(GRACE)
        with contextlib.suppress(OSError):  # the new build is in service already
            candidate.copy_of.unlink(missing_ok=True)
    _forget_old_builds(curated, path)
    return path


def _next_version(candidate: Candidate, curated: Path) -> str:
    """The version of the copied build at another time: now, and later than it."""
    day, clock, rest = candidate.query("select version from core.build")["version"][0].split("-", 2)
    second = datetime.timedelta(seconds=1)
    before = datetime.datetime.strptime(f"{day}-{clock}", _STAMP).replace(tzinfo=datetime.UTC)
    moment = max(datetime.datetime.now(datetime.UTC), before + second)
    while (curated / f"schools-{moment:{_STAMP}}-{rest}.duckdb").exists():
        moment += second
    return f"{moment:{_STAMP}}-{rest}"


def _put_in_service(candidate: Candidate, curated: Path, version: str) -> Path:
    candidate.finish()
    path = curated / f"schools-{version}.duckdb"
    _sync(candidate.path)
    os.replace(candidate.path, path)
    point_to(curated, path.name)
    return path


def point_to(curated: Path, name: str) -> None:
    """Makes a build the one in service, in one step; also the way back to an older build."""
    temporary = curated / f"building-{secrets.token_hex(4)}.pointer"
    temporary.write_text(name + "\n")
    _sync(temporary)
    os.replace(temporary, curated / POINTER)
    _sync(curated)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _forget_old_builds(curated: Path, served: Path) -> None:
    builds = sorted(curated.glob("schools-*.duckdb"), reverse=True)
    for old in [build for build in builds if build != served][KEEP_BUILDS:]:
        with contextlib.suppress(OSError):  # the new build is in service already
            old.unlink(missing_ok=True)


def current_build(curated: Path) -> Path | None:
    """The build in service, or None when there is none yet or the pointer names none."""
    try:
        name = (curated / POINTER).read_text().strip()
        path = curated / name
        return path if name == path.name and path.is_file() else None
    except (OSError, ValueError):
        return None


def open_build(path: Path) -> Connection:
    """A connection that can read one build and nothing else."""
    return duckdb.connect(str(path), read_only=True, config=_READ_ONLY)


@contextlib.contextmanager
def reading(path: Path) -> Iterator[Query]:
    """Questions to a finished build: `query(sql, parameters=None)` gives the answer as a frame."""
    with open_build(path) as connection:

        def query(sql: str, parameters: list | None = None) -> polars.DataFrame:
            return connection.sql(sql, params=parameters or None).pl()

        yield query


def holds(path: Path, table: str) -> bool:
    """Whether a finished build has a table; a file that cannot be opened has none."""
    with contextlib.suppress(Error), reading(path) as query:
        return query(_THERE, table.split("."))["n"][0] > 0
    return False
