"""Sections 6 and 7: data, risks, limits, what was tried."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

import polars

from pipelines.risk import lists
from pipelines.risk.backtest import ALL, WITHIN_YEAR
from pipelines.risk.card.numbers import TO_FILL_IN, Numbers, listed, school_year, table
from pipelines.risk.question import ERAS, RULES_ONLY
from pipelines.rules.facts import Query


@dataclass(frozen=True)
class About:
    """What a card was made from.

    Attributes:
        build, code_version: of the build. built: its day.
        files: those that are dated: publication, number of files, first and last edition, last day of publication, for
            how many the day was confirmed (for the others it is the publisher's usual day).
    """

    build: str
    code_version: str
    built: datetime.date
    files: tuple[tuple[str, int, str, str, datetime.date, int], ...]


def about_build(query: Query) -> About:
    """What the card of a build says of its files."""
    build = query("select version, code_version, built_at::date as built from mart.build").row(0, named=True)
    files = query("""
        select source_title, count(*)::integer as files, arg_min(edition, edition_date) as first,
            arg_max(edition, edition_date) as last,
            max(edition_date)::date as published, count_if(published_verified)::integer as confirmed
        from core.file where status = 'ingested' and edition_date is not null group by all order by source_title
    """)
    return About(build["version"], build["code_version"], build["built"], tuple(files.rows()))


_DATA = """\
### 6 Data used to develop it

Published files of the Department for Education, Ofsted and the Office for National Statistics; no data about single
pupils, none about members of staff. Nothing was collected for this tool. Licence: Open Government Licence v3.0. What
each file is: [Sources](sources.md).
"""
_BUILD = """\
Build `{about.build}` of {about.built:%-d %B %Y}, code {about.code_version}. These are its dated files, the only ones
that a model can see. The day of publication is confirmed for {confirmed} of {files}; for the others it is the
publisher's usual day.
"""
_COMPLETE = """\
**Completeness and representativeness.**

{observed}
- Lists of inspections are snapshots. The national list to February 2020 is whole. Later ones say of each school its
  latest inspections only: what lay between two snapshots and was followed by another inspection may be missing.
- Results of 2019/20 and 2020/21 at eleven do not exist (no tests); at sixteen they were graded otherwise. Progress is
  not published for 2023/24 and 2024/25 at eleven, nor Progress 8 for 2024/25: the column that does best alone is the
  one that is missing.
- Absence, roll, intake and finance are of few years; for later lists the last known figure stands until it is too old.
  That includes the roll by which fairness is measured.
- Where a file does not say when it came out, the publisher's usual day stands for it: a list may know a result some
  days too early or too late.
- Who is inspected is not drawn by lot. A model of inspected schools speaks for those that are not by extrapolation
  (selective labels). From 2015 a good school had a short visit first, and a graded inspection mostly where that raised
  a question: the level for good schools changed with each such rule.

**Sensitive attributes.** None of persons. Deprivation, free school meals, SEN and language of the intake as shares of a
school, only to form expectations and to test fairness.

**Label noise.** Two inspectors at the same school agreed in 22 of 24 cases (Ofsted 2017): no forecast of a judgement
can be surer than the judgement.
"""


def development(numbers: Numbers, about: About | None) -> Iterator[str]:
    """Section 6: the files that it was made from."""
    yield _DATA
    if about is None:
        yield "The build that the tables were made from is not known.\n"
    else:
        files, confirmed = (sum(one[place] for one in about.files) for place in (1, 5))
        yield _BUILD.format(about=about, files=files, confirmed=confirmed)
        yield from table(
            ("publication", "files", "editions", "newest out on"),
            (
                (title, count, first if first == last else f"{first} to {last}", f"{published:%-d %B %Y}")
                for title, count, first, last, published, _ in about.files
            ),
        )
    yield _COMPLETE.format(observed=_observed(numbers))


def _observed(numbers: Numbers) -> str:
    frame = numbers.frame.filter(
        polars.col("span") == "year", polars.col("population") == ALL, polars.col("forecast") == WITHIN_YEAR
    )
    most = dict(frame.group_by("year").agg(polars.col("authorities").max()).rows())
    full = max(most.values(), default=0)
    few = {year: count for year, count in sorted(most.items()) if count < 0.8 * full}
    rule = (
        f"An authority is observed in a year when {100 * lists.LEAST_OBSERVED:.0f}% of its schools were visited; the "
        "others are *not observed*, never *no concern*."
    )
    if not few:
        return f"- {rule}"
    counts = sorted(set(few.values()))
    told = f"{counts[0]}" if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
    years = listed([school_year(year) for year in few])
    return f"- Outcomes of {told} authorities only are at hand for {years}, beside up to {full} before. {rule}"


_OPERATIONAL = """\
#### Operational data

The same publications, as they are put into the folder of raw files; a new build needs a new score. The tool writes to
its own folder and sends nothing. Trained models are kept beside the builds with the print of the code and files that
they were made from, and serve only where both are the same. Access, storage and retention of lists and of what advisers
write: {to_fill_in}
"""


def operational() -> Iterator[str]:
    """What it reads while it runs."""
    yield _OPERATIONAL.format(to_fill_in=TO_FILL_IN)


_RISKS = (
    (
        "The list is taken for a judgement",
        "Three layers apart; probability in words with its interval; no colour or category from the tool; not to be "
        "published, sent on, or used for appraisal",
    ),
    (
        "Automation bias: the adviser follows the list",
        "Category before the score for some schools; a note where the list was not followed; the three forecasters "
        "compared each year",
    ),
    (
        "Accurate and without effect. A well-ordered early warning system in Wisconsin (DEWS) had no effect on "
        "graduation that could be told from zero, and going by the school's and district's surroundings alone did as "
        "well (Perdomo and others 2023)",
        "Do not count a good AUC as a success. Measure support against like schools just outside it, with an "
        "interval; expect the worst results to rise by themselves",
    ),
    (
        "It forecasts inspectors, not schools",
        "The two parts shown apart; the results layer beside it; visits by lot outside the first fifth",
    ),
    (
        "Who is inspected is selected; a school not visited looks safe",
        "Chance of concern is shown whatever the chance of a visit; results of both populations in this card",
    ),
    (
        "Levels drift from year to year",
        "Level from the latest year; the interval holds the drift; in the large shown for each year above",
    ),
    (
        "A new framework (report cards since 10 November 2025)",
        "The page says that level and order are untested in it, until outcomes are in the files",
    ),
    (
        "Small schools are flagged for chance",
        "Results drawn to the usual by cohort; size is no driver; the ratio is measured above",
    ),
    (
        "Schools with poor intakes are flagged for it",
        "Intake is no driver; expectations are beside like intakes; errors by deprivation are shown above",
    ),
    ("Too little is known of a school", "*Cannot tell* instead of a score; coverage beside each score"),
    (
        "A school's record is mixed up with another's",
        "Succession by published links; each figure with file and row; the school may answer",
    ),
    (
        "The list leaks and schools are named",
        "No page is public; what is shared follows [Disclosure](disclosure.md); the list itself is not shared",
    ),
)

TRIED: tuple[tuple[str, str, str], ...] = (
    (
        "Interactions in the boosted trees",
        "AUC of inspected primary schools 0.69 to 0.70 instead of 0.68",
        "given up: reasons would not be exact",
    ),
    (
        "Share of concern in the authority's recent inspections",
        "primary AUC 0.678 to 0.685, Brier skill 4.0% to 4.4%; secondary unchanged",
        "left out: the same for all schools of an authority, it orders nothing within it",
    ),
    (
        "One model trained directly on concern within a year, all schools",
        "logistic 0.763 primary, 0.800 secondary; boosted 0.793, 0.818; product of two parts 0.800 to 0.806, 0.820 "
        "to 0.825",
        "two parts kept",
    ),
    (
        "Chance of an inspection from the cycle alone",
        "AUC 0.784 primary, 0.815 secondary; with results 0.798, 0.819",
        "results kept",
    ),
    (
        "Window of 8 years; half-life of 1 or 3 years; penalty C from 0.01 to 0.1",
        "AUC within 0.005",
        "left as they were fixed before",
    ),
    (
        "Level drawn from the errors of the years before",
        "overcorrected: in the large up to +2.4 in 2016/17",
        "replaced by the level of the latest year",
    ),
    ("255 instead of 40 limits of curves", "AUC 0.001 to 0.003 more, four times the time", "40 kept"),
    (
        "Sub-judgements and ungraded visits before",
        "not tested: known from two snapshots only",
        "not used",
    ),
    ("Intake and roll as drivers", "see *with intake* in section 5", "never used for a list"),
)
"""Idea, what it gave (mean of the eight tested years, measured while it was developed), what became of it."""


_LIMITS = """\
#### Known limits

{untested}- {rules_only} schools: rules only.
- Behaviour, suspensions, staff: no file at hand; the theme *people* is empty.
- Intervals come from drawing authorities within the tested years; another year differs more than they say.
- The tested years are few. A difference that leaves out 0 in one of many comparisons may be chance.
- The register's place, type and roll of schools that have since closed are often not known, and that they are not known
  goes with having been found of concern (see *not known* in the tables above): those rows say little about fairness.
- The list forecasts what inspectors would find. The second outcome is a result, no broader view of a school either.
- Marks were set on other data. The tested years were looked at while the method was made (see *What was tried*),
  although no forecast was fitted on them. The first year that nobody has seen is the next one.
"""
_ASSESSMENTS = """\
#### Impact assessments

Equality impact assessment, data protection impact assessment, and the date of the next review: {to_fill_in} The tool
uses no personal data; what advisers write about schools may be personal.
"""


def risks(numbers: Numbers) -> Iterator[str]:
    """Section 7: risks, limits, what was tried, assessments."""
    tested = set(numbers.frame["span"])
    untested = (
        f"- Era *{era}*: no outcome at hand. Whether an order learnt from earlier eras holds in it is not known.\n"
        for era in ERAS
        if era not in tested
    )
    yield "### 7 Risks, mitigations and impact assessments\n\n#### Risks and mitigations\n"
    yield from table(("risk", "what is done"), _RISKS)
    yield _LIMITS.format(untested="".join(untested), rules_only=listed(RULES_ONLY).capitalize())
    yield (
        "#### What was tried\n\nMeans of the eight tested years, measured while the models were made; not made anew "
        "with this card.\n"
    )
    yield from table(("idea", "what it gave", "what became of it"), TRIED)
    yield _ASSESSMENTS.format(to_fill_in=TO_FILL_IN)
