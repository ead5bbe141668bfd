"""What the strategy team must be able to do about need: T1, T2, T3 and T6, on the scored sample, by clicks."""

import re
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from playwright.sync_api import Locator, Page, expect
from test_in_a_browser import arrive

from dashboard.db import Store, ask

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def build(scored_curated: Path) -> Iterator[None]:
    with Store(scored_curated).reading():
        yield


def open_need(page: Page, site: str) -> None:
    """As a new user would: from the front page by the navigation."""
    arrive(page, site + "/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Areas of need").click()
    expect(page.locator("h1")).to_have_text("Areas of need")
    page.wait_for_selector("#m-curve .js-plotly-plot")


def words(page: Page, selector: str) -> str:
    return re.sub(r"\s+", " ", page.locator(selector).inner_text())


def cells(block: Locator) -> list[list[str]]:
    """The words of every cell of a block's tables, row by row, read at once."""
    return block.locator("tbody tr").evaluate_all("rows => rows.map(r => [...r.cells].map(c => c.innerText))")


def primaries() -> pl.DataFrame:
    """Open primaries with their disadvantaged children: urn, name, children, share, rank of the small area, chance."""
    return ask(
        """
        select s.urn, s.name, c.value as children, f.value as share, d.rank, d.decile,
            r.probability_within_year as chance
        from mart.school s
        join mart.school_observation f on f.urn = s.urn and f.measure = 'free_school_meals_ever_six' and f.year = 2025
        join mart.school_observation c on c.urn = s.urn and c.year = 2025
            and c.measure = 'free_school_meals_ever_six_pupils'
        left join mart.area_deprivation d on d.kind = 'lsoa21' and d.code = coalesce(s.lsoa21, s.lsoa11)
            and d.index = 'idaci' and d.edition = 2025
        left join mart.school_risk r on r.urn = s.urn
        where s.phase = 'primary' and s.status = 'open' and f.value is not null
        """
    )


def whole(share: float) -> int:
    return int(share + 0.5)


def test_t1_four_rules_for_forty_places(page: Page, scored_site: str, build: None):
    """Each rule's share of disadvantaged children with 40 places, and where they learn outside the deprived deciles."""
    open_need(page, scored_site)
    page.get_by_label("Places, of").fill("40")
    page.get_by_role("button", name="Choose schools").click()
    page.wait_for_url("**places=40**")
    expect(page.locator("#m-curve .reached")).to_be_visible()
    expect(page.locator("#m-curve .ct").filter(has_text="Reached with 40 schools")).to_be_visible()
    schools = primaries()
    total = schools["children"].sum()
    orders = {
        "School disadvantage %": ["share", "children"],
        "Number of disadvantaged children": ["children"],
        "The talk-first list": ["chance", "children"],
    }
    said = words(page, "#m-curve .reached")
    for rule, by in orders.items():
        first = schools.sort(*by, descending=True, nulls_last=True).head(40)
        assert f"{whole(100 * first['children'].sum() / total)}% {rule}" in said
    by_area = schools.sort("rank", pl.col("children") * -1, nulls_last=True).head(40)
    assert f"{whole(100 * by_area['children'].sum() / total)}% Deprivation of the school’s area" in said
    assert re.search(r"\d+% Whole clusters in turn", said)
    deep = schools.filter(pl.col("decile") <= 3)["children"].sum()
    held = whole(100 * deep / schools.filter(pl.col("decile").is_not_null())["children"].sum())
    reason = words(page, "#m-curve .reason")
    assert f"the three most deprived deciles (IDACI 2025) hold {held}% of the disadvantaged children" in reason
    assert f"{100 - held}% learn outside them" in reason
    assert "live outside them" in reason

    page.locator("#m-shortlist").get_by_role("link", name="Download").click()
    with page.expect_download() as saving:
        page.locator("#m-shortlist").get_by_role("link", name=re.compile("^CSV")).click()
    text = Path(saving.value.path()).read_text(encoding="utf-8-sig")
    header = text.split("\n", 1)[0].split(",")
    assert {"urn", "place_share", "place_number", "place_area", "place_clusters", "place_own"} <= set(header)
    assert not [column for column in header if "chance" in column]


def test_t2_halve_the_gap_in_children_by_cluster(page: Page, scored_site: str, build: None):
    """Children a year for the authority and every cluster; rows add up; too few to plan on; the break of 2026/27."""
    open_need(page, scored_site)
    block = page.locator("#m-halve")
    in_five_years = int(block.locator("h3").inner_text()[-4:])
    page.get_by_label("In how many years").fill("4")
    page.get_by_role("button", name="Work it out").click()
    page.wait_for_url("**years=4**")
    own = ask(
        """
        select * from mart.gap where unit_kind = 'authority' and contrast = 'disadvantaged' and span = 'pooled'
            and measure = 'reading_writing_maths_expected' order by year desc limit 1
        """
    ).row(0, named=True)
    years = len(own["years"].split(","))
    more = 0.5 * (own["national_other"] - own["focus_value"]) / 100 * own["focus_n"] / years
    expect(block.locator("h3")).to_have_text(f"{more:.0f} more disadvantaged children a year by {in_five_years - 1}")
    expect(block.get_by_text("Break from 2026/27.")).to_be_visible()
    rows = cells(block)
    numbers = [int(row[4].replace("\u2212", "-")) for row in rows]
    assert abs(sum(numbers[:-1]) - numbers[-1]) <= len(rows) / 2  # each is rounded
    assert numbers[-1] == round(more)
    for row in rows:
        moved = int(row[5].lstrip("±"))
        if row[6].startswith("Too few"):
            assert int(row[4].replace("\u2212", "-")) <= moved
        elif row[6] == "Yes":
            assert int(row[4]) >= moved
    assert any(row[6].startswith("Too few") for row in rows)

    page.get_by_label("By how much").select_option("100")
    page.get_by_role("button", name="Work it out").click()
    page.wait_for_url("**part=100**")
    expect(block.locator("h3")).to_have_text(
        f"{2 * more:.0f} more disadvantaged children a year by {in_five_years - 1}"
    )


def test_t3_what_else_is_known_about_an_area(page: Page, scored_site: str, build: None):
    """The four subjects with period and geography, or that no file has them; “also”, never “because”."""
    open_need(page, scored_site)
    name, code, value, authority = ask(
        """
        select a.name, a.code, a.value, c.value as authority
        from mart.area_indicator a join mart.comparison c on c.measure = a.measure and c.kind = 'authority'
            and c.year = a.year
        where a.kind = 'community_area' and a.measure = 'fingertips_93700'
        order by a.year desc, a.value desc limit 1
        """
    ).row(0)
    page.locator("#m-areas").get_by_role("link", name=name, exact=True).click()
    page.wait_for_url(f"**area={code}**")
    expect(page.locator("#m-areas tr.sel")).to_contain_text(name)
    expect(page.locator("#m-map .js-plotly-plot")).to_contain_text(name)
    block = page.locator("#m-indicators")
    expect(block.locator("h3")).to_contain_text(name)
    said = words(page, "#m-indicators")
    assert (
        f"Children in low-income families Children in relative low income families (under 16s) {value:.1f}% to 2025"
        in said
    )
    assert "MSOAs it touches" in said
    rows = {row[0].split("\n")[0]: " ".join(row) for row in cells(block)}
    for subject in ("Children of service families", "Severe absence"):
        assert rows[subject].count("No data") >= 3  # the area, the authority, England
    for subject in ("Self-harm: hospital admissions, ages 10 to 24", "Good level of development at five"):
        assert "Not published" in rows[subject]  # for the area; the authority and England have it
        assert rows[subject].count("to 2025") >= 2
    compared = f"({value:.1f}%, Exemplar {authority:.1f}%; to 2025)"
    assert f"{name} also has more children in low-income families {compared}" in said
    assert "They are not shown to cause them" in said
    assert "because of" not in said


def test_t6_silent_schools_have_a_place_for_owner_and_date(page: Page, scored_site: str, build: None):
    """The count on the front page is that of the build; each school of the ledger can be given an owner and a date."""
    open_need(page, scored_site)
    page.locator("#silent").get_by_role("link", name="overview").click()
    expect(page.locator("h1")).to_have_text("Overview")
    ledger = page.locator("#silent")
    partly = ("disadvantaged_always_suppressed",)
    silent = ask("select urn, reason_kind from mart.silent_school").filter(~pl.col("reason_kind").is_in(partly))
    expect(ledger.locator("h2")).to_contain_text(f"{silent['urn'].n_unique()} silent schools")
    heads = ledger.locator("thead th").all_inner_texts()
    assert heads[-2:] == ["Owner", "Act by"]
    with page.expect_download() as saving:
        ledger.get_by_role("link", name=re.compile("^CSV")).click()
    saved = pl.read_csv(saving.value.path())
    assert {"owner", "act_by", "what_was_done"} <= set(saved.columns)
    assert set(silent["urn"]) <= set(saved["urn"])
