"""Areas on a map and in a list that does all the map does; choosing one marks it in both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl
from dash import html

from dashboard.components.block import block, method
from dashboard.components.downloads import download_links
from dashboard.components.graph import graph
from dashboard.components.need.facts import ABOUT, CENSUS, LEVELS, MOST_DEPRIVED, Need
from dashboard.components.need.where import where
from dashboard.components.tables import Column, table
from dashboard.components.words import count, listed, missing_mark, sentence
from dashboard.figures.area_map import STEPS, Label, Rings, Shape, area_map
from pipelines.measures import Measure

FIFTHS = ("Least deprived fifth", "Next", "Middle", "Next", "Most deprived fifth of England")
SHOWN = 20
NAMED_ON_MAP = 16


@dataclass(frozen=True, kw_only=True)
class Row:
    """One area of the list.

    Attributes:
        schools: how many stand there; unknown: how many of them have no number of disadvantaged children.
        children: disadvantaged pupils at its schools, null where no school has a number; share: of their pupils, %.
        score: of the index; rank: of a small area. most_deprived of small_areas are in the first three deciles.
        in_need: children who live there in families with low incomes (IDACI).
        result: row of mart.total, or None.
    """

    code: str
    name: str
    schools: int
    unknown: int
    children: float | None
    share: float | None
    score: float | None
    decile: int | None
    most_deprived: int
    small_areas: int
    in_need: float | None
    result: Mapping | None = None


def rows(need: Need, results: Sequence[Mapping] = ()) -> list[Row]:
    """Every area shown, in the order that the reader asks; unknown values last."""
    at_schools = _at_schools(need.schools, "area")
    by_result = {row["unit"]: row for row in results}
    held = need.in_edition.filter(pl.col("kind") == need.kind)
    found = [
        Row(
            code=row["code"],
            name=row["name"] or row["code"],
            schools=at_schools.get(row["code"], {}).get("schools", 0),
            unknown=at_schools.get(row["code"], {}).get("unknown", 0),
            children=at_schools.get(row["code"], {}).get("children"),
            share=at_schools.get(row["code"], {}).get("share"),
            score=row["score"],
            decile=row["decile"],
            most_deprived=row["most_deprived"] or 0,
            small_areas=row["small_areas"],
            in_need=row["in_need"],
            result=by_result.get(row["code"]),
        )
        for row in held.rows(named=True)
    ]
    return _sorted(found, need.choices["sort"])


def _at_schools(schools: pl.DataFrame, column: str) -> dict[str, dict]:
    known = pl.col("children").is_not_null()
    counted = (
        schools.drop_nulls(column)
        .group_by(column)
        .agg(
            pl.len().alias("schools"),
            pl.col("children").null_count().alias("unknown"),
            pl.when(known.any()).then(pl.col("children").sum()).alias("children"),
            pl.when((known & pl.col("n").is_not_null()).any())
            .then(100 * pl.col("children").filter(known).sum() / pl.col("n").filter(known).sum())
            .alias("share"),
        )
    )
    return {row[column]: row for row in counted.rows(named=True)}


def _sorted(found: list[Row], by: str) -> list[Row]:
    word = by.lstrip("-")
    if word == "name":
        return sorted(found, key=lambda row: row.name, reverse=by.startswith("-"))

    def value(row: Row) -> float | None:
        if word == "need":
            return row.score if row.score is not None else 100 * row.most_deprived / row.small_areas
        if word == "result":
            return row.result["value"] if row.result else None
        return getattr(row, word)

    sign = -1 if by.startswith("-") else 1
    return sorted(found, key=lambda row: (value(row) is None, sign * (value(row) or 0), -row.most_deprived, row.name))


def share_text(value: float | None) -> str | html.Span:
    """A share of pupils in whole per cent."""
    return f"{value:.0f}%" if value is not None else missing_mark("no_file", short=True)


def number_text(value: float | None, status: str = "no_file") -> str | html.Span:
    """A number of children."""
    return f"{value:,.0f}" if value is not None else missing_mark(status, short=True)


def _deprived_text(row: Row, measure: Measure | None, is_small: bool) -> str:
    if is_small:
        return f"decile {row.decile}" if row.decile is not None else ""
    return f"{row.most_deprived} of {row.small_areas}"


def title(found: Sequence[Row], need: Need) -> str:
    """The finding about where the most deprived small areas are, in at most ten words."""
    if need.level == "small":
        most = [row for row in found if row.decile == 1]
        return f"{sentence(count(len(most), 'small area is', 'small areas are'))} in England’s most deprived tenth"
    ordered = sorted((row for row in found if row.most_deprived), key=lambda row: (-row.most_deprived, row.name))
    total = sum(row.most_deprived for row in found)
    if not total:
        return "No small area is in England’s most deprived three tenths"
    first = ordered[0]
    ties = [row for row in ordered if row.most_deprived == first.most_deprived]
    if len(ties) > 2:
        return f"{total} of the small areas are in England’s most deprived three tenths"
    return f"{listed([row.name for row in ties])} {'has' if len(ties) == 1 else 'have'} the most deprived small areas"


def map_or_reason(
    need: Need,
    outlines: pl.DataFrame,
    larger: pl.DataFrame,
    found: Sequence[Row],
) -> html.Article:
    """The map, or the sentence why there is none.

    Args:
        outlines: small areas of the edition with rings. larger: the areas shown with rings, empty for small areas.
    """
    sub = (
        f"{sentence(ABOUT.get(need.index, need.index))}, {need.edition} edition, small areas of "
        f"{CENSUS.get(need.vintage, 'no known census')}"
    )
    heading = html.Header(html.Div([html.H3(title(found, need)), html.P(sub, className="sub")]))
    if outlines.is_empty():
        reason = (
            f"There is no map: no file at hand has the outlines of {need.authority}’s small areas of "
            f"{CENSUS.get(need.vintage, 'this census')}. The list below is complete."
        )
        return html.Article([heading, html.P(reason, className="reason")], className="measure", id="m-map")
    deciles = {row["code"]: row for row in need.small.rows(named=True)}
    teaching = _at_schools(need.schools, "place")
    shapes = [_shape(row, deciles.get(row["code"]), teaching.get(row["code"])) for row in outlines.rows(named=True)]
    labels = _labels(need, larger if need.level != "small" else outlines)
    dots = [
        (row["easting"], row["northing"], _school_words(row))
        for row in need.schools.drop_nulls(["easting", "northing"]).rows(named=True)
    ]
    spoken = (
        f"Map of {need.authority}: {count(len(shapes), 'small area')} in five steps by {need.index_name}. "
        "The list beside it has the same figures."
    )
    return html.Article(
        [
            heading,
            _key(),
            graph(area_map(shapes, labels, dots), spoken, title=""),
            html.P(
                f"Outlined in ink: {LEVELS[need.level][1] if need.level != 'small' else 'nothing more'}. "
                f"White dots: {need.phase_schools}. The list does everything the map does.",
                className="foot",
            ),
        ],
        className="measure needmap",
        id="m-map",
    )


def _key() -> html.Ul:
    return html.Ul(
        [html.Li([html.I(style={"background": color}), word]) for color, word in zip(STEPS, FIFTHS, strict=True)],
        className="mapkey",
    )


def _shape(outline: Mapping, area: Mapping | None, teaching: Mapping | None) -> Shape:
    decile = area["decile"] if area else None
    said = [f"<b>{outline['name'] or outline['code']}</b>"]
    said.append(f"decile {decile} of 10 (1 = most deprived)" if decile else "no figure")
    if teaching and teaching["children"] is not None:
        said.append(f"{teaching['children']:,.0f} disadvantaged children at school here")
    return Shape(
        rings=_rings(outline),
        step=(10 - decile) // 2 if decile else None,
        middle=(outline["easting"], outline["northing"]),
        words="<br>".join(said),
    )


def _rings(row: Mapping) -> Rings:
    return list(zip(row["eastings"], row["northings"], strict=True))


def _labels(need: Need, larger: pl.DataFrame) -> list[Label]:
    held = larger.rows(named=True)
    if need.level == "small":
        held = [row for row in held if row["code"] == need.chosen]
    return [
        Label(
            name=row["name"] or row["code"],
            rings=_rings(row),
            middle=(row["easting"], row["northing"]),
            is_chosen=row["code"] == need.chosen,
            is_named=len(held) <= NAMED_ON_MAP,
        )
        for row in held
    ]


def _school_words(row: Mapping) -> str:
    said = f"<b>{row['name']}</b>"
    if row["children"] is not None:
        said += f"<br>{row['children']:,.0f} disadvantaged children ({row['share']:.0f}%)"
    return said


def area_list(need: Need, found: Sequence[Row], *, outcome: Measure | None, files: pl.DataFrame) -> html.Article:
    """The list of areas, most disadvantaged children first, with its other views."""
    choices = need.choices
    one = LEVELS[need.level][0]
    total = sum(row.children for row in found if row.children is not None)
    leader = max((row for row in found if row.children), key=lambda row: row.children, default=None)
    finding = (
        f"Schools in {leader.name} teach most disadvantaged children"
        if leader
        else "How many disadvantaged children schools teach is not known"
    )
    unknown = sum(row.unknown for row in found)
    return block(
        "areas",
        title=finding,
        name="Areas",
        sub=[
            f"Pupils at {need.phase_schools} with free school meals in the last six years, "
            f"{need.census or 'no census'}, "
            f"by the {one} of their school. Number first, then rate. Choose an area to see what is known about it"
        ],
        words={"chart": "List"},
        views={
            "chart": lambda: _short_list(need, found, outcome, total),
            "table": lambda: _full_table(need, found, outcome),
            "download": lambda: [
                html.P(f"Every {one}, with all columns, not rounded."),
                download_links("/need", "areas", len(found), dict(choices.kept)),
            ],
            "how": lambda: _how(need, one),
            "where": lambda: where(files),
        },
        view=choices.view("areas"),
        view_address=choices.view_address("areas"),
        reason=_reason(need, found, total),
        foot=(
            f"Where children go to school, not where they live. "
            f"{sentence(count(unknown, 'school has', 'schools have'))} "
            "no figure."
            if unknown
            else "Where children go to school, not where they live."
        ),
    )


def _name_cell(need: Need, row: Row) -> list:
    is_chosen = row.code == need.chosen
    href = need.choices.address(area="" if is_chosen else row.code, anchor="")
    return [
        html.A(row.name, href=href, **({"aria-current": "true"} if is_chosen else {})),
        html.Span(" (marked on the map)", className="vh") if is_chosen else "",
    ]


def _columns(need: Need, outcome: Measure | None, *, is_full: bool, is_small: bool) -> list[Column]:
    word = LEVELS[need.level][0]
    columns = [
        Column(title=sentence(word), cell=lambda row: _name_cell(need, row), sort="name"),
        Column(
            title="Children",
            cell=lambda row: number_text(row.children, "no_row" if row.schools else "not_applicable"),
            is_number=True,
            sort="children",
        ),
        Column(
            title="Share of pupils",
            cell=lambda row: share_text(row.share) if row.schools else missing_mark("not_applicable", short=True),
            is_number=True,
            sort="share",
        ),
        Column(
            title="National decile" if is_small else "Most deprived small areas",
            cell=lambda row: _deprived_text(row, None, is_small) or missing_mark("no_file", short=True),
            is_number=True,
            sort="need",
        ),
    ]
    if outcome is not None and any_result(need):
        columns.append(
            Column(title=outcome.label, cell=lambda row: _result(outcome, row), is_number=True, is_minor=True)
        )
    columns.append(
        Column(title=sentence(need.phase_schools), cell=lambda row: str(row.schools), is_number=True, is_minor=True)
    )
    if is_full:
        columns.append(
            Column(
                title="Live in families with low incomes",
                cell=lambda row: number_text(row.in_need),
                is_number=True,
                is_minor=True,
            )
        )
    return columns


def any_result(need: Need) -> bool:
    """Whether results are worked out for the areas shown: they are for community areas."""
    return need.level == "community_area"


def _result(outcome: Measure, row: Row) -> list | html.Span:
    if not row.result or row.result["value"] is None:
        return missing_mark("no_row", short=True)
    limits = (
        f" ({outcome.format(row.result['lower'])} to {outcome.format(row.result['upper'])})"
        if row.result["lower"] is not None
        else ""
    )
    return [outcome.format(row.result["value"]), html.Span(limits, className="mute")]


def _table(need: Need, held: Sequence[Row], outcome: Measure | None, *, is_full: bool) -> html.Table:
    choices = need.choices
    return table(
        held,
        _columns(need, outcome, is_full=is_full, is_small=need.level == "small"),
        sorted_by=choices["sort"],
        sort_address=lambda word: choices.address(sort=word),
        row_class=lambda row: "sel" if row.code == need.chosen else "",
        classes="areas dense",
    )


def _short_list(need: Need, found: Sequence[Row], outcome: Measure | None, total: float) -> list:
    chosen = [row for row in found[SHOWN:] if row.code == need.chosen]
    held = [*found[:SHOWN], *chosen] if len(found) > SHOWN + 4 else list(found)
    parts: list = [_table(need, held, outcome, is_full=False)]
    if len(held) < len(found):
        href = need.choices.address(areas="table")
        parts.append(html.P(html.A(f"All {len(found)} {LEVELS[need.level][1]}", href=href), className="go"))
    return parts


def _full_table(need: Need, found: Sequence[Row], outcome: Measure | None) -> html.Div:
    return html.Div(
        _table(need, found, outcome, is_full=True),
        className="scroll",
        tabIndex=0,
        role="region",
        **{"aria-label": "All areas"},
    )


def _reason(need: Need, found: Sequence[Row], total: float) -> list | str:
    chosen = next((row for row in found if row.code == need.chosen), None)
    if chosen is None:
        return ""
    parts = [html.B(f"{chosen.name}: ")]
    if chosen.children is not None and total:
        parts.append(
            f"{count(chosen.schools, need.phase + ' school' if need.phase else 'school')} with "
            f"{chosen.children:,.0f} disadvantaged children, {100 * chosen.children / total:.0f}% of {need.authority}’s"
        )
    else:
        parts.append("no school here has a number of disadvantaged children")
    if chosen.in_need is not None:
        parts.append(f"; {chosen.in_need:,.0f} children who live here are in families with low incomes")
    parts.append(
        f". {chosen.most_deprived or 'None'} of its {count(chosen.small_areas, 'small area')} "
        f"{'is' if chosen.most_deprived == 1 else 'are'} in England’s three most deprived deciles."
        if need.level != "small"
        else f". Decile {chosen.decile} of England’s small areas."
    )
    return parts


def _how(need: Need, one: str) -> html.Dl:
    held = need.in_edition.filter(pl.col("kind") == need.kind)
    how = held["how"][0] if held.height else ""
    return method(
        {
            "Children": "Pupils who had free school meals at any time in the last six years, as the January census "
            "prints them for each school, added up by where the schools stand. Pupils may live elsewhere.",
            "Share": "Those pupils, of all pupils of the schools whose number is known.",
            "Deprivation": f"{need.index_name}. Decile 1 is the most deprived tenth of England’s small areas. "
            "Ranks and "
            f"deciles are never averaged: a {one} shows how many of its small areas are in the first "
            f"{MOST_DEPRIVED} deciles. Score of a {one}: {how}.",
            "Editions": "Ranks are relative, and editions stand on the small areas of different censuses (2001, 2011, "
            "2021). A move from one edition to another is not a change in deprivation, and is not shown as one.",
            "Families with low incomes": "IDACI: the rate times the children aged 0 to 15 who live there. An estimate "
            "about residents, not pupils.",
            "Areas": "A small area that several wards or community areas share is counted whole in the one that has "
            "most of it. A school stands where its register entry says.",
        }
    )


def saved(need: Need, found: Sequence[Row]) -> pl.DataFrame:
    """The list as a table to save."""
    return pl.DataFrame(
        [
            {
                "kind": need.kind,
                "code": row.code,
                "name": row.name,
                "schools": row.schools,
                "schools_without_figure": row.unknown,
                "disadvantaged_children_at_schools": row.children,
                "share_of_pupils": row.share,
                "index": need.index,
                "edition": need.edition,
                "score": row.score,
                "decile": row.decile,
                "small_areas": row.small_areas,
                "small_areas_in_deciles_1_to_3": row.most_deprived,
                "resident_children_in_low_income_families": row.in_need,
            }
            for row in found
        ],
        infer_schema_length=None,
    )
