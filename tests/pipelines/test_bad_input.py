"""Damaged files of every publication end in a correct load or in one clear error, never in anything else."""

import faulthandler
import random
import resource
import signal
import time
import zlib
from collections import Counter
from pathlib import Path

import polars
import pytest
from mutations import FORMULAS, MUTATIONS, cut_of, rezipped, taken, zip_bomb

from pipelines.errors import PipelineError
from pipelines.measures import MEASURE_CODES, MEASURES
from pipelines.observations import FACT_SCHEMA, REJECT_SCHEMA
from pipelines.sources import SOURCES, identify
from pipelines.sources.reading import open_raw
from pipelines.symbols import IMPOSSIBLE, REPORTED
from pipelines.tables import TABLES

LONGEST = 20.0
"""Seconds after which a file counts as hanging."""

REAL = (
    "absence/2012-13/england_abs.csv",
    "absence/2018-19/england_abs.csv",
    "census/2018-19/england_census.csv",
    "deprivation/iod2010/imd2010_lsoa01_england.csv",
    "deprivation/iod2019/File_1_-_IMD2019_Index_of_Multiple_Deprivation.xlsx",
    "deprivation/iod2025/imd2025_england_lsoa21.csv",
    "destinations/2018-19/england_ks4-pupdest.csv",
    "ees-attendance/2025-26/EES_ytd_data.csv",
    "ees-ks4/2023-24/ks4_school_info_2024.csv",
    "ees-scorecards/2025/scorecard_data_2025_2023.csv",
    "finance/2017-18/financials_2018.csv",
    "geography/boundaries/wiltshire_utla21.geojson",
    "geography/boundaries/wiltshire_lsoa21.geojson",
    "geography/lookups/wiltshire_lookup_lsoa11_lsoa21_ltla22.csv",
    "geography/lookups/school_postcode_lsoa11_2022.csv",
    "gias/2022-03/group_links_wiltshire_and_neighbours.csv",
    "gias/2022-03/groups_wiltshire_and_neighbours.csv",
    "gias/2022-05/edubasealldata_open_primary_secondary_2022-05.csv",
    "gias/2024-06-17/edubasealldata_light_2024-06-17.csv",
    "gias/2025-09/links_edubasealldata.csv",
    "jsna/fingertips/healthdata.csv",
    "jsna/fingertips/indicators.csv",
    "jsna/lait/bds_long_0.parquet",
    "jsna/lait/lait_data_dictionary.csv",
    "jsna/lait/sn_may_2025.xlsx",
    "ks2-full-width/2018-19/850_ks2final.csv",
    "ks2/2017-18/england_ks2final.csv",
    "ks2/2018-19/england_ks2final.csv",
    "ks2/2024-25/england_ks2final.csv",
    "ks4-full-width/2017-18/850_ks4final.csv",
    "ks4-provisional/2018-19/england_ks4provisional.csv",
    "ks4/2018-19/england_ks4final.csv",
    "ofsted/2020-08-31/ofsted_mi_state_funded_2020-08-31.csv",
    "ofsted/2025-08-31/state_funded_schools_inspections_and_outcomes_as_at_31_Aug_2025.csv",
    "ofsted/inspections-2005-2020/ofsted_ratings_2005-09_2020-02.csv",
    "reference/2018-19/la_and_region_codes_meta.csv",
)
SAMPLE = (
    "authority/assessments.csv",
    "authority/clusters.csv",
    "authority/community_areas.csv",
    "authority/school_circumstances.csv",
    "authority/settings.csv",
    "authority/triggers.csv",
    "census/2024-25/england_census.csv",
    "ees-scorecards/2024/scorecards_data_2024.csv",
    "jsna/fingertips/fingertips_by_indicator_id.csv",
    "ks2/2010-11/england_ks2final.csv",
    "ks2/2024-25/england_ks2final.csv",
    "ks4/2023-24/england_ks4final.csv",
    "gias/2026-11-12/edubasealldata20261112.csv",
    "deprivation/iod2025/File_7_IoD2025_All_Ranks_Scores_Deciles_Population_Denominators.csv",
    "ofsted/2026-03-31/Management_information_-_state-funded_schools_-_latest_inspections_as_at_31_Mar_2026.csv",
    "ofsted/inspections-2005-2020/ofsted_ratings_2005-09_2020-02.csv",
    "absence/2024-25/england_abs.csv",
    "jsna/lait/bds_long_0.parquet",
    "jsna/lait/sn_may_2025.xlsx",
    "geography/boundaries/exemplar_utla21.geojson",
    "finance/2024-25/financials_2025.csv",
    "reference/2018-19/la_and_region_codes_meta.csv",
)

KEYS = {
    "register_entry": ("urn",),
    "school_mention": ("urn",),
    "school_link": ("urn", "linked_urn"),
    "school_group": ("group_uid",),
    "school_group_member": ("group_uid", "urn"),
    "inspection_report": ("urn", "observed_urn", "date", "kind"),
    "judgement_report": ("observed_urn", "date", "kind", "area"),
    "local_authority": ("la_code",),
    "statistical_neighbour": ("la_code", "neighbour_la_code"),
    "area": ("kind", "code"),
    "area_lookup": ("from_kind", "from_code", "to_kind", "to_code"),
    "boundary": ("kind", "code"),
    "postcode": ("postcode",),
    "indicator": ("measure_code",),
    "cluster_member": ("cluster_id", "urn"),
    "setting": ("setting_id",),
    "school_circumstance": ("urn", "circumstance"),
    "trigger": ("trigger",),
    "community_area": ("community_area_id", "lsoa21_code"),
}
"""What a row of each table is about."""

OTHER_NAMES = ("download (1)", "data.CSV", "Copy of ünïcode [2].xlsx", "x.geojson", ".hidden")
"""A file is what its header says, whatever it is called."""

FACT_KEY = ("entity", "year", "measure", "group")
LIMITED = [
    MEASURE_CODES[key]
    for key, measure in MEASURES.items()
    if measure.unit.low is not None and measure.unit.high is not None
]

FIRST_IS_KEPT = ("setting", "indicator", "postcode")
"""Tables whose publication may name a thing twice: the first entry is kept, the other is a reject."""

outcomes: Counter[tuple[str, str]] = Counter()
taken_part: set[tuple[str, str]] = set()


class Read:
    """What a file brought: facts with a value, tables after their contracts, columns held back."""

    def __init__(self, path: Path, name: str) -> None:
        facts, self.tables, self.held_back, self.rejects, self.found = [], {}, [], [], set()
        self.trims = False
        for found in identify(open_raw(path, name)):
            self.found.add((found.source.key, found.layout.key))
            self.trims = found.layout.trims
            parsed = found.source.parse(found)
            facts += [
                frame.select(polars.col(n).cast(k) for n, k in FACT_SCHEMA.items()) for frame in parsed.observations
            ]
            for table, frame in parsed.tables.items():
                self.tables[table] = kept(table, frame)
            self.rejects += list(parsed.rejects)
            self.held_back += list(parsed.held_back)
        self.facts = polars.concat([polars.DataFrame(schema=FACT_SCHEMA), *facts])
        self.reject = polars.concat(
            [polars.DataFrame(schema=REJECT_SCHEMA)]
            + [frame.select(polars.col(n).cast(k) for n, k in REJECT_SCHEMA.items()) for frame in self.rejects]
        )

    @property
    def reported(self) -> polars.DataFrame:
        return self.facts.filter(polars.col("symbol") == REPORTED)


def kept(table: str, frame: polars.DataFrame) -> polars.DataFrame:
    """The rows of a frame that keep the contract of a table, as the warehouse keeps them."""
    wanted = TABLES[table].create_empty().schema
    whole = frame.with_columns(polars.lit(1).alias("file")).select(
        polars.col(name).cast(kind, strict=False)
        if name in (*frame.columns, "file")
        else polars.lit(None, kind).alias(name)
        for name, kind in wanted.items()
    )
    return TABLES[table].filter(whole)[0]


def differences(whole: Read, read: Read, compared: str) -> list[str]:
    """What was loaded although the whole file does not say it."""
    if compared == "nothing":
        return []
    new, found = read.reported, []
    if compared == "possible numbers":
        new = new.filter(polars.col("measure").is_in(LIMITED))
    broken = new.filter(polars.col("value").is_null() | ~polars.col("value").is_finite())
    if broken.height:
        found.append(f"reported without a finite value: {broken.row(0)}")
    for column in ("value", "n", "lower", "upper"):
        other = new.drop_nulls(column).join(whole.reported, on=[*FACT_KEY, column], how="anti")
        if other.height:
            first = other.row(0, named=True)
            was = whole.facts.filter(*(polars.col(name) == first[name] for name in FACT_KEY)).to_dicts()[:1]
            found.append(f"{other.height} wrong {column}: {first}, was {was}")
    for table, frame in read.tables.items():
        if table not in whole.tables:
            found.append(f"table {table} came of nowhere") if frame.height else None
            continue
        if compared == "all but repeats" and table in FIRST_IS_KEPT:
            continue
        found += _other_cells(table, whole.tables[table], frame, compared)
    return found


def _other_cells(table: str, whole: polars.DataFrame, frame: polars.DataFrame, compared: str) -> list[str]:
    key = list(KEYS[table])
    found = []
    for column in frame.columns:
        if column in ("row", "file") or (column in key and column != key[-1]):
            continue
        if (
            not compared.startswith("all")
            and column not in key
            and not (frame.schema[column].is_numeric() or frame.schema[column].is_temporal())
        ):
            continue
        on = list(dict.fromkeys([*key, column]))
        other = frame.drop_nulls(column).join(whole, on=on, how="anti", nulls_equal=True)
        if other.height:
            found.append(f"{table}.{column}: {other.select(*on, 'row').row(0)}")
    return found


class Hangs(Exception):
    """A file that is not read in time."""


def outcome_of(path: Path, name: str, whole: Read, compared: str) -> tuple[str, str]:
    """How reading a damaged file ended, and what is wrong with that (nothing, when all is well)."""

    def stop(*_):
        raise Hangs

    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, LONGEST)
    faulthandler.dump_traceback_later(3 * LONGEST, exit=True)
    try:
        read = Read(path, name)
    except PipelineError as problem:
        said = all(part.strip() for part in (problem.what, problem.where, problem.next_step))
        kind = f"refused: {type(problem).__name__}"
        if not said or name.rsplit("/", 1)[-1] not in problem.where:
            return (
                kind,
                f"an error without file or next step: {problem.what!r}, {problem.where!r}, {problem.next_step!r}",
            )
        if len(str(problem)) > 2000:
            return kind, f"an error of {len(str(problem))} characters"
        return kind, ""
    except Hangs:
        return "hang", "took too long"
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        return "traceback", f"{type(error).__name__}: {str(error)[:300]}"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        faulthandler.cancel_dump_traceback_later()
    wrong = differences(whole, read, compared)
    if wrong and compared == "all but shifts" and read.trims:
        return "loaded, a lost cell taken for a trimmed end", ""
    if wrong:
        return "wrong", "; ".join(wrong)[:900]
    if read.held_back:
        return "loaded, column held back", ""
    if read.reported.height < whole.reported.height or read.reject.height > whole.reject.height:
        return "loaded in part, rest said to be missing" if read.reject.height else "loaded in part", ""
    return "loaded whole", ""


def small(folder: Path, name: str, to: Path) -> tuple[bytes, Path, str, Read]:
    """A small cut of a file, written under its own name, and what it says."""
    data = cut_of(folder / name)
    path = to / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    whole = Read(path, name)
    taken_part.update(whole.found)
    assert whole.facts.height + sum(frame.height for frame in whole.tables.values()) > 0, "the cut says nothing"
    return data, path, name, whole


def mutate_all(data: bytes, path: Path, name: str, whole: Read) -> None:
    """Reads the file in every damaged form; fails with all that went wrong."""
    kind = {".xlsx": "workbook", ".parquet": "parquet", ".geojson": "geojson"}.get(path.suffix, "delimited")
    wrong = []
    for mutation in MUTATIONS:
        if kind not in mutation.kinds:
            continue
        for time_ in range(mutation.times):
            seed = zlib.crc32(f"{name} {mutation.name} {time_}".encode())
            damaged = mutation.change(data, random.Random(seed))
            if damaged is None:
                continue
            path.write_bytes(damaged)
            start = time.monotonic()
            outcome, problem = outcome_of(path, name, whole, mutation.compared)
            if not problem and time.monotonic() - start > LONGEST:
                outcome, problem = "hang", f"{time.monotonic() - start:.0f} seconds"
            outcomes[mutation.name, outcome] += 1
            if problem:
                wrong.append(f"{mutation.name} ({time_}): {outcome}: {problem}")
    path.write_bytes(data)
    for other in OTHER_NAMES:
        renamed = path.rename(path.with_name(other))
        outcome, problem = outcome_of(renamed, f"{name.rpartition('/')[0]}/{other}", whole, "all")
        path = renamed
        outcomes["another name", outcome] += 1
        if problem:
            wrong.append(f"another name ({other}): {outcome}: {problem}")
    assert not wrong, f"{name}: {len(wrong)} damaged files ended badly:\n" + "\n".join(wrong)


@pytest.mark.parametrize("name", REAL)
def test_damaged_copies_of_real_files(name, shared_raw, tmp_path):
    mutate_all(*small(shared_raw, name, tmp_path))


@pytest.mark.parametrize("name", SAMPLE)
def test_damaged_copies_of_sample_files(name, sample_raw, tmp_path):
    mutate_all(*small(sample_raw, name, tmp_path))


KS2 = "ks2/2023-24/england_ks2final.csv"
KS2_HEADER = "RECTYPE,LEA,ESTAB,URN,SCHNAME,PTRWM_EXP,PTRWM_HIGH,READ_AVERAGE,GPS_AVERAGE,MAT_AVERAGE"
GIAS = "gias/2024-06-17/register.csv"
GIAS_HEADER = "URN,LA (name),EstablishmentName,PhaseOfEducation (name),Gender (name),EstablishmentStatus (name)"


def school(urn: int, *cells: str) -> str:
    """A row of a key stage 2 table; what is not said is sound."""
    sound = ["61%", "8%", "104", "105", "103"]
    return ",".join(["1", "999", "2001", str(urn), f"School {urn}", *cells, *sound[len(cells) :]])


def ks2(*rows: str, header: str = KS2_HEADER, end: str = "\n") -> str:
    return "\n".join([header, *rows]) + end


def values(read, column: str = "expected") -> dict[int, float | None]:
    """Entity → value of reading, writing and maths (expected or higher) or another measure by its key."""
    key = {
        "expected": "reading_writing_maths_expected",
        "higher": "reading_writing_maths_higher",
        "maths": "maths_scaled_score",
    }[column]
    rows = read.observations.filter(polars.col("measure") == MEASURE_CODES[key])
    return dict(rows.select("entity", "value").iter_rows())


@pytest.mark.parametrize(("cut", "kept"), [("103", None), ("10", None), ("1", None), ("", None), ('"103"', 103.0)])
def test_a_last_cell_without_a_line_end_is_not_believed(read_text, cut, kept):
    text = ks2(school(900001), school(900002, "61%", "8%", "104", "105", cut), end="")
    read = read_text(KS2, text)
    assert values(read, "maths") == {900001: 103.0, 900002: kept}
    assert values(read) == {900001: 61.0, 900002: 61.0}
    said = [("MAT_AVERAGE", cut, 3)] if kept is None and cut else []
    assert read.rejects.select("column_name", "value", "row").rows() == said


@pytest.mark.parametrize("row", [",".join(school(900002).split(",")[:7]), "1,999,2001,900002,A,SUPP,SUPP,SUPP,SUPP"])
def test_a_short_row_is_not_believed_where_the_publisher_cuts_no_blanks_off(read_text, row):
    read = read_text(KS2, ks2(school(900001), row, school(900003)))
    assert set(values(read)) == {900001, 900003}
    assert read.rejects.select("row", "reason").rows() == [
        (3, "fewer cells than the header: it cannot be known which are missing")
    ]


def test_a_short_first_row_does_not_decide_how_wide_the_table_is(read_text):
    read = read_text(KS2, ks2("1,999", "", school(900001), school(900002)))
    assert values(read) == {900001: 61.0, 900002: 61.0}


def full_width(read_raw_rows: list[list[str]]) -> str:
    return "\n".join(",".join(row) for row in read_raw_rows) + "\n"


def test_rows_that_lost_a_cell_among_rows_whose_blank_ends_are_cut_off(shared_raw, tmp_path):
    """Nine of ten show it by their percentages; every row that is sound is believed."""
    name = "ks2-full-width/2018-19/850_ks2final.csv"
    header, *rows = taken((shared_raw / name).read_bytes()).rows
    whole = [row for row in rows if len(row) == len(header) and row[0] in "12"]
    random_ = random.Random(865)
    lost, chosen = 0, random_.sample(whole, 60)
    for row in chosen:
        damaged = list(row)
        del damaged[random_.randrange(5, len(row))]
        path = tmp_path / "850_ks2final.csv"
        others = [other for other in rows if other is not row][:120]
        path.write_text(full_width([header, *others, damaged]))
        (found,) = identify(open_raw(path, name))
        left_out = [number for number, _ in found.table.left_out]
        assert set(left_out) <= {len(others) + 2}
        lost += bool(left_out)
    assert lost >= 50


def test_an_unknown_code_names_file_column_and_rows(read_text):
    read = read_text(KS2, ks2(school(900001), school(900002, "n/k"), school(900003, "=1+1"), school(900004)))
    assert values(read) == {}
    assert values(read, "higher") == dict.fromkeys((900001, 900002, 900003, 900004), 8.0)
    (said,) = read.held_back
    for part in ("'n/k'", "'=1+1'", KS2, "column PTRWM_EXP", "rows 3, 4", "pipelines/symbols.py"):
        assert part in said
    assert read.rejects.select("row", "column_name", "value").rows() == [
        (3, "PTRWM_EXP", "n/k"),
        (4, "PTRWM_EXP", "=1+1"),
    ]


@pytest.mark.parametrize("cell", ["101%", "-1%", "1e9", "61000"])
def test_an_impossible_value_is_no_value_and_is_kept_with_its_reason(read_text, cell):
    read = read_text(KS2, ks2(school(900001), school(900002, cell)))
    assert values(read) == {900001: 61.0, 900002: None}
    assert read.observations.filter(polars.col("symbol") == IMPOSSIBLE)["entity"].to_list() == [900002]
    ((row, column, value, reason),) = read.rejects.select("row", "column_name", "value", "reason").rows()
    assert (row, column, value) == (3, "PTRWM_EXP", cell)
    assert reason.startswith("impossible value")


@pytest.mark.parametrize("cell", ["9" * 10_000, "1e400", "-1e999", "inf", "nan", "Infinity"])
def test_a_number_without_end_is_no_value(read_text, cell):
    read = read_text(KS2, ks2(school(900001), school(900002, "61%", "8%", cell)))
    assert read.observations.filter(polars.col("value").is_not_null() & ~polars.col("value").is_finite()).is_empty()
    assert read.held_back or read.rejects.height


@pytest.mark.parametrize("name", [*FORMULAS, "<script>alert(1)</script>", "'; drop table core.fact; --"])
def test_what_looks_like_a_formula_is_text_and_stays_as_it_is(read_text, name):
    quoted = '"' + name.replace('"', '""') + '"'
    read = read_text(GIAS, f"{GIAS_HEADER}\n900001,Exemplar,{quoted},Primary,Mixed,Open\n")
    assert read.rows("register_entry", "urn", "name") == [(900001, name.strip())]


@pytest.mark.parametrize(
    ("text", "what", "where"),
    [
        (ks2(school(900001), '1,999,2001,900002,The "Old, New" School,61%,8%,104,105,103'), "inside a cell", "row 3"),
        (ks2(school(900001), '1,999,2001,900002,"The Old School,61%,8%,104,105,103'), "never closed", "row 3"),
        (ks2(school(900001), school(900001, "62%")), "different results", "rows 2, 3"),
        (ks2(f"{school(900001)},62%", header=f"{KS2_HEADER},PTRWM_EXP"), "stands twice with different", "row 2"),
        (ks2(f"{school(900001)},1", header=f"{KS2_HEADER},X").replace("SCHNAME", "SCHNAMES"), "SCHNAMES", "row 1"),
        ("\n".join([KS2_HEADER, "1,999"]), "cut off", "row 2"),
        (ks2(school(900001)).replace(",", ";"), "fewer than two columns", "row 1"),
        (KS2_HEADER + "," + ",".join(f"X{n}" for n in range(100_000)) + "\n" + "1\n" * 3000, "far fewer", "row 1"),
        ("{" * 100_000, "broken", KS2),
        ('{"type":' + "[" * 100_000, "broken", KS2),
    ],
)
def test_one_clear_error_with_its_place(read_text, text, what, where):
    with pytest.raises(PipelineError) as problem:
        read_text(KS2, text)
    assert what in problem.value.what
    assert where in problem.value.where
    assert KS2 in problem.value.where
    assert problem.value.next_step


def test_a_register_that_lost_a_column_is_not_taken_for_a_list_of_postcodes(sample_raw, tmp_path):
    name = "gias/2026-11-12/edubasealldata20261112.csv"
    path = tmp_path / "edubasealldata20261112.csv"
    path.write_bytes((sample_raw / name).read_bytes().replace(b"StatutoryLowAge", b"LowestAge", 1))
    with pytest.raises(PipelineError, match=r"looks like Register of schools .* lacks StatutoryLowAge"):
        identify(open_raw(path, name))


def test_a_full_table_that_lost_a_column_is_not_taken_for_an_extract(sample_raw, tmp_path):
    name = "ks2/2018-19/england_ks2final.csv"
    path = tmp_path / "england_ks2final.csv"
    path.write_bytes((sample_raw / name).read_bytes().replace(b",READPROG_LOWER,", b",READING_LOW,", 1))
    with pytest.raises(PipelineError, match=r"looks like Key stage 2 .* lacks READPROG_LOWER"):
        identify(open_raw(path, name))


def test_a_column_twice_with_the_same_cells_is_read_once(read_text):
    read = read_text(KS2, ks2(f"{school(900001)},61%", header=f"{KS2_HEADER},PTRWM_EXP"))
    assert values(read) == {900001: 61.0}


def test_columns_called_as_ours_are_only_columns(read_text):
    header = f"{KS2_HEADER},row,entity,year,row"
    read = read_text(KS2, ks2(f"{school(900001)},1,2,3,1", f"{school(900001)},1,2,3,1", header=header))
    assert values(read) == {900001: 61.0}


def test_a_header_of_a_hundred_thousand_columns_is_read_in_time(read_text):
    more = ",".join(f"X{number}" for number in range(100_000))
    start = time.monotonic()
    read = read_text(KS2, ks2(school(900001) + "," * 100_000, header=f"{KS2_HEADER},{more}"))
    assert values(read) == {900001: 61.0}
    assert time.monotonic() - start < LONGEST


def test_a_cell_of_five_megabytes(read_text):
    rows = ks2(school(900001), school(900002).replace("School 900002", "x" * 5_000_000))
    read = read_text(KS2, rows)
    assert values(read) == {900001: 61.0, 900002: 61.0}


def peak_memory() -> int:
    """Most bytes of memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def test_a_small_workbook_that_would_fill_the_memory_is_refused(sample_raw, tmp_path):
    path = tmp_path / "sn_may_2025.xlsx"
    path.write_bytes(zip_bomb((sample_raw / "jsna/lait/sn_may_2025.xlsx").read_bytes(), random.Random(1)))
    assert path.stat().st_size < 5_000_000
    before = peak_memory()
    with pytest.raises(PipelineError, match="grows to 600,"):
        open_raw(path, "jsna/lait/sn_may_2025.xlsx")
    assert peak_memory() - before < 200_000_000


@pytest.mark.parametrize("address", ["XFD1048576", "ZZZZZZZZ1", "A99999999999"])
def test_a_cell_with_a_wild_address_is_refused(sample_raw, tmp_path, address):
    path = tmp_path / "sn_may_2025.xlsx"
    whole = (sample_raw / "jsna/lait/sn_may_2025.xlsx").read_bytes()

    def change(name: str, content: bytes, _) -> bytes:
        return content.replace(b'r="C3"', f'r="{address}"'.encode()) if "worksheets/" in name else content

    path.write_bytes(rezipped(change)(whole, random.Random(1)))
    with pytest.raises(PipelineError, match="far outside the table"):
        open_raw(path, "jsna/lait/sn_may_2025.xlsx")


def test_every_publication_was_damaged(request):
    """Runs last: every source took part, in a thousand ways and more, and here is how they ended."""
    if request.session.testscollected < len(REAL) + len(SAMPLE):
        pytest.skip("only some of the files were damaged")
    assert {key for key, _ in taken_part} == set(SOURCES)
    total = sum(outcomes.values())
    print(f"\n\n{total:,} damaged files")
    by_outcome: Counter[str] = Counter()
    for (_, outcome), count in outcomes.items():
        by_outcome[outcome] += count
    for outcome, count in by_outcome.most_common():
        print(f"{count:6,}  {outcome}")
    print("\nby way:")
    for way in [*(mutation.name for mutation in MUTATIONS), "another name"]:
        ends = sorted((outcome, count) for (name, outcome), count in outcomes.items() if name == way)
        print(f"  {way}: " + ", ".join(f"{outcome} {count}" for outcome, count in ends))
    assert total >= 1000
