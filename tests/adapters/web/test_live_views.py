"""LiveViews: what one viewer after the other sees of a session whose journal cannot be read."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest
from web_house import PATIENCE, open_web_house, web_door

from adapters.ports.inbound import Reply
from adapters.web.context import SessionStatus
from adapters.web.live_view import LiveView, LiveViews
from adapters.web.metrics import Metrics
from runtime.errors import JournalUnavailable
from runtime.ids import Address, SessionId, session_id

ADDRESS = Address(platform="web", thread="t")


async def followed(stage: LiveView) -> None:
    """Until it ends."""
    async with asyncio.timeout(PATIENCE):
        while True:
            fresh = stage.fresh
            stage.check()
            await fresh.wait()


async def test_who_comes_later_is_told_too(tmp_path: Path) -> None:
    """The stage of a viewer that has not noticed yet would never change again."""
    broken = asyncio.Event()
    async with open_web_house(tmp_path) as service:
        context = web_door(service, tmp_path)

        async def standing(session: SessionId) -> SessionStatus:
            if broken.is_set():
                raise JournalUnavailable("The disk is gone.")
            return await context.standing(session)

        stages = LiveViews(replace(context, standing=standing), Metrics())
        async with aclosing(stages.watch(session_id(ADDRESS))) as first:
            stage = await anext(first)
            broken.set()
            await context.receive(Reply(ADDRESS, context.person, "m1", "Hi"))
            with pytest.raises(JournalUnavailable):
                await followed(stage)
            async with aclosing(stages.watch(session_id(ADDRESS))) as second:
                with pytest.raises(JournalUnavailable, match="disk is gone"):
                    await anext(second)
