"""Calls are counted as the profile says, and go wrong on purpose."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sim_state import Bench, ok, open_slack

from adapters.simulators.slack.faults import Broken, CutAfter, CutBefore, Limited, Refused, Slow
from adapters.simulators.slack.limits import Profile, RollingWindow, TokenBucket


async def until_limited(slack: Bench, method: str, **arguments: Any) -> tuple[int, int]:
    """How many calls passed, and the Retry-After of the next."""
    for passed in range(200):
        try:
            await slack.call(method, **arguments)
        except SlackApiError as error:
            response: Any = error.response
            assert response.status_code == 429
            assert response["error"] == "ratelimited"
            return passed, int(response.headers["Retry-After"])
    raise AssertionError("nothing was limited")


@pytest.mark.parametrize(
    ("profile", "method", "expected"),
    [
        (RollingWindow(), "users.info", (100, 60)),
        (RollingWindow(), "conversations.info", (50, 60)),
        (RollingWindow(), "usergroups.list", (20, 60)),
        (TokenBucket(10), "conversations.info", (10, 2)),
    ],
)
async def test_tiers(profile: Profile, method: str, expected: tuple[int, int]) -> None:
    async with open_slack(profile) as slack:
        arguments = {"user": slack.user("Ann"), "channel": slack.general}
        assert await until_limited(slack, method, **arguments) == expected
        slack.clock.advance(expected[1])
        await slack.call(method, **arguments)
        assert slack.sim.calls.limited() == 1


async def test_posts_are_counted_by_channel() -> None:
    async with open_slack(RollingWindow()) as slack:
        assert await until_limited(slack, "chat.postMessage", channel=slack.general, text="x") == (
            5,
            1,
        )
        leads = slack.sim.channel("leads").id
        await slack.call("chat.postMessage", channel=leads, text="x")
        slack.clock.advance(1)
        await slack.post()


async def test_connections_are_counted() -> None:
    async with open_slack(RollingWindow()) as slack:
        token = {"token": slack.sim.app_token}
        assert await until_limited(slack, "apps.connections.open", **token) == (50, 60)


async def test_a_fault_is_used_up() -> None:
    async with open_slack() as slack:
        slack.sim.inject(Limited("chat.update", times=2, retry_after=7))
        post = await slack.post()
        edit = {"channel": post.channel, "ts": post.ts, "text": "x"}
        assert await until_limited(slack, "chat.update", **edit) == (0, 7)
        assert await until_limited(slack, "chat.update", **edit) == (0, 7)
        await slack.call("chat.update", **edit)
        slack.sim.inject(Refused("chat.update", "update_failed"))
        assert await slack.refused("chat.update", **edit) == "update_failed"


async def test_a_broken_server_has_no_effect() -> None:
    async with open_slack() as slack:
        slack.sim.inject(Broken("chat.postMessage"))
        with pytest.raises(SlackApiError):
            await slack.post()
        assert slack.sim.calls.of("chat.postMessage")[-1].status == 500
        assert slack.sim.messages("general") == []


@pytest.mark.parametrize(("fault", "posted"), [(CutBefore, 0), (CutAfter, 1)])
async def test_a_cut_connection(fault: type[CutBefore] | type[CutAfter], posted: int) -> None:
    async with open_slack() as slack:
        slack.sim.inject(fault("chat.postMessage"))
        with pytest.raises(aiohttp.ClientError):
            await slack.post()
        assert len(slack.sim.messages("general")) == posted
        last = slack.sim.calls.of("chat.postMessage")[-1]
        assert (last.status, last.took) == (0, posted == 1)


async def test_a_slow_call_waits_on_the_clock() -> None:
    async with open_slack() as slack:
        slack.sim.inject(Slow("auth.test", 30))
        answer = ok(slack.client.auth_test())
        async with asyncio.TaskGroup() as tasks:
            task = tasks.create_task(answer)
            await slack.sim.until(lambda: slack.sim.service.faults.is_empty)
            assert not task.done()
            slack.clock.advance(30)
        assert task.result()["user_id"] == slack.sim.team.bot.id


async def test_calls_are_written_down_without_the_token() -> None:
    async with open_slack() as slack:
        await slack.call("chat.postMessage", channel=slack.general, text="x")
        call = slack.sim.calls.of("chat.postMessage")[-1]
        assert (call.arguments, call.ok) == ({"channel": slack.general, "text": "x"}, True)
        assert slack.sim.bot_token not in repr(slack.sim.calls)
