"""Tier 2, sections 1 to 3: who answers, what it is for, how decisions are made."""

from collections.abc import Iterator

from pipelines.risk import lists, scored
from pipelines.risk.card.numbers import TO_FILL_IN, Tables, label_of, listed, short, table
from pipelines.risk.features import (
    NOT_KNOWN,
)
from pipelines.risk.models import CANDIDATES
from pipelines.risk.question import MODELS, RULES_ONLY

_OWNER = """\
## Tier 2

### 1 Owner and responsibility

- Organisation, team, senior responsible owner: {to_fill_in}
- Third parties: none while it runs. It works on the authority's own machine, on published files, and needs no network.
- Who answers for a category: the adviser who sets it; the tool sets none. The role: {to_fill_in}
- Who answers for the figures: their publishers. Each is shown with its file, row and date.
"""


def owner() -> Iterator[str]:
    """Section 1: who answers."""
    yield _OWNER.format(to_fill_in=TO_FILL_IN)


_DESCRIPTION = """\
### 2 Description and rationale

**Scope.** Two models ({models}), learnt apart. State-funded schools open on the day of the list. For {rules_only}
schools the rules alone speak: no file at hand says what an inspection of them will find. A school of which no more than
{coverage:.0f}% of what the model looks at is known, or no result at all, is in *cannot tell*.

**Three layers that never become one number.**

1. *Rules*: the authority's own triggers and the national standards, as they fire.
2. *Results*: shrunken results of small cohorts with intervals, beside similar schools.
3. *Chance of concern*: what this card is about.

Where they disagree is where an adviser's time is best spent.

**Two parts, both shown.** The *chance of concern if inspected* is about the school. The *chance of a graded inspection
within a year* is about the inspectorate: its cycle, and what it found last time. Their product, the chance that an
inspection finds concern within {horizon} days, orders the list. It must not be shown alone: a school low on the list
may be one that nobody visits, not one without concern, and a chance of concern says nothing about when. Whoever wants
to support schools whatever inspectors do sorts by the first part.

**Benefits.** Days go where concern is likelier; the reasons can be read and answered; each forecast can be [held
against what came](how-to/check-a-forecast.md). That talking to a school earlier changes what becomes of it is not shown
by any number here: see the caution in section 7.

**Previous process.** Sorting a table by one result, by the last grade and how long ago it was, or by a checklist of
points. All three are tested here beside the models, on the same schools and days.

**Alternatives considered.** The candidates, the simplest first. The first ones are what an officer could do by hand;
the last ones are only compared, and no list may come from them.
"""


def description() -> Iterator[str]:
    """Section 2: what it is for."""
    yield _DESCRIPTION.format(
        models="; ".join(f"{model}: phases {listed(phases)}" for model, phases in MODELS.items()),
        rules_only=listed(RULES_ONLY),
        coverage=100 * scored.LEAST_COVERAGE,
        horizon=lists.HORIZON,
    )
    yield from table(
        ("in tables", "candidate", "what it is", "may make a list"),
        (
            (short(one.key), label_of(one.key), _CANDIDATES.get(one.key, ""), "yes" if one.is_shipped else "no")
            for one in CANDIDATES
        ),
    )


_CANDIDATES = {
    "results": "Progress 8, progress at eleven, or where there is neither attainment: the first that is known",
    "previous_grade": "grade and concern at the last graded inspection, years since",
    "single_best": "whichever one figure ordered the training schools best",
    "points": "one point for each figure in the worst quarter, all alike",
    "logistic": "logistic regression with squared penalty on all features",
    "additive": "boosted trees of one feature each, rising or falling only as declared; no interactions",
    "free_school_meals": "what the intake alone would say",
    "with_intake": "shows what using intake and size as drivers would change",
}


_DECISIONS = """\
### 3 Decision making and human oversight

**Integration into the process.** The list is where a conversation begins. An adviser reads the three layers, adds what
the tool cannot know, and sets the category.

**What is shown.** Probability in words with a 90% interval, rank as a range (80%), the share of figures known, each
reason with value, cohort, England's and similar schools' figures, source and date; always the two strongest reasons
that speak for the school; what the score cannot know; the smallest change that would move it; and why it moved since
the last list, apart from changes of definition. Contributions sum to the score.

**Frequency and scale.** A list for each new build; terms begin on 1 September, 1 January and 1 April. {to_fill_in}

**Human review and automation bias.** People follow a score that they have seen. Set the category *before* looking at
the score for some schools each term, and compare; write down why a list was not followed; once a year hold adviser,
model, and adviser with model against what came. Five to ten in a hundred light-touch visits should go to schools drawn
by lot outside the first fifth (Savi and others 2021): nothing else finds what published data cannot see.

**Required training.** Reading an interval, a rank range and a base rate; this card; what *cannot tell* means.
{to_fill_in}

**Appeals and review: how to contest.** A school may see its own page with every reason, and answer. A wrong figure is
corrected at its publisher; until then the adviser notes it and sets the category without it. A reason that is right and
beside the point is answered in the same way. No decision with legal effect may rest on the list. Whom to write to, and
by when there is an answer: {to_fill_in}

**What the score cannot know.**

{not_known}
"""


def decisions(tables: Tables) -> Iterator[str]:
    """Section 3: how decisions are made, and by whom."""
    yield _DECISIONS.format(to_fill_in=TO_FILL_IN, not_known="\n".join(f"- {one}" for one in _not_known(tables)))


def _not_known(tables: Tables) -> list[str]:
    runs = tables["risk_run"].to_dicts() if "risk_run" in tables else []
    return next((row["not_known"] for row in runs if row.get("not_known")), list(NOT_KNOWN))
