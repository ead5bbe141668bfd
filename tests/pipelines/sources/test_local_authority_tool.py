"""The Local Authority Interactive Tool: periods, releases, areas, its dictionary and the neighbours."""

import polars
import pytest
import xlsxwriter

from pipelines.errors import SourceChanged
from pipelines.measures import GROUP_CODES, MEASURE_CODES
from pipelines.observations import ENGLAND_STATE_FUNDED
from pipelines.sources import identify
from pipelines.sources.local_authority_tool import year_of
from pipelines.sources.reading import open_raw

NAMES = ("Short Desc", "Data item", "Years", "LA and Regions", "Values", "LA Number", "Region")
DICTIONARY = (
    "Measure_code,Topic,Measure,Chart_title,Measure_short,Polarity,y_axis_name,Description,Last Update,dps,Year_Type\n"
)


def tool(read_text, *rows: str):
    return read_text("jsna/lait/values.csv", f"{','.join(NAMES)}\n" + "".join(f"{row}\n" for row in rows))


def facts(read) -> list[tuple]:
    return read.observations.select("row", "entity", "year", "value").rows()


@pytest.mark.parametrize(
    ("label", "year"),
    [
        ("2024", 2024),
        ("2024 (Rev)", 2024),
        ("2025 (prov)", 2025),
        ("2016/17", 2017),
        ("2016-17 (OT)", 2017),
        ("2014-16", 2016),
        ("2013/14-15/16", 2016),
        ("2013/14-2015/16", 2016),
        ("1999/00", 2000),
        ("0", None),
        ("", None),
        ("Week 5", None),
    ],
)
def test_a_period_becomes_the_year_it_ends_in(label, year):
    assert polars.DataFrame({"label": [label]}).select(year_of(polars.col("label"))).item() == year


def test_authorities_regions_and_england_are_told_apart(read_text):
    read = tool(
        read_text,
        "GLD,Good level,2024,Exemplar,70.5,999.0,South West",
        "GLD,Good level,2024,South West,69,990.0,NA",
        "GLD,Good level,2024,London (Inner),68,987.0,NA",
        "GLD,Good level,2024,England,67.7,970.0,NA",
        "GLD,Good level,2024,Neighbourshire,-,998.0,Outer London",
        "GLD,Good level,2024,Atlantis,12,12.0,NA",
    )
    assert facts(read) == [
        (2, 10_000_999, 2024, 70.5),
        (3, 1_012_000_009, 2024, 69.0),
        (4, 1_013_000_001, 2024, 68.0),
        (5, ENGLAND_STATE_FUNDED, 2024, 67.7),
        (6, 10_000_998, 2024, None),
    ]
    assert read.observations["symbol"].to_list()[:4] == [0, 0, 0, 0]
    assert read.observations["symbol"][4] != 0, "a dash is a reason, not a number"
    assert read.rows("local_authority", "la_code", "region") == [("999", "South West"), ("998", "London")]
    assert read.reasons() == {"area that we do not know": 1}


def test_of_two_releases_of_a_year_the_later_is_kept(read_text):
    read = tool(
        read_text,
        "APS,Points,2024 (prov),Exemplar,30,999,South West",
        "APS,Points,2024 (Rev),Exemplar,31,999,South West",
        "APS,Points,2025 (prov),Exemplar,32,999,South West",
        "APS,Points,0,Exemplar,33,999,South West",
    )
    assert facts(read) == [(3, 10_000_999, 2024, 31.0), (4, 10_000_999, 2025, 32.0)]
    assert read.reasons() == {
        "a period that cannot be read": 1,
        "superseded by a later release in the same file": 1,
    }


def test_a_row_said_twice_is_loaded_once_and_two_values_not_at_all(read_text):
    row = "GLD,Good level,2024,Exemplar,70.5,999,South West"
    assert facts(tool(read_text, row, row)) == [(2, 10_000_999, 2024, 70.5)]
    assert tool(read_text, row, row).reasons() == {"the same row again": 1}
    with pytest.raises(SourceChanged, match="lait_gld of 2024 has two values for Exemplar"):
        tool(read_text, row, row.replace("70.5", "71"))


def test_a_file_of_which_nothing_can_be_read_is_refused(read_text):
    with pytest.raises(SourceChanged, match="no row is about an area and a year that we know"):
        tool(read_text, "GLD,Good level,last year,Exemplar,70.5,999,South West")


def test_an_unknown_code_holds_back_its_measure_and_no_other(read_text):
    read = tool(
        read_text,
        "GLD,Good level,2024,Exemplar,70.5,999,South West",
        "APS,Points,2024,Exemplar,secret,999,South West",
        "APS,Points,2023,Exemplar,30,999,South West",
    )
    assert facts(read) == [(2, 10_000_999, 2024, 70.5)]
    assert len(read.held_back) == 1
    assert "unknown code 'secret'" in read.held_back[0]
    assert "lait_aps, rows 3" in read.held_back[0]


def test_values_and_dictionary_number_a_measure_alike(read_text):
    values = tool(read_text, "%_of LAC <5,Adopted,2024,Exemplar,5,999,South West")
    words = read_text(
        "jsna/lait/dictionary.csv",
        DICTIONARY
        + "1,Adoption,Share adopted,Chart,%_of LAC <5,Low,% of children,"
        + '"Children\r\nadopted.",45809,1,Financial Year\n'
        + "1,Another topic,Share adopted,Chart,%_of LAC <5,Low,% of children,Again.,45809,1,Financial Year\n",
    )
    assert values.rows("indicator", "measure", "label") == [("lait_percent_of_lac_under_5", "Adopted")]
    assert words.rows("indicator", "measure_code") == values.rows("indicator", "measure_code")
    assert words.rows("indicator", "measure", "definition", "unit", "polarity", "decimals") == [
        (
            "lait_percent_of_lac_under_5",
            "Children adopted. Financial years.",
            "% of children",
            "low is better",
            1,
        )
    ]
    assert words.reasons() == {"the same measure again under another topic": 1}
    assert words.found.edition.label == "dictionary, 2025-06-01"


def test_names_that_come_to_one_key_are_refused(read_text):
    with pytest.raises(SourceChanged, match="same key or number: lait_a_b"):
        tool(
            read_text,
            "A B,One,2024,Exemplar,1,999,South West",
            "A_B,Two,2024,Exemplar,1,999,South West",
        )


def test_neighbours_stand_below_running_numbers(tmp_path):
    path = tmp_path / "sn_may_2025.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("LA SN Groups")
    pairs = [cell for number in range(1, 11) for cell in (f"SN{number}", "SNP")]
    near = [cell for number in range(10) for cell in (901 + number, "Very Close" if number < 9 else "Close")]
    for position, row in enumerate(
        (
            ["A", "B", "C", "D", "E", *range(3, 23)],
            [*range(1, 26)],
            ["LA num", "LA Name", "LA number", "GOInd", "GOReg", *pairs],
            [999, "Exemplar", 999, 7, "South West", *near],
            [],
            ["", "Old SNs:"],
        )
    ):
        sheet.write_row(position, 0, row)
    book.close()
    (found,) = identify(open_raw(path, "jsna/lait/sn_may_2025.xlsx"))
    parsed = found.source.parse(found)
    rows = parsed.tables["statistical_neighbour"]
    assert found.edition.year == 2025
    assert rows.height == 10
    assert rows.row(0) == (4, "999", "901", 1, "Very close")
    assert rows.row(9) == (4, "999", "910", 10, "Close")
    reasons = polars.concat(parsed.rejects)["reason"].to_list()
    assert sorted(reasons) == ["blank row", "row about no authority"]


def test_the_real_tool(read_raw, keep_the_contract):
    values = read_raw("jsna/lait/bds_long_0.parquet")
    for_areas = 5 * 10 * 170  # five figures stand for measures of the catalogue too, ten years of 170 areas
    assert values.observations.height == 641_070 - 170 + for_areas
    assert values.observations["value"].null_count() == 93_883 - 170 + 1_974
    assert values.observations.filter(entity=10_000_865).height == 3_770 + 5 * 10
    assert values.reasons() == {"a period that cannot be read": 170}
    assert values.observations.select(polars.struct("entity", "year", "measure", "group").is_unique().all()).item()
    words = read_raw("jsna/lait/lait_data_dictionary.csv")
    keep_the_contract("indicator", words.tables["indicator"])
    assert words.tables["indicator"].height == 434
    codes = set(values.tables["indicator"]["measure_code"])
    assert codes == set(words.tables["indicator"]["measure_code"])
    neighbours = read_raw("jsna/lait/sn_may_2025.xlsx").tables["statistical_neighbour"]
    keep_the_contract("statistical_neighbour", neighbours)
    home = neighbours.filter(la_code="865")
    assert home["neighbour_la_code"].head(3).to_list() == ["850", "916", "802"]
    assert home.height == 10
    assert home["closeness"][0] == "Extremely close"


def test_a_figure_that_the_catalogue_names_for_areas_is_also_its_measure(read_text):
    read = tool(
        read_text,
        "FSP_Gooddev_FSM_Other,Good level,2024,England,72,970.0,NA",
        "FSP_Gooddev_Other,Other ethnic group,2024,England,60.2,970.0,NA",
    )
    code, group = MEASURE_CODES["good_level_of_development"], GROUP_CODES["not_free_school_meals"]
    named = read.observations.filter(polars.col("measure") == code)
    assert named.select("row", "entity", "year", "group", "value").rows() == [
        (2, ENGLAND_STATE_FUNDED, 2024, group, 72.0)
    ]
    assert read.observations.height == 3
