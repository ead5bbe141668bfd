"""The synthetic England has the width of the published tables and no real school."""

import csv

from pipelines.sample import write_england
from pipelines.sample.layouts import layout


def test_a_small_england_has_every_published_column(tmp_path):
    write_england(tmp_path, years=range(2018, 2020), schools=400)
    for stage in (2, 4):
        for year, edition in ((2018, "2017-18"), (2019, "2018-19")):
            path = tmp_path / f"ks{stage}" / edition / f"england_ks{stage}final.csv"
            with path.open(encoding="utf-8-sig", newline="") as file:
                header, *rows = csv.reader(file)
            assert tuple(header) == layout(stage, year).columns
            schools = [row for row in rows if row[0] in "12"]
            assert len(schools) == {2: 280, 4: 90}[stage]
            urn = header.index("URN")
            assert min(int(row[urn]) for row in schools) >= 910_001
    for source in ("census", "absence"):
        name = {"census": "england_census.csv", "absence": "england_abs.csv"}[source]
        text = (tmp_path / source / "2018-19" / name).read_text(encoding="utf-8-sig")
        assert text.count("\n") > 400
    assert (tmp_path / "manifest.toml").is_file()


def test_prior_years_repeat_what_those_years_said(tmp_path):
    write_england(tmp_path, years=range(2018, 2020), schools=200)

    def rows(edition: str) -> dict[str, dict[str, str]]:
        path = tmp_path / "ks2" / edition / "england_ks2final.csv"
        with path.open(encoding="utf-8-sig", newline="") as file:
            return {row["URN"]: row for row in csv.DictReader(file)}

    before, after = rows("2017-18"), rows("2018-19")
    same = [urn for urn in after if urn.strip() and after[urn]["PTRWM_EXP_18"] == before[urn]["PTRWM_EXP"]]
    assert len(same) == len([urn for urn in after if urn.strip()])
