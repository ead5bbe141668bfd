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
        return _tables(self.path, self.connection)


_known_tables: dict[Path, frozenset[str]] = {}


def _tables(path: Path, connection: duckdb.DuckDBPyConnection) -> frozenset[str]:
    if path not in _known_tables:
        with connection.cursor() as cursor:
            found = cursor.sql("select table_name from information_schema.tables where table_schema = 'mart'").pl()
        _known_tables[path] = frozenset(found["table_name"])
    return _known_tables[path]


class Store:
    """A folder of immutable builds and the pointer file that names the current one.

    A build is opened once and shared; every query takes its own cursor. A replaced build is dropped, not
    closed, so that a request which began on it also ends on it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)
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

        With `shared`, queries read what may be printed, shared or saved: small numbers are hidden.
        """
        build = self.current()
        token, mode = _reading.set(build), _shared.set(shared)
        try:
            yield build
        finally:
            _reading.reset(token)
            _shared.reset(mode)


_reading: ContextVar[Build | None] = ContextVar("reading", default=None)
_shared: ContextVar[bool] = ContextVar("shared", default=False)

SHARED_NAMES = {"school_observation": "shared_result"}
"""Table → the table of the same columns to share, where that is not called shared_<table>."""

_TABLE = re.compile(r"\bmart\.([a-z_]+)")


def build() -> Build:
    """The build this request reads. Raises NoBuild outside `Store.reading()`."""
    reading = _reading.get()
    if reading is None:
        raise NoBuild("A query was asked outside Store.reading(); open the store around the call.")
    return reading


def ask(sql: str, *parameters: object) -> pl.DataFrame:
    """The answer to one query on this request's build, with `?` standing for each parameter."""
    if _shared.get():
        sql = _to_share(sql)
    with build().connection.cursor() as cursor:
        return cursor.sql(sql, params=list(parameters)).pl()


def is_shared() -> bool:
    """Whether this request's answers are those that may be printed, shared or saved."""
    return _shared.get()


def _to_share(sql: str) -> str:
    """The query on the tables that may be shared, wherever the build has one beside the table asked.

    One place for every query of every page, those not yet written included: a query cannot forget it.
    """
    tables = build().tables()

    def instead(found: re.Match) -> str:
        name = SHARED_NAMES.get(found[1], f"shared_{found[1]}")
        return f"mart.{name}" if name in tables else found[0]

    return _TABLE.sub(instead, sql)


def remembered(function: Callable[P, R]) -> Callable[P, R]:
    """Keep answers by build and arguments, so that a new build forgets the old answers by key.

    Arguments must be hashable, and the answer must not be changed by those who receive it.
    """
    kept: OrderedDict[object, R] = OrderedDict()
    lock = threading.Lock()

    @wraps(function)
    def answer(*args: P.args, **kwargs: P.kwargs) -> R:
        key = (build().path, _shared.get(), args, tuple(sorted(kwargs.items())))
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
