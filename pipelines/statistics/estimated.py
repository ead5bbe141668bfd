"""Which measures are estimated, and where the spread of single pupils' scores comes from for each."""

from dataclasses import dataclass

from pipelines.statistics.intervals import PROGRESS_8_SIGMA


@dataclass(frozen=True, kw_only=True)
class Estimated:
    """A measure that is estimated: a share of pupils, or a mean score of theirs.

    Attributes:
        measure: key of the catalogue.
        cohort: measure that counts the pupils, for files that print no cohort beside the result.
        is_share: whether it is a percentage of pupils.
        by_group: whether disadvantaged and other pupils are estimated too.
        spread_from: how the standard deviation of pupils' scores is found: `limits` (published limits) or `changes`
            (from year to year, by size of cohort), else `declared`.
        declared_spread: taken where the data do not tell it; None: no interval then.
        source, verified: of the declared spread.
    """

    measure: str
    cohort: str
    is_share: bool = True
    by_group: bool = True
    spread_from: str = "declared"
    declared_spread: float | None = None
    source: str = ""
    verified: bool = True


def _shares(cohort: str, *measures: str, by_group: bool = True) -> list[Estimated]:
    return [Estimated(measure=measure, cohort=cohort, by_group=by_group) for measure in measures]


def _scores(
    cohort: str, spread_from: str, source: str, *, verified: bool, by_group: bool = True, **spreads: float | None
) -> list[Estimated]:
    return [
        Estimated(
            measure=measure,
            cohort=cohort,
            is_share=False,
            by_group=by_group,
            spread_from=spread_from,
            declared_spread=declared,
            source=source,
            verified=verified,
        )
        for measure, declared in spreads.items()
    ]


ESTIMATED: tuple[Estimated, ...] = (
    *_shares("key_stage_2_pupils", "reading_writing_maths_expected", "reading_writing_maths_higher"),
    *_scores(
        "key_stage_2_pupils",
        "limits",
        "RISK.md section 2, from memory",
        verified=False,
        reading_progress=6.2,
        writing_progress=5.9,
        maths_progress=5.6,
    ),
    *_scores(
        "key_stage_2_pupils",
        "changes",
        "none: no interval where the data do not tell it",
        verified=True,
        by_group=False,
        reading_scaled_score=None,
        maths_scaled_score=None,
        grammar_scaled_score=None,
    ),
    *_shares("key_stage_2_pupils_in_level_years", "english_maths_level_4", "reading_writing_maths_level_4"),
    *_shares(
        "key_stage_2_pupils_in_level_years",
        "reading_writing_maths_level_5",
        "english_two_levels_progress",
        "reading_two_levels_progress",
        "writing_two_levels_progress",
        "maths_two_levels_progress",
        by_group=False,
    ),
    *_scores(
        "key_stage_4_pupils",
        "limits",
        "RISK.md oracle O4: limits of 2022/23",
        verified=True,
        progress_8=PROGRESS_8_SIGMA,
    ),
    *_scores(
        "key_stage_4_pupils",
        "declared",
        "attainment_8: RISK.md section 1 (b); ebacc_points: a tenth of it, for one of the ten slots",
        verified=False,
        attainment_8=14.5,
        ebacc_points=1.45,
    ),
    *_shares("key_stage_4_pupils", "english_maths_grade_4", "english_maths_grade_5"),
    *_shares("key_stage_4_pupils", "english_maths_a_star_to_c", "five_a_star_to_c_with_english_maths", by_group=False),
)
"""Every measure of the table, with where the spread of single pupils comes from."""

PUPIL_SPREADS: dict[str, float] = {
    each.measure: each.declared_spread for each in ESTIMATED if each.declared_spread is not None
}
"""Measure → standard deviation of pupils' scores, where the data do not tell it."""
