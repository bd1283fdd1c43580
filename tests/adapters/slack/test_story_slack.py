"""A task in a channel of Slack, from its mention to the next one, over real HTTP and WebSocket."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from chat_service import words
from slack_story import Story, open_story
from slack_story_thread import StoryThread, written
from slack_strangers import let_in

from runtime.ports import Message, Output
from runtime.testing.model import Line

PLAN = {"steps": [{"id": "1", "title": "Look around"}, {"id": "2", "title": "Clean up"}]}
THOUGHT = "I look at the folder before I touch anything in it. " * 12
LOOK = Line(thinking=THOUGHT, calls=(("shell", {"command": "ls -l"}),))
DELETE = Line(calls=(("shell", {"command": "rm -rf build"}),))


def heard(messages: Sequence[Message]) -> Line:
    """An answer with everything that people said."""
    return Line(text=f"All clean. I heard: {'; '.join(words(messages))}.")


async def first_sign(story: Story, thread: StoryThread) -> None:
    """The reaction and the status stand before anything is thought or posted."""
    slack = story.slack
    root = slack.team.place(thread.channel).messages
    await thread.until(lambda: root[thread.root].reactions)
    assert root[thread.root].reactions[0].name == "eyes"
    await thread.until(lambda: slack.session(thread.channel, thread.root).state == "processing")
    assert not thread.ours


async def test_a_task_from_its_mention_to_the_next_one(tmp_path: Path) -> None:
    script = [Line(calls=(("plan", PLAN),)), LOOK, DELETE, heard, DELETE, heard]
    async with open_story(tmp_path, script) as story:
        begun, looked, ran = story.model.hold(0, 0), story.model.hold(1, 2), asyncio.Event()
        story.sandbox.on(lambda argv: "ls -l" in argv, Output("total 3\n"), until=ran)
        thread = await story.mention("clean the folder")
        await first_sign(story, thread)
        begun.set()
        await thread.until(lambda: "Plan: 0 of 2 done" in thread.shown("run"))
        await thread.until(lambda: "before I touch anything" in thread.shown("run"))
        looked.set()
        await thread.until(lambda: "total 3" in thread.shown("run"))
        ran.set()

        await thread.offers("gate", "For 15 minutes")
        await approval(story, thread)
        await thread.answered("All clean. I heard: Ann: clean the folder; Ann: and be quick.")
        await retired(story, thread)

        await thread.say("@aether and once more")
        said = "Ann: clean the folder; Ann: and be quick; Ann: and once more"
        await thread.answered(f"All clean. I heard: {said}.")
        assert len(thread.messages("gate")) == 1, "the permission still covers it"
        await thread.press("answer", "Good answer")
        thread.standing()


async def approval(story: Story, thread: StoryThread) -> None:
    """Its own message; only who may decide decides; plain words steer meanwhile."""
    (gate,) = thread.messages("gate")
    assert "rm -rf build" in written(gate)
    assert "May decide: Ann" in written(gate)
    assert f"<@{story.slack.person('ann').id}>" not in gate.text, "the call stands in a block"
    await thread.press("gate", "Approve", "bob")
    await thread.until(lambda: story.slack.ephemerals("bob"))
    (note,) = story.slack.ephemerals("bob")
    assert "Ann" in note.text
    assert note.thread_ts == thread.root
    await thread.tell("and be quick")
    await thread.press("gate", "For 15 minutes")


async def retired(story: Story, thread: StoryThread) -> None:
    """The gate says who decided what and when, and the card is the record of the work."""
    (gate,), (card,) = thread.messages("gate"), thread.messages("run")
    await thread.until(lambda: "Done" in thread.shown("run"))
    assert "Approved by Ann for 15 minutes" in " ".join(thread.shown("gate").split())
    assert "rm -rf build" in written(gate)
    with pytest.raises(KeyError):
        await thread.press("gate", "Approve")
    posts = [c for c in story.slack.calls.of("chat.postMessage") if c.ok]
    assert len(posts) == len(thread.ours), "everything else was an edit in place"
    assert thread.messages("run")[0].ts == card.ts


@pytest.mark.parametrize("way", ["word", "native", "reaction", "button"])
async def test_stop(tmp_path: Path, way: str) -> None:
    async with open_story(tmp_path, [LOOK, Line(text="never")]) as story:
        story.model.hold(1, 0)
        thread = await story.mention("look")
        await thread.offers("run", "Stop")
        slack, card = story.slack, thread.messages("run")[0]
        match way:
            case "word":
                await thread.say("stop")
            case "native":
                await slack.press_stop("ann", thread.channel, thread.root)
            case "reaction":
                await slack.react("ann", thread.channel, card.ts, "octagonal_sign")
            case _:
                await thread.press("run", "Stop")
        await thread.until(lambda: "Stopped" in thread.shown("run"))
        assert not thread.messages("answer")
        await thread.until(lambda: slack.session(thread.channel, thread.root).state != "processing")


async def test_files_come_in_and_go_out(tmp_path: Path) -> None:
    table, report = b"ann,1\nann,2\n", b"name,total\nann,3\n"
    script = [
        Line(calls=(("shell", {"command": "sum"}),)),
        Line(calls=(("deliver", {"path": "report.csv", "title": "The report"}),)),
        Line(text="There it is."),
    ]
    async with open_story(tmp_path, script) as story:
        thread = await story.mention("sum it up", files=[("table.csv", table)])
        session = story.session(thread)
        story.sandbox.put(session, "report.csv", report)
        await thread.answered("There it is.")
        await thread.until(lambda: thread.messages("file"))
        assert story.sandbox.files(session)["attachments/table.csv"] == table
        assert "attachments/table.csv" in words(story.model.asked[0])[0]
        (shared,) = thread.messages("file")
        file = story.slack.team.files[shared.files[0]]
        assert (file.data, shared.thread_ts) == (report, thread.root)


async def test_a_call_inside_a_thread_brings_its_history(tmp_path: Path) -> None:
    async with open_story(tmp_path, [heard]) as story:
        slack = story.slack
        root = await slack.say("bob", "general", "the build is red")
        await slack.say("cy", "general", "since Tuesday", root.ts)
        let_in(slack)
        await slack.say("eve", "general", "it is the cable", root.ts)
        thread = story.thread(root.channel, root.ts)
        await thread.say("@aether what is it?")
        await thread.until(lambda: thread.is_over)
        (asked,) = story.model.asked
        *before, called = words(asked)
        said = ["Bob: the build is red", "Cy: since Tuesday", "Eve: it is the cable"]
        assert before[1:4] == said
        assert called == "Ann: what is it?"


async def test_over_signed_http(tmp_path: Path) -> None:
    async with open_story(tmp_path, [DELETE, heard], http=True) as story:
        thread = await story.mention("clean up")
        await thread.offers("gate", "Approve")
        await thread.press("gate", "Approve")
        await thread.answered("All clean. I heard: Ann: clean up.")
        assert not story.slack.calls.of("apps.connections.open")
        thread.standing()
