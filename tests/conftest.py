"""Shared fixtures: a fictional build, the sample's build, Chromium, a server in this process."""

import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect
from werkzeug.serving import make_server

sys.path.append(str(Path(__file__).parent / "dashboard"))  # so that every folder can import fictional_build

CHROMIUM = "/usr/bin/chromium"
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)


@pytest.fixture(scope="session")
def curated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one build of a fictional authority, as `create_app` takes it."""
    from fictional_build import write_build

    folder = tmp_path_factory.mktemp("curated")
    write_build(folder)
    return folder


@pytest.fixture(scope="session")
def sample_raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample authority's files, written once: read them, never change them."""
    from pipelines.sample import write_sample

    folder = tmp_path_factory.mktemp("sample-raw")
    write_sample(folder)
    return folder


@pytest.fixture(scope="session")
def sample_curated(sample_raw: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a build of the sample authority, made once by the whole pipeline."""
    from pipelines.build import build
    from pipelines.sample import SAMPLE_LA_CODE
    from pipelines.settings import Settings

    folder = tmp_path_factory.mktemp("sample-curated")
    build(Settings(raw=sample_raw, curated=folder, la_code=SAMPLE_LA_CODE))
    return folder


@pytest.fixture(scope="session")
def scored_curated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sample authority's build and its list of schools to talk to first: read it, never change it.

    While developing, SCORED_SAMPLE names a folder that has one already, so that it is not made for each run.
    """
    import os
    import shutil

    from pipelines.sample import SAMPLE_LA_CODE
    from pipelines.scoring import score
    from pipelines.settings import Settings

    if os.environ.get("SCORED_SAMPLE") and not os.environ.get("CI"):
        return Path(os.environ["SCORED_SAMPLE"])
    folder = tmp_path_factory.mktemp("scored-curated")
    shutil.copytree(request.getfixturevalue("sample_curated"), folder, dirs_exist_ok=True)
    score(Settings(raw=folder, curated=folder, la_code=SAMPLE_LA_CODE))
    return folder


@pytest.fixture(scope="session")
def scored_site(scored_curated: Path, serve: Callable[[object], str]) -> str:
    """The address of the pages on the scored sample, for the scenarios."""
    from dashboard.app import create_app

    return serve(create_app(scored_curated).server)


@pytest.fixture(scope="session")
def sample_build(sample_curated: Path) -> Path:
    """The DuckDB file of the sample authority's build."""
    from pipelines.warehouse import current_build

    return current_build(sample_curated)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict:
    expect.set_options(timeout=20_000)  # a loaded machine is slow, not wrong
    return {"executable_path": CHROMIUM, "args": QUIET.split()}


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[[object], str]]:
    """Serve a WSGI application from this process on a free port; returns its address."""
    running = []

    def start(application: object) -> str:
        server = make_server("127.0.0.1", 0, application, threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        running.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server, thread in running:
        server.shutdown()
        thread.join(5)
        server.server_close()
