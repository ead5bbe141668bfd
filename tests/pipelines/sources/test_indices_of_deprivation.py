"""The Indices of Deprivation: editions told by their columns, direction checked, areas named and placed."""

import polars
import pytest
import xlsxwriter

from pipelines.errors import SourceChanged
from pipelines.measures import MEASURE_CODES
from pipelines.sources import identify
from pipelines.sources.reading import open_raw

TIDY_2025 = "lsoa21_code,IMD_score,IMD_rank,IMD_decile,Income_score,Income_decile\n"
FILE_7 = (
    '"LSOA code (2021)","LSOA name (2021)","Local Authority District code (2024)",'
    '"Index of Multiple Deprivation (IMD) Score",'
    '"Index of Multiple Deprivation (IMD) Rank (where 1 is most deprived)",'
    '"Index of Multiple Deprivation (IMD)  Decile (where 1 is most deprived 10% of LSOAs)",'
    '"Income Score (rate)","Income Rank (where 1 is most deprived)",'
    '"Health Deprivation and Disability Score",'
    '"Income Deprivation Affecting Children Index (IDACI) Score (rate)",'
    '"Income Deprivation Affecting Children Index (IDACI) Rank (where 1 is most deprived)",'
    '"Income Deprivation Affecting Children Index (IDACI) Decile (where 1 is most deprived 10% of LSOAs)",'
    '"Dependent Children aged 0-15: mid 2022"\n'
)


def value(read, measure: str, entity: int) -> float | None:
    found = read.observations.filter(measure=MEASURE_CODES[measure], entity=entity)
    assert found.height == 1
    return found["value"][0]


def test_scores_ranks_and_deciles_of_a_tidy_file(read_text):
    read = read_text(
        "deprivation/iod2025/imd.csv",
        TIDY_2025 + "E01999901,40.5,100,1,0.35,1\nE01999902,5.25,30000,9,0.02,10\n",
    )
    assert (read.found.edition.year, read.found.edition.published_verified) == (2025, True)
    assert read.observations["year"].unique().to_list() == [2025]
    assert value(read, "imd_score", 1_001_999_901) == 40.5
    assert value(read, "imd_decile", 1_001_999_902) == 9
    assert value(read, "income_score", 1_001_999_901) == 0.35
    assert read.rows("area", "row", "kind", "code") == [
        (2, "lsoa21", "E01999901"),
        (3, "lsoa21", "E01999902"),
    ]


def test_the_long_names_of_file_7_are_matched_by_how_they_begin(read_text):
    read = read_text(
        "deprivation/iod2025/File_7.csv",
        FILE_7
        + "E01999901,Exemplar 001A,E06999999,40.5,100,1,0.35,120,1.25,0.41,90,1,300\n"
        + "E01999902,Exemplar 001B,E06999999,5.25,30000,9,0.02,31000,-1.5,0.03,29000,9,250\n",
    )
    assert read.found.layout.key == "2025 file 7, everything"
    assert value(read, "imd_decile", 1_001_999_902) == 9
    assert value(read, "idaci_score", 1_001_999_901) == 0.41
    assert value(read, "idaci_rank", 1_001_999_901) == 90
    children = read.observations.filter(measure=MEASURE_CODES["idaci_score"])["n"]
    assert children.to_list() == [300.0, 250.0], "the children by whom the rate may be averaged"
    assert value(read, "income_score", 1_001_999_902) == 0.02
    assert value(read, "health_score", 1_001_999_902) == -1.5
    assert read.rows("area_lookup", "from_code", "to_kind", "to_code", "relation")[0] == (
        "E01999901",
        "ltla24",
        "E06999999",
        "lies in",
    )


def test_deciles_that_run_the_other_way_are_refused(read_text):
    with pytest.raises(SourceChanged, match="decile 1 is the least deprived"):
        read_text(
            "deprivation/iod2025/imd.csv",
            TIDY_2025 + "E01999901,40.5,100,10,0.35,10\nE01999902,5.25,30000,1,0.02,1\n",
        )


def test_impossible_cells_and_blank_rows_are_kept_with_their_reason(read_text):
    read = read_text(
        "deprivation/iod2025/imd.csv",
        TIDY_2025 + "E01999901,40.5,100,1,35,1\nE01999902,5.25,30000,9,,10\nnowhere,1,1,1,0,1\n,,,,,\n",
    )
    assert value(read, "income_score", 1_001_999_901) is None
    assert value(read, "income_score", 1_001_999_902) is None
    assert read.reasons() == {
        "blank row": 1,
        "impossible value for share of people, 0 to 1": 1,
        "row about no school or area we know": 1,
    }


@pytest.mark.parametrize(
    ("header", "year"),
    [
        ("lsoa01_code,lad09_code,lad09_name,IMD_score,IMD_rank,IMD_decile", 2010),
        ("lsoa11_code,lsoa11_name,lad13_code,IMD_score,IMD_rank,IMD_decile", 2015),
    ],
)
def test_the_edition_is_told_by_the_columns(read_text, header, year):
    cells = {"lsoa11_name": "Exemplar 001A", "lad09_name": "Exemplar", "lad09_code": "00ZZ"}
    cells |= {"lsoa01_code": "E01999901", "lsoa11_code": "E01999901", "lad13_code": "E06999999"}
    row = ",".join(cells.get(name, "1") for name in header.split(","))
    read = read_text("anywhere.csv", f"{header}\n{row}\n")
    assert read.found.edition.year == year
    assert read.observations["year"].unique().to_list() == [year]


def test_the_sheet_is_found_by_its_header_below_a_title(tmp_path):
    path = tmp_path / "File_1.xlsx"
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("Notes")
    sheet = book.add_worksheet("IMD2019")
    names = (
        "LSOA code (2011)",
        "LSOA name (2011)",
        "Local Authority District code (2019)",
        "Index of Multiple Deprivation (IMD) Rank",
        "Index of Multiple Deprivation (IMD) Decile",
    )
    area = ("E01999901", "Exemplar 001A", "E06999999", 29199, 9)
    for position, row in enumerate((("A title",), names, area)):
        sheet.write_row(position, 0, row)
    book.close()
    (found,) = identify(open_raw(path, "File_1.xlsx"))
    parsed = found.source.parse(found)
    facts = polars.concat(parsed.observations)
    assert found.edition.year == 2019
    assert facts["row"].unique().to_list() == [3]
    assert sorted(facts["value"].to_list()) == [9.0, 29199.0]


def test_the_real_editions(read_raw, keep_the_contract):
    tidy = read_raw("deprivation/iod2025/imd2025_england_lsoa21.csv")
    assert tidy.observations.height == 33_755 * 17
    assert tidy.rejects.is_empty()
    assert value(tidy, "imd_rank", 1_001_000_001) == 26_525

    sheet = read_raw("deprivation/iod2025/File_1_IoD2025_Index_of_Multiple_Deprivation.xlsx")
    shared = ["entity", "measure", "group", "value"]
    both = sheet.observations.select(shared).join(tidy.observations.select(shared), on=shared, how="anti")
    assert sheet.observations.height == 33_755 * 2
    assert both.is_empty(), "the sheet and the tidy file of 2025 say the same"

    children = read_raw("deprivation/iod2019/File_3_-_IoD2019_Supplementary_Indices_-_IDACI_and_IDAOPI.xlsx")
    assert value(children, "idaci_rank", 1_001_000_001) == 32_806
    keep_the_contract("area", children.tables["area"])
    keep_the_contract("area_lookup", children.tables["area_lookup"])

    assert read_raw("deprivation/iod2010/imd2010_lsoa01_england.csv").observations.height == 32_482 * 3
    assert read_raw("deprivation/iod2015/imd2015_lsoa11_england.csv").observations.height == 32_844 * 3
