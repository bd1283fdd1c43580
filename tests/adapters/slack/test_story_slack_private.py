"""What one person sees of a task in Slack: direct messages, the home tab, modals, commands."""

from __future__ import annotations

import json
from pathlib import Path

from slack_stage import texts
from slack_story import Story, open_story
from slack_story_thread import StoryThread

from adapters.simulators.slack.view import View
from runtime.testing.model import Line

DELETE = Line(calls=(("shell", {"command": "rm -rf build"}),))
LONG = " ".join(f"word{n}" for n in range(400))


def read(view: View | None) -> str:
    return " ".join(texts(view.source)) if view else ""


async def waiting(story: Story) -> StoryThread:
    """A task that waits for Ann's approval."""
    thread = await story.mention("clean the folder")
    await thread.offers("gate", "Approve")
    return thread


async def test_a_direct_message_grows_as_a_native_stream(tmp_path: Path) -> None:
    async with open_story(tmp_path, [Line(text=LONG, pieces=8), Line(text="Yes.")]) as story:
        more, rest = story.model.hold(0, 4), story.model.hold(0, 6)
        thread = await story.write("tell me all")
        await thread.until(lambda: thread.ours and thread.ours[0].stream)
        more.set()
        await thread.until(lambda: "word250" in json.dumps(thread.ours[0].blocks))
        rest.set()
        await thread.answered(LONG)
        calls = story.slack.calls
        assert len(calls.of("chat.startStream")) == len(calls.of("chat.stopStream")) == 1
        assert calls.of("chat.appendStream")
        assert not calls.of("chat.postMessage")
        (answer,) = thread.ours
        assert answer.edited_at is None, "nobody reads that it was edited"
        await thread.say("and is that all?")
        await thread.answered("Yes.")
        thread.standing()


async def test_details_are_a_modal(tmp_path: Path) -> None:
    async with open_story(tmp_path, [DELETE, Line(text="Gone.")]) as story:
        thread = await waiting(story)
        await thread.offers("run", "Details")
        await thread.press("run", "Details", "bob")
        await thread.until(lambda: story.slack.views("bob"))
        assert "rm -rf build" in read(story.slack.views("bob")[-1])


async def test_a_long_command_is_read_before_it_is_approved(tmp_path: Path) -> None:
    end = "# all of it"
    command = "rm -rf build " + "x" * 3_000 + end
    delete = Line(calls=(("shell", {"command": command}),))
    async with open_story(tmp_path, [delete, Line(text="Gone.")]) as story:
        thread = await waiting(story)
        assert end not in thread.shown("gate")
        await thread.press("gate", "Details", "bob")
        await thread.until(lambda: story.slack.views("bob"))
        assert end in read(story.slack.views("bob")[-1])
        await thread.press("gate", "Approve")
        await thread.answered("Gone.")


async def test_the_command_tells_how_it_stands(tmp_path: Path) -> None:
    async with open_story(tmp_path, [DELETE, Line(text="Gone.")]) as story:
        await waiting(story)
        answer = await story.slack.slash("bob", "general", "/aether", "status")
        assert answer.acknowledged
        (note,) = story.slack.ephemerals("bob")
        assert "rm -rf build" in " ".join(texts(note.blocks))
        await story.slack.slash("ann", "general", "/aether", "stop")
        assert story.slack.ephemerals("ann")[-1].text == "Stopping."


async def test_an_approval_is_decided_on_the_home_tab(tmp_path: Path) -> None:
    async with open_story(tmp_path, [DELETE, Line(text="Gone.")]) as story:
        slack, thread = story.slack, await waiting(story)
        for person in ("ann", "bob"):
            await slack.open_home(person)
            await thread.until(lambda: "rm -rf build" in read(slack.home(person)))  # noqa: B023
        await story.press_at_home("bob", "Approve")
        await thread.until(lambda: slack.views("bob"))
        assert "Ann" in read(slack.views("bob")[-1])
        await story.press_at_home("ann", "Approve")
        await thread.answered("Gone.")
        assert "Approved by Ann" in " ".join(thread.shown("gate").split())
        await slack.open_home("ann")
        await thread.until(lambda: "Nothing waits." in read(slack.home("ann")))
