"""What each table of `mart` costs for England over fifteen years: seconds and memory, one process each.

Run with `make bench`, or on any build with `CURATED=… python -m benchmarks.marts --build`. Each table is made
anew from a finished build that is only read, as the last step of a build makes it. On a shared machine the
processor's seconds say more than those of the clock.
"""

import argparse
import importlib
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from pipelines import derive, warehouse
from pipelines.settings import read_settings


def main() -> None:
    """Builds the synthetic England where no build is given, then prints a line for each table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", action="store_true", help="use the build in service of CURATED")
    parser.add_argument("--data", default="data/curated/england", help="the synthetic England of benchmarks.england")
    parser.add_argument("--only", nargs="*", help="names of tables")
    parser.add_argument("--one", nargs=2, metavar=("TABLE", "BUILD"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(*make_one(options.one[0], Path(options.one[1])))
        return
    with tempfile.TemporaryDirectory() as scratch:
        if not options.build:
            settings = {"RAW": options.data, "CURATED": scratch, "LA_CODE": "999"}
            started = time.perf_counter()
            command = [sys.executable, "-m", "pipelines", "build"]
            subprocess.run(command, env=os.environ | settings, check=True, stderr=subprocess.DEVNULL)
            Console().print(f"The whole build took {time.perf_counter() - started:.0f} s.")
        build = warehouse.current_build(read_settings().curated if options.build else Path(scratch))
        if build is None:
            raise SystemExit("there is no build in service")
        Console(width=110).print(measured(build, options.only))


def measured(build: Path, only: list[str] | None) -> Table:
    """A table of the cost of each mart, and their sum."""
    table = Table(title=f"Tables of {build.stem}", title_justify="left")
    for name in ("table", "made by", "rows", "seconds", "processor seconds", "largest memory, MB"):
        table.add_column(name, justify="left" if name in ("table", "made by") else "right")
    total, worked, most = 0.0, 0.0, 0.0
    for path in derive.mart_files():
        if only and path.stem not in only:
            continue
        command = [sys.executable, "-m", "benchmarks.marts", "--one", path.stem, str(build)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"mart.{path.stem} failed:\n{done.stderr[-2000:]}")
        rows, seconds, processor, memory = done.stdout.split()[-4:]
        total, worked, most = total + float(seconds), worked + float(processor), max(most, float(memory))
        kind = "SQL" if path.suffix == ".sql" else "Python"
        numbers = f"{int(rows):,}", f"{float(seconds):.1f}", f"{float(processor):.1f}", f"{float(memory):,.0f}"
        table.add_row(path.stem, kind, *numbers)
    table.add_section()
    table.add_row("all", "", "", f"{total:.1f}", f"{worked:.1f}", f"{most:,.0f}")
    return table


def make_one(name: str, build: Path) -> tuple[int, float, float, float]:
    """Makes one table from a finished build; returns rows, seconds, processor seconds and most memory in MB."""
    path = next(path for path in derive.mart_files() if path.stem == name)
    with warehouse.open_build(build) as connection:
        connection.execute(f"set memory_limit = '{warehouse.MEMORY_LIMIT}'")
        started, worked = time.perf_counter(), time.process_time()
        if path.suffix == ".sql":
            connection.execute(f"create temp table made as {path.read_text(encoding='utf-8')}")
            rows = connection.execute("select count(*) from made").fetchone()[0]
        else:
            mart = importlib.import_module(f"pipelines.marts.{name}")

            def query(sql: str, parameters: list | None = None):
                return connection.sql(sql, params=parameters or None).pl()

            rows = sum(frame.height for frame in mart.rows(query))
        seconds, processor = time.perf_counter() - started, time.process_time() - worked
    return rows, seconds, processor, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
