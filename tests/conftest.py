"""What every test may ask for, a real PostgreSQL that lives as long as the test session; and the
same examples of properties on every machine, however slow it is."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from hypothesis import settings
from postgres_server import fresh_database, postgres_server

settings.load_profile("ci")  # no deadline of 200 ms, no new seed in each run

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """SQLAlchemy URL of a throw-away server's own database; one server per xdist worker."""
    with postgres_server() as url:
        yield url


@pytest.fixture
def postgres_database(postgres_url: str) -> Iterator[str]:
    """SQLAlchemy URL of a fresh, empty database."""
    with fresh_database(postgres_url, f"test_{next(_numbers)}") as url:
        yield url
