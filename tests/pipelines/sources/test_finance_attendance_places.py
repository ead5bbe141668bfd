"""Finance of schools, attendance by authority and school places: rows, groups, shares and codes."""

import polars
import pytest

from pipelines.errors import SourceChanged
from pipelines.measures import GROUP_CODES, MEASURE_CODES, MEASURES
from pipelines.observations import ENGLAND_STATE_FUNDED
from pipelines.symbols import SYMBOLS

FINANCE = "URN,Income,Expenditure,Balance,Academic Year\r\n"
ATTENDANCE = (
    "time_period,time_identifier,geographic_level,region_code,region_name,new_la_code,la_name,old_la_code,"
    "education_phase,enrolments,attendance_perc,overall_absence_perc,authorised_absence_perc,"
    "unauthorised_absence_perc,unauth_hol_perc,pa_perc\n"
)
PLACES = (
    "Year,geographic_level,Region,LANumber,new_la_code,LA_name,PriNOR,SecNOR,PriCap,SecCap,For_3_P,For_1_P,"
    "For_3_S,For_1_S,Quan_P_Su,Quan_S_Su,Quan_P_UP,Quan_S_UP,Quan_P_In,Quan_S_In,Pref_P_1_CY,Pref_P_T3_CY,"
    "Pref_S_1_CY,Pref_S_T3_CY\n"
)


def values(read, measure: str, group: str = "all") -> dict[int, float | None]:
    """Entity → value of one measure and group."""
    picked = read.observations.filter(measure=MEASURE_CODES[measure], group=GROUP_CODES[group])
    return dict(picked.select("entity", "value").rows())


def statuses(read, measure: str, group: str = "all") -> dict[int, str]:
    picked = read.observations.filter(measure=MEASURE_CODES[measure], group=GROUP_CODES[group])
    return {entity: SYMBOLS[code].status for entity, code in picked.select("entity", "symbol").rows()}


def test_money_with_separators_and_codes(read_text):
    read = read_text(
        "finance/2018-19/financials_2019.csv",
        FINANCE
        + '900001,"1,000,000.50","950,000","50,000.50",2019\r\n'
        + "900002,SUPP!,SUPP!,SUPP!,2019\r\n"
        + "900003,500000,520000,-20000,2019\r\n"
        + "nan,1,1,0,2019\r\n"
        + "900004,1,1,0,\r\n",
    )
    assert read.found.edition.label == "2018-19"
    assert values(read, "income") == {900001: 1_000_000.5, 900002: None, 900003: 500_000.0}
    assert values(read, "balance")[900003] == -20_000
    assert statuses(read, "income")[900002] == "suppressed"
    assert read.reasons() == {"row about no school or area we know": 2}
    assert MEASURES["balance_share_of_income"].origin.inputs == ("balance", "income")


def test_a_school_with_two_different_results_is_refused(read_text):
    with pytest.raises(SourceChanged, match="900001 stands more than once"):
        read_text("finance/f.csv", FINANCE + "900001,1,1,0,2019\r\n900001,2,1,1,2019\r\n")


def test_finance_without_a_year_is_refused(read_text):
    with pytest.raises(SourceChanged, match="no row says which year"):
        read_text("finance/f.csv", FINANCE + "900001,1,1,0,\r\n")


AUTHORITY = "Local authority"


def attendance_row(level=AUTHORITY, code="999", phase="Primary", part="Academic year", cells="95,5,4,1,0.4,12") -> str:
    name = {"999": "Exemplar", "": ""}[code]
    return f"202526,{part},{level},E12000009,South West,E06999999,{name},{code},{phase},1000.5,{cells}\n"


def test_levels_and_kinds_of_school_are_kept_apart(read_text):
    read = read_text(
        "ees-attendance/2025-26/ytd.csv",
        ATTENDANCE
        + attendance_row()
        + attendance_row(phase="Secondary", cells="91,9,6,3,0.2,23")
        + attendance_row(phase="Total", cells="93,7,5,2,0.3,17")
        + attendance_row("Regional", "", "Total", cells="92,8,6,2,0.3,18")
        + attendance_row("National", "", "Total", cells="92.5,7.5,5.5,2,c,17.5")
        + attendance_row("School", "", "Total")
        + attendance_row(phase="Nursery")
        + attendance_row(part="Week 45"),
    )
    assert read.found.edition.label == "2025-26, year to date"
    assert values(read, "daily_attendance") == {
        10_000_999: 93.0,
        1_012_000_009: 92.0,
        ENGLAND_STATE_FUNDED: 92.5,
    }
    assert values(read, "daily_persistent_absence", "in_primary_schools") == {10_000_999: 12.0}
    assert values(read, "daily_persistent_absence", "in_secondary_schools") == {10_000_999: 23.0}
    assert statuses(read, "daily_unauthorised_holiday")[ENGLAND_STATE_FUNDED] == "suppressed"
    assert read.observations.filter(entity=10_000_999)["n"].unique().to_list() == [1000.5]
    assert read.observations.select(polars.struct("entity", "measure", "group").is_unique().all()).item()
    assert read.rows("local_authority", "la_code", "gss_code", "region") == [("999", "E06999999", "South West")]
    assert read.reasons() == {"part of a term": 1, "row about no school or area we know": 2}


def test_shares_below_one_per_cent_are_not_taken_for_shares_of_one(read_text):
    """Unauthorised holiday is below 1% everywhere; thirty such rows must still be loaded as they are."""
    rows = [
        attendance_row().replace(",999,", f",{200 + number},").replace("Exemplar", f"Exemplar {number}")
        for number in range(30)
    ]
    read = read_text("ees-attendance/2025-26/ytd.csv", ATTENDANCE + "".join(rows))
    assert read.held_back == []
    assert set(values(read, "daily_unauthorised_holiday", "in_primary_schools").values()) == {0.4}


def test_three_years_in_one_file_and_three_ways_to_print_a_share(read_text):
    numbers = "35000,27000,45000,37000,0.045,-0.016,0.053,LOW,0.237,-0.01,20.4,16.8,z,4000,95.2,99,94.6,98.9"
    early = "36000,27100,NA,NA,0.043,0.017,0.045,0.0185,0.22,0.15,20.4,16.2,5800,3900,95.7,99.2,94.5,98.8"
    read = read_text(
        "ees-scorecards/2025/scorecard.csv",
        PLACES
        + f"2024/25,Local authority,South West,999,E06999999,Exemplar,{numbers}\n"
        + f"2023/24,Local authority,South West,999,E06999999,Exemplar,{early}\n"
        + f"2024/25,National,England,0,E92000001,England,{numbers}\n"
        + f"when?,Local authority,South West,999,E06999999,Exemplar,{numbers}\n",
    )
    assert read.found.edition.label == "2023-24 to 2024-25"
    newest = read.observations.filter(year=2025, entity=10_000_999)
    primary, secondary = GROUP_CODES["in_primary_schools"], GROUP_CODES["in_secondary_schools"]

    def newest_value(measure: str, group: int) -> float | None:
        return newest.filter(measure=MEASURE_CODES[measure], group=group)["value"][0]

    assert newest_value("forecast_error_one_year", primary) == pytest.approx(-1.6)
    assert newest_value("forecast_error_one_year", secondary) is None
    assert newest_value("spare_places_expected", secondary) == pytest.approx(-1.0)
    assert newest_value("unfilled_places", primary) == 20.4
    assert newest_value("first_preference_offers", primary) == 95.2
    assert newest_value("places_added", primary) is None
    assert statuses(read, "places_added", "in_primary_schools")[ENGLAND_STATE_FUNDED] == "not_applicable"
    assert read.reasons() == {"row about no school or area we know": 1}


def test_the_list_of_column_names_has_no_figures(read_text):
    read = read_text(
        "ees-scorecards/2025/metadata.csv",
        "programmer_friendly_names,user_friendly_names\nLANumber,LA Number\n",
        "utf-8-sig",
    )
    assert read.observations.is_empty()
    assert read.tables == {}


def test_the_real_files(read_raw, keep_the_contract):
    counts = {"2013-14": 17_848, "2014-15": 16_500, "2015-16": 16_240, "2016-17": 15_273, "2017-18": 13_599}
    for label, schools in counts.items():
        read = read_raw(f"finance/{label}/financials_20{label[-2:]}.csv")
        assert read.observations.height == schools * 3
        wide = read.observations.pivot("measure", index="entity", values="value").rename(
            {str(MEASURE_CODES[key]): key for key in ("income", "spending", "balance")}
        )
        off = wide.filter((polars.col("income") - polars.col("spending") - polars.col("balance")).abs() > 1)
        assert off.height <= 0.001 * wide.height, "balance is income less spending"
    autumn = read_raw("ees-attendance/2024-25/EES_aut_data.csv")
    assert autumn.observations.height == 494 * 8
    primaries = values(autumn, "daily_attendance", "in_primary_schools")
    assert primaries[10_000_865] == pytest.approx(95.15, abs=0.01)
    to_date = read_raw("ees-attendance/2025-26/EES_ytd_data.csv")
    assert to_date.observations.height == 647 * 8
    assert to_date.held_back == []
    keep_the_contract("local_authority", to_date.tables["local_authority"])
    places = read_raw("ees-scorecards/2025/scorecard_data_2025_2023.csv")
    assert places.observations.height == 462 * 26
    assert read_raw("ees-scorecards/2023/scorecards_data_2023.csv").observations.height == 154 * 22
    assert read_raw("ees-scorecards/2024/scorecards_data_2024.csv").observations.height == 154 * 26
