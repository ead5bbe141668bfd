"""Benchmark and comparison as a new user finds them: by clicks, by keyboard alone, against the build's own figures."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from test_in_a_browser import arrive

from dashboard import db
from dashboard.components.authority import ordinal

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TOPIC, INDICATOR = "All pupil absence and exclusions", "lait_totperabnew"


@pytest.fixture(scope="module")
def ask(scored_curated: Path):
    """Asks the build that is served."""
    store = db.Store(scored_curated)

    def answered(sql: str, *values: object) -> list[tuple]:
        with store.reading():
            return db.ask(sql, *values).rows()

    return answered


def test_an_officer_finds_an_indicator_and_its_rank_is_the_builds(page: Page, scored_site: str, ask):
    arrive(page, scored_site + "/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Benchmark").click()
    expect(page.locator("h1")).to_have_text("Where does Exemplar differ most?")
    page.get_by_label("Topic", exact=True).select_option(TOPIC)
    page.get_by_role("button", name="Show").click()
    expect(page.locator("h1")).to_contain_text(TOPIC)
    page.get_by_label("Indicator", exact=True).select_option(INDICATOR)
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#m-series .js-plotly-plot")).to_be_visible()

    rows = ask(
        "select is_ours, value, year from mart.authority_indicator where measure = ? and kind = 'authority' "
        "and value is not null and year = (select max(year) from mart.authority_indicator "
        "where measure = ? and is_ours and value is not null)",
        INDICATOR,
        INDICATOR,
    )
    own = next(value for is_ours, value, _ in rows if is_ours)
    better = sum(value < own for _, value, _ in rows)  # absence: low is better
    facts = page.locator("#figures .facts")
    expect(facts).to_contain_text(f"{ordinal(better + 1)} of {len(rows)}")
    position = 0.25 * (len(rows) - 1)
    values = sorted(value for _, value, _ in rows)
    bound = values[int(position)] + (position % 1) * (values[int(position) + 1] - values[int(position)])
    assert own <= bound, "the sample's authority is in the best quarter here"
    expect(facts).to_contain_text("A, best quarter")
    expect(page.locator("#figures tr.sel td").last).to_have_text(f"{own:.1f}%")
    neighbours = [value for is_ours, value, _ in rows if not is_ours]
    mean = page.locator("#figures tr", has_text="Mean of statistical neighbours").locator("td").last
    expect(mean).to_have_text(f"{sum(neighbours) / len(neighbours):.1f}%")


def test_where_we_differ_leads_to_the_indicator(page: Page, scored_site: str):
    arrive(page, scored_site + "/benchmark")
    link = page.locator(".ends li a").first
    said = page.locator(".ends li .said").first.inner_text()
    place = re.match(r"(?:Equal )?(\S+ of \d+)", said).group(1)
    name = link.inner_text()
    link.click()
    expect(page.locator("h1")).to_have_text(name)
    expect(page.locator("#figures .facts")).to_contain_text(place)


def test_schools_are_compared_added_by_name_and_removed_by_keyboard_alone(page: Page, scored_site: str, ask):
    first, second, third = ask(
        """
        select s.urn, s.name, o.value, o.n from mart.school s join mart.school_observation o using (urn)
        where s.phase = 'primary' and s.status = 'open' and o.measure = 'reading_writing_maths_expected'
            and o."group" = 'all' and o.year = 2025 and o.n >= 20 and o.via = 'own' order by s.urn limit 3
        """
    )
    arrive(page, scored_site + "/schools?q=" + str(first[0]))
    add = page.get_by_role("link", name=f"Add {first[1]} to the comparison")
    add.focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Compare schools")
    for urn_or_name, title in ((str(second[0]), "2 schools side by side"), (third[1], "3 schools side by side")):
        page.get_by_label("Add a school by name or URN").focus()
        page.keyboard.type(urn_or_name)
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text(title)
    row = page.locator("#m-key_stage_2 tbody tr").first
    for place, (_, name, value, n) in enumerate((first, second, third)):
        cell = row.locator("td").nth(place)
        expect(cell).to_have_attribute("data-l", name)
        expect(cell).to_contain_text(f"{value:.0f}%")
        expect(cell).to_contain_text(f"of {n:.0f}")

    page.get_by_role("link", name=f"Remove {second[1]}").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("2 schools side by side")
    expect(page.locator(".lede")).to_contain_text(f"{first[1]} and {third[1]}")
    expect(page.locator("body")).not_to_contain_text(second[1])


def test_the_comparison_goes_along_to_the_list_and_back(page: Page, scored_site: str, ask):
    ((one, name),) = ask(
        "select urn, name from mart.school where status = 'open' and phase = 'primary' order by urn limit 1"
    )
    arrive(page, f"{scored_site}/compare?urns={one}")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="All schools").click()
    expect(page.locator("main")).to_contain_text(f"Comparing: {name}.")
    page.locator("table.schools tbody tr").nth(3).get_by_role("link", name="Add").click()
    expect(page.locator("h1")).to_have_text("2 schools side by side")
