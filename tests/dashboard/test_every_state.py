"""What holds on every page in every state: charts in words and as tables, names, no way to send anything out."""

import itertools
import re

import pytest
from states import all_states, attribute, text_of, walk

from dashboard import pages
from dashboard.components.graph import CONFIG

PATHS = [module.PAGE.path for module in pages.modules()]
every_path = pytest.mark.parametrize("path", PATHS)


@pytest.fixture(scope="module")
def found(store):
    return all_states(store)


def kind(part) -> str:
    return type(part).__name__


def classes(part) -> set[str]:
    return set((attribute(part, "className") or "").split())


def is_block(part) -> bool:
    """Whether a piece is what a chart and its table stand in together."""
    return kind(part) in ("Article", "Section") or attribute(part, "id") is not None


def blocks_with_charts(content):
    """Each chart with the pieces that it stands in."""
    return [(part, above) for part, above in walk(content) if kind(part) == "Graph"]


def test_states_are_found(found):
    assert set(found) == set(PATHS)
    assert sum(len(states) for states in found.values()) > 3 * len(PATHS)
    assert any(blocks_with_charts(content) for states in found.values() for content in states.values())


@every_path
def test_every_chart_is_said_in_words_and_offers_its_table(found, path):
    for address, content in found[path].items():
        for graph, above in blocks_with_charts(content):
            picture = next((part for part in above if attribute(part, "role") == "img"), None)
            assert picture is not None, address
            words = attribute(picture, "aria-label")
            assert len(words or "") > 20, (address, words)
            assert graph.config == CONFIG, address
            block = next((part for part in reversed(above) if is_block(part)), None)
            assert block is not None, (address, words[:60])
            beside = next((part for part in above if "gmap" in classes(part)), block)  # a map stands beside its list
            inside = [part for one in (block, beside) for part, _ in walk(one)]
            tables = [part for part in inside if kind(part) == "Table"]
            views = [text_of(part) for part in inside if kind(part) == "A" and "Table" in text_of(part)]
            assert tables or views, f"{address}: neither a table nor a view of one with “{words[:60]}”"


@every_path
def test_every_picture_has_words(found, path):
    for address, content in found[path].items():
        for part, above in walk(content):
            if kind(part) == "Img":
                hidden = any(attribute(one, "aria-hidden") == "true" for one in (part, *above))
                in_picture = any(attribute(one, "role") == "img" for one in above)
                assert attribute(part, "alt") is not None or hidden or in_picture, address


@every_path
def test_nothing_can_be_sent_out_or_put_in(found, path):
    forbidden = {
        "Upload",
        "Clipboard",
        "Geolocation",
        "Script",
        "Iframe",
        "ObjectEl",
        "Embed",
        "Base",
        "Link",
        "Markdown",
    }
    for address, content in found[path].items():
        for part, _ in walk(content):
            assert kind(part) not in forbidden, (address, kind(part))
            assert attribute(part, "type") != "file", address
            assert attribute(part, "dangerously_allow_html") is None, address
            if kind(part) in ("Button", "A"):
                assert not re.fullmatch(
                    r"\s*(share|upload|send|post|publish)\b(?! of\b).*", text_of(part), re.IGNORECASE
                ), address
            if kind(part) == "Form":
                action = attribute(part, "action") or ""
                assert action.startswith("/"), (address, action)
                assert not action.startswith("//"), (address, action)
                assert (attribute(part, "method") or "get").lower() == "get", address


@every_path
def test_links_lead_where_they_say(found, path):
    for address, content in found[path].items():
        for part, _ in walk(content):
            if kind(part) != "A":
                continue
            target = attribute(part, "href")
            assert target is None or re.match(r"/(?!/)|#|https://|mailto:", target), (address, target)
            name = text_of(part).strip() or attribute(part, "aria-label")
            assert name or any(kind(one) == "Img" and attribute(one, "alt") for one, _ in walk(part)), (address, target)


@every_path
def test_every_field_has_a_name_and_every_table_its_heads(found, path):
    for address, content in found[path].items():
        pieces = [part for part, _ in walk(content)]
        labelled = {attribute(part, "htmlFor") for part in pieces if kind(part) == "Label"}
        for part, above in walk(content):
            if kind(part) in ("Input", "Select", "Textarea") and attribute(part, "type") not in ("hidden", "submit"):
                wrapped = any(kind(one) == "Label" for one in above)
                assert wrapped or attribute(part, "aria-label") or attribute(part, "id") in labelled, (
                    address,
                    vars(part),
                )
            if kind(part) == "Table":
                heads = [one for one, _ in walk(part) if kind(one) == "Th"]
                assert heads, (address, text_of(part)[:60])
                assert all(attribute(one, "scope") in ("col", "row", "colgroup", "rowgroup") for one in heads), (
                    address,
                    [text_of(one) for one in heads if attribute(one, "scope") is None][:3],
                )


@every_path
def test_one_heading_leads_and_no_level_is_skipped(found, path):
    for address, content in found[path].items():
        levels = [int(kind(part)[1]) for part, _ in walk(content) if re.fullmatch(r"H[1-6]", kind(part))]
        assert levels.count(1) == 1, address
        assert all(after - before <= 1 for before, after in itertools.pairwise(levels)), (address, levels)
        ids = [attribute(part, "id") for part, _ in walk(content) if isinstance(attribute(part, "id"), str)]
        assert len(ids) == len(set(ids)), (address, sorted(one for one in ids if ids.count(one) > 1)[:5])


@every_path
def test_nobody_is_made_to_tab_in_another_order(found, path):
    for address, content in found[path].items():
        for part, _ in walk(content):
            assert attribute(part, "tabIndex") in (None, 0, -1, "0", "-1"), (address, vars(part))
            if kind(part) in ("A", "Button", "Summary"):
                assert attribute(part, "tabIndex") not in (-1, "-1"), (address, text_of(part))


@every_path
def test_no_version_to_share_leads_back_to_small_numbers_without_saying(found, path):
    """What is shared names its policy and snapshot; what is not prints as a line that leads there."""
    for address, content in found[path].items():
        first = content[0] if isinstance(content, list) else content
        if "share=yes" in address and pages.find(address.partition("?")[0])[0].PAGE.has_figures:
            assert "shared" in classes(first) or "not be shared" in text_of(content), address
