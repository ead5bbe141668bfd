"""The catalogue: what every number means, declared once and read by pipeline, pages, docs and tests.

One module per topic; every `MEASURES` tuple found in a module of this package is part of the catalogue.
Only the standard library is used here, so that anything may import it.
"""

import importlib
import pkgutil

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


def _collect() -> dict[str, Measure]:
    found: dict[str, Measure] = {}
    for module_info in sorted(pkgutil.iter_modules(__path__), key=lambda info: info.name):
        module = importlib.import_module(f"{__name__}.{module_info.name}")
        for measure in getattr(module, "MEASURES", ()):
            if measure.key in found:
                raise ValueError(f"measure {measure.key} is declared twice")
            found[measure.key] = measure
    return found


MEASURES: dict[str, Measure] = _collect()
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
