"""The lock is lost while its holder lives: one process writes in Slack at any time, and every run
ends well, once."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from crash_children import Child, Zygote
from lost_lock import lose
from postgres_server import postgres_server, start, stop
from slack_story_killing import Killing, killing

from runtime.errors import DatabaseBusy
from runtime.journal import exclusive

pytestmark = pytest.mark.crash

HALF = "1.4"  # of the answer: there the model waits


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


def lines(killed: Killing) -> list[str]:
    """What the first service logged of the outage; who meets it first calls it by its name."""
    began, over = "lock.lost", "database.back"
    log = killed.log(1).replace("database.away", began)
    return ["began"] * log.count(began) + ["over"] * log.count(over)


async def test_a_holder_that_was_stopped_and_replaced_ends(
    tmp_path: Path, slack_services: Zygote, url: str
) -> None:
    async with killing(tmp_path, slack_services, "answer") as killed:
        killed.on(url)
        old = await killed.start(HALF)
        thread = await killed.half_an_answer()
        await stopped(old, url)
        await lose(url)
        await killed.start()
        await killed.ends_well(thread)
        old.resume()
        assert await asyncio.to_thread(old.wait) == "1"
        await killed.ends_well(thread)
        assert lines(killed) == ["began"]
        assert "is served by" in killed.log(1)
        assert "segment.failed" not in killed.log(1) + killed.log(2)


async def test_a_holder_that_nobody_replaced_goes_on(
    tmp_path: Path, slack_services: Zygote, url: str
) -> None:
    async with killing(tmp_path, slack_services, "answer") as killed:
        killed.on(url)
        await killed.start(HALF)
        thread = await killed.half_an_answer()
        await lose(url)
        killed.go_on()
        await killed.ends_well(thread)
        with pytest.raises(DatabaseBusy):
            async with exclusive(url):
                pass
        assert lines(killed) == ["began", "over"]


@pytest.mark.postgres
async def test_a_server_that_is_started_again_is_served_again(
    tmp_path: Path, slack_services: Zygote
) -> None:
    with postgres_server() as server:
        async with killing(tmp_path, slack_services, "answer") as killed:
            killed.on(server)
            await killed.start(HALF)
            thread = await killed.half_an_answer()
            await asyncio.to_thread(stop, server)
            await asyncio.to_thread(start, server)
            killed.go_on()
            await killed.ends_well(thread)
