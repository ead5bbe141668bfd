"""What a cluster lead does: compares gaps, meets a hidden cell, prints the pack for the heads."""

import io
import json
import re

import polars as pl
import pytest
from playwright.sync_api import Page, expect
from test_pages import text_of

from dashboard.app import view
from dashboard.db import Reader, Store, ask, reads_as
from dashboard.pages import cluster as cluster_page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CLUSTER, FOUR_DISADVANTAGED = "C05", "Lorrelham Church of England Primary School"
MEASURE = "reading_writing_maths_expected"


@pytest.fixture(scope="module")
def store(scored_curated) -> Store:
    return Store(scored_curated)


@pytest.fixture(scope="module")
def known(store: Store) -> dict:
    """The cluster's rows of mart.gap for the newest year, by span; England's and the authority's beside them."""
    with store.reading():
        rows = ask(
            """select * from mart.gap where measure = ? and contrast = 'disadvantaged' and year = 2025
                and (unit = ? or unit_kind in ('england', 'authority'))""",
            MEASURE,
            CLUSTER,
        ).rows(named=True)
    return {(row["unit_kind"], row["span"]): row for row in rows}


def arrive(page: Page, site: str) -> None:
    """From the front page by the navigation to the cluster."""
    page.goto(site)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Clusters").click()
    expect(page.locator("h1")).to_have_text("Clusters")
    page.locator("#m-side").get_by_role("link", name="Ulverwick", exact=True).click()
    expect(page.locator("h1")).to_have_text("Ulverwick cluster")


def choose(page: Page, **choices: str) -> None:
    for name, words in choices.items():
        page.locator(f"#field-{name}").select_option(label=words)
    page.get_by_role("button", name="Show", exact=True).click()


def signed(value: float) -> str:
    whole = round(abs(value))
    return f"{'−' if value < 0 and whole else '+' if whole else ''}{whole}"


def test_c1_the_three_gaps_with_pupils_and_intervals_and_the_years_together(page: Page, scored_site: str, known: dict):
    arrive(page, scored_site)
    said = re.sub(r"\s*\(", " (", page.locator("#m-gaps").inner_text())
    for span in ("year", "pooled"):
        row = known["cluster", span]
        assert f"{row['focus_count']:.0f} of {row['focus_n']:.0f}" in said
        assert f"{round(100 * row['focus_count'] / row['focus_n'])}%" in said
        within = row["other_value"] - row["focus_value"]
        low, high = -row["within_upper"], -row["within_lower"]
        assert f"{signed(-within)} ({signed(low)} to {signed(high)})" in said
        national = row["focus_value"] - row["national_other"]
        limits = f"({signed(row['national_lower'])} to {signed(row['national_upper'])})"
        assert f"{signed(national)} {limits}" in said
    assert signed(known["england", "year"]["national_gap"]) in said


def test_c1_other_clusters_are_compared_without_a_small_cell(page: Page, scored_site: str, known: dict):
    arrive(page, scored_site)
    page.get_by_role("link", name="Compare clusters").click()
    expect(page.locator("h1")).to_have_text("Clusters")
    table = page.locator("#m-side table")
    row = known["cluster", "pooled"]
    expect(table.get_by_role("row", name=re.compile("Ulverwick"))).to_contain_text(
        f"{row['focus_count']:.0f} of {row['focus_n']:.0f}"
    )
    expect(table).not_to_contain_text("Suppressed (small numbers):")
    names = table.get_by_role("rowheader").all_inner_texts()
    assert names == sorted(names)
    page.get_by_role("link", name="Less others in England").click()
    expect(page.locator("th[aria-sort=ascending]")).to_contain_text("Less others in England")
    expect(page.locator("#m-side .reason")).to_contain_text("no league table")


def test_c1_the_widest_gap_is_three_clicks_from_the_front_page(page: Page, scored_site: str, store: Store):
    with store.reading():
        widest = ask(
            """select unit_name from mart.gap where unit_kind = 'cluster' and measure = ? and span = 'pooled'
                and contrast = 'disadvantaged' and year = 2025 and focus_n >= 11 order by national_gap limit 1""",
            MEASURE,
        )["unit_name"][0]
    page.goto(scored_site)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Clusters").click()
    short = widest.removesuffix(" cluster")
    expect(page.locator("#m-side h3")).to_contain_text(f"{short} has the widest gap")
    page.locator("#m-side").get_by_role("link", name=short, exact=True).click()
    expect(page.locator("h1")).to_have_text(widest)


def test_c2_a_hidden_cell_stays_hidden_when_the_school_is_left_out(page: Page, scored_site: str, known: dict):
    arrive(page, scored_site)
    choose(page, years="Newest year alone")
    page.wait_for_url("**years=year**")
    row = page.locator(".dumb", has_text=FOUR_DISADVANTAGED)
    expect(row).to_contain_text("Suppressed (small numbers): 4 pupils")
    whole = known["cluster", "year"]
    counted = f"{whole['focus_count']:.0f} of {whole['focus_n']:.0f}"
    expect(page.locator("#m-gaps")).to_contain_text(counted)

    choose(page, without=f"All but {FOUR_DISADVANTAGED}")
    page.wait_for_url("**without=900003**")
    expect(page.locator("#m-gaps")).to_contain_text("Withheld")
    expect(page.locator(".lede")).to_contain_text("it would tell the result of the 4 pupils hidden there")
    for anchor in ("#m-gaps", "#schools", "#members", "#m-time"):
        expect(page.locator(anchor)).not_to_contain_text(counted)
    expect(page.locator("#schools .dumb", has_text=FOUR_DISADVANTAGED)).to_have_count(0)


def test_c2_exports_do_not_tell_the_four_by_subtraction(page: Page, scored_site: str):
    """Neither with all schools nor with all but one does a file hold the cluster's total or the school's 4 pupils."""
    arrive(page, scored_site)
    for query in ("years=year", "years=year&without=900003"):
        saved = {}
        for name in ("gaps", "schools", "time"):
            answer = page.request.get(f"{scored_site}/download/cluster/{CLUSTER}/{name}.csv?{query}")
            saved[name] = pl.read_csv(io.BytesIO(answer.body()), infer_schema_length=None)
        newest = pl.concat([frame.filter(pl.col("year") == 2025) for frame in saved.values()], how="diagonal_relaxed")
        single = newest.filter(pl.col("span") == "year")
        own = single.filter(pl.col("unit_kind") == "cluster")
        assert own["focus_n"].null_count() == own.height  # hidden, or not there at all
        four = single.filter(pl.col("unit").cast(pl.String) == "900003")
        assert four["focus_n"].null_count() == four.height


def test_c7_the_pack_leaves_out_what_is_hidden_and_the_leads_screen_stays(page: Page, scored_site: str, store: Store):
    arrive(page, scored_site)
    before = page.locator("#schools").inner_text()
    assert "4 pupils" in page.locator("#members").inner_text()
    with page.expect_download() as saving:
        page.get_by_role("link", name="Discussion pack").click()
    assert saving.value.suggested_filename.startswith(f"discussion-pack-{CLUSTER}-")
    assert saving.value.path().read_bytes().startswith(b"%PDF-")
    assert page.locator("#schools").inner_text() == before

    with store.reading(shared=True):
        printed = cluster_page.document("discussion-pack", CLUSTER).data
        shared = text_of(view(f"/cluster/{CLUSTER}", "")[1])
    words = json.dumps(printed, ensure_ascii=False)
    assert "Suppressed" not in words
    assert not [pupils for pupils in re.findall(r"(\d+) pupils?\b", words) if int(pupils) < 6]
    assert "Hidden: small number of pupils" in words
    assert not re.search(r"\b(bands?|chance of|\w+ tenth|talk to first)\b", words, re.IGNORECASE)
    for figure in [*printed["gaps"], *printed["schools"]]:
        if figure.get("label", "").startswith("England"):
            continue
        for value in (figure.get(key) for key in ("gap", "national", "within")):
            assert value in (None, "", "Hidden", "No data") or value in shared


def test_c7_nobody_in_the_first_band_is_offered_as_an_example(store: Store):
    """The same for everybody who is offered anybody, so that nobody can tell a band from who is missing."""
    with store.reading():
        first = set(ask("select urn from mart.school_risk where band = 'first'")["urn"])
        clusters = ask("select distinct cluster_id from mart.cluster_place order by all")["cluster_id"]
        whole = {one: offered(one) for one in clusters}
    assert any(whole.values())
    assert not first & {urn for urns in whole.values() for urn in urns or ()}
    lead = Reader(chances=False, small_numbers=False, clusters=frozenset({CLUSTER}))
    with reads_as(lead), store.reading():
        seen = offered(CLUSTER)
        if seen is None:
            return
        missing = [urn for urn in whole[CLUSTER] if urn not in seen]
        told = ask(
            """
            select urn from mart.estimate where measure = ? and "group" = 'disadvantaged' and year = ?
                and mean is not null and list_contains(?::integer[], urn)
            """,
            *shown_in(CLUSTER),
            missing,
        )
        assert [urn for urn in seen if urn in whole[CLUSTER]] == [u for u in whole[CLUSTER] if u not in missing]
        assert told.is_empty()  # who is missing is hidden by its few pupils


def shown_in(cluster: str) -> tuple[str, int]:
    about = cluster_page._found(cluster)
    found = cluster_page.gaps_of(about, cluster_page._choices(about, cluster_page._held(about), {}))
    return found.measure.key, found.year


def offered(cluster: str) -> list[int] | None:
    about = cluster_page._found(cluster)
    found = cluster_page.gaps_of(about, cluster_page._choices(about, cluster_page._held(about), {}))
    examples, _ = cluster_page.examples_of(about, found)
    return None if examples is None else [one.row["urn"] for one in examples]


def test_a_lead_sees_the_small_numbers_of_their_own_cluster_only(store: Store):
    lead = Reader(chances=False, small_numbers=False, clusters=frozenset({CLUSTER}))
    with reads_as(lead), store.reading():
        own = text_of(view(f"/cluster/{CLUSTER}", "?years=year")[1])
        other = text_of(view("/cluster/C01", "?years=year")[1])
    assert f"{FOUR_DISADVANTAGED} (4 pupils)" in own
    assert "Suppressed (small numbers)" not in other
    assert "Hidden: small number of pupils" in other
