"""Discord as a chat platform: all servers of one app."""

from __future__ import annotations

import asyncio

from aiohttp import web

from adapters.discord.doctor import examine
from adapters.discord.gateway.supervisor import supervise
from adapters.discord.outbound.lazy_surface import LazySurface
from adapters.discord.settings import DiscordSettings
from adapters.ports.chat_platform import InboundContext
from adapters.ports.surface import Surface
from runtime.errors import Misconfigured
from runtime.ids import Address
from runtime.ports import Clock
from runtime.ports.findings import Finding

UNSET = (
    "discord.token (DISCORD_TOKEN) is not set. The developer portal shows it once (your app, Bot)."
)


class DiscordPlatform:
    """The port adapters/ports/chat_platform.py, for Discord."""

    name = "discord"

    def __init__(self, settings: DiscordSettings, clock: Clock) -> None:
        self._settings = settings
        self._surface = LazySurface(settings, clock)

    def surface(self, address: Address) -> Surface | None:
        return self._surface if address.platform == self.name else None

    def routes(self, context: InboundContext) -> tuple[web.RouteDef, ...]:
        """None: Discord speaks over the socket that we open."""
        return ()

    async def serve(self, context: InboundContext) -> None:
        if not self._settings.token:
            raise Misconfigured(UNSET)
        signing_in = asyncio.ensure_future(self._surface.reopen())
        try:
            await supervise(self._settings, context)
        finally:
            signing_in.cancel()
            await asyncio.gather(signing_in, return_exceptions=True)
            await self.aclose()

    async def examine(self) -> list[Finding]:
        return await examine(self._settings)

    async def aclose(self) -> None:
        """Ends what verbs of the surface opened; `serve` does it at its end. They raise Unanswered
        until it serves again."""
        await self._surface.aclose()
