"""The local Discord in one process: what people do there, and what can be seen of it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from aiohttp import web

from adapters.simulators.discord import seed, threads
from adapters.simulators.discord.actions import Acts
from adapters.simulators.discord.buckets import UNLIMITED, Buckets, Profile
from adapters.simulators.discord.call import Recorded
from adapters.simulators.discord.channel import Channel, Kind
from adapters.simulators.discord.faults import Fault
from adapters.simulators.discord.front import Front
from adapters.simulators.discord.gateway.hub import Hub
from adapters.simulators.discord.guild import Guild
from adapters.simulators.discord.interaction import Interaction
from adapters.simulators.discord.message import Message
from adapters.simulators.discord.people import Role, User
from adapters.simulators.discord.permissions import Right
from adapters.simulators.discord.server import API, application
from adapters.simulators.discord.snowflakes import Snowflakes
from adapters.simulators.discord.state import Portal, State
from runtime.ports import Clock

T = TypeVar("T")
TICK = 1.0
"""Seconds between two looks at what becomes due by itself."""


@dataclass(slots=True, eq=False)
class DiscordSimulator(Acts):
    """`guild` is the first one, with #general, #random, #news, a forum and a voice channel; Ann
    owns it. `bot` is the application's user: both have one id."""

    hub: Hub
    front: Front
    guild: Guild
    token: str = field(repr=False)
    _moved: asyncio.Event

    @property
    def rest_url(self) -> str:
        """For discord.http.Route.BASE."""
        return self.world.origin + API

    @property
    def gateway_url(self) -> str:
        """For discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY."""
        return self.world.origin.replace("http", "ws", 1) + "/gateway/"

    @property
    def bot(self) -> User:
        return self.world.bot

    @property
    def bot_role(self) -> Role:
        role = self.guild.own_role(self.application_id)
        assert role
        return role

    @property
    def application_id(self) -> int:
        return self.world.application

    @property
    def calls(self) -> list[Recorded]:
        """Everything that was asked of the REST interface, the newest last."""
        return self.front.calls

    @property
    def refused(self) -> dict[str, int]:
        """How many calls each bucket refused."""
        return self.front.buckets.refused

    def fail(self, bucket: str, *faults: Fault | None) -> None:
        """The next calls of this bucket (Route.bucket: send, edit, delete, thread, change, typing,
        reaction, history, fetch, answer, hook …) go wrong so; None lets one pass."""
        self.front.faults.add(bucket, *faults)

    def person(self, name: str) -> User:
        """The person of this name, who joins the guild if need be."""
        known = (user for user in self.world.users.values() if user.name == name)
        return next(known, None) or seed.add_user(self.world, self.guild, name)

    def channel(self, name: str) -> Channel:
        """The channel or thread of this name. Raises LookupError."""
        for channel in self.world.channels.values():
            if channel.name == name:
                return channel
        raise LookupError(f"there is no channel {name!r}")

    def add_channel(self, name: str, kind: Kind = Kind.TEXT) -> Channel:
        return seed.add_channel(self.world, self.guild, name, kind)

    def add_role(self, name: str, *members: User, mentionable: bool = False) -> Role:
        return seed.add_role(self.world, self.guild, name, members, mentionable)

    def forbid(self, channel: Channel, *wanted: Right) -> None:
        """Take these rights from the bot here, and only these."""
        self._overwrite(channel, Right(0), wanted)

    def grant(self, *wanted: Right) -> None:
        """Give the bot's own role more rights everywhere."""
        for right in wanted:
            self.bot_role.permissions |= right

    def _overwrite(self, channel: Channel, allow: Right, wanted: tuple[Right, ...]) -> None:
        deny = Right(0)
        for right in wanted:
            deny |= right
        seed.overwrite(self.world, channel, self.bot, allow, deny)

    def messages(self, channel: Channel) -> list[Message]:
        """What stands there for everybody, oldest first."""
        return [channel.messages[number] for number in sorted(channel.messages)]

    def said(self, channel: Channel) -> list[Message]:
        """What the bot wrote there, without what Discord itself wrote in its name."""
        kinds = (0, 19, 20, 23)
        mine = [m for m in self.messages(channel) if m.author is self.bot]
        return [message for message in mine if message.kind in kinds]

    def ephemerals(self, user: User) -> list[Message]:
        """What only this person sees, oldest first."""
        return [message for message in self.world.notices.values() if message.only_for is user]

    def modals(self, user: User) -> list[Interaction]:
        """What is open for this person to fill in."""
        asked = self.world.interactions.values()
        return [i for i in asked if i.user is user and i.modal and not i.submitted]

    async def until(self, predicate: Callable[[], T], patience: float = 60.0) -> T:
        """What `predicate` says as soon as it is true. Looks again whenever something changed.
        Raises TimeoutError after `patience` real seconds."""
        async with asyncio.timeout(patience):
            while not (found := predicate()):
                self._moved.clear()
                await self._moved.wait()
        return found


@asynccontextmanager
async def twin(
    clock: Clock,
    *,
    profile: Profile = UNLIMITED,
    portal: Portal | None = None,
    heartbeat: float = 41.25,
) -> AsyncGenerator[DiscordSimulator]:
    """A Discord on a free port of the loopback interface. `heartbeat` in seconds."""
    sim = _made(clock, profile, portal or Portal(), heartbeat)
    runner = web.AppRunner(application(sim.front), access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    ticking = asyncio.create_task(_tick(sim.world))
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        sim.world.origin = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield sim
    finally:
        ticking.cancel()
        sim.hub.drop()
        await runner.cleanup()


def _made(clock: Clock, profile: Profile, portal: Portal, heartbeat: float) -> DiscordSimulator:
    ids = Snowflakes(clock)
    token = f"{secrets.token_urlsafe(18)}.{secrets.token_urlsafe(27)}"
    bot, owner = User(ids.next(), "Aether", bot=True), User(ids.next(), "Ann")
    world = State(clock, ids, bot, secrets.token_bytes(32), portal)
    world.users |= {bot.id: bot, owner.id: owner}
    hub, moved = Hub(world, token, heartbeat), asyncio.Event()
    guild = seed.found_guild(world, "Workshop", owner)
    for name in ("Ben", "Cleo"):
        seed.add_user(world, guild, name)
    for name, kind in seed.FIRST_CHANNELS:
        seed.add_channel(world, guild, name, kind)
    world.listeners.append(hub.hear)
    world.watchers.append(moved.set)
    return DiscordSimulator(
        world, hub, Front(world, hub, token, Buckets(profile)), guild, token, moved
    )


async def _tick(world: State) -> None:
    """Threads archive themselves, and deadlines pass, though nobody acts."""
    while True:
        await world.clock.sleep(TICK)
        threads.archive_due(world)
        world.notify()
