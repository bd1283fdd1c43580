"""A task on the simulated platforms: real adapters over sockets, real desk, journal and settler."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from adapters.discord.simulator.message import Message
from adapters.discord.simulator.pressing import controls
from adapters.discord.simulator.twin import twin
from adapters.slack.simulator.elements import elements
from adapters.slack.simulator.simulator import simulator
from bot.chat.chats import chatting
from bot.chat.platforms import Platforms, platforms_of
from bot.house import House
from config.load import load
from runtime import AgentManager
from runtime.approvals import Mode
from runtime.clock import SystemClock
from runtime.decide import Terms
from runtime.events import Limits
from runtime.parts import Parts
from runtime.testing.model import Line, ScriptedModel
from runtime.testing.sandbox import FakeSandbox
from runtime.tools.catalog import BUILT_IN
from runtime.tools.policy import Policy
from runtime.tools.toolbox import Toolbox

SCRIPT = (Line(calls=(("shell", {"command": "rm -rf build"}),)), Line(text="All clean."))
PATIENCE = 20.0  # seconds


@asynccontextmanager
async def served(folder: Path, environ: dict[str, str]) -> AsyncGenerator[Platforms]:
    """As `bot up` composes it, with a scripted model and a sandbox in memory."""
    platforms = platforms_of(load(environ=environ, folder=folder), SystemClock())
    model, sandbox = ScriptedModel(SCRIPT), FakeSandbox()
    sandbox.on(lambda _: True)
    parts = Parts(
        database_url=f"sqlite:///{folder / 'aether.db'}",
        data_dir=folder,
        model=model,
        sandbox=sandbox,
        toolbox=Toolbox(BUILT_IN, Policy()),
        terms=Terms(model=model.name, mode=Mode.SEMI, limits=Limits()),
        instructions="",
        settlers=platforms.settlers,
    )
    async with (
        AgentManager(parts) as manager,
        chatting(House(manager, folder, "scripted"), platforms, 0.0),
    ):
        yield platforms


async def test_slack(tmp_path: Path) -> None:
    async with simulator(SystemClock()) as slack:
        environ = {
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "AETHER_SLACK__BASE_URL": slack.base_url,
        }
        async with served(tmp_path, environ):
            await slack.until(lambda: bool(slack.sockets.connections), PATIENCE)
            asked = await slack.say("ann", "general", "@aether clean the folder")

            def approval() -> tuple[str, str] | None:
                for message in slack.thread("general", asked.ts):
                    for button in elements(message.blocks):
                        if "Approve" in str(button.source.get("text")):
                            return message.ts, button.action_id
                return None

            await slack.until(lambda: approval() is not None, PATIENCE)
            found = approval()
            assert found is not None
            await slack.click("ann", "general", *found)

            def answered() -> bool:
                return any("All clean." in m.text for m in slack.thread("general", asked.ts))

            await slack.until(answered, PATIENCE)


async def test_discord(tmp_path: Path) -> None:
    async with twin(SystemClock()) as discord:
        environ = {
            "DISCORD_TOKEN": discord.token,
            "AETHER_DISCORD__REST_URL": discord.rest_url,
            "AETHER_DISCORD__GATEWAY_URL": discord.gateway_url,
        }
        async with served(tmp_path, environ):
            await discord.until(lambda: discord.hub.connected, PATIENCE)
            ann, general = discord.person("Ann"), discord.channel("general")
            asked = discord.say(ann, general, f"{discord.bot.mention} clean the folder")

            def approval() -> tuple[Message, str] | None:
                for message in discord.said(asked.thread) if asked.thread else ():
                    for control in controls(message.body.components):
                        if "Approve" in str(control.get("label")):
                            return message, str(control["custom_id"])
                return None

            message, button = await discord.until(approval, PATIENCE) or (asked, "")
            discord.click(ann, message, button)

            def answered() -> bool:
                assert asked.thread is not None
                return any("All clean." in repr(m.body) for m in discord.said(asked.thread))

            await discord.until(answered, PATIENCE)
