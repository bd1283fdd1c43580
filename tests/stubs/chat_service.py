"""A whole house behind a chat platform in memory: real desk, journal, settler; a scripted model.

async with ChatHouse(tmp_path, [Line(text="Hello.")]).open() as house:
    await house.mention("Hi")
    await house.until(lambda: house.text("answer") == "Hello.")
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from held_model import HeldModel

from adapters.pace.pacer import Pacer
from adapters.ports.button import ButtonToken
from adapters.ports.cards import Block, Button, Buttons, Card, CardKey, Choice, Prose
from adapters.ports.chat_platform import InboundContext, Routes
from adapters.ports.inbound import Attachment, Mention, Press, Receipt, Reply
from adapters.ports.surface import Surface, Upload, Verb
from adapters.testing.memory import Books, MemorySurface
from bot.chat.lifespan import chatting
from bot.chat.platforms import Platforms
from bot.service import Service
from config.chats import Threads
from runtime import AgentManager
from runtime.clock import SystemClock
from runtime.dependencies import Dependencies, OneModel
from runtime.events import MessageReceived
from runtime.facts import Entry
from runtime.ids import Actor, Address, session_id
from runtime.ports import Message, Said
from runtime.ports.findings import Finding, good
from runtime.profile import Profile, always
from runtime.testing.model import Line
from runtime.testing.model import Reply as Turn
from runtime.testing.sandbox import FakeSandbox
from runtime.tools.catalog import NAMES

PATIENCE = 120.0  # seconds until a test gives up
ANN, BOB = Actor(id="ann", name="Ann"), Actor(id="bob", name="Bob")
HERE = Address(platform="memory", team="t", channel="c", thread="1")

T = TypeVar("T")
B = TypeVar("B", bound=Block)


@dataclass(frozen=True)
class WatchedSurface(MemorySurface):
    """Says when something was called."""

    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def _call(self, verb: Verb, effect: Callable[[], T]) -> T:
        try:
            return await super()._call(verb, effect)
        finally:
            self.changed.set()


@dataclass
class MemoryPlatform:
    """Implements Platform for the team "t". Each of `troubles` ends one attempt to serve."""

    every: WatchedSurface
    name: str = "memory"
    troubles: list[Exception] = field(default_factory=list[Exception])
    context: InboundContext | None = None
    connected: asyncio.Event = field(default_factory=asyncio.Event)
    routed: Callable[[InboundContext], Routes] = lambda context: ()

    def surface(self, address: Address) -> Surface | None:
        return self.every if address.team == "t" else None

    def routes(self, context: InboundContext) -> Routes:
        return self.routed(context)

    async def serve(self, context: InboundContext) -> None:
        if self.troubles:
            raise self.troubles.pop(0)
        self.context = context
        await context.missed(self.name)
        self.connected.set()
        await asyncio.Event().wait()

    async def examine(self) -> list[Finding]:
        return [good("Memory", "it is here")]


class ChatHouse:
    """`books` are the platform's and outlive a restart; the folder holds the journal."""

    def __init__(
        self,
        folder: Path,
        script: Sequence[Line | Turn],
        books: Books | None = None,
        teams: tuple[str, ...] = (),
        *,
        stops_deleted: bool = True,
    ) -> None:
        """`teams` are those that are served; none listed is all."""
        self._stops_deleted = stops_deleted
        self.folder, self.books = folder, books or Books()
        self.teams = {"memory": teams}
        self.model, self.sandbox = HeldModel(script), FakeSandbox()
        self.sandbox.on(lambda _: True)
        self.clock = SystemClock()
        self.surface = WatchedSurface(self.clock, self.books)
        self.platform = MemoryPlatform(self.surface)
        self.manager: AgentManager
        self.platforms: Platforms
        self._ids = itertools.count(len(self.books.replies) + 1)

    @asynccontextmanager
    async def open(self) -> AsyncGenerator[ChatHouse]:
        """Serve until the block ends, and then as after SIGTERM with no time left."""
        self.platform.connected.clear()
        self.platforms = platforms = Platforms(
            (self.platform,), self.clock, Pacer(self.clock), teams=self.teams
        )
        async with (
            AgentManager(self._parts(platforms)) as self.manager,
            chatting(self._house(), platforms, 0.0),
        ):
            async with asyncio.timeout(PATIENCE):
                await self.platform.connected.wait()
            yield self

    def _house(self) -> Service:
        deleted = "stop" if self._stops_deleted else "keep"
        threads = Threads(reply="smart", deleted=deleted)
        return Service(self.manager, self.folder, "scripted", threads=threads)

    def _parts(self, platforms: Platforms) -> Dependencies:
        return Dependencies(
            database_url=f"sqlite:///{self.folder / 'aether.db'}",
            data_dir=self.folder,
            models=OneModel(self.model),
            sandbox=self.sandbox,
            profile_for=always(Profile(model=self.model.name, tools=NAMES)),
            settlers=platforms.settlers,
            clock=self.clock,
        )

    @property
    def context(self) -> InboundContext:
        assert self.platform.context is not None, "nobody is connected"
        return self.platform.context

    def write(self, text: str, actor: Actor = ANN, files: Sequence[Attachment] = ()) -> Reply:
        """Somebody writes in the thread, whether we hear it or not."""
        said = Reply(HERE, actor, str(next(self._ids)), text, HERE.channel, tuple(files))
        self.books.replies.append(said)
        return said

    async def say(self, text: str, actor: Actor = ANN) -> Receipt:
        return await self.context.receive(self.write(text, actor))

    async def mention(
        self, text: str, actor: Actor = ANN, files: Sequence[Attachment] = ()
    ) -> Receipt:
        said = self.write(text, actor, files)
        call = Mention(HERE, actor, said.message_id, text, HERE.channel, said.files)
        return await self.context.receive(call)

    async def press(self, token: ButtonToken, actor: Actor = ANN) -> Receipt:
        return await self.context.receive(Press(HERE, actor, f"press {next(self._ids)}", token))

    async def until(self, holds: Callable[[], T]) -> T:
        """What it says, as soon as it is true of what people see."""
        async with asyncio.timeout(PATIENCE):
            while not (held := holds()):
                self.surface.changed.clear()
                await self.surface.changed.wait()
        return held

    def cards(self, kind: str) -> list[Card]:
        """What stands in the thread now, of keys that begin so. Raises if a key stands twice."""
        standing = self.books.standing().items()
        return [_card(m.said[-1]) for key, m in standing if key.startswith(f"{kind}:")]

    def blocks(self, kind: str, block: type[B]) -> list[B]:
        return [b for card in self.cards(kind) for b in card.blocks if isinstance(b, block)]

    def text(self, kind: str = "answer") -> str:
        """The exact words of all answers that are complete."""
        done = [card for card in self.cards(kind) if card.state == "done"]
        return "|".join(b.source for card in done for b in card.blocks if isinstance(b, Prose))

    def buttons(self, kind: str) -> dict[str, ButtonToken]:
        """By their labels."""
        rows: list[tuple[Button, ...]] = [b.row for b in self.blocks(kind, Buttons)]
        rows += [b.options for b in self.blocks(kind, Choice)]
        return {button.label: button.press for row in rows for button in row}

    def keys(self) -> list[CardKey]:
        return list(self.books.standing())

    async def entries(self) -> list[Entry]:
        return await self.manager.service.journal.read(session_id(HERE))

    async def heard(self) -> list[str]:
        """What people said, as it is on the record."""
        facts = [entry.fact for entry in await self.entries()]
        return [fact.text for fact in facts if isinstance(fact, MessageReceived)]


def _card(said: Card | Upload) -> Card:
    assert isinstance(said, Card), "a file"
    return said


def words(messages: Sequence[Message]) -> list[str]:
    """What people and notes say in a request to the model, with their authors."""
    said = (message for message in messages if isinstance(message, Said))
    return [f"{one.author}: {one.text}" if one.author else one.text for one in said]
