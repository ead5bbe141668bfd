"""Forecasts put in service, and lists of past days: with models that take no time, on a real build of little."""

import csv
import datetime
import io
import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import polars
import pytest

from pipelines import build, checks, derive, guard, scoring, warehouse
from pipelines.__main__ import main
from pipelines.errors import BuildRefused, PipelineError
from pipelines.risk import tables
from pipelines.settings import Settings

DAY = datetime.date(2024, 9, 1)


class FakeRun:
    """In the place of `pipelines.risk.run`: remembers what it was asked."""

    def __init__(self) -> None:
        self.code = "a"
        self.day = DAY
        self.states = ("listed", "cannot tell", "rules only")
        self.forecasters = {"primary": "a forecaster"}
        self.trained: list[tuple[datetime.date, bool]] = []
        self.previous: list[str | None] = []
        self.wrong: dict[str, polars.DataFrame | None] = {}
        self.Trained = SimpleNamespace

    def default_day(self, query) -> datetime.date:
        assert query("select count(*) as n from core.school")["n"][0] == 2
        return self.day

    def fingerprint(self, query) -> str:
        return self.code

    def train(self, query, until, *, tested=True, progress=None) -> SimpleNamespace:
        self.trained.append((until, tested))
        la_code = query("select la_code from core.build where la_code = ?", ["865"])["la_code"][0]
        reasons = (
            {} if self.forecasters else {"primary": "only 3 graded inspections of primary schools are in the files"}
        )
        return SimpleNamespace(
            until=until,
            fingerprint=self.code,
            run=f"{until:%Y%m%d}-{la_code}-{self.code}",
            forecasters=self.forecasters,
            reasons=reasons,
        )

    def tables(self, query, trained, as_of, previous=None) -> dict[str, polars.DataFrame]:
        self.previous.append(previous.run if previous else None)
        frames = {name: polars.DataFrame(schema=dict(table.columns)) for name, table in tables.TABLES.items()}
        about = {"run": trained.run, "model": "primary", "as_of": as_of, "trained_until": trained.until}
        if trained.forecasters:
            about |= {"candidate": "additive", "candidate_label": "boosted curves", "why_chosen": "the best"}
            about |= {"inspections": 1234, "concerns": 99, "first_year": 2016, "last_year": 2024}
        about |= {"reason": trained.reasons.get("primary")}
        frames["risk_run"] = tables.complete("risk_run", polars.DataFrame([about]))
        listed = [{"urn": 100000 + n, "as_of": as_of, "state": state} for n, state in enumerate(self.states)]
        frames["school_risk"] = tables.complete("school_risk", polars.DataFrame(listed))
        for name, frame in self.wrong.items():
            if frame is None:
                del frames[name]
            else:
                frames[name] = frame
        return frames

    def forecasts(self, query, trained, as_of, la_code) -> polars.DataFrame:
        return polars.DataFrame(
            {
                "urn": [100000, 100001],
                "name": ['=HYPERLINK("x")', "St Mary's, North"],
                "la_code": [la_code or "every", "-1"],
                "rank": [-1, 2],
                "probability": [0.25, None],
            }
        )

    def save(self, trained, folder: Path) -> None:
        known = {**vars(trained), "until": trained.until.isoformat()}
        (folder / "model.json").write_text(json.dumps(known))

    def load(self, folder: Path) -> SimpleNamespace:
        known = json.loads((folder / "model.json").read_text())
        return SimpleNamespace(**known | {"until": datetime.date.fromisoformat(known["until"])})


@pytest.fixture(scope="module")
def one_build(tmp_path_factory) -> Path:
    """A folder with a build of two schools and an inspection each, with every table: copy it."""
    folder = tmp_path_factory.mktemp("scoring")
    version = "20240910-080000-865-1a2b3c4d"
    with warehouse.building(folder) as candidate:
        file = build.FileReport(file=1, path="a.csv", sha256="ab", bytes=1, status="ingested")
        derive.write_files(candidate, [file])
        derive.write_build(candidate, Settings(), {}, version)
        for urn, la_code in ((100000, "865"), (100001, "866")):
            candidate.run(
                f"insert into core.register_entry (file, urn, name, la_code, la_name) "
                f"values (1, {urn}, 'School', '{la_code}', 'Authority {la_code}')"
            )
            candidate.run(
                f"insert into core.inspection_report (file, urn, observed_urn, date, kind) "
                f"values (1, {urn}, {urn}, date '2010-03-0{la_code[-1]}', 'graded')"
            )
        derive.settle(candidate)
        derive.write_catalogue(candidate)
        derive.write_marts(candidate)
        warehouse.publish(candidate, folder, version)
    return folder


@pytest.fixture
def fake(monkeypatch) -> FakeRun:
    instead = FakeRun()
    monkeypatch.setattr(scoring, "run", instead)
    monkeypatch.setattr(scoring.card, "write", lambda frames, path, about: path.write_text("card"))
    monkeypatch.setattr(warehouse, "GRACE", 0.0)
    return instead


@pytest.fixture
def settings(one_build, tmp_path, fake) -> Settings:
    shutil.copytree(one_build, tmp_path / "curated")
    return Settings(raw=tmp_path, curated=tmp_path / "curated")


def served(settings: Settings) -> Path:
    return warehouse.current_build(settings.curated)


def models(settings: Settings) -> list[str]:
    return sorted(path.name for path in (settings.curated / "risk").iterdir())


def rebuilt(settings: Settings, stamp: str) -> None:
    """The same build made again at another time: without a list."""
    version = f"{stamp}-865-1a2b3c4d"
    with warehouse.extending(settings.curated) as candidate:
        for name in tables.TABLES:
            candidate.run(f"drop table if exists mart.{name}")
        moment = datetime.datetime.strptime(stamp, "%Y%m%d-%H%M%S")
        candidate.run("update core.build set version = ?, built_at = ?", [version, moment])
        warehouse.publish(candidate, settings.curated, version)


# --- score -------------------------------------------------------------------------------------------------------


def test_a_score_puts_every_table_in_service(settings, fake):
    before = served(settings)
    scored = scoring.score(settings)
    assert scored.path == served(settings) != before
    assert not before.exists()
    with warehouse.reading(scored.path) as query:
        for name, table in tables.TABLES.items():
            assert query(f"select * from mart.{name}").columns == list(table.columns)
        assert query("select state from mart.school_risk order by urn")["state"].to_list() == list(fake.states)
        assert query("select version from mart.build")["version"][0] == scored.path.stem.removeprefix("schools-")
    assert scored.day == DAY
    assert scored.states == {"listed": 1, "cannot tell": 1, "rules only": 1}
    assert fake.trained == [(DAY, True)]
    assert scored.model.is_dir()
    assert models(settings) == ["20240901-865-a"]
    assert list(settings.curated.glob("building-*")) == []


def test_a_score_made_again_uses_the_saved_model(settings, fake):
    first, again = scoring.score(settings), scoring.score(settings)
    assert (first.was_kept, again.was_kept) == (False, True)
    assert len(fake.trained) == 1
    assert fake.previous == [None, None]
    assert again.path != first.path
    assert not first.path.exists()
    fake.states = ("rules only",)
    scoring.score(settings)
    assert again.path.exists()  # it has another list


@pytest.mark.parametrize(
    "change",
    [
        lambda fake, folder: setattr(fake, "code", "b"),
        lambda fake, folder: setattr(fake, "day", DAY + datetime.timedelta(days=1)),
        lambda fake, folder: (folder / "model.json").write_text("{"),
        lambda fake, folder: (folder / "model.json").unlink(),
        lambda fake, folder: (folder / "about.json").write_text("[]"),
        lambda fake, folder: (folder / "about.json").write_text('{"run": 1'),
        lambda fake, folder: (folder / "about.json").write_text('{"lists": []}'),
        lambda fake, folder: (folder / "about.json").unlink(),
    ],
)
def test_a_model_of_other_code_or_files_or_a_damaged_one_is_trained_again(settings, fake, change):
    model = scoring.score(settings).model
    change(fake, model)
    assert not scoring.score(settings).was_kept
    assert len(fake.trained) == 2
    assert scoring.score(settings).was_kept


def test_the_list_is_compared_with_that_of_an_earlier_build_or_day(settings, fake):
    scoring.score(settings)
    fake.code = "b"
    scoring.score(settings)
    assert fake.previous[-1] is None, "the same build scored anew by other code is no earlier list"
    rebuilt(settings, "20241010-080000")
    fake.code, fake.day = "c", datetime.date(2024, 10, 1)
    scoring.score(settings)
    assert fake.previous[-1] == "20240901-865-b", "the last list of the build before"
    rebuilt(settings, "20241110-080000")
    scoring.score(settings)
    assert fake.previous[-1] == "20240901-865-b", "the same model is not compared with itself"
    warehouse.point_to(settings.curated, sorted(settings.curated.glob("schools-*"))[0].name)
    fake.code = "d"
    fake.day = DAY
    scoring.score(settings)
    assert fake.previous[-1] is None, "a list of a later day is not the one before"


def test_models_that_no_longer_fit_are_said_and_not_compared_with(settings, fake, monkeypatch):
    scoring.score(settings)
    rebuilt(settings, "20241010-080000")
    fake.code = "b"
    made = fake.tables

    def of_another_shape(query, trained, as_of, previous=None):
        if previous is not None:
            raise AttributeError("'Forecaster' object has no attribute 'drift'")
        return made(query, trained, as_of, previous)

    monkeypatch.setattr(fake, "tables", of_another_shape)
    assert "not compared" in scoring.score(settings).note


def test_the_last_five_models_of_lists_stay_and_of_past_days(settings, fake):
    for number in range(7):
        fake.code = f"list{number}"
        scoring.score(settings)
        scoring.forecast(settings, datetime.date(2018, 9, 1 + number))
    kept = models(settings)
    assert [name for name in kept if name.startswith("2024")] == [f"20240901-865-list{n}" for n in range(2, 7)]
    assert len([name for name in kept if name.startswith("2018")]) == 5


@pytest.mark.parametrize(
    ("name", "frame", "said"),
    [
        ("school_risk_move", None, "mart.school_risk_move is missing"),
        ("school_rank", polars.DataFrame({"urn": [1]}), "mart.school_rank is not declared"),
        ("risk_run", polars.DataFrame({"run": ["x"]}), "mart.risk_run.model is missing"),
        (
            "school_risk_move",
            tables.complete("school_risk_move", polars.DataFrame()).cast({"places": polars.Int64}),
            "mart.school_risk_move.places is Int64, not Int32",
        ),
        (
            "school_risk_move",
            tables.complete("school_risk_move", polars.DataFrame()).with_columns(polars.lit(1).alias("x")),
            "mart.school_risk_move.x is not declared",
        ),
        (
            "school_risk_move",
            tables.complete("school_risk_move", polars.DataFrame()).select(
                reversed(tables.TABLES["school_risk_move"].columns)
            ),
            "another order",
        ),
    ],
)
def test_a_table_that_is_not_as_declared_stops_the_score(settings, fake, name, frame, said):
    before = served(settings)
    fake.wrong = {name: frame}
    with pytest.raises(PipelineError, match=said) as refusal:
        scoring.score(settings)
    assert "fault of the program" in refusal.value.next_step
    assert served(settings) == before


def test_a_build_put_in_service_while_models_are_trained_is_not_given_its_scores(settings, fake, monkeypatch):
    train = fake.train

    def meanwhile(*given, **named):
        rebuilt(settings, "20241010-080000")
        return train(*given, **named)

    monkeypatch.setattr(fake, "train", meanwhile)
    with pytest.raises(BuildRefused, match="another build"):
        scoring.score(settings)
    assert served(settings).name.startswith("schools-20241010-080000")
    assert not warehouse.holds(served(settings), "mart.school_risk")


def test_a_failing_training_leaves_nothing(settings, fake, monkeypatch):
    before = served(settings)
    monkeypatch.setattr(fake, "train", lambda *given, **named: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        scoring.score(settings)
    assert served(settings) == before
    assert sorted(path.name for path in settings.curated.iterdir()) == [".lock", "current", before.name]


def test_a_model_half_saved_is_not_there(settings, fake, monkeypatch):
    def half(trained, folder):
        (folder / "model.json").write_text("{")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(fake, "save", half)
    with pytest.raises(PipelineError, match=r"could not be saved \(No space left on device\)"):
        scoring.score(settings)
    assert models(settings) == []
    assert not warehouse.holds(served(settings), "mart.school_risk")


def test_too_few_inspections_are_said_and_the_tables_written(settings, fake, capsys):
    fake.forecasters, fake.states = {}, ("cannot tell", "rules only")
    scored = scoring.score(settings)
    assert warehouse.holds(scored.path, "mart.school_risk")
    scoring.summary(scored)
    said = capsys.readouterr().err
    assert "No list of primary schools: only 3 graded inspections" in said
    assert "1 cannot tell, 1 rules only" in said


def test_what_is_said_at_the_end(settings, fake, capsys):
    assert main(["score", "--raw", str(settings.raw), "--curated", str(settings.curated)]) == 0
    said = capsys.readouterr().err
    for part in ("as of 1 September 2024", "boosted curves", "1,234", "1 listed", "Now served", "risk/20240901-865-a"):
        assert part in said


def test_without_a_build_or_with_one_of_another_shape_the_error_is_clear(settings, fake, monkeypatch):
    monkeypatch.setattr(fake, "default_day", lambda query: query("select nothing from core.nowhere"))
    with pytest.raises(PipelineError, match=r"does not hold what forecasts are made from.*make build"):
        scoring.score(settings)
    (settings.curated / "current").unlink()
    with pytest.raises(PipelineError, match="no build yet"):
        scoring.score(settings)


def test_checks_hold_with_the_list_and_without(settings, fake):
    def found() -> tuple[dict, dict]:
        with warehouse.open_build(served(settings)) as connection:
            return (
                {one.name: one.failed for one in checks.contradictions(connection)},
                {name: (rows, checksum) for name, rows, checksum in checks.table_checksums(connection)},
            )

    before, sums_before = found()
    fake.states = ("rules only",)
    scoring.score(settings)
    scored, sums_scored = found()
    assert set(scored) > set(before)
    assert {name: failed for name, failed in scored.items() if name in before} == before
    assert sums_scored.items() > sums_before.items()
    assert "mart.school_risk" in sums_scored
    assert not {"mart.risk_run", "mart.school_risk_move"} & set(sums_scored)
    scoring.score(settings)
    assert found()[1] == sums_scored


def test_a_contradiction_in_the_list_is_found(settings, fake):
    fake.states = ("listed",)  # without a place or a probability
    scoring.score(settings)
    with warehouse.open_build(served(settings)) as connection:
        failed = [one.name for one in checks.contradictions(connection) if one.failed]
    assert failed == ["a school has a place and a probability exactly where it is listed"]


# --- build after score ---------------------------------------------------------------------------------------------


def test_a_build_after_a_score_is_not_refused(settings, fake):
    scoring.score(settings)
    again = build.FileReport(file=1, path="a.csv", sha256="cd", bytes=1, status="ingested")
    with warehouse.extending(settings.curated) as candidate:
        for name in tables.TABLES:
            candidate.run(f"drop table mart.{name}")
        guard.refuse_to_harm(candidate, [again], Settings(curated=settings.curated))
        candidate.run("delete from core.inspection_report")  # what the guard is for is still refused
        with pytest.raises(BuildRefused, match="inspection_report"):
            guard.refuse_to_harm(candidate, [again], Settings(curated=settings.curated))


@pytest.mark.parametrize("was_scored", [True, False])
def test_a_build_after_a_score_says_that_the_list_is_gone(settings, monkeypatch, capsys, was_scored):
    if was_scored:
        scoring.score(settings)
    monkeypatch.setattr(build, "with_sample", lambda given, write: given)
    monkeypatch.setattr(build, "build", lambda given, progress: rebuilt(settings, "20241010-080000"))
    monkeypatch.setattr("pipelines.report.summary", lambda result: None)
    assert main(["build", "--raw", str(settings.raw), "--curated", str(settings.curated)]) == 0
    assert ("run `make score` for the list" in capsys.readouterr().out) == was_scored


# --- the list of a past day ------------------------------------------------------------------------------------------


def command(settings: Settings, *words: str) -> int:
    return main(["score", "--raw", str(settings.raw), "--curated", str(settings.curated), *words])


def test_the_list_of_a_past_day_is_printed_and_nothing_published(settings, fake, capsys):
    before = served(settings)
    assert command(settings, "--as-of", "2018-09-01") == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["name"] for row in rows] == ['\'=HYPERLINK("x")', "St Mary's, North"]
    assert [row["la_code"] for row in rows] == ["865", "'-1"]
    assert [row["rank"] for row in rows] == ["-1", "2"]
    assert fake.trained == [(datetime.date(2018, 9, 1), False)]
    assert served(settings) == before
    assert sorted(path.name for path in settings.curated.iterdir()) == [".lock", "current", "risk", before.name]


@pytest.mark.parametrize(("code", "shown"), [("866", "866"), ("all", "every")])
def test_of_another_authority_or_of_all_into_a_file(settings, fake, tmp_path, capsys, code, shown):
    out = tmp_path / "list.csv"
    words = ("--as-of", "2018-09-01", "--la", code, "--train-until", "2017-09-01", "--out", str(out))
    assert command(settings, *words) == 0
    assert capsys.readouterr().out == ""
    assert out.read_text().splitlines()[1].endswith(f",{shown},-1,0.25")
    assert fake.trained == [(datetime.date(2017, 9, 1), False)]


def test_a_saved_model_is_used_again_but_a_list_in_service_needs_one_that_was_tested(settings, fake):
    scoring.forecast(settings, DAY)
    scoring.forecast(settings, DAY, "866")
    assert fake.trained == [(DAY, False)]
    scoring.score(settings)
    assert fake.trained == [(DAY, False), (DAY, True)]
    scoring.forecast(settings, DAY)
    assert len(fake.trained) == 2


def test_a_list_that_cannot_be_saved_is_still_made(settings, fake, monkeypatch):
    def full(trained, folder):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(fake, "save", full)
    made = scoring.forecast(settings, DAY)
    assert made.rows.height == 2
    assert "could not be saved" in made.notes[0]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--as-of", "1 September"), "is not a day"),
        (("--as-of", ""), "is not a day"),
        (("--as-of", "2018-02-30"), "is not a day"),
        (("--as-of", "2018-09-01", "--train-until", "soon"), "--train-until"),
        (("--as-of", "2040-01-01"), "nothing can be known of 2040-01-01 yet"),
        (("--as-of", "1999-09-01"), "no inspection was known on 1999-09-01"),
        (("--as-of", "2018-09-01", "--train-until", "1999-09-01"), "--train-until; the first"),
        (("--as-of", "2018-09-01", "--train-until", "2018-09-02"), "look ahead"),
        (("--as-of", "2011-09-01"), "the first list that models learn from is of 2011-09-01"),
        (("--as-of", "2018-09-01", "--train-until", "2011-01-01"), "nothing can be learnt from what was known by 2011"),
        (("--as-of", "2018-09-01", "--la", "123"), "'123' is no authority"),
        (("--as-of", "2018-09-01", "--la", "Wiltshire"), "'Wiltshire' is no authority"),
        (("--as-of", "2018-09-01", "--out", "/nowhere/at/all.csv"), "cannot be written there"),
        (("--la", "866"), "--as-of"),
        (("--out", "list.csv", "--train-until", "2018-09-01"), "--train-until, --out"),
    ],
)
def test_what_cannot_be_meant_is_one_clear_error(settings, fake, capsys, words, said):
    before = served(settings)
    assert command(settings, *words) == 1
    problem = capsys.readouterr().err.strip()
    assert problem.startswith("Error: ")
    assert said in problem
    assert "\n" not in problem
    assert problem.count(" · ") >= 2
    assert fake.trained == []
    assert served(settings) == before


def test_a_day_with_too_few_inspections_is_an_error(settings, fake, capsys):
    fake.forecasters = {}
    assert command(settings, "--as-of", "2012-09-01") == 1
    assert "no list can be made: only 3 graded inspections" in capsys.readouterr().err
    assert not (settings.curated / "risk").exists()
