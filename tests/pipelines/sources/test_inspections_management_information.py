"""Ofsted's lists of state-funded schools: three layouts, every era on its own scale, nothing converted."""

import csv
import datetime
import io

import polars
import pytest

from pipelines.errors import SourceChanged

FULL_AND_SECTION_8 = """URN|LAESTAB|School name|Ofsted phase|Type of education|School open date
Designated religious character|Region|Local authority|Postcode|Total number of pupils
The income deprivation affecting children index (IDACI) quintile
Latest section 8 inspection number since last full inspection
Does the section 8 inspection relate to the URN of the current school?
URN at time of the section 8 inspection|Date of latest section 8 inspection
Section 8 inspection publication date|Did the latest section 8 inspection convert to a full inspection?
Section 8 inspection overall outcome|Inspection number of latest full inspection|Inspection type
Inspection start date|Inspection end date|Publication date
Does the latest full inspection relate to the URN of the current school?
URN at time of latest full inspection|Overall effectiveness|Category of concern|Quality of education
Behaviour and attitudes|Personal development|Effectiveness of leadership and management
Safeguarding is effective?|Early years provision (where applicable)|Sixth form provision (where applicable)
Previous full inspection number|Previous inspection start date|Previous publication date
Does the previous full inspection relate to the URN of the current school?
URN at time of previous full inspection|Previous full inspection overall effectiveness
Previous category of concern|Previous quality of education|Previous behaviour and attitudes
Previous personal development|Previous effectiveness of leadership and management
Previous safeguarding is effective?|Previous early years provision (where applicable)
Previous sixth form provision (where applicable)"""

GRADED_AND_UNGRADED = (
    FULL_AND_SECTION_8.replace("section 8", "ungraded")
    .replace("Section 8", "Ungraded")
    .replace("Previous full inspection number", "Previous inspection number")
    .replace("full", "graded")
    .replace("Total number of pupils", "Total number of pupils|Statutory lowest age|Statutory highest age")
    .replace("Postcode", "Postcode|Multi-academy trust name")
    .replace("|Inspection end date", "")
)

REPORT_CARDS = """Web Link (opens in new window)|URN|LAESTAB|School name|Ofsted phase|Type of education
School open date|Region|Local authority|Postcode|Multi-academy trust name|Total number of pupils
Statutory lowest age|Statutory highest age|Inspection number of latest full inspection|Inspection type
Inspection type grouping|Event type grouping|Inspection start date|Publication date
Does the latest full inspection relate to the URN of the current school?|URN at time of latest full inspection
Category of concern|Safeguarding standards|Safeguarding standards - date of grade|Inclusion
Inclusion - date of grade|Curriculum and teaching|Curriculum and teaching - date of grade|Achievement
Achievement - date of grade|Attendance and behaviour|Attendance and behaviour - date of grade
Personal development and wellbeing|Personal development and wellbeing - date of grade
Early years (where applicable)|Early years (where applicable) - date of grade
Post-16 provision (where applicable)|Post-16 provision (where applicable) - date of grade
Leadership and governance|Leadership and governance - date of grade
Inspection number of latest OEIF graded inspection|Inspection type of latest OEIF graded inspection
Inspection start date of latest OEIF graded inspection|Publication date of latest OEIF graded inspection
Does the latest OEIF graded inspection relate to the URN of the current school?
URN at time of latest OEIF graded inspection|Latest OEIF category of concern
Latest OEIF overall effectiveness|Latest OEIF quality of education|Latest OEIF behaviour and attitudes
Latest OEIF personal development|Latest OEIF effectiveness of leadership and management
Latest OEIF  safeguarding is effective?|Latest OEIF early years provision (where applicable)
Latest OEIF sixth form provision (where applicable)|Latest ungraded inspection number
Date of latest ungraded inspection|Ungraded inspection publication date
Does the ungraded inspection relate to the URN of the current school?
URN at time of the ungraded inspection|Ungraded inspection overall outcome|Most recent category of concern"""

SCHOOL = {
    "URN": "900001",
    "LAESTAB": "9992001",
    "School name": "Brook Lane Primary School",
    "Ofsted phase": "Primary",
    "Type of education": "Community School",
    "Local authority": "Fictionshire",
    "Region": "South West",
    "Postcode": "zz1 1aa",
    "School open date": "01/01/1900",
}


def table(columns, *rows):
    """A file of one layout; cells not given are empty."""
    names = columns.replace("\n", "|").split("|")
    unknown = {name for row in rows for name in row} - set(names)
    assert not unknown, unknown
    out = io.StringIO()
    writer = csv.DictWriter(out, names, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def graded(grades, *, day, kind="graded", number="10000001", urn="900001", concern="", published=""):
    """The cells of a latest graded (or full) inspection: overall, four areas, safeguarding, two stages."""
    areas = (
        "Overall effectiveness",
        "Quality of education",
        "Behaviour and attitudes",
        "Personal development",
        "Effectiveness of leadership and management",
        "Safeguarding is effective?",
        "Early years provision (where applicable)",
        "Sixth form provision (where applicable)",
    )
    return {
        **dict(zip(areas, grades.split(","), strict=True)),
        "Inspection start date": day,
        "Publication date": published,
        "Category of concern": concern,
        "Inspection type": "S5 Inspection",
        f"Inspection number of latest {kind} inspection": number,
        f"URN at time of latest {kind} inspection": urn,
        f"Does the latest {kind} inspection relate to the URN of the current school?": "Yes",
    }


def judged(read, **which):
    """Area → (grade, word, step, steps) of one inspection."""
    frame = read.tables["judgement_report"].filter(**which)
    return {area: rest for area, *rest in frame.select("area", "grade", "word", "step", "steps").rows()}


def test_the_list_of_2020_tells_full_previous_and_section_8_inspections(read_text):
    full, previous, section_8 = map(datetime.date.fromisoformat, ("2010-11-09", "2006-09-26", "2019-03-06"))
    row = {
        **SCHOOL,
        **graded("3,9,9,9,3,9,8,9", day="2010-11-09", kind="full", concern="NTI", published="2010-12-09"),
        "Previous full inspection number": "ITS000001",
        "Previous inspection start date": "2006-09-26",
        "URN at time of previous full inspection": "900009",
        "Previous full inspection overall effectiveness": "1",
        "Previous safeguarding is effective?": "9",
        "Latest section 8 inspection number since last full inspection": "10000009",
        "URN at time of the section 8 inspection": "900001",
        "Date of latest section 8 inspection": "2019-03-06",
        "Section 8 inspection overall outcome": "School remains Good",
        "Did the latest section 8 inspection convert to a full inspection?": "No",
    }
    read = read_text("ofsted/2020-08-31/list.csv", table(FULL_AND_SECTION_8, row))
    assert read.found.layout.key == "full and section 8 inspections"
    columns = ("observed_urn", "date", "era", "kind", "event", "outcome", "category_of_concern")
    assert read.rows("inspection_report", *columns) == [
        (900001, full, "2005-2012", "graded", "S5 Inspection", None, "Notice to improve"),
        (900009, previous, "2005-2012", "graded", None, None, None),
        (900001, section_8, "2012-2019", "ungraded", None, "School remains Good", None),
    ]
    assert judged(read, observed_urn=900001) == {
        "overall_effectiveness": ["3", "Satisfactory", 2, 4],
        "quality_of_education": ["9", "Not applicable", None, 4],
        "behaviour_and_attitudes": ["9", "Not applicable", None, 4],
        "personal_development": ["9", "Not applicable", None, 4],
        "leadership_and_management": ["3", "Satisfactory", 2, 4],
        "safeguarding": ["9", "Not applicable", None, 2],
        "early_years": ["8", "Not applicable", None, 4],
        "sixth_form": ["9", "Not applicable", None, 4],
    }
    assert read.tables["judgement_report"].filter(kind="ungraded").height == 0


def test_the_list_of_2025_has_no_overall_grade_and_none_is_made(read_text):
    row = {**SCHOOL, **graded("Not judged,1,2,3.0,4,No,0,9", day="24/09/2024", concern="SM")}
    read = read_text("ofsted/2025-08-31/list.csv", table(GRADED_AND_UNGRADED, row), "cp1252")
    assert read.found.edition.label == "31 August 2025"
    assert read.rows("inspection_report", "era", "category_of_concern") == [
        ("no overall grade 2024-2025", "Special measures")
    ]
    assert judged(read) == {
        "overall_effectiveness": ["Not judged", "Not judged", None, 4],
        "quality_of_education": ["1", "Outstanding", 4, 4],
        "behaviour_and_attitudes": ["2", "Good", 3, 4],
        "personal_development": ["3", "Requires improvement", 2, 4],
        "leadership_and_management": ["4", "Inadequate", 1, 4],
        "safeguarding": ["No", "Not effective", 1, 2],
        "early_years": ["0", "Not judged", None, 4],
        "sixth_form": ["9", "Not applicable", None, 4],
    }


def test_an_overall_grade_after_2_september_2024_is_not_believed(read_text):
    row = {**SCHOOL, **graded("2,2,2,2,2,Yes,2,9", day="02/09/2024")}
    read = read_text("ofsted/2025-08-31/list.csv", table(GRADED_AND_UNGRADED, row))
    assert "overall_effectiveness" not in judged(read)
    assert read.reasons() == {"an overall grade after 2 September 2024, when none was given": 1}


def test_an_inspection_that_became_a_graded_one_is_told_once(read_text):
    row = {
        **SCHOOL,
        **graded("1,1,1,1,1,Yes,1,9", day="06/03/2024", number="10000007"),
        "Latest ungraded inspection number since last graded inspection": "10000007",
        "URN at time of the ungraded inspection": "900001",
        "Date of latest ungraded inspection": "05/03/2024",
        "Did the latest ungraded inspection convert to a graded inspection?": "Yes",
    }
    read = read_text("ofsted/2025-08-31/list.csv", table(GRADED_AND_UNGRADED, row))
    assert read.rows("inspection_report", "kind") == [("graded",)]
    assert read.reasons() == {"the same inspection as the graded one in this row": 1}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"Inspection start date": "31/31/2024"}, "not a date"),
        ({"Inspection start date": "12/06/2031"}, "an impossible date"),
        ({"Inspection start date": "12/06/1924"}, "an impossible date"),
        ({"Inspection start date": "12/06/2004"}, "a date before September 2005, when these scales began"),
        ({"Inspection start date": ""}, "an inspection without a date"),
        (
            {
                "URN at time of latest graded inspection": "",
                "Does the latest graded inspection relate to the URN of the current school?": "No",
            },
            "an inspection that does not say which school it was of",
        ),
    ],
)
def test_an_inspection_that_cannot_be_placed_is_rejected(read_text, change, reason):
    row = {**SCHOOL, **graded("2,2,2,2,2,Yes,2,9", day="12/06/2024"), **change}
    read = read_text("ofsted/2025-08-31/list.csv", table(GRADED_AND_UNGRADED, row))
    assert read.tables["inspection_report"].height == 0
    assert read.tables["judgement_report"].height == 0
    assert read.reasons() == {reason: 1}


def test_unknown_cells_are_rejected_one_by_one(read_text):
    row = {
        **SCHOOL,
        **graded("2,5,NULL,2,2,Yes,2,9", day="12/06/2024", concern="XYZ", published="01/06/2024"),
    }
    read = read_text("ofsted/2025-08-31/list.csv", table(GRADED_AND_UNGRADED, row))
    assert read.rows("inspection_report", "published", "category_of_concern") == [(None, None)]
    assert {"quality_of_education", "behaviour_and_attitudes"}.isdisjoint(judged(read))
    assert read.reasons() == {
        "a grade that is on no scale we know": 1,
        "a report out before its inspection, after this list, or on no day": 1,
        "no judgement given": 1,
        "unknown category": 1,
    }
    assert len(read.held_back) == 1
    assert "unknown grade '5'" in read.held_back[0]


def test_blank_rows_at_the_end_are_rejected_as_blank(read_text):
    text = table(GRADED_AND_UNGRADED, {**SCHOOL, **graded("2,2,2,2,2,Yes,2,9", day="12/06/2024")})
    blank = "," * text.splitlines()[0].count(",")
    read = read_text("ofsted/2025-08-31/list.csv", f"{text}{blank}\r\n{blank}\r\n")
    assert read.rejects.select("row", "reason").rows() == [(3, "blank row"), (4, "blank row")]
    assert read.tables["register_entry"].height == 1


def test_a_report_card_stands_beside_the_older_grades(read_text):
    card = {
        **SCHOOL,
        "Inspection number of latest full inspection": "10400001",
        "Inspection type": "S5 Inspection",
        "Inspection start date": "18/11/2025",
        "Publication date": "22/12/2025",
        "URN at time of latest full inspection": "900001",
        "Category of concern": "Requires significant improvement",
        "Safeguarding standards": "Not met",
        "Inclusion": "Exceptional",
        "Curriculum and teaching": "Strong standard",
        "Achievement": "Expected standard",
        "Attendance and behaviour": "Needs attention",
        "Personal development and wellbeing": "Urgent improvement",
        "Early years (where applicable)": "Not applicable",
        "Post-16 provision (where applicable)": "NULL",
        "Leadership and governance": "Strong standard",
        "Leadership and governance - date of grade": "18/11/2025",
        "Inspection number of latest OEIF graded inspection": "10300001",
        "Inspection start date of latest OEIF graded inspection": "12/06/2012",
        "URN at time of latest OEIF graded inspection": "900009",
        "Latest OEIF overall effectiveness": "3",
        "Latest OEIF quality of education": "9",
        "Latest OEIF behaviour and attitudes": "9",
        "Latest OEIF personal development": "9",
        "Latest OEIF effectiveness of leadership and management": "2",
        "Latest OEIF  safeguarding is effective?": "Yes",
        "Latest OEIF early years provision (where applicable)": "8",
        "Latest OEIF sixth form provision (where applicable)": "9",
        "Latest ungraded inspection number": "10350001",
        "Date of latest ungraded inspection": "02/04/2025",
        "URN at time of the ungraded inspection": "900001",
        "Ungraded inspection overall outcome": "Standards maintained",
    }
    name = "ofsted/2026/Management_information_-_latest_inspections_as_at_31_Jan_2026.csv"
    read = read_text(name, table(REPORT_CARDS, card), "cp1252")
    assert (read.found.layout.key, read.found.edition.label) == ("report cards", "31 January 2026")
    assert read.found.edition.published == datetime.date(2026, 2, 15)
    columns = ("observed_urn", "era", "kind", "outcome", "category_of_concern")
    assert read.rows("inspection_report", *columns) == [
        (900001, "report card 2025-", "report card", None, "Requires significant improvement"),
        (900009, "2005-2012", "graded", None, None),
        (900001, "no overall grade 2024-2025", "ungraded", "Standards maintained", None),
    ]
    assert judged(read, kind="report card") == {
        "inclusion": ["Exceptional", "Exceptional", 5, 5],
        "curriculum_and_teaching": ["Strong standard", "Strong standard", 4, 5],
        "achievement": ["Expected standard", "Expected standard", 3, 5],
        "attendance_and_behaviour": ["Needs attention", "Needs attention", 2, 5],
        "personal_development_and_wellbeing": ["Urgent improvement", "Urgent improvement", 1, 5],
        "leadership_and_governance": ["Strong standard", "Strong standard", 4, 5],
        "early_years": ["Not applicable", "Not applicable", None, 5],
        "safeguarding": ["Not met", "Not met", 1, 2],
    }
    assert judged(read, kind="graded")["overall_effectiveness"] == ["3", "Satisfactory", 2, 4]
    assert read.rejects.height == 0


def test_a_grade_changed_at_a_later_visit_has_its_own_day(read_text):
    card = {
        **SCHOOL,
        "Inspection number of latest full inspection": "10400001",
        "Inspection start date": "18/11/2025",
        "Publication date": "22/12/2025",
        "URN at time of latest full inspection": "900001",
        "Inclusion": "Needs attention",
        "Inclusion - date of grade": "19/11/2025",
        "Safeguarding standards": "Met",
        "Safeguarding standards - date of grade": "10/03/2026",
    }
    read = read_text("ofsted/2026-03-31/list.csv", table(REPORT_CARDS, card))
    assert read.rows("judgement_report", "area", "date") == [
        ("inclusion", datetime.date(2025, 11, 18)),
        ("safeguarding", datetime.date(2026, 3, 10)),
    ]
    assert read.rows("inspection_report", "date", "event") == [
        (datetime.date(2025, 11, 18), None),
        (datetime.date(2026, 3, 10), "Grade changed after the inspection"),
    ]


def test_a_school_without_a_report_card_keeps_its_older_inspection_once(read_text):
    card = {
        **SCHOOL,
        "Inspection number of latest full inspection": "10300001",
        "Inspection start date": "12/06/2024",
        "URN at time of latest full inspection": "900001",
        "Inspection number of latest OEIF graded inspection": "10300001",
        "Inspection start date of latest OEIF graded inspection": "12/06/2024",
        "URN at time of latest OEIF graded inspection": "900001",
        "Latest OEIF overall effectiveness": "2",
    }
    read = read_text("ofsted/2026-01-31/list.csv", table(REPORT_CARDS, card))
    assert read.rows("inspection_report", "kind", "era") == [("graded", "2019-2024")]
    assert read.reasons()["the same inspection as the graded one in this row"] == 1


def test_what_the_list_says_of_the_school(read_text):
    rows = [
        {
            **SCHOOL,
            "Statutory lowest age": "4",
            "Statutory highest age": "11",
            "Total number of pupils": "198",
        },
        {
            **SCHOOL,
            "URN": "900002",
            "Ofsted phase": "Special",
            "Type of education": "Academy Special Converter",
        },
        {
            **SCHOOL,
            "URN": "900003",
            "Ofsted phase": "Secondary",
            "Type of education": "Free School",
            "Statutory lowest age": "4",
            "Statutory highest age": "16",
        },
        {
            **SCHOOL,
            "URN": "900004",
            "LAESTAB": "9982003",
            "Ofsted phase": "PRU",
            "Type of education": "Pupil Referral Unit",
        },
    ]
    read = read_text("ofsted/2025-08-31/list.csv", table(GRADED_AND_UNGRADED, *rows))
    columns = ("urn", "la_code", "phase", "type", "type_group", "open_date", "pupils", "status")
    maintained = "Local authority maintained schools"
    assert read.rows("register_entry", *columns) == [
        (900001, "999", "primary", "Community school", maintained, None, 198, "open"),
        (900002, "999", "special", "Academy special converter", "Academies", None, None, "open"),
        (900003, "999", "all-through", "Free schools", "Free Schools", None, None, "open"),
        (900004, None, "alternative provision", "Pupil referral unit", maintained, None, None, "open"),
    ]
    assert read.reasons() == {"a number that is not of the authority in this row": 1}


def test_a_column_that_is_gone_is_named(read_text):
    renamed = GRADED_AND_UNGRADED.replace("Ungraded inspection overall outcome", "Ungraded outcome")
    with pytest.raises(SourceChanged, match=r"(?i)ungraded inspection overall outcome"):
        read_text("ofsted/2025-08-31/list.csv", table(renamed, SCHOOL))


def test_the_real_list_of_31_august_2020(read_raw, keep_the_contract):
    read = read_raw("ofsted/2020-08-31/ofsted_mi_state_funded_2020-08-31.csv")
    inspections = read.tables["inspection_report"]
    # 21,776 schools have a full inspection, 20,711 one before it; 10,603 a section 8 one, 1,027 of which
    # became the full inspection of the same row.
    kinds = dict(inspections["kind"].value_counts().rows())
    assert kinds == {"graded": 21_776 + 20_711, "ungraded": 10_603 - 1_027}
    assert read.reasons() == {"the same inspection as the graded one in this row": 1_027}
    assert dict(inspections["category_of_concern"].drop_nulls().value_counts().rows()) == {
        "Special measures": 556 + 747,
        "Serious weaknesses": 250 + 182,
        "Notice to improve": 48,
    }
    judgements = read.tables["judgement_report"]
    overall = judgements.filter(area="overall_effectiveness")
    assert overall.height == 21_776 + 20_711
    assert overall.filter(step=4).height == 4_148 + 2_687
    assert overall.filter(step=2).height == 2_197 + 7_606
    assert overall.filter(word="Satisfactory")["date"].max() < datetime.date(2012, 9, 1)
    assert overall.filter(word="Requires improvement")["date"].min() >= datetime.date(2012, 9, 1)
    keep_the_contract("inspection_report", inspections)
    keep_the_contract("judgement_report", judgements)
    keep_the_contract("register_entry", read.tables["register_entry"])


def test_the_real_list_of_31_august_2025(read_raw, keep_the_contract):
    read = read_raw("ofsted/2025-08-31/state_funded_schools_inspections_and_outcomes_as_at_31_Aug_2025.csv")
    inspections, judgements = read.tables["inspection_report"], read.tables["judgement_report"]
    assert read.found.edition.published == datetime.date(2025, 9, 29)
    kinds = dict(inspections["kind"].value_counts().rows())
    assert kinds == {"graded": 10_107 + 9_867, "ungraded": 4_306 - 35}
    assert read.reasons() == {
        "a number that is not of the authority in this row": 1,
        "blank row": 15,
        "the same inspection as the graded one in this row": 35,
    }
    assert inspections.filter(kind="graded", era="no overall grade 2024-2025").height == 1_552
    overall = judgements.filter(area="overall_effectiveness")
    assert overall.filter(word="Not judged").height == 1_552
    assert overall.filter(polars.col("step").is_not_null())["date"].max() < datetime.date(2024, 9, 2)
    keep_the_contract("inspection_report", inspections)
    keep_the_contract("judgement_report", judgements)
    keep_the_contract("register_entry", read.tables["register_entry"])
