"""Codes, years and published national figures that every part of the sample uses."""

SAMPLE_LA_CODE = "999"
SAMPLE_LA_NAME = "Exemplar"
SAMPLE_LA_GSS_CODE = "E06999999"
SAMPLE_REGION_CODE = "E12000009"
SAMPLE_REGION_NAME = "South West"
NEIGHBOUR_LA_CODE = "998"
NEIGHBOUR_LA_NAME = "Neighbourshire"
NEIGHBOUR_LA_GSS_CODE = "E06999998"
LA_NAMES = {SAMPLE_LA_CODE: SAMPLE_LA_NAME, NEIGHBOUR_LA_CODE: NEIGHBOUR_LA_NAME}

YEARS = tuple(range(2011, 2026))
KS2_YEARS = tuple(year for year in YEARS if year not in (2020, 2021, 2022))
KS4_YEARS = tuple(year for year in YEARS if year not in (2020, 2021))
ABSENCE_YEARS = tuple(year for year in YEARS if year not in (2020, 2021))

# Reading, writing and maths, expected standard, England: all, other, disadvantaged pupils in per cent, then
# their numbers. Source: ethnicity-facts Social Mobility dataset "2026-01-01-in12", read for the project's
# risk notes (O1).
NATIONAL_KS2 = {
    2016: (53, 60, 39, 585580, 399077, 186503),
    2017: (61, 67, 47, 599108, 409836, 189272),
    2018: (64, 70, 51, 619359, 428831, 190528),
    2019: (65, 71, 51, 644580, 447286, 197294),
    2022: (59, 66, 43, 664182, 466266, 197916),
    2023: (60, 66, 44, 670968, 467278, 203690),
    2024: (61, 67, 46, 661592, 458311, 203281),
    2025: (62, 69, 47, 650556, 443257, 207299),
}
# Level 4 or above (English and maths to 2012, reading, writing and maths from 2013), in the same order. The
# pupil numbers are those under the published gap index (O3); the rates are plausible, not taken from a
# publication.
NATIONAL_KS2_LEVELS = {
    2011: (74, 78, 58, 546104, 394224, 151880),
    2012: (79, 84, 68, 536915, 379757, 157158),
    2013: (75, 81, 63, 533375, 369349, 164026),
    2014: (79, 84, 67, 553795, 382487, 171308),
    2015: (80, 85, 70, 571834, 390836, 180998),
}
# Grade 5 or above in English and maths, England state-funded: all, other, disadvantaged, then pupils.
# Source: the same datasets, "2026-01-01-in13" (O2).
NATIONAL_KS4_STRONG = {
    2019: (43.2, 49.9, 24.7, 542621, 398805, 143816),
    2020: (49.9, 56.8, 30.4, 561994, 415780, 146214),
    2021: (51.9, 59.2, 31.7, 575863, 423890, 151973),
    2022: (49.8, 57.0, 29.6, 587660, 432811, 154849),
    2023: (45.3, 52.4, 25.2, 606915, 447552, 159363),
    2024: (45.9, 53.1, 25.8, 629207, 462634, 166573),
    2025: (45.4, 53.1, 25.8, 625648, 449422, 176226),
}
# Attainment 8 for disadvantaged and other pupils, and grade 4 or above in English and maths (O2).
NATIONAL_ATTAINMENT_8 = {2019: (36.7, 50.3), 2020: (40.2, 53.7)}
NATIONAL_KS4_STANDARD = {2019: (44.7, 71.8), 2020: (52.5, 77.8)}
# England's rows in the key stage 4 tables of two years: 5 is all schools, 7 state-funded schools. Source: the
# national rows of the published final tables of 2016-17 and 2017-18.
NATIONAL_KS4_ROWS = {
    (2017, "5"): {"TPUP": "587497", "ATT8SCR": "44.6", "PTL2BASICS_94": "59.10%", "PTL2BASICS_95": "39.60%"},
    (2017, "7"): {
        "TPUP": "527744", "ATT8SCR": "46.3", "P8MEA": "-0.03", "PTL2BASICS_94": "63.90%",
        "PTL2BASICS_95": "42.70%",
        "TFSM6CLA1A": "143544", "TNOTFSM6CLA1A": "384200", "ATT8SCR_FSM6CLA1A": "37",
        "ATT8SCR_NFSM6CLA1A": "49.8",
        "PTFSM6CLA1ABASICS_95": "24.50%", "PTNOTFSM6CLA1ABASICS_95": "49.40%",
    },
    (2018, "5"): {"TPUP": "583615", "ATT8SCR": "44.5", "PTL2BASICS_94": "59.40%", "PTL2BASICS_95": "40.20%"},
    (2018, "7"): {
        "TPUP": "523636", "ATT8SCR": "46.5", "P8MEA": "-0.02", "PTL2BASICS_94": "64.20%",
        "PTL2BASICS_95": "43.30%",
        "TFSM6CLA1A": "141134", "TNOTFSM6CLA1A": "382502", "ATT8SCR_FSM6CLA1A": "36.7",
        "ATT8SCR_NFSM6CLA1A": "50.1",
        "PTFSM6CLA1ABASICS_95": "24.90%", "PTNOTFSM6CLA1ABASICS_95": "50.10%",
    },
}  # fmt: skip
# England at five, six and seven, per cent: children on free school meals, others. The good level of development from
# 2016 is that of the Local Authority Interactive Tool, and so are the phonics checks of children on free school meals;
# the rest is plausible, not taken from a publication.
NATIONAL_EARLY: dict[str, dict[int, tuple[float, float]]] = {
    "good_level_of_development": {
        2013: (36, 55), 2014: (45, 64), 2015: (51, 69), 2016: (54, 72), 2017: (56, 73), 2018: (57, 74),
        2019: (57, 74), 2022: (49.1, 69.5), 2023: (51.6, 71.5), 2024: (51.5, 72.0), 2025: (51.3, 72.5),
    },
    "phonics_year_1": {
        2012: (44, 61), 2013: (56, 71), 2014: (61, 77), 2015: (65, 80), 2016: (69, 83), 2017: (68, 84),
        2018: (70, 84), 2019: (70, 84), 2022: (62, 79), 2023: (66, 82), 2024: (68, 84), 2025: (67, 84),
    },
    "key_stage_1": {
        2016: (42, 63), 2017: (46, 67), 2018: (48, 69), 2019: (48, 69), 2022: (37, 59), 2023: (40, 62),
    },
}  # fmt: skip
