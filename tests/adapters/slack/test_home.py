"""The home tab with a real house behind it: what is open, for those who may know of it, and the
same buttons through the same door."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from slack_clock import SlowClock
from slack_router import SlackBench, slack_bench
from slack_stage import texts
from slack_strangers import STRANGERS, let_in

from adapters.open_threads import OpenThread, open_threads
from adapters.simulators.slack.elements import elements
from adapters.simulators.slack.faults import Broken, Refused
from adapters.simulators.slack.message import Message
from adapters.simulators.slack.view import View
from adapters.slack.home.home_tab import home
from adapters.slack.inbound import lookup_cache
from adapters.slack.inbound.admission import REFUSAL
from adapters.slack.inbound.channels import KEPT
from adapters.slack.settings import SlackSettings
from runtime.clock import SystemClock
from runtime.ids import Address, session_id
from runtime.testing.model import Line
from runtime.view import ThreadView

RISKY = Line(calls=(("shell", {"command": "rm -rf build <!here>"}),))
SCRIPT = (RISKY, Line(text="Done."))
AT_ONCE = 0.1  # seconds: what never comes need not be waited for


class LaterClock(SlowClock):
    """Slow, and as far ahead as a test says."""

    def __init__(self) -> None:
        super().__init__()
        self.ahead = timedelta()

    def now(self) -> datetime:
        return super().now() + self.ahead

    def monotonic(self) -> float:
        return super().monotonic() + self.ahead.total_seconds()


async def asked(bench: SlackBench, channel: str = "general", user: str = "ann") -> Message:
    """A task whose approval waits."""
    await bench.connected()
    root = await bench.slack.say(user, channel, "@aether clean up")
    await until_view(bench, root, lambda view: view.run is not None and view.run.waiting)
    return root


async def until_view(
    bench: SlackBench, root: Message, holds: Callable[[ThreadView], bool]
) -> ThreadView:
    address = Address(
        platform="slack", team=bench.slack.team.id, channel=root.channel, thread=root.ts
    )
    feed = await bench.context.sessions.view(session_id(address))
    try:
        view = feed.view
        while not holds(view):
            view = await feed.changed()
        return view
    finally:
        await feed.aclose()


async def opened(bench: SlackBench, user: str) -> dict[str, Any]:
    """The view that the person sees when they open the tab."""
    before = bench.slack.home(user)
    await bench.slack.open_home(user)
    await bench.until(lambda: bench.slack.home(user) not in (None, before))
    found = bench.slack.home(user)
    assert found is not None
    return found.source


async def told(bench: SlackBench, user: str, view: View, label: str) -> str:
    """What a modal says after the button is pressed on the tab as it stands in `view`."""
    before = bench.slack.views(user)
    for each in elements(view.source["blocks"]):
        if each.source.get("text", {}).get("text") == label:
            value = str(each.source["value"])
            await bench.slack.click_in_view(user, view, each.action_id, value)
            await bench.until(lambda: bench.slack.views(user) not in ([], before))
            return " ".join(texts(bench.slack.views(user)[-1].source))
    raise KeyError(label)


async def test_nothing_open_says_so(tmp_path: Path) -> None:
    async with slack_bench(tmp_path, script=SCRIPT) as bench:
        await bench.connected()
        read = " ".join(texts(await opened(bench, "ann")))
        assert "Nothing waits." in read
        assert "No task is running." in read


async def test_an_approval_can_be_given_at_home(tmp_path: Path) -> None:
    async with slack_bench(tmp_path, script=SCRIPT) as bench:
        root = await asked(bench)
        assert "rm -rf build <!here>" in list(texts(await opened(bench, "ann")))
        shown = bench.slack.home("ann")
        assert shown is not None
        assert (await bench.slack.click_in_view("ann", shown, "press:0", "Approve")).acknowledged
        view = await until_view(bench, root, lambda view: bool(view.run and view.run.outcome))
        assert view.run is not None
        assert [gate.decided for gate in view.run.gates] == ["approved"]
        await bench.until(lambda: bench.slack.home("ann") not in (None, shown))  # drawn again


async def test_a_stranger_is_refused_at_home_in_a_modal(tmp_path: Path) -> None:
    async with slack_bench(tmp_path, script=SCRIPT) as bench:
        root = await asked(bench)
        await opened(bench, "cy")
        shown = bench.slack.home("cy")
        assert shown is not None
        await bench.slack.click_in_view("cy", shown, "press:0", "Approve")
        await bench.until(lambda: bench.slack.views("cy"))
        (modal,) = bench.slack.views("cy")
        assert "You cannot decide this. It is for Ann." in list(texts(modal.source))
        view = await until_view(bench, root, lambda view: True)
        assert view.run is not None
        assert view.run.waiting


async def test_private_channels_are_shown_to_those_who_are_there(tmp_path: Path) -> None:
    async with slack_bench(tmp_path, script=SCRIPT) as bench:
        await asked(bench, "leads")
        for who, sees in (("ann", True), ("bob", True), ("cy", False)):
            read = " ".join(texts(await opened(bench, who)))
            assert ("rm -rf" in read) is sees
            assert "may be missing" not in read


async def test_who_was_removed_sees_and_presses_nothing_more(tmp_path: Path) -> None:
    clock = LaterClock()
    async with slack_bench(tmp_path, script=SCRIPT, clock=clock) as bench:
        root = await asked(bench, "leads")
        await opened(bench, "ann")
        old = bench.slack.home("ann")
        assert old is not None
        bench.slack.team.place("leads").members.discard(bench.slack.person("ann").id)
        clock.ahead += KEPT
        for label in ("Approve", "Details"):
            assert "not in the channel" in await told(bench, "ann", old, label)
        assert "rm -rf" not in " ".join(texts(await opened(bench, "ann")))
        view = await until_view(bench, root, lambda view: True)
        assert view.run is not None
        assert view.run.waiting


@pytest.mark.parametrize("code", ["missing_scope", "internal_error"])
async def test_nothing_is_shown_or_pressed_where_slack_does_not_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    clock = LaterClock()
    async with slack_bench(tmp_path, script=SCRIPT, clock=clock) as bench:
        root = await asked(bench, "leads")
        await opened(bench, "ann")
        old = bench.slack.home("ann")
        assert old is not None
        clock.ahead += KEPT
        bench.slack.inject(Refused("conversations.members", code, times=99))
        monkeypatch.setattr(lookup_cache, "_PATIENCE", AT_ONCE)
        assert "Slack does not say" in await told(bench, "ann", old, "Approve")
        read = " ".join(texts(await opened(bench, "ann")))
        assert "may be missing" in read
        assert "rm -rf" not in read
        view = await until_view(bench, root, lambda view: True)
        assert view.run is not None
        assert view.run.waiting


async def test_nothing_is_shown_to_whom_slack_does_not_tell_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with slack_bench(tmp_path, script=SCRIPT) as bench:
        await asked(bench)
        bench.slack.inject(Broken("users.info", times=99))
        monkeypatch.setattr(lookup_cache, "_PATIENCE", AT_ONCE)
        (read,) = texts(await opened(bench, "cy"))
        assert "Slack does not say" in read


async def test_guests_see_only_where_they_are(tmp_path: Path) -> None:
    def change(settings: SlackSettings) -> SlackSettings:
        return replace(settings, allow_guests=True)

    async with slack_bench(tmp_path, script=SCRIPT, prepare=let_in, change=change) as bench:
        bench.slack.team.place("general").members.discard(bench.slack.person("eve").id)
        await asked(bench)
        for who, sees in (("gus", True), ("eve", False)):
            assert ("rm -rf" in " ".join(texts(await opened(bench, who)))) is sees


@pytest.mark.parametrize("who", STRANGERS)
async def test_who_may_not_use_the_agent_is_told_so_at_home(tmp_path: Path, who: str) -> None:
    async with slack_bench(tmp_path, script=SCRIPT, prepare=let_in) as bench:
        await asked(bench)
        assert list(texts(await opened(bench, who))) == [REFUSAL]


async def test_the_command_acts_on_the_one_open_task(tmp_path: Path) -> None:
    async with slack_bench(tmp_path, script=SCRIPT) as bench:
        root = await asked(bench)
        status = await bench.slack.slash("bob", "general", "/aether", "status")
        assert "Waiting for " in status.payload["text"]
        stopped = await bench.slack.slash("ann", "general", "/aether", "stop")
        assert stopped.payload["text"] == "Stopping."
        view = await until_view(bench, root, lambda view: bool(view.run and view.run.outcome))
        assert view.run is not None
        assert view.run.outcome == "cancelled"


async def test_the_command_asks_which_task_is_meant(tmp_path: Path) -> None:
    async with slack_bench(tmp_path, script=SCRIPT) as bench:
        first, second = await asked(bench), await asked(bench, user="bob")
        which = await bench.slack.slash("ann", "general", "/aether", "stop")
        sessions, now = bench.context.sessions, SystemClock().now()
        threads = await open_threads(sessions, now, "slack", bench.slack.team.id)
        code = {thread.address.thread: thread.code for thread in threads.found}
        assert f"#{code[first.ts]}" in which.payload["text"]
        assert f"#{code[second.ts]}" in which.payload["text"]
        named = await bench.slack.slash("ann", "general", "/aether", f"stop #{code[first.ts]}")
        assert named.payload["text"] == "Stopping."
        await until_view(bench, first, lambda view: bool(view.run and view.run.outcome))


async def test_the_tab_stays_within_slacks_bounds(tmp_path: Path) -> None:
    async with slack_bench(tmp_path, script=SCRIPT) as bench:
        root = await asked(bench)
        view = await until_view(bench, root, lambda view: bool(view.run))
        address = Address(platform="slack", team="T1", channel="C1", thread="1.0")
        assert view.run is not None
        gates = tuple(
            replace(view.run.gates[0], operation="x" * 9_000, why="y" * 9_000) for _ in range(30)
        )
        crowded = replace(view, runs=(replace(view.run, gates=gates, title="t" * 5_000),))
        drawn = home([OpenThread(address, crowded, ())] * 40, view.run.started_at, ["So."])
        ids = [block["block_id"] for block in drawn["blocks"] if "block_id" in block]
        assert len(drawn["blocks"]) <= 100
        assert len(str(drawn)) < 250_000
        assert len(set(ids)) == len(ids) > 10
