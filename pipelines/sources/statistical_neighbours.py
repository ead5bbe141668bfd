"""Statistical neighbours: the ten authorities most like each one, nearest first (NFER model, DfE's list)."""

import polars

from pipelines.sources.long_table import reject_rows
from pipelines.sources.publication import Edition, Layout, Parsed, Recognised, Source, year_in
from pipelines.sources.reading import RawFile, TextTable, normal_name

_NEIGHBOURS = 10
_LA_CODE = r"^[2-9]\d\d$"


def edition(table: TextTable, file: RawFile) -> Edition:
    """The year in the name of the file; the sheet does not say."""
    year = year_in(file.name.replace("_", " ")) or 2025
    return Edition(label=str(year), year=year, release="final")


def parse(found: Recognised) -> Parsed:
    """Reads one row for each authority and neighbour; abolished authorities keep their own codes.

    The column that says how close a neighbour is has the same name ten times: each follows its neighbour's.
    """
    table = found.table
    names = ["la_code", "la_name"]
    positions = [table.positions["LA NUM"], table.positions["LA NAME"]]
    for number in range(1, _NEIGHBOURS + 1):
        position = table.positions[f"SN{number}"]
        follows = table.header[position + 1] if position + 1 < len(table.header) else ""
        positions += [position, position + 1 if normal_name(follows) == "SNP" else position]
        names += [f"neighbour {number}", f"closeness {number}"]
    text = table.at(positions, names).with_columns(
        polars.exclude("row").str.strip_chars().str.strip_suffix(".0").replace("", None)
    )
    blank = polars.all_horizontal(polars.exclude("row").is_null())
    authority = polars.col("la_code").str.contains(_LA_CODE).fill_null(False)
    rejects = [
        reject_rows(text.filter(which), "", polars.col("la_name"), reason, "the row was not loaded")
        for which, reason in ((blank, "blank row"), (~blank & ~authority, "row about no authority"))
        if text.filter(which).height
    ]
    rows = text.filter(authority)
    neighbours = polars.concat(
        rows.select(
            "row",
            "la_code",
            polars.col(f"neighbour {number}").alias("neighbour_la_code"),
            polars.lit(number, polars.Int16).alias("position"),
            _sentence_case(polars.col(f"closeness {number}")).alias("closeness"),
        )
        for number in range(1, _NEIGHBOURS + 1)
    ).sort("row", "position")
    unknown = ~polars.col("neighbour_la_code").str.contains(_LA_CODE).fill_null(False)
    bad = neighbours.filter(unknown)
    if bad.height:
        rejects.append(
            reject_rows(
                bad,
                "SN",
                polars.col("neighbour_la_code"),
                "no code of an authority",
                "the neighbour was not loaded",
            )
        )
    return Parsed(tables={"statistical_neighbour": neighbours.filter(~unknown)}, rejects=rejects)


def _sentence_case(text: polars.Expr) -> polars.Expr:
    return text.str.slice(0, 1).str.to_uppercase() + text.str.slice(1).str.to_lowercase()


SOURCE = Source(
    key="statistical_neighbours",
    title="Statistical neighbours of local authorities",
    publisher="Department for Education",
    landing_page="https://www.gov.uk/government/publications/local-authority-interactive-tool-lait",
    family="any",
    edition=edition,
    order=6,
    updates="seldom; this list of May 2025",
    layouts=(
        Layout(
            key="ten neighbours",
            repeated=("SNP",),
            columns=(
                "LA num",
                "LA Name",
                *(f"SN{number}" for number in range(1, _NEIGHBOURS + 1)),
            ),
        ),
    ),
    parse=parse,
)
