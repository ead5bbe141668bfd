"""What the risk models may look at, one declaration a line: measure, window, direction, what is done when missing.

Never ethnicity or religion. Deprivation, free school meals, SEN, English as an additional language and size say only
what to expect of a school (`BesideIntake`); `AUDIT` has them as drivers for the model that shows what that would
change, which is never used for a list.
"""

from dataclasses import dataclass

from pipelines.risk.question import MODELS

THEMES = (
    "results",
    "change over time",
    "disadvantaged pupils",
    "attendance",
    "people",
    "money and roll",
    "inspection history",
)
"""The seven themes of reasons (RISK.md section 3). No measure at hand tells of `people`: the list says so."""

NOT_KNOWN = (
    "a new head or a vacancy among leaders this term",
    "complaints and safeguarding concerns",
    "what the school is doing about it",
    "behaviour, suspensions and exclusions: no file at hand prints them by school",
    "staff turnover and vacancies: no file at hand prints them by school",
)
"""What the score cannot know, in the words of the page."""


@dataclass(frozen=True)
class Level:
    """Underlying result of the latest publication, in standard deviations from the mean of schools of its kind.

    Attributes:
        measures: their mean where several are known; with `first`, the first one known.
    """

    measures: tuple[str, ...]
    group: str = "all"
    first: bool = False


@dataclass(frozen=True)
class Trend:
    """Yearly change of the level over up to three years, drawn towards none by its error."""

    measures: tuple[str, ...]


@dataclass(frozen=True)
class BesideIntake:
    """The level less what schools of the same kind with a like intake reach (regression over England)."""

    measures: tuple[str, ...]
    first: bool = False


@dataclass(frozen=True)
class Latest:
    """A figure of the latest edition that has one for the school, in standard deviations from schools of its kind.

    Attributes:
        measures: the first of an edition that is known.
        oldest: years after which it is no longer used.
    """

    measures: tuple[str, ...]
    oldest: int


@dataclass(frozen=True)
class Change:
    """The latest figure less the one about `years` before, as a share of it; yearly."""

    measures: tuple[str, ...]
    years: int = 2


@dataclass(frozen=True)
class History:
    """A column of `history.COLUMNS`."""

    column: str


@dataclass(frozen=True, kw_only=True)
class Feature:
    """One thing that the models look at.

    Attributes:
        key, label: the label is the words of a reason.
        theme: one of THEMES.
        take: where it comes from.
        worse: 'low' or 'high', whichever makes concern more likely; None where either may.
        models: which models use it.
        missing: what stands for it where it is not known: the usual of schools of its kind ('usual'), or the middle
            of the schools that the model was trained on ('middle'). `tells` says whether not knowing it may speak.
    """

    key: str
    label: str
    theme: str
    take: Level | Trend | BesideIntake | Latest | Change | History
    worse: str | None = "low"
    models: tuple[str, ...] = tuple(MODELS)
    missing: str = "usual"
    tells: bool = False


_PROGRESS = ("reading_progress", "writing_progress", "maths_progress")
_SCORES = ("reading_scaled_score", "maths_scaled_score")
_PASS = ("english_maths_grade_5", "english_maths_a_star_to_c")
_RWM, _HIGH = "reading_writing_maths_expected", "reading_writing_maths_higher"
PRIMARY, SECONDARY = ("primary",), ("secondary",)


def _at(
    models: tuple[str, ...], theme: str, key: str, label: str, take, worse: str | None = "low", **others
) -> Feature:
    return Feature(key=key, label=label, theme=theme, take=take, worse=worse, models=models, **others)


BOTH = tuple(MODELS)
_RESULTS, _CHANGE, _DISADVANTAGED, _ATTENDANCE, _, _MONEY, _HISTORY = THEMES

FEATURES: tuple[Feature, ...] = (
    _at(
        PRIMARY,
        _RESULTS,
        "expected_standard",
        "reading, writing and maths, expected standard",
        Level((_RWM,)),
        tells=True,
    ),
    _at(PRIMARY, _RESULTS, "higher_standard", "reading, writing and maths, higher standard", Level((_HIGH,))),
    _at(PRIMARY, _RESULTS, "progress", "progress in reading, writing and maths", Level(_PROGRESS)),
    _at(PRIMARY, _RESULTS, "maths_progress", "progress in maths", Level(_PROGRESS[2:])),
    _at(PRIMARY, _RESULTS, "scaled_scores", "average scores in reading and maths", Level(_SCORES)),
    _at(PRIMARY, _RESULTS, "beside_intake", "expected standard beside like intakes", BesideIntake((_RWM, *_SCORES))),
    _at(PRIMARY, _CHANGE, "progress_trend", "change of progress", Trend(_PROGRESS)),
    _at(PRIMARY, _CHANGE, "standard_trend", "change of the expected standard", Trend((_RWM,))),
    _at(PRIMARY, _CHANGE, "score_trend", "change of average scores", Trend(_SCORES)),
    _at(SECONDARY, _RESULTS, "progress_8", "Progress 8", Level(("progress_8",)), tells=True),
    _at(SECONDARY, _RESULTS, "attainment_8", "Attainment 8", Level(("attainment_8",))),
    _at(SECONDARY, _RESULTS, "pass", "English and maths", Level(_PASS, first=True)),
    _at(SECONDARY, _RESULTS, "beside_intake", "Attainment 8 beside like intakes", BesideIntake(("attainment_8",))),
    _at(SECONDARY, _CHANGE, "progress_8_trend", "change of Progress 8", Trend(("progress_8",))),
    _at(SECONDARY, _CHANGE, "attainment_8_trend", "change of Attainment 8", Trend(("attainment_8",))),
    _at(
        SECONDARY,
        _DISADVANTAGED,
        "disadvantaged_progress_8",
        "Progress 8 of disadvantaged pupils",
        Level(("progress_8",), group="disadvantaged"),
    ),
    _at(BOTH, _ATTENDANCE, "absence", "overall absence", Latest(("overall_absence",), 6), "high"),
    _at(
        BOTH,
        _ATTENDANCE,
        "persistent_absence",
        "persistent absence",
        Latest(("persistent_absence_10", "persistent_absence_15"), 6),
        "high",
    ),
    _at(BOTH, _MONEY, "balance", "income less spending, share of income", Latest(("balance_share_of_income",), 3)),
    _at(PRIMARY, _MONEY, "roll_change", "change of the year group at eleven", Change(("key_stage_2_pupils",))),
    _at(SECONDARY, _MONEY, "roll_change", "change of the year group at sixteen", Change(("key_stage_4_pupils",))),
    _at(
        BOTH,
        _HISTORY,
        "previous_grade",
        "grade at the last graded inspection",
        History("previous_grade"),
        "high",
        missing="middle",
    ),
    _at(
        BOTH,
        _HISTORY,
        "previous_concern",
        "concern at the last graded inspection",
        History("previous_concern"),
        "high",
        missing="middle",
        tells=True,
    ),
    _at(
        BOTH,
        _HISTORY,
        "previous_serious",
        "serious concern then",
        History("previous_serious_concern"),
        "high",
        missing="middle",
    ),
    _at(
        BOTH,
        _HISTORY,
        "concern_before",
        "concern at the one before",
        History("concern_before_that"),
        "high",
        missing="middle",
    ),
    _at(
        BOTH,
        _HISTORY,
        "share_with_concern",
        "share of inspections with concern",
        History("share_with_concern"),
        "high",
        missing="middle",
    ),
    _at(
        BOTH,
        _HISTORY,
        "years_since_outstanding",
        "years since the last graded inspection, which found outstanding",
        History("years_since_outstanding"),
        None,
        missing="middle",
    ),
    _at(
        BOTH,
        _HISTORY,
        "years_since_good",
        "years since the last graded inspection, which found no concern",
        History("years_since_good"),
        None,
        missing="middle",
    ),
    _at(
        BOTH,
        _HISTORY,
        "years_since_concern",
        "years since the last graded inspection, which found concern",
        History("years_since_concern"),
        None,
        missing="middle",
    ),
    _at(
        BOTH,
        _HISTORY,
        "new_number",
        "not inspected since it got a new number",
        History("inspected_under_earlier_number"),
        None,
        missing="middle",
    ),
)
"""Every feature, in the order of the reasons' themes."""


@dataclass(frozen=True)
class Line:
    """One line of reasons: features that tell of the same thing, their contributions taken together.

    Features of one thing go up and down together, and a model may give one of them what another takes: what each adds
    alone would mislead a reader, their sum does not.
    """

    key: str
    label: str
    features: tuple[str, ...]


LINES: tuple[Line, ...] = (
    Line(
        "attainment",
        "attainment",
        ("expected_standard", "higher_standard", "scaled_scores", "attainment_8", "pass", "beside_intake"),
    ),
    Line("progress", "progress", ("progress", "maths_progress", "progress_8")),
    Line(
        "trend",
        "change of results",
        ("standard_trend", "progress_trend", "score_trend", "progress_8_trend", "attainment_8_trend"),
    ),
    Line("disadvantaged", "disadvantaged pupils", ("disadvantaged_progress_8",)),
    Line("absence", "absence", ("absence", "persistent_absence")),
    Line("balance", "money", ("balance",)),
    Line("roll", "numbers of pupils", ("roll_change",)),
    Line(
        "last_inspection",
        "the last inspection",
        (
            "previous_grade",
            "previous_concern",
            "previous_serious",
            "years_since_outstanding",
            "years_since_good",
            "years_since_concern",
        ),
    ),
    Line("earlier_inspections", "earlier inspections", ("share_with_concern", "concern_before", "new_number")),
)
"""Every line, each feature in exactly one; the first feature that is known speaks for it."""

AUDIT: tuple[Feature, ...] = (
    _at(
        BOTH,
        "intake",
        "free_school_meals",
        "free school meals in six years",
        Latest(("free_school_meals_ever_six",), 6),
        "high",
    ),
    _at(BOTH, "intake", "sen_support", "SEN support", Latest(("sen_support",), 6), None),
    _at(BOTH, "intake", "ehc_plan", "education, health and care plans", Latest(("ehc_plan",), 6), None),
    _at(BOTH, "intake", "eal", "English as an additional language", Latest(("english_additional_language",), 6), None),
    _at(BOTH, "intake", "pupils_on_roll", "pupils on roll", Latest(("pupils_on_roll",), 6), None),
)
"""What the audit model has besides: never used for a list."""


def features_of(model: str) -> tuple[Feature, ...]:
    """The features of a model, in their order."""
    return tuple(feature for feature in FEATURES if model in feature.models)
