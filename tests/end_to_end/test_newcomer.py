"""Somebody who has never seen it finds each of four answers from the front page in three clicks or fewer."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from dashboard.db import Store, ask

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MOST_CLICKS = 3


@pytest.fixture
def click(page: Page, scored_site: str) -> Callable[[Locator], None]:
    """Follows a link that can be seen, and counts: a fourth click is one too many."""
    page.goto(scored_site)
    page.wait_for_selector("main h1")
    clicks = []

    def follow(link: Locator) -> None:
        clicks.append(link.inner_text())
        assert len(clicks) <= MOST_CLICKS, clicks
        expect(link).to_be_visible()
        before = page.url
        link.click()
        page.wait_for_url(lambda url: url != before)
        page.wait_for_selector("main h1")

    return follow


@pytest.fixture(scope="module")
def known(scored_curated) -> dict:
    """The answers, read from the build."""
    with Store(scored_curated).reading():
        first = ask(
            """
            select s.name, s.urn from mart.school_risk r join mart.school s using (urn)
            where r.band = 'first' and r.state = 'listed' order by r.probability_within_year desc, s.name limit 1
            """
        )
        reason = ask(
            """
            select label from mart.school_risk_reason where direction = 'raises' and urn = ? order by place limit 1
            """,
            first["urn"][0],
        )
    return {"school": first["name"][0], "reason": reason["label"][0]}


def test_the_first_school_to_talk_to_and_why(page: Page, click, known: dict):
    click(page.locator("main").get_by_role("link", name=known["school"]).first)
    expect(page.locator("h1")).to_have_text(known["school"])
    expect(page.locator("main")).to_contain_text(re.compile(re.escape(known["reason"]), re.IGNORECASE))


def test_the_cluster_with_the_widest_gap(page: Page, click):
    tile = page.locator(".tile").filter(has_text="Widest gap")
    first = tile.locator(".gaprows a").first
    name = first.inner_text()
    click(first)
    expect(page.locator("h1")).to_contain_text(name)
    expect(page.locator("main")).to_contain_text("Disadvantaged pupils")


def test_the_area_with_most_disadvantaged_children(page: Page, click):
    tile = page.locator(".tile").filter(has_text="Greatest need")
    first = tile.locator(".minirows li").first
    number = re.search(r"[\d,]+", first.locator(".n").inner_text())[0]
    name = first.locator(".who").inner_text()
    click(tile.locator(".go a").first)
    expect(page.locator("h1")).to_have_text("Areas of need")
    expect(page.locator("#m-areas tbody tr").first).to_contain_text(name)
    expect(page.locator("#m-areas tbody tr").first).to_contain_text(number)


def test_a_page_to_print_for_a_visit(page: Page, click, known: dict):
    click(page.locator("main").get_by_role("link", name=known["school"]).first)
    pack = page.get_by_role("link", name=re.compile("visit pack", re.IGNORECASE)).first
    expect(pack).to_be_visible()
    href = pack.get_attribute("href")
    answer = page.request.get(page.url.split("/school/")[0] + href) if ".pdf" in href else None
    if answer is None:
        click(pack)
        return
    assert answer.status == 200
    assert answer.body().startswith(b"%PDF")
