"""The school page and the visit pack on the scored sample, as a new user finds them: S3, S4, S5, S6, S10, D8."""

import re

import pytest
from playwright.sync_api import Page, expect

from dashboard.db import Store
from dashboard.pages import school as school_page
from dashboard.queries import results as result_queries
from pipelines.sample.scenarios import FLOOR_HISTORY, SMALL_COHORT, TRUST_SCHOOL

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HEADLINE = "reading_writing_maths_expected"


def find(page: Page, site: str, urn: int) -> None:
    """From the overview, by the search of every page, to a school."""
    page.goto(site + "/")
    page.wait_for_selector("main h1")
    page.locator("#find").fill(str(urn))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/school/{urn}")
    page.wait_for_selector("#summary")


@pytest.fixture(scope="module")
def store(scored_curated) -> Store:
    return Store(scored_curated)


def test_s3_one_page_with_three_questions_each_on_a_number(page: Page, scored_site: str, store: Store):
    find(page, scored_site, FLOOR_HISTORY)
    with page.expect_download() as saving:
        page.get_by_role("link", name="Visit pack (PDF)").click()
    assert re.fullmatch(rf"{FLOOR_HISTORY}-visit-pack-.+\.pdf", saving.value.suggested_filename)
    pdf = saving.value.path().read_bytes()
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1

    with store.reading(shared=True):
        data = school_page.document("visit-pack", urn=str(FLOOR_HISTORY)).data
    assert len(data["questions"]) == 3
    page.goto(f"{scored_site}/school/{FLOOR_HISTORY}?share=yes")
    asked = page.locator("#questions .q li")
    for place, question in enumerate(data["questions"]):
        expect(asked.nth(place)).to_contain_text(question["text"])
        expect(asked.nth(place)).to_contain_text(question["evidence"])
        assert re.search(r"\d", question["evidence"])
    shares = [row for row in data["numbers"] if row["here"].endswith("%") and row["pupils"]]
    assert shares
    assert all(row["lower"] <= row["value"] <= row["upper"] for row in shares)
    assert data["unknown"]


def test_s4_a_small_cohort_says_what_one_pupil_is_worth_and_raises_no_flag(page: Page, scored_site: str):
    find(page, scored_site, SMALL_COHORT)
    said = page.locator("#summary")
    expect(said).to_contain_text("43%, 3 of 7 pupils")  # 3 / 7 = 42.9%
    expect(said).to_contain_text("Each pupil is 14 points.")  # 100 / 7 = 14.3
    expect(said).to_contain_text("12 of 24 (50%): not distinguishable from England")  # 5 + 4 + 3 of 9 + 8 + 7
    expect(said).to_contain_text("No flag is raised from 7 pupils alone.")
    block = page.locator(f"#m-{HEADLINE}")
    expect(block.locator("h3")).to_contain_text("3 of 7 pupils: too few to compare")


def test_s5_ever_below_the_floor_year_by_year_with_each_number(page: Page, scored_site: str):
    find(page, scored_site, FLOOR_HISTORY)
    page.get_by_role("navigation", name="On this page").get_by_role("link", name="Rules by year").click()
    rules = page.locator("#rules")
    expect(rules).to_contain_text("Floor standard, key stage 2: below in 2016.")
    years = rules.locator(".years-in-words")
    for said in (
        "2012, not judged: 10 pupils, below the minimum of 11.",
        "2014, not below: Reading, writing and maths at level 4 or above 60% is below 65%, but two levels of "
        "progress in reading 95% is not below 94%.",
        "2016, below: Reading, writing and maths at the expected standard 41% is below 65%; progress in maths −5.4 is "
        "below −5; upper limit of progress in maths −3.2 is below 0.",
        "2020 and 2021, not judged: No key stage 2 tests were held",
        "2024 and 2025, not judged: No progress was published for 2023/24 and 2024/25",
    ):
        expect(years).to_contain_text(said)
    expect(years.locator("li").last).to_contain_text("ended in 2019")
    rules.get_by_text("Floor standard, key stage 2: every year with each number").click()
    history = rules.locator("details").first
    of_2016 = history.locator("tr", has_text="2015/16")
    expect(of_2016).to_contain_text(
        "Progress in maths, 2015/16: −5.4 (−7.6 to −3.2), 22 pupils; rule: below −5.0: met."
    )
    expect(of_2016.get_by_role("link", name="row 108 of england_ks2final.csv").first).to_be_visible()


def test_s6_missing_progress_is_neither_nothing_nor_joined(page: Page, scored_site: str):
    find(page, scored_site, FLOOR_HISTORY)
    page.locator("table.more").get_by_role("link", name="Progress in reading").first.click()
    page.wait_for_url("**reading_progress=chart**")
    block = page.locator("#m-reading_progress")
    expect(block).to_contain_text("not published since")
    expect(block).to_contain_text("these pupils had no key stage 1 tests. It returns with 2025/26.")
    expect(page.get_by_text("Until it returns: attainment in context.").first).to_be_visible()
    page.get_by_role("link", name="attainment in context").first.click()
    expect(page.locator("#in-context")).to_be_in_viewport()

    page.wait_for_selector("#m-reading_progress .js-plotly-plot")
    runs = page.locator("#m-reading_progress .js-plotly-plot").evaluate(
        "plot => plot.data.filter(t => t.mode === 'lines+markers' && t.line.width === 3).map(t => t.x)"
    )
    assert runs == [[2016, 2017, 2018, 2019], [2023]]  # no point of 2024 or 2025, no line from 2019 to 2023
    block.get_by_role("link", name="Table").click()
    page.wait_for_url("**reading_progress=table**")
    own = page.locator("#m-reading_progress table.years tbody tr").first
    expect(own.locator("td").nth(9)).to_have_text("Not published")  # 2015/16 is the first, 2024/25 the tenth


def test_s10_an_academy_has_the_same_figures_and_other_steps(page: Page, scored_site: str):
    find(page, scored_site, TRUST_SCHOOL)
    steps = page.locator("#steps")
    expect(steps).to_contain_text("Raise it with the trust")
    expect(steps).to_contain_text("Istelham Learning Trust")
    expect(steps).to_contain_text("DfE’s regional group")
    assert page.get_by_text(re.compile("warning notice|interim executive", re.IGNORECASE)).count() == 0
    expect(page.locator(f"#m-{HEADLINE}")).to_be_visible()
    of_academy = page.locator("main section.sec > h2").all_inner_texts()

    find(page, scored_site, FLOOR_HISTORY)
    expect(page.locator("#steps")).to_contain_text("interim executive board")
    of_maintained = page.locator("main section.sec > h2").all_inner_texts()
    assert set(of_maintained) - set(of_academy) <= {"Disadvantaged pupils"}


def test_d8_from_a_figure_to_its_file_row_and_fingerprint(page: Page, scored_site: str, store: Store):
    with store.reading():
        rows = result_queries.observations(FLOOR_HISTORY).rows(named=True)
    row = next(r for r in rows if (r["measure"], r["group"], r["year"]) == (HEADLINE, "all", 2025))
    find(page, scored_site, FLOOR_HISTORY)
    question = page.locator("#questions li", has_text="Reading, writing and maths")
    question.get_by_role("link", name="Key stage 2").click()
    page.wait_for_url(f"**{HEADLINE}=where**")
    block = page.locator(f"#m-{HEADLINE}")
    expect(block.get_by_role("link", name="Where from")).to_have_attribute("aria-current", "true")
    line = block.locator("tbody tr", has_text="2024/25").first
    expect(line).to_contain_text(f"{row['path']}, row {row['row']}")
    expect(line).to_contain_text(row["release"].capitalize())
    line.locator("summary").click()
    expect(line.locator("code")).to_have_text(row["sha256"])
    assert re.fullmatch(r"[0-9a-f]{64}", row["sha256"])
    expect(block).to_contain_text(f"Measure “{HEADLINE}” of the catalogue")
    expect(block).to_contain_text("Program version")
    line.get_by_role("link", name=row["path"]).click()
    page.wait_for_url("**/about#file-*")
    expect(page.locator("h1")).to_contain_text("About the data")
