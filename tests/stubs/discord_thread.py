"""A surface over real HTTP against the local Discord, with a client that only logged in."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import cast

import discord
from discord_sim_client import pointed
from pydantic import JsonValue

from adapters.discord.gateway.clients import client_of
from adapters.discord.outbound.surface import DiscordSurface
from adapters.discord.settings import DiscordSettings
from adapters.ports.surface import Place, Ref
from adapters.simulators.discord.buckets import UNLIMITED, Profile
from adapters.simulators.discord.channel import Channel
from adapters.simulators.discord.message import Message
from adapters.simulators.discord.people import User
from adapters.simulators.discord.simulator import DiscordSimulator, twin
from runtime.ids import Address
from runtime.testing.clock import ManualClock


@dataclass(frozen=True, slots=True)
class Scene:
    """Ann has called the bot in #general; there is no thread yet."""

    twin: DiscordSimulator
    clock: ManualClock
    surface: DiscordSurface
    called: Message
    client: discord.Client

    @property
    def ann(self) -> User:
        return self.twin.person("Ann")

    @property
    def address(self) -> Address:
        return self.beneath(self.called)

    def beneath(self, message: Message) -> Address:
        """The thread that a message in a channel of the guild begins."""
        return Address(
            platform="discord",
            team=str(self.twin.guild.id),
            channel=str(message.channel.id),
            thread=str(message.id),
        )

    async def place(self) -> Place:
        return await self.surface.open(self.address, "A task")

    def channel(self, place: Place) -> Channel:
        return self.twin.world.channels[int(place.channel)]

    def message(self, ref: Ref) -> Message:
        return self.channel(ref.place).messages[int(ref.message.partition("/")[0])]

    async def read(self, ref: Ref) -> str | None:
        """What people see of a message."""
        try:
            return words(self.message(ref))
        except KeyError:
            return None

    def calls(self, method: str) -> list[str]:
        """The paths that were asked for, below the base."""
        return [call.path for call in self.twin.calls if call.method == method]


def words(message: Message) -> str:
    return "\n".join(_texts(message.body.components))


def _texts(components: tuple[JsonValue, ...] | list[JsonValue]) -> Iterator[str]:
    for component in components:
        part = cast(Mapping[str, JsonValue], component)
        if part["type"] == 10:
            yield str(part["content"])
        yield from _texts(cast(list[JsonValue], part.get("components", [])))


@asynccontextmanager
async def scene(profile: Profile = UNLIMITED) -> AsyncGenerator[Scene]:
    clock = ManualClock()
    async with twin(clock, profile=profile) as there, logged_in(there) as client:
        general = there.channel("general")
        called = there.say(there.person("Ann"), general, f"{there.bot.mention} look around")
        yield Scene(there, clock, DiscordSurface(client, clock), called, client)


@asynccontextmanager
async def logged_in(there: DiscordSimulator) -> AsyncGenerator[discord.Client]:
    """No gateway and no cache."""
    client = client_of(DiscordSettings(there.token))
    with pointed(there):
        try:
            await client.login(there.token)
            yield client
        finally:
            await client.close()
