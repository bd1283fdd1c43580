"""What a team sees of one task in Discord, from the mention to the next task in the same thread:
the whole service, over real HTTP and a real gateway."""

from __future__ import annotations

import asyncio
from pathlib import Path

from discord_story import Story, is_answer, runs, shown, story

from adapters.simulators.discord.channel import Channel
from adapters.simulators.discord.controls import controls
from adapters.simulators.discord.message import Message
from runtime.facts import VoteCast
from runtime.ports import Output
from runtime.testing.model import Line

STEPS = [
    {"id": "1", "title": "Look around", "description": "", "status": "active"},
    {"id": "2", "title": "Clean up", "description": "", "status": "pending"},
]
SIGNING_IN = ("/users/@me", "/oauth2/applications/@me")  # of the surface, perhaps still at it
LONG = " ".join(f"w{n}" for n in range(900))  # more than one message holds
SCRIPT = (
    Line(thinking="Where is the rubbish? " * 30, calls=(("plan", {"steps": STEPS}),)),
    Line(calls=(("shell", {"command": "rm -rf build"}),)),
    Line(calls=(("shell", {"command": "make all"}),)),
    Line(text=LONG, pieces=40),
    Line(text="The second task."),
)


async def test_a_task_from_mention_to_the_next_one(tmp_path: Path) -> None:
    async with story(tmp_path, *SCRIPT) as there:
        going = asyncio.Event()
        there.sandbox.on(runs("make all"), Output("compiling w1.c\n"), until=going)
        before = len(there.discord.calls)
        asked = there.call("clean the folder")
        thread = await there.thread(asked)
        first, *_ = (c for c in there.discord.calls[before:] if c.route not in SIGNING_IN)
        assert (first.method, first.path.rpartition("/reactions/")[2]) == ("PUT", "👀/@me")
        assert thread.id == asked.id
        assert thread.name == "clean the folder"

        gate = await _decided_by_the_right_person(there, thread)
        await there.stands(thread, "compiling w1.c")
        steering = there.discord.say(there.ann, thread, "Spare the docs.")
        await there.until(lambda: "👀" in steering.reactions)
        going.set()
        await there.until(lambda: there.answers(thread).split() == LONG.split())
        await there.until(lambda: there.is_done(thread))

        answers = [m for m in there.discord.said(thread) if is_answer(m)]
        (card,) = [m for m in there.discord.said(thread) if m is not gate and m not in answers]
        assert len(answers) == 2, "no message but these"
        _check_the_card(card)
        assert "Spare the docs." in repr(there.model.asked[-1]), "a plain reply steers"

        there.discord.say(there.ann, thread, "And now the second.")
        await there.stands(thread, "The second task.")
        assert "Spare the docs." in repr(there.model.asked[-1]), "with the thread's context"
        assert len(there.discord.said(thread)) == 5, "a small question gets just its answer"


async def _decided_by_the_right_person(there: Story, thread: Channel) -> Message:
    """Ben may not; Ann may, and picks how long it holds."""
    gate, number = await there.control(thread, "Approve for longer")
    assert "rm -rf build" in shown(gate)
    assert gate.body.mentions.pinged == {there.ann.id}, "it notifies who must act"
    await there.press(there.ben, thread, "Approve")
    await there.told(there.ben, "You cannot decide this.")
    assert any(c["custom_id"] == number for c in controls(gate.body.components)), "it stays open"
    options = next(c for c in controls(gate.body.components) if c["custom_id"] == number)["options"]
    assert isinstance(options, list)
    hour = next(o["value"] for o in options if isinstance(o, dict) and "/1h" in str(o["value"]))
    there.discord.click(there.ann, gate, number, [str(hour)])
    await there.until(lambda: "Approved" in shown(gate))
    assert "by **Ann** · for 1 hour" in shown(gate)
    assert not list(controls(gate.body.components)), "retired in place"
    votes = [fact for fact in await there.facts() if isinstance(fact, VoteCast)]
    assert [vote.actor.name for vote in votes] == ["Ann"]
    return gate


def _check_the_card(card: Message) -> None:
    """One message, edited in place: every stage stood there once."""
    versions = [version.body.components for version in card.versions]
    told = "\n".join(map(repr, versions))
    for words in ("Look around", "Thought for", "compiling w1.c", "Done"):
        assert words in told, words
    labels = [c["label"] for c in controls(card.body.components)]
    assert labels == ["Details"], "what is over cannot be stopped"


async def test_stop_by_word_by_button_and_by_reaction(tmp_path: Path) -> None:
    """Each in a thread of its own; the last words say so, and nothing of the task comes after."""
    script = (Line(calls=(("shell", {"command": "make all"}),)), Line(text="Never."))
    async with story(tmp_path, *script) as there:
        there.sandbox.on(runs("make all"), Output("compiling\n"), until=asyncio.Event())
        asked = [there.call(f"build {n}") for n in range(3)]
        threads = [await there.thread(message) for message in asked]
        for thread in threads:
            await there.stands(thread, "compiling")
        there.discord.say(there.ann, threads[0], "stop")
        await there.press(there.ann, threads[1], "Stop")
        there.discord.react(there.ann, asked[2], "🛑")
        for thread in threads:
            (card,) = [await there.stands(thread, "Stopped")]
            await there.until(lambda where=thread: there.is_done(where))
            assert there.discord.said(thread) == [card]


async def test_details_are_for_who_asks(tmp_path: Path) -> None:
    script = (Line(calls=(("shell", {"command": "ls"}),)), Line(text="Done with it."))
    async with story(tmp_path, *script) as there:
        thread = await there.thread(there.call("look"))
        await there.answered(thread, "Done with it.")
        before = len(await there.facts())
        asked = await there.press(there.ben, thread, "Details")
        await there.until(lambda: "shell" in repr(asked.modal) or _noticed(there, "shell"))
        assert len(await there.facts()) == before, "it is on no record"
        await there.press(there.ben, thread, "Good answer")
        await there.recorded("feedback_given")


def _noticed(there: Story, words: str) -> bool:
    """Where the router was slow, details come as a message."""
    return any(words in shown(notice) for notice in there.discord.ephemerals(there.ben))
