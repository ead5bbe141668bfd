"""Rules as dated data: what each asked in which year, who was held to it, and where that was published.

One module for a family of rules; every `RULES` tuple found in a module of this package is in the registry.
`engine` judges any school in any year under any of them.
"""

import importlib
import pkgutil

from pipelines.rules.vocabulary import Rule


def _collect() -> dict[str, Rule]:
    found: dict[str, Rule] = {}
    for module_info in sorted(pkgutil.iter_modules(__path__), key=lambda info: info.name):
        module = importlib.import_module(f"{__name__}.{module_info.name}")
        for rule in getattr(module, "RULES", ()):
            if rule.key in found:
                raise ValueError(f"rule {rule.key} is declared twice")
            found[rule.key] = rule
    return found


RULES: dict[str, Rule] = _collect()
"""Every declared rule by its key; the authority's own file may change or add to those of kind `own`."""

__all__ = ["RULES", "Rule"]
