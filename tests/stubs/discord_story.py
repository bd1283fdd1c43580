"""The real service in front of the local Discord: adapter over HTTP and gateway, desk, journal,
settler; a script plays the model and a sandbox in memory runs its commands.

async with story(tmp_path, Line(text="Hello.")) as there:
    asked = there.call("Hi")
    await there.answered(asked, "Hello.")
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar, cast

from discord_clock import Still
from held_model import HeldModel
from pydantic import JsonValue

from adapters.simulators.discord.buckets import UNLIMITED, Profile
from adapters.simulators.discord.call import Sent
from adapters.simulators.discord.channel import Channel
from adapters.simulators.discord.controls import controls
from adapters.simulators.discord.interaction import Interaction
from adapters.simulators.discord.message import Message
from adapters.simulators.discord.people import User
from adapters.simulators.discord.simulator import DiscordSimulator, twin
from bot.chat.lifespan import chatting
from bot.chat.platforms import platforms_of
from bot.service import Service
from config.load import load
from runtime import AgentManager
from runtime import profile as profiles
from runtime.clock import SystemClock
from runtime.dependencies import Dependencies, OneModel
from runtime.facts import Fact
from runtime.ports import Clock, Model
from runtime.testing.model import Line, Reply
from runtime.testing.sandbox import FakeSandbox
from runtime.tools.catalog import NAMES
from runtime.tools.policy import Policy

T = TypeVar("T")
GIVE_UP = 120.0  # seconds until a test gives up: a new process may begin on a busy machine
CONTAINER, TEXT = 17, 10  # "Component Reference"


@dataclass
class Story:
    """`model` knows what it was asked; `manager` is there while the service is."""

    discord: DiscordSimulator
    folder: Path
    model: HeldModel
    sandbox: FakeSandbox = field(default_factory=FakeSandbox)
    policy: Policy = field(default_factory=Policy)
    manager: AgentManager | None = None
    url: str = ""
    """The database, if it is not a file in the folder."""

    @property
    def ann(self) -> User:
        return self.discord.person("Ann")

    @property
    def ben(self) -> User:
        return self.discord.person("Ben")

    @property
    def general(self) -> Channel:
        return self.discord.channel("general")

    def call(self, words: str, where: Channel | None = None, files: Sequence[Sent] = ()) -> Message:
        """Ann mentions the bot."""
        text = f"{self.discord.bot.mention} {words}"
        return self.discord.say(self.ann, where or self.general, text, files)

    async def until(self, holds: Callable[[], T]) -> T:
        return await self.discord.until(holds, GIVE_UP)

    async def thread(self, asked: Message) -> Channel:
        """The one that was made from this message."""
        found = await self.until(lambda: asked.thread)
        assert found
        return found

    async def control(self, where: Channel, label: str) -> tuple[Message, str]:
        """The newest button or select there that bears this label, as soon as there is one."""
        found = await self.until(lambda: _control(self.discord.said(where), label))
        assert found
        return found

    async def press(self, user: User, where: Channel, label: str) -> Interaction:
        message, number = await self.control(where, label)
        return self.discord.click(user, message, number)

    async def told(self, user: User, words: str) -> Message:
        """What only this person sees, with these words in it."""

        def found() -> Message | None:
            notices = self.discord.ephemerals(user)
            return next((notice for notice in notices if words in shown(notice)), None)

        notice = await self.until(found)
        assert notice
        return notice

    async def stands(self, where: Channel, words: str) -> Message:
        """The newest message of the bot there with these words in it, as soon as it says them."""

        def found() -> Message | None:
            said = reversed(self.discord.said(where))
            return next((message for message in said if words in shown(message)), None)

        message = await self.until(found)
        assert message
        return message

    async def answered(self, where: Channel, *answers: str) -> None:
        """Until exactly these answers stand there, all of them finished."""
        await self.until(lambda: self.answers(where) == "".join(answers) and self.is_done(where))

    def answers(self, where: Channel) -> str:
        """What all answers there say, one after the other."""
        return "".join(shown(m) for m in self.discord.said(where) if is_answer(m))

    def is_done(self, where: Channel) -> bool:
        """Whether no task there can be stopped any more."""
        return _control(self.discord.said(where), "Stop") is None

    async def facts(self) -> list[Fact]:
        """Of the newest session."""
        assert self.manager
        journal = self.manager.service.journal
        (row, *_) = await journal.sessions(1)
        return [entry.fact for entry in await journal.read(row.session_id)]

    async def recorded(self, kind: str) -> None:
        """Until a fact of this kind is in the journal: nothing on Discord tells of some."""
        async with asyncio.timeout(GIVE_UP):
            told = False
            while not told:
                told = kind in [fact.type for fact in await self.facts()]

    @asynccontextmanager
    async def served(self) -> AsyncGenerator[AgentManager]:
        """The service is connected while the block runs."""
        environ = environ_of(self.discord)
        serving = service(self.folder, environ, self.model, self.sandbox, self.policy, self.url)
        async with serving as self.manager:
            await self.until(lambda: self.discord.hub.connected)
            yield self.manager


@asynccontextmanager
async def service(
    folder: Path,
    environ: Mapping[str, str],
    model: Model,
    sandbox: FakeSandbox,
    policy: Policy | None = None,
    url: str = "",
) -> AsyncGenerator[AgentManager]:
    """As `bot up` composes it, while the block runs."""
    platforms = platforms_of(load(environ=environ, folder=folder), SystemClock())
    parts = Dependencies(
        database_url=url or f"sqlite:///{folder / 'aether.db'}",
        data_dir=folder,
        models=OneModel(model),
        sandbox=sandbox,
        profile_for=profiles.always(
            profiles.Profile(
                model=model.name,
                tools=NAMES,
                policy=policy or Policy(),
            )
        ),
        settlers=platforms.settlers,
    )
    async with (
        AgentManager(parts) as manager,
        chatting(Service(manager, folder, "scripted"), platforms, 0.0),
    ):
        yield manager


@asynccontextmanager
async def story(
    folder: Path,
    *script: Line | Reply,
    policy: Policy | None = None,
    profile: Profile = UNLIMITED,
    clock: Clock | None = None,
    url: str = "",
) -> AsyncGenerator[Story]:
    """Every command works, unless the test says otherwise. `clock` is Discord's."""
    async with twin(clock or Still(), profile=profile) as discord:
        there = Story(discord, folder, HeldModel(script), policy=policy or Policy(), url=url)
        there.sandbox.on(lambda _: True)
        async with there.served():
            yield there


def environ_of(discord: DiscordSimulator) -> dict[str, str]:
    """What the service must be told to find this Discord."""
    return {
        "DISCORD_TOKEN": discord.token,
        "AETHER_DISCORD__REST_URL": discord.rest_url,
        "AETHER_DISCORD__GATEWAY_URL": discord.gateway_url,
    }


def runs(command: str) -> Callable[[tuple[str, ...]], bool]:
    """For the sandbox: the shell call that runs exactly this."""
    return lambda argv: argv[-1].strip() == command


def shown(message: Message) -> str:
    """All text of a message, with the labels of its buttons left out."""
    return message.body.content + "\n".join(_texts(message.body.components))


def is_answer(message: Message) -> bool:
    """A card of a run or a gate has a frame, an answer has none."""
    first = message.body.components[:1]
    return bool(first) and first[0]["type"] == TEXT


def _texts(parts: Iterable[JsonValue]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, dict):
            if part.get("type") == TEXT:
                yield str(part["content"])
            yield from _texts(cast("list[JsonValue]", part.get("components") or []))


def _control(said: Sequence[Message], label: str) -> tuple[Message, str] | None:
    for message in reversed(said):
        for control in controls(message.body.components):
            if label in (control.get("label"), control.get("placeholder")):
                return message, str(control["custom_id"])
    return None
