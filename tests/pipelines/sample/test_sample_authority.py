"""The sample is repeatable, fictional, adds up, and holds every code and habit of the publishers."""

import collections
import csv
import hashlib
import io
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import polars as pl
import pytest

from pipelines.sample import NEIGHBOUR_LA_CODE, SAMPLE_LA_CODE, scenarios
from pipelines.sample.constants import KS2_YEARS, KS4_YEARS, NATIONAL_KS2
from pipelines.sample.files import edition_of
from pipelines.sample.names import FIRST, LAST

KS2 = [f"ks2/{edition_of(year)}/england_ks2final.csv" for year in KS2_YEARS]
KS4 = [f"ks4/{edition_of(year)}/england_ks4final.csv" for year in KS4_YEARS]
LATEST = "gias/2026-11-12/edubasealldata20261112.csv"


def test_it_is_written_in_thirty_seconds(sample):
    allowed = 30 if not os.environ.get("CI") else 90  # shared machines are slower
    assert sample.seconds < allowed


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bytes_in_another_process(sample, tmp_path):
    code = "import sys, pathlib, pipelines.sample as s; s.write_sample(pathlib.Path(sys.argv[1]))"
    root = Path(__file__).parents[3]
    environment = os.environ | {"PYTHONHASHSEED": "7", "PYTHONPATH": str(root)}
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, env=environment, cwd=root)
    ours = {str(p.relative_to(sample.folder)): p.read_bytes() for p in sample.paths}
    theirs = {str(p.relative_to(tmp_path)): p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    assert ours.keys() == theirs.keys()
    assert [name for name in ours if ours[name] != theirs[name]] == []


def test_the_manifest_lists_every_file_with_its_fingerprint(sample):
    manifest = tomllib.loads((sample.folder / "manifest.toml").read_text(encoding="utf-8"))
    assert manifest["sample"] is True
    assert manifest["la_code"] == SAMPLE_LA_CODE
    assert "fictional" in manifest["notice"]
    listed = {entry["path"]: entry for entry in manifest["file"]}
    assert sorted(listed) == [name for name in sample.names("**/*.*") if name != "manifest.toml"]
    for name, entry in listed.items():
        assert entry["sha256"] == hashlib.sha256((sample.folder / name).read_bytes()).hexdigest()
        assert entry["origin"] == "sample"


def test_no_school_has_the_name_of_a_real_one(sample, shared_raw):
    real = set()
    for path in shared_raw.glob("gias/*/edubasealldata*.csv"):
        for row in csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))):
            real.add(row["EstablishmentName"].strip().casefold())
    assert len(real) > 20_000
    ours = {row["EstablishmentName"] for row in sample.rows(LATEST)}
    assert {name for name in ours if name.casefold() in real} == set()
    words = {word for name in real for word in name.replace(",", " ").split()}
    assert [a + b for a in FIRST for b in LAST if (a + b).casefold() in words] == []


def test_urns_lie_outside_the_real_range_and_head_teachers_are_invented(sample):
    rows = sample.rows(LATEST)
    assert {row["URN"][0] for row in rows} == {"9"}
    assert {row["LA (code)"] for row in rows} == {SAMPLE_LA_CODE, NEIGHBOUR_LA_CODE}
    surnames = {row["HeadLastName"] for row in rows if row["EstablishmentStatus (name)"] == "Open"}
    assert all(any(word in name.lower() for word in WORDS) for name in surnames)


WORDS = ("fiction", "invented", "madeup", "notreal", "placeholder", "sample", "specimen", "test")


def test_there_are_about_240_open_schools_of_every_kind(sample):
    rows = [row for row in sample.rows(LATEST) if row["EstablishmentStatus (name)"] == "Open"]
    ours = [row for row in rows if row["LA (code)"] == SAMPLE_LA_CODE]
    phases = collections.Counter(row["PhaseOfEducation (name)"] for row in ours)
    assert 225 <= len(ours) <= 250
    assert 180 <= phases["Primary"] <= 200
    assert 26 <= phases["Secondary"] <= 34
    types = {row["TypeOfEstablishment (name)"] for row in ours}
    assert {"Community school", "Voluntary aided school", "Voluntary controlled school", "Foundation school",
            "Academy converter", "Academy sponsor led", "Free schools", "Pupil referral unit",
            "University technical college", "Other independent school"} <= types  # fmt: skip


def _number(text: str) -> int | None:
    return int(text) if text.isdigit() else None


@pytest.mark.parametrize("name", KS2)
def test_counts_of_key_stage_2_add_up(sample, name):
    rows = sample.rows(name)
    upper = [{key.upper(): value for key, value in row.items()} for row in rows]
    for row in upper:
        everyone = _number(row.get("TELIG", ""))
        if everyone is None or row["RECTYPE"] not in "12":
            continue
        for one, other in (("BELIG", "GELIG"), ("TFSM6CLA1A", "TNOTFSM6CLA1A"), ("TFSMCLA", "TNOTFSMCLA")):
            parts = _number(row.get(one, "")), _number(row.get(other, ""))
            if None not in parts:
                assert sum(parts) == everyone, row["URN"]
    schools = [row for row in upper if row["RECTYPE"] in "12" and row["LEA"] == SAMPLE_LA_CODE]
    (authority,) = [row for row in upper if row["RECTYPE"] == "3" and row["LEA"] == SAMPLE_LA_CODE]
    known = sum(_number(row.get("TELIG", "")) or 0 for row in schools)
    assert known == int(authority["TELIG"])


@pytest.mark.parametrize("name", KS4)
def test_counts_of_key_stage_4_add_up(sample, name):
    rows = sample.rows(name)
    for row in rows:
        everyone = _number(row.get("TPUP", ""))
        if everyone is None or row["RECTYPE"] not in "12":
            continue
        for one, other in (("BPUP", "GPUP"), ("TFSM6CLA1A", "TNOTFSM6CLA1A")):
            parts = _number(row.get(one, "")), _number(row.get(other, ""))
            if None not in parts:
                assert sum(parts) == everyone, row["URN"]
    schools = [r for r in rows if r["RECTYPE"] in "12" and r["LEA"] == SAMPLE_LA_CODE and r["NFTYPE"] != "IND"]
    (authority,) = [row for row in rows if row["RECTYPE"] == "4" and row["LEA"] == SAMPLE_LA_CODE]
    assert sum(_number(row.get("TPUP", "")) or 0 for row in schools) == int(authority["TPUP"])


@pytest.mark.parametrize("name", KS2)
def test_percentages_are_whole_pupils_out_of_the_cohort(sample, name):
    checked = 0
    for row in sample.rows(name):
        n = _number(row.get("TELIG", ""))
        for column in ("PTRWM_EXP", "PTREADWRITTAMATX", "PTENGMATX", "PTREAD_EXP", "PTMATX"):
            text = row.get(column, "")
            if n and row["RECTYPE"] in "12" and text.endswith("%"):
                possible = {int(k * 100 / n + 0.5) for k in range(n + 1)}
                assert int(text[:-1]) in possible, (row["URN"], column)
                checked += 1
    assert checked > 300


def test_groups_of_five_or_fewer_are_hidden(sample):
    hidden = shown = 0
    for row in sample.rows("ks2/2018-19/england_ks2final.csv"):
        if row["RECTYPE"] not in "12" or not row.get("TFSM6CLA1A", "").isdigit():
            continue
        n, text = int(row["TFSM6CLA1A"]), row["PTRWM_EXP_FSM6CLA1A"]
        if n > 5:
            assert text.endswith("%")
            shown += 1
        elif n:
            assert text == "SUPP"
            hidden += 1
    assert hidden > 30
    assert shown > 30


def test_national_rows_carry_the_published_rates(sample):
    for year, figures in NATIONAL_KS2.items():
        if year == 2022:
            continue
        rows = sample.rows(f"ks2/{edition_of(year)}/england_ks2final.csv")
        nation = [row for row in rows if row["RECTYPE"] in ("4", "5")]
        assert [row["PTRWM_EXP"] for row in nation] == [f"{figures[0]}%"] * 2
        assert {row["PTRWM_EXP_FSM6CLA1A"] for row in nation} == {f"{figures[2]}%"}


def _cells(sample) -> dict[str, collections.Counter]:
    found: dict[str, collections.Counter] = collections.defaultdict(collections.Counter)
    for name in sample.names("**/*.csv"):
        source = name.split("/")[0]
        for row in csv.reader(io.StringIO(sample.text(name))):
            found[source].update(row)
    return found


def test_every_published_code_stands_somewhere(sample):
    cells = _cells(sample)
    expected = {
        "ks2": {"SUPP", "NE", "NA", "LOWCOV", "NEW", "RE", " "},
        "ks4": {"SUPP", "NE", "NP", "NA", "NEW", "SUPP*", "0%", "0.00%"},
        "destinations": {"SUPP", "SP", "NA"},
        "finance": {"DNS", "SUPP!"},
        "ees-attendance": {"z", "c", "x", "u", "low", ":", "..", "~", "k", "NA"},
        "ees-ks4": {"z", "c", "u"},
        "ees-scorecards": {"z", "LOW"},
        "ofsted": {"NULL", "Not judged", "9", "8", "0", "01/01/1900", "Not applicable", "Met"},
        "census": {"NA", "0.00%", "NAT", "900001.0"},
        "gias": {"01-01-1900", "1900-01-01"},
    }
    missing = {source: codes - set(cells[source]) for source, codes in expected.items()}
    assert {source: codes for source, codes in missing.items() if codes} == {}
    values = pl.read_parquet(sample.folder / "jsna/lait/bds_long_0.parquet")["Values"]
    assert "-" in values.to_list()


def test_files_have_the_publishers_bytes(sample):
    def start(name: str) -> bytes:
        return (sample.folder / name).read_bytes()

    assert start(KS2[0]).startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in start(KS2[0])
    assert not start(KS2[-1]).startswith(b"\xef\xbb\xbf")
    assert b"\r" not in start("census/2018-19/england_census.csv")
    lists = "ofsted/2025-08-31/state_funded_schools_inspections_and_outcomes_as_at_31_Aug_2025.csv"
    for name in (LATEST, "gias/2025-09/links_edubasealldata.csv", lists):
        with pytest.raises(UnicodeDecodeError):
            start(name).decode("utf-8")
    assert start(lists).split(b"\r\n")[-16:-1] == [b"," * 75] * 15
    assert b'"' in start("finance/2018-19/financials_2019.csv")


def test_rows_of_new_schools_stop_and_other_rows_are_ragged(sample):
    lines = sample.text("ks2/2018-19/england_ks2final.csv").split("\r\n")
    width = lines[0].count(",")
    assert [line for line in lines if line.endswith(",NEW")] != []
    assert {line.count(",") for line in lines if line} - {width} != set()


def test_there_is_no_progress_where_none_was_published(sample):
    for year in (2024, 2025):
        rows = sample.rows(f"ks2/{edition_of(year)}/england_ks2final.csv")
        assert {row.get("READPROG", "") for row in rows} <= {"", "NE"}
    rows = sample.rows("ks4/2024-25/england_ks4final.csv")
    assert {row["P8MEA"] for row in rows if "P8MEA" in row} <= {"NA", ""}
    assert sample.names("ks2/2021-22/*") == []
    assert sample.names("ks[24]/2019-20/*") == sample.names("ks[24]/2020-21/*") == []


def test_the_neighbour_stands_in_some_files_only(sample):
    in_tables = {row["LEA"] for row in sample.rows(KS2[-1]) if row["RECTYPE"] in "12"}
    assert in_tables == {SAMPLE_LA_CODE, NEIGHBOUR_LA_CODE}
    members = {int(row["urn"]) for row in sample.rows("authority/clusters.csv")}
    assert members.isdisjoint(scenarios.NEIGHBOUR_URNS)


def test_areas_of_2011_and_2021_are_linked_in_every_way(sample):
    rows = sample.rows("geography/lookups/lookup_lsoa11_lsoa21_england.csv")
    assert {row["change_code"] for row in rows} == {"U", "S", "M", "X"}
    assert len({row["lsoa21_code"] for row in rows}) == 300
    shares = collections.Counter()
    for row in sample.rows("authority/community_areas.csv"):
        shares[row["lsoa21_code"]] += float(row["share"])
    assert len(shares) == 300
    assert all(abs(share - 1) < 1e-9 for share in shares.values())
