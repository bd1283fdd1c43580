"""The chat platforms that the settings name, and how their threads are kept up to date."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from adapters.pace.pacer import Pacer
from adapters.ports.chat_platform import InboundContext, Platform, Routes
from adapters.ports.surface import Surface
from adapters.reconcile.settler import SettlerContext, SurfaceSettler
from bot.chat.installations import LateInstallations
from config.settings import Settings
from runtime.dependencies import Settlers, Settling, no_settlers
from runtime.errors import Misconfigured
from runtime.ids import Address
from runtime.journal import SqlJournal
from runtime.ports import Clock, Installations, Lock, Sessions


@dataclass(frozen=True, slots=True)
class Platforms:
    """All of them, by one pacer. `teams` are those that a platform serves; none listed is all."""

    every: Sequence[Platform]
    clock: Clock
    pacer: Pacer
    installations: LateInstallations | None = None
    teams: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    workbench: str = ""
    """Where people reach it, if they can."""

    def serves(self, address: Address) -> bool:
        """Whether this team may use the agent; without a list every team may."""
        allowed = self.teams.get(address.platform, ())
        return not allowed or address.team in allowed

    def surface(self, address: Address) -> Surface | None:
        """The connection that serves the address; None if there is none."""
        found = (platform for platform in self.every if platform.name == address.platform)
        platform = next(found, None)
        return platform.surface(address) if platform else None

    def routes(self, context: InboundContext) -> Routes:
        """Doors that they need on the web server."""
        return tuple(route for platform in self.every for route in platform.routes(context))

    @property
    def settlers(self) -> Settlers:
        """Nothing runs for platforms that are not there."""
        return self._settling if self.every else no_settlers

    @asynccontextmanager
    async def _settling(
        self, journal: SqlJournal, sessions: Sessions, lock: Lock
    ) -> AsyncGenerator[Settling]:
        """One settler for all, while the block runs. What it has not shown by then is unsettled,
        and the next start shows it."""
        self.pacer.guarded(lock)
        if self.installations is not None:
            self.installations.open(journal)
        following: set[asyncio.Task[None]] = set()
        closing = asyncio.Event()
        async with asyncio.TaskGroup() as tasks:

            def start(work: Coroutine[Any, Any, None]) -> None:
                if closing.is_set():  # what is said now is on the record for the next start
                    work.close()
                    return
                task = tasks.create_task(work, name="thread")
                following.add(task)
                task.add_done_callback(following.discard)

            world = SettlerContext(sessions, journal, journal.refs, self.clock, self.surface, start)
            settler = SurfaceSettler(world, self.pacer)
            names = [platform.name for platform in self.every]

            def halt() -> None:
                for task in following:
                    task.cancel()

            yield Settling(dict.fromkeys(names, settler), settler.published, halt)
            closing.set()
            halt()


def served_by(settings: Settings, clock: Clock) -> Platforms:
    """Raises Misconfigured where half of what a platform needs is set: a service without it would
    look healthy."""
    if settings.slack.problem:
        raise Misconfigured(settings.slack.problem)
    return platforms_of(settings, clock)


def platforms_of(settings: Settings, clock: Clock) -> Platforms:
    """Those that have all they need; the libraries of the others are never loaded. Nothing is
    connected."""
    every: list[Platform] = []
    key = settings.installations_key.get_secret_value()
    installations = LateInstallations(key) if key and settings.slack.client_id else None
    if settings.slack.configured and not settings.slack.problem:
        every.append(_slack(settings, clock, installations))
    if settings.discord.token.get_secret_value():
        every.append(_discord(settings, clock))
    teams = {"slack": settings.slack.teams, "discord": settings.discord.teams}
    return Platforms(
        tuple(every), clock, Pacer(clock), installations, teams, settings.web.public_url
    )


def _slack(settings: Settings, clock: Clock, installations: Installations | None) -> Platform:
    from adapters.slack.connection import SlackPlatform
    from adapters.slack.settings import SlackSettings

    given = settings.slack
    return SlackPlatform(
        SlackSettings(
            bot_token=given.bot_token.get_secret_value(),
            app_token=given.app_token.get_secret_value(),
            signing_secret=given.signing_secret.get_secret_value(),
            base_url=given.base_url,
            mode=given.mode,
            client_id=given.client_id,
            client_secret=given.client_secret.get_secret_value(),
            public_url=given.public_url,
            allow_guests=given.allow_guests,
        ),
        clock,
        installations,
    )


def _discord(settings: Settings, clock: Clock) -> Platform:
    from adapters.discord.connection import DiscordPlatform
    from adapters.discord.settings import DiscordSettings

    given = settings.discord
    return DiscordPlatform(
        DiscordSettings(
            token=given.token.get_secret_value(),
            rest_url=given.rest_url,
            gateway_url=given.gateway_url,
            shards=given.shards,
        ),
        clock,
    )
