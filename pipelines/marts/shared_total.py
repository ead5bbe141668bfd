"""Totals of clusters, community areas, the authority and its phases as they may be printed, shared or saved.

Every row of `mart.total`, and every mean of our schools in `mart.comparison` (unit_kind `phase in authority`, the
unit being the phase, or `all`). A total from which a school's small number could be worked out, alone or with the
others, with the authority's published row, with an earlier build's or by a head who knows their own school's, has the
status `hidden` and a reason, and no number. `members` names the schools whose figures are in a shared total, so that
the next build remembers what is known (docs/decisions/0013).
"""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

import polars as pl

from pipelines.marts import Query, total
from pipelines.marts._results import OUR_RESULTS, POOLABLE, windows
from pipelines.marts.shared_result import verdict_of
from pipelines.statistics.disclosure import REASON_YEARS
from pipelines.statistics.disclosure_cells import Verdict

COLUMNS = {**total.COLUMNS, "status": pl.String, "members": pl.List(pl.Int32)}
OWN = ("own_value", "own_n")
FIGURES = ("value", "lower", "upper", "n", "count", "count_low", "count_high", "sd", "schools", "schools_without")
"""Columns that a withheld total lacks; beside a published row only what we made ourselves, OWN, is withheld."""

OURS = ("cluster", "proposed_cluster", "authority", "phase in authority", "community_area")
"""Kinds of unit that are sums of our schools, in the order in which they are judged: where two cannot both be shared,
the first is."""

KEYS = ["unit_kind", "unit", "year", "measure", "group"]

_TOTALS = "select * from mart.total"

_MEANS = """
select 'phase in authority' as unit_kind, coalesce(phase, 'all') as unit, coalesce(phase, 'all') as unit_name,
    year, 'year' as span, year::varchar as years, measure, "group", max(value) as value, null::double as lower,
    null::double as upper, max(n) as n, null::double as count, max(schools)::integer as schools,
    null::integer as schools_without, max(how) as how, null::varchar as reason
from mart.comparison
where kind in ('authority', 'same phase in authority') and how <> 'published' and status = 'reported'
group by coalesce(phase, 'all'), year, measure, "group"
"""

_IN_A_MEAN = """
select distinct o.observed_urn, o.year, o.measure, o."group", s.phase::varchar as phase, o.n
from mart.school_observation o join core.school s on s.urn = o.observed_urn
where o.status = 'reported' and s.la_code = (select la_code from core.build)
    and s.is_state_funded
"""

_EARLIER = 'select year, measure, "group", members from core.earlier_export order by all'


def rows(query: Query) -> Iterator[pl.DataFrame]:
    """The table, in one frame for each kind of unit."""
    members = members_of(query)
    verdict = verdict_of(query)
    learn_earlier(query, verdict)
    refused = refusals(members, verdict)
    held = members.filter(~pl.col("is_pooled")).group_by(KEYS).agg(pl.col("observed_urn").sort().alias("members"))
    frame = pl.concat([query(_TOTALS), query(_MEANS)], how="diagonal_relaxed")
    refused = pl.concat([refused, _pooled_of_hidden(frame, refused)])
    for _, part in sorted(frame.partition_by("unit_kind", as_dict=True).items()):
        yield _shared(part, refused, held)


def _pooled_of_hidden(frame: pl.DataFrame, refused: pl.DataFrame) -> pl.DataFrame:
    """The authority's pooled totals with a year that is neither published nor shared, as `refused`."""
    ours = frame.filter(pl.col("unit_kind") == "authority")
    hidden = ours.filter((pl.col("span") == "year") & (pl.col("how") != "published")).join(
        refused, on=[*KEYS, "span"], how="semi"
    )
    pooled = ours.filter(pl.col("span") == "pooled").with_columns(pl.col("years").str.split(", ").alias("one"))
    of_hidden = (
        pooled.explode("one")
        .filter(pl.col("one").fill_null("") != "")
        .with_columns(pl.col("one").cast(pl.Int32))
        .join(
            hidden.select(pl.col("year").alias("one"), "unit", "measure", "group"),
            on=["unit", "one", "measure", "group"],
            how="semi",
        )
    )
    return of_hidden.select(*KEYS, "span").unique().with_columns(pl.lit(REASON_YEARS).alias("refused"))


def _shared(frame: pl.DataFrame, refused: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    keys = [*KEYS, "span"]
    joined = frame.join(refused, on=keys, how="left").join(held, on=KEYS, how="left")
    is_published = (pl.col("how") == "published").fill_null(False)
    has_value = pl.col("value").is_not_null()
    is_refused = pl.col("refused").is_not_null()
    is_hidden = is_refused & ~is_published & has_value
    is_sum = pl.col("unit_kind").is_in(OURS) & (pl.col("span") == "year") & has_value & ~is_refused
    return joined.with_columns(
        *(pl.when(~is_hidden).then(name).alias(name) for name in FIGURES),
        *(pl.when(~is_refused).then(name).alias(name) for name in OWN),
        pl.when(is_hidden)
        .then(pl.lit("hidden"))
        .when(pl.col("value").is_null())
        .then(pl.lit("no figure"))
        .otherwise(pl.lit("reported"))
        .alias("status"),
        pl.when(is_hidden).then("refused").otherwise("reason").alias("reason"),
        pl.when(is_sum).then("members").alias("members"),
    ).select([pl.col(name).cast(kind) for name, kind in COLUMNS.items()])


def members_of(query: Query) -> pl.DataFrame:
    """Whose figures are in each total: KEYS, result_year, observed_urn, is_pooled (one row for each figure)."""
    results = query(OUR_RESULTS)
    used = results.filter("is_used").select("urn", "observed_urn", "year", "measure", "group")
    units = total.memberships(query(total._MEMBERS), results["year"].unique().sort().to_list()).drop("unit_name")
    columns = [*KEYS, "result_year", "observed_urn", "is_pooled"]
    by_year = units.join(used, on=["urn", "year"]).with_columns(
        pl.col("year").alias("result_year"), pl.lit(False).alias("is_pooled")
    )
    pooled = [
        units.join(window, on="year")
        .join(frame.rename({"year": "result_year"}), on=["urn", "result_year", "group"])
        .with_columns(pl.lit(True).alias("is_pooled"))
        .select(columns)
        for (measure,), frame in used.partition_by("measure", as_dict=True).items()
        if (window := windows(POOLABLE[measure], frame["group"].unique(), frame["year"].unique())).height
    ]
    authority = query("select la_code from core.build")["la_code"][0] if used.height else ""
    whole = used.with_columns(
        pl.lit("authority").alias("unit_kind"),
        pl.lit(authority).alias("unit"),
        pl.col("year").alias("result_year"),
        pl.lit(False).alias("is_pooled"),
    )
    found = [by_year.select(columns), *pooled, whole.select(columns), _members_of_means(query).select(columns)]
    return pl.concat(found).unique()


def _members_of_means(query: Query) -> pl.DataFrame:
    found = query(_IN_A_MEAN)
    weighted = (pl.col("how") != "mean of schools").alias("weighted")
    is_weighted = query(_MEANS).select(pl.col("unit").alias("phase"), "year", "measure", "group", weighted)
    both = pl.concat([found, found.with_columns(pl.lit("all").alias("phase"))])
    return (
        both.join(is_weighted, on=["phase", "year", "measure", "group"])
        .filter(~pl.col("weighted") | (pl.col("n") > 0))
        .with_columns(
            pl.lit("phase in authority").alias("unit_kind"),
            pl.col("phase").alias("unit"),
            pl.col("year").alias("result_year"),
            pl.lit(False).alias("is_pooled"),
        )
    )


def learn_earlier(query: Query, verdict: Verdict) -> None:
    """Takes the totals that earlier builds shared as known, as far as they are about anything hidden."""
    hidden = verdict.hidden.rename({"school": "member"})
    earlier = (
        query(_EARLIER)
        .with_row_index("total")
        .explode("members")
        .with_columns(pl.col("members").cast(pl.Int64).alias("member"))
        .join(hidden, on=["measure", "year", "group", "member"], how="semi")
        .group_by("total", "measure", "year", "group")
        .agg("member")
        .sort("total")
    )
    for _, measure, year, group, members in earlier.iter_rows():
        verdict.learn(measure, year, group, frozenset(members))


def refusals(members: pl.DataFrame, verdict: Verdict) -> pl.DataFrame:
    """The totals that may not be shared: KEYS, span, refused (why); each judged after those before it are known."""
    order = pl.col("unit_kind").replace_strict({kind: place for place, kind in enumerate(OURS)}, default=len(OURS))
    hidden = verdict.hidden.rename({"school": "observed_urn", "year": "result_year"})
    concerned = (
        members.with_columns(pl.col("observed_urn").cast(pl.Int64))
        .join(hidden, on=["measure", "result_year", "group", "observed_urn"], how="semi")
        .group_by(*KEYS, "is_pooled", "result_year")
        .agg(pl.col("observed_urn").sort())
        .sort("is_pooled", order, "year", "measure", "group", "unit", "result_year")
    )
    found = []
    columns = [*KEYS, "is_pooled", "result_year", "observed_urn"]
    for key, sums_of in groupby(concerned.select(columns).iter_rows(), key=itemgetter(slice(0, 6))):
        measure, group, is_pooled = key[3:]
        sums = [(row[6], frozenset(row[7])) for row in sums_of]
        refused = next((why for year, schools in sums if (why := verdict.refuses(measure, year, group, schools))), "")
        if refused:
            found.append((*key[:5], "pooled" if is_pooled else "year", REASON_YEARS if is_pooled else refused))
        else:
            for year, schools in sums:
                verdict.learn(measure, year, group, schools)
    schema = {name: COLUMNS[name] for name in KEYS} | {"span": pl.String, "refused": pl.String}
    return pl.DataFrame(found, schema=schema, orient="row")
