"""England at full published width: our build beside plain pandas and DuckDB alone on the same files.

Run with `make bench`. Every tool runs in a process of its own; seconds are wall clock, memory is the largest
the process ever held. The baselines only read and melt (DuckDB also stores); ours also recognises files, turns
symbols into reasons, keeps rejects and provenance, settles schools, makes the pages' tables and publishes.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

CURVE = (1, 2, 4, 8, 15)
TABLES = {
    "key_stage_2": "ks2/{label}/england_ks2final.csv",
    "key_stage_4": "ks4/{label}/england_ks4final.csv",
    "census": "census/{label}/england_census.csv",
    "absence": "absence/{label}/england_abs.csv",
}

PANDAS = """
import json, sys
import pandas
total = 0
for path, columns, keys in json.load(open(sys.argv[1])):
    wide = pandas.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    long = wide.melt(id_vars=keys, value_vars=columns, var_name="column", value_name="text")
    long["value"] = pandas.to_numeric(long["text"].str.rstrip("%"), errors="coerce")
    total += len(long)
print(total)
"""

DUCKDB = """
import json, os, sys
import duckdb
connection = duckdb.connect(sys.argv[2])
connection.execute("create table fact (urn varchar, code varchar, text varchar, value double)")
total = 0
for path, columns, keys in json.load(open(sys.argv[1])):
    names = ", ".join('"' + name + '"' for name in columns)
    connection.execute(
        f'''insert into fact select "URN", code, text, try_cast(rtrim(text, '%') as double)
        from (select "URN", {names} from read_csv(?, all_varchar=true, header=true, null_padding=true,
              strict_mode=false, nullstr='a null that is not there'))
        unpivot include nulls (text for code in ({names}))''',
        [path],
    )
total = connection.execute("select count(*) from fact").fetchall()[0][0]
connection.execute("checkpoint")
print(total)
"""


def main() -> None:
    """Writes the synthetic England once, then measures and prints two tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--data", default="data/curated/england", help="where the synthetic England is (made if absent)"
    )
    parser.add_argument("--baseline-years", type=int, default=2, help="years that pandas and DuckDB alone read")
    parser.add_argument("--years", type=int, nargs="*", default=list(CURVE))
    options = parser.parse_args()
    console = Console(width=110)
    data = Path(options.data)
    most = max(*options.years, options.baseline_years)
    if len(list(data.glob("ks2/*"))) < most:
        console.print(f"Writing {most} years of a synthetic England to {data} …")
        shutil.rmtree(data, ignore_errors=True)
        run([sys.executable, "-m", "pipelines", "sample", "--england", "--years", str(most), "--out", str(data)])
    labels = sorted(path.name for path in data.glob("ks2/*"))

    with tempfile.TemporaryDirectory() as scratch_name:
        scratch = Path(scratch_name)
        baseline = measure_baselines(data, labels[-options.baseline_years :], scratch)
        ours_there = measure_ours(data, labels[-options.baseline_years :], scratch / "ours-baseline")
        table = Table(title=f"The same {options.baseline_years} years", title_justify="left")
        for name in (
            "tool",
            "observations",
            "seconds",
            "observations a second",
            "against pandas",
            "largest memory, MB",
        ):
            table.add_column(name, justify="left" if name == "tool" else "right")
        pace = baseline["plain pandas"]["observations"] / baseline["plain pandas"]["seconds"]
        for tool, result in {**baseline, "our whole build": ours_there}.items():
            each = result["observations"] / result["seconds"]
            table.add_row(
                tool,
                f"{result['observations']:,}",
                f"{result['seconds']:.1f}",
                f"{each:,.0f}",
                f"{each / pace:.1f} times",
                f"{result['memory']:,.0f}",
            )
        console.print(table)

        table = Table(title="Our whole build, by years", title_justify="left")
        for name in ("years", "files, MB", "observations", "seconds", "observations a second", "largest memory, MB"):
            table.add_column(name, justify="right")
        for years in options.years:
            chosen = labels[-years:]
            result = measure_ours(data, chosen, scratch / f"ours-{years}")
            each = result["observations"] / result["seconds"]
            table.add_row(
                str(years),
                f"{result['megabytes']:,.0f}",
                f"{result['observations']:,}",
                f"{result['seconds']:.1f}",
                f"{each:,.0f}",
                f"{result['memory']:,.0f}",
            )
        console.print(table)


def measure_ours(data: Path, labels: list[str], scratch: Path) -> dict:
    """A whole build of some years in a process of its own."""
    raw, curated = scratch / "raw", scratch / "curated"
    megabytes = 0.0
    for path in [
        *(data / "gias").rglob("*.csv"),
        *(file for label in labels for file in data.glob(f"*/{label}/*.csv")),
    ]:
        target = raw / path.relative_to(data)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to(path.resolve())
        megabytes += path.stat().st_size / 1e6
    settings = {"RAW": str(raw), "CURATED": str(curated), "LA_CODE": "999"}
    seconds, memory, _ = run([sys.executable, "-m", "pipelines", "build"], settings)
    _, _, printed = run([sys.executable, "-m", "pipelines", "sql", "select count(*) as n from core.fact"], settings)
    shutil.rmtree(scratch)
    return {
        "observations": int(printed.split()[-1]),
        "seconds": seconds,
        "memory": memory,
        "megabytes": megabytes,
    }


def measure_baselines(data: Path, labels: list[str], scratch: Path) -> dict[str, dict]:
    """Plain pandas and DuckDB alone on the same files and columns, each in a process of its own."""
    from pipelines.observations import cells_in
    from pipelines.sources.publication import school_year_in
    from pipelines.sources.reading import open_raw

    jobs = []
    for label in labels:
        for source, pattern in TABLES.items():
            path = data / pattern.format(label=label)
            if not path.is_file():
                continue
            table = open_raw(path, path.name).tables[0]
            used = {cell.column for cell in cells_in(table, source, school_year_in(label))}
            by_name = {name.upper(): name for name in table.header}
            columns = sorted({by_name[name.upper()] for name in used})
            jobs.append([str(path), columns, [name for name in ("URN",) if name in table.header]])
    work = scratch / "jobs.json"
    work.write_text(json.dumps(jobs))
    results = {}
    for name, code, arguments in (
        ("plain pandas", PANDAS, [str(work)]),
        ("DuckDB alone", DUCKDB, [str(work), str(scratch / "alone.duckdb")]),
    ):
        seconds, memory, printed = run([sys.executable, "-c", code, *arguments])
        results[name] = {"observations": int(printed.split()[-1]), "seconds": seconds, "memory": memory}
    return results


def run(command: list[str], settings: dict[str, str] | None = None) -> tuple[float, float, str]:
    """Seconds, largest memory in MB, and what a command printed; stops the benchmark when it fails."""
    with tempfile.TemporaryFile("w+") as printed:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, stdout=printed, stderr=subprocess.DEVNULL, env={**os.environ, **(settings or {})}
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        printed.seek(0)
        if os.waitstatus_to_exitcode(status):
            raise SystemExit(f"failed: {' '.join(command)[:200]}")
        return seconds, usage.ru_maxrss / 1024, printed.read()


if __name__ == "__main__":
    main()
