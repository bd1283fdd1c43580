"""The bot's side of a measurement, inside a fresh process: composed as `bot up` does it, but with a
sandbox that costs nothing, because only the bot is measured."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from processes import only_errors

from bot.composition import parts_of, read_settings, sandbox_of
from bot.models import model_of
from runtime import AgentManager
from runtime.clock import SystemClock
from runtime.events import MessageReceived
from runtime.fairness import Capacity
from runtime.ids import Actor, Address, SessionId, session_id
from runtime.testing.sandbox import FakeSandbox

PERSON = Actor(id="ada", name="Ada")


@asynccontextmanager
async def open_bot(folder: Path, model_url: str) -> AsyncGenerator[AgentManager]:
    """The manager of a bot that thinks with the server at `model_url`."""
    only_errors()
    os.environ |= {
        "AETHER_DATA_DIR": str(folder),
        "AETHER_MODEL": "openai:stub",
        "OPENAI_BASE_URL": f"{model_url}/v1",
    }
    settings, clock = read_settings(), SystemClock()
    sandbox = sandbox_of(settings, clock)
    dependencies = parts_of(settings, await model_of(settings), sandbox, clock)
    try:
        async with AgentManager(
            replace(dependencies, sandbox=FakeSandbox(), runs=Capacity())
        ) as manager:
            yield manager
    finally:
        sandbox.close()


async def say(manager: AgentManager, thread: str, text: str) -> SessionId:
    """A person's words in a session of that name."""
    address = Address(platform="terminal", thread=thread)
    said = MessageReceived(actor=PERSON, text=text, message_id=f"{thread}.{text}")
    await manager.sessions.tell(address, (said,))
    return session_id(address)


async def run(manager: AgentManager, thread: str, text: str) -> None:
    """A whole task, watched as a chat platform watches it: always the newest view."""
    feed = await manager.sessions.view(await say(manager, thread, text))
    try:
        while True:
            view = await feed.changed()
            if view.run is not None and view.run.outcome is not None:
                assert view.run.outcome.value == "done", view.run.reason
                return
    finally:
        await feed.aclose()


async def parked(manager: AgentManager, sessions: list[SessionId]) -> None:
    """Return when all of them wait for people."""
    for session in sessions:
        while await _awake(manager, session):  # noqa: ASYNC110 -- going to sleep is no event
            await asyncio.sleep(0.02)


async def _awake(manager: AgentManager, session: SessionId) -> bool:
    row = await manager.service.journal.session(session)
    return row is None or row.awake
