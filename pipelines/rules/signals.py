"""Numbers about a school that no publication prints, made for rules: what each is, and why it may be missing."""

import re
from dataclasses import dataclass

from pipelines.measures import MEASURES


@dataclass(frozen=True, kw_only=True)
class Signal:
    """A number made for a rule.

    Attributes:
        label: how it reads in a sentence.
        missing: why it has no number where nothing else says why.
        decimals, suffix: how it is written.
    """

    key: str
    label: str
    missing: str
    decimals: int = 0
    suffix: str = ""


_NO_LIST = "no inspection is in the lists at hand"
_NO_EXPECTED_PROGRESS = "expected progress in English and in maths is in no file that the catalogue reads"

SIGNALS: dict[str, Signal] = {
    signal.key: signal
    for signal in (
        Signal(key="expected_progress_english", label="expected progress in English", missing=_NO_EXPECTED_PROGRESS),
        Signal(key="expected_progress_maths", label="expected progress in maths", missing=_NO_EXPECTED_PROGRESS),
        Signal(key="is_inspected", label="inspected", missing=_NO_LIST),
        Signal(key="overall_effectiveness", label="overall effectiveness", missing=_NO_LIST),
        Signal(
            key="quality_of_education_without_overall",
            label="quality of education, in an inspection without an overall grade",
            missing="the last inspection has an overall grade or a report card",
        ),
        Signal(
            key="leadership_without_overall",
            label="leadership and management, in an inspection without an overall grade",
            missing="the last inspection has an overall grade or a report card",
        ),
        Signal(
            key="leadership_and_governance",
            label="leadership and governance",
            missing="the last inspection has no report card",
        ),
        Signal(
            key="previous_below_good",
            label="the inspection before",
            missing="no inspection before the last one is in the lists at hand",
        ),
        Signal(key="category_of_concern", label="category of concern", missing=_NO_LIST),
        Signal(key="special_measures", label="special measures", missing=_NO_LIST),
        Signal(key="serious_weaknesses", label="serious weaknesses", missing=_NO_LIST),
        Signal(
            key="requires_significant_improvement",
            label="requires significant improvement",
            missing="the last inspection has no report card",
        ),
        Signal(
            key="attainment_falls",
            label="years in a row with lower attainment than the year before",
            missing="attainment of three years in a row is not in the files loaded",
        ),
        Signal(
            key="attainment_change",
            label="change in attainment over two years",
            missing="attainment of three years in a row is not in the files loaded",
            decimals=1,
        ),
        Signal(
            key="gap_change",
            label="change over two years in the gap between disadvantaged and other pupils",
            missing="results of disadvantaged and other pupils of this year and two years before are not in the "
            "files loaded",
            decimals=1,
        ),
        Signal(
            key="below_similar_schools",
            label="probability of being below similar schools",
            missing="similar schools have not been found for it",
            decimals=2,
        ),
        Signal(
            key="roll_change",
            label="change in the number of pupils over three years",
            missing="pupils on roll of this year and three years before are not in the files loaded",
            decimals=1,
            suffix="%",
        ),
        Signal(
            key="absence_centile",
            label="centile of overall absence among schools of its phase in England",
            missing="absence of this year is not in the files loaded",
        ),
        Signal(
            key="persistent_absence_centile",
            label="centile of persistent absence among schools of its phase in England",
            missing="persistent absence of this year is not in the files loaded",
        ),
        Signal(
            key="suspension_rate",
            label="suspensions for each 100 pupils",
            missing="no file of suspensions and exclusions by school is read: the Department for Education's table "
            "of them is not among the sources",
            decimals=1,
        ),
        Signal(
            key="months_until_inspection_due",
            label="months until the next inspection is due",
            missing=_NO_LIST,
        ),
        Signal(
            key="leadership_vacancy",
            label="leadership vacancy",
            missing="no school_circumstances.csv is loaded",
        ),
    )
}


def label_of(key: str) -> str:
    """How a measure or signal reads inside a sentence."""
    if key in SIGNALS:
        return SIGNALS[key].label
    label = MEASURES[key].label
    first_word = label.split(" ", 1)[0]
    is_name = first_word in ("English", "Progress") and label.startswith(("English", "Progress 8"))
    return label if is_name else label[0].lower() + label[1:]


def write_number(key: str, value: float | None) -> str:
    """A number as text in the unit of its measure or signal; nothing for no number."""
    if key in MEASURES:
        return MEASURES[key].format(value)
    if value is None or value != value:
        return ""
    signal = SIGNALS[key]
    text = f"{abs(value):.{signal.decimals}f}{signal.suffix}"
    return f"−{text}" if value < 0 and float(f"{value:.{signal.decimals}f}") != 0 else text


def write_threshold(key: str, value: float) -> str:
    """A threshold as text: as a number of its measure, without needless noughts."""
    text = write_number(key, value)
    return re.sub(r"(\.\d*?)0+(?=\D*$)", r"\1", text).replace(".%", "%").rstrip(".")
