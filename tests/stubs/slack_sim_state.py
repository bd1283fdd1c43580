"""A simulated Slack on a clock that stands still, and the real SDK in front of it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.simulators.slack.limits import Profile
from adapters.simulators.slack.message import Message
from adapters.simulators.slack.registration import Registration
from adapters.simulators.slack.simulator import Simulator, simulator
from runtime.testing.clock import ManualClock

Json = dict[str, Any]
PATIENCE = 120.0  # seconds until a test gives up


@dataclass(frozen=True, slots=True)
class Bench:
    """`client` is an AsyncWebClient that repeats nothing by itself; its signatures name bare
    dicts, which strict types do not take."""

    sim: Simulator
    client: Any
    clock: ManualClock

    @property
    def general(self) -> str:
        return self.sim.channel("general").id

    def user(self, name: str) -> str:
        return self.sim.person(name).id

    async def call(self, method: str, **arguments: Any) -> Json:
        """As JSON. Raises SlackApiError."""
        return await ok(self.client.api_call(method, json=arguments))

    async def refused(self, method: str, **arguments: Any) -> str:
        return await refusal(self.client.api_call(method, json=arguments))

    async def post(self, text: str = "hello", **arguments: Any) -> Message:
        """A message of the bot in #general."""
        answer = await self.call("chat.postMessage", channel=self.general, text=text, **arguments)
        return self.message(answer["ts"])

    def message(self, ts: str, channel: str = "general") -> Message:
        return self.sim.channel(channel).messages[ts]


@asynccontextmanager
async def open_slack(
    profile: Profile | None = None,
    registration: Registration | None = None,
    clock: ManualClock | None = None,
) -> AsyncGenerator[Bench]:
    clock = clock or ManualClock()
    async with simulator(clock, profile, registration) as sim:
        client = AsyncWebClient(sim.bot_token, base_url=sim.base_url, retry_handlers=[])
        yield Bench(sim, client, clock)


class HastyClock(ManualClock):
    """Whoever sleeps has slept at once: every wait for an answer runs out."""

    async def sleep(self, seconds: float) -> None:
        self.advance(seconds)


async def ok(answer: Awaitable[Any]) -> Json:
    return cast("Json", (await answer).data)


async def refusal(answer: Awaitable[Any]) -> str:
    """The code of a call that must fail."""
    return str((await refused_with(answer))["error"])


async def refused_with(answer: Awaitable[Any]) -> Json:
    try:
        await answer
    except SlackApiError as error:
        return cast("Json", cast("Any", error.response).data)
    raise AssertionError("Slack would have refused this")


@dataclass(slots=True)
class Heard:
    """What listeners of an app were given."""

    events: list[Json] = field(default_factory=list[Json])
    bodies: list[Json] = field(default_factory=list[Json])

    def of(self, kind: str) -> list[Json]:
        return [event for event in self.events if event["type"] == kind]


def new_app(bench: Bench) -> Any:
    """An AsyncApp: Bolt leaves its decorators without types."""
    client = AsyncWebClient(bench.sim.bot_token, base_url=bench.sim.base_url)
    return AsyncApp(client=client, signing_secret=bench.sim.signing_secret)


def listening(bench: Bench, heard: Heard) -> Any:
    """An app that notes every event and acknowledges it."""
    app = new_app(bench)

    async def note(event: Json, body: Json) -> None:
        heard.events.append(event)
        heard.bodies.append(body)
        bench.sim.service.changes.note()

    for kind in (
        "app_mention", "message", "reaction_added", "app_home_opened", "agent_session_stopped",
        "agent_session_title_changed", "tokens_revoked", "member_joined_channel",
    ):  # fmt: skip
        app.event(kind)(note)
    return app


@asynccontextmanager
async def connected(bench: Bench, app: Any, sockets: int = 1) -> AsyncGenerator[None]:
    """The app listens over Socket Mode."""
    handlers = [AsyncSocketModeHandler(app, bench.sim.app_token) for _ in range(sockets)]
    for handler in handlers:
        await handler.connect_async()
    await bench.sim.until(lambda: len(bench.sim.sockets.connections) == sockets)
    try:
        yield
    finally:
        for handler in handlers:
            await handler.close_async()
