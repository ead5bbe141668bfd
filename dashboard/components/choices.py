"""What a reader chose in the address, held against what a page knows: taken, or named and ignored."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from dash import html

from dashboard.components.block import VIEWS
from dashboard.components.links import address
from dashboard.components.page import ignored

MINE = re.compile(r"\d{6}(,\d{6})*")
"""What the choice `mine` looks like on every page: URNs with commas between."""


def are_mine(text: str) -> bool:
    """Whether a value of the choice `mine` can be read."""
    return MINE.fullmatch(text) is not None


def urns_of(mine: str) -> tuple[int, ...]:
    """The URNs of the choice `mine`, each once, in their order."""
    return tuple(dict.fromkeys(int(urn) for urn in re.findall(r"\d{6}", mine)))


def whole(text: str) -> int | None:
    """The whole number of at most nine figures that a part of an address is; None for anything else.

    `str.isdigit` alone is also true of ², which is no number, and of a thousand figures.
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


@dataclass(frozen=True, kw_only=True)
class Choices:
    """The choices in force on a page.

    Attributes:
        path: the page's address.
        values: every choice with its value, the default where nothing was asked.
        kept: those that differ from the default, as they stand in every link of the page.
        unused: sentences about parts of the address that mean nothing here.
    """

    path: str
    values: Mapping[str, str]
    kept: Mapping[str, str]
    unused: tuple[str, ...]

    def __getitem__(self, key: str) -> str:
        """The value of a choice; an empty text for one that is not in force."""
        return self.values.get(key, "")

    def address(self, *, anchor: str = "", **changes: object) -> str:
        """The address of the page with these choices and changes."""
        return address(self.path, self.kept, anchor=anchor, **changes)

    def view(self, key: str, first: str = "chart") -> str:
        """The view of a block: its own choice, else that of the whole page."""
        return self.values.get(key) or self.values.get("view") or first

    def view_address(self, key: str) -> Callable[[str], str]:
        """View → the address that shows a block in it; the reader stays where they are on the page."""
        return lambda view: self.address(**{key: view})

    def notice(self) -> html.Div | None:
        """The quiet notice about unused parts; None where there are none."""
        return ignored(self.unused, self.address())


def choose(
    path: str,
    query: Mapping[str, str],
    defaults: Mapping[str, str],
    allowed: Mapping[str, Collection[str] | Callable[[str], bool]],
    *,
    blocks: Collection[str] = (),
) -> Choices:
    """The choices in an address.

    Args:
        defaults: choice → its value where nothing is asked.
        allowed: choice → the values that it may have, or a function that says of one whether it may.
        blocks: keys of the page's blocks, each a choice of its view; `view` is that of all of them.
    """
    values, unused = dict(defaults), []
    tests = {**allowed, "view": tuple(VIEWS), **{key: tuple(VIEWS) for key in blocks}}
    for key, value in query.items():
        test = tests.get(key)
        if not value or value == defaults.get(key):
            continue
        if test is None:
            unused.append(f"“{key}={value[:60]}” means nothing on this page.")
        elif test(value) if callable(test) else value in test:
            values[key] = value
        else:
            unused.append(f"There is no {key.replace('_', ' ')} called “{value[:60]}”.")
    kept = {key: value for key, value in values.items() if value != defaults.get(key, "")}
    return Choices(path=path, values=values, kept=kept, unused=tuple(unused))
