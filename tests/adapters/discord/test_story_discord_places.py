"""Places that people take away from a task, close, or keep from the bot; and who may decide there
by a role. The whole service, over real HTTP and gateway."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from discord_story import GIVE_UP, Story, runs, shown, story

from adapters.simulators.discord.channel import Channel
from adapters.simulators.discord.permissions import Right
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


ASK = Line(calls=(("ask", {"question": "Which colour?", "options": ["red", "blue"]}),))


@pytest.mark.parametrize("words", ["blue", "2", "{bot} blue", "grün, bitte"])
async def test_a_reply_in_the_channel_answers_the_task_that_stands_there(
    tmp_path: Path, words: str
) -> None:
    """With or without a ping of the bot; nothing else is begun by it."""
    async with story(tmp_path, ASK, Line(text="Painted.")) as there:
        there.discord.forbid(there.general, Right.CREATE_PUBLIC_THREADS)
        there.call("paint it")
        asked = await there.stands(there.general, "Which colour?")
        assert "reply to this message" in shown(asked)
        text = words.format(bot=there.discord.bot.mention)
        there.discord.say(there.ben, there.general, "nothing to do with it")
        there.discord.say(there.ann, there.general, text, reply_to=asked, ping=False)
        await there.stands(there.general, "Painted.")
        facts = await there.facts()
        (answer,) = [fact for fact in facts if fact.type == "question_answered"]
        assert answer.answer in ("blue", "grün, bitte")
        assert there.manager
        assert len(await there.manager.sessions.list(9)) == 1


async def test_a_reply_in_the_channel_steers_and_stops_the_task(tmp_path: Path) -> None:
    async with story(tmp_path, SHELL, SHELL, Line(text="Done."), SHELL) as there:
        going = asyncio.Event()
        there.discord.forbid(there.general, Right.CREATE_PUBLIC_THREADS)
        there.sandbox.on(runs("make all"), Output("compiling\n"), until=going)
        there.call("build it")
        card = await there.stands(there.general, "compiling")
        said = there.discord.say(there.ben, there.general, "Spare the docs.", reply_to=card)
        await there.until(lambda: "👀" in said.reactions)
        going.set()
        answer = await there.stands(there.general, "Done.")
        assert "Spare the docs." in repr(there.model.asked[-1])
        there.sandbox.on(runs("make all"), Output("again\n"), until=asyncio.Event())
        there.discord.say(there.ben, there.general, "once more", reply_to=answer, ping=False)
        second = await there.stands(there.general, "again")
        there.discord.say(there.ben, there.general, "STOP!!", reply_to=second, ping=False)
        assert (await _ended(there, tasks=2)).outcome is Outcome.CANCELLED


async def test_a_stop_sign_on_a_message_of_the_channel_stops_its_task(tmp_path: Path) -> None:
    async with story(tmp_path, SHELL) as there:
        there.discord.forbid(there.general, Right.CREATE_PUBLIC_THREADS)
        await _working(there, there.general)
        card = await there.stands(there.general, "compiling")
        there.discord.react(there.ben, card, "🛑")
        assert (await _ended(there)).outcome is Outcome.CANCELLED


async def test_a_reply_to_what_belongs_to_no_task_begins_one_if_it_calls(tmp_path: Path) -> None:
    async with story(tmp_path, Line(text="One."), Line(text="Two.")) as there:
        told = there.discord.say(there.ben, there.general, "just talk")
        there.discord.say(there.ann, there.general, "not for the bot", reply_to=told)
        there.discord.say(
            there.ann, there.general, f"{there.discord.bot.mention} hi", reply_to=told
        )
        await there.until(lambda: len(there.model.asked) == 1)
        assert "not for the bot" not in repr(there.model.asked)
