"""Scenarios of a school improvement adviser on the list of schools to talk to first, as a new user would go."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest
from playwright.sync_api import Locator, Page, expect

from dashboard.db import Store
from dashboard.queries import risk

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FIRST_BANDS = ["Talk to first", "Talk to next", "Later"]


@pytest.fixture
def reading(scored_curated: Path) -> Iterator[None]:
    with Store(scored_curated).reading():
        yield


def arrive(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_selector("main h1")


def open_the_list_of(page: Page, site: str, urns: list[int]) -> None:
    """From the front page to the list, and there, by pasting URNs, to the list of these schools alone."""
    arrive(page, f"{site}/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Talk to first").click()
    expect(page.locator("h1")).to_have_text("Schools to talk to first")
    page.get_by_role("link", name="Choose my schools").click()
    page.get_by_label("URNs or names").fill("\n".join(str(urn) for urn in urns))
    page.get_by_role("button", name="Add these schools").click()
    expect(page.get_by_text(f"You chose {len(urns)} school")).to_be_visible()
    page.locator("h1").locator("xpath=ancestor::div[contains(@class,'head')]").get_by_role(
        "link", name="Talk to first"
    ).click()
    expect(page.locator(".inforce")).to_contain_text(f"my schools ({len(urns)})")


def row_of(page: Page, name: str) -> Locator:
    return page.locator("tr", has=page.get_by_role("link", name=name, exact=True)).first


def test_s1_monday_list(page: Page, scored_site: str, reading):
    everyone = risk.schools().sort("probability_within_year", "name", descending=[True, False], nulls_last=True)
    parts = [everyone.filter(pl.col("band") == band).head(size) for band, size in (("first", 4), ("next", 5))]
    parts += [
        everyone.filter(pl.col("band") == "later").head(18),
        everyone.filter(pl.col("state") == "rules only").head(2),
    ]
    unknown = everyone.filter(pl.col("state") == "cannot tell").sort("coverage").head(2)
    mine = pl.concat([*parts, unknown])
    assert mine.height == 31
    open_the_list_of(page, scored_site, mine["urn"].to_list())
    expect(page.locator(".inforce")).to_contain_text("27 with a chance, 2 cannot be told and 2 by rules only")

    headings = [text for text in page.locator(".bandhead h2").all_inner_texts()]
    assert headings == [*FIRST_BANDS, "Cannot tell", "Rules only"]

    first = mine.sort("probability_within_year", descending=True, nulls_last=True).row(0, named=True)
    why = risk.reasons().filter((pl.col("urn") == first["urn"]) & (pl.col("direction") == "raises")).head(3)
    expect(page.locator("p.lede")).to_contain_text("4 of your 31 schools")
    expect(page.locator("p.lede")).to_contain_text(f"First is {first['name']}: {first['in_words'].split(',')[0]}")
    row = page.locator("table.list tbody tr").first
    expect(row).to_contain_text(first["name"])
    expect(row).to_contain_text(first["in_words"].split(", ")[1])
    expect(row).to_contain_text(f"{first['known']} of {first['looked_for']} figures known")
    lines = row.locator(".why li").all_inner_texts()
    for line, reason in zip(lines, why.rows(named=True), strict=False):
        assert reason["label"].lower() in line.lower()
        assert reason["sentence"] in line
        assert line.startswith(f"+{reason['points']:.0f}" if reason["points"] >= 0.5 else "+0.")

    page.get_by_role("link", name="Show reasons, inspections and rules of these too").click()
    expect(page.locator("table.list > tbody > tr")).to_have_count(27, timeout=90_000)

    for school in unknown.rows(named=True):
        row = page.locator("section", has=page.locator("#band-ct")).locator("tr", has_text=school["name"])
        expect(row).to_contain_text("oo little is known")
        expect(row).not_to_contain_text("1 in")
        for band in ("first", "next", "later"):
            expect(page.locator("section", has=page.locator(f"#band-{band}"))).not_to_contain_text(school["name"])

    page.get_by_role("navigation", name="Main").get_by_role("link", name="All schools").click()
    expect(page.locator(".inforce")).to_contain_text("my schools (31)")


MOVES = (
    ("attendance", True, 9, "A change in the school’s figures"),
    ("results", True, 4, "A change in the school’s figures"),
    ("definitions changed", False, 1, "Not real: a definition changed, the school did not"),
)
"""The scenario's story: cause, is it real, places, and what the page says of it."""


@pytest.fixture(scope="module")
def moved_site(scored_curated: Path, tmp_path_factory: pytest.TempPathFactory, serve: Callable[[object], str]):
    """The sample's list with one school's move told as in the scenario: its address and the school's name."""
    from dashboard.app import create_app

    folder = tmp_path_factory.mktemp("moved")
    name = (scored_curated / "current").read_text().strip()
    shutil.copy(scored_curated / name, folder / name)
    (folder / "current").write_text(name)
    with duckdb.connect(str(folder / name)) as connection:
        ((urn, school),) = connection.execute(
            "select urn, name from mart.school_risk join mart.school using (urn) where band = 'first' order by rank"
            " limit 1"
        ).fetchall()
        connection.execute("update mart.school_risk set rank_before = rank + 14 where urn = ?", [urn])
        connection.execute("delete from mart.school_risk_move where urn = ?", [urn])
        for place, (cause, is_real, places, _) in enumerate(MOVES, 1):
            connection.execute(
                "insert into mart.school_risk_move by name select ?::int as urn, ?::int as place, ? as cause, "
                "? as is_real, ?::int as places, 0.5 as log_odds, ? as words",
                [urn, place, cause, is_real, places, cause],
            )
    return serve(create_app(folder).server), school


def test_s2_why_did_it_move(page: Page, moved_site: tuple[str, str]):
    site, school = moved_site
    arrive(page, f"{site}/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Talk to first").click()
    row = row_of(page, school)
    row.get_by_text("Up 14 places since").click()
    lines = row.locator("details.moved tbody tr")
    expect(lines).to_have_count(4)
    for line, (cause, _, places, said) in zip(lines.all(), MOVES, strict=False):
        expect(line).to_contain_text(cause[0].upper() + cause[1:])
        expect(line).to_contain_text(f"+{places}")
        expect(line).to_contain_text(said)
    expect(lines.last).to_contain_text("The whole move")
    expect(lines.last).to_contain_text("+14")


def test_s2_moves_sum_to_their_causes(page: Page, scored_site: str, reading):
    moved = risk.schools().filter(pl.col("rank_before") != pl.col("rank")).sort("rank").head(25)
    mine = ",".join(str(urn) for urn in moved["urn"])
    arrive(page, f"{scored_site}/talk-first?mine={mine}&later=full")
    page.wait_for_selector("details.moved")
    told = page.evaluate(
        """[...document.querySelectorAll("details.moved")].map(one => ({
            title: one.querySelector("summary").textContent,
            places: [...one.querySelectorAll("tbody td.r")].map(cell => Number(cell.textContent.replace("−", "-")))
        }))"""
    )
    assert len(told) == moved.height == 25
    for one in told:
        *causes, whole = one["places"]
        assert sum(causes) == whole
        assert one["title"].startswith(f"{'Up' if whole > 0 else 'Down'} {abs(whole)} place")


def test_s9_report_card_era(page: Page, scored_site: str):
    open_the_list_of(page, scored_site, [900004, 900005])
    page.get_by_label("Order by").select_option("Last inspection")
    page.get_by_role("button", name="Show schools").click()
    expect(page.get_by_text("none is turned into another")).to_be_visible()
    headings = [text for text in page.locator(".bandhead h2").all_inner_texts()]
    assert headings == ["Report card", "Education inspection framework"]

    page.get_by_role("button", name="Copy link to this view").click()
    expect(page.locator(".copylink").get_by_role("status")).to_have_text("Link copied")

    card = page.locator("section", has=page.locator("#framework-report-card-2025-"))
    inspected = card.locator("tbody tr").locator("td").last
    expect(card).to_contain_text("Istelford")
    expect(inspected).to_contain_text("10 Feb 2026")
    expect(inspected).to_contain_text("Needs attention: leadership and governance; elsewhere expected standard")
    expect(inspected).to_contain_text("Meets stuck-school test")
    expect(inspected).to_contain_text("rule of 9 Sep 2025")
    for word in ("overall", "Good", "Judged requires improvement"):
        expect(inspected).not_to_contain_text(word)

    older = page.locator("section", has=page.locator("#framework-2019-2024")).locator("tbody tr").locator("td").last
    expect(older).to_contain_text("14 May 2024")
    expect(older).to_contain_text("Good overall")
    for word in ("expected standard", "Meets stuck-school test"):
        expect(older).not_to_contain_text(word)


def test_t8_backtest(page: Page, scored_site: str, reading):
    tested = risk.backtest("primary", "all schools", "concern within a year").filter(
        (pl.col("span") == "year") & (pl.col("year") == 2024)
    )

    def value(candidate: str, metric: str) -> float:
        return tested.filter((pl.col("candidate") == candidate) & (pl.col("metric") == metric))["value"].item()

    arrive(page, f"{scored_site}/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Talk to first").click()
    page.get_by_role("link", name="Is the list any good?").last.click()
    expect(page.locator("h1")).to_have_text("Is the list any good?")
    page.get_by_label("Which list?").select_option("September 2023, for 2023/24")
    page.get_by_role("button", name="Show this list").click()
    lede = page.locator("p.lede")
    expect(lede).to_contain_text("the first fifth of the primary list of September 2023", ignore_case=True)
    expect(lede).to_contain_text(f"held {100 * value('chosen', 'recall_at_20'):.0f}%")
    expect(lede).to_contain_text(f"concern was found at {100 * value('chosen', 'precision_at_20'):.0f}%")

    page.locator("#m-beside").get_by_role("link", name="Table").click()
    rows = page.locator("#m-beside tbody tr")
    beaten = tested.filter((pl.col("metric") == "recall_at_20") & (pl.col("better_upper") < 0))["candidate"].to_list()
    for candidate, words in (
        ("previous_grade", "The last inspection"),
        ("results", "The latest results"),
        ("free_school_meals", "Free school meals"),
    ):
        row = rows.filter(has_text=words).first
        expect(row).to_contain_text(f"{100 * value(candidate, 'recall_at_20'):.0f}%")
        expect(row).to_contain_text(f"{100 * value(candidate, 'precision_at_20'):.0f}%")
        assert (candidate in beaten) == ("It beats the list" in row.inner_text())
    simple = {"previous_grade", "results", "free_school_meals", "single_best", "points"}
    assert bool(simple & set(beaten)) == lede.inner_text().startswith("Ordering by")

    said = page.locator("#m-chances tbody tr").filter(has_text="Concern within a year")
    expect(said).to_contain_text(f"{100 * value('chosen', 'calibration_error'):.1f}%")

    past = risk.past_lists().filter(
        (pl.col("model") == "primary") & (pl.col("year") == 2024) & pl.col("found_concern").fill_null(False)
    )
    missed = past.filter(pl.col("share_before_in_england") >= 0.2)
    expect(page.locator("#missed")).to_contain_text(f"{missed.height or 'None'} of {past.height} school")
    for name in missed["name"].drop_nulls().head(20):
        expect(page.locator("#missed")).to_contain_text(name)

    page.locator("#m-fair").get_by_role("link", name="Table").click()
    small = (
        risk.fairness("primary", "pupils on roll")
        .filter((pl.col("group") == "100 pupils or fewer") & (pl.col("metric") == "recall_at_20"))["value"]
        .item()
    )
    expect(page.locator("#m-fair tbody tr").first).to_contain_text("100 pupils or fewer")
    expect(page.locator("#m-fair tbody tr").first).to_contain_text(f"{100 * small:.0f}%")
