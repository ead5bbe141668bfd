"""The catalogue: what every number means, declared once and read by pipeline, pages, docs and tests.

One module per topic; every `MEASURES` tuple found in a module of this package is part of the catalogue.
Only the standard library is used here, so that anything may import it.
"""

from pipelines.measures.registry import collect
from pipelines.measures.vocabulary import (
    GROUPS,
    UNITS,
    Derived,
    Group,
    Measure,
    Polarity,
    Published,
    Unit,
    YearNote,
)

MEASURES: dict[str, Measure] = collect(__name__, "MEASURES")
"""Every measure of the catalogue by its key, in the order of topics and declarations."""

MEASURE_CODES: dict[str, int] = {key: code for code, key in enumerate(sorted(MEASURES), start=1)}
"""Measure key → the code that `core.fact` stores; dictionary-declared measures follow above 10,000."""

GROUP_CODES: dict[str, int] = {key: code for code, key in enumerate(GROUPS)}
"""Pupil group key → the code that `core.fact` stores."""

__all__ = [
    "GROUPS",
    "GROUP_CODES",
    "MEASURES",
    "MEASURE_CODES",
    "UNITS",
    "Derived",
    "Group",
    "Measure",
    "Polarity",
    "Published",
    "Unit",
    "YearNote",
]
