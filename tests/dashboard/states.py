"""Every page with its states, found by following its own links: those not yet written included."""

from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

from dash.development.base_component import Component
from fictional_build import example_of

from dashboard import pages
from dashboard.app import page_to_show
from dashboard.db import Store

OF_A_CHOICE = 2
"""How many values of each choice are looked at."""

MOST = 16
"""How many states of a page are looked at."""


def walk(part: object, above: tuple[Component, ...] = ()) -> Iterator[tuple[Component, tuple[Component, ...]]]:
    """Every piece of a page with the pieces that it stands in, the nearest last."""
    if isinstance(part, Component):
        yield part, above
        above = (*above, part)
        part = getattr(part, "children", None)
        if isinstance(part, Component):
            part = [part]
    if isinstance(part, list | tuple):
        for child in part:
            yield from walk(child, above)


def text_of(part: object) -> str:
    """The words of a piece of page."""
    if isinstance(part, list | tuple):
        return " ".join(filter(None, map(text_of, part)))
    if isinstance(part, Component):
        return text_of(getattr(part, "children", None))
    return "" if part is None else str(part)


def attribute(part: Component, name: str) -> object:
    """An attribute of a piece, data- and aria- included; None where it has none."""
    return vars(part).get(name)


def addresses_of(content: object) -> list[str]:
    """The addresses of ours that a page leads to, each once, without their anchors."""
    found = (attribute(part, "href") for part, _ in walk(content))
    return list(dict.fromkeys(one.partition("#")[0] for one in found if isinstance(one, str) and one.startswith("/")))


def shown(store: Store, address: str) -> list:
    """What the callback shows at an address."""
    path, _, query = address.partition("?")
    return page_to_show(store, path, f"?{query}" if query else "")[1]


def states(store: Store, module: object) -> dict[str, list]:
    """Address → what is shown there: the page itself, its version to share, and what its own links make of it."""
    first = example_of(module.PAGE.path)
    content = shown(store, first)
    found = {first: content}
    times: dict[str, int] = {}
    for address in addresses_of(content):
        parts = urlsplit(address)
        if parts.path != first or not parts.query or len(found) > MOST:
            continue
        keys = [key for key, _ in parse_qsl(parts.query)]
        if all(times.get(key, 0) >= OF_A_CHOICE for key in keys):
            continue
        times.update((key, times.get(key, 0) + 1) for key in keys)
        found[address] = shown(store, address)
    for address in (f"{first}?view=table", f"{first}?share=yes"):
        found.setdefault(address, shown(store, address))
    return found


def all_states(store: Store) -> dict[str, dict[str, list]]:
    """Path of a page → its states."""
    return {module.PAGE.path: states(store, module) for module in pages.modules()}
