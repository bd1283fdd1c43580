"""A platform that fails is connected again; a wrong token at the start ends the service."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from chat_service import PATIENCE, ChatHouse, MemoryPlatform
from structlog.testing import capture_logs

from adapters.ports.chat_platform import InboundContext
from bot.chat.supervise import supervise
from runtime.errors import Misconfigured
from runtime.testing.clock import ManualClock
from runtime.testing.model import Line

WRONG = Misconfigured("slack.bot_token is refused (invalid_auth): copy it again")


class Impatient(ManualClock):
    """Every wait is over at once, and the time passes."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.advance(seconds)
        await asyncio.sleep(0)


@asynccontextmanager
async def supervised(platform: MemoryPlatform, service: ChatHouse) -> AsyncGenerator[Impatient]:
    """Until it is connected, by a clock of its own."""
    clock = Impatient()

    async def nothing(name: str) -> None: ...

    context = InboundContext(service.context.receive, nothing, service.context.sessions, clock)
    platform.connected.clear()
    serving = asyncio.ensure_future(supervise(platform, context))
    connected = asyncio.ensure_future(platform.connected.wait())
    try:
        async with asyncio.timeout(PATIENCE):
            await asyncio.wait((serving, connected), return_when=asyncio.FIRST_COMPLETED)
        if serving.done():
            serving.result()
        yield clock
    finally:
        connected.cancel()
        serving.cancel()
        await asyncio.gather(serving, connected, return_exceptions=True)


async def test_what_fails_is_tried_again_later_each_time(tmp_path: Path) -> None:
    service = ChatHouse(tmp_path, [Line(text="x")])
    async with service.open():
        troubles: list[Exception] = [OSError("no route"), ValueError("a bug"), OSError("again")]
        platform = MemoryPlatform(service.surface, troubles=troubles)
        with capture_logs() as logs:
            async with supervised(platform, service) as clock:
                assert clock.waits == [1.0, 2.0, 4.0]
        assert [entry["event"] for entry in logs] == ["platform.failed"] * 3


async def test_a_wrong_token_at_the_start_ends_the_service(tmp_path: Path) -> None:
    service = ChatHouse(tmp_path, [Line(text="x")])
    service.platform.troubles.append(WRONG)
    with pytest.raises(ExceptionGroup) as failed:
        async with service.open():
            pass
    assert failed.value.subgroup(lambda error: error is WRONG) is not None


async def test_a_token_that_is_revoked_later_leaves_the_others_alone(tmp_path: Path) -> None:
    service = ChatHouse(tmp_path, [Line(text="x")])
    async with service.open():
        many: list[Exception] = [OSError("down")] * 7
        platform = MemoryPlatform(service.surface, troubles=[*many, WRONG])
        with capture_logs() as logs:
            async with supervised(platform, service) as clock:
                assert sum(clock.waits[:7]) > 60
                assert max(clock.waits) == 60.0
        assert logs[-1]["event"] == "platform.refused"
