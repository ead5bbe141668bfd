"""The one engine: any school in any year under any rule is below, not below, or cannot be judged for a reason.

Logic has three values (Kleene): what is not known stays unknown, unless the outcome is the same either way.
"""

from dataclasses import dataclass

import polars

from pipelines.measures import MEASURES
from pipelines.rules.facts import Facts
from pipelines.rules.limits import COUNTED, pupils_counted, sigma_for
from pipelines.rules.signals import SIGNALS, label_of, write_number, write_threshold
from pipelines.rules.vocabulary import (
    BELOW,
    CANNOT_BE_JUDGED,
    COMPARATORS,
    EXCLUSIONS,
    NOT_BELOW,
    NOT_MET,
    All,
    Any,
    Arm,
    AtLeast,
    Not,
    Rule,
    Test,
    Version,
    arms_of,
)
from pipelines.statistics.spread import Z_95

ARM: dict[str, polars.DataType] = {
    "label": polars.String(),
    "measure": polars.String(),
    "year": polars.Int32(),
    "limit": polars.String(),
    "value": polars.Float64(),
    "comparator": polars.String(),
    "threshold": polars.Float64(),
    "lower": polars.Float64(),
    "upper": polars.Float64(),
    "limit_from": polars.String(),
    "n": polars.Float64(),
    "met": polars.Boolean(),
    "why": polars.String(),
    "file_id": polars.Int32(),
    "row": polars.Int32(),
    "source": polars.String(),
    "verified": polars.Boolean(),
}
"""One arm of one outcome. `limit` says what is compared: the value or its upper or lower 95% limit; `limit_from`
is `published` or `computed`; `why` is there where the number is not."""

OUTCOME: dict[str, polars.DataType] = {
    "urn": polars.Int32(),
    "year": polars.Int32(),
    "rule": polars.String(),
    "outcome": polars.String(),
    "reason": polars.String(),
    "notional": polars.Boolean(),
    "observed_urn": polars.Int32(),
    "via": polars.String(),
    "pupils": polars.Float64(),
    "pupils_short": polars.Int32(),
    "pupils_to_spare": polars.Int32(),
    "arms": polars.List(polars.Struct(ARM)),
}

_COMPARE = {
    "<": polars.Expr.__lt__,
    "<=": polars.Expr.__le__,
    ">": polars.Expr.__gt__,
    ">=": polars.Expr.__ge__,
    "==": polars.Expr.__eq__,
}
_UNKNOWN = polars.lit(None, polars.Boolean)
_REFUSING = ("no tests", "not comparable")
"""States of a year in the catalogue in which a measure does not exist, whatever a file may print."""


def year_label(year: int) -> str:
    """2019 → 2018/19."""
    return f"{year - 1}/{year % 100:02d}"


def evaluate(test: Test, met: dict[Arm, polars.Expr]) -> polars.Expr:
    """A test as one Boolean expression, null where it is unknown (Kleene)."""
    if isinstance(test, Arm):
        return met[test]
    if isinstance(test, Not):
        return ~evaluate(test.part, met)
    parts = [evaluate(part, met) for part in test.parts]
    if isinstance(test, All):
        return polars.all_horizontal(parts)
    if isinstance(test, Any):
        return polars.any_horizontal(parts)
    surely = polars.sum_horizontal(part.fill_null(False).cast(polars.Int32) for part in parts)
    perhaps = polars.sum_horizontal(part.fill_null(True).cast(polars.Int32) for part in parts)
    return polars.when(surely >= test.count).then(True).when(perhaps < test.count).then(False).otherwise(_UNKNOWN)


@dataclass(frozen=True)
class _Read:
    """An arm beside the columns of the frame that hold its number: `name` begins each of them."""

    arm: Arm
    year: int
    name: str

    def column(self, what: str) -> polars.Expr:
        return polars.col(f"{self.name} {what}")

    def met(self) -> polars.Expr:
        """Whether the arm is met, once `judged` has been put into the frame."""
        return polars.col(self.met_name)

    @property
    def met_name(self) -> str:
        arm = self.arm
        return f"{self.name} {arm.limit} {arm.comparator} {arm.threshold} {arm.otherwise}"

    def judged(self) -> polars.Expr:
        """Whether the arm is met; a limit that was computed counts only if it is sure at both its bounds."""
        compare = _COMPARE[self.arm.comparator]
        if self.arm.limit == "value":
            met = compare(self.column("value"), self.arm.threshold)
        else:
            narrow, wide = (
                compare(self.column(f"{self.arm.limit} {which}"), self.arm.threshold) for which in ("narrow", "wide")
            )
            met = polars.when(narrow == wide).then(narrow)
        met = met if self.arm.otherwise is None else met.fill_null(self.arm.otherwise)
        return met.alias(self.met_name)

    def text(self, *, is_met: bool, year: int) -> polars.Expr:
        """What the arm says when it is met, or is not, in words."""
        arm = self.arm
        if arm.words:
            return polars.lit(arm.words if is_met else arm.words_not)
        comparator = (COMPARATORS if is_met else NOT_MET)[arm.comparator]
        when = "" if self.year == year else f" in {year_label(self.year)}"
        threshold = write_threshold(arm.measure, arm.threshold)
        if arm.limit == "value":
            return polars.format(
                f"{label_of(arm.measure)}{when} {{}} is {comparator} {threshold}", self.column("value text")
            )
        return polars.format(
            f"{arm.limit} limit of {label_of(arm.measure)}{when} {{}} is {comparator} {threshold}",
            self.column(f"{arm.limit} text"),
        )

    def unknown_text(self, year: int) -> polars.Expr:
        """Why the arm is unknown."""
        when = "" if self.year == year else f" in {year_label(self.year)}"
        if self.arm.limit == "value":
            return polars.format(f"{label_of(self.arm.measure)}{when}: {{}}", self.column("why"))
        return polars.lit(
            f"the {self.arm.limit} limit of {label_of(self.arm.measure)}{when} is not in the file, and it depends "
            "on how many pupils the score counts"
        )


def _joined(texts: list[tuple[polars.Expr, polars.Expr]]) -> polars.Expr:
    """The texts whose condition holds, with semicolons between."""
    return polars.concat_str(
        [polars.when(condition.fill_null(False)).then(text) for condition, text in texts],
        separator="; ",
        ignore_nulls=True,
    )


def _relevant(reads: list[_Read]) -> list[tuple[_Read, polars.Expr]]:
    """Each arm with whether it matters: a limit where the score itself is met or stands alone, an arm of another
    framework of inspection not at all.
    """
    found = []
    for read in reads:
        beside = [other for other in reads if other.name == read.name and other.arm.limit == "value"]
        matters = polars.lit(True) if read.arm.otherwise is None else read.column("value").is_not_null()
        if read.arm.limit != "value" and beside:
            matters = polars.any_horizontal(other.met() for other in beside)
        found.append((read, matters))
    return found


def explain(test: Test, reads: dict[Arm, _Read], outcome: bool, year: int) -> polars.Expr:
    """Why a test is true (or false), naming no more than decides it."""
    met = {arm: read.met() for arm, read in reads.items()}
    if isinstance(test, Arm):
        return reads[test].text(is_met=outcome, year=year)
    if isinstance(test, Not):
        return explain(test.part, reads, not outcome, year)
    parts = [(part, evaluate(part, met), explain(part, reads, outcome, year)) for part in _parts(test)]
    if isinstance(test, All):
        if outcome:
            return polars.concat_str([text for _, _, text in parts], separator="; ", ignore_nulls=True)
        though = _joined(
            [
                (
                    polars.all_horizontal(value for _, value, _ in parts[: place + 1]),
                    reads[part].text(is_met=True, year=year),
                )
                for place, (part, _, _) in enumerate(parts)
                if isinstance(part, Arm)
            ]
        )
        but = polars.coalesce(polars.when(~value).then(text) for _, value, text in parts)
        return polars.when(though != "").then(polars.format("{}, but {}", though, but)).otherwise(but)
    if outcome and isinstance(test, Any):
        return polars.coalesce(polars.when(value).then(text) for _, value, text in parts)
    inner = _relevant([reads[arm] for arm in _plain_arms(test)])
    return _joined(
        [(matters & (read.met() == outcome), read.text(is_met=outcome, year=year)) for read, matters in inner]
    )


def _parts(test: Test) -> tuple[Test, ...]:
    return test.parts if isinstance(test, All | Any | AtLeast) else ()


def _plain_arms(test: Test) -> list[Arm]:
    """The arms of a test that do not stand under a `Not`."""
    if isinstance(test, Arm):
        return [test]
    return list(dict.fromkeys(arm for part in _parts(test) for arm in _plain_arms(part)))


def explain_unknown(test: Test, reads: dict[Arm, _Read], year: int) -> polars.Expr:
    """What would have to be known to judge."""
    inner = _relevant([reads[arm] for arm in arms_of(test)])
    return _joined([(read.met().is_null() & matters, read.unknown_text(year)) for read, matters in inner])


@dataclass(frozen=True)
class _YearTest:
    """The version of one year with its arms read: one for most rules, three for three years in a row."""

    year: int
    version: Version
    reads: dict[Arm, _Read]

    def name_of(self, measure: str) -> str:
        return _name(measure, self.year)

    def met(self) -> polars.Expr:
        return evaluate(self.version.test, {arm: read.met() for arm, read in self.reads.items()})

    def gate(self, year: int) -> polars.Expr:
        """Why this year is not judged, though its results may be there: too few pupils, or too few counted."""
        version, when = self.version, "" if self.year == year else f" in {year_label(self.year)}"
        reasons = []
        if version.needs:
            is_missing = polars.col(f"{self.name_of(version.needs)} value").is_null()
            reasons.append(polars.when(is_missing).then(polars.lit(f"{SIGNALS[version.needs].missing}{when}")))
        if version.cohort:
            pupils = polars.col(f"{self.name_of(version.cohort)} pupils")
            reasons += [
                polars.when(pupils < version.minimum_cohort).then(
                    polars.format(
                        f"{{}} pupils{when}, below the minimum of {version.minimum_cohort}", pupils.cast(polars.Int32)
                    )
                ),
                polars.when(pupils.is_null() & self._any_value()).then(
                    polars.lit(
                        f"the number of pupils{when} is not in the file, so the minimum of {version.minimum_cohort} "
                        "cannot be checked"
                    )
                ),
            ]
        for measure in version.coverage:
            share = polars.col(f"{self.name_of(measure)} value")
            reasons.append(
                polars.when(share < version.minimum_coverage).then(
                    polars.format(
                        f"{{}}% of pupils counted{when}, below the minimum of {version.minimum_coverage:g}%",
                        share.round(0).cast(polars.Int32),
                    )
                )
            )
        reasons += [
            polars.when(read.column("is low coverage")).then(
                polars.lit(f"{label_of(arm.measure)}{when}: fewer than half of the pupils could be counted")
            )
            for arm, read in self.reads.items()
            if version.coverage and arm.limit == "value"
        ]
        return polars.coalesce(*reasons, polars.lit(None, polars.String))

    def _any_value(self) -> polars.Expr:
        return polars.any_horizontal(read.column("value").is_not_null() for read in self.reads.values())


def _name(measure: str, year: int) -> str:
    return f"{measure} {year}"


def _year_tests(rule: Rule, year: int) -> list[_YearTest]:
    found = []
    for earlier in range(rule.consecutive):
        version = rule.version_for(year - earlier)
        reads = {
            arm: _Read(arm, year - earlier - arm.earlier, _name(arm.measure, year - earlier - arm.earlier))
            for arm in arms_of(version.test)
        }
        found.append(_YearTest(year - earlier, version, reads))
    return found


def why_refused(rule: Rule, year: int, facts: Facts) -> str | None:
    """Why a rule is not applied to a year at all, or None.

    A rule that was not in force is applied only where everything that it compares exists that year.
    """
    if rule.unjudged:
        return rule.unjudged
    first, last = rule.in_force
    outside = ""
    if not rule.is_in_force(year):
        outside = rule.ended if last is not None and year > last else f"the rule began with {year_label(first)}"
        if not rule.is_notional_allowed:
            return outside
    reasons = []
    for test in _year_tests(rule, year):
        for arm, read in test.reads.items():
            if arm.measure in MEASURES:
                reasons.append(_missing_measure(arm.measure, read.year, facts, of_old=bool(outside)))
            elif outside and (arm.measure, read.year) not in facts.reported:
                reasons.append(SIGNALS[arm.measure].missing)
    found = next(filter(None, reasons), None)
    if found is None or (not outside and not _nothing_at_all(rule, year, facts)):
        return None
    return "; ".join(filter(None, (found, outside)))


def _missing_measure(key: str, year: int, facts: Facts, *, of_old: bool) -> str | None:
    measure = MEASURES[key]
    note = measure.note_for(year)
    if note is not None and note.state in _REFUSING:
        return note.note.rstrip(".")
    if (key, year) in facts.reported:
        return None
    if note is not None and note.state == "not published":
        return note.note.rstrip(".")
    if not measure.exists_in(year):
        return f"{label_of(key)} did not exist in {year_label(year)}"
    return f"{label_of(key)} of {year_label(year)} is not in the files loaded"


def _nothing_at_all(rule: Rule, year: int, facts: Facts) -> bool:
    """Whether no arm of the year judged has any value, so that every school would be unknown."""
    return not any((arm.measure, read.year) in facts.reported for arm, read in _year_tests(rule, year)[0].reads.items())


def judge(rule: Rule, year: int, facts: Facts, schools: polars.DataFrame) -> polars.DataFrame:
    """Every school that a rule is about, in one year (columns of OUTCOME).

    Schools of our own authority have a row whenever they were open and of a phase that the rule is about; other
    schools where they have results that year.

    Args:
        schools: as `facts.SCHOOLS` gives them.
    """
    ours = (
        polars.col("is_ours")
        & polars.col("phase").is_in(list(rule.phases))
        & (polars.col("first_year").fill_null(0) <= year)
        & (polars.col("last_year").fill_null(9999) >= year)
        & (~polars.col("is_closed") | polars.col("last_year").is_not_null())
    )
    refused = why_refused(rule, year, facts)
    if refused is not None:
        return _refused(rule, year, schools.filter(ours), refused)
    tests = _year_tests(rule, year)
    measured = polars.concat(
        [facts.of(arm.measure, read.year).select("urn") for arm, read in tests[0].reads.items()]
    ).unique()
    who = ours if rule.only_ours else ours | polars.col("urn").is_in(measured["urn"].implode())
    frame = schools.filter(who)
    frame = _with_numbers(frame, tests, facts)
    frame = _with_observed(frame, tests, schools)
    return _outcomes(rule, year, tests, frame)


def _refused(rule: Rule, year: int, schools: polars.DataFrame, reason: str) -> polars.DataFrame:
    return schools.select(
        "urn",
        polars.lit(year, polars.Int32).alias("year"),
        polars.lit(rule.key).alias("rule"),
        polars.lit(CANNOT_BE_JUDGED).alias("outcome"),
        polars.lit(reason).alias("reason"),
        polars.lit(not rule.is_in_force(year)).alias("notional"),
        polars.col("urn").alias("observed_urn"),
        polars.lit("own").alias("via"),
        *(polars.lit(None, OUTCOME[name]).alias(name) for name in ("pupils", "pupils_short", "pupils_to_spare")),
        polars.lit([], OUTCOME["arms"]).alias("arms"),
    )


def _with_numbers(frame: polars.DataFrame, tests: list[_YearTest], facts: Facts) -> polars.DataFrame:
    """The frame with the facts of every measure and year that the tests read, each under its own name."""
    arms = {(arm.measure, read.year): read for test in tests for arm, read in test.reads.items()}
    others: dict[tuple[str, int], None] = {}
    for test in tests:
        for measure in (*test.version.coverage, *filter(None, (test.version.cohort, test.version.needs))):
            others[measure, test.year] = None
    for measure, year in list(arms):
        if measure in COUNTED:
            others[COUNTED[measure].eligible, year] = None
            others[COUNTED[measure].coverage, year] = None
    for measure, year in dict.fromkeys((*arms, *others)):
        found = facts.of(measure, year)
        name = _name(measure, year)
        frame = frame.join(
            found.select("urn", *(polars.col(c).alias(f"{name} {c}") for c in found.columns if c != "urn")),
            on="urn",
            how="left",
            maintain_order="left",
        )
    pupils = [
        polars.coalesce(
            polars.col(f"{_name(test.version.cohort, test.year)} value"),
            *(
                read.column("n")
                for arm, read in test.reads.items()
                if arm.measure not in COUNTED and arm.measure in MEASURES
            ),
            *(read.column("n") for arm, read in test.reads.items() if arm.measure == "progress_8"),
        ).alias(f"{_name(test.version.cohort, test.year)} pupils")
        for test in tests
        if test.version.cohort
    ]
    frame = frame.with_columns(pupils)
    for (measure, year), read in arms.items():
        frame = _with_words(_with_limits(frame, measure, year, facts), measure, read, tests)
    return frame


def _with_limits(frame: polars.DataFrame, measure: str, year: int, facts: Facts) -> polars.DataFrame:
    """Upper and lower limits of a score: as printed, or computed from σ at the most and fewest pupils it can count."""
    name, model = _name(measure, year), COUNTED.get(measure)
    value, n = polars.col(f"{name} value"), polars.col(f"{name} n")
    lower, upper = polars.col(f"{name} lower"), polars.col(f"{name} upper")
    sigma = sigma_for(facts.sigma, measure, year) if model else None
    half_narrow = half_wide = polars.lit(None, polars.Float64)
    counted = n
    if model is not None:
        eligible = polars.col(f"{_name(model.eligible, year)} value")
        coverage = polars.col(f"{_name(model.coverage, year)} value")
        counted = pupils_counted(model, n, eligible, coverage)
        most = polars.coalesce(counted, n, eligible)
        fewest = polars.coalesce(counted, (polars.coalesce(n, eligible) / 2).ceil())
        if sigma is not None:
            half_narrow = polars.when(most > 0).then(Z_95 * sigma[0] / most.sqrt())
            half_wide = polars.when(fewest > 0).then(Z_95 * sigma[0] / fewest.sqrt())
        counted = polars.coalesce(counted, n)
    printed = lower.is_not_null() & upper.is_not_null()
    computed = value.is_not_null() & half_narrow.is_not_null()
    return frame.with_columns(
        polars.coalesce(upper, value + half_narrow).alias(f"{name} upper narrow"),
        polars.coalesce(upper, value + half_wide).alias(f"{name} upper wide"),
        polars.coalesce(lower, value - half_narrow).alias(f"{name} lower narrow"),
        polars.coalesce(lower, value - half_wide).alias(f"{name} lower wide"),
        polars.when(printed)
        .then(polars.lit("published"))
        .when(computed)
        .then(polars.lit("computed"))
        .alias(f"{name} from"),
        counted.alias(f"{name} counted"),
    )


def _with_words(frame: polars.DataFrame, measure: str, read: _Read, tests: list[_YearTest]) -> polars.DataFrame:
    """Numbers as text, and a reason wherever there is no number."""
    missing = "not in the files loaded" if measure in MEASURES else SIGNALS[measure].missing
    low = polars.col(f"{read.name} why") == "fewer than half of the pupils could be counted"
    frame = frame.with_columns(
        low.fill_null(False).alias(f"{read.name} is low coverage"),
        polars.when(polars.col(f"{read.name} value").is_null())
        .then(polars.coalesce(f"{read.name} why", polars.lit(missing)))
        .alias(f"{read.name} why"),
    )
    limits = {arm.limit for test in tests for arm, other in test.reads.items() if other.name == read.name}
    texts = [("value", "value text"), *((f"{limit} narrow", f"{limit} text") for limit in limits if limit != "value")]
    for source, target in texts:
        column = frame[f"{read.name} {source}"]
        if measure in MEASURES and source != "value":
            column = column.round(MEASURES[measure].unit.decimals)
        known = column.drop_nulls().unique().to_list()
        words = {value: write_number(measure, value) for value in known}
        text = (
            column.replace_strict(words, default=None, return_dtype=polars.String)
            if words
            else polars.Series([None] * len(column), dtype=polars.String)
        )
        frame = frame.with_columns(text.alias(f"{read.name} {target}"))
    return frame


def _with_observed(frame: polars.DataFrame, tests: list[_YearTest], schools: polars.DataFrame) -> polars.DataFrame:
    """The school that had the results, and whether rules are about it."""
    reads = list(tests[0].reads.values())
    has_value = [(read.column("value").is_not_null(), read) for read in reads]

    def first(what: str) -> polars.Expr:
        return polars.coalesce(*(polars.when(has).then(read.column(what)) for has, read in has_value))

    frame = frame.with_columns(
        polars.coalesce(first("observed_urn"), "urn").alias("observed_urn"),
        polars.coalesce(first("via"), polars.lit("own")).alias("via"),
    )
    observed = schools.select(
        polars.col("urn").alias("observed_urn"),
        polars.col("kind").alias("observed_kind"),
        polars.col("ended_year").alias("observed_ended_year"),
    )
    return frame.join(observed, on="observed_urn", how="left", maintain_order="left")


def _outcomes(rule: Rule, year: int, tests: list[_YearTest], frame: polars.DataFrame) -> polars.DataFrame:
    """Outcome, reason and arms for each school of the frame."""
    reads = {read.met_name: read for test in tests for read in test.reads.values()}
    frame = frame.with_columns(read.judged() for read in reads.values())
    frame = frame.with_columns(
        _excluded(rule, year).alias("excluded"), *(test.gate(year).alias(f"gate {test.year}") for test in tests)
    )
    frame = frame.with_columns(
        polars.when(polars.col(f"gate {test.year}").is_null()).then(test.met()).alias(f"met {test.year}")
        for test in tests
    )
    below = polars.all_horizontal(f"met {test.year}" for test in tests)
    frame = frame.with_columns(polars.when(polars.col("excluded").is_null()).then(below).alias("below"))
    one = tests[0]
    cohort = one.version.cohort
    pupils = polars.col(f"{one.name_of(cohort)} pupils") if cohort else polars.lit(None, polars.Float64)
    short, spare = _by_how_many(rule, one)
    reasons = _reasons(tests, year)
    parts = []
    for outcome, which in (
        (BELOW, polars.col("below")),
        (NOT_BELOW, ~polars.col("below")),
        (CANNOT_BE_JUDGED, polars.col("below").is_null()),
    ):
        part = frame.filter(which)
        if not part.height:
            continue
        parts.append(
            part.select(
                "urn",
                polars.lit(year, polars.Int32).alias("year"),
                polars.lit(rule.key).alias("rule"),
                polars.lit(outcome).alias("outcome"),
                reasons[outcome].alias("reason"),
                polars.lit(not rule.is_in_force(year)).alias("notional"),
                "observed_urn",
                "via",
                pupils.alias("pupils"),
                (short if outcome == BELOW else polars.lit(None)).cast(polars.Int32).alias("pupils_short"),
                (spare if outcome == NOT_BELOW else polars.lit(None)).cast(polars.Int32).alias("pupils_to_spare"),
            ).with_columns(_arms_of_schools(part, list(reads.values())))
        )
    return polars.concat(parts).sort("urn") if parts else polars.DataFrame(schema=OUTCOME)


def _excluded(rule: Rule, year: int) -> polars.Expr:
    reasons = [
        polars.when(polars.col("observed_kind") == kind).then(polars.lit(EXCLUSIONS[kind]))
        for kind in rule.excluded
        if kind != "closed"
    ]
    if "closed" in rule.excluded:
        reasons.append(polars.when(polars.col("observed_ended_year") == year).then(polars.lit(EXCLUSIONS["closed"])))
    return polars.coalesce(*reasons, polars.lit(None, polars.String))


def _reasons(tests: list[_YearTest], year: int) -> dict[str, polars.Expr]:
    """Outcome → in plain words: what put the school below, what kept it out, or why nobody can say."""
    why_below = [explain(test.version.test, test.reads, True, year) for test in tests]
    why_not = [
        polars.when(~polars.col(f"met {test.year}")).then(explain(test.version.test, test.reads, False, year))
        for test in tests
    ]
    unknown = []
    for test in tests:
        gate, met = polars.col(f"gate {test.year}"), polars.col(f"met {test.year}")
        unknown.append((gate.is_not_null(), gate))
        unknown.append((gate.is_null() & met.is_null(), explain_unknown(test.version.test, test.reads, year)))
    return {
        BELOW: polars.concat_str(why_below, separator="; ", ignore_nulls=True),
        NOT_BELOW: polars.coalesce(why_not),
        CANNOT_BE_JUDGED: polars.coalesce("excluded", _joined(unknown)),
    }


def _by_how_many(rule: Rule, test: _YearTest) -> tuple[polars.Expr, polars.Expr]:
    """How many more pupils would have turned a share arm, and how many fewer would have put the school below.

    Shares are compared as printed, so a pupil counts where the printed percentage reaches the threshold: the fewest
    pupils k with k ÷ n, rounded half up to the printed decimals, at or above it.
    """
    nothing = polars.lit(None, polars.Int32)
    arm = next((arm for arm in test.reads if _is_share(arm)), None)
    if arm is None:
        return nothing, nothing
    read = test.reads[arm]
    half = 0.5 * 10 ** -MEASURES[arm.measure].unit.decimals
    n = read.column("n")
    needed = ((arm.threshold - half) / 100 * n - 1e-9).ceil()
    reached = (read.column("value") / 100 * n).round(0)
    met = {other: other_read.met() for other, other_read in test.reads.items()}
    only_this = evaluate(test.version.test, met | {arm: polars.lit(False)})
    but_for_this = evaluate(test.version.test, met | {arm: polars.lit(True)})
    if rule.consecutive > 1:
        return polars.when(~only_this).then(needed - reached), nothing
    return (
        polars.when(~only_this).then(needed - reached),
        polars.when(but_for_this & (reached >= needed)).then(reached - needed + 1),
    )


def _is_share(arm: Arm) -> bool:
    return (
        arm.comparator == "<"
        and arm.limit == "value"
        and arm.earlier == 0
        and arm.measure in MEASURES
        and MEASURES[arm.measure].unit.percent_sign
        and not arm.measure.endswith("_two_levels_progress")
    )


def _arms_of_schools(frame: polars.DataFrame, reads: list[_Read]) -> polars.Series:
    """The arms of each school as one list: laid out arm by arm, then turned to school by school.

    (A list made by `concat_list` of structures is the same and takes twenty times as long.)
    """
    by_arm = polars.concat([frame.select(_arm(read).alias("arms"))["arms"] for read in reads])
    places = polars.int_range(frame.height * len(reads), eager=True)
    arm, school = places % len(reads), places // len(reads)
    by_school = by_arm.gather(arm * frame.height + school)
    return by_school.reshape((frame.height, len(reads))).arr.to_list().alias("arms")


def _arm(read: _Read) -> polars.Expr:
    """One arm as a structure (fields of ARM)."""
    arm = read.arm
    fixed = {
        "label": label_of(arm.measure),
        "measure": arm.measure,
        "year": read.year,
        "limit": arm.limit,
        "comparator": arm.comparator,
        "threshold": float(arm.threshold),
        "source": str(arm.source),
        "verified": arm.verified,
    }
    columns = {
        "value": read.column("value"),
        "lower": read.column("lower narrow"),
        "upper": read.column("upper narrow"),
        "limit_from": read.column("from"),
        "n": read.column("counted"),
        "met": read.met(),
        "why": read.column("why"),
        "file_id": read.column("file_id"),
        "row": read.column("row"),
    }
    return polars.struct(
        [
            (polars.lit(fixed[name], kind) if name in fixed else columns[name].cast(kind)).alias(name)
            for name, kind in ARM.items()
        ]
    )
