"""What the authority knows of a school and nobody publishes: leadership vacancies, interim governance, by date."""

import polars

from pipelines.observations import urn_number
from pipelines.sources.clusters import own_file_edition, read_own_file, without
from pipelines.sources.publication import Layout, Parsed, Recognised, Source

_COLUMNS = ("urn", "circumstance", "from_date", "to_date", "note")
_A_PERSON = r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Sir|Dame|Rev)\b\.?\s+\p{Lu}"
"""A title before a capital letter: a person's name, which must not be in this file."""


def parse(found: Recognised) -> Parsed:
    """Reads circumstances; a row that names a person is rejected, for the file is shown to many."""
    rows, rejects = read_own_file(found, _COLUMNS, ("urn", "circumstance"))
    rows = without(rows, urn_number(polars.col("urn")).is_null(), "urn", "no URN (six digits)", rejects)
    for column in ("circumstance", "note"):
        named = polars.col(column).str.contains(_A_PERSON)
        rows = without(rows, named.fill_null(False), column, "names a person: write the role only", rejects)
    rows = rows.with_columns(urn_number(polars.col("urn")), polars.col("circumstance").str.to_lowercase())
    again = ~polars.struct("urn", "circumstance", "from_date").is_first_distinct()
    rows = without(rows, again, "circumstance", "the same circumstance again", rejects)
    return Parsed(tables={"school_circumstance": rows}, rejects=rejects)


SOURCE = Source(
    key="school_circumstances",
    title="Circumstances of schools",
    publisher="The local authority",
    landing_page="docs/how-to/change-the-triggers.md",
    licence="the authority's own",
    attribution="",
    family="any",
    edition=own_file_edition,
    order=84,
    updates="when the authority learns of a change",
    layouts=(Layout(key="school_circumstances.csv", columns=_COLUMNS),),
    parse=parse,
)
