"""While the database is away people are told so once, in their thread; then all is taken up."""

from __future__ import annotations

import asyncio
from collections.abc import Generator, MutableMapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from database_outage import DatabaseOutage, full_disk, stopped_server
from discord_story import shown
from discord_story import story as discord_story
from slack_stage import written
from slack_story import open_story
from slack_story_thread import StoryThread
from structlog.testing import capture_logs

from bot.chat.outage_notice import WORDS
from runtime import AgentManager
from runtime.testing.model import Line

Logs = Sequence[MutableMapping[str, Any]]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def outage(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[DatabaseOutage]:
    with full_disk(tmp_path) if request.param == "sqlite" else stopped_server() as made:
        yield made


def one_line_each(logs: Logs) -> None:
    """Of the outage, however many met it and however long it was: the lock is a part of it."""
    ending = "the connection to Discord is closed"  # what was still read when the service ended
    loud = [
        log["event"]
        for log in logs
        if log["log_level"] in ("warning", "error") and log.get("why") != ending
    ]
    assert loud[1:] == ["database.back"], loud
    assert loud[0] in ("database.away", "lock.lost")


def ends(manager: AgentManager) -> asyncio.Event:
    """Set when the service knows that it is over."""
    over = asyncio.Event()
    manager.service.outage.follow(lambda address: None, over.set)
    return over


def told(thread: StoryThread) -> int:
    return sum(WORDS in written(message) for message in thread.ours)


async def test_a_first_mention_in_slack(tmp_path: Path, outage: DatabaseOutage) -> None:
    with capture_logs() as logs:
        async with open_story(tmp_path, [Line(text="Hello.")], url=outage.url) as story:
            over = ends(story.manager)
            await outage.begin()
            thread = await story.mention("hi")
            await thread.until(lambda: told(thread))
            other = await story.mention("there")
            await other.until(lambda: told(other))
            await outage.end()
            await thread.until(lambda: thread.is_over)
            await other.until(lambda: other.is_over)
            assert thread.answer == other.answer == "Hello."
            assert told(thread) == told(other) == 1
            thread.standing()
            await over.wait()
    one_line_each(logs)


async def test_a_task_that_runs_in_slack(tmp_path: Path, outage: DatabaseOutage) -> None:
    script = [Line(text="Hello."), Line(text="Hello.")]
    async with open_story(tmp_path, script, url=outage.url) as story:
        go_on = story.model.hold(0, 0)
        thread = await story.mention("hi")
        await thread.until(lambda: story.model.asked)
        await outage.begin()
        go_on.set()
        await thread.until(lambda: told(thread))
        await outage.end()
        await thread.until(lambda: thread.is_over)
        assert told(thread) == 1


async def test_a_first_mention_in_discord(tmp_path: Path, outage: DatabaseOutage) -> None:
    with capture_logs() as logs:
        async with discord_story(tmp_path, Line(text="Hello."), url=outage.url) as there:
            assert there.manager
            over = ends(there.manager)
            await outage.begin()
            asked = there.call("hi")
            thread = await there.thread(asked)
            await there.stands(thread, WORDS)
            await outage.end()
            await there.stands(thread, "Hello.")
            said = [shown(message) for message in there.discord.said(thread)]
            assert sum(WORDS in words for words in said) == 1
            await over.wait()
    one_line_each(logs)
