"""Public health indicators: whole populations only, ages apart, periods as years, quarters not guessed."""

from pipelines.measures import GROUP_CODES
from pipelines.observations import ENGLAND_ALL_SCHOOLS
from pipelines.sources.long_table import dictionary_code

SERVICE = (
    "Indicator ID,Indicator Name,Area Code,Area Name,Area Type,Sex,Age,Category Type,Category,Time period,"
    "Value,Lower CI 95.0 limit,Upper CI 95.0 limit,Count,Denominator\n"
)
EXTRACT = "IndicatorId,Category,CategoryType,Age,Sex,Denominator,UpperCI,Value,Count,AreaCode,Year,LowerCI\n"


def test_values_with_limits_and_people_counted(read_text):
    read = read_text(
        "jsna/fingertips/service.csv",
        SERVICE
        + "90631,Good level,E06999999,Exemplar,UA,Persons,5 yrs,,,2022/23,70.5,68.1,72.9,705,1000\n"
        + "90631,Good level,E06999999,Exemplar,UA,Male,5 yrs,,,2022/23,65,,,325,500\n"
        + "90631,Good level,E92000001,England,England,Persons,5 yrs,,,2020/21 - 22/23,67,,,,\n"
        + "90631,Good level,E92000001,England,England,Persons,5 yrs,Deprivation decile,Most,2022/23,50,,,,\n"
        + "90631,Good level,E92000001,England,England,Persons,5 yrs,Deprivation decile,Least,2022/23,80,,,,\n"
        + "90631,Good level,E06999999,Exemplar,UA,Persons,5 yrs,,,2023 Q1,71,,,,\n",
    )
    columns = ("row", "entity", "year", "measure", "group", "value", "n", "lower", "upper")
    persons, male = GROUP_CODES["persons"], GROUP_CODES["male"]
    assert read.observations.select(columns).rows() == [
        (2, 1_006_999_999, 2023, 2_090_631, persons, 70.5, 1000.0, 68.1, 72.9),
        (3, 1_006_999_999, 2023, 2_090_631, male, 65.0, 500.0, None, None),
        (4, ENGLAND_ALL_SCHOOLS, 2023, 2_090_631, persons, 67.0, None, None, None),
    ]
    assert read.rows("indicator", "measure", "label") == [("fingertips_90631", "Good level")]
    assert read.reasons() == {"a period that is no year": 1, "people counted again by a category": 1}
    assert read.rejects.filter(reason="people counted again by a category")["value"].to_list() == ["2 rows"]


def test_several_ages_are_several_measures(read_text):
    read = read_text(
        "jsna/fingertips/healthdata.csv",
        EXTRACT
        + "337,,,All ages,Persons,,,5000,,E06999999,2024,\n"
        + "337,,,0-4 yrs,Persons,,,300,,E06999999,2024,\n"
        + "93701,,,<16 yrs,Persons,1000,,12.5,125,E06999999,2024,\n",
    )
    by_age = dictionary_code(2_000_000_000, "fingertips_337_0_4_yrs")
    assert read.observations.select("measure", "value").rows() == [
        (2_000_337, 5000.0),
        (by_age, 300.0),
        (2_093_701, 12.5),
    ]
    assert read.rows("indicator", "measure", "label")[1] == (
        "fingertips_337_0_4_yrs",
        "Indicator 337, aged 0-4 yrs",
    )


def test_quarters_that_cannot_be_told_apart_are_not_loaded(read_text):
    read = read_text(
        "jsna/fingertips/healthdata.csv",
        EXTRACT
        + "91040,,,40-74 yrs,Persons,,,4.4,,E06999999,2024,\n"
        + "91040,,,40-74 yrs,Persons,,,4.6,,E06999999,2024,\n"
        + "91040,,,40-74 yrs,Persons,,,5.5,,E06999999,2023,\n"
        + "91040,,,40-74 yrs,Persons,,,5.5,,E06999999,2023,\n",
    )
    assert read.observations.select("row", "year", "value").rows() == [(4, 2023, 5.5)]
    assert read.reasons() == {"several values for the same area, year and sex": 2, "the same row again": 1}


def test_the_real_extract(read_raw, keep_the_contract):
    values = read_raw("jsna/fingertips/healthdata.csv")
    assert values.observations.height == 13_225
    assert values.observations["value"].null_count() == 107
    people = values.rejects.filter(reason="people counted again by a category")
    assert people["value"].to_list() == ["6,592 rows"]
    assert 13_225 + 6_592 + values.rejects.height - people.height == 20_425
    keep_the_contract("indicator", values.tables["indicator"])
    words = read_raw("jsna/fingertips/indicators.csv").tables["indicator"]
    assert words.height == 37
    keep_the_contract("indicator", words)
    assert words.filter(measure="fingertips_92033")["polarity"].to_list() == ["high is better"]
