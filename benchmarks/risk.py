"""What the list costs: training and testing on all of England, scoring it, and scoring one authority.

Run on any build with `CURATED=… python -m benchmarks.risk`. Seconds by the clock and of the processor, and the largest
memory; the last line is a plain baseline of the same run, reading every fact of one measure with DuckDB.
"""

import resource
import time
from collections.abc import Callable

from rich.console import Console
from rich.table import Table

from pipelines import warehouse
from pipelines.risk import run
from pipelines.settings import read_settings


def main() -> None:
    """Prints a line for each step."""
    build = warehouse.current_build(read_settings().curated)
    if build is None:
        raise SystemExit("there is no build in service")
    table = Table(title=f"The list of {build.stem}", title_justify="left")
    for name in ("step", "seconds", "processor seconds", "largest memory so far, MB"):
        table.add_column(name, justify="left" if name == "step" else "right")

    def timed(step: str, work: Callable):
        began, worked = time.perf_counter(), time.process_time()
        result = work()
        spent = time.perf_counter() - began, time.process_time() - worked
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        table.add_row(step, f"{spent[0]:.1f}", f"{spent[1]:.1f}", f"{memory:,.0f}")
        return result

    with warehouse.reading(build) as query:
        day = run.default_day(query)
        la_code = query("select la_code from core.build")["la_code"][0]
        trained = timed("train and test on all of England", lambda: run.train(query, day))
        timed("score all of England", lambda: run.forecasts(query, trained, day, None))
        timed("score one authority", lambda: run.forecasts(query, trained, day, la_code))
        timed("tables of one authority, with reasons and moves", lambda: run.tables(query, trained, day))
        timed("baseline: read the facts of one measure", lambda: query("select * from core.fact where measure = 1"))
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
