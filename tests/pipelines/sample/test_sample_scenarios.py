"""The schools of the acceptance scenarios are in the sample as pipelines.sample.scenarios says."""

import csv
import io

from pipelines.sample import scenarios

REGISTER = "gias/2026-11-12/edubasealldata20261112.csv"
LIST_2026 = "ofsted/2026-03-31/Management_information_-_state-funded_schools_-_latest_inspections_as_at_31_Mar_2026.csv"


def _ks2(sample, edition, urn):
    return sample.row(f"ks2/{edition}/england_ks2final.csv", urn)


def test_s4_three_of_seven_and_twelve_of_twenty_four(sample):
    urn = scenarios.SMALL_COHORT
    years = {edition: _ks2(sample, edition, urn) for edition in ("2022-23", "2023-24", "2024-25")}
    cohorts = [int(row["TELIG"]) for row in years.values()]
    shares = [int(row["PTRWM_EXP"][:-1]) for row in years.values()]
    assert cohorts == [9, 8, 7]
    assert [round(n * share / 100) for n, share in zip(cohorts, shares, strict=True)] == [5, 4, 3]
    assert (years["2024-25"]["TELIG_3YR"], years["2024-25"]["PTRWM_EXP_3YR"]) == ("24", "50%")


def test_s5_floor_history(sample):
    urn = scenarios.FLOOR_HISTORY
    assert _ks2(sample, "2011-12", urn)["TELIG"] == "10"
    of_2014 = _ks2(sample, "2013-14", urn)
    assert int(of_2014["PTREADWRITTAMATX"][:-1]) < 65
    medians = {"PT2READ": 94, "PT2WRITTA": 96, "PT2MATH": 93}
    assert [name for name, median in medians.items() if int(of_2014[name][:-1]) >= median] == ["PT2READ"]
    of_2016 = _ks2(sample, "2015-16", urn)
    assert int(of_2016["PTRWM_EXP"][:-1]) < 65
    assert of_2016["MATPROG"] == "-5.4"
    assert float(of_2016["MATPROG_UPPER"]) < 0
    assert float(of_2016["READPROG"]) > -5
    assert float(of_2016["WRITPROG"]) > -7


def test_s9_a_graded_school_and_one_with_a_report_card(sample):
    graded = sample.row(LIST_2026, scenarios.GRADED_2024)
    assert graded["Inspection start date of latest OEIF graded inspection"] == "14/05/2024"
    assert graded["Latest OEIF overall effectiveness"] == "2"
    assert graded["Inclusion"] == "NULL"
    card = sample.row(LIST_2026, scenarios.REPORT_CARD_2026)
    assert card["Inspection start date"] == "10/02/2026"
    assert card["Leadership and governance"] == "Needs attention"
    assert card["Achievement"] == "Expected standard"
    assert card["Latest OEIF overall effectiveness"] == "3"
    assert card["Inspection start date of latest OEIF graded inspection"].endswith("/2023")


def test_s10_an_academy_in_a_trust(sample):
    row = sample.row(REGISTER, scenarios.TRUST_SCHOOL)
    assert row["TypeOfEstablishment (name)"] == "Academy converter"
    assert row["Trusts (name)"]


def test_c2_four_disadvantaged_pupils_are_hidden(sample):
    row = _ks2(sample, "2024-25", scenarios.FOUR_DISADVANTAGED)
    assert row["TFSM6CLA1A"] == "4"
    assert row["PTRWM_EXP_FSM6CLA1A"] == "SUPP"
    assert row["PTRWM_EXP_NotFSM6CLA1A"].endswith("%")


def test_d4_a_converter_has_its_history_under_the_old_number(sample):
    before, after = scenarios.CONVERTER_BEFORE, scenarios.CONVERTER_AFTER
    assert _ks2(sample, "2023-24", before)["URN_AC"] == str(after)
    assert _ks2(sample, "2024-25", after)["URN_AC"] == "0"
    assert sample.row(REGISTER, before)["CloseDate"] == sample.row(REGISTER, after)["OpenDate"] == "01-09-2024"
    links = list(csv.reader(io.StringIO(sample.text("gias/2025-09/links_edubasealldata.csv"))))
    pairs = {(row[0], row[1], row[3]) for row in links}
    assert (str(before), str(after), "Successor") in pairs
    assert (str(after), str(before), "Predecessor") in pairs


def test_links_are_not_all_mutual_nor_all_dated(sample):
    rows = list(csv.reader(io.StringIO(sample.text("gias/2025-09/links_edubasealldata.csv"))))[1:]
    pairs = {(row[0], row[1]) for row in rows}
    assert [pair for pair in pairs if pair[::-1] not in pairs] != []
    assert [row for row in rows if row[4] == ""] != []
    kinds = {row[3] for row in rows}
    assert {"Successor - merged", "Predecessor - merged", "Successor - Split School"} <= kinds


def test_d9_one_school_is_missing_in_absence_only(sample):
    urn = str(scenarios.NOT_IN_ABSENCE)
    where = {
        name: urn in {row.get("URN") for row in sample.rows(name)}
        for name in ("absence/2024-25/england_abs.csv", "census/2024-25/england_census.csv",
                     "ks2/2024-25/england_ks2final.csv", REGISTER)
    }  # fmt: skip
    assert list(where.values()) == [False, True, True, True]


def test_t4_eleven_schools_have_fewer_than_sixty_pupils(sample):
    small = [
        int(row["URN"])
        for row in sample.rows(REGISTER)
        if row["NumberOfPupils"].isdigit() and int(row["NumberOfPupils"]) < 60
    ]
    assert sorted(small) == sorted(scenarios.UNDER_SIXTY)
    assert len(small) == 11


def test_codes_that_belong_to_one_school(sample):
    assert _ks2(sample, "2018-19", scenarios.LOW_COVERAGE)["READPROG"] == "LOWCOV"
    assert _ks2(sample, "2022-23", scenarios.NO_CANDIDATES)["PTRWM_EXP"] == "NE"
    assert _ks2(sample, "2017-18", scenarios.REDACTED)["PTRWM_EXP"] == "RE"
    assert sample.row("finance/2018-19/financials_2019.csv", scenarios.DID_NOT_SUPPLY)["Income"] == "DNS"
    delayed = sample.row("ks4/2017-18/england_ks4final.csv", scenarios.EXAM_BOARD_DELAY)
    assert delayed["P8MEA"] == "SUPP*"


def test_c3_one_cluster_loses_between_six_and_eleven(sample):
    members = {
        row["urn"] for row in sample.rows("authority/clusters.csv") if row["cluster_id"] == scenarios.LOSS_CLUSTER
    }
    links = csv.reader(io.StringIO(sample.text("gias/2025-09/links_edubasealldata.csv")))
    members |= {row[1] for row in links if row[0] in members and row[3].startswith("Predecessor")}
    counted = {}
    for row in sample.rows("authority/assessments.csv"):
        if row["group"] == "free_school_meals" and row["urn"] in members:
            pair = counted.setdefault((row["assessment"], row["year"]), [0, 0])
            counted[row["assessment"], row["year"]] = [pair[0] + int(row["reached"]), pair[1] + int(row["pupils"])]
    assert counted["good_level_of_development", "2018"] == [51, 75]
    assert counted["phonics_year_1", "2019"] == [57, 75]
    assert {year for _, year in counted}.isdisjoint({"2020", "2021"})
