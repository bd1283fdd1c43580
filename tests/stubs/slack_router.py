"""The Slack platform against a local Slack, with a desk that only writes down what it is given."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from aiohttp import web
from slack_clock import SlowClock
from web_house import open_web_house

from adapters.ports.chat_platform import InboundContext
from adapters.ports.inbound import Accepted, Attachment, Inbound, Mention, Receipt
from adapters.simulators.slack.registration import Registration
from adapters.simulators.slack.simulator import Simulator, simulator
from adapters.slack.connection import SlackPlatform
from adapters.slack.settings import SlackSettings
from bot.router import InboundRouter
from runtime.clock import SystemClock
from runtime.errors import JournalUnavailable
from runtime.events import FileRef, MessageReceived
from runtime.ids import Address
from runtime.ports import Clock, Installations, Sessions
from runtime.testing.model import Line

PATIENCE = 120.0  # seconds until a test gives up
UNAVAILABLE = JournalUnavailable("the disk is full")


@dataclass
class FakeRouter:
    """Writes mentions down where sessions are, so that their threads become ours. `answers` come
    first, then everything is accepted."""

    sessions: Sessions
    note: Callable[[], None]
    got: list[Inbound] = field(default_factory=list[Inbound])
    answers: list[Receipt | Exception] = field(default_factory=list[Receipt | Exception])
    missed: list[str] = field(default_factory=list[str])
    failed: int = 0

    async def receive(self, inbound: Inbound) -> Receipt:
        answer = self.answers.pop(0) if self.answers else Accepted()
        if isinstance(answer, Exception):
            self.failed += 1
            self.note()
            raise answer
        if isinstance(inbound, Mention) and isinstance(answer, Accepted):
            said = MessageReceived(
                actor=inbound.actor, text=inbound.text, channel=inbound.channel,
                message_id=inbound.message_id,
            )  # fmt: skip
            await self.sessions.tell(inbound.address, (said,))
        self.got.append(inbound)
        self.note()
        return answer

    async def catch_up(self, platform: str) -> None:
        self.missed.append(platform)
        self.note()


@dataclass
class SlackBench:
    slack: Simulator
    router: FakeRouter
    platform: SlackPlatform
    context: InboundContext
    serving: asyncio.Task[None]

    async def until(self, holds: Callable[[], object]) -> None:
        """Until it holds, looking whenever anything happens in Slack or at the router."""
        await self.slack.until(lambda: bool(holds()), PATIENCE)

    async def got(self, count: int = 1) -> list[Inbound]:
        """What the router was given, as soon as there is so much of it."""
        await self.until(lambda: len(self.router.got) >= count)
        return self.router.got

    async def connected(self, times: int = 1) -> None:
        await self.until(lambda: len(self.router.missed) >= times)

    async def settled(self, count: int = 1) -> list[Inbound]:
        """What the router was given: so much of it, and nothing else that was said before now."""
        await self.got(count)
        for _ in range(3):
            last = await self.slack.say("cy", "dm", "the last word")
            await self.until(lambda: any(i.message_id == last.ts for i in self.router.got))  # noqa: B023
            self.router.got[:] = [i for i in self.router.got if i.message_id != last.ts]
        return self.router.got

    async def ended(self) -> BaseException | None:
        """What serving ended with."""
        async with asyncio.timeout(PATIENCE):
            await asyncio.wait((self.serving,))
        return self.serving.exception()


def settings_of(slack: Simulator) -> SlackSettings:
    return SlackSettings(
        bot_token=slack.bot_token,
        app_token=slack.app_token,
        signing_secret=slack.signing_secret,
        base_url=slack.base_url,
    )


async def no_files(address: Address, file: Attachment) -> FileRef:
    raise AssertionError(f"nobody sent {file.name}")


@asynccontextmanager
async def slack_bench(
    folder: Path,
    *,
    http: bool = False,
    registration: Registration | None = None,
    change: Callable[[SlackSettings], SlackSettings] = lambda settings: settings,
    prepare: Callable[[Simulator], None] = lambda slack: None,
    installations: Installations | None = None,
    clock: Clock | None = None,
    heartbeat: float = 10.0,
    script: Sequence[Line] = (),
) -> AsyncGenerator[SlackBench]:
    """Served, over Socket Mode or over HTTP; `connected` tells when it is. With a script a real
    desk receives, and a model plays it. A `clock` is everybody's."""
    slow, clock = clock or SlowClock(), clock or SystemClock()
    async with (
        simulator(slow, registration=registration) as slack,
        open_web_house(folder, *script) as service,
    ):
        prepare(slack)
        router = FakeRouter(service.sessions, slack.service.changes.note)
        receive = (
            InboundRouter(service.sessions, clock, no_files).receive if script else router.receive
        )
        context = InboundContext(receive, router.catch_up, service.sessions, clock)
        settings = settings_of(slack)
        settings = change(replace(settings, mode="http") if http else settings)
        platform = SlackPlatform(settings, clock, installations, heartbeat)
        async with web_doors(platform, context) as url:
            if http:
                slack.deliver_to(f"{url}/slack/events")
            serving = asyncio.ensure_future(platform.serve(context))
            serving.add_done_callback(lambda _: slack.service.changes.note())
            try:
                yield SlackBench(slack, router, platform, context, serving)
            finally:
                serving.cancel()
                with suppress(asyncio.CancelledError, Exception):
                    await serving


@asynccontextmanager
async def web_doors(platform: SlackPlatform, context: InboundContext) -> AsyncGenerator[str]:
    """The platform's routes on a web server of this machine; none if it needs none."""
    app = web.Application()
    with suppress(Exception):
        app.add_routes(platform.routes(context))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()
