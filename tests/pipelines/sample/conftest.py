"""The sample written once, and a reader of its files as rows of text."""

import csv
import io
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipelines.sample import write_sample


@dataclass(frozen=True)
class Sample:
    """The sample on disk: its folder, the paths in the order of writing, and how long that took."""

    folder: Path
    paths: list[Path]
    seconds: float

    def text(self, name: str) -> str:
        data = (self.folder / name).read_bytes()
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            return data.decode("cp1252")

    def header(self, name: str) -> list[str]:
        return next(csv.reader(io.StringIO(self.text(name))))

    def rows(self, name: str) -> list[dict[str, str]]:
        first, *rest = csv.reader(io.StringIO(self.text(name)))
        return [dict(zip(first, row, strict=False)) for row in rest]

    def row(self, name: str, urn: int) -> dict[str, str]:
        (found,) = [row for row in self.rows(name) if row.get("URN") == str(urn)]
        return found

    def names(self, pattern: str) -> list[str]:
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.glob(pattern))


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    folder = tmp_path_factory.mktemp("sample")
    began = time.monotonic()
    paths = write_sample(folder)
    return Sample(folder, paths, time.monotonic() - began)
