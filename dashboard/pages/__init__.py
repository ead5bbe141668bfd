"""The pages: one file each, found by walking this folder, so that adding one edits nothing else."""

import importlib
import pkgutil
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import ModuleType


class PageNotFound(Exception):
    """The address names nothing that exists; the message is a sentence for the reader."""


@dataclass(frozen=True, kw_only=True)
class Page:
    """What a page file declares as `PAGE`.

    Attributes:
        path: its address; `<name>` stands for one part that is handed to the page's functions.
        title: its title in the navigation and, unless the file has `title(**query)`, in the browser.
        order: its place in the navigation; None keeps it out.
        keeps: choices in the address (phase, cluster, mine) that the navigation carries to this page.
        has_figures: whether figures of schools are on it; a page without prints as it is.
        is_about_chances: whether it is nothing but chances and bands of schools, which not every role may see.
    """

    path: str
    title: str
    order: int | None = None
    keeps: tuple[str, ...] = ()
    has_figures: bool = True
    is_about_chances: bool = False

    def match(self, path: str) -> dict[str, str] | None:
        """The named parts of an address that this page answers; None when it does not."""
        pattern = re.sub(r"<(\w+)>", r"(?P<\1>[^/]+)", self.path.rstrip("/") or "/")
        found = re.fullmatch(pattern, path.rstrip("/") or "/")
        return found.groupdict() if found else None


@cache
def modules() -> tuple[ModuleType, ...]:
    """Every page file, in the order of the navigation, pages outside it last."""
    found = [importlib.import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__)]
    return tuple(
        sorted(found, key=lambda module: (module.PAGE.order is None, module.PAGE.order or 0, module.PAGE.path))
    )


def find(path: str) -> tuple[ModuleType, dict[str, str]]:
    """The page file that answers an address, and the named parts of it. Raises PageNotFound."""
    for module in modules():
        parts = module.PAGE.match(path)
        if parts is not None:
            return module, parts
    raise PageNotFound("There is no page at this address.")


def title(module: ModuleType, query: Mapping[str, str]) -> str:
    """The title of a page for its query. Raises PageNotFound when the page has nothing for it."""
    return module.title(**query) if hasattr(module, "title") else module.PAGE.title
