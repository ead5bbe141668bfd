"""The authority's triggers and what it knows of its schools, as an officer would write them."""

import polars as pl

from pipelines.sample.files import Writer

TRIGGERS = (
    ("roll_falling", "yes", "-8", "1", "falling rolls cost more here"),
    ("absence", "yes", "90", "1", ""),
    ("leadership_vacancy", "yes", "", "2", "a vacancy counts twice"),
    ("in_year_deficit", "yes", "-3", "1", "small deficits are planned"),
    ("escalation", "yes", "3", "", ""),
)
"""Trigger, on, threshold, weight, note."""
PROPOSED = (
    "low_attainment",
    "yes",
    "45",
    "",
    "trying out",
    "reading_writing_maths_expected",
    "<",
    "primary",
    "11",
    "2025",
)
"""A rule that the authority tries out: it follows the columns of TRIGGERS with measure, comparator, phase and so on."""

CIRCUMSTANCES = (
    ("900012", "headteacher vacancy", "2025-01-01", "", "since the spring term"),
    ("900015", "acting headteacher", "2024-09-01", "2025-04-30", ""),
    ("900021", "interim governance", "2025-11-01", "", "interim executive board"),
    ("900016", "new building", "2024-09-01", "", "no vacancy"),
)
"""URN, circumstance, from, to, note."""


def write_triggers(writer: Writer) -> None:
    """Write triggers.csv and school_circumstances.csv: ISO dates, a blank end means current."""
    columns = ["trigger", "on", "threshold", "weight", "note"]
    more = ["measure", "comparator", "phase", "minimum_cohort", "from_year"]
    rows = [(*row, *("" for _ in more)) for row in TRIGGERS] + [PROPOSED]
    writer.frame("authority", "", "triggers.csv", pl.DataFrame(rows, schema=[*columns, *more], orient="row"))
    named = ["urn", "circumstance", "from_date", "to_date", "note"]
    writer.frame("authority", "", "school_circumstances.csv", pl.DataFrame(CIRCUMSTANCES, schema=named, orient="row"))
