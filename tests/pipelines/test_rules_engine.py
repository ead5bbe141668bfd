"""The engine on a few made-up schools: what is below, what is not, what cannot be judged, with the figures in sight."""

import polars
import pytest

from pipelines.rules import RULES
from pipelines.rules.engine import evaluate, judge
from pipelines.rules.facts import FACT, Facts, with_sigma
from pipelines.rules.limits import fit_sigma, sigma_for
from pipelines.rules.vocabulary import All, Any, Arm, AtLeast, Citation, Not

TRUE, FALSE, UNKNOWN = True, False, None
SCHOOL = {
    "urn": 900001,
    "is_ours": True,
    "phase": "primary",
    "kind": None,
    "ended_year": None,
    "first_year": None,
    "last_year": None,
    "is_closed": False,
}
SCHEMA = {
    "urn": polars.Int32,
    "is_ours": polars.Boolean,
    "phase": polars.String,
    "kind": polars.String,
    "ended_year": polars.Int32,
    "first_year": polars.Int32,
    "last_year": polars.Int32,
    "is_closed": polars.Boolean,
}


def facts_of(*rows: tuple) -> Facts:
    """Facts from (measure, year, value or reason, further columns)."""
    made = []
    for measure, year, value, *more in rows:
        others = more[0] if more else {}
        known = None if isinstance(value, str) else value
        made.append(
            {
                "urn": 900001,
                "observed_urn": others.get("urn", 900001),
                "via": "own",
                "year": year,
                "measure": measure,
                "value": known,
                "why": value if isinstance(value, str) else None,
                "file_id": 7,
                "row": 12,
                **others,
            }
        )
    facts = Facts()
    facts.add(polars.DataFrame([{name: row.get(name) for name in FACT} for row in made], schema=FACT))
    return with_sigma(facts)


def judged(key: str, year: int, facts: Facts, **school) -> dict:
    """The one row of the school 900001."""
    schools = polars.DataFrame([SCHOOL | school], schema=SCHEMA)
    (row,) = judge(RULES[key], year, facts, schools).to_dicts()
    return row


def key_stage_2(
    year=2016, *, rwm=60.0, pupils=30.0, reading=0.0, writing=0.0, maths=0.0, limits=None, more=()
) -> Facts:
    """Results of one school; `limits` are the printed upper limits of reading, writing and maths."""
    scores = {"reading_progress": reading, "writing_progress": writing, "maths_progress": maths}
    return facts_of(
        ("key_stage_2_pupils", year, pupils),
        ("reading_writing_maths_expected", year, rwm, {"n": pupils}),
        *(
            (name, year, score, {"n": pupils} | ({"lower": -20.0, "upper": upper} if limits else {}))
            for (name, score), upper in zip(scores.items(), limits or (None,) * 3, strict=True)
        ),
        *more,
    )


class TestFloorAtKeyStage2:
    """Oracle O9 and the edge cases of the standard."""

    def test_64_and_reading_minus_5_1_is_below(self):
        row = judged("ks2_floor", 2016, key_stage_2(rwm=64.0, reading=-5.1, limits=(-3.0, 1.0, 1.0)))
        assert row["outcome"] == "below"
        assert row["reason"] == (
            "reading, writing and maths at the expected standard 64% is below 65%; "
            "progress in reading −5.1 is below −5; upper limit of progress in reading −3.0 is below 0"
        )

    def test_65_is_not_below_whatever_the_progress(self):
        unknown = key_stage_2(rwm=65.0, reading="hidden", writing="hidden", maths="hidden")
        awful = key_stage_2(rwm=65.0, reading=-12.0, writing=-12.0, maths=-12.0, limits=(-9.0, -9.0, -9.0))
        for facts in (unknown, awful):
            assert judged("ks2_floor", 2016, facts)["outcome"] == "not_below"

    def test_60_with_progress_just_above_all_three_is_not_below(self):
        facts = key_stage_2(rwm=60.0, reading=-4.9, writing=-6.9, maths=-4.9, limits=(-2.0, -2.0, -2.0))
        assert judged("ks2_floor", 2016, facts)["outcome"] == "not_below"

    @pytest.mark.parametrize(("writing", "outcome"), [(-7.0, "not_below"), (-7.1, "below")])
    def test_a_score_at_the_threshold_is_not_below_it(self, writing, outcome):
        assert judged("ks2_floor", 2016, key_stage_2(writing=writing, limits=(1.0, -4.0, 1.0)))["outcome"] == outcome

    def test_one_low_subject_must_also_be_significantly_below_average(self):
        assert judged("ks2_floor", 2016, key_stage_2(maths=-5.4, limits=(1.0, 1.0, 0.1)))["outcome"] == "not_below"
        assert judged("ks2_floor", 2016, key_stage_2(maths=-5.4, limits=(1.0, 1.0, -0.1)))["outcome"] == "below"

    def test_two_low_subjects_need_not_be(self):
        facts = key_stage_2(maths=-5.4, reading=-5.2, limits=(0.4, 1.0, 0.1))
        assert judged("ks2_floor", 2016, facts)["outcome"] == "below"

    def test_ten_pupils_are_one_too_few(self):
        row = judged("ks2_floor", 2016, key_stage_2(rwm=20.0, pupils=10.0, maths=-9.0, limits=(-1.0, -1.0, -1.0)))
        assert (row["outcome"], row["reason"]) == ("cannot_be_judged", "10 pupils, below the minimum of 11")
        assert judged("ks2_floor", 2016, key_stage_2(pupils=11.0))["outcome"] == "not_below"

    def test_fewer_than_half_counted_cannot_be_judged(self):
        facts = key_stage_2(reading=-9.0, more=(("reading_progress_coverage", 2016, 49.0),))
        row = judged("ks2_floor", 2016, facts)
        assert row["reason"] == "49% of pupils counted, below the minimum of 50%"
        low = judged("ks2_floor", 2016, key_stage_2(reading="fewer than half of the pupils could be counted"))
        assert low["reason"] == "progress in reading: fewer than half of the pupils could be counted"

    def test_an_unknown_arm_that_could_decide_leaves_it_open(self):
        row = judged("ks2_floor", 2016, key_stage_2(maths="hidden by the publisher"))
        assert (row["outcome"], row["reason"]) == ("cannot_be_judged", "progress in maths: hidden by the publisher")

    def test_special_closed_and_infant_schools_are_left_out(self):
        facts = key_stage_2(maths=-9.0, limits=(0.0, 0.0, -5.0))
        assert "special" in judged("ks2_floor", 2016, facts, kind="special")["reason"]
        assert "infant" in judged("ks2_floor", 2016, facts, kind="infant")["reason"]
        assert "replaced by an academy" in judged("ks2_floor", 2016, facts, ended_year=2016)["reason"]
        assert judged("ks2_floor", 2016, facts, ended_year=2017)["outcome"] == "below"

    def test_by_how_many_pupils(self):
        """30 pupils: 57% is 17; printed 65% needs 64.5% or more, 20 of 30 (19 would print 63%): three short."""
        row = judged("ks2_floor", 2016, key_stage_2(rwm=57.0, maths=-6.0, limits=(1.0, 1.0, -2.0)))
        assert (row["outcome"], row["pupils_short"]) == ("below", 3)
        spare = judged("ks2_floor", 2016, key_stage_2(rwm=67.0, maths=-6.0, limits=(1.0, 1.0, -2.0)))
        assert (spare["outcome"], spare["pupils_to_spare"]) == ("not_below", 1)
        safe = judged("ks2_floor", 2016, key_stage_2(rwm=67.0, limits=(1.0, 1.0, 1.0)))
        assert safe["pupils_to_spare"] is None, "with that progress the share does not matter"

    def test_levels_need_all_the_medians(self):
        """2013/14: 60% under 65%, but reading at 95% is above the median of 94%: not below."""

        def year(reading):
            return facts_of(
                ("key_stage_2_pupils_in_level_years", 2014, 20.0),
                ("reading_writing_maths_level_4", 2014, 60.0, {"n": 20.0}),
                ("reading_two_levels_progress", 2014, reading),
                ("writing_two_levels_progress", 2014, 95.0),
                ("maths_two_levels_progress", 2014, 85.0),
            )

        assert judged("ks2_floor", 2014, year(95.0))["outcome"] == "not_below"
        assert judged("ks2_floor", 2014, year(93.0))["outcome"] == "below"

    def test_2010_has_no_progress_arm(self):
        def year(share):
            return facts_of(
                ("key_stage_2_pupils_in_level_years", 2010, 30.0), ("english_maths_level_4", 2010, share, {"n": 30.0})
            )

        assert judged("ks2_floor", 2010, year(54.0))["outcome"] == "below"
        assert judged("ks2_floor", 2010, year(55.0))["outcome"] == "not_below"


class TestYears:
    """A rule outside its years is marked, or refused."""

    def test_it_is_notional_where_everything_it_compares_exists(self):
        row = judged("ks2_floor", 2019, key_stage_2(year=2019))
        assert (row["outcome"], row["notional"]) == ("not_below", True)
        assert judged("ks2_floor", 2018, key_stage_2(year=2018))["notional"] is False

    def test_it_is_refused_where_a_measure_does_not_exist_even_if_the_rest_would_decide(self):
        facts = facts_of(
            ("key_stage_2_pupils", 2025, 30.0),
            ("reading_writing_maths_expected", 2025, 90.0, {"n": 30.0}),
        )
        row = judged("ks2_floor", 2025, facts)
        assert (row["outcome"], row["notional"], row["arms"]) == ("cannot_be_judged", True, [])
        assert row["reason"].startswith("No progress was published for 2023/24 and 2024/25")
        assert row["reason"].endswith("ended in 2019")

    def test_there_were_no_tests_in_2020(self):
        assert "No key stage 2 tests were held" in judged("ks2_floor", 2020, key_stage_2(year=2020))["reason"]


class TestFloorAtKeyStage4:
    @pytest.mark.parametrize(
        ("score", "upper", "outcome"),
        [(-0.55, -0.2, "below"), (-0.55, 0.1, "not_below"), (-0.3, -0.1, "not_below"), (-0.5, -0.1, "not_below")],
    )
    def test_progress_8_and_its_upper_limit(self, score, upper, outcome):
        facts = facts_of(
            ("key_stage_4_pupils", 2017, 100.0),
            ("progress_8", 2017, score, {"n": 95.0, "lower": score * 2 - upper, "upper": upper}),
        )
        assert judged("ks4_floor", 2017, facts, phase="secondary")["outcome"] == outcome

    def test_six_pupils_are_enough(self):
        def of(pupils):
            row = ("progress_8", 2017, -2.0, {"n": pupils, "lower": -3.0, "upper": -1.0})
            return facts_of(("key_stage_4_pupils", 2017, pupils), row)

        assert judged("ks4_floor", 2017, of(6.0), phase="secondary")["outcome"] == "below"
        assert judged("ks4_floor", 2017, of(5.0), phase="secondary")["reason"] == "5 pupils, below the minimum of 6"

    def test_a_share_at_the_threshold_decides_without_progress(self):
        """2012/13: 40% with five A* to C is not below; 39% cannot be judged, for no file prints the progress."""

        def of(share):
            pupils = ("key_stage_4_pupils", 2013, 120.0)
            return facts_of(pupils, ("five_a_star_to_c_with_english_maths", 2013, share, {"n": 120.0}))

        assert judged("ks4_floor", 2013, of(40.0), phase="secondary")["outcome"] == "not_below"
        row = judged("ks4_floor", 2013, of(39.0), phase="secondary")
        assert row["outcome"] == "cannot_be_judged"
        assert "expected progress in English" in row["reason"]


class TestCoasting:
    def facts(self, last=-0.30) -> Facts:
        rows = []
        for year, score in ((2016, -0.40), (2017, -0.35), (2018, last)):
            rows += [
                ("key_stage_4_pupils", year, 150.0),
                ("progress_8", year, score, {"n": 145.0, "lower": score - 0.2, "upper": score + 0.2}),
            ]
        return facts_of(*rows)

    def test_three_years_must_all_be_below(self):
        assert judged("coasting_secondary", 2018, self.facts(), phase="secondary")["outcome"] == "below"
        assert judged("coasting_secondary", 2018, self.facts(last=-0.25), phase="secondary")["outcome"] == "not_below"

    def test_a_year_without_results_leaves_it_open(self):
        row = judged("coasting_secondary", 2017, self.facts(), phase="secondary")
        assert row["outcome"] == "cannot_be_judged"
        assert "in 2014/15: not in the files loaded" in row["reason"]

    def test_it_has_more_arms_than_the_floor(self):
        row = judged("coasting_secondary", 2018, self.facts(), phase="secondary")
        assert [(arm["year"], arm["limit"]) for arm in row["arms"]] == [
            (year, limit) for year in (2018, 2017, 2016) for limit in ("value", "upper")
        ]


class TestLimits:
    """Limits that a file does not print: from σ of the same measure, and only where they are sure."""

    def other_schools(self, sigma=1.25, year=2017) -> list[tuple]:
        rows = []
        for urn, pupils in enumerate((60, 80, 100, 120, 200, 250), start=900100):
            half = 1.96 * sigma / pupils**0.5
            more = {"urn": urn, "observed_urn": urn, "n": float(pupils), "lower": -half, "upper": half}
            rows.append(("progress_8", year, 0.0, more))
        return rows

    def test_sigma_is_half_the_width_times_the_root_of_n_over_1_96(self):
        limits = polars.DataFrame(
            {
                "measure": ["progress_8"] * 5,
                "year": [2017] * 5,
                "counted": [100.0] * 5,
                "lower": [-0.245] * 5,
                "upper": [0.245] * 5,
            }
        )
        assert fit_sigma(limits) == {("progress_8", 2017): pytest.approx(1.25)}
        assert sigma_for({("progress_8", 2017): 1.25, ("progress_8", 2019): 1.3}, "progress_8", 2018) == (1.25, 2017)

    def row(self, score: float, *, n: float | None, eligible: float) -> dict:
        more = {} if n is None else {"n": n}
        facts = facts_of(
            ("key_stage_4_pupils", 2017, eligible), ("progress_8", 2017, score, more), *self.other_schools()
        )
        return judged("ks4_floor", 2017, facts, phase="secondary")

    def test_a_computed_limit_says_so(self):
        row = self.row(-0.6, n=100.0, eligible=104.0)
        (arm,) = (arm for arm in row["arms"] if arm["limit"] == "upper")
        assert arm["limit_from"] == "computed"
        assert arm["upper"] == pytest.approx(-0.6 + 1.96 * 1.25 / 10)  # −0.355
        assert row["outcome"] == "below"

    def test_without_the_number_counted_it_is_decided_where_any_possible_number_gives_the_same(self):
        """σ 1.25: for −0.6 the limit is below 0 from 17 pupils on; of 60 eligible at least 30 count, of 20 only 10."""
        assert self.row(-0.6, n=None, eligible=60.0)["outcome"] == "below"
        unsure = self.row(-0.6, n=None, eligible=20.0)
        assert unsure["outcome"] == "cannot_be_judged"
        assert "depends on how many pupils the score counts" in unsure["reason"]
        assert self.row(-0.6, n=None, eligible=12.0)["outcome"] == "not_below"


def test_results_of_a_predecessor_are_judged_and_marked():
    facts = key_stage_2(maths=-6.0, limits=(1.0, 1.0, -2.0))
    facts.by = {
        key: frame.with_columns(observed_urn=900777, via=polars.lit("predecessor")) for key, frame in facts.by.items()
    }
    row = judged("ks2_floor", 2016, facts)
    assert (row["urn"], row["observed_urn"], row["via"], row["outcome"]) == (900001, 900777, "predecessor", "below")


def test_every_arm_tells_its_number_file_and_source():
    row = judged("ks2_floor", 2016, key_stage_2(maths=-5.4, limits=(1.0, 1.0, -3.2)))
    (arm,) = (arm for arm in row["arms"] if arm["measure"] == "maths_progress" and arm["limit"] == "upper")
    assert (arm["value"], arm["upper"], arm["limit_from"], arm["met"]) == (-5.4, -3.2, "published", True)
    assert (arm["file_id"], arm["row"], arm["threshold"], arm["verified"]) == (7, 12, 0.0, True)
    assert "2016" in arm["source"]


@pytest.mark.parametrize(
    ("test", "values", "expected"),
    [
        ("all", (TRUE, UNKNOWN), UNKNOWN),
        ("all", (FALSE, UNKNOWN), FALSE),
        ("any", (TRUE, UNKNOWN), TRUE),
        ("any", (FALSE, UNKNOWN), UNKNOWN),
        ("two", (TRUE, TRUE, UNKNOWN), TRUE),
        ("two", (TRUE, FALSE, UNKNOWN), UNKNOWN),
        ("two", (FALSE, FALSE, UNKNOWN), FALSE),
        ("not", (UNKNOWN,), UNKNOWN),
        ("not", (FALSE,), TRUE),
    ],
)
def test_logic_has_three_values(test, values, expected):
    source = Citation(title="a test", date="2026")
    arms = tuple(
        Arm(measure="progress_8", comparator="<", threshold=float(i), source=source) for i in range(len(values))
    )
    tree = {"all": All(arms), "any": Any(arms), "two": AtLeast(2, arms), "not": Not(arms[0])}[test]
    met = {arm: polars.lit(value, polars.Boolean) for arm, value in zip(arms, values, strict=True)}
    assert polars.select(evaluate(tree, met)).item() is expected
