"""A build killed at fifty random moments never harms what is served and leaves nothing that stays."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipelines import warehouse
from pipelines.sample import SAMPLE_LA_CODE

KILLS = 50
AT_ONCE = 2
FILES = (
    "gias/2024-06-17/edubasealldata_light_2024-06-17.csv",
    "ks2/2017-18/england_ks2final.csv",
    "ks2/2018-19/england_ks2final.csv",
    "ofsted/inspections-2005-2020/ofsted_ratings_2005-09_2020-02.csv",
)


def start(raw: Path, curated: Path) -> subprocess.Popen:
    environment = {**os.environ, "RAW": str(raw), "CURATED": str(curated), "LA_CODE": SAMPLE_LA_CODE}
    return subprocess.Popen(
        [sys.executable, "-m", "pipelines", "build"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def answer(curated: Path) -> tuple[str, list]:
    """What a reader of the folder gets now: the build that is served, and what it says."""
    build = warehouse.current_build(curated)
    with warehouse.open_build(build) as connection:
        said = connection.execute(
            "select year, count(*), round(sum(value), 3) from core.fact group by year order by year"
        ).fetchall()
    return build.name, said


@pytest.mark.slow
def test_a_build_killed_at_fifty_moments_never_harms_what_is_served(sample_raw, tmp_path):
    raw = tmp_path / "raw"
    for name in FILES:
        (raw / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(sample_raw / name, raw / name)
    folders = [tmp_path / f"curated-{number}" for number in range(AT_ONCE)]
    began = time.monotonic()
    for process in [start(raw, folder) for folder in folders]:
        assert process.wait(timeout=120) == 0
    whole = time.monotonic() - began
    _, said = answer(folders[0])
    assert sum(count for _, count, _ in said) > 10_000

    # A machine is now slower and now faster: a build that ends before its moment makes the span of moments shorter.
    chance = random.Random(865)
    killed = started = 0
    while killed < KILLS:
        assert started < 4 * KILLS, "most builds ended before they could be killed"
        batch = [(folder, whole * chance.random(), start(raw, folder)) for folder in folders]
        began = time.monotonic()
        for folder, moment, process in sorted(batch, key=lambda one: one[1]):
            started += 1
            time.sleep(max(0, moment - (time.monotonic() - began)))
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                killed += 1
            else:
                whole = min(whole, moment)
            process.wait()
            served, now = answer(folder)
            assert served.startswith("schools-")
            assert now == said

    for process in [start(raw, folder) for folder in folders]:
        assert process.wait(timeout=120) == 0
    for folder in folders:
        assert answer(folder)[1] == said
        left = sorted(path.name for path in folder.iterdir() if not path.name.startswith("schools-"))
        assert left == [".lock", "current"]
        assert len(list(folder.glob("schools-*"))) <= warehouse.KEEP_BUILDS + 1


PUBLISHING = """
import os, signal, sys
from pathlib import Path
from pipelines import warehouse

curated, last, done = Path(sys.argv[1]), int(sys.argv[2]), 0

def watched(call):
    def instead(*given, **named):
        global done
        done += 1
        if done == last:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*given, **named)
    return instead

with warehouse.building(curated) as candidate:
    candidate.run("create table core.build as select 'after' as version")
    for name in ("open", "fsync", "close", "replace", "unlink", "rename"):
        setattr(os, name, watched(getattr(os, name)))
    warehouse.publish(candidate, curated, "20990102-000000-999-00000000")
"""


def test_a_build_killed_at_every_step_of_publishing(tmp_path):
    """The swap itself takes a moment that a random kill seldom meets: so kill before each of its steps."""
    whole = None
    for step in range(1, 60):
        curated = tmp_path / f"step-{step}"
        with warehouse.building(curated) as candidate:
            candidate.run("create table core.build as select 'before' as version")
            before = warehouse.publish(candidate, curated, "20990101-000000-999-00000000")
        ended = subprocess.run([sys.executable, "-c", PUBLISHING, str(curated), str(step)], timeout=60).returncode
        served = warehouse.current_build(curated)
        with warehouse.open_build(served) as connection:
            ((version,),) = connection.execute("select version from core.build").fetchall()
        assert version == ("before" if served == before else "after")
        with warehouse.building(curated):
            assert len(list(curated.glob("building-*.duckdb"))) == 1
            assert list(curated.glob("building-*.pointer")) == []
        assert list(curated.glob("building-*")) == []
        if ended == 0:
            whole = step
            break
        assert ended == -signal.SIGKILL
    assert whole
    assert whole > 5
    assert version == "after"
