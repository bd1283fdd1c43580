"""What Discord does to a task that is on its way: it refuses, breaks, drops sockets, and people
take threads and messages away. The final words stand there exactly, once; or a sentence says why
not."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from discord_story import Story, is_answer, runs, shown, story

from adapters.simulators.discord.channel import Channel
from adapters.simulators.discord.faults import Broken, Dropped, Fault, Limited, Unanswered
from adapters.simulators.discord.message import Message
from adapters.simulators.discord.permissions import Right
from runtime.ports import Output
from runtime.testing.model import Line

ANSWER = " ".join(f"w{n}" for n in range(800))
SCRIPT = (
    Line(calls=(("shell", {"command": "make all"}),)),
    Line(text=ANSWER, pieces=20),
    Line(text="Next."),
)


async def _working(there: Story) -> tuple[asyncio.Event, Channel, Message]:
    """A command runs, and the card shows it. The event lets it end."""
    going = asyncio.Event()
    there.sandbox.on(runs("make all"), Output("compiling\n"), until=going)
    asked = there.call("build it")
    thread = await there.thread(asked)
    return going, thread, await there.stands(thread, "compiling")


async def _ends_exact(there: Story, thread: Channel, card: Message) -> None:
    await there.until(lambda: there.answers(thread).split() == ANSWER.split())
    await there.until(lambda: there.is_done(thread))
    first, *answers = there.discord.said(thread)
    assert first is card
    assert [is_answer(m) for m in answers] == [True, True], "nothing is doubled"


FAULTS: dict[str, dict[str, list[Fault | None]]] = {
    "limited": {"send": [Limited(0.1)], "edit": [Limited(0.1), Limited(0.1)]},
    "limited everywhere": {"send": [Limited(0.1, everywhere=True)], "edit": [Limited(0.1)]},
    "broken": {"send": [Broken(503)], "edit": [Broken(503)], "typing": [Broken(503)]},
    "dropped": {"send": [Dropped()], "edit": [Dropped()], "typing": [Dropped()]},
    "unanswered": {"send": [Unanswered(), Unanswered()], "edit": [Unanswered()]},
}


@pytest.mark.parametrize("faults", FAULTS.values(), ids=FAULTS)
async def test_calls_that_go_wrong(tmp_path: Path, faults: dict[str, list[Fault | None]]) -> None:
    async with story(tmp_path, *SCRIPT) as there:
        going, thread, card = await _working(there)
        for bucket, kinds in faults.items():
            there.discord.fail(bucket, *kinds)
        going.set()
        await _ends_exact(there, thread, card)


async def test_the_gateway_drops_asks_to_reconnect_and_forgets(tmp_path: Path) -> None:
    """Work goes on without it, and what was said meanwhile is taken up once."""
    async with story(tmp_path, *SCRIPT) as there:
        going, thread, card = await _working(there)
        hub = there.discord.hub
        for trouble in (hub.drop, hub.ask_to_reconnect, hub.invalidate):
            before = hub.identified + hub.resumed
            trouble()
            words = f"Hear me, {before}."
            said = there.discord.say(there.ann, thread, words)
            await there.until(lambda n=before: hub.identified + hub.resumed > n)
            await there.until(lambda message=said: "👀" in message.reactions)
        going.set()
        await _ends_exact(there, thread, card)
        heard = [f.text for f in await there.facts() if f.type == "message_received"]
        assert len(heard) == len(set(heard)) == 4


async def test_an_archived_thread_opens_again(tmp_path: Path) -> None:
    async with story(tmp_path, *SCRIPT) as there:
        going, thread, card = await _working(there)
        there.discord.archive(thread)
        going.set()
        await _ends_exact(there, thread, card)


async def test_a_deleted_card_takes_no_answer_with_it(tmp_path: Path) -> None:
    """It comes again while the task runs, at most once."""
    async with story(tmp_path, *SCRIPT) as there:
        going, thread, card = await _working(there)
        there.discord.delete(card)
        going.set()
        await there.until(lambda: there.answers(thread).split() == ANSWER.split())
        await there.until(lambda: there.is_done(thread))
        cards = [m for m in there.discord.said(thread) if not is_answer(m)]
        assert len(cards) <= 1


async def test_a_deleted_thread_ends_nothing_else(tmp_path: Path) -> None:
    """Nobody reads it there any more; the next task has its thread."""
    async with story(tmp_path, *SCRIPT) as there:
        going, thread, _ = await _working(there)
        there.discord.remove(thread)
        going.set()
        again = await there.thread(there.call("once more"))
        await there.until(lambda: there.answers(again).split() == ANSWER.split())
        await there.until(lambda: there.is_done(again))


async def test_without_the_right_to_make_threads_it_answers_below_the_call(tmp_path: Path) -> None:
    async with story(tmp_path, Line(text="Here then.")) as there:
        there.discord.forbid(there.general, Right.CREATE_PUBLIC_THREADS)
        asked = there.call("where?")
        await there.answered(there.general, "Here then.")
        told, answer = there.discord.said(there.general)
        assert "Create Public Threads" in shown(told)
        assert answer.reply
        assert answer.reply.message == asked.id
        assert shown(answer) == "Here then."
