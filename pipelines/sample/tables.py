"""The performance tables of the sample, final and provisional, of both key stages."""

import re
from dataclasses import replace

import numpy as np
import polars as pl

from pipelines.sample import headers_ks4, scenarios
from pipelines.sample.constants import KS2_YEARS, KS4_YEARS
from pipelines.sample.files import Writer, edition_of
from pipelines.sample.ks2 import ks2_frame
from pipelines.sample.ks4 import ks4_frame
from pipelines.sample.layouts import Layout, expand, layout
from pipelines.sample.performance import Stage, Table, set_cells, stop_after_new
from pipelines.sample.world import World, masks, roster, stages

PROVISIONAL_YEARS = (2019, 2023, 2024)


def write_performance(world: World, writer: Writer) -> None:
    """Write the final tables of every year and the provisional ones of three."""
    of_ks2, of_ks4 = stages(world, 2), stages(world, 4)
    for year in KS2_YEARS:
        frame = ks2_frame(table(world, of_ks2, year, 2), layout(2, year))
        frame = _exceptions(frame, year)
        _write(writer, "ks2", year, "england_ks2final.csv", frame, layout(2, year))
    for year in KS4_YEARS:
        frame = ks4_frame(table(world, of_ks4, year, 4), layout(4, year))
        frame = _delayed(frame, year)
        _write(writer, "ks4", year, "england_ks4final.csv", frame, layout(4, year))
    for year in PROVISIONAL_YEARS:
        _provisional(world, writer, of_ks4, year)


def table(world: World, by_year: dict[int, Stage], year: int, key_stage: int) -> Table:
    """Return the table of a year with the two years before it, where they had results."""
    rows, position = roster(world, year, key_stage)
    years = {back: by_year[year - back] for back in (0, 1, 2) if year - back in by_year}
    return Table(
        year=year,
        roster=rows,
        position=position,
        authorities=masks(world, position),
        nations=2,
        years=years,
        empty="" if key_stage == 2 else "NE",
        style=layout(key_stage, year).percentage,
    )


def _write(writer: Writer, source: str, year: int, name: str, frame: pl.DataFrame, shape: Layout) -> None:
    writer.frame(
        source,
        edition_of(year),
        name,
        frame,
        bom=shape.bom,
        line_end=shape.line_end,
        ragged=stop_after_new,
    )


def _exceptions(frame: pl.DataFrame, year: int) -> pl.DataFrame:
    """One school under revision in 2018: every result is RE."""
    if year == 2018:
        results = frame.columns[frame.columns.index("PTRWM_EXP") : frame.columns.index("TEALGRP1")]
        frame = set_cells(frame, pl.col("URN") == str(scenarios.REDACTED), results, "RE")
    return frame


def _delayed(frame: pl.DataFrame, year: int) -> pl.DataFrame:
    """One school whose exam board was late in 2018: Progress 8 is SUPP*."""
    if year == 2018:
        columns = [name for name in frame.columns if re.match(r"P8(MEA|CILOW|CIUPP)(_ORIG)?$", name)]
        frame = set_cells(frame, pl.col("URN") == str(scenarios.EXAM_BOARD_DELAY), columns, "SUPP*")
    return frame


def _provisional(world: World, writer: Writer, by_year: dict[int, Stage], year: int) -> None:
    """The autumn release: 25 columns, one decimal, a few pupils' results still to change, no children in
    care.
    """
    facts = by_year[year].schools
    rng = np.random.Generator(np.random.PCG64([world.seed, year, 4]))
    changed = rng.random(len(facts.school)) < 0.012
    values = dict(facts.values)
    for name in ("att8", "p8", "p8orig", "ebacc_points"):
        moved = np.where(changed, values[name] - rng.uniform(0, 1.2, len(changed)), values[name])
        values[name] = np.clip(moved, 0, None) if name in ("att8", "ebacc_points") else moved
    for name in ("basics_94", "basics_95"):
        values[name] = values[name] & ~(changed & (rng.random(len(changed)) < 0.3))
    early = replace(by_year[year], schools=replace(facts, values=values, _sums={}))
    provisional = table(world, by_year | {year: early}, year, 4)
    provisional.style = "67.4%"
    shape = Layout(
        key_stage=4,
        year=year,
        columns=expand(headers_ks4.PROVISIONAL_2018_19),
        evidence="published",
        percentage="67.4%",
        bom=True,
        line_end="\n",
    )
    frame = ks4_frame_provisional(provisional, shape)
    writer.frame(
        "ks4-provisional",
        edition_of(year),
        "england_ks4provisional.csv",
        frame,
        bom=True,
        ragged=_seven_fields,
    )


def ks4_frame_provisional(provisional: Table, shape: Layout) -> pl.DataFrame:
    """The provisional table: the same cells in fewer columns; independents are NA throughout."""
    wide = replace(shape, columns=(*shape.columns[:7], "TOTPUPS", *shape.columns[7:]))
    frame = ks4_frame(provisional, wide).drop("TOTPUPS")
    results = list(shape.columns[7:])
    return set_cells(frame, pl.col("NFTYPE") == "IND", results, "NA")


def _seven_fields(lines: list[str]) -> list[str]:
    return [line.rstrip(",") for line in lines]
