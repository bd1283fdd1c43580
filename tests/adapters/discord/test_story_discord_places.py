"""Places that people take away from a task, close, or keep from the bot; and who may decide there
by a role. The whole service, over real HTTP and gateway."""

from __future__ import annotations

import asyncio
from pathlib import Path

from discord_story import GIVE_UP, Story, runs, shown, story

from adapters.discord.simulator.channel import Channel
from adapters.discord.simulator.permissions import Right
from runtime.approvals import Risk, Rule
from runtime.events import Outcome, RunFinished
from runtime.facts import VoteCast
from runtime.ports import Output
from runtime.testing.model import Line
from runtime.tools.policy import Policy

SHELL = Line(calls=(("shell", {"command": "make all"}),))


async def _working(there: Story, where: Channel | None = None) -> Channel:
    """A command runs that never ends, and the card shows it in the thread, or `where`."""
    there.sandbox.on(runs("make all"), Output("compiling\n"), until=asyncio.Event())
    asked = there.call("build it")
    place = where or await there.thread(asked)
    await there.stands(place, "compiling")
    return place


async def _ended(there: Story, tasks: int = 1) -> RunFinished:
    """How the last of so many tasks ended."""
    ends: list[RunFinished] = []
    async with asyncio.timeout(GIVE_UP):
        while len(ends) < tasks:
            ends = [fact for fact in await there.facts() if isinstance(fact, RunFinished)]
    return ends[-1]


async def test_a_task_ends_with_its_thread(tmp_path: Path) -> None:
    """Nobody sees it there any more, and nobody could stop it."""
    async with story(tmp_path, SHELL) as there:
        there.discord.remove(await _working(there))
        end = await _ended(there)
        assert end.outcome is Outcome.CANCELLED
        assert "the thread was deleted" in end.reason


async def test_a_task_without_a_thread_ends_with_its_channel(tmp_path: Path) -> None:
    async with story(tmp_path, SHELL) as there:
        there.discord.forbid(there.general, Right.CREATE_PUBLIC_THREADS)
        there.discord.remove(await _working(there, there.general))
        assert (await _ended(there)).outcome is Outcome.CANCELLED


async def test_where_it_may_not_write_in_threads_the_channel_says_so_once(tmp_path: Path) -> None:
    async with story(tmp_path, Line(text="Unheard."), Line(text="Unheard.")) as there:
        there.discord.forbid(there.general, Right.SEND_IN_THREADS)
        asked = there.call("build it")
        told = await there.stands(there.general, "I cannot write in the thread")
        assert "Send Messages in Threads" in shown(told)
        assert told.reply
        assert told.reply.message == asked.id
        await _ended(there)
        there.discord.say(there.ann, await there.thread(asked), "hello?")
        await _ended(there, tasks=2)
        assert there.discord.said(there.general) == [told]


async def test_a_locked_thread_is_named_in_the_channel(tmp_path: Path) -> None:
    async with story(tmp_path, SHELL, Line(text="Unheard.")) as there:
        going = asyncio.Event()
        there.sandbox.on(runs("make all"), Output("compiling\n"), until=going)
        thread = await there.thread(there.call("build it"))
        await there.stands(thread, "compiling")
        there.discord.lock(thread)
        there.discord.archive(thread)
        going.set()
        told = await there.stands(there.general, "I cannot write in the thread")
        assert "the thread is locked" in shown(told)
        await _ended(there)


async def test_a_role_decides(tmp_path: Path) -> None:
    """Whoever has none of them may not, though they asked for it."""
    rule = Rule(requester=False, roles=("Approvers",))
    policy = Policy(rules={Risk.MEDIUM: rule})
    script = (Line(calls=(("shell", {"command": "rm -rf build"}),)), Line(text="Cleaned."))
    async with story(tmp_path, *script, policy=policy) as there:
        there.discord.add_role("Approvers", there.ben)
        thread = await there.thread(there.call("clean up"))
        await there.press(there.ann, thread, "Approve")
        await there.told(there.ann, "You cannot decide this.")
        await there.press(there.ben, thread, "Approve")
        await there.answered(thread, "Cleaned.")
        votes = [fact for fact in await there.facts() if isinstance(fact, VoteCast)]
        assert [vote.actor.name for vote in votes] == ["Ben"]
