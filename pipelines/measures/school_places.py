"""School places: pupils, places, how forecasts turned out, and how many children got a preferred school."""

from pipelines.measures.vocabulary import UNITS, Measure, Polarity, Published, Unit

TOPIC = "School places"
SOURCE_KEY = "school_places_scorecards"

PERCENT_OVER = Unit(
    key="percent_over",
    name="per cent over (+) or under (−)",
    decimals=1,
    low=-100,
    high=1000,
    suffix="%",
    signed=True,
)
"""A difference as a share of what came about; negative is possible."""


def _by_phase(
    key: str,
    label: str,
    columns: tuple[str, str],
    definition: str,
    unit: Unit,
    axis: tuple[float, float],
    *,
    first_year: int = 2023,
    factor: float = 1.0,
    polarity: Polarity = Polarity.NEUTRAL,
) -> Measure:
    primary, secondary = columns
    return Measure(
        key=key,
        label=label,
        topic=TOPIC,
        definition=definition,
        origin=Published(
            source=SOURCE_KEY,
            columns={"in_primary_schools": primary, "in_secondary_schools": secondary},
            factor=factor,
        ),
        unit=unit,
        polarity=polarity,
        years=(first_year, None),
        axis=axis,
        minimum_cohort=0,
    )


MEASURES = (
    _by_phase(
        "pupils_needing_places",
        "Pupils counted for school places",
        ("PriNOR", "SecNOR"),
        "Pupils on roll in the year of the school capacity survey.",
        UNITS["pupils"],
        (0, 150_000),
    ),
    _by_phase(
        "school_places",
        "School places",
        ("PriCap", "SecCap"),
        "Places in state-funded schools in the year of the school capacity survey.",
        UNITS["number"],
        (0, 150_000),
        first_year=2024,
    ),
    _by_phase(
        "unfilled_places",
        "Unfilled places",
        ("Quan_P_UP", "Quan_S_UP"),
        "Places without a pupil, as a share of all places, in the year of the school capacity survey.",
        UNITS["rate"],
        (0, 40),
    ),
    _by_phase(
        "spare_places_expected",
        "Spare places expected in three years",
        ("Quan_P_Su", "Quan_S_Su"),
        "Estimated spare places three years ahead, as a share of places; negative is a shortfall.",
        PERCENT_OVER,
        (-10, 40),
        factor=100,
    ),
    _by_phase(
        "places_added",
        "Places added since 2009/10",
        ("Quan_P_In", "Quan_S_In"),
        "Places created from 2009/10 to the year of the school capacity survey.",
        UNITS["number"],
        (0, 30_000),
    ),
    _by_phase(
        "places_planned",
        "Places planned for the next three years",
        ("Quan_P_PP", "Quan_S_PP"),
        "Places planned to be delivered within three years.",
        UNITS["number"],
        (0, 3_000),
    ),
    _by_phase(
        "places_still_needed",
        "Places still needed in three years",
        ("Quan_P_RP", "Quan_S_RP"),
        "Estimated places still needed to meet demand three years ahead.",
        UNITS["number"],
        (0, 3_000),
    ),
    _by_phase(
        "pupil_change_expected",
        "Change in pupils expected in three years",
        ("An_P_gro", "An_S_gro"),
        "Change in pupil numbers that the authority expects within three years.",
        PERCENT_OVER,
        (-20, 20),
        factor=100,
    ),
    _by_phase(
        "forecast_error_one_year",
        "Forecast of pupils, one year ahead: error",
        ("For_1_P", "For_1_S"),
        "How far last year's forecast of pupils was over (+) or under (−) the pupils there are now.",
        PERCENT_OVER,
        (-5, 5),
        factor=100,
    ),
    _by_phase(
        "forecast_error_three_years",
        "Forecast of pupils, three years ahead: error",
        ("For_3_P", "For_3_S"),
        "How far the forecast made three years ago was over (+) or under (−) the pupils there are now.",
        PERCENT_OVER,
        (-10, 10),
        factor=100,
    ),
    _by_phase(
        "first_preference_offers",
        "Offered their first preference",
        ("Pref_P_1_CY", "Pref_S_1_CY"),
        "Share of applicants who were offered their first preference, for entry in the September after the "
        "school capacity survey.",
        UNITS["rate"],
        (50, 100),
        polarity=Polarity.HIGH_IS_BETTER,
    ),
    _by_phase(
        "top_three_preference_offers",
        "Offered one of their first three preferences",
        ("Pref_P_T3_CY", "Pref_S_T3_CY"),
        "Share of applicants who were offered one of their first three preferences, for entry in the "
        "September after the school capacity survey.",
        UNITS["rate"],
        (70, 100),
        polarity=Polarity.HIGH_IS_BETTER,
    ),
    _by_phase(
        "first_preference_offers_next_entry",
        "Offered their first preference, a year later",
        ("Pref_P_1_NY", "Pref_S_1_NY"),
        "Share of applicants who were offered their first preference, for entry a year later than that of "
        "the scorecard's own year.",
        UNITS["rate"],
        (50, 100),
        polarity=Polarity.HIGH_IS_BETTER,
    ),
)
