"""Where the gap opens: what the section says and draws, and what it says where nobody can follow a cohort."""

import pytest
from test_pages import text_of, walk

from dashboard.components.cohort_chain import Chain, where_the_gap_opens
from dashboard.components.cohort_words import age_by_age, finding, together
from dashboard.figures.cohort_chain import Cohort, Step, cohort_chain
from dashboard.pages import cluster
from dashboard.queries import cohort_chain as chain_queries


def chain(kind: str, unit: str, *, has_own_file: bool = True, **changes) -> Chain:
    return Chain(
        **{
            "name": "Brackwater",
            "series": "cluster" if kind == "cluster" else "authority",
            "steps": chain_queries.steps(kind, unit).rows(named=True),
            "england": chain_queries.steps("england", "england").rows(named=True),
            "openings": chain_queries.openings(kind, unit).rows(named=True),
            "has_own_file": has_own_file,
            **changes,
        }
    )


def section(found: Chain, view: str = "chart"):
    return where_the_gap_opens(found, view=view, view_address=str, path="/cluster/x", kept={}, origins=[])


def test_the_sentence_names_the_ages_between_which_the_gap_opens(reading):
    said = text_of(section(chain("cluster", "brackwater")))
    assert "Most of the gap opens between seven and eleven" in said
    assert "The Year 6 of 2023 was 14 points behind at five, 13 at six, 17 at seven and 30 at eleven" in said
    assert "England’s disadvantaged children 17, 14, 18 and 22" in said
    assert "opens by 13 points between seven and eleven (2 to 24), more than chance; in England by 4" in said
    assert "nothing was assessed in 2020 and 2021 (the Year 6 of 2025 at six and seven)" in said
    assert "key stage 1 ended in 2023" in said


@pytest.mark.parametrize(
    ("whole", "shorter", "said"),
    [
        ({"change": -5, "lower": -12, "upper": 2}, None, "It cannot be told that the gap opens or narrows"),
        ({"change": -18, "lower": -26, "upper": -10}, None, "The gap opens by eleven; exactly when cannot be told"),
        (
            {"change": -18, "lower": -26, "upper": -10},
            {"change": -8, "lower": -15, "upper": -1},
            "The gap opens by eleven; exactly when cannot be told",
        ),
        (
            {"change": -18, "lower": -26, "upper": -10},
            {"change": -12, "lower": -26, "upper": 2},
            "The gap opens by eleven; exactly when cannot be told",
        ),
        (
            {"change": -18, "lower": -26, "upper": -10},
            {"change": -12, "lower": -20, "upper": -4},
            "Most of the gap opens between six and eleven",
        ),
        ({"change": 9, "lower": 2, "upper": 16}, None, "The gap narrows between five and eleven"),
        ({"change": -9, "lower": None, "upper": None}, None, "The gap is wider at eleven than at five"),
    ],
)
def test_a_stretch_is_named_only_beyond_chance_and_for_half_of_the_whole(whole, shorter, said):
    rows = [{"from_age": 5, "to_age": 11, "cohorts": "2023, 2024", "england_change": -5, **whole}]
    if shorter:
        rows.append({"from_age": 6, "to_age": 11, "cohorts": "2024", "england_change": -7, **shorter})
    assert finding(rows) == said
    assert len(said.split()) <= 10
    conclusion, _ = together(rows)
    assert (", more than chance" in conclusion) is (whole["lower"] is not None and whole["lower"] * whole["upper"] > 0)


def test_a_figure_from_all_children_is_hollow_apart_and_said(reading):
    found = chain("authority", "999", name="Exemplar", has_own_file=False)
    said = text_of(section(found))
    assert "Hollow, at six: behind all children" in said
    assert "20 points behind at five and 28 at eleven" in said
    assert "cannot be told: no numbers of children are printed" in said
    assert "Clusters cannot be followed like this yet" in said
    assert "assessments.csv" in said


def test_without_the_authority_s_file_a_cluster_says_what_is_missing_and_how_to_add_it(reading):
    said = text_of(section(chain("cluster", "greywether", has_own_file=False)))
    assert "not published for single schools" in said
    assert "docs/how-to/add-early-assessments.md" in said
    assert not [part for part in walk(section(chain("cluster", "greywether"))) if type(part).__name__ == "Graph"]


def test_the_table_has_every_step_with_children_interval_and_reason(reading):
    said = text_of(section(chain("cluster", "brackwater"), "table"))
    counted = ("−30", "(−39 to −21)", "37% of 100 children, 2023", "1 school not in it")
    for part in (*counted, "Not assessed", "Not yet: 2028"):
        assert part in said
    assert "England, Year 6 in 2023" in said


def test_no_line_is_solid_over_an_age_that_nobody_took():
    cohort = Cohort(
        series="cluster",
        label="Year 6 in 2024",
        role="main",
        steps=[Step(age=5, gap=-6), Step(age=6, gap=-8), Step(age=7, gap=None), Step(age=11, gap=-17)],
    )
    lines = [t for t in cohort_chain([cohort], (5, 6, 7, 11, 16), str)["data"] if t["mode"] == "lines"]
    assert [(line["x"], line["line"]["dash"]) for line in lines] == [([5, 6], "solid"), ([6, 11], "2px,4px")]


def test_a_level_and_an_ahead_gap_are_said_so():
    main = {5: {"gap": 0.2, "compared_with": "other"}, 11: {"gap": 3.4, "compared_with": "other"}}
    assert age_by_age(main, {}, 2024) == "The Year 6 of 2024 was level at five and 3 points ahead at eleven."


def test_the_cluster_s_page_has_the_section_and_its_file(reading):
    assert "Where the gap opens" in text_of(cluster.layout("brackwater"))
    saved = cluster.download("chain", "brackwater")
    assert {"cohort", "age", "gap", "status", "reason"} <= set(saved.frame.columns)
    assert set(saved.frame["unit_kind"]) == {"cluster", "england"}
