"""The words of the field and of this product, each defined once: the glossary lists them, other pages point to them."""

from dataclasses import dataclass

CERTAINTY = "How sure a figure is"
GAPS = "Gaps and disadvantage"
LIST = "The list of schools to talk to"
SCHOOLS = "Schools and areas"
RESULTS = "Results"
INSPECTION = "Inspection and intervention"
DATA = "Data"
TOPICS = (CERTAINTY, GAPS, LIST, SCHOOLS, RESULTS, INSPECTION, DATA)
"""Topics of the glossary in the order of reading."""


@dataclass(frozen=True, kw_only=True)
class Term:
    """A word with its one definition.

    Attributes:
        key: the word in the address: the glossary's anchor of it.
        modules: modules of `pipelines.statistics` that work it out, for the page about methods.
    """

    key: str
    label: str
    definition: str
    topic: str
    modules: tuple[str, ...] = ()


def _term(key: str, label: str, definition: str, topic: str, *modules: str) -> Term:
    return Term(key=key, label=label, definition=definition, topic=topic, modules=modules)


TERMS: tuple[Term, ...] = (
    _term(
        "interval",
        "Interval",
        "The range in which the true figure plausibly lies, written after the figure: 41% (25 to 59). The fewer "
        "pupils, the wider. Where the intervals of two schools overlap much, the figures do not tell them apart.",
        CERTAINTY,
        "intervals",
        "distributions",
    ),
    _term(
        "cohort",
        "Cohort, n",
        "The pupils that a figure is about. In a cohort of 10 each pupil is 10 percentage points, in one of 30 about "
        "3. A mark is hollow where the cohort is below the least that the measure needs.",
        CERTAINTY,
        "counts",
    ),
    _term(
        "pooled",
        "Pooled years",
        "Three years put together: their pupils are added up, never their percentages averaged. Years without tests "
        "are left out and named.",
        CERTAINTY,
        "pooled",
    ),
    _term(
        "best-estimate",
        "Best estimate",
        "A small cohort’s result drawn towards what is usual for schools of its kind, with the help of its own earlier "
        "years. It moves small schools much and large schools little, so that luck is not taken for a trend.",
        CERTAINTY,
        "shrinkage",
        "estimation",
    ),
    _term(
        "funnel",
        "Funnel",
        "Limits that show how far results fall from the national mean by luck alone: wide for small cohorts, narrow "
        "for large. Only schools outside the outer limits stand out.",
        CERTAINTY,
        "funnel",
    ),
    _term(
        "place",
        "Place as a range",
        "Where a school stands among others, said as a range (“between 3rd and 19th”), because intervals overlap. No "
        "page gives a school a single rank where its place is not certain.",
        CERTAINTY,
        "ranks",
    ),
    _term(
        "break",
        "Break",
        "A year from which a measure is no longer comparable with the years before, because the tests, the "
        "curriculum or the definition changed. No line is drawn across it.",
        CERTAINTY,
    ),
    _term(
        "expected-result",
        "Expected result",
        "What schools with a like intake reach in England. The difference says how far this one is from it, with an "
        "interval; it is not a verdict.",
        CERTAINTY,
        "expected",
    ),
    _term(
        "within-gap",
        "Gap within",
        "Disadvantaged pupils less other pupils of the same school, cluster or area. It can be small because everyone "
        "is low.",
        GAPS,
        "gaps",
    ),
    _term(
        "national-gap",
        "Gap to other pupils in England",
        "Disadvantaged pupils here less pupils in England who are not disadvantaged; negative is behind. It is the gap "
        "to close, and is always shown with the other two.",
        GAPS,
        "gaps",
    ),
    _term(
        "gap-index",
        "Gap index",
        "By how much one group outranks another when all pupils are put in order of their scores, from 0 (no gap) to "
        "10. The Department for Education publishes England’s only; any other is our own calculation.",
        GAPS,
        "gap_index",
    ),
    _term(
        "idaci",
        "IDACI",
        "Income Deprivation Affecting Children Index: the share of children under 16 in families with low income, "
        "for a small area. A school’s own area is where it stands, not where its pupils live.",
        GAPS,
    ),
    _term(
        "imd",
        "IMD",
        "Index of Multiple Deprivation: an order of England’s small areas; decile 1 is the most deprived tenth. A move "
        "between two editions is not a change in deprivation.",
        GAPS,
    ),
    _term(
        "chance",
        "Chance",
        "How likely a concern at the school’s next inspection is, judged by earlier years of schools in England. It "
        "is a reason to talk, not a judgement: advisers judge a school, this product never does.",
        LIST,
    ),
    _term(
        "band",
        "Band",
        "Talk to first: the first tenth of England’s list. Talk to next: the second tenth. Later: all others. A band "
        "is about when to talk, not about how good a school is.",
        LIST,
    ),
    _term(
        "cannot-tell",
        "Cannot tell, rules only",
        "Schools without enough figures for a chance. They stand beside the list, never at its end: not knowing is no "
        "good news.",
        LIST,
    ),
    _term(
        "reason",
        "Reason",
        "A figure of the school that raises or lowers its chance, and by how many points. It is what is also true of "
        "the school, not the cause.",
        LIST,
    ),
    _term(
        "silent-school",
        "Silent school",
        "An open school of which something is not known: no usable figure, no row in a file that should have one, no "
        "inspection. It is listed so that someone asks.",
        LIST,
    ),
    _term(
        "urn",
        "URN",
        "Unique reference number of a school, six digits. A school that becomes an academy gets a new one; "
        "its earlier results stay with it and are marked.",
        SCHOOLS,
    ),
    _term("laestab", "LAESTAB", "The authority’s three digits and the school’s four, as in 865/2001.", SCHOOLS),
    _term(
        "cluster",
        "Cluster",
        "Schools that work together, as the authority lists them. Where it has given no list, clusters are proposed "
        "around secondary schools and are named as proposed.",
        SCHOOLS,
        "clusters",
    ),
    _term(
        "similar-schools",
        "Similar schools",
        "The 20 schools in England most like this one in size, intake and prior attainment, wherever they are.",
        SCHOOLS,
        "similar",
    ),
    _term(
        "statistical-neighbours",
        "Statistical neighbours",
        "Authorities that the Department for Education lists as most like this one.",
        SCHOOLS,
    ),
    _term(
        "predecessor",
        "Predecessor",
        "The school before this one in the same place, mostly before it became an academy. Its figures are shown and "
        "marked as its own.",
        SCHOOLS,
    ),
    _term(
        "key-stage-2",
        "Key stage 2",
        "Ages 7 to 11. Pupils are tested in reading and maths in Year 6, and teachers assess "
        "writing; the expected standard is a scaled score of 100.",
        RESULTS,
    ),
    _term("key-stage-4", "Key stage 4", "Ages 14 to 16, which end with GCSEs and equivalent qualifications.", RESULTS),
    _term(
        "gld",
        "Good level of development",
        "What a child reaches at the end of Reception in the early learning goals of "
        "the prime areas, literacy and maths. The profile changed in 2021.",
        RESULTS,
    ),
    _term(
        "progress",
        "Progress",
        "How pupils did beside pupils in England who had started alike; 0 is the average. At key "
        "stage 2 none was published for 2023/24 and 2024/25, because those pupils took no tests at seven.",
        RESULTS,
    ),
    _term(
        "attainment-8",
        "Attainment 8",
        "A pupil’s points over eight subjects, English and maths counted twice.",
        RESULTS,
    ),
    _term(
        "progress-8",
        "Progress 8",
        "Attainment 8 beside pupils with the same results at eleven, in grades per subject; "
        "0 is the average. Last published for 2023/24; it returns when there are test results to start from.",
        RESULTS,
    ),
    _term(
        "persistent-absence",
        "Persistent absence",
        "Missing 10% or more of possible sessions (15% to 2014/15).",
        RESULTS,
    ),
    _term(
        "floor",
        "Floor standard",
        "The least that the government asked of a school’s results, with an attainment and a "
        "progress part; it ended in 2019.",
        INSPECTION,
    ),
    _term(
        "coasting",
        "Coasting",
        "Below both an attainment and a progress threshold in three years running; used to 2018.",
        INSPECTION,
    ),
    _term(
        "rise",
        "RISE",
        "Teams of the Department for Education that work with schools since February 2025. Targeted: for "
        "stuck schools. Universal: an offer to all.",
        INSPECTION,
    ),
    _term(
        "stuck",
        "Stuck school",
        "Judged to require improvement now, and below good at the inspection before; under report "
        "cards, leadership and governance needs attention and below good before.",
        INSPECTION,
    ),
    _term(
        "report-card",
        "Report card",
        "How Ofsted reports from 10 November 2025: each area on five steps, from urgent "
        "improvement to exceptional, safeguarding met or not met, no overall grade.",
        INSPECTION,
    ),
    _term(
        "notional",
        "Notional",
        "A rule tried on years in which it was not in force. It says so wherever it is shown.",
        INSPECTION,
    ),
    _term(
        "snapshot",
        "Snapshot",
        "One build of all figures, with its number on every page, print and file. The same "
        "snapshot always gives the same figures.",
        DATA,
    ),
    _term("edition", "Edition", "One issue of a publication, mostly of one school year.", DATA),
    _term(
        "release",
        "Release",
        "The state of an edition: provisional, revised or final. The best that is at hand is shown.",
        DATA,
    ),
    _term(
        "school-year",
        "School year",
        "2024/25 is September 2024 to August 2025. In files the year is the second, 2025.",
        DATA,
    ),
    _term(
        "not-verified",
        "Not verified",
        "A date, threshold or definition that nobody has yet confirmed in the publisher’s "
        "own words. It is shown, and says so.",
        DATA,
    ),
    _term(
        "hidden",
        "Hidden in what is shared",
        "Small numbers of pupils, and what would give them away, are left out of everything printed, shared or saved.",
        DATA,
        "disclosure",
        "disclosure_cells",
    ),
)
"""Every term, by topic."""
