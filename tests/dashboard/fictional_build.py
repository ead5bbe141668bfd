"""A small build of a fictional authority in the tables that the dashboard reads, to develop and test on."""

import random
from datetime import date, datetime
from pathlib import Path

import duckdb
import polars as pl

from pipelines.measures import GROUPS, MEASURES
from tests.dashboard.fictional_areas import write_areas
from tests.dashboard.fictional_benchmark import write_benchmark
from tests.dashboard.fictional_cohorts import write_cohorts
from tests.dashboard.fictional_evidence import write_evidence
from tests.dashboard.fictional_risk import write_risk

SCHEMA = """
create schema mart;
create table mart.build(version text, built_at timestamp, la_code text, la_name text, region_name text,
    is_sample boolean, notice text, code_version text, latest_data date, observations bigint, rejects bigint,
    compared_with text);
create table mart.source_file(file_id int, source text, source_title text, short_title text, source_order bigint,
    publisher text, landing_page text,
    licence text, attribution text, updates text, edition text, year int, release text, layout text, path text,
    sha256 text, bytes bigint, rows bigint, columns bigint, encoding text, published date,
    published_verified boolean, fetched date, origin text, status text, reason text, kind_of_problem text,
    held_back text[], notes text[], observations bigint, rejects bigint);
create table mart.reject(file_id int, row int, table_name text, column_name text, value text, reason text,
    consequence text);
create table mart.reject_count(file_id int, reason text, column_name text, consequence text, rejects bigint,
    first_row int);
create table mart.school(urn int, la_code text, laestab text, name text, phase text, type text,
    type_group text, is_academy boolean, status text, status_note text,
    open_date date, close_date date, low_age smallint,
    high_age smallint, gender text, religious_character text, admissions_policy text, capacity int,
    pupils int, postcode text, town text, easting int, northing int, ward text, lsoa11 text, lsoa21 text,
    urban_rural text, trust text, federation text, clusters text, in_register boolean, register_date date,
    observations bigint, latest_year usmallint, last_inspected date, why_silent text);
create table mart.school_link(urn int, linked_urn int, linked_name text, linked_la_code text,
    linked_status text, direction text, link_type text, established date, steps int);
create table mart.cluster_member(cluster_id text, cluster_name text, urn int, role text, from_date date,
    to_date date);
create table mart.setting(setting_id text, setting_name text, kind text, cluster_id text, postcode text,
    places int, from_date date, to_date date);
create table mart.pupil_group("group" text, label text, definition text);
create table mart.measure(measure text, label text, topic text, definition text, unit text, unit_key text,
    polarity text, axis_low double, axis_high double, minimum_cohort bigint, first_year bigint,
    last_year bigint, source text, verified boolean, phase text, phases text[], headline boolean,
    position bigint, in_catalogue boolean, decimals int, period text, method text, supplier text, link text,
    updated date, next_update text, has_quartile boolean);
create table mart.measure_year(measure text, year int, state text, note text, is_break boolean);
create table mart.school_observation(urn int, observed_urn int, via text, year int, measure text,
    "group" text, value double, status text, n double, lower double, upper double, edition text,
    release text, file_id int, row int);
create table mart.comparison(kind text, area text, phase text, year int, measure text, "group" text,
    value double, status text, schools hugeint, n double, how text, release text, file_id int, row int);
create table mart.inspection(inspection_id text, urn int, observed_urn int, via text, date date,
    published date, era text, kind text, overall text, overall_word text, outcome text,
    category_of_concern text, safeguarding text, inspection_number text, file_id int, row int);
create table mart.judgement(inspection_id text, area text, grade text, word text, step int, steps int);
create table mart.build_change(kind text, what text, before text, after text, note text);
create table mart.cluster_place(cluster_id text, cluster_name text, number int, shade int, urn int, role text,
    kilometres double, nearest_secondary_urn int, is_nearest boolean, placed_by text, easting double,
    northing double, why text, reason text);
create table mart.proposed_cluster_member as from mart.cluster_place;
create table mart.proposed_cluster(cluster_id text, cluster_name text, number int, shade int, schools bigint,
    primaries bigint, secondaries bigint, attached bigint, pupils bigint, schools_without_pupils bigint,
    median_kilometres double, farthest_kilometres double, farthest_urn int, farthest_name text, nearest_here bigint,
    secondary_names text, is_shared boolean, easting double, northing double, is_complete boolean,
    is_within_limits boolean, is_in_use boolean, why text);
create table mart.boundary(kind text, code text, name text, ring int, eastings double[], northings double[],
    file_id int, "row" int);
create table mart.expected_result(unit_kind text, unit text, unit_name text, urn int, year int, measure text,
    value double, n double, expected double, difference double, lower double, upper double, factors text[],
    basis text, schools int, r_squared double, members int, members_without int, reason text);
"""

SHARED = """
create table mart.shared_result as
    select * replace (
        case when coalesce(n, 6) >= 6 then value end as value, case when coalesce(n, 6) >= 6 then n end as n,
        case when coalesce(n, 6) >= 6 then lower end as lower, case when coalesce(n, 6) >= 6 then upper end as upper,
        case when coalesce(n, 6) >= 6 then status else 'hidden' end as status)
    from mart.school_observation;
create table mart.disclosure_policy as select 6 as smallest_shared, 11 as all_or_none_below;
"""
"""What may be shared of it; the policy itself is tried on the sample's build."""

TARROWBY, SMALL, OLD, NEW = 900001, 900002, 900101, 900202
SECONDARY, SPECIAL, SILENT, CLOSED, INJECTION = 900301, 900401, 900501, 900601, 900701
"""URNs: the full primary, one with a tiny cohort, a converter's two, a secondary, a special school, one with
no figure, one closed without successor, and one whose name a spreadsheet would run."""

SCHOOLS = """
900001 | 2001 | Tarrowby Primary School | primary | Community school | open | 198 | 210 | EX1 2AB
900002 | 2002 | Wraxmoor Primary School | primary | Voluntary controlled school | open | 61 | 70 | EX1 3CD
900101 | 2003 | Copperbeck Primary School | primary | Community school | closed | | 210 | EX2 1AA
900202 | 2003 | Copperbeck Primary Academy | primary | Academy converter | open | 205 | 210 | EX2 1AA
900301 | 4001 | Haleworth School | secondary | Academy sponsor led | open | 1104 | 1200 | EX2 4QQ
900401 | 7001 | Oakumber School | special | Foundation special school | open | 84 | | EX3 7ZZ
900501 | 1001 | Winnowdale Centre | alternative provision | Pupil referral unit | open | | |
900601 | 2004 | St Osyld’s C of E Primary School | primary | Voluntary aided school | closed | | 90 | EX4 1AB
900701 | 2005 | =Merrowdene Primary School | primary | Free school | open | 120 | 140 | EX4 1AC
"""

SOURCES = """
1 | key_stage_2 | Key stage 2 | 2024-25 | 2025 | revised | ks2/2024-25/england_ks2final.csv | 2025-12-11 | yes | 1200
2 | key_stage_2 | Key stage 2 | 2023-24 | 2024 | final | ks2/2023-24/england_ks2final.csv | 2025-04-03 | yes | 1100
3 | absence | Pupil absence | 2018-19 | 2019 | final | absence/2018-19/england_abs.csv | 2020-03-26 | no | 400
4 | inspections | Inspections, to date | 31 October 2026 | 2026 | | ofsted/2026-10-31/mi.csv | 2026-11-10 | yes | 0
5 | finance | Consistent financial reporting | 2017-18 | 2018 | | finance/2017-18/financials_2018.csv | | no | 30
"""

URNS = tuple(int(line.split("|")[0]) for line in SCHOOLS.strip().splitlines())
"""The schools above; `write_build` makes more primaries beside them."""

EXAMPLES = {"urn": str(TARROWBY), "cluster": "brackwater"}
"""A value for each named part of a page's path; a new named part needs a line here."""


def example_of(path: str, **parts: object) -> str:
    """A page's path with its named parts filled in: from `parts`, else from EXAMPLES."""
    for name, value in {**EXAMPLES, **parts}.items():
        path = path.replace(f"<{name}>", str(value))
    return path


def _rows(text: str) -> list[list[str | None]]:
    return [[cell.strip() or None for cell in line.split("|")] for line in text.strip().splitlines()]


def _add(connection: duckdb.DuckDBPyConnection, table: str, **values: object) -> None:
    names, marks = ", ".join(f'"{name}"' for name in values), ", ".join("?" * len(values))
    connection.execute(f"insert into mart.{table} ({names}) values ({marks})", list(values.values()))


def write_build(folder: Path, *, version: str = "fictional-1", extra_schools: int = 60) -> Path:
    """Write one build and point `current` at it; returns the build's path. Always the same rows."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"schools-{version}.duckdb"
    path.unlink(missing_ok=True)
    chance = random.Random(865)
    with duckdb.connect(str(path)) as connection:
        connection.execute(SCHEMA)
        connection.execute("begin")
        _add(
            connection,
            "build",
            version=version,
            built_at=datetime(2026, 11, 12, 6, 30),
            la_code="999",
            la_name="Exemplar",
            region_name="South West",
            is_sample=True,
            notice="Sample data: this authority is fictional. Schools, results and inspections are invented.",
            code_version="test",
            latest_data=date(2026, 10, 31),
        )
        _sources(connection)
        urns = _schools(connection, extra_schools)
        _measures(connection)
        _figures(connection, urns, chance)
        _comparisons(connection)
        _inspections(connection)
        _places(connection)
        write_evidence(connection)
        write_areas(connection)
        write_cohorts(connection)
        write_risk(connection, urns)
        write_benchmark(connection)
        _add(connection, "build_change", kind="figures", what="Key stage 2", before="1,204", after="1,310")
        _add(connection, "build_change", kind="measure", what="Absence", after="2 measures", note="new")
        connection.execute(SHARED)
        connection.execute("commit")
    pointer = folder / "current.new"
    pointer.write_text(path.name + "\n", encoding="utf-8")
    pointer.replace(folder / "current")
    return path


def _sources(connection: duckdb.DuckDBPyConnection) -> None:
    licence = {
        "publisher": "Department for Education",
        "landing_page": "https://www.gov.uk/",
        "licence": "Open Government Licence v3.0",
        "attribution": "Contains public sector information licensed under the Open Government Licence v3.0.",
        "rows": 500,
        "fetched": date(2026, 11, 12),
    }
    for file_id, source, title, edition, year, release, path, published, verified, figures in _rows(SOURCES):
        _add(
            connection,
            "source_file",
            file_id=file_id,
            source=source,
            source_title=title,
            short_title=title,
            source_order=int(file_id),
            edition=edition,
            year=year,
            release=release,
            path=path,
            published=published,
            published_verified=verified == "yes",
            status="ingested",
            observations=figures,
            rejects=1 if file_id in "13" else 0,
            **licence,
        )
    _add(
        connection,
        "source_file",
        file_id=6,
        source="",
        path="ks2/2010-11/notes.txt",
        status="not ingested",
        reason="not a publication that we read",
    )
    for file_id, column, value, reason in (
        (1, "PTRWM_EXP", "140%", "outside 0 to 100"),
        (3, "PERCTOT", "x.y", "not a number and not a known code"),
    ):
        _add(connection, "reject", file_id=file_id, row=17, column_name=column, value=value, reason=reason)
        _add(connection, "reject_count", file_id=file_id, column_name=column, reason=reason, rejects=1)


def _schools(connection: duckdb.DuckDBPyConnection, extra: int) -> list[int]:
    first = ["Brack", "Hale", "King", "Marl", "Penny", "Rush", "Sand", "Otter", "Grey", "High"]
    second = ["combe", "dene", "ford", "moss", "wick", "leigh"]
    made = [
        [
            str(910000 + i),
            str(2100 + i),
            f"{first[i % 10]}{second[i % 6]} {'Primary' if i % 7 else 'Church of England Primary'} School",
            "primary",
            "Community school" if i % 3 else "Academy converter",
            "open",
            str(60 + 5 * i),
            "210",
            f"EX{5 + i % 4} {i % 9 + 1}AA",
        ]
        for i in range(extra)
    ]
    everyone = [*_rows(SCHOOLS), *made]
    for place, (urn, estab, name, phase, kind, status, pupils, capacity, postcode) in enumerate(everyone):
        is_member = phase == "primary" and status == "open"
        cluster = ("Brackwater", "Greywether", "Ottermoss")[place % 3] if is_member else None
        _add(
            connection,
            "school",
            urn=int(urn),
            la_code="999",
            laestab=f"999{estab}",
            name=name,
            phase=phase,
            type=kind,
            type_group="Academies" if "cademy" in kind else "Local authority maintained schools",
            is_academy="cademy" in kind,
            status=status,
            open_date=date(2024, 9, 1) if int(urn) == NEW else None,
            close_date={OLD: date(2024, 8, 31), CLOSED: date(2015, 8, 31)}.get(int(urn)),
            low_age=4,
            high_age=11 if phase == "primary" else 16,
            gender="Mixed",
            capacity=capacity,
            pupils=pupils,
            postcode=postcode,
            town="Haleworth",
            trust="Brackwater Learning Trust" if int(urn) == NEW else None,
            clusters=cluster,
            in_register=True,
            observations=0 if int(urn) == SILENT else 100,
            why_silent="no published figure at hand" if int(urn) == SILENT else None,
        )
        if cluster:
            role = "lead" if int(urn) == TARROWBY else "member"
            _member(connection, int(urn), cluster, role, date(2022, 9, 1), None)
    _member(connection, TARROWBY, "Haleworth", "member", date(2018, 9, 1), date(2022, 8, 31))
    for urn, other, name, direction in (
        (OLD, NEW, "Copperbeck Primary Academy", "successor"),
        (NEW, OLD, "Copperbeck Primary School", "predecessor"),
    ):
        _add(
            connection,
            "school_link",
            urn=urn,
            linked_urn=other,
            linked_name=name,
            direction=direction,
            link_type=direction.title(),
            established=date(2024, 9, 1),
            steps=1,
        )
    return [int(row[0]) for row in everyone if row[3] == "primary" and int(row[0]) not in (CLOSED, SILENT)]


def _member(connection, urn: int, cluster: str, role: str, start: date, end: date | None) -> None:
    _add(
        connection,
        "cluster_member",
        cluster_id=cluster.lower(),
        cluster_name=cluster,
        urn=urn,
        role=role,
        from_date=start,
        to_date=end,
    )


def _places(connection: duckdb.DuckDBPyConnection) -> None:
    """Clusters on the map: the agreed ones, a proposal of two, an outline, and results beside expected ones."""
    held = connection.execute(
        "select urn, clusters, phase from mart.school where status = 'open' order by urn"
    ).fetchall()
    for place, (urn, cluster, phase) in enumerate(held):
        spot = {"easting": 400_000.0 + 900 * (place % 8), "northing": 150_000.0 + 1_100 * (place // 8)}
        if cluster:
            number = ("Brackwater", "Greywether", "Ottermoss").index(cluster) + 1
            _add(
                connection,
                "cluster_place",
                cluster_id=cluster.lower(),
                cluster_name=cluster,
                number=number,
                shade=number - 1,
                urn=urn,
                role="member",
                placed_by="register",
                **spot,
            )
        is_placed = urn != SILENT
        number = place % 2 + 1
        _add(
            connection,
            "proposed_cluster_member",
            urn=urn,
            **(
                {
                    "cluster_id": f"P0{number}",
                    "cluster_name": f"{('Haleworth', 'Kingfold')[number - 1]} cluster",
                    "number": number,
                    "shade": number - 1,
                    "role": "secondary" if phase == "secondary" else "attached" if phase == "special" else "member",
                    "kilometres": 0.0 if phase == "secondary" else 1.4 + place / 10,
                    "nearest_secondary_urn": SECONDARY,
                    "is_nearest": True,
                    "placed_by": "register",
                    "why": "the cluster is built around it"
                    if phase == "secondary"
                    else "Haleworth School is the nearest",
                    **spot,
                }
                if is_placed
                else {"reason": "no place known: neither coordinates nor a postcode are at hand"}
            ),
        )
    for number, name in enumerate(("Haleworth", "Kingfold"), start=1):
        _add(
            connection,
            "proposed_cluster",
            cluster_id=f"P0{number}",
            cluster_name=f"{name} cluster",
            number=number,
            why="Around Haleworth School.",
            is_in_use=False,
        )
    east, north = [399_000.0, 408_000.0, 408_000.0, 399_000.0], [149_000.0, 149_000.0, 160_000.0, 160_000.0]
    _add(connection, "boundary", kind="utla21", code="E06999999", ring=1, eastings=east, northings=north)
    for unit_kind, names in (("cluster", ("Brackwater", "Greywether")), ("proposed_cluster", ("P01", "P02"))):
        about = {"unit_kind": unit_kind, "year": 2025, "measure": STANDARD}
        _add(
            connection,
            "expected_result",
            unit=names[0].lower() if unit_kind == "cluster" else names[0],
            unit_name=names[0],
            value=61.0,
            n=210,
            expected=58.4,
            difference=2.6,
            lower=-2.9,
            upper=8.1,
            factors=["disadvantaged pupils", "SEN support (2023/24)"],
            basis="England",
            schools=13_822,
            r_squared=0.31,
            members=11,
            members_without=1,
            **about,
        )
        _add(
            connection,
            "expected_result",
            unit=names[1].lower() if unit_kind == "cluster" else names[1],
            unit_name=names[1],
            members_without=9,
            reason="no member has a result, an expected value and a number of pupils",
            **about,
        )


def _measures(connection: duckdb.DuckDBPyConnection) -> None:
    for place, (key, measure) in enumerate(MEASURES.items()):
        _add(
            connection,
            "measure",
            measure=key,
            label=measure.label,
            topic=measure.topic,
            definition=measure.definition,
            unit=measure.unit.name,
            unit_key=measure.unit.key,
            polarity=measure.polarity.value,
            axis_low=measure.axis[0],
            axis_high=measure.axis[1],
            minimum_cohort=measure.minimum_cohort,
            first_year=measure.years[0],
            last_year=measure.years[1],
            source=getattr(measure.origin, "source", "derived"),
            verified=measure.verified,
            headline=measure.headline,
            position=place,
            in_catalogue=True,
        )
        for note in measure.notes:
            for year in range(note.years[0], note.years[1] + 1):
                is_state = note.state not in ("break", "caution")
                _add(
                    connection,
                    "measure_year",
                    measure=key,
                    year=year,
                    state=note.state if is_state else "published",
                    note=note.note,
                    is_break=note.state == "break",
                )
    for group in GROUPS.values():
        _add(connection, "pupil_group", group=group.key, label=group.label, definition=group.definition)
    _add(
        connection,
        "measure",
        measure="indicator_1",
        label="Children in low-income families",
        topic="Public health",
        definition="Share of children under 16 in low-income families.",
        unit="per cent",
        unit_key="number",
        polarity="low is better",
        source="fingertips",
        verified=True,
        headline=False,
        position=100001,
        in_catalogue=False,
        decimals=1,
    )
    _add(
        connection,
        "measure_year",
        measure=STANDARD,
        year=2026,
        state="not yet released",
        note="No file of this year is in the raw folder.",
        is_break=False,
    )


STANDARD = "reading_writing_maths_expected"
KEY_STAGE_2 = (
    STANDARD,
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
ABSENCE = {2019: 4.0, 2022: 6.3, 2023: 5.9, 2024: 5.5, 2025: 5.2}
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
    rows = []
    for urn in urns:
        effect = chance.gauss(0, 7)
        for year, england in ENGLAND.items():
            if year == 2022 or (urn == OLD and year == 2025):
                continue
            pupils = 7 if urn == SMALL else chance.randint(18, 60)
            share = min(max(england + effect + chance.gauss(0, 6), 5), 98)
            if urn == TARROWBY:
                share, pupils = TARROWBY_RESULTS[year]
            for measure in KEY_STAGE_2:
                rows += _results(urn, year, measure, share, pupils)
    for urn in [*urns, SECONDARY, SPECIAL]:
        for year, england in ABSENCE.items():
            value = round(england + chance.gauss(0.6, 0.8), 1)
            rows.append(_figure(urn, year, "overall_absence", "all", value, file_id=3))
    frame = pl.DataFrame(rows, infer_schema_length=None).to_arrow()  # noqa: F841, read by name below
    connection.execute(
        'insert into mart.school_observation by name select * from frame order by urn, measure, "group", year'
    )


def _figure(urn: int, year: int, measure: str, group: str, value: float | None, **rest: object) -> dict:
    is_earlier = urn == NEW and year < 2025
    return {
        "urn": urn,
        "observed_urn": OLD if is_earlier else urn,
        "via": "predecessor" if is_earlier else "own",
        "year": year,
        "measure": measure,
        "group": group,
        "value": value,
        "status": "reported",
        "n": None,
        "lower": None,
        "upper": None,
        "edition": f"{year - 1}-{year % 100:02d}",
        "release": "revised" if year == 2025 else "final",
        "file_id": 1 if year == 2025 else 2,
        "row": 100 + urn % 1000,
        **rest,
    }


def _results(urn: int, year: int, measure: str, share: float, pupils: int) -> list[dict]:
    if measure.endswith("progress"):
        value = round((share - ENGLAND[year]) / 8, 1)
        if year > 2023:
            return [_figure(urn, year, measure, "all", None, status="not_published", n=float(pupils))]
        return [_figure(urn, year, measure, "all", value, lower=value - 2.4, upper=value + 2.4, n=float(pupils))]
    if measure.endswith("scaled_score"):
        return [_figure(urn, year, measure, "all", float(round(104 + (share - 60) / 8)), n=float(pupils))]
    if measure.endswith("pupils"):
        return [_figure(urn, year, measure, "all", float(pupils))]
    if urn == SMALL and year in (2017, 2024, 2025):
        return [_figure(urn, year, measure, "all", None, status="suppressed", n=float(pupils))]
    if measure.endswith("higher"):
        share = share / 7
    counts = {"all": (pupils, share)}
    if measure == STANDARD and pupils > 12:
        counts |= {"disadvantaged": (10, share - 11), "other": (pupils - 10, share + 6)}
    return [
        _figure(urn, year, measure, group, float(round(100 * round(max(part, 0) * n / 100) / n)), n=float(n))
        for group, (n, part) in counts.items()
    ]


def _comparisons(connection: duckdb.DuckDBPyConnection) -> None:
    def add(kind: str, phase: str | None, year: int, measure: str, group: str, value: float, how: str) -> None:
        area = {"england": "England", "region": "South West"}.get(kind, "999")
        _add(
            connection,
            "comparison",
            kind=kind,
            area=area,
            phase=phase,
            year=year,
            measure=measure,
            group=group,
            value=value,
            status="reported",
            schools=60,
            n=2000.0,
            how=how,
            file_id=1 if how == "published" else None,
        )

    shifts = {"same phase in authority": 2, "authority": 1, "region": -1, "england": 0}
    for year, england in ENGLAND.items():
        for kind, shift in shifts.items():
            phase = "primary" if kind == "same phase in authority" else None
            how = "mean of schools weighted by pupils" if phase else "published"
            for group, change in (("all", 0), ("disadvantaged", -16), ("other", 6)):
                add(kind, phase, year, STANDARD, group, float(england + shift + change), how)
            add(kind, phase, year, "reading_expected", "all", float(england + 10 + shift), how)
            add(kind, phase, year, "reading_scaled_score", "all", 105.0, how)
            add(kind, phase, year, "reading_writing_maths_higher", "all", 8.0 + shift, how)
        if year < 2024:
            add("england", None, year, "reading_progress", "all", 0.0, "published")
    for year, england in ABSENCE.items():
        for phase, more in (("primary", 0.0), ("secondary", 2.0)):
            add("england", phase, year, "overall_absence", "all", england + more, "published")
            add("authority", phase, year, "overall_absence", "all", england + more + 0.2, "published")


WORDS = {"1": "Outstanding", "2": "Good", "3": "Requires improvement", "4": "Inadequate"}
FRAMEWORK = (
    "quality_of_education",
    "behaviour_and_attitudes",
    "personal_development",
    "leadership_and_management",
    "early_years",
)
REPORT_CARD = {
    "inclusion": 3,
    "curriculum_and_teaching": 3,
    "achievement": 2,
    "attendance_and_behaviour": 3,
    "personal_development_and_wellbeing": 4,
    "leadership_and_governance": 3,
    "early_years": 3,
}
CARD_WORDS = {2: "Needs attention", 3: "Expected standard", 4: "Strong standard"}
INSPECTIONS = """
i0 | 900001 | 900001 | 2009-05-06 | 2005-2012 | graded | overall_effectiveness=2 |
i1 | 900001 | 900001 | 2014-03-12 | 2012-2019 | graded | overall_effectiveness=2 sixth_form=9 |
i2 | 900001 | 900001 | 2018-05-16 | 2012-2019 | ungraded | | School remains Good
i3 | 900001 | 900001 | 2022-03-08 | 2019-2024 | graded | overall_effectiveness=3 33223 |
i4 | 900001 | 900001 | 2024-09-17 | no overall grade 2024-2025 | graded | 32222 |
i5 | 900001 | 900001 | 2026-03-24 | report card 2025- | report card | |
i6 | 900202 | 900101 | 2019-01-10 | 2012-2019 | graded | overall_effectiveness=2 |
i7 | 900301 | 900301 | 2023-06-06 | 2019-2024 | graded | overall_effectiveness=2 2212 |
"""


def _inspections(connection: duckdb.DuckDBPyConnection) -> None:
    for key, urn, observed, when, era, kind, grades, outcome in _rows(INSPECTIONS):
        judged = _judged(grades or "") if kind != "report card" else {}
        _add(
            connection,
            "inspection",
            inspection_id=key,
            urn=urn,
            observed_urn=observed,
            via="own" if urn == observed else "predecessor",
            date=when,
            era=era,
            kind=kind,
            overall=judged.get("overall_effectiveness"),
            overall_word=WORDS.get(judged.get("overall_effectiveness", "")),
            outcome=outcome,
            safeguarding="Met" if kind == "report card" else None,
            file_id=4,
            row=12,
        )
        for area, grade in judged.items():
            word, step = WORDS.get(grade, "Not applicable"), 5 - int(grade) if grade in WORDS else None
            _judge(connection, key, area, grade, word, step, 4)
        for area, step in REPORT_CARD.items() if kind == "report card" else ():
            _judge(connection, key, area, CARD_WORDS[step], CARD_WORDS[step], step, 5)


def _judged(text: str) -> dict[str, str]:
    judged = dict(part.split("=") for part in text.split() if "=" in part)
    return judged | dict(zip(FRAMEWORK, next((part for part in text.split() if "=" not in part), "")))


def _judge(connection, key: str, area: str, grade: str, word: str, step: int | None, steps: int) -> None:
    _add(connection, "judgement", inspection_id=key, area=area, grade=grade, word=word, step=step, steps=steps)
