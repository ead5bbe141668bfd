"""Attendance in the daily registers, for authorities, regions and England, by kind of school."""

from pipelines.measures.vocabulary import Measure, Polarity, Published, Unit, YearNote

TOPIC = "Attendance"
SOURCE_KEY = "attendance_by_authority"
_GROUPS = ("all", "in_primary_schools", "in_secondary_schools", "in_special_schools")
SHARE = Unit(
    key="share_of_sessions",
    name="per cent, two decimals",
    decimals=2,
    low=0,
    high=100,
    suffix="%",
)
"""Shares of sessions; some are below 1% everywhere, which must not pass for shares printed as 0 to 1."""

_NOTES = (
    YearNote(
        years=(2025, 2025),
        state="caution",
        note="The figures at hand for 2024/25 are of the autumn term alone; other years are of the whole year to date.",
    ),
)


def _share(
    key: str,
    label: str,
    column: str,
    definition: str,
    axis: tuple[float, float],
    polarity: Polarity = Polarity.LOW_IS_BETTER,
) -> Measure:
    return Measure(
        key=key,
        label=label,
        topic=TOPIC,
        definition=f"{definition} From the daily registers of schools that share them.",
        origin=Published(
            source=SOURCE_KEY,
            columns={group: column for group in _GROUPS},
            cohort={group: "enrolments" for group in _GROUPS},
        ),
        unit=SHARE,
        polarity=polarity,
        years=(2023, None),
        axis=axis,
        minimum_cohort=0,
        notes=_NOTES,
    )


MEASURES = (
    _share(
        "daily_attendance",
        "Attendance (daily registers)",
        "attendance_perc",
        "Sessions attended, as a share of possible sessions.",
        (80, 100),
        Polarity.HIGH_IS_BETTER,
    ),
    _share(
        "daily_absence",
        "Absence (daily registers)",
        "overall_absence_perc",
        "Sessions missed, authorised or not, as a share of possible sessions.",
        (0, 20),
    ),
    _share(
        "daily_authorised_absence",
        "Authorised absence (daily registers)",
        "authorised_absence_perc",
        "Sessions missed with the school's leave, as a share of possible sessions.",
        (0, 15),
    ),
    _share(
        "daily_unauthorised_absence",
        "Unauthorised absence (daily registers)",
        "unauthorised_absence_perc",
        "Sessions missed without the school's leave, as a share of possible sessions.",
        (0, 10),
    ),
    _share(
        "daily_persistent_absence",
        "Persistent absence (daily registers)",
        "pa_perc",
        "Share of pupils who missed 10% or more of their possible sessions.",
        (0, 60),
    ),
    _share(
        "daily_absence_for_illness",
        "Absence for illness (daily registers)",
        "illness_perc",
        "Sessions missed for illness, not appointments, as a share of possible sessions.",
        (0, 10),
    ),
    _share(
        "daily_unauthorised_holiday",
        "Unauthorised holiday (daily registers)",
        "unauth_hol_perc",
        "Sessions missed for holidays without the school's leave, as a share of possible sessions.",
        (0, 2),
    ),
    _share(
        "daily_reduced_timetable",
        "Reduced timetable (daily registers)",
        "auth_part_time_perc",
        "Sessions missed because of an agreed part-time timetable, as a share of possible sessions.",
        (0, 8),
    ),
)
