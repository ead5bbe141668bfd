"""An attack on what a build shares: linear programmes that ask how closely each hidden count can be told.

It knows nothing of how the policy decides. It takes the shared tables as a reader has them, adds what a reader may
know besides (the authority's sums, the policy, and, as an insider, one school's true counts) and asks HiGHS for the
least and the greatest value of every hidden count, whole numbers relaxed. Told more than a reader is: exact counts
where percentages are rounded, and which of two hidden groups is the small one.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl
from scipy.optimize import linprog
from scipy.sparse import csr_array

WIDTH = 5
"""A count hidden by the policy is one of 0 to 5: limits that stay 5 apart tell no more."""

LIKELY = 2
"""The number that stands for one of 0 to 5 that the publisher prints nowhere."""

TOLERANCE = 1e-6
Count = tuple[str, int, int, str]
"""One count: 'n' (pupils), 'x' (who reach the measure); school, year, group."""


@dataclass(frozen=True)
class Row:
    """A linear statement: low <= the sum of count × factor <= high."""

    factors: dict[Count, float]
    low: float
    high: float
    name: str = ""


@dataclass(frozen=True)
class World:
    """True counts, those that are shown, what each school's own figures and the policy tell, and known sums."""

    true: dict[Count, float]
    shown: frozenset[Count]
    own: list[Row]
    sums: list[Row]

    def hidden(self) -> list[Count]:
        return sorted(set(self.true) - self.shown)

    def with_sum(self, counts: Iterable[Count], name: str) -> "World":
        """The world with one more known sum: a planted leak."""
        factors = dict.fromkeys(counts, 1.0)
        value = sum(self.true[count] for count in factors)
        return replace(self, sums=[*self.sums, Row(factors, value, value, name)])

    def showing(self, *counts: Count) -> "World":
        """The world with these counts shown: a planted leak."""
        return replace(self, shown=self.shown | set(counts))


@dataclass
class Narrowed:
    """A hidden count that can be told more closely than the policy and the school's own figures tell."""

    target: str
    school: int
    year: int
    group: str
    limits: tuple[float, float]
    before: tuple[float, float]
    insider: int | None = None


@dataclass
class _Programme:
    columns: dict[Count, int]
    equal: tuple[csr_array, np.ndarray]
    below: tuple[csr_array, np.ndarray]
    bounds: list[tuple[float, float]] = field(default_factory=list)

    def limits(self, factors: dict[Count, float], constant: float) -> tuple[float, float]:
        cost = np.zeros(len(self.columns))
        for count, factor in factors.items():
            cost[self.columns[count]] = factor
        found = []
        for sign in (1, -1):
            answer = linprog(
                sign * cost,
                A_eq=self.equal[0] if self.equal[1].size else None,
                b_eq=self.equal[1] if self.equal[1].size else None,
                A_ub=self.below[0] if self.below[1].size else None,
                b_ub=self.below[1] if self.below[1].size else None,
                bounds=self.bounds,
                method="highs",
            )
            assert answer.status in (0, 3), answer.message
            found.append(sign * answer.fun + constant if answer.status == 0 else sign * -np.inf)
        return found[0], found[1]


def _programme(world: World, rows: Iterable[Row], known: frozenset[Count]) -> _Programme:
    columns = {count: place for place, count in enumerate(c for c in world.hidden() if c not in known)}
    entries = {"equal": ([], [], [], []), "below": ([], [], [], [])}
    for row in rows:
        constant = sum(f * world.true[c] for c, f in row.factors.items() if c not in columns)
        unknown = [(columns[c], f) for c, f in row.factors.items() if c in columns]
        if not unknown:
            continue
        if row.low == row.high:
            _add(entries["equal"], unknown, 1, row.high - constant)
            continue
        if np.isfinite(row.high):
            _add(entries["below"], unknown, 1, row.high - constant)
        if np.isfinite(row.low):
            _add(entries["below"], unknown, -1, constant - row.low)
    return _Programme(
        columns,
        *(
            (csr_array((data, (line, column)), shape=(len(right), len(columns))), np.array(right, float))
            for data, line, column, right in entries.values()
        ),
        bounds=[(0, None)] * len(columns),
    )


def _add(entries: tuple[list, list, list, list], unknown: list[tuple[int, float]], sign: int, right: float) -> None:
    data, line, column, rights = entries
    for place, factor in unknown:
        data.append(sign * factor)
        line.append(len(rights))
        column.append(place)
    rights.append(right)


def attack(
    world: World,
    *,
    insider: int | None = None,
    schools: Iterable[int] | None = None,
    groups: Iterable[str] | None = None,
) -> list[Narrowed]:
    """The hidden counts that are narrowed, of all schools and groups or of some, for an outsider or for a head."""
    known = frozenset(count for count in world.true if count[1] == insider)
    everything = _connected(world, known)
    targets = sorted({(s, y, g) for _, s, y, g in world.hidden() if s != insider})
    wanted = None if schools is None else set(schools)
    own_rows: dict[tuple[int, int], list[Row]] = {}
    for row in world.own:
        _, school, year, _ = next(iter(row.factors))
        own_rows.setdefault((school, year), []).append(row)
    found = []
    for school, year, group in targets:
        if (wanted is not None and school not in wanted) or (groups is not None and group not in groups):
            continue
        own = own_rows.get((school, year), [])
        whole = everything.get((school, year))
        if whole is None:
            continue
        for name, factors in _questions(school, year, group).items():
            if not set(factors) <= set(world.true) or set(factors) <= world.shown:
                continue
            if name == "pupils" and not _is_small(world, school, year, group):
                continue
            after = _limits(whole, world, factors)
            if after[1] - after[0] >= WIDTH - TOLERANCE:
                continue
            is_counted = ("n", school, year, group) in world.shown or not _is_small(world, school, year, group)
            alone = _only(world, school, year, is_counted=is_counted)
            before = _limits(_programme(alone, own, frozenset()), world, factors)
            if after[1] - after[0] < before[1] - before[0] - TOLERANCE:
                found.append(Narrowed(name, school, year, group, after, before, insider))
    return found


def _is_small(world: World, school: int, year: int, group: str) -> bool:
    """Whether the policy hides how many pupils there are, and not only what stands beside a hidden result."""
    parts = [n for (kind, s, y, g), n in _of(world, school, year) if kind == "n" and g != "all"]
    whole = world.true.get(("n", school, year, "all"))
    if group == "all" or whole is None or ("n", school, year, "all") not in world.shown:
        return True
    return whole < 12 or any(n < 6 or whole - n < 6 for n in parts)


def _of(world: World, school: int, year: int) -> list[tuple[Count, float]]:
    return [(count, value) for count, value in world.true.items() if count[1] == school and count[2] == year]


def _questions(school: int, year: int, group: str) -> dict[str, dict[Count, float]]:
    n, x = ("n", school, year, group), ("x", school, year, group)
    return {"pupils": {n: 1.0}, "reached": {x: 1.0}, "did not reach": {n: 1.0, x: -1.0}}


def _limits(programme: _Programme, world: World, factors: dict[Count, float]) -> tuple[float, float]:
    unknown = {c: f for c, f in factors.items() if c in programme.columns}
    constant = sum(f * world.true[c] for c, f in factors.items() if c not in programme.columns)
    if not unknown:
        return constant, constant
    return programme.limits(unknown, constant)


def _only(world: World, school: int, year: int, *, is_counted: bool) -> World:
    """One school in one year as the policy shows it where a group is hidden: without the groups beside it.

    Args:
        is_counted: the number of pupils of the group may be known, and only who reached the measure is hidden.
    """
    true = {c: v for c, v in world.true.items() if c[1] == school and c[2] == year}
    groups = {c for c in true if c[3] != "all"}
    counted = {c for c in groups if c[0] == "n"} if is_counted else set()
    return World(true, ((world.shown & set(true)) - groups) | counted, [], [])


def _connected(world: World, known: frozenset[Count]) -> dict[tuple[int, int], _Programme]:
    """(school, year) → the programme of everything that sums connect it with."""
    group_of: dict[tuple[int, int], tuple[int, int]] = {}

    def root(key: tuple[int, int]) -> tuple[int, int]:
        group_of.setdefault(key, key)
        while group_of[key] != key:
            group_of[key] = group_of[group_of[key]]
            key = group_of[key]
        return key

    hidden = {count for count in world.hidden() if count not in known}
    for count in hidden:
        root(count[1:3])
    for row in world.sums:
        keys = [count[1:3] for count in row.factors if count in hidden]
        for key in keys[1:]:
            group_of[root(key)] = root(keys[0])
    rows_of: dict[tuple[int, int], list[Row]] = {}
    for row in [*world.own, *world.sums]:
        key = next((count[1:3] for count in row.factors if count in hidden), None)
        if key is not None:
            rows_of.setdefault(root(key), []).append(row)
    parts: dict[tuple[int, int], set[Count]] = {}
    for count in hidden:
        parts.setdefault(root(count[1:3]), set()).add(count)
    programmes = {}
    for key, counts in parts.items():
        outside = frozenset(world.true) - counts
        programmes[key] = _programme(world, rows_of.get(key, []), outside)
    return {key: programmes[root(key)] for key in {count[1:3] for count in hidden}}


def world_of(
    truth: pl.DataFrame, shown: pl.DataFrame, sums: Iterable[tuple[str, list[tuple[int, int, str]]]], partition: tuple
) -> World:
    """A world from tables.

    Args:
        truth: school, year, group, n, x (null where nobody knows), is_public; groups 'all' and the partition's.
        shown: school, year, group, kind ('n' or 'x') of what is shared of single schools.
        sums: ('n' or 'x', [(school, year, group), …]) of the totals that are shared.
        partition: the groups that make up all pupils, or some of them.
    """
    true: dict[Count, float] = {}
    for school, year, group, n, x in truth.select("school", "year", "group", "n", "x").iter_rows():
        if n is not None:
            true["n", school, year, group] = n
        if n is not None and x is not None and 0 <= x <= n:
            true["x", school, year, group] = x
    own: list[Row] = []
    schools = sorted({count[1:3] for count in true})
    is_all = len(partition) > 1 and all(_adds_up(true, "n", *key, partition) is not False for key in schools)
    for school, year in schools:
        own += _own(true, school, year, partition, is_all=is_all)
    public = truth.filter("is_public").select("school", "year", "group").rows()
    totals = [*sums]
    shared = len(totals)
    for kind in ("n", "x"):
        for year in sorted({year for _, year, _ in public}):
            for group in ("all", *partition):
                totals.append((kind, [key for key in public if key[1:] == (year, group)]))
    rows = []
    for place, (kind, keys) in enumerate(totals):
        counts = [(kind, *key) for key in keys if (kind, *key) in true]
        value = sum(true[count] for count in counts)
        if counts:
            rows.append(Row(dict.fromkeys(counts, 1.0), value, value))
            if place >= shared:  # what the authority's published sum tells alone, no sharing of ours hides
                own += [Row({count: 1.0}, 0, value) for count in counts if value < 2 * WIDTH]
    visible = frozenset((kind, s, y, g) for s, y, g, kind in shown.rows())
    return World(true, visible & set(true), own, _without_doubles(rows))


def _without_doubles(rows: list[Row]) -> list[Row]:
    return list({frozenset(row.factors): row for row in rows}.values())


def _adds_up(true: dict[Count, float], kind: str, school: int, year: int, partition: tuple) -> bool | None:
    """Whether the groups make up all pupils; None where one is not known. Some pupils are in no group, such as those
    whose first language is not known: then nobody can rely on it at any school."""
    counts = [(kind, school, year, group) for group in partition]
    total = (kind, school, year, "all")
    if not all(count in true for count in (*counts, total)):
        return None
    return sum(true[count] for count in counts) == true[total]


def _own(true: dict[Count, float], school: int, year: int, partition: tuple, *, is_all: bool) -> list[Row]:
    """What a school's own figures and the policy tell of its counts (see the policy: 6 and 2 × 6)."""
    inf = float("inf")

    def n(group: str) -> Count:
        return "n", school, year, group

    def x(group: str) -> Count:
        return "x", school, year, group

    rows = []
    whole = true.get(n("all"))
    groups = [g for g in partition if n(g) in true]
    if whole is not None and 0 < whole < 6:
        rows.append(Row({n("all"): 1.0}, 0, 5))
    for group in ("all", *groups):
        if x(group) in true:
            rows.append(Row({n(group): 1.0, x(group): -1.0}, 0, inf))
    for group in groups:
        if whole is None:
            if true[n(group)] < 6:
                rows.append(Row({n(group): 1.0}, 0, 5))
            continue
        rows.append(Row({n("all"): 1.0, n(group): -1.0}, 0, inf))
        if whole >= 12 and true[n(group)] < 6:
            rows.append(Row({n(group): 1.0}, 0, 5))
        elif whole >= 12 and whole - true[n(group)] < 6:
            rows.append(Row({n("all"): 1.0, n(group): -1.0}, 0, 5))
        if x("all") in true and x(group) in true:
            rows.append(Row({x("all"): 1.0, x(group): -1.0}, 0, inf))
            rows.append(Row({n("all"): 1.0, n(group): -1.0, x("all"): -1.0, x(group): 1.0}, 0, inf))
    for kind in ("n", "x") if is_all else ():
        if _adds_up(true, kind, school, year, partition):
            counts = [(kind, school, year, group) for group in partition]
            rows.append(Row(dict.fromkeys(counts, 1.0) | {(kind, school, year, "all"): -1.0}, 0, 0))
    return rows


def world_of_build(
    query, measure: str, years: Iterable[int], partition: tuple[str, ...], policy_of_cells, tables: dict | None = None
) -> World:
    """Everything that a build shares of one measure and partition in some years, and the truth behind it.

    Args:
        query: SQL → frame, on the build.
        policy_of_cells: the frame of the build's cells with the truth (`shared_result.cells_of`).
        tables: frames that stand for `shared_result` or `shared_total`, with a leak planted.
    """
    cells, years, groups = policy_of_cells, list(years), ["all", *partition]
    family, cohort = cells.filter(pl.col("measure") == measure).select("family", "cohort").row(0)
    same = cells.filter(
        (pl.col("family") == family) & (pl.col("cohort") == cohort) & pl.col("year").is_in(years)
    ).with_columns(pl.when(pl.col("kind") == "count").then("value").otherwise("n").alias("pupils"))
    heads = (
        same.filter(pl.col("group").is_in(groups) & pl.col("counts").is_null())
        .group_by("school", "year", "group")
        .agg(pl.col("pupils").min().alias("n"), pl.col("is_public").first())
    )
    own = same.filter((pl.col("measure") == measure) & (pl.col("kind") == "share")).select(
        "school", "year", "group", (pl.col("value") * pl.col("n") / 100).round(0).alias("x")
    )
    shared = (tables or {}).get("shared_result")
    if shared is None:
        shared = query(
            'select distinct observed_urn::bigint as school, year, measure, "group", value, n from mart.shared_result'
        )
    shared = shared.filter(pl.col("year").is_in(years) & (pl.col("value").is_not_null() | pl.col("n").is_not_null()))
    about = same.select("school", "year", "measure", "group", "kind", "counts").unique()
    seen = shared.join(about, on=["school", "year", "measure", "group"])
    kinds = [
        seen.filter(pl.col("n").is_not_null() | (pl.col("kind") == "count")).with_columns(kind=pl.lit("n")),
        seen.filter(pl.col("counts").is_not_null()).with_columns(kind=pl.lit("n"), group=pl.col("counts")),
        seen.filter((pl.col("measure") == measure) & pl.col("value").is_not_null()).with_columns(kind=pl.lit("x")),
    ]
    shown = pl.concat([one.select("school", "year", "group", "kind") for one in kinds])
    shown = _with_rest(shown.filter(pl.col("group").is_in(groups)).unique(), heads, partition)
    truth = _by_subtraction(heads.join(own, on=["school", "year", "group"], how="left"), partition)
    suppressed = same.filter((pl.col("status") == "suppressed") & pl.col("counts").is_null())
    whole = {(school, year) for school, year, group, kind in shown.rows() if (group, kind) == ("all", "n")}
    unsaid = same.filter(
        pl.col("status").is_in(["suppressed", "small_percentage"]),
        pl.col("measure") == measure,
        pl.col("group") == "all",
    )
    truth = _completed(
        truth,
        partition,
        set(suppressed.select("school", "year", "group").rows()),
        whole,
        set(unsaid.select("school", "year").rows()),
    )
    sums = _sums(query, measure, years, groups, same["measure"].unique().to_list(), tables or {})
    return world_of(truth, shown, sums, partition)


def _with_rest(shown: pl.DataFrame, heads: pl.DataFrame, partition: tuple[str, ...]) -> pl.DataFrame:
    """What is shown, with the rest of a pair that is not printed: not hidden where its partner is shown."""
    if len(partition) != 2:
        return shown
    printed, seen = set(heads.select("school", "year", "group").rows()), set(shown.rows())
    more = [
        (school, year, one, kind)
        for school, year, group, kind in seen
        if group == "all"
        for one, other in (partition, partition[::-1])
        if (school, year, one) not in printed and (school, year, other, kind) in seen
    ]
    return pl.concat([shown, pl.DataFrame(more, schema=shown.schema, orient="row")])


def _by_subtraction(truth: pl.DataFrame, partition: tuple[str, ...]) -> pl.DataFrame:
    """The truth with results that the publisher hides and that follow from all pupils' and the other group's."""
    if len(partition) != 2:
        return truth
    keys = ["school", "year"]
    rows = {(s, y, g): (n, p) for s, y, g, n, p in truth.select(*keys, "group", "n", "is_public").iter_rows()}
    absent = [
        (school, year, one, whole - rows[school, year, other][0], is_public, None)
        for (school, year, group), (whole, is_public) in rows.items()
        if group == "all" and whole is not None
        for one, other in (partition, partition[::-1])
        if rows.get((school, year, one), (None,))[0] is None and rows.get((school, year, other), (None,))[0] is not None
    ]
    known = truth.filter(pl.col("n").is_not_null())
    truth = pl.concat([known, pl.DataFrame(absent, schema=truth.schema, orient="row")])
    whole = truth.filter(pl.col("group") == "all").select(*keys, pl.col("x").alias("everybody"))
    for one, other in (partition, partition[::-1]):
        partner = truth.filter(pl.col("group") == other).select(*keys, pl.col("x").alias("partner"))
        joined = truth.join(whole, on=keys, how="left").join(partner, on=keys, how="left")
        found = pl.when((pl.col("group") == one) & pl.col("x").is_null()).then(pl.col("everybody") - pl.col("partner"))
        truth = joined.with_columns(pl.coalesce("x", found).alias("x")).drop("everybody", "partner")
    return truth


def _completed(
    truth: pl.DataFrame, partition: tuple[str, ...], suppressed: set, shown_whole: set, unsaid: set
) -> pl.DataFrame:
    """The truth with likely numbers where the publisher hides a group (`suppressed`): readers do not know them either.

    Without them the authority's sum would be a sum over fewer schools than it is, and tell more than it does.
    """
    rows: dict[tuple[int, int], dict[str, tuple]] = {}
    for school, year, group, n, is_public, x in truth.select(
        "school", "year", "group", "n", "is_public", "x"
    ).iter_rows():
        rows.setdefault((school, year), {})[group] = (n, x, is_public)
    held = {group for groups in rows.values() for group in groups}
    groups = [group for group in partition if group in held]
    done = []
    for (school, year), found in rows.items():
        whole, reached, is_public = found.get("all", (None, None, True))
        left = None if whole is None else max(whole - sum(found[g][0] or 0 for g in groups if g in found), 0)
        is_whole_hidden = whole is not None and (school, year) not in shown_whole
        absent = [g for g in groups if found.get(g, (None,))[0] is None]
        lacking = [g for g in absent if is_whole_hidden or (school, year, g) in suppressed]
        for place, group in enumerate(lacking):
            if left is None or len(groups) == 1:  # one group alone: the rest are not few, so it is not all of them
                found[group] = (LIKELY if left is None else min(LIKELY, left), None, is_public)
            else:
                share = left if place == len(lacking) - 1 else left // (len(lacking) - place)
                found[group] = (share, None, is_public)
                left -= share
        unknown = [g for g in groups if g in found and found[g][0] is not None and found[g][1] is None]
        rest = None if reached is None else reached - sum(found[g][1] or 0 for g in groups if g in found)
        for place, group in enumerate(unknown):
            if rest is not None:
                n = found[group][0]
                later = sum(found[g][0] for g in unknown[place + 1 :])
                x = n and min(n, max(round(n * reached / whole), rest - later if len(groups) > 1 else 0, 0))
                x = min(x, max(rest, 0))
                found[group] = (n, x, is_public)
                rest -= x
        for group in groups:
            n, x, _ = found.get(group, (None, None, None))
            if None not in (n, x, whole, reached):  # percentages are rounded
                found[group] = (n, min(max(x, reached - (whole - n)), reached, n), is_public)
        _make_add_up(found, partition, is_unsaid=(school, year) in unsaid)
        done += [(school, year, group, n, x, is_public) for group, (n, x, _) in found.items()]
    kinds = {name: truth.schema[name] for name in ("school", "year", "group", "n", "x", "is_public")}
    return pl.DataFrame(done, schema=kinds, orient="row")


def _make_add_up(found: dict[str, tuple], partition: tuple[str, ...], *, is_unsaid: bool) -> None:
    """Counts from rounded percentages of two groups may miss those of all by one or two, which no real school does:
    the larger group gives way, as far as it can."""
    rows = [found.get(group, (None, None, None)) for group in (*partition, "all")]
    if len(rows) == 3 and is_unsaid and rows[2][1] is None and not any(None in row[:2] for row in rows[:2]):
        # the publisher hides how many of all pupils did: the authority's sum counts them all the same
        rows[2] = (rows[2][0], rows[0][1] + rows[1][1], rows[2][2])
        found["all"] = rows[2]
    if len(rows) != 3 or any(None in row[:2] for row in rows):
        return
    (n_one, x_one, _), (n_other, x_other, _), (n_all, x_all, _) = rows
    if n_one + n_other != n_all:
        return
    small, large = sorted(zip((n_one, n_other), (x_one, x_other), partition, strict=True))
    x_small = min(max(small[1], 0, x_all - large[0]), small[0], x_all)
    for (n, _, group), x in ((small, x_small), (large, x_all - x_small)):
        found[group] = (n, x, found[group][2])


def _sums(
    query, measure: str, years: list[int], groups: list[str], same: list[str], tables: dict
) -> list[tuple[str, list[tuple[int, int, str]]]]:
    """Every shared total that is about the same pupils: their number, and for the measure who reached it."""
    totals = tables.get("shared_total")
    if totals is None:
        totals = query(
            'select year, measure, "group", members from mart.shared_total where members is not null '
            "and status = 'reported'"
        )
    steps = query('select year, measure, "group", members from mart.shared_cohort_step where members is not null')
    totals = pl.concat([totals.select(steps.columns), steps.cast(totals.select(steps.columns).schema)])
    totals = totals.filter(pl.col("year").is_in(years) & pl.col("group").is_in(groups) & pl.col("measure").is_in(same))
    sums = []
    for row in totals.unique(["year", "measure", "group", "members"]).iter_rows(named=True):
        keys = [(school, row["year"], row["group"]) for school in row["members"]]
        sums.append(("n", keys))
        if row["measure"] == measure:
            sums.append(("x", keys))
    return sums
