"""The store serves one build per request, moves over when the pointer does, and can do nothing but read."""

import threading
from pathlib import Path

import duckdb
import pytest
from fictional_build import write_build

from dashboard.db import NoBuild, Store, ask, remembered


def test_an_empty_folder_says_what_to_do(tmp_path: Path):
    with pytest.raises(NoBuild, match="make build"):
        Store(tmp_path).current()


@pytest.mark.parametrize("name", ["", "../elsewhere.duckdb", "schools-gone.duckdb"])
def test_a_pointer_to_nothing_beside_it_is_refused(tmp_path: Path, name: str):
    (tmp_path / "current").write_text(name)
    with pytest.raises(NoBuild, match="not a file beside it"):
        Store(tmp_path).current()


def test_a_new_pointer_is_followed_and_a_request_ends_on_the_build_it_began_on(tmp_path: Path):
    write_build(tmp_path, version="one", extra_schools=1)
    store = Store(tmp_path)
    with store.reading() as first:
        write_build(tmp_path, version="two", extra_schools=2)
        assert ask("select version from mart.build").item() == "one"
        assert first.version == "one"
    with store.reading() as second:
        assert ask("select version from mart.build").item() == second.version == "two"


def test_answers_are_remembered_by_build(tmp_path: Path):
    calls = []

    @remembered
    def version(_: int) -> str:
        calls.append(1)
        return ask("select version from mart.build").item()

    write_build(tmp_path, version="one", extra_schools=1)
    store = Store(tmp_path)
    with store.reading():
        assert [version(1), version(1)] == ["one", "one"]
    write_build(tmp_path, version="two", extra_schools=1)
    with store.reading():
        assert version(1) == "two"
    assert len(calls) == 2


def test_threads_share_a_build_without_errors(store: Store):
    errors = []

    def work() -> None:
        try:
            for _ in range(20):
                with store.reading():
                    assert ask("select count(*) from mart.school where urn > ?", 0).item() > 60
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


@pytest.mark.parametrize(
    "sql",
    [
        "copy (select 1) to 'out.csv'",
        "select * from read_csv('/etc/passwd')",
        "create table mart.x(a int)",
        "set enable_external_access = true",
    ],
)
def test_the_reader_is_locked_down(store: Store, sql: str):
    with store.reading() as build, build.connection.cursor() as cursor, pytest.raises(duckdb.Error):
        cursor.execute(sql)
