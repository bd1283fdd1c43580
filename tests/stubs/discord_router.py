"""A desk that writes down what arrives, and a platform that serves it against the local Discord."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from discord_clock import Still

from adapters.discord.connection import DiscordPlatform
from adapters.discord.inbound.interaction_response import PATIENCE
from adapters.discord.settings import DiscordSettings
from adapters.ports.chat_platform import InboundContext
from adapters.ports.inbound import Accepted, Inbound, Receipt
from adapters.simulators.discord.channel import Channel
from adapters.simulators.discord.message import Message
from adapters.simulators.discord.people import User
from adapters.simulators.discord.simulator import DiscordSimulator, twin
from adapters.simulators.discord.state import Portal
from runtime.errors import AetherError
from runtime.events import Envelope
from runtime.facts import Fact
from runtime.ids import NO_SEQ, Actor, Address, ArtifactHash, RunId, Seq, SessionId, session_id
from runtime.ports import (
    EVERYWHERE,
    Appended,
    Clock,
    Guard,
    Known,
    No,
    Refused,
    Scope,
    SessionRow,
    Verb,
    ViewFeed,
    Yes,
)
from runtime.view import Line, ThreadView

T = TypeVar("T")
GIVE_UP = 60.0  # seconds until a test gives up


class Hurry:
    """A clock that nobody waits for, but for the patience with a desk: that ends when a test says
    so."""

    def __init__(self, moved: asyncio.Event) -> None:
        self.slept: list[float] = []
        self.impatient = asyncio.Event()
        self._moved = moved

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        if seconds == PATIENCE:
            await self.impatient.wait()
        else:
            self.slept.append(seconds)
            self._moved.set()
            await asyncio.sleep(0)


class Feed:
    """What was said in a thread, and no more."""

    def __init__(self, view: ThreadView) -> None:
        self.view = view

    async def changed(self) -> ThreadView:
        await asyncio.Event().wait()
        return self.view

    async def aclose(self) -> None:
        return None


@dataclass
class FakeRouter:
    """Both `receive` and the sessions. `answers` says what somebody is told, if it is not that it
    was accepted; an error in it is raised, one of `faults` by reading again, and one of `unread` by
    a look at a thread. Looks wait while it is not `reading`."""

    heard: list[Inbound] = field(default_factory=list[Inbound])
    tried: list[Inbound] = field(default_factory=list[Inbound])
    answers: list[Receipt | AetherError] = field(default_factory=list[Receipt | AetherError])
    missed: list[str] = field(default_factory=list[str])
    faults: list[AetherError] = field(default_factory=list[AetherError])
    unread: list[AetherError] = field(default_factory=list[AetherError])
    bugs: list[Exception] = field(default_factory=list[Exception])
    addresses: dict[SessionId, Address] = field(default_factory=dict[SessionId, Address])
    open: asyncio.Event = field(default_factory=asyncio.Event)
    reading: asyncio.Event = field(default_factory=asyncio.Event)
    looks: int = 0
    _moved: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.clock = Hurry(self._moved)
        self.open.set()
        self.reading.set()

    @property
    def context(self) -> InboundContext:
        return InboundContext(self.receive, self.note_missed, self, self.clock)

    async def receive(self, inbound: Inbound) -> Receipt:
        """Waits while the router is not `open`."""
        self.tried.append(inbound)
        self._moved.set()
        await self.open.wait()
        if self.bugs:
            raise self.bugs.pop(0)
        answer = self.answers.pop(0) if self.answers else Accepted()
        if isinstance(answer, AetherError):
            raise answer
        self.heard.append(inbound)
        if isinstance(answer, Accepted):
            self.begin(inbound.address)
        self._moved.set()
        return answer

    def begin(self, address: Address) -> None:
        self.addresses[session_id(address)] = address

    async def note_missed(self, platform: str) -> None:
        self.missed.append(platform)
        self._moved.set()
        if self.faults:
            raise self.faults.pop(0)

    async def until(self, predicate: Callable[[], T]) -> T:
        """What `predicate` says as soon as it is true."""
        async with asyncio.timeout(GIVE_UP):
            while not (found := predicate()):
                self._moved.clear()
                await self._moved.wait()
        return found

    async def nth(self, number: int) -> Inbound:
        """The n-th that was heard, from 1."""
        await self.until(lambda: len(self.heard) >= number)
        return self.heard[number - 1]

    # The port runtime.ports.Sessions.

    async def view(self, session: SessionId, after: Seq = NO_SEQ) -> ViewFeed:
        line = Line(Seq(1), self.clock.now(), Actor(id="1"), "", aside=False, files=())
        return Feed(ThreadView(session, lines=(line,) if session in self.addresses else ()))

    async def exists(self, address: Address) -> bool:
        self.looks += 1
        self._moved.set()
        await self.reading.wait()
        if self.unread:
            raise self.unread.pop(0)
        return session_id(address) in self.addresses

    async def unfinished(self, limit: int = 100, scope: Scope = EVERYWHERE) -> list[SessionRow]:
        return []

    async def list(self, limit: int = 100, scope: Scope = EVERYWHERE) -> list[SessionRow]:
        now, seq = self.clock.now(), NO_SEQ
        return [
            SessionRow(session, address, seq, seq, seq, awake=False, due_at=None, updated_at=now)
            for session, address in self.addresses.items()
        ]

    async def tell(
        self, address: Address, facts: Sequence[Fact] | Guard, *, run_id: RunId | None = None
    ) -> Appended | Known | Refused:
        raise AssertionError("an ear tells sessions nothing; the desk does")

    async def events(
        self, session: SessionId, after: Seq = NO_SEQ
    ) -> AsyncGenerator[Envelope, None]:
        raise AssertionError("an ear reads no events")
        yield

    async def may(self, actor: Actor, verb: Verb, address: Address, **known: Any) -> Yes | No:
        return Yes()

    async def artifact(self, session: SessionId, name: ArtifactHash) -> bytes:
        raise AssertionError("an ear reads no artifacts")


def settings_of(twin: DiscordSimulator, shards: int = 0) -> DiscordSettings:
    return DiscordSettings(
        token=twin.token, rest_url=twin.rest_url, gateway_url=twin.gateway_url, shards=shards
    )


@dataclass(frozen=True, slots=True)
class Stage:
    """A person, a channel, and a desk that hears what is said there."""

    discord: DiscordSimulator
    router: FakeRouter
    platform: DiscordPlatform

    @property
    def ann(self) -> User:
        return self.discord.person("Ann")

    @property
    def general(self) -> Channel:
        return self.discord.channel("general")

    def call(self, words: str, where: Channel | None = None) -> Message:
        """Ann mentions the bot."""
        text = f"{self.discord.bot.mention} {words}"
        return self.discord.say(self.ann, where or self.general, text)

    async def thread(self) -> Channel:
        """A thread of ours that Ann began."""
        self.call("begin")
        return await self.opened((await self.router.nth(1)).address)

    async def opened(self, address: Address) -> Channel:
        """The place that the outgoing half makes for it."""
        surface = self.platform.surface(address)
        assert surface
        place = await surface.open(address, "the task")
        return self.discord.world.channels[int(place.channel)]

    def written(self, where: Channel) -> list[str]:
        """What the bot wrote there."""
        return [message.content for message in self.discord.said(where)]


@asynccontextmanager
async def stage(clock: Clock | None = None, portal: Portal | None = None) -> AsyncGenerator[Stage]:
    router = FakeRouter()
    async with (
        twin(clock or Still(), portal=portal) as discord,
        serving(discord, router) as platform,
    ):
        yield Stage(discord, router, platform)


@asynccontextmanager
async def serving(
    twin: DiscordSimulator, router: FakeRouter, shards: int = 0
) -> AsyncGenerator[DiscordPlatform]:
    """The platform, connected, while the block runs."""
    platform = DiscordPlatform(settings_of(twin, shards), router.clock)
    before = len(router.missed)
    task = asyncio.create_task(platform.serve(router.context))
    try:
        async with asyncio.timeout(GIVE_UP):
            waiting = asyncio.create_task(router.until(lambda: len(router.missed) > before))
            await asyncio.wait((task, waiting), return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
        if task.done():
            await task
        yield platform
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
