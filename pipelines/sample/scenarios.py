"""The schools of the sample that stand for one acceptance scenario each,
with their URNs and what is fixed there.

Everything else about these schools is drawn like any other school's. Results that are fixed are applied to
the simulated pupils, so every published cell of the school agrees with them.
"""

from dataclasses import dataclass
from datetime import date

SMALL_COHORT = 900001  # S4: 7 pupils in Year 6 in 2025, 3 of them reach the standard; 12 of 24 over 2023, 2024, 2025
FLOOR_HISTORY = 900002  # S5: 10 pupils in 2012; 2014 under 65 % but above a progress median; maths -5.4 in 2016
FOUR_DISADVANTAGED = 900003  # C2: 4 disadvantaged pupils in 2025, so their results are hidden
GRADED_2024 = 900004  # S9: graded good in May 2024
REPORT_CARD_2026 = 900005  # S9: requires improvement in 2023, report card in February 2026
TRUST_SCHOOL = 900006  # S10: an academy in a trust
NOT_IN_ABSENCE = 900007  # D9: in every file of 2024-25 except absence
CONVERTER_BEFORE, CONVERTER_AFTER = 900101, 900202  # D4: one school, a new URN on 1 September 2024
CONVERSION_DATE = date(2024, 9, 1)
UNDER_SIXTY = (900001, *range(900011, 900021))  # T4: the only eleven schools with fewer than 60 pupils
LOW_COVERAGE = 900008  # KS2 progress coverage under half in 2019: LOWCOV
NO_CANDIDATES = 900009  # Year 6 exists but nobody was eligible in 2023: NE
REDACTED = 900010  # KS2 results of 2018 under revision: RE
DID_NOT_SUPPLY = 900021  # finance 2018-19 not supplied: DNS
EXAM_BOARD_DELAY = 900955  # KS4 Progress 8 of 2018 delayed: SUPP*
NEIGHBOUR_URNS = range(900951, 900962)  # D10: schools of Neighbourshire that stand in some files


@dataclass(frozen=True, kw_only=True)
class FixedKs2:
    """KS2 results that are fixed for one school and year: pupils, passes in all subjects, and some means."""

    urn: int
    year: int
    pupils: int
    passes: int | None = None
    disadvantaged: int | None = None
    maths_progress: float | None = None
    reading_progress: float | None = None
    writing_progress: float | None = None
    reading_two_levels: int | None = None
    coverage: float = 1.0


FIXED_KS2 = (
    FixedKs2(urn=SMALL_COHORT, year=2023, pupils=9, passes=5),
    FixedKs2(urn=SMALL_COHORT, year=2024, pupils=8, passes=4),
    FixedKs2(urn=SMALL_COHORT, year=2025, pupils=7, passes=3),
    FixedKs2(urn=FLOOR_HISTORY, year=2012, pupils=10, passes=5),
    FixedKs2(urn=FLOOR_HISTORY, year=2014, pupils=20, passes=12, reading_two_levels=19),
    FixedKs2(
        urn=FLOOR_HISTORY,
        year=2016,
        pupils=22,
        passes=9,
        maths_progress=-5.4,
        reading_progress=-2.1,
        writing_progress=-1.8,
    ),
    FixedKs2(urn=FOUR_DISADVANTAGED, year=2025, pupils=27, disadvantaged=4),
    FixedKs2(urn=NO_CANDIDATES, year=2023, pupils=0),
    FixedKs2(urn=LOW_COVERAGE, year=2019, pupils=24, coverage=0.4),
)


@dataclass(frozen=True, kw_only=True)
class FixedCohort:
    """Children on free school meals of a cohort (the summer of its Year 6) in one cluster, and who reached what."""

    cohort: int
    pupils: int
    reached: dict[str, int]


LOSS_AREA, LOSS_CLUSTER = 10, "C11"
LOSS_BEFORE = 7  # points behind at five, six and seven, by and large
# C3: in this cluster the Year 6 of 2024 is 6 points behind other children in England at five (68% against 74), 8 at six
# (76 against 84) and, by its simulated results, 17 at eleven; the cohorts beside it are alike.
LOSS_AT_ELEVEN = (
    FixedCohort(
        cohort=2023,
        pupils=75,
        reached={"good_level_of_development": 51, "phonics_year_1": 60, "key_stage_1": 47},
    ),
    FixedCohort(cohort=2024, pupils=75, reached={"good_level_of_development": 51, "phonics_year_1": 57}),
    FixedCohort(cohort=2025, pupils=75, reached={"good_level_of_development": 51}),
)
