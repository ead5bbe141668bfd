"""The same inputs give the same tables, whatever the files are called and in whatever order their rows stand."""

import random
import shutil
from pathlib import Path

import pytest

from pipelines import checks, warehouse
from pipelines.build import build
from pipelines.sample import SAMPLE_LA_CODE
from pipelines.settings import Settings

WIDE = ("ks2/", "ks4/", "census/", "absence/")
FOLDERS = ("gias/", "ks2/", "ks4/", "census/", "absence/", "ofsted/", "authority/", "finance/", "reference/")


def checksums(build_path: Path) -> dict[str, tuple[int, str]]:
    with warehouse.open_build(build_path) as connection:
        return {name: (rows, checksum) for name, rows, checksum in checks.table_checksums(connection)}


def facts(build_path: Path) -> list[tuple]:
    """Everything said, without the rows and fingerprints of the files that said it."""
    with warehouse.open_build(build_path) as connection:
        return connection.execute(
            """select source, edition, release, measure, "group", status, count(*),
                sum(hash(entity_kind, entity, year, value, n, lower, upper)::hugeint) % 1000000007
            from core.observation group by all order by all"""
        ).fetchall()


@pytest.fixture(scope="module")
def once(sample_raw, tmp_path_factory) -> tuple[Path, Path]:
    """A raw folder of most of the sample, and its build."""
    folder = tmp_path_factory.mktemp("once")
    for path in sample_raw.rglob("*.csv"):
        name = path.relative_to(sample_raw).as_posix()
        if name.startswith(FOLDERS):
            (folder / "raw" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, folder / "raw" / name)
    return folder / "raw", build_of(folder / "raw", folder / "curated")


def build_of(raw: Path, curated: Path) -> Path:
    return build(Settings(raw=raw, curated=curated, la_code=SAMPLE_LA_CODE)).path


def test_building_twice_gives_equal_tables(once, tmp_path):
    raw, first = once
    assert checksums(build_of(raw, tmp_path / "curated")) == checksums(first)


def test_files_under_other_names_and_folders_give_equal_tables(once, tmp_path):
    # the folder says the edition, so that part of the name stays; everything else is shuffled
    raw, first = once
    chance = random.Random(865)
    paths = sorted(raw.rglob("*.csv"))
    chance.shuffle(paths)
    for number, path in enumerate(paths):
        edition = path.parent.name
        name = f"{number:03d}.{chance.choice(['csv', 'txt'])}"
        target = tmp_path / "raw" / chance.choice("abcdefgh") / edition / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    again = checksums(build_of(tmp_path / "raw", tmp_path / "curated"))
    expected = checksums(first)
    # the list of inspections has its date in its name alone; without it only the list of files says less
    assert {name for name in expected if again[name] != expected[name]} <= {"core.file"}


def test_rows_in_another_order_say_the_same(once, tmp_path):
    raw, first = once
    chance = random.Random(865)
    shuffled = 0
    for path in sorted(raw.rglob("*.csv")):
        name = path.relative_to(raw).as_posix()
        target = tmp_path / "raw" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if not name.startswith(WIDE):
            shutil.copy(path, target)
            continue
        header, *rows = path.read_bytes().splitlines(keepends=True)
        if not rows[-1].endswith(b"\n") or b'"' in b"".join(rows).replace(b'""', b""):
            shutil.copy(path, target)
            continue
        chance.shuffle(rows)
        target.write_bytes(b"".join([header, *rows]))
        shuffled += 1
    assert shuffled > 20
    again = build_of(tmp_path / "raw", tmp_path / "curated")
    assert facts(again) == facts(first)
    schools = ("mart.school", "mart.school_link", "mart.cluster_member", "mart.measure_year")
    expected, now = checksums(first), checksums(again)
    assert {name: now[name] for name in schools} == {name: expected[name] for name in schools}
