"""The guard: nothing that a damaged file does may reach the build that is served."""

import fcntl
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines import warehouse
from pipelines.__main__ import main
from pipelines.build import build
from pipelines.errors import BuildRefused, PipelineError, SettingsError
from pipelines.sample import SAMPLE_LA_CODE
from pipelines.settings import Settings, read_settings

REGISTER = "gias/2024-06-17/edubasealldata_light_2024-06-17.csv"
RESULTS = "ks2/2018-19/england_ks2final.csv"
OTHER_RESULTS = "ks2/2017-18/england_ks2final.csv"
INSPECTIONS = "ofsted/inspections-2005-2020/ofsted_ratings_2005-09_2020-02.csv"
FILES = (REGISTER, RESULTS, OTHER_RESULTS, INSPECTIONS)


def copy(sample: Path, raw: Path, *names: str) -> None:
    for name in names:
        (raw / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(sample / name, raw / name)


@pytest.fixture(scope="module")
def served(sample_raw, tmp_path_factory) -> Settings:
    """A build of sound files, made once; every test gets a copy of it and the files anew."""
    folder = tmp_path_factory.mktemp("guard")
    copy(sample_raw, folder / "raw", *FILES)
    settings = Settings(raw=folder / "raw", curated=folder / "curated", la_code=SAMPLE_LA_CODE)
    build(settings)
    return settings


@pytest.fixture
def settings(served, sample_raw, tmp_path) -> Settings:
    """Sound files and nothing in service."""
    shutil.rmtree(served.raw)
    copy(sample_raw, served.raw, *FILES)
    return replace(served, curated=tmp_path / "curated")


@pytest.fixture
def live(served, settings) -> Path:
    """A build of the sound files in service."""
    shutil.copytree(served.curated, settings.curated)
    return warehouse.current_build(settings.curated)


def answer(path: Path) -> list[tuple]:
    with warehouse.open_build(path) as connection:
        return connection.execute(
            """select c.path, f.year, count(*), sum(value) from core.fact f join core.file c using (file)
            group by all order by all"""
        ).fetchall()


def change_cells(path: Path, column: str, rows: slice, text: str) -> list[int]:
    """Writes a text into the cells of a column; returns the numbers of the rows in the file."""
    data = path.read_bytes()
    lines = data.split(b"\r\n" if b"\r\n" in data else b"\n")
    position = lines[0].removeprefix(b"\xef\xbb\xbf").split(b",").index(column.encode())
    changed = []
    for number in range(len(lines))[rows]:
        cells = lines[number].split(b",")
        if len(cells) > position and b'"' not in lines[number]:
            cells[position] = text.encode()
            lines[number] = b",".join(cells)
            changed.append(number + 1)
    path.write_bytes((b"\r\n" if b"\r\n" in data else b"\n").join(lines))
    return changed


def refused(settings: Settings, live: Path) -> str:
    """The message of the refusal; the live build must be untouched and nothing may be left behind."""
    before = answer(live)
    with pytest.raises(BuildRefused) as refusal:
        build(settings)
    assert warehouse.current_build(settings.curated) == live
    assert answer(live) == before
    assert list(settings.curated.glob("building-*")) == []
    assert refusal.value.where
    assert refusal.value.next_step
    return str(refusal.value)


def test_an_unknown_code_in_a_live_column_names_file_column_and_rows(settings, live):
    (row,) = change_cells(settings.raw / RESULTS, "READPROG", slice(3, 4), "QQQ")
    message = refused(settings, live)
    for part in ("'QQQ'", RESULTS, "column READPROG", f"rows {row}", "pipelines/symbols.py", "ACCEPT_LOSS=1"):
        assert part in message


def test_a_loss_that_is_meant_is_published(settings, live):
    change_cells(settings.raw / RESULTS, "READPROG", slice(3, 4), "QQQ")
    result = build(replace(settings, accept_loss=True))
    assert warehouse.current_build(settings.curated) == result.path != live
    (report,) = [file for file in result.files if file.path == RESULTS]
    assert report.status == "ingested"
    assert "column READPROG" in report.held_back[0]
    # The same column held back again is no new loss, even when the code now stands in another row.
    change_cells(settings.raw / RESULTS, "READPROG", slice(5, 6), "QQQ")
    assert build(settings).path == warehouse.current_build(settings.curated)


def test_an_unknown_code_in_a_new_file_stops_its_column_only(settings):
    rows = change_cells(settings.raw / RESULTS, "READPROG", slice(3, 6), "QQQ")
    result = build(settings)
    (report,) = [file for file in result.files if file.path == RESULTS]
    assert report.kind_of_problem == "column held back"
    assert len(report.held_back) == 1
    with warehouse.open_build(result.path) as connection:
        found = connection.execute(
            """select distinct "row" from core.reject join core.file using (file)
            where path = ? and column_name = 'READPROG'""",
            [RESULTS],
        ).fetchall()
        assert sorted(row for (row,) in found) == rows
        measures = """select distinct measure from core.observation o join core.file c using (file)
            where c.path = ? and "group" = 'all' and o.measure in ('reading_progress', 'writing_progress')"""
        assert connection.execute(measures, [RESULTS]).fetchall() == [("writing_progress",)]


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda data: b"<!DOCTYPE html><title>Service unavailable</title>", "web page"),
        (lambda data: b"", "empty"),
        (lambda data: b"PK\x03\x04" + data, "ZIP"),
        (lambda data: data[: len(data) // 2], "cut off"),
        (lambda data: data.replace(b"SCHNAME", b"SCHOOLNAME"), "SCHNAME (nearest here: SCHOOLNAME)"),
        (lambda data: b"name,town\nx,y\n", "not a publication that we read"),
    ],
)
def test_a_live_file_that_can_no_longer_be_read(settings, live, damage, said):
    path = settings.raw / RESULTS
    path.write_bytes(damage(path.read_bytes()))
    message = refused(settings, live)
    assert f"{RESULTS} is served now but can no longer be read" in message
    assert said in message


def test_a_live_file_cut_off_between_two_rows(settings, live):
    path = settings.raw / INSPECTIONS
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[: len(lines) // 2]))
    assert "rows and now has" in refused(settings, live)


def test_a_live_column_that_is_blank_now(settings, live):
    change_cells(settings.raw / RESULTS, "WRITPROG", slice(1, None), "")
    message = refused(settings, live)
    assert "writing_progress of 2019 had" in message
    assert RESULTS in message


def test_a_live_column_whose_header_changed(settings, live):
    path = settings.raw / RESULTS
    path.write_bytes(path.read_bytes().replace(b"READPROG,", b"READINGPROGRESS,"))
    message = refused(settings, live)
    assert f"{RESULTS} is served now but can no longer be read" in message
    assert "lacks READPROG (nearest here: READPROG_" in message


def test_a_live_column_of_the_register_that_is_blank_now(settings, live):
    change_cells(settings.raw / REGISTER, "PhaseOfEducation (name)", slice(1, None), "")
    assert "register_entry.phase had" in refused(settings, live)


def test_rows_of_a_live_file_that_are_not_believed_any_more(settings, live):
    path = settings.raw / INSPECTIONS
    lines = path.read_bytes().splitlines()
    half = len(lines) // 2
    path.write_bytes(b"\n".join([*lines[:half], *(line.replace(b",", b";") for line in lines[half:])]) + b"\n")
    assert "values and now has" in refused(settings, live)


def test_a_file_taken_out_of_the_folder_is_taken_as_meant(settings, live):
    (settings.raw / INSPECTIONS).unlink()
    assert build(settings).path == warehouse.current_build(settings.curated)


def test_another_authority_is_not_compared(settings, live):
    change_cells(settings.raw / RESULTS, "READPROG", slice(3, 4), "QQQ")
    assert build(replace(settings, la_code="998")).path == warehouse.current_build(settings.curated)


def test_no_readable_file(settings, live):
    for name in FILES:
        (settings.raw / name).write_bytes(b"%PDF-1.7")
    message = refused(settings, live)
    assert "none of the 4 files could be read" in message
    assert "PDF" in message


def test_an_empty_folder(tmp_path):
    (tmp_path / "raw").mkdir()
    with pytest.raises(BuildRefused, match="none of the 0 files could be read"):
        build(Settings(raw=tmp_path / "raw", curated=tmp_path / "curated", la_code=SAMPLE_LA_CODE))
    assert warehouse.current_build(tmp_path / "curated") is None


def test_two_builds_at_once(settings, live):
    with open(settings.curated / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "another build is going on" in refused(settings, live)


@pytest.mark.parametrize("left", ["", "\n", "../elsewhere.duckdb\n", "schools-gone.duckdb\n", "\x00", "é" * 400])
def test_a_pointer_that_points_nowhere_is_no_build(settings, live, left):
    (settings.curated / "current").write_text(left)
    assert warehouse.current_build(settings.curated) is None
    assert build(settings).path == warehouse.current_build(settings.curated)


def test_a_live_build_that_cannot_be_opened_does_not_keep_a_sound_one_out(settings, live):
    live.write_bytes(b"not a database")
    assert build(settings).path == warehouse.current_build(settings.curated)


def test_a_reader_that_did_not_foresee_a_damage_stops_its_file_only(settings, monkeypatch):
    from pipelines.sources import SOURCES, inspections

    def broken(found):
        raise KeyError("unheard of")

    monkeypatch.setitem(SOURCES, "inspections", replace(inspections.SOURCE, parse=broken))
    result = build(settings)
    (report,) = [file for file in result.files if file.path == INSPECTIONS]
    assert report.status == "not ingested"
    assert "did not foresee" in report.reason
    assert "KeyError" in report.reason


def test_names_of_files_that_are_strange(settings, capfd):
    (settings.raw / "[bold]x[").mkdir()
    (settings.raw / "[bold]x[" / "red].csv").write_bytes(b"a,b\n[/green],2\n")
    Path(os.fsdecode(os.fsencode(settings.raw) + b"/name-\xff.csv")).write_bytes(b"a,b\n1,2\n")
    (settings.raw / "loop").symlink_to(settings.raw, target_is_directory=True)
    (settings.raw / "nowhere.csv").symlink_to("not-there.csv")
    arguments = ["--raw", str(settings.raw), "--curated", str(settings.curated), "--la-code", SAMPLE_LA_CODE]
    assert main(["build", *arguments]) == 0
    with warehouse.open_build(warehouse.current_build(settings.curated)) as connection:
        left_out = dict(connection.execute("select path, reason from core.file where status <> 'ingested'").fetchall())
    assert set(left_out) == {"[bold]x[/red].csv", "name-\\xff.csv"}
    assert "rename it" in left_out["name-\\xff.csv"]


@pytest.mark.parametrize(
    "text",
    [
        "la_name = ",
        "file = 3",
        'file = ["x"]',
        "la_name = 3",
        "[[file]]\npath = 3",
        '[[file]]\npath = "x"\nfetched = "yesterday"',
        '[[file]]\npath = "x"\nfetched = 2026-11-12T10:00:00',
        "\x00",
    ],
)
def test_a_manifest_that_cannot_be_used(settings, text):
    (settings.raw / "manifest.toml").write_text(text)
    with pytest.raises(PipelineError) as problem:
        build(settings)
    assert "manifest" in problem.value.what
    assert "manifest.toml" in problem.value.where
    assert problem.value.next_step


@pytest.mark.parametrize("code", ["86", "8655", "abc", "８６５", "86 5", "-65"])
def test_a_code_of_no_authority(code, tmp_path):
    with pytest.raises(SettingsError, match="LA_CODE"):
        read_settings({"LA_CODE": code, "RAW": str(tmp_path)})


def test_a_raw_folder_that_is_not_there(tmp_path, capsys):
    assert main(["build", "--raw", str(tmp_path / "none"), "--curated", str(tmp_path / "curated")]) == 1
    said = capsys.readouterr().err
    assert said.startswith("Error: the folder of published files is not there · RAW=")
    assert "Traceback" not in said


def test_a_folder_of_builds_that_cannot_be_written(settings, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="CURATED="):
        build(replace(settings, curated=tmp_path / "file"))
    with pytest.raises(SettingsError, match="CURATED="):
        build(replace(settings, curated=tmp_path / "file" / "inside"))
