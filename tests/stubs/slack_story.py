"""The whole service behind a local Slack: the real adapter, desk, journal and settler, as `bot up`
composes them; a script plays the model, and the sandbox is in memory.

async with open_story(tmp_path, [Line(text="Hello.")]) as story:
    thread = await story.mention("hi")
    await thread.until(lambda: thread.answer == "Hello.")
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from held_model import HeldModel
from slack_clock import SlowClock
from slack_router import web_doors
from slack_story_thread import File, StoryThread

from adapters.ports.chat_platform import InboundContext
from adapters.simulators.slack.elements import elements
from adapters.simulators.slack.registration import Registration
from adapters.simulators.slack.simulator import Simulator, simulator
from adapters.slack.connection import SlackPlatform
from bot.chat.lifespan import chatting
from bot.chat.platforms import Platforms, platforms_of
from bot.service import Service
from config.load import load
from runtime import AgentManager
from runtime.dependencies import Dependencies, OneModel
from runtime.ids import Address, SessionId, session_id
from runtime.ports import Clock
from runtime.profile import Profile, always
from runtime.testing.model import Line, Reply
from runtime.testing.sandbox import FakeSandbox
from runtime.tools.catalog import NAMES

HURRY = 10.0  # seconds of the service's clock in one real second: what is paced need not be slow


@dataclass
class HurriedClock:
    """Implements ports.Clock. All that are made from one `born` (Unix time) agree, whatever process
    they are in."""

    born: float = field(default_factory=time.time)

    def now(self) -> datetime:
        since = (time.time() - self.born) * HURRY
        return datetime.fromtimestamp(self.born, UTC) + timedelta(seconds=since)

    def monotonic(self) -> float:
        return time.monotonic() * HURRY

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds) / HURRY)


@dataclass
class Story:
    """A served Slack, looked at from the people's side."""

    slack: Simulator
    model: HeldModel
    sandbox: FakeSandbox
    manager: AgentManager
    context: InboundContext

    async def mention(
        self, text: str, user: str = "ann", channel: str = "general", files: Sequence[File] = ()
    ) -> StoryThread:
        """Somebody begins a thread with a call."""
        said = await self.slack.say(user, channel, f"@aether {text}", files=files)
        return self.thread(said.channel, said.ts)

    async def write(self, text: str, user: str = "ann", files: Sequence[File] = ()) -> StoryThread:
        """Somebody begins a thread in direct messages."""
        said = await self.slack.say(user, "dm", text, files=files)
        return self.thread(said.channel, said.ts)

    def thread(self, channel: str, root: str) -> StoryThread:
        return StoryThread(self.slack, channel, root)

    def session(self, thread: StoryThread) -> SessionId:
        team = self.slack.team.id
        return session_id(
            Address(platform="slack", team=team, channel=thread.channel, thread=thread.root)
        )

    async def press_at_home(self, user: str, label: str) -> None:
        """On the home tab as it stands. Raises KeyError if there is no such button."""
        view = self.slack.home(user)
        for each in elements(view.source["blocks"]) if view else ():
            if each.source.get("text", {}).get("text") == label:
                value = str(each.source["value"])
                assert view is not None
                await self.slack.click_in_view(user, view, each.action_id, value)
                return
        raise KeyError(label)


@asynccontextmanager
async def open_story(
    folder: Path,
    script: Sequence[Line | Reply],
    *,
    http: bool = False,
    registration: Registration | None = None,
    prepare: Callable[[Simulator], None] = lambda slack: None,
    url: str = "",
) -> AsyncGenerator[Story]:
    """Connected over Socket Mode, or over signed HTTP. `url` is the database, if it is not a file
    in the folder."""
    async with simulator(SlowClock(), registration=registration) as slack:
        prepare(slack)
        model, sandbox = HeldModel(script), FakeSandbox()
        sandbox.on(lambda _: True)
        async with serving(slack, folder, model, sandbox, http=http, url=url) as story:
            yield story


@asynccontextmanager
async def serving(
    slack: Simulator,
    folder: Path,
    model: HeldModel,
    sandbox: FakeSandbox,
    *,
    http: bool = False,
    url: str = "",
) -> AsyncGenerator[Story]:
    """The service while the block runs, then as after SIGTERM with no time left."""
    clock = HurriedClock()
    settings = load(environ=environ(slack, http=http), folder=folder)
    platforms = platforms_of(settings, clock)
    (platform,) = platforms.every
    assert isinstance(platform, SlackPlatform)
    made = parts(folder, model, sandbox, platforms, clock)
    async with (
        AgentManager(replace(made, database_url=url or made.database_url)) as manager,
        chatting(Service(manager, folder, "scripted"), platforms, 0.0) as context,
        web_doors(platform, context) as doors,
    ):
        if http:
            slack.deliver_to(f"{doors}/slack/events")
        else:
            await slack.until(lambda: bool(slack.sockets.connections))
        yield Story(slack, model, sandbox, manager, context)


def environ(slack: Simulator, *, http: bool = False) -> dict[str, str]:
    """What somebody who runs the service sets."""
    mode = {"AETHER_SLACK__MODE": "http", "SLACK_SIGNING_SECRET": slack.signing_secret}
    app = {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "AETHER_SLACK__BASE_URL": slack.base_url,
    }
    return app | mode if http else app


def parts(
    folder: Path, model: HeldModel, sandbox: FakeSandbox, platforms: Platforms, clock: Clock
) -> Dependencies:
    return Dependencies(
        database_url=f"sqlite:///{folder / 'aether.db'}",
        data_dir=folder,
        models=OneModel(model),
        sandbox=sandbox,
        profile_for=always(Profile(model=model.name, tools=NAMES)),
        settlers=platforms.settlers,
        clock=clock,
    )
