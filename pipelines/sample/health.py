"""Public health indicators (Fingertips), the comparison tool (LAIT) and statistical neighbours."""

import numpy as np
import polars as pl

from pipelines.sample.constants import (
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

# Id, name, sex, age, England's value about 2024, yearly change, polarity, unit, years in a period, size.
INDICATORS = (
    (90631, "School readiness: percentage of children achieving a good level of development at the end of "
     "Reception",
     "Persons", "5 yrs", 67.7, 0.5, "High is good", "Proportion", 1, 5200),
    (20601, "Reception prevalence of overweight (including obesity)", "Persons", "4-5 yrs", 22.1, 0.1,
     "Low is good", "Proportion", 1, 4900),
    (90323, "Year 6 prevalence of obesity (including severe obesity)", "Persons", "10-11 yrs", 22.1, 0.25,
     "Low is good", "Proportion", 1, 5000),
    (93700, "Children in relative low income families (under 16s)", "Persons", "<16 yrs", 19.8, 0.6,
     "Low is good", "Proportion", 1, 90000),
    (20401, "Under 18s conception rate / 1,000", "Female", "<18 yrs", 13.9, -0.8, "Low is good",
    "Crude rate", 1, 8300),
    (90813, "Hospital admissions as a result of self-harm (10-24 years)", "Persons", "10-24 yrs", 319.0,
    -12.0,
     "Low is good", "Directly standardised rate", 1, 78000),
    (93203, "16 to 17 year olds not in education, employment or training (NEET) or "
        "whose activity is not known",
     "Persons", "16-17 yrs", 5.4, 0.05, "Low is good", "Proportion", 1, 11000),
    (93107, "Year 6 prevalence of overweight (including obesity), 3 years data combined", "Persons",
    "10-11 yrs", 36.6,
     0.2, "Low is good", "Proportion", 3, 700),
    (93441, "Percentage of 5 year olds with experience of visually obvious dental decay", "Persons",
    "5 yrs", 23.7,
     -0.1, "Low is good", "Proportion", 1, 4700),
)  # fmt: skip
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
    upper = "Counties & UAs (from Apr 2023)"
    mine = (SAMPLE_LA_GSS_CODE, SAMPLE_LA_NAME, upper, *parent, -0.15, 1.0)
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
    rows, local = [], []
    for number, name, sex, age, value, change, polarity, unit, span, size in INDICATORS:
        for code, label, kind, parent, parent_name, worse, share in _areas(world):
            if kind == "MSOA" and number not in (93107, 93700):
                continue
            for year in range(2018, 2025):
                if number in (90631,) and year in (2019, 2020):
                    continue
                scale = 1000 if unit == "Crude rate" else 100_000 if unit.startswith("Directly") else 100
                sign = -1 if polarity == "High is good" else 1
                level = (
                    value + change * (year - 2024) + sign * 0.16 * worse * value + rng.normal(0, 0.01 * value)
                )
                n = max(12, round(size * share * (span if kind == "MSOA" else 1) * rng.uniform(0.97, 1.03)))
                count = round(np.clip(level, 0.05, None) * n / scale)
                cells = _cells(count, n, scale)
                note = "Value suppressed for disclosure control due to small count" if count < 6 else ""
                cells = ("", "", "", "", "") if note else cells
                period = (
                    f"{year - 2}/{(year - 1) % 100:02d} - {year % 100:02d}/{(year + 1) % 100:02d}"
                    if span == 3
                    else (f"{year}/{(year + 1) % 100:02d}" if number != 20401 else str(year))
                )
                row = [number, name, parent, parent_name, code, label, kind, sex, age, "", "", period, *cells]
                row += [
                    "" if note else count,
                    n,
                    note,
                    "Cannot be calculated" if kind == "MSOA" else "No significant change",
                ]
                row += [
                    "Not compared" if kind == "England" else "Similar",
                    "Not compared",
                    f"{year}0000",
                    "",
                    "",
                    f"{span}y",
                ]
                rows.append([str(cell) for cell in row])
                if kind in ("England", "Counties & UAs (from Apr 2023)"):
                    local.append(_local(number, sex, age, n, count, cells, code, year))
            if number == 90323 and kind.startswith("Counties"):
                for category in ("Most deprived decile (IMD2019)", "Least deprived decile (IMD2019)"):
                    row = [number, name, parent, parent_name, code, label, kind, sex, age,
                    "LSOA21 deprivation deciles",
                           category, "2023/24", "27.1", "24.0", "30.2", "22.2", "32.0", "136", "502", "",
                           "", "", "",
                           "20230000", "", "", "1y"]  # fmt: skip
                    rows.append([str(cell) for cell in row])
    writer.frame(
        "jsna",
        "fingertips",
        "fingertips_by_indicator_id.csv",
        pl.DataFrame(rows, schema=API_COLUMNS, orient="row"),
    )
    writer.frame(
        "jsna", "fingertips", "healthdata.csv", pl.DataFrame(local, schema=LOCAL_COLUMNS, orient="row")
    )
    names = "IndicatorID Polarity BenchmarkComparisonMethod ValueType IndicatorName PeriodType Frequency"
    list_ = [
        (str(number), polarity, "Confidence intervals overlapping reference value (95.0)", unit, name,
         "Calendar" if number == 20401 else "Financial", "annually", "False")
        for number, name, _, _, _, _, polarity, unit, _, _ in INDICATORS
    ]  # fmt: skip
    frame = pl.DataFrame(list_, schema=[*names.split(), "RequiresGeoAggregation"], orient="row")
    writer.frame("jsna", "fingertips", "indicators.csv", frame, bom=True)


def _cells(count: int, n: int, scale: int) -> tuple[float, ...]:
    """Value with 95 % and 99.8 % limits (Wilson for proportions, normal for rates)."""
    rate = count / n
    out = [rate * scale]
    for z in (1.96, 3.09):
        half = z * np.sqrt(max(rate * (1 - min(rate, 1)), 1e-9) / n)
        out += [max(rate - half, 0) * scale, (rate + half) * scale]
    return tuple(round(float(value), 4) for value in out)


def _local(
    number: int, sex: str, age: str, n: int, count: int, cells: tuple, code: str, year: int
) -> list[str]:
    value, low, high = cells[0], cells[1], cells[2]
    sex_id = {"Persons": 4, "Female": 2}[sex]
    row = [
        number,
        "",
        "",
        age,
        sex,
        "No significant change",
        n,
        "",
        high,
        value,
        "" if value == "" else count,
        code,
    ]
    return [str(cell) for cell in [*row, sex_id, 200, year, low, ""]]


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
    rows = []
    for short, _, title, _, value, change, spread in LAIT:
        shift = {name: rng.normal(0, spread) for name, _, _ in areas} | {"England": 0.0}
        first = True
        for year in range(2016, 2026):
            for name, number, region in areas:
                level = max(0.1, value + change * (year - 2024) + shift[name] + rng.normal(0, spread * 0.15))
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
    pl.DataFrame(rows, schema=schema, orient="row").write_parquet(
        target, compression="snappy", statistics=False
    )
    _dictionary(writer)
    _neighbours(world, writer)


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
