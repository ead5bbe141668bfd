"""Tables added to a build in service: a copy takes its place whole, or nothing has changed."""

import errno
import fcntl
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import polars
import pytest

from pipelines import warehouse
from pipelines.errors import BuildRefused, PipelineError

FIRST = "20260101-080000-865-1a2b3c4d"
LISTED = polars.DataFrame({"urn": [1, 2], "rank": [2, 1]})


@pytest.fixture(autouse=True)
def _no_grace(monkeypatch):
    monkeypatch.setattr(warehouse, "GRACE", 0.0)


def put(curated: Path, version: str = FIRST) -> Path:
    """A build of next to nothing in service."""
    with warehouse.building(curated) as candidate:
        for table in ("core.build", "mart.build"):
            candidate.run(f"create table {table} as select ? as version, '865' as la_code", [version])
        candidate.run("create table mart.school as select 100000 + range as urn from range(1000)")
        return warehouse.publish(candidate, curated, version)


def add_list(curated: Path, frame: polars.DataFrame = LISTED) -> Path:
    with warehouse.extending(curated) as candidate:
        candidate.replace("mart.school_risk", frame)
        return warehouse.republish(candidate, curated)


def add_list_and_fail(curated: Path, fault: Exception) -> None:
    with warehouse.extending(curated) as candidate:
        candidate.replace("mart.school_risk", LISTED)
        raise fault


def builds(curated: Path) -> list[str]:
    return sorted(path.name for path in curated.glob("schools-*"))


def ask(path: Path, sql: str) -> list[tuple]:
    with warehouse.reading(path) as query:
        return query(sql).rows()


def test_a_copy_with_the_tables_is_served_under_a_later_version(tmp_path):
    first = put(tmp_path)
    path = add_list(tmp_path)
    assert warehouse.current_build(tmp_path) == path
    version = path.stem.removeprefix("schools-")
    assert version > FIRST
    assert version.endswith("-865-1a2b3c4d")
    for table in ("core.build", "mart.build"):
        assert ask(path, f"select version, la_code from {table}") == [(version, "865")]
    assert ask(path, "select count(*) from mart.school") == [(1000,)]
    assert ask(path, "select urn, rank from mart.school_risk order by urn") == LISTED.rows()
    assert warehouse.holds(path, "mart.school_risk")
    assert not warehouse.holds(first, "mart.school_risk")
    assert builds(tmp_path) == [path.name]
    assert sorted(one.name for one in tmp_path.iterdir()) == [".lock", "current", path.name]


def test_a_version_is_later_even_when_the_clock_is_not(tmp_path):
    put(tmp_path, "20990101-235959-865-1a2b3c4d")
    assert add_list(tmp_path).name == "schools-20990102-000000-865-1a2b3c4d.duckdb"


def test_no_file_that_is_there_is_written_over(tmp_path):
    put(tmp_path, "20990101-235959-865-1a2b3c4d")
    (tmp_path / "schools-20990102-000000-865-1a2b3c4d.duckdb").write_text("another")
    assert add_list(tmp_path).name == "schools-20990102-000001-865-1a2b3c4d.duckdb"
    assert (tmp_path / "schools-20990102-000000-865-1a2b3c4d.duckdb").read_text() == "another"


def test_a_build_whose_tables_were_replaced_stays(tmp_path):
    put(tmp_path)
    listed = add_list(tmp_path)
    again = add_list(tmp_path, LISTED.with_columns(polars.lit("x").alias("band")))
    assert builds(tmp_path) == [listed.name, again.name]
    assert ask(listed, "select count(*) from mart.school_risk") == [(2,)]
    assert ask(again, "select distinct band from mart.school_risk") == [("x",)]


@pytest.mark.parametrize(
    "frame",
    [
        LISTED,
        LISTED.reverse(),
        polars.DataFrame({"urn": [1], "x": [None], "y": [float("nan")], "z": [["a", "b"]]}, strict=False),
        LISTED.clear(),
    ],
)
def test_the_same_tables_again_take_the_place_of_the_build(tmp_path, frame):
    put(tmp_path)
    add_list(tmp_path, frame.reverse())
    again = add_list(tmp_path, frame)
    assert builds(tmp_path) == [again.name]


@pytest.mark.parametrize(
    "frame",
    [
        LISTED.head(1),
        polars.concat([LISTED, LISTED.head(1)]),
        LISTED.with_columns(polars.lit(3).alias("rank")),
        LISTED.rename({"rank": "place"}),
        LISTED.select("rank", "urn"),
        LISTED.cast({"rank": polars.Int32}),
    ],
)
def test_other_tables_leave_the_build_before(tmp_path, frame):
    put(tmp_path)
    before = add_list(tmp_path)
    again = add_list(tmp_path, frame)
    assert builds(tmp_path) == [before.name, again.name]
    with warehouse.reading(again) as query:
        assert query("select * from mart.school_risk").sort("*").equals(frame.sort("*"))


def test_the_history_is_not_used_up_twice(tmp_path):
    older = [put(tmp_path, f"202601{day:02d}-080000-865-1a2b3c4d").name for day in range(1, 7)]
    assert builds(tmp_path) == older  # the one in service and five before it
    path = add_list(tmp_path)
    assert builds(tmp_path) == [*older[:5], path.name]


def test_a_reader_that_began_on_the_build_before_ends_on_it(tmp_path):
    first = put(tmp_path)
    with warehouse.reading(first) as query:
        before = query("select count(*) as n from mart.school")["n"][0]
        add_list(tmp_path)
        assert not first.exists()
        assert query("select count(distinct urn) as n from mart.school")["n"][0] == before


@pytest.mark.parametrize(
    ("fault", "raised"),
    [
        (RuntimeError("a fault of the program"), RuntimeError),
        (PipelineError("not as declared"), PipelineError),
        (OSError(errno.ENOSPC, "No space left on device"), BuildRefused),
    ],
)
def test_a_failure_in_the_middle_leaves_what_was_served(tmp_path, fault, raised):
    first = put(tmp_path)
    before = first.read_bytes()
    with pytest.raises(raised):
        add_list_and_fail(tmp_path, fault)
    assert warehouse.current_build(tmp_path) == first
    assert first.read_bytes() == before
    assert list(tmp_path.glob("building-*")) == []
    add_list(tmp_path)  # nothing is in the way of the next


def test_a_full_disk_is_one_clear_error(tmp_path, monkeypatch):
    first = put(tmp_path)

    def full(source: Path, target: Path) -> None:
        Path(target).write_bytes(b"part of it")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(BuildRefused, match=r"No space left on device.*what is served is unchanged"):
        add_list(tmp_path)
    assert warehouse.current_build(tmp_path) == first
    assert list(tmp_path.glob("building-*")) == []


def test_without_a_build_there_is_nothing_to_extend(tmp_path):
    with pytest.raises(PipelineError, match=r"no build yet.*make build"), warehouse.extending(tmp_path):
        pass


def test_not_while_a_build_is_going_on(tmp_path):
    put(tmp_path)
    with open(tmp_path / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(BuildRefused, match="another build is going on"), warehouse.extending(tmp_path):
            pass


def test_tables_of_another_build_than_the_one_in_service_are_refused(tmp_path):
    first = put(tmp_path)
    second = put(tmp_path, "20260102-080000-865-1a2b3c4d")
    with pytest.raises(BuildRefused, match="in the meantime"), warehouse.extending(tmp_path, of=first):
        pass
    assert warehouse.current_build(tmp_path) == second


EXTENDING = """
import os, shutil, signal, sys
from pathlib import Path
from pipelines import warehouse
import polars

curated, last, done = Path(sys.argv[1]), int(sys.argv[2]), 0
warehouse.GRACE = 0.0

def watched(call):
    def instead(*given, **named):
        global done
        done += 1
        if done == last:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*given, **named)
    return instead

for name in ("open", "fsync", "close", "replace", "unlink", "rename"):
    setattr(os, name, watched(getattr(os, name)))
shutil.copyfile = watched(shutil.copyfile)
with warehouse.extending(curated) as candidate:
    candidate.run = watched(candidate.run)
    candidate.replace("mart.school_risk", polars.DataFrame({"urn": [1]}))
    warehouse.republish(candidate, curated)
"""


@pytest.mark.slow
def test_killed_at_every_step(tmp_path):
    for step in range(1, 60):
        curated = tmp_path / f"step-{step}"
        first = put(curated)
        ended = subprocess.run([sys.executable, "-c", EXTENDING, str(curated), str(step)], timeout=60).returncode
        served = warehouse.current_build(curated)
        assert ask(served, "select count(*) from mart.school") == [(1000,)]
        assert warehouse.holds(served, "mart.school_risk") == (served != first)
        with warehouse.building(curated):
            assert len(list(curated.glob("building-*.duckdb"))) == 1
        assert list(curated.glob("building-*")) == []
        if ended == 0:
            break
        assert ended == -signal.SIGKILL
    assert ended == 0
    assert step > 10
    assert served != first
