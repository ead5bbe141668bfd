"""Public health indicators (Fingertips), the comparison tool (LAIT) and statistical neighbours."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from pipelines.sample.assessments import early_counts
from pipelines.sample.constants import (
    NATIONAL_EARLY,
    NEIGHBOUR_LA_CODE,
    NEIGHBOUR_LA_NAME,
    SAMPLE_LA_CODE,
    SAMPLE_LA_GSS_CODE,
    SAMPLE_LA_NAME,
    SAMPLE_REGION_CODE,
    SAMPLE_REGION_NAME,
)
from pipelines.sample.files import Writer, generator
from pipelines.sample.names import places
from pipelines.sample.world import World


@dataclass(frozen=True)
class Indicator:
    """One indicator: England's value about 2024, its yearly change, and the size of its denominator here."""

    number: int
    name: str
    sex: str
    age: str
    value: float
    change: float
    polarity: str
    kind: str
    size: int
    years: int = 1

    @property
    def scale(self) -> int:
        """What a rate is given per: 100, 1,000 or 100,000."""
        return {"Proportion": 100, "Crude rate": 1000}.get(self.kind, 100_000)


LOW, HIGH = "Low is good", "High is good"
READY = "School readiness: percentage of children achieving a good level of development at the end of Reception"
NEET = "16 to 17 year olds not in education, employment or training (NEET) or whose activity is not known"
INDICATORS = (
    Indicator(90631, READY, "Persons", "5 yrs", 67.7, 0.5, HIGH, "Proportion", 5200),
    Indicator(20601, "Reception prevalence of overweight (including obesity)", "Persons", "4-5 yrs", 22.1,
    0.1, LOW,
              "Proportion", 4900),
    Indicator(90323, "Year 6 prevalence of obesity (including severe obesity)", "Persons", "10-11 yrs",
    22.1, 0.25,
              LOW, "Proportion", 5000),
    Indicator(93700, "Children in relative low income families (under 16s)", "Persons", "<16 yrs", 19.8,
    0.6, LOW,
              "Proportion", 90000),
    Indicator(20401, "Under 18s conception rate / 1,000", "Female", "<18 yrs", 13.9, -0.8, LOW,
    "Crude rate", 8300),
    Indicator(90813, "Hospital admissions as a result of self-harm (10-24 years)", "Persons", "10-24 yrs",
    319.0,
              -12.0, LOW, "Directly standardised rate", 78000),
    Indicator(93203, NEET, "Persons", "16-17 yrs", 5.4, 0.05, LOW, "Proportion", 11000),
    Indicator(93107, "Year 6 prevalence of overweight (including obesity), 3 years data combined", "Persons",
              "10-11 yrs", 36.6, 0.2, LOW, "Proportion", 15000, years=3),
    Indicator(93441, "Percentage of 5 year olds with experience of visually obvious dental decay",
    "Persons", "5 yrs",
              23.7, -0.1, LOW, "Proportion", 4700),
)  # fmt: skip
# The restricted extract holds other indicators, so that no figure stands in both files.
INDICATORS_OF_EXTRACT = (
    Indicator(92904, "Hospital admission episodes for alcohol-specific conditions aged 17 and under",
    "Persons",
              "<18 yrs", 22.6, -1.1, LOW, "Crude rate", 98000),
    Indicator(93085, "Smokers at time of childbirth delivery", "Female", "All ages", 7.4, -0.5, LOW,
    "Proportion", 4300),
    Indicator(30302, "Hepatitis B vaccination coverage aged 2 years", "Persons", "2 yrs", 91.0, 0.1, HIGH,
              "Proportion", 4600),
)  # fmt: skip
UPPER_TIER = "Counties & UAs (from Apr 2023)"
API_COLUMNS = [
    "Indicator ID",
    "Indicator Name",
    "Parent Code",
    "Parent Name",
    "Area Code",
    "Area Name",
    "Area Type",
    "Sex",
    "Age",
    "Category Type",
    "Category",
    "Time period",
    "Value",
    "Lower CI 95.0 limit",
    "Upper CI 95.0 limit",
    "Lower CI 99.8 limit",
    "Upper CI 99.8 limit",
    "Count",
    "Denominator",
    "Value note",
    "Recent Trend",
    "Compared to England value or percentiles",
    "Compared to Regions (statistical) value or percentiles",
    "Time period Sortable",
    "New data",
    "Compared to goal",
    "Time period range",
]
LOCAL_COLUMNS = [
    "IndicatorId",
    "Category",
    "CategoryType",
    "Age",
    "Sex",
    "Trend",
    "Denominator",
    "CategoryTypeId",
    "UpperCI",
    "Value",
    "Count",
    "AreaCode",
    "SexID",
    "AgeID",
    "Year",
    "LowerCI",
    "CategoryId",
]


def write_health(world: World, writer: Writer) -> None:
    """Write Fingertips in both layouts, LAIT values and dictionary, and statistical neighbours."""
    _fingertips(world, writer)
    _lait(world, writer)


def _areas(world: World) -> list[tuple[str, str, str, str, str, float, float]]:
    """Code, name, type, parent, standing (SDs worse than England) and share of the denominator."""
    england = ("E92000001", "England", "England", "", "", 0.0, 95.0)
    region = (SAMPLE_REGION_CODE, f"{SAMPLE_REGION_NAME} region (statistical)", "Regions (statistical)",
    "E92000001",
              "England", -0.2, 9.5)  # fmt: skip
    parent = (SAMPLE_REGION_CODE, SAMPLE_REGION_NAME)
    mine = (SAMPLE_LA_GSS_CODE, SAMPLE_LA_NAME, UPPER_TIER, *parent, -0.15, 1.0)
    msoas = sorted(set(world.land.msoa))
    msoa = np.array(world.land.msoa)
    small = [
        (code, f"Exemplar {number + 1:03d}", "MSOA", SAMPLE_LA_GSS_CODE, SAMPLE_LA_NAME,
         float(world.land.deprivation[msoa == code].mean()), 1 / len(msoas))
        for number, code in enumerate(msoas)
    ]  # fmt: skip
    return [england, region, mine, *small]


def _fingertips(world: World, writer: Writer) -> None:
    rng = generator(world.seed, "fingertips")
    areas = _areas(world)
    rows = []
    for indicator in INDICATORS:
        for area in areas:
            if area[2] == "MSOA" and indicator.number not in (93107, 93700):
                continue
            for year in range(2018, 2025):
                if indicator.number == 90631 and year in (2019, 2020):
                    continue
                rows.append(_service_row(indicator, area, year, *_drawn(rng, indicator, area, year)))
    rows += [_category_row(areas[2], category) for category in ("Most deprived decile", "Least deprived decile")]
    frame = pl.DataFrame(rows, schema=API_COLUMNS, orient="row")
    writer.frame("jsna", "fingertips", "fingertips_by_indicator_id.csv", frame)
    rows = [
        _extract_row(indicator, area[0], year, *_drawn(rng, indicator, area, year))
        for indicator in INDICATORS_OF_EXTRACT
        for area in (areas[0], areas[2])
        for year in range(2018, 2025)
    ]
    frame = pl.DataFrame(rows, schema=LOCAL_COLUMNS, orient="row")
    writer.frame("jsna", "fingertips", "healthdata.csv", frame)
    names = "IndicatorID Polarity BenchmarkComparisonMethod ValueType IndicatorName PeriodType Frequency"
    compared = "Confidence intervals overlapping reference value (95.0)"
    rows = [
        (str(i.number), i.polarity, compared, i.kind, i.name,
        "Calendar" if i.number == 20401 else "Financial",
         "annually", "False")
        for i in (*INDICATORS, *INDICATORS_OF_EXTRACT)
    ]  # fmt: skip
    frame = pl.DataFrame(rows, schema=[*names.split(), "RequiresGeoAggregation"], orient="row")
    writer.frame("jsna", "fingertips", "indicators.csv", frame, bom=True)


def _drawn(rng: np.random.Generator, indicator: Indicator, area: tuple, year: int) -> tuple[int, int]:
    """Count and denominator of an indicator, worse in poorer areas."""
    worse, share = area[5], area[6]
    sign = -1 if indicator.polarity == HIGH else 1
    level = indicator.value * (1 + sign * 0.16 * worse + rng.normal(0, 0.01)) + indicator.change * (year - 2024)
    n = max(12, round(indicator.size * share * rng.uniform(0.97, 1.03)))
    return round(min(max(level, 0.05) / indicator.scale, 0.99) * n), n


def _limits(count: int, n: int, scale: int) -> tuple[float, ...]:
    """Value, then lower and upper limits of 95 % and 99.8 %, by the normal approximation."""
    rate = count / n
    out = [rate]
    for z in (1.96, 3.09):
        half = z * np.sqrt(rate * (1 - rate) / n)
        out += [max(rate - half, 0), rate + half]
    return tuple(round(float(value) * scale, 4) for value in out)


def _service_row(indicator: Indicator, area: tuple, year: int, count: int, n: int) -> list[str]:
    """One row of the service's CSV; counts below six are left out with a note."""
    code, label, kind, parent, parent_name = area[:5]
    hidden = count < 6
    period = f"{year}/{(year + 1) % 100:02d}"
    if indicator.years == 3:
        period = f"{year - 2}/{(year - 1) % 100:02d} - {year % 100:02d}/{(year + 1) % 100:02d}"
    if indicator.number == 20401:
        period = str(year)
    cells = [""] * 5 if hidden else list(_limits(count, n, indicator.scale))
    note = "Value suppressed for disclosure control due to small count" if hidden else ""
    trend = "Cannot be calculated" if kind == "MSOA" else "No significant change"
    compared = "Not compared" if kind == "England" else "Similar"
    row = [
        indicator.number,
        indicator.name,
        parent,
        parent_name,
        code,
        label,
        kind,
        indicator.sex,
        indicator.age,
    ]
    row += ["", "", period, *cells, "" if hidden else count, n, note, trend, compared, "Not compared"]
    row += [f"{year}0000", "", "", f"{indicator.years}y"]
    return [str(cell) for cell in row]


def _category_row(area: tuple, category: str) -> list[str]:
    """A row about part of the authority: readers must leave out rows with a category."""
    indicator = INDICATORS[2]
    row = _service_row(indicator, area, 2023, 136, 502)
    row[9:11] = ["LSOA21 deprivation deciles within area", f"{category} (IMD2019)"]
    return row


def _extract_row(indicator: Indicator, code: str, year: int, count: int, n: int) -> list[str]:
    value, low, high, _, _ = _limits(count, n, indicator.scale)
    sex = {"Persons": 4, "Female": 2}[indicator.sex]
    trend = "No significant change"
    row = [
        indicator.number,
        "",
        "",
        indicator.age,
        indicator.sex,
        trend,
        n,
        "",
        high,
        value,
        count,
        code,
        sex,
        200,
    ]
    return [str(cell) for cell in [*row, year, low, ""]]


# Short name, topic, title, better, England about 2024, yearly change, spread between authorities, years.
LAIT = (
    ("FSP_Gooddev_FSM", "Foundation Stage", "Good level of development, free school meals", "High", 51.5,
    0.9, 3.0),
    ("FSP_Gooddev_With_SENSTATE", "Foundation Stage", "Good level of development, pupils with an EHC plan",
    "High", 3.8, 0.1, 0.8),
    ("KS1P_all", "Key Stage 1 and Phonics", "Phonics standard in Year 1, all pupils", "High", 80.0, 0.3, 1.5),
    ("KS1P_FSM", "Key Stage 1 and Phonics", "Phonics standard in Year 1, free school meals", "High", 67.5,
    0.4, 2.5),
    ("FSM_NEW_KS2_RWM", "Key Stage 2",
    "Expected standard in reading, writing and maths, free school meals", "High", 46.5, 0.6, 3.0),
    ("TotPerAbNew", "All Pupil Absence & Exclusions", "Persistent absence, all schools", "Low", 18.1, 0.9,
    1.5),
    ("SFSecPerAbNew", "All Pupil Absence & Exclusions", "Persistent absence, secondary schools", "Low",
    23.9, 1.1, 1.8),
    ("CareLeaversNEET", "Children Looked After", "Care leavers not in education, employment or training",
    "Low", 39.0, 0.1, 4.0),
    ("LAC_Pers_Abs", "Children Looked After", "Persistent absence of children looked after", "Low", 20.5,
    0.8, 2.5),
    ("PrimStatements", "Children with SEN", "Primary pupils with an EHC plan", "NA", 3.5, 0.25, 0.5),
    ("Under18concep", "Health and Wellbeing", "Conceptions under 18", "Low", 13.9, -0.9, 2.0),
    ("ExcessYr6", "Health and Wellbeing", "Year 6 children overweight or obese", "Low", 36.2, 0.2, 2.0),
    ("Low_Birth_Weight_Babies", "Health and Wellbeing", "Low birth weight", "Low", 2.98, 0.01, 0.3),
    ("6wksBreast", "Health and Wellbeing", "Breastfeeding at six to eight weeks", "High", 52.7, 0.9, 4.0),
)  # fmt: skip


EARLY = {
    "good_level_of_development": {"FSP_Gooddev_FSM": (0,)},
    "phonics_year_1": {"KS1P_FSM": (0,), "KS1P_all": (0, 1)},
}
"""Assessment → figure of the tool → which of both groups are in it: 0 on free school meals, 1 others."""


def neighbours(world: World) -> list[tuple[str, str]]:
    """Code and name of the ten fictional statistical neighbours; the first is Neighbourshire."""
    names = places(120, generator(world.seed, "neighbours"))[:9]
    return [(NEIGHBOUR_LA_CODE, NEIGHBOUR_LA_NAME)] + [
        (str(989 - number), f"{name}shire") for number, name in enumerate(names)
    ]


def _lait(world: World, writer: Writer) -> None:
    rng = generator(world.seed, "lait")
    areas = [(SAMPLE_LA_NAME, float(SAMPLE_LA_CODE), SAMPLE_REGION_NAME)]
    areas += [(name, float(code), SAMPLE_REGION_NAME) for code, name in neighbours(world)]
    areas += [("England", 970.0, "NA"), (SAMPLE_REGION_NAME, 990.0, "NA")]
    rows, early = [], _early(world)
    for short, _, title, _, value, change, spread in LAIT:
        shift = {name: rng.normal(0, spread) for name, _, _ in areas} | {"England": 0.0}
        first = True
        for year in range(2016, 2026):
            for name, number, region in areas:
                level = max(0.1, value + change * (year - 2024) + shift[name] + rng.normal(0, spread * 0.15))
                level = early.get((short, year, name), level)
                text = (
                    "-"
                    if (year in (2020, 2021) and short.startswith(("KS", "FS")))
                    or (name == SAMPLE_REGION_NAME and short == "6wksBreast")
                    else repr(round(level, 2))
                )
                period = _period(short, year)
                rows.append((short, title if first else None, period, name, text, number, region))
                first = False
    schema = {
        "Short Desc": pl.String, "Data item": pl.String, "Years": pl.String, "LA and Regions": pl.String,
        "Values": pl.String, "LA Number": pl.Float64, "Region": pl.String,
    }  # fmt: skip
    target = writer.path("jsna", "lait", "bds_long_0.parquet")
    pl.DataFrame(rows, schema=schema, orient="row").write_parquet(target, compression="snappy", statistics=False)
    _dictionary(writer)
    _neighbours(world, writer)


def _early(world: World) -> dict[tuple[str, int, str], float]:
    """(short name, year, area) → what the authority's own counts, and England's rates, say of that figure."""
    counted: dict[tuple[str, int], list[tuple[int, int]]] = {}
    for counts in early_counts(world):
        for short, groups in EARLY.get(counts.assessment, {}).items():
            parts = [(counts.reached[group], counts.pupils[group]) for group in groups]
            counted.setdefault((short, counts.year), []).extend(parts)
    ours = {
        (short, year, SAMPLE_LA_NAME): 100 * sum(reached for reached, _ in parts) / sum(pupils for _, pupils in parts)
        for (short, year), parts in counted.items()
    }
    england = {
        (short, year, "England"): rates[groups[0]]
        for assessment, named in EARLY.items()
        for short, groups in named.items()
        for year, rates in NATIONAL_EARLY[assessment].items()
        if len(groups) == 1
    }
    return ours | england


def _period(short: str, year: int) -> str:
    """Period labels differ by indicator: '2025', '2025 (prov)', '2024-25', '2022/23-2024/25'."""
    if short == "KS1P_all" and year == 2025:
        return "2025 (prov)"
    if short == "CareLeaversNEET":
        return f"{year - 1}-{year % 100:02d}"
    if short == "Low_Birth_Weight_Babies" and year < 2018:
        return f"{year - 3}/{(year - 2) % 100:02d}-{(year - 1) % 100:02d}/{year % 100:02d}"
    return str(year)


def _dictionary(writer: Writer) -> None:
    names = [
        "Measure_code", "Topic", "Measure", "Chart_title", "Measure_short", "Polarity", "y_axis_name",
        "state_funded_flag", "Table_status", "Description", "Last Update", "Next Update",
        "Data Owner (DO) /Supplier and Contact Details", "Methodology", "Hyperlink(s)", "dps", "Year_Type",
        "No_Quartile",
    ]  # fmt: skip
    rows = []
    for number, (short, topic, title, polarity, *_) in enumerate(LAIT):
        unit = "Rate per 1000 15 - 17 year olds" if short == "Under18concep" else "%"
        how = "Sample text over\r\n\r\ntwo paragraphs."
        rows.append([str(900 + number), topic, title, f"{title} ({unit})", short, polarity, unit, "NA",
                     "None standard - manual process", f"Sample: {title}.", "45930", "46295", "Sample", how,
                     "https://www.example.org/", "NA", "Academic Year", "NA"])  # fmt: skip
    frame = pl.DataFrame(rows, schema=names, orient="row")
    writer.frame("jsna", "lait", "lait_data_dictionary.csv", frame, quote="non_numeric", line_end="\r\n")


def _neighbours(world: World, writer: Writer) -> None:
    """The published sheet: column letters, column numbers, header in the third row."""
    letters = ["A", "B", "C", "D", "E", *[str(number) for number in range(3, 23)]]
    header = ["LA num", "LA Name", "LA number", "GOInd", "GOReg"]
    for number in range(1, 11):
        header += [f"SN{number}", "SNP"]
    near = neighbours(world)
    steps = ["Extremely Close", *["Very Close"] * 4, *["Close"] * 3, *["Somewhat close"] * 2]
    rows: list[list[object]] = [letters, list(range(1, 26)), header]
    everyone = [(SAMPLE_LA_CODE, SAMPLE_LA_NAME), *near]
    for code, name in everyone:
        others = [other for other, _ in everyone if other != code][:10]
        row: list[object] = [int(code), name, int(code), 7, SAMPLE_REGION_NAME]
        for other, step in zip(others, steps, strict=True):
            row += [int(other), step]
        rows.append(row)
    writer.workbook("jsna", "lait", "sn_may_2025.xlsx", {"LA SN Groups": rows})
