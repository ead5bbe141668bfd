"""What serving costs: every page, download and callback at England's scale, beside a plain Dash page on pandas.

Run with `make bench`, or on any build with `python -m benchmarks.pages --curated FOLDER`. The server runs as
`make serve` runs it, in a process of its own; users are threads of this process, each asking again as soon as it is
answered, which is harder than people are. Cold means that nobody asked for the address since the server began,
warm that somebody did. Addresses are found by following links from the overview, so that new pages are measured
without a word here.
"""

import argparse
import http.client
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from rich.console import Console
from rich.table import Table

from benchmarks import plain_dash
from benchmarks.first_page import measure_first_page
from benchmarks.load import Answer, Question, Server, ask, callback, each_once, for_a_while, summary
from dashboard import pages
from pipelines import warehouse

USERS = (1, 8, 32)
FILLED = ("content.children", "page.data", "authority.children", "nav.children", "strip.children", "footer.children")
AIMS = {1: 150, 32: 400}
"""Users at once → milliseconds within which 95 of 100 answers must be there."""

TIMES = 5
"""How many times as many questions a second as the plain page."""


def page_question(address: str) -> Question:
    """The question that the browser asks to fill a page."""
    path, _, query = address.partition("?")
    inputs = {"address.pathname": path, "address.search": f"?{query}" if query else ""}
    return callback(pages.find(path)[0].PAGE.path, FILLED, inputs)


def links(content: object) -> Iterator[str]:
    """Every address of ours that a page leads to."""
    if isinstance(content, dict):
        target = content.get("href")
        if isinstance(target, str) and target.startswith("/"):
            yield target.partition("#")[0]
        content = list(content.values())
    if isinstance(content, list):
        for part in content:
            yield from links(part)


def found_questions(port: int, each: int) -> list[Question]:
    """Questions for at most `each` addresses of every page, and as many downloads, found by following links."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    draw = random.Random(9)
    questions: dict[str, list[Question]] = {module.PAGE.path: [] for module in pages.modules()}
    waiting, seen = ["/"], {"/"}
    while waiting:
        address = waiting.pop(0)
        path = urlsplit(address).path
        if path.startswith("/download/"):
            kind = f"download .{path.rpartition('.')[2]}"
            if len(questions.setdefault(kind, [])) < each:
                questions[kind].append(Question(about=kind, method="GET", path=address))
            continue
        try:
            question = page_question(address)
        except pages.PageNotFound:
            continue
        if len(questions[question.about]) >= each:
            continue
        questions[question.about].append(question)
        _, content = ask(connection, question)
        new = sorted(set(links(json.loads(content))) - seen)
        draw.shuffle(new)
        waiting += new
        if "view=" not in address:
            waiting.append(f"{address}{'&' if '?' in address else '?'}view=download")
        seen.update(waiting)
    connection.close()
    for about, own in questions.items():
        if not own:
            raise SystemExit(f"no link leads to {about}, so it was not measured")
    return [question for own in questions.values() for question in own]


def first_questions(questions: list[Question]) -> list[Question]:
    """The first answer to each address, which brings title and scripts, beside its callback."""
    firsts = []
    for question in questions:
        if question.method == "POST":
            path, search = (one["value"] for one in json.loads(question.body)["inputs"])
            firsts.append(Question(about="first answer", method="GET", path=path + search))
    return firsts


def plain_questions(folder: Path, each: int) -> list[Question]:
    """The same three questions as a user of the plain page would put them, for different arguments."""
    import pandas as pd

    draw = random.Random(9)
    clusters = sorted(pd.read_parquet(folder / "clusters.parquet")["cluster_id"].unique())
    ours = sorted(pd.read_parquet(folder / "ours.parquet")["urn"].tolist())
    measures = ("reading_writing_maths_expected", "reading_progress", "maths_expected", "attainment_8", "progress_8")
    found = []
    for _ in range(each):
        cluster, measure = draw.choice(clusters), draw.choice(measures)
        found += [
            callback("cluster trend", ["trend.children"], {"cluster.value": cluster, "measure.value": measure}),
            callback(
                "ranking of gaps",
                ["gaps.children"],
                {"measure.value": plain_dash.GAP_MEASURE, "year.value": draw.randint(2016, 2025)},
            ),
            callback("school's profile", ["profile.children"], {"urn.value": draw.choice(ours)}),
        ]
    return found


QUESTIONS = {
    "cluster trend": ("/cluster/", "/clusters"),
    "ranking of gaps": ("/need", "/"),
    "school's profile": ("/school/",),
}
"""Question of the plain page → the pages of ours that answer it, the best first."""


def ours_for(name: str, questions: list[Question]) -> list[Question]:
    """The questions to our pages that answer a question of the plain page."""
    for start in QUESTIONS[name]:
        own = [q for q in questions if q.method == "POST" and (q.about + "/").startswith(start.rstrip("/") + "/")]
        if own:
            return own
    return []


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def our_server(curated: Path) -> Server:
    """The dashboard as `make serve` starts it."""
    port = free_port()
    settings = {"CURATED": str(curated), "PORT": str(port), "HOST": "127.0.0.1", "IDENTITY": ""}
    return Server([sys.executable, "-m", "dashboard"], port, os.environ | settings)


def plain_server(folder: Path) -> Server:
    """The plain page on exported tables."""
    port = free_port()
    return Server(
        [sys.executable, "-m", "benchmarks.plain_dash", str(folder), "--port", str(port)], port, dict(os.environ)
    )


def columns(title: str, *names: str, left: int = 1) -> Table:
    """An empty table whose first columns are text."""
    table = Table(title=title, title_justify="left")
    for place, name in enumerate(names):
        table.add_column(name, justify="left" if place < left else "right", no_wrap=place == 0)
    return table


def by_page(cold: list[Answer], warm: list[Answer]) -> Table:
    """Milliseconds of each page for one user, slowest first."""
    table = columns("Each page, one user", "page", "addresses", "cold", "cold 95 %", "warm", "warm 95 %", "kB sent")
    lines = []
    for about in dict.fromkeys(one.about for one in cold):
        first = summary([one for one in cold if one.about == about], 1)
        again = summary([one for one in warm if one.about == about] or [one for one in cold if one.about == about], 1)
        lines.append((about, first, again))
    for about, first, again in sorted(lines, key=lambda line: -line[1].ninety_fifth):
        times = (f"{value:,.0f}" for value in (first.median, first.ninety_fifth))
        warm_times = (f"{value:,.1f}" for value in (again.median, again.ninety_fifth))
        table.add_row(about, str(first.count), *times, *warm_times, f"{first.kilobytes:,.0f}")
    return table


def measure(curated: Path, seconds: float, each: int, console: Console) -> None:
    """Everything, in the order in which it is printed."""
    with our_server(curated) as server:
        questions = found_questions(server.port, each)
    console.print(f"{len(questions)} addresses of {len({q.about for q in questions})} kinds, found by following links.")
    random.Random(4).shuffle(questions)
    load = columns(
        "All pages and downloads",
        "users",
        "",
        "answers",
        "median, ms",
        "95 %, ms",
        "a second",
        "errors",
        "memory, MB",
        left=2,
    )
    for users in USERS:
        with our_server(curated) as server:
            cold, cold_seconds = each_once(server.port, questions, users)
            cold_memory = server.memory()
            warm, warm_seconds = for_a_while(server.port, [*questions, *first_questions(questions)], users, seconds)
            for name, answers, took, memory in (
                ("cold", cold, cold_seconds, cold_memory),
                ("warm", warm, warm_seconds, server.memory()),
            ):
                told = summary(answers, took)
                aim = f" (aim {AIMS[users]})" if users in AIMS else ""
                load.add_row(
                    str(users), name, f"{told.count:,}", f"{told.median:,.1f}", f"{told.ninety_fifth:,.0f}{aim}",
                    f"{told.each_second:,.0f}", str(told.errors), f"{memory:,.0f}",
                )  # fmt: skip
        if users == 1:
            console.print(by_page(cold, warm))
    console.print(load)
    compare(curated, questions, seconds, each, console)
    with our_server(curated) as server:
        base = f"http://127.0.0.1:{server.port}"
        console.print(measure_first_page(base, server.seconds_to_start))
        school = next(json.loads(q.body)["inputs"][0]["value"] for q in questions if q.about == "/school/<urn>")
        console.print(f"The same for {school}: {measure_first_page(base, server.seconds_to_start, school).caption}")


def compare(curated: Path, questions: list[Question], seconds: float, each: int, console: Console) -> None:
    """The three questions, ours and plain, one user and eight."""
    table = columns(
        f"Three questions, beside a plain Dash page (aim: {TIMES} times as many a second)",
        "question", "users", "plain, ms", "plain 95 %", "ours cold", "ours warm", "ours 95 %", "plain a second",
        "ours a second", "times", left=1,
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        plain_dash.export(warehouse.current_build(curated), folder)
        asked = plain_questions(folder, each)
        with plain_server(folder) as plain:
            said = {}
            for name in QUESTIONS:
                own = [question for question in asked if question.about == name]
                for users in (1, 8):
                    said[name, users] = summary(*for_a_while(plain.port, own, users, seconds))
            plain_memory = plain.memory()
    for (name, users), told in said.items():
        own = ours_for(name, questions)
        if not own:
            continue
        with our_server(curated) as server:
            cold = summary(*each_once(server.port, own, users))
            warm = summary(*for_a_while(server.port, own, users, seconds))
            memory = server.memory()
        table.add_row(
            name, str(users), f"{told.median:,.0f}", f"{told.ninety_fifth:,.0f}", f"{cold.median:,.0f}",
            f"{warm.median:,.1f}", f"{warm.ninety_fifth:,.1f}", f"{told.each_second:,.1f}", f"{warm.each_second:,.0f}",
            f"{warm.each_second / told.each_second:,.0f}",
        )  # fmt: skip
    table.caption = f"memory: plain {plain_memory:,.0f} MB, ours {memory:,.0f} MB"
    console.print(table)


def main() -> None:
    """Make the build of the synthetic England where there is none, then measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--curated", default="", help="folder of a build; else one of the synthetic England is made")
    parser.add_argument("--data", default="data/curated/england", help="the synthetic England of benchmarks.england")
    parser.add_argument("--seconds", type=float, default=6, help="how long each number of users asks")
    parser.add_argument("--each", type=int, default=25, help="addresses of each page at most")
    options = parser.parse_args()
    console = Console(width=130)
    if options.curated:
        measure(Path(options.curated), options.seconds, options.each, console)
        return
    with tempfile.TemporaryDirectory() as scratch:
        settings = os.environ | {"RAW": options.data, "CURATED": scratch, "LA_CODE": "999"}
        for step in ("build", "score"):
            subprocess.run([sys.executable, "-m", "pipelines", step], env=settings, check=True, stdout=sys.stderr)
        measure(Path(scratch), options.seconds, options.each, console)


if __name__ == "__main__":
    main()
