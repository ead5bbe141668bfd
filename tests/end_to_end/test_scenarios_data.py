"""What a data manager does: finds the school that a file leaves out, explores, saves; and what the grid must not do."""

import io
import re

import polars as pl
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from watching import Watch

from dashboard.db import Store, ask

pytestmark = [pytest.mark.browser, pytest.mark.slow]

GRID_SCRIPT = "dash_ag_grid"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(scope="module")
def left_out(scored_curated) -> dict:
    """The school that the newest absence file of the sample leaves out, and its absence of the year before."""
    with Store(scored_curated).reading():
        row = ask(
            """
            select s.urn, m.name, o.value, o.row, f.path, f.sha256, f.release
            from mart.silent_school s join mart.school m using (urn)
            join mart.school_observation o on o.urn = s.urn and o.measure = 'overall_absence' and o."group" = 'all'
                and o.year = s.since - 1
            join mart.source_file f using (file_id)
            where s.reason_kind = 'missing_in_one_feed' and s.what = 'Absence'
            """
        )
        return row.row(0, named=True)


def test_d9_a_school_that_one_file_leaves_out_stays_and_is_named(page: Page, scored_site: str, left_out: dict):
    page.goto(scored_site)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="About the data").click()
    expect(page.locator("h1")).to_have_text("About the data")
    expect(page.locator("main .lede")).to_contain_text("1 school is missing in a file that should have it")
    row = page.locator("#completeness tbody tr").filter(has_text=left_out["name"])
    expect(row).to_contain_text("Absence: missing")
    expect(row).to_contain_text("2024/25")

    page.get_by_role("navigation", name="Main").get_by_role("link", name="All schools").click()
    page.get_by_role("searchbox", name="Name, URN, LAESTAB or postcode", exact=True).fill(left_out["name"])
    page.get_by_role("button", name="Show schools").click()
    listed = page.locator("table.schools tbody tr")
    expect(listed).to_have_count(1)
    expect(listed).to_contain_text("Absence: missing")


def test_d8_and_d9_explore_shows_file_row_and_fingerprint_and_the_word_for_what_is_missing(
    page: Page, scored_site: str, left_out: dict
):
    page.goto(scored_site)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Explore").click()
    expect(page.locator("h1")).to_have_text("Explore and download")
    page.get_by_label("Add a school or area").select_option(label=left_out["name"])
    page.get_by_label("Add a measure").select_option(label="Overall absence")
    page.get_by_role("button", name="Add and show").click()
    expect(page.locator(".chosen")).to_contain_text(left_out["name"])
    page.get_by_label("From").select_option(label="2023/24")
    page.get_by_role("button", name="Add and show").click()
    expect(page.locator(".chosen")).to_contain_text("2023/24 to 2024/25")
    page.locator("#m-rows .tabs").get_by_role("link", name="Table").click()
    own = page.locator("#m-rows tbody tr").filter(has_text=left_out["name"]).filter(has_text="Overall absence")
    expect(own).to_have_count(2)
    expect(own.nth(0)).to_contain_text(f"{left_out['value']:.1f}%")
    expect(own.nth(0)).to_contain_text(f"row {left_out['row']:,}")
    expect(own.nth(1)).to_contain_text("No data")
    assert not re.search(r"\b0\.0%", own.nth(1).inner_text())

    own.nth(0).get_by_role("link", name=re.compile("row")).click()
    expect(page.locator("h1")).to_have_text("About the data")
    expect(page.locator("#files")).to_contain_text(left_out["sha256"])
    shown = page.locator("#files tr").filter(has_text=left_out["path"])
    expect(shown).to_be_in_viewport()
    expect(shown).to_contain_text(left_out["release"].capitalize())


def test_what_explore_saves_has_every_row_and_no_small_number(page: Page, scored_site: str):
    asked = "who=schools&measure=reading_writing_maths_expected&group=all,disadvantaged&rows=download"
    page.goto(f"{scored_site}/explore?{asked}")
    said = page.get_by_role("link", name=re.compile("^Parquet")).inner_text()
    with page.expect_download() as waiting:
        page.get_by_role("link", name=re.compile("^Parquet")).click()
    frame = pl.read_parquet(io.BytesIO(waiting.value.path().read_bytes()))
    assert f"{frame.height:,} rows" in said
    shown = frame.filter(pl.col("kind") == "school")
    assert shown.filter(pl.col("status") == "reported")["n"].min() >= 6
    assert shown.filter(pl.col("status") == "hidden").height > 0
    assert shown.filter(pl.col("value").is_null())["why_missing"].null_count() == 0


def test_the_grid_comes_on_explore_alone_sorts_and_breaks_no_rule(page: Page, scored_site: str):
    watch, asked = Watch(scored_site), []
    watch.on(page)
    page.on("request", lambda request: asked.append(request.url))
    for path in ("/", "/schools", "/about", "/school/900007", "/explore"):
        page.goto(scored_site + path)
        page.wait_for_selector("main h1")
    assert not [url for url in asked if GRID_SCRIPT in url]

    page.goto(f"{scored_site}/explore?who=phase:secondary&measure=attainment_8&from=2025&to=2025&rows=table")
    page.goto(f"{scored_site}/explore?who=schools&measure=overall_absence&from=2024&to=2024&rows=table")
    expect(page.locator(".ag-row").first).to_be_visible()
    assert [url for url in asked if GRID_SCRIPT in url]
    assert not [url for url in asked if "enterprise" in url]
    page.locator(".ag-header-cell").filter(has_text="Figure").first.click()
    first = page.locator('.ag-row[row-index="0"] [col-id="shown"]')
    expect(first).to_contain_text("%")
    values = page.locator('.ag-row [col-id="shown"]').all_inner_texts()[:8]
    numbers = [float(value.rstrip("%")) for value in values]
    assert numbers == sorted(numbers)
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()
    assert watch.outside == []
    assert watch.errors == []

    page.get_by_role("link", name="Show as a plain table").click()
    expect(page.locator("#m-rows tbody tr")).to_have_count(60)
