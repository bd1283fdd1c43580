"""The connection itself: what ends it, what it survives, and what it says to the operator."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from slack_router import PATIENCE, UNAVAILABLE, SlackBench, settings_of, slack_bench

from adapters.simulators.slack.faults import Broken, CutBefore
from adapters.simulators.slack.faults import Refused as Refusing
from adapters.simulators.slack.simulator import Simulator, simulator
from adapters.slack.connection import SlackPlatform
from adapters.slack.settings import SlackSettings
from runtime.clock import SystemClock
from runtime.errors import Misconfigured
from runtime.ids import Address
from runtime.testing.clock import ManualClock

SECRETS = SlackSettings("xoxb-1", "xapp-1", "signing-1", client_id="1.2", client_secret="client-1")


def test_secrets_do_not_show() -> None:
    for secret in ("xoxb-1", "xapp-1", "signing-1", "client-1"):
        assert secret not in repr(SECRETS)
        assert secret not in repr(SlackPlatform(SECRETS, SystemClock()))


@pytest.mark.parametrize(
    ("missing", "http", "words"),
    [
        ("bot_token", False, "SLACK_BOT_TOKEN"),
        ("app_token", False, "SLACK_APP_TOKEN"),
        ("signing_secret", True, "SLACK_SIGNING_SECRET"),
    ],
)
async def test_a_missing_setting_is_named(
    tmp_path: Path, missing: str, http: bool, words: str
) -> None:
    async with slack_bench(
        tmp_path, http=http, change=lambda settings: replace(settings, **{missing: ""})
    ) as bench:
        failed = await bench.ended()
        assert isinstance(failed, Misconfigured)
        assert words in str(failed)
        findings = await bench.platform.examine()
        assert words in " ".join(f.remedy for f in findings if f.state == "bad")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"bot_token": "xoxb-wrong"}, r"bot token is refused \(invalid_auth\): set the token"),
        ({"app_token": "xapp-wrong"}, r"Socket Mode \(invalid_auth\): .*connections:write"),
    ],
)
async def test_a_wrong_token_ends_serving_with_a_remedy(
    tmp_path: Path, wrong: dict[str, str], words: str
) -> None:
    async with slack_bench(tmp_path, change=lambda settings: replace(settings, **wrong)) as bench:
        with pytest.raises(Misconfigured, match=words) as failed:
            await bench.serving
        assert "wrong" not in str(failed.value)


async def test_a_token_that_is_revoked_later_ends_serving(tmp_path: Path) -> None:
    async with slack_bench(tmp_path) as bench:
        await bench.connected()
        bench.slack.revoke_token()
        failed = await bench.ended()
        assert isinstance(failed, Misconfigured)
        assert "token_revoked" in str(failed)
        assert "install the app again" in str(failed)


def away_at_first(slack: Simulator) -> None:
    slack.inject(CutBefore("auth.test"))
    slack.inject(Broken("apps.connections.open", times=2))


async def test_slack_that_is_not_there_yet_is_waited_for(tmp_path: Path) -> None:
    clock = ManualClock()
    async with slack_bench(tmp_path, clock=clock, prepare=away_at_first) as bench:
        await passing(clock, lambda: len(bench.router.missed) == 1)


async def passing(clock: ManualClock, holds: Callable[[], object]) -> None:
    """Time goes on until it holds."""
    async with asyncio.timeout(PATIENCE):
        while not holds():
            clock.advance(1)
            await asyncio.sleep(0)


@pytest.mark.parametrize("trouble", ["drop_sockets", "deafen"])
async def test_a_lost_or_deaf_connection_is_replaced_and_the_gap_is_read(
    tmp_path: Path, trouble: str
) -> None:
    async with slack_bench(tmp_path, heartbeat=2.0) as bench:
        await bench.connected()
        getattr(bench.slack, trouble)()
        await bench.connected(2)
        root = await bench.slack.say("ann", "general", "@aether still there?")
        (heard,) = await bench.settled()
        assert heard.message_id == root.ts
        assert {*bench.router.missed} == {"slack"}, "the gap was read again"


def opened(bench: SlackBench) -> int:
    """How often a connection was asked for."""
    return [call.method for call in bench.slack.calls.all].count("apps.connections.open")


@pytest.mark.parametrize("reason", ["refresh_requested", "warning"])
async def test_slacks_own_wish_to_reconnect_is_followed(tmp_path: Path, reason: str) -> None:
    async with slack_bench(tmp_path) as bench:
        await bench.connected()
        connections = bench.slack.sockets.connections
        (before,) = connections
        await bench.slack.ask_to_reconnect(reason)
        await bench.until(lambda: connections and before not in connections)
        assert opened(bench) > 1
        root = await bench.slack.say("ann", "general", "@aether hello")
        (heard,) = await bench.settled()
        assert heard.message_id == root.ts


async def test_whom_slack_does_not_tell_of_is_heard_when_it_does(tmp_path: Path) -> None:
    clock = ManualClock()
    async with slack_bench(tmp_path, clock=clock) as bench:
        await passing(clock, lambda: len(bench.router.missed) == 1)
        bench.slack.inject(Broken("users.info"))
        root = await bench.slack.say("ann", "general", "@aether hello")
        await bench.until(lambda: bench.slack.calls.of("users.info"))
        assert bench.router.got == []
        await passing(clock, lambda: bench.router.got)
        (heard,) = bench.router.got
        assert (heard.message_id, heard.actor.name) == (root.ts, "Ann")
        assert bench.slack.ephemerals("ann") == []


async def test_what_was_not_written_is_not_acknowledged_over_the_socket(tmp_path: Path) -> None:
    clock = ManualClock()
    async with slack_bench(tmp_path, clock=clock) as bench:
        await passing(clock, lambda: len(bench.router.missed) == 1)
        bench.router.answers = [UNAVAILABLE]
        root = await bench.slack.say("ann", "general", "@aether hello")
        await bench.until(lambda: bench.router.failed == 1)
        assert bench.router.got == []
        await passing(clock, lambda: bench.router.got)  # after three seconds it comes again
        (heard,) = bench.router.got
        assert heard.message_id == root.ts


JUNK: list[dict[str, object]] = [
    {"type": "app_mention"},
    {"type": "app_mention", "channel": 7, "ts": "1.0", "user": "U1"},
    {"type": "message", "channel": "C1", "ts": "yesterday", "user": "U1"},
    {"type": "message", "channel": "C1", "ts": "1.0", "user": "U1", "files": "many"},
    {"type": "reaction_added", "item": None},
    {"type": "agent_session_stopped"},
    {"type": "app_home_opened", "user": {}},
    {"type": "tokens_revoked", "tokens": {"bot": "yes"}},
    {"type": ["app_mention"]},
    {},
]


@pytest.mark.parametrize("event", JUNK)
async def test_junk_is_dropped_and_the_next_event_is_heard(
    tmp_path: Path, event: dict[str, object]
) -> None:
    async with slack_bench(tmp_path) as bench:
        await bench.connected()
        bench.slack.delivery.emit(bench.slack.team, {"type": "", **event})
        root = await bench.slack.say("ann", "general", "@aether hello")
        (heard,) = await bench.settled()
        assert heard.message_id == root.ts
        assert not bench.serving.done()


async def test_a_workspace_of_others_is_not_ours(tmp_path: Path) -> None:
    async with slack_bench(tmp_path) as bench:
        await bench.connected()
        other = bench.slack.add_team("Other")
        ours = Address(platform="slack", team=bench.slack.team.id, channel="C1", thread="1.0")
        assert bench.platform.surface(ours) is bench.platform.surface(ours)
        assert bench.platform.surface(ours.model_copy(update={"team": other.id})) is None
        assert bench.platform.surface(ours.model_copy(update={"platform": "discord"})) is None


async def test_a_surface_works_before_anything_is_connected() -> None:
    clock = SystemClock()
    async with simulator(clock) as slack:
        platform = SlackPlatform(settings_of(slack), clock)
        root = await slack.say("ann", "general", "hello")
        address = Address(
            platform="slack", team=slack.team.id, channel=root.channel, thread=root.ts
        )
        surface = platform.surface(address)
        assert surface is not None
        assert surface.cost(address, "history")
        await slack.say("bob", "general", "yes?", thread_ts=root.ts)
        replies = await surface.history(address, root.ts)
        assert [(reply.actor.name, reply.text) for reply in replies] == [("Bob", "yes?")]


@pytest.mark.parametrize(
    ("fault", "state", "words"),
    [
        (None, "good", "all"),
        (Refusing("auth.test", "token_revoked"), "bad", "install the app again"),
        (Broken("auth.test"), "bad", "check the network"),
        (Refusing("apps.connections.open", "missing_scope"), "bad", "missing scope"),
    ],
)
async def test_the_examination_names_the_fault_and_its_remedy(
    fault: Refusing | Broken | None, state: str, words: str
) -> None:
    clock = SystemClock()
    async with simulator(clock) as slack:
        if fault is not None:
            slack.inject(fault)
        findings = await SlackPlatform(settings_of(slack), clock).examine()
        chosen = [f for f in findings if f.state == state]
        assert words in " ".join(f"{f.text} {f.remedy}" for f in chosen)
        assert all(f.remedy for f in findings if f.state != "good")


@pytest.mark.parametrize(("allow_guests", "state"), [(False, "bad"), (True, "poor")])
async def test_knowing_people_is_needed_to_keep_outsiders_out(
    allow_guests: bool, state: str
) -> None:
    clock = SystemClock()
    async with simulator(clock) as slack:
        slack.limit_scopes("app_mentions:read", "chat:write")
        settings = replace(settings_of(slack), allow_guests=allow_guests)
        findings = await SlackPlatform(settings, clock).examine()
        assert {f.what: f.state for f in findings}["Slack scope users:read"] == state


async def test_the_examination_names_missing_scopes() -> None:
    clock = SystemClock()
    async with simulator(clock) as slack:
        slack.limit_scopes("chat:write", "users:read")
        findings = await SlackPlatform(settings_of(slack), clock).examine()
        states = {f.what: f.state for f in findings}
        assert states["Slack scope app_mentions:read"] == "bad"
        assert states["Slack scope channels:read"] == "poor"
        assert states["Slack scope usergroups:read"] == "poor"
        assert "Slack scope chat:write" not in states
