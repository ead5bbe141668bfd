"""What the pipeline's tests share: the folder of real files, and reading a file as a build would."""

import os
from dataclasses import dataclass
from pathlib import Path

import polars
import pytest

from pipelines.observations import FACT_SCHEMA, REJECT_SCHEMA
from pipelines.sources import identify
from pipelines.sources.publication import Recognised
from pipelines.sources.reading import open_raw
from pipelines.tables import TABLES

_ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def shared_raw() -> Path:
    """The folder of real published files: SHARED_DATA/raw, or ../shared/data/raw beside the repository.

    Skips where there is none, but not where CI is set, so that the tests on real files cannot go missing.
    """
    given = os.environ.get("SHARED_DATA")
    folder = Path(given) / "raw" if given else _ROOT.parent / "shared" / "data" / "raw"
    if given and not folder.is_dir():
        folder = Path(given)
    if not folder.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"no real files at {folder}: set SHARED_DATA")
        pytest.skip(f"no real files at {folder}")
    return folder


@pytest.fixture(scope="session")
def real_build(shared_raw: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The DuckDB file of a build of all the real files for Wiltshire, made once."""
    from pipelines.build import build
    from pipelines.settings import Settings

    return build(Settings(raw=shared_raw, curated=tmp_path_factory.mktemp("real"), la_code="865")).path


@dataclass(frozen=True)
class FileRead:
    """One file read to its end: what it is, its observations, tables, rejects and columns held back."""

    found: Recognised
    observations: polars.DataFrame
    tables: dict[str, polars.DataFrame]
    rejects: polars.DataFrame
    held_back: list[str]

    def rows(self, table: str, *columns: str) -> list[tuple]:
        """Rows of a table, some columns of it, as tuples."""
        return self.tables[table].select(columns).rows()

    def reasons(self) -> dict[str, int]:
        """Reason → number of rejects."""
        counts = self.rejects["reason"].value_counts().sort("reason")
        return dict(counts.rows())


def read_path(path: Path, name: str) -> FileRead:
    """Reads the one publication in a file, as a build does."""
    (found,) = identify(open_raw(path, name))
    parsed = found.source.parse(found)
    observations = polars.concat([polars.DataFrame(schema=FACT_SCHEMA), *parsed.observations])
    rejects = polars.concat([polars.DataFrame(schema=REJECT_SCHEMA), *parsed.rejects])
    return FileRead(found, observations, parsed.tables, rejects, list(parsed.held_back))


@pytest.fixture
def read_text(tmp_path):
    """Writes a small file in a publisher's layout and reads it: `read_text(name, text, encoding)`."""

    def read(name: str, text: str, encoding: str = "utf-8") -> FileRead:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode(encoding))
        return read_path(path, name)

    return read


@pytest.fixture
def read_raw(shared_raw):
    """Reads one of the real files by its path below the raw folder."""

    def read(name: str) -> FileRead:
        return read_path(shared_raw / name, name)

    return read


@pytest.fixture(scope="session")
def keep_the_contract():
    """Fails with the counts of broken rules unless every row of a table's frame keeps its contract."""

    def check(table: str, frame: polars.DataFrame) -> None:
        kinds = TABLES[table].create_empty().schema
        unknown = [name for name in frame.columns if name not in kinds]
        assert unknown == [], f"{table} has no column {unknown}"
        missing = [polars.lit(None).alias(name) for name in kinds if name not in frame.columns]
        whole = frame.with_columns(missing).with_columns(polars.lit(1).alias("file"))
        whole = whole.select(polars.col(name).cast(kind) for name, kind in kinds.items())
        _, failure = TABLES[table].filter(whole)
        assert failure.counts() == {}

    return check
