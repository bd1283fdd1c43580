"""Worlds for the crash tests: SQLite by default, PostgreSQL where a test asks for it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Generator
from pathlib import Path

import pytest
from chat_server import ChatServer, serving
from crash_children import Zygote, zygote
from crash_spec import Spec
from crash_world import Outcome, World, fresh
from slack_story_killing import slack_zygote


@pytest.fixture(scope="session")
def ancestor() -> Generator[Zygote]:
    with zygote() as process:
        yield process


@pytest.fixture(scope="session")
def slack_services() -> Generator[Zygote]:
    with slack_zygote() as process:
        yield process


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/aether.db"
    found: str = request.getfixturevalue("postgres_database")
    return found


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory, ancestor: Zygote) -> Path:
    """A SQLite file with the newest schema and nothing in it: the children need not migrate."""
    folder = tmp_path_factory.mktemp("template")

    async def migrate() -> None:
        async with world(folder, fresh(folder, None), ancestor, ChatServer()).journal():
            pass

    asyncio.run(migrate())
    return folder / "aether.db"


def world(folder: Path, url: str, ancestor: Zygote, chat: ChatServer) -> World:
    spec = Spec(database_url=url, data_dir=folder, chat=(chat.host, chat.port), born=time.time())
    return World(ancestor, chat, spec)


@pytest.fixture
def chat() -> Generator[ChatServer]:
    with serving(ChatServer()) as server:
        yield server


@pytest.fixture
def sqlite_world(
    tmp_path: Path, empty_database: Path, ancestor: Zygote, chat: ChatServer
) -> Generator[World]:
    made = world(tmp_path, fresh(tmp_path, empty_database), ancestor, chat)
    yield made
    for child in made.children:
        child.end()


@pytest.fixture
def postgres_world(
    tmp_path: Path, postgres_database: str, ancestor: Zygote, chat: ChatServer
) -> Generator[World]:
    made = world(tmp_path, postgres_database, ancestor, chat)
    yield made
    for child in made.children:
        child.end()


@pytest.fixture(scope="session")
def reference(
    tmp_path_factory: pytest.TempPathFactory, empty_database: Path, ancestor: Zygote
) -> Outcome:
    """What comes of the reference run when nobody is killed."""
    folder = tmp_path_factory.mktemp("reference")
    with serving(ChatServer()) as chat:
        made = world(folder, fresh(folder, empty_database), ancestor, chat)
        made.start().done()
        return made.outcome()
