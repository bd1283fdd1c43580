"""Orders given outside of a task's thread find the task that they are for."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from chat_service import words
from slack_stage import texts
from slack_story import Story, open_story
from slack_story_thread import StoryThread

from runtime.ports import Message, Output
from runtime.testing.model import Line

WAIT = Line(calls=(("shell", {"command": "./wait.sh"}),))
DELETE = Line(calls=(("shell", {"command": "rm -rf build"}),))


async def running(story: Story, thread: StoryThread) -> StoryThread:
    await thread.until(lambda: "waiting…" in thread.shown("run"))
    return thread


def held(story: Story) -> None:
    story.sandbox.on(lambda argv: "./wait.sh" in argv, Output("waiting…\n"), until=asyncio.Event())


async def told(story: Story, thread: StoryThread, user: str, said: str) -> str:
    """What somebody alone was told, as soon as these words stand in it."""

    def notes() -> list[str]:
        every = story.slack.ephemerals(user)
        return [" ".join((note.text, *texts(note.blocks))) for note in every]

    await thread.until(lambda: any(said in note for note in notes()))
    return next(note for note in notes() if said in note)


@pytest.mark.parametrize("order", ["stop", "Cancel please!", "🛑"])
async def test_a_stop_beside_the_thread_in_a_direct_message_stops_the_task(
    tmp_path: Path, order: str
) -> None:
    async with open_story(tmp_path, [WAIT, Line(text="never")]) as story:
        held(story)
        thread = await running(story, await story.write("wait for me"))
        beside = await story.write(order)
        await thread.until(lambda: "Stopped by Ann." in thread.shown("run"))
        assert "wait for me" in await told(story, thread, "ann", "Stopping")
        assert not beside.ours


async def test_a_stop_in_the_channel_and_one_for_a_task_elsewhere(tmp_path: Path) -> None:
    async with open_story(tmp_path, [WAIT, Line(text="never")]) as story:
        held(story)
        first = await running(story, await story.mention("wait here"))
        await story.mention("stop!")
        await first.until(lambda: "Stopped by Ann." in first.shown("run"))
        second = await running(story, await story.mention("wait again"))
        await story.write("stop it")
        await second.until(lambda: "Stopped by Ann." in second.shown("run"))


async def test_several_tasks_are_asked_about_and_one_is_named(tmp_path: Path) -> None:
    async with open_story(tmp_path, [WAIT, Line(text="never")]) as story:
        held(story)
        first = await running(story, await story.write("the first"))
        second = await running(story, await story.write("the second"))
        await story.write("stop")
        asked = await told(story, first, "ann", "several")
        assert "the first" in asked
        assert "the second" in asked
        assert "Stopped" not in first.shown("run") + second.shown("run")
        code = story.session(second)[:6]
        await story.write(f"stop #{code}")
        await second.until(lambda: "Stopped by Ann." in second.shown("run"))
        assert "Stopped" not in first.shown("run")


async def test_several_tasks_in_a_channel_are_asked_about_too(tmp_path: Path) -> None:
    async with open_story(tmp_path, [WAIT, Line(text="never")]) as story:
        held(story)
        anns = await running(story, await story.mention("for Ann"))
        bobs = await running(story, await story.mention("for Bob", user="bob"))
        asked = await story.slack.slash("bob", "general", "/aether", "STOP!!")
        assert "For example: `/aether stop #" in str(asked.payload)
        await story.slack.slash("bob", "general", "/aether", f"stop #{story.session(bobs)[:6]}")
        await bobs.until(lambda: "Stopped by Bob." in bobs.shown("run"))
        assert "Stopped" not in anns.shown("run")


def deletes_or_waits(messages: Sequence[Message]) -> Line:
    return WAIT if "wait" in " ".join(words(messages)) else DELETE


async def test_a_permission_that_is_left_over_is_nothing_to_stop(tmp_path: Path) -> None:
    async with open_story(tmp_path, [deletes_or_waits, Line(text="Gone.")]) as story:
        held(story)
        kept = await story.mention("clean")
        await kept.offers("gate", "For this thread")
        await kept.press("gate", "For this thread")
        await kept.answered("Gone.")
        nothing = await story.slack.slash("ann", "general", "/aether", "stop")
        assert nothing.payload["text"] == "Nothing is running in this channel."
        going = await running(story, await story.mention("wait"))
        await story.slack.slash("bob", "general", "/aether", "status")
        assert "several" not in await told(story, going, "bob", "no network")
        await story.slack.slash("ann", "general", "/aether", "revoke 1")
        await told(story, kept, "ann", "Revoked.")
        await story.slack.slash("ann", "general", "/aether", "stop")
        await going.until(lambda: "Stopped by Ann." in going.shown("run"))
