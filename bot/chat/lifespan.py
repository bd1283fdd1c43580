"""The chat platforms at work: what they are given of the service, and their connections."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial

from adapters.ports.chat_platform import InboundContext
from adapters.ports.inbound import Accepted, Edited, Inbound, Mention, Receipt, Refused, Reply
from bot.chat.acknowledgement import Acknowledgement
from bot.chat.attachments import attachment_store
from bot.chat.audience import audience
from bot.chat.catch_up import CatchUp
from bot.chat.outage_notice import Away
from bot.chat.platforms import Platforms
from bot.chat.seen import Seen
from bot.chat.supervise import supervise
from bot.chat.thread_history import Beginning
from bot.chat.thread_reader import ThreadReader
from bot.router import InboundRouter
from bot.service import Service
from runtime.errors import JournalUnavailable
from runtime.ids import session_id
from runtime.journal import FileArtifacts
from runtime.view import ThreadView


@asynccontextmanager
async def chatting(
    service: Service, platforms: Platforms, grace: float
) -> AsyncGenerator[InboundContext]:
    """Connected while the block runs, and until running steps ended, which get `grace` seconds.
    Raises Misconfigured, in a group, where a platform refuses its token."""
    async with asyncio.TaskGroup() as tasks:
        context = _front(service, platforms, tasks)
        connections = [
            tasks.create_task(supervise(platform, context), name=platform.name)
            for platform in platforms.every
        ]
        yield context
        await service.manager.drain(grace)
        for connection in connections:
            connection.cancel()


def _front(service: Service, platforms: Platforms, tasks: asyncio.TaskGroup) -> InboundContext:
    journal, clock = service.manager.journal, platforms.clock
    outage = service.manager.service.outage
    reader = ThreadReader(platforms.surface, platforms.pacer)
    router = _router(service, platforms, reader)
    sign, heard = Acknowledgement(platforms.surface, platforms.pacer), Seen()

    async def receive(inbound: Inbound) -> Receipt:
        if not platforms.serves(inbound.address):
            return Refused("This agent does not serve this place.")
        try:
            receipt = await router.receive(inbound)
        except JournalUnavailable as error:
            outage.reported(error, inbound.address)
            raise
        if isinstance(receipt, Refused) and receipt.outdated:
            service.manager.redraw(session_id(inbound.address))
        said = inbound.said if isinstance(inbound, Edited) else inbound
        if isinstance(said, Mention | Reply):
            heard.note(said)
            if isinstance(receipt, Accepted) and not receipt.aside:
                tasks.create_task(sign.show(said), name="first sign")
        return receipt

    missed = CatchUp(journal, reader, receive, heard, clock)
    away = Away(platforms.surface, outage, clock, tasks.create_task)

    def over() -> None:
        away.over()
        for platform in platforms.every:
            tasks.create_task(missed.take_up(platform.name), name="catch-up")

    outage.follow(away.hit, over)
    return InboundContext(receive, missed.take_up, service.sessions, clock)


def _router(service: Service, platforms: Platforms, reader: ThreadReader) -> InboundRouter:
    return InboundRouter(
        service.sessions,
        platforms.clock,
        attachment_store(platforms.surface, FileArtifacts(service.data_dir / "artifacts")),
        Beginning(service.manager.journal, reader).before,
        platforms.workbench,
        partial(_for_us, service),
        stops_deleted=service.threads.deleted == "stop",
        settings=service.settings,
    )


async def _for_us(service: Service, said: Mention | Reply, view: ThreadView) -> bool:
    return await audience(service.replies(said.address), service.judge)(said, view)
