"""The home tab and the command where there are more threads than they look into."""

from __future__ import annotations

from pathlib import Path

import pytest
from slack_router import SlackBench, slack_bench
from slack_stage import texts

from adapters import open_threads
from runtime.ids import Address, session_id
from runtime.testing.model import Line

RISKY = Line(calls=(("shell", {"command": "rm -rf build"}),))


@pytest.fixture(autouse=True)
def one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    # Forty threads would show the same, slowly.
    monkeypatch.setattr(open_threads, "LOOKED_INTO", 1)


async def called(bench: SlackBench, *, ends: bool = False) -> None:
    """A task that waits for an approval, or was stopped there."""
    root = await bench.slack.say("ann", "general", "@aether clean up")
    address = Address(
        platform="slack", team=bench.slack.team.id, channel=root.channel, thread=root.ts
    )
    feed = await bench.context.sessions.view(session_id(address))
    run = feed.view.run
    while run is None or not run.waiting:
        run = (await feed.changed()).run
    if ends:
        await bench.slack.say("ann", "general", "stop", thread_ts=root.ts)
    while ends and run and not run.outcome:
        run = (await feed.changed()).run
    await feed.aclose()


async def home_of(bench: SlackBench, user: str) -> str:
    before = bench.slack.home(user)
    await bench.slack.open_home(user)
    await bench.until(lambda: bench.slack.home(user) not in (None, before))
    view = bench.slack.home(user)
    assert view is not None
    return " ".join(texts(view.source))


async def test_a_task_that_waits_is_found_below_newer_threads(tmp_path: Path) -> None:
    async with slack_bench(tmp_path, script=(RISKY,)) as bench:
        await bench.connected()
        await called(bench)
        await called(bench, ends=True)
        shown = await home_of(bench, "ann")
        assert "rm -rf build" in shown
        assert "More tasks are open" not in shown
        stopped = await bench.slack.slash("ann", "general", "/aether", "stop")
        assert stopped.payload["text"] == "Stopping."


async def test_tasks_that_are_not_looked_into_are_spoken_of(tmp_path: Path) -> None:
    async with slack_bench(tmp_path, script=(RISKY,)) as bench:
        await bench.connected()
        await called(bench)
        await called(bench)
        assert "More tasks are open" in await home_of(bench, "ann")
