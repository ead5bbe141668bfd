"""Everything that is made after reading: settled tables in `core`, and the tables of `mart` that pages read."""

import graphlib
import re
from dataclasses import asdict
from pathlib import Path

import polars

from pipelines import guard, warehouse
from pipelines.measures import GROUPS, MEASURES, Published
from pipelines.observations import REGIONS
from pipelines.settings import Settings
from pipelines.sources import SOURCES
from pipelines.tables import TABLES

CODE_VERSION = "0.1.0"
_HERE = Path(__file__).parent
_CORE_ORDER = (
    "authority",
    "superseded",
    "school",
    "false_zero",
    "succession",
    "closed_by_link",
    "inspection",
    "indicator_code",
    "entity",
    "observation",
)
_MART_NAME = re.compile(r"\bmart\.([a-z_]+)")


def write_files(candidate: warehouse.Candidate, files: list) -> None:
    """Writes `core.file`: every file of the raw folder, read or not, and why."""
    rows = [asdict(report) for report in files]
    frame = polars.DataFrame(
        rows,
        schema_overrides={
            "file": polars.UInt16,
            "year": polars.Int32,
            "first_year": polars.Int32,
            "last_year": polars.Int32,
            "published": polars.Date,
            "edition_date": polars.Date,
            "fetched": polars.Date,
            "held_back": polars.List(polars.String),
            "notes": polars.List(polars.String),
        },
        infer_schema_length=None,
    )
    titles = polars.DataFrame(
        {
            "source": list(SOURCES),
            "source_title": [source.title for source in SOURCES.values()],
            "publisher": [source.publisher for source in SOURCES.values()],
            "landing_page": [source.landing_page for source in SOURCES.values()],
            "licence": [source.licence for source in SOURCES.values()],
            "attribution": [source.attribution for source in SOURCES.values()],
            "updates": [source.updates for source in SOURCES.values()],
        }
    )
    candidate.add("core.file", frame.join(titles, on="source", how="left", maintain_order="left"))


def write_build(candidate: warehouse.Candidate, settings: Settings, manifest: dict, version: str) -> None:
    """Writes `core.build`: one row about this build."""
    candidate.add(
        "core.build",
        polars.DataFrame(
            {
                "version": [version],
                "la_code": [settings.la_code],
                "declared_name": [manifest.get("la_name")],
                "is_sample": [bool(manifest.get("sample", False))],
                "notice": [manifest.get("notice", "")],
                "code_version": [CODE_VERSION],
                "raw_identity": [guard.raw_identity(settings.raw)],
            },
            schema_overrides={"declared_name": polars.String},
        ).with_columns(polars.lit(_built_at(version)).str.to_datetime("%Y%m%d-%H%M%S").alias("built_at")),
    )


def _built_at(version: str) -> str:
    return "-".join(version.split("-")[:2])


def settle(candidate: warehouse.Candidate) -> None:
    """Runs the SQL of `pipelines/core`: one row for each school, inspection, link and fact."""
    candidate.add("core.region_code", polars.DataFrame({"region": list(REGIONS), "code": list(REGIONS.values())}))
    newest = ",\n".join(
        f"        arg_max({name}, (edition_date, sha256)) filter ({name} is not null) as {name}"
        for name in TABLES["register_entry"].columns()
        if name not in ("row", "file", "urn")
    )
    for name in _CORE_ORDER:
        candidate.run((_HERE / "core" / f"{name}.sql").read_text().replace("{newest}", newest))


def write_catalogue(candidate: warehouse.Candidate) -> None:
    """Writes the static catalogue and its notes by year where the marts' SQL can join them."""
    measures = [
        {
            "measure": measure.key,
            "label": measure.label,
            "topic": measure.topic,
            "definition": measure.definition,
            "unit": measure.unit.name,
            "unit_key": measure.unit.key,
            "polarity": measure.polarity.value,
            "axis_low": float(measure.axis[0]),
            "axis_high": float(measure.axis[1]),
            "minimum_cohort": measure.minimum_cohort,
            "first_year": measure.years[0],
            "last_year": measure.years[1],
            "source": measure.origin.source if isinstance(measure.origin, Published) else "derived",
            "verified": measure.verified,
            "phases": list(measure.phases),
            "headline": measure.headline,
            "position": position,
        }
        for position, measure in enumerate(MEASURES.values())
    ]
    candidate.add(
        "core.measure",
        polars.DataFrame(measures, schema_overrides={"last_year": polars.Int64}, infer_schema_length=None),
    )
    notes = [
        {"measure": measure.key, "year": year, "state": note.state, "note": note.note}
        for measure in MEASURES.values()
        for note in measure.notes
        for year in range(note.years[0], note.years[1] + 1)
    ]
    candidate.add(
        "core.measure_note",
        polars.DataFrame(
            notes,
            schema={"measure": polars.String, "year": polars.Int32, "state": polars.String, "note": polars.String},
        ),
    )
    candidate.add(
        "core.pupil_group",
        polars.DataFrame(
            {
                "group": list(GROUPS),
                "label": [group.label for group in GROUPS.values()],
                "definition": [group.definition for group in GROUPS.values()],
            }
        ),
    )


def mart_files() -> list[Path]:
    """The SQL of every mart, each after those it reads."""
    files = {path.stem: path for path in sorted((_HERE / "marts").glob("*.sql"))}
    needs = {
        name: {other for other in _MART_NAME.findall(path.read_text()) if other in files and other != name}
        for name, path in files.items()
    }
    return [files[name] for name in graphlib.TopologicalSorter(needs).static_order()]


def write_marts(candidate: warehouse.Candidate, *, live: Path | None = None) -> None:
    """Makes every table of `mart`: one file of SQL each, the file's name is the table's."""
    for path in mart_files():
        candidate.run(f"create table mart.{path.stem} as\n" + path.read_text())
    write_changes(candidate, live)


def write_changes(candidate: warehouse.Candidate, live: Path | None) -> None:
    """Writes `mart.build_change`: what differs from the build that is served now."""
    schema = {name: polars.String for name in ("kind", "what", "before", "after", "note")}
    rows: list[dict] = []
    sql = """select 'publication' as kind, source_title || ', ' || edition as what, count(*)::varchar as files
        from mart.source_file where status = 'ingested' group by all"""
    schools = "select status as what, count(*)::varchar as schools from mart.school group by all"
    now = {row[1]: row[2] for row in candidate.query(sql).iter_rows()}
    now_schools = dict(candidate.query(schools).iter_rows())
    before, before_schools = {}, {}
    if live is not None:
        try:
            with warehouse.open_build(live) as connection:
                same = connection.execute("select la_code from mart.build").fetchone()
                if same and same[0] == candidate.query("select la_code from mart.build")["la_code"][0]:
                    before = {row[1]: row[2] for row in connection.execute(sql).fetchall()}
                    before_schools = dict(connection.execute(schools).fetchall())
        except warehouse.Error:
            before, before_schools = {}, {}
    if before:
        rows += [
            {"kind": "publication", "what": what, "before": "", "after": "loaded", "note": "new since the last build"}
            for what in sorted(set(now) - set(before))
        ]
        rows += [
            {"kind": "publication", "what": what, "before": "loaded", "after": "", "note": "no longer in the folder"}
            for what in sorted(set(before) - set(now))
        ]
        rows += [
            {
                "kind": "schools",
                "what": f"schools with status “{status}”",
                "before": before_schools.get(status, "0"),
                "after": now_schools.get(status, "0"),
                "note": "",
            }
            for status in sorted(set(now_schools) | set(before_schools))
            if before_schools.get(status) != now_schools.get(status)
        ]
    candidate.add("mart.build_change", polars.DataFrame(rows, schema=schema))
