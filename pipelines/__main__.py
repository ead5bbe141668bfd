"""The commands: build, score, learn, check, sample, docs, current, clusters, sql."""

import argparse
import os
import sys
from pathlib import Path

from pipelines.errors import PipelineError


def main(arguments: list[str] | None = None) -> int:
    """Runs one command.

    Returns:
        its exit code: 0 done, 1 an error that a person can mend, 2 a wrong call, 3 a fault of the program.
    """
    options = _parser().parse_args(arguments)
    try:
        return options.run(options)
    except PipelineError as problem:
        print(f"Error: {problem}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 0
    except Exception as fault:
        if os.environ.get("DEBUG"):
            raise
        print(
            f"Error: a fault of the program itself ({type(fault).__name__}: {str(fault)[:200]}) · what is served is "
            "unchanged · run it again with DEBUG=1 and report what is printed",
            file=sys.stderr,
        )
        return 3


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m pipelines", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")

    def command(name: str, run, words: str) -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=words, description=words)
        one.set_defaults(run=run)
        one.add_argument("--curated", help="folder of builds (CURATED, data/curated)")
        one.add_argument("--raw", help="folder of published files (RAW, data/raw)")
        one.add_argument("--la-code", dest="la_code", help="code of the authority (LA_CODE, 865)")
        return one

    one = command("build", _build, "read the published files and put a new build in service")
    one.add_argument("--accept-loss", action="store_true", help="publish although something served now would go")
    one = command("score", _score, "add the list of schools to talk to first to the build in service")
    one.add_argument("--as-of", help="print the list of that day as CSV instead, as it was known then: 2018-09-01")
    one.add_argument("--la", help="with --as-of: code of an authority, or all (default: the build's own)")
    one.add_argument("--train-until", help="with --as-of: learn from outcomes known by that day (default: same)")
    one.add_argument("--out", help="with --as-of: file to write (default: standard output)")
    one.add_argument("--card", help="where to write the model card too (docs/risk.md)")
    command("learn", _learn, "write anew what England's inspections teach, for files that hold too few of them")
    command("check", _check, "check the build in service: reconciliation, contracts, a checksum for each table")
    one = command("sample", _sample, "write the fictional sample authority in the publishers' layouts")
    one.add_argument("--england", action="store_true", help="24,000 schools at full width, for the benchmark")
    one.add_argument("--out", help="folder to write into (default: sample in the folder of builds)")
    one.add_argument("--seed", type=int, default=865)
    one.add_argument("--years", type=int, default=15, help="with --england: how many years")
    command("docs", _docs, "write the generated pages of docs/")
    command("current", _current, "print the path of the build in service")
    one = command("clusters", _clusters, "write the proposed clusters as a clusters.csv to edit")
    one.add_argument("--out", help="file to write (default: clusters.csv in the folder authority of RAW)")
    one = command("sql", _sql, "run a read-only query on the build in service and print CSV")
    one.add_argument("query")
    return parser


def _settings(options):
    from pipelines.settings import read_settings

    return read_settings(
        raw=options.raw,
        curated=options.curated,
        la_code=options.la_code,
        accept_loss=getattr(options, "accept_loss", None),
    )


def _live(options) -> Path:
    from pipelines import warehouse

    curated = _settings(options).curated
    path = warehouse.current_build(curated)
    if path is None:
        raise PipelineError("there is no build yet", where=str(curated), next_step="run `make build` first")
    return path


def _build(options) -> int:
    from pipelines import report, warehouse
    from pipelines.build import build, with_sample

    settings = with_sample(_settings(options), write=lambda folder: _write_sample(folder, 865))
    before = warehouse.current_build(settings.curated)
    had_list = before is not None and warehouse.holds(before, "mart.school_risk")
    with report.progress() as progress:
        result = build(settings, progress)
    report.summary(result)
    if had_list:
        print("The build before had a list of schools to talk to first: run `make score` for the list of this one")
    return 0


def _score(options) -> int:
    from pipelines import report, scoring

    settings = _settings(options)
    if options.as_of is not None:
        return _forecast(options, settings)
    given = [f"--{name}" for name in ("la", "train-until", "out") if getattr(options, name.replace("-", "_"))]
    if given:
        raise PipelineError(
            "what is put in service is the list of the build's own day and authority",
            where=", ".join(given),
            next_step="leave that out, or say with --as-of which day's list is wanted",
        )
    with report.progress() as progress:
        scored = scoring.score(settings, progress, Path(options.card) if options.card else None)
    scoring.summary(scored)
    return 0


def _learn(options) -> int:
    from pipelines import scoring

    print(scoring.learn(_settings(options)))
    return 0


def _forecast(options, settings) -> int:
    from pipelines import report, scoring

    as_of = scoring.day_of(options.as_of, "--as-of")
    until = scoring.day_of(options.train_until, "--train-until") if options.train_until else None
    out = Path(options.out) if options.out else None
    if out is not None:
        scoring.refuse_target(out)
    with report.progress() as progress:
        made = scoring.forecast(settings, as_of, options.la or options.la_code, until, progress)
    for note in made.notes:
        print(f"Note: {note}", file=sys.stderr)
    scoring.write_csv(made.rows, out)
    return 0


def _write_sample(folder: Path, seed: int) -> None:
    from pipelines import sample

    print(f"Writing the fictional sample authority to {folder}")
    sample.write_sample(folder, seed=seed)


def _check(options) -> int:
    from pipelines import checks

    return checks.report(_live(options))


def _sample(options) -> int:
    from pipelines import sample

    curated = _settings(options).curated
    if options.england:
        folder = Path(options.out) if options.out else curated / "england"
        sample.write_england(folder, years=range(2026 - options.years, 2026), seed=options.seed)
    else:
        folder = Path(options.out) if options.out else curated / "sample"
        sample.write_sample(folder, seed=options.seed)
    print(f"The fictional {'England' if options.england else 'authority'} is in {folder}")
    return 0


def _docs(options) -> int:
    from pipelines import docs

    for path in docs.write():
        print(path)
    return 0


def _current(options) -> int:
    print(_live(options))
    return 0


def _flat(frame):
    """The frame with lists and structs as JSON, for CSV has no cells within cells."""
    import json

    import polars

    def written(value: list | dict | None) -> str | None:
        return None if value is None else json.dumps(value, default=str, ensure_ascii=False)

    return frame.with_columns(
        polars.Series(name, [written(value) for value in frame[name].to_list()], dtype=polars.String)
        for name, kind in frame.schema.items()
        if kind.is_nested()
    )


_PROPOSED = """
select m.cluster_id, m.cluster_name, m.urn, 'member' as role, null as from_date, null as to_date,
    -- a spreadsheet must not run a name as a formula
    case when regexp_matches(s.name, '^[=+@-]') then chr(39) || s.name else s.name end as school_name,
    s.phase, round(m.kilometres, 1) as kilometres, m.why
from mart.proposed_cluster_member m join mart.school s using (urn)
where m.cluster_id is not null
order by m.number, m.role <> 'secondary', s.name, m.urn
"""


def _clusters(options) -> int:
    from pipelines import warehouse

    target = Path(options.out) if options.out else _settings(options).raw / "authority" / "clusters.csv"
    if target.exists():
        raise PipelineError(
            "the file is there already and may be the agreed list",
            where=str(target),
            next_step="move it away, or name another file with --out",
        )
    try:
        with warehouse.open_build(_live(options)) as connection:
            rows = connection.sql(_PROPOSED).pl()
    except warehouse.Error as error:
        raise PipelineError(
            "the build in service has no proposal", where=str(error).splitlines()[0][:200], next_step="build again"
        ) from error
    if rows.is_empty():
        raise PipelineError(
            "no cluster can be proposed: no open school has a known place",
            where=str(_settings(options).raw),
            next_step="put a register with coordinates, or a list of postcodes, there and build again",
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    rows.write_csv(target)
    print(f"{rows['cluster_id'].n_unique()} proposed clusters with {rows.height} schools are in {target}")
    print("Nobody has agreed to them: edit the file with a spreadsheet, then run `make build`")
    return 0


def _sql(options) -> int:
    from pipelines import warehouse

    try:
        with warehouse.open_build(_live(options)) as connection:
            answer = connection.sql(options.query)
            if answer is not None:
                print(_flat(answer.pl()).write_csv(), end="")
    except warehouse.Error as error:
        raise PipelineError(
            "the query failed", where=str(error).splitlines()[0][:300], next_step="mend the query and try again"
        ) from error
    return 0


if __name__ == "__main__":
    sys.exit(main())
