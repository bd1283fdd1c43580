"""The commands of the app, and telling Discord of them when they changed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import cast

import aiohttp
import discord
import structlog
from discord import app_commands

from adapters.commands import SLASHED, Spec
from adapters.discord.inbound.ask_command import AskCommand
from adapters.discord.inbound.slash_commands import SlashCommands

log = structlog.get_logger(__name__)

_PATIENCE = 10.0  # seconds; messages should not wait for commands
MENU = "Ask Aether"
_NUMBER = "Of the permission, as /grants counts them"
_TASK = "Which one, where several are open: #1a2b3c"
_CODE = 6  # characters of a task's name; a # may stand before it
_MOST = 9_999  # permissions of a thread
Number = app_commands.Range[int, 1, _MOST]
TaskCode = app_commands.Range[str, _CODE, _CODE + 1]
_GUILDS_AND_DMS = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=False)
_IN_GUILDS = app_commands.AppInstallationType(guild=True, user=False)
_SAID = ("type", "name", "description")
_WITHIN = ("min_value", "max_value", "min_length", "max_length")
_UNKNOWN = "This command has changed. Reload Discord, then use it again."


class Commands(app_commands.CommandTree[discord.Client]):
    """One for each client: it answers what the client receives. Without listeners it only
    compares."""

    def __init__(
        self,
        client: discord.Client,
        asks: AskCommand | None = None,
        orders: SlashCommands | None = None,
    ) -> None:
        super().__init__(client, allowed_contexts=_GUILDS_AND_DMS, allowed_installs=_IN_GUILDS)
        self._define_ask(asks)
        for spec in SLASHED:
            self._define_one(spec, orders)
        self._define_menu(orders)

    def _define_ask(self, asks: AskCommand | None) -> None:
        @self.command(name="ask", description="Give Aether a task")
        @app_commands.describe(text="What to do", file="A file for the task")
        async def ask(
            interaction: discord.Interaction, text: str, file: discord.Attachment | None = None
        ) -> None:
            assert asks, "nobody listens"
            await asks.ask(interaction, text, file)

    def _define_one(self, spec: Spec, orders: SlashCommands | None) -> None:
        if spec.of_place:
            self._define_here(spec, orders)
        elif spec.argument:
            self._define_numbered(spec, orders)
        else:
            self._define(spec, orders)

    def _define_here(self, spec: Spec, orders: SlashCommands | None) -> None:
        @self.command(name=spec.word, description=spec.says)
        async def order(interaction: discord.Interaction) -> None:
            assert orders, "nobody listens"
            await orders.command(interaction, spec, "", "")

    def _define(self, spec: Spec, orders: SlashCommands | None) -> None:
        @self.command(name=spec.word, description=spec.says)
        @app_commands.describe(task=_TASK)
        async def order(interaction: discord.Interaction, task: TaskCode = "") -> None:
            assert orders, "nobody listens"
            await orders.command(interaction, spec, "", task)

    def _define_numbered(self, spec: Spec, orders: SlashCommands | None) -> None:
        @self.command(name=spec.word, description=spec.says)
        @app_commands.describe(number=_NUMBER, task=_TASK)
        async def order(
            interaction: discord.Interaction, number: Number, task: TaskCode = ""
        ) -> None:
            assert orders, "nobody listens"
            await orders.command(interaction, spec, str(number), task)

    def _define_menu(self, orders: SlashCommands | None) -> None:
        @self.context_menu(name=MENU)
        async def take_up(interaction: discord.Interaction, message: discord.Message) -> None:
            assert orders, "nobody listens"
            await orders.take_up(interaction, message)

    async def on_error(
        self, interaction: discord.Interaction, error: app_commands.AppCommandError, /
    ) -> None:
        if isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
            await interaction.response.send_message(_UNKNOWN, ephemeral=True)
        else:
            await super().on_error(interaction, error)

    async def untold(self) -> list[str]:
        """Names of commands that Discord does not know as they are now, or that are no more. Raises
        discord.HTTPException."""
        # As Discord sends them: discord.py 2.7 reads the lists of places as sets of bits.
        known = await self.client.http.get_global_commands(self.client.application_id or 0)
        there = {_essence(command) for command in known}
        here = {_essence(command.to_dict(self)) for command in self.get_commands()}
        return sorted({str(name) for _, name, *_ in there ^ here})

    async def tell(self) -> bool:
        """Whether Discord knows them now. Called once for each change of their definition: Discord
        takes 200 new commands a day. Everything else works without, so nothing is raised."""
        try:
            async with asyncio.timeout(_PATIENCE):
                if await self.untold():
                    await self.sync()
                    log.info("discord.commands_told")
        except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
            log.warning("discord.commands_not_told", error=str(error))
            return False
        return True


def _essence(command: Mapping[str, object]) -> tuple[object, ...]:
    """What we define of a command, without what Discord adds."""
    options = cast("Sequence[Mapping[str, object]]", command.get("options") or ())
    return (
        command["type"],
        command["name"],
        command.get("description") or "",
        tuple(sorted(cast("list[int]", command.get("contexts") or []))),
        tuple(sorted(cast("list[int]", command.get("integration_types") or []))),
        tuple(
            (
                *(option[key] for key in _SAID),
                bool(option.get("required")),
                *map(option.get, _WITHIN),
            )
            for option in options
        ),
    )
