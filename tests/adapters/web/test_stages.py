"""Stages: what one viewer after the other sees of a session whose journal cannot be read."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest
from web_house import PATIENCE, open_web_house, web_door

from adapters.inbound import Reply
from adapters.web.door import Standing
from adapters.web.metrics import Metrics
from adapters.web.stages import Stage, Stages
from runtime.errors import JournalUnavailable
from runtime.ids import Address, SessionId, session_id

ADDRESS = Address(platform="web", thread="t")


async def followed(stage: Stage) -> None:
    """Until it ends."""
    async with asyncio.timeout(PATIENCE):
        while True:
            fresh = stage.fresh
            stage.check()
            await fresh.wait()


async def test_who_comes_later_is_told_too(tmp_path: Path) -> None:
    """The stage of a viewer that has not noticed yet would never change again."""
    broken = asyncio.Event()
    async with open_web_house(tmp_path) as house:
        door = web_door(house, tmp_path)

        async def standing(session: SessionId) -> Standing:
            if broken.is_set():
                raise JournalUnavailable("The disk is gone.")
            return await door.standing(session)

        stages = Stages(replace(door, standing=standing), Metrics())
        async with aclosing(stages.watch(session_id(ADDRESS))) as first:
            stage = await anext(first)
            broken.set()
            await door.receive(Reply(ADDRESS, door.person, "m1", "Hi"))
            with pytest.raises(JournalUnavailable):
                await followed(stage)
            async with aclosing(stages.watch(session_id(ADDRESS))) as second:
                with pytest.raises(JournalUnavailable, match="disk is gone"):
                    await anext(second)
