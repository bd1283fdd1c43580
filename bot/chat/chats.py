"""The chat platforms at work: what they are given of the house, and their connections."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from adapters.inbound import Accepted, Inbound, Mention, Receipt, Refused, Reply
from adapters.platforms import Front
from bot.chat.audience import audience
from bot.chat.away import Away
from bot.chat.earlier import Beginning
from bot.chat.first_sign import FirstSign
from bot.chat.heard import Heard
from bot.chat.keep import keeper
from bot.chat.missed import Missed
from bot.chat.platforms import Platforms
from bot.chat.reading import ThreadReader
from bot.chat.supervise import supervise
from bot.desk import Desk
from bot.house import House
from runtime.errors import JournalUnavailable
from runtime.ids import session_id
from runtime.journal import FileArtifacts


@asynccontextmanager
async def chatting(house: House, platforms: Platforms, grace: float) -> AsyncGenerator[Front]:
    """Connected while the block runs, and until running steps ended, which get `grace` seconds.
    Raises Misconfigured, in a group, where a platform refuses its token."""
    async with asyncio.TaskGroup() as tasks:
        front = _front(house, platforms, tasks)
        connections = [
            tasks.create_task(supervise(platform, front), name=platform.name)
            for platform in platforms.every
        ]
        yield front
        await house.manager.drain(grace)
        for connection in connections:
            connection.cancel()


def _front(house: House, platforms: Platforms, tasks: asyncio.TaskGroup) -> Front:
    journal, clock = house.manager.journal, platforms.clock
    outage = house.manager.house.outage
    reader = ThreadReader(platforms.surface, platforms.pacer)
    keep = keeper(platforms.surface, FileArtifacts(house.data_dir / "artifacts"))
    before, for_us = Beginning(journal, reader).before, audience(house.replies, house.judge)
    desk = Desk(house.sessions, clock, keep, before, platforms.workbench, for_us)
    sign, heard = FirstSign(platforms.surface, platforms.pacer), Heard()

    async def receive(inbound: Inbound) -> Receipt:
        if not platforms.serves(inbound.address):
            return Refused("This agent does not serve this place.")
        try:
            receipt = await desk.receive(inbound)
        except JournalUnavailable as error:
            outage.reported(error, inbound.address)
            raise
        if isinstance(receipt, Refused) and receipt.outdated:
            house.manager.redraw(session_id(inbound.address))
        if isinstance(inbound, Mention | Reply):
            heard.note(inbound)
            if isinstance(receipt, Accepted) and not receipt.aside:
                tasks.create_task(sign.show(inbound), name="first sign")
        return receipt

    missed = Missed(journal, reader, receive, heard, clock)
    away = Away(platforms.surface, outage, clock, tasks.create_task)

    def over() -> None:
        away.over()
        for platform in platforms.every:
            tasks.create_task(missed.take_up(platform.name), name="catch-up")

    outage.follow(away.hit, over)
    return Front(receive, missed.take_up, house.sessions, clock)
