"""Pages of paper: a typst template and the figures of a page become a tagged PDF, the same from the same figures."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import typst

TEMPLATES = Path(__file__).parent
FONTS = TEMPLATES.parents[1] / "assets" / "fonts"
STANDARD = "ua-1"
"""PDF/UA-1: every part of the page is tagged for screen readers, or the page is refused."""


@dataclass(frozen=True, kw_only=True)
class Document:
    """A page of paper that a page of the dashboard offers.

    Attributes:
        name: the file's name without its ending; letters, digits, '-' and '_'.
        title: what the reader of the file sees as its title.
        template: the typst file beside this module, without its ending.
        data: what the template prints: text, numbers, None, lists and dictionaries of these, as JSON has them.
        marking: who may have it, in one line at the foot.
    """

    name: str
    title: str
    template: str
    data: Mapping[str, object]
    marking: str = ""


@dataclass(frozen=True, kw_only=True)
class Printed:
    """What stands on every page of paper: whose it is, from which snapshot, and what is hidden in it."""

    product: str
    authority: str
    snapshot: str
    built: str
    policy: str
    licence: str
    sample_notice: str = ""


def as_pdf(document: Document, printed: Printed) -> bytes:
    """The document as a tagged PDF. Raises typst.TypstError when the template does not fit its data."""
    about = {"title": document.title, "marking": document.marking, **asdict(printed)}
    return typst.compile(
        str(TEMPLATES / f"{document.template}.typ"),
        root=str(TEMPLATES),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        pdf_standards=[STANDARD],
        sys_inputs={"data": json.dumps(document.data, default=str), "about": json.dumps(about)},
    )
