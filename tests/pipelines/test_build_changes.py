"""What a build says of the one before it: publications, figures, measures and schools that differ."""

from pathlib import Path

import polars as pl
import pytest

from pipelines import warehouse
from pipelines.build import build
from pipelines.settings import Settings

pytestmark = pytest.mark.slow

REGISTER = (
    "URN,LA (code),LA (name),EstablishmentNumber,EstablishmentName,TypeOfEstablishment (name),"
    "EstablishmentTypeGroup (name),EstablishmentStatus (name),OpenDate,CloseDate,PhaseOfEducation (name),"
    "StatutoryLowAge,StatutoryHighAge,Gender (name),SchoolCapacity,NumberOfPupils,PercentageFSM,Postcode\n"
)
SCHOOL = (
    "{urn},999,Exemplar,{estab},{name},Community school,Local authority maintained schools,{status},,{closed},Primary,"
    "4,11,Mixed,210,198,12.5,ZZ1 1AA\n"
)
ABSENCE = "LA,ESTAB,URN,PERCTOT,PPERSABS10\n"


def write(raw: Path, name: str, text: str) -> None:
    (raw / name).parent.mkdir(parents=True, exist_ok=True)
    (raw / name).write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def changes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple]]:
    """Kind → (what, before, after) of mart.build_change of a second build, and those of the first under 'first'."""
    folder = tmp_path_factory.mktemp("changes")
    raw, settings = folder / "raw", Settings(raw=folder / "raw", curated=folder / "curated", la_code="999")
    open_school = SCHOOL.format(urn=900001, estab=2001, name="Brook Lane School", status="Open", closed="")
    write(raw, "gias/2025-09-30/register.csv", REGISTER + open_school)
    write(raw, "absence/2023-24/absence.csv", ABSENCE + "999,2001,900001,5.1,6.3\n")
    first = _changes(build(settings).path)
    closed = SCHOOL.format(urn=900001, estab=2001, name="Brook Lane School", status="Closed", closed="31-08-2026")
    new = SCHOOL.format(urn=900002, estab=2002, name="Hale Academy", status="Open", closed="")
    write(raw, "gias/2026-09-30/register.csv", REGISTER + closed + new)
    write(raw, "absence/2024-25/absence.csv", ABSENCE + "999,2001,900001,4.9,6.0\n")
    second = _changes(build(settings).path)
    return {
        "first": first.rows(),
        **{kind: held.rows() for (kind,), held in second.group_by("kind")},
    }


def _changes(path: Path) -> pl.DataFrame:
    with warehouse.open_build(path) as connection:
        return connection.sql("select kind, what, before, after from mart.build_change order by all").pl()


def test_a_first_build_has_nothing_to_be_compared_with(changes: dict):
    assert changes["first"] == []


def test_a_new_edition_and_its_figures_are_named(changes: dict):
    editions = [row for row in changes["publication"] if "absence" in row[1]]
    assert editions == [("publication", "Pupil absence in schools, 2024-25", "", "final")]
    figures = [row for row in changes["figures"] if "absence" in row[1]]
    assert figures == [("figures", "Pupil absence in schools, 2024-25", "", "2 figures")]


def test_schools_that_closed_and_opened_are_named(changes: dict):
    assert changes["school"] == [
        ("school", "Brook Lane School (URN 900001)", "open", "closed"),
        ("school", "Hale Academy (URN 900002)", "", "open"),
    ]


def test_measures_that_did_not_change_are_not_named(changes: dict):
    assert "measure" not in changes
