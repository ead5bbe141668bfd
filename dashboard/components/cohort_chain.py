"""Where the gap opens: cohorts of a cluster's or the authority's children from five to sixteen, as one section."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl
from dash import html

from dashboard.components.block import block, method
from dashboard.components.cohort_words import (
    AGES,
    POINTS,
    Row,
    age_by_age,
    apart_note,
    finding,
    not_followed,
    points,
    together,
)
from dashboard.components.downloads import Download, download_links
from dashboard.components.gaps import signed
from dashboard.components.graph import graph
from dashboard.components.page import section
from dashboard.components.tables import Column, table
from dashboard.components.words import count, edition, listed, missing, sentence
from dashboard.figures.cohort_chain import Cohort, Step, cohort_chain
from pipelines.measures import MEASURES
from pipelines.measures.cohorts import STAGES

KEY = "chain"
TITLE = "Where the gap opens"
YOUNGEST = 11
"""The age that a cohort must have reached to be drawn: with fewer ages there is nothing to compare."""

STATUS = {"not yet": "not yet released", "no data": "no_file"}
"""Status of mart.cohort_step → the word for what is missing, where it is another."""


@dataclass(frozen=True, kw_only=True)
class Chain:
    """What is known of the cohorts of one place.

    Attributes:
        name: what the place is called in a sentence ('Yarrelhurst').
        series: `cluster` or `authority`: how it is drawn.
        steps: its rows of mart.cohort_step.
        england: England's rows.
        openings: its rows of mart.cohort_opening.
        has_own_file: whether the authority has given its own results at five, six and seven.
    """

    name: str
    series: str
    steps: Sequence[Row]
    england: Sequence[Row]
    openings: Sequence[Row]
    has_own_file: bool

    def cohorts(self) -> dict[int, dict[int, Row]]:
        """Cohort → age → step, oldest cohort first."""
        return _by_cohort(self.steps)

    def followed(self) -> list[int]:
        """Cohorts with a gap at eleven and at another age, oldest first."""
        return [
            cohort
            for cohort, steps in self.cohorts().items()
            if _gap(steps, YOUNGEST) is not None and sum(_gap(steps, age) is not None for age in AGES) > 1
        ]

    def main(self) -> int | None:
        """The newest cohort with a gap at five, six and eleven; without one, the one with the most ages."""
        followed, steps = self.followed(), self.cohorts()
        whole = [c for c in followed if all(_gap(steps[c], age) is not None for age in (5, 6, YOUNGEST))]
        return max(whole, default=None) or max(
            followed, key=lambda c: (sum(_gap(steps[c], age) is not None for age in AGES), c), default=None
        )

    def drawn(self) -> list[tuple[int, str]]:
        """(cohort, role): the main one, the newest ones beside it, and one that has come to sixteen.

        Of the last, the newest that was assessed at eleven too, else the newest.
        """
        main, steps = self.main(), self.cohorts()
        if main is None:
            return []
        beside = [c for c in self.followed() if c != main and _gap(steps[c], 16) is None][-2:]
        older = [c for c in self.cohorts() if _gap(steps[c], 16) is not None and c != main and _ages(steps[c]) > 1]
        older.sort(key=lambda c: (_gap(steps[c], YOUNGEST) is not None, c))
        return [(main, "main"), *((c, "other") for c in reversed(beside)), *((c, "older") for c in older[-1:])]


def _by_cohort(rows: Iterable[Row]) -> dict[int, dict[int, Row]]:
    found: dict[int, dict[int, Row]] = {}
    for row in rows:
        found.setdefault(row["cohort"], {})[row["age"]] = row
    return dict(sorted(found.items()))


def _gap(steps: Mapping[int, Row], age: int) -> float | None:
    return steps[age]["gap"] if age in steps else None


def _ages(steps: Mapping[int, Row]) -> int:
    return sum(_gap(steps, age) is not None for age in AGES)


def where_the_gap_opens(
    chain: Chain,
    *,
    view: str,
    view_address: Callable[[str], str],
    path: str,
    kept: Mapping[str, str],
    origins: Sequence[Mapping],
    instead: Chain | None = None,
) -> html.Section:
    """The section with its one block; a place without a cohort to follow says what is missing and how to add it.

    Args:
        instead: the authority's chain, shown where a cluster has none; `origins` are of the chain that is shown.
    """
    shown = chain if chain.main() is not None else instead
    return section(
        "chain",
        TITLE,
        _nothing(chain) if chain.main() is None and chain.has_own_file else None,
        _own_file_missing(chain) if chain.series == "cluster" and not chain.has_own_file else None,
        _block(shown, view, view_address, path, kept, origins) if shown and shown.main() is not None else None,
        _own_file_missing(chain) if chain.series == "authority" and not chain.has_own_file else None,
        note="Cohorts are followed, not years: each line is one group of children growing up.",
    )


def _nothing(chain: Chain) -> html.P:
    if any(row["status"] == "hidden" for row in chain.steps):
        return html.P(
            "The cohorts are hidden here: a school’s small number of pupils could be worked out from them. On the "
            "working page they can be seen."
        )
    return html.P("No cohort of these schools has a figure at eleven and at an earlier age.")


def _own_file_missing(chain: Chain) -> html.Div:
    what = (
        "This cluster cannot be followed: results at five, six and seven are not published for single schools."
        if chain.series == "cluster"
        else "Clusters cannot be followed like this yet: results at five, six and seven are not published for schools."
    )
    return html.Div(
        html.P(
            [
                html.B(what),
                " The authority has them. Put them into ",
                html.Code("assessments.csv"),
                ", as school, year, assessment, group, pupils, and how many reached it: ",
                html.Code("docs/how-to/add-early-assessments.md"),
                " has a template and says what each column holds. Then every cluster has this chart.",
            ]
        ),
        className="notice quiet",
    )


def _block(
    chain: Chain,
    view: str,
    view_address: Callable[[str], str],
    path: str,
    kept: Mapping[str, str],
    origins: Sequence[Mapping],
) -> html.Article:
    rows = rows_of(chain)
    return block(
        KEY,
        title=finding(chain.openings),
        name=TITLE,
        sub=f"Disadvantaged children, {chain.name}: points behind other children in England at the same age",
        views={
            "chart": lambda: _chart(chain),
            "table": lambda: _table(chain, rows),
            "download": lambda: download_links(path, KEY, len(chain.steps) + len(chain.england), kept),
            "how": lambda: _how(chain),
            "where": lambda: _where(origins),
        },
        view=view,
        view_address=view_address,
        reason=_reason(chain),
        foot=not_followed(chain.cohorts(), [cohort for cohort, _ in chain.drawn()], has_own=chain.has_own_file),
    )


def _reason(chain: Chain) -> list:
    main = chain.main()
    conclusion, more = together(chain.openings)
    return [age_by_age(chain.cohorts()[main], _england_of(chain), main), " ", html.B(conclusion), " ", more]


def _england_of(chain: Chain) -> dict[int, Row]:
    return _by_cohort(chain.england).get(chain.main(), {})


def label_of(cohort: int, role: str = "") -> str:
    """A cohort by the year group that it is known for: 'Year 6 in 2024', 'Year 11 in 2024'."""
    return f"Year 11 in {cohort + 5}" if role == "older" else f"Year 6 in {cohort}"


def _lines(chain: Chain) -> list[Cohort]:
    cohorts = chain.cohorts()
    lines = [
        Cohort(series=chain.series, label=label_of(cohort, role), role=role, steps=_steps(cohorts[cohort]))
        for cohort, role in chain.drawn()
    ]
    england = _england_of(chain)
    if _ages(england) > 1:
        ages = [age for age in AGES if _gap(cohorts[chain.main()], age) is not None]
        steps = _steps({age: row for age, row in england.items() if age in ages})
        lines.append(Cohort(series="england", label="England", role="england", steps=steps))
    return lines


def _steps(steps: Mapping[int, Row]) -> list[Step]:
    return [
        Step(
            age=age,
            gap=row["gap"],
            lower=row["gap_lower"],
            upper=row["gap_upper"],
            n=row["n"],
            is_like=row["compared_with"] != "all",
        )
        for age, row in sorted(steps.items())
    ]


def _chart(chain: Chain) -> html.Figure:
    lines = _lines(chain)
    words = "; ".join(
        f"{line.label}: " + ", ".join(f"{signed(POINTS, step.gap)} at {step.age}" for step in line.known())
        for line in lines
    )
    has_limits = any(step.lower is not None for line in lines if line.role == "main" for step in line.steps)
    names = "; ".join(f"{stage.age} {_small(stage.name)}" for stage in STAGES)
    return graph(
        cohort_chain(lines, AGES, lambda value: signed(POINTS, value)),
        f"Points behind other children in England by age. {words}.",
        title="Points; bars are 95% intervals of the thick line." if has_limits else "Points; a minus means behind.",
        note=f"{names}. Dotted: an age between has no figure. {apart_note(chain.cohorts()[chain.main()])}".strip(),
    )


def _small(name: str) -> str:
    return name if name.startswith("GCSE") else f"{name[0].lower()}{name[1:]}"


def rows_of(chain: Chain) -> list[tuple[str, Mapping[int, Row]]]:
    """(label, age → step): the cohorts drawn, those still younger, then England for the main one."""
    cohorts = chain.cohorts()
    drawn = [(label_of(cohort, role), cohorts[cohort]) for cohort, role in chain.drawn()]
    newest = max((cohort for cohort, _ in chain.drawn()), default=0)
    younger = [(label_of(cohort), steps) for cohort, steps in cohorts.items() if cohort > newest and _ages(steps)]
    england = _england_of(chain)
    return [*drawn, *younger, *([(f"England, {label_of(chain.main())}", england)] if england else [])]


def _table(chain: Chain, rows: Sequence[tuple[str, Mapping[int, Row]]]) -> html.Div:
    grid = table(
        rows,
        [
            Column(title="Cohort", cell=lambda row: sentence(row[0])),
            *(
                Column(
                    title=f"At {stage.age}: {_small(stage.name)}", cell=lambda row, age=stage.age: _cell(row[1], age)
                )
                for stage in STAGES
            ),
        ],
        is_stacked=True,
        classes="dense chain",
    )
    return html.Div(grid, className="scroll", role="region", tabIndex=0, **{"aria-label": f"Table: {TITLE}"})


def _cell(steps: Mapping[int, Row], age: int) -> object:
    row = steps.get(age)
    if row is None:
        return html.Span("No data", className="miss")
    if row["gap"] is None:
        status = STATUS.get(row["status"], row["status"])
        word = "No gap can be given" if row["value"] is not None else missing(status).word
        word = {"no tests": "Not assessed", "not yet": f"Not yet: {row['year']}"}.get(row["status"], word)
        return html.Span(word, className="miss", title=row["reason"] or "")
    limits = (
        f" ({signed(POINTS, row['gap_lower'])} to {signed(POINTS, row['gap_upper'])})"
        if row["gap_lower"] is not None and row["gap_upper"] is not None and row["unit_kind"] != "england"
        else ""
    )
    measure = MEASURES[row["measure"]]
    pupils = f" of {count(row['n'], 'child', 'children')}" if row["n"] is not None else ""
    beside = "" if row["compared_with"] == "other" else ", from all children in England"
    lacking = f"; {count(row['schools_without'], 'school')} not in it" if row["schools_without"] else ""
    return [
        html.B(signed(POINTS, row["gap"])),
        html.Span(limits, className="limits nowrap"),
        html.Span(
            f"{measure.format(row['value'])}{pupils}, {row['year']}; England {measure.format(row['national_value'])}"
            f"{beside}{lacking}",
            className="mute micro chain-of",
        ),
    ]


def _how(chain: Chain) -> list:
    changes = [row for row in chain.openings if row["change"] is not None]
    return [
        method(
            {
                "Cohorts": "Children who end Year 6 in one summer, as they were in Reception six years before, in "
                "Year 1, in Year 2, and as they are in Year 11 five years later: as a group, not child by child.",
                "Schools": "Those of the cluster today, in every year, with the results of their predecessors."
                if chain.series == "cluster"
                else "All state-funded schools of the authority in each year.",
                "The children": "At five, six and seven: on free school meals then. At eleven and sixteen: "
                "disadvantaged, which is free school meals in the last six years, looked after, or left care.",
                "Held against": "Children in England who are not in that group, at the same age in the same year. "
                "Where no file has them, all children in England: such a mark is hollow and not joined.",
                "Assessments": sentence(listed([f"at {stage.age} {_small(stage.name)}" for stage in STAGES]))
                + ". They differ, so that England’s own line is the yardstick.",
                "Intervals": "95%: Newcombe’s for differences of shares; none where no number of children is printed.",
                "Where it opens": "The newest three cohorts together, as far as they have both ages. A stretch of "
                "ages is named when its change is more than chance and at least half of the whole; of several, the "
                "shortest.",
            }
        ),
        table(
            changes,
            [
                Column(title="Between", cell=lambda r: f"{r['from_age']} and {r['to_age']}"),
                Column(title="Year 6 in", cell=lambda r: r["cohorts"]),
                Column(title="Change, points", cell=lambda r: points(r), is_number=True),
                Column(
                    title="England",
                    cell=lambda r: signed(POINTS, r["england_change"]) if r["england_change"] is not None else "",
                    is_number=True,
                ),
            ],
            caption="Changes of the gap between two ages; a minus means that it opens",
            classes="dense narrow",
        )
        if changes
        else None,
    ]


def _where(origins: Sequence[Mapping]) -> html.Table | html.P:
    if not origins:
        return html.P("No file holds a figure of these children here.")
    return table(
        origins,
        [
            Column(title="Assessment", cell=lambda o: MEASURES[o["measure"]].label),
            Column(title="Summer", cell=lambda o: str(o["year"])),
            Column(title="Publication", cell=lambda o: f"{o['source_title'] or 'No file'} {edition(o['edition'])}"),
            Column(title="Release", cell=lambda o: sentence(o["release"] or "")),
            Column(
                title="File",
                cell=lambda o: [
                    html.Span(o["path"] or "no file", className="path"),
                    f", row {o['row']}" if o.get("row") else f", {count(o['schools'], 'school')}",
                ],
            ),
        ],
        is_stacked=True,
        classes="dense",
    )


def chain_download(chain: Chain, name: str) -> Download:
    """Every step of every cohort of the place and of England as a file; gaps in points, not rounded."""
    return Download(
        name=f"{name}-{KEY}",
        title=f"Cohorts from five to sixteen: {chain.name}",
        frame=pl.DataFrame([*chain.steps, *chain.england], infer_schema_length=None),
        notes=[
            ("Cohort", "the summer in which the children end Year 6; `year` is the summer of the assessment"),
            ("Gap", "the group here less national_value; compared_with says whether that is England’s others or all"),
            ("Group", "free school meals at five, six and seven; disadvantaged at eleven and sixteen"),
            ("Not followed", not_followed(chain.cohorts(), list(chain.cohorts()), has_own=chain.has_own_file)),
        ],
    )
