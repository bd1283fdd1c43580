"""Whatever Slack does in the middle of a task: the final words are exact, and nothing stands
twice."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from chat_service import words
from slack_story import Story, open_story
from slack_story_thread import StoryThread, key_of, said

from adapters.simulators.slack.faults import Broken, CutAfter, CutBefore, Limited, Swapped, Twice
from bot.changes import STOPPED
from runtime.events import RunFinished
from runtime.testing.model import Line

LOOK = Line(calls=(("shell", {"command": "ls -l"}),))
DELETE = Line(calls=(("shell", {"command": "rm -rf build"}),))
Failure = Limited | Broken | CutBefore | CutAfter
WORDS = " ".join(f"These are the words of line {n}." for n in range(60))
SCRIPT = (LOOK, Line(text=WORDS, pieces=6))
WRITES = (
    "chat.postMessage", "chat.update", "chat.startStream", "chat.appendStream", "chat.stopStream",
    "reactions.add", "agents.sessions.setStatus", "assistant.threads.setStatus", "users.info",
    "conversations.replies", "files.info", "files.getUploadURLExternal",
    "files.completeUploadExternal",
)  # fmt: skip
DELIVER = Line(calls=(("deliver", {"path": "report.csv"}),))


async def begin(story: Story, where: str) -> StoryThread:
    return await (story.write("look") if where == "dm" else story.mention("look", channel=where))


@pytest.mark.parametrize("where", ["general", "dm"])
@pytest.mark.parametrize("kind", [Limited, Broken, CutBefore, CutAfter])
async def test_a_storm(tmp_path: Path, kind: type[Failure], where: str) -> None:
    """Every method fails twice in a row, whenever it is first needed."""
    script = [LOOK, DELIVER, SCRIPT[1]]
    async with open_story(tmp_path, script) as story:
        for method in WRITES:
            story.slack.inject(kind(method, times=2))
        finish = story.model.hold(2, 3)
        thread = await begin(story, where)
        story.sandbox.put(story.session(thread), "report.csv", b"1\n")
        await thread.until(lambda: thread.messages("file"))
        finish.set()
        await thread.answered(WORDS)
        await thread.until(lambda: "Done" in thread.shown("run"))
        assert {key_of(m).split(":")[0] for m in thread.ours} == {"run", "file", "answer"}
        assert len(thread.standing()) == 3


async def test_sockets_that_drop_lose_nothing(tmp_path: Path) -> None:
    async with open_story(tmp_path, [DELETE, Line(text="Gone.")]) as story:
        thread = await story.mention("clean up")
        await thread.offers("gate", "Approve")
        story.slack.drop_sockets()
        await thread.tell("but keep the rest")
        assert len(story.slack.calls.of("apps.connections.open")) == 2
        await thread.press("gate", "Approve")
        await thread.answered("Gone.")
        assert words(story.model.asked[-1]) == ["Ann: clean up", "Ann: but keep the rest"]
        thread.standing()


async def test_events_twice_and_in_disorder_are_heard_once(tmp_path: Path) -> None:
    async with open_story(tmp_path, [DELETE, Line(text="Gone.")]) as story:
        story.slack.inject(Swapped("app_mention"))
        story.slack.inject(Twice(times=50))
        thread = await story.mention("clean up")
        await thread.offers("gate", "Approve")
        await thread.tell("but keep the rest")
        await thread.press("gate", "Approve")
        await thread.answered("Gone.")
        assert words(story.model.asked[-1]) == ["Ann: clean up", "Ann: but keep the rest"]
        assert len(story.model.asked) == 2
        thread.standing()


async def finished(story: Story, thread: StoryThread) -> None:
    """Until the task is over on the record, whatever can be shown of it."""
    async for envelope in story.context.sessions.events(story.session(thread)):
        if isinstance(envelope.event, RunFinished):
            return


async def test_a_channel_that_is_archived_ends_no_task(tmp_path: Path) -> None:
    async with open_story(tmp_path, [*SCRIPT, Line(text="Again.")]) as story:
        finish = story.model.hold(1, 0)
        thread = await story.mention("look")
        await thread.until(lambda: thread.messages("run"))
        story.slack.archive("general")
        finish.set()
        await finished(story, thread)
        refused = story.slack.calls.of
        await thread.until(lambda: any(c.error == "is_archived" for c in refused("chat.update")))
        story.slack.channel("general").archived = False
        await thread.say("and now?")
        await thread.answered("Again.")
        thread.standing()


async def test_a_thread_whose_root_is_deleted_stops_its_task_and_goes_on(tmp_path: Path) -> None:
    async with open_story(tmp_path, SCRIPT) as story:
        story.model.hold(1, 0)
        thread = await story.mention("look")
        await thread.until(lambda: thread.messages("run"))
        await story.slack.delete(thread.channel, thread.root)
        await thread.until(lambda: STOPPED in thread.shown("run"))
        await thread.until(lambda: "Stopped by" in thread.shown("run"))


async def test_a_root_that_is_deleted_at_once_leaves_no_thread(tmp_path: Path) -> None:
    async with open_story(tmp_path, SCRIPT) as story:
        start = story.model.hold(0, 0)
        thread, slack = await story.mention("look"), story.slack
        await thread.until(lambda: slack.session(thread.channel, thread.root).state == "processing")
        await slack.delete(thread.channel, thread.root)
        start.set()
        await finished(story, thread)
        other = await story.mention("look")
        await other.answered(WORDS)
        assert not thread.ours


async def test_a_card_that_is_deleted_at_work_is_written_once_more(tmp_path: Path) -> None:
    async with open_story(tmp_path, SCRIPT) as story:
        ran, finish = asyncio.Event(), story.model.hold(1, 0)
        story.sandbox.on(lambda argv: "ls -l" in argv, until=ran)
        thread = await story.mention("look")
        await thread.until(lambda: thread.messages("run"))
        (card,) = thread.messages("run")
        await story.slack.delete(thread.channel, card.ts)
        ran.set()
        await thread.until(lambda: thread.messages("run"))
        finish.set()
        await thread.answered(WORDS)
        await thread.until(lambda: "Done" in thread.shown("run"))
        thread.standing()


async def test_a_deleted_answer_is_written_once_more(tmp_path: Path) -> None:
    async with open_story(tmp_path, SCRIPT) as story:
        finish = story.model.hold(1, 4)
        thread = await story.mention("look")
        await thread.until(lambda: thread.messages("answer"))
        (answer,) = thread.messages("answer")
        await story.slack.delete(thread.channel, answer.ts)
        finish.set()
        await thread.answered(WORDS)
        thread.standing()


async def test_when_nothing_can_be_edited_the_whole_answer_is_posted(tmp_path: Path) -> None:
    async with open_story(tmp_path, SCRIPT) as story:
        finish = story.model.hold(1, 4)
        thread = await story.mention("look")
        await thread.until(lambda: thread.messages("answer"))
        story.slack.close_edit_window()
        finish.set()
        await thread.answered(WORDS)
        part, whole = map(said, thread.messages("answer"))
        assert WORDS.startswith(part), "what cannot be changed stands as it was"
        assert whole == WORDS


async def test_where_nothing_may_ever_be_edited_the_whole_answer_is_posted(tmp_path: Path) -> None:
    """Not piece by piece: what is there at first, and the whole at the end."""
    async with open_story(tmp_path, SCRIPT) as story:
        story.slack.close_edit_window()
        holds = [story.model.hold(1, piece) for piece in (2, 3, 4)]
        thread = await story.mention("look")
        await thread.until(lambda: thread.messages("answer") and thread.messages("run"))
        for hold in holds:
            hold.set()
        await thread.answered(WORDS)
        part, whole = map(said, thread.messages("answer"))
        assert WORDS.startswith(part)
        assert whole == WORDS
        await thread.until(lambda: len(thread.messages("run")) == 2)  # how it began, and ended
