"""Events by signed HTTP, taken by the real Bolt."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from slack_sdk.signature import Clock, SignatureVerifier
from slack_sim_state import Bench, Heard, open_slack

Json = dict[str, Any]


class BenchClock(Clock):
    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    def now(self) -> float:
        return self._bench.clock.now().timestamp()


@asynccontextmanager
async def receiving(slack: Bench, handler: Any) -> AsyncGenerator[None]:
    """A request URL on this machine."""
    app = web.Application()
    app.router.add_post("/slack/events", handler)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    slack.sim.deliver_to(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
    try:
        yield
    finally:
        await runner.cleanup()


async def test_signed_events_reach_the_app() -> None:
    heard = Heard()
    async with open_slack() as slack:
        signatures: list[bool] = []
        verifier = SignatureVerifier(slack.sim.signing_secret, BenchClock(slack))

        async def take(request: web.Request) -> web.Response:
            body = await request.read()
            signatures.append(verifier.is_valid_request(body, dict(request.headers)))
            heard.bodies.append(await request.json())
            slack.sim.service.changes.note()
            return web.Response()

        async with receiving(slack, take):
            await slack.sim.say("Ann", "general", "@aether hi")
            await slack.sim.until(lambda: len(heard.bodies) == 2)
        assert signatures == [True, True]
        assert {body["event"]["type"] for body in heard.bodies} == {"app_mention", "message"}


async def test_a_refused_event_comes_again_with_its_number() -> None:
    seen: list[tuple[str, str, str]] = []
    async with open_slack() as slack:

        async def take(request: web.Request) -> web.Response:
            body = await request.json()
            number = request.headers.get("x-slack-retry-num", "")
            reason = request.headers.get("x-slack-retry-reason", "")
            seen.append((body["event_id"], number, reason))
            slack.sim.service.changes.note()
            return web.Response(status=200 if number else 500)

        async with receiving(slack, take):
            await slack.sim.say("Ann", "general", "hi")
            await slack.sim.until(lambda: len(seen) == 2)
        assert [entry[1:] for entry in seen] == [("", ""), ("1", "http_error")]
        assert seen[0][0] == seen[1][0]


async def test_the_app_may_refuse_repetitions() -> None:
    async with open_slack() as slack:

        async def take(request: web.Request) -> web.Response:
            return web.Response(status=500, headers={"x-slack-no-retry": "1"})

        async with receiving(slack, take):
            await slack.sim.say("Ann", "general", "hi")
            await slack.sim.until(lambda: len(slack.sim.delivery.lost) == 1)


async def test_a_silent_app_is_asked_again_after_three_seconds() -> None:
    numbers: list[str] = []
    release = asyncio.Event()
    async with open_slack() as slack:

        async def take(request: web.Request) -> web.Response:
            numbers.append(request.headers.get("x-slack-retry-reason", ""))
            slack.sim.service.changes.note()
            if len(numbers) == 1:
                await release.wait()
            return web.Response()

        async with receiving(slack, take):
            await slack.sim.say("Ann", "general", "hi")
            await slack.sim.until(lambda: len(numbers) == 1)
            slack.clock.advance(3)
            await slack.sim.until(lambda: len(numbers) == 2)
            release.set()
        assert numbers == ["", "http_timeout"]
