"""A page is one file, and so is a measure: each is added to a copy of the program, and nothing else is touched."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = '''\
"""A page that was added by one file."""

from dash import html

from dashboard.components.page import head
from dashboard.pages import Page
from dashboard.queries import schools

PAGE = Page(path="/added-page", title="Added page", order=99)


def layout(**query: str) -> list:
    """The page."""
    return [head("Added page", f"{schools.schools().height} schools."), html.P("It has one file.")]
'''
MEASURE = '''\
"""A measure that was added by one file."""

from pipelines.measures.vocabulary import UNITS, Measure, Polarity, Published

MEASURES = (
    Measure(
        key="added_share",
        label="Added share",
        topic="Added topic",
        definition="Share of pupils whom one added file tells of.",
        origin=Published(source="absence", columns={"all": "ADDED_SHARE"}),
        unit=UNITS["rate"],
        polarity=Polarity.HIGH_IS_BETTER,
        years=(2011, None),
        axis=(0, 100),
        phases=("primary",),
        minimum_cohort=0,
        headline=True,
    ),
)
'''
PROGRAM = """\
import json, sys
from pathlib import Path
import dashboard, pipelines
from dashboard.app import create_app, surroundings, view
from dashboard.queries import explore
from pipelines.build import build
from pipelines.docs import write
from pipelines.measures import MEASURES
from pipelines.settings import Settings

here = Path(sys.argv[1])
said = {"program": str(Path(pipelines.__file__).resolve().parent.parent)}
said["in the catalogue"] = "added_share" in MEASURES
build(Settings(raw=here / "raw", curated=here / "curated", la_code="999"))
write(here / "docs")
said["docs"] = (here / "docs" / "measures.md").read_text(encoding="utf-8")
app = create_app(here / "curated")


def text(part):
    if isinstance(part, (list, tuple)):
        return " ".join(text(one) for one in part)
    return text(getattr(part, "children", None)) if hasattr(part, "to_plotly_json") else str(part or "")


with app.store.reading():
    said["navigation"] = text(surroundings("/added-page")["nav"])
    for name, (path, search) in {
        "page": ("/added-page", ""),
        "methods": ("/methods", ""),
        "menu": ("/explore", ""),
        "explore": ("/explore", "?who=900001&measure=added_share&rows=table"),
        "school": ("/school/900001", "?show=all"),
    }.items():
        said[name] = text(view(path, search)[1])
said["served"] = app.server.test_client().get("/added-page").status_code
print(json.dumps(said))
"""
REGISTER = """\
URN,LA (code),LA (name),EstablishmentNumber,EstablishmentName,TypeOfEstablishment (name),\
EstablishmentTypeGroup (name),EstablishmentStatus (name),OpenDate,CloseDate,PhaseOfEducation (name),\
StatutoryLowAge,StatutoryHighAge,Gender (name),SchoolCapacity,NumberOfPupils,PercentageFSM,Postcode
900001,999,Exemplar,2001,Brook Lane Primary School,Community school,\
Local authority maintained schools,Open,,,Primary,4,11,Mixed,210,198,12.5,ZZ1 1AA
"""
ABSENCE = """\
LA,ESTAB,URN,PERCTOT,PPERSABS10,ADDED_SHARE
999,2001,900001,5.1,6.3,61.5
"""


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict:
    """What a copy of the program with two more files says, after a build of one absence file with one more column."""
    folder = tmp_path_factory.mktemp("one-file-each")
    for package in ("pipelines", "dashboard"):
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    before = _files(folder)
    (folder / "dashboard" / "pages" / "added_page.py").write_text(PAGE, encoding="utf-8")
    (folder / "pipelines" / "measures" / "added_measure.py").write_text(MEASURE, encoding="utf-8")
    _write_raw(folder / "raw")
    (folder / "program.py").write_text(PROGRAM, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    ran = subprocess.run(
        [sys.executable, str(folder / "program.py"), str(folder)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    found = json.loads(ran.stdout.splitlines()[-1])
    assert found["program"] == str(folder.resolve()), "another program answered"
    assert all(_files(folder)[path] == content for path, content in before.items()), "another file was touched"
    return found


def _files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for package in ("pipelines", "dashboard")
        for path in (folder / package).rglob("*.py")
    }


def _write_raw(raw: Path) -> None:
    """A register and an absence file of one fictional school, with a column that no measure of the program reads."""
    for name, text in (("gias/2025-09-30/register.csv", REGISTER), ("absence/2024-25/absence.csv", ABSENCE)):
        path = raw / name
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")


def test_a_page_added_as_one_file_is_in_the_navigation_and_served(said: dict) -> None:
    assert "Added page" in said["navigation"]
    assert said["served"] == 200
    assert "1 schools." in said["page"]


def test_a_measure_added_as_one_file_is_built_documented_offered_and_shown(said: dict) -> None:
    assert said["in the catalogue"]
    definition = "Share of pupils whom one added file tells of."
    assert definition in said["docs"]
    assert definition in said["methods"]
    assert "Added share" in said["menu"]
    assert "61.5%" in said["explore"]
    assert "Added share" in said["school"]
    assert "61.5%" in said["school"]
