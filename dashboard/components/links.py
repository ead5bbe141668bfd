"""Addresses inside the dashboard: a path and the choices that a reader has made."""

from collections.abc import Iterable, Mapping
from urllib.parse import urlencode


def address(path: str, query: Mapping[str, object] | None = None, *, anchor: str = "", **changes: object) -> str:
    """`path` with the query and its changes; empty values leave the address, an anchor goes at its end."""
    chosen = {**(query or {}), **changes}
    text = urlencode({key: value for key, value in chosen.items() if value not in (None, "")})
    return path + (f"?{text}" if text else "") + (f"#{anchor}" if anchor else "")


def school_path(urn: int) -> str:
    """The address of a school's page."""
    return f"/school/{urn}"


COMPARE = "/compare"
MOST_COMPARED = 6
"""Schools that can be read side by side."""


def compare_path(urns: Iterable[int] = (), add: int | None = None, **query: object) -> str:
    """The address of the comparison of schools in the order of choice, with one more at its end.

    The address names all of them, those beyond the most that are compared too: the page says which it leaves out.
    """
    chosen = list(dict.fromkeys([*urns, *([add] if add is not None else [])]))
    return address(COMPARE, {"urns": ",".join(map(str, chosen)), **query}).replace("%2C", ",")
