"""The current build, opened read-only and locked down, replaced without a failed query by a new one."""

import os
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

import duckdb
import polars as pl

P = ParamSpec("P")
R = TypeVar("R")

POINTER = "current"
REMEMBERED = 512
"""Answers kept for each query function."""

READER = {
    "threads": 1,
    "memory_limit": "1GB",
    "enable_external_access": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "lock_configuration": True,
}


CHANCES = re.compile(r"^(school_risk|risk_past)", re.IGNORECASE)
"""Tables that say of a named school how likely concern is, or was."""


class NotAllowed(Exception):
    """This reader may not see what was asked; the message is a sentence for them."""


@dataclass(frozen=True, kw_only=True)
class Reader:
    """What somebody may see.

    Attributes:
        chances: chances, bands and ranks of named schools.
        small_numbers: small numbers of every school on a working page.
        clusters: where not, the clusters of the authority's list whose small numbers they may see.
    """

    chances: bool = True
    small_numbers: bool = True
    clusters: frozenset[str] = frozenset()


EVERYTHING = Reader()
"""Who reads alone on this machine, and those who work with every school."""


@dataclass(frozen=True, kw_only=True)
class Mode:
    """How queries are answered now: hiding small numbers everywhere (`shared`), outside `clusters`, or nowhere."""

    shared: bool = False
    clusters: frozenset[str] = frozenset()
    chances: bool = True


WORKING = Mode()
"""A working page of somebody who may see everything."""


class NoBuild(Exception):
    """There is no build to read; the message says which folder was looked in and what to do."""


@dataclass(frozen=True, kw_only=True)
class Build:
    """One published version of the store: its file and the connection whose cursors answer queries."""

    path: Path
    connection: duckdb.DuckDBPyConnection

    @property
    def version(self) -> str:
        """The version in the file name: 'schools-20261112.duckdb' is version '20261112'."""
        return self.path.stem.removeprefix("schools-")

    def tables(self) -> frozenset[str]:
        """The names of the tables of `mart`."""
        return frozenset(_columns(self.path, self.connection))

    def columns(self, table: str) -> frozenset[str]:
        """The names of the columns of a table of `mart`."""
        return _columns(self.path, self.connection).get(table, frozenset())


_known_columns: dict[Path, dict[str, frozenset[str]]] = {}


def _columns(path: Path, connection: duckdb.DuckDBPyConnection) -> dict[str, frozenset[str]]:
    if path not in _known_columns:
        with connection.cursor() as cursor:
            found = cursor.sql(
                "select table_name, column_name from information_schema.columns where table_schema = 'mart'"
            ).fetchall()
        columns: dict[str, set[str]] = {}
        for table, column in found:
            columns.setdefault(table, set()).add(column)
        _known_columns[path] = {table: frozenset(names) for table, names in columns.items()}
    return _known_columns[path]


class Store:
    """A folder of immutable builds and the pointer file that names the current one.

    A build is opened once and shared; every query takes its own cursor. A replaced build is dropped, not
    closed, so that a request which began on it also ends on it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)
        self.asks_who = False
        """Whether nothing may be read before `reads_as` said who reads."""
        self._lock = threading.Lock()
        self._seen: tuple[int, int, int] | None = None
        self._build: Build | None = None

    def current(self) -> Build:
        """The build that the pointer names now.

        Raises NoBuild when the pointer or the file that it names is missing.
        """
        pointer = self.folder / POINTER
        try:
            stat = os.stat(pointer)
        except FileNotFoundError:
            raise NoBuild(f"{pointer} does not exist. Run `make build` to make a first build.") from None
        seen = (stat.st_mtime_ns, stat.st_ino, stat.st_size)
        with self._lock:
            if self._build is None or seen != self._seen:
                self._build = self._open(pointer)
                self._seen = seen
            return self._build

    def _open(self, pointer: Path) -> Build:
        name = pointer.read_text(encoding="utf-8").strip()
        path = self.folder / name
        if not name or Path(name).name != name or not path.is_file():
            raise NoBuild(f"{pointer} names {name!r}, which is not a file beside it. Run `make build` again.")
        if self._build is not None and self._build.path == path:
            return self._build
        connection = duckdb.connect(str(path), read_only=True, config=READER)
        return Build(path=path, connection=connection)

    @contextmanager
    def reading(self, *, shared: bool = False) -> Iterator[Build]:
        """Serve every query inside the block from one build, even when another is published meanwhile.

        With `shared`, queries read what may be printed, shared or saved: small numbers are hidden. They are
        also hidden where the reader of this request may not see them. Raises NotAllowed when nobody was named
        where somebody must be.
        """
        reader = _reader.get()
        if reader is None and self.asks_who:
            raise NotAllowed("Nobody is signed in.")
        build = self.current()
        token, mode = _reading.set(build), _mode.set(_mode_of(reader or EVERYTHING, shared))
        try:
            yield build
        finally:
            _reading.reset(token)
            _mode.reset(mode)


def _mode_of(reader: Reader, shared: bool) -> Mode:
    if shared:
        return Mode(shared=True, chances=reader.chances)
    if reader.small_numbers:
        return Mode(chances=reader.chances)
    return Mode(shared=not reader.clusters, clusters=reader.clusters, chances=reader.chances)


_reading: ContextVar[Build | None] = ContextVar("reading", default=None)
_mode: ContextVar[Mode] = ContextVar("mode", default=WORKING)
_reader: ContextVar[Reader | None] = ContextVar("reader", default=None)


@contextmanager
def reads_as(reader: Reader | None) -> Iterator[None]:
    """Let every `Store.reading()` inside the block show what this reader may see, whatever a page asks."""
    token = _reader.set(reader)
    try:
        yield
    finally:
        _reader.reset(token)


def reader() -> Reader:
    """Who reads in this request; everything, where nobody has to be named."""
    return _reader.get() or EVERYTHING


SHARED_NAMES = {"school_observation": "shared_result"}
"""Table → the table of the same columns to share, where that is not called shared_<table>."""

_TABLE = re.compile(r"\bmart\.([a-z_]+)\b(?!\.)(?=(?:\s+(as\b|[a-z_]\w*))?)", re.IGNORECASE)
_NO_NAME = frozenset(
    [
        "and",
        "anti",
        "asof",
        "cross",
        "except",
        "full",
        "group",
        "having",
        "inner",
        "intersect",
        "join",
        "left",
        "limit",
        "natural",
        "offset",
        "on",
        "or",
        "order",
        "outer",
        "pivot",
        "positional",
        "qualify",
        "right",
        "select",
        "semi",
        "tablesample",
        "union",
        "unpivot",
        "using",
        "where",
        "window",
    ]
)
"""Words that may follow a table which has no other name in its query."""


def build() -> Build:
    """The build this request reads. Raises NoBuild outside `Store.reading()`."""
    reading = _reading.get()
    if reading is None:
        raise NoBuild("A query was asked outside Store.reading(); open the store around the call.")
    return reading


def ask(sql: str, *parameters: object) -> pl.DataFrame:
    """The answer to one query on this request's build, with `?` standing for each parameter."""
    mode = _mode.get()
    if not mode.chances and any(CHANCES.match(found[1]) for found in _TABLE.finditer(sql)):
        raise NotAllowed("Chances and bands of schools are for the authority's advisers and strategy team.")
    if mode.shared or mode.clusters:
        sql = _to_share(sql, mode.clusters)
    with build().connection.cursor() as cursor:
        return cursor.sql(sql, params=list(parameters)).pl()


def is_shared() -> bool:
    """Whether this request's answers hide small numbers: of all schools, or of all but the reader's clusters."""
    mode = _mode.get()
    return mode.shared or bool(mode.clusters)


def shows_chances() -> bool:
    """Whether this request may show chances and bands of schools: they are in nothing that is shared."""
    return _mode.get().chances and not is_shared()


def _to_share(sql: str, clusters: frozenset[str] = frozenset()) -> str:
    """The query on the tables that may be shared, wherever the build has one beside the table asked.

    Rows about `clusters` and their schools come from the table asked, all others from the one to share. One
    place for every query of every page, those not yet written included: a query cannot forget it.
    """
    tables = build().tables()

    def instead(found: re.Match) -> str:
        name = SHARED_NAMES.get(found[1], f"shared_{found[1]}")
        if name not in tables:
            return found[0]
        own = _own_rows(found[1], clusters)
        has_name = found[2] and found[2].lower() not in _NO_NAME
        named = "" if has_name else f" as {found[1]}"
        if not own:
            return f"mart.{name}{named}"
        whole, hidden = f"from mart.{found[1]} where {own}", f"from mart.{name} where not coalesce({own}, false)"
        return f"({whole} union all by name {hidden}){named}"

    return _TABLE.sub(instead, sql)


def _own_rows(table: str, clusters: frozenset[str]) -> str:
    """The condition for rows about these clusters or their present schools; empty where the table knows neither."""
    columns = build().columns(table)
    if not clusters or "cluster_member" not in build().tables():
        return ""
    named = ", ".join("'" + name.replace("'", "''") + "'" for name in sorted(clusters))
    members = f"select urn from mart.cluster_member where cluster_id in ({named}) and to_date is null"
    own = []
    if {"unit_kind", "unit"} <= columns:
        own.append(f"(unit_kind = 'cluster' and unit in ({named}))")
        own.append(f"(unit_kind = 'school' and try_cast(unit as integer) in ({members}))")
    if "urn" in columns:
        own.append(f"urn in ({members})")
    return f"({' or '.join(own)})" if own else ""


def remembered(function: Callable[P, R]) -> Callable[P, R]:
    """Keep answers by build and arguments, so that a new build forgets the old answers by key.

    Arguments must be hashable, and the answer must not be changed by those who receive it.
    """
    kept: OrderedDict[object, R] = OrderedDict()
    lock = threading.Lock()

    @wraps(function)
    def answer(*args: P.args, **kwargs: P.kwargs) -> R:
        key = (build().path, _mode.get(), args, tuple(sorted(kwargs.items())))
        with lock:
            if key in kept:
                kept.move_to_end(key)
                return kept[key]
        value = function(*args, **kwargs)
        with lock:
            kept[key] = value
            while len(kept) > REMEMBERED:
                kept.popitem(last=False)
        return value

    return answer
