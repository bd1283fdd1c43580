"""The lock is lost while its holder lives: one process writes in Slack at any time, and every run
ends well, once."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
from collections.abc import Generator
from contextlib import closing
from pathlib import Path

import pytest
from crash_children import Child, Zygote
from lost_lock import lose
from postgres_server import postgres_server, start, stop
from slack_story_child import ANSWER
from slack_story_killing import Killing, killing, slack_zygote
from slack_story_thread import StoryThread, key_of

from runtime.errors import DatabaseBusy
from runtime.journal import exclusive

pytestmark = pytest.mark.crash

HALF = "1.4"  # of the answer: there the model waits


@pytest.fixture(scope="module")
def services() -> Generator[Zygote]:
    with slack_zygote() as process:
        yield process


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/aether.db"
    found: str = request.getfixturevalue("postgres_database")
    return found


def on(killed: Killing, url: str) -> None:
    killed.spec = killed.spec.model_copy(update={"database_url": url})


async def half_an_answer(killed: Killing) -> StoryThread:
    thread = await killed.mention()
    await thread.until(lambda: "line 20" in thread.answer)
    return thread


async def ends_well(thread: StoryThread) -> None:
    await thread.answered(ANSWER)
    await thread.until(lambda: "Done" in thread.shown("run"))
    kinds = [key_of(message).partition(":")[0] for message in thread.ours]
    kinds = sorted(kind for kind in kinds if kind != "outage")  # that it was away is told, too
    assert kinds == ["answer", "run"], "nothing stands twice"


async def stopped(child: Child, url: str) -> None:
    """Not in the middle of a transaction: on SQLite nobody could write until it goes on."""
    while True:
        os.kill(child.pid, signal.SIGSTOP)
        assert await asyncio.to_thread(child.wait) == "stopped"
        if can_be_written(url):
            return
        child.resume()


def can_be_written(url: str) -> bool:
    if not url.startswith("sqlite"):
        return True  # whoever loses the lock there loses its transactions too
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"), timeout=0)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
    return True


def said(killed: Killing, child: int) -> str:
    return (killed.spec.data_dir / f"child-{child}.log").read_text()


async def test_a_holder_that_was_stopped_and_replaced_ends(
    tmp_path: Path, services: Zygote, url: str
) -> None:
    async with killing(tmp_path, services, "answer") as killed:
        on(killed, url)
        old = await killed.start(HALF)
        thread = await half_an_answer(killed)
        await stopped(old, url)
        await lose(url)
        await killed.start()
        await ends_well(thread)
        old.resume()
        assert await asyncio.to_thread(old.wait) == "1"
        await ends_well(thread)
        assert said(killed, 1).count("lock.lost") == 1
        assert "is served by" in said(killed, 1)
        assert "segment.failed" not in said(killed, 1) + said(killed, 2)


async def test_a_holder_that_nobody_replaced_goes_on(
    tmp_path: Path, services: Zygote, url: str
) -> None:
    async with killing(tmp_path, services, "answer") as killed:
        on(killed, url)
        await killed.start(HALF)
        thread = await half_an_answer(killed)
        await lose(url)
        killed.go_on()
        await ends_well(thread)
        with pytest.raises(DatabaseBusy):
            async with exclusive(url):
                pass
        assert said(killed, 1).count("lock.lost") == said(killed, 1).count("lock.taken_again") == 1


@pytest.mark.postgres
async def test_a_server_that_is_started_again_is_served_again(
    tmp_path: Path, services: Zygote
) -> None:
    with postgres_server() as server:
        async with killing(tmp_path, services, "answer") as killed:
            on(killed, server)
            await killed.start(HALF)
            thread = await half_an_answer(killed)
            await asyncio.to_thread(stop, server)
            await asyncio.to_thread(start, server)
            killed.go_on()
            await ends_well(thread)
