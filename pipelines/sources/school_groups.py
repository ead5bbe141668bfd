"""Trusts, federations and sponsors in the register, and the schools in them; names of people are not read."""

import polars

from pipelines.errors import SourceChanged
from pipelines.observations import urn_number
from pipelines.sources.cells import read_dates, text_or_nothing, without_rejected
from pipelines.sources.publication import Layout, Parsed, Recognised, Source
from pipelines.sources.reading import left_out_of
from pipelines.sources.snapshots import snapshot_edition

_GROUP_COLUMNS = ("Group UID", "Group Name", "Group Type", "Group Status", "Open date", "Closed Date")
_MEMBER_COLUMNS = ("Group UID", "URN", "EstablishmentName", "Group Type", "Joined date")
_MEMBERS = "schools in groups"


def parse(found: Recognised) -> Parsed:
    """Reads groups into `school_group`, or the schools in them into `school_group_member`.

    Groups of children's centres hold no schools; they are kept among the rejects.

    Raises:
        SourceChanged: a list of members that lacks the date of joining, or a group that stands twice.
    """
    members = found.layout.key == _MEMBERS
    if not members and found.table.has("URN"):
        raise SourceChanged(
            "this lists schools in groups but lacks Joined date or EstablishmentName",
            where=f"{found.table.where}, row 1",
            next_step="fetch the file again, or declare the new name in pipelines/sources/school_groups.py",
        )
    columns = _MEMBER_COLUMNS if members else _GROUP_COLUMNS
    date_columns = ["Joined date"] if members else ["Open date", "Closed Date"]
    rows = found.table.text(list(columns)).with_columns(polars.exclude("row").str.strip_chars())
    parsed = Parsed(rejects=left_out_of(found.table))
    rows = _believed(rows, columns, members, parsed.rejects)
    rows = read_dates(rows, date_columns, parsed.rejects)
    if members:
        parsed.tables["school_group_member"] = rows.select(
            "row",
            polars.col("Group UID").alias("group_uid"),
            urn_number(polars.col("URN")).alias("urn"),
            text_or_nothing("EstablishmentName").alias("name"),
            text_or_nothing("Group Type").alias("kind"),
            polars.col("Joined date").alias("joined"),
        )
        return parsed
    twice = rows.filter(polars.col("Group UID").is_duplicated())
    if twice.height:
        raise SourceChanged(
            f"group {twice['Group UID'][0]} stands more than once with different cells",
            where=f"{found.table.where}, rows {', '.join(map(str, twice['row'].head(5)))}",
            next_step="find out which row is right and remove the other from the file",
        )
    parsed.tables["school_group"] = rows.select(
        "row",
        polars.col("Group UID").alias("group_uid"),
        polars.col("Group Name").alias("name"),
        polars.col("Group Type").alias("kind"),
        text_or_nothing("Group Status").str.to_lowercase().alias("status"),
        polars.col("Open date").alias("open_date"),
        polars.col("Closed Date").alias("close_date"),
    )
    return parsed


def _believed(
    rows: polars.DataFrame, columns: tuple[str, ...], members: bool, rejects: list[polars.DataFrame]
) -> polars.DataFrame:
    blank = polars.all_horizontal(polars.col(column) == "" for column in columns)
    no_school, nameless = polars.lit(False), polars.lit(False)
    if members:
        no_school = urn_number(polars.col("URN")).is_null()
    else:
        nameless = (polars.col("Group Name") == "") | (polars.col("Group Type") == "")
    reason = (
        polars.when(blank).then(polars.lit("blank row"))
        .when(polars.col("Group UID") == "").then(polars.lit("a group without its number"))
        .when(polars.col("Group Type").str.starts_with("Children's Centre"))
        .then(polars.lit("a group of children's centres, not of schools"))
        .when(nameless).then(polars.lit("a group without a name or kind"))
        .when(no_school).then(polars.lit("row about no school we know"))
        .when(~polars.struct(*columns).is_first_distinct()).then(polars.lit("the same row again"))
    )  # fmt: skip
    return without_rejected(rows.with_columns(reason.alias("reason")), rejects)


SOURCE = Source(
    key="school_groups",
    title="Trusts and federations",
    publisher="Department for Education",
    landing_page="https://get-information-schools.service.gov.uk/Downloads",
    family="register",
    edition=snapshot_edition,
    updates="every day",
    order=3,
    layouts=(
        Layout(key="groups", columns=_GROUP_COLUMNS),
        Layout(key=_MEMBERS, columns=(*_GROUP_COLUMNS, "URN", "EstablishmentName", "Joined date")),
    ),
    parse=parse,
)
