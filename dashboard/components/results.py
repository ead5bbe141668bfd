"""One measure of one school against its comparators over the years, shaped from frames, and said in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from dashboard.components.words import count, listed, missing, school_year, sentence
from dashboard.figures.by_year import Line, Point
from pipelines.measures import Measure, Polarity

KINDS: dict[str, str] = {
    "same phase in authority": "authority",
    "authority": "authority",
    "region": "region",
    "statistical neighbours": "neighbours",
    "england": "england",
}
"""Kind of comparison → the series that it is drawn as; same phase and authority share one colour."""

ORDER = ("same phase in authority", "authority", "statistical neighbours", "region", "england")


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where the figure of one year stands: edition, release, publication date, file and row; `via` names a predecessor."""

    year: int
    source: str
    edition: str
    release: str
    published: date | None
    path: str
    row: int | None
    via: str


@dataclass(frozen=True, kw_only=True)
class Result:
    """One measure and pupil group: the school's line first, then comparators in the one order."""

    measure: Measure
    group: str
    lines: Sequence[Line]
    years: Sequence[int]
    gaps: Mapping[int, str]
    breaks: Mapping[int, str]
    notes: Mapping[int, str]
    origins: Sequence[Origin]
    how: Mapping[str, str]

    @property
    def school(self) -> Line:
        """The school's own line."""
        return self.lines[0]

    @property
    def england(self) -> Line | None:
        """England's line, or None."""
        return next((line for line in self.lines if line.key == "england"), None)

    @property
    def drawn(self) -> list[Line]:
        """At most four lines for a chart: school, authority as published, neighbours or region, England."""
        last_of = {line.key: line for line in self.lines}
        if "neighbours" in last_of:
            last_of.pop("region", None)
        return list(last_of.values())


def results(
    measures: Iterable[Measure],
    observed: pl.DataFrame,
    compared: pl.DataFrame,
    year_notes: pl.DataFrame,
    *,
    group: str,
    labels: Mapping[str, str],
) -> list[Result]:
    """Results for the measures that the school has any row of, in the order given.

    `observed` and `compared` are frames of `queries.results`; `year_notes` of `queries.catalogue.years`;
    `labels` names each kind of comparison for this school ('England', 'Primary schools in Exemplar' …).
    """
    own = {key: frame for (key,), frame in observed.filter(pl.col("pupil_group") == group).group_by("measure")}
    others = {key: frame for (key,), frame in compared.filter(pl.col("pupil_group") == group).group_by("measure")}
    notes = {key: frame for (key,), frame in year_notes.group_by("measure")}
    return [
        _result(measure, group, own[measure.key], others.get(measure.key), notes.get(measure.key), labels)
        for measure in measures
        if measure.key in own
    ]


def _result(
    measure: Measure,
    group: str,
    own: pl.DataFrame,
    others: pl.DataFrame | None,
    notes: pl.DataFrame | None,
    labels: Mapping[str, str],
) -> Result:
    lines = [Line(key="school", label="This school", short="School", points=_points(own))]
    how: dict[str, str] = {}
    for kind in ORDER:
        frame = others.filter(pl.col("kind") == kind) if others is not None else None
        if frame is None or frame.is_empty() or frame["value"].null_count() == frame.height:
            continue
        label = labels.get(kind, sentence(kind))
        lines.append(Line(key=KINDS[kind], label=label, short=labels.get(f"{kind} short", label), points=_points(frame)))
        how[label] = listed(sorted({text for text in frame["how"].to_list() if text}))
    marked = notes.sort("year").rows(named=True) if notes is not None else []
    valued = {p.year for line in lines for p in line.points if p.value is not None}
    held = {p.year for p in lines[0].points}
    first = min(valued | held, default=0)
    last = max(valued | held | {m["year"] for m in marked if m["state"] == "not yet released"}, default=0)
    first = min([year for year in valued if year] or [first])
    own_values = {p.year for p in lines[0].points if p.value is not None}
    states = {m["year"]: m for m in marked if m["state"] not in ("published", "break", "caution")}
    gaps = {
        year: _gap(states.get(year), lines[0].at(year)) for year in range(first, last + 1) if year not in own_values
    }
    return Result(
        measure=measure,
        group=group,
        lines=lines,
        years=range(first, last + 1),
        gaps=gaps,
        breaks={m["year"]: m["note"] or "Not comparable with the years before." for m in marked if m["is_break"]},
        notes={m["year"]: m["note"] for m in marked if m["note"]},
        origins=_origins(own),
        how=how,
    )


def _gap(state: Mapping[str, object] | None, point: Point | None) -> str:
    if state is not None:
        return "no tests" if state["state"] == "no tests" else missing(str(state["state"])).short.lower()
    return missing(point.status if point else "no_file").short.lower()


def _points(frame: pl.DataFrame) -> list[Point]:
    has_limits = "lower" in frame.columns
    return [
        Point(
            year=row["year"],
            value=row["value"],
            status=row["status"] or "not_available",
            n=row["n"],
            lower=row["lower"] if has_limits else None,
            upper=row["upper"] if has_limits else None,
            note=row.get("via") or "",
        )
        for row in frame.sort("year").unique("year", keep="last", maintain_order=True).iter_rows(named=True)
    ]


def _origins(own: pl.DataFrame) -> list[Origin]:
    return [
        Origin(
            year=row["year"],
            source=row["source_title"] or "",
            edition=row["edition"] or row["file_edition"] or "",
            release=row["release"] or "",
            published=row["published"],
            path=row["path"] or "",
            row=row["row"],
            via=f"predecessor, URN {row['observed_urn']}" if row["via"] == "predecessor" else "",
        )
        for row in own.sort("year", descending=True).iter_rows(named=True)
    ]


def difference(result: Result) -> tuple[Point, Point] | None:
    """The school's newest figure and England's of that year; None without both."""
    own, england = result.school.latest(), result.england
    other = england.at(own.year) if own and england else None
    return (own, other) if own and other and other.value is not None else None


def finding(result: Result) -> str:
    """The finding of a measure in at most ten words: where the school stands against England, or what it has."""
    measure, latest = result.measure, result.school.latest()
    if latest is None:
        reasons = {missing(point.status).word for point in result.school.points}
        return f"No figure: {listed(sorted(word.lower() for word in reasons), 'or')}" if reasons else "No figure"
    pair = difference(result)
    when = school_year(latest.year)
    if pair is None or measure.polarity is Polarity.NEUTRAL and measure.unit.key not in ("percent", "rate"):
        return f"{measure.format(latest.value)} in {when}"
    own, england = pair
    if own.lower is not None and own.upper is not None:
        if own.upper < england.value:
            return f"{measure.format(own.value)} in {when}, below England by more than chance"
        if own.lower > england.value:
            return f"{measure.format(own.value)} in {when}, above England by more than chance"
        return f"{measure.format(own.value)} in {when}, not clearly different from England"
    gap = round(own.value, measure.unit.decimals) - round(england.value, measure.unit.decimals)
    amount = measure.format(abs(gap)).replace("%", "").replace("+", "")
    if float(amount.replace(",", "").replace("£", "") or 0) == 0:
        return f"{measure.format(own.value)} in {when}, the same as England"
    unit = " points" if measure.unit.percent_sign or "score" in measure.unit.key else ""
    return f"{measure.format(own.value)} in {when}, {amount}{unit} {'above' if gap > 0 else 'below'} England"


def explanation(result: Result) -> list[str]:
    """Sentences under a chart: what the newest figure rests on, how it moved, and what is missing since."""
    measure, said = result.measure, []
    series = [p for p in result.school.points if p.value is not None]
    if not series:
        return said
    latest = series[-1]
    if measure.unit.key == "percent" and latest.n:
        hits = round(latest.value * latest.n / 100)
        said.append(
            f"{measure.format(latest.value)} is {hits:,} of {latest.n:,.0f} pupils: "
            f"each pupil is {100 / latest.n:.0f} point{'' if round(100 / latest.n) == 1 else 's'}."
            if latest.n <= 60
            else f"{measure.format(latest.value)} is {hits:,} of {latest.n:,.0f} pupils."
        )
    since = max((year for year in result.breaks if year <= latest.year), default=0)
    comparable = [p for p in series if p.year >= since]
    if len(comparable) > 1:
        first, before = comparable[0], comparable[-2]
        words = f"It was {measure.format(before.value)} in {school_year(before.year)}"
        if first is not before:
            words += f" and {measure.format(first.value)} in {school_year(first.year)}"
        said.append(words + ".")
    later = [p for p in result.school.points if p.value is None and p.year > latest.year]
    if later:
        reason = missing(later[-1].status)
        said.append(f"{school_year(later[-1].year)}: {reason.word.lower()}, {reason.detail}.")
    if latest.n is not None and latest.n < measure.minimum_cohort:
        said.append(f"Fewer than {measure.minimum_cohort} pupils: not ranked, and hollow in the chart.")
    joined = sorted({p.year for p in series if p.note == "predecessor"})
    if joined:
        said.append(f"{count(len(joined), 'year')} to {school_year(joined[-1])} {'is' if len(joined) == 1 else 'are'} its predecessor’s.")
    return said
