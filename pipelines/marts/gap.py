"""Gaps between groups of pupils, always three together: the group itself, others less the group in the same place, and
the group less others in England; for our schools, clusters, community areas, the authority and the places around it.

`national_gap` is the publisher's DIFFN: negative is behind. The national figure is England's published row where a
file at hand has one (`national_how`), else pooled from its schools. Pooled rows take the years in which the group has a
figure; what it is held against is pooled over the same years. `is_break` marks a year that cannot be compared with
the row before it, with the reason. Boys are held against girls; SEN and English as an additional language, where files
print the group but not its complement, against all other pupils (`rest`), worked out from counts.
"""

from collections.abc import Iterator

import polars

from pipelines.marts import Query, complete
from pipelines.marts._results import (
    OUR_RESULTS,
    POOLABLE,
    as_numbers,
    by_measure,
    is_share,
    over_years,
    spread_of,
    value_per_total,
    windows,
)
from pipelines.measures import Measure
from pipelines.measures.gaps import CONTRASTS, REST, Contrast, breaks
from pipelines.statistics import gaps
from pipelines.statistics.intervals import mean_limits, wilson

COLUMNS: dict[str, polars.DataType] = {
    "unit_kind": polars.String(),
    "unit": polars.String(),
    "unit_name": polars.String(),
    "year": polars.Int32(),
    "span": polars.String(),
    "years": polars.String(),
    "measure": polars.String(),
    "contrast": polars.String(),
    "focus_group": polars.String(),
    "other_group": polars.String(),
    "focus_value": polars.Float64(),
    "focus_n": polars.Float64(),
    "focus_count": polars.Float64(),
    "focus_lower": polars.Float64(),
    "focus_upper": polars.Float64(),
    "other_value": polars.Float64(),
    "other_n": polars.Float64(),
    "within_gap": polars.Float64(),
    "within_lower": polars.Float64(),
    "within_upper": polars.Float64(),
    "national_other": polars.Float64(),
    "national_how": polars.String(),
    "national_gap": polars.Float64(),
    "national_lower": polars.Float64(),
    "national_upper": polars.Float64(),
    "is_published": polars.Boolean(),
    "schools": polars.Int32(),
    "schools_without": polars.Int32(),
    "is_break": polars.Boolean(),
    "reason": polars.String(),
    "file_id": polars.Int32(),
    "row": polars.Int32(),
}

_PLACE = ["unit_kind", "unit", "unit_name", "span", "year"]
_SIDE: dict[str, polars.DataType] = {
    "years": polars.String(),
    "value": polars.Float64(),
    "n": polars.Float64(),
    "count": polars.Float64(),
    "schools": polars.Int32(),
    "schools_without": polars.Int32(),
    "how": polars.String(),
    "reason": polars.String(),
    "file_id": polars.Int32(),
    "row": polars.Int32(),
}
"""What is known of one side of a gap."""

PUBLISHED_GAPS = {
    "attainment_8": "attainment_8_gap_to_other_pupils_nationally",
    "progress_8": "progress_8_gap_to_other_pupils_nationally",
}
"""Measure → the measure that holds its published DIFFN, taken where the ingredients are not at hand."""

_TOTALS = """
select t.* from mart.total t
where "group" in (select unnest($groups)) or t."group" = 'all'
"""

_SPREAD = "select measure, year, max(sd) from mart.total where sd is not null group by all order by all"

_DIFFN = """
select o.urn, o.year, o.measure, o.value, o.file_id, o."row"
from mart.school_observation o
where o.measure in (select unnest($measures)) and o.status = 'reported'
"""

_GROUPS = sorted({group for contrast in CONTRASTS for group in (contrast.focus, contrast.other)} - {REST})


def rows(query: Query) -> Iterator[polars.DataFrame]:
    """One frame for each measure: every contrast of every place, by year and pooled."""
    found = query(OUR_RESULTS).filter(polars.col("group").is_in([*_GROUPS, "all"]))
    results = by_measure(found)
    spread: dict[str, dict[int, float]] = {}
    for key, year, sd in query(_SPREAD).iter_rows():
        spread.setdefault(key, {})[year] = sd
    totals = by_measure(query(_TOTALS, {"groups": _GROUPS}))
    published = by_measure(query(_DIFFN, {"measures": list(PUBLISHED_GAPS.values())}))
    names = query("select urn, name as unit_name from mart.school")
    for key, measure in POOLABLE.items():
        total = totals.get(key)
        schools = results_of_schools(results[key], names, measure) if key in results else None
        diffn = published.get(PUBLISHED_GAPS.get(key, ""))
        frames = [
            part for contrast in CONTRASTS for part in _contrasted(contrast, schools, total, diffn, names, measure)
        ]
        if frames:
            yield finished(polars.concat(frames, how="diagonal_relaxed"), measure, spread)


def results_of_schools(results: polars.DataFrame, names: polars.DataFrame, measure: Measure) -> polars.DataFrame:
    """Each school's result of a year and group; none where several predecessors have one: we do not average schools."""
    one = results.filter(polars.col("observed_urn").n_unique().over("urn", "year", "group") == 1)
    text = polars.when(polars.col("value").is_null()).then(polars.col("meaning"))
    return one.join(names, on="urn", how="left").select(
        polars.lit("school").alias("unit_kind"),
        polars.col("urn").cast(polars.String).alias("unit"),
        "unit_name",
        "year",
        "group",
        "value",
        "n",
        "total",
        "low",
        "high",
        polars.col("is_used").cast(polars.Int32).alias("schools"),
        (~polars.col("is_used") & ~polars.col("is_nobody")).cast(polars.Int32).alias("schools_without"),
        text.alias("reason"),
        polars.lit("published").alias("how"),
        "file_id",
        "row",
    )


def _contrasted(
    contrast: Contrast,
    schools: polars.DataFrame | None,
    total: polars.DataFrame | None,
    diffn: polars.DataFrame | None,
    names: polars.DataFrame,
    measure: Measure,
) -> Iterator[polars.DataFrame]:
    """Both sides of a contrast, beside each other with the national figure, for schools and for larger units."""
    if total is None:
        return
    england = total.filter((polars.col("unit_kind") == "england") & (polars.col("span") == "year"))
    nation = _side(england, contrast.other, contrast, measure)
    is_printed = schools is not None and contrast.focus in schools["group"]
    if is_printed or (schools is not None and diffn is not None and contrast.key == "disadvantaged"):
        focus, other = school_sides(schools, contrast, measure)
        focus = _with_published(focus, diffn, names) if contrast.key == "disadvantaged" else focus
        if focus.height:
            yield _beside(focus, other, nation, contrast)
    focus = _side(total, contrast.focus, contrast, measure)
    if focus.height:
        yield _beside(focus, _side(total, contrast.other, contrast, measure), nation, contrast)


def _side(total: polars.DataFrame, group: str, contrast: Contrast, measure: Measure) -> polars.DataFrame:
    """One side of a contrast in larger units: _PLACE and _SIDE."""
    if group == REST:
        return _rest(total, contrast, measure)
    return total.filter(polars.col("group") == group).select(*_PLACE, *_SIDE)


def _rest(frame: polars.DataFrame, contrast: Contrast, measure: Measure) -> polars.DataFrame:
    """All pupils less the group, place by place, where both rest on the same years."""
    keys = [*_PLACE, "years"]
    some = frame.filter(polars.col("group") == contrast.focus).select(*keys, "value", "n", "count")
    both = frame.filter(polars.col("group") == "all").select(*_PLACE, *_SIDE).join(some, on=keys, suffix="_some")
    everyone = gaps.group(*(as_numbers(both, name) for name in ("value", "n", "count")))
    group = gaps.group(*(as_numbers(both, f"{name}_some") for name in ("value", "n", "count")))
    left = gaps.rest(everyone, group)
    worked_out = {name: polars.Series(getattr(left, name)).fill_nan(None) for name in ("value", "n", "count")}
    return both.with_columns(**worked_out, how=polars.lit("all pupils less the group")).select(*_PLACE, *_SIDE)


def school_sides(
    schools: polars.DataFrame, contrast: Contrast, measure: Measure
) -> tuple[polars.DataFrame, polars.DataFrame]:
    """Both sides of a contrast in schools, by year and pooled over the years in which the focus has a figure."""
    by_year = schools.with_columns(
        polars.lit("year").alias("span"),
        polars.col("year").cast(polars.String).alias("years"),
        polars.when(is_share(measure)).then(polars.col("total")).alias("count"),
    )
    window = windows(measure, [contrast.focus], schools["year"].unique())
    known = schools.filter((polars.col("group") == contrast.focus) & polars.col("n").is_not_null())
    pooled_years = window.join(
        known.select("unit", result_year=polars.col("year")), on="result_year", how="inner"
    ).drop("group")
    sides = []
    for group in (contrast.focus, contrast.other):
        wanted = [group] if group != REST else ["all", contrast.focus]
        yearly = schools.filter(polars.col("group").is_in(wanted)).rename({"year": "result_year"})
        unit = ["unit_kind", "unit", "unit_name", "year"]
        pooled = over_years(pooled_years.join(yearly, on=["unit", "result_year"]), unit).with_columns(
            polars.lit("pooled").alias("span"),
            polars.lit("pooled counts" if is_share(measure) else "pooled means").alias("how"),
            value=value_per_total(measure) * polars.col("total") / polars.col("n"),
            count=polars.when(is_share(measure)).then(polars.col("total")),
        )
        both = polars.concat([by_year.filter(polars.col("group").is_in(wanted)), pooled], how="diagonal_relaxed")
        both = complete(both, _SIDE)
        sides.append(both.select(*_PLACE, *_SIDE) if group != REST else _rest(both, contrast, measure))
    return sides[0], sides[1]


def _with_published(
    focus: polars.DataFrame, diffn: polars.DataFrame | None, names: polars.DataFrame
) -> polars.DataFrame:
    """The focus of schools with their published gap to other pupils in England, also where no more is known of them."""
    if diffn is None:
        return focus
    published = diffn.join(names, on="urn", how="left").select(
        polars.lit("school").alias("unit_kind"),
        polars.col("urn").cast(polars.String).alias("unit"),
        "unit_name",
        polars.lit("year").alias("span"),
        "year",
        diffn=polars.col("value"),
        diffn_file_id=polars.col("file_id"),
        diffn_row=polars.col("row"),
    )
    return focus.join(published, on=_PLACE, how="full", coalesce=True, nulls_equal=True).with_columns(
        polars.coalesce("years", polars.col("year").cast(polars.String)).alias("years"),
        polars.coalesce("file_id", "diffn_file_id").alias("file_id"),
        polars.coalesce("row", "diffn_row").alias("row"),
    )


def _beside(
    focus: polars.DataFrame, other: polars.DataFrame, nation: polars.DataFrame, contrast: Contrast
) -> polars.DataFrame:
    """Focus, other and nation in one row; names of the focus without, of the others with an ending."""
    pair = focus.join(
        other.select(*_PLACE, *(polars.col(name).alias(f"{name}_other") for name in _SIDE)), on=_PLACE, how="left"
    )
    return pair.join(national_figures(nation, pair["years"]), on="years", how="left").with_columns(
        contrast=polars.lit(contrast.key),
        focus_group=polars.lit(contrast.focus),
        other_group=polars.lit(contrast.other),
    )


def national_figures(nation: polars.DataFrame, spans: polars.Series) -> polars.DataFrame:
    """England's figure over each set of years ('2023, 2024'): value, n, count and how, where every year has one.

    One year's figure is taken as it stands; several are added up, pupils and those who reached the standard.
    """
    wanted = polars.DataFrame({"years": spans.unique().drop_nulls()}).with_columns(
        polars.col("years").str.split(", ").alias("one")
    )
    found = wanted.explode("one").join(
        nation.filter(polars.col("value").is_not_null()).select(
            polars.col("year").cast(polars.String).alias("one"), "value", "n", "count", "how"
        ),
        on="one",
    )
    whole = (
        found.sort("years", "one")
        .group_by("years")
        .agg(
            polars.len().alias("found"),
            polars.col("value").first(),
            polars.col("n", "count").sum(),
            polars.col("n", "count").count().name.suffix("_known"),
            (polars.col("value") * polars.col("n")).sum().alias("weighted"),
            polars.col("how").unique().sort().str.join(", "),
        )
    )
    pooled = polars.when(polars.col("n_known") == polars.col("found")).then(polars.col("weighted") / polars.col("n"))
    return (
        whole.join(wanted.select("years", polars.col("one").list.len().alias("needed")), on="years")
        .filter(polars.col("found") == polars.col("needed"))
        .select(
            "years",
            polars.when(polars.col("found") == 1).then("value").otherwise(pooled).alias("value_nation"),
            *(
                polars.when(polars.col(f"{name}_known") == polars.col("found")).then(name).alias(f"{name}_nation")
                for name in ("n", "count")
            ),
            polars.col("how").alias("national_how"),
        )
    )


def finished(frame: polars.DataFrame, measure: Measure, spread: dict[str, dict[int, float]]) -> polars.DataFrame:
    """Both gaps of each row with their 95% limits, breaks, and the reason for whatever is missing."""
    frame = complete(frame, {"diffn": polars.Float64()})
    sd = spread_of(measure, frame["year"], spread)
    focus, other, nation = (
        gaps.group(*(as_numbers(frame, f"{name}{end}") for name in ("value", "n", "count")), sd)
        for end in ("", "_other", "_nation")
    )
    same_years = polars.col("years") == polars.col("years_other")
    within = _columns("within", gaps.difference(other, focus))
    national = _columns("national", gaps.difference_from_nation(focus, nation))
    limits = wilson(focus.count, focus.n) if is_share(measure) else mean_limits(focus.value, sd, focus.n)
    factor = 100 if is_share(measure) else 1
    frame = frame.with_columns(
        *(
            polars.Series(f"focus_{name}", factor * limit).fill_nan(None)
            for name, limit in zip(("lower", "upper"), limits)
        ),
        *within,
        *national,
    ).with_columns(
        *(polars.when(same_years).then(column.name).alias(column.name) for column in within),
        is_published=polars.col("national_gap").is_null() & polars.col("diffn").is_not_null(),
        national_gap=polars.coalesce("national_gap", "diffn"),
        measure=polars.lit(measure.key),
        focus_value=polars.col("value"),
        focus_n=polars.col("n"),
        focus_count=polars.col("count"),
        other_value=polars.col("value_other"),
        other_n=polars.col("n_other"),
        national_other=polars.col("value_nation"),
    )
    return (
        with_breaks(frame, measure)
        .with_columns(reason=_reason())
        .select(list(COLUMNS))
        .sort("unit_kind", "unit", "contrast", "focus_group", "span", "year")
    )


def _columns(name: str, difference: gaps.Difference) -> list[polars.Series]:
    parts = (("gap", difference.value), ("lower", difference.lower), ("upper", difference.upper))
    return [polars.Series(f"{name}_{part}", values).fill_nan(None) for part, values in parts]


def with_breaks(frame: polars.DataFrame, measure: Measure) -> polars.DataFrame:
    """Adds is_break and its note: a break in this year, or between this row and the one before it in its series."""
    series = ["unit_kind", "unit", "contrast", "focus_group", "span"]
    frame = frame.sort(*series, "year").with_columns(before=polars.col("year").shift(1).over(series))
    notes = polars.lit(None, polars.String)
    for contrast in CONTRASTS:
        for year, note in breaks(measure, contrast.focus, contrast.other).items():
            here = polars.col("focus_group") == contrast.focus
            since = (polars.col("year") == year) | ((polars.col("before") < year) & (polars.col("year") > year))
            notes = polars.when(here & since).then(polars.lit(note)).otherwise(notes)
    return frame.with_columns(break_note=notes).with_columns(is_break=polars.col("break_note").is_not_null())


def _reason() -> polars.Expr:
    """What is missing and why, then what the row leaves out, then the break; null when there is nothing to say."""
    no_focus, no_other = polars.col("focus_value").is_null(), polars.col("other_value").is_null()
    said = [
        polars.when(no_focus)
        .then(
            polars.concat_str(
                polars.lit("no figure of the group: "), polars.col("reason").fill_null("not in the files")
            )
        )
        .otherwise(polars.col("reason")),
        polars.when(~no_focus & no_other).then(
            polars.concat_str(
                polars.lit("no figure of the other pupils: "), polars.col("reason_other").fill_null("not in the files")
            )
        ),
        polars.when(~no_focus & ~no_other & polars.col("within_gap").is_null()).then(
            polars.lit("the two groups have figures of different years")
        ),
        polars.when(polars.col("national_other").is_null() & ~polars.col("is_published")).then(
            polars.lit("no national figure of the other pupils at hand")
        ),
        polars.when(~no_focus & polars.col("focus_lower").is_null()).then(
            polars.lit("no interval: the number of pupils or their spread is not known")
        ),
        polars.when(polars.col("is_published")).then(polars.lit("the gap to England is the published one")),
        polars.when(polars.col("is_break")).then(
            polars.concat_str(polars.lit("not comparable with the year before: "), polars.col("break_note"))
        ),
    ]
    text = polars.concat_str(said, separator="; ", ignore_nulls=True)
    return polars.when(text != "").then(text)
