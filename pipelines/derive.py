"""Everything that is made after reading: settled tables in `core`, and the tables of `mart` that pages read."""

import contextlib
import graphlib
import importlib
import re
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar

import polars

from pipelines import guard, warehouse
from pipelines.marts import complete
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
    "derived_measure",
    "succession",
    "closed_by_link",
    "predecessor",
    "inspection",
    "indicator_code",
    "entity",
    "observation",
    "best_file",
    "result",
)
RELEASES = ("final", "revised", "provisional")
"""Releases of a year in the order in which they are believed; one that no file names stands last."""
Answer = TypeVar("Answer")
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
    place = polars.col("release").replace_strict(
        {release: order for order, release in enumerate(RELEASES)}, default=len(RELEASES) - 1, return_dtype=polars.UInt8
    )
    frame = frame.with_columns(place.alias("release_order"))
    titles = polars.DataFrame(
        {
            "source": list(SOURCES),
            "source_title": [source.title for source in SOURCES.values()],
            "short_title": [source.short_title for source in SOURCES.values()],
            "source_order": [source.order for source in SOURCES.values()],
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
                "smallest_shared": [settings.smallest_shared],
                "all_or_none_below": [settings.all_or_none_below],
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
        f'        arg_max({name}, (edition_date, sha256, "row")) filter ({name} is not null) as {name}'
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
            "by_phase": measure.is_compared_by_phase,
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
    """The file of every mart, SQL or Python, each after those it reads."""
    found = sorted((_HERE / "marts").glob("*.sql")) + sorted((_HERE / "marts").glob("[a-z]*.py"))
    files = {path.stem: path for path in found}
    needs = {
        name: {other for other in _MART_NAME.findall(path.read_text()) if other in files and other != name}
        for name, path in files.items()
    }
    return [files[name] for name in graphlib.TopologicalSorter(needs).static_order()]


def write_marts(candidate: warehouse.Candidate, *, live: Path | None = None) -> None:
    """Makes every table of `mart`: one file each, of SQL or Python; the file's name is the table's."""
    carry_earlier_exports(candidate, live)
    for path in mart_files():
        if path.suffix == ".sql":
            candidate.run(f"create table mart.{path.stem} as\n" + path.read_text())
        else:
            write_mart(candidate, path.stem)
    write_changes(candidate, live)


def write_mart(candidate: warehouse.Candidate, name: str) -> None:
    """Makes a table of `mart` that a Python module computes: it declares COLUMNS and `rows(query)` yields frames."""
    mart = importlib.import_module(f"pipelines.marts.{name}")
    candidate.add(f"mart.{name}", polars.DataFrame(schema=mart.COLUMNS))
    for frame in mart.rows(candidate.query):
        whole = complete(frame, mart.COLUMNS)
        candidate.append(f"mart.{name}", whole.select([polars.col(c).cast(kind) for c, kind in mart.COLUMNS.items()]))


def carry_earlier_exports(candidate: warehouse.Candidate, live: Path | None) -> None:
    """Writes `core.earlier_export`: the totals that earlier builds shared, with the schools in them.

    Whoever kept a saved table of the build served now can compare it with one of this build, so that its totals are
    known when this build's are judged (docs/decisions/0013). A live build that cannot be opened tells nothing.
    """
    schema = {
        "year": polars.Int32,
        "measure": polars.String,
        "group": polars.String,
        "members": polars.List(polars.Int32),
    }
    served = _of_live(candidate, live, _shared_totals)
    earlier = polars.DataFrame(schema=schema) if served is None else served
    earlier = earlier.cast(schema).sort("year", "measure", "group", "members")
    candidate.add("core.earlier_export", earlier)


def _of_live(
    candidate: warehouse.Candidate, live: Path | None, ask: Callable[[warehouse.Connection], Answer]
) -> Answer | None:
    """What the build served now answers; None where it is of another authority, of an older shape, or not there."""
    if live is None:
        return None
    ours = candidate.query("select la_code from core.build")["la_code"][0]
    with contextlib.suppress(warehouse.Error), warehouse.open_build(live) as connection:
        ((la_code,),) = connection.execute("select la_code from core.build").fetchall()
        if la_code == ours:
            return ask(connection)
    return None


def _shared_totals(connection: warehouse.Connection) -> polars.DataFrame:
    return connection.sql(
        """select year, measure, "group", members from mart.shared_total where members is not null
        union select year, measure, "group", members from core.earlier_export"""
    ).pl()


_COMPARED = {
    "publication": (
        """select source_title || ', ' || edition as what, string_agg(distinct release, ', ' order by release) as state
        from mart.source_file where status = 'ingested' group by all""",
        "new since the last build",
        "no longer in the folder",
    ),
    "figures": (
        """select source_title || ', ' || edition as what, format('{:,}', sum(observations)) || ' figures' as state
        from mart.source_file where status = 'ingested' group by source_title, edition having sum(observations) > 0""",
        "figures of a new edition",
        "figures of an edition that has gone",
    ),
    "measure": (
        """select label || ' (' || measure || ')' as what, definition || ' In ' || unit || ', ' || polarity as state
        from mart.measure where in_catalogue""",
        "a new measure",
        "no longer a measure",
    ),
    "school": (
        "select name || ' (URN ' || urn || ')' as what, status as state from mart.school",
        "new in the list of schools",
        "no longer in the list of schools",
    ),
}
"""Kind of difference → the question whose answers are compared (what, state), and words for one new and one gone."""


def write_changes(candidate: warehouse.Candidate, live: Path | None) -> None:
    """Writes `mart.build_change`: publications, figures, measures and schools that differ from the build served now."""

    def served(connection: warehouse.Connection) -> tuple[str, list[dict]]:
        ((version,),) = connection.execute("select version from mart.build").fetchall()
        return version, [dict(connection.execute(sql).fetchall()) for sql, *_ in _COMPARED.values()]

    compared_with, known = _of_live(candidate, live, served) or (None, [{} for _ in _COMPARED])
    rows = []
    for (kind, (sql, new, gone)), before in zip(_COMPARED.items(), known, strict=True):
        now = dict(candidate.query(sql).iter_rows())
        for what in sorted(set(now) | set(before)):
            if compared_with and before.get(what) != now.get(what):
                note = "" if what in now and what in before else new if what in now else gone
                rows.append(
                    {
                        "kind": kind,
                        "what": what,
                        "before": before.get(what, ""),
                        "after": now.get(what, ""),
                        "note": note,
                    }
                )
    schema = {name: polars.String for name in ("kind", "what", "before", "after", "note")}
    candidate.add("mart.build_change", polars.DataFrame(rows, schema=schema))
    candidate.run("alter table mart.build add column compared_with varchar")
    candidate.run("update mart.build set compared_with = ?", [compared_with])
