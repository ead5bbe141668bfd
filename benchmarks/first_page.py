"""The first page of a new visitor in Chromium: bytes over the wire by resource, time to the heading and the charts."""

import statistics
from urllib.parse import urlsplit

from rich.table import Table

CHROMIUM = "/usr/bin/chromium"
FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-sync"
AIM_SECONDS, AIM_MEGABYTES = 1.5, 2.0
RUNS = 5
READY = "() => document.querySelectorAll('.dash-graph').length === document.querySelectorAll('.js-plotly-plot').length"


def measure_first_page(base: str, seconds_to_start: float, address: str = "/") -> Table:
    """A table of what a browser that was never here fetches, and how long it waits, over some runs."""
    from playwright.sync_api import sync_playwright

    waits: list[tuple[float, float]] = []
    sizes: dict[str, int] = {}
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        for _ in range(RUNS):
            context = browser.new_context(viewport={"width": 1400, "height": 900})
            page = context.new_page()
            sizes = _watched(context.new_cdp_session(page))
            page.goto(base + address, wait_until="commit")
            page.wait_for_selector("main h1")
            heading = page.evaluate("performance.now()")
            page.wait_for_function(READY)
            waits.append((heading, page.evaluate("performance.now()")))
            page.wait_for_load_state("networkidle")
            context.close()
        browser.close()
    heading, charts = (statistics.median(wait) / 1000 for wait in zip(*waits))
    total = sum(sizes.values()) / 1e6
    table = Table(title=f"The first page, {RUNS} new visitors one after the other", title_justify="left")
    table.add_column("sent")
    table.add_column("kB", justify="right")
    for path, size in sorted(sizes.items(), key=lambda item: -item[1]):
        table.add_row(path, f"{size / 1000:,.1f}")
    table.add_section()
    table.add_row(f"all (aim below {AIM_MEGABYTES:.0f} MB)", f"{total * 1000:,.1f}")
    table.caption = (
        f"heading after {heading:.2f} s (aim {AIM_SECONDS} s), charts after {charts:.2f} s, the median of {RUNS}; "
        f"the server answers {seconds_to_start:.1f} s after its start"
    )
    return table


def _watched(session) -> dict[str, int]:
    """Address → bytes over the wire, filled as answers arrive."""
    paths: dict[str, str] = {}
    sizes: dict[str, int] = {}

    def received(event: dict) -> None:
        address = urlsplit(event["response"]["url"])
        if address.scheme == "http":
            paths[event["requestId"]] = address.path

    def finished(event: dict) -> None:
        path = paths.get(event["requestId"])
        if path:
            sizes[path] = sizes.get(path, 0) + int(event["encodedDataLength"])

    session.send("Network.enable")
    session.on("Network.responseReceived", received)
    session.on("Network.loadingFinished", finished)
    return sizes
