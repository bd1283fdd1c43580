"""SIGKILL of the whole service while it works in Discord: the next process goes on in the same
messages, nothing stands there twice, and what people did meanwhile counts, once."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import discord_story_child
import pytest
from discord_clock import Still
from discord_story import Story, environ_of, is_answer, shown
from discord_story_child import ANSWER
from held_model import HeldModel

from adapters.simulators.discord.channel import Channel
from adapters.simulators.discord.faults import Dropped, Fault, Unanswered
from adapters.simulators.discord.message import Message
from adapters.simulators.discord.simulator import twin
from runtime.clock import SystemClock
from runtime.engine import LocalEngine
from runtime.events import MessageReceived
from runtime.journal import FileArtifacts, SqlJournal

pytestmark = pytest.mark.crash

_ROOT = Path(__file__).parents[2]
_OTHERS = ("AETHER_", "OPENAI_", "ANTHROPIC_", "SLACK_", "DISCORD_")


@asynccontextmanager
async def world(folder: Path) -> AsyncGenerator[Story]:
    async with twin(Still()) as discord:
        yield Story(discord, folder, HeldModel(()))


@asynccontextmanager
async def process(there: Story, play: str, end: str = "yes") -> AsyncGenerator[Process]:
    """The service, connected; killed at the end of the block, and gone after it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OTHERS)}
    paths = os.pathsep.join(map(str, (_ROOT, _ROOT / "tests" / "stubs")))
    own = {"PYTHONPATH": paths, "FOLDER": str(there.folder), "PLAY": play, "END": end}
    child = await asyncio.create_subprocess_exec(
        sys.executable, discord_story_child.__file__, env=kept | environ_of(there.discord) | own
    )
    try:
        await there.until(lambda: there.discord.hub.connected or child.returncode is not None)
        assert child.returncode is None, "it ended by itself"
        yield child
    finally:
        if child.returncode is None:
            child.kill()
        await child.wait()
        await there.until(lambda: not there.discord.hub.connected)


async def test_killed_at_work_while_waiting_and_after_a_post(tmp_path: Path) -> None:
    async with world(tmp_path) as there:
        async with process(there, "work", end=""):
            thread = await there.thread(there.call("clean up"))
            card = await there.stands(thread, "compiling")
        async with process(there, "work"):
            gate, _ = await there.control(thread, "Approve")
        steering = there.discord.say(there.ann, thread, "Spare the docs.")
        there.discord.fail("send", Unanswered())
        async with process(there, "work"):
            await there.until(lambda: steering.reactions)  # read before the end, or a second task
            await there.press(there.ann, thread, "Approve")
            await there.until(lambda: _lost(there, "send"))
        async with process(there, "work"):
            await _ends_exact(there, thread, [card, gate])
        assert await _heard(tmp_path) == ["clean up", "Spare the docs."], "taken up once"


@pytest.mark.parametrize("fault", [Unanswered(), Dropped()], ids=["arrived", "lost"])
async def test_killed_during_an_upload(tmp_path: Path, fault: Fault) -> None:
    async with world(tmp_path) as there:
        async with process(there, "file", end=""):
            thread = await there.thread(there.call("make a file"))
            card = await there.stands(thread, "compiling")
        there.discord.fail("send", fault)  # the file: nothing else is posted before it
        async with process(there, "file"):
            await there.until(lambda: _lost(there, "send"))
        async with process(there, "file"):
            await there.until(lambda: there.answers(thread) == ANSWER and there.is_done(thread))
        said = there.discord.said(thread)
        files = [file.data for message in said for file in message.body.attachments]
        assert files == [b"42\n"]
        assert card in said
        assert len(said) == 3, "the card, the file and the answer, once each"


def _lost(there: Story, bucket: str) -> bool:
    """Whether the answer of the call that was to go wrong is lost."""
    waiting = there.discord.front.faults.waiting.get(bucket)
    return not waiting and any(call.status == 0 for call in there.discord.calls)


async def _ends_exact(there: Story, thread: Channel, earlier: list[Message]) -> None:
    await there.until(lambda: there.answers(thread) == ANSWER and there.is_done(thread))
    *first, answer = there.discord.said(thread)
    assert first == earlier, "the same messages go on"
    assert is_answer(answer)
    assert "Done" in shown(earlier[0])
    assert "Approved" in shown(earlier[1])


async def _heard(folder: Path) -> list[str]:
    """What people said, as it is on the record."""
    clock = SystemClock()
    opening = SqlJournal.open(
        f"sqlite:///{folder / 'aether.db'}",
        clock=clock,
        artifacts=FileArtifacts(folder / "artifacts"),
        wake=LocalEngine(clock).wake,
        published=lambda session, entries: None,
    )
    async with opening as journal:
        (row,) = await journal.sessions(2)
        facts = [entry.fact for entry in await journal.read(row.session_id)]
    return [fact.text for fact in facts if isinstance(fact, MessageReceived)]
