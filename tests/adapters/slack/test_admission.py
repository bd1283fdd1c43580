"""Who may use the agent: what Slack tells of somebody decides, and its silence lets nobody in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from slack_router import SlackBench, slack_bench
from slack_sim_state import HastyClock
from slack_stage import stage
from slack_strangers import STRANGERS, let_in

from adapters.ports.errors import Unanswered
from adapters.simulators.slack.faults import Broken, Fault, Limited, Refused
from adapters.slack.inbound.admission import REFUSAL
from adapters.slack.inbound.people import person_of
from adapters.slack.settings import SlackSettings
from runtime.clock import SystemClock
from runtime.testing.clock import ManualClock

US = "T1"


def open_house(settings: SlackSettings) -> SlackSettings:
    return replace(settings, allow_guests=True)


@pytest.mark.parametrize(
    ("told", "standing"),
    [
        ({"team_id": US}, "member"),
        ({"team_id": US, "is_restricted": True}, "guest"),
        ({"team_id": US, "is_ultra_restricted": True}, "guest"),
        ({"team_id": US, "deleted": True}, "outsider"),
        ({"team_id": "T2", "is_stranger": False}, "outsider"),
        ({"team_id": "T2", "enterprise_user": {"teams": ["T2", US]}}, "member"),
        ({"enterprise_user": {"teams": [US]}, "is_restricted": True}, "guest"),
        ({"team_id": "T2", "enterprise_user": {"teams": ["T2", "T3"]}}, "outsider"),
        ({"team_id": None, "enterprise_user": None, "profile": None}, "outsider"),
        ({}, "outsider"),
    ],
)
def test_the_workspace_of_a_person_decides(told: dict[str, Any], standing: str) -> None:
    assert person_of({"user": told}, US).standing == standing


async def call(bench: SlackBench, who: str, root: str) -> None:
    await bench.slack.say(who, "general", "@aether do as I say")


async def steer(bench: SlackBench, who: str, root: str) -> None:
    await bench.slack.say(who, "general", "do as I say", thread_ts=root)


async def write(bench: SlackBench, who: str, root: str) -> None:
    await bench.slack.say(who, "dm", "do as I say")


async def sign(bench: SlackBench, who: str, root: str) -> None:
    await bench.slack.react(who, "general", root, "octagonal_sign")


async def stop(bench: SlackBench, who: str, root: str) -> None:
    await bench.slack.press_stop(who, "general", root)


async def point(bench: SlackBench, who: str, root: str) -> None:
    said = await bench.slack.say("bob", "general", "the build is red")
    await bench.slack.shortcut(who, "general", said.ts, "ask_agent")


Act = Callable[[SlackBench, str, str], Awaitable[None]]


@pytest.mark.parametrize("act", [call, steer, write, sign, stop, point])
@pytest.mark.parametrize("who", STRANGERS)
async def test_who_does_not_belong_here_is_told_so_and_not_heard(
    tmp_path: Path, who: str, act: Act
) -> None:
    async with slack_bench(tmp_path, prepare=let_in) as bench:
        await bench.connected()
        root = await bench.slack.say("ann", "general", "@aether hello")
        await bench.got(1)
        await act(bench, who, root.ts)
        await bench.until(lambda: bench.slack.ephemerals(who))
        assert [heard.message_id for heard in await bench.settled()] == [root.ts]
        assert [told.text for told in bench.slack.ephemerals(who)] == [REFUSAL]
        assert bench.slack.ephemerals("ann") == []


@pytest.mark.parametrize("who", STRANGERS)
async def test_the_settings_can_let_them_in(tmp_path: Path, who: str) -> None:
    async with slack_bench(tmp_path, prepare=let_in, change=open_house) as bench:
        await bench.connected()
        root = await bench.slack.say(who, "general", "@aether hello")
        (heard,) = await bench.settled()
        assert heard.message_id == root.ts
        assert bench.slack.ephemerals(who) == []


async def test_without_the_right_to_know_people_nobody_gets_in(tmp_path: Path) -> None:
    async with slack_bench(tmp_path) as bench:
        await bench.connected()
        bench.slack.limit_scopes("app_mentions:read", "chat:write", "im:history")
        await bench.slack.say("bob", "general", "@aether hello")
        await bench.until(lambda: bench.slack.ephemerals("bob"))
        assert bench.router.got == []
        assert [told.text for told in bench.slack.ephemerals("bob")] == [REFUSAL]


async def test_what_strangers_wrote_is_history_and_nothing_more() -> None:
    async with stage(SystemClock()) as it:
        let_in(it.slack)
        for who in ("bob", *STRANGERS):
            await it.slack.say(who, "general", f"by {who}", thread_ts=it.address.thread)
        read = await it.surface.history(it.address, it.address.thread)
        told = [(reply.text, reply.admitted) for reply in read]
        assert told == [("by bob", True), ("by gus", False), ("by eve", False)]


@pytest.mark.parametrize(
    "fault",
    [Broken("users.info"), Limited("users.info"), Refused("users.info", "token_expired")],
)
async def test_slack_is_asked_again_in_a_moment(fault: Fault) -> None:
    async with stage(HastyClock()) as it:
        it.slack.inject(fault)
        (reply,) = await it.surface.history(it.address, "")
        assert reply.actor.name == "Ann"


class Late(ManualClock):
    """Whoever would ask again in a moment has no time left."""

    async def sleep(self, seconds: float) -> None:
        if seconds < 1:
            raise TimeoutError
        await super().sleep(seconds)


async def test_silence_lets_nobody_in_and_sends_nobody_away() -> None:
    async with stage(Late()) as it:
        root = it.address.thread
        await it.slack.say("ann", "general", "go on", thread_ts=root)
        it.slack.inject(Broken("users.info"))
        with pytest.raises(Unanswered, match="who belongs to the workspace"):
            await it.surface.history(it.address, root)
        (reply,) = await it.surface.history(it.address, root)
        assert (reply.actor.name, reply.admitted) == ("Ann", True)


async def test_what_strangers_wrote_counts_where_they_are_let_in() -> None:
    async with stage(SystemClock()) as it:
        let_in(it.slack)
        for who in STRANGERS:
            await it.slack.say(who, "general", f"by {who}", thread_ts=it.address.thread)
        surface = it.restarted(allow_guests=True)
        read = await surface.history(it.address, it.address.thread)
        told = [(reply.text, reply.admitted) for reply in read]
        assert told == [("by gus", True), ("by eve", True)]
