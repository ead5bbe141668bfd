"""Whether disadvantaged children are where the deprived areas are: counted by pupils, not by areas."""

from dataclasses import dataclass

import polars as pl
from dash import html

from dashboard.components.block import block, method
from dashboard.components.downloads import download_links
from dashboard.components.graph import graph
from dashboard.components.need.areas import number_text
from dashboard.components.need.facts import MOST_DEPRIVED, Need
from dashboard.components.need.where import where
from dashboard.components.tables import Column, table
from dashboard.components.words import count, sentence
from dashboard.figures.bars import bars

RURAL = "rural"


@dataclass(frozen=True, kw_only=True)
class Decile:
    """One tenth of England's small areas, as far as it lies in the authority.

    Attributes:
        small_areas: how many of the authority's. schools, children: that stand and learn there.
        in_need: children who live there in families with low incomes; None where that is not known.
    """

    decile: int
    small_areas: int
    schools: int
    children: float
    in_need: float | None


def deciles(need: Need) -> list[Decile]:
    """The ten deciles of the edition, 1 the most deprived; empty where no small area is known."""
    if need.small.is_empty():
        return []
    areas = need.small.group_by("decile").agg(
        pl.len().alias("small_areas"),
        pl.when(pl.col("in_need").null_count() == 0).then(pl.col("in_need").sum()).alias("in_need"),
    )
    here = {row["decile"]: row for row in areas.rows(named=True)}
    taught = (
        need.counted.drop_nulls("decile")
        .group_by("decile")
        .agg(pl.len().alias("schools"), pl.col("children").sum().alias("children"))
    )
    at_schools = {row["decile"]: row for row in taught.rows(named=True)}
    has_residents = need.index == "idaci" and need.small["in_need"].null_count() == 0
    return [
        Decile(
            decile=decile,
            small_areas=here.get(decile, {}).get("small_areas", 0),
            schools=at_schools.get(decile, {}).get("schools", 0),
            children=at_schools.get(decile, {}).get("children", 0.0),
            in_need=here.get(decile, {}).get("in_need", 0.0) if has_residents else None,
        )
        for decile in range(1, 11)
    ]


@dataclass(frozen=True, kw_only=True)
class Held:
    """What the three most deprived deciles hold, each as a share in per cent, None where it cannot be said."""

    of_areas: float | None
    of_children: float | None
    of_residents: float | None
    children: float
    total: float


def held_by_most_deprived(found: list[Decile]) -> Held:
    """Shares of small areas, of disadvantaged children at schools, and of resident children, in deciles 1 to 3."""

    def share(values: list[float | None]) -> float | None:
        if not values or any(value is None for value in values) or not sum(values):
            return None
        return 100 * sum(values[:MOST_DEPRIVED]) / sum(values)

    return Held(
        of_areas=share([one.small_areas for one in found]),
        of_children=share([one.children for one in found]),
        of_residents=share([one.in_need for one in found]),
        children=sum(one.children for one in found[:MOST_DEPRIVED]),
        total=sum(one.children for one in found),
    )


def whole(share: float) -> int:
    """A share in whole per cent, halves upwards, so that it and its remainder add to 100."""
    return int(share + 0.5)


def sentence_of_deciles(need: Need, held: Held) -> list:
    """'The three most deprived deciles hold 44% of the disadvantaged children: 56% learn outside them.'"""
    if held.of_children is None:
        return ["How many disadvantaged children the most deprived deciles hold cannot be said from this build."]
    inside = whole(held.of_children)
    said = [
        f"By the area of their school, the three most deprived deciles ({need.index_name}) hold {inside}% of the "
        "disadvantaged children: ",
        html.B(f"{100 - inside}% learn outside them"),
        ".",
    ]
    if held.of_residents is not None:
        live = whole(held.of_residents)
        said += [
            f" By where they live, they hold {live}% of the children in families with low incomes: ",
            html.B(f"{100 - live}% live outside them"),
            ".",
        ]
    else:
        said.append(" How many live outside them no file at hand says.")
    return said


def children_block(need: Need, files: pl.DataFrame) -> html.Article:
    """The block: children by decile of their school's area, and of where they live where that is known."""
    found = deciles(need)
    held = held_by_most_deprived(found)
    choices = need.choices
    if not found or held.of_children is None:
        title = "Children cannot be held against areas in this build"
    else:
        title = f"{100 - whole(held.of_children)}% learn outside the three most deprived deciles"
    return block(
        "children",
        title=title,
        name="Children by decile",
        sub=f"Disadvantaged pupils at {need.phase_schools} by the national decile of their school’s small area, "
        f"{need.index_name or 'no index at hand'}; {need.census or 'no census at hand'}",
        views={
            "chart": lambda: _chart(need, found) if found else [_nothing()],
            "table": lambda: [_table(found)] if found else [_nothing()],
            "download": lambda: [
                html.P("The ten deciles, not rounded."),
                download_links("/need", "children", len(found), dict(choices.kept)),
            ],
            "how": _how,
            "where": lambda: where(files),
        },
        view=choices.view("children"),
        view_address=choices.view_address("children"),
        reason=sentence_of_deciles(need, held),
        foot=_foot(need, held),
    )


def _nothing() -> html.P:
    return html.P("No small area of this authority is in the files at hand, so that no decile is known.")


def _chart(need: Need, found: list[Decile]) -> list:
    labels = ["1 most", *(str(one.decile) for one in found[1:9]), "10 least"]
    texts = [f"{one.children:,.0f}" for one in found]
    focus = [one.decile <= MOST_DEPRIVED for one in found]
    spoken = "; ".join(f"decile {one.decile}: {one.children:,.0f}" for one in found)
    parts = [
        graph(
            bars(labels, [one.children for one in found], texts, focus=focus, axis="National decile of the small area"),
            f"Disadvantaged children at schools by decile. {spoken}.",
            title="Children at schools in each decile",
            note="blue: the three most deprived",
        )
    ]
    if all(one.in_need is not None for one in found):
        spoken = "; ".join(f"decile {one.decile}: {one.in_need:,.0f}" for one in found)
        parts.append(
            graph(
                bars(
                    labels,
                    [one.in_need for one in found],
                    [f"{one.in_need:,.0f}" for one in found],
                    focus=focus,
                    axis="National decile of the small area",
                ),
                f"Children who live in families with low incomes, by decile. {spoken}.",
                title="Children in families with low incomes who live in each decile",
                note="residents aged 0 to 15",
            )
        )
    return [html.Div(parts, className="grid g2" if len(parts) > 1 else "")]


def _table(found: list[Decile]) -> html.Table:
    columns = [
        Column(title="Decile", cell=lambda one: f"{one.decile}{' most deprived' if one.decile == 1 else ''}"),
        Column(title="Small areas", cell=lambda one: str(one.small_areas), is_number=True, is_minor=True),
        Column(title="Schools", cell=lambda one: str(one.schools), is_number=True),
        Column(title="Disadvantaged children at them", cell=lambda one: f"{one.children:,.0f}", is_number=True),
        Column(
            title="Live there in families with low incomes",
            cell=lambda one: number_text(one.in_need),
            is_number=True,
        ),
    ]
    return table(found, columns, classes="dense")


def _foot(need: Need, held: Held) -> str:
    parts = []
    if held.of_areas is not None:
        parts.append(
            f"Counted by areas, {whole(held.of_areas)}% of {need.authority}’s small areas are in those deciles."
        )
    if rural := _rural(need):
        parts.append(rural)
    placed = need.counted.filter(pl.col("decile").is_null()).height
    if placed:
        parts.append(f"{sentence(count(placed, 'school stands', 'schools stand'))} in no small area that is known.")
    if need.without:
        parts.append(
            f"{sentence(count(need.without, 'school has', 'schools have'))} no number of disadvantaged children."
        )
    return " ".join(parts)


def _rural(need: Need) -> str:
    known = need.counted.filter(pl.col("urban_rural").is_not_null())
    rural = known.filter(pl.col("urban_rural").str.to_lowercase().str.contains(RURAL))
    total = known["children"].sum()
    if rural.is_empty() or not total:
        return ""
    deep = rural.filter(pl.col("decile") <= MOST_DEPRIVED)["children"].sum()
    return (
        f"Rural schools teach {rural['children'].sum():,.0f} of them ({100 * rural['children'].sum() / total:.0f}%), "
        f"{deep:,.0f} of these in the three most deprived deciles: need in the countryside is scattered, and targeting "
        "by area alone passes it by."
    )


def _how() -> html.Dl:
    return method(
        {
            "At schools": "Pupils with free school meals in the last six years (January census), by the small area in "
            "which their school stands. Which small areas pupils come from no published file says.",
            "Where they live": "Children aged 0 to 15 in income-deprived families (IDACI): the rate times the children "
            "of each small area. Other children, another year, and an estimate: do not subtract one from the other.",
            "By areas, by children": "A small area counts once however many children it has; the sentence counts "
            "children.",
        }
    )


def saved(need: Need) -> pl.DataFrame:
    """The deciles as a table to save."""
    return pl.DataFrame(
        [
            {
                "index": need.index,
                "edition": need.edition,
                "decile": one.decile,
                "small_areas": one.small_areas,
                "schools": one.schools,
                "disadvantaged_children_at_schools": one.children,
                "resident_children_in_low_income_families": one.in_need,
            }
            for one in deciles(need)
        ],
        infer_schema_length=None,
    )
