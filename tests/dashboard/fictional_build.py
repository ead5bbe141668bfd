"""A small build of a fictional authority in the tables that the dashboard reads, to develop and test on."""

import random
from datetime import date, datetime
from pathlib import Path

import duckdb
import polars as pl

from pipelines.measures import MEASURES, UNITS

SCHEMA = """
create schema mart;
create table mart.build(version text, built_at timestamp, la_code text, la_name text, region_name text,
    is_sample boolean, notice text, code_version text, latest_data date);
create table mart.source_file(file_id int, source text, source_title text, publisher text, landing_page
    text, licence text, attribution text, edition text, year int, release text, path text, sha256 text,
    bytes bigint, rows int, columns int, encoding text, published date, published_verified boolean,
    fetched date, status text, reason text, observations bigint, rejects int);
create table mart.reject(file_id int, row int, column_name text, value text, reason text, consequence
    text);
create table mart.school(urn int, la_code text, laestab text, name text, phase text, type text,
    type_group text, is_academy boolean, status text, open_date date, close_date date, low_age int,
    high_age int, gender text, religious_character text, capacity int, pupils int, postcode text, town
    text, easting int, northing int, latitude double, longitude double, ward text, lsoa11 text, lsoa21
    text, urban_rural text, trust text, federation text, clusters text, in_register boolean, observations
    int, why_silent text);
create table mart.school_link(urn int, linked_urn int, linked_name text, direction text, link_type text,
    established date);
create table mart.cluster_member(cluster_id text, cluster_name text, urn int, role text, from_date date,
    to_date date);
create table mart.measure(measure text, label text, topic text, definition text, unit text, polarity
    text, axis_low double, axis_high double, minimum_cohort int, first_year int, last_year int, source
    text, verified boolean, phase text);
create table mart.measure_year(measure text, year int, state text, note text, is_break boolean);
create table mart.school_observation(urn int, observed_urn int, via text, year int, measure text,
    pupil_group text, value double, status text, n double, lower double, upper double, edition text,
    release text, file_id int, row int);
create table mart.comparison(kind text, area text, phase text, year int, measure text, pupil_group text,
    value double, status text, schools int, n double, how text, file_id int, row int);
create table mart.inspection(inspection_id text, urn int, observed_urn int, via text, date date,
    published date, era text, kind text, overall text, overall_word text, outcome text,
    category_of_concern text, safeguarding text, inspection_number text, file_id int, row int);
create table mart.judgement(inspection_id text, area text, grade text, word text, step int, steps int);
create table mart.build_change(kind text, what text, before text, after text, note text);
"""

TARROWBY, SMALL, OLD, NEW, SECONDARY, SPECIAL, SILENT, CLOSED, INJECTION = (
    900001,
    900002,
    900101,
    900202,
    900301,
    900401,
    900501,
    900601,
    900701,
)
"""URNs: the full primary, one with a tiny cohort, a converter's two, a secondary, a special school, one with
no figure, one closed without successor, and one whose name a spreadsheet would run."""

SCHOOLS = [
    (TARROWBY, "2001", "Tarrowby Primary School", "primary", "Community school", "open", 198, 210, "EX1 2AB"),
    (
        SMALL,
        "2002",
        "Wraxmoor Primary School",
        "primary",
        "Voluntary controlled school",
        "open",
        61,
        70,
        "EX1 3CD",
    ),
    (OLD, "2003", "Copperbeck Primary School", "primary", "Community school", "closed", None, 210, "EX2 1AA"),
    (NEW, "2003", "Copperbeck Primary Academy", "primary", "Academy converter", "open", 205, 210, "EX2 1AA"),
    (
        SECONDARY,
        "4001",
        "Haleworth School",
        "secondary",
        "Academy sponsor led",
        "open",
        1104,
        1200,
        "EX2 4QQ",
    ),
    (SPECIAL, "7001", "Oakumber School", "special", "Foundation special school", "open", 84, None, "EX3 7ZZ"),
    (
        SILENT,
        "1001",
        "Winnowdale Centre",
        "alternative provision",
        "Pupil referral unit",
        "open",
        None,
        None,
        None,
    ),
    (
        CLOSED,
        "2004",
        "St Osyld’s C of E Primary School",
        "primary",
        "Voluntary aided school",
        "closed",
        None,
        90,
        "EX4 1AB",
    ),
    (INJECTION, "2005", "=Merrowdene Primary School", "primary", "Free school", "open", 120, 140, "EX4 1AC"),
]

DECLARED = ("children_in_low_income_families", "Children in low-income families", "Area", "percent")


def write_build(folder: Path, *, version: str = "fictional-1", extra_schools: int = 60) -> Path:
    """Write one build and point `current` at it; returns the build's path. Always the same rows."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"schools-{version}.duckdb"
    path.unlink(missing_ok=True)
    chance = random.Random(865)
    with duckdb.connect(str(path)) as connection:
        connection.execute(SCHEMA)
        connection.execute(
            "insert into mart.build values (?, ?, '999', 'Exemplar', 'South West', true, ?, 'test', ?)",
            [
                version,
                datetime(2026, 11, 12, 6, 30),
                "Sample data: this authority is fictional. Schools, results and inspections are invented.",
                date(2026, 10, 31),
            ],
        )
        _sources(connection)
        urns = _schools(connection, extra_schools, chance)
        _measures(connection)
        _figures(connection, urns, chance)
        _inspections(connection)
        connection.execute(
            """insert into mart.build_change values
            ('rows', 'key stage 2 observations', '1,204', '1,310', 'the 2024/25 edition arrived'),
            ('measure', 'absence', null, '2 measures', 'new')"""
        )
    pointer = folder / "current.new"
    pointer.write_text(path.name + "\n", encoding="utf-8")
    pointer.replace(folder / "current")
    return path


def _sources(connection) -> None:
    rows = [
        (
            1,
            "key_stage_2",
            "Key stage 2 results",
            "2024-25",
            2025,
            "revised",
            "ks2/2024-25/england_ks2final.csv",
            date(2025, 12, 11),
            True,
            "ingested",
            None,
            1200,
            1,
        ),
        (
            2,
            "key_stage_2",
            "Key stage 2 results",
            "2023-24",
            2024,
            "final",
            "ks2/2023-24/england_ks2final.csv",
            date(2025, 4, 3),
            True,
            "ingested",
            None,
            1100,
            0,
        ),
        (
            3,
            "overall_absence",
            "Pupil absence",
            "2018-19",
            2019,
            "final",
            "absence/2018-19/england_abs.csv",
            date(2020, 3, 26),
            False,
            "ingested",
            None,
            400,
            1,
        ),
        (
            4,
            "inspections",
            "Inspections, management information",
            "31 October 2026",
            2026,
            None,
            "ofsted/2026-10-31/state_funded.csv",
            date(2026, 11, 10),
            True,
            "ingested",
            None,
            60,
            0,
        ),
        (
            5,
            "finance",
            "Consistent financial reporting",
            "2017-18",
            2018,
            None,
            "finance/2017-18/financials_2018.csv",
            None,
            False,
            "ingested",
            None,
            30,
            0,
        ),
        (
            6,
            "unknown",
            "Unknown file",
            None,
            None,
            None,
            "ks2/2010-11/notes.txt",
            None,
            None,
            "not ingested",
            "no source recognises its header",
            0,
            0,
        ),
    ]
    for (
        file_id,
        source,
        title,
        edition,
        year,
        release,
        path,
        published,
        verified,
        status,
        reason,
        figures,
        rejects,
    ) in rows:
        connection.execute(
            "insert into mart.source_file values (" + ",".join("?" * 23) + ")",
            [
                file_id,
                source,
                title,
                "Department for Education",
                "https://www.gov.uk/",
                "Open Government Licence v3.0",
                "Contains public sector information licensed under the Open Government Licence v3.0.",
                edition,
                year,
                release,
                path,
                "0" * 64,
                1000,
                500,
                20,
                "utf-8",
                published,
                verified,
                date(2026, 11, 12),
                status,
                reason,
                figures,
                rejects,
            ],
        )
    connection.execute(
        """insert into mart.reject values
        (1, 17, 'PTRWM_EXP', '140%', 'outside 0 to 100', 'kept as impossible'),
        (3, 88, 'PERCTOT', 'x.y', 'not a number and not a known code', 'kept as no data')"""
    )


def _schools(connection, extra: int, chance: random.Random) -> list[int]:
    first, second = (
        ["Brack", "Hale", "King", "Marl", "Penny", "Rush", "Sand", "Otter", "Grey", "High"],
        ["combe", "dene", "ford", "moss", "wick", "leigh"],
    )
    made = [
        (
            910000 + i,
            f"{2100 + i}",
            f"{first[i % 10]}{second[i % 6]} {'Primary' if i % 7 else 'Church of England Primary'} School",
            "primary",
            "Community school" if i % 3 else "Academy converter",
            "open",
            60 + 5 * i,
            210,
            f"EX{5 + i % 4} {i % 9 + 1}AA",
        )
        for i in range(extra)
    ]
    clusters = ["Brackwater", "Greywether", "Ottermoss"]
    for place, (urn, estab, name, phase, kind, status, pupils, capacity, postcode) in enumerate(
        [*SCHOOLS, *made]
    ):
        cluster = clusters[place % 3] if phase == "primary" and status == "open" else None
        connection.execute(
            "insert into mart.school values (" + ",".join("?" * 33) + ")",
            [
                urn,
                "999",
                f"999{estab}",
                name,
                phase,
                kind,
                "Academies" if "cademy" in kind else "Local authority maintained schools",
                "cademy" in kind,
                status,
                date(2024, 9, 1) if urn == NEW else None,
                date(2024, 8, 31) if urn == OLD else date(2015, 8, 31) if urn == CLOSED else None,
                4,
                11 if phase == "primary" else 16,
                "Mixed",
                None,
                capacity,
                pupils,
                postcode,
                "Haleworth",
                None,
                None,
                None,
                None,
                None,
                None,
                None,
                None,
                "Brackwater Learning Trust" if urn == NEW else None,
                None,
                cluster,
                True,
                0 if urn == SILENT else 100,
                "no publication in this build has a row for it" if urn == SILENT else None,
            ],
        )
        if cluster:
            connection.execute(
                "insert into mart.cluster_member values (?, ?, ?, ?, ?, ?)",
                [
                    cluster.lower(),
                    cluster,
                    urn,
                    "lead" if urn == TARROWBY else "member",
                    date(2022, 9, 1),
                    None,
                ],
            )
    connection.execute(
        "insert into mart.cluster_member values ('haleworth', 'Haleworth', ?, 'member', "
        "'2018-09-01', '2022-08-31')",
        [TARROWBY],
    )
    connection.execute(
        """insert into mart.school_link values
        (?, ?, 'Copperbeck Primary Academy', 'successor', 'Successor', '2024-09-01'),
        (?, ?, 'Copperbeck Primary School', 'predecessor', 'Predecessor', '2024-09-01')""",
        [OLD, NEW, NEW, OLD],
    )
    return [row[0] for row in [*SCHOOLS, *made] if row[3] == "primary" and row[0] not in (CLOSED, SILENT)]


def _measures(connection) -> None:
    for key, measure in MEASURES.items():
        connection.execute(
            "insert into mart.measure values (" + ",".join("?" * 14) + ")",
            [
                key,
                measure.label,
                measure.topic,
                measure.definition,
                measure.unit.key,
                measure.polarity.value,
                *measure.axis,
                measure.minimum_cohort,
                *measure.years,
                getattr(measure.origin, "source", "derived"),
                measure.verified,
                ",".join(measure.phases),
            ],
        )
        for note in measure.notes:
            for year in range(note.years[0], note.years[1] + 1):
                connection.execute(
                    "insert into mart.measure_year values (?, ?, ?, ?, ?)",
                    [
                        key,
                        year,
                        "published" if note.state in ("break", "caution") else note.state,
                        note.note,
                        note.state == "break",
                    ],
                )
    key, label, topic, unit = DECLARED
    connection.execute(
        "insert into mart.measure values (?, ?, ?, 'Share of children under 16 in low-income "
        "families.', ?, 'low is better', 0, 50, 0, 2015, null, 'jsna', true, null)",
        [key, label, topic, UNITS[unit].key],
    )
    connection.execute(
        "insert into mart.measure_year values ('reading_writing_maths_expected', 2026, 'not yet "
        "released', 'School figures for 2025/26 are expected in December 2026.', false)"
    )


KEY_STAGE_2 = (
    "reading_writing_maths_expected",
    "reading_writing_maths_higher",
    "reading_progress",
    "maths_progress",
    "reading_expected",
    "maths_expected",
    "reading_scaled_score",
    "maths_scaled_score",
    "key_stage_2_pupils",
)
ENGLAND = {2016: 53, 2017: 61, 2018: 64, 2019: 65, 2022: 59, 2023: 60, 2024: 61, 2025: 62}
TARROWBY_RESULTS = {
    2016: (48, 27),
    2017: (52, 27),
    2018: (61, 28),
    2019: (60, 30),
    2023: (52, 29),
    2024: (46, 28),
    2025: (41, 27),
}


def _figures(connection, urns: list[int], chance: random.Random) -> None:
    rows, compared = [], []
    for urn in urns:
        effect = chance.gauss(0, 7)
        for year in ENGLAND:
            if year == 2022:
                continue
            observed, via = (OLD, "predecessor") if urn == NEW and year < 2025 else (urn, "own")
            if urn == OLD and year == 2025:
                continue
            pupils = 7 if urn == SMALL else chance.randint(18, 60)
            share = min(max(ENGLAND[year] + effect + chance.gauss(0, 6), 5), 98)
            if urn == TARROWBY:
                share, pupils = TARROWBY_RESULTS[year]
            for measure in KEY_STAGE_2:
                if measure not in MEASURES:
                    continue
                status, value, low, high = "reported", float(round(share)), None, None
                if measure.endswith("progress"):
                    value = round((share - ENGLAND[year]) / 8, 1)
                    low, high = value - 2.4, value + 2.4
                    if year > 2023:
                        status, value, low, high = "not_published", None, None, None
                elif measure.endswith("scaled_score"):
                    value = float(round(104 + (share - 60) / 8))
                elif measure.endswith("higher"):
                    value = float(round(max(share / 7, 0)))
                elif measure.endswith("pupils"):
                    value = float(pupils)
                elif urn == SMALL and year in (2017, 2024, 2025):
                    status, value = "suppressed", None
                for group in ("all", "disadvantaged", "other") if measure == KEY_STAGE_2[0] else ("all",):
                    count = pupils if group == "all" else 10 if group == "disadvantaged" else pupils - 10
                    shifted = (
                        value
                        if group == "all" or value is None
                        else max(value - 11, 0)
                        if group == "disadvantaged"
                        else min(value + 6, 100)
                    )
                    rows.append(
                        (
                            urn,
                            observed,
                            via,
                            year,
                            measure,
                            group,
                            shifted,
                            status,
                            None if measure.endswith("pupils") else float(count),
                            low,
                            high,
                            f"{year - 1}-{year % 100:02d}",
                            "revised" if year == 2025 else "final",
                            1 if year == 2025 else 2,
                            100 + urn % 1000,
                        )
                    )
    for year, england in ENGLAND.items():
        for group, shift in (("all", 0), ("disadvantaged", -16), ("other", 6)):
            for kind, area, change, how in (
                ("same phase in authority", "Exemplar", 1, "mean of schools weighted by pupils"),
                ("authority", "Exemplar", 1, "published"),
                ("region", "South West", -1, "published"),
                ("england", "England", 0, "published"),
            ):
                compared.append(
                    (
                        kind,
                        area,
                        "primary",
                        year,
                        KEY_STAGE_2[0],
                        group,
                        float(england + change + shift),
                        "reported",
                        60,
                        2000.0,
                        how,
                        1,
                        1,
                    )
                )
        if year < 2024 and year != 2022:
            compared.append(
                (
                    "england",
                    "England",
                    "primary",
                    year,
                    "reading_progress",
                    "all",
                    0.0,
                    "reported",
                    15000,
                    None,
                    "published",
                    1,
                    1,
                )
            )
        for measure, value in (
            ("reading_expected", england + 10),
            ("reading_scaled_score", 105),
            ("reading_writing_maths_higher", 8),
        ):
            if measure in MEASURES:
                compared.append(
                    (
                        "england",
                        "England",
                        "primary",
                        year,
                        measure,
                        "all",
                        float(value),
                        "reported",
                        15000,
                        None,
                        "published",
                        1,
                        1,
                    )
                )
                compared.append(
                    (
                        "authority",
                        "Exemplar",
                        "primary",
                        year,
                        measure,
                        "all",
                        float(value) + 1,
                        "reported",
                        64,
                        None,
                        "published",
                        1,
                        1,
                    )
                )
    if "overall_absence" in MEASURES:
        for urn in [*urns, SECONDARY, SPECIAL]:
            for year, england in ((2019, 4.0), (2022, 6.3), (2023, 5.9), (2024, 5.5), (2025, 5.2)):
                rows.append(
                    (
                        urn,
                        urn,
                        "own",
                        year,
                        "overall_absence",
                        "all",
                        round(england + chance.gauss(0.6, 0.8), 1),
                        "reported",
                        None,
                        None,
                        None,
                        f"{year - 1}-{year % 100:02d}",
                        "final",
                        3,
                        20,
                    )
                )
    schema = [
        "urn",
        "observed_urn",
        "via",
        "year",
        "measure",
        "pupil_group",
        "value",
        "status",
        "n",
        "lower",
        "upper",
        "edition",
        "release",
        "file_id",
        "row",
    ]
    frame = pl.DataFrame(rows, schema=schema, orient="row", infer_schema_length=None)
    connection.register("frame", frame.to_arrow())
    connection.execute(
        "insert into mart.school_observation select * from frame order by urn, measure, pupil_group, year"
    )
    schema = [
        "kind",
        "area",
        "phase",
        "year",
        "measure",
        "pupil_group",
        "value",
        "status",
        "schools",
        "n",
        "how",
        "file_id",
        "row",
    ]
    compared = pl.DataFrame(compared, schema=schema, orient="row", infer_schema_length=None)
    connection.register("compared", compared.to_arrow())
    connection.execute("insert into mart.comparison select * from compared")


WORDS = {"1": "Outstanding", "2": "Good", "3": "Requires improvement", "4": "Inadequate"}


def _inspections(connection) -> None:
    def add(
        key, urn, when, era, kind, overall=None, outcome=None, safeguarding=None, judged=(), observed=None
    ):
        connection.execute(
            "insert into mart.inspection values (" + ",".join("?" * 16) + ")",
            [
                key,
                urn,
                observed or urn,
                "predecessor" if observed else "own",
                when,
                None,
                era,
                kind,
                overall,
                WORDS.get(overall),
                outcome,
                None,
                safeguarding,
                key,
                4,
                12,
            ],
        )
        for area, grade in judged:
            if isinstance(grade, tuple):
                word, step, steps = grade[0], grade[1], 5
                grade = word
            else:
                word, step, steps = (
                    WORDS.get(grade, "Not judged"),
                    5 - int(grade) if grade in WORDS else None,
                    4,
                )
            connection.execute(
                "insert into mart.judgement values (?, ?, ?, ?, ?, ?)", [key, area, grade, word, step, steps]
            )

    eif = (
        "Quality of education",
        "Behaviour and attitudes",
        "Personal development",
        "Leadership and management",
        "Early years",
    )
    add("i0", TARROWBY, date(2009, 5, 6), "2005-2012", "graded", "2")
    add(
        "i1", TARROWBY, date(2014, 3, 12), "2012-2019", "graded", "2", judged=[("Overall effectiveness", "2")]
    )
    add("i2", TARROWBY, date(2018, 5, 16), "2012-2019", "ungraded", outcome="Remains good: not graded again")
    add(
        "i3",
        TARROWBY,
        date(2022, 3, 8),
        "2019-2024",
        "graded",
        "3",
        judged=list(zip(("Overall effectiveness", *eif), "333223")),
    )
    add(
        "i4",
        TARROWBY,
        date(2024, 9, 17),
        "no overall grade 2024-2025",
        "graded",
        judged=list(zip(eif, "32222")),
    )
    expected, needs, strong = ("Expected standard", 3), ("Needs attention", 2), ("Strong standard", 4)
    add(
        "i5",
        TARROWBY,
        date(2026, 3, 24),
        "report card 2025-",
        "report card",
        safeguarding="Met",
        judged=[
            ("Inclusion", expected),
            ("Curriculum and teaching", expected),
            ("Achievement", needs),
            ("Attendance and behaviour", expected),
            ("Personal development and wellbeing", strong),
            ("Leadership and governance", expected),
            ("Early years", expected),
        ],
    )
    add("i6", NEW, date(2019, 1, 10), "2012-2019", "graded", "2", observed=OLD)
    add(
        "i7",
        SECONDARY,
        date(2023, 6, 6),
        "2019-2024",
        "graded",
        "2",
        judged=list(zip(("Overall effectiveness", *eif[:4]), "22212")),
    )
