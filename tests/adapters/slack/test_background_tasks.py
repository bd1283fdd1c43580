"""BackgroundTasks: courtesy, which ends with the service."""

from __future__ import annotations

import asyncio

from adapters.slack.inbound.background_tasks import BackgroundTasks


async def test_one_that_never_began_ends_in_silence() -> None:
    """A coroutine that nobody awaits is a warning, and warnings are errors."""
    begun: list[str] = []

    async def errand() -> None:
        begun.append("note")

    background = BackgroundTasks()
    background.send("note", errand())
    await background.aclose()
    await asyncio.sleep(0)
    assert begun == []


async def test_what_breaks_one_ends_no_other() -> None:
    done = asyncio.Event()

    async def broken() -> None:
        raise ZeroDivisionError

    async def told() -> None:
        done.set()

    background = BackgroundTasks()
    background.send("home", broken())
    background.send("note", told())
    async with asyncio.timeout(60):
        await done.wait()
    await background.aclose()
