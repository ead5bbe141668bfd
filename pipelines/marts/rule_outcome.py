"""Every school under every rule in every year: below, not below, or cannot be judged, with each arm's number.

Our own schools have a row for every year; other schools of England where they have results, and for rules about
inspections where the rule is met, and all of them in the last year. The table `rule` says what each asks.
"""

from collections.abc import Iterator

import polars

from pipelines.marts import Query
from pipelines.rules.engine import OUTCOME
from pipelines.rules.judging import outcomes

COLUMNS = OUTCOME
READS = ("mart.school_observation", "mart.estimate", "mart.similar_school")
"""The marts that the judging reads, named here so that they are made first."""


def rows(query: Query) -> Iterator[polars.DataFrame]:
    """One frame for each rule and year that has any school."""
    for frame in outcomes(query):
        if frame.height:
            yield frame
