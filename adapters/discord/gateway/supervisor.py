"""Stays connected to the gateway: a fresh client for each attempt, and no attempt that is of no
use."""

from __future__ import annotations

import asyncio

import aiohttp
import discord
import structlog

from adapters.discord.commands import Commands
from adapters.discord.gateway.clients import Unreachable, client_of
from adapters.discord.gateway.endpoints import point_at
from adapters.discord.inbound.ask_command import AskCommand
from adapters.discord.inbound.catch_up import CatchUp
from adapters.discord.inbound.event_dispatcher import EventDispatcher
from adapters.discord.inbound.listeners import listen
from adapters.discord.inbound.slash_commands import SlashCommands
from adapters.discord.settings import DiscordSettings
from adapters.ports.chat_platform import InboundContext
from runtime.errors import Misconfigured

log = structlog.get_logger(__name__)

FIRST, LONGEST = 1.0, 60.0  # seconds between attempts
_LONGEST_WAIT = 30.0  # seconds for what people are told by the way: no pacer says it later
REFUSED = (
    "discord.token (DISCORD_TOKEN): Discord refuses it. Make a new one in the developer portal"
    " (your app, Bot, Reset Token) and set it."
)
NO_CONTENT = (
    "Switch on Message Content Intent in the developer portal (your app, Bot, Privileged Gateway"
    " Intents)."
)
_FINAL = {
    4004: REFUSED,
    4010: "discord.shards: Discord refuses the number of shards. Set another one.",
    4011: "discord.shards: the app is in too many servers for so few shards. Set more.",
    4012: "Discord refuses the gateway version of discord.py. Update discord.py.",
    4013: "Discord refuses the intents of discord.py. Update discord.py.",
    4014: f"Discord refuses an intent. {NO_CONTENT}",
}
"""Close codes of the gateway after which trying again is of no use ("Opcodes and Status Codes")."""

_TRANSIENT = (discord.DiscordException, Unreachable, aiohttp.ClientError, OSError)


async def supervise(settings: DiscordSettings, context: InboundContext) -> None:
    """Connected until it is cancelled. Raises Misconfigured."""
    async with asyncio.TaskGroup() as tasks:
        catch_up = CatchUp(context)
        reading = tasks.create_task(catch_up.run())
        hopeless = await _Attempts(
            settings, EventDispatcher(context, tasks.create_task), catch_up
        ).run()
        reading.cancel()
    raise hopeless


class _Attempts:
    def __init__(
        self, settings: DiscordSettings, dispatcher: EventDispatcher, catch_up: CatchUp
    ) -> None:
        self._settings, self._dispatcher, self._catch_up = settings, dispatcher, catch_up
        self._content, self._told = True, False
        self._wait = FIRST

    async def run(self) -> Misconfigured:
        """Returns only where trying again is of no use, and says why."""
        while True:
            try:
                await self._attempt()
            except discord.LoginFailure:
                return Misconfigured(REFUSED)
            except discord.PrivilegedIntentsRequired:
                if not self._content:
                    return Misconfigured(_FINAL[4014])
                self._content = False
                log.warning("discord.no_message_content", remedy=NO_CONTENT)
                continue
            except discord.ConnectionClosed as error:
                if error.code in _FINAL:
                    return Misconfigured(_FINAL[error.code])
                log.warning("discord.closed", code=error.code)
            except _TRANSIENT as error:
                log.warning("discord.unreachable", error=str(error))
            await self._dispatcher.context.clock.sleep(self._wait)
            self._wait = min(LONGEST, 2 * self._wait)

    async def _attempt(self) -> None:
        point_at(self._settings)
        client = client_of(self._settings, content=self._content, longest_wait=_LONGEST_WAIT)
        listen(client, self._dispatcher, self._connected)
        commands = Commands(client, AskCommand(self._dispatcher), SlashCommands(self._dispatcher))
        try:
            await client.login(self._settings.token)
            self._told = self._told or await commands.tell()
            await client.connect()
        finally:
            await client.close()

    def _connected(self) -> None:
        self._wait = FIRST
        self._catch_up.connected()
