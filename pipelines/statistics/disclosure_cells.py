"""The disclosure policy applied to schools' figures: which are hidden, and which sums over schools may be shared.

Two kinds of layer for each year. *Headcounts* of a family of measures (all pupils; each partition of them, such as
disadvantaged and other): they rest on how many pupils there are, whatever is measured. *Results* of one measure: how
many pupils of each group reach it, and how many do not. A partition of a school is shown whole or not at all, so that
no group is left to be found by subtraction.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.statistics.disclosure import Layer, Numbers, Policy, companions

ALL = "all"
PARTITIONS: dict[str, tuple[str, ...]] = {
    "disadvantage": ("disadvantaged", "other"),
    "sex": ("boys", "girls"),
    "prior attainment": ("prior_low", "prior_middle", "prior_high"),
    "first language": ("eal", "english_first_language"),
    "mobility": ("non_mobile",),
    "special educational needs support": ("sen_support",),
    "education, health and care plans": ("ehcp",),
    "free school meals now": ("free_school_meals", "not_free_school_meals"),
    "free school meals in six years": ("free_school_meals_ever_six",),
}
"""Partition of a school's pupils → its groups that publishers count; where one group alone is named, the rest is its
complement."""

PARTITION_OF = {group: name for name, groups in PARTITIONS.items() for group in groups} | {ALL: ALL}
REST = "rest"
"""The other half of (group, REST): all pupils but the group."""

_ROUNDED = 1.0
"""Pupils by which a number may be off that is worked out from a rounded percentage."""

_OPEN_END = 1000.0
"""Room above a hidden number of which nobody knows a limit: more than pupils in any year group."""

CELLS = {
    "school": pl.Int64,
    "year": pl.Int32,
    "measure": pl.String,
    "group": pl.String,
    "family": pl.String,
    "cohort": pl.String,
    "kind": pl.String,
    "counts": pl.String,
    "linked": pl.String,
    "value": pl.Float64,
    "n": pl.Float64,
    "status": pl.String,
    "is_public": pl.Boolean,
}
"""Columns of a frame of cells. `school` is who the figure is about (a predecessor under its own number); measures of
one `family` are about the same pupils, those of one `cohort` about the same number of them; `kind` is 'share' (of the
cohort), 'count' (the value is the number of pupils of the group), 'count of' (the value tells how many pupils of the
group `counts` there are) or 'mean'; `linked` measures add up to each other; `is_public` marks schools whose sum the
publisher prints for the authority."""


@dataclass
class Year:
    """The headcounts of one family in one year.

    Attributes:
        schools: numbers of the schools; every array of the year is in their order.
        is_public: whether the school is in the authority's published sum.
        n: (cohort, group) → pupils, NaN where not known.
        hidden: partition (or 'all') → which schools' headcounts are hidden.
        layers: partition (or 'all') → the known sums over the hidden ones.
    """

    schools: NDArray
    is_public: NDArray
    n: dict[tuple[str, str], NDArray]
    hidden: dict[str, NDArray] = field(default_factory=dict)
    layers: dict[str, Layer] = field(default_factory=dict)

    def counted(self, cohort: str, group: str) -> NDArray:
        """Pupils of a group, NaN where not known."""
        return self.n.get((cohort, group), np.full(len(self.schools), np.nan))


@dataclass
class Results:
    """One measure in one year: which schools' results are hidden beyond their headcounts, and the known sums."""

    hidden: dict[str, NDArray] = field(default_factory=dict)
    layers: dict[str, Layer] = field(default_factory=dict)


@dataclass
class Verdict:
    """What may be shared of a frame of cells.

    Attributes:
        years: (family, year) → headcounts.
        results: (measure, year) → results of measures that are shares.
        families: measure → (family, group that it counts, or None).
        hidden: keys of the cells to hide: school, year, measure, group.
    """

    policy: Policy
    years: dict[tuple[str, int], Year]
    results: dict[tuple[str, int], Results]
    families: dict[str, tuple[str, str | None]]
    hidden: pl.DataFrame

    def _layers(self, measure: str, year: int, group: str) -> list[Layer]:
        family, counts = self.families.get(measure, (None, None))
        heads = self.years.get((family, year))
        if heads is None:
            return []
        partition = PARTITION_OF.get(counts or group, ALL)
        wanted = [ALL] if partition == ALL else [ALL, partition]
        found = [heads.layers[name] for name in wanted if name in heads.layers]
        results = self.results.get((measure, year))
        return found + ([results.layers[name] for name in wanted if name in results.layers] if results else [])

    def refuses(self, measure: str, year: int, group: str, members: frozenset[int]) -> str:
        """Why the sum over `members` may not be shared; empty when it may."""
        reasons = (layer.refuses(members) for layer in self._layers(measure, year, group))
        return next((reason for reason in reasons if reason), "")

    def learn(self, measure: str, year: int, group: str, members: frozenset[int]) -> None:
        """Takes the sum over `members` as known to everybody."""
        for layer in self._layers(measure, year, group):
            layer.learn(members)


def judge(cells: pl.DataFrame, policy: Policy) -> Verdict:
    """Which cells (CELLS) must be hidden, with every published sum of the authority taken as known."""
    counts = headcounts(cells)
    unknown, unprinted = _too_few_without_a_number(cells), _results_without_a_number(cells)
    years = {
        key: _judge_year(frame, unknown.get(key), policy)
        for key, frame in counts.partition_by("family", "year", as_dict=True, include_key=False).items()
    }
    results = {}
    shares = cells.filter((pl.col("kind") == "share") & pl.col("value").is_not_null())
    extremes = _extremes(shares, policy)
    for (family, measure, cohort, linked, year), frame in shares.partition_by(
        "family", "measure", "cohort", "linked", "year", as_dict=True, include_key=False
    ).items():
        if (family, year) in years:
            results[measure, year] = _judge_results(
                frame,
                years[family, year],
                cohort,
                extremes=_by_partition(years[family, year], extremes.get((linked, year))),
                unprinted=_by_partition(
                    years[family, year], [*unknown.get((family, year), ()), *unprinted.get((measure, year), ())]
                ),
                policy=policy,
            )
    families = {
        measure: (family, counts_group)
        for measure, family, counts_group in cells.select("measure", "family", "counts").unique().iter_rows()
    }
    return Verdict(policy, years, results, families, _hidden_cells(cells, years, results, families))


def headcounts(cells: pl.DataFrame) -> pl.DataFrame:
    """How many pupils each group of each school has: family, year, cohort, school, group, n, is_public.

    A printed number goes before one worked out from a rounded percentage, which is taken at its lowest.
    """
    step = pl.when(pl.col("value").round(0) == pl.col("value")).then(0.5).otherwise(0.05)
    lowest = ((pl.col("value") - step) * pl.col("n") / 100).ceil().clip(0)
    is_count_of = pl.col("kind") == "count of"
    keys = ["family", "year", "cohort", "school", "is_public"]
    printed = cells.select(
        *keys, "group", pl.when(pl.col("kind") == "count").then("value").otherwise("n").alias("printed")
    )
    counted = cells.filter(is_count_of & pl.col("value").is_not_null()).select(
        *keys,
        pl.col("counts").alias("group"),
        pl.when(pl.col("n").is_null() & (pl.col("linked") == "pupils")).then("value").alias("printed"),
        pl.when(pl.col("n").is_not_null()).then(lowest).alias("derived"),
    )
    return (
        pl.concat([printed, counted], how="diagonal")
        .group_by(*keys, "group")
        .agg(pl.col("printed").min(), pl.col("derived").min())
        .with_columns(pl.coalesce("printed", "derived").alias("n"))
        .filter(pl.col("n").is_not_null())
        .select(*keys, "group", "n")
        .sort(*keys, "group")
    )


def _too_few_without_a_number(cells: pl.DataFrame) -> dict[tuple[str, int], list[tuple[int, str]]]:
    """(family, year) → (school, partition) where the publisher hides a group, or says that nobody is in it."""
    few = pl.col("status").is_in(["suppressed", "no_eligible_pupils"]) & (pl.col("group") != ALL)
    return _marked(cells.filter(few & pl.col("group").is_in(list(PARTITION_OF))), "family")


def _results_without_a_number(cells: pl.DataFrame) -> dict[tuple[str, int], list[tuple[int, str]]]:
    """(measure, year) → (school, partition) where the publisher hides who of its pupils reached a measure."""
    hidden = pl.col("status").is_in(["suppressed", "small_percentage"]) & pl.col("n").is_not_null()
    return _marked(cells.filter(hidden & pl.col("group").is_in([ALL, *PARTITION_OF])), "measure")


def _marked(cells: pl.DataFrame, of: str) -> dict[tuple[str, int], list[tuple[int, str]]]:
    """(what the column `of` says, year) → schools and partitions of the cells."""
    partition = pl.col("group").replace_strict(PARTITION_OF, default=ALL).alias("partition")
    return {
        key: list(frame.iter_rows())
        for key, frame in cells.select(of, "year", "school", partition)
        .unique()
        .sort(of, "year", "school", "partition")
        .partition_by(of, "year", as_dict=True, include_key=False)
        .items()
    }


def _judge_year(frame: pl.DataFrame, unknown: Iterable[tuple[int, str]] | None, policy: Policy) -> Year:
    schools = np.array(sorted(frame["school"].unique()), dtype=np.int64)
    column = np.searchsorted(schools, frame["school"].to_numpy())
    is_public = np.zeros(len(schools), dtype=bool)
    is_public[column] = frame["is_public"].to_numpy()
    n: dict[tuple[str, str], NDArray] = {}
    for (cohort, group), part in frame.partition_by("cohort", "group", as_dict=True).items():
        n[cohort, group] = _placed(schools, part["school"], part["n"].to_numpy())
    year = Year(schools, is_public, n)
    cohorts = sorted({cohort for cohort, _ in n})
    totals = np.array([year.counted(cohort, ALL) for cohort in cohorts])
    _settle(year, ALL, _of_everybody(totals, policy), _is_small(totals, policy), policy)
    unprinted = _by_partition(year, unknown)
    for partition, groups in PARTITIONS.items():
        held = [(cohort, group) for cohort in cohorts for group in groups if (cohort, group) in n]
        marked = unprinted.get(partition, [])
        if not held and not marked:
            continue
        parts, whole = _with_complements(year, held, groups)
        with np.errstate(invalid="ignore"):
            small = (parts < policy.smallest) | (whole - parts < policy.smallest) | (whole < 2 * policy.smallest)
        hidden = small.any(axis=0) | year.hidden[ALL]
        hidden[marked] = True
        pairs = tuple(((row,), (row + 1,)) for row in range(0, len(parts), 2)) if len(groups) <= 2 else ()
        numbers = replace(_of_groups(parts, whole, year.hidden[ALL], policy), partners=pairs)
        _settle(year, partition, _with_unprinted(numbers, marked, policy.width // 2, policy), hidden, policy)
    return year


def _with_complements(year: Year, held: list[tuple[str, str]], groups: tuple[str, ...]) -> tuple[NDArray, NDArray]:
    """Pupils of each group, one row for each cohort and group, and pupils of all beside them.

    Where one group of a pair is not printed it is the rest; where a group has no partner its complement is added, for
    a known sum over the group is one over the rest as well.
    """
    parts, whole = [], []
    for cohort in dict.fromkeys(cohort for cohort, _ in held):
        everybody = year.counted(cohort, ALL)
        found = [year.counted(cohort, group) for group in groups]
        if len(groups) <= 2:
            found = [found[0], everybody - found[0]] if len(groups) == 1 else found
            one, two = found
            found = [np.where(np.isnan(one), everybody - two, one), np.where(np.isnan(two), everybody - one, two)]
        parts += found
        whole += [everybody] * len(found)
    size = (len(parts), len(year.schools))
    return np.array(parts).reshape(size), np.array(whole).reshape(size)


def _with_unprinted(numbers: Numbers, marked: list[int], likely: int, policy: Policy) -> Numbers:
    """The numbers with a likely one of 0 to 5 where the publisher hides a group without its number of pupils.

    What the authority's sum tells of it depends on the other hidden numbers; ours are hidden until it tells little.
    """
    if not marked:
        return numbers
    true, low, high = (np.atleast_2d(part.copy()) for part in (numbers.true, numbers.low, numbers.high))
    if not true.shape[0]:
        true, low, high = (np.full((1, part.shape[1]), np.nan) for part in (true, low, high))
    is_unknown = np.zeros(true.shape, dtype=bool)
    is_unknown[:, marked] = np.isnan(true[:, marked])
    return Numbers(
        np.where(is_unknown, likely, true),
        np.where(is_unknown, 0, low),
        np.where(is_unknown, policy.width, high),
        numbers.partners,
        numbers.slack,
    )


def _placed(schools: NDArray, of: pl.Series, numbers: NDArray) -> NDArray:
    """Numbers of some schools in the order of `schools`, NaN for the others."""
    column = np.minimum(np.searchsorted(schools, of.to_numpy()), len(schools) - 1)
    is_known = schools[column] == of.to_numpy()
    placed = np.full(len(schools), np.nan)
    placed[column[is_known]] = numbers[is_known]
    return placed


def _is_small(totals: NDArray, policy: Policy) -> NDArray:
    with np.errstate(invalid="ignore"):
        return ((totals > 0) & (totals < policy.smallest)).any(axis=0)


def _settle(year: Year, partition: str, numbers: Numbers, hidden: NDArray, policy: Policy) -> None:
    """Hides companions until the authority's published sum is harmless, and takes that sum as known."""
    year.hidden[partition], year.layers[partition] = _settled(year, numbers, hidden, policy)


def _settled(year: Year, numbers: Numbers, hidden: NDArray, policy: Policy) -> tuple[NDArray, Layer]:
    is_known = ~np.isnan(numbers.true).all(axis=0)
    public = hidden & year.is_public
    if public.any():
        size = np.nanmin(np.where(is_known, np.nan_to_num(numbers.true, nan=np.inf), np.inf), axis=0)
        candidates = np.flatnonzero(year.is_public & is_known & ~hidden)
        order = candidates[np.lexsort((year.schools[candidates], size[candidates]))]
        hidden = hidden | companions(numbers, public, order, policy.width)
    layer = Layer(year.schools, numbers, hidden, policy.width)
    layer.learn(frozenset(int(school) for school in year.schools[hidden & year.is_public]))
    return hidden, layer


def _of_everybody(totals: NDArray, policy: Policy) -> Numbers:
    with np.errstate(invalid="ignore"):
        high = np.where(totals < policy.smallest, policy.smallest - 1.0, totals + _OPEN_END)
    return Numbers(totals, np.zeros_like(totals), high)


def _of_groups(parts: NDArray, whole: NDArray, is_whole_hidden: NDArray, policy: Policy) -> Numbers:
    """What is known of hidden groups: the small side is below the threshold, unless the school is too small to say."""
    t = policy.smallest
    with np.errstate(invalid="ignore"):
        known = ~np.isnan(whole) & ~is_whole_hidden
        tells_nothing = known & (whole < 2 * t)
        is_large_side = known & ~tells_nothing & (whole - parts < t)
        is_small_side = ~tells_nothing & (parts < t)
        in_tiny_school = is_whole_hidden & (whole < t)
        low = np.where(is_large_side, whole - t + 1, 0.0)
        high = np.select(
            [is_small_side | in_tiny_school, known], [np.full_like(parts, t - 1.0), whole], parts + _OPEN_END
        )
    return Numbers(parts, low, np.maximum(high, np.nan_to_num(parts)))


def _extremes(shares: pl.DataFrame, policy: Policy) -> dict[tuple[str, int], list[tuple[int, str]]]:
    """(linked, year) → (school, partition) with 0 % or 100 % of few pupils."""
    number = (pl.col("value") * pl.col("n") / 100).round(0)
    few = pl.col("n").is_null() | (pl.col("n") < policy.all_or_none_below)
    is_extreme = (number <= 0) | (number >= pl.col("n")) | (pl.col("n").is_null() & pl.col("value").is_in([0.0, 100.0]))
    return _marked(shares.filter(few & is_extreme), "linked")


def _by_partition(year: Year, marked: Iterable[tuple[int, str]] | None) -> dict[str, list[int]]:
    """Partition → places of its schools in the year."""
    places = {int(school): place for place, school in enumerate(year.schools)}
    found: dict[str, list[int]] = {}
    for school, partition in marked or ():
        if school in places:
            found.setdefault(partition, []).append(places[school])
    return found


def _judge_results(
    frame: pl.DataFrame,
    year: Year,
    cohort: str,
    *,
    extremes: Mapping[str, list[int]],
    unprinted: Mapping[str, list[int]],
    policy: Policy,
) -> Results:
    hits = {
        group: _placed(year.schools, part["school"], np.round(part["value"].to_numpy() * part["n"].to_numpy() / 100))
        for (group,), part in frame.partition_by("group", as_dict=True).items()
    }
    results = Results()
    nothing = np.full(len(year.schools), np.nan)
    everybody, pupils = hits.get(ALL, nothing), year.counted(cohort, ALL)
    hidden = year.hidden[ALL].copy()
    hidden[[*extremes.get(ALL, []), *unprinted.get(ALL, [])]] = True
    numbers = _results_of_everybody(everybody, pupils, year.hidden[ALL], policy)
    numbers = _with_unprinted(numbers, unprinted.get(ALL, []), 0, policy)
    results.hidden[ALL], results.layers[ALL] = _settled(year, numbers, hidden, policy)
    for partition, groups in PARTITIONS.items():
        held = [group for group in groups if group in hits]
        if not held:
            continue
        by_headcount = year.hidden.get(partition, year.hidden[ALL])
        hidden = by_headcount | results.hidden[ALL]
        hidden[[*extremes.get(partition, []), *unprinted.get(partition, [])]] = True
        found = _with_partners({g: hits.get(g, nothing) for g in groups}, everybody)
        if len(found) == 1:
            (group,) = found
            rest = pupils - year.counted(cohort, group)
            possible = np.fmin(np.fmax(found[group], everybody - rest), everybody)  # percentages are rounded
            found[group] = np.where(np.isnan(found[group]), np.nan, possible)
            found[group, REST] = everybody - found[group]
        numbers = _results_of_groups(found, year, cohort, everybody, results.hidden[ALL], by_headcount, policy)
        numbers = _with_unprinted(numbers, unprinted.get(partition, []), 0, policy)
        results.hidden[partition], results.layers[partition] = _settled(year, numbers, hidden, policy)
    return results


def _counted_of(year: Year, cohort: str, group: str | tuple[str, str]) -> NDArray:
    """Pupils of a group, of the rest beside it, or of the one of a pair that is not printed."""
    whole = year.counted(cohort, ALL)
    if isinstance(group, tuple):
        return whole - year.counted(cohort, group[0])
    found = year.counted(cohort, group)
    partners = [other for other in PARTITIONS[PARTITION_OF[group]] if other != group]
    return np.where(np.isnan(found), whole - year.counted(cohort, partners[0]), found) if len(partners) == 1 else found


def _with_partners(hits: Mapping[str, NDArray], everybody: NDArray) -> dict[str, NDArray]:
    """Of two groups that make up all pupils, the one that the publisher hides, by subtraction."""
    if len(hits) != 2:
        return dict(hits)
    (first, one), (second, two) = hits.items()
    return {
        first: np.where(np.isnan(one), everybody - two, one),
        second: np.where(np.isnan(two), everybody - one, two),
    }


def _results_of_everybody(hits: NDArray, pupils: NDArray, is_headcount_hidden: NDArray, policy: Policy) -> Numbers:
    with np.errstate(invalid="ignore"):
        small = np.where(pupils < policy.smallest, policy.smallest - 1.0, pupils + _OPEN_END)
        most = np.where(is_headcount_hidden, small, pupils)
        true = np.array([hits, pupils - hits])
    high = np.maximum(np.array([most, most]), np.nan_to_num(true))
    return Numbers(true, np.zeros_like(true), high, _partners(1), _ROUNDED)


def _results_of_groups(
    hits: Mapping[str | tuple[str, str], NDArray],
    year: Year,
    cohort: str,
    everybody: NDArray,
    is_everybody_hidden: NDArray,
    is_headcount_hidden: NDArray,
    policy: Policy,
) -> Numbers:
    """Pupils of each group who reach a measure and who do not, within what the school's own figures say of them."""
    whole = year.counted(cohort, ALL)
    true, low, high = [], [], []
    for group, reached in hits.items():
        parts = _counted_of(year, cohort, group)
        heads = _of_groups(parts[None, :], whole[None, :], year.hidden[ALL], policy)
        fewest = np.where(is_headcount_hidden, heads.low[0], parts)
        most = np.where(is_headcount_hidden, heads.high[0], parts)
        with np.errstate(invalid="ignore"):
            for number, total in ((reached, everybody), (parts - reached, whole - everybody)):
                number = np.where((number >= 0) & (number <= parts), number, np.nan)
                known = ~is_everybody_hidden & ~np.isnan(total)
                true.append(number)
                low.append(np.where(known, np.clip(total - (whole - fewest), 0, None), 0.0))
                high.append(np.where(known, np.minimum(most, total), most))
    true, low, high = np.array(true), np.nan_to_num(np.array(low)), np.array(high)
    with np.errstate(invalid="ignore"):
        low = np.minimum(low, np.where(np.isnan(true), low, true))
        return Numbers(true, low, np.fmax(high, true), _partners(len(hits)), _ROUNDED)


def _partners(groups: int) -> tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]:
    """Rows (reached, not reached) of each group: of a pair, one more who reached in one is one fewer in the other."""
    if groups == 2:
        return (((0, 3), (1, 2)),)
    return tuple(((2 * place,), (2 * place + 1,)) for place in range(groups))


def _hidden_cells(
    cells: pl.DataFrame,
    years: Mapping[tuple[str, int], Year],
    results_of: Mapping[tuple[str, int], Results],
    families: Mapping[str, tuple[str, str | None]],
) -> pl.DataFrame:
    by_head = [
        {"family": family, "year": year, "partition": name, "school": int(school)}
        for (family, year), heads in years.items()
        for name, hidden in heads.hidden.items()
        for school in heads.schools[hidden]
    ]
    by_result = [
        {"measure": measure, "year": year, "partition": name, "school": int(school)}
        for (measure, year), results in results_of.items()
        for name, hidden in results.hidden.items()
        for school in years[families[measure][0], year].schools[hidden]
    ]
    base = {"year": pl.Int32, "partition": pl.String, "school": pl.Int64}
    heads = pl.DataFrame(by_head, schema={"family": pl.String, **base})
    results = pl.DataFrame(by_result, schema={"measure": pl.String, **base})
    marked = cells.with_columns(
        pl.coalesce("counts", "group").replace_strict(PARTITION_OF, default=ALL).alias("partition")
    )
    everybody_heads = heads.filter(pl.col("partition") == ALL).drop("partition")
    everybody_results = results.filter(pl.col("partition") == ALL).drop("partition")
    whole = ["family", "year", "school"]
    return (
        pl.concat(
            [
                marked.join(heads, on=[*whole, "partition"], how="semi"),
                marked.join(everybody_heads, on=whole, how="semi"),
                marked.join(results, on=["measure", "year", "school", "partition"], how="semi"),
                marked.join(everybody_results, on=["measure", "year", "school"], how="semi"),
            ]
        )
        .select("school", "year", "measure", "group")
        .unique()
    )
