"""The numbers that the authority's own triggers compare, for its own schools, school year by school year."""

import datetime
from collections.abc import Iterator

import polars

from pipelines.measures import MEASURES
from pipelines.rules.facts import FACT, Query
from pipelines.rules.inspection_state import load_inspections

HEADLINES = {
    "primary": "reading_writing_maths_expected",
    "middle": "reading_writing_maths_expected",
    "secondary": "attainment_8",
    "all-through": "attainment_8",
}
"""The main attainment measure of a phase from 2015/16."""
Z_90 = 1.6449
"""Normal quantile of a two-sided 90% interval."""
CYCLE_MONTHS = {"good or better": 48, "below good": 30}
"""How long after an inspection the next is due (Ofsted, school inspection handbook, 2024; not confirmed: declared so
on the rule). A report card counts as the first where no area is below the expected standard."""
FEWEST_IN_PHASE = 20
"""A centile among fewer schools than this is not made: our own caution."""
VACANCY = r"vacan|acting|interim|absen|no headteacher|executive cover"
"""Words of a circumstance that mean that leadership or governance is vacant or interim."""

_OURS = "(select urn from core.school where la_code = (select la_code from core.build))"


def signals(query: Query, years: list[int]) -> Iterator[polars.DataFrame]:
    """FACT frames of every signal that the own triggers read."""
    yield from _attainment(query)
    yield _gap(query)
    yield _similar(query)
    yield _roll(query)
    for signal, measures in (
        ("absence_centile", ("overall_absence",)),
        ("persistent_absence_centile", ("persistent_absence_10", "persistent_absence_15")),
    ):
        yield _centile(query, signal, measures)
    yield _inspection_due(query, years)
    yield _vacancy(query, years)


def _as_facts(frame: polars.DataFrame, signal: str) -> polars.DataFrame:
    """The frame with every column of FACT; those it lacks are null, `via` is own."""
    given = {"measure": polars.lit(signal)}
    if "observed_urn" not in frame.columns:
        given["observed_urn"] = polars.col("urn")
    if "via" not in frame.columns:
        given["via"] = polars.lit("own")
    frame = frame.with_columns(expression.alias(name) for name, expression in given.items())
    return frame.select(
        (polars.col(name) if name in frame.columns else polars.lit(None)).cast(kind).alias(name)
        for name, kind in FACT.items()
    )


def _estimates(query: Query) -> polars.DataFrame:
    """Shrunken results of our schools on the headline of their phase: `mean` ± `deviation`, and the value printed."""
    headline = "case s.phase " + " ".join(f"when '{phase}' then '{key}'" for phase, key in HEADLINES.items()) + " end"
    return query(
        f"""select e.urn::integer as urn, e.year::integer as year, e.measure as headline, e."group", e.value, e.mean,
            e.deviation, e.n, e.reason as no_estimate
        from mart.estimate e join core.school s using (urn)
        where e.urn in {_OURS} and e.measure = {headline} and e."group" in ('all', 'disadvantaged', 'other')
        order by e.urn, e.year, e."group" """
    )


def _broken(years_back: int) -> dict[str, list[int]]:
    """Headline → years that cannot be compared with one of the `years_back` years before."""
    return {
        key: sorted({year + later for year in MEASURES[key].breaks() for later in range(years_back)})
        for key in set(HEADLINES.values())
    }


def _is_broken(years_back: int) -> polars.Expr:
    parts = [
        (polars.col("headline") == key) & polars.col("year").is_in(years)
        for key, years in sorted(_broken(years_back).items())
    ]
    return polars.any_horizontal(parts)


def _before(frame: polars.DataFrame, years: int) -> polars.DataFrame:
    """The same numbers some years before, named with `_before_<years>`."""
    names = [name for name in ("value", "mean", "deviation") if name in frame.columns]
    return frame.select(
        "urn",
        "headline",
        (polars.col("year") + years).alias("year"),
        *(polars.col(n).alias(f"{n}_before_{years}") for n in names),
    )


def _attainment(query: Query) -> Iterator[polars.DataFrame]:
    """How many of the last two years fell, and the change over both with its 90% limits.

    The limits take the two years' shrunken values as independent, which is cautious: they share earlier years.
    """
    every = _estimates(query).filter(polars.col("group") == "all")
    frame = every
    for years in (1, 2):
        frame = frame.join(_before(every, years), on=["urn", "headline", "year"], how="left", maintain_order="left")
    falls = (polars.col("value") < polars.col("value_before_1")).cast(polars.Int32) + (
        polars.col("value_before_1") < polars.col("value_before_2")
    ).cast(polars.Int32)
    change = polars.col("mean") - polars.col("mean_before_2")
    spread = Z_90 * (polars.col("deviation") ** 2 + polars.col("deviation_before_2") ** 2).sqrt()
    broken = _is_broken(2)
    why = (
        polars.when(broken)
        .then(polars.lit("the measure changed within these three years, which cannot be compared"))
        .when(polars.col("value_before_2").is_null() | polars.col("value_before_1").is_null())
        .then(polars.lit("results of the two years before are not in the files loaded, or were not published"))
        .otherwise(polars.col("no_estimate"))
    )
    yield _as_facts(
        frame.with_columns(polars.when(~broken).then(falls).alias("value"), why.alias("why")), "attainment_falls"
    )
    yield _as_facts(
        frame.with_columns(
            polars.when(~broken).then(change).alias("value"),
            polars.when(~broken).then(change - spread).alias("lower"),
            polars.when(~broken).then(change + spread).alias("upper"),
            why.alias("why"),
        ),
        "attainment_change",
    )


def _gap(query: Query) -> polars.DataFrame:
    """Change over two years in others less disadvantaged pupils of the same school, shrunken, with 90% limits."""
    found = _estimates(query)
    names = ["urn", "headline", "year"]

    def of(group: str) -> polars.DataFrame:
        part = found.filter(polars.col("group") == group)
        return part.select(*names, polars.col("mean").alias(group), polars.col("deviation").alias(f"{group} deviation"))

    gaps = (
        of("disadvantaged")
        .join(of("other"), on=names, how="inner")
        .select(
            *names,
            (polars.col("other") - polars.col("disadvantaged")).alias("mean"),
            (polars.col("other deviation") ** 2 + polars.col("disadvantaged deviation") ** 2).sqrt().alias("deviation"),
        )
    )
    frame = gaps.join(_before(gaps, 2), on=names, how="left", maintain_order="left").sort("urn", "year")
    change = polars.col("mean") - polars.col("mean_before_2")
    spread = Z_90 * (polars.col("deviation") ** 2 + polars.col("deviation_before_2") ** 2).sqrt()
    sound = ~_is_broken(2)
    return _as_facts(
        frame.with_columns(
            polars.when(sound).then(change).alias("value"),
            polars.when(sound).then(change - spread).alias("lower"),
            polars.when(sound).then(change + spread).alias("upper"),
        ),
        "gap_change",
    )


def _similar(query: Query) -> polars.DataFrame:
    """Probability that a school's true attainment is below the mean of the schools most like it.

    Normal posterior of the school beside the mean of the posterior means of its similar schools, whose own error is
    added. Similar schools are those of the newest data, also for earlier years.
    """
    headline = "case s.phase " + " ".join(f"when '{phase}' then '{key}'" for phase, key in HEADLINES.items()) + " end"
    frame = query(
        f"""with alike as (
            select n.urn, o.year, o.measure, sum(o.mean::decimal(38, 12))::double / count(*) as mean,
                count(*) as schools,
                sqrt(sum((o.deviation * o.deviation)::decimal(38, 12))::double) / count(*) as deviation
            from mart.similar_school n
            join mart.estimate o on o.urn = n.similar_urn and o."group" = 'all' and o.mean is not null
            group by n.urn, o.year, o.measure
        )
        select e.urn::integer as urn, e.year::integer as year, e.n, e.mean, e.deviation, e.reason,
            i.mean as similar_mean, i.deviation as similar_deviation, i.schools
        from mart.estimate e
        join core.school s using (urn)
        left join alike i on i.urn = e.urn and i.year = e.year and i.measure = e.measure
        where e.urn in {_OURS} and e."group" = 'all' and e.measure = {headline}
        order by e.urn, e.year"""
    )
    distance = (polars.col("similar_mean") - polars.col("mean")) / (
        polars.col("deviation") ** 2 + polars.col("similar_deviation") ** 2
    ).sqrt()
    enough = polars.col("schools") >= FEWEST_IN_PHASE / 2
    return _as_facts(
        frame.with_columns(
            polars.when(enough).then(_normal(distance)).alias("value"),
            polars.when(polars.col("mean").is_null()).then(polars.col("reason"))
            .otherwise(polars.lit("fewer than ten of its similar schools have an estimate that year"))
            .alias("why"),
        ),
        "below_similar_schools",
    )  # fmt: skip


def _normal(z: polars.Expr) -> polars.Expr:
    """The normal distribution function, by the approximation of Abramowitz and Stegun 26.2.17 (error below 1e-7)."""
    t = 1 / (1 + 0.2316419 * z.abs())
    poly = t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
    tail = (-(z**2) / 2).exp() / (2 * 3.141592653589793) ** 0.5 * poly
    return polars.when(z >= 0).then(1 - tail).otherwise(tail)


def _roll(query: Query) -> polars.DataFrame:
    """Per cent change in pupils on roll over three years, from the January census, else from the register."""
    frame = query(
        """with rolls as (
            select urn, year, measure, value, observed_urn, via, file_id, "row" from mart.school_observation
            where measure in ('pupils_on_roll', 'pupils_on_roll_register') and "group" = 'all' and value is not null
        )
        select n.urn::integer as urn, n.year::integer as year, n.observed_urn, n.via, n.file_id, n."row", n.value as n,
            (n.value / b.value - 1) * 100 as value
        from rolls n join rolls b on b.urn = n.urn and b.measure = n.measure and b.year = n.year - 3 and b.value > 0
        qualify row_number() over (partition by n.urn, n.year order by n.measure) = 1
        order by n.urn, n.year"""
    )
    return _as_facts(frame, "roll_change")


def _centile(query: Query, signal: str, measures: tuple[str, ...]) -> polars.DataFrame:
    """Where a school's absence lies among schools of its phase in England that year: the share of them below it."""
    names = ", ".join(f"'{name}'" for name in measures)
    frame = query(
        f"""with england as (
            select r.urn, r.urn as observed_urn, 'own' as via, r.year, r.measure, r.value, r.n, r.file_id, r."row"
            from core.result r where r.measure in ({names}) and r."group" = 'all' and r.value is not null
                and r.urn not in {_OURS}
            union all
            select urn, observed_urn, via, year, measure, value, n, file_id, "row" from mart.school_observation
            where measure in ({names}) and "group" = 'all' and value is not null
        ), placed as (
            select e.*, percent_rank() over w * 100 as centile,
                count(*) over (partition by e.year, e.measure, s.phase) as schools
            from england e join core.school s using (urn)
            window w as (partition by e.year, e.measure, s.phase order by e.value)
        )
        select urn::integer as urn, year::integer as year, observed_urn, via, centile as value, n, file_id, "row",
            schools
        from placed where urn in {_OURS} order by urn, year"""
    )
    few = polars.col("schools") < FEWEST_IN_PHASE
    return _as_facts(
        frame.with_columns(
            polars.when(~few).then(polars.col("value")).alias("value"),
            polars.when(few).then(polars.lit("too few schools of its phase are in the files")).alias("why"),
        ),
        signal,
    )


def _ours(query: Query) -> polars.DataFrame:
    return query(f"select urn::integer as urn from {_OURS} order by urn")


def _inspection_due(query: Query, years: list[int]) -> polars.DataFrame:
    """Months from the end of a school year to the next inspection; below 0 it is overdue."""
    inspections = load_inspections(query)
    visits = inspections.join(_ours(query), on="urn", how="semi")
    if visits.is_empty() or not years:
        return _as_facts(
            polars.DataFrame(schema={"urn": polars.Int32, "year": polars.Int32, "value": polars.Float64}),
            "months_until_inspection_due",
        )
    worst = polars.min_horizontal("overall", "quality", "leadership", "governance")
    low = (
        polars.when(polars.col("kind") == "ungraded").then(False)
        .when(polars.col("overall").is_not_null()).then(polars.col("overall") <= 2)
        .otherwise((worst <= 2) | (polars.col("other_urgent") > 0))
        .fill_null(False)
    )  # fmt: skip
    months = polars.when(low).then(CYCLE_MONTHS["below good"]).otherwise(CYCLE_MONTHS["good or better"])
    visits = visits.with_columns(polars.col("date").dt.offset_by(polars.format("{}mo", months)).alias("due")).sort(
        "urn", "date"
    )
    ends = polars.DataFrame(
        {"year": years, "end": [datetime.date(year, 8, 31) for year in years]},
        schema={"year": polars.Int32, "end": polars.Date},
    )
    grid = _ours(query).join(ends, how="cross").sort("end")
    found = grid.join_asof(
        visits.sort("date"), left_on="end", right_on="date", by="urn", strategy="backward", check_sortedness=False
    )
    found = found.filter(polars.col("due").is_not_null()).with_columns(
        ((polars.col("due") - polars.col("end")).dt.total_days() / 30.4375).alias("value")
    )
    return _as_facts(
        found.select("urn", "year", "value", "observed_urn", "file_id", "row").sort("urn", "year"),
        "months_until_inspection_due",
    )


def _vacancy(query: Query, years: list[int]) -> polars.DataFrame:
    """1 where the authority's list names vacant or interim leadership at any time in the school year, else 0."""
    found = query(
        'select c.urn, c.circumstance, c.from_date, c.to_date, c.file::integer as file_id, c."row"::integer as "row" '
        'from core.school_circumstance c order by c.urn, c.from_date, c.file, c."row"'
    )
    if found.is_empty():
        return _as_facts(polars.DataFrame(schema={"urn": polars.Int32, "year": polars.Int32}), "leadership_vacancy")
    grid = _ours(query).join(polars.DataFrame({"year": years}, schema={"year": polars.Int32}), how="cross")
    begins, ends = polars.date(polars.col("year") - 1, 9, 1), polars.date(polars.col("year"), 8, 31)
    vacant = found.filter(polars.col("circumstance").str.contains(VACANCY)).with_columns(
        polars.col("urn").cast(polars.Int32)
    )
    named = (
        grid.join(vacant, on="urn")
        .filter(
            (polars.col("from_date").fill_null(datetime.date(1900, 1, 1)) <= ends)
            & (polars.col("to_date").fill_null(datetime.date(9999, 12, 31)) >= begins)
        )
        .unique(["urn", "year"], keep="last", maintain_order=True)
        .select("urn", "year", "file_id", "row", polars.lit(1.0).alias("value"))
    )
    return _as_facts(
        grid.join(named, on=["urn", "year"], how="left")
        .with_columns(polars.col("value").fill_null(0.0))
        .sort("urn", "year"),
        "leadership_vacancy",
    )
