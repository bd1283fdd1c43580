"""The home tab with a real house behind it: what is open, for those who may know of it, and the
same buttons through the same door."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from slack_desk import SlackBench, slack_bench
from slack_stage import texts

from adapters.slack.hear.open_threads import OpenThread, open_threads
from adapters.slack.private.home import home
from adapters.slack.simulator.message import Message
from runtime.clock import SystemClock
from runtime.ids import Address, session_id
from runtime.testing.model import Line
from runtime.view import ThreadView

RISKY = Line(calls=(("shell", {"command": "rm -rf build <!here>"}),))
SCRIPT = (RISKY, Line(text="Done."))


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
    feed = await bench.front.sessions.view(session_id(address))
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


async def test_private_channels_are_shown_to_those_who_took_part(tmp_path: Path) -> None:
    async with slack_bench(tmp_path, script=SCRIPT) as bench:
        await asked(bench, "leads")
        assert "rm -rf" in " ".join(texts(await opened(bench, "ann")))
        assert "rm -rf" not in " ".join(texts(await opened(bench, "bob")))


async def test_guests_see_only_what_is_theirs(tmp_path: Path) -> None:
    async with slack_bench(tmp_path, script=SCRIPT) as bench:
        bench.slack.limit_scopes("app_mentions:read", "chat:write", "im:history", "channels:read")
        await asked(bench)
        # Nobody knows who Bob is: that counts as a guest.
        assert "rm -rf" not in " ".join(texts(await opened(bench, "bob")))


async def test_the_command_acts_on_the_one_open_task(tmp_path: Path) -> None:
    async with slack_bench(tmp_path, script=SCRIPT) as bench:
        root = await asked(bench)
        status = await bench.slack.slash("bob", "general", "/aether", "status")
        assert "waiting for people" in status.payload["text"]
        stopped = await bench.slack.slash("ann", "general", "/aether", "stop")
        assert stopped.payload["text"] == "Stopping."
        view = await until_view(bench, root, lambda view: bool(view.run and view.run.outcome))
        assert view.run is not None
        assert view.run.outcome == "cancelled"


async def test_the_command_asks_which_task_is_meant(tmp_path: Path) -> None:
    async with slack_bench(tmp_path, script=SCRIPT) as bench:
        first, second = await asked(bench), await asked(bench, user="bob")
        which = await bench.slack.slash("ann", "general", "/aether", "stop")
        sessions, now = bench.front.sessions, SystemClock().now()
        threads = await open_threads(sessions, now, bench.slack.team.id)
        code = {thread.address.thread: thread.code for thread in threads}
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
        drawn = home([OpenThread(address, crowded, ())] * 40, view.run.started_at)
        ids = [block["block_id"] for block in drawn["blocks"] if "block_id" in block]
        assert len(drawn["blocks"]) <= 100
        assert len(str(drawn)) < 250_000
        assert len(set(ids)) == len(ids) > 10
