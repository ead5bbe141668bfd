"""The store opened on the fictional build, and the application on top of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.app import create_app
from dashboard.db import Build, Store


@pytest.fixture(scope="session")
def store(curated: Path) -> Store:
    return Store(curated)


@pytest.fixture
def reading(store: Store) -> Iterator[Build]:
    with store.reading() as build:
        yield build


@pytest.fixture(scope="session")
def application(curated: Path):
    return create_app(curated)


@pytest.fixture
def client(application):
    return application.server.test_client()
