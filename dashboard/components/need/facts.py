"""What every question about need starts from: the choices in force, areas, their deprivation, and schools in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from dashboard.components.choices import Choices

LEVELS = {
    "community_area": ("community area", "community areas"),
    "ward": ("ward", "wards"),
    "district": ("district", "districts"),
    "small": ("small area", "small areas"),
}
"""Areas that can be shown, in the order of preference: word in the address → one, many."""

PLACE_COLUMN = {"ward": "ward_code", "community_area": "community_area_id", "district": "district_code"}
INDICES = {"idaci": "IDACI", "imd": "IMD"}
ABOUT = {
    "idaci": "children in families with low incomes (IDACI)",
    "imd": "overall deprivation (IMD)",
}
IN_SHORT = {"idaci": "children", "imd": "overall"}
CENSUS = {"lsoa01": 2001, "lsoa11": 2011, "lsoa21": 2021}
MOST_DEPRIVED = 3
"""Deciles counted as the most deprived: the first three of ten."""


def editions(deprivation: pl.DataFrame) -> list[tuple[str, int]]:
    """(index, edition) of every index at hand, the newest first, of one year that about children first."""
    found = deprivation.select("index", "edition").unique().rows()
    return sorted(found, key=lambda one: (-one[1], one[0]))


def levels(areas: pl.DataFrame) -> list[str]:
    """The kinds of area that this authority has at least two of."""
    counted = dict(areas["kind"].value_counts().iter_rows())
    small = max((counted.get(kind, 0) for kind in CENSUS), default=0)
    return [level for level in LEVELS if (small if level == "small" else counted.get(level, 0)) > 1]


@dataclass(frozen=True, kw_only=True)
class Need:
    """The page's facts under the choices in force.

    Attributes:
        authority: its name. areas: mart.area without outlines. deprivation: mart.area_deprivation.
        everyone: schools of the phase and cluster chosen, with the area of each (queries.need.schools).
        members: urn, cluster_id, cluster_name of the clusters in use; agreed says whether they are the authority's own.
        index, edition: the index chosen; '' and 0 where none is at hand.
        level: the kind of area shown, one of LEVELS; '' where there is none. chosen: code of the area chosen, or ''.
    """

    authority: str
    choices: Choices
    areas: pl.DataFrame
    deprivation: pl.DataFrame
    everyone: pl.DataFrame
    members: pl.DataFrame
    agreed: bool
    index: str
    edition: int
    level: str
    chosen: str

    @cached_property
    def vintage(self) -> str:
        """The kind of small area that the edition stands on."""
        found = self.in_edition["vintage"]
        return found[0] if len(found) else ""

    @cached_property
    def in_edition(self) -> pl.DataFrame:
        """Every area in the index and edition chosen."""
        return self.deprivation.filter((pl.col("index") == self.index) & (pl.col("edition") == self.edition))

    @cached_property
    def small(self) -> pl.DataFrame:
        """The small areas of the edition."""
        return self.in_edition.filter(pl.col("kind") == self.vintage)

    @property
    def kind(self) -> str:
        """The kind of the areas shown, as the build writes it."""
        return self.vintage if self.level == "small" else self.level

    @property
    def index_name(self) -> str:
        """'IDACI 2025'."""
        return f"{INDICES.get(self.index, self.index)} {self.edition}" if self.index else ""

    @property
    def phase(self) -> str:
        """The phase in force; empty for all."""
        return "" if self.choices["phase"] == "all" else self.choices["phase"]

    @property
    def phase_schools(self) -> str:
        """'primary schools', or 'schools'."""
        return f"{self.phase} schools" if self.phase else "schools"

    @cached_property
    def schools(self) -> pl.DataFrame:
        """The schools with `place` (their small area in the edition), its `decile` and `area_rank`, and their `area`.

        `area` is the code of the area shown that each stands in. A school outside every area that is known has nulls.
        """
        place = pl.col("small_area" if self.vintage == "lsoa21" else "small_area_11")
        frame = self.everyone.with_columns(place.alias("place"))
        if self.small.height:
            decile = self.small.select(pl.col("code").alias("place"), "decile", pl.col("rank").alias("area_rank"))
            frame = frame.join(decile, on="place", how="left", maintain_order="left")
        else:
            frame = frame.with_columns(
                pl.lit(None, pl.Int32).alias("decile"), pl.lit(None, pl.Int32).alias("area_rank")
            )
        column = PLACE_COLUMN.get(self.level, "place")
        first = self.members.unique("urn", keep="first", maintain_order=True)
        return frame.with_columns(pl.col(column).alias("area")).join(first, on="urn", how="left", maintain_order="left")

    @cached_property
    def counted(self) -> pl.DataFrame:
        """The schools whose number of disadvantaged children is known."""
        return self.schools.filter(pl.col("children").is_not_null())

    @property
    def census(self) -> str:
        """When the children at schools were counted: 'January 2025'."""
        years = self.everyone["year"].drop_nulls()
        return f"January {years[0]}" if len(years) else ""

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Code → name of the areas shown."""
        held = self.areas.filter(pl.col("kind") == self.kind)
        return {code: name or code for code, name in held.select("code", "name").iter_rows()}

    @property
    def without(self) -> int:
        """How many schools have no number of disadvantaged children."""
        return self.schools.height - self.counted.height
