"""A surface that is connected to a local Slack over real HTTP."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast

from slack_sdk.web.async_client import AsyncWebClient

from adapters.ports.surface import Place, Ref
from adapters.simulators.slack.message import Message
from adapters.simulators.slack.registration import Registration
from adapters.simulators.slack.simulator import Simulator, simulator
from adapters.slack.outbound.surface import SlackSurface
from adapters.slack.workspace import Workspace
from runtime.ids import Address
from runtime.ports import Clock


@dataclass(frozen=True, slots=True)
class Stage:
    """`address` is a thread that Ann began: in #general, or in her direct messages."""

    slack: Simulator
    surface: SlackSurface
    address: Address
    clock: Clock

    @property
    def place(self) -> Place:
        return Place(address=self.address, channel=self.address.channel, thread=self.address.thread)

    def restarted(self, *, allow_guests: bool = False) -> SlackSurface:
        """Another process on the same workspace: it remembers nothing."""
        web, place = client(self.slack), workspace(self.slack)
        return SlackSurface(web, place, self.clock, allow_guests=allow_guests)

    def message(self, ref: Ref) -> Message | None:
        return self.slack.team.place(ref.place.channel).messages.get(ref.message)

    def ours(self) -> list[Message]:
        """What we wrote in the thread, oldest first."""
        thread = self.slack.thread(self.address.channel, self.address.thread)
        return [message for message in thread if message.bot_id is not None]

    async def read(self, ref: Ref) -> str | None:
        """What people read of it: its blocks, not its fallback."""
        message = self.message(ref)
        return None if message is None else written(message)

    def called(self, *methods: str) -> list[str]:
        """The calls of these methods, in order; all for none."""
        return [c.method for c in self.slack.calls.all if not methods or c.method in methods]


def client(slack: Simulator) -> AsyncWebClient:
    return AsyncWebClient(token=slack.bot_token, base_url=slack.base_url, retry_handlers=[])


def workspace(slack: Simulator) -> Workspace:
    bot = slack.team.bot
    return Workspace(
        slack.team.id, bot.id, bot.bot_id or "", slack.registration.app_id, slack.team.name
    )


@asynccontextmanager
async def stage(
    clock: Clock, channel: str = "general", registration: Registration | None = None
) -> AsyncGenerator[Stage]:
    async with simulator(clock, registration=registration) as slack:
        root = await slack.say("ann", channel, "Have a look")
        address = Address(
            platform="slack", team=slack.team.id, channel=root.channel, thread=root.ts
        )
        surface = SlackSurface(client(slack), workspace(slack), clock)
        yield Stage(slack, surface, address, clock)


def written(message: Message) -> str:
    """All texts of the blocks, and names of files."""
    return " ".join([*texts(message.blocks), *message.files])


def texts(node: object) -> Iterator[str]:
    """Every text that people read, wherever it stands in Block Kit."""
    if isinstance(node, dict):
        for name, value in cast(dict[str, Any], node).items():
            if name in ("text", "title", "fallback", "name") and isinstance(value, str):
                yield value
            else:
                yield from texts(value)
    elif isinstance(node, list | tuple):
        for item in cast(list[Any], node):
            yield from texts(item)
