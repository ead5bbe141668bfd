"""Rules as dated data: what each asked in which year, who was held to it, and where that was published.

One module for a family of rules; every `RULES` tuple found in a module of this package is in the registry.
`engine` judges any school in any year under any of them.
"""

from pipelines.measures.registry import collect
from pipelines.rules.vocabulary import Rule

RULES: dict[str, Rule] = collect(__name__, "RULES")
"""Every declared rule by its key; the authority's own file may change or add to those of kind `own`."""

__all__ = ["RULES", "Rule"]
