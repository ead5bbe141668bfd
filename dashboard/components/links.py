"""Addresses inside the dashboard: a path and the choices that a reader has made."""

from collections.abc import Mapping
from urllib.parse import urlencode


def address(path: str, query: Mapping[str, object] | None = None, *, anchor: str = "", **changes: object) -> str:
    """`path` with the query and its changes; empty values leave the address, an anchor goes at its end."""
    chosen = {**(query or {}), **changes}
    text = urlencode({key: value for key, value in chosen.items() if value not in (None, "")})
    return path + (f"?{text}" if text else "") + (f"#{anchor}" if anchor else "")


def school_path(urn: int) -> str:
    """The address of a school's page."""
    return f"/school/{urn}"
