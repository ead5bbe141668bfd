"""The pages in real Chromium: axe, nothing off the machine, keyboard, zoom, forced colours, print."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from fictional_benchmark import READY
from fictional_build import SECONDARY, SMALL, TARROWBY, example_of
from playwright.sync_api import Page, expect
from watching import Watch

from dashboard import pages
from dashboard.app import create_app

pytestmark = pytest.mark.browser

ADDRESSES = {
    **{module.PAGE.path: example_of(module.PAGE.path) for module in pages.modules()},
    "every measure open": f"/school/{TARROWBY}?show=all",
    "tables": f"/school/{SMALL}?view=table",
    "how, where from, download": f"/school/{TARROWBY}?reading_writing_maths_expected=how"
    "&reading_writing_maths_higher=where&reading_progress=download",
    "proposed clusters": "/clusters?list=proposed",
    "one cluster": "/clusters?list=proposed&cluster=P01",
    "an indicator": f"/benchmark?indicator={READY}",
    "a topic": "/benchmark?topic=Foundation+stage",
    "schools compared": f"/compare?urns={TARROWBY},{SMALL},{SECONDARY}",
    "schools compared in tables": f"/compare?urns={TARROWBY},{SMALL}&view=table&add=brack",
    "an area of need chosen": "/need?area=A1&rule=own&view=table",
    "areas of need, how": "/need?level=small&view=how",
    "an ignored part": "/schools?phase=moon&q=brack",
    "nothing found": "/schools?q=zzzz",
    "not found": "/nowhere",
}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

UNSEEN_FOCUS = """() => {
  const before = document.activeElement, lacking = [];
  for (const one of document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")) {
    if (!one.checkVisibility({visibilityProperty: true}) || one.disabled || one.type === "hidden") continue;
    const bare = getComputedStyle(one), was = bare.outlineStyle + bare.boxShadow + bare.borderColor;
    one.focus({preventScroll: true, focusVisible: true});
    if (document.activeElement !== one) continue;
    const style = getComputedStyle(one), box = one.getBoundingClientRect();
    const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    const changed = style.outlineStyle + style.boxShadow + style.borderColor !== was;
    if (!(outlined && changed) || box.width < 1 || box.height < 1) lacking.push(one.outerHTML.slice(0, 120));
  }
  if (before) before.focus({preventScroll: true});
  return lacking.slice(0, 5);
}"""
"""What can be focused and does not show it: an outline of two pixels that was not there before."""

UNREADABLE = """() => {
  const numbers = text => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = text => {
    const [r, g, b] = numbers(text).map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = one => {
    for (; one; one = one.parentElement) {
      const colour = getComputedStyle(one).backgroundColor, parts = numbers(colour);
      if (parts.length === 3 || parts[3] > 0.5) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const lacking = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const one = walker.currentNode.parentElement;
    const words = walker.currentNode.textContent.trim();
    if (!words || !one.checkVisibility({visibilityProperty: true, opacityProperty: true})) continue;
    if (one.closest("svg, script, style, .vh")) continue;
    const [a, b] = [light(getComputedStyle(one).color), light(ground(one))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) lacking.push(`${contrast.toFixed(1)} ${one.className} ${words.slice(0, 60)}`);
  }
  return lacking.slice(0, 5);
}"""
"""Words that stand on a ground too like them, where the reader's own colours replace ours."""


@pytest.fixture(scope="module")
def base(serve, curated) -> str:
    return serve(create_app(curated).server)


@pytest.fixture(scope="module")
def tab(browser):
    """One tab for the tests that only look, so that scripts are fetched once."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


def arrive(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_selector("main h1")
    page.wait_for_function(
        "() => document.querySelectorAll('.dash-graph').length === document.querySelectorAll('.js-plotly-plot').length"
    )


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_page_is_for_everybody(tab: Page, base: str, name: str):
    """Axe at two widths, no sideways scroll at three, focus and words that can be seen, nothing off the machine.

    One visit for all of it: loading a page takes longer than looking at it.
    """
    watch = Watch(base)
    watch.on(tab)
    resize(tab, 1400)
    arrive(tab, base + ADDRESSES[name])
    look(tab)
    assert tab.evaluate(UNSEEN_FOCUS) == [], "focus cannot be seen"
    for zoomed, width in (("200 %", 700), ("400 %", 320)):
        resize(tab, width)
        assert tab.evaluate("document.documentElement.scrollWidth") <= width, f"scrolls sideways at {zoomed}"
    resize(tab, 390)
    look(tab)
    resize(tab, 1400)
    tab.emulate_media(forced_colors="active")
    try:
        assert tab.evaluate(UNREADABLE) == [], "cannot be read in forced colours"
        assert tab.evaluate(UNSEEN_FOCUS) == [], "focus cannot be seen in forced colours"
    finally:
        tab.emulate_media(forced_colors="none")
    watch.off(tab)
    assert watch.outside == []
    assert watch.errors == []  # what the content security policy refuses is an error here


def test_what_cannot_be_seen_is_found(page: Page):
    """The two looks of ours find what they are for; axe has tests of its own."""
    page.set_content(
        "<style>.ring:focus-visible{outline:3px solid}</style>"
        "<button style='all:unset'>no ring</button><button class='ring'>a ring</button><input style='outline:none'>"
        "<p style='forced-color-adjust:none;color:#ccc;background:#fff'>pale</p><p>dark</p>"
    )
    page.keyboard.press("Tab")
    assert [one.split(">")[0] for one in page.evaluate(UNSEEN_FOCUS)] == [
        '<button style="all:unset"',
        '<input style="outline:none"',
    ]
    page.emulate_media(forced_colors="active")
    assert [words.split()[-1] for words in page.evaluate(UNREADABLE)] == ["pale"]


def resize(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def look(page: Page) -> None:
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()


def test_the_skip_link_is_first_and_works(page: Page, base: str):
    arrive(page, base + "/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_search_filter_sort_and_tabs_by_keyboard_alone(page: Page, base: str):
    arrive(page, base + "/")
    page.locator("#find").focus()
    page.keyboard.type("900001")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/school/{TARROWBY}")
    expect(page.locator("h1")).to_have_text("Tarrowby Primary School")

    table = page.locator("#m-reading_writing_maths_expected .tabs a").nth(1)
    table.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**reading_writing_maths_expected=table**")
    expect(page.locator("#m-reading_writing_maths_expected table.years")).to_be_visible()
    expect(table).to_have_attribute("aria-current", "true")
    expect(table).to_be_focused()

    arrive(page, base + "/schools")
    page.get_by_label("Phase").focus()
    page.get_by_label("Phase").select_option("special")
    page.get_by_role("button", name="Show schools").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**phase=special**")
    expect(page.locator("table.schools tbody tr")).to_have_count(1)

    arrive(page, base + "/schools")
    page.get_by_role("link", name="Pupils").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**sort=pupils**")
    expect(page.locator("th[aria-sort=ascending]")).to_contain_text("Pupils")


def test_choices_survive_a_reload_and_the_back_button(page: Page, base: str):
    arrive(page, base + "/schools?cluster=brackwater&sort=-pupils")
    expect(page.get_by_label("Cluster")).to_have_value("brackwater")
    first = page.locator("table.schools tbody tr a").first
    name = first.inner_text()
    first.click()
    expect(page.locator("h1")).to_have_text(name)
    expect(page).to_have_title(f"{name} | School improvement")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.go_back()
    expect(page.locator("h1")).to_have_text("All schools")
    expect(page.get_by_label("Cluster")).to_have_value("brackwater")
    expect(page).to_have_title("All schools | School improvement")


def test_a_reader_stays_where_they_were_when_a_choice_changes_and_when_they_come_back(page: Page, base: str):
    arrive(page, f"{base}/school/{TARROWBY}")
    block = page.locator("#m-reading_writing_maths_expected")
    block.scroll_into_view_if_needed()
    before = page.evaluate("window.scrollY")
    assert before > 200
    block.get_by_role("link", name="Table").evaluate("link => link.click()")
    expect(block.locator("table.years")).to_be_visible()
    page.wait_for_function("before => Math.abs(window.scrollY - before) < 3", arg=before)
    page.get_by_role("link", name="Clusters", exact=True).evaluate("link => link.click()")
    expect(page.locator("h1")).to_have_text("Clusters")
    assert page.evaluate("window.scrollY") == 0
    page.go_back()
    expect(block.locator("table.years")).to_be_visible()
    page.wait_for_function("before => Math.abs(window.scrollY - before) < 3", arg=before)


def test_a_link_to_a_place_on_a_page_goes_there(page: Page, base: str):
    arrive(page, f"{base}/school/{TARROWBY}")
    page.get_by_role("navigation", name="On this page").get_by_role("link", name="Inspections").click()
    expect(page.locator("#inspections")).to_be_in_viewport()
    arrive(page, f"{base}/about")
    arrive(page, f"{base}/about#definitions")
    expect(page.locator("#definitions")).to_be_in_viewport()


def test_a_measure_opens_in_place(page: Page, base: str):
    arrive(page, f"{base}/school/{TARROWBY}")
    page.get_by_role("link", name="Reading at the expected standard").click()
    expect(page.locator("#m-reading_expected .js-plotly-plot")).to_be_visible()
    expect(page.locator("#m-reading_expected")).to_be_in_viewport()


def test_a_table_is_saved(page: Page, base: str):
    arrive(page, f"{base}/school/{TARROWBY}?reading_writing_maths_expected=download")
    with page.expect_download() as saving:
        page.get_by_role("link", name="CSV").click()
    assert saving.value.suggested_filename == f"{TARROWBY}-reading_writing_maths_expected-fictional-1.csv"


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_a_picture_is_saved_from_the_version_to_share_only(page: Page, base: str, kind: str):
    arrive(page, f"{base}/school/{TARROWBY}")
    button = page.get_by_role("button", name=f"Save as {kind.upper()}").first
    button.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**share=yes**")
    page.wait_for_selector(".shared")
    page.wait_for_selector(".js-plotly-plot")
    expect(button).to_be_focused()
    with page.expect_download() as saving:
        page.keyboard.press("Enter")
    assert saving.value.suggested_filename == f"tarrowby-primary-school.{kind}"
    picture = saving.value.path().read_bytes()
    if kind == "svg":
        for words in (b"Source: ", b"Small numbers hidden.", b"Snapshot fictional-1"):
            assert words in picture
    else:
        assert picture.startswith(b"\x89PNG")


def test_an_unknown_address_is_404_in_plain_english(page: Page, base: str):
    assert page.goto(base + "/nowhere").status == 404
    expect(page.locator("h1")).to_have_text("Page not found")
    page.get_by_role("link", name="Go to the overview").click()
    expect(page.locator("h1")).to_have_text("Overview")


def test_the_phone_menu_opens_and_closes(page: Page, base: str):
    page.set_viewport_size({"width": 390, "height": 844})
    arrive(page, base + "/")
    menu = page.get_by_role("navigation", name="Main")
    expect(menu.get_by_role("link", name="All schools")).to_be_hidden()
    menu.get_by_text("Menu").click()
    menu.get_by_role("link", name="All schools").click()
    expect(page.locator("h1")).to_have_text("All schools")
    expect(menu.get_by_role("link", name="About the data")).to_be_hidden()


def test_print_leaves_out_the_shell_and_keeps_sources_and_snapshot(page: Page, base: str):
    arrive(page, f"{base}/school/{TARROWBY}?share=yes")
    page.emulate_media(media="print")
    for hidden in ("nav.rail", ".tabs", ".filters", ".top .find", ".acts"):
        expect(page.locator(hidden).first).to_be_hidden()
    expect(page.locator(".measure .foot").first).to_be_visible()
    expect(page.locator("footer").get_by_text("Snapshot fictional-1")).to_be_visible()


def test_no_table_is_cut_off_on_paper(page: Page, base: str):
    """A4 less its margins is 703 px wide, and nobody can scroll it: the last years of the rules once were missing."""
    page.set_viewport_size({"width": 703, "height": 1000})
    page.emulate_media(media="print")
    for path in (f"/school/{TARROWBY}?share=yes", "/clusters?share=yes", "/about?share=yes"):
        arrive(page, base + path)
        cut = page.evaluate(
            "() => [...document.querySelectorAll('table')].filter(t => t.checkVisibility()"
            " && t.scrollWidth > t.parentElement.clientWidth + 1).map(t => t.className || t.textContent.slice(0, 60))"
        )
        assert not cut, (path, cut)


def test_a_working_page_prints_as_a_line_that_leads_to_the_version_to_share(page: Page, base: str):
    arrive(page, f"{base}/school/{TARROWBY}")
    expect(page.locator(".print-guard")).to_be_hidden()
    page.emulate_media(media="print")
    expect(page.locator(".print-guard")).to_be_visible()
    expect(page.locator(".measure").first).to_be_hidden()


def test_the_print_button_prints_the_version_to_share(page: Page, base: str):
    page.add_init_script(
        "window.print = () => { document.body.dataset.printed = document.querySelectorAll('.shared').length }"
    )
    arrive(page, f"{base}/school/{TARROWBY}")
    page.get_by_role("button", name="Print this page").click()
    expect(page.locator("body[data-printed='1']")).to_be_attached()
    expect(page.get_by_text("To print and share.")).to_be_visible()


def test_no_chart_offers_a_menu_or_sharing(page: Page, base: str):
    arrive(page, f"{base}/school/{TARROWBY}")
    page.locator(".js-plotly-plot").first.hover()
    assert page.locator(".modebar-btn").count() == 0
