"""Acceptance scenarios of cohorts, in a real browser on the sample: where a cluster's gap opens."""

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dashboard.db import Store, ask
from pipelines.sample import scenarios
from pipelines.sample.constants import NATIONAL_EARLY, NATIONAL_KS2

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OTHERS = 1
"""Place of England’s other children in the sample’s national rates."""


def children_of_the_cluster(raw: Path, assessment: str, year: int, urns: set[str]) -> tuple[int, int]:
    """How many of the children on free school meals reached it, and how many there are: from the authority's file."""
    rows = [
        row
        for row in csv.DictReader((raw / "authority" / "assessments.csv").open(encoding="utf-8"))
        if (row["assessment"], row["year"], row["group"]) == (assessment, str(year), "free_school_meals")
        and row["urn"] in urns
    ]
    return sum(int(row["reached"]) for row in rows), sum(int(row["pupils"]) for row in rows)


@pytest.fixture
def cluster(scored_curated: Path) -> tuple[str, set[str], float]:
    """The cluster's name, the numbers its schools ever had, and what its disadvantaged children reach at eleven."""
    with Store(scored_curated).reading():
        name = ask("select cluster_name from mart.cluster_place where cluster_id = ? limit 1", scenarios.LOSS_CLUSTER)
        urns = ask(
            "select urn from mart.cluster_place where cluster_id = $1 union select linked_urn from mart.school_link "
            "where urn in (select urn from mart.cluster_place where cluster_id = $1)",
            scenarios.LOSS_CLUSTER,
        )
        at_eleven = ask(
            "select 100 * sum(round(o.value * o.n / 100)) / sum(o.n) from mart.school_observation o "
            "join mart.cluster_place p using (urn) where p.cluster_id = ? and o.year = 2024 and o.value is not null "
            "and o.measure = 'reading_writing_maths_expected' and o.\"group\" = 'disadvantaged'",
            scenarios.LOSS_CLUSTER,
        )
    return name.item(), {str(urn) for urn in urns["urn"]}, at_eleven.item()


def test_c3_the_lead_sees_that_the_loss_is_between_six_and_eleven(
    page: Page, scored_site: str, sample_raw: Path, cluster: tuple[str, set[str], float]
):
    name, urns, at_eleven = cluster
    behind = [round(NATIONAL_KS2[2024][1] - at_eleven)]
    for assessment, year in (("phonics_year_1", 2019), ("good_level_of_development", 2018)):
        reached, pupils = children_of_the_cluster(sample_raw, assessment, year, urns)
        behind.insert(0, round(NATIONAL_EARLY[assessment][year][OTHERS] - 100 * reached / pupils))
    assert behind == [6, 8, 17]

    page.goto(scored_site)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Clusters").click()
    expect(page.locator("h1")).to_have_text("Clusters")
    page.get_by_role("link", name=name.removesuffix(" cluster")).first.click()
    expect(page.locator("h1")).to_have_text(name)
    section = page.locator("#chain")
    expect(section).to_contain_text("Most of the gap opens between six and eleven")
    expect(section).to_contain_text(
        f"The Year 6 of 2024 was {behind[0]} points behind at five, {behind[1]} at six and {behind[2]} at eleven"
    )
    expect(section).to_contain_text("more than chance")
    expect(section).to_contain_text("nothing was assessed in 2020 and 2021")
    section.get_by_role("link", name="Table").click()
    page.wait_for_url("**chain=table**")
    row = section.get_by_role("row").filter(has_text="Year 6 in 2024").first
    expect(row).to_contain_text("68% of 75 children, 2018")
    expect(row).to_contain_text("Not assessed")
