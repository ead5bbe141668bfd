"""Checks of a finished build: does it hold together, and does it agree with what the publishers print?

`reconcile()` compares every authority and England row that stands in a file beside its schools with the sum
or the pupil-weighted mean of those schools. Rounding (half a unit of the last printed digit) and suppressed
schools (up to five pupils each; any value the unit can have, for pupils not accounted for) give the range in
which the published figure must lie. A school that is silent for another reason may have any number of pupils.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import polars
from rich.console import Console
from rich.table import Table

from pipelines import warehouse
from pipelines.measures import MEASURES

_console = Console(width=None if sys.stdout.isatty() else 160)
_ABOUT_PLACE_AND_TIME = ("path", "fetched", "origin", "reason", "notes", "held_back")
_ABOUT_THE_LIST_BEFORE = ("rank_before", "before_as_of", "probability_before")
_CHECKSUMS_LEAVE_OUT = {
    "core": {"build", "measure_code", "group_code", "symbol"},
    "mart": {"build", "build_change", "risk_run", "school_risk_move"},
}


@dataclass(frozen=True)
class Finding:
    """One check: what was compared, how often, how often it failed, and an example of a failure."""

    name: str
    compared: int
    failed: int
    example: str = ""


LARGEST_SHARE_THAT_DIFFERS = 0.01
"""Publishers' own rows disagree here and there; more than one in a hundred would be a fault of ours."""


def report(build: Path) -> int:
    """Prints every check of a build; returns 1 when it contradicts itself or differs from much that is printed."""
    with warehouse.open_build(build) as connection:
        findings = [*contradictions(connection)]
        rows = reconcile(connection)
        checksums = table_checksums(connection)
    _print_findings(findings)
    _print_reconciliation(rows)
    table = Table("table", "rows", "checksum", title="A checksum for each table", title_justify="left")
    for name, count, checksum in checksums:
        table.add_row(name, f"{count:,}", checksum)
    _console.print(table)
    broken = sum(finding.failed for finding in findings)
    differing = rows.filter(polars.col("verdict") == "differs").height
    too_many = differing > LARGEST_SHARE_THAT_DIFFERS * max(rows.height, 1)
    _console.print(
        f"{build.name}: {broken or 'no'} contradictions; {differing} of {rows.height:,} published figures differ from "
        "their schools by more than rounding and suppression allow" + (", which is too many" if too_many else "")
    )
    return 1 if broken or too_many else 0


def contradictions(connection: warehouse.Connection) -> list[Finding]:
    """Facts that cannot be: a value without `reported`, a reason with a value, a school lost on the way."""
    questions = {
        "a value stands exactly where the status is reported": """
            select count(*), count(*) filter ((value is not null) <> (symbol = 0)) from core.fact""",
        "every printed code kept its reason, none became a number": """
            select count(*), count(*) filter (symbol <> 0 and value is not null) from core.fact""",
        "no school stands twice in the list of schools": """
            select count(*), count(*) - count(distinct urn) from mart.school""",
        "every school of the register is in the list": """
            select count(*), count(*) filter (urn not in (select urn from mart.school))
            from core.school where in_register and la_code = (select la_code from core.build)""",
        "every school that a file names is known": """
            select count(distinct entity), count(distinct entity) filter (entity not in (select urn from core.school))
            from core.fact where entity < 1000000""",
        "no fact is counted twice": """
            select (select count(*) from core.fact), coalesce(sum(times - 1), 0) from (
                select count(*) as times from core.fact f join core.file using (file)
                group by source, release, entity, f.year, measure, "group" having count(*) > 1)""",
        "a school of another authority is never shown as ours": """
            select count(*), count(*) filter (la_code <> (select la_code from core.build)) from mart.school""",
    }
    if _is_scored(connection):
        questions |= _OF_THE_LIST
    findings = []
    for name, sql in questions.items():
        compared, failed = connection.execute(sql).fetchall()[0]
        findings.append(Finding(name, compared, int(failed)))
    conflicts = connection.execute(
        "select count(*), count(*) filter (abs(value - kept_value) > 0.051) from core.superseded"
    ).fetchall()[0]
    examples = connection.execute(
        "select entity, year, measure, value, kept_value from core.superseded where abs(value - kept_value) > 0.051 "
        "order by all limit 1"
    ).fetchall()
    findings.append(
        Finding(
            "files that print the same fact agree (for information)",
            conflicts[0],
            0,
            f"{conflicts[1]:,} differ, such as {examples[0]}; the fullest file's value is kept" if examples else "",
        )
    )
    return findings


_OF_THE_LIST = {
    "no school stands twice in the list of schools to talk to first": """
        select count(*), count(*) - count(distinct urn) from mart.school_risk""",
    "every school of that list is one of ours": """
        select count(*), count(*) filter (urn not in (select urn from mart.school)) from mart.school_risk""",
    "a school has a place and a probability exactly where it is listed": """
        select count(*), count(*) filter (
            (rank is not null) <> (state = 'listed') or (probability is not null) <> (state = 'listed')
        ) from mart.school_risk""",
    "a probability lies between its limits": """
        select count(probability), count(*) filter (
            not (0 <= lower and lower <= probability and probability <= upper and upper <= 1)
        ) from mart.school_risk""",
    "reasons sum to the score": """
        select count(*), count(*) filter (abs(score - intercept - added) > 1e-6) from (
            select urn, any_value(score) as score, any_value(intercept) as intercept, sum(contribution) as added
            from mart.school_risk join mart.school_risk_reason using (urn) where score is not null group by urn)""",
}
"""Asked only of a build that was scored."""


def _is_scored(connection: warehouse.Connection) -> bool:
    """Whether the tables that `make score` adds are there."""
    there = "select count(*) from duckdb_tables() where schema_name = 'mart' and table_name = 'school_risk'"
    return connection.execute(there).fetchall()[0][0] > 0


def reconcile(connection: warehouse.Connection) -> polars.DataFrame:
    """Published rows of authorities and England beside their schools' sums and means, in the same file.

    Returns:
        one row for each published figure that its schools can be held against: file, area, year, measure,
        group, published, low, high (the range the schools allow), how, verdict. `nearly` is a count within
        0.5% (or three pupils) of the range, or a mean within half a printed step of it: the authority's own
        row leaves out a few pupils whom schools count, and the publisher does not say which.
    """
    units = polars.DataFrame(
        [
            {
                "measure": key,
                "is_count": measure.unit.key == "pupils",
                "unknown_low": _usual(measure)[0],
                "unknown_high": _usual(measure)[1],
            }
            for key, measure in MEASURES.items()
        ],
        infer_schema_length=None,
    )
    connection.register("unit", units)
    return connection.sql(_RECONCILE).pl()


def _usual(measure) -> tuple[float, float]:
    """The widest values that a handful of pupils could average, where the publisher hides them."""
    if measure.unit.key == "progress_score":
        return -25.0, 25.0
    if measure.unit.key == "progress_8_score":
        return -6.0, 6.0
    return float(measure.unit.low or 0), float(measure.unit.high or 0)


_UNLIMITED = 1e8
_RECONCILE = """
with area as (
    select f.file, e.entity_kind, e.entity, f.year, f.measure, f."group", f.value as published, f.n
    from core.fact f join core.entity e on e.entity_code = f.entity
    join core.file c using (file)
    where e.entity_kind in ('la', 'country') and f.symbol = 0 and c.source in (
        'key_stage_2', 'key_stage_4', 'key_stage_4_provisional', 'key_stage_4_destinations', 'census', 'absence')
), school_rows as (
    select f.file, f.entity, f.year, f.measure, f."group", f.value, f.symbol, f.n, f.file as from_file
    from core.fact f where f.entity < 1000000
    union all
    -- a row set aside because another file says the same still belongs to the sum of its own file
    select s.file, s.entity, s.year, s.measure, s."group", s.value, s.symbol, null, s.file
    from core.superseded s where s.entity < 1000000
), schools as (
    -- The published rows are about state-funded schools: independent and non-maintained special schools stand in the
    -- file but not in them. A school's type is the one printed in this file, else the register's.
    -- The authority is the one printed in the file: some authorities have been divided since.
    select r.*, coalesce(t.la_code, sc.la_code) as la_code
    from school_rows r join core.school sc on sc.urn = r.entity
    left join (
        select file, urn, min(la_code) as la_code, min(type) as type, min(type_group) as type_group
        from core.school_mention group by all) t
        on t.file = r.from_file and t.urn = r.entity
    where coalesce(t.type_group, sc.type_group, '') not ilike '%independent%'
      and coalesce(t.type, sc.type, '') not ilike 'non-maintained%'
), summed as (
    select a.file, a.entity_kind, a.entity, a.year, a.measure, a."group", any_value(a.published) as published,
        any_value(a.n) as n, count(*) as schools,
        count(*) filter (s.symbol = 0) as reported,
        count(*) filter (s.symbol <> 0) as silent,
        count(*) filter (s.symbol <> 0 and y.status not in ('suppressed', 'blank', 'no_eligible_pupils', 'new_school'))
            as silent_for_another_reason,
        sum(s.value) as total,
        sum(s.value * s.n) as weighted,
        sum(s.n) filter (s.symbol = 0) as pupils,
        count(*) filter (s.symbol = 0 and s.n is null) as without_n,
        bool_or(s.value <> round(s.value)) as has_decimals
    from area a
    join schools s on s.file = a.file and s.year = a.year and s.measure = a.measure and s."group" = a."group"
        and (a.entity_kind = 'la' and s.la_code = a.entity)
    join core.symbol y on y.symbol = s.symbol
    group by all
), bounds as (
    select x.*, m.measure as measure_key, u.is_count, d.step, d.own_step,
        case when u.is_count then x.total
            else (x.weighted - 0.51 * d.step * x.pupils + greatest(x.n - x.pupils, 0) * u.unknown_low)
                / greatest(x.n, x.pupils) - 0.51 * d.own_step end as allowed_low,
        case when u.is_count then x.total + 5 * x.silent + 1e9 * x.silent_for_another_reason
            else (x.weighted + 0.51 * d.step * x.pupils + greatest(x.n - x.pupils, 0) * u.unknown_high)
                / greatest(x.n, x.pupils) + 0.51 * d.own_step end as allowed_high
    from summed x
    join core.measure_code mc on mc.measure_code = x.measure
    join core.measure m on m.measure = mc.measure
    join unit u on u.measure = m.measure
    cross join lateral (
        -- one step of the last printed digit: of the schools' figures, and of the authority's own
        select
            case when m.unit_key in ('percent', 'scaled_score') then 1.0
                when m.unit_key = 'rate' then case when x.has_decimals then 0.1 else 1.0 end
                when m.unit_key in ('progress_score', 'attainment_8_score') then 0.1 else 0.01 end as step,
            case when m.unit_key in ('percent', 'scaled_score') then 1.0
                when m.unit_key = 'rate' then case when x.published = round(x.published) then 1.0 else 0.1 end
                when m.unit_key in ('progress_score', 'attainment_8_score') then 0.1 else 0.01 end as own_step
    ) d
    where u.is_count or (x.n > 0 and x.pupils > 0 and x.without_n = 0)
), judged as (
    select *, greatest(published - allowed_high, allowed_low - published, 0) as beyond from bounds
)
select c.path, b.entity_kind, b.entity, b.year, b.measure_key as measure, g."group", b.schools, b.silent, b.published,
    case when b.is_count then 'sum' else 'weighted mean' end as how,
    round(b.allowed_low, 3) as low, round(b.allowed_high, 3) as high,
    case when b.beyond <= 1e-9 then 'agrees'
        when b.is_count and b.beyond <= greatest(3, 0.005 * b.published) then 'nearly'
        when not b.is_count and b.beyond <= 0.5 * b.own_step then 'nearly'
        else 'differs' end as verdict
from judged b
join core.file c using (file)
join core.group_code g on g.group_code = b."group"
order by c.path, b.entity, measure, g."group"
"""


def table_checksums(connection: warehouse.Connection) -> list[tuple[str, int, str]]:
    """(table, rows, checksum) of every table; the same content gives the same checksum in any order of rows."""
    tables = connection.execute(
        "select schema_name, table_name from duckdb_tables() where not internal order by all"
    ).fetchall()
    found = []
    for schema, table in tables:
        if table in _CHECKSUMS_LEAVE_OUT.get(schema, set()):
            continue
        columns = connection.execute(
            """select column_name, data_type in ('DOUBLE', 'FLOAT') from duckdb_columns()
            where schema_name = ? and table_name = ? order by column_name""",
            [schema, table],
        ).fetchall()
        row = ", ".join(
            f'round("{name}", 6)' if is_float else f'"{name}"'
            for name, is_float in columns
            if name not in (*_ABOUT_PLACE_AND_TIME, *_ABOUT_THE_LIST_BEFORE)
        )
        count, checksum = connection.execute(
            f'select count(*), coalesce(sum(hash({row})::hugeint), 0) % 18446744073709551557 from {schema}."{table}"'
        ).fetchall()[0]
        found.append((f"{schema}.{table}", count, f"{int(checksum):016x}"))
    return found


def _print_findings(findings: list[Finding]) -> None:
    table = Table("check", "compared", "failed", "", title="Does it hold together?", title_justify="left")
    for finding in findings:
        table.add_row(finding.name, f"{finding.compared:,}", f"{finding.failed:,}", finding.example)
    _console.print(table)


def _print_reconciliation(rows: polars.DataFrame) -> None:
    if rows.is_empty():
        _console.print("No published area row stands beside its schools in one file: nothing to reconcile.")
        return
    table = Table(
        "file",
        "how",
        "areas",
        "compared",
        "agree",
        "nearly",
        "differ",
        title="Published rows against their schools",
        title_justify="left",
    )
    verdict = polars.col("verdict")
    grouped = rows.group_by("path", "how").agg(
        polars.col("entity").n_unique().alias("areas"),
        polars.len().alias("compared"),
        *[(verdict == name).sum().alias(name) for name in ("agrees", "nearly", "differs")],
    )
    for row in grouped.sort("path", "how").iter_rows(named=True):
        counts = [f"{row[name]:,}" for name in ("areas", "compared", "agrees", "nearly", "differs")]
        table.add_row(row["path"], row["how"], *counts)
    _console.print(table)
    for row in rows.filter(verdict != "agrees").sort("verdict").head(30).iter_rows(named=True):
        _console.print(
            f"{row['verdict'].capitalize()}: {row['path']} {row['entity']} {row['measure']} ({row['group']}): "
            f"published {row['published']:,}, its schools allow {row['low']:,} "
            + (f"to {row['high']:,}" if row["high"] < _UNLIMITED else "or more"),
            highlight=False,
        )
